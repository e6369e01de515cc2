//! The vendor's declaration as facts: every value with its place.

use std::sync::Arc;

use super::{AppType, Located, Product};
use crate::findings::Severity;
use crate::text::Place;

/// A document: an address, a path in the repository, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentRef {
    /// Its address.
    pub url: Option<Located<String>>,
    /// Its path, relative to the app's root.
    pub file: Option<Located<String>>,
}

/// A service that gets addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThirdParty {
    /// Its name.
    pub name: Located<String>,
    /// What it does for the app.
    pub purpose: Option<Located<String>>,
    /// The hosts through which it is reached.
    pub hosts: Vec<Located<String>>,
    /// Whether the service cannot be given without it.
    pub required: Option<bool>,
}

/// One declared use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredUse {
    /// Its name, the key under `uses:`.
    pub name: Located<String>,
    /// The whole entry.
    pub place: Place,
    /// An id of the catalogue.
    pub functionality: Located<String>,
    /// In the vendor's words.
    pub description: Option<Located<String>>,
    /// Why, for a use that is in neither list.
    pub justification: Option<Located<String>>,
    /// `addresses-from`.
    pub addresses_from: Vec<Located<String>>,
    /// `third-parties`.
    pub third_parties: Vec<ThirdParty>,
}

/// The statement on personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalDataDeclaration {
    /// The whole entry.
    pub place: Place,
    /// `collects`.
    pub collects: Option<Located<bool>>,
    /// `stores`; `None` when the key is missing, empty when it says that nothing is stored.
    pub stores: Option<Vec<Located<String>>>,
    /// Where `stores` stands, even when it is empty.
    pub stores_place: Option<Place>,
    /// `retention`, as written.
    pub retention: Option<Located<String>>,
    /// `reporting.cycle` in days, when given.
    pub reporting_cycle_days: Option<Located<u32>>,
}

/// The declaration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The file.
    pub file: Arc<str>,
    /// `app.key` and so on, all optional.
    pub key: Option<Located<String>>,
    /// `app.name`.
    pub name: Option<Located<String>>,
    /// `app.vendor`.
    pub vendor: Option<Located<String>>,
    /// `app.type`.
    pub kind: Option<Located<AppType>>,
    /// `app.products`.
    pub products: Vec<Located<Product>>,
    /// `app.listing`.
    pub listing: Option<Located<String>>,
    /// `app.contact`.
    pub contact: Option<Located<String>>,
    /// `documents.privacy-policy`.
    pub privacy_policy: Option<DocumentRef>,
    /// `documents.customer-terms`.
    pub customer_terms: Option<DocumentRef>,
    /// `personal-data`.
    pub personal_data: Option<PersonalDataDeclaration>,
    /// `uses`, in the order of the file.
    pub uses: Vec<DeclaredUse>,
    /// `lint.rules`: severity, or `None` for off.
    pub lint_rules: Vec<(Located<String>, Option<Severity>)>,
    /// `lint.exclude`: globs.
    pub lint_exclude: Vec<Located<String>>,
}

impl Declaration {
    /// The declared use of that name.
    #[must_use]
    pub fn use_named(&self, name: &str) -> Option<&DeclaredUse> {
        self.uses.iter().find(|u| u.name.value == name)
    }
}
