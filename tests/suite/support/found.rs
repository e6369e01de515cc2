//! What is found in a fixture app of one language, as lines to compare with a table.

use std::path::Path;

use mailpermit::settings::Settings;

/// Checks `tests/fixtures/apps/{language}` against tables of what is there: `file:line kind endpoint
/// confidence` of each access, and `file:line sink confidence` of each flow. Guesses do not count.
pub fn compare(language: &str, folder: &str, accesses: &[&str], flows: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/apps").join(language);
    let settings = Settings { threads: Some(1), ..Settings::of(root) };
    let run = mailpermit::check(&settings).expect("the fixture can be read");
    let mut found = Vec::new();
    let mut gone = Vec::new();
    for app in &run.apps {
        for access in &app.facts.accesses {
            let confidence = format!("{:?}", access.confidence).to_lowercase();
            if confidence == "possible" {
                continue;
            }
            let file = access.place.file.strip_prefix(folder).unwrap_or(&access.place.file);
            let endpoint = access.endpoint.as_deref().unwrap_or("-");
            let absent = match access.handles_absent {
                Some(true) => " asked",
                _ => "",
            };
            found.push(format!("{file}:{} {endpoint} {confidence}{absent}", access.place.line));
        }
        for flow in &app.facts.flows {
            let confidence = format!("{:?}", flow.confidence).to_lowercase();
            if confidence == "possible" {
                continue;
            }
            let file = flow.place.file.strip_prefix(folder).unwrap_or(&flow.place.file);
            gone.push(format!("{file}:{} {} {confidence}", flow.place.line, flow.sink));
        }
    }
    assert_eq!(found, accesses, "accesses");
    assert_eq!(gone, flows, "flows");
}
