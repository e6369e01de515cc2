//! The format of `email-access.yaml` as types: the schema is generated from them, and the reader takes
//! its keys, vocabularies and forms from them, so that the two cannot drift apart.
//!
//! Doc comments in this file become the descriptions that editors show. No reading happens here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

pub use super::forms::{
    Address, AppKey, Contact, Cycle, Description, Form, Formed, GlobText, Host, Kebab, RepositoryPath,
    Retention, Words,
};
use crate::catalog::Catalogue;
use crate::facts;

/// How an app uses people's email addresses: what is declared to Atlassian, and what mailpermit checks
/// the code against.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "email-access.yaml")]
pub struct File {
    /// The version of this format.
    pub version: Version,
    /// The app. Everything here is read from the manifest where it is there.
    pub app: Option<App>,
    /// The documents that an access request needs.
    pub documents: Option<Documents>,
    /// The statement whether the app collects and stores personal data.
    pub personal_data: Option<PersonalData>,
    /// What addresses are used for. Each key is a name, in kebab-case, that `@email-use` comments in the
    /// code refer to.
    pub uses: Option<BTreeMap<Kebab, Use>>,
    /// Settings of the checks.
    pub lint: Option<Lint>,
}

/// The version of the format. There is one: 1.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Version {
    /// The only version so far.
    pub const CURRENT: u32 = 1;
}

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "const": Self::CURRENT})
    }
}

/// The app.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct App {
    /// The key of the Connect app, or the id of the Forge app.
    pub key: Option<AppKey>,
    /// The name under which users know the app.
    pub name: Option<Words>,
    /// The vendor, as on the Marketplace.
    #[schemars(extend("examples" = ["Example Pty Ltd"]))]
    pub vendor: Option<Words>,
    /// What kind of app it is.
    #[serde(rename = "type")]
    pub kind: Option<AppKind>,
    /// The products that the app is for.
    #[schemars(extend("uniqueItems" = true))]
    pub products: Option<Vec<Product>>,
    /// The address of the Marketplace listing.
    #[schemars(extend("examples" = ["https://marketplace.atlassian.com/apps/1"]))]
    pub listing: Option<Address>,
    /// Who answers Atlassian's questions about this request.
    pub contact: Option<Contact>,
}

/// The kinds of app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppKind {
    /// An Atlassian Connect app.
    Connect,
    /// A Forge app.
    Forge,
    /// A Forge app with Connect modules in its manifest.
    ForgeWithConnect,
    /// An app that uses OAuth 2.0 (3LO).
    Oauth2,
}

impl From<AppKind> for facts::AppType {
    fn from(kind: AppKind) -> Self {
        match kind {
            AppKind::Connect => Self::Connect,
            AppKind::Forge => Self::Forge,
            AppKind::ForgeWithConnect => Self::ForgeWithConnect,
            AppKind::Oauth2 => Self::Oauth2,
        }
    }
}

/// The products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Jira Cloud.
    Jira,
    /// Confluence Cloud.
    Confluence,
    /// Jira Service Management.
    JiraServiceManagement,
    /// Bitbucket Cloud.
    Bitbucket,
}

impl From<Product> for facts::Product {
    fn from(product: Product) -> Self {
        match product {
            Product::Jira => Self::Jira,
            Product::Confluence => Self::Confluence,
            Product::JiraServiceManagement => Self::JiraServiceManagement,
            Product::Bitbucket => Self::Bitbucket,
        }
    }
}

/// The documents that an access request needs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Documents {
    /// The privacy policy.
    pub privacy_policy: Option<DocumentRef>,
    /// The customer terms of use (terms of service, end user agreement).
    pub customer_terms: Option<DocumentRef>,
}

/// A document: an address, a path in the repository, or both as `{url, file}`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum DocumentRef {
    /// The address of the published document.
    Address(Address),
    /// Its path in the repository, relative to the folder of this file.
    Path(RepositoryPath),
    /// Both.
    Both(DocumentParts),
}

/// A document that is published and kept in the repository.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("minProperties" = 1))]
pub struct DocumentParts {
    /// The address of the published document.
    pub url: Option<Address>,
    /// Its path in the repository, relative to the folder of this file.
    pub file: Option<RepositoryPath>,
}

/// The statement whether the app collects and stores personal data.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonalData {
    /// Whether the app collects personal data.
    pub collects: Option<bool>,
    /// What it stores. An empty list says that it stores none.
    #[schemars(extend("uniqueItems" = true))]
    pub stores: Option<Vec<Stored>>,
    /// How long it is kept: a duration such as `30 days` or `12 months`, `until uninstall`, or
    /// `until erasure` (until Atlassian's report says that the account was closed).
    pub retention: Option<Retention>,
    /// How the app reports stored accounts to Atlassian's personal data reporting API.
    pub reporting: Option<Reporting>,
}

