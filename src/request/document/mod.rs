//! What a request looks like, whatever the format: blocks and runs of text, read from the Markdown that the
//! templates make. One writer a format turns the same tree into it, so all say the same.
//!
//! Nothing of Atlassian is known in here, and no value is made inert: the templates did that for Markdown,
//! and every writer does it anew for what it writes.

pub mod adf;
pub mod html;
pub mod jira;
pub mod text;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// How deep blocks may stand in blocks; what is deeper is kept, one level up.
const MAX_DEPTH: usize = 12;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its parts, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading of a level from 1 to 6.
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; numbered from the number, if there is one.
    List(Option<u64>, Vec<Vec<Self>>),
    /// What is set apart.
    Quote(Vec<Self>),
    /// Text as it is.
    Code(String),
    /// A line across.
    Rule,
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// A name, a path, a piece of source.
    Code(String),
    /// What matters.
    Strong(Vec<Self>),
    /// What is said aside.
    Emphasis(Vec<Self>),
    /// A link to a web address.
    Link(String, Vec<Self>),
    /// The end of a line.
    Break,
}

/// The text of runs, without their marks.
#[must_use]
pub fn plain(runs: &[Inline]) -> String {
    let mut out = String::new();
    for run in runs {
        match run {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link(_, inner) => {
                out.push_str(&plain(inner));
            }
            Inline::Break => out.push(' '),
        }
    }
    out
}

impl Document {
    /// Reads Markdown (CommonMark). HTML in it is text, and an image is the text beside it.
    #[must_use]
    pub fn from_markdown(markdown: &str) -> Self {
        let mut tree = Tree { open: vec![Frame::default()] };
        for event in Parser::new_ext(markdown, Options::empty()) {
            tree.take(event);
        }
        while tree.open.len() > 1 {
            tree.close();
        }
        let mut root = tree.open.pop().unwrap_or_default();
        root.end_paragraph();
        Self { blocks: root.blocks }
    }
}

/// What a frame becomes when it is closed.
#[derive(Debug, Default)]
enum Kind {
    /// The document, or a block that adds no level of its own.
    #[default]
    Plain,
    Paragraph,
    Heading(u8),
    List(Option<u64>),
    Item,
    Quote,
    Code,
    Strong,
    Emphasis,
    Link(String),
    /// Runs without a mark of their own: an image, a link that leads nowhere on the web.
    Bare,
}

/// A part that is still being read.
#[derive(Debug, Default)]
struct Frame {
    kind: Kind,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    runs: Vec<Inline>,
}

impl Frame {
    /// Text, joined to the text before it.
    fn text(&mut self, text: &str) {
        match self.runs.last_mut() {
            Some(Inline::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.runs.push(Inline::Text(text.to_owned())),
        }
    }

    /// Makes a paragraph of the runs that stand in no other block, as in a list without empty lines.
    fn end_paragraph(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        if !plain(&runs).trim().is_empty() {
            self.blocks.push(Block::Paragraph(runs));
        }
    }
}

struct Tree {
    open: Vec<Frame>,
}

impl Tree {
    fn top(&mut self) -> &mut Frame {
        if self.open.is_empty() {
            self.open.push(Frame::default());
        }
        self.open.last_mut().expect("one was pushed where there was none")
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => {
                // HTML blocks were not opened: their text stands in a paragraph.
                if !matches!(tag, TagEnd::HtmlBlock) {
                    self.close();
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.top().text(&text),
            Event::Code(text) => self.top().runs.push(Inline::Code(text.into_string())),
            Event::SoftBreak => self.top().text(" "),
            Event::HardBreak => self.top().runs.push(Inline::Break),
            Event::Rule => {
                let top = self.top();
                top.end_paragraph();
                top.blocks.push(Block::Rule);
            }
            // The dialects that have these are not switched on.
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let deep = self.open.len() > 2 * MAX_DEPTH;
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, .. } => Kind::Heading(*level as u8),
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => Kind::Code,
            Tag::BlockQuote(_) if !deep => Kind::Quote,
            Tag::List(first) if !deep => Kind::List(*first),
            Tag::Item if matches!(self.top().kind, Kind::List(_)) => Kind::Item,
            Tag::Strong if !deep => Kind::Strong,
            Tag::Emphasis if !deep => Kind::Emphasis,
            Tag::Link { dest_url, .. } if !deep && on_the_web(dest_url) => Kind::Link(dest_url.to_string()),
            Tag::HtmlBlock => return self.top().end_paragraph(),
            Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. } => Kind::Bare,
            _ => Kind::Plain,
        };
        if !matches!(kind, Kind::Strong | Kind::Emphasis | Kind::Link(_) | Kind::Bare) {
            self.top().end_paragraph();
        }
        self.open.push(Frame { kind, ..Frame::default() });
    }

