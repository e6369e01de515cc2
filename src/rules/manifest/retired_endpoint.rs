//! A call of an endpoint that Atlassian has switched off, or is about to.

use crate::catalog::endpoints::Endpoints;
use crate::facts::{Facts, Observation, ObservationKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "retired-endpoint",
    summary: "an endpoint is called that Atlassian has switched off",
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

/// What to say, and whether the endpoint no longer answers.
fn judge(observation: &Observation) -> (Finding, bool) {
    let endpoints = Endpoints::get();
    let endpoint = endpoints.by_id(&observation.detail);
    let retired = endpoint.and_then(|e| e.retired.as_ref());
    let shown = |path: &String| wording::name(&path.replace("{v}", "3"));
    let called =
        endpoint.and_then(|e| e.paths.first()).map_or_else(|| wording::name(&observation.expression), shown);
    let stopped = retired.is_none_or(|r| r.state == "stopped");
    // An end of which only the year is known has not been seen in a changelog.
    let dated = retired.is_none_or(|r| r.date.len() == "YYYY-MM-DD".len());
    let said = match retired {
        Some(r) if stopped && dated => format!("{called} stopped on {}", r.date),
        Some(r) if stopped => format!("{called} was switched off in {}, as far as is known", r.date),
        Some(r) => format!("{called} is deprecated, with the date {}", r.date),
        None => format!("{called} is an endpoint that Atlassian has retired"),
    };
    let finding = Finding::new(observation.place.clone(), said)
        .label(match (stopped, dated) {
            (true, true) => "no longer answers",
            (true, false) => "may no longer answer",
            (false, _) => "is going away",
        })
        .confidence(observation.confidence)
        .note(if dated {
            "Atlassian announces in its changelogs which endpoints stop and when"
        } else {
            "the day was not found, and the published API description still lists it; call it to see whether it answers"
        });
    let replacement = retired.and_then(|r| r.replacement.as_deref()).and_then(|id| endpoints.by_id(id));
    let finding = match replacement {
        Some(e) => {
            let method = e.methods.first().map_or("GET", String::as_str);
            let path = e.paths.first().map_or_else(|| e.id.clone(), |p| p.replace("{v}", "3"));
            finding.help(format!("call {} instead", wording::name(&format!("{method} {path}"))))
        }
        None => finding.help("look in Atlassian's changelog for what replaces it"),
    };
    (finding, stopped && dated)
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
            ("jira.search", Severity::Warning, "search/jql`"),
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
