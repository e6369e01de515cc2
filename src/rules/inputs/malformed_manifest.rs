//! A manifest or descriptor that cannot be understood.

use crate::facts::{Facts, InputKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "malformed-manifest",
    summary: "the manifest or descriptor cannot be read, or not in full",
    group: Group::Inputs,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("malformed_manifest.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut seen = false;
    for problem in facts.problems.iter().filter(|p| p.input == InputKind::Manifest) {
        seen = true;
        let finding = Finding::new(problem.place.clone(), problem.message.clone())
            .note("what the manifest says of scopes and egress decides what the app may do; it was not read in full")
            .help(problem.help.clone().unwrap_or_else(|| "write it as Atlassian's schema asks".to_owned()));
        if problem.matters {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
    if facts.app.manifests.is_empty() && !seen {
        return Outcome::NotApplicable("there is no manifest or descriptor".to_owned());
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AppType;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    #[test]
    fn only_problems_of_the_manifest_are_reported() {
        let mut app = forge(&[]);
        app.problems.push(problem(InputKind::Source, "src/app.ts", true));
        assert!(found(&RULE, &app).is_empty());
        app.problems.push(problem(InputKind::Manifest, "manifest.yml", true));
        app.problems.push(problem(InputKind::Manifest, "manifest.yml", false));
        let severities: Vec<_> = found(&RULE, &app).iter().map(|f| f.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Warning]);
    }

    #[test]
    fn without_a_manifest_there_is_nothing_to_say() {
        let mut app = facts(AppType::Unknown);
        assert!(not_applicable(&RULE, &app));
        app.problems.push(problem(InputKind::Manifest, "manifest.yml", true));
        assert_eq!(found(&RULE, &app).len(), 1, "one that cannot be read at all");
    }
}
