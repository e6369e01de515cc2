//! What Atlassian approved, as `email-access.lock` records it: enough to tell whether a use is still the one
//! that was approved, and no place in the code, so that moving and renaming change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Place;

/// What a request was approved for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "email-access.lock")]
pub struct Record {
    /// The version of this format: 1.
    pub version: u32,
    /// The key of the ticket that was approved, such as `ECOHELP-12345`.
    pub ticket: String,
    /// The day of the approval, `YYYY-MM-DD`.
    pub date: String,
    /// The version of the list of uses by which the uses were chosen.
    pub catalogue: String,
    /// The app's key or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// What `personal-data.stores` of the declaration named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stores: BTreeSet<String>,
    /// The uses, by the names that annotations in the code have for them.
    pub uses: BTreeMap<String, ApprovedUse>,
}

/// A use as it was approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApprovedUse {
    /// The id of the catalogue.
    pub functionality: String,
    /// The fingerprint of the description, `fnv1a64:` and 16 digits; white space does not count in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fingerprint of the justification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// The declared sources of addresses.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addresses_from: BTreeSet<String>,
    /// The declared third parties, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub third_parties: BTreeMap<String, ApprovedParty>,
    /// What the code did for this use that the declaration does not say of it.
    #[serde(default, skip_serializing_if = "Found::is_empty")]
    pub found: Found,
}

/// A third party as it was approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApprovedParty {
    /// The fingerprint of what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Its hosts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub hosts: BTreeSet<String>,
    /// Whether the service needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
}

/// What was seen in the code for a use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Found {
    /// Sources of addresses that the declaration does not name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub addresses_from: BTreeSet<String>,
    /// Services that got addresses and that the declaration does not name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub third_parties: BTreeSet<String>,
    /// What was stored of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stores: BTreeSet<String>,
}

impl Found {
    /// Whether nothing was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A record and where its parts stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The file.
    pub file: Arc<str>,
    /// What it says.
    pub record: Record,
    /// Where the version of the catalogue stands.
    pub catalogue_place: Place,
    /// Where each use stands, by its name.
    pub places: BTreeMap<String, Place>,
}
