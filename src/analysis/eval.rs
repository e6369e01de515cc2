//! Following values: what an expression can be, on demand, across functions and files.
//!
//! A value is followed backwards from where it is used: to the variable's definitions, through calls
//! into the function's returns (with the arguments at hand), out of a parameter to the callers.
//! Order of execution does not count, so everything that a variable is ever given is a possibility.
//! All of it is bounded by steps, never by time, so that every machine finds the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::link::Program;
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, RequestId, Val};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::{Endpoint, Endpoints, HOLE};
use crate::catalog::fields::Fields;
use crate::facts::{Caller, ObservationKind, Product};
use crate::findings::Confidence;
use crate::program::{ChoiceKind, ClassId, ExprId, ExprKind, SymbolId};

/// Calls looked into, one inside the other.
const MAX_DEPTH: u32 = 10;
/// Steps for one question. Real code stays below a tenth of it.
const MAX_STEPS: u32 = 60_000;
/// Callers of one function that are asked what a parameter is.
const MAX_CALLERS: usize = 40;
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

/// A function, its arguments, and the frame around it.
type Entered = (FunctionAt, Vec<Vec<Atom>>, FrameId);

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

/// Who gives a function its parameters.
#[derive(Default)]
pub(super) struct Callers {
    /// Calls and components that mean the function.
    pub(super) calls: Vec<At>,
    /// Calls that get the function as an argument, and where: its index and, in an object, the key.
    pub(super) passed: Vec<(At, usize, Option<Rc<str>>)>,
}

/// Follows values through a program.
pub(crate) struct Evaluator<'p> {
    pub(crate) program: &'p Program,
    memo: HashMap<(At, FrameId), Option<Val>>,
    /// What functions gave for arguments that hold no text.
    entered: HashMap<Entered, Val>,
    pub(super) frames: Vec<Frame>,
    pub(crate) requests: Vec<Request>,
    pub(super) request_ids: BTreeMap<(At, String), RequestId>,
    /// What requests say besides their answers.
    pub(super) remarks: BTreeSet<(At, ObservationKind, String)>,
    pub(super) callers: BTreeMap<FunctionAt, Callers>,
    /// Resolvers by name: what a front end gets when it invokes one.
    pub(super) resolvers: BTreeMap<Rc<str>, Vec<Val>>,
    /// What an object of a type is, by module and the type's name.
    instances: HashMap<(ModuleId, Box<str>), Option<Val>>,
    /// The classes of the program that answers are put into.
    shapes: BTreeMap<RequestId, BTreeSet<(ModuleId, ClassId)>>,
    /// Properties that are being looked up: an object spread into itself adds nothing.
    open: BTreeSet<(At, FrameId, Box<str>)>,
    steps: u32,
    nesting: u32,
    /// Questions that ran out of steps.
    pub(crate) exhausted: u32,
}

impl<'p> Evaluator<'p> {
    pub(crate) fn new(program: &'p Program) -> Self {
        let mut new = Self {
            program,
            memo: HashMap::new(),
            entered: HashMap::new(),
            frames: vec![],
            requests: Vec::new(),
            request_ids: BTreeMap::new(),
            remarks: BTreeSet::new(),
            callers: BTreeMap::new(),
            resolvers: BTreeMap::new(),
            instances: HashMap::new(),
            shapes: BTreeMap::new(),
            open: BTreeSet::new(),
            steps: 0,
            nesting: 0,
            exhausted: 0,
        };
        new.index_callers();
        // What was answered without knowing the callers may be wrong.
        new.memo.clear();
        new.entered.clear();
        new.requests.clear();
        new.shapes.clear();
        new.instances.clear();
        new.request_ids.clear();
        new.remarks.clear();
        new
    }

    /// What an expression can be.
    pub(crate) fn value(&mut self, at: At) -> Val {
        self.steps = 0;
        let value = self.eval(at, FrameId::NONE);
        if self.steps >= MAX_STEPS {
            self.exhausted += 1;
        }
        value
    }

    /// What an expression can be inside a call that was looked into.
    pub(crate) fn value_in(&mut self, at: At, frame: FrameId) -> Val {
        self.steps = 0;
        self.eval(at, frame)
    }

