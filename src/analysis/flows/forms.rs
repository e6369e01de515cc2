//! Sinks that are known by their form, and what is kept and sent by them.

use crate::analysis::flows::*;
use crate::analysis::value::{At, ModuleId};
use crate::catalog::endpoints::{HOLE, Target};
use crate::catalog::hosts::Hosts;
use crate::catalog::methods::Methods;
use crate::catalog::sinks::{Sink, Sinks};
use crate::facts::SinkKind;
use crate::findings::Confidence;
use crate::program::{CallKind, ExprId, ExprKind, Language, Module, SymbolId};

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// What a function that is handed to a store puts into the row that it is given:
    /// `People.insert { it[mail] = address }`.
    pub(super) fn filled_by(&mut self, module: ModuleId, argument: ExprId, kind: SinkKind) -> Vec<Carried> {
        const MAX_WRITES: usize = 60;
        let program = self.evaluator.program;
        let data = program.module(module);
        let ExprKind::Function(function) = data.expr(data.peel(argument)).kind else { return Vec::new() };
        if kind != SinkKind::Storage {
            return Vec::new();
        }
        let is_given = |symbol: SymbolId| {
            data.symbol(symbol)
                .definitions
                .iter()
                .any(|d| matches!(data.expr(*d).kind, ExprKind::Parameter(of, _) if of == function))
        };
        let mut out = Vec::new();
        let writes = data.writes.iter().filter(|w| data.expr(w.value).function == function);
        for write in writes.take(MAX_WRITES) {
            let ExprKind::Local(symbol) = data.expr(data.peel(write.object)).kind else { continue };
            if is_given(symbol) {
                let value = self.evaluator.value(At { module, expr: write.value });
                out.extend(self.carried(&value, 1, false));
            }
        }
        out
    }

    /// What a function that is handed over to fill a builder hands to it: `index(i -> i.document(user))`.
    pub(super) fn built_by(&mut self, argument: At, depth: u32) -> Vec<Carried> {
        const MAX_DEPTH: u32 = 3;
        const MAX_CALLS: usize = 16;
        let program = self.evaluator.program;
        let data = program.module(argument.module);
        let ExprKind::Function(function) = data.expr(data.peel(argument.expr)).kind else {
            return Vec::new();
        };
        if !data.language.leaves_out_this() || depth > MAX_DEPTH {
            return Vec::new();
        }
        let mut out = Vec::new();
        for returned in data.function(function).returns.iter().take(4) {
            let mut next = data.peel(*returned);
            for _ in 0..MAX_CALLS {
                let ExprKind::Call { callee, arguments, .. } = &data.expr(next).kind else { break };
                for part in arguments.iter().take(8) {
                    let part = At { module: argument.module, expr: *part };
                    let value = self.evaluator.value(part);
                    out.extend(self.carried(&value, 0, true));
                    out.extend(self.built_by(part, depth + 1));
                }
                let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind else { break };
                next = data.peel(object);
            }
        }
        out
    }

    /// `mails.forEach(log::info)`, `mails.ForEach(Console.WriteLine)`: each item goes where the function that is
    /// named puts what it is handed.
    pub(super) fn walked_into(
        &mut self,
        at: At,
        callee: ExprId,
        arguments: &[ExprId],
        imports: &BTreeSet<&str>,
    ) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Member { object, property, .. } = &data.expr(data.peel(callee)).kind else { return };
        let Some(named) = arguments.first().filter(|_| Methods::get().walks.contains(&**property)) else {
            return;
        };
        if !matches!(data.expr(data.peel(*named)).kind, ExprKind::Member { .. } | ExprKind::Global(_)) {
            return;
        }
        let target = self.evaluator.value(At { module: at.module, expr: *named });
        if target.iter().any(|a| !matches!(a, Atom::Extern { .. })) {
            return;
        }
        let mut names: Vec<(String, String)> = target
            .iter()
            .filter_map(|a| match a {
                Atom::Extern { package, path, .. } => Some((package.to_string(), path.to_string())),
                _ => None,
            })
            .collect();
        names.extend(data.written_name(*named).map(|w| (UNKNOWN_PACKAGE.to_owned(), w)));
        let language = data.language.table_name();
        let sink = names.iter().find_map(|(package, path)| {
            Sinks::get().find(Called { language, package, path, imports, first: "" })
        });
        let Some(sink) = sink.filter(|s| s.kind != SinkKind::Identity) else { return };
        let walked = self.evaluator.value(At { module: at.module, expr: *object });
        let items = self.evaluator.elements(&walked);
        let found = self.carried(&items, 0, false);
        self.report(at, sink.kind, &sink.id, sink.service.as_deref(), sink.confidence(), &found);
    }

    /// Whether a method is called on a collection that is looked up by key.
    pub(in crate::analysis) fn is_lookup(&mut self, module: ModuleId, callee: ExprId) -> bool {
        let program = self.evaluator.program;
        let data = program.module(module);
        let (object, property) = match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { object, property, .. } => (*object, property),
            _ => return false,
        };
        if is_keyed(data, object, 0) {
            return true;
        }
        // `const allowed = parse(list); allowed.has(address)`: what the function of the program makes.
        let (true, ExprKind::Local(symbol)) =
            (matches!(&**property, "has" | "get"), &data.expr(data.peel(object)).kind)
        else {
            return false;
        };
        let [made] = data.symbol(*symbol).definitions.as_slice() else { return false };
        let ExprKind::Call { callee, .. } = data.expr(data.peel(*made)).kind else { return false };
        self.functions(At { module, expr: callee }).into_iter().take(4).any(|of| {
            let data = program.module(of.module);
            data.function(of.function).returns.iter().take(8).any(|r| is_keyed(data, *r, 0))
        })
    }

    /// `setUser(user)` of a state variable, whose component shows what it holds, and
    /// `email.endsWith('@example.com')`, which tells accounts apart.
    pub(super) fn by_form(&mut self, at: At, callee: ExprId, arguments: &[ExprId]) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        match &data.expr(data.peel(callee)).kind {
            ExprKind::Local(symbol) if is_setter(data, *symbol) => {
                for argument in arguments.iter().take(1) {
                    let value = self.evaluator.value(here(*argument));
                    let value = self.evaluator.called_with_nothing(&value, at);
                    let found = self.carried(&value, 0, false);
                    self.report(at, SinkKind::Ui, "ui.state", None, Confidence::Possible, &found);
                    self.hands(here(*argument), SinkKind::Ui, "ui.state", None, Confidence::Possible);
                }
            }
            ExprKind::Member { object, property, .. }
                if Matching::get().tests_domain(property)
                    && arguments.first().is_some_and(|a| names_domain(data, *a)) =>
            {
                let value = self.evaluator.value(here(*object));
                let found = self.carried(&value, MAX_DEPTH, false);
                let (kind, sink) = (SinkKind::Identity, "identity.domain-test");
                self.report(at, kind, sink, None, Confidence::Possible, &found);
            }
            // `str_ends_with($mail, '@example.com')`, `explode('@', $mail)`
            ExprKind::Global(name)
                if data.language == Language::Php
                    && Matching::get().tests_domain(name)
                    && arguments.iter().take(2).any(|a| names_domain(data, *a)) =>
            {
                let found = self.given(at.module, arguments.iter().take(2));
                let (kind, sink) = (SinkKind::Identity, "identity.domain-test");
                self.report(at, kind, sink, None, Confidence::Possible, &found);
            }
            _ => {}
        }
    }

    /// `note.save()`, `session.add(note)`: an object is stored with all that was put into it.
    pub(in crate::analysis) fn kept(
        &mut self,
        at: At,
        sink: &'static Sink,
        callee: ExprId,
        arguments: &[ExprId],
    ) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let receiver = match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { object, property, .. } if property.starts_with("save") => Some(*object),
            _ => None,
        };
        for object in receiver.into_iter().chain(arguments.iter().copied()) {
            if matches!(data.expr(data.peel(object)).kind, ExprKind::This) {
                self.kept_of_itself(at, sink);
                continue;
            }
            let ExprKind::Local(symbol) = data.expr(data.peel(object)).kind else { continue };
            let mut parts: Vec<ExprId> = Vec::new();
            for index in program.index(at.module).writes.get(&symbol).into_iter().flatten().take(60) {
                parts.extend(data.writes.get(*index).map(|w| w.value));
            }
            for definition in data.symbol(symbol).definitions.iter().take(8) {
                if let ExprKind::Call { callee, arguments, named, .. } =
                    &data.expr(data.peel(*definition)).kind
                    && data.written_name(*callee).is_some_and(|n| is_type_name(&n) || makes_row(&n))
                {
                    parts.extend(arguments.iter().copied().chain(named.iter().map(|(_, v)| *v)));
                }
            }
            let mut found = Vec::new();
            for part in parts {
                let value = self.evaluator.value(At { module: at.module, expr: part });
                found.extend(self.carried(&value, 0, true));
            }
            found.sort();
            found.dedup();
            self.report(at, sink.kind, &sink.id, sink.service.as_deref(), sink.confidence(), &found);
        }
    }

    /// `self.save()` in a method of a row: what the same method has put into it before.
    pub(in crate::analysis) fn kept_of_itself(&mut self, at: At, sink: &'static Sink) {
        const MAX_FIELDS: usize = 200;
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let around = data.expr(at.expr).function;
        let Some(class) = data.function(around).class else { return };
        let mut found = Vec::new();
        let fields = data.class(class).fields.iter().map(|(_, value)| *value);
        for value in fields.filter(|v| data.expr(*v).function == around).take(MAX_FIELDS) {
            let value = self.evaluator.value(At { module: at.module, expr: value });
            found.extend(self.carried(&value, 0, true));
        }
        found.sort();
        found.dedup();
        self.report(at, sink.kind, &sink.id, sink.service.as_deref(), sink.confidence(), &found);
    }

    /// A request of an HTTP client: to a named service, to another host, or into Atlassian itself.
    pub(super) fn sent(
        &mut self,
        at: At,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
        addresses: &[String],
        atlassian: bool,
    ) {
        let target = addresses.iter().find_map(|t| Target::parse(t));
        let host = target.as_ref().and_then(|t| t.host.clone());
        let path = target.as_ref().map(Target::shown).unwrap_or_default();
        let own: Vec<ExprId> = arguments.iter().copied().chain(named.iter().map(|(_, a)| *a)).collect();
        if atlassian || path.contains("/rest/api") || path.contains("/rest/servicedeskapi") {
            // An address in a property, a field or a comment of the product is stored there.
            let (kind, sink, own) = if path.contains("propert") {
                (SinkKind::Storage, "storage.product-property", own.as_slice())
            } else if is_text_of_the_product(&path) {
                // Whoever may see the issue or the page reads it there.
                (SinkKind::Ui, "ui.product-text", own.get(1..).unwrap_or_default())
            } else {
                return;
            };
            self.taken_along(at, own, kind, sink, None, Confidence::Likely, false);
            return;
        }
        let (kind, sink, service, confidence) = match host {
            Some(host) => match Sinks::get().by_host(&host) {
                Some(sink) => {
                    let service = sink.service.clone().unwrap_or_else(|| host.clone());
                    (sink.kind, &*sink.id, Some(service), Confidence::Likely)
                }
                None if Hosts::get().is_atlassian(&host) || is_loopback(&host) => return,
                None => (SinkKind::ThirdParty, "third-party.http", Some(host), Confidence::Likely),
            },
            // A relative path is the app's own server; what is not known at all may be anyone's.
            None => {
                let unknown =
                    addresses.iter().all(|t| t.starts_with(HOLE) || t.is_empty()) || target.is_none();
                if !unknown {
                    return;
                }
                (SinkKind::ThirdParty, "third-party.http", None, Confidence::Possible)
            }
        };
        self.taken_along(at, &own, kind, sink, service.as_deref(), confidence, true);
    }

    /// Reports what a request takes along: the arguments of the call that names its address, what is put into it
    /// elsewhere, and once more, as a guess, where it is sent.
    #[expect(clippy::too_many_arguments, reason = "a sink and how sure it is")]
    pub(super) fn taken_along(
        &mut self,
        at: At,
        own: &[ExprId],
        kind: SinkKind,
        sink: &str,
        service: Option<&str>,
        how: Confidence,
        whole: bool,
    ) {
        let (parts, senders) = self.request_parts(at);
        let own = own.iter().map(|e| (at, At { module: at.module, expr: *e }));
        let all: Vec<(At, At)> = own.chain(parts.into_iter().map(|p| (p.place, p.value))).collect();
        let wraps = !matches!(
            self.evaluator.program.module(at.module).language,
            Language::JavaScript | Language::Python | Language::Php | Language::Ruby
        );
        let mut everything = Vec::new();
        for (place, value) in all {
            let mut found = match wraps {
                true => self.wrapped(value, 0),
                false => self.given(value.module, std::iter::once(&value.expr)),
            };
            if !whole {
                found.retain(|c| matches!(c, Carried::Address(..)));
            }
            self.report(place, kind, sink, service, how, &found);
            self.hands(value, kind, sink, service, how);
            everything.extend(found);
        }
        for sender in senders {
            self.report(sender, kind, sink, service, Confidence::Possible, &everything);
        }
    }
}

