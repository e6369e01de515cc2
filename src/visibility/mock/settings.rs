//! What the mock's answers depend on: set at the start, by a header of a request, or while it runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::visibility::model::{Caller, Field, Model, Product};
use crate::visibility::scenarios::Scenarios;

/// The scenario of one request.
pub const SCENARIO_HEADER: &str = "x-mailpermit-scenario";
/// The caller of one request.
pub const CALLER_HEADER: &str = "x-mailpermit-caller";
/// The status that one request is answered with.
pub const STATUS_HEADER: &str = "x-mailpermit-status";

/// The headers that a request may carry, and what they do.
pub const HEADERS: &[(&str, &str)] = &[
    (SCENARIO_HEADER, "Every account in the answer is shown as in this scenario."),
    (CALLER_HEADER, "Who makes the call, as in `diagnose --caller`."),
    (STATUS_HEADER, "Answer with this status instead, if it is documented for the endpoint."),
];

/// What the Email API answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum EmailApi {
    /// As it does to this caller: apps get addresses, everybody else 401.
    #[default]
    ByCaller,
    /// Addresses, whoever asks.
    Approved,
    /// 400: the app is not approved.
    NotApproved,
    /// 401: bad credentials, or a user calls.
    Unauthorized,
    /// 503 in Jira and 501 in Confluence: it is off.
    Off,
}

/// What Jira's bulk Email API answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EmailBulk {
    /// A list, as seen in practice.
    #[default]
    List,
    /// One object, as Jira's OpenAPI description says.
    Object,
}

/// Whether calls need an `Authorization`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authorization {
    /// They do not.
    #[default]
    Optional,
    /// 401 without one. What it says is not checked.
    Required,
}

/// Personal data reporting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Report {
    /// `Cycle-Period`, in days.
    pub cycle_period: u32,
    /// Accounts that are answered as `updated`.
    pub updated: Vec<String>,
    /// Answer 429.
    pub rate_limited: bool,
    /// `Retry-After` of a 429, in seconds.
    pub retry_after: u32,
}

impl Default for Report {
    fn default() -> Self {
        Self { cycle_period: 7, updated: Vec::new(), rate_limited: false, retry_after: 5 }
    }
}

/// Answers that fail for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fail {
    /// The status, 400 to 599.
    pub status: u16,
    /// How many requests.
    pub times: u32,
    /// Only paths that start like this.
    #[serde(default)]
    pub path: Option<String>,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// The scenario that every account is shown in; without one each is as its person is.
    pub scenario: Option<String>,
    /// Who makes the calls. A scenario brings its own caller, unless a header names one.
    pub caller: Caller,
    /// What the Email API answers.
    pub email_api: EmailApi,
    /// What Jira's bulk Email API answers.
    pub jira_email_bulk: EmailBulk,
    /// Jira: a null address instead of none.
    pub jira_null_address: bool,
    /// Confluence: the name of the property for the time zone.
    pub confluence_zone_property: String,
    /// Whether calls need an `Authorization`.
    pub authorization: Authorization,
    /// Personal data reporting.
    pub report: Report,
    /// Answers that fail for a while.
    pub fail: Option<Fail>,
}

impl Default for Settings {
    fn default() -> Self {
        let zone = Model::get().field(Field::TimeZone).property(Product::Confluence).unwrap_or_default();
        Self {
            scenario: None,
            caller: Caller::default(),
            email_api: EmailApi::default(),
            jira_email_bulk: EmailBulk::default(),
            jira_null_address: false,
            confluence_zone_property: zone.to_owned(),
            authorization: Authorization::default(),
            report: Report::default(),
            fail: None,
        }
    }
}

impl Settings {
    /// Settings out of JSON, checked against the scenarios there are.
    ///
    /// # Errors
    /// When they are no such settings, or name a scenario that there is not.
    pub fn read(value: Value, scenarios: &Scenarios) -> Result<Self, String> {
        let read: Self = serde_json::from_value(value).map_err(|e| e.to_string())?;
        read.verify(scenarios)?;
        Ok(read)
    }

    /// These settings with some of them changed; null brings a default back.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn changed(&self, patch: Value, scenarios: &Scenarios) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|e| e.to_string())?;
        let Value::Object(patch) = patch else { return Err("the body is no object".to_owned()) };
        if let Some(all) = all.as_object_mut() {
            for (key, value) in patch {
                if value.is_null() {
                    all.remove(&key);
                } else {
                    all.insert(key, value);
                }
            }
        }
        Self::read(all, scenarios)
    }

    /// Whether they can be.
    ///
    /// # Errors
    /// When they name a scenario that there is not, or a status or a property that cannot be.
    pub fn verify(&self, scenarios: &Scenarios) -> Result<(), String> {
        if let Some(id) = &self.scenario {
            known_scenario(id, scenarios)?;
        }
        if self.fail.as_ref().is_some_and(|f| !(400..600).contains(&f.status)) {
            return Err("`fail` needs a `status` of 400 to 599".to_owned());
        }
        if !matches!(self.confluence_zone_property.as_str(), "zoneInfo" | "timeZone") {
            return Err("`confluence-zone-property` is `zoneInfo` or `timeZone`".to_owned());
        }
        if self.report.updated.len() > 10_000 {
            return Err("`updated` names more than 10000 accounts".to_owned());
        }
        Ok(())
    }
}

/// Refuses a scenario that there is not, and names the nearest one.
///
/// # Errors
/// When there is no such scenario.
pub fn known_scenario(id: &str, scenarios: &Scenarios) -> Result<(), String> {
    if scenarios.get(id).is_some() {
        return Ok(());
    }
    let near = scenarios
        .scenarios
        .iter()
        .map(|s| (strsim::jaro_winkler(&s.id, id), &s.id))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.7);
    let shown = crate::text::redact::one_line(id, 80);
    Err(match near {
        Some((_, near)) => format!("there is no scenario `{shown}`; did you mean `{near}`?"),
        None => format!("there is no scenario `{shown}`"),
    })
}

/// The JSON Schema of the settings, with its definitions inlined.
#[must_use]
pub fn schema() -> Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .with(|s| {
            s.inline_subschemas = true;
            s.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<Settings>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_changed_and_checked() {
        let all = Scenarios::embedded();
        let now = Settings::default()
            .changed(json!({"scenario": "hidden", "caller": "3lo"}), &all)
            .expect("they can be");
        assert_eq!((now.scenario.as_deref(), now.caller), (Some("hidden"), Caller::Oauth));
        assert_eq!(now.changed(json!({"scenario": null}), &all).expect("they can be").scenario, None);
        for (patch, expected) in [
            (json!({"scenario": "hiden"}), "did you mean `hidden`"),
            (json!({"colour": "red"}), "colour"),
            (json!({"fail": {"status": 200, "times": 1}}), "400 to 599"),
            (json!({"confluence-zone-property": "zone"}), "zoneInfo"),
            (json!([]), "no object"),
        ] {
            let error = now.changed(patch, &all).expect_err("it is wrong");
            assert!(error.contains(expected), "{error}");
        }
    }
}
