//! What a comment covers: the line it stands behind, or the item that follows it.
//!
//! Looks at blanks, comments, items and a few leading characters of what follows, never at the grammar
//! of a language; so it is the same for code, markup and data. Every table is filled in one pass.

use crate::facts::AnnotationScope;
use crate::inputs::sources::Comments;
use crate::text::{SourceFile, Span};

/// Scope, and the lines covered.
pub(super) type Covers = (AnnotationScope, Option<(u32, u32)>);

/// What closes something, so that nothing follows in what the comment stands in.
const CLOSERS: &[&str] = &[
    "}", ")", "]", "</", "{/", "{{/", "{{~/", "{{else", "{{^", "{:", "?>", "%>", "#end", "#else", "@end",
    "@else",
];

/// Words that go on with a statement after one of its blocks.
const BRANCHES: &[&str] =
    &["case", "catch", "default", "elif", "else", "elsif", "ensure", "except", "finally", "rescue"];

/// How code goes on with an expression that began on an earlier line.
const CONTINUATIONS: &[&str] = &[".", "?.", "!!.", "&.", "->", "?->", "::"];

/// What stands around one comment.
#[derive(Clone, Copy, Default)]
struct Around {
    /// The first thing after it that is neither blank nor comment.
    code: Option<usize>,
    /// The `{` right before the comments it stands among.
    brace: Option<usize>,
    /// As `code`, but past the `}` of braces that hold nothing but comments.
    past_braces: Option<usize>,
    /// Whether no code stands before it on its line.
    own_line: bool,
    /// The innermost item that it stands in.
    inside: Option<usize>,
}

