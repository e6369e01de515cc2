//! An annotation that names a use which is not declared.

use crate::facts::{Declaration, Facts};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::inputs::declaration::nearest;
use crate::rules::{Group, Outcome, Rule, wording};

pub(crate) static RULE: Rule = Rule {
    name: "unknown-use",
    summary: "an annotation names a use that is not declared",
    group: Group::Uses,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unknown_use.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if facts.annotations.is_empty() {
        return Outcome::NotApplicable("there are no annotations".to_owned());
    }
    if facts.declaration.is_none() && facts.declaration_exists {
        return Outcome::NotEvaluated(
            "`email-access.yaml` could not be read, so the declared uses are not known".to_owned(),
        );
    }
    for (name, place) in facts.annotations.iter().flat_map(|a| &a.uses) {
        let quoted = wording::name(name);
        let finding = match &facts.declaration {
            Some(d) if d.use_named(name).is_some() => continue,
            Some(d) => not_declared(
                facts,
                d,
                name,
                Finding::new(
                    place.clone(),
                    format!("{quoted} is not declared in {}", wording::name(&d.file)),
                ),
            ),
            None if facts.catalogue.get(name).is_some() => continue,
            None => not_in_catalogue(
                facts,
                name,
                Finding::new(
                    place.clone(),
                    format!(
                        "{quoted} is none of the catalogue's uses, and there is no declaration that says what it is"
                    ),
                ),
            ),
        };
        sink.report(finding.label("not declared").note("what is not declared is in no request, and addresses may be used only for what the request describes (Atlassian, Profile visibility)"));
    }
    Outcome::Checked
}

/// The names of the declared uses.
fn names(declaration: &Declaration) -> Vec<&str> {
    declaration.uses.iter().map(|u| u.name.value.as_str()).collect()
}

fn not_declared(facts: &Facts, declaration: &Declaration, name: &str, mut finding: Finding) -> Finding {
    let same: Vec<&str> = declaration
        .uses
        .iter()
        .filter(|u| u.functionality.value == name)
        .map(|u| u.name.value.as_str())
        .collect();
    if !same.is_empty() {
        finding = finding
            .help(format!("{} is declared for this functionality: write that name", wording::names(same)));
    } else if let Some(meant) = nearest(name, &names(declaration)) {
        finding = finding.help(format!("did you mean {}?", wording::name(meant)));
    }
    let functionality =
        if facts.catalogue.get(name).is_some() { name } else { "an id that `mailpermit uses` lists" };
    finding.help(format!("or declare it under `uses:`, with `functionality:` {functionality}"))
}

fn not_in_catalogue(facts: &Facts, name: &str, mut finding: Finding) -> Finding {
    let ids: Vec<&str> = facts.catalogue.uses.iter().map(|u| u.id.as_str()).collect();
    if let Some(meant) = nearest(name, &ids) {
        finding = finding.help(format!("did you mean {}?", wording::name(meant)));
    }
    finding.help("write one of the ids that `mailpermit uses` lists, or declare the use under this name in `email-access.yaml`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn annotated(name: &str) -> Facts {
        let mut facts = forge(&[]);
        facts.annotations.push(annotation(&[name], 6));
        facts
    }

    #[test]
    fn a_declaration_decides_where_there_is_one() {
        let uses = || vec![declared("failed-export", "error-reports", 3)];
        for (name, help) in [
            ("failed-export", None),
            ("failed-exports", Some("did you mean `failed-export`?")),
            ("error-reports", Some("`failed-export` is declared for this functionality")),
            ("zzz", Some("or declare it under `uses:`")),
        ] {
            let findings = found(&RULE, &with_uses(annotated(name), uses()));
            match help {
                Some(help) => assert!(findings[0].help[0].contains(help), "{name}: {:?}", findings[0].help),
                None => assert!(findings.is_empty(), "{name}"),
            }
        }
    }

    #[test]
    fn without_one_the_catalogue_does() {
        assert!(found(&RULE, &annotated("security-alerts")).is_empty());
        assert!(found(&RULE, &annotated("marketing")).is_empty(), "`invalid-use` speaks of it");
        assert_eq!(found(&RULE, &annotated("security-alert"))[0].help[0], "did you mean `security-alerts`?");
        assert_eq!(found(&RULE, &annotated("failed-export"))[0].severity, Severity::Error);
    }

    #[test]
    fn nothing_to_judge_and_nothing_to_judge_by() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut broken = annotated("failed-export");
        broken.declaration_exists = true;
        assert!(not_evaluated(&RULE, &broken));
    }

    #[test]
    fn each_name_of_an_annotation_is_judged() {
        let mut facts = forge(&[]);
        facts.annotations.push(annotation(&["error-reports", "zzz", "yyy"], 6));
        assert_eq!(found(&RULE, &facts).len(), 2);
    }
}
