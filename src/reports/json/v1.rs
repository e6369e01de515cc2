//! Version 1 of the JSON report, as types. `docs/json-report.md` says what may change in them.
//!
//! Only shapes: `super` fills them. A field that has no value is `null`, never left out.

mod facts;

use schemars::JsonSchema;
use serde::Serialize;

pub use facts::{
    Access, Document, DocumentState, Erasure, Fetched, Flow, Passage, PersonalData, Place, ReportCall,
    ReportSchedule, Statement, Step, ThirdParty, Use,
};

use crate::facts::{AppType, InputKind, ManifestKind, Product};
use crate::findings::{Confidence, Severity};

/// The report of `mailpermit check --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "mailpermit report, version 1")]
pub struct Report {
    /// The version of this format; see docs/json-report.md.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// What wrote it.
    pub tool: Tool,
    /// The checked folders.
    pub roots: Vec<Root>,
    /// The app, or the first one by root when there are several.
    pub app: App,
    /// Every app, sorted by root.
    pub apps: Vec<AppReport>,
    /// Where addresses are obtained, in all apps.
    pub accesses: Vec<Access>,
    /// Where they go.
    pub flows: Vec<Flow>,
    /// Declared uses, and uses that only annotations name, in all apps.
    pub uses: Vec<Use>,
    /// Documents that were declared or found, in all apps.
    pub documents: Vec<Document>,
    /// The statement on personal data of `app`.
    pub personal_data: PersonalData,
    /// What is wrong, in all apps. Suppressed findings are in it, marked.
    pub findings: Vec<Finding>,
    /// Counts over all apps.
    pub summary: Summary,
}

/// What wrote the report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// `mailpermit`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A checked folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Root {
    /// What all its paths start with in this report; empty when only one folder was checked.
    pub prefix: String,
    /// The commit that is checked out there, when that could be told.
    pub commit: Option<String>,
}

/// An app and what its manifests say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct App {
    /// Its root; `.` for the checked folder itself.
    pub root: String,
    /// What kind of app.
    #[serde(rename = "type")]
    pub kind: AppType,
    /// Why it is taken for that kind.
    pub type_reason: String,
    /// Its key or id.
    pub key: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its vendor.
    pub vendor: Option<String>,
    /// The file of the manifest that decides scopes.
    pub manifest: Option<String>,
    /// All its manifests.
    pub manifests: Vec<Manifest>,
    /// The declaration's file, when there is one that could be read.
    pub declaration: Option<String>,
    /// The products it is for.
    pub products: Vec<Product>,
    /// The scopes that it asks for: the deciding manifest's, or those of its authorize addresses.
    pub scopes: Vec<String>,
}

/// A manifest or descriptor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Manifest {
    /// Which kind.
    pub kind: ManifestKind,
    /// Its file.
    pub file: String,
    /// The app's key or id in it.
    pub key: Option<String>,
    /// The scopes in it.
    pub scopes: Vec<String>,
}

/// One app with everything that belongs to it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AppReport {
    /// The app.
    #[serde(flatten)]
    pub app: App,
    /// Every rule and how it ended.
    pub rules: Vec<Rule>,
    /// Its uses.
    pub uses: Vec<Use>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// Its statement on personal data.
    pub personal_data: PersonalData,
    /// How much of it was read.
    pub coverage: Coverage,
    /// Counts of its findings.
    pub counts: Counts,
}

/// A rule's end.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub state: RuleState,
    /// Why it does not apply or was not evaluated.
    pub reason: Option<String>,
    /// Its findings in this app, suppressed ones included.
    pub findings: usize,
}

/// The ends of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// It looked and found nothing.
    Passed,
    /// It reported findings.
    Failed,
    /// It has nothing to say about this app.
    NotApplicable,
    /// It lacked an input.
    NotEvaluated,
    /// It was switched off.
    Off,
}

/// How much was read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Coverage {
    /// Files walked.
    pub files_seen: usize,
    /// Files parsed because they hold words that matter.
    pub files_parsed: usize,
    /// Folders that were not entered.
    pub skipped_folders: Vec<String>,
    /// Minified scripts with words that matter, which were not analysed.
    pub minified_files: Vec<String>,
    /// Languages whose accesses are not followed.
    pub unfollowed: Vec<Unfollowed>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
}

/// A language that is not followed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Unfollowed {
    /// Its name.
    pub language: String,
    /// Its files that hold words that matter.
    pub files: usize,
}

/// Something that could not be read or understood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Which input.
    pub input: InputKind,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it may hide something that matters.
    pub matters: bool,
}

/// Counts of one app's findings.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// Error-level findings.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings that a suppression covers or a baseline holds; in none of the counts above.
    pub suppressed: usize,
    /// Those among the suppressed that a baseline holds.
    pub baselined: usize,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// The root of the app.
    pub app: String,
    /// How much it matters.
    pub severity: Severity,
    /// How sure the tool is.
    pub confidence: Confidence,
    /// What is wrong.
    pub message: String,
    /// What to do; one step a line.
    pub help: String,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// A few words for the marked range.
    pub label: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Other places.
    pub related: Vec<Related>,
    /// A safe edit that mends it; empty when there is none.
    pub fix: Vec<Edit>,
    /// Whether a suppression covers it, or a baseline holds it.
    pub suppressed: bool,
    /// Whether it is a baseline that holds it (`check --baseline`).
    pub baselined: bool,
    /// The suppression.
    pub suppression: Option<Suppression>,
    /// The same when lines move.
    pub fingerprint: String,
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is to be seen there.
    pub message: String,
}

/// A replacement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Edit {
    /// The file.
    pub file: String,
    /// First byte that goes, from 0, not counting a byte order mark.
    pub start_byte: u32,
    /// One past the last byte that goes.
    pub end_byte: u32,
    /// What comes in their place.
    pub replacement: String,
}

/// Why a finding does not count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Suppression {
    /// The reason that its author gave.
    pub reason: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
}

/// Counts over all apps.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// Files walked.
    pub files_seen: usize,
    /// Files parsed.
    pub files_parsed: usize,
    /// Places where addresses are obtained.
    pub accesses: usize,
    /// Ways of addresses to sinks.
    pub flows: usize,
    /// Error-level findings that are not suppressed.
    pub errors: usize,
    /// Warnings that are not suppressed.
    pub warnings: usize,
    /// Infos that are not suppressed.
    pub infos: usize,
    /// Suppressed findings, with those that a baseline holds.
    pub suppressed: usize,
    /// Those among the suppressed that a baseline holds.
    pub baselined: usize,
    /// Rules that found nothing, counted once for each app.
    pub rules_passed: usize,
    /// Rules that found something.
    pub rules_failed: usize,
    /// Rules that have nothing to say.
    pub rules_not_applicable: usize,
    /// Rules that lacked an input.
    pub rules_not_evaluated: usize,
    /// Rules that were switched off.
    pub rules_off: usize,
}
