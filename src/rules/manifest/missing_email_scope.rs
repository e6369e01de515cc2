//! A call of the Email API without the scope that it needs.

use crate::catalog::scopes::{CONNECT_EMAIL_SCOPE, Scopes};
use crate::facts::{Access, AccessKind, App, AppType, Caller, Facts, Manifest, ManifestKind, Product};
use crate::findings::{Edit, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "missing-email-scope",
    summary: "the Email API is called and the manifest lacks the scope for it",
    group: Group::Manifest,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("missing_email_scope.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let app = &facts.app;
    match (app.kind, app.manifest()) {
        (AppType::Oauth2, _) => {
            return Outcome::NotApplicable(
                "no scope opens the Email API to an OAuth 2.0 (3LO) app; see `unavailable-scope`".to_owned(),
            );
        }
        (AppType::Unknown, _) | (_, None)
            if facts.accesses.iter().any(|a| a.kind == AccessKind::EmailApi) =>
        {
            return Outcome::NotEvaluated(
                "no manifest or descriptor could be read, so the scopes are not known".to_owned(),
            );
        }
        _ => {}
    }
    let calls: Vec<&Access> = questions::email_api_calls(facts).collect();
    if calls.is_empty() {
        if let Some(why) = questions::unseen_code(facts) {
            return Outcome::NotEvaluated(why);
        }
        if facts.accesses.iter().any(|a| a.kind == AccessKind::EmailApi) {
            return Outcome::NotEvaluated("what looks like the Email API could not be followed".to_owned());
        }
        return Outcome::NotApplicable("no call of the Email API was found".to_owned());
    }
    let unread = app.manifests.iter().find_map(questions::unread_scopes);
    let mut open = None;
    for call in calls {
        let Some(missing) = missing(app, call) else { continue };
        // A scope that is not seen may stand in the part that could not be read.
        if unread.is_some() {
            open.clone_from(&unread);
        } else if missing.nearly {
            sink.report_at_most(Severity::Warning, finding(app, call, &missing));
        } else {
            sink.report(finding(app, call, &missing).edit(added(facts, &missing)));
        }
    }
    open.map_or(Outcome::Checked, Outcome::NotEvaluated)
}

/// What a call lacks.
struct Missing<'a> {
    /// The scopes of which one is to be added.
    wanted: Vec<&'static str>,
    /// The manifest to add it to.
    manifest: &'a Manifest,
    /// Whether a scope is there that may serve: nothing public says that it does not.
    nearly: bool,
}

/// What a call lacks; `None` when a manifest has a scope for it.
fn missing<'a>(app: &'a App, call: &Access) -> Option<Missing<'a>> {
    let manifest = app.manifest()?;
    // A scope counts only where its kind of manifest stands: the Connect name means nothing to Forge.
    let has_in = |kind: ManifestKind, name: &str| {
        app.manifests.iter().any(|m| m.kind == kind && m.scope(name).is_some())
    };
    let has_connect = has_in(ManifestKind::Connect, CONNECT_EMAIL_SCOPE);
    if manifest.kind == ManifestKind::Connect {
        let wanted = vec![CONNECT_EMAIL_SCOPE];
        return (!has_connect).then_some(Missing { wanted, manifest, nearly: false });
    }
    let products = products(app, call);
    let named = |caller| -> Vec<&'static str> {
        let scope = |p: &Product| Scopes::embedded().for_email_api(*p, caller).map(|s| s.name.as_str());
        products.iter().filter_map(scope).collect()
    };
    let (as_app, as_addon) = (named(Caller::AsApp), named(Caller::Addon));
    let has = |name: &&'static str| has_in(ManifestKind::Forge, name);
    let (app_has, addon_has) = (as_app.iter().any(has), has_connect || as_addon.iter().any(has));
    let addon = call.caller == Caller::Addon && app.kind == AppType::ForgeWithConnect;
    let enough = match call.caller {
        // The front end has no Connect token; the way out is a call of the app itself.
        Caller::AsApp | Caller::Bridge => app_has,
        Caller::Addon if addon => addon_has,
        _ => app_has || addon_has,
    };
    let wanted = if addon { as_addon } else { as_app };
    (!enough).then_some(Missing { wanted, manifest, nearly: addon && app_has })
}

