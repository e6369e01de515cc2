//! Whether code copes with an address that is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::link::Program;
use super::value::ModuleId;
use crate::program::{ExprId, ExprKind, FunctionId, Language, Module, SymbolId};

/// Methods that ask their callback about each item.
const FILTERS: &[&str] = &[
    "filter",
    "find",
    "some",
    "every",
    "findLast",
    "partition",
    // C#
    "Where",
    "First",
    "FirstOrDefault",
    "Single",
    "SingleOrDefault",
    "Any",
    "All",
    "Find",
    "FindAll",
    // Java and Kotlin
    "anyMatch",
    "allMatch",
    "noneMatch",
    "removeIf",
    "firstOrNull",
    "any",
    "all",
    "none",
    "filterNot",
    "takeIf",
    "singleOrNull",
];

/// What a module asks before it uses a value.
pub(super) struct Tested {
    exprs: BTreeSet<ExprId>,
    symbols: BTreeSet<SymbolId>,
    /// Members by function and name as written.
    names: BTreeSet<(FunctionId, String)>,
    /// What is put into variables that are asked.
    stored: BTreeSet<ExprId>,
    /// What is put into an object as it is.
    copied: BTreeSet<ExprId>,
    /// Objects of members that are read without asking: `user.emailAddress.trim()`.
    granted: BTreeSet<ExprId>,
    /// Functions that ask for the status of a response.
    status: BTreeSet<FunctionId>,
}

impl Tested {
    pub(super) fn new(program: &Program, id: ModuleId) -> Self {
        let module = program.module(id);
        let mut found = Self {
            exprs: BTreeSet::new(),
            symbols: BTreeSet::new(),
            names: BTreeSet::new(),
            stored: BTreeSet::new(),
            copied: BTreeSet::new(),
            granted: BTreeSet::new(),
            status: BTreeSet::new(),
        };
        let mut open: Vec<(ExprId, u32)> = module.tests.iter().map(|e| (*e, 0)).collect();
        // What a filter's callback returns decides as well.
        for call in &program.index(id).calls {
            let ExprKind::Call { callee, arguments, .. } = &module.expr(*call).kind else { continue };
            let ExprKind::Member { property, .. } = &module.expr(module.peel(*callee)).kind else { continue };
            if FILTERS.contains(&&**property) {
                for argument in arguments {
                    match &module.expr(module.peel(*argument)).kind {
                        ExprKind::Function(f) => {
                            open.extend(module.function(*f).returns.iter().map(|r| (*r, 0)));
                        }
                        // `rows.map(row => row.email).filter(Boolean)` asks each item.
                        ExprKind::Global(name) if &**name == "Boolean" => {
                            open.extend(mapped(module, *callee).into_iter().map(|r| (r, 0)));
                        }
                        _ => {}
                    }
                }
            }
        }
        for read in filtered(module, program.index(id).calls.as_slice()) {
            found.exprs.insert(read);
        }
        while let Some((expr, depth)) = open.pop() {
            if !found.exprs.insert(expr) || depth > 6 {
                continue;
            }
            match &module.expr(expr).kind {
                ExprKind::Local(symbol) => {
                    found.symbols.insert(*symbol);
                }
                ExprKind::Member { object, .. } => {
                    if let Some(name) = module.written_name(expr) {
                        found.names.insert((module.expr(expr).function, name));
                    }
                    // `email.length`, `user.emailAddress.trim()`: the object is asked for too.
                    open.push((*object, depth + 1));
                }
                ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } => open.push((*inner, depth)),
                ExprKind::Choice(_, parts) | ExprKind::Operation(parts) => {
                    // `"emailAddress" in user`
                    if let [key, object] = parts.as_slice()
                        && let ExprKind::Text(key) = &module.expr(module.peel(*key)).kind
                        && let Some(object) = module.written_name(*object)
                    {
                        found.names.insert((module.expr(expr).function, format!("{object}.{key}")));
                    }
                    open.extend(parts.iter().map(|p| (*p, depth + 1)));
                }
                ExprKind::Equal(left, right) => open.extend([(*left, depth + 1), (*right, depth + 1)]),
                ExprKind::Call { callee, arguments, .. } => {
                    open.push((*callee, depth + 1));
                    open.extend(arguments.iter().map(|a| (*a, depth + 1)));
                }
                _ => {}
            }
        }
        for symbol in &found.symbols {
            for definition in &module.symbol(*symbol).definitions {
                let definition = module.peel(*definition);
                found.stored.extend(read_by(module, definition));
                if let ExprKind::Choice(_, arms) = &module.expr(definition).kind {
                    found.stored.extend(arms.iter().flat_map(|a| read_by(module, *a)));
                }
            }
        }
        for (_, expr) in module.all() {
            match &expr.kind {
                ExprKind::Member { object, optional: false, .. } => {
                    found.granted.insert(module.peel(*object));
                }
                ExprKind::Object { fields, .. } => {
                    found.copied.extend(fields.iter().map(|(_, value)| module.peel(*value)));
                }
                _ => {}
            }
        }
        // A struct of Go is filled field by field as others are made at once.
        if module.language == Language::Go {
            let fields = module.writes.iter().filter(|w| w.property.is_some());
            found.copied.extend(fields.map(|w| module.peel(w.value)));
        }
        found.exprs.extend(module.tests.iter().map(|t| module.peel(*t)));
        for test in &module.tests {
            if names_status(module, *test, 0) {
                found.status.insert(module.expr(*test).function);
            }
        }
        found
    }

    /// The expressions that are asked.
    pub(super) fn exprs(&self) -> impl Iterator<Item = ExprId> + '_ {
        self.exprs.iter().copied()
    }

    /// Whether the value read at `expr` is asked for before it is used.
    pub(super) fn covers(&self, module: &Module, expr: ExprId) -> bool {
        if self.exprs.contains(&expr) {
            return true;
        }
        let data = module.expr(expr);
        match &data.kind {
            ExprKind::Member { default: true, .. } => return true,
            // `user.get("emailAddress", "")`: the second argument is what stands in for it.
            ExprKind::Call { arguments, .. } if arguments.len() > 1 => return true,
            _ => {}
        }
        if let Some((object, key)) = module.key_read(expr)
            && let Some(object) = module.written_name(object)
            && self.names.contains(&(data.function, format!("{object}.{key}")))
        {
            return true;
        }
        if let Some(name) = module.written_name(expr)
            && self.names.contains(&(data.function, name))
        {
            return true;
        }
        // The variable that it is put into.
        self.stored.contains(&expr) || was_found_by(module, expr)
    }

    /// `user.emailAddress.trim()`: what is asked later comes too late.
    pub(super) fn is_taken_for_granted(&self, expr: ExprId) -> bool {
        self.granted.contains(&expr)
    }

    /// Whether the value read at `expr` only goes into an object as it is: absent there as it is here, so
    /// that whoever reads the object has to ask.
    pub(super) fn is_only_copied(&self, expr: ExprId) -> bool {
        self.copied.contains(&expr)
    }

    /// Whether the function asks for the status of a response.
    pub(super) fn asks_status(&self, function: FunctionId) -> bool {
        self.status.contains(&function)
    }
}

