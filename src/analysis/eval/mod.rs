//! Following values: what an expression can be, on demand, across functions and files.
//!
//! A value is followed backwards from where it is used: to the variable's definitions, through calls
//! into the function's returns (with the arguments at hand), out of a parameter to the callers.
//! Order of execution does not count, so everything that a variable is ever given is a possibility.
//! All of it is bounded by steps, never by time, so that every machine finds the same.

mod failed;
mod names;

mod kept;
mod marks;
pub(in crate::analysis) use kept::ROW;
mod members;
mod pages;
mod parameters;
mod presumed;
mod records;
pub(in crate::analysis) mod state;
pub(in crate::analysis) mod stores;
mod told;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use marks::Marks;
use told::{but_failed, is_collection, is_given, is_map, is_reference, wraps_checked};
pub(super) use told::{field_name, getter};

use super::calls::Meanings;
use super::link::{Owner, Program};
use super::logins::Logins;
use super::pages::Pages;
use super::payloads::Payloads;
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Piece, RequestId, Val};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::{Endpoint, HOLE, Match, Target};
use crate::catalog::fields::Fields;
use crate::catalog::methods::Methods;
use crate::facts::{Caller, ObservationKind, Product};
use crate::findings::Confidence;
use crate::program::{ChoiceKind, ClassId, ExprId, ExprKind, FunctionId, Language, Module, SymbolId};
use crate::text::Span;

/// Calls looked into, one inside the other.
const MAX_DEPTH: u32 = 10;
/// Steps for one question. Real code stays below a tenth of it.
const MAX_STEPS: u32 = 60_000;
/// Callers of one function that are asked what a parameter is.
const MAX_CALLERS: usize = 40;
/// Steps for all long questions about one module. What is used up shortens the questions that follow: a
/// file that is built to be slow must not keep the rest from being looked at. Real modules stay below
/// half of it, and then nothing is shortened.
const MODULE_STEPS: u64 = 1_000_000;
/// The same for the whole program.
const PROGRAM_STEPS: u64 = 2_000_000;
/// The steps of a question that is not counted as long, and the part of what is left that one may take.
const SHORT: u32 = 400;
const SHARE: u64 = 16;
/// Steps that every question may take.
const LEAST_STEPS: u32 = 100;
/// Remembered answers, after which those are forgotten that hold inside one call only; when that leaves more than
/// half of them, all.
const MAX_REMEMBERED: usize = 100_000;
/// Recursion of the evaluator itself.
const MAX_NESTING: u32 = 400;

/// A request to Atlassian, by the place that decides what is asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) site: At,
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) fields: Vec<String>,
    pub(crate) sdk: Option<String>,
    pub(crate) product: Product,
    pub(crate) caller: Caller,
    pub(crate) confidence: Confidence,
    pub(crate) path: Option<String>,
}

/// A path that is handed around, taken apart, and the endpoint that it is of.
pub(in crate::analysis) type AskedPath = Rc<(Target, Option<Match>)>;

/// The expression that made a text, and the function that counts as its maker.
type Maker = (At, FunctionAt);

/// What is known of an expression.
enum Known {
    /// It is being followed right now, this deep, and adds nothing to itself.
    Open(u32),
    /// What it can be, and what that depends on.
    Value(Val, Marks),
}

/// A function, its arguments, and the frame around it.
type Entered = (FunctionAt, Vec<Val>, FrameId, Deciding);
/// The calls that may decide what a request asks, when what is handed in may be its path: the call of the
/// function and the one that it is made in.
type Deciding = Option<(At, Option<At>)>;

/// A property of an object: what the object is by its kind of atom, and the number of the property's name.
type Part = (std::mem::Discriminant<Atom>, At, FrameId, u32);

/// A call that is being looked into.
pub(super) struct Frame {
    pub(super) of: FunctionAt,
    pub(super) arguments: Vec<Val>,
    /// Where it is called.
    pub(super) call: At,
    /// The frame of the caller.
    pub(super) up: FrameId,
    /// The frame around the function, for its free variables.
    pub(super) around: FrameId,
    depth: u32,
}

