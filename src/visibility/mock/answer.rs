//! What each endpoint answers: a function of the world, the settings and the request. No sockets in here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::admin;
use super::report;
use super::routes::{Operation, Route};
use super::settings::{Authorization, EmailApi, EmailBulk, Settings};
use super::world::Sight;
use crate::visibility::model::{AccountType, Caller, Product, State};
use crate::visibility::scenarios::{Person, is_account_id};

/// Accounts that Confluence's bulk look-up answers at most (its OpenAPI description).
const CONFLUENCE_BULK: usize = 100;
/// Users on a page where the request does not say how many.
const PAGE: usize = 50;
/// Users on a page at most.
const MAX_PAGE: usize = 1000;

/// A request, as far as an answer depends on it.
pub struct Asked<'a> {
    /// The row of the table that it met.
    pub route: &'a Route,
    /// Values of the path's `{names}`.
    pub path: BTreeMap<String, String>,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Whether it has an `Authorization`.
    pub authorized: bool,
    /// The status that a header asks for.
    pub status: Option<u16>,
    /// The body.
    pub body: &'a [u8],
}

impl Asked<'_> {
    /// The first value of a query parameter that is not empty.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// All values of a query parameter, repeated or with commas; some clients write `name[]`.
    #[must_use]
    pub fn many(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(n, _)| n.strip_suffix("[]").unwrap_or(n) == name)
            .flat_map(|(_, v)| v.split(','))
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .collect()
    }

    fn number(&self, names: &[&str], fallback: usize) -> usize {
        names.iter().find_map(|n| self.one(n)?.parse().ok()).unwrap_or(fallback)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Headers beside the content type.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    #[must_use]
    pub const fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: Some(body) }
    }

    /// A status without a body.
    #[must_use]
    pub const fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    /// A failure, in the shape that the table names for that status.
    #[must_use]
    pub fn failed(route: &Route, status: u16, message: &str) -> Self {
        let shape = route.answers.get(&status).and_then(Option::as_deref);
        let fallback = if route.paths.first().is_some_and(|p| p.starts_with("/wiki")) {
            "ConfluenceError"
        } else {
            "JiraError"
        };
        let body = match shape.unwrap_or(fallback) {
            "ConfluenceError" => json!({"statusCode": status, "message": message}),
            "ReportError" => json!({"errorType": status.to_string(), "errorMessage": message}),
            "AdminError" => json!({"errors": [{"status": status.to_string(), "title": message}]}),
            _ => json!({"errorMessages": [message], "errors": {}}),
        };
        Self { status, headers: Vec::new(), body: Some(body) }
    }
}

