//! Storage, retention and reporting; privacy policy and terms.

use super::identity::sourced;
use super::spot;
use super::uses::{flow_row, listed};
use crate::facts::{Document, DocumentKind, DocumentState, Facts, Flow, ObservationKind, SinkKind};
use crate::request::model::{DocumentStatement, Evidence, Listed, PersonalData, Sourced, Spot};
use crate::request::texts::{counted, key, texts, words};
use crate::text::Place;

/// How many places of reports are named.
const MAX_REPORTS: usize = 10;

pub(super) fn personal_data(facts: &Facts, commit: Option<&str>) -> PersonalData {
    let said = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let stored: Vec<&Flow> = facts.flows.iter().filter(|f| f.kind == SinkKind::Storage).collect();
    let stores = said.and_then(|p| p.stores.as_ref());
    let names_addresses = stores.is_some_and(|s| s.iter().any(|v| v.value == "email-address"));
    let reports: Vec<Spot> = facts
        .observations
        .iter()
        .filter(|o| o.kind == ObservationKind::PersonalDataReport)
        .take(MAX_REPORTS)
        .map(|o| spot(&o.place))
        .collect();
    let mut data = PersonalData {
        at: said.map(|p| spot(&p.place)),
        collects: said.and_then(|p| p.collects.as_ref()).map(|c| c.value),
        collects_at: said.and_then(|p| p.collects.as_ref()).map(|c| spot(&c.place)),
        stores_at: said.and_then(|p| p.stores_place.as_ref()).map(spot),
        stores: stores.map(|s| s.iter().map(|v| words(&texts().stores, &v.value)).collect()),
        retention: said.and_then(|p| p.retention.as_ref()).map(sourced),
        stored_at: listed(stored.iter().map(|f| flow_row(facts, f, commit)), stored.len()),
        contradicted: !stored.is_empty() && stores.is_some() && !names_addresses,
        reports_needed: !stored.is_empty() || stores.is_some_and(|s| !s.is_empty()),
        cycle_days: said.and_then(|p| p.reporting_cycle_days.as_ref()).map(|c| c.value),
        cycle_at: said.and_then(|p| p.reporting_cycle_days.as_ref()).map(|c| spot(&c.place)),
        evidence: evidence(facts),
        reports,
        reporting: Vec::new(),
        reporting_source: texts().reporting.source.clone(),
    };
    data.reporting = reporting(&data);
    data
}

/// What the code shows of reporting and erasing, each with its place.
fn evidence(facts: &Facts) -> Listed<Evidence> {
    let data = &facts.personal_data;
    let piece = |text: String, place: &Place| Evidence { text, at: Some(spot(place)) };
    let mut all = Vec::new();
    for schedule in &data.schedules {
        let how_often = match schedule.hours {
            Some(hours) if hours % 24 == 0 => {
                format!("every {}", counted(hours as usize / 24, "day", "days"))
            }
            Some(hours) => format!("every {}", counted(hours as usize, "hour", "hours")),
            None => "again and again, how often could not be told".to_owned(),
        };
        all.push(piece(format!("the report is run {how_often}"), &schedule.place));
    }
    for report in &data.reports {
        if let Some(batch) = &report.batch {
            let accounts = counted(batch.value as usize, "account", "accounts");
            all.push(piece(format!("at most {accounts} are reported at once"), &batch.place));
        }
        for (what, place) in [("closed", &report.closed), ("updated", &report.updated)] {
            if let Some(place) = place {
                all.push(piece(format!("the answer is asked which accounts are {what}"), place));
            }
        }
    }
    for erasure in &data.erasures {
        let text = match erasure.deletes.len() {
            0 => "this runs when the app is removed; that it erases anything was not found".to_owned(),
            n => {
                format!("this runs when the app is removed and deletes at {}", counted(n, "place", "places"))
            }
        };
        all.push(piece(text, &erasure.place));
    }
    let total = all.len();
    listed(all.into_iter(), total)
}

