//! A description that speaks of a use other than the declared one, and one that Atlassian refuses.

use crate::catalog::prose::{Found, Prose, Words};
use crate::catalog::{CatalogueUse, Verdict};
use crate::facts::{DeclaredUse, Facts, Located};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};
use crate::text::{Place, Span};

pub(crate) static RULE: Rule = Rule {
    name: "description-contradicts-use",
    summary: "the description of a use speaks of something that Atlassian does not approve",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("description_contradicts_use.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(declaration) = facts.declaration.as_ref().filter(|d| !d.uses.is_empty()) else {
        return Outcome::NotApplicable("no use is described".to_owned());
    };
    for declared in &declaration.uses {
        // An invalid use is reported as such, whatever its description says.
        let functionality = facts.catalogue.get(&declared.functionality.value);
        if functionality.is_none_or(|f| f.verdict == Verdict::Invalid) {
            continue;
        }
        for text in declared.description.iter().chain(&declared.justification) {
            let words = Words::of(&text.value);
            let betrayals = betrayals(facts, &words);
            if !betrayals.is_empty() {
                sink.report(finding(facts, declared, text, &words, &betrayals));
            }
        }
    }
    Outcome::Checked
}

/// A phrase that betrays an invalid use.
struct Betrayal<'a> {
    by: &'a CatalogueUse,
    phrase: &'a str,
    at: Found,
}

/// The phrases of invalid uses in a text, in order, at most one for each use: those that are not denied
/// and that no valid use explains.
fn betrayals<'a>(facts: &'a Facts, words: &Words) -> Vec<Betrayal<'a>> {
    let prose = Prose::embedded();
    let uses = |verdict| facts.catalogue.uses.iter().filter(move |u| u.verdict == verdict);
    let explained: Vec<Found> =
        uses(Verdict::Valid).flat_map(|u| &u.words).flat_map(|phrase| words.find(phrase)).collect();
    let sentence = |at: &Found| words.get(at.start).map(|w| w.sentence);
    let is_explained = |phrase: &str, at: &Found| {
        let overlaps = |e: &Found| e.start < at.end && at.start < e.end && e.len() >= at.len();
        explained.iter().any(|e| overlaps(e) || (prose.is_ambiguous(phrase) && sentence(e) == sentence(at)))
    };
    let mut all: Vec<Betrayal<'_>> = uses(Verdict::Invalid)
        .filter_map(|by| {
            let found =
                by.words.iter().flat_map(|phrase| words.find(phrase).into_iter().map(move |at| (phrase, at)));
            found
                .filter(|(phrase, at)| !prose.denied(words, at) && !is_explained(phrase, at))
                .min_by_key(|(_, at)| (at.start, std::cmp::Reverse(at.end)))
                .map(|(phrase, at)| Betrayal { by, phrase, at })
        })
        .collect();
    all.sort_by_key(|b| b.at.start);
    all
}

