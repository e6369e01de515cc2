//! Classes, interfaces, traits and enums of PHP.

use tree_sitter::Node;

use super::super::Lower;
use super::Php;
use crate::program::{ChoiceKind, ClassId, ExprId, ExprKind};

impl Php<'_, '_> {
    pub(super) fn class_declaration(&mut self, node: Node<'_>) {
        let name = self.text_of(node, "name");
        let id = self.class(node, name);
        let value = self.push(ExprKind::Class(id), node);
        let symbol = self.named(name);
        self.lower.builder.define(symbol, value);
        self.lower.builder.export(name, value);
    }

    /// A class with its members.
    pub(super) fn class(&mut self, node: Node<'_>, name: &str) -> ClassId {
        let id = self.lower.builder.class(name);
        let outer = self.lower.class.replace(id);
        let body = self.field(node, "body");
        let members = body.map(Lower::children).unwrap_or_default();
        let mut bases: Vec<ExprId> = Vec::new();
        let clauses = Lower::children(node).into_iter().filter(|c| c.kind() == "base_clause");
        let traits = members.iter().copied().filter(|m| m.kind() == "use_declaration");
        for named in clauses.chain(traits).flat_map(Lower::children) {
            if matches!(named.kind(), "name" | "qualified_name" | "relative_name") {
                bases.push(self.name(named));
            }
        }
        let base = match bases.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.push(ExprKind::Choice(ChoiceKind::Either, bases), node)),
        };
        let parents = Lower::children(node)
            .into_iter()
            .filter(|c| matches!(c.kind(), "base_clause" | "class_interface_clause"))
            .flat_map(Lower::children)
            .map(|p| self.lower.text(p))
            .map(|p| p.rsplit('\\').next().unwrap_or(p).into())
            .collect();
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.base = base;
            class.parents = parents;
        }
        for member in members {
            match member.kind() {
                "method_declaration" => self.method(id, member),
                "property_declaration" => self.property(id, member),
                "const_declaration" => {
                    for (name, value) in self.constants(member) {
                        self.add_field(id, &name, value);
                    }
                }
                "enum_case" => {
                    if let Some(value) = self.field(member, "value") {
                        let value = self.value(value);
                        self.add_field(id, self.text_of(member, "name"), value);
                    }
                }
                _ => {}
            }
        }
        self.lower.class = outer;
        id
    }

    fn add_field(&mut self, id: ClassId, name: &str, value: ExprId) {
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.fields.push((name.into(), value));
        }
    }

    fn method(&mut self, id: ClassId, node: Node<'_>) {
        let name = self.text_of(node, "name");
        let function = self.function(node, Some(name), false);
        let name = if name.eq_ignore_ascii_case("__construct") { "constructor" } else { name };
        // What is only promised is what the classes do that keep the promise.
        if self.field(node, "body").is_none() {
            return;
        }
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.methods.push((name.into(), function));
        }
    }

    fn property(&mut self, id: ClassId, node: Node<'_>) {
        let declared = self.field(node, "type").and_then(|t| self.type_name(t));
        for element in Lower::children(node) {
            if element.kind() != "property_element" {
                continue;
            }
            let name = self.text_of(element, "name").trim_start_matches('$');
            if let Some(value) = self.field(element, "default_value").filter(|v| v.kind() != "null") {
                let value = self.value(value);
                self.add_field(id, name, value);
            }
            if let (Some(declared), Some(class)) = (&declared, self.lower.builder.class_mut(id)) {
                class.field_types.push((name.into(), declared.clone()));
            }
        }
    }

    /// `const A = 1, B = 2;`
    pub(super) fn constants(&mut self, node: Node<'_>) -> Vec<(Box<str>, ExprId)> {
        let mut out = Vec::new();
        for element in Lower::children(node) {
            if element.kind() == "const_element"
                && let (Some(name), Some(value)) = (element.named_child(0), element.named_child(1))
            {
                let value = self.value(value);
                out.push((self.lower.text(name).into(), value));
            }
        }
        out
    }
}
