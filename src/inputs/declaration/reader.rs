//! Reads single values of the declaration: the right kind, the right words, the right form, and what to
//! say when they are not. Knows the format's types, but not what the declaration means.

use std::collections::BTreeMap;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::format::{Form, Formed};
use super::generate::{self, Keys};
use super::nearest::nearest;
use crate::facts::{InputKind, Located, Problem};
use crate::text::redact::one_line;
use crate::text::{Entry, Node, SourceFile, Span, Value};

/// More problems than this are counted but not told one by one: nobody reads them, and a hostile file
/// could ask for millions.
pub(super) const MAX_PROBLEMS: usize = 50;

/// More items of a list, or keys of a mapping, than this are not read.
pub(super) const MAX_ITEMS: usize = 500;

/// Collects problems while values are read.
pub(super) struct Reader<'f> {
    file: &'f SourceFile,
    problems: Vec<Problem>,
    keys: BTreeMap<String, Rc<Keys>>,
    patterns: BTreeMap<&'static str, Rc<regex::Regex>>,
    /// Every key of the format with the section it belongs to, for keys that stand in the wrong place.
    homes: &'f [(&'static str, Vec<String>)],
}

/// A mapping whose keys were checked.
pub(super) struct Section<'n> {
    node: &'n Node,
    keys: Rc<Keys>,
}

