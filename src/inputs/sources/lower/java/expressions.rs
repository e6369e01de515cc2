//! Java: expressions.

use tree_sitter::Node;

use super::statements::{condition, statement, statements};
use super::{declaration, field, first, members, parameters, plain_text, written};
use crate::inputs::sources::lower::Lower;
use crate::program::{CallKind, ExprId, ExprKind};

pub(super) fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> Vec<ExprId> {
    Lower::children(list).into_iter().map(|a| expression(l, a)).collect()
}

/// The type that an argument names: `User.class`, `new TypeReference<List<User>>() {}`.
fn type_argument<'t>(l: &Lower<'t>, node: Node<'_>) -> Option<&'t str> {
    if let Some(written) =
        field(node, "type_arguments").and_then(|a| Lower::children(a).into_iter().next_back())
    {
        return Some(l.text(written));
    }
    let list = field(node, "arguments").map(Lower::children).unwrap_or_default();
    list.into_iter().find_map(|argument| match argument.kind() {
        "class_literal" => Lower::children(argument).first().map(|t| l.text(*t)),
        "object_creation_expression" => {
            let kind = field(argument, "type").filter(|t| t.kind() == "generic_type")?;
            let text = l.text(kind);
            let named = text.split('<').next().unwrap_or_default();
            named.rsplit('.').next().is_some_and(|n| n.ends_with("TypeReference")).then_some(text)
        }
        _ => None,
    })
}

pub(super) fn expression(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    l.deeper(node, |l| expression_inner(l, node))
}

fn expression_inner(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let span = Lower::span(node);
    let children = Lower::children(node);
    if let Some(text) = plain_text(l, node) {
        return l.literal(&text, node);
    }
    match node.kind() {
        "identifier" | "type_identifier" => l.name(l.text(node), span),
        "scoped_type_identifier" | "scoped_identifier" | "generic_type" => {
            l.type_reference(l.text(node), node)
        }
        "this" => l.builder.push(ExprKind::This, span),
        "super" => l.extended(node),
        "field_access" => {
            let (Some(object), Some(name)) = (field(node, "object"), field(node, "field")) else {
                return l.constant(node);
            };
            let object = expression(l, object);
            l.member(object, l.text(name), span)
        }
        "array_access" => {
            let (Some(object), Some(index)) = (field(node, "array"), field(node, "index")) else {
                return l.constant(node);
            };
            let (object, index) = (expression(l, object), expression(l, index));
            l.index(object, index, node)
        }
        "method_invocation" => invocation(l, node),
        "object_creation_expression" => creation(l, node),
        "array_creation_expression" => match field(node, "value") {
            Some(items) => expression(l, items),
            None => l.constant(node),
        },
        "array_initializer" => {
            let items = children.into_iter().map(|c| expression(l, c)).collect();
            l.builder.push(ExprKind::List(items), span)
        }
        "lambda_expression" => {
            let id = l.function(None, None, Vec::new(), node, |l| {
                parameters(l, node);
                match field(node, "body") {
                    Some(body) if body.kind() == "block" => statements(l, body),
                    Some(body) => {
                        let value = expression(l, body);
                        l.builder.returns(value);
                    }
                    None => {}
                }
            });
            l.builder.push(ExprKind::Function(id), span)
        }
        "method_reference" => {
            let (Some(owner), Some(name)) = (children.first(), children.last()) else {
                return l.constant(node);
            };
            let object = l.text(*owner);
            if owner == name {
                // `X::new`
                return l.type_reference(object, node);
            }
            let is_value = !object.starts_with(|c: char| c.is_uppercase()) || l.owner(object, span).is_some();
            if is_value {
                let object = expression(l, *owner);
                return l.member(object, l.text(*name), span);
            }
            l.reference(object, l.text(*name), node)
        }
        "assignment_expression" => {
            let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                return l.constant(node);
            };
            let value = expression(l, right);
            let target = expression(l, left);
            let value = match written(l, field(node, "operator")) {
                "=" => value,
                "+=" => l.builder.push(ExprKind::Join(vec![target, value]), span),
                _ => l.operation(vec![value], node),
            };
            l.assign(target, value);
            l.builder.push(ExprKind::Same(value), span)
        }
        "binary_expression" => binary(l, node),
        "ternary_expression" => {
            condition(l, field(node, "condition"));
            let arms = ["consequence", "alternative"];
            let arms = arms.iter().filter_map(|a| field(node, a)).map(|a| expression(l, a)).collect();
            l.either(arms, node)
        }
        "switch_expression" => switch(l, node),
        "instanceof_expression" => {
            let Some(left) = field(node, "left") else { return l.constant(node) };
            let subject = expression(l, left);
            l.builder.test(subject);
            if let Some(name) = field(node, "name") {
                let kind = written(l, field(node, "right"));
                let value = l.typed(subject, kind, node);
                l.local(l.text(name), kind, Some(value));
            }
            l.operation(vec![subject], node)
        }
        "cast_expression" => {
            let kind = written(l, field(node, "type"));
            match field(node, "value").map(|v| expression(l, v)) {
                Some(value) => l.typed(value, kind, node),
                None => l.constant(node),
            }
        }
        "parenthesized_expression" => match children.first().map(|c| expression(l, *c)) {
            Some(inner) => l.builder.push(ExprKind::Same(inner), span),
            None => l.constant(node),
        },
        "unary_expression" => {
            let inner: Vec<ExprId> = children.into_iter().map(|c| expression(l, c)).collect();
            if l.text(node).starts_with('!') {
                inner.iter().for_each(|i| l.builder.test(*i));
            }
            l.operation(inner, node)
        }
        _ => {
            let parts = children.into_iter().map(|c| expression(l, c)).collect::<Vec<_>>();
            if parts.is_empty() { l.constant(node) } else { l.operation(parts, node) }
        }
    }
}

