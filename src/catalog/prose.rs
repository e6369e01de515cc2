//! Words by which prose is judged (`prose.yaml`), and the matching of phrases in a text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// How much text is looked at; a description or justification never comes near it.
const MOST_WORDS: usize = 20_000;

/// Limits for a description.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct DescriptionLimits {
    /// Fewer words than this are vague.
    pub min_words: usize,
    /// Fewer words than this outside `filler` are vague.
    pub min_telling: usize,
}

/// A lower limit on words.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct WordLimit {
    /// The limit.
    pub min_words: usize,
}

/// The tables of `prose.yaml`.
#[derive(Debug, Deserialize)]
pub struct Prose {
    /// When a description is vague.
    pub description: DescriptionLimits,
    /// When a justification says too little.
    pub justification: WordLimit,
    filler: BTreeSet<String>,
    denials: Vec<String>,
    turns: BTreeSet<String>,
    ambiguous: BTreeSet<String>,
}

static PROSE: LazyLock<Prose> = LazyLock::new(|| table!("prose"));

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub text: String,
    /// Its first character, counted from 0.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
    /// Which sentence it stands in, from 0.
    pub sentence: usize,
    /// Whether only blanks and hyphens stand between it and the word before.
    joined: bool,
}

/// A text in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<Word>);

/// Some words in a row: first and one past the last.
pub type Found = std::ops::Range<usize>;

impl Prose {
    /// The embedded tables.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &PROSE
    }

    /// Whether a phrase names the reader's own work as often as a kind of mail.
    #[must_use]
    pub fn is_ambiguous(&self, phrase: &str) -> bool {
        self.ambiguous.contains(phrase)
    }

    /// The number of words that say something.
    #[must_use]
    pub fn telling(&self, words: &Words) -> usize {
        words.0.iter().filter(|w| !self.filler.contains(&w.text)).map(Word::weight).sum::<usize>() / 2
    }

    /// Whether what stands at `found` is denied there: "never newsletters", "newsletters are not sent".
    #[must_use]
    pub fn denied(&self, words: &Words, found: &Found) -> bool {
        const BEFORE: usize = 8;
        const BEHIND: usize = 4;
        let Some(first) = words.0.get(found.start) else { return false };
        let mut start = found.start;
        while start > 0 && found.start - start < BEFORE {
            let Some(word) = words.0.get(start - 1).filter(|w| w.sentence == first.sentence) else { break };
            let new_clause = word.text == "and" && start < found.start;
            if self.turns.contains(&word.text) && !self.starts_denial(words, start - 1) || new_clause {
                break;
            }
            start -= 1;
        }
        let mut end = found.end;
        while end - found.end < BEHIND {
            let Some(word) = words.0.get(end).filter(|w| w.sentence == first.sentence && w.joined) else {
                break;
            };
            if word.text == "and" || self.turns.contains(&word.text) {
                break;
            }
            end += 1;
        }
        self.denials.iter().any(|d| {
            words.find(d).iter().any(|at| {
                (start <= at.start && at.end <= found.start) || (found.end <= at.start && at.end <= end)
            })
        })
    }

    /// Whether a denial such as "instead of" begins with the word at `index`.
    fn starts_denial(&self, words: &Words, index: usize) -> bool {
        self.denials.iter().any(|d| words.find(d).iter().any(|at| at.start == index))
    }
}

impl Word {
    /// Twice the number of words it counts for: a script without blanks runs words together, about two
    /// characters each.
    fn weight(&self) -> usize {
        let unspaced = self.text.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{e00}'..='\u{e7f}')).count();
        unspaced.max(2)
    }
}

impl Words {
    /// Splits a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut sentence = 0;
        let mut joined = false;
        let mut current: Option<Word> = None;
        let mut chars = text.chars().enumerate().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, c)| *c);
            let inside = current.is_some() && next.is_some_and(char::is_alphanumeric);
            if c.is_alphanumeric() || (matches!(c, '\'' | '’') && inside) {
                let word = current.get_or_insert_with(|| Word {
                    text: String::new(),
                    start: at,
                    end: at,
                    sentence,
                    joined,
                });
                word.text.extend(if c == '’' { '\'' } else { c }.to_lowercase());
                word.end = at + 1;
                continue;
            }
            if let Some(word) = current.take() {
                words.push(word);
                if words.len() >= MOST_WORDS {
                    return Self(words);
                }
                joined = true;
            }
            joined &= c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}');
            let ends = matches!(c, '!' | '?' | ';' | '。')
                || (c == '.' && next.is_none_or(char::is_whitespace))
                || (c == '\n' && next.is_none_or(|n| matches!(n, '\n' | '-' | '*')));
            sentence += usize::from(ends);
        }
        words.extend(current);
        Self(words)
    }

    /// How many words it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.iter().map(Word::weight).sum::<usize>() / 2
    }

    /// The word at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Word> {
        self.0.get(index)
    }

    /// Where a phrase stands, within one sentence, with nothing but blanks and hyphens inside.
    #[must_use]
    pub fn find(&self, phrase: &str) -> Vec<Found> {
        let phrase = Self::of(phrase).0;
        let Some(first) = phrase.first() else { return Vec::new() };
        let mut found = Vec::new();
        for (start, word) in self.0.iter().enumerate() {
            let end = start + phrase.len();
            if word.text != first.text {
                continue;
            }
            let Some(rest) = self.0.get(start + 1..end) else { continue };
            let alike = |(a, b): (&Word, &Word)| a.text == b.text && a.joined && a.sentence == word.sentence;
            if rest.iter().zip(phrase.iter().skip(1)).all(alike) {
                found.push(start..end);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_on_word_borders_and_within_a_sentence() {
        for (text, phrase, expected) in [
            ("Our News-Letter, weekly", "news letter", 1),
            ("newsletters", "newsletter", 0),
            ("a drip, campaign", "drip campaign", 0),
            ("a drip. Campaign", "drip campaign", 0),
            ("tips and tricks; tips and tricks", "tips and tricks", 2),
            ("sign-in and up-sell", "up-sell", 1),
            ("", "newsletter", 0),
            ("text", "", 0),
        ] {
            assert_eq!(Words::of(text).find(phrase).len(), expected, "{text}");
        }
    }

    #[test]
    fn denials_are_told_from_statements() {
        let prose = Prose::embedded();
        for (text, expected) in [
            ("We never send newsletters", true),
            ("No webinars, campaigns or newsletters", true),
            ("Newsletters are not sent", true),
            ("Alerts rather than newsletters", true),
            ("Alerts instead of newsletters", true),
            ("no marketing and newsletters", true),
            ("We do not store the address and send newsletters", false),
            ("Not only that. Newsletters too", false),
            ("We don't sell it, but send newsletters", false),
            ("We send newsletters, not spam", false),
            ("We send newsletters", false),
        ] {
            let words = Words::of(text);
            let found = words.find("newsletters").remove(0);
            assert_eq!(prose.denied(&words, &found), expected, "{text}");
        }
    }

    #[test]
    fn words_are_counted_in_scripts_with_and_without_blanks() {
        let prose = Prose::embedded();
        let words = Words::of("We use emails to send emails.");
        assert_eq!((words.count(), prose.telling(&words)), (6, 0));
        assert!(Words::of("エクスポートが失敗すると担当者に通知します").count() >= 8);
    }
}
