//! From the pieces of a template to a module.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scan::Piece;
use super::styles::{INCLUDES, Style};
use super::words::{Path, Root, Step, Word, paths, words};
use crate::program::{
    Builder, CallKind, ChoiceKind, ExprId, ExprKind, Language, Markup, Module, Parameter, SymbolId,
};
use crate::text::{SourceFile, Span};

/// Blocks inside blocks.
const MAX_BLOCKS: usize = 200;
/// Variables that a template taken in sees.
const MAX_SEEN: usize = 40;

/// Makes the module; `None` when nothing is shown and nothing taken in.
pub(super) fn module(file: &SourceFile, style: &Style, pieces: &[Piece]) -> Option<Module> {
    let whole = Span::new(0, file.text.len());
    let mut builder = Builder::new(Language::Template, Arc::clone(&file.path), whole);
    builder.enter(Some("template"), None, whole);
    let top = Span::new(0, 0);
    let root =
        builder.parameter(Parameter { type_name: declared_type(&file.text), ..Parameter::default() }, top);
    let mut build = Build {
        text: &file.text,
        mixed: style.mixed,
        builder,
        root,
        symbols: BTreeMap::new(),
        blocks: Vec::new(),
        useful: false,
    };
    for piece in pieces {
        match piece {
            Piece::Shows(span) => build.shows(*span),
            Piece::Steers(span) => build.steers(*span),
        }
    }
    build.builder.leave();
    build.useful.then(|| build.builder.finish())
}

/// What `@model List<Users.Person>` says of a Razor page: `Users.Person`.
fn declared_type(text: &str) -> Option<Box<str>> {
    let line = text.lines().take(200).find_map(|l| l.trim().strip_prefix("@model "))?;
    let inner = line.rsplit('<').next().unwrap_or(line).trim_end_matches(['>', '?', ';', ' ']);
    let inner = inner.trim_end_matches("[]").rsplit(',').next().unwrap_or(inner).trim();
    let name = inner.rsplit('.').next().unwrap_or(inner);
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).then(|| name.into())
}

/// A block that changes what names mean.
struct Block {
    /// What it is about; `None` when that stays what it was.
    about: Option<ExprId>,
}

struct Build<'t> {
    text: &'t str,
    mixed: bool,
    builder: Builder,
    root: ExprId,
    symbols: BTreeMap<String, SymbolId>,
    blocks: Vec<Block>,
    useful: bool,
}

