//! `mock`: the program itself on a port of its own, asked over real HTTP.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mailpermit::visibility::mock::routes::{self, Method, Operation};
use mailpermit::visibility::scenarios::Scenarios;
use mailpermit::visibility::shapes;
use serde_json::{Value, json};

use super::support::is_committed;

/// A mock that runs until it is dropped.
pub struct Running {
    child: Child,
    pub base: String,
    client: reqwest::blocking::Client,
}

pub struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Running {
    pub fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
            .arg("mock")
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it says that it is ready");
        let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::blocking::Client::builder().no_proxy().build().expect("a client");
        Self { child, base, client }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Got {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().unwrap_or_else(|e| panic!("{path}: {e}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().expect("a body");
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") };
        Got { status, headers, body }
    }

    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &[], None).body
    }

    #[cfg(unix)]
    fn stop(mut self) -> (Option<i32>, String) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(killed.expect("there is kill").success());
        let start = Instant::now();
        while self.child.try_wait().expect("it can be asked").is_none() {
            assert!(start.elapsed() < Duration::from_secs(20), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut err = String::new();
        self.child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("text");
        (self.child.wait().expect("it ended").code(), err)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn id(name: &str) -> String {
    Scenarios::embedded().people[name].account_id.clone()
}

#[test]
fn the_description_is_committed_and_sound() {
    let description = routes::openapi();
    let mut text = serde_json::to_string_pretty(&description).expect("it is written");
    text.push('\n');
    is_committed("schemas/mock.openapi.json", &text);
    let components = description["components"]["schemas"].as_object().expect("schemas");
    let mut ids = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        assert!(path.starts_with('/'));
        for (method, operation) in item.as_object().expect("operations") {
            assert!(["get", "post", "put", "patch", "delete"].contains(&method.as_str()));
            assert!(ids.insert(operation["operationId"].to_string()), "{operation}");
            let named: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .filter(|p| p["in"] == "path")
                .filter_map(|p| p["name"].as_str())
                .collect();
            let in_path: BTreeSet<&str> =
                path.split(['{', '}']).enumerate().filter(|(n, _)| n % 2 == 1).map(|(_, s)| s).collect();
            assert_eq!(named, in_path, "{path}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                assert!(status.parse::<u16>().is_ok() && response["description"].is_string());
            }
            collect(operation, &mut used);
        }
    }
    collect(&description["components"], &mut used);
    for name in &used {
        assert!(components.contains_key(name), "there is no shape {name}");
    }
    let unused: Vec<&String> = components.keys().filter(|k| !used.contains(*k)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

fn collect(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                used.insert(name.trim_start_matches("#/components/schemas/").to_owned());
            }
            map.values().for_each(|v| collect(v, used));
        }
        Value::Array(list) => list.iter().for_each(|v| collect(v, used)),
        _ => {}
    }
}

/// Endpoint, method, query (below an empty name) and headers, body, and the status that is expected.
type Asking = (Operation, &'static str, Vec<(&'static str, String)>, Option<Value>, u16);

