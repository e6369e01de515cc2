//! The fields of the form (`templates/fields.yaml`, or the user's own list) and their answers.
//!
//! Atlassian does not publish the form, so which fields there are is data and is called inferred.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::RequestError;
use super::model::{DocumentStatement, FieldAnswer, PathState, Request, Sourced, UseStatement};
use super::texts::{and_list, key};
use crate::text::redact::one_line;

/// More fields than any form has.
const MAX_FIELDS: usize = 200;
/// The longest list of fields, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// The part of the request that answers a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The heading with name and key.
    Summary,
    /// The app's name.
    AppName,
    /// Its key or id.
    AppKey,
    /// Its kind and products.
    AppType,
    /// Its vendor.
    Vendor,
    /// Its products.
    Products,
    /// Its listing.
    Listing,
    /// The privacy policy.
    PrivacyPolicy,
    /// The customer terms.
    CustomerTerms,
    /// What is collected and stored.
    PersonalData,
    /// How stored accounts are reported.
    Reporting,
    /// The uses.
    Uses,
    /// Who gets addresses.
    ThirdParties,
    /// The guidelines.
    Guidelines,
    /// Whom to ask.
    Contact,
}

impl Part {
    /// Whether its answer may have several lines or be several sentences.
    fn is_long(self) -> bool {
        matches!(
            self,
            Self::PersonalData | Self::Reporting | Self::Uses | Self::ThirdParties | Self::Guidelines
        )
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its id for `requestFieldValues`, such as `customfield_10010`; the part's name where there is none.
    #[serde(default)]
    pub id: Option<String>,
    /// Its label on the form.
    pub label: String,
    /// What answers it.
    pub part: Part,
    /// Why it is thought to be there.
    #[serde(default)]
    pub source: String,
    /// How sure that is.
    #[serde(default)]
    pub confidence: String,
}

/// The list of fields.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The version of this format: 1.
    pub version: u32,
    /// The fields, in the order of the form.
    pub fields: Vec<Field>,
}

impl Fields {
    /// The list that comes with the tool.
    #[must_use]
    pub fn builtin() -> Self {
        serde_yaml::from_str(include_str!("../../templates/fields.yaml"))
            .expect("the embedded list of fields is read by a test")
    }

    /// Reads a list from `text`; `file` is its name for messages.
    ///
    /// # Errors
    /// When it is not such a list, with the line.
    pub fn parse(file: &str, text: &str) -> Result<Self, RequestError> {
        let fail = |line, message: String| RequestError::Fields { file: file.to_owned(), line, message };
        if text.len() > MAX_BYTES {
            return Err(fail(0, format!("the list of fields is longer than {MAX_BYTES} bytes")));
        }
        let list: Self = serde_saphyr::from_str(text).map_err(|error| {
            let line = error.location().map_or(0, |l| l.line());
            // The reader's message goes on with an excerpt of the file; its first line says it all.
            let message = error.without_snippet().to_string();
            fail(line, message.lines().next().unwrap_or("this is no list of fields").to_owned())
        })?;
        match (list.version, list.fields.len()) {
            (1, 0) => Err(fail(0, "`fields` is empty".to_owned())),
            (1, n) if n > MAX_FIELDS => Err(fail(0, format!("more than {MAX_FIELDS} fields"))),
            (1, _) => match list.twice() {
                Some(id) => Err(fail(0, format!("the id `{}` is there twice", one_line(id, 60)))),
                None => Ok(list),
            },
            (v, _) => Err(fail(0, format!("version {v} of the list of fields is not known"))),
        }
    }

    /// An id that two fields have.
    fn twice(&self) -> Option<&str> {
        let mut seen = BTreeSet::new();
        self.fields.iter().filter_map(|f| f.id.as_deref()).find(|id| !seen.insert(*id))
    }

    /// Every field with the answer that `request` gives.
    pub(super) fn answers(&self, request: &Request) -> Vec<FieldAnswer> {
        let mut taken: BTreeSet<String> = self.fields.iter().filter_map(|f| f.id.clone()).collect();
        // A second field of the same part gets a number.
        let mut name = |field: &Field| match &field.id {
            Some(id) => id.clone(),
            None => {
                let part = key(field.part);
                let numbered =
                    (1..=MAX_FIELDS + 1).map(|n| if n == 1 { part.clone() } else { format!("{part}-{n}") });
                let free = numbered.into_iter().find(|n| !taken.contains(n)).unwrap_or_default();
                taken.insert(free.clone());
                free
            }
        };
        self.fields
            .iter()
            .map(|field| {
                let (lines, missing) = answer(field.part, request);
                FieldAnswer {
                    name: name(field),
                    long: field.part.is_long(),
                    label: field.label.clone(),
                    lines,
                    missing,
                    source: field.source.clone(),
                    confidence: field.confidence.clone(),
                }
            })
            .collect()
    }
}

/// Said where the code stores addresses and the statement does not name them.
const UNSAID_STORAGE: &str = "email addresses, which the code stores and the statement does not name";

/// The answer where none is needed and none is known.
pub(super) const NOT_STATED: &str = "not stated";

type Answer = (Vec<String>, Option<String>);

