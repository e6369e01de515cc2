//! An approval on record: written by the program itself, compared with what the app became, and updated.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::request_formats::{inert, skeleton};
use crate::support::{apps, hostile};
use mailpermit::facts::{Approval, ApprovedUse, Record};
use mailpermit::request::{Fields, Format, Update, build, render_update};
use serde_json::Value;

const MANIFEST: &str = "\
app:
  id: ari:cloud:ecosystem::app/8f0c6b3e-0d7e-4f0f-9a53-2a1d0f6f5a10
  name: Watchtower
  runtime: {name: nodejs22.x}
modules:
  function: [{key: main, handler: index.run}]
permissions:
  scopes: ['read:jira-work', 'read:email-address:jira', 'read:email-address:confluence', 'storage:app']
  external: {fetch: {backend: ['https://api.postmarkapp.com', 'https://hooks.crm.example']}}
";

const DECLARATION: &str = "\
version: 1
app: {name: Watchtower, vendor: Nordlys Software AS, type: forge, products: [jira]}
documents:
  privacy-policy: https://nordlys.example/privacy
  customer-terms: https://nordlys.example/terms
personal-data: {collects: true, stores: []}
uses:
  failed-export:
    functionality: error-reports
    description: >-
      When a scheduled export fails, the owner of the schedule gets one mail
      with the reason and the time of the next try.
    addresses-from: [jira-email-api, confluence-email-api]
    third-parties:
      - name: Postmark
        purpose: delivers the mail
        hosts: [api.postmarkapp.com]
        required: true
  restricted:
    functionality: security-alerts
    description: When a restriction is lifted from an issue, its assignee gets one mail that says so.
    addresses-from: [jira-email-api]
";

const CODE: &str = "\
import api, { route, storage } from '@forge/api';

// @email-use failed-export
async function addressOf(accountId) {
  const response = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${accountId}`);
  if (!response.ok) return null;
  const { email } = await response.json();
  return email;
}

// @email-use failed-export
export async function ownerOfPage(accountId) {
  const response = await api.asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${accountId}`);
  if (!response.ok) return null;
  return (await response.json()).email;
}

