//! Code that takes for granted that an address is there.

use std::collections::BTreeSet;

use crate::facts::{Access, AccessKind, Facts, Product, SinkKind};
use crate::findings::{Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "assumes-email-present",
    summary: "code uses an address without asking whether there is one",
    group: Group::Visibility,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("assumes_email_present.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut accesses = 0;
    let mut untold = 0;
    // Two reads on one line are mended together.
    let mut told = BTreeSet::new();
    for access in questions::sure_accesses(facts) {
        // One's own address is always visible; an organization's admin sees those that it manages.
        if !matches!(access.kind, AccessKind::EmailApi | AccessKind::UserObject) {
            continue;
        }
        accesses += 1;
        match access.handles_absent {
            Some(true) => {}
            None if !is_sent_off(facts, access) => untold += 1,
            Some(false) | None => {
                if told.insert((access.place.file.as_ref(), access.place.line)) {
                    sink.report(finding(access));
                }
            }
        }
    }
    match (accesses, untold) {
        (0, _) => questions::unseen_code(facts).map_or_else(
            || Outcome::NotApplicable("no address that may be hidden is read".to_owned()),
            Outcome::NotEvaluated,
        ),
        (all, untold) if all == untold => {
            Outcome::NotEvaluated("whether a missing address is coped with could not be told".to_owned())
        }
        _ => Outcome::Checked,
    }
}

/// Whether an address that is put into an object as it is goes to where it has to be one.
fn is_sent_off(facts: &Facts, access: &Access) -> bool {
    access.kind == AccessKind::UserObject
        && facts.flows.iter().any(|f| {
            let needed = matches!(f.kind, SinkKind::Mail | SinkKind::ThirdParty | SinkKind::Marketing);
            f.access == access.id && needed && questions::sure(f.confidence)
        })
}

fn finding(access: &Access) -> Finding {
    let (note, help) = match (access.kind, access.product) {
        (AccessKind::EmailApi, _) if access.bulk => (
            "the bulk Email API leaves out accounts whose address is not available, so the answer may be shorter than the question (Jira: seen in practice; Confluence: REST API reference)",
            "look each account up in the answer by its `accountId`, and go on without those that are not in it",
        ),
        (AccessKind::EmailApi, _) => (
            "the Email API answers 404 for an account that it does not know or may not show, and 400 while the app is not approved (Atlassian, REST API reference)",
            "look at the status before you read `email`, and go on without an address",
        ),
        (_, Some(Product::Confluence)) => (
            "Confluence gives an empty string for a hidden address, and addresses are hidden from apps unless the user shows them (Atlassian, Profile visibility)",
            "treat an empty `email` as no address, and go on without it",
        ),
        (_, Some(Product::Jira | Product::JiraServiceManagement)) => (
            "Jira leaves `emailAddress` out of the user object, or gives null, when the address is hidden, and it is hidden from apps unless the user shows it (Atlassian, Profile visibility)",
            "ask whether `emailAddress` is there before you use it, and go on without it",
        ),
        _ => (
            "addresses are hidden from apps unless the user shows them: Jira leaves the field out, Confluence gives an empty string (Atlassian, Profile visibility)",
            "treat a missing and an empty address alike, and go on without it",
        ),
    };
    Finding::new(access.place.clone(), "the address is used as if it were always there")
        .label("may be absent or empty")
        .confidence(access.confidence)
        .note(note)
        .help(help)
        .help(super::scenario(breaking(access)))
}

/// The fixture that the code does not cope with.
fn breaking(access: &Access) -> &'static str {
    let confluence = access.product == Some(Product::Confluence);
    match (access.kind, access.bulk, confluence) {
        (AccessKind::EmailApi, true, true) => "confluence/email-bulk.json",
        (AccessKind::EmailApi, true, false) => "jira/email-bulk.json",
        (AccessKind::EmailApi, false, true) => "confluence/email-not-found.json",
        (AccessKind::EmailApi, false, false) => "jira/email-not-found.json",
        (_, _, true) => "confluence/default-managed.json",
        _ => "jira/default-managed.json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Caller;
    use crate::facts::testing::*;
    use crate::findings::Confidence;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn read(kind: AccessKind, product: Product, handles: Option<bool>) -> Facts {
        let mut facts = forge(&[]);
        facts.accesses.push(access(kind, Some(product), Caller::AsApp, 7));
        facts.accesses[0].handles_absent = handles;
        facts
    }

    #[test]
    fn what_absence_looks_like_depends_on_product_and_endpoint() {
        for (kind, product, note) in [
            (AccessKind::UserObject, Product::Jira, "leaves `emailAddress` out"),
            (AccessKind::UserObject, Product::Confluence, "empty string"),
            (AccessKind::EmailApi, Product::Jira, "404"),
        ] {
            let findings = found(&RULE, &read(kind, product, Some(false)));
            assert!(findings[0].notes[0].contains(note), "{:?}", findings[0].notes);
            assert_eq!(findings[0].severity, Severity::Warning);
            assert!(findings[0].help[1].contains(".json` of `mailpermit fixtures`"));
            assert!(found(&RULE, &read(kind, product, Some(true))).is_empty());
        }
        let mut bulk = read(AccessKind::EmailApi, Product::Jira, Some(false));
        bulk.accesses[0].bulk = true;
        assert!(found(&RULE, &bulk)[0].help[0].contains("`accountId`"));
    }

    #[test]
    fn what_is_only_put_into_an_object_counts_once_it_is_sent_off() {
        for (kind, expected) in [(SinkKind::Mail, 1), (SinkKind::Log, 0)] {
            let mut facts = read(AccessKind::UserObject, Product::Jira, None);
            facts.accesses.push(access(AccessKind::UserObject, Some(Product::Jira), Caller::AsApp, 9));
            facts.accesses[1].handles_absent = Some(true);
            let sent = flow(&facts.accesses[0], kind, 20);
            facts.flows.push(sent);
            assert_eq!(found(&RULE, &facts).len(), expected, "{kind:?}");
        }
    }

    #[test]
    fn one_line_is_told_of_once() {
        let mut facts = read(AccessKind::UserObject, Product::Jira, Some(false));
        let mut again = facts.accesses[0].clone();
        again.id = "a7b".to_owned();
        again.place.column += 20;
        facts.accesses.push(again);
        assert_eq!(found(&RULE, &facts).len(), 1);
    }

    #[test]
    fn only_what_may_be_hidden_and_could_be_told_is_judged() {
        assert!(not_applicable(&RULE, &read(AccessKind::OwnProfile, Product::Identity, Some(false))));
        assert!(not_applicable(&RULE, &read(AccessKind::OrgAdmin, Product::Admin, Some(false))));
        assert!(not_evaluated(&RULE, &read(AccessKind::UserObject, Product::Jira, None)));
        let mut unsure = read(AccessKind::UserObject, Product::Jira, Some(false));
        unsure.accesses[0].confidence = Confidence::Possible;
        assert!(not_applicable(&RULE, &unsure));
    }
}
