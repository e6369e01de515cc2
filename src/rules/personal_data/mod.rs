//! What is stored: reported to Atlassian, erased, and classified.

pub(crate) mod missing_erasure;
pub(crate) mod missing_personal_data_report;
pub(crate) mod missing_pii_classification;
pub(crate) mod oversized_report;
pub(crate) mod remote_storage_scope_unset;
pub(crate) mod slow_report_cycle;

use crate::facts::{Facts, SinkKind};
use crate::text::Place;

use super::{Outcome, questions};

/// How often Atlassian asks for reports.
pub(super) const BOTH_CYCLES: &str = "Atlassian's documents disagree: the user privacy guide says every 7 days unless the `Cycle-Period` response header says otherwise, the profile visibility guide says every 15 days";

/// What shows that personal data is stored, with the words for it.
pub(super) fn stored(facts: &Facts) -> Option<(Place, &'static str)> {
    let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let said = data.and_then(|d| Some((d, d.stores.as_ref().filter(|s| !s.is_empty())?)));
    if let Some((data, stores)) = said {
        let place = data.stores_place.clone().or_else(|| stores.first().map(|s| s.place.clone()));
        return place.map(|p| (p, "what the app says that it stores"));
    }
    let mut flows =
        facts.flows.iter().filter(|f| f.kind == SinkKind::Storage && questions::sure(f.confidence));
    flows.next().map(|f| (f.place.clone(), "an address is stored here"))
}

/// How a rule ends for an app of which nothing says that it stores personal data.
pub(super) fn nothing_stored(facts: &Facts) -> Outcome {
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None => Outcome::NotApplicable("nothing says that personal data is stored".to_owned()),
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{PersonalDataDeclaration, ReportCall, ReportSchedule, ReportVia};
    use crate::findings::Confidence;

    /// Facts with a statement that account ids are stored.
    pub(crate) fn storing(facts: Facts) -> Facts {
        let mut facts = with_uses(facts, Vec::new());
        let file = "email-access.yaml";
        facts.declaration.as_mut().unwrap().personal_data = Some(PersonalDataDeclaration {
            place: place(file, 5),
            collects: None,
            stores: Some(vec![located("account-id".to_owned(), file, 6)]),
            stores_place: Some(place(file, 6)),
            retention: None,
            reporting_cycle_days: None,
        });
        facts
    }

    /// A report that looks at its answer.
    pub(crate) fn report(via: ReportVia) -> ReportCall {
        ReportCall {
            place: place("src/report.ts", 10),
            expression: "report()".to_owned(),
            via,
            batch: None,
            closed: Some(place("src/report.ts", 12)),
            updated: Some(place("src/report.ts", 13)),
            confidence: Confidence::Likely,
        }
    }

    /// Something that runs it.
    pub(crate) fn every(hours: Option<u32>) -> ReportSchedule {
        ReportSchedule {
            place: place("src/jobs.ts", 4),
            by: "js.cron".to_owned(),
            expression: "cron()".to_owned(),
            hours,
        }
    }
}
