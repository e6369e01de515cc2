//! A document as one HTML page that needs nothing else and prints well. No script, nothing fetched.

use super::{Block, Document, Inline, plain};

/// The page's style: quiet on a screen, black on white on paper, no heading alone at the end of a page.
const STYLE: &str = include_str!("../../../templates/request.css");

/// `document` as a page.
#[must_use]
pub fn write(document: &Document) -> String {
    let title = document.blocks.iter().find_map(|b| match b {
        Block::Heading(1, runs) => Some(plain(runs)),
        _ => None,
    });
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Belt and braces: were a text to become markup after all, it could still fetch and run nothing.
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    out.push_str(&escape(&title.unwrap_or_default()));
    out.push_str("</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<main>\n");
    blocks(&document.blocks, &mut out);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for block in all {
        match block {
            Block::Heading(level, inner) => {
                let level = (*level).clamp(1, 6);
                out.push_str(&format!("<h{level}>"));
                runs(inner, out);
                out.push_str(&format!("</h{level}>\n"));
            }
            Block::Paragraph(inner) => wrapped("p", inner, out),
            Block::List(first, items) => {
                let tag = if first.is_some() { "ol" } else { "ul" };
                match first {
                    Some(n) if *n != 1 => out.push_str(&format!("<ol start=\"{n}\">\n")),
                    _ => out.push_str(&format!("<{tag}>\n")),
                }
                for item in items {
                    out.push_str("<li>");
                    match item.as_slice() {
                        [Block::Paragraph(inner), rest @ ..] => {
                            runs(inner, out);
                            blocks(rest, out);
                        }
                        other => blocks(other, out),
                    }
                    out.push_str("</li>\n");
                }
                out.push_str(&format!("</{tag}>\n"));
            }
            Block::Quote(inner) => {
                out.push_str("<blockquote>\n");
                blocks(inner, out);
                out.push_str("</blockquote>\n");
            }
            Block::Code(text) => {
                out.push_str("<pre><code>");
                out.push_str(&escape(text));
                out.push_str("</code></pre>\n");
            }
            Block::Rule => out.push_str("<hr>\n"),
        }
    }
}

fn wrapped(tag: &str, inner: &[Inline], out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    runs(inner, out);
    out.push_str(&format!("</{tag}>"));
    if tag == "p" {
        out.push('\n');
    }
}

fn runs(all: &[Inline], out: &mut String) {
    for run in all {
        match run {
            Inline::Text(text) => out.push_str(&escape(text)),
            Inline::Code(text) => {
                out.push_str("<code>");
                out.push_str(&escape(text));
                out.push_str("</code>");
            }
            Inline::Strong(inner) => wrapped("strong", inner, out),
            Inline::Emphasis(inner) => wrapped("em", inner, out),
            Inline::Link(url, inner) => {
                out.push_str(&format!("<a href=\"{}\" rel=\"noopener noreferrer nofollow\">", escape(url)));
                runs(inner, out);
                out.push_str("</a>");
            }
            Inline::Break => out.push_str("<br>\n"),
        }
    }
}

/// Text for between tags and for a quoted attribute.
fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    html_escape::encode_quoted_attribute(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole_and_its_texts_are_text() {
        let page = write(&Document::from_markdown(
            "# A & b\n\n\\<script\\> \"x\" `<i>` [l](https://a.example/?b=1&c='2)\n\n3. n\n",
        ));
        for part in [
            "<title>A &amp; b</title>",
            "<h1>A &amp; b</h1>",
            "&lt;script&gt; &quot;x&quot; <code>&lt;i&gt;</code>",
            "<ol start=\"3\">\n<li>n</li>",
            "default-src 'none'",
            "@media print",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        // A quote in an address is more than a format has to cope with: it is no link.
        assert!(!page.contains("<a "), "{page}");
    }
}
