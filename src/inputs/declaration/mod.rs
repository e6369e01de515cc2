//! `email-access.yaml`: what the vendor declares, as facts with places, and what is wrong in the file.
//!
//! Whether a declaration is a good one is for the rules to say; in here it is only read.

pub mod format;
mod forms;
mod generate;
mod nearest;
mod reader;
mod uses;

use std::sync::Arc;

use self::format::{
    Address, App, AppKey, AppKind, Contact, Cycle, DocumentParts, Documents, File, GlobText, Lint,
    PersonalData, Product, Reporting, RepositoryPath, Retention, RuleLevel, Stored, Use, Version, Words,
};
pub use self::generate::schema;
pub use self::nearest::nearest;
use self::reader::{Reader, shown};
use crate::facts::{Declaration, DocumentRef, InputKind, Located, PersonalDataDeclaration, Problem};
use crate::findings::Severity;
use crate::text::{Node, Place, SourceFile, Value, yaml};

/// The name of the file.
pub const FILE_NAME: &str = "email-access.yaml";

/// The largest declaration that is read, in bytes. Real ones have a few thousand.
pub const MAX_BYTES: usize = 1 << 20;

/// What reading a declaration came to.
#[derive(Clone, Debug)]
pub struct DeclarationRead {
    /// What was declared; `None` when nothing of it could be read. Parts with problems are left out of
    /// it, and a use whose functionality is missing or unknown is kept, with what is written there.
    pub declaration: Option<Declaration>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a declaration with the embedded catalogue of uses. `known_rules` are the names of the rules.
#[must_use]
pub fn read(file: &SourceFile, known_rules: &[&str]) -> DeclarationRead {
    read_with(file, known_rules, &format::functionalities())
}

/// Reads a declaration whose uses may name the `functionalities` of another catalogue.
#[must_use]
pub fn read_with(file: &SourceFile, known_rules: &[&str], functionalities: &[String]) -> DeclarationRead {
    let homes = [
        ("app", generate::keys::<App>().all),
        ("documents", generate::keys::<Documents>().all),
        ("personal-data", generate::keys::<PersonalData>().all),
        ("personal-data.reporting", generate::keys::<Reporting>().all),
        ("uses.NAME", generate::keys::<Use>().all),
        ("lint", generate::keys::<Lint>().all),
    ];
    let mut reader = Reader::new(file, &homes);
    let vocabulary = Vocabulary { rules: known_rules, functionalities };
    let declaration = whole(&mut reader, file, &vocabulary);
    DeclarationRead { declaration, problems: reader.into_problems() }
}

/// The words that the format's types do not know.
struct Vocabulary<'v> {
    rules: &'v [&'v str],
    functionalities: &'v [String],
}

fn whole(r: &mut Reader<'_>, file: &SourceFile, vocabulary: &Vocabulary<'_>) -> Option<Declaration> {
    let start = crate::text::Span::default();
    if file.text.len() > MAX_BYTES {
        let message = format!("the declaration has {} bytes, and {MAX_BYTES} are read", file.text.len());
        r.problem(start, message, "shorten it");
        return None;
    }
    let node = match yaml::parse(&file.text) {
        Ok(node) => node,
        Err(e) => {
            let help = e.help.unwrap_or_else(|| "mend the YAML".to_owned());
            r.problem(e.span, e.message, help);
            return None;
        }
    };
    match &node.value {
        Value::Map(_) => {}
        Value::Null => {
            r.problem(
                start,
                "the declaration is empty",
                "write `version: 1`; `mailpermit schema email-access` prints what the file may hold",
            );
            return None;
        }
        _ => {
            let message = format!("the declaration is {}, and must be a mapping", node.kind());
            r.problem(node.span, message, "begin with `version: 1`");
            return None;
        }
    }
    if !version_is_known(r, &node) {
        return None;
    }
    let mut declaration = empty(&file.path);
    let top = r.section::<File>(&node, "", "version: 1")?;
    if let Some(node) = top.get("app") {
        app(r, node, &mut declaration);
    }
    if let Some(node) = top.get("documents") {
        documents(r, node, &mut declaration);
    }
    declaration.personal_data = top.get("personal-data").and_then(|node| personal_data(r, node));
    if let Some(node) = top.get("uses") {
        declaration.uses = uses::uses(r, node, vocabulary);
    }
    if let Some(node) = top.get("lint") {
        lint(r, node, vocabulary, &mut declaration);
    }
    Some(declaration)
}

