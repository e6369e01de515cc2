//! What README.md promises: its commands give the output that stands there, its links lead somewhere,
//! and its table of languages is true.
//!
//! In a `console` block each `$ ` line is a command, and what follows is its output: standard output,
//! then standard error. A line `...` stands for lines that are left out, at least one. `$ echo $?` is the
//! exit code of the command before it.

use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path))
        .unwrap_or_else(|e| panic!("{path}: {e}"))
        .replace("\r\n", "\n")
}

/// Runs the program in the root of the project; gives its exit code and all its output.
fn run(args: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
        .current_dir(ROOT)
        .args(args)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .output()
        .expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    (status.code().expect("it ends by itself"), text(stdout) + &text(stderr))
}

/// The arguments for the program in a command of the README.
fn arguments(command: &str) -> Vec<&str> {
    assert!(!command.contains(['"', '\'', '|', '>', '<', ';', '&']), "no shell runs here: {command}");
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["mailpermit", arguments @ ..] => arguments.to_vec(),
        ["cargo", "run", rest @ ..] => {
            let dashes = rest.iter().position(|w| *w == "--").expect("`cargo run` has ` -- ` here");
            rest.iter().skip(dashes + 1).copied().collect()
        }
        _ => panic!("only `mailpermit` and `cargo run` stand in `console` blocks: {command}"),
    }
}

/// The commands of a text's `console` blocks, each with the lines expected of it.
fn commands(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((command, Vec::new())),
                (None, Some((_, expected))) => expected.push(line),
                (None, None) => panic!("output before a command: {line}"),
            }
        }
    }
    found
}

/// Where the parts of the expected lines, which `...` parts, begin in the actual ones; if they are not there,
/// the first expected line that is not. `...` stands for one line or more.
fn align(expected: &[&str], actual: &[&str], same: fn(&str, &str) -> bool) -> Result<Vec<usize>, String> {
    let parts: Vec<&[&str]> = expected.split(|line| is_gap(line)).collect();
    let mut starts = Vec::new();
    let mut at = 0;
    for (index, part) in parts.iter().enumerate() {
        let fits = |start: usize| {
            part.iter().enumerate().find(|(n, line)| !actual.get(start + n).is_some_and(|a| same(line, a)))
        };
        let missing = || part.first().copied().unwrap_or("the end of the output").to_owned();
        let (first, last) = (index == 0, index + 1 == parts.len());
        // What ends the block ends the output as well.
        let end = actual.len().checked_sub(part.len());
        let start = match (first, last) {
            (true, true) => Some(0).filter(|_| end == Some(0)),
            (true, false) => Some(0),
            (false, true) => end.filter(|end| *end > at),
            (false, false) => (at + 1..actual.len()).find(|start| fits(*start).is_none()),
        };
        let start = start.ok_or_else(missing)?;
        if let Some((_, line)) = fits(start) {
            return Err((*line).to_owned());
        }
        starts.push(start);
        at = start + part.len();
    }
    Ok(starts)
}

fn is_gap(line: &str) -> bool {
    line.trim() == "..."
}

