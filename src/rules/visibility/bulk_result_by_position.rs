//! The answer to a bulk call read by position.

use crate::facts::{Access, Facts, ObservationKind, Product};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "bulk-result-by-position",
    summary: "the answer to a bulk call is matched to the question by position",
    group: Group::Visibility,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("bulk_result_by_position.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for observation in facts.observations.iter().filter(|o| o.kind == ObservationKind::BulkByPosition) {
        let mut finding = Finding::new(observation.place.clone(), "the answer to a bulk call is read by position")
            .label("may be another user's address")
            .confidence(observation.confidence)
            .note("accounts whose address is not available are left out of the answer, so everything behind them moves up and people get each other's mail (Confluence: REST API reference; Jira: seen in practice)")
            .help("find each entry by its `accountId`, for example with a `Map` from `accountId` to `email`");
        let is_the_call = |a: &&Access| {
            a.id == observation.detail
                || (a.endpoint.as_ref() == Some(&observation.detail)
                    && a.place.file == observation.place.file)
        };
        let call = facts.accesses.iter().find(is_the_call);
        let file = match call.and_then(|a| a.product) {
            Some(Product::Confluence) => "confluence/email-bulk.json",
            _ => "jira/email-bulk.json",
        };
        finding = finding.help(super::scenario(file));
        if let Some(access) = call {
            finding = finding.related(access.place.clone(), "the bulk call");
        }
        if questions::sure(observation.confidence) {
            sink.report(finding);
        } else {
            sink.report_at_most(Severity::Info, finding);
        }
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::findings::Confidence;
    use crate::rules::testing::found;

    #[test]
    fn reading_by_position_is_reported_with_its_call() {
        let mut facts = forge(&[]);
        facts.accesses.push(jira_email_call(7));
        assert!(found(&RULE, &facts).is_empty());
        facts.observations.push(observation(ObservationKind::BulkByPosition, "a7", 9));
        let findings = found(&RULE, &facts);
        assert_eq!((findings[0].severity, findings[0].related[0].place.line), (Severity::Warning, 7));
        facts.observations[0].confidence = Confidence::Possible;
        assert_eq!(found(&RULE, &facts)[0].severity, Severity::Info);
        facts.observations[0].detail = "a99".to_owned();
        assert!(found(&RULE, &facts)[0].related.is_empty());
    }
}
