//! A document that is not written yet.

use crate::facts::{DocumentKind, DocumentState, Facts};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::words;

pub(crate) static RULE: Rule = Rule {
    name: "placeholder-document",
    summary: "a document is a stub, or holds passages that were to be filled in",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("placeholder_document.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    const MOST_SHOWN: usize = 5;
    let mut read = 0;
    for (document, state) in facts.documents.iter().flat_map(|d| d.readings().map(move |state| (d, state))) {
        let DocumentState::Read { words, placeholders, .. } = state else { continue };
        read += 1;
        let called = match document.kind {
            DocumentKind::PrivacyPolicy => "the privacy policy",
            DocumentKind::CustomerTerms => "the customer terms",
        };
        let why = "a request rests on documents that customers can read and rely on (Atlassian, Profile visibility, Requirements)";
        if let Some((first, others)) = placeholders.split_first() {
            let mut finding = Finding::new(
                first.place.clone(),
                format!("{called} holds a passage that was to be filled in: {}", wording::name(&first.value)),
            )
            .label("to be filled in")
            .confidence(Confidence::Likely)
            .note(why);
            for other in others.iter().take(MOST_SHOWN) {
                finding =
                    finding.related(other.place.clone(), format!("another: {}", wording::name(&other.value)));
            }
            if others.len() > MOST_SHOWN {
                finding = finding.note(format!("there are {} more", others.len() - MOST_SHOWN));
            }
            sink.report(finding.help("fill in what stands there"));
        } else if state.is_too_short() {
            sink.report(
                Finding::new(
                    document.place.clone(),
                    format!("{called} has only {}", words::count(*words, "word", "words")),
                )
                .confidence(Confidence::Likely)
                .note(why)
                .help("write it out, or name the address where the whole text stands"),
            );
        }
    }
    match (read, facts.documents.is_empty()) {
        (0, true) => Outcome::NotApplicable("no document is named or found".to_owned()),
        (0, false) => Outcome::NotEvaluated(super::no_text(facts)),
        _ => Outcome::Checked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn with(words: usize, placeholders: usize) -> Facts {
        let mut facts = forge(&[]);
        let mut policy = document(DocumentKind::PrivacyPolicy);
        let passage = |line| located("[COMPANY NAME]".to_owned(), "docs/PRIVACY.md", line);
        policy.state = DocumentState::Read {
            words,
            placeholders: (10..).map(passage).take(placeholders).collect(),
            mentions_email: None,
            says: Default::default(),
        };
        facts.documents.push(policy);
        facts
    }

    #[test]
    fn stubs_and_passages_to_fill_in() {
        assert!(found(&RULE, &with(900, 0)).is_empty());
        assert!(found(&RULE, &with(DocumentState::FEWEST_WORDS, 0)).is_empty());
        assert!(found(&RULE, &with(12, 0))[0].message.contains("only 12 words"));
        let findings = found(&RULE, &with(900, 8));
        assert_eq!((findings.len(), findings[0].place.line, findings[0].related.len()), (1, 10, 5));
        assert!(findings[0].notes.iter().any(|n| n == "there are 2 more"));
    }

    #[test]
    fn what_is_published_counts_beside_the_file() {
        let mut facts = with(900, 0);
        let reading = with(900, 1).documents.remove(0).state;
        let fetched = crate::facts::Fetched { reading: Some(reading), ..Default::default() };
        facts.documents[0].fetched = Some(Box::new(fetched));
        assert_eq!(found(&RULE, &facts).len(), 1);
    }

    #[test]
    fn nothing_to_read() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut facts = with(1, 0);
        facts.documents[0].state = DocumentState::AddressOnly;
        assert!(not_evaluated(&RULE, &facts));
    }
}
