//! From tree-sitter trees to programs: what the languages share, and one file for each.
//!
//! A language's file holds only what is particular to it: which node is a call, an assignment, a class.
//! Names, scopes and bounds are handled here.

mod classes;
mod csharp;
mod format;
mod go;
mod java;
mod kotlin;
mod php;
mod python;
mod ruby;

use std::collections::BTreeMap;
use std::sync::Arc;

use tree_sitter::{Node, Tree};

use super::grammar::Language;
use super::outcome::outcome;
use crate::program::{self, Builder, ClassId, ExprId, ExprKind, Module, SymbolId};
use crate::text::{SourceFile, Span};

/// Deeper nodes than this are left out; real code stays far below.
const MAX_DEPTH: u32 = 1_000;

/// Lowers a file, when this version follows accesses in its language.
#[must_use]
pub fn program(language: Language, tree: &Tree, file: &SourceFile) -> Option<Module> {
    let (dialect, lower): (program::Language, fn(&mut Lower<'_>, Node<'_>)) = match language {
        Language::Python => (program::Language::Python, python::lower),
        Language::CSharp => (program::Language::CSharp, csharp::lower),
        Language::Java => (program::Language::Java, java::lower),
        Language::Kotlin => (program::Language::Kotlin, kotlin::lower),
        Language::Ruby => (program::Language::Ruby, ruby::lower),
        Language::Go => (program::Language::Go, go::lower),
        Language::Php => (program::Language::Php, php::lower),
    };
    let root = tree.root_node();
    let mut context = Lower::new(dialect, file);
    lower(&mut context, root);
    Some(context.builder.finish())
}

/// Whether accesses in a language are followed.
#[must_use]
pub fn follows(language: Language) -> bool {
    matches!(
        language,
        Language::Python
            | Language::Ruby
            | Language::CSharp
            | Language::Java
            | Language::Kotlin
            | Language::Go
            | Language::Php
    )
}

/// The state of lowering one file.
pub(super) struct Lower<'t> {
    pub(super) builder: Builder,
    text: &'t str,
    /// Variables by name, innermost scope last.
    scopes: Vec<BTreeMap<Box<str>, SymbolId>>,
    /// The class whose members are being lowered, with the names of its fields and methods.
    pub(super) class: Option<ClassId>,
    /// Names that mean a member of the class when no variable has them, for languages that leave out
    /// `this`.
    pub(super) members: Vec<Box<str>>,
    /// The classes around the cursor, for languages whose classes nest.
    classes: Vec<classes::Open>,
    /// The package or namespace of what is being lowered.
    package: String,
    /// The declared results of the functions around the cursor.
    results: Vec<Option<Box<str>>>,
    /// What `?.` is asked on and where that starts, innermost last.
    receivers: Vec<(ExprId, usize)>,
    depth: u32,
}

impl<'t> Lower<'t> {
    fn new(language: program::Language, file: &'t SourceFile) -> Self {
        let body = Span::new(0, file.text.len());
        Self {
            builder: Builder::new(language, Arc::clone(&file.path), body),
            text: &file.text,
            scopes: vec![BTreeMap::new()],
            class: None,
            members: Vec::new(),
            classes: Vec::new(),
            package: String::new(),
            results: Vec::new(),
            receivers: Vec::new(),
            depth: 0,
        }
    }

    /// The source text of a node.
    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// Notes a condition, and which branch is taken when a request failed, when it says so.
    pub(super) fn test(&mut self, condition: Node<'_>, id: ExprId) {
        self.builder.test(id);
        let Some(well) = outcome(self.text(condition)) else { return };
        let Some(around) = condition.parent() else { return };
        let field = |name: &str| around.child_by_field_name(name);
        let failed = if well { field("alternative") } else { field("consequence").or_else(|| field("body")) };
        if let Some(branch) = failed {
            self.builder.fails(id, Self::span(branch));
        }
    }

    /// The span of a node.
    pub(super) fn span(node: Node<'_>) -> Span {
        Span::new(node.start_byte(), node.end_byte())
    }

    /// Runs `inner` one level deeper, unless that is too deep: then the node becomes an operation
    /// without operands.
    pub(super) fn deeper(&mut self, node: Node<'_>, inner: impl FnOnce(&mut Self) -> ExprId) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.builder.push(ExprKind::Operation(Vec::new()), Self::span(node));
        }
        self.depth += 1;
        let id = inner(self);
        self.depth -= 1;
        id
    }

    /// Goes one level deeper, unless that is too deep; `rise` comes back.
    pub(super) fn dive(&mut self) -> bool {
        let fits = self.depth < MAX_DEPTH;
        self.depth += u32::from(fits);
        fits
    }

    /// Comes back from `dive`.
    pub(super) fn rise(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// As `deeper`, for what has no value.
    pub(super) fn descend(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            inner(self);
            self.depth -= 1;
        }
    }

    /// Opens a scope.
    pub(super) fn open(&mut self) {
        self.scopes.push(BTreeMap::new());
    }

    /// Closes the innermost scope.
    pub(super) fn close(&mut self) {
        if self.scopes.len() > 1 {
            self.scopes.pop();
        }
    }

    /// The variable of that name in the innermost scope, made there when it is not there yet.
    pub(super) fn declare(&mut self, name: &str) -> SymbolId {
        if let Some(known) = self.scopes.last().and_then(|s| s.get(name)) {
            return *known;
        }
        let symbol = self.builder.symbol(name);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.into(), symbol);
        }
        symbol
    }

    /// The variable that a name means, if any scope has it.
    pub(super) fn lookup(&self, name: &str) -> Option<SymbolId> {
        self.scopes.iter().rev().find_map(|s| s.get(name)).copied()
    }

    /// A name that is read: a variable, a member of the class around it, or a free name.
    pub(super) fn name(&mut self, name: &str, span: Span) -> ExprId {
        if let Some(symbol) = self.lookup(name) {
            return self.builder.push(ExprKind::Local(symbol), span);
        }
        if self.class.is_some() && self.members.iter().any(|m| **m == *name) {
            let object = self.builder.push(ExprKind::This, span);
            return self.member(object, name, span);
        }
        if let Some(object) = self.owner(name, span) {
            return self.member(object, name, span);
        }
        self.builder.push(ExprKind::Global(name.into()), span)
    }

    /// `object.property`.
    pub(super) fn member(&mut self, object: ExprId, property: &str, span: Span) -> ExprId {
        let kind = ExprKind::Member { object, property: property.into(), optional: false, default: false };
        self.builder.push(kind, span)
    }

    /// Something whose value says nothing.
    pub(super) fn constant(&mut self, node: Node<'_>) -> ExprId {
        self.builder.push(ExprKind::Constant, Self::span(node))
    }

    /// What the parser could not fit into a node, although it stands in it: statements for the most part, which
    /// are what they are nevertheless.
    pub(super) fn misfits<'n>(node: Node<'n>) -> Vec<Node<'n>> {
        if !node.has_error() {
            return Vec::new();
        }
        Self::children(node).into_iter().filter(|n| n.is_error()).collect()
    }

    /// The named children of a node, at most as many as a real file has. What could not be fitted in is among them
    /// when there is something in it.
    pub(super) fn children<'n>(node: Node<'n>) -> Vec<Node<'n>> {
        let mut cursor = node.walk();
        let counts = |n: &Node<'n>| if n.is_error() { n.named_child_count() > 0 } else { !n.is_extra() };
        node.named_children(&mut cursor).filter(counts).take(50_000).collect()
    }
}
