//! A document in Jira's wiki markup, for text fields and for the REST API's version 2.
//!
//! What can be escaped with a backslash is what Atlassian's renderer lists in its
//! `BackslashEscapeRendererComponent`; for everything else, the backslash among it, stands an entity, which
//! the renderer keeps.

use super::{Block, Document, Inline, plain};
use crate::request::escape::escape_text;

/// `document` in wiki markup.
#[must_use]
pub fn write(document: &Document) -> String {
    let mut out = String::new();
    blocks(&document.blocks, &mut out);
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for (index, block) in all.iter().enumerate() {
        if index > 0 && !out.ends_with("\n\n") {
            out.push('\n');
        }
        match block {
            Block::Heading(level, inner) => {
                out.push_str(&format!("h{}. {}\n", (*level).clamp(1, 6), line(inner)))
            }
            Block::Paragraph(inner) => out.push_str(&format!("{}\n", line(inner))),
            Block::List(first, items) => list(items, if first.is_some() { "#" } else { "*" }, out),
            Block::Quote(inner) => {
                out.push_str("{quote}\n");
                blocks(inner, out);
                out.push_str("{quote}\n");
            }
            // Inside `{noformat}` nothing can be escaped, its own end included.
            Block::Code(text) => {
                for one in text.lines() {
                    out.push_str(&format!("{{{{{}}}}}\n", escape(one)));
                }
            }
            Block::Rule => out.push_str("----\n"),
        }
    }
}

fn list(items: &[Vec<Block>], marks: &str, out: &mut String) {
    for item in items {
        let mut inner = Vec::new();
        let mut lists = Vec::new();
        flat(item, &mut inner, &mut lists);
        out.push_str(&format!("{marks} {}\n", inner.join(" \\\\ ")));
        for (numbered, items) in lists {
            list(items, &format!("{marks}{}", if numbered { '#' } else { '*' }), out);
        }
    }
}

/// The lines of an item, and the lists in it: an item is one line of wiki markup.
fn flat<'b>(item: &'b [Block], lines: &mut Vec<String>, lists: &mut Vec<(bool, &'b [Vec<Block>])>) {
    for block in item {
        match block {
            Block::Heading(_, inner) | Block::Paragraph(inner) => lines.push(line(inner)),
            Block::List(first, items) => lists.push((first.is_some(), items)),
            Block::Quote(inner) => flat(inner, lines, lists),
            Block::Code(text) => lines.push(format!("{{{{{}}}}}", escape(text))),
            Block::Rule => {}
        }
    }
}

fn line(all: &[Inline]) -> String {
    let mut out = String::new();
    runs(all, &mut out);
    out.trim().to_owned()
}

fn runs(all: &[Inline], out: &mut String) {
    for run in all {
        match run {
            Inline::Text(text) => out.push_str(&escape_run(text)),
            Inline::Code(text) => out.push_str(&format!("{{{{{}}}}}", escape(text))),
            Inline::Strong(inner) => marked('*', inner, out),
            Inline::Emphasis(inner) => marked('_', inner, out),
            Inline::Link(url, inner) => {
                let url = address(url);
                let text = plain(inner);
                // The label of a link is text: a mark in it would be shown or not, by chance.
                match escape(&text) {
                    label if label.is_empty() || text == url => out.push_str(&format!("[{url}]")),
                    label => out.push_str(&format!("[{label}|{url}]")),
                }
            }
            Inline::Break => out.push_str(" \\\\ "),
        }
    }
}

/// Marks hold only where they stand next to the text itself.
fn marked(mark: char, inner: &[Inline], out: &mut String) {
    let mut text = String::new();
    runs(inner, &mut text);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        out.push_str(&text);
        return;
    }
    // Next to a letter a mark is a letter itself; braces around it make it one all the same.
    let tight = out.chars().next_back().is_some_and(|c| !c.is_whitespace());
    let (open, close) = if tight {
        (format!("{{{mark}}}"), format!("{{{mark}}}"))
    } else {
        (mark.to_string(), mark.to_string())
    };
    out.push_str(&format!("{open}{trimmed}{close}"));
    if text.ends_with(' ') {
        out.push(' ');
    }
}

/// Text that keeps a space at either end, where it meets the next run.
fn escape_run(text: &str) -> String {
    let edge = |there: bool| if there { " " } else { "" };
    let inner = escape(text);
    if inner.is_empty() {
        return edge(!text.is_empty()).to_owned();
    }
    let (before, after) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    format!("{}{inner}{}", edge(before), edge(after))
}

