//! A Connect descriptor that does not say that the app works with account ids.

use crate::facts::{Facts, Manifest, ManifestKind, Product};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "missing-gdpr-migration",
    summary: "a Connect descriptor does not set `apiMigrations.gdpr`",
    group: Group::Manifest,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("missing_gdpr_migration.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut descriptors = facts.app.manifests.iter().filter(|m| is_concerned(m)).peekable();
    if descriptors.peek().is_none() {
        return Outcome::NotApplicable("there is no Connect descriptor for Jira or Confluence".to_owned());
    }
    let mut unread = None;
    for descriptor in descriptors {
        let (place, said) = match &descriptor.gdpr_migration {
            Some(set) if set.value => continue,
            Some(set) => (set.place.clone(), "`apiMigrations.gdpr` is false"),
            None if !descriptor.unread.iter().any(|u| questions::is_block(&u.value)) => {
                (Place::start_of(&descriptor.file), "the descriptor does not set `apiMigrations.gdpr`")
            }
            None => {
                unread = Some(format!("{} could not be read in full", wording::name(&descriptor.file)));
                continue;
            }
        };
        sink.report(
            Finding::new(place, said)
                .label("has to be true")
                .note("it says that the app knows users by their account ids only; with it Atlassian sends no legacy user references (Atlassian, Connect app descriptor)")
                .help("set it, once nothing in the app stores user keys or user names:\n\"apiMigrations\": {\"gdpr\": true}"),
        );
    }
    unread.map_or(Outcome::Checked, Outcome::NotEvaluated)
}

/// Bitbucket's descriptors have no such setting.
fn is_concerned(manifest: &Manifest) -> bool {
    let bitbucket =
        !manifest.products.is_empty() && manifest.products.iter().all(|p| *p == Product::Bitbucket);
    manifest.kind == ManifestKind::Connect && !bitbucket
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn absent_and_false_are_reported_where_they_stand() {
        let mut facts = connect(&["READ"]);
        assert_eq!(found(&RULE, &facts)[0].place.line, 1);
        facts.app.manifests[0].gdpr_migration = Some(located(false, "atlassian-connect.json", 8));
        assert_eq!(found(&RULE, &facts)[0].place.line, 8);
        facts.app.manifests[0].gdpr_migration = Some(located(true, "atlassian-connect.json", 8));
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn only_descriptors_that_can_have_it_are_asked() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut facts = connect(&[]);
        facts.app.manifests[0].products = vec![Product::Bitbucket];
        assert!(not_applicable(&RULE, &facts));
        let mut facts = connect(&[]);
        facts.app.manifests[0].unread.push(located("{{url}}".to_owned(), "atlassian-connect.json", 30));
        assert_eq!(found(&RULE, &facts).len(), 1, "an address holds no settings");
        facts.app.manifests[0].unread.push(located("{{#if x}}".to_owned(), "atlassian-connect.json", 30));
        assert!(not_evaluated(&RULE, &facts));
    }
}
