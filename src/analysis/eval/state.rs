//! What comes back from where a script's libraries keep it: the state of a store that reducers change, what an
//! action or a message of a queue is made with, and what a component hands to a setter of another one's state.

use super::*;
use crate::analysis::value::FrameId;
use crate::catalog::kept::Kept;

/// Stands for a package: what the program itself keeps, with the help of a library.
pub(in crate::analysis) const STATE: &str = "state of the program";
/// Names under `STATE`: all of a store's state, one part of it, and what changes a component's.
const ROOT: &str = "root";
const SLICE: &str = "slice";
pub(in crate::analysis) const SETTER: &str = "setter";
/// What gives all that a store of functions keeps.
pub(in crate::analysis) const GETTER: &str = "getter";

/// Reducers, actions and messages of one kind that are looked at.
const MAX: usize = 60;
/// Functions of one store that are looked into.
const MAX_REDUCERS: usize = 80;

/// What gives a reducer the actions that it is called with.
#[derive(Clone, Debug)]
enum Actions {
    /// One of a slice's own, by its name.
    Named(At, Box<str>),
    /// The one that a case is for.
    Of(At),
}

/// The stores, queues and setters of a program.
#[derive(Default)]
pub(in crate::analysis) struct States {
    /// Calls that make slices.
    slices: Vec<At>,
    /// Objects that name the parts of a store's state by their reducers.
    maps: Vec<At>,
    /// The actions that reducers are for.
    reducers: BTreeMap<FunctionAt, Actions>,
    /// By the slice, or the call that made them, and their name: the reducers for actions of others.
    cases: BTreeMap<At, Vec<FunctionAt>>,
    /// Calls that make actions, by what made their maker and by its name.
    actions: BTreeMap<(At, Box<str>), Vec<At>>,
    /// What is put into queues, with the package.
    messages: Vec<(Rc<str>, At)>,
    /// What front ends hand over with the name of a resolver.
    invokes: BTreeMap<Rc<str>, Vec<At>>,
    /// Calls of setters that went elsewhere, by the call that made the state.
    sets: BTreeMap<At, Vec<At>>,
}

fn at_of(atom: &Atom) -> Option<(&str, &str, At)> {
    match atom {
        Atom::Extern { package, path, made: Some(made) } => Some((package, path, *made)),
        _ => None,
    }
}

/// Whether an argument is more than a name: an object, or what is in a variable.
fn is_given(program: &Program, at: At) -> bool {
    let module = program.module(at.module);
    !matches!(
        module.expr(module.peel(at.expr)).kind,
        ExprKind::Text(_) | ExprKind::Constant | ExprKind::Function(_)
    )
}

