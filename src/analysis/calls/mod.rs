//! What a call gives: a function's returns, a collection's items, the answer to a request.

mod behalf;
mod callers;
mod meaning;
mod outside;
mod text;

pub(in crate::analysis) use meaning::Meanings;

use super::eval::{Evaluator, getter};
use super::link::Program;
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Piece, Val};
use crate::catalog::endpoints::Target;
use crate::catalog::fields::Fields;
use crate::catalog::matching::Matching;
use crate::catalog::methods::Methods;
use crate::catalog::sinks::Sinks;
use crate::program::{CallKind, ClassId, ExprId, ExprKind, Language, Module, Parameter};

/// What a method is called that sends a request which was made before.
const SENDS: &[&str] =
    &["send", "execute", "exchange", "newcall", "fetch", "request", "getasync", "postasync", "perform"];

/// Whether a call may mean a function by what it hands over: not more than there are parameters.
fn is_given_enough(program: &Program, call: At, function: FunctionAt) -> bool {
    let ExprKind::Call { arguments, .. } = program.kind(call) else { return false };
    let parameters = &program.module(function.module).function(function.function).parameters;
    arguments.len() <= parameters.len() || parameters.last().is_some_and(|p| p.rest)
}

/// Whether a call of a name may mean a function of that name, of which nothing else is known: what has nothing to
/// do with Atlassian's products on either side is not worth a guess.
fn may_mean(program: &Program, call: At, function: FunctionAt) -> bool {
    let about = |module| program.index(module).about_atlassian;
    is_given_enough(program, call, function)
        && (program.module(call.module).language == Language::JavaScript
            || about(call.module)
            || about(function.module))
}

/// Whether a callee is `super`: an object is never called.
fn is_super(module: &Module, callee: ExprId) -> bool {
    module.language == Language::JavaScript && matches!(module.expr(callee).kind, ExprKind::This)
}

/// Whether a call is one of the class around it: `cls(…)`.
fn is_own_class(module: &Module, call: ExprId) -> bool {
    module.language == Language::Python
        && matches!(&module.expr(call).kind, ExprKind::Call { callee, kind: CallKind::Call, .. }
            if matches!(module.expr(module.peel(*callee)).kind, ExprKind::This))
}

