//! Where addresses go: every place that the sink table knows is asked what reaches it.

mod forms;

mod carried;
mod ends;
mod parts;
mod returned;
mod roles;
mod tools;
mod ways;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::accesses::Found;
use super::eval::{Evaluator, field_name};
use super::inside::Insides;
use super::kept::Kept;
use super::paths::{self, Wanted};
use super::statements::{self, Statement};
use super::value::{At, Atom, FunctionAt, ModuleId, RequestId, Val};
use super::wrappers::{self, Handed};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::matching::Matching;
use crate::catalog::sinks::{Called, Sink, Sinks};
use crate::facts::{Flow, SinkKind};
use crate::findings::Confidence;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Language, Module, SymbolId};
use crate::text::SourceFile;

/// What of an address reaches a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Carried {
    /// The address itself, by the place that reads it, and what puts it into the object that goes on.
    Address(At, RequestId, Confidence, Option<At>),
    /// An object that holds one.
    Whole(RequestId),
    /// An object with people in it, such as an issue, of whom nobody reads the address.
    People(RequestId),
}

/// Objects inside objects that are looked through for an address.
pub(super) const MAX_DEPTH: u32 = 8;
/// What Jira sends to a webhook.
const WEBHOOK: &str = "jira.webhook";
/// How much of an expression is shown.
const EXPRESSION: usize = 120;
/// What a call is handed first, as written: where a writer goes to. Of a variable, what it was made with.
fn first_name(module: &Module, callee: ExprId, arguments: &[ExprId]) -> String {
    const MAX_MAKERS: usize = 4;
    let mut next = arguments.first().copied();
    // `json.NewEncoder(os.Stdout).Encode(x)`: the encoder's writer.
    if module.language == Language::Go
        && let ExprKind::Member { object, property, .. } = &module.expr(module.peel(callee)).kind
        && &**property == "Encode"
    {
        next = Some(*object);
    }
    for _ in 0..MAX_MAKERS {
        let Some(expr) = next else { break };
        let expr = module.peel(expr);
        match &module.expr(expr).kind {
            ExprKind::Local(symbol) if module.language == Language::Go => {
                let [made] = module.symbol(*symbol).definitions.as_slice() else { break };
                if !matches!(
                    module.expr(module.peel(*made)).kind,
                    ExprKind::Call { .. } | ExprKind::Result { .. }
                ) {
                    break;
                }
                next = Some(*made);
            }
            ExprKind::Result { call, index: 0 } => next = Some(*call),
            ExprKind::Call { callee, arguments, .. } if module.language == Language::Go => {
                let name = module.written_name(*callee).unwrap_or_default();
                match arguments.first() {
                    Some(writer) if !name.starts_with("os.") && !name.ends_with("Stdout") => {
                        next = Some(*writer)
                    }
                    _ => return format!("{name}()"),
                }
            }
            _ => return module.written_name(expr).unwrap_or_default(),
        }
    }
    next.and_then(|n| module.written_name(n)).unwrap_or_default()
}

/// Whether a call writes into a text that goes on elsewhere, by the type of what it is handed first.
fn is_draft(module: &Module, sink: &Sink, arguments: &[ExprId]) -> bool {
    const MAX_STEPS: usize = 6;
    let named = |name: &str| sink.drafts_into.iter().any(|t| name.rsplit('.').next() == Some(t.as_str()));
    let Some(first) = arguments.first().filter(|_| !sink.drafts_into.is_empty()) else { return false };
    let mut next = *first;
    for _ in 0..MAX_STEPS {
        next = module.peel(next);
        match &module.expr(next).kind {
            ExprKind::Local(symbol) => {
                let symbol = module.symbol(*symbol);
                if symbol.type_name.as_deref().is_some_and(named) {
                    return true;
                }
                let Some(made) = symbol.definitions.first() else { return false };
                next = *made;
            }
            ExprKind::Parameter(of, index) => {
                let parameter = module.function(*of).parameters.get(*index as usize);
                return parameter.and_then(|p| p.type_name.as_deref()).is_some_and(named);
            }
            // `new(bytes.Buffer)`, `bytes.NewBuffer(nil)`, `bytes.Buffer{}`
            ExprKind::Call { callee, arguments, .. } => {
                let written = module.written_name(*callee).unwrap_or_default();
                let made = written.rsplit('.').next().unwrap_or_default();
                let made = made.strip_prefix("New").unwrap_or(made).trim_end_matches("String");
                let of_type = arguments.first().and_then(|a| module.written_name(*a)).unwrap_or_default();
                return named(made) || written == "new" && named(&of_type);
            }
            ExprKind::Result { call, .. } => next = *call,
            _ => return module.written_name(next).is_some_and(|n| named(&n)),
        }
    }
    false
}

