//! Where a Forge manifest takes one more scope, and what takes a scope out of a manifest or a descriptor.
//!
//! The text around stays as it is, comments and all. Each edit is tried: the changed text is read again, and its
//! values are the old ones but for the scope.

use std::sync::Arc;

use crate::catalog::scopes::{CONNECT_EMAIL_SCOPE, Scopes};
use crate::facts::{AccessKind, Edits, Insertion, Manifest, ManifestKind};
use crate::findings::Edit;
use crate::text::{Node, SourceFile, Span, Value, json, yaml};

/// Scopes of one manifest for which it is tried to take them out; there are five that can be.
const MOST_REMOVED: usize = 10;
/// A name that no manifest has, for trying.
const PROBE: &str = "mailpermit-probe";

/// Finds the edits of a manifest. `calls`: whether the Email API is called, so that a scope may be missing.
pub(super) fn find(manifest: &Manifest, file: &SourceFile, calls: bool, edits: &mut Edits) {
    let email = |name: &str| match manifest.kind {
        ManifestKind::Forge => {
            Scopes::embedded().email_scope(name).is_some_and(|s| s.gives == AccessKind::EmailApi)
        }
        ManifestKind::Connect => name.eq_ignore_ascii_case(CONNECT_EMAIL_SCOPE),
    };
    let mut removable = manifest.scopes.iter().filter(|s| email(&s.value)).peekable();
    let adds = manifest.kind == ManifestKind::Forge && calls;
    if !adds && removable.peek().is_none() {
        return;
    }
    let Some(text) = Text::read(manifest.kind, file) else { return };
    if adds && let Some(insertion) = text.add() {
        edits.add_scope.insert(Arc::clone(&manifest.file), insertion);
    }
    for scope in removable.take(MOST_REMOVED) {
        if let Some(edit) = text.remove(scope.place.span) {
            edits.remove_scope.insert(scope.place.clone(), edit);
        }
    }
}

/// A manifest's text and tree.
struct Text<'a> {
    file: &'a SourceFile,
    kind: ManifestKind,
    root: Node,
    newline: &'static str,
}

impl<'a> Text<'a> {
    /// `None` for what is not YAML or JSON as it stands, such as a template.
    fn read(kind: ManifestKind, file: &'a SourceFile) -> Option<Self> {
        let root = parse(kind, &file.text)?;
        let newline = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
        Some(Self { file, kind, root, newline })
    }

    fn scopes(&self) -> Option<&Node> {
        match self.kind {
            ManifestKind::Forge => self.root.at(&["permissions", "scopes"]),
            ManifestKind::Connect => self.root.get("scopes"),
        }
    }

    /// Where one more scope goes.
    fn add(&self) -> Option<Insertion> {
        let (span, before, after) = match self.scopes().map(|s| (s, &s.value)) {
            Some((_, Value::List(items))) if !items.is_empty() => self.behind_item(items.last()?.span)?,
            Some((list, Value::List(_))) => {
                (Span::at(list.span.start as usize + 1), String::new(), String::new())
            }
            Some((_, Value::Map(entries))) => {
                self.behind_entry(entries.last()?.key_span, entries.last()?.value.span)?
            }
            Some((_, Value::Null)) => {
                let key = self.root.at(&["permissions"])?.entry("scopes")?.key_span;
                let indent = self.indent(key.start as usize)?;
                let end = self.end_of_line(key.end as usize);
                (Span::at(end), format!("{}{indent}  - ", self.newline), String::new())
            }
            Some(_) => return None,
            None => self.new_list()?,
        };
        let insertion = Insertion { file: Arc::clone(&self.file.path), span, before, after };
        self.is_sound(&insertion.edit(PROBE), |names| names.push(PROBE.to_owned())).then_some(insertion)
    }

