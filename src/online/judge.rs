//! Whether an answer can be the document that stands at an address, or what it is instead.
//!
//! Only what is known for sure is named. A page that is merely short or strange is read like a file, and the
//! rules on documents say what they find in it.

use super::content::{self, Content, Format};
use super::fetch::{Answer, FetchError};
use crate::catalog::web::{Place, WEB};
use crate::facts::{DocumentKind, DocumentState, Flaw};
use crate::text::redact::one_line;

/// The longest quotation, in characters.
const MAX_QUOTE: usize = 80;

/// A page with the right title and this many words is a document.
const ENOUGH_WORDS: usize = 120;

/// What an answer is.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it holds, when it could be read.
    pub content: Option<Content>,
    /// What is wrong: the flaw, and words that complete "the document …".
    pub flaw: Option<(Flaw, String)>,
}

/// Judges what an address gave, where a document of this kind should be.
#[must_use]
pub fn judge(answer: &Answer, kind: DocumentKind) -> Judged {
    let read = content::read(answer);
    let by_status = by_status(answer.status);
    let flaw = match (&read, by_status) {
        // A wall answers with any status.
        (Ok(content), Some(bad)) => wall(content).or(Some(bad)),
        (Err(_), Some(bad)) => Some(bad),
        (Err(FetchError { flaw, detail, .. }), None) => Some((*flaw, detail.clone())),
        (Ok(content), None) => by_content(answer, content, kind),
    };
    Judged { content: read.ok(), flaw }
}

fn by_status(status: u16) -> Option<(Flaw, String)> {
    let (flaw, detail) = match status {
        200 | 203 => return None,
        404 | 410 => (Flaw::NotFound, "is not there".to_owned()),
        401 | 407 => (Flaw::Login, "is not shown without signing in".to_owned()),
        403 => (Flaw::BadStatus, "may not be read: the server forbids it".to_owned()),
        429 => (Flaw::RateLimited, "was not given: the server wants to be asked less often".to_owned()),
        500..=599 => (Flaw::ServerError, "is not given: the server fails".to_owned()),
        _ => (Flaw::BadStatus, "is not given".to_owned()),
    };
    Some((flaw, format!("{detail} (status {status})")))
}

fn wall(content: &Content) -> Option<(Flaw, String)> {
    signs(content, "", Some(Flaw::RobotWall))
}

fn by_content(answer: &Answer, content: &Content, kind: DocumentKind) -> Option<(Flaw, String)> {
    let url = &answer.final_url;
    let address = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
    let words = content.text.words();
    let titled = content.outline.titles.iter().any(|t| WEB.is_title(kind, t));
    // A page that says what it is and has something to say is believed, whatever words occur in it.
    let believed = titled && words >= ENOUGH_WORDS;
    let only = believed.then_some(Flaw::RobotWall);
    if let Some(found) = signs(content, &address, only) {
        return Some(found);
    }
    if words < DocumentState::FEWEST_WORDS && content.format == Format::Html {
        let outline = &content.outline;
        let asks = WEB.needs_scripts.is_match(&outline.noscript)
            || content.text.passages.iter().any(|p| WEB.needs_scripts.is_match(&p.text));
        if outline.password {
            return Some((Flaw::Login, "is a page that asks for a password".to_owned()));
        }
        if outline.scripts > 0 && (asks || words < DocumentState::FEWEST_WORDS / 2) {
            return Some((Flaw::ScriptOnly, "has no text for those who run no scripts".to_owned()));
        }
    }
    if words == 0 {
        return Some((Flaw::Empty, "is empty".to_owned()));
    }
    if WEB.site_roots.is_match(url.path()) && url.query().is_none() && !titled {
        let title = content.outline.titles.first().map_or(String::new(), |t| format!(": {}", quoted(t)));
        return Some((Flaw::SiteRoot, format!("is the start page of a site{title}")));
    }
    None
}

/// The first sign that a page is something else; only those of one flaw, if one is given.
fn signs(content: &Content, address: &str, only: Option<Flaw>) -> Option<(Flaw, String)> {
    let words = content.text.words();
    let signs = WEB.signs.iter().filter(|s| words <= s.most_words && only.is_none_or(|flaw| flaw == s.flaw));
    for sign in signs {
        let found = match sign.place {
            Place::Title => {
                content.outline.titles.iter().find(|t| sign.pattern.is_match(t)).map(|t| Some(quoted(t)))
            }
            Place::Text => content.text.passages.iter().find_map(|p| {
                sign.pattern.find(&p.text).map(|found| {
                    // The whole passage, when it is short enough to say more than the words that were found.
                    Some(quoted(if p.text.len() <= MAX_QUOTE { &p.text } else { found.as_str() }))
                })
            }),
            Place::Address => (!address.is_empty() && sign.pattern.is_match(address)).then_some(None),
            Place::Source => {
                (content.format == Format::Html && sign.pattern.is_match(&content.source)).then_some(None)
            }
        };
        if let Some(quote) = found {
            let quote = quote.map_or(String::new(), |q| format!(": {q}"));
            return Some((sign.flaw, format!("{}{quote}", sign.what)));
        }
    }
    None
}

fn quoted(text: &str) -> String {
    format!("“{}”", one_line(text.trim().trim_end_matches('.'), MAX_QUOTE))
}
