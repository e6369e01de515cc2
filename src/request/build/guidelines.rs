//! Atlassian's guidelines one by one: confirmed only where rules and flows support it, never by default.

use std::collections::BTreeSet;

use super::uses::{listed, needs_use};
use super::{incomplete, spot};
use crate::catalog::sinks::Sinks;
use crate::facts::{Facts, Flow, SinkKind, ThirdParty};
use crate::findings::run::{AppRun, RuleState};
use crate::findings::{Confidence, Severity};
use crate::request::model::{Evidence, Guideline, Spot, Status};
use crate::request::texts::{GuidelineTexts, counted, texts};
use crate::rules::services::{self, Service};

/// Evidence, by the side it is on.
#[derive(Default)]
struct Case {
    against: Vec<Evidence>,
    unsure: Vec<Evidence>,
    support: Vec<Evidence>,
    /// A rule that has to speak for it looked and found nothing.
    passed: bool,
}

pub(super) fn guidelines(app: &AppRun) -> Vec<Guideline> {
    texts().guidelines.iter().map(|t| guideline(app, t)).collect()
}

fn guideline(app: &AppRun, texts: &GuidelineTexts) -> Guideline {
    let mut case = Case::default();
    for rule in &texts.needs {
        needed(app, rule, &mut case);
    }
    for rule in &texts.also {
        findings(app, rule, &mut case);
    }
    match texts.id.as_str() {
        "described-functionality" => described(&app.facts, &mut case),
        "not-in-ui" => not_in_ui(app, &mut case),
        "no-unneeded-third-parties" => third_parties(app, &mut case),
        _ => {}
    }
    if !texts.needs.is_empty() {
        if let Some(why) = incomplete(&app.facts) {
            case.unsure.push(Evidence { text: why, at: None });
        }
        if app.facts.accesses.is_empty() {
            let text = "no place that reads an address was found, so there was nothing to follow".to_owned();
            case.unsure.push(Evidence { text, at: None });
        }
    }
    conclude(texts, case)
}

fn conclude(texts: &GuidelineTexts, case: Case) -> Guideline {
    let against = case.against.len();
    let (status, statement) = if against > 0 {
        let facts = counted(against, "fact speaks", "facts speak");
        (Status::NotConfirmed, format!("This is not confirmed: {facts} against it."))
    } else if !case.unsure.is_empty() || !case.passed {
        let own = &texts.own_statement;
        let text = format!("This could not be verified by this tool: the vendor has to confirm {own}.");
        (Status::NotVerified, text)
    } else {
        (Status::Confirmed, texts.confirmed.clone())
    };
    let evidence: Vec<Evidence> = [case.against, case.unsure, case.support].into_iter().flatten().collect();
    let total = evidence.len();
    Guideline {
        id: texts.id.clone(),
        title: texts.title.clone(),
        requirement: texts.requirement.clone(),
        status,
        statement,
        evidence: listed(evidence.into_iter(), total),
    }
}

fn state<'a>(app: &'a AppRun, rule: &str) -> Option<&'a RuleState> {
    app.rules.iter().find(|(name, _)| *name == rule).map(|(_, state)| state)
}

/// Weighs a rule without which nothing is confirmed.
fn needed(app: &AppRun, rule: &str, case: &mut Case) {
    let (side, text) = match state(app, rule) {
        Some(RuleState::Passed) => {
            case.passed = true;
            (&mut case.support, format!("rule `{rule}` passed"))
        }
        Some(RuleState::NotApplicable(why)) => {
            (&mut case.support, format!("rule `{rule}` has nothing to check: {why}"))
        }
        Some(RuleState::NotEvaluated(why)) => {
            (&mut case.unsure, format!("rule `{rule}` could not be evaluated: {why}"))
        }
        Some(RuleState::Off) => (&mut case.unsure, format!("rule `{rule}` is switched off")),
        None => (&mut case.unsure, format!("rule `{rule}` was not run")),
        Some(RuleState::Failed) => return findings(app, rule, case),
    };
    side.push(Evidence { text, at: None });
}

