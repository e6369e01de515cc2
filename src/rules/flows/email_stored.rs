//! An address that is stored although the statement on personal data does not say so.

use crate::facts::{Facts, SinkKind};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

use super::{goals, outcome, report};

pub(crate) static RULE: Rule = Rule {
    name: "email-stored",
    summary: "an address is stored and the statement on personal data does not say so",
    group: Group::Flows,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("email_stored.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let goals = goals(facts, &[SinkKind::Storage]);
    if facts.declaration_exists && facts.declaration.is_none() && !goals.is_empty() {
        return Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned());
    }
    let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let stores = data.and_then(|d| d.stores.as_ref());
    if questions::says_it_stores_addresses(facts) {
        return outcome(facts);
    }
    for goal in goals {
        let what = match goal.flow() {
            Some(flow) if flow.implicit => "an object that holds an address is stored",
            _ => "an address is stored",
        };
        let place = goal.flow().and_then(|f| f.service.as_deref());
        let place = place.map(|p| format!(" in {}", crate::rules::wording::plain(p))).unwrap_or_default();
        let (said, worth) = match stores {
            Some(_) => ("and `personal-data.stores` does not name `email-address`", Severity::Error),
            None => ("and nothing says so", Severity::Warning),
        };
        let mut finding = goal.finding(format!("{what}{place} {said}"), "kept here");
        if let Some(stated) = data.and_then(|d| d.stores_place.as_ref()) {
            finding = finding.related(stated.clone(), "what the app says that it stores");
        }
        finding = finding
            .note("a request has to say whether the app stores personal data (Atlassian, Profile visibility, Requirements), and what is stored has to be reported, refreshed and erased (Atlassian, User privacy guide for app developers)")
            .help("store the `accountId` alone and fetch the address when it is needed")
            .help("or say that it is kept, in `email-access.yaml`:\npersonal-data:\n  collects: true\n  stores: [account-id, email-address]");
        report(facts, sink, worth, finding);
    }
    outcome(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, PersonalDataDeclaration};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_evaluated};

    fn stating(stores: Option<&[&str]>) -> Facts {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, Some("Forge storage"));
        facts.declaration.as_mut().unwrap().personal_data = stores.map(|stores| PersonalDataDeclaration {
            place: place("email-access.yaml", 6),
            collects: None,
            stores: Some(stores.iter().map(|s| located((*s).to_owned(), "email-access.yaml", 8)).collect()),
            stores_place: Some(place("email-access.yaml", 8)),
            retention: None,
            reporting_cycle_days: None,
        });
        facts
    }

    #[test]
    fn what_the_statement_says_decides() {
        for (stores, expected) in [
            (Some(&["account-id", "email-address"][..]), None),
            (Some(&["account-id"][..]), Some(Severity::Error)),
            (Some(&[][..]), Some(Severity::Error)),
            (None, Some(Severity::Warning)),
        ] {
            let findings = found(&RULE, &stating(stores));
            assert_eq!(findings.first().map(|f| f.severity), expected, "{stores:?}");
        }
        let findings = found(&RULE, &stating(Some(&[])));
        assert!(findings[0].message.starts_with("an address is stored in Forge storage and"));
        assert!(findings[0].related.iter().any(|r| &*r.place.file == "email-access.yaml"));
    }

    #[test]
    fn a_declaration_that_cannot_be_read_may_say_so() {
        let mut facts = stating(None);
        facts.declaration = None;
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration_exists = false;
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Warning);
    }
}