/// Whether a method is called on a list, a map or a text of the language's own.
fn is_typed_collection(language: Language, target: &Val) -> bool {
    const PACKAGES: &[&str] = &["java.util", "kotlin.collections", "System.Collections", "System.Text"];
    const ENDS: &[&str] = &[
        "List()",
        "Map()",
        "Set()",
        "Dictionary()",
        "Queue()",
        "Stack()",
        "Builder()",
        "Of()",
        "Collection()",
    ];
    language.leaves_out_this()
        && target.iter().any(|atom| match atom {
            Atom::Extern { package, path, .. } => {
                let receiver = path.rsplit_once('.').map_or("", |(receiver, _)| receiver);
                let last = receiver.rsplit('.').next().unwrap_or_default();
                PACKAGES.iter().any(|p| package.starts_with(p))
                    || package.is_empty() && ENDS.iter().any(|e| last.ends_with(e))
            }
            _ => false,
        })
}

/// Whether a name as written is the one of a type.
fn is_type_name(written: &str) -> bool {
    written.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// Whether an expression is nothing but a parameter of the function that it stands in.
fn is_own_parameter(module: &Module, expr: ExprId) -> bool {
    let expr = module.peel(expr);
    let ExprKind::Local(symbol) = module.expr(expr).kind else { return false };
    let around = module.expr(expr).function;
    matches!(module.symbol(symbol).definitions.as_slice(),
        [only] if matches!(module.expr(*only).kind, ExprKind::Parameter(of, _) if of == around))
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
    /// Reads of addresses by the answer that they are of.
    by_request: BTreeMap<RequestId, At>,
    flows: BTreeMap<(At, SinkKind, String), Flow>,
    /// What each flow carries, for `paths`.
    wanted: BTreeMap<(At, SinkKind, String), Wanted>,
    kept: Kept,
    /// What functions hand from their parameters to sinks.
    handed: Vec<Handed>,
    /// Which calls are made on what, of modules that make requests.
    chains: BTreeMap<ModuleId, Rc<parts::Chains>>,
    /// Which maps are asked for which variables by which functions.
    looked: BTreeSet<(ModuleId, FunctionId, SymbolId, SymbolId)>,
    /// Whether functions give an address, and whether as an answer.
    answers: BTreeMap<FunctionAt, Option<bool>>,
    /// How sure what functions give was said to be, by the sink and how sure that may be.
    said: BTreeMap<(String, FunctionAt, Confidence), Option<Confidence>>,
    /// What names alone say, for where nothing else is found.
    roles: Vec<(At, &'static Sink, Vec<Carried>)>,
}

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    fn new(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
    ) -> Self {
        let mut by_place = BTreeMap::new();
        let mut by_request = BTreeMap::new();
        for (i, found) in accesses.iter().enumerate() {
            by_place.entry(found.at).or_insert(i);
            by_request.entry(found.request).or_insert(found.at);
        }
        Self {
            evaluator,
            file,
            accesses,
            by_place,
            by_request,
            flows: BTreeMap::new(),
            wanted: BTreeMap::new(),
            kept: Kept::default(),
            handed: Vec::new(),
            chains: BTreeMap::new(),
            looked: BTreeSet::new(),
            answers: BTreeMap::new(),
            said: BTreeMap::new(),
            roles: Vec::new(),
        }
    }

    /// Finds all flows, sorted by place. Adds an access for a request whose answer goes somewhere
    /// whole although no address in it is named.
    pub(super) fn collect(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
        answering: &BTreeSet<String>,
    ) -> Vec<Flow> {
        let program = evaluator.program;
        let mut this = Self::new(evaluator, file, accesses);
        this.kept = Kept::new(this.evaluator, &this.by_place);
        for module in program.ids() {
            if this.evaluator.is_stopped() {
                return Vec::new();
            }
            let imports: BTreeSet<&str> = program
                .module(module)
                .exprs
                .iter()
                .filter_map(|e| match &e.kind {
                    ExprKind::Import { specifier, .. } => Some(&**specifier),
                    _ => None,
                })
                .chain(program.module(module).opens.iter().map(|o| &**o))
                .collect();
            this.module(module, &imports);
            this.answered(module, answering);
        }
        let handed = std::mem::take(&mut this.handed);
        wrappers::follow(&mut this, handed);
        for (at, sink, mut found) in std::mem::take(&mut this.roles) {
            if !sink.elements.is_empty() {
                this.but_mailed(&mut found);
            }
            this.report(at, sink.kind, &sink.id, sink.service.as_deref(), Confidence::Possible, &found);
        }
        this.ends();
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
                ExprKind::Markup(markup) => {
                    for child in &markup.children {
                        self.shown(At { module, expr: *child }, "ui.jsx");
                    }
                    // A component of the program gets its attributes as parameters; what it shows is
                    // found there.
                    let own = markup.component.is_some_and(|c| {
                        let value = self.evaluator.value(At { module, expr: c });
                        value.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)))
                    });
                    if !own {
                        for (name, value) in &markup.attributes {
                            let handler = name.as_deref().is_some_and(|n| n.starts_with("on") || n == "key");
                            if !handler {
                                self.shown(At { module, expr: *value }, "ui.jsx");
                            }
                            let component = markup.component.is_some();
                            if name.as_deref().is_some_and(|n| component && Sinks::get().shows_data(n)) {
                                self.shown_in(At { module, expr: *value });
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
                    let found = self.as_key(&value, 0);
                    self.report(at, SinkKind::Identity, "identity.key", None, Confidence::Likely, &found);
                }
                ExprKind::Join(parts) if parts.len() > 1 => self.in_html(at, parts),
                // `status === 'none'` matches nobody's account, nor does comparing whole objects.
                ExprKind::Equal(left, right)
                    if [left, right].iter().all(|e| {
                        !matches!(data.expr(data.peel(**e)).kind, ExprKind::Text(_) | ExprKind::Constant)
                    }) =>
                {
                    for (side, other) in [(left, right), (right, left)] {
                        let value = self.evaluator.value(At { module, expr: *side });
                        let found = self.as_key(&value, MAX_DEPTH);
                        // Whether two objects are the same is another question than whether two people are.
                        let own = data.function(data.expr(id).function).name.as_deref();
                        // A helper for whatever it is handed says nothing of whom it compares.
                        let helper = [left, right].iter().all(|e| is_own_parameter(data, **e));
                        let apart = own.is_some_and(|n| EQUALITY.contains(&n))
                            || is_other_key(data, *other)
                            // Elsewhere an address is kept under such a name more often.
                            || data.language == Language::JavaScript && is_other_key(data, *side);
                        // `name in row`: of a record that is filled by names nobody knows, its keys are asked.
                        let record = value.iter().any(|a| matches!(a, Atom::Object(..)));
                        let how = match helper || apart || record {
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
                    && (is_run_by_base(name) || !self.evaluator.callers.contains_key(&at))
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

    /// Data that a component of a library is handed to show.
    fn shown_in(&mut self, at: At) {
        let value = self.evaluator.value(at);
        let mut found = self.carried(&value, 0, false);
        found.retain(|c| matches!(c, Carried::Address(..)));
        self.report(at, SinkKind::Ui, "ui.component-data", None, Confidence::Likely, &found);
    }

    /// A value that stands in markup.
    fn shown(&mut self, at: At, sink: &str) {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        match &data.expr(data.peel(at.expr)).kind {
            ExprKind::Markup(_) | ExprKind::Function(_) | ExprKind::Constant | ExprKind::Text(_) => {}
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
        if let [decorated] = &**arguments
            && matches!(data.expr(*decorated).kind, ExprKind::Function(_))
            // `@app.get("me")` is no key of a map.
            && let name = match &data.expr(data.peel(*callee)).kind {
                ExprKind::Call { callee, .. } => data.written_name(*callee).unwrap_or_default(),
                _ => written.clone(),
            }
            && let Some(sink) =
                Sinks::get().by_decorator(data.language.table_name(), name.trim_end_matches("()"), imports)
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
        self.walked_into(at, *callee, arguments, imports);
        self.columns_shown(at, &written, arguments, imports);
        let target = self.evaluator.value(here(*callee));
        let mut names: Vec<(String, String, Option<At>)> = target
            .iter()
            .filter_map(|a| match a {
                Atom::Extern { package, path, made } => Some((package.to_string(), path.to_string(), *made)),
                _ => None,
            })
            .collect();
        let own = target.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)));
        // An error of the program's own carries its text like any other.
        let is_error = written.ends_with("Error") || written.ends_with("Exception");
        if (!own || is_error) && !written.is_empty() {
            names.push((UNKNOWN_PACKAGE.to_owned(), written.clone(), None));
        }
        if own {
            names.extend(self.extended(&target));
        }
        if let ExprKind::Global(name) = &data.expr(data.peel(*callee)).kind
            && !own
        {
            let owners = self.evaluator.implicit_owners(at);
            names.extend(owners.into_iter().map(|(p, path, made)| (p, format!("{path}.{name}"), made)));
        }
        let promised = self.promised_to(&target);
        let collection = is_typed_collection(data.language, &target);
        let first = first_name(data, *callee, arguments);
        let around = FunctionAt { module: at.module, function: data.expr(at.expr).function };
        let mut best: Option<&'static Sink> = promised;
        for (package, path, _) in &names {
            let called =
                Called { language: data.language.table_name(), package, path, imports, first: &first };
            // What is written into a text is handed to nobody by that.
            let drafted = |s: &Sink| s.kind == SinkKind::Response && is_draft(data, s, arguments);
            if let Some(sink) = Sinks::get().find_but(called, drafted)
                // What is put into a list or a map of the language's own is not stored by that.
                && !(collection
                    && (package == UNKNOWN_PACKAGE || package.is_empty())
                    && sink.kind == SinkKind::Storage)
                && best.is_none_or(|b| sink.confidence() > b.confidence())
            {
                best = Some(sink);
            }
        }
        if best.is_none_or(|b| b.kind == SinkKind::Identity && data.language == Language::JavaScript)
            && !collection
        {
            self.by_role(at, *callee, arguments, named);
        }
        let lookup = self.is_lookup(at.module, *callee);
        if lookup && let Some(key) = arguments.first() {
            // Whatever else has a method of that name, this is a map or a set.
            let value = self.evaluator.value(here(*key));
            let found = self.as_key(&value, MAX_DEPTH);
            let (kind, sink) = (SinkKind::Identity, "identity.map-key");
            let again = self.looks_again(at, *callee, *key);
            let how = if again { Confidence::Possible } else { Confidence::Likely };
            self.report(at, kind, sink, None, how, &found);
            self.hands(here(*key), kind, sink, None, Confidence::Possible);
            return;
        }
        let stores = best.is_some_and(|s| s.kind == SinkKind::Storage);
        let made = names.iter().find_map(|(_, _, made)| *made);
        let statement = if stores { self.statement(at.module, arguments, made) } else { None };
        if statement.is_some_and(|s| s.asks) {
            self.asked_by_statement(at, arguments, named);
        }
        if let Some(sink) = best.filter(|_| statement.is_none_or(|s| s.keeps)) {
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
                let receiver = match &data.expr(data.peel(*callee)).kind {
                    ExprKind::Member { object, .. } if sink.receiver => Some(object),
                    _ => None,
                };
                let named = named.iter().filter(|_| !sink.receiver).map(|(_, a)| a);
                for argument in positional.chain(named).chain(receiver) {
                    // `logger.info { "…" }`, `logger.debug(() -> …)`: what the function gives is written.
                    if sink.kind == SinkKind::Log
                        && let ExprKind::Function(function) = data.expr(data.peel(*argument)).kind
                    {
                        self.returned_by(sink, FunctionAt { module: at.module, function });
                        continue;
                    }
                    let mut filled = self.filled_by(at.module, *argument, sink.kind);
                    filled.extend(self.built_by(here(*argument), 0));
                    let value = self.evaluator.value(here(*argument));
                    let mut found = match (sink.columns, sink.members.is_empty()) {
                        (true, _) => self.in_columns(at.module, &value),
                        (false, true) => self.carried_by(here(*argument), &value),
                        (false, false) => self.in_members(here(*argument), &value, &sink.members),
                    };
                    found.extend(self.written(here(*argument)));
                    found.extend(filled);
                    found.extend(self.payload_in(here(*argument)));
                    let service = sink.service.as_deref();
                    // A name that is generic in the table is not, once the receiver is known.
                    let confidence = match sink.kind {
                        SinkKind::Identity => Confidence::Likely,
                        // What a page shows of it is said at the lines of the template.
                        SinkKind::Ui if self.evaluator.pages.is_seen(around) => Confidence::Possible,
                        SinkKind::Response if self.evaluator.pages.is_filled_by(at) => Confidence::Possible,
                        _ if is_draft(data, sink, arguments) => Confidence::Possible,
                        _ => sink.confidence(),
                    };
                    let found = self.of_few(here(*argument), found);
                    let whole = found.iter().any(|c| matches!(c, Carried::Whole(_)));
                    let how = match whole
                        && (self.is_handed_by_many(here(*argument)) || roles::tells_of_failure(data, at.expr))
                    {
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
            // A name like `get` may be that of a map's method or of a client's.
            let open = sink.kind == SinkKind::Identity && sink.confidence() == Confidence::Possible;
            if !open && !matches!(sink.kind, SinkKind::ThirdParty | SinkKind::Mail | SinkKind::Marketing) {
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

    /// Whether a function looks into a map once more for what it has looked for before: one use of the map, of which
    /// the first line is the one to look at.
    fn looks_again(&mut self, at: At, callee: ExprId, key: ExprId) -> bool {
        let data = self.evaluator.program.module(at.module);
        let ExprKind::Member { object, .. } = data.expr(data.peel(callee)).kind else { return false };
        let local = |expr: ExprId| match data.expr(data.peel(expr)).kind {
            ExprKind::Local(symbol) => Some(symbol),
            _ => None,
        };
        let (Some(map), Some(key)) = (local(object), local(key)) else { return false };
        !self.looked.insert((at.module, data.expr(at.expr).function, map, key))
    }

    /// What classes of the program that are called have come from, where that is a library's: an answer of the
    /// program's own is one of the framework's.
    fn extended(&mut self, target: &Val) -> Vec<(String, String, Option<At>)> {
        const MAX_CLASSES: usize = 4;
        let program = self.evaluator.program;
        let mut open: Vec<(ModuleId, ClassId)> = Vec::new();
        for atom in target.iter() {
            if let Atom::Class(m, c) = atom {
                let language = program.module(*m).language;
                if matches!(language, Language::Python | Language::Php | Language::Ruby) {
                    open.push((*m, *c));
                }
            }
        }
        let mut out = Vec::new();
        let mut looked_at = 0;
        while let Some((module, class)) = open.pop() {
            looked_at += 1;
            let Some(base) = program.module(module).class(class).base.filter(|_| looked_at <= MAX_CLASSES)
            else {
                continue;
            };
            for atom in self.evaluator.value(At { module, expr: base }).iter() {
                match atom {
                    Atom::Class(m, c) => open.push((*m, *c)),
                    Atom::Extern { package, path, .. }
                        if !package.is_empty() && &**package != UNKNOWN_PACKAGE =>
                    {
                        out.push((package.to_string(), path.to_string(), None));
                    }
                    _ => {}
                }
            }
        }
        out
    }

    /// The statement that a call of a database is handed, or the one that its statement was made by.
    pub(super) fn statement(
        &mut self,
        module: ModuleId,
        arguments: &[ExprId],
        made: Option<At>,
    ) -> Option<Statement> {
        let program = self.evaluator.program;
        let mut said = |module: ModuleId, arguments: &[ExprId]| {
            arguments.iter().take(3).find_map(|argument| {
                let at = At { module, expr: *argument };
                let value = self.evaluator.value(at);
                let read = |value: &Val| value.texts().find_map(|text| statements::read(text));
                // `{ text: 'SELECT …', values: [address] }`
                read(&value).or_else(|| {
                    let made = value.iter().filter(|a| matches!(a, Atom::Object(..)));
                    let parts = made.flat_map(|a| ["text", "sql"].map(|key| (a.clone(), key)));
                    parts
                        .collect::<Vec<_>>()
                        .into_iter()
                        .find_map(|(a, key)| read(&self.evaluator.member(&a, key, at)))
                })
            })
        };
        said(module, arguments).or_else(|| {
            let made = made?;
            match program.kind(made) {
                ExprKind::Call { arguments, .. } => said(made.module, arguments),
                _ => None,
            }
        })
    }

    /// Notes that an argument goes to a sink, when it is (made of) a parameter of the function around it.
    fn hands(&mut self, argument: At, kind: SinkKind, sink: &str, service: Option<&str>, how: Confidence) {
        // Who makes a token of it decides who somebody is, as a guess; a comparison is one wherever it is made.
        // So is a helper that finds somebody's entry in a map, or makes one: its callers say whose it is.
        let follows =
            kind != SinkKind::Identity || matches!(sink, "identity.auth-tokens" | "identity.map-key");
        // So is what goes through a text that was made before.
        let made = wrappers::is_made_before(self.evaluator.program, argument);
        let how = if kind == SinkKind::Identity || made { Confidence::Possible } else { how };
        if follows && !wrappers::given(self.evaluator.program, argument).is_empty() {
            self.handed.push(Handed {
                kind,
                sink: sink.to_owned(),
                service: service.map(str::to_owned),
                confidence: how,
                argument,
            });
        }
    }
}

/// The columns of the tables that a module describes: what its objects have as a name, and the fields that
/// it asks for.
fn columns(module: &Module) -> BTreeSet<String> {
    let text = |expr: ExprId| match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) => Some(field_name(text.rsplit('.').next().unwrap_or(text)).into_owned()),
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

/// Whether something is by its name another mark of an account than its address: `user.login`, `uid`.
fn is_other_key(module: &Module, expr: ExprId) -> bool {
    let expr = module.peel(expr);
    let name = match &module.expr(expr).kind {
        ExprKind::Local(symbol) => &module.symbol(*symbol).name,
        _ => match module.key_read(expr) {
            Some((_, key)) => key,
            None => return false,
        },
    };
    Matching::get().is_other_key(name)
}

fn is_markup(module: &Module, expr: ExprId, depth: u32) -> bool {
    if depth > 6 {
        return false;
    }
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Markup(_) => true,
        ExprKind::Choice(_, arms) => arms.iter().any(|a| is_markup(module, *a, depth + 1)),
        _ => false,
    }
}

/// Whether a method is what a base class calls of those that extend it, by its name.
fn is_run_by_base(name: &str) -> bool {
    matches!(name, "execute" | "handle" | "run" | "_call" | "_run")
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
        SinkKind::Other => "it leaves what is followed",
    }
}
