//! `listing` and `check --profile marketplace`: the program itself, with saved answers and with a server on 127.0.0.1.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::support::server::{Act, Asked, Server, answer};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.current_dir(folder).args(args).env("XDG_CACHE_HOME", folder.join("none")).env_remove("COLUMNS");
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// A Connect app that logs an address.
fn app() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    };
    write(
        "atlassian-connect.json",
        r#"{"key": "com.tide.reporter", "name": "Reporter", "baseUrl": "https://reporter.tide.example",
  "authentication": {"type": "jwt"}, "lifecycle": {"installed": "/installed"}, "apiMigrations": {"gdpr": true},
  "scopes": ["READ", "ACCESS_EMAIL_ADDRESSES"], "modules": {}}"#,
    );
    write(
        "email-access.yaml",
        "version: 1\ndocuments:\n  privacy-policy: {url: https://tide.example/privacy, file: PRIVACY.md}\npersonal-data:\n  collects: true\n  stores: []\n",
    );
    write(
        "PRIVACY.md",
        "# Privacy policy\n\nReporter reads the email address of the owner of a schedule. We use it only to tell the owner that an export \
         has failed. Nobody else gets it, and it is not stored. Questions go to privacy@tide.example, and everybody can ask us there to \
         delete what we hold about them.\n",
    );
    write(
        "src/notify.js",
        "const ace = require('atlassian-connect-express');\n\
         module.exports = function (addon, app) {\n\
         app.post('/failed', addon.authenticate(), (req, res) => {\n\
         const client = addon.httpClient(req);\n\
         client.get('/rest/api/3/user/email?accountId=' + req.body.owner, (error, response, body) => {\n\
         const email = JSON.parse(body).email;\n\
         console.log('failed for ' + email);\n\
         res.sendStatus(204);\n\
         });\n  });\n};\n",
    );
    folder
}

fn addon() -> Value {
    json!({"key": "com.tide.reporter", "name": "Reporter", "vendorLinks": {"privacy": "https://www.tide.example/privacy/"}})
}

fn version() -> Value {
    json!({"deployment": {"connect": true, "permissions": [{"key": "READ"}, {"key": "ACCESS_EMAIL_ADDRESSES"}]}})
}

fn answers(logs: Value) -> Value {
    json!({"dataAccessAndStorage": {"appProcessEUDOutsideAtlassian": true, "appStoresEUDOutsideAtlassian": false},
        "thirdPartyInformation": {"isEndUserDataShared": false},
        "logDetails": {"logEndUserData": logs}, "security": {"requiresUsersToProvidePATs": false}})
}

fn verdicts(report: &Value) -> Vec<(String, String)> {
    let points = report["points"].as_array().expect("points");
    let text = |v: &Value| v.as_str().expect("a text").to_owned();
    points.iter().map(|p| (text(&p["what"]), text(&p["verdict"]))).collect()
}

#[test]
fn a_saved_answer_is_held_against_the_app() {
    let folder = app();
    for (logs, code, verdict) in [
        (json!(true), 0, "agrees"),
        (json!(false), 1, "disagrees"),
        (json!("PERHAPS"), 0, "unverified"),
        (Value::Null, 0, "unverified"),
    ] {
        let all =
            json!({"addon": addon(), "version": version(), "privacy-and-security": answers(logs.clone())});
        std::fs::write(folder.path().join("saved.json"), all.to_string()).expect("writable");
        let ran = run(folder.path(), &["listing", "--listing-file", "saved.json", "--format", "json"]);
        assert_eq!(ran.code, Some(code), "{logs}: {} {}", ran.out, ran.err);
        let report: Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let all = verdicts(&report);
        let of = |what: &str| all.iter().find(|(w, _)| w.contains(what)).map(|(_, v)| v.as_str());
        assert_eq!(of("in logs"), Some(verdict), "{logs}");
        for (what, expected) in [
            ("app", "agrees"),
            ("scopes", "agrees"),
            ("privacy policy", "agrees"),
            ("customer terms", "unverified"),
            ("processed outside", "agrees"),
            ("stored outside", "agrees"),
            ("third parties", "agrees"),
            ("retention", "unverified"),
            ("access tokens", "agrees"),
        ] {
            assert_eq!(of(what), Some(expected), "{what}: {report:#}");
        }
        let human = run(folder.path(), &["listing", "--listing-file", "saved.json"]);
        assert_eq!(human.code, Some(code));
        assert_eq!(human.out.contains("src/notify.js:7"), verdict == "disagrees", "{}", human.out);
        let checked = run(folder.path(), &["check", "--listing-file", "saved.json", "--format", "json"]);
        let found = checked.out.contains("the listing disagrees on end-user data in logs");
        assert_eq!(found, verdict == "disagrees", "{}", checked.out);
    }
}

