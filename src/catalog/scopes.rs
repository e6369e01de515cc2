//! Scope names: what a Forge manifest and a Connect descriptor may hold, and what people write instead
//! (`forge-scopes.yaml`, `connect-scopes.yaml`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::{AccessKind, Caller, Product};

/// A Connect scope.
#[derive(Clone, Debug, Deserialize)]
pub struct ConnectScope {
    /// Its name, in upper case.
    pub name: String,
    /// What it is called in a Forge manifest, by product.
    #[serde(default)]
    pub forge: BTreeMap<Product, String>,
}

/// A Forge scope that has to do with people's addresses.
#[derive(Clone, Debug, Deserialize)]
pub struct EmailScope {
    /// Its name.
    pub name: String,
    /// The product whose addresses it gives.
    pub product: Product,
    /// What it opens.
    pub gives: AccessKind,
    /// The caller that it is for, when it is for one only.
    pub caller: Option<Caller>,
    /// What Atlassian does not say about it.
    pub unclear: Option<String>,
}

/// Where a name that is no Forge scope comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A Connect descriptor.
    Connect,
    /// Bitbucket's OAuth.
    Bitbucket,
    /// OAuth 2.0 (3LO).
    Oauth2,
    /// The Organizations API.
    Admin,
    /// Nowhere: a name that people make up.
    Mistake,
}

/// A name that is no Forge scope, with what to write instead.
#[derive(Clone, Debug, Deserialize)]
pub struct ForeignScope {
    /// The name.
    pub name: String,
    /// Where it comes from.
    pub from: Origin,
    /// What to write instead, by product; empty: leave it out.
    #[serde(default)]
    pub instead: BTreeMap<Product, String>,
    /// What to write instead for the calls of Connect modules.
    #[serde(default)]
    pub with_connect_modules: BTreeMap<Product, String>,
    /// Why there is no such scope.
    pub why: Option<String>,
}

/// A scope that a 3LO app can ask for and that gives it nothing.
#[derive(Clone, Debug, Deserialize)]
pub struct UselessScope {
    /// Its name.
    pub name: String,
    /// What to ask for instead.
    pub instead: String,
    /// Why it is useless.
    pub why: String,
}

#[derive(Deserialize)]
struct ForgeFile {
    source: String,
    date: String,
    scopes: BTreeSet<String>,
}

#[derive(Deserialize)]
struct ConnectFile {
    connect_scopes: Vec<ConnectScope>,
    email_scopes: Vec<EmailScope>,
    not_forge_scopes: Vec<ForeignScope>,
    useless_oauth2_scopes: Vec<UselessScope>,
    oauth2_scopes: Vec<Oauth2Scope>,
}

/// A scope that a 3LO app can ask for.
#[derive(Deserialize)]
struct Oauth2Scope {
    name: String,
}

/// All that is known of scopes.
pub struct Scopes {
    forge: ForgeFile,
    connect: ConnectFile,
}

static SCOPES: LazyLock<Scopes> =
    LazyLock::new(|| Scopes { forge: table!("forge-scopes"), connect: table!("connect-scopes") });

/// The Connect scope for the Email API.
pub const CONNECT_EMAIL_SCOPE: &str = "ACCESS_EMAIL_ADDRESSES";

