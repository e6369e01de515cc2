//! What is handed to a framework without a call: documents that a generator gives, functions under a key,
//! tables that name fields, and the members of objects that a framework keeps.

use std::collections::BTreeSet;

use super::accesses::{UNKNOWN_REQUEST, columns_of_streams};
use super::flows::{Carried, Flows, MAX_DEPTH};
use super::value::{At, Atom, FunctionAt, ModuleId, Val};
use crate::catalog::clients::UNKNOWN_PACKAGE;
use crate::catalog::fields::Fields;
use crate::catalog::matching::Matching;
use crate::catalog::sinks::{Called, Sink, Sinks};
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Language, Module};

/// Entries of one table that are looked at.
const MAX_ENTRIES: usize = 200;

impl Flows<'_, '_, '_> {
    /// Reports what one module hands to frameworks.
    pub(super) fn frameworks(&mut self, module: ModuleId, imports: &BTreeSet<&str>) {
        self.documents(module);
        self.copied(module);
        self.handlers(module, imports);
        self.tool_results(module);
        self.typed_results(module);
        self.resolvers(module);
        self.tables(module);
        self.units_of_work(module);
    }

    /// Columns that are declared of what is copied elsewhere.
    fn copied(&mut self, module: ModuleId) {
        let data = self.evaluator.program.module(module);
        if !data.language.is_untyped() || data.language == Language::JavaScript {
            return;
        }
        for expr in columns_of_streams(data) {
            let at = At { module, expr };
            let found = [Carried::Address(at, UNKNOWN_REQUEST, Confidence::Possible, None)];
            self.report(at, SinkKind::Storage, "storage.documents", None, Confidence::Possible, &found);
        }
    }

    /// What the functions return that a manifest names for it: an action of an agent, a web trigger.
    pub(super) fn answered(&mut self, module: ModuleId, names: &BTreeSet<String>) {
        let data = self.evaluator.program.module(module);
        let Some(sink) = Sinks::get().by_id("response.forge-function") else { return };
        if data.language != Language::JavaScript || names.is_empty() {
            return;
        }
        for (_, value) in data.exports.iter().filter(|(name, _)| names.contains(&**name)) {
            for of in self.functions(At { module, expr: *value }) {
                // Where a file passes the function of another one on, it is that one's.
                if of.module == module {
                    self.returned_by(sink, of);
                }
            }
        }
    }

    /// `member.Email = address; db.SaveChanges()`: what is put into an object is kept when the function that
    /// does so says that all changes are.
    fn units_of_work(&mut self, module: ModuleId) {
        let program = self.evaluator.program;
        let data = program.module(module);
        let mut saving: BTreeSet<FunctionId> = BTreeSet::new();
        for call in &program.index(module).calls {
            let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
            if let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind
                && arguments.len() <= 1
                && Matching::get().keeps_changes(property)
            {
                saving.insert(data.expr(*call).function);
            }
        }
        if saving.is_empty() {
            return;
        }
        for write in data.writes.iter().filter(|w| w.property.is_some()) {
            let own = matches!(data.expr(data.peel(write.object)).kind, ExprKind::This);
            if own || !saving.contains(&data.expr(write.value).function) {
                continue;
            }
            let at = At { module, expr: write.value };
            let value = self.evaluator.value(at);
            let found = self.carried(&value, u32::MAX, false);
            // What is handed to a store besides is said there.
            let (stored, found): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|c| self.is_stored(c, module));
            let (kind, sink) = (SinkKind::Storage, "storage.unit-of-work");
            self.report(at, kind, sink, None, Confidence::Likely, &found);
            self.report(at, kind, sink, None, Confidence::Possible, &stored);
        }
    }

    /// A generator that nobody in the program walks gives documents to somebody else, who keeps them.
    fn documents(&mut self, module: ModuleId) {
        let program = self.evaluator.program;
        let data = program.module(module);
        for (i, function) in data.functions.iter().enumerate().filter(|(_, f)| f.yields) {
            let at = FunctionAt { module, function: FunctionId(u32::try_from(i).unwrap_or(u32::MAX)) };
            if self.evaluator.callers.contains_key(&at) {
                continue;
            }
            for expr in &function.returns {
                let at = At { module, expr: *expr };
                let value = self.evaluator.value(at);
                let found = self.carried(&value, 0, true);
                self.report(at, SinkKind::Storage, "storage.documents", None, Confidence::Possible, &found);
            }
        }
    }

    /// Functions that a framework is handed under a key, to call them for what they return.
    fn handlers(&mut self, module: ModuleId, imports: &BTreeSet<&str>) {
        let program = self.evaluator.program;
        let data = program.module(module);
        let language = data.language.table_name();
        for (_, expr) in data.all() {
            let fields: Vec<(&str, ExprId)> = match &expr.kind {
                ExprKind::Object { fields, .. } => {
                    fields.iter().filter_map(|(k, v)| Some((k.as_deref()?, *v))).collect()
                }
                ExprKind::Call { named, .. } => named.iter().map(|(k, v)| (&**k, *v)).collect(),
                ExprKind::Markup(markup) => {
                    markup.attributes.iter().filter_map(|(k, v)| Some((k.as_deref()?, *v))).collect()
                }
                _ => continue,
            };
            for (key, value) in &fields {
                let (key, value) = (*key, *value);
                let beside = || fields.iter().map(|(k, _)| *k);
                if let Some(sink) = Sinks::get().by_keys_beside(language, key, beside) {
                    for of in self.functions(At { module, expr: value }) {
                        self.returned_by(sink, of);
                    }
                    continue;
                }
                let Some(sink) = Sinks::get().by_handler_key(language, key, imports) else { continue };
                for of in self.functions(At { module, expr: value }) {
                    for expr in &program.module(of.module).function(of.function).returns {
                        let at = At { module: of.module, expr: *expr };
                        let value = self.evaluator.value(at);
                        let found = match sink.columns {
                            true => self.in_columns(of.module, &value),
                            // What is shown of a row is what is named of it.
                            false => self.carried(&value, 0, sink.kind != SinkKind::Ui),
                        };
                        self.report(at, sink.kind, &sink.id, None, sink.confidence(), &found);
                    }
                }
            }
        }
    }

    /// `{Query: {me: () => …}, User: {email: user => …}}`: what a schema's fields are resolved with.
    fn resolvers(&mut self, module: ModuleId) {
        const ROOTS: &[&str] = &["Query", "Mutation", "Subscription"];
        const MAX_FIELDS: usize = 400;
        let program = self.evaluator.program;
        let data = program.module(module);
        let Some(sink) = Sinks::get().by_id("response.graphql-resolver") else { return };
        if data.language != Language::JavaScript {
            return;
        }
        let fields_of = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Object { fields, .. } => &**fields,
            _ => &[],
        };
        for (_, expr) in data.all() {
            let ExprKind::Object { fields, .. } = &expr.kind else { continue };
            let root = fields.iter().any(|(key, value)| {
                key.as_deref().is_some_and(|k| ROOTS.contains(&k)) && !fields_of(*value).is_empty()
            });
            if !root {
                continue;
            }
            let resolvers = fields.iter().flat_map(|(_, of)| fields_of(*of)).take(MAX_FIELDS);
            let functions: Vec<FunctionAt> =
                resolvers.flat_map(|(_, value)| self.functions(At { module, expr: *value })).collect();
            for of in functions {
                self.returned_by(sink, of);
            }
        }
    }

    /// `EXTRA_DATA = [("email", "email")]`: fields of the answer that a class obtains, kept by name.
    fn tables(&mut self, module: ModuleId) {
        let program = self.evaluator.program;
        let data = program.module(module);
        for (i, class) in data.classes.iter().enumerate() {
            let id = ClassId(u32::try_from(i).unwrap_or(u32::MAX));
            for (name, value) in &class.fields {
                let Some(sink) = Sinks::get().by_field_table(data.language.table_name(), name) else {
                    continue;
                };
                if sink.column_names {
                    self.columns_listed(At { module, expr: *value }, sink);
                    continue;
                }
                let obtained = self.obtained_in(module, id);
                if obtained.is_empty() {
                    continue;
                }
                for entry in entries(data, *value) {
                    let at = At { module, expr: entry };
                    self.report(at, sink.kind, &sink.id, None, sink.confidence(), &obtained);
                }
            }
        }
    }

    /// A method without arguments that stores its object.
    pub(super) fn saved(&mut self, at: At, callee: ExprId, imports: &BTreeSet<&str>) {
        let data = self.evaluator.program.module(at.module);
        // `save!` in a method of the row itself.
        if let ExprKind::Global(name) = &data.expr(callee).kind
            && matches!(&**name, "save" | "save!")
            && let Some(sink) = Sinks::get().by_id("storage.active-record-names")
        {
            self.kept_of_itself(at, sink);
            return;
        }
        let ExprKind::Member { property, .. } = &data.expr(callee).kind else { return };
        if !property.starts_with("save") {
            return;
        }
        let path = data.written_name(callee).unwrap_or_default();
        let called = Called {
            language: data.language.table_name(),
            package: UNKNOWN_PACKAGE,
            path: &path,
            imports,
            first: "",
        };
        if let Some(sink) = Sinks::get().find(called)
            && sink.kind == SinkKind::Storage
        {
            self.kept(at, sink, callee, &[]);
        }
    }

    /// What is in the address of something that a page loads or leads to.
    pub(super) fn loaded(&mut self, at: At) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let starts = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Join(parts) => parts.first().and_then(|p| match &data.expr(data.peel(*p)).kind {
                ExprKind::Text(text) => Some(text.clone()),
                _ => None,
            }),
            _ => None,
        };
        // A link that opens a mail program, or a page of the app's own.
        if starts(at.expr).is_some_and(|t| t.starts_with("mailto:") || t.starts_with(['/', '#', '.'])) {
            return;
        }
        let value = self.evaluator.value(at);
        let mut found = self.carried(&value, MAX_DEPTH, false);
        found.retain(|c| matches!(c, Carried::Address(..)));
        let (kind, sink) = (SinkKind::ThirdParty, "third-party.page-address");
        self.report(at, kind, sink, None, Confidence::Possible, &found);
    }

    /// The sink that a call of a method means whose annotations leave it to a framework: `@Insert`.
    pub(super) fn promised_to(&self, target: &Val) -> Option<&'static Sink> {
        let program = self.evaluator.program;
        target.iter().find_map(|atom| {
            let Atom::Function { at, .. } = atom else { return None };
            let module = program.module(at.module);
            let function = module.function(at.function);
            if function.decorators.is_empty() {
                return None;
            }
            let imports = module.exprs.iter().filter_map(|e| match &e.kind {
                ExprKind::Import { specifier, .. } => Some(&**specifier),
                _ => None,
            });
            let imports: BTreeSet<&str> = imports.chain(module.opens.iter().map(|o| &**o)).collect();
            Sinks::get().by_promise(module.language.table_name(), &function.decorators, &imports)
        })
    }

    /// What the calls of a chain are handed.
    pub(super) fn filled_with(&mut self, at: At) -> Vec<Carried> {
        const MAX_CALLS: usize = 12;
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let mut out = Vec::new();
        let mut next = Some(at.expr);
        for _ in 0..MAX_CALLS {
            let Some(expr) = next else { break };
            let ExprKind::Call { callee, arguments, named, .. } = &module.expr(module.peel(expr)).kind else {
                break;
            };
            out.extend(self.given(at.module, arguments.iter().chain(named.iter().map(|(_, v)| v))));
            next = match module.expr(module.peel(*callee)).kind {
                ExprKind::Member { object, .. } => Some(object),
                _ => None,
            };
        }
        out.retain(|c| matches!(c, Carried::Address(..)));
        out.sort();
        out.dedup();
        out
    }

    /// The addresses that methods of a class read.
    fn obtained_in(&self, module: ModuleId, class: ClassId) -> Vec<Carried> {
        let data = self.evaluator.program.module(module);
        self.accesses
            .iter()
            .filter(|found| {
                found.at.module == module
                    && data.function(data.expr(found.at.expr).function).class == Some(class)
            })
            .map(|found| Carried::Address(found.at, found.request, Confidence::Likely, None))
            .collect()
    }
}

/// The entries of a table that name an address first: `("email", "mail")`, `"email"`.
fn entries(module: &Module, table: ExprId) -> Vec<ExprId> {
    let items = match &module.expr(module.peel(table)).kind {
        ExprKind::List(items) => items,
        _ => return Vec::new(),
    };
    let names = |expr: ExprId| match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) => Fields::get().is_address(text),
        _ => false,
    };
    let entry = |expr: &&ExprId| match &module.expr(module.peel(**expr)).kind {
        ExprKind::List(pair) => pair.first().is_some_and(|first| names(*first)),
        ExprKind::Text(_) => names(**expr),
        _ => false,
    };
    items.iter().take(MAX_ENTRIES).filter(entry).copied().collect()
}
