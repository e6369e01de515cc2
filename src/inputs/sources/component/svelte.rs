//! Svelte's markup.

use super::Writer;
use super::tags::{self, Part};
use crate::text::Span;

pub(super) fn write(writer: &mut Writer<'_>) {
    let source = writer.source;
    for part in tags::parts(source, true) {
        match part {
            Part::Text(span) => braces(writer, span),
            Part::Close { .. } => {}
            Part::Open { attributes, .. } => {
                for attribute in attributes {
                    let name = source.get(attribute.name.range()).unwrap_or_default();
                    let handler = name.starts_with("on:")
                        || name.starts_with("on")
                        || ["use:", "class:", "style:", "transition:", "let:", "animate:", "in:", "out:"]
                            .iter()
                            .any(|p| name.starts_with(p));
                    let Some(value) = attribute.value.filter(|_| !handler) else { continue };
                    if attribute.braced {
                        let rest =
                            source.get(value.range()).is_some_and(|v| v.trim_start().starts_with("..."));
                        if !rest && name != "this" && name != "key" {
                            writer.show(value);
                        }
                    } else {
                        braces(writer, value);
                    }
                }
            }
        }
    }
}

fn braces(writer: &mut Writer<'_>, span: Span) {
    let source = writer.source;
    let bytes = source.as_bytes();
    let mut i = span.start as usize;
    let end = span.end as usize;
    while i < end {
        if bytes.get(i) != Some(&b'{') {
            i += 1;
            continue;
        }
        let Some(after) = tags::brace_end(bytes, i).filter(|e| *e <= end) else {
            i += 1;
            continue;
        };
        tag(writer, Span::new(i + 1, after - 1));
        i = after;
    }
}

/// What stands in one pair of braces.
fn tag(writer: &mut Writer<'_>, inner: Span) {
    let Some((text, span)) = writer.trimmed(inner) else { return };
    let from = |offset: usize| Span::new(span.start as usize + offset, span.end as usize);
    match text.as_bytes().first() {
        Some(b'#') => {
            if text.starts_with("#each") {
                each(writer, from("#each".len()));
            } else if text.starts_with("#await")
                && let Some(at) = text.find(" then ")
            {
                let start = span.start as usize;
                let value = Span::new(start + "#await".len(), start + at);
                writer.bind(from(at + " then ".len()), value);
            } else {
                writer.block();
            }
        }
        Some(b'/') => writer.close(),
        Some(b'@') => {
            if text.starts_with("@html") {
                writer.show(from("@html".len()));
            }
        }
        Some(b':') => {}
        _ => writer.show(span),
    }
}

/// `users as user, i (user.id)`
fn each(writer: &mut Writer<'_>, span: Span) {
    let Some((text, span)) = writer.trimmed(span) else {
        writer.block();
        return;
    };
    let start = span.start as usize;
    let Some(at) = text.find(" as ") else {
        writer.block();
        return;
    };
    let pattern = text.get(at + 4..).unwrap_or_default();
    let mut depth = 0_i32;
    let end = pattern
        .bytes()
        .position(|b| {
            depth += i32::from(matches!(b, b'{' | b'[')) - i32::from(matches!(b, b'}' | b']'));
            depth == 0 && matches!(b, b',' | b'(')
        })
        .unwrap_or(pattern.len());
    let pattern = Span::new(start + at + 4, start + at + 4 + end);
    writer.loop_over(pattern, Span::new(start, start + at));
}
