//! What a request takes along besides the call that names its address: the parts that are put into it before and
//! after in the same chain of calls, through a variable, or in the function that builds it.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::*;
use crate::analysis::link::Program;
use crate::catalog::methods::Methods;
use crate::program::MemberWrite;

/// Calls of one chain, and calls on one variable.
const MAX_CALLS: usize = 40;
/// Calls and objects around an address: `new StringContent(serialize(new { email }))`.
const MAX_WRAPPED: u32 = 5;

/// Which calls are made on what, in one module.
#[derive(Debug, Default)]
pub(in crate::analysis) struct Chains {
    /// Calls of a method of what an expression gives.
    of_value: FxHashMap<ExprId, ExprId>,
    /// Calls of a method of a variable.
    of_variable: FxHashMap<SymbolId, Vec<ExprId>>,
    /// The variable that a call defines.
    defines: FxHashMap<ExprId, SymbolId>,
    /// The calls that stand directly in a function.
    within: FxHashMap<FunctionId, Vec<ExprId>>,
}

impl Chains {
    fn new(program: &Program, module: ModuleId) -> Self {
        let data = program.module(module);
        let mut new = Self::default();
        for call in &program.index(module).calls {
            let ExprKind::Call { callee, .. } = &data.expr(*call).kind else { continue };
            new.within.entry(data.expr(*call).function).or_default().push(*call);
            let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind else { continue };
            let object = data.peel(object);
            match data.expr(object).kind {
                ExprKind::Local(symbol) => new.of_variable.entry(symbol).or_default().push(*call),
                _ => {
                    new.of_value.entry(object).or_insert(*call);
                }
            }
        }
        for (i, symbol) in data.symbols.iter().enumerate() {
            let id = SymbolId(u32::try_from(i).unwrap_or(u32::MAX));
            for definition in symbol.definitions.iter().take(4) {
                let definition = match data.expr(data.peel(*definition)).kind {
                    ExprKind::Result { call, index: 0 } => call,
                    _ => data.peel(*definition),
                };
                new.defines.entry(definition).or_insert(id);
            }
        }
        new
    }
}

/// Something that is put into a request: by which expression, and what.
pub(super) struct RequestPart {
    pub(super) place: At,
    pub(super) value: At,
}

/// Whether a method puts something into a request that is being built.
fn puts(name: &str) -> bool {
    Methods::get().puts_into_requests.contains(name)
}

