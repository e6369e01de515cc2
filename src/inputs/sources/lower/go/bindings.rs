//! What defines a variable in Go: declarations, assignments, loops.

use tree_sitter::Node;

use super::super::Lower;
use super::Go;
use crate::program::{ExprId, ExprKind, FunctionId, SymbolId};

/// Results of calls that say how it went, by the name that they are given.
fn is_verdict(name: &str) -> bool {
    name == "_" || name == "ok" || name == "err" || name.ends_with("Err") || name.ends_with("_err")
}

impl<'t> Go<'_, 't> {
    /// `const a, b = 1, 2`, `var user jira.User`.
    pub(super) fn variables(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> =
            node.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect();
        let declared = self.field(node, "type");
        let named = declared.and_then(|t| self.type_name(t));
        let values = self.field(node, "value").map(Lower::children).unwrap_or_default();
        let top = self.lower.builder.current() == FunctionId(0);
        let mut symbols: Vec<(SymbolId, &str)> = Vec::with_capacity(names.len());
        for name in &names {
            let name = self.lower.text(*name);
            symbols.push((self.lower.declare(name), name));
        }
        let channel = declared.is_some_and(|d| d.kind() == "channel_type")
            || matches!(values.as_slice(), [only] if is_made_channel(*only));
        for (symbol, _) in &symbols {
            self.lower.builder.set_type(*symbol, named.clone());
            if channel {
                self.channels.insert(*symbol);
            }
        }
        let given = self.spread(&values, symbols.len(), node);
        for ((symbol, name), value) in symbols.iter().zip(given) {
            if !is_verdict(name) {
                self.lower.builder.define(*symbol, value);
            }
        }
        if let (Some(declared), None, true) = (declared, &named, values.is_empty()) {
            // A struct that is written in place.
            if let Some(value) = self.made(declared) {
                for (symbol, _) in &symbols {
                    self.lower.builder.define(*symbol, value);
                }
            }
        }
        if top {
            for ((symbol, name), node) in symbols.iter().zip(&names) {
                let value = self.push(ExprKind::Local(*symbol), *node);
                self.lower.builder.export(name, value);
            }
        }
    }

    /// The values for `count` targets: one each, or the results of the only call.
    pub(super) fn spread(&mut self, values: &[Node<'_>], count: usize, node: Node<'_>) -> Vec<ExprId> {
        match values {
            [only] if count > 1 => {
                let value = self.value(*only);
                let call = matches!(self.lower.builder.kind(value), ExprKind::Call { .. });
                (0..u32::try_from(count).unwrap_or(u32::MAX))
                    .map(|index| match (call, index) {
                        (true, index) => self.push(ExprKind::Result { call: value, index }, node),
                        // `v, ok := m[key]`
                        (false, 0) => value,
                        (false, _) => self.nothing(node),
                    })
                    .collect()
            }
            values => values.iter().map(|v| self.value(*v)).collect(),
        }
    }

    pub(super) fn assignment(&mut self, node: Node<'_>, declares: bool) {
        let left = self.field(node, "left").map(Lower::children).unwrap_or_default();
        let right = self.field(node, "right");
        let right = match right {
            Some(list) if list.kind() == "expression_list" => Lower::children(list),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let added = self.text_of(node, "operator") == "+=";
        let pointer = matches!(right.as_slice(), [only] if is_pointer_value(*only));
        let channel = matches!(right.as_slice(), [only] if is_made_channel(*only));
        let typed = match right.as_slice() {
            [only] => made_type(*only),
            _ => None,
        };
        let values = self.spread(&right, left.len(), node);
        for (i, (target, value)) in left.into_iter().zip(values).enumerate() {
            let value = if added { self.push(ExprKind::Join(vec![value]), node) } else { value };
            if target.kind() != "identifier" {
                self.assign(target, value);
                continue;
            }
            let name = self.lower.text(target);
            let symbol = if declares { Some(self.lower.declare(name)) } else { self.lower.lookup(name) };
            let Some(symbol) = symbol else { continue };
            if pointer {
                self.pointers.insert(symbol);
            }
            if channel {
                self.channels.insert(symbol);
            }
            if let (Some(kind), 0) = (typed, i) {
                let named = self.type_name(kind);
                self.lower.builder.set_type(symbol, named);
            }
            if !is_verdict(name) {
                self.lower.builder.define(symbol, value);
            }
        }
    }

    /// Says that `value` goes to something other than a plain variable.
    pub(super) fn assign(&mut self, target: Node<'_>, value: ExprId) {
        match target.kind() {
            "selector_expression" => {
                let Some(operand) = self.field(target, "operand") else { return };
                let property = self.text_of(target, "field");
                let object = self.value(operand);
                self.lower.builder.write(object, Some(property.into()), value);
                self.part(operand, Some(property), value);
            }
            "index_expression" => {
                let (Some(operand), Some(index)) =
                    (self.field(target, "operand"), self.field(target, "index"))
                else {
                    return;
                };
                let object = self.value(operand);
                let key = self.value(index);
                let key = match self.lower.builder.kind(key) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => {
                        self.push(ExprKind::Index { object, index: key }, target);
                        None
                    }
                };
                self.lower.builder.write(object, key.clone(), value);
                if key.is_some() {
                    self.part(operand, key.as_deref(), value);
                }
            }
            "unary_expression" | "parenthesized_expression" => {
                // `*target = value`
                let inner = self.field(target, "operand").or_else(|| target.named_child(0));
                if let Some(symbol) = inner.and_then(|n| self.variable(n)) {
                    self.lower.builder.define(symbol, value);
                }
            }
            _ => {}
        }
    }

    /// A variable whose field is written may be an object with that field: `row.Email = email`.
    pub(super) fn part(&mut self, owner: Node<'_>, property: Option<&str>, value: ExprId) {
        let mut owner = owner;
        let mut property: Option<Box<str>> = property.map(Into::into);
        let mut value = value;
        for depth in 0..8 {
            if let Some(symbol) = self.variable(owner) {
                if self.receivers.iter().flatten().any(|r| *r == symbol) {
                    if let (Some(class), Some(name)) = (self.lower.class, &property)
                        && let Some(class) = self.lower.builder.class_mut(class)
                    {
                        class.fields.push((name.clone(), value));
                    }
                    return;
                }
                // A field of the variable itself is a write that is noted as one.
                if depth > 0 {
                    let fields = vec![(property, value)];
                    let object =
                        self.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, owner);
                    self.lower.builder.define(symbol, object);
                }
                return;
            }
            if owner.kind() != "selector_expression" {
                return;
            }
            let fields = vec![(property, value)];
            value = self.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, owner);
            property = Some(self.text_of(owner, "field").into());
            let Some(operand) = self.field(owner, "operand") else { return };
            owner = operand;
        }
    }

    /// The variable that an expression is, through parentheses, `*` and `&`.
    pub(super) fn variable(&self, node: Node<'_>) -> Option<SymbolId> {
        let mut node = node;
        for _ in 0..8 {
            match node.kind() {
                "identifier" => return self.lower.lookup(self.lower.text(node)),
                "parenthesized_expression" => node = node.named_child(0)?,
                "unary_expression" => node = node.child_by_field_name("operand")?,
                _ => return None,
            }
        }
        None
    }

    pub(super) fn range(&mut self, node: Node<'_>) {
        let left = self.field(node, "left").map(Lower::children).unwrap_or_default();
        let Some(right) = self.field(node, "right") else { return };
        let list = self.value(right);
        // What comes out of a channel, or of an iterator that a function gives, has no index beside it.
        let single = left.len() == 1
            && (right.kind() == "call_expression"
                || self.variable(right).is_some_and(|symbol| self.channels.contains(&symbol)));
        for (i, target) in left.into_iter().enumerate() {
            let value = match i {
                0 if !single => self.nothing(target),
                _ => self.push(ExprKind::Element(list), target),
            };
            if target.kind() == "identifier" {
                let name = self.lower.text(target);
                let symbol = self.lower.declare(name);
                self.lower.builder.define(symbol, value);
            } else {
                self.assign(target, value);
            }
        }
    }
}

