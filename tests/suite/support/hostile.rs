//! An app whose every text is the same chosen one.

use std::sync::Arc;

use mailpermit::facts::{
    Annotation, AnnotationScope, DocumentState, InputKind, Located, Problem, ThirdParty,
};
use mailpermit::findings::Suppressed;
use mailpermit::findings::run::{AppRun, RuleState, Run};

use super::apps;

/// `apps::gaps()` with `text` for every string that comes from a repository, and more of them.
pub fn app(text: &str) -> (AppRun, Run) {
    let mut app = apps::gaps();
    let place = || apps::place(text, 7);
    let located = || apps::at(text, text, 7);
    let own = || text.to_owned();
    let f = &mut app.facts;
    f.app.kind_reason = own();
    (f.app.key, f.app.name, f.app.vendor) = (Some(own()), Some(own()), Some(own()));
    for m in &mut f.app.manifests {
        m.file = text.into();
        (m.key, m.name, m.vendor, m.connect_key) =
            (Some(located()), Some(located()), Some(located()), Some(located()));
        m.scopes = vec![apps::at("ACCESS_EMAIL_ADDRESSES", text, 3)];
    }
    for a in &mut f.accesses {
        (a.expression, a.path, a.place) = (own(), Some(own()), place());
        a.request = Some(apps::place(text, 9));
        a.endpoint = Some(own());
        a.sdk = Some(own());
    }
    f.accesses[0].uses = vec![own()];
    for flow in &mut f.flows {
        (flow.expression, flow.service, flow.place) = (own(), Some(own()), place());
        flow.sink = own();
    }
    f.annotations = vec![Annotation {
        place: place(),
        uses: vec![(own(), place())],
        text: Some(own()),
        scope: AnnotationScope::File,
        covers: None,
    }];
    let d = f.declaration.as_mut().expect("gaps() declares");
    (d.listing, d.contact) = (Some(located()), Some(located()));
    for u in &mut d.uses {
        (u.name, u.place, u.functionality) = (located(), place(), located());
        (u.description, u.justification) = (Some(located()), Some(located()));
        u.addresses_from = vec![located(), located()];
        u.third_parties = vec![ThirdParty {
            name: located(),
            purpose: Some(located()),
            hosts: vec![located(), located()],
            required: None,
        }];
    }
    let p = d.personal_data.as_mut().expect("gaps() states personal data");
    p.place = place();
    p.stores = Some(vec![located(), located()]);
    p.stores_place = Some(place());
    p.retention = Some(located());
    p.collects = Some(Located { value: true, place: place() });
    let mut again = f.documents[0].clone();
    again.state = DocumentState::Unreadable(own());
    f.documents.push(again);
    for doc in &mut f.documents {
        (doc.url, doc.file, doc.place) = (Some(own()), Some(own()), place());
    }
    f.problems = vec![Problem {
        place: place(),
        input: InputKind::Source,
        message: own(),
        help: Some(own()),
        matters: true,
    }];
    f.coverage.unfollowed = vec![(own(), 2)];
    let catalogue = Arc::make_mut(&mut f.catalogue);
    catalogue.source = own();
    for entry in &mut catalogue.uses {
        (entry.functionality, entry.process_label) = (own(), own());
    }
    for finding in &mut app.findings {
        (finding.message, finding.place) = (own(), place());
    }
    app.findings[1].suppressed = Some(Suppressed { reason: own(), place: place() });
    apps::state(&mut app, "email-to-third-party", RuleState::NotEvaluated(own()));
    apps::state(&mut app, "unknown-use", RuleState::NotApplicable(own()));
    let mut run = apps::run_of(&app);
    run.commit = Some(own());
    (app, run)
}

/// Texts that would like to be more than text.
pub fn payloads() -> Vec<String> {
    let mut all: Vec<String> = [
        "[click](https://evil.example) ![i](https://evil.example/i.png)",
        "<script>alert(1)</script><img src=x onerror=y>",
        "<https://evil.example> <a@evil.example>",
        "x\n\n# Approved by Atlassian\n\nsee [1]\n\n[1]: https://evil.example\n",
        "x\r\n===\r\n---\r\n",
        "a | b | c\n|---|---|\n| <b> | `x` |",
        "```\n</code></pre>\n```",
        "~~~\nfence",
        "` `` ``` <b> ``",
        "`a` <b>`</b>",
        "    indented\n\tcode",
        "- [x] done\n1. one\n+ two\n* * *",
        "> quote\n> [!WARNING]",
        "**bold** __bold__ *i* _i_ ~~s~~ $m$ $$m$$ ^a^ [^1]",
        "&lt;b&gt; &#35; &amp;",
        "\\[x\\](y) \\",
        "x\\",
        "{{ 7 * 7 }} {% for x in y %} {# c #}",
        "a\u{1b}[31mred\u{0}\u{7}\u{9b}b",
        "a\u{202e}txt.exe\u{2066}\u{200b}\u{feff}b\u{2028}c",
        "--- \n+++\n: def",
        "javascript:alert(1)",
        "https://user@evil.example/",
        "| a",
        "=====",
        "{#id .class}",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("very long [x](y) <b> | ".repeat(1_000));
    all.push("`".repeat(9_000));
    all
}
