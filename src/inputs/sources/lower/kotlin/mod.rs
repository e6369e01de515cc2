//! Kotlin: which nodes of its grammar are what.

mod expressions;
mod statements;

use tree_sitter::Node;

use self::expressions::{arguments, expression};
use self::statements::{initial, statement, statements};
use super::Lower;
use super::classes::{self, Note};
use super::java::promised;
use crate::program::{CallKind, ClassId, ExprId, ExprKind, FunctionId};

/// Lowers a file.
pub(super) fn lower(l: &mut Lower<'_>, root: Node<'_>) {
    for child in Lower::children(root) {
        match child.kind() {
            // What the parser could not fit in may hold all of a file.
            "ERROR" => l.descend(|l| lower(l, child)),
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

pub(super) fn field<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name)
}

pub(super) fn first<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
    Lower::children(node).into_iter().find(|n| n.kind() == kind)
}

pub(super) fn written<'t>(l: &Lower<'t>, node: Option<Node<'_>>) -> &'t str {
    node.map_or("", |n| l.text(n))
}

pub(super) fn is_type(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "user_type" | "nullable_type" | "non_nullable_type" | "parenthesized_type" | "function_type"
    )
}

/// The type that stands in a declaration.
pub(super) fn type_of<'t>(l: &Lower<'t>, node: Node<'_>) -> &'t str {
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
pub(super) fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
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
pub(super) fn variable<'t>(l: &Lower<'t>, node: Node<'_>) -> Option<(&'t str, &'t str)> {
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

pub(super) fn class(l: &mut Lower<'_>, node: Node<'_>) -> ClassId {
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
pub(super) fn object(l: &mut Lower<'_>, node: Node<'_>) {
    class(l, node);
}

pub(super) fn function(l: &mut Lower<'_>, node: Node<'_>) -> Option<FunctionId> {
    let name = written(l, field(node, "name"));
    let notes = notes(l, node);
    // The type before the name is the one that is extended, the one after the parameters the result.
    let children = Lower::children(node);
    let place = children.iter().position(|n| n.kind() == "function_value_parameters").unwrap_or(0);
    let extended = children.iter().take(place).find(|n| is_type(**n)).map(|n| l.text(*n));
    let result = children.iter().skip(place).find(|n| is_type(**n)).map_or("", |n| l.text(*n));
    let Some(body) = first(node, "function_body") else {
        l.promises_result(name, result);
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

pub(super) fn function_body(l: &mut Lower<'_>, body: Node<'_>) {
    for child in Lower::children(body) {
        if child.kind() == "block" {
            statements(l, child);
        } else {
            let value = expression(l, child);
            l.give(value, child);
        }
    }
}

pub(super) fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
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