/// Text that is no markup, wherever it stands on a line.
#[must_use]
pub fn escape(text: &str) -> String {
    let text = escape_text(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut previous = ' ';
    let mut start = true;
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = rest.chars().next();
        let wordy = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '*' | '_' | '^' | '~' | '{' | '}' | '[' | ']' | '|' | '%' => slash(&mut out, c),
            // A mark only at the border of a word; a key of an issue would become a link.
            '-' | '+'
                if !(previous.is_alphanumeric() && wordy(next))
                    || previous.is_ascii_uppercase() && next.is_some_and(|n| n.is_ascii_digit()) =>
            {
                slash(&mut out, c);
            }
            '?' if previous == '?' || next == Some('?') => slash(&mut out, c),
            // A picture; what comes next may be another run.
            '!' if next.is_none_or(|n| !n.is_whitespace()) => slash(&mut out, c),
            '@' if !previous.is_alphanumeric() => slash(&mut out, c),
            // Pictures: `(x)`, `(on)`, `:)`, `;)`, `:-(`.
            '(' if is_picture(rest) => slash(&mut out, c),
            ')' if out.ends_with([':', ';', '-', '8', '=']) => slash(&mut out, c),
            // What follows an entity must not make one with its semicolon.
            '(' if out.ends_with([':', ';']) => slash(&mut out, c),
            'D' | 'P' | 'p' if out.ends_with(';') => entity(&mut out, c),
            ':' | ';' if next.is_some_and(|n| "()DPp|-/".contains(n)) => entity(&mut out, c),
            ':' if is_scheme(&out) => entity(&mut out, c),
            // Lists and headings.
            '#' if start => entity(&mut out, c),
            '.' if matches!(out.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "bq") => {
                entity(&mut out, c)
            }
            '\\' => entity(&mut out, c),
            '&' if next.is_some_and(|n| n == '#' || n.is_ascii_alphabetic()) => out.push_str("&amp;"),
            _ => out.push(c),
        }
        start = start && c == '#';
        previous = c;
    }
    out
}

fn slash(out: &mut String, c: char) {
    out.push('\\');
    out.push(c);
}

fn entity(out: &mut String, c: char) {
    out.push_str(&format!("&#{};", u32::from(c)));
}

/// Whether what follows a bracket makes one of the renderer's pictures.
fn is_picture(rest: &str) -> bool {
    const NAMES: &[&str] = &[
        "y", "n", "i", "/", "x", "!", "+", "-", "?", "on", "off", "*", "*r", "*g", "*b", "*y", "flag",
        "flagoff",
    ];
    rest.split_once(')').is_some_and(|(name, _)| NAMES.contains(&name))
}

/// Whether a text ends in what makes an address of what follows it.
fn is_scheme(before: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "http",
        "https",
        "ftp",
        "ftps",
        "file",
        "mailto",
        "irc",
        "ssh",
        "news",
        "nntp",
        "telnet",
        "javascript",
        "skype",
        "callto",
        "sip",
        "data",
    ];
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let word = before.get(before.len() - letters..).unwrap_or_default();
    SCHEMES.iter().any(|s| word.to_ascii_lowercase().ends_with(s))
}

/// An address for a link: what has a meaning to the renderer is percent-encoded.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._/?#%&=+,:;@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_wiki_markup() {
        let markdown = "# T\n\n**a** _b_ `c_d`\n\n- x\n  - y\n\n1. z\n\n> q\n\n---\n\n[`f:1`](https://a.example/~b!) <https://c.example/>";
        assert_eq!(
            write(&Document::from_markdown(markdown)),
            "h1. T\n\n*a* _b_ {{c\\_d}}\n\n* x\n** y\n\n# z\n\n{quote}\nq\n{quote}\n\n----\n\n[f:1|https://a.example/%7Eb%21] [https://c.example/]\n"
        );
    }

    #[test]
    fn text_is_escaped_where_it_matters() {
        for (from, to) in [
            (
                "a plain text, with (brackets) and a dash - or well-known",
                "a plain text, with (brackets) and a dash \\- or well-known",
            ),
            ("{code}", "\\{code\\}"),
            ("[a|b]", "\\[a\\|b\\]"),
            ("h1. x", "h1&#46; x"),
            ("## x", "&#35;&#35; x"),
            ("* x", "\\* x"),
            ("!a.png! wow!", "\\!a.png! wow\\!"),
            ("https://a.example", "https&#58;//a.example"),
            ("x:) (x) (!) (on)", "x&#58;\\) \\(x) \\(\\!) \\(on)"),
            ("a\\\\b", "a&#92;&#92;b"),
            ("(a\\) \\D", "(a&#92;\\) &#92;&#68;"),
            ("&#123;code}", "&amp;#123;code\\}"),
            ("ABC-12 a_b", "ABC\\-12 a\\_b"),
            ("??x??", "\\?\\?x\\?\\?"),
            ("----", "\\-\\-\\-\\-"),
            ("why?", "why?"),
            ("a@b.example @c", "a@b.example \\@c"),
        ] {
            assert_eq!(escape(from), to, "{from:?}");
        }
    }
}
