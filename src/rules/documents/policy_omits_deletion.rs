//! The privacy policy does not say that data is deleted, or how to ask for it.

use crate::facts::{Facts, SinkKind, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, policies};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-deletion",
    summary: "the privacy policy does not say that data is deleted, or how to ask for it",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_deletion.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    if !policies::stores(facts) {
        return policies::nothing_kept(facts);
    }
    for policy in policies.iter().filter(|p| p.states(Topic::Deletion).is_none()) {
        let mut finding = policy
            .omits("that data is deleted, and how to ask for it")
            .note("data is deleted when somebody asks for it and when the app is uninstalled (Atlassian, Marketplace data privacy guidelines)")
            .help("say whom to ask for deletion, and what happens to the data when the app is uninstalled");
        for flow in policies::kept(facts, SinkKind::Storage).into_iter().take(5) {
            finding = finding.related(flow.place.clone(), "an address is stored here");
        }
        sink.report(finding);
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AccessKind;
    use crate::facts::testing::*;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn what_is_stored_can_be_deleted() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        assert!(not_evaluated(&RULE, &facts));
        facts.documents.push(saying(&[Topic::Deletion]));
        assert!(found(&RULE, &facts).is_empty());
        facts.documents[0] = saying(&[Topic::Retention]);
        assert_eq!(found(&RULE, &facts)[0].related[0].place.line, 20);
        facts.flows.clear();
        assert!(not_applicable(&RULE, &facts));
    }
}
