//! Items of lists, pairs and results: what stands at a position, and under which keys.

use crate::analysis::eval::state::{SETTER, STATE};
use crate::analysis::eval::*;
use crate::program::KEY_OF_ITEM;

impl Evaluator<'_> {
    /// The items of a list, the values of a map; anything else stands for its own items.
    pub(in crate::analysis) fn elements(&mut self, value: &Val) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        for atom in value.iter() {
            match atom {
                Atom::List(at, frame) => {
                    if let ExprKind::List(items) = program.kind(*at) {
                        for item in items.iter().take(200) {
                            let item = self.eval(At { module: at.module, expr: *item }, *frame);
                            out.all(&item);
                        }
                    }
                }
                Atom::Object(at, frame) => {
                    // An object in a list stands for itself; one that is walked, for its values.
                    out.add(atom.clone());
                    if let ExprKind::Object { fields, spreads } = program.kind(*at) {
                        for (_, field) in fields.iter().take(200) {
                            let field = self.eval(At { module: at.module, expr: *field }, *frame);
                            out.all(&field);
                        }
                        // `dict(pairs)`
                        for spread in spreads.iter().take(20) {
                            let spread = self.eval(At { module: at.module, expr: *spread }, *frame);
                            self.of_pairs(&spread, &mut out);
                        }
                    }
                }
                other => out.add(other.clone()),
            }
        }
        out.done()
    }

    /// The second parts of pairs in lists.
    pub(super) fn of_pairs(&mut self, lists: &Val, out: &mut Collect) {
        let program = self.program;
        let lists: Vec<Atom> = lists.iter().filter(|a| matches!(a, Atom::List(..))).cloned().collect();
        for pair in self.elements(&Val::from(lists)).iter() {
            if let Atom::List(at, frame) = pair
                && let ExprKind::List(items) = program.kind(*at)
                && let [_, value] = items.as_slice()
            {
                let value = self.eval(At { module: at.module, expr: *value }, *frame);
                out.all(&value);
            }
        }
    }

    /// The `index`th item of a list that is taken apart.
    pub(in crate::analysis::eval) fn item(&mut self, list: At, index: u32, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(list.module);
        let peeled = module.peel(list.expr);
        // `const [x, setX] = useState(first)`: x is all that setX is ever given.
        if let ExprKind::Call { callee, arguments, .. } = &module.expr(peeled).kind
            && let Some(name) = module.written_name(*callee)
            && matches!(name.rsplit('.').next(), Some("useState" | "useProductState"))
        {
            let state = At { module: list.module, expr: peeled };
            if index != 0 {
                let setter = Atom::Extern { package: STATE.into(), path: SETTER.into(), made: Some(state) };
                return if index == 1 { Val::of(setter) } else { Val::default() };
            }
            let mut out = Collect::default();
            self.set_elsewhere(state, &mut out);
            for argument in arguments.iter().take(1) {
                let value = self.eval(At { module: list.module, expr: *argument }, frame);
                out.all(&value);
            }
            self.set_state(list.module, peeled, frame, &mut out);
            return out.done();
        }
        if let Some(part) = self.of_pair(list, index, frame) {
            return part;
        }
        let value = self.eval(list, frame);
        let mut out = Collect::default();
        for atom in value.iter() {
            match atom {
                Atom::List(at, inner) => {
                    if let ExprKind::List(items) = program.kind(*at) {
                        let spread = items
                            .iter()
                            .any(|i| matches!(program.module(at.module).expr(*i).kind, ExprKind::Element(_)));
                        let one = if spread { None } else { items.get(index as usize) };
                        let wanted: Vec<ExprId> = match one {
                            Some(item) => vec![*item],
                            None if spread => items.clone(),
                            None => Vec::new(),
                        };
                        for item in wanted {
                            let value = self.eval(At { module: at.module, expr: item }, *inner);
                            out.all(&value);
                        }
                    }
                }
                other => out.add(other.clone()),
            }
        }
        out.done()
    }

    /// A part of one of the pairs that a walk gives: `for i, x in enumerate(xs)`, `for k, v in map.items()`,
    /// `for a, b in zip(xs, ys)`, `for (const [k, v] of Object.entries(map))`.
    pub(super) fn of_pair(&mut self, list: At, index: u32, frame: FrameId) -> Option<Val> {
        let module = self.program.module(list.module);
        let ExprKind::Element(walked) = module.expr(module.peel(list.expr)).kind else { return None };
        let here = |expr: ExprId| At { module: list.module, expr };
        // `foreach ($map as $key => $value)`
        if index == KEY_OF_ITEM {
            return Some(self.keys_of(here(walked), frame));
        }
        // `for (const [key, value] of map)`
        if module.language == Language::JavaScript
            && let ExprKind::Local(symbol) = module.expr(module.peel(walked)).kind
        {
            let own = self.program.index(list.module).keys.contains_key(&symbol);
            if index == 0 {
                let keys = self.keys_of(here(walked), frame);
                return (own || !keys.is_empty()).then_some(keys);
            }
            if !own {
                return None;
            }
            let mut out = Collect::default();
            self.written(list.module, symbol, None, frame, &mut out);
            let put = out.done();
            if !put.is_empty() {
                return Some(put);
            }
        }
        let ExprKind::Call { callee, arguments, .. } = &module.expr(module.peel(walked)).kind else {
            return None;
        };
        match &module.expr(module.peel(*callee)).kind {
            ExprKind::Global(name) if &**name == "enumerate" => {
                // The first one is a number.
                if index == 0 {
                    return Some(Val::default());
                }
                let value = self.eval(here(*arguments.first()?), frame);
                Some(self.elements(&value))
            }
            ExprKind::Global(name) if &**name == "zip" => {
                let value = self.eval(here(*arguments.get(index as usize)?), frame);
                Some(self.elements(&value))
            }
            ExprKind::Member { object, property, .. } => {
                // The rows of a frame, each with its number.
                if &**property == "iterrows" {
                    let value = self.eval(here(*object), frame);
                    return Some(if index == 0 { Val::default() } else { self.elements(&value) });
                }
                let map = match (&**property, &**arguments) {
                    ("items" | "iteritems" | "entries", []) => *object,
                    ("entries", [map]) => *map,
                    _ => return None,
                };
                // An answer's keys are names of its fields.
                let value = self.eval(here(map), frame);
                if index == 0 {
                    return Some(self.keys_of(here(map), frame));
                }
                Some(self.elements(&value))
            }
            _ => None,
        }
    }

    /// What a walk over a value itself gives: of a dictionary or record that is written out, no value.
    pub(in crate::analysis::eval) fn walked(&mut self, value: &Val) -> Val {
        let program = self.program;
        let is_written = |a: &Atom| match a {
            Atom::Object(at, _) => match program.kind(*at) {
                ExprKind::Object { spreads, .. } => spreads.is_empty(),
                ExprKind::Call { .. } => true,
                _ => false,
            },
            Atom::Instance(m, c) => !program.members(*m, *c).has("__iter__"),
            _ => false,
        };
        let (written, others): (Vec<Atom>, Vec<Atom>) = value.iter().cloned().partition(is_written);
        if written.is_empty() {
            return self.elements(value);
        }
        let mut out = Collect::default();
        out.all(&Val::from(written));
        let items = self.elements(&Val::from(others));
        out.all(&items);
        out.done()
    }

    /// The keys that are put into a map, as far as they are addresses: into the variable that holds it, else into
    /// the one that it was made for.
    pub(in crate::analysis) fn keys_of(&mut self, map: At, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(map.module);
        let mut out = Collect::default();
        if let ExprKind::Local(symbol) = module.expr(module.peel(map.expr)).kind
            && program.index(map.module).keys.contains_key(&symbol)
        {
            self.keys_put(map.module, symbol, frame, &mut out);
            return out.done();
        }
        for atom in self.eval(map, frame).iter() {
            let (made, inner) = match atom {
                Atom::Object(at, inner) | Atom::List(at, inner) => (*at, *inner),
                Atom::Extern { made: Some(at), .. } => (*at, FrameId::NONE),
                _ => continue,
            };
            let (data, index) = (program.module(made.module), program.index(made.module));
            // What things are put into stands for itself under its variable's name.
            if let ExprKind::Local(symbol) = data.expr(made.expr).kind {
                self.keys_put(made.module, symbol, inner, &mut out);
                continue;
            }
            for key in index.keys_written.get(&made.expr).into_iter().flatten() {
                let value = self.eval(At { module: made.module, expr: *key }, inner);
                out.carried(&value);
            }
            let is_it = |e: &ExprId| data.peel(*e) == made.expr;
            for symbol in index.keys.keys().filter(|s| data.symbol(**s).definitions.iter().any(is_it)) {
                self.keys_put(made.module, *symbol, inner, &mut out);
            }
        }
        out.done()
    }

    fn keys_put(&mut self, module: ModuleId, map: SymbolId, frame: FrameId, out: &mut Collect) {
        let program = self.program;
        for key in program.index(module).keys.get(&map).into_iter().flatten() {
            let key = At { module, expr: *key };
            let value = self.eval(key, frame);
            match self.stands_in(key) {
                true => out.weakened(&value),
                false => out.carried(&value),
            }
        }
    }

    /// The `index`th result of a call. Only what a function of the program returns has more than one that
    /// is known; of anything else the first is what it gives, and the rest says how it went.
    pub(in crate::analysis::eval) fn result(&mut self, call: At, index: u32, frame: FrameId) -> Val {
        let value = self.eval(call, frame);
        self.nth(&value, index)
    }

    /// One of the results that a function gives together; what is no list is its first.
    pub(in crate::analysis) fn nth(&mut self, results: &Val, index: u32) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        for atom in results.iter() {
            match atom {
                Atom::List(at, inner) => {
                    if let ExprKind::List(items) = program.kind(*at)
                        && let Some(item) = items.get(index as usize)
                    {
                        let value = self.eval(At { module: at.module, expr: *item }, *inner);
                        out.all(&value);
                    }
                }
                other if index == 0 || matches!(other, Atom::Extern { .. }) => out.add(other.clone()),
                _ => {}
            }
        }
        out.done()
    }

    /// All that the setter of a state variable is given.
    pub(in crate::analysis::eval) fn set_state(
        &mut self,
        module: ModuleId,
        call: ExprId,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let (data, index) = (program.module(module), program.index(module));
        let Some(setter) = index.setters.get(&call) else { return };
        for call in index.calls_of.get(setter).into_iter().flatten() {
            let ExprKind::Call { arguments, .. } = &data.expr(*call).kind else { continue };
            if let Some(argument) = arguments.first() {
                let value = self.eval(At { module, expr: *argument }, frame);
                let value = self.called_with_nothing(&value, At { module, expr: *call });
                out.all(&value);
            }
        }
        // Also passed on as a callback (`.then(setUser)`): then it is given what the promise holds.
        for call in index.handed_to.get(setter).into_iter().flatten() {
            let ExprKind::Call { callee, .. } = &data.expr(*call).kind else { continue };
            if let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
                && &**property == "then"
            {
                let value = self.eval(At { module, expr: *object }, frame);
                out.all(&value);
            }
        }
    }

    /// `setX(old => new)`: what the function returns.
    pub(in crate::analysis) fn called_with_nothing(&mut self, value: &Val, call: At) -> Val {
        let mut out = Collect::default();
        for atom in value.iter() {
            match atom {
                Atom::Function { at, frame } => {
                    let value = self.enter(*at, Vec::new(), call, FrameId::NONE, *frame);
                    out.all(&value);
                }
                other => out.add(other.clone()),
            }
        }
        out.done()
    }
}
