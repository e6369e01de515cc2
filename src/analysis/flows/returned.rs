//! Functions whose result is shown or answered: resolvers, handlers, tools.

use super::*;
use crate::analysis::value::{At, Atom, FunctionAt, ModuleId};
use crate::catalog::sinks::Sink;
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, Language};

/// Functions inside one another that only pass on what a function of another file makes.
const BETWEEN: u32 = 3;

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// What a function given to a framework returns, such as a resolver's answer.
    pub(super) fn returned(&mut self, sink: &'static Sink, function: Option<At>) {
        let Some(function) = function else { return };
        for of in self.functions(function) {
            self.returned_by(sink, of);
        }
    }

    /// The functions that an expression can be.
    pub(in crate::analysis) fn functions(&mut self, at: At) -> Vec<FunctionAt> {
        let value = self.evaluator.value(at);
        let functions = value.iter().filter_map(|a| match a {
            Atom::Function { at, .. } => Some(*at),
            _ => None,
        });
        functions.collect()
    }

    pub(in crate::analysis) fn returned_by(&mut self, sink: &'static Sink, of: FunctionAt) {
        self.returned_from(sink, of, sink.confidence(), 0);
    }

    /// What a function returns, by the line that makes it: `return handle(x)` only passes it on.
    /// Gives how sure the surest of what it reports is.
    pub(super) fn returned_from(
        &mut self,
        sink: &'static Sink,
        of: FunctionAt,
        most: Confidence,
        depth: u32,
    ) -> Option<Confidence> {
        let program = self.evaluator.program;
        let mut surest = None;
        for expr in &program.module(of.module).function(of.function).returns {
            let at = At { module: of.module, expr: *expr };
            let value = self.evaluator.value(at);
            let mut found = self.carried(&value, 0, true);
            found.extend(self.written(at));
            if found.is_empty() && !sink.overrides.is_empty() {
                // `return (new User)->map(['email' => $address])`: an object of the framework's is filled.
                found = self.filled_with(at);
            }
            if found.is_empty() {
                if self.returned_inside(sink, at) {
                    surest = surest.max(Some(Confidence::Possible));
                }
                continue;
            }
            let made_in = |module: ModuleId| {
                found.iter().any(|c| match c {
                    Carried::Address(read, _, _, put) => put.unwrap_or(*read).module == module,
                    Carried::Whole(_) | Carried::People(_) => false,
                })
            };
            let inner = if depth < MAX_DEPTH { self.called(at) } else { Vec::new() };
            // Who puts an address into words is handed it by whoever answers.
            let inner = if inner.is_empty() || !self.is_handed_an_address(at) { inner } else { Vec::new() };
            let (makers, others): (Vec<FunctionAt>, Vec<FunctionAt>) =
                inner.into_iter().partition(|f| made_in(f.module));
            let mut made = false;
            for inner in makers {
                let said = self.returned_from(sink, inner, most, depth + 1);
                made |= said.is_some();
                surest = surest.max(said);
            }
            // `case 'get_task': return getTask(args)`: what is only chosen here is made there. Otherwise a function
            // between is a place that one may look for it, too.
            let chooses = !made && self.only_chooses(at, &found);
            for inner in others.into_iter().filter(|_| depth < BETWEEN) {
                let how = if chooses { most } else { Confidence::Possible };
                let said = self.returned_from(sink, inner, how, depth + 1);
                made |= chooses && said > Some(Confidence::Possible);
                surest = surest.max(said);
            }
            if depth < BETWEEN {
                for (inner, answers) in self.made_by(at) {
                    let how = if answers { most } else { Confidence::Possible };
                    let said = self.said_by(sink, inner, how, depth + 1);
                    made |= answers && said > Some(Confidence::Possible);
                    surest = surest.max(said);
                }
            }
            // Who passes on what a function has made is hardly another place.
            let failed = found.iter().all(|c| !matches!(c, Carried::Address(..)))
                && roles::tells_of_failure(program.module(of.module), *expr);
            let how = if made || failed { Confidence::Possible } else { most };
            let carried = found.iter().map(|c| match c {
                Carried::Address(_, _, confidence, _) => *confidence,
                Carried::Whole(_) => Confidence::Likely,
                Carried::People(_) => Confidence::Possible,
            });
            surest = surest.max(carried.max().map(|c| c.min(how)));
            self.report(at, sink.kind, &sink.id, sink.service.as_deref(), how, &found);
        }
        surest
    }

    /// Whether what is returned is what a function of a script makes of an address that it is handed.
    fn is_handed_an_address(&mut self, at: At) -> bool {
        let module = self.evaluator.program.module(at.module);
        let ExprKind::Call { arguments, .. } = &module.expr(module.peel(at.expr)).kind else { return false };
        if module.language != Language::JavaScript {
            return false;
        }
        let given = self.given(at.module, arguments.iter());
        given.iter().any(|c| matches!(c, Carried::Address(..)))
    }

    /// Whether what is returned is what a call gives that is handed no address: nothing is made of one here.
    fn only_chooses(&mut self, at: At, found: &[Carried]) -> bool {
        let module = self.evaluator.program.module(at.module);
        let ExprKind::Call { arguments, named, .. } = &module.expr(module.peel(at.expr)).kind else {
            return false;
        };
        if !found.iter().any(|c| matches!(c, Carried::Address(..))) {
            return false;
        }
        let given = self.given(at.module, arguments.iter().chain(named.iter().map(|(_, v)| v)));
        given.iter().all(|c| !matches!(c, Carried::Address(..)))
    }

    /// What functions give that are handed over in what is returned: `return guarded(() -> render(user))`, of which
    /// nothing else is known.
    fn returned_inside(&mut self, sink: &'static Sink, at: At) -> bool {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let ExprKind::Call { arguments, named, .. } = &module.expr(module.peel(at.expr)).kind else {
            return false;
        };
        if !module.language.leaves_out_this() {
            return false;
        }
        let mut any = false;
        for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(8) {
            let ExprKind::Function(function) = module.expr(module.peel(*argument)).kind else { continue };
            for returned in module.function(function).returns.iter().take(8) {
                let inner = At { module: at.module, expr: *returned };
                let found = self.wrapped(inner, 0);
                any |= !found.is_empty();
                self.report(
                    inner,
                    sink.kind,
                    &sink.id,
                    sink.service.as_deref(),
                    Confidence::Possible,
                    &found,
                );
            }
        }
        any
    }

    /// The functions of other files that a value comes from as it is.
    fn called(&mut self, at: At) -> Vec<FunctionAt> {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let ExprKind::Call { callee, .. } = &module.expr(module.peel(at.expr)).kind else {
            return Vec::new();
        };
        let target = self.evaluator.value(At { module: at.module, expr: *callee });
        // One that stands in the same file only counts where it does nothing but choose another one.
        let chooses = |of: &FunctionAt| {
            let data = program.module(of.module);
            let returns = &data.function(of.function).returns;
            let is_call = |r: &ExprId| matches!(data.expr(data.peel(*r)).kind, ExprKind::Call { .. });
            data.language == Language::JavaScript && returns.len() >= 2 && returns.iter().all(is_call)
        };
        let functions = target.iter().filter_map(|a| match a {
            Atom::Function { at: of, .. } if of.module != at.module || chooses(of) => Some(*of),
            _ => None,
        });
        functions.take(4).collect()
    }
}
