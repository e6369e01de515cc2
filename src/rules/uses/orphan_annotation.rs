//! An annotation beside nothing that has to do with addresses.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Annotation, AnnotationScope, Facts, InputKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};

pub(crate) static RULE: Rule = Rule {
    name: "orphan-annotation",
    summary: "an annotation covers nothing that reads or hands on an address",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("orphan_annotation.md"),
    check,
};

/// The lines of a file on which something happens to addresses, with the last line of it.
type Lines<'a> = BTreeMap<&'a str, BTreeSet<(u32, u32)>>;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    if facts.annotations.is_empty() {
        return Outcome::NotApplicable("there are no annotations".to_owned());
    }
    let lines = lines(facts);
    let unread: BTreeSet<&str> = facts
        .problems
        .iter()
        .filter(|p| matches!(p.input, InputKind::Source | InputKind::File))
        .map(|p| p.place.file.as_ref())
        .collect();
    // Of which language a file is the facts do not say; where accesses are found it is followed.
    let unfollowed = facts.coverage.unfollowed.iter().any(|(_, files)| *files > 0);
    for annotation in &facts.annotations {
        let file = annotation.place.file.as_ref();
        let known = lines.get(file);
        if unread.contains(file) || (unfollowed && known.is_none()) {
            continue;
        }
        let covered = annotation.covers.is_some_and(|(first, last)| {
            known.is_some_and(|places| places.iter().any(|(from, to)| *from <= last && first <= *to))
        });
        if !covered {
            sink.report(finding(annotation));
        }
    }
    if unfollowed {
        Outcome::NotEvaluated("accesses in some languages are not followed".to_owned())
    } else {
        Outcome::Checked
    }
}

/// Where addresses are read, handed on or used. An annotation may stand beside any of these, and also
/// beside what is only possibly one.
fn lines(facts: &Facts) -> Lines<'_> {
    let mut lines = Lines::new();
    let accesses =
        facts.accesses.iter().flat_map(|a| std::iter::once(&a.place).chain(&a.request).chain(&a.handed_on));
    let flows =
        facts.flows.iter().flat_map(|f| std::iter::once(&f.place).chain(f.path.iter().map(|s| &s.place)));
    let observed = facts.observations.iter().map(|o| &o.place);
    for place in accesses.chain(flows).chain(observed) {
        lines.entry(place.file.as_ref()).or_default().insert((place.line, place.end_line));
    }
    lines
}

fn finding(annotation: &Annotation) -> Finding {
    let names = wording::names(annotation.uses.iter().map(|(name, _)| name.as_str()));
    let (said, help) = match (annotation.scope, annotation.covers) {
        (AnnotationScope::File, _) => (
            format!("{names} is named for this file and nothing in it reads an address"),
            "move it to the file that reads the address, or take it out",
        ),
        (_, None) => (
            format!("nothing follows the annotation with {names} that it could cover"),
            "put it on the line above the statement that reads the address, or behind that statement",
        ),
        (_, Some(_)) => (
            format!("the code that is annotated with {names} reads no address"),
            "move it to the line above the statement that reads the address, or take it out",
        ),
    };
    Finding::new(annotation.place.clone(), said)
        .label("covers no address")
        .confidence(Confidence::Likely)
        .note("the request lists the places of a use by their annotations; this one would show nothing")
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{ObservationKind, SinkKind};
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn an_annotation_needs_something_in_its_lines() {
        let mut facts = forge(&[]);
        facts.accesses.push(jira_email_call(7));
        for (line, covers, expected) in [
            (6, Some((7, 7)), 0),
            (2, Some((3, 9)), 0),
            (8, Some((9, 9)), 1),
            (9, None, 1),
            (3, Some((4, 6)), 1),
        ] {
            facts.annotations = vec![annotation(&["error-reports"], line)];
            facts.annotations[0].covers = covers;
            assert_eq!(found(&RULE, &facts).len(), expected, "{covers:?}");
        }
        facts.annotations[0].place = place("src/other.ts", 6);
        facts.annotations[0].covers = Some((7, 7));
        facts.annotations[0].scope = AnnotationScope::File;
        assert!(found(&RULE, &facts)[0].message.contains("this file"));
    }

    #[test]
    fn sinks_and_other_observations_count_too() {
        let mut facts = forge(&[]);
        let read = jira_email_call(7);
        facts.flows.push(flow(&read, SinkKind::Mail, 20));
        facts.observations.push(observation(ObservationKind::NotifyCall, "", 30));
        facts.accesses.push(read);
        facts.accesses[0].confidence = Confidence::Possible;
        facts.annotations = [6, 19, 29].map(|line| annotation(&["error-reports"], line)).into();
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn files_that_were_not_seen_are_left_alone() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut facts = forge(&[]);
        facts.annotations.push(annotation(&["error-reports"], 6));
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.problems.push(problem(InputKind::Source, "src/app.ts", false));
        assert!(found(&RULE, &facts).is_empty());
        facts.problems.clear();
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        assert!(not_evaluated(&RULE, &facts));
    }
}
