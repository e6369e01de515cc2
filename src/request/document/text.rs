//! A document as plain text: underlined headings, lists with dashes, nothing that a form would interpret.

use super::{Block, Document, Inline};
use crate::request::escape::escape_text;

/// The longest underline of a heading.
const MAX_UNDERLINE: usize = 78;

/// `document` as plain text.
#[must_use]
pub fn write(document: &Document) -> String {
    let mut out = String::new();
    blocks(&document.blocks, "", &mut out);
    out
}

/// Writes blocks with an empty line between them, each line behind `indent`.
fn blocks(all: &[Block], indent: &str, out: &mut String) {
    for (index, block) in all.iter().enumerate() {
        let labelled = index.checked_sub(1).and_then(|i| all.get(i)).is_some_and(|b| label(b).is_some());
        if index > 0 && !labelled && !out.ends_with("\n\n") {
            out.push('\n');
        }
        match block {
            Block::Heading(level, inner) => {
                let text = runs(inner);
                line(indent, &text, out);
                let mark = match level {
                    1 => "=",
                    2 => "-",
                    _ => continue,
                };
                line(indent, &mark.repeat(text.chars().count().min(MAX_UNDERLINE)), out);
            }
            Block::Paragraph(inner) => {
                let text = runs(inner);
                let colon =
                    label(block).is_some() && text.ends_with(|c: char| c.is_alphanumeric() || c == ')');
                line(indent, &format!("{text}{}", if colon { ":" } else { "" }), out);
            }
            Block::List(first, items) => list(*first, items, indent, out),
            Block::Quote(inner) => blocks(inner, indent, out),
            Block::Code(text) => {
                for one in text.lines() {
                    line(&format!("{indent}    "), &escape_text(one), out);
                }
            }
            Block::Rule => line(indent, &"=".repeat(MAX_UNDERLINE), out),
        }
    }
}

/// What labels the block after it: a paragraph of strong text alone.
fn label(block: &Block) -> Option<&[Inline]> {
    match block {
        Block::Paragraph(inner) => match inner.as_slice() {
            [Inline::Strong(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn list(first: Option<u64>, items: &[Vec<Block>], indent: &str, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        let mark = first.map_or_else(|| "- ".to_owned(), |n| format!("{}. ", n.saturating_add(index as u64)));
        let deeper = format!("{indent}{}", " ".repeat(mark.len()));
        let mut inner = String::new();
        blocks(item, &deeper, &mut inner);
        // The mark stands where the first line's own indent would.
        let rest = inner.strip_prefix(&deeper).unwrap_or(&inner);
        out.push_str(indent);
        out.push_str(&mark);
        out.push_str(if rest.is_empty() { "\n" } else { rest });
    }
}

fn line(indent: &str, text: &str, out: &mut String) {
    out.push_str(indent);
    out.push_str(text);
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

fn runs(all: &[Inline]) -> String {
    let mut out = String::new();
    for run in all {
        match run {
            Inline::Text(text) => out.push_str(&spaced(text)),
            Inline::Code(text) => out.push_str(&escape_text(text)),
            Inline::Strong(inner) | Inline::Emphasis(inner) => out.push_str(&runs(inner)),
            // A place says where it is; the address of the whole commit is said once.
            Inline::Link(_, inner) if matches!(inner.as_slice(), [Inline::Code(_)]) => {
                out.push_str(&runs(inner))
            }
            Inline::Link(url, inner) => {
                let text = runs(inner);
                out.push_str(&text);
                if text != *url {
                    out.push_str(&format!(" ({url})"));
                }
            }
            Inline::Break => out.push(' '),
        }
    }
    out
}

/// Clean text that keeps a space at either end, where it meets the next run.
fn spaced(text: &str) -> String {
    let edge = |there: bool| if there { " " } else { "" };
    let inner = escape_text(text);
    if inner.is_empty() {
        return edge(!text.is_empty()).to_owned();
    }
    let (before, after) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{inner}{}", edge(before), edge(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_with_what_they_label() {
        let text = write(&Document::from_markdown("**App key**\n\na.b\n\n**Stored?**\n\n- x\n\nrest"));
        assert_eq!(text, "App key:\na.b\n\nStored?\n- x\n\nrest\n");
    }

    #[test]
    fn blocks_are_laid_out() {
        let markdown = "# Title\n\n## Part\n\n### Small\n\none **two** `x`\nthree\n\n- a\n- b\n  - c\n\n2. d\n\n> q\n\n---\n\n[l](https://a.example) <https://b.example> [`f:1`](https://c.example)\n";
        let expected =
            "Title\n=====\n\nPart\n----\n\nSmall\n\none two x three\n\n- a\n- b\n\n  - c\n\n2. d\n\nq\n\n";
        let written = write(&Document::from_markdown(markdown));
        assert!(written.starts_with(expected), "{written}");
        assert!(written.ends_with("l (https://a.example) https://b.example f:1\n"), "{written}");
    }
}
