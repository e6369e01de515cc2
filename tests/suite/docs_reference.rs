//! `docs/declaration.md` is generated from the schema of `email-access.yaml`, and `docs/architecture.md`
//! names every part of the sources. `UPDATE=1` writes the former.

use std::fmt::Write as _;
use std::path::Path;

use mailpermit::inputs::declaration;
use mailpermit::rules;
use mailpermit::text::SourceFile;
use serde_json::{Map, Value};

/// A whole declaration, shown at the top of the page.
const EXAMPLE: &str = "\
# yaml-language-server: $schema=./email-access.schema.json
version: 1
app:                      # all of it optional: taken from the manifest where it is there
  name: Reporter for Jira
  vendor: Example Pty Ltd
  type: connect
  products: [jira]
  contact: security@vendor.example
documents:
  privacy-policy: https://vendor.example/privacy
  customer-terms: {url: https://vendor.example/terms, file: docs/TERMS.md}
personal-data:
  collects: true
  stores: [account-id]
  retention: 30 days
  reporting: {cycle: 7 days}
uses:
  failed-export-report:
    functionality: error-reports
    description: >-
      When a scheduled export fails, the owner of the schedule gets one mail
      with the reason and the time of the next try.
    addresses-from: [jira-email-api]
    third-parties:
      - name: Amazon SES
        purpose: delivers the mail
        hosts: [email.eu-west-1.amazonaws.com]
        required: true
lint:
  rules: {vague-description: error, lookup-by-email: off}
  exclude: ['legacy/**']
";

const PREFACE: &str = "\
<!-- Generated from the schema; `UPDATE=1 cargo test docs_reference::` writes it anew. -->

# `email-access.yaml`

The declaration: what an app uses people's email addresses for. It stands in the app's root, is read by
`mailpermit check`, and is what `mailpermit request` writes the access request from. Code refers to its
uses by [`@email-use` comments](annotations.md).

It is YAML 1.2 in UTF-8, at most 1 MiB. A key that is not listed here is an error, and so is a value of
another form; each error names file, line and column and says what to write. Editors complete and check
the file with [its JSON Schema](../schemas/email-access.schema.json), which `mailpermit schema email-access`
prints as well.

";

/// Where the sections stand in the file, in the order in which they are described, and their schema.
const SECTIONS: &[(&str, &str)] = &[
    ("app", "App"),
    ("documents", "Documents"),
    ("documents.NAME", "DocumentParts"),
    ("personal-data", "PersonalData"),
    ("personal-data.reporting", "Reporting"),
    ("uses.NAME", "Use"),
    ("uses.NAME.third-parties[]", "ThirdParty"),
    ("lint", "Lint"),
];

struct Schema(Value);

impl Schema {
    fn definition(&self, name: &str) -> &Value {
        self.0["$defs"].get(name).unwrap_or_else(|| panic!("the schema has no `{name}`"))
    }

    /// What a `$ref` leads to: its name and itself.
    fn target<'s>(&'s self, value: &'s Value) -> Option<(&'s str, &'s Value)> {
        let name = value["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        Some((name, self.definition(name)))
    }

    /// The kind of value, in words.
    fn kind(&self, value: &Value) -> String {
        if let Some((name, target)) = self.target(value) {
            return match words(target) {
                Some(_) => format!("one of the [{}](#{})", title(name), anchor(name)),
                None if target["anyOf"].is_array() => "a text, or `{url, file}`".to_owned(),
                None => "a section".to_owned(),
            };
        }
        match value["type"].as_str() {
            Some("array") => match self.target(&value["items"]) {
                Some((name, target)) if words(target).is_some() => {
                    format!("a list of [{}](#{})", title(name), anchor(name))
                }
                Some(_) => "a list of sections".to_owned(),
                None => "a list of texts".to_owned(),
            },
            Some("boolean") => "`true` or `false`".to_owned(),
            Some("integer") => match value.get("const") {
                Some(only) => format!("`{only}`"),
                None => "a whole number".to_owned(),
            },
            Some("object") => "a mapping of names".to_owned(),
            Some("string") => "a text".to_owned(),
            other => panic!("no words for {other:?}"),
        }
    }

    fn table(&self, section: &Value, out: &mut String) {
        let required = section["required"].as_array().cloned().unwrap_or_default();
        out.push_str("| key | value | meaning |\n|---|---|---|\n");
        for (key, value) in properties(section) {
            let must = if required.iter().any(|r| r == key) { " (required)" } else { "" };
            let mut meaning = described(value).to_owned();
            let own = examples(value);
            let mut examples = if own.is_empty() { examples(&value["items"]) } else { own };
            examples.retain(|e| !meaning.contains(e.as_str()));
            if !examples.is_empty() {
                let _ = write!(meaning, " For example {}.", examples.join(", "));
            }
            let _ = writeln!(out, "| `{key}`{must} | {} | {meaning} |", self.kind(value));
        }
        out.push('\n');
    }
}

fn properties(section: &Value) -> &Map<String, Value> {
    section["properties"].as_object().expect("a section has keys")
}

fn described(value: &Value) -> &str {
    value["description"].as_str().expect("everything in the schema is described")
}

/// The words of a vocabulary, each with what it means; `None` for anything else.
fn words(value: &Value) -> Option<Vec<(&str, &str)>> {
    value["oneOf"].as_array()?.iter().map(|w| Some((w["const"].as_str()?, described(w)))).collect()
}

fn examples(value: &Value) -> Vec<String> {
    let all = value["examples"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|e| Some(format!("`{}`", e.as_str()?))).collect()
}

/// The name of a vocabulary, as a heading.
fn title(name: &str) -> &'static str {
    match name {
        "AddressSource" => "address sources",
        "AppKind" => "kinds of app",
        "Functionality" => "functionalities",
        "Product" => "products",
        "RuleLevel" => "severities",
        "Stored" => "kinds of personal data",
        other => panic!("`{other}` needs a heading here"),
    }
}