/// Whether two lines differ in their numbers only: what `UPDATE=1` may mend.
fn alike(a: &str, b: &str) -> bool {
    let words = |line: &str| -> Vec<String> {
        line.split(|c: char| c.is_ascii_digit()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    words(a) == words(b)
}

/// The expected lines with the numbers that the program writes now.
fn mended(expected: &[&str], actual: &[&str]) -> Result<Vec<String>, String> {
    let starts = align(expected, actual, alike)?;
    let mut starts = starts.into_iter();
    let mut at = starts.next().unwrap_or_default();
    let mut out = Vec::new();
    for line in expected {
        if is_gap(line) {
            at = starts.next().unwrap_or_default();
            out.push((*line).to_owned());
        } else {
            out.extend(actual.get(at).map(|a| (*a).to_owned()));
            at += 1;
        }
    }
    Ok(out)
}

#[test]
fn lines_may_be_left_out_only_where_it_is_said() {
    let actual = ["a", "b", "c", "d"];
    for good in
        [&["a", "b", "c", "d"][..], &["a", "...", "d"], &["a", "...", "c", "d"], &["a", "b", "..."], &["..."]]
    {
        assert_eq!(align(good, &actual, |a, b| a == b).map(drop), Ok(()), "{good:?}");
    }
    for (bad, missing) in [
        (&["a", "b", "d"][..], "a"),
        (&["a", "...", "c"], "c"),
        (&["a", "...", "b", "..."], "b"),
        (&["b", "...", "d"], "b"),
        (&["a", "...", "x", "...", "d"], "x"),
        (&["a", "b", "c", "...", "d"], "d"),
        (&["a", "b", "c", "d", "..."], "the end of the output"),
        (&[], "the end of the output"),
    ] {
        assert_eq!(align(bad, &actual, |a, b| a == b), Err(missing.to_owned()), "{bad:?}");
    }
}

#[test]
fn only_numbers_are_mended() {
    let actual = ["12 errors in 3 files", "a", "see a.ts:7:1"];
    let stale = ["9 errors in 10 files", "...", "see a.ts:6:1"];
    assert_eq!(
        mended(&stale, &actual).as_deref(),
        Ok(&["12 errors in 3 files", "...", "see a.ts:7:1"].map(String::from)[..])
    );
    assert_eq!(mended(&["9 warnings in 10 files", "..."], &actual), Err("9 warnings in 10 files".to_owned()));
}

#[test]
fn the_commands_give_what_stands_there() {
    #[expect(clippy::disallowed_methods, reason = "a test may be told by its environment to update")]
    let update = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    let readme = text("README.md");
    let mut new = readme.clone();
    let mut code = None;
    let mut ran = 0;
    for (command, mut expected) in commands(&readme) {
        // A blank line before the next command of a block is the block's own.
        trim_end(&mut expected);
        if command == "echo $?" {
            let code: i32 = code.expect("a command stands before it");
            assert_eq!(expected, [code.to_string()], "the exit code in README.md");
            continue;
        }
        let (ended, output) = run(&arguments(command));
        let mut actual: Vec<&str> = output.lines().collect();
        trim_end(&mut actual);
        let mut result = align(&expected, &actual, |a, b| a == b).map(drop);
        if update && result.is_err() {
            result = mended(&expected, &actual).map(|lines| {
                let block = |lines: &str| format!("$ {command}\n{lines}\n");
                new = new.replace(&block(&expected.join("\n")), &block(&lines.join("\n")));
            });
        }
        if let Err(line) = result {
            panic!(
                "README.md: `{command}`: this is not in its output:\n{line}\n\nIt writes:\n{output}\n\
                 `UPDATE=1 cargo test readme::` mends numbers; mend anything else by hand"
            );
        }
        code = Some(ended);
        ran += 1;
    }
    assert!(ran >= 5, "only {ran} commands were found");
    if new != readme {
        std::fs::write(Path::new(ROOT).join("README.md"), new).expect("the README can be written");
    }
}

fn trim_end(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|l| l.is_empty()) {
        lines.pop();
    }
}

#[test]
fn only_the_broken_example_has_errors() {
    let examples = std::fs::read_dir(Path::new(ROOT).join("examples")).expect("there are examples");
    for entry in examples {
        let name = entry.expect("it can be listed").file_name().to_string_lossy().into_owned();
        let (code, output) = run(&["check", &format!("examples/{name}")]);
        assert_eq!(code, i32::from(name == "broken-digest"), "{name}\n{output}");
    }
}

/// The rows of the README's table of languages: extensions, and whether accesses are followed.
fn languages(readme: &str) -> Vec<(Vec<String>, bool)> {
    let (_, section) = readme.split_once("\n## Languages\n").expect("there is such a section");
    let rows = section.lines().take_while(|l| !l.starts_with("## ")).filter(|l| l.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, files, followed, annotations] = cells.as_slice() else { panic!("four columns: {row}") };
        assert_eq!(*annotations, "yes", "the others are checked below: {row}");
        let extensions = files.split('`').filter(|e| e.starts_with('.')).map(str::to_owned).collect();
        (extensions, !followed.starts_with("not yet"))
    })
    .collect()
}

