//! Findings as an editor shows them.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Message,
};

use super::position::Encoding;
use super::state::Root;
use crate::findings::{Finding, Severity};

/// What stands behind each message in the editor.
pub(super) const SOURCE: &str = "mailpermit";
/// Other places that are named with one finding.
const MAX_RELATED: usize = 20;

/// All findings of a folder's last check that nobody suppressed, by file.
pub(super) fn all(root: &Root, encoding: Encoding) -> BTreeMap<Arc<str>, Vec<Diagnostic>> {
    let mut files: BTreeMap<Arc<str>, Vec<&Finding>> = BTreeMap::new();
    for finding in root.run.iter().flat_map(|r| r.findings()).filter(|f| f.suppressed.is_none()) {
        files.entry(Arc::clone(&finding.place.file)).or_default().push(finding);
    }
    // What is about a folder has no text to stand in.
    files.retain(|path, _| !root.path().join(&**path).is_dir());
    let diagnostics =
        |found: Vec<&Finding>| found.into_iter().map(|f| of(root, f, encoding)).collect::<Vec<_>>();
    files.into_iter().map(|(path, found)| (path, diagnostics(found))).collect()
}

/// One finding.
pub(super) fn of(root: &Root, finding: &Finding, encoding: Encoding) -> Diagnostic {
    let severity = match finding.severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    };
    let related = finding.related.iter().take(MAX_RELATED).filter_map(|r| {
        let location = root.location(&r.place, encoding)?;
        Some(DiagnosticRelatedInformation { location, message: r.message.clone() })
    });
    let related: Vec<_> = related.collect();
    let mut message = finding.message.clone();
    for help in &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    Diagnostic {
        range: root.range(&finding.place, encoding),
        severity: Some(severity),
        code: Some(Code::String(finding.rule.to_owned())),
        code_description: crate::rules::docs::address(finding.rule)
            .map(|a| CodeDescription { href: a.into() }),
        source: Some(SOURCE.to_owned()),
        message: Message::String(message),
        tags: None,
        related_information: (!related.is_empty()).then_some(related),
        data: Some(serde_json::json!({ "fingerprint": finding.fingerprint })),
    }
}