/// What can be said of the reporting, with the two cycles that Atlassian's documents name.
fn reporting(data: &PersonalData) -> Vec<String> {
    let t = &texts().reporting;
    if !data.reports_needed {
        return vec![if data.stores.is_some() {
            "The app stores no personal data, so it has no accounts to report.".to_owned()
        } else {
            "It is not stated whether accounts have to be reported.".to_owned()
        }];
    }
    let (mut lines, mut judged) = (Vec::new(), None);
    match (data.cycle_days, data.reports.first()) {
        (Some(days), _) => {
            let days_words = counted(days as usize, "day", "days");
            lines.push(format!("The app reports stored accounts every {days_words}."));
            let text = match days {
                0..=7 => &t.within_both,
                8..=15 => &t.within_one,
                _ => &t.within_none,
            };
            judged = Some(text.replace("{days}", &days_words));
        }
        (None, Some(_)) => lines.push("The app reports stored accounts; its cycle is not stated.".to_owned()),
        (None, None) => lines.push("It is not stated how stored accounts are reported.".to_owned()),
    }
    if data.reports.is_empty() {
        lines.push("No report was found in the code that was read.".to_owned());
    }
    lines.push(t.rule.clone());
    lines.extend(judged);
    lines
}

/// Every document that is named or was found; a placeholder for one that is not.
pub(super) fn documents(facts: &Facts) -> Vec<DocumentStatement> {
    let mut all = Vec::new();
    for kind in [DocumentKind::PrivacyPolicy, DocumentKind::CustomerTerms] {
        let of_kind = || facts.documents.iter().filter(|d| d.kind == kind);
        let any_declared = of_kind().any(|d| d.declared);
        // What was merely found says nothing beside what is declared.
        let shown = of_kind().filter(|d| d.declared || !any_declared).take(MAX_REPORTS);
        let before = all.len();
        all.extend(shown.map(document));
        if all.len() == before {
            all.push(DocumentStatement {
                kind: key(kind),
                label: label(kind).to_owned(),
                url: None,
                file: None,
                at: None,
                state: "not named".to_owned(),
                missing: Some(format!("the {}", label(kind))),
            });
        }
    }
    all
}

fn label(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::PrivacyPolicy => "privacy policy",
        DocumentKind::CustomerTerms => "customer terms of use",
    }
}

fn document(document: &Document) -> DocumentStatement {
    let label = label(document.kind);
    let (state, missing) = match &document.state {
        DocumentState::AddressOnly => ("not fetched: offline".to_owned(), None),
        DocumentState::MissingFile => {
            ("the file is not there".to_owned(), Some(format!("the file of the {label}")))
        }
        DocumentState::Unreadable(why) => {
            (format!("could not be read: {why}"), Some(format!("a {label} that can be read")))
        }
        DocumentState::Read { words, placeholders, mentions_email, .. } => {
            let mut state = format!("read, {}", counted(*words, "word", "words"));
            match mentions_email {
                Some(passage) => {
                    let at = spot(&passage.place);
                    state.push_str(&format!("; speaks of email addresses at {}:{}", at.file, at.line));
                }
                None => state.push_str("; no passage on email addresses was found"),
            }
            let missing = placeholders.first().map(|p| {
                let at = spot(&p.place);
                format!("the text of the {label}: {}:{} is a placeholder", at.file, at.line)
            });
            (state, missing)
        }
    };
    let state = if document.declared { state } else { format!("{state}; found, not declared") };
    DocumentStatement {
        kind: key(document.kind),
        label: label.to_owned(),
        url: document.url.clone(),
        file: document.file.clone(),
        at: Some(spot(&document.place)),
        state,
        missing,
    }
}

/// The retention, when it matters: where addresses are stored.
pub(super) fn stores_addresses(data: &PersonalData) -> bool {
    let named = data.stores.as_ref().is_some_and(|s| s.contains(&words(&texts().stores, "email-address")));
    named || !data.stored_at.items.is_empty()
}

/// Whether a retention is written down.
pub(super) fn has_retention(data: &PersonalData) -> bool {
    data.retention.as_ref().is_some_and(|r: &Sourced| !r.value.trim().is_empty())
}
