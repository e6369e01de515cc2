//! Expressions of Go.

use tree_sitter::Node;

use super::super::Lower;
use super::Go;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

impl Go<'_, '_> {
    /// An expression.
    pub(super) fn value(&mut self, node: Node<'_>) -> ExprId {
        if !self.lower.dive() {
            return self.push(ExprKind::Operation(Vec::new()), node);
        }
        let id = self.value_inner(node);
        self.lower.rise();
        id
    }

    fn value_inner(&mut self, node: Node<'_>) -> ExprId {
        match node.kind() {
            "identifier" => self.lower.name(self.lower.text(node), Lower::span(node)),
            "interpreted_string_literal" => {
                let text = unescape(self.lower.text(node).trim_matches('"'));
                self.push(ExprKind::Text(text.into()), node)
            }
            "raw_string_literal" => {
                let text = self.lower.text(node).trim_matches('`');
                self.push(ExprKind::Text(text.into()), node)
            }
            "parenthesized_expression" | "variadic_argument" | "literal_element" => self.inner(node),
            "selector_expression" => {
                let property = self.text_of(node, "field");
                match self.field(node, "operand") {
                    Some(operand) => {
                        let object = self.value(operand);
                        self.lower.member(object, property, Lower::span(node))
                    }
                    None => self.nothing(node),
                }
            }
            "index_expression" => self.index(node),
            "slice_expression" | "type_conversion_expression" => {
                let operand = self.field(node, "operand");
                self.same(operand, node)
            }
            "type_assertion_expression" => self.asserted(node),
            "call_expression" => self.call(node),
            "composite_literal" => self.composite(node),
            "literal_value" => self.elements(node, None),
            "func_literal" => {
                let function = self.function(node, None, None);
                self.push(ExprKind::Function(function), node)
            }
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            _ => self.nothing(node),
        }
    }

    fn inner(&mut self, node: Node<'_>) -> ExprId {
        self.same(node.named_child(0), node)
    }

    fn same(&mut self, inner: Option<Node<'_>>, node: Node<'_>) -> ExprId {
        match inner {
            Some(inner) => {
                let value = self.value(inner);
                self.push(ExprKind::Same(value), node)
            }
            None => self.nothing(node),
        }
    }

    /// An expression whose truth decides something, with the parts of it that do.
    pub(super) fn condition(&mut self, node: Node<'_>) -> ExprId {
        let id = self.value(node);
        self.lower.test(node, id);
        id
    }

    fn index(&mut self, node: Node<'_>) -> ExprId {
        let (Some(operand), Some(index)) = (self.field(node, "operand"), self.field(node, "index")) else {
            return self.nothing(node);
        };
        let object = self.value(operand);
        let index = self.value(index);
        let kind = match self.lower.builder.kind(index) {
            ExprKind::Text(text) => {
                ExprKind::Member { object, property: text.clone(), optional: false, default: false }
            }
            _ => ExprKind::Index { object, index },
        };
        self.push(kind, node)
    }

    /// `item.(*jira.User)`
    fn asserted(&mut self, node: Node<'_>) -> ExprId {
        let Some(operand) = self.field(node, "operand") else { return self.nothing(node) };
        let value = self.value(operand);
        let kind = match self.field(node, "type").and_then(|t| self.type_name(t)) {
            Some(type_name) => ExprKind::Typed { value, type_name },
            None => ExprKind::Same(value),
        };
        self.push(kind, node)
    }

    /// `T{…}`: its fields, and what else is known of the type.
    fn composite(&mut self, node: Node<'_>) -> ExprId {
        let (Some(kind), Some(body)) = (self.field(node, "type"), self.field(node, "body")) else {
            return self.nothing(node);
        };
        let value = self.elements(body, Some(kind));
        if kind.kind() == "map_type" {
            return value;
        }
        // A list of nothing yet still has a type.
        let list = matches!(kind.kind(), "slice_type" | "array_type" | "implicit_length_array_type");
        if list && body.named_child_count() > 0 {
            return value;
        }
        match self.made(kind) {
            Some(made) => self.push(ExprKind::Choice(ChoiceKind::Either, vec![value, made]), node),
            None => value,
        }
    }

