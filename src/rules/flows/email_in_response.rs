//! An address that the app's own route, web trigger, resolver or command hands out.

use crate::catalog::sinks::Sinks;
use crate::facts::{Facts, SinkKind};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

use super::{goals, outcome, report};

pub(crate) static RULE: Rule = Rule {
    name: "email-in-response",
    summary: "the app's own route or command hands out an address",
    group: Group::Flows,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("email_in_response.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for goal in goals(facts, &[SinkKind::Response]) {
        let own = goal.is_own();
        let whole = goal.flow().is_some_and(|f| f.implicit);
        let printed = goal.flow().is_some_and(|f| Sinks::get().is_terminal(&f.sink));
        let what = match (own, whole) {
            (true, _) => "the user's own address",
            (false, true) => "a whole user object with its address",
            (false, false) => "an address",
        };
        let (who, label, why) = match printed {
            true => (
                "the output of a command",
                "goes to whoever runs the command",
                "whoever runs the command gets the address, and so does whatever its output is written to; addresses must not be used in the user interface (Atlassian, Profile visibility, Guidelines for using email addresses)",
            ),
            false => (
                "the answer of the app's own route",
                "leaves the app's back end",
                "whoever can call the route gets the address, and what the caller shows is not followed from here; addresses must not be used in the user interface (Atlassian, Profile visibility, Guidelines for using email addresses)",
            ),
        };
        let mut finding = goal.finding(format!("{who} holds {what}"), label).note(why);
        finding = match (own, printed) {
            (true, true) => finding.help("make sure that only its owner gets to see the output"),
            (true, false) => finding.help("make sure that only its owner can call the route"),
            (false, true) => finding
                .help("print the `accountId` and the display name")
                .help("if the address has to be printed, say why on the line above: `mailpermit: ignore[email-in-response] the reason`"),
            (false, false) => finding
                .help("answer with the `accountId` and the display name, and keep the address in the back end")
                .help("if the caller has to have it, make sure that nobody else can call the route, and say so on the line above: `mailpermit: ignore[email-in-response] the reason`"),
        };
        report(facts, sink, if own { Severity::Info } else { Severity::Warning }, finding);
    }
    outcome(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AccessKind;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::found;

    #[test]
    fn what_is_handed_out_counts_by_whose_address_it_is() {
        for (kind, expected) in [
            (AccessKind::EmailApi, Severity::Warning),
            (AccessKind::UserObject, Severity::Warning),
            (AccessKind::OwnProfile, Severity::Info),
        ] {
            let findings = found(&RULE, &one_flow(kind, SinkKind::Response, None));
            assert_eq!((findings.len(), findings[0].severity), (1, expected), "{kind:?}");
        }
        let mut printed = one_flow(AccessKind::UserObject, SinkKind::Response, None);
        printed.flows[0].sink = "response.python-terminal".to_owned();
        assert!(found(&RULE, &printed)[0].message.starts_with("the output of a command"));
        let mut whole = one_flow(AccessKind::UserObject, SinkKind::Response, None);
        whole.flows[0].implicit = true;
        assert!(found(&RULE, &whole)[0].message.contains("whole user object"));
        assert!(found(&RULE, &one_flow(AccessKind::EmailApi, SinkKind::Ui, None)).is_empty());
    }
}
