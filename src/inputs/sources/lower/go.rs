//! Go: declarations and statements. Types stand in `types`, expressions in `expressions`, calls in `calls`.
//!
//! A package's files see each other's names, so every top-level name is exported; a type's methods may
//! stand in any of them, so its class is a part. Several results are a list that the function returns.

mod calls;
mod expressions;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::Lower;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Parameter, SymbolId};

/// The state of lowering one file.
struct Go<'l, 't> {
    lower: &'l mut Lower<'t>,
    /// The part of a type that stands in this file.
    classes: BTreeMap<Box<str>, ClassId>,
    /// Names of methods' receivers, innermost last; empty outside methods.
    receivers: Vec<Option<SymbolId>>,
    /// Variables that point at something which a call can fill.
    pointers: BTreeSet<SymbolId>,
    /// Variables that the call being lowered, or one further out in its chain, may fill.
    filled: Vec<Target>,
}

/// A variable that is handed to a call to be filled.
struct Target {
    symbol: SymbolId,
    /// Its position; `None` once the call that has it is not the last of its chain.
    argument: Option<u32>,
}

/// Lowers a file.
pub(super) fn lower(lower: &mut Lower<'_>, root: Node<'_>) {
    let mut go = Go {
        lower,
        classes: BTreeMap::new(),
        receivers: Vec::new(),
        pointers: BTreeSet::new(),
        filled: Vec::new(),
    };
    let children = Lower::children(root);
    for child in &children {
        go.announce(*child);
    }
    for child in children {
        go.statement(child);
    }
}

/// Results of calls that say how it went, by the name that they are given.
fn is_verdict(name: &str) -> bool {
    name == "_" || name == "ok" || name == "err" || name.ends_with("Err") || name.ends_with("_err")
}

