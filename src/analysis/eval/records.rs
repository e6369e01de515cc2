//! Objects of the program's own: what they are made with and filled with, and whom they stand for.

use super::*;
use crate::analysis::accesses::is_of_a_user_type;
use crate::program::Module;

impl Evaluator<'_> {
    /// The address that a property of a class for Atlassian's users holds, when nothing in the program says
    /// what is put there: whoever fills the object in is out of sight.
    pub(super) fn typed_address(
        &mut self,
        value: &Val,
        module: ModuleId,
        class: ClassId,
        property: &str,
        site: At,
    ) -> Option<Val> {
        if field_name(property) != "emailAddress" && !self.program.is_address_on_wire(property) {
            return None;
        }
        let known = value.iter().any(|a| match a {
            Atom::Extern { .. } => !Self::is_unknown(a),
            // A plain getter is called for what the field holds.
            Atom::Function { at, .. } => !self.only_reads(*at),
            _ => true,
        });
        if known || self.within_class(site, module, class) || !self.is_user_type(module, class) {
            return None;
        }
        self.unlisted_address(site)
    }

    /// An answer that is put into an object of a class of the program.
    pub(in crate::analysis) fn put_into_class(
        &mut self,
        value: &Val,
        module: ModuleId,
        class: ClassId,
    ) -> Val {
        let declared = !self.program.module(module).class(class).properties.is_empty();
        let mut out = Collect::default();
        for atom in value.iter() {
            let Atom::Answer { request, weak, piece } = atom else { continue };
            if declared {
                self.shapes.entry(*request).or_default().insert((module, class));
            }
            out.add(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() });
        }
        out.done()
    }

    /// Whether a name is one of a method that gives nothing but the address of its object, where its class is
    /// one that the answer to a request is put into.
    pub(super) fn is_method_for_address(&mut self, request: RequestId, name: &str) -> bool {
        const MAX_FUNCTIONS: usize = 8;
        let program = self.program;
        let Some(shapes) = self.shapes.get(&request) else { return false };
        let functions = program.methods_named(name);
        if functions.is_empty() || functions.len() > MAX_FUNCTIONS {
            return false;
        }
        let shapes = shapes.clone();
        let Some(data) = self.requests.get(request.0 as usize) else { return false };
        let fields: BTreeSet<String> =
            data.fields.iter().map(|f| field_name(f.rsplit('.').next().unwrap_or(f)).into_owned()).collect();
        functions.iter().any(|of| {
            let module = program.module(of.module);
            let function = module.function(of.function);
            let Some(class) = function.class.filter(|_| function.parameters.is_empty()) else {
                return false;
            };
            let gives =
                function.returns.iter().take(6).any(|r| gives_field(program, of.module, *r, &fields, 0));
            gives && shapes.iter().any(|(m, c)| self.is_part(*m, *c, &module.class(class).name, 0))
        })
    }

    /// Whether objects of a class are, or have in them, objects of the class of a name.
    fn is_part(&mut self, module: ModuleId, class: ClassId, name: &str, depth: u32) -> bool {
        const MAX_DEPTH: u32 = 4;
        let data = self.program.module(module).class(class);
        if *data.name == *name {
            return true;
        }
        if depth >= MAX_DEPTH {
            return false;
        }
        let types: Vec<Box<str>> = data.properties.iter().filter_map(|p| p.type_name.clone()).collect();
        types.iter().any(|t| {
            let instance = self.instance_of(module, t).unwrap_or_default();
            instance.iter().any(|a| match a {
                Atom::Instance(m, c) if (*m, *c) != (module, class) => self.is_part(*m, *c, name, depth + 1),
                _ => false,
            })
        })
    }

    /// What a method of a class makes of an answer that is no method of the program's:
    /// `User.model_validate(answer)`, `UserSchema().load(answer)`.
    pub(in crate::analysis) fn made_of(
        &mut self,
        object: At,
        arguments: &[ExprId],
        frame: FrameId,
        out: &mut Collect,
    ) {
        let owner = self.eval(object, frame);
        let classes: Vec<(ModuleId, ClassId)> = owner
            .iter()
            .filter_map(|a| match a {
                Atom::Class(m, c) => Some((*m, *c)),
                Atom::Instance(m, c) if self.is_schema(*m, *c) => Some((*m, *c)),
                _ => None,
            })
            .collect();
        if classes.is_empty() {
            return;
        }
        for argument in arguments.iter().take(2) {
            let value = self.eval(At { module: object.module, expr: *argument }, frame);
            for (module, class) in &classes {
                let made = self.put_into_class(&value, *module, *class);
                out.all(&made);
            }
        }
    }

    /// Whether objects of a class only say what others hold.
    fn is_schema(&self, module: ModuleId, class: ClassId) -> bool {
        let name = &self.program.module(module).class(class).name;
        ["Schema", "Serializer", "Deserializer"].iter().any(|end| name.ends_with(end))
    }

    /// The address of a user whom no known request gave.
    pub(super) fn unlisted_address(&mut self, site: At) -> Option<Val> {
        let answer = self.answer_of("jira.unlisted", site, Caller::Unknown)?;
        let request = answer.iter().find_map(|a| match a {
            Atom::Answer { request, .. } => Some(*request),
            _ => None,
        })?;
        Some(Val::of(Atom::Address { request, read: site, weak: false, joined: false }))
    }

    /// Whether a method returns a field of its object and does nothing else.
    fn only_reads(&self, of: FunctionAt) -> bool {
        let data = self.program.module(of.module);
        let function = data.function(of.function);
        match function.returns.as_slice() {
            [only] if function.parameters.is_empty() => match &data.expr(data.peel(*only)).kind {
                ExprKind::Member { object, .. } => {
                    matches!(data.expr(data.peel(*object)).kind, ExprKind::This)
                }
                _ => false,
            },
            // Only promised.
            [] => true,
            _ => false,
        }
    }

    /// Whether a place is in a method of a class.
    fn within_class(&self, site: At, module: ModuleId, class: ClassId) -> bool {
        let data = self.program.module(site.module);
        site.module == module && data.function(data.expr(site.expr).function).class == Some(class)
    }

    fn is_user_type(&mut self, module: ModuleId, class: ClassId) -> bool {
        if let Some(known) = self.user_types.get(&(module, class)) {
            return *known;
        }
        let is = is_of_a_user_type(self.program, &Atom::Instance(module, class));
        self.user_types.insert((module, class), is);
        is
    }
}

