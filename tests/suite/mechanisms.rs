//! Ways of addresses that hold for more than one language: each case is an app of a few lines. `-> KIND` in a
//! comment marks a line with a sure flow, `~> KIND` one with a possible flow, `?? ` a possible access; a line
//! that ends in `!!` has no flow at all. What is marked must be found, and nothing sure may be found elsewhere.

use std::collections::BTreeSet;
use std::fs;

use mailpermit::facts::AppType;
use mailpermit::findings::{Confidence, Severity, run::Run};

fn run(files: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is a file")).expect("there is room for a folder");
        fs::write(path, text).expect("there is room for a file");
    }
    crate::support::languages::run(folder.path())
}

/// Compares what is found with the marks.
pub fn check(case: &str, files: &[(&str, &str)]) {
    let run = run(files);
    let kind = |f: &mailpermit::facts::Flow| {
        serde_json::to_string(&f.kind).expect("kinds are words").trim_matches('"').to_owned()
    };
    let flows = || run.apps.iter().flat_map(|a| &a.facts.flows);
    let sure: BTreeSet<String> = flows()
        .filter(|f| f.confidence > Confidence::Possible)
        .map(|f| format!("{}:{} {}", f.place.file, f.place.line, kind(f)))
        .collect();
    let possible: BTreeSet<String> =
        flows().map(|f| format!("{}:{} {}", f.place.file, f.place.line, kind(f))).collect();
    let accesses = run.apps.iter().flat_map(|a| &a.facts.accesses);
    let places: BTreeSet<String> = accesses
        .filter(|a| a.confidence == Confidence::Possible)
        .map(|a| format!("{}:{}", a.place.file, a.place.line))
        .collect();
    let mut marked = BTreeSet::new();
    for (file, text) in files {
        for (i, line) in text.lines().enumerate() {
            let after = |mark: &str| {
                let kinds = line.split(mark).skip(1);
                kinds
                    .map(|k| {
                        k.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>()
                    })
                    .map(|k| format!("{file}:{} {k}", i + 1))
                    .collect::<Vec<_>>()
            };
            marked.extend(after("-> "));
            for at in after("~> ") {
                assert!(possible.contains(&at) && !sure.contains(&at), "{case}: {at}\n{possible:#?}");
            }
            if line.trim_end().ends_with("!!") {
                let place = format!("{file}:{} ", i + 1);
                assert!(!possible.iter().any(|p| p.starts_with(&place)), "{case}: {place}\n{possible:#?}");
            }
            if line.contains("?? ") {
                assert!(places.contains(&format!("{file}:{}", i + 1)), "{case}: {places:#?}");
            }
        }
    }
    let text = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(text(&sure), text(&marked), "{case}");
}

const FETCH: &str = "import api, { route } from '@forge/api';
export async function person(id) {
  const response = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`);
  return response.json();
}
";

#[test]
fn reads_that_are_accesses_by_what_stands_around_them_are_followed() {
    check(
        "a component that is handed its user",
        &[(
            "src/row.jsx",
            "// of Jira
import { thing } from 'jira-things';
export function Row({ user }) {
  return <td>{user.emailAddress}</td>; // ?? ~> ui
}
",
        )],
    );
    check(
        "a dictionary of unknown origin",
        &[(
            "jira_people.py",
            "import logging
def tell(member):
    mail = member.get('emailAddress')  # ??
    logging.info('mail %s', mail)  # ~> log
",
        )],
    );
}

#[test]
fn look_ups_are_known_by_their_names() {
    check(
        "in JavaScript",
        &[
            ("src/people.js", FETCH),
            (
                "src/link.js",
                "import { person } from './people';
export async function link(db, id) {
  const { emailAddress } = await person(id);
  const a = await db.findByEmail(emailAddress); // -> identity
  const b = await db.getIdFromUserEmail(emailAddress); // -> identity
  const c = await db.getUserWithEmailAndTeam(emailAddress, 7); // -> identity
  return [a, b, c].length;
}
",
            ),
        ],
    );
    check(
        "in Python",
        &[(
            "jira_link.py",
            "import requests
def link(base, users):
    me = requests.get(base + '/rest/api/3/myself').json()
    return users.get_user_id_from_user_email(me['emailAddress'])  # -> identity
",
        )],
    );
}

#[test]
fn a_method_with_a_common_name_needs_evidence() {
    let count = |text: &str| {
        let run = run(&[("src/auth.py", text)]);
        run.apps.iter().map(|a| a.facts.accesses.len()).sum::<usize>()
    };
    assert_eq!(count("def f(auth):\n    return auth.get_user_email()\n"), 0, "anybody's");
    assert_eq!(
        count("# jira\nimport x\ndef f(auth):\n    return auth.get_user_email()\n"),
        0,
        "in a file on Jira"
    );
    assert_eq!(
        count("def f(jira_client, i):\n    return jira_client.get_user_email(i)\n"),
        1,
        "by its receiver"
    );
    assert_eq!(
        count(
            "from jira_rest import UsersApi\ndef f(users, i):\n    return users.get_user_email(account_id=i)\n"
        ),
        1,
        "by its argument"
    );
    assert_eq!(count("def f(c, i):\n    return c.get_privacy_unsafe_user_email(i)\n"), 1, "by its name");
}

#[test]
fn a_name_that_one_class_has_on_the_wire_says_nothing_of_other_objects() {
    let run = run(&[
        ("jira/user.go", "package jira\ntype User struct {\n\tEmail string `json:\"emailAddress\"`\n}\n"),
        ("other/login.go", "package other\n// jira\nfunc Login(p Password) string {\n\treturn p.Email\n}\n"),
    ]);
    assert_eq!(run.apps.iter().map(|a| a.facts.accesses.len()).sum::<usize>(), 0);
}

