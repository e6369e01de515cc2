//! Places for annotations: above the innermost statement, declaration or element that reads an address.
//!
//! A place is offered only after it was tried: the text with the annotation in it is read as the check reads it,
//! and the annotation covers what it is meant to cover.

use super::reading::{self, Read};
use super::styles::{self, Style};
use crate::facts::{AnnotationSite, Insertion};
use crate::text::{Place, SourceFile, Span};

/// A name that no declaration has, for trying.
const PROBE: &str = "mailpermit-probe";
/// Items around an access that are tried, from the innermost outward.
const MOST_TRIED: usize = 6;

/// Finds the places for annotations in one file.
pub struct Annotator<'a> {
    file: &'a SourceFile,
    read: Read,
    styles: Vec<Style>,
    newline: &'static str,
}

/// Something that an annotation can stand above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What the comment would stand above.
    pub item: Span,
    /// Its lines.
    pub lines: (u32, u32),
}

impl<'a> Annotator<'a> {
    /// Reads the comments of a file; `None` when it is not understood.
    #[must_use]
    pub fn new(file: &'a SourceFile) -> Option<Self> {
        let read = reading::read(file)?;
        let newline = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
        Some(Self { file, read, styles: styles::of(&file.path), newline })
    }

    /// What holds a place, from the innermost outward: only what begins its line, so that a comment can stand
    /// above it.
    #[must_use]
    pub fn around(&self, place: &Place) -> Vec<Candidate> {
        let point = Span::at(place.span.start as usize);
        let holding = self.read.comments.items.iter().filter(|i| i.contains(point) && i.end > point.start);
        let mut found: Vec<Candidate> = holding
            .filter(|item| self.text_before(**item).trim().is_empty() || self.is_behind_words(**item))
            .map(|item| {
                let place = self.file.place(*item);
                let end = if place.end_column == 1 { place.end_line - 1 } else { place.end_line };
                Candidate { item: *item, lines: (place.line, end.max(place.line)) }
            })
            .collect();
        found.sort_by_key(|c| (c.item.range().len(), c.item.start));
        // A comment above the line covers the outermost item that begins there.
        found.reverse();
        found.dedup_by_key(|c| c.lines.0);
        found.reverse();
        found
    }

    /// The place for an annotation of what is read at `place`, as near to it as can be.
    #[must_use]
    pub fn site(&self, place: &Place) -> Option<AnnotationSite> {
        let around = self.around(place);
        let above = around.iter().take(MOST_TRIED).find_map(|c| self.above(*c, place.line));
        above.or_else(|| self.behind(place))
    }

    /// The place above something, when an annotation there covers the line.
    #[must_use]
    pub fn above(&self, candidate: Candidate, line: u32) -> Option<AnnotationSite> {
        let own = self.line_start(candidate.item.start as usize);
        let first = self.above_directives(own);
        let starts = if first == own { vec![own] } else { vec![first, own] };
        let indent = self.indent(own);
        starts.into_iter().find_map(|start| {
            self.styles.iter().find_map(|(open, close)| {
                let before = format!("{indent}{open}@email-use ");
                let after = format!("{close}{}", self.newline);
                self.tried(Span::at(start), before, after, line, 1)
            })
        })
    }

    /// The place behind the code of a line, for what nothing can stand above.
    fn behind(&self, place: &Place) -> Option<AnnotationSite> {
        let rest = self.file.text.get(place.span.start as usize..)?;
        let line = rest.split('\n').next().unwrap_or(rest);
        let end = place.span.start as usize + line.trim_end().len();
        self.styles.iter().find_map(|(open, close)| {
            self.tried(Span::at(end), format!(" {open}@email-use "), (*close).to_owned(), place.line, 0)
        })
    }

    /// Writes the annotation and reads the text again. `moved` is by how many lines the rest moves down.
    fn tried(
        &self,
        span: Span,
        before: String,
        after: String,
        line: u32,
        moved: u32,
    ) -> Option<AnnotationSite> {
        let at = Insertion { file: self.file.path.clone(), span, before, after };
        let mut text = String::with_capacity(self.file.text.len() + 80);
        text.push_str(self.file.text.get(..span.start as usize)?);
        text.push_str(&at.edit(PROBE).replacement);
        text.push_str(self.file.text.get(span.end as usize..)?);
        let (read, errors) = reading::annotations(&self.file.path, text)?;
        if errors > self.read.errors {
            return None;
        }
        let annotation = read.annotations.iter().find(|a| a.uses.iter().any(|(name, _)| name == PROBE))?;
        let (first, last) = annotation.covers?;
        let covers = (first.saturating_sub(moved), last.saturating_sub(moved));
        (covers.0 <= line && line <= covers.1).then_some(AnnotationSite { at, covers })
    }

    fn text_before(&self, item: Span) -> &str {
        let start = self.line_start(item.start as usize);
        self.file.text.get(start..item.start as usize).unwrap_or("")
    }

    /// Whether only words such as `export default` stand before an item on its line.
    fn is_behind_words(&self, item: Span) -> bool {
        let before = self.text_before(item);
        before.split_whitespace().all(|w| matches!(w, "export" | "default" | "async" | "public" | "static"))
    }

    fn line_start(&self, offset: usize) -> usize {
        self.file.text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
    }

    fn indent(&self, line_start: usize) -> &str {
        let line = self.file.text.get(line_start..).unwrap_or("");
        let end = line.find(|c: char| c != ' ' && c != '\t').unwrap_or(0);
        line.get(..end).unwrap_or("")
    }

    /// The start of the line, or of the comments right above it that speak to other tools about it.
    fn above_directives(&self, line_start: usize) -> usize {
        let mut start = line_start;
        let comments = &self.read.comments.comments;
        let mut next = comments.partition_point(|c| (c.span.start as usize) < line_start);
        // Bounded by the number of comments.
        while let Some(comment) = next.checked_sub(1).and_then(|i| comments.get(i)) {
            let between = self.file.text.get(comment.span.end as usize..start).unwrap_or("-");
            let first = self.line_start(comment.span.start as usize);
            let alone =
                self.file.text.get(first..comment.span.start as usize).unwrap_or("-").trim().is_empty();
            let adjacent = between.trim().is_empty() && between.matches('\n').count() <= 1;
            if !alone || !adjacent || !styles::is_directive(self.file.slice(comment.span)) {
                break;
            }
            start = first;
            next -= 1;
        }
        start
    }
}
