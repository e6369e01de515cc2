//! Finds rules by name, and the nearest name for a mistyped one. Nothing about what a rule does.

use super::{ALL, Rule};

/// The rule of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

/// The rule name most like `name`; `None` when none comes close.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    nearest_of(name, ALL.iter().map(|rule| rule.name))
}

/// Of `candidates` the one most like `name`; `None` when none comes close. The first wins a tie.
pub fn nearest_of<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A whole pasted file is no mistyped name, and comparing costs the product of the lengths.
    const LONGEST: usize = 80;
    const CLOSE_ENOUGH: f64 = 0.7;
    if name.len() > LONGEST {
        return None;
    }
    let asked = name.to_lowercase().replace(['_', ' '], "-");
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let likeness = strsim::jaro_winkler(&asked, candidate);
        let part = asked.len() >= 4 && candidate.contains(asked.as_str());
        let likeness = if part { likeness.max(CLOSE_ENOUGH) } else { likeness };
        if likeness >= CLOSE_ENOUGH && best.is_none_or(|(_, l)| likeness > l) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let names = ["email-in-ui", "email-in-logs", "undeclared-access", "missing-privacy-policy"];
        for (asked, expected) in [
            ("email-in-log", Some("email-in-logs")),
            ("EMAIL_IN_UI", Some("email-in-ui")),
            ("undeclared", Some("undeclared-access")),
            ("privacy-policy", Some("missing-privacy-policy")),
            ("zzz", None),
            ("", None),
            (&"e".repeat(5000), None),
        ] {
            assert_eq!(nearest_of(asked, names.into_iter()), expected, "{asked:.20}");
        }
    }
}
