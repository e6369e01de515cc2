//! A statement on personal data that the code contradicts.

use crate::facts::{Facts, Flow, ManifestKind, ObservationKind, PersonalDataDeclaration, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::{Group, Outcome, Rule, questions, services, wording};
use crate::text::Place;

pub(crate) static RULE: Rule = Rule {
    name: "contradicted-personal-data-statement",
    summary: "the statement on personal data says what the code contradicts",
    group: Group::Documents,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("contradicted_personal_data_statement.md"),
    check,
};

const WHY: &str = "a request has to say truly whether the app collects and stores personal data (Atlassian, Profile visibility, Requirements)";
/// Places of the code that are named.
const MOST_PLACES: usize = 5;

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let manifest = remotes(facts, sink);
    let Some(declaration) = &facts.declaration else {
        if manifest {
            return Outcome::Checked;
        }
        return match facts.declaration_exists {
            true => Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned()),
            false => Outcome::NotApplicable("there is no statement on personal data".to_owned()),
        };
    };
    let Some(stated) = &declaration.personal_data else {
        return Outcome::NotApplicable("there is no statement on personal data".to_owned());
    };
    let stored: Vec<&Flow> =
        facts.flows.iter().filter(|f| f.kind == SinkKind::Storage && questions::sure(f.confidence)).collect();
    collects(facts, stated, &stored, sink);
    stores(facts, stated, &stored, sink);
    classified(facts, stated, sink);
    questions::unseen_code(facts).map_or(Outcome::Checked, Outcome::NotEvaluated)
}

/// `collects: false`, and addresses are read.
fn collects(facts: &Facts, stated: &PersonalDataDeclaration, stored: &[&Flow], sink: &mut Sink<'_>) {
    let Some(said) = stated.collects.as_ref().filter(|c| !c.value) else { return };
    let read: Vec<&Place> = questions::sure_accesses(facts).map(|a| &a.place).collect();
    let kept: Vec<&Place> = stored.iter().map(|f| &f.place).collect();
    let (message, what, places, worth) = match (kept.as_slice(), read.as_slice()) {
        ([], []) => return,
        ([], read) => (
            "the app is said to collect no personal data, and the code reads addresses",
            "an address is read here",
            read,
            Severity::Warning,
        ),
        (kept, _) => (
            "the app is said to collect no personal data, and the code stores addresses",
            "an address is stored here",
            kept,
            Severity::Error,
        ),
    };
    let finding = Finding::new(said.place.clone(), message)
        .label("contradicted by the code")
        .note(WHY)
        .note("an email address is personal data, however short a time the app has it")
        .help("say `collects: true`");
    sink.report_at_most(worth, with(finding, places, what));
}

/// A remote that is said to store no end-user data, to which addresses are sent. Whether there is such a statement.
fn remotes(facts: &Facts, sink: &mut Sink<'_>) -> bool {
    let manifests = || facts.app.manifests.iter().filter(|m| m.kind == ManifestKind::Forge);
    let mut stated = false;
    for remote in manifests().flat_map(|m| &m.remotes).filter(|r| r.storage_in_scope_eud == Some(false)) {
        stated = true;
        let all =
            || facts.flows.iter().filter(|f| questions::sure(f.confidence) && services::to_own_remote(f));
        // Of several remotes it is not known which one is called.
        if manifests().flat_map(|m| &m.remotes).count() > 1 {
            continue;
        }
        let places: Vec<&Place> = all().map(|f| &f.place).collect();
        if places.is_empty() {
            continue;
        }
        let finding = Finding::new(
            remote.key.place.clone(),
            format!(
                "the remote {} is said to store no end-user data, and addresses are sent there",
                wording::name(&remote.key.value)
            ),
        )
        .label("`storage.inScopeEUD: false`")
        .confidence(Confidence::Likely)
        .note("an email address is end-user data; `storage.inScopeEUD` says whether a remote stores some (npm @forge/manifest 13.7.0)")
        .help("say `inScopeEUD: true`; or see to it that the remote does not store what it gets, and suppress this with that reason");
        sink.report_at_most(
            Severity::Warning,
            with(finding, &places, "an address is sent to the remote here"),
        );
    }
    stated
}

