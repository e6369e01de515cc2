//! Stored personal data that is not erased when an account is closed or the app is removed.

use crate::facts::{AppType, Facts, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

use super::{nothing_stored, stored};

pub(crate) static RULE: Rule = Rule {
    name: "missing-erasure",
    summary: "stored personal data is not erased when an account is closed or the app is removed",
    group: Group::PersonalData,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("missing_erasure.md"),
    check,
};

const GUIDE: &str = "personal data is erased when Atlassian says that its account is closed, and when the app is uninstalled (Atlassian, User privacy guide for app developers)";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let data = &facts.personal_data;
    for report in data.reports.iter().filter(|r| r.closed.is_none()) {
        sink.report(
            Finding::new(report.place.clone(), "stored accounts are reported, and the answer is not asked which of them are closed")
                .label("what is `closed` has to be erased")
                .confidence(report.confidence)
                .note(GUIDE)
                .help("erase what is stored of every account whose `status` in the answer is `closed`, and erase or fetch again what is `updated`"),
        );
    }
    // An `else` may do it without the word, so it is only worth a look.
    for report in data.reports.iter().filter(|r| r.closed.is_some() && r.updated.is_none()) {
        sink.report_at_most(
            Severity::Info,
            Finding::new(report.place.clone(), "stored accounts are reported, and the answer is not asked which of them are updated")
                .label("what is `updated` has to be erased or fetched again")
                .confidence(report.confidence)
                .note("an account that is `updated` has changed since its data was fetched (Atlassian, User privacy guide for app developers)")
                .help("erase what is stored of every account whose `status` in the answer is `updated`, or fetch it again"),
        );
    }
    let Some((place, what)) = stored(facts) else { return nothing_stored(facts) };
    if let Some(why) = questions::unseen_code(facts) {
        return Outcome::NotEvaluated(why);
    }
    let erases = data.erasures.iter().any(|e| !e.deletes.is_empty());
    if erases || !installs(facts) {
        return Outcome::Checked;
    }
    let mut finding = match data.erasures.first() {
        Some(erasure) => Finding::new(
            erasure.place.clone(),
            "this runs when the app is removed, and nothing that it does erases what is stored",
        )
        .label("erases nothing")
        .related(place, what),
        None => Finding::new(place, "personal data is stored, and nothing erases it when the app is removed")
            .label(what),
    };
    finding = finding.confidence(Confidence::Likely).note(GUIDE).help(match facts.app.kind {
        AppType::Forge => "name a function in a `preUninstall` module that deletes what is stored",
        _ => "answer the `uninstalled` lifecycle event by deleting what is stored of that site",
    });
    // What lies in Atlassian's own storage goes with the app, as far as is known.
    let hosted = facts.app.kind == AppType::Forge
        && facts
            .flows
            .iter()
            .filter(|f| f.kind == SinkKind::Storage)
            .all(|f| f.service.as_deref().is_some_and(|s| s.starts_with("Forge")));
    sink.report_at_most(if hosted { Severity::Info } else { Severity::Warning }, finding);
    Outcome::Checked
}

/// Whether it is an app that is installed and removed at all.
fn installs(facts: &Facts) -> bool {
    matches!(facts.app.kind, AppType::Forge | AppType::ForgeWithConnect | AppType::Connect)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{report, storing};
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{Erasure, ReportVia};
    use crate::rules::testing::{found, not_applicable};

    fn erasure(deletes: usize) -> Erasure {
        Erasure {
            place: place("src/lifecycle.ts", 3),
            name: "uninstalled".to_owned(),
            deletes: (0..deletes).map(|n| place("src/store.ts", n as u32 + 1)).collect(),
        }
    }

    #[test]
    fn what_is_stored_goes_when_the_app_does() {
        let mut facts = storing(connect(&[]));
        let findings = found(&RULE, &facts);
        assert_eq!((findings[0].severity, findings[0].place.line), (Severity::Warning, 6));
        facts.personal_data.erasures.push(erasure(0));
        assert!(found(&RULE, &facts)[0].message.contains("erases what is stored"));
        facts.personal_data.erasures.push(erasure(1));
        assert!(found(&RULE, &facts).is_empty());
        assert!(not_applicable(&RULE, &connect(&[])));
        assert!(found(&RULE, &storing(crate::facts::testing::facts(AppType::Oauth2))).is_empty());
        assert_eq!(found(&RULE, &storing(forge(&[])))[0].severity, Severity::Info);
    }

    #[test]
    fn a_closed_account_is_erased() {
        let mut facts = storing(connect(&[]));
        facts.personal_data.erasures.push(erasure(1));
        facts.personal_data.reports.push(report(ReportVia::Rest));
        assert!(found(&RULE, &facts).is_empty());
        facts.personal_data.reports[0].closed = None;
        assert_eq!(found(&RULE, &facts)[0].place.line, 10);
        facts.personal_data.reports[0] = report(ReportVia::Rest);
        facts.personal_data.reports[0].updated = None;
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Info);
    }
}