/// False for a file of another version of the format: its keys may mean something else.
fn version_is_known(r: &mut Reader<'_>, node: &Node) -> bool {
    let Some(version) = node.get("version") else { return true };
    let help = format!("write `version: {}`", Version::CURRENT);
    let Value::Number(text) = &version.value else {
        r.wrong_kind(version, "version", "a number", help);
        return true;
    };
    // As JSON Schema compares numbers, `1.0` is 1.
    if text.parse::<f64>().is_ok_and(|n| n == f64::from(Version::CURRENT)) {
        return true;
    }
    let message = format!("version {} of the declaration is not known to this program", shown(text));
    r.problem(version.span, message, help);
    false
}

fn empty(file: &Arc<str>) -> Declaration {
    Declaration {
        file: Arc::clone(file),
        key: None,
        name: None,
        vendor: None,
        kind: None,
        products: Vec::new(),
        listing: None,
        contact: None,
        privacy_policy: None,
        customer_terms: None,
        personal_data: None,
        uses: Vec::new(),
        lint_rules: Vec::new(),
        lint_exclude: Vec::new(),
    }
}

fn app(r: &mut Reader<'_>, node: &Node, declaration: &mut Declaration) {
    let Some(app) = r.section::<App>(node, "app", "name: Reporter for Jira") else { return };
    declaration.key = app.get("key").and_then(|n| r.text::<AppKey>(n, "app.key"));
    declaration.name = app.get("name").and_then(|n| r.text::<Words>(n, "app.name"));
    declaration.vendor = app.get("vendor").and_then(|n| r.text::<Words>(n, "app.vendor"));
    declaration.kind = app
        .get("type")
        .and_then(|n| r.word::<AppKind>(n, "app.type"))
        .map(|kind| Located { value: kind.value.into(), place: kind.place });
    if let Some(node) = app.get("products") {
        let products = words::<Product>(r, node, "app.products", "products: [jira]");
        declaration.products = products
            .unwrap_or_default()
            .into_iter()
            .filter_map(|p| {
                let product = generate::from_word::<Product>(&p.value)?;
                Some(Located { value: product.into(), place: p.place })
            })
            .collect();
    }
    declaration.listing = app.get("listing").and_then(|n| r.text::<Address>(n, "app.listing"));
    declaration.contact = app.get("contact").and_then(|n| r.text::<Contact>(n, "app.contact"));
}

fn documents(r: &mut Reader<'_>, node: &Node, declaration: &mut Declaration) {
    let example = "privacy-policy: https://vendor.example/privacy";
    let Some(documents) = r.section::<Documents>(node, "documents", example) else { return };
    declaration.privacy_policy =
        documents.get("privacy-policy").and_then(|n| document(r, n, "documents.privacy-policy"));
    declaration.customer_terms =
        documents.get("customer-terms").and_then(|n| document(r, n, "documents.customer-terms"));
}

/// An address, a path, or both.
fn document(r: &mut Reader<'_>, node: &Node, path: &str) -> Option<DocumentRef> {
    match &node.value {
        Value::String(text) if text.contains("://") => {
            let url = r.text::<Address>(node, path)?;
            Some(DocumentRef { url: Some(url), file: None })
        }
        Value::String(_) => {
            let file = r.text::<RepositoryPath>(node, path)?;
            Some(DocumentRef { url: None, file: Some(file) })
        }
        Value::Map(entries) => {
            let parts = r.section::<DocumentParts>(node, path, "url: https://vendor.example/privacy")?;
            if entries.is_empty() {
                r.problem(
                    node.span,
                    format!("`{path}` is empty"),
                    "write an address, a path, or `{url: …, file: …}`",
                );
            }
            let url = parts.get("url").and_then(|n| r.text::<Address>(n, &format!("{path}.url")));
            let file = parts.get("file").and_then(|n| r.text::<RepositoryPath>(n, &format!("{path}.file")));
            (url.is_some() || file.is_some()).then_some(DocumentRef { url, file })
        }
        _ => {
            let help = "write an address that begins with `https://`, or a path in the repository";
            r.wrong_kind(node, path, "an address, a path or a mapping of both", help);
            None
        }
    }
}

