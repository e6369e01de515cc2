//! The privacy policy does not say who gets addresses, or says that nobody does and the code sends them.

use crate::facts::{Facts, Topic};
use crate::findings::{Severity, sink::Sink};
use crate::rules::policies::{self, Policy, Recipient};
use crate::rules::{Group, Outcome, Rule, wording};

pub(crate) static RULE: Rule = Rule {
    name: "policy-omits-sharing",
    summary: "the privacy policy does not say who gets addresses, or says that nobody does and the code sends them",
    group: Group::Documents,
    severity: Severity::Warning,
    since: "0.2.0",
    page: include_str!("policy_omits_sharing.md"),
    check,
};

/// Services that are shown with a finding.
const MOST_SHOWN: usize = 5;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let policies = match policies::read(facts) {
        Ok(policies) => policies,
        Err(outcome) => return outcome,
    };
    let recipients = policies::recipients(facts);
    for policy in policies.iter().filter(|p| p.states(Topic::Sharing).is_none()) {
        let denied = policy.denies(Topic::Sharing);
        let names = wording::names(recipients.iter().map(|r| r.name));
        let finding = match denied {
            Some(_) if recipients.is_empty() => continue,
            Some(passage) => Policy::contradicted(
                passage,
                &format!(
                    "the privacy policy says that data is shared with nobody, and {names} gets addresses"
                ),
            )
            .help("say who gets addresses and what for, and that nobody else does"),
            None => policy
                .omits("who gets addresses")
                .help("name who gets addresses and what for; or say that nobody does"),
        };
        let finding = with(finding, &recipients);
        // Without a recipient it is a gap in the text, and none in what people have to know.
        let worth = if recipients.is_empty() { Severity::Info } else { Severity::Warning };
        sink.report_at_most(worth, finding);
    }
    Outcome::Checked
}

fn with(mut finding: crate::findings::Finding, recipients: &[Recipient<'_>]) -> crate::findings::Finding {
    for recipient in recipients.iter().take(MOST_SHOWN) {
        let what = if recipient.in_code { "gets addresses here" } else { "is declared to get addresses" };
        finding =
            finding.related(recipient.place.clone(), format!("{} {what}", wording::name(recipient.name)));
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, SinkKind};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    #[test]
    fn sharing_is_held_against_the_code() {
        let sends = || one_flow(AccessKind::EmailApi, SinkKind::Mail, Some("Postmark"));
        let keeps = || one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        for (mut facts, document, expected) in [
            (sends(), saying(&[Topic::Sharing]), None),
            (sends(), saying(&[Topic::Email]), Some(Severity::Warning)),
            (sends(), denying(Topic::Sharing), Some(Severity::Warning)),
            (keeps(), denying(Topic::Sharing), None),
            (keeps(), saying(&[Topic::Email]), Some(Severity::Info)),
        ] {
            facts.documents.push(document);
            let findings = found(&RULE, &facts);
            assert_eq!(findings.first().map(|f| f.severity), expected, "{findings:?}");
        }
        let mut facts = sends();
        facts.documents.push(denying(Topic::Sharing));
        let finding = &found(&RULE, &facts)[0];
        assert!(finding.message.ends_with("and `Postmark` gets addresses"), "{}", finding.message);
        assert_eq!((finding.place.line, finding.related[0].place.line), (40, 20));
        assert!(not_applicable(&RULE, &forge(&[])));
        facts.documents.clear();
        assert!(not_evaluated(&RULE, &facts));
    }
}
