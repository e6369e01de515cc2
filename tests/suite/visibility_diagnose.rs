//! `diagnose`: cases with a known cause, the thread, what the program prints, sizes, and asking online.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use mailpermit::visibility::diagnose::{Diagnosis, Likelihood, Options, diagnose};
use mailpermit::visibility::model::Caller;
use serde::Deserialize;
use serde_json::{Value, json};

use super::support::root;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    caller: Option<Caller>,
    #[serde(default)]
    asked: Vec<String>,
    truth: String,
    about: Option<String>,
    input: Value,
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(root("tests/visibility/cases.yaml")).expect("the cases are there");
    serde_yaml::from_str(&text).expect("they are cases")
}

fn judged(input: &Value, caller: Option<Caller>, asked: Vec<String>) -> Diagnosis {
    diagnose(input.to_string().as_bytes(), &Options { caller, asked }).expect("it is JSON")
}

#[test]
#[expect(clippy::print_stderr, reason = "the figure is what one runs this test for")]
fn known_causes_are_ranked_first_and_nothing_is_falsely_certain() {
    let cases = cases();
    assert!(cases.len() >= 30);
    let (mut first, mut report) = (0, String::new());
    for case in &cases {
        let diagnosis = judged(&case.input, case.caller, case.asked.clone());
        let user = diagnosis
            .users
            .iter()
            .find(|u| case.about.as_ref().is_none_or(|a| u.account_id.as_ref() == Some(a)))
            .unwrap_or_else(|| panic!("{}: nobody without an address", case.name));
        let top = &user.causes[0];
        if top.id == case.truth {
            first += 1;
        } else {
            let ranks: Vec<_> = user.causes.iter().map(|c| (c.id.as_str(), c.likelihood)).collect();
            report.push_str(&format!("  {}: {} expected, {ranks:?}\n", case.name, case.truth));
        }
        for cause in user.causes.iter() {
            let certain = cause.likelihood == Likelihood::Known;
            assert!(!certain || cause.id == case.truth, "{}: {} is no certainty", case.name, cause.id);
            let excluded = cause.likelihood == Likelihood::RuledOut;
            assert!(!excluded || cause.id != case.truth, "{}: the truth is ruled out", case.name);
        }
    }
    eprintln!("{first} of {} cases have the true cause first\n{report}", cases.len());
    assert!(first * 10 >= cases.len() * 9, "{first} of {}\n{report}", cases.len());
}

/// The question of the Community thread: nine of ten users show an address, one is blank.
fn thread(tenth: &Value) -> Value {
    let permission = |n: usize, user: &Value| {
        json!({"id": n, "subjects": {"user": {"results": [user], "size": 1}},
            "operation": {"operation": "read", "targetType": "space"}})
    };
    let person = |n: usize| {
        json!({"type": "known", "accountId": format!("a{n}"), "accountType": "atlassian",
            "email": format!("p{n}@corp.example"), "publicName": format!("p{n}"), "displayName": format!("P {n}"),
            "profilePicture": {"path": "/x"}})
    };
    let mut all: Vec<Value> = (1..10).map(|n| permission(n, &person(n))).collect();
    all.push(permission(10, tenth));
    json!({"key": "A", "type": "global", "permissions": all})
}

fn blank() -> Value {
    json!({"type": "known", "accountId": "a10", "accountType": "atlassian", "email": "", "publicName": "p10",
        "displayName": "P 10", "profilePicture": {"path": "/x"}})
}

#[test]
fn the_thread_is_answered_with_the_accounts_state_or_the_organization_never_a_setting() {
    for caller in [Some(Caller::ApiTokenAdmin), Some(Caller::ApiToken), None] {
        let diagnosis = judged(&thread(&blank()), caller, Vec::new());
        assert_eq!((diagnosis.summary.users, diagnosis.summary.with_address), (10, 9), "{caller:?}");
        let user = &diagnosis.users[0];
        assert_eq!(user.causes[0].id, "deactivated", "{caller:?}: {:?}", user.causes);
        assert_ne!(user.causes[0].likelihood, Likelihood::Known);
        assert!(user.causes[0].speaks_for.iter().any(|t| t.contains("9 of 10")), "{caller:?}");
        let settled: Vec<_> = user.settle.iter().map(|s| s.id.as_str()).collect();
        assert!(settled.contains(&"organizations"), "{settled:?}");
    }
    let diagnosis = judged(&thread(&blank()), Some(Caller::ApiTokenAdmin), Vec::new());
    assert_eq!(diagnosis.users[0].causes[1].id, "not-managed");
    let text = serde_json::to_string(&diagnosis).expect("it is written");
    assert!(text.contains("/admin/v2/orgs/") && !text.contains("/admin/v1/"));
    assert!(!text.contains('@') && !text.contains("p1@"), "no address is repeated");
    let mut active = blank();
    active["active"] = json!(true);
    let diagnosis = judged(&thread(&active), Some(Caller::ApiTokenAdmin), Vec::new());
    let causes = &diagnosis.users[0].causes;
    assert_eq!(causes[0].id, "not-managed");
    assert!(causes.iter().any(|c| c.id == "deactivated" && c.likelihood == Likelihood::RuledOut));
}

