use super::*;
use crate::inputs::sources::Comment;

/// Comments and items of a JavaScript-like text, found by their text: what a parser would hand over.
fn by_hand(text: &str, comments: &[&str], items: &[&str]) -> Comments {
    let mut from = 0;
    let comments = comments.iter().map(|comment| {
        let start = from + text[from..].find(comment).expect("the comment is in the text");
        from = start + comment.len();
        let tail = if comment.starts_with("/*") { 2 } else { 0 };
        Comment { span: Span::new(start, from), body: Span::new(start + 2, from - tail) }
    });
    let comments = comments.collect();
    let mut items: Vec<_> = items
        .iter()
        .map(|item| {
            text.find(item)
                .map(|start| Span::new(start, start + item.len()))
                .expect("the item is in the text")
        })
        .collect();
    items.sort_by_key(|i| (i.start, std::cmp::Reverse(i.end)));
    Comments { comments, items }
}

fn covers(text: &str, comments: &[&str], items: &[&str]) -> Vec<(AnnotationScope, Option<(u32, u32)>)> {
    let read = read(&SourceFile::new("a.tsx", text), &by_hand(text, comments, items));
    assert_eq!(read.bad, []);
    read.annotations.into_iter().map(|a| (a.scope, a.covers)).collect()
}

#[test]
fn javascript_is_covered_by_the_items_its_parser_names() {
    use AnnotationScope::{Following, SameLine};
    let line = "// @email-use a";
    let block = "/* @email-use a */";
    for (what, text, comment, items, expected) in [
        (
            "a declaration",
            "// @email-use a\nconst a =\n  b\nc()",
            line,
            &["const a =\n  b", "c()"][..],
            (Following, Some((2, 3))),
        ),
        (
            "a declaration whose reader leaves `export` and decorators out",
            "// @email-use a\n@dec({a: 1})\nexport class A {\n}\nc()",
            line,
            &["class A {\n}", "c()"],
            (Following, Some((2, 4))),
        ),
        (
            "a member of an object",
            "f({\n  // @email-use a\n  a: 1,\n  b: 2,\n})",
            line,
            &["f({\n  // @email-use a\n  a: 1,\n  b: 2,\n})", "a: 1", "b: 2"],
            (Following, Some((3, 3))),
        ),
        (
            "the element after braces",
            "<div>\n  {/* @email-use a */}\n  <p>\n  </p>\n  <b/>\n</div>",
            block,
            &["<div>\n  {/* @email-use a */}\n  <p>\n  </p>\n  <b/>\n</div>", "<p>\n  </p>", "<b/>"],
            (Following, Some((3, 4))),
        ),
        (
            "the expression after braces",
            "<div>\n  {/* @email-use a */}\n  {user.email}\n  <b/>\n</div>",
            block,
            &["<div>\n  {/* @email-use a */}\n  {user.email}\n  <b/>\n</div>", "<b/>"],
            (Following, Some((3, 3))),
        ),
        (
            "nothing after braces at the end of an element",
            "<div>\n  {/* @email-use a */}\n</div>\n<b/>",
            block,
            &["<div>\n  {/* @email-use a */}\n</div>", "<b/>"],
            (Following, None),
        ),
        (
            "nothing after a block that holds only a comment",
            "if (a) {\n  // @email-use a\n}\nc()",
            line,
            &["if (a) {\n  // @email-use a\n}", "c()"],
            (Following, None),
        ),
        (
            "the line of braces behind an element",
            "<p>{email}</p> {/* @email-use a */}\n<b/>",
            block,
            &["<p>{email}</p>", "<b/>"],
            (SameLine, Some((1, 1))),
        ),
        (
            "the line of a block's start",
            "f() { // @email-use a\n  g()\n}",
            line,
            &["g()"],
            (SameLine, Some((1, 1))),
        ),
        (
            "an attribute of an element",
            "<A\n  // @email-use a\n  b={c}\n  d\n/>",
            line,
            &["<A\n  // @email-use a\n  b={c}\n  d\n/>"],
            (Following, Some((3, 3))),
        ),
        (
            "a statement whose chain goes on",
            "api\n  // @email-use a\n  .get()\nc()",
            line,
            &["api\n  // @email-use a\n  .get()", "c()"],
            (Following, Some((1, 3))),
        ),
        (
            "no more than the line in a statement with blocks of its own",
            "api.get(() => {\n  b()\n})\n  // @email-use a\n  .then()\nc()",
            line,
            &["api.get(() => {\n  b()\n})\n  // @email-use a\n  .then()", "b()", "c()"],
            (Following, Some((5, 5))),
        ),
        (
            "nothing at the end of a case",
            "switch (a) {\n  case 1:\n    b()\n    // @email-use a\n  case 2:\n    c()\n}",
            line,
            &[
                "switch (a) {\n  case 1:\n    b()\n    // @email-use a\n  case 2:\n    c()\n}",
                "case 1:\n    b()",
                "case 2:\n    c()",
            ],
            (Following, None),
        ),
    ] {
        assert_eq!(covers(text, &[comment], items), [expected], "{what}:\n{text}");
    }
}

