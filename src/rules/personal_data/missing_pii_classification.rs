//! Addresses in Forge's storage, which the manifest does not classify as personal data.

use crate::facts::{AppType, Facts, Flow, Manifest, ManifestKind, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "missing-pii-classification",
    summary: "addresses are stored in Forge and the manifest does not classify its storage as `pii`",
    group: Group::PersonalData,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("missing_pii_classification.md"),
    check,
};

const CLASSES: &str = "`app.storage.classifications` says what kind of data an app keeps in Forge's storage: `ugc`, `pii` or `other` (npm @forge/manifest 13.7.0)";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(manifest) = facts.app.manifests.iter().find(|m| m.kind == ManifestKind::Forge) else {
        return Outcome::NotApplicable("only a Forge manifest classifies storage".to_owned());
    };
    let hosted = |f: &&Flow| {
        f.kind == SinkKind::Storage
            && questions::sure(f.confidence)
            && f.service.as_deref().is_some_and(|s| s.starts_with("Forge"))
    };
    let stored: Vec<&Flow> = facts.flows.iter().filter(hosted).collect();
    let classified = manifest.storage_classifications.iter().any(|c| c.value.eq_ignore_ascii_case("pii"));
    if let (true, Some(said)) = (stored.is_empty() && !classified, said_to_be_stored_here(facts, manifest)) {
        let file = wording::name(&manifest.file);
        sink.report(
            Finding::new(
                said,
                format!(
                    "personal data is said to be stored, and {file} does not classify its storage as `pii`"
                ),
            )
            .label("what the app says that it stores")
            // It may lie in properties of issues or users instead.
            .confidence(Confidence::Likely)
            .note(CLASSES)
            .help(format!("add it to {file}:\napp:\n  storage:\n    classifications:\n      - pii")),
        );
        return Outcome::Checked;
    }
    let Some(first) = stored.first() else {
        return match questions::unseen_code(facts) {
            Some(why) => Outcome::NotEvaluated(why),
            None => Outcome::NotApplicable("no address is stored in Forge".to_owned()),
        };
    };
    if classified {
        return Outcome::Checked;
    }
    let file = wording::name(&manifest.file);
    let mut finding = Finding::new(
        first.place.clone(),
        format!("addresses are stored in Forge, and {file} does not classify its storage as `pii`"),
    )
    .label("personal data")
    .confidence(first.confidence)
    .note(CLASSES)
    .help(format!("add it to {file}:\napp:\n  storage:\n    classifications:\n      - pii"));
    for flow in stored.iter().skip(1).take(4) {
        finding = finding.related(flow.place.clone(), "an address is stored here too");
    }
    if let Some(other) = manifest.storage_classifications.first() {
        finding = finding.related(other.place.clone(), "the classifications are here");
    }
    sink.report(finding);
    Outcome::Checked
}

/// Where personal data is said to be stored, when it can lie nowhere but in Forge's storage.
fn said_to_be_stored_here(facts: &Facts, manifest: &Manifest) -> Option<Place> {
    let data = facts.declaration.as_ref()?.personal_data.as_ref()?;
    let stores = data.stores.as_ref().filter(|s| !s.is_empty())?;
    let only = facts.app.kind == AppType::Forge && manifest.remotes.is_empty() && manifest.egress.is_empty();
    // The scope is what opens the storage.
    let opened = manifest.scopes.iter().any(|s| s.value.starts_with("storage:"));
    let place = data.stores_place.clone().or_else(|| stores.first().map(|s| s.place.clone()));
    place.filter(|_| only && opened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AccessKind;
    use crate::facts::testing::*;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn addresses_in_forge_are_personal_data() {
        for (service, classes, expected) in [
            (Some("Forge storage"), &[][..], 1),
            (Some("Forge SQL"), &["ugc"], 1),
            (Some("Forge storage"), &["UGC", "PII"], 0),
        ] {
            let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, service);
            facts.app.manifests[0].storage_classifications =
                classes.iter().map(|c| located((*c).to_owned(), "manifest.yml", 5)).collect();
            assert_eq!(found(&RULE, &facts).len(), expected, "{service:?} {classes:?}");
        }
        for (scopes, classes, expected) in [
            (&["storage:app"][..], &[][..], 1),
            (&["storage:app"], &["pii"], 0),
            (&["read:jira-work"], &[], 0),
        ] {
            let mut facts = super::super::testing::storing(forge(scopes));
            facts.app.manifests[0].storage_classifications =
                classes.iter().map(|c| located((*c).to_owned(), "manifest.yml", 5)).collect();
            assert_eq!(
                crate::rules::testing::check(&RULE, &facts).1.len(),
                expected,
                "{scopes:?} {classes:?}"
            );
        }
        assert!(not_applicable(&RULE, &one_flow(AccessKind::EmailApi, SinkKind::Storage, None)));
        assert!(not_applicable(&RULE, &connect(&[])));
    }
}
