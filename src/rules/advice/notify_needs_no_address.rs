//! A mail that Jira could send itself.

use std::collections::BTreeSet;

use crate::facts::{Access, AccessKind, Facts, Flow, Product, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "notify-needs-no-address",
    summary: "a mail about an issue can be sent by Jira itself, without the app seeing an address",
    group: Group::Advice,
    severity: Severity::Info,
    since: "0.1.0",
    page: include_str!("notify_needs_no_address.md"),
    check,
};

/// Uses whose mails are not about an issue.
const ELSEWHERE: &[&str] = &["user-invitations", "mail-service", "user-sync"];

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let mut told = BTreeSet::new();
    let mut mails = 0;
    for flow in facts.flows.iter().filter(|f| f.kind == SinkKind::Mail && questions::sure(f.confidence)) {
        mails += 1;
        let Some(access) = facts.accesses.iter().find(|a| a.id == flow.access) else { continue };
        let read_from_jira = access.product == Some(Product::Jira)
            && matches!(access.kind, AccessKind::EmailApi | AccessKind::UserObject);
        if read_from_jira && !questions::is_for(facts, access, ELSEWHERE) && told.insert(&access.id) {
            sink.report(finding(access, flow));
        }
    }
    match (mails, questions::unseen_code(facts)) {
        (_, Some(why)) => Outcome::NotEvaluated(why),
        (0, None) => Outcome::NotApplicable("no address was seen to go into a mail".to_owned()),
        _ => Outcome::Checked,
    }
}

fn finding(access: &Access, flow: &Flow) -> Finding {
    Finding::new(access.place.clone(), "an address is read only to send a mail, which Jira can do itself when it is about an issue")
        .confidence(Confidence::Possible)
        .related(flow.place.clone(), "the mail is sent here")
        .note("`POST /rest/api/3/issue/{issueIdOrKey}/notify` takes account ids and queues the mail in Jira; it needs `write:jira-work`, or `WRITE` in Connect, and no approval for addresses (Atlassian, Jira Cloud REST API)")
        .help("if the mail is about an issue that its reader may see, call `notify` with the `accountId` and drop the address")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Caller;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn mailed(kind: AccessKind, product: Product) -> Facts {
        let mut facts = forge(&[]);
        let read = access(kind, Some(product), Caller::AsApp, 7);
        facts.flows.push(flow(&read, SinkKind::Mail, 20));
        facts.flows.push(flow(&read, SinkKind::Mail, 25));
        facts.accesses.push(read);
        facts
    }

    #[test]
    fn mails_with_addresses_from_jira_are_told_of_once_an_access() {
        for (kind, product, expected) in [
            (AccessKind::EmailApi, Product::Jira, 1),
            (AccessKind::UserObject, Product::Jira, 1),
            (AccessKind::EmailApi, Product::Confluence, 0),
            (AccessKind::OwnProfile, Product::Jira, 0),
        ] {
            assert_eq!(found(&RULE, &mailed(kind, product)).len(), expected, "{kind:?} {product:?}");
        }
    }

    #[test]
    fn uses_that_are_not_about_an_issue_are_left_alone() {
        for (id, expected) in [("user-invitations", 0), ("error-reports", 1)] {
            let mut facts = mailed(AccessKind::EmailApi, Product::Jira);
            facts.accesses[0].uses = vec![id.to_owned()];
            assert_eq!(found(&RULE, &facts).len(), expected, "{id}");
        }
    }

    #[test]
    fn no_mail_no_advice() {
        assert!(not_applicable(&RULE, &forge(&[])));
        let mut unsure = mailed(AccessKind::EmailApi, Product::Jira);
        unsure.flows.iter_mut().for_each(|f| f.confidence = Confidence::Possible);
        assert!(not_applicable(&RULE, &unsure));
        unsure.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        assert!(not_evaluated(&RULE, &unsure));
    }
}
