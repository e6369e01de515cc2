//! The rules as pages of documentation, generated from the rules and compared by a test.

use std::fmt::Write as _;

use super::{ALL, Rule};
use crate::findings::Severity;

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The pages: path relative to the project's root, and text. The index comes first.
#[must_use]
pub fn docs() -> Vec<(String, String)> {
    let mut pages = vec![("docs/rules.md".to_owned(), index())];
    pages.extend(ALL.iter().map(|rule| (format!("docs/rules/{}.md", rule.name), page(rule))));
    pages
}

/// Where the pages are published, with `/` at the end. What is released says so; what is built from the source
/// does not know.
const PUBLISHED: Option<&str> = option_env!("MAILPERMIT_DOCS_URL");

/// Where a rule's page is published.
#[must_use]
pub fn address(rule: &str) -> Option<String> {
    super::find(rule).and_then(|r| Some(format!("{}rules/{}.md", PUBLISHED?, r.name)))
}

const GENERATED: &str = "<!-- Generated from src/rules; `UPDATE=1 cargo test docs::` writes it anew. -->\n\n";

fn index() -> String {
    let mut text = format!(
        "{GENERATED}# Rules\n\nEvery rule ends as passed, failed, not applicable or not evaluated. The severity is the highest that\nthe rule gives by default; `lint.rules` in `email-access.yaml` changes it.\n"
    );
    let mut group = None;
    for rule in ALL {
        if group != Some(rule.group) {
            group = Some(rule.group);
            let _ =
                write!(text, "\n## {}\n\n| rule | severity | reports |\n|---|---|---|\n", rule.group.title());
        }
        let Rule { name, summary, .. } = rule;
        let _ = writeln!(text, "| [`{name}`](rules/{name}.md) | {} | {summary} |", severity(rule.severity));
    }
    text
}

fn page(rule: &Rule) -> String {
    let heading = format!("# {}\n", rule.name);
    let body = rule.page.strip_prefix(heading.as_str()).unwrap_or(rule.page);
    format!(
        "{GENERATED}{heading}\n{} · default severity: {} · since {}\n{body}",
        rule.group.title(),
        severity(rule.severity),
        rule.since
    )
}
