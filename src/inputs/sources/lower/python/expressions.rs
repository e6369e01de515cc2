//! Expressions.

use tree_sitter::Node;

use super::super::{Lower, MAX_DEPTH};
use super::Python;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

/// Names that Python has without an import; `import *` does not give them.
const BUILTINS: &[&str] = &[
    "print",
    "len",
    "str",
    "int",
    "float",
    "bool",
    "list",
    "dict",
    "set",
    "tuple",
    "range",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "iter",
    "next",
    "open",
    "type",
    "isinstance",
    "hasattr",
    "getattr",
    "setattr",
    "super",
    "vars",
    "repr",
    "any",
    "all",
    "min",
    "max",
    "sum",
    "format",
    "input",
    "Exception",
    "ValueError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "AttributeError",
];

/// Methods that add what they are given to what they are called on.
const ADDS: &[&str] = &["append", "add", "extend", "insert", "update", "appendleft", "setdefault", "put"];

/// The operator between two operands.
fn operator<'n>(node: Node<'n>) -> &'n str {
    node.child_by_field_name("operator").map_or("", |o| o.kind())
}

impl Python<'_, '_> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.push(ExprKind::Operation(Vec::new()), node);
        }
        self.depth += 1;
        let id = self.expression_inner(node);
        self.depth -= 1;
        id
    }

    /// An expression whose truth decides something.
    pub(super) fn condition(&mut self, node: Node<'_>) -> ExprId {
        let id = self.expression(node);
        self.low.test(node, id);
        id
    }

    fn expressions(&mut self, nodes: Vec<Node<'_>>) -> Vec<ExprId> {
        nodes.into_iter().map(|n| self.expression(n)).collect()
    }

    /// The same value as the only one inside.
    fn same(&mut self, node: Node<'_>) -> ExprId {
        match Lower::children(node).into_iter().next() {
            Some(inner) => {
                let inner = self.expression(inner);
                self.push(ExprKind::Same(inner), node)
            }
            None => self.low.constant(node),
        }
    }

    fn expression_inner(&mut self, node: Node<'_>) -> ExprId {
        match node.kind() {
            "identifier" => self.identifier(node),
            "string" | "concatenated_string" => self.string(node),
            "attribute" => self.attribute(node),
            "subscript" => self.subscript(node),
            "call" => self.call(node),
            "await" | "parenthesized_expression" | "format_expression" => self.same(node),
            "assignment" | "augmented_assignment" => self.assignment(node),
            "named_expression" => {
                let Some(value) = node.child_by_field_name("value") else { return self.low.constant(node) };
                let value = self.expression(value);
                if let Some(name) = node.child_by_field_name("name") {
                    self.define_name(self.text(name), value);
                }
                self.push(ExprKind::Same(value), node)
            }
            // `with open(x) as y`, and the like in patterns.
            "as_pattern" => {
                let mut value = None;
                for child in Lower::children(node) {
                    match (child.kind(), value) {
                        ("as_pattern_target", Some(value)) => self.assign(child, value),
                        (_, None) => value = Some(self.expression(child)),
                        _ => {}
                    }
                }
                match value {
                    Some(value) => self.push(ExprKind::Same(value), node),
                    None => self.low.constant(node),
                }
            }
            "binary_operator" => self.binary(node),
            "boolean_operator" => {
                let (Some(left), Some(right)) =
                    (node.child_by_field_name("left"), node.child_by_field_name("right"))
                else {
                    return self.low.constant(node);
                };
                let left = self.condition(left);
                let right = self.expression(right);
                let and = node.child_by_field_name("operator").is_some_and(|o| o.kind() == "and");
                let kind = if and { ChoiceKind::Guard } else { ChoiceKind::Default };
                self.push(ExprKind::Choice(kind, vec![left, right]), node)
            }
            "not_operator" => {
                let Some(inner) = node.child_by_field_name("argument") else {
                    return self.low.constant(node);
                };
                let inner = self.condition(inner);
                self.push(ExprKind::Operation(vec![inner]), node)
            }
            "comparison_operator" => self.comparison(node),
            "conditional_expression" => {
                let children = Lower::children(node);
                let [yes, condition, no] = children.as_slice() else {
                    let all = self.expressions(children);
                    return self.push(ExprKind::Choice(ChoiceKind::Either, all), node);
                };
                self.condition(*condition);
                let (yes, no) = (self.expression(*yes), self.expression(*no));
                self.push(ExprKind::Choice(ChoiceKind::Either, vec![yes, no]), node)
            }
            "lambda" => self.lambda(node, None),
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" => {
                let items = self.expressions(Lower::children(node));
                self.push(ExprKind::List(items), node)
            }
            "list_splat" | "parenthesized_list_splat" => {
                let inner = self.same(node);
                self.push(ExprKind::Element(inner), node)
            }
            "dictionary" => self.dictionary(node),
            "list_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "dictionary_comprehension" => self.comprehension(node),
            "yield" => {
                let from = node.child(1).is_some_and(|c| c.kind() == "from");
                let Some(inner) = Lower::children(node).into_iter().next() else {
                    return self.low.constant(node);
                };
                let mut value = self.expression(inner);
                if from {
                    value = self.push(ExprKind::Element(value), node);
                }
                self.low.builder.yields(value);
                self.push(ExprKind::Operation(Vec::new()), node)
            }
            "print_statement" => {
                let arguments = self.expressions(Lower::children(node));
                let callee = self.push(ExprKind::Global("print".into()), node);
                self.push_call(callee, arguments, Vec::new(), node)
            }
            "integer" | "float" | "true" | "false" | "none" | "ellipsis" | "type" => self.low.constant(node),
            _ => {
                let parts = self.expressions(Lower::children(node));
                self.push(ExprKind::Operation(parts), node)
            }
        }
    }

    fn push_call(
        &mut self,
        callee: ExprId,
        arguments: Vec<ExprId>,
        named: Vec<(Box<str>, ExprId)>,
        node: Node<'_>,
    ) -> ExprId {
        self.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::Call },
            node,
        )
    }

    fn identifier(&mut self, node: Node<'_>) -> ExprId {
        let name = self.text(node);
        if self.is_receiver(name) {
            return self.push(ExprKind::This, node);
        }
        if !self.stars.is_empty() && self.low.lookup(name).is_none() && !BUILTINS.contains(&name) {
            // A few of them at most: each name would otherwise stand for as many imports.
            let imports: Vec<ExprId> = self
                .stars
                .iter()
                .take(16)
                .cloned()
                .collect::<Vec<_>>()
                .into_iter()
                .map(|specifier| self.push(ExprKind::Import { specifier, name: Some(name.into()) }, node))
                .collect();
            return self.push(ExprKind::Choice(ChoiceKind::Either, imports), node);
        }
        self.low.name(name, Lower::span(node))
    }

    /// `a.b`; `urllib.parse` is a module when it was imported under that name.
    fn attribute(&mut self, node: Node<'_>) -> ExprId {
        let (Some(object), Some(name)) =
            (node.child_by_field_name("object"), node.child_by_field_name("attribute"))
        else {
            return self.low.constant(node);
        };
        let written = self.text(node);
        if self.dotted.contains(written) {
            return self.push(ExprKind::Import { specifier: written.into(), name: None }, node);
        }
        let object = self.expression(object);
        self.low.member(object, self.text(name), Lower::span(node))
    }

    fn subscript(&mut self, node: Node<'_>) -> ExprId {
        let Some(object) = node.child_by_field_name("value") else { return self.low.constant(node) };
        let object = self.expression(object);
        let mut cursor = node.walk();
        let keys: Vec<Node<'_>> = node.children_by_field_name("subscript", &mut cursor).take(8).collect();
        if keys.iter().any(|k| k.kind() == "slice") {
            return self.push(ExprKind::Same(object), node);
        }
        let keys = self.expressions(keys);
        let Some(index) = keys.first().copied() else { return self.low.constant(node) };
        match self.text_of(index) {
            Some(key) => self.low.member(object, &key, Lower::span(node)),
            None => self.push(ExprKind::Index { object, index }, node),
        }
    }

    /// The text that a literal is.
    fn text_of(&self, id: ExprId) -> Option<Box<str>> {
        match self.low.builder.kind(id) {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Same(inner) => self.text_of(*inner),
            ExprKind::Local(symbol) => self.constants.get(symbol).cloned(),
            _ => None,
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExprId {
        if operator(node) == "+" {
            // `a + b + c + …` leans to the left, as deep as it is long: walked without recursion.
            let mut sides = Vec::new();
            let mut left = node;
            while left.kind() == "binary_operator" && operator(left) == "+" {
                sides.extend(left.child_by_field_name("right"));
                match left.child_by_field_name("left") {
                    Some(inner) => left = inner,
                    None => break,
                }
            }
            sides.push(left);
            sides.reverse();
            let parts = self.expressions(sides);
            let lists = parts.iter().any(|p| matches!(self.low.builder.kind(*p), ExprKind::List(_)));
            if lists {
                let items = parts.into_iter().map(|p| self.push(ExprKind::Element(p), node)).collect();
                return self.push(ExprKind::List(items), node);
            }
            return self.push(ExprKind::Join(parts), node);
        }
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return self.low.constant(node);
        };
        match operator(node) {
            "%" => self.percent(node, left, right),
            // `base / "users"` of paths and addresses, `defaults | more` of dictionaries.
            "/" if right.kind() == "string" => {
                let left = self.expression(left);
                let slash = self.push(ExprKind::Text("/".into()), node);
                let right = self.expression(right);
                self.push(ExprKind::Join(vec![left, slash, right]), node)
            }
            "|" => {
                let (left, right) = (self.expression(left), self.expression(right));
                self.push(ExprKind::Choice(ChoiceKind::Either, vec![left, right]), node)
            }
            _ => {
                let (left, right) = (self.expression(left), self.expression(right));
                self.push(ExprKind::Operation(vec![left, right]), node)
            }
        }
    }

    fn comparison(&mut self, node: Node<'_>) -> ExprId {
        let sides = Lower::children(node);
        let mut cursor = node.walk();
        let operators: Vec<&str> =
            node.children_by_field_name("operators", &mut cursor).map(|o| o.kind()).take(100).collect();
        let ids = self.expressions(sides.clone());
        let ([left, right], [a, b]) = (ids.as_slice(), sides.as_slice()) else {
            return self.push(ExprKind::Operation(ids), node);
        };
        let (left, right) = (*left, *right);
        let nothing = |n: &Node<'_>| n.kind() == "none" || matches!(self.low.text(*n), "\"\"" | "''");
        // A comparison with nothing asks whether the other side is there.
        if nothing(b) {
            self.low.builder.test(left);
        } else if nothing(a) {
            self.low.builder.test(right);
        } else if operators.iter().any(|o| matches!(*o, "==" | "!=" | "<>")) {
            return self.push(ExprKind::Equal(left, right), node);
        } else if operators.iter().any(|o| matches!(*o, "in" | "not in")) && is_looked_for(a) {
            // Whether somebody is among others, or has an entry.
            return self.push(ExprKind::Equal(left, right), node);
        }
        self.push(ExprKind::Operation(vec![left, right]), node)
    }

    fn dictionary(&mut self, node: Node<'_>) -> ExprId {
        let mut pairs = Vec::new();
        let mut spreads = Vec::new();
        for child in Lower::children(node) {
            match child.kind() {
                "pair" => pairs.push(self.pair(child)),
                _ => spreads.extend(Lower::children(child).first().map(|inner| self.expression(*inner))),
            }
        }
        self.object(pairs, spreads, node)
    }

    /// A key and a value.
    fn pair(&mut self, node: Node<'_>) -> (Option<ExprId>, ExprId) {
        let key = node.child_by_field_name("key").map(|k| self.expression(k));
        let value = match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => self.low.constant(node),
        };
        (key, value)
    }

    /// A dictionary; a key that is computed stands beside it as an index into it.
    fn object(
        &mut self,
        pairs: Vec<(Option<ExprId>, ExprId)>,
        spreads: Vec<ExprId>,
        node: Node<'_>,
    ) -> ExprId {
        let named = pairs.iter().map(|(key, value)| (key.and_then(|k| self.text_of(k)), *value)).collect();
        let object = self.push(ExprKind::Object { fields: named, spreads: spreads.into() }, node);
        for (key, _) in pairs {
            if let Some(index) = key.filter(|k| self.text_of(*k).is_none()) {
                let span = self.low.builder.span(index);
                self.low.builder.push(ExprKind::Index { object, index }, span);
            }
        }
        object
    }

    fn comprehension(&mut self, node: Node<'_>) -> ExprId {
        self.low.open();
        let body = node.child_by_field_name("body");
        for clause in Lower::children(node) {
            match clause.kind() {
                "for_in_clause" => {
                    let Some(left) = clause.child_by_field_name("left") else { continue };
                    let mut cursor = clause.walk();
                    let lists: Vec<Node<'_>> = clause
                        .children_by_field_name("right", &mut cursor)
                        .filter(Node::is_named)
                        .take(8)
                        .collect();
                    let Some(list) = lists.first() else { continue };
                    let list = self.expression(*list);
                    let element = self.push(ExprKind::Element(list), clause);
                    self.declare_targets(left);
                    self.assign(left, element);
                }
                "if_clause" => {
                    for condition in Lower::children(clause) {
                        self.condition(condition);
                    }
                }
                _ => {}
            }
        }
        let value = match body {
            Some(pair) if pair.kind() == "pair" => {
                let pair = self.pair(pair);
                self.low.close();
                return self.object(vec![pair], Vec::new(), node);
            }
            Some(body) => self.expression(body),
            None => self.low.constant(node),
        };
        self.low.close();
        // Any number of them, so an index says nothing about which.
        let items = self.push(ExprKind::List(vec![value]), node);
        let item = self.push(ExprKind::Element(items), node);
        self.push(ExprKind::List(vec![item]), node)
    }

    /// The variables of a comprehension are its own.
    fn declare_targets(&mut self, target: Node<'_>) {
        let mut open = vec![target];
        while let Some(node) = open.pop() {
            match node.kind() {
                "identifier" => {
                    self.low.declare(self.low.text(node));
                }
                "attribute" | "subscript" => {}
                _ => open.extend(Lower::children(node)),
            }
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = node.child_by_field_name("function") else { return self.low.constant(node) };
        let name = if function.kind() == "identifier" { self.text(function) } else { "" };
        let list = node.child_by_field_name("arguments");
        let given = match list {
            Some(list) if list.kind() == "generator_expression" => vec![list],
            Some(list) => Lower::children(list),
            None => Vec::new(),
        };
        // `super()` is what the class extends.
        if let ("super", Some(Some(base))) = (name, self.bases.last()) {
            let base = *base;
            return self.push(ExprKind::Same(base), node);
        }
        let callee = self.expression(function);
        let mut arguments = Vec::new();
        let mut named: Vec<(Box<str>, ExprId)> = Vec::new();
        for argument in given {
            match argument.kind() {
                "keyword_argument" => {
                    let (Some(key), Some(value)) =
                        (argument.child_by_field_name("name"), argument.child_by_field_name("value"))
                    else {
                        continue;
                    };
                    let value = self.expression(value);
                    named.push((self.text(key).into(), value));
                }
                "dictionary_splat" => {
                    let Some(inner) = argument.named_child(0) else { continue };
                    let value = self.expression(inner);
                    match self.low.builder.kind(value) {
                        ExprKind::Object { fields, .. } => {
                            named.extend(fields.iter().filter_map(|(k, v)| Some((k.clone()?, *v))));
                        }
                        _ => named.push(("**".into(), value)),
                    }
                }
                _ => arguments.push(self.expression(argument)),
            }
        }
        if self.low.lookup(name).is_none()
            && let Some(known) = self.builtin(name, &arguments, &named, node)
        {
            return known;
        }
        if let ExprKind::Member { object, property, .. } = self.low.builder.kind(callee)
            && ADDS.contains(&&**property)
        {
            let object = *object;
            for value in arguments.clone() {
                self.low.builder.write(object, None, value);
            }
        }
        self.push_call(callee, arguments, named, node)
    }

    /// Functions of Python's own that stand for a form of the language.
    fn builtin(
        &mut self,
        name: &str,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
        node: Node<'_>,
    ) -> Option<ExprId> {
        match (name, arguments) {
            ("getattr", [object, key, rest @ ..]) => {
                let property = self.text_of(*key)?;
                let kind = ExprKind::Member {
                    object: *object,
                    property,
                    optional: false,
                    default: !rest.is_empty(),
                };
                Some(self.push(kind, node))
            }
            ("setattr", [object, key, value]) => {
                let property = self.text_of(*key)?;
                self.low.builder.write(*object, Some(property), *value);
                None
            }
            // `hasattr(user, "email")` asks for what it names.
            ("hasattr", [object, key]) => {
                let kind = ExprKind::Operation(vec![*key, *object]);
                Some(self.push(kind, node))
            }
            // `map(f, users)` walks as `users.map(f)` does.
            ("map" | "filter", [function, list]) => {
                if name == "filter" && matches!(self.low.builder.kind(*function), ExprKind::Constant) {
                    return Some(self.push(ExprKind::Same(*list), node));
                }
                let callee = self.low.member(*list, name, Lower::span(node));
                Some(self.push_call(callee, vec![*function], Vec::new(), node))
            }
            ("dict", _) => {
                let mut fields = Vec::new();
                let mut spreads = arguments.to_vec();
                for (key, value) in named {
                    if &**key == "**" {
                        spreads.push(*value);
                    } else {
                        fields.push((Some(key.clone()), *value));
                    }
                }
                Some(self.push(ExprKind::Object { fields: fields.into(), spreads: spreads.into() }, node))
            }
            _ => None,
        }
    }
}

/// Whether what is looked for in something is a value, and not a word or a key that is written out.
fn is_looked_for(node: &Node<'_>) -> bool {
    matches!(node.kind(), "identifier" | "attribute" | "call" | "subscript" | "parenthesized_expression")
}
