//! Functions that others call for somebody: task queues, threads, `f.call(…)`, `_.map(users, f)`, and those that
//! listen for what is told under a name.

use super::*;
use crate::catalog::methods::HandsOn;
use std::rc::Rc;

/// Stands for the position of a function that is no argument: what the method is called on.
pub(super) const CALLED_ON: usize = usize::MAX;
/// Stands for the position of a function that is handed by name.
pub(super) const BY_NAME: usize = usize::MAX - 1;
/// Calls that tell under one name.
const MAX_TOLD: usize = 40;

impl Evaluator<'_> {
    /// The rows for a call by the last part of its name.
    fn rows(&self, call: At) -> impl Iterator<Item = &'static HandsOn> + use<> {
        let data = self.program.module(call.module);
        let name = match &data.expr(call.expr).kind {
            ExprKind::Call { callee, .. } => match &data.expr(data.peel(*callee)).kind {
                ExprKind::Member { property: name, .. }
                | ExprKind::Global(name)
                | ExprKind::Import { name: Some(name), .. } => &**name,
                ExprKind::Local(symbol) => &*data.symbol(*symbol).name,
                _ => "",
            },
            _ => "",
        };
        let language = data.language.table_name();
        let rows = Methods::handing_on(name);
        // Rows for what the method is called on leave the others out.
        let owner = match &data.expr(call.expr).kind {
            ExprKind::Call { callee, .. } if rows.iter().any(|r| !r.of.is_empty()) => {
                data.written_name(*callee).and_then(|n| n.rsplit_once('.').map(|(owner, _)| owner.to_owned()))
            }
            _ => None,
        };
        let is_of = |row: &HandsOn| owner.as_ref().is_some_and(|owner| row.of.contains(owner));
        let named: Vec<bool> = rows.iter().map(|row| is_of(row)).collect();
        let any = named.contains(&true);
        let rows = rows.iter().copied().zip(named).filter(move |(row, named)| {
            *named == any && (*named || row.of.is_empty()) && row.languages.iter().any(|l| l == language)
        });
        rows.map(|(row, _)| row)
    }

    /// Notes the functions that a call calls by being a method of theirs, and what it tells to whom.
    pub(super) fn note_behalf(&mut self, call: At) {
        let program = self.program;
        let data = program.module(call.module);
        let ExprKind::Call { callee, arguments, named, .. } = &data.expr(call.expr).kind else { return };
        let callee = data.peel(*callee);
        if let ExprKind::Member { object, property, .. } = &data.expr(callee).kind {
            if self.rows(call).any(HandsOn::is_method) {
                let value = self.value(At { module: call.module, expr: *object });
                let methods: Vec<&str> = self.rows(call).filter_map(|r| r.method.as_deref()).collect();
                for atom in value.iter() {
                    match atom {
                        Atom::Function { at, .. } => {
                            self.callers.entry(*at).or_default().passed.push((call, CALLED_ON, None));
                        }
                        // A job is a class, and what it does one of its methods.
                        Atom::Class(m, c) | Atom::Instance(m, c) => {
                            let members = program.members(*m, *c);
                            let of = methods.iter().filter_map(|name| members.methods.get(*name)).flatten();
                            for function in of {
                                let of = FunctionAt { module: *m, function: *function };
                                self.callers.entry(of).or_default().passed.push((call, CALLED_ON, None));
                            }
                        }
                        _ => {}
                    }
                }
            }
            if let Some(signal) = signal(data, *object)
                && !arguments.is_empty()
                && &**property == "emit"
            {
                let known = self.told.entry(signal.into()).or_default();
                if known.len() < MAX_TOLD {
                    known.push(call);
                }
            }
            if let ([event, _, ..], true) = (&**arguments, Methods::get().tells.contains(&**property)) {
                let event = self.value(At { module: call.module, expr: *event });
                for text in event.texts().take(4) {
                    let known = self.told.entry(Rc::clone(text)).or_default();
                    if known.len() < MAX_TOLD {
                        known.push(call);
                    }
                }
            }
        }
        for (name, value) in named {
            if !matches!(
                data.expr(data.peel(*value)).kind,
                ExprKind::Function(_) | ExprKind::Local(_) | ExprKind::Member { .. }
            ) {
                continue;
            }
            let value = self.value(At { module: call.module, expr: *value });
            for atom in value.iter() {
                if let Atom::Function { at, .. } = atom {
                    let passed = (call, BY_NAME, Some((&**name).into()));
                    self.callers.entry(*at).or_default().passed.push(passed);
                }
            }
        }
    }

    /// What a function gets as its `index`th parameter from a call that calls it for somebody.
    pub(in crate::analysis) fn on_behalf(
        &mut self,
        of: FunctionAt,
        index: usize,
        call: At,
        argument: usize,
        key: Option<&str>,
    ) -> Option<Val> {
        let rows = self.rows(call).filter(|row| match argument {
            CALLED_ON => row.is_method(),
            BY_NAME => row.key.as_deref() == key,
            _ => key.is_none() && row.function == Some(argument),
        });
        let mut out = Collect::default();
        let mut found = false;
        for row in rows {
            if let Some(value) = self.handed_by_row(row, of, index, call, FrameId::NONE) {
                found = true;
                out.all(&value);
            }
        }
        // `run(callback=f)`, of the program's own.
        if argument == BY_NAME && !found {
            let program = self.program;
            let ExprKind::Call { callee, .. } = program.kind(call) else { return None };
            let target = self.eval(At { module: call.module, expr: *callee }, FrameId::NONE);
            for atom in target.iter() {
                let Atom::Function { at, .. } = atom else { continue };
                let parameters = &program.module(at.module).function(at.function).parameters;
                if let Some(position) = parameters.iter().position(|p| Some(&*p.name) == key) {
                    let value = self.handed_on(*at, position, None, index);
                    out.all(&value);
                }
            }
            found = true;
        }
        if !found && argument < BY_NAME && key.is_none() {
            return self.told(index, call, argument);
        }
        found.then(|| out.done())
    }

    /// What those who tell hand to one who listens under the same name.
    fn told(&mut self, index: usize, call: At, argument: usize) -> Option<Val> {
        let program = self.program;
        let data = program.module(call.module);
        let ExprKind::Call { callee, arguments, .. } = &data.expr(call.expr).kind else { return None };
        let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind else {
            return None;
        };
        if argument == 0 && &**property == "connect" && !self.told.is_empty() {
            return self.signalled(index, call.module, *object);
        }
        if argument == 0 || self.told.is_empty() || !Methods::get().listens.contains(&**property) {
            return None;
        }
        let event = self.eval(At { module: call.module, expr: *arguments.first()? }, FrameId::NONE);
        let mut out = Collect::default();
        let mut found = false;
        for text in event.texts().take(4) {
            for tells in self.told.get(text).cloned().unwrap_or_default() {
                if Methods::get().common.contains(&**text) && tells.module != call.module {
                    continue;
                }
                let ExprKind::Call { arguments, .. } = program.kind(tells) else { continue };
                let Some(given) = arguments.get(index + 1) else { continue };
                found = true;
                let value = self.eval(At { module: tells.module, expr: *given }, FrameId::NONE);
                out.all(&value);
            }
        }
        found.then(|| out.done())
    }

    /// What a signal of Qt's carries to what is connected to it: `worker.done.emit(user)` and `worker.done.connect(f)`.
    fn signalled(&mut self, index: usize, module: ModuleId, object: ExprId) -> Option<Val> {
        let program = self.program;
        let data = program.module(module);
        let tells = self.told.get(signal(data, object)?.as_str()).cloned()?;
        let ExprKind::Member { object: owner, .. } = data.expr(data.peel(object)).kind else { return None };
        let owner = self.eval(At { module, expr: owner }, FrameId::NONE);
        let classes: Vec<(ModuleId, ClassId)> = owner
            .iter()
            .filter_map(|a| if let Atom::Instance(m, c) = a { Some((*m, *c)) } else { None })
            .collect();
        let mut out = Collect::default();
        let mut found = false;
        for at in tells {
            let data = program.module(at.module);
            let class = data.function(data.expr(at.expr).function).class;
            // Of a signal whose owner is not known, those in the same file.
            let fits = match (classes.is_empty(), class) {
                (false, Some(class)) => classes.contains(&(at.module, class)),
                _ => at.module == module,
            };
            let ExprKind::Call { arguments, .. } = program.kind(at) else { continue };
            let Some(given) = arguments.get(index).filter(|_| fits) else { continue };
            found = true;
            let value = self.eval(At { module: at.module, expr: *given }, FrameId::NONE);
            out.all(&value);
        }
        found.then(|| out.done())
    }

    /// What one row hands to a function as its `index`th parameter.
    fn handed_by_row(
        &mut self,
        row: &HandsOn,
        of: FunctionAt,
        index: usize,
        call: At,
        frame: FrameId,
    ) -> Option<Val> {
        let program = self.program;
        let ExprKind::Call { arguments, named, .. } = program.kind(call) else { return None };
        let here = |expr: ExprId| At { module: call.module, expr };
        let data = program.module(of.module);
        let function = data.function(of.function);
        // A task that is handed itself first.
        let own = function.class.is_none() && function.parameters.first().is_some_and(|p| &*p.name == "self");
        let position = if own { index.checked_sub(1)? } else { index };
        let name = function.parameters.get(index).map(|p| &p.name).filter(|n| !n.is_empty());
        if let Some((_, value)) = named.iter().find(|(n, _)| Some(n) == name) {
            return Some(self.eval(here(*value), frame));
        }
        if let Some(items) = row.items {
            let list = arguments.get(items)?;
            if index != row.parameter {
                return None;
            }
            let value = self.eval(here(*list), frame);
            return Some(self.elements(&value));
        }
        let list = row.list.and_then(|i| arguments.get(i).copied()).or_else(|| {
            let key = row.list_key.as_deref()?;
            named.iter().find(|(n, _)| &**n == key).map(|(_, v)| *v)
        });
        if let Some(list) = list {
            let mut out = Collect::default();
            for atom in self.eval(here(list), frame).iter() {
                if let Atom::List(at, inner) = atom
                    && let ExprKind::List(items) = program.kind(*at)
                    && let Some(item) = items.get(position)
                {
                    let value = self.eval(At { module: at.module, expr: *item }, *inner);
                    out.all(&value);
                }
            }
            return Some(out.done());
        }
        let given = arguments.get(row.from? + position)?;
        Some(self.eval(here(*given), frame))
    }

    /// What comes back of a call that calls a function for somebody.
    pub(super) fn behalf_result(&mut self, at: At, callee: ExprId, frame: FrameId, out: &mut Collect) {
        let program = self.program;
        let data = program.module(at.module);
        let ExprKind::Call { arguments, .. } = &data.expr(at.expr).kind else { return };
        let rows: Vec<&'static HandsOn> = self.rows(at).collect();
        for row in rows {
            let function = match (row.function, &data.expr(data.peel(callee)).kind) {
                (Some(index), _) => arguments.get(index).copied(),
                (None, ExprKind::Member { object, .. }) if row.is_method() => Some(*object),
                _ => None,
            };
            let Some(function) = function else { continue };
            if row.items.is_some_and(|i| arguments.len() <= i) {
                continue;
            }
            let value = self.eval(At { module: at.module, expr: function }, frame);
            for atom in value.iter() {
                let Atom::Function { at: of, frame: around } = atom else { continue };
                if !row.gives {
                    // `f.bind(this)` is `f`.
                    if row.is_method() && row.name == "bind" {
                        out.add(atom.clone());
                    }
                    continue;
                }
                let count = program.module(of.module).function(of.function).parameters.len().min(8);
                let mut given = Vec::with_capacity(count);
                for index in 0..count {
                    given.push(self.handed_by_row(row, *of, index, at, frame).unwrap_or_default());
                }
                let value = self.enter(*of, given, at, frame, *around);
                out.all(&value);
            }
        }
    }
}

/// The name under which a signal is told: the member that it is.
fn signal(module: &Module, object: ExprId) -> Option<String> {
    match &module.expr(module.peel(object)).kind {
        ExprKind::Member { property, .. } if module.language == Language::Python => {
            Some(format!("signal {property}"))
        }
        _ => None,
    }
}