/// `users.filter(u => u.email).map(u => u.email)`: the reads of a property behind a filter that asks for
/// it.
fn filtered(module: &Module, calls: &[ExprId]) -> Vec<ExprId> {
    let method = |call: ExprId| {
        let ExprKind::Call { callee, arguments, .. } = &module.expr(call).kind else { return None };
        let ExprKind::Member { object, property, .. } = &module.expr(module.peel(*callee)).kind else {
            return None;
        };
        let callbacks: Vec<FunctionId> = arguments
            .iter()
            .filter_map(|a| match module.expr(module.peel(*a)).kind {
                ExprKind::Function(f) => Some(f),
                _ => None,
            })
            .collect();
        Some((module.peel(*object), property, callbacks))
    };
    let reads = item_reads(module);
    let of = |callbacks: &[FunctionId]| -> Vec<(&str, ExprId)> {
        callbacks.iter().filter_map(|f| reads.get(f)).flatten().copied().collect()
    };
    let mut out = Vec::new();
    for call in calls {
        let Some((object, _, callbacks)) = method(*call) else { continue };
        if callbacks.is_empty() {
            continue;
        }
        // What stands before this call in the chain.
        let mut asked: BTreeSet<&str> = BTreeSet::new();
        let mut before = object;
        for _ in 0..6 {
            let Some((object, property, callbacks)) = method(before) else { break };
            if FILTERS.contains(&&**property) {
                asked.extend(of(&callbacks).into_iter().map(|(property, _)| property));
            }
            before = object;
        }
        let reads = of(&callbacks).into_iter();
        out.extend(reads.filter(|(property, _)| asked.contains(property)).map(|(_, read)| read));
    }
    out
}

