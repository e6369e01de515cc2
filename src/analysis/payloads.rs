//! What others hand to the program: the bodies of Jira's webhooks, and what a framework fills in.
//!
//! Only payloads that say by themselves what they are. Everything else that comes from outside stays
//! unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::eval::{Evaluator, Request};
use super::link::Program;
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Val};
use crate::catalog::clients::Clients;
use crate::catalog::endpoints::{Asked, Endpoints, Fit, Target};
use crate::facts::Caller;
use crate::findings::Confidence;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Module, SymbolId};

/// Keys that only the body of a Jira webhook has.
const KEYS: &[&str] = &["webhookEvent", "issue_event_type_name"];

/// Where the bodies of webhooks are held.
#[derive(Default)]
pub(super) struct Payloads {
    /// In variables.
    symbols: BTreeMap<(ModuleId, SymbolId), At>,
    /// In members, by function and name as written: `req.body`.
    names: BTreeMap<(ModuleId, FunctionId, String), At>,
    /// Modules that have such members.
    modules: BTreeSet<ModuleId>,
}

impl Payloads {
    pub(super) fn new(program: &Program) -> Self {
        let mut found = Self::default();
        for id in program.ids() {
            let module = program.module(id);
            for (at, _) in module.all() {
                let Some((object, key)) = module.key_read(at) else { continue };
                if !KEYS.contains(&key) || !names_jira(module) {
                    continue;
                }
                found.holds(id, module, module.peel(object), at);
            }
        }
        found
    }

    fn holds(&mut self, id: ModuleId, module: &Module, object: ExprId, read: ExprId) {
        match &module.expr(object).kind {
            ExprKind::Local(symbol) => {
                let made = module.symbol(*symbol).definitions.first().copied().unwrap_or(read);
                self.symbols.entry((id, *symbol)).or_insert(At { module: id, expr: made });
            }
            ExprKind::Member { .. } | ExprKind::Global(_) => {
                if let Some(name) = module.written_name(object) {
                    let function = module.expr(object).function;
                    let at = At { module: id, expr: object };
                    self.names.entry((id, function, name)).or_insert(at);
                    self.modules.insert(id);
                }
            }
            _ => {}
        }
    }

    /// The place at which the body that an expression is comes in.
    pub(super) fn body(&self, program: &Program, at: At) -> Option<At> {
        if self.symbols.is_empty() && self.names.is_empty() {
            return None;
        }
        let module = program.module(at.module);
        match &module.expr(at.expr).kind {
            ExprKind::Local(symbol) => self.symbols.get(&(at.module, *symbol)).copied(),
            ExprKind::Member { .. } | ExprKind::Global(_) if self.modules.contains(&at.module) => {
                let name = module.written_name(at.expr)?;
                self.names.get(&(at.module, module.expr(at.expr).function, name)).copied()
            }
            _ => None,
        }
    }
}

/// Whether a module names Jira anywhere: in its path, its texts, its names.
fn names_jira(module: &Module) -> bool {
    let says = |text: &str| text.to_ascii_lowercase().contains("jira");
    says(&module.file)
        || module.symbols.iter().any(|s| says(&s.name))
        || module.exprs.iter().any(|e| match &e.kind {
            ExprKind::Text(text) | ExprKind::Global(text) => says(text),
            ExprKind::Import { specifier, .. } => says(specifier),
            _ => false,
        })
}

impl Evaluator<'_> {
    /// The body of a webhook, when an expression is one.
    pub(super) fn webhook(&mut self, at: At) -> Option<Val> {
        let site = self.payloads.body(self.program, at)?;
        self.handed("jira.webhook", site, Caller::Unknown)
    }

    /// What a framework hands to a method's parameter, when that is what another method returned, or the
    /// answer of the address that another method or field names.
    pub(super) fn hooked(&mut self, of: FunctionAt, index: usize) -> Option<Val> {
        let program = self.program;
        let module = program.module(of.module);
        let function = module.function(of.function);
        let class = function.class?;
        let name = function.name.as_deref()?;
        let mut out = Collect::default();
        for hook in Clients::get().hooks(module.language.table_name(), name, index) {
            let mut classes = vec![(of.module, class)];
            if hook.folder {
                classes.extend(self.in_folder(of.module));
            }
            for (m, c) in classes {
                for from in &hook.from {
                    let value = self.handed_by_hook(m, c, from);
                    out.all(&value);
                }
            }
        }
        let value = out.done();
        (!value.is_empty()).then_some(value)
    }

    /// The answers that a method of a class gives, or that the address which it or a field names would give.
    fn handed_by_hook(&mut self, module: ModuleId, class: ClassId, from: &str) -> Val {
        let program = self.program;
        let data = program.module(module).class(class);
        let mut out = Collect::default();
        let mut texts: Vec<(At, Rc<str>)> = Vec::new();
        for (_, method) in data.methods.iter().filter(|(n, _)| **n == *from) {
            let source = FunctionAt { module, function: *method };
            if let Some(expr) = program.module(module).function(*method).returns.first() {
                let at = At { module, expr: *expr };
                let value = self.enter(source, Vec::new(), at, FrameId::NONE, FrameId::NONE);
                out.carried(&value);
                for atom in value.iter().filter(|a| matches!(a, Atom::Object(..))) {
                    out.add(atom.clone());
                }
                texts.extend(value.texts().map(|t| (at, Rc::clone(t))));
            }
        }
        for (_, field) in data.fields.iter().filter(|(n, _)| **n == *from) {
            let at = At { module, expr: *field };
            let value = self.eval(at, FrameId::NONE);
            texts.extend(value.texts().map(|t| (at, Rc::clone(t))));
        }
        for (site, text) in texts {
            let Some(target) = Target::parse(&text) else { continue };
            let Some(found) =
                Endpoints::get().find(&target, Asked { method: Some("GET"), ..Asked::default() })
            else {
                continue;
            };
            if found.fit != Fit::Full {
                continue;
            }
            let answer = self.answer(Request {
                site,
                endpoint: found.endpoint,
                fields: found.endpoint.fields.clone(),
                sdk: None,
                product: found.endpoint.product,
                caller: Caller::Token,
                confidence: Confidence::Likely,
                path: Some(target.shown()),
            });
            for atom in answer.iter() {
                if let Atom::Answer { request, weak, piece } = atom {
                    out.add(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() });
                }
            }
        }
        out.done()
    }

    /// The classes of the files beside one.
    fn in_folder(&self, module: ModuleId) -> Vec<(ModuleId, ClassId)> {
        const MAX_CLASSES: usize = 24;
        let folder = |m: ModuleId| self.program.module(m).file.rsplit_once('/').map_or("", |(f, _)| f);
        let own = folder(module);
        let others = self.program.ids().filter(|m| *m != module && folder(*m) == own);
        let classes = others.flat_map(|m| {
            let count = u32::try_from(self.program.module(m).classes.len()).unwrap_or(0);
            (0..count).map(move |c| (m, ClassId(c)))
        });
        classes.take(MAX_CLASSES).collect()
    }
}
