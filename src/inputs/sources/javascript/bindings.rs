//! What defines a variable: declarations, destructuring, assignments.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty,
    BindingPattern, MemberExpression, PropertyKey, SimpleAssignmentTarget,
};
use oxc_span::GetSpan;

use super::{Lower, span, span_of};
use crate::program::{ChoiceKind, ExprId, ExprKind};

impl Lower {
    /// Takes `value` apart along `pattern`.
    pub(super) fn bind(&mut self, pattern: &BindingPattern<'_>, value: ExprId) {
        self.bind_with(pattern, value, false);
    }

    fn bind_with(&mut self, pattern: &BindingPattern<'_>, value: ExprId, default: bool) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                if let Some(id) = name.symbol_id.get() {
                    let symbol = self.symbol(id);
                    self.builder.define(symbol, value);
                }
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let with_default = matches!(property.value, BindingPattern::AssignmentPattern(_));
                    let at = span(property.span);
                    let part = match property.key.static_name() {
                        Some(name) => ExprKind::Member {
                            object: value,
                            property: name.as_ref().into(),
                            optional: false,
                            default: with_default || default,
                        },
                        None => {
                            let index = self.key(&property.key);
                            ExprKind::Index { object: value, index }
                        }
                    };
                    let part = self.builder.push(part, at);
                    self.bind_with(&property.value, part, false);
                }
                if let Some(rest) = &object.rest {
                    let part = self.builder.push(ExprKind::Same(value), span(rest.span));
                    self.bind_with(&rest.argument, part, false);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (i, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let index = u32::try_from(i).unwrap_or(u32::MAX);
                        let kind = ExprKind::Item { object: value, index };
                        let part = self.builder.push(kind, span_of(element));
                        self.bind_with(element, part, false);
                    }
                }
                if let Some(rest) = &array.rest {
                    let part = self.builder.push(ExprKind::Same(value), span(rest.span));
                    self.bind_with(&rest.argument, part, false);
                }
            }
            BindingPattern::AssignmentPattern(assignment) => {
                let fallback = self.expression(&assignment.right);
                let kind = ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]);
                let either = self.builder.push(kind, span(assignment.span));
                self.bind_with(&assignment.left, either, true);
            }
        }
    }

    /// The value of a property key that is computed.
    pub(super) fn key(&mut self, key: &PropertyKey<'_>) -> ExprId {
        match key.as_expression() {
            Some(expression) => self.expression(expression),
            None => self.constant(key.span()),
        }
    }

    /// An assignment; its value is the assigned one.
    pub(super) fn assignment(&mut self, assignment: &AssignmentExpression<'_>) -> ExprId {
        let right = self.expression(&assignment.right);
        let at = span(assignment.span);
        let value = if assignment.operator.is_assign() {
            right
        } else if assignment.operator.is_logical() {
            // `a ||= b`: a is asked first, so its absence is handled.
            right
        } else {
            // `text += more` joins; for numbers it does no harm.
            self.builder.push(ExprKind::Join(vec![right]), at)
        };
        self.assign(&assignment.left, value);
        self.builder.push(ExprKind::Same(value), at)
    }

    /// Says that `value` goes to `target`.
    pub(super) fn assign(&mut self, target: &AssignmentTarget<'_>, value: ExprId) {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                if let Some(symbol) = self.referred(name) {
                    self.builder.define(symbol, value);
                }
            }
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                for (i, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let index = u32::try_from(i).unwrap_or(u32::MAX);
                        let part =
                            self.builder.push(ExprKind::Item { object: value, index }, span_of(element));
                        self.assign_maybe(element, part);
                    }
                }
                if let Some(rest) = &array.rest {
                    self.assign(&rest.target, value);
                }
            }
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                for property in &object.properties {
                    match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(p) => {
                            let kind = ExprKind::Member {
                                object: value,
                                property: p.binding.name.as_str().into(),
                                optional: false,
                                default: p.init.is_some(),
                            };
                            let part = self.builder.push(kind, span(p.span));
                            if let Some(symbol) = self.referred(&p.binding) {
                                self.builder.define(symbol, part);
                            }
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(p) => {
                            let part = match p.name.static_name() {
                                Some(name) => ExprKind::Member {
                                    object: value,
                                    property: name.as_ref().into(),
                                    optional: false,
                                    default: false,
                                },
                                None => {
                                    let index = self.key(&p.name);
                                    ExprKind::Index { object: value, index }
                                }
                            };
                            let part = self.builder.push(part, span(p.span));
                            self.assign_maybe(&p.binding, part);
                        }
                    }
                }
                if let Some(rest) = &object.rest {
                    self.assign(&rest.target, value);
                }
            }
            other => {
                if let Some(simple) = other.as_simple_assignment_target() {
                    self.assign_member(simple, value);
                }
            }
        }
    }

    fn assign_maybe(&mut self, target: &AssignmentTargetMaybeDefault<'_>, value: ExprId) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with) => {
                let fallback = self.expression(&with.init);
                let kind = ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]);
                let either = self.builder.push(kind, span(with.span));
                self.assign(&with.binding, either);
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.assign(target, value);
                }
            }
        }
    }

    fn assign_member(&mut self, target: &SimpleAssignmentTarget<'_>, value: ExprId) {
        let Some(member) = target.as_member_expression() else { return };
        let (object, property) = match member {
            MemberExpression::StaticMemberExpression(m) => {
                (self.expression(&m.object), Some(Box::from(m.property.name.as_str())))
            }
            MemberExpression::ComputedMemberExpression(m) => {
                let object = self.expression(&m.object);
                let index = self.expression(&m.expression);
                let name = match self.builder.kind(index) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => None,
                };
                if name.is_none() {
                    // What is used as a key is of interest by itself.
                    self.builder.push(ExprKind::Index { object, index }, span(m.span));
                }
                (object, name)
            }
            MemberExpression::PrivateFieldExpression(m) => {
                let object = self.expression(&m.object);
                (object, Some(format!("#{}", m.field.name).into_boxed_str()))
            }
        };
        self.member_write(object, property, value);
    }

    /// Records `object.property = value`: as a class field, an export, or a write.
    pub(super) fn member_write(&mut self, object: ExprId, property: Option<Box<str>>, value: ExprId) {
        if let (Some(name), ExprKind::This, Some(class)) = (&property, self.builder.kind(object), self.class)
        {
            let name = name.clone();
            if let Some(class) = self.builder.class_mut(class) {
                class.fields.push((name, value));
            }
        }
        if let Some(name) = &property {
            // CommonJS: `module.exports = x`, `exports.name = x`, `module.exports.name = x`.
            let exports = |kind: &ExprKind| matches!(kind, ExprKind::Global(g) if &**g == "exports");
            match self.builder.kind(object).clone() {
                ExprKind::Global(g) if &*g == "module" && &**name == "exports" => {
                    self.builder.export("module.exports", value);
                }
                kind if exports(&kind) => self.builder.export(name, value),
                ExprKind::Member { object: inner, property: p, .. }
                    if &*p == "exports"
                        && matches!(self.builder.kind(inner), ExprKind::Global(g) if &**g == "module") =>
                {
                    self.builder.export(name, value);
                }
                _ => {}
            }
        }
        self.builder.write(object, property, value);
    }
}
