//! Reports that are made more seldom than Atlassian asks.

use crate::catalog::personal_data::PersonalData;
use crate::facts::Facts;
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule};

use super::BOTH_CYCLES;
use crate::text::words;

pub(crate) static RULE: Rule = Rule {
    name: "slow-report-cycle",
    summary: "stored accounts are reported more seldom than every 7 days",
    group: Group::PersonalData,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("slow_report_cycle.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let report = &PersonalData::get().report;
    let data = &facts.personal_data;
    let declared = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let cycle = declared.and_then(|d| d.reporting_cycle_days.as_ref());
    if let Some(days) = cycle.filter(|d| d.value > report.cycle_days) {
        let finding = Finding::new(
            days.place.clone(),
            format!("stored accounts are declared to be reported every {} days", days.value),
        )
        .label("longer than 7 days");
        sink.report(told(finding, days.value > report.longest_cycle_days));
    }
    // Of several the fastest decides.
    let known = data.schedules.iter().filter_map(|s| Some((s.hours?, s)));
    let fastest = known.min_by_key(|(hours, _)| *hours);
    if let Some((hours, schedule)) = fastest.filter(|(hours, _)| *hours > report.cycle_days * 24) {
        let days = hours.div_ceil(24);
        let mut finding = Finding::new(
            schedule.place.clone(),
            format!("stored accounts are reported every {}", words::count(days as usize, "day", "days")),
        )
        .label("longer than 7 days")
        .confidence(Confidence::Likely);
        for report in data.reports.iter().take(3) {
            finding = finding.related(report.place.clone(), "the report is made here");
        }
        sink.report(told(finding, days > report.longest_cycle_days));
    }
    match (data.reports.is_empty(), fastest, cycle) {
        (true, _, None) => Outcome::NotApplicable("no code reports stored accounts".to_owned()),
        (false, None, _) => {
            Outcome::NotEvaluated("how often stored accounts are reported could not be told".to_owned())
        }
        _ => Outcome::Checked,
    }
}

fn told(finding: Finding, beyond_both: bool) -> Finding {
    let finding = finding.note(BOTH_CYCLES);
    let finding = match beyond_both {
        true => finding.note("this is longer than either of them allows"),
        false => finding.note("this is right by the second, and by the first only where the header says so"),
    };
    finding.help("report every 7 days, and follow the `Cycle-Period` header of the answers")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{every, report, storing};
    use super::*;
    use crate::facts::ReportVia;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn run(hours: &[Option<u32>]) -> Facts {
        let mut facts = forge(&[]);
        facts.personal_data.reports.push(report(ReportVia::Rest));
        facts.personal_data.schedules = hours.iter().map(|h| every(*h)).collect();
        facts
    }

    #[test]
    fn the_fastest_schedule_decides() {
        for (hours, expected) in [
            (&[Some(168)][..], None),
            (&[Some(24)], None),
            (&[Some(240)], Some("right by the second")),
            (&[Some(744)], Some("longer than either")),
            (&[Some(744), Some(168)], None),
        ] {
            let findings = found(&RULE, &run(hours));
            assert_eq!(findings.len(), usize::from(expected.is_some()), "{hours:?}");
            if let Some(said) = expected {
                assert!(findings[0].notes[1].contains(said), "{:?}", findings[0].notes);
                assert_eq!(findings[0].related[0].place.line, 10);
            }
        }
    }

    #[test]
    fn what_could_not_be_told_is_said_to_be_so() {
        assert!(not_evaluated(&RULE, &run(&[])));
        assert!(not_evaluated(&RULE, &run(&[None])));
        assert!(not_applicable(&RULE, &forge(&[])));
    }

    #[test]
    fn the_declared_cycle_counts_too() {
        for (days, expected) in [(7, 0), (14, 1), (30, 1)] {
            let mut facts = storing(forge(&[]));
            let data = facts.declaration.as_mut().unwrap().personal_data.as_mut().unwrap();
            data.reporting_cycle_days = Some(located(days, "email-access.yaml", 8));
            assert_eq!(found(&RULE, &facts).len(), expected, "{days}");
        }
    }
}
