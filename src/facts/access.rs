//! Where addresses are obtained, where they go, and the other things that code does about them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::findings::Confidence;
use crate::text::Place;

/// How an address is obtained (DESIGN "Accesses").
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AccessKind {
    /// The visibility-independent Email API, or an SDK method that wraps it.
    EmailApi,
    /// An address field of a user object, governed by profile visibility.
    UserObject,
    /// The consenting or calling user's own address.
    OwnProfile,
    /// Organizations admin API, user management API, SCIM.
    OrgAdmin,
}

/// The product whose API was asked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Jira Cloud platform.
    Jira,
    /// Confluence Cloud.
    Confluence,
    /// Jira Service Management.
    JiraServiceManagement,
    /// Bitbucket Cloud.
    Bitbucket,
    /// The identity API (`api.atlassian.com/me`).
    Identity,
    /// Organizations admin and user management APIs.
    Admin,
    /// User provisioning.
    Scim,
    /// The GraphQL gateway.
    Graphql,
    /// Trello.
    Trello,
}

/// On whose behalf a call is made.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// Forge `asApp()`.
    AsApp,
    /// Forge `asUser()`, Connect `asUserByAccountId()`.
    AsUser,
    /// The front end, through `@forge/bridge` or `AP.request`.
    Bridge,
    /// A Connect add-on's own JWT.
    Addon,
    /// A token: 3LO, API token, organization key.
    Token,
    /// Could not be told.
    Unknown,
}

/// One place where an address is obtained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// `a1`, `a2` … in order of place; unique within a report.
    pub id: String,
    /// How.
    pub kind: AccessKind,
    /// The id in `catalog/endpoints.yaml`, when the endpoint is known.
    pub endpoint: Option<String>,
    /// `package:method`, when it goes through an SDK method.
    pub sdk: Option<String>,
    /// The product, when it is known.
    pub product: Option<Product>,
    /// On whose behalf.
    pub caller: Caller,
    /// How sure.
    pub confidence: Confidence,
    /// For the Email API the call; otherwise the read of the field.
    pub place: Place,
    /// The source text there, on one line, shortened, addresses in it masked.
    pub expression: String,
    /// The request that brought the object, when it is not `place` itself.
    pub request: Option<Place>,
    /// The path as far as it is known, holes as `{}`.
    pub path: Option<String>,
    /// Whether code nearby copes with a missing address; `None` when that could not be told.
    pub handles_absent: Option<bool>,
    /// Whether it asks for many users at once.
    pub bulk: bool,
    /// Calls elsewhere that hand the address on: whoever annotates one of them means this access.
    pub handed_on: Vec<Place>,
    /// The declared uses that annotations give this place, in order.
    pub uses: Vec<String>,
}

impl Access {
    /// The word that `addresses-from` of a declaration has for it; the kind alone when the product could not
    /// be told.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match (self.kind, self.product) {
            (AccessKind::EmailApi, Some(Product::Confluence)) => "confluence-email-api",
            (AccessKind::EmailApi, Some(Product::Jira)) => "jira-email-api",
            (AccessKind::UserObject, Some(Product::Confluence)) => "confluence-user-object",
            (AccessKind::UserObject, Some(Product::JiraServiceManagement)) => "jsm-user-object",
            (AccessKind::UserObject, Some(Product::Jira)) => "jira-user-object",
            (AccessKind::OrgAdmin, Some(Product::Scim)) => "scim",
            (AccessKind::EmailApi, _) => "email-api",
            (AccessKind::UserObject, _) => "user-object",
            (AccessKind::OwnProfile, _) => "own-profile",
            (AccessKind::OrgAdmin, _) => "org-admin",
        }
    }
}