#[test]
fn stacked_braces_cover_the_same_element() {
    let text = "<div>\n  {/* @email-use a */}\n  {/* why */}\n  {/* @email-use b */}\n  <p/>\n</div>";
    let found = covers(text, &["/* @email-use a */", "/* why */", "/* @email-use b */"], &[text, "<p/>"]);
    assert_eq!(found, [(AnnotationScope::Following, Some((5, 5))); 2]);
}

#[test]
fn each_line_of_a_block_may_hold_one() {
    let text = "/**\n * Sends it.\n * @email-use a - to its owner *\n * @param x see @email-use b\n * @email-use c\n */\nf()";
    let comment = text.split("\nf()").next().unwrap();
    let found = read(&SourceFile::new("a.ts", text), &by_hand(text, &[comment], &["f()"]));
    let texts: Vec<_> =
        found.annotations.iter().map(|a| (a.uses[0].0.as_str(), a.text.as_deref(), a.place.line)).collect();
    assert_eq!(texts, [("a", Some("to its owner"), 3), ("c", None, 5)]);
}

/// What is wrong in a line: where, and words of the message and of the help.
#[test]
fn faults_are_precise_and_say_what_to_write() {
    for (line, place, message, help) in [
        ("@email-use", "@email-use", "names no use", "under `uses:`"),
        ("@email-use - why", "@email-use", "names no use", "@email-use NAME - free text"),
        ("@email-use-file", "@email-use-file", "names no use", "NAME"),
        ("@email-use: a", ":", "cannot follow", "@email-use NAME"),
        ("@email-use(a)", "(", "cannot follow", "@email-use NAME"),
        ("@email-use a b", "b", "without a separator", "@email-use a, b - free text"),
        ("@email-use a sends the report", "sends the report", "without a separator", " - "),
        ("@email-use a — why", "— why", "without a separator", " - "),
        ("@email-use a -why", "-why", "without a separator", " - "),
        ("@email-use a,", ",", "comma", "remove the comma"),
        ("@email-use a, - why", ",", "comma", "remove the comma"),
        ("@email-use , a", ",", "before this comma", "remove the comma"),
        ("@email-use a,, b", ",", "before this comma", "remove the comma"),
        ("@email-use Failed_Report", "Failed_Report", "lower case", "`failed-report`"),
        ("@email-use failedReport, b", "failedReport", "lower case", "`failed-report`"),
        ("@email-use \"a\"", "\"a\"", "lower case", "`a`"),
        ("@email-use ?", "?", "lower case", "`my-use`"),
        ("@email-use -a", "-a", "lower case", "`a`"),
        ("@email-use a -", "", "nothing stands behind", "leave ` - ` out"),
        ("@Email-Use a", "@Email-Use", "spelt `@email-use`", "@email-use NAME"),
        ("@email-uses a", "@email-uses", "spelt `@email-use`", "@email-use NAME"),
        ("@emailuse a", "@emailuse", "spelt `@email-use`", "@email-use NAME"),
        ("@email_use a", "@email_use", "spelt `@email-use`", "@email-use NAME"),
        ("@emailUse a", "@emailUse", "spelt `@email-use`", "@email-use NAME"),
        ("@emial-use a", "@emial-use", "spelt `@email-use`", "@email-use NAME"),
        ("@email-use-failed-report", "@email-use-failed-report", "spelt `@email-use`", "@email-use NAME"),
        ("@emailUseFile a", "@emailUseFile", "spelt `@email-use-file`", "@email-use NAME"),
        ("@email use a", "@email", "spelt `@email-use`", "@email-use NAME"),
        ("mailpermit: ignore[a]", "mailpermit: ignore[a]", "gives no reason", "behind the `]`"),
        ("mailpermit: ignore[a] - ", "mailpermit: ignore[a] -", "gives no reason", "behind the `]`"),
        ("mailpermit: ignore[] why", "[]", "names no rule", "ignore[RULE] REASON"),
        ("mailpermit: ignore why", "mailpermit: ignore", "names no rule", "ignore[RULE] REASON"),
        ("mailpermit: ignore", "mailpermit: ignore", "names no rule", "ignore[RULE] REASON"),
        ("mailpermit: ignore[a why", "[a why", "no closing `]`", "ignore[RULE] REASON"),
        ("mailpermit: ignore[a b] why", "b", "without a separator", "ignore[a, b]"),
        ("mailpermit: ignore[a,] why", ",", "comma", "remove the comma"),
        ("mailpermit: ignore[*] why", "*", "name of a rule", "`my-rule`"),
        ("mailpermit-ignore[a] why", "mailpermit-ignore", "not a suppression", "ignore[RULE] REASON"),
        ("mailpermit ignore[a] why", "mailpermit ignore", "not a suppression", "ignore[RULE] REASON"),
        ("mailpermit: disable[a] why", "mailpermit: disable", "not a suppression", "ignore[RULE] REASON"),
        (
            "mailpermit: ignore-next-line[a] why",
            "mailpermit: ignore-next-line",
            "not a suppression",
            "ignore[RULE]",
        ),
        ("mailpermit: ignor[a] why", "mailpermit: ignor", "not a suppression", "ignore[RULE] REASON"),
        ("Mailpermit: Ignore[a] why", "Mailpermit: Ignore", "not a suppression", "ignore[RULE] REASON"),
        ("@mailpermit: ignore[a] why", "@mailpermit: ignore", "not a suppression", "ignore[RULE] REASON"),
    ] {
        let text = format!("é();\n/// {line}\nf()\n");
        let comment = format!("/// {line}");
        let file = SourceFile::new("a.ts", text.as_str());
        let found = read(&file, &by_hand(&text, &[&comment], &["f()"]));
        let [bad] = found.bad.as_slice() else { panic!("{line}: {found:?}") };
        assert_eq!(file.slice(bad.place.span), place, "{line}");
        assert_eq!(bad.place.line, 2, "{line}");
        assert!(bad.message.contains(message), "{line}: {}", bad.message);
        assert!(bad.help.contains(help), "{line}: {}", bad.help);
        assert!(found.annotations.is_empty() && found.suppressions.is_empty(), "{line}");
    }
}

