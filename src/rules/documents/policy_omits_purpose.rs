//! The privacy policy does not say what addresses are used for.

use crate::facts::{Facts, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, policies, questions};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-purpose",
    summary: "the privacy policy does not say what addresses are used for",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_purpose.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    for policy in policies.iter().filter(|p| p.states(Topic::Purpose).is_none()) {
        let mut finding = policy.omits("what addresses are used for").help(
            "say what the app does with each kind of data, in the words of the use that is declared: \"we use the email address of the owner of a schedule to tell them that it failed\"",
        );
        for declared in facts.declaration.iter().flat_map(|d| &d.uses).take(3) {
            finding = finding.related(declared.place.clone(), "declared for this");
        }
        if let Some(access) = questions::sure_accesses(facts).next() {
            finding = finding.related(access.place.clone(), "an address is read here");
        }
        sink.report(finding);
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::DocumentKind;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn a_purpose_is_asked_for() {
        let mut facts = with_uses(forge(&[]), vec![declared("mine", "error-reports", 3)]);
        facts.accesses.push(jira_email_call(7));
        assert!(not_evaluated(&RULE, &facts));
        facts.documents.push(saying(&[Topic::Purpose]));
        assert!(found(&RULE, &facts).is_empty());
        facts.documents[0] = saying(&[Topic::Email]);
        let findings = found(&RULE, &facts);
        assert_eq!(findings[0].related.len(), 2);
        facts.documents[0].kind = DocumentKind::CustomerTerms;
        assert!(not_evaluated(&RULE, &facts), "terms need not say it");
        assert!(not_applicable(&RULE, &forge(&[])));
    }
}
