//! Runs the analysis over a fixture app and compares it with a table.

use std::path::Path;

use mailpermit::facts::{AccessKind, Caller, SinkKind};
use mailpermit::findings::Confidence;
use mailpermit::findings::run::Run;
use mailpermit::settings::Settings;

/// An access that must be found.
#[derive(Debug, PartialEq, Eq)]
pub struct Access {
    /// `file:line:column`.
    pub at: &'static str,
    pub kind: AccessKind,
    pub endpoint: Option<&'static str>,
    pub caller: Caller,
    pub confidence: Confidence,
    pub absent: Option<bool>,
}

/// A flow that must be found.
#[derive(Debug, PartialEq, Eq)]
pub struct Flow {
    /// `file:line`.
    pub at: &'static str,
    pub kind: SinkKind,
    /// `file:line:column` of its access.
    pub access: &'static str,
}

/// Checks a folder with default settings.
pub fn run(root: &Path) -> Run {
    mailpermit::check(&Settings { threads: Some(1), ..Settings::of(root.to_owned()) })
        .expect("the fixture can be read")
}

/// Compares all certain and likely accesses and flows of `tests/fixtures/apps/NAME` with the tables.
pub fn check(name: &str, accesses: &[Access], flows: &[Flow]) {
    let run = run(&super::root(&format!("tests/fixtures/apps/{name}")));
    let sure = |c: Confidence| c > Confidence::Possible;
    let mut said: Vec<String> = Vec::new();
    let mut went: Vec<String> = Vec::new();
    for app in &run.apps {
        for a in app.facts.accesses.iter().filter(|a| sure(a.confidence)) {
            let (kind, caller) = (a.kind, a.caller);
            let endpoint = a.endpoint.as_deref();
            let (confidence, absent) = (a.confidence, a.handles_absent);
            said.push(format!("{} {kind:?} {endpoint:?} {caller:?} {confidence:?} {absent:?}", a.place));
        }
        for f in app.facts.flows.iter().filter(|f| sure(f.confidence)) {
            let access = app.facts.accesses.iter().find(|a| a.id == f.access).expect("flows have accesses");
            went.push(format!("{}:{} {:?} from {}", f.place.file, f.place.line, f.kind, access.place));
        }
    }
    let expected: Vec<String> = accesses
        .iter()
        .map(|a| {
            let (kind, endpoint, caller) = (a.kind, a.endpoint, a.caller);
            let (confidence, absent) = (a.confidence, a.absent);
            format!("{} {kind:?} {endpoint:?} {caller:?} {confidence:?} {absent:?}", a.at)
        })
        .collect();
    assert_eq!(said.join("\n"), expected.join("\n"), "accesses of {name}");
    let expected: Vec<String> =
        flows.iter().map(|f| format!("{} {:?} from {}", f.at, f.kind, f.access)).collect();
    assert_eq!(went.join("\n"), expected.join("\n"), "flows of {name}");
}