/// The edit that adds the scope to a Forge manifest, when it is clear which one. A Connect descriptor is left as
/// it is: with this scope it cannot be installed before Atlassian has approved the app.
fn added(facts: &Facts, missing: &Missing<'_>) -> Option<Edit> {
    let [scope] = missing.wanted.as_slice() else { return None };
    (missing.manifest.kind == ManifestKind::Forge)
        .then(|| facts.edits.add_scope.get(&missing.manifest.file).map(|at| at.edit(scope)))?
}

/// The products whose Email API a call may ask.
fn products(app: &App, call: &Access) -> Vec<Product> {
    if let Some(product) = questions::email_product(call.product) {
        return vec![product];
    }
    let mut products: Vec<Product> =
        app.products.iter().filter_map(|p| questions::email_product(Some(*p))).collect();
    products.sort_unstable();
    products.dedup();
    if products.is_empty() { vec![Product::Jira, Product::Confluence] } else { products }
}

fn finding(app: &App, call: &Access, missing: &Missing<'_>) -> Finding {
    let scopes = missing.wanted.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(" or ");
    let of = call.product.map_or(String::new(), |p| format!(" of {}", wording::product(p)));
    let file = wording::name(&missing.manifest.file);
    let mut finding = Finding::new(
        call.place.clone(),
        format!("the Email API{of} is called and {file} lacks the scope {scopes}"),
    )
    .label(format!("needs {scopes}"))
    .confidence(call.confidence);
    if let Some(place) = &missing.manifest.scopes_place {
        finding = finding.related(place.clone(), "the scopes are here");
    }
    if missing.manifest.kind == ManifestKind::Connect {
        return finding
            .note("a Connect app reaches the Email API only with this scope, which no other scope implies, and only once Atlassian has approved the app (Atlassian, Profile visibility; Scopes for Connect apps)")
            .help(format!("add the scope to {file}:\n{}", connect_lines(missing.manifest)))
            .help("publish it only after Atlassian has approved the app: until then a descriptor with this scope cannot be installed");
    }
    finding = finding
        .note("a Forge app reads addresses through the Email API only with this scope, which the site's admin consents to (Atlassian, Profile visibility)");
    let scope = missing.wanted.first().and_then(|s| Scopes::embedded().email_scope(s));
    if let Some((scope, unclear)) = scope.and_then(|s| Some((s, s.unclear.as_ref()?))) {
        finding = finding.note(format!("{unclear} (for `{}`)", scope.name));
    }
    if missing.nearly {
        finding = finding.note("the scope that is there is for calls of the Forge app itself; whether it serves a call with the Connect token is not public");
    } else if call.caller == Caller::AsApp && app.kind == AppType::ForgeWithConnect {
        finding = finding
            .note("`access-email-addresses:connect-…` would not do: it is for calls with the Connect token");
    }
    finding
        .help(format!("add the scope to {file}:\n{}", forge_lines(missing)))
        .help("a new scope makes a new major version, which the admin of every site has to approve")
        .help("do not wait for `forge lint` to say so: version 6.3.1 does not report this scope, because Atlassian's API description lists it as Beta for Jira and not at all for Confluence")
}

/// The lines to add, in the shape that the manifest has.
fn forge_lines(missing: &Missing<'_>) -> String {
    let scope = missing.wanted.first().copied().unwrap_or_default();
    let line = if missing.manifest.scopes_as_map {
        format!("{scope}:\n      allowImpersonation: false")
    } else {
        format!("- {scope}")
    };
    format!("permissions:\n  scopes:\n    {line}")
}

