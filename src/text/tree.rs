//! The spanned tree that YAML and JSON files become.
//!
//! Keys keep their order and duplicates are refused by the readers, so a lookup has one answer.

use std::collections::BTreeSet;

use super::span::Span;

/// The longest text that is read as YAML or JSON, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The most values that one text may hold, aliases unfolded.
pub const MAX_NODES: usize = 50_000;
/// How deep values may nest.
pub const MAX_DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands. For a YAML alias: the place of use.
    pub span: Span,
}

/// The kinds of value that both data languages share.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Null, or nothing at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, unescaped.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Why a text could not be read as YAML or JSON. The user's mistake, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do about it, when that can be said.
    pub help: Option<String>,
}

impl SyntaxError {
    /// An error at `span`.
    pub(crate) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, help: None }
    }

    /// Adds what to do about it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Refuses a text that is longer than any manifest, before a reader spends time on it.
pub(crate) fn check_length(text: &str) -> Result<(), SyntaxError> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("larger than {} MB, the most that is read of such a file", MAX_BYTES / 1024 / 1024);
    Err(SyntaxError::new(message, Span::at(0)))
}

/// Refuses a tree with a key twice, too many values or too deep nesting.
pub(crate) fn check(root: &Node) -> Result<(), SyntaxError> {
    check_below(root, 1, &mut 0)
}

fn check_below(node: &Node, depth: usize, seen: &mut usize) -> Result<(), SyntaxError> {
    *seen += 1;
    if *seen > MAX_NODES {
        return Err(SyntaxError::new(format!("more than {MAX_NODES} values"), node.span));
    }
    // The recursion is bounded by this, and before it by the readers.
    if depth > MAX_DEPTH {
        return Err(SyntaxError::new(format!("nested deeper than {MAX_DEPTH} levels"), node.span));
    }
    let mut keys = BTreeSet::new();
    for entry in node.entries() {
        if !keys.insert(entry.key.as_str()) {
            let key = super::redact::one_line(&entry.key, 60);
            return Err(SyntaxError::new(format!("the key `{key}` is there twice"), entry.key_span)
                .with_help("keep one of the two"));
        }
        check_below(&entry.value, depth + 1, seen)?;
    }
    node.items().iter().try_for_each(|item| check_below(item, depth + 1, seen))
}

impl Node {
    /// The value under `key`, when this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|e| &e.value)
    }

    /// The entry under `key`, when this is a mapping that has it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|e| e.key == key)
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping; none for any other value.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; none for any other value.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(s) = &self.value { Some(s) } else { None }
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(b) = &self.value { Some(*b) } else { None }
    }

    /// What kind of value this is, in words for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