#[test]
fn ways_fit_product_and_caller() {
    let jira = json!({"accountId": "a1", "displayName": "A", "active": true, "avatarUrls": {}});
    let confluence = blank();
    let ways = |input: &Value, caller| -> Vec<String> {
        let found = judged(input, Some(caller), Vec::new());
        found.users[0].ways.iter().map(|w| w.id.clone()).collect()
    };
    let jira_ways = ways(&jira, Caller::Connect);
    assert!(jira_ways.contains(&"email-api-jira".to_owned()) && jira_ways.contains(&"notify".to_owned()));
    assert!(!jira_ways.contains(&"email-api-confluence".to_owned()));
    let confluence_ways = ways(&confluence, Caller::Connect);
    assert!(confluence_ways.contains(&"email-api-confluence".to_owned()));
    assert!(!confluence_ways.contains(&"notify".to_owned()));
    let gone = json!({"accountId": "a1", "displayName": "Former user", "active": false, "avatarUrls": {}});
    assert!(ways(&gone, Caller::Connect).is_empty());
    let token = judged(&jira, Some(Caller::ApiToken), Vec::new());
    let email_api = token.users[0].ways.iter().find(|w| w.id == "email-api-jira").expect("it is named");
    assert!(email_api.for_this_caller.as_deref().is_some_and(|t| t.contains("no: it counts as a user")));
}

#[test]
fn accounts_are_counted_once_and_an_address_elsewhere_counts() {
    let user = |email: Value| json!({"accountId": "a1", "displayName": "A", "emailAddress": email});
    let found = judged(&json!([user(Value::Null), user(Value::Null)]), None, Vec::new());
    assert_eq!((found.summary.users, found.users.len()), (1, 1));
    let found = judged(&json!([user(Value::Null), user(json!("a@corp.example"))]), None, Vec::new());
    assert_eq!((found.summary.users, found.summary.with_address, found.users.len()), (1, 1, 0));
    let found = judged(&json!({"user": {"accountId": "a1"}, "full": user(Value::Null)}), None, Vec::new());
    assert_eq!((found.summary.users, found.summary.references), (1, 0));
}

fn mailpermit(args: &[&str], input: &str, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.args(args).env_remove("COLUMNS").env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    for name in ["MAILPERMIT_ORG_API_KEY", "MAILPERMIT_SITE_TOKEN", "MAILPERMIT_SITE_USER"] {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // Who finds the usage wrong does not read on.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

#[test]
fn the_command_prints_for_people_and_for_programs() {
    let input = thread(&blank()).to_string();
    let output = mailpermit(&["diagnose", "-", "--caller", "api-token-admin"], &input, &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
    super::support::snapshot("diagnose-thread.txt", &text);
    assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");

    let output = mailpermit(&["diagnose", "-", "--format", "json"], &input, &[]);
    let value: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let schema = mailpermit::visibility::diagnose::schema();
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    assert!(validator.is_valid(&value), "{value:#}");

    let shown = r#"{"accountId": "a1", "displayName": "A", "emailAddress": "a@corp.example"}"#;
    assert_eq!(mailpermit(&["diagnose", "-"], shown, &[]).status.code(), Some(0));
    let nobody = mailpermit(&["diagnose", "-"], "[]", &[]);
    assert_eq!(nobody.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&nobody.stdout).contains("no user was found"));
}

#[test]
fn what_comes_from_the_data_is_made_fit_to_be_shown() {
    let input = json!([
        {"accountId": "a1", "displayName": "\u{1b}[31mAnn ann@corp.example\nnote: all is well", "active": true},
        {"accountId": "x".repeat(5000), "displayName": "\u{202e}evil", "emailAddress": null, "active": true},
    ]);
    for format in ["human", "json"] {
        let output = mailpermit(&["diagnose", "-", "--format", format], &input.to_string(), &[]);
        let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
        assert_eq!(output.status.code(), Some(1));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains("ann@"), "{text}");
        assert!(!text.contains(&"x".repeat(200)) && !text.contains("\nnote: all is well"), "{text}");
    }
}

#[test]
fn users_with_the_same_reasons_are_told_of_together() {
    let input: Value =
        (0..30).map(|n| json!({"accountId": format!("a{n}"), "displayName": "P", "active": true})).collect();
    let output = mailpermit(&["diagnose", "-", "--caller", "connect"], &input.to_string(), &[]);
    let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("and 20 more: the address is left out"), "{text}");
    assert_eq!(text.matches("  1. ").count(), 1, "{text}");
    assert!(text.ends_with("30 users: 0 with an address, 30 without\n"), "{text}");
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    for (args, input, expected) in [
        (&["diagnose", "no-such-file.json"][..], "", "cannot read `no-such-file.json`"),
        (&["diagnose", "-"], "{", "it is no JSON"),
        (&["diagnose", "-"], "{}\nnonsense\n", "line 2"),
        (&["diagnose", "-", "--caller", "nobody"], "", "nobody"),
        (&["diagnose", "-", "--online"], "[]", "`--site URL` or `--org ID`"),
        (&["diagnose", "-", "--online", "--org", "o"], "[]", "`MAILPERMIT_ORG_API_KEY` is not set"),
        (&["diagnose", "-", "--online", "--site", "http://127.0.0.1:1"], "[]", "MAILPERMIT_SITE_TOKEN"),
        (&["diagnose", "-", "--site", "http://127.0.0.1:1"], "[]", "--online"),
    ] {
        let output = mailpermit(args, input, &[]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}\n{err}");
        assert!(err.contains(expected), "{args:?}\n{err}");
    }
    let key = [("MAILPERMIT_ORG_API_KEY", "k")];
    let plain = ["diagnose", "-", "--online", "--org", "o", "--admin-base", "http://admin.example"];
    let output = mailpermit(&plain, "[]", &key);
    assert!(String::from_utf8_lossy(&output.stderr).contains("https://"));
}