fn invocation(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let name = written(l, field(node, "name"));
    let callee = match field(node, "object") {
        Some(object) => {
            let object = expression(l, object);
            let span = Lower::span(node);
            // The callee ends with its name, not with the arguments.
            let end = field(node, "name").map_or(node.end_byte(), |n| n.end_byte());
            l.member(object, name, crate::text::Span::new(span.start as usize, end))
        }
        None => l.name(name, field(node, "name").map_or(Lower::span(node), Lower::span)),
    };
    let kind = type_argument(l, node);
    let given = field(node, "arguments").map(|a| arguments(l, a)).unwrap_or_default();
    if name == "format" || name == "formatted" {
        let mut all = given.clone();
        if let ExprKind::Member { object, .. } = l.builder.kind(callee).clone() {
            match l.builder.kind(object) {
                ExprKind::Global(g) if &**g == "String" => {}
                ExprKind::Text(_) => all.insert(0, object),
                _ if name == "formatted" => all.insert(0, object),
                _ => all.clear(),
            }
        }
        if !all.is_empty() {
            return formatted(l, &all, node);
        }
    }
    // Of what has a method of this name with one argument, texts are joined.
    if let ("concat", [other], ExprKind::Member { object, .. }) =
        (name, given.as_slice(), l.builder.kind(callee).clone())
    {
        return l.builder.push(ExprKind::Join(vec![object, *other]), Lower::span(node));
    }
    l.call(callee, given, Vec::new(), CallKind::Call, kind, node)
}

