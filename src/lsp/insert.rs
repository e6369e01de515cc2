//! Where a comment can be put so that it covers a line, in any language: tried, not guessed.
//!
//! Each way to write it is put into the text, and the reader of the language says whether it is a comment there
//! and what it covers. Inside a text over several lines `//` is no comment, and in markup it is shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::inputs::discover::{FileEntry, Stamp};
use crate::inputs::kind::classify;
use crate::inputs::sources::annotation::AnnotationsRead;
use crate::inputs::sources::kept::Kept;
use crate::inputs::sources::load::{self, Surroundings};
use crate::settings::Settings;
use crate::text::SourceFile;

/// What begins and ends a comment.
type Marks = (&'static str, &'static str);

const SLASHES: Marks = ("// ", "");
const HASH: Marks = ("# ", "");

/// The kinds of comment that a file of some ending may have; the first that fits is taken.
const SYNTAX: &[(&[&str], &[Marks])] = &[
    (&["js", "mjs", "cjs", "ts", "mts", "cts", "java", "kt", "kts", "cs", "go", "php"], &[SLASHES]),
    (&["jsx", "tsx"], &[SLASHES, ("{/* ", " */}")]),
    (&["vue", "svelte", "html", "htm"], &[SLASHES, ("<!-- ", " -->")]),
    (&["py", "pyi", "rb", "rake", "yml", "yaml"], &[HASH]),
    (&["razor", "cshtml"], &[SLASHES, ("@* ", " *@")]),
    (&["hbs", "mustache"], &[("{{!-- ", " --}}"), ("{{! ", " }}")]),
    (&["ejs", "erb", "jsp"], &[("<%-- ", " --%>"), ("<%# ", " %>"), ("<!-- ", " -->")]),
    (&["j2", "jinja", "twig", "njk", "liquid"], &[("{# ", " #}"), ("<!-- ", " -->")]),
    (&["vm", "ftl"], &[("## ", ""), ("<#-- ", " -->"), ("<!-- ", " -->")]),
];

/// Lines above the one to cover that are tried: it may stand inside a statement that starts higher up.
const MAX_UP: u32 = 12;

/// A comment to put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// Where, in bytes.
    pub(super) at: u32,
    /// What stands before and after what the comment says.
    pub(super) before: String,
    pub(super) after: String,
}

/// What a comment has to do once it is in.
pub(super) enum Wanted {
    /// Be an annotation that covers the line.
    Annotation,
    /// Be a suppression that covers the line.
    Suppression,
}

impl Wanted {
    fn is_met(&self, read: &AnnotationsRead, line: u32, own: u32) -> bool {
        let holds = |covers: Option<(u32, u32)>| covers.is_some_and(|(a, b)| (a..=b).contains(&line));
        match self {
            Self::Annotation => read.annotations.iter().any(|a| a.place.line == own && holds(a.covers)),
            Self::Suppression => {
                let here = |s: &crate::facts::Suppression| s.place.line == own;
                read.suppressions.iter().any(|s| here(s) && (holds(s.covers) || own == line))
            }
        }
    }
}

/// Where to put a comment that says `sample`, or something alike, so that it covers `line` (from 1).
pub(super) fn find(
    settings: &Settings,
    file: &SourceFile,
    line: u32,
    sample: &str,
    wanted: &Wanted,
) -> Option<Insertion> {
    let extension = file.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let (_, syntax) = SYNTAX.iter().find(|(endings, _)| endings.contains(&extension.as_str()))?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(load::PARSER_STACK).build().ok()?;
    let works = |insertion: &Insertion, line: u32, own: u32| {
        let mut text = file.text.to_string();
        let comment = format!("{}{sample}{}", insertion.before, insertion.after);
        text.insert_str(insertion.at as usize, &comment);
        let read = pool.install(|| read(settings, &file.path, text));
        wanted.is_met(&read, line, own)
    };
    let newline = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    // As near as can be: each kind of comment is tried on a line before the line above it.
    for up in 0..=MAX_UP.min(line.saturating_sub(1)) {
        let above = line - up;
        let text = file.line(above);
        if up > 0 && text.trim().is_empty() {
            break;
        }
        let indent: String = text.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        for (open, close) in *syntax {
            let (before, after) = (format!("{indent}{open}"), format!("{close}{newline}"));
            let insertion = Insertion { at: file.line_span(above).start, before, after };
            if works(&insertion, line + 1, above) {
                return Some(insertion);
            }
        }
    }
    let end = file.line_span(line).start + u32::try_from(file.line(line).len()).unwrap_or(0);
    for (open, close) in *syntax {
        let insertion = Insertion { at: end, before: format!(" {open}"), after: (*close).to_owned() };
        if works(&insertion, line, line) {
            return Some(insertion);
        }
    }
    None
}

/// The annotations and suppressions of a text.
fn read(settings: &Settings, path: &Arc<str>, text: String) -> AnnotationsRead {
    let entry = FileEntry {
        path: Arc::clone(path),
        size: text.len() as u64,
        kind: classify(path),
        system_path: None,
        stamp: Stamp { unsaved: Some(text.into()), ..Stamp::default() },
    };
    let around = Surroundings { projects: &BTreeSet::new(), installed: false, minified: true };
    let loaded = load::load(&settings.root, &[&entry], around, &mut Kept::default());
    loaded.first().map(|l| l.annotations.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &str, text: &str, line: u32, wanted: &Wanted) -> Option<String> {
        let settings = Settings::of(".");
        let sample = match wanted {
            Wanted::Annotation => "@email-use a-use",
            Wanted::Suppression => "mailpermit: ignore[a-rule] so",
        };
        let file = SourceFile::new(path, text);
        let i = find(&settings, &file, line, sample, wanted)?;
        let mut out = text.to_owned();
        out.insert_str(i.at as usize, &format!("{}{sample}{}", i.before, i.after));
        Some(out)
    }

    #[test]
    fn a_comment_goes_where_it_is_one_and_covers_the_line() {
        let note = "@email-use a-use";
        for (path, text, line, expected) in [
            ("a.ts", "f();\n  g();\n", 2, format!("f();\n  // {note}\n  g();\n")),
            ("a.py", "def f():\n    g()\n", 2, format!("def f():\n    # {note}\n    g()\n")),
            ("a.ts", "const a = `\n${g()}\n`;\n", 2, format!("// {note}\nconst a = `\n${{g()}}\n`;\n")),
            (
                "a.tsx",
                "const A = () => (\n  <div>\n    <b>{x}</b>\n  </div>\n);\n",
                3,
                format!("const A = () => (\n  <div>\n    {{/* {note} */}}\n    <b>{{x}}</b>\n  </div>\n);\n"),
            ),
        ] {
            assert_eq!(put(path, text, line, &Wanted::Annotation), Some(expected), "{path}");
        }
        let suppression = "mailpermit: ignore[a-rule] so";
        for (path, text, line, expected) in [
            (
                "a.go",
                "package a\n\nfunc f() {\n\tg()\n}\n",
                4,
                format!("package a\n\nfunc f() {{\n\t// {suppression}\n\tg()\n}}\n"),
            ),
            ("manifest.yml", "app:\n  id: a\n", 2, format!("app:\n  # {suppression}\n  id: a\n")),
        ] {
            assert_eq!(put(path, text, line, &Wanted::Suppression), Some(expected), "{path}");
        }
        assert_eq!(put("a.json", "{}\n", 1, &Wanted::Suppression), None);
    }
}
