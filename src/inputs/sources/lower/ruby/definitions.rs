//! Methods, blocks, classes and modules.

use tree_sitter::Node;

use super::super::Lower;
use super::{Ruby, last_name};
use crate::program::{ChoiceKind, ClassId, ExprId, ExprKind, Parameter};

/// The parameter that stands for the block that a method yields to.
const BLOCK: &str = "&block";

impl Ruby<'_, '_> {
    /// `def name` and `def self.name`.
    pub(super) fn method(&mut self, node: Node<'_>) -> ExprId {
        let written = node.child_by_field_name("name").map_or("", |n| self.text(n));
        let name = if written == "initialize" { "constructor" } else { written };
        let class = self.low.class;
        let id = self.low.builder.enter(Some(name), class, Lower::span(node));
        self.low.open();
        let mut block = false;
        if let Some(parameters) = node.child_by_field_name("parameters") {
            block = self.parameters(parameters);
        }
        if let Some(body) = node.child_by_field_name("body") {
            if !block {
                let parameter = Parameter { name: BLOCK.into(), type_name: None, rest: false };
                let value = self.low.builder.parameter(parameter, Lower::span(node));
                let symbol = self.low.declare(BLOCK);
                self.low.builder.define(symbol, value);
            }
            let value =
                if body.kind() == "body_statement" { self.value_of(body) } else { self.expression(body) };
            self.low.builder.returns(value);
        }
        self.low.close();
        self.low.builder.leave();
        let value = self.push(ExprKind::Function(id), node);
        match class.and_then(|c| self.low.builder.class_mut(c)) {
            Some(class) => class.methods.push((name.into(), id)),
            None => {
                let symbol = self.low.declare(name);
                self.low.builder.define(symbol, value);
                self.low.builder.export(name, value);
            }
        }
        value
    }

    /// `{ |x| … }`, `do |x| … end`.
    pub(super) fn block(&mut self, node: Node<'_>, parameters: Option<Node<'_>>) -> ExprId {
        let class = self.low.class;
        let id = self.low.builder.enter(None, class, Lower::span(node));
        self.low.open();
        if let Some(parameters) = parameters.or_else(|| node.child_by_field_name("parameters")) {
            if Lower::children(parameters).first().is_some_and(|p| p.kind() == "keyword_parameter") {
                self.taken_apart(parameters);
            } else {
                self.parameters(parameters);
            }
        } else {
            // `{ it.email }`, `{ _1.email }`
            let parameter = Parameter { name: "it".into(), type_name: None, rest: false };
            let value = self.low.builder.parameter(parameter, Lower::span(node));
            for name in ["it", "_1"] {
                let symbol = self.low.declare(name);
                self.low.builder.define(symbol, value);
            }
        }
        if let Some(body) = node.child_by_field_name("body") {
            let value = self.value_of(body);
            self.low.builder.returns(value);
        }
        self.low.close();
        self.low.builder.leave();
        self.push(ExprKind::Function(id), node)
    }

    /// `{ |email:, name:| … }`: the block is given a hash, of which it takes the members.
    fn taken_apart(&mut self, parameters: Node<'_>) {
        let parameter = Parameter { name: "".into(), type_name: None, rest: false };
        let whole = self.low.builder.parameter(parameter, Lower::span(parameters));
        for node in Lower::children(parameters).into_iter().filter(|n| n.kind() == "keyword_parameter") {
            let Some(name) = node.child_by_field_name("name").map(|n| self.text(n)) else { continue };
            let member = self.low.member(whole, name, Lower::span(node));
            let symbol = self.low.declare(name);
            self.low.builder.define(symbol, member);
        }
    }

    /// `&:email`: a function that reads the member.
    pub(super) fn symbol_block(&mut self, name: &str, node: Node<'_>) -> ExprId {
        let class = self.low.class;
        let id = self.low.builder.enter(None, class, Lower::span(node));
        let parameter = Parameter { name: "it".into(), type_name: None, rest: false };
        let value = self.low.builder.parameter(parameter, Lower::span(node));
        let member = self.low.member(value, name, Lower::span(node));
        self.low.builder.returns(member);
        self.low.builder.leave();
        self.push(ExprKind::Function(id), node)
    }

