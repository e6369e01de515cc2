//! From an app's run to its request. Says what the facts say, with their places, and nothing else.

mod gaps;
mod guidelines;
mod identity;
mod personal_data;
mod questions;
mod uses;

use super::fields::Fields;
use super::model::{AccessPath, Method, PathState, Request, ScopeRow, Spot};
use super::refusal::open_errors;
use super::texts::{counted, key, texts, words};
use crate::facts::{AccessKind, App, Facts};
use crate::findings::run::{AppRun, Run};
use crate::text::Place;

/// How many places a list shows.
const MAX_ROWS: usize = 100;

/// The request of `app`, one of the apps of `run`, with the form's fields as `fields` has them.
///
/// `draft` is set while an error stands or something required is missing; a caller may set it too.
#[must_use]
pub fn build(app: &AppRun, run: &Run, fields: &Fields) -> Request {
    let facts = &app.facts;
    let commit = run.commit.as_deref();
    let access_path = access_path(facts);
    let identity = identity::identity(facts);
    let uses = uses::uses(facts, commit);
    let undeclared = uses::undeclared(facts, commit);
    // An id of Forge is for machines.
    let key = identity.key.as_ref().filter(|k| !k.value.starts_with("ari:"));
    let named = identity.name.as_ref().or(key);
    let title = &path_texts(&facts.app).title;
    let mut request = Request {
        title: named.map_or_else(|| title.clone(), |name| format!("{title}: {}", name.value)),
        draft: false,
        fields: Vec::new(),
        fields_note: fields_note(access_path.state),
        personal_data: personal_data::personal_data(facts, commit),
        documents: personal_data::documents(facts),
        // They govern the Email API; where it is not to be had there is nothing to confirm.
        guidelines: if access_path.state == PathState::NotAvailable {
            Vec::new()
        } else {
            guidelines::guidelines(app)
        },
        questions: Vec::new(),
        gaps: Vec::new(),
        open_errors: open_errors(app),
        method: method(facts, run),
        access_path,
        app: identity,
        uses,
        undeclared_need_use: undeclared.need_use,
        undeclared: undeclared.accesses,
        undeclared_flows: undeclared.flows,
    };
    request.questions = questions::questions(&request, app);
    request.gaps = gaps::gaps(&request, facts);
    if request.access_path.state != PathState::NotAvailable {
        request.fields = fields.answers(&request);
    }
    request.draft = !request.open_errors.is_empty() || request.gaps.iter().any(|g| g.required);
    request
}

fn spot(place: &Place) -> Spot {
    Spot { file: place.file.to_string(), line: place.line }
}

fn path_texts(app: &App) -> &'static super::texts::PathTexts {
    let paths = &texts().access_paths;
    paths
        .get(&key(app.kind))
        .or_else(|| paths.get("unknown"))
        .expect("a test checks that every kind of app has its texts")
}

fn access_path(facts: &Facts) -> AccessPath {
    let app = &facts.app;
    let path = path_texts(app);
    let gives = |name: &str| {
        let table = &texts().email_scopes;
        table.iter().find(|(scope, _)| scope.eq_ignore_ascii_case(name)).map(|(_, gives)| gives.clone())
    };
    let mut scopes: Vec<ScopeRow> = app
        .manifests
        .iter()
        .flat_map(|m| &m.scopes)
        .chain(&app.oauth_scopes)
        .filter_map(|s| Some(ScopeRow { name: s.value.clone(), gives: gives(&s.value)?, at: spot(&s.place) }))
        .collect();
    scopes.dedup();
    scopes.truncate(MAX_ROWS);
    let called = facts.accesses.iter().any(|a| a.kind == AccessKind::EmailApi);
    let without = &texts().without_email_api;
    // Where it is not to be had anyway, that is said.
    let asks = called || !scopes.is_empty() || path.state == PathState::NotAvailable;
    let first = match (asks, facts.accesses.is_empty()) {
        (true, _) => None,
        (false, false) => Some(without.reads.clone()),
        (false, true) => Some(without.nothing.clone()),
    };
    AccessPath {
        kind: app.kind,
        state: path.state,
        summary: path.summary.clone(),
        statements: first.into_iter().chain(path.statements.iter().cloned()).collect(),
        scopes,
        vendor_notes: path.vendor_notes.clone(),
    }
}

fn fields_note(state: PathState) -> String {
    let for_what = match state {
        PathState::Ticket | PathState::Unknown => "",
        PathState::AdminConsent => {
            "No form is filled for a Forge app; the same statements justify the scope to the site admin. "
        }
        PathState::Unclear => "These statements serve as a ticket and as the justification of the scope. ",
        PathState::NotAvailable => return String::new(),
    };
    format!(
        "{for_what}Atlassian does not publish the exact fields of its form. This list is inferred from its \
         stated requirements; match the labels by their meaning."
    )
}

fn method(facts: &Facts, run: &Run) -> Method {
    let coverage = &facts.coverage;
    let mut limits = Vec::new();
    for (language, files) in coverage.unfollowed.iter().take(MAX_ROWS) {
        limits.push(format!(
            "{} in {language} may handle addresses and {} not followed.",
            counted(*files, "file", "files"),
            if *files == 1 { "was" } else { "were" },
        ));
    }
    for problem in facts.problems.iter().filter(|p| p.matters).take(MAX_ROWS) {
        let at = spot(&problem.place);
        limits.push(format!("{}:{} could not be used: {}.", at.file, at.line, problem.message));
    }
    let minor = facts.problems.iter().filter(|p| !p.matters).count();
    if minor > 0 {
        let (files, were) =
            (counted(minor, "other input", "other inputs"), if minor == 1 { "was" } else { "were" });
        limits.push(format!("{files} {were} not read completely."));
    }
    Method {
        tool: format!("mailpermit {}", env!("CARGO_PKG_VERSION")),
        commit: run.commit.clone(),
        source: None,
        files_seen: coverage.files_seen,
        files_parsed: coverage.files_parsed,
        catalogue: format!("{}, {}", facts.catalogue.source, facts.catalogue.date),
        limits,
    }
}

/// Whether something that may hold addresses was not looked at.
fn incomplete(facts: &Facts) -> Option<String> {
    if let Some((language, _)) = facts.coverage.unfollowed.first() {
        return Some(format!("addresses in {language} code are not followed"));
    }
    let problem = facts.problems.iter().find(|p| p.matters)?;
    Some(format!("`{}` could not be read completely", problem.place.file))
}

fn product_words(product: crate::facts::Product) -> String {
    words(&texts().products, &key(product))
}
