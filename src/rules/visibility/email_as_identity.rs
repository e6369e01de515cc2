//! An address used as a key, or to match people.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Access, Facts, Flow, Product, SinkKind, told_best};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "email-as-identity",
    summary: "an address is used as a key or to match accounts",
    group: Group::Visibility,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("email_as_identity.md"),
    check,
};

/// The uses whose very purpose is to find the same person elsewhere.
const LINKING: &[&str] = &["user-sync", "mail-service"];

/// Reads that are named for one place.
const MOST_SHOWN: usize = 5;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    // One finding a place, whatever number of addresses comes there.
    let mut places: BTreeMap<&Place, Vec<&Flow>> = BTreeMap::new();
    for flow in told_best(&facts.flows).into_iter().filter(|f| f.kind == SinkKind::Identity) {
        places.entry(&flow.place).or_default().push(flow);
    }
    for flows in places.values() {
        let Some(flow) = flows.iter().max_by_key(|f| f.confidence) else { continue };
        let ids: BTreeSet<&str> = flows.iter().map(|f| f.access.as_str()).collect();
        let accesses: Vec<&Access> = facts.accesses.iter().filter(|a| ids.contains(a.id.as_str())).collect();
        let linking = !accesses.is_empty() && accesses.iter().all(|a| questions::is_for(facts, a, LINKING));
        let finding = finding(flow, &accesses, linking);
        if linking || !questions::sure(flow.confidence) {
            sink.report_at_most(Severity::Info, finding);
        } else {
            sink.report(finding);
        }
    }
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

fn finding(flow: &Flow, accesses: &[&Access], linking: bool) -> Finding {
    let of = |product| accesses.iter().any(|a| a.product == Some(product));
    let alike = if !of(Product::Confluence) && (of(Product::Jira) || of(Product::JiraServiceManagement)) {
        "hidden addresses look alike: Jira leaves them out, and all users without an address get the same key (Atlassian, Profile visibility)"
    } else {
        "hidden addresses look alike: where Confluence gives an empty string, all hidden users get the same key (Atlassian, Profile visibility)"
    };
    let mut finding = Finding::new(flow.place.clone(), "an address is used as a key or to match accounts")
        .label("not a stable identity")
        .confidence(flow.confidence)
        .note("an address can change, can be hidden and can pass to someone else; users are told apart by `accountId`")
        .note(alike);
    let file =
        if of(Product::Confluence) { "confluence/default-managed.json" } else { "jira/default-managed.json" };
    for access in accesses.iter().take(MOST_SHOWN) {
        finding = finding.related(access.place.clone(), "the address is read here");
    }
    if linking {
        finding
            .help("match by address once, with the user's knowledge, and keep the pair of `accountId` and the other system's id")
            .help("never match an empty or missing address")
            .help(super::scenario(file))
    } else {
        finding
            .help("use `accountId` as the key, and keep the address beside it at most")
            .help(super::scenario(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Caller};
    use crate::findings::Confidence;
    use crate::rules::testing::{found, not_evaluated};

    fn matched(functionality: &str) -> Facts {
        let mut facts = with_uses(forge(&[]), vec![declared("mine", functionality, 3)]);
        let mut read = jira_email_call(7);
        read.uses = vec!["mine".to_owned()];
        facts.flows.push(flow(&read, SinkKind::Identity, 20));
        facts.accesses.push(read);
        facts
    }

    #[test]
    fn a_key_is_a_warning_unless_linking_accounts_is_the_purpose() {
        for (functionality, expected) in [
            ("error-reports", Severity::Warning),
            ("user-sync", Severity::Info),
            ("other", Severity::Warning),
        ] {
            let findings = found(&RULE, &matched(functionality));
            assert_eq!((findings[0].severity, findings[0].place.line), (expected, 20), "{functionality}");
        }
        let mut unsure = matched("error-reports");
        unsure.flows[0].confidence = Confidence::Possible;
        assert_eq!(found(&RULE, &unsure)[0].severity, Severity::Info);
    }

    #[test]
    fn a_place_is_told_of_once_with_all_that_comes_there() {
        let mut facts = matched("error-reports");
        let other = access(AccessKind::UserObject, Some(Product::Jira), Caller::AsApp, 9);
        facts.flows.push(flow(&other, SinkKind::Identity, 20));
        facts.accesses.push(other);
        let findings = found(&RULE, &facts);
        assert_eq!(findings.len(), 1);
        let lines: Vec<_> = findings[0].related.iter().map(|r| r.place.line).collect();
        assert_eq!(lines, [7, 9]);
        assert!(findings[0].notes[1].contains("Jira leaves them out"));
    }

    #[test]
    fn other_flows_are_not_its_business() {
        let mut facts = matched("error-reports");
        facts.flows[0].kind = SinkKind::Storage;
        assert!(found(&RULE, &facts).is_empty());
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        assert!(not_evaluated(&RULE, &facts));
    }

    #[test]
    fn a_flow_whose_access_is_not_known_is_reported_all_the_same() {
        let mut facts = matched("error-reports");
        facts.accesses.clear();
        assert!(found(&RULE, &facts)[0].related.is_empty());
    }
}
