//! What defines a variable, a property or an array's key in PHP.

use tree_sitter::Node;

use super::Php;
use crate::program::{ExprId, ExprKind};

impl Php<'_, '_> {
    pub(super) fn assignment(&mut self, node: Node<'_>) -> ExprId {
        let (Some(left), Some(right)) = (self.field(node, "left"), self.field(node, "right")) else {
            return self.nothing(node);
        };
        let value = self.value(right);
        self.assign(left, value);
        self.push(ExprKind::Same(value), node)
    }

    pub(super) fn augmented(&mut self, node: Node<'_>) -> ExprId {
        let (Some(left), Some(right)) = (self.field(node, "left"), self.field(node, "right")) else {
            return self.nothing(node);
        };
        let value = self.value(right);
        let value = match self.text_of(node, "operator") {
            // The left side is asked first, so that its absence is handled.
            "??=" => value,
            _ => self.push(ExprKind::Join(vec![value]), node),
        };
        self.assign(left, value);
        self.push(ExprKind::Same(value), node)
    }

    /// Says that `value` goes to a variable, a property, an array's key or several of them.
    pub(super) fn assign(&mut self, target: Node<'_>, value: ExprId) {
        if self.lower.dive() {
            self.assign_inner(target, value);
            self.lower.rise();
        }
    }

    fn assign_inner(&mut self, target: Node<'_>, value: ExprId) {
        match target.kind() {
            "variable_name" => {
                let symbol = self.variable(self.lower.text(target));
                self.lower.builder.define(symbol, value);
            }
            "by_ref" | "parenthesized_expression" => {
                if let Some(inner) = target.named_child(0) {
                    self.assign(inner, value);
                }
            }
            "list_literal" | "array_creation_expression" => self.destructure(target, value),
            "member_access_expression" | "scoped_property_access_expression" => {
                let owner = self.field(target, "object").or_else(|| self.field(target, "scope"));
                let property = self.text_of(target, "name").trim_start_matches('$');
                if let Some(owner) = owner {
                    self.write(owner, Some(property), value);
                }
            }
            "subscript_expression" => {
                let Some(owner) = target.named_child(0) else { return };
                let key = target.named_child(1).map(|k| self.value(k));
                let key = key.and_then(|index| match self.lower.builder.kind(index) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => {
                        let object = self.value(owner);
                        self.push(ExprKind::Index { object, index }, target);
                        None
                    }
                });
                self.write(owner, key.as_deref(), value);
            }
            _ => {}
        }
    }

    /// `$owner->name = …`, `$owner['name'] = …`, `$owner[] = …`
    fn write(&mut self, owner: Node<'_>, name: Option<&str>, value: ExprId) {
        let object = self.value(owner);
        self.lower.builder.write(object, name.map(Into::into), value);
        let own = matches!(self.lower.text(owner), "$this" | "self" | "static");
        if own {
            if let (Some(class), Some(name)) = (self.lower.class, name)
                && let Some(class) = self.lower.builder.class_mut(class)
            {
                class.fields.push((name.into(), value));
            }
            return;
        }
        // What holds the written part may be an array or object with just that part.
        let part = match name {
            Some(name) => {
                ExprKind::Object { fields: Box::new([(Some(name.into()), value)]), spreads: Box::default() }
            }
            None => ExprKind::List(vec![value]),
        };
        let part = self.push(part, owner);
        if owner.kind() == "variable_name" {
            if name.is_some() {
                let symbol = self.variable(self.lower.text(owner));
                self.lower.builder.define(symbol, part);
            }
        } else {
            self.assign(owner, part);
        }
    }

    /// `[$a, 'email' => $b] = …`
    fn destructure(&mut self, target: Node<'_>, value: ExprId) {
        let mut cursor = target.walk();
        let children: Vec<Node<'_>> = target.children(&mut cursor).take(2_000).collect();
        let mut key: Option<Box<str>> = None;
        let mut pending: Option<Node<'_>> = None;
        let mut index = 0;
        for child in children {
            match child.kind() {
                "=>" => {
                    let of = pending.take().map(|k| self.value(k));
                    key = of.and_then(|k| match self.lower.builder.kind(k) {
                        ExprKind::Text(text) => Some(text.clone()),
                        _ => None,
                    });
                }
                "," | "]" | ")" => {
                    if let Some(part) = pending.take() {
                        let kind = match key.take() {
                            Some(property) => {
                                ExprKind::Member { object: value, property, optional: false, default: false }
                            }
                            None => ExprKind::Item { object: value, index },
                        };
                        let item = self.push(kind, part);
                        let inner = match part.kind() {
                            "array_element_initializer" => part.named_child(0).unwrap_or(part),
                            _ => part,
                        };
                        self.assign(inner, item);
                    }
                    index += 1;
                }
                _ if child.is_named() => pending = Some(child),
                _ => {}
            }
        }
    }
}
