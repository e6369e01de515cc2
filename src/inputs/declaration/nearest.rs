//! The known name that a mistyped one is nearest to. Knows names, and nothing of files or rules.

/// Names longer than this are not mistyped ones, and comparing them would cost time.
const MAX_NAME: usize = 64;

/// The candidate nearest to `name`, when it is near enough to be meant.
///
/// Case and the choice of `-`, `_`, blank or camel case do not count as differences. Of two equally near
/// candidates the first one is taken.
#[must_use]
pub fn nearest<'c, S: AsRef<str>>(name: &str, candidates: &'c [S]) -> Option<&'c str> {
    let wanted = plain(name)?;
    candidates
        .iter()
        .map(AsRef::as_ref)
        .filter_map(|candidate| {
            let known = plain(candidate)?;
            let distance = strsim::osa_distance(&wanted, &known);
            // A third of the letters may be wrong; a word that only begins or ends like the other
            // (`policy` for `privacy-policy`) is meant too.
            let near = distance * 3 <= wanted.chars().count().max(known.chars().count());
            let part = wanted.len() >= 4 && (known.starts_with(&wanted) || known.ends_with(&wanted));
            (near || part).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The letters and digits of a name in lower case; `None` for a name that is too long or has none.
fn plain(name: &str) -> Option<String> {
    if name.len() > MAX_NAME {
        return None;
    }
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_meant_and_nothing_else() {
        let keys = ["addresses-from", "description", "functionality", "justification", "third-parties"];
        let table = [
            ("adresses-from", Some("addresses-from")),
            ("addressesFrom", Some("addresses-from")),
            ("addresses_from", Some("addresses-from")),
            ("Description", Some("description")),
            ("thirdparty", Some("third-parties")),
            ("desc", Some("description")),
            ("colour", None),
            ("", None),
            ("--", None),
        ];
        for (name, expected) in table {
            assert_eq!(nearest(name, &keys), expected, "{name}");
        }
        assert_eq!(nearest(&"description".repeat(100), &keys), None, "long names are not compared");
    }
}
