//! Whether code copes with an address that is not there.

use std::collections::BTreeSet;

use super::link::Program;
use super::value::{At, ModuleId};
use crate::program::{ExprId, ExprKind, FunctionId, Module, SymbolId};

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
            if matches!(&**property, "filter" | "find" | "some" | "every" | "findLast" | "partition") {
                for argument in arguments {
                    if let ExprKind::Function(f) = module.expr(module.peel(*argument)).kind {
                        open.extend(module.function(f).returns.iter().map(|r| (*r, 0)));
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
                ExprKind::Same(inner) => open.push((*inner, depth)),
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
        if was_found_by(module, expr) {
            return true;
        }
        // The variable that it is put into.
        self.symbols.iter().any(|symbol| {
            module
                .symbol(*symbol)
                .definitions
                .iter()
                .any(|d| module.peel(*d) == expr || holds_as_choice(module, *d, expr))
        })
    }
}

/// Whether the value read at `expr` only goes into an object as it is: absent there as it is here, so that
/// whoever reads the object has to ask.
pub(super) fn is_only_copied(module: &Module, expr: ExprId) -> bool {
    let field = module.exprs.iter().any(|e| match &e.kind {
        ExprKind::Object { fields, .. } => fields.iter().any(|(_, value)| module.peel(*value) == expr),
        _ => false,
    });
    field || module.writes.iter().any(|w| module.peel(w.value) == expr)
}

/// Whether `expr` reads a property of what a look-up by that very property found:
/// `found = users.find(u => u.email === wanted)`, then `found.email`.
fn was_found_by(module: &Module, expr: ExprId) -> bool {
    let ExprKind::Member { object, property, .. } = &module.expr(expr).kind else { return false };
    let ExprKind::Local(symbol) = &module.expr(module.peel(*object)).kind else { return false };
    module.symbol(*symbol).definitions.iter().any(|definition| {
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

fn holds_as_choice(module: &Module, definition: ExprId, expr: ExprId) -> bool {
    match &module.expr(module.peel(definition)).kind {
        ExprKind::Choice(_, arms) => arms.iter().any(|a| module.peel(*a) == expr),
        _ => false,
    }
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
        ExprKind::Same(inner) => names_status(module, *inner, depth + 1),
        ExprKind::Equal(left, right) => {
            names_status(module, *left, depth + 1) || names_status(module, *right, depth + 1)
        }
        ExprKind::Choice(_, parts) | ExprKind::Operation(parts) => {
            parts.iter().any(|p| names_status(module, *p, depth + 1))
        }
        _ => false,
    }
}
