//! Orders the findings of one app so that forty of them can be read.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::findings::run::AppRun;
use crate::findings::{Confidence, Finding, Severity};

/// Findings of one rule and message that are shown with their source; the rest get one line each.
const SHOWN_OF_A_MESSAGE: usize = 3;
/// Findings of one rule that are shown with their source, whatever their messages.
const SHOWN_OF_A_RULE: usize = 6;

/// The findings of one rule and severity.
pub(super) struct Group<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) len: usize,
    /// The message, when it is the same for all.
    pub(super) message: Option<&'a str>,
    /// How sure the tool is, when that is the same for all and less than certain.
    pub(super) confidence: Option<&'static str>,
    /// The reasons that all of them give.
    pub(super) notes: Vec<&'a str>,
    /// The next steps that all of them give.
    pub(super) help: Vec<&'a str>,
    pub(super) sections: Vec<Section<'a>>,
}

/// Findings of a group with the same message.
pub(super) struct Section<'a> {
    /// The message, unless the group's title says it already.
    pub(super) message: Option<&'a str>,
    /// With their source.
    pub(super) shown: Vec<&'a Finding>,
    /// In one line each.
    pub(super) listed: Vec<&'a Finding>,
    /// Whether those lines need to say the message.
    pub(super) mixed: bool,
}

/// The groups of an app: most severe first, then in the order of the rules. Suppressed findings are
/// in none.
pub(super) fn groups(app: &AppRun) -> Vec<Group<'_>> {
    let order = |rule: &str| app.rules.iter().position(|(name, _)| *name == rule).unwrap_or(usize::MAX);
    let mut by_rule: BTreeMap<(Reverse<Severity>, usize, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in app.findings.iter().filter(|f| f.suppressed.is_none()) {
        let key = (Reverse(finding.severity), order(finding.rule), finding.rule);
        by_rule.entry(key).or_default().push(finding);
    }
    by_rule.into_iter().map(|((severity, _, rule), findings)| group(rule, severity.0, &findings)).collect()
}

fn group<'a>(rule: &'a str, severity: Severity, findings: &[&'a Finding]) -> Group<'a> {
    let mut messages: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let at = *index.entry(finding.message.as_str()).or_insert(messages.len());
        match messages.get_mut(at) {
            Some((_, same)) => same.push(finding),
            None => messages.push((&finding.message, vec![finding])),
        }
    }
    let one = messages.len() == 1;
    let mut sections = Vec::new();
    let mut rest = Vec::new();
    let mut room = SHOWN_OF_A_RULE;
    for (message, same) in &messages {
        if room == 0 {
            rest.extend(same.iter().copied());
            continue;
        }
        let (shown, listed) = same.split_at(same.len().min(SHOWN_OF_A_MESSAGE).min(room));
        room -= shown.len();
        sections.push(Section {
            message: (!one).then_some(*message),
            shown: shown.to_vec(),
            listed: listed.to_vec(),
            mixed: false,
        });
    }
    if !rest.is_empty() {
        rest.sort_by(|a, b| a.place.cmp(&b.place));
        sections.push(Section { message: None, shown: Vec::new(), listed: rest, mixed: true });
    }
    Group {
        rule,
        severity,
        len: findings.len(),
        message: if one { messages.first().map(|(m, _)| *m) } else { None },
        confidence: common_confidence(findings),
        notes: common(findings, |f| &f.notes),
        help: common(findings, |f| &f.help),
        sections,
    }
}

/// How sure the tool is of a finding, in a word; nothing when it is certain.
pub(super) fn sure(confidence: Confidence) -> Option<&'static str> {
    match confidence {
        Confidence::Certain => None,
        Confidence::Likely => Some("likely"),
        Confidence::Possible => Some("possible"),
    }
}

fn common_confidence(findings: &[&Finding]) -> Option<&'static str> {
    let first = findings.first()?.confidence;
    findings.iter().all(|f| f.confidence == first).then(|| sure(first)).flatten()
}

/// What the lists of all findings hold.
fn common<'a>(findings: &[&'a Finding], list: fn(&Finding) -> &Vec<String>) -> Vec<&'a str> {
    let Some((first, others)) = findings.split_first() else { return Vec::new() };
    let everywhere = |text: &&'a String| others.iter().all(|f| list(f).contains(text));
    list(first).iter().filter(everywhere).map(String::as_str).collect()
}
