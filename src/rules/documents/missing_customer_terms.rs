//! No customer terms of use are named or found.

use super::{Needed, check_needed};
use crate::facts::{DocumentKind, Facts};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "missing-customer-terms",
    summary: "there are no customer terms of use, which a request for the Email API needs",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("missing_customer_terms.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    check_needed(
        facts,
        sink,
        &Needed {
            kind: DocumentKind::CustomerTerms,
            called: "a customer terms of use agreement",
            key: "customer-terms",
            why: "an app that asks for the Email API needs a customer terms of use agreement, listed on the Marketplace or not (Atlassian, Profile visibility, Requirements)",
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::DocumentRef;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn terms_are_asked_for_and_not_the_policy() {
        let mut facts = with_uses(connect(&["ACCESS_EMAIL_ADDRESSES"]), Vec::new());
        facts.documents.push(document(DocumentKind::PrivacyPolicy));
        let findings = found(&RULE, &facts);
        assert_eq!(
            (findings[0].severity, findings[0].message.as_str()),
            (Severity::Error, "a customer terms of use agreement was not found")
        );
        assert!(findings[0].help[0].contains("customer-terms:"));
        let file = Some(located("docs/TERMS.md".to_owned(), "email-access.yaml", 5));
        facts.declaration.as_mut().unwrap().customer_terms = Some(DocumentRef { url: None, file });
        assert!(found(&RULE, &facts).is_empty());
        assert!(not_applicable(&RULE, &forge(&[])));
    }
}
