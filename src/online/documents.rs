//! Fetches the documents of an app and adds to its facts what came.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::content::media_type;
use super::fetch::{Answer, FetchError, Fetcher};
use super::guard;
use super::judge::judge;
use crate::facts::{Document, DocumentKind, DocumentState, Fetched, Flaw, Located, Says, Statement};
use crate::inputs::documents::checks;
use crate::text::redact::one_line;
use crate::text::{Place, SourceFile};

/// Told what is being done: how many addresses are asked, and each one that is done.
pub trait Progress: Send + Sync {
    /// So many more addresses are to be asked.
    fn begin(&self, addresses: usize);
    /// One of them is done.
    fn done(&self, address: &str);
}

/// Nobody is told.
pub struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: usize) {}
    fn done(&self, _: &str) {}
}

/// More addresses of one check than this are not asked for.
const MAX_ADDRESSES: usize = 100;

/// Asks for the addresses of documents, each once, and notes what came in `Document::fetched`. A document of
/// which only the address was known has a text then, if one came.
pub fn fetch_documents<'d>(
    fetcher: &Fetcher,
    documents: impl IntoIterator<Item = &'d mut Document>,
    progress: &dyn Progress,
) {
    let documents: Vec<&mut Document> = documents.into_iter().filter(|d| d.url.is_some()).collect();
    let mut addresses: Vec<String> = documents.iter().filter_map(|d| d.url.clone()).collect();
    addresses.sort();
    addresses.dedup();
    addresses.truncate(MAX_ADDRESSES);
    progress.begin(addresses.len());
    // In parallel, since it is waiting that costs; the order of the answers does not depend on it.
    let answers: BTreeMap<String, Result<Answer, FetchError>> = addresses
        .into_par_iter()
        .map(|text| {
            let answer = guard::address(&text).and_then(|url| fetcher.fetch(&url));
            progress.done(&text);
            (text, answer)
        })
        .collect();
    for document in documents {
        let too_many = || {
            let detail = format!("was not asked for: it is one of more than {MAX_ADDRESSES} addresses");
            Err(FetchError::new(Flaw::Offline, detail))
        };
        let answer = document.url.as_ref().and_then(|url| answers.get(url)).cloned();
        let answer = &answer.unwrap_or_else(too_many);
        let fetched = fetched(answer, document.kind, document.address_place());
        if document.state == DocumentState::AddressOnly
            && let Some(reading) = &fetched.reading
        {
            document.state = reading.clone();
        }
        document.fetched = Some(Box::new(fetched));
    }
}

/// What an address gave, as facts. `place` is where it is named.
#[must_use]
pub fn fetched(answer: &Result<Answer, FetchError>, kind: DocumentKind, place: &Place) -> Fetched {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            return Fetched {
                flaw: Some(error.flaw),
                detail: error.detail.clone(),
                status: error.status,
                final_url: error.at.as_ref().map(|url| one_line(url.as_str(), 500)),
                redirects: error.redirects,
                ..Fetched::default()
            };
        }
    };
    let judged = judge(answer, kind);
    let reading = match (&judged.content, &judged.flaw) {
        (Some(content), None) => {
            let file = SourceFile::new(answer.final_url.as_str(), content.source.as_str());
            Some(placed(checks::state(&file, &content.text), place))
        }
        _ => None,
    };
    let (flaw, detail) = judged.flaw.unzip();
    Fetched {
        flaw,
        detail: detail.unwrap_or_default(),
        status: Some(answer.status),
        final_url: Some(one_line(answer.final_url.as_str(), 500)),
        redirects: answer.redirects,
        tls: answer.final_url.scheme() == "https",
        content_type: media_type(answer.content_type.as_deref()),
        language: judged.content.and_then(|c| c.language),
        size: Some(answer.bytes.len()),
        age: answer.age,
        reading,
    }
}

/// What was read, with all places where the address is named: the text itself is in no file of the app.
fn placed(state: DocumentState, place: &Place) -> DocumentState {
    let here = |l: Located<String>| Located { value: l.value, place: place.clone() };
    match state {
        DocumentState::Read { words, placeholders, mentions_email, says } => DocumentState::Read {
            words,
            placeholders: placeholders.into_iter().map(here).collect(),
            mentions_email: mentions_email.map(here),
            says: Box::new(Says {
                statements: says
                    .statements
                    .into_iter()
                    .map(|s| Statement { passage: here(s.passage), ..s })
                    .collect(),
                sentences: says.sentences.into_iter().map(here).collect(),
                other_language: says.other_language,
            }),
        },
        other => other,
    }
}
