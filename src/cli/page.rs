//! Markdown as readable text of a given width. For our own pages: headings, paragraphs, lists, code.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::reports::human::Palette;
use crate::reports::wrap::hanging;
use crate::text::redact::visible;

/// Lines longer than this are hard to read, however wide the terminal is.
const READABLE: usize = 100;

/// `markdown` as text.
pub(super) fn render(markdown: &str, width: usize, palette: &Palette) -> String {
    let mut page = Page {
        width: width.clamp(30, READABLE),
        palette,
        out: String::new(),
        inline: String::new(),
        lists: Vec::new(),
        item: None,
        link: None,
    };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.flush();
    let mut out = page.out.trim_end().to_owned();
    out.push('\n');
    out
}

struct Page<'a> {
    width: usize,
    palette: &'a Palette,
    out: String,
    /// Text of the paragraph, heading or item that is being read.
    inline: String,
    /// The next number of each open list; `None` for a list without numbers.
    lists: Vec<Option<u64>>,
    /// What the next line of the open item starts with.
    item: Option<String>,
    /// The address of the open link.
    link: Option<String>,
}

impl Page<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.inline.push_str(&text),
            Event::Code(code) => {
                // A blank in code is no place to break a line.
                let _ = write!(self.inline, "`{}`", code.replace(' ', "\u{a0}"));
            }
            Event::SoftBreak | Event::HardBreak => self.inline.push(' '),
            Event::Rule => self.blank(),
            Event::Html(text) | Event::InlineHtml(text) if !text.starts_with("<!--") => {
                self.inline.push_str(&text);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.item = Some(mark);
            }
            Tag::Heading { .. } | Tag::CodeBlock(_) => {
                self.flush();
                self.blank();
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                let strong = self.palette.strong;
                let text = std::mem::take(&mut self.inline);
                let _ = writeln!(self.out, "{strong}{}{strong:#}", visible(text.trim()));
            }
            TagEnd::Paragraph => {
                let in_item = !self.lists.is_empty();
                self.flush();
                if !in_item {
                    self.blank();
                }
            }
            TagEnd::CodeBlock => {
                let code = std::mem::take(&mut self.inline);
                let (accent, indent) = (self.palette.accent, self.indent() + 4);
                for line in code.trim_end().lines() {
                    if line.is_empty() {
                        self.out.push('\n');
                    } else {
                        let _ = writeln!(self.out, "{:indent$}{accent}{}{accent:#}", "", visible(line));
                    }
                }
                self.blank();
            }
            TagEnd::Item => {
                self.flush();
                self.item = None;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Link => {
                if let Some(address) = self.link.take()
                    && !self.inline.ends_with(&address)
                {
                    let _ = write!(self.inline, " <{address}>");
                }
            }
            _ => {}
        }
    }

    /// Columns before the text of open lists.
    fn indent(&self) -> usize {
        2 * self.lists.len()
    }

    /// Writes the text that was read so far as a paragraph.
    fn flush(&mut self) {
        if self.inline.trim().is_empty() {
            self.inline.clear();
            return;
        }
        let text = std::mem::take(&mut self.inline);
        let text = text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
        let mark = self.item.take();
        let lead = match (&mark, self.lists.is_empty()) {
            (Some(mark), _) => format!("{:indent$}{mark}", "", indent = self.indent() - 2),
            (None, false) => " ".repeat(self.indent()),
            (None, true) => String::new(),
        };
        let wrapped = hanging(&lead, &visible(&text), self.width);
        self.out.push_str(&wrapped.replace('\u{a0}', " "));
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_text() {
        let markdown = "## What it checks\n\nEvery *place* that reads an address,\nsee [the guide](https://x.example/g).\n\n\
                        1. one `a b`\n2. two is long enough to be wrapped here\n   - deep\n\n<!-- no -->\n```ts\nconst a = 1;\n\n  b();\n```\nEnd.\n";
        let expected = "\
What it checks
Every place that reads an address, see
the guide <https://x.example/g>.

1. one `a b`
2. two is long enough to be wrapped
   here
  - deep

    const a = 1;

      b();

End.
";
        assert_eq!(render(markdown, 39, &Palette::new(false)), expected);
    }

    #[test]
    fn hostile_markdown_stays_text() {
        let text = render("\u{1b}[31mred\n\n    \u{202e}code\n\n* * *\n- - - a", 40, &Palette::new(false));
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}
