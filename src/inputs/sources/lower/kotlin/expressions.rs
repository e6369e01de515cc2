//! Kotlin: expressions.

use tree_sitter::Node;

use super::statements::{condition, statement, statements};
use super::{class, field, first, function_body, parameters, plain_text, type_of, written};
use crate::inputs::sources::lower::Lower;
use crate::inputs::sources::lower::classes;
use crate::inputs::sources::lower::java::expressions::formatted;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

/// The value of a block: its last expression.
fn block_value(l: &mut Lower<'_>, node: Node<'_>) -> Option<ExprId> {
    if node.kind() != "block" {
        return Some(expression(l, node));
    }
    l.open();
    let children = Lower::children(node);
    let mut value = None;
    for (i, child) in children.iter().enumerate() {
        if i + 1 == children.len() && is_value(*child) {
            value = Some(expression(l, *child));
        } else {
            l.descend(|l| statement(l, *child));
        }
    }
    l.close();
    value
}

fn is_value(node: Node<'_>) -> bool {
    !matches!(
        node.kind(),
        "assignment"
            | "property_declaration"
            | "function_declaration"
            | "class_declaration"
            | "object_declaration"
            | "for_statement"
            | "while_statement"
            | "do_while_statement"
    )
}

pub(super) fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> (Vec<ExprId>, Vec<(Box<str>, ExprId)>) {
    let (mut positional, mut named) = (Vec::new(), Vec::new());
    for argument in Lower::children(list).into_iter().filter(|n| n.kind() == "value_argument") {
        let parts = Lower::children(argument);
        let Some(value) = parts.last() else { continue };
        let value = expression(l, *value);
        match parts.first().filter(|_| parts.len() > 1) {
            Some(name) => named.push((l.text(*name).into(), value)),
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
        "identifier" => match l.text(node) {
            "null" | "true" | "false" => l.constant(node),
            name => l.name(name, span),
        },
        "this_expression" => match l.lookup("this") {
            Some(this) => l.builder.push(ExprKind::Local(this), span),
            None => l.builder.push(ExprKind::This, span),
        },
        "super_expression" => l.extended(node),
        "string_literal" | "multiline_string_literal" => template(l, node),
        "navigation_expression" => navigation(l, node),
        "index_expression" => {
            let mut parts = children.into_iter();
            let (Some(object), Some(index)) = (parts.next(), parts.next()) else { return l.constant(node) };
            let (object, index) = (expression(l, object), expression(l, index));
            l.index(object, index, node)
        }
        "call_expression" => call(l, node),
        "lambda_literal" | "annotated_lambda" => lambda(l, node, true),
        "anonymous_function" => {
            let id = l.function(Some("anonymous"), None, Vec::new(), node, |l| {
                parameters(l, node);
                if let Some(body) = first(node, "function_body") {
                    function_body(l, body);
                }
            });
            l.builder.push(ExprKind::Function(id), span)
        }
        "callable_reference" => {
            let text = l.text(node);
            match text.rsplit_once("::") {
                Some(("", name)) => l.name(name, span),
                Some((owner, name)) => reference(l, owner, name, node),
                None => l.constant(node),
            }
        }
        "object_literal" => {
            let id = class(l, node);
            let callee = l.builder.push(ExprKind::Class(id), span);
            l.call(callee, Vec::new(), Vec::new(), CallKind::New, None, node)
        }
        "binary_expression" => binary(l, node),
        "infix_expression" => {
            let mut parts = children.into_iter();
            let (Some(left), Some(name), Some(right)) = (parts.next(), parts.next(), parts.next()) else {
                return l.constant(node);
            };
            let (left, right) = (expression(l, left), expression(l, right));
            if l.text(name) == "to" {
                // A pair, most often of a map: its key when that is written out.
                let key = match l.builder.kind(left) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => None,
                };
                let fields = vec![(key, right)];
                return l
                    .builder
                    .push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, span);
            }
            let callee = l.member(left, l.text(name), span);
            l.call(callee, vec![right], Vec::new(), CallKind::Call, None, node)
        }
        "if_expression" => {
            let asked = field(node, "condition");
            condition(l, asked);
            let mut arms = Vec::new();
            for part in children.into_iter().filter(|n| Some(*n) != asked) {
                if is_value(part) {
                    arms.extend(block_value(l, part));
                } else {
                    l.descend(|l| statement(l, part));
                }
            }
            l.either(arms, node)
        }
        "when_expression" => when(l, node),
        "try_expression" => {
            let mut arms = Vec::new();
            for part in children {
                match part.kind() {
                    "block" => arms.extend(block_value(l, part)),
                    "catch_block" => {
                        l.open();
                        l.local(written(l, first(part, "identifier")), type_of(l, part), None);
                        if let Some(block) = first(part, "block") {
                            arms.extend(block_value(l, block));
                        }
                        l.close();
                    }
                    _ => Lower::children(part).into_iter().for_each(|c| l.descend(|l| statement(l, c))),
                }
            }
            l.either(arms, node)
        }
        "return_expression" => {
            let value = children.into_iter().next_back().filter(|n| n.kind() != "label");
            if let Some(value) = value {
                let value = expression(l, value);
                // `return@map x` gives to the lambda that it stands in, `return x` to the function around it.
                match l.text(node).starts_with("return@") {
                    true => l.give(value, node),
                    false => l.give_around(value, node),
                }
            }
            l.constant(node)
        }
        "as_expression" => {
            let kind = written(l, field(node, "right"));
            match field(node, "left").map(|v| expression(l, v)) {
                Some(value) => l.typed(value, kind, node),
                None => l.constant(node),
            }
        }
        "is_expression" => {
            let subject = field(node, "left").map(|v| expression(l, v));
            if let Some(subject) = subject {
                l.builder.test(subject);
            }
            l.operation(subject.into_iter().collect(), node)
        }
        "parenthesized_expression" | "labeled_expression" | "annotated_expression" | "spread_expression" => {
            match children.last().map(|c| expression(l, *c)) {
                Some(inner) if node.kind() == "spread_expression" => {
                    l.builder.push(ExprKind::Element(inner), span)
                }
                Some(inner) => l.builder.push(ExprKind::Same(inner), span),
                None => l.constant(node),
            }
        }
        "unary_expression" => {
            let Some(inner) = field(node, "argument").map(|c| expression(l, c)) else {
                return l.constant(node);
            };
            match written(l, field(node, "operator")) {
                "!!" => l.builder.push(ExprKind::Same(inner), span),
                operator => {
                    if operator == "!" {
                        l.builder.test(inner);
                    }
                    l.operation(vec![inner], node)
                }
            }
        }
        "collection_literal" => {
            let items = children.into_iter().map(|c| expression(l, c)).collect();
            l.builder.push(ExprKind::List(items), span)
        }
        "number_literal" | "float_literal" | "character_literal" => l.constant(node),
        "block" => {
            statements(l, node);
            l.constant(node)
        }
        kind if !is_value(node) => {
            let _ = kind;
            l.descend(|l| statement(l, node));
            l.constant(node)
        }
        _ => {
            let parts = children.into_iter().map(|c| expression(l, c)).collect::<Vec<_>>();
            if parts.is_empty() { l.constant(node) } else { l.operation(parts, node) }
        }
    }
}

