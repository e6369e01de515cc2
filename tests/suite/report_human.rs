//! The report for people, as committed texts, and what may never be in it.

use std::sync::Arc;

use crate::support::is_committed;
use crate::support::runs::{Builder, run_of, typical};
use mailpermit::facts::{AccessKind, AppType};
use mailpermit::findings::run::{RuleState, Run};
use mailpermit::findings::{Confidence, Finding, Severity};
use mailpermit::reports::Checked;
use mailpermit::reports::human::{Options, render, summary};
use mailpermit::text::{Place, Span};

fn options(width: usize) -> Options {
    Options { width, color: false, quiet: false, rule_summary: |_| None, rule_link: |_| None }
}

fn text(run: Run, width: usize) -> String {
    render(&[Checked::only(run)], &options(width))
}

#[test]
fn a_typical_app() {
    is_committed("tests/snapshots/human-typical.txt", &text(typical(".").run(), 100));
}

#[test]
fn a_typical_app_in_a_narrow_terminal() {
    let text = text(typical(".").run(), 60);
    is_committed("tests/snapshots/human-narrow.txt", &text);
    // The summary is one line whatever the width; everything else here keeps to it.
    let is_summary = |l: &str| l.starts_with("6 errors");
    let long: Vec<&str> = text.lines().filter(|l| l.chars().count() > 60 && !is_summary(l)).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn quiet_is_findings_and_one_line() {
    let options = Options { quiet: true, ..options(100) };
    let text = render(&[Checked::only(typical(".").run())], &options);
    assert!(text.starts_with("error["), "{text}");
    assert!(
        !text.contains("next:") && !text.contains("skipped") && !text.contains("not evaluated ("),
        "{text}"
    );
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with("6 errors, 1 warning, 1 advice in 34 files"), "{text}");
}

#[test]
fn several_apps() {
    let mut clean = Builder::new("apps/planner", AppType::Forge);
    clean.manifest("apps/planner/manifest.yml", "Planner");
    let text = text(run_of([clean, typical("apps/reporter")]), 100);
    is_committed("tests/snapshots/human-apps.txt", &text);
}

#[test]
fn several_roots_put_their_path_before_all_others() {
    let root = |prefix: &str| Checked { prefix: prefix.to_owned(), run: typical(".").run() };
    let text = render(&[root("left"), root("right")], &options(100));
    assert!(
        text.contains("--> left/src/notify.ts:7:2") && text.contains("--> right/src/notify.ts:7:2"),
        "{text}"
    );
    assert!(!text.contains("--> src/"), "{text}");
}

#[test]
fn a_clean_app_is_told_so() {
    let mut b = Builder::new(".", AppType::Forge);
    b.manifest("manifest.yml", "Planner");
    b.rule("undeclared-access", RuleState::Passed);
    is_committed("tests/snapshots/human-clean.txt", &text(b.run(), 100));
}

#[test]
fn the_next_step_depends_on_the_state() {
    let step = |rule: &'static str,
                declared: bool,
                access: bool,
                severity: Option<Severity>,
                kind: AppType,
                unfollowed: bool| {
        let mut b = Builder::new(".", kind);
        if unfollowed {
            b.facts.coverage.unfollowed = vec![("Scala".to_owned(), 2)];
        }
        b.file("a.js", "user.emailAddress\n");
        b.facts.declaration_exists = declared;
        let place = b.place("a.js", "emailAddress", 0);
        if access {
            b.access(AccessKind::UserObject, place.clone(), &[]);
        }
        if let Some(severity) = severity {
            b.finding(rule, severity, Finding::new(place, "wrong"));
        }
        let text = text(b.run(), 400);
        text.lines().find_map(|l| l.strip_prefix("next: ")).expect("there is a next step").to_owned()
    };
    let declared =
        |declared, access, severity, kind| step("some-rule", declared, access, severity, kind, false);
    use Severity::{Error, Warning};
    for (step, expected) in [
        (declared(false, true, Some(Error), AppType::Forge), "`email-access.yaml`"),
        (declared(true, true, Some(Error), AppType::Forge), "`mailpermit explain some-rule`"),
        (declared(true, true, Some(Warning), AppType::Forge), "`mailpermit request`"),
        (declared(true, true, None, AppType::Forge), "`mailpermit request`"),
        (declared(true, false, Some(Warning), AppType::Forge), "`mailpermit explain some-rule`"),
        (declared(false, false, None, AppType::Forge), "needs no access request"),
        (declared(false, false, None, AppType::Unknown), "`manifest.yml`"),
        (declared(false, true, None, AppType::Unknown), "what kind of app this is"),
        (
            step("unreadable-input", false, true, Some(Error), AppType::Forge, false),
            "mend what could not be read",
        ),
        (step("unreadable-input", false, true, Some(Warning), AppType::Forge, false), "`email-access.yaml`"),
        (step("some-rule", false, false, None, AppType::Forge, true), "look through the files"),
    ] {
        assert!(step.contains(expected), "{step}");
    }
}

