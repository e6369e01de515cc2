//! A declared use that no annotation names.

use crate::facts::Facts;
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "unused-declaration",
    summary: "a use is declared and no place in the code is annotated with it",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unused_declaration.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(declaration) = facts.declaration.as_ref().filter(|d| !d.uses.is_empty()) else {
        return Outcome::NotApplicable("no use is declared".to_owned());
    };
    let named = |name: &str| facts.annotations.iter().flat_map(|a| &a.uses).any(|(n, _)| n == name);
    let unused: Vec<_> = declaration.uses.iter().filter(|u| !named(&u.name.value)).collect();
    if unused.is_empty() {
        return Outcome::Checked;
    }
    if let Some(why) = questions::unseen_code(facts) {
        return Outcome::NotEvaluated(why);
    }
    if facts.accesses.is_empty() {
        return Outcome::NotApplicable("no place that reads an address was found".to_owned());
    }
    let annotated = !facts.annotations.is_empty() || !facts.bad_annotations.is_empty();
    for declared in unused {
        let name = wording::name(&declared.name.value);
        let mut finding = Finding::new(declared.name.place.clone(), format!("{name} is declared and no place is annotated with it"))
            .label("no place has it")
            .note("the request would claim a use that nothing in the code shows; addresses may be used only for what the request describes (Atlassian, Profile visibility)");
        if !annotated {
            finding = finding.note("there is no annotation in the code yet");
        }
        sink.report(
            finding
                .help(format!(
                    "write `@email-use {}` in a comment above the place that reads the address for it",
                    declared.name.value
                ))
                .help("or take the use out of the declaration"),
        );
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::InputKind;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn two_uses() -> Facts {
        let uses = vec![declared("one", "error-reports", 3), declared("two", "user-sync", 8)];
        let mut facts = with_uses(forge(&[]), uses);
        facts.accesses.push(jira_email_call(7));
        facts.annotations.push(annotation(&["one"], 6));
        facts
    }

    #[test]
    fn each_use_needs_an_annotation() {
        let mut facts = two_uses();
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line), (1, 8));
        facts.annotations.push(annotation(&["one", "two"], 9));
        assert!(found(&RULE, &facts).is_empty());
        facts.annotations.clear();
        assert!(found(&RULE, &facts)[0].notes[1].contains("no annotation"));
    }

    #[test]
    fn it_takes_code_that_was_seen() {
        let mut facts = two_uses();
        facts.problems.push(problem(InputKind::Source, "src/b.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        let mut facts = two_uses();
        facts.accesses.clear();
        assert!(not_applicable(&RULE, &facts));
        assert!(not_applicable(&RULE, &forge(&[])));
    }
}
