//! `mailpermit flows`: what stands in the tree, and that the other formats are what their readers take,
//! whatever names the checked app has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn flows(folder: &Path, args: &[&str], width: &str) -> String {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
        .arg("flows")
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", width)
        .output()
        .expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    let (out, err) = (text(stdout), text(stderr));
    assert_eq!((status.code(), err.as_str()), (Some(0), ""), "{args:?}\n{out}");
    out
}

fn example(name: &str, args: &[&str], width: &str) -> String {
    flows(&Path::new(ROOT).join("examples").join(name), args, width)
}

const FETCH: &str = "import api, { route } from '@forge/api';
// @email-use error-reports
export async function emailOf(id) {
  const response = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);
  const { email } = await response.json();
  console.log(`got ${email}`);
  return email;
}
";

/// Names that would break out of any of the formats.
const HOSTILE: &[&str] = &[
    "a\"]; evil -> other [label=\"x",
    "a\\",
    "end",
    "%%{init: {}}%%",
    "<img src=x onerror=alert(1)>",
    "`; rm -rf`",
    "a]) --> b([\"c",
    "\u{1b}[31mred\u{202e}",
    "#quot;#35;",
];

fn hostile(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let src = folder.path().join(name.replace('/', "-"));
    std::fs::create_dir_all(&src).expect("a folder");
    std::fs::write(src.join("mail.js"), FETCH).expect("a file");
    let quoted = serde_json::to_string(name).expect("a text is JSON, and JSON is YAML");
    let declaration = format!("version: 1\napp: {{name: {quoted}, type: forge}}\n");
    std::fs::write(folder.path().join("email-access.yaml"), declaration).expect("a file");
    folder
}

#[test]
fn the_tree_groups_by_use_and_access_and_shows_the_way() {
    let text = example("broken-digest", &[], "80");
    for expected in [
        "Digest Blaster: 14 places read addresses, 16 flows\n",
        "\nweekly-digest (marketing)\n└─ src/digest/recipients.js:6: Email API of Jira, as the app, many at once\n",
        "   ├─ storage: Forge storage (likely)\n   │  error[email-stored]\n",
        "   │  src/digest/weekly.js:18: it is handed to `rememberRecipient`\n",
        "\nwatcher-ping (not declared)\n",
        "\nno use is named\n",
        "│  └─ no place was found where it goes\n",
        "   └─ user interface (likely)\n      error[email-in-ui]\n      src/frontend/index.jsx:23: lead.email\n",
    ] {
        assert!(text.contains(expected), "{expected}\n---\n{text}");
    }
    let order = [
        "weekly-digest (",
        "activity-mail (",
        "crash-mail (",
        "people-graph (",
        "watcher-ping (",
        "no use is",
    ];
    let at: Vec<usize> =
        order.iter().map(|o| text.find(o).unwrap_or_else(|| panic!("{o}\n{text}"))).collect();
    assert!(at.is_sorted(), "declared uses in their order, then others, then none");
}

#[test]
fn the_tree_fits_the_terminal_and_is_coloured_only_when_asked() {
    for width in ["80", "60"] {
        let text = example("broken-digest", &[], width);
        let most: usize = width.parse().expect("a number");
        let longest = text.lines().max_by_key(|l| l.chars().count()).expect("there are lines");
        assert!(longest.chars().count() <= most, "{width}: {longest}");
        assert!(!text.contains('\u{1b}'));
    }
    let coloured = example("broken-digest", &["--color", "always"], "80");
    assert!(coloured.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').expect("a colour ends with m").1;
    }
    plain.push_str(rest);
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    let uncoloured = example("broken-digest", &[], "80");
    assert_eq!(trimmed, uncoloured.lines().collect::<Vec<_>>(), "colours change nothing else");
}

#[test]
fn an_app_that_reads_no_addresses_says_so_in_every_format() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    assert!(flows(folder.path(), &[], "80").contains("no place was found that reads people's addresses"));
    assert_eq!(dot(&flows(folder.path(), &["--format", "dot"], "80")), (0, 0));
    assert_eq!(mermaid(&flows(folder.path(), &["--format", "mermaid"], "80")), (0, 0));
    let json: serde_json::Value =
        serde_json::from_str(&flows(folder.path(), &["--format", "json"], "80")).expect("it is JSON");
    assert_eq!(json["flows"], serde_json::json!([]));
}

#[test]
fn the_json_follows_its_schema_and_agrees_with_the_report() {
    let schema =
        std::fs::read_to_string(Path::new(ROOT).join("schemas/flows.schema.json")).expect("it is committed");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for name in ["broken-digest", "forge-alerts", "connect-export-reporter"] {
        let text = example(name, &["--format", "json"], "80");
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let report = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
            .args(["check", "--format", "json"])
            .current_dir(Path::new(ROOT).join("examples").join(name))
            .output()
            .expect("it starts");
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("it is JSON");
        for key in ["accesses", "flows", "uses"] {
            assert_eq!(value[key], report[key], "{name}: {key}");
        }
    }
}

/// The words of a text in the language of Graphviz, by its grammar.
fn dot_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '"' => {
                let mut word = String::from("\"");
                loop {
                    match chars.next().expect("a string ends") {
                        '"' => break,
                        '\\' => {
                            let next = chars.next().expect("an escape goes on");
                            assert!(matches!(next, '"' | '\\' | 'n'), "the escape \\{next}");
                            word.push(next);
                        }
                        c => {
                            assert!(!c.is_control(), "{c:?}");
                            word.push(c);
                        }
                    }
                }
                words.push(word);
            }
            '-' => {
                assert_eq!(chars.next(), Some('>'), "an edge");
                words.push("->".to_owned());
            }
            '{' | '}' | '[' | ']' | ';' | ',' | '=' => words.push(c.to_string()),
            c if c.is_ascii_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    word.push(c);
                }
                words.push(word);
            }
            c => panic!("{c:?} stands outside of a string"),
        }
    }
    words
}

