//! A scope or an endpoint that this kind of app cannot have.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::scopes::{CONNECT_EMAIL_SCOPE, ForeignScope, Origin, Scopes};
use crate::facts::{AppType, Facts, Manifest, ManifestKind, ObservationKind, Product, ScopeName};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "unavailable-scope",
    summary: "a scope or the Email API is asked for that this kind of app cannot have",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unavailable_scope.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for manifest in &facts.app.manifests {
        for scope in &manifest.scopes {
            let finding = match manifest.kind {
                ManifestKind::Forge => in_forge(facts, manifest, scope),
                ManifestKind::Connect => in_connect(scope),
            };
            if let Some(finding) = finding {
                sink.report(finding);
            }
        }
    }
    check_oauth2_scopes(facts, sink);
    if facts.app.kind == AppType::Oauth2 {
        for call in questions::email_api_calls(facts) {
            sink.report(
                Finding::new(call.place.clone(), "the Email API is called from an OAuth 2.0 (3LO) app, which cannot use it")
                    .label("answered with 401 or 400")
                    .confidence(call.confidence)
                    .note("a 3LO app gets the address of the user who consented and no other (Atlassian, Profile visibility); the Email API is for Connect and Forge apps")
                    .help("for the consenting user's own address ask for `read:me` and call `https://api.atlassian.com/me`")
                    .help("for other people's addresses a Forge app with `read:email-address:jira` or `read:email-address:confluence` is the way"),
            );
        }
        return Outcome::Checked;
    }
    match facts.app.kind {
        AppType::Unknown if questions::asks_for_email_api(facts) => {
            Outcome::NotEvaluated("what kind of app this is could not be told".to_owned())
        }
        AppType::Unknown => Outcome::NotApplicable("nothing here asks for a scope".to_owned()),
        _ => match facts.app.manifests.iter().find_map(questions::unread_scopes) {
            Some(why) => Outcome::NotEvaluated(why),
            None => Outcome::Checked,
        },
    }
}

/// A name in a Forge manifest that belongs to another kind of app.
fn in_forge(facts: &Facts, manifest: &Manifest, scope: &ScopeName) -> Option<Finding> {
    let scopes = Scopes::embedded();
    if scopes.is_forge(&scope.value) {
        return None;
    }
    let foreign = scopes.foreign(&scope.value).filter(|f| f.from != Origin::Mistake)?;
    let name = wording::name(&scope.value);
    let whose = match foreign.from {
        Origin::Connect => "a Connect descriptor",
        Origin::Bitbucket => "Bitbucket's OAuth",
        Origin::Oauth2 => "OAuth 2.0 (3LO)",
        Origin::Admin | Origin::Mistake => "the Organizations API",
    };
    let mut finding = Finding::new(
        scope.place.clone(),
        format!("{name} is a scope of {whose} and none of a Forge manifest"),
    )
    .label("no Forge scope")
    .note("`forge deploy` refuses a manifest with a scope that Forge does not have (npm @forge/manifest 13.7.0)");
    if let Some(why) = &foreign.why {
        finding = finding.note(why.clone());
    }
    Some(finding.help(instead(facts, manifest, foreign)))
}

/// What to write instead, for the products of the app.
fn instead(facts: &Facts, manifest: &Manifest, foreign: &ForeignScope) -> String {
    let products: BTreeSet<Product> = manifest.products.iter().chain(&facts.app.products).copied().collect();
    let pick = |map: &'static BTreeMap<Product, String>| -> Vec<&'static str> {
        let mine: Vec<&str> =
            map.iter().filter(|(p, _)| products.contains(p)).map(|(_, s)| s.as_str()).collect();
        if mine.is_empty() { map.values().map(String::as_str).collect() } else { mine }
    };
    // The embedded tables live as long as the program.
    let Some(foreign) = Scopes::embedded().foreign(&foreign.name) else { return "take it out".to_owned() };
    let (own, connect) = (pick(&foreign.instead), pick(&foreign.with_connect_modules));
    let connect = if manifest.connect_modules { connect } else { Vec::new() };
    match (own.is_empty(), connect.is_empty()) {
        (true, true) => "take it out, and name the scopes of the calls that the app makes".to_owned(),
        (false, true) => format!("write {} instead", wording::names(own)),
        (true, false) => format!("write {} for the Connect modules", wording::names(connect)),
        (false, false) => format!(
            "write {} instead; for calls with the Connect token {}",
            wording::names(own),
            wording::names(connect)
        ),
    }
}

/// A Forge name in a Connect descriptor.
fn in_connect(scope: &ScopeName) -> Option<Finding> {
    let scopes = Scopes::embedded();
    if !scopes.is_forge(&scope.value) {
        return None;
    }
    let name = wording::name(&scope.value);
    let email =
        scopes.email_scope(&scope.value).is_some_and(|s| s.gives == crate::facts::AccessKind::EmailApi);
    let help = if email {
        format!(
            "write `{CONNECT_EMAIL_SCOPE}`, once Atlassian has approved the app: until then a descriptor with it cannot be installed"
        )
    } else {
        "write the Connect scope: `READ`, `WRITE`, `DELETE`, `ADMIN` and so on".to_owned()
    };
    Some(
        Finding::new(
            scope.place.clone(),
            format!("{name} is a Forge scope and none of a Connect descriptor"),
        )
        .label("no Connect scope")
        .note("Connect has its own scopes (Atlassian, Scopes for Connect apps)")
        .help(help),
    )
}

