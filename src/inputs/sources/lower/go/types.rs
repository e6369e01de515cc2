//! Types of Go: structs and interfaces as classes, names of declared types.

use tree_sitter::Node;

use super::super::Lower;
use super::Go;
use crate::program::{CallKind, ChoiceKind, ClassId, ExprId, ExprKind, FunctionId, Property};

/// Types of the language itself, which say nothing.
const BUILT_IN: &[&str] = &[
    "any",
    "bool",
    "byte",
    "complex128",
    "complex64",
    "error",
    "float32",
    "float64",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "rune",
    "string",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

impl Go<'_, '_> {
    /// The name of a type without pointers, lists and maps around it: `[]*jira.User` is `jira.User`.
    pub(super) fn type_name(&self, node: Node<'_>) -> Option<Box<str>> {
        let node = self.bare(node)?;
        match node.kind() {
            "type_identifier" | "identifier" => {
                let name = self.lower.text(node);
                (!BUILT_IN.contains(&name)).then(|| name.into())
            }
            "qualified_type" | "selector_expression" => {
                let text = self.lower.text(node);
                (text.matches('.').count() == 1).then(|| text.into())
            }
            _ => None,
        }
    }

    /// The type inside pointers, lists, maps, channels and generics.
    fn bare<'n>(&self, node: Node<'n>) -> Option<Node<'n>> {
        let mut node = node;
        for _ in 0..16 {
            node = match node.kind() {
                "pointer_type" | "parenthesized_type" | "type_constraint" | "type_elem" => {
                    node.named_child(0)?
                }
                "slice_type" | "array_type" | "implicit_length_array_type" => {
                    node.child_by_field_name("element")?
                }
                "map_type" | "channel_type" => node.child_by_field_name("value")?,
                "generic_type" => node.child_by_field_name("type")?,
                "unary_expression" => node.child_by_field_name("operand")?,
                _ => return Some(node),
            };
        }
        None
    }

    /// Whether a type can hold anything that it is given.
    fn is_open(&self, node: Node<'_>) -> bool {
        self.bare(node).is_some_and(|inner| {
            matches!(inner.kind(), "interface_type" | "struct_type") || self.lower.text(inner) == "any"
        })
    }

    /// The folder of the file: its package.
    fn folder(&self) -> String {
        let file = self.lower.builder.file();
        file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
    }

    /// The part of a type's class that stands in this file.
    pub(super) fn class_part(&mut self, name: &str) -> ClassId {
        if let Some(known) = self.classes.get(name) {
            return *known;
        }
        let id = self.lower.builder.class(name);
        let full_name = format!("{}/{name}", self.folder());
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.full_name = full_name.into();
        }
        self.classes.insert(name.into(), id);
        id
    }

    /// `type Name struct {…}` and every other declared type.
    pub(super) fn type_spec(&mut self, spec: Node<'_>) {
        let name = self.text_of(spec, "name");
        let Some(kind) = self.field(spec, "type") else { return };
        let top = self.lower.builder.current() == FunctionId(0);
        let id = if top {
            self.class_part(name)
        } else {
            // A type of a function is seen there only.
            let id = self.lower.builder.class(name);
            self.classes.insert(name.into(), id);
            id
        };
        let symbol = self.lower.declare(name);
        let value = self.push(ExprKind::Class(id), spec);
        self.lower.builder.define(symbol, value);
        match kind.kind() {
            "struct_type" => self.fields(id, kind),
            "interface_type" => self.interface(id, name, kind),
            _ => {
                // `type Users []jira.User` has what the type behind it has.
                let base = self.type_value(kind);
                if let Some(class) = self.lower.builder.class_mut(id) {
                    class.base = base;
                }
            }
        }
        if top {
            self.lower.builder.export(name, value);
        }
    }

    fn fields(&mut self, id: ClassId, kind: Node<'_>) {
        let Some(list) = kind.named_child(0) else { return };
        let mut bases = Vec::new();
        for field in Lower::children(list).into_iter().filter(|f| f.kind() == "field_declaration") {
            let Some(declared) = self.field(field, "type") else { continue };
            let named = self.type_name(declared);
            let mut cursor = field.walk();
            let mut names: Vec<Box<str>> = field
                .children_by_field_name("name", &mut cursor)
                .map(|n| self.lower.text(n).into())
                .collect();
            if names.is_empty() {
                // Embedded: its members are ours, and it is a field under its own name.
                bases.extend(self.type_value(declared));
                if let Some(named) = &named {
                    names.push(named.rsplit('.').next().unwrap_or_default().into());
                }
            }
            let inline = if named.is_none() { self.made(declared) } else { None };
            let wire = wire_name(self.text_of(field, "tag"));
            let open = named.is_none() && self.is_open(declared);
            let Some(class) = self.lower.builder.class_mut(id) else { continue };
            for name in names {
                if let Some(value) = inline {
                    class.fields.push((name.clone(), value));
                }
                if let Some(named) = &named {
                    class.field_types.push((name.clone(), named.clone()));
                }
                // A type that can hold anything is one that is not known.
                let type_name = if open { Some(Box::from("any")) } else { named.clone() };
                class.properties.push(Property { name, wire: wire.map(Into::into), type_name });
            }
        }
        self.set_bases(id, bases, kind);
    }

    fn set_bases(&mut self, id: ClassId, bases: Vec<ExprId>, node: Node<'_>) {
        let base = match bases.as_slice() {
            [] => return,
            [only] => *only,
            _ => self.push(ExprKind::Choice(ChoiceKind::Either, bases), node),
        };
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.base = Some(base);
        }
    }

    /// An interface: its methods give things of the types that they promise.
    fn interface(&mut self, id: ClassId, name: &str, kind: Node<'_>) {
        if let Some(class) = self.lower.builder.class_mut(id) {
            class.promises = true;
        }
        let mut bases = Vec::new();
        for element in Lower::children(kind) {
            if element.kind() == "method_elem" {
                let method = self.text_of(element, "name");
                let function = self.lower.builder.enter(Some(method), Some(id), Lower::span(element));
                self.lower.open();
                if let Some(parameters) = self.field(element, "parameters") {
                    self.parameters(parameters);
                }
                self.promised(element);
                self.lower.close();
                self.lower.builder.leave();
                if let Some(class) = self.lower.builder.class_mut(id) {
                    class.methods.push((method.into(), function));
                }
            } else if self.lower.text(element) != name {
                bases.extend(self.type_value(element));
            }
        }
        self.set_bases(id, bases, kind);
    }

    /// What a function without a body gives, by its declared results.
    fn promised(&mut self, node: Node<'_>) {
        let Some(result) = self.field(node, "result") else { return };
        if result.kind() != "parameter_list" {
            if let Some(value) = self.made(result) {
                self.lower.builder.returns(value);
            }
            return;
        }
        let mut values = Vec::new();
        for declaration in Lower::children(result) {
            let value = self.field(declaration, "type").and_then(|t| self.made(t));
            values.push(value.unwrap_or_else(|| self.nothing(declaration)));
        }
        let value = match values.as_slice() {
            [only] => *only,
            _ => self.push(ExprKind::List(values), result),
        };
        self.lower.builder.returns(value);
    }

    /// The type itself as a value.
    pub(super) fn type_value(&mut self, node: Node<'_>) -> Option<ExprId> {
        let named = self.type_name(node)?;
        let span = Lower::span(node);
        Some(match named.split_once('.') {
            Some((package, name)) => {
                let package = self.lower.name(package, span);
                self.lower.member(package, name, span)
            }
            None => self.lower.name(&named, span),
        })
    }

    /// Something of a type: `new(T)`, a promised result, a struct written in place.
    pub(super) fn made(&mut self, node: Node<'_>) -> Option<ExprId> {
        let bare = self.bare(node)?;
        let callee = if bare.kind() == "struct_type" {
            if !self.lower.dive() {
                return None;
            }
            let id = self.lower.builder.class("");
            self.fields(id, bare);
            self.lower.rise();
            self.push(ExprKind::Class(id), bare)
        } else {
            self.type_value(bare)?
        };
        let kind =
            ExprKind::Call { callee, arguments: Box::default(), named: Box::default(), kind: CallKind::New };
        Some(self.push(kind, node))
    }
}

/// The name of a field in JSON, by its tag.
fn wire_name(tag: &str) -> Option<&str> {
    let rest = tag.split_once("json:\"")?.1;
    let name = rest.split(['"', ',']).next()?;
    (!name.is_empty() && name != "-").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::wire_name;

    #[test]
    fn tags() {
        assert_eq!(wire_name("`json:\"emailAddress,omitempty\" db:\"mail\"`"), Some("emailAddress"));
        assert_eq!(wire_name("`json:\",omitempty\"`"), None);
        assert_eq!(wire_name("`json:\"-\"`"), None);
        assert_eq!(wire_name("`yaml:\"a\"`"), None);
    }
}
