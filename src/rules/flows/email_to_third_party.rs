//! An address that goes to another company which no use declares, or which the manifest leaves out.

use std::collections::BTreeMap;

use crate::facts::{Egress, Facts, Flow, Manifest, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, wording};
use crate::text::Place;

use super::{Goal, goals, outcome, report};
use crate::rules::services::{self, Said, Service};

pub(crate) static RULE: Rule = Rule {
    name: "email-to-third-party",
    summary: "an address goes to a third party that no use declares or the manifest leaves out",
    group: Group::Flows,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("email_to_third_party.md"),
    check,
};

const GUIDELINE: &str = "addresses must not be shared with third parties unless these are required to provide the service to the end user (Atlassian, Profile visibility, Guidelines for using email addresses)";

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let own = services::own_hosts(facts);
    let goals = goals(facts, &[SinkKind::ThirdParty, SinkKind::Mail, SinkKind::Marketing]);
    for goal in &goals {
        let Some(flow) = goal.flow() else { continue };
        let Some(service) = Service::of(flow) else {
            if flow.kind == SinkKind::ThirdParty && !services::to_own_remote(flow) {
                report(facts, sink, Severity::Info, unknown(goal));
            }
            continue;
        };
        let said = services::said(facts, &service, &goal.accesses);
        let shut_out = shut_out(facts, flow, &service);
        // What a marketing service may not have at all is told by a rule of its own.
        let declared =
            matches!(said, Said::Declared(_)) || flow.kind == SinkKind::Marketing || service.is_own(&own);
        match (declared, shut_out) {
            (true, None) => {}
            (true, Some(manifest)) => {
                let finding = goal
                    .finding(
                        format!(
                            "an address goes to {}, which the manifest leaves out",
                            wording::name(service.name)
                        ),
                        "Forge refuses this request",
                    )
                    .help(egress_help(&service));
                report(facts, sink, worth(goal), egress_missing(finding, manifest, &service));
            }
            (false, shut_out) => {
                let mut finding = undeclared(goal, &service, &said);
                if let Some(manifest) = shut_out {
                    finding = egress_missing(finding, manifest, &service).help(egress_help(&service));
                }
                report(facts, sink, worth(goal), finding);
            }
        }
    }
    not_required(facts, &goals, sink);
    out_of_scope(facts, &goals, sink);
    outcome(facts)
}

/// A mail has to be delivered by someone, and a user's own address was given by that user: worth declaring.
fn worth(goal: &Goal<'_>) -> Severity {
    let mail = goal.flow().is_some_and(|f| f.kind == SinkKind::Mail);
    match goal.is_of_others() || goal.accesses.is_empty() {
        true if !mail => Severity::Error,
        _ => Severity::Warning,
    }
}

fn unknown(goal: &Goal<'_>) -> Finding {
    goal.finding("an address leaves the app here, to a service that could not be told", "to whom?")
        .note(GUIDELINE)
        .help("if it is the app's own server, all is well; if it is not, declare it under `third-parties` of the use")
}

fn undeclared(goal: &Goal<'_>, service: &Service<'_>, said: &Said<'_>) -> Finding {
    let name = wording::name(service.name);
    let uses: Vec<&str> = {
        let mut uses: Vec<&str> = goal.accesses.iter().flat_map(|a| &a.uses).map(String::as_str).collect();
        uses.sort_unstable();
        uses.dedup();
        uses
    };
    let mut finding = match said {
        Said::Elsewhere(other) => goal
            .finding(
                format!(
                    "an address goes to {name}, which is declared for {} and not for what this one is used for",
                    wording::name(&other.name.value)
                ),
                "not declared for this use",
            )
            .related(other.place.clone(), "declared for this use only"),
        _ => goal.finding(format!("an address goes to {name}, which no use declares"), "not declared"),
    };
    finding = finding.note(GUIDELINE);
    let under = match uses.as_slice() {
        [] => "the use".to_owned(),
        uses => wording::names(uses.iter().copied()),
    };
    let host = service.hosts.first().copied().filter(|h| !h.contains('*')).unwrap_or("HOST");
    finding
        .help(format!(
            "if the service cannot be given without it, declare it under {under} in `email-access.yaml`:\nthird-parties:\n  - name: {}\n    purpose: what it does for the user\n    hosts: [{host}]\n    required: true",
            wording::plain(service.name)
        ))
        .help("if it can, send the `accountId` or nothing")
}

/// The manifest that keeps code of the app from reaching a service.
fn shut_out<'a>(facts: &'a Facts, flow: &Flow, service: &Service<'_>) -> Option<&'a Manifest> {
    let manifest = services::egress_decides(facts, flow)?;
    let reachable = service.hosts.is_empty() || !services::egress_to(manifest, service).is_empty();
    (!reachable && questions::sure(flow.confidence)).then_some(manifest)
}

fn egress_missing(finding: Finding, manifest: &Manifest, service: &Service<'_>) -> Finding {
    finding.note(format!(
        "`permissions.external.fetch` in {} does not name {}, so Forge refuses the request (Atlassian, Forge manifest reference, permissions)",
        wording::name(&manifest.file),
        // Of a service's hosts the first is the one that answers over HTTP.
        wording::names(service.hosts.first().copied())
    ))
}