/// A call that hands a variable to a function of the program's, which writes to its parameter.
#[derive(Clone, Copy)]
pub(super) struct Fill {
    pub(super) call: At,
    pub(super) of: FunctionAt,
    pub(super) argument: usize,
    pub(super) parameter: SymbolId,
}

/// Who gives a function its parameters.
#[derive(Default)]
pub(super) struct Callers {
    /// Calls and components that mean the function.
    pub(super) calls: Vec<At>,
    /// Calls of its name on what is not known: they may mean it.
    pub(super) maybe: Vec<At>,
    /// Calls on an object of a function that stands outside its class: the object is the first that it is handed.
    pub(super) extended: Vec<At>,
    /// Calls that get the function as an argument, and where: its index and, in an object, the key.
    pub(super) passed: Vec<(At, usize, Option<Rc<str>>)>,
}

/// Follows values through a program.
pub(crate) struct Evaluator<'p> {
    pub(crate) program: &'p Program,
    memo: FxHashMap<(At, FrameId), Known>,
    /// What was answered while something that it depends on was open.
    provisional: Vec<(At, FrameId)>,
    /// The outermost open question that was met since the current one was asked.
    lowest: u32,
    /// What functions gave for arguments that hold no text.
    entered: FxHashMap<Entered, (Val, Marks)>,
    /// The frames of functions that fill in what they are handed, by the call and the frame that it is made in.
    filling_frames: FxHashMap<(At, usize, FunctionAt, FrameId), FrameId>,
    pub(super) frames: Vec<Frame>,
    pub(crate) requests: Vec<Request>,
    pub(super) request_ids: BTreeMap<(At, String), RequestId>,
    /// What requests say besides their answers.
    pub(super) remarks: BTreeSet<(At, ObservationKind, String)>,
    pub(super) callers: BTreeMap<FunctionAt, Callers>,
    /// Calls that hand a variable to a function which puts something into it.
    pub(super) fills: BTreeMap<(ModuleId, SymbolId), Vec<Fill>>,
    /// Such functions that are being looked into, one inside the other.
    filling: u32,
    /// Resolvers by name: what a front end gets when it invokes one.
    pub(super) resolvers: BTreeMap<Rc<str>, Vec<Val>>,
    /// Calls that tell everybody who listens, by the name that they tell it under.
    pub(super) told: BTreeMap<Rc<str>, Vec<At>>,
    /// What is put where it comes back from.
    pub(super) stores: stores::Stores,
    /// The state that libraries keep for scripts.
    pub(super) states: state::States,
    /// Bodies of webhooks.
    pub(super) payloads: Payloads,
    /// Login libraries.
    pub(super) logins: Logins,
    /// What templates are filled in with.
    pub(super) pages: Pages,
    /// What an object of a type is, by module and the type's name.
    instances: FxHashMap<(ModuleId, Box<str>), (Option<Val>, Marks)>,
    /// The classes of the program that answers are put into.
    shapes: BTreeMap<RequestId, BTreeSet<(ModuleId, ClassId)>>,
    /// Whether a class stands for an Atlassian user.
    user_types: FxHashMap<(ModuleId, ClassId), bool>,
    /// Properties that are being looked up: an object spread into itself adds nothing.
    open: FxHashSet<Part>,
    /// What properties of objects are, as far as that is the same wherever they are read.
    parts: FxHashMap<Part, (Val, Marks)>,
    /// The names of properties, numbered.
    names: FxHashMap<Box<str>, u32>,
    /// What names from outside mean.
    pub(super) meanings: Meanings,
    /// Whether a call is one of those that are handed paths without asking for them, as it is written.
    pub(super) asks_nothing: FxHashMap<At, bool>,
    /// What paths ask for that are handed to something unknown, by whether that is made of Atlassian's addresses.
    pub(super) asked: FxHashMap<(Rc<str>, bool), Option<AskedPath>>,
    /// How often a property was left out because it was being looked up already.
    left_out: u64,
    steps: u32,
    /// The steps that the question at hand may take.
    limit: u32,
    /// Whether it met a limit.
    stopped: bool,
    /// The steps of all long questions, and of those about each module.
    spent: u64,
    spent_on: BTreeMap<ModuleId, u64>,
    nesting: u32,
    /// Reads that are taken for addresses by what stands around them, and whether that is a guess.
    presumed: BTreeMap<At, bool>,
    /// Reads that may come to be taken for addresses.
    presumable: FxHashSet<At>,
    /// Which variables of scripts are asked for their class.
    told_apart: FxHashMap<(ModuleId, SymbolId), bool>,
    /// What the question at hand was found to depend on so far, and the frame in which it is asked.
    marks: Marks,
    current: FrameId,
    /// The module whose expression is being followed.
    asking: Option<ModuleId>,
    /// Which modules were looked into to answer questions about which others.
    pub(crate) links: FxHashSet<(ModuleId, ModuleId)>,
    /// Nothing more is followed once this is set: nobody waits for the answers.
    stop: &'p AtomicBool,
    /// The first question about each module that was given up.
    pub(crate) exhausted: BTreeMap<ModuleId, At>,
}

