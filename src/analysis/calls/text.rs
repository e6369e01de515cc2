//! Calls that make text of values: formats, joins, replacements.

use crate::analysis::eval::Evaluator;
use crate::analysis::value::{At, Atom, Collect, FrameId, FunctionAt, Val};
use crate::catalog::endpoints::HOLE;
use crate::program::{ExprId, ExprKind};
use std::rc::Rc;

impl Evaluator<'_> {
    /// A value together with what a method without arguments makes of a text or a list.
    pub(in crate::analysis) fn text_method(
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

    /// `'/user/{id}'.replace('{id}', id)`: a text with one part changed.
    #[expect(clippy::too_many_arguments, reason = "the parts of one text atom and of one call")]
    pub(super) fn replaced(
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
    pub(super) fn formatted(
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
    pub(super) fn joined(
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

    pub(super) fn joined_by(&mut self, at: At, list: &Atom, between: &str, out: &mut Collect) {
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

    /// Parts of an address joined by slashes; one that is an address by itself starts anew.
    pub(super) fn slashed(&mut self, at: At, arguments: &[ExprId], frame: FrameId) -> Val {
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
}