/// What functions read of their first parameter.
fn item_reads(module: &Module) -> BTreeMap<FunctionId, Vec<(&str, ExprId)>> {
    let mut out: BTreeMap<FunctionId, Vec<(&str, ExprId)>> = BTreeMap::new();
    for (id, expr) in module.all() {
        let ExprKind::Member { object, property, .. } = &expr.kind else { continue };
        let ExprKind::Local(symbol) = module.expr(module.peel(*object)).kind else { continue };
        let item = module.symbol(symbol).definitions.first().is_some_and(
            |d| matches!(module.expr(module.peel(*d)).kind, ExprKind::Parameter(f, 0) if f == expr.function),
        );
        if item {
            out.entry(expr.function).or_default().push((property, id));
        }
    }
    out
}

/// Definitions of a variable that are looked at.
const MOST_DEFINITIONS: usize = 8;

/// Whether `expr` reads a property of what a look-up by that very property found:
/// `found = users.find(u => u.email === wanted)`, then `found.email`.
fn was_found_by(module: &Module, expr: ExprId) -> bool {
    let ExprKind::Member { object, property, .. } = &module.expr(expr).kind else { return false };
    let ExprKind::Local(symbol) = &module.expr(module.peel(*object)).kind else { return false };
    module.symbol(*symbol).definitions.iter().take(MOST_DEFINITIONS).any(|definition| {
        let ExprKind::Call { callee, arguments, .. } = &module.expr(module.peel(*definition)).kind else {
            return false;
        };
        let looks_up = matches!(&module.expr(module.peel(*callee)).kind,
            ExprKind::Member { property, .. } if matches!(&**property, "find" | "findLast"));
        looks_up
            && arguments.iter().any(|argument| match module.expr(module.peel(*argument)).kind {
                ExprKind::Function(f) => {
                    module.function(f).returns.iter().any(|r| compares(module, *r, property, 0))
                }
                _ => false,
            })
    })
}

/// Whether an expression compares a property of that name, or something made of it.
fn compares(module: &Module, expr: ExprId, property: &str, depth: u32) -> bool {
    if depth > 4 {
        return false;
    }
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Equal(left, right) => {
            reads(module, *left, property, 0) || reads(module, *right, property, 0)
        }
        ExprKind::Choice(_, parts) => parts.iter().any(|p| compares(module, *p, property, depth + 1)),
        _ => false,
    }
}

fn reads(module: &Module, expr: ExprId, property: &str, depth: u32) -> bool {
    if depth > 4 {
        return false;
    }
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Member { object, property: own, .. } => {
            **own == *property || reads(module, *object, property, depth + 1)
        }
        ExprKind::Call { callee, .. } => reads(module, *callee, property, depth + 1),
        _ => false,
    }
}

/// What the items of `list.filter` are made by, when `list` was mapped.
fn mapped(module: &Module, filter: ExprId) -> Vec<ExprId> {
    let ExprKind::Member { object, .. } = module.expr(module.peel(filter)).kind else { return Vec::new() };
    let mut lists = vec![module.peel(object)];
    if let ExprKind::Local(symbol) = module.expr(module.peel(object)).kind {
        lists = module.symbol(symbol).definitions.iter().map(|d| module.peel(*d)).collect();
    }
    let mut out = Vec::new();
    for list in lists {
        let ExprKind::Call { callee, arguments, .. } = &module.expr(list).kind else { continue };
        let ExprKind::Member { property, .. } = &module.expr(module.peel(*callee)).kind else { continue };
        if matches!(&**property, "map" | "flatMap") {
            for argument in arguments {
                if let ExprKind::Function(f) = module.expr(module.peel(*argument)).kind {
                    out.extend(module.function(f).returns.iter().copied());
                }
            }
        }
    }
    out
}

/// What a value reads: itself, and what a getter that is called there is a member of.
fn read_by(module: &Module, value: ExprId) -> impl Iterator<Item = ExprId> {
    let value = module.peel(value);
    let getter = match &module.expr(value).kind {
        ExprKind::Call { callee, arguments, .. } if arguments.is_empty() => Some(module.peel(*callee)),
        _ => None,
    };
    std::iter::once(value).chain(getter)
}

fn names_status(module: &Module, expr: ExprId, depth: u32) -> bool {
    if depth > 4 {
        return false;
    }
    match &module.expr(expr).kind {
        ExprKind::Member { property, object, .. } => {
            matches!(&**property, "ok" | "status" | "statusCode") || names_status(module, *object, depth + 1)
        }
        ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } => {
            names_status(module, *inner, depth + 1)
        }
        ExprKind::Equal(left, right) => {
            names_status(module, *left, depth + 1) || names_status(module, *right, depth + 1)
        }
        ExprKind::Choice(_, parts) | ExprKind::Operation(parts) => {
            parts.iter().any(|p| names_status(module, *p, depth + 1))
        }
        _ => false,
    }
}
