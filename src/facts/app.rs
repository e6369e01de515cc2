//! What kind of app it is, and what its manifest says.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Product;
use crate::text::Place;

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// The kinds of app (DESIGN §3 `app.type`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AppType {
    /// A Forge app.
    Forge,
    /// Connect modules inside a Forge manifest.
    ForgeWithConnect,
    /// A Connect app with a descriptor of its own.
    Connect,
    /// OAuth 2.0 (3LO).
    Oauth2,
    /// None of these could be told.
    Unknown,
}

/// Which kind of manifest a file is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ManifestKind {
    /// `manifest.yml`.
    Forge,
    /// A Connect descriptor.
    Connect,
}

/// A scope as the manifest names it.
pub type ScopeName = Located<String>;

/// An address that a Forge manifest lets the app send to (`permissions.external`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Egress {
    /// The list it stands in, such as `fetch.backend`.
    pub list: String,
    /// The address, or `remote:KEY`.
    pub address: Located<String>,
    /// `category: analytics`.
    pub analytics: bool,
    /// `inScopeEUD`, when set.
    pub in_scope_eud: Option<bool>,
}

/// A Forge remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// Its key.
    pub key: Located<String>,
    /// All its base addresses.
    pub base_urls: Vec<Located<String>>,
    /// `operations`.
    pub operations: Vec<String>,
    /// `storage.inScopeEUD`, when set.
    pub storage_in_scope_eud: Option<bool>,
}

/// A `scheduledTrigger` of a Forge manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledTrigger {
    /// Where.
    pub place: Place,
    /// The key of the function that it runs.
    pub function: Option<String>,
    /// `interval`: `fiveMinute`, `hour`, `day`, `week`.
    pub interval: Option<Located<String>>,
}

/// A `function` of a Forge manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeFunction {
    /// Its key.
    pub key: String,
    /// `handler`: a file below `src` and what it exports.
    pub handler: Located<String>,
}

/// One manifest or descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Which kind.
    pub kind: ManifestKind,
    /// Its file.
    pub file: Arc<str>,
    /// The app's id (Forge `app.id`) or key (Connect `key`).
    pub key: Option<Located<String>>,
    /// `app.connect.key` of a Forge manifest.
    pub connect_key: Option<Located<String>>,
    /// The app's name.
    pub name: Option<Located<String>>,
    /// The vendor's name.
    pub vendor: Option<Located<String>>,
    /// The products it is for, as far as scopes and modules tell.
    pub products: Vec<Product>,
    /// Its scopes.
    pub scopes: Vec<ScopeName>,
    /// Where a scope would be added: the scopes list, or the place it belongs; `None` if unreadable.
    pub scopes_place: Option<Place>,
    /// Whether the scopes are written as a mapping of scope to options instead of a list.
    pub scopes_as_map: bool,
    /// Names of modules (Forge `modules` keys, Connect `modules` keys).
    pub modules: Vec<Located<String>>,
    /// True when the manifest has Connect modules.
    pub connect_modules: bool,
    /// Where the app may send to.
    pub egress: Vec<Egress>,
    /// Its remotes.
    pub remotes: Vec<Remote>,
    /// `app.storage.classifications`, when there is an `app.storage`.
    pub storage_classifications: Vec<Located<String>>,
    /// Connect lifecycle callbacks (`installed`, `uninstalled` …) and Forge `preUninstall`.
    pub lifecycle: Vec<Located<String>>,
    /// Forge: what runs on a schedule.
    pub scheduled: Vec<ScheduledTrigger>,
    /// Forge: its functions.
    pub functions: Vec<ForgeFunction>,
    /// Forge: keys of the functions that run when the app is removed from a site.
    pub on_uninstall: Vec<Located<String>>,
    /// Forge: keys of the functions whose results leave the app: an agent's actions, web triggers.
    pub answering: Vec<String>,
    /// `apiMigrations.gdpr` of a Connect descriptor, when set.
    pub gdpr_migration: Option<Located<bool>>,
    /// Links that may lead to documents: label and address.
    pub links: Vec<(String, Located<String>)>,
    /// Parts of the manifest that could not be read (a template's directives), in words.
    pub unread: Vec<Located<String>>,
}

impl Manifest {
    /// The scope of that name, compared without regard to case.
    #[must_use]
    pub fn scope(&self, name: &str) -> Option<&ScopeName> {
        self.scopes.iter().find(|s| s.value.eq_ignore_ascii_case(name))
    }

    /// The name that the code exports for the function of that key.
    #[must_use]
    pub fn handler(&self, key: &str) -> Option<&str> {
        let function = self.functions.iter().find(|f| f.key == key)?;
        function.handler.value.rsplit('.').next().filter(|n| !n.is_empty())
    }
}

/// One app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its root, relative to the checked root; `.` for the root itself.
    pub root: Arc<str>,
    /// What kind of app.
    pub kind: AppType,
    /// Why it is taken for that kind, in words.
    pub kind_reason: String,
    /// Key or id, from manifest or declaration.
    pub key: Option<String>,
    /// Name, from manifest or declaration.
    pub name: Option<String>,
    /// Vendor, from manifest or declaration.
    pub vendor: Option<String>,
    /// Products, from manifest or declaration.
    pub products: Vec<Product>,
    /// Its manifests, Forge first. Empty for 3LO and unknown.
    pub manifests: Vec<Manifest>,
    /// Scopes of a 3LO app, found in authorize addresses and declarations.
    pub oauth_scopes: Vec<ScopeName>,
}

impl App {
    /// The manifest that decides scopes: the Forge one where there is one.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifests.first()
    }
}