/// What a request is answered with. Control endpoints are the server's own business.
#[must_use]
pub fn answer(sight: &Sight<'_>, settings: &Settings, asked: &Asked<'_>) -> Answer {
    let route = asked.route;
    if settings.authorization == Authorization::Required && !asked.authorized {
        return Answer::failed(route, 401, "there is no `Authorization`");
    }
    if let Some(status) = asked.status {
        return forced(settings, route, status);
    }
    match route.op {
        Operation::JiraUser => one_user(sight, asked, Product::Jira),
        Operation::ConfluenceUser => one_user(sight, asked, Product::Confluence),
        Operation::JiraMyself => myself(sight, asked, Product::Jira),
        Operation::ConfluenceCurrent => myself(sight, asked, Product::Confluence),
        Operation::JiraUserBulk => jira_bulk(sight, asked),
        Operation::JiraUserSearch => jira_search(sight, asked),
        Operation::JiraUserList => Answer::ok(shown(sight, Product::Jira, &found(sight, asked, true))),
        Operation::JiraUsers => {
            let all = sight.people();
            Answer::ok(shown(sight, Product::Jira, &page(asked, &all).0))
        }
        Operation::JiraUserPage => jira_page(sight, asked, &found(sight, asked, false)),
        Operation::JiraGroupMember => jira_page(sight, asked, &sight.people()),
        Operation::JiraGroup => jira_group(sight, asked),
        Operation::JiraPicker => jira_picker(sight, asked),
        Operation::JiraIssue => jira_issue(sight, asked),
        Operation::JiraNotify => notify(asked),
        Operation::JiraServerInfo => Answer::ok(json!({
            "baseUrl": sight.site(), "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud", "serverTitle": "mailpermit mock",
        })),
        Operation::ServiceDeskUsers => service_desk(sight, asked),
        Operation::JiraEmail | Operation::ConfluenceEmail => email(sight, settings, asked),
        Operation::JiraEmailBulk | Operation::ConfluenceEmailBulk => email_bulk(sight, settings, asked),
        Operation::ConfluenceAnonymous => Answer::ok(json!({
            "type": "anonymous",
            "profilePicture": {"path": "/wiki/avatars/default", "width": 48, "height": 48, "isDefault": true},
            "displayName": "Anonymous",
            "_expandable": {"operations": ""},
            "_links": {"base": format!("{}/wiki", sight.site()), "context": "/wiki"},
        })),
        Operation::ConfluenceBulk => confluence_bulk(sight, asked),
        Operation::ConfluenceUsersV2 => confluence_bulk_v2(sight, asked),
        Operation::ConfluenceGroup => confluence_page(sight, asked),
        Operation::ConfluenceSearch => confluence_search(sight, asked),
        Operation::ConfluenceSpace => confluence_space(sight, asked),
        Operation::Identity => admin::identity(sight, asked),
        Operation::ReportAccounts => report::answer(sight, settings, asked),
        Operation::DirectorySearch => admin::directory_search(sight, asked),
        Operation::DirectoryUser => admin::directory_user(sight, asked),
        Operation::RetiredSearch => Answer::failed(
            route,
            410,
            "retired on 30 Jun 2026; use POST /v2/orgs/{orgId}/directories/{directoryId}/users/search",
        ),
        Operation::ControlState
        | Operation::ControlSet
        | Operation::ControlChange
        | Operation::ControlReset
        | Operation::ControlRequests
        | Operation::ControlForget
        | Operation::ControlScenarios
        | Operation::ControlOpenapi => Answer::failed(route, 404, "no such endpoint"),
    }
}

/// The answer that a header asked for.
fn forced(settings: &Settings, route: &Route, status: u16) -> Answer {
    if !route.answers.contains_key(&status) || status == 200 {
        return Answer::failed(route, 400, "the header asks for a status that is not documented here");
    }
    if route.op == Operation::ReportAccounts {
        return report::status(settings, route, status);
    }
    if status == 204 { Answer::empty(204) } else { Answer::failed(route, status, "as the header asked") }
}

fn one_user(sight: &Sight<'_>, asked: &Asked<'_>, product: Product) -> Answer {
    let Some(id) = asked.one("accountId") else {
        return Answer::failed(asked.route, 400, "the query parameter `accountId` is missing");
    };
    match sight.person(id) {
        // A customer has no Atlassian account, so Confluence does not know them.
        Some(p) if product == Product::Confluence && p.account_type == AccountType::Customer => {
            Answer::failed(asked.route, 404, "there is no user with that account id")
        }
        Some(person) => Answer::ok(sight.show(&person, product)),
        None => Answer::failed(asked.route, 404, "there is no user with that account id"),
    }
}

fn myself(sight: &Sight<'_>, asked: &Asked<'_>, product: Product) -> Answer {
    sight.show_me(product).map_or_else(|| Answer::failed(asked.route, 404, "there is nobody"), Answer::ok)
}

type People<'w> = Vec<std::borrow::Cow<'w, Person>>;

/// Those that the ids of the query name, each once, in their order.
fn named<'w>(sight: &Sight<'w>, ids: &[&str]) -> People<'w> {
    let mut seen = std::collections::BTreeSet::new();
    ids.iter().filter(|id| seen.insert(**id)).filter_map(|id| sight.person(id)).collect()
}

/// Those that a search finds: by account id, by the start of a name, by an address that the caller sees.
fn found<'w>(sight: &Sight<'w>, asked: &Asked<'_>, only_active: bool) -> People<'w> {
    let wanted = asked.one("query").or_else(|| asked.one("username")).map(str::to_lowercase);
    let id = asked.one("accountId");
    sight
        .people()
        .into_iter()
        .filter(|p| !only_active || p.state == State::Active)
        .filter(|p| id.is_none_or(|id| p.account_id == id))
        .filter(|p| wanted.as_deref().is_none_or(|w| matches(sight, p, w)))
        .collect()
}

