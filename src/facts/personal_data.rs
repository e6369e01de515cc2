//! How an app reports the accounts that it stores to Atlassian, and what it erases.

use serde::{Deserialize, Serialize};

use super::Located;
use crate::findings::Confidence;
use crate::text::Place;

/// How a report is sent.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ReportVia {
    /// `privacy.reportPersonalData` of Forge, which splits into batches by itself.
    Forge,
    /// A request to `/app/report-accounts`.
    Rest,
}

/// A call that reports accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCall {
    /// Where.
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// How it is sent.
    pub via: ReportVia,
    /// The number of accounts in one report, where code names it.
    pub batch: Option<Located<u32>>,
    /// Where an answer that says that an account is closed is looked for.
    pub closed: Option<Place>,
    /// Where an answer that says that an account has changed is looked for.
    pub updated: Option<Place>,
    /// How sure it is a report.
    pub confidence: Confidence,
}

/// Something that runs reports again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSchedule {
    /// Where it says so.
    pub place: Place,
    /// What runs them: an id of `catalog/personal-data.yaml`, or `forge.scheduled-trigger`.
    pub by: String,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// The longest time between two runs, in hours, where it could be told.
    pub hours: Option<u32>,
}

/// What is run when the app is removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Where the function stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Where something is deleted because of it; empty when no such place was found.
    pub deletes: Vec<Place>,
}

/// All of it for one app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonalDataFacts {
    /// Calls that report accounts.
    pub reports: Vec<ReportCall>,
    /// What runs them.
    pub schedules: Vec<ReportSchedule>,
    /// What is run when the app is removed.
    pub erasures: Vec<Erasure>,
}
