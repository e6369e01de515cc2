//! The published schemas: fresh, valid, and of one mind with the reader.

use std::path::Path;

use mailpermit::inputs::declaration;
use mailpermit::text::{Node, SourceFile, Value, yaml};

/// Compares a committed file with what the program generates; `UPDATE=1` rewrites it.
fn is_fresh(name: &str, schema: &serde_json::Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    let mut text = serde_json::to_string_pretty(schema).expect("a value is always written");
    text.push('\n');
    #[expect(clippy::disallowed_methods, reason = "a test may be told to write its expectation")]
    let update = std::env::var("UPDATE").is_ok();
    if update {
        std::fs::write(&path, &text).expect("the schemas folder can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed.replace("\r\n", "\n") == text,
        "schemas/{name} is stale: run `UPDATE=1 cargo test schemas::`"
    );
}

#[test]
fn the_declaration_schema_is_fresh() {
    is_fresh("email-access.schema.json", &declaration::schema());
}

#[test]
fn the_baseline_schema_is_fresh() {
    is_fresh("baseline.schema.json", &mailpermit::baseline::schema());
}

#[test]
fn the_flows_schema_is_fresh() {
    is_fresh("flows.schema.json", &mailpermit::reports::flows::json::schema());
}

/// The tree as JSON, for the validator.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(n) => serde_json::from_str(n).expect("the samples have JSON numbers"),
        Value::String(s) => s.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => entries.iter().map(|e| (e.key.clone(), json(&e.value))).collect(),
    }
}

/// Samples below `version: 1`, and whether they are right.
const SAMPLES: &[(&str, bool)] = &[
    ("", true),
    ("app: {}", true),
    ("app: {key: com.example.a, name: A, vendor: B, type: connect}", true),
    ("app: {type: oauth2, products: [jira, confluence, jira-service-management, bitbucket]}", true),
    ("app: {listing: 'https://marketplace.atlassian.com/apps/1', contact: a@vendor.example}", true),
    ("app: {contact: 'https://vendor.example/contact'}", true),
    ("app: {products: []}", true),
    ("app:", false),
    ("app: []", false),
    ("app: {type: unknown}", false),
    ("app: {type: Connect}", false),
    ("app: {products: jira}", false),
    ("app: {products: [jira, jira]}", false),
    ("app: {products: [admin]}", false),
    ("app: {key: ''}", false),
    ("app: {key: 'a b'}", false),
    ("app: {name: 3}", false),
    ("app: {name: null}", false),
    ("app: {listing: vendor.example}", false),
    ("app: {contact: nobody}", false),
    ("app: {colour: red}", false),
    ("documents: {privacy-policy: 'https://vendor.example/privacy', customer-terms: docs/TERMS.md}", true),
    (
        "documents: {privacy-policy: {url: 'https://vendor.example/p'}, customer-terms: {file: TERMS.md}}",
        true,
    ),
    ("documents: {privacy-policy: {url: 'https://vendor.example/p', file: PRIVACY.md}}", true),
    ("documents: {privacy-policy: {}}", false),
    ("documents: {privacy-policy: {file: 'https://vendor.example/p'}}", false),
    ("documents: {privacy-policy: {url: PRIVACY.md}}", false),
    ("documents: {privacy-policy: ../PRIVACY.md}", false),
    ("documents: {privacy-policy: 'ftp://vendor.example/p'}", false),
    ("documents: {privacy-policy: [a]}", false),
    ("documents: {terms: TERMS.md}", false),
    ("personal-data: {collects: false, stores: []}", true),
    (
        "personal-data: {stores: [account-id, email-address, display-name, avatar, locale, timezone, other]}",
        true,
    ),
    ("personal-data: {retention: 12 months, reporting: {cycle: 7 days}}", true),
    ("personal-data: {retention: until erasure, reporting: {}}", true),
    ("personal-data: {collects: 'yes'}", false),
    ("personal-data: {stores: [emails]}", false),
    ("personal-data: {stores: none}", false),
    ("personal-data: {retention: 30}", false),
    ("personal-data: {retention: until forgotten}", false),
    ("personal-data: {reporting: 7 days}", false),
    ("personal-data: {reporting: {cycle: weekly}}", false),
    ("uses: {}", true),
    ("uses: {a: {functionality: error-reports}}", true),
    ("uses: {a-b: {functionality: other, description: Some words., justification: Because.}}", true),
    (
        "uses: {a: {functionality: user-sync, addresses-from: [jira-email-api, scim], third-parties: []}}",
        true,
    ),
    (
        "uses: {a: {functionality: marketing, third-parties: [{name: X, hosts: ['*.x.example'], required: false}]}}",
        true,
    ),
    ("uses: {a: {}}", false),
    ("uses: {a: null}", false),
    ("uses: {a: {functionality: error-report}}", false),
    ("uses: {a: {functionality: [other]}}", false),
    ("uses: {A: {functionality: other}}", false),
    ("uses: {a_b: {functionality: other}}", false),
    ("uses: {a: {functionality: other, addresses-from: jira-email-api}}", false),
    ("uses: {a: {functionality: other, addresses-from: [jira]}}", false),
    ("uses: {a: {functionality: other, description: ''}}", false),
    ("uses: {a: {functionality: other, third-parties: [{purpose: mail}]}}", false),
    ("uses: {a: {functionality: other, third-parties: [{name: X, hosts: ['https://x.example/y']}]}}", false),
    ("uses: {a: {functionality: other, third-parties: [{name: X, required: 1}]}}", false),
    ("uses: [a]", false),
    ("lint: {rules: {email-in-logs: error, email-in-ui: off}, exclude: ['legacy/**']}", true),
    ("lint: {rules: {email-in-logs: info}}", true),
    ("lint: {rules: {email-in-logs: fatal}}", false),
    ("lint: {rules: {email-in-logs: false}}", false),
    ("lint: {rules: [email-in-logs]}", false),
    ("lint: {exclude: legacy}", false),
    ("lint: {select: [a]}", false),
    ("extra: 1", false),
];

#[test]
fn schema_and_reader_agree() {
    let schema = declaration::schema();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let whole = [
        ("version: 1", true),
        ("version: 2", false),
        ("version: '1'", false),
        ("app: {}", false),
        ("3", false),
    ];
    let samples = SAMPLES.iter().map(|(text, good)| (format!("version: 1\n{text}\n"), *good));
    for (text, good) in samples.chain(whole.map(|(text, good)| (text.to_owned(), good))) {
        let node = yaml::parse(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(validator.is_valid(&json(&node)), good, "the schema on\n{text}");
        let file = SourceFile::new(declaration::FILE_NAME, text.as_str());
        let read = declaration::read(&file, &["email-in-logs", "email-in-ui"]);
        assert_eq!(read.problems.is_empty(), good, "the reader on\n{text}\n{:#?}", read.problems);
    }
}

#[test]
fn the_schema_is_valid_and_described() {
    let schema = declaration::schema();
    jsonschema::meta::validate(&schema).expect("a valid schema");
    for (key, property) in schema["properties"].as_object().expect("an object") {
        let text = property["description"].as_str().unwrap_or_default();
        assert!(text.len() > 3, "`{key}` has no description: {property}");
    }
}
