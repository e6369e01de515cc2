//! The small pieces of markup: names, attributes, string literals.
//!
//! Each looks at the start of a text and no further than a fixed length or its own end.

use crate::text::Span;

/// The types of a script tag that are scripts, and the language each means.
const SCRIPT_TYPES: &[(&str, Option<&str>)] = &[
    ("", None),
    ("module", None),
    ("text/javascript", None),
    ("application/javascript", None),
    ("text/ecmascript", None),
    ("text/babel", Some("jsx")),
    ("text/jsx", Some("jsx")),
    ("text/typescript", Some("ts")),
    ("application/typescript", Some("ts")),
];

/// The longest name of an element or block that is matched.
const MAX_NAME: usize = 100;

/// The language of a script by the attributes of its tag; `None` when it is no script.
pub(super) fn script_language(attributes: &str) -> Option<Option<String>> {
    let kind = attribute(attributes, "type").unwrap_or_default().to_ascii_lowercase();
    let (_, by_type) = SCRIPT_TYPES.iter().find(|(name, _)| *name == kind.trim())?;
    let lang = attribute(attributes, "lang").map(|l| l.trim().to_ascii_lowercase());
    let lang = match lang.as_deref() {
        None | Some("") => by_type.map(str::to_owned),
        Some("js" | "javascript") => None,
        Some("typescript") => Some("ts".to_owned()),
        Some(other) => Some(other.chars().take(MAX_NAME).collect()),
    };
    Some(lang)
}

/// The value of an attribute in the text of a tag.
fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/' || c == '=');
        let (name, after) = rest.split_at(rest.find(|c: char| c.is_whitespace() || c == '=' || c == '/')?);
        let after = after.trim_start();
        let value = after.strip_prefix('=').map(str::trim_start);
        let (value, next) = match value {
            None => ("", after),
            Some(v) => match v.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                Some(quote) => v.get(1..).and_then(|v| v.split_once(quote))?,
                None => v.split_at(v.find(char::is_whitespace).unwrap_or(v.len())),
            },
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

/// The name of an element in lower case; empty when none starts here.
pub(super) fn tag_name(text: &str) -> String {
    let length = text
        .bytes()
        .take(MAX_NAME)
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')))
        .unwrap_or(text.len().min(MAX_NAME));
    let name = text.get(..length).unwrap_or("");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.to_ascii_lowercase()
    } else {
        String::new()
    }
}

/// The leading word of a piece of code.
pub(super) fn word(text: &str) -> &str {
    let end = text
        .bytes()
        .take(MAX_NAME)
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')));
    text.get(..end.unwrap_or(text.len().min(MAX_NAME))).unwrap_or("")
}

/// How many bytes the string literal at the start takes; one when there is none that ends on its line.
pub(super) fn string_length(rest: &[u8]) -> usize {
    // Longer texts are rare in templates, and looking for the end of each quote costs.
    const LONG: usize = 2_000;
    let Some(quote) = rest.first().filter(|b| matches!(b, b'"' | b'\'' | b'`')) else {
        return utf8_length(rest);
    };
    let mut at = 1;
    while let Some(byte) = rest.get(at).filter(|b| **b != b'\n' && at < LONG) {
        match byte {
            b'\\' => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    1
}

/// The length of the character at the start.
fn utf8_length(rest: &[u8]) -> usize {
    1 + rest.iter().skip(1).take_while(|b| **b & 0xC0 == 0x80).count()
}

/// Takes off the marks that some formats put inside a comment's own: `<!--/* … */-->`, `{{! … ~}}`.
pub(super) fn trim_marks(text: &str, body: Span) -> Span {
    let inner = text.get(body.range()).unwrap_or("");
    let rest = inner.trim_end().trim_end_matches(['-', '~', '/', '*']);
    let start = body.start as usize;
    Span::new(start, start + rest.trim_end().len())
}
