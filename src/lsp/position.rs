//! Positions as editors count them, and addresses of files.
//!
//! A text here counts bytes. An editor counts lines from 0 and, on a line, units of UTF-16 or bytes, as was
//! agreed when it connected.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{Position, Range, Uri};
use url::Url;

use crate::text::{Place, SourceFile, Span};

/// What the characters of a line are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of two bytes: what every editor knows.
    #[default]
    Utf16,
}

impl Encoding {
    fn width(self, text: &str) -> u32 {
        let width = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        };
        u32::try_from(width).unwrap_or(u32::MAX)
    }

    /// Where a byte offset stands. Offsets past the end, or inside a character, are moved back.
    pub(super) fn position(self, file: &SourceFile, offset: u32) -> Position {
        let (line, _) = file.line_column(offset);
        let start = file.line_span(line).start;
        let before = file.slice(Span { start, end: offset.max(start) });
        Position { line: line - 1, character: self.width(before) }
    }

    /// The byte offset of a position. Positions past the end of a line or of the text are moved back.
    pub(super) fn offset(self, file: &SourceFile, position: Position) -> u32 {
        let line = position.line.saturating_add(1);
        if line > file.line_count() {
            return u32::try_from(file.text.len()).unwrap_or(u32::MAX);
        }
        let mut left = position.character;
        let mut offset = file.line_span(line).start;
        for c in file.line(line).chars() {
            let width = match self {
                Self::Utf8 => c.len_utf8(),
                Self::Utf16 => c.len_utf16(),
            };
            let width = u32::try_from(width).unwrap_or(1);
            if width > left {
                break;
            }
            left -= width;
            offset += u32::try_from(c.len_utf8()).unwrap_or(1);
        }
        offset
    }

    /// The range of a span.
    pub(super) fn range(self, file: &SourceFile, span: Span) -> Range {
        Range { start: self.position(file, span.start), end: self.position(file, span.end) }
    }

    /// The range of a place whose text is not at hand: right where lines hold no characters beyond the first plane.
    pub(super) fn range_without_text(place: &Place) -> Range {
        let at = |line: u32, column: u32| Position {
            line: line.saturating_sub(1),
            character: column.saturating_sub(1),
        };
        Range { start: at(place.line, place.column), end: at(place.end_line, place.end_column) }
    }
}

/// The file that an address names, when it names one.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    Url::parse(&uri.0).ok().filter(|u| u.scheme() == "file")?.to_file_path().ok()
}

/// The address of a file.
pub(super) fn to_uri(path: &Path) -> Option<Uri> {
    Url::from_file_path(path).ok().map(|u| Uri(u.into()))
}

/// A path below a root, with `/`; `None` when it lies elsewhere.
pub(super) fn below(root: &Path, path: &Path) -> Option<Arc<str>> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    Some(parts.join("/").into()).filter(|p: &Arc<str>| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_counted_as_agreed_and_come_back() {
        let file = SourceFile::new("a", "aé😀b\r\nx\n");
        let b = u32::try_from(file.text.find('b').unwrap()).unwrap();
        for (encoding, character) in [(Encoding::Utf16, 4), (Encoding::Utf8, 7)] {
            let position = encoding.position(&file, b);
            assert_eq!((position.line, position.character), (0, character));
            assert_eq!(encoding.offset(&file, position), b);
        }
        let at = |line, character| Encoding::Utf16.offset(&file, Position { line, character });
        assert_eq!(at(0, 3), 3, "inside a pair of units is before it");
        assert_eq!(at(0, 99), 8, "past a line is its end, before the break");
        assert_eq!((at(1, 0), at(2, 5), at(9, 9)), (10, 12, 12));
    }

    #[test]
    fn addresses_are_files_below_a_root() {
        let path = to_path(&Uri("file:///app/src/a%20b.ts".to_owned())).unwrap();
        assert_eq!(below(Path::new("/app"), &path).as_deref(), Some("src/a b.ts"));
        assert_eq!(below(Path::new("/other"), &path), None);
        assert_eq!(to_path(&Uri("untitled:Untitled-1".to_owned())), None);
        assert_eq!(to_path(&Uri("no address".to_owned())), None);
        assert_eq!(to_uri(&path).map(|u| u.0).as_deref(), Some("file:///app/src/a%20b.ts"));
    }
}
