//! `init`: the draft, the comments in the code, and the way of somebody new from there to a request.

use std::collections::BTreeMap;

use crate::support::program::Folder;

const DECLARATION: &str = "email-access.yaml";

const FORGE: &[(&str, &str)] = &[
    (
        "manifest.yml",
        "app:\n  id: ari:cloud:ecosystem::app/1\n  name: Export Reporter\npermissions:\n  scopes:\n    - read:email-address:jira\n  external:\n    fetch:\n      backend:\n        - address: https://api.postmarkapp.com\n          inScopeEUD: true\nmodules:\n  function:\n    - key: run\n      handler: index.run\n",
    ),
    (
        "src/index.js",
        "import api, { route } from '@forge/api';\nimport { ServerClient } from 'postmark';\n\nconst mail = new ServerClient(process.env.TOKEN);\n\nasync function addressOf(id) {\n  const answer = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  if (!answer.ok) return null;\n  return (await answer.json()).email ?? null;\n}\n\nexport async function sendFailureReport(id, reason) {\n  const to = await addressOf(id);\n  if (!to) return;\n  await mail.sendEmail({ From: 'reports@vendor.example', To: to, Subject: 'Export failed', TextBody: reason });\n}\n",
    ),
    ("PRIVACY.md", POLICY),
    (
        "README.md",
        "# Export Reporter\n\n[Terms of use](https://vendor.example/terms), [listing](https://marketplace.atlassian.com/apps/1234/export-reporter)\n",
    ),
    (
        "package.json",
        "{\"name\": \"export-reporter\", \"author\": \"Example Pty Ltd <dev@vendor.example>\"}\n",
    ),
];

const POLICY: &str = "# Privacy policy\n\nExample Pty Ltd reads the email address of the person who owns an export schedule when one of the exports of that schedule fails. The address is used to send one mail with the reason of the failure through Postmark, our processor for mail, and is not stored by us afterwards. Write to the privacy officer at privacy@vendor.example to ask for deletion of anything that concerns you, or to complain about how personal data is used here.\n";

fn complete(text: &str) -> String {
    let mut out = Vec::new();
    let mut to_do = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if line.contains("TODO: who gets what") {
            out.push("      When a scheduled export fails, the owner of the schedule gets one mail with the reason.".to_owned());
            to_do = true;
        } else if line.contains("TODO: why can") {
            out.push("      The other system knows the people only by their address, and cannot tell them apart without it.".to_owned());
            to_do = true;
        } else if !(to_do && indent == 6 && !line.trim_start().starts_with('-')) {
            to_do = false;
            out.push(
                line.replace("TODO: what it does for the user", "keeps the accounts of both systems in step"),
            );
        }
    }
    out.join("\n") + "\n"
}

