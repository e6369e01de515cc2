//! What stands inside of the functions of a module, indexed once a module and only where it is asked for: their
//! names, the functions in them, and their calls. Knows the program only.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::link::Program;
use super::value::{FunctionAt, ModuleId};
use crate::program::{ExprId, ExprKind, FunctionId};

/// The functions of one module.
#[derive(Debug, Default)]
pub(super) struct Inside {
    names: BTreeMap<FunctionId, Rc<str>>,
    functions: BTreeMap<FunctionId, Vec<FunctionId>>,
    calls: BTreeMap<FunctionId, Vec<ExprId>>,
}

/// The functions of all modules that were asked for.
#[derive(Debug, Default)]
pub(super) struct Insides(BTreeMap<ModuleId, Rc<Inside>>);

impl Insides {
    /// The functions of a module.
    pub(super) fn of(&mut self, program: &Program, module: ModuleId) -> Rc<Inside> {
        Rc::clone(self.0.entry(module).or_insert_with(|| Rc::new(Inside::new(program, module))))
    }

    /// What a function is called: by its own name, or by the variable or export that it is put into.
    pub(super) fn name(&mut self, program: &Program, of: FunctionAt) -> Option<Rc<str>> {
        self.of(program, of.module).names.get(&of.function).cloned()
    }
}

impl Inside {
    fn new(program: &Program, module: ModuleId) -> Self {
        let data = program.module(module);
        let mut new = Self::default();
        for (index, function) in data.functions.iter().enumerate().skip(1) {
            let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
            if let Some(name) = &function.name {
                new.names.insert(id, (&**name).into());
            }
            if let Some(parent) = function.parent {
                new.functions.entry(parent).or_default().push(id);
            }
        }
        let held = |expr: ExprId| match data.expr(data.peel(expr)).kind {
            ExprKind::Function(function) => Some(function),
            _ => None,
        };
        for symbol in &data.symbols {
            for function in symbol.definitions.iter().take(4).filter_map(|d| held(*d)) {
                new.names.entry(function).or_insert_with(|| (&*symbol.name).into());
            }
        }
        for (name, expr) in &data.exports {
            if let Some(function) = held(*expr) {
                new.names.entry(function).or_insert_with(|| (&**name).into());
            }
        }
        for call in &program.index(module).calls {
            new.calls.entry(data.expr(*call).function).or_default().push(*call);
        }
        new
    }

    /// What a function is called.
    pub(super) fn name(&self, of: FunctionId) -> Option<&str> {
        self.names.get(&of).map(|n| &**n)
    }

    /// The functions that stand directly in a function.
    pub(super) fn functions(&self, of: FunctionId) -> &[FunctionId] {
        self.functions.get(&of).map_or(&[], Vec::as_slice)
    }

    /// The calls of a function, without those of functions in it.
    pub(super) fn calls(&self, of: FunctionId) -> &[ExprId] {
        self.calls.get(&of).map_or(&[], Vec::as_slice)
    }
}