/// What kind of place an address goes to (DESIGN "Flows").
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SinkKind {
    /// Shown to people.
    Ui,
    /// Written to a log.
    Log,
    /// Stored.
    Storage,
    /// Sent to another company's service.
    ThirdParty,
    /// Used to send a mail.
    Mail,
    /// Sent to a marketing service.
    Marketing,
    /// Used as a key or to match accounts.
    Identity,
    /// Handed out by the app's own route, web trigger or resolver.
    Response,
    /// Handed to code that is no part of the program, or given to whoever calls a function that nobody in it calls:
    /// where it goes from there is not followed.
    Other,
}

/// One step on an address's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What happens there.
    pub what: String,
}

/// One address's way from an access to a sink.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// The access's id.
    pub access: String,
    /// What kind of sink.
    pub kind: SinkKind,
    /// The id in `catalog/sinks.yaml`.
    pub sink: String,
    /// The named service or host, when the sink is one.
    pub service: Option<String>,
    /// The sink's place.
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// How sure.
    pub confidence: Confidence,
    /// True when a whole object goes there without the address being named.
    pub implicit: bool,
    /// From the access to the sink.
    pub path: Vec<Step>,
    /// Names of the functions that the path runs through, as far as they could be told.
    pub names: Vec<String>,
}

impl Flow {
    /// What kind of place it ends in, for whoever has to mend it: what a resolver returns is as good as
    /// shown, and yet it is the answer that has to be mended.
    #[must_use]
    pub fn goal(&self) -> SinkKind {
        if self.sink.starts_with("response.") { SinkKind::Response } else { self.kind }
    }

    /// Whether it is only possible and the shadow of another one of the same address: a second line on its
    /// way or in its file, or what a caller may show of an answer.
    fn is_told_better_by(&self, other: &Self) -> bool {
        let on_one_way = other.place == self.place
            || other.path.iter().any(|s| s.place == self.place)
            || self.path.iter().any(|s| s.place == other.place);
        let near = on_one_way || other.place.file == self.place.file;
        let surer = other.goal() == self.goal() && other.confidence > self.confidence;
        let answer = self.goal() == SinkKind::Ui && other.goal() == SinkKind::Response;
        self.confidence == Confidence::Possible && (surer && near || answer && on_one_way)
    }
}

/// The flows without those that are only the shadow of another one of the same address, in their order.
#[must_use]
pub fn told_best(flows: &[Flow]) -> Vec<&Flow> {
    /// Flows of one address that are compared.
    const MOST: usize = 200;
    let mut of: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
    for flow in flows {
        of.entry(&flow.access).or_default().push(flow);
    }
    let shadow = |flow: &Flow| {
        let all = of.get(flow.access.as_str()).into_iter().flatten().take(MOST);
        all.into_iter().any(|other| flow.is_told_better_by(other))
    };
    flows.iter().filter(|f| !shadow(f)).collect()
}

/// Something else that code does and a rule asks about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What.
    pub kind: ObservationKind,
    /// Where.
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// A detail: the path, the scope, the endpoint id.
    pub detail: String,
    /// How sure.
    pub confidence: Confidence,
}

/// The kinds of observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObservationKind {
    /// A call of a known Atlassian endpoint that brings no address that is read. `detail`: endpoint id.
    EndpointCall,
    /// A path that looks like an address endpoint and is misspelt. `detail`: id in `wrong_paths`.
    WrongPath,
    /// `{name}` without `$` in a `route` template. `detail`: the placeholder.
    RouteWithoutDollar,
    /// `/issue/{key}/notify`.
    NotifyCall,
    /// A user search by a typed-in address. `detail`: the endpoint id.
    LookupByEmail,
    /// The result of a bulk call read by position. `detail`: the access id.
    BulkByPosition,
    /// A scope string handed to an authorize address. `detail`: the scope.
    AuthorizeScope,
    /// A personal-data report. `detail`: `forge` or `rest`.
    PersonalDataReport,
    /// An endpoint that Atlassian has switched off. `detail`: endpoint id.
    RetiredEndpoint,
    /// A user's time zone that is shown. `detail`: where it comes from.
    TimeZoneShown,
}