impl<'p> Evaluator<'p> {
    pub(crate) fn new(program: &'p Program, stop: &'p AtomicBool) -> Self {
        let mut new = Self {
            program,
            memo: FxHashMap::default(),
            provisional: Vec::new(),
            lowest: u32::MAX,
            entered: FxHashMap::default(),
            filling_frames: FxHashMap::default(),
            frames: vec![],
            requests: Vec::new(),
            request_ids: BTreeMap::new(),
            remarks: BTreeSet::new(),
            callers: BTreeMap::new(),
            fills: BTreeMap::new(),
            filling: 0,
            resolvers: BTreeMap::new(),
            told: BTreeMap::new(),
            stores: stores::Stores::default(),
            states: state::States::default(),
            payloads: Payloads::new(program),
            logins: Logins::new(program),
            pages: Pages::new(program),
            instances: FxHashMap::default(),
            shapes: BTreeMap::new(),
            user_types: FxHashMap::default(),
            open: FxHashSet::default(),
            parts: FxHashMap::default(),
            names: FxHashMap::default(),
            meanings: Meanings::default(),
            asks_nothing: FxHashMap::default(),
            asked: FxHashMap::default(),
            left_out: 0,
            steps: 0,
            limit: MAX_STEPS,
            stopped: false,
            spent: 0,
            spent_on: BTreeMap::new(),
            nesting: 0,
            presumed: BTreeMap::new(),
            presumable: super::accesses::presumable(program),
            told_apart: FxHashMap::default(),
            marks: Marks::NONE,
            current: FrameId::NONE,
            asking: None,
            links: FxHashSet::default(),
            stop,
            exhausted: BTreeMap::new(),
        };
        new.index_callers();
        new.forget();
        new
    }

    /// Forgets what was answered without knowing the callers: it may be wrong.
    pub(super) fn forget(&mut self) {
        self.memo.clear();
        self.entered.clear();
        self.filling_frames.clear();
        self.parts.clear();
        self.requests.clear();
        self.shapes.clear();
        self.instances.clear();
        self.request_ids.clear();
        self.remarks.clear();
    }

    /// What an expression can be.
    pub(crate) fn value(&mut self, at: At) -> Val {
        self.value_in(at, FrameId::NONE)
    }

