//! The privacy policy does not say how to reach who answers for it.

use crate::facts::{Facts, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, policies};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-contact",
    summary: "the privacy policy does not say how to reach who answers for it",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_contact.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    for policy in policies.iter().filter(|p| p.states(Topic::Contact).is_none()) {
        let mut finding = policy.omits("how to reach who answers for it").help(
            "name an address, a form or a service desk to which questions and requests for deletion go",
        );
        if let Some(contact) = facts.declaration.as_ref().and_then(|d| d.contact.as_ref()) {
            finding = finding.related(contact.place.clone(), "declared as the contact");
        }
        sink.report(finding);
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};
    #[test]
    fn somebody_has_to_answer() {
        let mut facts = with_uses(forge(&[]), vec![declared("mine", "error-reports", 3)]);
        assert!(not_evaluated(&RULE, &facts));
        facts.documents.push(saying(&[Topic::Contact]));
        assert!(found(&RULE, &facts).is_empty());
        facts.documents[0] = saying(&[Topic::Email]);
        assert_eq!(found(&RULE, &facts).len(), 1);
        assert!(not_applicable(&RULE, &forge(&[])));
    }
}
