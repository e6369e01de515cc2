//! Angular's markup.

use super::Writer;
use super::tags::{self, Elements, Part};
use super::vue::{interpolations, without_filters};
use crate::text::Span;

/// The file of a template's component without its ending, and the class that it has by convention:
/// `user-list.component.html` is of `UserListComponent` in `user-list.component.ts`.
#[must_use]
pub fn component_class(path: &str) -> Option<(String, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".html")?;
    if !stem.contains('.') {
        return None;
    }
    let class: String = stem
        .split(['-', '.', '_'])
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
        })
        .collect();
    ["component", "page", "dialog", "view"]
        .iter()
        .any(|end| stem.ends_with(&format!(".{end}")))
        .then(|| (format!("./{stem}"), class))
}

pub(super) fn write(writer: &mut Writer<'_>) {
    let source = writer.source;
    let mut elements = Elements::default();
    // Blocks of `@for (…) {` that are open in the text.
    let mut blocks: Vec<usize> = Vec::new();
    for part in tags::parts(source, false) {
        match part {
            Part::Text(span) => text(writer, span, &mut blocks),
            Part::Close { name } => {
                for _ in 0..elements.leave(source.get(name.range()).unwrap_or_default()) {
                    writer.close();
                }
            }
            Part::Open { name, attributes, closed } => {
                let tag = source.get(name.range()).unwrap_or_default();
                let before = writer.open;
                let named = attributes.iter().filter_map(|a| Some((source.get(a.name.range())?, a.value?)));
                for (name, value) in named.clone() {
                    match name {
                        "*ngFor" | "ngFor" => each(writer, value, " of "),
                        "*ngIf" | "ngIf" => bound(writer, value),
                        _ => {}
                    }
                }
                for (name, value) in named {
                    let two_ways = name.strip_prefix("[(").and_then(|n| n.strip_suffix(")]"));
                    let bound = two_ways.or_else(|| name.strip_prefix('[').and_then(|n| n.strip_suffix(']')));
                    let silent = |n: &str| n.starts_with("class") || n.starts_with("style") || n == "id";
                    if bound.is_some_and(|n| !silent(n)) {
                        writer.show(without_filters(source, value));
                    } else if bound.is_none() && !name.starts_with(['(', '*']) {
                        interpolations(writer, value);
                    }
                }
                let opened = writer.open - before;
                if closed || tags::is_void(tag) {
                    (0..opened).for_each(|_| writer.close());
                } else {
                    elements.enter(tag, opened);
                }
            }
        }
    }
}

/// Text with interpolations and with blocks of control flow.
fn text(writer: &mut Writer<'_>, span: Span, blocks: &mut Vec<usize>) {
    let source = writer.source;
    let bytes = source.as_bytes();
    let mut from = span.start as usize;
    let mut i = from;
    let end = span.end as usize;
    while i < end {
        match bytes.get(i) {
            Some(b'{') if bytes.get(i + 1) == Some(&b'{') => {
                i = source.get(i..end).and_then(|t| t.find("}}")).map_or(end, |p| i + p + 2);
            }
            Some(b'@') => {
                interpolations(writer, Span::new(from, i));
                let line = source.get(i..end).unwrap_or_default();
                let header = line.find('{').map(|at| (line.get(..at).unwrap_or_default(), i + at + 1));
                match header {
                    Some((header, after)) if header.len() < 400 => {
                        let before = writer.open;
                        let inner = |open: usize| {
                            let close = header.rfind(')').unwrap_or(header.len()).max(open + 1);
                            Span::new(i + open + 1, i + close)
                        };
                        match header.find('(') {
                            Some(open) if header.starts_with("@for") => each(writer, inner(open), " of "),
                            Some(open) if header.starts_with("@if") => bound(writer, inner(open)),
                            _ => {}
                        }
                        blocks.push(writer.open - before);
                        i = after;
                    }
                    _ => i += 1,
                }
                from = i;
            }
            Some(b'}') => {
                interpolations(writer, Span::new(from, i));
                for _ in 0..blocks.pop().unwrap_or_default() {
                    writer.close();
                }
                i += 1;
                from = i;
            }
            _ => i += 1,
        }
    }
    interpolations(writer, Span::new(from.min(end), end));
}

/// `let user of users; let i = index`, `user of users; track user.id`
fn each(writer: &mut Writer<'_>, value: Span, word: &str) {
    let Some(text) = writer.source.get(value.range()) else { return };
    let first = text.split(';').next().unwrap_or_default();
    let start = value.start as usize;
    let Some(at) = first.find(word) else {
        writer.block();
        return;
    };
    let trimmed = first.trim_start();
    let skipped = first.len() - trimmed.len();
    let skipped = skipped + if trimmed.starts_with("let ") { 4 } else { 0 };
    let list = Span::new(start + at + word.len(), start + first.len());
    let pattern = Span::new(start + skipped.min(at), start + at);
    writer.loop_over(pattern, without_filters(writer.source, list));
}

/// `user$ | async as user`
fn bound(writer: &mut Writer<'_>, value: Span) {
    let Some(text) = writer.source.get(value.range()) else { return };
    let Some(at) = text.find(" as ") else { return };
    let start = value.start as usize;
    let name = text.get(at + 4..).unwrap_or_default();
    let name = name.split([';', ' ']).next().unwrap_or_default();
    let pattern = Span::new(start + at + 4, start + at + 4 + name.len());
    writer.bind(pattern, without_filters(writer.source, Span::new(start, start + at)));
}
