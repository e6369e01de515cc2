//! One finding with its source line, and the one-line form of those that follow it.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::group::{self, Group, Section};
use super::{Page, safe};
use crate::findings::{Finding, Severity};
use crate::reports::Checked;
use crate::reports::excerpt::{ShownLine, location, prepared, whole_file};
use crate::reports::wrap::{columns, hanging};
use crate::text::{Place, SourceFile};

/// Related places this many lines away or nearer are marked in the same excerpt.
const NEAR: u32 = 3;
/// Related places that are named; more than these are a chain that `--format json` has in full.
const RELATED: usize = 8;
/// Narrower than this, an excerpt is wider than the page.
const LEAST_ROOM: usize = 24;
/// No page is wider.
const MOST_ROOM: usize = 400;

/// A marked part of one line.
struct Mark<'a> {
    place: &'a Place,
    label: String,
    kind: AnnotationKind,
}

/// What was said above a finding's excerpt, and need not be said below it.
pub(super) struct Said<'s, 'a> {
    pub(super) group: &'s Group<'a>,
    pub(super) section: &'s Section<'a>,
    /// The words under the marked span, when an excerpt above had no room for the same ones.
    pub(super) label: bool,
}

impl Page {
    /// Writes one finding; whether its own words stand below the excerpt for want of room in it.
    pub(super) fn finding(
        &self,
        root: &Checked,
        said: &Said<'_, '_>,
        finding: &Finding,
        out: &mut String,
    ) -> bool {
        let group = said.group;
        let place = &finding.place;
        let file = root.run.files.get(&place.file).filter(|f| !f.slice(f.line_span(place.line)).is_empty());
        let near = |p: &Place| {
            p.file == place.file
                && p.line != place.line
                && p.line.abs_diff(place.line) <= NEAR
                && !whole_file(p)
        };
        // One mark a line: what stands on the same line, or far away, is named below the excerpt.
        let mut marks = vec![Mark { place, label: safe(&finding.label), kind: AnnotationKind::Primary }];
        let mut far = Vec::new();
        let shared = [&group.shared, &said.section.shared];
        let related = finding.related.iter().filter(|r| !shared.iter().any(|s| s.related.contains(r)));
        for related in related.take(RELATED) {
            let free = marks.iter().all(|m| m.place.line != related.place.line);
            if file.is_some() && near(&related.place) && free {
                let label = safe(&related.message);
                marks.push(Mark { place: &related.place, label, kind: AnnotationKind::Context });
            } else {
                far.push(related);
            }
        }
        let last_line = marks.iter().map(|m| m.place.line).max().unwrap_or(place.line);
        let gutter = if file.is_some() { last_line.to_string().len() } else { 2 };
        let (strong, accent) = (self.palette.dim, self.palette.accent);
        let _ = writeln!(out, "{:gutter$}{strong}-->{strong:#} {}", "", location(root, place));
        let mut unsaid: Vec<&Mark<'_>> = marks.iter().collect();
        if let Some(file) = file.filter(|_| !whole_file(place)) {
            unsaid = self.excerpt(file, &marks, group.severity, gutter, out);
            let first_line = marks.iter().map(|m| m.place.line).min().unwrap_or(place.line);
            far.retain(|r| {
                let there = r.place.file == place.file && (first_line..=last_line).contains(&r.place.line);
                !(there && self.shows(file, place, &r.place, gutter))
            });
        }
        let own_words = unsaid.iter().any(|m| matches!(m.kind, AnnotationKind::Primary));
        if said.label && said.section.shared_label(group) {
            unsaid.retain(|m| !matches!(m.kind, AnnotationKind::Primary));
        }
        let mut line = |lead: &str, text: &str| {
            let lead = format!("{:gutter$} {lead} ", "");
            let wrapped = hanging(&lead, text, self.width);
            let _ = write!(out, "{accent}{lead}{accent:#}{}", wrapped.get(lead.len()..).unwrap_or(""));
        };
        for mark in unsaid.iter().filter(|m| !m.label.is_empty()) {
            match mark.kind {
                AnnotationKind::Primary => line("= here:", &mark.label),
                // Its line is in the excerpt.
                _ => line(&format!("= line {}:", mark.place.line), &mark.label),
            }
        }
        for related in far {
            line("= see:", &format!("{}: {}", location(root, &related.place), safe(&related.message)));
        }
        if group.confidence.is_none()
            && let Some(sure) = group::sure(finding.confidence)
        {
            line("= how sure:", sure);
        }
        for note in finding.notes.iter().filter(|n| !shared.iter().any(|s| s.notes.contains(&n.as_str()))) {
            line("= why:", &safe(note));
        }
        for help in finding.help.iter().filter(|h| !shared.iter().any(|s| s.help.contains(&h.as_str()))) {
            self.text(&format!("{:gutter$} = help: ", ""), help, out);
        }
        own_words
    }

