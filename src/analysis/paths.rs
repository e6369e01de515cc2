//! The way of an address between where it is read and where it goes: calls, returns, members, markup.
//!
//! Asked after a flow is known, backwards from the sink: at each step the part that holds this address is
//! followed. Nothing is found here that `flows` did not find; where the way cannot be told, it is shorter.

use std::collections::BTreeSet;

use super::accesses::place;
use super::eval::Evaluator;
use super::inside::Insides;
use super::value::{At, Atom, FrameId, FunctionAt, RequestId, Val};
use crate::facts::Step;
use crate::program::{ExprId, ExprKind, SymbolId};
use crate::text::{SourceFile, redact};

/// Steps between the two ends that are kept.
const MAX_STEPS: usize = 16;
/// Expressions that are walked through for one flow.
const MAX_WALK: usize = 120;
/// Values that are looked at for one flow.
const MAX_LOOKS: u32 = 2_000;
/// Objects inside objects.
const MAX_DEPTH: u32 = 8;
/// How much of a name is shown.
const NAME: usize = 60;

/// What is being followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Where the address is read; `None` for an answer that goes on whole.
    pub(super) read: Option<At>,
    /// The request whose answer it comes from.
    pub(super) request: RequestId,
    /// The place of that request.
    pub(super) site: At,
}

/// A way, and the names of the functions that it runs through.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// From the source to the sink, without both.
    pub(super) steps: Vec<Step>,
    /// Names of functions, in the order of the way.
    pub(super) names: Vec<String>,
}

/// The way from what is wanted to `sink`.
pub(super) fn way<'a>(
    evaluator: &mut Evaluator<'_>,
    insides: &mut Insides,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    wanted: Wanted,
    sink: At,
) -> Way {
    let mut walk = Walk {
        evaluator,
        insides,
        wanted,
        looks: MAX_LOOKS,
        seen: BTreeSet::new(),
        steps: Vec::new(),
        names: Vec::new(),
    };
    walk.name_around(sink);
    walk.from(sink);
    let Walk { steps, mut names, .. } = walk;
    let own = |at: At| place(evaluator, file, at).map(|p| (p.file, p.line));
    let ends = [wanted.read.and_then(&own), own(wanted.site), own(sink)];
    let mut out: Vec<Step> = Vec::new();
    for (at, what) in steps.into_iter().rev() {
        let Some(place) = place(evaluator, file, at) else { continue };
        // What stands on the line of an end, or of the step before, is seen there.
        let line = Some((place.file.clone(), place.line));
        let told = out.last().is_some_and(|s| s.place.file == place.file && s.place.line == place.line);
        if !told && !ends.contains(&line) {
            out.push(Step { place, what });
        }
    }
    names.reverse();
    names.dedup();
    Way { steps: out, names }
}

struct Walk<'w, 'p> {
    evaluator: &'w mut Evaluator<'p>,
    insides: &'w mut Insides,
    wanted: Wanted,
    looks: u32,
    seen: BTreeSet<At>,
    steps: Vec<(At, String)>,
    names: Vec<String>,
}

impl Walk<'_, '_> {
    fn from(&mut self, sink: At) {
        let mut at = Some(sink);
        for _ in 0..MAX_WALK {
            let Some(here) = at.filter(|a| self.seen.insert(*a)) else { return };
            if Some(here) == self.wanted.read || here == self.wanted.site {
                self.name_around(here);
                return;
            }
            at = self.before(here);
        }
    }

    /// The part of an expression that the address comes from.
    fn before(&mut self, at: At) -> Option<At> {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        match &module.expr(at.expr).kind {
            ExprKind::Local(symbol) => self.assigned(at, *symbol),
            ExprKind::Parameter(function, index) => {
                self.given(FunctionAt { module: at.module, function: *function }, *index as usize)
            }
            ExprKind::Call { .. } => self.called(at),
            ExprKind::Member { object, property, .. } => self.member(here(*object), property),
            ExprKind::Object { fields, spreads } => {
                let mut parts = fields.iter().map(|(_, v)| *v).chain(spreads.iter().copied());
                parts.find(|p| self.holds_at(here(*p))).map(here)
            }
            ExprKind::List(parts) | ExprKind::Join(parts) | ExprKind::Choice(_, parts) => {
                parts.iter().find(|p| self.holds_at(here(**p))).map(|p| here(*p))
            }
            ExprKind::Markup(markup) => {
                let attributes = markup.attributes.iter().map(|(_, v)| *v);
                let mut parts = attributes.chain(markup.children.iter().copied());
                parts.find(|p| self.holds_at(here(*p))).map(here)
            }
            ExprKind::Equal(left, right) => {
                [left, right].into_iter().find(|p| self.holds_at(here(**p))).map(|p| here(*p))
            }
            ExprKind::Index { object, index } => {
                [index, object].into_iter().find(|p| self.holds_at(here(**p))).map(|p| here(*p))
            }
            ExprKind::Same(inner)
            | ExprKind::Typed { value: inner, .. }
            | ExprKind::Item { object: inner, .. }
            | ExprKind::Element(inner)
            | ExprKind::Result { call: inner, .. }
            | ExprKind::Filled { call: inner, .. } => Some(here(*inner)),
            ExprKind::Function(function) => {
                self.returned(FunctionAt { module: at.module, function: *function })
            }
            _ => self.held_by(at),
        }
    }

