//! Atlassian's lists of valid and invalid uses of email addresses (`uses.yaml`).

use serde::{Deserialize, Serialize};

/// What Atlassian's page says of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// On the list of valid uses.
    Valid,
    /// On the list of invalid uses.
    Invalid,
    /// On neither list: a person at Atlassian decides.
    Review,
}

/// The left column of Atlassian's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// "Send transactional emails".
    TransactionalEmail,
    /// "Account linking".
    AccountLinking,
    /// No process: the entry is ours.
    None,
}

/// One use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueUse {
    /// Its id, kebab-case.
    pub id: String,
    /// The process it belongs to.
    pub process: Process,
    /// The process in Atlassian's words.
    pub process_label: String,
    /// The functionality in Atlassian's words.
    pub functionality: String,
    /// Atlassian's verdict.
    pub verdict: Verdict,
    /// Lower-case words and phrases by which free text betrays it.
    #[serde(default)]
    pub words: Vec<String>,
    /// Lower-case parts of identifiers, packages and hosts by which code betrays it.
    #[serde(default)]
    pub code: Vec<String>,
    /// Where that is written.
    #[serde(default)]
    pub source: String,
    /// How sure its source makes it.
    #[serde(default)]
    pub confidence: Option<String>,
}

/// The whole catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Where it comes from.
    pub source: String,
    /// The page's address.
    pub url: String,
    /// The date of the page, `YYYY-MM-DD`.
    pub date: String,
    /// The catalogue's version, recorded by `approve`.
    pub version: String,
    /// The uses.
    pub uses: Vec<CatalogueUse>,
}

impl Catalogue {
    /// The use of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&CatalogueUse> {
        self.uses.iter().find(|u| u.id == id)
    }
}
