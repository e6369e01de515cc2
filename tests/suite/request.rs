//! The request as a whole: expected texts for each kind of app, hostile texts, templates of the user's.

use crate::support::{apps, hostile};
use mailpermit::facts::SinkKind;
use mailpermit::findings::run::{AppRun, RuleState};
use mailpermit::findings::{Severity, Suppressed};
use mailpermit::request::model::Status;
use mailpermit::request::{Fields, Format, Request, RequestError, Template, build, refusal, render};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

fn request(app: &AppRun) -> Request {
    build(app, &apps::run_of(app), &Fields::builtin())
}

fn written(request: &Request, format: Format) -> String {
    render(request, format, None).unwrap_or_else(|e| panic!("{e}: {}", e.help()))
}

#[test]
fn every_kind_of_app_has_its_request() {
    for (name, app, draft) in [
        ("connect", apps::connect(), false),
        ("forge", apps::forge(), false),
        ("forge-with-connect", apps::forge_with_connect(), false),
        ("oauth2", apps::oauth2(), false),
        ("unknown", apps::unknown(), true),
        ("gaps", apps::gaps(), true),
    ] {
        let request = request(&app);
        assert_eq!(request.draft, draft, "{name}: {:?}", request.gaps);
        for (format, ext) in [(Format::Markdown, "md"), (Format::Text, "txt")] {
            crate::support::snapshot(&format!("request-{name}.{ext}"), &written(&request, format));
        }
    }
}

#[test]
fn drafts_say_so_first_and_finished_requests_do_not() {
    for format in [Format::Markdown, Format::Text] {
        let draft = written(&request(&apps::gaps()), format);
        assert!(draft.lines().next().is_some_and(|l| l.contains("DRAFT")), "{draft}");
        assert!(draft.contains("MISSING:"));
        let done = written(&request(&apps::connect()), format);
        assert!(!done.contains("DRAFT") && !done.contains("MISSING"), "{done}");
    }
}

/// Everything but texts: what a reader's program would build.
fn skeleton(markdown: &str) -> Vec<String> {
    Parser::new_ext(markdown, Options::all())
        .filter(|e| !matches!(e, Event::Text(_) | Event::Code(_)))
        .map(|e| format!("{e:?}"))
        .collect()
}

fn assert_inert(payload: &str) {
    let (benign, benign_run) = hostile::app("benign");
    let (app, run) = hostile::app(payload);
    let shown: String = payload.chars().take(60).collect();
    let fields = Fields::builtin();
    let (benign, app) = (build(&benign, &benign_run, &fields), build(&app, &run, &fields));
    let (expected, actual) =
        (skeleton(&written(&benign, Format::Markdown)), skeleton(&written(&app, Format::Markdown)));
    for (n, (a, e)) in actual.iter().zip(&expected).enumerate() {
        assert_eq!(a, e, "event {n} for {shown:?}");
    }
    assert_eq!(actual.len(), expected.len(), "{shown:?}");

    let (expected, text) = (written(&benign, Format::Text), written(&app, Format::Text));
    assert_eq!(text.lines().count(), expected.lines().count(), "lines for {shown:?}");
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    for format in [Format::Markdown, Format::Text] {
        assert!(!written(&app, format).contains(bad), "{shown:?}");
    }
}

#[test]
fn the_skeleton_sees_markup() {
    assert_ne!(skeleton("a [x](y)"), skeleton("a x"));
    assert_ne!(skeleton("a <b>x"), skeleton("a x"));
    assert_ne!(skeleton("a\n\n# b"), skeleton("a\n\nb"));
}

