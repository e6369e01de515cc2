//! A declaration that cannot be understood, or that names rules there are not.

use crate::facts::{Declaration, Facts, InputKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, find, nearest, run, wording};

pub(crate) static RULE: Rule = Rule {
    name: "malformed-declaration",
    summary: "`email-access.yaml` cannot be read, or says something that has no meaning",
    group: Group::Inputs,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("malformed_declaration.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut seen = false;
    for problem in facts.problems.iter().filter(|p| p.input == InputKind::Declaration) {
        seen = true;
        let finding = Finding::new(problem.place.clone(), problem.message.clone())
            .note("the declaration is what the request and the other rules rest on")
            .help(problem.help.clone().unwrap_or_else(|| {
                "`mailpermit schema email-access` prints what the file may hold".to_owned()
            }));
        if problem.matters {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
    match &facts.declaration {
        Some(declaration) => check_rule_names(declaration, sink),
        None if facts.declaration_exists || seen => {}
        None => return Outcome::NotApplicable("there is no `email-access.yaml`".to_owned()),
    }
    Outcome::Checked
}

fn check_rule_names(declaration: &Declaration, sink: &mut Sink<'_>) {
    for (rule, severity) in &declaration.lint_rules {
        let name = wording::name(&rule.value);
        if find(&rule.value).is_none() {
            let mut finding =
                Finding::new(rule.place.clone(), format!("`lint.rules` names {name}, which is no rule"))
                    .note("a level for a rule that does not exist changes nothing");
            if let Some(meant) = nearest(&rule.value) {
                finding = finding.help(format!("did you mean `{meant}`?"));
            }
            sink.report(finding.help("`mailpermit rules` lists all rules"));
        } else if !run::can_be_lowered(&rule.value) && severity.is_none_or(|s| s < Severity::Warning) {
            let finding = Finding::new(rule.place.clone(), format!("{name} cannot be switched off or lowered here"))
                .note("an incomplete check must not look like a clean one, and this file is part of what is checked")
                .help("take the line out; `--ignore` on the command line is there for whoever runs the check");
            sink.report_at_most(Severity::Warning, finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn problems_of_the_declaration_are_reported() {
        assert!(not_applicable(&RULE, &forge(&[])));
        assert!(found(&RULE, &with_uses(forge(&[]), Vec::new())).is_empty());
        let mut broken = forge(&[]);
        broken.declaration_exists = true;
        broken.problems.push(problem(InputKind::Declaration, "email-access.yaml", true));
        assert_eq!(found(&RULE, &broken)[0].severity, Severity::Error);
    }

    #[test]
    fn levels_of_unknown_rules_are_reported_with_the_nearest_name() {
        let with = |name: &str, severity| {
            let mut facts = with_uses(forge(&[]), Vec::new());
            let level = (located(name.to_owned(), "email-access.yaml", 40), severity);
            facts.declaration.as_mut().unwrap().lint_rules = vec![level];
            found(&RULE, &facts)
        };
        assert!(with("vague-description", None).is_empty());
        assert!(with("unreadable-input", Some(Severity::Error)).is_empty());
        assert_eq!(with("unreadable-input", None)[0].severity, Severity::Warning);
        let findings = with("vague-descriptions", None);
        assert_eq!(findings[0].help[0], "did you mean `vague-description`?");
        assert_eq!(with("zzz", None)[0].help.len(), 1);
    }
}