    /// The object that an expression is, when it stands elsewhere.
    fn held_by(&mut self, at: At) -> Option<At> {
        let value = self.evaluator.value(at);
        value.iter().find_map(|atom| match atom {
            Atom::Object(to, _) | Atom::List(to, _) | Atom::Props(to, _)
                if *to != at && self.holds(&Val::of(atom.clone()), 0) =>
            {
                Some(*to)
            }
            _ => None,
        })
    }

    /// What a variable was given.
    fn assigned(&mut self, at: At, symbol: SymbolId) -> Option<At> {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        let data = module.symbol(symbol);
        for definition in data.definitions.iter().take(24) {
            if self.holds_at(here(*definition)) {
                return Some(here(*definition));
            }
        }
        let writes = program.index(at.module).writes.get(&symbol);
        for write in writes.into_iter().flatten().take(60).filter_map(|i| module.writes.get(*i)) {
            if self.holds_at(here(write.value)) {
                let into = write
                    .property
                    .as_deref()
                    .map_or_else(|| name(&data.name), |property| name(&format!("{}.{property}", data.name)));
                self.step(here(write.value), format!("it is put into {into}"));
                return Some(here(write.value));
            }
        }
        None
    }

    /// What the callers of a function give for a parameter.
    fn given(&mut self, of: FunctionAt, index: usize) -> Option<At> {
        let program = self.evaluator.program;
        let parameters = &program.module(of.module).function(of.function).parameters;
        let own = parameters.get(index).map(|p| p.name.clone()).unwrap_or_default();
        let rest = parameters.get(index).is_some_and(|p| p.rest);
        let called = self.function_name(of);
        let callers = self.evaluator.callers.get(&of)?;
        let calls: Vec<At> = callers.calls.iter().take(40).copied().collect();
        let passed: Vec<At> = callers.passed.iter().take(40).map(|(call, ..)| *call).collect();
        for call in calls {
            let here = |expr: ExprId| At { module: call.module, expr };
            let mut given: Vec<ExprId> = Vec::new();
            match program.kind(call) {
                ExprKind::Call { arguments, named, .. } => {
                    given.extend(named.iter().filter(|(n, _)| *n == own).map(|(_, v)| *v));
                    given.extend(arguments.iter().skip(index).take(if rest { 8 } else { 1 }));
                }
                ExprKind::Markup(markup) => given.extend(markup.attributes.iter().map(|(_, v)| *v)),
                _ => {}
            }
            if let Some(part) = given.into_iter().find(|p| self.holds_at(here(*p))) {
                let what = match &called {
                    Some(called) => format!("it is handed to {}", name(called)),
                    None => "it is handed to a function".to_owned(),
                };
                self.step(call, what);
                self.name_around(call);
                return Some(here(part));
            }
        }
        // A callback gets what the call that it is handed to works on.
        for call in passed {
            let ExprKind::Call { callee, .. } = program.kind(call) else { continue };
            let module = program.module(call.module);
            let here = |expr: ExprId| At { module: call.module, expr };
            let object = match &module.expr(module.peel(*callee)).kind {
                ExprKind::Member { object, .. } => Some(*object),
                _ => None,
            };
            if let Some(object) = object.filter(|o| self.holds_at(here(*o))) {
                return Some(here(object));
            }
        }
        None
    }

    /// What a call hands on: what a function of the program returns, else one of the things it was given.
    fn called(&mut self, at: At) -> Option<At> {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let ExprKind::Call { callee, arguments, named, .. } = &module.expr(at.expr).kind else { return None };
        let here = |expr: ExprId| At { module: at.module, expr };
        let target = self.evaluator.value(here(*callee));
        let own: Vec<FunctionAt> = target
            .iter()
            .filter_map(|a| if let Atom::Function { at, .. } = a { Some(*at) } else { None })
            .take(8)
            .collect();
        let carried = self.holds_at(at);
        for of in own {
            if !carried {
                break;
            }
            if let Some(from) = self.returned(of) {
                if let Some(called) = self.function_name(of) {
                    self.step(at, format!("it is returned by {}", name(&called)));
                }
                self.name_around(from);
                return Some(from);
            }
        }
        let object = match &module.expr(module.peel(*callee)).kind {
            ExprKind::Member { object, .. } => Some(*object),
            _ => None,
        };
        let parts = arguments.iter().chain(named.iter().map(|(_, v)| v)).copied().chain(object);
        for part in parts.take(60) {
            if self.holds_at(here(part)) {
                return Some(here(part));
            }
        }
        // `promise.then(f)`, `list.map(f)`: what `f` returns.
        for argument in arguments.iter().take(8) {
            let value = self.evaluator.value(here(*argument));
            let functions: Vec<FunctionAt> = value
                .iter()
                .filter_map(|a| if let Atom::Function { at, .. } = a { Some(*at) } else { None })
                .take(4)
                .collect();
            if let Some(from) = functions.into_iter().find_map(|of| self.returned(of)) {
                return Some(from);
            }
        }
        None
    }