    /// Whether nobody waits for the answers any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What an expression can be inside a call that was looked into.
    pub(crate) fn value_in(&mut self, at: At, frame: FrameId) -> Val {
        if self.is_stopped() {
            return Val::default();
        }
        let spent_on = self.spent_on.get(&at.module).copied().unwrap_or(0);
        let left = MODULE_STEPS.saturating_sub(spent_on).min(PROGRAM_STEPS.saturating_sub(self.spent));
        self.limit = u32::try_from(left / SHARE).unwrap_or(u32::MAX).clamp(LEAST_STEPS, MAX_STEPS);
        (self.steps, self.stopped) = (0, false);
        if self.memo.len() > MAX_REMEMBERED {
            self.memo.retain(|(_, frame), _| *frame == FrameId::NONE);
            if self.memo.len() > MAX_REMEMBERED / 2 {
                self.memo.clear();
            }
        }
        if self.entered.len() > MAX_REMEMBERED {
            self.entered.clear();
        }
        if self.parts.len() > MAX_REMEMBERED {
            self.parts.clear();
        }
        let value = self.eval(at, frame);
        if self.steps > SHORT {
            self.spent += u64::from(self.steps);
            *self.spent_on.entry(at.module).or_default() += u64::from(self.steps);
        }
        if self.stopped {
            self.exhausted.entry(at.module).or_insert(at);
        }
        value
    }

    pub(super) fn eval(&mut self, at: At, frame: FrameId) -> Val {
        if let Some(asking) = self.asking
            && asking != at.module
        {
            self.links.insert((asking, at.module));
        }
        let frame = self.context(
            FunctionAt { module: at.module, function: self.program.module(at.module).expr(at.expr).function },
            frame,
        );
        if let Some(value) = self.plain(at, frame) {
            return value;
        }
        match self.memo.get(&(at, frame)) {
            Some(Known::Value(value, marks)) => {
                let (value, marks) = (value.clone(), *marks);
                self.meet(marks, frame);
                return value;
            }
            Some(Known::Open(depth)) => {
                self.lowest = self.lowest.min(*depth);
                // What it will have met is not known yet.
                self.marks = Marks::ALL;
                return Val::default();
            }
            None if frame != FrameId::NONE => {
                if let Some(Known::Value(value, marks)) = self.memo.get(&(at, FrameId::NONE))
                    && !marks.has(Marks::FRAMED)
                {
                    let (value, marks) = (value.clone(), *marks);
                    self.meet(marks, FrameId::NONE);
                    return value;
                }
            }
            None => {}
        }
        self.steps += 1;
        if self.steps >= self.limit || self.nesting >= MAX_NESTING {
            self.stopped = true;
            return Val::default();
        }
        self.nesting += 1;
        let depth = self.nesting;
        let outer = std::mem::replace(&mut self.lowest, u32::MAX);
        let presumable = self.presumable.contains(&at);
        let before =
            std::mem::replace(&mut self.marks, if presumable { Marks::UNSETTLED } else { Marks::NONE });
        let current = std::mem::replace(&mut self.current, frame);
        let asking = self.asking.replace(at.module);
        let earlier = self.provisional.len();
        self.memo.insert((at, frame), Known::Open(depth));
        let value = self.eval_inner(at, frame);
        let mut value = self.but_of_failed(at, value, frame);
        self.asking = asking;
        value = self.or_presumed(at, value, frame);
        self.current = current;
        let mut marks = std::mem::replace(&mut self.marks, before);
        if !marks.has(Marks::FRAMED) && value.iter().any(|a| self.is_of_frame(a, frame)) {
            marks = marks.and(Marks::FRAMED);
        }
        if self.stopped || self.lowest < depth {
            // It may lack something.
            marks = marks.and(Marks::UNSETTLED);
        }
        self.meet(marks, frame);
        let everywhere = frame != FrameId::NONE
            && !marks.has(Marks::FRAMED)
            && self.lowest >= depth
            && !self.stopped
            && !self.memo.contains_key(&(at, FrameId::NONE));
        if everywhere {
            self.memo.remove(&(at, frame));
            self.memo.insert((at, FrameId::NONE), Known::Value(value.clone(), marks));
        } else {
            self.memo.insert((at, frame), Known::Value(value.clone(), marks));
        }
        if self.lowest < depth {
            // It met something that is still being followed, so it may lack what that will add. Where
            // nothing but names was found because of it, that is good enough until then, not after.
            if value.iter().all(|a| matches!(a, Atom::Extern { .. })) {
                self.provisional.push((at, frame));
            }
        } else {
            for key in self.provisional.drain(earlier..) {
                self.memo.remove(&key);
            }
            self.lowest = u32::MAX;
        }
        self.lowest = self.lowest.min(outer);
        self.nesting -= 1;
        value
    }

