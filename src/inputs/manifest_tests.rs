//! Both manifest readers over the fixtures in `tests/fixtures/manifests`, and over hostile texts.

use std::fmt::Write as _;

use crate::facts::{Located, Manifest};
use crate::inputs::apps::read_manifest;
use crate::inputs::kind::FileKind;
use crate::inputs::manifest::ManifestRead;
use crate::text::SourceFile;

fn fixture(name: &str) -> SourceFile {
    let path = format!("{}/tests/fixtures/manifests/{name}", env!("CARGO_MANIFEST_DIR"));
    SourceFile::new(name, std::fs::read_to_string(path).unwrap())
}

fn read(file: &SourceFile) -> ManifestRead {
    let kind =
        if file.path.contains(".json") { FileKind::ConnectDescriptor } else { FileKind::ForgeManifest };
    read_manifest(kind, file).unwrap()
}

fn texts(found: &[Located<String>]) -> String {
    found.iter().map(|l| l.value.as_str()).collect::<Vec<_>>().join(" ")
}

/// What was read, one line a field, without the empty ones.
fn shown(m: &Manifest) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(out, "{name}: {value}").unwrap();
        }
    };
    let one = |l: &Option<Located<String>>| l.as_ref().map_or_else(String::new, |l| l.value.clone());
    line("key", one(&m.key));
    line("connect key", one(&m.connect_key));
    line("name", one(&m.name));
    line("vendor", one(&m.vendor));
    line("products", m.products.iter().map(|p| format!("{p:?}")).collect::<Vec<_>>().join(" "));
    line("scopes", texts(&m.scopes));
    line("modules", texts(&m.modules));
    line("connect modules", if m.connect_modules { "yes".into() } else { String::new() });
    for e in &m.egress {
        let analytics = if e.analytics { " analytics" } else { "" };
        let eud = e.in_scope_eud.map_or_else(String::new, |b| format!(" inScopeEUD={b}"));
        line("egress", format!("{} {}{analytics}{eud}", e.list, e.address.value));
    }
    for r in &m.remotes {
        let eud = r.storage_in_scope_eud.map_or_else(String::new, |b| format!(" inScopeEUD={b}"));
        line("remote", format!("{} {} [{}]{eud}", r.key.value, texts(&r.base_urls), r.operations.join(" ")));
    }
    line("classifications", texts(&m.storage_classifications));
    line("lifecycle", texts(&m.lifecycle));
    line("gdpr", m.gdpr_migration.as_ref().map_or_else(String::new, |g| g.value.to_string()));
    line("links", m.links.iter().map(|(n, l)| format!("{n}={}", l.value)).collect::<Vec<_>>().join(" "));
    line("unread", texts(&m.unread));
    out
}

