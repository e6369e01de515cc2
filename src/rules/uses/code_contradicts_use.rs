//! Code that uses addresses for something else than the use that is named for them.

use std::collections::BTreeSet;

use crate::catalog::{CatalogueUse, Verdict};
use crate::facts::{Access, DeclaredUse, Facts, Flow, SinkKind};
use crate::findings::{Confidence, Finding, Severity, sink::Sink};
use crate::rules::flows::{Goal, goals};
use crate::rules::{Group, Outcome, Rule, questions, wording};

pub(crate) static RULE: Rule = Rule {
    name: "code-contradicts-use",
    summary: "code uses an address in another way than the use that is named for it",
    group: Group::Uses,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("code_contradicts_use.md"),
    check,
};

/// What a marketing service gets is told by a rule of its own.
const KINDS: &[SinkKind] = &[
    SinkKind::Ui,
    SinkKind::Log,
    SinkKind::Storage,
    SinkKind::ThirdParty,
    SinkKind::Mail,
    SinkKind::Identity,
    SinkKind::Response,
];

/// Names that undo what the rest of them says.
const UNDOING: &[&str] = &["unsubscribe", "optout", "suppress", "exclude"];

fn check(facts: &Facts, sink: &mut Sink<'_>) -> Outcome {
    let named: Vec<&Access> = questions::sure_accesses(facts).filter(|a| !a.uses.is_empty()).collect();
    for access in &named {
        for name in &access.uses {
            let declared = facts.declaration.as_ref().and_then(|d| d.use_named(name));
            if let Some(declared) = declared.filter(|d| !names_source(d, access)) {
                sink.report(other_source(declared, access));
            }
        }
    }
    let words = Words::of(facts);
    for goal in goals(facts, KINDS) {
        let Some(declared) = declared(facts, &goal) else { continue };
        let betrayed = goal.flow().and_then(|flow| words.betrayal(flow));
        if let Some((by, name)) = betrayed {
            sink.report(other_purpose(facts, &goal, &declared, by, &name));
        }
    }
    match questions::unseen_code(facts) {
        Some(why) => Outcome::NotEvaluated(why),
        None if named.is_empty() => {
            Outcome::NotApplicable("no use is named for a place that reads an address".to_owned())
        }
        None => Outcome::Checked,
    }
}

/// Whether a use names the source of an access, or leaves open where its addresses come from.
fn names_source(declared: &DeclaredUse, access: &Access) -> bool {
    let source = access.source();
    let fits = |said: &str| {
        // Without the product any of that kind will do; an event brings user objects.
        said == source
            || said.ends_with(&format!("-{source}"))
            || (said == "webhook" && source.ends_with("user-object"))
    };
    declared.addresses_from.is_empty() || declared.addresses_from.iter().any(|s| fits(&s.value))
}

fn other_source(declared: &DeclaredUse, access: &Access) -> Finding {
    let said = wording::names(declared.addresses_from.iter().map(|s| s.value.as_str()));
    let name = wording::name(&declared.name.value);
    let place = declared.addresses_from.first().map_or(&declared.place, |s| &s.place);
    Finding::new(
        access.place.clone(),
        format!("{name} gets an address from {} here and is declared to get them from {said}", wording::name(access.source())),
    )
    .label("another source")
    .confidence(access.confidence)
    .related(place.clone(), "declared here")
    .note("a request says where addresses come from, and only what it describes is approved (Atlassian, Profile visibility, Guidelines for using email addresses)")
    .help(format!("if it is right, add {} to `addresses-from` of {name}", wording::name(access.source())))
    .help("if this place serves another use, name that one in its annotation")
}

/// The words of code that speak of a use, each also as it is compared.
struct Words<'a> {
    invalid: Vec<(&'a CatalogueUse, Vec<(&'a str, String)>)>,
    valid: Vec<(&'a str, String)>,
}

impl<'a> Words<'a> {
    fn of(facts: &'a Facts) -> Self {
        let words = |u: &'a CatalogueUse| u.code.iter().map(|c| (c.as_str(), bare(c)));
        let uses = |verdict| facts.catalogue.uses.iter().filter(move |u| u.verdict == verdict);
        Self {
            invalid: uses(Verdict::Invalid).map(|u| (u, words(u).collect())).collect(),
            valid: uses(Verdict::Valid).flat_map(words).collect(),
        }
    }

    /// The invalid use that the names on an address's way betray, and the name that does.
    fn betrayal(&self, flow: &Flow) -> Option<(&'a CatalogueUse, String)> {
        let files = flow.path.iter().map(|s| s.place.file.as_ref()).chain([flow.place.file.as_ref()]);
        let stems = files.filter_map(|f| f.rsplit('/').next()?.split('.').next());
        let texts = flow.names.iter().map(String::as_str).chain(stems).chain([flow.expression.as_str()]);
        for text in texts {
            let bare = bare(text);
            if UNDOING.iter().any(|u| bare.contains(u)) {
                continue;
            }
            for (by, words) in &self.invalid {
                let Some((code, _)) = words.iter().find(|(_, word)| bare.contains(word)) else { continue };
                // A longer word of a valid use explains it better.
                let explained =
                    |(c, word): &(&str, String)| c.len() >= code.len() && bare.contains(word.as_str());
                if !self.valid.iter().any(explained) {
                    let shown = if text == flow.expression { *code } else { text };
                    return Some((by, shown.to_owned()));
                }
            }
        }
        None
    }
}

