//! What a call gives: a function's returns, a collection's items, the answer to a request.

use std::rc::Rc;

use super::eval::stores::by_name;
use super::eval::{Callers, Evaluator, getter};
use super::link::Program;
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Val};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::HOLE;
use crate::catalog::fields::Fields;
use crate::catalog::matching::Matching;
use crate::catalog::methods::Methods;
use crate::catalog::sinks::Sinks;
use crate::program::{CallKind, ClassId, ExprId, ExprKind, Language, Module};

/// What a method is called that sends a request which was made before.
const SENDS: &[&str] =
    &["send", "execute", "exchange", "newcall", "fetch", "request", "getasync", "postasync", "perform"];

/// Whether a call may mean a function by what it hands over: not more than there are parameters.
fn is_given_enough(program: &Program, call: At, function: FunctionAt) -> bool {
    let ExprKind::Call { arguments, .. } = program.kind(call) else { return false };
    let parameters = &program.module(function.module).function(function.function).parameters;
    arguments.len() <= parameters.len() || parameters.last().is_some_and(|p| p.rest)
}

/// Whether a callee is `super`: an object is never called.
fn is_super(module: &Module, callee: ExprId) -> bool {
    module.language == Language::JavaScript && matches!(module.expr(callee).kind, ExprKind::This)
}

/// Whether a call's last name says that it sends what it is given.
fn sends(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    SENDS.iter().any(|s| last.starts_with(s))
}

/// Whether a method completes a request object that is not sent yet: `addHeader`, `build`.
fn completes(name: &str) -> bool {
    const WORDS: &[&str] =
        &["add", "header", "with", "set", "build", "timeout", "method", "accept", "contenttype", "query"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|w| name.starts_with(w))
}

/// Whether something from outside that is handed an address may give it back in another form, by its name:
/// what looks somebody up, compares, asks or hashes does not.
fn may_give_back(language: Language, path: &str) -> bool {
    const ASKS: &[&str] =
        &["is", "has", "valid", "check", "count", "exist", "contain", "get", "find", "fetch", "load"];
    let last = path.rsplit('.').next().unwrap_or_default();
    let lower = last.to_ascii_lowercase();
    let table = Matching::get();
    !ASKS.iter().any(|a| lower.starts_with(a))
        && !table.looks_up(last)
        && !table.takes_key(last)
        && !table.is_by_address(last)
        && !Sinks::get().sanitizes(language.table_name(), path)
}

/// Whether a method without arguments reads a field: `getEmail()`, and `email()` of a record.
fn reads_a_field(language: Language, name: &str) -> bool {
    getter(name).is_some() || language == Language::Java
}

