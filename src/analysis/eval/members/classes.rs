//! Members of objects of which only the class is known.

use crate::analysis::eval::members::*;
use crate::analysis::eval::*;
use crate::analysis::link::Owner;

impl Evaluator<'_> {
    pub(in crate::analysis::eval) fn instance_member(
        &mut self,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
        depth: u32,
    ) -> Val {
        let program = self.program;
        let data = program.module(module).class(class);
        let members = program.members(module, class);
        let mut out = Collect::default();
        let mut found = false;
        for function in members.methods.get(property).into_iter().flatten() {
            let at = FunctionAt { module, function: *function };
            found = true;
            let behind = if data.promises { program.behind(at) } else { Vec::new() };
            for at in self.overriding(at, module, class, property) {
                out.add(Atom::Function { at, frame: FrameId::NONE });
            }
            if behind.is_empty() {
                out.add(Atom::Function { at, frame: FrameId::NONE });
            }
            for at in behind {
                out.add(Atom::Function { at, frame: FrameId::NONE });
            }
        }
        for function in members.methods.get(format!("get {property}").as_str()).into_iter().flatten() {
            let at = FunctionAt { module, function: *function };
            found = true;
            let value = self.enter(at, Vec::new(), site, FrameId::NONE, FrameId::NONE);
            out.all(&value);
        }
        for value in members.fields.get(property).into_iter().flatten().take(16) {
            found = true;
            let value = self.eval(At { module, expr: *value }, FrameId::NONE);
            out.all(&value);
        }
        if found {
            self.copied(module, class, property, &mut out);
        }
        self.put_into_part(module, Owner::Class(class), property, FrameId::NONE, &mut out);
        if !found {
            // Kotlin reads a getter as a property, and so do templates.
            let language = program.module(module).language;
            let reads = !matches!(language, Language::Go | Language::Python | Language::JavaScript);
            for function in members.getters.get(property).into_iter().flatten().filter(|_| reads) {
                let at = FunctionAt { module, function: *function };
                let value = self.enter(at, Vec::new(), site, FrameId::NONE, FrameId::NONE);
                out.all(&value);
                found = true;
            }
        }
        if !found
            && let Some(field) = getter(property)
            && let Some(values) = members.shared.get(&field)
        {
            // A getter that a framework makes from a field.
            for value in values.iter().take(16) {
                let value = self.eval(At { module, expr: *value }, FrameId::NONE);
                out.all(&value);
            }
            return out.done();
        }
        let type_of =
            |field: &str| data.field_types.iter().find(|(name, _)| **name == *field).map(|(_, t)| &**t);
        // Also of a getter that a framework makes from a field which nothing is put into here.
        let made = || getter(property).filter(|_| !found);
        let declared = type_of(property).or_else(|| type_of(&made()?));
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
            if let Some(promised) = self.promised(module, class, property) {
                out.all(&promised);
            }
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
        if value.is_empty()
            && !found
            && let Some(value) = self.delegated(module, class, property, site)
        {
            return value;
        }
        if value.is_empty()
            && !found
            && let Some(promised) = self.promised(module, class, property)
        {
            return promised;
        }
        if value.is_empty() && !found {
            let path = format!("this.{property}");
            return Val::of(Atom::Extern { package: UNKNOWN_PACKAGE.into(), path: path.into(), made: None });
        }
        value
    }

    /// A property of an object of which nothing but the class is known, with the addresses that are put into it in
    /// other objects of the class: which of them this one is nobody knows.
    pub(super) fn put_elsewhere(
        &mut self,
        value: Val,
        module: ModuleId,
        class: ClassId,
        property: &str,
    ) -> Val {
        let program = self.program;
        let language = program.module(module).language;
        if value.telling()
            || !language.leaves_out_this()
            || value.iter().any(|a| matches!(a, Atom::Function { .. }))
        {
            return value;
        }
        let name = field_name(property);
        let puts = program.puts(&name);
        if puts.is_empty() {
            return value;
        }
        let mut out = Collect::default();
        out.all(&value);
        for (owner, put) in puts {
            if !program.module(owner.module).language.shares_names_with(language) {
                continue;
            }
            let of = self.eval(*owner, FrameId::NONE);
            let fits = |a: &Atom| matches!(a, Atom::Instance(m, c) | Atom::Class(m, c) if (*m, *c) == (module, class));
            if of.iter().any(fits) {
                let given = self.eval(*put, FrameId::NONE);
                let addresses = given.iter().filter(|a| matches!(a, Atom::Address { .. })).cloned();
                out.weakened(&Val::from(addresses.collect::<Vec<_>>()));
            }
        }
        out.done()
    }

    /// What copies of an object of a data class are given in the place of what it had: `state.copy(mail = x)`.
    pub(super) fn copied(&mut self, module: ModuleId, class: ClassId, property: &str, out: &mut Collect) {
        let program = self.program;
        for (receiver, value) in program.copies(property).iter().take(MAX_WRITES) {
            if !program.module(module).language.shares_names_with(program.module(value.module).language) {
                continue;
            }
            let of = self.eval(*receiver, FrameId::NONE);
            let fits = of.iter().any(|a| *a == Atom::Instance(module, class))
                || value.module == module && of.iter().all(Self::is_unknown);
            if fits {
                let value = self.eval(*value, FrameId::NONE);
                out.all(&value);
            }
        }
    }

    /// What a method gives by its declared type, where nothing of the program fulfils it: a library does.
    pub(super) fn promised(&mut self, module: ModuleId, class: ClassId, method: &str) -> Option<Val> {
        const FINDS: &[&str] = &[
            "find", "get", "list", "all", "stream", "load", "search", "read", "query", "select", "Find",
            "Get", "List", "All", "Load", "Query",
        ];
        let results = &self.program.module(module).class(class).results;
        let own = results.iter().find(|(name, _)| **name == *method);
        let any =
            || results.iter().find(|(name, _)| &**name == "*" && FINDS.iter().any(|f| method.starts_with(f)));
        let declared = own.or_else(any).map(|(_, declared)| declared.clone())?;
        // What a constructor or a setter was handed would count as if this very object had been.
        let is_plain = |m: ModuleId, c: ClassId| {
            let data = self.program.module(m);
            data.class(c).methods.iter().all(|(name, function)| {
                let sets = name.starts_with("set");
                let empty = data.function(*function).parameters.is_empty();
                !sets && (empty || &**name != "constructor")
            })
        };
        let found = self.instance_of(module, &declared)?;
        let plain = found.iter().all(|a| matches!(a, Atom::Instance(m, c) if is_plain(*m, *c)));
        plain.then_some(found)
    }

    /// The methods of the classes that extend one in the place of a method that gives nothing itself.
    pub(super) fn overriding(
        &self,
        method: FunctionAt,
        module: ModuleId,
        class: ClassId,
        name: &str,
    ) -> Vec<FunctionAt> {
        const MAX_CLASSES: usize = 16;
        let program = self.program;
        let data = program.module(module);
        let returns = &data.function(method.function).returns;
        let empty = |r: &ExprId| {
            matches!(data.expr(data.peel(*r)).kind, ExprKind::Constant | ExprKind::Global(_))
                || matches!(&data.expr(data.peel(*r)).kind, ExprKind::List(items) if items.is_empty())
        };
        if name == "constructor" || !returns.iter().all(empty) {
            return Vec::new();
        }
        let classes = program.implementers(module, class).take(MAX_CLASSES);
        let methods = classes.flat_map(|(m, c)| {
            let methods = program.module(m).class(c).methods.iter();
            let own = methods.filter(|(n, _)| **n == *name);
            own.map(move |(_, function)| FunctionAt { module: m, function: *function })
        });
        methods.collect()
    }

    /// A member that a class hands to what it wraps: its fields' values, when it says that whatever it does
    /// not have itself is looked for elsewhere.
    pub(super) fn delegated(
        &mut self,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
    ) -> Option<Val> {
        const HOOKS: &[&str] = &["__getattr__", "__getattribute__", "__call", "__get", "method_missing"];
        const MAX_FIELDS: usize = 12;
        let data = self.program.module(module).class(class);
        if !data.methods.iter().any(|(n, _)| HOOKS.contains(&&**n)) {
            return None;
        }
        let mut out = Collect::default();
        for (_, field) in data.fields.iter().take(MAX_FIELDS) {
            let value = self.eval(At { module, expr: *field }, FrameId::NONE);
            for atom in value.iter() {
                let known = matches!(atom, Atom::Extern { package, .. }
                    if !package.is_empty() && &**package != UNKNOWN_PACKAGE);
                if known {
                    let part = self.member(atom, property, site);
                    out.all(&part);
                }
            }
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
    }

    /// A member that the class itself does not hold: of another part of it in another file, or of the
    /// classes that implement it.
    pub(in crate::analysis::eval) fn elsewhere(
        &mut self,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
        depth: u32,
    ) -> Option<Val> {
        const MAX_CLASSES: usize = 8;
        const MAX_LOOKED_AT: usize = 200;
        let program = self.program;
        let wanted = getter(property).unwrap_or_else(|| property.to_owned());
        // Many parts may have to be looked at to find the few that have it.
        let has = |at: &(ModuleId, ClassId)| {
            let members = program.members(at.0, at.1);
            members.has(property) || members.shared.contains_key(&wanted)
        };
        let others: Vec<(ModuleId, ClassId)> = program
            .parts_of(module, class)
            .chain(program.implementers(module, class).take(MAX_LOOKED_AT))
            .filter(has)
            .take(MAX_CLASSES)
            .collect();
        let mut out = Collect::default();
        let found = !others.is_empty();
        for (m, c) in others {
            let value = self.instance_member(m, c, property, site, depth + 1);
            out.all(&value);
        }
        found.then(|| out.done())
    }
}
