//! Orders the findings of one app so that forty of them can be read.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::findings::run::AppRun;
use crate::findings::{Confidence, Finding, Related, Severity};

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
    /// What all of them say alike.
    pub(super) shared: Shared<'a>,
    pub(super) sections: Vec<Section<'a>>,
}

/// What several findings say alike, and what is therefore said once, above them.
#[derive(Default)]
pub(super) struct Shared<'a> {
    /// The reasons.
    pub(super) notes: Vec<&'a str>,
    /// The next steps.
    pub(super) help: Vec<&'a str>,
    /// The other places, as far as they lie in other files.
    pub(super) related: Vec<&'a Related>,
    /// Whether the words under the marked spans are the same: one of them suffices below an excerpt.
    pub(super) label: bool,
}

/// Findings of a group with the same message.
pub(super) struct Section<'a> {
    /// The message, unless the group's title says it already.
    pub(super) message: Option<&'a str>,
    /// What all of them say alike, apart from what the whole group does.
    pub(super) shared: Shared<'a>,
    /// With their source.
    pub(super) shown: Vec<&'a Finding>,
    /// In one line each.
    pub(super) listed: Vec<&'a Finding>,
    /// Whether those lines need to say the message.
    pub(super) mixed: bool,
}

impl Section<'_> {
    /// Whether all of its findings have the same words under their marked spans.
    pub(super) fn shared_label(&self, group: &Group<'_>) -> bool {
        self.shared.label || group.shared.label
    }
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
    let shared = Shared::of(findings, None);
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
            shared: if one { Shared::default() } else { Shared::of(same, Some(&shared)) },
            shown: shown.to_vec(),
            listed: listed.to_vec(),
            mixed: false,
        });
    }
    if !rest.is_empty() {
        rest.sort_by(|a, b| a.place.cmp(&b.place));
        let shared = Shared::default();
        sections.push(Section { message: None, shared, shown: Vec::new(), listed: rest, mixed: true });
    }
    Group {
        rule,
        severity,
        len: findings.len(),
        message: if one { messages.first().map(|(m, _)| *m) } else { None },
        confidence: common_confidence(findings),
        shared,
        sections,
    }
}

impl<'a> Shared<'a> {
    /// Whether it says nothing.
    pub(super) fn is_silent(&self) -> bool {
        self.notes.is_empty() && self.help.is_empty() && self.related.is_empty()
    }

    /// What `findings` say alike and `outer` does not say already. A finding that stands alone in its
    /// group speaks above its excerpt too, one alone below a message of its own does not.
    fn of(findings: &[&'a Finding], outer: Option<&Self>) -> Self {
        let several = findings.len() > 1;
        if !several && outer.is_some() {
            return Self::default();
        }
        let mut shared = Self {
            notes: common(findings, |f| &f.notes).into_iter().map(String::as_str).collect(),
            help: common(findings, |f| &f.help).into_iter().map(String::as_str).collect(),
            related: Vec::new(),
            label: several && findings.windows(2).all(|two| two[0].label == two[1].label),
        };
        if several {
            shared.related = common(findings, |f| &f.related);
            shared.related.retain(|r| findings.iter().all(|f| f.place.file != r.place.file));
        }
        if let Some(outer) = outer {
            shared.notes.retain(|n| !outer.notes.contains(n));
            shared.help.retain(|h| !outer.help.contains(h));
            shared.related.retain(|r| !outer.related.contains(r));
        }
        shared
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
fn common<'a, T: PartialEq>(findings: &[&'a Finding], list: fn(&Finding) -> &Vec<T>) -> Vec<&'a T> {
    let Some((first, others)) = findings.split_first() else { return Vec::new() };
    let everywhere = |one: &&'a T| others.iter().all(|f| list(f).contains(one));
    list(first).iter().filter(everywhere).collect()
}
