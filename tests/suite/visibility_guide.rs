//! The examples of Atlassian's guide, scenario by scenario and field by field, are what `fixtures` and `mock` give.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use mailpermit::visibility::fixtures::{self, Manifest};
use mailpermit::visibility::scenarios::{Person, Scenarios, is_account_id};
use serde::Deserialize;
use serde_json::Value;

use super::support::root;
use super::visibility_mock::Running;

#[derive(Deserialize)]
struct Example {
    scenario: String,
    product: String,
    example: String,
    object: Value,
}

fn examples() -> Vec<Example> {
    let text = std::fs::read_to_string(root("tests/visibility/guide.yaml")).expect("the examples are there");
    serde_yaml::from_str(&text).expect("they are examples")
}

/// Compares an object with an example: the same properties, and in each what the guide says.
fn equals(at: &str, expected: &Value, actual: &Value, person: &Person) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            let keys = |m: &serde_json::Map<String, Value>| m.keys().cloned().collect::<BTreeSet<_>>();
            assert_eq!(keys(expected), keys(actual), "{at}");
            for (key, value) in expected {
                equals(&format!("{at}.{key}"), value, &actual[key], person);
            }
        }
        (Value::String(kind), Value::String(text)) if kind.starts_with('$') => {
            let is = |option: &Option<String>| option.as_ref() == Some(text);
            let identifies = text.contains(&person.account_id.replace(':', "-"));
            let right = match kind.as_str() {
                "$address" => text.starts_with("http") && text.ends_with(&person.account_id),
                "$link" => !text.contains('\n'),
                "$account-id" => is_account_id(text),
                "$picture" => identifies || text.contains("/initials/"),
                "$masked-picture" => !identifies && text.contains("/initials/"),
                "$default-picture" => text.contains("/default"),
                "$name" => *text == person.full_name || *text == person.public_name,
                "$public-name" => *text == person.public_name,
                "$email" => is(&person.email),
                "$time-zone" => is(&person.time_zone),
                "$locale" => is(&person.locale),
                other => panic!("{other} is no kind"),
            };
            assert!(right, "{at}: {text} is no {kind}");
        }
        (expected, actual) => assert_eq!(expected, actual, "{at}"),
    }
}

#[test]
fn fixtures_and_mock_give_the_examples_of_the_guide() {
    let files = fixtures::all();
    let mock = Running::start(&[]);
    let all = Scenarios::embedded();
    let examples = examples();
    assert_eq!(examples.len(), 10);
    for Example { scenario, product, example, object } in &examples {
        let (known, person) = all.get(scenario).expect("it is built in");
        assert_eq!(known.guide, *example, "{scenario}");
        let path = format!("{product}/{scenario}.json");
        let file = files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("there is no {path}"));
        equals(&path, object, &serde_json::from_str(&file.text).expect("it is JSON"), person);

        let at = if product == "jira" { "/rest/api/3/user" } else { "/wiki/rest/api/user" };
        let url = format!("{at}?accountId={}", person.account_id);
        let got = mock.ask("GET", &url, &[("x-mailpermit-scenario", scenario)], None);
        equals(&url, object, &got.body, person);
        // Without a scenario the account is as it is: an app sees the same.
        equals(&url, object, &mock.get(&url), person);
    }
}

#[test]
fn every_kind_of_user_that_the_guide_names_is_there() {
    let all = Scenarios::embedded();
    let parts: BTreeSet<&str> = all.scenarios.iter().map(|s| s.guide.as_str()).collect();
    for part in [
        "Viewing yourself",
        "Viewing another user",
        "Viewing an app user",
        "Customers",
        "Deactivated users",
        "Test changes to the profile visibility settings",
        "3LO apps",
    ] {
        assert!(parts.contains(part), "{part}");
    }
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mailpermit"))
        .current_dir(folder)
        .arg("fixtures")
        .args(args)
        .output()
        .expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn fixtures_are_written_and_never_overwritten_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let (code, out, err) = run(at, &["tests/visibility"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("manifest.json"), "{out}");
    let text = std::fs::read_to_string(at.join("tests/visibility/manifest.json")).expect("it is written");
    let value: Value = serde_json::from_str(&text).expect("it is JSON");
    let schema = Manifest::schema();
    assert!(jsonschema::draft202012::new(&schema).expect("a schema").is_valid(&value));
    for entry in value["files"].as_array().expect("files") {
        let file = entry["file"].as_str().expect("a path");
        assert!(at.join("tests/visibility").join(file).is_file(), "{file}");
    }

    // The same again is no overwriting; something else is.
    assert_eq!(run(at, &["tests/visibility"]).0, Some(0));
    let mine = at.join("tests/visibility/jira/hidden.json");
    std::fs::write(&mine, "mine").expect("it is written");
    let (code, _, err) = run(at, &["tests/visibility"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("`jira/hidden.json` would be overwritten") && err.contains("--force"), "{err}");
    assert_eq!(std::fs::read_to_string(&mine).expect("it is there"), "mine");
    assert_eq!(run(at, &["tests/visibility", "--force"]).0, Some(0));
    assert_ne!(std::fs::read_to_string(&mine).expect("it is there"), "mine");

    std::fs::write(at.join("taken"), "").expect("it is written");
    assert_eq!(run(at, &["taken"]).0, Some(2));
}
