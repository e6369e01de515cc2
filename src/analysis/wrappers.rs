//! The program's own functions that hand what they are given to a sink: a log helper, a repository, a
//! mailer. A call of one is where the address goes, as far as whoever reads the code is concerned.
//!
//! Goes from the sinks outwards, each parameter of each function once, so that the cost is that of
//! looking at every call a few times.

use std::collections::BTreeSet;

use super::flows::{Carried, Flows};
use super::link::Program;
use super::value::{At, FunctionAt};
use crate::catalog::fields::Fields;
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, FunctionId, Language, Module, SymbolId};

/// Functions inside functions.
const MAX_DEPTH: u32 = 4;
/// Calls of one function that are looked at.
const MAX_CALLS: usize = 400;
/// Parts of one argument that are looked through for parameters.
const MAX_PARTS: usize = 200;
/// A function that more places call is a helper, and its callers are what counts.
pub(super) const FEW_CALLERS: usize = 3;

/// Something that goes to a sink out of the parameters of the function around it.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    pub(super) kind: SinkKind,
    pub(super) sink: String,
    pub(super) service: Option<String>,
    pub(super) confidence: Confidence,
    pub(super) argument: At,
}

/// A parameter, or a property of it.
type Given = (FunctionId, u32, Option<Box<str>>);

/// Follows what is handed to sinks to the callers of the functions that do so.
pub(super) fn follow(flows: &mut Flows<'_, '_, '_>, handed: Vec<Handed>) {
    let program = flows.evaluator.program;
    let mut seen: BTreeSet<(FunctionAt, u32, Option<Box<str>>, SinkKind)> = BTreeSet::new();
    let mut open: Vec<(Handed, u32)> = handed.into_iter().map(|h| (h, 0)).collect();
    while let Some((handed, depth)) = open.pop() {
        for (function, index, property) in given(program, handed.argument) {
            let of = FunctionAt { module: handed.argument.module, function };
            if depth >= MAX_DEPTH || !seen.insert((of, index, property.clone(), handed.kind)) {
                continue;
            }
            let Some(callers) = flows.evaluator.callers.get(&of) else { continue };
            let calls = callers.calls.clone();
            let parameter = program.module(of.module).function(function).parameters.get(index as usize);
            let rest = parameter.is_some_and(|p| p.rest);
            let name = parameter.map(|p| &p.name).filter(|n| !n.is_empty());
            // Which of a few callers is meant is said by the sink itself.
            let helps = calls.len() > FEW_CALLERS && !names_address(property.as_deref());
            let confidence = if helps { handed.confidence } else { Confidence::Possible };
            for call in calls.into_iter().take(MAX_CALLS) {
                let ExprKind::Call { arguments, named, .. } = program.kind(call) else { continue };
                let count = if rest { usize::MAX } else { 1 };
                let by_name = named.iter().filter(|(n, _)| Some(n) == name).map(|(_, v)| v);
                for argument in arguments.iter().skip(index as usize).take(count).chain(by_name) {
                    let argument = At { module: call.module, expr: *argument };
                    let found = flows.handed(argument, property.as_deref());
                    flows.report_at(call, &handed, confidence, &found);
                    open.push((Handed { argument, ..handed.clone() }, depth + 1));
                }
            }
        }
    }
}

/// Whether a property is the address itself: whoever reads it where it goes is the one to look at.
fn names_address(property: Option<&str>) -> bool {
    property.is_some_and(|p| Fields::get().is_address(p))
}

