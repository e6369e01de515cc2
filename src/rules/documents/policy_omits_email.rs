//! A privacy policy that does not speak of addresses.

use crate::facts::{DocumentKind, DocumentState, Facts};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
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
    if !questions::has_to_do_with_addresses(facts) {
        let nothing = || Outcome::NotApplicable("nothing here has to do with addresses".to_owned());
        return questions::no_documents_needed(facts)
            .unwrap_or_else(|| questions::unseen_code(facts).map_or_else(nothing, Outcome::NotEvaluated));
    }
    let mut read = 0;
    let policies = facts.documents.iter().filter(|d| d.kind == DocumentKind::PrivacyPolicy);
    // What a repository holds beside the declared policy may belong to something else.
    let declared = policies.clone().any(|d| d.declared);
    for policy in policies.filter(|d| d.declared || !declared) {
        let DocumentState::Read { mentions_email, .. } = &policy.state else { continue };
        read += 1;
        if mentions_email.is_some() {
            continue;
        }
        let mut finding = Finding::new(policy.place.clone(), "the privacy policy does not speak of email addresses")
            .confidence(Confidence::Likely)
            .note("a privacy policy says which data is collected, how it is used and who has access to it (Atlassian, Marketplace data privacy guidelines)")
            .help("say that the app reads users' email addresses from Atlassian, what for, who gets them and how long they are kept");
        if let Some(access) = questions::sure_accesses(facts).next() {
            finding = finding.related(access.place.clone(), "an address is read here");
        }
        sink.report(finding);
    }
    if read == 0 {
        return Outcome::NotEvaluated(super::no_text(facts));
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn with(mentions: bool) -> Facts {
        let mut facts = forge(&[]);
        facts.accesses.push(jira_email_call(7));
        let mut policy = document(DocumentKind::PrivacyPolicy);
        if !mentions {
            policy.state = DocumentState::Read { words: 900, placeholders: Vec::new(), mentions_email: None };
        }
        facts.documents.push(policy);
        facts
    }

    #[test]
    fn a_policy_has_to_speak_of_what_is_read() {
        assert!(found(&RULE, &with(true)).is_empty());
        assert_eq!(found(&RULE, &with(false))[0].related[0].place.line, 7);
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
