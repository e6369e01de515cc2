//! The request as JSON: everything under the names that templates have for it, and the fields' answers by name,
//! as a form or the `requestFieldValues` of Jira Service Management's REST API takes them.
//!
//! Texts are clean, as in plain text. Fields of several lines are rendered as wiki markup there, so what goes
//! into these is escaped for that.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::document::jira;
use super::escape::escape_text;
use super::fields::NOT_STATED;
use super::model::{FieldAnswer, Request};
use super::update::Update;

/// The version of the format.
const VERSION: u32 = 1;

/// What `request --format json` writes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase", tag = "kind")]
#[schemars(title = "mailpermit request --format json")]
enum Written<'r> {
    /// A request.
    Request {
        /// The version of this format: 1.
        schema_version: u32,
        /// The answers that are known, by the names of their fields.
        #[serde(rename = "requestFieldValues")]
        request_field_values: BTreeMap<&'r str, String>,
        /// All of it, under the names that templates have for it.
        #[serde(flatten)]
        request: &'r Request,
    },
    /// An update of an approved request.
    Update {
        /// The version of this format: 1.
        schema_version: u32,
        /// All of it, under the names that templates have for it.
        #[serde(flatten)]
        update: &'r Update,
    },
}

/// `request` as indented JSON.
#[must_use]
pub fn request(request: &Request) -> String {
    let answers = request.fields.iter().filter(|f| !f.lines.is_empty() && f.lines != [NOT_STATED]);
    let values: BTreeMap<&str, String> = answers.map(|f| (f.name.as_str(), answer(f))).collect();
    let mut value =
        tree(&Written::Request { schema_version: VERSION, request_field_values: BTreeMap::new(), request });
    // These have line breaks, which a clean text has not.
    if let Some(map) = value.as_object_mut() {
        map.insert(
            "requestFieldValues".to_owned(),
            values.into_iter().map(|(k, v)| (escape_text(k), v)).collect(),
        );
    }
    format!("{value:#}\n")
}

/// `update` as indented JSON.
#[must_use]
pub fn update(update: &Update) -> String {
    format!("{:#}\n", tree(&Written::Update { schema_version: VERSION, update }))
}

/// The JSON Schema (draft 2020-12) of both.
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Written<'_>).to_value()
}

/// A field's answer: one line as it is, more as a list.
fn answer(field: &FieldAnswer) -> String {
    let clean = |line: &String| if field.long { jira::escape(line) } else { escape_text(line) };
    match field.lines.as_slice() {
        [one] => clean(one),
        many => many.iter().map(|line| format!("* {}", clean(line))).collect::<Vec<_>>().join("\n"),
    }
}

fn tree(written: &Written<'_>) -> Value {
    let mut value = serde_json::to_value(written).unwrap_or_default();
    clean(&mut value);
    value
}

/// Cleans every text. The depth is that of the model.
fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = escape_text(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(map) => map.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
