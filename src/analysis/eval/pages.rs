//! What a template is filled in with.

use super::*;

/// Templates inside templates.
const MAX_TEMPLATES: u32 = 6;

impl Evaluator<'_> {
    /// What stands under a name in what a template is filled in with; without a name, what it is filled
    /// in with as a whole.
    pub(super) fn filled_in(&mut self, template: ModuleId, name: Option<&str>, site: At, depth: u32) -> Val {
        let mut out = Collect::default();
        if depth > MAX_TEMPLATES {
            return out.done();
        }
        for rendering in self.pages.of(template).to_vec() {
            let mut found = false;
            if let Some(name) = name {
                for (_, at) in rendering.named.iter().filter(|(n, _)| **n == *name) {
                    let value = self.eval(*at, FrameId::NONE);
                    found |= !value.is_empty();
                    out.all(&value);
                }
            }
            for object in rendering.objects.iter().filter(|_| !found) {
                let value = self.eval(*object, FrameId::NONE);
                for atom in value.iter() {
                    match (atom, name) {
                        (Atom::Text { .. } | Atom::Function { .. }, _) => {}
                        // What is only known by a name holds what it holds.
                        (Atom::Extern { .. }, _) => {}
                        (_, Some(name)) => out.all(&self.member(atom, name, site)),
                        (_, None) => out.add(atom.clone()),
                    }
                }
            }
            if let (Some(name), Some((module, class)), false) = (name, rendering.class, found)
                && self.has_field(module, class, name)
            {
                let value = self.instance_member(module, class, name, site, 0);
                out.all(&value);
            }
            if name.is_none()
                && let Some((module, class)) = rendering.class
                && rendering.objects.is_empty()
            {
                out.add(Atom::Instance(module, class));
            }
            if let Some(outer) = rendering.outer {
                let value = self.filled_in(outer, name, site, depth + 1);
                out.all(&value);
            }
        }
        out.done()
    }

    fn has_field(&self, module: ModuleId, class: ClassId, name: &str) -> bool {
        let class = self.program.module(module).class(class);
        class.fields.iter().any(|(n, _)| **n == *name) || class.field_types.iter().any(|(n, _)| **n == *name)
    }

    /// Whether an expression is what a template is filled in with.
    pub(super) fn is_context(&self, at: At) -> bool {
        let module = self.program.module(at.module);
        module.language == Language::Template && matches!(module.expr(at.expr).kind, ExprKind::Parameter(..))
    }
}
