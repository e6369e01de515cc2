//! Tags, attributes and the text between them, in one pass.

use crate::text::Span;

/// An attribute; the value is without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) name: Span,
    pub(super) value: Option<Span>,
    /// Whether the value stands in braces.
    pub(super) braced: bool,
}

/// A part of markup.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Open { name: Span, attributes: Vec<Attribute>, closed: bool },
    Close { name: Span },
    Text(Span),
}

/// Elements that have no end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose inside is no markup.
const RAW: &[&str] = &["script", "style"];
/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 200;

pub(super) fn is_void(name: &str) -> bool {
    VOID.iter().any(|v| name.eq_ignore_ascii_case(v))
}

/// The parts of a text. Whatever is no well-formed tag is text. Code in it stands in braces, in one pair or
/// in two.
pub(super) fn parts(source: &str, one_pair: bool) -> Vec<Part> {
    let bytes = source.as_bytes();
    let mut out = Vec::new();
    let mut text_from = 0;
    let mut i = 0;
    let find = |from: usize, what: &str| source.get(from..).and_then(|s| s.find(what)).map(|p| from + p);
    while let Some(b) = bytes.get(i) {
        if *b != b'<' {
            // Braces may hold a `<` that opens nothing.
            i = match *b {
                b'{' if one_pair => brace_end(bytes, i).unwrap_or(i + 1),
                b'{' if bytes.get(i + 1) == Some(&b'{') => find(i + 2, "}}").map_or(i + 2, |p| p + 2),
                _ => i + 1,
            };
            continue;
        }
        let next = bytes.get(i + 1).copied().unwrap_or_default();
        let (end, part) = if source.get(i..).is_some_and(|s| s.starts_with("<!--")) {
            (find(i + 4, "-->").map_or(bytes.len(), |p| p + 3), None)
        } else if next == b'/' {
            let name = name_span(bytes, i + 2);
            (find(i, ">").map_or(bytes.len(), |p| p + 1), Some(Part::Close { name }))
        } else if next.is_ascii_alphabetic() {
            let (end, part) = tag(bytes, i);
            (end, Some(part))
        } else {
            i += 1;
            continue;
        };
        if text_from < i {
            out.push(Part::Text(Span::new(text_from, i)));
        }
        i = end;
        if let Some(Part::Open { name, closed: false, .. }) = &part
            && let Some(raw) =
                source.get(name.range()).filter(|n| RAW.iter().any(|r| n.eq_ignore_ascii_case(r)))
        {
            let close = format!("</{raw}");
            i = find(i, &close).unwrap_or(bytes.len());
        }
        out.extend(part);
        text_from = i;
    }
    if text_from < bytes.len() {
        out.push(Part::Text(Span::new(text_from, bytes.len())));
    }
    out
}

/// Past the brace that closes the one at `start`; texts in quotes are skipped. `None` when there is none
/// nearby.
pub(super) fn brace_end(bytes: &[u8], start: usize) -> Option<usize> {
    const FAR: usize = 8_000;
    let mut depth = 0_u32;
    let mut quote: Option<u8> = None;
    for (i, b) in bytes.iter().enumerate().skip(start).take(FAR) {
        match (quote, *b) {
            (Some(q), b) if b == q => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(*b),
            (None, b'{') => depth += 1,
            (None, b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_name(b: u8) -> bool {
    !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'=' | b'"' | b'\'' | b'<')
}

fn name_span(bytes: &[u8], start: usize) -> Span {
    let len = bytes.iter().skip(start).take_while(|b| is_name(**b)).count();
    Span::new(start, start + len)
}

/// The tag at `start`, and where it ends.
fn tag(bytes: &[u8], start: usize) -> (usize, Part) {
    let name = name_span(bytes, start + 1);
    let mut i = name.end as usize;
    let mut attributes = Vec::new();
    let mut closed = false;
    while let Some(b) = bytes.get(i) {
        match b {
            b'>' => {
                i += 1;
                break;
            }
            b'/' => {
                closed = bytes.get(i + 1) == Some(&b'>');
                i += 1;
            }
            b'{' => {
                // `{name}` and `{...rest}` of Svelte.
                let end = brace_end(bytes, i).unwrap_or(bytes.len());
                let inner = Span::new(i + 1, (end - 1).max(i + 1));
                attributes.push(Attribute { name: Span::new(i, i), value: Some(inner), braced: true });
                i = end;
            }
            b if is_name(*b) => {
                let name = name_span(bytes, i);
                i = name.end as usize;
                let blank = |i: usize| bytes.iter().skip(i).take_while(|b| b.is_ascii_whitespace()).count();
                let after = i + blank(i);
                let mut value = None;
                let mut braced = false;
                if bytes.get(after) == Some(&b'=') {
                    i = after + 1;
                    i += blank(i);
                    match bytes.get(i) {
                        Some(quote @ (b'"' | b'\'')) => {
                            let len = bytes.iter().skip(i + 1).take_while(|b| *b != quote).count();
                            value = Some(Span::new(i + 1, i + 1 + len));
                            i = (i + len + 2).min(bytes.len());
                        }
                        Some(b'{') => {
                            let end = brace_end(bytes, i).unwrap_or(bytes.len());
                            value = Some(Span::new(i + 1, (end - 1).max(i + 1)));
                            braced = true;
                            i = end;
                        }
                        _ => {
                            let bare = name_span(bytes, i);
                            value = Some(bare);
                            i = (bare.end as usize).max(i + 1);
                        }
                    }
                }
                if attributes.len() < MAX_ATTRIBUTES {
                    attributes.push(Attribute { name, value, braced });
                }
            }
            _ => i += 1,
        }
    }
    (i.min(bytes.len()), Part::Open { name, attributes, closed })
}

/// The stack of elements that are open, each with how many blocks it opened.
#[derive(Default)]
pub(super) struct Elements {
    open: Vec<(String, usize)>,
}

impl Elements {
    pub(super) fn enter(&mut self, name: &str, blocks: usize) {
        self.open.push((name.to_owned(), blocks));
    }

    /// How many blocks end with the end of an element: its own, and those of elements in it that were
    /// never closed. An end without a beginning ends nothing.
    pub(super) fn leave(&mut self, name: &str) -> usize {
        let Some(at) = self.open.iter().rposition(|(n, _)| n == name) else { return 0 };
        self.open.drain(at..).map(|(_, blocks)| blocks).sum()
    }
}
