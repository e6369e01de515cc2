//! The request as data. Every string is plain text, not markup: whoever renders it must escape it.
//!
//! Serialisable as it stands, so that templates and other formats read the same names.

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::AppType;

/// A place, without its column: a reviewer opens a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Spot {
    /// The file, relative to the checked root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sourced {
    /// The value.
    pub value: String,
    /// Where it stands; `None` when it was concluded, not read.
    pub at: Option<Spot>,
}

/// A sentence with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The sentence.
    pub text: String,
    /// Where that is written.
    pub source: String,
    /// H, M or L.
    pub confidence: String,
}

/// A list that may have been cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listed<T> {
    /// What is shown.
    pub items: Vec<T>,
    /// How many more there are.
    pub more: usize,
}

/// How an app gets at addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PathState {
    /// A ticket is filed.
    Ticket,
    /// A scope is declared and the site admin consents.
    AdminConsent,
    /// Atlassian's documents do not say.
    Unclear,
    /// The Email API is not to be had.
    NotAvailable,
    /// The kind of app could not be told.
    Unknown,
}

/// The access path of this kind of app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccessPath {
    /// The kind of app.
    pub kind: AppType,
    /// What follows from it.
    pub state: PathState,
    /// That in one or two sentences.
    pub summary: String,
    /// The same with sources.
    pub statements: Vec<Statement>,
    /// The scopes that the app asks for and that give addresses.
    pub scopes: Vec<ScopeRow>,
    /// What the vendor should know; no part of the request.
    pub vendor_notes: Vec<Statement>,
}

/// A scope that gives addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScopeRow {
    /// As it is written.
    pub name: String,
    /// What it gives.
    pub gives: String,
    /// Where it stands.
    pub at: Spot,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// The app's name.
    pub name: Option<Sourced>,
    /// Its key or id.
    pub key: Option<Sourced>,
    /// The key of its Connect modules, for a Forge app that has some.
    pub connect_key: Option<Sourced>,
    /// Its vendor.
    pub vendor: Option<Sourced>,
    /// Its kind, in words.
    pub kind: Sourced,
    /// Why it is taken for that kind.
    pub kind_reason: String,
    /// Its products.
    pub products: Vec<String>,
    /// Its listing.
    pub listing: Option<Sourced>,
    /// Whom to ask.
    pub contact: Option<Sourced>,
}

/// One field of the form with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldAnswer {
    /// The field's name: the id that the list of fields gives it, or the part that answers it.
    pub name: String,
    /// The field's label.
    pub label: String,
    /// Whether the form has room for several lines.
    pub long: bool,
    /// The answer, one entry a line.
    pub lines: Vec<String>,
    /// What is missing, when the answer is not complete.
    pub missing: Option<String>,
    /// Why the form is thought to have the field.
    pub source: String,
    /// How sure that is.
    pub confidence: String,
}

/// One place that reads an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccessRow {
    /// The access's id in the report.
    pub id: String,
    /// Where.
    pub at: Spot,
    /// What happens there, to be read after the place.
    pub what: String,
    /// The source text, shortened, addresses masked.
    pub expression: String,
    /// The path of the request, as far as it is known.
    pub path: Option<String>,
    /// Where the request is made that brought the object.
    pub request: Option<Spot>,
    /// How sure the tool is.
    pub confidence: String,
    /// Whether many users are asked for at once.
    pub bulk: bool,
    /// Whether the code copes with a missing address.
    pub handles_absent: Option<bool>,
    /// The commit that the place refers to.
    pub commit: Option<String>,
}

/// One place that an address goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlowRow {
    /// The id of the access it comes from.
    pub access: String,
    /// Where that access is.
    pub from: Option<Spot>,
    /// Where it goes.
    pub at: Spot,
    /// The kind of sink, as in the report.
    pub kind: String,
    /// What happens there, to be read after "the address".
    pub what: String,
    /// The named service or host.
    pub service: Option<String>,
    /// The source text, shortened, addresses masked.
    pub expression: String,
    /// How sure the tool is.
    pub confidence: String,
    /// Whether a whole object goes there and the address with it.
    pub implicit: bool,
    /// The commit that the place refers to.
    pub commit: Option<String>,
}

/// A declared third party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ThirdPartyRow {
    /// Its name.
    pub name: String,
    /// What it does.
    pub purpose: Option<String>,
    /// Its hosts.
    pub hosts: Vec<String>,
    /// Whether the service needs it.
    pub required: Option<bool>,
    /// Where it is declared.
    pub at: Spot,
}

/// One use of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UseStatement {
    /// Its name in the declaration or annotation.
    pub name: String,
    /// Where it is declared.
    pub at: Spot,
    /// The catalogue's id.
    pub functionality_id: String,
    /// The process in Atlassian's words; `None` for a use in neither list.
    pub process: Option<String>,
    /// The functionality in Atlassian's words.
    pub functionality: Option<String>,
    /// `valid`, `invalid`, `review`, or `unknown` for an id that the catalogue lacks.
    pub verdict: String,
    /// The vendor's description.
    pub description: Option<Sourced>,
    /// The vendor's justification.
    pub justification: Option<Sourced>,
    /// Whether a justification is asked for.
    pub needs_justification: bool,
    /// The declared sources of addresses, in words.
    pub declared_sources: Vec<String>,
    /// The sources that its accesses show, in words.
    pub found_sources: Vec<String>,
    /// Declared and not found.
    pub sources_not_found: Vec<String>,
    /// Found and not declared.
    pub sources_not_declared: Vec<String>,
    /// Where it reads addresses.
    pub accesses: Listed<AccessRow>,
    /// Where they go.
    pub flows: Listed<FlowRow>,
    /// Who gets them.
    pub third_parties: Vec<ThirdPartyRow>,
}

