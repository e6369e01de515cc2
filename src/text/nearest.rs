//! The known name most like a mistyped one.

/// Longer names are no typing mistakes, and comparing costs the product of the lengths.
const LONGEST: usize = 128;

/// Of `candidates` the one nearest to `name`, without regard to case; `None` when none is near enough
/// to be what was meant. The first wins a tie.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let asked = name.to_lowercase();
    let length = asked.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    let mut best: Option<(&str, usize)> = None;
    for candidate in candidates {
        if candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&asked, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(_, d)| distance < d) {
            best = Some((candidate, distance));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["read:email-address:jira", "read:me", "error-reports"];
        for (asked, expected) in [
            ("read:email-adress:jira", Some("read:email-address:jira")),
            ("READ:ME", Some("read:me")),
            ("error-report", Some("error-reports")),
            ("write:me", None),
            ("", None),
            (&"e".repeat(9000), None),
        ] {
            assert_eq!(nearest(asked, known), expected, "{asked:.30}");
        }
    }
}
