//! The language server, driven by a client over its standard input and output.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// How long an answer may take before the test says that there is none. Machines that build are slow.
const PATIENCE: Duration = Duration::from_secs(60);

struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What was published last of each file, by its name.
    told: BTreeMap<String, Vec<Value>>,
    last_id: i64,
    root: String,
}

impl Client {
    fn start(root: &Path, capabilities: &Value) -> (Self, Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (send, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let root = url::Url::from_file_path(root).expect("it is absolute").to_string();
        let mut client = Self { child, input, messages, told: BTreeMap::new(), last_id: 0, root };
        let params = json!({
            "processId": null,
            "rootUri": null,
            "workspaceFolders": [{ "uri": client.root, "name": "app" }],
            "capabilities": capabilities,
        });
        let answer = client.ask("initialize", params).expect("it initializes");
        client.tell("initialized", json!({}));
        (client, answer)
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    fn raw(&mut self, text: &str) {
        let input = self.input.as_mut().expect("it is open");
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        input.flush().expect("it listens");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.raw(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.raw(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    fn next(&mut self) -> Option<Value> {
        match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => {
                if message["method"] == "textDocument/publishDiagnostics" {
                    let uri = message["params"]["uri"].as_str().expect("it has an address");
                    let path = uri.strip_prefix(&self.root).expect("it is below the root");
                    let found = message["params"]["diagnostics"].as_array().expect("a list").clone();
                    self.told.insert(path.trim_start_matches('/').to_owned(), found);
                }
                Some(message)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no answer"),
        }
    }

    fn answer(&mut self, id: &Value) -> Result<Value, Value> {
        loop {
            let message = self.next().expect("it still runs");
            if message.get("method").is_none() && message["id"] == *id {
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.request(method, params);
        self.answer(&id.into())
    }

    /// Asks something that has to wait for a check, so that what was published before it is known.
    fn settle(&mut self, path: &str) {
        let params = at(&self.uri(path), 0, 0);
        self.ask("textDocument/hover", params).expect("it answers");
    }

    fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "x", "version": 1, "text": text } }),
        );
    }

    fn replace(&mut self, path: &str, version: i32, text: &str) {
        let uri = self.uri(path);
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
    }

    fn actions(&mut self, path: &str, line: u32, character: u32) -> Vec<Value> {
        let position = json!({ "line": line, "character": character });
        let params = json!({
            "textDocument": { "uri": self.uri(path) },
            "range": { "start": position, "end": position },
            "context": { "diagnostics": [] },
        });
        let answer = self.ask("textDocument/codeAction", params).expect("it answers");
        let actions = answer.as_array().expect("a list").clone();
        // An editor shows a title on one line.
        let broken = actions.iter().find(|a| a["title"].as_str().is_none_or(|t| t.contains('\n')));
        assert_eq!(broken, None);
        actions
    }

    fn codes(&self, path: &str) -> Vec<&str> {
        let told = self.told.get(path).map(Vec::as_slice).unwrap_or_default();
        told.iter().map(|d| d["code"].as_str().expect("a rule")).collect()
    }

    fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null).expect("it shuts down");
        self.tell("exit", Value::Null);
        self.input = None;
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed must leave nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                if let Some(value) = line.strip_prefix("Content-Length: ") {
                    length = value.parse().expect("a number");
                }
            }
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

const MANIFEST: &str = "app:\n  id: ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000\npermissions:\n  scopes:\n    - read:email-address:jira\n";
const DECLARATION: &str = "version: 1
uses:
  failed-export-report:
    functionality: error-reports
    description: >-
      When a scheduled export fails, the owner of the schedule gets one mail
      with the reason and the time of the next try.
    addresses-from: [jira-email-api]
";
const CODE: &str = "import api, { route } from '@forge/api';

export async function owner(id) {
  const said = '😀'; const res = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);
  const { email } = await res.json();
  return send(email, said);
}
";

