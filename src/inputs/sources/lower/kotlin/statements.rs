//! Kotlin: statements and local variables.

use tree_sitter::Node;

use super::expressions::expression;
use super::{class, field, first, function, is_type, object, type_of, variable, written};
use crate::inputs::sources::lower::Lower;
use crate::program::{ExprId, ExprKind};

/// The value that a property or variable starts with.
pub(super) fn initial(l: &mut Lower<'_>, node: Node<'_>) -> Option<ExprId> {
    if let Some(delegate) = first(node, "property_delegate") {
        // `by lazy { … }` is what the function gives.
        let inner = Lower::children(delegate).into_iter().next()?;
        return Some(expression(l, inner));
    }
    let value = Lower::children(node).into_iter().rfind(|n| {
        !is_type(*n)
            && !matches!(
                n.kind(),
                "modifiers"
                    | "variable_declaration"
                    | "multi_variable_declaration"
                    | "getter"
                    | "setter"
                    | "type_parameters"
                    | "type_constraints"
            )
    })?;
    Some(expression(l, value))
}

pub(super) fn statements(l: &mut Lower<'_>, node: Node<'_>) {
    l.open();
    for child in Lower::children(node) {
        l.descend(|l| statement(l, child));
    }
    l.close();
}

pub(super) fn condition(l: &mut Lower<'_>, node: Option<Node<'_>>) {
    if let Some(node) = node {
        let id = expression(l, node);
        l.test(node, id);
    }
}

/// `val (a, b) = value`
fn taken_apart(l: &mut Lower<'_>, names: Node<'_>, value: ExprId) {
    for (i, name) in Lower::children(names).into_iter().enumerate() {
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let item = l.builder.push(ExprKind::Item { object: value, index }, Lower::span(name));
        l.local(written(l, first(name, "identifier")), type_of(l, name), Some(item));
    }
}

pub(super) fn statement(l: &mut Lower<'_>, node: Node<'_>) {
    match node.kind() {
        "block" | "ERROR" => statements(l, node),
        "class_declaration" => {
            class(l, node);
        }
        "object_declaration" => object(l, node),
        "property_declaration" => {
            let value = initial(l, node);
            if let (Some(names), Some(value)) = (first(node, "multi_variable_declaration"), value) {
                taken_apart(l, names, value);
            } else if let Some((name, kind)) = variable(l, node) {
                l.local(name, kind, value);
            }
        }
        "function_declaration" => {
            let symbol = l.declare(written(l, field(node, "name")));
            if let Some(function) = function(l, node) {
                let value = l.builder.push(ExprKind::Function(function), Lower::span(node));
                l.builder.define(symbol, value);
            }
        }
        "assignment" => {
            let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
            let value = expression(l, right);
            let target = expression(l, left);
            let value = match written(l, field(node, "operator")) {
                "=" => value,
                "+=" => l.builder.push(ExprKind::Join(vec![target, value]), Lower::span(node)),
                _ => l.operation(vec![value], node),
            };
            l.assign(target, value);
        }
        "for_statement" => {
            let parts = Lower::children(node);
            let declared =
                |n: &Node<'_>| matches!(n.kind(), "variable_declaration" | "multi_variable_declaration");
            let Some(name) = parts.iter().position(declared) else { return };
            let (walked, body) = (parts.get(name + 1).copied(), name + 2);
            let element = walked.map(|w| {
                let list = expression(l, w);
                l.builder.push(ExprKind::Element(list), Lower::span(w))
            });
            l.open();
            if let Some(name) = first(node, "variable_declaration") {
                l.local(written(l, first(name, "identifier")), type_of(l, name), element);
            } else if let (Some(names), Some(value)) = (first(node, "multi_variable_declaration"), element) {
                taken_apart(l, names, value);
            }
            for part in parts.into_iter().skip(body) {
                l.descend(|l| statement(l, part));
            }
            l.close();
        }
        "while_statement" | "do_while_statement" => {
            let asked = field(node, "condition");
            condition(l, asked);
            for part in Lower::children(node).into_iter().filter(|n| Some(*n) != asked) {
                l.descend(|l| statement(l, part));
            }
        }
        _ => {
            expression(l, node);
        }
    }
}
