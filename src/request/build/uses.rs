//! What addresses are used for: declared uses with the accesses, flows and services that belong to them.

use std::collections::BTreeSet;

use super::identity::sourced;
use super::{MAX_ROWS, product_words, spot};
use crate::catalog::{Process, Verdict};
use crate::facts::{Access, AccessKind, DeclaredUse, Facts, Flow, ThirdParty};
use crate::findings::Confidence;
use crate::request::model::{AccessRow, FlowRow, Listed, Sourced, ThirdPartyRow, UseStatement};
use crate::request::texts::{key, texts, words};

/// All uses, in the order of the declaration; those that annotations give where there is no declaration.
pub(super) fn uses(facts: &Facts, commit: Option<&str>) -> Vec<UseStatement> {
    match &facts.declaration {
        Some(declaration) => declaration
            .uses
            .iter()
            .map(|declared| {
                let mut statement =
                    statement(facts, &declared.name.value, &declared.functionality.value, commit);
                statement.at = spot(&declared.place);
                complete(&mut statement, declared);
                statement
            })
            .collect(),
        // A declaration that could not be read may say otherwise than the annotations.
        None if facts.declaration_exists => Vec::new(),
        None => annotated(facts, commit),
    }
}

/// Without a declaration, an annotation that names an entry of the catalogue is a use, its text the
/// description.
fn annotated(facts: &Facts, commit: Option<&str>) -> Vec<UseStatement> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for annotation in &facts.annotations {
        for (name, place) in &annotation.uses {
            if facts.catalogue.get(name).is_none() || !seen.insert(name.as_str()) {
                continue;
            }
            let mut statement = statement(facts, name, name, commit);
            statement.at = spot(place);
            let said = facts.annotations.iter().find_map(|a| {
                let text = a.text.as_ref().filter(|_| a.uses.iter().any(|(n, _)| n == name))?;
                Some(Sourced { value: text.clone(), at: Some(spot(&a.place)) })
            });
            statement.description = said;
            all.push(statement);
        }
    }
    all
}

fn statement(facts: &Facts, name: &str, functionality: &str, commit: Option<&str>) -> UseStatement {
    let entry = facts.catalogue.get(functionality);
    let accesses: Vec<&Access> = facts.accesses.iter().filter(|a| a.uses.iter().any(|u| u == name)).collect();
    let found: BTreeSet<&str> = accesses.iter().map(|a| a.source()).collect();
    UseStatement {
        name: name.to_owned(),
        at: crate::request::model::Spot { file: String::new(), line: 1 },
        functionality_id: functionality.to_owned(),
        process: entry.filter(|e| e.process != Process::None).map(|e| e.process_label.clone()),
        functionality: entry.map(|e| e.functionality.clone()),
        verdict: match entry.map(|e| e.verdict) {
            Some(Verdict::Valid) => "valid",
            Some(Verdict::Invalid) => "invalid",
            Some(Verdict::Review) => "review",
            None => "unknown",
        }
        .to_owned(),
        description: None,
        justification: None,
        needs_justification: entry.is_some_and(|e| e.verdict == Verdict::Review),
        declared_sources: Vec::new(),
        found_sources: found.iter().map(|s| source_words(s)).collect(),
        sources_not_found: Vec::new(),
        sources_not_declared: Vec::new(),
        flows: flow_rows(facts, &accesses, commit),
        accesses: access_rows(&accesses, commit),
        third_parties: Vec::new(),
    }
}

fn complete(statement: &mut UseStatement, declared: &DeclaredUse) {
    statement.description = declared.description.as_ref().map(sourced);
    statement.justification = declared.justification.as_ref().map(sourced);
    statement.declared_sources = declared.addresses_from.iter().map(|s| source_words(&s.value)).collect();
    statement.third_parties = declared.third_parties.iter().map(third_party).collect();
    let (said, found) = (&statement.declared_sources, &statement.found_sources);
    statement.sources_not_found = said.iter().filter(|s| !found.contains(s)).cloned().collect();
    if !said.is_empty() {
        statement.sources_not_declared = found.iter().filter(|s| !said.contains(s)).cloned().collect();
    }
}

