//! What a reviewer may ask, derived from what the request says and what it leaves open.

use super::personal_data::{has_retention, stores_addresses};
use crate::facts::{AppType, Facts, SinkKind};
use crate::findings::run::AppRun;
use crate::request::model::{PathState, Question, Request, Spot, UseStatement};
use crate::request::texts::texts;
use crate::rules::services::Service;

/// How many places a question names.
const MAX_SPOTS: usize = 5;

/// The questions gathered so far.
struct Asked(Vec<Question>);

impl Asked {
    fn ask(&mut self, id: &str, what: &str, of_use: &str, at: impl IntoIterator<Item = Spot>) {
        let text = texts().questions.get(id).map_or(id, String::as_str);
        let text = text.replace("{use}", of_use).replace("{what}", what);
        let mut at: Vec<Spot> = at.into_iter().collect();
        at.sort();
        at.dedup();
        at.truncate(MAX_SPOTS);
        self.0.push(Question { id: id.to_owned(), text, at });
    }
}

pub(super) fn questions(request: &Request, app: &AppRun) -> Vec<Question> {
    let mut asked = Asked(Vec::new());
    for statement in &request.uses {
        of_use(&mut asked, statement, &app.facts);
    }
    if request.undeclared_need_use {
        asked.ask("undeclared", "", "", request.undeclared.items.iter().map(|a| a.at.clone()));
    }
    of_storage(&mut asked, request);
    of_flows(&mut asked, &app.facts);
    let bulk: Vec<Spot> =
        app.facts.accesses.iter().filter(|a| a.bulk).map(|a| super::spot(&a.place)).collect();
    if !bulk.is_empty() {
        asked.ask("bulk-reading", "", "", bulk);
    }
    let notify =
        app.findings.iter().filter(|f| f.rule == "notify-needs-no-address" && f.suppressed.is_none());
    let notify: Vec<Spot> = notify.map(|f| super::spot(&f.place)).collect();
    if !notify.is_empty() {
        asked.ask("notify", "", "", notify);
    }
    let wants_listing = matches!(request.access_path.state, PathState::Ticket | PathState::Unclear);
    if wants_listing && request.app.listing.is_none() && app.facts.app.kind != AppType::Unknown {
        asked.ask("unlisted", "", "", []);
    }
    asked.0
}

fn of_use(asked: &mut Asked, statement: &UseStatement, facts: &Facts) {
    let at = || [statement.at.clone()];
    let functionality = statement.functionality.as_deref().unwrap_or(&statement.functionality_id);
    match statement.verdict.as_str() {
        "invalid" => asked.ask("invalid-use", functionality, &statement.name, at()),
        "review" => asked.ask("other-use", &statement.name, &statement.name, at()),
        _ => {}
    }
    let email_api: Vec<Spot> = facts
        .accesses
        .iter()
        .filter(|a| a.kind == crate::facts::AccessKind::EmailApi && a.uses.contains(&statement.name))
        .map(|a| super::spot(&a.place))
        .collect();
    if !email_api.is_empty() {
        asked.ask("visibility", &statement.name, &statement.name, email_api);
    }
    for source in &statement.sources_not_found {
        asked.ask("source-unseen", source, &statement.name, at());
    }
    let declared = facts.declaration.as_ref().and_then(|d| d.use_named(&statement.name));
    for party in declared.iter().flat_map(|u| &u.third_parties) {
        let at = [super::spot(&party.name.place)];
        if party.required == Some(false) {
            asked.ask("third-party-not-required", &party.name.value, &statement.name, at);
        } else if !facts.flows.iter().any(|f| Service::of(f).is_some_and(|s| s.is(party))) {
            asked.ask("third-party-unseen", &party.name.value, &statement.name, at);
        }
    }
}

fn of_storage(asked: &mut Asked, request: &Request) {
    let data = &request.personal_data;
    let stored = || data.stored_at.items.iter().map(|f| f.at.clone());
    if data.contradicted {
        asked.ask("storage-seen", "", "", stored().chain(data.at.clone()));
    }
    if stores_addresses(data) && !has_retention(data) {
        asked.ask("storage-without-retention", "", "", stored().chain(data.at.clone()));
    }
    if data.reports_needed && data.reports.is_empty() {
        asked.ask("reporting-missing", "", "", data.at.clone());
    }
}

fn of_flows(asked: &mut Asked, facts: &Facts) {
    for (kind, id) in [
        (SinkKind::Identity, "identity-matching"),
        (SinkKind::Log, "logging"),
        (SinkKind::Response, "response"),
        (SinkKind::Ui, "ui"),
    ] {
        let at: Vec<Spot> =
            facts.flows.iter().filter(|f| f.kind == kind).map(|f| super::spot(&f.place)).collect();
        if !at.is_empty() {
            asked.ask(id, "", "", at);
        }
    }
}
