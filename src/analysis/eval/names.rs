//! What a name stands for: a variable, an import, an export.

use super::*;
use crate::analysis::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Val};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::program::{Language, SymbolId};
use std::rc::Rc;

impl<'p> Evaluator<'p> {
    pub(super) fn variable(&mut self, at: At, symbol: SymbolId, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(at.module);
        let data = module.symbol(symbol);
        let reader = FunctionAt { module: at.module, function: module.expr(at.expr).function };
        let mut out = Collect::default();
        for definition in data.definitions.iter().take(24) {
            let value = self.eval(At { module: at.module, expr: *definition }, frame);
            let body = module.expr(*definition).function.0 == 0;
            for atom in value.iter() {
                match atom {
                    // A constant counts for the function that reads it.
                    Atom::Text { text, origin, .. } if body && reader.function.0 != 0 => {
                        out.add(Atom::Text { text: Rc::clone(text), origin: *origin, home: reader });
                    }
                    // The name by which an unknown thing is called here is the best that is known of it.
                    other => out.add(other.clone()),
                }
            }
        }
        // In markup, and by its name alone, a reference of Vue's is what it holds.
        if module.language == Language::JavaScript
            && data.definitions.iter().any(|d| is_reference(module, *d))
        {
            self.written(at.module, symbol, Some("value"), frame, &mut out);
        }
        // What is put into a store of a package's does not come out of its every method.
        let own = !out.has(|a| {
            matches!(a, Atom::Extern { package, .. } if &**package != UNKNOWN_PACKAGE) && !is_collection(a)
        });
        if own {
            self.written(at.module, symbol, None, frame, &mut out);
        }
        let value = self.typed(out.done(), at.module, data.type_name.as_deref());
        if value.is_empty() && data.definitions.is_empty() {
            return Val::of(Atom::Extern {
                package: UNKNOWN_PACKAGE.into(),
                path: (&*data.name).into(),
                made: None,
            });
        }
        // What is put into its members goes wherever it goes.
        let index = program.index(at.module);
        let filled = self.is_put_into(at.module, symbol);
        let holds = own || value.telling() || value.iter().all(|a| is_collection(a) || is_given(a));
        let named = match index.named.get(&symbol) {
            Some(named) if filled || index.is_written_before(module, symbol, at.expr) => Some(*named),
            // One name of the variable stands for all.
            None if filled => match module.expr(at.expr).kind {
                ExprKind::Local(_) => Some(at.expr),
                _ => None,
            },
            _ => None,
        };
        match named.filter(|_| holds) {
            Some(named) => {
                let mut out = Collect::default();
                out.all(&value);
                out.add(Atom::Object(At { module: at.module, expr: named }, frame));
                out.done()
            }
            None => value,
        }
    }

    /// What is written to a member of a variable, or (without a property) added to it.
    pub(in crate::analysis) fn written(
        &mut self,
        module: ModuleId,
        symbol: SymbolId,
        property: Option<&str>,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        if let Some(fills) = self.fills.get(&(module, symbol)).cloned() {
            self.filled_in_calls(&fills, property, frame, out);
        }
        let Some(writes) = program.index(module).writes.get(&symbol) else { return };
        for index in writes.iter().take(60) {
            let Some(write) = program.module(module).writes.get(*index) else { continue };
            let same = match (write.property.as_deref(), property) {
                (Some(written), Some(read)) => {
                    written == read || getter(read).is_some_and(|g| field_name(written) == g)
                }
                (written, read) => written == read,
            };
            if same {
                let value = self.eval(At { module, expr: write.value }, frame);
                out.all(&value);
            }
        }
    }

    /// The value of an import.
    pub(super) fn import(&mut self, from: ModuleId, specifier: &str, name: Option<&str>) -> Val {
        // `from package import module`: what is named may be a file of its own.
        if let (Language::Python, Some(name)) = (self.program.module(from).language, name) {
            let dot = if specifier.ends_with('.') { "" } else { "." };
            let inner = self.program.resolve(from, &format!("{specifier}{dot}{name}"));
            let outer = self.program.resolve(from, specifier);
            if let Some(module) = inner.filter(|i| Some(*i) != outer) {
                let value = outer.map(|outer| self.export(outer, name, 0)).unwrap_or_default();
                return if value.is_empty() { Val::of(Atom::Module(module)) } else { value };
            }
        }
        match self.program.resolve(from, specifier) {
            Some(module) => match name {
                None => Val::of(Atom::Module(module)),
                Some(name) => self.export(module, name, 0),
            },
            None => {
                let path = name.filter(|n| *n != "default").unwrap_or_default();
                if let Some(found) = self.program.imported(from, specifier, path) {
                    return self.eval(found, FrameId::NONE);
                }
                let inner = format!("{specifier}.{path}");
                if Clients::get().is_inner(&inner) {
                    return Val::of(Atom::Extern { package: inner.into(), path: "".into(), made: None });
                }
                Val::of(Atom::Extern { package: specifier.into(), path: path.into(), made: None })
            }
        }
    }

    /// What a module exports under a name.
    pub(in crate::analysis) fn export(&mut self, module: ModuleId, name: &str, depth: u32) -> Val {
        let program = self.program;
        let data = program.module(module);
        let exports = &program.index(module).exports;
        let mut out = Collect::default();
        let mut found = false;
        for value in exports.get(name).into_iter().flatten() {
            found = true;
            let value = self.eval(At { module, expr: *value }, FrameId::NONE);
            out.all(&value);
        }
        for whole in exports.get("module.exports").into_iter().flatten() {
            let value = self.eval(At { module, expr: *whole }, FrameId::NONE);
            if name == "default" {
                out.all(&value);
            } else {
                for atom in value.iter() {
                    let part = self.member(atom, name, At { module, expr: *whole });
                    out.all(&part);
                }
            }
            found = true;
        }
        if !found && depth < 8 {
            for specifier in &data.reexports {
                if let Some(inner) = program.resolve(module, specifier) {
                    let value = self.export(inner, name, depth + 1);
                    out.all(&value);
                } else {
                    out.add(Atom::Extern { package: (&**specifier).into(), path: name.into(), made: None });
                }
            }
            if name == "default" && data.exports.iter().any(|(n, _)| !n.contains('.')) {
                // `import x from './cjs'` gets all that `exports.a = …` gave.
                out.add(Atom::Module(module));
            }
        }
        out.done()
    }
}
