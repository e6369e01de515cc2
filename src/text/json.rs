//! JSON to a spanned tree: one reader for the strict verdict, one for the tree.
//!
//! `serde_json` decides what is JSON and says what is wrong; `jsonc_parser` knows byte spans and keeps a
//! key that is there twice, but takes some texts that are no JSON.

use jsonc_parser::ast;

use super::redact::one_line;
use super::span::Span;
use super::tree::{self, Entry, MAX_DEPTH, Node, SyntaxError, Value};

const STRICT: jsonc_parser::ParseOptions = jsonc_parser::ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads one JSON value, strictly.
///
/// # Errors
///
/// What is wrong first, with its place: bad syntax, a key twice, or more than the limits in `tree` allow.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    tree::check_length(text)?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(SyntaxError::new("the file is empty", Span::at(0)));
    }
    // A byte order mark is no JSON to either reader; blanks of the same length keep the spans right.
    let blanked;
    let text = if let Some(rest) = text.strip_prefix('\u{feff}') {
        blanked = format!("   {rest}");
        &blanked
    } else {
        text
    };
    serde_json::from_str::<serde_json::Value>(text).map_err(|e| strict_error(text, &e))?;
    let found = jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &STRICT)
        .map_err(|e| SyntaxError::new(lower_first(&e.kind().to_string()), span(e.range())))?;
    let value = found.value.ok_or_else(|| SyntaxError::new("the file is empty", Span::at(0)))?;
    let node = node(value);
    tree::check(&node)?;
    Ok(node)
}

/// Reads what is left of a template once its directives are filled in: commas may be missing or too
/// many, and a key may be there twice, because both branches of a condition are in the text.
///
/// # Errors
///
/// What is wrong first, with its place.
pub(crate) fn parse_template(text: &str) -> Result<Node, SyntaxError> {
    tree::check_length(text)?;
    check_nesting(text)?;
    let options = jsonc_parser::ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_missing_commas: true,
        ..STRICT
    };
    let found = jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &options)
        .map_err(|e| SyntaxError::new(lower_first(&e.kind().to_string()), span(e.range())))?;
    found.value.map(node).ok_or_else(|| SyntaxError::new("the file is empty", Span::at(0)))
}

/// Refuses deep nesting before a reader recurses; brackets in strings count too, which does no harm.
fn check_nesting(text: &str) -> Result<(), SyntaxError> {
    let mut depth = 0_usize;
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(SyntaxError::new(
                format!("nested deeper than {MAX_DEPTH} levels"),
                Span::new(i, i + 1),
            ));
        }
    }
    Ok(())
}

/// Our tree of the reader's. The depth is bounded: `serde_json` refused what nests deeper than 128.
fn node(value: ast::Value<'_>) -> Node {
    match value {
        ast::Value::NullKeyword(n) => Node { value: Value::Null, span: span(n.range) },
        ast::Value::BooleanLit(b) => Node { value: Value::Bool(b.value), span: span(b.range) },
        ast::Value::NumberLit(n) => Node { value: Value::Number(n.value.to_owned()), span: span(n.range) },
        ast::Value::StringLit(s) => Node { value: Value::String(s.value.into_owned()), span: span(s.range) },
        ast::Value::Array(a) => {
            Node { span: span(a.range), value: Value::List(a.elements.into_iter().map(node).collect()) }
        }
        ast::Value::Object(o) => {
            Node { span: span(o.range), value: Value::Map(o.properties.into_iter().map(entry).collect()) }
        }
    }
}

fn entry(property: ast::ObjectProp<'_>) -> Entry {
    let key_span = match &property.name {
        ast::ObjectPropName::String(s) => span(s.range),
        ast::ObjectPropName::Word(w) => span(w.range),
    };
    Entry { key: property.name.into_string(), key_span, value: node(property.value) }
}

fn span(range: jsonc_parser::common::Range) -> Span {
    Span::new(range.start, range.end)
}

fn strict_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let whole = error.to_string();
    let message = whole.rfind(" at line ").and_then(|i| whole.get(..i)).unwrap_or(&whole);
    let start =
        if error.is_eof() { text.trim_end().len() } else { offset(text, error.line(), error.column()) };
    let next = text.get(start..).and_then(|r| r.chars().next()).filter(|c| !c.is_whitespace());
    let span = Span::new(start, start + next.map_or(0, char::len_utf8));
    match message {
        "recursion limit exceeded" => {
            SyntaxError::new(format!("nested deeper than {MAX_DEPTH} levels"), span)
        }
        "trailing comma" => SyntaxError::new("trailing comma", span).with_help("remove the comma before it"),
        "key must be a string" | "expected value" if matches!(next, Some('/' | '#')) => {
            SyntaxError::new("a comment, which JSON does not have", span).with_help("remove the comment")
        }
        _ => SyntaxError::new(lower_first(&one_line(message, 160)), span),
    }
}