#[test]
fn imports_of_packages_of_the_tree_are_followed() {
    let show = |import: &str| {
        format!(
            "import {{ person }} from '{import}';
export async function show(id) {{
  const user = await person(id);
  console.log(user.emailAddress); // -> log
}}
"
        )
    };
    let (workspace, alias, inner) = (show("@acme/people"), show("#people/fetch"), show("@acme/people/fetch"));
    check(
        "a workspace",
        &[
            ("packages/people/package.json", "{\"name\": \"@acme/people\", \"main\": \"dist/start.js\"}"),
            ("packages/people/src/start.ts", "export * from './fetch';\n"),
            ("packages/people/src/fetch.ts", FETCH),
            ("apps/web/src/jira.ts", &workspace),
            ("apps/web/src/inner.ts", &inner),
        ],
    );
    check(
        "a compiler's paths",
        &[
            (
                "web/tsconfig.json",
                "{ // configured\n \"compilerOptions\": {\"baseUrl\": \"./src\", \"paths\": {\"#people/*\": [\"deep/people/*\"]},} }",
            ),
            ("web/src/deep/people/fetch.ts", FETCH),
            ("web/src/jira.ts", &alias),
        ],
    );
}

#[test]
fn what_is_written_into_the_product_is_read_there() {
    check(
        "a comment",
        &[(
            "src/note.js",
            "import api, { route } from '@forge/api';
export async function note(id, key) {
  const response = await api.asApp().requestJira(route`/rest/api/3/user?accountId=${id}`);
  const user = await response.json();
  await api.asApp().requestJira(route`/rest/api/3/issue/${key}/comment`, { method: 'POST', body: `from ${user.emailAddress}` }); // -> ui
}
",
        )],
    );
}

#[test]
fn sinks_of_frameworks() {
    check(
        "a console command in PHP",
        &[(
            "src/Show.php",
            "<?php
use GuzzleHttp\\Client;
use Symfony\\Component\\Console\\Output\\OutputInterface;
class Show {
    public function run(OutputInterface $output) {
        $client = new Client(['base_uri' => 'https://x.atlassian.net']);
        $me = json_decode($client->get('/rest/api/3/myself')->getBody(), true);
        $output->writeln('mail ' . $me['emailAddress']); // -> ui
    }
}
",
        )],
    );
    check(
        "a session that is injected",
        &[(
            "jira_sync.py",
            "import requests
from sqlalchemy.orm import Session
from models import Person
def keep(db: Session, base):
    me = requests.get(base + '/rest/api/3/myself').json()
    row = Person(mail=me['emailAddress'])
    db.add(row)  # -> storage
",
        )],
    );
    check(
        "an error tracker in Ruby",
        &[(
            "app/jira_errors.rb",
            "require 'faraday'
class JiraErrors
  def tell
    me = JSON.parse(Faraday.get('https://x.atlassian.net/rest/api/3/myself').body)
    Sentry.set_user(email: me['emailAddress']) # -> third-party
  end
end
",
        )],
    );
}

#[test]
fn tools_of_a_model_context_server_answer_with_addresses() {
    check(
        "a tool",
        &[
            ("src/people.js", FETCH),
            (
                "src/server.ts",
                "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { person } from './people';
const server = new McpServer({ name: 'jira', version: '1' });
server.registerTool('who', { title: 'Who' }, async ({ id }) => {
  const user = await person(id);
  const text = user.emailAddress;
  return { content: [{ type: 'text', text }] }; // -> response ~> ui
});
",
            ),
        ],
    );
}

#[test]
fn a_descriptor_that_is_built_in_code_says_what_the_app_is() {
    let run = run(&[(
        "src/connect.ts",
        "export const connectAppDescriptor = {
  key: 'com.example.jira-app',
  name: 'Example',
  baseUrl: process.env.APP_URL,
  authentication: { type: 'jwt' },
  lifecycle: { installed: '/installed' },
  scopes: ['READ', 'ACCESS_EMAIL_ADDRESSES'],
  apiMigrations: { gdpr: true },
  modules: {},
};
",
    )]);
    let app = &run.apps[0].facts.app;
    assert_eq!(app.kind, AppType::Connect);
    assert_eq!(app.key.as_deref(), Some("com.example.jira-app"));
    assert_eq!(app.manifests[0].scopes.len(), 2);
    assert!(run.apps[0].findings.iter().all(|f| f.rule != "missing-gdpr-migration"));
}

#[test]
fn an_app_of_which_only_guesses_are_known_is_told_so() {
    let run = run(&[("jira_people.py", "def tell(member):\n    return member.get('emailAddress')\n")]);
    let found: Vec<Severity> = run.apps[0].findings.iter().map(|f| f.severity).collect();
    assert_eq!(found, [Severity::Info]);
}
