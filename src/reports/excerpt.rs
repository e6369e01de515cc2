//! Source lines made fit to be shown: shortened around what is marked, addresses masked even where a mark
//! would cut one in two. What the reports that quote source share.

use super::Checked;
use super::wrap::{columns, head, tail};
use crate::text::redact::{mask_addresses, visible};
use crate::text::{Place, SourceFile};

/// `file:line:column`, or the file alone when nothing in it is meant.
pub(super) fn location(root: &Checked, place: &Place) -> String {
    let path = root.path(&place.file);
    let file = visible(&path);
    if whole_file(place) { file.into_owned() } else { format!("{file}:{}:{}", place.line, place.column) }
}

/// Whether a place means the file as such.
pub(super) fn whole_file(place: &Place) -> bool {
    (place.line, place.column, place.end_line, place.end_column) == (1, 1, 1, 1)
}

/// A source line made fit to be shown, in three parts.
pub(super) struct ShownLine {
    /// What stands before the mark.
    pub(super) before: String,
    /// The marked part.
    pub(super) marked: String,
    /// What stands behind it.
    pub(super) after: String,
}

impl ShownLine {
    /// Line `number` with the part of `mark` that lies in it, in at most `room` columns. A mark that
    /// goes on in later lines is shown to the end of this one.
    pub(super) fn new(file: &SourceFile, number: u32, mark: Option<&Place>, room: usize) -> Self {
        let line = file.line(number);
        let from = file.line_span(number).start as usize;
        let (start, end) = match mark {
            Some(place) => {
                let start = (place.span.start as usize).saturating_sub(from).min(line.len());
                (start, (place.span.end as usize).saturating_sub(from).clamp(start, line.len()))
            }
            None => (line.len(), line.len()),
        };
        // No more of a line that fills a file is looked at than can show: four bytes a character, and
        // as much again, so that no address is cut before it is masked.
        let window = room.saturating_mul(16);
        let parts = (line.get(..start), line.get(start..end), line.get(end..));
        let (Some(before), Some(marked), Some(after)) = parts else {
            return Self { before: String::new(), marked: fit(line, room, window), after: String::new() };
        };
        let (before, marked, after) = (last(before, window), first(marked, window), first(after, window));
        let (b, m, a) = (prepared(before), prepared(marked), prepared(after));
        let whole = prepared(&format!("{before}{marked}{after}"));
        if format!("{b}{m}{a}") != whole {
            // A mark that ends inside an address would show its parts.
            return Self {
                before: String::new(),
                marked: fit(whole.trim_start(), room, window),
                after: String::new(),
            };
        }
        let m = if mark.is_some() && a.trim().is_empty() { m.trim_end().to_owned() } else { m };
        cut(&b, &m, &a, room)
    }
}

/// Shortens the three parts to `room` columns around the middle one.
fn cut(before: &str, marked: &str, after: &str, room: usize) -> ShownLine {
    let after = after.trim_end();
    if columns(before) + columns(marked) + columns(after) <= room {
        return ShownLine { before: before.to_owned(), marked: marked.to_owned(), after: after.to_owned() };
    }
    let marked = shortened(marked, room * 2 / 3);
    let rest = room.saturating_sub(columns(&marked));
    // The right part may use what the left one leaves, and the other way round.
    let left = columns(before).min(rest.saturating_sub(columns(after)).max(rest / 2));
    let before = if columns(before) > left {
        format!("…{}", tail(before, left.saturating_sub(1)))
    } else {
        before.to_owned()
    };
    let after = shortened(after, rest.saturating_sub(columns(&before)));
    ShownLine { before, marked, after }
}

fn shortened(text: &str, max: usize) -> String {
    if columns(text) <= max {
        return text.to_owned();
    }
    match max {
        0 => String::new(),
        _ => format!("{}…", head(text, max - 1)),
    }
}

fn fit(text: &str, room: usize, window: usize) -> String {
    shortened(&prepared(first(text, window)), room)
}

/// A piece of a line as it may be shown.
pub(super) fn prepared(text: &str) -> String {
    visible(&mask_addresses(&text.replace('\t', "    "))).into_owned()
}

fn first(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn last(text: &str, bytes: usize) -> &str {
    let mut start = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or("")
}
