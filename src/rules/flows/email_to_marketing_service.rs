//! An address that goes to a service for marketing.

use crate::facts::{Facts, SinkKind};
use crate::findings::{Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, wording};

use super::{goals, outcome, report};
use crate::rules::services::{self, Service};

pub(crate) static RULE: Rule = Rule {
    name: "email-to-marketing-service",
    summary: "an address goes to a service for marketing",
    group: Group::Flows,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("email_to_marketing_service.md"),
    check,
};

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    for goal in goals(facts, &[SinkKind::Marketing]) {
        let Some(flow) = goal.flow() else { continue };
        let service = Service::of(flow);
        let name =
            service.as_ref().map_or_else(|| "a marketing service".to_owned(), |s| wording::name(s.name));
        let linked = service.as_ref().is_some_and(|s| services::links_accounts(facts, s, &goal.accesses));
        let mut finding =
            goal.finding(format!("an address goes to {name}, a service for marketing"), "for marketing");
        if linked {
            finding = finding
                .note("it is declared as the other system with which users are linked, which is a valid use; newsletters, campaigns and other marketing mails to them are not (Atlassian, Profile visibility, Applying for access)")
                .help("make sure that people who are linked here are not put into an audience or campaign");
            report(facts, sink, Severity::Info, finding);
            continue;
        }
        finding = finding
            .note("newsletters, campaigns, event invitations, onboarding mails and renewal reminders are not valid uses of addresses (Atlassian, Profile visibility, Applying for access)")
            .help("ask people for their address where they sign up for news, and send them what they signed up for")
            .help("if the service only sends transactional mails for you, use its transactional interface and declare it under `third-parties` of the use");
        let worth = if goal.is_own() { Severity::Warning } else { Severity::Error };
        report(facts, sink, worth, finding);
    }
    outcome(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, ThirdParty};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::found;

    #[test]
    fn no_declaration_allows_marketing_but_linking_accounts_with_a_crm_is_a_use() {
        for (functionality, named, expected) in [
            ("error-reports", true, Severity::Error),
            ("marketing", true, Severity::Error),
            ("user-sync", false, Severity::Error),
            ("user-sync", true, Severity::Info),
        ] {
            let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Marketing, Some("HubSpot"));
            let used = &mut facts.declaration.as_mut().unwrap().uses[0];
            used.functionality.value = functionality.to_owned();
            if named {
                used.third_parties.push(ThirdParty {
                    name: located("HubSpot".to_owned(), "email-access.yaml", 9),
                    purpose: None,
                    hosts: Vec::new(),
                    required: Some(true),
                });
            }
            let findings = found(&RULE, &facts);
            assert_eq!((findings.len(), findings[0].severity), (1, expected), "{functionality} {named}");
            assert!(findings[0].message.contains("`HubSpot`"));
        }
    }

    #[test]
    fn a_service_that_has_no_name_is_one_all_the_same() {
        let findings = found(&RULE, &one_flow(AccessKind::OwnProfile, SinkKind::Marketing, None));
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].message.contains("a marketing service"));
    }
}
