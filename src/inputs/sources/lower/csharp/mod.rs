//! C#: which nodes of its grammar are what.

mod creation;
mod expressions;
mod statements;

use tree_sitter::Node;

use self::creation::{creation_of, initial};
use self::expressions::{arguments, expression};
use self::statements::{arrow_body, block, code, statement};
use super::Lower;
use super::classes::{self, Note};
use crate::program::{CallKind, ClassId, ExprId, ExprKind, GLOBAL};

/// Namespaces that a project of today sees without naming them.
const IMPLICIT: &[&str] =
    &["System.IO", "System.Net.Http", "System.Net.Http.Json", "Microsoft.Extensions.Logging"];

/// Lowers a file.
pub(super) fn lower(l: &mut Lower<'_>, root: Node<'_>) {
    for namespace in IMPLICIT {
        import(l, namespace, root);
    }
    items(l, root);
}

fn import(l: &mut Lower<'_>, namespace: &str, node: Node<'_>) -> ExprId {
    l.builder.open(namespace);
    let kind = ExprKind::Import { specifier: namespace.into(), name: None };
    l.builder.push(kind, Lower::span(node))
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

fn items(l: &mut Lower<'_>, node: Node<'_>) {
    for child in Lower::children(node) {
        match child.kind() {
            "using_directive" => using(l, child),
            "namespace_declaration" => {
                let around = l.package.clone();
                namespace(l, child);
                if let Some(body) = field(child, "body") {
                    l.descend(|l| items(l, body));
                }
                l.package = around;
            }
            "file_scoped_namespace_declaration" => namespace(l, child),
            "global_statement" => items(l, child),
            // What the parser could not fit in may hold all of a file, or a class that has no end.
            "ERROR" if first(child, "method_declaration").is_some() => unended(l, child),
            "ERROR" => l.descend(|l| items(l, child)),
            _ if is_class(child.kind()) => class(l, child),
            _ => statement(l, child),
        }
    }
}

fn namespace(l: &mut Lower<'_>, node: Node<'_>) {
    let name = written(l, field(node, "name"));
    l.package = if l.package.is_empty() { name.to_owned() } else { format!("{}.{name}", l.package) };
    // The names of the namespaces around are seen as well.
    let package = l.package.clone();
    let mut part = package.as_str();
    loop {
        l.builder.open(part);
        match part.rsplit_once('.') {
            Some((outer, _)) => part = outer,
            None => break,
        }
    }
}

fn using(l: &mut Lower<'_>, node: Node<'_>) {
    let Some(target) = Lower::children(node).into_iter().next_back() else { return };
    let target = l.text(target);
    match field(node, "name") {
        Some(alias) => {
            let value = l.builder.push(ExprKind::Global(target.into()), Lower::span(node));
            let symbol = l.declare(l.text(alias));
            l.builder.define(symbol, value);
        }
        None => {
            import(l, target, node);
            if l.text(node).starts_with("global ") {
                l.builder.open(&format!("{GLOBAL}{target}"));
            }
        }
    }
}

fn is_class(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "interface_declaration"
            | "enum_declaration"
    )
}

/// The attributes before a declaration.
fn notes(l: &Lower<'_>, node: Node<'_>) -> Vec<Note> {
    let mut out = Vec::new();
    for list in Lower::children(node).into_iter().filter(|n| n.kind() == "attribute_list") {
        for attribute in Lower::children(list).into_iter().filter(|n| n.kind() == "attribute") {
            let name = written(l, field(attribute, "name"));
            let name = name.rsplit('.').next().unwrap_or(name);
            let mut texts = Vec::new();
            for argument in
                first(attribute, "attribute_argument_list").map(Lower::children).unwrap_or_default()
            {
                let value = Lower::children(argument).into_iter().next_back();
                if let Some(text) = value.and_then(|v| plain_text(l, v)) {
                    texts.push(text.into());
                }
            }
            out.push(Note { name: name.strip_suffix("Attribute").unwrap_or(name).into(), texts });
        }
    }
    out
}

/// The text of a string literal without holes.
pub(super) fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
    match node.kind() {
        "string_literal" => {
            let text = l.text(node).trim_end_matches("u8");
            Some(classes::unescaped(text.strip_prefix('"')?.strip_suffix('"')?))
        }
        "verbatim_string_literal" => {
            Some(l.text(node).strip_prefix("@\"")?.strip_suffix('"')?.replace("\"\"", "\""))
        }
        "raw_string_literal" => Some(l.text(node).trim_matches('"').to_owned()),
        _ => None,
    }
}

