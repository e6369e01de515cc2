//! The analysis of a program of which few files changed, from the earlier one and an analysis of those files with the
//! ones that hang together with them.
//!
//! An editor shows it until the analysis of the whole program is there. What hangs together was told by the earlier
//! analysis: each file into which it looked to answer a question about another. Of files that hang together with more
//! than is analysed again it says what was known before; there, and where an edit makes new links, it may be wrong
//! until then.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::facts::{Access, Flow};
use crate::program::Module;
use crate::text::Place;

/// Files that may have changed; more is no edit of somebody who types.
const MAX_CHANGED: usize = 4;
/// Files that are analysed.
const MAX_NEAR: usize = 40;

/// What is analysed again.
pub(super) struct Near {
    /// What changed, and what hangs together with nothing that is not analysed again.
    judged: BTreeSet<Arc<str>>,
    /// The modules of what changed and of what hangs together with it.
    pub(super) modules: Vec<Arc<Module>>,
}

impl Near {
    /// What has to be analysed again when `modules` take the place of `known`; `None` when that is about as much as
    /// all, or nothing changed.
    pub(super) fn of(before: &Analysis, known: &[Arc<Module>], modules: &[Arc<Module>]) -> Option<Self> {
        let changed = changed(known, modules);
        if changed.is_empty() || changed.len() > MAX_CHANGED {
            return None;
        }
        let links = |file: &Arc<str>| before.links.get(file).into_iter().flatten();
        let mut near = changed.clone();
        let mut queue: VecDeque<Arc<str>> = changed.iter().cloned().collect();
        while let Some(file) = queue.pop_front() {
            for other in links(&file) {
                if near.len() < MAX_NEAR && near.insert(Arc::clone(other)) {
                    queue.push_back(Arc::clone(other));
                }
            }
        }
        let judged = near.iter().filter(|f| changed.contains(*f) || links(f).all(|o| near.contains(o)));
        let judged = judged.cloned().collect();
        let modules: Vec<_> = modules.iter().filter(|m| near.contains(&m.file)).cloned().collect();
        (modules.len() * 2 < known.len()).then_some(Self { judged, modules })
    }

    /// The earlier analysis, with what `near` says of the files that it can judge in place of what was said.
    pub(super) fn merged(&self, mut before: Analysis, near: Analysis) -> Analysis {
        let here = |place: &Place| self.judged.contains(&place.file);
        let Analysis { accesses, flows, observations, personal_data, entries: _, exhausted, links } = near;
        let (flows, gone) =
            (named(flows, &accesses), named(std::mem::take(&mut before.flows), &before.accesses));
        before.accesses.retain(|a| !here(&a.place));
        before.accesses.extend(accesses.into_iter().filter(|a| here(&a.place)));
        before.accesses.sort_by(|a, b| (&a.place, a.kind).cmp(&(&b.place, b.kind)));
        let concerns = |(access, flow): &(Place, Flow)| here(access) || here(&flow.place);
        let mut all: Vec<(Place, Flow)> = gone.into_iter().filter(|f| !concerns(f)).collect();
        all.extend(flows.into_iter().filter(concerns));
        before.flows = numbered(&mut before.accesses, all);

        before.observations.retain(|o| !here(&o.place));
        before.observations.extend(observations.into_iter().filter(|o| here(&o.place)));
        before.observations.sort_by(|a, b| (&a.place, a.kind, &a.detail).cmp(&(&b.place, b.kind, &b.detail)));
        let facts = &mut before.personal_data;
        facts.reports.retain(|r| !here(&r.place));
        facts.reports.extend(personal_data.reports.into_iter().filter(|r| here(&r.place)));
        facts.schedules.retain(|s| !here(&s.place));
        facts.schedules.extend(personal_data.schedules.into_iter().filter(|s| here(&s.place)));
        facts.erasures.retain(|e| !here(&e.place));
        facts.erasures.extend(personal_data.erasures.into_iter().filter(|e| here(&e.place)));
        before.exhausted.retain(|p| !here(p));
        before.exhausted.extend(exhausted.into_iter().filter(here));
        before.exhausted.sort();
        for (file, others) in links {
            before.links.entry(file).or_default().extend(others);
        }
        before
    }
}

/// The files whose modules are others than before.
fn changed(known: &[Arc<Module>], modules: &[Arc<Module>]) -> BTreeSet<Arc<str>> {
    let mut files: BTreeMap<&Arc<str>, [Vec<*const Module>; 2]> = BTreeMap::new();
    for (nth, list) in [known, modules].into_iter().enumerate() {
        for module in list {
            let both = files.entry(&module.file).or_default();
            if let Some(of) = both.get_mut(nth) {
                of.push(Arc::as_ptr(module));
            }
        }
    }
    let differs = files.into_iter().filter(|(_, [before, now])| before != now);
    differs.map(|(file, _)| Arc::clone(file)).collect()
}

/// Flows with the places of their accesses.
fn named(flows: Vec<Flow>, accesses: &[Access]) -> Vec<(Place, Flow)> {
    let places: BTreeMap<&str, &Place> = accesses.iter().map(|a| (a.id.as_str(), &a.place)).collect();
    flows.into_iter().filter_map(|f| Some((Place::clone(places.get(f.access.as_str())?), f))).collect()
}

/// Gives accesses their ids by their places, and flows the ids of theirs. A flow whose access is gone is gone, too.
fn numbered(accesses: &mut [Access], flows: Vec<(Place, Flow)>) -> Vec<Flow> {
    let mut ids = BTreeMap::new();
    for (n, access) in accesses.iter_mut().enumerate() {
        access.id = format!("a{}", n + 1);
        ids.entry(access.place.clone()).or_insert_with(|| access.id.clone());
    }
    let mut flows: Vec<Flow> = flows
        .into_iter()
        .filter_map(|(place, flow)| Some(Flow { access: ids.get(&place)?.clone(), ..flow }))
        .collect();
    flows.sort_by(|a, b| (&a.place, a.kind, &a.access).cmp(&(&b.place, b.kind, &b.access)));
    flows
}
