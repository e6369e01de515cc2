//! Java: which nodes of its grammar are what.

use tree_sitter::Node;

use super::Lower;
use super::classes::{self, Note};
use crate::program::{CallKind, ClassId, ExprId, ExprKind, FunctionId};

/// Lowers a file.
pub(super) fn lower(l: &mut Lower<'_>, root: Node<'_>) {
    for child in Lower::children(root) {
        match child.kind() {
            "package_declaration" => {
                l.package = Lower::children(child).last().map_or("", |n| l.text(*n)).to_owned();
                let package = l.package.clone();
                l.builder.open(&package);
            }
            "import_declaration" => import(l, child),
            kind if is_class(kind) => class(l, child),
            _ => statement(l, child),
        }
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

fn import(l: &mut Lower<'_>, node: Node<'_>) {
    let parts = Lower::children(node);
    let Some(target) = parts.first().map(|n| l.text(*n)) else { return };
    let is_static = l.text(node).trim_start_matches("import").trim_start().starts_with("static ");
    let span = Lower::span(node);
    let push = |l: &mut Lower<'_>, path: &str| {
        let (specifier, name) = path.rsplit_once('.').unwrap_or(("", path));
        let kind = ExprKind::Import { specifier: specifier.into(), name: Some(name.into()) };
        l.builder.push(kind, span)
    };
    if parts.iter().any(|n| n.kind() == "asterisk") {
        if !is_static {
            l.builder.open(target);
            l.builder.push(ExprKind::Import { specifier: target.into(), name: None }, span);
        }
        return;
    }
    let Some((owner, name)) = target.rsplit_once('.') else { return };
    let value = if is_static {
        let owner = push(l, owner);
        l.member(owner, name, span)
    } else {
        push(l, target)
    };
    let symbol = l.declare(name);
    l.builder.define(symbol, value);
}

fn is_class(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "interface_declaration"
            | "record_declaration"
            | "enum_declaration"
            | "annotation_type_declaration"
    )
}

/// The annotations among a declaration's modifiers.
fn notes(l: &Lower<'_>, node: Node<'_>) -> Vec<Note> {
    let mut out = Vec::new();
    for note in first(node, "modifiers").map(Lower::children).unwrap_or_default() {
        if !matches!(note.kind(), "annotation" | "marker_annotation") {
            continue;
        }
        let name = written(l, field(note, "name"));
        let name = name.rsplit('.').next().unwrap_or(name);
        let mut texts = Vec::new();
        for argument in field(note, "arguments").map(Lower::children).unwrap_or_default() {
            let (key, value) = match argument.kind() {
                "element_value_pair" => (written(l, field(argument, "key")), field(argument, "value")),
                _ => ("value", Some(argument)),
            };
            if !matches!(key, "value" | "path" | "name" | "url") {
                continue;
            }
            let value = value.map(|v| match v.kind() {
                "element_value_array_initializer" => Lower::children(v).into_iter().next().unwrap_or(v),
                _ => v,
            });
            if let Some(text) = value.and_then(|v| plain_text(l, v)) {
                texts.push(text.into());
            }
        }
        out.push(Note { name: name.into(), texts });
    }
    out
}

fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
    if node.kind() != "string_literal" {
        return None;
    }
    let text = l.text(node);
    let inner = text.strip_prefix("\"\"\"").and_then(|t| t.strip_suffix("\"\"\""));
    let inner = inner.or_else(|| text.strip_prefix('"')?.strip_suffix('"'))?;
    Some(classes::unescaped(inner.trim_start_matches('\n')))
}

/// The members that stand in a class's body.
fn body(node: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    for member in field(node, "body").map(Lower::children).unwrap_or_default() {
        match member.kind() {
            "enum_body_declarations" | "ERROR" => out.extend(Lower::children(member)),
            _ => out.push(member),
        }
    }
    out
}

fn declarators(node: Node<'_>) -> Vec<Node<'_>> {
    Lower::children(node).into_iter().filter(|n| n.kind() == "variable_declarator").collect()
}

fn members(l: &Lower<'_>, body: &[Node<'_>]) -> Vec<Box<str>> {
    let mut out = Vec::new();
    for member in body {
        match member.kind() {
            "field_declaration" | "constant_declaration" => {
                out.extend(declarators(*member).into_iter().map(|d| written(l, field(d, "name")).into()));
            }
            "method_declaration" | "enum_constant" => out.push(written(l, field(*member, "name")).into()),
            _ => {}
        }
    }
    out
}