/// Requests that reach every documented status of every endpoint, beside the control endpoints.
fn requests() -> Vec<Asking> {
    use Operation::*;
    let one = format!("accountId={}", id("paul"));
    let gone = format!("accountId={}", id("gone"));
    let many = format!("accountId={}&accountId={}&accountId={}", id("paul"), id("gone"), id("nadia"));
    let none = "accountId=5d83f7c1a90b4e6632105a00".to_owned();
    let q = |query: &str| vec![("", query.to_owned())];
    let h =
        |query: &str, name: &'static str, value: &str| vec![("", query.to_owned()), (name, value.to_owned())];
    let at = "2026-11-22T10:00:00Z";
    let report = |ids: &[String]| {
        let list: Vec<Value> = ids.iter().map(|i| json!({"accountId": i, "updatedAt": at})).collect();
        Some(json!({"accounts": list}))
    };
    let mut all = Vec::new();
    for (op, email) in
        [(JiraEmail, 503), (JiraEmailBulk, 503), (ConfluenceEmail, 501), (ConfluenceEmailBulk, 501)]
    {
        all.push((op, "GET", q(&many), None, 200));
        all.push((op, "GET", q(""), None, 400));
        all.push((op, "GET", h(&one, "x-mailpermit-caller", "api-token"), None, 401));
        all.push((op, "GET", h(&one, "x-mailpermit-status", &email.to_string()), None, email));
    }
    for op in [JiraEmail, ConfluenceEmail] {
        all.push((op, "GET", q(&gone), None, 404));
    }
    for op in [JiraUser, ConfluenceUser] {
        all.push((op, "GET", q(&one), None, 200));
        all.push((op, "GET", q(""), None, 400));
        all.push((op, "GET", q(&none), None, 404));
    }
    for op in [
        JiraMyself,
        JiraUserPage,
        JiraUserList,
        JiraUsers,
        JiraPicker,
        JiraGroup,
        JiraGroupMember,
        JiraIssue,
        JiraServerInfo,
        ServiceDeskUsers,
        ConfluenceCurrent,
        ConfluenceAnonymous,
        ConfluenceGroup,
        Identity,
    ] {
        all.push((op, "GET", q(""), None, 200));
    }
    all.push((JiraUsers, "GET", q("startAt=2&maxResults=3"), None, 200));
    all.push((JiraGroupMember, "GET", q("startAt=2&maxResults=3"), None, 200));
    all.push((Identity, "GET", h("", "x-mailpermit-caller", "3lo-no-consent"), None, 401));
    all.push((JiraUserBulk, "GET", q(&many), None, 200));
    all.push((JiraUserBulk, "GET", q(""), None, 400));
    all.push((JiraUserSearch, "GET", q("query=nadia"), None, 200));
    all.push((JiraUserSearch, "GET", q(""), None, 400));
    all.push((JiraNotify, "POST", q(""), Some(json!({"subject": "s"})), 204));
    all.push((JiraNotify, "POST", q(""), None, 400));
    all.push((ConfluenceBulk, "GET", q(&many), None, 200));
    all.push((ConfluenceBulk, "GET", q(""), None, 400));
    all.push((ConfluenceSearch, "GET", q("cql=user.fullname~%22nadia%22"), None, 200));
    all.push((ConfluenceSearch, "GET", q(""), None, 400));
    all.push((ConfluenceSpace, "GET", q("expand=permissions"), None, 200));
    all.push((ConfluenceSpace, "GET", q(""), None, 200));
    all.push((ConfluenceUsersV2, "POST", q(""), Some(json!({"accountIds": [id("paul")]})), 200));
    all.push((ConfluenceUsersV2, "POST", q(""), Some(json!({})), 400));
    all.push((ReportAccounts, "POST", q(""), report(&[id("gone"), id("paul")]), 200));
    all.push((ReportAccounts, "POST", q(""), report(&[id("paul")]), 204));
    all.push((ReportAccounts, "POST", q(""), report(&["unknown".to_owned()]), 400));
    all.push((ReportAccounts, "POST", h("", "x-mailpermit-status", "429"), report(&[id("paul")]), 429));
    all.push((DirectorySearch, "POST", q(""), Some(json!({"searchTerm": "nadia"})), 200));
    all.push((DirectorySearch, "POST", q(""), Some(json!({"searchTerm": "n", "emails": []})), 400));
    all.push((DirectorySearch, "POST", h("", "x-mailpermit-status", "401"), None, 401));
    all.push((DirectoryUser, "GET", q(""), None, 200));
    all.push((DirectoryUser, "GET", h("", "x-mailpermit-status", "401"), None, 401));
    all.push((DirectoryUser, "GET", h("", "x-mailpermit-status", "404"), None, 404));
    all.push((RetiredSearch, "POST", q(""), Some(json!({})), 410));
    all
}

