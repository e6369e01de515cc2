//! Kotlin: which nodes of its grammar are what.

use tree_sitter::Node;

use super::Lower;
use super::classes::{self, Note};
use super::java::{formatted, promised};
use crate::program::{CallKind, ChoiceKind, ClassId, ExprId, ExprKind, FunctionId};

/// Lowers a file.
pub(super) fn lower(l: &mut Lower<'_>, root: Node<'_>) {
    for child in Lower::children(root) {
        match child.kind() {
            "package_header" => {
                l.package = Lower::children(child).last().map_or("", |n| l.text(*n)).to_owned();
                let package = l.package.clone();
                l.builder.open(&package);
            }
            "import" => import(l, child),
            "property_declaration" => {
                if let Some((name, kind)) = variable(l, child) {
                    let value = initial(l, child);
                    l.local(name, kind, value);
                    if let Some(symbol) = l.lookup(name) {
                        let value = l.builder.push(ExprKind::Local(symbol), Lower::span(child));
                        export(l, name, value);
                    }
                }
            }
            "function_declaration" => {
                let name = written(l, field(child, "name"));
                let symbol = l.declare(name);
                if let Some(function) = function(l, child) {
                    let value = l.builder.push(ExprKind::Function(function), Lower::span(child));
                    l.builder.define(symbol, value);
                    export(l, name, value);
                }
            }
            _ => statement(l, child),
        }
    }
}

fn export(l: &mut Lower<'_>, name: &str, value: ExprId) {
    l.builder.export(name, value);
    if !l.package.is_empty() {
        let full = format!("{}.{name}", l.package);
        l.builder.export(&full, value);
    }
}

fn field<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name)
}

fn first<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
    Lower::children(node).into_iter().find(|n| n.kind() == kind)
}

fn written<'t>(l: &Lower<'t>, node: Option<Node<'_>>) -> &'t str {
    node.map_or("", |n| l.text(n))
}

fn is_type(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "user_type" | "nullable_type" | "non_nullable_type" | "parenthesized_type" | "function_type"
    )
}

/// The type that stands in a declaration.
fn type_of<'t>(l: &Lower<'t>, node: Node<'_>) -> &'t str {
    written(l, Lower::children(node).into_iter().find(|n| is_type(*n)))
}

fn import(l: &mut Lower<'_>, node: Node<'_>) {
    let parts = Lower::children(node);
    let Some(target) = parts.first().map(|n| l.text(*n)) else { return };
    let span = Lower::span(node);
    if l.text(node).trim_end().ends_with('*') {
        l.builder.open(target);
        l.builder.push(ExprKind::Import { specifier: target.into(), name: None }, span);
        return;
    }
    let Some((specifier, name)) = target.rsplit_once('.') else { return };
    let alias = parts.get(1).map_or(name, |n| l.text(*n));
    let kind = ExprKind::Import { specifier: specifier.into(), name: Some(name.into()) };
    let value = l.builder.push(kind, span);
    let symbol = l.declare(alias);
    l.builder.define(symbol, value);
}

/// The annotations among a declaration's modifiers.
fn notes(l: &Lower<'_>, node: Node<'_>) -> Vec<Note> {
    let mut out = Vec::new();
    for note in first(node, "modifiers").map(Lower::children).unwrap_or_default() {
        if note.kind() != "annotation" {
            continue;
        }
        let inner = first(note, "constructor_invocation");
        let name = type_of(l, inner.unwrap_or(note));
        let name = name.rsplit('.').next().unwrap_or(name);
        let mut texts = Vec::new();
        let arguments = inner.and_then(|i| first(i, "value_arguments")).map(Lower::children);
        for argument in arguments.unwrap_or_default() {
            let parts = Lower::children(argument);
            let named = (parts.len() > 1).then(|| parts.first().map_or("", |n| l.text(*n)));
            if named.is_some_and(|n| !matches!(n, "value" | "path" | "name" | "url")) {
                continue;
            }
            if let Some(text) = parts.last().and_then(|v| plain_text(l, *v)) {
                texts.push(text.into());
            }
        }
        out.push(Note { name: name.into(), texts });
    }
    out
}

