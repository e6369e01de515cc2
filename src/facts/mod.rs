//! What is true of one app: neutral, located, serialisable; no judgement.
//!
//! Facts hold no parser types, so a rule can be tested with a handful of lines and the reports can
//! render them. Everything is sorted by place.

pub mod access;
pub mod annotation;
pub mod app;
pub mod approval;
pub mod declaration;
pub mod document;
pub mod edits;
pub mod listing;
pub mod personal_data;
#[cfg(test)]
pub(crate) mod testing;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use access::{
    Access, AccessKind, Caller, Flow, Observation, ObservationKind, Product, SinkKind, Step, told_best,
};
pub use annotation::{Annotation, AnnotationScope, BadAnnotation, Suppression};
pub use app::{
    App, AppType, Egress, ForgeFunction, Located, Manifest, ManifestKind, Remote, ScheduledTrigger, ScopeName,
};
pub use approval::{Approval, ApprovedParty, ApprovedUse, Found, Record};
pub use declaration::{Declaration, DeclaredUse, DocumentRef, PersonalDataDeclaration, ThirdParty};
pub use document::{Document, DocumentKind, DocumentState, Fetched, Flaw, Says, Statement, Topic};
pub use edits::{AnnotationSite, Edits, Insertion};
pub use listing::{Listed, Listing, ListingField, ListingValue};
pub use personal_data::{Erasure, PersonalDataFacts, ReportCall, ReportSchedule, ReportVia};

use crate::catalog::Catalogue;
use crate::text::Place;

/// Something that could not be read, parsed or understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Where; the start of the file when it could not be read at all.
    pub place: Place,
    /// What kind of input it is.
    pub input: InputKind,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it may hide something that matters (it holds words that matter, or is a manifest or
    /// declaration): an error then, else a warning.
    pub matters: bool,
}

/// Which input a problem lies in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A Forge manifest or Connect descriptor.
    Manifest,
    /// `email-access.yaml`.
    Declaration,
    /// `email-access.lock`.
    Lock,
    /// Program text.
    Source,
    /// Privacy policy, terms and the like.
    Document,
    /// A folder, or a file that was not opened.
    File,
}

/// How much of the app was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Files walked.
    pub files_seen: usize,
    /// Files that were parsed because they hold words that matter.
    pub files_parsed: usize,
    /// Files of tests, whose code is not the app's and was not analysed.
    pub test_files: usize,
    /// Files that `lint.exclude` leaves out.
    pub excluded_files: usize,
    /// Minified scripts with words that matter, which were not analysed: what they were made of is what counts.
    /// Relative to the checked root, in order.
    pub minified_files: Vec<String>,
    /// Folders that were not entered because they hold vendored code or build output.
    pub skipped_folders: Vec<String>,
    /// Languages that have source files here but whose accesses this version does not follow, with
    /// their number of files that hold words that matter.
    pub unfollowed: Vec<(String, usize)>,
}

/// All that is known of one app.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What kind of app it is, and what its manifest says.
    pub app: App,
    /// The declaration, when there is one that could be read.
    pub declaration: Option<Declaration>,
    /// Whether a declaration file exists, readable or not.
    pub declaration_exists: bool,
    /// What was approved, when that is on record and could be read.
    pub approval: Option<Approval>,
    /// Whether an approval is on record, readable or not.
    pub approval_exists: bool,
    /// Atlassian's list of uses.
    pub catalogue: Arc<Catalogue>,
    /// Where addresses are obtained.
    pub accesses: Vec<Access>,
    /// Where they go.
    pub flows: Vec<Flow>,
    /// Other calls and expressions that rules ask for.
    pub observations: Vec<Observation>,
    /// How stored accounts are reported to Atlassian, and what is erased.
    pub personal_data: PersonalDataFacts,
    /// Well-formed annotations.
    pub annotations: Vec<Annotation>,
    /// Malformed annotations and suppressions.
    pub bad_annotations: Vec<BadAnnotation>,
    /// Well-formed suppressions.
    pub suppressions: Vec<Suppression>,
    /// Privacy policy, terms and what else was found or named.
    pub documents: Vec<Document>,
    /// What the public listing says, when it was asked for.
    pub listing: Option<Arc<Listing>>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How much was read.
    pub coverage: Coverage,
    /// Where its texts can be changed safely.
    pub edits: Edits,
}
