//! The documents that a request needs, as far as they can be seen offline.

use serde::Serialize;

use super::Located;
use crate::text::Place;

/// Which document it is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// The privacy policy.
    PrivacyPolicy,
    /// The customer terms of use.
    CustomerTerms,
}

/// What could be seen of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentState {
    /// Only an address is known; nothing was fetched.
    AddressOnly,
    /// A file was read.
    Read {
        /// Number of words of text.
        words: usize,
        /// Passages that show that it is a placeholder, with what they are.
        placeholders: Vec<Located<String>>,
        /// The first passage that speaks of email addresses, if any.
        mentions_email: Option<Located<String>>,
    },
    /// A path is named and there is no such file.
    MissingFile,
    /// The file is there and could not be read, and why.
    Unreadable(String),
}

impl DocumentState {
    /// Fewer words than this are no policy and no terms: a heading, a link, an empty page.
    pub const FEWEST_WORDS: usize = 40;

    /// Whether a file was read and has hardly any text.
    #[must_use]
    pub fn is_too_short(&self) -> bool {
        matches!(self, Self::Read { words, .. } if *words < Self::FEWEST_WORDS)
    }
}

/// One document, declared or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub kind: DocumentKind,
    /// Where it is named, or the start of the file that was found.
    pub place: Place,
    /// Its address, when one is known.
    pub url: Option<String>,
    /// Its file, relative to the checked root.
    pub file: Option<String>,
    /// True when `email-access.yaml` names it; false when it was found.
    pub declared: bool,
    /// What could be seen.
    pub state: DocumentState,
}
