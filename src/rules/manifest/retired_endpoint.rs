//! A call of an endpoint that Atlassian has switched off, or is about to.

use crate::catalog::notices::{self, RetiredState};
use crate::facts::{Facts, Observation, ObservationKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "retired-endpoint",
    summary: "an endpoint is called that Atlassian has switched off or deprecated",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("retired_endpoint.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for observation in facts.observations.iter().filter(|o| o.kind == ObservationKind::RetiredEndpoint) {
        let (finding, stopped) = judge(observation);
        if stopped && questions::sure(observation.confidence) {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

/// What to say, and whether the endpoint is known no longer to answer.
fn judge(observation: &Observation) -> (Finding, bool) {
    let endpoint = notices::endpoint(&observation.detail);
    let retired = endpoint.and_then(|e| e.retired.as_ref());
    let called = endpoint
        .and_then(|e| e.paths.first())
        .map_or_else(|| wording::name(&observation.expression), |p| wording::name(&p.replace("{v}", "3")));
    let stopped = retired.is_none_or(|r| r.state == RetiredState::Stopped);
    // A year is all that is known of some.
    let when = |date: &str| if date.len() > 4 { format!("on {date}") } else { format!("in {date}") };
    let said = match retired {
        Some(r) if stopped => format!("{called} stopped {}", when(&r.date)),
        Some(r) => format!("{called} is deprecated, with the date {}", r.date),
        None => format!("{called} is an endpoint that Atlassian has retired"),
    };
    let finding = Finding::new(observation.place.clone(), said)
        .label(if stopped { "no longer answers" } else { "is going away" })
        .confidence(observation.confidence)
        .note(if observation.detail.starts_with("jira.") {
            "Atlassian's changelog of Jira's REST API announces which endpoints stop and when"
        } else {
            "Atlassian's changelog of the admin APIs announces which endpoints stop and when"
        });
    // An error rests on a primary source.
    let plainly = retired.is_none_or(|r| r.confidence.is_none());
    let replacement = retired.and_then(|r| r.replacement.as_deref()).and_then(notices::endpoint);
    let finding = match replacement {
        Some(e) => {
            let method = e.methods.first().map_or("GET", String::as_str);
            let path = e.paths.first().map_or(e.id.as_str(), String::as_str);
            finding.help(format!(
                "call {} instead",
                wording::name(&format!("{method} {}", path.replace("{v}", "3")))
            ))
        }
        None => finding.help("look in Atlassian's changelog for what replaces it"),
    };
    (finding, stopped && plainly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::found;

    #[test]
    fn stopped_is_an_error_and_deprecated_a_warning() {
        for (id, severity, help) in [
            (
                "admin.users-search-v1",
                Severity::Error,
                "`POST /admin/v2/orgs/{orgId}/directories/{directoryId}/users/search`",
            ),
            ("admin.directory-users", Severity::Warning, "users/search`"),
            ("jira.search", Severity::Warning, "`GET /rest/api/3/search/jql`"),
            ("admin.users-invite-v1", Severity::Warning, "changelog"),
            ("an-id-of-tomorrow", Severity::Error, "changelog"),
        ] {
            let mut facts = forge(&[]);
            facts.observations.push(observation(ObservationKind::RetiredEndpoint, id, 7));
            let findings = found(&RULE, &facts);
            assert_eq!(findings[0].severity, severity, "{id}");
            assert!(findings[0].help[0].contains(help), "{id}: {:?}", findings[0].help);
        }
    }

    #[test]
    fn endpoints_in_use_are_no_finding() {
        let mut facts = forge(&[]);
        facts.observations.push(observation(ObservationKind::EndpointCall, "jira.user", 7));
        assert!(found(&RULE, &facts).is_empty());
    }
}
