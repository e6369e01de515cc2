//! From programs to facts: where addresses are obtained and where they go.
//!
//! Works on the neutral form of `program` and on the tables of `catalog`; knows no language's syntax
//! and no rule. What it cannot follow it leaves out or marks as a guess, and never invents.

mod absent;
mod accesses;
mod calls;
mod eval;
mod flows;
mod frameworks;
mod identity;
mod inside;
mod kept;
mod link;
mod logins;
mod observations;
mod pages;
mod paths;
mod payloads;
mod periods;
pub mod personal_data;
mod requests;
mod statements;
mod timezones;
mod value;
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::catalog::fields::Fields;
use crate::facts::{Access, Flow, Observation, ObservationKind, PersonalDataFacts, ReportVia};
use crate::inputs::apps::project_of;
use crate::program::Module;
use crate::program::aliases::Aliases;
use crate::text::{Place, SourceFile};
use value::ModuleId;

/// What the code does about addresses.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Where addresses are obtained, by place.
    pub accesses: Vec<Access>,
    /// Where they go, by place.
    pub flows: Vec<Flow>,
    /// What else rules ask about, by place.
    pub observations: Vec<Observation>,
    /// How stored accounts are reported, and what is erased.
    pub personal_data: PersonalDataFacts,
    /// What the entry points that were asked for come to.
    pub entries: BTreeMap<String, personal_data::Entry>,
    /// Where the first question stands that was given up because it took too many steps, one a file.
    pub exhausted: Vec<Place>,
    /// For each file, those that were looked into because of it, or it because of them.
    pub links: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

/// The functions of a tree that something outside the code calls, by the names under which it exports them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Entries {
    /// Those that run on a schedule, or when an app is removed.
    pub run: BTreeSet<String>,
    /// Those whose results leave the app.
    pub answering: BTreeSet<String>,
}

/// Analyses the modules of a tree, those of each project together, so that values are followed across files.
///
/// `projects` are folders that have nothing to do with each other and with what stands outside them; empty
/// when the tree is one project. `entries` are functions that something outside the code calls, such as a
/// manifest's handlers. `file` gives the text of a module's file. What comes out once `stop` is
/// set is worth nothing.
#[must_use]
pub fn analyse<'a>(
    modules: Vec<Arc<Module>>,
    projects: &BTreeSet<String>,
    aliases: &Arc<Aliases>,
    entries: &Entries,
    file: &(dyn Fn(&str) -> Option<&'a SourceFile> + Sync),
    stop: &AtomicBool,
) -> Analysis {
    let parts = split(modules, projects);
    let parts: Vec<Part> = parts.into_par_iter().map(|m| project(m, aliases, entries, file, stop)).collect();
    together(parts)
}

/// What was found in some projects, in the order of their names.
pub(crate) fn together(parts: Vec<Part>) -> Analysis {
    let mut all = Analysis::default();
    let mut found = Vec::new();
    for mut part in parts {
        for flow in &mut part.flows {
            flow.access =
                flow.access.parse().map_or_else(|_| String::new(), |n: usize| (found.len() + n).to_string());
        }
        found.append(&mut part.accesses);
        all.flows.append(&mut part.flows);
        all.observations.append(&mut part.observations);
        all.exhausted.append(&mut part.exhausted);
        for (one, other) in part.links {
            all.links.entry(Arc::clone(&one)).or_default().insert(Arc::clone(&other));
            all.links.entry(other).or_default().insert(one);
        }
        let facts = &mut all.personal_data;
        facts.reports.append(&mut part.reporting.facts.reports);
        facts.schedules.append(&mut part.reporting.facts.schedules);
        facts.erasures.append(&mut part.reporting.facts.erasures);
        for (name, entry) in part.reporting.entries {
            // Where a project has no such function, another may.
            let known = all.entries.entry(name).or_default();
            if known.place.is_none() {
                *known = entry;
            }
        }
    }
    all.observations.sort_by(|a, b| (&a.place, a.kind, &a.detail).cmp(&(&b.place, b.kind, &b.detail)));
    all.exhausted.sort();
    all.exhausted.dedup_by(|a, b| a.file == b.file);
    all.accesses = number(found, &mut all.flows);
    all
}

/// What is asked of a file's text itself, with its comments, besides of its program; `None` when that is more than
/// can be told in advance. Whoever lets the analysis look at texts anew mends this.
pub(crate) fn asked_of_text(text: &str) -> Option<[bool; 2]> {
    if personal_data::reads_comments(text) {
        return None;
    }
    let reports = text.to_ascii_lowercase().contains("report");
    Some([Fields::get().names_time_zone(text), reports])
}

/// The modules of each project, and those of none.
fn split(modules: Vec<Arc<Module>>, projects: &BTreeSet<String>) -> Vec<Vec<Arc<Module>>> {
    let mut parts: BTreeMap<String, Vec<Arc<Module>>> = BTreeMap::new();
    for module in modules {
        let project = project_of(&module.file, projects).to_owned();
        parts.entry(project).or_default().push(module);
    }
    parts.into_values().collect()
}