impl Build<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn shows(&mut self, span: Span) {
        let text = self.slice(span).to_owned();
        let start = span.start as usize;
        if self.takes_in(&words(&text, start), span) {
            return;
        }
        let children: Vec<ExprId> = paths(&text, start).iter().map(|p| self.path(p)).collect();
        if children.is_empty() {
            return;
        }
        self.useful = true;
        let markup = Markup { component: None, attributes: Vec::new(), children };
        self.builder.push(ExprKind::Markup(Box::new(markup)), span);
    }

    /// What a path reads.
    fn path(&mut self, path: &Path) -> ExprId {
        let span = path.span;
        let mut value = match &path.root {
            Root::Top => self.root,
            Root::Dot => self.about(),
            Root::Name(name) => match self.symbols.get(name.as_str()) {
                Some(symbol) => self.builder.push(ExprKind::Local(*symbol), span),
                None if is_model(name) => self.root,
                None if is_bag(name) => self.root,
                None => {
                    let whole = self.member(self.root, name, span);
                    let about = self.about();
                    if about == self.root {
                        whole
                    } else {
                        let inner = self.member(about, name, span);
                        self.builder.push(ExprKind::Choice(ChoiceKind::Either, vec![inner, whole]), span)
                    }
                }
            },
        };
        for step in &path.steps {
            value = match step {
                Step::Member(name) => self.member(value, name, span),
                Step::Element => self.builder.push(ExprKind::Element(value), span),
                Step::Call => {
                    let kind = ExprKind::Call {
                        callee: value,
                        arguments: Box::default(),
                        named: Box::default(),
                        kind: CallKind::Call,
                    };
                    self.builder.push(kind, span)
                }
            };
        }
        value
    }

    fn member(&mut self, object: ExprId, property: &str, span: Span) -> ExprId {
        let kind = ExprKind::Member { object, property: property.into(), optional: false, default: false };
        self.builder.push(kind, span)
    }

    /// What the block around is about.
    fn about(&self) -> ExprId {
        self.blocks.iter().rev().find_map(|b| b.about).unwrap_or(self.root)
    }

    fn define(&mut self, name: &str, value: ExprId) {
        let symbol = match self.symbols.get(name) {
            Some(symbol) => *symbol,
            None => {
                let symbol = self.builder.symbol(name);
                self.symbols.insert(name.to_owned(), symbol);
                symbol
            }
        };
        self.builder.define(symbol, value);
    }

    fn element(&mut self, value: ExprId, span: Span) -> ExprId {
        self.builder.push(ExprKind::Element(value), span)
    }

    fn steers(&mut self, span: Span) {
        let text = self.slice(span).to_owned();
        if let Some((name, value)) = text.split_once("=\"").or_else(|| text.split_once("='"))
            && matches!(name, "each" | "object" | "with" | "replace" | "insert" | "include")
        {
            let start = span.start as usize + name.len() + 2;
            return self.attribute(name, value, start, span);
        }
        let words = words(&text, span.start as usize);
        if self.mixed && self.block(&text, &words, span) {
            return;
        }
        if self.takes_in(&words, span) {
            return;
        }
        self.binds(&text, &words, span);
    }

    /// `{{#each users}}`, `{{range .Users}}`, `{{end}}`: blocks that change what names mean.
    fn block(&mut self, text: &str, words: &[Word], span: Span) -> bool {
        let text = text.trim_start_matches(['~', '-', ' ', '\t', '\n', '\r']);
        let first: String = text
            .trim_start_matches(['#', '^', '/'])
            .chars()
            .take_while(|c| c.is_ascii_alphabetic())
            .collect();
        if text.starts_with('/') || (first == "end" && !text.starts_with('#')) {
            self.blocks.pop();
            return true;
        }
        let section = text.starts_with('#') || text.starts_with('^');
        let opens = section || matches!(first.as_str(), "range" | "with" | "if" | "block" | "define");
        if !opens || self.blocks.len() >= MAX_BLOCKS {
            return false;
        }
        // `{{#each users as |user|}}`, `{{range $i, $user := .Users}}`
        let list = words.iter().rev().find_map(|w| match w {
            Word::Path(path) if !matches!(&path.root, Root::Name(n) if path.steps.is_empty() && *n == first) => {
                Some(path.clone())
            }
            // A word that steers elsewhere is a name behind `{{#`.
            _ => None,
        });
        let changes =
            section && !matches!(first.as_str(), "if" | "unless") || matches!(&*first, "range" | "with");
        let Some(list) = list.or_else(|| section.then(|| named(&first, span))).filter(|_| changes) else {
            self.blocks.push(Block { about: None });
            return true;
        };
        let whole = self.path(&list);
        let element = if first == "with" { whole } else { self.element(whole, span) };
        for word in words {
            if let Word::Key(name) = word {
                self.define(name, element);
            }
        }
        let assigned = words.iter().position(|w| matches!(w, Word::Sign(s) if s == ":="));
        for word in words.iter().take(assigned.unwrap_or(0)) {
            if let Word::Path(Path { root: Root::Name(name), .. }) = word {
                self.define(name, element);
            }
        }
        self.blocks.push(Block { about: Some(element) });
        true
    }

    /// `{% include "card.html" %}`, `@include('card', [...])`, `<%= render "card", user: user %>`.
    fn takes_in(&mut self, words: &[Word], span: Span) -> bool {
        let name = words.iter().take(4).find_map(|w| match w {
            Word::Function(name) | Word::Sign(name) | Word::Key(name) => Some(name.as_str()),
            Word::Path(Path { root: Root::Name(name), steps, .. }) => {
                Some(steps.last().map_or(name.as_str(), |s| match s {
                    Step::Member(m) => m.as_str(),
                    _ => name.as_str(),
                }))
            }
            _ => None,
        });
        let template = words.iter().find_map(|w| match w {
            Word::Text(text) => Some(text.clone()),
            _ => None,
        });
        let partial = matches!(words.first(), Some(Word::Sign(s)) if s == ">");
        let template = match (template, words.get(1)) {
            (Some(template), _) => template,
            // `{{> card}}`
            (None, Some(Word::Path(Path { root: Root::Name(name), steps, .. }))) if partial => {
                let members = steps.iter().filter_map(|s| match s {
                    Step::Member(m) => Some(m.as_str()),
                    _ => None,
                });
                std::iter::once(name.as_str()).chain(members).collect::<Vec<_>>().join("/")
            }
            _ => return false,
        };
        if !partial && !name.is_some_and(|n| INCLUDES.contains(&n)) {
            return false;
        }
        self.useful = true;
        let arguments = vec![self.builder.push(ExprKind::Text(template.into()), span)];
        let mut named: Vec<(Box<str>, ExprId)> = Vec::new();
        let mut key: Option<&str> = None;
        let mut whole: Vec<ExprId> = Vec::new();
        for word in words {
            match word {
                Word::Key(name) => key = Some(name),
                Word::Text(text) if text.chars().all(|c| c.is_alphanumeric() || c == '_') => key = Some(text),
                Word::Path(path) => {
                    let value = self.path(path);
                    match key.take() {
                        // `collection: @users` fills in one after the other.
                        Some("collection") => whole.push(self.element(value, span)),
                        Some(name) => named.push((name.into(), value)),
                        None => whole.push(value),
                    }
                }
                _ => {}
            }
        }
        // What is taken in sees the variables around it, and what the block is about.
        for (name, symbol) in self.symbols.clone().into_iter().take(MAX_SEEN) {
            let value = self.builder.push(ExprKind::Local(symbol), span);
            named.push((name.into(), value));
        }
        let about = self.about();
        let mut arguments = arguments;
        arguments.push(about);
        arguments.extend(whole);
        let callee = self.builder.push(ExprKind::Global("include".into()), span);
        self.builder.push(
            ExprKind::Call { callee, arguments: arguments.into(), named: named.into(), kind: CallKind::Call },
            span,
        );
        true
    }

    /// Loops and assignments that give names.
    fn binds(&mut self, text: &str, words: &[Word], span: Span) {
        let sign = |w: &Word, all: &[&str]| matches!(w, Word::Sign(s) if all.contains(&s.as_str()));
        let name_of = |w: &Word| match w {
            Word::Path(Path { root: Root::Name(name), steps, .. }) if steps.is_empty() => Some(name.clone()),
            Word::Key(name) => Some(name.clone()),
            _ => None,
        };
        let path_of = |w: &Word| match w {
            Word::Path(path) => Some(path.clone()),
            _ => None,
        };
        // `items="${users}" var="user"`, `from=$users item=user`
        if let Some((list, name)) = attributes(words, text) {
            let value = self.path(&list);
            let value = self.element(value, span);
            return self.define(&name, value);
        }
        // `for user in users`, `user of users`, `User user : users`, `users as $key => $user`
        for (i, word) in words.iter().enumerate() {
            let (before, after) =
                (words.get(..i).unwrap_or_default(), words.get(i + 1..).unwrap_or_default());
            let walks =
                sign(word, &["in", "of", ":"]) || (matches!(word, Word::Key(_)) && text.contains(" : "));
            if walks
                && let Some(list) = after.iter().find_map(path_of)
                && before.iter().chain(std::iter::once(word)).any(|w| name_of(w).is_some())
            {
                let value = self.path(&list);
                let value = self.element(value, span);
                for name in before.iter().rev().take(4).filter_map(name_of) {
                    self.define(&name, value);
                }
                return;
            }
            if sign(word, &["as"])
                && let Some(list) = before.iter().find_map(path_of)
            {
                let value = self.path(&list);
                let value = self.element(value, span);
                for name in after.iter().filter_map(name_of) {
                    self.define(&name, value);
                }
                return;
            }
        }
        // `users.each do |user|`, `users.forEach(user => {`, `users.forEach(function (user) {`
        if let Some(Word::Path(list)) = words.first()
            && let Some(Step::Member(walk)) = list.steps.iter().rev().find(|s| matches!(s, Step::Member(_)))
            && WALKS.contains(&walk.as_str())
        {
            let mut whole = list.clone();
            while let Some(step) = whole.steps.pop() {
                if matches!(&step, Step::Member(m) if m == walk) {
                    break;
                }
            }
            let value = self.path(&whole);
            let value = self.element(value, span);
            for name in words.iter().skip(1).filter_map(name_of).take(2) {
                self.define(&name, value);
            }
            return;
        }
        // `set x = y.z`, `x = y`
        let equals = words.iter().position(|w| sign(w, &["=", ":="]));
        if let Some(at) = equals
            && let Some(name) = words.get(..at).and_then(|w| w.iter().rev().find_map(name_of))
            && let Some(given) = words.get(at + 1..).and_then(|w| w.iter().find_map(path_of))
        {
            let value = self.path(&given);
            return self.define(&name, value);
        }
        // `set x=y`, `with x=y`
        for pair in words.windows(2) {
            if let [Word::Key(name), Word::Path(given)] = pair {
                let value = self.path(&given.clone());
                self.define(name, value);
            }
        }
    }

    /// `th:each="user : ${users}"`, `th:object="${user}"`, `th:replace="~{card :: card(${user})}"`.
    fn attribute(&mut self, name: &str, value: &str, start: usize, span: Span) {
        let mut words = words(value, start);
        match name {
            "object" => {
                let path = words.iter().find_map(|w| match w {
                    Word::Path(path) => Some(path.clone()),
                    _ => None,
                });
                // Its end is not looked for: forms are seldom one inside the other.
                if let Some(path) = path.filter(|_| self.blocks.len() < MAX_BLOCKS) {
                    let about = self.path(&path);
                    self.blocks.push(Block { about: Some(about) });
                }
            }
            "each" | "with" => self.binds(value, &words, span),
            _ => {
                let file = value.split("::").next().unwrap_or(value);
                let file = file.trim_matches(['~', '{', '}', ' ', '\'']);
                words.insert(0, Word::Text(file.to_owned()));
                words.insert(0, Word::Sign("include".to_owned()));
                self.takes_in(&words, span);
            }
        }
    }
}

