//! A check that begins with what earlier ones left says what a fresh one says, whatever is edited.

use std::path::Path;
use std::sync::Arc;

use mailpermit::memory::{Haste, Memory};
use mailpermit::pipeline::CheckError;
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

/// The first lines that are not alike.
fn differing<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let longer = (one.len() != other.len()).then_some(("", "one is longer"));
    one.lines().zip(other.lines()).find(|(a, b)| a != b).or(longer)
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
            assert_eq!(differing(&kept, &fresh), None, "{path}:\n{edited}");
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

/// Modules of an app of its own: each obtains an address and hands it to a function of another file.
const PAIRS: usize = 12;

fn asks(n: usize) -> String {
    format!(
        "import api, {{ route }} from '@forge/api';\nimport {{ tell{n} }} from './tell{n}';\n\nexport async function ask{n}(id) {{\n  const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${{id}}`);\n  const {{ email }} = await res.json();\n  return tell{n}(email);\n}}\n"
    )
}

fn tells(n: usize, what: &str) -> String {
    format!("export function tell{n}(email) {{\n  {what};\n}}\n")
}

fn app_of_pairs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::create_dir(folder.path().join("src")).expect("writable");
    let manifest = "app:\n  id: ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000\npermissions:\n  scopes: [read:email-address:jira]\n";
    std::fs::write(folder.path().join("manifest.yml"), manifest).expect("writable");
    for n in 0..PAIRS {
        std::fs::write(folder.path().join(format!("src/ask{n}.js")), asks(n)).expect("writable");
        std::fs::write(folder.path().join(format!("src/tell{n}.js")), tells(n, "console.log(email)"))
            .expect("writable");
    }
    folder
}

#[test]
fn a_quick_run_says_of_the_edited_file_what_a_whole_one_says_and_is_followed_by_one() {
    let folder = app_of_pairs();
    let settings = Settings::of(folder.path());
    let whole = |path: &Arc<str>, text: &Arc<str>| {
        let mut fresh = Memory::default();
        fresh.set_unsaved(path, Some(Arc::clone(text)));
        format!("{:#?}", mailpermit::check_with(&settings, None, &mut fresh).expect("it can be read").apps)
    };
    for (name, text) in [
        ("src/tell3.js", tells(3, "console.log('done')")),
        ("src/tell3.js", tells(3, "fetch('https://vendor.example/x', { method: 'POST', body: email })")),
        ("src/ask3.js", asks(3).replace("tell3(email)", "email.length")),
        ("src/ask3.js", asks(3).replace("const { email }", "const { email, other }")),
    ] {
        let (path, text): (Arc<str>, Arc<str>) = (name.into(), text.into());
        let mut memory = Memory::for_more_runs();
        mailpermit::check_with(&settings, None, &mut memory).expect("it can be read");
        memory.set_unsaved(&path, Some(Arc::clone(&text)));
        memory.set_haste(Haste::Near);
        let run = mailpermit::check_with(&settings, None, &mut memory).expect("it can be read");
        assert!(memory.is_provisional(), "{text}");
        assert_eq!(differing(&format!("{:#?}", run.apps), &whole(&path, &text)), None, "{text}");

        // What nobody waits for any more is stopped, and says nothing.
        memory.set_haste(Haste::Until(Arc::new(true.into())));
        let stopped = mailpermit::check_with(&settings, None, &mut memory);
        assert!(matches!(stopped, Err(CheckError::Stopped)));
        memory.set_haste(Haste::Until(Arc::default()));
        let run = mailpermit::check_with(&settings, None, &mut memory).expect("it can be read");
        assert!(!memory.is_provisional());
        assert_eq!(differing(&format!("{:#?}", run.apps), &whole(&path, &text)), None, "{text}");
    }
}

#[test]
fn several_edits_of_one_app_are_told_against_what_was_known_of_all() {
    let folder = app_of_pairs();
    let settings = Settings::of(folder.path());
    let mut memory = Memory::for_more_runs();
    memory.set_haste(Haste::Near);
    let accesses = |memory: &mut Memory| {
        let run = mailpermit::check_with(&settings, None, memory).expect("it can be read");
        run.apps.iter().map(|a| (a.facts.accesses.len(), a.facts.flows.len())).collect::<Vec<_>>()
    };
    assert_eq!(accesses(&mut memory), [(PAIRS, 2 * PAIRS)]);
    assert!(!memory.is_provisional(), "there was nothing to begin with");
    let none: Arc<str> = "export const nothing = 1;\n".into();
    for (n, left) in [(0, PAIRS - 1), (1, PAIRS - 2), (2, PAIRS - 3)] {
        memory.set_unsaved(&format!("src/ask{n}.js").into(), Some(Arc::clone(&none)));
        assert_eq!(accesses(&mut memory), [(left, 2 * left)]);
    }
    memory.set_unsaved(&"src/ask1.js".into(), None);
    assert_eq!(accesses(&mut memory), [(PAIRS - 2, 2 * (PAIRS - 2))]);
}
