//! Who calls a function: by name, as a callback, as a resolver of the bridge; and what a callback is handed.

use super::*;
use crate::analysis::eval::state::{GETTER, STATE};
use crate::analysis::eval::stores::by_name;
use crate::analysis::eval::{Callers, Evaluator};
use crate::analysis::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Val};
use crate::catalog::kept::Kept;
use crate::catalog::matching::Matching;
use crate::catalog::methods::Methods;
use crate::program::{CallKind, ClassId, ExprId, ExprKind, FunctionId, Language, Module};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Whether what a class is made with may be or hold an address: something that is called so, or one object alone.
fn may_hold_address(module: &Module, call: ExprId) -> bool {
    let ExprKind::Call { arguments, named, .. } = &module.expr(call).kind else { return false };
    named.is_empty() && arguments.len() <= 2
        || named.iter().any(|(name, _)| Matching::get().names_address(name))
}

/// Whether a method's name is one by which a script puts a message into a queue, hands something to a resolver or
/// to the state of another component.
fn may_keep(name: &str) -> bool {
    let handed = ["set", "on"].iter().filter_map(|start| name.strip_prefix(start));
    name == "invoke"
        || Kept::get().may_queue(name)
        || handed.into_iter().any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

impl Evaluator<'_> {
    /// Finds who calls whom, who is handed whom as a callback, and the resolvers by name.
    pub(in crate::analysis) fn index_callers(&mut self) {
        let program = self.program;
        for module in program.ids() {
            if self.is_stopped() {
                return;
            }
            let data = program.module(module);
            for call in &program.index(module).calls {
                let at = At { module, expr: *call };
                let (callee, arguments): (Option<ExprId>, &[ExprId]) = match &data.expr(*call).kind {
                    ExprKind::Call { callee, arguments, .. } => (Some(*callee), arguments),
                    ExprKind::Markup(markup) => (markup.component, &[]),
                    _ => continue,
                };
                let Some(callee) = callee else { continue };
                let value = match self.may_be_own(data, callee) {
                    true => self.value(At { module, expr: callee }),
                    false => Val::default(),
                };
                self.note_call(at, &value);
                self.note_behalf(at);
                if data.language == Language::Kotlin
                    && !value.iter().any(|a| matches!(a, Atom::Function { .. }))
                    && let ExprKind::Member { property, .. } = &data.expr(data.peel(callee)).kind
                    && let Some(of) = program.extension_named(property)
                {
                    self.callers.entry(of).or_default().extended.push(at);
                }
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
                        // `cls(x)` in a method of the class.
                        Atom::Instance(m, c)
                            if is_own_class(data, *call)
                                && (program.index(module).about_atlassian
                                    || may_hold_address(data, *call)) =>
                        {
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
            .flat_map(|(name, calls)| {
                calls.iter().map(move |call| {
                    (by_name(program, program.module(call.module).language, name), vec![*call])
                })
            })
            .filter(|(functions, _)| !functions.is_empty())
            .collect();
        for (functions, calls) in unresolved {
            for function in functions {
                let known = self.callers.entry(function).or_default();
                let fitting = calls.iter().copied().filter(|c| may_mean(program, *c, function));
                match program.module(function.module).language {
                    Language::JavaScript => known.calls.extend(fitting),
                    _ => known.maybe.extend(fitting),
                }
            }
        }
        self.index_held();
        self.index_listeners();
        self.index_resolvers();
        self.index_fills();
    }

    /// Calls of functions that are handed over and called through an object with one method:
    /// `each((id, mail) -> …)` and `sink.accept(id, mail)`. Who hands them over may come after who calls them.
    fn index_held(&mut self) {
        /// Calls that are looked at anew.
        const MAX_CALLS: usize = 4_000;
        let program = self.program;
        let mut calls: Vec<At> = Vec::new();
        for module in program.ids() {
            let data = program.module(module);
            if !data.language.leaves_out_this() {
                continue;
            }
            for call in program.index(module).calls_of_parameter.values().flatten() {
                let ExprKind::Call { callee, .. } = &data.expr(*call).kind else { continue };
                let held = match &data.expr(data.peel(*callee)).kind {
                    ExprKind::Member { property, .. } => Methods::get().calls_function.contains(&**property),
                    _ => true,
                };
                if held && calls.len() < MAX_CALLS {
                    calls.push(At { module, expr: *call });
                }
            }
        }
        if calls.is_empty() {
            return;
        }
        self.forget();
        for call in calls {
            let ExprKind::Call { callee, .. } = program.kind(call) else { continue };
            let value = self.value(At { module: call.module, expr: *callee });
            for atom in value.iter() {
                let Atom::Function { at: of, .. } = atom else { continue };
                let known = self.callers.entry(*of).or_default();
                if !known.calls.contains(&call) {
                    known.calls.push(call);
                }
            }
        }
    }

    /// Who tells about objects of a class calls those who listen for them: `events.publishEvent(new Joined(user))`
    /// and `@EventListener void on(Joined event)`.
    fn index_listeners(&mut self) {
        /// Who listens for one class.
        const MAX_LISTENERS: usize = 12;
        let program = self.program;
        let table = Methods::get();
        let mut listeners: BTreeMap<(ModuleId, ClassId), Vec<FunctionAt>> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            if !data.language.leaves_out_this() {
                continue;
            }
            for (i, function) in data.functions.iter().enumerate().skip(1) {
                let Some(declared) = function.parameters.first().and_then(|p| p.type_name.as_deref()) else {
                    continue;
                };
                let listens = function.decorators.iter().any(|d| table.listens_by_class.contains(&**d))
                    || function.class.is_some()
                        && function.name.as_deref().is_some_and(|n| table.listens_by_name.contains(n));
                if !listens {
                    continue;
                }
                let of = FunctionAt { module, function: FunctionId(u32::try_from(i).unwrap_or(u32::MAX)) };
                let instance = self.instance_of(module, declared).unwrap_or_default();
                for atom in instance.iter() {
                    if let Atom::Instance(m, c) = atom {
                        let known = listeners.entry((*m, *c)).or_default();
                        if known.len() < MAX_LISTENERS {
                            known.push(of);
                        }
                    }
                }
            }
        }
        if listeners.is_empty() {
            return;
        }
        for module in program.ids() {
            let data = program.module(module);
            if !data.language.leaves_out_this() {
                continue;
            }
            for call in &program.index(module).calls {
                let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
                let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind else { continue };
                let Some(event) = arguments.first().filter(|_| table.tells_by_class.contains(&**property))
                else {
                    continue;
                };
                let event = self.value(At { module, expr: *event });
                for atom in event.iter() {
                    let Atom::Instance(m, c) = atom else { continue };
                    for of in listeners.get(&(*m, *c)).into_iter().flatten() {
                        let at = At { module, expr: *call };
                        let known = self.callers.entry(*of).or_default();
                        if !known.calls.contains(&at) {
                            known.calls.push(at);
                        }
                    }
                }
            }
        }
    }

    /// Whether it matters what a callee is: a method of nothing that the program has, and of no store, is a
    /// library's whatever it is called on.
    fn may_be_own(&self, data: &Module, callee: ExprId) -> bool {
        match &data.expr(data.peel(callee)).kind {
            ExprKind::Member { property, .. } => {
                self.program.is_callable(property)
                    || Kept::get().puts(property)
                    || data.language.leaves_out_this() && Methods::get().calls_function.contains(&**property)
                    || (data.language == Language::JavaScript && may_keep(property))
            }
            _ => true,
        }
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
                // `new Callback<>() { onResponse(…) … }`: an object made in place, whose methods are called.
                ExprKind::Call { callee, kind: CallKind::New, .. }
                    if let ExprKind::Class(class) = data.expr(data.peel(*callee)).kind =>
                {
                    for (name, function) in &data.class(class).methods {
                        let of = FunctionAt { module: call.module, function: *function };
                        if Methods::get().answered.contains(&**name) {
                            let callers: &mut Callers = self.callers.entry(of).or_default();
                            callers.passed.push((call, i, Some((&**name).into())));
                        }
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
                let [name, function, ..] = &**arguments else { continue };
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

    /// What is collected by a collector, also by one inside another:
    /// `stream.collect(Collectors.groupingBy(key, Collectors.mapping(value, toList())))`.
    fn collected(&self, mut collector: At) -> Option<At> {
        const MAX_NESTED: usize = 4;
        let data = self.program.module(collector.module);
        for _ in 0..MAX_NESTED {
            let handed = |call: &&ExprId| match &data.expr(**call).kind {
                ExprKind::Call { arguments, .. } => arguments.iter().any(|a| data.peel(*a) == collector.expr),
                _ => false,
            };
            let outer = *self.program.index(collector.module).calls.iter().find(handed)?;
            let ExprKind::Call { callee, .. } = &data.expr(outer).kind else { return None };
            let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind else {
                return None;
            };
            if &**property == "collect" {
                return Some(At { expr: *object, ..collector });
            }
            collector.expr = outer;
        }
        None
    }

    /// What a callback is given as its `index`th parameter, by the call that it is handed to.
    pub(in crate::analysis) fn callback_parameter(
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
            let whole = is_handed_whole(data.language, property);
            let walks = whole || Methods::get().walks.contains(&**property);
            // `map.forEach((value, key) => …)`
            if &**property == "forEach" && index == 1 && data.language == Language::JavaScript {
                return self.keys_of(here(*object), FrameId::NONE);
            }
            // `map.forEach((key, value) -> …)`
            if &**property == "forEach"
                && matches!(data.language, Language::Java | Language::Kotlin)
                && self.takes_two(here(arguments.get(argument).copied().unwrap_or(*object)))
            {
                let receiver = self.eval(here(*object), FrameId::NONE);
                return if index == 1 { self.elements(&receiver) } else { Val::default() };
            }
            // `map.each { |key, value| … }`
            if walks
                && data.language == Language::Ruby
                && index < 2
                && let Some(ExprKind::Function(block)) = arguments.get(argument).map(|a| &data.expr(*a).kind)
                && data.function(*block).parameters.len() == 2
                && let Some(given) = self.of_walked_map(here(*object), index)
            {
                return given;
            }
            if index == 0
                && matches!(data.language, Language::Java | Language::Kotlin)
                && Methods::get().collectors.contains(&**property)
                && let Some(stream) = self.collected(call)
            {
                let items = self.eval(stream, FrameId::NONE);
                return self.elements(&items);
            }
            if walks && (index == 0 || (&**property == "sort" && index == 1)) {
                let receiver = self.eval(here(*object), FrameId::NONE);
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
        if index == 1
            && argument == 0
            && target
                .iter()
                .any(|a| matches!(a, Atom::Extern { package, .. } if package.starts_with("zustand")))
        {
            let getter = Atom::Extern { package: STATE.into(), path: GETTER.into(), made: Some(call) };
            return Val::of(getter);
        }
        if index == 0
            && data.language == Language::JavaScript
            && let Some(value) = self.of_state(here(peeled), &target)
        {
            return value;
        }
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
        let body = match key {
            Some(key) if Methods::get().answered.contains(key) => true,
            Some(_) => index == 0,
            None if node => index == 0,
            None => index >= 1,
        };
        if body {
            out.carried(&answer);
        }
        out.done()
    }

    /// Whether an argument is a function of two parameters.
    fn takes_two(&self, argument: At) -> bool {
        let data = self.program.module(argument.module);
        match data.expr(data.peel(argument.expr)).kind {
            ExprKind::Function(of) => data.function(of).parameters.len() == 2,
            _ => false,
        }
    }

    /// The key or the value of a map that is walked, whatever it was sorted by or taken from before.
    fn of_walked_map(&mut self, walked: At, index: usize) -> Option<Val> {
        const MAX_CALLS: usize = 6;
        let program = self.program;
        let data = program.module(walked.module);
        let mut next = data.peel(walked.expr);
        for _ in 0..MAX_CALLS {
            match &data.expr(next).kind {
                ExprKind::Local(symbol) => {
                    if program.index(walked.module).keys.contains_key(symbol) {
                        let map = At { module: walked.module, expr: next };
                        if index == 0 {
                            return Some(self.keys_of(map, FrameId::NONE));
                        }
                        let value = self.eval(map, FrameId::NONE);
                        return Some(self.elements(&value));
                    }
                    // `by_mail = users.group_by { … }`
                    let [only] = data.symbol(*symbol).definitions.as_slice() else { return None };
                    next = data.peel(*only);
                }
                ExprKind::Call { callee, arguments, .. } => {
                    let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
                    else {
                        return None;
                    };
                    if Matching::get().keyed_by(property) {
                        if index > 0 {
                            return None;
                        }
                        let ExprKind::Function(block) = data.expr(*arguments.first()?).kind else {
                            return None;
                        };
                        let mut out = Collect::default();
                        for returned in data.function(block).returns.iter().take(4) {
                            let at = At { module: walked.module, expr: *returned };
                            let value = self.eval(at, FrameId::NONE);
                            out.carried(&value);
                        }
                        return Some(out.done());
                    }
                    next = data.peel(*object);
                }
                ExprKind::Member { object, .. } => next = data.peel(*object),
                _ => return None,
            }
        }
        None
    }

    /// What a selector is handed, and a component that `connect(select)(Component)` gives what is selected.
    fn of_state(&mut self, callee: At, target: &Val) -> Option<Val> {
        let data = self.program.module(callee.module);
        let last = |atom: &Atom| match atom {
            Atom::Extern { path, .. } => path.rsplit('.').next().map(str::to_owned),
            _ => None,
        };
        if let ExprKind::Call { callee: connect, arguments, .. } = &data.expr(callee.expr).kind
            && target.iter().filter_map(last).any(|l| l == "connect()")
            && let [select, ..] = &**arguments
            && !matches!(data.expr(data.peel(*connect)).kind, ExprKind::Function(_))
        {
            let select = self.eval(At { module: callee.module, expr: *select }, FrameId::NONE);
            return self.selected(callee, &select, FrameId::NONE).filter(|v| !v.is_empty());
        }
        let selects = ["useSelector", "useAppSelector", "createSelector", "select"];
        let selects = target.iter().filter_map(last).any(|l| selects.contains(&l.as_str()));
        self.whole_state().filter(|_| selects)
    }

    /// What a function hands to the callback that it gets as its `argument`th parameter.
    pub(super) fn handed_on(
        &mut self,
        of: FunctionAt,
        argument: usize,
        key: Option<&str>,
        index: usize,
    ) -> Val {
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
            let fits = called == key
                || key.is_none()
                    && data.language.leaves_out_this()
                    && called.is_some_and(|c| Methods::get().calls_function.contains(c));
            if fits && let Some(given) = arguments.get(index) {
                let value = self.eval(At { module: of.module, expr: *given }, FrameId::NONE);
                out.all(&value);
            }
        }
        out.done()
    }
}
