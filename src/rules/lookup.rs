//! Finds rules by name, and the nearest name for a mistyped one. Nothing about what a rule does.

use super::{ALL, Rule};

/// The rule of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

/// The rule name that `name` is nearest to; `None` when none comes close.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let names: Vec<&'static str> = ALL.iter().map(|rule| rule.name).collect();
    // The answer borrows from the list of names; the name in it lives longer.
    crate::inputs::declaration::nearest(name, &names).and_then(find).map(|rule| rule.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_and_is_nearest_to_itself() {
        for rule in ALL {
            assert_eq!(find(rule.name).map(|r| r.name), Some(rule.name));
            assert_eq!(nearest(&rule.name.to_uppercase().replace('-', "_")), Some(rule.name));
        }
        assert!(find("no-such-rule-anywhere").is_none());
        assert_eq!(nearest("zzzzzzzzzz"), None);
    }
}