/// Weighs the findings of a rule: they speak against, or leave it open where someone suppressed them.
fn findings(app: &AppRun, rule: &str, case: &mut Case) {
    let mut any = false;
    for finding in app.findings.iter().filter(|f| f.rule == rule) {
        any = true;
        let at = Some(spot(&finding.place));
        match &finding.suppressed {
            Some(by) => {
                let text =
                    format!("{} (`{rule}`), suppressed with the reason: {}", finding.message, by.reason);
                case.unsure.push(Evidence { text, at });
            }
            None => {
                let text = format!("{} (`{rule}`)", finding.message);
                // What is only worth knowing does not refute, but it does not let pass either.
                let sure = finding.severity > Severity::Info && finding.confidence > Confidence::Possible;
                let side = if sure { &mut case.against } else { &mut case.unsure };
                side.push(Evidence { text, at });
            }
        }
    }
    if !any && matches!(state(app, rule), Some(RuleState::Failed)) {
        case.unsure.push(Evidence { text: format!("rule `{rule}` failed"), at: None });
    }
}

/// The places that evidence names already: one piece a place.
fn seen(evidence: &[Evidence]) -> BTreeSet<Spot> {
    evidence.iter().filter_map(|e| e.at.clone()).collect()
}

fn described(facts: &Facts, case: &mut Case) {
    let mut named = seen(&case.against);
    named.extend(seen(&case.unsure));
    for access in facts.accesses.iter().filter(|a| a.uses.is_empty()) {
        let at = spot(&access.place);
        if named.insert(at.clone()) {
            let text = "an address is read here without a use".to_owned();
            let side = if needs_use(access) { &mut case.against } else { &mut case.unsure };
            side.push(Evidence { text, at: Some(at) });
        }
    }
}

fn not_in_ui(app: &AppRun, case: &mut Case) {
    let refused = matches!(state(app, "email-in-ui"), Some(RuleState::Failed));
    let mut named = seen(&case.against);
    named.extend(seen(&case.unsure));
    for flow in &app.facts.flows {
        let text = match flow.kind {
            SinkKind::Ui if !refused => "an address reaches the UI here",
            SinkKind::Response if Sinks::get().is_terminal(&flow.sink) => {
                "an address is in the output of a command here"
            }
            SinkKind::Response => {
                "an address leaves through the app's own route here; what its caller shows is not followed"
            }
            _ => continue,
        };
        let at = spot(&flow.place);
        if named.insert(at.clone()) {
            case.unsure.push(Evidence { text: text.to_owned(), at: Some(at) });
        }
    }
}

fn third_parties(app: &AppRun, case: &mut Case) {
    let facts = &app.facts;
    let declared: Vec<&ThirdParty> =
        facts.declaration.iter().flat_map(|d| &d.uses).flat_map(|u| &u.third_parties).collect();
    for party in &declared {
        let name = &party.name.value;
        let (side, text) = match party.required {
            Some(true) => (&mut case.support, format!("{name} is declared as required for the service")),
            Some(false) => (&mut case.against, format!("{name} is declared as not required for the service")),
            None => {
                (&mut case.unsure, format!("it is not stated whether {name} is required for the service"))
            }
        };
        side.push(Evidence { text, at: Some(spot(&party.name.place)) });
    }
    let own = services::own_hosts(facts);
    let mut named = seen(&case.against);
    named.extend(seen(&case.unsure));
    for flow in facts.flows.iter().filter(|f| is_outward(f)) {
        let at = spot(&flow.place);
        if !named.insert(at.clone()) {
            continue;
        }
        let (side, text) = match Service::of(flow) {
            Some(service) if declared.iter().any(|p| service.is(p)) => {
                (&mut case.support, format!("an address goes to {} here, as declared", service.name))
            }
            Some(service) if service.is_own(&own) => {
                (&mut case.support, format!("an address goes to {} here, the vendor's own", service.name))
            }
            Some(service) => {
                (&mut case.unsure, format!("an address goes to {} here, which no use declares", service.name))
            }
            None if services::to_own_remote(flow) => {
                (&mut case.support, "an address goes to the app's own remote here".to_owned())
            }
            None => (
                &mut case.unsure,
                "an address leaves the app here, to a service that could not be told".to_owned(),
            ),
        };
        side.push(Evidence { text, at: Some(at) });
    }
}

fn is_outward(flow: &Flow) -> bool {
    matches!(flow.kind, SinkKind::ThirdParty | SinkKind::Marketing | SinkKind::Mail)
}
