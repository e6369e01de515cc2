//! C#: which nodes of its grammar are what.

use tree_sitter::Node;

use super::Lower;
use super::classes::{self, Note};
use crate::program::{CallKind, ChoiceKind, ClassId, ExprId, ExprKind, GLOBAL};
use crate::text::Span;

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

fn field<'n>(node: Node<'n>, name: &str) -> Option<Node<'n>> {
    node.child_by_field_name(name)
}

fn first<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
    Lower::children(node).into_iter().find(|n| n.kind() == kind)
}

fn written<'t>(l: &Lower<'t>, node: Option<Node<'_>>) -> &'t str {
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
fn plain_text(l: &Lower<'_>, node: Node<'_>) -> Option<String> {
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

/// The names of what a class declares.
fn members(l: &Lower<'_>, node: Node<'_>) -> Vec<Box<str>> {
    let mut out = Vec::new();
    for member in body(node) {
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
    let members = members(l, node);
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

fn method(l: &mut Lower<'_>, node: Node<'_>, name: &str) -> Option<crate::program::FunctionId> {
    let notes = notes(l, node);
    let kind = written(l, field(node, "returns").or_else(|| field(node, "type")));
    let result = l.declared(kind);
    if field(node, "body").is_none() {
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

/// The body of a function: a block or `=> expression`.
fn code(l: &mut Lower<'_>, node: Node<'_>) {
    if let Some(body) = field(node, "body") {
        block(l, body);
    }
}

fn block(l: &mut Lower<'_>, body: Node<'_>) {
    match body.kind() {
        "arrow_expression_clause" => arrow_body(l, body),
        _ => statements(l, body),
    }
}

fn arrow_body(l: &mut Lower<'_>, arrow: Node<'_>) {
    if let Some(value) = Lower::children(arrow).into_iter().next() {
        let value = expression(l, value);
        l.give(value, arrow);
    }
}

fn parameters(l: &mut Lower<'_>, node: Node<'_>) {
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

/// The value that a declarator gives.
fn initial(l: &mut Lower<'_>, declarator: Node<'_>, kind: &str) -> Option<ExprId> {
    let name = field(declarator, "name");
    let value = Lower::children(declarator)
        .into_iter()
        .find(|n| Some(*n) != name && !matches!(n.kind(), "bracketed_argument_list" | "tuple_pattern"))?;
    Some(creation_of(l, value, kind))
}

/// A value where `new()` and `{ … }` take their type from the declaration.
fn creation_of(l: &mut Lower<'_>, value: Node<'_>, kind: &str) -> ExprId {
    match value.kind() {
        "implicit_object_creation_expression" => creation(l, value, kind),
        "initializer_expression" => list(l, value),
        _ => expression(l, value),
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
        "block" => statements(l, node),
        "local_declaration_statement" => {
            if let Some(declaration) = first(node, "variable_declaration") {
                variables(l, declaration);
            }
        }
        "variable_declaration" => variables(l, node),
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
        "foreach_statement" => {
            let Some(right) = field(node, "right") else { return };
            let walked = expression(l, right);
            let element = l.builder.push(ExprKind::Element(walked), Lower::span(right));
            l.open();
            if let Some(left) = field(node, "left") {
                if left.kind() == "identifier" {
                    let kind = written(l, field(node, "type"));
                    l.local(l.text(left), kind, Some(element));
                } else {
                    taken_apart(l, left, element);
                }
            }
            if let Some(body) = field(node, "body") {
                l.descend(|l| statement(l, body));
            }
            l.close();
        }
        "local_function_statement" => {
            let name = written(l, field(node, "name"));
            let symbol = l.declare(name);
            if let Some(function) = method(l, node, name) {
                let value = l.builder.push(ExprKind::Function(function), Lower::span(node));
                l.builder.define(symbol, value);
            }
        }
        "switch_statement" => {
            let subject = field(node, "value").map(|v| expression(l, v));
            for section in field(node, "body").map(Lower::children).unwrap_or_default() {
                l.open();
                for part in Lower::children(section) {
                    if part.kind().ends_with("_pattern") {
                        if let Some(subject) = subject {
                            pattern(l, part, subject);
                        }
                    } else {
                        l.descend(|l| statement(l, part));
                    }
                }
                l.close();
            }
        }
        "catch_clause" => {
            l.open();
            if let Some(declaration) = first(node, "catch_declaration") {
                let kind = written(l, field(declaration, "type"));
                l.local(written(l, field(declaration, "name")), kind, None);
            }
            for child in Lower::children(node) {
                l.descend(|l| statement(l, child));
            }
            l.close();
        }
        "expression_statement"
        | "throw_statement"
        | "catch_filter_clause"
        | "when_clause"
        | "lock_statement"
        | "using_statement"
        | "try_statement"
        | "finally_clause"
        | "checked_statement"
        | "unsafe_statement"
        | "fixed_statement"
        | "labeled_statement"
        | "for_statement"
        | "preproc_if"
        | "preproc_else"
        | "preproc_elif"
        | "ERROR"
        | "switch_section"
        | "arrow_expression_clause" => {
            l.open();
            for child in Lower::children(node) {
                l.descend(|l| statement(l, child));
            }
            l.close();
        }
        "empty_statement" | "break_statement" | "continue_statement" | "goto_statement"
        | "catch_declaration" => {}
        _ => {
            expression(l, node);
        }
    }
}

fn variables(l: &mut Lower<'_>, declaration: Node<'_>) {
    let kind = written(l, field(declaration, "type"));
    for variable in Lower::children(declaration).into_iter().filter(|n| n.kind() == "variable_declarator") {
        let value = initial(l, variable, kind);
        match (field(variable, "name"), first(variable, "tuple_pattern"), value) {
            (_, Some(names), Some(value)) => taken_apart(l, names, value),
            (Some(name), None, value) => l.local(l.text(name), kind, value),
            _ => {}
        }
    }
}

/// `var (a, b) = pair`.
fn taken_apart(l: &mut Lower<'_>, names: Node<'_>, value: ExprId) {
    for (i, name) in Lower::children(names).into_iter().enumerate() {
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let item = l.builder.push(ExprKind::Item { object: value, index }, Lower::span(name));
        match name.kind() {
            "identifier" => l.local(l.text(name), "", Some(item)),
            "tuple_pattern" => l.descend(|l| taken_apart(l, name, item)),
            _ => {}
        }
    }
}

/// The last of the type arguments of `f<A, B>`.
fn generic<'t>(l: &Lower<'t>, node: Node<'_>) -> (&'t str, Option<&'t str>) {
    if node.kind() != "generic_name" {
        return (l.text(node), None);
    }
    let name = first(node, "identifier").map_or("", |n| l.text(n));
    let argument = first(node, "type_argument_list").and_then(|a| Lower::children(a).into_iter().next_back());
    (name, argument.map(|a| l.text(a)))
}

fn arguments(l: &mut Lower<'_>, list: Node<'_>) -> (Vec<ExprId>, Vec<(Box<str>, ExprId)>) {
    let (mut positional, mut named) = (Vec::new(), Vec::new());
    for argument in Lower::children(list).into_iter().filter(|n| n.kind() == "argument") {
        let name = field(argument, "name");
        let Some(value) = Lower::children(argument).into_iter().find(|n| Some(*n) != name) else { continue };
        let value = expression(l, value);
        match name {
            Some(name) => named.push((l.text(name).into(), value)),
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
        "identifier" => l.name(l.text(node), span),
        "predefined_type" => l.builder.push(ExprKind::Global(l.text(node).into()), span),
        "generic_name" => l.name(generic(l, node).0, span),
        "qualified_name" | "alias_qualified_name" => l.type_reference(l.text(node), node),
        "this" | "base" => l.builder.push(ExprKind::This, span),
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
            l.builder.push(ExprKind::Object { fields, spreads: Vec::new() }, span)
        }
        "with_expression" => {
            let spreads = children.first().map(|c| expression(l, *c)).into_iter().collect();
            let mut fields = Vec::new();
            for part in children.into_iter().filter(|n| n.kind() == "with_initializer") {
                fields.extend(anonymous(l, part));
            }
            l.builder.push(ExprKind::Object { fields, spreads }, span)
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
        return l.builder.push(ExprKind::Join(arguments.to_vec()), Lower::span(node));
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

/// `new X(…) { A = b }`: the initialiser's members are arguments by name.
fn creation(l: &mut Lower<'_>, node: Node<'_>, kind: &str) -> ExprId {
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
    l.builder.push(ExprKind::Object { fields, spreads: Vec::new() }, Lower::span(node))
}

fn list(l: &mut Lower<'_>, node: Node<'_>) -> ExprId {
    let items = Lower::children(node).into_iter().map(|c| expression(l, c)).collect();
    l.builder.push(ExprKind::List(items), Lower::span(node))
}

/// `new { user.Email, Id = x }` and `with { A = b }`: names stand before `=`, or are the member's.
fn anonymous(l: &mut Lower<'_>, node: Node<'_>) -> Vec<(Option<Box<str>>, ExprId)> {
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
        "+=" => l.builder.push(ExprKind::Join(vec![target, value]), Lower::span(node)),
        _ => l.operation(vec![value], node),
    };
    l.assign(target, value);
    l.builder.push(ExprKind::Same(value), Lower::span(node))
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
fn pattern(l: &mut Lower<'_>, node: Node<'_>, subject: ExprId) {
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