fn class(l: &mut Lower<'_>, node: Node<'_>) {
    let name = written(l, field(node, "name"));
    let body = body(node);
    let mut names = members(l, &body);
    let parameters = field(node, "parameters").map(Lower::children).unwrap_or_default();
    names.extend(parameters.iter().map(|p| Box::from(written(l, field(*p, "name")))));
    let id = l.begin_class(name, names, node);
    if let Some(base) = field(node, "superclass").and_then(|s| Lower::children(s).into_iter().next()) {
        let value = l.type_reference(l.text(base), base);
        l.parent(id, l.text(base), Some(value));
    }
    let interfaces = field(node, "interfaces").or_else(|| first(node, "extends_interfaces"));
    for list in interfaces.map(Lower::children).unwrap_or_default() {
        for interface in Lower::children(list) {
            // An interface that extends another has what that one has.
            let value = (node.kind() == "interface_declaration")
                .then(|| l.type_reference(l.text(interface), interface));
            l.parent(id, l.text(interface), value);
        }
    }
    if !parameters.is_empty() {
        let function = l.function(Some("constructor"), None, Vec::new(), node, |l| {
            for parameter in parameters {
                let (name, kind) =
                    (written(l, field(parameter, "name")), written(l, field(parameter, "type")));
                let wire = classes::wire_name(&notes(l, parameter));
                let value = l.parameter(name, kind, false, None, parameter);
                l.field(id, name, kind, wire, Some(value));
            }
        });
        l.add_method(id, "constructor", function);
    }
    for member in body {
        l.descend(|l| declaration(l, id, member));
    }
    l.end_class();
}

fn declaration(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
    match node.kind() {
        "field_declaration" | "constant_declaration" => {
            let kind = written(l, field(node, "type"));
            let wire = classes::wire_name(&notes(l, node));
            for variable in declarators(node) {
                let value = field(variable, "value").map(|v| expression(l, v));
                l.field(id, written(l, field(variable, "name")), kind, wire.clone(), value);
            }
        }
        "enum_constant" => {
            let arguments = field(node, "arguments").map(|a| arguments(l, a)).unwrap_or_default();
            let callee = l.builder.push(ExprKind::Class(id), Lower::span(node));
            let value = l.call(callee, arguments, Vec::new(), CallKind::New, None, node);
            l.field(id, written(l, field(node, "name")), "int", None, Some(value));
        }
        "method_declaration" => {
            let name = written(l, field(node, "name"));
            let kind = written(l, field(node, "type"));
            let notes = notes(l, node);
            if let Some(wire) = classes::wire_name(&notes) {
                // A getter or setter that is named for JSON stands for its field.
                let property = name.trim_start_matches("get").trim_start_matches("set");
                l.field(id, property, "String", Some(wire), None);
            }
            if let Some(function) = method(l, node, name, kind, &notes) {
                l.add_method(id, name, function);
            }
        }
        "constructor_declaration" | "compact_constructor_declaration" => {
            let function = l.function(Some("constructor"), None, Vec::new(), node, |l| {
                parameters(l, node);
                if let Some(body) = field(node, "body") {
                    if let Some(other) = first(body, "explicit_constructor_invocation") {
                        let base = written(l, field(other, "constructor")) == "super";
                        let callee = l.constructed(id, base, other);
                        let given = field(other, "arguments").map(|a| arguments(l, a)).unwrap_or_default();
                        let call = l.call(callee, given, Vec::new(), CallKind::New, None, other);
                        l.builder.returns(call);
                    }
                    statements(l, body);
                }
            });
            if node.kind() == "constructor_declaration" {
                l.add_method(id, "constructor", function);
            }
        }
        "static_initializer" | "block" => statements(l, node),
        kind if is_class(kind) => class(l, node),
        _ => {}
    }
}

fn method(l: &mut Lower<'_>, node: Node<'_>, name: &str, kind: &str, notes: &[Note]) -> Option<FunctionId> {
    let result = l.declared(kind);
    let Some(body) = field(node, "body") else {
        return promised(l, node, name, kind, notes, parameters);
    };
    Some(l.function(Some(name), result, classes::names(notes), node, |l| {
        parameters(l, node);
        statements(l, body);
    }))
}

/// A method of an interface that a library implements by its annotation: `@GET("rest/api/3/user")`.
pub(super) fn promised(
    l: &mut Lower<'_>,
    node: Node<'_>,
    name: &str,
    kind: &str,
    notes: &[Note],
    parameters: impl FnOnce(&mut Lower<'_>, Node<'_>),
) -> Option<FunctionId> {
    const REQUESTS: &[&str] = &[
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "HTTP",
        "Get",
        "Post",
        "Put",
        "Patch",
        "Delete",
        "RequestLine",
        "GetMapping",
        "PostMapping",
        "PutMapping",
        "RequestMapping",
        "GetExchange",
        "PostExchange",
        "PutExchange",
        "Path",
    ];
    let note = notes.iter().find(|n| REQUESTS.contains(&&*n.name) && !n.texts.is_empty())?;
    let text = note.texts.first()?.clone();
    let result = l.declared(kind);
    Some(l.function(Some(name), result, Vec::new(), node, |l| {
        parameters(l, node);
        let callee = l.name(&note.name, Lower::span(node));
        // Feign writes the method before the path.
        let path = text.rsplit(' ').next().unwrap_or(&text);
        let path = l.literal(path, node);
        let value = l.call(callee, vec![path], Vec::new(), CallKind::Call, None, node);
        l.give(value, node);
    }))
}

fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
    let Some(list) = field(node, "parameters") else { return };
    if list.kind() == "identifier" {
        l.parameter(l.text(list), "", false, None, list);
        return;
    }
    for child in Lower::children(list) {
        match child.kind() {
            "formal_parameter" => {
                let kind = written(l, field(child, "type"));
                l.parameter(written(l, field(child, "name")), kind, false, None, child);
            }
            "spread_parameter" => {
                let name = first(child, "variable_declarator").and_then(|d| field(d, "name"));
                l.parameter(written(l, name), "", true, None, child);
            }
            "identifier" => {
                l.parameter(l.text(child), "", false, None, child);
            }
            _ => {}
        }
    }
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
        "block"
        | "constructor_body"
        | "try_statement"
        | "finally_clause"
        | "catch_clause"
        | "try_with_resources_statement"
        | "resource_specification"
        | "labeled_statement"
        | "synchronized_statement"
        | "expression_statement"
        | "throw_statement"
        | "assert_statement"
        | "switch_block_statement_group"
        | "ERROR" => {
            // What a `try` opens is seen in its block.
            let scope = node.kind() != "resource_specification";
            if scope {
                l.open();
            }
            for child in Lower::children(node) {
                l.descend(|l| statement(l, child));
            }
            if scope {
                l.close();
            }
        }
        "local_variable_declaration" => {
            let kind = written(l, field(node, "type"));
            for variable in declarators(node) {
                let value = field(variable, "value").map(|v| expression(l, v));
                l.local(written(l, field(variable, "name")), kind, value);
            }
        }
        "resource" => {
            let value = field(node, "value").map(|v| expression(l, v));
            if let Some(name) = field(node, "name") {
                l.local(l.text(name), written(l, field(node, "type")), value);
            }
        }
        "catch_formal_parameter" => {
            let kind = written(l, first(node, "catch_type"));
            l.local(written(l, field(node, "name")), kind, None);
        }
        "return_statement" | "yield_statement" => {
            if let Some(value) = Lower::children(node).into_iter().next() {
                let value = expression(l, value);
                l.give(value, node);
            }
        }
        "if_statement" | "while_statement" | "do_statement" => {
            condition(l, field(node, "condition"));
            for part in ["consequence", "alternative", "body"] {
                if let Some(part) = field(node, part) {
                    l.descend(|l| statement(l, part));
                }
            }
        }
        "for_statement" => {
            l.open();
            for child in Lower::children(node) {
                l.descend(|l| statement(l, child));
            }
            l.close();
        }
        "enhanced_for_statement" => {
            let Some(walked) = field(node, "value") else { return };
            let list = expression(l, walked);
            let element = l.builder.push(ExprKind::Element(list), Lower::span(walked));
            l.open();
            l.local(written(l, field(node, "name")), written(l, field(node, "type")), Some(element));
            if let Some(body) = field(node, "body") {
                l.descend(|l| statement(l, body));
            }
            l.close();
        }
        "explicit_constructor_invocation"
        | "catch_type"
        | "break_statement"
        | "continue_statement"
        | "switch_label"
        | "line_comment"
        | "block_comment"
        | "modifiers" => {}
        kind if is_class(kind) => class(l, node),
        _ => {
            expression(l, node);
        }
    }
}

fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> Vec<ExprId> {
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
        "identifier" | "type_identifier" => l.name(l.text(node), span),
        "scoped_type_identifier" | "scoped_identifier" | "generic_type" => {
            l.type_reference(l.text(node), node)
        }
        "this" | "super" => l.builder.push(ExprKind::This, span),
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
                _ => all.clear(),
            }
        }
        if !all.is_empty() {
            return formatted(l, &all, node);
        }
    }
    l.call(callee, given, Vec::new(), CallKind::Call, kind, node)
}

/// `String.format("/user/%s", id)`.
pub(super) fn formatted(l: &mut Lower<'_>, arguments: &[ExprId], node: Node<'_>) -> ExprId {
    let Some((format, rest)) = arguments.split_first() else { return l.constant(node) };
    let format = match l.builder.kind(*format).clone() {
        ExprKind::Text(text) => text,
        _ => return l.builder.push(ExprKind::Join(arguments.to_vec()), Lower::span(node)),
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
