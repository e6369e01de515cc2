//! No privacy policy is named or found.

use super::{Needed, check_needed};
use crate::facts::{DocumentKind, Facts};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "missing-privacy-policy",
    summary: "there is no privacy policy, which a request for the Email API needs",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("missing_privacy_policy.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    check_needed(
        facts,
        sink,
        &Needed {
            kind: DocumentKind::PrivacyPolicy,
            called: "a privacy policy",
            key: "privacy-policy",
            why: "an app that asks for the Email API needs a privacy policy, listed on the Marketplace or not (Atlassian, Profile visibility, Requirements)",
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, AppType, Caller, DocumentRef, DocumentState, Product};
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn reads(mut facts: Facts) -> Facts {
        facts.accesses.push(jira_email_call(7));
        facts
    }

    #[test]
    fn it_is_an_error_where_a_request_is_prepared() {
        for (facts, expected) in [
            (reads(connect(&["READ"])), Severity::Error),
            (with_uses(reads(forge(&[])), Vec::new()), Severity::Error),
            (reads(forge(&[])), Severity::Warning),
            (reads(facts(AppType::Oauth2)), Severity::Warning),
            (forge(&["read:email-address:jira"]), Severity::Warning),
            (reads(facts(AppType::Unknown)), Severity::Warning),
            (objects(connect(&["READ"])), Severity::Info),
            (objects(forge(&[])), Severity::Info),
            (objects(facts(AppType::Oauth2)), Severity::Info),
            (with_uses(objects(forge(&[])), Vec::new()), Severity::Error),
        ] {
            assert_eq!(found(&RULE, &facts)[0].severity, expected, "{:?}", facts.app.kind);
        }
    }

    /// The app reads user objects, which needs no approval.
    fn objects(mut facts: Facts) -> Facts {
        facts.accesses.push(access(AccessKind::UserObject, Some(Product::Jira), Caller::Unknown, 7));
        facts
    }

    #[test]
    fn what_is_no_app_needs_none() {
        assert!(not_applicable(&RULE, &objects(facts(AppType::Unknown))));
        let mut unseen = facts(AppType::Unknown);
        unseen.coverage.unfollowed = vec![("Scala".to_owned(), 3)];
        assert!(not_applicable(&RULE, &unseen));
    }

    #[test]
    fn the_reason_is_the_one_that_holds() {
        let why = |facts: &Facts| found(&RULE, facts)[0].notes[0].clone();
        assert!(why(&reads(forge(&[]))).contains("asks for the Email API"));
        assert!(why(&objects(forge(&[]))).contains("without the Email API"));
    }

    #[test]
    fn a_declared_document_is_enough_in_either_form() {
        let url = Some(located("https://example.com/privacy".to_owned(), "email-access.yaml", 4));
        for (reference, expected) in [
            (DocumentRef { url: url.clone(), file: None }, 0),
            (DocumentRef { url: None, file: url.clone() }, 0),
            (DocumentRef::default(), 1),
        ] {
            let mut facts = with_uses(reads(connect(&["READ"])), Vec::new());
            facts.declaration.as_mut().unwrap().privacy_policy = Some(reference);
            assert_eq!(found(&RULE, &facts).len(), expected);
        }
    }

    #[test]
    fn one_that_was_found_is_to_be_named_in_the_declaration() {
        let policy = crate::facts::Document { declared: false, ..document(DocumentKind::PrivacyPolicy) };
        let mut bare = reads(connect(&["READ"]));
        bare.documents.push(policy);
        assert!(found(&RULE, &bare).is_empty());
        let declared = with_uses(bare.clone(), Vec::new());
        let findings = found(&RULE, &declared);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].help[0].ends_with("privacy-policy: docs/PRIVACY.md"));
        bare.documents[0].state = DocumentState::MissingFile;
        assert_eq!(found(&RULE, &bare).len(), 1);
        bare.documents[0] = document(DocumentKind::CustomerTerms);
        assert_eq!(found(&RULE, &bare).len(), 1, "the terms are another document");
    }

    #[test]
    fn an_app_without_addresses_needs_none() {
        assert!(not_applicable(&RULE, &forge(&["read:jira-work"])));
        let mut broken = reads(forge(&[]));
        broken.declaration_exists = true;
        assert!(not_evaluated(&RULE, &broken));
        let mut unseen = forge(&[]);
        unseen.coverage.unfollowed = vec![("Scala".to_owned(), 3)];
        assert!(not_evaluated(&RULE, &unseen));
    }
}
