//! What holds for the formats of `check`, format by format. `conformance` has their consumers' opinion.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::formats::{EVERY, HOSTILE, hostile_run, options, written};
use crate::support::is_committed;
use crate::support::runs::{Builder, run_of, typical};
use mailpermit::facts::{AccessKind, AppType, SinkKind};
use mailpermit::findings::{Finding, Severity, Suppressed};
use mailpermit::reports::{Checked, Format, write};
use mailpermit::settings::FailOn;

fn typical_report(format: Format) -> String {
    written(format, &[Checked::only(typical(".").run())])
}

fn sarif(checked: &[Checked]) -> Value {
    serde_json::from_str(&written(Format::Sarif, checked)).expect("it is JSON")
}

/// An app with one finding in `text` at `what`.
fn one(path: &str, text: &str, what: &str) -> Builder {
    let mut b = Builder::new(".", AppType::Forge);
    b.file(path, text);
    let place = b.place(path, what, 0);
    b.finding("email-in-logs", Severity::Error, Finding::new(place, "an address is logged"));
    b
}

#[test]
fn a_typical_report_in_every_small_format() {
    for (format, name) in [
        (Format::Github, "report-github.txt"),
        (Format::Gitlab, "report-gitlab.json"),
        (Format::Junit, "report-junit.xml"),
        (Format::Markdown, "report-markdown.md"),
    ] {
        let text = typical_report(format).replace(env!("CARGO_PKG_VERSION"), "0.0.0");
        is_committed(&format!("tests/snapshots/{name}"), &text);
    }
    // All rules are in it; what was found is what matters here.
    let mut log = sarif(&[Checked::only(typical(".").run())]);
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
    for version in ["version", "semanticVersion"] {
        log["runs"][0]["tool"]["driver"][version] = "0.0.0".into();
    }
    let text = serde_json::to_string_pretty(&log).expect("a value is always written");
    is_committed("tests/snapshots/report-sarif.json", &format!("{text}\n"));
}

#[test]
fn the_page_of_a_forge_app_ends_with_its_scopes() {
    let mut app = crate::support::apps::forge();
    app.findings.clear();
    let run = crate::support::apps::run_of(&app);
    let text = written(Format::Markdown, &[Checked::only(run)]);
    let page = text.split_once("## Why ").expect("it has the page").1;
    for expected in [
        "### `read:email-address:jira`",
        "Asked for at `manifest.yml:22`",
        "**For the use `failed-export-report`**: Send error reports.",
        "When a scheduled export fails, the owner of the schedule gets one mail",
        "- `src/index.ts:18` Email API of Jira, as the app: goes to mail: email.eu-west-1.amazonaws.com at `src/mail.ts:40`",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(
        page.trim_end().ends_with("Written by mailpermit 0.1.0.") && page.matches("\n## ").count() == 0,
        "{page}"
    );
    let connect = written(Format::Markdown, &[Checked::only(typical(".").run())]);
    assert!(!connect.contains("## Why "), "only a Forge app has scopes to consent to");
}

#[test]
fn same_run_same_bytes_and_no_address_in_full() {
    for format in EVERY {
        let text = typical_report(format);
        assert_eq!(text, typical_report(format), "{format:?}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{format:?}");
        assert!(!text.contains("john.smith"), "{format:?}: {text}");
    }
}

#[test]
fn no_text_escapes_its_format() {
    for text in HOSTILE {
        for format in EVERY {
            let report = written(format, &[Checked::only(hostile_run(text))]);
            assert!(!report.contains(['\u{1b}', '\u{0}']), "{format:?}: {text:?}");
            // Programs get the names of files as they are.
            let named = matches!(format, Format::Json | Format::Gitlab);
            assert!(named || !report.contains('\u{202e}'), "{format:?}: {text:?}");
            match format {
                Format::Html => {
                    assert!(!report.contains("<img") && !report.contains("onload=\""), "{text:?}");
                    assert_eq!(report.matches("<script").count(), 1, "{text:?}");
                    assert!(!report.contains("href=\"javascript"), "{text:?}");
                }
                Format::Github => {
                    let commands = report.lines().filter(|l| l.starts_with("::")).count();
                    // Those of the app, less one that is suppressed, and the two of the test.
                    assert_eq!(commands, 4, "{report}");
                    assert_eq!(report.lines().count(), commands + 1, "{report}");
                }
                Format::Markdown => {
                    assert!(!report.contains("jane.doe@"), "{report}");
                    is_only_text(&report);
                }
                Format::Junit => {
                    assert!(!report.contains("]]></failure><!--"), "{report}");
                    assert!(!report.contains(['\u{fffe}', '\u{ffff}']), "XML has no such characters");
                }
                _ => {}
            }
        }
    }
}

/// Whether Markdown has no markup but that of the report itself.
fn is_only_text(report: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(report, Options::all()) {
        let foreign = match &event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => true,
            Event::Start(tag) => matches!(
                tag,
                Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::HtmlBlock
                    | Tag::BlockQuote(_)
                    | Tag::Strikethrough
            ),
            _ => false,
        };
        assert!(!foreign, "{event:?}\n{report}");
    }
}

