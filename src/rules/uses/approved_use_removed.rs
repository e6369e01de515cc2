//! What was approved and is no longer done.

use crate::facts::Facts;
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::approval::{self, Judged, Standing};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "approved-use-removed",
    summary: "what was approved is no longer declared",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("approved_use_removed.md"),
    check,
};

const COVERS_MORE: &str = "the approved request covers more than the app does; Atlassian may audit what addresses are used for, and holds the app to what the request says";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let (approval, changes) = match approval::judged(facts) {
        Judged::By(approval, changes) => (approval, changes),
        Judged::Not(outcome) => return outcome,
    };
    let ticket = wording::name(&approval.record.ticket);
    let steps = |finding: Finding, say: &str| {
        finding
            .note(COVERS_MORE)
            .help(format!(
                "if it is meant, say in an update of {ticket} {say}: `mailpermit request --update` writes it"
            ))
            .help("then record what is approved now: `mailpermit approve --ticket KEY`")
    };
    for change in &changes.uses {
        let name = wording::name(&change.name);
        if change.standing == Standing::Removed {
            let place = approval.places.get(&change.name).unwrap_or(&approval.catalogue_place).clone();
            let finding = Finding::new(
                place,
                format!("the use {name} was approved in {ticket} and is no longer declared"),
            );
            sink.report(steps(
                finding.label("approved, and gone"),
                &format!("that the use {name} has ended"),
            ));
            continue;
        }
        let less = || change.differences.iter().filter(|d| d.is_less());
        if less().next().is_none() {
            continue;
        }
        let what: Vec<String> = less().map(|d| d.words()).collect();
        let say: Vec<String> = less().map(|d| d.asks()).collect();
        let place = approval::place_of(facts, &change.name);
        let finding = Finding::new(
            place,
            format!("the use {name} is less than {ticket} approved: {}", what.join("; ")),
        );
        sink.report(steps(finding.label("less than was approved"), &say.join("; ")));
    }
    if !changes.gone_stores.is_empty() {
        let kinds = wording::names(changes.gone_stores.iter().map(String::as_str));
        let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
        let place = data.map(|d| d.stores_place.as_ref().unwrap_or(&d.place).clone());
        let finding = Finding::new(
            place.unwrap_or_else(|| questions::anchor(facts)),
            format!("{kinds} is no longer declared as stored, and {ticket} was approved with it"),
        );
        sink.report(steps(finding, &format!("that {kinds} is not stored any more")));
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn approved() -> Facts {
        let mut uses = vec![declared("one", "error-reports", 3), declared("two", "user-sync", 8)];
        uses[0].addresses_from = vec![located("scim".to_owned(), "email-access.yaml", 5)];
        let mut facts = with_uses(forge(&[]), uses);
        facts.approval = Some(approval(&facts));
        facts.approval_exists = true;
        facts
    }

    #[test]
    fn what_is_gone_is_told() {
        let mut facts = approved();
        assert!(found(&RULE, &facts).is_empty());
        facts.declaration.as_mut().unwrap().uses.remove(1);
        let findings = found(&RULE, &facts);
        assert_eq!(
            (findings.len(), &*findings[0].place.file, findings[0].place.line),
            (1, "email-access.lock", 11)
        );
        assert_eq!(
            findings[0].message,
            "the use `two` was approved in `ECOHELP-1` and is no longer declared"
        );
        let mut facts = approved();
        facts.declaration.as_mut().unwrap().uses[0].addresses_from.clear();
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line), (1, 3));
        assert!(findings[0].message.contains("no longer come from `scim`"), "{findings:#?}");
    }

    #[test]
    fn it_takes_a_record_and_a_declaration() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut facts = approved();
        facts.declaration = None;
        assert!(not_evaluated(&RULE, &facts));
        facts.approval = None;
        assert!(not_evaluated(&RULE, &facts));
    }
}
