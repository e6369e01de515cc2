//! Where addresses go, against what is declared and what Atlassian allows.

pub(crate) mod email_in_logs;
pub(crate) mod email_in_response;
pub(crate) mod email_in_ui;
pub(crate) mod email_stored;
pub(crate) mod email_to_marketing_service;
pub(crate) mod email_to_third_party;
pub(crate) mod timezone_in_ui;

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Access, AccessKind, Facts, Flow, SinkKind, told_best};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::text::Place;

use super::{Outcome, questions};

/// Other places of one address's way that are named; a report for machines has the flow in full.
const MOST_STEPS: usize = 7;
/// Further addresses that come to the same place.
const MOST_SOURCES: usize = 5;

/// One place to which addresses go, with all that come there.
pub(crate) struct Goal<'a> {
    pub(crate) place: &'a Place,
    /// The surest flow comes first.
    pub(crate) flows: Vec<&'a Flow>,
    /// Where its addresses are obtained.
    pub(crate) accesses: Vec<&'a Access>,
}

/// The places of some kinds, in the order of the files: one finding a place, whatever number of addresses
/// comes there.
pub(crate) fn goals<'a>(facts: &'a Facts, kinds: &[SinkKind]) -> Vec<Goal<'a>> {
    // A function of the app's own that hands an address to the same sink is told of by the sink.
    let sure: BTreeSet<(&str, &str, Option<&str>)> = facts
        .flows
        .iter()
        .filter(|f| questions::sure(f.confidence))
        .map(|f| (f.access.as_str(), f.sink.as_str(), f.service.as_deref()))
        .collect();
    let by_another = |f: &Flow| {
        !questions::sure(f.confidence)
            && sure.contains(&(f.access.as_str(), f.sink.as_str(), f.service.as_deref()))
    };
    let mut by_place: BTreeMap<(&Place, SinkKind), Vec<&Flow>> = BTreeMap::new();
    for flow in told_best(&facts.flows).into_iter().filter(|f| kinds.contains(&f.goal()) && !by_another(f)) {
        by_place.entry((&flow.place, flow.goal())).or_default().push(flow);
    }
    let goal = |((place, _), mut flows): ((&'a Place, SinkKind), Vec<&'a Flow>)| {
        flows.sort_by_key(|f| (std::cmp::Reverse(f.confidence), f.path.len()));
        let ids: BTreeSet<&str> = flows.iter().map(|f| f.access.as_str()).collect();
        let accesses = facts.accesses.iter().filter(|a| ids.contains(a.id.as_str())).collect();
        Goal { place, flows, accesses }
    };
    by_place.into_iter().map(goal).collect()
}

impl<'a> Goal<'a> {
    /// The flow that is known best.
    pub(crate) fn flow(&self) -> Option<&'a Flow> {
        self.flows.first().copied()
    }

    /// How sure it is that an address comes here.
    pub(crate) fn confidence(&self) -> Confidence {
        self.flow().map_or(Confidence::Possible, |f| f.confidence)
    }

    /// Whether all that comes here are users' own addresses, which they gave themselves.
    pub(crate) fn is_own(&self) -> bool {
        !self.accesses.is_empty() && self.accesses.iter().all(|a| a.kind == AccessKind::OwnProfile)
    }

    /// Whether an address from the Email API comes here, or one that another user shows.
    pub(crate) fn is_of_others(&self) -> bool {
        self.accesses.iter().any(|a| matches!(a.kind, AccessKind::EmailApi | AccessKind::UserObject))
    }

    /// A finding here that shows the way of the address; of several addresses one, and where the others
    /// are obtained.
    pub(crate) fn finding(&self, message: impl Into<String>, label: &str) -> Finding {
        let finding = Finding::new(self.place.clone(), message).label(label).confidence(self.confidence());
        with_ways(finding, self.place, &self.flows, &self.accesses)
    }
}

/// The way of the first flow, and where the addresses of the others are obtained.
fn with_ways(mut finding: Finding, here: &Place, flows: &[&Flow], accesses: &[&Access]) -> Finding {
    let mut named = BTreeSet::new();
    if let Some(flow) = flows.first() {
        let steps: Vec<_> = flow.path.iter().filter(|s| s.place != *here).collect();
        // Of a long way the ends matter most: where it starts, and what happens last.
        let skipped = steps.len().saturating_sub(MOST_STEPS);
        for (index, step) in steps.iter().enumerate() {
            if index == 0 || index > skipped {
                finding = finding.related(step.place.clone(), step.what.clone());
                named.insert(step.place.clone());
            }
        }
    }
    // The source of a flow without steps, and those of the other flows.
    let others: Vec<&&Access> =
        accesses.iter().filter(|a| !named.contains(&a.place) && a.place != *here).collect();
    let more = others.len().saturating_sub(MOST_SOURCES);
    for (index, access) in others.iter().take(MOST_SOURCES).enumerate() {
        let what = match index + 1 == MOST_SOURCES && more > 0 {
            true => format!("an address that comes here is obtained, and {more} more elsewhere"),
            false => "an address that comes here is obtained".to_owned(),
        };
        finding = finding.related(access.place.clone(), what);
    }
    finding
}

/// Reports a finding as much as its rule is worth here: what is only possible is worth knowing, and code of
/// which nothing says that it is an app is a step less.
pub(crate) fn report(facts: &Facts, sink: &mut Sink<'_>, worth: Severity, finding: Finding) {
    let worth = match worth {
        _ if !questions::sure(finding.confidence) => Severity::Info,
        worth if questions::is_app(facts) => worth,
        Severity::Error => Severity::Warning,
        _ => Severity::Info,
    };
    sink.report_at_most(worth, finding);
}

