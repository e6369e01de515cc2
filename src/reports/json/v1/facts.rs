//! The part of the report that says what is true of an app: accesses, flows, uses, documents.

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::{Process, Verdict};
use crate::facts::{AccessKind, Caller, DocumentKind, Flaw, Product, ReportVia, SinkKind, Topic};
use crate::findings::Confidence;

/// A range in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// Relative to the checked folder, with `/` on every system.
    pub file: String,
    /// First line, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// First column, from 1, counting Unicode characters.
    #[schemars(range(min = 1))]
    pub column: u32,
    /// Last line.
    #[schemars(range(min = 1))]
    pub end_line: u32,
    /// The column after the last character.
    #[schemars(range(min = 1))]
    pub end_column: u32,
}

/// A place where an address is obtained.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Access {
    /// Unique in this report; not stable between reports.
    pub id: String,
    /// The root of its app.
    pub app: String,
    /// How the address is obtained.
    pub kind: AccessKind,
    /// The endpoint's id.
    pub endpoint: Option<String>,
    /// `package:method`, when it goes through an SDK method.
    pub sdk: Option<String>,
    /// The product that is asked.
    pub product: Option<Product>,
    /// On whose behalf.
    pub caller: Caller,
    /// How sure the tool is.
    pub confidence: Confidence,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// The request that brought the object, when it is another place.
    pub request: Option<Place>,
    /// The path of the request as far as it is known, holes as `{}`.
    pub path: Option<String>,
    /// Whether code nearby copes with a missing address; `null` when that could not be told.
    pub handles_absent: Option<bool>,
    /// Whether it asks for many users at once.
    pub bulk: bool,
    /// The uses that annotations give it.
    pub uses: Vec<String>,
}

/// The way of an address to a sink.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Flow {
    /// The id of the access.
    pub access: String,
    /// The ids of other accesses whose addresses come to the same place just as surely; `path` is the way of
    /// the first.
    pub other_accesses: Vec<String>,
    /// The root of its app.
    pub app: String,
    /// What kind of sink.
    pub kind: SinkKind,
    /// The sink's id.
    pub sink: String,
    /// The named service or host.
    pub service: Option<String>,
    /// Where the sink is.
    #[serde(flatten)]
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// How sure the tool is.
    pub confidence: Confidence,
    /// True when a whole object goes there without the address being named.
    pub implicit: bool,
    /// From the access to the sink, step by step.
    pub path: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Step {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What happens there.
    pub what: String,
}

/// A use of addresses.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Use {
    /// The root of its app.
    pub app: String,
    /// Its name.
    pub name: String,
    /// Whether the declaration declares it; otherwise only annotations name it.
    pub declared: bool,
    /// Where it is declared.
    pub place: Option<Place>,
    /// The id in the catalogue of uses, as written.
    pub functionality: Option<String>,
    /// What Atlassian's lists say; `null` when the functionality is not in the catalogue.
    pub verdict: Option<Verdict>,
    /// The process in Atlassian's tables.
    pub process: Option<Process>,
    /// In the vendor's words.
    pub description: Option<String>,
    /// Why, for a use that is in neither list.
    pub justification: Option<String>,
    /// Where its addresses come from, as declared.
    pub addresses_from: Vec<String>,
    /// Services that get addresses, as declared.
    pub third_parties: Vec<ThirdParty>,
    /// The annotations that name it.
    pub places: Vec<Place>,
    /// The ids of the accesses that belong to it.
    pub accesses: Vec<String>,
}

/// A service that gets addresses.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ThirdParty {
    /// Its name.
    pub name: String,
    /// What it does for the app.
    pub purpose: Option<String>,
    /// Its hosts.
    pub hosts: Vec<String>,
    /// Whether the app cannot do without it.
    pub required: Option<bool>,
}

