//! A use of addresses that is not, or not like this, in the request that was approved.

use crate::facts::{Approval, Facts, SinkKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::approval::{self, Difference, Judged, Seen, Standing, UseChange};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "unapproved-use",
    summary: "a use is not, or not like this, in the request that was approved",
    group: Group::Uses,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("unapproved_use.md"),
    check,
};

const ONLY_DESCRIBED: &str = "addresses may be used only for the functionality that the request describes; another use needs a new request or an update of the existing one (Atlassian, Profile visibility, Guidelines for using email addresses)";

/// Other places that one finding names.
const MAX_RELATED: usize = 8;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let (approval, changes) = match approval::judged(facts) {
        Judged::By(approval, changes) => (approval, changes),
        Judged::Not(outcome) => return outcome,
    };
    let seen = Seen::of(facts);
    for change in &changes.uses {
        match change.standing {
            Standing::New => sink.report(new(facts, &seen, approval, change)),
            Standing::Changed => changed(facts, &seen, approval, change, sink),
            Standing::Removed => {}
        }
    }
    let ticket = wording::name(&approval.record.ticket);
    let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    if let (Some(data), false) = (data, changes.new_stores.is_empty()) {
        let kinds = wording::names(changes.new_stores.iter().map(String::as_str));
        let place = data.stores_place.as_ref().unwrap_or(&data.place);
        sink.report(steps(
            Finding::new(
                place.clone(),
                format!("{kinds} is declared as stored, which {ticket} did not approve"),
            ),
            approval,
            &format!("that {kinds} is stored, for how long, and how it is reported and erased"),
        ));
    }
    if let Some((before, now)) = &changes.app {
        let key = facts.app.manifest().and_then(|m| m.key.as_ref());
        let place = key.map_or_else(|| questions::anchor(facts), |k| k.place.clone());
        sink.report(
            Finding::new(
                place,
                format!("the app is {}, and {ticket} approved {}", wording::name(now), wording::name(before)),
            )
            .note("access is granted for one app, by its key (Atlassian, Profile visibility)")
            .help("file a request for this app: `mailpermit request` writes it")
            .help("once it is approved, record it: `mailpermit approve --ticket KEY`"),
        );
    }
    if let Some((before, now)) = &changes.catalogue {
        sink.report_at_most(
            Severity::Info,
            Finding::new(
                approval.catalogue_place.clone(),
                format!("{ticket} was approved under the list of uses of {}, and this is that of {}", wording::name(before), wording::name(now)),
            )
            .label("another list by now")
            .note("what is no longer on the list of valid uses is told by other rules")
            .help("read with `mailpermit uses` whether the approved uses still are what the list allows; the next `mailpermit approve` records the new list"),
        );
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

fn new(facts: &Facts, seen: &Seen<'_>, approval: &Approval, change: &UseChange) -> Finding {
    let (name, ticket) = (wording::name(&change.name), wording::name(&approval.record.ticket));
    let mut finding = Finding::new(
        approval::place_of(facts, &change.name),
        format!("the use {name} is not in the request that {ticket} approved"),
    )
    .label("not approved");
    for access in seen.accesses(&change.name).iter().take(MAX_RELATED) {
        finding = finding.related(access.place.clone(), "an address is read for it");
    }
    steps(
        finding,
        approval,
        &format!("the use {name}: its functionality, description, sources and third parties"),
    )
}

/// One finding for what the declaration says, and one for each thing that the code alone does.
fn changed(facts: &Facts, seen: &Seen<'_>, approval: &Approval, change: &UseChange, sink: &mut Sink<'_>) {
    let not_as = format!(
        "the use {} is not as {} approved it",
        wording::name(&change.name),
        wording::name(&approval.record.ticket)
    );
    let more: Vec<&Difference> = change.differences.iter().filter(|d| !d.is_less()).collect();
    let declared: Vec<&Difference> = more.iter().copied().filter(|d| !d.is_found()).collect();
    if !declared.is_empty() {
        let what: Vec<String> = declared.iter().map(|d| d.words()).collect();
        let asks: Vec<String> = declared.iter().map(|d| d.asks()).collect();
        let place = approval::place_of(facts, &change.name);
        let finding = Finding::new(place, format!("{not_as}: {}", what.join("; ")))
            .label("differs from what was approved");
        sink.report(steps(finding, approval, &asks.join("; ")));
    }
    for difference in more.into_iter().filter(|d| d.is_found()) {
        let mut places = places(facts, seen, &change.name, difference).into_iter();
        let place = places.next().unwrap_or_else(|| approval::place_of(facts, &change.name));
        let mut finding =
            Finding::new(place, format!("{not_as}: {}", difference.words())).label("new since the approval");
        for other in places.take(MAX_RELATED) {
            finding = finding.related(other, "and here");
        }
        sink.report(steps(finding, approval, &difference.asks()).help("or take it out of the code"));
    }
}

/// The note and the steps that all have in common.
fn steps(finding: Finding, approval: &Approval, asks: &str) -> Finding {
    let ticket = wording::name(&approval.record.ticket);
    finding
        .note(ONLY_DESCRIBED)
        .help(format!("put into an update of {ticket}: {asks}"))
        .help("`mailpermit request --update` writes that update; once it is approved, record it with `mailpermit approve --ticket KEY`")
}

/// Where the code does what differs.
fn places(facts: &Facts, seen: &Seen<'_>, name: &str, difference: &Difference) -> Vec<Place> {
    let flows = || seen.flows(name).into_iter();
    let mut places: Vec<Place> = match difference {
        Difference::FoundSource(source) => {
            let accesses = seen.accesses(name).iter().filter(|a| a.source() == source);
            accesses.map(|a| a.place.clone()).collect()
        }
        Difference::FoundParty(party) => flows()
            .filter(|f| seen.undeclared_party(facts, name, f).as_ref() == Some(party))
            .map(|f| f.place.clone())
            .collect(),
        Difference::FoundStored(_) => {
            flows().filter(|f| f.kind == SinkKind::Storage).map(|f| f.place.clone()).collect()
        }
        _ => Vec::new(),
    };
    places.sort();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Caller, InputKind, Product};
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn approved() -> Facts {
        let mut facts = with_uses(
            connect(&[]),
            vec![declared("one", "error-reports", 3), declared("two", "user-sync", 8)],
        );
        let mut access = jira_email_call(7);
        access.uses = vec!["one".to_owned()];
        facts.accesses.push(access);
        facts.approval = Some(approval(&facts));
        facts.approval_exists = true;
        facts
    }

    #[test]
    fn what_is_as_approved_is_silent() {
        assert!(found(&RULE, &approved()).is_empty());
        let mut facts = approved();
        facts.approval = None;
        assert!(not_evaluated(&RULE, &facts));
        facts.approval_exists = false;
        assert!(not_applicable(&RULE, &facts));
        let mut facts = approved();
        facts.problems.push(problem(InputKind::Source, "src/b.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration = None;
        assert!(not_evaluated(&RULE, &facts));
    }

    #[test]
    fn a_new_use_is_told_where_it_is_declared() {
        let mut facts = approved();
        facts.declaration.as_mut().unwrap().uses.push(declared("three", "marketing", 20));
        facts.accesses[0].uses.push("three".to_owned());
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line), (1, 20), "{findings:#?}");
        assert_eq!(findings[0].message, "the use `three` is not in the request that `ECOHELP-1` approved");
        assert_eq!(findings[0].related[0].place.line, 7);
        assert!(findings[0].help[0].contains("update of `ECOHELP-1`"), "{findings:#?}");
    }

    #[test]
    fn all_that_a_declaration_changes_is_one_finding() {
        let mut facts = approved();
        let one = &mut facts.declaration.as_mut().unwrap().uses[0];
        one.description = Some(located("else".to_owned(), "email-access.yaml", 5));
        one.addresses_from.push(located("scim".to_owned(), "email-access.yaml", 6));
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line), (1, 3), "{findings:#?}");
        let message = &findings[0].message;
        assert!(message.contains("description") && message.contains("`scim`"), "{message}");
        assert!(findings[0].help[0].contains("the new description; the source `scim`"), "{findings:#?}");
    }

    #[test]
    fn what_the_code_does_is_told_in_the_code() {
        let mut facts = approved();
        for line in [40, 30] {
            facts.flows.push(flow(&facts.accesses[0].clone(), SinkKind::Storage, line));
        }
        let mut other = access(AccessKind::UserObject, Some(Product::Confluence), Caller::AsApp, 60);
        other.uses = vec!["two".to_owned()];
        facts.accesses.push(other);
        let findings = found(&RULE, &facts);
        let lines: Vec<u32> = findings.iter().map(|f| f.place.line).collect();
        assert_eq!(lines, [30, 60], "{findings:#?}");
        assert_eq!(findings[0].related[0].place.line, 40);
        assert!(findings[1].message.contains("`confluence-user-object`"), "{findings:#?}");
    }

    #[test]
    fn the_app_the_list_and_the_statement_are_compared() {
        let mut facts = approved();
        facts.app.key = Some("old".to_owned());
        facts.approval = Some(approval(&facts));
        facts.app.key = Some("new".to_owned());
        std::sync::Arc::make_mut(&mut facts.catalogue).version = "2030".to_owned();
        facts.declaration.as_mut().unwrap().personal_data = Some(crate::facts::PersonalDataDeclaration {
            place: place("email-access.yaml", 2),
            collects: None,
            stores: Some(vec![located("avatar".to_owned(), "email-access.yaml", 2)]),
            stores_place: None,
            retention: None,
            reporting_cycle_days: None,
        });
        let findings = found(&RULE, &facts);
        let severities: Vec<Severity> = findings.iter().map(|f| f.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Error, Severity::Info], "{findings:#?}");
        assert!(findings[0].message.starts_with("`avatar` is declared as stored"));
        assert_eq!(findings[1].message, "the app is `new`, and `ECOHELP-1` approved `old`");
    }
}
