//! Expressions, and what assignments give their values to.

use tree_sitter::Node;

use super::super::Lower;
use super::Ruby;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind, Parameter};

/// The operator between two operands.
fn operator<'n>(node: Node<'n>) -> &'n str {
    node.child_by_field_name("operator").map_or("", |o| o.kind())
}

impl Ruby<'_, '_> {
    pub(super) fn expression_inner(&mut self, node: Node<'_>) -> ExprId {
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "identifier" => self.identifier(node),
            "constant" | "scope_resolution" => self.constant_name(self.text(node), node),
            "self" => self.push(ExprKind::This, node),
            "instance_variable" | "class_variable" => {
                let object = self.push(ExprKind::This, node);
                self.low.member(object, self.text(node).trim_start_matches('@'), Lower::span(node))
            }
            "global_variable" => self.push(ExprKind::Global(self.text(node).into()), node),
            "string" | "bare_string" | "bare_symbol" | "chained_string" | "delimited_symbol" | "subshell" => {
                self.string(node)
            }
            "simple_symbol" | "hash_key_symbol" => {
                let text = self.text(node).trim_start_matches(':');
                self.push(ExprKind::Text(text.into()), node)
            }
            "call" => self.call(node),
            "element_reference" => self.element(node),
            "assignment" => {
                let (Some(left), Some(right)) = (field("left"), field("right")) else {
                    return self.low.constant(node);
                };
                let value = self.expression(right);
                self.assign(left, value);
                self.push(ExprKind::Same(value), node)
            }
            "operator_assignment" => {
                let (Some(left), Some(right)) = (field("left"), field("right")) else {
                    return self.low.constant(node);
                };
                let right = self.expression(right);
                // `a ||= b`: a is asked first, so its absence is handled.
                let logical = matches!(operator(node), "||=" | "&&=");
                let value = if logical { right } else { self.push(ExprKind::Join(vec![right]), node) };
                self.assign(left, value);
                self.push(ExprKind::Same(value), node)
            }
            "binary" => self.binary(node),
            "unary" => {
                let Some(operand) = field("operand") else { return self.low.constant(node) };
                let inner = match operator(node) {
                    "!" | "not" => self.condition(operand),
                    _ => self.expression(operand),
                };
                self.push(ExprKind::Operation(vec![inner]), node)
            }
            "if" | "unless" | "elsif" | "conditional" => {
                if let Some(condition) = field("condition") {
                    self.condition(condition);
                }
                let arms: Vec<Node<'_>> =
                    ["consequence", "alternative"].into_iter().filter_map(field).collect();
                let arms = self.expressions(arms);
                self.push(ExprKind::Choice(ChoiceKind::Either, arms), node)
            }
            "if_modifier" | "unless_modifier" | "while_modifier" | "until_modifier" => {
                if let Some(condition) = field("condition") {
                    self.condition(condition);
                }
                match field("body") {
                    Some(body) => self.expression(body),
                    None => self.low.constant(node),
                }
            }
            "while" | "until" => {
                if let Some(condition) = field("condition") {
                    self.condition(condition);
                }
                if let Some(body) = field("body") {
                    self.value_of(body);
                }
                self.low.constant(node)
            }
            "for" => {
                if let (Some(pattern), Some(value)) = (field("pattern"), field("value")) {
                    let list = self.value_of(value);
                    let element = self.push(ExprKind::Element(list), value);
                    self.assign(pattern, element);
                }
                if let Some(body) = field("body") {
                    self.value_of(body);
                }
                self.low.constant(node)
            }
            "case" | "case_match" => {
                if let Some(value) = field("value") {
                    self.expression(value);
                }
                let mut arms = Vec::new();
                for child in Lower::children(node) {
                    match child.kind() {
                        "when" | "in_clause" => {
                            arms.extend(child.child_by_field_name("body").map(|b| self.expression(b)));
                        }
                        "else" => arms.push(self.expression(child)),
                        _ => {}
                    }
                }
                self.push(ExprKind::Choice(ChoiceKind::Either, arms), node)
            }
            "rescue_modifier" => {
                let parts: Vec<Node<'_>> = ["body", "handler"].into_iter().filter_map(field).collect();
                let parts = self.expressions(parts);
                for part in &parts {
                    self.low.builder.test(*part);
                }
                self.push(ExprKind::Choice(ChoiceKind::Either, parts), node)
            }
            "rescue" => match field("body") {
                Some(body) => self.value_of(body),
                None => self.low.constant(node),
            },
            "begin"
            | "then"
            | "else"
            | "ensure"
            | "parenthesized_statements"
            | "body_statement"
            | "block_body"
            | "do"
            | "begin_block"
            | "end_block" => self.value_of(node),
            "return" | "next" | "break" => {
                let value = self.returned(node);
                match node.kind() {
                    // What a block returns, the method around it does.
                    "return" => {
                        let blocks = self.low.builder.nameless();
                        self.low.builder.returns_past(blocks, value);
                    }
                    "next" => self.low.builder.returns(value),
                    _ => {}
                }
                self.push(ExprKind::Operation(Vec::new()), node)
            }
            "yield" => self.yields(node),
            "method" | "singleton_method" => self.method(node),
            "class" | "module" => self.class(node),
            "singleton_class" => self.singleton(node),
            "lambda" => match field("body") {
                Some(body) => self.block(body, field("parameters")),
                None => self.low.constant(node),
            },
            "array" | "right_assignment_list" | "string_array" | "symbol_array" => {
                let items = self.expressions(Lower::children(node));
                self.push(ExprKind::List(items), node)
            }
            "splat_argument" => {
                let inner = self.expressions(Lower::children(node));
                match inner.first() {
                    Some(inner) => self.push(ExprKind::Element(*inner), node),
                    None => self.low.constant(node),
                }
            }
            "hash" => self.hash(node),
            "integer" | "float" | "nil" | "true" | "false" | "regex" | "range" | "character" | "line"
            | "file" | "comment" | "rational" | "complex" | "heredoc_beginning" | "super" => {
                self.low.constant(node)
            }
            _ => {
                let parts = self.expressions(Lower::children(node));
                self.push(ExprKind::Operation(parts), node)
            }
        }
    }

    /// What stands behind `return`.
    fn returned(&mut self, node: Node<'_>) -> ExprId {
        let arguments = node.named_child(0).map(Lower::children).unwrap_or_default();
        let values = self.expressions(arguments);
        match values.as_slice() {
            [] => self.low.constant(node),
            [only] => *only,
            _ => self.push(ExprKind::List(values), node),
        }
    }

    /// A name: a variable, a member of the class around, or a method without arguments.
    fn identifier(&mut self, node: Node<'_>) -> ExprId {
        let name = self.low.name(self.text(node), Lower::span(node));
        match self.low.builder.kind(name) {
            ExprKind::Local(_) => name,
            _ => self.push(ExprKind::Same(name), node),
        }
    }

    /// A text with what is interpolated.
    fn string(&mut self, node: Node<'_>) -> ExprId {
        let mut parts = Vec::new();
        for child in Lower::children(node) {
            match child.kind() {
                "string_content" | "escape_sequence" => {
                    parts.push(self.push(ExprKind::Text(self.text(child).into()), child));
                }
                "interpolation" => parts.push(self.value_of(child)),
                "string" => parts.push(self.expression(child)),
                _ => {}
            }
        }
        let plain = match parts.as_slice() {
            [] => Some(Box::from("")),
            [only] => self.text_of(*only),
            _ => None,
        };
        match plain {
            Some(text) => self.push(ExprKind::Text(text), node),
            None => self.push(ExprKind::Join(parts), node),
        }
    }

    /// The text that a literal is.
    pub(super) fn text_of(&self, id: ExprId) -> Option<Box<str>> {
        match self.low.builder.kind(id) {
            ExprKind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        if operator(node) == "+" {
            // `a + b + c + …` leans to the left, as deep as it is long: walked without recursion.
            let mut sides = Vec::new();
            let mut left = node;
            while left.kind() == "binary" && operator(left) == "+" {
                sides.extend(left.child_by_field_name("right"));
                match left.child_by_field_name("left") {
                    Some(inner) => left = inner,
                    None => break,
                }
            }
            sides.push(left);
            sides.reverse();
            let parts = self.expressions(sides);
            return self.push(ExprKind::Join(parts), node);
        }
        let (Some(a), Some(b)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return self.low.constant(node);
        };
        let left = self.expression(a);
        let right = self.expression(b);
        match operator(node) {
            "||" | "or" => {
                self.low.builder.test(left);
                self.push(ExprKind::Choice(ChoiceKind::Default, vec![left, right]), node)
            }
            "&&" | "and" => {
                self.low.builder.test(left);
                self.push(ExprKind::Choice(ChoiceKind::Guard, vec![left, right]), node)
            }
            "<<" => {
                self.low.builder.write(left, None, right);
                // A row of a file: a call by the name of what it is added to.
                if self.low.text(a).to_ascii_lowercase().contains("csv") {
                    let callee = self.low.member(left, "<<", Lower::span(node));
                    self.push_call(callee, vec![right], Vec::new(), CallKind::Call, node);
                }
                self.push(ExprKind::Same(left), node)
            }
            "%" => self.push(ExprKind::Join(vec![left, right]), node),
            "==" | "!=" | "===" => {
                // A comparison with nothing asks whether the other side is there.
                let nothing = |n: Node<'_>| n.kind() == "nil" || matches!(self.low.text(n), "\"\"" | "''");
                let (first, second) = (nothing(a), nothing(b));
                if first || second {
                    self.low.builder.test(if second { left } else { right });
                    return self.push(ExprKind::Operation(vec![left, right]), node);
                }
                self.push(ExprKind::Equal(left, right), node)
            }
            _ => self.push(ExprKind::Operation(vec![left, right]), node),
        }
    }

    pub(super) fn hash(&mut self, node: Node<'_>) -> ExprId {
        let mut fields = Vec::new();
        let mut spreads = Vec::new();
        for child in Lower::children(node) {
            if child.kind() == "pair" {
                let (key, value) = self.pair(child);
                fields.push((key, value));
            } else {
                spreads.extend(child.named_child(0).map(|inner| self.expression(inner)));
            }
        }
        self.push(ExprKind::Object { fields: fields.into(), spreads: spreads.into() }, node)
    }

    /// A key and a value; `name:` alone is the variable of that name.
    pub(super) fn pair(&mut self, node: Node<'_>) -> (Option<Box<str>>, ExprId) {
        let key = node.child_by_field_name("key");
        let name = key.map(|k| self.expression(k)).and_then(|k| self.text_of(k));
        let value = match (node.child_by_field_name("value"), &name) {
            (Some(value), _) => self.expression(value),
            (None, Some(name)) => self.low.name(name, Lower::span(node)),
            (None, None) => self.low.constant(node),
        };
        (name, value)
    }

    /// `a["key"]`, `a[:key]`, `a[index]`.
    fn element(&mut self, node: Node<'_>) -> ExprId {
        let Some(object) = node.child_by_field_name("object") else { return self.low.constant(node) };
        let keys: Vec<Node<'_>> = Lower::children(node).into_iter().filter(|c| *c != object).collect();
        let object = self.expression(object);
        let keys = self.expressions(keys);
        let Some(index) = keys.first().copied() else { return self.push(ExprKind::Same(object), node) };
        match self.text_of(index) {
            Some(key) => self.low.member(object, &key, Lower::span(node)),
            None => self.push(ExprKind::Index { object, index }, node),
        }
    }

    /// Says that `value` goes to `target`.
    fn assign(&mut self, target: Node<'_>, value: ExprId) {
        match target.kind() {
            "identifier" => self.define(self.text(target), value),
            "constant" => {
                let name = self.text(target);
                let value = self.struct_class(name, value, target).unwrap_or(value);
                self.define(name, value);
                self.field(name, value);
                self.low.builder.export(name, value);
            }
            "instance_variable" | "class_variable" => {
                let name = self.text(target).trim_start_matches('@');
                self.field(name, value);
            }
            "left_assignment_list" | "destructured_left_assignment" => {
                for (i, part) in Lower::children(target).into_iter().enumerate() {
                    let index = u32::try_from(i).unwrap_or(u32::MAX);
                    let item = self.push(ExprKind::Item { object: value, index }, part);
                    if self.depth < super::MAX_DEPTH {
                        self.depth += 1;
                        self.assign(part, item);
                        self.depth -= 1;
                    }
                }
            }
            "rest_assignment" => {
                if let Some(inner) = target.named_child(0).filter(|n| n.kind() == "identifier") {
                    self.define(self.text(inner), value);
                }
            }
            "element_reference" | "call" => {
                let mut read = self.expression(target);
                if let ExprKind::Same(inner) = self.low.builder.kind(read) {
                    read = *inner;
                }
                match self.low.builder.kind(read) {
                    ExprKind::Member { object, property, .. } => {
                        let (object, property) = (*object, property.clone());
                        if matches!(self.low.builder.kind(object), ExprKind::This) {
                            self.field(&property, value);
                        }
                        self.low.builder.write(object, Some(property), value);
                    }
                    ExprKind::Index { object, .. } => {
                        let object = *object;
                        self.low.builder.write(object, None, value);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// `Member = Struct.new(:id, :email)`: a class whose objects are made with the members in this order.
    fn struct_class(&mut self, name: &str, value: ExprId, node: Node<'_>) -> Option<ExprId> {
        const MAX_MEMBERS: usize = 60;
        let ExprKind::Call { callee, arguments, .. } = self.low.builder.kind(value) else { return None };
        let (callee, arguments) = (*callee, arguments.clone());
        let written = match self.low.builder.kind(callee) {
            ExprKind::Global(name) => name.clone(),
            ExprKind::Member { object, property, .. } => match self.low.builder.kind(*object) {
                ExprKind::Global(owner) => format!("{owner}.{property}").into(),
                _ => return None,
            },
            _ => return None,
        };
        if !matches!(&*written, "Struct" | "Data.define") {
            return None;
        }
        let members: Vec<Box<str>> =
            arguments.iter().take(MAX_MEMBERS).filter_map(|a| self.text_of(*a)).collect();
        if members.is_empty() {
            return None;
        }
        let id = self.low.builder.class(name);
        let span = Lower::span(node);
        let function = self.low.builder.enter(Some("constructor"), Some(id), span);
        for member in members {
            let parameter = Parameter { name: member.clone(), type_name: None, rest: false };
            let given = self.low.builder.parameter(parameter, span);
            if let Some(class) = self.low.builder.class_mut(id) {
                class.fields.push((member, given));
            }
        }
        self.low.builder.leave();
        if let Some(class) = self.low.builder.class_mut(id) {
            class.methods.push(("constructor".into(), function));
        }
        Some(self.push(ExprKind::Class(id), node))
    }

    fn define(&mut self, name: &str, value: ExprId) {
        let symbol = match self.low.lookup(name) {
            Some(known) => known,
            None => self.low.declare(name),
        };
        self.low.builder.define(symbol, value);
    }

    fn field(&mut self, name: &str, value: ExprId) {
        if let Some(class) = self.low.class.and_then(|c| self.low.builder.class_mut(c)) {
            class.fields.push((name.into(), value));
        }
    }

    pub(super) fn push_call(
        &mut self,
        callee: ExprId,
        arguments: Vec<ExprId>,
        named: Vec<(Box<str>, ExprId)>,
        kind: CallKind,
        node: Node<'_>,
    ) -> ExprId {
        self.push(ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind }, node)
    }
}