#[test]
fn every_documented_status_is_reached_with_its_documented_shape() {
    let mock = Running::start(&[]);
    let mut reached: BTreeSet<(Operation, u16)> = BTreeSet::new();
    for (op, method, given, body, status) in requests() {
        let route = routes::all().iter().find(|r| r.op == op).expect("it has a row");
        let query = given.iter().find(|(n, _)| n.is_empty()).map_or("", |(_, v)| v.as_str());
        let headers: Vec<(&str, &str)> =
            given.iter().filter(|(n, _)| !n.is_empty()).map(|(n, v)| (*n, v.as_str())).collect();
        for path in &route.paths {
            for prefix in ["", "/ex/jira/11223344-a1b2-3b33-c444-def123456789"] {
                let path = path.replace("{version}", "3").replace("{account}", &id("nadia"));
                let path = path.split(['{', '}']).enumerate().map(|(n, s)| if n % 2 == 1 { "x1" } else { s });
                let path = format!("{prefix}{}?{query}", path.collect::<String>());
                let got = mock.ask(method, &path, &headers, body.as_ref());
                assert_eq!(got.status, status, "{method} {path} {headers:?}: {}", got.body);
                match route.answers.get(&status).expect("the status is documented") {
                    None => assert_eq!(got.body, Value::Null),
                    Some(shape) => {
                        let schema = shapes::schema(shape);
                        let validator = jsonschema::draft202012::new(&schema).expect("a schema");
                        if let Err(e) = validator.validate(&got.body) {
                            panic!("{path}: {e}\n{:#}", got.body);
                        }
                    }
                }
            }
        }
        reached.insert((op, status));
    }
    let documented: BTreeSet<(Operation, u16)> = routes::all()
        .iter()
        .filter(|r| !r.is_control())
        .flat_map(|r| r.answers.keys().map(|s| (r.op, *s)))
        .collect();
    let missing: Vec<_> = documented.difference(&reached).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    assert!(routes::all().iter().all(|r| r.method != Method::Get || r.body.is_none()));
}

#[test]
fn scenarios_come_by_flag_header_file_and_while_it_runs() {
    let user = format!("/rest/api/3/user?accountId={}", id("paul"));
    let mock = Running::start(&["--scenario", "unhidden"]);
    assert!(mock.get(&user)["emailAddress"].is_string());
    let got = mock.ask("GET", &user, &[("X-Mailpermit-Scenario", "hidden")], None);
    assert!(got.body.get("emailAddress").is_none() && got.body["accountId"] == id("paul"));
    let got = mock.ask("GET", &user, &[("X-Mailpermit-Scenario", "hiden")], None);
    assert_eq!(got.status, 400);
    assert!(got.body.to_string().contains("did you mean `hidden`"));
    let set = mock.ask("PATCH", "/__mailpermit/state", &[], Some(&json!({"scenario": "app-user"})));
    assert_eq!(set.body["scenario"], "app-user");
    assert_eq!(mock.get(&user)["accountType"], "app");
    let wrong = mock.ask("PUT", "/__mailpermit/state", &[], Some(&json!({"colour": "red"})));
    assert_eq!(wrong.status, 400);
    mock.ask("POST", "/__mailpermit/reset", &[], None);
    assert!(mock.get(&user)["emailAddress"].is_string());

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("people.yaml");
    let text = "me: ann\npeople:\n  ann: {account-id: a-1, full-name: Ann, public-name: ann, email: ann@own.example, visibility: {email: anyone}}\n\
                scenarios: [{id: mine, title: t, person: ann, caller: connect}]\n";
    std::fs::write(&file, text).expect("it is written");
    let mock = Running::start(&["--scenarios", file.to_str().expect("a path"), "--scenario", "mine"]);
    assert_eq!(mock.get("/rest/api/2/user?accountId=a-1")["emailAddress"], "ann@own.example");
    assert_eq!(mock.get("/__mailpermit/scenarios")["me"], "ann");
}

#[test]
fn failures_are_told_and_end() {
    let mock = Running::start(&[]);
    let user = format!("/wiki/rest/api/user?accountId={}", id("paul"));
    let fail = json!({"fail": {"status": 503, "times": 2, "path": "/wiki"}});
    mock.ask("PATCH", "/__mailpermit/state", &[], Some(&fail));
    let statuses: Vec<u16> = (0..3).map(|_| mock.ask("GET", &user, &[], None).status).collect();
    assert_eq!(statuses, [503, 503, 200]);
    let limited = json!({"report": {"rate-limited": true, "retry-after": 9, "cycle-period": 3}, "authorization": "required"});
    mock.ask("PATCH", "/__mailpermit/state", &[], Some(&limited));
    assert_eq!(mock.ask("GET", &user, &[], None).status, 401);
    let body = json!({"accounts": []});
    let got = mock.ask("POST", "/app/report-accounts/", &[("authorization", "Bearer x")], Some(&body));
    assert_eq!(got.status, 429);
    assert_eq!(
        (&got.headers["retry-after"], &got.headers["cycle-period"]),
        (&"9".parse().unwrap(), &"3".parse().unwrap())
    );
}

