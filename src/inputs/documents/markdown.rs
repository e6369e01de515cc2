//! Markdown: the text that a reader sees, and the links of a README.
//!
//! Syntax that is no text (links' targets, check boxes, footnote marks, comments, front matter) does not
//! come through, so that it can't be taken for a placeholder.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::html;
use super::passage::{Builder, Kind, Text};
use crate::text::Span;

/// More links of one file than this are not looked at.
const MAX_LINKS: usize = 2_000;

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

/// Reads a Markdown document.
#[must_use]
pub fn read(source: &str) -> Text {
    let mut builder = Builder::default();
    let mut metadata = false;
    let mut head = false;
    let mut items = 0_usize;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            _ if metadata => {}
            // Read as a whole: its lines are no units of HTML.
            Event::Start(Tag::HtmlBlock) => {
                builder.end();
                html::append(&mut builder, source.get(range.clone()).unwrap_or(""), range.start);
            }
            Event::Start(Tag::Heading { .. }) => builder.kind(Kind::Heading),
            Event::Start(Tag::Item) => {
                items += 1;
                builder.kind(Kind::Item);
            }
            Event::End(TagEnd::Item) => {
                items = items.saturating_sub(1);
                builder.kind(if items > 0 { Kind::Item } else { Kind::Text });
            }
            Event::Start(Tag::TableHead) => {
                builder.row();
                head = true;
            }
            Event::End(TagEnd::TableHead) => head = false,
            Event::Start(Tag::TableRow) => builder.row(),
            Event::Start(Tag::TableCell) => builder.cell(head),
            Event::End(TagEnd::Heading(_) | TagEnd::Table) => builder.kind(Kind::Text),
            Event::Start(tag) if is_block(&tag.to_end()) => builder.end(),
            Event::End(tag) if is_block(&tag) => builder.end(),
            Event::Text(text) | Event::Code(text) => push(&mut builder, source, &text, range),
            Event::InlineHtml(tag) => inline_html(&mut builder, &tag, &range),
            Event::SoftBreak | Event::HardBreak => builder.gap(),
            _ => {}
        }
    }
    builder.finish()
}

fn is_block(tag: &TagEnd) -> bool {
    !matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn push(builder: &mut Builder, source: &str, text: &str, range: Range<usize>) {
    let written = source.get(range.clone()).unwrap_or("");
    match written.find(text) {
        // A code span is written between its marks.
        Some(at) if written.len() - text.len() <= 8 => builder.verbatim(text, range.start + at),
        _ => builder.replaced(text, Span::new(range.start, range.end)),
    }
}

/// A tag inside a line: `<your company>` is text that its author took for text.
fn inline_html(builder: &mut Builder, tag: &str, range: &Range<usize>) {
    let name: String =
        tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).take(40).collect();
    let name = name.to_ascii_lowercase();
    let rest = tag.get(1 + name.len()..).unwrap_or("");
    if name == "br" {
        builder.gap();
    } else if !name.is_empty() && !rest.starts_with(['-', ':']) && !html::is_element(&name) {
        builder.verbatim(tag, range.start);
    }
}

/// A link of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its text.
    pub text: String,
    /// Where it leads to, as written.
    pub target: String,
    /// The whole link.
    pub span: Span,
}

/// The links of a Markdown document, HTML links included, in order of position.
#[must_use]
pub fn links(source: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut open: Option<Link> = None;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        if links.len() >= MAX_LINKS {
            break;
        }
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) if link_type != LinkType::Email => {
                let span = Span::new(range.start, range.end);
                open = Some(Link { text: String::new(), target: dest_url.into_string(), span });
            }
            Event::End(TagEnd::Link) => links.extend(open.take()),
            Event::Start(Tag::HtmlBlock) => {
                html_links(source.get(range.clone()).unwrap_or(""), range.start, &mut links);
            }
            Event::InlineHtml(tag) => match (open.is_some(), href(&tag)) {
                (false, Some(target)) => {
                    let span = Span::new(range.start, range.end);
                    open = Some(Link { text: String::new(), target, span });
                }
                (true, _) if tag.to_ascii_lowercase().starts_with("</a") => links.extend(open.take()),
                _ => {}
            },
            Event::Text(text) | Event::Code(text) => {
                if let Some(link) = &mut open {
                    link.text.push_str(&text);
                }
            }
            Event::SoftBreak => {
                if let Some(link) = &mut open {
                    link.text.push(' ');
                }
            }
            _ => {}
        }
    }
    links
}