impl Evaluator<'_> {
    /// Finds who calls whom, who is handed whom as a callback, and the resolvers by name.
    pub(super) fn index_callers(&mut self) {
        let program = self.program;
        for module in program.ids() {
            let data = program.module(module);
            for call in &program.index(module).calls {
                let at = At { module, expr: *call };
                let (callee, arguments): (Option<ExprId>, &[ExprId]) = match &data.expr(*call).kind {
                    ExprKind::Call { callee, arguments, .. } => (Some(*callee), arguments),
                    ExprKind::Markup { component, .. } => (*component, &[]),
                    _ => continue,
                };
                let Some(callee) = callee else { continue };
                let value = self.value(At { module, expr: callee });
                self.note_call(at, &value);
                for atom in value.iter() {
                    match atom {
                        Atom::Function { at: function, .. } => {
                            self.callers.entry(*function).or_default().calls.push(at);
                        }
                        Atom::Class(m, c) => {
                            if let Some(of) = self.constructor(*m, *c) {
                                self.callers.entry(of).or_default().calls.push(at);
                            }
                        }
                        // `super(x)`: nothing else calls what it stands in.
                        Atom::Instance(m, c) if is_super(data, callee) => {
                            for base in self.bases(*m, *c) {
                                if let Some(of) = self.constructor(base.0, base.1) {
                                    self.callers.entry(of).or_default().calls.push(at);
                                }
                            }
                        }
                        _ => {}
                    }
                }
                self.index_callbacks(at, arguments);
            }
        }
        let unresolved: Vec<(Vec<FunctionAt>, Vec<At>)> = self
            .unresolved()
            .map(|(name, calls)| (by_name(program, name).to_vec(), calls.to_vec()))
            .filter(|(functions, _)| !functions.is_empty())
            .collect();
        for (functions, calls) in unresolved {
            for function in functions {
                let known = self.callers.entry(function).or_default();
                known.calls.extend(calls.iter().copied().filter(|c| is_given_enough(program, *c, function)));
            }
        }
        self.index_resolvers();
        self.index_fills();
    }

    /// The constructor of a class, or the one that it has from what it extends.
    fn constructor(&mut self, module: ModuleId, class: ClassId) -> Option<FunctionAt> {
        const MAX: u32 = 6;
        let program = self.program;
        let mut open = vec![(module, class)];
        for _ in 0..MAX {
            let (m, c) = open.pop()?;
            let methods = &program.module(m).class(c).methods;
            if let Some((_, function)) = methods.iter().find(|(n, _)| &**n == "constructor") {
                return Some(FunctionAt { module: m, function: *function });
            }
            open.extend(self.bases(m, c));
        }
        None
    }

    /// The classes of the program that a class extends.
    fn bases(&mut self, module: ModuleId, class: ClassId) -> Vec<(ModuleId, ClassId)> {
        let Some(base) = self.program.module(module).class(class).base else { return Vec::new() };
        let value = self.value(At { module, expr: base });
        value.iter().filter_map(|a| if let Atom::Class(m, c) = a { Some((*m, *c)) } else { None }).collect()
    }

    fn index_callbacks(&mut self, call: At, arguments: &[ExprId]) {
        let program = self.program;
        let data = program.module(call.module);
        for (i, argument) in arguments.iter().enumerate() {
            let peeled = data.peel(*argument);
            let add = |this: &mut Self, expr: ExprId, key: Option<Rc<str>>| {
                let functions: Vec<FunctionAt> = match data.expr(data.peel(expr)).kind {
                    ExprKind::Function(function) => vec![FunctionAt { module: call.module, function }],
                    ExprKind::Local(_) | ExprKind::Member { .. } => this
                        .value(At { module: call.module, expr })
                        .iter()
                        .filter_map(|a| if let Atom::Function { at, .. } = a { Some(*at) } else { None })
                        .collect(),
                    _ => Vec::new(),
                };
                for function in functions {
                    let callers: &mut Callers = this.callers.entry(function).or_default();
                    callers.passed.push((call, i, key.clone()));
                }
            };
            match &data.expr(peeled).kind {
                ExprKind::Object { fields, .. } => {
                    for (key, value) in fields {
                        add(self, *value, key.as_deref().map(Into::into));
                    }
                }
                _ => add(self, peeled, None),
            }
        }
    }

    /// `resolver.define('name', fn)` of Forge: what a front end gets when it invokes the name.
    fn index_resolvers(&mut self) {
        let program = self.program;
        for module in program.ids() {
            let data = program.module(module);
            for call in &program.index(module).calls {
                let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
                let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind else { continue };
                let [name, function, ..] = arguments.as_slice() else { continue };
                if &**property != "define" {
                    continue;
                }
                if let Some(pairs) = self.pairs(module, *name, *function) {
                    for (name, function) in pairs {
                        let name = self.value(name);
                        let function = self.value(function);
                        for text in name.texts() {
                            self.resolvers.entry(Rc::clone(text)).or_default().push(function.clone());
                        }
                    }
                    continue;
                }
                let name = self.value(At { module, expr: *name });
                let function = self.value(At { module, expr: *function });
                for text in name.texts() {
                    self.resolvers.entry(Rc::clone(text)).or_default().push(function.clone());
                }
            }
        }
    }

    /// `all.forEach(([name, fn]) => resolver.define(name, fn))`: which name stands beside which function.
    fn pairs(&mut self, module: ModuleId, name: ExprId, function: ExprId) -> Option<Vec<(At, At)>> {
        let program = self.program;
        let data = program.module(module);
        let item = |expr: ExprId| match data.expr(data.peel(expr)).kind {
            ExprKind::Local(symbol) => match data.symbol(symbol).definitions.as_slice() {
                [only] => match data.expr(*only).kind {
                    ExprKind::Item { object, index } => Some((object, index)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let ((list, 0), (other, 1)) = (item(name)?, item(function)?) else { return None };
        if list != other {
            return None;
        }
        let value = self.value(At { module, expr: list });
        let pairs = value.iter().filter_map(|a| match a {
            Atom::List(at, _) => match program.kind(*at) {
                ExprKind::List(items) => match items.as_slice() {
                    [name, function, ..] => Some((
                        At { module: at.module, expr: *name },
                        At { module: at.module, expr: *function },
                    )),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
        let pairs: Vec<_> = pairs.collect();
        (!pairs.is_empty()).then_some(pairs)
    }

    pub(super) fn call(&mut self, at: At, frame: FrameId) -> Val {
        let program = self.program;
        let data = program.module(at.module);
        let ExprKind::Call { callee, arguments, named, kind } = &data.expr(at.expr).kind else {
            return Val::default();
        };
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut out = Collect::default();
        // Collections, promises and texts, by the method's name.
        if let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind {
            let receiver = self.eval(here(*object), frame);
            self.method(at, data.peel(*callee), &receiver, property, arguments, frame, &mut out);
        }
        if data.language == Language::CSharp
            && let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
        {
            let receiver = self.eval(here(*object), frame);
            if let Some(value) = self.asked_of_text(at, &receiver, property, arguments, frame) {
                return value;
            }
        }
        let target = self.eval(here(*callee), frame);
        let mut looked_into = false;
        let mut outside = Collect::default();
        for atom in target.iter() {
            match atom {
                Atom::Function { at: function, frame: around } => {
                    looked_into = true;
                    let mut values: Vec<Val> = arguments.iter().map(|a| self.eval(here(*a), frame)).collect();
                    let parameters = &program.module(function.module).function(function.function).parameters;
                    for (name, value) in named {
                        if let Some(i) = parameters.iter().position(|p| p.name == *name) {
                            values.resize(values.len().max(i + 1), Val::default());
                            if let Some(slot) = values.get_mut(i) {
                                *slot = self.eval(here(*value), frame);
                            }
                        }
                    }
                    let value = self.enter(*function, values, at, frame, *around);
                    out.all(&value);
                }
                // With or without `new`: what comes of calling a class is an instance of it.
                Atom::Class(m, c) => {
                    looked_into = true;
                    out.add(Atom::Instance(*m, *c));
                    if !named.is_empty() || !arguments.is_empty() {
                        out.add(Atom::Object(at, frame));
                    }
                    let made = self.made_by_base(at, *m, *c, arguments, frame);
                    out.all(&made);
                    // `User(**answer)` is the answer in another form.
                    for (_, spread) in named.iter().filter(|(name, _)| &**name == "**") {
                        let value = self.eval(here(*spread), frame);
                        out.all(&self.put_into_class(&value, *m, *c));
                    }
                    // In Go, a type that is called converts what it is given.
                    if let (Language::Go, CallKind::Call, [only]) =
                        (data.language, kind, arguments.as_slice())
                    {
                        let value = self.eval(here(*only), frame);
                        out.all(&value);
                    }
                }
                // `cls(…)` in a method of the class.
                Atom::Instance(m, c)
                    if *kind == CallKind::Call
                        && data.language == Language::Python
                        && matches!(data.expr(data.peel(*callee)).kind, ExprKind::This) =>
                {
                    out.add(Atom::Instance(*m, *c));
                    out.add(Atom::Object(at, frame));
                }
                Atom::Extern { .. } => outside.add(atom.clone()),
                // A getter that is called gives what reading the property gives.
                Atom::Address { .. }
                | Atom::Answer { .. }
                | Atom::Text { .. }
                | Atom::Object(..)
                | Atom::List(..)
                | Atom::Instance(..)
                    if arguments.is_empty()
                        && *kind == CallKind::Call
                        && matches!(&data.expr(data.peel(*callee)).kind,
                            ExprKind::Member { property, .. } if reads_a_field(data.language, property)) =>
                {
                    out.add(atom.clone());
                }
                _ => {}
            }
        }
        for atom in outside.done().iter() {
            if let Atom::Extern { package, path, made } = atom {
                let value = self.outside(at, package, path, *made, arguments, frame);
                out.all(&value);
            }
        }
        if !looked_into && let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind {
            self.made_of(here(object), arguments, frame, &mut out);
        }
        if !looked_into && data.language == Language::Kotlin {
            let extended = self.extension(at, *callee, arguments, frame);
            looked_into = !extended.is_empty();
            out.all(&extended);
        }
        if arguments.is_empty() && !data.built(at.expr).is_empty() {
            out.add(Atom::Object(at, frame));
        }
        let value = out.done();
        // A function that could not be followed to the end, but was handed an unmistakable path.
        if !value.telling()
            && (looked_into || target.is_empty())
            && let Some(answer) = self.handed_a_path(at, arguments, frame)
        {
            return answer;
        }
        if !value.telling() && looked_into && *kind == CallKind::Call {
            let sent = self.handed_a_request(at, *callee, arguments, frame);
            if !sent.is_empty() {
                let mut out = Collect::default();
                out.all(&value);
                out.all(&sent);
                return out.done();
            }
        }
        value
    }

    /// The answer that an object holds from its making, when it is one that a library's class made: a
    /// request object of the program's own that is built on the library's.
    fn made_by_base(
        &mut self,
        at: At,
        module: ModuleId,
        class: ClassId,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Val {
        let program = self.program;
        let data = program.module(module);
        let mut out = Collect::default();
        for (_, function) in data.class(class).methods.iter().filter(|(n, _)| &**n == "constructor") {
            if data.function(*function).returns.is_empty() {
                continue;
            }
            let values =
                arguments.iter().map(|a| self.eval(At { module: at.module, expr: *a }, frame)).collect();
            let of = FunctionAt { module, function: *function };
            let value = self.enter(of, values, at, frame, FrameId::NONE);
            out.carried(&value);
        }
        out.done()
    }

    /// What comes of a request object or an unread response that is handed to something which could not
    /// be followed to its end: by a name that says that it sends, the answer; else a guess.
    fn handed_a_request(&mut self, at: At, callee: ExprId, arguments: &[ExprId], frame: FrameId) -> Val {
        let program = self.program;
        let data = program.module(at.module);
        let name = data.written_name(callee).unwrap_or_default();
        let sends = sends(&name);
        let mut out = Collect::default();
        for argument in arguments.iter().take(4) {
            let value = self.eval(At { module: at.module, expr: *argument }, frame);
            for atom in value.iter() {
                if let Atom::Answer { request, inner: false, weak } = atom {
                    out.add(Atom::Answer { request: *request, inner: false, weak: *weak || !sends });
                }
            }
        }
        out.done()
    }

    /// What a call puts into a variable that it is handed as its `argument`th argument. The variable
    /// itself is left out of what the call is asked with: it adds nothing to itself.
    pub(super) fn filled(&mut self, call: At, argument: Option<u32>, frame: FrameId) -> Val {
        let program = self.program;
        let ExprKind::Call { callee, arguments, .. } = program.kind(call) else { return Val::default() };
        let here = |expr: ExprId| At { module: call.module, expr };
        let own = argument.map(|i| i as usize);
        let before = own.and_then(|i| arguments.get(..i)).unwrap_or(arguments);
        let target = self.eval(here(*callee), frame);
        let mut out = Collect::default();
        // `decoder.Decode(&user)`, where the decoder was made of an answer.
        let data = program.module(call.module);
        if let ExprKind::Member { object, .. } = data.expr(data.peel(*callee)).kind {
            for atom in self.eval(here(object), frame).iter() {
                if let Atom::Answer { request, weak, .. } = atom {
                    out.add(Atom::Answer { request: *request, weak: *weak, inner: true });
                }
            }
        }
        for atom in target.iter() {
            match atom {
                Atom::Function { at: of, frame: around } => {
                    let Some(index) = argument else { continue };
                    let mut values: Vec<Val> = Vec::with_capacity(arguments.len());
                    for (i, given) in arguments.iter().enumerate() {
                        let is_own = Some(i) == own;
                        values.push(if is_own { Val::default() } else { self.eval(here(*given), frame) });
                    }
                    let value = self.put_into(*of, index, values, call, frame, *around);
                    for atom in value.iter().filter(|a| !Self::is_unknown(a)) {
                        out.add(atom.clone());
                    }
                }
                Atom::Extern { package, path, made } if !self.is_silent(path) => {
                    let answer = self.request(call, package, path, *made, before, frame);
                    let mut given = Collect::default();
                    match answer {
                        Some(answer) => given.all(&answer),
                        None => {
                            for (_, other) in arguments.iter().enumerate().filter(|(i, _)| Some(*i) != own) {
                                let value = self.eval(here(*other), frame);
                                given.all(&value);
                            }
                        }
                    }
                    for atom in given.done().iter() {
                        if let Atom::Answer { request, weak, .. } = atom {
                            out.add(Atom::Answer { request: *request, weak: *weak, inner: true });
                        }
                    }
                }
                _ => {}
            }
        }
        let value = out.done();
        // A function that could not be followed to the end, but was handed an unmistakable path.
        if !value.telling()
            && target.iter().any(|a| matches!(a, Atom::Function { .. }))
            && let Some(answer) = self.handed_a_path(call, before, frame)
        {
            return answer;
        }
        value
    }

    /// A method of a collection, promise or text.
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn method(
        &mut self,
        at: At,
        callee: ExprId,
        receiver: &Val,
        name: &str,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let here = |expr: ExprId| At { module: at.module, expr };
        if Methods::get().maps.contains(name) || Methods::get().maps_whole.contains(name) {
            let handed = if Methods::get().maps_whole.contains(name) {
                receiver.clone()
            } else {
                self.elements(receiver)
            };
            let useful = handed.iter().any(|a| !matches!(a, Atom::Extern { .. } | Atom::Function { .. }));
            for callback in arguments.iter().take(2) {
                let function = self.eval(here(*callback), frame);
                for atom in function.iter() {
                    if let Atom::Function { at: of, frame: around } = atom {
                        let given = if useful { vec![handed.clone()] } else { Vec::new() };
                        let value = self.enter(*of, given, at, frame, *around);
                        out.all(&value);
                    } else if let Atom::Extern { path, .. } = atom
                        && (Methods::get().passes.contains(&**path) || &**path == "Boolean")
                    {
                        out.all(&handed);
                    }
                }
            }
            return;
        }
        // What is collected into a map is what the two functions make of each item.
        if let Some(functions) = self.map_functions(at, name, arguments) {
            let items = self.elements(receiver);
            for function in functions {
                for atom in self.eval(function, frame).iter() {
                    if let Atom::Function { at: of, frame: around } = atom {
                        let value = self.enter(*of, vec![items.clone()], at, frame, *around);
                        out.all(&value);
                    }
                }
            }
            return;
        }
        if name == "reduce" {
            for (i, argument) in arguments.iter().take(2).enumerate() {
                let value = self.eval(here(*argument), frame);
                if i == 1 {
                    out.all(&value);
                }
                for atom in value.iter() {
                    if let Atom::Function { at: of, frame: around } = atom {
                        let items = self.elements(receiver);
                        let value = self.enter(*of, vec![Val::default(), items], at, frame, *around);
                        out.all(&value);
                    }
                }
            }
            return;
        }
        let known = receiver.iter().any(|a| {
            matches!(
                a,
                Atom::Answer { .. }
                    | Atom::Address { .. }
                    | Atom::Kept { .. }
                    | Atom::Recalled(..)
                    | Atom::List(..)
                    | Atom::Object(..)
                    | Atom::Text { .. }
            )
        });
        if !known {
            return;
        }
        for atom in receiver.iter() {
            match atom {
                // A method of an answer that is not known gives (a part of) the answer.
                Atom::Answer { .. } if !Methods::get().says_nothing.contains(name) => {
                    if Methods::get().reads.contains(name)
                        && let Some(key) = arguments.first()
                        && let Some(text) = self.eval(here(*key), frame).texts().next().cloned()
                    {
                        // Also `/fields/reporter/emailAddress` and `fields.reporter`.
                        let last = text.rsplit(['/', '.']).next().unwrap_or(&text);
                        let part = self.member(atom, last, at);
                        out.all(&part);
                    } else if let Atom::Answer { request, weak, inner } = atom {
                        // `user.getEmailAddress()` reads; `response.json()` and whatever else is done
                        // with a body give the body.
                        let site = At { module: at.module, expr: callee };
                        let read = self.member(atom, name, site);
                        if read.iter().any(|a| matches!(a, Atom::Address { .. })) {
                            out.all(&read);
                        } else if !Fields::get().is_harmless_getter(name) {
                            // A body as text is what is logged of an error, more often than a user.
                            let inner = *inner || !(completes(name) || name == "text");
                            out.add(Atom::Answer { request: *request, weak: *weak, inner });
                        }
                    }
                }
                Atom::Address { .. } | Atom::Kept { .. } if Methods::get().text_keeps.contains(name) => {
                    out.add(atom.clone());
                }
                Atom::Text { text, origin, home } if Methods::get().text_keeps.contains(name) => {
                    if matches!(
                        name,
                        "toString"
                            | "String"
                            | "__toString"
                            | "trim"
                            | "trimEnd"
                            | "trimStart"
                            | "valueOf"
                            | "strip"
                            | "rstrip"
                            | "lstrip"
                            | "to_s"
                            | "encode"
                            | "presence"
                    ) {
                        out.add(atom.clone());
                    } else if matches!(name, "replace" | "replaceAll" | "sub" | "gsub") {
                        self.replaced(text, *origin, *home, here, arguments, frame, out);
                    }
                }
                Atom::Text { text, origin, home } if name == "format" => {
                    self.formatted(at, text, *origin, *home, frame, out);
                }
                // `"/".join([a, b])`
                Atom::Text { text, .. } if name == "join" => {
                    for argument in arguments.iter().take(1) {
                        let list = self.eval(here(*argument), frame);
                        for atom in list.iter() {
                            let items = self.elements(&Val::of(atom.clone()));
                            out.carried(&items);
                            self.joined_by(at, atom, text, out);
                        }
                    }
                }
                Atom::List(..) if name == "join" => {
                    let items = self.elements(&Val::of(atom.clone()));
                    out.carried(&items);
                    self.joined(at, atom, here, arguments, frame, out);
                }
                Atom::List(..) if Methods::get().keeps.contains(name) => {
                    if Methods::get().finds.contains(name) {
                        let items = self.elements(&Val::of(atom.clone()));
                        out.all(&items);
                    } else {
                        out.add(atom.clone());
                    }
                    if name == "concat" {
                        for argument in arguments {
                            let value = self.eval(here(*argument), frame);
                            out.all(&value);
                        }
                    }
                }
                // A builder that is kept in a variable.
                Atom::Object(..) if matches!(name, "build" | "Build" | "copy") => out.add(atom.clone()),
                // What `map` made stands for the items of its list.
                Atom::Object(..) | Atom::Address { .. } | Atom::Kept { .. } | Atom::Recalled(..)
                    if Methods::get().keeps.contains(name)
                        && !(matches!(name, "get" | "values") && matches!(atom, Atom::Object(..))) =>
                {
                    out.add(atom.clone());
                    if name == "concat" {
                        for argument in arguments {
                            let value = self.eval(here(*argument), frame);
                            out.all(&value);
                        }
                    }
                }
                Atom::Object(..)
                    if Methods::get().reads.contains(name)
                        && arguments
                            .first()
                            .is_some_and(|a| matches!(self.program.kind(here(*a)), ExprKind::Text(_))) =>
                {
                    let key = arguments.first().map(|a| self.eval(here(*a), frame)).unwrap_or_default();
                    for text in key.texts() {
                        let part = self.member(atom, text, at);
                        out.all(&part);
                    }
                }
                Atom::Object(..) if matches!(name, "get" | "values") => {
                    let items = self.elements(&Val::of(atom.clone()));
                    out.all(&items);
                }
                _ => {}
            }
        }
    }

    /// A value together with what a method without arguments makes of a text or a list.
    pub(super) fn text_method(
        &mut self,
        at: At,
        callee: ExprId,
        receiver: &Val,
        value: Val,
        frame: FrameId,
    ) -> Val {
        let ExprKind::Member { property, .. } = &self.program.module(at.module).expr(callee).kind else {
            return value;
        };
        let texts: Vec<Atom> = receiver
            .iter()
            .filter(|a| matches!(a, Atom::Address { .. } | Atom::Text { .. } | Atom::List(..)))
            .cloned()
            .collect();
        if texts.is_empty() {
            return value;
        }
        let mut out = Collect::default();
        out.all(&value);
        self.method(at, callee, &Val::from(texts), property, &[], frame, &mut out);
        out.done()
    }

    /// The functions that make keys and values of a map: `ToDictionary(u => u.Id, u => u.Name)`,
    /// `collect(Collectors.toMap(User::id, User::name))`.
    fn map_functions(&self, at: At, name: &str, arguments: &[ExprId]) -> Option<Vec<At>> {
        let data = self.program.module(at.module);
        let two = |arguments: &[ExprId]| {
            let [key, value, ..] = arguments else { return None };
            Some([*key, *value].iter().map(|e| At { module: at.module, expr: *e }).collect())
        };
        match (name, arguments) {
            ("ToDictionary" | "ToLookup", _) => two(arguments),
            ("collect", [collector]) => match &data.expr(data.peel(*collector)).kind {
                ExprKind::Call { callee, arguments, .. } => match &data.expr(data.peel(*callee)).kind {
                    ExprKind::Member { property, .. } if &**property == "toMap" => two(arguments),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// `'/user/{id}'.replace('{id}', id)`: a text with one part changed.
    #[expect(clippy::too_many_arguments, reason = "the parts of one text atom and of one call")]
    fn replaced(
        &mut self,
        text: &Rc<str>,
        origin: At,
        home: FunctionAt,
        here: impl Fn(ExprId) -> At,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let [from, to, ..] = arguments else { return };
        let from = self.eval(here(*from), frame);
        let to = self.eval(here(*to), frame);
        let to = to.texts().next().map_or(HOLE.to_string(), ToString::to_string);
        let changed: Rc<str> = match from.texts().next() {
            Some(from) if !from.is_empty() => text.replace(&**from, &to).into(),
            _ => Rc::clone(text),
        };
        out.add(Atom::Text { text: changed, origin, home });
    }

    /// `"/user/{}/{id}".format(a, id=b)`: a text with its fields filled in.
    fn formatted(
        &mut self,
        at: At,
        text: &str,
        origin: At,
        home: FunctionAt,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let ExprKind::Call { arguments, named, .. } = program.kind(at) else { return };
        let mut value_of = |this: &mut Self, expr: ExprId| {
            let value = this.eval(At { module: at.module, expr }, frame);
            out.carried(&value);
            value.texts().next().map_or(HOLE.to_string(), ToString::to_string)
        };
        let mut filled = String::new();
        let mut next = 0_usize;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((field, more)) = after.split_once('}') else { break };
            rest = more;
            let name = field.split([':', '!', '.', '[']).next().unwrap_or_default();
            let index = if name.is_empty() { Some(next) } else { name.parse::<usize>().ok() };
            next += usize::from(name.is_empty());
            let given = index.and_then(|i| arguments.get(i)).copied();
            let given = given.or_else(|| named.iter().find(|(n, _)| **n == *name).map(|(_, v)| *v));
            match given {
                Some(expr) => filled.push_str(&value_of(self, expr)),
                None => filled.push(HOLE),
            }
            if filled.len() > 4_000 {
                filled = HOLE.to_string();
                break;
            }
        }
        filled.push_str(rest);
        for (_, value) in named {
            value_of(self, *value);
        }
        out.add(Atom::Text { text: filled.into(), origin, home });
    }

    /// `[a, b].join('/')`.
    fn joined(
        &mut self,
        at: At,
        list: &Atom,
        here: impl Fn(ExprId) -> At,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let between = match arguments.first() {
            Some(a) => self.eval(here(*a), frame).texts().next().map_or(",".to_owned(), ToString::to_string),
            None => ",".to_owned(),
        };
        self.joined_by(at, list, &between, out);
    }

    fn joined_by(&mut self, at: At, list: &Atom, between: &str, out: &mut Collect) {
        let program = self.program;
        let Atom::List(list, inner) = list else { return };
        let ExprKind::List(items) = program.kind(*list) else { return };
        let parts: Vec<String> = items
            .iter()
            .take(50)
            .map(|item| {
                let value = self.eval(At { module: list.module, expr: *item }, *inner);
                value.texts().next().map_or(HOLE.to_string(), ToString::to_string)
            })
            .collect();
        let home =
            FunctionAt { module: at.module, function: program.module(at.module).expr(at.expr).function };
        out.add(Atom::Text { text: parts.join(between).into(), origin: at, home });
    }

    /// A call of something outside the program.
    fn outside(
        &mut self,
        at: At,
        package: &Rc<str>,
        path: &Rc<str>,
        made: Option<At>,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Val {
        let here = |expr: ExprId| At { module: at.module, expr };
        let last = path.rsplit('.').next().unwrap_or_default();
        let language = self.program.module(at.module).language;
        let known = Clients::get().passing(language.table_name(), package, path);
        if known.is_some_and(|p| p.format) {
            return self.with_verbs(at, arguments, frame);
        }
        let passes = known.is_some() || Methods::get().is_passing(path);
        if !passes && let Some(answer) = self.request(at, package, path, made, arguments, frame) {
            return answer;
        }
        let mut out = Collect::default();
        // `new Promise((resolve, reject) => …)` holds what `resolve` is called with.
        if &**path == "Promise"
            && let Some(executor) = arguments.first()
        {
            for atom in self.eval(here(*executor), frame).iter() {
                if let Atom::Function { at: of, .. } = atom {
                    let value = self.handed_on(*of, 0, None, 0);
                    out.all(&value);
                }
            }
            return out.done();
        }
        self.recalled(at, package, path, arguments, frame, &mut out);
        if last == "useContext" {
            self.given_by_context(at, arguments, &mut out);
        }
        if language == Language::JavaScript && &**package == UNKNOWN_PACKAGE {
            for function in by_name(self.program, last) {
                if is_given_enough(self.program, at, *function) {
                    let values = arguments.iter().map(|a| self.eval(here(*a), frame)).collect();
                    let value = self.enter(*function, values, at, frame, FrameId::NONE);
                    out.weakened(&value);
                    for atom in value.iter().filter(|a| matches!(a, Atom::Object(..) | Atom::List(..))) {
                        out.add(atom.clone());
                    }
                }
            }
        }
        if last == "invoke" {
            let called = self.invoked(at, arguments, frame);
            out.all(&called);
        }
        if passes {
            // `new URL(path, base)` is base and path.
            if last == "URL"
                && let [path, base, ..] = arguments
            {
                let path = self.eval(here(*path), frame);
                let base = self.eval(here(*base), frame);
                let base = base.texts().next().map_or(HOLE.to_string(), ToString::to_string);
                for atom in path.iter() {
                    if let Atom::Text { text, origin, home } = atom {
                        let whole = if text.contains("://") {
                            Rc::clone(text)
                        } else {
                            format!("{}/{}", base.trim_end_matches('/'), text.trim_start_matches('/')).into()
                        };
                        out.add(Atom::Text { text: whole, origin: *origin, home: *home });
                    }
                }
                return out.done();
            }
            // `urljoin(base, path)` and the like.
            if known.is_some_and(|p| p.joins) {
                return self.slashed(at, arguments, frame);
            }
            for argument in arguments.iter().take(6) {
                let value = self.eval(here(*argument), frame);
                out.all(&value);
            }
            return out.done();
        }
        // `_.get(user, 'emailAddress')` reads a member.
        if last == "get"
            && let [object, key, ..] = arguments
            && let Some(key) = self.eval(here(*key), frame).texts().next().cloned()
        {
            let object = self.eval(here(*object), frame);
            let mut value = object;
            for part in key.split('.').take(8) {
                let mut next = Collect::default();
                for atom in value.iter() {
                    let part = self.member(atom, part, at);
                    next.all(&part);
                }
                value = next.done();
            }
            out.carried(&value);
        }
        // `http.request(request)`: what sends a request that was made before gives its answer.
        if Methods::get().sends_prepared.contains(last) {
            for argument in arguments.iter().take(2) {
                let value = self.eval(here(*argument), frame);
                let made = value.iter().filter(|a| matches!(a, Atom::Answer { inner: false, .. }));
                made.for_each(|a| out.add(a.clone()));
            }
        }
        // Anything else may give back what it was handed; that much is said, and that it is a guess.
        let silent = self.is_silent(path);
        if !silent || sends(path) {
            for argument in arguments.iter().take(6) {
                self.called_inside(at, *argument, frame, &mut out);
                let peeled = self.program.module(at.module).peel(*argument);
                if matches!(self.program.kind(here(peeled)), ExprKind::Function(_)) {
                    continue;
                }
                let value = self.eval(here(*argument), frame);
                let (sent, answers): (Vec<Atom>, Vec<Atom>) = value
                    .iter()
                    .filter(|a| matches!(a, Atom::Answer { .. }))
                    .cloned()
                    .partition(|a| matches!(a, Atom::Answer { inner: false, .. }) && sends(path));
                if !silent {
                    out.weakened(&Val::from(answers));
                }
                // `client.send(request)`: the request object was known for a request already.
                out.all(&Val::from(sent));
            }
        }
        // So may it give back an address in another form: `normalize(address)`.
        if !silent && language != Language::JavaScript && may_give_back(language, path) {
            let named = match self.program.kind(at) {
                ExprKind::Call { named, .. } => named.as_slice(),
                _ => &[],
            };
            for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(6) {
                let value = self.eval(here(*argument), frame);
                let addresses: Vec<Atom> =
                    value.iter().filter(|a| matches!(a, Atom::Address { .. })).cloned().collect();
                out.weakened(&Val::from(addresses));
            }
        }
        if path.len() < 160 {
            out.add(Atom::Extern {
                package: Rc::clone(package),
                path: format!("{path}()").into(),
                made: Some(at),
            });
        }
        out.done()
    }

    /// Parts of an address joined by slashes; one that is an address by itself starts anew.
    fn slashed(&mut self, at: At, arguments: &[ExprId], frame: FrameId) -> Val {
        let mut out = Collect::default();
        let mut whole = String::new();
        let mut place = None;
        for argument in arguments.iter().take(8) {
            let value = self.eval(At { module: at.module, expr: *argument }, frame);
            out.carried(&value);
            let text = value.texts().next().map_or(HOLE.to_string(), ToString::to_string);
            for atom in value.iter() {
                if let Atom::Text { origin, home, .. } = atom {
                    place = Some((*origin, *home));
                }
            }
            if whole.is_empty() || text.contains("://") {
                whole = text;
            } else {
                whole = format!("{}/{}", whole.trim_end_matches('/'), text.trim_start_matches('/'));
            }
        }
        if let Some((origin, home)) = place {
            out.add(Atom::Text { text: whole.into(), origin, home });
        }
        out.done()
    }

    /// `retry(() => getUser())`, `memoize(getUser)`, `useQuery({queryFn: getUser})`: what an unknown
    /// function gives that is handed a function is what that one gives, or the function itself.
    fn called_inside(&mut self, at: At, argument: ExprId, frame: FrameId, out: &mut Collect) {
        let program = self.program;
        let data = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut functions = Collect::default();
        match &data.expr(data.peel(argument)).kind {
            ExprKind::Function(_) | ExprKind::Local(_) => {
                let value = self.eval(here(argument), frame);
                functions.all(&value);
            }
            ExprKind::Object { fields, .. } => {
                for (_, field) in fields {
                    if let ExprKind::Function(_) | ExprKind::Local(_) = data.expr(data.peel(*field)).kind {
                        let value = self.eval(here(*field), frame);
                        functions.all(&value);
                    }
                }
            }
            _ => return,
        }
        for atom in functions.done().iter() {
            if let Atom::Function { at: of, frame: around } = atom {
                let value = self.enter(*of, Vec::new(), at, frame, *around);
                for inner in value.iter() {
                    if matches!(
                        inner,
                        Atom::Answer { .. }
                            | Atom::Address { .. }
                            | Atom::Kept { .. }
                            | Atom::Recalled(..)
                            | Atom::Object(..)
                            | Atom::List(..)
                    ) {
                        out.add(inner.clone());
                    }
                }
                out.add(atom.clone());
            }
        }
    }

    /// A format and what is put in the places of its verbs.
    fn with_verbs(&mut self, at: At, arguments: &[ExprId], frame: FrameId) -> Val {
        let home =
            FunctionAt { module: at.module, function: self.program.module(at.module).expr(at.expr).function };
        let mut out = Collect::default();
        let mut values: Vec<Val> = Vec::new();
        for argument in arguments.iter().take(40) {
            let value = self.eval(At { module: at.module, expr: *argument }, frame);
            out.carried(&value);
            values.push(value);
        }
        let Some((format, values)) = values.split_first() else { return Val::default() };
        for format in format.texts().take(8) {
            let mut values = values.iter();
            let mut text = String::new();
            let mut chars = format.chars().peekable();
            while let Some(c) = chars.next() {
                if c != '%' || chars.next_if_eq(&'%').is_some() {
                    text.push(c);
                    continue;
                }
                while chars.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
                chars.next();
                match values.next().and_then(|v| v.texts().next()) {
                    Some(known) => text.push_str(known),
                    None => text.push(HOLE),
                }
                if text.len() > 4_000 {
                    break;
                }
            }
            out.add(Atom::Text { text: text.into(), origin: at, home });
        }
        out.done()
    }

    /// Calls whose result says nothing about their arguments.
    fn is_silent(&self, path: &str) -> bool {
        let first = path.split('.').next().unwrap_or_default();
        let last = path.rsplit('.').next().unwrap_or_default();
        matches!(first, "console" | "logger" | "log" | "Math" | "Number" | "Boolean" | "parseInt" | "expect")
            || matches!(
                last,
                "log"
                    | "info"
                    | "warn"
                    | "error"
                    | "debug"
                    | "isArray"
                    | "keys"
                    | "test"
                    | "includes"
                    | "push"
                    | "set"
                    | "send"
                    | "emit"
                    | "status"
                    | "has"
                    | "setState"
            )
    }

    /// What `invoke('name')` in a front end gets from the resolver of that name.
    fn invoked(&mut self, at: At, arguments: &[ExprId], frame: FrameId) -> Val {
        let Some(name) = arguments.first() else { return Val::default() };
        let name = self.eval(At { module: at.module, expr: *name }, frame);
        let names: Vec<Rc<str>> = name.texts().cloned().collect();
        let mut out = Collect::default();
        for name in names {
            for functions in self.resolvers.get(&name).cloned().unwrap_or_default() {
                for atom in functions.iter() {
                    if let Atom::Function { at: of, frame: around } = atom {
                        let value = self.enter(*of, Vec::new(), at, frame, *around);
                        out.all(&value);
                    }
                }
            }
        }
        out.done()
    }

    /// What a callback is given as its `index`th parameter, by the call that it is handed to.
    pub(super) fn callback_parameter(
        &mut self,
        call: At,
        argument: usize,
        key: Option<&str>,
        index: usize,
    ) -> Val {
        let program = self.program;
        let data = program.module(call.module);
        let ExprKind::Call { callee, arguments, .. } = &data.expr(call.expr).kind else {
            return Val::default();
        };
        let here = |expr: ExprId| At { module: call.module, expr };
        let peeled = data.peel(*callee);
        let mut out = Collect::default();
        // `subscribe({ next: found => … })` hands over what `subscribe(found => …)` does.
        let plain = key.filter(|k| *k != "next");
        if let (ExprKind::Member { object, property, .. }, None) = (&data.expr(peeled).kind, plain) {
            let walks = Methods::get().walks.contains(&**property);
            if walks && (index == 0 || (&**property == "sort" && index == 1)) {
                let receiver = self.eval(here(*object), FrameId::NONE);
                let whole = Methods::get().maps_whole.contains(&**property);
                let given = if whole { receiver } else { self.elements(&receiver) };
                out.all(&given);
            }
            if &**property == "reduce" {
                let receiver = self.eval(here(*object), FrameId::NONE);
                if index == 1 {
                    let items = self.elements(&receiver);
                    out.all(&items);
                } else if let (0, Some(first)) = (index, arguments.get(1)) {
                    let first = self.eval(here(*first), FrameId::NONE);
                    out.all(&first);
                }
            }
            if walks {
                return out.done();
            }
        }
        let target = self.eval(here(*callee), FrameId::NONE);
        for atom in target.iter() {
            if let Atom::Function { at: of, .. } = atom {
                let value = self.handed_on(*of, argument, key, index);
                out.all(&value);
            }
        }
        // `get(url, (error, response, body) => …)`, `request({url, success: body => …})`.
        let answer = self.eval(call, FrameId::NONE);
        // Node's own client hands over the response alone.
        let node = target.iter().any(|a| {
            matches!(a, Atom::Extern { package, .. } if matches!(&**package, "https" | "http" | "node:https" | "node:http"))
        });
        let body = if key.is_some() || node { index == 0 } else { index >= 1 };
        if body {
            out.carried(&answer);
        }
        out.done()
    }

    /// What a function hands to the callback that it gets as its `argument`th parameter.
    fn handed_on(&mut self, of: FunctionAt, argument: usize, key: Option<&str>, index: usize) -> Val {
        let program = self.program;
        let data = program.module(of.module);
        let mut out = Collect::default();
        let parameter = (of.function, u32::try_from(argument).unwrap_or(u32::MAX));
        for call in program.index(of.module).calls_of_parameter.get(&parameter).into_iter().flatten() {
            let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
            let called = match &data.expr(data.peel(*callee)).kind {
                ExprKind::Member { property, .. } => Some(&**property),
                _ => None,
            };
            if called == key
                && let Some(given) = arguments.get(index)
            {
                let value = self.eval(At { module: of.module, expr: *given }, FrameId::NONE);
                out.all(&value);
            }
        }
        out.done()
    }
}
