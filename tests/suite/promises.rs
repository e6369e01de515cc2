//! What the program promises about any tree: hostile files are named and the rest is still checked, the
//! output does not depend on threads, and a change that reads an address undeclared fails.

use std::path::Path;
use std::process::{Command, Output};

const MANIFEST: &str = "app:\n  id: ari:cloud:ecosystem::app/1\n  runtime:\n    name: nodejs22.x\n\
    permissions:\n  scopes:\n    - read:email-address:jira\n";
const GOOD: &str = "import api, { route } from '@forge/api';\n\
    export const ask = (id) => api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n";

fn check(root: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mailpermit"))
        .arg("check")
        .arg(root)
        .args(more)
        .output()
        .expect("the program was built for this test")
}

#[test]
fn minified_scripts_are_left_out_and_named() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it is a file")).expect("there is room for a folder");
        std::fs::write(path, text).expect("there is room for a file");
    };
    write("manifest.yml", MANIFEST);
    write("static/people.min.js", GOOD);
    write("static/chart.min.js", "let chart;");
    let said = |more: &[&str]| String::from_utf8(check(folder.path(), more).stdout).expect("it is text");
    let without = said(&["--color", "never"]);
    assert!(without.contains("minified (1 script)") && without.contains("static/people.min.js"), "{without}");
    assert!(!without.contains("chart.min.js") && !without.contains("undeclared-access"), "{without}");
    let json: serde_json::Value = serde_json::from_str(&said(&["--format", "json"])).expect("it is JSON");
    assert_eq!(json["apps"][0]["coverage"]["minified_files"][0], "static/people.min.js");
    let with = said(&["--color", "never", "--include-vendored"]);
    assert!(!with.contains("minified") && with.contains("undeclared-access"), "{with}");
}

#[test]
fn hostile_files_are_named_and_the_rest_is_checked() {
    let nested = |open: &str, close: &str| {
        format!("var emailAddress = {}1{};", open.repeat(10_000), close.repeat(10_000)).into_bytes()
    };
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(GOOD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n\
        c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n\
        e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\napp: {id: 'ari:cloud:ecosystem::app/2'}\nmodules: {}\n";
    let table: Vec<(&str, Vec<u8>, Option<&str>)> = vec![
        ("src/broken.js", b"const emailAddress = ;".to_vec(), Some("src/broken.js:1:22")),
        ("src/binary.js", b"\0\x01emailAddress".to_vec(), Some("src/binary.js")),
        ("src/latin.js", b"const a = '\xff emailAddress';".to_vec(), Some("src/latin.js:1:12")),
        ("src/deep.js", nested("(", ")"), Some("src/deep.js:1:")),
        ("src/huge.js", [b"// emailAddress\n".to_vec(), vec![b' '; 5 << 20]].concat(), Some("src/huge.js")),
        ("src/wide.js", wide, None),
        ("src/empty.js", Vec::new(), None),
        ("other/manifest.yml", bomb.into(), Some("other/manifest.yml:")),
        ("atlassian-connect.json", b"{\"key\": \"a\",}".to_vec(), Some("atlassian-connect.json:1:13")),
        ("src/new\nline\x1b[31m.js", b"const emailAddress = ;".to_vec(), Some("\\u{1b}[31m")),
    ];
    for (name, bytes, said) in table {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, bytes: &[u8]| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("made");
            std::fs::write(path, bytes).expect("written");
        };
        write("manifest.yml", MANIFEST.as_bytes());
        write("src/good.js", GOOD.as_bytes());
        write(name, &bytes);
        #[cfg(unix)]
        std::os::unix::fs::symlink("..", dir.path().join("src/loop")).expect("linked");
        let output = check(dir.path(), &[]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{name}: {text}");
        assert!(text.contains("src/good.js:2"), "{name}: the rest is checked\n{text}");
        assert!(!text.contains('\u{1b}'), "{name}: no escape reaches the terminal");
        if let Some(said) = said {
            assert!(text.contains(said), "{name}: `{said}` is not in\n{text}");
        }
    }
}

#[test]
fn the_output_does_not_depend_on_threads() {
    for example in ["broken-digest", "forge-alerts", "connect-export-reporter"] {
        let root = crate::support::root(&format!("examples/{example}"));
        for format in ["human", "json"] {
            let one = check(&root, &["--format", format, "--threads", "1"]).stdout;
            assert!(!one.is_empty(), "{example}");
            for threads in ["1", "2", "4"] {
                assert_eq!(
                    one,
                    check(&root, &["--format", format, "--threads", threads]).stdout,
                    "{example}"
                );
            }
        }
    }
}

#[test]
fn one_undeclared_access_fails_with_one_error() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(crate::support::root("examples/forge-alerts"))
        .arg(dir.path())
        .status()
        .expect("`cp` runs");
    assert!(copied.success());
    let app = dir.path().join("forge-alerts");
    assert_eq!(check(&app, &[]).status.code(), Some(0), "the example is clean");
    std::fs::write(app.join("src/lib/reporter.js"), GOOD).expect("written");
    let output = check(&app, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let errors: Vec<String> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|f| f["severity"] == "error")
        .map(|f| format!("{} {}:{}", f["rule"], f["file"], f["line"]))
        .collect();
    assert_eq!(errors, ["\"undeclared-access\" \"src/lib/reporter.js\":2"]);
}
