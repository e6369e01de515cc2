//! A scope for everybody's profile where only one's own address is read.

use crate::facts::{AccessKind, AppType, Facts};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "narrower-scope-suffices",
    summary: "only a user's own address is read, for which a narrower scope would do",
    group: Group::Advice,
    severity: Severity::Info,
    since: "0.1.0",
    page: include_str!("narrower_scope_suffices.md"),
    check,
};

/// 3LO scopes that open other people's user objects.
const BROAD: &[&str] = &["read:jira-user", "read:user:jira", "read:confluence-user", "read:user:confluence"];
/// The one for one's own.
const OWN: &str = "read:me";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if facts.app.kind != AppType::Oauth2 {
        return Outcome::NotApplicable(
            "only an OAuth 2.0 (3LO) app has a scope for the user's own address alone".to_owned(),
        );
    }
    if let Some(why) = questions::unseen_code(facts) {
        return Outcome::NotEvaluated(why);
    }
    // What is only possible counts as well: it may need the broad scope.
    let Some(first) = facts.accesses.first() else {
        return Outcome::NotApplicable("no place that reads an address was found".to_owned());
    };
    if facts.accesses.iter().any(|a| a.kind != AccessKind::OwnProfile) {
        return Outcome::Checked;
    }
    if facts.app.oauth_scopes.is_empty() {
        return Outcome::NotEvaluated("the scopes that the app asks for were not found".to_owned());
    }
    let own = facts.app.oauth_scopes.iter().any(|s| s.value == OWN);
    for scope in facts.app.oauth_scopes.iter().filter(|s| BROAD.contains(&s.value.as_str())) {
        let name = wording::name(&scope.value);
        let finding = Finding::new(
            scope.place.clone(),
            format!("{name} opens other people's profiles, and only the user's own address is read"),
        )
        .label("broader than the address needs")
        .confidence(Confidence::Possible)
        .related(first.place.clone(), "the user's own address is read here")
        .note("`read:me` with `https://api.atlassian.com/me` gives the consenting user's own address (Atlassian, User identity API); an app asks only for the scopes that it needs");
        sink.report(if own {
            finding.help(format!("take {name} out, unless something else in the app needs it"))
        } else {
            finding.help(format!("ask for `{OWN}` instead and read the address from `https://api.atlassian.com/me`, unless something else in the app needs {name}"))
        });
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{Caller, Product};
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn app(scopes: &[&str], kinds: &[AccessKind]) -> Facts {
        let mut facts = facts(AppType::Oauth2);
        facts.app.oauth_scopes =
            scopes.iter().zip(3..).map(|(s, line)| located((*s).to_owned(), "src/auth.ts", line)).collect();
        facts.accesses = kinds
            .iter()
            .zip(7..)
            .map(|(k, line)| access(*k, Some(Product::Identity), Caller::Token, line))
            .collect();
        facts
    }

    #[test]
    fn only_broad_scopes_beside_own_addresses_are_told_of() {
        use AccessKind::{OwnProfile, UserObject};
        for (scopes, kinds, expected) in [
            (&["read:me", "read:jira-user"][..], &[OwnProfile][..], 1),
            (&["read:jira-user", "read:user:confluence"], &[OwnProfile], 2),
            (&["read:me", "read:jira-work"], &[OwnProfile], 0),
            (&["read:jira-user"], &[OwnProfile, UserObject], 0),
        ] {
            assert_eq!(found(&RULE, &app(scopes, kinds)).len(), expected, "{scopes:?} {kinds:?}");
        }
        assert!(found(&RULE, &app(&["read:jira-user"], &[OwnProfile]))[0].help[0].contains("`read:me`"));
    }

    #[test]
    fn it_takes_a_3lo_app_whose_scopes_are_known() {
        assert!(not_applicable(&RULE, &forge(&["read:jira-user"])));
        assert!(not_applicable(&RULE, &app(&["read:jira-user"], &[])));
        assert!(not_evaluated(&RULE, &app(&[], &[AccessKind::OwnProfile])));
    }
}
