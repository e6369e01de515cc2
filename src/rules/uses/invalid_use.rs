//! A use that Atlassian lists as not valid.

use crate::catalog::{CatalogueUse, Verdict};
use crate::facts::Facts;
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "invalid-use",
    summary: "a use is declared that Atlassian does not approve",
    group: Group::Uses,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("invalid_use.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if let Some(declaration) = &facts.declaration {
        for declared in &declaration.uses {
            let Some(entry) = invalid(facts, &declared.functionality.value) else { continue };
            let mut finding =
                finding(facts, entry, declared.functionality.place.clone(), &declared.name.value);
            let annotated =
                facts.annotations.iter().flat_map(|a| &a.uses).filter(|(n, _)| *n == declared.name.value);
            for (_, place) in annotated.take(5) {
                finding = finding.related(place.clone(), "used here");
            }
            sink.report(finding);
        }
        return Outcome::Checked;
    }
    if facts.declaration_exists {
        return Outcome::NotEvaluated(
            "`email-access.yaml` could not be read, so the declared uses are not known".to_owned(),
        );
    }
    if facts.annotations.is_empty() {
        return Outcome::NotApplicable("no use is declared".to_owned());
    }
    for (name, place) in facts.annotations.iter().flat_map(|a| &a.uses) {
        if let Some(entry) = invalid(facts, name) {
            sink.report(finding(facts, entry, place.clone(), name));
        }
    }
    Outcome::Checked
}

fn invalid<'a>(facts: &'a Facts, id: &str) -> Option<&'a CatalogueUse> {
    facts.catalogue.get(id).filter(|u| u.verdict == Verdict::Invalid)
}

fn finding(facts: &Facts, entry: &CatalogueUse, place: Place, name: &str) -> Finding {
    Finding::new(
        place,
        format!("{} is for {}, a use that Atlassian does not approve", wording::name(name), wording::name(&entry.id)),
    )
    .label("not approved")
    .note(format!(
        "Atlassian lists \"{}: {}\" among the uses that are not valid and won't be approved (Profile visibility, Applying for access, {})",
        entry.process_label, entry.functionality, facts.catalogue.date
    ))
    .help("stop using addresses for it, and take the use and its code out")
    .help("to reach people for this all the same, ask them for an address and for their consent yourself, apart from Atlassian's data")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn the_verdict_is_the_catalogues() {
        for (functionality, expected) in [
            ("marketing", 1),
            ("company-events", 1),
            ("onboarding", 1),
            ("renewal-reminders", 1),
            ("error-reports", 0),
            ("other", 0),
            ("no-such-id", 0),
        ] {
            let facts = with_uses(forge(&[]), vec![declared("mine", functionality, 3)]);
            assert_eq!(found(&RULE, &facts).len(), expected, "{functionality}");
        }
    }

    #[test]
    fn atlassian_is_quoted_and_the_places_are_shown() {
        let mut facts = with_uses(forge(&[]), vec![declared("weekly", "marketing", 3)]);
        facts.annotations.push(annotation(&["weekly"], 6));
        let findings = found(&RULE, &facts);
        assert!(findings[0].notes[0].contains("Send newsletters, campaigns, or other marketing emails"));
        assert_eq!((findings[0].place.line, findings[0].related[0].place.line), (4, 6));
    }

    #[test]
    fn without_a_declaration_the_annotation_is_the_declaration() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.annotations.push(annotation(&["marketing", "error-reports"], 6));
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.declaration_exists = true;
        assert!(not_evaluated(&RULE, &facts));
    }
}
