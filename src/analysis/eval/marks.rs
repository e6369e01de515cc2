//! What answers depend on, so that one that holds wherever it is asked for is given once. Follows nothing itself.

use super::*;

/// What an answer depends on besides the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

impl Marks {
    pub(super) const NONE: Self = Self(0);
    /// On what is taken for an address, which is settled later (`Evaluator::presume`).
    pub(super) const UNSETTLED: Self = Self(1);
    /// On the call that is being looked into, or, outside of any, on the callers. Without this mark the answer is
    /// the same in every frame.
    pub(super) const FRAMED: Self = Self(2);
    /// On where that call is made, and not only on what it hands over.
    pub(super) const BEYOND: Self = Self(4);
    pub(super) const ALL: Self = Self(7);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Evaluator<'_> {
    /// Notes what an answer that was given in a frame depends on, for the question that asked for it.
    pub(super) fn meet(&mut self, marks: Marks, frame: FrameId) {
        let marks = match frame == self.current {
            true => marks,
            // What holds outside of all calls is the same inside of every one.
            false if frame == FrameId::NONE => marks.only(Marks::UNSETTLED),
            false if marks.has(Marks::FRAMED) => marks.and(Marks::BEYOND),
            false => marks,
        };
        self.marks = self.marks.and(marks);
    }

    /// Notes that the answer depends on where the call that is being looked into is made.
    pub(in crate::analysis) fn depends_on_call(&mut self) {
        self.marks = self.marks.and(Marks::FRAMED).and(Marks::BEYOND);
    }

    /// Whether a possibility is one of this very frame.
    pub(super) fn is_of_frame(&self, atom: &Atom, frame: FrameId) -> bool {
        let (of, function) = match atom {
            Atom::Object(at, of) | Atom::List(at, of) | Atom::Props(at, of) | Atom::Recalled(at, of) => {
                (*of, self.program.module(at.module).expr(at.expr).function)
            }
            Atom::Function { at, frame: of } => {
                let parent = self.program.module(at.module).function(at.function).parent;
                (*of, parent.unwrap_or(FunctionId(0)))
            }
            _ => return false,
        };
        of == frame && function != FunctionId(0)
    }
}
