//! Calls of PHP, and the functions of the language that take callbacks or lists.

use tree_sitter::Node;

use super::super::Lower;
use super::super::format::{Piece, pieces};
use super::Php;
use crate::program::{CallKind, ExprId, ExprKind};

/// The arguments of a call: by position, and by name.
type Arguments = (Vec<ExprId>, Vec<(Box<str>, ExprId)>);

impl Php<'_, '_> {
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprId {
        let Some(function) = self.field(node, "function") else { return self.nothing(node) };
        let written = match function.kind() {
            "name" => self.lower.text(function),
            "qualified_name" => self.lower.text(function).trim_start_matches('\\'),
            _ => "",
        };
        let nodes = self.argument_nodes(node);
        if let Some(value) = self.built_in(written, &nodes, node) {
            return value;
        }
        let callee = self.value(function);
        let (arguments, named) = self.arguments(node);
        self.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::Call },
            node,
        )
    }

    /// The values of a call's positional arguments, unevaluated.
    fn argument_nodes<'n>(&self, node: Node<'n>) -> Vec<Node<'n>> {
        let list = self.field(node, "arguments").map(Lower::children).unwrap_or_default();
        list.into_iter()
            .filter(|a| a.kind() == "argument" && a.child_by_field_name("name").is_none())
            .filter_map(|a| a.named_child(0))
            .collect()
    }

    fn arguments(&mut self, node: Node<'_>) -> Arguments {
        let list = self
            .field(node, "arguments")
            .or_else(|| Lower::children(node).into_iter().find(|c| c.kind() == "arguments"));
        let mut positional = Vec::new();
        let mut named = Vec::new();
        for argument in list.map(Lower::children).unwrap_or_default() {
            let name = self.text_of(argument, "name");
            let Some(value) = Lower::children(argument).pop() else { continue };
            let value = self.value(value);
            if name.is_empty() {
                positional.push(value);
            } else {
                named.push((name.into(), value));
            }
        }
        (positional, named)
    }

    /// Functions of the language that are better said in another way.
    fn built_in(&mut self, name: &str, arguments: &[Node<'_>], node: Node<'_>) -> Option<ExprId> {
        match (name, arguments) {
            ("isset" | "empty" | "is_null" | "is_string" | "filled" | "blank", tested) => {
                let values: Vec<ExprId> = tested.iter().map(|t| self.condition(*t)).collect();
                Some(self.push(ExprKind::Operation(values), node))
            }
            ("array_map", [function, list]) => Some(self.walked(*list, "map", &[*function], node)),
            ("array_filter" | "array_walk" | "usort" | "uasort", [list, function]) => {
                Some(self.walked(*list, "filter", &[*function], node))
            }
            ("array_reduce", [list, rest @ ..]) => Some(self.walked(*list, "reduce", rest, node)),
            ("array_column", [list, key]) => {
                let list = self.value(*list);
                let key = self.value(*key);
                let ExprKind::Text(property) = self.lower.builder.kind(key).clone() else { return None };
                let object = self.push(ExprKind::Element(list), node);
                let member = self.lower.member(object, &property, Lower::span(node));
                Some(self.push(ExprKind::List(vec![member]), node))
            }
            ("array_push" | "array_unshift", [list, added @ ..]) => {
                for item in added {
                    let value = self.value(*item);
                    let object = self.value(*list);
                    self.lower.builder.write(object, None, value);
                    if list.kind() != "variable_name" {
                        let part = self.push(ExprKind::List(vec![value]), *item);
                        self.assign(*list, part);
                    }
                }
                Some(self.nothing(node))
            }
            ("compact", names) => {
                let mut fields = Vec::new();
                for name in names {
                    let value = self.value(*name);
                    if let ExprKind::Text(name) = self.lower.builder.kind(value).clone() {
                        let symbol = self.variable(&name);
                        let value = self.push(ExprKind::Local(symbol), node);
                        fields.push((Some(name), value));
                    }
                }
                Some(self.push(ExprKind::Object { fields: fields.into(), spreads: Box::default() }, node))
            }
            ("define", [name, value]) => {
                let name = self.value(*name);
                let value = self.value(*value);
                if let ExprKind::Text(name) = self.lower.builder.kind(name).clone() {
                    self.lower.builder.export(&name, value);
                }
                Some(self.nothing(node))
            }
            ("curl_setopt", [handle, option, value]) if self.lower.text(*option) == "CURLOPT_URL" => {
                Some(self.curl(*handle, *value, node))
            }
            ("curl_setopt_array", [handle, options]) => {
                let url =
                    Lower::children(*options).into_iter().find_map(|element| {
                        match Lower::children(element).as_slice() {
                            [key, value] if self.lower.text(*key) == "CURLOPT_URL" => Some(*value),
                            _ => None,
                        }
                    })?;
                Some(self.curl(*handle, url, node))
            }
            ("sprintf", [format, values @ ..]) => self.formatted(*format, values, node),
            _ => None,
        }
    }

    /// The address of a handle is set later than the handle is made: as if it was made with it.
    fn curl(&mut self, handle: Node<'_>, url: Node<'_>, node: Node<'_>) -> ExprId {
        let url = self.value(url);
        let callee = self.push(ExprKind::Global("curl_init".into()), node);
        let kind = ExprKind::Call {
            callee,
            arguments: Box::new([url]),
            named: Box::default(),
            kind: CallKind::Call,
        };
        let call = self.push(kind, node);
        self.assign(handle, call);
        call
    }

    /// A list that is walked with a callback, as a method of it.
    fn walked(&mut self, list: Node<'_>, method: &str, rest: &[Node<'_>], node: Node<'_>) -> ExprId {
        let object = self.value(list);
        let callee = self.lower.member(object, method, Lower::span(node));
        let arguments = rest.iter().map(|r| self.value(*r)).collect();
        self.push(ExprKind::Call { callee, arguments, named: Box::default(), kind: CallKind::Call }, node)
    }

    fn formatted(&mut self, format: Node<'_>, values: &[Node<'_>], node: Node<'_>) -> Option<ExprId> {
        let format = self.value(format);
        let ExprKind::Text(text) = self.lower.builder.kind(format).clone() else { return None };
        let mut values = values.iter();
        let mut parts = Vec::new();
        for piece in pieces(&text) {
            match piece {
                Piece::Text(text) => parts.push(self.push(ExprKind::Text(text.into()), node)),
                Piece::Hole => {
                    if let Some(value) = values.next() {
                        parts.push(self.value(*value));
                    }
                }
            }
        }
        for value in values {
            parts.push(self.value(*value));
        }
        Some(self.push(ExprKind::Join(parts), node))
    }

    pub(super) fn member_call(&mut self, node: Node<'_>, optional: bool) -> ExprId {
        let (Some(object), Some(name)) = (self.field(node, "object"), self.field(node, "name")) else {
            return self.nothing(node);
        };
        let object = self.value(object);
        if optional {
            self.lower.builder.test(object);
        }
        let callee = if name.kind() == "name" {
            let property = self.lower.text(name).into();
            let kind = ExprKind::Member { object, property, optional, default: false };
            // From the receiver's first to the method's last byte.
            let start = Lower::span(node).start as usize;
            self.lower.builder.push(kind, crate::text::Span::new(start, name.end_byte()))
        } else {
            let index = self.value(name);
            self.push(ExprKind::Index { object, index }, node)
        };
        let (arguments, named) = self.arguments(node);
        // Additions to a collection are writes to it.
        let added = match (self.lower.text(name), arguments.as_slice()) {
            ("push" | "add" | "append" | "prepend" | "attach" | "enqueue", [value]) => Some(*value),
            ("set" | "put" | "offsetSet", [_, value]) => Some(*value),
            _ => None,
        };
        if let Some(value) = added {
            self.lower.builder.write(object, None, value);
        }
        if let [value] = arguments.as_slice() {
            let name = self.lower.text(name);
            self.lower.set(object, name, *value);
        }
        self.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::Call },
            node,
        )
    }

    /// `Http::get(…)`, `self::fetch(…)`
    pub(super) fn scoped_call(&mut self, node: Node<'_>) -> ExprId {
        let (Some(scope), Some(name)) = (self.field(node, "scope"), self.field(node, "name")) else {
            return self.nothing(node);
        };
        let object = self.value(scope);
        let property = self.lower.text(name);
        let property = if property == "__construct" { "constructor" } else { property };
        let callee = self.lower.member(object, property, Lower::span(node));
        let (arguments, named) = self.arguments(node);
        self.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::Call },
            node,
        )
    }

    /// `new Client(…)`, `new class { … }`
    pub(super) fn created(&mut self, node: Node<'_>) -> ExprId {
        let Some(what) = node.named_child(0) else { return self.nothing(node) };
        let callee = if what.kind() == "anonymous_class" {
            let id = self.class(what, "");
            self.push(ExprKind::Class(id), what)
        } else if matches!(self.lower.text(what), "self" | "static") {
            match self.lower.class {
                Some(class) => self.push(ExprKind::Class(class), what),
                None => self.nothing(what),
            }
        } else {
            self.value(what)
        };
        let (arguments, named) = self.arguments(node);
        self.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::New },
            node,
        )
    }
}
