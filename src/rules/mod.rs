//! Judgement: functions from facts to findings. No parsing, no files, no clock, no network.
//!
//! One file a rule with its page beside it; `ALL` below is the one list. A rule that lacks an input it
//! needs answers `Outcome::NotEvaluated` with the reason, because silence must be told from success.

mod advice;
pub(crate) mod approval;
pub mod docs;
mod documents;
mod flows;
mod inputs;
pub mod listing;
pub mod lookup;
mod manifest;
mod personal_data;
mod policies;
mod questions;
pub mod run;
pub(crate) mod services;
#[cfg(test)]
mod testing;
mod uses;
mod visibility;
mod wording;

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

/// Every rule, by group, in the order in which they run and are listed.
pub static ALL: &[&Rule] = &[
    &inputs::unreadable_input::RULE,
    &inputs::malformed_manifest::RULE,
    &inputs::malformed_declaration::RULE,
    &inputs::malformed_lock::RULE,
    &inputs::unused_suppression::RULE,
    &manifest::missing_email_scope::RULE,
    &manifest::unused_email_scope::RULE,
    &manifest::unavailable_scope::RULE,
    &manifest::unknown_scope::RULE,
    &manifest::wrong_caller::RULE,
    &manifest::wrong_email_path::RULE,
    &manifest::retired_endpoint::RULE,
    &manifest::scope_before_approval::RULE,
    &manifest::missing_gdpr_migration::RULE,
    &uses::undeclared_access::RULE,
    &uses::unknown_use::RULE,
    &uses::invalid_use::RULE,
    &uses::unlisted_use::RULE,
    &uses::unused_declaration::RULE,
    &uses::malformed_annotation::RULE,
    &uses::orphan_annotation::RULE,
    &uses::vague_description::RULE,
    &uses::description_contradicts_use::RULE,
    &uses::code_contradicts_use::RULE,
    &uses::unapproved_use::RULE,
    &uses::approved_use_removed::RULE,
    &flows::email_in_ui::RULE,
    &flows::email_to_third_party::RULE,
    &flows::email_to_marketing_service::RULE,
    &flows::email_in_logs::RULE,
    &flows::email_stored::RULE,
    &flows::email_in_response::RULE,
    &flows::timezone_in_ui::RULE,
    &visibility::assumes_email_present::RULE,
    &visibility::email_as_identity::RULE,
    &visibility::bulk_result_by_position::RULE,
    &visibility::lookup_by_email::RULE,
    &documents::missing_privacy_policy::RULE,
    &documents::missing_customer_terms::RULE,
    &documents::missing_personal_data_statement::RULE,
    &documents::contradicted_personal_data_statement::RULE,
    &documents::placeholder_document::RULE,
    &documents::policy_omits_email::RULE,
    &documents::policy_omits_purpose::RULE,
    &documents::policy_omits_sharing::RULE,
    &documents::policy_omits_third_party::RULE,
    &documents::policy_omits_retention::RULE,
    &documents::policy_omits_deletion::RULE,
    &documents::policy_omits_contact::RULE,
    &documents::unreachable_document::RULE,
    &documents::listing_disagrees::RULE,
    &personal_data::missing_personal_data_report::RULE,
    &personal_data::slow_report_cycle::RULE,
    &personal_data::oversized_report::RULE,
    &personal_data::missing_erasure::RULE,
    &personal_data::missing_pii_classification::RULE,
    &personal_data::remote_storage_scope_unset::RULE,
    &advice::connect_end_of_support::RULE,
    &advice::notify_needs_no_address::RULE,
    &advice::narrower_scope_suffices::RULE,
];