/// `"$BASE/user?id=${id}"`. The grammar leaves a bare `$name` in the text around it.
fn template(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let mut parts = Vec::new();
    let mut run = String::new();
    for part in Lower::children(node) {
        match part.kind() {
            "string_content" => run.push_str(l.text(part)),
            "escape_sequence" => {
                text_with_names(l, &std::mem::take(&mut run), &mut parts, node);
                let text = classes::unescaped(l.text(part));
                parts.push(l.literal(&text, part));
            }
            "interpolation" => {
                text_with_names(l, &std::mem::take(&mut run), &mut parts, node);
                if let Some(inner) = Lower::children(part).into_iter().next() {
                    parts.push(expression(l, inner));
                }
            }
            _ => {}
        }
    }
    text_with_names(l, &run, &mut parts, node);
    l.builder.push(ExprKind::Join(parts), Lower::span(node))
}

fn text_with_names(l: &mut Lower<'_>, text: &str, parts: &mut Vec<ExprId>, node: Node<'_>) {
    let mut left = text;
    let mut plain = String::new();
    while let Some((before, after)) = left.split_once('$') {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, rest) = after.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            plain.push('$');
            left = after;
            continue;
        }
        if !plain.is_empty() {
            parts.push(l.literal(&std::mem::take(&mut plain), node));
        }
        parts.push(l.name(name, Lower::span(node)));
        left = rest;
    }
    plain.push_str(left);
    if !plain.is_empty() {
        parts.push(l.literal(&plain, node));
    }
}

fn navigation(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let parts = Lower::children(node);
    let (Some(object), Some(name)) = (parts.first(), parts.last()) else { return l.constant(node) };
    // `User::mail` and `User::class` are parsed like this too; so is `com.example.User`.
    let between = l.text.get(object.end_byte()..name.start_byte()).unwrap_or("").trim();
    if between == "::" {
        return reference(l, l.text(*object), l.text(*name), node);
    }
    let value = expression(l, *object);
    if between == "?." {
        l.builder.test(value);
        return l.optional(value, l.text(*name), Lower::span(node));
    }
    l.member(value, l.text(*name), Lower::span(node))
}