impl Evaluator<'_> {
    /// Notes what a call means for stores, queues and setters.
    pub(in crate::analysis) fn note_state(&mut self, call: At, target: &Val) {
        let program = self.program;
        let ExprKind::Call { callee, arguments, .. } = program.kind(call) else { return };
        let here = |expr: ExprId| At { module: call.module, expr };
        for atom in target.iter() {
            let Atom::Extern { package, path, made } = atom else { continue };
            let last = path.rsplit('.').next().unwrap_or_default();
            match (&**package, last, made) {
                (STATE, SETTER, Some(made)) => {
                    let known = self.states.sets.entry(*made).or_default();
                    if known.len() < MAX {
                        known.push(call);
                    }
                }
                (_, "createSlice", _) if arguments.len() == 1 => self.note_slice(call),
                (_, "combineReducers", _) if self.states.maps.len() < MAX => {
                    self.states.maps.extend(arguments.first().map(|first| here(*first)));
                }
                (_, "configureStore", _) if self.states.maps.len() < MAX => {
                    self.states.maps.extend(self.option(call, "reducer"));
                }
                _ => {}
            }
            if let Some(made) = made
                && (path.starts_with("createSlice().actions.") || &**path == "createAction()")
            {
                let known = self.states.actions.entry((*made, last.into())).or_default();
                if known.len() < MAX {
                    known.push(call);
                }
            }
            if Kept::get().queues(package, last) && self.states.messages.len() < MAX {
                // Which one is the message, and which a name or options, shows when it is read.
                let given: Vec<At> = arguments.iter().take(3).map(|a| here(*a)).collect();
                for given in given.into_iter().filter(|at| is_given(program, *at)) {
                    self.states.messages.push((Rc::clone(package), given));
                }
            }
            if last == "invoke"
                && let [name, given, ..] = &**arguments
            {
                let name = self.value(here(*name));
                for text in name.texts().take(4) {
                    let known = self.states.invokes.entry(Rc::clone(text)).or_default();
                    if known.len() < MAX {
                        known.push(here(*given));
                    }
                }
            }
        }
        // `builder.addCase(loaded, (state, action) => …)`
        if let (ExprKind::Member { property, .. }, [of, reducer]) =
            (program.kind(here(program.module(call.module).peel(*callee))), &**arguments)
            && matches!(&**property, "addCase" | "addMatcher")
        {
            for atom in self.value(here(*reducer)).iter() {
                if let Atom::Function { at, .. } = atom {
                    self.states.reducers.insert(*at, Actions::Of(here(*of)));
                }
            }
        }
    }

    /// Notes the reducers of a slice.
    fn note_slice(&mut self, call: At) {
        if self.states.slices.len() >= MAX {
            return;
        }
        self.states.slices.push(call);
        for (name, reducer) in self.parts(call, "reducers") {
            for function in self.reducer(reducer) {
                self.states.reducers.insert(function, Actions::Named(call, name.clone()));
                self.states.cases.entry(call).or_default().push(function);
            }
        }
        // Cases are the functions inside the one that adds them.
        let program = self.program;
        let data = program.module(call.module);
        let Some(extra) = self.option(call, "extraReducers") else { return };
        if let ExprKind::Function(of) = data.expr(data.peel(extra.expr)).kind {
            let inside = data.functions.iter().enumerate().filter(|(_, f)| f.parent == Some(of));
            for (i, _) in inside.take(MAX_REDUCERS) {
                let function = FunctionId(u32::try_from(i).unwrap_or(u32::MAX));
                let at = FunctionAt { module: call.module, function };
                self.states.cases.entry(call).or_default().push(at);
            }
        }
    }

    /// The functions that a reducer is: itself, or the one under `reducer`.
    fn reducer(&mut self, at: At) -> Vec<FunctionAt> {
        let mut out = Vec::new();
        for atom in self.value(at).iter() {
            match atom {
                Atom::Function { at, .. } => out.push(*at),
                Atom::Object(..) => {
                    let inner = self.member(atom, "reducer", at);
                    out.extend(inner.iter().filter_map(|a| match a {
                        Atom::Function { at, .. } => Some(*at),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        out
    }

    /// An option of the object that a call is handed.
    fn option(&self, call: At, name: &str) -> Option<At> {
        let ExprKind::Call { arguments, .. } = self.program.kind(call) else { return None };
        let module = self.program.module(call.module);
        let options = arguments.first()?;
        let ExprKind::Object { fields, .. } = &module.expr(module.peel(*options)).kind else { return None };
        let (_, value) = fields.iter().find(|(key, _)| key.as_deref() == Some(name))?;
        Some(At { module: call.module, expr: *value })
    }

    /// The named parts of an option that is an object.
    fn parts(&self, call: At, name: &str) -> Vec<(Box<str>, At)> {
        let Some(option) = self.option(call, name) else { return Vec::new() };
        let module = self.program.module(option.module);
        let ExprKind::Object { fields, .. } = &module.expr(module.peel(option.expr)).kind else {
            return Vec::new();
        };
        let named = fields
            .iter()
            .filter_map(|(key, value)| Some((key.clone()?, At { module: option.module, expr: *value })));
        named.take(MAX_REDUCERS).collect()
    }

    /// Whether a function is a reducer: what its actions carry is known better than by who was handed it.
    pub(super) fn is_reducer(&self, of: FunctionAt) -> bool {
        self.states.reducers.contains_key(&of)
    }

    /// Whether anything keeps a state that selectors are given.
    fn keeps_state(&self) -> bool {
        !self.states.slices.is_empty() || !self.states.maps.is_empty()
    }

    /// The whole state, for a selector.
    pub(in crate::analysis) fn whole_state(&self) -> Option<Val> {
        self.keeps_state()
            .then(|| Val::of(Atom::Extern { package: STATE.into(), path: ROOT.into(), made: None }))
    }

    /// What a selector gives, or what was selected before.
    pub(in crate::analysis) fn selected(&mut self, call: At, selector: &Val, frame: FrameId) -> Option<Val> {
        let state = self.whole_state()?;
        let mut out = Collect::default();
        for atom in selector.iter() {
            match atom {
                Atom::Function { at, frame: around } => {
                    let value = self.enter(*at, vec![state.clone()], call, frame, *around);
                    out.all(&value);
                }
                other => out.add(other.clone()),
            }
        }
        Some(out.done())
    }

    /// `createSelector([a, b], (a, b) => …)`, also with the selectors one by one.
    pub(in crate::analysis) fn select_from(
        &mut self,
        at: At,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Option<Val> {
        let program = self.program;
        let (last, inputs) = arguments.split_last()?;
        let data = program.module(at.module);
        let inputs: Vec<ExprId> = match inputs {
            [only] => match &data.expr(data.peel(*only)).kind {
                ExprKind::List(items) => items.clone(),
                _ => vec![*only],
            },
            others => others.to_vec(),
        };
        let mut given = Vec::with_capacity(inputs.len());
        for input in inputs.iter().take(8) {
            let selector = self.eval(At { module: at.module, expr: *input }, frame);
            given.push(self.selected(at, &selector, frame)?);
        }
        let mut out = Collect::default();
        for atom in self.eval(At { module: at.module, expr: *last }, frame).iter() {
            if let Atom::Function { at: of, frame: around } = atom {
                let value = self.enter(*of, given.clone(), at, frame, *around);
                out.all(&value);
            }
        }
        Some(out.done())
    }

    /// A member of what a store keeps.
    pub(super) fn state_member(&mut self, path: &str, made: Option<At>, property: &str, site: At) -> Val {
        match (path, made) {
            (ROOT, _) => self.state_part(property),
            (SLICE, Some(slice)) => self.slice_member(slice, property, site),
            _ => Val::default(),
        }
    }

    /// A part of the whole state, by its name.
    fn state_part(&mut self, property: &str) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        let slice = |call: At| Atom::Extern { package: STATE.into(), path: SLICE.into(), made: Some(call) };
        // The name that the store gives it, else its own.
        for map in self.states.maps.clone() {
            let data = program.module(map.module);
            let ExprKind::Object { fields, .. } = &data.expr(data.peel(map.expr)).kind else { continue };
            for (key, value) in fields.iter().filter(|(k, _)| k.is_some()).take(MAX) {
                let key = key.as_deref().unwrap_or_default();
                if key == property {
                    self.reduced(At { module: map.module, expr: *value }, &mut out);
                }
            }
        }
        if out.has(|a| at_of(a).is_some_and(|(package, ..)| package == STATE)) {
            return out.done();
        }
        for call in self.states.slices.clone() {
            let Some(name) = self.option(call, "name") else { continue };
            let name = self.eval(name, FrameId::NONE);
            if name.texts().any(|t| &**t == property) {
                out.add(slice(call));
            }
        }
        let found = out.done();
        match found.is_empty() {
            false => found,
            true => Val::of(Atom::Extern {
                package: UNKNOWN_PACKAGE.into(),
                path: format!("state.{property}").into(),
                made: None,
            }),
        }
    }

    /// The state that a reducer makes: a slice, or what a function gives.
    fn reduced(&mut self, reducer: At, out: &mut Collect) {
        for atom in self.eval(reducer, FrameId::NONE).iter() {
            match atom {
                Atom::Function { at, .. } => {
                    let value = self.enter(*at, Vec::new(), reducer, FrameId::NONE, FrameId::NONE);
                    out.all(&value);
                }
                other => {
                    if let Some((_, "createSlice().reducer", made)) = at_of(other) {
                        out.add(Atom::Extern { package: STATE.into(), path: SLICE.into(), made: Some(made) });
                    }
                }
            }
        }
    }

    /// A member of a slice's state: of what it starts with, what reducers write, and what they give.
    fn slice_member(&mut self, slice: At, property: &str, site: At) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        if let Some(initial) = self.option(slice, "initialState") {
            for atom in self.eval(initial, FrameId::NONE).iter() {
                if matches!(atom, Atom::Object(..)) {
                    let part = self.member(atom, property, site);
                    out.all(&part);
                }
            }
        }
        let reducers = self.states.cases.get(&slice).cloned().unwrap_or_default();
        for of in reducers.iter().take(MAX_REDUCERS) {
            if let Some(symbol) = program.index(of.module).parameters.get(&(of.function, 0)) {
                self.written(of.module, *symbol, Some(property), FrameId::NONE, &mut out);
                let named = program.index(of.module).named.get(symbol);
                if let Some(named) = named {
                    let owner = Owner::Variable(*symbol, *named);
                    self.put_into_part(of.module, owner, property, FrameId::NONE, &mut out);
                }
            }
            for expr in &program.module(of.module).function(of.function).returns {
                for atom in self.eval(At { module: of.module, expr: *expr }, FrameId::NONE).iter() {
                    if matches!(atom, Atom::Object(..) | Atom::Answer { .. }) {
                        let part = self.member(atom, property, site);
                        out.all(&part);
                    }
                }
            }
        }
        let unknown = |a: &Atom| matches!(a, Atom::Extern { .. });
        let known: Vec<Atom> = out.done().iter().filter(|a| !unknown(a)).cloned().collect();
        Val::from(known)
    }

    /// `action.payload` in a reducer, `job.data` in a worker, `payload` in a resolver: what was handed over with it.
    pub(super) fn message(&mut self, object: At, part: &str, out: &mut Collect) {
        let program = self.program;
        let data = program.module(object.module);
        let parameter = |expr: ExprId| match data.expr(expr).kind {
            ExprKind::Parameter(function, index) => Some((function, index)),
            _ => None,
        };
        let peeled = data.peel(object.expr);
        let found = match data.expr(peeled).kind {
            ExprKind::Local(symbol) => data.symbol(symbol).definitions.iter().find_map(|d| parameter(*d)),
            _ => parameter(peeled),
        };
        let Some((function, index)) = found else { return };
        let of = FunctionAt { module: object.module, function };
        if part == "payload" {
            match self.states.reducers.get(&of).cloned() {
                Some(Actions::Named(slice, name)) if index == 1 => return self.made_with(slice, &name, out),
                Some(Actions::Of(creator)) if index == 1 => {
                    let creators = self.eval(creator, FrameId::NONE);
                    return self.payloads_of(&creators, 0, out);
                }
                _ => {}
            }
            if index == 0 && !self.states.invokes.is_empty() {
                self.invoked_with(of, out);
            }
        }
        if index == 0 && !self.states.messages.is_empty() {
            self.taken(object.module, part, out);
        }
    }

    /// What the calls of an action's maker are handed.
    fn made_with(&mut self, maker: At, name: &str, out: &mut Collect) {
        let program = self.program;
        for call in self.states.actions.get(&(maker, name.into())).cloned().unwrap_or_default() {
            let ExprKind::Call { arguments, .. } = program.kind(call) else { continue };
            if let Some(first) = arguments.first() {
                let value = self.eval(At { module: call.module, expr: *first }, FrameId::NONE);
                out.all(&value);
            }
        }
    }

    /// What the actions carry that some makers make.
    fn payloads_of(&mut self, makers: &Val, depth: u32, out: &mut Collect) {
        const MAX_DEPTH: u32 = 3;
        let program = self.program;
        for atom in makers.iter() {
            let Some((_, path, made)) = at_of(atom) else { continue };
            let ExprKind::Call { arguments, .. } = program.kind(made) else { continue };
            let here = |expr: ExprId| At { module: made.module, expr };
            match path {
                // What the function gives that does the work.
                "createAsyncThunk().fulfilled" => {
                    let Some(work) = arguments.get(1) else { continue };
                    for atom in self.eval(here(*work), FrameId::NONE).iter() {
                        if let Atom::Function { at, frame } = atom {
                            let value = self.enter(*at, Vec::new(), made, FrameId::NONE, *frame);
                            out.all(&value);
                        }
                    }
                }
                "createAction()" => self.made_with(made, "createAction()", out),
                "isAnyOf()" if depth < MAX_DEPTH => {
                    for argument in arguments.iter().take(8) {
                        let makers = self.eval(here(*argument), FrameId::NONE);
                        self.payloads_of(&makers, depth + 1, out);
                    }
                }
                path => {
                    if let Some(name) = path.strip_prefix("createSlice().actions.") {
                        self.made_with(made, name, out);
                    }
                }
            }
        }
    }

    /// What front ends hand to a resolver.
    fn invoked_with(&mut self, of: FunctionAt, out: &mut Collect) {
        let is_it = |a: &Atom| matches!(a, Atom::Function { at, .. } if *at == of);
        let names: Vec<Rc<str>> = self
            .resolvers
            .iter()
            .filter(|(_, functions)| functions.iter().any(|f| f.iter().any(is_it)))
            .map(|(name, _)| Rc::clone(name))
            .collect();
        for name in names.iter().take(4) {
            for given in self.states.invokes.get(name).cloned().unwrap_or_default() {
                let value = self.eval(given, FrameId::NONE);
                out.all(&value);
            }
        }
    }

    /// What comes out of queues that this module, or the platform for it, takes messages from.
    fn taken(&mut self, module: ModuleId, part: &str, out: &mut Collect) {
        let program = self.program;
        let imports = |package: &str| {
            program.module(module).exprs.iter().any(
                |e| matches!(&e.kind, ExprKind::Import { specifier, .. } if Kept::get().same_queue(specifier, package)),
            )
        };
        for (package, given) in self.states.messages.clone() {
            let Some(queue) = Kept::get().queue(&package, part) else { continue };
            if !queue.anywhere && !imports(&package) {
                continue;
            }
            let value = self.eval(given, FrameId::NONE);
            let value = self.elements_of_lists(&value);
            for atom in value.iter() {
                let inner = match (&queue.wrapped, atom) {
                    (Some(key), Atom::Object(..)) => self.member(atom, key, given),
                    _ => Val::default(),
                };
                match inner.is_empty() {
                    true => out.add(atom.clone()),
                    false => out.all(&inner),
                }
            }
        }
    }

    /// The items of lists; what is none stands for itself.
    fn elements_of_lists(&mut self, value: &Val) -> Val {
        let (lists, others): (Vec<Atom>, Vec<Atom>) =
            value.iter().cloned().partition(|a| matches!(a, Atom::List(..)));
        let mut out = Collect::default();
        out.all(&Val::from(others));
        let items = self.elements(&Val::from(lists));
        out.all(&items);
        out.done()
    }

    /// What other components hand to the setter of a state.
    pub(super) fn set_elsewhere(&mut self, state: At, out: &mut Collect) {
        let program = self.program;
        for call in self.states.sets.get(&state).cloned().unwrap_or_default() {
            if call.module == state.module
                && program.module(call.module).expr(call.expr).function
                    == program.module(state.module).expr(state.expr).function
            {
                continue;
            }
            let ExprKind::Call { arguments, .. } = program.kind(call) else { continue };
            if let Some(first) = arguments.first() {
                let value = self.eval(At { module: call.module, expr: *first }, FrameId::NONE);
                let value = self.called_with_nothing(&value, call);
                out.all(&value);
            }
        }
    }
}