    /// What an expression is that is nothing but itself: not worth remembering.
    fn plain(&mut self, at: At, frame: FrameId) -> Option<Val> {
        let atom = match self.program.kind(at) {
            ExprKind::Constant | ExprKind::Operation(_) | ExprKind::Equal(..) | ExprKind::Markup(_) => {
                return Some(Val::default());
            }
            ExprKind::Object { .. } => Atom::Object(at, frame),
            ExprKind::List(_) => Atom::List(at, frame),
            ExprKind::Function(function) => {
                Atom::Function { at: FunctionAt { module: at.module, function: *function }, frame }
            }
            ExprKind::Class(class) => Atom::Class(at.module, *class),
            _ => return None,
        };
        if self.is_of_frame(&atom, frame) {
            self.meet(Marks::FRAMED, frame);
        }
        Some(Val::of(atom))
    }

    fn eval_inner(&mut self, at: At, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(at.module);
        let here = |expr: ExprId| At { module: at.module, expr };
        let expr = module.expr(at.expr);
        let home = FunctionAt { module: at.module, function: expr.function };
        match &expr.kind {
            ExprKind::Text(text) => Val::of(Atom::Text { text: (&**text).into(), origin: at, home }),
            ExprKind::Join(parts) => self.join(at, parts, frame),
            // See `plain`.
            ExprKind::Constant
            | ExprKind::Operation(_)
            | ExprKind::Equal(..)
            | ExprKind::Markup(_)
            | ExprKind::Object { .. }
            | ExprKind::List(_)
            | ExprKind::Function(_)
            | ExprKind::Class(_) => Val::default(),
            ExprKind::Local(_) | ExprKind::Member { .. } | ExprKind::Global(_)
                if let Some(body) = self.webhook(at) =>
            {
                body
            }
            ExprKind::Local(symbol) => {
                let value = self.variable(at, *symbol, frame);
                but_failed(&module.symbol(*symbol).name, value)
            }
            ExprKind::Global(name) if &**name == "undefined" => Val::default(),
            ExprKind::Global(name) => match self.implicit_member(at, name, frame) {
                Some(found) => found,
                None => self.free_name(at, name),
            },
            ExprKind::Import { specifier, name } => self.import(at.module, specifier, name.as_deref()),
            ExprKind::Member { object, property, .. } => {
                if let Some(user) = self.login_member(at, *object, property) {
                    return user;
                }
                let mut value = self.eval(here(*object), frame);
                if wraps_checked(module, *object, property) {
                    return value;
                }
                if self.is_context(here(*object)) {
                    // Its members are looked up where it is filled in.
                    let found = self.filled_in(at.module, Some(property), at, 0);
                    if !found.is_empty() {
                        return found;
                    }
                    value = Val::of(Atom::Extern {
                        package: UNKNOWN_PACKAGE.into(),
                        path: "page".into(),
                        made: None,
                    });
                }
                let mut out = Collect::default();
                for atom in value.iter() {
                    if let Atom::Instance(m, c) = atom
                        && self.is_made_apart(&value, *m, *c, property)
                    {
                        continue;
                    }
                    let part = self.member(atom, property, at);
                    for atom in part.iter() {
                        out.add(self.read_by(atom, home));
                    }
                }
                if let ExprKind::Local(symbol) = module.expr(module.peel(*object)).kind {
                    self.written(at.module, symbol, Some(property), frame, &mut out);
                    let owner = Owner::Variable(symbol, *object);
                    self.put_into_part(at.module, owner, property, frame, &mut out);
                }
                // `map["key"]` reads as a member does.
                if module.language == Language::CSharp
                    && value.iter().any(is_map)
                    && !Methods::get().is_known(property)
                    && let ExprKind::Local(symbol) = module.expr(module.peel(*object)).kind
                {
                    self.written(at.module, symbol, None, frame, &mut out);
                }
                if matches!(&**property, "payload" | "data" | "body")
                    && module.language == Language::JavaScript
                    && !out.has(|a| !matches!(a, Atom::Extern { .. }))
                {
                    self.message(here(*object), property, &mut out);
                    if &**property == "payload" && !out.has(|a| !matches!(a, Atom::Extern { .. })) {
                        self.payload(here(*object), &mut out);
                    }
                }
                let found = but_failed(property, out.done());
                match self.kept_under(at, &found, &value, property) {
                    Some(kept) => {
                        let mut out = Collect::default();
                        out.all(&found);
                        out.add(kept);
                        out.done()
                    }
                    None => found,
                }
            }
            ExprKind::Index { object, index } => {
                let value = self.eval(here(*object), frame);
                self.indexed(at, &value, here(*index), frame)
            }
            ExprKind::Item { object, index } => self.item(here(*object), *index, frame),
            ExprKind::Result { call, index } => self.result(here(*call), *index, frame),
            ExprKind::Filled { call, argument } => self.filled(here(*call), *argument, frame),
            ExprKind::Element(list) => {
                let value = self.eval(here(*list), frame);
                // Who walks a dictionary itself gets its keys; one in a list stands for itself.
                let itself = !matches!(module.expr(module.peel(*list)).kind, ExprKind::Call { .. });
                if module.language == Language::Python && itself {
                    return self.walked(&value);
                }
                self.elements(&value)
            }
            ExprKind::Call { .. } => {
                let value = self.call(at, frame);
                // `user.get("emailAddress")` of somebody who is not known.
                match module.key_read(at.expr).filter(|_| module.language != Language::JavaScript) {
                    Some((object, key)) if !value.telling() && field_name(key) == "emailAddress" => {
                        let object = self.eval(here(object), frame);
                        let mut out = Collect::default();
                        out.all(&value);
                        if let Some(kept) = self.kept_under(at, &value, &object, key) {
                            out.add(kept);
                        }
                        out.done()
                    }
                    _ => value,
                }
            }
            ExprKind::Same(inner) if module.language == Language::Ruby => {
                let value = self.eval(here(*inner), frame);
                let mut value = value;
                // `person.to_h`: what the object holds.
                if let ExprKind::Member { object, property, .. } = &module.expr(*inner).kind
                    && Methods::get().lays_out.contains(&**property)
                    && !value.iter().any(|a| matches!(a, Atom::Function { .. }))
                {
                    let held = self.eval(here(*object), frame);
                    let mut out = Collect::default();
                    out.all(&value);
                    held.iter()
                        .filter(|a| {
                            matches!(
                                a,
                                Atom::Instance(..) | Atom::Object(..) | Atom::List(..) | Atom::Answer { .. }
                            )
                        })
                        .for_each(|a| out.add(a.clone()));
                    value = out.done();
                }
                let called = self.named_method(at, &value, frame);
                match module.expr(*inner).kind {
                    // `address.downcase` calls a method as `address.downcase()` does.
                    ExprKind::Member { object, .. } => {
                        let receiver = self.eval(here(object), frame);
                        self.text_method(at, *inner, &receiver, called, frame)
                    }
                    _ => called,
                }
            }
            ExprKind::Same(inner) => self.eval(here(*inner), frame),
            ExprKind::Typed { value, type_name } => {
                let value = self.eval(here(*value), frame);
                self.said_to_be(value, at.module, type_name)
            }
            ExprKind::Choice(kind, arms) => {
                let mut out = Collect::default();
                let skip = usize::from(*kind == ChoiceKind::Guard);
                for arm in arms.iter().skip(skip) {
                    let value = self.eval(here(*arm), frame);
                    out.all(&value);
                }
                out.done()
            }
            ExprKind::Parameter(..) if self.is_context(at) => {
                let found = self.filled_in(at.module, None, at, 0);
                let of = FunctionAt { module: at.module, function: expr.function };
                let declared = module.function(of.function).parameters.first();
                self.typed(found, at.module, declared.and_then(|p| p.type_name.as_deref()))
            }
            ExprKind::Parameter(function, index) => {
                let of = FunctionAt { module: at.module, function: *function };
                self.parameter(of, *index as usize, frame)
            }
            ExprKind::This => match module.function(expr.function).class {
                Some(class) => Val::of(Atom::Instance(at.module, class)),
                None => {
                    Val::of(Atom::Extern { package: UNKNOWN_PACKAGE.into(), path: "this".into(), made: None })
                }
            },
        }
    }

