//! What a rule says: findings, their severity and confidence, and the run that collects them.
//!
//! Nothing in here knows a rule by name; overrides and suppressions are applied in `sink`, in one place.

pub mod fingerprint;
pub mod run;
pub mod sink;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::text::{Place, Span};

/// How much a finding matters. Ordered: `Info < Warning < Error`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run by itself.
    Info,
    /// Probably wrong, or wrong under some reading of Atlassian's rules.
    Warning,
    /// Against Atlassian's rules, or sure to fail.
    Error,
}

/// How sure the tool is of what it says. Ordered: `Possible < Likely < Certain`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It looks like it, but where the value comes from could not be followed.
    Possible,
    /// Followed, with one step that rests on a convention.
    Likely,
    /// Followed from the source without a gap.
    Certain,
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is to be seen there.
    pub message: String,
}

/// One replacement of a safe edit; see `crate::fix` for what that promises. Ordered by file, then position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The file, relative to the checked root.
    pub file: Arc<str>,
    /// The bytes that go.
    pub span: Span,
    /// What comes in their place.
    pub replacement: String,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The reason its author gave.
    pub reason: String,
    /// Where the suppression stands.
    pub place: Place,
}

/// One thing that is wrong, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How much it matters, after overrides.
    pub severity: Severity,
    /// How sure the tool is.
    pub confidence: Confidence,
    /// What is wrong: lower case, no full stop, complete when it is the only thing shown.
    pub message: String,
    /// Why it is wrong, with Atlassian's own rule; one sentence each.
    pub notes: Vec<String>,
    /// What to do next; one step each. May hold lines to copy.
    pub help: Vec<String>,
    /// Where.
    pub place: Place,
    /// A few words under the marked span.
    pub label: String,
    /// Other places.
    pub related: Vec<Related>,
    /// The edits that mend it, when that can be done safely: made together or not at all. See `crate::fix`.
    pub fix: Vec<Edit>,
    /// Set when a suppression covers it, or a baseline holds it.
    pub suppressed: Option<Suppressed>,
    /// Whether it is a baseline that holds it.
    pub baselined: bool,
    /// Stable identity, see `fingerprint`. Empty until the run is finished.
    pub fingerprint: String,
    /// The root of the app that it is about, relative to the checked root; `.` for the root itself.
    pub app: Arc<str>,
}

impl Finding {
    /// A finding with the rule's default severity (set by the sink) and full confidence.
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            rule: "",
            severity: Severity::Warning,
            confidence: Confidence::Certain,
            message: message.into(),
            notes: Vec::new(),
            help: Vec::new(),
            place,
            label: String::new(),
            related: Vec::new(),
            fix: Vec::new(),
            suppressed: None,
            baselined: false,
            fingerprint: String::new(),
            app: Arc::from("."),
        }
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Sets the words under the marked span.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into() });
        self
    }

    /// Sets how sure it is.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Adds an edit to the safe fix.
    #[must_use]
    pub fn edit(mut self, edit: Option<Edit>) -> Self {
        self.fix.extend(edit);
        self
    }
}