/// The links of a block of HTML.
fn html_links(source: &str, offset: usize, links: &mut Vec<Link>) {
    let mut at = 0;
    for part in source.split_inclusive("</a>") {
        let start = part.rfind("<a ").or_else(|| part.rfind("<A "));
        if let Some((start, rest)) = start.and_then(|s| Some((s, part.get(s..)?)))
            && links.len() < MAX_LINKS
            && let Some((tag, text)) = rest.split_once('>')
            && let Some(target) = href(tag)
        {
            let text = html::read(text).passages.into_iter().map(|p| p.text).collect::<Vec<_>>().join(" ");
            let span = Span::new(offset + at + start, offset + at + part.len());
            links.push(Link { text, target, span });
        }
        at += part.len();
    }
}

/// The target of an `<a …>` tag.
fn href(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    if !lower.starts_with("<a ") {
        return None;
    }
    let value = tag.get(lower.find("href=")? + 5..)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value.get(1..)?.split(quote).next()?,
        None => value.split([' ', '>']).next()?,
    };
    Some(html_escape::decode_html_entities(value.trim()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        read(source).passages.into_iter().map(|p| p.text).collect()
    }

    #[test]
    fn reads_what_a_reader_sees() {
        let table: &[(&str, &[&str])] = &[
            (
                "# Privacy\n\nWe *keep*\nyour [name](https://x.example/[y]).",
                &["Privacy", "We keep your name."],
            ),
            ("- [x] done\n- [ ] open\n- c", &["done", "open", "c"]),
            ("a[^1]\n\n[^1]: note", &["a", "note"]),
            ("|a|b|\n|-|-|\n|c|d|", &["a", "b", "c", "d"]),
            ("---\ntitle: TODO\n---\nText", &["Text"]),
            ("a <!-- TODO --> b", &["a b"]),
            ("<!-- TODO -->\n\nb", &["b"]),
            ("by [Company Name], at", &["by [Company Name], at"]),
            ("by <your company>, at", &["by <your company>, at"]),
            ("a<br>b <b>c</b> `d e`", &["a b c d e"]),
            ("<div>\n<p>One</p>\n<script>x</script>\n</div>\n\nTwo", &["One", "Two"]),
            ("\\[x\\] &amp; y", &["[x] & y"]),
            ("> quoted\n\n    indented", &["quoted", "indented"]),
            ("", &[]),
        ];
        for (source, expected) in table {
            assert_eq!(texts(source), *expected, "{source}");
        }
    }

    #[test]
    fn spans_point_into_the_source() {
        let source = "# Ä\n\nWrite to **[Company\n Name]** & `TODO`.\n";
        let text = read(source);
        let passage = text.passages.last().expect("two passages");
        for (part, written) in [("[Company Name]", "[Company\n Name]"), ("TODO", "TODO")] {
            let at = passage.text.find(part).expect("it is there");
            assert_eq!(source.get(passage.span_of(at..at + part.len()).range()), Some(written));
        }
    }

    #[test]
    fn links_are_found_in_every_form() {
        let source = "[Privacy *policy*](docs/p.md) <https://a.example/terms> [EULA]\n\n[EULA]: e.md\n\n\
                      x <a href='t.html'>Terms</a> y\n\n<p align=center>\n<a class=\"x\" href=\"h.md\"><b>Help</b></a>\n</p>\n";
        let found: Vec<_> = links(source).into_iter().map(|l| (l.text, l.target)).collect();
        let expected = [
            ("Privacy policy", "docs/p.md"),
            ("https://a.example/terms", "https://a.example/terms"),
            ("EULA", "e.md"),
            ("Terms", "t.html"),
            ("Help", "h.md"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let first = links(source).remove(0);
        assert_eq!(source.get(first.span.range()), Some("[Privacy *policy*](docs/p.md)"));
    }

    #[test]
    fn time_grows_with_size_only() {
        let n = 20_000;
        for source in [
            "[".repeat(n),
            "> ".repeat(2_000),
            "<a ".repeat(n),
            "![[]()".repeat(n),
            "*a_ ".repeat(n),
            "<a href=x>".repeat(n),
        ] {
            assert!(read(&source).passages.len() <= n);
            assert!(links(&source).len() <= MAX_LINKS);
        }
    }
}
