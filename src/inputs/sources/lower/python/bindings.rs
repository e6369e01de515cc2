//! Which names a body binds, and what assignments and patterns bind them to.

use tree_sitter::Node;

use super::super::Lower;
use super::Python;
use crate::program::{ExprId, ExprKind};

/// How many names of one body are declared.
const MAX_NAMES: usize = 20_000;

/// The names that a body binds, without those that it says belong to a scope around it. Functions,
/// classes and comprehensions inside have scopes of their own.
pub(super) fn names<'n, 't>(body: Node<'n>, text: impl Fn(Node<'n>) -> &'t str) -> Vec<&'t str> {
    let mut found: Vec<&'t str> = Vec::new();
    let mut elsewhere: Vec<&'t str> = Vec::new();
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        if found.len() >= MAX_NAMES {
            break;
        }
        let children = || Lower::children(node);
        let mut next = match node.kind() {
            "function_definition" | "class_definition" if node != body => {
                found.extend(node.child_by_field_name("name").map(&text));
                Vec::new()
            }
            "lambda"
            | "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => Vec::new(),
            "assignment" | "augmented_assignment" | "for_statement" | "named_expression" => {
                let target = node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
                if let Some(target) = target {
                    bound(target, &text, &mut found);
                }
                children()
            }
            "as_pattern_target" => {
                bound(node, &text, &mut found);
                Vec::new()
            }
            "case_pattern" => {
                captured(node, &text, &mut found);
                Vec::new()
            }
            "import_statement" | "import_from_statement" => {
                let mut cursor = node.walk();
                for name in node.children_by_field_name("name", &mut cursor).take(10_000) {
                    let name = name.child_by_field_name("alias").unwrap_or(name);
                    let written = text(name);
                    found.push(written.split('.').next().unwrap_or(written));
                }
                Vec::new()
            }
            "global_statement" | "nonlocal_statement" => {
                elsewhere.extend(children().into_iter().map(&text));
                Vec::new()
            }
            _ => children(),
        };
        // The first one first: the order of variables is that of the file.
        next.reverse();
        open.append(&mut next);
    }
    found.retain(|name| !elsewhere.contains(name));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|name| seen.insert(*name));
    found
}

/// The names in a target of assignment.
fn bound<'n, 't>(target: Node<'n>, text: &impl Fn(Node<'n>) -> &'t str, found: &mut Vec<&'t str>) {
    let mut open = vec![target];
    while let Some(node) = open.pop() {
        match node.kind() {
            "identifier" => found.push(text(node)),
            "attribute" | "subscript" | "call" => {}
            _ => open.extend(Lower::children(node)),
        }
    }
}

/// The names that a pattern captures.
fn captured<'n, 't>(pattern: Node<'n>, text: &impl Fn(Node<'n>) -> &'t str, found: &mut Vec<&'t str>) {
    let mut open = vec![pattern];
    while let Some(node) = open.pop() {
        match node.kind() {
            "identifier" => found.push(text(node)),
            "dotted_name" if node.named_child_count() == 1 => found.push(text(node)),
            "dotted_name" => {}
            _ => open.extend(Lower::children(node)),
        }
    }
}

impl Python<'_, '_> {
    /// Says that `value` goes to `target`.
    pub(super) fn assign(&mut self, target: Node<'_>, value: ExprId) {
        if self.depth >= super::MAX_DEPTH {
            return;
        }
        self.depth += 1;
        match target.kind() {
            "identifier" => self.define_name(self.text(target), value),
            "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list" => {
                for (i, part) in Lower::children(target).into_iter().enumerate() {
                    if part.kind() == "list_splat_pattern" {
                        self.assign(part, value);
                        continue;
                    }
                    let index = u32::try_from(i).unwrap_or(u32::MAX);
                    let item = self.push(ExprKind::Item { object: value, index }, part);
                    self.assign(part, item);
                }
            }
            "attribute" => {
                let (Some(object), Some(name)) =
                    (target.child_by_field_name("object"), target.child_by_field_name("attribute"))
                else {
                    self.depth -= 1;
                    return;
                };
                let object = self.expression(object);
                let name = self.text(name);
                if matches!(self.low.builder.kind(object), ExprKind::This) {
                    self.field(name, value);
                }
                self.low.builder.write(object, Some(name.into()), value);
            }
            "subscript" => {
                // Lowered as a read as well: the key may say something.
                let read = self.expression(target);
                match self.low.builder.kind(read) {
                    ExprKind::Member { object, property, .. } => {
                        let (object, property) = (*object, property.clone());
                        self.low.builder.write(object, Some(property), value);
                    }
                    ExprKind::Index { object, .. } => {
                        let object = *object;
                        self.low.builder.write(object, None, value);
                    }
                    _ => {}
                }
            }
            _ => {
                for part in Lower::children(target) {
                    self.assign(part, value);
                }
            }
        }
        self.depth -= 1;
    }