/// `stores: []`, and the manifest says that personal data is stored.
fn classified(facts: &Facts, stated: &PersonalDataDeclaration, sink: &mut Sink<'_>) {
    if !stated.stores.as_ref().is_some_and(Vec::is_empty) {
        return;
    }
    let place = stated.stores_place.as_ref().unwrap_or(&stated.place);
    let manifests = || facts.app.manifests.iter().filter(|m| m.kind == ManifestKind::Forge);
    let classes = manifests().flat_map(|m| &m.storage_classifications);
    let pii: Vec<&Place> =
        classes.filter(|c| c.value.eq_ignore_ascii_case("pii")).map(|c| &c.place).collect();
    let remotes = manifests().flat_map(|m| &m.remotes).filter(|r| r.storage_in_scope_eud == Some(true));
    let remotes: Vec<&Place> = remotes.map(|r| &r.key.place).collect();
    // End-user data need not be personal; what is classified as `pii` is.
    for (places, what, message, worth) in [
        (
            pii,
            "storage is classified as `pii` here",
            "the app is said to store no personal data, and the manifest classifies its storage as `pii`",
            Severity::Warning,
        ),
        (
            remotes,
            "this remote is said to store end-user data",
            "the app is said to store no personal data, and the manifest says that a remote stores end-user data",
            Severity::Info,
        ),
    ] {
        if places.is_empty() {
            continue;
        }
        let finding = Finding::new(place.clone(), message)
            .label("contradicted by the manifest")
            .note(WHY)
            .help("say what is stored: at least `account-id`; or correct the manifest, if nothing is stored");
        sink.report_at_most(worth, with(finding, &places, what));
    }
}

/// `stores` without addresses or account ids, and both are stored.
fn stores(facts: &Facts, stated: &PersonalDataDeclaration, stored: &[&Flow], sink: &mut Sink<'_>) {
    let Some(said) = &stated.stores else { return };
    let place = stated.stores_place.as_ref().unwrap_or(&stated.place);
    let names = |kind: &str| said.iter().any(|s| s.value == kind);
    if !stored.is_empty() && !names("email-address") {
        let message = match said.is_empty() {
            true => "the app is said to store no personal data, and the code stores addresses",
            false => "the app is not said to store addresses, and the code does",
        };
        let places: Vec<&Place> = stored.iter().map(|f| &f.place).collect();
        let finding = Finding::new(place.clone(), message)
            .label("contradicted by the code")
            .note(WHY)
            .help("add `email-address` to `stores`, with `retention` and `reporting`")
            .help("or stop storing addresses: keep the `accountId` and fetch the address when it is needed");
        sink.report(with(finding, &places, "an address is stored here"));
    }
    // Who reports accounts has some.
    let reports: Vec<&Place> = facts
        .observations
        .iter()
        .filter(|o| o.kind == ObservationKind::PersonalDataReport && questions::sure(o.confidence))
        .map(|o| &o.place)
        .collect();
    if said.is_empty() && !reports.is_empty() {
        let finding = Finding::new(
            place.clone(),
            "the app is said to store no personal data, and the code reports stored accounts to Atlassian",
        )
        .label("contradicted by the code")
        .note(WHY)
        .help("say what is stored: at least `account-id`")
        .help("or drop the report, if nothing is stored any more");
        sink.report_at_most(Severity::Warning, with(finding, &reports, "stored accounts are reported here"));
    }
}