/// Whether a text that is written out, or a part of it, is about the domain of an address.
fn names_domain(module: &Module, expr: ExprId) -> bool {
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) => text.contains('@'),
        ExprKind::Join(parts) => parts.iter().take(4).any(
            |p| matches!(&module.expr(module.peel(*p)).kind, ExprKind::Text(text) if text.contains('@')),
        ),
        _ => false,
    }
}

/// Whether a variable sets a state variable of a component.
pub(super) fn is_setter(module: &Module, symbol: SymbolId) -> bool {
    module.symbol(symbol).definitions.iter().take(4).any(|d| match module.expr(*d).kind {
        ExprKind::Item { object, index: 1 } => match &module.expr(module.peel(object)).kind {
            ExprKind::Call { callee, .. } => module
                .written_name(*callee)
                .is_some_and(|n| matches!(n.rsplit('.').next(), Some("useState" | "useReducer"))),
            _ => false,
        },
        _ => false,
    })
}

/// Whether what is sent to a path is shown to users of the product: comments, issues, pages.
pub(super) fn is_text_of_the_product(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.trim_end_matches('/').rsplit('/').filter(|p| *p != "{}" && !p.starts_with('{'));
    let paths = Sinks::get().by_id("ui.product-text").map_or([].as_slice(), |s| &s.paths);
    parts.next().is_some_and(|last| paths.iter().any(|p| p == last))
}

