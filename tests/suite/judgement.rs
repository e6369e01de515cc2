//! What small trees are told, from their files to their findings.

use std::fs;

use mailpermit::facts::AppType;
use mailpermit::findings::run::{AppRun, RuleState};
use mailpermit::settings::Settings;

/// The only app in a tree of these files.
fn app(files: &[(&str, &str)]) -> AppRun {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let settings = Settings { threads: Some(1), ..Settings::of(folder.path().to_owned()) };
    let mut run = mailpermit::check(&settings).expect("it can be read");
    assert_eq!(run.apps.len(), 1);
    run.apps.remove(0)
}

/// `rule:line` of the findings of these rules.
fn found(app: &AppRun, rules: &[&str]) -> Vec<String> {
    let of = |f: &&mailpermit::findings::Finding| rules.is_empty() || rules.contains(&f.rule);
    app.findings.iter().filter(of).map(|f| format!("{}:{}", f.rule, f.place.line)).collect()
}

const MANIFEST: (&str, &str) = (
    "manifest.yml",
    "app:\n  id: ari:cloud:ecosystem::app/1\nmodules: {}\npermissions:\n  scopes:\n    - read:jira-user\n    - ACCESS_EMAIL_ADDRESSES\n",
);

/// A function that gets a user from Jira as `user`, with this in it from line 5 on.
fn with_user(body: &str) -> String {
    format!(
        "import api, {{ route }} from '@forge/api';\nexport async function run(id, wanted) {{\n  const response = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${{id}}`);\n  const user = await response.json();\n{body}\n}}\n"
    )
}

#[test]
fn a_call_as_a_user_lacks_the_scope_and_has_the_wrong_caller() {
    let server = "import api, { route } from '@forge/api';\nexport const get = async (id) =>\n  (await api.asUser().requestJira(route`/rest/api/3/user/email?accountId=${id}`)).json();\n";
    let front = "import { requestJira } from '@forge/bridge';\nexport const get = async (id) =>\n  (await requestJira(`/rest/api/3/user/email?accountId=${id}`)).json();\n";
    for source in [server, front] {
        let app = app(&[MANIFEST, ("src/index.js", source)]);
        let rules = ["missing-email-scope", "wrong-caller"];
        assert_eq!(found(&app, &rules), ["missing-email-scope:3", "wrong-caller:3"], "{source}");
    }
}

#[test]
fn an_address_is_assumed_where_it_is_used_and_not_where_it_is_passed_on() {
    for (body, expected) in [
        ("  return user.emailAddress.trim();", 1),
        ("  return user.emailAddress?.trim();", 0),
        ("  return { id, mail: user.emailAddress };", 0),
    ] {
        let app = app(&[MANIFEST, ("src/index.js", &with_user(body))]);
        assert_eq!(app.facts.accesses.len(), 1, "{body}");
        assert_eq!(found(&app, &["assumes-email-present"]).len(), expected, "{body}");
    }
}

#[test]
fn who_was_found_by_an_address_has_one() {
    let source = |wanted: &str| {
        format!(
            "import api, {{ route }} from '@forge/api';\nexport async function run(wanted) {{\n  const users = await (await api.asApp().requestJira(route`/rest/api/3/users/search`)).json();\n  const found = users.find((u) => {wanted} === wanted);\n  return `by ${{found.emailAddress}}`;\n}}\n"
        )
    };
    for (compared, expected) in [("u.emailAddress?.toLowerCase()", 0), ("u.accountId", 1)] {
        let app = app(&[MANIFEST, ("src/index.js", &source(compared))]);
        let found = found(&app, &["assumes-email-present"]);
        assert_eq!(found.len(), expected, "{compared}: {found:?}");
    }
}

#[test]
fn comparing_with_a_fixed_text_or_whole_objects_matches_nobody() {
    for (body, expected) in [
        ("  return user.emailAddress === wanted;", 1),
        ("  return user.emailAddress !== 'none';", 0),
        ("  return user.emailAddress === null;", 0),
        ("  const person = { mail: user.emailAddress };\n  return person === wanted;", 0),
    ] {
        let app = app(&[MANIFEST, ("src/index.js", &with_user(body))]);
        assert_eq!(found(&app, &["email-as-identity"]).len(), expected, "{body}");
    }
}

#[test]
fn the_graphql_of_another_company_is_none_of_ours() {
    let source = |address: &str| {
        format!(
            "import axios from 'axios';\nexport async function people() {{\n  const answer = await axios.post('{address}', {{ query: '{{ users {{ email }} }}' }});\n  return answer.data.users.map((user) => user.email);\n}}\n"
        )
    };
    for (address, expected) in [
        ("/graphql", false),
        ("https://api.linear.app/graphql", false),
        ("https://api.atlassian.com/graphql", true),
    ] {
        let app = app(&[("src/people.js", &source(address))]);
        assert_eq!(!app.facts.accesses.is_empty(), expected, "{address}");
    }
}

#[test]
fn what_is_no_app_is_not_asked_for_documents() {
    let library = ("src/index.js", with_user("  return user.emailAddress.trim();"));
    let bare = app(&[(library.0, &library.1)]);
    assert_eq!(bare.facts.app.kind, AppType::Unknown);
    assert_eq!(found(&bare, &[]), ["assumes-email-present:5", "undeclared-access:5"]);
    let open: Vec<_> = bare.rules.iter().filter(|(_, s)| matches!(s, RuleState::NotEvaluated(_))).collect();
    assert!(open.is_empty(), "{open:?}");
    // Once its vendor says what it is, the rest counts too.
    let said = app(&[(library.0, &library.1), ("email-access.yaml", "version: 1\napp:\n  type: oauth2\n")]);
    assert_eq!(said.facts.app.kind, AppType::Oauth2);
    assert_eq!(found(&said, &["malformed-declaration"]), Vec::<String>::new());
    assert_eq!(found(&said, &["missing-privacy-policy"]).len(), 1);
}