/// A comment in a file of that extension.
fn comment(extension: &str, body: &str) -> String {
    match extension {
        ".py" | ".pyi" | ".rb" | ".rake" | ".yaml" | ".yml" => format!("# {body}"),
        ".php" => format!("<?php // {body}"),
        ".js" | ".mjs" | ".cjs" | ".jsx" | ".ts" | ".mts" | ".cts" | ".tsx" | ".java" | ".kt" | ".kts"
        | ".cs" | ".go" => format!("// {body}"),
        _ => format!("<!-- {body} -->"),
    }
}

/// An access of the Email API that `mailpermit` finds where it follows the language.
fn access(extension: &str) -> String {
    let call = "import api, { route } from '@forge/api';\n\
                const answer = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=1`);\n";
    match extension {
        ".vue" | ".svelte" => format!("<script>\n{call}</script>\n"),
        _ => call.to_owned(),
    }
}

/// The JSON report on one file for each extension.
fn check<'e>(files: impl Iterator<Item = (&'e str, String)>) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (extension, text) in files {
        std::fs::write(folder.path().join(format!("probe{extension}")), text).expect("it can be written");
    }
    let path = folder.path().to_str().expect("it has a name in UTF-8");
    let (_, output) = run(&["check", "--format", "json", path]);
    serde_json::from_str(&output).unwrap_or_else(|e| panic!("{e}\n{output}"))
}

/// The texts under a key of the items of a list.
fn all<'v>(list: &'v serde_json::Value, key: &str) -> Vec<&'v str> {
    list.as_array().into_iter().flatten().filter_map(|item| item[key].as_str()).collect()
}

#[test]
fn the_table_of_languages_is_true() {
    let rows = languages(&text("README.md"));
    let extensions = || rows.iter().flat_map(|(extensions, _)| extensions).map(String::as_str);
    assert!(extensions().count() > 30, "{rows:?}");

    let use_of = |extension: &str| format!("in{}", extension.replace('.', "-"));
    let annotated =
        check(extensions().map(|e| (e, comment(e, &format!("@email-use {}\nemailAddress", use_of(e))))));
    let uses = all(&annotated["uses"], "name");
    for extension in extensions() {
        assert!(uses.contains(&use_of(extension).as_str()), "annotations are read in {extension}: {uses:?}");
    }

    let scripts = || extensions().filter(|e| SCRIPTS.contains(e));
    let accesses = check(scripts().map(|e| (e, access(e))));
    let found = all(&accesses["accesses"], "file");
    for (extension, followed) in rows.iter().flat_map(|(e, f)| e.iter().map(move |e| (e.as_str(), *f))) {
        if SCRIPTS.contains(&extension) {
            let file = format!("probe{extension}");
            assert!(followed && found.contains(&file.as_str()), "accesses in {extension}: {found:?}");
        }
    }
    // A language that is not followed is counted as such, templates apart.
    for (extensions, followed) in &rows {
        let [only, ..] = extensions.as_slice() else { panic!("a row has extensions") };
        let report = check([(only.as_str(), comment(only, "@email-use a\nemailAddress"))].into_iter());
        let counted = report["apps"][0]["coverage"]["unfollowed"] != serde_json::json!([]);
        assert_eq!(counted, !followed && only != ".html", "README.md on {only}");
    }
}

/// Extensions of what `access` writes.
const SCRIPTS: &[&str] = &[".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte"];

#[test]
fn the_links_of_the_documentation_lead_to_files() {
    let mut pages = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned(), "CHANGELOG.md".to_owned()];
    for entry in std::fs::read_dir(Path::new(ROOT).join("docs")).expect("there is documentation") {
        let name = entry.expect("it can be listed").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    let mut seen = 0;
    for page in pages {
        let folder = Path::new(&page).parent().expect("a page lies in a folder");
        for rest in text(&page).split("](").skip(1) {
            let target = rest.split([')', '#', ' ', '\n']).next().unwrap_or_default();
            if target.is_empty() || target.contains(':') {
                continue;
            }
            let path = Path::new(ROOT).join(folder).join(target);
            assert!(path.exists(), "{page} links to {target}, which is not there");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} links were found");
}
