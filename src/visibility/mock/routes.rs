//! The table of what the mock answers (`routes.yaml`), and the OpenAPI description that is made of it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::settings;
use crate::visibility::shapes;

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("routes.yaml")).expect("the embedded routes are read by a test")
});

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Operation {
    JiraUser,
    JiraMyself,
    JiraUserBulk,
    JiraUserSearch,
    JiraUserPage,
    JiraUserList,
    JiraUsers,
    JiraPicker,
    JiraGroup,
    JiraGroupMember,
    JiraEmail,
    JiraEmailBulk,
    JiraIssue,
    JiraNotify,
    JiraServerInfo,
    ServiceDeskUsers,
    ConfluenceUser,
    ConfluenceCurrent,
    ConfluenceAnonymous,
    ConfluenceBulk,
    ConfluenceEmail,
    ConfluenceEmailBulk,
    ConfluenceSearch,
    ConfluenceGroup,
    ConfluenceSpace,
    ConfluenceUsersV2,
    Identity,
    ReportAccounts,
    DirectorySearch,
    DirectoryUser,
    RetiredSearch,
    ControlState,
    ControlSet,
    ControlChange,
    ControlReset,
    ControlRequests,
    ControlForget,
    ControlScenarios,
    ControlOpenapi,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are the methods of HTTP")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// How often a query parameter may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// Once.
    One,
    /// Repeated, or with commas.
    Many,
}

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// What is answered.
    pub op: Operation,
    /// The method.
    pub method: Method,
    /// The paths; `{name}` stands for a segment.
    pub paths: Vec<String>,
    /// The id of the operation.
    pub id: String,
    /// The group that it belongs to.
    pub tag: String,
    /// In words.
    pub summary: String,
    /// Query parameters that are understood.
    #[serde(default)]
    pub query: BTreeMap<String, Given>,
    /// The shape of the body that is sent.
    #[serde(default)]
    pub body: Option<String>,
    /// The shape of the answer by its status.
    pub answers: BTreeMap<u16, Option<String>>,
    /// Where that is documented.
    #[serde(default)]
    pub source: Option<String>,
}

impl Route {
    /// Whether it is a switch of the mock, not one of Atlassian's endpoints.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.tag == "control"
    }
}

/// The table.
#[must_use]
pub fn all() -> &'static [Route] {
    &ROUTES
}

/// The OpenAPI description of the mock.
#[must_use]
pub fn openapi() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in all() {
        for (index, path) in route.paths.iter().enumerate() {
            let item = paths.entry(path.clone()).or_insert_with(|| json!({}));
            let method = serde_json::to_value(route.method).unwrap_or_default();
            if let (Some(item), Some(method)) = (item.as_object_mut(), method.as_str()) {
                item.insert(method.to_owned(), operation(route, index, path));
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "mailpermit mock",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Atlassian's user endpoints with invented people, for testing how an app copes with hidden addresses.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:{port}", "variables": {"port": {"default": "8787"}}}],
        "paths": paths,
        "components": {"schemas": schemas()},
    })
}

fn schemas() -> Value {
    let mut schemas = shapes::all().clone();
    if let Some(map) = schemas.as_object_mut() {
        map.insert("Settings".to_owned(), settings::schema());
    }
    schemas
}

fn operation(route: &Route, index: usize, path: &str) -> Value {
    let mut parameters = Vec::new();
    for segment in path.split('/') {
        let Some(name) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) else { continue };
        let schema =
            if name == "version" { json!({"enum": ["2", "3", "latest"]}) } else { json!({"type": "string"}) };
        parameters.push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
    }
    for (name, given) in &route.query {
        parameters.push(match given {
            Given::One => json!({"name": name, "in": "query", "schema": {"type": "string"}}),
            Given::Many => json!({"name": name, "in": "query", "explode": true, "style": "form",
                "schema": {"type": "array", "items": {"type": "string"}}}),
        });
    }
    if !route.is_control() {
        for (name, what) in settings::HEADERS {
            parameters.push(
                json!({"name": name, "in": "header", "description": what, "schema": {"type": "string"}}),
            );
        }
    }
    let reference = |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let answers: Map<String, Value> = route
        .answers
        .iter()
        .map(|(status, shape)| {
            let mut answer = json!({"description": meaning(*status)});
            if let (Some(shape), Some(map)) = (shape, answer.as_object_mut()) {
                map.insert("content".to_owned(), reference(shape));
            }
            (status.to_string(), answer)
        })
        .collect();
    let id = if index == 0 { route.id.clone() } else { format!("{}{}", route.id, index + 1) };
    let mut operation = json!({
        "operationId": id, "tags": [route.tag], "summary": route.summary,
        "parameters": parameters, "responses": answers,
    });
    if let Some(map) = operation.as_object_mut() {
        if let Some(body) = &route.body {
            map.insert("requestBody".to_owned(), json!({"content": reference(body)}));
        }
        if let Some(source) = &route.source {
            map.insert("x-source".to_owned(), json!(source));
        }
    }
    operation
}

const fn meaning(status: u16) -> &'static str {
    match status {
        200 => "here it is",
        204 => "nothing to say",
        400 => "the request is wrong, or the app is not approved for the Email API",
        401 => "no credentials, or a user calls what only an app may call",
        404 => "no such account, or no address of it",
        410 => "retired",
        429 => "too many requests; `Retry-After` says when to come again",
        501 | 503 => "the Email API is off",
        _ => "see the summary",
    }
}
