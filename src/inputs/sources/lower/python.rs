//! Python: syntax trees to the neutral form.
//!
//! Knows the grammar's nodes and Python's scopes; decides nothing about what a program means.

mod bindings;
mod definitions;
mod expressions;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::{Lower, MAX_DEPTH};
use crate::program::{ExprId, ExprKind, SymbolId};
use crate::text::Span;

/// Exceptions that reading a value which is not there raises.
const ABSENCE: &[&str] = &["KeyError", "AttributeError", "LookupError", "IndexError", "TypeError"];

/// Lowers a file.
pub(super) fn lower(context: &mut Lower<'_>, root: Node<'_>) {
    let mut python = Python {
        low: context,
        receivers: vec![None],
        dotted: BTreeSet::new(),
        stars: Vec::new(),
        bases: Vec::new(),
        constants: BTreeMap::new(),
        class_body: false,
        depth: 0,
    };
    let globals = python.predeclare(root);
    python.block(root);
    let end = Span::at(root.end_byte());
    for (name, symbol) in globals {
        let value = python.low.builder.push(ExprKind::Local(symbol), end);
        python.low.builder.export(&name, value);
    }
}

/// The state that only Python needs.
struct Python<'l, 't> {
    low: &'l mut Lower<'t>,
    /// What the function calls the object whose method it is (`self`, `cls`), innermost last.
    receivers: Vec<Option<Box<str>>>,
    /// Modules imported under their dotted names.
    dotted: BTreeSet<Box<str>>,
    /// Modules of which everything is imported.
    stars: Vec<Box<str>>,
    /// What the classes around extend.
    bases: Vec<Option<ExprId>>,
    /// Texts that names in capitals stand for.
    constants: BTreeMap<SymbolId, Box<str>>,
    /// Whether assignments define attributes of a class.
    class_body: bool,
    depth: u32,
}

