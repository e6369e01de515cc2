//! What comes back from where the program put it: a store that is asked by key, a context of
//! components, an action that is dispatched.

use super::*;
use crate::analysis::link::Program;
use crate::catalog::kept::Kept;

/// Calls that put something into one store.
const MAX_PUTS: usize = 60;
/// Keys of one call that are compared.
const MAX_KEYS: usize = 6;

/// What is put where, by the package and the names before the last one.
#[derive(Default)]
pub(in crate::analysis) struct Stores {
    puts: BTreeMap<(Rc<str>, Rc<str>), Vec<At>>,
    /// By the call that made a context, the values that its providers are given.
    provided: BTreeMap<At, Vec<At>>,
    /// Calls of a member that could not be followed, by its name.
    unresolved: BTreeMap<Box<str>, Vec<At>>,
}

impl Evaluator<'_> {
    /// Notes a call whose callee is known as far as it ever will be.
    pub(in crate::analysis) fn note_call(&mut self, call: At, target: &Val) {
        let program = self.program;
        let data = program.module(call.module);
        if !data.language.is_untyped() {
            return;
        }
        self.note_state(call, target);
        match &data.expr(call.expr).kind {
            ExprKind::Call { callee, .. } if data.language != Language::JavaScript => {
                let ExprKind::Member { property, .. } = &data.expr(data.peel(*callee)).kind else { return };
                let open =
                    |a: &Atom| matches!(a, Atom::Extern { package, .. } if &**package == UNKNOWN_PACKAGE);
                let may_mean = || !by_name(program, data.language, property).is_empty();
                if is_telling(data.language, property) && target.iter().all(open) && may_mean() {
                    let known = self.stores.unresolved.entry(property.clone()).or_default();
                    if known.len() < MAX_PUTS {
                        known.push(call);
                    }
                }
            }
            ExprKind::Call { callee, arguments, .. } => {
                for atom in target.iter() {
                    let Atom::Extern { package, path, .. } = atom else { continue };
                    if let Some((store, last)) = path.rsplit_once('.')
                        && Kept::get().puts(last)
                        && arguments.len() >= 2
                    {
                        let known = self.stores.puts.entry((Rc::clone(package), store.into())).or_default();
                        if known.len() < MAX_PUTS {
                            known.push(call);
                        }
                    }
                }
                let name = match &data.expr(data.peel(*callee)).kind {
                    ExprKind::Member { property, .. } => property,
                    ExprKind::Local(symbol) => &data.symbol(*symbol).name,
                    _ => return,
                };
                if target.iter().all(|a| matches!(a, Atom::Extern { .. } | Atom::Kept { .. })) {
                    let known = self.stores.unresolved.entry(name.clone()).or_default();
                    if known.len() < MAX_PUTS {
                        known.push(call);
                    }
                }
            }
            ExprKind::Markup(markup) => {
                // `<Context.Provider value={x}>`
                let Some(component) = markup.component else { return };
                let ExprKind::Member { object, property, .. } = &data.expr(data.peel(component)).kind else {
                    return;
                };
                if &**property != "Provider" {
                    return;
                }
                let value = markup.attributes.iter().find(|(name, _)| name.as_deref() == Some("value"));
                let Some((_, value)) = value else { return };
                let context = self.value(At { module: call.module, expr: *object });
                for atom in context.iter() {
                    if let Atom::Extern { made: Some(made), .. } = atom {
                        let given = At { module: call.module, expr: *value };
                        self.stores.provided.entry(*made).or_default().push(given);
                    }
                }
            }
            _ => {}
        }
    }

    /// `storage.get(key)`: what was put there under the same key.
    pub(in crate::analysis) fn recalled(
        &mut self,
        at: At,
        package: &Rc<str>,
        path: &str,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let Some((store, last)) = path.rsplit_once('.') else { return };
        let Some(key) = arguments.first() else { return };
        if !Kept::get().gets(last) {
            return;
        }
        let Some(puts) = self.stores.puts.get(&(Rc::clone(package), Rc::from(store))).cloned() else {
            return;
        };
        let keys = self.eval(At { module: at.module, expr: *key }, frame);
        let program = self.program;
        for put in puts {
            let ExprKind::Call { arguments, .. } = program.kind(put) else { continue };
            let [under, value, ..] = &**arguments else { continue };
            // `this.cache` of another file is another one.
            if &**package == UNKNOWN_PACKAGE && put.module != at.module {
                continue;
            }
            let here = |expr: ExprId| At { module: put.module, expr };
            let under = self.eval(here(*under), FrameId::NONE);
            let same =
                keys.texts().take(MAX_KEYS).any(|a| under.texts().take(MAX_KEYS).any(|b| is_same_key(a, b)));
            // What a function keeps of its own answers is what it gave for the same arguments.
            let own = put.module == at.module
                && program.module(put.module).expr(put.expr).function
                    == program.module(at.module).expr(at.expr).function;
            if same {
                out.add(Atom::Recalled(here(*value), if own { frame } else { FrameId::NONE }));
            }
        }
    }

    /// A property of what came back from a store: nothing of it is sure.
    pub(super) fn recalled_member(&mut self, at: At, frame: FrameId, property: &str, site: At) -> Val {
        let mut out = Collect::default();
        for atom in self.eval(at, frame).iter() {
            match atom {
                // The access is where it was read first, not where it comes back.
                Atom::Answer { .. } => {
                    if Kept::get().is_address_name(property) {
                        out.add(Atom::Kept { name: field_name(property).into(), read: site });
                    }
                }
                Atom::Recalled(..) if *atom == Atom::Recalled(at, frame) => {}
                atom => {
                    let part = self.member(atom, property, site);
                    out.weakened(&part);
                    for atom in part.iter() {
                        match atom {
                            Atom::Object(at, frame) | Atom::List(at, frame) | Atom::Recalled(at, frame) => {
                                out.add(Atom::Recalled(*at, *frame));
                            }
                            Atom::Text { .. } => out.add(atom.clone()),
                            _ => {}
                        }
                    }
                }
            }
        }
        out.done()
    }

    /// `useStore(state => state.users)`: what the function that made the store returns, and all that it is
    /// set to, or the part of it that is asked for.
    pub(in crate::analysis) fn given_by_store(
        &mut self,
        at: At,
        made: At,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let ExprKind::Call { arguments: makers, .. } = program.kind(made) else { return };
        let Some(maker) = makers.first() else { return };
        let mut state = Collect::default();
        for atom in self.eval(At { module: made.module, expr: *maker }, FrameId::NONE).iter() {
            let Atom::Function { at: of, frame: around } = atom else { continue };
            let first = self.enter(*of, Vec::new(), made, FrameId::NONE, *around);
            state.all(&first);
            let data = program.module(of.module);
            let sets = program.index(of.module).calls_of_parameter.get(&(of.function, 0));
            for set in sets.into_iter().flatten().take(MAX_PUTS) {
                let ExprKind::Call { arguments, .. } = &data.expr(*set).kind else { continue };
                let Some(given) = arguments.first() else { continue };
                let value = self.eval(At { module: of.module, expr: *given }, FrameId::NONE);
                let value = self.called_with_nothing(&value, At { module: of.module, expr: *set });
                state.all(&value);
            }
        }
        let state = state.done();
        let Some(selector) = arguments.first() else {
            out.all(&state);
            return;
        };
        for atom in self.eval(At { module: at.module, expr: *selector }, frame).iter() {
            if let Atom::Function { at: of, frame: around } = atom {
                let value = self.enter(*of, vec![state.clone()], at, frame, *around);
                out.all(&value);
            }
        }
    }

    /// `useContext(Context)`: what the context's providers are given.
    pub(in crate::analysis) fn given_by_context(&mut self, at: At, arguments: &[ExprId], out: &mut Collect) {
        let Some(context) = arguments.first() else { return };
        let context = self.eval(At { module: at.module, expr: *context }, FrameId::NONE);
        for atom in context.iter() {
            let Atom::Extern { made: Some(made), .. } = atom else { continue };
            for value in
                self.stores.provided.get(made).cloned().unwrap_or_default().into_iter().take(MAX_KEYS)
            {
                let value = self.eval(value, FrameId::NONE);
                out.all(&value);
            }
        }
    }

    /// `action.payload` in a function by whose name actions are made: what the calls of that name give.
    pub(super) fn payload(&mut self, object: At, out: &mut Collect) {
        let program = self.program;
        let data = program.module(object.module);
        let ExprKind::Local(symbol) = data.expr(data.peel(object.expr)).kind else { return };
        let of = data.symbol(symbol).definitions.iter().find_map(|d| match data.expr(*d).kind {
            ExprKind::Parameter(function, 1) => Some(function),
            _ => None,
        });
        let Some(name) = of.and_then(|f| data.function(f).name.clone()) else { return };
        for call in self.stores.unresolved.get(&name).cloned().unwrap_or_default() {
            let ExprKind::Call { arguments, .. } = program.kind(call) else { continue };
            if let [only] = &**arguments {
                let value = self.eval(At { module: call.module, expr: *only }, FrameId::NONE);
                out.weakened(&value);
                for atom in value.iter() {
                    if let Atom::Object(at, frame) = atom {
                        out.add(Atom::Recalled(*at, *frame));
                    }
                }
            }
        }
    }

    /// Calls of a name that could not be followed: they may mean the only function of that name.
    pub(in crate::analysis) fn unresolved(&self) -> impl Iterator<Item = (&str, &[At])> {
        self.stores.unresolved.iter().map(|(name, calls)| (&**name, calls.as_slice()))
    }
}

