//! A use that is in neither of Atlassian's lists.

use crate::catalog::Verdict;
use crate::catalog::prose::{Prose, Words};
use crate::facts::{DeclaredUse, Facts};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "unlisted-use",
    summary: "a use is in neither of Atlassian's lists, so a person has to review it",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unlisted_use.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let unlisted = |id: &str| facts.catalogue.get(id).is_some_and(|u| u.verdict == Verdict::Review);
    match &facts.declaration {
        Some(declaration) => {
            for declared in declaration.uses.iter().filter(|u| unlisted(&u.functionality.value)) {
                judge(declared, sink);
            }
        }
        None if facts.declaration_exists => {
            return Outcome::NotEvaluated(
                "`email-access.yaml` could not be read, so the declared uses are not known".to_owned(),
            );
        }
        None if facts.annotations.is_empty() => {
            return Outcome::NotApplicable("no use is declared".to_owned());
        }
        None => {
            for (name, place) in facts.annotations.iter().flat_map(|a| &a.uses) {
                if unlisted(name) {
                    sink.report(finding(place.clone(), name).help(
                        "declare the use in `email-access.yaml`, with a `description` and a `justification`",
                    ));
                }
            }
        }
    }
    Outcome::Checked
}

fn judge(declared: &DeclaredUse, sink: &mut Sink<'_>) {
    let least = Prose::embedded().justification.min_words;
    let name = &declared.name.value;
    match &declared.justification {
        None => sink.report(
            finding(declared.functionality.place.clone(), name)
                .help("add a `justification:` that says why the app cannot do it without addresses"),
        ),
        Some(text) if Words::of(&text.value).count() < least => sink.report(
            finding(declared.functionality.place.clone(), name)
                .related(text.place.clone(), "this says too little for a person to decide")
                .help(format!("write a `justification:` of {least} words or more: why the app cannot do it without addresses")),
        ),
        Some(_) => sink.report_at_most(
            Severity::Info,
            finding(declared.functionality.place.clone(), name)
                .help("nothing more can be done here: wait for Atlassian's answer before you publish it"),
        ),
    }
}

fn finding(place: Place, name: &str) -> Finding {
    Finding::new(place, format!("{} is for a use that is in neither of Atlassian's lists", wording::name(name)))
        .label("in neither list")
        .note("some requests are approved at once and others are reviewed; only the listed uses are called valid, and those only \"generally\" (Atlassian, Profile visibility, Applying for access)")
        .help("look once more whether one of the uses that `mailpermit uses` lists as valid is meant")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn other(justification: Option<&str>) -> Vec<(Severity, usize)> {
        let mut used = declared("graph", "other", 3);
        used.justification = justification.map(|j| located(j.to_owned(), "email-access.yaml", 9));
        let findings = found(&RULE, &with_uses(forge(&[]), vec![used]));
        findings.iter().map(|f| (f.severity, f.related.len())).collect()
    }

    #[test]
    fn a_justification_that_says_something_lowers_it() {
        assert_eq!(other(None), [(Severity::Warning, 0)]);
        assert_eq!(other(Some("needed")), [(Severity::Warning, 1)]);
        let enough = "page owners exist in our directory under their address only";
        assert_eq!(other(Some(enough)), [(Severity::Info, 0)]);
        let listed = with_uses(forge(&[]), vec![declared("mine", "user-sync", 3)]);
        assert!(found(&RULE, &listed).is_empty());
    }

    #[test]
    fn annotations_alone_cannot_justify() {
        let mut facts = forge(&[]);
        assert!(not_applicable(&RULE, &facts));
        facts.annotations.push(annotation(&["other", "user-sync"], 6));
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.declaration_exists = true;
        assert!(not_evaluated(&RULE, &facts));
    }
}
