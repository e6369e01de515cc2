//! What the YAML reader keeps: spans, limits, messages, and agreement with the other reader.

use super::*;

fn text_of<'a>(text: &'a str, path: &[&str]) -> &'a str {
    let root = parse(text).unwrap();
    cut(text, root.at(path).unwrap().span)
}

const SHAPES: &str = "\
# é ü 日本
a: &x 'é b'
b: *x
c: >
  folded
  text

d: |-
  lit é
  x
e:
f: [1, \"a\\u00e9\", {k: v}, ] # x
g: { a: 1,
  b: [] # c ]
  }
h:
- 1
- - 2
  - &m {p: q}
- *m
i:
  <<: *m
  z: plain
    multi line
1: one
true: y
~: n
2.50: x
j: !!int \"3\"
k: 0755
\"q é\": 1_000
yes: no
";

#[test]
fn spans_cut_the_exact_source_text() {
    for (path, expected) in [
        (&["a"][..], "'é b'"),
        (&["b"], "*x"),
        (&["c"], "folded\n  text"),
        (&["d"], "lit é\n  x"),
        (&["e"], ""),
        (&["f"], "[1, \"a\\u00e9\", {k: v}, ]"),
        (&["g"], "{ a: 1,\n  b: [] # c ]\n  }"),
        (&["g", "b"], "[]"),
        (&["h"], "- 1\n- - 2\n  - &m {p: q}\n- *m"),
        (&["i", "p"], "*m"),
        (&["i", "z"], "plain\n    multi line"),
        (&["2.50"], "x"),
        (&["q é"], "1_000"),
    ] {
        assert_eq!(text_of(SHAPES, path), expected, "{path:?}");
    }
    let indented = "l:\n    - - a\n      - b\n    -\n      c: d\n\nm:\n  # x\n  -\n    - e\n";
    assert_eq!(text_of(indented, &["l"]), "- - a\n      - b\n    -\n      c: d");
    assert_eq!(text_of(indented, &["m"]), "-\n    - e");
    let root = parse(SHAPES).unwrap();
    let items = root.get("h").unwrap().items();
    assert_eq!(cut(SHAPES, items[1].span), "- 2\n  - &m {p: q}");
    assert_eq!(cut(SHAPES, items[2].span), "*m", "an alias of a mapping stands where it is used");
    assert_eq!(items[2].get("p").unwrap().as_str(), Some("q"));
}

#[test]
fn keys_have_spans_and_other_keys_become_their_text() {
    let root = parse(SHAPES).unwrap();
    for (key, source) in
        [("q é", "\"q é\""), ("1", "1"), ("true", "true"), ("~", "~"), ("2.50", "2.50"), ("yes", "yes")]
    {
        let entry = root.entry(key).unwrap_or_else(|| panic!("{key}"));
        assert_eq!(cut(SHAPES, entry.key_span), source);
    }
}

#[test]
fn values_are_typed_as_yaml_1_2() {
    let root = parse(SHAPES).unwrap();
    let value = |key: &str| root.get(key).unwrap().value.clone();
    assert_eq!(value("b"), Value::String("é b".into()));
    assert_eq!(value("c"), Value::String("folded text\n".into()));
    assert_eq!(value("e"), Value::Null);
    assert_eq!(value("j"), Value::Number("3".into()));
    assert_eq!(value("k"), Value::String("0755".into()));
    assert_eq!(value("yes"), Value::String("no".into()));
    assert_eq!(
        parse("[1.50, -3, .inf, 99999999999999999999]").unwrap().items()[0].value,
        Value::Number("1.50".into())
    );
    for (text, expected) in
        [("", Value::Null), ("# c\n", Value::Null), ("\u{feff}a", Value::String("a".into()))]
    {
        assert_eq!(parse(text).unwrap().value, expected);
    }
}

#[test]
fn mistakes_have_a_short_message_and_a_place() {
    let deep = "[".repeat(100_000);
    let blocks: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let many = "- 1\n".repeat(MAX_NODES + 10);
    let huge = "#".repeat(tree::MAX_BYTES + 1);
    let bomb = bomb();
    for (text, message, at) in [
        ("a: 1\nb: 1\na: 2\n", "the key `a` is there twice", Some("a")),
        ("1: a\n'1': b\n", "the key `1` is there twice", Some("'1'")),
        ("k: {é: 1, é: 2}", "the key `é` is there twice", Some("é")),
        ("a: 1\n---\nb: 2\n", "a second document starts here", None),
        ("a: *no", "`*no` names no anchor", None),
        ("x: &a [*a]", "an alias lies within its own anchor", None),
        ("a: [1", "unclosed bracket '['", None),
        ("é: b: c", "mapping values are not allowed in this context", Some(":")),
        ("? [a, b]\n: c", "a key has to be a text, not a list", Some("[a, b]")),
        ("a:\n\tb: c", "", None),
        ("a: @b", "unexpected character: `@'", Some("@")),
        ("a: \0", "unexpected character: `\\u{0}'", None),
        (&deep, "", None),
        (&blocks, "nested deeper than 64 levels", None),
        (&many, "more than 50000 values", None),
        (&huge, "larger than 2 MB, the most that is read of such a file", None),
        (&bomb, "", None),
    ] {
        let shown = text.get(..40.min(text.len())).unwrap_or(text);
        let error = parse(text).expect_err(shown);
        if !message.is_empty() {
            assert_eq!(error.message, message, "{shown}");
        }
        if let Some(at) = at {
            assert_eq!(cut(text, error.span), at, "{shown}");
        }
        assert!(error.message.len() < 200 && !error.message.contains(" line "), "{}", error.message);
        assert!(error.span.end as usize <= text.len(), "{shown}");
    }
}

#[test]
fn the_deepest_allowed_text_is_read_and_one_level_more_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        // The innermost value takes a level too.
        let nest = |n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
        assert!(parse(&nest(MAX_DEPTH - 1)).is_ok(), "{open}");
        assert_eq!(parse(&nest(MAX_DEPTH)).unwrap_err().message, "nested deeper than 64 levels", "{open}");
        assert_eq!(
            parse(&nest(MAX_DEPTH + 9)).unwrap_err().message,
            "nested deeper than 64 levels",
            "{open}"
        );
    }
}