/// `serde_json` counts lines from 1 and columns in bytes, up to and with the byte it stopped at.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text.match_indices('\n').nth(line - 2).map_or(text.len(), |(i, _)| i + 1),
    };
    text.floor_char_boundary(start.saturating_add(column.saturating_sub(1)))
}

fn lower_first(message: &str) -> String {
    // `EOF` keeps its capitals.
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, span: Span) -> &str {
        text.get(span.range()).expect("a span lies in its text")
    }

    #[test]
    fn spans_cut_the_exact_source_text() {
        let text = "{ \"é\": [1.50, \"a\\u00e9\\n\"], \"日\": {\"k\": null, \"t\": true} }\n";
        let root = parse(text).unwrap();
        assert_eq!(cut(text, root.span), text.trim_end());
        assert_eq!(cut(text, root.entry("é").unwrap().key_span), "\"é\"");
        let items = root.get("é").unwrap().items();
        assert_eq!(items[0].value, Value::Number("1.50".into()));
        assert_eq!((cut(text, items[1].span), items[1].as_str()), ("\"a\\u00e9\\n\"", Some("aé\n")));
        assert_eq!(cut(text, root.get("日").unwrap().span), "{\"k\": null, \"t\": true}");
        assert_eq!(root.at(&["日", "t"]).unwrap().as_bool(), Some(true));
        let marked = "\u{feff}{\"a\": 1}";
        assert_eq!(cut(marked, parse(marked).unwrap().get("a").unwrap().span), "1");
    }

    #[test]
    fn mistakes_have_a_short_message_and_a_place() {
        let deep = "[".repeat(100_000);
        let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let huge = " ".repeat(tree::MAX_BYTES + 1);
        for (text, message, at) in [
            ("", "the file is empty", ""),
            ("\u{feff} \n", "the file is empty", ""),
            ("{\"a\": 1, \"b\": 2, \"a\": 3}", "the key `a` is there twice", "\"a\""),
            ("{\"é\": 1,}", "trailing comma", "}"),
            ("[1\n 2]", "expected `,` or `]`", "2"),
            ("{\"é\": NaN}", "expected value", "N"),
            ("// c\n{}", "a comment, which JSON does not have", "/"),
            ("{'a': 1}", "key must be a string", "'"),
            ("{\"a\": 01}", "invalid number", "1"),
            ("{\"a\": \"\t\"}", "control character (\\u0000-\\u001F) found while parsing a string", ""),
            ("[\"\\ud800\"]", "unexpected end of hex escape", "\""),
            ("{} {}", "trailing characters", "{"),
            ("{\"a\": ", "EOF while parsing a value", ""),
            (&deep, "nested deeper than 64 levels", "["),
            (&nested, "nested deeper than 64 levels", &nested[64..136]),
            (&huge, "larger than 2 MB, the most that is read of such a file", ""),
        ] {
            let shown = text.get(..40.min(text.len())).unwrap_or(text);
            let error = parse(text).expect_err(shown);
            assert_eq!((error.message.as_str(), cut(text, error.span)), (message, at), "{shown}");
        }
    }

    fn check_spans(text: &str, node: &Node) {
        cut(text, node.span);
        for entry in node.entries() {
            cut(text, entry.key_span);
            check_spans(text, &entry.value);
        }
        node.items().iter().for_each(|i| check_spans(text, i));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_in_bounds(text in "([\\[\\]{}:,\"é日a0-9 .e\\-\\\\\\n]|\"a\": |null|true){0,40}") {
            match parse(&text) {
                Ok(node) => check_spans(&text, &node),
                Err(error) => { cut(&text, error.span); }
            }
        }

        #[test]
        fn any_string_keeps_its_value(value in proptest::prelude::any::<String>()) {
            let text = serde_json::to_string(&[&value]).unwrap();
            let node = parse(&text).unwrap();
            check_spans(&text, &node);
            proptest::prop_assert_eq!(node.items()[0].as_str(), Some(value.as_str()));
        }
    }
}
