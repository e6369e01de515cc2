//! Calls, with and without parentheses, blocks and receivers.

use tree_sitter::Node;

use super::super::Lower;
use super::Ruby;
use crate::program::{CallKind, ChoiceKind, ExprId, ExprKind};

/// What Ruby calls the walks over a collection, and what the neutral form calls them.
const WALKS: &[(&str, &str)] = &[
    ("collect", "map"),
    ("filter_map", "map"),
    ("flat_map", "flatMap"),
    ("select", "filter"),
    ("reject", "filter"),
    ("detect", "find"),
    ("each_with_index", "each"),
    ("each_with_object", "each"),
    ("find_each", "each"),
    ("each_value", "each"),
    ("each_pair", "each"),
    ("each_entry", "each"),
    ("reverse_each", "each"),
    ("find_all", "filter"),
    ("find_in_batches", "each"),
    ("collect_concat", "flatMap"),
    ("partition", "filter"),
    ("sum", "map"),
    ("max_by", "find"),
    ("min_by", "find"),
    ("tap", "then"),
    ("yield_self", "then"),
    ("inject", "reduce"),
    ("sort_by", "sortBy"),
    ("group_by", "groupBy"),
    ("index_by", "keyBy"),
    ("any?", "some"),
    ("all?", "every"),
];

impl Ruby<'_, '_> {
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprId {
        let written = node.child_by_field_name("method").map_or("call", |m| self.text(m));
        let receiver = node.child_by_field_name("receiver");
        let block = node.child_by_field_name("block");
        let list = node.child_by_field_name("arguments");
        if receiver.is_none()
            && matches!(written, "require" | "require_relative")
            && let Some(specifier) = list.and_then(|l| l.named_child(0)).filter(|n| n.kind() == "string")
        {
            let text = self.text(specifier).trim_matches(['"', '\'']);
            return self.push(ExprKind::Import { specifier: text.into(), name: None }, node);
        }
        let object = receiver.map(|r| self.expression(r));
        let safe = node.child_by_field_name("operator").is_some_and(|o| self.text(o) == "&.");
        if safe && let Some(object) = object {
            self.low.builder.test(object);
        }
        let mut arguments = Vec::new();
        let mut named = Vec::new();
        for argument in list.map(Lower::children).unwrap_or_default() {
            self.argument(argument, &mut arguments, &mut named);
        }
        if let Some(block) = block {
            let function = self.block(block, None);
            if matches!(written, "lambda" | "proc") && receiver.is_none() {
                return function;
            }
            arguments.push(function);
        }
        let bare = list.is_none() && block.is_none();
        match object {
            Some(object) => self.sent(node, object, written, safe, bare, arguments, named),
            None => {
                let Some(method) = node.child_by_field_name("method") else { return self.low.constant(node) };
                if written == "super" {
                    // The method of the same name of what the class extends is not looked for.
                    return self.push(ExprKind::Operation(arguments), node);
                }
                if matches!(written, "format" | "sprintf") {
                    return self.push(ExprKind::Join(arguments), node);
                }
                if let ("new", Some(class)) = (written, self.low.class) {
                    let callee = self.push(ExprKind::Class(class), node);
                    return self.push_call(callee, arguments, named, CallKind::New, node);
                }
                let callee = if method.kind() == "constant" {
                    self.constant_name(written, method)
                } else {
                    self.low.name(written, Lower::span(method))
                };
                self.push_call(callee, arguments, named, CallKind::Call, node)
            }
        }
    }

