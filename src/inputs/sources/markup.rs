//! One pass over markup: comments, elements, blocks and scripts.
//!
//! Best effort by design: it reads templates before they are filled in, which need not be well formed.
//! Never backtracks further than one tag, so hostile text costs no more than honest text.

mod words;

use std::collections::BTreeMap;

use super::Comment;
use super::template::{Blocks, CodeComments, ScriptBlock, Style};
use crate::text::Span;
use words::{script_language, string_length, tag_name, trim_marks, word};

/// What markup holds.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) comments: Vec<Comment>,
    /// Outer before inner.
    pub(super) items: Vec<Span>,
    pub(super) scripts: Vec<ScriptBlock>,
}

/// Elements that have no end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea"];

/// Reads a text.
pub(super) fn scan(text: &str, style: &Style) -> Scan {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        style,
        at: 0,
        missing: Vec::new(),
        tags_end: false,
        braces_end: false,
        quotes_end: false,
        elements: Open::default(),
        blocks: Open::default(),
        found: Scan::default(),
    };
    scanner.run();
    let mut found = scanner.found;
    found.items.sort_by_key(|i| (i.start, std::cmp::Reverse(i.end)));
    found
}

/// What is open and waits for its end, with a count by name so that a stray end costs nothing.
#[derive(Default)]
struct Open {
    stack: Vec<(String, usize, usize)>,
    count: BTreeMap<String, usize>,
}

impl Open {
    fn push(&mut self, name: String, start: usize, head_end: usize) {
        *self.count.entry(name.clone()).or_default() += 1;
        self.stack.push((name, start, head_end));
    }

    /// Closes the innermost of that name; what was left open inside it covers its own head alone.
    fn close(&mut self, name: &str, end: usize, items: &mut Vec<Span>) {
        if self.count.get(name).is_none_or(|count| *count == 0) {
            return;
        }
        while let Some((open, start, head_end)) = self.stack.pop() {
            if let Some(count) = self.count.get_mut(&open) {
                *count -= 1;
            }
            if open == name {
                items.push(Span::new(start, end));
                return;
            }
            items.push(Span::new(start, head_end));
        }
    }

