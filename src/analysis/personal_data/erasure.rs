//! What runs when the app is removed, and what it deletes.

use super::schedules::annotated_with;
use super::*;

impl Look<'_, '_, '_> {
    /// What runs when the app is removed, by the names, paths and types that say so.
    pub(super) fn erasures(&mut self) -> Vec<Erasure> {
        let program = self.evaluator.program;
        let table = PersonalData::get();
        let mut handlers: BTreeMap<FunctionAt, String> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            let Some(source) = self.source(module) else { continue };
            if !table.is_uninstall(&source.text) {
                continue;
            }
            for (index, function) in data.functions.iter().enumerate().skip(1) {
                let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
                let name = function_name(data, id).unwrap_or_default();
                let typed = function
                    .parameters
                    .iter()
                    .filter_map(|p| p.type_name.as_deref())
                    .any(|t| table.is_uninstall(t));
                if table.is_uninstall(&name)
                    || typed
                    || annotated_with(source, function.span, |t| table.is_uninstall(t))
                {
                    handlers.entry(FunctionAt { module, function: id }).or_insert(name);
                }
            }
            for call in &program.index(module).calls {
                let ExprKind::Call { arguments, .. } = &data.expr(*call).kind else { continue };
                let named = arguments.iter().find_map(|a| match &data.expr(data.peel(*a)).kind {
                    ExprKind::Text(text) if text.len() < 200 && table.is_uninstall(text) => {
                        Some(text.to_string())
                    }
                    _ => None,
                });
                let Some(named) = named else { continue };
                for argument in arguments {
                    let value = self.evaluator.value(At { module, expr: *argument });
                    for atom in value.iter() {
                        if let Atom::Function { at, .. } = atom {
                            handlers.entry(*at).or_insert_with(|| named.clone());
                        }
                    }
                }
            }
        }
        let mut out: Vec<Erasure> = Vec::new();
        for (of, name) in handlers.into_iter().take(MAX_PLACES) {
            let Some(place) = self.function_place(of) else { continue };
            let name = redact::one_line(&name, 60);
            out.push(Erasure { place, name, deletes: self.deletes_from(of) });
        }
        out.sort_by(|a, b| a.place.cmp(&b.place));
        out
    }

    /// What an entry point of that name comes to.
    pub(super) fn entry(&mut self, name: &str, reaching: &BTreeSet<FunctionAt>) -> Entry {
        let program = self.evaluator.program;
        let mut entry = Entry::default();
        for module in program.ids() {
            let data = program.module(module);
            let mut found: BTreeSet<FunctionAt> = BTreeSet::new();
            for (_, value) in data.exports.iter().filter(|(n, _)| &**n == name).take(4) {
                let value = self.evaluator.value(At { module, expr: *value });
                found.extend(value.iter().filter_map(|a| match a {
                    Atom::Function { at, .. } => Some(*at),
                    _ => None,
                }));
            }
            for of in found {
                entry.reports |= reaching.contains(&of);
                if entry.place.is_none() {
                    entry.place = self.function_place(of);
                }
                entry.deletes.extend(self.deletes_from(of));
            }
        }
        entry.deletes.sort();
        entry.deletes.dedup();
        entry.deletes.truncate(MAX_PLACES);
        entry
    }

    pub(super) fn function_place(&self, of: FunctionAt) -> Option<Place> {
        let span = self.evaluator.program.module(of.module).function(of.function).span;
        let source = self.source(of.module)?;
        // Its first line says which it is.
        let line = source.slice(span).find('\n').unwrap_or(span.range().len());
        Some(source.place(Span::new(span.start as usize, span.start as usize + line)))
    }

    /// Where something is deleted by a function or by what it calls.
    pub(super) fn deletes_from(&mut self, of: FunctionAt) -> Vec<Place> {
        let program = self.evaluator.program;
        let table = PersonalData::get();
        let functions = self.called_from(&BTreeSet::from([of]), u32::MAX);
        let modules: BTreeSet<ModuleId> = functions.iter().map(|f| f.module).collect();
        let mut out = Vec::new();
        for module in modules {
            let data = program.module(module);
            let within =
                |id: ExprId| functions.contains(&FunctionAt { module, function: data.expr(id).function });
            for call in program.index(module).calls.iter().filter(|c| within(**c)) {
                let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
                let erases = data.written_name(*callee).is_some_and(|w| table.erases(&w))
                    || arguments.iter().take(2).any(|a| self.says_erase(module, *a));
                if erases {
                    out.extend(self.place(At { module, expr: *call }));
                }
            }
        }
        out.sort();
        out.dedup();
        out.truncate(MAX_PLACES);
        out
    }

    pub(super) fn says_erase(&mut self, module: ModuleId, expr: ExprId) -> bool {
        let table = PersonalData::get();
        let value = self.evaluator.value(At { module, expr });
        value.texts().any(|t| table.says_erase(t))
    }
}