fn reference(l: &mut Lower<'_>, owner: &str, name: &str, node: Node<'_>) -> ExprId {
    let span = Lower::span(node);
    if name == "class" {
        return l.constant(node);
    }
    if owner == "this" {
        let this = l.builder.push(ExprKind::This, span);
        return l.member(this, name, span);
    }
    if !owner.starts_with(|c: char| c.is_uppercase()) {
        let object = l.name(owner, span);
        return l.member(object, name, span);
    }
    // `User::mail` reads a property of what it gets, or calls a method.
    let id = l.function(None, None, Vec::new(), node, |l| {
        l.parameter("it", owner, false, None, node);
        let it = l.name("it", span);
        let value = l.member(it, name, span);
        let called = l.call(value, Vec::new(), Vec::new(), CallKind::Call, None, node);
        let value = l.either(vec![value, called], node);
        l.builder.returns(value);
    });
    l.builder.push(ExprKind::Function(id), span)
}

/// Functions whose lambda is handed nothing, so that `it` in it is that of the lambda around.
const HAND_NOTHING: &[&str] = &[
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "run",
    "runCatching",
    "lazy",
    "buildString",
    "apply",
    "with",
    "withContext",
    "launch",
    "async",
    "runBlocking",
    "transaction",
    "coroutineScope",
    "require",
    "check",
    "getOrPut",
    "ifEmpty",
    "ifBlank",
];

fn lambda(l: &mut Lower<'_>, node: Node<'_>, handed: bool) -> ExprId {
    let literal = match node.kind() {
        "annotated_lambda" => first(node, "lambda_literal").unwrap_or(node),
        _ => node,
    };
    let id = l.function(None, None, Vec::new(), literal, |l| {
        let mut parts = Lower::children(literal);
        if parts.first().is_some_and(|n| n.kind() == "lambda_parameters") {
            for name in Lower::children(parts.remove(0)) {
                if name.kind() == "multi_variable_declaration" {
                    let value = l.parameter("", "", false, None, name);
                    for (i, part) in Lower::children(name).into_iter().enumerate() {
                        let index = u32::try_from(i).unwrap_or(u32::MAX);
                        let item = l.builder.push(ExprKind::Item { object: value, index }, Lower::span(part));
                        l.local(written(l, first(part, "identifier")), "", Some(item));
                    }
                } else {
                    l.parameter(written(l, first(name, "identifier")), type_of(l, name), false, None, name);
                }
            }
        } else if handed {
            l.parameter("it", "", false, None, literal);
        }
        let last = parts.len();
        for (i, part) in parts.into_iter().enumerate() {
            if i + 1 == last && is_value(part) {
                let value = expression(l, part);
                l.builder.returns(value);
            } else {
                l.descend(|l| statement(l, part));
            }
        }
    });
    l.builder.push(ExprKind::Function(id), Lower::span(node))
}

/// A call taken apart.
struct Called<'t> {
    callee: ExprId,
    positional: Vec<ExprId>,
    named: Vec<(Box<str>, ExprId)>,
    type_argument: Option<&'t str>,
}

/// Takes a call apart. `client.get(url) { … }` is a call around a call in the grammar, and one call in
/// the language.
fn taken_apart<'t>(l: &mut Lower<'t>, node: Node<'_>) -> Option<Called<'t>> {
    let parts = Lower::children(node);
    let target = parts.first().copied()?;
    let block = parts.iter().copied().find(|p| matches!(p.kind(), "annotated_lambda" | "lambda_literal"));
    let mut called = match (block, target.kind()) {
        (Some(_), "call_expression") => taken_apart(l, target)?,
        _ => Called {
            callee: expression(l, target),
            positional: Vec::new(),
            named: Vec::new(),
            type_argument: None,
        },
    };
    for part in parts.iter().skip(1) {
        match part.kind() {
            "value_arguments" => (called.positional, called.named) = arguments(l, *part),
            "type_arguments" => {
                called.type_argument = Lower::children(*part).last().map(|t| l.text(*t));
            }
            _ => {}
        }
    }
    if let Some(block) = block {
        let name = match l.builder.kind(called.callee) {
            ExprKind::Member { property, .. } => Some(property),
            ExprKind::Global(name) => Some(name),
            _ => None,
        };
        let handed = !name.is_some_and(|n| HAND_NOTHING.contains(&&**n));
        let function = lambda(l, block, handed);
        called.positional.push(function);
    }
    Some(called)
}

