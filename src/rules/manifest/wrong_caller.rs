//! A call of the Email API on behalf of a user.

use crate::facts::{Access, AccessKind, AppType, Caller, Facts, Product};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "wrong-caller",
    summary: "the Email API is called on behalf of a user instead of the app",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("wrong_caller.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if facts.app.kind == AppType::Oauth2 {
        return Outcome::NotApplicable(
            "the Email API is not for OAuth 2.0 (3LO) apps; see `unavailable-scope`".to_owned(),
        );
    }
    let mut calls = 0;
    for call in questions::email_api_calls(facts) {
        calls += 1;
        if let Some(finding) = judge(facts, call) {
            sink.report(finding);
        }
    }
    if calls > 0 {
        return Outcome::Checked;
    }
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None if facts.accesses.iter().any(|a| a.kind == AccessKind::EmailApi) => {
            Outcome::NotEvaluated("what looks like the Email API could not be followed".to_owned())
        }
        None => Outcome::NotApplicable("no call of the Email API was found".to_owned()),
    }
}

fn judge(facts: &Facts, call: &Access) -> Option<Finding> {
    let (said, label, help) = match call.caller {
        Caller::AsApp | Caller::Addon | Caller::Unknown => return None,
        Caller::Token if app_token_is_likely(facts) => return None,
        Caller::AsUser => (
            "the Email API is called on behalf of a user",
            "acts as a user",
            if facts.app.kind == AppType::Connect {
                "make the call as the add-on itself, without `asUser` or `asUserByAccountId`"
            } else {
                "make the call with `asApp()`, and check yourself that the user may do what the address is for"
            },
        ),
        Caller::Bridge => (
            "the Email API is called from the front end, which acts as the current user",
            "acts as the current user",
            if facts.app.kind == AppType::Connect {
                "make the call on the server as the add-on, and do not hand the address to the front end"
            } else {
                "move the call into a resolver with `asApp()`, and do not hand the address to the front end"
            },
        ),
        Caller::Token => (
            "the Email API is called with a user's token, which it does not accept",
            "a token acts as its user",
            "make the call as the app: `asApp()` in Forge, the add-on's own JWT in Connect",
        ),
    };
    // Jira's reference says so; Confluence's says only that a user who calls is answered with 401.
    let jira = questions::email_product(call.product) == Some(Product::Jira);
    let confidence = if jira { call.confidence } else { call.confidence.min(Confidence::Likely) };
    let mut finding = Finding::new(call.place.clone(), said)
        .label(label)
        .confidence(confidence)
        .note("the Email API answers apps and no users: a Forge app calls it with `asApp()`, a Connect app as the add-on; a user who calls it gets 401 (Atlassian, Jira Cloud REST API, Get user email)");
    if !jira {
        finding = finding.note(
            "Confluence's reference says it less plainly; no caller but the app is known to work there",
        );
    }
    Some(finding.help(help))
}

/// Whether a bearer token may be the app's own: Forge hands a remote one that acts as the app.
fn app_token_is_likely(facts: &Facts) -> bool {
    facts.app.manifests.iter().any(|m| !m.remotes.is_empty() || m.scope("read:app-system-token").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn calls(caller: Caller, product: Product) -> Facts {
        let mut facts = forge(&["read:email-address:jira"]);
        facts.accesses.push(access(AccessKind::EmailApi, Some(product), caller, 7));
        facts
    }

    #[test]
    fn users_may_not_call() {
        for (caller, expected) in [
            (Caller::AsUser, 1),
            (Caller::Bridge, 1),
            (Caller::Token, 1),
            (Caller::AsApp, 0),
            (Caller::Addon, 0),
            (Caller::Unknown, 0),
        ] {
            let findings = found(&RULE, &calls(caller, Product::Jira));
            assert_eq!(findings.len(), expected, "{caller:?}");
            assert!(findings.iter().all(|f| f.severity == Severity::Error), "{caller:?}");
        }
        let confluence = found(&RULE, &calls(Caller::Bridge, Product::Confluence));
        assert_eq!(confluence[0].confidence, Confidence::Likely);
        assert_eq!(confluence[0].notes.len(), 2);
    }

    #[test]
    fn a_remote_has_a_token_of_the_app() {
        let mut facts = calls(Caller::Token, Product::Jira);
        let scope = located("read:app-system-token".to_owned(), "manifest.yml", 12);
        facts.app.manifests[0].scopes.push(scope);
        assert!(found(&RULE, &facts).is_empty());
        facts.accesses[0].caller = Caller::AsUser;
        assert_eq!(found(&RULE, &facts).len(), 1);
    }

    #[test]
    fn the_kind_of_app_need_not_be_known_but_must_not_be_3lo() {
        let mut facts = calls(Caller::Bridge, Product::Jira);
        facts.app.kind = AppType::Unknown;
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.app.kind = AppType::Oauth2;
        assert!(not_applicable(&RULE, &facts));
    }

    #[test]
    fn other_accesses_may_act_as_users() {
        let mut facts = forge(&[]);
        facts.accesses.push(access(AccessKind::UserObject, Some(Product::Jira), Caller::AsUser, 7));
        assert!(not_applicable(&RULE, &facts));
        facts.accesses[0].kind = AccessKind::EmailApi;
        facts.accesses[0].confidence = Confidence::Possible;
        assert!(not_evaluated(&RULE, &facts));
    }
}
