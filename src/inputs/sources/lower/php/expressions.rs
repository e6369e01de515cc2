//! Expressions of PHP.

use tree_sitter::Node;

use super::super::Lower;
use super::Php;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

impl Php<'_, '_> {
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
            "variable_name" => {
                let text = self.lower.text(node);
                if text == "$this" {
                    return self.push(ExprKind::This, node);
                }
                let symbol = self.variable(text);
                self.push(ExprKind::Local(symbol), node)
            }
            "name" | "qualified_name" | "relative_name" => self.name(node),
            "relative_scope" => self.scope(node),
            "string" | "nowdoc" => {
                let text = self.plain_text(node);
                self.push(ExprKind::Text(text.into()), node)
            }
            "encapsed_string" | "heredoc" | "shell_command_expression" => self.interpolated(node),
            "array_creation_expression" => self.array(node),
            "member_access_expression" => self.member(node, false),
            "nullsafe_member_access_expression" => self.member(node, true),
            "scoped_property_access_expression" => {
                let property = self.text_of(node, "name").trim_start_matches('$');
                self.scoped_member(node, property)
            }
            "class_constant_access_expression" => {
                let property = node.named_child(1).map_or("", |n| self.lower.text(n));
                match node.named_child(0) {
                    Some(scope) if property == "class" => {
                        let value = self.value(scope);
                        self.push(ExprKind::Same(value), node)
                    }
                    Some(scope) => {
                        let object = self.value(scope);
                        self.lower.member(object, property, Lower::span(node))
                    }
                    None => self.nothing(node),
                }
            }
            "subscript_expression" => self.subscript(node),
            "function_call_expression" => self.call(node),
            "member_call_expression" => self.member_call(node, false),
            "nullsafe_member_call_expression" => self.member_call(node, true),
            "scoped_call_expression" => self.scoped_call(node),
            "object_creation_expression" => self.created(node),
            "anonymous_function" => {
                let function = self.function(node, None, false);
                self.push(ExprKind::Function(function), node)
            }
            "arrow_function" => {
                let function = self.function(node, None, true);
                self.push(ExprKind::Function(function), node)
            }
            "assignment_expression" | "reference_assignment_expression" => self.assignment(node),
            "augmented_assignment_expression" => self.augmented(node),
            // `die("no account for $mail")`
            "exit_statement" | "exit_intrinsic" => match node.named_child(0) {
                Some(inner) => self.shown(inner, "print"),
                None => self.nothing(node),
            },
            // `$counts[$key]++`
            "update_expression" => {
                let operand = self.field(node, "argument").or_else(|| node.named_child(0));
                let Some(operand) = operand else { return self.nothing(node) };
                let value = self.value(operand);
                let number = self.nothing(node);
                if operand.kind() == "subscript_expression" {
                    self.assign(operand, number);
                }
                self.push(ExprKind::Operation(vec![value]), node)
            }
            "binary_expression" => self.binary(node),
            "conditional_expression" => self.conditional(node),
            "match_expression" => self.match_expression(node),
            "unary_op_expression" => {
                let operand = self.field(node, "argument").or_else(|| node.named_child(0));
                let Some(operand) = operand else { return self.nothing(node) };
                let value = self.value(operand);
                self.lower.builder.test(value);
                self.push(ExprKind::Operation(vec![value]), node)
            }
            "cast_expression" => {
                let kind = self.text_of(node, "type");
                let Some(inner) = self.field(node, "value") else { return self.nothing(node) };
                let value = self.value(inner);
                match kind {
                    "string" | "array" | "object" | "binary" => self.push(ExprKind::Same(value), node),
                    _ => self.push(ExprKind::Operation(vec![value]), node),
                }
            }
            "parenthesized_expression"
            | "error_suppression_expression"
            | "clone_expression"
            | "by_ref"
            | "variadic_unpacking" => match node.named_child(0) {
                Some(inner) => {
                    let value = self.value(inner);
                    let kind = match node.kind() {
                        "variadic_unpacking" => ExprKind::Element(value),
                        _ => ExprKind::Same(value),
                    };
                    self.push(kind, node)
                }
                None => self.nothing(node),
            },
            "print_intrinsic" => match node.named_child(0) {
                Some(inner) => self.shown(inner, "print"),
                None => self.nothing(node),
            },
            "throw_expression" => match node.named_child(0) {
                Some(inner) => {
                    let value = self.value(inner);
                    self.push(ExprKind::Operation(vec![value]), node)
                }
                None => self.nothing(node),
            },
            "yield_expression" => {
                if let Some(inner) = node.named_child(0) {
                    let inner = match inner.kind() {
                        "array_element_initializer" => Lower::children(inner).pop().unwrap_or(inner),
                        _ => inner,
                    };
                    let value = self.value(inner);
                    self.lower.builder.yields(value);
                }
                self.nothing(node)
            }
            _ => self.nothing(node),
        }
    }

    /// `self`, `static`, `parent`.
    fn scope(&mut self, node: Node<'_>) -> ExprId {
        let Some(class) = self.lower.class else { return self.nothing(node) };
        if self.lower.text(node) == "parent" {
            let base = self.lower.builder.class_mut(class).and_then(|c| c.base);
            return match base {
                Some(base) => self.push(ExprKind::Same(base), node),
                None => self.nothing(node),
            };
        }
        self.push(ExprKind::Class(class), node)
    }

    fn plain_text(&self, node: Node<'_>) -> String {
        let text = self.lower.text(node);
        if node.kind() == "nowdoc" {
            return self.text_of(node, "value").to_owned();
        }
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        inner.replace("\\'", "'").replace("\\\\", "\\")
    }

    /// `"… {$user->emailAddress} …"` and heredocs.
    fn interpolated(&mut self, node: Node<'_>) -> ExprId {
        let body = if node.kind() == "heredoc" { self.field(node, "value") } else { Some(node) };
        let mut parts = Vec::new();
        for child in body.map(Lower::children).unwrap_or_default() {
            parts.push(match child.kind() {
                "string_content" => {
                    let text = self.lower.text(child);
                    self.push(ExprKind::Text(text.into()), child)
                }
                "escape_sequence" => {
                    let text = match self.lower.text(child) {
                        "\\n" => "\n",
                        "\\t" => "\t",
                        other => other.trim_start_matches('\\'),
                    };
                    self.push(ExprKind::Text(text.into()), child)
                }
                _ => self.value(child),
            });
        }
        match parts.as_slice() {
            [] => self.push(ExprKind::Text("".into()), node),
            [only] => {
                let only = *only;
                self.push(ExprKind::Join(vec![only]), node)
            }
            _ => self.push(ExprKind::Join(parts), node),
        }
    }

    fn array(&mut self, node: Node<'_>) -> ExprId {
        let mut fields: Vec<(Option<Box<str>>, ExprId)> = Vec::new();
        let mut spreads = Vec::new();
        let mut keyed = false;
        for element in Lower::children(node) {
            match Lower::children(element).as_slice() {
                [key, value] => {
                    keyed = true;
                    let key = self.value(*key);
                    let name = match self.lower.builder.kind(key) {
                        ExprKind::Text(text) => Some(text.clone()),
                        // `CURLOPT_URL => $url`: a constant of the language stands for itself.
                        ExprKind::Global(name) => Some(name.clone()),
                        _ => None,
                    };
                    let value = self.value(*value);
                    fields.push((name, value));
                }
                [one] if one.kind() == "variadic_unpacking" => {
                    if let Some(inner) = one.named_child(0) {
                        spreads.push(self.value(inner));
                    }
                }
                [one] => {
                    let value = self.value(*one);
                    fields.push((None, value));
                }
                _ => {}
            }
        }
        if keyed || (fields.is_empty() && !spreads.is_empty()) {
            return self.push(ExprKind::Object { fields: fields.into(), spreads: spreads.into() }, node);
        }
        let mut items: Vec<ExprId> = fields.into_iter().map(|(_, value)| value).collect();
        for spread in spreads {
            items.push(self.push(ExprKind::Element(spread), node));
        }
        self.push(ExprKind::List(items), node)
    }

    fn member(&mut self, node: Node<'_>, optional: bool) -> ExprId {
        let (Some(object), Some(name)) = (self.field(node, "object"), self.field(node, "name")) else {
            return self.nothing(node);
        };
        let object = self.value(object);
        if optional {
            self.lower.builder.test(object);
        }
        if name.kind() != "name" {
            let index = self.value(name);
            return self.push(ExprKind::Index { object, index }, node);
        }
        let property = self.lower.text(name).into();
        self.push(ExprKind::Member { object, property, optional, default: false }, node)
    }

    /// `Scope::$property`
    fn scoped_member(&mut self, node: Node<'_>, property: &str) -> ExprId {
        let Some(scope) = self.field(node, "scope") else { return self.nothing(node) };
        let object = self.value(scope);
        self.lower.member(object, property, Lower::span(node))
    }

    fn subscript(&mut self, node: Node<'_>) -> ExprId {
        let Some(object) = node.named_child(0) else { return self.nothing(node) };
        let object = self.value(object);
        let Some(index) = node.named_child(1) else {
            return self.push(ExprKind::Element(object), node);
        };
        let index = self.value(index);
        let kind = match self.lower.builder.kind(index) {
            ExprKind::Text(text) => {
                ExprKind::Member { object, property: text.clone(), optional: false, default: false }
            }
            _ => ExprKind::Index { object, index },
        };
        self.push(kind, node)
    }

    /// An expression whose truth decides something.
    pub(super) fn condition(&mut self, node: Node<'_>) -> ExprId {
        let id = self.value(node);
        self.lower.test(node, id);
        id
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let kind = operator(node);
        let (Some(left), Some(right)) = (self.field(node, "left"), self.field(node, "right")) else {
            return self.nothing(node);
        };
        if kind == "." {
            // `a . b . c . …` leans to the left, as deep as it is long: walked without recursion.
            let mut sides = vec![right];
            let mut first = left;
            while first.kind() == "binary_expression" && operator(first) == "." {
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
            "??" => {
                self.lower.builder.test(left_value);
                self.push(ExprKind::Choice(ChoiceKind::Default, vec![left_value, right_value]), node)
            }
            "==" | "===" | "!=" | "!==" | "<>" => {
                let mut with_nothing = false;
                for (side, other) in [(left_value, right), (right_value, left)] {
                    if other.kind() == "null" || matches!(self.lower.text(other), "''" | "\"\"") {
                        self.lower.builder.test(side);
                        with_nothing = true;
                    }
                }
                if with_nothing {
                    return self.push(ExprKind::Operation(vec![left_value, right_value]), node);
                }
                self.push(ExprKind::Equal(left_value, right_value), node)
            }
            "&&" | "||" | "and" | "or" => {
                self.lower.builder.test(left_value);
                self.lower.builder.test(right_value);
                self.push(ExprKind::Operation(vec![left_value, right_value]), node)
            }
            _ => self.push(ExprKind::Operation(vec![left_value, right_value]), node),
        }
    }

    fn conditional(&mut self, node: Node<'_>) -> ExprId {
        let test = self.field(node, "condition").map(|c| self.condition(c));
        let body = self.field(node, "body").map(|b| self.value(b));
        let other = self.field(node, "alternative").map(|a| self.value(a));
        let kind = match (test, body, other) {
            (Some(test), None, Some(other)) => ExprKind::Choice(ChoiceKind::Default, vec![test, other]),
            (_, body, other) => ExprKind::Choice(ChoiceKind::Either, body.into_iter().chain(other).collect()),
        };
        self.push(kind, node)
    }

    fn match_expression(&mut self, node: Node<'_>) -> ExprId {
        if let Some(condition) = self.field(node, "condition") {
            self.value(condition);
        }
        let mut arms = Vec::new();
        for arm in self.field(node, "body").map(Lower::children).unwrap_or_default() {
            for condition in
                self.field(arm, "conditional_expressions").map(Lower::children).unwrap_or_default()
            {
                self.condition(condition);
            }
            if let Some(value) = self.field(arm, "return_expression") {
                arms.push(self.value(value));
            }
        }
        self.push(ExprKind::Choice(ChoiceKind::Either, arms), node)
    }

    /// `echo` and the like, as a call of that name.
    pub(super) fn shown(&mut self, node: Node<'_>, name: &str) -> ExprId {
        let value = self.value(node);
        let callee = self.push(ExprKind::Global(name.into()), node);
        let kind = ExprKind::Call {
            callee,
            arguments: Box::new([value]),
            named: Box::default(),
            kind: CallKind::Call,
        };
        self.push(kind, node)
    }
}

fn operator<'t>(node: Node<'t>) -> &'t str {
    node.child_by_field_name("operator").map_or("", |o| o.kind())
}