/// The text of a literal without holes.
fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
    let text = l.text(node);
    match node.kind() {
        "string_literal" if !text.contains('$') => {
            Some(classes::unescaped(text.strip_prefix('"')?.strip_suffix('"')?))
        }
        "multiline_string_literal" if !text.contains('$') => Some(text.trim_matches('"').to_owned()),
        _ => None,
    }
}

fn class_body(node: Node<'_>) -> Vec<Node<'_>> {
    let body = first(node, "class_body").or_else(|| first(node, "enum_class_body"));
    let mut out = Vec::new();
    for member in body.map(Lower::children).unwrap_or_default() {
        match member.kind() {
            "ERROR" => out.extend(Lower::children(member)),
            _ => out.push(member),
        }
    }
    out
}

/// The name and written type of a property or local variable.
fn variable<'t>(l: &Lower<'t>, node: Node<'_>) -> Option<(&'t str, &'t str)> {
    let declared = first(node, "variable_declaration")?;
    let name = first(declared, "identifier")?;
    Some((l.text(name), type_of(l, declared)))
}

fn members(l: &Lower<'_>, body: &[Node<'_>]) -> Vec<Box<str>> {
    let mut out = Vec::new();
    for member in body {
        match member.kind() {
            "property_declaration" => out.extend(variable(l, *member).map(|(name, _)| Box::from(name))),
            "function_declaration" => out.push(written(l, field(*member, "name")).into()),
            "enum_entry" => out.push(written(l, first(*member, "identifier")).into()),
            "companion_object" => out.extend(members(l, &class_body(*member))),
            _ => {}
        }
    }
    out
}

