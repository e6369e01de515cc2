//! How the tests of rules run one rule.

use super::{Outcome, Rule};
use crate::facts::Facts;
use crate::findings::{Finding, sink::Sink};

/// Runs one rule over facts.
pub(crate) fn check(rule: &Rule, facts: &Facts) -> (Outcome, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sink = Sink::new(rule.name, rule.severity, facts.app.root.clone(), &mut findings);
    let outcome = (rule.check)(facts, &mut sink);
    for finding in &findings {
        assert_well_said(finding);
    }
    (outcome, findings)
}

/// The findings only, for a rule that looked.
pub(crate) fn found(rule: &Rule, facts: &Facts) -> Vec<Finding> {
    let (outcome, findings) = check(rule, facts);
    assert_eq!(outcome, Outcome::Checked, "{}", rule.name);
    findings
}

/// Whether the outcome is "not applicable".
pub(crate) fn not_applicable(rule: &Rule, facts: &Facts) -> bool {
    let (outcome, findings) = check(rule, facts);
    assert!(findings.is_empty(), "{findings:#?}");
    matches!(outcome, Outcome::NotApplicable(_))
}

/// Whether the outcome is "not evaluated".
pub(crate) fn not_evaluated(rule: &Rule, facts: &Facts) -> bool {
    matches!(check(rule, facts).0, Outcome::NotEvaluated(_))
}

/// The house style of messages: lower case, no full stop, a next step.
fn assert_well_said(finding: &Finding) {
    let Finding { rule, message, notes, help, .. } = finding;
    let first = message.chars().next().expect("a finding says something");
    assert!(!first.is_uppercase(), "{rule}: {message}");
    for text in std::iter::once(message).chain(notes).chain(help) {
        // Lines to copy keep their indentation.
        let said = text.lines().next().unwrap_or_default();
        assert!(!said.is_empty() && !text.ends_with('.') && !said.contains("  "), "{rule}: {text}");
    }
    assert!(!help.is_empty(), "{rule} says no next step: {message}");
}
