//! What can be said of a document's text without judging it: its length, the blanks that nobody filled in,
//! and where it first speaks of email addresses.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::passage::{Passage, Text};
use crate::catalog::placeholders::DOCUMENT_WORDS;
use crate::facts::{DocumentState, Located};
use crate::text::SourceFile;
use crate::text::redact::one_line;

/// More blanks of one document than this are not listed; a template has them by the dozen.
const MAX_PLACEHOLDERS: usize = 50;

/// The longest text that is quoted, in characters.
const MAX_QUOTE: usize = 200;

/// What can be seen of the document that `file` holds.
#[must_use]
pub fn state(file: &SourceFile, text: &Text) -> DocumentState {
    DocumentState::Read {
        words: text.words(),
        placeholders: placeholders(file, text),
        mentions_email: mentions_email(file, text),
        says: Box::new(super::statements::read(file, text)),
    }
}

/// The blanks that nobody filled in, in order of position.
fn placeholders(file: &SourceFile, text: &Text) -> Vec<Located<String>> {
    let mut found = Vec::new();
    for passage in &text.passages {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let sentences = LazyCell::new(|| passage.sentences());
        for sign in &DOCUMENT_WORDS.placeholders {
            for range in sign.occurrences(&passage.text).take(MAX_PLACEHOLDERS) {
                if sign
                    .most_words
                    .is_none_or(|most| words_around(&passage.text, &sentences, range.start) <= most)
                {
                    ranges.push(range);
                }
            }
        }
        // Two signs may see the same blank: the first and longer one speaks for it.
        ranges.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
        let mut end = 0;
        for range in ranges {
            if range.start >= end {
                end = range.end;
                found.push(located(file, passage, range));
            }
        }
        if found.len() >= MAX_PLACEHOLDERS {
            found.truncate(MAX_PLACEHOLDERS);
            break;
        }
    }
    found
}

/// Number of words of the sentence that holds a byte of the text.
fn words_around(text: &str, sentences: &[Range<usize>], at: usize) -> usize {
    let after = sentences.partition_point(|s| s.start <= at);
    let sentence = after.checked_sub(1).and_then(|n| sentences.get(n)).cloned().unwrap_or(0..text.len());
    text.get(sentence).unwrap_or("").split_whitespace().count()
}

pub(super) fn located(file: &SourceFile, passage: &Passage, range: Range<usize>) -> Located<String> {
    let value = one_line(passage.text.get(range.clone()).unwrap_or(""), MAX_QUOTE);
    Located { value, place: file.place(passage.span_of(range)) }
}

/// The first sentence that speaks of email addresses as data.
///
/// The rule: take out of the sentence every address literal and every phrase that only tells how somebody
/// is reached ("contact us by email", "our email: …"); if a word for email or for email addresses is left,
/// the sentence speaks of them. A label that stands alone ("Email") counts, since lists of collected data
/// are written like that, unless an address follows it: then it belongs to a contact.
fn mentions_email(file: &SourceFile, text: &Text) -> Option<Located<String>> {
    for (n, passage) in text.passages.iter().enumerate() {
        if !DOCUMENT_WORDS.email_words.is_match(&passage.text) || labels_a_contact(text, n) {
            continue;
        }
        for range in passage.sentences() {
            if speaks_of_email(passage.text.get(range.clone()).unwrap_or("")) {
                return Some(located(file, passage, range));
            }
        }
    }
    None
}

/// Whether a passage is a label such as "Email" before an address.
pub(super) fn labels_a_contact(text: &Text, n: usize) -> bool {
    let passage = text.passages.get(n).map_or("", |p| p.text.as_str());
    let next = text.passages.get(n + 1).map_or("", |p| p.text.as_str());
    let is_label = passage.split_whitespace().count() <= 2;
    is_label && ADDRESS.find(next).is_some_and(|address| address.start() == 0)
}

/// An address literal, or a link to one.
pub(super) static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:mailto:)?[^\s@<>()\[\]]+@[^\s@<>()\[\]]+")
        .expect("a constant pattern, compiled by tests")
});

