//! An address that is shown to people.

use crate::facts::{Facts, SinkKind};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

use super::{goals, outcome, report};

pub(crate) static RULE: Rule = Rule {
    name: "email-in-ui",
    summary: "an address is shown in the user interface",
    group: Group::Flows,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("email_in_ui.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for goal in goals(facts, &[SinkKind::Ui]) {
        if goal.is_own() {
            let finding = goal
                .finding("a user's own address is shown", "shown")
                .note("it may be shown to that user alone: whoever else can open the page sees it too (Atlassian, Profile visibility, Guidelines for using email addresses)")
                .help("make sure that nobody but its owner gets to see it, or show the display name");
            report(facts, sink, Severity::Info, finding);
            continue;
        }
        let finding = goal
            .finding("an address is shown in the user interface", "shown to whoever sees this")
            .note("addresses must not be used in the user interface of an app (Atlassian, Profile visibility, Guidelines for using email addresses)")
            .help("show the display name or the avatar, which belong to the same `accountId`")
            .help("if nobody but its owner can see it, say so on the line above: `mailpermit: ignore[email-in-ui] the reason`");
        let from_api = goal.accesses.iter().any(|a| a.kind == crate::facts::AccessKind::EmailApi);
        // The guidelines go with access to the Email API; what a user shows to anyone is less of a secret.
        let worth = if from_api || goal.accesses.is_empty() { Severity::Error } else { Severity::Warning };
        report(facts, sink, worth, finding);
    }
    outcome(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AccessKind;
    use crate::findings::Confidence;
    use crate::rules::flows::testing::{lines, one_flow};
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn what_is_shown_counts_by_whose_address_it_is() {
        for (kind, expected) in [
            (AccessKind::EmailApi, Severity::Error),
            (AccessKind::UserObject, Severity::Warning),
            (AccessKind::OrgAdmin, Severity::Warning),
            (AccessKind::OwnProfile, Severity::Info),
        ] {
            let findings = found(&RULE, &one_flow(kind, SinkKind::Ui, None));
            assert_eq!((findings.len(), findings[0].severity), (1, expected), "{kind:?}");
            assert_eq!(lines(&findings[0])[0].1, 7);
        }
    }

    #[test]
    fn a_guess_is_only_worth_knowing_and_other_sinks_are_not_its_business() {
        let mut unsure = one_flow(AccessKind::EmailApi, SinkKind::Ui, None);
        unsure.flows[0].confidence = Confidence::Possible;
        assert_eq!(found(&RULE, &unsure)[0].severity, Severity::Info);
        assert!(found(&RULE, &one_flow(AccessKind::EmailApi, SinkKind::Log, None)).is_empty());
        assert!(not_applicable(&RULE, &crate::facts::testing::forge(&[])));
    }
}