    /// What stands in the braces of a composite literal of a type.
    fn elements(&mut self, body: Node<'_>, kind: Option<Node<'_>>) -> ExprId {
        let list = kind
            .is_some_and(|k| matches!(k.kind(), "slice_type" | "array_type" | "implicit_length_array_type"));
        let element = kind
            .and_then(|k| k.child_by_field_name(if k.kind() == "map_type" { "value" } else { "element" }));
        let named = kind.filter(|k| k.kind() == "type_identifier").and_then(|k| self.type_name(k));
        let mut fields: Vec<(Option<Box<str>>, ExprId)> = Vec::new();
        for child in Lower::children(body) {
            let (key, value) = match child.kind() {
                "keyed_element" => (self.field(child, "key"), self.field(child, "value")),
                _ => (None, Some(child)),
            };
            let Some(value) = value else { continue };
            let value = self.element(value, element);
            let key = key.and_then(|k| k.named_child(0)).and_then(|k| match k.kind() {
                // A field of a struct, or a variable that is a map's key.
                "identifier" if kind.is_none_or(|k| k.kind() != "map_type") => {
                    Some(self.lower.text(k).to_owned())
                }
                "interpreted_string_literal" => Some(unescape(self.lower.text(k).trim_matches('"'))),
                _ => {
                    self.value(k);
                    None
                }
            });
            fields.push((key.map(String::into_boxed_str), value));
        }
        if list {
            let items = fields.into_iter().map(|(_, value)| value).collect();
            return self.push(ExprKind::List(items), body);
        }
        if let Some(named) = named {
            // What its methods find in the fields.
            let part = self.class_part(&named);
            if let Some(class) = self.lower.builder.class_mut(part) {
                let known = fields.iter().filter_map(|(k, v)| Some((k.clone()?, *v)));
                class.fields.extend(known);
            }
        }
        self.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, body)
    }

    /// An element; one without a type of its own has that of the literal around it.
    fn element(&mut self, node: Node<'_>, kind: Option<Node<'_>>) -> ExprId {
        let inner = if node.kind() == "literal_element" { node.named_child(0) } else { Some(node) };
        match inner {
            Some(inner) if inner.kind() == "literal_value" => {
                let kind = kind.map(|k| match k.kind() {
                    "pointer_type" => k.named_child(0).unwrap_or(k),
                    _ => k,
                });
                if !self.lower.dive() {
                    return self.nothing(node);
                }
                let value = self.elements(inner, kind);
                self.lower.rise();
                value
            }
            Some(inner) => self.value(inner),
            None => self.nothing(node),
        }
    }

    fn unary(&mut self, node: Node<'_>) -> ExprId {
        let operator = node.child(0).map_or("", |o| o.kind());
        let Some(operand) = self.field(node, "operand") else { return self.nothing(node) };
        let value = self.value(operand);
        match operator {
            "&" | "*" => self.push(ExprKind::Same(value), node),
            "<-" => self.push(ExprKind::Element(value), node),
            "!" => {
                self.lower.builder.test(value);
                self.push(ExprKind::Operation(vec![value]), node)
            }
            _ => self.push(ExprKind::Operation(vec![value]), node),
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let kind = operator(node);
        let (Some(left), Some(right)) = (self.field(node, "left"), self.field(node, "right")) else {
            return self.nothing(node);
        };
        if kind == "+" {
            // `a + b + c + …` leans to the left, as deep as it is long: walked without recursion.
            let mut sides = vec![right];
            let mut first = left;
            while first.kind() == "binary_expression" && operator(first) == "+" {
                let (Some(l), Some(r)) = (self.field(first, "left"), self.field(first, "right")) else {
                    break;
                };
                sides.push(r);
                first = l;
            }
            let mut parts = vec![self.value(first)];
            for side in sides.into_iter().rev() {
                parts.push(self.value(side));
            }
            return self.push(ExprKind::Join(parts), node);
        }
        let left_value = self.value(left);
        let right_value = self.value(right);
        match kind {
            "==" | "!=" => {
                let mut with_nothing = false;
                for (side, other) in [(left_value, right), (right_value, left)] {
                    if other.kind() == "nil" || self.lower.text(other) == "\"\"" {
                        self.lower.builder.test(side);
                        with_nothing = true;
                    }
                }
                if with_nothing {
                    return self.push(ExprKind::Operation(vec![left_value, right_value]), node);
                }
                self.compare(left_value, right_value, node)
            }
            "&&" | "||" => {
                self.lower.builder.test(left_value);
                self.lower.builder.test(right_value);
                self.push(ExprKind::Operation(vec![left_value, right_value]), node)
            }
            _ => self.push(ExprKind::Operation(vec![left_value, right_value]), node),
        }
    }

    /// Two values compared.
    pub(super) fn compare(&mut self, left: ExprId, right: ExprId, node: Node<'_>) -> ExprId {
        self.push(ExprKind::Equal(left, right), node)
    }

    /// `new(T)`, `make([]T, n)`.
    pub(super) fn allocated(&mut self, kind: Option<Node<'_>>, node: Node<'_>) -> ExprId {
        match kind.and_then(|k| self.made(k)) {
            Some(made) => self.push(ExprKind::Same(made), node),
            None => {
                let kind = ExprKind::Object { fields: Box::default(), spreads: Box::default() };
                self.push(kind, node)
            }
        }
    }

    /// A call of a name that is given, with no receiver.
    pub(super) fn called(&mut self, callee: ExprId, arguments: Vec<ExprId>, node: Node<'_>) -> ExprId {
        let kind = ExprKind::Call {
            callee,
            arguments: arguments.into(),
            named: Box::default(),
            kind: CallKind::Call,
        };
        self.push(kind, node)
    }
}

fn operator<'t>(node: Node<'t>) -> &'t str {
    node.child_by_field_name("operator").map_or("", |o| o.kind())
}

/// The text of a literal between its quotes.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