fn class_parameters(node: Node<'_>) -> Vec<Node<'_>> {
    let list = first(node, "primary_constructor").and_then(|p| first(p, "class_parameters"));
    let parameters = list.map(Lower::children).unwrap_or_default();
    parameters.into_iter().filter(|n| n.kind() == "class_parameter").collect()
}

fn class(l: &mut Lower<'_>, node: Node<'_>) -> ClassId {
    let name = written(l, field(node, "name"));
    let body = class_body(node);
    let parameters = class_parameters(node);
    let mut names = members(l, &body);
    names.extend(parameters.iter().map(|p| Box::from(written(l, first(*p, "identifier")))));
    let id = l.begin_class(name, names, node);
    let mut handed = None;
    let parents = first(node, "delegation_specifiers").map(Lower::children).unwrap_or_default();
    for parent in parents {
        let inner = Lower::children(parent).into_iter().next_back().unwrap_or(parent);
        let text = if is_type(inner) { l.text(inner) } else { type_of(l, inner) };
        // What is called is the class; the others are interfaces.
        let value = matches!(inner.kind(), "constructor_invocation").then(|| l.type_reference(text, inner));
        let value =
            value.or_else(|| l.text(node).starts_with("interface").then(|| l.type_reference(text, inner)));
        l.parent(id, text, value);
        if let Some(list) = first(inner, "value_arguments") {
            handed = Some(list);
        }
    }
    if !parameters.is_empty() || handed.is_some() {
        let function = l.function(Some("constructor"), None, Vec::new(), node, |l| {
            for parameter in parameters {
                class_parameter(l, id, parameter);
            }
            if let Some(list) = handed {
                let callee = l.constructed(id, true, list);
                let (positional, named) = arguments(l, list);
                let call = l.call(callee, positional, named, CallKind::New, None, list);
                l.builder.returns(call);
            }
        });
        l.add_method(id, "constructor", function);
    }
    for member in body {
        l.descend(|l| declaration(l, id, member));
    }
    l.end_class();
    id
}

fn class_parameter(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
    let name = first(node, "identifier");
    let kind = type_of(l, node);
    let fallback = Lower::children(node)
        .into_iter()
        .find(|n| Some(*n) != name && !is_type(*n) && n.kind() != "modifiers")
        .map(|n| expression(l, n));
    let wire = classes::wire_name(&notes(l, node));
    let name = written(l, name);
    let value = l.parameter(name, kind, false, fallback, node);
    l.field(id, name, kind, wire, Some(value));
}

fn declaration(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
    match node.kind() {
        "property_declaration" => {
            let Some((name, kind)) = variable(l, node) else { return };
            if let Some(getter) = first(node, "getter")
                && let Some(body) = first(getter, "function_body")
            {
                let result = l.declared(kind);
                let function = l.function(Some(name), result, Vec::new(), getter, |l| function_body(l, body));
                l.add_method(id, &format!("get {name}"), function);
                return;
            }
            let wire = classes::wire_name(&notes(l, node));
            let value = initial(l, node);
            l.field(id, name, kind, wire, value);
        }
        "function_declaration" => {
            let name = written(l, field(node, "name"));
            if let Some(function) = function(l, node) {
                l.add_method(id, name, function);
            }
        }
        // What stands in a companion is named as if it were the class's own.
        "companion_object" => {
            for member in class_body(node) {
                l.descend(|l| declaration(l, id, member));
            }
        }
        "anonymous_initializer" => {
            for child in Lower::children(node) {
                l.descend(|l| statement(l, child));
            }
        }
        "secondary_constructor" => {
            let function = l.function(Some("constructor"), None, Vec::new(), node, |l| {
                parameters(l, node);
                if let Some(other) = first(node, "constructor_delegation_call") {
                    let base = l.text(other).trim_start().starts_with("super");
                    let callee = l.constructed(id, base, other);
                    let given = first(other, "value_arguments").map(|a| arguments(l, a)).unwrap_or_default();
                    let call = l.call(callee, given.0, given.1, CallKind::New, None, other);
                    l.builder.returns(call);
                }
                if let Some(body) = first(node, "block") {
                    statements(l, body);
                }
            });
            l.add_method(id, "constructor", function);
        }
        "enum_entry" => {
            let given = first(node, "value_arguments").map(|a| arguments(l, a)).unwrap_or_default();
            let callee = l.builder.push(ExprKind::Class(id), Lower::span(node));
            let value = l.call(callee, given.0, given.1, CallKind::New, None, node);
            l.field(id, written(l, first(node, "identifier")), "Int", None, Some(value));
        }
        "class_declaration" => {
            class(l, node);
        }
        "object_declaration" => object(l, node),
        _ => {}
    }
}

/// `object Name { … }`: a class of which there is one.
fn object(l: &mut Lower<'_>, node: Node<'_>) {
    class(l, node);
}

fn function(l: &mut Lower<'_>, node: Node<'_>) -> Option<FunctionId> {
    let name = written(l, field(node, "name"));
    let notes = notes(l, node);
    // The type before the name is the one that is extended, the one after the parameters the result.
    let children = Lower::children(node);
    let place = children.iter().position(|n| n.kind() == "function_value_parameters").unwrap_or(0);
    let extended = children.iter().take(place).find(|n| is_type(**n)).map(|n| l.text(*n));
    let result = children.iter().skip(place).find(|n| is_type(**n)).map_or("", |n| l.text(*n));
    let Some(body) = first(node, "function_body") else {
        return promised(l, node, name, result, &notes, parameters);
    };
    let declared = l.declared(result);
    Some(l.function(Some(name), declared, classes::names(&notes), node, |l| {
        if let Some(extended) = extended {
            l.parameter("this", extended, false, None, node);
        }
        parameters(l, node);
        function_body(l, body);
    }))
}

fn function_body(l: &mut Lower<'_>, body: Node<'_>) {
    for child in Lower::children(body) {
        if child.kind() == "block" {
            statements(l, child);
        } else {
            let value = expression(l, child);
            l.give(value, child);
        }
    }
}

fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
    let Some(list) = first(node, "function_value_parameters") else { return };
    let children = Lower::children(list);
    for (i, child) in children.iter().enumerate().filter(|(_, n)| n.kind() == "parameter") {
        let fallback =
            children.get(i + 1).filter(|n| !matches!(n.kind(), "parameter" | "parameter_modifiers"));
        let fallback = fallback.map(|n| expression(l, *n));
        let name = written(l, first(*child, "identifier"));
        let rest = i > 0
            && children
                .get(i - 1)
                .is_some_and(|n| n.kind() == "parameter_modifiers" && l.text(*n).contains("vararg"));
        l.parameter(name, type_of(l, *child), rest, fallback, *child);
    }
}

