//! Go: the file's names and its statements. What defines variables stands in `bindings`, functions in
//! `functions`, types in `types`, expressions in `expressions`, calls in `calls`.
//!
//! A package's files see each other's names, so every top-level name is exported; a type's methods may
//! stand in any of them, so its class is a part. Several results are a list that the function returns.

mod bindings;
mod calls;
mod expressions;
mod functions;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::Lower;
use crate::program::{ClassId, ExprId, ExprKind, SymbolId};

/// The state of lowering one file.
struct Go<'l, 't> {
    lower: &'l mut Lower<'t>,
    /// The part of a type that stands in this file.
    classes: BTreeMap<Box<str>, ClassId>,
    /// Names of methods' receivers, innermost last; empty outside methods.
    receivers: Vec<Option<SymbolId>>,
    /// Variables that point at something which a call can fill.
    pointers: BTreeSet<SymbolId>,
    /// Variables that are channels.
    channels: BTreeSet<SymbolId>,
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
        channels: BTreeSet::new(),
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
                for part in Lower::misfits(node) {
                    self.statement(part);
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
            "block" | "ERROR" => self.block(node),
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
    use super::package_names;

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
}