    /// Whether the excerpt shows another place of its lines so that naming it would say nothing new: the
    /// marked one reaches into it, or its line was not shortened.
    fn shows(&self, file: &SourceFile, marked: &Place, other: &Place, gutter: usize) -> bool {
        let overlaps = marked.span.start < other.span.end && other.span.start < marked.span.end;
        let line = file.line(other.line);
        overlaps || (line.len() <= 4 * MOST_ROOM && columns(&prepared(line)) <= self.room(gutter))
    }

    /// The columns for source text behind a gutter.
    fn room(&self, gutter: usize) -> usize {
        self.width.saturating_sub(gutter + 3).clamp(LEAST_ROOM, MOST_ROOM)
    }

    /// Writes the source lines with their marks; hands back those whose labels found no room.
    fn excerpt<'m>(
        &self,
        file: &SourceFile,
        marks: &'m [Mark<'m>],
        severity: Severity,
        gutter: usize,
        out: &mut String,
    ) -> Vec<&'m Mark<'m>> {
        let first = marks.iter().map(|m| m.place.line).min().unwrap_or(1);
        let last = marks.iter().map(|m| m.place.line).max().unwrap_or(first);
        let room = self.room(gutter);
        let mut text = String::new();
        let mut annotations = Vec::new();
        let mut unsaid = Vec::new();
        for number in first..=last {
            let mark = marks.iter().find(|m| m.place.line == number);
            let shown = ShownLine::new(file, number, mark.map(|m| m.place), room);
            if let Some(mark) = mark {
                let start = text.len() + shown.before.len();
                let right = columns(&shown.before) + columns(&shown.marked).max(1) + 1;
                let fits = right + columns(&mark.label) <= room;
                if !fits {
                    unsaid.push(mark);
                }
                let label = (fits && !mark.label.is_empty()).then(|| mark.label.clone());
                annotations.push(mark.kind.span(start..start + shown.marked.len()).label(label));
            }
            let _ = writeln!(text, "{}{}{}", shown.before, shown.marked, shown.after);
        }
        let snippet = Snippet::source(text.strip_suffix('\n').unwrap_or(&text))
            .line_start(first as usize)
            .fold(false)
            .annotations(annotations);
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let renderer = if self.palette.colored { Renderer::styled() } else { Renderer::plain() };
        // The lines are cut already.
        let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(10_000);
        let report = [annotate_snippets::Group::with_level(level).element(snippet)];
        for line in renderer.render(&report).lines() {
            let _ = writeln!(out, "{}", line.trim_end());
        }
        // What the finding itself says comes first, wherever its line stands.
        unsaid.sort_by_key(|m| !matches!(m.kind, AnnotationKind::Primary));
        unsaid
    }

    /// One line each.
    pub(super) fn list(&self, root: &Checked, section: &Section<'_>, out: &mut String) {
        let places: Vec<String> = section.listed.iter().map(|f| location(root, &f.place)).collect();
        let longest = places.iter().map(|p| columns(p)).max().unwrap_or(0);
        let aligned = longest.min(self.width * 3 / 5);
        for (finding, place) in section.listed.iter().zip(&places) {
            let pad = aligned.saturating_sub(columns(place));
            let room = self.width.saturating_sub(4 + columns(place) + pad + 2);
            let text = match root.run.files.get(&finding.place.file) {
                _ if section.mixed => safe(&finding.message),
                Some(file) => {
                    let line =
                        ShownLine::new(file, finding.place.line, Some(&finding.place), room.max(LEAST_ROOM));
                    format!("{}{}{}", line.before.trim_start(), line.marked, line.after)
                }
                None => String::new(),
            };
            let _ = writeln!(out, "{}", format!("    {place}{:pad$}  {text}", "").trim_end());
        }
    }
}
