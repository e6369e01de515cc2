//! Outputs against the published schema of the format and the parser that reads it elsewhere. Both come from the
//! package registry when `.ci/conformance` is run, into `target/conformance` or the folder that
//! `MAILPERMIT_CONFORMANCE` names; nothing of them is kept here. A test without them says so and counts as
//! skipped, which `.ci/conformance` takes for a failure.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::request_formats::nodes;
use crate::support::{apps, hostile};
use mailpermit::findings::run::{AppRun, Run};
use mailpermit::inputs::checkout::{Host, Remote};
use mailpermit::request::{Fields, Format, Request, build, render, source};
use serde_json::Value;

/// A file of the conformance tools; says so when it is not there.
fn tool(path: &str) -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may be told by its environment where its tools are"
    )]
    let named = std::env::var("MAILPERMIT_CONFORMANCE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|_| crate::support::root("target/conformance"));
    let file = folder.join("node_modules").join(path);
    if file.exists() {
        return Some(file);
    }
    skipped(&format!("there is no `{path}`; `.ci/conformance` fetches it"));
    None
}

#[expect(clippy::print_stderr, reason = "a test that did not look has to say so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

fn requests() -> Vec<(String, Request)> {
    let built = |app: &AppRun, run: &Run| build(app, run, &Fields::builtin());
    let mut all = Vec::new();
    for (name, app) in [("connect", apps::connect()), ("gaps", apps::gaps()), ("oauth2", apps::oauth2())] {
        let mut request = built(&app, &apps::run_of(&app));
        let remote = Remote { host: Host::Bitbucket, repository: "t/n".to_owned(), prefix: String::new() };
        request.method.source = source(&remote, "3f9c1d2e8b7a6054c1f0e9d8b7a695847362514f");
        all.push((name.to_owned(), request));
    }
    for payload in hostile::payloads() {
        let (app, run) = hostile::app(&payload);
        all.push((payload.chars().take(60).collect(), built(&app, &run)));
    }
    all
}

#[test]
fn adf_is_valid() {
    let Some(path) = tool("@atlaskit/adf-schema/dist/json-schema/v1/full.json") else { return };
    let schema: Value =
        serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("it is JSON");
    let validator = jsonschema::draft4::new(&schema).expect("the schema is one");
    for (name, request) in requests() {
        let text = render(&request, Format::Adf, None).expect("the built-in template works");
        let doc: Value = serde_json::from_str(&text).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&doc).take(3).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name:?}: {errors:#?}");
    }
    // The schema notices what is wrong.
    let wrong =
        serde_json::json!({"version": 1, "type": "doc", "content": [{"type": "listItem", "content": []}]});
    assert!(!validator.is_valid(&wrong));
}

/// Reads one wiki text a line, as a JSON string, and writes what Jira's editor makes of it as one line of ADF.
const READER: &str = "\
const { WikiMarkupTransformer } = require('@atlaskit/editor-wikimarkup-transformer');
const { JSONTransformer } = require('@atlaskit/editor-json-transformer');
const lines = require('fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean);
for (const line of lines) {
  const doc = new WikiMarkupTransformer().parse(JSON.parse(line));
  console.log(JSON.stringify(new JSONTransformer().encode(doc)));
}
";

#[test]
fn jira_s_own_parser_finds_no_markup_in_texts() {
    let Some(package) = tool("@atlaskit/editor-wikimarkup-transformer") else { return };
    let folder = package.ancestors().nth(3).expect("it is in a folder");
    let benign = hostile::app("benign");
    let benign = build(&benign.0, &benign.1, &Fields::builtin());
    let mut all = vec![("benign".to_owned(), benign)];
    all.extend(requests().into_iter().skip(3));
    let input: String = all
        .iter()
        .map(|(_, r)| format!("{}\n", Value::from(render(r, Format::Jira, None).expect("it is written"))))
        .collect();
    let child = Command::new("node")
        .args(["-e", READER])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("there is no `node`");
        return;
    };
    use std::io::Write as _;
    let mut stdin = child.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let out = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let read = String::from_utf8(out.stdout).expect("UTF-8");
    let docs: Vec<Vec<String>> = read
        .lines()
        .map(|line| {
            let mut out = Vec::new();
            nodes(&serde_json::from_str(line).expect("it is JSON"), &mut out);
            out
        })
        .collect();
    assert_eq!(docs.len(), all.len());
    for ((name, _), doc) in all.iter().zip(&docs) {
        for (n, (a, e)) in doc.iter().zip(&docs[0]).enumerate() {
            assert_eq!(a, e, "node {n} for {name:?}");
        }
        assert_eq!(doc.len(), docs[0].len(), "{name:?}");
    }
}
