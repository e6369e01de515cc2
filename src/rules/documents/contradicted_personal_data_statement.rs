//! A statement on personal data that the code contradicts.

use crate::facts::{Facts, Flow, ObservationKind, PersonalDataDeclaration, SinkKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "contradicted-personal-data-statement",
    summary: "the statement on personal data says what the code contradicts",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("contradicted_personal_data_statement.md"),
    check,
};

const WHY: &str = "a request has to say truly whether the app collects and stores personal data (Atlassian, Profile visibility, Requirements)";
/// Places of the code that are named.
const MOST_PLACES: usize = 5;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(declaration) = &facts.declaration else {
        return match facts.declaration_exists {
            true => Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned()),
            false => Outcome::NotApplicable("there is no statement on personal data".to_owned()),
        };
    };
    let Some(stated) = &declaration.personal_data else {
        return Outcome::NotApplicable("there is no statement on personal data".to_owned());
    };
    let stored: Vec<&Flow> =
        facts.flows.iter().filter(|f| f.kind == SinkKind::Storage && questions::sure(f.confidence)).collect();
    collects(facts, stated, &stored, sink);
    stores(facts, stated, &stored, sink);
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

/// `collects: false`, and addresses are read.
fn collects(facts: &Facts, stated: &PersonalDataDeclaration, stored: &[&Flow], sink: &mut Sink<'_>) {
    let Some(said) = stated.collects.as_ref().filter(|c| !c.value) else { return };
    let read: Vec<&Place> = questions::sure_accesses(facts).map(|a| &a.place).collect();
    let kept: Vec<&Place> = stored.iter().map(|f| &f.place).collect();
    let (message, what, places, worth) = match (kept.as_slice(), read.as_slice()) {
        ([], []) => return,
        ([], read) => (
            "the app is said to collect no personal data, and the code reads addresses",
            "an address is read here",
            read,
            Severity::Warning,
        ),
        (kept, _) => (
            "the app is said to collect no personal data, and the code stores addresses",
            "an address is stored here",
            kept,
            Severity::Error,
        ),
    };
    let finding = Finding::new(said.place.clone(), message)
        .label("contradicted by the code")
        .note(WHY)
        .note("an email address is personal data, however short a time the app has it")
        .help("say `collects: true`");
    sink.report_at_most(worth, with(finding, places, what));
}

/// `stores` without addresses or account ids, and both are stored.
fn stores(facts: &Facts, stated: &PersonalDataDeclaration, stored: &[&Flow], sink: &mut Sink<'_>) {
    let Some(said) = &stated.stores else { return };
    let place = stated.stores_place.as_ref().unwrap_or(&stated.place);
    let names = |kind: &str| said.iter().any(|s| s.value == kind);
    if !stored.is_empty() && !names("email-address") {
        let message = match said.is_empty() {
            true => "the app is said to store no personal data, and the code stores addresses",
            false => "the app is not said to store addresses, and the code does",
        };
        let places: Vec<&Place> = stored.iter().map(|f| &f.place).collect();
        let finding = Finding::new(place.clone(), message)
            .label("contradicted by the code")
            .note(WHY)
            .help("add `email-address` to `stores`, with `retention` and `reporting`")
            .help("or stop storing addresses: keep the `accountId` and fetch the address when it is needed");
        sink.report(with(finding, &places, "an address is stored here"));
    }
    // Who reports accounts has some.
    let reports: Vec<&Place> = facts
        .observations
        .iter()
        .filter(|o| o.kind == ObservationKind::PersonalDataReport && questions::sure(o.confidence))
        .map(|o| &o.place)
        .collect();
    if said.is_empty() && !reports.is_empty() {
        let finding = Finding::new(
            place.clone(),
            "the app is said to store no personal data, and the code reports stored accounts to Atlassian",
        )
        .label("contradicted by the code")
        .note(WHY)
        .help("say what is stored: at least `account-id`")
        .help("or drop the report, if nothing is stored any more");
        sink.report_at_most(Severity::Warning, with(finding, &reports, "stored accounts are reported here"));
    }
}

fn with(mut finding: Finding, places: &[&Place], what: &str) -> Finding {
    let mut places = places.to_vec();
    places.sort();
    places.dedup();
    for place in places.iter().take(MOST_PLACES) {
        finding = finding.related((*place).clone(), what);
    }
    match places.len().saturating_sub(MOST_PLACES) {
        0 => finding,
        more => finding.note(format!("and at {more} more places")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, InputKind};
    use crate::findings::Confidence;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn stating(mut facts: Facts, collects: Option<bool>, stores: Option<&[&str]>) -> Facts {
        let file = "email-access.yaml";
        facts.declaration.as_mut().unwrap().personal_data = Some(PersonalDataDeclaration {
            place: place(file, 5),
            collects: collects.map(|c| located(c, file, 6)),
            stores: stores.map(|s| s.iter().map(|s| located((*s).to_owned(), file, 7)).collect()),
            stores_place: stores.map(|_| place(file, 7)),
            retention: None,
            reporting_cycle_days: None,
        });
        facts
    }

    fn told(facts: &Facts) -> Vec<(u32, Severity)> {
        found(&RULE, facts).iter().map(|f| (f.place.line, f.severity)).collect()
    }

    #[test]
    fn each_half_is_held_against_the_code() {
        let stored = || one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        let read = || one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        let all: &[&str] = &["account-id", "email-address"];
        assert!(told(&stating(stored(), Some(true), Some(all))).is_empty());
        assert!(told(&stating(stored(), None, None)).is_empty(), "what is missing is told elsewhere");
        assert_eq!(told(&stating(stored(), Some(false), Some(all))), [(6, Severity::Error)]);
        assert_eq!(told(&stating(read(), Some(false), Some(&[]))), [(6, Severity::Warning)]);
        assert_eq!(told(&stating(stored(), Some(true), Some(&[]))), [(7, Severity::Error)]);
        assert_eq!(told(&stating(stored(), Some(true), Some(&["account-id"]))), [(7, Severity::Error)]);
    }

    #[test]
    fn a_guess_contradicts_nothing() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        facts.flows[0].confidence = Confidence::Possible;
        assert!(told(&stating(facts, Some(true), Some(&[]))).is_empty());
    }

    #[test]
    fn who_reports_accounts_stores_some() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.observations.push(observation(ObservationKind::PersonalDataReport, "forge", 30));
        assert_eq!(told(&stating(facts.clone(), Some(true), Some(&[]))), [(7, Severity::Warning)]);
        assert!(told(&stating(facts, Some(true), Some(&["account-id"]))).is_empty());
    }

    #[test]
    fn without_a_statement_or_with_unseen_code_nothing_is_said_to_be_right() {
        let mut facts = with_uses(forge(&[]), Vec::new());
        assert!(not_applicable(&RULE, &facts));
        facts = stating(facts, Some(false), None);
        assert!(told(&facts).is_empty());
        facts.problems.push(problem(InputKind::Source, "a.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration = None;
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration_exists = false;
        assert!(not_applicable(&RULE, &facts));
    }

    #[test]
    fn many_places_are_counted() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        for line in 30..40 {
            facts.flows.push(flow(&jira_email_call(7), SinkKind::Storage, line));
        }
        let findings = found(&RULE, &stating(facts, Some(true), Some(&[])));
        assert_eq!(findings[0].related.len(), MOST_PLACES);
        assert!(findings[0].notes.contains(&"and at 6 more places".to_owned()), "{:?}", findings[0].notes);
    }
}