/// A document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document {
    /// The root of its app.
    pub app: String,
    /// Which document.
    pub kind: DocumentKind,
    /// Where it is named, or the start of the file that was found.
    pub place: Place,
    /// Its address.
    pub url: Option<String>,
    /// Its file.
    pub file: Option<String>,
    /// Whether the declaration names it.
    pub declared: bool,
    /// What could be seen of it.
    pub state: DocumentState,
    /// Words of text, when it was read.
    pub words: Option<usize>,
    /// Passages that show that it is a placeholder.
    pub placeholders: Vec<Passage>,
    /// The first passage that speaks of email addresses.
    pub mentions_email: Option<Passage>,
    /// The language that it seems to be written in, when that is not English; its statements are not read then.
    pub language: Option<String>,
    /// What it says of personal data: the first passage that states a topic, and the first that denies it.
    pub statements: Vec<Statement>,
    /// Why it could not be read.
    pub reason: Option<String>,
    /// What came of asking for its address; null when nobody asked.
    pub fetched: Option<Fetched>,
}

/// What came of asking for an address.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fetched {
    /// What is wrong; null for a page that can be the document.
    pub flaw: Option<Flaw>,
    /// Whether the flaw says nothing about the document: it could not be verified.
    pub unverified: bool,
    /// What is wrong in words.
    pub detail: Option<String>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The address that gave it, after redirects.
    pub final_url: Option<String>,
    /// The number of redirects.
    pub redirects: usize,
    /// Whether the last answer came over TLS.
    pub tls: bool,
    /// Its type, without parameters.
    pub content_type: Option<String>,
    /// The language of the text as ISO 639-3 code, when it is sure.
    pub language: Option<String>,
    /// Bytes of the answer, unpacked.
    pub size: Option<usize>,
    /// How many seconds ago the answer was given, when it was kept from then.
    pub age: Option<u64>,
}

/// What could be seen of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// Only an address is known; no text came from there.
    AddressOnly,
    /// A file was read, or the text that its address gave.
    Read,
    /// A path is named and there is no such file.
    MissingFile,
    /// The file is there and could not be read.
    Unreadable,
}

/// A passage of a document that speaks of a topic.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// Of which.
    pub topic: Topic,
    /// Whether it says that there is none of it.
    pub denies: bool,
    /// The passage.
    #[serde(flatten)]
    pub passage: Passage,
}

/// A passage of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Passage {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What stands there, or what it is; addresses masked.
    pub text: String,
}

/// The statement on personal data.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct PersonalData {
    /// Whether there is a statement.
    pub declared: bool,
    /// Where.
    pub place: Option<Place>,
    /// Whether the app collects personal data.
    pub collects: Option<bool>,
    /// What it stores; empty when it says that it stores nothing, `null` when it does not say.
    pub stores: Option<Vec<String>>,
    /// How long, as written.
    pub retention: Option<String>,
    /// How often it reports, in days.
    pub reporting_cycle_days: Option<u32>,
    /// Where the code reports personal data.
    pub reports: Vec<Place>,
    /// The calls that report stored accounts, and what is known of them.
    pub report_calls: Vec<ReportCall>,
    /// What runs these calls again and again.
    pub schedules: Vec<ReportSchedule>,
    /// What runs when the app is removed.
    pub erasures: Vec<Erasure>,
}

/// A call that reports stored accounts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportCall {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// How it is sent.
    pub via: ReportVia,
    /// The most accounts in one report, where code names it.
    pub batch: Option<u32>,
    /// Where an answer that an account is closed is looked for.
    pub closed: Option<Place>,
    /// Where an answer that an account has changed is looked for.
    pub updated: Option<Place>,
    /// How sure the tool is.
    pub confidence: Confidence,
}

/// Something that runs reports again and again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportSchedule {
    /// Where it says so.
    #[serde(flatten)]
    pub place: Place,
    /// What kind of scheduler; grows with the ecosystem.
    pub by: String,
    /// The source text there, on one line, shortened, addresses masked.
    pub expression: String,
    /// The longest time between two runs, in hours; `null` when it could not be told.
    pub hours: Option<u32>,
}

/// A function that runs when the app is removed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Erasure {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Where something is deleted because of it.
    pub deletes: Vec<Place>,
}
