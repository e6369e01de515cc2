use serde_json::{Value as Json, json};

use super::*;
use crate::facts;

const RULES: [&str; 3] = ["email-in-logs", "email-in-ui", "vague-description"];

fn read_text(text: &str) -> DeclarationRead {
    read(&SourceFile::new(FILE_NAME, text), &RULES)
}

/// Every key of the format.
fn full() -> Json {
    json!({
        "version": 1,
        "app": {
            "key": "com.example.reporter", "name": "Reporter for Jira", "vendor": "Example Pty Ltd",
            "type": "forge-with-connect", "products": ["jira", "jira-service-management"],
            "listing": "https://marketplace.atlassian.com/apps/1", "contact": "security@vendor.example",
        },
        "documents": {
            "privacy-policy": "https://vendor.example/privacy",
            "customer-terms": {"url": "https://vendor.example/terms", "file": "docs/TERMS.md"},
        },
        "personal-data": {
            "collects": true, "stores": ["account-id", "email-address"], "retention": "30 days",
            "reporting": {"cycle": "2 weeks"},
        },
        "uses": {"failed-export-report": {
            "functionality": "error-reports",
            "description": "When a scheduled export fails, the owner of the schedule gets one mail.",
            "justification": "Nobody watches the schedule.",
            "addresses-from": ["jira-email-api", "webhook"],
            "third-parties": [{
                "name": "Amazon SES", "purpose": "delivers the mail",
                "hosts": ["email.eu-west-1.amazonaws.com"], "required": true,
            }],
        }},
        "lint": {"rules": {"email-in-logs": "error", "vague-description": "off"}, "exclude": ["legacy/**"]},
    })
}

#[test]
fn a_full_declaration_becomes_facts() {
    let read = read_text(&full().to_string());
    assert_eq!(read.problems, []);
    let d = read.declaration.expect("it is a mapping");
    assert_eq!(d.key.map(|k| k.value).as_deref(), Some("com.example.reporter"));
    assert_eq!(d.kind.map(|k| k.value), Some(facts::AppType::ForgeWithConnect));
    let products: Vec<_> = d.products.iter().map(|p| p.value).collect();
    assert_eq!(products, [facts::Product::Jira, facts::Product::JiraServiceManagement]);
    let policy = d.privacy_policy.expect("declared");
    assert_eq!((policy.url.is_some(), policy.file), (true, None));
    let terms = d.customer_terms.expect("declared");
    assert_eq!(terms.file.map(|f| f.value).as_deref(), Some("docs/TERMS.md"));
    let data = d.personal_data.expect("declared");
    assert_eq!(data.stores.map(|s| s.len()), Some(2));
    assert_eq!(data.reporting_cycle_days.map(|c| c.value), Some(14));
    let [one] = d.uses.as_slice() else { panic!("one use") };
    assert_eq!(one.functionality.value, "error-reports");
    assert_eq!(one.addresses_from.len(), 2);
    assert_eq!(one.third_parties.first().and_then(|t| t.required), Some(true));
    let levels: Vec<_> = d.lint_rules.iter().map(|(name, level)| (name.value.as_str(), *level)).collect();
    assert_eq!(levels, [("email-in-logs", Some(Severity::Error)), ("vague-description", None)]);
    assert_eq!(d.lint_exclude.len(), 1);
}

/// Collects the path of every key of a schema, stepping through the sample where keys are free.
fn paths(root: &Json, schema: &Json, sample: &Json, at: &str, found: &mut Vec<String>) {
    let schema = match schema.get("$ref").and_then(Json::as_str) {
        Some(reference) => {
            root.pointer(reference.trim_start_matches('#')).expect("references stay inside the schema")
        }
        None => schema,
    };
    for choice in schema.get("anyOf").and_then(Json::as_array).into_iter().flatten() {
        paths(root, choice, sample, at, found);
    }
    for (key, child) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let path = format!("{at}/{key}");
        let value = sample.get(key).unwrap_or_else(|| panic!("the sample lacks {path}"));
        paths(root, child, value, &path, found);
        found.push(path);
    }
    if let (Some(items), Some(first)) = (schema.get("items"), sample.get(0)) {
        paths(root, items, first, &format!("{at}/0"), found);
    }
    let free = schema.get("patternProperties").and_then(Json::as_object).and_then(|p| p.values().next());
    if let (Some(child), Some((key, value))) = (free, sample.as_object().and_then(|o| o.iter().next())) {
        let path = format!("{at}/{key}");
        paths(root, child, value, &path, found);
        found.push(path);
    }
}