/// Whether a sentence speaks of email addresses as data.
pub(super) fn speaks_of_email(sentence: &str) -> bool {
    let mut rest = ADDRESS.replace_all(sentence, "@").into_owned();
    for phrase in &DOCUMENT_WORDS.contact_phrases {
        rest = phrase.replace_all(&rest, " ").into_owned();
    }
    DOCUMENT_WORDS.email_words.is_match(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::documents::{html, markdown, plain};

    #[test]
    fn a_contact_address_is_not_a_statement_on_data() {
        let speaks = [
            "We collect your name and email address.",
            "The app stores e-mail addresses of watchers.",
            "We use emails to notify the owner when an export fails.",
            "Your name, contact email and phone number are kept.",
            "Your email is never shared; questions go to privacy@vendor.example.",
            "Wir speichern Ihre E-Mail-Adresse.",
            "Nous conservons votre adresse e-mail.",
            "メールアドレスを保存します",
            "Email",
            "Contact us by email about the email addresses that we keep.",
        ];
        let does_not = [
            "Contact us at privacy@vendor.example.",
            "Contact us by email at privacy@vendor.example.",
            "If you have questions, please email us at a@vendor.example",
            "Questions? Send an email to privacy@vendor.example.",
            "Email: privacy@vendor.example",
            "E-mail address: privacy@vendor.example",
            "Our email address is privacy@vendor.example.",
            "You can contact our data protection officer via e-mail.",
            "We will notify you of changes by email.",
            "Contact us using the following email address: a@vendor.example",
            "privacy@vendor.example (email)",
            "Email support is part of every plan.",
            "We mail nothing.",
            "",
        ];
        for text in speaks {
            assert!(speaks_of_email(text), "{text}");
        }
        for text in does_not {
            assert!(!speaks_of_email(text), "{text}");
        }
    }

    #[test]
    fn a_label_with_an_address_behind_it_is_a_contact() {
        let contact = "<table><tr><td>Email</td><td>a@vendor.example</td></tr></table>";
        let data = "<ul><li>Name</li><li>Email</li><li>Time zone</li></ul>";
        for (source, expected) in [(contact, None), (data, Some("Email".to_owned()))] {
            let file = SourceFile::new("p.html", source);
            assert_eq!(mentions_email(&file, &html::read(source)).map(|m| m.value), expected);
        }
    }

    #[test]
    fn blanks_are_told_with_their_places() {
        let source = "# Privacy policy of [Company Name]\n\n- [x] done, see [the list](https://vendor.example/[a])\n\n\
                      Write to privacy@example.com[^1], or to <your company>.\n\n[^1]: TODO\n\n<!-- TBD -->\n\
                      Coming soon.\n";
        let file = SourceFile::new("PRIVACY.md", source);
        let found: Vec<_> = placeholders(&file, &markdown::read(source))
            .into_iter()
            .map(|p| (p.value, p.place.line, p.place.column))
            .collect();
        let expected = [
            ("[Company Name]", 1, 21),
            ("p…@example.com", 5, 10),
            ("<your company>", 5, 41),
            ("TODO", 7, 7),
            ("Coming soon", 10, 1),
        ];
        assert_eq!(found, expected.map(|(text, line, column)| (text.to_owned(), line, column)));
    }

    #[test]
    fn the_state_counts_words_and_quotes_the_first_mention() {
        let source = "We like it short.\n\nWe keep nothing. We read email addresses\nonce a day.\n";
        let file = SourceFile::new("PRIVACY.txt", source);
        let state = state(&file, &plain::read(source));
        assert!(state.is_too_short());
        let DocumentState::Read { words, placeholders, mentions_email, .. } = state else { panic!("read") };
        assert_eq!((words, placeholders.len()), (14, 0));
        let mention = mentions_email.expect("there is one");
        assert_eq!(mention.value, "We read email addresses once a day.");
        assert_eq!((mention.place.line, mention.place.column, mention.place.end_line), (3, 18, 4));
    }

    #[test]
    fn templates_have_a_bounded_number_of_blanks() {
        let source = "[Company Name] ".repeat(5_000);
        let file = SourceFile::new("PRIVACY.txt", source.as_str());
        assert_eq!(placeholders(&file, &plain::read(&source)).len(), MAX_PLACEHOLDERS);
    }
}