/// How a rule about flows ends.
pub(crate) fn outcome(facts: &Facts) -> Outcome {
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None if facts.accesses.is_empty() => {
            Outcome::NotApplicable("no place that reads an address was found".to_owned())
        }
        None => Outcome::Checked,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{Caller, Product, Step};

    /// A Forge app with a declaration of these uses, in which one address of that kind (line 7, for the use
    /// `mine`) goes to a sink on line 20 by two steps.
    pub(crate) fn one_flow(access_kind: AccessKind, kind: SinkKind, service: Option<&str>) -> Facts {
        let mut facts = with_uses(forge(&[]), vec![declared("mine", "error-reports", 3)]);
        let mut read = access(access_kind, Some(Product::Jira), Caller::AsApp, 7);
        read.uses = vec!["mine".to_owned()];
        let mut goes = flow(&read, kind, 20);
        goes.service = service.map(str::to_owned);
        goes.path = vec![
            Step { place: read.place.clone(), what: "the address is obtained".to_owned() },
            Step { place: place("src/other.ts", 3), what: "it is handed to `send`".to_owned() },
            Step { place: goes.place.clone(), what: "it arrives".to_owned() },
        ];
        facts.flows.push(goes);
        facts.accesses.push(read);
        facts
    }

    /// The lines of the other places of a finding.
    pub(crate) fn lines(finding: &Finding) -> Vec<(String, u32)> {
        finding.related.iter().map(|r| (r.place.file.to_string(), r.place.line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AppType, InputKind, Step};

    #[test]
    fn the_way_is_shown_without_the_place_itself() {
        let facts = one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        let goals = goals(&facts, &[SinkKind::Log]);
        let finding = goals[0].finding("wrong", "here");
        assert_eq!(lines(&finding), [("src/app.ts".to_owned(), 7), ("src/other.ts".to_owned(), 3)]);
    }

    #[test]
    fn what_a_resolver_returns_is_a_response() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Ui, None);
        facts.flows[0].sink = "response.forge-resolver".to_owned();
        assert!(goals(&facts, &[SinkKind::Ui]).is_empty());
        assert_eq!(goals(&facts, &[SinkKind::Response]).len(), 1);
    }

    #[test]
    fn a_second_line_on_the_way_is_no_second_finding() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Response, None);
        let shadow = |kind| Flow { kind, confidence: Confidence::Possible, ..facts.flows[0].clone() };
        let (shown, put) =
            (shadow(SinkKind::Ui), Flow { place: place("src/other.ts", 3), ..shadow(SinkKind::Response) });
        facts.flows.extend([shown, put]);
        assert_eq!(goals(&facts, &[SinkKind::Response]).len(), 1);
        assert!(goals(&facts, &[SinkKind::Ui]).is_empty());
        facts.flows.remove(0);
        assert_eq!(goals(&facts, &[SinkKind::Response]).len(), 1, "a guess that stands alone is told");
    }

    #[test]
    fn a_long_way_keeps_its_start_and_its_end_and_all_sources_are_named() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        facts.flows[0].path =
            (0..30).map(|n| Step { place: place("src/way.ts", n + 1), what: format!("step {n}") }).collect();
        for line in 40..60 {
            let access = jira_email_call(line);
            facts.flows.push(flow(&access, SinkKind::Log, 20));
            facts.accesses.push(access);
        }
        let goals = goals(&facts, &[SinkKind::Log]);
        assert_eq!(goals.len(), 1, "one place");
        let mut sorted = goals[0].flows.clone();
        sorted.sort_by_key(|f| f.path.len());
        let finding = with_ways(
            Finding::new(place("a", 1), "wrong"),
            goals[0].place,
            &facts.flows.iter().collect::<Vec<_>>(),
            &goals[0].accesses,
        );
        let said = |n: usize| finding.related[n].message.as_str();
        assert_eq!((said(0), said(1), said(6)), ("step 0", "step 24", "step 29"));
        assert_eq!(finding.related.len(), 7 + MOST_SOURCES);
        let last = finding.related.last().map(|r| r.message.as_str());
        assert!(last.is_some_and(|m| m.ends_with("and 16 more elsewhere")), "{last:?}");
    }

    #[test]
    fn what_is_not_sure_or_no_app_is_worth_less() {
        let worth = |facts: &Facts, confidence, worth| {
            let mut findings = Vec::new();
            let mut sink = Sink::new("some-rule", Severity::Error, ".".into(), &mut findings);
            report(facts, &mut sink, worth, Finding::new(place("a", 1), "wrong").confidence(confidence));
            findings[0].severity
        };
        let (app, none) = (forge(&[]), facts(AppType::Unknown));
        assert_eq!(worth(&app, Confidence::Likely, Severity::Error), Severity::Error);
        assert_eq!(worth(&app, Confidence::Possible, Severity::Error), Severity::Info);
        assert_eq!(worth(&none, Confidence::Likely, Severity::Error), Severity::Warning);
        assert_eq!(worth(&none, Confidence::Likely, Severity::Warning), Severity::Info);
    }

    #[test]
    fn without_accesses_there_is_nothing_to_follow_unless_code_was_not_seen() {
        let mut facts = forge(&[]);
        assert!(matches!(outcome(&facts), Outcome::NotApplicable(_)));
        facts.problems.push(problem(InputKind::Source, "a.ts", true));
        assert!(matches!(outcome(&facts), Outcome::NotEvaluated(_)));
        assert_eq!(outcome(&one_flow(AccessKind::EmailApi, SinkKind::Log, None)), Outcome::Checked);
    }
}
