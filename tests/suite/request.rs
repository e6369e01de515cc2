//! The request as a whole: expected texts for each kind of app, hostile texts, templates of the user's.

use std::sync::LazyLock;

use crate::support::request_formats::{inert, links, skeleton};
use crate::support::{apps, hostile};
use mailpermit::facts::SinkKind;
use mailpermit::findings::run::{AppRun, RuleState};
use mailpermit::findings::{Severity, Suppressed};
use mailpermit::inputs::checkout::{Host, Remote};
use mailpermit::request::model::Status;
use mailpermit::request::{Fields, Format, Request, RequestError, Template, build, refusal, render, source};
use proptest::prelude::*;

/// Each format with the ending of its files.
const FORMATS: [(Format, &str); 6] = [
    (Format::Markdown, "md"),
    (Format::Text, "txt"),
    (Format::Jira, "jira"),
    (Format::Adf, "adf.json"),
    (Format::Json, "json"),
    (Format::Html, "html"),
];

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
        if name == "connect" {
            for (format, ext) in FORMATS {
                crate::support::snapshot(&format!("request-{name}.{ext}"), &written(&request, format));
            }
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

/// The structure of each format when all texts are harmless.
static BENIGN: LazyLock<Vec<(Format, Vec<String>)>> = LazyLock::new(|| {
    let (app, run) = hostile::app("benign");
    let request = build(&app, &run, &Fields::builtin());
    Format::ALL.map(|f| (f, skeleton(f, &written(&request, f)))).to_vec()
});

fn assert_inert(payload: &str) {
    let (app, run) = hostile::app(payload);
    let request = build(&app, &run, &Fields::builtin());
    for (format, expected) in BENIGN.iter() {
        inert(*format, expected, &written(&request, *format), payload);
    }
}

#[test]
fn hostile_texts_come_out_inert() {
    for payload in hostile::payloads() {
        assert_inert(&payload);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_mix_of_marks_comes_out_inert(mix in "([\\[\\]()<>!#*_`~|\\\\&$^{}:=+.0-9a -]|\n|\t|https:|www\\.|---|```|<b>|\\]\\(){0,24}") {
        // A text of spaces alone is no text, and what is shown without one differs.
        assert_inert(&format!("{mix}x"));
    }
}

/// A checkout on a known host.
fn on_the_web(request: &mut Request) -> String {
    let remote = Remote { host: Host::GitHub, repository: "o/n".to_owned(), prefix: "apps/a".to_owned() };
    request.method.source = source(&remote, COMMIT);
    format!("https://github.com/o/n/blob/{COMMIT}/apps/a/")
}

const COMMIT: &str = "3f9c1d2e8b7a6054c1f0e9d8b7a695847362514f";

#[test]
fn places_lead_to_the_host_of_the_code() {
    let mut request = request(&apps::connect());
    let base = on_the_web(&mut request);
    for (format, expected) in [
        (Format::Markdown, format!("[`src/notify.ts:12`](<{base}src/notify.ts#L12>)")),
        (Format::Jira, format!("[src/notify.ts:12|{base}src/notify.ts#L12]")),
        (
            Format::Html,
            format!(
                "<a href=\"{base}src/notify.ts#L12\" rel=\"noopener noreferrer nofollow\"><code>src/notify.ts:12</code></a>"
            ),
        ),
        (Format::Adf, format!("\"href\": \"{base}src/notify.ts#L12\"")),
        (Format::Text, format!("at https://github.com/o/n/tree/{COMMIT}")),
        (Format::Json, format!("\"place_url\": \"{base}{{file}}#L{{line}}\"")),
    ] {
        let text = written(&request, format).replace("&#x2F;", "/");
        assert!(text.contains(&expected), "{format:?}: {expected}\n{text}");
    }
}

#[test]
fn no_name_of_a_file_leads_elsewhere() {
    for payload in hostile::payloads() {
        let (app, run) = hostile::app(&payload);
        let mut request = build(&app, &run, &Fields::builtin());
        let base = on_the_web(&mut request);
        let commit = request.method.source.as_ref().expect("it was set").commit_url.clone();
        for format in Format::ALL {
            for link in links(format, &written(&request, format)) {
                let plain = link.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/#%:".contains(&b));
                assert!(plain && (link.starts_with(&base) || link == commit), "{format:?}: {link:?}");
                assert!(!link.contains("/../"), "{link}");
            }
        }
    }
}

#[test]
fn every_format_says_the_same() {
    let text = |t: &str| {
        t.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for app in [apps::connect(), apps::gaps(), apps::oauth2()] {
        let request = request(&app);
        let expected = text(&crate::support::request_formats::plain(
            Format::Markdown,
            &written(&request, Format::Markdown),
        ));
        for format in [Format::Text, Format::Jira, Format::Adf, Format::Html] {
            let found = text(&crate::support::request_formats::plain(format, &written(&request, format)));
            assert_eq!(found, expected, "{format:?}");
        }
    }
}

#[test]
fn json_keeps_to_its_schema_and_has_the_fields_by_name() {
    let schema = mailpermit::request::json::schema();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    for app in [apps::connect(), apps::forge(), apps::oauth2(), apps::unknown(), apps::gaps()] {
        let value: serde_json::Value =
            serde_json::from_str(&written(&request(&app), Format::Json)).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let value: serde_json::Value =
        serde_json::from_str(&written(&request(&apps::connect()), Format::Json)).expect("it is JSON");
    let values = &value["requestFieldValues"];
    assert_eq!(values["app-key"], "com.example.reporter");
    assert_eq!(values["summary"], "Request access to the Email API: Reporter for Jira");
    assert!(
        values["personal-data"].as_str().is_some_and(|t| t.starts_with("* The app collects")),
        "{values}"
    );
    assert_eq!(value["uses"][0]["name"], "failed-export-report");
    assert_eq!(value["kind"], "request");
}

#[test]
fn own_ids_name_the_fields() {
    let text = "version: 1\nfields:\n  - {label: Uses, part: uses, id: customfield_10010}\n  - {label: Again, part: uses}\n  - {label: Once more, part: uses}\n";
    let fields = Fields::parse("f.yaml", text).expect("a valid list");
    let app = apps::connect();
    let request = build(&app, &apps::run_of(&app), &fields);
    let names: Vec<&str> = request.fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["customfield_10010", "uses", "uses-2"]);
    let twice = "version: 1\nfields:\n  - {label: A, part: uses, id: x}\n  - {label: B, part: uses, id: x}\n";
    assert!(Fields::parse("f.yaml", twice).is_err());
}

#[test]
fn a_long_answer_is_no_wiki_markup() {
    let (app, run) = hostile::app("{html}<b>{html} [x|https://evil.example]");
    let request = build(&app, &run, &Fields::builtin());
    let value: serde_json::Value =
        serde_json::from_str(&written(&request, Format::Json)).expect("it is JSON");
    let uses = value["requestFieldValues"]["uses"].as_str().expect("uses are declared");
    assert!(uses.contains("\\{html\\}") && !uses.contains(" {html}"), "{uses}");
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