/// The whole list with the scope in it, in the case that the others have.
fn connect_lines(manifest: &Manifest) -> String {
    const MOST: usize = 12;
    let lower = manifest.scopes.first().is_some_and(|s| s.value.chars().any(char::is_lowercase));
    let new = if lower { CONNECT_EMAIL_SCOPE.to_lowercase() } else { CONNECT_EMAIL_SCOPE.to_owned() };
    let mut all: Vec<String> = manifest.scopes.iter().take(MOST).map(|s| format!("{:?}", s.value)).collect();
    all.push(format!("{new:?}"));
    format!("\"scopes\": [{}]", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::InputKind;
    use crate::facts::testing::*;
    use crate::findings::Confidence;
    use crate::rules::testing::{check, found, not_applicable, not_evaluated};

    fn app(kind: AppType, scopes: &[&str], product: Option<Product>, caller: Caller) -> Facts {
        let mut facts = if kind == AppType::Connect { connect(scopes) } else { forge(scopes) };
        facts.app.kind = kind;
        facts.accesses = vec![access(AccessKind::EmailApi, product, caller, 7)];
        facts
    }

    #[test]
    fn the_scope_has_to_fit_product_and_caller() {
        const JIRA: &str = "read:email-address:jira";
        const CONFLUENCE: &str = "read:email-address:confluence";
        const ADDON: &str = "access-email-addresses:connect-jira";
        use AppType::{Connect, Forge, ForgeWithConnect};
        use Product::{Confluence, Jira, JiraServiceManagement};
        for (kind, scopes, product, caller, expected) in [
            (Forge, vec![], Some(Jira), Caller::AsApp, Some(JIRA)),
            (Forge, vec![JIRA], Some(Jira), Caller::AsApp, None),
            (Forge, vec![JIRA], Some(JiraServiceManagement), Caller::AsApp, None),
            (Forge, vec![JIRA], Some(Confluence), Caller::AsApp, Some(CONFLUENCE)),
            (Forge, vec!["read:jira-user"], Some(Jira), Caller::Unknown, Some(JIRA)),
            (Forge, vec![CONFLUENCE], None, Caller::AsApp, None),
            (
                Forge,
                vec![],
                None,
                Caller::AsApp,
                Some("`read:email-address:jira` or `read:email-address:confluence`"),
            ),
            (Forge, vec![], Some(Jira), Caller::Bridge, Some(JIRA)),
            (Forge, vec![], Some(Jira), Caller::AsUser, Some(JIRA)),
            (Forge, vec![CONNECT_EMAIL_SCOPE], Some(Jira), Caller::Bridge, Some(JIRA)),
            (Forge, vec![CONNECT_EMAIL_SCOPE], Some(Jira), Caller::AsUser, Some(JIRA)),
            (Forge, vec![CONNECT_EMAIL_SCOPE], Some(Jira), Caller::Unknown, Some(JIRA)),
            (Forge, vec![JIRA], Some(Jira), Caller::Bridge, None),
            (ForgeWithConnect, vec![ADDON], Some(Jira), Caller::Bridge, Some(JIRA)),
            (Forge, vec![ADDON], Some(Jira), Caller::AsApp, Some(JIRA)),
            (Forge, vec![ADDON], Some(Jira), Caller::Unknown, None),
            (ForgeWithConnect, vec![ADDON], Some(Jira), Caller::Addon, None),
            (ForgeWithConnect, vec![ADDON], Some(Jira), Caller::AsApp, Some(JIRA)),
            (ForgeWithConnect, vec![], Some(Jira), Caller::Addon, Some(ADDON)),
            (Connect, vec!["READ"], Some(Jira), Caller::Addon, Some(CONNECT_EMAIL_SCOPE)),
            (Connect, vec!["read", "access_email_addresses"], Some(Jira), Caller::Addon, None),
            (Connect, vec![CONNECT_EMAIL_SCOPE], None, Caller::Unknown, None),
        ] {
            let facts = app(kind, &scopes, product, caller);
            let messages: Vec<_> = found(&RULE, &facts).into_iter().map(|f| f.message).collect();
            let case = format!("{kind:?} {scopes:?} {product:?} {caller:?}: {messages:?}");
            match expected {
                Some(scope) => {
                    assert!(messages.len() == 1 && messages.iter().all(|m| m.contains(scope)), "{case}");
                }
                None => assert!(messages.is_empty(), "{case}"),
            }
        }
    }

    #[test]
    fn one_finding_a_call_at_the_call_with_the_scopes_beside_it() {
        let mut facts = forge(&["read:jira-work"]);
        facts.accesses = vec![jira_email_call(7), jira_email_call(9)];
        facts.accesses[1].confidence = Confidence::Likely;
        let findings = found(&RULE, &facts);
        let lines: Vec<_> = findings.iter().map(|f| (f.place.line, f.confidence)).collect();
        assert_eq!(lines, [(7, Confidence::Certain), (9, Confidence::Likely)]);
        assert_eq!(findings[0].severity, Severity::Error);
        assert_eq!(findings[0].related[0].place, facts.app.manifests[0].scopes_place.clone().unwrap());
    }

    #[test]
    fn the_lines_to_add_have_the_shape_of_the_manifest() {
        let mut facts = app(AppType::Forge, &[], Some(Product::Jira), Caller::AsApp);
        assert!(found(&RULE, &facts)[0].help[0].ends_with("  scopes:\n    - read:email-address:jira"));
        facts.app.manifests[0].scopes_as_map = true;
        assert!(found(&RULE, &facts)[0].help[0].contains("\n    read:email-address:jira:\n"));
        let facts = app(AppType::Connect, &["read", "write"], Some(Product::Jira), Caller::Addon);
        assert!(found(&RULE, &facts)[0].help[0].ends_with(r#"["read", "write", "access_email_addresses"]"#));
    }

    #[test]
    fn what_atlassian_does_not_say_is_said_to_be_unclear() {
        let facts = app(AppType::ForgeWithConnect, &[], Some(Product::Jira), Caller::Addon);
        assert!(found(&RULE, &facts)[0].notes.iter().any(|n| n.contains("not public")));
        let facts =
            app(AppType::ForgeWithConnect, &["read:email-address:jira"], Some(Product::Jira), Caller::Addon);
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Warning);
    }

    #[test]
    fn silence_is_told_from_success() {
        let call = || jira_email_call(7);
        let mut facts = facts(AppType::Unknown);
        facts.accesses.push(call());
        assert!(not_evaluated(&RULE, &facts), "no manifest");
        facts.accesses.clear();
        assert!(not_applicable(&RULE, &facts), "no manifest, and no call that would need one");
        facts.accesses.push(call());
        facts.app.kind = AppType::Oauth2;
        assert!(not_applicable(&RULE, &facts), "another rule speaks of 3LO");

        assert!(not_applicable(&RULE, &forge(&[])));
        let mut object = forge(&[]);
        object.accesses.push(access(AccessKind::UserObject, Some(Product::Jira), Caller::AsApp, 3));
        assert!(not_applicable(&RULE, &object), "a user object needs no email scope");

        let mut unsure = forge(&[]);
        unsure.accesses.push(Access { confidence: Confidence::Possible, ..call() });
        assert!(not_evaluated(&RULE, &unsure));

        let mut unread = forge(&[]);
        unread.problems.push(problem(InputKind::Source, "src/app.ts", true));
        assert!(not_evaluated(&RULE, &unread));
    }

    #[test]
    fn a_scope_may_stand_where_the_manifest_could_not_be_read() {
        let mut facts = connect(&["READ"]);
        facts.accesses.push(jira_email_call(7));
        facts.app.manifests[0].unread.push(located("`{{scopes}}`".to_owned(), "atlassian-connect.json", 10));
        let (outcome, findings) = check(&RULE, &facts);
        assert!(findings.is_empty() && matches!(outcome, Outcome::NotEvaluated(_)), "{findings:?}");
        facts.app.manifests[0].scopes.push(located(
            CONNECT_EMAIL_SCOPE.to_owned(),
            "atlassian-connect.json",
            12,
        ));
        assert!(found(&RULE, &facts).is_empty(), "it is there, whatever else is");
    }
}
