//! C#: objects and lists that are made.

use tree_sitter::Node;

use super::expressions::{arguments, expression};
use super::{field, first};
use crate::inputs::sources::lower::Lower;
use crate::program::{CallKind, ExprId, ExprKind};

/// The value that a declarator gives.
pub(super) fn initial(l: &mut Lower<'_>, declarator: Node<'_>, kind: &str) -> Option<ExprId> {
    let name = field(declarator, "name");
    let value = Lower::children(declarator)
        .into_iter()
        .find(|n| Some(*n) != name && !matches!(n.kind(), "bracketed_argument_list" | "tuple_pattern"))?;
    Some(creation_of(l, value, kind))
}

/// A value where `new()` and `{ … }` take their type from the declaration.
pub(super) fn creation_of(l: &mut Lower<'_>, value: Node<'_>, kind: &str) -> ExprId {
    match value.kind() {
        "implicit_object_creation_expression" => creation(l, value, kind),
        "initializer_expression" => list(l, value),
        _ => expression(l, value),
    }
}

/// `new X(…) { A = b }`: the initialiser's members are arguments by name.
pub(super) fn creation(l: &mut Lower<'_>, node: Node<'_>, kind: &str) -> ExprId {
    let (positional, mut named) = field(node, "arguments")
        .or_else(|| first(node, "argument_list"))
        .map(|a| arguments(l, a))
        .unwrap_or_default();
    if let Some(initializer) = first(node, "initializer_expression") {
        let parts = Lower::children(initializer);
        let assigns = parts.iter().all(|p| p.kind() == "assignment_expression");
        let keyed = |p: &Node<'_>| {
            field(*p, "left").is_some_and(|left| left.kind() == "element_binding_expression")
                || p.kind() == "initializer_expression"
        };
        if parts.iter().any(keyed) {
            return keyed_object(l, &parts, node);
        }
        if !assigns {
            return list(l, initializer);
        }
        for part in parts {
            let (Some(left), Some(right)) = (field(part, "left"), field(part, "right")) else { continue };
            let value = match right.kind() {
                "initializer_expression" => list(l, right),
                _ => expression(l, right),
            };
            named.push((l.text(left).into(), value));
        }
    }
    let callee = match kind {
        "" => l.constant(node),
        kind => l.type_reference(kind.trim_end_matches('?'), node),
    };
    l.call(callee, positional, named, CallKind::New, None, node)
}

/// `new Dictionary<…> { ["a"] = b, { "c", d } }`.
fn keyed_object(l: &mut Lower<'_>, parts: &[Node<'_>], node: Node<'_>) -> ExprId {
    let mut fields = Vec::new();
    for part in parts {
        let (key, value) = match part.kind() {
            "assignment_expression" => (
                field(*part, "left").and_then(|left| {
                    let inner = Lower::children(left).into_iter().next()?;
                    Lower::children(inner).into_iter().next().or(Some(inner))
                }),
                field(*part, "right"),
            ),
            _ => {
                let items = Lower::children(*part);
                (items.first().copied(), items.get(1).copied())
            }
        };
        let Some(value) = value else { continue };
        let key = key.map(|k| expression(l, k)).map(|k| l.builder.kind(k).clone());
        let key = match key {
            Some(ExprKind::Text(text)) => Some(text),
            _ => None,
        };
        fields.push((key, expression(l, value)));
    }
    l.builder.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, Lower::span(node))
}

pub(super) fn list(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let items = Lower::children(node).into_iter().map(|c| expression(l, c)).collect();
    l.builder.push(ExprKind::List(items), Lower::span(node))
}

/// `new { user.Email, Id = x }` and `with { A = b }`: names stand before `=`, or are the member's.
pub(super) fn anonymous(l: &mut Lower<'_>, node: Node<'_>) -> Vec<(Option<Box<str>>, ExprId)> {
    let mut fields = Vec::new();
    let mut name: Option<Box<str>> = None;
    let mut cursor = node.walk();
    let parts: Vec<Node<'_>> = node.children(&mut cursor).filter(|n| !n.is_extra()).take(10_000).collect();
    for (i, part) in parts.iter().enumerate() {
        if !part.is_named() {
            continue;
        }
        if parts.get(i + 1).is_some_and(|next| next.kind() == "=") {
            name = Some(l.text(*part).into());
            continue;
        }
        let value = expression(l, *part);
        let own = match l.builder.kind(value) {
            ExprKind::Member { property, .. } => Some(property.clone()),
            _ if part.kind() == "identifier" => Some(l.text(*part).into()),
            _ => None,
        };
        fields.push((name.take().or(own), value));
    }
    fields
}