/// Nine anchors, each nine times the one before: ten to the ninth leaves.
fn bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    text
}

#[test]
fn an_anchor_may_be_used_often() {
    let text = format!("a: &a x\nb:\n{}", "- *a\n".repeat(2000));
    assert_eq!(parse(&text).unwrap().get("b").unwrap().items().len(), 2000);
}

fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(n) => n.parse::<f64>().unwrap().into(),
        Value::String(s) => s.clone().into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|e| (e.key.clone(), plain(&e.value))).collect())
        }
    }
}

fn floats(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(n) => n.as_f64().unwrap().into(),
        serde_json::Value::Array(items) => items.into_iter().map(floats).collect(),
        serde_json::Value::Object(map) => {
            serde_json::Value::Object(map.into_iter().map(|(k, v)| (k, floats(v))).collect())
        }
        other => other,
    }
}

#[test]
fn both_yaml_readers_see_the_same() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/manifests");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "yml" && e != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let other: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(plain(&parse(&text).unwrap()), floats(other), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}

fn check_spans(text: &str, node: &Node) {
    assert!(text.get(node.span.range()).is_some(), "{:?} in {text:?}", node.span);
    for entry in node.entries() {
        assert!(text.get(entry.key_span.range()).is_some(), "{:?} in {text:?}", entry.key_span);
        check_spans(text, &entry.value);
    }
    node.items().iter().for_each(|i| check_spans(text, i));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_bounds(text in "([a-cé日: \\-\\[\\]{},'\"&*!|>#?~0-9\\n\\t%@<]|: |- |\\n  ){0,60}") {
        match parse(&text) {
            Ok(node) => check_spans(&text, &node),
            Err(error) => proptest::prop_assert!(text.get(error.span.range()).is_some()),
        }
    }

    #[test]
    fn any_bytes_are_survived(text in proptest::prelude::any::<String>()) {
        match parse(&text) {
            Ok(node) => check_spans(&text, &node),
            Err(error) => proptest::prop_assert!(text.get(error.span.range()).is_some()),
        }
    }
}
