//! The reports against their consumers' own schemas and parsers. `.ci/conformance` installs these into
//! `target/conformance` and runs this file; otherwise its tests are ignored, and counted as such.
#![expect(clippy::print_stdout, reason = "the figures are what `.ci/conformance` is run for")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::support::formats::{EVERY, hostile_run, written};
use crate::support::root;
use crate::support::runs::{Builder, run_of, typical};
use mailpermit::facts::{AccessKind, AppType, SinkKind};
use mailpermit::findings::{Finding, Severity};
use mailpermit::reports::{Checked, Format, html_with};
use mailpermit::settings::Settings;

/// A file or folder of the installed tools.
fn tool(path: &str) -> PathBuf {
    let path = root("target/conformance").join(path);
    assert!(path.exists(), "{} is not there: run `.ci/conformance`", path.display());
    path
}

/// The apps that `.ci/conformance` was given, and the examples.
fn folders() -> Vec<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the script hands the folders over")]
    let given = std::env::var("CONFORMANCE_APPS").unwrap_or_default();
    let examples = ["broken-digest", "connect-export-reporter", "forge-alerts"];
    let examples = examples.iter().map(|e| root("examples").join(e));
    examples.chain(given.lines().filter(|l| !l.trim().is_empty()).map(PathBuf::from)).collect()
}

/// Every report of `format`, by a name: hand-built apps, hostile ones, an empty one, and the folders'.
fn reports(format: Format) -> Vec<(String, String)> {
    let mut all = vec![
        ("typical".to_owned(), written(format, &[Checked::only(typical(".").run())])),
        ("empty".to_owned(), written(format, &[Checked::only(Builder::new(".", AppType::Unknown).run())])),
        ("nothing".to_owned(), written(format, &[])),
    ];
    let two = |prefix: &str| Checked {
        prefix: prefix.to_owned(),
        run: run_of([typical("apps/a"), typical("apps/b")]),
    };
    all.push(("several".to_owned(), written(format, &[two("left"), two("right")])));
    for (index, text) in crate::support::formats::HOSTILE.iter().enumerate() {
        all.push((format!("hostile{index}"), written(format, &[Checked::only(hostile_run(text))])));
    }
    for (name, run) in RUNS.iter() {
        all.push((name.clone(), written(format, std::slice::from_ref(run))));
    }
    all
}

/// The checks of all folders, done once for all tests.
static RUNS: LazyLock<Vec<(String, Checked)>> = LazyLock::new(|| {
    let named = |folder: PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, checked(&folder))
    };
    folders().into_iter().map(named).collect()
});

fn checked(folder: &Path) -> Checked {
    let settings = Settings::of(folder.to_owned());
    Checked::only(mailpermit::check(&settings).expect("the folder can be read"))
}