/// Whether what a method returns is a field of its object that holds an address, and nothing else of it.
fn gives_field(
    program: &Program,
    module: ModuleId,
    expr: ExprId,
    fields: &BTreeSet<String>,
    depth: u32,
) -> bool {
    const MAX_DEPTH: u32 = 6;
    if depth > MAX_DEPTH {
        return false;
    }
    let data = program.module(module);
    let gives = |expr: ExprId| gives_field(program, module, expr, fields, depth + 1);
    let is_this = |expr: ExprId| match data.expr(data.peel(expr)).kind {
        ExprKind::This => true,
        ExprKind::Local(symbol) => matches!(data.symbol(symbol).definitions.as_slice(),
            [only] if matches!(data.expr(data.peel(*only)).kind, ExprKind::This)),
        _ => false,
    };
    match &data.expr(data.peel(expr)).kind {
        ExprKind::Member { object, property, .. } => {
            is_this(*object)
                && (fields.contains(&*field_name(property))
                    || program.wire_names(&field_name(property)).any(|w| fields.contains(&*field_name(w))))
        }
        ExprKind::Call { callee, .. } => match &data.expr(data.peel(*callee)).kind {
            ExprKind::Member { object, property, .. } => {
                Methods::get().text_keeps.contains(&**property) && gives(*object)
            }
            _ => false,
        },
        ExprKind::Join(parts) | ExprKind::List(parts) => parts.iter().take(20).any(|p| gives(*p)),
        ExprKind::Choice(_, arms) => arms.iter().take(20).any(|a| gives(*a)),
        _ => false,
    }
}

impl Module {
    /// What a chain of calls that ends in `build()` was given, by the property that each call sets:
    /// `User.builder().id(a).email(b).build()`.
    pub(in crate::analysis) fn built(&self, call: ExprId) -> Vec<(String, ExprId)> {
        const ENDS: &[&str] = &["build", "Build", "create", "toDto", "make"];
        const MAX_CALLS: usize = 40;
        let mut out = Vec::new();
        let called = |id: ExprId| match &self.expr(self.peel(id)).kind {
            ExprKind::Call { callee, arguments, .. } => match &self.expr(self.peel(*callee)).kind {
                ExprKind::Member { object, property, .. } => Some((*object, &**property, &**arguments)),
                _ => None,
            },
            _ => None,
        };
        let Some((mut object, end, [])) = called(call) else { return out };
        if !ENDS.contains(&end) {
            return out;
        }
        for _ in 0..MAX_CALLS {
            let Some((before, name, arguments)) = called(object) else { break };
            if let [value] = arguments {
                let bare = ["with", "set"].iter().find_map(|p| {
                    let rest = name.strip_prefix(p)?;
                    rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_').then_some(rest)
                });
                let name = field_name(bare.unwrap_or(name).trim_start_matches('_'));
                out.push((name.into_owned(), *value));
            }
            object = before;
        }
        out
    }
}
