//! The machine report: fills the types of `v1` from the runs, and decides nothing.

mod facts;
pub mod v1;

use std::io::{self, Write};

use self::facts::AppFacts;
use super::Checked;
use crate::findings::run::{AppRun, Counts, RuleState};
use crate::findings::{Finding, Suppressed};
use crate::text::Place;
use crate::text::redact::mask_addresses;

/// Writes the report, indented, with a line break at its end.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(checked))?;
    out.write_all(b"\n")
}

/// The report's JSON Schema, as it is committed under `schemas/`.
#[must_use]
pub fn schema() -> serde_json::Value {
    // Written as it is serialised: no field of a report is ever missing.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<v1::Report>().to_value()
}

/// The report over all checked roots.
#[must_use]
pub fn report(checked: &[Checked]) -> v1::Report {
    let mut accesses = Vec::new();
    let mut flows = Vec::new();
    let mut findings = Vec::new();
    let mut apps = Vec::new();
    for root in checked {
        for run in &root.run.apps {
            // Ids are given anew over all apps, so that none is given twice.
            let app = AppFacts::new(root, run, accesses.len());
            accesses.extend(app.accesses());
            flows.extend(app.flows());
            findings.extend(run.findings.iter().map(|f| finding(root, f)));
            apps.push(app_report(&app));
        }
    }
    apps.sort_by(|a, b| a.app.root.cmp(&b.app.root));
    let summary = summary(&apps, accesses.len(), flows.len());
    v1::Report {
        schema_version: 1,
        tool: v1::Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        roots: checked
            .iter()
            .map(|c| v1::Root { prefix: c.prefix.clone(), commit: c.run.commit.clone() })
            .collect(),
        app: apps.first().map_or_else(facts::no_app, |a| a.app.clone()),
        uses: apps.iter().flat_map(|a| a.uses.clone()).collect(),
        documents: apps.iter().flat_map(|a| a.documents.clone()).collect(),
        personal_data: apps.first().map(|a| a.personal_data.clone()).unwrap_or_default(),
        apps,
        accesses,
        flows,
        findings,
        summary,
    }
}

fn app_report(app: &AppFacts<'_>) -> v1::AppReport {
    v1::AppReport {
        app: app.app(),
        rules: rules(app.run),
        uses: app.uses(),
        documents: app.documents(),
        personal_data: app.personal_data(),
        coverage: app.coverage(),
        counts: counts(app.run),
    }
}

fn rules(run: &AppRun) -> Vec<v1::Rule> {
    let rule = |(name, state): &(&'static str, RuleState)| {
        let (state, reason) = match state {
            RuleState::Passed => (v1::RuleState::Passed, None),
            RuleState::Failed => (v1::RuleState::Failed, None),
            RuleState::NotApplicable(why) => (v1::RuleState::NotApplicable, Some(why)),
            RuleState::NotEvaluated(why) => (v1::RuleState::NotEvaluated, Some(why)),
            RuleState::Off => (v1::RuleState::Off, None),
        };
        v1::Rule {
            name: (*name).to_owned(),
            state,
            reason: reason.map(|r| shown(r)),
            findings: run.findings.iter().filter(|f| f.rule == *name).count(),
        }
    };
    run.rules.iter().map(rule).collect()
}

fn counts(run: &AppRun) -> v1::Counts {
    let Counts { errors, warnings, infos, suppressed, baselined } = Counts::of(run.findings.iter());
    v1::Counts { errors, warnings, infos, suppressed, baselined }
}

fn summary(apps: &[v1::AppReport], accesses: usize, flows: usize) -> v1::Summary {
    let mut sum = v1::Summary { accesses, flows, ..v1::Summary::default() };
    for app in apps {
        sum.files_seen += app.coverage.files_seen;
        sum.files_parsed += app.coverage.files_parsed;
        sum.errors += app.counts.errors;
        sum.warnings += app.counts.warnings;
        sum.infos += app.counts.infos;
        sum.suppressed += app.counts.suppressed;
        sum.baselined += app.counts.baselined;
        for rule in &app.rules {
            match rule.state {
                v1::RuleState::Passed => sum.rules_passed += 1,
                v1::RuleState::Failed => sum.rules_failed += 1,
                v1::RuleState::NotApplicable => sum.rules_not_applicable += 1,
                v1::RuleState::NotEvaluated => sum.rules_not_evaluated += 1,
                v1::RuleState::Off => sum.rules_off += 1,
            }
        }
    }
    sum
}

fn finding(root: &Checked, finding: &Finding) -> v1::Finding {
    let related = finding
        .related
        .iter()
        .map(|r| v1::Related { place: place(root, &r.place), message: shown(&r.message) });
    let fix = finding.fix.iter().map(|e| v1::Edit {
        file: root.path(&e.file).into_owned(),
        start_byte: e.span.start,
        end_byte: e.span.end,
        replacement: e.replacement.clone(),
    });
    let suppression =
        |s: &Suppressed| v1::Suppression { reason: shown(&s.reason), place: place(root, &s.place) };
    v1::Finding {
        rule: finding.rule.to_owned(),
        app: root.path(&finding.app).into_owned(),
        severity: finding.severity,
        confidence: finding.confidence,
        message: shown(&finding.message),
        help: shown(&finding.help.join("\n")),
        notes: finding.notes.iter().map(|n| shown(n)).collect(),
        label: shown(&finding.label),
        place: place(root, &finding.place),
        related: related.collect(),
        fix: fix.collect(),
        suppressed: finding.suppressed.is_some(),
        baselined: finding.baselined,
        suppression: finding.suppressed.as_ref().map(suppression),
        fingerprint: finding.fingerprint.clone(),
    }
}

fn place(root: &Checked, place: &Place) -> v1::Place {
    v1::Place {
        file: root.path(&place.file).into_owned(),
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

/// A text that may quote a file: no address of a person leaves in full.
fn shown(text: &str) -> String {
    mask_addresses(text).into_owned()
}