    pub(super) fn eval(&mut self, at: At, frame: FrameId) -> Val {
        if let Some(known) = self.memo.get(&(at, frame)) {
            // `None`: it is being followed right now, and adds nothing to itself.
            return known.clone().unwrap_or_default();
        }
        self.steps += 1;
        if self.steps >= MAX_STEPS || self.nesting >= MAX_NESTING {
            return Val::default();
        }
        self.nesting += 1;
        self.memo.insert((at, frame), None);
        let value = self.eval_inner(at, frame);
        self.memo.insert((at, frame), Some(value.clone()));
        self.nesting -= 1;
        value
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
            ExprKind::Constant | ExprKind::Operation(_) | ExprKind::Equal(..) | ExprKind::Markup { .. } => {
                Val::default()
            }
            ExprKind::Local(symbol) => self.variable(at, *symbol, frame),
            ExprKind::Global(name) if &**name == "undefined" => Val::default(),
            ExprKind::Global(name) => self.free_name(at, name),
            ExprKind::Import { specifier, name } => self.import(at.module, specifier, name.as_deref()),
            ExprKind::Member { object, property, .. } => {
                let value = self.eval(here(*object), frame);
                let mut out = Collect::default();
                for atom in value.iter() {
                    let part = self.member(atom, property, at);
                    out.all(&part);
                }
                if let ExprKind::Local(symbol) = module.expr(module.peel(*object)).kind {
                    self.written(at.module, symbol, Some(property), frame, &mut out);
                }
                out.done()
            }
            ExprKind::Index { object, .. } => {
                let value = self.eval(here(*object), frame);
                self.elements(&value)
            }
            ExprKind::Item { object, index } => self.item(here(*object), *index, frame),
            ExprKind::Element(list) => {
                let value = self.eval(here(*list), frame);
                self.elements(&value)
            }
            ExprKind::Call { .. } => self.call(at, frame),
            ExprKind::Object { .. } => Val::of(Atom::Object(at, frame)),
            ExprKind::List(_) => Val::of(Atom::List(at, frame)),
            ExprKind::Function(function) => {
                Val::of(Atom::Function { at: FunctionAt { module: at.module, function: *function }, frame })
            }
            ExprKind::Class(class) => Val::of(Atom::Class(at.module, *class)),
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

    /// Texts and values joined: every combination of what the parts can be, up to a few.
    fn join(&mut self, at: At, parts: &[ExprId], frame: FrameId) -> Val {
        const MAX_TEXTS: usize = 8;
        let mut texts: Vec<String> = vec![String::new()];
        let mut out = Collect::default();
        let home =
            FunctionAt { module: at.module, function: self.program.module(at.module).expr(at.expr).function };
        for part in parts.iter().take(200) {
            let value = self.eval(At { module: at.module, expr: *part }, frame);
            out.carried(&value);
            let known: Vec<&Rc<str>> = value.texts().take(MAX_TEXTS).collect();
            if known.is_empty() {
                texts.iter_mut().for_each(|t| t.push(HOLE));
            } else if known.len() * texts.len() <= MAX_TEXTS {
                texts = texts.iter().flat_map(|t| known.iter().map(move |k| format!("{t}{k}"))).collect();
            } else {
                // Too many combinations: keep the first of what is known.
                texts.iter_mut().for_each(|t| t.push_str(known.first().map_or("", |k| k)));
            }
            texts.iter_mut().for_each(|t| {
                if t.len() > 4_000 {
                    t.clear();
                    t.push(HOLE);
                }
            });
        }
        for text in texts {
            out.add(Atom::Text { text: text.into(), origin: at, home });
        }
        out.done()
    }

    fn variable(&mut self, at: At, symbol: SymbolId, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(at.module);
        let data = module.symbol(symbol);
        let reader = FunctionAt { module: at.module, function: module.expr(at.expr).function };
        let mut out = Collect::default();
        for definition in data.definitions.iter().take(24) {
            let value = self.eval(At { module: at.module, expr: *definition }, frame);
            let body = module.expr(*definition).function.0 == 0;
            for atom in value.iter() {
                match atom {
                    // A constant counts for the function that reads it.
                    Atom::Text { text, origin, .. } if body && reader.function.0 != 0 => {
                        out.add(Atom::Text { text: Rc::clone(text), origin: *origin, home: reader });
                    }
                    // The name by which an unknown thing is called here is the best that is known of it.
                    other => out.add(other.clone()),
                }
            }
        }
        // What is put into a store of a package's does not come out of its every method.
        let own = !out.has(|a| {
            matches!(a, Atom::Extern { package, .. } if !package.is_empty() && &**package != UNKNOWN_PACKAGE)
        });
        if own {
            self.written(at.module, symbol, None, frame, &mut out);
        }
        let value = self.typed(out.done(), at.module, data.type_name.as_deref());
        if value.is_empty() && data.definitions.is_empty() {
            return Val::of(Atom::Extern {
                package: UNKNOWN_PACKAGE.into(),
                path: (&*data.name).into(),
                made: None,
            });
        }
        value
    }

    /// What is written to a member of a variable, or (without a property) added to it.
    fn written(
        &mut self,
        module: ModuleId,
        symbol: SymbolId,
        property: Option<&str>,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let Some(writes) = program.index(module).writes.get(&symbol) else { return };
        for index in writes.iter().take(60) {
            let Some(write) = program.module(module).writes.get(*index) else { continue };
            let same = match (write.property.as_deref(), property) {
                (Some(written), Some(read)) => {
                    written == read || getter(read).is_some_and(|g| field_name(written) == g)
                }
                (written, read) => written == read,
            };
            if same {
                let value = self.eval(At { module, expr: write.value }, frame);
                out.all(&value);
            }
        }
    }

    /// The value of an import.
    fn import(&mut self, from: ModuleId, specifier: &str, name: Option<&str>) -> Val {
        match self.program.resolve(from, specifier) {
            Some(module) => match name {
                None => Val::of(Atom::Module(module)),
                Some(name) => self.export(module, name, 0),
            },
            None => {
                let path = name.filter(|n| *n != "default").unwrap_or_default();
                if let Some(found) = self.program.imported(from, specifier, path) {
                    return self.eval(found, FrameId::NONE);
                }
                Val::of(Atom::Extern { package: specifier.into(), path: path.into(), made: None })
            }
        }
    }

    /// What a module exports under a name.
    pub(super) fn export(&mut self, module: ModuleId, name: &str, depth: u32) -> Val {
        let program = self.program;
        let data = program.module(module);
        let mut out = Collect::default();
        let mut found = false;
        for (_, value) in data.exports.iter().filter(|(n, _)| &**n == name) {
            found = true;
            let value = self.eval(At { module, expr: *value }, FrameId::NONE);
            out.all(&value);
        }
        for (_, whole) in data.exports.iter().filter(|(n, _)| &**n == "module.exports") {
            let value = self.eval(At { module, expr: *whole }, FrameId::NONE);
            if name == "default" {
                out.all(&value);
            } else {
                for atom in value.iter() {
                    let part = self.member(atom, name, At { module, expr: *whole });
                    out.all(&part);
                }
            }
            found = true;
        }
        if !found && depth < 8 {
            for specifier in &data.reexports {
                if let Some(inner) = program.resolve(module, specifier) {
                    let value = self.export(inner, name, depth + 1);
                    out.all(&value);
                } else {
                    out.add(Atom::Extern { package: (&**specifier).into(), path: name.into(), made: None });
                }
            }
            if name == "default" && data.exports.iter().any(|(n, _)| !n.contains('.')) {
                // `import x from './cjs'` gets all that `exports.a = …` gave.
                out.add(Atom::Module(module));
            }
        }
        out.done()
    }

    /// An instance of the class, or of the package's class, that a type name means in a module.
    pub(super) fn instance_of(&mut self, module: ModuleId, type_name: &str) -> Option<Val> {
        let key = (module, Box::from(type_name));
        if let Some(known) = self.instances.get(&key) {
            return known.clone();
        }
        let found = self.find_instance(module, type_name);
        self.instances.insert(key, found.clone());
        found
    }

    fn find_instance(&mut self, module: ModuleId, type_name: &str) -> Option<Val> {
        let data = self.program.module(module);
        let symbol = data.symbols.iter().find(|s| *s.name == *type_name && !s.definitions.is_empty());
        let definition = match symbol.and_then(|s| s.definitions.first()) {
            Some(expr) => Some(At { module, expr: *expr }),
            None => self.program.named(module, type_name),
        };
        let value = match definition {
            Some(definition) => self.eval(definition, FrameId::NONE),
            None => {
                let package =
                    Clients::get().package_of(data.language.table_name(), type_name, &data.opens)?;
                Val::of(Atom::Extern { package: package.into(), path: type_name.into(), made: None })
            }
        };
        let mut out = Collect::default();
        for atom in value.iter() {
            match atom {
                Atom::Class(m, c) => out.add(Atom::Instance(*m, *c)),
                Atom::Extern { package, path, .. } if !package.is_empty() => {
                    let path = format!("{path}()");
                    out.add(Atom::Extern { package: Rc::clone(package), path: path.into(), made: None });
                }
                _ => {}
            }
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
    }

    /// A value that a cast, a generic argument or a declared result says the type of.
    fn said_to_be(&mut self, value: Val, module: ModuleId, type_name: &str) -> Val {
        if !value.telling() {
            // A class of the program says more than the library that made it.
            return match value.iter().all(|a| matches!(a, Atom::Extern { .. })) {
                true => self.typed(value, module, Some(type_name)),
                false => value,
            };
        }
        if !self.note_type(&value, module, type_name) {
            return value;
        }
        // Whatever it went through, what came out is an object of the program's own type: the body.
        let mut out = Collect::default();
        for atom in value.iter() {
            out.add(match atom {
                Atom::Answer { request, .. } => Atom::Answer { request: *request, weak: false, inner: true },
                other => other.clone(),
            });
        }
        out.done()
    }

    /// Notes of which class of the program the answers in a value are said to be; `false` when the
    /// type is none.
    fn note_type(&mut self, value: &Val, module: ModuleId, type_name: &str) -> bool {
        let Some(instance) = self.instance_of(module, type_name) else { return false };
        let mut found = false;
        for class in instance.iter() {
            let Atom::Instance(m, c) = class else { continue };
            if self.program.module(*m).class(*c).properties.is_empty() {
                continue;
            }
            found = true;
            for atom in value.iter() {
                if let Atom::Answer { request, .. } = atom {
                    self.shapes.entry(*request).or_default().insert((*m, *c));
                }
            }
        }
        found
    }

    /// Whether every class that the answer to a request is put into leaves the address out.
    pub(crate) fn leaves_address_out(&mut self, request: RequestId) -> bool {
        let Some(shapes) = self.shapes.get(&request).cloned() else { return false };
        let Some(data) = self.requests.get(request.0 as usize) else { return false };
        let fields: BTreeSet<String> =
            data.fields.iter().map(|f| field_name(f.rsplit('.').next().unwrap_or(f))).collect();
        shapes.iter().all(|(m, c)| !self.may_hold(*m, *c, &fields, 0))
    }

    fn may_hold(&mut self, module: ModuleId, class: ClassId, fields: &BTreeSet<String>, depth: u32) -> bool {
        if depth > 4 {
            return false;
        }
        let program = self.program;
        let data = program.module(module).class(class);
        for property in &data.properties {
            let name = property.wire.as_deref().unwrap_or(&property.name);
            if fields.contains(&field_name(name)) {
                return true;
            }
            let Some(type_name) = property.type_name.as_deref() else { continue };
            // A type from elsewhere, or a type parameter, may hold anything.
            let Some(inner) = self.instance_of(module, type_name) else { return true };
            for atom in inner.iter() {
                match atom {
                    Atom::Instance(m, c) if (*m, *c) == (module, class) => {}
                    Atom::Instance(m, c) => {
                        if self.may_hold(*m, *c, fields, depth + 1) {
                            return true;
                        }
                    }
                    _ => return true,
                }
            }
        }
        match data.base {
            Some(base) => {
                let value = self.eval(At { module, expr: base }, FrameId::NONE);
                value.iter().any(|a| match a {
                    Atom::Class(m, c) => self.may_hold(*m, *c, fields, depth + 1),
                    _ => false,
                })
            }
            None => false,
        }
    }

    /// A name that its file does not define: a member of a class that the one around it extends, a name
    /// of another file, or one of a package that is known by it.
    fn free_name(&mut self, at: At, name: &str) -> Val {
        let program = self.program;
        let module = program.module(at.module);
        if module.language.leaves_out_this()
            && let Some(class) = module.function(module.expr(at.expr).function).class
            && let Some(found) = self.inherited(at, class, name)
        {
            return found;
        }
        match program.named(at.module, name) {
            Some(found) if found != at => self.eval(found, FrameId::NONE),
            _ => {
                let package = Clients::get()
                    .package_of(module.language.table_name(), name, &module.opens)
                    .unwrap_or("");
                Val::of(Atom::Extern { package: package.into(), path: name.into(), made: None })
            }
        }
    }

    /// A member that a class of the program has from one that it extends.
    fn inherited(&mut self, at: At, class: ClassId, name: &str) -> Option<Val> {
        let program = self.program;
        let mut open = vec![(at.module, class)];
        for _ in 0..6 {
            let (m, c) = open.pop()?;
            let data = program.module(m).class(c);
            let has = data.methods.iter().any(|(n, _)| **n == *name || n.strip_prefix("get ") == Some(name))
                || data.fields.iter().any(|(n, _)| **n == *name)
                || data.field_types.iter().any(|(n, _)| **n == *name);
            if has {
                return Some(self.instance_member(m, c, name, at, 0));
            }
            if let Some(base) = data.base {
                let value = self.eval(At { module: m, expr: base }, FrameId::NONE);
                open.extend(value.iter().filter_map(|a| match a {
                    Atom::Class(m, c) => Some((*m, *c)),
                    _ => None,
                }));
            }
        }
        None
    }

    /// A value together with what its declared type says of it. A type adds nothing to a value that
    /// was followed to an answer of Atlassian's.
    fn typed(&mut self, value: Val, module: ModuleId, type_name: Option<&str>) -> Val {
        let Some(type_name) = type_name else { return value };
        if value.telling() {
            self.note_type(&value, module, type_name);
            return value;
        }
        let Some(instance) = self.instance_of(module, type_name) else { return value };
        let mut out = Collect::default();
        // The name of what is not known adds nothing either, once there is a type.
        for atom in value.iter().filter(|a| !Self::is_unknown(a)) {
            out.add(atom.clone());
        }
        out.all(&instance);
        out.done()
    }

    /// `atom.property`, read at `site`.
    pub(super) fn member(&mut self, atom: &Atom, property: &str, site: At) -> Val {
        match atom {
            Atom::Extern { package, path, made } => {
                if path.len() > 160 {
                    return Val::default();
                }
                if path.is_empty()
                    && let Some(found) = self.program.of_package(package, property)
                {
                    return self.eval(found, FrameId::NONE);
                }
                if let Some(address) = self.outside_address(package, path, property, site) {
                    return address;
                }
                let path = if path.is_empty() { property.to_owned() } else { format!("{path}.{property}") };
                Val::of(Atom::Extern { package: Rc::clone(package), path: path.into(), made: *made })
            }
            Atom::Module(module) => self.export(*module, property, 0),
            Atom::Object(at, frame) | Atom::Props(at, frame) => {
                let key = (*at, *frame, Box::from(property));
                self.steps += 1;
                if self.steps >= MAX_STEPS || !self.open.insert(key.clone()) {
                    return Val::default();
                }
                let value = match atom {
                    Atom::Props(..) => self.attribute(*at, *frame, property, site),
                    _ => self.field(*at, *frame, property, site),
                };
                self.open.remove(&key);
                value
            }
            Atom::Instance(module, class) => self.instance_member(*module, *class, property, site, 0),
            Atom::Class(module, class) => self.instance_member(*module, *class, property, site, 0),
            Atom::Answer { request, weak, .. } => self.answer_member(*request, *weak, property, site),
            // `node.get("emailAddress").value`: the same text in its wrapping.
            Atom::Address { .. } if matches!(property, "value" | "Value" | "content" | "contentOrNull") => {
                Val::of(atom.clone())
            }
            Atom::Function { .. } | Atom::Text { .. } | Atom::List(..) | Atom::Address { .. } => {
                Val::default()
            }
        }
    }

    /// The address of a user object that comes from outside the program: from a package that is about
    /// Atlassian's products by its name, or from a payload with the shape of an issue or a page.
    fn outside_address(&mut self, package: &str, path: &str, property: &str, site: At) -> Option<Val> {
        if field_name(property) != "emailAddress" {
            return None;
        }
        let fields = Fields::get();
        let last = path.rsplit('.').next().unwrap_or_default();
        let payload = package == UNKNOWN_PACKAGE && (fields.is_contained(path) || fields.is_owner(last));
        if !payload && !fields.is_atlassian_package(package)
            || fields.is_something_else(&format!("{path}.{property}"))
        {
            return None;
        }
        let endpoint = Endpoints::get().by_id("jira.unlisted")?;
        let answer = self.answer(Request {
            site,
            endpoint,
            fields: endpoint.fields.clone(),
            sdk: None,
            product: endpoint.product,
            caller: Caller::Unknown,
            confidence: Confidence::Likely,
            path: None,
        });
        let request = answer.iter().find_map(|a| match a {
            Atom::Answer { request, .. } => Some(*request),
            _ => None,
        })?;
        Some(Val::of(Atom::Address { request, read: site, weak: false }))
    }

    /// A part of an answer: an address when the property is one of the endpoint's.
    fn answer_member(&mut self, request: RequestId, weak: bool, property: &str, site: At) -> Val {
        // Parts of an HTTP response that hold no body, and of a list that hold no item.
        const NO_BODY: &[&str] = &[
            "status",
            "statusCode",
            "statusText",
            "ok",
            "headers",
            "url",
            "length",
            "total",
            "startAt",
            "maxResults",
            "isLast",
            "redirected",
            "isSuccessful",
            "isSuccessStatusCode",
            "reasonPhrase",
            "errorMessage",
            "errorException",
            "count",
            "size",
        ];
        let name = field_name(property);
        let outside = NO_BODY.contains(&property) || NO_BODY.contains(&name.as_str());
        if outside || Fields::get().holds_no_address(&name) {
            return Val::default();
        }
        let Some(data) = self.requests.get(request.0 as usize) else { return Val::default() };
        let is = |name: &str| {
            data.fields.iter().any(|f| f.rsplit('.').next().is_some_and(|f| field_name(f) == name))
        };
        // A class of the program may have the property under another name.
        let address = is(&name) || self.program.wire_names(&name).any(|wire| is(&field_name(wire)));
        Val::of(if address {
            Atom::Address { request, read: site, weak }
        } else {
            Atom::Answer { request, weak, inner: true }
        })
    }

    fn field(&mut self, at: At, frame: FrameId, property: &str, site: At) -> Val {
        let program = self.program;
        if let ExprKind::Call { .. } = program.kind(at) {
            return self.created_with(at, frame, property);
        }
        let ExprKind::Object { fields, spreads } = program.kind(at) else { return Val::default() };
        let mut out = Collect::default();
        let mut found = false;
        for (key, value) in fields {
            if key.as_deref() == Some(property) {
                found = true;
                let value = self.eval(At { module: at.module, expr: *value }, frame);
                out.all(&value);
            }
        }
        if !found {
            for (_, value) in fields.iter().filter(|(key, _)| key.is_none()) {
                let value = self.eval(At { module: at.module, expr: *value }, frame);
                out.all(&value);
            }
            for spread in spreads {
                let value = self.eval(At { module: at.module, expr: *spread }, frame);
                for atom in value.iter() {
                    let part = self.member(atom, property, site);
                    out.all(&part);
                }
            }
        }
        out.done()
    }

    /// What an object of the program was made with: `new User { Email = x }`, `User(email = x)`.
    fn created_with(&mut self, at: At, frame: FrameId, property: &str) -> Val {
        let program = self.program;
        let ExprKind::Call { callee, arguments, named, .. } = program.kind(at) else { return Val::default() };
        let here = |expr: ExprId| At { module: at.module, expr };
        let wanted = field_name(property);
        let mut out = Collect::default();
        for (_, value) in named.iter().filter(|(name, _)| field_name(name) == wanted) {
            let value = self.eval(here(*value), frame);
            out.all(&value);
        }
        let class = self.eval(here(*callee), frame);
        for atom in class.iter() {
            let Atom::Class(m, c) = atom else { continue };
            let data = program.module(*m);
            for (_, function) in data.class(*c).methods.iter().filter(|(n, _)| &**n == "constructor") {
                let parameters = &data.function(*function).parameters;
                for (_, value) in
                    parameters.iter().zip(arguments).filter(|(p, _)| field_name(&p.name) == wanted)
                {
                    let value = self.eval(here(*value), frame);
                    out.all(&value);
                }
            }
        }
        out.done()
    }

    fn attribute(&mut self, at: At, frame: FrameId, property: &str, site: At) -> Val {
        let program = self.program;
        let ExprKind::Markup { attributes, .. } = program.kind(at) else { return Val::default() };
        let mut out = Collect::default();
        for (key, value) in attributes {
            let value = self.eval(At { module: at.module, expr: *value }, frame);
            match key {
                Some(key) if **key == *property => out.all(&value),
                Some(_) => {}
                None => {
                    for atom in value.iter() {
                        let part = self.member(atom, property, site);
                        out.all(&part);
                    }
                }
            }
        }
        out.done()
    }

    fn instance_member(
        &mut self,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
        depth: u32,
    ) -> Val {
        let program = self.program;
        let data = program.module(module).class(class);
        let mut out = Collect::default();
        let mut found = false;
        for (name, function) in &data.methods {
            let at = FunctionAt { module, function: *function };
            if **name == *property {
                found = true;
                out.add(Atom::Function { at, frame: FrameId::NONE });
            } else if name.strip_prefix("get ") == Some(property) {
                found = true;
                let value = self.enter(at, Vec::new(), site, FrameId::NONE, FrameId::NONE);
                out.all(&value);
            }
        }
        for (_, value) in data.fields.iter().filter(|(name, _)| **name == *property).take(16) {
            found = true;
            let value = self.eval(At { module, expr: *value }, FrameId::NONE);
            out.all(&value);
        }
        if !found {
            // Kotlin reads a getter as a property.
            for (name, function) in
                data.methods.iter().filter(|(n, _)| getter(n).as_deref() == Some(property))
            {
                let at = FunctionAt { module, function: *function };
                let value = self.enter(at, Vec::new(), site, FrameId::NONE, FrameId::NONE);
                out.all(&value);
                found = !name.is_empty();
            }
        }
        if !found
            && let Some(field) = getter(property)
            && data.fields.iter().any(|(name, _)| *field_name(name) == *field)
        {
            // A getter that a framework makes from a field.
            for (_, value) in data.fields.iter().filter(|(name, _)| *field_name(name) == *field).take(16) {
                let value = self.eval(At { module, expr: *value }, FrameId::NONE);
                out.all(&value);
            }
            return out.done();
        }
        let declared = data.field_types.iter().find(|(name, _)| **name == *property).map(|(_, t)| &**t);
        let value = self.typed(out.done(), module, declared);
        if !found
            && value.is_empty()
            && depth < 6
            && let Some(others) = self.elsewhere(module, class, property, site, depth)
        {
            return others;
        }
        if !found
            && value.is_empty()
            && depth < 6
            && let Some(base) = data.base
        {
            let base = self.eval(At { module, expr: base }, FrameId::NONE);
            let mut out = Collect::default();
            for atom in base.iter() {
                match atom {
                    Atom::Class(m, c) => {
                        let part = self.instance_member(*m, *c, property, site, depth + 1);
                        out.all(&part);
                    }
                    other => {
                        let part = self.member(other, property, site);
                        out.all(&part);
                    }
                }
            }
            return out.done();
        }
        if value.is_empty() && !found {
            let path = format!("this.{property}");
            return Val::of(Atom::Extern { package: UNKNOWN_PACKAGE.into(), path: path.into(), made: None });
        }
        value
    }

    /// A member that the class itself does not hold: of another part of it in another file, or of the
    /// classes that implement it.
    fn elsewhere(
        &mut self,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
        depth: u32,
    ) -> Option<Val> {
        const MAX_CLASSES: usize = 8;
        let program = self.program;
        let others: Vec<(ModuleId, ClassId)> = program
            .parts_of(module, class)
            .chain(program.implementers(module, class))
            .take(MAX_CLASSES)
            .collect();
        let mut out = Collect::default();
        let mut found = false;
        for (m, c) in others {
            let data = program.module(m).class(c);
            let wanted = getter(property).unwrap_or_else(|| property.to_owned());
            let has = data
                .methods
                .iter()
                .any(|(n, _)| **n == *property || n.strip_prefix("get ") == Some(property))
                || data.fields.iter().any(|(n, _)| **n == *property || *field_name(n) == *wanted)
                || data.field_types.iter().any(|(n, _)| **n == *property);
            if has {
                found = true;
                let value = self.instance_member(m, c, property, site, depth + 1);
                out.all(&value);
            }
        }
        found.then(|| out.done())
    }

    /// The items of a list, the values of a map; anything else stands for its own items.
    pub(super) fn elements(&mut self, value: &Val) -> Val {
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
                    if let ExprKind::Object { fields, .. } = program.kind(*at) {
                        for (_, field) in fields.iter().take(200) {
                            let field = self.eval(At { module: at.module, expr: *field }, *frame);
                            out.all(&field);
                        }
                    }
                }
                other => out.add(other.clone()),
            }
        }
        out.done()
    }

    /// The `index`th item of a list that is taken apart.
    fn item(&mut self, list: At, index: u32, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(list.module);
        let peeled = module.peel(list.expr);
        // `const [x, setX] = useState(first)`: x is all that setX is ever given.
        if let ExprKind::Call { callee, arguments, .. } = &module.expr(peeled).kind
            && let Some(name) = module.written_name(*callee)
            && matches!(name.rsplit('.').next(), Some("useState" | "useProductState"))
        {
            if index != 0 {
                return Val::default();
            }
            let mut out = Collect::default();
            for argument in arguments.iter().take(1) {
                let value = self.eval(At { module: list.module, expr: *argument }, frame);
                out.all(&value);
            }
            self.set_state(list.module, peeled, frame, &mut out);
            return out.done();
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

    /// All that the setter of a state variable is given.
    fn set_state(&mut self, module: ModuleId, call: ExprId, frame: FrameId, out: &mut Collect) {
        let program = self.program;
        let data = program.module(module);
        let setter = data.symbols.iter().position(|s| {
            s.definitions.iter().any(|d| match data.expr(*d).kind {
                ExprKind::Item { object, index: 1 } => data.peel(object) == call,
                _ => false,
            })
        });
        let Some(setter) = setter else { return };
        let setter = SymbolId(u32::try_from(setter).unwrap_or(u32::MAX));
        // Also passed on as a callback (`.then(setUser)`): then it is given what the promise holds.
        for (id, expr) in data.all() {
            let ExprKind::Call { callee, arguments, .. } = &expr.kind else { continue };
            let is_setter =
                |e: &ExprId| matches!(data.expr(data.peel(*e)).kind, ExprKind::Local(s) if s == setter);
            if is_setter(callee) {
                if let Some(argument) = arguments.first() {
                    let value = self.eval(At { module, expr: *argument }, frame);
                    let value = self.called_with_nothing(&value, At { module, expr: id });
                    out.all(&value);
                }
            } else if arguments.iter().any(is_setter)
                && let ExprKind::Member { object, property, .. } = &data.expr(data.peel(*callee)).kind
                && &**property == "then"
            {
                let value = self.eval(At { module, expr: *object }, frame);
                out.all(&value);
            }
        }
    }

    /// `setX(old => new)`: what the function returns.
    fn called_with_nothing(&mut self, value: &Val, call: At) -> Val {
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

    /// Looks into a function: what it returns for these arguments.
    pub(super) fn enter(
        &mut self,
        of: FunctionAt,
        arguments: Vec<Val>,
        call: At,
        up: FrameId,
        around: FrameId,
    ) -> Val {
        let depth = self.frame(up).map_or(0, |f| f.depth) + 1;
        if depth > MAX_DEPTH || self.within(up, of) {
            return Val::default();
        }
        // Which call decides what a request asks can depend on the texts that are handed in, and only
        // on those: without any, the same question has the same answer wherever it is asked.
        let key = arguments
            .iter()
            .flat_map(Val::iter)
            .all(|a| !matches!(a, Atom::Text { .. } | Atom::Object(..) | Atom::List(..) | Atom::Props(..)))
            .then(|| (of, arguments.iter().map(|v| v.0.to_vec()).collect::<Vec<_>>(), around));
        if let Some(known) = key.as_ref().and_then(|k| self.entered.get(k)) {
            return known.clone();
        }
        self.frames.push(Frame { of, arguments, call, up, around, depth });
        let frame = FrameId(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        let program = self.program;
        let mut out = Collect::default();
        for value in &program.module(of.module).function(of.function).returns {
            let value = self.eval(At { module: of.module, expr: *value }, frame);
            out.all(&value);
        }
        let out = out.done();
        if let Some(key) = key
            && self.steps < MAX_STEPS
        {
            self.entered.insert(key, out.clone());
        }
        out
    }

    pub(super) fn frame(&self, id: FrameId) -> Option<&Frame> {
        (id.0 as usize).checked_sub(1).and_then(|i| self.frames.get(i))
    }

    /// Whether a function is being looked into already.
    fn within(&self, mut frame: FrameId, of: FunctionAt) -> bool {
        while let Some(data) = self.frame(frame) {
            if data.of == of {
                return true;
            }
            frame = data.up;
        }
        false
    }

    /// What a parameter is: the argument at hand, else what its callers give.
    fn parameter(&mut self, of: FunctionAt, index: usize, frame: FrameId) -> Val {
        let mut around = frame;
        for _ in 0..MAX_DEPTH * 2 {
            let Some(data) = self.frame(around) else { break };
            if data.of == of {
                let rest = self
                    .program
                    .module(of.module)
                    .function(of.function)
                    .parameters
                    .get(index)
                    .is_some_and(|p| p.rest);
                let given = if rest {
                    let mut out = Collect::default();
                    for value in data.arguments.iter().skip(index) {
                        out.all(value);
                    }
                    out.done()
                } else {
                    data.arguments.get(index).cloned().unwrap_or_default()
                };
                if !given.is_empty() {
                    return given;
                }
                return self.named_parameter(of, index, Val::default());
            }
            around = data.around;
        }
        let value = self.from_callers(of, index);
        self.named_parameter(of, index, value)
    }

    /// A parameter of which nothing is known is known by its type, or else by its name.
    fn named_parameter(&mut self, of: FunctionAt, index: usize, value: Val) -> Val {
        let program = self.program;
        let Some(parameter) = program.module(of.module).function(of.function).parameters.get(index) else {
            return value;
        };
        let value = self.typed(value, of.module, parameter.type_name.as_deref());
        if value.iter().any(|a| !Self::is_unknown(a)) {
            return value;
        }
        if parameter.name.is_empty() {
            return value;
        }
        let path: Rc<str> = (&*parameter.name).into();
        Val::of(Atom::Extern { package: UNKNOWN_PACKAGE.into(), path, made: None })
    }

    fn from_callers(&mut self, of: FunctionAt, index: usize) -> Val {
        let Some(callers) = self.callers.get(&of) else { return Val::default() };
        let calls: Vec<At> = callers.calls.iter().take(MAX_CALLERS).copied().collect();
        let passed: Vec<_> = callers.passed.iter().take(MAX_CALLERS).cloned().collect();
        let program = self.program;
        let mut out = Collect::default();
        for call in calls {
            match program.kind(call) {
                ExprKind::Call { arguments, named, .. } => {
                    let by_name = program
                        .module(of.module)
                        .function(of.function)
                        .parameters
                        .get(index)
                        .and_then(|p| named.iter().find(|(name, _)| *name == p.name));
                    let rest = program
                        .module(of.module)
                        .function(of.function)
                        .parameters
                        .get(index)
                        .is_some_and(|p| p.rest);
                    let given: Vec<ExprId> = if let Some((_, value)) = by_name {
                        vec![*value]
                    } else if rest {
                        arguments.iter().skip(index).copied().collect()
                    } else {
                        arguments.get(index).copied().into_iter().collect()
                    };
                    for argument in given {
                        let value = self.eval(At { module: call.module, expr: argument }, FrameId::NONE);
                        out.all(&value);
                    }
                }
                ExprKind::Markup { .. } if index == 0 => out.add(Atom::Props(call, FrameId::NONE)),
                _ => {}
            }
        }
        for (call, argument, key) in passed {
            let value = self.callback_parameter(call, argument, key.as_deref(), index);
            out.all(&value);
        }
        out.done()
    }
}

/// A property's name without what languages make of it: `getEmailAddress`, `EmailAddress` and
/// `email_address` are all `emailAddress`.
pub(super) fn field_name(property: &str) -> String {
    let bare = getter(property).unwrap_or_else(|| property.to_owned());
    let mut out = String::with_capacity(bare.len());
    let mut upper = false;
    for (i, c) in bare.chars().enumerate() {
        if c == '_' && i > 0 {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else if i == 0 {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// The property that a getter reads.
pub(super) fn getter(name: &str) -> Option<String> {
    let rest = name.strip_prefix("get").or_else(|| name.strip_prefix("Get"))?;
    let first = rest.chars().next()?;
    first.is_ascii_uppercase().then(|| field_name(rest.trim_end_matches("Async")))
}

#[cfg(test)]
mod tests {
    use super::field_name;

    #[test]
    fn one_field_under_many_names() {
        for name in ["emailAddress", "EmailAddress", "email_address", "getEmailAddress", "GetEmailAddress"] {
            assert_eq!(field_name(name), "emailAddress", "{name}");
        }
        assert_eq!(field_name("email"), "email");
        assert_eq!(field_name("get"), "get");
        assert_eq!(field_name("getter"), "getter");
    }
}
