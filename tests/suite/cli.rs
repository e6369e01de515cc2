//! The program itself: exit codes, streams, and what it says when it is used wrongly.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn mailpermit(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command
        .current_dir(folder)
        .args(args)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS");
    command
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = mailpermit(folder, args).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    let folder = empty();
    std::fs::create_dir_all(folder.path().join("app/src")).expect("a folder");
    std::fs::write(folder.path().join("app/manifest.yml"), "app: {}\n").expect("a file");
    std::fs::write(folder.path().join("app/src/a.ts"), "a();\n").expect("a file");
    std::fs::write(folder.path().join("bad.yaml"), "uses: [\n").expect("a file");
    for (args, expected) in [
        (&["check", "nowhere"][..], "there is no folder `nowhere`"),
        (&["check", "app/src/a.ts"], "`mailpermit check app`"),
        (&["check", ".", "app"], "lie in each other"),
        (&["check", "--select", "no-such-rule"], "there is no rule `no-such-rule`"),
        (&["check", "--ignore", "no-such-rule,other"], "`mailpermit rules` lists them all"),
        (&["check", "--exclude", "a[", "app"], "`--exclude`"),
        (&["check", "--catalogue", "none.yaml"], "cannot read the catalogue `none.yaml`"),
        (&["check", "--catalogue", "bad.yaml"], "bad.yaml:"),
        (&["check", "--threads", "0"], "--threads"),
        (&["check", "--fail-on", "sometimes"], "sometimes"),
        (&["check", "--output", "no/such/folder.txt"], "cannot write"),
        (&["check", "--frobnicate"], "--frobnicate"),
        (&["explain", "no-such-rule"], "there is no rule `no-such-rule`"),
        (&["uses", "--catalogue", "app"], "cannot read the catalogue `app`"),
        (&["schema", "nothing"], "nothing"),
        (&[], "Usage"),
    ] {
        let (code, out, err) = run(folder.path(), args);
        assert_eq!(code, Some(2), "{args:?}\n{err}");
        assert!(err.contains(expected), "{args:?}\n{err}");
        assert_eq!(out, "", "{args:?}");
    }
}

#[test]
fn what_was_asked_for_is_0_and_on_standard_output() {
    let folder = empty();
    for (args, expected) in [
        (&["--version"][..], concat!("mailpermit ", env!("CARGO_PKG_VERSION"))),
        (&["--help"], "Exit codes:"),
        (&["check", "--help"], "Examples:"),
        (&["check"], "no place was found that reads people's addresses"),
        (&["check", "--quiet"], "no findings in"),
        (&["check", "--format", "json"], "\"schema_version\": 1"),
        (&["rules", "--format", "json"], "["),
        (&["rules"], ""),
        (&["uses"], "error-reports"),
        (&["uses", "--format", "json"], "\"functionality\": \"Send error reports\""),
        (&["schema", "email-access"], "\"$schema\""),
        (&["schema", "report"], "schema_version"),
        (&["schema", "flows"], "schema_version"),
        (&["flows"], "0 flows"),
        (&["schema", "catalogue"], "verdict"),
    ] {
        let (code, out, err) = run(folder.path(), args);
        assert_eq!(code, Some(0), "{args:?}\n{err}");
        assert!(out.contains(expected), "{args:?}\n{out}");
        assert_eq!(err, "", "{args:?}");
    }
}

#[test]
fn a_printed_schema_is_the_committed_one() {
    let folder = empty();
    for name in ["email-access", "report", "flows", "catalogue", "baseline"] {
        let (_, out, _) = run(folder.path(), &["schema", name]);
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
        let committed = std::fs::read_to_string(committed).expect("it is committed").replace("\r\n", "\n");
        assert_eq!(out, committed, "{name}");
    }
}

