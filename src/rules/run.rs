//! Runs every rule over one app and finishes what they report: levels, suppressions, order, identity.
//!
//! The only place that knows of the configuration's levels; no rule is treated apart here except those
//! that a checked repository must not be able to silence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::inputs::{unreadable_input, unused_suppression};
use super::{ALL, Rule};
use crate::facts::{Facts, Suppression};
use crate::findings::fingerprint::{identify, name_in_app};
use crate::findings::run::{AppRun, RuleState};
use crate::findings::{Finding, Severity, Suppressed, sink::Sink};
use crate::settings::Settings;
use crate::text::SourceFile;

/// Whether what is checked may itself switch a rule off or lower it: an incomplete check must not look
/// like a clean one.
pub(crate) fn can_be_lowered(rule: &str) -> bool {
    rule != unreadable_input::RULE.name
}

/// Whether a comment may silence a rule's findings; one about suppressions cannot excuse itself.
pub(crate) fn can_be_suppressed(rule: &str) -> bool {
    can_be_lowered(rule) && rule != unused_suppression::RULE.name
}

/// Runs all rules over one app. `files` are the texts that places point into.
#[must_use]
pub fn run(facts: Facts, settings: &Settings, files: &BTreeMap<Arc<str>, SourceFile>) -> AppRun {
    let mut findings = Vec::new();
    let mut rules = Vec::with_capacity(ALL.len());
    for rule in ALL {
        let Some(severity) = level(rule, &facts, settings) else {
            rules.push((rule.name, RuleState::Off));
            continue;
        };
        let before = findings.len();
        let mut sink = Sink::new(rule.name, severity, Arc::clone(&facts.app.root), &mut findings);
        let outcome = (rule.check)(&facts, &mut sink);
        rules.push((rule.name, RuleState::of(outcome, findings.len() - before)));
    }
    let used = suppress(&facts.suppressions, &mut findings);
    report_unused(&facts, settings, &used, &mut rules, &mut findings);
    finish(&facts, &mut findings, files);
    AppRun { facts, findings, rules }
}

/// The severity of a rule in this run; `None` when it is switched off. The command line goes before the
/// declaration.
fn level(rule: &Rule, facts: &Facts, settings: &Settings) -> Option<Severity> {
    let named = |names: &[String]| names.iter().any(|n| n == rule.name);
    let selected = named(&settings.select);
    if (!settings.select.is_empty() && !selected) || named(&settings.ignore) {
        return None;
    }
    let declared = facts
        .declaration
        .iter()
        .flat_map(|d| &d.lint_rules)
        .rev()
        .find(|(name, _)| name.value == rule.name)
        .map(|(_, severity)| *severity);
    match declared {
        Some(None) if selected => Some(rule.severity),
        Some(severity) if can_be_lowered(rule.name) => severity,
        Some(Some(severity)) => Some(severity.max(rule.severity)),
        Some(None) | None => Some(rule.severity),
    }
}

/// Marks the findings that suppressions cover. Returns which of their rules were of use, as index of the
/// suppression and of the rule in it.
fn suppress(suppressions: &[Suppression], findings: &mut [Finding]) -> BTreeSet<(usize, usize)> {
    let mut by_file: BTreeMap<&str, Vec<(usize, &Suppression)>> = BTreeMap::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        by_file.entry(&suppression.place.file).or_default().push((index, suppression));
    }
    let mut used = BTreeSet::new();
    for finding in findings.iter_mut().filter(|f| can_be_suppressed(f.rule)) {
        let Some(candidates) = by_file.get(finding.place.file.as_ref()) else { continue };
        for (index, suppression) in candidates.iter().filter(|(_, s)| covers(s, finding.place.line)) {
            let Some(rule) = suppression.rules.iter().position(|(name, _)| name == finding.rule) else {
                continue;
            };
            used.insert((*index, rule));
            finding.suppressed.get_or_insert_with(|| Suppressed {
                reason: suppression.reason.clone(),
                place: suppression.place.clone(),
            });
        }
    }
    used
}

/// Whether a suppression covers a line: one of those that it covers as a comment, or its own, which is
/// how it works in files without statements, such as a manifest.
fn covers(suppression: &Suppression, line: u32) -> bool {
    let own = (suppression.place.line..=suppression.place.end_line).contains(&line);
    own || suppression.covers.is_some_and(|(first, last)| (first..=last).contains(&line))
}

