//! Nothing says whether the app collects and stores personal data.

use crate::facts::{Facts, PersonalDataDeclaration};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "missing-personal-data-statement",
    summary: "nothing says whether the app collects and stores personal data",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("missing_personal_data_statement.md"),
    check,
};

const WHY: &str = "an app that asks for the Email API has to say whether it collects and stores personal data (Atlassian, Profile visibility, Requirements)";
const EXAMPLE: &str =
    "personal-data:\n  collects: true\n  stores: [account-id, email-address]   # [] when nothing is stored";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(declaration) = &facts.declaration else {
        if facts.declaration_exists {
            return Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned());
        }
        if let Some(outcome) = questions::no_documents_needed(facts) {
            return outcome;
        }
        let worth = questions::worth_of_requirement(facts);
        let finding = Finding::new(
            questions::anchor(facts),
            "there is no statement whether the app collects and stores personal data",
        )
        .note(if worth == Severity::Info { questions::LISTING } else { WHY })
        .note("looked for: `personal-data` in `email-access.yaml`, and there is no such file")
        .help(format!("state it in `email-access.yaml`:\n{EXAMPLE}"));
        sink.report_at_most(worth, finding);
        return Outcome::Checked;
    };
    let file = wording::name(&declaration.file);
    match &declaration.personal_data {
        None => sink.report(
            Finding::new(
                questions::anchor(facts),
                format!("{file} does not say whether the app collects and stores personal data"),
            )
            .note(WHY)
            .help(format!("state it:\n{EXAMPLE}")),
        ),
        Some(stated) => {
            for (key, example) in missing_keys(stated) {
                sink.report(
                    Finding::new(stated.place.clone(), format!("`personal-data` does not say `{key}`"))
                        .note(WHY)
                        .help(format!("state it: `{example}`")),
                );
            }
        }
    }
    Outcome::Checked
}

/// The keys that a statement lacks, with an example of each.
fn missing_keys(stated: &PersonalDataDeclaration) -> impl Iterator<Item = (&'static str, &'static str)> {
    let collects = stated.collects.is_none().then_some(("collects", "collects: true"));
    let stores = stated.stores.is_none().then_some(("stores", "stores: [account-id, email-address]"));
    collects.into_iter().chain(stores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn each_half_of_the_statement_is_needed() {
        let at = place("email-access.yaml", 6);
        let yes = Some(located(true, "email-access.yaml", 7));
        for (collects, stores, expected) in [
            (yes.clone(), Some(Vec::new()), vec![]),
            (None, Some(Vec::new()), vec!["`personal-data` does not say `collects`"]),
            (yes, None, vec!["`personal-data` does not say `stores`"]),
            (
                None,
                None,
                vec!["`personal-data` does not say `collects`", "`personal-data` does not say `stores`"],
            ),
        ] {
            let mut facts = with_uses(forge(&[]), Vec::new());
            facts.declaration.as_mut().unwrap().personal_data = Some(PersonalDataDeclaration {
                place: at.clone(),
                collects,
                stores,
                stores_place: None,
                retention: None,
                reporting_cycle_days: None,
            });
            let messages: Vec<_> = found(&RULE, &facts).into_iter().map(|f| f.message).collect();
            assert_eq!(messages, expected);
        }
    }

    #[test]
    fn no_statement_at_all() {
        let findings = found(&RULE, &with_uses(forge(&[]), Vec::new()));
        assert_eq!((findings[0].severity, findings[0].place.line), (Severity::Error, 1));
        assert_eq!(found(&RULE, &connect(&["ACCESS_EMAIL_ADDRESSES"]))[0].severity, Severity::Error);
        assert_eq!(found(&RULE, &forge(&["read:email-address:jira"]))[0].severity, Severity::Warning);
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut broken = forge(&[]);
        broken.declaration_exists = true;
        assert!(not_evaluated(&RULE, &broken));
    }
}
