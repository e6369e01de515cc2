//! Judgement: functions from facts to findings. No parsing, no files, no clock, no network.
//!
//! One file a rule with its page beside it; `ALL` below is the one list. A rule that lacks an input it
//! needs answers `Outcome::NotEvaluated` with the reason, because silence must be told from success.

pub mod lookup;

pub use lookup::{find, nearest};

use crate::facts::Facts;
use crate::findings::{Severity, sink::Sink};

/// The heading under which a rule is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Files that could not be read, malformed inputs.
    Inputs,
    /// Manifest and scopes.
    Manifest,
    /// Declared uses and annotations.
    Uses,
    /// Where addresses go.
    Flows,
    /// Hidden fields and what code assumes about them.
    Visibility,
    /// Privacy policy, terms, statement.
    Documents,
    /// Reporting, erasure, classification.
    PersonalData,
    /// Advice.
    Advice,
}

impl Group {
    /// The heading's text.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Inputs => "Inputs",
            Self::Manifest => "Manifest and scopes",
            Self::Uses => "Uses and annotations",
            Self::Flows => "Flows",
            Self::Visibility => "Visibility",
            Self::Documents => "Documents",
            Self::PersonalData => "Personal data",
            Self::Advice => "Advice",
        }
    }
}

/// What a rule answers for one app, besides its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It looked at everything it needed: passed when it reported nothing.
    Checked,
    /// It has nothing to say about this app, and why.
    NotApplicable(String),
    /// An input it needs is missing, and which.
    NotEvaluated(String),
}

/// A rule: what it is called, how much it matters, its page, and the function that checks it.
pub struct Rule {
    /// Kebab-case name; reads well after "allow". Also the page's address.
    pub name: &'static str,
    /// One sentence, lower case, no full stop.
    pub summary: &'static str,
    /// Its heading.
    pub group: Group,
    /// Default severity.
    pub severity: Severity,
    /// The version that brought it.
    pub since: &'static str,
    /// The page, as Markdown: `## What it checks`, `## Why`, `## Source`, `## Wrong`, `## Right`,
    /// `## How to fix`, `## Suppress`.
    pub page: &'static str,
    /// The check.
    pub check: fn(&Facts, &mut Sink<'_>) -> Outcome,
}

/// Every rule, in the order in which they run and are listed.
pub static ALL: &[&Rule] = &[];
