//! `check --since REV`: what a change brings, and nothing else.

use crate::support::program::Folder;

const MANIFEST: &str =
    "app:\n  id: ari:cloud:ecosystem::app/1\npermissions:\n  scopes:\n    - read:email-address:jira\n";
const OLD: &str = "import api, { route } from '@forge/api';\n\nexport async function one(id) {\n  const answer = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  const { email } = await answer.json();\n  console.log('old', email);\n}\n";

fn app() -> Folder {
    let app = Folder::new(&[("manifest.yml", MANIFEST), ("src/index.js", OLD), ("package.json", "{}\n")]);
    app.commit_all();
    app
}

#[test]
fn nothing_changed_brings_nothing() {
    let app = app();
    assert_eq!(app.run(&["check"]).code, Some(1));
    let ended = app.run(&["check", "--since", "HEAD"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{}", ended.out);
    assert_eq!(app.findings(&["--since", "main"]), []);
}

#[test]
fn dirty_untracked_and_committed_files_are_the_change() {
    let app = app();
    // Lines move, and one is new.
    let dirty = format!(
        "// first\n\n{}",
        OLD.replace(
            "  console.log('old', email);\n",
            "  console.log('old', email);\n  console.warn('new', email);\n"
        )
    );
    app.write("src/index.js", &dirty);
    let found = app.findings(&["--since", "HEAD"]);
    assert_eq!(found, [("email-in-logs".to_owned(), "src/index.js".to_owned(), 9)]);
    app.write("src/index.js", OLD);
    app.write("src/more.js", &OLD.replace("one", "two"));
    let found = app.findings(&["--since", "HEAD"]);
    assert!(!found.is_empty() && found.iter().all(|f| f.1 == "src/more.js"), "{found:?}");
    app.commit_all();
    assert_eq!(app.findings(&["--since", "HEAD"]), []);
    assert_eq!(app.findings(&["--since", "HEAD~1"]), found);
}

#[test]
fn a_finding_far_from_the_changed_line_is_found() {
    let app = app();
    app.write("manifest.yml", &MANIFEST.replace("read:email-address:jira", "read:jira-work"));
    let found = app.findings(&["--since", "HEAD"]);
    assert_eq!(found, [("missing-email-scope".to_owned(), "src/index.js".to_owned(), 4)]);
}

#[test]
fn a_moved_file_brings_nothing() {
    let app = app();
    std::fs::create_dir(app.path().join("src/deep")).expect("a folder can be made");
    std::fs::rename(app.path().join("src/index.js"), app.path().join("src/deep/mail.js"))
        .expect("it is moved");
    assert_eq!(app.findings(&["--since", "HEAD"]), []);
    app.git(&["add", "--all"]);
    assert_eq!(app.findings(&["--since", "HEAD"]), []);
}

#[test]
fn ignore_files_folders_and_several_apps_are_as_in_a_full_run() {
    let tree = Folder::new(&[
        (".gitignore", "ignored/\n"),
        ("apps/a/manifest.yml", MANIFEST),
        ("apps/a/src/index.js", OLD),
        ("apps/a/ignored/x.js", OLD),
    ]);
    tree.commit_all();
    assert_eq!(tree.findings(&["--since", "HEAD", "apps/a"]), []);
    tree.write("apps/b/manifest.yml", &MANIFEST.replace("app/1", "app/2"));
    tree.write("apps/b/src/index.js", OLD);
    let found = tree.findings(&["--since", "HEAD"]);
    assert!(!found.is_empty() && found.iter().all(|f| f.1.starts_with("apps/b/")), "{found:?}");
    let found = tree.findings(&["--since", "HEAD", "apps/a", "apps/b"]);
    assert!(!found.is_empty() && found.iter().all(|f| f.1.starts_with("apps/b/")), "{found:?}");
}

#[test]
fn it_goes_together_with_a_baseline_and_leaves_the_checkout_alone() {
    let app = app();
    app.run(&["check", "--write-baseline", "base.json"]);
    let before = app.all();
    let status =
        std::fs::metadata(app.path().join(".git/index")).and_then(|m| m.modified()).expect("an index");
    let ended = app.run(&["check", "--since", "HEAD", "--baseline", "base.json"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{}", ended.out);
    assert_eq!(app.all(), before);
    assert_eq!(
        std::fs::metadata(app.path().join(".git/index")).and_then(|m| m.modified()).expect("it"),
        status
    );
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    let app = app();
    for (args, expected) in [
        (&["--since", "no-such-rev"][..], "git knows no commit `no-such-rev`"),
        (&["--since=--output=x"], "do not begin with a dash"),
        (&["--since", "-x"], "do not begin with a dash"),
        (&["--since", ""], "is no revision"),
        (&["--since", "HEAD:manifest.yml"], "git knows no commit"),
        (&["--since", "HEAD", "--write-baseline"], "cannot be used with"),
    ] {
        let ended = app.run(&[&["check"], args].concat());
        assert_eq!(ended.code, Some(2), "{args:?} {}", ended.out);
        assert!(ended.err.contains(expected), "{args:?}\n{}", ended.err);
    }
    let none = Folder::new(&[("manifest.yml", MANIFEST)]);
    let ended = none.run(&["check", "--since", "HEAD"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("needs a git checkout"), "{}", ended.err);

    app.write("src/index.js", &format!("// more\n{OLD}"));
    app.commit_all();
    let clone = Folder::new(&[]);
    let from = format!("file://{}", app.path().display());
    clone.git(&["clone", "--quiet", "--depth=1", &from, "shallow"]);
    let ended = clone.run_in("shallow", &["check", "--since", "HEAD~1"]);
    assert_eq!(ended.code, Some(2), "{}", ended.out);
    assert!(ended.err.contains("shallow") && ended.err.contains("fetch-depth: 0"), "{}", ended.err);
}
