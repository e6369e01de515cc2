//! A record of an approval that cannot be understood.

use crate::facts::{Facts, InputKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::lock::FILE_NAME;
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "malformed-lock",
    summary: "`email-access.lock` cannot be read, so nothing can be compared with what was approved",
    group: Group::Inputs,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("malformed_lock.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for problem in facts.problems.iter().filter(|p| p.input == InputKind::Lock) {
        let finding = Finding::new(problem.place.clone(), problem.message.clone())
            .note("it is the record of what Atlassian approved, and whether the app keeps to that cannot be told without it");
        let help = problem.help.as_deref().unwrap_or("`mailpermit approve --ticket KEY` writes it anew");
        sink.report(finding.help(help));
    }
    if !facts.approval_exists {
        return Outcome::NotApplicable(format!("there is no `{FILE_NAME}`"));
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn problems_of_the_record_are_told_and_no_others() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.approval_exists = true;
        facts.problems.push(problem(InputKind::Declaration, "email-access.yaml", true));
        assert!(found(&RULE, &facts).is_empty());
        facts.problems.push(problem(InputKind::Lock, FILE_NAME, true));
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Error);
    }
}