fn matches(sight: &Sight<'_>, person: &Person, wanted: &str) -> bool {
    let shown = sight.show(person, Product::Jira);
    let starts = |key: &str| {
        let text = shown.get(key).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        text.starts_with(wanted) || text.split([' ', '.', '@']).any(|word| word.starts_with(wanted))
    };
    // `is null` and such of the query language for users are recorded and not interpreted.
    wanted == "." || wanted.starts_with("is ") || starts("displayName") || starts("emailAddress")
}

/// The part of a list that the query asks for, where it starts, and how much it asked for.
fn page<'w>(asked: &Asked<'_>, all: &[std::borrow::Cow<'w, Person>]) -> (People<'w>, usize, usize) {
    let start = asked.number(&["startAt", "start"], 0);
    let most = asked.number(&["maxResults", "limit"], PAGE).clamp(1, MAX_PAGE);
    (all.iter().skip(start).take(most).cloned().collect(), start, most)
}

fn shown(sight: &Sight<'_>, product: Product, people: &[std::borrow::Cow<'_, Person>]) -> Value {
    people.iter().map(|p| sight.show(p, product)).collect()
}

fn jira_search(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    if ["query", "accountId", "username", "property"].iter().all(|p| asked.one(p).is_none()) {
        return Answer::failed(asked.route, 400, "one of `query`, `accountId` and `property` is needed");
    }
    let found = found(sight, asked, true);
    Answer::ok(shown(sight, Product::Jira, &page(asked, &found).0))
}

fn jira_page(sight: &Sight<'_>, asked: &Asked<'_>, all: &[std::borrow::Cow<'_, Person>]) -> Answer {
    let (some, start, most) = page(asked, all);
    let here = format!("{}{}", sight.site(), path(asked));
    let last = start.saturating_add(some.len()) >= all.len();
    let mut body = json!({
        "self": format!("{here}?startAt={start}&maxResults={most}"),
        "maxResults": most, "startAt": start, "total": all.len(), "isLast": last,
        "values": shown(sight, Product::Jira, &some),
    });
    if let (false, Some(map)) = (last, body.as_object_mut()) {
        let next = start.saturating_add(some.len());
        map.insert("nextPage".to_owned(), json!(format!("{here}?startAt={next}&maxResults={most}")));
    }
    Answer::ok(body)
}

/// The path that was asked for.
fn path(asked: &Asked<'_>) -> String {
    let mut path = asked.route.paths.first().cloned().unwrap_or_default();
    for (name, value) in &asked.path {
        let safe: String =
            value.chars().filter(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c)).collect();
        path = path.replace(&format!("{{{name}}}"), &safe);
    }
    path
}

fn jira_bulk(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let ids = asked.many("accountId");
    if ids.is_empty() {
        return Answer::failed(asked.route, 400, "the query parameter `accountId` is missing");
    }
    jira_page(sight, asked, &named(sight, &ids))
}

fn jira_group(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let name = asked.one("groupname").unwrap_or("users");
    let all = sight.people();
    let last = all.len().saturating_sub(1);
    Answer::ok(json!({
        "name": name, "groupId": "276f955c-63d7-42c8-9520-92d01dca0625",
        "self": format!("{}{}", sight.site(), path(asked)), "expand": "users",
        "users": {"size": all.len(), "items": shown(sight, Product::Jira, &all), "max-results": PAGE,
            "start-index": 0, "end-index": last},
    }))
}

fn jira_picker(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let found = found(sight, asked, true);
    let users: Vec<Value> = found
        .iter()
        .map(|p| {
            let user = sight.show(p, Product::Jira);
            let name = user["displayName"].as_str().unwrap_or_default().to_owned();
            let html = html_escape::encode_text(&name).into_owned();
            json!({"accountId": p.account_id, "accountType": user["accountType"], "displayName": name,
                "html": html, "avatarUrl": user["avatarUrls"]["48x48"]})
        })
        .collect();
    let header = format!("Showing {} of {} matching users", users.len(), users.len());
    Answer::ok(json!({"total": users.len(), "header": header, "users": users}))
}