/// A small app in a folder.
fn app() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::create_dir(folder.path().join("src")).expect("writable");
    for (path, text) in
        [("manifest.yml", MANIFEST), ("email-access.yaml", DECLARATION), ("src/owner.js", CODE)]
    {
        std::fs::write(folder.path().join(path), text).expect("writable");
    }
    folder
}

fn start(folder: &tempfile::TempDir) -> Client {
    let root = folder.path().canonicalize().expect("it is there");
    let (mut client, _) = Client::start(&root, &json!({}));
    client.settle("src/owner.js");
    client
}

#[test]
fn an_app_is_checked_and_edits_count_before_they_are_saved() {
    let folder = app();
    let mut client = start(&folder);
    assert!(client.codes("src/owner.js").contains(&"undeclared-access"), "{:?}", client.told);
    assert!(client.codes("email-access.yaml").contains(&"unused-declaration"), "{:?}", client.told);
    let found = client.told["src/owner.js"].iter().find(|d| d["code"] == "undeclared-access").unwrap();
    let before = CODE.lines().nth(3).unwrap().split("await").next().unwrap();
    let units = before.encode_utf16().count() + "await ".len();
    assert_eq!(found["range"]["start"]["line"], 3);
    assert_eq!(found["range"]["start"]["character"], units, "UTF-16 behind an emoji: {found}");

    client.open("src/owner.js", CODE);
    client.replace(
        "src/owner.js",
        2,
        &CODE.replace("export async", "// @email-use failed-export-report\nexport async"),
    );
    client.settle("src/owner.js");
    assert!(!client.codes("src/owner.js").contains(&"undeclared-access"), "{:?}", client.told);
    assert!(!client.codes("email-access.yaml").contains(&"unused-declaration"), "{:?}", client.told);

    // What is typed into the declaration is about the code, and the other way round.
    client.open("email-access.yaml", &DECLARATION.replace("failed-export-report", "other-use"));
    client.settle("src/owner.js");
    assert!(client.codes("src/owner.js").contains(&"unknown-use"), "{:?}", client.told);

    // A part is replaced at a place in units of UTF-16; closing without saving takes all back.
    let uri = client.uri("src/owner.js");
    let here = |character| json!({ "line": 4, "character": character });
    client.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": uri, "version": 3 },
            "contentChanges": [{ "range": { "start": here(16), "end": here(19) }, "text": "told" }],
        }),
    );
    client.settle("src/owner.js");
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    let uri = client.uri("email-access.yaml");
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    client.settle("src/owner.js");
    assert!(client.codes("src/owner.js").contains(&"undeclared-access"), "{:?}", client.told);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn an_edit_is_told_at_once_where_it_is_made_and_soon_where_it_matters() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("writable");
    write("manifest.yml", MANIFEST);
    let asks = |n: usize, path: &str| {
        format!(
            "import api, {{ route }} from '@forge/api';\nimport {{ path{n} }} from './path{n}';\n\nexport async function ask{n}(id) {{\n  const res = await api.asApp().requestJira(route`/rest/api/3/{path}?accountId=${{id}}`);\n  const user = await res.json();\n  console.log(user.email);\n}}\n"
        )
    };
    let path = |n: usize, path: &str| format!("export const path{n} = '{path}';\n");
    for n in 0..40 {
        write(&format!("ask{n}.js"), &asks(n, &format!("${{path{n}}}")));
        write(&format!("path{n}.js"), &path(n, "user/email"));
    }
    let root = folder.path().canonicalize().expect("it is there");
    let (mut client, _) = Client::start(&root, &json!({}));
    client.settle("ask7.js");
    assert!(client.codes("ask7.js").contains(&"email-in-logs"), "{:?}", client.told);
    client.open("ask7.js", &asks(7, "${path7}"));
    for (version, path, logs) in [(2, "issue/8", false), (3, "${path7}", true), (4, "issue/7", false)] {
        client.replace("ask7.js", version, &asks(7, path));
        client.settle("ask7.js");
        assert_eq!(client.codes("ask7.js").contains(&"email-in-logs"), logs, "{path}: {:?}", client.told);
        assert!(client.codes("ask8.js").contains(&"email-in-logs"), "the others stay");
    }
    // What it means for a file that nobody edits is told by the run that follows.
    client.open("path9.js", &path(9, "issue/9"));
    while client.codes("ask9.js").contains(&"email-in-logs") {
        client.next().expect("it still runs");
    }
    assert!(client.codes("ask8.js").contains(&"email-in-logs"), "the others stay");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_changes_on_disk_is_seen_when_it_is_told() {
    let folder = app();
    let mut client = start(&folder);
    let path = folder.path().join("src/other.js");
    std::fs::write(&path, CODE).expect("writable");
    let uri = client.uri("src/other.js");
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 1 }] }));
    client.settle("src/owner.js");
    assert!(client.codes("src/other.js").contains(&"undeclared-access"), "{:?}", client.told);
    std::fs::remove_file(&path).expect("it is there");
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 3 }] }));
    client.settle("src/owner.js");
    assert_eq!(client.codes("src/other.js"), Vec::<&str>::new());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn uses_are_shown_offered_and_found() {
    let folder = app();
    let mut client = start(&folder);
    let annotated = CODE.replace("export async", "// @email-use failed-export-report\nexport async");
    client.open("src/owner.js", &annotated);
    let (code, declaration) = (client.uri("src/owner.js"), client.uri("email-access.yaml"));

    let hover = client.ask("textDocument/hover", at(&code, 2, 18)).unwrap();
    let text = hover["contents"]["value"].as_str().expect("text");
    assert!(text.contains("the owner of the schedule gets one mail"), "{text}");
    assert!(text.contains("**functionality `error-reports`**"), "{text}");
    let hover = client.ask("textDocument/hover", at(&declaration, 3, 22)).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains("list of valid uses"), "{hover}");
    let hover = client.ask("textDocument/hover", at(&code, 0, 0)).unwrap();
    assert_eq!(hover, Value::Null);

    let found = client.ask("textDocument/definition", at(&code, 2, 18)).unwrap();
    assert_eq!((&found[0]["uri"], &found[0]["range"]["start"]["line"]), (&json!(declaration), &json!(2)));
    let found = client.ask("textDocument/definition", at(&declaration, 2, 5)).unwrap();
    assert_eq!((&found[0]["uri"], &found[0]["range"]["start"]["line"]), (&json!(code), &json!(2)));
    let mut params = at(&code, 2, 18);
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.ask("textDocument/references", params).unwrap();
    assert_eq!(found.as_array().map(Vec::len), Some(2), "{found}");

    // Names to choose from, before what is typed is anything.
    client.replace("src/owner.js", 2, &CODE.replace("export async", "// @email-use fai\nexport async"));
    let items = client.ask("textDocument/completion", at(&code, 2, 17)).unwrap();
    assert_eq!(items[0]["label"], "failed-export-report", "{items}");
    assert_eq!(items[0]["textEdit"]["range"]["start"]["character"], 14, "{items}");
    client.replace("src/owner.js", 3, &CODE.replace("export async", "// mailpermit: ignore[\nexport async"));
    let items = client.ask("textDocument/completion", at(&code, 2, 22)).unwrap();
    assert!(items.as_array().unwrap().iter().any(|i| i["label"] == "email-in-logs"), "{items}");
    client.open("email-access.yaml", &DECLARATION.replace("error-reports", ""));
    let items = client.ask("textDocument/completion", at(&declaration, 3, 19)).unwrap();
    assert!(items.as_array().unwrap().iter().any(|i| i["label"] == "error-reports"), "{items}");
    let items = client.ask("textDocument/completion", at(&declaration, 0, 5)).unwrap();
    assert_eq!(items, json!([]));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_finding_can_be_mended_by_an_action() {
    let folder = app();
    let mut client = start(&folder);
    client.open("src/owner.js", CODE);
    let uri = client.uri("src/owner.js");
    let actions = client.actions("src/owner.js", 3, 50);
    let titled = |actions: &[Value], words: &str| {
        let found = actions.iter().find(|a| a["title"].as_str().unwrap().contains(words)).cloned();
        found.unwrap_or_else(|| panic!("{words}: {actions:?}"))
    };
    let annotate = titled(&actions, "Say that this address is for `failed-export-report`");
    let edit = &annotate["edit"]["changes"][&uri][0];
    // Two statements stand on the line: it is the function that an annotation can stand above.
    assert_eq!(edit["newText"], "// @email-use failed-export-report\n");
    assert_eq!(edit["range"]["start"], json!({ "line": 2, "character": 0 }));
    let fix = titled(&actions, "Fix `undeclared-access`");
    assert_eq!(fix["isPreferred"], true);
    assert_eq!(fix["edit"]["changes"][&uri][0]["newText"], edit["newText"], "{fix}");
    assert_eq!(fix["diagnostics"][0]["code"], "undeclared-access");
    let suppress = titled(&actions, "Suppress `undeclared-access` here, with a reason");
    let edit = &suppress["edit"]["changes"][&uri][0];
    assert_eq!(edit["newText"], "  // mailpermit: ignore[undeclared-access] \n");

    // What it leaves to write is asked for until it is written.
    let mut text = CODE.to_owned();
    text.insert_str(CODE.find("  const said").unwrap(), edit["newText"].as_str().unwrap());
    client.replace("src/owner.js", 2, &text);
    client.settle("src/owner.js");
    assert!(client.codes("src/owner.js").contains(&"malformed-annotation"), "{:?}", client.told);
    client.replace("src/owner.js", 3, &text.replace("access] ", "access] the caller says why"));
    client.settle("src/owner.js");
    assert!(!client.codes("src/owner.js").contains(&"malformed-annotation"), "{:?}", client.told);
    assert!(!client.codes("src/owner.js").contains(&"undeclared-access"), "{:?}", client.told);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn an_action_that_writes_lines_has_a_title_of_one_line() {
    let folder = app();
    std::fs::write(
        folder.path().join("manifest.yml"),
        MANIFEST.replace("read:email-address:jira", "read:jira-work"),
    )
    .expect("writable");
    let mut client = start(&folder);
    client.open("src/owner.js", CODE);
    let actions = client.actions("src/owner.js", 3, 50);
    let titles: Vec<&str> = actions.iter().filter_map(|a| a["title"].as_str()).collect();
    let fix = titles.iter().find(|t| t.starts_with("Fix `missing-email-scope`"));
    assert!(fix.is_some_and(|t| t.contains("read:email-address:jira")), "{titles:?}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn an_editor_that_knows_gaps_gets_one_for_the_reason() {
    let folder = app();
    let root = folder.path().canonicalize().expect("it is there");
    let capabilities = json!({
        "workspace": { "workspaceEdit": { "documentChanges": true, "snippetEditSupport": true } },
        "general": { "positionEncodings": ["utf-8", "utf-16"] },
    });
    let (mut client, answer) = Client::start(&root, &capabilities);
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-8");
    client.settle("src/owner.js");
    let found = client.told["src/owner.js"].iter().find(|d| d["code"] == "undeclared-access").unwrap();
    let line = CODE.lines().nth(3).unwrap();
    assert_eq!(found["range"]["start"]["character"], line.find("await ").unwrap() + 6, "bytes: {found}");
    let actions = client.actions("src/owner.js", 3, 60);
    let suppress = actions.iter().find(|a| a["title"].as_str().unwrap().starts_with("Suppress")).unwrap();
    let edit = &suppress["edit"]["documentChanges"][0]["edits"][0];
    let text = edit["snippet"]["value"].as_str().expect("a snippet");
    assert!(text.starts_with("  // mailpermit: ignore[") && text.ends_with("] ${1:reason}\n"), "{text}");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_wrong_is_answered_and_ends_nothing() {
    let folder = app();
    let mut client = start(&folder);
    let uri = client.uri("src/owner.js");
    client.raw("{ this is no JSON");
    assert_eq!(client.answer(&Value::Null).unwrap_err()["code"], -32700);
    client.raw("[]");
    assert_eq!(client.answer(&Value::Null).unwrap_err()["code"], -32700);
    for (method, params, code) in [
        ("textDocument/hover", json!({ "textDocument": 7 }), -32602),
        ("textDocument/hover", Value::Null, -32602),
        ("textDocument/nothing", json!({}), -32601),
        ("initialize", json!({ "capabilities": {} }), -32600),
    ] {
        assert_eq!(client.ask(method, params.clone()).unwrap_err()["code"], code, "{method} {params}");
    }
    // Positions that are nowhere, files that are nowhere, changes of what is not open.
    for (uri, line) in [(&uri[..], u32::MAX), ("file:///nowhere/a.js", 1), ("untitled:1", 0), ("", 0)] {
        let params = at(uri, line, u32::MAX);
        assert!(client.ask("textDocument/hover", params.clone()).is_ok(), "{uri}");
        assert!(client.ask("textDocument/completion", params).is_ok(), "{uri}");
    }
    client.replace("src/owner.js", 9, "not open");
    client.tell("textDocument/didChange", json!({ "textDocument": "?" }));
    client.tell("$/unknown", json!({}));
    client.open("src/owner.js", CODE);
    let reversed = json!({ "start": { "line": 5, "character": 3 }, "end": { "line": 1, "character": 0 } });
    client.tell(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": uri, "version": 2 },
            "contentChanges": [{ "range": reversed, "text": "é😀" }],
        }),
    );
    client.open("src/deep.js", &format!("requestJira({}1{});", "[".repeat(100_000), "]".repeat(100_000)));
    client.settle("src/owner.js");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_cancelled_is_answered_as_cancelled() {
    let folder = app();
    let root = folder.path().canonicalize().expect("it is there");
    let (mut client, _) = Client::start(&root, &json!({}));
    let uri = client.uri("src/owner.js");
    // A burst of edits and questions; each question is answered, the last one from the last text.
    client.open("src/owner.js", CODE);
    let mut ids = Vec::new();
    for n in 2..40 {
        client.replace("src/owner.js", n, &format!("// {n}\n{CODE}"));
        ids.push(client.request("textDocument/hover", at(&uri, 4, 50)));
        if n % 2 == 0 {
            client.tell("$/cancelRequest", json!({ "id": ids.last() }));
        }
    }
    let mut cancelled = 0;
    for (n, id) in ids.iter().enumerate() {
        match client.messages_until(*id) {
            Ok(hover) => assert!(hover["contents"]["value"].is_string() || n < 37, "{hover}"),
            Err(error) => {
                assert_eq!(error["code"], -32800, "{error}");
                cancelled += 1;
            }
        }
    }
    assert!(cancelled > 0, "none was cancelled");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn it_ends_with_its_editor() {
    let folder = app();
    let mut client = start(&folder);
    client.input = None;
    assert_eq!(client.child.wait().expect("it ends").code(), Some(1));
}

impl Client {
    /// The answer to one of several questions, whose answers come in any order.
    fn messages_until(&mut self, id: i64) -> Result<Value, Value> {
        let key = format!("answer {id}");
        loop {
            if let Some(found) = self.told.remove(&key) {
                let message = &found[0];
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
            let message = self.next().expect("it still runs");
            if message.get("method").is_none() {
                self.told.insert(format!("answer {}", message["id"]), vec![message]);
            }
        }
    }
}
