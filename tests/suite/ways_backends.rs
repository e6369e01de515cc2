//! Ways of addresses through apps of one language and its libraries: each case in `tests/fixtures/ways` is an app
//! of a few files. `=== name` starts a case, `--- path` a file; `^kind` in a comment marks a line with a sure flow,
//! and nothing sure may go anywhere else: lines without a mark are the traps.

use std::collections::BTreeSet;
use std::fs;

use mailpermit::findings::Confidence;

/// One case: its name, and its files by path.
type Case<'t> = (&'t str, Vec<(&'t str, Vec<&'t str>)>);

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push((name, Vec::new()));
        } else if let Some((_, files)) = cases.last_mut() {
            match (line.strip_prefix("--- "), files.last_mut()) {
                (Some(path), _) => files.push((path, Vec::new())),
                (None, Some((_, lines))) => lines.push(line),
                (None, None) => {}
            }
        }
    }
    cases
}

/// The kinds that a line is marked with.
fn marks(line: &str) -> impl Iterator<Item = String> {
    const KINDS: &[&str] = &["ui", "log", "storage", "third-party", "mail", "identity", "response", "other"];
    line.split(" ^")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>())
        .filter(|kind| KINDS.contains(&kind.as_str()))
}

/// What is found where nothing is marked, and what is marked where nothing is found.
fn differences((name, files): &Case<'_>) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut marked = BTreeSet::new();
    for (path, lines) in files {
        let target = folder.path().join(path);
        fs::create_dir_all(target.parent().expect("it is a file")).expect("there is room for a folder");
        fs::write(target, lines.join("\n") + "\n").expect("there is room for a file");
        for (i, line) in lines.iter().enumerate() {
            marked.extend(marks(line).map(|kind| format!("{path}:{} {kind}", i + 1)));
        }
    }
    let run = crate::support::languages::run(folder.path());
    let flows = run.apps.iter().flat_map(|a| &a.facts.flows).filter(|f| f.confidence > Confidence::Possible);
    let found: BTreeSet<String> = flows
        .map(|f| {
            let kind = serde_json::to_string(&f.kind).expect("kinds are words");
            format!("{}:{} {}", f.place.file, f.place.line, kind.trim_matches('"'))
        })
        .collect();
    let missed = marked.difference(&found).map(|at| format!("{name}: missed {at}"));
    missed.chain(found.difference(&marked).map(|at| format!("{name}: not marked {at}"))).collect()
}

fn check(text: &str) {
    let cases = cases(text);
    assert!(cases.len() > 5, "the file is read");
    let wrong: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn javascript() {
    check(include_str!("../fixtures/ways/javascript.txt"));
}

#[test]
fn go() {
    check(include_str!("../fixtures/ways/go.txt"));
}

#[test]
fn java() {
    check(include_str!("../fixtures/ways/java.txt"));
}

#[test]
fn kotlin() {
    check(include_str!("../fixtures/ways/kotlin.txt"));
}

#[test]
fn csharp() {
    check(include_str!("../fixtures/ways/csharp.txt"));
}

#[test]
fn php() {
    check(include_str!("../fixtures/ways/php.txt"));
}

#[test]
fn python() {
    check(include_str!("../fixtures/ways/python.txt"));
}

#[test]
fn ruby() {
    check(include_str!("../fixtures/ways/ruby.txt"));
}

#[test]
fn a_case_that_is_wrong_is_told() {
    let text = "=== wrong\n--- a.rb\nputs 'x' # ^log\n";
    assert_eq!(cases(text).iter().flat_map(differences).collect::<Vec<_>>(), ["wrong: missed a.rb:1 log"]);
}