    /// Behind the last item of a list.
    fn behind_item(&self, item: Span) -> Option<(Span, String, String)> {
        if let Some(indent) = self.is_behind(item.start as usize, "-") {
            let end = self.end_of_line(item.end as usize);
            return Some((Span::at(end), format!("{}{indent}- ", self.newline), String::new()));
        }
        let apart = self.indent(item.start as usize).map(|i| format!("{}{i}", self.newline));
        let apart = apart.unwrap_or_else(|| " ".to_owned());
        Some((Span::at(item.end as usize), format!(",{apart}"), String::new()))
    }

    /// Behind the last entry of a mapping of scopes to options.
    fn behind_entry(&self, key: Span, value: Span) -> Option<(Span, String, String)> {
        let indent = self.indent(key.start as usize)?;
        let end = self.end_of_line(value.end.max(key.end) as usize);
        let after = format!(":{}{indent}  allowImpersonation: false", self.newline);
        Some((Span::at(end), format!("{}{indent}", self.newline), after))
    }

    /// A list of scopes where there is none.
    fn new_list(&self) -> Option<(Span, String, String)> {
        let newline = self.newline;
        let Some(permissions) = self.root.get("permissions").filter(|p| p.value != Value::Null) else {
            if self.root.entry("permissions").is_some() || self.file.slice(self.root.span).starts_with('{') {
                return None;
            }
            let text = &self.file.text;
            let break_before = if text.ends_with('\n') || text.is_empty() { "" } else { newline };
            let before = format!("{break_before}permissions:{newline}  scopes:{newline}    - ");
            return Some((Span::at(text.len()), before, newline.to_owned()));
        };
        let first = permissions.entries().first()?.key_span;
        let indent = self.indent(first.start as usize)?;
        let before = format!("scopes:{newline}{indent}  - ");
        Some((Span::at(first.start as usize), before, format!("{newline}{indent}")))
    }

    /// What takes out the scope that stands at a span.
    fn remove(&self, scope: Span) -> Option<Edit> {
        let list = self.scopes()?;
        let (spans, at): (Vec<Span>, usize) = match &list.value {
            Value::List(items) => {
                (items.iter().map(|i| i.span).collect(), items.iter().position(|i| i.span == scope)?)
            }
            Value::Map(entries) => {
                let whole = entries.iter().map(|e| e.key_span.to(e.value.span)).collect();
                (whole, entries.iter().position(|e| e.key_span == scope)?)
            }
            _ => return None,
        };
        let block = match (&list.value, self.kind) {
            (Value::List(_), ManifestKind::Forge) => self.is_behind(scope.start as usize, "-").is_some(),
            (Value::Map(_), ManifestKind::Forge) => self.indent(scope.start as usize).is_some(),
            _ => false,
        };
        let item = *spans.get(at)?;
        let (span, replacement) = if block && spans.len() > 1 {
            // The whole lines, with the remark behind the scope.
            let start = self.line_start(item.start as usize);
            let end = self.end_of_line(item.end as usize);
            let rest = self.file.text.get(end..)?;
            let width =
                rest.len() - rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')).unwrap_or(rest).len();
            // On the last line of a file without a line break at its end the one before goes.
            let before = self.file.text.get(..start)?;
            let break_before = before.strip_suffix('\n').map(|b| b.strip_suffix('\r').unwrap_or(b).len());
            match width {
                0 => (Span::new(break_before.unwrap_or(start), end), String::new()),
                _ => (Span::new(start, end + width), String::new()),
            }
        } else if block {
            let key = self.root.at(&["permissions"])?.entry("scopes")?.key_span;
            let gone = self.file.text.get(key.end as usize..item.end as usize)?;
            if gone.contains('#') || gone.contains('&') {
                return None;
            }
            (Span::new(key.end as usize, item.end as usize), ": []".to_owned())
        } else {
            // From the end of the one before, or to the start of the one behind.
            let before = at.checked_sub(1).and_then(|i| spans.get(i));
            match (before, spans.get(at + 1)) {
                (Some(before), _) => (Span::new(before.end as usize, item.end as usize), String::new()),
                (None, Some(next)) => (Span::new(item.start as usize, next.start as usize), String::new()),
                (None, None) => {
                    let inner = Span::new(list.span.start as usize + 1, list.span.end as usize - 1);
                    (if self.file.slice(inner).contains('#') { item } else { inner }, String::new())
                }
            }
        };
        let edit = Edit { file: Arc::clone(&self.file.path), span, replacement };
        self.is_sound(&edit, |names| {
            names.remove(at.min(names.len().saturating_sub(1)));
        })
        .then_some(edit)
    }

