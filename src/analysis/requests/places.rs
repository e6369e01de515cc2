//! Where the request stands that decides what is asked.

use crate::analysis::eval::Evaluator;
use crate::analysis::value::{At, Atom, FrameId, FunctionAt};
use crate::program::ExprKind;

impl Evaluator<'_> {
    /// The call that decides what is asked: the request itself when the path is made in its own
    /// function, else the call that hands the path to the wrapper.
    pub(super) fn deciding_place(&mut self, request: At, origin: At, home: FunctionAt, frame: FrameId) -> At {
        let program = self.program;
        let of = |at: At| FunctionAt {
            module: at.module,
            function: program.module(at.module).expr(at.expr).function,
        };
        if of(request) == home {
            return request;
        }
        self.depends_on_call();
        let mut up = frame;
        let mut wrapper = of(request);
        while let Some(data) = self.frame(up) {
            let (call, next, inner) = (data.call, data.up, data.of);
            if of(call) == home || (inner == wrapper && self.makes(call, origin)) {
                return call;
            }
            if inner == wrapper {
                wrapper = of(call);
            }
            up = next;
        }
        // No call is being looked into: ask who calls the wrapper from where the path is made.
        let mut wrappers = vec![of(request)];
        for _ in 0..4 {
            let mut next = Vec::new();
            for wrapper in &wrappers {
                let Some(callers) = self.callers.get(wrapper) else { continue };
                let calls = callers.calls.clone();
                let at_home: Vec<At> = calls.iter().copied().filter(|c| of(*c) == home).collect();
                let made = program.module(origin.module).expr(origin.expr).span;
                let holds = at_home.iter().find(|c| {
                    c.module == origin.module && program.module(c.module).expr(c.expr).span.contains(made)
                });
                if let Some(call) = holds.or_else(|| at_home.first()) {
                    return *call;
                }
                if let Some(call) = calls.iter().find(|c| self.makes(**c, origin)) {
                    return *call;
                }
                next.extend(calls.iter().map(|c| of(*c)));
            }
            next.sort_unstable();
            next.dedup();
            next.truncate(64);
            wrappers = next;
        }
        request
    }

    /// Whether a call hands on a text that its own arguments make, such as `get(paths.email(id))`; one
    /// that only passes its function's parameter on does not.
    fn makes(&mut self, call: At, origin: At) -> bool {
        let program = self.program;
        let module = program.module(call.module);
        let ExprKind::Call { arguments, named, .. } = program.kind(call) else { return false };
        arguments.iter().chain(named.iter().map(|(_, a)| a)).any(|argument| {
            let argument = module.peel(*argument);
            let passed_on = match &module.expr(argument).kind {
                ExprKind::Local(symbol) => module
                    .symbol(*symbol)
                    .definitions
                    .iter()
                    .all(|d| matches!(module.expr(module.peel(*d)).kind, ExprKind::Parameter(..))),
                _ => false,
            };
            !passed_on
                && self
                    .eval(At { module: call.module, expr: argument }, FrameId::NONE)
                    .iter()
                    .any(|a| matches!(a, Atom::Text { origin: o, .. } if *o == origin))
        })
    }
}
