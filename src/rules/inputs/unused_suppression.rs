//! Suppressions that silence nothing. The runner decides which, once all rules have run, and asks here
//! for the words.

use crate::facts::{Facts, Suppression};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, nearest, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "unused-suppression",
    summary: "a suppression silences nothing, or names a rule that does not exist",
    group: Group::Inputs,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unused_suppression.md"),
    check,
};

fn check(_: &Facts, _: &mut Sink<'_>) -> Outcome {
    Outcome::Checked
}

/// One rule of a suppression, which had nothing to silence.
pub(crate) fn unused(suppression: &Suppression, (rule, place): &(String, Place)) -> Finding {
    let covered = match suppression.covers {
        Some((first, last)) if first == last => format!("line {first}"),
        Some((first, last)) => format!("lines {first} to {last}"),
        None => "its own line".to_owned(),
    };
    Finding::new(place.clone(), format!("{} has nothing to silence here", wording::name(rule)))
        .label("reports nothing here")
        .note(format!(
            "the suppression covers {covered}; left standing, it would hide the next finding there"
        ))
        .help(if suppression.rules.len() > 1 {
            "take this rule's name out of the suppression"
        } else {
            "take the suppression out"
        })
}

/// One rule of a suppression that is no rule.
pub(crate) fn unknown((rule, place): &(String, Place)) -> Finding {
    let mut finding = Finding::new(
        place.clone(),
        format!("the suppression names {}, which is no rule", wording::name(rule)),
    )
    .label("no such rule")
    .note("it silences nothing");
    if let Some(meant) = nearest(rule) {
        finding = finding.help(format!("did you mean `{meant}`?"));
    }
    finding.help("`mailpermit rules` lists all rules")
}

/// One rule of a suppression that may not be silenced.
pub(crate) fn forbidden((rule, place): &(String, Place)) -> Finding {
    Finding::new(place.clone(), format!("{} cannot be suppressed", wording::name(rule)))
        .label("stays in force")
        .note("an incomplete check must not look like a clean one")
        .help("take the suppression out and mend what it is about")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::found;

    #[test]
    fn by_itself_it_looks_at_nothing() {
        assert!(found(&RULE, &forge(&[])).is_empty());
    }

    #[test]
    fn it_says_what_to_take_out() {
        let one = suppression(&["wrong-caller"], 4);
        assert_eq!(unused(&one, &one.rules[0]).help, ["take the suppression out"]);
        assert!(unused(&one, &one.rules[0]).notes[0].contains("covers line 5;"));
        let two = suppression(&["wrong-caller", "unknown-use"], 4);
        assert!(unused(&two, &two.rules[1]).help[0].contains("this rule's name"));
        assert_eq!(
            unknown(&("wrong-caler".to_owned(), place("a", 1))).help[0],
            "did you mean `wrong-caller`?"
        );
        assert!(forbidden(&("unreadable-input".to_owned(), place("a", 1))).message.contains("cannot"));
    }
}
