//! GitLab's code quality report: a list of what it calls issues, in the form of Code Climate that GitLab reads.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/>

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use super::{Checked, apps};
use crate::findings::fingerprint::fnv1a;
use crate::findings::{Finding, Severity};
use crate::text::redact::one_line;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    /// Unique in the report: GitLab drops what has one that it knows.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the list, without what is suppressed.
pub(super) fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    let several = checked.len() > 1;
    let mut known = BTreeSet::new();
    let issues: Vec<Issue> = apps(checked)
        .flat_map(|(root, app)| app.findings.iter().map(move |f| (root, f)))
        .filter(|(_, f)| f.suppressed.is_none())
        .map(|(root, finding)| issue(root, finding, several, &mut known))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue(root: &Checked, finding: &Finding, several: bool, known: &mut BTreeSet<String>) -> Issue {
    let path = root.path(&finding.place.file).into_owned();
    // A finding's fingerprint knows its file below its root only.
    let own =
        if several { hash(&format!("{path}\0{}", finding.fingerprint)) } else { finding.fingerprint.clone() };
    let mut fingerprint = own.clone();
    for nth in 1_usize.. {
        if known.insert(fingerprint.clone()) {
            break;
        }
        fingerprint = hash(&format!("{own}\0{nth}"));
    }
    Issue {
        description: one_line(&finding.message, 2000),
        check_name: finding.rule,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location { path, lines: Lines { begin: finding.place.line, end: finding.place.end_line } },
    }
}

fn hash(text: &str) -> String {
    format!("{:016x}", fnv1a(text.as_bytes()))
}
