//! How it shows that a document was never filled in, and which words speak of email addresses
//! (`placeholders.yaml`).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// The embedded table.
pub static DOCUMENT_WORDS: LazyLock<DocumentWords> = LazyLock::new(|| {
    let raw: Raw = table!("placeholders");
    let compile = |pattern: &str| Regex::new(pattern).expect("the embedded patterns are compiled by a test");
    DocumentWords {
        placeholders: raw
            .placeholders
            .into_iter()
            .map(|row| Placeholder {
                id: row.id,
                pattern: compile(&row.pattern),
                what: row.what,
                not_after: row.not_after,
                most_words: row.most_words,
            })
            .collect(),
        email_words: compile(&raw.email_words),
        contact_phrases: raw.contact_phrases.iter().map(|p| compile(p)).collect(),
        foreign_hosts: raw.foreign_hosts,
    }
});

/// What is looked for in documents.
pub struct DocumentWords {
    /// Signs of a document that was never filled in.
    pub placeholders: Vec<Placeholder>,
    /// Words for email and email addresses.
    pub email_words: Regex,
    /// Phrases that only tell how to reach somebody.
    pub contact_phrases: Vec<Regex>,
    /// Hosts, with or without the beginning of a path, whose documents are not the vendor's.
    pub foreign_hosts: Vec<String>,
}

/// One sign of a document that was never filled in.
pub struct Placeholder {
    /// Its id.
    pub id: String,
    /// What it looks like.
    pub pattern: Regex,
    /// What it is, to complete "the document has …".
    pub what: String,
    /// Lower-case words right before it that make it an illustration.
    pub not_after: Vec<String>,
    /// The most words of a sentence in which it counts.
    pub most_words: Option<usize>,
}

impl Placeholder {
    /// Where it stands in `text`, apart from illustrations. `most_words` is for the caller to apply.
    pub fn occurrences<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        self.pattern.find_iter(text).map(|found| found.range()).filter(|range| {
            // The longest of these words has far fewer characters.
            let before: Vec<char> = text.get(..range.start).unwrap_or("").chars().rev().take(40).collect();
            let before: String = before.into_iter().rev().flat_map(char::to_lowercase).collect();
            let before =
                before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '\'' | '`'));
            !self.not_after.iter().any(|words| before.ends_with(words.as_str()))
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    placeholders: Vec<Row>,
    email_words: String,
    contact_phrases: Vec<String>,
    foreign_hosts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    what: String,
    pattern: String,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    most_words: Option<usize>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    matches: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    passes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_finds_its_samples_and_nothing_else() {
        let raw: Raw = table!("placeholders");
        assert_eq!(raw.placeholders.len(), DOCUMENT_WORDS.placeholders.len());
        let mut wrong = Vec::new();
        for (row, placeholder) in raw.placeholders.iter().zip(&DOCUMENT_WORDS.placeholders) {
            let finds = |text: &str| {
                placeholder.most_words.is_none_or(|most| text.split_whitespace().count() <= most)
                    && placeholder.occurrences(text).next().is_some()
            };
            wrong.extend(row.matches.iter().filter(|t| !finds(t)).map(|t| format!("{} misses {t}", row.id)));
            // What passes must pass every row, not only its own.
            for text in &row.passes {
                let others = DOCUMENT_WORDS.placeholders.iter().filter(|p| {
                    p.most_words.is_none_or(|most| text.split_whitespace().count() <= most)
                        && p.occurrences(text).next().is_some()
                });
                wrong.extend(others.map(|p| format!("{} takes {text}", p.id)));
            }
            assert!(!row.matches.is_empty() && !row.passes.is_empty(), "{} is tested", row.id);
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