fn call(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let Some(called) = taken_apart(l, node) else { return l.constant(node) };
    let Called { callee, positional, named, type_argument: kind } = called;
    let name = match l.builder.kind(callee) {
        ExprKind::Member { property, .. } => property.clone(),
        ExprKind::Global(name) => name.clone(),
        ExprKind::Local(_) => {
            let text = l.text(node);
            text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().into()
        }
        _ => Box::from(""),
    };
    match (&*name, l.builder.kind(callee).clone()) {
        ("listOf" | "setOf" | "mutableListOf" | "arrayOf" | "listOfNotNull", ExprKind::Global(_)) => {
            return l.builder.push(ExprKind::List(positional), Lower::span(node));
        }
        ("mapOf" | "mutableMapOf" | "hashMapOf", ExprKind::Global(_)) => {
            let kind = ExprKind::Object { fields: Box::default(), spreads: positional.into() };
            return l.builder.push(kind, Lower::span(node));
        }
        ("format", ExprKind::Member { object, .. }) => {
            let mut all = positional.clone();
            if !matches!(l.builder.kind(object), ExprKind::Global(g) if &**g == "String") {
                all.insert(0, object);
            }
            return formatted(l, &all, node);
        }
        // `lazy { … }` is what the function gives.
        ("lazy", ExprKind::Global(_)) => {
            if let Some(function) = positional.first() {
                return l.call(*function, Vec::new(), Vec::new(), CallKind::Call, None, node);
            }
        }
        _ => {}
    }
    // What starts with a capital is a class.
    let class = name.starts_with(|c: char| c.is_uppercase());
    let how = if class { CallKind::New } else { CallKind::Call };
    l.call(callee, positional, named, how, kind, node)
}

fn when(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let mut arms = Vec::new();
    l.open();
    if let Some(subject) = first(node, "when_subject") {
        let parts = Lower::children(subject);
        if let Some(value) = parts.last().map(|v| expression(l, *v)) {
            l.builder.test(value);
            if let Some(name) = first(subject, "variable_declaration") {
                l.local(written(l, first(name, "identifier")), type_of(l, name), Some(value));
            }
        }
    }
    for entry in Lower::children(node).into_iter().filter(|n| n.kind() == "when_entry") {
        let parts = Lower::children(entry);
        let Some((value, asked)) = parts.split_last() else { continue };
        for part in asked.iter().filter(|n| n.kind() != "type_test") {
            let id = expression(l, *part);
            l.builder.test(id);
        }
        if is_value(*value) {
            arms.extend(block_value(l, *value));
        } else {
            l.descend(|l| statement(l, *value));
        }
    }
    l.close();
    l.either(arms, node)
}

/// `get<User>(url)`, which the grammar takes for two comparisons.
fn generic_call(l: &mut Lower<'_>, left: Node<'_>, right: Node<'_>, node: Node<'_>) -> Option<ExprId> {
    let is_less = left.kind() == "binary_expression" && written(l, field(left, "operator")) == "<";
    if !is_less || right.kind() != "parenthesized_expression" {
        return None;
    }
    let (callee, kind) = (field(left, "left")?, field(left, "right")?);
    let kind = l.text(kind);
    if !matches!(callee.kind(), "identifier" | "navigation_expression")
        || !kind.starts_with(|c: char| c.is_ascii_uppercase())
    {
        return None;
    }
    let callee = expression(l, callee);
    let given = Lower::children(right).into_iter().map(|c| expression(l, c)).collect();
    Some(l.call(callee, given, Vec::new(), CallKind::Call, Some(kind), node))
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
    if let (">", Some(called)) = (operator, generic_call(l, left, right, node)) {
        return called;
    }
    let nothing = |l: &Lower<'_>, n: Node<'_>| matches!(l.text(n), "null" | "\"\"");
    let (no_left, no_right) = (nothing(l, left), nothing(l, right));
    let (left, right) = (expression(l, left), expression(l, right));
    match operator {
        "?:" => {
            l.builder.test(left);
            let kind = ExprKind::Choice(ChoiceKind::Default, vec![left, right]);
            l.builder.push(kind, Lower::span(node))
        }
        "&&" | "||" => {
            l.builder.test(left);
            l.builder.test(right);
            l.operation(vec![left, right], node)
        }
        "==" | "!=" | "===" | "!==" => l.equality([(left, no_left), (right, no_right)], node),
        _ => l.operation(vec![left, right], node),
    }
}
