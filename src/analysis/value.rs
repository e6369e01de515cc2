//! What an expression can be: a small set of possibilities, each of which says where it comes from.

use std::rc::Rc;

use crate::program::{ClassId, ExprId, FunctionId};

/// Index of a module in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleId(pub(crate) u32);

/// An expression of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    pub(crate) module: ModuleId,
    pub(crate) expr: ExprId,
}

/// A function of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FunctionAt {
    pub(crate) module: ModuleId,
    pub(crate) function: FunctionId,
}

/// A call that is being looked into: which arguments the parameters stand for. 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FrameId(pub(crate) u32);

impl FrameId {
    pub(crate) const NONE: Self = Self(0);
}

/// Index of a request in the evaluator's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestId(pub(crate) u32);

/// One possibility.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// A text, parts that could not be followed as holes.
    Text {
        text: Rc<str>,
        /// The literal or the join that made it.
        origin: At,
        /// The function in which it was made or named; a constant counts for the function that reads it.
        home: FunctionAt,
    },
    /// Something from outside the program: package and names from there on.
    Extern {
        package: Rc<str>,
        path: Rc<str>,
        /// The call that made it last, for options given there.
        made: Option<At>,
    },
    Function {
        at: FunctionAt,
        frame: FrameId,
    },
    Class(ModuleId, ClassId),
    Instance(ModuleId, ClassId),
    Object(At, FrameId),
    List(At, FrameId),
    /// The attributes of a component.
    Props(At, FrameId),
    Module(ModuleId),
    /// (A part of) the answer to a request.
    Answer {
        request: RequestId,
        /// Whether it went through something that could not be followed.
        weak: bool,
        /// Whether it is (a part of) the body; otherwise it may be the HTTP response around it.
        inner: bool,
    },
    /// An address, by the place that reads it.
    Address {
        request: RequestId,
        read: At,
        weak: bool,
    },
    /// Whatever is kept under this name, which is one for an address, where the object that is read
    /// could not be followed: `kept` says what that can be.
    Kept {
        name: Rc<str>,
        read: At,
    },
    /// What was put into a store, and came back.
    Recalled(At, FrameId),
}

/// A set of possibilities, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Val(Option<Rc<[Atom]>>);

/// More possibilities than this are dropped: the value is then as good as unknown.
const MAX_ATOMS: usize = 48;

impl Val {
    pub(crate) fn of(atom: Atom) -> Self {
        Self(Some(Rc::new([atom])))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Atom> {
        self.0.as_deref().unwrap_or_default().iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The texts among the possibilities.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Rc<str>> {
        self.iter().filter_map(|a| if let Atom::Text { text, .. } = a { Some(text) } else { None })
    }

    /// Whether an address or the answer of a request is among the possibilities.
    pub(crate) fn telling(&self) -> bool {
        self.iter().any(|a| matches!(a, Atom::Answer { .. } | Atom::Address { .. }))
    }
}

impl From<Vec<Atom>> for Val {
    fn from(atoms: Vec<Atom>) -> Self {
        Self((!atoms.is_empty()).then(|| atoms.into()))
    }
}

/// Collects possibilities without repeating any.
#[derive(Debug, Default)]
pub(crate) struct Collect(Vec<Atom>);

impl Collect {
    pub(crate) fn add(&mut self, atom: Atom) {
        if self.0.contains(&atom) {
            return;
        }
        if self.0.len() < MAX_ATOMS {
            self.0.push(atom);
        } else if matches!(atom, Atom::Answer { .. } | Atom::Address { .. }) {
            // Names of what is not known give way to what is asked for.
            if let Some(place) = self.0.iter().rposition(|a| matches!(a, Atom::Extern { .. })) {
                self.0.remove(place);
                self.0.push(atom);
            }
        }
    }

    /// Whether any of what was collected so far fits.
    pub(crate) fn has(&self, fits: impl Fn(&Atom) -> bool) -> bool {
        self.0.iter().any(fits)
    }

    pub(crate) fn all(&mut self, val: &Val) {
        for atom in val.iter() {
            self.add(atom.clone());
        }
    }

    /// Takes over answers and addresses only, marked as having gone through something unknown.
    pub(crate) fn weakened(&mut self, val: &Val) {
        for atom in val.iter() {
            match atom {
                Atom::Answer { request, inner, .. } => {
                    self.add(Atom::Answer { request: *request, weak: true, inner: *inner });
                }
                Atom::Address { request, read, .. } => {
                    self.add(Atom::Address { request: *request, read: *read, weak: true });
                }
                Atom::Kept { .. } | Atom::Recalled(..) => self.add(atom.clone()),
                _ => {}
            }
        }
    }

    /// Takes over answers and addresses as they are.
    pub(crate) fn carried(&mut self, val: &Val) {
        for atom in val.iter() {
            if matches!(atom, Atom::Answer { .. } | Atom::Address { .. } | Atom::Kept { .. }) {
                self.add(atom.clone());
            }
        }
    }

    pub(crate) fn done(self) -> Val {
        Val::from(self.0)
    }
}