/// Writes reports where a tool can read them.
fn stored(reports: &[(String, String)], folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = root("target/conformance/out").join(folder);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let store = |(name, text): &(String, String)| {
        let path = folder.join(format!("{name}.{extension}"));
        std::fs::write(&path, text).expect("a file can be written");
        path
    };
    reports.iter().map(store).collect()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}\n{err}");
    text
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn sarif_keeps_to_the_official_schema() {
    let multitool = tool("node_modules/@microsoft/sarif-multitool-linux");
    let schema = std::fs::read_to_string(multitool.join("sarif-2.1.0.json")).expect("the schema is there");
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let reports = reports(Format::Sarif);
    let mut results = 0;
    for (name, text) in &reports {
        let log: Value = serde_json::from_str(text).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path())).take(5).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        results += log["runs"][0]["results"].as_array().map_or(0, Vec::len);
    }
    let mut spoilt: Value = serde_json::from_str(&reports[0].1).expect("it is JSON");
    spoilt["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&spoilt), "the schema refuses what is wrong");
    println!("SARIF: {} logs with {results} results keep to the official schema", reports.len());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn sarif_passes_the_validator_and_githubs_rules() {
    let multitool = tool("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
    let files = stored(&reports(Format::Sarif), "sarif", "sarif");
    let out = root("target/conformance/out/validated.json");
    let mut command = Command::new(multitool);
    command
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .args(["validate", "--rule-kind", "Sarif;Gh", "--level", "Error;Warning", "--log", "ForceOverwrite"])
        .arg("--output")
        .arg(&out)
        .args(&files);
    let output = command.output().expect("the validator starts");
    let log = std::fs::read_to_string(&out).expect("it writes a log");
    let log: Value = serde_json::from_str(log.trim_start_matches('\u{feff}')).expect("its log is JSON");
    let mut said = String::new();
    for result in log["runs"][0]["results"].as_array().into_iter().flatten() {
        if ACCEPTED.iter().any(|(rule, _)| result["ruleId"] == *rule) {
            continue;
        }
        let at = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let _ = writeln!(said, "{} {} {} {at}", result["ruleId"], result["level"], result["message"]);
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "", "{printed}");
    assert!(printed.contains("Analysis completed"), "{printed}");
    println!("SARIF: {} logs pass the validator with GitHub's rules", files.len());
}

/// What the validator advises and we do not follow, with the reason.
const ACCEPTED: &[(&str, &str)] = &[("SARIF2005", "it wants the tool's web address, and there is none yet")];

#[test]
#[ignore = "needs `.ci/conformance`"]
fn junit_keeps_to_jenkins_schema_and_is_read_by_a_parser() {
    let python = tool("python/bin/python");
    let schema = tool("junit-10.xsd");
    let files = stored(&reports(Format::Junit), "junit", "xml");
    let script = "import sys\nfrom lxml import etree\nfrom junitparser import JUnitXml\n\
                  schema = etree.XMLSchema(etree.parse(sys.argv[1]))\ncases = failures = skipped = 0\n\
                  for path in sys.argv[2:]:\n    schema.assertValid(etree.parse(path))\n    \
                  for suite in JUnitXml.fromfile(path):\n        listed = list(suite)\n        \
                  assert suite.tests == len(listed), path\n        \
                  assert suite.failures == sum(1 for c in listed if c.is_failure), path\n        \
                  assert suite.skipped == sum(1 for c in listed if c.is_skipped), path\n        \
                  cases += len(listed); failures += suite.failures; skipped += suite.skipped\n\
                  print(f'{cases} cases, {failures} failed, {skipped} skipped')\n";
    let text = run(Command::new(python).args(["-c", script]).arg(schema).args(&files));
    println!("JUnit: {} reports keep to the schema and are read: {}", files.len(), text.trim());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn github_commands_are_what_the_toolkit_writes() {
    tool("node_modules/@actions/core");
    let reports = reports(Format::Github);
    let files = stored(&reports, "github", "log");
    // Reads each command as the runner does, has the toolkit write it anew, and compares the bytes.
    let script = root("target/conformance/commands.mjs");
    std::fs::write(
        &script,
        "import { readFileSync } from 'node:fs';\nimport * as core from '@actions/core';\n\
         const data = (s) => s.replaceAll('%0D', '\\r').replaceAll('%0A', '\\n').replaceAll('%25', '%');\n\
         const property = (s) => data(s.replaceAll('%3A', ':').replaceAll('%2C', ','));\n\
         const names = { title: 'title', file: 'file', line: 'startLine', endLine: 'endLine', col: 'startColumn', endColumn: 'endColumn' };\n\
         let count = 0;\nfor (const path of process.argv.slice(2)) {\n\
         for (const line of readFileSync(path, 'utf8').split('\\n').filter((l) => l.startsWith('::'))) {\n\
         const end = line.indexOf('::', 2);\nconst head = line.slice(2, end);\nconst space = head.indexOf(' ');\n\
         const properties = {};\nfor (const pair of head.slice(space + 1).split(',')) {\n\
         const at = pair.indexOf('=');\nconst name = names[pair.slice(0, at)];\n\
         if (!name) throw new Error(`${path}: ${pair}`);\nproperties[name] = property(pair.slice(at + 1)); }\n\
         let again = '';\nconst write = process.stdout.write;\nprocess.stdout.write = (s) => { again += s; return true; };\n\
         core[head.slice(0, space)](data(line.slice(end + 2)), properties);\nprocess.stdout.write = write;\n\
         if (again !== line + '\\n') throw new Error(`${path}:\\n${line}\\n${again}`);\ncount += 1; } }\n\
         console.log(count);\n",
    )
    .expect("a file can be written");
    let count = run(Command::new("node").arg(&script).args(&files));
    assert_ne!(count.trim(), "0");
    println!("GitHub: {} commands in {} logs are what the toolkit writes", count.trim(), files.len());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn gitlab_gets_the_fields_that_it_requires() {
    let text = json!({"type": "string", "minLength": 1});
    let schema = json!({"type": "array", "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": text, "check_name": text, "fingerprint": text,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {"type": "object", "required": ["path", "lines"], "properties": {
                "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                "lines": {"type": "object", "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}});
    let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
    let reports = reports(Format::Gitlab);
    let mut issues = 0;
    for (name, text) in &reports {
        let report: Value = serde_json::from_str(text).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let list = report.as_array().expect("a list");
        let mut fingerprints: Vec<&str> = list.iter().filter_map(|i| i["fingerprint"].as_str()).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), list.len(), "{name}: fingerprints are unique");
        issues += list.len();
    }
    println!("GitLab: {issues} issues in {} reports have what is required", reports.len());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn json_keeps_to_its_schema() {
    let validator =
        jsonschema::draft202012::new(&mailpermit::reports::json::schema()).expect("it is a schema");
    let reports = reports(Format::Json);
    for (name, text) in &reports {
        let report: Value = serde_json::from_str(text).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).take(5).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    println!("JSON: {} reports keep to the published schema", reports.len());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn html_is_parsed_without_an_error() {
    tool("node_modules/parse5");
    let files = stored(&reports(Format::Html), "html", "html");
    let script = root("target/conformance/parse.mjs");
    std::fs::write(
        &script,
        "import { readFileSync } from 'node:fs';\nimport { parse } from 'parse5';\nlet bad = 0;\n\
         for (const path of process.argv.slice(2)) {\n\
         parse(readFileSync(path, 'utf8'), { sourceCodeLocationInfo: true, onParseError: (e) => {\n\
         bad += 1; console.error(`${path}:${e.startLine}:${e.startCol}: ${e.code}`); } }); }\n\
         process.exit(bad ? 1 : 0);\n",
    )
    .expect("a file can be written");
    run(Command::new("node").arg(&script).args(&files));
    println!("HTML: {} pages are parsed without an error", files.len());
}

/// An app with 500 findings of all severities in many files, with flows and long names.
fn large() -> Builder {
    let mut b = typical(".");
    for nth in 0..50 {
        let path = format!("src/modules/some/rather/deep/folder/of/the/application/handler-number-{nth}.ts");
        let line = "const { email } = await lookUp(accountId); console.log(`sent to ${email}`, { level: 'debug', more });\n";
        b.file(&path, &line.repeat(10));
        for at in 0..10 {
            let place = b.place(&path, "console.log(`sent to ${email}`", at);
            let from = b.place(&path, "lookUp(accountId)", at);
            let id = format!("a{}", b.facts.accesses.len() + 1);
            b.access(AccessKind::EmailApi, from.clone(), &["failed-export-report"]);
            b.flow(&id, SinkKind::Log, place.clone(), from.clone());
            let severity = [Severity::Error, Severity::Warning, Severity::Info][(nth + at) % 3];
            let rule = ["email-in-logs", "email-stored", "email-in-ui", "email-to-third-party"][nth % 4];
            let finding = Finding::new(place, "an address is written to a place that is read by many people")
                .label("here")
                .related(from, "it comes from here")
                .note("logs are kept and read by people for whom the address is not meant")
                .help("log the account id instead");
            b.finding(rule, severity, finding);
        }
    }
    b
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn pages_are_whole_in_a_browser() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()))
    else {
        println!("HTML: skipped, there is no browser");
        return;
    };
    let mut pages: Vec<(String, String)> = reports(Format::Html)
        .into_iter()
        .filter(|(name, _)| !folders().iter().skip(3).any(|f| f.ends_with(name)))
        .collect();
    pages.push(("large".to_owned(), written(Format::Html, &[Checked::only(large().run())])));
    for (name, folder) in
        [("ready", "examples/connect-export-reporter"), ("unready", "examples/broken-digest")]
    {
        let run = mailpermit::check(&Settings::of(root(folder))).expect("it can be read");
        let checked = [Checked::only(run)];
        let mut page = Vec::new();
        html_with(&checked, &mailpermit::readiness::tables(&checked), &mut page).expect("it can be written");
        pages.push((name.to_owned(), String::from_utf8(page).expect("it is UTF-8")));
    }
    let files = stored(&pages, "pages", "html");
    let out = root("target/conformance/out/looks");
    let mut command = Command::new("node");
    command.args(["--no-warnings", "--experimental-websocket"]).arg(root("tests/browser/look.mjs"));
    let text = run(command.arg(browser).arg(&out).args(&files));
    println!("HTML: {}", text.trim());
}

#[test]
#[ignore = "needs `.ci/conformance`"]
fn every_format_is_tried_here() {
    // A new format gets a test above; this one fails until it is counted.
    assert_eq!(EVERY.len(), 8);
    for format in [Format::Human, Format::Markdown] {
        assert!(
            reports(format).iter().all(|(_, text)| !text.contains('\u{1b}') && !text.contains('\u{202e}'))
        );
    }
}