pub(super) fn is_loopback(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name == "localhost" || name.starts_with("127.")
}

/// Whether an expression is a map or a set, by what makes it or by its declared type.
pub(super) fn is_keyed(module: &Module, expr: ExprId, depth: u32) -> bool {
    const MAX: u32 = 4;
    let named =
        |name: &str| matches!(name, "Map" | "Set" | "WeakMap" | "WeakSet" | "ReadonlyMap" | "ReadonlySet");
    let inner = |expr: ExprId| depth < MAX && is_keyed(module, expr, depth + 1);
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Call { callee, kind: CallKind::New, .. } => {
            matches!(&module.expr(module.peel(*callee)).kind, ExprKind::Global(n) if named(n))
        }
        ExprKind::Choice(_, arms) => arms.iter().any(|a| inner(*a)),
        ExprKind::Local(symbol) => {
            let symbol = module.symbol(*symbol);
            // A list of maps is declared with the name of what stands in it, and made as a list.
            let is_list = symbol.definitions.iter().take(8).any(|d| makes_list(module, *d));
            symbol.type_name.as_deref().is_some_and(named) && !is_list
                || symbol.definitions.iter().take(8).any(|d| inner(*d))
        }
        // A field of the class around, by what it is declared to be or made with.
        ExprKind::Member { object, property, .. }
            if matches!(module.expr(module.peel(*object)).kind, ExprKind::This) =>
        {
            let class = module.function(module.expr(expr).function).class.map(|c| module.class(c));
            class.is_some_and(|c| {
                c.field_types.iter().any(|(n, t)| n == property && named(t))
                    || c.fields.iter().filter(|(n, _)| n == property).take(4).any(|(_, v)| inner(*v))
            })
        }
        _ => false,
    }
}

/// Whether an expression makes a list: `new ArrayList<>()`.
fn makes_list(module: &Module, expr: ExprId) -> bool {
    let ExprKind::Call { callee, kind: CallKind::New, .. } = module.expr(module.peel(expr)).kind else {
        return false;
    };
    module.written_name(callee).is_some_and(|name| name.ends_with("List"))
}

/// Whether a call gives a new row with the columns that it is handed: `Person.find_or_initialize_by(email: mail)`.
fn makes_row(written: &str) -> bool {
    const MAKES: &[&str] = &[
        "find_or_initialize_by",
        "first_or_initialize",
        "firstOrNew",
        "new",
        "build",
        "make",
        "newInstance",
    ];
    written.rsplit('.').next().is_some_and(|last| MAKES.contains(&last.trim_end_matches("()")))
}