impl Scopes {
    /// The embedded tables.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &SCOPES
    }

    /// Where the list of Forge scopes comes from, and its date.
    #[must_use]
    pub fn forge_source(&self) -> (&str, &str) {
        (&self.forge.source, &self.forge.date)
    }

    /// Whether a Forge manifest may name it. Case counts, as it does there.
    #[must_use]
    pub fn is_forge(&self, name: &str) -> bool {
        self.forge.scopes.contains(name)
    }

    /// Whether a 3LO app can ask for it, usefully or not.
    #[must_use]
    pub fn is_oauth2(&self, name: &str) -> bool {
        name.contains(':') && self.is_forge(name)
            || self.connect.oauth2_scopes.iter().any(|s| s.name == name)
            || self.connect.useless_oauth2_scopes.iter().any(|s| s.name == name)
    }

    /// The Connect scope of that name, which may be in upper or lower case.
    #[must_use]
    pub fn connect(&self, name: &str) -> Option<&ConnectScope> {
        self.connect.connect_scopes.iter().find(|s| s.name.eq_ignore_ascii_case(name))
    }

    /// What is known of a Forge scope that has to do with addresses.
    #[must_use]
    pub fn email_scope(&self, name: &str) -> Option<&EmailScope> {
        self.connect.email_scopes.iter().find(|s| s.name == name)
    }

    /// The Forge scope that opens the Email API of `product` to `caller`.
    #[must_use]
    pub fn for_email_api(&self, product: Product, caller: Caller) -> Option<&EmailScope> {
        self.connect
            .email_scopes
            .iter()
            .find(|s| s.gives == AccessKind::EmailApi && s.product == product && s.caller == Some(caller))
    }

    /// A name that is known not to be a Forge scope. Connect's and made-up names match in any case.
    #[must_use]
    pub fn foreign(&self, name: &str) -> Option<&ForeignScope> {
        self.connect.not_forge_scopes.iter().find(|s| s.name.eq_ignore_ascii_case(name))
    }

    /// The scope that a 3LO app asks for in vain.
    #[must_use]
    pub fn useless_in_oauth2(&self, name: &str) -> Option<&UselessScope> {
        self.connect.useless_oauth2_scopes.iter().find(|s| s.name == name)
    }

    /// The Forge scope that was probably meant: the same parts in another order, or nearly the same
    /// letters.
    #[must_use]
    pub fn nearest_forge(&self, name: &str) -> Option<&str> {
        let parts = |s: &str| -> Vec<String> {
            let mut parts: Vec<String> = s.split(':').take(8).map(str::to_lowercase).collect();
            parts.sort_unstable();
            parts
        };
        let asked = parts(name);
        self.forge
            .scopes
            .iter()
            .map(String::as_str)
            .find(|s| parts(s) == asked)
            .or_else(|| nearest(name, self.forge.scopes.iter().map(String::as_str)))
    }

    /// The Connect scope that was probably meant.
    #[must_use]
    pub fn nearest_connect(&self, name: &str) -> Option<&str> {
        nearest(name, self.connect.connect_scopes.iter().map(|s| s.name.as_str()))
    }
}

/// Of `candidates` the one that differs from `name` in a few letters, without regard to case. Scope names
/// are long and alike, so no more than four letters may be wrong.
fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names are no typing mistakes, and comparing costs the product of the lengths.
    const LONGEST: usize = 128;
    if name.len() > LONGEST {
        return None;
    }
    let asked = name.to_lowercase();
    let length = asked.chars().count();
    let allowed = (length / 4).clamp(1, 4);
    candidates
        .filter(|c| c.chars().count().abs_diff(length) <= allowed)
        .map(|c| (strsim::damerau_levenshtein(&asked, &c.to_lowercase()), c))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_load_and_agree() {
        let scopes = Scopes::embedded();
        for scope in &scopes.connect.email_scopes {
            assert!(scopes.is_forge(&scope.name), "{}", scope.name);
        }
        for scope in &scopes.connect.connect_scopes {
            for name in scope.forge.values() {
                assert!(scopes.is_forge(name), "{name}");
            }
        }
        for scope in &scopes.connect.not_forge_scopes {
            assert!(!scopes.is_forge(&scope.name), "{}", scope.name);
            for name in scope.instead.values().chain(scope.with_connect_modules.values()) {
                assert!(scopes.is_forge(name), "{name}");
            }
        }
        assert!(scopes.connect(CONNECT_EMAIL_SCOPE).is_some());
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let scopes = Scopes::embedded();
        assert!(scopes.connect("access_email_addresses").is_some());
        assert!(!scopes.is_forge("READ:ME"));
        assert_eq!(scopes.nearest_forge("read:jira:email-address"), Some("read:email-address:jira"));
        assert_eq!(scopes.nearest_forge("read:email-addresses:jira"), Some("read:email-address:jira"));
        assert_eq!(scopes.nearest_forge("read:digest-recipients:jira"), None);
        assert_eq!(scopes.nearest_forge(&"e".repeat(9000)), None);
        assert_eq!(scopes.nearest_forge(""), None);
        assert_eq!(scopes.nearest_connect("ACCESS_EMAIL_ADDRESS"), Some(CONNECT_EMAIL_SCOPE));
        let name = |product, caller| scopes.for_email_api(product, caller).map(|s| s.name.as_str());
        assert_eq!(name(Product::Jira, Caller::AsApp), Some("read:email-address:jira"));
        assert_eq!(
            name(Product::Confluence, Caller::Addon),
            Some("access-email-addresses:connect-confluence")
        );
        assert_eq!(name(Product::Bitbucket, Caller::AsApp), None);
    }
}
