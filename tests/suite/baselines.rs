//! `check --baseline`, `--write-baseline` and `--prune-baseline`.

use crate::support::program::Folder;

const FILE: &str = "email-access-baseline.json";

fn app() -> Folder {
    Folder::copy_of("examples/broken-digest")
}

#[test]
fn what_stood_before_passes_and_what_is_new_does_not() {
    let app = app();
    assert_eq!(app.run(&["check"]).code, Some(1));
    let written = app.run(&["check", "--write-baseline"]);
    assert_eq!(written.code, Some(0), "{}", written.out);
    assert!(written.err.contains(&format!("check --baseline {FILE}")), "{}", written.err);
    let passing = app.run(&["check", "--baseline", FILE]);
    assert_eq!((passing.code, passing.err.as_str()), (Some(0), ""), "{}", passing.out);

    let report = app.report(&["--baseline", FILE]);
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.len() > 10 && findings.iter().all(|f| f["suppressed"] == true));
    assert!(findings.iter().any(|f| f["baselined"] == true));
    let held = findings.iter().find(|f| f["baselined"] == true).expect("one is held");
    assert_eq!(held["suppression"]["file"], FILE);
    let line = held["suppression"]["line"].as_u64().expect("a number") as usize;
    let fingerprint = held["fingerprint"].as_str().expect("a text");
    assert!(app.read(FILE).lines().nth(line - 1).expect("it has the line").contains(fingerprint));

    app.write("src/new.js", "import api, { route } from '@forge/api';\nexport const mail = async (id) => {\n  const r = await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`);\n  return (await r.json()).email;\n};\n");
    let new = app.findings(&["--baseline", FILE]);
    assert!(!new.is_empty() && new.iter().all(|f| f.1 == "src/new.js"), "{new:?}");
    assert_eq!(app.run(&["check", "--baseline", FILE]).code, Some(1));
}

#[test]
fn every_format_says_of_it_what_its_readers_take() {
    let app = app();
    app.run(&["check", "--write-baseline"]);
    let held = app.report(&["--baseline", FILE])["summary"]["baselined"].as_u64().expect("a number");
    assert!(held > 10);
    let written = |format: &str| {
        let ended = app.run(&["check", "--baseline", FILE, "--format", format]);
        assert_eq!(ended.code, Some(0), "{format}: {}", ended.out);
        ended.out
    };
    let log: serde_json::Value = serde_json::from_str(&written("sarif")).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len() as u64, held);
    for result in results {
        let suppression = &result["suppressions"][0];
        assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
        assert!(suppression["justification"].as_str().expect("a text").contains(FILE), "{suppression}");
        // A baseline need not lie in what was checked, so no address is guessed.
        assert!(suppression.get("location").is_none(), "{suppression}");
    }
    assert_eq!(written("gitlab"), "[]\n", "GitLab knows open issues only");
    assert!(!written("github").contains("::error") && !written("github").contains("::warning"));
    let junit = written("junit");
    assert_eq!(junit.matches("stands in the baseline").count() as u64, held);
    assert!(!junit.contains("<failure"), "{junit}");
    let markdown = written("markdown");
    assert!(markdown.contains("in the baseline |") && markdown.contains(&format!(" {held} |")), "{markdown}");
    assert!(!markdown.contains("## Suppressed"), "they are counted, not listed: {markdown}");
    let human = written("human");
    assert!(human.contains(&format!("{held} findings in the baseline")), "{human}");
    assert!(!human.contains("suppressed"), "{human}");
    let page = written("html");
    assert_eq!(page.matches(">in the baseline</span>").count() as u64, held + 1, "a badge each, and a count");
    let without = app.run(&["check", "--format", "markdown"]).out;
    assert!(!without.contains("baseline"), "where there is none, none is spoken of");
}

#[test]
fn the_file_keeps_to_its_schema_and_names_no_line() {
    let app = app();
    app.run(&["check", "--write-baseline", "old.json"]);
    let text = app.read("old.json");
    let schema: serde_json::Value =
        serde_json::from_str(&app.run(&["schema", "baseline"]).out).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    assert!(validator.is_valid(&serde_json::from_str(&text).expect("JSON")));
    assert!(!text.contains("\"line\""));
    app.run(&["check", "--write-baseline", "again.json"]);
    assert_eq!(app.read("again.json"), text, "same tree, same bytes");
}