    fn finish(&mut self, items: &mut Vec<Span>) {
        items.extend(self.stack.drain(..).map(|(_, start, head_end)| Span::new(start, head_end)));
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    style: &'a Style,
    at: usize,
    /// Closing marks that are known not to occur any more.
    missing: Vec<&'static str>,
    /// No start tag ends any more: the rest is text.
    tags_end: bool,
    /// Braces in tags do not balance: they count as text from here on.
    braces_end: bool,
    /// A quote in a tag does not close: quotes count as text from here on.
    quotes_end: bool,
    elements: Open,
    blocks: Open,
    found: Scan,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            if self.template() {
                continue;
            }
            match self.bytes.get(self.at) {
                Some(b'<') => self.angle(),
                Some(b'{') if self.style.blocks == Blocks::Svelte => self.svelte_block(),
                Some(b'@') if self.style.blocks == Blocks::At => self.at_block(),
                _ => self.at += 1,
            }
        }
        self.elements.finish(&mut self.found.items);
        self.blocks.finish(&mut self.found.items);
    }

    fn is_at(&self, offset: usize, text: &str) -> bool {
        self.bytes.get(offset..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// The next place of a mark. A mark that was not found once is not looked for again.
    fn find(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        if self.missing.contains(&mark) {
            return None;
        }
        let found = self.text.get(from..).and_then(|rest| rest.find(mark)).map(|i| from + i);
        if found.is_none() {
            self.missing.push(mark);
        }
        found
    }

    /// Takes a comment or code of the template language, which counts wherever it stands.
    fn template(&mut self) -> bool {
        let (style, start) = (self.style, self.at);
        if let Some((open, close)) = style.comments.iter().find(|(open, _)| self.is_at(start, open)) {
            let body = start + open.len();
            let (body_end, end) = match close.is_empty() {
                true => {
                    let rest = self.bytes.get(body..).unwrap_or_default();
                    let end = body + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                    (end, end)
                }
                false => match self.find(close, body) {
                    Some(i) => (i, i + close.len()),
                    None => (self.bytes.len(), self.bytes.len()),
                },
            };
            // The brace of `{/*` is not part of the comment: what stands in braces is.
            let shift = usize::from(open.starts_with("{/"));
            self.comment(start + shift, body, body_end, end);
            return true;
        }
        let Some((open, close)) = style.code.iter().find(|(open, _)| self.is_at(start, open)) else {
            return false;
        };
        let Some(close_at) = self.find(close, start + open.len()) else {
            return false;
        };
        let (inner, end) = (start + open.len(), close_at + close.len());
        self.at = end;
        if self.style.blocks == Blocks::Percent && *open == "{%" && self.comment_block(start, inner, end) {
            return true;
        }
        self.code(inner, close_at);
        self.code_block(open, inner, close_at, end);
        self.at = end;
        true
    }

    fn comment(&mut self, start: usize, body: usize, body_end: usize, end: usize) {
        let body = trim_marks(self.text, Span::new(body, body_end));
        self.found.comments.push(Comment { span: Span::new(start, end), body });
        self.at = end;
    }

    /// `{% comment %}` … `{% endcomment %}`, with whatever marks either tag has.
    fn comment_block(&mut self, start: usize, inner: usize, body: usize) -> bool {
        let code =
            self.text.get(inner..body).unwrap_or("").trim_start_matches(['-', '+', ' ', '\t', '\n', '\r']);
        if word(code) != "comment" {
            return false;
        }
        let closing = self.find("endcomment", body);
        let body_end = closing.and_then(|at| self.text.get(body..at)?.rfind("{%")).map(|i| body + i);
        let end = closing.and_then(|at| self.find("%}", at)).map(|i| i + 2);
        let (body_end, end) = body_end.zip(end).unwrap_or((self.bytes.len(), self.bytes.len()));
        self.comment(start, body, body_end, end);
        true
    }

    /// Finds the comments inside a piece of code.
    fn code(&mut self, start: usize, end: usize) {
        let (line, block) = match self.style.code_comments {
            CodeComments::Slashes => ("//", Some(("/*", "*/"))),
            CodeComments::Hash => ("#", None),
            CodeComments::None => return,
        };
        let mut at = start;
        while at < end {
            let rest = self.text.get(at..end).unwrap_or("");
            if rest.starts_with(line) {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.comment(at, at + line.len(), at + length, at + length);
                at += length;
            } else if let Some((open, close)) = block.filter(|(open, _)| rest.starts_with(open)) {
                let body = rest.get(open.len()..).unwrap_or("");
                let length = body.find(close);
                let body_end = at + open.len() + length.unwrap_or(body.len());
                let end = body_end + length.map_or(0, |_| close.len());
                self.comment(at, at + open.len(), body_end, end);
                at = end;
            } else {
                at += string_length(rest.as_bytes());
            }
        }
    }

    /// Opens or closes a block such as `{% if %}` or `{{#each}}`.
    fn code_block(&mut self, open: &str, inner: usize, inner_end: usize, end: usize) {
        let code = self.text.get(inner..inner_end).unwrap_or("");
        let code = code.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '~' | '+'));
        let start = inner - open.len();
        match (self.style.blocks, open) {
            (Blocks::Percent, "{%") => self.named_block(word(code), start, end),
            (Blocks::Mustache, _) => match code.as_bytes().first() {
                Some(b'#' | b'^') => {
                    let name = word(code.get(1..).unwrap_or("").trim_start_matches(['>', '*', ' ']));
                    self.open_block(name, start, end);
                }
                Some(b'/') => {
                    self.blocks.close(word(code.get(1..).unwrap_or("").trim()), end, &mut self.found.items)
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn named_block(&mut self, name: &str, start: usize, end: usize) {
        match name.strip_prefix("end") {
            Some(opened) => self.blocks.close(opened, end, &mut self.found.items),
            None => self.open_block(name, start, end),
        }
    }

    fn open_block(&mut self, name: &str, start: usize, end: usize) {
        if !name.is_empty() {
            self.blocks.push(name.to_owned(), start, end);
        }
    }

    /// `{#name …}` and `{/name}`.
    fn svelte_block(&mut self) {
        let start = self.at;
        let rest = self.text.get(start + 2..).unwrap_or("");
        match self.bytes.get(start + 1) {
            Some(b'#') => self.open_block(word(rest), start, start + 2),
            Some(b'/') => {
                let name = word(rest);
                self.blocks.close(name, start + 3 + name.len(), &mut self.found.items);
            }
            _ => {}
        }
        self.at += 1;
    }

    /// `@name` and `@endname`, but not the `@` of an address.
    fn at_block(&mut self) {
        let start = self.at;
        let before = start.checked_sub(1).and_then(|i| self.bytes.get(i));
        let name = word(self.text.get(start + 1..).unwrap_or(""));
        if before.is_none_or(|b| !b.is_ascii_alphanumeric()) {
            self.named_block(name, start, start + 1 + name.len());
        }
        self.at += 1;
    }

    fn angle(&mut self) {
        let start = self.at;
        if self.is_at(start, "<!--") {
            let body = start + 4;
            let close = self.find("-->", body);
            let body_end = close.unwrap_or(self.bytes.len());
            return self.comment(start, body, body_end, close.map_or(body_end, |i| i + 3));
        }
        let name_at = start + 1 + usize::from(self.is_at(start, "</"));
        let name = tag_name(self.text.get(name_at..).unwrap_or(""));
        if name.is_empty() {
            self.at += 1;
        } else if name_at == start + 2 {
            match self.find(">", name_at) {
                Some(end) => {
                    self.elements.close(&name, end + 1, &mut self.found.items);
                    self.at = end + 1;
                }
                None => self.at += 1,
            }
        } else if self.tags_end || !self.start_tag(start, name_at + name.len(), &name) {
            self.at = start + 1;
        }
    }

    /// Reads a start tag; false, with nothing kept, when it does not end.
    fn start_tag(&mut self, start: usize, attributes: usize, name: &str) -> bool {
        let known = self.found.comments.len();
        loop {
            self.at = attributes;
            if let Some(end) = self.tag_end() {
                self.tag(start, attributes, end, name);
                return true;
            }
            self.found.comments.truncate(known);
            // Each of these happens once in a text, so that the text is read a few times at most.
            if self.style.braces_in_tags && !self.braces_end {
                self.braces_end = true;
            } else if !self.quotes_end {
                self.quotes_end = true;
            } else {
                self.tags_end = true;
                return false;
            }
        }
    }

    /// Moves past the `>` of a tag and returns its offset. Quoted values, values in braces and pieces of
    /// template may hold a `>`.
    fn tag_end(&mut self) -> Option<usize> {
        let braces = self.style.braces_in_tags && !self.braces_end;
        let (mut quote, mut depth) = (None, 0_usize);
        let mut last = b' ';
        while let Some(byte) = self.bytes.get(self.at).copied() {
            if self.template() {
                last = b' ';
                continue;
            }
            match (quote, byte) {
                (Some(q), b) if q == b => quote = None,
                (Some(_), _) => {}
                // A quote opens a value; inside a name or a plain value it is only a character.
                (None, b'"' | b'\'')
                    if !self.quotes_end && (last == b'=' || last.is_ascii_whitespace() || depth > 0) =>
                {
                    quote = Some(byte);
                }
                (None, b'`') if depth > 0 => quote = Some(byte),
                (None, b'{') if braces => depth += 1,
                (None, b'}') => depth = depth.saturating_sub(1),
                (None, b'>') if depth == 0 => {
                    self.at += 1;
                    return Some(self.at - 1);
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() || last != b'=' {
                last = byte;
            }
            self.at += 1;
        }
        None
    }

    fn tag(&mut self, start: usize, attributes: usize, end: usize, name: &str) {
        let empty = self.bytes.get(end.wrapping_sub(1)) == Some(&b'/');
        if empty || VOID.contains(&name) {
            self.found.items.push(Span::new(start, end + 1));
            return;
        }
        self.elements.push(name.to_owned(), start, end + 1);
        if RAW.contains(&name) {
            self.raw(attributes, end, name);
        }
    }

    /// Skips the content of an element that is no markup; template comments count in it.
    fn raw(&mut self, attributes: usize, tag_end: usize, name: &str) {
        let body = tag_end + 1;
        let script = name == "script";
        while self.at < self.bytes.len() {
            if self.is_at(self.at, "</") && tag_name(self.text.get(self.at + 2..).unwrap_or("")) == name {
                break;
            }
            if !self.style.fills_scripts || !self.template() {
                self.at += 1;
            }
        }
        let attributes = self.text.get(attributes..tag_end).unwrap_or("");
        if let Some(lang) = script.then(|| script_language(attributes)).flatten() {
            self.found
                .scripts
                .push(ScriptBlock { body: Span::new(body, self.at.min(self.bytes.len())), lang });
        }
    }
}
