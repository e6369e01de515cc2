//! PHP: the file's names, functions and statements. Classes stand in `classes`, expressions in
//! `expressions`, assignments in `bindings`, calls in `calls`.
//!
//! Variables belong to their function, names of classes and functions to the file; both are kept apart, as
//! `$mail` is not `mail`.

mod bindings;
mod calls;
mod classes;
mod expressions;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::Lower;
use crate::program::{ChoiceKind, ExprId, ExprKind, FunctionId, KEY_OF_ITEM, Parameter, SymbolId};

/// The state of lowering one file.
struct Php<'l, 't> {
    lower: &'l mut Lower<'t>,
    /// Imported and declared classes and functions.
    names: BTreeMap<Box<str>, SymbolId>,
    /// For each function being lowered, whether it sees the variables around it.
    sees_around: Vec<bool>,
}

/// Lowers a file.
pub(super) fn lower(lower: &mut Lower<'_>, root: Node<'_>) {
    let mut php = Php { lower, names: BTreeMap::new(), sees_around: vec![false] };
    php.announce(root, 0);
    for child in Lower::children(root) {
        php.statement(child);
    }
}

impl<'t> Php<'_, 't> {
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

    /// The symbol of a class or function of the file.
    fn named(&mut self, name: &str) -> SymbolId {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let symbol = self.lower.builder.symbol(name);
        self.names.insert(name.into(), symbol);
        symbol
    }

    /// Makes imports, classes and functions of the file known before they are used.
    fn announce(&mut self, node: Node<'_>, depth: u32) {
        if depth > 4 {
            return;
        }
        for child in Lower::children(node) {
            match child.kind() {
                "namespace_definition" | "compound_statement" | "if_statement" => {
                    self.announce(child, depth + 1);
                }
                "namespace_use_declaration" => self.import(child),
                "function_definition"
                | "class_declaration"
                | "interface_declaration"
                | "trait_declaration"
                | "enum_declaration" => {
                    let name = self.text_of(child, "name");
                    self.named(name);
                }
                _ => {}
            }
        }
    }

    /// `use A\B\{C, D as E};`
    fn import(&mut self, node: Node<'_>) {
        let prefix = Lower::children(node)
            .into_iter()
            .find(|c| c.kind() == "namespace_name")
            .map(|c| self.lower.text(c).to_owned());
        let group = self.field(node, "body");
        for clause in Lower::children(group.unwrap_or(node)) {
            if clause.kind() != "namespace_use_clause" {
                continue;
            }
            let Some(name) = clause.named_child(0) else { continue };
            let mut full = self.lower.text(name).trim_start_matches('\\').to_owned();
            if let (Some(prefix), Some(_)) = (&prefix, group) {
                full = format!("{prefix}\\{full}");
            }
            let value = self.imported(&full, clause);
            let alias = self.text_of(clause, "alias");
            let last = full.rsplit('\\').next().unwrap_or(&full).to_owned();
            let symbol = self.named(if alias.is_empty() { &last } else { alias });
            self.lower.builder.define(symbol, value);
        }
    }

    /// A class or function by its full name.
    fn imported(&mut self, full: &str, node: Node<'_>) -> ExprId {
        let last = full.rsplit('\\').next().unwrap_or(full);
        let kind = ExprKind::Import { specifier: full.into(), name: Some(last.into()) };
        self.push(kind, node)
    }

    /// A class or function that is named in the code.
    fn name(&mut self, node: Node<'_>) -> ExprId {
        let text = self.lower.text(node).trim_start_matches("namespace\\");
        if let Some((first, rest)) = text.split_once('\\') {
            // `Facades\Http` after `use Illuminate\Support\Facades`.
            let head = self.names.get(first).copied();
            let full = match head.and_then(|s| self.specifier_of(s)) {
                Some(specifier) if !first.is_empty() => format!("{specifier}\\{rest}"),
                _ => text.trim_start_matches('\\').to_owned(),
            };
            if full.contains('\\') {
                return self.imported(&full, node);
            }
            return self.push(ExprKind::Global(full.into()), node);
        }
        match self.names.get(text) {
            Some(symbol) => self.push(ExprKind::Local(*symbol), node),
            None => self.push(ExprKind::Global(text.into()), node),
        }
    }

    fn specifier_of(&self, symbol: SymbolId) -> Option<String> {
        match self.lower.builder.kind(self.lower.builder.first_definition(symbol)?) {
            ExprKind::Import { specifier, .. } => Some(specifier.to_string()),
            _ => None,
        }
    }

    /// The variable of a name, made when it is first met.
    fn variable(&mut self, name: &str) -> SymbolId {
        let name = name.trim_start_matches(['$', '&']);
        if self.sees_around.last() == Some(&true)
            && let Some(known) = self.lower.lookup(name)
        {
            return known;
        }
        self.lower.declare(name)
    }

    fn statement(&mut self, node: Node<'_>) {
        if self.lower.dive() {
            self.statement_inner(node);
            self.lower.rise();
        }
    }

    fn statements(&mut self, node: Node<'_>) {
        for child in Lower::children(node) {
            self.statement(child);
        }
    }

    fn statement_inner(&mut self, node: Node<'_>) {
        match node.kind() {
            "php_tag"
            | "text"
            | "namespace_use_declaration"
            | "namespace_name"
            | "empty_statement"
            | "text_interpolation" => {}
            "function_definition" => {
                let name = self.text_of(node, "name");
                let function = self.function(node, Some(name), false);
                let value = self.push(ExprKind::Function(function), node);
                let symbol = self.named(name);
                self.lower.builder.define(symbol, value);
                self.lower.builder.export(name, value);
            }
            "class_declaration" | "interface_declaration" | "trait_declaration" | "enum_declaration" => {
                self.class_declaration(node);
            }
            "const_declaration" => {
                for (name, value) in self.constants(node) {
                    self.lower.builder.export(&name, value);
                    let symbol = self.named(&name);
                    self.lower.builder.define(symbol, value);
                }
            }
            "return_statement" => {
                if let Some(value) = node.named_child(0) {
                    let value = self.value(value);
                    self.lower.builder.returns(value);
                }
            }
            "echo_statement" => {
                for child in Lower::children(node) {
                    self.shown(child, "echo");
                }
            }
            "expression_statement" if self.is_template_echo(node) => {
                for child in Lower::children(node) {
                    self.shown(child, "echo");
                }
            }
            "foreach_statement" => self.foreach(node),
            "if_statement" | "while_statement" | "do_statement" | "else_if_clause" | "for_statement"
            | "switch_statement" => {
                let condition = self.field(node, "condition");
                if let Some(condition) = condition {
                    self.condition(condition);
                }
                for child in Lower::children(node) {
                    if Some(child) != condition {
                        self.statement(child);
                    }
                }
            }
            "catch_clause" => {
                if let Some(body) = self.field(node, "body") {
                    self.statement(body);
                }
            }
            "global_declaration" => {
                // The variable of that name outside all functions is not followed.
            }
            "function_static_declaration" => {
                for declaration in Lower::children(node) {
                    let symbol = self.variable(self.text_of(declaration, "name"));
                    if let Some(value) = self.field(declaration, "value") {
                        let value = self.value(value);
                        self.lower.builder.define(symbol, value);
                    }
                }
            }
            kind if kind.ends_with("_statement")
                || kind.ends_with("_clause")
                || matches!(
                    kind,
                    "namespace_definition" | "colon_block" | "switch_block" | "sequence_expression"
                ) =>
            {
                self.statements(node);
            }
            _ => {
                self.value(node);
            }
        }
    }

    /// Whether a statement stands behind `<?=`.
    fn is_template_echo(&self, node: Node<'_>) -> bool {
        let tag = node.prev_sibling().and_then(|before| match before.kind() {
            "php_tag" => Some(before),
            "text_interpolation" => Lower::children(before).pop().filter(|t| t.kind() == "php_tag"),
            _ => None,
        });
        tag.is_some_and(|t| self.lower.text(t).starts_with("<?="))
    }

    /// `foreach ($users as $key => $user)`
    fn foreach(&mut self, node: Node<'_>) {
        let body = self.field(node, "body");
        let children: Vec<Node<'_>> =
            Lower::children(node).into_iter().filter(|c| Some(*c) != body).collect();
        if let [list, target, ..] = children.as_slice() {
            let list = self.value(*list);
            let item = self.push(ExprKind::Element(list), *target);
            let target = match target.kind() {
                "pair" => {
                    let pair = Lower::children(*target);
                    if let Some(key) = pair.first() {
                        let under = self.push(ExprKind::Item { object: item, index: KEY_OF_ITEM }, *key);
                        self.assign(*key, under);
                    }
                    pair.into_iter().nth(1)
                }
                _ => Some(*target),
            };
            if let Some(target) = target {
                self.assign(target, item);
            }
        }
        if let Some(body) = body {
            self.statement(body);
        }
    }

    /// A function, method or closure, with its body.
    fn function(&mut self, node: Node<'_>, name: Option<&str>, sees_around: bool) -> FunctionId {
        let class = self.lower.class;
        // What a closure takes along is read where it is made.
        let taken: Vec<(Node<'_>, SymbolId)> = Lower::children(node)
            .into_iter()
            .filter(|c| c.kind() == "anonymous_function_use_clause")
            .flat_map(Lower::children)
            .map(|c| (c, self.variable(self.lower.text(c))))
            .collect();
        let function = self.lower.builder.enter(name, class, Lower::span(node));
        self.lower.open();
        self.sees_around.push(sees_around);
        for (node, outer) in taken {
            let value = self.push(ExprKind::Local(outer), node);
            let symbol = self.lower.declare(self.lower.text(node).trim_start_matches(['$', '&']));
            self.lower.builder.define(symbol, value);
        }
        if let Some(parameters) = self.field(node, "parameters") {
            self.parameters(parameters);
        }
        if let Some(body) = self.field(node, "body") {
            if body.kind() == "compound_statement" {
                self.statements(body);
            } else {
                let value = self.value(body);
                self.lower.builder.returns(value);
            }
        }
        self.sees_around.pop();
        self.lower.close();
        self.lower.builder.leave();
        function
    }

    fn parameters(&mut self, list: Node<'_>) {
        for item in Lower::children(list) {
            if !item.kind().ends_with("_parameter") {
                continue;
            }
            let name = self.text_of(item, "name").trim_start_matches(['$', '&', '.']);
            let declared = self.field(item, "type").and_then(|t| self.type_name(t));
            let rest = item.kind() == "variadic_parameter";
            let parameter = Parameter { name: name.into(), type_name: declared.clone(), rest };
            let mut value = self.lower.builder.parameter(parameter, Lower::span(item));
            if item.kind() == "property_promotion_parameter"
                && let Some(class) = self.lower.class
                && let Some(class) = self.lower.builder.class_mut(class)
            {
                class.fields.push((name.into(), value));
                if let Some(declared) = &declared {
                    class.field_types.push((name.into(), declared.clone()));
                }
            }
            if let Some(fallback) = self.field(item, "default_value") {
                let fallback = self.value(fallback);
                let kind = ExprKind::Choice(ChoiceKind::Default, vec![value, fallback]);
                value = self.push(kind, item);
            }
            let symbol = self.lower.declare(name);
            self.lower.builder.define(symbol, value);
            self.lower.builder.set_type(symbol, declared);
        }
    }

    /// The name of a type: `?User` and `User|null` are `User`.
    fn type_name(&self, node: Node<'_>) -> Option<Box<str>> {
        match node.kind() {
            "named_type" => {
                let text = self.lower.text(node);
                let last = text.rsplit('\\').next().unwrap_or(text);
                (!matches!(last, "self" | "static" | "stdClass")).then(|| last.into())
            }
            "optional_type" | "union_type" | "intersection_type" => {
                Lower::children(node).into_iter().find_map(|c| self.type_name(c))
            }
            _ => None,
        }
    }
}
