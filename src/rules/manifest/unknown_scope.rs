//! A scope name that does not exist.

use crate::catalog::scopes::{Origin, Scopes};
use crate::facts::{Facts, ManifestKind, Product, ScopeName};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-scope",
    summary: "the manifest names a scope that does not exist",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unknown_scope.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if facts.app.manifests.is_empty() {
        return Outcome::NotApplicable("there is no manifest or descriptor".to_owned());
    }
    for manifest in &facts.app.manifests {
        // Bitbucket's descriptors have scopes of their own, of which we have no list.
        if manifest.kind == ManifestKind::Connect && manifest.products.contains(&Product::Bitbucket) {
            continue;
        }
        for scope in manifest.scopes.iter().filter(|s| !is_template(&s.value)) {
            match manifest.kind {
                ManifestKind::Forge => check_forge(scope, sink),
                ManifestKind::Connect => check_connect(scope, sink),
            }
        }
    }
    match facts.app.manifests.iter().find_map(questions::unread_scopes) {
        Some(why) => Outcome::NotEvaluated(why),
        None => Outcome::Checked,
    }
}

/// Whether the name is filled in when the app is built.
fn is_template(name: &str) -> bool {
    ["${", "{{", "<%"].iter().any(|mark| name.contains(mark))
}

fn check_forge(scope: &ScopeName, sink: &mut Sink<'_>) {
    let scopes = Scopes::embedded();
    if scopes.is_forge(&scope.value) {
        return;
    }
    let (source, date) = scopes.forge_source();
    let unknown = Finding::new(scope.place.clone(), format!("{} is no Forge scope", wording::name(&scope.value)))
        .label("no such scope")
        .note("`forge deploy` refuses a manifest with a scope that Forge does not have (npm @forge/manifest 13.7.0)");
    match scopes.foreign(&scope.value) {
        Some(foreign) if foreign.from == Origin::Mistake => {
            let meant = wording::names(foreign.instead.values().map(String::as_str));
            sink.report(unknown.help(format!("did you mean {meant}?")));
        }
        // `unavailable-scope` speaks of names that belong to another kind of app.
        Some(_) => {}
        None => match scopes.nearest_forge(&scope.value) {
            Some(meant) => sink.report(unknown.help(format!("did you mean `{meant}`?"))),
            None => sink.report_at_most(
                Severity::Warning,
                unknown
                    .confidence(Confidence::Likely)
                    .note(format!(
                        "the list of scopes is that of {source} of {date}; a newer scope is not in it"
                    ))
                    .help("look the name up in Atlassian's list of Forge scopes, or take it out"),
            ),
        },
    }
}

fn check_connect(scope: &ScopeName, sink: &mut Sink<'_>) {
    let scopes = Scopes::embedded();
    // `unavailable-scope` speaks of Forge names.
    if scopes.connect(&scope.value).is_some() || scopes.is_forge(&scope.value) {
        return;
    }
    let unknown =
        Finding::new(scope.place.clone(), format!("{} is no Connect scope", wording::name(&scope.value)))
            .label("no such scope")
            .note("Connect has nine scopes for Jira and Confluence (Atlassian, Scopes for Connect apps)");
    match scopes.nearest_connect(&scope.value) {
        Some(meant) => sink.report(unknown.help(format!("did you mean `{meant}`?"))),
        None => sink.report_at_most(
            Severity::Warning,
            unknown
                .confidence(Confidence::Likely)
                .note("a descriptor for Bitbucket has other scopes, which are not known here")
                .help("look the name up in Atlassian's list of Connect scopes, or take it out"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AppType;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn names_that_do_not_exist_and_what_was_meant() {
        for (name, expected) in [
            ("read:email-adress:jira", Some((Severity::Error, "`read:email-address:jira`"))),
            ("read:jira:email-address", Some((Severity::Error, "`read:email-address:jira`"))),
            ("read:email:confluence", Some((Severity::Error, "`read:email-address:confluence`"))),
            ("read:digest-recipients:jira", Some((Severity::Warning, "look the name up"))),
            ("read:jira-work", None),
            ("storage:app", None),
            ("ACCESS_EMAIL_ADDRESSES", None),
            ("${SCOPE}", None),
        ] {
            let findings = found(&RULE, &forge(&[name]));
            let got = findings.first().map(|f| (f.severity, f.help[0].as_str()));
            match expected {
                Some((severity, help)) => {
                    let (s, h) = got.unwrap();
                    assert!(s == severity && h.contains(help), "{name}: {got:?}");
                }
                None => assert_eq!(got, None, "{name}"),
            }
        }
    }

    #[test]
    fn connect_names_in_either_case() {
        let levels = |name| found(&RULE, &connect(&[name])).first().map(|f| f.severity);
        assert_eq!(levels("act_as_user"), None);
        assert_eq!(levels("ACCESS_EMAIL_ADDRESS"), Some(Severity::Error));
        assert_eq!(levels("EVERYTHING"), Some(Severity::Warning));
        assert_eq!(levels("read:jira-work"), None);
    }

    #[test]
    fn bitbucket_and_apps_without_a_manifest_are_left_alone() {
        let mut facts = connect(&["repository:write"]);
        facts.app.manifests[0].products = vec![Product::Bitbucket];
        assert!(found(&RULE, &facts).is_empty());
        assert!(not_applicable(&RULE, &crate::facts::testing::facts(AppType::Oauth2)));
    }
}