/// `String.format("/user/%s", id)`.
pub(in crate::inputs::sources::lower) fn formatted(
    l: &mut Lower<'_>,
    arguments: &[ExprId],
    node: Node<'_>,
) -> ExprId {
    let Some((format, rest)) = arguments.split_first() else { return l.constant(node) };
    let format = match l.builder.kind(*format).clone() {
        ExprKind::Text(text) => text,
        _ => return format_of(l, arguments, node),
    };
    let mut parts = Vec::new();
    let mut values = rest.iter();
    let mut left: &str = &format;
    while let Some((before, after)) = left.split_once('%') {
        parts.push(l.literal(before, node));
        let end = after.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(0);
        match after.get(end..).and_then(|t| t.chars().next()) {
            Some('%') => parts.push(l.literal("%", node)),
            Some('n') => parts.push(l.literal("\n", node)),
            _ => match values.next() {
                Some(value) => parts.push(*value),
                None => parts.push(l.constant(node)),
            },
        }
        left = after.get(end + 1..).unwrap_or("");
        if parts.len() > 200 {
            break;
        }
    }
    parts.push(l.literal(left, node));
    l.builder.push(ExprKind::Join(parts), Lower::span(node))
}

/// A format that stands elsewhere is put together where it is known.
pub(in crate::inputs::sources::lower) fn format_of(
    l: &mut Lower<'_>,
    arguments: &[ExprId],
    node: Node<'_>,
) -> ExprId {
    let callee = l.builder.push(ExprKind::Global("String.format".into()), Lower::span(node));
    l.call(callee, arguments.to_vec(), Vec::new(), CallKind::Call, None, node)
}

fn creation(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let given = field(node, "arguments").map(|a| arguments(l, a)).unwrap_or_default();
    let kind = field(node, "type");
    let text = written(l, kind);
    if let Some(body) = first(node, "class_body") {
        // A class without a name: its methods are looked at, and it is one of what it extends.
        let parts = Lower::children(body);
        let names = members(l, &parts);
        let id = l.begin_class("", names, body);
        let base = l.type_reference(text, node);
        l.parent(id, text, Some(base));
        for member in parts {
            l.descend(|l| declaration(l, id, member));
        }
        l.end_class();
        let callee = l.builder.push(ExprKind::Class(id), Lower::span(node));
        return l.call(callee, given, Vec::new(), CallKind::New, None, node);
    }
    let callee = match kind {
        Some(kind) => l.type_reference(text, kind),
        None => l.constant(node),
    };
    l.call(callee, given, Vec::new(), CallKind::New, None, node)
}

fn switch(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    if let Some(subject) = field(node, "condition") {
        expression(l, subject);
    }
    let mut arms = Vec::new();
    for rule in field(node, "body").map(Lower::children).unwrap_or_default() {
        if rule.kind() != "switch_rule" {
            l.descend(|l| statement(l, rule));
            continue;
        }
        for part in Lower::children(rule) {
            match part.kind() {
                "switch_label" => {}
                "expression_statement" => {
                    if let Some(value) = Lower::children(part).into_iter().next() {
                        arms.push(expression(l, value));
                    }
                }
                _ => l.descend(|l| statement(l, part)),
            }
        }
    }
    l.either(arms, node)
}

fn binary(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let operator = written(l, field(node, "operator"));
    // `a + b + c + …` leans to the left, as deep as it is long: walked without recursion.
    if operator == "+" {
        let mut sides = Vec::new();
        let mut left = node;
        while left.kind() == "binary_expression" && written(l, field(left, "operator")) == "+" {
            sides.extend(field(left, "right"));
            match field(left, "left") {
                Some(inner) => left = inner,
                None => break,
            }
        }
        let mut parts = vec![expression(l, left)];
        for side in sides.into_iter().rev() {
            parts.push(expression(l, side));
        }
        return l.builder.push(ExprKind::Join(parts), Lower::span(node));
    }
    let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
        return l.constant(node);
    };
    let nothing = |l: &Lower<'_>, n: Node<'_>| n.kind() == "null_literal" || l.text(n) == "\"\"";
    let (no_left, no_right) = (nothing(l, left), nothing(l, right));
    let (left, right) = (expression(l, left), expression(l, right));
    match operator {
        "&&" | "||" => {
            l.builder.test(left);
            l.builder.test(right);
        }
        "==" | "!=" => return l.equality([(left, no_left), (right, no_right)], node),
        _ => {}
    }
    l.operation(vec![left, right], node)
}
