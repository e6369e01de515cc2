use super::*;

#[test]
fn every_kind_that_a_language_names_is_in_its_grammar() {
    for language in Language::ALL {
        let (spec, grammar) = (language.spec(), language.grammar());
        let kinds = [spec.comments, spec.items, spec.bodies, spec.plain, spec.markup.as_slice()].concat();
        for kind in kinds {
            assert_ne!(grammar.id_for_node_kind(kind, true), 0, "{}: {kind}", language.name());
        }
    }
}

#[test]
fn extensions_tell_languages() {
    for (extension, language) in [
        ("java", Some(Language::Java)),
        ("KT", Some(Language::Kotlin)),
        ("py", Some(Language::Python)),
        ("cs", Some(Language::CSharp)),
        ("php", Some(Language::Php)),
        ("rb", Some(Language::Ruby)),
        ("go", Some(Language::Go)),
        ("ts", None),
        ("", None),
    ] {
        assert_eq!(Language::from_extension(extension), language, "{extension}");
    }
}

#[test]
fn bodies_leave_out_the_markers() {
    for (language, text, body) in [
        (Language::Java, "// a ", " a"),
        (Language::Java, "/** a */", "* a "),
        (Language::Java, "/**/", ""),
        (Language::Python, "# a", " a"),
        (Language::Ruby, "=begin\na\n=end\n", "\na\n"),
        (Language::Php, "<?php # a", " a"),
        (Language::CSharp, "/// a", "/ a"),
    ] {
        let tree = parse(language, text).unwrap();
        let comments = comments(language, &tree, text).comments.comments;
        let [comment] = comments.as_slice() else { panic!("{text}: {comments:?}") };
        assert_eq!(text.get(comment.body.range()), Some(body), "{text}");
    }
}

#[test]
fn deep_nesting_neither_overflows_nor_hides_a_comment() {
    const DEEP: usize = 10_000;
    for (language, before, open, middle, close, after) in [
        (Language::Java, "class A { int x = ", "(", "1 /* c */", ")", "; }"),
        (Language::Kotlin, "val x = ", "(", "1 /* c */", ")", ""),
        (Language::Python, "x = ", "[", "1 # c\n", "]", ""),
        (Language::CSharp, "class A { void F() ", "{", "/* c */", "}", "}"),
        (Language::Php, "<?php ", "{", "/* c */", "}", ""),
        (Language::Ruby, "x = ", "[", "1 # c\n", "]", ""),
        (Language::Go, "package a\nvar x = ", "(", "1 /* c */", ")", ""),
    ] {
        let text = [before, &open.repeat(DEEP), middle, &close.repeat(DEEP), after].concat();
        let tree = parse(language, &text).unwrap();
        let parsed = comments(language, &tree, &text);
        assert_eq!(parsed.comments.comments.len(), 1, "{}", language.name());
    }
}

#[test]
fn a_text_that_would_take_too_long_is_refused() {
    let refused = |language, text: &str| parse(language, text).err();
    let java = "Java";
    assert_eq!(
        refused(Language::Java, &" ".repeat(MAX_BYTES + 1)),
        Some(ParseStop::TooLarge { bytes: MAX_BYTES + 1 })
    );
    for unit in ["a<", "(a)-"] {
        let text = unit.repeat(5_000);
        assert_eq!(refused(Language::Java, &text), Some(ParseStop::Ambiguous { language: java }), "{unit}");
    }
    assert_eq!(
        refused(Language::Java, &"x => ".repeat(5_000)),
        Some(ParseStop::TooManyErrors { language: java })
    );
    // Each of these opens makes the scanner look for an end that never comes.
    assert_eq!(
        refused(Language::Kotlin, &"/*".repeat(20_000)),
        Some(ParseStop::TooManySteps { language: "Kotlin" })
    );
}

#[test]
fn ordinary_statements_are_not_taken_for_ambiguous_ones() {
    let line = "if (a < b && (x) - 1 > 0) { List<Map<String, Integer>> l = f(a) + (b << 2); }\n";
    assert!(!is_ambiguous(&line.repeat(5_000)));
    assert!(is_ambiguous(&"a < b && ".repeat(MAX_AMBIGUOUS + 1)));
    assert!(is_ambiguous(&"(a)\n + ".repeat(MAX_AMBIGUOUS + 1)));
}

#[test]
fn syntax_errors_are_located_outermost_and_bounded() {
    let text = "class A { void f() { a( } }";
    let tree = parse(Language::Java, text).unwrap();
    let errors = comments(Language::Java, &tree, text).syntax_errors;
    assert!(!errors.is_empty() && errors.iter().all(|e| e.start > 10), "{errors:?}");
    let text = "class A { void f() { a( } }\n".repeat(200);
    let tree = parse(Language::Java, &text).unwrap();
    assert_eq!(comments(Language::Java, &tree, &text).syntax_errors.len(), MAX_SYNTAX_ERRORS);
}