/// The members of a class that has no end.
fn unended(l: &mut Lower<'_>, node: Node<'_>) {
    let parts = Lower::children(node);
    let name = written(l, first(node, "identifier"));
    let id = l.begin_class(name, members(l, node, &parts), node);
    for part in parts {
        match part.kind() {
            "using_directive" => using(l, part),
            kind if kind.ends_with("_declaration") => l.descend(|l| declaration(l, id, part)),
            "parameter_list" | "identifier" | "modifier" | "predefined_type" => {}
            _ => l.descend(|l| statement(l, part)),
        }
    }
    l.end_class();
}

/// The names of what a class declares.
fn members(l: &Lower<'_>, node: Node<'_>, body: &[Node<'_>]) -> Vec<Box<str>> {
    let mut out = Vec::new();
    for member in body.iter().copied() {
        match member.kind() {
            "field_declaration" | "event_field_declaration" => {
                for variable in declarators(member) {
                    out.push(written(l, field(variable, "name")).into());
                }
            }
            "property_declaration" | "method_declaration" | "enum_member_declaration" => {
                out.push(written(l, field(member, "name")).into());
            }
            _ => {}
        }
    }
    for parameter in first(node, "parameter_list").map(Lower::children).unwrap_or_default() {
        out.push(written(l, field(parameter, "name")).into());
    }
    out
}

fn body(node: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    for member in field(node, "body").map(Lower::children).unwrap_or_default() {
        match member.kind() {
            // `#if` inside a class: all branches count.
            "preproc_if" | "preproc_else" | "preproc_elif" | "ERROR" => out.extend(Lower::children(member)),
            _ => out.push(member),
        }
    }
    out
}

fn declarators(node: Node<'_>) -> Vec<Node<'_>> {
    let Some(declaration) = first(node, "variable_declaration") else { return Vec::new() };
    Lower::children(declaration).into_iter().filter(|n| n.kind() == "variable_declarator").collect()
}

fn class(l: &mut Lower<'_>, node: Node<'_>) {
    let name = written(l, field(node, "name"));
    let members = members(l, node, &body(node));
    let id = l.begin_class(name, members, node);
    // The arguments that a primary constructor hands to its base.
    let mut handed: Option<(Node<'_>, Node<'_>)> = None;
    let bases = first(node, "base_list").map(Lower::children).unwrap_or_default();
    for (i, base) in bases.iter().enumerate() {
        match base.kind() {
            "argument_list" => {
                handed = i.checked_sub(1).and_then(|before| bases.get(before)).map(|b| (*b, *base));
            }
            kind => {
                let mut target = *base;
                if kind == "primary_constructor_base_type" {
                    target = field(*base, "type").unwrap_or(*base);
                    handed = first(*base, "argument_list").map(|a| (target, a));
                }
                let text = l.text(target);
                // By custom, what starts with `I` and another capital is an interface.
                let bare = text.rsplit('.').next().unwrap_or(text);
                let mut letters = bare.chars();
                let interface = letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase);
                let value = (!interface).then(|| l.type_reference(text, target));
                l.parent(id, text, value);
            }
        }
    }
    if let Some(parameters) = first(node, "parameter_list") {
        primary(l, id, node, parameters, handed);
    }
    for member in body(node) {
        l.descend(|l| declaration(l, id, member));
    }
    l.end_class();
}

/// `class X(A a) : Base(a)`: a constructor whose parameters are seen everywhere in the class.
fn primary(
    l: &mut Lower<'_>,
    id: ClassId,
    node: Node<'_>,
    parameters: Node<'_>,
    handed: Option<(Node<'_>, Node<'_>)>,
) {
    let function = l.function(Some("constructor"), None, Vec::new(), parameters, |l| {
        for parameter in Lower::children(parameters).into_iter().filter(|n| n.kind() == "parameter") {
            let name = written(l, field(parameter, "name"));
            let wire = classes::wire_name(&notes(l, parameter));
            let kind = written(l, field(parameter, "type"));
            let value = self::parameter(l, parameter);
            l.field(id, name, kind, wire, Some(value));
        }
        if let Some((base, arguments)) = handed {
            let callee = l.type_reference(l.text(base), base);
            let (positional, named) = self::arguments(l, arguments);
            let call = l.call(callee, positional, named, CallKind::New, None, node);
            l.builder.returns(call);
        }
    });
    l.add_method(id, "constructor", function);
}

fn declaration(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
    match node.kind() {
        "field_declaration" => {
            let kind = first(node, "variable_declaration").and_then(|d| field(d, "type"));
            let kind = written(l, kind);
            let wire = classes::wire_name(&notes(l, node));
            for variable in declarators(node) {
                let value = initial(l, variable, kind);
                let name = written(l, field(variable, "name"));
                l.field(id, name, kind, wire.clone(), value);
            }
        }
        "property_declaration" => property(l, id, node),
        "method_declaration" => {
            let name = written(l, field(node, "name"));
            if let Some(function) = method(l, node, name) {
                l.add_method(id, name, function);
            }
        }
        "constructor_declaration" => {
            let function = l.function(Some("constructor"), None, Vec::new(), node, |l| {
                parameters(l, node);
                if let Some(initializer) = first(node, "constructor_initializer")
                    && let Some(list) = first(initializer, "argument_list")
                {
                    let (positional, named) = arguments(l, list);
                    let base = l.text(initializer).trim_start_matches(':').trim_start().starts_with("base");
                    let callee = l.constructed(id, base, initializer);
                    let call = l.call(callee, positional, named, CallKind::New, None, initializer);
                    l.builder.returns(call);
                }
                code(l, node);
            });
            l.add_method(id, "constructor", function);
        }
        "enum_member_declaration" => {
            let value = l.constant(node);
            let name = written(l, field(node, "name"));
            l.field(id, name, "int", None, Some(value));
        }
        kind if is_class(kind) => class(l, node),
        "operator_declaration" | "destructor_declaration" | "conversion_operator_declaration" => {
            l.function(None, None, Vec::new(), node, |l| {
                parameters(l, node);
                code(l, node);
            });
        }
        _ => {}
    }
}

fn property(l: &mut Lower<'_>, id: ClassId, node: Node<'_>) {
    let name = written(l, field(node, "name"));
    let kind = written(l, field(node, "type"));
    let getter = format!("get {name}");
    let result = l.declared(kind);
    let value = field(node, "value");
    if let Some(arrow) = value.filter(|v| v.kind() == "arrow_expression_clause") {
        let function = l.function(Some(name), result, Vec::new(), node, |l| arrow_body(l, arrow));
        l.add_method(id, &getter, function);
        return;
    }
    let accessors = field(node, "accessors").map(Lower::children).unwrap_or_default();
    for accessor in accessors {
        let is = written(l, field(accessor, "name"));
        let Some(body) = field(accessor, "body") else { continue };
        if is == "get" {
            let function = l.function(Some(name), result.clone(), Vec::new(), accessor, |l| block(l, body));
            l.add_method(id, &getter, function);
        } else {
            l.function(None, None, Vec::new(), accessor, |l| {
                l.parameter("value", kind, false, None, accessor);
                block(l, body);
            });
        }
    }
    let wire = classes::wire_name(&notes(l, node));
    let value = value.map(|v| creation_of(l, v, kind));
    l.field(id, name, kind, wire, value);
}

pub(super) fn method(l: &mut Lower<'_>, node: Node<'_>, name: &str) -> Option<crate::program::FunctionId> {
    let notes = notes(l, node);
    let kind = written(l, field(node, "returns").or_else(|| field(node, "type")));
    let result = l.declared(kind);
    if field(node, "body").is_none() {
        l.promises_result(name, kind);
        // A method of an interface, which a library implements by what its attribute says (Refit).
        let note = notes.iter().find(|n| {
            matches!(&*n.name, "Get" | "Post" | "Put" | "Delete" | "Patch") && !n.texts.is_empty()
        })?;
        return Some(l.function(Some(name), result, Vec::new(), node, |l| {
            parameters(l, node);
            let kind = ExprKind::Import { specifier: "Refit".into(), name: Some(note.name.clone()) };
            let callee = l.builder.push(kind, Lower::span(node));
            let path = l.literal(note.texts.first().map_or("", |t| t), node);
            let value = l.call(callee, vec![path], Vec::new(), CallKind::Call, None, node);
            l.give(value, node);
        }));
    }
    Some(l.function(Some(name), result, classes::names(&notes), node, |l| {
        parameters(l, node);
        code(l, node);
    }))
}

pub(super) fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
    let Some(list) = field(node, "parameters") else { return };
    for child in Lower::children(list).into_iter().filter(|n| n.kind() == "parameter") {
        parameter(l, child);
    }
    // `params string[] more` stands in the list itself.
    if let Some(name) = field(list, "name") {
        let kind = written(l, field(list, "type"));
        l.parameter(l.text(name), kind, true, None, name);
    }
}

fn parameter(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let (name, kind) = (field(node, "name"), field(node, "type"));
    let fallback = Lower::children(node)
        .into_iter()
        .find(|n| Some(*n) != name && Some(*n) != kind && !matches!(n.kind(), "attribute_list" | "modifier"))
        .map(|n| expression(l, n));
    let (name, kind) = (written(l, name), written(l, kind));
    l.parameter(name, kind, false, fallback, node)
}
