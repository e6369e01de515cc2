//! How ready an app is: each requirement of the Marketplace with its status, evidence and what to do.
//!
//! Requirements are data and name rules; a status follows from how these ended. Nothing is judged anew here, and what
//! no rule could tell is never met.

mod render;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use self::render::{human, json, markdown};
use crate::facts::{Document, DocumentKind, DocumentState, Facts, Topic};
use crate::findings::run::{AppRun, RuleState};
use crate::findings::{Finding, Severity};
use crate::reports::Checked;
use crate::text::redact::one_line;

/// How a requirement came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A rule found what is against it.
    NotMet,
    /// Nobody could tell.
    Unverified,
    /// All its rules passed.
    Met,
    /// The app has nothing to do with it.
    NotApplicable,
}

impl Status {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotMet => "not met",
            Self::Unverified => "could not be verified",
            Self::Met => "met",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// One requirement of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What is required.
    pub requirement: String,
    /// Where Atlassian says so.
    pub source: String,
    /// How it came out.
    pub status: Status,
    /// What that rests on: places, passages, and why something could not be told.
    pub evidence: Vec<String>,
    /// What to do.
    pub to_do: Vec<String>,
    /// The rules that decided.
    pub rules: Vec<String>,
}

/// The requirements of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Table {
    /// The app's root.
    pub root: String,
    /// Its name or key, when one is known.
    pub app: Option<String>,
    /// Its requirements, in the order of the table.
    pub requirements: Vec<Row>,
}

impl Table {
    /// How many requirements came out so.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.requirements.iter().filter(|r| r.status == status).count()
    }

    /// How many came out how, in words.
    #[must_use]
    pub fn summary(&self) -> String {
        let of = |status: Status| format!("{} {}", self.count(status), status.words());
        [Status::Met, Status::NotMet, Status::Unverified, Status::NotApplicable].map(of).join(", ")
    }
}

#[derive(Debug, Deserialize)]
struct Requirements {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    id: String,
    requirement: String,
    source: String,
    rules: Vec<String>,
    #[serde(default)]
    documents: Option<Which>,
    #[serde(default)]
    topics: Vec<Topic>,
    #[serde(default)]
    quiet: Quiet,
    #[serde(default)]
    advice: Advice,
    #[serde(default)]
    otherwise: Option<String>,
    #[serde(default)]
    person: Option<String>,
}

/// Documents that are evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Which {
    PrivacyPolicy,
    CustomerTerms,
    Any,
}

/// What it means when no rule applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Quiet {
    #[default]
    NotApplicable,
    Unverified,
}

/// What findings worth an info mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Advice {
    #[default]
    NotMet,
    Unverified,
}

static REQUIREMENTS: LazyLock<Requirements> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("requirements.yaml")).expect("the embedded table is read by a test")
});

/// More findings or passages of one requirement than this are counted only.
const MOST_SHOWN: usize = 4;
/// The longest piece of evidence, in characters.
const LONGEST: usize = 220;

/// The tables of all apps that were checked.
#[must_use]
pub fn tables(checked: &[Checked]) -> Vec<Table> {
    checked.iter().flat_map(|c| c.run.apps.iter().map(move |app| table(c, app))).collect()
}

fn table(checked: &Checked, app: &AppRun) -> Table {
    Table {
        root: checked.path(&app.facts.app.root).into_owned(),
        app: app.facts.app.name.clone().or_else(|| app.facts.app.key.clone()),
        requirements: REQUIREMENTS.requirements.iter().map(|r| row(checked, app, r)).collect(),
    }
}