/// The type that an expression names: `T{…}`, `&T{…}`, `new(T)`, `x.(T)`.
fn made_type(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "unary_expression" => {
            let operand = node.child_by_field_name("operand")?;
            (operand.kind() == "composite_literal").then(|| operand.child_by_field_name("type"))?
        }
        "composite_literal" | "type_assertion_expression" => node.child_by_field_name("type"),
        "call_expression" if is_pointer_value(node) => {
            node.child_by_field_name("arguments").and_then(|a| a.named_child(0))
        }
        _ => None,
    }
}

/// `make(chan T)`
fn is_made_channel(node: Node<'_>) -> bool {
    node.kind() == "call_expression"
        && node
            .child_by_field_name("arguments")
            .and_then(|a| a.named_child(0))
            .is_some_and(|first| first.kind() == "channel_type")
}

/// `&T{…}` and `new(T)`.
fn is_pointer_value(node: Node<'_>) -> bool {
    match node.kind() {
        "unary_expression" => node.child(0).is_some_and(|operator| operator.kind() == "&"),
        "call_expression" => {
            node.child_by_field_name("function").is_some_and(|f| f.end_byte() - f.start_byte() == 3)
                && node.child_by_field_name("arguments").and_then(|a| a.named_child(0)).is_some_and(|a| {
                    matches!(a.kind(), "type_identifier" | "qualified_type" | "slice_type" | "identifier")
                        || a.kind().ends_with("_type")
                        || a.kind() == "selector_expression"
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_verdict;

    #[test]
    fn verdicts() {
        assert!(is_verdict("err") && is_verdict("appErr") && is_verdict("ok"));
        assert!(!is_verdict("user") && !is_verdict("errors"));
    }
}