#[test]
fn what_findings_share_is_said_once_above_them() {
    let mut b = Builder::new(".", AppType::Forge);
    b.file("manifest.yml", "app: {}\npermissions: {}\n");
    b.file("a.js", "first(); // 1\nsecond();\nthird();\nfourth();\n");
    let scopes = b.place("manifest.yml", "permissions", 0);
    for (call, product) in
        [("first", "Jira"), ("second", "Jira"), ("third", "Confluence"), ("fourth", "Jira")]
    {
        let place = b.place("a.js", call, 0);
        let finding = Finding::new(place, format!("the scope for {product} is missing"))
            .label(format!("needs the scope for {product} {}", "indeed ".repeat(20)))
            .note("calls need a scope")
            .note(format!("{product} has its own scope"))
            .help(format!("add it:\nscopes:\n  - {product}"))
            .related(scopes.clone(), "the scopes are here");
        b.finding("missing-scope", Severity::Error, finding);
    }
    let text = text(b.run(), 100);
    for (said, times) in [
        ("calls need a scope", 1),
        ("Jira has its own scope", 1),
        ("- Jira", 1),
        ("- Confluence", 1),
        ("manifest.yml:2:1: the scopes are here", 1),
        ("= here: needs the scope for Jira", 1),
        ("= here: needs the scope for Confluence", 1),
    ] {
        assert_eq!(text.matches(said).count(), times, "{said}\n{text}");
    }
}

#[test]
fn a_related_place_that_the_excerpt_shows_is_not_named_again() {
    let mut b = Builder::new(".", AppType::Forge);
    let long = format!("/* {} */", "x".repeat(200));
    b.file("a.js", &format!("match(user.email, other);\nlog(a, b); {long} late();\n"));
    for (mark, related) in [("match", "user.email"), ("log(a, b)", "a, b"), ("log(a, b)", "late")] {
        let (place, related) = (b.place("a.js", mark, 0), b.place("a.js", related, 0));
        let said = format!("{mark} is wrong");
        b.finding("some-rule", Severity::Error, Finding::new(place, said).related(related, "read here"));
    }
    let text = text(b.run(), 100);
    assert_eq!(text.matches("read here").count(), 1, "{text}");
    assert!(text.contains("= see: a.js:2:"), "the excerpt has no room for it\n{text}");
}

#[test]
fn what_is_no_app_gets_a_calm_sentence() {
    let mut b = Builder::new(".", AppType::Unknown);
    b.facts.declaration_exists = false;
    let text = text(b.run(), 400);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines.first().copied(),
        Some(
            "no Atlassian app was recognised (no manifest and no authorize address was found), and no place was found that reads people's addresses"
        )
    );
    assert_eq!(lines.len(), 4, "{text}");
    assert!(
        lines.last().is_some_and(|l| l.starts_with("next: nothing, if this is no Atlassian app")),
        "{text}"
    );
}

