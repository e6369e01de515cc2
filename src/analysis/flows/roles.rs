//! What names alone say: of objects that are called for what they do, of functions that are, and of columns that an
//! admin page or a serializer is told to show. All of it is possible and no more.

use super::*;
use crate::analysis::value::{At, Atom};
use crate::catalog::kept::Kept as Names;
use crate::catalog::sinks::{Called, Sink, Sinks};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, Language, Module};

/// Parts of a call that are looked at.
const MAX_PARTS: usize = 8;
/// Names that one call is handed.
const MAX_COLUMNS: usize = 40;

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// Reports an address that is handed to a method whose name, together with that of its object or of the object's
    /// class, says what becomes of it, or to a function whose name does.
    pub(super) fn by_role(
        &mut self,
        at: At,
        callee: ExprId,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
    ) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if arguments.is_empty() && named.is_empty() {
            return;
        }
        // A script's objects are told by what they are called, as those of typed languages are.
        let untyped = data.language.is_untyped() && data.language != Language::JavaScript;
        // Functions that stand in no class say what they do by their names alone.
        let by_name = untyped || matches!(data.language, Language::Go | Language::Kotlin);
        let language = data.language.table_name();
        let (object, name): (Option<ExprId>, &str) = match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { object, property, .. } => (Some(*object), property),
            ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } if by_name => (None, name),
            ExprKind::Local(symbol) if by_name => (None, &data.symbol(*symbol).name),
            _ => return,
        };
        let roles: Vec<&'static Sink> = match object {
            Some(_) => Sinks::get().roles(language, name).collect(),
            None => Vec::new(),
        };
        let mut sink = None;
        if let (Some(object), false) = (object, roles.is_empty()) {
            let owners = owners(data, object);
            let named_so = |owner: &str| roles.iter().find(|s| s.is_role_of(owner)).copied();
            sink = owners.into_iter().find_map(named_so).or_else(|| {
                // An interface of the program's own, injected under any name.
                let value = self.evaluator.value(At { module: at.module, expr: object });
                value.iter().find_map(|atom| match atom {
                    Atom::Instance(m, c) | Atom::Class(m, c) => named_so(&program.module(*m).class(*c).name),
                    _ => None,
                })
            });
        }
        if sink.is_none() && by_name {
            // `write(ctx, out, data)`: a context or a command comes first.
            let first = |from: usize| first_name(data, callee, arguments.get(from..).unwrap_or_default());
            sink = Sinks::get().deed(language, name, &[first(0), first(1)]);
        }
        let Some(sink) = sink else { return };
        let given = arguments.iter().chain(named.iter().map(|(_, v)| v)).take(MAX_PARTS);
        // What is written somewhere is written whole.
        let whole = untyped || sink.when_first.is_some();
        let mut found: Vec<Carried> = Vec::new();
        for argument in given {
            let argument = At { module: at.module, expr: *argument };
            let value = self.evaluator.value(argument);
            found.extend(self.carried(&value, 0, whole));
            found.extend(self.written(argument));
        }
        found.retain(|c| whole || matches!(c, Carried::Address(..)));
        if found.is_empty() && sink.kind == SinkKind::Storage && !data.language.is_untyped() {
            for argument in arguments.iter().take(MAX_PARTS) {
                found.extend(self.kept_in_type(At { module: at.module, expr: *argument }));
            }
        }
        found.sort();
        found.dedup();
        if !found.is_empty() {
            self.roles.push((at, sink, found));
        }
    }

    /// `repository.saveAll(batch.people)`: what objects of the class may hold by what is put somewhere under the names
    /// of their properties.
    fn kept_in_type(&mut self, at: At) -> Vec<Carried> {
        let program = self.evaluator.program;
        let value = self.evaluator.value(at);
        let items = self.evaluator.elements(&value);
        let mut found = Vec::new();
        for atom in value.iter().chain(items.iter()) {
            let Atom::Instance(module, class) = atom else { continue };
            let properties = &program.module(*module).class(*class).properties;
            for property in properties.iter().filter(|p| Names::get().is_address_name(&p.name)) {
                let name = field_name(&property.name);
                let kept = self.kept.under(&name);
                found.extend(kept.map(|(at, r)| Carried::Address(at, r, Confidence::Possible, None)));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// `<td>${user.email}</td>`: a text with elements of HTML is a page, whatever shows it.
    pub(super) fn in_html(&mut self, at: At, parts: &[ExprId]) {
        let data = self.evaluator.program.module(at.module);
        let texts = parts.iter().filter_map(|p| match &data.expr(*p).kind {
            ExprKind::Text(text) => Some(&**text),
            _ => None,
        });
        let Some(sink) = Sinks::get().by_markup(data.language.table_name(), texts) else { return };
        for part in parts.iter().filter(|p| !matches!(data.expr(**p).kind, ExprKind::Text(_))) {
            // What stands in a page inside the page is told there.
            if is_made_of_pages(data, *part) {
                continue;
            }
            let part = At { module: at.module, expr: *part };
            let value = self.evaluator.value(part);
            let mut found = self.carried(&value, 0, true);
            found.retain(|c| matches!(c, Carried::Address(..)));
            if !found.is_empty() {
                self.roles.push((part, sink, found));
            }
        }
    }

    /// Leaves out what goes into mail: pages are written for it, too.
    pub(super) fn but_mailed(&self, found: &mut Vec<Carried>) {
        let mailed: BTreeSet<usize> = self
            .flows
            .keys()
            .filter(|(_, kind, _)| *kind == SinkKind::Mail)
            .filter_map(|(_, _, access)| access.parse().ok())
            .collect();
        found.retain(|carried| match carried {
            Carried::Address(read, request, ..) => {
                self.access_of(*read, *request).is_none_or(|access| !mailed.contains(&access))
            }
            Carried::Whole(_) | Carried::People(_) => true,
        });
    }

    /// `TextColumn::make('email')`, `attributes :name, :email`: a page or a serializer is told by name what to take of
    /// the app's own rows.
    pub(super) fn columns_shown(
        &mut self,
        at: At,
        written: &str,
        arguments: &[ExprId],
        imports: &BTreeSet<&str>,
    ) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if !matches!(data.language, Language::Python | Language::Php | Language::Ruby) {
            return;
        }
        let mut columns = arguments.iter().take(MAX_COLUMNS).filter_map(|a| column(data, *a)).peekable();
        if columns.peek().is_none() {
            return;
        }
        let language = data.language.table_name();
        let called = Called { language, package: UNKNOWN_PACKAGE, path: written, imports, first: "" };
        let Some(sink) = Sinks::get().by_columns(called) else { return };
        let names: Vec<&str> = columns.collect();
        self.kept_columns(at, sink, &names);
    }

    /// `list_display = ("name", "email")` of a page or a serializer.
    pub(in crate::analysis) fn columns_listed(&mut self, at: At, sink: &'static Sink) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::List(items) = &data.expr(data.peel(at.expr)).kind else { return };
        let names: Vec<&str> = items.iter().take(MAX_COLUMNS).filter_map(|a| column(data, *a)).collect();
        self.kept_columns(at, sink, &names);
    }

    /// Reports that what is kept under names goes to a sink, as a guess.
    fn kept_columns(&mut self, at: At, sink: &'static Sink, names: &[&str]) {
        let mut found = Vec::new();
        for name in names {
            let name = field_name(name);
            let kept = self.kept.under(&name);
            found.extend(kept.map(|(at, r)| Carried::Address(at, r, Confidence::Possible, None)));
        }
        found.sort();
        found.dedup();
        self.report(at, sink.kind, &sink.id, None, Confidence::Possible, &found);
    }
}

/// Whether what is handed over or returned tells of a failed answer: its body together with how it went, or to
/// somebody who reports mistakes.
pub(super) fn tells_of_failure(data: &Module, whole: ExprId) -> bool {
    /// Expressions inside one call.
    const MAX_INSIDE: usize = 80;
    let table = Matching::get();
    let expr = data.expr(whole);
    let (mut outcome, mut body) = (false, false);
    if let ExprKind::Call { callee, .. } = &expr.kind
        && let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind
    {
        outcome = table.complains(property);
    }
    // Children come before their parents.
    let before = data.exprs.get(..whole.0 as usize).unwrap_or_default();
    for inner in before.iter().rev().take(MAX_INSIDE).filter(|e| expr.span.contains(e.span)) {
        if let ExprKind::Member { property, .. } = &inner.kind {
            outcome |= table.is_outcome(property);
            body |= table.is_body(property);
        }
    }
    outcome && body
}

/// The column for addresses that a text names.
fn column(module: &Module, expr: ExprId) -> Option<&str> {
    let ExprKind::Text(text) = &module.expr(module.peel(expr)).kind else { return None };
    let name = text.rsplit('.').next().unwrap_or(text);
    (!name.contains(' ') && Names::get().is_address_name(name)).then_some(name)
}

/// What an object and its type are called, as written.
fn owners(data: &Module, object: ExprId) -> Vec<&str> {
    const MAX_CALLS: usize = 4;
    let mut owners: Vec<&str> = Vec::new();
    let mut next = data.peel(object);
    for _ in 0..MAX_CALLS {
        match &data.expr(next).kind {
            ExprKind::Local(symbol) => {
                let symbol = data.symbol(*symbol);
                owners.push(&symbol.name);
                owners.extend(symbol.type_name.as_deref());
                // `v := options.View()`
                if let (Language::Go, [made]) = (data.language, symbol.definitions.as_slice())
                    && let ExprKind::Call { callee, .. } = &data.expr(data.peel(*made)).kind
                    && let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind
                {
                    owners.push(property);
                }
            }
            // `Client.new.find(x)`, `self.client().find(x)`: what the call is made on, or is called itself.
            ExprKind::Member { object, property, .. } => {
                owners.push(property);
                if &**property == "new" {
                    next = data.peel(*object);
                    continue;
                }
            }
            ExprKind::Call { callee, .. } if data.language.is_untyped() => {
                next = data.peel(*callee);
                continue;
            }
            ExprKind::Global(name) | ExprKind::Import { name: Some(name), .. } => owners.push(name),
            ExprKind::Import { specifier, name: None } => {
                owners.push(specifier.rsplit(['/', '.']).next().unwrap_or_default());
            }
            _ => {}
        }
        break;
    }
    owners
}

/// Whether a part of a text is itself put together, or made by a function for each item: `rows.map(…).join('')`.
fn is_made_of_pages(module: &Module, part: ExprId) -> bool {
    const MAX_CALLS: usize = 6;
    let mut next = module.peel(part);
    for _ in 0..MAX_CALLS {
        match &module.expr(next).kind {
            ExprKind::Join(_) => return true,
            ExprKind::Call { callee, arguments, .. } => {
                let is_function =
                    |a: &ExprId| matches!(module.expr(module.peel(*a)).kind, ExprKind::Function(_));
                if arguments.iter().any(is_function) {
                    return true;
                }
                next = module.peel(*callee);
            }
            ExprKind::Member { object, .. } => next = module.peel(*object),
            _ => break,
        }
    }
    false
}