#[test]
fn prose_and_other_tags_are_nobodys_annotation() {
    for line in [
        "see @email-use a",
        "`@email-use a`",
        "\"@email-use a\"",
        "email-use a",
        "@email someone@example.com",
        "@emailAddress",
        "@EmailUser private User user;",
        "@use email",
        "mailpermit",
        "mailpermit checks this",
        "mailpermit: the design",
        "mailpermit allows it",
        "mailpermit.yaml: ignore[a]",
        "mailpermitted: ignore[a]",
        "mailpermit-cli ignores it",
        "@",
        "",
        "…",
    ] {
        let text = format!("// {line}\nf()\n");
        let found = read(
            &SourceFile::new("a.ts", text.as_str()),
            &by_hand(&text, &[&format!("// {line}")], &["f()"]),
        );
        assert_eq!(found, AnnotationsRead::default(), "{line}");
    }
}

#[test]
fn names_texts_and_reasons_are_taken_as_written() {
    let text =
        "// @email-use a,b , c-1 , a - x - y\n// mailpermit:ignore[r-1, r-2] - only – its owner\nf()\n";
    let comments =
        ["// @email-use a,b , c-1 , a - x - y", "// mailpermit:ignore[r-1, r-2] - only – its owner"];
    let file = SourceFile::new("a.ts", text);
    let found = read(&file, &by_hand(text, &comments, &["f()"]));
    let names = |list: &[(String, Place)]| -> Vec<_> {
        list.iter().map(|(n, p)| (n.clone(), p.line, p.column)).collect()
    };
    let [annotation] = found.annotations.as_slice() else { panic!("{found:?}") };
    assert_eq!(names(&annotation.uses), [("a".into(), 1, 15), ("b".into(), 1, 17), ("c-1".into(), 1, 21)]);
    assert_eq!(annotation.text.as_deref(), Some("x - y"));
    let [suppression] = found.suppressions.as_slice() else { panic!("{found:?}") };
    assert_eq!(names(&suppression.rules), [("r-1".into(), 2, 22), ("r-2".into(), 2, 27)]);
    assert_eq!((suppression.reason.as_str(), suppression.covers), ("only – its owner", Some((3, 3))));
    assert_eq!(annotation.covers, Some((3, 3)));
}