#[test]
fn suppressed_findings_stay_where_they_can_be_marked() {
    for (format, expected) in [
        (Format::Sarif, Some("\"justification\": \"shown only to its owner\"")),
        (Format::Json, Some("\"reason\": \"shown only to its owner\"")),
        (Format::Html, Some("shown only to its owner")),
        (Format::Markdown, Some("because: shown only to its owner")),
        (Format::Junit, Some("suppressed: shown only to its owner")),
        (Format::Github, None),
        (Format::Gitlab, None),
    ] {
        let text = typical_report(format);
        match expected {
            Some(expected) => assert!(text.contains(expected), "{format:?}: {text}"),
            None => assert!(!text.contains("email-in-ui"), "{format:?}: {text}"),
        }
    }
    let log = sarif(&[Checked::only(typical(".").run())]);
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert!(results.iter().all(|r| r["suppressions"].is_array()), "all say it, or none may");
    assert_eq!(results.iter().filter(|r| r["suppressions"][0]["status"] == "accepted").count(), 1);
}

#[test]
fn sarif_columns_count_utf16_units() {
    // Two characters beyond the basic plane stand before the mark, one inside of it, one a line above.
    let run = one("a b.ts", "😀\né😀𝒳log(x😀)\n", "log(x😀)").run();
    let log = sarif(&[Checked::only(run)]);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.ts");
    let region = &place["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&2.into(), &6.into(), &14.into()),
        "{region}"
    );
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
}

#[test]
fn sarif_has_the_way_of_an_address() {
    let log = sarif(&[Checked::only(typical(".").run())]);
    let results = log["runs"][0]["results"].as_array().expect("a list");
    let logged = results.iter().find(|r| r["ruleId"] == "email-in-logs").expect("it is there");
    let steps = logged["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("a list");
    let lines: Vec<&Value> =
        steps.iter().map(|s| &s["location"]["physicalLocation"]["region"]["startLine"]).collect();
    assert_eq!(lines, [5, 7]);
    let index = logged["ruleIndex"].as_u64().and_then(|i| usize::try_from(i).ok()).expect("a number");
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "email-in-logs");
    assert!(results.iter().filter(|r| r["ruleId"] != "email-in-logs").all(|r| r["codeFlows"].is_null()));
}

