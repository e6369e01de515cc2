//! What the program keeps under the names of addresses: every value that is put into a field, an
//! attribute, a setter or a store under such a name, by the name.
//!
//! Objects are not told apart: a store is written in one file and read in another, by way of a framework,
//! a message or a database that nobody sees. So what is found here is never more than possible.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::accesses::UNKNOWN_REQUEST;
use super::eval::{Evaluator, field_name};
use super::value::{At, Atom, RequestId};
use crate::catalog::kept::Kept as Names;
use crate::program::{ExprId, ExprKind, Module};

/// Addresses that are kept for one name.
const MAX_ADDRESSES: usize = 4;
/// Names that one name passes through.
const MAX_ROUNDS: usize = 4;

/// Addresses by the names that they are kept under.
#[derive(Default)]
pub(super) struct Kept {
    under: BTreeMap<Rc<str>, BTreeSet<(At, RequestId)>>,
}

impl Kept {
    /// Looks at everything that is put under the name of an address.
    pub(super) fn new(evaluator: &mut Evaluator<'_>, accesses: &BTreeMap<At, usize>) -> Self {
        let program = evaluator.program;
        let mut under: BTreeMap<Rc<str>, BTreeSet<(At, RequestId)>> = BTreeMap::new();
        let mut same: BTreeSet<(Rc<str>, Rc<str>)> = BTreeSet::new();
        for module in program.ids() {
            let data = program.module(module);
            for (name, expr) in puts(data) {
                for atom in evaluator.value(At { module, expr }).iter() {
                    match atom {
                        Atom::Address { request, read, .. } => {
                            let known = under.entry(Rc::clone(&name)).or_default();
                            if known.len() < MAX_ADDRESSES {
                                known.insert((*read, *request));
                            }
                        }
                        Atom::Kept { name: other, read } => {
                            // A read that is an access by what stands around it.
                            let known = under.entry(Rc::clone(&name)).or_default();
                            if accesses.contains_key(read) && known.len() < MAX_ADDRESSES {
                                known.insert((*read, UNKNOWN_REQUEST));
                            }
                            if *other != name {
                                same.insert((Rc::clone(other), Rc::clone(&name)));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        for _ in 0..MAX_ROUNDS {
            let mut grown = false;
            for (from, to) in &same {
                let Some(found) = under.get(from).cloned() else { continue };
                let known = under.entry(Rc::clone(to)).or_default();
                for address in found {
                    grown |= known.len() < MAX_ADDRESSES && known.insert(address);
                }
            }
            if !grown {
                break;
            }
        }
        Self { under }
    }

    /// The addresses that may be under a name: where they are read, and the request.
    pub(super) fn under(&self, name: &str) -> impl Iterator<Item = (At, RequestId)> {
        self.under.get(name).into_iter().flatten().copied()
    }
}

/// What a module puts under names of addresses.
fn puts(module: &Module) -> Vec<(Rc<str>, ExprId)> {
    let names = Names::get();
    let mut out: Vec<(Rc<str>, ExprId)> = Vec::new();
    let mut put = |name: &str, value: ExprId| {
        let nothing = matches!(module.expr(module.peel(value)).kind, ExprKind::Text(_) | ExprKind::Constant);
        if !nothing && names.is_address_name(name) {
            out.push((field_name(name).into(), value));
        }
    };
    for (_, expr) in module.all() {
        match &expr.kind {
            ExprKind::Object { fields, .. } => {
                for (name, value) in fields {
                    put(name.as_deref().unwrap_or_default(), *value);
                }
            }
            ExprKind::Markup(markup) => {
                for (name, value) in &markup.attributes {
                    put(name.as_deref().unwrap_or_default(), *value);
                }
            }
            ExprKind::Call { callee, arguments, named, .. } => {
                // `Person.create!(email: x)`
                for (name, value) in named {
                    put(name, *value);
                }
                // `setUserEmail(x)`, `form.setValue('email', x)`, `localStorage.setItem('email', x)`
                let called = match &module.expr(module.peel(*callee)).kind {
                    ExprKind::Member { property, .. } => property,
                    ExprKind::Local(symbol) => &module.symbol(*symbol).name,
                    _ => continue,
                };
                if let ([value], Some(name)) = (&**arguments, called.strip_prefix("set")) {
                    put(name, *value);
                }
                if let [key, .., value] = &**arguments
                    && let ExprKind::Text(key) = &module.expr(module.peel(*key)).kind
                {
                    put(key.rsplit(['.', ':']).next().unwrap_or(key), *value);
                }
            }
            _ => {}
        }
    }
    for write in &module.writes {
        put(write.property.as_deref().unwrap_or_default(), write.value);
    }
    for class in &module.classes {
        for (name, value) in &class.fields {
            put(name, *value);
        }
    }
    out
}