/// What is found in one project. Flows name the positions of their accesses.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Part {
    accesses: Vec<Access>,
    flows: Vec<Flow>,
    observations: Vec<Observation>,
    reporting: personal_data::Reporting,
    exhausted: Vec<Place>,
    links: Vec<(Arc<str>, Arc<str>)>,
}

impl Part {
    /// The files that something which was found points at: nobody will ask for the text of another.
    pub(crate) fn files(&self) -> BTreeSet<Arc<str>> {
        let of_accesses = self
            .accesses
            .iter()
            .flat_map(|a| std::iter::once(&a.place).chain(&a.request).chain(&a.handed_on));
        let of_flows =
            self.flows.iter().flat_map(|f| std::iter::once(&f.place).chain(f.path.iter().map(|s| &s.place)));
        let PersonalDataFacts { reports, schedules, erasures } = &self.reporting.facts;
        let of_reports = reports.iter().flat_map(|r| {
            let batch = r.batch.iter().map(|b| &b.place);
            std::iter::once(&r.place).chain(batch).chain(&r.closed).chain(&r.updated)
        });
        let of_erasures = erasures.iter().flat_map(|e| std::iter::once(&e.place).chain(&e.deletes));
        let of_entries = self.reporting.entries.values().flat_map(|e| e.place.iter().chain(&e.deletes));
        of_accesses
            .chain(of_flows)
            .chain(of_reports)
            .chain(of_erasures)
            .chain(of_entries)
            .chain(schedules.iter().map(|s| &s.place))
            .chain(self.observations.iter().map(|o| &o.place))
            .chain(&self.exhausted)
            .map(|place| Arc::clone(&place.file))
            .collect()
    }
}

/// Analyses the modules of one project; see [`analyse`].
pub(crate) fn project<'a>(
    modules: Vec<Arc<Module>>,
    aliases: &Arc<Aliases>,
    entries: &Entries,
    file: &(dyn Fn(&str) -> Option<&'a SourceFile> + Sync),
    stop: &AtomicBool,
) -> Part {
    let program = link::Program::new(modules, Arc::clone(aliases));
    let mut evaluator = eval::Evaluator::new(&program, stop);
    let mut found = accesses::collect(&mut evaluator, &file);
    let mut flows = Vec::new();
    // Where nothing is obtained, nothing goes anywhere.
    if !found.is_empty() || !evaluator.requests.is_empty() {
        flows = flows::Flows::collect(&mut evaluator, &file, &mut found, &entries.answering);
        flows::Flows::hand_on(&mut evaluator, &file, &mut found);
    }
    if evaluator.is_stopped() {
        return Part::default();
    }
    let mut observations = observations::collect(&mut evaluator, &file);
    observations.extend(timezones::collect(&mut evaluator, &file));
    let reporting = personal_data::collect(&mut evaluator, &file, &entries.run);
    let known: BTreeSet<Place> = observations
        .iter()
        .filter(|o| o.kind == ObservationKind::PersonalDataReport)
        .map(|o| o.place.clone())
        .collect();
    let requests = reporting.facts.reports.iter().filter(|r| r.via == ReportVia::Rest);
    observations.extend(requests.filter(|r| !known.contains(&r.place)).map(|r| Observation {
        kind: ObservationKind::PersonalDataReport,
        place: r.place.clone(),
        expression: r.expression.clone(),
        detail: "rest".to_owned(),
        confidence: r.confidence,
    }));
    let exhausted =
        evaluator.exhausted.values().filter_map(|at| accesses::place(&evaluator, &file, *at)).collect();
    let file_of = |m: ModuleId| Arc::clone(&program.module(m).file);
    let mut links: Vec<_> =
        evaluator.links.iter().map(|(one, other)| (file_of(*one), file_of(*other))).collect();
    links.sort_unstable();
    Part {
        links,
        accesses: found.into_iter().map(|f| f.access).collect(),
        flows,
        observations,
        reporting,
        exhausted,
    }
}

/// Sorts the accesses by place, gives them ids, and the flows the ids in place of positions.
fn number(found: Vec<Access>, flows: &mut [Flow]) -> Vec<Access> {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|a, b| found.get(*a).map(|f| &f.place).cmp(&found.get(*b).map(|f| &f.place)));
    let mut ranks = vec![0_usize; found.len()];
    for (n, position) in order.iter().enumerate() {
        if let Some(rank) = ranks.get_mut(*position) {
            *rank = n;
        }
    }
    let id = |rank: usize| format!("a{}", rank + 1);
    for flow in flows {
        let rank = flow.access.parse::<usize>().ok().and_then(|position| ranks.get(position));
        flow.access = rank.copied().map(id).unwrap_or_default();
    }
    let mut accesses: Vec<(usize, Access)> =
        found.into_iter().zip(ranks).map(|(f, rank)| (rank, Access { id: id(rank), ..f })).collect();
    accesses.sort_by_key(|(rank, _)| *rank);
    accesses.into_iter().map(|(_, a)| a).collect()
}
