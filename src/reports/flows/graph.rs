//! The flows of one app as nodes and edges: one node a place, one edge for each step from place to place.
//! What the writers of graphs share; no syntax of theirs.

use std::collections::BTreeMap;

use super::{at, goal, source, sure, uses, worst};
use crate::facts::told_best;
use crate::findings::Severity;
use crate::findings::run::AppRun;
use crate::reports::Checked;
use crate::text::Place;
use crate::text::redact::one_line;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Access,
    Step,
    Goal(Option<Severity>),
}

/// A place.
pub(super) struct Node {
    /// Safe in every syntax: a letter and a number.
    pub(super) id: String,
    pub(super) role: Role,
    /// Lines of text from files: to be escaped.
    pub(super) lines: Vec<String>,
}

/// The graph of an app.
pub(super) struct Graph {
    /// The app's name: to be escaped.
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    /// By position in `nodes`; sorted, each once. The third is how sure it is, where it is not certain.
    pub(super) edges: Vec<(usize, usize, &'static str)>,
}

/// The graphs of all apps, with ids that are unique over all of them.
pub(super) fn graphs(checked: &[Checked]) -> Vec<Graph> {
    let mut out = Vec::new();
    let mut before = 0;
    for root in checked {
        for app in &root.run.apps {
            let graph = Builder::new(root, before).build(app);
            before += graph.nodes.len();
            out.push(graph);
        }
    }
    out
}

struct Builder<'a> {
    root: &'a Checked,
    before: usize,
    nodes: Vec<Node>,
    by_access: BTreeMap<&'a str, usize>,
    by_step: BTreeMap<(&'a Place, &'a str), usize>,
    by_goal: BTreeMap<(&'a Place, String), usize>,
}

impl<'a> Builder<'a> {
    fn new(root: &'a Checked, before: usize) -> Self {
        Self {
            root,
            before,
            nodes: Vec::new(),
            by_access: BTreeMap::new(),
            by_step: BTreeMap::new(),
            by_goal: BTreeMap::new(),
        }
    }

    fn node(&mut self, role: Role, lines: Vec<String>) -> usize {
        let id = format!("n{}", self.before + self.nodes.len() + 1);
        self.nodes.push(Node { id, role, lines });
        self.nodes.len() - 1
    }

    fn build(mut self, app: &'a AppRun) -> Graph {
        let facts = &app.facts;
        for access in &facts.accesses {
            let uses = uses(access);
            let uses = if uses.is_empty() { "no use is named".to_owned() } else { format!("for {uses}") };
            let lines = vec![source(access), at(self.root, &access.place), uses];
            let index = self.node(Role::Access, lines);
            self.by_access.insert(&access.id, index);
        }
        let mut edges: BTreeMap<(usize, usize), &'static str> = BTreeMap::new();
        for flow in told_best(&facts.flows) {
            let Some(mut from) = self.by_access.get(flow.access.as_str()).copied() else { continue };
            for step in flow.path.iter().skip(1).filter(|s| s.place != flow.place) {
                let key = (&step.place, step.what.as_str());
                let to = match self.by_step.get(&key) {
                    Some(known) => *known,
                    None => {
                        let lines = vec![one_line(&step.what, 200), at(self.root, &step.place)];
                        let new = self.node(Role::Step, lines);
                        self.by_step.insert(key, new);
                        new
                    }
                };
                if from != to {
                    edges.entry((from, to)).or_insert("");
                }
                from = to;
            }
            let text = goal(flow);
            let key = (&flow.place, text.clone());
            let to = match self.by_goal.get(&key) {
                Some(known) => *known,
                None => {
                    let lines = vec![text, at(self.root, &flow.place)];
                    let new = self.node(Role::Goal(worst(&app.findings, flow)), lines);
                    self.by_goal.insert(key, new);
                    new
                }
            };
            edges.entry((from, to)).or_insert(sure(flow.confidence));
        }
        let name = facts.app.name.clone().unwrap_or_else(|| self.root.path(&facts.app.root).into_owned());
        Graph {
            title: one_line(if name.is_empty() { "." } else { &name }, 80),
            nodes: self.nodes,
            edges: edges.into_iter().map(|((from, to), sure)| (from, to, sure)).collect(),
        }
    }
}
