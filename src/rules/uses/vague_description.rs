//! A description that does not say what addresses are used for.

use crate::catalog::placeholders::{DOCUMENT_WORDS, Placeholder};
use crate::catalog::prose::{Prose, Words};
use crate::facts::{DeclaredUse, Facts, Located};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::Place;
use crate::text::words;

pub(crate) static RULE: Rule = Rule {
    name: "vague-description",
    summary: "the description of a use does not say who gets what, and when",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("vague_description.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    match &facts.declaration {
        Some(declaration) if !declaration.uses.is_empty() => {
            for declared in &declaration.uses {
                let name = &declared.name.value;
                for (text, what) in other_texts(declared) {
                    if let Some(placeholder) = placeholder(&text.value) {
                        let why = format!("is not complete: the {what} has {placeholder}");
                        sink.report(finding(text.place.clone(), name, &why));
                    }
                }
                match &declared.description {
                    None => sink.report(finding(declared.name.place.clone(), name, "has no `description`")),
                    Some(text) => {
                        if let Some(why) = vague(facts, &text.value) {
                            sink.report(
                                finding(text.place.clone(), name, &why).confidence(Confidence::Likely),
                            );
                        }
                    }
                }
            }
            Outcome::Checked
        }
        None if !facts.declaration_exists && facts.annotations.iter().any(|a| a.text.is_some()) => {
            // Annotating is enough to start, so a short remark is no fault yet.
            for annotation in &facts.annotations {
                let (Some(text), Some((name, _))) = (&annotation.text, annotation.uses.first()) else {
                    continue;
                };
                if let Some(why) = vague(facts, text) {
                    let finding =
                        finding(annotation.place.clone(), name, &why).confidence(Confidence::Likely);
                    sink.report_at_most(Severity::Info, finding);
                }
            }
            Outcome::Checked
        }
        _ => Outcome::NotApplicable("no use is described".to_owned()),
    }
}

/// What is wrong with a description; `None` when it may do.
fn vague(facts: &Facts, text: &str) -> Option<String> {
    let prose = Prose::embedded();
    let words = Words::of(text);
    let (count, telling) = (words.count(), prose.telling(&words));
    let copied = facts.catalogue.uses.iter().any(|u| {
        u.functionality.eq_ignore_ascii_case(text.trim().trim_end_matches('.')) || u.id == text.trim()
    });
    let to_do = DOCUMENT_WORDS
        .placeholders
        .iter()
        .find(|p| p.most_words.is_none_or(|most| count <= most) && p.occurrences(text).next().is_some());
    if let Some(placeholder) = to_do {
        Some(format!("is still to be described: the text has {}", placeholder.what))
    } else if copied {
        Some(
            "is described in Atlassian's own words for the functionality, which say nothing about this app"
                .to_owned(),
        )
    } else if count < prose.description.min_words {
        Some(format!("is described in {}", words::count(count, "word", "words")))
    } else if telling < prose.description.min_telling {
        Some("is described in words that fit any app".to_owned())
    } else {
        None
    }
}

/// What shows that a text was never written, in words.
fn placeholder(text: &str) -> Option<&'static str> {
    let count = text.split_whitespace().count();
    let fits = |p: &&Placeholder| {
        p.most_words.is_none_or(|most| count <= most) && p.occurrences(text).next().is_some()
    };
    DOCUMENT_WORDS.placeholders.iter().find(fits).map(|p| p.what.as_str())
}

/// The other texts of a use that a person at Atlassian reads.
fn other_texts(declared: &DeclaredUse) -> impl Iterator<Item = (&Located<String>, &'static str)> {
    let purposes =
        declared.third_parties.iter().filter_map(|p| Some((p.purpose.as_ref()?, "purpose of a third party")));
    declared.justification.iter().map(|j| (j, "justification")).chain(purposes)
}

fn finding(place: Place, name: &str, why: &str) -> Finding {
    Finding::new(place, format!("the use {} {why}", wording::name(name)))
        .label("says too little")
        .note("a person at Atlassian decides by this text whether the use is valid (Atlassian, Profile visibility, Applying for access)")
        .help("say who gets what and when, as in: when a scheduled export fails, the owner of the schedule gets one mail with the reason and the time of the next try")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};

    fn described(text: &str) -> Vec<Finding> {
        let mut used = declared("mine", "error-reports", 3);
        used.description = Some(located(text.to_owned(), "email-access.yaml", 5));
        found(&RULE, &with_uses(forge(&[]), vec![used]))
    }

    #[test]
    fn descriptions_that_say_something_pass() {
        for text in [
            "When a scheduled export fails, the owner of the schedule gets one mail with the reason.",
            "Project leads get a mail when the nightly sync with GitHub fails",
            "Wenn ein geplanter Export scheitert, bekommt der Besitzer eine Mail mit dem Grund",
            "エクスポートが失敗すると、スケジュールの所有者に理由を記したメールを送ります",
        ] {
            assert!(described(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn descriptions_that_fit_any_app_do_not() {
        for (text, why) in [
            ("TODO: who gets what, and when? As in: the owner of the schedule gets one mail.", "still to be"),
            ("When [event] happens, the assignee of the issue gets one mail: TBD", "still to be"),
            ("notifications", "in 1 word"),
            ("", "in 0 words"),
            ("We use emails to send emails to our users.", "fit any app"),
            ("Email addresses are required to send notification emails to users of the app", "fit any app"),
            ("Send error reports.", "Atlassian's own words"),
            ("error-reports", "Atlassian's own words"),
            ("Send error reports to users", "in 5 words"),
        ] {
            let findings = described(text);
            assert!(findings.len() == 1 && findings[0].message.contains(why), "{text}: {findings:?}");
        }
    }

    #[test]
    fn what_else_is_still_to_be_written_is_reported_where_it_stands() {
        let mut used = declared("mine", "other", 3);
        used.justification =
            Some(located("TODO: why can the app not do this?".to_owned(), "email-access.yaml", 6));
        used.third_parties.push(crate::facts::ThirdParty {
            name: located("Slack".to_owned(), "email-access.yaml", 8),
            purpose: Some(located("TODO: what it does for the user".to_owned(), "email-access.yaml", 9)),
            hosts: Vec::new(),
            required: None,
        });
        let lines: Vec<u32> =
            found(&RULE, &with_uses(forge(&[]), vec![used])).iter().map(|f| f.place.line).collect();
        assert_eq!(lines, [6, 9]);
    }

    #[test]
    fn a_missing_description_is_reported_at_the_name() {
        let mut used = declared("mine", "error-reports", 3);
        used.description = None;
        let findings = found(&RULE, &with_uses(forge(&[]), vec![used]));
        assert_eq!((findings[0].place.line, findings[0].severity), (3, Severity::Warning));
        assert!(not_applicable(&RULE, &forge(&[])));
    }

    #[test]
    fn remarks_of_annotations_weigh_less() {
        let mut facts = forge(&[]);
        facts.annotations.push(annotation(&["error-reports"], 6));
        assert!(not_applicable(&RULE, &facts));
        facts.annotations[0].text = Some("see the ticket".to_owned());
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Info);
    }
}
