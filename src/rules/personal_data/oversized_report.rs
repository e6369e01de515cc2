//! A report with more accounts than Atlassian takes.

use crate::catalog::personal_data::PersonalData;
use crate::facts::{Facts, ReportVia};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

pub(crate) static RULE: Rule = Rule {
    name: "oversized-report",
    summary: "a report of stored accounts holds more than 90 of them",
    group: Group::PersonalData,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("oversized_report.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let most = PersonalData::get().report.most_accounts;
    let reports = &facts.personal_data.reports;
    let mut unknown = 0;
    for report in reports.iter().filter(|r| r.via == ReportVia::Rest) {
        match &report.batch {
            None => unknown += 1,
            Some(batch) if batch.value > most => sink.report(
                Finding::new(
                    batch.place.clone(),
                    format!("stored accounts are reported {} at once, and {most} are the most", batch.value),
                )
                .label("too many")
                .confidence(report.confidence)
                .related(report.place.clone(), "the report is made here")
                .note("a report takes at most 90 accounts; a larger one is answered with 400 (Atlassian, User privacy guide for app developers)")
                .help(format!("send at most {most} accounts in one report, one report after the other")),
            ),
            Some(_) => {}
        }
    }
    match (reports.is_empty(), unknown) {
        (true, _) => Outcome::NotApplicable("no code reports stored accounts".to_owned()),
        (false, 0) => Outcome::Checked,
        _ => Outcome::NotEvaluated("how many accounts a report holds could not be told".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::report;
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn ninety_are_the_most_unless_forge_splits_them() {
        for (via, batch, expected) in
            [(ReportVia::Rest, Some(90), 0), (ReportVia::Rest, Some(91), 1), (ReportVia::Forge, None, 0)]
        {
            let mut facts = forge(&[]);
            let mut call = report(via);
            call.batch = batch.map(|b| located(b, "src/report.ts", 3));
            facts.personal_data.reports.push(call);
            assert_eq!(found(&RULE, &facts).len(), expected, "{via:?} {batch:?}");
        }
        let mut unknown = forge(&[]);
        assert!(not_applicable(&RULE, &unknown));
        unknown.personal_data.reports.push(report(ReportVia::Rest));
        assert!(not_evaluated(&RULE, &unknown));
    }
}
