//! The scope of the Email API in a Connect descriptor while no approval is on record.

use crate::catalog::scopes::CONNECT_EMAIL_SCOPE;
use crate::facts::{Facts, ManifestKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::lock::FILE_NAME;
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "scope-before-approval",
    summary: "a Connect descriptor asks for the Email API and no approval is on record",
    group: Group::Manifest,
    // Who was approved before this program was there has nothing on record, and nothing is wrong then.
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("scope_before_approval.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut descriptors = facts.app.manifests.iter().filter(|m| m.kind == ManifestKind::Connect).peekable();
    if descriptors.peek().is_none() {
        return Outcome::NotApplicable("there is no Connect descriptor".to_owned());
    }
    if facts.approval.is_some() {
        return Outcome::Checked;
    }
    if facts.approval_exists {
        return Outcome::NotEvaluated(format!("`{FILE_NAME}` could not be read"));
    }
    let mut unread = None;
    for descriptor in descriptors {
        let file = wording::name(&descriptor.file);
        let Some(scope) = descriptor.scope(CONNECT_EMAIL_SCOPE) else {
            unread = unread.or_else(|| questions::unread_scopes(descriptor));
            continue;
        };
        sink.report(
            Finding::new(
                scope.place.clone(),
                format!("{file} asks for `{CONNECT_EMAIL_SCOPE}` and no approval of it is on record"),
            )
            .label("needs Atlassian's approval first")
            .note("an app that asks for this scope and is not approved for it cannot be installed: \"The app specifies the ACCESS_EMAIL_ADDRESSES scope, but it is currently not approved for such access\" (Atlassian support, knowledge base)")
            .help("if the app is approved, record it: `mailpermit approve --ticket KEY`, with the key of the ticket")
            .help("if it is not, take the scope out, file what `mailpermit request` writes, and put it back once that is approved"),
        );
    }
    unread.map_or(Outcome::Checked, Outcome::NotEvaluated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn the_scope_waits_for_the_approval() {
        for scope in ["ACCESS_EMAIL_ADDRESSES", "access_email_addresses"] {
            let findings = found(&RULE, &connect(&["READ", scope]));
            assert_eq!((findings.len(), findings[0].place.line), (1, 12), "{scope}");
        }
        assert!(found(&RULE, &connect(&["READ"])).is_empty());
        assert!(not_applicable(&RULE, &forge(&["read:email-address:jira"])));
        let mut facts = connect(&["ACCESS_EMAIL_ADDRESSES"]);
        facts.approval_exists = true;
        assert!(not_evaluated(&RULE, &facts));
        facts.approval = Some(approval(&facts));
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn scopes_that_could_not_be_read_may_hold_it() {
        let mut facts = connect(&[]);
        facts.app.manifests[0].scopes_place = None;
        assert!(not_evaluated(&RULE, &facts));
    }
}
