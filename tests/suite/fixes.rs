//! `check --fix`: what it mends, that it mends nothing else, and nothing twice.

use crate::support::program::Folder;

const CALL: &str = "import api, { route } from '@forge/api';\n\nexport async function run(id) {\n  const answer = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  const { email } = await answer.json();\n  return email.length;\n}\n";

const DECLARED: &str = "version: 1\nuses:\n  failed-export:\n    functionality: error-reports\n    description: >-\n      When a scheduled export fails, the owner of the schedule gets one mail with the reason.\n    addresses-from: [jira-email-api]\n";

fn manifest(scopes: &str) -> String {
    format!(
        "# the app\napp:\n  id: ari:cloud:ecosystem::app/1   # registered\n\npermissions:\n{scopes}modules:\n  function:\n    - key: run\n      handler: index.run\n"
    )
}

/// The lines that two texts do not share: taken away with `-`, new with `+`.
fn changes(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let lines = diff.iter_all_changes().filter(|c| c.tag() != similar::ChangeTag::Equal);
    lines.map(|c| format!("{}{}", c.tag(), c.value().trim_end_matches('\n'))).collect()
}

#[test]
fn a_missing_scope_and_a_missing_annotation_are_added_once() {
    let manifest = manifest("  scopes:\n    - read:jira-work   # issues\n");
    let app =
        Folder::new(&[("manifest.yml", &manifest), ("src/index.js", CALL), ("email-access.yaml", DECLARED)]);
    let fixed = app.run(&["check", "--fix"]);
    assert!(fixed.err.contains("fixed 2 findings in 2 files"), "{}", fixed.err);
    assert!(fixed.err.contains("fixed src/index.js:4: missing-email-scope"), "{}", fixed.err);
    assert!(
        !fixed.out.contains("missing-email-scope") && !fixed.out.contains("undeclared-access"),
        "{}",
        fixed.out
    );
    assert_eq!(changes(&manifest, &app.read("manifest.yml")), ["+    - read:email-address:jira"]);
    assert_eq!(changes(CALL, &app.read("src/index.js")), ["+  // @email-use failed-export"]);
    let before = app.all();
    let again = app.run(&["check", "--fix"]);
    assert_eq!(app.all(), before, "the second time changes nothing");
    assert!(again.err.contains("nothing could be fixed safely"), "{}", again.err);
}

#[test]
fn a_dry_run_shows_a_diff_that_git_applies_and_writes_nothing() {
    let manifest = manifest("  scopes: [read:jira-work]\n");
    let app =
        Folder::new(&[("manifest.yml", &manifest), ("src/index.js", CALL), ("email-access.yaml", DECLARED)]);
    app.commit_all();
    let before = app.all();
    let dry = app.run(&["check", "--fix", "--dry-run"]);
    assert_eq!(app.all(), before);
    assert_eq!(dry.code, Some(1), "what would be mended still stands");
    assert!(dry.out.starts_with("--- a/manifest.yml\n+++ b/manifest.yml\n@@ "), "{}", dry.out);
    assert!(dry.err.contains("would fix 2 findings"), "{}", dry.err);
    app.write("../fix.diff", &dry.out);
    app.git(&["apply", "../fix.diff"]);
    let patched = app.all();
    app.git(&["checkout", "--quiet", "--", "."]);
    app.run(&["check", "--fix"]);
    assert_eq!(app.all(), patched, "the diff says what is done");
    std::fs::remove_file(app.path().join("../fix.diff")).expect("it was written");
}

#[test]
fn a_placeholder_gets_its_dollar_and_what_comes_to_light_is_mended_too() {
    let code = CALL.replace("${id}", "{id}");
    let manifest = manifest("  scopes: [read:jira-work]\n");
    let app =
        Folder::new(&[("manifest.yml", &manifest), ("src/index.js", &code), ("email-access.yaml", DECLARED)]);
    app.run(&["check", "--fix"]);
    assert!(app.read("src/index.js").contains("accountId=${id}`"), "{}", app.read("src/index.js"));
    let before = app.all();
    app.run(&["check", "--fix"]);
    assert_eq!(app.all(), before);
    assert!(app.read("manifest.yml").contains("[read:jira-work, read:email-address:jira]"));
}