/// The parameters that an expression is made of, as far as it can be seen without evaluating.
pub(super) fn given(program: &Program, at: At) -> Vec<Given> {
    let module = program.module(at.module);
    let mut out: BTreeSet<Given> = BTreeSet::new();
    let mut seen: BTreeSet<SymbolId> = BTreeSet::new();
    let mut open: Vec<(ExprId, Option<Box<str>>)> = vec![(at.expr, None)];
    let mut parts = 0_usize;
    while let Some((expr, property)) = open.pop() {
        parts += 1;
        if parts > MAX_PARTS {
            break;
        }
        match &module.expr(expr).kind {
            ExprKind::Parameter(function, index) => {
                out.insert((*function, *index, property));
            }
            ExprKind::Local(symbol) if seen.insert(*symbol) => {
                let definitions = &module.symbol(*symbol).definitions;
                open.extend(definitions.iter().take(4).map(|d| (*d, property.clone())));
            }
            ExprKind::Same(inner)
            | ExprKind::Typed { value: inner, .. }
            | ExprKind::Element(inner)
            | ExprKind::Item { object: inner, .. } => open.push((*inner, property)),
            ExprKind::Member { object, property: name, .. } => {
                open.push((*object, Some(property.unwrap_or_else(|| name.clone()))));
            }
            ExprKind::Join(inner) | ExprKind::List(inner) => {
                open.extend(inner.iter().map(|i| (*i, None)));
            }
            ExprKind::Choice(_, arms) => open.extend(arms.iter().map(|a| (*a, property.clone()))),
            ExprKind::Object { fields, spreads } => {
                open.extend(fields.iter().map(|(_, v)| (*v, None)));
                open.extend(spreads.iter().map(|s| (*s, None)));
            }
            ExprKind::Call { callee, arguments, named, .. } if passes(module, *callee) => {
                open.extend(arguments.iter().map(|a| (*a, None)));
                open.extend(named.iter().map(|(_, value)| (*value, None)));
                if let ExprKind::Member { object, .. } = &module.expr(module.peel(*callee)).kind {
                    open.push((*object, None));
                }
            }
            _ => {}
        }
    }
    out.into_iter().collect()
}

/// Whether what a call gives holds what it is handed, by its name.
fn passes(module: &Module, callee: ExprId) -> bool {
    const NAMES: &[&str] = &[
        "stringify",
        "assign",
        "String",
        "format",
        "toString",
        "trim",
        "toLowerCase",
        "concat",
        "join",
        "map",
        "resolve",
        "freeze",
        "inspect",
        "from",
        "of",
        "keys",
        "clone",
        "cloneDeep",
        "pick",
        "omit",
        "merge",
        "getBytes",
        "serialize",
        "Serialize",
        "SerializeObject",
        "toJson",
        "toJSONString",
        "to_json",
        "writeValueAsString",
        "writeValueAsBytes",
        "dumps",
        "encode",
        "json_encode",
        "Marshal",
        "sprintf",
        "Sprintf",
    ];
    // What is made, is made of what is handed over: `Message(text)`, `build_message(text)`.
    const MAKES: &[&str] = &["create_", "build_", "make_", "format_", "render_", "compose_", "to_"];
    let name = match &module.expr(module.peel(callee)).kind {
        ExprKind::Member { property, .. } => property,
        ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => name,
        ExprKind::Local(symbol) => &module.symbol(*symbol).name,
        _ => return false,
    };
    let makes = || {
        matches!(module.language, Language::Python | Language::Ruby | Language::Php)
            && (name.starts_with(|c: char| c.is_ascii_uppercase())
                || &**name == "new"
                || MAKES.iter().any(|m| name.starts_with(m)))
    };
    NAMES.contains(&&**name) || makes()
}

impl Flows<'_, '_, '_> {
    /// Whether what goes to a sink is whatever the many callers of the function around hand over, so that
    /// their calls say more than the sink.
    pub(super) fn is_handed_by_many(&self, argument: At) -> bool {
        let program = self.evaluator.program;
        given(program, argument).into_iter().any(|(function, _, property)| {
            let of = FunctionAt { module: argument.module, function };
            !names_address(property.as_deref())
                && self.evaluator.callers.get(&of).is_some_and(|c| c.calls.len() > FEW_CALLERS)
        })
    }

    /// What an argument, or a property of it, carries.
    fn handed(&mut self, argument: At, property: Option<&str>) -> Vec<Carried> {
        let value = self.evaluator.value(argument);
        let Some(property) = property else {
            let mut found = self.carried(&value, 0, true);
            found.extend(self.written(argument));
            return found;
        };
        let mut out = Vec::new();
        for atom in value.iter() {
            let part = self.evaluator.member(atom, property, argument);
            out.extend(self.carried(&part, 0, true));
        }
        out.sort();
        out.dedup();
        out
    }
}
