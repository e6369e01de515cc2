//! The public listing says something else than the app.

use crate::facts::Facts;
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::listing::{self, Verdict};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "listing-disagrees",
    summary: "the public listing on the Marketplace says something else than the app",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("listing_disagrees.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let Some(listing) = &facts.listing else {
        // Every check without a listing would end as incomplete else; the readiness view says that it is open.
        return Outcome::NotApplicable(
            "the public listing was not asked for; `--listing-file` or `--online` does".to_owned(),
        );
    };
    let mut unverified = Vec::new();
    for point in listing::points(facts, listing) {
        match &point.verdict {
            Verdict::Agrees => {}
            Verdict::Unverified(_) => unverified.push(point.what),
            Verdict::Disagrees => {
                let place = point.places.first().map_or_else(|| questions::anchor(facts), |(p, _)| p.clone());
                let mut finding = Finding::new(
                    place,
                    format!("the listing disagrees on {}: it says {}", point.what, point.listed),
                )
                .confidence(Confidence::Likely)
                .note(format!("here: {}", point.here))
                .note(point.why)
                .note(format!("the listing was read from {}", wording::name(&listing.source)))
                .help(point.help);
                for (place, what) in &point.places {
                    finding = finding.related(place.clone(), what.clone());
                }
                sink.report_at_most(point.worth, finding);
            }
        }
    }
    match unverified.is_empty() {
        true => Outcome::Checked,
        false => Outcome::NotEvaluated(format!("could not be verified: {}", unverified.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{AccessKind, Listed, Listing, ListingField, ListingValue, SinkKind};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{check, not_applicable, not_evaluated};

    #[test]
    fn a_disagreement_is_told_and_what_is_not_there_could_not_be_verified() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        assert!(not_applicable(&RULE, &facts));
        let mut listing = Listing { source: "listing.json".to_owned(), ..Listing::default() };
        facts.listing = Some(listing.clone().into());
        assert!(not_evaluated(&RULE, &facts), "an empty listing is neither right nor wrong");
        let value = ListingValue::Flag(false);
        listing.fields.insert(ListingField::Logs, Listed { value, name: "logDetails.x".to_owned() });
        facts.listing = Some(listing.into());
        let (outcome, findings) = check(&RULE, &facts);
        assert!(matches!(outcome, Outcome::NotEvaluated(_)));
        assert_eq!((findings.len(), findings[0].place.line), (1, 20));
        assert!(findings[0].message.ends_with("it says no (`logDetails.x`)"), "{}", findings[0].message);
    }
}
