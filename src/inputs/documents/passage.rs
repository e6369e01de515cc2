//! A document's text as passages that know where each of their bytes stands in the file.
//!
//! Readers of the formats push text in; nothing in here knows a format or what a text means.

use std::ops::Range;

use crate::text::Span;

/// The readable text of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Paragraphs, headings, list items and table cells, in the order of the file. None is empty.
    pub passages: Vec<Passage>,
}

/// What part of a document a passage is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A paragraph, or anything else.
    #[default]
    Text,
    /// A heading.
    Heading,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell {
        /// Its row, counted through the document.
        row: u32,
        /// Its column, from 0.
        column: u32,
        /// Whether it heads its column.
        head: bool,
    },
}

/// A paragraph, heading, list item or table cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What a reader sees, with white space folded.
    pub text: String,
    /// What part of the document it is.
    pub kind: Kind,
    /// Where it stands in the file.
    pub span: Span,
    runs: Vec<Run>,
}

/// A part of a passage that was taken over from one place of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Where it starts in the passage's text.
    at: usize,
    /// Where it stands in the file.
    span: Span,
    /// Whether it is written there as it is read, byte for byte.
    verbatim: bool,
}

impl Passage {
    /// Where a part of the text stands in the file.
    #[must_use]
    pub fn span_of(&self, part: Range<usize>) -> Span {
        let Some(first) = self.run_at(part.start) else { return self.span };
        let last = self.run_at(part.end.saturating_sub(1).max(part.start)).unwrap_or(first);
        let inside = |run: &Run, offset: usize| run.span.start as usize + offset.saturating_sub(run.at);
        let start = if first.verbatim { inside(first, part.start) } else { first.span.start as usize };
        let end = if last.verbatim {
            inside(last, part.end).min(last.span.end as usize)
        } else {
            last.span.end as usize
        };
        Span::new(start, end)
    }

    fn run_at(&self, offset: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.at <= offset);
        self.runs.get(after.checked_sub(1)?)
    }

    /// The sentences, as ranges of the text.
    #[must_use]
    pub fn sentences(&self) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        let mut start = 0;
        let mut chars = self.text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let end = at + c.len_utf8();
            let next = self.text.get(end..).unwrap_or("");
            let ends = match c {
                '。' | '！' | '？' => true,
                '.' | '!' | '?' => {
                    let mut after = next.chars();
                    after.next() == Some(' ')
                        && !after.next().is_some_and(char::is_lowercase)
                        && !ends_in_abbreviation(self.text.get(start..at).unwrap_or(""))
                }
                _ => false,
            };
            if ends && chars.peek().is_some() {
                sentences.push(start..end);
                start = end + next.len() - next.trim_start().len();
            }
        }
        if start < self.text.len() {
            sentences.push(start..self.text.len());
        }
        sentences
    }
}

/// Whether the full stop behind `text` belongs to an abbreviation.
fn ends_in_abbreviation(text: &str) -> bool {
    let word = text.rsplit([' ', '(']).next().unwrap_or("");
    matches!(word, "e.g" | "i.e" | "etc" | "Inc" | "Ltd" | "Co" | "Corp" | "No" | "Mr" | "Ms" | "Dr" | "vs")
}

impl Text {
    /// Number of words. Scripts that put no blanks between words count two characters as a word.
    #[must_use]
    pub fn words(&self) -> usize {
        self.passages.iter().map(|p| words(&p.text)).sum()
    }
}

fn words(text: &str) -> usize {
    let unspaced =
        |c: char| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let parts = text
        .split(|c: char| c.is_whitespace() || unspaced(c))
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .count();
    parts + text.chars().filter(|c| unspaced(*c)).count().div_ceil(2)
}

/// Builds a `Text`.
#[derive(Default)]
pub(super) struct Builder {
    passages: Vec<Passage>,
    text: String,
    runs: Vec<Run>,
    blank: bool,
    kind: Kind,
    row: u32,
    column: u32,
}

impl Builder {
    /// Says what the text that follows is.
    pub(super) fn kind(&mut self, kind: Kind) {
        self.end();
        self.kind = kind;
    }