/// Parses a graph; gives the numbers of its nodes and edges. Panics where Graphviz would refuse.
fn dot(text: &str) -> (usize, usize) {
    let words = dot_words(text);
    let mut words = words.iter().map(String::as_str).peekable();
    assert_eq!((words.next(), words.next(), words.next()), (Some("digraph"), Some("flows"), Some("{")));
    let (mut open, mut nodes, mut edges) = (1, BTreeSet::new(), 0);
    let is_value = |w: &str| w.starts_with('"') || w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    while let Some(word) = words.next() {
        assert!(open > 0, "{word} behind the end");
        match word {
            "}" => open -= 1,
            "subgraph" => {
                assert!(words.next().is_some_and(|w| w.starts_with("cluster_")));
                assert_eq!(words.next(), Some("{"));
                open += 1;
            }
            word => {
                assert!(is_value(word), "{word}");
                let mut next = words.next();
                if next == Some("=") {
                    assert!(words.next().is_some_and(is_value));
                    next = words.next();
                } else {
                    if next == Some("->") {
                        assert!(nodes.contains(word), "{word} is a node");
                        assert!(words.next().is_some_and(|w| nodes.contains(w)));
                        edges += 1;
                        next = words.next();
                    } else if !matches!(word, "node" | "edge") {
                        nodes.insert(word.to_owned());
                    }
                    if next == Some("[") {
                        loop {
                            assert!(words.next().is_some_and(|w| !w.starts_with('"') && is_value(w)));
                            assert_eq!(words.next(), Some("="));
                            assert!(words.next().is_some_and(is_value));
                            match words.next() {
                                Some(",") => {}
                                Some("]") => break,
                                other => panic!("{other:?} in attributes"),
                            }
                        }
                        next = words.next();
                    }
                }
                assert_eq!(next, Some(";"), "behind {word}");
            }
        }
    }
    assert_eq!(open, 0, "all is closed");
    (nodes.len(), edges)
}

/// Reads a flowchart line by line; gives the numbers of its nodes and edges.
fn mermaid(text: &str) -> (usize, usize) {
    let node =
        pattern(r#"^    n[0-9]+(\[|\(\[)"([^"<>&%;`{}|()\[\]\\]|<br/>|#[0-9]+;)*"(\]|\]\))(:::[a-z]+)?$"#);
    let edge = pattern(r"^    n[0-9]+ -->(\|[a-z]+\|)? n[0-9]+$");
    let other = pattern(
        r##"^(flowchart LR|  subgraph app[0-9]+\["([^"<>&%;`{}|()\[\]\\]|#[0-9]+;)*"\]|  end|  classDef [a-z]+ fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6})$"##,
    );
    let (mut nodes, mut edges) = (0, 0);
    for line in text.lines() {
        if node.is_match(line) {
            nodes += 1;
        } else if edge.is_match(line) {
            edges += 1;
        } else {
            assert!(other.is_match(line), "{line}");
        }
    }
    (nodes, edges)
}

fn pattern(text: &str) -> regex::Regex {
    regex::Regex::new(text).expect("a pattern")
}

#[test]
fn graphs_have_a_node_for_each_place_and_parse() {
    for name in ["forge-alerts", "connect-export-reporter", "broken-digest"] {
        let json = example(name, &["--format", "json"], "80");
        let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        let accesses = json["accesses"].as_array().expect("a list").len();
        let (nodes, edges) = dot(&example(name, &["--format", "dot"], "80"));
        assert!(nodes > accesses && edges >= accesses / 2, "{name}: {nodes} {edges}");
        assert_eq!(mermaid(&example(name, &["--format", "mermaid"], "80")), (nodes, edges), "{name}");
    }
}

#[test]
fn names_of_files_and_apps_are_text_and_nothing_else() {
    for name in HOSTILE {
        let folder = hostile(name);
        let tree = flows(folder.path(), &[], "80");
        assert!(!tree.contains(['\u{1b}', '\u{202e}']), "{name:?}\n{tree}");
        assert!(tree.contains("log (likely)"), "{name:?}\n{tree}");
        assert_eq!(dot(&flows(folder.path(), &["--format", "dot"], "80")), (2, 1), "{name:?}");
        assert_eq!(mermaid(&flows(folder.path(), &["--format", "mermaid"], "80")), (2, 1), "{name:?}");
        let json = flows(folder.path(), &["--format", "json"], "80");
        let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        assert_eq!(json["flows"].as_array().map(Vec::len), Some(1), "{name:?}");
    }
}

#[test]
fn it_goes_to_a_file_when_asked_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = flows(folder.path(), &["--format", "dot", "--output", "flows.dot"], "80");
    assert_eq!(out, "");
    let written = std::fs::read_to_string(folder.path().join("flows.dot")).expect("it was written");
    assert_eq!(dot(&written), (0, 0));
    for (args, expected) in [
        (&["nowhere"][..], "there is no folder `nowhere`"),
        (&["flows.dot"], "`mailpermit flows .`"),
        (&["--format", "svg"], "svg"),
        (&["--exclude", "a["], "`--exclude`"),
        (&["--output", "no/such/file"], "cannot write"),
    ] {
        let ended = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
            .arg("flows")
            .args(args)
            .current_dir(folder.path())
            .output()
            .expect("it starts");
        let err = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{args:?}\n{err}");
        assert!(err.contains(expected), "{args:?}\n{err}");
    }
}