impl<'n> Section<'n> {
    /// The value under a key of the format.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        debug_assert!(self.keys.all.iter().any(|k| k == key), "`{key}` is not in the schema");
        self.node.get(key)
    }
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f SourceFile, homes: &'f [(&'static str, Vec<String>)]) -> Self {
        Self { file, problems: Vec::new(), keys: BTreeMap::new(), patterns: BTreeMap::new(), homes }
    }

    /// The problems, in the order of the file.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        let more = self.problems.len().saturating_sub(MAX_PROBLEMS);
        self.problems.sort();
        if more > 0 {
            self.problems.truncate(MAX_PROBLEMS);
            let place = self.file.place(Span::default());
            let message = format!("{more} or more further problems are not listed");
            self.problems.push(Problem {
                place,
                input: InputKind::Declaration,
                message,
                help: Some("mend the problems above first".to_owned()),
                matters: true,
            });
        }
        self.problems
    }

    pub(super) fn problem(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        // Twice the limit, so that sorting still finds the first ones of a file of ordinary length.
        if self.problems.len() < 2 * MAX_PROBLEMS {
            self.problems.push(Problem {
                place: self.file.place(span),
                input: InputKind::Declaration,
                message: message.into(),
                help: Some(help.into()),
                matters: true,
            });
        }
    }

    pub(super) fn located<T>(&self, node: &Node, value: T) -> Located<T> {
        Located { value, place: self.file.place(node.span) }
    }

    pub(super) fn place(&self, span: Span) -> crate::text::Place {
        self.file.place(span)
    }

    /// A value of the wrong kind.
    pub(super) fn wrong_kind(&mut self, node: &Node, path: &str, wanted: &str, help: impl Into<String>) {
        let message = match &node.value {
            Value::Null => format!("`{path}` has no value"),
            _ => format!("`{path}` is {}, and must be {wanted}", node.kind()),
        };
        let help = help.into();
        let help =
            if matches!(node.value, Value::Null) { format!("{help}, or remove the line") } else { help };
        self.problem(node.span, message, help);
    }

    /// The mapping of the section `T`, with its keys checked. `example` is a line of it to copy.
    pub(super) fn section<'n, T: JsonSchema>(
        &mut self,
        node: &'n Node,
        path: &str,
        example: &str,
    ) -> Option<Section<'n>> {
        let Value::Map(entries) = &node.value else {
            self.wrong_kind(node, path, "a mapping", format!("write `{example}` below it, indented"));
            return None;
        };
        let name = T::schema_name().into_owned();
        let keys = Rc::clone(self.keys.entry(name).or_insert_with(|| Rc::new(generate::keys::<T>())));
        for entry in self.bounded(entries, path, node.span) {
            if !keys.all.contains(&entry.key) {
                self.unknown_key(entry, path, &keys.all);
            }
        }
        for key in keys.required.iter().filter(|key| node.get(key).is_none()) {
            self.problem(
                node.span,
                format!("{} has no `{key}`", described(path)),
                format!("add `{}`", key_example(key)),
            );
        }
        Some(Section { node, keys })
    }

    fn unknown_key(&mut self, entry: &Entry, path: &str, known: &[String]) {
        let help = match nearest(&entry.key, known) {
            Some(near) => format!("write `{near}`"),
            None => match self.homes.iter().find(|(_, keys)| keys.contains(&entry.key)) {
                Some((home, _)) => format!("`{}` belongs under {}", entry.key, described(home)),
                None => format!("known keys here: {}", listed(known)),
            },
        };
        self.problem(
            entry.key_span,
            format!("unknown key {} in {}", shown(&entry.key), described(path)),
            help,
        );
    }

    /// At most `MAX_ITEMS` of `items`; says so when there are more.
    pub(super) fn bounded<'n, I>(&mut self, items: &'n [I], path: &str, span: Span) -> &'n [I] {
        if items.len() > MAX_ITEMS {
            self.problem(
                span,
                format!("{} has {} entries, and {MAX_ITEMS} are read", described(path), items.len()),
                "leave the others out",
            );
        }
        items.get(..MAX_ITEMS).unwrap_or(items)
    }

    /// The items of a list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, path: &str, example: &str) -> Option<&'n [Node]> {
        let Value::List(items) = &node.value else {
            self.wrong_kind(node, path, "a list", format!("write `{example}`"));
            return None;
        };
        Some(self.bounded(items, path, node.span))
    }

    /// Says which items of a list stand there twice.
    pub(super) fn unique(&mut self, items: &[Located<String>], path: &str) {
        let mut seen = std::collections::BTreeSet::new();
        for item in items {
            if !seen.insert(item.value.as_str()) {
                self.problem(
                    item.place.span,
                    format!("{} stands twice in `{path}`", shown(&item.value)),
                    "remove one of them",
                );
            }
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, node: &Node, path: &str) -> Option<Located<bool>> {
        match node.as_bool() {
            Some(flag) => Some(self.located(node, flag)),
            None => {
                self.wrong_kind(node, path, "`true` or `false`", "write `true` or `false`, without quotes");
                None
            }
        }
    }

    /// A text with a form.
    pub(super) fn text<T: Formed>(&mut self, node: &Node, path: &str) -> Option<Located<String>> {
        let Form { pattern, what, examples } = T::FORM;
        let example = examples.first().copied().unwrap_or_default();
        let Value::String(text) = &node.value else {
            let help = match &node.value {
                Value::Number(text) if self.pattern(pattern).is_match(text) => format!("write `\"{text}\"`"),
                _ => format!("write {what}, such as `{example}`"),
            };
            self.wrong_kind(node, path, "a text", help);
            return None;
        };
        if !self.pattern(pattern).is_match(text) {
            let message = match text.trim() {
                "" => format!("`{path}` is empty"),
                _ => format!("`{path}` is {}, and must be {what}", shown(text)),
            };
            self.problem(node.span, message, format!("write {what}, such as `{example}`"));
            return None;
        }
        Some(self.located(node, text.clone()))
    }

    /// The pattern, compiled once.
    pub(super) fn pattern(&mut self, pattern: &'static str) -> Rc<regex::Regex> {
        let compile = || Rc::new(regex::Regex::new(pattern).expect("the forms are compiled by a test"));
        Rc::clone(self.patterns.entry(pattern).or_insert_with(compile))
    }

    /// A word of the vocabulary `T`.
    pub(super) fn word<T>(&mut self, node: &Node, path: &str) -> Option<Located<T>>
    where
        T: JsonSchema + for<'w> Deserialize<'w>,
    {
        let value = node.as_str().and_then(generate::from_word::<T>);
        if value.is_none() {
            self.unknown_word(node, path, &generate::words::<T>());
        }
        value.map(|value| self.located(node, value))
    }

    /// A word that is not among `known`.
    pub(super) fn unknown_word(&mut self, node: &Node, path: &str, known: &[String]) {
        let Some(text) = node.as_str() else {
            self.wrong_kind(node, path, "a word", format!("write one of {}", listed(known)));
            return;
        };
        let help = match nearest(text, known) {
            Some(near) => format!("write `{near}`"),
            None => format!("write one of {}", listed(known)),
        };
        self.problem(node.span, format!("unknown word {} in `{path}`", shown(text)), help);
    }
}

/// A user's text for a message: short, on one line, without whole addresses.
pub(super) fn shown(text: &str) -> String {
    format!("`{}`", one_line(text, 60))
}

/// A section's name for a message.
fn described(path: &str) -> String {
    if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") }
}

fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    words.join(", ")
}

/// A line to copy for a key that is missing.
fn key_example(key: &str) -> String {
    match key {
        "version" => "version: 1".to_owned(),
        "functionality" => "functionality: error-reports".to_owned(),
        _ => format!("{key}: …"),
    }
}
