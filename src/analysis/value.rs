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
        // What is compared fastest comes first, here and below: possibilities are compared very often.
        /// The literal or the join that made it.
        origin: At,
        /// The function in which it was made or named; a constant counts for the function that reads it.
        home: FunctionAt,
        text: Rc<str>,
    },
    /// Something from outside the program: package and names from there on.
    Extern {
        /// The call that made it last, for options given there.
        made: Option<At>,
        path: Rc<str>,
        package: Rc<str>,
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
        piece: Piece,
    },
    /// An address, by the place that reads it.
    Address {
        request: RequestId,
        read: At,
        weak: bool,
        /// Whether it is one part of a text that says something else, too.
        joined: bool,
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

impl Atom {
    /// Whether it is an address or an answer, of which it can be said that it is a guess.
    pub(crate) fn tells(&self) -> bool {
        matches!(self, Self::Answer { .. } | Self::Address { .. } | Self::Kept { .. } | Self::Recalled(..))
    }
}

/// How much of an answer something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Piece {
    /// The HTTP response, or the body in it.
    Response,
    /// The body, or something in it that the catalogue names as what people stand in.
    Body,
    /// Something else in the body, such as the key of an issue.
    Part,
}

impl Piece {
    /// The same without the HTTP response around it.
    #[must_use]
    pub(crate) fn in_body(self) -> Self {
        self.max(Self::Body)
    }
}

/// A set of possibilities, in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Val(Atoms);

/// Most values are one thing, and are copied often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Atoms {
    #[default]
    None,
    One(Atom),
    /// Two or more.
    Many(Rc<[Atom]>),
}

/// More possibilities than this are dropped, of those that tell of addresses and of the others each: the value is then
/// as good as unknown.
const MAX_ATOMS: usize = 48;
/// The same for names from outside: who could be any of so many is unknown, too.
const MAX_OUTSIDE: usize = 8;
/// The same for one name that was made in several places, each with options of its own.
const MAX_SAME: usize = 3;

impl Val {
    pub(crate) fn of(atom: Atom) -> Self {
        Self(Atoms::One(atom))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Atom> {
        self.atoms().iter()
    }

    fn atoms(&self) -> &[Atom] {
        match &self.0 {
            Atoms::None => &[],
            Atoms::One(atom) => std::slice::from_ref(atom),
            Atoms::Many(atoms) => atoms,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.0, Atoms::None)
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
    fn from(mut atoms: Vec<Atom>) -> Self {
        Self(match atoms.len() {
            0 => Atoms::None,
            1 => atoms.pop().map_or(Atoms::None, Atoms::One),
            _ => Atoms::Many(atoms.into()),
        })
    }
}

/// Collects possibilities without repeating any.
#[derive(Debug, Default)]
pub(crate) struct Collect {
    /// A value that was taken over whole, which is most often all there is.
    first: Val,
    more: Vec<Atom>,
}

impl Collect {
    fn has_room(&self, atom: &Atom) -> bool {
        // What tells of addresses finds room beside however much else.
        let kind = |a: &Atom| match a {
            Atom::Extern { .. } => 0,
            _ => 1 + u8::from(a.tells()),
        };
        let of = kind(atom);
        let (mut alike, mut same) = (0, 0);
        for known in self.first.iter().chain(&self.more) {
            if known == atom {
                return false;
            }
            alike += usize::from(kind(known) == of);
            if let (Atom::Extern { path, package, .. }, Atom::Extern { path: other, package: from, .. }) =
                (known, atom)
            {
                same += usize::from(path == other && package == from);
            }
        }
        alike < if of == 0 { MAX_OUTSIDE } else { MAX_ATOMS } && same < MAX_SAME
    }

    pub(crate) fn add(&mut self, atom: Atom) {
        if self.first.is_empty() {
            self.first = Val::of(atom);
        } else if self.has_room(&atom) {
            self.more.push(atom);
        }
    }

    /// Whether any of what was collected so far fits.
    pub(crate) fn has(&self, fits: impl Fn(&Atom) -> bool) -> bool {
        self.first.iter().chain(&self.more).any(fits)
    }

    pub(crate) fn all(&mut self, val: &Val) {
        if self.first.is_empty() {
            self.first = val.clone();
            return;
        }
        // The same value comes again by many ways: comparing all its possibilities with each other takes long.
        if let (Atoms::Many(known), Atoms::Many(atoms)) = (&self.first.0, &val.0)
            && Rc::ptr_eq(known, atoms)
        {
            return;
        }
        for atom in val.iter() {
            if self.has_room(atom) {
                self.more.push(atom.clone());
            }
        }
    }

    /// Takes over answers and addresses only, marked as having gone through something unknown.
    pub(crate) fn weakened(&mut self, val: &Val) {
        for atom in val.iter() {
            match atom {
                Atom::Answer { request, piece, .. } => {
                    self.add(Atom::Answer { request: *request, weak: true, piece: *piece });
                }
                Atom::Address { request, read, joined, .. } => {
                    self.add(Atom::Address { request: *request, read: *read, weak: true, joined: *joined });
                }
                Atom::Kept { .. } | Atom::Recalled(..) => self.add(atom.clone()),
                _ => {}
            }
        }
    }

    /// Takes over answers and addresses as parts of a text.
    pub(crate) fn joined(&mut self, val: &Val) {
        for atom in val.iter() {
            match atom {
                Atom::Address { request, read, weak, .. } => {
                    self.add(Atom::Address { request: *request, read: *read, weak: *weak, joined: true })
                }
                Atom::Answer { .. } | Atom::Kept { .. } => self.add(atom.clone()),
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
        if self.more.is_empty() {
            return self.first;
        }
        Val(Atoms::Many(self.first.iter().cloned().chain(self.more).collect()))
    }
}
