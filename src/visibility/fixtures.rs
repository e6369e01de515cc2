//! The scenarios as files: what each product answers, for an app's own tests.
//!
//! Made here, written by the command: nothing in here touches the disk. All bodies come from the same functions that
//! serve the mock.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mock::answer::{Asked, answer};
use super::mock::routes::{self, Operation, Route};
use super::mock::settings::{EmailApi, Report, Settings};
use super::mock::world::{Sight, World};
use super::model::{Caller, Model, Product};
use super::render::{SITE, Style, user};
use super::scenarios::Scenarios;
use super::view::{Seen, view};

/// The name of the file that lists the others.
pub const MANIFEST: &str = "manifest.json";

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    /// Its path below the folder, with `/`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// The list of the files.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// The version of this form.
    pub schema_version: u32,
    /// Where the scenarios are from.
    pub source: String,
    /// The page's address.
    pub url: String,
    /// Its date.
    pub date: String,
    /// The files, by path.
    pub files: Vec<Entry>,
}

/// One file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its path below the folder.
    pub file: String,
    /// What it shows.
    pub title: String,
    /// `jira`, `confluence`, or what else answers so.
    pub product: String,
    /// The request that is answered like this.
    pub request: String,
    /// The status of the answer.
    pub status: u16,
    /// Headers of the answer that matter.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// The part of Atlassian's guide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<String>,
    /// Who makes the call.
    pub caller: String,
    /// The name of the shape in the mock's OpenAPI description.
    pub shape: String,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What stands in each field and why, where it is one user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldNote>,
}

/// Why a field is there or not.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldNote {
    /// The property.
    pub property: String,
    /// What stands there.
    pub shown: String,
    /// Why.
    pub reason: String,
    /// Where that is written.
    pub source: String,
}

