//! Looking into functions: what a parameter is, and what a call gives.

use super::*;
use crate::analysis::calls::takes_named;
use crate::analysis::wrappers::FEW_CALLERS;

impl Evaluator<'_> {
    /// Looks into a function: what it returns for these arguments.
    pub(in crate::analysis) fn enter(
        &mut self,
        of: FunctionAt,
        arguments: Vec<Val>,
        call: At,
        up: FrameId,
        around: FrameId,
    ) -> Val {
        let depth = self.frame(up).map_or(0, |f| f.depth) + 1;
        if depth > MAX_DEPTH || self.within(up, of) {
            self.depends_on_call();
            return Val::default();
        }
        let around = self.context(of, around);
        // Which call decides what a request asks can depend on the texts that are handed in, and only
        // on those: without any, the same question has the same answer wherever it is asked.
        let decides =
            |a: &Atom| matches!(a, Atom::Text { .. } | Atom::Object(..) | Atom::List(..) | Atom::Props(..));
        let deciding = arguments.iter().flat_map(Val::iter).any(decides);
        let deciding = deciding.then(|| (call, self.frame(up).map(|f| f.call)));
        let mut key = (of, arguments, around, None);
        if let Some((known, marks)) = self.entered.get(&key) {
            self.marks = self.marks.and(*marks);
            return known.clone();
        }
        if deciding.is_some() {
            key.3 = deciding;
            if let Some((known, marks)) = self.entered.get(&key) {
                self.marks = self.marks.and(*marks);
                return known.clone();
            }
        }
        self.frames.push(Frame { of, arguments: key.1.clone(), call, up, around, depth });
        let frame = FrameId(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        let program = self.program;
        let outer = std::mem::replace(&mut self.lowest, u32::MAX);
        let before = std::mem::take(&mut self.marks);
        let current = std::mem::replace(&mut self.current, frame);
        let mut out = Collect::default();
        for value in &program.module(of.module).function(of.function).returns {
            let value = self.eval(At { module: of.module, expr: *value }, frame);
            out.all(&value);
        }
        self.current = current;
        // That it depends on what is handed over is said by whoever follows that.
        let inner = std::mem::take(&mut self.marks);
        let mut marks = inner.only(Marks::UNSETTLED);
        if inner.has(Marks::BEYOND) {
            marks = marks.and(Marks::FRAMED).and(Marks::BEYOND);
        }
        self.marks = before.and(marks);
        let out = out.done();
        // As in `eval`: what depends on an open question is not kept.
        let is_final = self.lowest > self.nesting;
        self.lowest = self.lowest.min(outer);
        if is_final && !self.stopped {
            if !inner.has(Marks::BEYOND) {
                key.3 = None;
            }
            self.entered.insert(key, (out.clone(), marks));
        }
        out
    }

    /// What a function puts into its `index`th parameter for these arguments.
    pub(in crate::analysis) fn put_into(
        &mut self,
        of: FunctionAt,
        index: u32,
        arguments: Vec<Val>,
        call: At,
        up: FrameId,
        around: FrameId,
    ) -> Val {
        let program = self.program;
        let depth = self.frame(up).map_or(0, |f| f.depth) + 1;
        let Some(symbol) = program.index(of.module).parameters.get(&(of.function, index)) else {
            return Val::default();
        };
        if depth > MAX_DEPTH || self.within(up, of) {
            return Val::default();
        }
        self.frames.push(Frame { of, arguments, call, up, around, depth });
        let frame = FrameId(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        let data = program.module(of.module);
        let mut out = Collect::default();
        for definition in data.symbol(*symbol).definitions.iter().take(24) {
            if !matches!(data.expr(*definition).kind, ExprKind::Parameter(..)) {
                let value = self.eval(At { module: of.module, expr: *definition }, frame);
                out.all(&value);
            }
        }
        out.done()
    }

    /// Finds the calls that hand variables to functions which write to their parameters.
    pub(in crate::analysis) fn index_fills(&mut self) {
        /// Calls of one function, and functions that fill one variable.
        const MAX_CALLS: usize = 60;
        const MAX_FILLS: usize = 8;
        let program = self.program;
        let mut fills: BTreeMap<(ModuleId, SymbolId), Vec<Fill>> = BTreeMap::new();
        // From the inner functions outwards: a parameter that is only handed on is filled, too.
        for _ in 0..2 {
            let mut next = fills.clone();
            for (of, callers) in &self.callers {
                let index = program.index(of.module);
                let parameters = index.parameters.range((of.function, 0)..=(of.function, u32::MAX)).filter(
                    |(_, symbol)| {
                        index.writes.contains_key(symbol) || fills.contains_key(&(of.module, **symbol))
                    },
                );
                for ((_, i), parameter) in parameters {
                    let argument = *i as usize;
                    for call in callers.calls.iter().take(MAX_CALLS) {
                        let ExprKind::Call { arguments, .. } = program.kind(*call) else { continue };
                        let Some(given) = arguments.get(argument) else { continue };
                        let data = program.module(call.module);
                        let ExprKind::Local(symbol) = data.expr(data.peel(*given)).kind else { continue };
                        let known = next.entry((call.module, symbol)).or_default();
                        let fill = Fill { call: *call, of: *of, argument, parameter: *parameter };
                        if known.len() < MAX_FILLS
                            && !known
                                .iter()
                                .any(|f| (f.call, f.of, f.argument) == (fill.call, fill.of, argument))
                        {
                            known.push(fill);
                        }
                    }
                }
            }
            fills = next;
        }
        self.fills = fills;
    }

    /// What functions put into a variable that they are handed: `fill(data)`, `collect(list)`.
    pub(super) fn filled_in_calls(
        &mut self,
        fills: &[Fill],
        property: Option<&str>,
        frame: FrameId,
        out: &mut Collect,
    ) {
        const MAX_FILLING: u32 = 3;
        if self.filling >= MAX_FILLING {
            return;
        }
        self.filling += 1;
        for fill in fills {
            let depth = self.frame(frame).map_or(0, |f| f.depth) + 1;
            if depth > MAX_DEPTH || self.within(frame, fill.of) {
                continue;
            }
            let inner = match self.filling_frames.get(&(fill.call, fill.argument, fill.of, frame)) {
                Some(known) => *known,
                None => match self.filling_frame(fill, frame, depth) {
                    Some(new) => new,
                    None => continue,
                },
            };
            self.written(fill.of.module, fill.parameter, property, inner, out);
        }
        self.filling -= 1;
    }

    /// Looks into a function that fills in what it is handed.
    fn filling_frame(&mut self, fill: &Fill, frame: FrameId, depth: u32) -> Option<FrameId> {
        let ExprKind::Call { arguments, .. } = self.program.kind(fill.call) else { return None };
        let outer = std::mem::replace(&mut self.lowest, u32::MAX);
        let mut values: Vec<Val> = Vec::with_capacity(arguments.len());
        for (i, given) in arguments.iter().enumerate() {
            let at = At { module: fill.call.module, expr: *given };
            // The variable itself adds nothing to itself.
            values.push(if i == fill.argument { Val::default() } else { self.eval(at, frame) });
        }
        // As in `enter`: what depends on an open question is not kept.
        let is_final = self.lowest > self.nesting && !self.stopped;
        self.lowest = self.lowest.min(outer);
        let (of, call, around) = (fill.of, fill.call, FrameId::NONE);
        self.frames.push(Frame { of, arguments: values, call, up: frame, around, depth });
        let new = FrameId(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        if is_final {
            self.filling_frames.insert((fill.call, fill.argument, fill.of, frame), new);
        }
        Some(new)
    }

    /// Whether functions that a variable is handed to put something into its members. Elsewhere than in
    /// scripts and Python, what is handed over to be filled in is more often an error or a builder than a row.
    pub(super) fn is_put_into(&self, module: ModuleId, symbol: SymbolId) -> bool {
        matches!(self.program.module(module).language, Language::JavaScript | Language::Python)
            && self.fills.contains_key(&(module, symbol))
    }

    /// What functions that a variable is handed to put into its members, whatever these are called.
    pub(in crate::analysis) fn put_by_calls(&mut self, module: ModuleId, symbol: SymbolId) -> Vec<At> {
        const MAX_PARTS: usize = 60;
        let program = self.program;
        if !self.is_put_into(module, symbol) {
            return Vec::new();
        }
        let fills = self.fills.get(&(module, symbol)).cloned().unwrap_or_default();
        let mut out = Vec::new();
        for fill in fills {
            let writes = program.index(fill.of.module).writes.get(&fill.parameter);
            let data = program.module(fill.of.module);
            let writes = writes.into_iter().flatten().filter_map(|i| data.writes.get(*i));
            let named = writes.filter(|w| w.property.is_some());
            out.extend(named.map(|w| At { module: fill.of.module, expr: w.value }));
        }
        out.truncate(MAX_PARTS);
        out
    }

    pub(in crate::analysis) fn frame(&self, id: FrameId) -> Option<&Frame> {
        (id.0 as usize).checked_sub(1).and_then(|i| self.frames.get(i))
    }

    /// The frame that matters inside a function: one of its own, or of a function around it. What stands
    /// elsewhere is the same for every call.
    pub(in crate::analysis) fn context(&self, of: FunctionAt, mut frame: FrameId) -> FrameId {
        let module = self.program.module(of.module);
        for _ in 0..MAX_DEPTH * 2 {
            let Some(data) = self.frame(frame) else { break };
            let mut inner = (data.of.module == of.module).then_some(of.function);
            while let Some(function) = inner {
                if function == data.of.function {
                    return frame;
                }
                inner = module.function(function).parent;
            }
            frame = data.around;
        }
        FrameId::NONE
    }

    /// Whether a function is being looked into already.
    pub(super) fn within(&self, mut frame: FrameId, of: FunctionAt) -> bool {
        while let Some(data) = self.frame(frame) {
            if data.of == of {
                return true;
            }
            frame = data.up;
        }
        false
    }

    /// What a parameter is: the argument at hand, else what its callers give.
    pub(super) fn parameter(&mut self, of: FunctionAt, index: usize, frame: FrameId) -> Val {
        self.marks = self.marks.and(Marks::FRAMED);
        let mut around = frame;
        for _ in 0..MAX_DEPTH * 2 {
            let Some(data) = self.frame(around) else { break };
            if data.of == of {
                if around != frame {
                    self.depends_on_call();
                }
                let Some(data) = self.frame(around) else { break };
                let rest = self
                    .program
                    .module(of.module)
                    .function(of.function)
                    .parameters
                    .get(index)
                    .is_some_and(|p| p.rest);
                let given = if rest {
                    let mut out = Collect::default();
                    for value in data.arguments.iter().skip(index) {
                        out.all(value);
                    }
                    out.done()
                } else {
                    data.arguments.get(index).cloned().unwrap_or_default()
                };
                let call = data.call;
                let is_open = |a: &Atom| match a {
                    Atom::Answer { request, .. } => !self.shapes.contains_key(request),
                    other => Self::is_unknown(other),
                };
                if given.iter().all(is_open) && self.is_told_apart(call) && self.is_of_class(of, index) {
                    // Something without members, which the parameter is not declared to be.
                    return Val::of(Atom::Text { text: "".into(), origin: call, home: of });
                }
                if !given.is_empty() {
                    return given;
                }
                return self.named_parameter(of, index, Val::default());
            }
            around = data.around;
        }
        if index == 1 && self.is_reducer(of) {
            return self.named_parameter(of, index, Val::default());
        }
        let value = self.asked_of_callers(of, index);
        if !value.telling()
            && let Some(hooked) = self.hooked(of, index)
        {
            return hooked;
        }
        if index == 0
            && value.is_empty()
            && let Some(state) = self.state_of_getter(of)
        {
            return state;
        }
        self.named_parameter(of, index, value)
    }

    /// Whether a call hands on what the function around it asks the class of: `if isinstance(data, User): show(data)`.
    /// What nobody knows is no user for being handed to who shows users.
    fn is_told_apart(&mut self, call: At) -> bool {
        let data = self.program.module(call.module);
        let local = |expr: ExprId| match data.expr(data.peel(expr)).kind {
            ExprKind::Local(symbol) => Some(symbol),
            _ => None,
        };
        let ExprKind::Call { arguments, .. } = &data.expr(call.expr).kind else { return false };
        data.language == Language::Python
            && arguments.iter().filter_map(|a| local(*a)).any(|symbol| {
                *self.told_apart.entry((call.module, symbol)).or_insert_with(|| {
                    data.all().any(|(_, expr)| match &expr.kind {
                        ExprKind::Call { callee, arguments, .. } => {
                            arguments.first().and_then(|a| local(*a)) == Some(symbol)
                                && data.written_name(*callee).is_some_and(|name| name == "isinstance")
                        }
                        _ => false,
                    })
                })
            })
    }

    /// Whether a parameter is declared to be of a class of the program.
    fn is_of_class(&mut self, of: FunctionAt, index: usize) -> bool {
        let declared = self.program.module(of.module).function(of.function).parameters.get(index);
        let Some(type_name) = declared.and_then(|p| p.type_name.as_deref()) else { return false };
        let instance = self.instance_of(of.module, type_name);
        instance.is_some_and(|v| v.iter().any(|a| matches!(a, Atom::Instance(..))))
    }

    /// A getter of a script's class takes no parameter, but those of stores get the store.
    fn state_of_getter(&self, of: FunctionAt) -> Option<Val> {
        let data = self.program.module(of.module);
        let class = data.function(of.function).class?;
        let name = data.function(of.function).name.as_deref()?;
        let is_getter = data
            .class(class)
            .methods
            .iter()
            .any(|(n, f)| *f == of.function && n.strip_prefix("get ") == Some(name));
        (data.language == Language::JavaScript && is_getter)
            .then(|| Val::of(Atom::Instance(of.module, class)))
    }

    /// A parameter of which nothing is known is known by its type, or else by its name.
    pub(super) fn named_parameter(&mut self, of: FunctionAt, index: usize, value: Val) -> Val {
        let program = self.program;
        let Some(parameter) = program.module(of.module).function(of.function).parameters.get(index) else {
            return value;
        };
        let value = self.typed(value, of.module, parameter.type_name.as_deref());
        if value.iter().any(|a| !Self::is_unknown(a)) {
            return value;
        }
        if parameter.name.is_empty() {
            return value;
        }
        let path: Rc<str> = parameter.name.trim_start_matches('*').into();
        Val::of(Atom::Extern { package: UNKNOWN_PACKAGE.into(), path, made: None })
    }

    pub(super) fn asked_of_callers(&mut self, of: FunctionAt, index: usize) -> Val {
        let Some(callers) = self.callers.get(&of) else { return Val::default() };
        let calls: Vec<At> = callers.calls.iter().take(MAX_CALLERS).copied().collect();
        let passed: Vec<_> = callers.passed.iter().take(MAX_CALLERS).cloned().collect();
        let maybe: Vec<At> = callers.maybe.iter().take(MAX_CALLERS / 4).copied().collect();
        let extended: Vec<At> = callers.extended.iter().take(MAX_CALLERS).copied().collect();
        let program = self.program;
        let mut out = Collect::default();
        // What one of many callers gives is a guess where the others are meant: `wrappers` asks there.
        let many = calls.len() > FEW_CALLERS;
        for call in calls {
            match program.kind(call) {
                ExprKind::Call { arguments, named, .. } => {
                    let by_name = program
                        .module(of.module)
                        .function(of.function)
                        .parameters
                        .get(index)
                        .and_then(|p| named.iter().find(|(name, _)| *name == p.name));
                    let rest = program
                        .module(of.module)
                        .function(of.function)
                        .parameters
                        .get(index)
                        .is_some_and(|p| p.rest);
                    let parameters = &program.module(of.module).function(of.function).parameters;
                    if parameters.get(index).is_some_and(|p| takes_named(&p.name, parameters, named)) {
                        out.add(Atom::Object(call, FrameId::NONE));
                        continue;
                    }
                    let given: Vec<ExprId> = if let Some((_, value)) = by_name {
                        vec![*value]
                    } else if rest {
                        arguments.iter().skip(index).copied().collect()
                    } else {
                        arguments.get(index).copied().into_iter().collect()
                    };
                    for argument in given {
                        let value = self.eval(At { module: call.module, expr: argument }, FrameId::NONE);
                        for atom in value.iter() {
                            out.add(match atom {
                                Atom::Address { request, read, joined, .. } if many => Atom::Address {
                                    request: *request,
                                    read: *read,
                                    weak: true,
                                    joined: *joined,
                                },
                                other => other.clone(),
                            });
                        }
                    }
                }
                ExprKind::Markup(_) if index == 0 => out.add(Atom::Props(call, FrameId::NONE)),
                _ => {}
            }
        }
        for call in extended {
            let ExprKind::Call { callee, arguments, .. } = program.kind(call) else { continue };
            let data = program.module(call.module);
            let given = match (index.checked_sub(1), &data.expr(data.peel(*callee)).kind) {
                (None, ExprKind::Member { object, .. }) => Some(*object),
                (Some(index), _) => arguments.get(index).copied(),
                _ => None,
            };
            if let Some(given) = given {
                let value = self.eval(At { module: call.module, expr: given }, FrameId::NONE);
                out.all(&value);
            }
        }
        for call in maybe {
            let ExprKind::Call { arguments, named, .. } = program.kind(call) else { continue };
            let parameters = &program.module(of.module).function(of.function).parameters;
            let by_name = parameters.get(index).and_then(|p| named.iter().find(|(name, _)| *name == p.name));
            let Some(given) = by_name.map(|(_, value)| *value).or_else(|| arguments.get(index).copied())
            else {
                continue;
            };
            // What is not known there either says nothing here.
            let value = self.eval(At { module: call.module, expr: given }, FrameId::NONE);
            let telling = |a: &&Atom| {
                matches!(
                    a,
                    Atom::Answer { .. }
                        | Atom::Address { .. }
                        | Atom::Object(..)
                        | Atom::List(..)
                        | Atom::Instance(..)
                )
            };
            value.iter().filter(telling).for_each(|a| out.add(a.clone()));
        }
        for (call, argument, key) in passed {
            if let Some(user) = self.login_parameter(of, index, call) {
                out.all(&user);
                continue;
            }
            let value = match self.on_behalf(of, index, call, argument, key.as_deref()) {
                Some(value) => value,
                None => self.callback_parameter(call, argument, key.as_deref(), index),
            };
            out.all(&value);
        }
        out.done()
    }
}
