//! A scope for the Email API that nothing uses.

use crate::facts::{AccessKind, AppType, Facts, Manifest, ManifestKind, ObservationKind, Product, ScopeName};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "unused-email-scope",
    summary: "the manifest asks for the Email API and no call of it was found",
    group: Group::Manifest,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unused_email_scope.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let scopes: Vec<(&Manifest, &ScopeName, Option<Product>)> = facts
        .app
        .manifests
        .iter()
        .flat_map(|m| questions::email_scopes(m).map(move |(scope, product)| (m, scope, product)))
        .collect();
    if scopes.is_empty() {
        return Outcome::NotApplicable("the manifest asks for no scope of the Email API".to_owned());
    }
    let unused: Vec<_> = scopes.into_iter().filter(|(_, _, product)| !used(facts, *product)).collect();
    if unused.is_empty() {
        return Outcome::Checked;
    }
    if let Some(why) = questions::unseen_code(facts) {
        return Outcome::NotEvaluated(why);
    }
    if facts.app.kind == AppType::Connect && facts.coverage.files_parsed == 0 {
        return Outcome::NotEvaluated("the code of the service does not stand here".to_owned());
    }
    for (manifest, scope, product) in unused {
        let finding = finding(facts, manifest, scope, product);
        // A remote may call the Email API with the app's token, and its code may stand elsewhere.
        if manifest.kind == ManifestKind::Forge && !manifest.remotes.is_empty() {
            sink.report_at_most(
                Severity::Info,
                finding
                    .confidence(Confidence::Possible)
                    .note("a remote of the app may use it; code that stands elsewhere is not seen here"),
            );
        } else {
            let edit = facts.edits.remove_scope.get(&scope.place).cloned();
            sink.report(finding.confidence(Confidence::Likely).edit(edit));
        }
    }
    Outcome::Checked
}

/// Whether something may use the Email API of a product, or of any when it is not given. A call that is
/// only possible, or whose path is misspelt, is enough not to call the scope unused.
fn used(facts: &Facts, product: Option<Product>) -> bool {
    let may_be = |of: Option<Product>| product.is_none() || of.is_none() || of == product;
    let called = facts
        .accesses
        .iter()
        .any(|a| a.kind == AccessKind::EmailApi && may_be(questions::email_product(a.product)));
    called
        || facts.observations.iter().any(|o| match o.kind {
            ObservationKind::WrongPath => true,
            ObservationKind::EndpointCall => o.detail.contains("user-email"),
            _ => false,
        })
}

fn finding(facts: &Facts, manifest: &Manifest, scope: &ScopeName, product: Option<Product>) -> Finding {
    let name = wording::name(&scope.value);
    let of = product.map_or(String::new(), |p| format!(" of {}", wording::product(p)));
    let mut finding = Finding::new(
        scope.place.clone(),
        format!("{name} is asked for and no call of the Email API{of} was found"),
    )
    .label("not used")
    .note("an app asks only for the scopes that it needs (Atlassian, Security requirements for cloud apps), and this one is shown to every admin as access to addresses regardless of visibility");
    let object = facts.accesses.iter().find(|a| {
        a.kind == AccessKind::UserObject
            && product.is_none_or(|p| questions::email_product(a.product).is_none_or(|of| of == p))
    });
    if let Some(object) = object {
        finding = finding
            .related(object.place.clone(), "this reads a user object, which obeys profile visibility with or without the scope")
            .note("the scope does not make hidden addresses appear in user objects: only the Email API gives them")
            .help("to get hidden addresses, call the Email API; otherwise take the scope out");
    }
    finding.help(format!("take {name} out of {}", wording::name(&manifest.file)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{Caller, InputKind, Remote};
    use crate::rules::testing::{check, found, not_applicable, not_evaluated};

    const JIRA: &str = "read:email-address:jira";

    #[test]
    fn a_scope_is_used_by_calls_of_its_product() {
        let call = |product| access(AccessKind::EmailApi, product, Caller::AsApp, 7);
        for (scope, product, expected) in [
            (JIRA, Some(Product::Jira), 0),
            (JIRA, Some(Product::JiraServiceManagement), 0),
            (JIRA, None, 0),
            (JIRA, Some(Product::Confluence), 1),
            ("access-email-addresses:connect-jira", Some(Product::Jira), 0),
            ("access-email-addresses:connect-confluence", Some(Product::Jira), 1),
        ] {
            let mut facts = forge(&["read:jira-work", scope]);
            facts.accesses.push(call(product));
            assert_eq!(found(&RULE, &facts).len(), expected, "{scope} {product:?}");
        }
        let findings = found(&RULE, &forge(&["read:jira-work", JIRA]));
        assert_eq!((findings[0].severity, findings[0].place.line), (Severity::Warning, 12));
        assert!(not_applicable(&RULE, &forge(&["read:jira-user"])));
    }

    #[test]
    fn what_may_be_a_call_is_enough() {
        let mut possible = forge(&[JIRA]);
        possible.accesses.push(jira_email_call(7));
        possible.accesses[0].confidence = Confidence::Possible;
        assert!(found(&RULE, &possible).is_empty());
        let mut misspelt = forge(&[JIRA]);
        misspelt.observations.push(observation(ObservationKind::WrongPath, "jira.users-email", 7));
        assert!(found(&RULE, &misspelt).is_empty());
    }

    #[test]
    fn code_that_was_not_seen_may_use_it() {
        let mut facts = connect(&["access_email_addresses"]);
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.coverage.files_parsed = 0;
        assert!(not_evaluated(&RULE, &facts));
        let mut facts = forge(&[JIRA]);
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        let (outcome, findings) = check(&RULE, &facts);
        assert!(findings.is_empty() && matches!(outcome, Outcome::NotEvaluated(_)));
        let mut facts = forge(&[JIRA]);
        facts.problems.push(problem(InputKind::Source, "src/app.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        let mut facts = forge(&[JIRA]);
        facts.app.manifests[0].remotes.push(Remote {
            key: located("backend".to_owned(), "manifest.yml", 30),
            base_urls: Vec::new(),
            operations: Vec::new(),
            storage_in_scope_eud: None,
        });
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Info);
    }

    #[test]
    fn reading_user_objects_is_no_use_of_it() {
        let mut facts = connect(&["ACCESS_EMAIL_ADDRESSES"]);
        facts.accesses.push(access(AccessKind::UserObject, Some(Product::Jira), Caller::Addon, 7));
        let findings = found(&RULE, &facts);
        assert_eq!(findings[0].related[0].place.line, 7);
        assert!(findings[0].notes[1].contains("does not make hidden addresses appear"));
    }
}