impl Manifest {
    /// The JSON Schema of the list.
    #[must_use]
    pub fn schema() -> Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// An answer that is about more than one user, or about none.
struct Exchange {
    file: &'static str,
    title: &'static str,
    product: &'static str,
    op: Operation,
    query: &'static str,
    body: &'static str,
    caller: Caller,
    settings: fn(&mut Settings),
    note: Option<&'static str>,
}

const fn exchange(
    file: &'static str,
    title: &'static str,
    product: &'static str,
    op: Operation,
    query: &'static str,
) -> Exchange {
    Exchange {
        file,
        title,
        product,
        op,
        query,
        body: "",
        caller: Caller::Connect,
        settings: |_| {},
        note: None,
    }
}

const MIXED: &str = "accountId=5f1c0a9be47d2300762f4c11&accountId=712020:9a0f6c2d-7b14-4e83-8c55-0d1e7fb3a6c2&accountId=557058:0b6e2a97-d1f4-43c8-9e5a-7c1d84b3f260&accountId=5be2a07c3d9f1046b8e5c3a2&accountId=5d83f7c1a90b4e6632105a00";
const MIXED_COMMAS: &str = "accountId=5f1c0a9be47d2300762f4c11,712020:9a0f6c2d-7b14-4e83-8c55-0d1e7fb3a6c2,557058:0b6e2a97-d1f4-43c8-9e5a-7c1d84b3f260,5be2a07c3d9f1046b8e5c3a2,5d83f7c1a90b4e6632105a00";
const ONE: &str = "accountId=5f1c0a9be47d2300762f4c11";
const REPORT: &str = r#"{"accounts":[{"accountId":"5f1c0a9be47d2300762f4c11","updatedAt":"2024-12-09T08:00:00Z"},{"accountId":"5be2a07c3d9f1046b8e5c3a2","updatedAt":"2024-12-09T08:00:00Z"}]}"#;
const REPORT_NOTHING: &str =
    r#"{"accounts":[{"accountId":"5f1c0a9be47d2300762f4c11","updatedAt":"2024-12-09T08:00:00Z"}]}"#;

fn exchanges() -> Vec<Exchange> {
    use Operation::{
        ConfluenceBulk, ConfluenceEmail, ConfluenceEmailBulk, ConfluenceSearch, ConfluenceSpace,
        DirectorySearch, JiraEmail, JiraEmailBulk, JiraIssue, JiraUser, JiraUserBulk, JiraUserSearch,
        ReportAccounts, RetiredSearch, ServiceDeskUsers,
    };
    let unapproved: fn(&mut Settings) = |s| s.email_api = EmailApi::NotApproved;
    let off: fn(&mut Settings) = |s| s.email_api = EmailApi::Off;
    let gone = "accountId=5be2a07c3d9f1046b8e5c3a2";
    vec![
        exchange(
            "jira/bulk.json",
            "users by account ids: the unknown one is left out, so positions do not match",
            "jira",
            JiraUserBulk,
            MIXED,
        ),
        exchange("jira/search.json", "a search by name", "jira", JiraUserSearch, "query=nadia"),
        exchange(
            "jira/search-by-hidden-address.json",
            "a search by an address that the caller does not see finds nobody",
            "jira",
            JiraUserSearch,
            "query=paul.imkers@example.com",
        ),
        exchange("jira/issue.json", "an issue, with three user objects", "jira", JiraIssue, ""),
        exchange(
            "jira/user-unknown.json",
            "an account that there is not",
            "jira",
            JiraUser,
            "accountId=5d83f7c1a90b4e6632105a00",
        ),
        Exchange {
            settings: |s| s.jira_null_address = true,
            note: Some(
                "Jira's schema says that the address \"may be returned as null\"; the guide says that it is left out",
            ),
            ..exchange("jira/user-null-address.json", "a hidden address as null", "jira", JiraUser, ONE)
        },
        exchange("jira/email.json", "the Email API, one account", "jira", JiraEmail, ONE),
        exchange(
            "jira/email-not-found.json",
            "the Email API, an account without an address",
            "jira",
            JiraEmail,
            gone,
        ),
        Exchange {
            settings: unapproved,
            ..exchange(
                "jira/email-not-approved.json",
                "the Email API, an app that is not approved",
                "jira",
                JiraEmail,
                ONE,
            )
        },
        Exchange {
            caller: Caller::ApiToken,
            ..exchange(
                "jira/email-called-by-user.json",
                "the Email API, called by a user",
                "jira",
                JiraEmail,
                ONE,
            )
        },
        Exchange {
            settings: off,
            ..exchange("jira/email-off.json", "the Email API, when it is off", "jira", JiraEmail, ONE)
        },
        Exchange {
            note: Some("a list, as seen in practice; Jira's OpenAPI description names one object"),
            ..exchange(
                "jira/email-bulk.json",
                "the bulk Email API: accounts without an address are left out",
                "jira",
                JiraEmailBulk,
                MIXED,
            )
        },
        exchange(
            "jira/email-bulk-empty.json",
            "the bulk Email API, when none of the accounts has an address",
            "jira",
            JiraEmailBulk,
            gone,
        ),
        exchange(
            "jira-service-management/customers.json",
            "customers of a service desk",
            "jira-service-management",
            ServiceDeskUsers,
            "",
        ),
        exchange(
            "confluence/bulk.json",
            "users by account ids: the unknown one is left out",
            "confluence",
            ConfluenceBulk,
            MIXED_COMMAS,
        ),
        exchange(
            "confluence/search.json",
            "a search by name",
            "confluence",
            ConfluenceSearch,
            "cql=user.fullname~\"nadia\"",
        ),
        Exchange {
            caller: Caller::ApiTokenAdmin,
            ..exchange(
                "confluence/space-permissions.json",
                "a space with its permissions, read by an admin: deactivated and personal accounts have no address",
                "confluence",
                ConfluenceSpace,
                "expand=permissions",
            )
        },
        exchange("confluence/email.json", "the Email API, one account", "confluence", ConfluenceEmail, ONE),
        exchange(
            "confluence/email-not-found.json",
            "the Email API, an account without an address",
            "confluence",
            ConfluenceEmail,
            gone,
        ),
        Exchange {
            settings: unapproved,
            ..exchange(
                "confluence/email-not-approved.json",
                "the Email API, an app that is not approved",
                "confluence",
                ConfluenceEmail,
                ONE,
            )
        },
        Exchange {
            settings: off,
            ..exchange(
                "confluence/email-off.json",
                "the Email API, when it is off",
                "confluence",
                ConfluenceEmail,
                ONE,
            )
        },
        exchange(
            "confluence/email-bulk.json",
            "the bulk Email API: accounts without an address are left out",
            "confluence",
            ConfluenceEmailBulk,
            MIXED_COMMAS,
        ),
        Exchange {
            body: REPORT,
            ..exchange(
                "personal-data/report.json",
                "a report: one account is closed and has to be erased",
                "personal-data",
                ReportAccounts,
                "",
            )
        },
        Exchange {
            body: REPORT_NOTHING,
            ..exchange(
                "personal-data/report-nothing.json",
                "a report: nothing to do",
                "personal-data",
                ReportAccounts,
                "",
            )
        },
        Exchange {
            body: "{}",
            ..exchange(
                "personal-data/report-wrong.json",
                "a report that is wrong",
                "personal-data",
                ReportAccounts,
                "",
            )
        },
        Exchange {
            body: REPORT,
            settings: |s| s.report = Report { rate_limited: true, ..Report::default() },
            ..exchange(
                "personal-data/report-too-often.json",
                "too many reports",
                "personal-data",
                ReportAccounts,
                "",
            )
        },
        Exchange {
            caller: Caller::OrgApiKey,
            ..exchange(
                "organizations/users-search.json",
                "users of an organization, with the addresses of those that it manages",
                "organizations",
                DirectorySearch,
                "",
            )
        },
        Exchange {
            caller: Caller::OrgApiKey,
            body: r#"{"searchTerm":"a","emails":["a@corp.example"]}"#,
            ..exchange(
                "organizations/users-search-wrong.json",
                "a search that asks for a term and for addresses",
                "organizations",
                DirectorySearch,
                "",
            )
        },
        Exchange {
            caller: Caller::OrgApiKey,
            note: Some(
                "that it answers 410 is an assumption: what the retired endpoint answers now is not documented",
            ),
            ..exchange(
                "organizations/users-search-v1-retired.json",
                "the retired search",
                "organizations",
                RetiredSearch,
                "",
            )
        },
    ]
}

/// All files, the list of them first.
#[must_use]
pub fn all() -> Vec<Fixture> {
    let scenarios = Scenarios::embedded();
    let (mut files, mut entries) = (Vec::new(), Vec::new());
    for scenario in &scenarios.scenarios {
        let Some((_, person)) = scenarios.get(&scenario.id) else { continue };
        for product in &scenario.products {
            let (folder, op, shape) = match product {
                Product::Jira => ("jira", Operation::JiraUser, "JiraUser"),
                Product::Confluence => ("confluence", Operation::ConfluenceUser, "ConfluenceUser"),
            };
            let file = format!("{folder}/{}.json", scenario.id);
            let body = user(person, scenario.caller, scenario.relation, *product, &Style::default());
            let seen = view(person, scenario.caller, scenario.relation, *product);
            entries.push(Entry {
                file: file.clone(),
                title: scenario.title.clone(),
                product: folder.to_owned(),
                request: request(op, &format!("accountId={}", person.account_id)),
                status: 200,
                headers: BTreeMap::new(),
                scenario: Some(scenario.id.clone()),
                guide: Some(scenario.guide.clone()).filter(|g| !g.is_empty()),
                caller: scenario.caller.name(),
                shape: shape.to_owned(),
                note: scenario.note.clone(),
                fields: seen.fields.iter().filter_map(|s| note(s, *product)).collect(),
            });
            files.push(Fixture { path: file, text: pretty(&body) });
        }
    }
    let world = World::new(scenarios);
    for exchange in exchanges() {
        let Some((entry, text)) = answered(&world, &exchange) else { continue };
        files.push(Fixture { path: entry.file.clone(), text });
        entries.push(entry);
    }
    entries.sort_by(|a, b| a.file.cmp(&b.file));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let model = Model::get();
    let manifest = Manifest {
        schema_version: 1,
        source: "Atlassian, Profile visibility".to_owned(),
        url: model.url.clone(),
        date: model.date.clone(),
        files: entries,
    };
    let text = pretty(&serde_json::to_value(manifest).unwrap_or_default());
    files.insert(0, Fixture { path: MANIFEST.to_owned(), text });
    files
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn note(seen: &Seen, product: Product) -> Option<FieldNote> {
    let property = Model::get().field(seen.field).property(product)?;
    let shown = serde_json::to_value(seen.shown).ok()?;
    Some(FieldNote {
        property: property.to_owned(),
        shown: shown.as_str()?.to_owned(),
        reason: seen.reason.clone(),
        source: seen.source.clone(),
    })
}

fn route(op: Operation) -> Option<&'static Route> {
    routes::all().iter().find(|r| r.op == op)
}

/// The request in words: method, path, query.
fn request(op: Operation, query: &str) -> String {
    let Some(route) = route(op) else { return String::new() };
    let method = serde_json::to_value(route.method).ok().and_then(|m| m.as_str().map(str::to_uppercase));
    let path = route.paths.first().map(|p| p.replace("{version}", "3")).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{} {path}{mark}{query}", method.unwrap_or_default())
}

fn answered(world: &World, exchange: &Exchange) -> Option<(Entry, String)> {
    let route = route(exchange.op)?;
    let mut settings = Settings { caller: exchange.caller, ..Settings::default() };
    (exchange.settings)(&mut settings);
    let names = ["version", "key", "group", "org", "directory", "desk"];
    let values = ["3", "MOCK-1", "users", "org", "directory", "1"];
    let path = names.iter().zip(values).map(|(n, v)| ((*n).to_owned(), v.to_owned())).collect();
    let query = url::form_urlencoded::parse(exchange.query.as_bytes()).into_owned().collect();
    let asked = Asked { route, path, query, authorized: true, status: None, body: exchange.body.as_bytes() };
    let sight = Sight::new(world, &settings, None, None, SITE.to_owned());
    let given = answer(&sight, &settings, &asked);
    let shape = route.answers.get(&given.status).cloned().flatten();
    let text = given.body.as_ref().map(pretty).unwrap_or_default();
    let entry = Entry {
        file: exchange.file.to_owned(),
        title: exchange.title.to_owned(),
        product: exchange.product.to_owned(),
        request: request(exchange.op, exchange.query),
        status: given.status,
        headers: given.headers.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
        scenario: None,
        guide: None,
        caller: exchange.caller.name(),
        shape: shape.unwrap_or_else(|| "none".to_owned()),
        note: exchange.note.map(str::to_owned),
        fields: Vec::new(),
    };
    Some((entry, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visibility::shapes;

    #[test]
    fn every_file_is_listed_and_has_its_public_shape() {
        let files = all();
        let manifest: Manifest = serde_json::from_str(&files[0].text).expect("it is a manifest");
        assert_eq!(files.len(), manifest.files.len() + 1);
        for (file, entry) in files[1..].iter().zip(&manifest.files) {
            assert_eq!(file.path, entry.file);
            if entry.shape == "none" {
                assert_eq!((file.text.as_str(), entry.status), ("", 204));
                continue;
            }
            let body: Value = serde_json::from_str(&file.text).expect("it is JSON");
            let schema = shapes::schema(&entry.shape);
            let validator = jsonschema::draft202012::new(&schema).expect("a schema");
            if let Err(e) = validator.validate(&body) {
                panic!("{}: {e}\n{body:#}", entry.file);
            }
        }
    }

    #[test]
    fn the_accounts_that_requests_name_are_those_of_the_scenarios() {
        let files = all();
        for (path, key, expected) in [
            ("jira/bulk.json", "/values", 4),
            ("confluence/bulk.json", "/results", 4),
            ("jira/email-bulk.json", "", 2),
            ("jira/search.json", "", 1),
            ("jira/search-by-hidden-address.json", "", 0),
            ("personal-data/report.json", "/accounts", 1),
        ] {
            let file = files.iter().find(|f| f.path == path).expect("it is written");
            let body: Value = serde_json::from_str(&file.text).expect("it is JSON");
            assert_eq!(body.pointer(key).and_then(Value::as_array).map(Vec::len), Some(expected), "{path}");
        }
    }

    #[test]
    fn the_documented_statuses_are_all_there() {
        let files = all();
        let manifest: Manifest = serde_json::from_str(&files[0].text).expect("it is a manifest");
        let statuses: std::collections::BTreeSet<u16> = manifest.files.iter().map(|f| f.status).collect();
        for status in [200, 204, 400, 401, 404, 410, 429, 501, 503] {
            assert!(statuses.contains(&status), "{status}");
        }
    }
}