/// The value that a property or variable starts with.
fn initial(l: &mut Lower<'_>, node: Node<'_>) -> Option<ExprId> {
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

fn statements(l: &mut Lower<'_>, node: Node<'_>) {
    l.open();
    for child in Lower::children(node) {
        l.descend(|l| statement(l, child));
    }
    l.close();
}

fn condition(l: &mut Lower<'_>, node: Option<Node<'_>>) {
    if let Some(node) = node {
        let id = expression(l, node);
        l.builder.test(id);
    }
}

fn statement(l: &mut Lower<'_>, node: Node<'_>) {
    match node.kind() {
        "block" | "ERROR" => statements(l, node),
        "class_declaration" => {
            class(l, node);
        }
        "object_declaration" => object(l, node),
        "property_declaration" => {
            let value = initial(l, node);
            if let (Some(names), Some(value)) = (first(node, "multi_variable_declaration"), value) {
                for (i, name) in Lower::children(names).into_iter().enumerate() {
                    let index = u32::try_from(i).unwrap_or(u32::MAX);
                    let item = l.builder.push(ExprKind::Item { object: value, index }, Lower::span(name));
                    l.local(written(l, first(name, "identifier")), type_of(l, name), Some(item));
                }
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
            let Some(body) = parts.iter().position(|n| n.kind() == "block") else { return };
            let walked = parts.iter().take(body).next_back().copied();
            let element = walked.map(|w| {
                let list = expression(l, w);
                l.builder.push(ExprKind::Element(list), Lower::span(w))
            });
            l.open();
            if let Some(name) = first(node, "variable_declaration") {
                l.local(written(l, first(name, "identifier")), type_of(l, name), element);
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

fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> (Vec<ExprId>, Vec<(Box<str>, ExprId)>) {
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

fn expression(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
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
        "super_expression" => l.builder.push(ExprKind::This, span),
        "string_literal" | "multiline_string_literal" => template(l, node),
        "navigation_expression" => navigation(l, node),
        "index_expression" => {
            let mut parts = children.into_iter();
            let (Some(object), Some(index)) = (parts.next(), parts.next()) else { return l.constant(node) };
            let (object, index) = (expression(l, object), expression(l, index));
            l.index(object, index, node)
        }
        "call_expression" => call(l, node),
        "lambda_literal" | "annotated_lambda" => lambda(l, node),
        "anonymous_function" => {
            let id = l.function(None, None, Vec::new(), node, |l| {
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
                return l.builder.push(ExprKind::Object { fields, spreads: Vec::new() }, span);
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
                // `return@map x` gives to the lambda that it stands in.
                l.give(value, node);
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

fn lambda(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
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
        } else {
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
        let function = lambda(l, block);
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
            let kind = ExprKind::Object { fields: Vec::new(), spreads: positional };
            return l.builder.push(kind, Lower::span(node));
        }
        ("format", ExprKind::Member { object, .. }) => {
            let mut all = positional.clone();
            if matches!(l.builder.kind(object), ExprKind::Text(_)) {
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