/// The surroundings of all comments of a file.
pub(super) struct Reach<'a> {
    file: &'a SourceFile,
    comments: &'a Comments,
    around: Vec<Around>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(file: &'a SourceFile, comments: &'a Comments) -> Self {
        let around = vec![Around::default(); comments.comments.len()];
        let mut reach = Self { file, comments, around };
        reach.look_back();
        reach.look_ahead();
        reach.look_around();
        reach
    }

    /// What the comment with this index covers.
    pub(super) fn of(&self, index: usize) -> Covers {
        let (Some(comment), Some(around)) = (self.comments.comments.get(index), self.around.get(index))
        else {
            return (AnnotationScope::Following, None);
        };
        if !around.own_line {
            let line = self.line(comment.span.start as usize);
            return (AnnotationScope::SameLine, Some((line, line)));
        }
        let inside = around.inside.and_then(|i| self.comments.items.get(i)).copied();
        let code = self.past_tags(self.past_markup_braces(around, inside), comment.span);
        (AnnotationScope::Following, code.and_then(|code| self.following(comment.span, code, around, inside)))
    }

    fn following(
        &self,
        comment: Span,
        code: usize,
        around: &Around,
        inside: Option<Span>,
    ) -> Option<(u32, u32)> {
        let rest = self.head(code);
        let branch = BRANCHES.iter().any(|word| is_word(rest, word));
        if branch && self.column(comment.start as usize) > self.column(code) {
            // Written at the end of the block before it, in a language without closing braces.
            return None;
        }
        if let Some(items) = self.items_at(code) {
            let within = |item: &&Span| inside.is_none_or(|inside| inside.contains(**item));
            return items.iter().find(within).map(|item| self.lines(*item));
        }
        if inside.is_some_and(|inside| code >= inside.end as usize) || closes(rest) {
            return None;
        }
        let line = self.line(code);
        if let Some(inside) = inside {
            let rest_of_it = Span { start: u32::try_from(code).ok()?, end: inside.end };
            if branch {
                return Some(self.lines(rest_of_it));
            }
            if let Some(item) = self.item_after_prefix(code).filter(|item| inside.contains(*item)) {
                return Some((line, self.lines(item).1));
            }
            if self.is_head(comment, inside, around) || continues(rest) && self.is_leaf(comment, around) {
                return Some(self.lines(inside));
            }
        } else if let Some(item) = self.item_after_prefix(code) {
            return Some((line, self.lines(item).1));
        }
        Some((line, line))
    }

    /// Whether no item lies between the start of the enclosing one and the comment.
    fn is_leaf(&self, comment: Span, around: &Around) -> bool {
        let next = around.inside.and_then(|i| self.comments.items.get(i + 1));
        next.is_none_or(|next| next.start >= comment.end)
    }

    /// Whether the comment stands between the attributes of the enclosing item and the item itself.
    fn is_head(&self, comment: Span, inside: Span, around: &Around) -> bool {
        let before = self.file.slice(Span { start: inside.start, end: comment.start }).trim_end();
        before.starts_with(['@', '[', '#'])
            && before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'))
            && self.is_leaf(comment, around)
    }

    /// The items that start at an offset, outermost first; `None` when there are none.
    fn items_at(&self, offset: usize) -> Option<&[Span]> {
        let items = &self.comments.items;
        let first = items.partition_point(|i| (i.start as usize) < offset);
        let last = items.partition_point(|i| i.start as usize <= offset);
        items.get(first..last).filter(|items| !items.is_empty())
    }

    /// The item behind decorators and words such as `export default` that its reader left out of it.
    fn item_after_prefix(&self, code: usize) -> Option<Span> {
        let items = &self.comments.items;
        let item = *items.get(items.partition_point(|i| (i.start as usize) < code))?;
        let prefix = self.head(code).get(..item.start as usize - code)?;
        let (mut depth, mut decorated) = (0_usize, false);
        for c in prefix.chars() {
            match c {
                '(' if decorated => depth += 1,
                ')' if depth > 0 => depth -= 1,
                '@' => decorated = true,
                _ if depth > 0 => {}
                // Words before an item belong to it only on its own line; a decorator may stand above.
                '\n' if !decorated => return None,
                c if c.is_alphanumeric() || c.is_whitespace() || matches!(c, '_' | '.') => {}
                _ => return None,
            }
        }
        let markup = self.file.slice(item).starts_with('<');
        (depth == 0 && !markup).then_some(item)
    }

    /// Where the code after a comment is when the comment fills braces in markup: `{/* … */}`.
    fn past_markup_braces(&self, around: &Around, inside: Option<Span>) -> Option<usize> {
        let Some(past) = around.past_braces else { return around.code };
        let starts_markup =
            |offset: usize| self.byte(offset) == Some(b'<') && self.byte(offset + 1) != Some(b'/');
        let in_markup = inside.is_some_and(|inside| starts_markup(inside.start as usize));
        if in_markup || starts_markup(past) { Some(past) } else { around.code }
    }

    /// Past `?>` (and the next `<?php`) when the comment stands alone in a PHP tag.
    fn past_tags(&self, code: Option<usize>, comment: Span) -> Option<usize> {
        let code = code?;
        let rest = self.head(code);
        let line_start = self.line_start(comment.start as usize);
        let before = self.file.text.get(line_start..comment.start as usize).unwrap_or("");
        if !rest.starts_with("?>") || !opens_php(before) {
            return Some(code);
        }
        let past = self.skip_blanks(code + 2);
        let open = ["<?php", "<?="].iter().find(|tag| self.starts_with(past, tag));
        let past = open.map_or(past, |tag| self.skip_blanks(past + tag.len()));
        (past < self.file.text.len()).then_some(past)
    }

    /// Fills `brace` and `own_line`.
    fn look_back(&mut self) {
        for index in 0..self.around.len() {
            let Some(span) = self.span(index) else { continue };
            let before = index.checked_sub(1).and_then(|i| Some((self.span(i)?, *self.around.get(i)?)));
            let start = span.start as usize;
            let (at, newline) = self.skip_back(start);
            let (own_line, brace) = match before {
                Some((last, around)) if at <= last.end as usize => {
                    let breaks = newline || self.file.slice(last).contains('\n');
                    (breaks || around.own_line, around.brace)
                }
                _ => match at.checked_sub(1).and_then(|i| self.byte(i)) {
                    None => (true, None),
                    Some(b'{') => {
                        let (before, first) = self.skip_back(at - 1);
                        (newline || first || before == 0, Some(at - 1))
                    }
                    Some(_) => (newline || self.is_alone_in_tag(start), None),
                },
            };
            if let Some(around) = self.around.get_mut(index) {
                (around.own_line, around.brace) = (own_line, brace);
            }
        }
    }

    /// Fills `code` and `past_braces`, and takes back `own_line` behind a brace that opens code.
    fn look_ahead(&mut self) {
        for index in (0..self.around.len()).rev() {
            let Some(span) = self.span(index) else { continue };
            let after = self.skip_blanks(span.end as usize);
            let next = self.span(index + 1).zip(self.around.get(index + 1).copied());
            let brace = self.around.get(index).and_then(|a| a.brace);
            let (code, past_braces) = match next {
                Some((next, around)) if after >= next.start as usize => (around.code, around.past_braces),
                _ => {
                    let code = (after < self.file.text.len()).then_some(after);
                    let filled = brace.is_some() && self.byte(after) == Some(b'}');
                    (code, filled.then(|| self.past_brace(after + 1, next)))
                }
            };
            let opens_code = past_braces.is_none() && brace.is_some_and(|b| !self.has_newline(b, span.start));
            if let Some(around) = self.around.get_mut(index) {
                (around.code, around.past_braces) = (code, past_braces);
                around.own_line &= !opens_code;
            }
        }
    }

    /// What follows the `}` that ends at `offset`; the next such braces are skipped as well.
    fn past_brace(&self, offset: usize, next: Option<(Span, Around)>) -> usize {
        let past = self.skip_blanks(offset);
        match next {
            Some((_, around)) if around.brace == Some(past) => around.past_braces.unwrap_or(past),
            _ => past,
        }
    }

    /// Fills `inside`: items and comments both come in order, so the items that are open are a stack.
    fn look_around(&mut self) {
        let items = &self.comments.items;
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        for (index, around) in self.around.iter_mut().enumerate() {
            let Some(comment) = self.comments.comments.get(index) else { break };
            while let Some(item) = items.get(next).filter(|item| item.start <= comment.span.start) {
                while open.last().and_then(|i| items.get(*i)).is_some_and(|last| last.end <= item.start) {
                    open.pop();
                }
                open.push(next);
                next += 1;
            }
            while open.last().and_then(|i| items.get(*i)).is_some_and(|i| i.end <= comment.span.start) {
                open.pop();
            }
            let contains = |i: &&usize| items.get(**i).is_some_and(|item| item.contains(comment.span));
            around.inside = open.iter().rev().find(contains).copied();
        }
    }

    fn span(&self, index: usize) -> Option<Span> {
        self.comments.comments.get(index).map(|c| c.span)
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.file.text.as_bytes().get(offset).copied()
    }

    fn starts_with(&self, offset: usize, text: &str) -> bool {
        self.file.text.get(offset..).is_some_and(|rest| rest.starts_with(text))
    }

    fn has_newline(&self, start: usize, end: u32) -> bool {
        self.file.text.get(start..end as usize).is_some_and(|between| between.contains('\n'))
    }

    fn skip_blanks(&self, offset: usize) -> usize {
        let bytes = self.file.text.as_bytes();
        (offset..bytes.len())
            .find(|i| bytes.get(*i).is_some_and(|b| !b.is_ascii_whitespace()))
            .unwrap_or(bytes.len())
    }

    /// The end of what stands before an offset, and whether a line break lies between.
    fn skip_back(&self, offset: usize) -> (usize, bool) {
        let (mut at, mut newline) = (offset, false);
        while let Some(byte) = at.checked_sub(1).and_then(|i| self.byte(i)).filter(u8::is_ascii_whitespace) {
            newline |= byte == b'\n';
            at -= 1;
        }
        (at, newline)
    }

    /// Whether only the opening of a PHP tag stands before an offset on its line.
    fn is_alone_in_tag(&self, offset: usize) -> bool {
        self.file.text.get(self.line_start(offset)..offset).is_some_and(opens_php)
    }

    /// The start of the line; looks no further back than the opening of a tag can reach.
    fn line_start(&self, offset: usize) -> usize {
        const FAR: usize = 200;
        let bytes = self.file.text.as_bytes();
        let from = offset.saturating_sub(FAR);
        (from..offset).rev().find(|i| bytes.get(*i) == Some(&b'\n')).map_or(from, |i| i + 1)
    }

    /// The start of what stands at an offset: as much as is looked at to tell what it is.
    fn head(&self, offset: usize) -> &str {
        const LONG: usize = 400;
        let rest = self.file.text.get(offset..).unwrap_or("");
        rest.get(..rest.floor_char_boundary(LONG)).unwrap_or(rest)
    }

    fn line(&self, offset: usize) -> u32 {
        self.file.line_column(u32::try_from(offset).unwrap_or(u32::MAX)).0
    }

    fn column(&self, offset: usize) -> u32 {
        self.file.line_column(u32::try_from(offset).unwrap_or(u32::MAX)).1
    }

    /// First and last line of a span; line breaks that a grammar counts into it do not matter.
    fn lines(&self, span: Span) -> (u32, u32) {
        let end = self.skip_back(span.end as usize).0.max(span.start as usize + 1);
        (self.line(span.start as usize), self.line(end - 1))
    }
}

fn opens_php(before: &str) -> bool {
    matches!(before.trim(), "<?php" | "<?=" | "<?")
}

/// Whether `text` starts with this word.
fn is_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn closes(text: &str) -> bool {
    let tag = ["{%", "<%"].iter().find_map(|open| text.strip_prefix(open));
    let inner = tag.map(|t| t.trim_start_matches(|c: char| c.is_whitespace() || c == '-' || c == '='));
    CLOSERS.iter().any(|closer| text.starts_with(closer))
        || is_word(text, "end")
        || inner.is_some_and(|t| {
            t.starts_with("end") || t.starts_with("else") || t.starts_with("elif") || t.starts_with('}')
        })
}

fn continues(text: &str) -> bool {
    CONTINUATIONS.iter().any(|start| text.starts_with(start)) && !text.starts_with("..")
}
