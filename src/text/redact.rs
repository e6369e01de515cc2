//! Text from files made fit to be shown: addresses masked, control characters visible, one line.
//!
//! Everything that goes from a file into a message, an expression or a file name passes here. What a
//! format needs beyond that (HTML, workflow commands) is that format's own business.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// Masks every address literal: first character, ellipsis, domain, as in `j…@example.com`.
///
/// `%40` counts as the at sign, because addresses stand in query strings too. `package@1.2.3` is no
/// address: the last label of a domain has letters only.
#[must_use]
pub fn mask_addresses(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // End of what was copied, and the left border that the next local part may not cross.
    let (mut copied, mut border) = (0, 0);
    while let Some(at) = next_at(text, border) {
        let domain = domain_after(text, at.end);
        if let (Some(local), Some(end)) = (local_before(text, border, at.start), domain) {
            let first = text.get(local..at.start).and_then(|s| s.trim_start_matches('"').chars().next());
            out.push_str(text.get(copied..local).unwrap_or(""));
            out.extend(first);
            out.push('…');
            out.push_str(text.get(at.start..end).unwrap_or(""));
            (copied, border) = (end, end);
        } else {
            border = at.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Cow::Owned(out)
}

/// The next `@` or `%40` from `from` on.
fn next_at(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    rest.match_indices(['@', '%'])
        .find(|(i, sign)| *sign == "@" || rest.get(*i..i + 3) == Some("%40"))
        .map(|(i, sign)| from + i..from + i + if sign == "@" { 1 } else { 3 })
}

/// Where the local part that ends at `end` starts; `None` when there is none.
fn local_before(text: &str, border: usize, end: usize) -> Option<usize> {
    let before = text.get(border..end)?;
    if let Some(quoted) = before.strip_suffix('"') {
        let open = quoted.rfind('"')?;
        return (open + 1 < quoted.len()).then_some(border + open);
    }
    let is_local = |c: char| c.is_alphanumeric() || "!#$&'*+-/=?^_`{|}~.%".contains(c);
    let start = before.char_indices().rev().take_while(|(_, c)| is_local(*c)).last()?.0;
    // What can stand in an address but hardly ever starts one belongs to the text around it.
    let skip = before.get(start..)?.find(|c: char| c.is_alphanumeric())?;
    let local = before.get(start + skip..)?;
    // `https://john@…`, `to=john@…`: an address starts behind the last separator of the text around.
    let inner = local.rfind(['/', '=', '?', '&', '`', '\'', '{', '}', '|']).map_or(0, |i| i + 1);
    (inner < local.len()).then_some(border + start + skip + inner)
}

/// Where the domain that starts at `start` ends; `None` when none stands there.
fn domain_after(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.')).unwrap_or(rest.len());
    let domain = rest.get(..length)?.trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let lettered = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    // A punycode top-level domain has digits and hyphens.
    let valid = !name.is_empty() && (lettered || top.starts_with("xn--"));
    valid.then_some(start + domain.len())
}

/// Makes `text` fit for one line of output: white space folded, addresses masked, control and bidi
/// characters visible, shortened to `max_chars` with `…`.
#[must_use]
pub fn one_line(text: &str, max_chars: usize) -> String {
    // A minified file can be one expression: only as much as can show is looked at. The window ends at
    // white space where it can, so that no address is cut before it is masked.
    let mut window = text.len().min(max_chars.saturating_mul(16).saturating_add(4096));
    while !text.is_char_boundary(window) {
        window -= 1;
    }
    let cut = window < text.len();
    let seen = text.get(..window).unwrap_or("");
    let seen = if cut { seen.rfind(char::is_whitespace).map_or(seen, |i| &seen[..i]) } else { seen };

    let masked = mask_addresses(seen);
    let mut out = String::new();
    let mut chars = 0;
    // Up to where the text goes when it turns out to be too long.
    let mut keep = 0;
    for (index, word) in masked.split_whitespace().enumerate() {
        let space = if index == 0 { None } else { Some(' ') };
        for c in space.into_iter().chain(word.chars()) {
            chars += push_visible(&mut out, c);
            if chars < max_chars {
                keep = out.len();
            }
            if chars > max_chars {
                return shortened(out, keep);
            }
        }
    }
    if cut { shortened(out, keep) } else { out }
}

fn shortened(mut text: String, keep: usize) -> String {
    text.truncate(keep);
    text.truncate(text.trim_end().len());
    text.push('…');
    text
}

/// Makes control characters, line breaks, escapes and bidi overrides visible, as `\n` or `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    Cow::Owned(out)
}

/// Writes `c` so that it can be seen; returns how many characters that took.
fn push_visible(out: &mut String, c: char) -> usize {
    if !is_hidden(c) {
        out.push(c);
        return 1;
    }
    let before = out.len();
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
    out.len() - before
}

/// Characters that move the cursor, change the direction of text or can't be seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        // What Unicode keeps from ever being a character: XML does not take it, HTML calls it a mistake.
        || matches!(u32::from(c), 0xfdd0..=0xfdef)
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_never_shown_in_full() {
        for (text, expected) in [
            ("mail john.smith@example.com now", "mail j…@example.com now"),
            ("john+tag@mail.example.co.uk.", "j…@mail.example.co.uk."),
            ("a@b.io,c@d.io", "a…@b.io,c…@d.io"),
            ("'jürgen@bücher.de'", "'j…@bücher.de'"),
            ("?to=john%40example.com&x=1", "?to=j…%40example.com&x=1"),
            ("mailto:john@example.com", "mailto:j…@example.com"),
            ("https://user@host.example.com/a", "https://u…@host.example.com/a"),
            ("\"john smith\"@example.com", "j…@example.com"),
            ("Name <john@xn--bcher-kva.xn--p1ai>", "Name <j…@xn--bcher-kva.xn--p1ai>"),
            ("`${x}john@example.com`", "`${x}j…@example.com`"),
        ] {
            assert_eq!(mask_addresses(text), expected);
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            "@forge/api",
            "react@18.2.0",
            "user@localhost",
            "a @ b.com",
            "git@",
            "@example.com",
            "100%40",
            "50% off",
            "",
            "@email-use failed-export-report",
        ] {
            assert_eq!(mask_addresses(text), text);
        }
    }

    #[test]
    fn one_line_folds_shortens_and_makes_visible() {
        for (text, max, expected) in [
            ("a \n\t  b", 10, "a b"),
            ("  abcdef  ", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("ab cdefg", 4, "ab…"),
            ("\u{1b}[31m\u{202e}x", 40, "\\u{1b}[31m\\u{202e}x"),
            ("abc\u{1b}def", 6, "abc…"),
            ("send(john@example.com)", 40, "send(j…@example.com)"),
            ("abc", 0, "…"),
        ] {
            assert_eq!(one_line(text, max), expected);
        }
    }

    #[test]
    fn one_line_looks_at_a_window_only_and_says_that_more_follows() {
        let text = format!("x{}john@example.com", " ".repeat(100_000));
        assert_eq!(one_line(&text, 40), "x…");
        let text = format!("{} john@example.com", "é".repeat(3000));
        let line = one_line(&text, 60);
        assert_eq!(line.chars().count(), 60);
        assert!(line.ends_with("é…"));
    }

    #[test]
    fn names_cannot_forge_lines_or_colours() {
        assert_eq!(visible("a\nb\r\u{1b}[0m\u{2066}.ts"), "a\\nb\\r\\u{1b}[0m\\u{2066}.ts");
        assert_eq!(visible("\u{ffff}\u{1fffe}\u{fdd0}"), "\\u{ffff}\\u{1fffe}\\u{fdd0}");
        assert!(matches!(visible("src/ünï – 日本.ts"), Cow::Borrowed(_)));
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_masks_twice_the_same(text in "[a-z@%40.\\\\\" é\\x1b]{0,60}", max in 0_usize..30) {
            let once = mask_addresses(&text).into_owned();
            proptest::prop_assert_eq!(mask_addresses(&once), once.as_str());
            proptest::prop_assert!(one_line(&text, max).chars().count() <= max.max(1));
        }
    }
}