fn egress_help(service: &Service<'_>) -> String {
    let host = service.hosts.first().copied().unwrap_or_default().replace("*.", "REGION.");
    format!(
        "if it is right, name it in the manifest as what it is:\npermissions:\n  external:\n    fetch:\n      backend:\n        - address: https://{}\n          inScopeEUD: true",
        wording::plain(&host)
    )
}

/// Third parties that the declaration itself calls unneeded.
fn not_required(facts: &Facts, goals: &[Goal<'_>], sink: &mut Sink<'_>) {
    let mut told: BTreeMap<&Place, (Finding, Confidence)> = BTreeMap::new();
    for goal in goals {
        let Some(service) = goal.flow().and_then(Service::of) else { continue };
        let Said::Declared(parties) = services::said(facts, &service, &goal.accesses) else { continue };
        for party in parties.into_iter().filter(|p| p.required == Some(false)) {
            let new = || {
                let message = format!(
                    "{} gets addresses and is declared as not required for the service",
                    wording::name(&party.name.value)
                );
                let finding = Finding::new(party.name.place.clone(), message)
                    .label("not required")
                    .note(GUIDELINE)
                    .help("stop sending addresses there, or say `required: true` and for what, if the service cannot be given without it");
                (finding, Confidence::Possible)
            };
            let (finding, confidence) = told.remove(&party.name.place).unwrap_or_else(new);
            let finding = finding.related(goal.place.clone(), "an address goes there");
            told.insert(&party.name.place, (finding, confidence.max(goal.confidence())));
        }
    }
    for (finding, confidence) in told.into_values() {
        report(facts, sink, Severity::Error, finding.confidence(confidence));
    }
}

/// Entries of the manifest that say that no end-user data goes to a host, and addresses do.
fn out_of_scope(facts: &Facts, goals: &[Goal<'_>], sink: &mut Sink<'_>) {
    let mut told: BTreeMap<&Place, (Finding, Confidence)> = BTreeMap::new();
    let mut tell = |place, message: String, goal: &Goal<'_>| {
        let new = |message: String| {
            let finding = Finding::new(Place::clone(place), message)
                .label("says that no end-user data goes there")
                .note("an email address is end-user data, and what the manifest says of it is shown to admins (Atlassian, Forge manifest reference, permissions)")
                .help("say `inScopeEUD: true` without `category: analytics`, or send no addresses there");
            (finding, Confidence::Possible)
        };
        let (finding, confidence) = told.remove(place).unwrap_or_else(|| new(message));
        let finding = finding.related(goal.place.clone(), "an address goes there");
        told.insert(place, (finding, confidence.max(goal.confidence())));
    };
    for manifest in facts.app.manifests.iter().filter(|m| m.kind == crate::facts::ManifestKind::Forge) {
        for goal in goals {
            let Some(flow) = goal.flow() else { continue };
            if services::to_own_remote(flow) {
                for remote in manifest.remotes.iter().filter(|r| r.storage_in_scope_eud == Some(false)) {
                    let key = wording::name(&remote.key.value);
                    tell(
                        &remote.key.place,
                        format!("the remote {key} gets addresses and is declared to store no end-user data"),
                        goal,
                    );
                }
                continue;
            }
            let Some(service) = Service::of(flow) else { continue };
            for egress in services::egress_to(manifest, &service).into_iter().filter(|e| says_none(e)) {
                let how = if egress.analytics { "analytics" } else { "out of the scope of end-user data" };
                let address = wording::name(&egress.address.value);
                tell(
                    &egress.address.place,
                    format!("{address} gets addresses and is declared as {how}"),
                    goal,
                );
            }
        }
    }
    for (finding, confidence) in told.into_values() {
        report(facts, sink, Severity::Error, finding.confidence(confidence));
    }
}

fn says_none(egress: &Egress) -> bool {
    egress.analytics || egress.in_scope_eud == Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Remote, ThirdParty};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_evaluated};

    fn party(name: &str, required: Option<bool>) -> ThirdParty {
        ThirdParty {
            name: located(name.to_owned(), "email-access.yaml", 9),
            purpose: None,
            hosts: Vec::new(),
            required,
        }
    }

    /// One flow to `Sentry`, in an app that is no Forge app.
    fn to_sentry(kind: SinkKind) -> Facts {
        let mut facts = one_flow(AccessKind::EmailApi, kind, Some("Sentry"));
        facts.app.kind = crate::facts::AppType::Connect;
        facts.app.manifests.clear();
        facts
    }

    fn declaring(facts: &mut Facts, nth: usize, party: ThirdParty) {
        facts.declaration.as_mut().unwrap().uses[nth].third_parties.push(party);
    }

    #[test]
    fn a_third_party_has_to_be_declared_by_the_use_of_the_address() {
        let mut facts = to_sentry(SinkKind::ThirdParty);
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Error));
        assert!(findings[0].message.contains("`Sentry`, which no use declares"));
        assert!(findings[0].help[0].contains("under `mine`"), "{:?}", findings[0].help);

        facts.declaration.as_mut().unwrap().uses.push(declared("other", "error-reports", 12));
        declaring(&mut facts, 1, party("Sentry", Some(true)));
        let findings = found(&RULE, &facts);
        assert!(findings[0].message.contains("declared for `other`"), "{}", findings[0].message);

        declaring(&mut facts, 0, party("Sentry", Some(true)));
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn an_address_without_a_use_is_covered_by_any_and_its_use_is_asked_for_elsewhere() {
        let mut facts = to_sentry(SinkKind::ThirdParty);
        facts.accesses[0].uses.clear();
        assert_eq!(found(&RULE, &facts).len(), 1);
        declaring(&mut facts, 0, party("Sentry", None));
        assert!(found(&RULE, &facts).is_empty());
    }

    #[test]
    fn who_delivers_mail_is_worth_a_warning_and_an_unnamed_server_nothing() {
        assert_eq!(found(&RULE, &to_sentry(SinkKind::Mail))[0].severity, Severity::Warning);
        let mut smtp = to_sentry(SinkKind::Mail);
        smtp.flows[0].service = None;
        assert!(found(&RULE, &smtp).is_empty());
        let mut unknown = to_sentry(SinkKind::ThirdParty);
        unknown.flows[0].service = None;
        assert_eq!(found(&RULE, &unknown)[0].severity, Severity::Info);
        assert!(found(&RULE, &to_sentry(SinkKind::Marketing)).is_empty(), "another rule's business");
    }

    #[test]
    fn what_is_not_required_is_told_once_where_it_is_declared() {
        let mut facts = to_sentry(SinkKind::ThirdParty);
        declaring(&mut facts, 0, party("Sentry", Some(false)));
        let again = flow(&facts.accesses[0], SinkKind::ThirdParty, 30);
        facts.flows.push(Flow { service: Some("Sentry".to_owned()), ..again });
        let findings = found(&RULE, &facts);
        assert_eq!((findings.len(), findings[0].place.line, findings[0].related.len()), (1, 9, 2));
    }

    fn egress(address: &str, analytics: bool, in_scope_eud: Option<bool>) -> Egress {
        Egress {
            list: "fetch.backend".to_owned(),
            address: located(address.to_owned(), "manifest.yml", 40),
            analytics,
            in_scope_eud,
        }
    }

    fn over_http(entries: Vec<Egress>) -> Facts {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::ThirdParty, Some("crm.example.com"));
        facts.flows[0].sink = "third-party.http".to_owned();
        facts.app.manifests[0].egress = entries;
        declaring(&mut facts, 0, party("crm.example.com", Some(true)));
        facts
    }

    #[test]
    fn forge_lets_nothing_out_that_the_manifest_does_not_name() {
        let findings = found(&RULE, &over_http(Vec::new()));
        assert!(findings[0].message.contains("which the manifest leaves out"));
        assert!(findings[0].notes.iter().any(|n| n.contains("`crm.example.com`")));
        assert!(found(&RULE, &over_http(vec![egress("*.example.com", false, Some(true))])).is_empty());
        let mut both = over_http(Vec::new());
        both.declaration.as_mut().unwrap().uses[0].third_parties.clear();
        let findings = found(&RULE, &both);
        assert_eq!((findings.len(), findings[0].notes.len()), (1, 2), "one finding a place");
    }

    #[test]
    fn the_manifest_must_not_say_that_no_end_user_data_goes_there() {
        for (analytics, in_scope, expected) in [
            (false, Some(true), None),
            (false, None, None),
            (false, Some(false), Some("out of the scope")),
            (true, Some(true), Some("analytics")),
        ] {
            let findings =
                found(&RULE, &over_http(vec![egress("https://crm.example.com", analytics, in_scope)]));
            assert_eq!(findings.len(), usize::from(expected.is_some()), "{analytics} {in_scope:?}");
            if let Some(said) = expected {
                assert!(findings[0].message.contains(said), "{}", findings[0].message);
                assert_eq!((findings[0].place.line, findings[0].related[0].place.line), (40, 20));
            }
        }
    }

    #[test]
    fn the_apps_own_remote_is_no_third_party_unless_the_manifest_denies_it() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::ThirdParty, Some("the app's own remote"));
        facts.flows[0].sink = "third-party.forge-remote".to_owned();
        assert!(found(&RULE, &facts).is_empty());
        facts.app.manifests[0].remotes.push(Remote {
            key: located("back".to_owned(), "manifest.yml", 30),
            base_urls: Vec::new(),
            operations: vec!["storage".to_owned()],
            storage_in_scope_eud: Some(false),
        });
        assert_eq!(found(&RULE, &facts)[0].place.line, 30);
    }

    #[test]
    fn code_that_was_not_seen_may_send_more() {
        let mut facts = forge(&[]);
        facts.coverage.unfollowed = vec![("Scala".to_owned(), 1)];
        assert!(not_evaluated(&RULE, &facts));
    }
}