fn personal_data(r: &mut Reader<'_>, node: &Node) -> Option<PersonalDataDeclaration> {
    let data = r.section::<PersonalData>(node, "personal-data", "collects: false")?;
    let stores = data.get("stores");
    Some(PersonalDataDeclaration {
        place: r.place(node.span),
        collects: data.get("collects").and_then(|n| r.flag(n, "personal-data.collects")),
        stores: stores.and_then(|n| words::<Stored>(r, n, "personal-data.stores", "stores: [account-id]")),
        stores_place: stores.map(|n| r.place(n.span)),
        retention: data.get("retention").and_then(|n| r.text::<Retention>(n, "personal-data.retention")),
        reporting_cycle_days: data.get("reporting").and_then(|n| reporting(r, n)),
    })
}

fn reporting(r: &mut Reader<'_>, node: &Node) -> Option<Located<u32>> {
    let reporting = r.section::<Reporting>(node, "personal-data.reporting", "cycle: 7 days")?;
    let cycle = reporting.get("cycle").and_then(|n| r.text::<Cycle>(n, "personal-data.reporting.cycle"))?;
    let (number, unit) = cycle.value.split_once(' ')?;
    let days = number.parse::<u32>().ok()? * if unit.starts_with("week") { 7 } else { 1 };
    Some(Located { value: days, place: cycle.place })
}

fn lint(r: &mut Reader<'_>, node: &Node, vocabulary: &Vocabulary<'_>, declaration: &mut Declaration) {
    let Some(lint) = r.section::<Lint>(node, "lint", "rules: {vague-description: off}") else { return };
    if let Some(node) = lint.get("rules") {
        declaration.lint_rules = rules(r, node, vocabulary.rules);
    }
    if let Some(node) = lint.get("exclude") {
        let items = r.list(node, "lint.exclude", "exclude: [\"legacy/**\"]").unwrap_or_default();
        for item in items {
            let Some(glob) = r.text::<GlobText>(item, "lint.exclude") else { continue };
            match globset::Glob::new(&glob.value) {
                Ok(_) => declaration.lint_exclude.push(glob),
                Err(e) => {
                    let message = format!("{} is not a glob: {}", shown(&glob.value), e.kind());
                    r.problem(item.span, message, "write a glob such as `legacy/**`");
                }
            }
        }
    }
}

fn rules(r: &mut Reader<'_>, node: &Node, known: &[&str]) -> Vec<(Located<String>, Option<Severity>)> {
    let Value::Map(entries) = &node.value else {
        r.wrong_kind(
            node,
            "lint.rules",
            "a mapping of rules to severities",
            "write `rules: {vague-description: off}`",
        );
        return Vec::new();
    };
    let mut rules = Vec::new();
    for entry in r.bounded(entries, "lint.rules", node.span) {
        if !known.contains(&entry.key.as_str()) {
            let help = match nearest(&entry.key, known) {
                Some(near) => format!("write `{near}`"),
                None => "`mailpermit rules` lists the rules".to_owned(),
            };
            r.problem(entry.key_span, format!("unknown rule {} in `lint.rules`", shown(&entry.key)), help);
            continue;
        }
        let Some(level) = r.word::<RuleLevel>(&entry.value, &format!("lint.rules.{}", entry.key)) else {
            continue;
        };
        let severity = match level.value {
            RuleLevel::Error => Some(Severity::Error),
            RuleLevel::Warning => Some(Severity::Warning),
            RuleLevel::Info => Some(Severity::Info),
            RuleLevel::Off => None,
        };
        rules.push((Located { value: entry.key.clone(), place: r.place(entry.key_span) }, severity));
    }
    rules
}

/// The words of a list, each of which is one of the vocabulary `T`; `None` when it is no list.
fn words<T>(r: &mut Reader<'_>, node: &Node, path: &str, example: &str) -> Option<Vec<Located<String>>>
where
    T: schemars::JsonSchema + for<'w> serde::Deserialize<'w>,
{
    let items = r.list(node, path, example)?;
    let words: Vec<_> = items
        .iter()
        .filter_map(|item| {
            r.word::<T>(item, path)?;
            Some(r.located(item, item.as_str()?.to_owned()))
        })
        .collect();
    r.unique(&words, path);
    Some(words)
}

/// A problem for a declaration that could not be opened at all.
#[must_use]
pub fn unreadable(path: &Arc<str>, why: &str) -> Problem {
    Problem {
        place: Place::start_of(path),
        input: InputKind::Declaration,
        message: format!("the declaration could not be read: {why}"),
        help: Some("make it a readable UTF-8 file".to_owned()),
        matters: true,
    }
}

#[cfg(test)]
mod tests;
