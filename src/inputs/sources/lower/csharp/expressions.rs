//! C#: expressions.

use tree_sitter::Node;

use super::creation::{anonymous, creation, list};
use super::statements::{condition, statements};
use super::{field, first, parameters, plain_text, written};
use crate::inputs::sources::lower::Lower;
use crate::inputs::sources::lower::classes;
use crate::inputs::sources::lower::java::expressions::format_of;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};
use crate::text::Span;

/// The last of the type arguments of `f<A, B>`.
fn generic<'t>(l: &Lower<'t>, node: Node<'_>) -> (&'t str, Option<&'t str>) {
    if node.kind() != "generic_name" {
        return (l.text(node), None);
    }
    let name = first(node, "identifier").map_or("", |n| l.text(n));
    let argument = first(node, "type_argument_list").and_then(|a| Lower::children(a).into_iter().next_back());
    (name, argument.map(|a| l.text(a)))
}

pub(super) fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> (Vec<ExprId>, Vec<(Box<str>, ExprId)>) {
    let (mut positional, mut named) = (Vec::new(), Vec::new());
    for argument in Lower::children(list).into_iter().filter(|n| n.kind() == "argument") {
        let name = field(argument, "name");
        // `this` is no named node of the grammar.
        let own = || argument.child_count().checked_sub(1).and_then(|i| argument.child(i));
        let Some(value) = Lower::children(argument).into_iter().find(|n| Some(*n) != name).or_else(own)
        else {
            continue;
        };
        let value = expression(l, value);
        match name {
            Some(name) => named.push((l.text(name).into(), value)),
            None => positional.push(value),
        }
    }
    (positional, named)
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
        "identifier" => l.name(l.text(node), span),
        "predefined_type" => l.builder.push(ExprKind::Global(l.text(node).into()), span),
        "generic_name" => l.name(generic(l, node).0, span),
        "qualified_name" | "alias_qualified_name" => l.type_reference(l.text(node), node),
        "this" => l.builder.push(ExprKind::This, span),
        "base" => l.extended(node),
        "interpolated_string_expression" => interpolated(l, node),
        "member_access_expression" => {
            let Some(object) = field(node, "expression") else { return l.constant(node) };
            let name = field(node, "name").map_or("", |n| generic(l, n).0);
            let object = expression(l, object);
            l.member(object, name, span)
        }
        "conditional_access_expression" => {
            let Some(object) = field(node, "condition") else { return l.constant(node) };
            let asked = expression(l, object);
            l.builder.test(asked);
            let rest = children.into_iter().find(|n| *n != object);
            l.receivers.push((asked, object.start_byte()));
            let value = rest.map(|rest| expression(l, rest));
            l.receivers.pop();
            value.unwrap_or(asked)
        }
        "member_binding_expression" => {
            let name = field(node, "name").map_or("", |n| generic(l, n).0);
            match l.receivers.last().copied() {
                Some((object, start)) => l.optional(object, name, Span::new(start, node.end_byte())),
                None => l.name(name, span),
            }
        }
        "element_binding_expression" => {
            let object = l.receivers.last().copied();
            let index = children.first().map(|c| expression(l, *c));
            match (object, index) {
                (Some((object, _)), Some(index)) => l.index(object, index, node),
                _ => l.constant(node),
            }
        }
        "element_access_expression" => {
            let Some(object) = field(node, "expression") else { return l.constant(node) };
            let object = expression(l, object);
            let index = field(node, "subscript").and_then(|s| Lower::children(s).into_iter().next());
            match index.map(|i| expression(l, i)) {
                Some(index) => l.index(object, index, node),
                None => object,
            }
        }
        "invocation_expression" => invocation(l, node),
        "object_creation_expression" => {
            let kind = written(l, field(node, "type"));
            creation(l, node, kind)
        }
        "implicit_object_creation_expression" => creation(l, node, ""),
        "anonymous_object_creation_expression" => {
            let fields = anonymous(l, node);
            l.builder.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, span)
        }
        "with_expression" => {
            let spreads = children.first().map(|c| expression(l, *c)).into_iter().collect();
            let mut fields = Vec::new();
            for part in children.into_iter().filter(|n| n.kind() == "with_initializer") {
                fields.extend(anonymous(l, part));
            }
            l.builder.push(ExprKind::Object { fields: fields.into(), spreads }, span)
        }
        "array_creation_expression" | "implicit_array_creation_expression" => {
            match first(node, "initializer_expression") {
                Some(items) => list(l, items),
                None => l.constant(node),
            }
        }
        "initializer_expression" | "tuple_expression" => list(l, node),
        "collection_expression" => {
            let mut items = Vec::new();
            for element in children {
                let inner = Lower::children(element).into_iter().next().unwrap_or(element);
                let Some(value) = Lower::children(inner).into_iter().next() else { continue };
                let value = expression(l, value);
                items.push(match inner.kind() {
                    "spread_element" => l.builder.push(ExprKind::Element(value), span),
                    _ => value,
                });
            }
            l.builder.push(ExprKind::List(items), span)
        }
        "lambda_expression" | "anonymous_method_expression" => {
            let id = l.function(None, None, Vec::new(), node, |l| {
                if let Some(one) = field(node, "parameters").filter(|p| p.kind() == "implicit_parameter") {
                    l.parameter(l.text(one), "", false, None, one);
                } else {
                    parameters(l, node);
                }
                match field(node, "body").or_else(|| first(node, "block")) {
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
        "assignment_expression" => assignment(l, node),
        "binary_expression" => binary(l, node),
        "conditional_expression" => {
            condition(l, field(node, "condition"));
            let arms = ["consequence", "alternative"];
            let arms = arms.iter().filter_map(|a| field(node, a)).map(|a| expression(l, a)).collect();
            l.either(arms, node)
        }
        "switch_expression" => {
            let Some(subject) = children.first() else { return l.constant(node) };
            let subject = expression(l, *subject);
            let mut arms = Vec::new();
            for arm in children.into_iter().filter(|n| n.kind() == "switch_expression_arm") {
                l.open();
                let parts = Lower::children(arm);
                let Some((value, parts)) = parts.split_last() else { continue };
                for part in parts {
                    if part.kind() == "when_clause" {
                        condition(l, Lower::children(*part).into_iter().next());
                    } else {
                        pattern(l, *part, subject);
                    }
                }
                arms.push(expression(l, *value));
                l.close();
            }
            l.either(arms, node)
        }
        "is_pattern_expression" => {
            let Some(subject) = field(node, "expression") else { return l.constant(node) };
            let subject = expression(l, subject);
            l.builder.test(subject);
            if let Some(part) = field(node, "pattern") {
                pattern(l, part, subject);
            }
            l.operation(vec![subject], node)
        }
        "is_expression" => {
            let subject = field(node, "left").map(|n| expression(l, n));
            if let Some(subject) = subject {
                l.builder.test(subject);
            }
            l.operation(subject.into_iter().collect(), node)
        }
        "as_expression" | "cast_expression" => {
            let value = field(node, "left").or_else(|| field(node, "value"));
            let kind = written(l, field(node, "right").or_else(|| field(node, "type")));
            match value.map(|v| expression(l, v)) {
                Some(value) => l.typed(value, kind, node),
                None => l.constant(node),
            }
        }
        "await_expression" | "parenthesized_expression" | "checked_expression" | "ref_expression" => {
            match children.first().map(|c| expression(l, *c)) {
                Some(inner) => l.builder.push(ExprKind::Same(inner), span),
                None => l.constant(node),
            }
        }
        "postfix_unary_expression" => match children.first().map(|c| expression(l, *c)) {
            // `x!` says that it is there; `x++` is a number anyway.
            Some(inner) => l.builder.push(ExprKind::Same(inner), span),
            None => l.constant(node),
        },
        "prefix_unary_expression" | "unary_expression" => {
            let inner: Vec<ExprId> = children.into_iter().map(|c| expression(l, c)).collect();
            if l.text(node).starts_with('!') {
                inner.iter().for_each(|i| l.builder.test(*i));
            }
            l.operation(inner, node)
        }
        "query_expression" => query(l, node),
        "declaration_expression" => {
            // `out var found`: given by the call around it, from what that is called on.
            let kind = written(l, field(node, "type"));
            l.local(written(l, field(node, "name")), kind, None);
            l.constant(node)
        }
        "throw_expression" => {
            children.into_iter().for_each(|c| {
                expression(l, c);
            });
            l.constant(node)
        }
        "argument" | "constant_pattern" | "expression_element" => {
            match children.last().map(|c| expression(l, *c)) {
                Some(inner) => inner,
                None => l.constant(node),
            }
        }
        "null_literal" | "boolean_literal" | "integer_literal" | "real_literal" | "character_literal"
        | "typeof_expression" | "default_expression" | "sizeof_expression" => l.constant(node),
        _ => {
            let parts = children.into_iter().map(|c| expression(l, c)).collect();
            l.operation(parts, node)
        }
    }
}

fn interpolated(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let mut parts = Vec::new();
    for part in Lower::children(node) {
        match part.kind() {
            "string_content" => {
                let text = classes::unescaped(l.text(part)).replace("{{", "{").replace("}}", "}");
                parts.push(l.literal(&text, part));
            }
            "escape_sequence" => {
                let text = classes::unescaped(l.text(part));
                parts.push(l.literal(&text, part));
            }
            "interpolation" => {
                let inner =
                    Lower::children(part).into_iter().find(|n| !n.kind().starts_with("interpolation"));
                if let Some(inner) = inner {
                    parts.push(expression(l, inner));
                }
            }
            _ => {}
        }
    }
    l.builder.push(ExprKind::Join(parts), Lower::span(node))
}

fn invocation(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let Some(function) = field(node, "function") else { return l.constant(node) };
    // `a?.b(x)`: the call belongs behind the question mark.
    if function.kind() == "conditional_access_expression"
        && let Some(object) = field(function, "condition")
        && let Some(rest) = Lower::children(function).into_iter().find(|n| *n != object)
    {
        let asked = expression(l, object);
        l.builder.test(asked);
        l.receivers.push((asked, object.start_byte()));
        let callee = expression(l, rest);
        l.receivers.pop();
        return called(l, node, callee, type_argument(l, rest));
    }
    let bare = (function.kind() == "identifier").then(|| l.text(function));
    if bare == Some("nameof") {
        return l.constant(node);
    }
    let callee = expression(l, function);
    let kind = type_argument(l, function);
    called(l, node, callee, kind)
}

fn type_argument<'t>(l: &Lower<'t>, function: Node<'_>) -> Option<&'t str> {
    match function.kind() {
        "generic_name" => generic(l, function).1,
        "member_access_expression" | "member_binding_expression" => {
            field(function, "name").and_then(|n| generic(l, n).1)
        }
        _ => None,
    }
}

fn called(l: &mut Lower<'_>, node: Node<'_>, callee: ExprId, kind: Option<&str>) -> ExprId {
    let list = field(node, "arguments");
    let (positional, named) = list.map(|a| arguments(l, a)).unwrap_or_default();
    // `JsonSerializer.Deserialize(text, typeof(User))`
    let named_type = list.and_then(|a| {
        let last = Lower::children(a).into_iter().next_back()?;
        let inner = Lower::children(last).into_iter().next_back()?;
        if inner.kind() == "typeof_expression" { field(inner, "type").map(|t| l.text(t)) } else { None }
    });
    if let ExprKind::Member { object, property, .. } = l.builder.kind(callee).clone()
        && (&*property == "Format" || &*property == "Concat")
        && matches!(l.builder.kind(object), ExprKind::Global(g) if matches!(&**g, "string" | "String"))
    {
        return if &*property == "Format" {
            formatted(l, &positional, node)
        } else {
            l.builder.push(ExprKind::Join(positional), Lower::span(node))
        };
    }
    l.call(callee, positional, named, CallKind::Call, kind.or(named_type), node)
}

/// `string.Format("/user/{0}", id)`.
fn formatted(l: &mut Lower<'_>, arguments: &[ExprId], node: Node<'_>) -> ExprId {
    let Some((format, rest)) = arguments.split_first() else { return l.constant(node) };
    let ExprKind::Text(text) = l.builder.kind(*format).clone() else {
        return format_of(l, arguments, node);
    };
    let mut parts = Vec::new();
    let mut left: &str = &text;
    while let Some((before, after)) = left.split_once('{') {
        let Some((hole, after)) = after.split_once('}') else { break };
        parts.push(l.literal(before, node));
        let index = hole.split([':', ',']).next().and_then(|i| i.parse::<usize>().ok());
        match index.and_then(|i| rest.get(i)) {
            Some(value) => parts.push(*value),
            None => parts.push(l.constant(node)),
        }
        left = after;
        if parts.len() > 200 {
            break;
        }
    }
    parts.push(l.literal(left, node));
    l.builder.push(ExprKind::Join(parts), Lower::span(node))
}

fn assignment(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
        return l.constant(node);
    };
    let value = expression(l, right);
    let operator = written(l, field(node, "operator"));
    if left.kind() == "tuple_expression" {
        for (i, part) in Lower::children(left).into_iter().enumerate() {
            let index = u32::try_from(i).unwrap_or(u32::MAX);
            let item = l.builder.push(ExprKind::Item { object: value, index }, Lower::span(part));
            let target = expression(l, part);
            l.assign(target, item);
        }
        return value;
    }
    let target = expression(l, left);
    let value = match operator {
        "=" => value,
        "??=" => {
            l.builder.test(target);
            value
        }
        // `Changed += (s, e) => …`: one more who listens.
        "+=" if matches!(l.builder.kind(l.builder.peel(value)), ExprKind::Function(_)) => value,
        "+=" if subscribes(l, right, target) => value,
        "+=" => l.builder.push(ExprKind::Join(vec![target, value]), Lower::span(node)),
        _ => l.operation(vec![value], node),
    };
    l.assign(target, value);
    l.builder.push(ExprKind::Same(value), Lower::span(node))
}

/// Whether a bare name that is added to an event is a method: both start with a capital, and no text does.
fn subscribes(l: &Lower<'_>, right: Node<'_>, target: ExprId) -> bool {
    let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let event = match l.builder.kind(l.builder.peel(target)) {
        ExprKind::Member { property, .. } => capital(property),
        _ => false,
    };
    event
        && right.kind() == "identifier"
        && capital(written(l, Some(right)))
        && l.lookup(written(l, Some(right))).is_none()
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
    let choice = match operator {
        "??" | "||" => ChoiceKind::Default,
        "&&" => ChoiceKind::Guard,
        "==" | "!=" => return l.equality([(left, no_left), (right, no_right)], node),
        _ => return l.operation(vec![left, right], node),
    };
    l.builder.test(left);
    if operator != "??" {
        l.builder.test(right);
        return l.operation(vec![left, right], node);
    }
    l.builder.push(ExprKind::Choice(choice, vec![left, right]), Lower::span(node))
}

/// A pattern asks for its subject and declares variables for it or its parts.
pub(super) fn pattern(l: &mut Lower<'_>, node: Node<'_>, subject: ExprId) {
    l.builder.test(subject);
    match node.kind() {
        "declaration_pattern" | "var_pattern" | "recursive_pattern" => {
            let kind = written(l, field(node, "type"));
            let parts: Vec<Node<'_>> = Lower::children(node)
                .into_iter()
                .filter(|n| n.kind() == "property_pattern_clause")
                .flat_map(Lower::children)
                .collect();
            for part in parts.into_iter().filter(|n| n.kind() == "subpattern") {
                let inner = Lower::children(part);
                let (Some(name), Some(inner)) = (inner.first(), inner.get(1)) else { continue };
                let member = l.member(subject, l.text(*name), Lower::span(*name));
                l.descend(|l| pattern(l, *inner, member));
            }
            if let Some(name) = field(node, "name") {
                let value = l.typed(subject, kind, node);
                l.local(l.text(name), kind, Some(value));
            }
        }
        "constant_pattern" => {
            expression(l, node);
        }
        "and_pattern" | "or_pattern" | "negated_pattern" | "parenthesized_pattern" => {
            for part in Lower::children(node) {
                l.descend(|l| pattern(l, part, subject));
            }
        }
        _ => {}
    }
}

/// `from u in users where … select u.Email`.
fn query(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let mut items = Vec::new();
    l.open();
    for clause in Lower::children(node) {
        let parts = Lower::children(clause);
        match clause.kind() {
            "from_clause" | "join_clause" => {
                let name = field(clause, "name").or_else(|| first(clause, "identifier"));
                let walked = parts.into_iter().rfind(|n| Some(*n) != name);
                let element = walked.map(|w| {
                    let walked = expression(l, w);
                    l.builder.push(ExprKind::Element(walked), Lower::span(w))
                });
                let kind = written(l, field(clause, "type"));
                l.local(written(l, name), kind, element);
            }
            "let_clause" => {
                if let [name, value, ..] = parts.as_slice() {
                    let value = expression(l, *value);
                    l.local(l.text(*name), "", Some(value));
                }
            }
            "where_clause" => condition(l, parts.into_iter().next()),
            "select_clause" | "group_clause" => items.extend(parts.into_iter().map(|p| expression(l, p))),
            _ => parts.into_iter().for_each(|p| {
                expression(l, p);
            }),
        }
    }
    l.close();
    l.builder.push(ExprKind::List(items), Lower::span(node))
}