#[test]
fn the_reader_reads_every_key_of_the_schema() {
    let schema = schema();
    let mut found = Vec::new();
    // The address of a document is one of several shapes: the sample for the keys is the one with both.
    let mut sample = full();
    sample["documents"]["privacy-policy"] = sample["documents"]["customer-terms"].clone();
    paths(&schema, &schema, &sample, "", &mut found);
    assert!(found.len() > 30, "{found:?}");
    for path in found {
        let mut broken = sample.clone();
        // Wrong for every key of the format: neither text, word, flag, number, mapping nor a list of these.
        *broken.pointer_mut(&path).expect("the path comes from the sample") = json!([[[1]]]);
        let read = read_text(&broken.to_string());
        assert!(!read.problems.is_empty(), "{path} is in the schema and the reader does not read it");
        let key = path.rsplit('/').next().unwrap_or_default();
        let told = read.problems.iter().any(|p| p.message.contains(key) || key == "0");
        assert!(told, "{path}: {:?}", read.problems);
    }
}

#[test]
fn each_mistake_is_told_at_its_place() {
    // text, line, column, part of the message, part of the help
    let table = [
        ("", 1, 1, "is empty", "mailpermit schema email-access"),
        ("# only a comment\n", 1, 1, "is empty", "version: 1"),
        ("- a\n", 1, 1, "is a list", "version: 1"),
        ("just words\n", 1, 1, "is a text", "version: 1"),
        ("app: {}\n", 1, 1, "the file has no `version`", "add `version: 1`"),
        ("version: 2\nuses: 3\n", 1, 10, "version `2`", "write `version: 1`"),
        ("version: \"1\"\n", 1, 10, "`version` is a text", "write `version: 1`"),
        ("version: 1\nversion: 1\n", 2, 1, "version", ""),
        ("version: 1\nuse: {}\n", 2, 1, "unknown key `use` in the file", "write `uses`"),
        (
            "version: 1\nprivacy-policy: x\n",
            2,
            1,
            "unknown key `privacy-policy`",
            "belongs under `documents`",
        ),
        ("version: 1\nzzz: x\n", 2, 1, "unknown key `zzz`", "known keys here: `app`"),
        ("version: 1\napp:\n", 2, 4, "`app` has no value", "remove the line"),
        ("version: 1\napp:\n  Key: a\n", 3, 3, "unknown key `Key` in `app`", "write `key`"),
        ("version: 1\napp:\n  name: 42\n", 3, 9, "`app.name` is a number", "write `\"42\"`"),
        ("version: 1\napp:\n  name: ' '\n", 3, 9, "`app.name` is empty", "Reporter for Jira"),
        ("version: 1\napp:\n  type: forges\n", 3, 9, "unknown word `forges`", "write `forge`"),
        ("version: 1\napp:\n  type: plugin\n", 3, 9, "unknown word `plugin`", "`connect`, `forge`"),
        ("version: 1\napp:\n  products: jira\n", 3, 13, "`app.products` is a text", "products: [jira]"),
        ("version: 1\napp:\n  products: [jira, trello]\n", 3, 20, "`trello`", "`bitbucket`"),
        ("version: 1\napp:\n  products: [jira, jira]\n", 3, 20, "twice", "remove"),
        ("version: 1\napp:\n  listing: www.a.example\n", 3, 12, "`www.a.example`", "https://"),
        ("version: 1\ndocuments:\n  privacy-policy: /etc/passwd\n", 3, 19, "path in the repository", "docs/"),
        ("version: 1\ndocuments:\n  privacy-policy: {}\n", 3, 19, "is empty", "an address, a path"),
        (
            "version: 1\ndocuments:\n  customer-terms: {link: x}\n",
            3,
            20,
            "unknown key `link`",
            "`file`, `url`",
        ),
        (
            "version: 1\npersonal-data:\n  collects: maybe\n",
            3,
            13,
            "`personal-data.collects` is a text",
            "`true`",
        ),
        ("version: 1\npersonal-data:\n  stores: [email]\n", 3, 12, "unknown word `email`", "`email-address`"),
        ("version: 1\npersonal-data:\n  retention: forever\n", 3, 14, "`forever`", "`30 days`"),
        ("version: 1\npersonal-data:\n  reporting: {cycle: 7}\n", 3, 22, "is a number", "`7 days`"),
        ("version: 1\nuses: []\n", 2, 7, "`uses` is a list", "name of a use"),
        (
            "version: 1\nuses:\n  Failed Export: {functionality: other}\n",
            3,
            3,
            "kebab",
            "write `failed-export`",
        ),
        (
            "version: 1\nuses:\n  a: {description: b}\n",
            3,
            6,
            "`uses.a` has no `functionality`",
            "error-reports",
        ),
        (
            "version: 1\nuses:\n  a: {functionality: error-report}\n",
            3,
            22,
            "`error-report`",
            "write `error-reports`",
        ),
        (
            "version: 1\nuses:\n  a: {functionality: other, adresses-from: []}\n",
            3,
            29,
            "unknown key",
            "`addresses-from`",
        ),
        (
            "version: 1\nlint:\n  rules: {email-in-log: error}\n",
            3,
            11,
            "unknown rule `email-in-log`",
            "`email-in-logs`",
        ),
        (
            "version: 1\nlint:\n  rules: {email-in-logs: warn}\n",
            3,
            26,
            "unknown word `warn`",
            "write `warning`",
        ),
        ("version: 1\nlint:\n  exclude: [\"a[\"]\n", 3, 13, "is not a glob", "legacy/**"),
        ("version: 1\napp: [\n", 0, 0, "", ""),
    ];
    for (text, line, column, message, help) in table {
        let read = read_text(text);
        let told = read.problems.iter().any(|p| {
            (line == 0 || (p.place.line, p.place.column) == (line, column))
                && p.message.contains(message)
                && p.help.as_deref().unwrap_or_default().contains(help)
                && p.matters
        });
        assert!(told, "{text:?}\n{:#?}", read.problems);
        let most = if text.starts_with("version: 1\nuses:\n  Failed") { 1 } else { 2 };
        assert!(read.problems.len() <= most, "{text:?} is told too often\n{:#?}", read.problems);
    }
}

