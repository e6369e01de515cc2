//! Java: which nodes of its grammar are what.

pub(super) mod expressions;
mod statements;

use tree_sitter::Node;

use self::expressions::{arguments, expression};
use self::statements::{statement, statements};
use super::Lower;
use super::classes::{self, Note};
use crate::program::{CallKind, ClassId, ExprKind, FunctionId};

/// Lowers a file.
pub(super) fn lower(l: &mut Lower<'_>, root: Node<'_>) {
    for child in Lower::children(root) {
        match child.kind() {
            // What the parser could not fit in may hold all of a file, or a class that has no end.
            "ERROR" if first(child, "method_declaration").is_some() => unended(l, child),
            "ERROR" => l.descend(|l| lower(l, child)),
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

pub(super) fn field<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name)
}

pub(super) fn first<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
    Lower::children(node).into_iter().find(|n| n.kind() == kind)
}

pub(super) fn written<'t>(l: &Lower<'t>, node: Option<Node<'_>>) -> &'t str {
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

pub(super) fn is_class(kind: &str) -> bool {
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

pub(super) fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
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

pub(super) fn declarators(node: Node<'_>) -> Vec<Node<'_>> {
    Lower::children(node).into_iter().filter(|n| n.kind() == "variable_declarator").collect()
}

pub(super) fn members(l: &Lower<'_>, body: &[Node<'_>]) -> Vec<Box<str>> {
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

pub(super) fn class(l: &mut Lower<'_>, node: Node<'_>) {
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

/// The members of a class that has no end.
fn unended(l: &mut Lower<'_>, node: Node<'_>) {
    let parts = Lower::children(node);
    let name = written(l, first(node, "identifier"));
    let id = l.begin_class(name, members(l, &parts), node);
    for part in parts {
        match part.kind() {
            "import_declaration" => import(l, part),
            kind if kind.ends_with("_declaration") => l.descend(|l| declaration(l, id, part)),
            "formal_parameters" | "identifier" | "modifiers" | "block_comment" => {}
            _ => l.descend(|l| statement(l, part)),
        }
    }
    l.end_class();
}

pub(super) fn declaration(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
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
        l.promises_result(name, kind);
        return promised(l, node, name, kind, notes, parameters);
    };
    Some(l.function(Some(name), result, classes::names(notes), node, |l| {
        parameters(l, node);
        for body in std::iter::once(body).chain(Lower::misfits(node)) {
            statements(l, body);
        }
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
    // What a framework does with what it is handed, by the annotation: `@Insert`, `@Upsert`.
    const KEEPS: &[&str] = &[
        "Insert",
        "Upsert",
        "Update",
        "InsertProvider",
        "UpdateProvider",
        "SqlUpdate",
        "SqlBatch",
        "BatchInsert",
        "BatchUpdate",
        "Modifying",
        "Save",
    ];
    let Some(note) = notes.iter().find(|n| REQUESTS.contains(&&*n.name) && !n.texts.is_empty()) else {
        notes.iter().find(|n| KEEPS.contains(&&*n.name))?;
        return Some(l.function(Some(name), None, classes::names(notes), node, |l| parameters(l, node)));
    };
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

pub(super) fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
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