impl<'t> Go<'_, 't> {
    fn push(&mut self, kind: ExprKind, node: Node<'_>) -> ExprId {
        self.lower.builder.push(kind, Lower::span(node))
    }

    fn nothing(&mut self, node: Node<'_>) -> ExprId {
        self.lower.constant(node)
    }

    fn field<'n>(&self, node: Node<'n>, name: &str) -> Option<Node<'n>> {
        node.child_by_field_name(name)
    }

    fn text_of(&self, node: Node<'_>, name: &str) -> &'t str {
        node.child_by_field_name(name).map_or("", |n| self.lower.text(n))
    }

    /// Makes the names of a file's top level known before they are used.
    fn announce(&mut self, node: Node<'_>) {
        match node.kind() {
            "import_declaration" | "import_spec_list" => {
                for child in Lower::children(node) {
                    self.announce(child);
                }
            }
            "import_spec" => self.import(node),
            "function_declaration" => {
                let name = self.text_of(node, "name");
                self.lower.declare(name);
            }
            "type_declaration" => {
                for spec in Lower::children(node) {
                    let name = self.text_of(spec, "name");
                    self.lower.declare(name);
                }
            }
            "const_declaration" | "var_declaration" | "var_spec_list" => {
                for child in Lower::children(node) {
                    self.announce(child);
                }
            }
            "const_spec" | "var_spec" => {
                let mut cursor = node.walk();
                let names: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
                for name in names.into_iter().filter(|n| n.is_named()) {
                    let name = self.lower.text(name);
                    self.lower.declare(name);
                }
            }
            _ => {}
        }
    }

    fn import(&mut self, node: Node<'_>) {
        let Some(path) = self.field(node, "path") else { return };
        let specifier = self.lower.text(path).trim_matches(|c| c == '"' || c == '`');
        let value = self.push(ExprKind::Import { specifier: specifier.into(), name: None }, node);
        let given = self.text_of(node, "name");
        let names = if given.is_empty() { package_names(specifier) } else { vec![given.to_owned()] };
        for name in names {
            if name != "_" && name != "." && self.lower.lookup(&name).is_none() {
                let symbol = self.lower.declare(&name);
                self.lower.builder.define(symbol, value);
            }
        }
    }

    fn block(&mut self, node: Node<'_>) {
        self.lower.open();
        for child in Lower::children(node) {
            self.statement(child);
        }
        self.lower.close();
    }

    fn statement(&mut self, node: Node<'_>) {
        if self.lower.dive() {
            self.statement_inner(node);
            self.lower.rise();
        }
    }

    fn statement_inner(&mut self, node: Node<'_>) {
        match node.kind() {
            "package_clause" | "import_declaration" => {}
            "function_declaration" => self.function_declaration(node),
            "method_declaration" => self.method_declaration(node),
            "type_declaration" => {
                for spec in Lower::children(node) {
                    self.type_spec(spec);
                }
            }
            "const_declaration" | "var_declaration" | "var_spec_list" | "statement_list" => {
                for child in Lower::children(node) {
                    self.statement(child);
                }
            }
            "const_spec" | "var_spec" => self.variables(node),
            "short_var_declaration" => self.assignment(node, true),
            "assignment_statement" => self.assignment(node, false),
            "return_statement" => self.return_statement(node),
            "if_statement" => {
                self.lower.open();
                if let Some(initializer) = self.field(node, "initializer") {
                    self.statement(initializer);
                }
                if let Some(condition) = self.field(node, "condition") {
                    self.condition(condition);
                }
                for name in ["consequence", "alternative"] {
                    if let Some(branch) = self.field(node, name) {
                        self.statement(branch);
                    }
                }
                self.lower.close();
            }
            "for_statement" => {
                self.lower.open();
                for child in Lower::children(node) {
                    match child.kind() {
                        "range_clause" => self.range(child),
                        "for_clause" | "block" => self.statement(child),
                        _ => {
                            self.condition(child);
                        }
                    }
                }
                self.lower.close();
            }
            "expression_switch_statement" => {
                self.lower.open();
                if let Some(initializer) = self.field(node, "initializer") {
                    self.statement(initializer);
                }
                let value = self.field(node, "value").map(|v| self.value(v));
                for case in Lower::children(node).into_iter().filter(|c| c.kind().ends_with("_case")) {
                    let compared = self.field(case, "value");
                    for side in compared.map(Lower::children).unwrap_or_default() {
                        match value {
                            Some(value) => {
                                let side_value = self.value(side);
                                self.compare(value, side_value, side);
                            }
                            None => {
                                self.condition(side);
                            }
                        }
                    }
                    self.case_body(case, compared);
                }
                self.lower.close();
            }
            "type_switch_statement" => self.type_switch(node),
            "select_statement" => {
                for case in Lower::children(node) {
                    self.block(case);
                }
            }
            "receive_statement" => self.assignment(node, true),
            "send_statement" => {
                let (channel, value) = (self.field(node, "channel"), self.field(node, "value"));
                if let (Some(channel), Some(value)) = (channel, value) {
                    let channel = self.value(channel);
                    let value = self.value(value);
                    self.lower.builder.write(channel, None, value);
                }
            }
            "comment" => {}
            kind if kind == "block" => self.block(node),
            kind if kind.ends_with("_statement") || kind.ends_with("_clause") || kind.ends_with("_case") => {
                for child in Lower::children(node) {
                    self.statement(child);
                }
            }
            _ => {
                self.value(node);
            }
        }
    }

    fn case_body(&mut self, case: Node<'_>, head: Option<Node<'_>>) {
        self.lower.open();
        for child in Lower::children(case) {
            if Some(child) != head {
                self.statement(child);
            }
        }
        self.lower.close();
    }

    /// `switch v := x.(type) { case *jira.User: … }`: in each case, v is of the case's type.
    fn type_switch(&mut self, node: Node<'_>) {
        self.lower.open();
        if let Some(initializer) = self.field(node, "initializer") {
            self.statement(initializer);
        }
        let value = self.field(node, "value").map(|v| self.value(v));
        let alias = self.field(node, "alias").and_then(|a| a.named_child(0)).map(|a| self.lower.text(a));
        for case in Lower::children(node).into_iter().filter(|c| c.kind().ends_with("_case")) {
            self.lower.open();
            let mut cursor = case.walk();
            let kinds: Vec<Node<'_>> =
                case.children_by_field_name("type", &mut cursor).filter(Node::is_named).collect();
            if let (Some(alias), Some(value)) = (alias, value) {
                let symbol = self.lower.declare(alias);
                self.lower.builder.define(symbol, value);
                let named = if let [only] = kinds.as_slice() { self.type_name(*only) } else { None };
                self.lower.builder.set_type(symbol, named);
            }
            for child in Lower::children(case).into_iter().filter(|c| !kinds.contains(c)) {
                self.statement(child);
            }
            self.lower.close();
        }
        self.lower.close();
    }

    fn return_statement(&mut self, node: Node<'_>) {
        let values: Vec<ExprId> = node
            .named_child(0)
            .map(Lower::children)
            .unwrap_or_default()
            .into_iter()
            .map(|v| self.value(v))
            .collect();
        match values.as_slice() {
            [] => {}
            [only] => self.lower.builder.returns(*only),
            _ => {
                let list = self.push(ExprKind::List(values), node);
                self.lower.builder.returns(list);
            }
        }
    }

    /// `const a, b = 1, 2`, `var user jira.User`.
    fn variables(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> =
            node.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect();
        let declared = self.field(node, "type");
        let named = declared.and_then(|t| self.type_name(t));
        let values = self.field(node, "value").map(Lower::children).unwrap_or_default();
        let top = self.lower.builder.current() == FunctionId(0);
        let mut symbols: Vec<(SymbolId, &str)> = Vec::with_capacity(names.len());
        for name in &names {
            let name = self.lower.text(*name);
            symbols.push((self.lower.declare(name), name));
        }
        for (symbol, _) in &symbols {
            self.lower.builder.set_type(*symbol, named.clone());
        }
        let given = self.spread(&values, symbols.len(), node);
        for ((symbol, name), value) in symbols.iter().zip(given) {
            if !is_verdict(name) {
                self.lower.builder.define(*symbol, value);
            }
        }
        if let (Some(declared), None, true) = (declared, &named, values.is_empty()) {
            // A struct that is written in place.
            if let Some(value) = self.made(declared) {
                for (symbol, _) in &symbols {
                    self.lower.builder.define(*symbol, value);
                }
            }
        }
        if top {
            for ((symbol, name), node) in symbols.iter().zip(&names) {
                let value = self.push(ExprKind::Local(*symbol), *node);
                self.lower.builder.export(name, value);
            }
        }
    }

    /// The values for `count` targets: one each, or the results of the only call.
    fn spread(&mut self, values: &[Node<'_>], count: usize, node: Node<'_>) -> Vec<ExprId> {
        match values {
            [only] if count > 1 => {
                let value = self.value(*only);
                let call = matches!(self.lower.builder.kind(value), ExprKind::Call { .. });
                (0..u32::try_from(count).unwrap_or(u32::MAX))
                    .map(|index| match (call, index) {
                        (true, index) => self.push(ExprKind::Result { call: value, index }, node),
                        // `v, ok := m[key]`
                        (false, 0) => value,
                        (false, _) => self.nothing(node),
                    })
                    .collect()
            }
            values => values.iter().map(|v| self.value(*v)).collect(),
        }
    }

    fn assignment(&mut self, node: Node<'_>, declares: bool) {
        let left = self.field(node, "left").map(Lower::children).unwrap_or_default();
        let right = self.field(node, "right");
        let right = match right {
            Some(list) if list.kind() == "expression_list" => Lower::children(list),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let added = self.text_of(node, "operator") == "+=";
        let pointer = matches!(right.as_slice(), [only] if is_pointer_value(*only));
        let typed = match right.as_slice() {
            [only] => made_type(*only),
            _ => None,
        };
        let values = self.spread(&right, left.len(), node);
        for (i, (target, value)) in left.into_iter().zip(values).enumerate() {
            let value = if added { self.push(ExprKind::Join(vec![value]), node) } else { value };
            if target.kind() != "identifier" {
                self.assign(target, value);
                continue;
            }
            let name = self.lower.text(target);
            let symbol = if declares { Some(self.lower.declare(name)) } else { self.lower.lookup(name) };
            let Some(symbol) = symbol else { continue };
            if pointer {
                self.pointers.insert(symbol);
            }
            if let (Some(kind), 0) = (typed, i) {
                let named = self.type_name(kind);
                self.lower.builder.set_type(symbol, named);
            }
            if !is_verdict(name) {
                self.lower.builder.define(symbol, value);
            }
        }
    }

    /// Says that `value` goes to something other than a plain variable.
    fn assign(&mut self, target: Node<'_>, value: ExprId) {
        match target.kind() {
            "selector_expression" => {
                let Some(operand) = self.field(target, "operand") else { return };
                let property = self.text_of(target, "field");
                let object = self.value(operand);
                self.lower.builder.write(object, Some(property.into()), value);
                self.part(operand, Some(property), value);
            }
            "index_expression" => {
                let (Some(operand), Some(index)) =
                    (self.field(target, "operand"), self.field(target, "index"))
                else {
                    return;
                };
                let object = self.value(operand);
                let key = self.value(index);
                let key = match self.lower.builder.kind(key) {
                    ExprKind::Text(text) => Some(text.clone()),
                    _ => None,
                };
                self.lower.builder.write(object, key.clone(), value);
                if key.is_some() {
                    self.part(operand, key.as_deref(), value);
                }
            }
            "unary_expression" | "parenthesized_expression" => {
                // `*target = value`
                let inner = self.field(target, "operand").or_else(|| target.named_child(0));
                if let Some(symbol) = inner.and_then(|n| self.variable(n)) {
                    self.lower.builder.define(symbol, value);
                }
            }
            _ => {}
        }
    }

    /// A variable whose field is written may be an object with that field: `row.Email = email`.
    fn part(&mut self, owner: Node<'_>, property: Option<&str>, value: ExprId) {
        let mut owner = owner;
        let mut property: Option<Box<str>> = property.map(Into::into);
        let mut value = value;
        for _ in 0..8 {
            if let Some(symbol) = self.variable(owner) {
                if self.receivers.iter().flatten().any(|r| *r == symbol) {
                    if let (Some(class), Some(name)) = (self.lower.class, &property)
                        && let Some(class) = self.lower.builder.class_mut(class)
                    {
                        class.fields.push((name.clone(), value));
                    }
                    return;
                }
                let fields = vec![(property, value)];
                let object = self.push(ExprKind::Object { fields, spreads: Vec::new() }, owner);
                self.lower.builder.define(symbol, object);
                return;
            }
            if owner.kind() != "selector_expression" {
                return;
            }
            let fields = vec![(property, value)];
            value = self.push(ExprKind::Object { fields, spreads: Vec::new() }, owner);
            property = Some(self.text_of(owner, "field").into());
            let Some(operand) = self.field(owner, "operand") else { return };
            owner = operand;
        }
    }

    /// The variable that an expression is, through parentheses, `*` and `&`.
    fn variable(&self, node: Node<'_>) -> Option<SymbolId> {
        let mut node = node;
        for _ in 0..8 {
            match node.kind() {
                "identifier" => return self.lower.lookup(self.lower.text(node)),
                "parenthesized_expression" => node = node.named_child(0)?,
                "unary_expression" => node = node.child_by_field_name("operand")?,
                _ => return None,
            }
        }
        None
    }

    fn range(&mut self, node: Node<'_>) {
        let left = self.field(node, "left").map(Lower::children).unwrap_or_default();
        let Some(right) = self.field(node, "right") else { return };
        let list = self.value(right);
        for (i, target) in left.into_iter().enumerate() {
            let value = match i {
                0 => self.nothing(target),
                _ => self.push(ExprKind::Element(list), target),
            };
            if target.kind() == "identifier" {
                let name = self.lower.text(target);
                let symbol = self.lower.declare(name);
                self.lower.builder.define(symbol, value);
            } else {
                self.assign(target, value);
            }
        }
    }

    fn function_declaration(&mut self, node: Node<'_>) {
        let name = self.text_of(node, "name");
        let function = self.function(node, Some(name), None);
        let value = self.push(ExprKind::Function(function), node);
        if let Some(symbol) = self.lower.lookup(name) {
            self.lower.builder.define(symbol, value);
        }
        self.lower.builder.export(name, value);
    }

    fn method_declaration(&mut self, node: Node<'_>) {
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
    fn function(&mut self, node: Node<'_>, name: Option<&str>, receiver: Option<Node<'_>>) -> FunctionId {
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
        if let Some(body) = self.field(node, "body") {
            self.block(body);
        }
        self.receivers.pop();
        self.lower.close();
        self.filled = filled;
        self.lower.builder.leave();
        function
    }

    fn parameters(&mut self, list: Node<'_>) {
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
                if kind.is_some_and(|k| self.can_be_filled(k)) {
                    self.pointers.insert(symbol);
                }
            }
        }
    }

    /// Whether a parameter of this type is something that a call can write through.
    fn can_be_filled(&self, kind: Node<'_>) -> bool {
        match kind.kind() {
            "pointer_type" | "interface_type" => true,
            "type_identifier" => self.lower.text(kind) == "any",
            _ => false,
        }
    }
}

/// The type that an expression names: `T{…}`, `&T{…}`, `new(T)`, `x.(T)`.
fn made_type(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "unary_expression" => {
            let operand = node.child_by_field_name("operand")?;
            (operand.kind() == "composite_literal").then(|| operand.child_by_field_name("type"))?
        }
        "composite_literal" | "type_assertion_expression" => node.child_by_field_name("type"),
        "call_expression" if is_pointer_value(node) => {
            node.child_by_field_name("arguments").and_then(|a| a.named_child(0))
        }
        _ => None,
    }
}