/// Whether a method sends a request that was built before.
fn sends(name: &str) -> bool {
    const STARTS: &[&str] = &["send", "execute", "newcall", "exchange"];
    let lower = name.to_ascii_lowercase();
    Methods::get().sends_prepared.contains(name) || STARTS.iter().any(|s| lower.starts_with(s))
}

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    fn chains(&mut self, module: ModuleId) -> Rc<Chains> {
        let program = self.evaluator.program;
        Rc::clone(self.chains.entry(module).or_insert_with(|| Rc::new(Chains::new(program, module))))
    }

    /// What is put into the request that a call starts or ends, apart from the call's own arguments; and the calls
    /// that send it.
    pub(super) fn request_parts(&mut self, at: At) -> (Vec<RequestPart>, Vec<At>) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if data.language == Language::JavaScript {
            return (self.written_into(at), Vec::new());
        }
        if !matches!(data.language, Language::Java | Language::Kotlin | Language::CSharp | Language::Go) {
            return (Vec::new(), Vec::new());
        }
        let chains = self.chains(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut calls: Vec<ExprId> = Vec::new();
        let mut variables: Vec<SymbolId> = Vec::new();
        // Before it in the chain, as far as the variable that the chain is called on.
        let mut before = at.expr;
        while calls.len() < MAX_CALLS {
            let ExprKind::Call { callee, .. } = &data.expr(before).kind else { break };
            let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind else { break };
            before = data.peel(object);
            match data.expr(before).kind {
                ExprKind::Call { .. } => calls.push(before),
                ExprKind::Local(symbol) => {
                    variables.push(symbol);
                    break;
                }
                _ => break,
            }
        }
        let after = |calls: &mut Vec<ExprId>, variables: &mut Vec<SymbolId>, first: ExprId| {
            let mut last = first;
            while calls.len() < MAX_CALLS {
                if let Some(symbol) = chains.defines.get(&last) {
                    variables.push(*symbol);
                }
                let Some(next) = chains.of_value.get(&last) else { break };
                calls.push(*next);
                last = *next;
            }
        };
        after(&mut calls, &mut variables, at.expr);
        let function = data.expr(at.expr).function;
        let mut parts = Vec::new();
        let mut senders = Vec::new();
        let mut seen: Vec<SymbolId> = Vec::new();
        while let Some(variable) = variables.pop() {
            if seen.contains(&variable) || seen.len() >= 4 {
                continue;
            }
            seen.push(variable);
            let index = program.index(at.module);
            let sent = index.handed_to.get(&variable).into_iter().flatten().take(MAX_CALLS);
            senders.extend(sent.filter(|c| data.expr(**c).function == function).map(|c| here(*c)));
            // A client is a variable, too, and is called for many requests.
            let builder = data.symbol(variable).definitions.iter().all(|d| {
                matches!(data.expr(data.peel(*d)).kind, ExprKind::Call { .. } | ExprKind::Result { .. })
            });
            if !builder || data.symbol(variable).definitions.is_empty() {
                continue;
            }
            let is_here = |e: ExprId| data.expr(e).function == function;
            for call in chains.of_variable.get(&variable).into_iter().flatten().take(MAX_CALLS) {
                if is_here(*call) && *call != at.expr && self.puts_or_goes_on(at.module, *call) {
                    calls.push(*call);
                    after(&mut calls, &mut variables, *call);
                }
            }
            let writes = index.writes.get(&variable).into_iter().flatten().take(MAX_CALLS);
            for write in writes.filter_map(|i| data.writes.get(*i)) {
                let MemberWrite { property: Some(property), value, .. } = write else { continue };
                if is_here(*value) && puts(property) {
                    parts.push(RequestPart { place: here(*value), value: here(*value) });
                }
            }
        }
        // `post(url) { setBody(…) }`: the function that builds it.
        let mut builders: Vec<ExprId> = vec![at.expr];
        builders.extend(calls.iter().copied());
        for call in builders {
            let ExprKind::Call { arguments, .. } = &data.expr(call).kind else { continue };
            for argument in arguments {
                let ExprKind::Function(of) = data.expr(data.peel(*argument)).kind else { continue };
                calls.extend(chains.within.get(&of).into_iter().flatten().take(MAX_CALLS));
            }
        }
        calls.sort_unstable();
        calls.dedup();
        for call in calls.into_iter().filter(|c| *c != at.expr) {
            let ExprKind::Call { callee, arguments, named, .. } = &data.expr(call).kind else { continue };
            let name = match &data.expr(data.peel(*callee)).kind {
                ExprKind::Member { property, .. } => &**property,
                ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => &**name,
                ExprKind::Local(symbol) => &*data.symbol(*symbol).name,
                _ => continue,
            };
            if puts(name) {
                let values = arguments.iter().chain(named.iter().map(|(_, v)| v)).take(8);
                parts.extend(values.map(|v| RequestPart { place: here(call), value: here(*v) }));
            }
        }
        let sends_it = |call: &At| {
            let ExprKind::Call { callee, .. } = &data.expr(call.expr).kind else { return false };
            data.written_name(*callee).is_some_and(|n| n.rsplit('.').next().is_some_and(sends))
        };
        senders.retain(sends_it);
        senders.sort_unstable();
        senders.dedup();
        (parts, senders)
    }

    /// `const request = https.request(options); request.write(body); request.end()`: what is written into a request of
    /// Node's after it was made.
    fn written_into(&mut self, at: At) -> Vec<RequestPart> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Call { callee, .. } = &data.expr(at.expr).kind else { return Vec::new() };
        let made = data.written_name(*callee).unwrap_or_default();
        if made.rsplit('.').next() != Some("request") {
            return Vec::new();
        }
        let chains = self.chains(at.module);
        let Some(variable) = chains.defines.get(&at.expr) else { return Vec::new() };
        let function = data.expr(at.expr).function;
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut parts = Vec::new();
        for call in chains.of_variable.get(variable).into_iter().flatten().take(MAX_CALLS) {
            let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
            let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind else { continue };
            if matches!(&**property, "write" | "end") && data.expr(*call).function == function {
                parts.extend(
                    arguments.iter().take(1).map(|a| RequestPart { place: here(*call), value: here(*a) }),
                );
            }
        }
        parts
    }

    /// Whether a call on a variable puts something into a request, or is one of a chain that may.
    fn puts_or_goes_on(&self, module: ModuleId, call: ExprId) -> bool {
        let data = self.evaluator.program.module(module);
        let ExprKind::Call { callee, .. } = &data.expr(call).kind else { return false };
        match &data.expr(data.peel(*callee)).kind {
            ExprKind::Member { property, .. } => {
                puts(property) || property.starts_with("header") || property.starts_with("build")
            }
            _ => false,
        }
    }

    /// What an expression carries, also wrapped in objects of libraries: `new StringContent(serialize(x))`.
    pub(super) fn wrapped(&mut self, at: At, depth: u32) -> Vec<Carried> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let value = self.evaluator.value(at);
        let mut found = self.carried(&value, 0, true);
        found.extend(self.written(at));
        if !found.is_empty() || depth >= MAX_WRAPPED {
            return found;
        }
        let here = |expr: ExprId| At { module: at.module, expr };
        match &data.expr(data.peel(at.expr)).kind {
            ExprKind::Call { callee, arguments, named, .. } => {
                let target = self.evaluator.value(here(*callee));
                if target.iter().any(|a| matches!(a, Atom::Function { .. })) {
                    return found;
                }
                for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(8) {
                    found.extend(self.wrapped(here(*argument), depth + 1));
                }
                if let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind
                    && matches!(
                        data.expr(data.peel(object)).kind,
                        ExprKind::Call { .. } | ExprKind::Local(_) | ExprKind::Member { .. }
                    )
                {
                    found.extend(self.wrapped(here(object), depth + 1));
                }
            }
            ExprKind::Local(symbol) => {
                let definitions = data.symbol(*symbol).definitions.iter().take(3);
                for definition in definitions {
                    if matches!(
                        data.expr(data.peel(*definition)).kind,
                        ExprKind::Call { .. } | ExprKind::Result { .. }
                    ) {
                        found.extend(self.wrapped(here(*definition), depth + 1));
                    }
                }
            }
            ExprKind::Result { call, index: 0 } => found.extend(self.wrapped(here(*call), depth + 1)),
            _ => {}
        }
        found.sort();
        found.dedup();
        found
    }
}
