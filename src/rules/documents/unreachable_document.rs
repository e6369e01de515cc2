//! A document that is named and cannot be read.

use crate::facts::{DocumentKind, DocumentState, Facts};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};

pub(crate) static RULE: Rule = Rule {
    name: "unreachable-document",
    summary: "a document is named and cannot be read",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unreachable_document.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for document in &facts.documents {
        let called = match document.kind {
            DocumentKind::PrivacyPolicy => "the privacy policy",
            DocumentKind::CustomerTerms => "the customer terms",
        };
        let file = wording::name(document.file.as_deref().unwrap_or_default());
        let finding = match &document.state {
            DocumentState::MissingFile => Finding::new(
                document.place.clone(),
                format!("{called} should be in {file}, and there is no such file"),
            )
            .label("no such file")
            .help("write the path relative to the app's root, or add the file"),
            DocumentState::Unreadable(why) => {
                Finding::new(document.place.clone(), format!("{called} in {file} cannot be read: {why}"))
                    .label("cannot be read")
                    .help("mend the file, or name another: Markdown, HTML and plain text can be read")
            }
            DocumentState::AddressOnly | DocumentState::Read { .. } => continue,
        };
        sink.report(finding.note("a document that is not there for the check is not there for a reviewer either (Atlassian, Profile visibility, Requirements)"));
    }
    if facts.documents.is_empty() {
        return Outcome::NotApplicable("no document is named or found".to_owned());
    }
    if facts.documents.iter().all(|d| d.state == DocumentState::AddressOnly) {
        return Outcome::NotEvaluated("only addresses are named, and addresses are not fetched".to_owned());
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn named_and_not_there() {
        for (state, expected) in [
            (DocumentState::MissingFile, Some("no such file")),
            (DocumentState::Unreadable("it is a folder".to_owned()), Some("it is a folder")),
            (document(DocumentKind::PrivacyPolicy).state, None),
        ] {
            let mut facts = forge(&[]);
            facts.documents.push(document(DocumentKind::PrivacyPolicy));
            facts.documents[0].state = state;
            let findings = found(&RULE, &facts);
            match expected {
                Some(text) => {
                    assert!(findings[0].message.contains(text), "{findings:?}");
                    assert_eq!(findings[0].severity, Severity::Error);
                }
                None => assert!(findings.is_empty()),
            }
        }
    }

    #[test]
    fn addresses_are_not_fetched_offline() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.documents.push(document(DocumentKind::PrivacyPolicy));
        facts.documents[0].state = DocumentState::AddressOnly;
        assert!(not_evaluated(&RULE, &facts));
    }
}