/// Scopes that a 3LO app asks for in vain, wherever they were found.
fn check_oauth2_scopes(facts: &Facts, sink: &mut Sink<'_>) {
    let declared = facts.app.oauth_scopes.iter().map(|s| (&s.place, s.value.as_str(), Confidence::Certain));
    let authorize = facts.observations.iter().filter(|o| o.kind == ObservationKind::AuthorizeScope);
    let observed = authorize.map(|o| (&o.place, o.detail.as_str(), o.confidence));
    let mut seen: BTreeSet<(&Place, &str)> = BTreeSet::new();
    for (place, scope, confidence) in declared.chain(observed) {
        let Some(useless) = Scopes::embedded().useless_in_oauth2(scope) else { continue };
        if !seen.insert((place, scope)) {
            continue;
        }
        let finding = Finding::new(
            place.clone(),
            format!("`{scope}` is asked for in an OAuth 2.0 (3LO) consent and gives nothing there"),
        )
        .label("gives a 3LO app nothing")
        .confidence(confidence)
        .note(format!("{} (Atlassian, Profile visibility)", useless.why))
        .help(format!("ask for `{}` instead, or take it out", useless.instead));
        if questions::sure(confidence) {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{check, found, not_applicable, not_evaluated};

    #[test]
    fn names_of_other_kinds_of_app_are_reported_where_they_stand() {
        for (name, expected) in [
            ("ACCESS_EMAIL_ADDRESSES", Some("read:email-address:jira")),
            ("access_email_addresses", Some("read:email-address:jira")),
            ("READ", Some("take it out")),
            ("email", Some("read:user:bitbucket")),
            ("offline_access", Some("take it out")),
            ("read:directories:admin", Some("take it out")),
            ("read:email-address:jira", None),
            ("read:email:jira", None),
            ("read:made-up:jira", None),
        ] {
            let mut facts = forge(&[name]);
            facts.app.products = vec![Product::Jira];
            let findings = found(&RULE, &facts);
            match expected {
                Some(help) => {
                    assert!(findings[0].help[0].contains(help), "{name}: {:?}", findings[0].help);
                    assert_eq!(findings[0].place.line, 11);
                }
                None => assert!(findings.is_empty(), "{name}: {findings:?}"),
            }
        }
    }

    #[test]
    fn products_and_connect_modules_decide_what_to_write_instead() {
        let mut facts = forge(&["ACCESS_EMAIL_ADDRESSES"]);
        let both = found(&RULE, &facts)[0].help[0].clone();
        assert!(both.contains("confluence") && both.contains("jira") && !both.contains("connect-"), "{both}");
        facts.app.manifests[0].connect_modules = true;
        assert!(found(&RULE, &facts)[0].help[0].contains("access-email-addresses:connect-jira"));
    }

    #[test]
    fn forge_names_in_a_descriptor() {
        let help = |name| found(&RULE, &connect(&[name])).first().map(|f| f.help[0].clone());
        assert!(help("read:email-address:jira").unwrap().contains("ACCESS_EMAIL_ADDRESSES"));
        assert!(help("read:jira-work").unwrap().contains("`READ`"));
        assert_eq!(help("READ"), None);
        assert_eq!(help("account"), None, "Bitbucket's descriptors have names of their own");
    }

    #[test]
    fn the_email_api_is_not_for_3lo() {
        let mut app = facts(AppType::Oauth2);
        app.accesses.push(jira_email_call(7));
        app.app.oauth_scopes.push(located("read:email-address:jira".to_owned(), "src/auth.ts", 3));
        app.app.oauth_scopes.push(located("read:me".to_owned(), "src/auth.ts", 4));
        let mut same = observation(ObservationKind::AuthorizeScope, "read:email-address:jira", 3);
        same.place = place("src/auth.ts", 3);
        app.observations.push(same);
        let lines: Vec<_> = found(&RULE, &app).iter().map(|f| f.place.line).collect();
        assert_eq!(lines, [3, 7], "the same place is reported once");
        app.app.kind = AppType::Forge;
        app.app.oauth_scopes.clear();
        app.observations[0].confidence = Confidence::Possible;
        let findings = found(&RULE, &app);
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Warning));
    }

    #[test]
    fn an_unknown_app_is_not_judged() {
        let mut app = facts(AppType::Unknown);
        assert!(not_applicable(&RULE, &app), "nothing asks for a scope");
        app.accesses.push(jira_email_call(7));
        assert!(check(&RULE, &app).1.is_empty());
        assert!(not_evaluated(&RULE, &app));
    }
}
