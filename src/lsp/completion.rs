//! Names to choose from: of uses and rules in comments, of functionalities in the declaration.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, Documentation, Position, Range, TextEdit,
};

use super::position::Encoding;
use super::state::Root;
use crate::catalog::{Catalogue, Verdict};
use crate::facts::Facts;
use crate::inputs::kind::{FileKind, classify};
use crate::rules;
use crate::text::{SourceFile, Span};

/// The items for a place in a text. Looks at the text as it is now; the names are those of the last check.
pub(super) fn at(
    root: &Root,
    file: &SourceFile,
    position: Position,
    encoding: Encoding,
) -> Vec<CompletionItem> {
    let offset = encoding.offset(file, position);
    let (line, _) = file.line_column(offset);
    let start = file.line_span(line).start;
    let before = file.slice(Span { start, end: offset });
    let begun = before.trim_end_matches(is_name).len();
    let begin = start + u32::try_from(begun).unwrap_or(0);
    let range = encoding.range(file, Span { start: begin, end: offset });
    let lead = before.get(..begun).unwrap_or_default();
    let names = if classify(&file.path) == FileKind::Declaration && is_functionality(lead) {
        catalogue(root)
    } else if in_annotation(lead) {
        uses(root, &file.path)
    } else if in_suppression(lead) {
        rules::ALL.iter().map(|r| Named::new(r.name, r.summary, "")).collect()
    } else {
        Vec::new()
    };
    names.into_iter().enumerate().map(|(i, name)| name.item(i, range)).collect()
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether only names and commas stand between the marker and the end.
fn in_annotation(lead: &str) -> bool {
    let Some((_, rest)) = lead.rsplit_once("@email-use") else { return false };
    let rest = rest.strip_prefix("-file").unwrap_or(rest);
    rest.starts_with([' ', '\t']) && names_follow(rest)
}

fn in_suppression(lead: &str) -> bool {
    let Some((_, rest)) = lead.rsplit_once("mailpermit:") else { return false };
    rest.trim_start().strip_prefix("ignore[").is_some_and(names_follow)
}

/// Whether the next thing to write is a name: nothing stands there yet, or a list that ends in a comma.
fn names_follow(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || (text.ends_with(',') && text.chars().all(|c| is_name(c) || c == ',' || c.is_ascii_whitespace()))
}

fn is_functionality(lead: &str) -> bool {
    let lead = lead.trim();
    lead == "functionality:" || lead.ends_with("{functionality:") || lead.ends_with(", functionality:")
}

/// A name with what is known of it.
struct Named {
    name: String,
    detail: String,
    text: String,
}

impl Named {
    fn new(name: &str, detail: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), detail: detail.into(), text: text.into() }
    }

    fn item(self, rank: usize, range: Range) -> CompletionItem {
        CompletionItem {
            label: self.name.clone(),
            kind: Some(CompletionItemKind::Value),
            detail: Some(self.detail).filter(|d| !d.is_empty()),
            documentation: Some(self.text).filter(|t| !t.is_empty()).map(Documentation::String),
            sort_text: Some(format!("{rank:04}")),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: self.name })),
            ..CompletionItem::default()
        }
    }
}

/// The declared uses of the file's app; those of the catalogue when there is no declaration.
fn uses(root: &Root, path: &str) -> Vec<Named> {
    let facts = app_of(root, path);
    let declared = facts.and_then(|f| f.declaration.as_ref());
    match declared {
        Some(declaration) => declaration
            .uses
            .iter()
            .map(|u| {
                let text = u.description.as_ref().map(|d| d.value.clone()).unwrap_or_default();
                Named::new(&u.name.value, u.functionality.value.clone(), text)
            })
            .collect(),
        None => catalogue(root),
    }
}

/// The facts of the app whose root holds a file, the deepest one.
pub(super) fn app_of<'r>(root: &'r Root, path: &str) -> Option<&'r Facts> {
    let holds = |f: &Facts| {
        &*f.app.root == "." || path.strip_prefix(&*f.app.root).is_some_and(|rest| rest.starts_with('/'))
    };
    root.facts().filter(|f| holds(f)).max_by_key(|f| if &*f.app.root == "." { 0 } else { f.app.root.len() })
}

fn catalogue(root: &Root) -> Vec<Named> {
    let catalogue: &Catalogue = &root.settings.catalogue;
    let mut uses: Vec<_> = catalogue.uses.iter().collect();
    // What is allowed comes first.
    uses.sort_by_key(|u| match u.verdict {
        Verdict::Valid => 0,
        Verdict::Review => 1,
        Verdict::Invalid => 2,
    });
    uses.into_iter()
        .map(|u| {
            let verdict = match u.verdict {
                Verdict::Valid => "valid",
                Verdict::Invalid => "invalid",
                Verdict::Review => "Atlassian decides",
            };
            Named::new(&u.id, verdict, u.functionality.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_offered_where_one_belongs() {
        for (lead, annotation, suppression) in [
            ("// @email-use ", true, false),
            ("// @email-use a, ", true, false),
            ("// @email-use-file ", true, false),
            ("// @email-use", false, false),
            ("// @email-use a - for the ", false, false),
            ("# mailpermit: ignore[", false, true),
            ("# mailpermit: ignore[a-rule, ", false, true),
            ("# mailpermit: ignore[a-rule] because ", false, false),
            ("const a = ", false, false),
        ] {
            assert_eq!((in_annotation(lead), in_suppression(lead)), (annotation, suppression), "{lead}");
        }
        assert!(is_functionality("    functionality: ") && is_functionality("  a: {functionality: "));
        assert!(!is_functionality("    description: what a functionality "));
    }
}