fn row(checked: &Checked, app: &AppRun, requirement: &Requirement) -> Row {
    let mut row = Row {
        id: requirement.id.clone(),
        requirement: requirement.requirement.clone(),
        source: requirement.source.clone(),
        status: Status::Met,
        evidence: Vec::new(),
        to_do: Vec::new(),
        rules: requirement.rules.clone(),
    };
    let states = || app.rules.iter().filter(|(name, _)| requirement.rules.iter().any(|r| r == name));
    let of_rules = |f: &&Finding| requirement.rules.iter().any(|r| r == f.rule);
    let findings: Vec<&Finding> = app.findings.iter().filter(of_rules).collect();
    let (suppressed, open): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(|f| f.suppressed.is_some());
    let advice = |f: &&&Finding| f.severity == Severity::Info && requirement.advice == Advice::Unverified;
    let against = open.iter().filter(|f| !advice(f)).count();
    for finding in open.iter().take(MOST_SHOWN) {
        row.evidence.push(at(checked, finding, &finding.message));
        row.to_do.extend(finding.help.first().map(|h| first_line(h)));
    }
    counted(&mut row.evidence, open.len(), "findings");
    for finding in suppressed.iter().take(MOST_SHOWN) {
        let reason = finding.suppressed.as_ref().map_or("", |s| s.reason.as_str());
        let what = format!("{}; suppressed: {reason}", finding.message);
        row.evidence.push(at(checked, finding, &what));
    }
    counted(&mut row.evidence, suppressed.len(), "suppressed findings");
    let mut unverified = Vec::new();
    let mut quiet = Vec::new();
    let mut passed = false;
    for (name, state) in states() {
        match state {
            RuleState::NotEvaluated(why) => unverified.push(format!("{name}: {why}")),
            RuleState::Off => unverified.push(format!("{name}: switched off")),
            RuleState::NotApplicable(why) => quiet.push(why.clone()),
            RuleState::Passed => passed = true,
            RuleState::Failed => {}
        }
    }
    // A rule that found something and yet could not look at all of it says so in its findings alone.
    row.status = if against > 0 {
        Status::NotMet
    } else if requirement.rules.is_empty()
        || !unverified.is_empty()
        || !open.is_empty()
        || !suppressed.is_empty()
    {
        Status::Unverified
    } else if passed {
        Status::Met
    } else if requirement.quiet == Quiet::Unverified {
        Status::Unverified
    } else {
        Status::NotApplicable
    };
    row.evidence.extend(unverified.iter().map(|why| shown(why)));
    if row.status == Status::Unverified && requirement.documents.is_some() {
        // That no rule asks for a document of this app says nothing of whether there is one.
        proofs(checked, &app.facts, requirement, &mut row.evidence);
        if row.evidence.is_empty() {
            row.evidence.push("none is named or found here".to_owned());
        }
    } else if row.status == Status::Unverified || row.status == Status::NotApplicable {
        quiet.sort();
        quiet.dedup();
        row.evidence.extend(quiet.iter().map(|why| shown(why)));
    }
    if row.status == Status::Met {
        proofs(checked, &app.facts, requirement, &mut row.evidence);
    }
    if row.evidence.is_empty() {
        row.evidence.push(match row.status {
            Status::Met => "nothing against it was found".to_owned(),
            _ => "no rule can tell".to_owned(),
        });
    }
    row.to_do.extend(requirement.person.clone());
    if row.status == Status::Unverified && row.to_do.is_empty() {
        let look = || "give what is missing and check again, or look yourself".to_owned();
        row.to_do.push(requirement.otherwise.clone().unwrap_or_else(look));
    }
    let mut seen = std::collections::BTreeSet::new();
    row.to_do.retain(|t| seen.insert(t.clone()));
    row
}

/// What shows that a requirement is met: the documents and their passages.
fn proofs(checked: &Checked, facts: &Facts, requirement: &Requirement, evidence: &mut Vec<String>) {
    let declared = facts.documents.iter().any(|d| d.declared);
    let counts = |d: &&Document| d.declared || !declared;
    if let Some(which) = requirement.documents {
        let of_kind = |d: &&Document| match which {
            Which::PrivacyPolicy => d.kind == DocumentKind::PrivacyPolicy,
            Which::CustomerTerms => d.kind == DocumentKind::CustomerTerms,
            Which::Any => true,
        };
        for document in facts.documents.iter().filter(of_kind).filter(counts).take(MOST_SHOWN) {
            let file = document.file.as_deref().map(|f| checked.path(f).into_owned());
            let names: Vec<String> = document.url.clone().into_iter().chain(file).collect();
            evidence.push(shown(&names.join(", ")));
        }
    }
    let policies = facts.documents.iter().filter(|d| d.kind == DocumentKind::PrivacyPolicy).filter(counts);
    for state in policies.flat_map(Document::readings).take(MOST_SHOWN) {
        let DocumentState::Read { says, .. } = state else { continue };
        for topic in &requirement.topics {
            let passage = says.passage(*topic, false).or_else(|| says.passage(*topic, true));
            if let Some(passage) = passage {
                let file = checked.path(&passage.place.file);
                evidence.push(shown(&format!("{file}:{}: \"{}\"", passage.place.line, passage.value)));
            }
        }
    }
}

fn at(checked: &Checked, finding: &Finding, what: &str) -> String {
    let file = checked.path(&finding.place.file);
    shown(&format!("{file}:{}: {what} ({})", finding.place.line, finding.rule))
}

fn counted(evidence: &mut Vec<String>, all: usize, what: &str) {
    if all > MOST_SHOWN {
        evidence.push(format!("and {} more {what}", all - MOST_SHOWN));
    }
}

