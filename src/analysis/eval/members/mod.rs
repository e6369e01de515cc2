//! Properties, fields and items of values.

mod classes;
mod items;

use super::state::STATE;
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
                let path = self.meanings.longer(path, property);
                Val::of(Atom::Extern { package: Rc::clone(package), path, made: *made })
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
            Atom::Answer { request, weak, piece } => {
                self.answer_member(*request, *weak, *piece, property, site)
            }
            // `node.get("emailAddress").value`: the same text in its wrapping.
            Atom::Address { .. } if Methods::get().text_members.contains(property) => Val::of(atom.clone()),
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
        if self.lacks(atom, at, property) {
            return Val::default();
        }
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

    /// Whether an object that is written out has no property of a name, by what is written.
    fn lacks(&self, atom: &Atom, at: At, property: &str) -> bool {
        if !matches!(atom, Atom::Object(..)) {
            return false;
        }
        match self.program.kind(at) {
            ExprKind::Object { fields, spreads } => {
                spreads.is_empty()
                    && fields.iter().all(|(key, _)| key.as_deref().is_some_and(|key| key != property))
            }
            ExprKind::Local(symbol) => {
                let index = self.program.index(at.module);
                !index.writes.contains_key(symbol)
                    && !index.part_writes.contains_key(symbol)
                    && !self.fills.contains_key(&(at.module, *symbol))
            }
            _ => false,
        }
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
        // `users.First()` and `byKey.Values` are of the type that the list is of.
        let of_list = |name: &str| {
            let methods = Methods::get();
            let bare = name.trim_end_matches("()");
            methods.keeps.contains(bare) || methods.finds.contains(bare) || methods.walks.contains(bare)
        };
        let mut names = path.rsplit('.');
        let last = names.next().unwrap_or_default();
        let owner = if of_list(last) { names.find(|n| !of_list(n)).unwrap_or(last) } else { last };
        if name == "email" && fields.has_users_with_email(package, owner) {
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
        piece: Piece,
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
            return Val::of(Atom::Address { request, read: site, weak, joined: false });
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
            Atom::Address { request, read: site, weak, joined: false }
        } else {
            // What stands in a user is no user any more, whatever it is.
            let inner = piece != Piece::Response;
            let part = inner && data.endpoint.is_about_users() && !data.endpoint.may_contain(property);
            let piece = match inner && !data.endpoint.leads_to_people(property) {
                true => Piece::Part,
                false => piece.in_body(),
            };
            Atom::Answer { request, weak: weak || part, piece }
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
        let ExprKind::Markup(markup) = program.kind(at) else { return Val::default() };
        let mut out = Collect::default();
        for (key, value) in &markup.attributes {
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
}

/// Whether a parameter is the one of a constructor that has a property's name.
fn is_constructor_parameter(module: &Module, of: FunctionId, index: u32, wanted: &str) -> bool {
    let function = module.function(of);
    function.name.as_deref() == Some("constructor")
        && function.parameters.get(index as usize).is_some_and(|p| field_name(&p.name) == wanted)
}

/// Whether a property holds what somebody is called.
fn is_name_of_somebody(property: &str) -> bool {
    const NAMES: &[&str] =
        &["displayName", "name", "fullName", "label", "title", "userName", "username", "author"];
    NAMES.contains(&property)
}