    /// In Ruby, naming a method calls it. (Blocks and lambdas are values of their own, and are no names.)
    fn named_method(&mut self, at: At, value: &Val, frame: FrameId) -> Val {
        if !value.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Extern { .. })) {
            return value.clone();
        }
        let mut out = Collect::default();
        for atom in value.iter() {
            match atom {
                Atom::Function { at: of, frame: around }
                    if self.program.module(of.module).function(of.function).name.is_some() =>
                {
                    let value = self.enter(*of, Vec::new(), at, frame, *around);
                    out.all(&value);
                }
                Atom::Extern { package, path, made } => {
                    match self.request(at, package, path, *made, &[], frame) {
                        Some(answer) => out.all(&answer),
                        None => out.add(atom.clone()),
                    }
                }
                other => out.add(other.clone()),
            }
        }
        out.done()
    }

    /// Whether what was made in `maker` can have come to `of` as an argument.
    fn handed_by(&mut self, frame: FrameId, of: FunctionAt, maker: FunctionAt) -> bool {
        self.depends_on_call();
        let program = self.program;
        let function = |at: At| FunctionAt {
            module: at.module,
            function: program.module(at.module).expr(at.expr).function,
        };
        let mut up = frame;
        let mut inside = false;
        while let Some(data) = self.frame(up) {
            if function(data.call) == maker {
                return true;
            }
            inside |= data.of == of;
            up = data.up;
        }
        // Without a call that is being looked into, a parameter is what any caller gives.
        !inside && self.callers.get(&of).is_some_and(|c| c.calls.iter().any(|call| function(*call) == maker))
    }

    /// `object[index]`: what stands under the key, when it can be told, else any of the items.
    fn indexed(&mut self, at: At, value: &Val, index: At, frame: FrameId) -> Val {
        let keys = if value.iter().any(|a| matches!(a, Atom::Object(..))) {
            self.eval(index, frame)
        } else {
            Val::default()
        };
        let mut out = Collect::default();
        let home =
            FunctionAt { module: at.module, function: self.program.module(at.module).expr(at.expr).function };
        for atom in value.iter().filter(|a| matches!(a, Atom::Object(..))) {
            for key in keys.texts().take(4) {
                let part = self.member(atom, key, at);
                for atom in part.iter() {
                    out.add(self.read_by(atom, home));
                }
            }
        }
        let found = out.done();
        if !found.is_empty() {
            return found;
        }
        let items = self.elements(value);
        if !self.is_one_of_many_fields(value, index) {
            return items;
        }
        // Which of the fields it is nobody knows.
        let mut out = Collect::default();
        out.weakened(&items);
        // A field is not the record.
        let others = items.iter().filter(|a| !a.tells() && !value.iter().any(|v| v == *a));
        out.all(&Val::from(others.cloned().collect::<Vec<_>>()));
        out.done()
    }

    /// Whether a script reads a field of a record by a name that is not known: `row[column]`.
    fn is_one_of_many_fields(&self, value: &Val, index: At) -> bool {
        let data = self.program.module(index.module);
        if data.language != Language::JavaScript {
            return false;
        }
        let index = data.peel(index.expr);
        let name = match &data.expr(index).kind {
            ExprKind::Local(symbol) => &data.symbol(*symbol).name,
            ExprKind::Member { property, .. } => property,
            _ => return false,
        };
        Fields::get().names_a_field(name)
            && value.iter().any(|a| matches!(a, Atom::Object(..) | Atom::Answer { .. }))
    }

    /// A text that belongs to a file or class as a whole (a constant, an entry of a table) counts for the
    /// function that reads it.
    fn read_by(&self, atom: &Atom, reader: FunctionAt) -> Atom {
        match atom {
            Atom::Text { text, origin, home } if home.function.0 == 0 && reader.function.0 != 0 => {
                Atom::Text { text: Rc::clone(text), origin: *origin, home: reader }
            }
            other => other.clone(),
        }
    }

    /// Texts and values joined: every combination of what the parts can be, up to a few.
    fn join(&mut self, at: At, parts: &[ExprId], frame: FrameId) -> Val {
        const MAX_TEXTS: usize = 8;
        // Each text with the place and function that decides it, when that is not this one.
        let mut texts: Vec<(String, Option<Maker>)> = vec![(String::new(), None)];
        let mut out = Collect::default();
        let language = self.program.module(at.module).language;
        let home =
            FunctionAt { module: at.module, function: self.program.module(at.module).expr(at.expr).function };
        let several = parts.len() > 1;
        for part in parts.iter().take(200) {
            let value = self.eval(At { module: at.module, expr: *part }, frame);
            match several {
                true => out.joined(&value),
                false => out.carried(&value),
            }
            // What stands in an object that is joined goes into the text.
            let held: Vec<Atom> =
                value.iter().filter(|a| matches!(a, Atom::Object(..) | Atom::List(..))).cloned().collect();
            if !held.is_empty() {
                // `ROWS + MORE`: lists that are put together, whatever made them.
                let lists = matches!(language, Language::Python | Language::Ruby);
                for list in held.iter().filter(|a| lists && matches!(a, Atom::List(..))) {
                    out.add(list.clone());
                }
                let held = self.elements(&Val::from(held));
                out.joined(&held);
            }
            let mut known: Vec<(&Rc<str>, Option<Maker>)> = Vec::new();
            for atom in value.iter() {
                let Atom::Text { text, origin, home: made } = atom else { continue };
                // `get(`${base}${path}`)`: who hands the path decides, not the wrapper that completes it.
                let handed = *made != home && text.contains(['/', '?']) && self.handed_by(frame, home, *made);
                known.push((text, handed.then_some((*origin, *made))));
            }
            if known.is_empty() {
                texts.iter_mut().for_each(|(t, _)| t.push(HOLE));
            } else if known.len() * texts.len() <= MAX_TEXTS {
                texts = texts
                    .iter()
                    .flat_map(|(t, by)| known.iter().map(move |(k, now)| (format!("{t}{k}"), now.or(*by))))
                    .collect();
            } else {
                // Too many combinations: keep the first of what is known.
                texts.iter_mut().for_each(|(t, _)| t.push_str(known.first().map_or("", |(k, _)| k)));
            }
            texts.iter_mut().for_each(|(t, _)| {
                if t.len() > 4_000 {
                    t.clear();
                    t.push(HOLE);
                }
            });
        }
        for (text, by) in texts {
            let (origin, home) = by.unwrap_or((at, home));
            out.add(Atom::Text { text: text.into(), origin, home });
        }
        out.done()
    }
}
