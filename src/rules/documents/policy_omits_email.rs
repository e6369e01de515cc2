//! A privacy policy that does not speak of addresses.

use crate::facts::{Facts, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::policies::{self, Policy};
use crate::rules::{Group, Outcome, Rule, questions};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-email",
    summary: "the privacy policy does not speak of email addresses, which the app reads",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("policy_omits_email.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    for policy in policies.iter().filter(|p| p.states(Topic::Email).is_none()) {
        let read = questions::sure_accesses(facts).next();
        let finding = match (policy.denies(Topic::Email), read) {
            // The declaration may ask for what the code does not do yet.
            (Some(_), None) => continue,
            (Some(passage), Some(_)) => Policy::contradicted(
                passage,
                "the privacy policy says that no email addresses are collected, and the code reads some",
            ),
            (None, _) => policy.omits("that email addresses are read"),
        };
        let mut finding = finding.help("say that the app reads users' email addresses from Atlassian, what for, who gets them and how long they are kept");
        if let Some(access) = read {
            finding = finding.related(access.place.clone(), "an address is read here");
        }
        sink.report(finding);
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{DocumentKind, DocumentState};
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn with(mentions: bool) -> Facts {
        let mut facts = forge(&[]);
        facts.accesses.push(jira_email_call(7));
        let policy = if mentions { document(DocumentKind::PrivacyPolicy) } else { saying(&[Topic::Purpose]) };
        facts.documents.push(policy);
        facts
    }

    #[test]
    fn a_policy_has_to_speak_of_what_is_read() {
        assert!(found(&RULE, &with(true)).is_empty());
        assert_eq!(found(&RULE, &with(false))[0].related[0].place.line, 7);
        let mut denied = with(false);
        denied.documents[0] = denying(Topic::Email);
        assert_eq!(found(&RULE, &denied)[0].place.line, 40);
    }

    #[test]
    fn the_declared_policy_is_the_one_that_counts() {
        let mut facts = with(true);
        facts.documents.extend(with(false).documents);
        facts.documents[1].declared = false;
        assert!(found(&RULE, &facts).is_empty());
        facts.documents[0].declared = false;
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.documents.remove(0);
        facts.documents[0].kind = DocumentKind::CustomerTerms;
        assert!(not_evaluated(&RULE, &facts), "terms need not speak of it");
    }

    #[test]
    fn what_was_not_read_is_not_judged() {
        let mut facts = with(false);
        facts.documents[0].state = DocumentState::AddressOnly;
        assert!(not_evaluated(&RULE, &facts));
        facts.accesses.clear();
        assert!(not_applicable(&RULE, &facts));
    }
}