/// `&T{…}` and `new(T)`.
fn is_pointer_value(node: Node<'_>) -> bool {
    match node.kind() {
        "unary_expression" => node.child(0).is_some_and(|operator| operator.kind() == "&"),
        "call_expression" => {
            node.child_by_field_name("function").is_some_and(|f| f.end_byte() - f.start_byte() == 3)
                && node.child_by_field_name("arguments").and_then(|a| a.named_child(0)).is_some_and(|a| {
                    matches!(a.kind(), "type_identifier" | "qualified_type" | "slice_type" | "identifier")
                        || a.kind().ends_with("_type")
                        || a.kind() == "selector_expression"
                })
        }
        _ => false,
    }
}

/// The names by which a package may be known where its import gives it none: the last part of its path
/// without versions and the usual decorations.
fn package_names(specifier: &str) -> Vec<String> {
    let is_version =
        |s: &str| s.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    let mut parts = specifier.rsplit('/');
    let last = parts.next().unwrap_or(specifier);
    let mut names = vec![last.to_owned()];
    let mut bare = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    if let Some((stem, version)) = bare.rsplit_once('.')
        && is_version(version)
    {
        bare = stem;
    }
    names.push(bare.to_owned());
    let bare = bare.strip_prefix("go-").unwrap_or(bare);
    let bare = bare.strip_suffix("-go").or_else(|| bare.strip_suffix(".go")).unwrap_or(bare);
    names.push(bare.to_owned());
    names.push(bare.replace(['-', '.'], ""));
    if let Some((_, after)) = bare.rsplit_once('-') {
        names.push(after.to_owned());
    }
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::{is_verdict, package_names};

    #[test]
    fn packages_without_a_name_of_their_own() {
        for (specifier, name) in [
            ("encoding/json", "json"),
            ("github.com/andygrunwald/go-jira", "jira"),
            ("github.com/golang-jwt/jwt/v5", "jwt"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/slack-go/slack", "slack"),
            ("github.com/segmentio/kafka-go", "kafka"),
        ] {
            assert!(package_names(specifier).iter().any(|n| n == name), "{specifier}");
        }
    }

    #[test]
    fn verdicts() {
        assert!(is_verdict("err") && is_verdict("appErr") && is_verdict("ok"));
        assert!(!is_verdict("user") && !is_verdict("errors"));
    }
}
