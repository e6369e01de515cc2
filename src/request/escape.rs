//! Plain text made inert for one format. Everything that a repository says passes through here.
//!
//! Both escapes give one line: structure comes from the template alone.

use std::fmt::Write as _;

/// The longest text of one value, in characters; what is cut is counted.
pub const MAX_CHARS: usize = 8_000;

/// `text` for the plain-text request: one line, no control, bidirectional or invisible characters.
#[must_use]
pub fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_CHARS));
    let (mut chars, mut space) = (0_usize, false);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // Selectors of an emoji's colour: common, invisible, and nothing is lost without them.
        if matches!(c, '\u{fe0e}' | '\u{fe0f}') {
            continue;
        }
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
            chars += 1;
        }
        if chars >= MAX_CHARS {
            let cut = rest.count() + 1;
            let _ = write!(out, " … ({cut} more characters)");
            return out;
        }
        chars += 1;
        if is_hidden(c) {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// `text` for Markdown: inert as block and as inline text, on GitHub's dialect too, at the start of a line
/// and in a cell of a table.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    escape_marks(&escape_text(text), true)
}

/// Escapes what has a meaning in Markdown; `starts` when the text may stand at the start of a line.
fn escape_marks(text: &str, starts: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    // `1.` and `1)` at the start of a line open a list.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (mut previous, mut w_run) = (' ', 0_usize);
    let mut ahead = text.char_indices().peekable();
    while let Some((at, c)) = ahead.next() {
        let next = ahead.peek().map(|(_, c)| *c);
        let escape = match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '$' | '&'
            | '^' => true,
            '-' | '+' | '=' | ':' if starts && at == 0 => true,
            '.' | ')' if starts && digits > 0 && at == digits => true,
            // Bare addresses become links in GitHub's dialect.
            ':' => next == Some('/'),
            '.' => w_run >= 3,
            '@' => next.is_some_and(char::is_alphanumeric) && !previous.is_alphanumeric(),
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
        w_run = if c.eq_ignore_ascii_case(&'w') { w_run + 1 } else { 0 };
        previous = c;
    }
    out
}

/// `text` as a code span of Markdown, or escaped where a code span could not hold it safely.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    code_span(&escape_text(text))
}

/// A code span around text that is one clean line.
fn code_span(plain: &str) -> String {
    if plain.is_empty() {
        return String::new();
    }
    if plain.contains('|') {
        // A pipe ends a table's cell even inside a code span, and its escape is no escape elsewhere.
        return escape_marks(plain, true);
    }
    let (mut longest, mut run) = (0_usize, 0_usize);
    for c in plain.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if plain.starts_with('`') || plain.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{plain}{pad}{fence}")
}

/// One of the tool's own sentences as Markdown: what it puts between back ticks becomes a code span, the
/// rest is escaped. Safe for names from a repository inside it, since both halves are inert.
#[must_use]
pub fn markdown_prose(text: &str) -> String {
    let text = escape_text(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd back tick pairs with nothing.
    if parts.len().is_multiple_of(2) {
        return escape_marks(&text, true);
    }
    let mut out = String::with_capacity(text.len());
    for (i, part) in parts.iter().enumerate() {
        if i % 2 == 1 {
            // White space beside a code span's marks would be shown or not, by chance.
            out.push_str(&code_span(part.trim()));
            continue;
        }
        out.push_str(&escape_marks(part, i == 0 || out.trim().is_empty()));
    }
    out
}

/// `text` as a link of Markdown when it is a plain web address, else as prose.
#[must_use]
pub fn markdown_url(text: &str) -> String {
    if is_web_address(text) { format!("<{text}>") } else { markdown_prose(text) }
}

/// A place as a code span of Markdown, linked where `url` says where it can be seen.
#[must_use]
pub fn markdown_place(text: &str, url: Option<&str>) -> String {
    let code = markdown_code(text);
    match url.filter(|u| is_web_address(u)) {
        Some(url) if !code.is_empty() => format!("[{code}](<{url}>)"),
        _ => code,
    }
}

/// Whether `text` is a web address made of harmless characters only.
fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return false;
    };
    !rest.is_empty()
        && text.len() <= 2_000
        && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        // No `@`: what stands before it would pass for the host.
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/?#%&=+,:;!".contains(&b))
}

/// Characters that are not seen, or that change how others are seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x3164
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_clean_line() {
        for (from, to) in [
            ("  a \r\n\tb  ", "a b"),
            ("a\u{1b}[31mb", "a<U+001B>[31mb"),
            ("a\u{202e}b\u{200b}c\0", "a<U+202E>b<U+200B>c<U+0000>"),
            ("\u{2028}\u{85}x", "x"),
            ("grün 日本", "grün 日本"),
            ("", ""),
        ] {
            assert_eq!(escape_text(from), to, "{from:?}");
        }
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let exact = "x".repeat(MAX_CHARS);
        assert_eq!(escape_text(&exact), exact);
        let cut = escape_text(&"é".repeat(MAX_CHARS + 7));
        assert!(cut.ends_with("é … (7 more characters)"), "{}", &cut[cut.len() - 40..]);
    }

    #[test]
    fn markdown_is_escaped_where_it_matters_and_only_there() {
        for (from, to) in [
            ("a - b (c), d. e! 1. f", "a - b (c), d. e! 1. f"),
            ("1. a", "1\\. a"),
            ("12) a", "12\\) a"),
            ("- a", "\\- a"),
            ("# a", "\\# a"),
            ("=== a", "\\=== a"),
            ("[x](y) <b> &amp; a|b", "\\[x\\](y) \\<b\\> \\&amp; a\\|b"),
            ("https://a.example/b", "https\\://a.example/b"),
            ("www.a.example", "www\\.a.example"),
            ("ask @admins, a@b.example", "ask \\@admins, a@b.example"),
            ("a\n# b", "a \\# b"),
            ("each row. now", "each row. now"),
        ] {
            assert_eq!(escape_markdown(from), to, "{from:?}");
        }
    }

    #[test]
    fn code_spans_hold_back_ticks_and_no_pipes() {
        for (from, to) in [
            ("a.b", "`a.b`"),
            ("route`x`", "`` route`x` ``"),
            ("``", "``` `` ```"),
            ("a || b", "a \\|\\| b"),
            ("a\n<b>", "`a <b>`"),
            (" ", ""),
        ] {
            assert_eq!(markdown_code(from), to, "{from:?}");
        }
    }

    #[test]
    fn prose_has_code_spans_and_nothing_else() {
        for (from, to) in [
            ("write `a_b` in `c`, `[]` for _x_", "write `a_b` in `c`, `[]` for \\_x\\_"),
            ("odd ` <b>", "odd \\` \\<b\\>"),
            ("`a|<b>` <c>", "a\\|\\<b\\> \\<c\\>"),
            ("`` <b> ``", " \\<b\\> "),
            ("`a`: b", "`a`: b"),
            ("``- b", "\\- b"),
        ] {
            assert_eq!(markdown_prose(from), to, "{from:?}");
        }
    }

    #[test]
    fn only_plain_web_addresses_become_links() {
        assert_eq!(markdown_url("https://example.com/a?b=c"), "<https://example.com/a?b=c>");
        for bad in [
            "javascript:alert(1)",
            "https://a.example@evil.example/",
            "https://a.example/ <b>",
            "https://a.example/>x",
            "https://",
            "//a.example",
        ] {
            assert!(!markdown_url(bad).starts_with('<'), "{bad}");
        }
    }
}