fn third_party(party: &ThirdParty) -> ThirdPartyRow {
    ThirdPartyRow {
        name: party.name.value.clone(),
        purpose: party.purpose.as_ref().map(|p| p.value.clone()),
        hosts: party.hosts.iter().map(|h| h.value.clone()).collect(),
        required: party.required,
        at: spot(&party.name.place),
    }
}

/// Accesses that belong to no use.
pub(super) struct Undeclared {
    pub(super) accesses: Listed<AccessRow>,
    pub(super) flows: Listed<FlowRow>,
    /// Whether one of them needs a use.
    pub(super) need_use: bool,
}

pub(super) fn undeclared(facts: &Facts, commit: Option<&str>) -> Undeclared {
    let known = |name: &String| match &facts.declaration {
        Some(declaration) => declaration.use_named(name).is_some(),
        None => !facts.declaration_exists && facts.catalogue.get(name).is_some(),
    };
    let accesses: Vec<&Access> = facts.accesses.iter().filter(|a| !a.uses.iter().any(known)).collect();
    Undeclared {
        need_use: accesses.iter().any(|a| needs_use(a)),
        flows: flow_rows(facts, &accesses, commit),
        accesses: access_rows(&accesses, commit),
    }
}

/// A user's own profile and what could not be followed ask for no use.
pub(super) fn needs_use(access: &Access) -> bool {
    access.kind != AccessKind::OwnProfile && access.confidence > Confidence::Possible
}

fn access_rows(accesses: &[&Access], commit: Option<&str>) -> Listed<AccessRow> {
    let mut rows: Vec<AccessRow> = Vec::new();
    for access in accesses {
        let row = access_row(access, commit);
        // `if (user.email) send(user.email)` is one statement to a reader.
        if rows.last().is_none_or(|last| {
            (&last.at, &last.what, &last.expression) != (&row.at, &row.what, &row.expression)
        }) {
            rows.push(row);
        }
    }
    let total = rows.len();
    listed(rows.into_iter(), total)
}

fn access_row(access: &Access, commit: Option<&str>) -> AccessRow {
    let product = access.product.map_or_else(|| words(&texts().products, "unknown"), product_words);
    let mut what = words(&texts().access_kinds, &key(access.kind))
        .replace("{product}", &product)
        .replace("{caller}", &words(&texts().callers, &key(access.caller)));
    if access.bulk {
        what.push_str(", for many users at once");
    }
    AccessRow {
        id: access.id.clone(),
        at: spot(&access.place),
        what,
        expression: access.expression.clone(),
        // The expression says it mostly.
        path: access.path.clone().filter(|p| !access.expression.contains(p.as_str())),
        request: access.request.as_ref().filter(|r| r.line != access.place.line).map(spot),
        confidence: confidence(access.confidence),
        bulk: access.bulk,
        handles_absent: access.handles_absent,
        commit: commit.map(str::to_owned),
    }
}

fn flow_rows(facts: &Facts, accesses: &[&Access], commit: Option<&str>) -> Listed<FlowRow> {
    let ids: BTreeSet<&str> = accesses.iter().map(|a| a.id.as_str()).collect();
    let flows: Vec<&Flow> = facts.flows.iter().filter(|f| ids.contains(f.access.as_str())).collect();
    listed(flows.iter().map(|f| flow_row(facts, f, commit)), flows.len())
}

pub(super) fn flow_row(facts: &Facts, flow: &Flow, commit: Option<&str>) -> FlowRow {
    let from = facts.accesses.iter().find(|a| a.id == flow.access).map(|a| spot(&a.place));
    let kind = key(flow.kind);
    FlowRow {
        access: flow.access.clone(),
        from,
        at: spot(&flow.place),
        what: words(&texts().sinks, &kind),
        kind,
        service: flow.service.clone(),
        expression: flow.expression.clone(),
        confidence: confidence(flow.confidence),
        implicit: flow.implicit,
        commit: commit.map(str::to_owned),
    }
}

pub(super) fn listed<T>(rows: impl Iterator<Item = T>, total: usize) -> Listed<T> {
    let items: Vec<T> = rows.take(MAX_ROWS).collect();
    Listed { more: total.saturating_sub(items.len()), items }
}

fn confidence(confidence: Confidence) -> String {
    key(confidence)
}

fn source_words(source: &str) -> String {
    words(&texts().address_sources, source)
}