/// An issue: somebody who shows the address, somebody who hides it, and the caller.
fn jira_issue(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let people = sight.people();
    let nth = |n: usize| {
        let at = n.checked_rem(people.len()).and_then(|i| people.get(i));
        at.map_or(Value::Null, |p| sight.show(p, Product::Jira))
    };
    let key = asked.path.get("key").map_or("MOCK-1", String::as_str);
    Answer::ok(json!({
        "id": "10001", "key": key, "self": format!("{}/rest/api/3/issue/10001", sight.site()),
        "fields": {"summary": "An issue of the mock", "reporter": nth(0), "creator": nth(1), "assignee": nth(2)},
    }))
}

fn notify(asked: &Asked<'_>) -> Answer {
    match serde_json::from_slice::<Value>(asked.body) {
        Ok(Value::Object(_)) => Answer::empty(204),
        _ => Answer::failed(asked.route, 400, "the body is no JSON object"),
    }
}

fn service_desk(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let all: People<'_> = sight.people().into_iter().filter(|p| p.account_type != AccountType::App).collect();
    let (some, start, most) = page(asked, &all);
    let values: Vec<Value> = some
        .iter()
        .map(|p| {
            let mut user = sight.show(p, Product::Jira);
            let picked = ["accountId", "displayName", "emailAddress", "active", "timeZone"];
            let mut out = serde_json::Map::new();
            for key in picked {
                if let Some(value) = user.get_mut(key).map(Value::take) {
                    out.insert(key.to_owned(), value);
                }
            }
            out.insert("_links".to_owned(), json!({"self": user["self"], "avatarUrls": user["avatarUrls"]}));
            Value::Object(out)
        })
        .collect();
    let last = start.saturating_add(values.len()) >= all.len();
    Answer::ok(
        json!({"size": values.len(), "start": start, "limit": most, "isLastPage": last, "values": values}),
    )
}

/// Why the Email API gives nothing at all, if so.
fn refused(sight: &Sight<'_>, settings: &Settings, asked: &Asked<'_>) -> Option<Answer> {
    let jira = matches!(asked.route.op, Operation::JiraEmail | Operation::JiraEmailBulk);
    let (status, message) = match settings.email_api {
        EmailApi::Approved => return None,
        EmailApi::ByCaller if matches!(sight.caller(), Caller::Connect | Caller::ForgeApp) => return None,
        EmailApi::ByCaller => (401, "only an app may call this, with its own token"),
        EmailApi::NotApproved => (400, "the calling app is not approved to use this API"),
        EmailApi::Unauthorized => (401, "the credentials are missing or wrong, or a user makes the call"),
        EmailApi::Off => (if jira { 503 } else { 501 }, "the API is off"),
    };
    Some(Answer::failed(asked.route, status, message))
}

/// Whether the Email API has an address. That it has none of deactivated accounts is an assumption, the harder case
/// for an app: what it answers is not documented.
fn has_address(person: &Person) -> Option<&str> {
    let alive = person.state == State::Active && person.account_type != AccountType::App;
    person.email.as_deref().filter(|_| alive)
}

fn email(sight: &Sight<'_>, settings: &Settings, asked: &Asked<'_>) -> Answer {
    if let Some(refused) = refused(sight, settings, asked) {
        return refused;
    }
    let Some(id) = asked.one("accountId").filter(|id| is_account_id(id)) else {
        return Answer::failed(
            asked.route,
            400,
            "the query parameter `accountId` is missing or no account id",
        );
    };
    let person = sight.person(id);
    match person.as_deref().and_then(has_address) {
        Some(address) => Answer::ok(json!({"accountId": id, "email": address})),
        None => Answer::failed(asked.route, 404, "there is no address of that account"),
    }
}

fn email_bulk(sight: &Sight<'_>, settings: &Settings, asked: &Asked<'_>) -> Answer {
    if let Some(refused) = refused(sight, settings, asked) {
        return refused;
    }
    let ids = asked.many("accountId");
    if ids.is_empty() {
        return Answer::failed(asked.route, 400, "the query parameter `accountId` is missing");
    }
    let mut found: Vec<Value> = named(sight, &ids)
        .iter()
        .filter_map(|p| Some(json!({"accountId": p.account_id, "email": has_address(p)?})))
        .collect();
    let as_object =
        asked.route.op == Operation::JiraEmailBulk && settings.jira_email_bulk == EmailBulk::Object;
    match found.pop() {
        Some(last) if as_object => Answer::ok(found.into_iter().next().unwrap_or(last)),
        last => Answer::ok(found.into_iter().chain(last).collect()),
    }
}

