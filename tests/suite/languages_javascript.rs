//! What is found in an app in JavaScript and TypeScript, line by line; what is not in the table must not
//! be found.

use std::collections::BTreeMap;

use crate::support::languages::{Access, Flow, check};
use mailpermit::facts::{AccessKind, Caller, SinkKind};
use mailpermit::findings::Confidence;

const CERTAIN: Confidence = Confidence::Certain;
const LIKELY: Confidence = Confidence::Likely;

#[test]
fn accesses_and_flows_of_the_fixture_app() {
    use AccessKind::{EmailApi, OwnProfile, UserObject};
    let access = |at, kind, endpoint, caller, confidence, absent| Access {
        at,
        kind,
        endpoint,
        caller,
        confidence,
        absent,
    };
    check(
        "javascript",
        &[
            // A destructured list item, compared and handed on.
            access(
                "src/confluence/watchers.js:7:9",
                UserObject,
                Some("confluence.space-watchers"),
                Caller::AsApp,
                CERTAIN,
                Some(true),
            ),
            access(
                "src/confluence/watchers.js:7:42",
                UserObject,
                Some("confluence.space-watchers"),
                Caller::AsApp,
                CERTAIN,
                Some(true),
            ),
            // A chain of promises.
            access(
                "src/confluence/watchers.js:16:21",
                OwnProfile,
                Some("confluence.user-current"),
                Caller::AsUser,
                CERTAIN,
                Some(false),
            ),
            // Renamed with a default; a parameter taken apart in a callback; by index and name in brackets.
            access(
                "src/jira/destructured.ts:5:11",
                UserObject,
                Some("jira.user"),
                Caller::AsApp,
                CERTAIN,
                Some(true),
            ),
            access(
                "src/jira/destructured.ts:12:35",
                UserObject,
                Some("jira.group-member"),
                Caller::AsApp,
                CERTAIN,
                Some(true),
            ),
            access(
                "src/jira/destructured.ts:17:10",
                UserObject,
                Some("jira.user-search"),
                Caller::AsUser,
                CERTAIN,
                Some(true),
            ),
            // A library's methods.
            access(
                "src/jira/sdk.js:8:18",
                UserObject,
                Some("jira.issue"),
                Caller::Unknown,
                CERTAIN,
                Some(true),
            ),
            access(
                "src/jira/sdk.js:9:10",
                UserObject,
                Some("jira.issue"),
                Caller::Unknown,
                CERTAIN,
                Some(true),
            ),
            access(
                "src/jira/sdk.js:13:24",
                EmailApi,
                Some("jira.user-email"),
                Caller::Unknown,
                CERTAIN,
                Some(false),
            ),
            // Through a class in another file whose client has a base address, injected by its type.
            access(
                "src/jira/service.ts:8:12",
                UserObject,
                Some("jira.user"),
                Caller::Token,
                LIKELY,
                Some(false),
            ),
            // A path from a table in another file, handed to a wrapper.
            access(
                "src/jira/wrapped.js:10:24",
                EmailApi,
                Some("jira.user-email"),
                Caller::AsApp,
                CERTAIN,
                Some(false),
            ),
            // A callback in an options object, its body parsed from text.
            access(
                "src/web/dialog.js:6:49",
                OwnProfile,
                Some("jira.myself"),
                Caller::AsUser,
                CERTAIN,
                Some(false),
            ),
            // A payload with the shape of an issue.
            access("src/web/webhook.js:3:20", UserObject, None, Caller::Unknown, LIKELY, Some(false)),
        ],
        &[
            Flow { at: "src/web/dialog.js:6", kind: SinkKind::Ui, access: "src/web/dialog.js:6:49" },
            Flow { at: "src/web/webhook.js:4", kind: SinkKind::Log, access: "src/web/webhook.js:3:20" },
        ],
    );
}

/// The fixture says line by line where an address goes: `-> kind` for what must be at least likely, `~>
/// kind` for what must be found and may be a guess. What is likely and not marked must not be found.
#[test]
fn flows_stand_where_the_fixture_marks_them() {
    let root = crate::support::root("tests/fixtures/apps/javascript-flows");
    let run = crate::support::languages::run(&root);
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    for flow in run.apps.iter().flat_map(|app| &app.facts.flows) {
        let at = format!("{}:{} {}", flow.place.file, flow.place.line, kind_name(flow.kind));
        *found.entry(at).or_default() |= flow.confidence > Confidence::Possible;
    }
    let mut marked = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the fixture can be read") {
            let path = entry.expect("the fixture can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the fixture is text");
            let file = path.strip_prefix(&root).expect("it is below").display().to_string();
            for (i, line) in text.lines().enumerate() {
                for (mark, sure) in [("-> ", true), ("~> ", false)] {
                    for after in line.split(mark).skip(1) {
                        let kind: String =
                            after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
                        marked.insert(format!("{file}:{} {kind}", i + 1), sure);
                    }
                }
            }
        }
    }
    assert!(marked.len() > 40, "the marks were not found");
    // A guess where nothing is marked does no harm.
    found.retain(|at, sure| *sure || marked.contains_key(at));
    let lines = |all: &BTreeMap<String, bool>| {
        all.iter().map(|(at, sure)| format!("{at} {sure}")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(lines(&found), lines(&marked));
}

fn kind_name(kind: SinkKind) -> &'static str {
    match kind {
        SinkKind::Ui => "ui",
        SinkKind::Log => "log",
        SinkKind::Storage => "storage",
        SinkKind::ThirdParty => "third-party",
        SinkKind::Mail => "mail",
        SinkKind::Marketing => "marketing",
        SinkKind::Identity => "identity",
        SinkKind::Response => "response",
        SinkKind::Other => "other",
    }
}

#[test]
fn the_probe_app_of_nine_spellings() {
    use AccessKind::{EmailApi, OrgAdmin, UserObject};
    let root = crate::support::root("examples/broken-digest");
    let run = crate::support::languages::run(&root);
    let said: Vec<(String, AccessKind, Caller)> = run.apps[0]
        .facts
        .accesses
        .iter()
        .filter(|a| a.confidence > Confidence::Possible && !a.place.file.ends_with("match-accounts.js"))
        .map(|a| (format!("{}:{}", a.place.file, a.place.line), a.kind, a.caller))
        .collect();
    let expected = [
        ("src/admin/org-users.js:17", OrgAdmin, Caller::Token),
        ("src/admin/org-users.js:17", OrgAdmin, Caller::Token),
        ("src/confluence/commenters.js:5", EmailApi, Caller::AsApp),
        ("src/confluence/page-owners.js:5", EmailApi, Caller::AsApp),
        ("src/confluence/space-admins.js:7", EmailApi, Caller::AsApp),
        ("src/digest/assigned.js:5", EmailApi, Caller::AsApp),
        ("src/digest/leads.js:6", UserObject, Caller::AsApp),
        ("src/digest/me.js:8", EmailApi, Caller::AsUser),
        ("src/digest/mentions.js:10", EmailApi, Caller::AsApp),
        ("src/digest/owners.ts:10", EmailApi, Caller::AsApp),
        ("src/digest/recipients.js:6", EmailApi, Caller::AsApp),
        ("src/digest/reporter.js:5", EmailApi, Caller::AsApp),
        ("src/digest/watchers.js:13", EmailApi, Caller::AsApp),
        ("src/frontend/index.jsx:6", EmailApi, Caller::Bridge),
    ];
    let expected: Vec<_> = expected.iter().map(|(at, k, c)| ((*at).to_owned(), *k, *c)).collect();
    assert_eq!(said, expected);
}