/// Kinds of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stored {
    /// Atlassian account ids.
    AccountId,
    /// Email addresses.
    EmailAddress,
    /// Names.
    DisplayName,
    /// Pictures, or their addresses.
    Avatar,
    /// Languages.
    Locale,
    /// Time zones.
    Timezone,
    /// Anything else that identifies a person.
    Other,
}

/// How stored accounts are reported.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reporting {
    /// How often each stored account is reported, such as `7 days`.
    pub cycle: Option<Cycle>,
}

/// One use of addresses.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Use {
    /// Which of Atlassian's functionalities it is.
    pub functionality: Functionality,
    /// What happens, when, and to whom: whole sentences that a person at Atlassian can judge.
    pub description: Option<Description>,
    /// Why it is needed and appropriate. Needed for a use that is in neither of Atlassian's lists.
    #[schemars(extend("examples" = ["The other system knows people only by their address."]))]
    pub justification: Option<Words>,
    /// Where the addresses come from.
    #[schemars(extend("uniqueItems" = true))]
    pub addresses_from: Option<Vec<AddressSource>>,
    /// Services outside Atlassian that get the addresses.
    pub third_parties: Option<Vec<ThirdParty>>,
}

/// Where addresses come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AddressSource {
    /// Jira's Email API, which ignores profile visibility.
    JiraEmailApi,
    /// Confluence's Email API, which ignores profile visibility.
    ConfluenceEmailApi,
    /// User objects of Jira, as far as users show their address.
    JiraUserObject,
    /// User objects of Confluence, as far as users show their address.
    ConfluenceUserObject,
    /// User objects of Jira Service Management, as far as users show their address.
    JsmUserObject,
    /// The consenting or calling user's own profile.
    OwnProfile,
    /// The organization's administration API.
    OrgAdmin,
    /// User provisioning.
    Scim,
    /// Webhooks and events.
    Webhook,
}

/// A service outside Atlassian that gets addresses.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ThirdParty {
    /// The name of the service.
    #[schemars(extend("examples" = ["Amazon SES"]))]
    pub name: Words,
    /// What it does for the app.
    #[schemars(extend("examples" = ["delivers the mail"]))]
    pub purpose: Option<Words>,
    /// The hosts through which the app reaches it.
    #[schemars(extend("uniqueItems" = true))]
    pub hosts: Option<Vec<Host>>,
    /// Whether the app cannot give its service without it.
    pub required: Option<bool>,
}

/// Settings of the checks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lint {
    /// Severities by the names of rules.
    pub rules: Option<BTreeMap<Kebab, RuleLevel>>,
    /// Paths that are not checked: globs, relative to the folder of this file.
    pub exclude: Option<Vec<GlobText>>,
}

/// The severity of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    /// Fails a check.
    Error,
    /// Fails a check with `--fail-on warning`.
    Warning,
    /// Is shown.
    Info,
    /// Is not checked.
    Off,
}

/// An id of the catalogue of uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Functionality(pub String);

impl JsonSchema for Functionality {
    fn schema_name() -> Cow<'static, str> {
        "Functionality".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let choices: Vec<Schema> = catalogue()
            .uses
            .iter()
            .map(|u| {
                let verdict = match u.verdict {
                    crate::catalog::Verdict::Valid => "a valid use",
                    crate::catalog::Verdict::Invalid => "an invalid use",
                    crate::catalog::Verdict::Review => {
                        "reviewed by a person at Atlassian; needs a justification"
                    }
                };
                let text = format!("{} ({}): {verdict}.", u.functionality, u.process_label);
                json_schema!({"type": "string", "const": u.id, "description": text})
            })
            .collect();
        json_schema!({
            "description": "Which of Atlassian's functionalities it is: an id of the catalogue of uses \
                (`mailpermit uses` lists them). With `--catalogue FILE`, an id of that file.",
            "oneOf": choices,
        })
    }
}

/// The embedded catalogue of uses.
fn catalogue() -> Catalogue {
    serde_yaml::from_str(include_str!("../../catalog/uses.yaml"))
        .expect("the embedded catalogue is read by a test")
}

/// The ids of the embedded catalogue of uses.
#[must_use]
pub fn functionalities() -> Vec<String> {
    catalogue().uses.into_iter().map(|u| u.id).collect()
}