#[test]
fn an_unused_scope_is_taken_out_of_a_manifest_and_of_a_descriptor() {
    let old = manifest("  scopes:\n    - read:jira-work\n    - read:email-address:jira # not yet\n");
    let app = Folder::new(&[("manifest.yml", &old), ("src/index.js", "export const run = () => 1;\n")]);
    app.run(&["check", "--fix"]);
    assert_eq!(changes(&old, &app.read("manifest.yml")), ["-    - read:email-address:jira # not yet"]);

    let old = "{\r\n\t\"key\": \"com.example.a\",\r\n\t\"baseUrl\": \"https://a.vendor.example\",\r\n\t\"scopes\": [\"READ\", \"ACCESS_EMAIL_ADDRESSES\"],\r\n\t\"apiMigrations\": {\"gdpr\": true}\r\n}\r\n";
    let code = "module.exports = (http, id) => http.get(`/rest/api/3/user?accountId=${id}`, (e, r, b) => JSON.parse(b).emailAddress);\n";
    let app = Folder::new(&[("atlassian-connect.json", old), ("package.json", "{}"), ("index.js", code)]);
    app.run(&["check", "--fix", "--select", "unused-email-scope"]);
    assert_eq!(
        app.read("atlassian-connect.json"),
        old.replace("[\"READ\", \"ACCESS_EMAIL_ADDRESSES\"]", "[\"READ\"]")
    );
}

#[test]
fn a_connect_descriptor_gets_no_scope_before_approval() {
    let descriptor =
        "{\"key\": \"com.example.a\", \"baseUrl\": \"https://a.vendor.example\", \"scopes\": [\"READ\"]}\n";
    let code = "module.exports = (httpClient, id, done) => httpClient.get(`/rest/api/3/user/email?accountId=${id}`, (e, r, b) => done(JSON.parse(b).email));\n";
    let app =
        Folder::new(&[("atlassian-connect.json", descriptor), ("package.json", "{}"), ("index.js", code)]);
    assert!(app.findings(&[]).iter().any(|f| f.0 == "missing-email-scope"));
    app.run(&["check", "--fix"]);
    assert_eq!(app.read("atlassian-connect.json"), descriptor);
}

#[test]
fn suppressed_findings_byte_order_marks_and_links_are_left_as_they_are() {
    let manifest = manifest("  scopes: [read:jira-work]\n");
    let code = format!(
        "\u{feff}{}",
        CALL.replace("  const answer", "  // mailpermit: ignore[undeclared-access] seen\n  const answer")
    );
    let app =
        Folder::new(&[("manifest.yml", &manifest), ("src/index.js", &code), ("email-access.yaml", DECLARED)]);
    app.run(&["check", "--fix"]);
    assert_eq!(app.read("src/index.js"), code, "suppressed");
    let code = format!("\u{feff}{CALL}").replace('\n', "\r\n");
    app.write("src/index.js", &code);
    app.run(&["check", "--fix"]);
    let expected = code.replace("  const answer", "  // @email-use failed-export\r\n  const answer");
    assert_eq!(app.read("src/index.js"), expected);
}

#[cfg(unix)]
#[test]
fn a_check_says_on_a_terminal_that_it_can_mend() {
    let manifest = manifest("  scopes: [read:jira-work]\n");
    let app =
        Folder::new(&[("manifest.yml", &manifest), ("src/index.js", CALL), ("email-access.yaml", DECLARED)]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.arg("check").current_dir(app.path()).env("NO_COLOR", "1");
    let mut session =
        rexpect::session::spawn_command(command, Some(20_000)).expect("it starts on a terminal");
    session.exp_string("2 findings can be mended with `mailpermit check --fix`").expect("it says so");
    session.exp_eof().expect("it ends");
    assert_eq!(app.run(&["check"]).err, "", "a log is not told");
    assert_eq!(app.run(&["check", "--dry-run"]).code, Some(2), "a dry run of what?");
}