#[test]
fn a_catalogue_of_ones_own() {
    let folder = empty();
    let text = "source: me\nurl: https://x.example\ndate: 2026-01-01\nversion: '2'\nuses:\n\
                - {id: birthday-cards, process: transactional-email, process_label: Send, functionality: Send cards, verdict: invalid}\n";
    std::fs::write(folder.path().join("own.yaml"), text).expect("a file");
    let (code, out, err) = run(folder.path(), &["uses", "--catalogue", "own.yaml"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("birthday-cards") && !out.contains("error-reports"), "{out}");
}

#[test]
fn the_report_goes_to_a_file_when_asked() {
    let folder = empty();
    let (code, out, err) = run(folder.path(), &["check", "--format", "json", "--output", "r.json"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.starts_with("no findings in"), "{err}");
    let text = std::fs::read_to_string(folder.path().join("r.json")).expect("it was written");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
}

#[test]
fn several_folders_are_one_report() {
    let folder = empty();
    for name in ["a", "b"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    let (code, out, _) = run(folder.path(), &["check", "--format", "json", "./a", "b/", "a"]);
    assert_eq!(code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    let roots: Vec<&str> =
        report["apps"].as_array().expect("a list").iter().filter_map(|a| a["root"].as_str()).collect();
    assert_eq!(roots, ["a", "b"]);
}

#[test]
fn colours_are_asked_for_or_not() {
    let folder = empty();
    let colored = |command: &mut Command| command.output().expect("it starts").stdout.contains(&0x1b);
    let args = ["check", "--color", "always"];
    assert!(!colored(&mut mailpermit(folder.path(), &["check"])), "a pipe is no terminal");
    assert!(colored(&mut mailpermit(folder.path(), &args)));
    assert!(colored(mailpermit(folder.path(), &["check"]).env("CLICOLOR_FORCE", "1")));
    assert!(!colored(mailpermit(folder.path(), &["check", "--color", "never"]).env("CLICOLOR_FORCE", "1")));
    assert!(!colored(mailpermit(folder.path(), &["check"]).env("NO_COLOR", "1")));
}

#[test]
fn the_width_is_respected() {
    let folder = empty();
    for width in [40, 60] {
        let out = mailpermit(folder.path(), &["check"])
            .env("COLUMNS", width.to_string())
            .output()
            .expect("it starts");
        let text = String::from_utf8(out.stdout).expect("UTF-8");
        assert!(text.lines().all(|l| l.chars().count() <= width || l.starts_with("no findings")), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = empty();
    // The reader is gone before the program writes.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut child = mailpermit(folder.path(), &["schema", "report"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// The files of a folder and of the folders in it.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it is a folder").map(|e| e.expect("it can be listed")) {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_command_and_option_that_is_spoken_of_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["src", "templates", "docs"] {
        files(&root.join(folder), &mut all);
    }
    let mut spoken = std::collections::BTreeSet::new();
    for path in all {
        // What is not text speaks of nothing.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (at, said) in text.match_indices("`mailpermit ") {
            let before = text.get(..at).and_then(|t| t.lines().last()).unwrap_or_default();
            if before.trim_start().starts_with("//") {
                continue;
            }
            let rest = text.get(at + said.len()..).and_then(|r| r.split('`').next()).unwrap_or_default();
            let command: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            let mut options: Vec<String> =
                rest.split_whitespace().filter(|w| w.starts_with("--")).map(str::to_owned).collect();
            options.truncate(8);
            if !command.is_empty() && !command.starts_with('-') {
                spoken.insert((command, options));
            }
        }
    }
    assert!(spoken.len() > 5, "{spoken:?}");
    let folder = empty();
    for (command, options) in spoken {
        let (code, help, _) = run(folder.path(), &[command.as_str(), "--help"]);
        assert_eq!(code, Some(0), "there is no `mailpermit {command}`");
        for option in options {
            let name = option.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            assert!(help.contains(name), "`mailpermit {command}` has no `{name}`");
        }
    }
}