fn finding(
    facts: &Facts,
    declared: &DeclaredUse,
    text: &Located<String>,
    words: &Words,
    betrayals: &[Betrayal<'_>],
) -> Finding {
    let phrases = wording::names(betrayals.iter().map(|b| b.phrase));
    let place =
        betrayals.first().and_then(|b| exact(text, words, &b.at)).unwrap_or_else(|| text.place.clone());
    let mut finding = Finding::new(
        place,
        format!(
            "{} is declared as {} and its text speaks of {phrases}",
            wording::name(&declared.name.value),
            wording::name(&declared.functionality.value)
        ),
    )
    .label("not a valid use")
    .confidence(Confidence::Likely)
    .related(declared.functionality.place.clone(), "declared as this");
    for betrayal in betrayals {
        finding = finding.note(format!(
            "{} sounds like \"{}\", which Atlassian lists as not valid (Profile visibility, {})",
            wording::name(betrayal.phrase),
            betrayal.by.functionality,
            facts.catalogue.date
        ));
    }
    finding
        .help("if the app does that, stop it: the request would be refused, and an audit would find it")
        .help("if it does not, say in other words what is sent to whom")
}

/// The place of some words of a value that stands on one line as it is, in quotes or without.
fn exact(text: &Located<String>, words: &Words, at: &Found) -> Option<Place> {
    let Place { file, line, column, end_line, end_column, span } = &text.place;
    let shown = usize::try_from(end_column.checked_sub(*column)?).ok()?;
    let length = text.value.chars().count();
    let quote = match shown.checked_sub(length)? {
        0 => 0,
        2 if !text.value.contains(['"', '\'', '\\']) => 1,
        _ => return None,
    };
    if line != end_line || text.value.contains('\n') {
        return None;
    }
    let start = words.get(at.start)?.start;
    let end = words.get(at.end.checked_sub(1)?)?.end;
    let bytes = |chars: usize| text.value.chars().take(chars).map(char::len_utf8).sum::<usize>() + quote;
    let column_of = |chars: usize| u32::try_from(chars + quote).ok().and_then(|c| column.checked_add(c));
    let from = span.start as usize;
    Some(Place {
        file: file.clone(),
        line: *line,
        column: column_of(start)?,
        end_line: *end_line,
        end_column: column_of(end)?,
        span: Span::new(from + bytes(start), from + bytes(end)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable};
    use crate::text::SourceFile;

    fn described(functionality: &str, text: &str) -> Vec<Finding> {
        let mut used = declared("mine", functionality, 3);
        used.description = Some(located(text.to_owned(), "email-access.yaml", 5));
        found(&RULE, &with_uses(forge(&[]), vec![used]))
    }

    #[test]
    fn words_of_invalid_uses_betray_them() {
        for (text, phrase) in [
            ("Each month we send our newsletter with product news", "`newsletter`"),
            ("When an export fails its owner gets a mail, and our newsletter", "`newsletter`"),
            ("Users get a welcome email and getting started tips", "`welcome email`"),
            ("Admins are told by mail before their trial expires", "`trial expires`"),
            ("Users are invited to our webinars", "`webinars`"),
            ("We mail a promo code to all watchers", "`promo code`"),
        ] {
            let findings = described("error-reports", text);
            assert!(findings.len() == 1 && findings[0].message.contains(phrase), "{text}: {findings:?}");
        }
    }

    #[test]
    fn denials_and_the_apps_own_subject_do_not() {
        for text in [
            "When a scheduled export fails its owner gets one mail with the reason, never marketing",
            "No newsletters, no campaigns: only the reason of the failure is sent",
            "When the sync of a campaign board goes wrong its owner gets an error report",
            "Watchers of a page get a daily digest when a tutorial on it changes",
            "A user can invite a colleague to a retrospective session by mail",
            "Subscribers of a dashboard get a reminder about an issue that is due",
        ] {
            assert!(
                described("error-reports", text).is_empty(),
                "{text}: {:?}",
                described("error-reports", text)
            );
        }
    }

    #[test]
    fn one_finding_a_text_with_a_note_for_each_use() {
        let findings =
            described("alert-subscriptions", "A newsletter each week, and a webinar when the trial expires");
        assert_eq!((findings.len(), findings[0].notes.len()), (1, 3));
        assert!(findings[0].message.contains("`newsletter`, `webinar` and `trial expires`"));
    }

    #[test]
    fn invalid_uses_are_another_rules_business() {
        assert!(described("marketing", "our newsletter").is_empty());
        assert!(described("no-such-id", "our newsletter").is_empty());
        assert_eq!(described("other", "our newsletter").len(), 1);
        assert!(not_applicable(&RULE, &forge(&[])));
    }

    #[test]
    fn the_word_is_marked_when_it_can_be_found() {
        for (line, marked) in [
            ("description: Die Größe der newsletter zählt", "newsletter"),
            ("description: \"Die Größe der newsletter zählt\"", "newsletter"),
        ] {
            let file = SourceFile::new("email-access.yaml", line);
            let value = "Die Größe der newsletter zählt";
            let place = file.place(Span::new(13, line.len()));
            let mut used = declared("mine", "error-reports", 3);
            used.description = Some(Located { value: value.to_owned(), place });
            let findings = found(&RULE, &with_uses(forge(&[]), vec![used]));
            assert_eq!(file.slice(findings[0].place.span), marked);
            assert_eq!(file.place(findings[0].place.span), findings[0].place);
        }
        let folded = described("error-reports", "our newsletter");
        assert_eq!(folded[0].place, place("email-access.yaml", 5), "else the whole text is");
    }
}