fn confluence_people<'w>(people: People<'w>) -> People<'w> {
    people.into_iter().filter(|p| p.account_type != AccountType::Customer).collect()
}

fn confluence_list(
    sight: &Sight<'_>,
    some: &[std::borrow::Cow<'_, Person>],
    start: usize,
    most: usize,
) -> Answer {
    Answer::ok(json!({
        "results": shown(sight, Product::Confluence, some), "start": start, "limit": most, "size": some.len(),
        "_links": {"base": format!("{}/wiki", sight.site()), "context": "/wiki"},
    }))
}

fn confluence_bulk(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let ids = asked.many("accountId");
    if ids.is_empty() {
        return Answer::failed(asked.route, 400, "the query parameter `accountId` is missing");
    }
    let ids = ids.get(..CONFLUENCE_BULK).unwrap_or(&ids);
    confluence_list(sight, &confluence_people(named(sight, ids)), 0, CONFLUENCE_BULK)
}

fn confluence_bulk_v2(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let body: Value = serde_json::from_slice(asked.body).unwrap_or_default();
    let Some(ids) = body.get("accountIds").and_then(Value::as_array) else {
        return Answer::failed(asked.route, 400, "`accountIds` is missing");
    };
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    let people = confluence_people(named(sight, &ids));
    Answer::ok(json!({
        "results": shown(sight, Product::Confluence, &people),
        "_links": {"base": format!("{}/wiki", sight.site())},
    }))
}

fn confluence_page(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let all = confluence_people(sight.people());
    let (some, start, most) = page(asked, &all);
    confluence_list(sight, &some, start, most)
}

fn confluence_search(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let Some(cql) = asked.one("cql") else {
        return Answer::failed(asked.route, 400, "the query parameter `cql` is missing");
    };
    // The last quoted text is what is looked for; which field it belongs to is all that is understood of CQL.
    let wanted = cql.rsplit(['"', '\'']).nth(1).unwrap_or_default();
    let by_id = cql.contains("accountid");
    let all: People<'_> = confluence_people(sight.people())
        .into_iter()
        .filter(|p| {
            wanted.is_empty()
                || if by_id { p.account_id == wanted } else { matches(sight, p, &wanted.to_lowercase()) }
        })
        .collect();
    let (some, start, most) = page(asked, &all);
    let results: Vec<Value> = some
        .iter()
        .map(|p| {
            let user = sight.show(p, Product::Confluence);
            let title = user["displayName"].clone();
            json!({"user": user, "title": title, "excerpt": "", "url": format!("/people/{}", p.account_id),
                "breadcrumbs": [], "entityType": "user", "iconCssClass": "aui-icon content-type-profile",
                "lastModified": "2024-12-09T00:00:00.000Z", "score": 0.0})
        })
        .collect();
    Answer::ok(json!({
        "results": results, "start": start, "limit": most, "size": results.len(), "totalSize": all.len(),
        "cqlQuery": cql, "searchDuration": 1,
        "_links": {"base": format!("{}/wiki", sight.site()), "context": "/wiki"},
    }))
}

fn confluence_space(sight: &Sight<'_>, asked: &Asked<'_>) -> Answer {
    let key = asked.path.get("key").map_or("MOCK", String::as_str);
    let mut body = json!({
        "id": 65_537, "key": key, "name": "A space of the mock", "type": "global", "status": "current",
        "_expandable": {}, "_links": {"base": format!("{}/wiki", sight.site()), "context": "/wiki"},
    });
    if asked.many("expand").contains(&"permissions")
        && let Some(map) = body.as_object_mut()
    {
        let permissions: Vec<Value> = confluence_people(sight.people())
            .iter()
            .enumerate()
            .map(|(n, p)| {
                json!({
                    "id": 1000 + n,
                    "subjects": {"user": {"results": [sight.show(p, Product::Confluence)], "size": 1}},
                    "operation": {"operation": "read", "targetType": "space"},
                    "anonymousAccess": false, "unlicensedAccess": false,
                })
            })
            .collect();
        map.insert("permissions".to_owned(), json!(permissions));
    }
    Answer::ok(body)
}