fn with(mut finding: Finding, places: &[&Place], what: &str) -> Finding {
    let mut places = places.to_vec();
    places.sort();
    places.dedup();
    for place in places.iter().take(MOST_PLACES) {
        finding = finding.related((*place).clone(), what);
    }
    match places.len().saturating_sub(MOST_PLACES) {
        0 => finding,
        more => finding.note(format!("and at {more} more places")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, InputKind};
    use crate::findings::Confidence;
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable, not_evaluated};

    fn stating(mut facts: Facts, collects: Option<bool>, stores: Option<&[&str]>) -> Facts {
        let file = "email-access.yaml";
        facts.declaration.as_mut().unwrap().personal_data = Some(PersonalDataDeclaration {
            place: place(file, 5),
            collects: collects.map(|c| located(c, file, 6)),
            stores: stores.map(|s| s.iter().map(|s| located((*s).to_owned(), file, 7)).collect()),
            stores_place: stores.map(|_| place(file, 7)),
            retention: None,
            reporting_cycle_days: None,
        });
        facts
    }

    fn told(facts: &Facts) -> Vec<(u32, Severity)> {
        found(&RULE, facts).iter().map(|f| (f.place.line, f.severity)).collect()
    }

    #[test]
    fn each_half_is_held_against_the_code() {
        let stored = || one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        let read = || one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        let all: &[&str] = &["account-id", "email-address"];
        assert!(told(&stating(stored(), Some(true), Some(all))).is_empty());
        assert!(told(&stating(stored(), None, None)).is_empty(), "what is missing is told elsewhere");
        assert_eq!(told(&stating(stored(), Some(false), Some(all))), [(6, Severity::Error)]);
        assert_eq!(told(&stating(read(), Some(false), Some(&[]))), [(6, Severity::Warning)]);
        assert_eq!(told(&stating(stored(), Some(true), Some(&[]))), [(7, Severity::Error)]);
        assert_eq!(told(&stating(stored(), Some(true), Some(&["account-id"]))), [(7, Severity::Error)]);
    }

    #[test]
    fn a_guess_contradicts_nothing() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        facts.flows[0].confidence = Confidence::Possible;
        assert!(told(&stating(facts, Some(true), Some(&[]))).is_empty());
    }

    #[test]
    fn who_reports_accounts_stores_some() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.observations.push(observation(ObservationKind::PersonalDataReport, "forge", 30));
        assert_eq!(told(&stating(facts.clone(), Some(true), Some(&[]))), [(7, Severity::Warning)]);
        assert!(told(&stating(facts, Some(true), Some(&["account-id"]))).is_empty());
    }

    #[test]
    fn without_a_statement_or_with_unseen_code_nothing_is_said_to_be_right() {
        let mut facts = with_uses(forge(&[]), Vec::new());
        assert!(not_applicable(&RULE, &facts));
        facts = stating(facts, Some(false), None);
        assert!(told(&facts).is_empty());
        facts.problems.push(problem(InputKind::Source, "a.ts", true));
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration = None;
        assert!(not_evaluated(&RULE, &facts));
        facts.declaration_exists = false;
        assert!(not_applicable(&RULE, &facts));
    }

    #[test]
    fn the_manifest_is_a_statement_too() {
        let with = |facts: Facts, classes: &[&str], eud: Option<bool>| {
            let mut facts = stating(facts, Some(true), Some(&[]));
            let manifest = &mut facts.app.manifests[0];
            manifest.storage_classifications =
                classes.iter().map(|c| located((*c).to_owned(), "manifest.yml", 5)).collect();
            manifest.remotes.extend(eud.map(|eud| crate::facts::Remote {
                key: located("back".to_owned(), "manifest.yml", 30),
                base_urls: Vec::new(),
                operations: vec!["storage".to_owned()],
                storage_in_scope_eud: Some(eud),
            }));
            facts
        };
        let mail = || one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        let mut sent = one_flow(AccessKind::EmailApi, SinkKind::ThirdParty, Some("the app's own remote"));
        sent.flows[0].sink = "third-party.forge-remote".to_owned();
        assert!(told(&with(mail(), &["ugc"], None)).is_empty());
        assert_eq!(told(&with(mail(), &["PII"], None)), [(7, Severity::Warning)]);
        assert_eq!(told(&with(mail(), &[], Some(true))), [(7, Severity::Info)]);
        assert!(told(&with(mail(), &[], Some(false))).is_empty());
        let mut facts = with(sent, &[], Some(false));
        assert_eq!(told(&facts), [(30, Severity::Warning)]);
        facts.declaration = None;
        facts.declaration_exists = false;
        assert_eq!(told(&facts), [(30, Severity::Warning)], "without a declaration too");
    }

    #[test]
    fn many_places_are_counted() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        for line in 30..40 {
            facts.flows.push(flow(&jira_email_call(7), SinkKind::Storage, line));
        }
        let findings = found(&RULE, &stating(facts, Some(true), Some(&[])));
        assert_eq!(findings[0].related.len(), MOST_PLACES);
        assert!(findings[0].notes.contains(&"and at 6 more places".to_owned()), "{:?}", findings[0].notes);
    }
}
