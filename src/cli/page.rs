//! Markdown as readable text of a given width. For our own pages: headings, paragraphs, lists, tables, code.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::reports::human::Palette;
use crate::reports::wrap::{columns, hanging, wrap};
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
        rows: Vec::new(),
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
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
    /// The rows of the open table, its head first.
    rows: Vec<Vec<String>>,
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
            Tag::Table(_) => self.flush(),
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
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
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                if let Some(row) = self.rows.last_mut() {
                    row.push(visible(&words(&cell)).replace('\u{a0}', " "));
                }
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.table(&rows);
                self.blank();
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
        let text = words(&text);
        let mark = self.item.take();
        let lead = match (&mark, self.lists.is_empty()) {
            (Some(mark), _) => format!("{:indent$}{mark}", "", indent = self.indent() - 2),
            (None, false) => " ".repeat(self.indent()),
            (None, true) => String::new(),
        };
        let wrapped = hanging(&lead, &visible(&text), self.width);
        self.out.push_str(&wrapped.replace('\u{a0}', " "));
    }

    /// Writes a table: side by side where its columns fit, else each row as an item with its cells below.
    fn table(&mut self, rows: &[Vec<String>]) {
        let Some((head, body)) = rows.split_first() else { return };
        let strong = self.palette.strong;
        let Some(widths) = widths(rows, self.width.saturating_sub(2)) else {
            for row in body {
                for (n, cell) in row.iter().enumerate() {
                    let lead = match (n, head.get(n)) {
                        (0, _) | (_, None) => "- ".to_owned(),
                        (_, Some(title)) => format!("  {title}: "),
                    };
                    self.out.push_str(&hanging(&lead, cell, self.width));
                }
            }
            return;
        };
        for (nth, row) in rows.iter().enumerate() {
            let cells: Vec<Vec<String>> =
                row.iter().zip(&widths).map(|(cell, width)| wrap(cell, 0, *width)).collect();
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let mut text = String::new();
                for (cell, width) in cells.iter().zip(&widths) {
                    let part = cell.get(line).map_or("", String::as_str);
                    let pad = width.saturating_sub(columns(part)) + GAP;
                    let _ = write!(text, "{part}{:pad$}", "");
                }
                let text = text.trim_end();
                let _ = match nth {
                    0 => writeln!(self.out, "  {strong}{text}{strong:#}"),
                    _ => writeln!(self.out, "  {text}"),
                };
            }
        }
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// Columns between those of a table.
const GAP: usize = 3;

/// How wide the columns of a table become so that it fits; `None` when a word is too long for that.
fn widths(rows: &[Vec<String>], room: usize) -> Option<Vec<usize>> {
    let number = rows.iter().map(Vec::len).max()?;
    let of = |n: usize| rows.iter().filter_map(move |row| row.get(n));
    let longest = |cell: &String| cell.split_whitespace().map(columns).max().unwrap_or(0);
    let least: Vec<usize> = (0..number).map(|n| of(n).map(longest).max().unwrap_or(0)).collect();
    let mut widths: Vec<usize> = (0..number).map(|n| of(n).map(|c| columns(c)).max().unwrap_or(0)).collect();
    let room = room.saturating_sub(GAP * number.saturating_sub(1));
    if least.iter().sum::<usize>() > room {
        return None;
    }
    while widths.iter().sum::<usize>() > room {
        // The widest one that can give a column does.
        let (_, width) = widths
            .iter_mut()
            .zip(&least)
            .filter(|(width, least)| **width > **least)
            .map(|(width, _)| (*width, width))
            .max_by_key(|(now, _)| *now)?;
        *width -= 1;
    }
    Some(widths)
}

/// A text with one blank between its words; those that hold words of code together stay.
fn words(text: &str) -> String {
    text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
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
    fn tables_fit_or_become_lists() {
        let table = "See:\n\n| app | call | scope |\n|---|---|---|\n| Forge | as the app, and nobody else | `read:a` |\n| Connect | either | `B` |\n\nEnd.";
        let expected = "\
See:

  app       call              scope
  Forge     as the app, and   `read:a`
            nobody else
  Connect   either            `B`

End.
";
        assert_eq!(render(table, 38, &Palette::new(false)), expected);
        let long = "| endpoint | instead |\n|---|---|\n| `/admin/v1/users/search` | `/admin/v2/directories/search` |";
        let expected = "- `/admin/v1/users/search`\n  instead: `/admin/v2/directories/search`\n";
        assert_eq!(render(long, 45, &Palette::new(false)), expected);
    }

    #[test]
    fn hostile_markdown_stays_text() {
        let text = render("\u{1b}[31mred\n\n    \u{202e}code\n\n* * *\n- - - a", 40, &Palette::new(false));
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}
