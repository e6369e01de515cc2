//! A check that begins with what earlier ones left says what a fresh one says, whatever is edited.

use std::path::Path;
use std::sync::Arc;

use mailpermit::memory::Memory;
use mailpermit::settings::Settings;

use crate::support::root;

/// Files of an example that are edited, spread over it.
const FILES: usize = 8;

fn texts(folder: &Path, below: &Path, out: &mut Vec<(Arc<str>, String)>) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            texts(&path, below, out);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(below).expect("it is below").to_string_lossy().replace('\\', "/");
            out.push((name.into(), text));
        }
    }
}

/// The nth line of a text, as bytes.
fn line_start(text: &str, nth: usize) -> usize {
    text.match_indices('\n').nth(nth).map_or(0, |(i, _)| i + 1)
}

/// Some edits of a text: comments, blanks, broken lines, lost lines, other names.
fn edits(path: &str, text: &str) -> Vec<String> {
    let mark = match path.rsplit('.').next() {
        Some("yaml" | "yml" | "py" | "rb") => "# ",
        _ => "// ",
    };
    let lines = text.lines().count();
    let with = |at: usize, part: &str| format!("{}{part}{}", &text[..at], &text[at..]);
    let middle = line_start(text, lines / 2);
    let mut out =
        vec![with(0, &format!("{mark}a note\n")), with(middle, "\n"), with(middle, &format!("{mark}ä 😀\n"))];
    if let Some(blank) = text[middle..].find(' ').map(|i| middle + i) {
        out.push(with(blank, "\n"));
        out.push(with(blank, " "));
    }
    let end = text[middle..].find('\n').map_or(text.len(), |i| middle + i + 1);
    out.push(format!("{}{}", &text[..middle], &text[end..]));
    out.push(text.replacen("email", "mail", 2));
    out
}

fn check(example: &str) {
    let folder = root(example);
    let settings = Settings::of(&folder);
    let mut files = Vec::new();
    texts(&folder, &folder, &mut files);
    files.sort();
    let mut memory = Memory::for_more_runs();
    let run = |memory: &mut Memory| {
        let run = mailpermit::check_with(&settings, None, memory).expect("it can be read");
        format!("{:#?}", run.apps)
    };
    let untouched = run(&mut memory);
    let step = files.len().div_ceil(FILES);
    for (path, text) in files.iter().step_by(step) {
        for edited in edits(path, text) {
            let edited: Arc<str> = edited.into();
            memory.set_unsaved(path, Some(Arc::clone(&edited)));
            let kept = run(&mut memory);
            let mut fresh = Memory::default();
            fresh.set_unsaved(path, Some(Arc::clone(&edited)));
            let fresh = run(&mut fresh);
            let differs = kept.lines().zip(fresh.lines()).find(|(a, b)| a != b);
            assert_eq!(differs, None, "{path}:\n{edited}");
            assert_eq!(kept.len(), fresh.len(), "{path}:\n{edited}");
        }
        memory.set_unsaved(path, None);
    }
    assert_eq!(run(&mut memory), untouched, "when all is closed again");
}

#[test]
fn edits_of_an_app_that_breaks_rules() {
    check("examples/broken-digest");
}

#[test]
fn edits_of_an_app_that_keeps_them() {
    check("examples/forge-alerts");
}
