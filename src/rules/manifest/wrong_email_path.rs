//! A path that looks like the Email API and is not, and placeholders that are sent as they stand.

use crate::catalog::endpoints::Endpoints;
use crate::facts::{Facts, Observation, ObservationKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "wrong-email-path",
    summary: "a path is misspelt, so the call cannot bring an address",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("wrong_email_path.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for observation in &facts.observations {
        let finding = match observation.kind {
            ObservationKind::WrongPath => wrong_path(observation),
            ObservationKind::RouteWithoutDollar => without_dollar(facts, observation),
            _ => continue,
        };
        let finding = finding.confidence(observation.confidence);
        if questions::sure(observation.confidence) {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

fn wrong_path(observation: &Observation) -> Finding {
    let endpoints = Endpoints::get();
    let known = endpoints.wrong_paths().iter().find(|p| p.id == observation.detail);
    let why = known.map_or("it is no path of Atlassian's Email API", |k| k.why.as_str());
    let meant = known.and_then(|k| endpoints.by_id(&k.meant)).and_then(|e| e.paths.first());
    let finding = Finding::new(
        observation.place.clone(),
        format!("{} asks a path that the Email API does not have", wording::name(&observation.expression)),
    )
    .label("no such path")
    .note(why);
    match meant {
        Some(path) => finding.help(format!("ask {}", wording::name(&path.replace("{v}", "3")))),
        None => finding
            .help("Jira's paths are `/rest/api/3/user/email` and `/rest/api/3/user/email/bulk`, Confluence's `/wiki/rest/api/user/email` and `/wiki/rest/api/user/email/bulk`"),
    }
}

fn without_dollar(facts: &Facts, observation: &Observation) -> Finding {
    let bare = observation.detail.trim_matches(['{', '}', '$', ' ']).to_owned();
    let placeholder = wording::name(&format!("{{{bare}}}"));
    Finding::new(observation.place.clone(), format!("{placeholder} in a `route` template is sent as it stands, for want of a `$`"))
        .label("sent as it stands")
        .note("only `${…}` is filled in, and escaped, by `route`; without the `$` the braces go to Atlassian and no user has such an id")
        .help(format!("write {}", wording::name(&format!("${{{bare}}}"))))
        .edit(facts.edits.dollars.get(&(observation.place.clone(), observation.detail.clone())).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::findings::Confidence;
    use crate::rules::testing::{found, not_evaluated};

    fn seen(kind: ObservationKind, detail: &str) -> Facts {
        let mut facts = forge(&[]);
        facts.observations.push(observation(kind, detail, 7));
        facts
    }

    #[test]
    fn the_right_path_is_given() {
        for (detail, path) in [
            ("confluence.user-email-without-wiki", "`/wiki/rest/api/user/email`"),
            ("confluence.user-email-bulk-without-wiki", "`/wiki/rest/api/user/email/bulk`"),
            ("jira.users-email", "`/rest/api/3/user/email`"),
            ("an-id-of-tomorrow", "`/rest/api/3/user/email`"),
        ] {
            let findings = found(&RULE, &seen(ObservationKind::WrongPath, detail));
            assert!(findings[0].help[0].contains(path), "{detail}: {:?}", findings[0].help);
            assert_eq!(findings[0].severity, Severity::Error);
        }
    }

    #[test]
    fn a_placeholder_without_a_dollar_is_named() {
        for detail in ["{accountId}", "accountId"] {
            let findings = found(&RULE, &seen(ObservationKind::RouteWithoutDollar, detail));
            assert_eq!(findings[0].help, ["write `${accountId}`"]);
        }
    }

    #[test]
    fn other_observations_and_possible_ones() {
        assert!(found(&RULE, &seen(ObservationKind::NotifyCall, "x")).is_empty());
        let mut unsure = seen(ObservationKind::WrongPath, "jira.users-email");
        unsure.observations[0].confidence = Confidence::Possible;
        assert_eq!(found(&RULE, &unsure)[0].severity, Severity::Warning);
        let mut unread = forge(&[]);
        unread.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        assert!(not_evaluated(&RULE, &unread));
    }
}
