//! An address that is written to a log.

use crate::facts::{Facts, SinkKind};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

use super::{goals, outcome, report};

pub(crate) static RULE: Rule = Rule {
    name: "email-in-logs",
    summary: "an address is written to a log",
    group: Group::Flows,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("email_in_logs.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for goal in goals(facts, &[SinkKind::Log]) {
        let whole = goal.flow().is_some_and(|f| f.implicit);
        let message = match whole {
            true => "an object that holds an address is written to a log",
            false => "an address is written to a log",
        };
        let mut finding = goal
            .finding(message, "logged")
            .note("a log is a store of personal data that no erasure reaches, and is often kept by another company; the Marketplace asks whether logs hold end-user data (Atlassian, Privacy & Security, log details)")
            .help("log the `accountId` instead");
        if whole {
            finding = finding.help("log the fields that you need, not the whole object");
        }
        report(facts, sink, Severity::Warning, finding);
    }
    outcome(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::facts;
    use crate::facts::{AccessKind, AppType};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::found;

    #[test]
    fn each_logging_place_is_a_warning_whosever_address_it_is() {
        for kind in [AccessKind::EmailApi, AccessKind::UserObject, AccessKind::OwnProfile] {
            let findings = found(&RULE, &one_flow(kind, SinkKind::Log, None));
            assert_eq!((findings.len(), findings[0].severity), (1, Severity::Warning), "{kind:?}");
        }
        let mut whole = one_flow(AccessKind::UserObject, SinkKind::Log, None);
        whole.flows[0].implicit = true;
        let findings = found(&RULE, &whole);
        assert!(findings[0].message.contains("an object") && findings[0].help.len() == 2);
    }

    #[test]
    fn what_a_script_prints_is_only_worth_knowing() {
        let flow = one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        let script = Facts { accesses: flow.accesses, flows: flow.flows, ..facts(AppType::Unknown) };
        assert_eq!(found(&RULE, &script)[0].severity, Severity::Info);
    }
}
