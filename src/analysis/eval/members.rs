//! Properties, fields and items of values.

use super::state::{SETTER, STATE};
use super::*;
use crate::analysis::link::Owner;

/// Writes to one part of an object that are looked at.
const MAX_WRITES: usize = 60;

impl Evaluator<'_> {
    /// `atom.property`, read at `site`.
    pub(in crate::analysis) fn member(&mut self, atom: &Atom, property: &str, site: At) -> Val {
        match atom {
            Atom::Extern { package, path, made } => {
                if path.len() > 160 {
                    return Val::default();
                }
                if &**package == STATE {
                    return self.state_member(path, *made, property, site);
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
            Atom::Object(at, frame) | Atom::Props(at, frame) | Atom::Recalled(at, frame) => {
                self.part(atom, *at, *frame, property, site)
            }
            Atom::Instance(..)
                if matches!(property, "value" | "Value" | "Result" | "Message" | "Data")
                    && self.unwraps(atom, property) =>
            {
                Val::of(atom.clone())
            }
            Atom::Instance(module, class) => {
                let value = self.instance_member(*module, *class, property, site, 0);
                let value = self.typed_address(&value, *module, *class, property, site).unwrap_or(value);
                self.put_elsewhere(value, *module, *class, property)
            }
            Atom::Class(module, class) => {
                let value = self.instance_member(*module, *class, property, site, 0);
                if value.iter().all(Self::is_unknown)
                    && let Some(inner) = self.class_within(*module, *class, property)
                {
                    return Val::of(Atom::Class(*module, inner));
                }
                match self.program.module(*module).language {
                    // `Person.email` is the column of a table, not what a row has in it.
                    Language::Python if value.telling() => {
                        let others =
                            value.iter().filter(|a| !matches!(a, Atom::Address { .. } | Atom::Answer { .. }));
                        Val::from(others.cloned().collect::<Vec<_>>())
                    }
                    _ => value,
                }
            }
            Atom::Answer { request, weak, inner } => {
                self.answer_member(*request, *weak, *inner, property, site)
            }
            // `node.get("emailAddress").value`: the same text in its wrapping.
            Atom::Address { .. } if matches!(property, "value" | "Value" | "content" | "contentOrNull") => {
                Val::of(atom.clone())
            }
            // `sink.accept(address)`: a function that is held by a type with one method.
            Atom::Function { at, .. }
                if self.program.module(at.module).language.leaves_out_this()
                    && Methods::get().calls_function.contains(property) =>
            {
                Val::of(atom.clone())
            }
            Atom::Function { .. }
            | Atom::Text { .. }
            | Atom::List(..)
            | Atom::Address { .. }
            | Atom::Kept { .. } => Val::default(),
        }
    }

    /// A property of an object that stands in the program, or of what came back from a store.
    fn part(&mut self, atom: &Atom, at: At, frame: FrameId, property: &str, site: At) -> Val {
        let name = match self.names.get(property) {
            Some(name) => *name,
            None => {
                let name = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.insert(property.into(), name);
                name
            }
        };
        let key = (std::mem::discriminant(atom), at, frame, name);
        if let Some((known, marks)) = self.parts.get(&key) {
            self.marks = self.marks.and(*marks);
            return known.clone();
        }
        self.steps += 1;
        if self.steps >= self.limit {
            self.stopped = true;
            return Val::default();
        }
        if !self.open.insert(key) {
            self.left_out += 1;
            return Val::default();
        }
        let left_out = self.left_out;
        let before = std::mem::take(&mut self.marks);
        let outer = std::mem::replace(&mut self.lowest, u32::MAX);
        let value = match atom {
            Atom::Props(..) => self.attribute(at, frame, property, site),
            Atom::Recalled(..) => self.recalled_member(at, frame, property, site),
            _ => self.field(at, frame, property, site),
        };
        self.open.remove(&key);
        // Which frame it is read in is said by whoever came by the object.
        let marks = self.marks.only(Marks::UNSETTLED);
        self.marks = before.and(marks);
        let read_here = |atom: &Atom| match atom {
            Atom::Address { read, .. } | Atom::Kept { read, .. } => *read == site,
            _ => false,
        };
        let whole = self.lowest > self.nesting && !self.stopped && self.left_out == left_out;
        self.lowest = self.lowest.min(outer);
        if whole && !value.iter().any(read_here) {
            self.parts.insert(key, (value.clone(), marks));
        }
        value
    }

    /// A class that stands in another one, named as its member: `Answer.Found`.
    fn class_within(&self, module: ModuleId, class: ClassId, name: &str) -> Option<ClassId> {
        let data = self.program.module(module);
        if !name.starts_with(|c: char| c.is_ascii_uppercase())
            || !matches!(data.language, Language::Kotlin | Language::Java | Language::CSharp | Language::Ruby)
        {
            return None;
        }
        let found = data.classes.iter().position(|c| *c.name == *name)?;
        let found = ClassId(u32::try_from(found).ok()?);
        (found != class).then_some(found)
    }

    /// The address of a user object that comes from outside the program: from a package that is about
    /// Atlassian's products by its name, or from a payload with the shape of an issue or a page.
    pub(super) fn outside_address(
        &mut self,
        package: &str,
        path: &str,
        property: &str,
        site: At,
    ) -> Option<Val> {
        let name = field_name(property);
        if name != "email" && name != "emailAddress" {
            return None;
        }
        let fields = Fields::get();
        let last = path.rsplit('.').next().unwrap_or_default();
        if name == "email" && fields.has_users_with_email(package, last) {
            return self.unlisted_address(site);
        }
        if name != "emailAddress" {
            return None;
        }
        let payload = package == UNKNOWN_PACKAGE && (fields.is_contained(path) || fields.is_owner(last));
        if !payload && !fields.is_atlassian_package(package)
            || fields.is_something_else(&format!("{path}.{property}"))
        {
            return None;
        }
        self.unlisted_address(site)
    }

    /// A part of an answer: an address when the property is one of the endpoint's.
    pub(super) fn answer_member(
        &mut self,
        request: RequestId,
        weak: bool,
        inner: bool,
        property: &str,
        site: At,
    ) -> Val {
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
        let outside = NO_BODY.contains(&property) || NO_BODY.contains(&&*name);
        let fields = Fields::get();
        // A class of the program may call the address anything.
        let renamed = self.requests.get(request.0 as usize).is_some_and(|data| {
            let is = |wire: &str| {
                let wire = field_name(wire);
                data.fields.iter().any(|f| f.rsplit('.').next().is_some_and(|f| field_name(f) == wire))
            };
            self.shapes.contains_key(&request) && self.program.wire_names(&name).any(is)
        });
        if renamed {
            return Val::of(Atom::Address { request, read: site, weak });
        }
        if outside || fields.holds_no_address(property) || fields.holds_no_address(&name) {
            return Val::default();
        }
        let Some(data) = self.requests.get(request.0 as usize) else { return Val::default() };
        let is = |name: &str| {
            data.fields.iter().any(|f| f.rsplit('.').next().is_some_and(|f| field_name(f) == name))
        };
        // A class of the program may have the property under another name.
        let address = is(&name)
            || self.program.wire_names(&name).any(|wire| is(&field_name(wire)))
            || self.is_method_for_address(request, property);
        let Some(data) = self.requests.get(request.0 as usize) else { return Val::default() };
        Val::of(if address {
            Atom::Address { request, read: site, weak }
        } else {
            // What stands in a user is no user any more, whatever it is.
            let part = inner && data.endpoint.is_about_users() && !data.endpoint.may_contain(property);
            Atom::Answer { request, weak: weak || part, inner: true }
        })
    }

    pub(super) fn field(&mut self, at: At, frame: FrameId, property: &str, site: At) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        let (fields, spreads) = match program.kind(at) {
            ExprKind::Call { .. } => return self.created_with(at, frame, property),
            ExprKind::Local(symbol) => {
                self.written(at.module, *symbol, Some(property), frame, &mut out);
                self.put_into_part(at.module, Owner::Variable(*symbol, at.expr), property, frame, &mut out);
                return out.done();
            }
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                let data = program.module(at.module);
                if let Some((owner, part)) = data.part(at.expr) {
                    for index in program.index(at.module).writes_to_part(owner, part).iter().take(MAX_WRITES)
                    {
                        let Some(write) = data.writes.get(*index) else { continue };
                        if write.property.as_deref() == Some(property) {
                            let value = self.eval(At { module: at.module, expr: write.value }, frame);
                            out.all(&value);
                        }
                    }
                }
                return out.done();
            }
            ExprKind::Object { fields, spreads } => (fields, spreads),
            _ => return Val::default(),
        };
        let mut found = false;
        for (key, value) in fields {
            if key.as_deref() == Some(property) {
                found = true;
                let value = At { module: at.module, expr: *value };
                let instead = is_name_of_somebody(property) && self.stands_in(value);
                let value = self.eval(value, frame);
                match instead {
                    true => {
                        let (addresses, others): (Vec<Atom>, Vec<Atom>) =
                            value.iter().cloned().partition(|a| matches!(a, Atom::Address { .. }));
                        out.all(&Val::from(others));
                        out.weakened(&Val::from(addresses));
                    }
                    false => out.all(&value),
                }
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

    /// Whether a value is a name for want of which something else is taken: `user.displayName || user.email`.
    fn stands_in(&self, at: At) -> bool {
        let module = self.program.module(at.module);
        let arms = match &module.expr(module.peel(at.expr)).kind {
            ExprKind::Choice(ChoiceKind::Default, arms) => arms,
            ExprKind::Local(symbol) => match module.symbol(*symbol).definitions.as_slice() {
                [only] if *only != at.expr && only.0 < at.expr.0 => {
                    return self.stands_in(At { expr: *only, ..at });
                }
                _ => return false,
            },
            _ => return false,
        };
        arms.first().is_some_and(|first| match &module.expr(module.peel(*first)).kind {
            ExprKind::Member { property, .. } => is_name_of_somebody(&field_name(property)),
            ExprKind::Choice(ChoiceKind::Default, _) => self.stands_in(At { expr: *first, ..at }),
            _ => false,
        })
    }

    /// What is put into a part of an object: items as they are, members as those of an object.
    pub(super) fn put_into_part(
        &mut self,
        module: ModuleId,
        owner: Owner,
        part: &str,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let writes = program.index(module).writes_to_part(owner, part);
        // What is put into a store of a package's does not come out of its every method.
        let foreign = |a: &Atom| {
            matches!(a, Atom::Extern { package, .. } if &**package != UNKNOWN_PACKAGE) && !is_collection(a)
        };
        if writes.is_empty() || out.has(foreign) {
            return;
        }
        let data = program.module(module);
        let mut named = None;
        for write in writes.iter().take(MAX_WRITES).filter_map(|i| data.writes.get(*i)) {
            if write.property.is_some() {
                named = named.or(Some(data.peel(write.object)));
                continue;
            }
            let value = self.eval(At { module, expr: write.value }, frame);
            out.all(&value);
        }
        if let Some(expr) = named {
            out.add(Atom::Object(At { module, expr }, frame));
        }
    }

    /// What an object of the program was made with: `new User { Email = x }`, `User(email = x)`.
    pub(super) fn created_with(&mut self, at: At, frame: FrameId, property: &str) -> Val {
        let program = self.program;
        let ExprKind::Call { callee, arguments, named, .. } = program.kind(at) else { return Val::default() };
        let here = |expr: ExprId| At { module: at.module, expr };
        let wanted = field_name(property);
        let mut out = Collect::default();
        for (_, value) in named.iter().filter(|(name, _)| field_name(name) == wanted) {
            let value = self.eval(here(*value), frame);
            out.all(&value);
        }
        for (_, spread) in named.iter().filter(|(name, _)| &**name == "**") {
            for atom in self.eval(here(*spread), frame).iter() {
                let part = self.member(atom, property, here(*spread));
                out.all(&part);
            }
        }
        for (_, value) in program.module(at.module).built(at.expr).iter().filter(|(n, _)| *n == wanted) {
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

    /// Whether a value says by itself with what an object of a class was made, so that what other objects of
    /// the class were made with does not count: the property is nothing but a parameter of the constructor.
    pub(super) fn is_made_apart(
        &mut self,
        value: &Val,
        module: ModuleId,
        class: ClassId,
        property: &str,
    ) -> bool {
        let program = self.program;
        let mut made = false;
        for atom in value.iter() {
            if let Atom::Object(at, _) = atom
                && let ExprKind::Call { callee, .. } = program.kind(*at)
            {
                let callee = self.eval(At { module: at.module, expr: *callee }, FrameId::NONE);
                made |= callee.iter().any(|a| *a == Atom::Class(module, class));
            }
        }
        if !made {
            return false;
        }
        let data = program.module(module);
        let wanted = field_name(property);
        let members = program.members(module, class);
        members.shared.get(&*wanted).is_some_and(|values| {
            values.iter().all(|value| match &data.expr(data.peel(*value)).kind {
                ExprKind::Parameter(of, index) => is_constructor_parameter(data, *of, *index, &wanted),
                ExprKind::Local(symbol) => data.symbol(*symbol).definitions.iter().all(|d| {
                    matches!(data.expr(data.peel(*d)).kind, ExprKind::Parameter(of, index)
                        if is_constructor_parameter(data, of, index, &wanted))
                }),
                ExprKind::Constant | ExprKind::Text(_) => true,
                _ => false,
            })
        })
    }

    pub(super) fn attribute(&mut self, at: At, frame: FrameId, property: &str, site: At) -> Val {
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

    pub(super) fn instance_member(
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
    fn put_elsewhere(&mut self, value: Val, module: ModuleId, class: ClassId, property: &str) -> Val {
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
    fn copied(&mut self, module: ModuleId, class: ClassId, property: &str, out: &mut Collect) {
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
    fn promised(&mut self, module: ModuleId, class: ClassId, method: &str) -> Option<Val> {
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
    fn overriding(
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
    fn delegated(&mut self, module: ModuleId, class: ClassId, property: &str, site: At) -> Option<Val> {
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
    pub(super) fn elsewhere(
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
    fn of_pairs(&mut self, lists: &Val, out: &mut Collect) {
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
    pub(super) fn item(&mut self, list: At, index: u32, frame: FrameId) -> Val {
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
    fn of_pair(&mut self, list: At, index: u32, frame: FrameId) -> Option<Val> {
        let module = self.program.module(list.module);
        let ExprKind::Element(walked) = module.expr(module.peel(list.expr)).kind else { return None };
        let here = |expr: ExprId| At { module: list.module, expr };
        // `for (const [key, value] of map)`
        if module.language == Language::JavaScript
            && let ExprKind::Local(symbol) = module.expr(module.peel(walked)).kind
            && self.program.index(list.module).keys.contains_key(&symbol)
        {
            if index == 0 {
                return Some(self.keys_of(here(walked), frame));
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
                let map = match (&**property, arguments.as_slice()) {
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

    /// The keys that are put into a variable's map, as far as they are addresses.
    pub(in crate::analysis) fn keys_of(&mut self, map: At, frame: FrameId) -> Val {
        let program = self.program;
        let module = program.module(map.module);
        let mut out = Collect::default();
        if let ExprKind::Local(symbol) = module.expr(module.peel(map.expr)).kind {
            for key in program.index(map.module).keys.get(&symbol).into_iter().flatten() {
                let key = At { module: map.module, expr: *key };
                let value = self.eval(key, frame);
                match self.stands_in(key) {
                    true => out.weakened(&value),
                    false => out.carried(&value),
                }
            }
        }
        out.done()
    }

    /// The `index`th result of a call. Only what a function of the program returns has more than one that
    /// is known; of anything else the first is what it gives, and the rest says how it went.
    pub(super) fn result(&mut self, call: At, index: u32, frame: FrameId) -> Val {
        let program = self.program;
        let value = self.eval(call, frame);
        let mut out = Collect::default();
        for atom in value.iter() {
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
    pub(super) fn set_state(&mut self, module: ModuleId, call: ExprId, frame: FrameId, out: &mut Collect) {
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

/// Whether a property holds what somebody is called.
fn is_name_of_somebody(property: &str) -> bool {
    const NAMES: &[&str] =
        &["displayName", "name", "fullName", "label", "title", "userName", "username", "author"];
    NAMES.contains(&property)
}

/// Whether a parameter is the one of a constructor that has a property's name.
fn is_constructor_parameter(module: &Module, of: FunctionId, index: u32, wanted: &str) -> bool {
    let function = module.function(of);
    function.name.as_deref() == Some("constructor")
        && function.parameters.get(index as usize).is_some_and(|p| field_name(&p.name) == wanted)
}
