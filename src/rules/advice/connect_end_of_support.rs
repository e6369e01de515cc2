//! Connect is at the end of its life.

use crate::facts::{AppType, Facts, ManifestKind, Product};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "connect-end-of-support",
    summary: "the app is built on Connect, whose support ends",
    group: Group::Advice,
    severity: Severity::Info,
    since: "0.1.0",
    page: include_str!("connect_end_of_support.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    // Connect modules in a Forge manifest are on their way already.
    let descriptor = facts.app.manifests.iter().find(|m| {
        m.kind == ManifestKind::Connect
            && (m.products.is_empty() || m.products.iter().any(|p| *p != Product::Bitbucket))
    });
    let Some(descriptor) = descriptor.filter(|_| facts.app.kind == AppType::Connect) else {
        return Outcome::NotApplicable("there is no Connect app for Jira or Confluence".to_owned());
    };
    sink.report(
        Finding::new(Place::start_of(&descriptor.file), "this is a Connect app, and Atlassian ends its support for Connect in December 2026")
            .confidence(Confidence::Likely)
            .note("since 17 September 2025 the Marketplace takes no new Connect apps (Atlassian)")
            .note("since 31 March 2026 a Marketplace app can no longer be updated through a Connect descriptor, and private installs by descriptor have stopped (Atlassian, CHANGE-3096; accounts of what existing apps may still ship differ)")
            .note("the end of support is announced for December 2026 (Atlassian, RFC-129); the exact day, and whether it will be put off, was not found")
            .help("before you file a new request for the Email API, weigh moving to Forge: there a scope and the admin's consent take its place, `read:email-address:jira` or `read:email-address:confluence`, called with `asApp()`")
            .help("an existing Connect app keeps its approval; ask Atlassian what becomes of it when you move, for no public text says"),
    );
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn it_is_for_connect_apps_of_jira_and_confluence() {
        let findings = found(&RULE, &connect(&["READ"]));
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Info));
        assert!(findings[0].notes.iter().any(|n| n.contains("exact day")), "what is not known is said");
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut both = forge(&[]);
        both.app.kind = AppType::ForgeWithConnect;
        both.app.manifests.push(manifest(ManifestKind::Connect, &["READ"]));
        assert!(not_applicable(&RULE, &both));
        let mut bitbucket = connect(&[]);
        bitbucket.app.manifests[0].products = vec![Product::Bitbucket];
        assert!(not_applicable(&RULE, &bitbucket));
    }
}
