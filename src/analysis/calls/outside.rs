//! Calls of what is not in the tree: what a library, a client or a wrapper gives back.

use super::*;
use crate::analysis::eval::Evaluator;
use crate::analysis::eval::state::{GETTER, STATE};
use crate::analysis::eval::stores::by_name;
use crate::analysis::value::{At, Atom, Collect, FrameId, FunctionAt, Piece, Val};
use crate::catalog::clients::UNKNOWN_PACKAGE;
use crate::catalog::endpoints::HOLE;
use crate::catalog::methods::Methods;
use crate::program::{ExprId, ExprKind, FunctionId, Language};
use std::rc::Rc;

/// A text that is put together is cut off at about this length.
const MAX_FORMATTED: usize = 4_000;

/// Whether a function is a hook that gives what the function that it is handed gives, not that function.
fn is_hook(name: &str) -> bool {
    let hook =
        name.strip_prefix("use").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    hook && !["Callback", "Event", "Handler", "Fn", "Function"].iter().any(|w| name.contains(w))
}

/// What a value is as a text.
fn text_of(value: Option<&Val>) -> String {
    value.and_then(|v| v.texts().next()).map_or(HOLE.to_string(), ToString::to_string)
}

/// A format with verbs, filled in: `/user/%s`.
fn by_verbs(format: &str, values: &[Val]) -> String {
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
        text.push_str(&text_of(values.next()));
        if text.len() > MAX_FORMATTED {
            break;
        }
    }
    text
}

/// A format with numbers, filled in: `/user/{0}`.
fn by_numbers(format: &str, values: &[Val]) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((hole, after)) = after.split_once('}') else { break };
        text.push_str(before);
        let index = hole.split([':', ',']).next().and_then(|i| i.parse::<usize>().ok());
        text.push_str(&text_of(index.and_then(|i| values.get(i))));
        rest = after;
        if text.len() > MAX_FORMATTED {
            return text;
        }
    }
    text.push_str(rest);
    text
}