/// Memory is bounded by what one user takes: by hand with 200 MB, here with a few.
#[test]
fn a_large_answer_streams() {
    use std::io::Read;
    struct Endless {
        left: u64,
        at: u64,
        buffer: Vec<u8>,
    }
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.buffer.is_empty() && self.at < self.left {
                let n = self.at;
                let email = if n.is_multiple_of(10) { "" } else { "p@corp.example" };
                self.buffer = format!(
                    "{{\"accountId\":\"a{n}\",\"accountType\":\"atlassian\",\"email\":\"{email}\",\
                     \"publicName\":\"p\",\"displayName\":\"P {n}\",\"profilePicture\":{{}},\"x\":\"{}\"}}\n",
                    "y".repeat(100)
                )
                .into_bytes();
                self.at += 1;
            }
            let n = out.len().min(self.buffer.len());
            out[..n].copy_from_slice(&self.buffer[..n]);
            self.buffer.drain(..n);
            Ok(n)
        }
    }
    let all = Endless { left: 120_000, at: 0, buffer: Vec::new() };
    let found = diagnose(all, &Options::default()).expect("it is JSON");
    assert_eq!((found.summary.users, found.summary.without_address), (120_000, 12_000));
    assert_eq!((found.users.len(), found.summary.not_listed), (10_000, 2_000));
}

/// Against a mock of its own: the settling call tells the true cause.
#[test]
fn online_the_settling_call_is_made() {
    let mock = super::visibility_mock::Running::start(&["--caller", "org-api-key"]);
    let base = mock.base.clone();
    let people = mailpermit::visibility::scenarios::Scenarios::embedded();
    let id = |name: &str| people.people[name].account_id.clone();
    let ask = |name: &str| -> Diagnosis {
        let mut user = blank();
        user["accountId"] = json!(id(name));
        let args = [
            "diagnose",
            "-",
            "--caller",
            "api-token-admin",
            "--format",
            "json",
            "--online",
            "--org",
            "o-1",
            "--directory",
            "d-1",
            "--admin-base",
            &base,
            "--site",
            &base,
        ];
        let environment = [("MAILPERMIT_ORG_API_KEY", "key"), ("MAILPERMIT_SITE_TOKEN", "secret-token")];
        let output = mailpermit(&args, &thread(&user).to_string(), &environment);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(!text.contains("secret-token") && !text.contains("@"), "{text}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {text}"))
    };
    for (name, cause) in
        [("rhea", "deactivated"), ("gone", "deleted"), ("gus", "not-managed"), ("mara", "hidden")]
    {
        let found = ask(name);
        let causes = &found.users[0].causes;
        assert_eq!(causes[0].id, cause, "{name}: {causes:#?}");
        assert!(!found.users[0].asked.is_empty());
    }
    let asked = mock.get("/__mailpermit/requests");
    let requests = asked["requests"].as_array().expect("a list");
    assert!(requests.iter().any(|r| r["path"] == "/admin/v2/orgs/o-1/directories/d-1/users/search"));
    assert!(requests.iter().any(|r| r["path"] == "/wiki/rest/api/user"));
    assert!(!requests.iter().any(|r| r["path"].as_str().is_some_and(|p| p.contains("/v1/"))));
    // A server that is not there is said, and the offline answer stands.
    let args = ["diagnose", "-", "--online", "--org", "o", "--admin-base", "http://127.0.0.1:1"];
    let output = mailpermit(&args, &thread(&blank()).to_string(), &[("MAILPERMIT_ORG_API_KEY", "key")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("no connection"));
}