// @email-use restricted
export async function assignee(accountId) {
  const response = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${accountId}`);
  return response.ok ? (await response.json()).email : null;
}

export async function run({ accountId, reason }) {
  const email = await addressOf(accountId);
  if (!email) return;
  await api.fetch('https://api.postmarkapp.com/email', { method: 'POST', body: JSON.stringify({ To: email, TextBody: reason }) });
}
";

/// An app that has been approved.
struct App {
    folder: tempfile::TempDir,
}

impl App {
    fn new() -> Self {
        let app = Self { folder: tempfile::tempdir().unwrap() };
        app.write("manifest.yml", MANIFEST);
        app.write("email-access.yaml", DECLARATION);
        app.write("src/index.js", CODE);
        app
    }

    fn approved() -> Self {
        let app = Self::new();
        let out = app.run(&["approve", "--ticket", "ECOHELP-1", "--date", "2026-03-31"]);
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        app
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Replaces a part of a file, which must be there.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} in {text}");
        self.write(name, &text.replace(from, to));
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_mailpermit")).current_dir(self.path()).args(args).output().unwrap()
    }

    fn report(&self, more: &[&str]) -> Value {
        let out = self.run(&[&["check", "--format", "json"], more].concat());
        serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {out:?}"))
    }

    /// What the rules about the approval find: rule, severity, file and message.
    fn found(&self, more: &[&str]) -> Vec<(String, String, String, String)> {
        const RULES: &[&str] =
            &["unapproved-use", "approved-use-removed", "malformed-lock", "scope-before-approval"];
        let report = self.report(more);
        let text = |f: &Value, key: &str| f[key].as_str().unwrap_or_default().to_owned();
        let findings = report["findings"].as_array();
        findings
            .expect("a list")
            .iter()
            .filter(|f| RULES.contains(&f["rule"].as_str().unwrap_or_default()))
            .map(|f| (text(f, "rule"), text(f, "severity"), text(f, "file"), text(f, "message")))
            .collect()
    }
}

/// Every way of the issue in which an app can move away from its approval, and what is to be said of it: the
/// rule, the severity, the file, and a part of the message.
#[test]
fn each_change_gets_its_answer_and_harmless_ones_none() {
    type Expected = &'static [(&'static str, &'static str, &'static str, &'static str)];
    type Case = (&'static str, fn(&App) -> Vec<&'static str>, Expected);
    let cases: &[Case] = &[
        ("nothing", |_| Vec::new(), &[]),
        (
            "a new use",
            |app| {
                app.edit(
                    "email-access.yaml",
                    "  restricted:",
                    "  invited:\n    functionality: user-invitations\n    description: A lead invites a colleague, who gets one mail.\n    addresses-from: [jira-email-api]\n  restricted:",
                );
                app.edit("src/index.js", "@email-use restricted", "@email-use restricted, invited");
                Vec::new()
            },
            &[(
                "unapproved-use",
                "error",
                "email-access.yaml",
                "`invited` is not in the request that `ECOHELP-1` approved",
            )],
        ),
        (
            "a removed use",
            |app| {
                let text = app.read("email-access.yaml");
                app.write("email-access.yaml", text.split("  restricted:").next().unwrap());
                let code = app.read("src/index.js");
                let (before, rest) = code.split_once("// @email-use restricted").unwrap();
                let (_, after) = rest.split_once("}\n\n").unwrap();
                app.write("src/index.js", &format!("{before}{after}"));
                Vec::new()
            },
            &[(
                "approved-use-removed",
                "warning",
                "email-access.lock",
                "`restricted` was approved in `ECOHELP-1`",
            )],
        ),
        (
            "a new third party, declared",
            |app| {
                app.edit("email-access.yaml", "    third-parties:\n", "    third-parties:\n      - {name: CRM, purpose: keeps a log, hosts: [hooks.crm.example], required: true}\n");
                Vec::new()
            },
            &[("unapproved-use", "error", "email-access.yaml", "the third party `CRM` gets addresses")],
        ),
        (
            "a new third party, in the code",
            |app| {
                app.edit("src/index.js", "  if (!email) return;\n", "  if (!email) return;\n  await api.fetch('https://hooks.crm.example/x', { method: 'POST', body: JSON.stringify({ email }) });\n");
                Vec::new()
            },
            &[("unapproved-use", "error", "src/index.js", "sends addresses to `hooks.crm.example`")],
        ),
        (
            "a new sink that stores",
            |app| {
                app.edit(
                    "src/index.js",
                    "  if (!email) return;\n",
                    "  if (!email) return;\n  await storage.set(accountId, email);\n",
                );
                Vec::new()
            },
            &[(
                "unapproved-use",
                "error",
                "src/index.js",
                "`failed-export` is not as `ECOHELP-1` approved it: the code stores addresses",
            )],
        ),
        (
            "a new kind of stored data, declared",
            |app| {
                app.edit("email-access.yaml", "stores: []", "stores: [avatar]");
                Vec::new()
            },
            &[("unapproved-use", "error", "email-access.yaml", "`avatar` is declared as stored")],
        ),
        (
            "a moved file",
            |app| {
                let code = app.read("src/index.js");
                std::fs::remove_file(app.path().join("src/index.js")).unwrap();
                app.write("src/lib/mail/addresses.js", &format!("\n\n{code}"));
                app.write("src/index.js", "export { run } from './lib/mail/addresses';\n");
                Vec::new()
            },
            &[],
        ),
        (
            "a renamed function",
            |app| {
                app.edit("src/index.js", "addressOf", "lookUp");
                app.edit("src/index.js", "ownerOfPage", "pageOwner");
                Vec::new()
            },
            &[],
        ),
        (
            "a reformatted declaration",
            |app| {
                app.edit(
                    "email-access.yaml",
                    "    description: >-\n      When a scheduled export fails, the owner of the schedule gets one mail\n      with the reason and the time of the next try.\n",
                    "    # said to Atlassian\n    description: \"When a scheduled export fails, the owner of the\n      schedule gets one mail with the reason and the time of the next try.\"\n",
                );
                app.edit(
                    "email-access.yaml",
                    "[jira-email-api, confluence-email-api]",
                    "\n      - jira-email-api\n      - 'confluence-email-api'",
                );
                Vec::new()
            },
            &[],
        ),
        (
            "reordered keys",
            |app| {
                let text = app.read("email-access.yaml");
                let (head, uses) = text.split_once("uses:\n").unwrap();
                let (one, two) = uses.split_once("  restricted:\n").unwrap();
                let one = one.replace("    functionality: error-reports\n", "");
                let one = one.replace(
                    "        purpose: delivers the mail\n        hosts: [api.postmarkapp.com]\n",
                    "        hosts: [api.postmarkapp.com]\n        purpose: delivers the mail\n",
                );
                let one = one.replace(
                    "[jira-email-api, confluence-email-api]",
                    "[confluence-email-api, jira-email-api]",
                );
                let rest = head.replace("version: 1\n", "");
                app.write(
                    "email-access.yaml",
                    &format!(
                        "uses:\n  restricted:\n{two}{one}    functionality: error-reports\n{rest}version: 1\n"
                    ),
                );
                Vec::new()
            },
            &[],
        ),
        (
            "a reordered and reformatted record",
            |app| {
                let read: Value = serde_saphyr::from_str(&app.read("email-access.lock")).unwrap();
                app.write("email-access.lock", &format!("# merged\n{read:#}\n"));
                Vec::new()
            },
            &[],
        ),
        (
            "a new description",
            |app| {
                app.edit(
                    "email-access.yaml",
                    "with the reason and",
                    "with the reason, the names of all members and",
                );
                Vec::new()
            },
            &[("unapproved-use", "error", "email-access.yaml", "its description is not the approved one")],
        ),
        (
            "another functionality",
            |app| {
                app.edit(
                    "email-access.yaml",
                    "functionality: security-alerts",
                    "functionality: alert-subscriptions",
                );
                Vec::new()
            },
            &[(
                "unapproved-use",
                "error",
                "email-access.yaml",
                "is `alert-subscriptions`, and `security-alerts` was approved",
            )],
        ),
        (
            "another list of uses",
            |app| {
                app.write(
                    "own.yaml",
                    &include_str!("../../src/catalog/uses.yaml")
                        .replace("version: \"2024-12-09\"", "version: \"2027-01-31\""),
                );
                vec!["--catalogue", "own.yaml"]
            },
            &[(
                "unapproved-use",
                "info",
                "email-access.lock",
                "list of uses of `2024-12-09`, and this is that of `2027-01-31`",
            )],
        ),
        (
            "a dropped source",
            |app| {
                app.edit("email-access.yaml", "[jira-email-api, confluence-email-api]", "[jira-email-api]");
                let code = app.read("src/index.js");
                let (before, rest) = code.split_once("// @email-use failed-export\nexport").unwrap();
                let (_, after) = rest.split_once("}\n\n").unwrap();
                app.write("src/index.js", &format!("{before}{after}"));
                Vec::new()
            },
            &[(
                "approved-use-removed",
                "warning",
                "email-access.yaml",
                "no longer come from `confluence-email-api`",
            )],
        ),
        (
            "a source that is declared no longer and still read",
            |app| {
                app.edit("email-access.yaml", "[jira-email-api, confluence-email-api]", "[jira-email-api]");
                Vec::new()
            },
            &[(
                "approved-use-removed",
                "warning",
                "email-access.yaml",
                "no longer come from `confluence-email-api`",
            )],
        ),
        (
            "a new source, in the code",
            |app| {
                app.edit("src/index.js", "// @email-use restricted", "// @email-use restricted\nexport async function other(id) {\n  const answer = await api.asApp().requestConfluence(route`/wiki/rest/api/user/email?accountId=${id}`);\n  return answer.ok ? (await answer.json()).email : null;\n}\n\n// @email-use restricted");
                Vec::new()
            },
            &[(
                "unapproved-use",
                "error",
                "src/index.js",
                "`restricted` is not as `ECOHELP-1` approved it: the code reads addresses from `confluence-email-api`",
            )],
        ),
    ];
    for (name, change, expected) in cases {
        let app = App::approved();
        let more = change(&app);
        let found = app.found(&more);
        assert_eq!(found.len(), expected.len(), "{name}: {found:#?}");
        for ((rule, severity, file, message), (er, es, ef, em)) in found.iter().zip(*expected) {
            assert_eq!(
                (rule.as_str(), severity.as_str(), file.as_str()),
                (*er, *es, *ef),
                "{name}: {message}"
            );
            assert!(message.contains(em), "{name}: {message}");
        }
        // What is told is what the update asks for, and once that is approved nothing is told.
        let update = app.run(&[&["request", "--update", "--draft"], more.as_slice()].concat());
        let asked = expected.iter().any(|(_, severity, ..)| *severity != "info");
        assert_eq!(!update.stdout.is_empty(), asked, "{name}: {}", String::from_utf8_lossy(&update.stderr));
        if name.contains("in the code") || name.contains("stores") {
            continue;
        }
        let again = app.run(&[&["approve", "--ticket", "ECOHELP-2"], more.as_slice()].concat());
        assert_eq!(again.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(app.found(&more), [], "{name}");
    }
}

#[test]
fn the_same_state_is_the_same_record() {
    let app = App::approved();
    let first = app.read("email-access.lock");
    assert!(first.starts_with("# What Atlassian approved"), "{first}");
    for part in [
        "ticket: ECOHELP-1\n",
        "date: 2026-03-31\n",
        "catalogue: 2024-12-09\n",
        "  failed-export:\n",
        "description: fnv1a64:",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    app.run(&["approve", "--ticket", "ECOHELP-1", "--date", "2026-03-31"]);
    assert_eq!(app.read("email-access.lock"), first);
    assert!(!first.contains("src/"), "no place in the code: {first}");
    let left: Vec<_> = std::fs::read_dir(app.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn each_of_several_apps_has_its_own_record() {
    let app = App::new();
    for file in ["manifest.yml", "email-access.yaml", "src/index.js"] {
        let text = app.read(file);
        app.write(&format!("apps/one/{file}"), &text);
        app.write(&format!("apps/two/{file}"), &text);
        std::fs::remove_file(app.path().join(file)).unwrap();
    }
    assert_eq!(app.run(&["approve", "--ticket", "ECOHELP-1"]).status.code(), Some(2));
    let out = app.run(&["approve", "--ticket", "ECOHELP-1", "--app", "apps/two"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.starts_with("apps/two/email-access.lock records what ECOHELP-1 approved on 2"), "{said}");
    assert!(app.path().join("apps/two/email-access.lock").exists());
    assert!(!app.path().join("apps/one/email-access.lock").exists());
    app.edit("apps/two/email-access.yaml", "gets one mail that says so", "gets many mails");
    let found = app.found(&[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].2, "apps/two/email-access.yaml");
}

#[test]
fn wrong_usage_is_told_and_writes_nothing() {
    let app = App::new();
    for (args, part) in [
        (&["approve"][..], "--ticket"),
        (&["approve", "--ticket", "yes"], "not the key of a ticket"),
        (&["approve", "--ticket", "ECOHELP-1", "--date", "31.3.2026"], "not a day"),
        (&["approve", "--ticket", "ECOHELP-1", "--app", "other"], "no app in `other`"),
        (&["request", "--update"], "no approval is on record"),
    ] {
        let out = app.run(args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&out.stderr).contains(part), "{out:?}");
    }
    app.write("email-access.yaml", "version: 1\n");
    let out = app.run(&["approve", "--ticket", "ECOHELP-1"]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    assert!(!app.path().join("email-access.lock").exists());
}

#[test]
fn nothing_is_recorded_that_would_not_be_true() {
    for (file, from, to, rule) in [
        ("src/index.js", "// @email-use restricted\n", "", "undeclared-access"),
        ("src/index.js", "@email-use restricted", "@email-use nobody", "unknown-use"),
        ("src/index.js", "  if (!email) return;\n", "  await storage.set('x', email);\n", "email-stored"),
        ("email-access.yaml", "version: 1", "version: 1\ncolour: red", "malformed-declaration"),
    ] {
        let app = App::new();
        app.edit(file, from, to);
        let out = app.run(&["approve", "--ticket", "ECOHELP-1"]);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("`{rule}` at {file}:")), "{said}");
        assert!(!app.path().join("email-access.lock").exists());
    }
}

#[test]
fn a_record_that_cannot_be_read_is_told_with_its_place() {
    let app = App::approved();
    app.edit("email-access.lock", "ticket: ECOHELP-1", "ticket: ECOHELP-1\n<<<<<<< HEAD");
    let report = app.report(&["--select", "malformed-lock,unapproved-use"]);
    let finding = &report["findings"][0];
    assert_eq!(
        (finding["rule"].as_str(), finding["file"].as_str()),
        (Some("malformed-lock"), Some("email-access.lock")),
        "{report:#}"
    );
    assert!(finding["line"].as_u64().is_some_and(|l| l >= 4), "{finding}");
    let out = app.run(&["check"]);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("email-access.lock:"), "{said}");
    let out = app.run(&["request", "--update"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("email-access.lock:"), "{said}");
    // It can be written anew.
    assert_eq!(app.run(&["approve", "--ticket", "ECOHELP-1"]).status.code(), Some(0));
    assert_eq!(app.found(&[]), []);
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_record_is_neither_read_nor_written() {
    let app = App::new();
    app.write("elsewhere", "mine\n");
    std::os::unix::fs::symlink("elsewhere", app.path().join("email-access.lock")).unwrap();
    assert_eq!(app.found(&["--select", "malformed-lock"]).len(), 1);
    assert_eq!(app.run(&["approve", "--ticket", "ECOHELP-1"]).status.code(), Some(2));
    assert_eq!(app.read("elsewhere"), "mine\n");
}

#[test]
fn an_update_says_only_what_differs() {
    let app = App::approved();
    let out = app.run(&["request", "--update"]);
    assert_eq!((out.status.code(), out.stdout.len()), (Some(0), 0));
    assert!(String::from_utf8_lossy(&out.stderr).contains("there is no update to file"), "{out:?}");
    app.edit("email-access.yaml", "gets one mail that says so", "and its reporter get one mail that says so");
    let schema = mailpermit::request::json::schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for format in ["markdown", "text", "jira", "adf", "json", "html"] {
        let out = app.run(&["request", "--update", "--format", format]);
        let text = String::from_utf8(out.stdout).unwrap();
        assert_eq!(out.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&out.stderr));
        for part in [
            "Update of ECOHELP",
            "restricted",
            "and its reporter get one mail",
            "description is not the approved one",
        ] {
            assert!(text.replace("\\-", "-").contains(part), "{format}: {part}: {text}");
        }
        assert!(!text.contains("DRAFT"), "{format}: nothing is missing: {text}");
        assert!(
            !text.contains("When a scheduled export fails"),
            "{format} repeats what was approved: {text}"
        );
        if format == "json" {
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            assert_eq!((&value["kind"], &value["uses"][0]["change"]), (&"update".into(), &"changed".into()));
        }
    }
}

fn update(text: &str) -> Update {
    let (app, run) = hostile::app(text);
    let record = Record {
        version: 1,
        ticket: "ECOHELP-1".to_owned(),
        date: "2026-03-31".to_owned(),
        catalogue: text.to_owned(),
        app: Some(format!("{text} before")),
        stores: BTreeSet::from([format!("{text} before")]),
        uses: [text, "a use that has ended"].map(|n| (n.to_owned(), ApprovedUse::default())).into(),
    };
    let approval = Approval {
        file: "email-access.lock".into(),
        record,
        catalogue_place: apps::place("email-access.lock", 5),
        places: Default::default(),
    };
    let mut request = build(&app, &run, &Fields::builtin());
    request.app.name = None;
    Update::of(&request, &app.facts, &approval)
}

#[test]
fn hostile_texts_come_out_inert_in_an_update() {
    let written = |u: &Update, format| render_update(u, format, None).unwrap();
    let mut benign = update("benign");
    assert!(benign.uses.len() > 1 && !benign.app_changes.is_empty(), "{benign:#?}");
    benign.gaps.clear();
    for one in &mut benign.uses {
        one.statement = hostile_statement("benign");
    }
    let expected = Format::ALL.map(|f| (f, skeleton(f, &written(&benign, f))));
    for payload in hostile::payloads() {
        let mut hostile = benign.clone();
        let own = || payload.clone();
        (hostile.title, hostile.ticket, hostile.approved_on) = (own(), own(), own());
        let built = update(&payload);
        (hostile.app, hostile.method, hostile.open_errors) = (built.app, built.method, built.open_errors);
        let statement = hostile_statement(&payload);
        for one in &mut hostile.uses {
            one.name = own();
            one.differences.iter_mut().chain(&mut one.asks).for_each(|text| *text = own());
            one.statement.clone_from(&statement);
        }
        hostile.app_changes.iter_mut().for_each(|text| *text = own());
        for (format, expected) in &expected {
            inert(*format, expected, &written(&hostile, *format), &payload);
        }
    }
}

fn hostile_statement(text: &str) -> Option<mailpermit::request::model::UseStatement> {
    let (app, run) = hostile::app(text);
    build(&app, &run, &Fields::builtin()).uses.into_iter().next()
}

/// Killed at any moment, `approve` and `request` leave the file that was there, the new one, or none: never a part.
#[cfg(unix)]
#[test]
fn a_killed_process_leaves_no_part_of_a_file() {
    let app = App::approved();
    let one = app.read("email-access.lock");
    let two = one.replace("ECOHELP-1\n", "ECOHELP-2\n");
    app.run(&["request", "--draft", "--output", "whole.md"]);
    let whole = app.read("whole.md");
    let (mut killed, mut seen) = (0, BTreeSet::new());
    for n in 0..60_u32 {
        let ticket = if n % 2 == 0 { "ECOHELP-2" } else { "ECOHELP-1" };
        let start = |args: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_mailpermit"))
                .current_dir(app.path())
                .args(args)
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut children = [
            start(&["approve", "--ticket", ticket, "--date", "2026-03-31"]),
            start(&["request", "--draft", "--output", "out.md"]),
        ];
        // Spread over the whole run, which takes some tens of milliseconds.
        std::thread::sleep(std::time::Duration::from_micros(u64::from(n) * 1_500));
        for child in &mut children {
            let _ = child.kill();
            killed += usize::from(!child.wait().unwrap().success());
        }
        let lock = app.read("email-access.lock");
        assert!(lock == one || lock == two, "run {n}: {lock}");
        seen.insert(lock);
        if let Ok(text) = std::fs::read_to_string(app.path().join("out.md")) {
            assert!(text == whole, "run {n}: {} of {} bytes", text.len(), whole.len());
        }
    }
    assert!(killed > 0, "no process was killed before its end");
}