/// Methods that walk a list.
const WALKS: &[&str] =
    &["each", "each_with_index", "map", "forEach", "each_slice", "find_each", "collect", "filter", "sort_by"];

/// Whether a name is the one of what a page is rendered with.
fn is_model(name: &str) -> bool {
    matches!(name, "Model" | "model")
}

/// Whether a name is the one of what a controller puts beside it.
fn is_bag(name: &str) -> bool {
    matches!(name, "ViewBag" | "ViewData" | "TempData")
}

/// A path of one name.
fn named(name: &str, span: Span) -> Path {
    Path { root: Root::Name(name.to_owned()), steps: Vec::new(), span }
}

/// The list and the name of a loop that is written with attributes.
fn attributes(words: &[Word], text: &str) -> Option<(Path, String)> {
    let start = text.trim_start();
    if !["c:forEach", "g:each", "foreach", "for "].iter().any(|n| start.starts_with(n)) {
        return None;
    }
    let mut list: Option<Path> = None;
    let mut name: Option<String> = None;
    for pair in words.windows(2) {
        let [Word::Key(key), value] = pair else { continue };
        match (key.as_str(), value) {
            ("var" | "item", Word::Text(text)) => name = Some(text.clone()),
            ("var" | "item", Word::Path(Path { root: Root::Name(text), .. })) => name = Some(text.clone()),
            ("from" | "in", Word::Path(path)) => list = Some(path.clone()),
            _ => {}
        }
    }
    if list.is_none() {
        // `items="${users}"`: what is filled into a text comes before it.
        let key = words.iter().position(|w| matches!(w, Word::Key(k) if k == "items" || k == "in"))?;
        list = words.iter().skip(key).find_map(|w| match w {
            Word::Path(path) => Some(path.clone()),
            _ => None,
        });
    }
    Some((list?, name?))
}