#[test]
fn sarif_keeps_to_what_github_takes() {
    let mut b = Builder::new(".", AppType::Forge);
    b.file("a.ts", "a();\n");
    let place = b.place("a.ts", "a()", 0);
    for nth in 0..5_200 {
        let severity = if nth == 5_199 { Severity::Error } else { Severity::Info };
        b.finding("email-in-logs", severity, Finding::new(place.clone(), "logged"));
    }
    b.access(AccessKind::EmailApi, place.clone(), &[]);
    b.flow("a1", SinkKind::Log, place.clone(), place.clone());
    let step = b.facts.flows[0].path[0].clone();
    b.facts.flows[0].path = vec![step; 1_500];
    let worst = b.findings.iter_mut().find(|f| f.severity == Severity::Error).expect("it was made");
    *worst = worst.clone().related(place.clone(), "here");
    worst.related = vec![worst.related[0].clone(); 300];
    let mut suppressed = Finding::new(place.clone(), "off");
    suppressed.suppressed = Some(Suppressed { reason: "so".to_owned(), place });
    b.finding("email-in-logs", Severity::Error, suppressed);
    let log = sarif(&[Checked::only(b.run())]);
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), 5_000);
    assert_eq!(results[0]["level"], "error", "the most severe stay");
    assert_eq!(results[0]["relatedLocations"].as_array().map(Vec::len), Some(100));
    assert!(results.iter().all(|r| r["codeFlows"].is_null()), "too long for what is shown");
    let said: Vec<&str> = run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|n| n["message"]["text"].as_str())
        .collect();
    assert!(said[0].contains(": 201 findings."), "{said:?}");
    assert!(said[1].contains(": 1 code flow."), "{said:?}");
}

#[test]
fn github_gets_columns_only_within_a_line() {
    for (what, expected) in
        [("b(c)", "line=2,endLine=2,col=1,endColumn=5::"), ("a();\nb", "line=1,endLine=2::")]
    {
        let report = written(Format::Github, &[Checked::only(one("x,y.ts", "a();\nb(c)\n", what).run())]);
        let expected = format!("::error title=mailpermit%3A email-in-logs,file=x%2Cy.ts,{expected}");
        assert!(report.starts_with(&expected), "{report}");
    }
}

#[test]
fn junit_fails_what_fails_the_run() {
    for (fail_on, failures) in
        [(FailOn::At(Severity::Error), 6), (FailOn::At(Severity::Warning), 7), (FailOn::Never, 0)]
    {
        let mut bytes = Vec::new();
        let checked = [Checked::only(typical(".").run())];
        let options = mailpermit::reports::Options { fail_on, ..options() };
        write(Format::Junit, &checked, &options, &mut bytes).expect("a vector takes everything");
        let text = String::from_utf8(bytes).expect("it is UTF-8");
        assert_eq!(text.matches("<failure").count(), failures, "{text}");
        assert!(text.contains("not evaluated: there is no text of a privacy policy"), "{text}");
    }
}

#[test]
fn fingerprints_of_several_roots_are_unique_in_gitlab() {
    let root = |prefix: &str| Checked { prefix: prefix.to_owned(), run: typical(".").run() };
    let text = written(Format::Gitlab, &[root("left"), root("right")]);
    let issues: Vec<Value> = serde_json::from_str(&text).expect("it is a list");
    let mut fingerprints: Vec<&str> = issues.iter().filter_map(|i| i["fingerprint"].as_str()).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!((fingerprints.len(), issues.len()), (16, 16));
}

#[test]
fn markdown_stays_below_what_a_comment_takes() {
    let mut b = Builder::new(".", AppType::Connect);
    b.file("a.ts", "a();\n");
    let place = b.place("a.ts", "a()", 0);
    for nth in 0..400 {
        let text = format!("wrong {nth} {}", "very ".repeat(300));
        b.finding("email-in-logs", Severity::Error, Finding::new(place.clone(), text.clone()).note(text));
        b.finding("email-stored", Severity::Error, Finding::new(place.clone(), "stored"));
    }
    let text = written(Format::Markdown, &[Checked::only(b.run())]);
    assert!(text.len() < 65_536 && text.contains("and 380 more"), "{}", text.len());
}