fn answer(part: Part, request: &Request) -> Answer {
    let app = &request.app;
    match part {
        Part::Summary => (vec![request.title.clone()], None),
        Part::AppName => needed(app.name.as_ref(), "the app's name"),
        Part::AppKey => {
            let what = if request.access_path.state == PathState::Ticket {
                "the app's key, for which access is granted"
            } else {
                "the app's key or id"
            };
            let (mut lines, missing) = needed(app.key.as_ref(), what);
            lines.extend(app.connect_key.as_ref().map(|k| format!("{} (Connect modules)", k.value)));
            (lines, missing)
        }
        Part::AppType => {
            let products = and_list(&app.products);
            let products = if products.is_empty() { String::new() } else { format!(" for {products}") };
            (vec![format!("{}{products}", app.kind.value)], None)
        }
        Part::Vendor => needed(app.vendor.as_ref(), "the vendor's name"),
        Part::Products if app.products.is_empty() => (Vec::new(), Some("the products".to_owned())),
        Part::Products => (vec![and_list(&app.products)], None),
        Part::Listing => stated(app.listing.as_ref()),
        Part::Contact => stated(app.contact.as_ref()),
        Part::PrivacyPolicy => document(&request.documents, "privacy-policy"),
        Part::CustomerTerms => document(&request.documents, "customer-terms"),
        Part::PersonalData => personal_data(request),
        Part::Reporting => (request.personal_data.reporting.clone(), None),
        Part::Uses => uses(&request.uses),
        Part::ThirdParties => (third_parties(&request.uses), None),
        Part::Guidelines => (request.guidelines.iter().map(|g| g.statement.clone()).collect(), None),
    }
}

fn needed(value: Option<&Sourced>, what: &str) -> Answer {
    value.map_or_else(|| (Vec::new(), Some(what.to_owned())), |v| (vec![v.value.clone()], None))
}

fn stated(value: Option<&Sourced>) -> Answer {
    (vec![value.map_or_else(|| NOT_STATED.to_owned(), |v| v.value.clone())], None)
}

fn document(documents: &[DocumentStatement], kind: &str) -> Answer {
    let of_kind = || documents.iter().filter(|d| d.kind == kind);
    let lines: Vec<String> = of_kind().filter_map(|d| d.url.clone().or_else(|| d.file.clone())).collect();
    (lines, of_kind().find_map(|d| d.missing.clone()))
}

fn personal_data(request: &Request) -> Answer {
    let data = &request.personal_data;
    let mut lines = Vec::new();
    match data.collects {
        Some(true) => lines.push("The app collects personal data.".to_owned()),
        Some(false) => lines.push("The app collects no personal data.".to_owned()),
        None => {}
    }
    match data.stores.as_deref() {
        Some([]) => lines.push("It stores no personal data.".to_owned()),
        Some(stores) => lines.push(format!("It stores {}.", and_list(stores))),
        None => {}
    }
    if let Some(retention) = &data.retention {
        lines.push(format!("Stored data is kept for this long: {}.", retention.value));
    }
    let missing = if data.collects.is_none() || data.stores.is_none() {
        Some("the statement whether the app collects and stores personal data")
    } else {
        data.contradicted.then_some(UNSAID_STORAGE)
    };
    (lines, missing.map(str::to_owned))
}

fn uses(uses: &[UseStatement]) -> Answer {
    if uses.is_empty() {
        return (Vec::new(), Some("at least one use of email addresses".to_owned()));
    }
    let lines = uses
        .iter()
        .map(|u| {
            let class = match (&u.process, &u.functionality) {
                (Some(process), Some(functionality)) => format!("{process}: {functionality}"),
                (None, Some(functionality)) => functionality.clone(),
                _ => u.functionality_id.clone(),
            };
            let said = [&u.description, &u.justification];
            let said: Vec<&str> = said.into_iter().flatten().map(|s| s.value.trim()).collect();
            if said.is_empty() { format!("{class}.") } else { format!("{class}. {}", said.join(" ")) }
        })
        .collect();
    let mut missing = Vec::new();
    for u in uses {
        if u.description.is_none() {
            missing.push(format!("a description of \"{}\"", u.name));
        }
        if u.needs_justification && u.justification.is_none() {
            missing.push(format!("a justification of \"{}\"", u.name));
        }
    }
    (lines, (!missing.is_empty()).then(|| and_list(&missing)))
}

fn third_parties(uses: &[UseStatement]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for party in uses.iter().flat_map(|u| &u.third_parties) {
        let purpose = party.purpose.as_ref().map_or_else(String::new, |p| format!(": {p}"));
        let required = match party.required {
            Some(true) => "required for the service",
            Some(false) => "not required for the service",
            None => "not stated whether it is required",
        };
        let line = format!("{}{purpose} ({required})", party.name);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        lines.push("None declared.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_list_is_read_and_marked_inferred() {
        let list = Fields::builtin();
        assert!(list.fields.len() > 10);
        assert!(list.fields.iter().all(|f| f.confidence == "inferred" && !f.source.is_empty()));
    }

    #[test]
    fn wrong_lists_are_refused_with_their_line() {
        for (text, line, part) in [
            ("version: 1\nfields:\n  - label: A\n    part: nonsense\n", 4, "nonsense"),
            ("version: 1\nfields:\n  - lable: A\n    part: uses\n", 3, "lable"),
            ("version: 1\nfields: []\n", 0, "empty"),
            ("version: 2\nfields: [{label: a, part: uses}]\n", 0, "version 2"),
            ("version: [1\n", 1, ""),
        ] {
            match Fields::parse("f.yaml", text) {
                Err(RequestError::Fields { file, line: at, message }) => {
                    assert_eq!(file, "f.yaml");
                    assert!(message.contains(part) && !message.contains('\n'), "{text:?}: {message}");
                    assert!(line == 0 || at >= line, "{text:?}: {at}");
                }
                other => panic!("{text:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn too_many_and_too_long_are_refused() {
        let many = format!("version: 1\nfields:\n{}", "  - {label: a, part: uses}\n".repeat(MAX_FIELDS + 1));
        assert!(Fields::parse("f", &many).is_err());
        let long = format!("version: 1\n# {}", "x".repeat(MAX_BYTES));
        assert!(Fields::parse("f", &long).is_err());
    }
}