#[test]
fn fixtures_are_read() {
    for (name, expected) in [
        (
            "forge-digest.yml",
            "\
key: ari:cloud:ecosystem::app/6f1f4c1e-0000-4000-8000-000000000001
name: Weekly digest
products: Jira
scopes: read:jira-work read:email-address:jira storage:app
modules: jira:projectPage trigger scheduledTrigger function
egress: fetch.backend api.mailer.example.com
egress: fetch.backend *.stats.example.com analytics inScopeEUD=false
egress: fetch.client https://cdn.example.com
egress: images https://pictures.example.com
",
        ),
        (
            "forge-remote.yml",
            "\
key: ari:cloud:ecosystem::app/6f1f4c1e-0000-4000-8000-000000000002
connect key: com.example.größe
products: Jira Confluence
scopes: read:confluence-user write:jira-work read:connect-jira
modules: confluence:globalPage jira:adminPage preUninstall function
connect modules: yes
egress: fetch.backend remote:backend
egress: fetch.backend remote:warehouse
remote: backend https://backend.example.com [storage fetch] inScopeEUD=true
remote: warehouse https://eu.warehouse.example.com https://us.warehouse.example.com [compute]
classifications: UGC PII
lifecycle: preUninstall installed uninstalled
",
        ),
        (
            "forge-variables.yml",
            "\
key: ari:cloud:ecosystem::app/6f1f4c1e-0000-4000-8000-000000000003
products: JiraServiceManagement
scopes: read:customer:jira-service-management
modules: trigger
lifecycle: avi:forge:uninstalled:app
unread: ${EXTRA_SCOPE} ${API_HOST}
",
        ),
        (
            "connect-plain.json",
            "\
key: com.example.reporter
name: Reporter
vendor: Example Pty Ltd
products: Jira
scopes: READ ACCESS_EMAIL_ADDRESSES
modules: webhooks jiraIssueContexts
connect modules: yes
lifecycle: installed uninstalled
gdpr: true
links: self=https://app.example.com/atlassian-connect.json terms=https://example.com/terms vendor=https://example.com
",
        ),
        (
            "connect-strings.json",
            "\
key: com.example.macro
products: Confluence
scopes: read
modules: dynamicContentMacros
connect modules: yes
lifecycle: installed
gdpr: false
unread: {{ .Name }} {{localBaseUrl}} {{ .Token }} {{ index . \"scope\" }}
",
        ),
        (
            "connect-branches.json.tmpl",
            "\
key: com.example.branches
products: Confluence
scopes: READ access_email_addresses WRITE
modules: spaceToolsTabs
connect modules: yes
gdpr: true
unread: {{- if .Staging }} {{ .StagingURL }} {{- else }} {{ end }} {{ if .WithEmail }} {{ end }} {{ .MoreScopes }}
",
        ),
    ] {
        let found = read(&fixture(name));
        assert_eq!(found.problems, [], "{name}");
        assert_eq!(shown(&found.manifest.unwrap()), expected, "{name}");
    }
}

#[test]
fn places_point_at_the_values() {
    let file = fixture("forge-remote.yml");
    let manifest = read(&file).manifest.unwrap();
    let cut = |place: &crate::text::Place| file.slice(place.span).to_owned();
    assert_eq!(cut(&manifest.scope("read:connect-jira").unwrap().place), "read:connect-jira");
    assert_eq!(
        cut(&manifest.key.unwrap().place),
        "\"ari:cloud:ecosystem::app/6f1f4c1e-0000-4000-8000-000000000002\""
    );
    assert!(cut(&manifest.scopes_place.unwrap()).starts_with("read:confluence-user:"));
    assert_eq!(manifest.lifecycle[1].place.to_string(), "forge-remote.yml:13:7");
}

#[test]
fn what_is_malformed_is_said_with_its_place() {
    for (name, text, expected) in [
        (
            "manifest.yml",
            fixture("forge-broken-parts.yml").text.to_string(),
            &[
                "2:7 `app.id` has to be a text, not a number",
                "3:9 `app.name` has to be a text, not a list",
                "5:11 `permissions.scopes` has to be a list of scopes, not a text",
                "6:13 `permissions.external` has to be a mapping, not a text",
                "8:3 `remotes` has to be a list, not a mapping",
                "10:3 `modules` has to be a mapping, not a list",
            ][..],
        ),
        (
            "manifest.yml",
            "app: {id: x}\npermissions:\n  scopes: [a, [b], 3]\n  external: {images: [{category: analytics}, 7]}\n".into(),
            &[
                "3:15 `permissions.scopes` has to be a text, not a list",
                "3:20 `permissions.scopes` has to be a text, not a number",
                "4:23 an entry of `permissions.external.images` has neither `address` nor `remote`",
                "4:46 `permissions.external.images` has to be a text, not a number",
            ],
        ),
        ("manifest.yml", "app:\n  id: x\n  id: y\nmodules: {}\n".into(), &["3:3 the key `id` is there twice"]),
        ("manifest.yml", "remotes: [{baseUrl: x}]\napp: {id: x}".into(), &["1:11 a remote has no `key`"]),
        ("atlassian-connect.json", "{\"key\": 1,\n\"scopes\": {}}".into(), &[
            "1:1 the descriptor has no `baseUrl`",
            "1:9 `key` has to be a text, not a number",
            "2:11 `scopes` has to be a list, not a mapping",
        ]),
        ("atlassian-connect.json", "{\"key\": \"k\",}".into(), &["1:13 trailing comma"]),
        ("atlassian-connect.json", "".into(), &["1:1 the file is empty"]),
        (
            "atlassian-connect.json",
            "{\"key\": {{a}} x }".into(),
            &["1:15 this template can't be read around its directives: expected string for object property"],
        ),
    ] {
        let found = read(&SourceFile::new(name, text.as_str()));
        let shown: Vec<_> =
            found.problems.iter().map(|p| format!("{}:{} {}", p.place.line, p.place.column, p.message)).collect();
        assert_eq!(shown, expected, "{text}");
        assert!(found.problems.iter().all(|p| p.matters));
    }
}

#[test]
fn files_that_are_no_manifests_are_passed_over() {
    for (name, text) in [
        ("not-forge.yaml", fixture("not-forge.yaml").text.to_string()),
        ("manifest.yml", String::new()),
        ("manifest.yml", "- a\n- b\n".into()),
        ("manifest.yml", "app: just a text".into()),
        ("manifest.yml", "kind: {{ .Values.kind }}\n---\nb: 1\n".into()),
        ("atlassian-connect-settings.json", "{\"port\": 1}".into()),
        ("atlassian-connect.json", "[]".into()),
    ] {
        assert_eq!(read(&SourceFile::new(name, text.as_str())), ManifestRead::default(), "{text}");
    }
    let descriptor = |text: &str| {
        read_manifest(FileKind::MaybeDescriptor, &SourceFile::new("descriptor.json", text)).unwrap()
    };
    assert_eq!(descriptor("{\"key\": \"k\"}"), ManifestRead::default());
    assert_eq!(descriptor("{broken"), ManifestRead::default());
    assert!(descriptor("{\"key\": \"k\", \"baseUrl\": \"https://example.com\"}").manifest.is_some());
}

#[test]
fn where_a_scope_would_go() {
    for (name, text, expected) in [
        ("manifest.yml", "app: {id: x}\npermissions:\n  scopes: [a, b]\n", Some("[a, b]")),
        ("manifest.yml", "app: {id: x}\npermissions:\n  scopes:\n", Some("permissions")),
        ("manifest.yml", "app: {id: x}\npermissions:\n  content: {}\n", Some("permissions")),
        ("manifest.yml", "app: {id: x}\npermissions: 3\n", Some("permissions")),
        ("manifest.yml", "app: {id: x}\n", Some("")),
        ("manifest.yml", "app: {id: x}\npermissions: {scopes: a}\n", None),
        ("atlassian-connect.json", "{\"key\": \"k\", \"scopes\": [\"READ\"]}", Some("[\"READ\"]")),
        ("atlassian-connect.json", "{\"key\": \"k\"}", Some("")),
    ] {
        let file = SourceFile::new(name, text);
        let place = read(&file).manifest.unwrap().scopes_place;
        assert_eq!(place.map(|p| file.slice(p.span)), expected, "{text}");
    }
}

#[test]
fn hostile_texts_end_soon() {
    let deep = "app: {id: x}\nx: ".to_owned() + &"[".repeat(10_000);
    let blocks: String = (0..10_000).map(|i| format!("{}a:\n", " ".repeat(i % 1900))).collect();
    let huge = "#".repeat(5 * 1024 * 1024);
    let scopes = format!("app: {{id: x}}\npermissions: {{scopes: [{}]}}", "é,".repeat(45_000));
    let marks = "{{".repeat(500_000);
    let values = format!("{{\"key\": \"k\", \"x\": [{}]}}", "{{a}},".repeat(100_000));
    let nested = "{{x}}".to_owned() + &"[".repeat(100_000);
    for text in [&deep, &blocks, &huge, &scopes, &marks, &values, &nested, "\0\u{1}", "\ta: b", "%YAML 9\n"] {
        for name in ["manifest.yml", "atlassian-connect.json"] {
            let found = read(&SourceFile::new(name, text));
            assert!(found.manifest.is_some() || found.problems.len() <= 1);
        }
    }
    assert_eq!(read(&SourceFile::new("manifest.yml", scopes)).manifest.unwrap().scopes.len(), 45_000);
}

proptest::proptest! {
    #[test]
    fn readers_never_panic(text in "(app|id|permissions|scopes|modules|remotes|external|fetch|x|[\\[\\]{}:,\"\n é$%-]|: |- |\n  ){0,40}") {
        for name in ["manifest.yml", "atlassian-connect.json"] {
            let with_app = format!("app: {{id: x}}\n{text}");
            for text in [&text, &with_app] {
                let file = SourceFile::new(name, text.as_str());
                let found = read(&file);
                for problem in &found.problems {
                    proptest::prop_assert!(file.text.get(problem.place.span.range()).is_some());
                }
            }
        }
    }
}