    /// Ends the innermost part and puts it where it belongs.
    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let mut frame = self.open.pop().unwrap_or_default();
        if matches!(frame.kind, Kind::Plain | Kind::Item | Kind::Quote | Kind::List(_)) {
            frame.end_paragraph();
        }
        let Frame { kind, blocks, items, runs } = frame;
        let top = self.top();
        match kind {
            Kind::Plain => top.blocks.extend(blocks),
            Kind::Paragraph if runs.is_empty() => {}
            Kind::Paragraph => top.blocks.push(Block::Paragraph(runs)),
            Kind::Heading(level) => top.blocks.push(Block::Heading(level, runs)),
            Kind::List(first) => top.blocks.push(Block::List(first, items)),
            Kind::Item => top.items.push(blocks),
            Kind::Quote => top.blocks.push(Block::Quote(blocks)),
            Kind::Code => top.blocks.push(Block::Code(plain(&runs))),
            Kind::Strong => top.runs.push(Inline::Strong(runs)),
            Kind::Emphasis => top.runs.push(Inline::Emphasis(runs)),
            Kind::Link(url) => top.runs.push(Inline::Link(url, runs)),
            Kind::Bare => {
                for run in runs {
                    match run {
                        Inline::Text(text) => top.text(&text),
                        other => top.runs.push(other),
                    }
                }
            }
        }
    }
}

/// Whether an address is one that every format may link to.
fn on_the_web(url: &str) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"'`{}|\\^[]".contains(&b));
    plain && (url.starts_with("https://") || url.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn markdown_becomes_blocks() {
        let read = Document::from_markdown(
            "# A *b*\n\none\ntwo `c`\n\n- x\n- y\n  - z\n\n3. n\n\n> **q**\n\n---\n\n    code\n\n[l](https://a.example) <b>",
        );
        let paragraph = |runs: Vec<Inline>| Block::Paragraph(runs);
        assert_eq!(
            read.blocks,
            [
                Block::Heading(1, vec![text("A "), Inline::Emphasis(vec![text("b")])]),
                paragraph(vec![text("one two "), Inline::Code("c".to_owned())]),
                Block::List(
                    None,
                    vec![
                        vec![paragraph(vec![text("x")])],
                        vec![
                            paragraph(vec![text("y")]),
                            Block::List(None, vec![vec![paragraph(vec![text("z")])]])
                        ],
                    ]
                ),
                Block::List(Some(3), vec![vec![paragraph(vec![text("n")])]]),
                Block::Quote(vec![paragraph(vec![Inline::Strong(vec![text("q")])])]),
                Block::Rule,
                Block::Code("code\n".to_owned()),
                paragraph(vec![Inline::Link("https://a.example".to_owned(), vec![text("l")]), text(" <b>")]),
            ]
        );
    }

    #[test]
    fn what_is_no_web_address_is_no_link() {
        for markdown in [
            "[x](javascript:alert%281%29)",
            "[x](data:text/html,y)",
            "[x](</etc/passwd>)",
            "![x](https://a.example/i.png)",
        ] {
            assert_eq!(
                Document::from_markdown(markdown).blocks,
                [Block::Paragraph(vec![text("x")])],
                "{markdown}"
            );
        }
    }

    #[test]
    fn nesting_has_a_bound_and_loses_nothing() {
        fn depth(blocks: &[Block]) -> usize {
            let inner = |b: &Block| match b {
                Block::Quote(inner) => 1 + depth(inner),
                Block::List(_, items) => 1 + items.iter().map(|i| depth(i)).max().unwrap_or(0),
                _ => 0,
            };
            blocks.iter().map(inner).max().unwrap_or(0)
        }
        let deep = Document::from_markdown(&format!("{} word", ">".repeat(5_000)));
        assert!(depth(&deep.blocks) <= 2 * MAX_DEPTH + 1);
        assert!(format!("{deep:?}").contains("word"));
        let lists = Document::from_markdown(&"- ".repeat(400));
        assert!(depth(&lists.blocks) <= 2 * MAX_DEPTH + 1);
        let strong = Document::from_markdown(&format!("{}word{}", "**a ".repeat(300), " b**".repeat(300)));
        assert!(format!("{strong:?}").contains("word"));
    }
}