    /// `x = y`, `x: T = y`, `x += y`; its value is the assigned one.
    pub(super) fn assignment(&mut self, node: Node<'_>) -> ExprId {
        let Some(left) = node.child_by_field_name("left") else { return self.low.constant(node) };
        let declared = node.child_by_field_name("type").and_then(|t| self.type_name(t));
        let value = node.child_by_field_name("right").map(|right| match right.kind() {
            "lambda" if left.kind() == "identifier" => self.lambda(right, Some(self.text(left))),
            _ => self.expression(right),
        });
        if left.kind() == "identifier" {
            let name = self.text(left);
            if let (true, Some(declared), Some(class)) = (self.class_body, &declared, self.low.class)
                && let Some(class) = self.low.builder.class_mut(class)
            {
                class.field_types.push((name.into(), declared.clone()));
            }
            if let (false, Some(_), Some(symbol)) = (self.class_body, &declared, self.low.lookup(name)) {
                self.low.builder.set_type(symbol, declared.clone());
            }
        } else if let (Some(declared), "attribute", Some(class)) = (&declared, left.kind(), self.low.class)
            && left.child_by_field_name("object").is_some_and(|o| self.is_receiver(self.text(o)))
            && let Some(name) = left.child_by_field_name("attribute").map(|n| self.text(n))
            && let Some(class) = self.low.builder.class_mut(class)
        {
            class.field_types.push((name.into(), declared.clone()));
        }
        let Some(value) = value else { return self.low.constant(node) };
        if left.kind() == "identifier"
            && !self.text(left).contains(|c: char| c.is_lowercase())
            && let Some(symbol) = self.low.lookup(self.text(left))
            && let ExprKind::Text(text) = self.low.builder.kind(value)
        {
            self.constants.insert(symbol, text.clone());
        }
        let value = match node.kind() {
            // `text += more` joins; `list += more` adds what the other list holds.
            "augmented_assignment" => {
                let joined = self.push(ExprKind::Join(vec![value]), node);
                let items = self.push(ExprKind::Element(value), node);
                if left.kind() == "identifier"
                    && let Some(symbol) = self.low.lookup(self.text(left))
                {
                    let object = self.push(ExprKind::Local(symbol), left);
                    self.low.builder.write(object, None, items);
                }
                joined
            }
            _ => value,
        };
        self.assign(left, value);
        self.push(ExprKind::Same(value), node)
    }

    /// Binds what a pattern of `match` captures.
    pub(super) fn pattern(&mut self, pattern: Node<'_>, subject: ExprId) {
        let mut open = vec![(pattern, subject)];
        while let Some((node, value)) = open.pop() {
            match node.kind() {
                "identifier" => self.define_name(self.text(node), value),
                "dotted_name" if node.named_child_count() == 1 => {
                    self.define_name(self.text(node), value);
                }
                "dotted_name" | "class_pattern" => {
                    for child in Lower::children(node) {
                        if child.kind() != "dotted_name" {
                            open.push((child, value));
                        }
                    }
                }
                "dict_pattern" => {
                    let mut cursor = node.walk();
                    let keys: Vec<Node<'_>> = node.children_by_field_name("key", &mut cursor).collect();
                    let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).collect();
                    for (key, inner) in keys.into_iter().zip(values) {
                        let key = self.text(key).trim_matches(['"', '\'']);
                        let part = self.low.member(value, key, Lower::span(inner));
                        open.push((inner, part));
                    }
                }
                _ => open.extend(Lower::children(node).into_iter().map(|c| (c, value))),
            }
        }
    }
}
