//! The privacy policy does not name a service that gets addresses.

use crate::facts::{Facts, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, policies, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-third-party",
    summary: "the privacy policy does not name a service that gets addresses",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_third_party.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    let recipients = policies::recipients(facts);
    let unseen = || questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated);
    if recipients.is_empty() {
        return match unseen() {
            Outcome::Checked => {
                Outcome::NotApplicable("nothing says that somebody else gets addresses".to_owned())
            }
            other => other,
        };
    }
    // What is only known by its kind has no name that could be looked for.
    for recipient in recipients.iter().filter(|r| !r.names.is_empty()) {
        for policy in policies.iter().filter(|p| p.says.naming(&recipient.names).is_none()) {
            let name = wording::name(recipient.name);
            let what = if recipient.in_code { "addresses go there here" } else { "declared here" };
            let mut finding = policy
                .omits(&format!("that {name} gets addresses"))
                .related(recipient.place.clone(), what)
                .note(format!("looked for: {}", wording::names(recipient.names.iter().map(String::as_str))))
                .help(format!("name {name} in the policy, with what it does for the app and where it is"));
            let mut worth = Severity::Warning;
            if let Some(list) = policy.states(Topic::ProcessorList) {
                finding = finding.related(
                    list.place.clone(),
                    "the policy leaves it to a list elsewhere, which was not read",
                );
                worth = Severity::Info;
            }
            sink.report_at_most(worth, finding);
        }
    }
    Outcome::Checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, DocumentState, SinkKind};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn sending(service: &str, sentence: &str, topics: &[Topic]) -> Facts {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, Some(service));
        let mut document = saying(topics);
        if let DocumentState::Read { says, .. } = &mut document.state {
            says.sentences.push(located(sentence.to_owned(), "docs/PRIVACY.md", 30));
        }
        facts.documents.push(document);
        facts
    }

    #[test]
    fn who_gets_addresses_is_named() {
        for (service, sentence, topics, expected) in [
            ("Postmark", "Mail is delivered by Postmark.", &[][..], None),
            ("Postmark", "Mail is delivered by ActiveCampaign, LLC.", &[], None),
            ("Amazon SES", "We use AWS.", &[], None),
            ("Postmark", "Postmarks are collected.", &[], Some(Severity::Warning)),
            ("Postmark", "Our mailer delivers mail.", &[Topic::ProcessorList], Some(Severity::Info)),
            ("api.acme.io", "Acme gets the address.", &[], None),
            ("error tracking", "Nothing.", &[], None),
        ] {
            let findings = found(&RULE, &sending(service, sentence, topics));
            assert_eq!(findings.first().map(|f| f.severity), expected, "{service} {sentence}");
        }
        let mut facts = sending("Postmark", "x", &[]);
        facts.flows.clear();
        assert!(not_applicable(&RULE, &facts));
        facts.documents.clear();
        assert!(not_evaluated(&RULE, &facts));
    }
}