#[test]
fn fingerprints_survive_moved_lines_and_the_place_of_the_check() {
    let app = app();
    app.run(&["check", "--write-baseline", "base.json"]);
    for (path, text) in app.all() {
        let name = path.strip_prefix(app.path()).expect("below").to_string_lossy().into_owned();
        if name.ends_with(".js") || name.ends_with(".jsx") || name.ends_with(".ts") {
            let text = String::from_utf8(text).expect("text");
            app.write(&name, &format!("// a new first line\n\n{}", text.replace("\n  ", "\n    ")));
        }
    }
    let moved = app.run(&["check", "--baseline", "base.json"]);
    assert_eq!((moved.code, moved.err.as_str()), (Some(0), ""), "{}", moved.out);

    // The same app, checked from the folder above, alone and with others.
    let tree = Folder::new(&[("other/manifest.yml", "app:\n  id: ari:cloud:ecosystem::app/9\n")]);
    for (path, bytes) in self::app().all() {
        let name = path.file_name().map(|_| path.clone()).expect("a name");
        let root = name.ancestors().find(|a| a.join("manifest.yml").exists()).expect("the app").to_path_buf();
        let below = name.strip_prefix(&root).expect("below").to_string_lossy().into_owned();
        tree.write(&format!("apps/digest/{below}"), &String::from_utf8_lossy(&bytes));
    }
    tree.run_in("apps/digest", &["check", "--write-baseline", "../../base.json"]);
    for args in [&["apps/digest"][..], &["."], &["apps/digest", "other"]] {
        let args = [&["check", "--baseline", "base.json", "--format", "json"], args].concat();
        let ended = tree.run(&args);
        let report: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
        let digest = report["findings"].as_array().expect("a list").iter();
        let open: Vec<_> = digest
            .filter(|f| {
                f["suppressed"] == false && f["file"].as_str().is_some_and(|f| f.starts_with("apps/"))
            })
            .collect();
        assert!(open.is_empty(), "{args:?} {open:#?}");
        assert!(!ended.err.contains("stale"), "{args:?} {}", ended.err);
    }
}

#[test]
fn what_is_gone_is_said_and_pruned_on_request() {
    let app = app();
    app.run(&["check", "--write-baseline"]);
    let before = app.read(FILE);
    let source = app.findings(&["--select", "email-in-logs"]);
    let (_, file, _) = source.first().expect("the example logs addresses");
    app.write(file, "export const nothing = 1;\n");
    let ended = app.run(&["check", "--baseline", FILE]);
    assert!(ended.err.contains("stale") && ended.err.contains("--prune-baseline"), "{}", ended.err);
    assert_eq!(app.read(FILE), before, "nothing is taken out unasked");
    // A rule that did not look says nothing of its entries.
    let narrow = app.run(&["check", "--baseline", FILE, "--select", "missing-customer-terms"]);
    assert_eq!(narrow.err, "");
    let pruned = app.run(&["check", "--baseline", FILE, "--prune-baseline"]);
    assert!(pruned.err.contains("took "), "{}", pruned.err);
    assert!(app.read(FILE).len() < before.len());
    assert_eq!(app.run(&["check", "--baseline", FILE]).err, "");
}

#[test]
fn equal_findings_of_a_file_are_told_apart() {
    let line = "  console.log((await (await api.asApp().requestJira(route`/rest/api/3/user/email?accountId=${id}`)).json()).email);\n";
    let code = |n: usize| {
        format!(
            "import api, {{ route }} from '@forge/api';\nexport async function run(id) {{\n{}}}\n",
            line.repeat(n)
        )
    };
    let app = Folder::new(&[
        ("manifest.yml", "app:\n  id: ari:cloud:ecosystem::app/1\n"),
        ("src/index.js", &code(2)),
    ]);
    app.run(&["check", "--write-baseline"]);
    assert_eq!(app.run(&["check", "--baseline", FILE]).code, Some(0));
    app.write("src/index.js", &code(3));
    let new = app.findings(&["--baseline", FILE, "--select", "email-in-logs"]);
    assert_eq!(new.len(), 1, "{new:?}");
    app.write("src/index.js", &code(1));
    assert!(app.run(&["check", "--baseline", FILE]).err.contains("stale"));
}

#[test]
fn what_could_not_be_read_is_never_part_of_it() {
    let app = Folder::new(&[
        ("manifest.yml", "app:\n  id: ari:cloud:ecosystem::app/1\n"),
        (
            "src/index.js",
            "import api from '@forge/api';\nconst email = api.asApp().requestJira(`/rest/api/3/user/email`;\n",
        ),
    ]);
    let written = app.run(&["check", "--write-baseline"]);
    assert_eq!(written.code, Some(1), "{}", written.out);
    assert!(written.out.contains("unreadable-input"), "{}", written.out);
    assert!(!app.read(FILE).contains("unreadable-input"));
}

#[test]
fn wrong_usage_is_2_and_says_what_to_do() {
    let app = Folder::new(&[
        ("notes.json", "{\"a\": 1}"),
        ("sub/manifest.yml", ""),
        ("new.json", "{\"version\": 9, \"findings\": []}"),
    ]);
    for (args, expected) in [
        (&["--baseline", "none.json"][..], "check --write-baseline none.json"),
        (&["--baseline", "notes.json"], "`notes.json` is no baseline"),
        (&["--baseline", "new.json"], "its version is 9"),
        (&["--write-baseline", "notes.json"], "is not overwritten"),
        (&["--write-baseline", "sub"], "check sub --write-baseline"),
        (&["--write-baseline", "no/such/x.json"], "cannot write"),
        (&["--prune-baseline"], "--baseline"),
        (&["--baseline", "a", "--write-baseline", "b"], "cannot be used with"),
    ] {
        let ended = app.run(&[&["check"], args].concat());
        assert_eq!(ended.code, Some(2), "{args:?} {}", ended.out);
        assert!(ended.err.contains(expected), "{args:?}\n{}", ended.err);
    }
    assert_eq!(app.read("notes.json"), "{\"a\": 1}");
}