#[test]
fn an_id_for_machines_is_no_name() {
    let mut b = Builder::new(".", AppType::Forge);
    b.manifest("manifest.yml", "Planner");
    b.facts.app.name = None;
    b.facts.app.key = Some("ari:cloud:ecosystem::app/1".to_owned());
    assert!(text(b.run(), 100).starts_with("Forge app (manifest.yml)\n"));
}

#[test]
fn forty_findings_can_be_read() {
    let mut b = Builder::new(".", AppType::Connect);
    b.manifest("atlassian-connect.json", "Big");
    let source: String = (0..40).map(|n| format!("const mail{n} = users[{n}].emailAddress;\n")).collect();
    b.file("src/all.js", &source);
    for nth in 0..40 {
        let place = b.place("src/all.js", "emailAddress", nth);
        b.access(AccessKind::UserObject, place.clone(), &[]);
        // Half say the same, half speak of themselves.
        let (rule, message) = match nth % 2 {
            0 => ("undeclared-access", "no declared use covers this".to_owned()),
            _ => ("assumes-email-present", format!("`mail{nth}` is used as if it were always there")),
        };
        let finding = Finding::new(place, message).label("read here").note("people may hide their addresses");
        b.finding(rule, if nth % 2 == 0 { Severity::Error } else { Severity::Warning }, finding);
    }
    let text = text(b.run(), 100);
    is_committed("tests/snapshots/human-forty.txt", &text);
    assert_eq!(text.matches("people may hide their addresses").count(), 2, "once a rule");
    for line in 1..=40 {
        let place = format!("src/all.js:{line}:");
        assert_eq!(text.matches(&place).count(), 1, "{place} once");
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let bad = "\u{1b}[2J\u{1b}]8;;http://x\u{7}\u{202e}\u{9b}31m\r\u{200b}\u{85}";
    let path = format!("src/{bad}.js");
    let mut b = Builder::new(bad, AppType::Connect);
    b.manifest(&format!("{bad}.json"), bad);
    b.file(&path, &format!("a('{bad}'); read(user.email); // {bad} jane.doe@example.com\n// {bad}\nb();\n"));
    for (rule, nth) in [("one", 0), ("two", 0), ("two", 1)] {
        let place = b.place(&path, bad, nth);
        let related = b.place(&path, "b()", 0);
        let finding = Finding::new(place, format!("message {bad} of jane.doe@example.com {nth}"))
            .label(format!("label {bad} jane.doe@example.com"))
            .note(format!("note {bad} jane.doe@example.com"))
            .help(format!("help {bad} jane.doe@example.com\n  copy {bad} jane.doe@example.com"))
            .related(related, format!("see {bad} jane.doe@example.com"))
            .confidence(Confidence::Possible);
        b.finding(rule, Severity::Error, finding);
    }
    b.rule("three", RuleState::NotEvaluated(format!("reason {bad}")));
    b.facts.coverage.skipped_folders = vec![bad.to_owned()];
    b.facts.coverage.unfollowed = vec![(bad.to_owned(), 1)];
    let other = Builder::new("z", AppType::Unknown);
    for width in [40, 80, 200] {
        for quiet in [false, true] {
            let run = run_of([
                Builder {
                    facts: b.facts.clone(),
                    findings: b.findings.clone(),
                    rules: b.rules.clone(),
                    files: b.files.clone(),
                },
                Builder { facts: other.facts.clone(), ..Builder::new("z", AppType::Unknown) },
            ]);
            let text =
                render(&[Checked { prefix: bad.to_owned(), run }], &Options { quiet, ..options(width) });
            let hidden = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{200b}'));
            let line = text.lines().find(|l| l.contains(hidden));
            assert!(line.is_none(), "{line:?}");
            assert!(!text.contains("jane.doe@"), "{text}");
            assert!(text.contains("\\u{1b}"), "it is shown, as text");
        }
    }
}

#[test]
fn an_address_is_masked_even_where_a_mark_cuts_it() {
    let mut b = Builder::new(".", AppType::Connect);
    b.file("a.js", "send('jane.doe@example.com', mail);\n");
    let place = b.place("a.js", "doe@exam", 0);
    b.finding("some-rule", Severity::Error, Finding::new(place, "wrong").label("here"));
    let text = text(b.run(), 80);
    assert!(
        !text.contains("jane") && !text.contains("doe@exam") && text.contains("j…@example.com"),
        "{text}"
    );
}

#[test]
fn long_lines_are_cut_around_the_mark() {
    let mut b = Builder::new(".", AppType::Connect);
    let filler = "function(a,b){return a(b)},漢字,".repeat(40_000);
    b.file("min.js", &format!("{filler}user.emailAddress,{filler}\n"));
    let mark = b.place("min.js", "user.emailAddress", 0);
    b.finding("some-rule", Severity::Error, Finding::new(mark.clone(), "wrong").label("read here"));
    let whole = Place { span: Span::new(0, b.files["min.js"].text.len()), column: 1, ..mark };
    b.finding("other-rule", Severity::Error, Finding::new(whole, "all wrong").label("all of it"));
    for width in [40, 100] {
        let text = text(
            run_of([Builder {
                facts: b.facts.clone(),
                findings: b.findings.clone(),
                rules: Vec::new(),
                files: b.files.clone(),
            }]),
            width,
        );
        assert!(text.contains("user.emailAddress"), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= width || line.starts_with("2 errors"), "{line}");
        }
    }
}

