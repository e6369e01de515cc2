//! Functions and methods of Go.

use tree_sitter::Node;

use super::super::Lower;
use super::Go;
use crate::program::{ExprKind, FunctionId, Parameter};

impl Go<'_, '_> {
    pub(super) fn function_declaration(&mut self, node: Node<'_>) {
        let name = self.text_of(node, "name");
        let function = self.function(node, Some(name), None);
        let value = self.push(ExprKind::Function(function), node);
        if let Some(symbol) = self.lower.lookup(name) {
            self.lower.builder.define(symbol, value);
        }
        self.lower.builder.export(name, value);
    }

    pub(super) fn method_declaration(&mut self, node: Node<'_>) {
        let receiver = self.field(node, "receiver").and_then(|r| r.named_child(0));
        let named = receiver
            .and_then(|r| self.field(r, "type"))
            .and_then(|t| self.type_name(t))
            .filter(|t| !t.contains('.'));
        let class = named.map(|t| self.class_part(&t));
        let outer = std::mem::replace(&mut self.lower.class, class);
        let name = self.text_of(node, "name");
        let function = self.function(node, Some(name), receiver);
        self.lower.class = outer;
        if let Some(class) = class.and_then(|c| self.lower.builder.class_mut(c)) {
            class.methods.push((name.into(), function));
        }
    }

    /// A function, method or literal, with its body.
    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        name: Option<&str>,
        receiver: Option<Node<'_>>,
    ) -> FunctionId {
        let class = self.lower.class;
        let function = self.lower.builder.enter(name, class, Lower::span(node));
        let filled = std::mem::take(&mut self.filled);
        self.lower.open();
        let mut own = None;
        if let Some(receiver) = receiver {
            let name = self.text_of(receiver, "name");
            let this = self.push(ExprKind::This, receiver);
            let symbol = self.lower.declare(if name.is_empty() { "_" } else { name });
            self.lower.builder.define(symbol, this);
            own = Some(symbol);
        }
        self.receivers.push(own);
        if let Some(parameters) = self.field(node, "parameters") {
            self.parameters(parameters);
        }
        // Results with a name are variables, and what a bare `return` gives.
        let mut results = Vec::new();
        if let Some(result) = self.field(node, "result").filter(|r| r.kind() == "parameter_list") {
            for declaration in Lower::children(result) {
                let named = self.field(declaration, "type").and_then(|t| self.type_name(t));
                let mut cursor = declaration.walk();
                let names: Vec<Node<'_>> = declaration.children_by_field_name("name", &mut cursor).collect();
                for name in names {
                    let symbol = self.lower.declare(self.lower.text(name));
                    self.lower.builder.set_type(symbol, named.clone());
                    results.push(self.push(ExprKind::Local(symbol), name));
                }
            }
        }
        match results.as_slice() {
            [] => {}
            [only] => self.lower.builder.returns(*only),
            _ => {
                let list = self.push(ExprKind::List(results), node);
                self.lower.builder.returns(list);
            }
        }
        for body in self.field(node, "body").into_iter().chain(Lower::misfits(node)) {
            self.block(body);
        }
        self.receivers.pop();
        self.lower.close();
        self.filled = filled;
        self.lower.builder.leave();
        function
    }

    pub(super) fn parameters(&mut self, list: Node<'_>) {
        for declaration in Lower::children(list) {
            let kind = self.field(declaration, "type");
            let named = kind.and_then(|t| self.type_name(t));
            let rest = declaration.kind() == "variadic_parameter_declaration";
            let mut cursor = declaration.walk();
            let names: Vec<Node<'_>> =
                declaration.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect();
            if names.is_empty() {
                let parameter = Parameter { name: Box::from(""), type_name: named.clone(), rest };
                self.lower.builder.parameter(parameter, Lower::span(declaration));
            }
            for name in names {
                let text = self.lower.text(name);
                let parameter = Parameter { name: text.into(), type_name: named.clone(), rest };
                let value = self.lower.builder.parameter(parameter, Lower::span(name));
                let symbol = self.lower.declare(text);
                // An error says how something went, not what it gave.
                let verdict = kind.is_some_and(|k| self.lower.text(k) == "error");
                if !verdict {
                    self.lower.builder.define(symbol, value);
                }
                self.lower.builder.set_type(symbol, named.clone());
                if kind.is_some_and(|k| k.kind() == "channel_type") {
                    self.channels.insert(symbol);
                }
                if kind.is_some_and(|k| self.can_be_filled(k)) {
                    self.pointers.insert(symbol);
                }
            }
        }
    }

    /// Whether a parameter of this type is something that a call can write through.
    pub(super) fn can_be_filled(&self, kind: Node<'_>) -> bool {
        match kind.kind() {
            "pointer_type" | "interface_type" => true,
            "type_identifier" => self.lower.text(kind) == "any",
            _ => false,
        }
    }
}