/// Whether a parameter is the one that takes whatever is handed by a name that no other has, and something is.
pub(in crate::analysis) fn takes_named(
    name: &str,
    parameters: &[Parameter],
    named: &[(Box<str>, ExprId)],
) -> bool {
    name.starts_with("**") && named.iter().any(|(n, _)| parameters.iter().all(|p| p.name != *n))
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

/// Whether a method hands its callback the value itself, and gives what that makes of it.
fn is_handed_whole(language: Language, name: &str) -> bool {
    Methods::get().maps_whole.contains(name) || language == Language::Kotlin && name == "use"
}

/// Whether a method without arguments reads a field: `getEmail()`, and `email()` of a record.
fn reads_a_field(language: Language, name: &str) -> bool {
    getter(name).is_some() || language == Language::Java
}

impl Evaluator<'_> {
    pub(super) fn call(&mut self, at: At, frame: FrameId) -> Val {
        let program = self.program;
        let data = program.module(at.module);
        let ExprKind::Call { callee, arguments, named, kind } = &data.expr(at.expr).kind else {
            return Val::default();
        };
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut out = Collect::default();
        // What is no method of what it is called on is none of an answer either.
        let extended = match data.language {
            Language::Kotlin => self.extension(at, *callee, arguments, frame),
            _ => Val::default(),
        };
        // Collections, promises and texts, by the method's name.
        if let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
            && extended.is_empty()
        {
            let receiver = self.eval(here(*object), frame);
            self.method(at, data.peel(*callee), &receiver, property, arguments, frame, &mut out);
            // `map.keys()`, `Object.keys(map)`
            if &**property == "keys" && matches!(data.language, Language::JavaScript | Language::Python) {
                let map = arguments.first().unwrap_or(object);
                let keys = self.keys_of(here(*map), frame);
                out.all(&keys);
            }
        }
        // `array_keys($map)`
        if data.language == Language::Php
            && let ([map, ..], ExprKind::Global(name)) = (&**arguments, &data.expr(data.peel(*callee)).kind)
            && matches!(&**name, "array_keys" | "array_flip" | "array_key_first" | "array_key_last")
        {
            return self.keys_of(here(*map), frame);
        }
        if let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
            && match data.language {
                Language::CSharp => true,
                Language::Java | Language::Kotlin => Methods::get().asks_address.contains(&**property),
                _ => false,
            }
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
                    // What is left over is handed as one.
                    if let Some(i) = parameters.iter().position(|p| takes_named(&p.name, parameters, named)) {
                        values.resize(values.len().max(i + 1), Val::default());
                        if let Some(slot) = values.get_mut(i) {
                            *slot = Val::of(Atom::Object(at, frame));
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
                    if let (Language::Go, CallKind::Call, [only]) = (data.language, kind, &**arguments) {
                        let value = self.eval(here(*only), frame);
                        out.all(&value);
                    }
                }
                // `cls(…)` in a method of the class.
                Atom::Instance(m, c) if is_own_class(data, at.expr) => {
                    out.add(Atom::Instance(*m, *c));
                    out.add(Atom::Object(at, frame));
                }
                Atom::Extern { .. } => outside.add(atom.clone()),
                // A method that is only promised, known by the type that it gives.
                Atom::Instance(..)
                    if *kind == CallKind::Call
                        && data.language.leaves_out_this()
                        && matches!(data.expr(data.peel(*callee)).kind, ExprKind::Member { .. }) =>
                {
                    out.add(atom.clone());
                }
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
        if !looked_into {
            self.behalf_result(at, *callee, frame, &mut out);
        }
        if !looked_into && matches!(data.language, Language::Java | Language::Kotlin) {
            for argument in arguments.iter().take(3) {
                let handed = self.eval(here(*argument), frame);
                let mapped = self.mapped(here(*callee), &handed, frame);
                out.all(&mapped);
            }
        }
        looked_into |= !extended.is_empty();
        out.all(&extended);
        if arguments.is_empty() && !data.built(at.expr).is_empty() {
            out.add(Atom::Object(at, frame));
        }
        let value = out.done();
        // A function that could not be followed to the end, but was handed an unmistakable path.
        if !value.telling()
            && !self.makes_a_path(data.language, &value)
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

    /// What a method gives that is only promised, and that a library writes to make an object of another
    /// class with the same in it: the answers that it is handed.
    fn mapped(&mut self, method: At, handed: &Val, frame: FrameId) -> Val {
        const LIBRARIES: &[&str] = &["org.mapstruct", "fr.xebia.extras.selma"];
        let program = self.program;
        let data = program.module(method.module);
        let ExprKind::Member { object, .. } = data.expr(data.peel(method.expr)).kind else {
            return Val::default();
        };
        let answers = handed.iter().filter_map(|atom| match atom {
            Atom::Answer { request, weak, piece } => {
                Some(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() })
            }
            _ => None,
        });
        let out: Val = answers.collect::<Vec<_>>().into();
        if out.is_empty() {
            return out;
        }
        let is_library = |name: &str| LIBRARIES.iter().any(|l| name.starts_with(l));
        let mapper = At { module: method.module, expr: object };
        let made = self.eval(mapper, frame).iter().any(|atom| match atom {
            Atom::Instance(m, _) => {
                let module = program.module(*m);
                module.opens.iter().any(|o| is_library(o))
                    || module.all().any(|(_, e)| {
                        matches!(&e.kind, ExprKind::Import { specifier, .. } if is_library(specifier))
                    })
            }
            _ => false,
        });
        if made { out } else { Val::default() }
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
                if let Atom::Answer { request, piece: Piece::Response, weak } = atom {
                    let weak = *weak || !sends;
                    out.add(Atom::Answer { request: *request, weak, piece: Piece::Response });
                }
            }
        }
        out.done()
    }

    /// Whether what a function gives is a path: one that puts an address together asks for nothing yet.
    fn makes_a_path(&mut self, language: Language, value: &Val) -> bool {
        let is_path = |v: &Val| v.texts().any(|t| t.contains('/') && Target::parse(t).is_some());
        is_path(value) || language.gives_several_results() && is_path(&self.nth(value, 0))
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
                if let Atom::Answer { request, weak, piece } = atom {
                    out.add(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() });
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
                Atom::Extern { package, path, made }
                    if !self.meanings.of(data.language, package, path).silent =>
                {
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
                        if let Atom::Answer { request, weak, piece } = atom {
                            out.add(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() });
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
        let whole = is_handed_whole(self.program.module(at.module).language, name);
        if whole || Methods::get().maps.contains(name) {
            let handed = if whole { receiver.clone() } else { self.elements(receiver) };
            // Where everything has a type, what a library gives is known by it.
            let typed = !self.program.module(at.module).language.is_untyped();
            let useful = handed.iter().any(|a| match a {
                Atom::Function { .. } => false,
                Atom::Extern { package, .. } => typed && !package.is_empty() && !Self::is_unknown(a),
                _ => true,
            });
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
                // `users.stream().map(mapper::toDto)`
                if typed && !function.iter().any(|a| matches!(a, Atom::Function { .. })) {
                    let mapped = self.mapped(here(*callback), &handed, frame);
                    out.all(&mapped);
                }
            }
            return;
        }
        if name == "get" {
            let maps = receiver.iter().filter_map(|a| match a {
                Atom::Object(map, _) => Some(*map),
                _ => None,
            });
            let own = maps.take(4).find_map(|map| self.remembered_here(at, map, frame));
            if let Some(own) = own {
                out.all(&own);
                return;
            }
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
        // `page.replace('{{mail}}', address)`, of whatever the text was read from.
        if Methods::get().fills_in.contains(name)
            && let [_, filled, ..] = arguments
        {
            let value = self.eval(here(*filled), frame);
            let addresses = value.iter().filter(|a| matches!(a, Atom::Address { .. } | Atom::Kept { .. }));
            out.joined(&addresses.cloned().collect::<Vec<_>>().into());
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
        }) || name == "copy"
            || receiver.iter().any(|a| self.unwraps(a, name));
        // `known.get(key, user["emailAddress"])`: what it gives when there is none.
        if let [_, fallback] = arguments
            && matches!(name, "get" | "pop" | "fetch" | "setdefault")
            && matches!(self.program.module(at.module).language, Language::Python | Language::Ruby)
        {
            let fallback = self.eval(here(*fallback), frame);
            out.carried(&fallback);
        }
        if !known {
            return;
        }
        // Of one item of a list of records, all that it holds is known as well as the record: what stands under a
        // key is asked of the record alone.
        let written_out = |a: &Atom| {
            matches!(a, Atom::Object(at, _)
                if matches!(self.program.kind(*at), ExprKind::Object { fields, .. } if !fields.is_empty()))
        };
        let keyed = Methods::get().reads.contains(name)
            && arguments.first().is_some_and(|a| matches!(self.program.kind(here(*a)), ExprKind::Text(_)))
            && receiver.iter().any(written_out);
        for atom in receiver.iter() {
            match atom {
                Atom::Address { .. } | Atom::Kept { .. } if keyed => {}
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
                    } else if let Atom::Answer { request, weak, piece } = atom {
                        // `user.getEmailAddress()` reads; `response.json()` and whatever else is done
                        // with a body give the body.
                        let site = At { module: at.module, expr: callee };
                        let read = self.member(atom, name, site);
                        if read.iter().any(|a| matches!(a, Atom::Address { .. })) {
                            out.all(&read);
                            continue;
                        }
                        // `user.displayName()`, of a record.
                        let of_body = arguments.is_empty() && *piece != Piece::Response;
                        let harmless = Fields::get().is_harmless_getter(name)
                            || of_body && Fields::get().holds_no_address(name);
                        if !harmless {
                            // A body as text is what is logged of an error, more often than a user.
                            let outer = *piece == Piece::Response && (completes(name) || name == "text");
                            let piece = if outer { Piece::Response } else { piece.in_body() };
                            out.add(Atom::Answer { request: *request, weak: *weak, piece });
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
                // An address that is put together step by step.
                Atom::Text { text, .. }
                    if text.contains('/') && Methods::get().address_keeps.contains(name) =>
                {
                    out.add(atom.clone());
                }
                Atom::Text { text, origin, home }
                    if (text.contains('/') || text.is_empty())
                        && !arguments.is_empty()
                        && Methods::get().address_joins.contains(name) =>
                {
                    let whole = self.with_segments(at.module, text, arguments, frame).into();
                    out.add(Atom::Text { text: whole, origin: *origin, home: *home });
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
                // `state.collectAsState()`: a type says what is in it.
                Atom::Instance(..) if self.unwraps(atom, name) => out.add(atom.clone()),
                // `user.copy(email = other)` of a data class is the user with something else in it.
                Atom::Instance(..) if name == "copy" && self.has_named(at) => {
                    out.add(atom.clone());
                    out.add(Atom::Object(at, frame));
                }
                // What an object holds, as a map or a text.
                Atom::Instance(m, c)
                    if Methods::get().lays_out.contains(name) && !self.program.members(*m, *c).has(name) =>
                {
                    out.add(atom.clone());
                }
                Atom::Object(object, _)
                    if Methods::get().lays_out.contains(name)
                        && matches!(self.program.kind(*object), ExprKind::Call { .. }) =>
                {
                    out.add(atom.clone());
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

    /// What a function has put itself into the map of its file that it asks: what it gave before for the same
    /// arguments, not what it gave for any.
    fn remembered_here(&mut self, at: At, map: At, frame: FrameId) -> Option<Val> {
        let program = self.program;
        let data = program.module(at.module);
        let around = data.expr(at.expr).function;
        if map.module != at.module || around.0 == 0 || data.language != Language::JavaScript {
            return None;
        }
        let ExprKind::Local(symbol) = data.expr(map.expr).kind else { return None };
        let kept = |d: &ExprId| data.expr(*d).function.0 == 0;
        if !data.symbol(symbol).definitions.iter().all(kept) {
            return None;
        }
        let writes = program.index(at.module).writes.get(&symbol)?;
        let mut values = Vec::new();
        for write in writes.iter().take(8).filter_map(|i| data.writes.get(*i)) {
            if data.expr(write.value).function != around {
                return None;
            }
            values.push(write.value);
        }
        let mut out = Collect::default();
        for value in values {
            let value = self.eval(At { module: at.module, expr: value }, frame);
            out.all(&value);
        }
        Some(out.done())
    }

    /// Whether a method is one of what stands around an object, by its name, and none of the object's own.
    pub(in crate::analysis) fn unwraps(&self, atom: &Atom, name: &str) -> bool {
        let Atom::Instance(m, c) = atom else { return false };
        self.program.module(*m).language.leaves_out_this()
            && Methods::get().unwraps.contains(name)
            && !self.program.members(*m, *c).has(name)
    }

    /// Whether a call hands over something by name.
    fn has_named(&self, call: At) -> bool {
        matches!(self.program.kind(call), ExprKind::Call { named, .. } if !named.is_empty())
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
                    ExprKind::Member { property, .. }
                        if matches!(&**property, "groupingBy" | "groupingByConcurrent") =>
                    {
                        let first = arguments.first()?;
                        Some(vec![At { module: at.module, expr: *first }])
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}
