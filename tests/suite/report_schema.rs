//! The JSON report keeps to its published schema, and the schema files are fresh.

use crate::support::is_committed;
use crate::support::runs::{Builder, run_of, typical};
use mailpermit::catalog::Catalogue;
use mailpermit::facts::AppType;
use mailpermit::findings::run::Run;
use mailpermit::reports::{Checked, json};
use serde_json::Value;

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("a value is always written"))
}

fn written(checked: &[Checked]) -> Value {
    let mut bytes = Vec::new();
    json::write(checked, &mut bytes).expect("a vector takes everything");
    let report: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let validator = jsonschema::draft202012::new(&json::schema()).expect("the schema is one");
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

fn report(run: Run) -> Value {
    written(&[Checked::only(run)])
}

#[test]
fn the_schemas_are_fresh() {
    is_committed("schemas/report.schema.json", &pretty(&json::schema()));
    is_committed("schemas/catalogue.schema.json", &pretty(&Catalogue::schema()));
}

#[test]
fn the_embedded_catalogue_keeps_to_its_schema() {
    let validator = jsonschema::draft202012::new(&Catalogue::schema()).expect("the schema is one");
    let catalogue = serde_json::to_value(Catalogue::embedded().as_ref()).expect("it is data");
    assert!(validator.is_valid(&catalogue));
    let mut wrong = catalogue;
    wrong["uses"][0]["verdict"] = "fine".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn a_typical_report() {
    let mut report = report(typical(".").run());
    report["tool"]["version"] = "0.0.0".into();
    is_committed("tests/snapshots/report.json", &pretty(&report));
}

#[test]
fn the_schema_refuses_what_a_report_cannot_say() {
    let validator = jsonschema::draft202012::new(&json::schema()).expect("the schema is one");
    let good = report(typical(".").run());
    type Spoil = fn(&mut Value);
    let spoils: [Spoil; 6] = [
        |r| r["schema_version"] = 2.into(),
        |r| r["accesses"][0]["kind"] = "guess".into(),
        |r| r["accesses"][0]["line"] = 0.into(),
        |r| r["findings"][0]["severity"] = "fatal".into(),
        |r| drop(r["findings"][0].as_object_mut().expect("an object").remove("fingerprint")),
        |r| drop(r.as_object_mut().expect("an object").remove("summary")),
    ];
    for (index, spoil) in spoils.iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(!validator.is_valid(&bad), "spoil {index}");
    }
}

#[test]
fn ids_are_unique_and_every_item_names_its_app() {
    let root = |prefix: &str| {
        let run = run_of([typical("apps/a"), typical("apps/b")]);
        Checked { prefix: prefix.to_owned(), run }
    };
    let report = written(&[root("left"), root("right")]);
    let list = |name: &str| report[name].as_array().expect("a list").clone();
    let mut ids: Vec<String> = list("accesses").iter().map(|a| a["id"].to_string()).collect();
    let before = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), before), (24, 24));
    for name in ["accesses", "flows", "findings"] {
        for item in list(name) {
            let (app, file) = (item["app"].as_str().expect("text"), item["file"].as_str().expect("text"));
            assert!(file.starts_with(app) && app.contains("/apps/"), "{name}: {app} {file}");
        }
    }
    // A flow leads back to an access of its own app.
    for flow in list("flows") {
        let access = list("accesses").into_iter().find(|a| a["id"] == flow["access"]).expect("it is there");
        assert_eq!(access["app"], flow["app"]);
    }
    assert_eq!(report["app"]["root"], "left/apps/a");
    assert_eq!(report["apps"].as_array().map(Vec::len), Some(4));
    assert_eq!(report["summary"]["errors"], 24);
    assert_eq!(report["summary"]["rules_not_evaluated"], 12);
}

#[test]
fn names_are_whole_and_addresses_are_not() {
    let path = "src/\u{1b}[31m\u{202e} \"x\"/jane.doe@example.com.js";
    let mut b = Builder::new(".", AppType::Unknown);
    b.file(path, "mail('jane.doe@example.com')\n");
    let place = b.place(path, "'jane.doe@example.com'", 0);
    b.access(mailpermit::facts::AccessKind::UserObject, place.clone(), &[]);
    let finding = mailpermit::findings::Finding::new(place, "jane.doe@example.com is written out");
    b.finding("some-rule", mailpermit::findings::Severity::Error, finding);
    let report = report(b.run());
    assert_eq!(report["findings"][0]["file"], path);
    assert_eq!(report["findings"][0]["message"], "j…@example.com is written out");
    assert_eq!(report["accesses"][0]["expression"], "'j…@example.com'");
}