/// Storage, retention and reporting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonalData {
    /// Where the statement stands.
    pub at: Option<Spot>,
    /// Whether personal data is collected.
    pub collects: Option<bool>,
    /// Where that is said.
    pub collects_at: Option<Spot>,
    /// What is stored, in words; `None` when nothing is said.
    pub stores: Option<Vec<String>>,
    /// Where that is said.
    pub stores_at: Option<Spot>,
    /// For how long.
    pub retention: Option<Sourced>,
    /// Places in code that store addresses.
    pub stored_at: Listed<FlowRow>,
    /// Whether the code stores what the statement does not name.
    pub contradicted: bool,
    /// Whether stored accounts have to be reported.
    pub reports_needed: bool,
    /// The declared cycle in days.
    pub cycle_days: Option<u32>,
    /// Where that is said.
    pub cycle_at: Option<Spot>,
    /// Where reports are made.
    pub reports: Vec<Spot>,
    /// What the code shows of reporting and erasing.
    pub evidence: Listed<Evidence>,
    /// What can be said of the reporting, one sentence each.
    pub reporting: Vec<String>,
    /// The source of the rule.
    pub reporting_source: String,
}

/// A privacy policy or terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentStatement {
    /// `privacy-policy` or `customer-terms`.
    pub kind: String,
    /// In words.
    pub label: String,
    /// Its address.
    pub url: Option<String>,
    /// Its file.
    pub file: Option<String>,
    /// Where it is named.
    pub at: Option<Spot>,
    /// What could be seen of it.
    pub state: String,
    /// What is missing.
    pub missing: Option<String>,
}

/// How a guideline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Status {
    /// The evidence supports it.
    #[serde(rename = "confirmed")]
    Confirmed,
    /// The evidence speaks against it.
    #[serde(rename = "not confirmed")]
    NotConfirmed,
    /// The evidence is not enough.
    #[serde(rename = "could not be verified")]
    NotVerified,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// What.
    pub text: String,
    /// Where.
    pub at: Option<Spot>,
}

/// One of Atlassian's guidelines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Guideline {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Atlassian's wording.
    pub requirement: String,
    /// How it stands.
    pub status: Status,
    /// That in one sentence.
    pub statement: String,
    /// What it rests on.
    pub evidence: Listed<Evidence>,
}

/// A question that a reviewer may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The question.
    pub text: String,
    /// Where the answer is to be found.
    pub at: Vec<Spot>,
}

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    /// What is missing, in plain words.
    pub what: String,
    /// What to do.
    pub todo: String,
    /// Whether the request is a draft until it is there.
    pub required: bool,
    /// Where.
    pub at: Option<Spot>,
}

/// An error-level finding that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OpenError {
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: Spot,
}

/// Where the code can be seen on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Source {
    /// The whole commit.
    pub commit_url: String,
    /// A line of a file; `{file}` and `{line}` stand for them.
    pub place_url: String,
}

impl Source {
    /// The address of a line; `None` for a path that cannot be one of the checkout.
    #[must_use]
    pub fn link(&self, file: &str, line: u32) -> Option<String> {
        let parts: Vec<&str> = file.split('/').collect();
        if file.len() > 1_000
            || parts.iter().any(|p| matches!(*p, "" | "." | ".."))
            || file.contains('\u{fffd}')
        {
            return None;
        }
        let mut path = String::with_capacity(file.len());
        for byte in file.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
                path.push(char::from(byte));
            } else {
                path.push_str(&format!("%{byte:02X}"));
            }
        }
        Some(self.place_url.replace("{line}", &line.to_string()).replace("{file}", &path))
    }
}

/// How the request came about, and what was not seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Method {
    /// The tool and its version.
    pub tool: String,
    /// The commit, when it is known.
    pub commit: Option<String>,
    /// Where that commit can be seen on the web, when its host is known.
    pub source: Option<Source>,
    /// Files walked.
    pub files_seen: usize,
    /// Files parsed.
    pub files_parsed: usize,
    /// The catalogue of uses and its date.
    pub catalogue: String,
    /// What was not seen, one sentence each.
    pub limits: Vec<String>,
}

/// Everything that is said about one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Request {
    /// The heading.
    pub title: String,
    /// Whether it is not fit to be submitted.
    pub draft: bool,
    /// How the app gets at addresses.
    pub access_path: AccessPath,
    /// Who asks.
    pub app: Identity,
    /// The fields of the form; empty when there is nothing to request.
    pub fields: Vec<FieldAnswer>,
    /// What the fields are for, and that they are inferred.
    pub fields_note: String,
    /// What addresses are used for.
    pub uses: Vec<UseStatement>,
    /// Accesses without a use.
    pub undeclared: Listed<AccessRow>,
    /// Whether one of them needs a use: not the user's own profile, and more than a guess.
    pub undeclared_need_use: bool,
    /// Where addresses go that are read without a use.
    pub undeclared_flows: Listed<FlowRow>,
    /// Storage, retention, reporting.
    pub personal_data: PersonalData,
    /// Privacy policy and terms.
    pub documents: Vec<DocumentStatement>,
    /// Atlassian's guidelines for the Email API, one by one; empty where it is not to be had.
    pub guidelines: Vec<Guideline>,
    /// What a reviewer may ask.
    pub questions: Vec<Question>,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Error-level findings that stand.
    pub open_errors: Vec<OpenError>,
    /// How all that was found out.
    pub method: Method,
}
