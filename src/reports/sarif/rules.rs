//! The rules as SARIF describes them: all of them, so that a rule's index does not depend on what was found.

use super::log::{Configuration, Help, Rule, RuleProperties, Text};
use crate::findings::Severity;
use crate::rules::{ALL, Rule as OwnRule};

/// Every rule, in the order of the list.
pub(super) fn rules() -> Vec<Rule> {
    ALL.iter().map(|rule| described(rule)).collect()
}

/// What SARIF calls a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn described(rule: &OwnRule) -> Rule {
    let page = rule.page.split_once('\n').map_or("", |(_, rest)| rest).trim();
    Rule {
        id: rule.name,
        name: pascal(rule.name),
        short_description: Text { text: sentence(rule.summary) },
        full_description: Text { text: checks(page).unwrap_or_else(|| sentence(rule.summary)) },
        help: Help { text: page.to_owned(), markdown: page.to_owned() },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: vec!["email-addresses".to_owned(), "privacy".to_owned(), slug(rule.group.title())],
            severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

/// The first paragraph of the page's first part, on one line.
fn checks(page: &str) -> Option<String> {
    let body = page.strip_prefix("## What it checks")?.trim_start();
    let paragraph: Vec<&str> = body.lines().take_while(|l| !l.trim().is_empty()).map(str::trim).collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// `email-in-logs` as `EmailInLogs`.
fn pascal(name: &str) -> String {
    let word = |w: &str| {
        let mut chars = w.chars();
        let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!("{first}{}", chars.as_str())
    };
    name.split('-').map(word).collect()
}

/// `Manifest and scopes` as `manifest-and-scopes`.
fn slug(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_described() {
        for rule in rules() {
            assert!(rule.full_description.text.len() > 20, "{}", rule.id);
            assert!(
                rule.short_description.text.ends_with('.') && !rule.short_description.text.ends_with("..")
            );
            assert!(rule.help.text.starts_with("## What it checks"), "{}", rule.id);
            assert!(rule.properties.tags.len() <= 10, "GitHub shows ten");
            assert!(rule.name.starts_with(char::is_uppercase) && !rule.name.contains('-'));
        }
    }
}
