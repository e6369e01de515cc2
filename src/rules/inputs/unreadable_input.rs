//! A file that could not be read or parsed: an incomplete check is not a clean one.

use crate::facts::{Facts, InputKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::words;

pub(crate) static RULE: Rule = Rule {
    name: "unreadable-input",
    summary: "a file could not be read or parsed, so what it holds was not checked",
    group: Group::Inputs,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unreadable_input.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for problem in &facts.problems {
        if !matches!(problem.input, InputKind::Source | InputKind::Document | InputKind::File) {
            continue;
        }
        let help = problem.help.clone().unwrap_or_else(|| {
            "mend the file, or leave it out with `lint.exclude` when it is not part of the app".to_owned()
        });
        let finding = Finding::new(problem.place.clone(), problem.message.clone())
            .label("not checked in full")
            .note("an incomplete check is not a clean one: what stands in this file was not checked, or not all of it")
            .help(help);
        if problem.matters {
            sink.report(finding.note("it may hold code that reads addresses"));
        } else {
            sink.report_at_most(Severity::Warning, finding);
        }
    }
    let unfollowed: Vec<_> = facts.coverage.unfollowed.iter().filter(|(_, files)| *files > 0).collect();
    // Of code of which nothing says that it is an app nobody is told to look through it.
    if !questions::is_app(facts) && facts.accesses.is_empty() && !unfollowed.is_empty() {
        let languages = wording::names(unfollowed.iter().map(|(language, _)| language.as_str()));
        return Outcome::NotEvaluated(format!("this version does not follow {languages}"));
    }
    for (language, files) in unfollowed {
        let finding = Finding::new(
            questions::anchor(facts),
            format!(
                "{} in {language} may read addresses, and this version does not follow {language}",
                words::count(*files, "file", "files")
            ),
        )
        .note("rules that ask whether addresses are read or not cannot be answered for these files")
        .help("look through these files by hand, and say in the request what they do with addresses");
        sink.report_at_most(Severity::Warning, finding);
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::AppType;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_evaluated};

    #[test]
    fn severity_follows_what_may_be_hidden() {
        for (input, matters, expected) in [
            (InputKind::Source, true, vec![Severity::Error]),
            (InputKind::File, false, vec![Severity::Warning]),
            (InputKind::Document, false, vec![Severity::Warning]),
            (InputKind::Manifest, true, vec![]),
            (InputKind::Declaration, true, vec![]),
        ] {
            let mut facts = forge(&[]);
            facts.problems.push(problem(input, "src/app.ts", matters));
            let severities: Vec<_> = found(&RULE, &facts).iter().map(|f| f.severity).collect();
            assert_eq!(severities, expected, "{input:?}");
        }
    }

    #[test]
    fn unfollowed_languages_are_named_when_they_may_matter() {
        let mut facts = forge(&[]);
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 0)];
        assert!(found(&RULE, &facts).is_empty());
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 2)];
        let findings = found(&RULE, &facts);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].message.starts_with("2 files in Scala"), "{}", findings[0].message);
        facts.app.kind = AppType::Unknown;
        assert!(not_evaluated(&RULE, &facts), "nothing says that it is an app");
        facts.accesses.push(jira_email_call(7));
        assert_eq!(found(&RULE, &facts).len(), 1, "it reads addresses");
    }
}
