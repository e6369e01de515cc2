//! What shows that a page is not the document that it should be (`web.yaml`).

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::facts::{DocumentKind, Flaw};

/// The embedded table.
pub static WEB: LazyLock<Web> = LazyLock::new(|| {
    let raw: Raw = table!("web");
    let compile = |pattern: &str| {
        RegexBuilder::new(pattern)
            .case_insensitive(true)
            .build()
            .expect("the embedded patterns are compiled by a test")
    };
    Web {
        signs: raw
            .signs
            .into_iter()
            .map(|row| Sign {
                flaw: row.flaw,
                place: row.place,
                what: row.what,
                pattern: compile(&row.pattern),
                most_words: row.most_words.unwrap_or(usize::MAX),
            })
            .collect(),
        needs_scripts: compile(&raw.needs_scripts),
        site_roots: compile(&raw.site_roots),
        policy_title: compile(&raw.titles.privacy_policy),
        terms_title: compile(&raw.titles.customer_terms),
    }
});

/// What shows that a page is something else.
pub struct Web {
    /// Signs, in the order in which they count.
    pub signs: Vec<Sign>,
    /// Words that ask for scripts.
    pub needs_scripts: Regex,
    /// Paths of start pages.
    pub site_roots: Regex,
    policy_title: Regex,
    terms_title: Regex,
}

impl Web {
    /// Whether a title or heading is that of a document.
    #[must_use]
    pub fn is_title(&self, kind: DocumentKind, text: &str) -> bool {
        match kind {
            DocumentKind::PrivacyPolicy => self.policy_title.is_match(text),
            DocumentKind::CustomerTerms => self.terms_title.is_match(text),
        }
    }
}

/// Where a sign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the title or a first heading.
    Title,
    /// In a passage.
    Text,
    /// In host and path of the final address.
    Address,
    /// In the page as it was sent.
    Source,
}

/// One sign.
pub struct Sign {
    /// What the page is.
    pub flaw: Flaw,
    /// Where it stands.
    pub place: Place,
    /// In words, to complete "the document …".
    pub what: String,
    /// What it looks like.
    pub pattern: Regex,
    /// The most words of a page on which it counts.
    pub most_words: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    signs: Vec<Row>,
    needs_scripts: String,
    site_roots: String,
    titles: Titles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Titles {
    privacy_policy: String,
    customer_terms: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    flaw: Flaw,
    #[serde(rename = "where")]
    place: Place,
    what: String,
    pattern: String,
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
    fn every_sign_finds_its_samples_and_nothing_else() {
        let raw: Raw = table!("web");
        let mut wrong = Vec::new();
        for (row, sign) in raw.signs.iter().zip(&WEB.signs) {
            let name = format!("{:?} in {:?}", sign.flaw, sign.place);
            assert!(!row.matches.is_empty() && !row.passes.is_empty(), "{name} is tested");
            wrong.extend(
                row.matches
                    .iter()
                    .filter(|t| !sign.pattern.is_match(t))
                    .map(|t| format!("{name} misses {t}")),
            );
            for text in &row.passes {
                let others = WEB.signs.iter().filter(|s| s.place == sign.place && s.pattern.is_match(text));
                wrong.extend(others.map(|s| format!("{:?} in {:?} takes {text}", s.flaw, s.place)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn start_pages_and_titles() {
        for (path, expected) in [
            ("/", true),
            ("/index.html", true),
            ("/home", true),
            ("/en/", true),
            ("/en-us", true),
            ("/privacy", false),
            ("/p", false),
            ("/en/privacy", false),
            ("/index/privacy", false),
        ] {
            assert_eq!(WEB.site_roots.is_match(path), expected, "{path}");
        }
        use DocumentKind::{CustomerTerms as Terms, PrivacyPolicy as Policy};
        for (kind, title, expected) in [
            (Policy, "Privacy Policy | Vendor", true),
            (Policy, "Datenschutzerklärung", true),
            (Policy, "Vendor makes reports", false),
            (Terms, "Terms of Service", true),
            (Terms, "Reports in terms", true),
            (Terms, "Nutzungsbedingungen", true),
            (Terms, "Privacy Policy", false),
        ] {
            assert_eq!(WEB.is_title(kind, title), expected, "{title}");
        }
    }
}