    /// A message to an object.
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn sent(
        &mut self,
        node: Node<'_>,
        object: ExprId,
        written: &str,
        safe: bool,
        bare: bool,
        arguments: Vec<ExprId>,
        named: Vec<(Box<str>, ExprId)>,
    ) -> ExprId {
        match (written, arguments.as_slice()) {
            ("new", _) => {
                let callee = match (self.low.builder.kind(object), self.low.class) {
                    (ExprKind::This, Some(class)) => self.push(ExprKind::Class(class), node),
                    _ => object,
                };
                return self.push_call(callee, arguments, named, CallKind::New, node);
            }
            ("call" | "()", _) => return self.push_call(object, arguments, named, CallKind::Call, node),
            // `user.dig("fields", "assignee")`, `user.fetch("email", nil)`
            ("dig", keys) => {
                let keys: Option<Vec<Box<str>>> = keys.iter().map(|k| self.text_of(*k)).collect();
                if let Some(keys) = keys.filter(|k| !k.is_empty()) {
                    let mut value = object;
                    for key in keys {
                        let kind =
                            ExprKind::Member { object: value, property: key, optional: true, default: false };
                        value = self.push(kind, node);
                    }
                    return value;
                }
            }
            ("fetch", [key, rest @ ..]) => {
                if let Some(property) = self.text_of(*key) {
                    let default = !rest.is_empty();
                    let kind = ExprKind::Member { object, property, optional: safe, default };
                    let read = self.push(kind, node);
                    // Reading a store is not what `fetch` of a cache does: its block gives the value.
                    return match rest.first() {
                        Some(other) if matches!(self.low.builder.kind(*other), ExprKind::Function(_)) => {
                            let call = self.push_call(*other, Vec::new(), Vec::new(), CallKind::Call, node);
                            self.push(ExprKind::Choice(ChoiceKind::Default, vec![read, call]), node)
                        }
                        Some(other) => {
                            self.push(ExprKind::Choice(ChoiceKind::Default, vec![read, *other]), node)
                        }
                        None => read,
                    };
                }
            }
            ("key?" | "has_key?" | "include?", [key]) => {
                let kind = ExprKind::Operation(vec![*key, object]);
                return self.push(kind, node);
            }
            ("send" | "public_send", [key, ..]) => {
                if let Some(property) = self.text_of(*key) {
                    return self.low.member(object, &property, Lower::span(node));
                }
            }
            ("push" | "append" | "add" | "concat" | "merge!" | "store", values) => {
                for value in values.iter().copied() {
                    self.low.builder.write(object, None, value);
                }
            }
            _ => {}
        }
        let name = WALKS.iter().find(|(ruby, _)| *ruby == written).map_or(written, |(_, neutral)| neutral);
        let kind = ExprKind::Member { object, property: name.into(), optional: safe, default: false };
        let callee = self.push(kind, node);
        if bare {
            // A read or a call: `named_method` of the evaluator looks at what it names.
            return self.push(ExprKind::Same(callee), node);
        }
        self.push_call(callee, arguments, named, CallKind::Call, node)
    }

    fn argument(&mut self, node: Node<'_>, arguments: &mut Vec<ExprId>, named: &mut Vec<(Box<str>, ExprId)>) {
        match node.kind() {
            "pair" => {
                let (key, value) = self.pair(node);
                named.push((key.unwrap_or_default(), value));
            }
            "hash_splat_argument" => {
                let Some(inner) = node.named_child(0) else { return };
                let value = self.expression(inner);
                named.push(("**".into(), value));
            }
            "block_argument" => {
                let Some(inner) = node.named_child(0) else { return };
                let value = if inner.kind() == "simple_symbol" {
                    self.symbol_block(self.text(inner).trim_start_matches(':'), node)
                } else {
                    self.expression(inner)
                };
                arguments.push(value);
            }
            _ => arguments.push(self.expression(node)),
        }
    }

    /// `yield x`: the block that the method was given is called.
    pub(super) fn yields(&mut self, node: Node<'_>) -> ExprId {
        let mut arguments = Vec::new();
        let mut named = Vec::new();
        for argument in node.named_child(0).map(Lower::children).unwrap_or_default() {
            self.argument(argument, &mut arguments, &mut named);
        }
        match self.low.lookup("&block") {
            Some(symbol) => {
                let callee = self.push(ExprKind::Local(symbol), node);
                self.push_call(callee, arguments, named, CallKind::Call, node)
            }
            None => self.push(ExprKind::Operation(arguments), node),
        }
    }
}