    /// Where a function returns it.
    fn returned(&mut self, of: FunctionAt) -> Option<At> {
        let program = self.evaluator.program;
        let returns = &program.module(of.module).function(of.function).returns;
        returns
            .iter()
            .take(24)
            .map(|expr| At { module: of.module, expr: *expr })
            .find(|at| self.holds_at(*at))
    }

    /// Where a property's value comes from.
    fn member(&mut self, object: At, property: &str) -> Option<At> {
        let program = self.evaluator.program;
        let value = self.evaluator.value(object);
        for atom in value.iter() {
            let Atom::Object(to, _) = atom else { continue };
            let ExprKind::Object { fields, .. } = program.kind(*to) else { continue };
            for (key, part) in fields {
                let part = At { module: to.module, expr: *part };
                if key.as_deref() == Some(property) && self.holds_at(part) {
                    self.step(part, format!("it is put into {}", name(property)));
                    return Some(part);
                }
            }
        }
        self.holds_at(object).then_some(object)
    }

    /// Whether an expression is the address, or something that holds it.
    fn holds_at(&mut self, at: At) -> bool {
        if self.looks == 0 {
            return false;
        }
        let value = self.evaluator.value(at);
        self.holds(&value, 0)
    }

    fn holds(&mut self, value: &Val, depth: u32) -> bool {
        let program = self.evaluator.program;
        for atom in value.iter() {
            self.looks = self.looks.saturating_sub(1);
            if self.looks == 0 {
                return false;
            }
            let found = match atom {
                Atom::Address { read, request, .. } => match self.wanted.read {
                    Some(wanted) => *read == wanted,
                    None => *request == self.wanted.request,
                },
                Atom::Answer { request, .. } => *request == self.wanted.request,
                Atom::Object(at, frame) | Atom::List(at, frame) | Atom::Props(at, frame)
                    if depth < MAX_DEPTH =>
                {
                    self.parts_hold(program.kind(*at), *at, *frame, depth)
                }
                _ => false,
            };
            if found {
                return true;
            }
        }
        false
    }

    fn parts_hold(&mut self, kind: &ExprKind, at: At, frame: FrameId, depth: u32) -> bool {
        let parts: Vec<ExprId> = match kind {
            ExprKind::Object { fields, spreads } => {
                fields.iter().map(|(_, v)| *v).chain(spreads.iter().copied()).collect()
            }
            ExprKind::List(items) => items.clone(),
            ExprKind::Markup(markup) => markup.attributes.iter().map(|(_, v)| *v).collect(),
            ExprKind::Call { arguments, named, .. } => {
                arguments.iter().copied().chain(named.iter().map(|(_, v)| *v)).collect()
            }
            _ => return false,
        };
        parts.into_iter().take(100).any(|part| {
            let value = self.evaluator.value_in(At { module: at.module, expr: part }, frame);
            self.holds(&value, depth + 1)
        })
    }

    fn step(&mut self, at: At, what: String) {
        if self.steps.len() < MAX_STEPS {
            self.steps.push((at, what));
        }
    }

    /// Keeps the names of the functions around a place.
    fn name_around(&mut self, at: At) {
        let module = self.evaluator.program.module(at.module);
        let mut function = Some(module.expr(at.expr).function);
        for _ in 0..8 {
            let Some(id) = function.filter(|f| f.0 != 0) else { break };
            if let Some(name) = self.function_name(FunctionAt { module: at.module, function: id })
                && !self.names.contains(&name)
                && self.names.len() < MAX_STEPS * 2
            {
                self.names.push(name);
            }
            function = module.function(id).parent;
        }
    }

    fn function_name(&mut self, of: FunctionAt) -> Option<String> {
        let name = self.insides.name(self.evaluator.program, of)?;
        Some(redact::one_line(&name, NAME))
    }
}

/// A name in backticks.
fn name(text: &str) -> String {
    format!("`{}`", redact::one_line(text, NAME).replace('`', "'"))
}