    /// Declares parameters; whether one of them is the block.
    fn parameters(&mut self, parameters: Node<'_>) -> bool {
        let mut block = false;
        for node in Lower::children(parameters) {
            let name_node = node.child_by_field_name("name");
            let (name, rest) = match node.kind() {
                "identifier" => (self.text(node), false),
                "splat_parameter" => (name_node.map_or("", |n| self.text(n)), true),
                "block_parameter" => {
                    block = true;
                    (name_node.map_or(BLOCK, |n| self.text(n)), false)
                }
                "optional_parameter" | "keyword_parameter" | "hash_splat_parameter" => {
                    (name_node.map_or("", |n| self.text(n)), false)
                }
                "destructured_parameter" => ("", false),
                _ => continue,
            };
            let parameter = Parameter { name: name.into(), type_name: None, rest };
            let mut value = self.low.builder.parameter(parameter, Lower::span(node));
            if let Some(default) = node.child_by_field_name("value") {
                let fallback = self.expression(default);
                value = self.push(ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]), node);
            }
            if node.kind() == "destructured_parameter" {
                for (i, part) in Lower::children(node).into_iter().enumerate() {
                    let index = u32::try_from(i).unwrap_or(u32::MAX);
                    let item = self.push(ExprKind::Item { object: value, index }, part);
                    if part.kind() == "identifier" {
                        let symbol = self.low.declare(self.low.text(part));
                        self.low.builder.define(symbol, item);
                    }
                }
            } else if !name.is_empty() {
                // Its own, even when a variable around has the name.
                let symbol = self.low.declare(name);
                self.low.builder.define(symbol, value);
                if block && node.kind() == "block_parameter" {
                    let symbol = self.low.declare(BLOCK);
                    self.low.builder.define(symbol, value);
                }
            }
        }
        block
    }

    /// `class A < B`, `module A`; a module holds methods and constants as a class does.
    pub(super) fn class(&mut self, node: Node<'_>) -> ExprId {
        let written = node.child_by_field_name("name").map_or("", |n| self.text(n));
        let name = last_name(written);
        let id = self.low.builder.class(name);
        let base = node.child_by_field_name("superclass").and_then(|s| s.named_child(0));
        let base = base.map(|b| self.expression(b));
        if let Some(class) = self.low.builder.class_mut(id) {
            class.base = base;
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.members(body, id);
        }
        let value = self.push(ExprKind::Class(id), node);
        let symbol = self.low.declare(name);
        self.low.builder.define(symbol, value);
        self.low.builder.export(name, value);
        value
    }

    /// `class << self`: its methods are those of the class around.
    pub(super) fn singleton(&mut self, node: Node<'_>) -> ExprId {
        let Some(body) = node.child_by_field_name("body") else { return self.low.constant(node) };
        self.value_of(body)
    }

    fn members(&mut self, body: Node<'_>, class: ClassId) {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut open = Lower::children(body);
        while let Some(node) = open.pop() {
            match node.kind() {
                "method" | "singleton_method" => {
                    names.extend(node.child_by_field_name("name").map(|n| Box::from(self.text(n))));
                }
                "singleton_class" => {
                    open.extend(node.child_by_field_name("body").map(Lower::children).unwrap_or_default());
                }
                // `private def name`, `attr_reader :name`
                "call" => {
                    for argument in
                        node.child_by_field_name("arguments").map(Lower::children).unwrap_or_default()
                    {
                        match argument.kind() {
                            "method" | "singleton_method" => open.push(argument),
                            "simple_symbol"
                                if node
                                    .child_by_field_name("method")
                                    .is_some_and(|m| self.text(m).starts_with("attr_")) =>
                            {
                                names.push(self.text(argument).trim_start_matches(':').into());
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let outer = self.low.class.replace(class);
        let outer_members = std::mem::replace(&mut self.low.members, names);
        self.low.open();
        self.predeclare(body);
        self.value_of(body);
        self.low.close();
        self.low.members = outer_members;
        self.low.class = outer;
    }
}