    /// Whether the changed text says what the old one says, but for the names of the scopes.
    fn is_sound(&self, edit: &Edit, change: impl Fn(&mut Vec<String>)) -> bool {
        let text = crate::fix::apply(&self.file.text, std::slice::from_ref(edit));
        let Some(new) = text.and_then(|t| parse(self.kind, &t)) else { return false };
        let path: &[&str] = match self.kind {
            ManifestKind::Forge => &["permissions", "scopes"],
            ManifestKind::Connect => &["scopes"],
        };
        let mut wanted = self.root.at(path).map(names).unwrap_or_default();
        change(&mut wanted);
        new.at(path).map(names).unwrap_or_default() == wanted && same(&self.root, &new, path)
    }

    /// The indentation of the line when only blanks and `mark` stand before an offset on it.
    fn is_behind(&self, offset: usize, mark: &str) -> Option<&str> {
        let line = self.file.text.get(self.line_start(offset)..offset)?;
        let indent = line.get(..line.len() - line.trim_start_matches(' ').len())?;
        (line.trim() == mark).then_some(indent)
    }

    /// The indentation of the line when nothing else stands before an offset on it.
    fn indent(&self, offset: usize) -> Option<&str> {
        let line = self.file.text.get(self.line_start(offset)..offset)?;
        line.chars().all(|c| c == ' ').then_some(line)
    }

    fn line_start(&self, offset: usize) -> usize {
        self.file.text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
    }

    /// The end of the line that holds an offset, before its line break.
    fn end_of_line(&self, offset: usize) -> usize {
        let rest = self.file.text.get(offset..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or(rest);
        offset + line.strip_suffix('\r').unwrap_or(line).len()
    }
}

fn parse(kind: ManifestKind, text: &str) -> Option<Node> {
    match kind {
        ManifestKind::Forge => yaml::parse(text).ok(),
        ManifestKind::Connect => json::parse(text).ok(),
    }
}

/// The names in a list or mapping of scopes.
fn names(scopes: &Node) -> Vec<String> {
    let items = scopes.items().iter().filter_map(|i| i.as_str().map(str::to_owned));
    items.chain(scopes.entries().iter().map(|e| e.key.clone())).collect()
}

/// Whether two trees have the same values everywhere but at a path, and but for keys that hold nothing there.
/// The depth of trees is bounded by their readers.
fn same(old: &Node, new: &Node, path: &[&str]) -> bool {
    let [key, rest @ ..] = path else { return true };
    let others = |node: &Node| {
        node.entries()
            .iter()
            .filter(|e| e.key != *key)
            .map(|e| (e.key.clone(), plain(&e.value)))
            .collect::<Vec<_>>()
    };
    if others(old) != others(new) {
        return false;
    }
    match (old.get(key), new.get(key)) {
        (Some(old), Some(new)) => same(old, new, rest),
        // What is new holds the path and nothing else.
        (None, Some(new)) => match rest {
            [] => true,
            [next, ..] => new.entries().len() == 1 && new.get(next).is_some(),
        },
        (old, None) => old.is_none(),
    }
}

/// A tree without its spans.
fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(n) => format!("number {n}").into(),
        Value::String(s) => s.as_str().into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => {
            // Order counts.
            entries
                .iter()
                .map(|e| serde_json::Value::from(vec![e.key.clone().into(), plain(&e.value)]))
                .collect()
        }
    }
}

#[cfg(test)]
#[path = "scopes_tests.rs"]
mod tests;
