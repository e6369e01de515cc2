//! What a declared type says of a value.

use super::stores::by_name;
use super::*;
use crate::program::Class;

impl Evaluator<'_> {
    /// An instance of the class, or of the package's class, that a type name means in a module.
    pub(in crate::analysis) fn instance_of(&mut self, module: ModuleId, type_name: &str) -> Option<Val> {
        let key = (module, Box::from(type_name));
        if let Some((known, marks)) = self.instances.get(&key) {
            self.marks = self.marks.and(*marks);
            return known.clone();
        }
        let before = std::mem::take(&mut self.marks);
        let found = self.find_instance(module, type_name).or_else(|| self.implementing(module, type_name));
        // A class is the same in every call.
        let marks = self.marks.only(Marks::UNSETTLED);
        self.instances.insert(key, (found.clone(), marks));
        self.marks = before.and(marks);
        found
    }

    /// Instances of the few classes that say that they implement an interface, which is no value of a script's.
    fn implementing(&self, module: ModuleId, type_name: &str) -> Option<Val> {
        const MAX: usize = 3;
        let program = self.program;
        if program.module(module).language != Language::JavaScript {
            return None;
        }
        let found: Vec<Atom> = program
            .implementers_of(module, type_name)
            .take(MAX + 1)
            .map(|(m, c)| Atom::Instance(m, c))
            .collect();
        (!found.is_empty() && found.len() <= MAX).then(|| Val::from(found))
    }

    pub(super) fn find_instance(&mut self, module: ModuleId, type_name: &str) -> Option<Val> {
        // `package.Name` is what an import has under that name.
        let (head, member) = match type_name.split_once('.') {
            Some((head, member)) => (head, Some(member)),
            None => (type_name, None),
        };
        let data = self.program.module(module);
        let symbol = data.symbols.iter().find(|s| *s.name == *head && !s.definitions.is_empty());
        let own = symbol.and_then(|s| s.definitions.first()).map(|expr| At { module, expr: *expr });
        if let Some(definition) = own {
            let value = self.eval(definition, FrameId::NONE);
            if let Some(found) = self.instance_by(&value, member, definition) {
                return Some(found);
            }
        }
        // Nothing of that name here, or a variable that is called like a type of another file.
        let value = match self.program.named(module, head) {
            Some(definition) => {
                let value = self.eval(definition, FrameId::NONE);
                return self.instance_by(&value, member, definition);
            }
            None if own.is_some() => return None,
            None => {
                let package =
                    Clients::get().package_of(data.language.table_name(), type_name, &data.opens)?;
                Val::of(Atom::Extern { package: package.into(), path: type_name.into(), made: None })
            }
        };
        let nowhere = At { module, expr: ExprId(0) };
        self.instance_by(&value, None, nowhere)
    }

    /// An instance of the classes that a value, or the `member` of it that is read at `site`, is.
    fn instance_by(&mut self, value: &Val, member: Option<&str>, site: At) -> Option<Val> {
        let mut value = value.clone();
        if let Some(member) = member {
            let mut out = Collect::default();
            for atom in value.iter() {
                let part = self.member(atom, member, site);
                out.all(&part);
            }
            value = out.done();
        }
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
    pub(super) fn said_to_be(&mut self, value: Val, module: ModuleId, type_name: &str) -> Val {
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
                Atom::Answer { request, piece, .. } => {
                    Atom::Answer { request: *request, weak: false, piece: piece.in_body() }
                }
                other => other.clone(),
            });
        }
        out.done()
    }

    /// Notes of which class of the program the answers in a value are said to be; `false` when the
    /// type is none.
    pub(super) fn note_type(&mut self, value: &Val, module: ModuleId, type_name: &str) -> bool {
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

    /// Whether a value is of a type of the program that has Atlassian users in it, so that handing it on
    /// whole hands on a user.
    pub(crate) fn has_user(&mut self, atom: &Atom) -> bool {
        let Atom::Instance(module, class) = atom else { return false };
        self.class_has_user(*module, *class, 0)
    }

    fn class_has_user(&mut self, module: ModuleId, class: ClassId, depth: u32) -> bool {
        let program = self.program;
        if depth > 4 {
            return false;
        }
        let parts: Vec<_> = std::iter::once((module, class)).chain(program.parts_of(module, class)).collect();
        for (module, class) in parts {
            for (_, declared) in &program.module(module).class(class).field_types {
                let instance = self.instance_of(module, declared).unwrap_or_default();
                let holds = instance.iter().any(|a| match a {
                    Atom::Instance(m, c) => self.class_has_user(*m, *c, depth + 1),
                    Atom::Extern { package, path, .. } => {
                        Fields::get().is_atlassian_package(package) && path.ends_with("User()")
                    }
                    _ => false,
                });
                if holds {
                    return true;
                }
            }
        }
        false
    }

    /// Whether every class that the answer to a request is put into leaves the address out.
    pub(crate) fn leaves_address_out(&mut self, request: RequestId) -> bool {
        let Some(shapes) = self.shapes.get(&request).cloned() else { return false };
        let Some(data) = self.requests.get(request.0 as usize) else { return false };
        let fields: BTreeSet<String> =
            data.fields.iter().map(|f| field_name(f.rsplit('.').next().unwrap_or(f)).into_owned()).collect();
        shapes.iter().all(|(m, c)| !self.may_hold(*m, *c, &fields, 0))
    }

    /// Whether the answer to a request is put into a class of the program that has a place for the address.
    pub(crate) fn is_put_where_address_fits(&mut self, request: RequestId) -> bool {
        self.shapes.contains_key(&request) && !self.leaves_address_out(request)
    }

    pub(super) fn may_hold(
        &mut self,
        module: ModuleId,
        class: ClassId,
        fields: &BTreeSet<String>,
        depth: u32,
    ) -> bool {
        if depth > 4 {
            return false;
        }
        let program = self.program;
        let data = program.module(module).class(class);
        for property in &data.properties {
            let name = property.wire.as_deref().unwrap_or(&property.name);
            if fields.contains(&*field_name(name)) {
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

    /// A member that is named without its object, where something other than a class stands for `this`: an
    /// extension function's receiver, the subject of `with(x) { … }` and `x.apply { … }`.
    pub(super) fn implicit_member(&mut self, at: At, name: &str, frame: FrameId) -> Option<Val> {
        const MAX_AROUND: usize = 6;
        let program = self.program;
        let module = program.module(at.module);
        if module.language != Language::Kotlin {
            return None;
        }
        let mut function = module.expr(at.expr).function;
        for _ in 0..MAX_AROUND {
            let data = module.function(function);
            let of = FunctionAt { module: at.module, function };
            let receivers = if data.parameters.first().is_some_and(|p| &*p.name == "this") {
                self.parameter(of, 0, frame)
            } else if data.name.is_none() {
                self.subject(of, frame)
            } else {
                Val::default()
            };
            let mut out = Collect::default();
            for atom in receivers.iter() {
                if !matches!(atom, Atom::Answer { .. } | Atom::Instance(..) | Atom::Object(..)) {
                    continue;
                }
                let part = self.member(atom, name, at);
                for atom in part.iter().filter(|a| match a {
                    Atom::Answer { .. } => false,
                    other => !Self::is_unknown(other),
                }) {
                    out.add(atom.clone());
                }
            }
            let found = out.done();
            if !found.is_empty() {
                return Some(found);
            }
            function = data.parent?;
        }
        None
    }

    /// What an extension function gives that is called on an object: `user.toRow()`.
    pub(in crate::analysis) fn extension(
        &mut self,
        at: At,
        callee: ExprId,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Val {
        let program = self.program;
        let data = program.module(at.module);
        let ExprKind::Member { object, property, .. } = &data.expr(data.peel(callee)).kind else {
            return Val::default();
        };
        let mut found: Vec<At> = Vec::new();
        for (name, expr) in &data.exports {
            if **name == **property {
                found.push(At { module: at.module, expr: *expr });
            }
        }
        found.extend(program.named(at.module, property));
        if let Some(at) = data.all().find_map(|(_, e)| match &e.kind {
            ExprKind::Import { specifier, name: Some(name) } if **name == **property => {
                program.imported(at.module, specifier, name)
            }
            _ => None,
        }) {
            found.push(at);
        }
        let here = |expr: ExprId| At { module: at.module, expr };
        for found in found.into_iter().take(2) {
            for atom in self.eval(found, FrameId::NONE).iter() {
                let Atom::Function { at: of, frame: around } = atom else { continue };
                let parameters = &program.module(of.module).function(of.function).parameters;
                if parameters.first().is_none_or(|p| &*p.name != "this") {
                    continue;
                }
                let mut values = vec![self.eval(here(*object), frame)];
                values.extend(arguments.iter().map(|a| self.eval(here(*a), frame)));
                return self.enter(*of, values, at, frame, *around);
            }
        }
        Val::default()
    }

    /// What a function of a name alone may be a method of, where something from outside stands for `this`:
    /// `SimpleMailMessage().apply { setTo(address) }`. Each with its package, its path and the call that made it.
    pub(in crate::analysis) fn implicit_owners(&mut self, at: At) -> Vec<(String, String, Option<At>)> {
        const MAX_AROUND: usize = 6;
        let module = self.program.module(at.module);
        let mut out = Vec::new();
        if module.language != Language::Kotlin {
            return out;
        }
        let mut function = module.expr(at.expr).function;
        for _ in 0..MAX_AROUND {
            let data = module.function(function);
            if data.name.is_none() {
                let of = FunctionAt { module: at.module, function };
                for atom in self.subject(of, FrameId::NONE).iter() {
                    if let Atom::Extern { package, path, made } = atom {
                        out.push((package.to_string(), path.to_string(), *made));
                    }
                }
            }
            let Some(parent) = data.parent else { break };
            function = parent;
        }
        out
    }

    /// What `this` is in a function that is handed to `with`, `apply` or `run`.
    fn subject(&mut self, of: FunctionAt, frame: FrameId) -> Val {
        const SUBJECTS: &[&str] = &["apply", "run", "buildString", "runCatching"];
        let program = self.program;
        let passed = self.callers.get(&of).map(|c| c.passed.clone()).unwrap_or_default();
        let mut out = Collect::default();
        for (call, argument, _) in passed.into_iter().take(4) {
            let data = program.module(call.module);
            let ExprKind::Call { callee, arguments, .. } = &data.expr(call.expr).kind else { continue };
            let subject = match &data.expr(data.peel(*callee)).kind {
                ExprKind::Member { object, property, .. } if SUBJECTS.contains(&&**property) => Some(*object),
                ExprKind::Global(name) if &**name == "with" && argument == 1 => arguments.first().copied(),
                _ => None,
            };
            if let Some(subject) = subject {
                let value = self.eval(At { module: call.module, expr: subject }, frame);
                out.all(&value);
            }
        }
        out.done()
    }

    /// A name that its file does not define: a member of a class that the one around it extends, a name
    /// of another file, or one of a package that is known by it.
    pub(super) fn free_name(&mut self, at: At, name: &str) -> Val {
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
                // Names that come in by a star, or are put in by hand: the only function that is called so.
                if module.language == Language::Python
                    && let [only] = by_name(program, Language::Python, name).as_slice()
                    && program.module(only.module).function(only.function).class.is_none()
                {
                    return Val::of(Atom::Function { at: *only, frame: FrameId::NONE });
                }
                let package = Clients::get()
                    .package_of(module.language.table_name(), name, &module.opens)
                    .unwrap_or("");
                Val::of(Atom::Extern { package: package.into(), path: name.into(), made: None })
            }
        }
    }

    /// A member that a class of the program has from one that it extends.
    pub(super) fn inherited(&mut self, at: At, class: ClassId, name: &str) -> Option<Val> {
        let program = self.program;
        let mut open = vec![(at.module, class)];
        for _ in 0..6 {
            let (m, c) = open.pop()?;
            let data = program.module(m).class(c);
            if program.members(m, c).has(name) {
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

    /// Whether a value is known, and nothing of the type that whoever is handed it expects: what a script hands to a
    /// function for whatever there is. Names of what is not known beside it add nothing.
    fn is_something_else(&mut self, value: &Val, module: ModuleId, type_name: &str) -> bool {
        let program = self.program;
        let own = type_name.rsplit('.').next().unwrap_or(type_name);
        let is_other = |class: &Class| {
            *class.name != *own && !class.parents.iter().any(|p| p.rsplit('.').next() == Some(own))
        };
        if !program.module(module).language.is_untyped() || value.iter().all(Self::is_unknown) {
            return false;
        }
        value.iter().filter(|a| !Self::is_unknown(a)).all(|atom| match atom {
            Atom::Text { .. } | Atom::List(..) => true,
            Atom::Instance(m, c) => is_other(program.module(*m).class(*c)),
            Atom::Object(at, _) => match program.kind(*at) {
                ExprKind::Object { fields, spreads } => !fields.is_empty() && spreads.is_empty(),
                _ => self.class_made(*at).is_some_and(|(m, c)| is_other(program.module(m).class(c))),
            },
            _ => false,
        })
    }

    /// The one class that a call makes an instance of: `WriteResult(action="deleted")`.
    pub(super) fn class_made(&mut self, call: At) -> Option<(ModuleId, ClassId)> {
        let ExprKind::Call { callee, .. } = self.program.kind(call) else { return None };
        let made = self.eval(At { module: call.module, expr: *callee }, FrameId::NONE);
        let mut classes = made.iter().filter_map(|a| match a {
            Atom::Class(m, c) => Some((*m, *c)),
            _ => None,
        });
        classes.next().filter(|_| classes.next().is_none())
    }

    /// A value together with what its declared type says of it. A type adds nothing to a value that
    /// was followed to an answer of Atlassian's.
    pub(super) fn typed(&mut self, value: Val, module: ModuleId, type_name: Option<&str>) -> Val {
        /// Types that say nothing.
        const ANY: &[&str] = &["Any", "typing.Any", "any", "unknown", "object", "mixed"];
        let Some(type_name) = type_name.filter(|t| !ANY.contains(t)) else { return value };
        if value.telling() {
            self.note_type(&value, module, type_name);
            // A type that has users in it says that what mentions one is handed on with it.
            let instance = self.instance_of(module, type_name).unwrap_or_default();
            if !instance.iter().any(|a| self.has_user(a)) {
                return value;
            }
            let mut out = Collect::default();
            out.all(&value);
            out.all(&instance);
            return out.done();
        }
        if self.is_something_else(&value, module, type_name) {
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
}
