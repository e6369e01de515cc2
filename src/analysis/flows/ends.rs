//! Where an address goes that no table of sinks knows: the places where the program itself ends. It is handed to what
//! is not part of the program, or to whoever calls a function that nobody in the program calls. Asked last, of accesses
//! of which nothing else is known; all of it is possible and no more.

use super::*;
use crate::analysis::accesses::UNKNOWN_REQUEST;
use crate::analysis::value::{At, Atom, FunctionAt};
use crate::catalog::methods::Methods;
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, FunctionId};

/// Handed to a function or method of somebody else's.
const HANDED: &str = "end.handed";
/// Given to whoever calls.
const GIVEN: &str = "end.given";
/// Places that are told of one access.
const MAX_ENDS: usize = 12;

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// Reports where the addresses leave the program of which no other flow is known.
    pub(super) fn ends(&mut self) {
        let known: BTreeSet<usize> =
            self.flows.keys().filter_map(|(_, _, access)| access.parse().ok()).collect();
        let open: BTreeSet<usize> = (0..self.accesses.len()).filter(|i| !known.contains(i)).collect();
        if open.is_empty() {
            return;
        }
        let program = self.evaluator.program;
        let mut told: BTreeMap<usize, usize> = BTreeMap::new();
        for module in program.ids() {
            if self.evaluator.is_stopped() {
                return;
            }
            for call in &program.index(module).calls {
                let at = At { module, expr: *call };
                let found = self.handed_out(at);
                self.end(at, HANDED, found, &open, &mut told);
            }
            let data = program.module(module);
            for (i, function) in data.functions.iter().enumerate() {
                let of = FunctionAt { module, function: FunctionId(u32::try_from(i).unwrap_or(u32::MAX)) };
                if function.name.is_none() || self.is_called(of) {
                    continue;
                }
                for returned in &function.returns {
                    let at = At { module, expr: *returned };
                    let value = self.evaluator.value(at);
                    let found = self.carried(&value, 0, true);
                    self.end(at, GIVEN, found, &open, &mut told);
                }
            }
        }
    }

    /// Reports an end, for the accesses of which nothing else is known.
    fn end(
        &mut self,
        at: At,
        sink: &str,
        mut found: Vec<Carried>,
        open: &BTreeSet<usize>,
        told: &mut BTreeMap<usize, usize>,
    ) {
        found.retain(|carried| {
            let access = match carried {
                Carried::Address(read, request, ..) => self.access_of(*read, *request),
                Carried::Whole(request) | Carried::People(request) => self.known_whole(*request),
            };
            let Some(access) = access.filter(|a| open.contains(a)) else { return false };
            let count = told.entry(access).or_default();
            *count += 1;
            *count <= MAX_ENDS
        });
        if !found.is_empty() {
            self.report(at, SinkKind::Other, sink, None, Confidence::Possible, &found);
        }
    }

    /// The addresses that a call hands to what is no part of the program.
    fn handed_out(&mut self, at: At) -> Vec<Carried> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Call { callee, arguments, named, .. } = &data.expr(at.expr).kind else {
            return Vec::new();
        };
        let name = match &data.expr(data.peel(*callee)).kind {
            ExprKind::Member { property, .. } => &**property,
            ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => name,
            ExprKind::Local(symbol) => &data.symbol(*symbol).name,
            _ => return Vec::new(),
        };
        if Methods::get().goes_nowhere(name) {
            return Vec::new();
        }
        let given = arguments.iter().chain(named.iter().map(|(_, v)| v)).copied().collect::<Vec<ExprId>>();
        let mut found = Vec::new();
        for argument in given {
            let value = self.evaluator.value(At { module: at.module, expr: argument });
            // What went through something that is not known was told of there.
            let sure = |c: &Carried| {
                matches!(c, Carried::Address(_, request, how, _)
                    if *how > Confidence::Possible || *request == UNKNOWN_REQUEST)
            };
            found.extend(self.carried(&value, 0, false).into_iter().filter(sure));
        }
        if found.is_empty() {
            return found;
        }
        let target = self.evaluator.value(At { module: at.module, expr: *callee });
        let own = |a: &Atom| matches!(a, Atom::Function { .. } | Atom::Class(..) | Atom::Instance(..));
        match target.iter().any(own) {
            true => Vec::new(),
            false => found,
        }
    }

    /// Whether somebody in the program calls a function, or hands it to somebody.
    fn is_called(&self, of: FunctionAt) -> bool {
        let callers = self.evaluator.callers.get(&of);
        callers.is_some_and(|c| !c.calls.is_empty() || !c.maybe.is_empty() || !c.passed.is_empty())
    }
}