#[test]
fn what_is_no_listing_is_said_to_be_none() {
    let folder = app();
    for (text, expected) in [
        ("[]", "no answer of the Marketplace"),
        ("{", "no JSON"),
        ("{\"a\": 1}", "no answer of the Marketplace"),
    ] {
        std::fs::write(folder.path().join("saved.json"), text).expect("writable");
        for command in ["listing", "check"] {
            let ran = run(folder.path(), &[command, "--listing-file", "saved.json"]);
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{command} {text}");
            assert!(ran.err.contains(expected), "{command} {text}: {}", ran.err);
        }
    }
    let ran = run(folder.path(), &["listing", "--listing-file", "none.json"]);
    assert!(ran.code == Some(2) && ran.err.contains("cannot read `none.json`"), "{}", ran.err);
    let ran = run(folder.path(), &["listing", "--marketplace-url", "ftp://x.example"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}

fn market(asked: &Asked) -> Vec<Act> {
    let body = match asked.path.split('?').next().unwrap_or_default() {
        "/m/rest/2/addons/com.tide.reporter" => addon(),
        "/m/rest/2/addons/com.tide.reporter/versions/latest" => version(),
        "/m/rest/2/addons/com.tide.reporter/privacy-and-security" => {
            assert!(asked.path.ends_with("?state=live"), "{}", asked.path);
            answers(json!(false))
        }
        _ => return answer(404, &[("content-type", "application/json")], b"{}"),
    };
    answer(200, &[("content-type", "application/json")], body.to_string().as_bytes())
}

#[test]
fn the_marketplace_is_asked_for_the_key() {
    let server = Server::start(market);
    let (folder, url, host) = (app(), server.url("/m"), server.host());
    let flags =
        ["--marketplace-url", url.as_str(), "--allow-host", host.as_str(), "--no-cache", "--format", "json"];
    let own = run(folder.path(), &[&["listing"][..], &flags].concat());
    let named = run(folder.path(), &[&["listing", "com.tide.reporter"][..], &flags].concat());
    assert_eq!((own.code, &own.out), (Some(1), &named.out), "{} {}", own.out, own.err);
    let report: Value = serde_json::from_str(&own.out).expect("it is JSON");
    assert!(
        verdicts(&report).contains(&("end-user data in logs".to_owned(), "disagrees".to_owned())),
        "{report:#}"
    );
    assert_eq!(server.asked().len(), 6, "three answers for each");
    // A listing that is not there is neither right nor wrong.
    let other = run(folder.path(), &[&["listing", "com.other"][..], &flags].concat());
    assert_eq!(other.code, Some(0), "{}", other.err);
    let report: Value = serde_json::from_str(&other.out).expect("it is JSON");
    assert_eq!(report["missing"].as_array().map(Vec::len), Some(3));
    assert!(verdicts(&report).iter().all(|(_, v)| v == "unverified"), "{report:#}");
    // Told to leave the network alone, it does, and says so.
    let before = server.asked().len();
    let offline = run(folder.path(), &[&["listing", "--offline"][..], &flags].concat());
    assert_eq!((offline.code, server.asked().len()), (Some(0), before));
    assert!(offline.out.contains("--offline"), "{}", offline.out);
    // A host that was not allowed is not asked.
    let refused = run(folder.path(), &["listing", "--marketplace-url", &url, "--no-cache"]);
    assert_eq!((refused.code, server.asked().len()), (Some(0), before), "{}", refused.out);
    assert!(refused.out.contains("could not be verified"), "{}", refused.out);
}

#[test]
fn check_online_reads_the_listing_too() {
    let server = Server::start(market);
    let (folder, url, host) = (app(), server.url("/m"), server.host());
    // Nothing of it is asked outside of this machine.
    let text = std::fs::read_to_string(folder.path().join("email-access.yaml")).expect("it is there");
    let text = text.replace("https://tide.example/privacy", &server.url("/m/privacy"));
    std::fs::write(folder.path().join("email-access.yaml"), text).expect("writable");
    let flags = ["--online", "--no-cache", "--marketplace-url", url.as_str(), "--allow-host", host.as_str()];
    let ran = run(folder.path(), &[&["check", "--format", "json"][..], &flags].concat());
    assert!(ran.out.contains("the listing disagrees on end-user data in logs"), "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("the listing disagrees on privacy policy"), "{}", ran.out);
    let offline = run(folder.path(), &["check", "--format", "json"]);
    assert!(!offline.out.contains("the listing disagrees"), "{}", offline.out);
}

#[test]
fn readiness_is_the_same_in_every_format() {
    let folder = app();
    let of = |format: &str| run(folder.path(), &["check", "--profile", "marketplace", "--format", format]);
    let ran = of("json");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let rows = report["apps"][0]["requirements"].as_array().expect("rows");
    let status = |id: &str| rows.iter().find(|r| r["id"] == id).expect("there is one")["status"].clone();
    for (id, expected) in [
        ("inputs-read", "met"),
        ("privacy-policy", "met"),
        ("customer-terms", "not-met"),
        ("policy-purpose", "met"),
        ("policy-sharing", "met"),
        ("policy-retention", "not-met"),
        ("logs", "not-met"),
        ("personal-data-statement", "met"),
        ("personal-data-reporting", "not-applicable"),
        ("listing-agrees", "unverified"),
        ("encryption", "unverified"),
    ] {
        assert_eq!(status(id), expected, "{id}: {rows:#?}");
    }
    let purpose = rows.iter().find(|r| r["id"] == "policy-purpose").expect("there is one");
    assert!(
        purpose["evidence"][0].as_str().is_some_and(|e| e.starts_with("PRIVACY.md:3: \"We use it only")),
        "{purpose:#}"
    );
    for format in ["human", "markdown", "html"] {
        let ran = of(format);
        assert_eq!(ran.code, Some(1), "{format}");
        let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#x27;", "'");
        for row in rows {
            let requirement = row["requirement"].as_str().expect("a text");
            assert!(
                text.contains(&requirement.replace('&', "&amp;")) || text.contains(requirement),
                "{format}: {requirement}"
            );
        }
        assert_eq!(of(format).out, ran.out, "{format} is the same each time");
    }
    // Other formats are of the findings, as ever.
    assert!(
        of("sarif").out.contains("\"version\": \"2.1.0\"")
            || of("sarif").out.contains("\"version\":\"2.1.0\"")
    );
    let never = run(folder.path(), &["check", "--profile", "marketplace", "--fail-on", "never"]);
    assert_eq!(never.code, Some(0));
}

/// The page for a manager: the answer, what the Marketplace lacks, and the findings behind it.
#[test]
fn the_html_report_says_how_ready_the_app_is() {
    let app = app();
    // A name of a hostile app stands in evidence too.
    let policy = std::fs::read_to_string(app.path().join("PRIVACY.md")).expect("it was written");
    let hostile =
        policy.replace("We use it only to tell", "We use it only to <script>alert(1)</script> tell");
    std::fs::write(app.path().join("PRIVACY.md"), hostile).expect("writable");
    let table = run(app.path(), &["check", "--profile", "marketplace", "--format", "json"]);
    let table: Value = serde_json::from_str(&table.out).expect("JSON");
    let counts = &table["apps"][0]["summary"];
    let page = run(app.path(), &["check", "--profile", "marketplace", "--format", "html"]);
    assert_eq!(page.code, Some(1), "{}", page.err);
    let page = page.out;
    let summary = format!(
        "{} met, {} not met, {} could not be verified, {} not applicable",
        counts["met"], counts["not_met"], counts["unverified"], counts["not_applicable"]
    );
    let (screen, rest) = page.split_once("<nav class=\"parts\"").expect("it has parts");
    assert!(screen.contains(&summary) && screen.contains("<div class=\"verdict no\">"), "{screen}");
    let (_, section) = rest.split_once("Ready for the Marketplace?").expect("it has the section");
    let (section, findings) = section.split_once("</table>").expect("it ends");
    let requirements = table["apps"][0]["requirements"].as_array().expect("a list");
    assert_eq!(section.matches("<tr>").count(), requirements.len() + 1);
    let order: Vec<usize> = ["not met</span>", "could not be verified</span>", ">met</span>"]
        .iter()
        .map(|status| section.find(status).expect("there is one"))
        .collect();
    assert!(order.is_sorted(), "the worst first: {order:?}");
    assert!(findings.contains("<code>email-in-logs</code>"), "the report goes on");
    assert!(!page.contains("<script>alert"), "text of files is text");
    // Without the profile nobody asked for it.
    let plain = run(app.path(), &["check", "--format", "html"]).out;
    assert!(!plain.contains("Ready for the Marketplace"));
}
