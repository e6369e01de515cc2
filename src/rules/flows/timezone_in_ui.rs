//! A user's time zone that is shown.

use crate::facts::{Facts, ObservationKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "timezone-in-ui",
    summary: "a user's time zone is shown in the user interface",
    group: Group::Flows,
    severity: Severity::Info,
    since: "0.1.0",
    page: include_str!("timezone_in_ui.md"),
    check,
};

/// What the observation says of a zone that the browser's host was asked for.
const OF_THE_HOST: &str = "time-zone";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for shown in facts.observations.iter().filter(|o| o.kind == ObservationKind::TimeZoneShown) {
        let note = match shown.detail.as_str() {
            OF_THE_HOST => {
                "`AP.user.getTimeZone` answers whatever the profile's visibility is, only to establish context for the user; the zone must not be presented where other users see it (Atlassian, Profile visibility)"
            }
            _ => {
                "a time zone is part of the profile, which the user may hide (Atlassian, Profile visibility)"
            }
        };
        sink.report(
            Finding::new(shown.place.clone(), "a user's time zone is shown in the user interface")
                .label("may be seen by other users")
                .confidence(shown.confidence)
                .note(note)
                .help("show dates in the time zone of whoever looks, and not the zone itself"),
        );
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::found;

    #[test]
    fn each_place_is_told_with_the_reason_for_its_source() {
        let mut facts = connect(&[]);
        assert!(found(&RULE, &facts).is_empty());
        facts.observations.push(observation(ObservationKind::TimeZoneShown, OF_THE_HOST, 7));
        facts.observations.push(observation(ObservationKind::TimeZoneShown, "jira.user", 9));
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].severity), (2, Severity::Info));
        assert!(
            findings[0].notes[0].contains("getTimeZone") && !findings[1].notes[0].contains("getTimeZone")
        );
    }
}