#[test]
fn places_that_do_not_fit_their_file_do_no_harm() {
    let mut b = Builder::new(".", AppType::Connect);
    b.file("a.js", "é\n\nx");
    let file: Arc<str> = "a.js".into();
    for (line, start, end) in
        [(1, 1, 2), (1, 0, 9000), (2, 3, 3), (3, 4, 4), (9, 900, 901), (0, 0, 0), (u32::MAX, 7, 8)]
    {
        let place = Place {
            file: Arc::clone(&file),
            line,
            column: 2,
            end_line: 1,
            end_column: 2,
            span: Span::new(start, end),
        };
        let related = Place { line: line.saturating_add(2), ..place.clone() };
        b.finding(
            "some-rule",
            Severity::Error,
            Finding::new(place, format!("wrong {line} {start}")).label("here").related(related, "there"),
        );
    }
    let gone = Place {
        file: "gone.js".into(),
        line: 3,
        column: 4,
        end_line: 3,
        end_column: 5,
        span: Span::new(7, 8),
    };
    b.finding("other-rule", Severity::Error, Finding::new(gone, "wrong").label("no text at hand"));
    let text = text(b.run(), 80);
    assert!(text.contains("gone.js:3:4") && text.contains("= here: no text at hand"), "{text}");
}

#[test]
fn colours_change_nothing_but_colours() {
    let plain = text(typical(".").run(), 90);
    let colored = render(&[Checked::only(typical(".").run())], &Options { color: true, ..options(90) });
    assert!(colored.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

#[test]
fn rules_lead_to_their_pages_where_there_are_links() {
    let link = |rule: &str| Some(format!("https://docs.vendor.example/rules/{rule}.md"));
    let linked = render(&[Checked::only(typical(".").run())], &Options { rule_link: link, ..options(90) });
    let start =
        "error[\u{1b}]8;;https://docs.vendor.example/rules/undeclared-access.md\u{1b}\\undeclared-access";
    assert!(linked.contains(&format!("{start}\u{1b}]8;;\u{1b}\\]:")), "{linked}");
    let mut unlinked = String::new();
    for (n, part) in linked.split("\u{1b}]8;;").enumerate() {
        let text = if n == 0 { part } else { part.split_once("\u{1b}\\").expect("it ends").1 };
        unlinked.push_str(text);
    }
    assert_eq!(unlinked, text(typical(".").run(), 90), "nothing else differs");
}

#[test]
fn the_summary_counts() {
    let line = summary(&[Checked::only(typical(".").run())]);
    let expected = "6 errors, 1 warning, 1 advice in 34 files (6 places read addresses); \
                    3 rules not evaluated, 1 finding suppressed";
    assert_eq!(line, expected);
}
