//! Whether code copes with an address that is not there.

use std::collections::BTreeSet;

use super::link::Program;
use super::value::{At, ModuleId};
use crate::program::{ExprId, ExprKind, FunctionId, Module, SymbolId};

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
}

impl Tested {
    pub(super) fn new(program: &Program, id: ModuleId) -> Self {
        let module = program.module(id);
        let mut found = Self { exprs: BTreeSet::new(), symbols: BTreeSet::new(), names: BTreeSet::new() };
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
        if let ExprKind::Member { default: true, .. } = data.kind {
            return true;
        }
        if let Some(name) = module.written_name(expr)
            && self.names.contains(&(data.function, name))
        {
            return true;
        }
        // The variable that it is put into.
        self.symbols.iter().any(|symbol| {
            module
                .symbol(*symbol)
                .definitions
                .iter()
                .any(|d| is_read(module, *d, expr) || holds_as_choice(module, *d, expr))
        })
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

fn holds_as_choice(module: &Module, definition: ExprId, expr: ExprId) -> bool {
    match &module.expr(module.peel(definition)).kind {
        ExprKind::Choice(_, arms) => arms.iter().any(|a| is_read(module, *a, expr)),
        _ => false,
    }
}

/// Whether a value is the one read at `read`: itself, or a getter that is called there.
fn is_read(module: &Module, value: ExprId, read: ExprId) -> bool {
    let value = module.peel(value);
    value == read
        || matches!(&module.expr(value).kind, ExprKind::Call { callee, arguments, .. }
            if arguments.is_empty() && module.peel(*callee) == read)
}

/// Whether what a request answered is asked for its status before it is read.
pub(super) fn status_is_asked(program: &Program, at: At) -> bool {
    let module = program.module(at.module);
    let function = module.expr(at.expr).function;
    module.tests.iter().any(|t| {
        let expr = module.expr(*t);
        expr.function == function && names_status(module, *t, 0)
    })
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
