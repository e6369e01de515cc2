//! What annotations cover, in every language: the same cases, each written in each language.
//!
//! A file in `annotations/` holds the cases of one language. In a case each line has a mark before it:
//! `>` for a line that the annotations cover, a blank for one that they do not. Every annotation of a
//! case covers the same lines; one that covers nothing is an orphan.

use mailpermit::facts::AnnotationScope;
use mailpermit::inputs::sources::annotation::{AnnotationsRead, read};
use mailpermit::inputs::sources::grammar::{self, Language};
use mailpermit::inputs::sources::template::{self, Template};
use mailpermit::inputs::sources::{Comments, annotation};
use mailpermit::text::SourceFile;

#[derive(Clone, Copy)]
enum Reader {
    Code(Language),
    Markup(Template),
}

struct Suite {
    name: &'static str,
    reader: Reader,
    cases: &'static str,
    /// What opens and closes the comment that every case below is written with.
    comment: (&'static str, &'static str),
    /// Something to cover.
    statement: &'static str,
}

macro_rules! suite {
    ($name:literal, $reader:expr, $open:literal, $close:literal, $statement:literal) => {
        Suite {
            name: $name,
            reader: $reader,
            cases: include_str!(concat!("../annotations/", $name, ".txt")),
            comment: ($open, $close),
            statement: $statement,
        }
    };
}

use Reader::{Code, Markup};

const SUITES: &[Suite] = &[
    suite!("java", Code(Language::Java), "// ", "", "class A { }"),
    suite!("kotlin", Code(Language::Kotlin), "// ", "", "class A"),
    suite!("python", Code(Language::Python), "# ", "", "a()"),
    suite!("csharp", Code(Language::CSharp), "// ", "", "class A { }"),
    suite!("php", Code(Language::Php), "<?php // ", "", "a();"),
    suite!("ruby", Code(Language::Ruby), "# ", "", "a"),
    suite!("go", Code(Language::Go), "// ", "", "package a"),
    suite!("html", Markup(Template::Html), "<!-- ", " -->", "<p></p>"),
    suite!("vue", Markup(Template::Vue), "<!-- ", " -->", "<p></p>"),
    suite!("svelte", Markup(Template::Svelte), "<!-- ", " -->", "<p></p>"),
    suite!("handlebars", Markup(Template::Handlebars), "{{!-- ", " --}}", "<p></p>"),
    suite!("ejs", Markup(Template::Ejs), "<%# ", " %>", "<p></p>"),
    suite!("erb", Markup(Template::Erb), "<%# ", " -%>", "<p></p>"),
    suite!("jsp", Markup(Template::Jsp), "<%-- ", " --%>", "<p></p>"),
    suite!("jinja", Markup(Template::Jinja), "{# ", " #}", "<p></p>"),
    suite!("velocity", Markup(Template::Velocity), "#* ", " *#", "<p></p>"),
    suite!("freemarker", Markup(Template::Freemarker), "<#-- ", " -->", "<p></p>"),
    suite!("blade", Markup(Template::Blade), "{{-- ", " --}}", "<p></p>"),
    suite!("razor", Markup(Template::Razor), "@* ", " *@", "<p></p>"),
    suite!("thymeleaf", Markup(Template::Thymeleaf), "<!--/* ", " */-->", "<p></p>"),
    suite!("yaml", Markup(Template::Yaml), "# ", "", "a: 1"),
];

/// The cases that every language has to have.
const EVERY_LANGUAGE: &[&str] = &[
    "a string is no annotation",
    "line comment before a function",
    "line comment before a class",
    "line comment before a method",
    "line comment before a field",
    "line comment before an entry",
    "line comment before a statement",
    "line comment before a block statement",
    "behind code",
    "file",
    "stacked",
    "orphan at the end of a block",
    "orphan at the end of a branch",
    "before a branch",
    "orphan at the end of the file",
    "argument on a line of its own",
];

fn comments(reader: Reader, text: &str) -> Comments {
    match reader {
        Code(language) => {
            let tree = grammar::parse(language, text).expect("a short text is parsed");
            let parsed = grammar::comments(language, &tree, text);
            assert_eq!(parsed.syntax_errors, [], "{}:\n{text}", language.name());
            parsed.comments
        }
        Markup(template) => template::comments(template, text),
    }
}

fn run(reader: Reader, text: &str) -> AnnotationsRead {
    read(&SourceFile::new("x", text), &comments(reader, text))
}

/// The cases of a suite: name and marked text.
fn cases(suite: &Suite) -> Vec<(&'static str, &'static str)> {
    let cases = suite.cases.split("=== ").skip(1);
    cases.map(|case| case.split_once('\n').expect("a case has a name on a line of its own")).collect()
}

/// Takes the marks off: the text, and the marked lines.
fn unmark(marked: &str) -> (String, Vec<u32>) {
    let mut text = Vec::new();
    let mut covered = Vec::new();
    for (number, line) in (1..).zip(marked.lines()) {
        // Only a line at the margin, such as `=begin`, has no mark.
        let plain = line.strip_prefix([' ', '>']).unwrap_or(line);
        if line.starts_with('>') {
            covered.push(number);
        }
        text.push(plain);
    }
    (text.join("\n"), covered)
}