/// Whether two keys may be the same: equal but for what is not known, of which there may be more on one
/// side than on the other.
fn is_same_key(a: &str, b: &str) -> bool {
    let known = |k: &str| k.split(HOLE).filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (known(a), known(b));
    match (left.is_empty(), right.is_empty()) {
        // A key of which nothing is known is every key.
        (true, _) | (_, true) => true,
        _ => left == right,
    }
}

/// Whether a name says so much that nothing else is likely called so: `findUser` tells, `find` does not.
fn is_telling(language: Language, name: &str) -> bool {
    let words =
        name.chars().skip(1).any(|c| c.is_ascii_uppercase() || c == '_' && language != Language::JavaScript);
    let least = if language == Language::JavaScript { 6 } else { 8 };
    name.len() >= least && words && !name.starts_with("__")
}

/// The functions that a call of a telling name may mean when nothing is known of what it is called on.
pub(in crate::analysis) fn by_name(program: &Program, language: Language, name: &str) -> Vec<FunctionAt> {
    /// Of a name that so many have, nobody is asked whether he is meant.
    const MOST: usize = 60;
    /// More than this and none of them is meant more than the others.
    const MAX: usize = 2;
    let found = if is_telling(language, name) { program.functions_named(name) } else { &[] };
    if found.len() > MOST {
        return Vec::new();
    }
    let spoken = |f: &&FunctionAt| program.module(f.module).language == language;
    let about = |f: &&FunctionAt| program.index(f.module).about_atlassian;
    let found: Vec<FunctionAt> = match found.iter().filter(spoken).nth(MAX) {
        // Of many that are called so, those that deal with Atlassian's products.
        Some(_) if language != Language::JavaScript => {
            found.iter().filter(spoken).filter(about).take(MAX + 1).copied().collect()
        }
        _ => found.iter().filter(spoken).take(MAX + 1).copied().collect(),
    };
    if found.len() > MAX { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::{HOLE, is_same_key};

    #[test]
    fn keys_that_may_be_the_same() {
        let open = |text: &str| text.replace('*', &HOLE.to_string());
        for (a, b, same) in [
            ("user", "user", true),
            ("user", "users", false),
            ("user-*", "user-*", true),
            ("user-*", "settings-*", false),
            ("*", "user", true),
            ("a-*-b", "a-*", false),
        ] {
            assert_eq!(is_same_key(&open(a), &open(b)), same, "{a} {b}");
        }
    }
}