#[test]
fn the_html_report_answers_first() {
    let empty = written(Format::Html, &[Checked::only(Builder::new(".", AppType::Unknown).run())]);
    assert!(empty.contains("Nothing to submit: no Atlassian app was recognised"), "{empty}");
    let page = typical_report(Format::Html);
    assert!(page.contains("Not yet: 6 errors stand"), "{page}");
    assert!(page.contains("Content-Security-Policy"), "{page}");
    let several = run_of([typical("apps/a"), typical("apps/b")]);
    let several = written(Format::Html, &[Checked::only(several)]);
    assert!(several.contains("href=\"#app2\"") && several.contains("id=\"app2\""), "{several}");
}

#[test]
fn excerpts_of_the_html_report_begin_at_its_edge() {
    let deep = "                ".repeat(3);
    let text = format!("{deep}if (told) {{\n{deep}    console.log(user.email);\n\n{deep}}}\n");
    let page = written(Format::Html, &[Checked::only(one("src/deep.js", &text, "user.email").run())]);
    assert!(page.contains("<span class=\"text\">if (told) {"), "{page}");
    assert!(page.contains("<span class=\"text\">    console.log(<mark>user.email</mark>);"), "{page}");
}

fn check(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
    command.current_dir(folder).arg("check").args(args).env_remove("COLUMNS").env_remove("CLICOLOR_FORCE");
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// A folder with an app in `app/` that logs an address.
fn an_app() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let app = folder.path().join("app");
    std::fs::create_dir_all(app.join("src")).expect("a folder");
    let manifest = "app:\n  id: ari:cloud:ecosystem::app/1\npermissions:\n  scopes: ['read:jira-work']\n";
    std::fs::write(app.join("manifest.yml"), manifest).expect("a file");
    let source = "import api, { route } from '@forge/api';\nexport async function run(id) {\n  \
                  const r = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  \
                  const { email } = await r.json();\n  console.log(email);\n}\n";
    std::fs::write(app.join("src/index.js"), source).expect("a file");
    folder
}

#[test]
fn several_reports_from_one_check() {
    let folder = an_app();
    let args =
        ["app", "--format", "sarif", "-o", "a.sarif", "--format", "json", "--format", "html", "-o", "a.html"];
    let (code, out, err) = check(folder.path(), &args);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let json: Value = serde_json::from_str(&out).expect("standard output has the JSON alone");
    let text = std::fs::read_to_string(folder.path().join("a.sarif")).expect("it was written");
    let log: Value = serde_json::from_str(&text).expect("it is JSON");
    let count = |v: &Value| v.as_array().map_or(0, Vec::len);
    assert_eq!(count(&log["runs"][0]["results"]), count(&json["findings"]));
    let html = std::fs::read_to_string(folder.path().join("a.html")).expect("it was written");
    assert!(html.starts_with("<!doctype html>"), "{html}");
    let (code, out, err) = check(folder.path(), &["app", "--format", "json", "--format", "sarif"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("would both go to standard output") && err.contains("help:"), "{err}");
}

#[test]
fn paths_start_at_the_top_of_the_repository() {
    let folder = an_app();
    let json_at = |args: &[&str]| -> String {
        let (_, out, _) = check(folder.path(), args);
        let report: Value = serde_json::from_str(&out).expect("it is JSON");
        report["accesses"][0]["file"].as_str().expect("text").to_owned()
    };
    let first = |from: &str, args: &[&str]| check(&folder.path().join(from), args).1;
    // Without a repository: from where the program runs.
    assert!(first("", &["app", "--format", "github"]).contains("file=app/src/index.js"));
    assert!(first("app", &["--format", "github"]).contains("file=src/index.js"));
    assert_eq!(
        json_at(&["app", "--format", "json"]),
        "src/index.js",
        "the JSON report's paths are the root's"
    );
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    for format in ["github", "gitlab", "sarif", "junit", "markdown"] {
        let report = first("app", &["--format", format]);
        assert!(report.contains("app/src/index.js"), "{format}: {report}");
    }
    assert!(!first("app", &["--format", "html"]).contains("app/src/index.js"));
    let both = first("", &["app", "--format", "gitlab", "-o", "x.json", "--format", "human"]);
    assert!(both.contains("--> src/index.js"), "{both}");
}
