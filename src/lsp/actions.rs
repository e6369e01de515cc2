//! What an editor can do about a finding: a safe fix, an annotation, a suppression.

use std::collections::BTreeMap;

use lsp_types::{
    CodeAction, CodeActionKind, DocumentChange, Edit as LspEdit, OptionalVersionedTextDocumentIdentifier,
    SnippetTextEdit, StringValue, TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};

use super::completion::app_of;
use super::diagnostics;
use super::insert::{self, Insertion, Wanted};
use super::position::Encoding;
use super::state::Root;
use super::things::{Here, Thing};
use crate::catalog::Verdict;
use crate::facts::Access;
use crate::findings::Finding;
use crate::text::{SourceFile, Span};

/// Uses that are offered for one place.
const MAX_USES: usize = 12;

/// What the editor understands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Abilities {
    /// Edits with a gap to fill in.
    pub(super) snippets: bool,
}

/// All actions for what is in a range of a file.
pub(super) fn of(
    root: &Root,
    file: &SourceFile,
    here: &[Here<'_>],
    encoding: Encoding,
    abilities: Abilities,
) -> Vec<CodeAction> {
    let asked = Asked { root, file, encoding, abilities };
    let mut actions = Vec::new();
    for finding in findings(here) {
        actions.extend(asked.fix(finding));
    }
    let mut lines = Vec::new();
    for access in here.iter().filter_map(|h| match h.thing {
        Thing::Access(access) if access.uses.is_empty() => Some(access),
        _ => None,
    }) {
        if !lines.contains(&access.place.line) {
            lines.push(access.place.line);
            actions.extend(asked.annotate(access, here));
        }
    }
    for finding in findings(here) {
        actions.extend(asked.suppress(finding));
    }
    actions
}

fn findings<'a>(here: &'a [Here<'a>]) -> impl Iterator<Item = &'a Finding> {
    here.iter().filter_map(|h| match h.thing {
        Thing::Finding(finding) => Some(finding),
        _ => None,
    })
}

struct Asked<'a> {
    root: &'a Root,
    file: &'a SourceFile,
    encoding: Encoding,
    abilities: Abilities,
}

impl Asked<'_> {
    fn fix(&self, finding: &Finding) -> Option<CodeAction> {
        if finding.fix.is_empty() {
            return None;
        }
        let mut changes: BTreeMap<&str, Vec<TextEdit>> = BTreeMap::new();
        for edit in &finding.fix {
            let file = self.root.file(&edit.file)?;
            let range = self.encoding.range(&file, edit.span);
            let edit_here = TextEdit { range, new_text: edit.replacement.clone() };
            changes.entry(&edit.file).or_default().push(edit_here);
        }
        let changes = changes.into_iter().map(|(path, edits)| Some((self.root.uri(path)?, edits)));
        // What is to be written may stand in the help on lines of its own; a title has one.
        let what = finding.help.first().unwrap_or(&finding.message);
        let what: Vec<&str> = what.split_whitespace().collect();
        let title = format!("Fix `{}`: {}", finding.rule, what.join(" "));
        Some(CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostics::of(self.root, finding, self.encoding)]),
            is_preferred: Some(true),
            edit: Some(WorkspaceEdit {
                changes: Some(changes.collect::<Option<_>>()?),
                ..Default::default()
            }),
            ..CodeAction::default()
        })
    }

    /// One action for each use that may be meant.
    fn annotate(&self, access: &Access, here: &[Here<'_>]) -> Vec<CodeAction> {
        // The check has looked for a place already where a use can be named.
        let site = app_of(self.root, &self.file.path).and_then(|f| f.edits.annotations.get(&access.id));
        let known = site.filter(|s| s.at.file == self.file.path && s.at.span.start == s.at.span.end);
        let known = known.and_then(|s| {
            let before = s.at.before.strip_suffix("@email-use ")?.to_owned();
            Some(Insertion { at: s.at.span.start, before, after: s.at.after.clone() })
        });
        let look = || {
            let (settings, line) = (&self.root.settings, access.place.line);
            insert::find(settings, self.file, line, "@email-use a-use", &Wanted::Annotation)
        };
        let Some(place) = known.or_else(look) else { return Vec::new() };
        let declared = app_of(self.root, &self.file.path).and_then(|f| f.declaration.as_ref());
        let names: Vec<&str> = match declared {
            Some(declaration) => declaration.uses.iter().map(|u| u.name.value.as_str()).collect(),
            None => {
                let uses = self.root.settings.catalogue.uses.iter();
                uses.filter(|u| u.verdict == Verdict::Valid).map(|u| u.id.as_str()).collect()
            }
        };
        let told: Vec<_> = findings(here)
            .filter(|f| f.place.line == access.place.line)
            .map(|f| diagnostics::of(self.root, f, self.encoding))
            .collect();
        let action = |name: &str| {
            let edit = self.plain(&place, &format!("@email-use {name}"))?;
            Some(CodeAction {
                title: format!("Say that this address is for `{name}`"),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(told.clone()).filter(|t| !t.is_empty()),
                edit: Some(edit),
                ..CodeAction::default()
            })
        };
        names.into_iter().take(MAX_USES).filter_map(action).collect()
    }

    /// A suppression whose reason is left to write: an editor that knows gaps goes there, in others the comment
    /// is reported until a reason stands in it.
    fn suppress(&self, finding: &Finding) -> Option<CodeAction> {
        if !crate::rules::run::can_be_suppressed(finding.rule) {
            return None;
        }
        let mark = format!("mailpermit: ignore[{}]", finding.rule);
        let sample = format!("{mark} reason");
        let settings = &self.root.settings;
        let place = insert::find(settings, self.file, finding.place.line, &sample, &Wanted::Suppression)?;
        let edit = if self.abilities.snippets {
            self.with_gap(&place, &mark)?
        } else {
            self.plain(&place, &format!("{mark} "))?
        };
        Some(CodeAction {
            title: format!("Suppress `{}` here, with a reason", finding.rule),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostics::of(self.root, finding, self.encoding)]),
            edit: Some(edit),
            ..CodeAction::default()
        })
    }

    fn plain(&self, place: &Insertion, comment: &str) -> Option<WorkspaceEdit> {
        let range = self.encoding.range(self.file, Span { start: place.at, end: place.at });
        let new_text = format!("{}{comment}{}", place.before, place.after);
        let uri = self.root.uri(&self.file.path)?;
        let changes = [(uri, vec![TextEdit { range, new_text }])].into_iter().collect();
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    }

    fn with_gap(&self, place: &Insertion, comment: &str) -> Option<WorkspaceEdit> {
        let escape = |text: &str| text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
        let range = self.encoding.range(self.file, Span { start: place.at, end: place.at });
        let value =
            format!("{}{} ${{1:reason}}{}", escape(&place.before), escape(comment), escape(&place.after));
        let uri = self.root.uri(&self.file.path)?;
        let edit = SnippetTextEdit { range, snippet: StringValue { value }, annotation_id: None };
        let version = self.root.documents.get(&self.file.path).map(|d| d.version);
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        let change = TextDocumentEdit { text_document, edits: vec![LspEdit::SnippetTextEdit(edit)] };
        Some(WorkspaceEdit {
            document_changes: Some(vec![DocumentChange::TextDocumentEdit(change)]),
            ..WorkspaceEdit::default()
        })
    }
}
