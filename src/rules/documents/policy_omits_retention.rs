//! The privacy policy does not say how long addresses are kept, or says that none are and the code keeps them.

use crate::facts::{Facts, Flow, SinkKind, Topic};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::policies::{self, Policy};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-retention",
    summary: "the privacy policy does not say how long addresses are kept, or says that none are and the code keeps them",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_retention.md"),
    check,
};

/// Places that are shown with a finding.
const MOST_SHOWN: usize = 5;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    let stored = policies::kept(facts, SinkKind::Storage);
    let logged = policies::kept(facts, SinkKind::Log);
    if !policies::stores(facts) && logged.is_empty() {
        return policies::nothing_kept(facts);
    }
    for policy in &policies {
        let (states, denies) = (policy.states(Topic::Retention), policy.denies(Topic::Retention));
        match (states, denies) {
            (_, Some(passage)) if !stored.is_empty() => {
                let finding = Policy::contradicted(
                    passage,
                    "the privacy policy says that data is not stored, and the code stores addresses",
                )
                .help("say what is stored and how long, or stop storing it");
                sink.report(with(finding, &stored, "an address is stored here"));
            }
            (None, None) => {
                let finding = policy
                    .omits("how long addresses are kept")
                    .help("say how long each kind of data is kept: a period, or what ends it");
                let finding = with(finding, &stored, "an address is stored here");
                sink.report(with(finding, &logged, "an address is written to a log here"));
                continue;
            }
            _ => {}
        }
        if !logged.is_empty() && !policy.speaks_of(Topic::Logs) {
            let finding = policy
                .omits("that addresses are written to logs, and how long these are kept")
                .help("log account ids instead of addresses; or say that logs hold addresses, who sees them and how long they are kept");
            sink.report(with(finding, &logged, "an address is written to a log here"));
        }
    }
    Outcome::Checked
}

fn with(mut finding: Finding, flows: &[&Flow], what: &str) -> Finding {
    for flow in flows.iter().take(MOST_SHOWN) {
        finding = finding.related(flow.place.clone(), what);
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AccessKind;
    use crate::facts::testing::*;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn what_is_kept_has_an_end_that_is_told() {
        let keeps = || one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        let logs = || one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        for (mut facts, document, expected) in [
            (keeps(), saying(&[Topic::Retention]), None),
            (keeps(), saying(&[Topic::Email]), Some("does not say how long")),
            (keeps(), denying(Topic::Retention), Some("says that data is not stored")),
            (logs(), denying(Topic::Retention), Some("written to logs")),
            (logs(), saying(&[Topic::Retention]), Some("written to logs")),
            (logs(), saying(&[Topic::Retention, Topic::Logs]), None),
        ] {
            facts.documents.push(document);
            let findings = found(&RULE, &facts);
            assert_eq!(findings.len(), usize::from(expected.is_some()), "{findings:?}");
            assert!(expected.is_none_or(|e| findings[0].message.contains(e)), "{findings:?}");
        }
    }

    #[test]
    fn what_is_not_kept_needs_no_end() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.documents.push(saying(&[Topic::Email]));
        assert!(not_applicable(&RULE, &facts));
        facts.problems.push(problem(crate::facts::InputKind::Source, "a.ts", true));
        assert!(not_evaluated(&RULE, &facts));
    }
}
