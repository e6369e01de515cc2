//! A text with its path and the index of its lines.

use std::sync::Arc;

use super::span::{Place, Span};

/// One text that findings can point into.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the checked root, with `/`.
    pub path: Arc<str>,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
    line_starts: Arc<[u32]>,
    /// How many characters stand before each block of `BLOCK` bytes: a minified file is one long line,
    /// and counting from its start for every place would take for ever.
    chars_before: Arc<[u32]>,
}

const BLOCK: usize = 1024;

fn count_chars(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|b| (**b & 0xc0) != 0x80).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

impl SourceFile {
    /// Indexes the lines of `text`.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let mut starts = vec![0_u32];
        starts.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, b)| *b == b'\n')
                .map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX)),
        );
        let mut chars_before = vec![0_u32];
        let mut chars = 0_u32;
        for block in text.as_bytes().chunks(BLOCK) {
            chars = chars.saturating_add(count_chars(block));
            chars_before.push(chars);
        }
        Self { path: path.into(), text, line_starts: starts.into(), chars_before: chars_before.into() }
    }

    /// How many characters stand before a byte offset.
    fn chars_up_to(&self, offset: usize) -> u32 {
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.chars_before.get(block).copied().unwrap_or(0).saturating_add(count_chars(rest))
    }

    /// The text under a span; empty when the span does not fit this text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line (from 1) and column (from 1, in characters) of a byte offset. Offsets past the end, or
    /// inside a character, are moved back to the nearest character border.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|s| *s as usize <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0) as usize;
        let column = self.chars_up_to(offset).saturating_sub(self.chars_up_to(start)).saturating_add(1);
        (u32::try_from(line.max(1)).unwrap_or(u32::MAX), column)
    }

    /// The place of a span in this file.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.line_column(span.start);
        let (end_line, end_column) = self.line_column(span.end);
        Place { file: Arc::clone(&self.path), line, column, end_line, end_column, span }
    }

    /// The text of a line (from 1) without its line break; empty when there is no such line.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let span = self.line_span(line);
        self.slice(span).trim_end_matches(['\n', '\r'])
    }

    /// The bytes of a line (from 1), with its line break.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Span {
        let index = line.saturating_sub(1) as usize;
        let start = self.line_starts.get(index).map_or(self.text.len(), |s| *s as usize);
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |s| *s as usize);
        Span::new(start, end)
    }

    /// How many lines the text has; a text that ends with a line break has an empty last one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_are_clamped() {
        let f = SourceFile::new("a", "aé😀b\nx");
        let b = f.text.find('b').unwrap();
        assert_eq!(f.line_column(u32::try_from(b).unwrap()), (1, 4));
        assert_eq!(f.line_column(2), (1, 2), "inside é falls back to its start");
        assert_eq!(f.line_column(999), (2, 2));
        assert_eq!(f.line(2), "x");
        assert_eq!(f.line(7), "");
    }

    #[test]
    fn columns_are_right_in_long_lines() {
        let text = format!("x\n{}", "é日a".repeat(1000));
        let f = SourceFile::new("a", text.as_str());
        let line = &text[2..];
        for (i, (offset, _)) in line.char_indices().enumerate() {
            let column = u32::try_from(i + 1).unwrap();
            assert_eq!(f.line_column(u32::try_from(offset + 2).unwrap()), (2, column));
        }
    }
}
