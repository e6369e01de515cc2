//! Where addresses go: every place that the sink table knows is asked what reaches it.

use std::collections::{BTreeMap, BTreeSet};

use super::accesses::{Found, UNKNOWN_REQUEST, describe, place};
use super::eval::{Evaluator, field_name};
use super::inside::Insides;
use super::kept::Kept;
use super::paths::{self, Wanted};
use super::value::{At, Atom, FrameId, FunctionAt, ModuleId, RequestId, Val};
use super::wrappers::{self, Handed};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::{HOLE, Target};
use crate::catalog::fields::Fields;
use crate::catalog::sinks::{Called, Sink, Sinks};
use crate::facts::{Flow, SinkKind, Step};
use crate::findings::Confidence;
use crate::program::{CallKind, ExprId, ExprKind, FunctionId, Language, Module, SymbolId};
use crate::text::{Place, SourceFile, redact};

/// What of an address reaches a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Carried {
    /// The address itself, by the place that reads it, and what puts it into the object that goes on.
    Address(At, RequestId, Confidence, Option<At>),
    /// An object that holds one.
    Whole(RequestId),
}

/// Objects inside objects that are looked through for an address.
pub(super) const MAX_DEPTH: u32 = 8;
/// How much of an expression is shown.
const EXPRESSION: usize = 120;
/// Whether a name as written is the one of a type.
fn is_type_name(written: &str) -> bool {
    written.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Methods by which objects say whether they are the same.
const EQUALITY: &[&str] =
    &["Is", "Equal", "Equals", "equals", "__eq__", "eql?", "compareTo", "hashCode", "isEqual"];
/// Flows whose steps are looked for.
const MAX_WAYS: usize = 1_000;
/// Calls that are kept for one access.
const MAX_HANDED_ON: usize = 200;

pub(super) struct Flows<'e, 'p, 'a> {
    pub(super) evaluator: &'e mut Evaluator<'p>,
    file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
    pub(super) accesses: &'e mut Vec<Found>,
    /// Positions of accesses by place.
    by_place: BTreeMap<At, usize>,
    flows: BTreeMap<(At, SinkKind, String), Flow>,
    /// What each flow carries, for `paths`.
    wanted: BTreeMap<(At, SinkKind, String), Wanted>,
    kept: Kept,
    /// What functions hand from their parameters to sinks.
    handed: Vec<Handed>,
}

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    fn new(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
    ) -> Self {
        let mut by_place = BTreeMap::new();
        for (i, found) in accesses.iter().enumerate() {
            by_place.entry(found.at).or_insert(i);
        }
        Self {
            evaluator,
            file,
            accesses,
            by_place,
            flows: BTreeMap::new(),
            wanted: BTreeMap::new(),
            kept: Kept::default(),
            handed: Vec::new(),
        }
    }

    /// Finds all flows, sorted by place. Adds an access for a request whose answer goes somewhere
    /// whole although no address in it is named.
    pub(super) fn collect(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
    ) -> Vec<Flow> {
        let program = evaluator.program;
        let mut this = Self::new(evaluator, file, accesses);
        this.kept = Kept::new(this.evaluator, &this.by_place);
        for module in program.ids() {
            let imports: BTreeSet<&str> = program
                .module(module)
                .exprs
                .iter()
                .filter_map(|e| match &e.kind {
                    ExprKind::Import { specifier, .. } => Some(&**specifier),
                    _ => None,
                })
                .collect();
            this.module(module, &imports);
        }
        let handed = std::mem::take(&mut this.handed);
        wrappers::follow(&mut this, handed);
        this.find_ways();
        let mut flows: Vec<Flow> = this.flows.into_values().collect();
        flows.sort_by(|a, b| (&a.place, a.kind, &a.access).cmp(&(&b.place, b.kind, &b.access)));
        flows
    }

    /// Puts the steps between into the paths.
    fn find_ways(&mut self) {
        let mut insides = Insides::default();
        let mut flows = std::mem::take(&mut self.flows);
        for (key, flow) in flows.iter_mut().take(MAX_WAYS) {
            let Some(wanted) = self.wanted.get(key) else { continue };
            let way = paths::way(self.evaluator, &mut insides, self.file, *wanted, key.0);
            flow.names = way.names;
            // What is known to lie between gives way to what was found there; of a place on the way itself,
            // what comes behind it stays.
            let known = flow.path.len();
            let at = flow.path.iter().rposition(|s| s.place == flow.place).unwrap_or(known.saturating_sub(1));
            let behind = flow.path.split_off(at.min(known));
            flow.path.truncate(1);
            flow.path.extend(way.steps);
            flow.path.extend(behind);
        }
        self.flows = flows;
    }

    fn module(&mut self, module: ModuleId, imports: &BTreeSet<&str>) {
        let program = self.evaluator.program;
        let data = program.module(module);
        for (id, expr) in data.all() {
            let at = At { module, expr: id };
            match &expr.kind {
                ExprKind::Call { .. } => self.call(at, imports),
                ExprKind::Markup { component, attributes, children, .. } => {
                    for child in children {
                        self.shown(At { module, expr: *child }, "ui.jsx");
                    }
                    // A component of the program gets its attributes as parameters; what it shows is
                    // found there.
                    let own = component.is_some_and(|c| {
                        let value = self.evaluator.value(At { module, expr: c });
                        value.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)))
                    });
                    if !own {
                        for (name, value) in attributes {
                            let handler = name.as_deref().is_some_and(|n| n.starts_with("on") || n == "key");
                            if !handler {
                                self.shown(At { module, expr: *value }, "ui.jsx");
                            }
                            // Whose page or picture it is gets it with the address.
                            if name.as_deref().is_some_and(|n| matches!(n, "src" | "action" | "href")) {
                                self.loaded(At { module, expr: *value });
                            }
                        }
                    }
                }
                // `user.save!` calls, too.
                ExprKind::Same(inner) if data.language == Language::Ruby => self.saved(at, *inner, imports),
                ExprKind::Index { index, .. } => {
                    let value = self.evaluator.value(At { module, expr: *index });
                    let found = self.carried(&value, 0, false);
                    self.report(at, SinkKind::Identity, "identity.key", None, Confidence::Likely, &found);
                }
                // `status === 'none'` matches nobody's account, nor does comparing whole objects.
                ExprKind::Equal(left, right)
                    if [left, right].iter().all(|e| {
                        !matches!(data.expr(data.peel(**e)).kind, ExprKind::Text(_) | ExprKind::Constant)
                    }) =>
                {
                    for side in [left, right] {
                        let value = self.evaluator.value(At { module, expr: *side });
                        let found = self.carried(&value, MAX_DEPTH, false);
                        // Whether two objects are the same is another question than whether two people are.
                        let own = data.function(data.expr(id).function).name.as_deref();
                        let how = match own.is_some_and(|n| EQUALITY.contains(&n)) {
                            true => Confidence::Possible,
                            false => Confidence::Likely,
                        };
                        self.report(at, SinkKind::Identity, "identity.equality", None, how, &found);
                    }
                }
                _ => {}
            }
        }
        for class in &data.classes {
            let base = class.base.and_then(|b| data.written_name(b)).unwrap_or_default();
            let named = [&*class.name, base.rsplit('.').next().unwrap_or_default()];
            let asked = named.iter().find_map(|n| Sinks::get().by_class(data.language.table_name(), n));
            for (name, function) in &class.methods {
                // A framework calls what nobody else does.
                let at = FunctionAt { module, function: *function };
                if let Some(sink) = asked
                    && &**name != "constructor"
                    && !self.evaluator.callers.contains_key(&at)
                {
                    self.returned_by(sink, at);
                }
                // Only what a framework hands it: anything else is followed to its caller.
                if let Some(sink) = Sinks::get().by_override(data.language.table_name(), name) {
                    self.returned_by(sink, FunctionAt { module, function: *function });
                }
            }
        }
        for (i, function) in data.functions.iter().enumerate().filter(|(_, f)| !f.decorators.is_empty()) {
            let language = data.language.table_name();
            if let Some(sink) = Sinks::get().by_decorators(language, &function.decorators, imports) {
                let function = FunctionId(u32::try_from(i).unwrap_or(u32::MAX));
                self.returned_by(sink, FunctionAt { module, function });
            }
        }
        self.frameworks(module, imports);
        for write in &data.writes {
            let Some(property) = &write.property else { continue };
            let Some(object) = data.written_name(write.object) else { continue };
            let written = format!("{object}.{property}");
            if let Some(sink) = Sinks::get().by_assignment(data.language.table_name(), &written, imports) {
                let at = At { module, expr: write.value };
                let value = self.evaluator.value(at);
                let found = self.carried(&value, 0, true);
                let around = FunctionAt { module, function: data.expr(write.value).function };
                let seen = sink.kind == SinkKind::Ui && self.evaluator.pages.is_seen(around);
                let confidence = if seen { Confidence::Possible } else { sink.confidence() };
                self.report(at, sink.kind, &sink.id, sink.service.as_deref(), confidence, &found);
                self.hands(at, sink.kind, &sink.id, sink.service.as_deref(), confidence);
            }
        }
    }

    /// A value that stands in markup.
    fn shown(&mut self, at: At, sink: &str) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        match &data.expr(data.peel(at.expr)).kind {
            ExprKind::Markup { .. } | ExprKind::Function(_) | ExprKind::Constant | ExprKind::Text(_) => {}
            // `{users.map(user => <li>…</li>)}`: what is shown stands inside.
            ExprKind::Call { arguments, .. }
                if arguments.iter().any(|a| {
                    matches!(data.expr(data.peel(*a)).kind, ExprKind::Function(f)
                        if data.function(f).returns.iter().any(|r| is_markup(data, *r, 0)))
                }) => {}
            _ => {
                let value = self.evaluator.value(at);
                let found: Vec<Carried> = self
                    .carried(&value, MAX_DEPTH, false)
                    .into_iter()
                    .filter(|c| matches!(c, Carried::Address(..)))
                    .collect();
                let sink = if data.language == Language::Template { "ui.template" } else { sink };
                self.report(at, SinkKind::Ui, sink, None, Confidence::Likely, &found);
            }
        }
    }

    fn call(&mut self, at: At, imports: &BTreeSet<&str>) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Call { callee, arguments, named, .. } = &data.expr(at.expr).kind else { return };
        let here = |expr: ExprId| At { module: at.module, expr };
        let written = data.written_name(*callee).unwrap_or_default();
        // `@app.get("/me")` above a function: what it returns is answered.
        if let [decorated] = arguments.as_slice()
            && matches!(data.expr(*decorated).kind, ExprKind::Function(_))
            && let Some(sink) =
                Sinks::get().by_decorator(data.language.table_name(), written.trim_end_matches("()"), imports)
        {
            self.returned(sink, Some(here(*decorated)));
        }
        self.matched(at, *callee);
        if let Some(sink) = Sinks::get().by_template(&written) {
            for argument in arguments {
                self.shown(here(*argument), sink);
            }
            return;
        }
        self.by_form(at, *callee, arguments);
        let target = self.evaluator.value(here(*callee));
        let mut names: Vec<(String, String, Option<At>)> = target
            .iter()
            .filter_map(|a| match a {
                Atom::Extern { package, path, made } => Some((package.to_string(), path.to_string(), *made)),
                _ => None,
            })
            .collect();
        let own = target.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)));
        if !own && !written.is_empty() {
            names.push((UNKNOWN_PACKAGE.to_owned(), written.clone(), None));
        }
        let promised = self.promised_to(&target);
        let first = arguments.first().and_then(|a| data.written_name(*a)).unwrap_or_default();
        let around = FunctionAt { module: at.module, function: data.expr(at.expr).function };
        let mut best: Option<&'static Sink> = promised;
        for (package, path, _) in &names {
            let called =
                Called { language: data.language.table_name(), package, path, imports, first: &first };
            if let Some(sink) = Sinks::get().find(called)
                && best.is_none_or(|b| sink.confidence() > b.confidence())
            {
                best = Some(sink);
            }
        }
        let lookup = self.is_lookup(at.module, *callee);
        if lookup && let Some(key) = arguments.first() {
            // Whatever else has a method of that name, this is a map or a set.
            let value = self.evaluator.value(here(*key));
            let found = self.carried(&value, MAX_DEPTH, false);
            self.report(at, SinkKind::Identity, "identity.map-key", None, Confidence::Likely, &found);
            return;
        }
        if let Some(sink) = best {
            if sink.kind == SinkKind::Storage {
                self.kept(at, sink, *callee, arguments);
            }
            if let Some(index) = sink.callback_argument {
                self.returned(sink, arguments.get(index).copied().map(here));
            } else if sink.callbacks {
                for argument in arguments {
                    self.returned(sink, Some(here(*argument)));
                }
            } else if sink.kind != SinkKind::Identity || sink.confidence() > Confidence::Possible {
                let positional = arguments.iter().enumerate().filter(|(i, _)| sink.takes(*i)).map(|(_, a)| a);
                for argument in positional.chain(named.iter().map(|(_, a)| a)) {
                    let value = self.evaluator.value(here(*argument));
                    let mut found = match sink.columns {
                        true => self.in_columns(at.module, &value),
                        false => self.carried(&value, 0, true),
                    };
                    found.extend(self.written(here(*argument)));
                    let service = sink.service.as_deref();
                    // A name that is generic in the table is not, once the receiver is known.
                    let confidence = match sink.kind {
                        SinkKind::Identity => Confidence::Likely,
                        // What a page shows of it is said at the lines of the template.
                        SinkKind::Ui if self.evaluator.pages.is_seen(around) => Confidence::Possible,
                        SinkKind::Response if self.evaluator.pages.is_filled_by(at) => Confidence::Possible,
                        _ => sink.confidence(),
                    };
                    let found = self.of_few(here(*argument), found);
                    let whole = found.iter().any(|c| matches!(c, Carried::Whole(_)));
                    let how = match whole && self.is_handed_by_many(here(*argument)) {
                        true => Confidence::Possible,
                        false => confidence,
                    };
                    self.report(at, sink.kind, &sink.id, service, how, &found);
                    if let Some(kind) = sink.also {
                        self.report(at, kind, &sink.id, service, how, &found);
                    }
                    self.hands(here(*argument), sink.kind, &sink.id, service, confidence);
                }
            }
            if !matches!(sink.kind, SinkKind::ThirdParty | SinkKind::Mail | SinkKind::Marketing) {
                return;
            }
        }
        for (package, path, made) in &names {
            if let Some(client) = Clients::get().find(data.language.table_name(), package, path)
                && client.role.is_none()
            {
                let addresses = self.evaluator.asked_addresses(at, client, *made, arguments);
                self.sent(at, arguments, named, &addresses, client.atlassian());
                break;
            }
        }
    }

    /// What an argument carries; what only one of many callers hands over is a guess, as `wrappers` asks
    /// those.
    fn of_few(&self, argument: At, mut found: Vec<Carried>) -> Vec<Carried> {
        if found.is_empty() {
            return found;
        }
        let program = self.evaluator.program;
        let many = wrappers::given(program, argument).into_iter().any(|(function, ..)| {
            let of = FunctionAt { module: argument.module, function };
            self.evaluator.callers.get(&of).is_some_and(|c| c.calls.len() > wrappers::FEW_CALLERS)
        });
        let here = |at: At| {
            (at.module, program.module(at.module).expr(at.expr).function)
                == (argument.module, program.module(argument.module).expr(argument.expr).function)
        };
        for carried in found.iter_mut().filter(|_| many) {
            if let Carried::Address(read, _, confidence, _) = carried
                && !here(*read)
            {
                *confidence = Confidence::Possible;
            }
        }
        found
    }

    /// Notes that an argument goes to a sink, when it is (made of) a parameter of the function around it.
    fn hands(&mut self, argument: At, kind: SinkKind, sink: &str, service: Option<&str>, how: Confidence) {
        if kind != SinkKind::Identity && !wrappers::given(self.evaluator.program, argument).is_empty() {
            self.handed.push(Handed {
                kind,
                sink: sink.to_owned(),
                service: service.map(str::to_owned),
                confidence: how,
                argument,
            });
        }
    }

    /// Reports what goes to a sink by way of a function of the program's own.
    pub(super) fn report_at(&mut self, call: At, to: &Handed, confidence: Confidence, found: &[Carried]) {
        self.report(call, to.kind, &to.sink, to.service.as_deref(), confidence, found);
    }

    /// Whether a method is called on a collection that is looked up by key.
    fn is_lookup(&self, module: ModuleId, callee: ExprId) -> bool {
        let data = self.evaluator.program.module(module);
        let ExprKind::Member { object, .. } = data.expr(data.peel(callee)).kind else { return false };
        let makes = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Call { callee, kind: CallKind::New, .. } => {
                matches!(&data.expr(data.peel(*callee)).kind, ExprKind::Global(n)
                    if matches!(&**n, "Map" | "Set" | "WeakMap" | "WeakSet"))
            }
            _ => false,
        };
        match data.expr(data.peel(object)).kind {
            ExprKind::Local(symbol) => data.symbol(symbol).definitions.iter().take(8).any(|d| makes(*d)),
            _ => makes(object),
        }
    }

    /// `setUser(user)` of a state variable, whose component shows what it holds, and
    /// `email.endsWith('@example.com')`, which tells accounts apart.
    fn by_form(&mut self, at: At, callee: ExprId, arguments: &[ExprId]) {
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
                if matches!(
                    &**property,
                    "endsWith" | "startsWith" | "includes" | "indexOf" | "match" | "search" | "split"
                ) && arguments.first().is_some_and(
                    |a| matches!(&data.expr(data.peel(*a)).kind, ExprKind::Text(t) if t.contains('@')),
                ) =>
            {
                let value = self.evaluator.value(here(*object));
                let found = self.carried(&value, MAX_DEPTH, false);
                let (kind, sink) = (SinkKind::Identity, "identity.domain-test");
                self.report(at, kind, sink, None, Confidence::Possible, &found);
            }
            _ => {}
        }
    }

    /// `note.save()`, `session.add(note)`: an object is stored with all that was put into it.
    pub(super) fn kept(&mut self, at: At, sink: &'static Sink, callee: ExprId, arguments: &[ExprId]) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let receiver = match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { object, property, .. } if property.starts_with("save") => Some(*object),
            _ => None,
        };
        for object in receiver.into_iter().chain(arguments.iter().copied()) {
            let ExprKind::Local(symbol) = data.expr(data.peel(object)).kind else { continue };
            let mut parts: Vec<ExprId> = Vec::new();
            for index in program.index(at.module).writes.get(&symbol).into_iter().flatten().take(60) {
                parts.extend(data.writes.get(*index).map(|w| w.value));
            }
            for definition in data.symbol(symbol).definitions.iter().take(8) {
                if let ExprKind::Call { callee, arguments, named, .. } =
                    &data.expr(data.peel(*definition)).kind
                    && data.written_name(*callee).is_some_and(|n| is_type_name(&n))
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

    /// What of a row goes on, when a table takes its columns by name: the address itself, or a whole user
    /// of an answer that mentions one.
    pub(super) fn in_columns(&mut self, module: ModuleId, row: &Val) -> Vec<Carried> {
        let columns = columns(self.evaluator.program.module(module));
        let mut found = self.carried(row, 0, false);
        let mut requests: Vec<RequestId> = Vec::new();
        self.answers(row, 0, &mut requests);
        for request in requests {
            let Some(data) = self.evaluator.requests.get(request.0 as usize) else { continue };
            let endpoint = data.endpoint;
            let users = endpoint.is_about_users();
            let taken = columns.iter().any(|column| {
                if users {
                    Fields::get().is_address(column)
                } else {
                    Fields::get().is_person(column) && endpoint.containers.iter().any(|c| c == column)
                }
            });
            if taken {
                found.push(Carried::Whole(request));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The requests whose answers a value is or has in it.
    fn answers(&mut self, value: &Val, depth: u32, out: &mut Vec<RequestId>) {
        let program = self.evaluator.program;
        for atom in value.iter() {
            match atom {
                Atom::Answer { request, weak: false, inner: true } => out.push(*request),
                Atom::Object(at, frame) | Atom::List(at, frame) if depth < MAX_DEPTH => {
                    let parts: Vec<ExprId> = match program.kind(*at) {
                        ExprKind::Object { fields, .. } => fields.iter().map(|(_, v)| *v).collect(),
                        ExprKind::List(items) => items.clone(),
                        ExprKind::Call { arguments, .. } => arguments.clone(),
                        _ => continue,
                    };
                    for part in parts.iter().take(50) {
                        let value = self.evaluator.value_in(At { module: at.module, expr: *part }, *frame);
                        self.answers(&value, depth + 1, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a function given to a framework returns, such as a resolver's answer.
    fn returned(&mut self, sink: &'static Sink, function: Option<At>) {
        let Some(function) = function else { return };
        for of in self.functions(function) {
            self.returned_by(sink, of);
        }
    }

    /// The functions that an expression can be.
    pub(super) fn functions(&mut self, at: At) -> Vec<FunctionAt> {
        let value = self.evaluator.value(at);
        let functions = value.iter().filter_map(|a| match a {
            Atom::Function { at, .. } => Some(*at),
            _ => None,
        });
        functions.collect()
    }

    fn returned_by(&mut self, sink: &'static Sink, of: FunctionAt) {
        self.returned_from(sink, of, 0);
    }

    /// What a function returns, by the line that makes it: `return handle(x)` only passes it on.
    fn returned_from(&mut self, sink: &'static Sink, of: FunctionAt, depth: u32) -> bool {
        let program = self.evaluator.program;
        let mut any = false;
        for expr in &program.module(of.module).function(of.function).returns {
            let at = At { module: of.module, expr: *expr };
            let value = self.evaluator.value(at);
            let mut found = self.carried(&value, 0, true);
            found.extend(self.written(at));
            if found.is_empty() && !sink.overrides.is_empty() {
                // `return (new User)->map(['email' => $address])`: an object of the framework's is filled.
                found = self.filled_with(at);
            }
            if found.is_empty() {
                continue;
            }
            any = true;
            let made_in = |module: ModuleId| {
                found.iter().any(|c| match c {
                    Carried::Address(read, _, _, put) => put.unwrap_or(*read).module == module,
                    Carried::Whole(_) => false,
                })
            };
            let inner: Vec<FunctionAt> = match depth < MAX_DEPTH {
                true => self.called(at).into_iter().filter(|f| made_in(f.module)).collect(),
                false => Vec::new(),
            };
            let mut made = false;
            for inner in inner {
                made |= self.returned_from(sink, inner, depth + 1);
            }
            // Who passes on what a function has made is hardly another place.
            let how = if made { Confidence::Possible } else { sink.confidence() };
            self.report(at, sink.kind, &sink.id, sink.service.as_deref(), how, &found);
        }
        any
    }

    /// The functions of other files that a value comes from as it is.
    fn called(&mut self, at: At) -> Vec<FunctionAt> {
        let program = self.evaluator.program;
        let module = program.module(at.module);
        let ExprKind::Call { callee, .. } = &module.expr(module.peel(at.expr)).kind else {
            return Vec::new();
        };
        let target = self.evaluator.value(At { module: at.module, expr: *callee });
        let functions = target.iter().filter_map(|a| match a {
            Atom::Function { at: of, .. } if of.module != at.module => Some(*of),
            _ => None,
        });
        functions.take(4).collect()
    }

    /// A request of an HTTP client: to a named service, to another host, or into Atlassian itself.
    fn sent(
        &mut self,
        at: At,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
        addresses: &[String],
        atlassian: bool,
    ) {
        let here = |expr: ExprId| At { module: at.module, expr };
        let target = addresses.iter().find_map(|t| Target::parse(t));
        let host = target.as_ref().and_then(|t| t.host.clone());
        let path = target.as_ref().map(Target::shown).unwrap_or_default();
        let given = || arguments.iter().chain(named.iter().map(|(_, a)| a));
        if atlassian || path.contains("/rest/api") || path.contains("/rest/servicedeskapi") {
            // An address in a property, a field or a comment of the product is stored there.
            if path.contains("propert") {
                let mut found = self.given(at.module, given());
                found.retain(|c| matches!(c, Carried::Address(..)));
                let (kind, sink) = (SinkKind::Storage, "storage.product-property");
                self.report(at, kind, sink, None, Confidence::Likely, &found);
                for argument in given() {
                    self.hands(here(*argument), kind, sink, None, Confidence::Likely);
                }
            } else if is_text_of_the_product(&path) {
                // Whoever may see the issue or the page reads it there.
                let mut found = self.given(at.module, given().skip(1));
                found.retain(|c| matches!(c, Carried::Address(..)));
                let (kind, sink) = (SinkKind::Ui, "ui.product-text");
                self.report(at, kind, sink, None, Confidence::Likely, &found);
                for argument in given().skip(1) {
                    self.hands(here(*argument), kind, sink, None, Confidence::Likely);
                }
            }
            return;
        }
        let (kind, sink, service, confidence) = match host {
            Some(host) => match Sinks::get().by_host(&host) {
                Some(sink) => {
                    let service = sink.service.clone().unwrap_or_else(|| host.clone());
                    (sink.kind, &*sink.id, Some(service), Confidence::Likely)
                }
                None if is_atlassian(&host) || is_loopback(&host) => return,
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
        let found = self.given(at.module, given());
        self.report(at, kind, sink, service.as_deref(), confidence, &found);
        for argument in given() {
            self.hands(here(*argument), kind, sink, service.as_deref(), confidence);
        }
    }

    /// What the arguments of a call carry together.
    pub(super) fn given<'x>(
        &mut self,
        module: ModuleId,
        arguments: impl Iterator<Item = &'x ExprId>,
    ) -> Vec<Carried> {
        let mut found: Vec<Carried> = Vec::new();
        for argument in arguments {
            let value = self.evaluator.value(At { module, expr: *argument });
            found.extend(self.carried(&value, 0, true));
        }
        found.sort();
        found.dedup();
        found
    }

    /// The addresses that were put into the members of a variable: `dto.email = …; send(dto)`.
    pub(super) fn written(&mut self, at: At) -> Vec<Carried> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Local(symbol) = data.expr(data.peel(at.expr)).kind else { return Vec::new() };
        let writes = program.index(at.module).writes.get(&symbol).cloned().unwrap_or_default();
        let mut out = Vec::new();
        for write in writes.iter().take(60).filter_map(|i| data.writes.get(*i)) {
            let value = self.evaluator.value(At { module: at.module, expr: write.value });
            let found = self.carried(&value, 1, false);
            out.extend(found.into_iter().filter(|c| matches!(c, Carried::Address(..))));
        }
        out
    }

    /// What of addresses a value carries; `whole` asks for objects that hold one, too.
    pub(super) fn carried(&mut self, value: &Val, depth: u32, whole: bool) -> Vec<Carried> {
        let mut out = Vec::new();
        self.carry(value, depth, whole, None, &mut BTreeSet::new(), &mut out);
        out.sort();
        out.dedup();
        out
    }

    fn carry(
        &mut self,
        value: &Val,
        depth: u32,
        whole: bool,
        put: Option<At>,
        seen: &mut BTreeSet<(At, FrameId)>,
        out: &mut Vec<Carried>,
    ) {
        let program = self.evaluator.program;
        let has_user = whole && value.iter().any(|a| self.evaluator.has_user(a));
        for atom in value.iter() {
            match atom {
                Atom::Address { request, read, weak } => {
                    let confidence = if *weak { Confidence::Possible } else { Confidence::Likely };
                    out.push(Carried::Address(*read, *request, confidence, put));
                }
                Atom::Recalled(at, frame) if depth < MAX_DEPTH && seen.insert((*at, *frame)) => {
                    let value = self.evaluator.value_in(*at, *frame);
                    let mut found = Vec::new();
                    self.carry(&value, depth + 1, false, None, seen, &mut found);
                    // Whether it is what came back nobody knows for sure, nor who put it there.
                    out.extend(found.into_iter().filter_map(|c| match c {
                        Carried::Address(read, request, ..) => {
                            Some(Carried::Address(read, request, Confidence::Possible, None))
                        }
                        Carried::Whole(_) => None,
                    }));
                }
                Atom::Kept { name, read } => {
                    // An access by what stands around it, and whatever else is kept under the name.
                    let known = self.by_place.get(read).and_then(|i| self.accesses.get(*i));
                    let sure = |c| {
                        c > Confidence::Possible
                            || program.module(read.module).language == Language::JavaScript
                    };
                    if let Some(known) = known.filter(|k| sure(k.access.confidence)) {
                        let confidence = known.access.confidence.min(Confidence::Likely);
                        out.push(Carried::Address(*read, UNKNOWN_REQUEST, confidence, put));
                    }
                    let put = put.or(Some(*read));
                    let language = program.module(read.module).language;
                    let spread = matches!(language, Language::JavaScript | Language::Template);
                    let found = self.kept.under(name).filter(|_| spread);
                    out.extend(found.map(|(at, r)| Carried::Address(at, r, Confidence::Possible, put)));
                }
                Atom::Answer { request, weak: false, inner: true }
                    if whole
                        && (has_user || self.holds_user(*request))
                        && !self.evaluator.leaves_address_out(*request) =>
                {
                    out.push(Carried::Whole(*request));
                }
                // What the class puts into its fields when it is made.
                Atom::Instance(module, class) if whole && depth <= 2 => {
                    for (_, field) in program.module(*module).class(*class).fields.iter().take(20) {
                        let value =
                            self.evaluator.value_in(At { module: *module, expr: *field }, FrameId::NONE);
                        out.extend(value.iter().filter_map(|a| match a {
                            Atom::Address { request, read, .. } => {
                                Some(Carried::Address(*read, *request, Confidence::Possible, None))
                            }
                            _ => None,
                        }));
                    }
                }
                Atom::Object(at, frame) | Atom::List(at, frame) | Atom::Props(at, frame)
                    if depth < MAX_DEPTH && seen.insert((*at, *frame)) =>
                {
                    // Whether the part has a name of its own, and so a line that puts it there.
                    let parts: Vec<(ExprId, bool)> = match program.kind(*at) {
                        ExprKind::Object { fields, spreads } => {
                            let fields = fields.iter().map(|(_, v)| (*v, true));
                            fields.chain(spreads.iter().map(|s| (*s, false))).collect()
                        }
                        ExprKind::List(items) => items.iter().map(|i| (*i, false)).collect(),
                        ExprKind::Call { arguments, named, .. } => {
                            let built = program.module(at.module).built(at.expr);
                            let named = named.iter().map(|(_, v)| *v).chain(built.iter().map(|(_, v)| *v));
                            arguments.iter().copied().chain(named).map(|v| (v, true)).collect()
                        }
                        ExprKind::Local(symbol) => {
                            self.keyed(*at, *symbol, *frame, out);
                            let index = program.index(at.module);
                            let writes = index.writes.get(symbol).into_iter().flatten().take(60);
                            let data = program.module(at.module);
                            writes.filter_map(|i| data.writes.get(*i)).map(|w| (w.value, true)).collect()
                        }
                        _ => Vec::new(),
                    };
                    for (part, named) in parts.into_iter().take(200) {
                        let part = At { module: at.module, expr: part };
                        let value = self.evaluator.value_in(part, *frame);
                        let put = if named { Some(part) } else { put };
                        self.carry(&value, depth + 1, whole, put, seen, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// The addresses that are keys of a map: who gets the map gets them, too.
    fn keyed(&mut self, at: At, symbol: SymbolId, frame: FrameId, out: &mut Vec<Carried>) {
        let program = self.evaluator.program;
        for key in program.index(at.module).keys.get(&symbol).into_iter().flatten() {
            let value = self.evaluator.value_in(At { module: at.module, expr: *key }, frame);
            out.extend(value.iter().filter_map(|atom| match atom {
                Atom::Address { request, read, .. } => {
                    Some(Carried::Address(*read, *request, Confidence::Possible, None))
                }
                _ => None,
            }));
        }
    }

    /// Whether the answer to a request is a user or a list of users, not something that a user is
    /// mentioned in.
    fn holds_user(&self, request: RequestId) -> bool {
        // A user object of a Data Center plugin lives in the product and is never written out whole.
        self.evaluator
            .requests
            .get(request.0 as usize)
            .is_some_and(|r| r.endpoint.is_about_users() && !r.endpoint.id.ends_with("data-center-user"))
    }

    pub(super) fn report(
        &mut self,
        at: At,
        kind: SinkKind,
        sink: &str,
        service: Option<&str>,
        confidence: Confidence,
        found: &[Carried],
    ) {
        for carried in found {
            let (access, implicit, how, put) = match carried {
                Carried::Address(read, request, how, put) => {
                    (self.access_of(*read, *request), false, *how, *put)
                }
                // What may go somewhere is no reason to say that an address is obtained.
                Carried::Whole(request) if confidence == Confidence::Possible => {
                    (self.known_whole(*request), true, Confidence::Likely, None)
                }
                Carried::Whole(request) => (self.whole(*request, at), true, Confidence::Likely, None),
            };
            let Some(index) = access else { continue };
            let Some(source) = self.accesses.get(index) else { continue };
            let from = source.access.place.clone();
            let how = how.min(source.access.confidence);
            let Some((to, expression)) = self.shown_at(at) else { continue };
            let what = if implicit {
                "an object that holds an address is obtained"
            } else {
                "the address is obtained"
            };
            let mut path = vec![Step { place: from, what: what.to_owned() }];
            let joined = match carried {
                Carried::Address(read, ..) => self.joined_at(*read).filter(|j| !self.within(*j, at)),
                Carried::Whole(_) => None,
            };
            let apart = joined
                .or(put)
                .filter(|put| !self.within(*put, at))
                .and_then(|p| Some((p, self.shown_at(p)?)));
            if let Some((_, (place, _))) = &apart {
                path.push(Step { place: place.clone(), what: "it is put into what goes on".to_owned() });
            }
            path.push(Step { place: to.clone(), what: word(kind).to_owned() });
            let flow = Flow {
                // Set when the accesses have their ids.
                access: index.to_string(),
                kind,
                sink: sink.to_owned(),
                service: service.map(str::to_owned),
                expression,
                confidence: confidence.min(how),
                implicit,
                path,
                place: to,
                names: Vec::new(),
            };
            let (read, request) = match carried {
                Carried::Address(read, request, ..) => (Some(*read), *request),
                Carried::Whole(request) => (None, *request),
            };
            if let Some(data) = self.evaluator.requests.get(request.0 as usize) {
                let wanted = Wanted { read, request, site: data.site };
                for end in [Some(at), apart.as_ref().map(|(put, _)| *put)].into_iter().flatten() {
                    for kind in [kind, SinkKind::Ui] {
                        self.wanted.entry((end, kind, index.to_string())).or_insert(wanted);
                    }
                }
            }
            // What a route hands out is shown by whatever asks for it, as far as anyone can tell.
            if kind == SinkKind::Response {
                let shown = Flow { kind: SinkKind::Ui, confidence: Confidence::Possible, ..flow.clone() };
                if let Some((put, (place, expression))) = &apart {
                    let (place, expression) = (place.clone(), expression.clone());
                    self.enter(*put, index, Flow { place, expression, ..shown.clone() });
                }
                self.enter(at, index, shown);
            }
            // An object that is made far from where it goes has two lines to look at. What is handed out is
            // decided where the address is put into it; what is kept, where that is done. The other line
            // is said to be possible, so that one is judged and not both.
            if let Some((put, (place, expression))) = apart {
                // What markup shows is looked for in the markup.
                let shown = matches!(sink, "ui.jsx" | "ui.vue" | "ui.svelte" | "ui.angular");
                // So is what a login library is told about who has logged in.
                let handed_out = matches!(kind, SinkKind::Ui | SinkKind::Response | SinkKind::ThirdParty)
                    || sink.starts_with("identity.login");
                let decides = put.module == at.module && !shown && handed_out;
                let less = |c: Confidence, less: bool| if less { Confidence::Possible } else { c };
                let at_put =
                    Flow { confidence: less(flow.confidence, !decides), expression, place, ..flow.clone() };
                self.enter(put, index, at_put);
                self.enter(at, index, Flow { confidence: less(flow.confidence, decides), ..flow });
            } else {
                self.enter(at, index, flow);
            }
        }
    }

    /// The text that a read is put into where it stands: `lines += `- ${user.emailAddress}``.
    fn joined_at(&self, read: At) -> Option<At> {
        /// Expressions between a read and the text that it is a part of.
        const NEAR: usize = 24;
        let module = self.evaluator.program.module(read.module);
        let inner = module.expr(read.expr);
        let after = module.exprs.iter().enumerate().skip(read.expr.0 as usize + 1).take(NEAR);
        // Children come before their parents.
        let mut joins = after.filter(|(_, e)| {
            matches!(&e.kind, ExprKind::Join(_))
                && e.function == inner.function
                && e.span.contains(inner.span)
        });
        let (index, _) = joins.next()?;
        Some(At { module: read.module, expr: ExprId(u32::try_from(index).ok()?) })
    }

    /// Keeps a flow, unless the same one is known better.
    fn enter(&mut self, at: At, access: usize, flow: Flow) {
        let key = (at, flow.kind, access.to_string());
        match self.flows.get(&key) {
            Some(known) if known.confidence >= flow.confidence && !known.implicit => {}
            _ => {
                self.flows.insert(key, flow);
            }
        }
    }

    /// Whether it is known already that a module stores an address.
    pub(super) fn is_stored(&self, carried: &Carried, module: ModuleId) -> bool {
        let Carried::Address(read, request, ..) = carried else { return false };
        let Some(access) = self.access_of(*read, *request).map(|a| a.to_string()) else { return false };
        self.flows.iter().any(|((at, kind, of), flow)| {
            at.module == module
                && *kind == SinkKind::Storage
                && *of == access
                && flow.confidence > Confidence::Possible
        })
    }

    /// The place of an expression, and what of it is shown.
    fn shown_at(&self, at: At) -> Option<(Place, String)> {
        let module = self.evaluator.program.module(at.module);
        let span = module.expr(at.expr).span;
        let file = (self.file)(&module.file)?;
        Some((file.place(span), redact::one_line(file.slice(span), EXPRESSION)))
    }

    /// Whether an expression stands inside another one.
    fn within(&self, inner: At, outer: At) -> bool {
        let span = |at: At| self.evaluator.program.module(at.module).expr(at.expr).span;
        inner.module == outer.module && span(outer).contains(span(inner))
    }

    /// Notes, for each access, the calls that give its address to their caller.
    pub(super) fn hand_on(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
    ) {
        let program = evaluator.program;
        let mut this = Self::new(evaluator, file, accesses);
        for module in program.ids() {
            for call in &program.index(module).calls {
                let at = At { module, expr: *call };
                let value = this.evaluator.value(at);
                let mut of: Vec<usize> = Vec::new();
                for carried in this.carried(&value, 0, false) {
                    if let Carried::Address(read, request, ..) = carried {
                        of.extend(this.access_of(read, request));
                    }
                }
                // The answer of the Email API is an address in all but its wrapping.
                for atom in value.iter() {
                    if let Atom::Answer { request, weak: false, .. } = atom
                        && this.evaluator.is_email_api(*request)
                    {
                        of.extend(this.accesses.iter().position(|f| f.request == *request));
                    }
                }
                if of.is_empty() {
                    continue;
                }
                of.sort_unstable();
                of.dedup();
                let Some(place) = place(this.evaluator, this.file, at) else { continue };
                for index in of {
                    if let Some(found) = this.accesses.get_mut(index)
                        && found.access.handed_on.len() < MAX_HANDED_ON
                    {
                        found.access.handed_on.push(place.clone());
                    }
                }
            }
        }
    }

    /// The access that a read belongs to: itself, or the call of the Email API behind it.
    fn access_of(&self, read: At, request: RequestId) -> Option<usize> {
        let site = self.evaluator.requests.get(request.0 as usize).map(|r| r.site);
        self.by_place.get(&read).or_else(|| self.by_place.get(&site?)).copied()
    }

    /// The access for an answer that goes on whole, if there is one already.
    fn known_whole(&self, request: RequestId) -> Option<usize> {
        let site = self.evaluator.requests.get(request.0 as usize)?.site;
        self.accesses.iter().position(|f| f.at == site || f.request == request)
    }

    /// The access for an answer that goes on whole: one that is known, or a new one at the request.
    fn whole(&mut self, request: RequestId, sink: At) -> Option<usize> {
        let data = self.evaluator.requests.get(request.0 as usize)?.clone();
        if let Some(known) = self.accesses.iter().position(|f| f.at == data.site || f.request == request) {
            return Some(known);
        }
        // What a wrapper does with every answer says nothing about this one.
        if self.calls(data.site, sink) {
            return None;
        }
        let mut access = describe(self.evaluator, self.file, data.site, &data);
        access.confidence = access.confidence.min(Confidence::Likely);
        access.request = place(self.evaluator, self.file, data.site);
        self.accesses.push(Found { access, at: data.site, request });
        let position = self.accesses.len() - 1;
        self.by_place.insert(data.site, position);
        Some(position)
    }

    /// Whether a call is one of the function in which a place stands.
    fn calls(&mut self, call: At, place: At) -> bool {
        let program = self.evaluator.program;
        let ExprKind::Call { callee, .. } = program.kind(call) else { return false };
        let around = FunctionAt {
            module: place.module,
            function: program.module(place.module).expr(place.expr).function,
        };
        let value = self.evaluator.value(At { module: call.module, expr: *callee });
        value.iter().any(|a| matches!(a, Atom::Function { at, .. } if *at == around))
    }
}

/// The columns of the tables that a module describes: what its objects have as a name, and the fields that
/// it asks for.
fn columns(module: &Module) -> BTreeSet<String> {
    let text = |expr: ExprId| match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) => Some(field_name(text.rsplit('.').next().unwrap_or(text))),
        _ => None,
    };
    let mut out = BTreeSet::new();
    for (_, expr) in module.all() {
        match &expr.kind {
            ExprKind::Object { fields, .. } => {
                let named =
                    fields.iter().filter(|(k, _)| k.as_deref().is_some_and(|k| field_name(k) == "name"));
                out.extend(named.filter_map(|(_, value)| text(*value)));
            }
            ExprKind::Call { callee, arguments, .. } => {
                if let ExprKind::Member { property, .. } = &module.expr(module.peel(*callee)).kind
                    && property.starts_with("From")
                {
                    out.extend(arguments.iter().filter_map(|a| text(*a)));
                }
            }
            _ => {}
        }
    }
    out
}

fn is_markup(module: &Module, expr: ExprId, depth: u32) -> bool {
    if depth > 6 {
        return false;
    }
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Markup { .. } => true,
        ExprKind::Choice(_, arms) => arms.iter().any(|a| is_markup(module, *a, depth + 1)),
        _ => false,
    }
}

/// Whether a variable sets a state variable of a component.
fn is_setter(module: &Module, symbol: SymbolId) -> bool {
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
fn is_text_of_the_product(path: &str) -> bool {
    const SHOWN: &[&str] =
        &["comment", "comments", "issue", "worklog", "content", "pages", "footer-comments", "request"];
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = path.trim_end_matches('/').rsplit('/').filter(|p| *p != "{}" && !p.starts_with('{'));
    parts.next().is_some_and(|last| SHOWN.contains(&last))
}

fn is_atlassian(host: &str) -> bool {
    ["atlassian.com", "atlassian.net", "bitbucket.org", "trello.com", "jira.com"]
        .iter()
        .any(|h| host == *h || host.ends_with(&format!(".{h}")))
}

fn is_loopback(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name == "localhost" || name.starts_with("127.")
}

/// What happens to an address at a sink.
fn word(kind: SinkKind) -> &'static str {
    match kind {
        SinkKind::Ui => "it is shown",
        SinkKind::Log => "it is logged",
        SinkKind::Storage => "it is stored",
        SinkKind::ThirdParty => "it is sent to another service",
        SinkKind::Mail => "a mail is sent with it",
        SinkKind::Marketing => "it is sent to a marketing service",
        SinkKind::Identity => "it is compared or used as a key",
        SinkKind::Response => "it is handed out in a response",
    }
}