#[test]
fn a_draft_says_what_was_found_and_keeps_to_its_schema() {
    let app = Folder::new(FORGE);
    let ended = app.run(&["init", "--yes"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(
        ended.out.contains("addresses get mail") && ended.out.contains("src/index.js:7"),
        "{}",
        ended.out
    );
    let text = app.read(DECLARATION);
    for part in [
        "# yaml-language-server: $schema=",
        "  error-reports:\n",
        "functionality: error-reports",
        "# Proposed because a name on the way of the address is `sendFailureReport`.",
        "addresses-from: [jira-email-api]",
        "name: Postmark",
        "purpose: delivers the mail",
        "privacy-policy: PRIVACY.md   # found: PRIVACY.md:1",
        "customer-terms: https://vendor.example/terms   # found: README.md:3",
        "listing: https://marketplace.atlassian.com/apps/1234/export-reporter",
        "vendor: Example Pty Ltd",
        "stores: []",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let value: serde_json::Value = serde_yaml::from_str(&text).expect("it is YAML");
    let schema: serde_json::Value =
        serde_json::from_str(&app.run(&["schema", "email-access"]).out).expect("JSON");
    let errors: Vec<String> = jsonschema::draft202012::new(&schema)
        .expect("the schema is one")
        .iter_errors(&value)
        .map(|e| format!("{e} at {}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
}

#[test]
fn the_way_of_somebody_new() {
    let app = Folder::new(FORGE);
    let first = app.run(&["init", "--yes", "--annotate"]);
    assert!(first.err.contains("next:") && first.err.contains("mailpermit check"), "{}", first.err);
    let rules: Vec<String> = app.findings(&[]).into_iter().map(|f| f.0).collect();
    assert!(rules.contains(&"vague-description".to_owned()), "{rules:?}");
    app.write(DECLARATION, &complete(&app.read(DECLARATION)));
    let checked = app.run(&["check", "--fail-on", "warning"]);
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    let request = app.run(&["request"]);
    assert_eq!(request.code, Some(0), "{}", request.err);
    assert!(request.out.contains("Send error reports"), "{}", request.out);
}

/// The apps of every language.
const APPS: &[&str] = &[
    "csharp",
    "csharp-web",
    "go",
    "go-web",
    "java",
    "java-web",
    "javascript",
    "javascript-flows",
    "kotlin",
    "php",
    "php-web",
    "python",
    "python-web",
    "ruby",
    "ruby-web",
];

#[test]
fn comments_cover_every_access_in_every_language_and_change_nothing_else() {
    for name in APPS {
        let app = Folder::copy_of(&format!("tests/fixtures/apps/{name}"));
        let old: BTreeMap<_, _> = app.all().into_iter().collect();
        let before = app.report(&[]);
        let ended = app.run(&["init", "--yes", "--annotate", "--type", "connect"]);
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.err);
        assert!(!ended.err.contains("no comment could be written"), "{name}: {}", ended.err);
        let after = app.report(&[]);
        let count = |r: &serde_json::Value, key: &str| r[key].as_array().expect("a list").len();
        assert_eq!(count(&before, "accesses"), count(&after, "accesses"), "{name}");
        assert_eq!(count(&before, "flows"), count(&after, "flows"), "{name}");
        for access in after["accesses"].as_array().expect("a list") {
            let sure = access["confidence"] != "possible";
            assert!(!sure || access["uses"] != serde_json::json!([]), "{name}: {access:#}");
        }
        for finding in after["findings"].as_array().expect("a list") {
            let rule = finding["rule"].as_str().expect("a text");
            let ours = [
                "undeclared-access",
                "orphan-annotation",
                "malformed-annotation",
                "malformed-declaration",
                "unknown-use",
                "unused-declaration",
            ];
            // Reads that are only possible are told as an advice when nothing surer is open.
            assert!(!ours.contains(&rule) || finding["severity"] == "info", "{name}: {finding:#}");
        }
        // Without the lines that hold a comment of ours, and the ends of lines that do, all is as it was.
        for (path, bytes) in app.all() {
            let Some(old) = old.get(&path) else { continue };
            let (new, old) = (String::from_utf8_lossy(&bytes), String::from_utf8_lossy(old));
            let diff = similar::TextDiff::from_lines(&*old, &*new);
            let mut behind = Vec::new();
            for change in diff.iter_all_changes() {
                match change.tag() {
                    similar::ChangeTag::Delete => behind.push(change.value().trim_end().to_owned()),
                    similar::ChangeTag::Insert => {
                        let comment = change.value().split("@email-use ").nth(1);
                        assert!(comment.is_some(), "{name}: {change}");
                        behind.retain(|code| !change.value().starts_with(code.as_str()));
                    }
                    similar::ChangeTag::Equal => {}
                }
            }
            assert!(behind.is_empty(), "{name}: {}: {behind:#?}", path.display());
        }
        let again = app.run(&["init", "--yes", "--annotate", "--force", "--type", "connect"]);
        assert!(again.err.contains("wrote 0 comments into 0 files"), "{name}: {}", again.err);
    }
}

#[test]
fn comments_have_the_style_of_their_place() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "src/a.tsx",
            "import api, { route } from '@forge/api';\nexport class Mail {\n\t@Memo()\n\t// eslint-disable-next-line no-console\n\tasync of(id) {\n\t\treturn (await (await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`)).json()).email;\n\t}\n}\n",
            "\n\t\t// @email-use unknown-purpose\n\t\treturn",
        ),
        (
            "src/b.jsx",
            "import { requestJira } from '@forge/bridge';\nexport function Person() {\n  const [user, set] = useState();\n  useEffect(() => { requestJira('/rest/api/3/myself').then((r) => r.json()).then(set); }, []);\n  return (\n    <div>\n      <b>{user.displayName}</b>\n      <i>\n        {user.emailAddress}\n      </i>\n    </div>\n  );\n}\n",
            "\n      {/* @email-use shown-addresses */}\n      <i>",
        ),
        (
            "src/c.js",
            "import api, { route } from '@forge/api';\r\nexport async function f(id) {\r\n    // @ts-ignore: no types\r\n    const r = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\r\n    return r;\r\n}\r\n",
            "{\r\n    // @email-use unknown-purpose\r\n    // @ts-ignore",
        ),
        (
            "app.py",
            "from jira import JIRA\n\n\ndef mail(client: JIRA, id):\n\tif id:\n\t\treturn client.user(id).emailAddress\n",
            "\n\t\t# @email-use unknown-purpose\n\t\treturn",
        ),
    ];
    for (path, text, expected) in cases {
        let app = Folder::new(&[("manifest.yml", FORGE[0].1), (path, text)]);
        let ended = app.run(&["init", "--yes", "--annotate"]);
        assert_eq!(ended.code, Some(0), "{path}: {}", ended.err);
        let new = app.read(path);
        let shown = new.replace("handed-out", "unknown-purpose").replace("response", "unknown-purpose");
        assert!(shown.contains(expected), "{path}:\n{new}\n{}", ended.out);
        let open: Vec<_> = app.findings(&["--select", "undeclared-access,orphan-annotation"]);
        assert!(open.is_empty(), "{path}: {open:?}\n{new}");
    }
}

#[test]
fn comments_that_name_uses_already_are_taken_over() {
    let mut files = FORGE.to_vec();
    let code = FORGE[1].1.replace(
        "async function addressOf",
        "// @email-use error-reports - the owner learns why an export failed\nasync function addressOf",
    );
    files[1].1 = &code;
    let app = Folder::new(&files);
    app.run(&["init", "--yes", "--annotate"]);
    assert_eq!(app.read("src/index.js"), code);
    let text = app.read(DECLARATION);
    assert!(
        text.contains("  error-reports:\n") && text.contains("the owner learns why an export failed"),
        "{text}"
    );
    assert!(text.contains("comments in the code name it"), "{text}");
}

#[test]
fn nothing_is_overwritten_and_a_copy_is_kept() {
    let app = Folder::new(FORGE);
    app.write(DECLARATION, "version: 1 # mine\n");
    let refused = app.run(&["init", "--yes"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("exists") && refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(app.read(DECLARATION), "version: 1 # mine\n");
    let forced = app.run(&["init", "--yes", "--force"]);
    assert!(forced.err.contains("email-access.yaml.bak"), "{}", forced.err);
    assert_eq!(app.read("email-access.yaml.bak"), "version: 1 # mine\n");
    let first = app.read(DECLARATION);
    app.run(&["init", "--yes", "--force"]);
    assert_eq!(app.read("email-access.yaml.bak.2"), first);
    assert_eq!(app.read("email-access.yaml.bak"), "version: 1 # mine\n");
    let short = Folder::new(FORGE);
    short.write("email-access.yml", "version: 1\n");
    assert_eq!(short.run(&["init", "--yes"]).code, Some(2), "the other ending counts too");
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    let two = Folder::new(&[
        ("a/manifest.yml", "app:\n  id: ari:cloud:ecosystem::app/1\n"),
        ("b/manifest.yml", "app:\n  id: ari:cloud:ecosystem::app/2\n"),
        ("b/index.js", "go();\n"),
    ]);
    for (args, expected) in [
        (&["init"][..], "`--yes` takes every proposal"),
        (&["init", "--yes"], "there are 2 apps here: `a`, `b`"),
        (&["init", "--yes", "nowhere"], "there is no folder `nowhere`"),
        (&["init", "--yes", "b/index.js"], "mailpermit init b"),
    ] {
        let ended = two.run(args);
        assert_eq!(ended.code, Some(2), "{args:?} {}", ended.err);
        assert!(ended.err.contains(expected), "{args:?}\n{}", ended.err);
    }
    let nothing = two.run(&["init", "--yes", "b"]);
    assert_eq!(nothing.code, Some(0));
    assert!(
        nothing.err.contains("nothing to declare") && !two.exists("b/email-access.yaml"),
        "{}",
        nothing.err
    );
}

#[test]
fn an_app_in_a_folder_below_gets_its_declaration_there() {
    let mut files: Vec<(String, &str)> = Vec::new();
    for (path, text) in FORGE {
        files.push((format!("app/{path}"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), *t)).collect();
    let tree = Folder::new(&files);
    let ended = tree.run(&["init", "--yes", "--annotate"]);
    assert!(tree.exists("app/email-access.yaml"), "{}", ended.err);
    assert!(tree.read("app/email-access.yaml").contains("privacy-policy: PRIVACY.md"));
    assert!(tree.read("app/src/index.js").contains("@email-use error-reports"));
}

#[test]
fn hostile_names_stay_inside_their_values() {
    let mut files = FORGE.to_vec();
    let package = "{\"displayName\": \"x\\n  evil: 1 # \\\"\", \"author\": \"a: b # c\\u0007\"}";
    files[4].1 = package;
    let manifest = FORGE[0].1.replace("  name: Export Reporter\n", "");
    files[0].1 = &manifest;
    let app = Folder::new(&files);
    app.run(&["init", "--yes"]);
    let text = app.read(DECLARATION);
    let value: serde_json::Value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert!(value["app"].get("evil").is_none() && value["app"]["vendor"].as_str().is_some(), "{text}");
    assert!(!text.contains('\u{7}'));
    assert!(app.findings(&["--select", "malformed-declaration"]).is_empty(), "{text}");
}

#[cfg(unix)]
mod terminal {
    //! The questions, asked on a real terminal.

    use std::process::Command;

    use rexpect::session::{PtySession, spawn_command};

    use super::{DECLARATION, FORGE, Folder};

    const DOWN: &str = "\x1b[B";
    const UP: &str = "\x1b[A";

    fn start(app: &Folder) -> PtySession {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mailpermit"));
        command
            .arg("init")
            .current_dir(app.path())
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env_remove("COLUMNS");
        spawn_command(command, Some(20_000)).expect("it starts on a terminal")
    }

    fn ended(mut session: PtySession) -> (String, Option<i32>) {
        let rest = session.exp_eof().expect("it ends");
        let status = session.process().wait().expect("it has ended");
        let code = match status {
            rexpect::process::WaitStatus::Exited(_, code) => Some(code),
            _ => None,
        };
        (rest, code)
    }

    fn key(session: &mut PtySession, keys: &str) {
        session.send(keys).expect("it can be typed");
        session.flush().expect("it can be typed");
    }

    #[test]
    fn answers_are_written() {
        let app = Folder::new(FORGE);
        let mut session = start(&app);
        session.exp_string("What are these addresses used for?").expect("the first question");
        // One down from the proposal, which is the first of the list.
        key(&mut session, DOWN);
        key(&mut session, "\r");
        session.exp_string("Who gets what, and when?").expect("the second question");
        key(
            &mut session,
            "The owner of a schedule gets a mail when somebody else takes the schedule over.\r",
        );
        session.exp_string("All is known").expect("the last question");
        key(&mut session, DOWN);
        key(&mut session, "\r");
        let (rest, code) = ended(session);
        assert_eq!(code, Some(0), "{rest}");
        assert!(rest.contains("wrote 1 comment into 1 file"), "{rest}");
        let text = app.read(DECLARATION);
        assert!(text.contains("functionality: security-alerts"), "{text}");
        assert!(text.contains("takes the schedule over") && !text.contains("TODO"), "{text}");
        assert!(app.read("src/index.js").contains("// @email-use security-alerts"));
    }

    #[test]
    fn one_can_go_back() {
        let app = Folder::new(FORGE);
        let mut session = start(&app);
        session.exp_string("What are these addresses used for?").expect("the first question");
        key(&mut session, DOWN);
        key(&mut session, "\r");
        session.exp_string("Who gets what, and when?").expect("the second question");
        key(&mut session, "<\r");
        session.exp_string("What are these addresses used for?").expect("the first question again");
        key(&mut session, UP);
        key(&mut session, "\r");
        session.exp_string("Who gets what, and when?").expect("the second question again");
        key(&mut session, "\r");
        session.exp_string("All is known").expect("the last question");
        // Escape goes back too.
        key(&mut session, "\x1b");
        session.exp_string("Who gets what, and when?").expect("the second question once more");
        key(&mut session, "\r");
        session.exp_string("All is known").expect("the last question");
        key(&mut session, "\r");
        let (rest, code) = ended(session);
        assert_eq!(code, Some(0), "{rest}");
        let text = app.read(DECLARATION);
        assert!(text.contains("functionality: error-reports") && text.contains("TODO"), "{text}");
        assert!(!app.read("src/index.js").contains("@email-use"));
    }

    #[test]
    fn ctrl_c_leaves_nothing_and_shows_the_cursor() {
        for at in 0..3 {
            let app = Folder::new(FORGE);
            let before = app.all();
            let mut session = start(&app);
            session.exp_string("What are these addresses used for?").expect("the first question");
            if at > 0 {
                key(&mut session, "\r");
                session.exp_string("Who gets what, and when?").expect("the second question");
            }
            if at > 1 {
                key(&mut session, "\r");
                session.exp_string("All is known").expect("the last question");
            }
            // What was printed of the question so far is not what is asked about.
            std::thread::sleep(std::time::Duration::from_millis(200));
            session.send_control('c').expect("it can be typed");
            let (rest, code) = ended(session);
            assert_eq!(code, Some(2), "question {at}: {rest}");
            assert!(rest.contains("nothing was written"), "question {at}: {rest}");
            let (hidden, shown) = (rest.rfind("\x1b[?25l"), rest.rfind("\x1b[?25h"));
            assert!(shown.is_some() && shown >= hidden, "question {at}: the cursor stays hidden: {rest:?}");
            assert_eq!(app.all(), before, "question {at}");
        }
    }

    #[test]
    fn nothing_can_be_chosen_at_the_end() {
        let app = Folder::new(FORGE);
        let before = app.all();
        let mut session = start(&app);
        session.exp_string("What are these addresses used for?").expect("the first question");
        key(&mut session, "\r");
        session.exp_string("Who gets what, and when?").expect("the second question");
        key(&mut session, "\r");
        session.exp_string("write nothing").expect("the last question");
        key(&mut session, DOWN);
        key(&mut session, DOWN);
        key(&mut session, "\r");
        let (rest, code) = ended(session);
        assert_eq!(code, Some(0), "{rest}");
        assert!(rest.contains("nothing was written"), "{rest}");
        assert_eq!(app.all(), before);
    }
}
