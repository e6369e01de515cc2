//! The documents that a request needs: what their files hold, and what came of asking for their addresses.

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
    /// Only an address is known, and no text came from there: see `Document::fetched`.
    AddressOnly,
    /// A file was read, or the text that its address gave. Places of a fetched text are the place where
    /// the address is named.
    Read {
        /// Number of words of text.
        words: usize,
        /// Passages that show that it is a placeholder, with what they are.
        placeholders: Vec<Located<String>>,
        /// The first passage that speaks of email addresses, if any.
        mentions_email: Option<Located<String>>,
        /// What it says of personal data.
        says: Box<Says>,
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
    /// Where the address is named.
    pub url_place: Option<Place>,
    /// Its file, relative to the checked root.
    pub file: Option<String>,
    /// True when `email-access.yaml` names it; false when it was found.
    pub declared: bool,
    /// What could be seen.
    pub state: DocumentState,
    /// What came of asking for its address; `None` when nobody asked.
    pub fetched: Option<Box<Fetched>>,
}

impl Document {
    /// All that was read of it: its file or fetched text and, beside a file, the text at its address.
    pub fn readings(&self) -> impl Iterator<Item = &DocumentState> {
        let beside = self.fetched.as_ref().and_then(|f| f.reading.as_ref()).filter(|_| self.file.is_some());
        std::iter::once(&self.state).chain(beside).filter(|state| matches!(state, DocumentState::Read { .. }))
    }

    /// Where to point at for what is wrong with its address: with a file beside it the two are named apart.
    #[must_use]
    pub fn address_place(&self) -> &Place {
        self.url_place.as_ref().unwrap_or(&self.place)
    }

    /// What is wrong with what its address gave, when that is known for sure.
    #[must_use]
    pub fn flaw(&self) -> Option<(Flaw, &str)> {
        let fetched = self.fetched.as_ref()?;
        fetched.flaw.filter(|flaw| !flaw.is_unverified()).map(|flaw| (flaw, fetched.detail.as_str()))
    }

    /// Why nothing can be said of its address though it was asked for.
    #[must_use]
    pub fn unverified(&self) -> Option<&str> {
        let fetched = self.fetched.as_ref()?;
        fetched.flaw.filter(|flaw| flaw.is_unverified()).map(|_| fetched.detail.as_str())
    }
}

/// What came of asking for an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// What is wrong; `None` for a page that can be the document.
    pub flaw: Option<Flaw>,
    /// What is wrong in words, to complete "the document …"; lower case, no full stop.
    pub detail: String,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The address that gave the last answer, after redirects; or the one that was to be asked next, where
    /// that went wrong.
    pub final_url: Option<String>,
    /// The number of redirects.
    pub redirects: usize,
    /// Whether the last answer came over TLS.
    pub tls: bool,
    /// Its type as the server gives it, without parameters.
    pub content_type: Option<String>,
    /// The language of the text, as an ISO 639-3 code and in English words, when it is sure.
    pub language: Option<(String, String)>,
    /// Bytes of the answer, unpacked.
    pub size: Option<usize>,
    /// How many seconds ago the answer was given, when it was kept from then.
    pub age: Option<u64>,
    /// What was read, when it can be the document.
    pub reading: Option<DocumentState>,
}

impl Fetched {
    /// Whether the text is in English; `None` when that is not sure.
    #[must_use]
    pub fn is_english(&self) -> Option<bool> {
        self.language.as_ref().map(|(code, _)| code == "eng")
    }
}

/// What can be wrong with an address or with what it gives.
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
pub enum Flaw {
    /// It is no address of the public web, or one that may not be asked.
    Refused,
    /// The name of its host does not exist.
    UnknownHost,
    /// Nobody answers there.
    NoConnection,
    /// It takes too long.
    Slow,
    /// The connection can't be trusted: its certificate is wrong.
    BadCertificate,
    /// What answers does not keep to HTTP, or stops in the middle.
    BrokenAnswer,
    /// It redirects in a circle, or too often, or to nowhere.
    BadRedirect,
    /// It is larger than is read.
    TooLarge,
    /// There is no such page.
    NotFound,
    /// The server fails.
    ServerError,
    /// Another status than that of a page.
    BadStatus,
    /// A page that says "not found" with the status of one that was found.
    SoftNotFound,
    /// The domain is parked or for sale.
    Parked,
    /// One has to sign in to read it.
    Login,
    /// The start page of a site, not the document.
    SiteRoot,
    /// There is nothing to read without running scripts.
    ScriptOnly,
    /// It is empty.
    Empty,
    /// It is no text: an image, an archive, data.
    WrongType,
    /// Its text can't be read: a damaged or locked PDF, an unknown character set.
    Unreadable,
    /// The server wants to be asked less often.
    RateLimited,
    /// The site keeps programs out.
    RobotWall,
    /// There is no network.
    NoNetwork,
    /// The network was not to be used.
    Offline,
}

impl Flaw {
    /// Whether it says nothing about the document: it could not be verified, by this machine, now.
    #[must_use]
    pub fn is_unverified(self) -> bool {
        matches!(self, Self::RateLimited | Self::RobotWall | Self::NoNetwork | Self::Offline)
    }
}