impl Evaluator<'_> {
    /// A call of something outside the program.
    pub(super) fn outside(
        &mut self,
        at: At,
        package: &Rc<str>,
        path: &Rc<str>,
        made: Option<At>,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Val {
        let here = |expr: ExprId| At { module: at.module, expr };
        if &**package == STATE {
            let mut out = Collect::default();
            if let (GETTER, Some(made)) = (&**path, made) {
                self.given_by_store(at, made, &[], frame, &mut out);
            }
            return out.done();
        }
        let last = path.rsplit('.').next().unwrap_or_default();
        if let Some(value) = self.of_a_store(at, package, last, arguments, frame) {
            return value;
        }
        let language = self.program.module(at.module).language;
        let meaning = self.meanings.of(language, package, path);
        let known = meaning.passing;
        if known.is_some_and(|p| p.format) {
            return self.with_verbs(at, arguments, frame);
        }
        // `Search.Do` of a library is not what sends a request that was made before.
        let own = known.is_none() || meaning.sdk.is_none();
        let passes = (known.is_some() || meaning.passes) && own;
        if !passes && let Some(answer) = self.request(at, package, path, made, arguments, frame) {
            return answer;
        }
        let mut out = Collect::default();
        // A text that is put together step by step starts with what it is made of.
        if matches!(last, "StringBuilder" | "StringBuffer") {
            for argument in arguments.iter().take(1) {
                let value = self.eval(here(*argument), frame);
                out.carried(&value);
                value.iter().filter(|a| matches!(a, Atom::Text { .. })).for_each(|a| out.add(a.clone()));
            }
        }
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
        if language == Language::Kotlin && Methods::get().makes_stream.contains(last) {
            self.emitted(at, arguments, frame, &mut out);
        }
        self.recalled(at, package, path, arguments, frame, &mut out);
        if let (true, Some(made)) = (package.starts_with("zustand") && path.ends_with("()"), made) {
            self.given_by_store(at, made, arguments, frame, &mut out);
        }
        if last == "useContext" {
            self.given_by_context(at, arguments, &mut out);
        }
        if language.is_untyped() && &**package == UNKNOWN_PACKAGE {
            for function in by_name(self.program, language, last) {
                if may_mean(self.program, at, function) {
                    let values = arguments.iter().map(|a| self.eval(here(*a), frame)).collect();
                    let value = self.enter(function, values, at, frame, FrameId::NONE);
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
        // `_.get(user, 'emailAddress')` reads a member.
        if Methods::get().reads_of.contains(last)
            && let [object, key, ..] = arguments
            && let Some(key) = self.eval(here(*key), frame).texts().next().cloned()
        {
            let object = self.eval(here(*object), frame);
            let mut value = object;
            // `$.fields.reporter`
            for part in key.split('.').filter(|part| !matches!(*part, "" | "$")).take(8) {
                let mut next = Collect::default();
                for atom in value.iter() {
                    let part = self.member(atom, part, at);
                    next.all(&part);
                }
                value = next.done();
            }
            out.carried(&value);
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
            // `next(iterator)` is one of the items.
            let one = language == Language::Python && matches!(last, "next" | "anext" | "min" | "max");
            for argument in arguments.iter().take(6) {
                let value = self.eval(here(*argument), frame);
                match one {
                    true => out.all(&self.elements(&value)),
                    false => out.all(&value),
                }
                // Of the response of a request, its body.
                if known.is_some_and(|p| p.decodes) {
                    out.all(&bodies(&value));
                }
            }
            // `_("for %(email)s", email=address)`
            if let ExprKind::Call { named, .. } = self.program.kind(at) {
                for (_, value) in named.iter().take(6) {
                    let value = self.eval(here(*value), frame);
                    out.carried(&value);
                }
            }
            return out.done();
        }
        // `http.request(request)`: what sends a request that was made before gives its answer.
        if Methods::get().sends_prepared.contains(last) {
            for argument in arguments.iter().take(2) {
                let value = self.eval(here(*argument), frame);
                let made = value.iter().filter(|a| matches!(a, Atom::Answer { piece: Piece::Response, .. }));
                made.for_each(|a| out.add(a.clone()));
            }
        }
        // Anything else may give back what it was handed; that much is said, and that it is a guess.
        let silent = meaning.silent;
        if !silent || meaning.sends {
            for argument in arguments.iter().take(6) {
                self.called_inside(at, *argument, !is_hook(last), frame, &mut out);
                let peeled = self.program.module(at.module).peel(*argument);
                if matches!(self.program.kind(here(peeled)), ExprKind::Function(_)) {
                    continue;
                }
                let value = self.eval(here(*argument), frame);
                let (sent, answers): (Vec<Atom>, Vec<Atom>) =
                    value.iter().filter(|a| matches!(a, Atom::Answer { .. })).cloned().partition(|a| {
                        matches!(a, Atom::Answer { piece: Piece::Response, .. }) && meaning.sends
                    });
                if !silent {
                    out.weakened(&Val::from(answers));
                }
                // `client.send(request)`: the request object was known for a request already.
                out.all(&Val::from(sent));
            }
        }
        // So may it give back an address in another form: `normalize(address)`.
        if !silent && language != Language::JavaScript && meaning.may_give_back {
            let named = match self.program.kind(at) {
                ExprKind::Call { named, .. } => &**named,
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
                path: self.meanings.longer(path, "()"),
                made: Some(at),
            });
        }
        out.done()
    }

    /// What the function that a stream is made of emits: `flow { emit(user) }`, `sequence { yield(user) }`.
    fn emitted(&mut self, at: At, arguments: &[ExprId], frame: FrameId, out: &mut Collect) {
        /// Functions around one another, and calls that are looked at.
        const MAX_AROUND: usize = 8;
        const MAX_CALLS: usize = 20;
        let program = self.program;
        let data = program.module(at.module);
        let makers: Vec<FunctionId> = arguments
            .iter()
            .filter_map(|a| match data.expr(data.peel(*a)).kind {
                ExprKind::Function(function) => Some(function),
                _ => None,
            })
            .collect();
        let within = |call: ExprId| {
            let mut function = Some(data.expr(call).function);
            (0..MAX_AROUND).any(|_| {
                let here = function.is_some_and(|f| makers.contains(&f));
                function = function.and_then(|f| data.function(f).parent);
                here
            })
        };
        let mut given = Vec::new();
        for call in &program.index(at.module).calls {
            if let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind
                && let (ExprKind::Global(name), [value]) = (&data.expr(data.peel(*callee)).kind, &**arguments)
                && Methods::get().emits.contains(&**name)
                && within(*call)
            {
                given.push(*value);
            }
        }
        for value in given.into_iter().take(MAX_CALLS) {
            let value = self.eval(At { module: at.module, expr: value }, frame);
            out.all(&value);
        }
    }

    /// What a store that reducers change gives: all of it, or what a selector takes.
    fn of_a_store(
        &mut self,
        at: At,
        package: &str,
        last: &str,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Option<Val> {
        if package.starts_with("zustand") {
            return None;
        }
        match (last, arguments) {
            ("createSelector" | "createDraftSafeSelector", [_, _, ..]) => {
                self.select_from(at, arguments, frame).filter(|v| !v.is_empty())
            }
            ("useSelector" | "useAppSelector" | "select", [selector, ..]) => {
                let selector = self.eval(At { module: at.module, expr: *selector }, frame);
                let selects = selector.iter().any(|a| matches!(a, Atom::Function { .. })) || last != "select";
                self.selected(at, &selector, frame).filter(|v| selects && !v.is_empty())
            }
            ("getState", []) => self.whole_state(),
            _ => None,
        }
    }

    /// `retry(() => getUser())`, `memoize(getUser)`, `useQuery({queryFn: getUser})`: what an unknown
    /// function gives that is handed a function is what that one gives, or the function itself.
    fn called_inside(&mut self, at: At, argument: ExprId, itself: bool, frame: FrameId, out: &mut Collect) {
        let program = self.program;
        let data = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut functions = Collect::default();
        // What `{queryFn, select}` gives is what `select` makes of it.
        let mut select = None;
        let mut given = Collect::default();
        match &data.expr(data.peel(argument)).kind {
            ExprKind::Function(_) | ExprKind::Local(_) => {
                let value = self.eval(here(argument), frame);
                functions.all(&value);
            }
            ExprKind::Object { fields, .. } => {
                for (key, field) in fields {
                    if let ExprKind::Function(_) | ExprKind::Local(_) = data.expr(data.peel(*field)).kind {
                        if !itself && key.as_deref() == Some("select") {
                            select = Some(here(*field));
                            continue;
                        }
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
                        given.add(inner.clone());
                    }
                }
                if itself {
                    given.add(atom.clone());
                }
            }
        }
        let given = given.done();
        let Some(select) = select else { return out.all(&given) };
        for atom in self.eval(select, frame).iter() {
            if let Atom::Function { at: of, frame: around } = atom {
                // Also as a part of what it is wrapped in.
                let value = self.enter(*of, vec![given.clone()], at, frame, *around);
                out.all(&value);
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
        let by_number = self.program.module(at.module).language == Language::CSharp;
        for format in format.texts().take(8) {
            let text = if by_number { by_numbers(format, values) } else { by_verbs(format, values) };
            out.add(Atom::Text { text: text.into(), origin: at, home });
        }
        out.done()
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
}

/// The bodies of the answers that a value may be.
fn bodies(value: &Val) -> Val {
    let mut out = Collect::default();
    for atom in value.iter() {
        if let Atom::Answer { request, weak, piece: Piece::Response } = atom {
            out.add(Atom::Answer { request: *request, weak: *weak, piece: Piece::Body });
        }
    }
    out.done()
}