#[test]
fn off_is_a_word_and_not_a_flag() {
    let read = read_text("version: 1\nlint:\n  rules: {vague-description: off}\n");
    assert_eq!(read.problems, []);
    assert_eq!(read.declaration.map(|d| d.lint_rules.len()), Some(1));
}

#[test]
fn a_mistake_in_one_part_leaves_the_others() {
    let text = "version: 1\napp: 3\ndocuments: {privacy-policy: docs/PRIVACY.md, customer-terms: [1]}\n\
                uses:\n  broken: 7\n  unknown-one: {functionality: nope, description: Some words.}\n  \
                good: {functionality: other, third-parties: [3, {name: A, hosts: ['https://x', y.example]}]}\n";
    let read = read_text(text);
    let d = read.declaration.expect("a mapping");
    assert!(d.privacy_policy.is_some() && d.customer_terms.is_none());
    let names: Vec<_> = d.uses.iter().map(|u| u.name.value.as_str()).collect();
    assert_eq!(names, ["unknown-one", "good"]);
    let good = d.use_named("good").expect("kept");
    assert_eq!(good.third_parties.len(), 1);
    let hosts: Vec<_> = good.third_parties.iter().flat_map(|t| &t.hosts).map(|h| h.value.as_str()).collect();
    assert_eq!(hosts, ["y.example"]);
    assert_eq!(read.problems.len(), 6, "{:#?}", read.problems);
    assert!(read.problems.is_sorted());
}

#[test]
fn another_catalogue_brings_its_own_functionalities() {
    let file = SourceFile::new(FILE_NAME, "version: 1\nuses:\n  a: {functionality: new-one}\n");
    assert_eq!(read_with(&file, &RULES, &["new-one".to_owned()]).problems, []);
    assert_eq!(read(&file, &RULES).problems.len(), 1);
}

#[test]
fn hostile_files_stay_bounded_and_show_no_addresses() {
    let mut many = String::from("version: 1\n");
    for n in 0..5_000 {
        many.push_str(&format!("key{n}: x\n"));
    }
    assert_eq!(read_text(&many).problems.len(), reader::MAX_PROBLEMS + 1);

    let huge = format!("version: 1\napp: {{name: {}}}\n", "x".repeat(MAX_BYTES));
    let read = read_text(&huge);
    assert!(read.declaration.is_none() && read.problems.len() == 1);

    let read = read_text("version: 1\nuses:\n  jane.doe@vendor.example: {functionality: other}\n");
    let text = format!("{:?}", read.problems.iter().map(|p| (&p.message, &p.help)).collect::<Vec<_>>());
    assert!(!read.problems.is_empty() && !text.contains("jane.doe@"), "{text}");
}
