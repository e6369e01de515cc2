//! A document in the Atlassian Document Format, version 1: what Jira's and Jira Service Management's REST
//! APIs take for a rich text.
//!
//! The format is a tree of its own, so no text can become markup; what it allows inside what is stricter than
//! Markdown, and that is what this writer sees to. Its published JSON schema is what the conformance tests use.

use serde_json::{Value, json};

use super::{Block, Document, Inline, plain};

/// Which blocks may stand somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// The document: all of them.
    Document,
    /// A quote: paragraphs, lists and code.
    Quote,
    /// An item of a list: the same, and a paragraph first.
    Item,
}

/// `document` as a `doc` node.
#[must_use]
pub fn value(document: &Document) -> Value {
    json!({"version": 1, "type": "doc", "content": blocks(&document.blocks, Inside::Document)})
}

/// `document` as indented JSON.
#[must_use]
pub fn write(document: &Document) -> String {
    format!("{:#}\n", value(document))
}

fn blocks(all: &[Block], inside: Inside) -> Vec<Value> {
    let mut out = Vec::new();
    for block in all {
        match block {
            Block::Heading(level, inner) if inside == Inside::Document => {
                let level = (*level).clamp(1, 6);
                out.push(json!({"type": "heading", "attrs": {"level": level}, "content": runs(inner)}));
            }
            // Only the document has headings.
            Block::Heading(_, inner) => {
                out.push(
                    json!({"type": "paragraph", "content": marked(inner, &[json!({"type": "strong"})])}),
                );
            }
            Block::Paragraph(inner) => out.push(json!({"type": "paragraph", "content": runs(inner)})),
            Block::List(first, items) => {
                let items: Vec<Value> = items
                    .iter()
                    .map(|item| {
                        let mut content = blocks(item, Inside::Item);
                        if content.first().is_none_or(|b| b["type"] != "paragraph") {
                            content.insert(0, json!({"type": "paragraph", "content": []}));
                        }
                        json!({"type": "listItem", "content": content})
                    })
                    .collect();
                if !items.is_empty() {
                    out.push(match first {
                        Some(n) => json!({"type": "orderedList", "attrs": {"order": n}, "content": items}),
                        None => json!({"type": "bulletList", "content": items}),
                    });
                }
            }
            Block::Quote(inner) if inside == Inside::Document => {
                let content = blocks(inner, Inside::Quote);
                if !content.is_empty() {
                    out.push(json!({"type": "blockquote", "content": content}));
                }
            }
            Block::Quote(inner) => out.extend(blocks(inner, inside)),
            Block::Code(text) => {
                let content: Vec<Value> = text_node(text.trim_end_matches('\n'), &[]).into_iter().collect();
                out.push(json!({"type": "codeBlock", "content": content}));
            }
            Block::Rule if inside == Inside::Document => out.push(json!({"type": "rule"})),
            Block::Rule => {}
        }
    }
    out
}

fn runs(all: &[Inline]) -> Vec<Value> {
    marked(all, &[])
}

fn marked(all: &[Inline], marks: &[Value]) -> Vec<Value> {
    let with = |inner: &[Inline], mark: Value| {
        let mut marks: Vec<Value> = marks.iter().filter(|m| m["type"] != mark["type"]).cloned().collect();
        marks.push(mark);
        marked(inner, &marks)
    };
    let mut out = Vec::new();
    for run in all {
        match run {
            Inline::Text(text) => out.extend(text_node(text, marks)),
            Inline::Code(text) => {
                // Code goes with a link and with no other mark.
                let mut code: Vec<Value> = marks.iter().filter(|m| m["type"] == "link").cloned().collect();
                code.push(json!({"type": "code"}));
                out.extend(text_node(text, &code));
            }
            Inline::Strong(inner) => out.extend(with(inner, json!({"type": "strong"}))),
            Inline::Emphasis(inner) => out.extend(with(inner, json!({"type": "em"}))),
            Inline::Link(url, inner) => {
                // A link without a text would not be there at all.
                let shown =
                    if plain(inner).is_empty() { vec![Inline::Text(url.clone())] } else { inner.clone() };
                out.extend(with(&shown, json!({"type": "link", "attrs": {"href": url}})));
            }
            Inline::Break => out.push(json!({"type": "hardBreak"})),
        }
    }
    out
}

/// A text node; none for an empty text, which the format does not allow.
fn text_node(text: &str, marks: &[Value]) -> Option<Value> {
    match (text, marks) {
        ("", _) => None,
        (text, []) => Some(json!({"type": "text", "text": text})),
        (text, marks) => Some(json!({"type": "text", "text": text, "marks": marks})),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_marks() {
        let doc =
            value(&Document::from_markdown("# T\n\n**a `b`** [`c`](https://a.example)\n\n- x\n\n> ## h\n"));
        assert_eq!(
            doc,
            json!({"version": 1, "type": "doc", "content": [
                {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "T"}]},
                {"type": "paragraph", "content": [
                    {"type": "text", "text": "a ", "marks": [{"type": "strong"}]},
                    {"type": "text", "text": "b", "marks": [{"type": "code"}]},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "c", "marks": [
                        {"type": "link", "attrs": {"href": "https://a.example"}}, {"type": "code"}]},
                ]},
                {"type": "bulletList", "content": [{"type": "listItem", "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}]},
                {"type": "blockquote", "content": [{"type": "paragraph", "content": [
                    {"type": "text", "text": "h", "marks": [{"type": "strong"}]}]}]},
            ]})
        );
    }
}
