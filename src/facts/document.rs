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

/// What a privacy policy has to speak of, and what helps to judge that.
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
pub enum Topic {
    /// Email addresses.
    Email,
    /// What data is used for.
    Purpose,
    /// Who gets it.
    Sharing,
    /// How long it is kept.
    Retention,
    /// That it is deleted, and how to ask for it.
    Deletion,
    /// How to reach who answers for it.
    Contact,
    /// Logs.
    Logs,
    /// That the processors are listed elsewhere.
    ProcessorList,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Email,
        Self::Purpose,
        Self::Sharing,
        Self::Retention,
        Self::Deletion,
        Self::Contact,
        Self::Logs,
        Self::ProcessorList,
    ];
}

/// A passage that speaks of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Of which.
    pub topic: Topic,
    /// Whether it says that there is none of it: "is shared with nobody".
    pub denies: bool,
    /// The passage, shortened.
    pub passage: Located<String>,
}

/// What a document says of personal data, as far as its English sentences tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Says {
    /// The language that it seems to be written in, by its English name, when that is not English.
    pub other_language: Option<String>,
    /// The first passage that states a topic, and the first that denies it.
    pub statements: Vec<Statement>,
    /// All its sentences, to look for names in.
    pub sentences: Vec<Located<String>>,
}

impl Says {
    /// The passage that states a topic, or, with `denies`, that says that there is none of it.
    #[must_use]
    pub fn passage(&self, topic: Topic, denies: bool) -> Option<&Located<String>> {
        self.statements.iter().find(|s| s.topic == topic && s.denies == denies).map(|s| &s.passage)
    }

    /// The first sentence that holds one of the names, as words.
    #[must_use]
    pub fn naming(&self, names: &[String]) -> Option<&Located<String>> {
        self.sentences.iter().find(|s| names.iter().any(|n| holds_words(&s.value, n)))
    }
}

/// Whether a text holds a name with nothing of a word around it, without regard to case.
fn holds_words(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.trim().to_lowercase());
    !name.is_empty()
        && text.match_indices(&name).any(|(at, found)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
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
        /// What it says of personal data.
        says: Says,
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
