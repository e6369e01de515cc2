//! What one run came to: every app with its facts, findings and the outcome of every rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Finding;
use crate::facts::Facts;
use crate::rules::Outcome;
use crate::text::SourceFile;

/// How one rule ended for one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// It looked and found nothing.
    Passed,
    /// It reported findings (suppressed ones count here too).
    Failed,
    /// It has nothing to say about this app, and why.
    NotApplicable(String),
    /// It lacked an input, and which.
    NotEvaluated(String),
    /// Switched off by the configuration or the command line.
    Off,
}

impl RuleState {
    /// The state of a rule that answered `outcome` and reported `findings` findings.
    #[must_use]
    pub fn of(outcome: Outcome, findings: usize) -> Self {
        match outcome {
            _ if findings > 0 => Self::Failed,
            Outcome::Checked => Self::Passed,
            Outcome::NotApplicable(why) => Self::NotApplicable(why),
            Outcome::NotEvaluated(why) => Self::NotEvaluated(why),
        }
    }
}

/// One app's part of a run.
#[derive(Clone, Debug)]
pub struct AppRun {
    /// What is true of it.
    pub facts: Facts,
    /// What is wrong with it, sorted by place, then rule. Suppressed findings are in it, marked.
    pub findings: Vec<Finding>,
    /// Every rule with how it ended, in the order of `rules::ALL`.
    pub rules: Vec<(&'static str, RuleState)>,
}

/// The whole run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The apps, sorted by root. At least one: `unknown` when there is no manifest.
    pub apps: Vec<AppRun>,
    /// The texts that findings, accesses and flows point into, by path.
    pub files: BTreeMap<Arc<str>, SourceFile>,
    /// The commit that is checked out, when the root is a git checkout and it could be told.
    pub commit: Option<String>,
}

/// Counts of findings that are not suppressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Counts {
    /// Error-level findings.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings that a suppression covers or a baseline holds.
    pub suppressed: usize,
    /// Those among them that a baseline holds.
    pub baselined: usize,
}

impl Counts {
    /// Counts `findings`.
    pub fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        use super::Severity;
        findings.fold(Self::default(), |mut c, f| {
            c.baselined += usize::from(f.baselined);
            match (&f.suppressed, f.severity) {
                (Some(_), _) => c.suppressed += 1,
                (None, Severity::Error) => c.errors += 1,
                (None, Severity::Warning) => c.warnings += 1,
                (None, Severity::Info) => c.infos += 1,
            }
            c
        })
    }
}

impl Counts {
    /// Findings that a suppression beside them covers.
    #[must_use]
    pub fn suppressed_in_place(&self) -> usize {
        self.suppressed.saturating_sub(self.baselined)
    }
}

impl Run {
    /// All findings of all apps.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.apps.iter().flat_map(|a| &a.findings)
    }

    /// Counts over all apps.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of(self.findings())
    }
}