fn first_line(help: &str) -> String {
    shown(help.lines().next().unwrap_or_default().trim_end_matches(':'))
}

fn shown(text: &str) -> String {
    one_line(text, LONGEST)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::facts::testing::*;
    use crate::findings::Suppressed;
    use crate::findings::run::Run;
    use crate::rules;

    fn ran(states: &[(&'static str, RuleState)], findings: Vec<Finding>) -> Table {
        let rules = states.to_vec();
        let app = AppRun { facts: forge(&[]), findings, rules };
        let run = Run { apps: vec![app], files: BTreeMap::new(), commit: None };
        tables(&[Checked::only(run)]).remove(0)
    }

    fn status(table: &Table, id: &str) -> Status {
        table.requirements.iter().find(|r| r.id == id).expect("there is one").status
    }

    fn finding(rule: &'static str, severity: Severity) -> Finding {
        let mut finding = Finding::new(place("a.ts", 3), "wrong").help("mend it");
        finding.rule = rule;
        finding.severity = severity;
        finding
    }

    #[test]
    fn requirements_name_rules_and_all_that_matter_are_named() {
        let mut ids = BTreeSet::new();
        let mut named = BTreeSet::new();
        for requirement in &REQUIREMENTS.requirements {
            assert!(ids.insert(&requirement.id), "{} is there twice", requirement.id);
            assert!(requirement.rules.is_empty() == requirement.person.is_some(), "{}", requirement.id);
            for rule in &requirement.rules {
                assert!(rules::find(rule).is_some(), "{rule} is no rule");
                named.insert(rule.as_str());
            }
        }
        let policies =
            rules::ALL.iter().filter(|r| r.name.starts_with("policy-") || r.name.starts_with("missing-"));
        for rule in policies {
            assert!(named.contains(rule.name), "{} is in no requirement", rule.name);
        }
    }

    #[test]
    fn a_status_follows_from_how_the_rules_ended() {
        let not_evaluated = || RuleState::NotEvaluated("no text".to_owned());
        let not_applicable = || RuleState::NotApplicable("nothing is stored".to_owned());
        let failed = |severity| vec![finding("missing-erasure", severity)];
        let rule = "missing-erasure";
        for (state, findings, expected) in [
            (RuleState::Passed, vec![], Status::Met),
            (RuleState::Failed, failed(Severity::Warning), Status::NotMet),
            (RuleState::Failed, failed(Severity::Info), Status::NotMet),
            (not_evaluated(), vec![], Status::Unverified),
            (RuleState::Off, vec![], Status::Unverified),
            (not_applicable(), vec![], Status::NotApplicable),
        ] {
            let table = ran(&[(rule, state.clone())], findings);
            assert_eq!(status(&table, "erasure"), expected, "{state:?}");
        }
        let table = ran(&[("missing-privacy-policy", not_applicable())], vec![]);
        let row = table.requirements.iter().find(|r| r.id == "privacy-policy").expect("there is one");
        assert_eq!(row.evidence, ["none is named or found here"]);
        assert!(row.to_do[0].contains("documents: privacy-policy"), "{:?}", row.to_do);
        // What every listing needs is not settled by a rule that has nothing to say.
        assert_eq!(
            status(&ran(&[("missing-privacy-policy", not_applicable())], vec![]), "privacy-policy"),
            Status::Unverified
        );
        let rule = "listing-disagrees";
        let advice = ran(&[(rule, RuleState::Failed)], vec![finding(rule, Severity::Info)]);
        assert_eq!(status(&advice, "listing-agrees"), Status::Unverified);
        // One rule that could not look leaves the whole open.
        let half =
            [("slow-report-cycle", not_evaluated()), ("missing-personal-data-report", RuleState::Passed)];
        assert_eq!(status(&ran(&half, vec![]), "personal-data-reporting"), Status::Unverified);
        assert_eq!(status(&ran(&[], vec![]), "encryption"), Status::Unverified);
    }

    #[test]
    fn what_is_suppressed_is_not_met_and_not_against_it() {
        let mut accepted = finding("missing-erasure", Severity::Warning);
        accepted.suppressed = Some(Suppressed { reason: "elsewhere".to_owned(), place: place("a.ts", 2) });
        let table = ran(&[("missing-erasure", RuleState::Failed)], vec![accepted]);
        let row = table.requirements.iter().find(|r| r.id == "erasure").expect("there is one");
        assert_eq!(row.status, Status::Unverified);
        assert!(row.evidence[0].contains("suppressed: elsewhere"), "{:?}", row.evidence);
    }
}
