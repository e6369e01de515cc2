//! The documents that a request needs, as far as they can be seen offline.

pub(crate) mod contradicted_personal_data_statement;
pub(crate) mod listing_disagrees;
pub(crate) mod missing_customer_terms;
pub(crate) mod missing_personal_data_statement;
pub(crate) mod missing_privacy_policy;
pub(crate) mod placeholder_document;
pub(crate) mod policy_omits_contact;
pub(crate) mod policy_omits_deletion;
pub(crate) mod policy_omits_email;
pub(crate) mod policy_omits_purpose;
pub(crate) mod policy_omits_retention;
pub(crate) mod policy_omits_sharing;
pub(crate) mod policy_omits_third_party;
pub(crate) mod unreachable_document;

use crate::facts::{Document, DocumentKind, DocumentRef, DocumentState, Facts};
use crate::findings::{Finding, Severity, sink::Sink};

use super::{Outcome, questions, wording};

/// Why a rule that needs the text at an address was not evaluated.
const NOT_FETCHED: &str = "an address is named, and addresses are not fetched without `--online`";

/// Why there is no text of any document, where some are named.
pub(super) fn no_text(facts: &Facts) -> String {
    let documents = || facts.documents.iter();
    if let Some(why) = documents().find_map(Document::unverified) {
        return format!("there is no text of a document: one {why}");
    }
    if documents().any(|d| d.flaw().is_some()) {
        return "there is no text of a document: see `unreachable-document`".to_owned();
    }
    "there is no text of a document; addresses are not fetched without `--online`".to_owned()
}

/// What a missing document is called and asked for.
struct Needed {
    kind: DocumentKind,
    /// With its article.
    called: &'static str,
    /// The key under `documents:`.
    key: &'static str,
    /// Why it is needed.
    why: &'static str,
}

/// Reports a document that is neither declared nor found.
fn check_needed(facts: &Facts, sink: &mut Sink<'_>, needed: &Needed) -> Outcome {
    let declared = facts.declaration.as_ref().and_then(|d| match needed.kind {
        DocumentKind::PrivacyPolicy => d.privacy_policy.as_ref(),
        DocumentKind::CustomerTerms => d.customer_terms.as_ref(),
    });
    // One that is named and cannot be read is the business of `unreachable-document`.
    if declared.is_some_and(|d: &DocumentRef| d.url.is_some() || d.file.is_some()) {
        return Outcome::Checked;
    }
    if let Some(outcome) = questions::no_documents_needed(facts) {
        return outcome;
    }
    if facts.declaration_exists && facts.declaration.is_none() {
        return Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned());
    }
    let found: Vec<&Document> = facts
        .documents
        .iter()
        .filter(|d| d.kind == needed.kind && !matches!(d.state, DocumentState::MissingFile))
        .collect();
    let place = questions::anchor(facts);
    let Needed { called, key, why, .. } = needed;
    if let Some(document) = found.first() {
        let Some(declaration) = &facts.declaration else { return Outcome::Checked };
        let name = wording::name(document.url.as_deref().or(document.file.as_deref()).unwrap_or_default());
        let finding = Finding::new(
            place,
            format!(
                "{} names no {key}, though there seems to be one: {name}",
                wording::name(&declaration.file)
            ),
        )
        .note(*why)
        .related(document.place.clone(), format!("taken for {called}"))
        .help(format!("name it:\ndocuments:\n  {key}: {}", name.trim_matches('`')));
        sink.report_at_most(Severity::Warning, finding);
        return Outcome::Checked;
    }
    let worth = questions::worth_of_requirement(facts);
    let finding = Finding::new(place, format!("{called} was not found"))
        .note(if worth == Severity::Info { questions::LISTING } else { *why })
        .note(match needed.kind {
            DocumentKind::PrivacyPolicy => "looked for: `documents.privacy-policy` in `email-access.yaml`, links in the manifest, and files such as `PRIVACY.md` or `docs/privacy-policy.html`",
            DocumentKind::CustomerTerms => "looked for: `documents.customer-terms` in `email-access.yaml`, links in the manifest, and files such as `TERMS.md`, `EULA.md` or `docs/terms.html`",
        })
        .help(format!("name its address, its file, or both in `email-access.yaml`:\ndocuments:\n  {key}: {{url: https://example.com/{key}, file: docs/{key}.md}}"));
    sink.report_at_most(worth, finding);
    Outcome::Checked
}