/// Reports the suppressions that silenced nothing, once all other rules have run.
fn report_unused(
    facts: &Facts,
    settings: &Settings,
    used: &BTreeSet<(usize, usize)>,
    rules: &mut [(&'static str, RuleState)],
    findings: &mut Vec<Finding>,
) {
    let rule = &unused_suppression::RULE;
    let Some(severity) = level(rule, facts, settings) else { return };
    let before = findings.len();
    let mut sink = Sink::new(rule.name, severity, Arc::clone(&facts.app.root), findings);
    for (index, suppression) in facts.suppressions.iter().enumerate() {
        for (nth, named) in suppression.rules.iter().enumerate() {
            if used.contains(&(index, nth)) {
                continue;
            }
            let finding = match rules.iter().find(|(name, _)| *name == named.0) {
                None => unused_suppression::unknown(named),
                Some((name, _)) if !can_be_suppressed(name) => unused_suppression::forbidden(named),
                // A rule that did not look may yet find what is suppressed here.
                Some((_, RuleState::Off | RuleState::NotEvaluated(_))) => continue,
                Some(_) => unused_suppression::unused(suppression, named),
            };
            sink.report(finding);
        }
    }
    if findings.len() > before
        && let Some((_, state)) = rules.iter_mut().find(|(name, _)| *name == rule.name)
    {
        *state = RuleState::Failed;
    }
}

/// Sorts, drops exact duplicates, and gives every finding its identity.
fn finish(facts: &Facts, findings: &mut Vec<Finding>, files: &BTreeMap<Arc<str>, SourceFile>) {
    findings.sort_by(|a, b| {
        (&a.place, a.rule, &a.message, a.severity).cmp(&(&b.place, b.rule, &b.message, b.severity))
    });
    findings.dedup();
    let key = facts.app.manifest().and_then(|m| m.key.as_ref()).map_or("", |k| k.value.as_str());
    let name = |path: &str| name_in_app(&facts.app.root, key, path);
    let identities = identify(findings, files, &name);
    for (finding, identity) in findings.iter_mut().zip(identities) {
        finding.fingerprint = identity;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::InputKind;
    use crate::facts::testing::*;

    fn settings(select: &[&str], ignore: &[&str]) -> Settings {
        let strings = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Settings { select: strings(select), ignore: strings(ignore), ..Settings::of(".") }
    }

    fn ran(facts: Facts) -> AppRun {
        run(facts, &settings(&[], &[]), &BTreeMap::new())
    }

    fn state(run: &AppRun, rule: &str) -> RuleState {
        run.rules.iter().find(|(name, _)| *name == rule).unwrap().1.clone()
    }

    fn of<'a>(run: &'a AppRun, rule: &str) -> Vec<&'a Finding> {
        run.findings.iter().filter(|f| f.rule == rule).collect()
    }

    fn two_calls() -> Facts {
        let mut facts = forge(&["read:jira-work"]);
        facts.accesses = vec![jira_email_call(20), jira_email_call(10)];
        facts
    }

    #[test]
    fn every_rule_ends_somehow_and_findings_are_in_order() {
        let run = ran(two_calls());
        assert_eq!(run.rules.len(), ALL.len());
        assert_eq!(state(&run, "missing-email-scope"), RuleState::Failed);
        let order: Vec<_> = run.findings.iter().map(|f| (f.place.clone(), f.rule)).collect();
        let mut sorted = order.clone();
        sorted.sort();
        assert_eq!(order, sorted);
        let mut prints: Vec<_> = run.findings.iter().map(|f| &f.fingerprint).collect();
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), run.findings.len(), "fingerprints are unique");
    }

    #[test]
    fn exact_duplicates_are_dropped() {
        let mut facts = two_calls();
        facts.accesses = vec![jira_email_call(10), jira_email_call(10)];
        assert_eq!(of(&ran(facts), "missing-email-scope").len(), 1);
    }

    #[test]
    fn fingerprints_follow_the_text_and_not_the_line() {
        let at = |text: &str, line: u32| {
            let file = SourceFile::new("src/app.ts", text);
            let mut facts = two_calls();
            facts.accesses.truncate(1);
            let start = text.find("call()").unwrap();
            facts.accesses[0].place = file.place(crate::text::Span::new(start, start + 6));
            assert_eq!(facts.accesses[0].place.line, line);
            let run = run(facts, &settings(&[], &[]), &BTreeMap::from([(file.path.clone(), file)]));
            of(&run, "missing-email-scope")[0].fingerprint.clone()
        };
        assert_eq!(at("call()", 1), at("\n\n  call()", 3));
    }

    #[test]
    fn the_command_line_goes_before_the_declaration() {
        let with = |rules: &[(&str, Option<Severity>)]| {
            let mut facts = with_uses(two_calls(), Vec::new());
            facts.declaration.as_mut().unwrap().lint_rules = rules
                .iter()
                .map(|(name, severity)| (located((*name).to_owned(), "email-access.yaml", 30), *severity))
                .collect();
            facts
        };
        let off = with(&[("missing-email-scope", None)]);
        assert_eq!(state(&ran(off.clone()), "missing-email-scope"), RuleState::Off);
        let selected = run(off, &settings(&["missing-email-scope"], &[]), &BTreeMap::new());
        assert_eq!(state(&selected, "missing-email-scope"), RuleState::Failed);
        assert_eq!(state(&selected, "undeclared-access"), RuleState::Off);
        let info = ran(with(&[("missing-email-scope", Some(Severity::Info))]));
        assert_eq!(of(&info, "missing-email-scope")[0].severity, Severity::Info);
        let ignored = run(two_calls(), &settings(&[], &["missing-email-scope"]), &BTreeMap::new());
        assert_eq!(state(&ignored, "missing-email-scope"), RuleState::Off);
    }

    #[test]
    fn the_checked_repository_cannot_hide_what_was_not_read() {
        for level in [None, Some(Severity::Info)] {
            let mut facts = with_uses(forge(&[]), Vec::new());
            facts.problems.push(problem(InputKind::Source, "src/app.ts", true));
            facts.suppressions.push(suppression(&["unreadable-input"], 1));
            facts.declaration.as_mut().unwrap().lint_rules =
                vec![(located("unreadable-input".to_owned(), "email-access.yaml", 30), level)];
            let run = ran(facts);
            let findings = of(&run, "unreadable-input");
            assert_eq!((findings.len(), findings[0].severity), (1, Severity::Error));
            assert_eq!(findings[0].suppressed, None);
            assert!(of(&run, "unused-suppression")[0].message.contains("cannot be suppressed"));
        }
    }

    #[test]
    fn suppressions_cover_their_lines_and_only_their_rule() {
        let mut facts = two_calls();
        facts.suppressions = vec![suppression(&["missing-email-scope"], 9)];
        let run = ran(facts.clone());
        let suppressed: Vec<_> =
            of(&run, "missing-email-scope").iter().map(|f| (f.place.line, f.suppressed.is_some())).collect();
        assert_eq!(suppressed, [(10, true), (20, false)]);
        assert!(of(&run, "undeclared-access").iter().all(|f| f.suppressed.is_none()));
        assert!(of(&run, "unused-suppression").is_empty());
        assert_eq!(state(&run, "missing-email-scope"), RuleState::Failed, "suppressed findings count");

        facts.suppressions[0].covers = None;
        facts.suppressions[0].place = place("src/app.ts", 20);
        let run = ran(facts.clone());
        assert!(of(&run, "missing-email-scope")[1].suppressed.is_some(), "its own line");

        facts.suppressions[0].place = place("src/other.ts", 20);
        assert!(of(&ran(facts), "missing-email-scope").iter().all(|f| f.suppressed.is_none()));
    }

    #[test]
    fn unused_and_unknown_suppressions_are_reported_each_at_its_name() {
        let mut facts = two_calls();
        facts.suppressions =
            vec![suppression(&["missing-email-scope", "wrong-caller", "missing-email-scop"], 9)];
        let run = ran(facts.clone());
        let messages: Vec<_> = of(&run, "unused-suppression").iter().map(|f| f.message.clone()).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages.iter().any(|m| m.contains("`missing-email-scop`")), "{messages:?}");
        assert!(messages.iter().any(|m| m.contains("`wrong-caller`")), "{messages:?}");
        assert_eq!(state(&run, "unused-suppression"), RuleState::Failed);
        // A rule that is off says nothing of its suppressions.
        let run = super::run(facts, &settings(&[], &["wrong-caller"]), &BTreeMap::new());
        assert_eq!(of(&run, "unused-suppression").len(), 1);
    }

    #[test]
    fn same_facts_same_findings() {
        let mut other = two_calls();
        other.accesses.reverse();
        assert_eq!(ran(two_calls()).findings, ran(other).findings);
    }
}
