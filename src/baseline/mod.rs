//! A baseline: the findings that stood when the tool was adopted, and that fail no check until they are worked off.
//!
//! Findings are known by their fingerprints alone, which stay when lines move. Opens no file: `cli` does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::run::{AppRun, RuleState};
use crate::findings::{Finding, Suppressed};
use crate::reports::Checked;
use crate::rules::run::can_be_lowered;
use crate::text::redact::{mask_addresses, one_line};
use crate::text::{Place, SourceFile, Span};

/// The name that is proposed for the file.
pub const FILE_NAME: &str = "email-access-baseline.json";
/// The largest baseline that is read, in bytes: some hundred thousand findings.
pub const MAX_BYTES: u64 = 64 << 20;

/// The findings that `mailpermit check --baseline` lets pass. Written by `--write-baseline`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "mailpermit baseline")]
pub struct Baseline {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The findings, sorted by app, file, rule and fingerprint.
    pub findings: Vec<Entry>,
}

/// One finding. It is known by its fingerprint; the rest is for people who read the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The key of its app, or the app's folder.
    pub app: String,
    /// Its file, relative to the app's root.
    pub file: String,
    /// Its rule.
    pub rule: String,
    /// The finding's identity, as in the JSON report.
    pub fingerprint: String,
    /// What it says.
    pub message: String,
}

/// What a baseline came to in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// How many findings of the run it holds.
    pub held: usize,
    /// Its entries for which there is no finding any more, by position: the rule looked at the app, and it is gone.
    pub stale: Vec<usize>,
}

impl Baseline {
    /// The version of the format.
    pub const VERSION: u32 = 1;

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, in words. The user's mistake.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let baseline: Self = serde_json::from_str(text).map_err(|e| one_line(&e.to_string(), 200))?;
        if baseline.version != Self::VERSION {
            return Err(format!("its version is {}, and {} is known", baseline.version, Self::VERSION));
        }
        Ok(baseline)
    }

    /// All open findings of some runs. What could not be read is never part of it: an incomplete check must not
    /// look like a clean one.
    #[must_use]
    pub fn of(checked: &[Checked]) -> Self {
        let mut findings: Vec<Entry> = Vec::new();
        for (root, app) in apps(checked) {
            let open = app.findings.iter().filter(|f| f.suppressed.is_none() && can_be_lowered(f.rule));
            findings.extend(open.map(|f| Entry::of(root, app, f)));
        }
        findings.sort();
        findings.dedup();
        Self { version: Self::VERSION, findings }
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Marks the findings that this baseline holds as not counting. `file` is its text, for the places.
    pub fn mark(&self, file: &SourceFile, checked: &mut [Checked]) -> Matched {
        let entries: BTreeMap<&str, usize> =
            self.findings.iter().enumerate().map(|(i, e)| (e.fingerprint.as_str(), i)).collect();
        let places = places(file);
        let mut looked: BTreeSet<(String, &str)> = BTreeSet::new();
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut held = 0;
        for (root, app) in checked.iter_mut().flat_map(|c| {
            let prefix = c.prefix.clone();
            c.run.apps.iter_mut().map(move |a| (prefix.clone(), a))
        }) {
            let name = app_name(&root, app);
            let ran = |state: &RuleState| {
                matches!(state, RuleState::Passed | RuleState::Failed | RuleState::NotApplicable(_))
            };
            looked.extend(app.rules.iter().filter(|(_, s)| ran(s)).map(|(rule, _)| (name.clone(), *rule)));
            for finding in app.findings.iter_mut().filter(|f| can_be_lowered(f.rule)) {
                let Some((key, _)) = entries.get_key_value(finding.fingerprint.as_str()) else { continue };
                found.insert(key);
                if finding.suppressed.is_some() {
                    continue;
                }
                held += 1;
                finding.baselined = true;
                finding.suppressed = Some(Suppressed {
                    reason: format!("stands in the baseline `{}`", file.path),
                    place: places.get(*key).cloned().unwrap_or_else(|| Place::start_of(&file.path)),
                });
            }
        }
        let known: BTreeSet<&str> = crate::rules::ALL.iter().map(|r| r.name).collect();
        let gone = |e: &Entry| {
            !found.contains(e.fingerprint.as_str())
                && (looked.contains(&(e.app.clone(), e.rule.as_str())) || !known.contains(e.rule.as_str()))
        };
        let stale = self.findings.iter().enumerate().filter(|(_, e)| gone(e)).map(|(i, _)| i).collect();
        Matched { held, stale }
    }

    /// The baseline without some of its entries.
    #[must_use]
    pub fn without(&self, positions: &[usize]) -> Self {
        let gone: BTreeSet<usize> = positions.iter().copied().collect();
        let kept = self.findings.iter().enumerate().filter(|(i, _)| !gone.contains(i));
        Self { version: self.version, findings: kept.map(|(_, e)| e.clone()).collect() }
    }
}

impl Entry {
    fn of(prefix: &str, app: &AppRun, finding: &Finding) -> Self {
        let root = &*app.facts.app.root;
        let path = &*finding.place.file;
        let below = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'));
        Self {
            app: app_name(prefix, app),
            file: below.filter(|_| root != ".").unwrap_or(path).to_owned(),
            rule: finding.rule.to_owned(),
            fingerprint: finding.fingerprint.clone(),
            message: mask_addresses(&finding.message).into_owned(),
        }
    }
}

/// The schema of the file, as it is committed under `schemas/`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<Baseline>().to_value()
}

fn apps(checked: &[Checked]) -> impl Iterator<Item = (&str, &AppRun)> {
    checked.iter().flat_map(|c| c.run.apps.iter().map(|a| (c.prefix.as_str(), a)))
}

/// What an app is called: its key, which is the same from wherever the check starts, or else its folder.
fn app_name(prefix: &str, app: &AppRun) -> String {
    let key = app.facts.app.manifest().and_then(|m| m.key.as_ref()).map(|k| one_line(&k.value, 200));
    key.filter(|k| !k.is_empty()).unwrap_or_else(|| match (prefix, &*app.facts.app.root) {
        ("", root) => root.to_owned(),
        (prefix, ".") => prefix.to_owned(),
        (prefix, root) => format!("{prefix}/{root}"),
    })
}

/// Where each fingerprint stands in the file.
fn places(file: &SourceFile) -> BTreeMap<&str, Place> {
    const LENGTH: usize = 16;
    let mut places = BTreeMap::new();
    let mark = "\"fingerprint\": \"";
    for (at, _) in file.text.match_indices(mark) {
        let start = at + mark.len();
        if let Some(fingerprint) = file.text.get(start..start + LENGTH) {
            let place = || file.place(Span::new(start, start + LENGTH));
            places.entry(fingerprint).or_insert_with(place);
        }
    }
    places
}

/// The text of a baseline as a file of that name.
#[must_use]
pub fn source(name: &str, text: &str) -> SourceFile {
    SourceFile::new(Arc::<str>::from(name), text)
}
