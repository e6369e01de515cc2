//! Java: statements and local variables.

use tree_sitter::Node;

use super::expressions::expression;
use super::{class, declarators, field, first, is_class, written};
use crate::inputs::sources::lower::Lower;
use crate::program::ExprKind;

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
            for part in Lower::misfits(node) {
                l.descend(|l| statement(l, part));
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
            for body in field(node, "body").into_iter().chain(Lower::misfits(node)) {
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
