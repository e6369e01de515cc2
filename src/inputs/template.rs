//! Template directives in a JSON or YAML file: where they stand, and the file without them.
//!
//! The approach is the same for every template language. A directive is replaced by a filler of the same
//! length, so that every span in the filled text is a span in the file:
//! - inside a string: by underscores, so that the string stays one;
//! - outside, when it steers (`if`, `else`, `end`, `range` …): by blanks, so that the text of all branches
//!   is there one after another;
//! - outside, when it stands for a value: by a string of underscores.
//!
//! What stood in a directive is not known; the readers list it.

use crate::text::Span;

/// How directives open and close: Go, Mustache, Handlebars and Jinja, then Jinja, then ERB and EJS, then
/// shell and JavaScript.
const PAIRS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>"), ("${", "}")];

/// First words of directives that steer and leave no value.
const STEERING: &[&str] = &[
    "if", "else", "elif", "elseif", "elsif", "end", "endif", "range", "with", "template", "block", "define",
    "for", "endfor", "each", "unless", "set", "include", "import", "extends", "break", "continue",
];

/// One directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// With its marks.
    pub(super) span: Span,
    steers: bool,
}

/// All directives of `text` in order. A mark that is never closed opens none.
pub(super) fn directives(text: &str) -> Vec<Directive> {
    // Behind its last closing mark a pair needs no search, which keeps this linear.
    let last: Vec<_> = PAIRS.iter().map(|(_, close)| text.rfind(close)).collect();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(at) = rest.find(['{', '<', '$']).map(|i| from + i) else { break };
        let here = text.get(at..).unwrap_or("");
        let pair = PAIRS.iter().zip(&last).find(|((open, _), last)| {
            here.starts_with(open) && last.is_some_and(|last| last >= at + open.len())
        });
        let Some(((open, close), _)) = pair else {
            from = at + 1;
            continue;
        };
        let inner = at + open.len();
        let body = text.get(inner..).and_then(|r| r.find(close).and_then(|end| r.get(..end))).unwrap_or("");
        let mut end = inner + body.len() + close.len();
        // `{{{x}}}` closes with three.
        if *open == "{{" && body.starts_with('{') && text.get(end..).is_some_and(|r| r.starts_with('}')) {
            end += 1;
        }
        found.push(Directive { span: Span::new(at, end), steers: steers(open, body) });
        from = end;
    }
    found
}

fn steers(open: &str, body: &str) -> bool {
    let body = body.trim_start_matches(['-', '~', '+']).trim_start();
    match open {
        "{#" | "{%" => true,
        "<%" => !body.starts_with('='),
        "{{" => {
            body.starts_with(['#', '/', '^', '!', '>', '@'])
                || STEERING.contains(&body.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(""))
        }
        _ => false,
    }
}

/// `text` with every directive replaced by a filler of the same length.
pub(super) fn fill(text: &str, directives: &[Directive]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut at = 0;
    for directive in directives {
        let range = directive.span.range();
        let plain = text.get(at..range.start).unwrap_or("");
        in_string = ends_in_string(plain, in_string);
        out.push_str(plain);
        let filler = if in_string {
            "_".repeat(range.len())
        } else if directive.steers {
            " ".repeat(range.len())
        } else {
            format!("\"{}\"", "_".repeat(range.len().saturating_sub(2)))
        };
        out.push_str(&filler);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

fn ends_in_string(plain: &str, mut in_string: bool) -> bool {
    let mut escaped = false;
    for byte in plain.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
    }
    in_string
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        fill(text, &directives(text))
    }

    #[test]
    fn fillers_keep_the_length_and_the_shape() {
        for (text, expected) in [
            (r#"{"a": "{{ .B }}"}"#, r#"{"a": "________"}"#),
            (r#"{"a": "{{ index . "b" }}é"}"#, r#"{"a": "_________________é"}"#),
            (r#"{"a": {{ .B }}}"#, r#"{"a": "______"}"#),
            (r#"["A"{{if .X}},"B"{{end}}]"#, r#"["A"         ,"B"       ]"#),
            (r#"[{{{x}}}, <%= y %>, ${z}]"#, r#"["_____", "______", "__"]"#),
            ("{% if x %}[1]{# c #}<% end %>", "          [1]                "),
            (r#"{"a": "\"{{b}}"}"#, r#"{"a": "\"_____"}"#),
            (r#"{"a": {"b": 1}}"#, r#"{"a": {"b": 1}}"#),
            ("{{ never closed", "{{ never closed"),
        ] {
            assert_eq!(filled(text), expected);
            assert_eq!(filled(text).len(), text.len());
        }
    }

    #[test]
    fn many_open_marks_cost_little() {
        let text = "{{".repeat(200_000);
        assert!(directives(&text).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_length(text in "[{}%#<>$\"\\\\ aé=\\n]{0,60}") {
            proptest::prop_assert_eq!(filled(&text).len(), text.len());
        }
    }
}
