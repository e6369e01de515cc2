//! Comments of YAML, and its entries as items, line by line.
//!
//! No reader of YAML values: it knows just enough of quotes, block scalars and indentation to tell a
//! comment from a text that holds a `#`, and it reads what is not valid YAML as well.

use super::{Comment, Comments};
use crate::text::Span;

/// How deep entries are told apart; what lies deeper belongs to the innermost of these.
const MAX_DEPTH: usize = 200;

/// An entry that is not closed yet.
struct Entry {
    indent: usize,
    /// Where the item in `Comments::items` stands that it became.
    item: usize,
    is_dash: bool,
}

#[derive(Default)]
struct Lexer {
    found: Comments,
    open: Vec<Entry>,
    /// The quote that a text which goes on over lines is in.
    quote: Option<char>,
    /// The indentation that the lines of a block scalar exceed; `-1` for one at the top.
    scalar: Option<isize>,
    /// How deep in `[` and `{`.
    flow: usize,
}

/// The comments of a YAML text; an item is a key or a dash with all that belongs to it.
pub(super) fn comments(text: &str) -> Comments {
    let mut lexer = Lexer::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lexer.line(line.trim_end(), at);
        at += line.len();
    }
    lexer.found
}

impl Lexer {
    fn line(&mut self, line: &str, at: usize) {
        let content = line.trim_start();
        if content.is_empty() {
            return;
        }
        let indent = line.len() - content.len();
        if let Some(outer) = self.scalar {
            if isize::try_from(indent).is_ok_and(|indent| indent > outer) {
                return self.extend(indent, at + line.len());
            }
            self.scalar = None;
        }
        let goes_on = self.quote.is_some() || self.flow > 0;
        let end = self.lex(line, indent, at);
        if end == indent {
            // Only a comment: it belongs to what it is indented under, and closes nothing.
            return self.extend(indent, at + line.len());
        }
        let code = line.get(..end).unwrap_or(line).trim_end();
        if goes_on {
            return self.extend(usize::MAX, at + code.len());
        }
        let deepest = self.entries(code, indent, at);
        if self.quote.is_none() && self.flow == 0 && is_block_scalar(code) {
            self.scalar = Some(deepest);
        }
    }

    /// Opens the entries of a line, closing those that end before it. Returns the indentation of the
    /// innermost.
    fn entries(&mut self, code: &str, indent: usize, at: usize) -> isize {
        if code == "---" || code == "..." || code.starts_with("--- ") {
            self.open.clear();
            return -1;
        }
        let mut column = indent;
        let mut deepest = -1;
        loop {
            let rest = code.get(column..).unwrap_or("");
            let after_dash = rest.strip_prefix('-').filter(|r| r.is_empty() || r.starts_with([' ', '\t']));
            let is_key = after_dash.is_none() && has_key(rest);
            if after_dash.is_none() && !is_key && column == indent {
                // A text that goes on, or a text alone.
                self.extend(indent, at + code.len());
                return deepest.max(self.open.last().map_or(-1, |e| isize::try_from(e.indent).unwrap_or(0)));
            }
            if after_dash.is_none() && !is_key {
                break;
            }
            deepest = isize::try_from(column).unwrap_or(isize::MAX);
            self.push(column, after_dash.is_some(), at + column);
            let Some(after) = after_dash.filter(|after| !after.trim().is_empty()) else { break };
            column += 1 + (after.len() - after.trim_start().len());
        }
        self.extend(usize::MAX, at + code.len());
        deepest
    }

    fn push(&mut self, indent: usize, is_dash: bool, start: usize) {
        while self
            .open
            .last()
            .is_some_and(|e| e.indent > indent || e.indent == indent && (e.is_dash || !is_dash))
        {
            self.open.pop();
        }
        if self.open.len() >= MAX_DEPTH {
            return;
        }
        let item = self.found.items.len();
        self.found.items.push(Span::at(start));
        self.open.push(Entry { indent, item, is_dash });
    }

    /// Lets the open entries that stand less deep reach up to `end`.
    fn extend(&mut self, indent: usize, end: usize) {
        for entry in self.open.iter().take_while(|e| e.indent < indent) {
            if let Some(item) = self.found.items.get_mut(entry.item) {
                *item = Span::new(item.start as usize, end);
            }
        }
    }

    /// Walks along a line and returns where its comment starts, or its end.
    fn lex(&mut self, line: &str, indent: usize, at: usize) -> usize {
        let mut last = ' ';
        let mut escaped = false;
        for (i, c) in line.char_indices().skip_while(|(i, _)| *i < indent) {
            match self.quote {
                Some('"') if escaped => escaped = false,
                Some('"') if c == '\\' => escaped = true,
                // A doubled single quote closes and opens again, which comes to the same.
                Some(quote) if c == quote => self.quote = None,
                Some(_) => {}
                None => match c {
                    '#' if last.is_whitespace() => {
                        let (start, end) = (at + i, at + line.len());
                        let comment =
                            Comment { span: Span::new(start, end), body: Span::new(start + 1, end) };
                        self.found.comments.push(comment);
                        return i;
                    }
                    '"' | '\'' if last.is_whitespace() || matches!(last, '[' | '{' | ',' | '\'') => {
                        self.quote = Some(c)
                    }
                    '[' | '{' if last.is_whitespace() || matches!(last, '[' | '{' | ',') => self.flow += 1,
                    ']' | '}' => self.flow = self.flow.saturating_sub(1),
                    _ => {}
                },
            }
            last = c;
        }
        line.len()
    }
}

/// Whether a line ends in the header of a block scalar.
fn is_block_scalar(code: &str) -> bool {
    let header = code.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    let Some(before) = header.strip_suffix(['|', '>']).filter(|_| code.len() - header.len() <= 2) else {
        return false;
    };
    // Before it stands a key, a dash, or the tag or anchor of the text.
    let last = before.split_whitespace().next_back().unwrap_or("");
    before.ends_with([' ', '\t']) && (last.ends_with(':') || last == "-" || last.starts_with(['!', '&']))
}

/// Whether a line starts with a key.
fn has_key(code: &str) -> bool {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let quote = code.chars().next().filter(|c| matches!(c, '"' | '\''));
    let after = match quote.and_then(|q| code.get(1..).and_then(|rest| rest.split_once(q))) {
        Some((_, after)) => after.trim_start().strip_prefix(':'),
        None => None,
    };
    after.is_some_and(ends)
        || quote.is_none() && code.match_indices(':').any(|(i, _)| code.get(i + 1..).is_some_and(ends))
}
