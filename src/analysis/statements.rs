//! What a statement of SQL does with what it is handed, as far as its text says: whether it looks somebody up by an
//! address, and whether it keeps one. Nothing but the text enters.

use crate::catalog::matching::Matching;

/// What a statement does with addresses that it is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Whether rows are chosen by an address.
    pub(super) asks: bool,
    /// Whether a row gets one.
    pub(super) keeps: bool,
}

/// Words that start a statement, and whether it writes.
const VERBS: &[(&str, bool)] = &[
    ("select", false),
    ("with", false),
    ("delete", false),
    ("insert", true),
    ("replace", true),
    ("merge", true),
    ("upsert", true),
    ("update", true),
];

/// What a text does if it is a statement.
pub(super) fn read(text: &str) -> Option<Statement> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(').to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).filter(|end| *end > 0)?;
    let (verb, rest) = text.split_at(end);
    if !rest.starts_with(|c: char| c.is_whitespace()) {
        return None;
    }
    let (verb, mut writes) = *VERBS.iter().find(|(v, _)| *v == verb)?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let plain = words(rest);
    let proper = match verb {
        "select" | "with" => {
            [" from ", " insert into ", " update "].iter().any(|w| format!(" {plain} ").contains(w))
        }
        "delete" => plain.starts_with("from "),
        "insert" | "replace" | "merge" => plain.contains("into ") || plain.contains("values"),
        "update" => plain.contains(" set "),
        _ => true,
    };
    if !proper {
        return None;
    }
    writes |= verb == "with" && [" insert into ", " update "].iter().any(|w| plain.contains(w));
    let table = Matching::get();
    let (before, condition) = plain.split_once(" where ").unwrap_or((&plain, ""));
    let asks = !condition.is_empty() && table.names_address(condition);
    // `UPDATE people SET seen = ? WHERE email = ?`
    let keeps = writes && (verb != "update" || !asks || table.names_address(before));
    Some(Statement { asks, keeps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_says_what_it_does() {
        let said = |text: &str| read(text).map(|s| (s.asks, s.keeps));
        for (text, expected) in [
            ("SELECT id FROM people WHERE email = ?", Some((true, false))),
            ("\n  select *\n  from people\n  where lower(e_mail) = :mail", Some((true, false))),
            ("select email from people where id = ?", Some((false, false))),
            ("DELETE FROM people WHERE email IN (?)", Some((true, false))),
            ("INSERT INTO people (email) VALUES ($1)", Some((false, true))),
            ("UPDATE people SET email = $1 WHERE id = $2", Some((false, true))),
            ("UPDATE people SET seen = now() WHERE email = $1", Some((true, false))),
            ("update people set email = ? where email = ?", Some((true, true))),
            ("with p as (select 1) insert into people(email) select ?", Some((false, true))),
            ("Update the address of {}", None),
            ("Select a user", None),
            ("selection", None),
            ("", None),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }
}