#[test]
fn what_the_app_asked_for_is_recorded_without_its_credentials() {
    let mock = Running::start(&["--remember", "3"]);
    for n in 0..4 {
        mock.ask(
            "GET",
            &format!("/rest/api/3/user?accountId=a{n}"),
            &[("authorization", "Bearer s3cret")],
            None,
        );
    }
    mock.ask("GET", "/rest/api/3/nothing", &[], None);
    mock.ask("DELETE", "/rest/api/3/user", &[], None);
    let asked = mock.get("/__mailpermit/requests");
    assert_eq!((asked["total"].as_u64(), asked["forgotten"].as_u64()), (Some(6), Some(3)));
    let first = &asked["requests"][0];
    assert_eq!((&first["accountIds"], &first["authorization"]), (&json!(["a3"]), &json!("bearer")));
    assert_eq!(
        (&asked["requests"][1]["status"], &asked["requests"][2]["status"]),
        (&json!(404), &json!(404))
    );
    assert!(!asked.to_string().contains("s3cret"));
    assert_eq!(mock.ask("DELETE", "/__mailpermit/requests", &[], None).status, 204);
    assert_eq!(mock.get("/__mailpermit/requests")["total"], 0);
}

#[test]
fn hostile_requests_do_no_harm() {
    let mock = Running::start(&[]);
    let long = "a".repeat(60_000);
    assert_eq!(mock.ask("GET", &format!("/rest/api/3/user?accountId={long}"), &[], None).status, 404);
    assert_eq!(mock.ask("GET", "/rest/api/9/myself", &[], None).status, 404);
    assert_eq!(mock.ask("GET", "/rest/api/3/issue/%3Cscript%3E", &[], None).status, 200);
    let large = json!({"accounts": "x".repeat(2 << 20)});
    let refused = mock.ask("POST", "/app/report-accounts", &[], Some(&large));
    let connection = refused.headers.get("connection").and_then(|v| v.to_str().ok());
    assert_eq!((refused.status, connection), (413, Some("close")), "the rest of the body is not read");
    // What stands in `Host` goes into links only where it can be a host.
    let mut raw = std::net::TcpStream::connect(mock.base.trim_start_matches("http://")).expect("it listens");
    let request = "GET /rest/api/3/myself HTTP/1.1\r\nHost: evil.example/'x\r\nConnection: close\r\n\r\n";
    raw.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    raw.read_to_string(&mut answer).expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 ") && !answer.contains("evil"), "{answer}");
    assert_eq!(mock.ask("GET", "/rest/api/3/myself", &[], None).status, 200);
}

#[cfg(unix)]
#[test]
fn it_stops_when_it_is_told_to() {
    let mock = Running::start(&[]);
    assert_eq!(mock.ask("GET", "/rest/api/3/myself", &[], None).status, 200);
    // A connection that does nothing does not keep it.
    let idle = std::net::TcpStream::connect(mock.base.trim_start_matches("http://")).expect("it listens");
    let (code, err) = mock.stop();
    assert_eq!((code, err.as_str()), (Some(0), "stopped after 1 request\n"));
    drop(idle);
}

#[test]
fn wrong_usage_is_2() {
    for (args, expected) in [
        (&["--scenario", "hiden"][..], "did you mean `hidden`"),
        (&["--host", "0.0.0.0"], "`--expose`"),
        (&["--scenarios", "no-such-file"], "cannot read the scenarios"),
        (&["--remember", "9999999"], "9999999"),
        (&["--format", "json"], "--list"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
            .arg("mock")
            .args(args)
            .output()
            .expect("it starts");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}\n{err}");
        assert!(err.contains(expected), "{args:?}\n{err}");
    }
    let listed =
        Command::new(env!("CARGO_BIN_EXE_mailpermit")).args(["mock", "--list"]).output().expect("it starts");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("default-managed"));
}