    /// What the text that follows is.
    pub(super) fn current(&self) -> Kind {
        self.kind
    }

    /// Begins a row of a table.
    pub(super) fn row(&mut self) {
        self.kind(Kind::Text);
        self.row = self.row.saturating_add(1);
        self.column = 0;
    }

    /// Begins a cell of the row.
    pub(super) fn cell(&mut self, head: bool) {
        self.kind(Kind::Cell { row: self.row, column: self.column, head });
        self.column = self.column.saturating_add(1);
    }

    /// Adds text that stands in the file as it is, from byte `source` on.
    pub(super) fn verbatim(&mut self, text: &str, source: usize) {
        let mut from = 0;
        for (at, c) in text.char_indices() {
            if c.is_whitespace() {
                self.run(text.get(from..at).unwrap_or(""), Span::new(source + from, source + at), true);
                self.blank = true;
                from = at + c.len_utf8();
            }
        }
        self.run(text.get(from..).unwrap_or(""), Span::new(source + from, source + text.len()), true);
    }

    /// Adds text that is written differently in the file, such as an entity.
    pub(super) fn replaced(&mut self, text: &str, span: Span) {
        for (n, word) in text.split(char::is_whitespace).enumerate() {
            self.blank |= n > 0;
            self.run(word, span, false);
        }
    }

    /// A line break or the like: words on both sides are apart.
    pub(super) fn gap(&mut self) {
        self.blank = true;
    }

    /// Ends a paragraph, if one has begun.
    pub(super) fn end(&mut self) {
        self.blank = false;
        if self.text.is_empty() {
            return;
        }
        let runs = std::mem::take(&mut self.runs);
        let span = runs.iter().map(|r| r.span).reduce(Span::to).unwrap_or_default();
        self.passages.push(Passage { text: std::mem::take(&mut self.text), kind: self.kind, span, runs });
    }

    pub(super) fn finish(mut self) -> Text {
        self.end();
        Text { passages: self.passages }
    }

    fn run(&mut self, text: &str, span: Span, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.blank) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.runs.push(Run { at: self.text.len(), span, verbatim });
        self.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_where_it_stands() {
        let source = "We  keep\nit &amp; more.";
        let mut builder = Builder::default();
        builder.verbatim("We  keep\nit ", 0);
        builder.replaced("&", Span::new(12, 17));
        builder.verbatim(" more.", 17);
        let text = builder.finish();
        let [passage] = text.passages.as_slice() else { panic!("one passage") };
        assert_eq!(passage.text, "We keep it & more.");
        let at = |part: &str| {
            let start = passage.text.find(part).expect("it is there");
            source.get(passage.span_of(start..start + part.len()).range()).expect("on borders")
        };
        assert_eq!(at("keep it"), "keep\nit");
        assert_eq!(at("&"), "&amp;");
        assert_eq!(at("& mo"), "&amp; mo");
        assert_eq!(at("more."), "more.");
        assert_eq!(passage.span, Span::new(0, source.len()));
    }

    #[test]
    fn sentences_end_where_they_should() {
        let table: [(&str, &[&str]); 6] = [
            ("One. Two! Three", &["One.", "Two!", "Three"]),
            (
                "Data, e.g. Names, by Example Inc. Ltd. stays.",
                &["Data, e.g. Names, by Example Inc. Ltd. stays."],
            ),
            ("version 1.2 of it. and so on", &["version 1.2 of it. and so on"]),
            ("一。二", &["一。", "二"]),
            ("", &[]),
            ("...", &["..."]),
        ];
        for (text, expected) in table {
            let passage =
                Passage { text: text.to_owned(), kind: Kind::Text, span: Span::default(), runs: Vec::new() };
            let parts: Vec<_> =
                passage.sentences().into_iter().map(|r| text.get(r).expect("on borders")).collect();
            assert_eq!(parts, expected);
        }
    }

    #[test]
    fn words_are_counted_in_every_script() {
        for (text, count) in [("We keep – it.", 3), ("", 0), ("- * -", 0), ("個人情報を", 3), ("use 個人", 2)]
        {
            assert_eq!(words(text), count, "{text}");
        }
    }
}