#[test]
fn hostile_texts_come_out_inert() {
    for payload in hostile::payloads() {
        assert_inert(&payload);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_mix_of_marks_comes_out_inert(mix in "([\\[\\]()<>!#*_`~|\\\\&$^{}:=+.0-9a -]|\n|\t|https:|www\\.|---|```|<b>|\\]\\(){0,24}") {
        // A text of spaces alone is no text, and what is shown without one differs.
        assert_inert(&format!("{mix}x"));
    }
}

#[test]
fn plain_web_addresses_are_links() {
    let text = written(&request(&apps::connect()), Format::Markdown);
    assert!(text.contains("<https://example.com/privacy> (not fetched: offline)"), "{text}");
}

#[test]
fn a_refusal_names_every_error_that_stands() {
    assert_eq!(refusal(&apps::connect()), None);
    let mut app = apps::gaps();
    let refused = refusal(&app).expect("errors stand");
    let text = refused.to_string();
    assert!(text.starts_with("no request is written while 3 errors stand"), "{text}");
    assert!(text.contains("`email-in-ui` at src/panel.tsx:33: an email address"), "{text}");
    app.findings[0].severity = Severity::Warning;
    app.findings[1].suppressed =
        Some(Suppressed { reason: "shown to its owner".to_owned(), place: apps::place("a", 1) });
    let text = refusal(&app).expect("one stands").to_string();
    assert!(text.contains("while 1 error stands") && text.contains("undeclared-access"), "{text}");
    app.findings.truncate(2);
    assert_eq!(refusal(&app), None);
}

#[test]
fn guidelines_are_confirmed_only_on_evidence() {
    let status = |app: &AppRun| -> Vec<Status> { request(app).guidelines.iter().map(|g| g.status).collect() };
    use Status::{Confirmed as Yes, NotConfirmed as No, NotVerified as Open};
    let clean = apps::connect();
    assert_eq!(status(&clean), [Yes, Yes, Yes, Open]);

    type Case = (&'static str, fn(&mut AppRun), [Status; 4]);
    let cases: [Case; 9] = [
        ("rule off", |a| apps::state(a, "email-in-ui", RuleState::Off), [Yes, Open, Yes, Open]),
        (
            "rule not evaluated",
            |a| apps::state(a, "undeclared-access", RuleState::NotEvaluated("no sources".to_owned())),
            [Open, Yes, Yes, Open],
        ),
        ("no rules", |a| a.rules.clear(), [Open, Open, Open, Open]),
        (
            "a language is not followed",
            |a| a.facts.coverage.unfollowed = vec![("Scala".to_owned(), 1)],
            [Open, Open, Open, Open],
        ),
        ("nothing found", |a| a.facts.accesses.clear(), [Open, Open, Open, Open]),
        (
            "handed out by a route",
            |a| a.facts.flows.push(apps::flow("a1", SinkKind::Response, "src/api.ts", 4, "res.json(x)")),
            [Yes, Open, Yes, Open],
        ),
        (
            "suppressed",
            |a| {
                let mut f = apps::error("email-in-ui", "src/p.tsx", 3, "shown");
                f.suppressed = Some(Suppressed { reason: "own".to_owned(), place: apps::place("a", 1) });
                a.findings.push(f);
                apps::state(a, "email-in-ui", RuleState::Failed);
            },
            [Yes, Open, Yes, Open],
        ),
        (
            "an undeclared service",
            |a| {
                let mut f = apps::flow("a1", SinkKind::ThirdParty, "src/crm.ts", 4, "post(x)");
                f.service = Some("crm.example".to_owned());
                a.facts.flows.push(f);
            },
            [Yes, Yes, Open, Open],
        ),
        (
            "not required",
            |a| {
                let d = a.facts.declaration.as_mut().expect("connect() declares");
                d.uses[0].third_parties[0].required = Some(false);
            },
            [Yes, Yes, No, Open],
        ),
    ];
    for (name, change, expected) in cases {
        let mut app = clean.clone();
        change(&mut app);
        assert_eq!(status(&app), expected, "{name}");
    }
    assert_eq!(status(&apps::gaps()), [No, No, No, Open]);
}

#[test]
fn lists_are_cut_and_say_so() {
    let mut app = apps::connect();
    for n in 0..150 {
        let mut a = app.facts.accesses[0].clone();
        (a.id, a.place) = (format!("b{n}"), apps::place("src/many.ts", n + 1));
        app.facts.accesses.push(a);
    }
    let request = request(&app);
    assert_eq!((request.uses[0].accesses.items.len(), request.uses[0].accesses.more), (100, 51));
    assert!(written(&request, Format::Markdown).contains("- and 51 more"));
}

#[test]
fn what_is_read_without_the_email_api_is_said_first() {
    use mailpermit::facts::AccessKind;
    let mut app = apps::forge();
    let first = |app: &AppRun| request(app).access_path.statements[0].text.clone();
    assert!(!first(&app).contains("No call of the Email API"), "{}", first(&app));
    for manifest in &mut app.facts.app.manifests {
        manifest.scopes.clear();
    }
    assert!(!first(&app).contains("No call of the Email API"), "it is called: {}", first(&app));
    for access in &mut app.facts.accesses {
        access.kind = AccessKind::UserObject;
    }
    assert!(first(&app).contains("No call of the Email API"), "{}", first(&app));
    app.facts.accesses.clear();
    assert!(first(&app).contains("No place that reads an address"), "{}", first(&app));
    app.facts.app.kind = mailpermit::facts::AppType::Oauth2;
    assert!(!first(&app).contains("No place that reads an address"), "there is nothing to ask for anyway");
}

#[test]
fn two_reads_of_one_statement_are_one_row() {
    let mut app = apps::connect();
    let rows = request(&app).uses[0].accesses.items.len();
    let mut again = app.facts.accesses[0].clone();
    again.id = "again".to_owned();
    again.place.column += 20;
    app.facts.accesses.insert(1, again);
    assert_eq!(request(&app).uses[0].accesses.items.len(), rows);
}

#[test]
fn an_id_for_machines_is_no_title() {
    let mut app = apps::forge();
    app.facts.app.name = None;
    app.facts.app.key = Some("ari:cloud:ecosystem::app/1".to_owned());
    assert_eq!(request(&app).title, "Justification of the email address scope");
}

#[test]
fn without_a_declaration_annotations_are_uses() {
    use mailpermit::facts::{Annotation, AnnotationScope};
    let mut app = apps::connect();
    app.facts.declaration = None;
    app.facts.annotations = vec![Annotation {
        place: apps::place("src/notify.ts", 11),
        uses: vec![
            ("error-reports".to_owned(), apps::place("src/notify.ts", 11)),
            ("nonsense".to_owned(), apps::place("src/notify.ts", 11)),
        ],
        text: Some("mails the owner".to_owned()),
        scope: AnnotationScope::Following,
        covers: Some((12, 12)),
    }];
    app.facts.accesses[0].uses = vec!["error-reports".to_owned()];
    assert!(request(&app).uses.is_empty(), "a declaration that cannot be read is not replaced by guesses");
    app.facts.declaration_exists = false;
    let uses = request(&app).uses;
    assert_eq!(uses.len(), 1);
    assert_eq!(uses[0].functionality.as_deref(), Some("Send error reports"));
    assert_eq!(uses[0].description.as_ref().map(|d| d.value.as_str()), Some("mails the owner"));
    assert_eq!(uses[0].accesses.items.len(), 1);
}

#[test]
fn own_templates_are_escaped_and_bounded() {
    let request = request(&apps::connect());
    let own = |source: &str| render(&request, Format::Markdown, Some(Template { name: "own.j2", source }));
    let inert = "\\<b\\>";
    for (source, expected) in [
        ("{{ '<b>' }}", inert),
        ("{% autoescape false %}{{ '<b>' }}{% endautoescape %}", inert),
        ("{{ '<b>'|e }}", inert),
        ("{% macro m() %}{{ '<b>' }}{% endmacro %}{{ m() }}", inert),
        ("{{ app.name.value|upper }}", "REPORTER FOR JIRA"),
        ("{{ uses|length|counted('use', 'uses') }}", "1 use"),
        ("{{ ['a', 'b']|sentences }}", "a and b"),
        ("<b>{{ app.name.at.file|code }}</b>", "<b>`atlassian-connect.json`</b>"),
        ("{{ app.connect_key }}", ""),
    ] {
        assert_eq!(own(source).as_deref().map(str::trim_end), Ok(expected), "{source}");
    }
    for (source, line, part) in [
        ("a\n{% if %}", 2, "cannot be read"),
        ("a\n\n{{ nothing }}", 3, "does not have"),
        ("{{ app.nothing }}", 1, "does not have"),
        ("{{ title|safe }}", 1, "filter"),
        ("{{ title|tojson }}", 1, "filter"),
        ("{% include 'x' %}", 1, "failed"),
    ] {
        match own(source) {
            Err(RequestError::Template { file, line: at, message, .. }) => {
                assert_eq!((file.as_str(), at), ("own.j2", line), "{source}: {message}");
                assert!(message.contains(part), "{source}: {message}");
            }
            other => panic!("{source}: {other:?}"),
        }
    }
    let endless = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    assert!(matches!(own(endless), Err(RequestError::TooManySteps { .. })));
    let wide = format!("{{% for a in range(9000) %}}{}{{% endfor %}}", "x".repeat(1_000));
    assert!(matches!(own(&wide), Err(RequestError::TooLong { .. })));
}

#[test]
fn own_fields_replace_the_list() {
    let text = "version: 1\nfields:\n  - label: \"App <key>\"\n    part: app-key\n";
    let fields = Fields::parse("fields.yaml", text).expect("a valid list");
    let app = apps::connect();
    let request = build(&app, &apps::run_of(&app), &fields);
    assert_eq!(request.fields.len(), 1);
    assert!(written(&request, Format::Markdown).contains("**App \\<key\\>**\n\ncom.example.reporter"));
}