impl<'t> Python<'_, 't> {
    fn text(&self, node: Node<'_>) -> &'t str {
        self.low.text(node)
    }

    fn push(&mut self, kind: ExprKind, node: Node<'_>) -> ExprId {
        self.low.builder.push(kind, Lower::span(node))
    }

    /// Declares every name that a body binds, as Python does before it runs any of it.
    fn predeclare(&mut self, body: Node<'_>) -> Vec<(Box<str>, SymbolId)> {
        let names = bindings::names(body, |node| self.low.text(node));
        names.into_iter().map(|name| (Box::from(name), self.low.declare(name))).collect()
    }

    /// The statements of a block.
    fn block(&mut self, block: Node<'_>) {
        for statement in Lower::children(block) {
            self.statement(statement);
        }
    }

    fn statement(&mut self, node: Node<'_>) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.statement_inner(node);
        self.depth -= 1;
    }

    fn statement_inner(&mut self, node: Node<'_>) {
        match node.kind() {
            "import_statement" => self.import(node),
            "import_from_statement" => self.import_from(node),
            "function_definition" => {
                self.function_statement(node, &[]);
            }
            "class_definition" => self.class(node, &[]),
            "decorated_definition" => self.decorated(node),
            "return_statement" => {
                let values: Vec<ExprId> =
                    Lower::children(node).into_iter().map(|n| self.expression(n)).collect();
                for value in values {
                    self.low.builder.returns(value);
                }
            }
            "if_statement" | "elif_clause" | "while_statement" => {
                if let Some(condition) = node.child_by_field_name("condition") {
                    self.condition(condition);
                }
                for child in Lower::children(node) {
                    if matches!(child.kind(), "block" | "elif_clause" | "else_clause" | "ERROR") {
                        self.statement(child);
                    }
                }
            }
            "for_statement" => {
                if let (Some(left), Some(right)) =
                    (node.child_by_field_name("left"), node.child_by_field_name("right"))
                {
                    let list = self.expression(right);
                    let element = self.push(ExprKind::Element(list), right);
                    self.assign(left, element);
                }
                for child in Lower::children(node) {
                    if matches!(child.kind(), "block" | "else_clause" | "ERROR") {
                        self.statement(child);
                    }
                }
            }
            "try_statement" => self.attempt(node),
            "with_statement" => {
                for child in Lower::children(node) {
                    self.statement(child);
                }
            }
            "with_clause" | "else_clause" | "finally_clause" | "except_clause" | "block" => self.block(node),
            "assert_statement" => {
                for (i, child) in Lower::children(node).into_iter().enumerate() {
                    if i == 0 {
                        self.condition(child)
                    } else {
                        self.expression(child)
                    };
                }
            }
            "match_statement" => self.matches(node),
            "global_statement"
            | "nonlocal_statement"
            | "pass_statement"
            | "break_statement"
            | "continue_statement"
            | "future_import_statement"
            | "type_alias_statement"
            | "comment" => {}
            "expression_statement" | "raise_statement" | "delete_statement" | "with_item" | "ERROR" => {
                for child in Lower::children(node) {
                    let kind = child.kind();
                    if kind.ends_with("_statement")
                        || kind.ends_with("_definition")
                        || kind.ends_with("_clause")
                        || matches!(kind, "block" | "ERROR")
                    {
                        self.statement(child);
                    } else {
                        self.expression(child);
                    }
                }
            }
            _ => {
                self.expression(node);
            }
        }
    }

    /// `try`: what is read in it is asked for when a handler catches its absence.
    fn attempt(&mut self, node: Node<'_>) {
        let catches = Lower::children(node).into_iter().any(|child| {
            child.kind() == "except_clause"
                && child
                    .child_by_field_name("value")
                    .or_else(|| child.named_child(0))
                    .is_some_and(|value| ABSENCE.iter().any(|name| self.text(value).contains(name)))
        });
        for child in Lower::children(node) {
            let first = self.low.constant(child);
            self.statement(child);
            if catches && child.kind() == "block" {
                let last = self.low.constant(child);
                for id in first.0..last.0 {
                    if matches!(self.low.builder.kind(ExprId(id)), ExprKind::Member { .. }) {
                        self.low.builder.test(ExprId(id));
                    }
                }
            }
        }
    }

    /// `match`: the subject is what the patterns bind.
    fn matches(&mut self, node: Node<'_>) {
        let Some(subject) = node.child_by_field_name("subject") else { return };
        let subject = self.expression(subject);
        let Some(body) = node.child_by_field_name("body") else { return };
        for clause in Lower::children(body) {
            for child in Lower::children(clause) {
                match child.kind() {
                    "case_pattern" => self.pattern(child, subject),
                    "if_clause" => {
                        for condition in Lower::children(child) {
                            self.condition(condition);
                        }
                    }
                    _ => self.statement(child),
                }
            }
        }
    }

    fn import(&mut self, node: Node<'_>) {
        for name in Lower::children(node) {
            let (path, alias) = match name.kind() {
                "aliased_import" => (name.child_by_field_name("name"), name.child_by_field_name("alias")),
                _ => (Some(name), None),
            };
            let Some(path) = path.map(|p| self.text(p)) else { continue };
            let (bound, specifier) = match alias {
                Some(alias) => (self.text(alias), path),
                None => (path.split('.').next().unwrap_or(path), path.split('.').next().unwrap_or(path)),
            };
            if alias.is_none() && path.contains('.') {
                self.dotted.insert(path.into());
                // Named here as well, so that the file counts as importing it.
                self.push(ExprKind::Import { specifier: path.into(), name: None }, name);
            }
            let value = self.push(ExprKind::Import { specifier: specifier.into(), name: None }, name);
            self.define_name(bound, value);
        }
    }

    fn import_from(&mut self, node: Node<'_>) {
        let Some(module) = node.child_by_field_name("module_name") else { return };
        let specifier: String = self.text(module).split_whitespace().collect();
        for child in Lower::children(node) {
            if child.kind() == "wildcard_import" {
                self.stars.push(specifier.as_str().into());
                self.low.builder.reexport(&specifier);
            }
        }
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).take(10_000).collect();
        for name in names {
            let (export, bound) = match name.kind() {
                "aliased_import" => (name.child_by_field_name("name"), name.child_by_field_name("alias")),
                _ => (Some(name), Some(name)),
            };
            let (Some(export), Some(bound)) = (export, bound) else { continue };
            let kind = ExprKind::Import {
                specifier: specifier.as_str().into(),
                name: Some(self.text(export).into()),
            };
            let value = self.push(kind, name);
            self.define_name(self.text(bound), value);
        }
    }

    /// Says that `value` goes to a name.
    fn define_name(&mut self, name: &str, value: ExprId) {
        let symbol = match self.low.lookup(name) {
            Some(known) => known,
            None => self.low.declare(name),
        };
        self.low.builder.define(symbol, value);
        if self.class_body {
            self.field(name, value);
        }
    }

    /// An attribute of the class around.
    fn field(&mut self, name: &str, value: ExprId) {
        if let Some(class) = self.low.class.and_then(|c| self.low.builder.class_mut(c)) {
            class.fields.push((name.into(), value));
        }
    }
}
