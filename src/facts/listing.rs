//! What the public listing of an app says, as far as its answers could be read.

use std::collections::BTreeMap;

use serde::Serialize;

/// A fact that a listing states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListingField {
    /// The app's key.
    Key,
    /// Its name.
    Name,
    /// The id of a Forge app.
    AppId,
    /// Scopes of the published Connect version.
    ConnectScopes,
    /// Scopes of the published Forge version.
    ForgeScopes,
    /// The address of the privacy policy.
    PrivacyPolicy,
    /// The address of the terms.
    Terms,
    /// Whether end-user data is processed outside of Atlassian.
    ProcessesOutside,
    /// Whether it is stored outside of Atlassian.
    StoresOutside,
    /// Whether it is shared with third parties.
    Shares,
    /// With which.
    ThirdParties,
    /// Whether it is logged.
    Logs,
    /// The shortest retention in days.
    RetentionMin,
    /// The longest.
    RetentionMax,
    /// Whether it is kept without end.
    RetentionIndefinite,
    /// Whether users have to give personal access tokens.
    AsksForTokens,
}

impl ListingField {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Key,
        Self::Name,
        Self::AppId,
        Self::ConnectScopes,
        Self::ForgeScopes,
        Self::PrivacyPolicy,
        Self::Terms,
        Self::ProcessesOutside,
        Self::StoresOutside,
        Self::Shares,
        Self::ThirdParties,
        Self::Logs,
        Self::RetentionMin,
        Self::RetentionMax,
        Self::RetentionIndefinite,
        Self::AsksForTokens,
    ];
}

/// A value of a listing.
#[derive(Clone, Debug, PartialEq)]
pub enum ListingValue {
    /// Yes or no.
    Flag(bool),
    /// A text or a number, as it is written.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

/// A value and the name of the field that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The value.
    pub value: ListingValue,
    /// Where it stands in the answer, such as `logDetails.logEndUserData`.
    pub name: String,
}

/// What a listing says. A field that is not in it could not be read, which says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Where it comes from: an address or files.
    pub source: String,
    /// What could be read.
    pub fields: BTreeMap<ListingField, Listed>,
    /// Answers that did not come or could not be read, and why.
    pub missing: Vec<String>,
}

impl Listing {
    /// A yes or no.
    #[must_use]
    pub fn flag(&self, field: ListingField) -> Option<(bool, &str)> {
        match self.fields.get(&field)? {
            Listed { value: ListingValue::Flag(flag), name } => Some((*flag, name)),
            _ => None,
        }
    }

    /// A text.
    #[must_use]
    pub fn text(&self, field: ListingField) -> Option<(&str, &str)> {
        match self.fields.get(&field)? {
            Listed { value: ListingValue::Text(text), name } if !text.trim().is_empty() => Some((text, name)),
            _ => None,
        }
    }

    /// A list of texts.
    #[must_use]
    pub fn texts(&self, field: ListingField) -> Option<(&[String], &str)> {
        match self.fields.get(&field)? {
            Listed { value: ListingValue::Texts(texts), name } => Some((texts, name)),
            _ => None,
        }
    }
}
