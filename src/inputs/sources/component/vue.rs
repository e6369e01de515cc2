//! Vue's markup.

use super::Writer;
use super::tags::{self, Elements, Part};
use crate::text::Span;

pub(super) fn write(writer: &mut Writer<'_>) {
    let source = writer.source;
    let mut elements = Elements::default();
    for part in tags::parts(source, false) {
        match part {
            Part::Text(span) => interpolations(writer, span),
            Part::Close { name } => {
                for _ in 0..elements.leave(source.get(name.range()).unwrap_or_default()) {
                    writer.close();
                }
            }
            Part::Open { name, attributes, closed } => {
                let tag = source.get(name.range()).unwrap_or_default();
                let before = writer.open;
                let named = attributes.iter().filter_map(|a| Some((source.get(a.name.range())?, a.value?)));
                // The names of a loop are known in all other attributes of its element.
                for (name, value) in named.clone() {
                    match name {
                        "v-for" => each(writer, value),
                        "slot-scope" => writer.bind(value, value),
                        _ if name.starts_with("v-slot") || name.starts_with('#') => writer.bind(value, value),
                        _ => {}
                    }
                }
                for (name, value) in named {
                    let shown = matches!(name, "v-html" | "v-text") || name.starts_with("v-model");
                    let bound = name.strip_prefix(':').or_else(|| name.strip_prefix("v-bind:"));
                    let silent = |n: &str| matches!(n, "key" | "class" | "style" | "is" | "ref" | "id");
                    if shown || bound.is_some_and(|n| !silent(n)) {
                        writer.show(value);
                    }
                }
                let blocks = writer.open - before;
                if closed || tags::is_void(tag) {
                    (0..blocks).for_each(|_| writer.close());
                } else {
                    elements.enter(tag, blocks);
                }
            }
        }
    }
}

/// `{{ x }}`; a filter behind a bar is left out.
pub(super) fn interpolations(writer: &mut Writer<'_>, span: Span) {
    let Some(text) = writer.source.get(span.range()) else { return };
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|t| t.find("{{")) {
        let start = at + open + 2;
        let Some(end) = text.get(start..).and_then(|t| t.find("}}")).map(|e| start + e) else { return };
        let whole = Span::new(span.start as usize + start, span.start as usize + end);
        writer.show(without_filters(writer.source, whole));
        at = end + 2;
    }
}

/// An expression without the filters or pipes that stand behind it: `x | date`.
pub(super) fn without_filters(source: &str, span: Span) -> Span {
    let Some(bytes) = source.as_bytes().get(span.range()) else { return span };
    let mut quote: Option<u8> = None;
    let mut depth = 0_u32;
    for (i, b) in bytes.iter().enumerate() {
        match (quote, *b) {
            (Some(q), b) if b == q => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(*b),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            (None, b'|') if depth == 0 => {
                let beside = |j: Option<usize>| j.and_then(|j| bytes.get(j)) == Some(&b'|');
                if !beside(i.checked_sub(1)) && !beside(Some(i + 1)) {
                    return Span::new(span.start as usize, span.start as usize + i);
                }
            }
            _ => {}
        }
    }
    span
}

/// `(user, index) in users`
fn each(writer: &mut Writer<'_>, value: Span) {
    let Some(text) = writer.source.get(value.range()) else { return };
    let start = value.start as usize;
    let Some((at, len)) = [" in ", " of "].iter().filter_map(|w| Some((text.find(w)?, w.len()))).min() else {
        writer.block();
        return;
    };
    let mut pattern = Span::new(start, start + at);
    if let Some((inner, place)) = writer.trimmed(pattern)
        && let Some(inside) = inner.strip_prefix('(').and_then(|i| i.strip_suffix(')'))
    {
        // The first of the names is the item; a pattern may hold commas itself.
        let mut depth = 0_i32;
        let end = inside
            .bytes()
            .position(|b| {
                depth += i32::from(matches!(b, b'{' | b'[')) - i32::from(matches!(b, b'}' | b']'));
                b == b',' && depth == 0
            })
            .unwrap_or(inside.len());
        let from = place.start as usize + 1;
        pattern = Span::new(from, from + end);
    }
    writer.loop_over(pattern, Span::new(start + at + len, value.end as usize));
}
