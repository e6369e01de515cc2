//! Looking a user up by an address.

use crate::facts::{Facts, ObservationKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "lookup-by-email",
    summary: "a user is looked up by an address, which finds only some of them",
    group: Group::Visibility,
    severity: Severity::Info,
    since: "0.1.0",
    page: include_str!("lookup_by_email.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for observation in facts.observations.iter().filter(|o| o.kind == ObservationKind::LookupByEmail) {
        sink.report(
            Finding::new(observation.place.clone(), "a user is looked up by an address")
                .label("finds only visible addresses")
                .confidence(observation.confidence)
                .note("whether a search matches an address depends on that user's profile visibility, so no result does not mean no such user")
                .help("keep `accountId` from the start and look users up by it")
                .help("where only an address is known, tell \"not found\" from \"not there\", and do not take the first of several results")
                .help(super::scenario("jira/search-by-hidden-address.json")),
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
    fn each_look_up_is_told_of() {
        let mut facts = forge(&[]);
        facts.observations.push(observation(ObservationKind::EndpointCall, "jira.user-search", 6));
        assert!(found(&RULE, &facts).is_empty());
        facts.observations.push(observation(ObservationKind::LookupByEmail, "jira.user-search", 9));
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line, findings[0].severity), (1, 9, Severity::Info));
    }
}