/// What the uses are for that are named where an address of a goal is read; nothing when none is named, or when
/// one is not known or invalid: that is told as such.
fn declared<'a>(facts: &'a Facts, goal: &Goal<'_>) -> Option<BTreeSet<&'a str>> {
    let uses: BTreeSet<&str> = goal.accesses.iter().flat_map(|a| &a.uses).map(String::as_str).collect();
    let listed = uses.iter().map(|u| questions::catalogue_use(facts, u));
    let valid = listed.map(|u| u.filter(|u| u.verdict != Verdict::Invalid).map(|u| u.id.as_str()));
    let valid: Option<BTreeSet<&str>> = valid.collect();
    valid.filter(|v| !v.is_empty())
}

/// A name without case, `_` and `-`.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

fn other_purpose(
    facts: &Facts,
    goal: &Goal<'_>,
    declared: &BTreeSet<&str>,
    by: &CatalogueUse,
    name: &str,
) -> Finding {
    let message = format!(
        "an address that is read for {} is used where the code speaks of {}",
        wording::names(declared.iter().copied()),
        wording::name(name)
    );
    let mut finding = goal.finding(message, "for something else?");
    finding = finding
        .note(format!(
            "{} sounds like \"{}\", which Atlassian lists as not valid (Profile visibility, {})",
            wording::name(name),
            by.functionality,
            facts.catalogue.date
        ))
        .help("if the code does that, stop it: the request would be refused, and an audit would find it")
        .help("if it does not, give it a name that says what it does, or say on the line above why it is right: `mailpermit: ignore[code-contradicts-use] the reason`");
    match goal.confidence() {
        // What a name means is a guess even where the flow is none.
        Confidence::Certain => finding.confidence(Confidence::Likely),
        _ => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Product};
    use crate::rules::flows::testing::one_flow;
    use crate::rules::testing::{found, not_applicable};

    fn named(function: &str, functionality: &str) -> Vec<Finding> {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.flows[0].names = vec![function.to_owned()];
        facts.declaration.as_mut().unwrap().uses[0].functionality.value = functionality.to_owned();
        found(&RULE, &facts)
    }

    #[test]
    fn names_on_the_way_betray_invalid_uses() {
        for (function, expected) in [
            ("sendNewsletter", 1),
            ("send_welcome_email", 1),
            ("TrialExpirationJob", 1),
            ("inviteToWebinar", 1),
            ("sendFailureReport", 0),
            ("sendDigestMail", 0),
            ("unsubscribeNewsletter", 0),
            ("tell", 0),
        ] {
            let findings = named(function, "error-reports");
            assert_eq!(findings.len(), expected, "{function}: {findings:?}");
        }
        let finding = &named("sendNewsletter", "error-reports")[0];
        assert!(finding.message.contains("`error-reports`") && finding.message.contains("`sendNewsletter`"));
        assert_eq!(finding.severity, Severity::Warning);
        assert!(named("sendNewsletter", "marketing").is_empty(), "declared as what it is");
    }

    #[test]
    fn the_sink_itself_and_the_files_count_too() {
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.flows[0].expression = "send({to, template: 'product-newsletter'})".to_owned();
        assert_eq!(found(&RULE, &facts).len(), 1);
        let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
        facts.flows[0].path[1].place = place("src/jobs/trial-reminder.ts", 3);
        assert_eq!(found(&RULE, &facts).len(), 1);
        facts.accesses[0].uses.clear();
        assert!(not_applicable(&RULE, &facts), "no use is named that it could contradict");
    }

    #[test]
    fn addresses_come_from_where_the_use_says() {
        let sources = |from: &[&str], product| {
            let mut facts = one_flow(AccessKind::EmailApi, SinkKind::Mail, None);
            facts.accesses[0].product = product;
            facts.declaration.as_mut().unwrap().uses[0].addresses_from =
                from.iter().map(|s| located((*s).to_owned(), "email-access.yaml", 6)).collect();
            found(&RULE, &facts)
        };
        let jira = Some(Product::Jira);
        assert!(sources(&[], jira).is_empty());
        assert!(sources(&["own-profile", "jira-email-api"], jira).is_empty());
        assert!(sources(&["jira-email-api"], None).is_empty(), "the product could not be told");
        let findings = sources(&["confluence-email-api"], jira);
        assert_eq!((findings[0].place.line, findings[0].related[0].place.line), (7, 6));
        assert!(findings[0].message.contains("`jira-email-api`"));
    }

    #[test]
    fn an_event_brings_user_objects() {
        let mut facts = one_flow(AccessKind::UserObject, SinkKind::Mail, None);
        facts.declaration.as_mut().unwrap().uses[0].addresses_from =
            vec![located("webhook".to_owned(), "email-access.yaml", 6)];
        assert!(found(&RULE, &facts).is_empty());
    }
}