#[test]
fn annotations_cover_what_is_marked() {
    let mut wrong = Vec::new();
    for suite in SUITES {
        for (name, marked) in cases(suite) {
            let (text, marked) = unmark(marked);
            let read = run(suite.reader, &text);
            assert_eq!(read.bad, [], "{}: {name}", suite.name);
            let mut covered: Vec<u32> = Vec::new();
            for annotation in &read.annotations {
                let (first, last) = annotation.covers.unwrap_or((1, 0));
                covered.extend(first..=last);
            }
            covered.sort_unstable();
            covered.dedup();
            // A comment between two covered pieces may lie in either.
            let between =
                |line: &u32| text.lines().nth(*line as usize - 1).is_some_and(|l| l.contains("@email-use"));
            let behind = read.annotations.iter().any(|a| a.scope != AnnotationScope::Following);
            if !behind {
                covered.retain(|line| !between(line));
            }
            let none_expected = name.contains("no annotation") || name.contains("somebody else");
            let some_read = !read.annotations.is_empty();
            if covered != marked || some_read == none_expected {
                wrong
                    .push(format!("{}: {name}: covers {covered:?}, not {marked:?}; {some_read}", suite.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stacked_annotations_all_cover_the_same() {
    for suite in SUITES {
        for (_, marked) in cases(suite).into_iter().filter(|(name, _)| *name == "stacked") {
            let read = run(suite.reader, &unmark(marked).0);
            assert_eq!(read.annotations.len(), 3, "{}", suite.name);
            assert!(
                read.annotations.iter().all(|a| a.covers == read.annotations[0].covers),
                "{}",
                suite.name
            );
        }
    }
}

#[test]
fn every_language_has_every_case() {
    for suite in SUITES.iter().filter(|s| matches!(s.reader, Code(_))) {
        let names: Vec<_> = cases(suite).into_iter().map(|(name, _)| name).collect();
        for wanted in EVERY_LANGUAGE {
            assert!(names.contains(wanted), "{} lacks `{wanted}`", suite.name);
        }
    }
    for language in Language::ALL {
        assert!(SUITES.iter().any(|s| matches!(s.reader, Code(l) if l == language)), "{}", language.name());
    }
    for template in Template::ALL.into_iter().filter(|t| *t != Template::Php) {
        assert!(SUITES.iter().any(|s| matches!(s.reader, Markup(t) if t == template)), "{template:?}");
    }
}

/// Comment, annotations, suppressions, faults.
const LINES: &[(&str, usize, usize, usize)] = &[
    ("@email-use a", 1, 0, 0),
    ("@email-use a, b - why, and how", 1, 0, 0),
    ("@email-use-file a", 1, 0, 0),
    ("mailpermit: ignore[email-in-ui] shown to its owner", 0, 1, 0),
    ("see @email-use a", 0, 0, 0),
    ("`@email-use a`", 0, 0, 0),
    ("mailpermit reads this", 0, 0, 0),
    ("@email-use", 0, 0, 1),
    ("@email-use a b", 0, 0, 1),
    ("@email-use a,", 0, 0, 1),
    ("@email-use Failed_Report", 0, 0, 1),
    ("@Email-Use a", 0, 0, 1),
    ("@emailuse a", 0, 0, 1),
    ("mailpermit: ignore[email-in-ui]", 0, 0, 1),
    ("mailpermit: ignore because", 0, 0, 1),
    ("mailpermit-ignore[email-in-ui] because", 0, 0, 1),
];

#[test]
fn lines_read_alike_in_every_language() {
    for suite in SUITES {
        let (open, close) = suite.comment;
        for (line, annotations, suppressions, faults) in LINES {
            let text = format!("{open}{line}{close}\n{}\n", suite.statement);
            let read = run(suite.reader, &text);
            let found = (read.annotations.len(), read.suppressions.len(), read.bad.len());
            assert_eq!(found, (*annotations, *suppressions, *faults), "{}: {text}{read:#?}", suite.name);
            // The place is that of the marker, so what is written there starts with it.
            let file = SourceFile::new("x", text.as_str());
            for annotation in &read.annotations {
                assert_eq!(file.slice(annotation.place.span), *line, "{}", suite.name);
                for (name, place) in &annotation.uses {
                    assert_eq!(file.slice(place.span), name, "{}", suite.name);
                }
            }
            if *annotations + *suppressions > 0 {
                let covers = read
                    .annotations
                    .first()
                    .map(|a| a.covers)
                    .or(read.suppressions.first().map(|s| s.covers));
                let whole = if line.contains("file") { (1, 3) } else { (2, 2) };
                assert_eq!(covers, Some(Some(whole)), "{}: {text}", suite.name);
            }
        }
    }
}

#[test]
fn windows_line_ends_change_nothing() {
    for suite in SUITES {
        for (name, marked) in cases(suite) {
            let (text, _) = unmark(marked);
            let covers = |read: AnnotationsRead| -> Vec<_> {
                read.annotations.into_iter().map(|a| (a.covers, a.text)).collect()
            };
            let unix = covers(run(suite.reader, &text));
            assert_eq!(
                covers(run(suite.reader, &text.replace('\n', "\r\n"))),
                unix,
                "{}: {name}",
                suite.name
            );
        }
    }
}

#[test]
fn a_file_of_annotations_is_read_up_to_the_limit_and_says_so() {
    let text = "# @email-use a\n".repeat(annotation::MAX_MARKS + 5);
    let read = run(Code(Language::Python), &text);
    assert_eq!((read.annotations.len(), read.bad.len()), (annotation::MAX_MARKS, 1));
}
