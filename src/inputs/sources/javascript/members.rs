//! Objects whose functions name them as `this`: the object that a literal makes, and the stores that libraries make
//! of a description.

use oxc_ast::ast::{Argument, CallExpression, Expression, ObjectExpression, ObjectPropertyKind};

use super::component::{object_fields, returned_fields};
use super::{Lower, span};
use crate::program::{ClassId, ExprId, ExprKind};

/// Functions that make a store of what they are handed, by their names.
const STORES: &[&str] = &["defineStore"];

impl Lower {
    /// Lowers the functions of an object literal as those of a class of its own, when they can name it; gives the
    /// class around back, to be set again behind them.
    pub(super) fn own_members(
        &mut self,
        object: &ObjectExpression<'_>,
    ) -> Option<(Option<ClassId>, ClassId)> {
        if self.markup.is_some() || self.described {
            return None;
        }
        let named = object.properties.iter().any(|property| match property {
            ObjectPropertyKind::ObjectProperty(p) => matches!(p.value, Expression::FunctionExpression(_)),
            ObjectPropertyKind::SpreadProperty(_) => false,
        });
        if !named {
            return None;
        }
        let class = self.builder.class("");
        Some((self.class, class))
    }

    /// What the functions of an object put into it as `this.name = value`, besides the fields that it was written
    /// with; these become members of the class that its functions see.
    pub(super) fn own_fields(&mut self, class: ClassId, fields: &mut Vec<(Option<Box<str>>, ExprId)>) {
        let methods: Vec<_> = fields
            .iter()
            .filter_map(|(name, value)| match (name, self.builder.kind(*value)) {
                (Some(name), ExprKind::Function(function)) => Some((name.clone(), *function)),
                _ => None,
            })
            .collect();
        let written: Vec<_> = fields
            .iter()
            .filter(|(_, value)| !matches!(self.builder.kind(*value), ExprKind::Function(_)))
            .filter_map(|(name, value)| Some((name.clone()?, *value)))
            .collect();
        let Some(class) = self.builder.class_mut(class) else { return };
        fields.extend(class.fields.iter().map(|(name, value)| (Some(name.clone()), *value)));
        class.fields.extend(written);
        class.methods.extend(methods);
    }

    /// `defineStore('name', {state, getters, actions})` gives a class, and `defineStore('name', () => ({…}))` the
    /// function: what is called to get at the store.
    pub(super) fn store(&mut self, call: &CallExpression<'_>) -> Option<ExprId> {
        let Expression::Identifier(name) = &call.callee else { return None };
        if !STORES.contains(&name.name.as_str()) || self.described {
            return None;
        }
        let described = |a: &Argument<'_>| matches!(a, Argument::ObjectExpression(_));
        if !call.arguments.iter().any(described) {
            // The function that makes it gives it.
            let made = call
                .arguments
                .iter()
                .any(|a| matches!(a, Argument::ArrowFunctionExpression(_) | Argument::FunctionExpression(_)));
            if !made {
                return None;
            }
            let arguments = self.arguments(&call.arguments);
            let function = |id: &&ExprId| matches!(self.builder.kind(**id), ExprKind::Function(_));
            let found = *arguments.iter().find(function)?;
            return Some(self.builder.push(ExprKind::Same(found), span(call.span)));
        }
        let class = self.builder.class("");
        let outer = self.class.replace(class);
        self.described = true;
        let arguments = self.arguments(&call.arguments);
        self.described = false;
        self.class = outer;
        let options = arguments.iter().find(|a| matches!(self.builder.kind(**a), ExprKind::Object { .. }));
        let options = options.map(|o| object_fields(&self.builder, *o)).unwrap_or_default();
        let mut fields = Vec::new();
        let mut methods = Vec::new();
        for (key, value) in options {
            match &*key {
                "state" => fields.extend(returned_fields(&self.builder, value)),
                "getters" | "actions" => {
                    for (name, member) in object_fields(&self.builder, value) {
                        let ExprKind::Function(function) = self.builder.kind(member) else { continue };
                        let function = *function;
                        let getter = &*key == "getters";
                        let name = if getter { format!("get {name}").into_boxed_str() } else { name };
                        methods.push((name, function));
                    }
                }
                _ => {}
            }
        }
        if let Some(class) = self.builder.class_mut(class) {
            class.fields.extend(fields);
            class.methods.extend(methods);
        }
        Some(self.builder.push(ExprKind::Class(class), span(call.span)))
    }
}
