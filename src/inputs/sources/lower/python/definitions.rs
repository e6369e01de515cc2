//! Functions, classes and their decorators.

use tree_sitter::Node;

use super::super::Lower;
use super::Python;
use crate::program::{CallKind, ChoiceKind, ClassId, ExprId, ExprKind, FunctionId, Parameter, Property};

/// Types of values that have no parts.
const PLAIN_TYPES: &[&str] = &[
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "None",
    "datetime",
    "date",
    "time",
    "timedelta",
    "Decimal",
    "UUID",
    "EmailStr",
    "HttpUrl",
    "AnyUrl",
    "Literal",
];

/// Types that only wrap another.
const WRAPPERS: &[&str] = &[
    "Optional",
    "List",
    "list",
    "Sequence",
    "Iterable",
    "Iterator",
    "AsyncIterator",
    "Generator",
    "AsyncGenerator",
    "AsyncIterable",
    "Set",
    "set",
    "tuple",
    "Tuple",
    "Annotated",
    "Final",
    "ClassVar",
    "Type",
    "type",
    "Awaitable",
    "Coroutine",
    "Union",
];

/// Decorators that only say how a method is reached.
const PLAIN: &[&str] =
    &["staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override", "overload"];

impl<'t> Python<'_, 't> {
    /// `@decorator` and what stands below it.
    pub(super) fn decorated(&mut self, node: Node<'_>) {
        let decorators: Vec<Node<'_>> =
            Lower::children(node).into_iter().filter(|c| c.kind() == "decorator").collect();
        let Some(definition) = node.child_by_field_name("definition") else { return };
        if definition.kind() == "class_definition" {
            self.class(definition, &decorators);
        } else {
            self.function_statement(definition, &decorators);
        }
    }

    /// The name of a decorator, without what it is given: `app.route`.
    fn decorator_name(&self, decorator: Node<'_>) -> &'t str {
        let inner = decorator.named_child(0).unwrap_or(decorator);
        let function = match inner.kind() {
            "call" => inner.child_by_field_name("function").unwrap_or(inner),
            _ => inner,
        };
        self.text(function)
    }

    fn is_decorated(&self, decorators: &[Node<'_>], name: &str) -> bool {
        decorators.iter().any(|d| self.decorator_name(*d).rsplit('.').next() == Some(name))
    }

    /// A decorator is called with what it decorates. The name keeps its own function: what a decorator
    /// makes of it is seldom anything else for whoever calls it.
    fn decorate(&mut self, decorators: &[Node<'_>], value: ExprId) {
        for decorator in decorators {
            let name = self.decorator_name(*decorator);
            if PLAIN.contains(&name.rsplit('.').next().unwrap_or(name)) || name.ends_with(".setter") {
                continue;
            }
            let Some(inner) = decorator.named_child(0) else { continue };
            let callee = self.expression(inner);
            let kind = ExprKind::Call {
                callee,
                arguments: Box::new([value]),
                named: Box::default(),
                kind: CallKind::Call,
            };
            self.push(kind, *decorator);
        }
    }

    /// `def` outside a class's body.
    pub(super) fn function_statement(&mut self, node: Node<'_>, decorators: &[Node<'_>]) {
        let name = node.child_by_field_name("name").map_or("", |n| self.text(n));
        let id = self.function(node, name, false);
        let value = self.push(ExprKind::Function(id), node);
        self.decorate(decorators, value);
        self.define_name(name, value);
    }

    /// Lowers a function. The first parameter of a method is the object whose method it is.
    fn function(&mut self, node: Node<'_>, name: &str, method: bool) -> FunctionId {
        let class = self.low.class;
        let in_class = std::mem::take(&mut self.class_body);
        let id = self.low.builder.enter(Some(name), class, Lower::span(node));
        self.low.open();
        self.receivers.push(self.receivers.last().cloned().flatten());
        if let Some(parameters) = node.child_by_field_name("parameters") {
            self.parameters(parameters, method);
        }
        for body in node.child_by_field_name("body").into_iter().chain(Lower::misfits(node)) {
            self.predeclare(body);
            self.block(body);
        }
        self.receivers.pop();
        self.low.close();
        self.low.builder.leave();
        self.class_body = in_class;
        id
    }

    pub(super) fn lambda(&mut self, node: Node<'_>, name: Option<&str>) -> ExprId {
        let class = self.low.class;
        let in_class = std::mem::take(&mut self.class_body);
        let id = self.low.builder.enter(name, class, Lower::span(node));
        self.low.open();
        self.receivers.push(self.receivers.last().cloned().flatten());
        if let Some(parameters) = node.child_by_field_name("parameters") {
            self.parameters(parameters, false);
        }
        if let Some(body) = node.child_by_field_name("body") {
            let value = self.expression(body);
            self.low.builder.returns(value);
        }
        self.receivers.pop();
        self.low.close();
        self.low.builder.leave();
        self.class_body = in_class;
        self.push(ExprKind::Function(id), node)
    }

    fn parameters(&mut self, parameters: Node<'_>, method: bool) {
        let mut first = method;
        for node in Lower::children(parameters) {
            let part = |field: &str| node.child_by_field_name(field);
            let (name, rest, keywords) = match node.kind() {
                "identifier" => (Some(node), false, false),
                "default_parameter" | "typed_default_parameter" => (part("name"), false, false),
                "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
                    let inner =
                        if node.kind() == "typed_parameter" { node.named_child(0) } else { Some(node) };
                    let splat = inner.map_or("", |i| i.kind());
                    let name = match splat {
                        "identifier" => inner,
                        _ => inner.and_then(|i| i.named_child(0)),
                    };
                    (name, splat == "list_splat_pattern", splat == "dictionary_splat_pattern")
                }
                "tuple_pattern" => (Some(node), false, false),
                _ => (None, false, false),
            };
            let Some(target) = name else { continue };
            let name = if target.kind() == "identifier" { self.text(target) } else { "" };
            if std::mem::take(&mut first) && !rest && !keywords {
                if let Some(slot) = self.receivers.last_mut() {
                    *slot = Some(name.into());
                }
                continue;
            }
            if self.is_receiver(name)
                && let Some(slot) = self.receivers.last_mut()
            {
                *slot = None;
            }
            let type_name = part("type").filter(|_| !rest && !keywords).and_then(|t| self.type_name(t));
            let outside = if keywords { format!("**{name}").into() } else { name.into() };
            let parameter = Parameter { name: outside, type_name: type_name.clone(), rest };
            let mut value = self.low.builder.parameter(parameter, Lower::span(node));
            if let Some(default) = part("value") {
                let fallback = self.expression(default);
                value = self.push(ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]), node);
            }
            if target.kind() == "identifier" {
                let symbol = self.low.declare(name);
                self.low.builder.define(symbol, value);
                self.low.builder.set_type(symbol, type_name);
            } else {
                self.assign(target, value);
            }
        }
    }

    /// Whether a name is the one of the object whose method this is.
    pub(super) fn is_receiver(&self, name: &str) -> bool {
        self.receivers.last().and_then(Option::as_deref) == Some(name)
    }

    pub(super) fn class(&mut self, node: Node<'_>, decorators: &[Node<'_>]) {
        let name = node.child_by_field_name("name").map_or("", |n| self.text(n));
        let id = self.low.builder.class(name);
        let base = self.base(node);
        let parents = self.parents(node);
        if let Some(class) = self.low.builder.class_mut(id) {
            class.base = base;
            class.parents = parents;
        }
        let outer = self.low.class.replace(id);
        let outer_body = std::mem::replace(&mut self.class_body, true);
        self.bases.push(base);
        let mut body = node.child_by_field_name("body").map(Lower::children).unwrap_or_default();
        body.extend(Lower::misfits(node).into_iter().flat_map(Lower::children));
        // Methods see the names around the class, not those of its body.
        self.low.open();
        if let Some(body) = node.child_by_field_name("body") {
            self.predeclare(body);
        }
        let is_method = |n: &Node<'_>| {
            n.kind() == "function_definition"
                || n.child_by_field_name("definition").is_some_and(|d| d.kind() == "function_definition")
        };
        for statement in body.iter().filter(|n| !is_method(n)) {
            self.statement(*statement);
        }
        self.low.close();
        self.class_body = false;
        let mut has_constructor = false;
        for statement in body.iter().filter(|n| is_method(n)) {
            has_constructor |= self.method(*statement, id);
        }
        if !has_constructor {
            self.implied_constructor(&body, id, node);
        }
        self.properties(&body, id);
        self.bases.pop();
        self.class_body = outer_body;
        self.low.class = outer;
        let value = self.push(ExprKind::Class(id), node);
        self.decorate(decorators, value);
        self.define_name(name, value);
    }

    /// The bare names of all that a class extends.
    fn parents(&self, node: Node<'_>) -> Vec<Box<str>> {
        let Some(list) = node.child_by_field_name("superclasses") else { return Vec::new() };
        let bare = |base: Node<'_>| match base.kind() {
            "identifier" => Some(self.text(base).into()),
            "attribute" => base.child_by_field_name("attribute").map(|n| self.text(n).into()),
            "subscript" => base
                .child_by_field_name("value")
                .map(|n| self.text(n).rsplit('.').next().unwrap_or_default().into()),
            _ => None,
        };
        Lower::children(list).into_iter().filter_map(bare).collect()
    }

    /// What a class extends: one of several when there are several.
    fn base(&mut self, node: Node<'_>) -> Option<ExprId> {
        let list = node.child_by_field_name("superclasses")?;
        let mut bases: Vec<ExprId> = Vec::new();
        for base in Lower::children(list) {
            match base.kind() {
                "keyword_argument" => {}
                "subscript" => bases.extend(base.child_by_field_name("value").map(|v| self.expression(v))),
                _ => bases.push(self.expression(base)),
            }
        }
        match bases.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.push(ExprKind::Choice(ChoiceKind::Either, bases), list)),
        }
    }

    /// A method with its decorators; whether it is the constructor.
    fn method(&mut self, statement: Node<'_>, class: ClassId) -> bool {
        let decorators: Vec<Node<'_>> =
            Lower::children(statement).into_iter().filter(|c| c.kind() == "decorator").collect();
        let definition = statement.child_by_field_name("definition").unwrap_or(statement);
        let written = definition.child_by_field_name("name").map_or("", |n| self.text(n));
        let name = if written == "__init__" { "constructor" } else { written };
        let bare = self.is_decorated(&decorators, "staticmethod");
        let function = self.function(definition, name, !bare);
        let value = self.push(ExprKind::Function(function), definition);
        self.decorate(&decorators, value);
        let getter = ["property", "cached_property"].iter().any(|d| self.is_decorated(&decorators, d));
        let setter = self.is_decorated(&decorators, "setter");
        let key = if getter { format!("get {name}") } else { name.to_owned() };
        if !setter && let Some(class) = self.low.builder.class_mut(class) {
            class.methods.push((key.into(), function));
        }
        name == "constructor"
    }

    /// The constructor that a data class, a model or a named tuple has without saying so: one parameter
    /// for each annotated attribute.
    fn implied_constructor(&mut self, body: &[Node<'_>], class: ClassId, node: Node<'_>) {
        let mut fields: Vec<(&str, Option<Box<str>>, Node<'_>)> = Vec::new();
        for statement in body.iter().filter(|s| s.kind() == "expression_statement") {
            let Some(inner) = statement.named_child(0).filter(|n| n.kind() == "assignment") else { continue };
            let (Some(left), Some(kind)) =
                (inner.child_by_field_name("left"), inner.child_by_field_name("type"))
            else {
                continue;
            };
            if left.kind() == "identifier" && !self.text(kind).starts_with("ClassVar") {
                fields.push((self.text(left), self.type_name(kind), left));
            }
        }
        if fields.is_empty() {
            return;
        }
        let id = self.low.builder.enter(Some("constructor"), Some(class), Lower::span(node));
        for (name, type_name, at) in fields {
            let parameter = Parameter { name: name.into(), type_name, rest: false };
            let value = self.low.builder.parameter(parameter, Lower::span(at));
            self.field(name, value);
        }
        self.low.builder.leave();
        if let Some(class) = self.low.builder.class_mut(class) {
            class.methods.push(("constructor".into(), id));
        }
    }

    /// What an object of the class holds, by its annotated attributes and the fields of a schema, with the
    /// names that they have outside of the code.
    fn properties(&mut self, body: &[Node<'_>], class: ClassId) {
        for statement in body.iter().filter(|s| s.kind() == "expression_statement") {
            let Some(inner) = statement.named_child(0).filter(|n| n.kind() == "assignment") else { continue };
            let Some(left) = inner.child_by_field_name("left").filter(|l| l.kind() == "identifier") else {
                continue;
            };
            let kind = inner.child_by_field_name("type");
            let wire = inner.child_by_field_name("right").and_then(|r| self.wire_name(r, 0));
            if kind.is_none() && wire.is_none() {
                continue;
            }
            let type_name =
                kind.and_then(|k| self.type_name(k)).filter(|name| !PLAIN_TYPES.contains(&&**name));
            let property = Property { name: self.text(left).into(), wire, type_name };
            if let Some(class) = self.low.builder.class_mut(class) {
                class.properties.push(property);
            }
        }
    }

    /// The name that a field says it has outside: `Field(alias="emailAddress")`.
    fn wire_name(&self, value: Node<'_>, depth: u32) -> Option<Box<str>> {
        const NAMES: &[&str] = &[
            "alias",
            "validation_alias",
            "data_key",
            "load_from",
            "field_name",
            "source",
            "serialization_alias",
        ];
        let list = value.child_by_field_name("arguments").filter(|_| value.kind() == "call")?;
        for argument in Lower::children(list).into_iter().filter(|a| a.kind() == "keyword_argument") {
            let (Some(name), Some(given)) =
                (argument.child_by_field_name("name"), argument.child_by_field_name("value"))
            else {
                continue;
            };
            if given.kind() == "string" && NAMES.contains(&self.text(name)) {
                return Some(self.text(given).trim_matches(['"', '\'']).into());
            }
            // `field(metadata=config(field_name="emailAddress"))`
            if self.text(name) == "metadata"
                && depth < 2
                && let Some(inner) = self.wire_name(given, depth + 1)
            {
                return Some(inner);
            }
        }
        None
    }

    /// The name of a type without its wrappers: `Optional[List[jira.User]]` is `User`.
    pub(super) fn type_name(&self, node: Node<'_>) -> Option<Box<str>> {
        let mut node = node;
        for _ in 0..8 {
            match node.kind() {
                "type" | "parenthesized_expression" => node = node.named_child(0)?,
                "identifier" => return Some(self.text(node).into()),
                "attribute" => node = node.child_by_field_name("attribute")?,
                "member_type" => node = Lower::children(node).pop()?,
                "string" => {
                    let name = self.text(node).trim_matches(['"', '\'']);
                    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                    return plain.then(|| name.rsplit('.').next().unwrap_or(name).into());
                }
                // `X | None`
                "binary_operator" | "union_type" => {
                    node = Lower::children(node).into_iter().find(|c| self.text(*c) != "None")?;
                }
                "generic_type" => {
                    let outer = node.named_child(0)?;
                    if !WRAPPERS.contains(&self.text(outer)) {
                        node = outer;
                        continue;
                    }
                    let inner = node.named_child(1)?;
                    node = Lower::children(inner).into_iter().find(|c| self.text(*c) != "None")?;
                }
                "subscript" => {
                    let outer = node.child_by_field_name("value")?;
                    let name = self.text(outer).rsplit('.').next().unwrap_or_default();
                    node =
                        if WRAPPERS.contains(&name) { node.child_by_field_name("subscript")? } else { outer };
                }
                _ => return None,
            }
        }
        None
    }
}
