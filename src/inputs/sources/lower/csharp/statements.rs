//! C#: statements and local variables.

use tree_sitter::Node;

use super::creation::initial;
use super::expressions::{expression, pattern};
use super::{field, first, method, written};
use crate::inputs::sources::lower::Lower;
use crate::program::{ExprId, ExprKind};

/// The body of a function: a block or `=> expression`.
pub(super) fn code(l: &mut Lower<'_>, node: Node<'_>) {
    if let Some(body) = field(node, "body") {
        block(l, body);
    }
    for part in Lower::misfits(node) {
        statements(l, part);
    }
}

pub(super) fn block(l: &mut Lower<'_>, body: Node<'_>) {
    match body.kind() {
        "arrow_expression_clause" => arrow_body(l, body),
        _ => statements(l, body),
    }
}

pub(super) fn arrow_body(l: &mut Lower<'_>, arrow: Node<'_>) {
    if let Some(value) = Lower::children(arrow).into_iter().next() {
        let value = expression(l, value);
        l.give(value, arrow);
    }
}

pub(super) fn statements(l: &mut Lower<'_>, node: Node<'_>) {
    l.open();
    for child in Lower::children(node) {
        l.descend(|l| statement(l, child));
    }
    l.close();
}

pub(super) fn condition(l: &mut Lower<'_>, node: Option<Node<'_>>) {
    if let Some(node) = node {
        let id = expression(l, node);
        l.test(node, id);
    }
}

pub(super) fn statement(l: &mut Lower<'_>, node: Node<'_>) {
    match node.kind() {
        "block" => statements(l, node),
        "local_declaration_statement" => {
            if let Some(declaration) = first(node, "variable_declaration") {
                variables(l, declaration);
            }
        }
        "variable_declaration" => variables(l, node),
        "return_statement" | "yield_statement" => {
            // `this` is no named node of the grammar.
            let mut cursor = node.walk();
            let this = node.children(&mut cursor).find(|n| n.kind() == "this");
            if let Some(value) = Lower::children(node).into_iter().next().or(this) {
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
            for part in Lower::misfits(node) {
                l.descend(|l| statement(l, part));
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
            for body in field(node, "body").into_iter().chain(Lower::misfits(node)) {
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
