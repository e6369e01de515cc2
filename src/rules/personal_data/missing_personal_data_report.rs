//! Stored accounts that nobody reports to Atlassian.

use crate::catalog::personal_data::PersonalData;
use crate::facts::{AppType, Facts};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};

use super::{BOTH_CYCLES, nothing_stored, stored};

pub(crate) static RULE: Rule = Rule {
    name: "missing-personal-data-report",
    summary: "personal data is stored and stored accounts are not reported to Atlassian",
    group: Group::PersonalData,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("missing_personal_data_report.md"),
    check,
};

const WHY: &str = "an app that stores personal data reports the accounts again and again, and erases what Atlassian says is closed (Atlassian, User privacy guide for app developers)";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let reports = &facts.personal_data.reports;
    if let Some(report) = reports.first() {
        scope(facts, report, sink);
        return Outcome::Checked;
    }
    let Some((place, what)) = stored(facts) else { return nothing_stored(facts) };
    if let Some(why) = questions::unseen_code(facts) {
        return Outcome::NotEvaluated(why);
    }
    let help = match facts.app.kind {
        AppType::Forge | AppType::ForgeWithConnect => {
            "call `privacy.reportPersonalData` of `@forge/api` in a function of a `scheduledTrigger`, with the scope `report:personal-data`"
        }
        _ => {
            "send the stored accounts to `https://api.atlassian.com/app/report-accounts/` every 7 days, at most 90 in one request"
        }
    };
    let finding = Finding::new(place, "personal data is stored, and no code reports the stored accounts")
        .label(what)
        // The report may be made by a program that is not in this tree.
        .confidence(Confidence::Likely)
        .note(WHY)
        .note(BOTH_CYCLES)
        .note("looked for: requests to `/app/report-accounts` and calls of `privacy.reportPersonalData`")
        .help(help)
        .help("or store nothing: keep no personal data, and say `stores: []`");
    match questions::is_app(facts) {
        true => sink.report(finding),
        false => sink.report_at_most(Severity::Info, finding),
    }
    Outcome::Checked
}

/// A report without the scope that lets it through.
fn scope(facts: &Facts, report: &crate::facts::ReportCall, sink: &mut Sink<'_>) {
    let scope = PersonalData::get().report.scope.as_str();
    if facts.app.kind == AppType::Oauth2 {
        granted(facts, report, scope, sink);
        return;
    }
    let Some(manifest) = facts.app.manifest().filter(|_| facts.app.kind == AppType::Forge) else { return };
    if manifest.scope(scope).is_some() || questions::unread_scopes(manifest).is_some() {
        return;
    }
    let mut finding = Finding::new(
        report.place.clone(),
        format!(
            "stored accounts are reported, and {} lacks the scope {}",
            wording::name(&manifest.file),
            wording::name(scope)
        ),
    )
    .label("refused without the scope")
    .confidence(report.confidence)
    .note("the scope opens the User privacy API (Atlassian, Forge manifest reference, scopes)")
    .help(format!("add it to {}:\npermissions:\n  scopes:\n    - {scope}", wording::name(&manifest.file)));
    if let Some(place) = &manifest.scopes_place {
        finding = finding.related(place.clone(), "the scopes are here");
    }
    sink.report(finding);
}

/// A 3LO app reports with the token of a user who has granted the scope; without a list of scopes nothing is known.
fn granted(facts: &Facts, report: &crate::facts::ReportCall, scope: &str, sink: &mut Sink<'_>) {
    let scopes = &facts.app.oauth_scopes;
    let Some(first) = scopes.first().filter(|_| !scopes.iter().any(|s| s.value == scope)) else { return };
    sink.report_at_most(
        Severity::Warning,
        Finding::new(
            report.place.clone(),
            format!("stored accounts are reported, and the scope {} is not asked for", wording::name(scope)),
        )
        .label("refused without the scope")
        .confidence(report.confidence)
        .note("a report of a 3LO app is sent with the token of a user, who has to grant the scope (Atlassian, User privacy guide for app developers)")
        .related(first.place.clone(), "the scopes are here")
        .help(format!("ask for {} where the other scopes are asked for", wording::name(scope))),
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::{report, storing};
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, InputKind, ReportVia, SinkKind};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn what_is_stored_has_to_be_reported() {
        let mut facts = storing(forge(&["report:personal-data"]));
        let findings = found(&RULE, &facts);
        assert_eq!((findings[0].severity, findings[0].place.line), (Severity::Error, 6));
        assert!(findings[0].help[0].contains("privacy.reportPersonalData"));
        assert!(found(&RULE, &storing(connect(&[])))[0].help[0].contains("report-accounts"));
        facts.personal_data.reports.push(report(ReportVia::Forge));
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn code_that_stores_counts_where_nothing_is_said() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        assert_eq!(found(&RULE, &facts)[0].place.line, 20);
        facts.flows.clear();
        assert!(not_applicable(&RULE, &facts));
        let mut unseen = storing(forge(&[]));
        unseen.problems.push(problem(InputKind::Source, "a.ts", true));
        assert!(not_evaluated(&RULE, &unseen), "the report may be there");
    }

    #[test]
    fn a_3lo_app_asks_for_the_scope() {
        for (scopes, expected) in [(&["report:personal-data"][..], 0), (&["read:me"], 1), (&[], 0)] {
            let mut facts = facts(AppType::Oauth2);
            facts.app.oauth_scopes =
                scopes.iter().map(|s| located((*s).to_owned(), "src/login.ts", 4)).collect();
            facts.personal_data.reports.push(report(ReportVia::Rest));
            assert_eq!(found(&RULE, &facts).len(), expected, "{scopes:?}");
        }
    }

    #[test]
    fn both_cycles_are_told() {
        let finding = found(&RULE, &storing(connect(&[]))).remove(0);
        assert!(
            finding
                .notes
                .iter()
                .any(|n| n.contains("7 days") && n.contains("15 days") && n.contains("`Cycle-Period`"))
        );
    }

    #[test]
    fn a_forge_app_needs_the_scope() {
        for (scopes, expected) in [(&["report:personal-data"][..], 0), (&["read:jira-work"], 1)] {
            let mut facts = forge(scopes);
            facts.personal_data.reports.push(report(ReportVia::Forge));
            assert_eq!(found(&RULE, &facts).len(), expected, "{scopes:?}");
        }
    }
}
