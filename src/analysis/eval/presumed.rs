//! Reads that are taken for addresses by what stands around them, where nobody knows what they are of.

use super::*;
use crate::analysis::accesses::UNKNOWN_REQUEST;

impl Evaluator<'_> {
    /// Takes reads for addresses from here on, each sure or (`true`) a guess.
    pub(in crate::analysis) fn presume(&mut self, reads: BTreeMap<At, bool>) {
        if reads.is_empty() {
            return;
        }
        // What was answered without them may lack them.
        if reads.keys().all(|at| self.presumable.contains(at)) {
            let settled = |marks: &Marks| !marks.has(Marks::UNSETTLED);
            self.memo.retain(|_, known| matches!(known, Known::Value(_, marks) if settled(marks)));
            self.entered.retain(|_, (_, marks)| settled(marks));
            self.instances.retain(|_, (_, marks)| settled(marks));
            self.parts.retain(|_, (_, marks)| settled(marks));
        } else {
            self.memo.clear();
            self.entered.clear();
            self.instances.clear();
            self.parts.clear();
        }
        self.filling_frames.clear();
        self.provisional.clear();
        self.presumed = reads;
    }

    /// A value, with an address in it where the expression is a read that is taken for one.
    pub(super) fn or_presumed(&mut self, at: At, value: Val, frame: FrameId) -> Val {
        let Some(weak) = self.presumed.get(&at).copied() else { return value };
        if value.iter().any(|a| matches!(a, Atom::Address { .. })) || self.is_of_something_else(at, frame) {
            return value;
        }
        let mut out = Collect::default();
        out.add(Atom::Address { request: UNKNOWN_REQUEST, read: at, weak, joined: false });
        out.all(&value);
        out.done()
    }

    /// Whether what is read is known, in the call that is looked into, to be of something that has no such property:
    /// a function for whatever it is handed is handed other things, too.
    fn is_of_something_else(&mut self, read: At, frame: FrameId) -> bool {
        let program = self.program;
        if frame == FrameId::NONE {
            return false;
        }
        let data = program.module(read.module);
        let (object, property) = match &data.expr(read.expr).kind {
            ExprKind::Member { object, property, .. } => (*object, &**property),
            _ => match data.key_read(read.expr) {
                Some(read) => read,
                None => return false,
            },
        };
        let value = self.eval(At { module: read.module, expr: object }, frame);
        !value.is_empty()
            && value.iter().all(|atom| match atom {
                Atom::Object(at, _) => match program.kind(*at) {
                    ExprKind::Object { spreads, .. } => spreads.is_empty(),
                    _ => self.class_made(*at).is_some_and(|(m, c)| !program.members(m, c).has(property)),
                },
                Atom::Text { .. } => true,
                Atom::Instance(m, c) => !program.members(*m, *c).has(property),
                _ => false,
            })
    }
}