fn anchor(name: &str) -> String {
    title(name).replace(' ', "-")
}

fn page(schema: Value) -> String {
    let schema = Schema(schema);
    let mut out = format!("{PREFACE}```yaml\n{EXAMPLE}```\n\n## The whole file\n\n");
    schema.table(&schema.0, &mut out);
    for (path, name) in SECTIONS {
        let section = schema.definition(name);
        let _ = write!(out, "## `{path}`\n\n{}\n\n", described(section));
        schema.table(section, &mut out);
    }
    out.push_str("The keys of `lint.rules` are the names of [rules](rules.md); `unreadable-input` cannot be lowered.\n\n");
    let definitions = schema.0["$defs"].as_object().expect("a mapping");
    for (name, value) in definitions {
        let Some(words) = words(value) else {
            let described = SECTIONS.iter().any(|(_, n)| n == name) || value["anyOf"].is_array();
            assert!(described, "`{name}` of the schema is missing on the page");
            continue;
        };
        let heading = title(name);
        let (first, rest) = heading.split_at(1);
        let _ = write!(out, "## {}{rest}\n\n{}\n\n", first.to_uppercase(), described(value));
        for (word, meaning) in words {
            let _ = writeln!(out, "- `{word}`: {meaning}");
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[test]
fn the_reference_of_the_declaration_is_up_to_date() {
    crate::support::is_committed("docs/declaration.md", &page(declaration::schema()));
}

#[test]
fn the_example_of_the_reference_is_right() {
    let names: Vec<&str> = rules::ALL.iter().map(|r| r.name).collect();
    let read = declaration::read(&SourceFile::new(declaration::FILE_NAME, EXAMPLE), &names);
    assert!(read.problems.is_empty(), "{:#?}", read.problems);
    for key in properties(&declaration::schema()).keys() {
        assert!(EXAMPLE.contains(&format!("\n{key}:")), "the example does without `{key}`");
    }
}

#[test]
fn the_architecture_page_names_every_part_of_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/architecture.md")).expect("the page is there");
    for entry in std::fs::read_dir(root.join("src")).expect("there are sources") {
        let name = entry.expect("it can be listed").file_name().to_string_lossy().into_owned();
        assert!(page.contains(&format!("`src/{name}`")), "docs/architecture.md does not name `src/{name}`");
    }
    let named = page.split('`').filter(|p| p.starts_with("src/") && !p.contains(['<', '*', ' ']));
    for path in named {
        assert!(root.join(path).exists(), "docs/architecture.md names `{path}`, which is not there");
    }
}
