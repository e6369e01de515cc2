//! The public listing of an app: which addresses are asked, and what their answers say.
//!
//! Nothing is judged in here, and no connection is opened but through the fetcher of `online`. What stands where in
//! an answer is in `catalog/listing.yaml`.

use std::sync::Arc;

use url::Url;

use crate::catalog::listing::{AnswerRow, FieldRow, LISTING};
use crate::facts::{Listed, Listing, ListingField, ListingValue};
use crate::online::Fetcher;
use crate::text::json;
use crate::text::redact::one_line;
use crate::text::tree::{Node, Value};

/// Where the Marketplace is asked unless something else is said.
pub const MARKETPLACE: &str = "https://marketplace.atlassian.com";

/// The largest saved answer that is read, in bytes.
pub const MAX_BYTES: u64 = 2 << 20;

/// More values of one list than this are not looked at.
const MAX_VALUES: usize = 500;
/// The longest value that is kept, in characters.
const LONGEST: usize = 500;

/// Where a listing comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// It was read from files.
    Saved(Arc<Listing>),
    /// The Marketplace at this address is asked, with this key or the app's own.
    Marketplace {
        /// The address.
        base: Url,
        /// The key, when it was given.
        key: Option<String>,
    },
}

/// Reads saved answers: each text is one answer, or a mapping of the names of answers to answers.
///
/// # Errors
/// When a text is no JSON, or none of the answers that are known.
pub fn saved(texts: &[(String, String)]) -> Result<Listing, String> {
    let mut answers: Vec<(&'static AnswerRow, Node)> = Vec::new();
    for (name, text) in texts {
        let node = json::parse(text).map_err(|e| format!("`{name}` is no JSON that can be read: {e}"))?;
        let node = unwrapped(node);
        let before = answers.len();
        for row in &LISTING.answers {
            if let Some(inner) = node.get(&row.id) {
                answers.push((row, unwrapped(inner.clone())));
            }
        }
        if answers.len() == before {
            let row =
                LISTING.answers.iter().find(|row| row.signs.iter().any(|sign| node.get(sign).is_some()));
            let Some(row) = row else {
                return Err(format!("`{name}` is no answer of the Marketplace that is known"));
            };
            answers.push((row, node));
        }
    }
    let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
    Ok(read(names.join(", "), answers, Vec::new()))
}

/// Asks the Marketplace for the listing of an app.
#[must_use]
pub fn fetch(fetcher: &Fetcher, base: &Url, key: &str) -> Listing {
    let mut answers = Vec::new();
    let mut missing = Vec::new();
    for row in &LISTING.answers {
        match ask(fetcher, base, row, key) {
            Ok(node) => answers.push((row, unwrapped(node))),
            Err(why) => missing.push(format!("{}: {why}", row.id)),
        }
    }
    read(one_line(base.as_str().trim_end_matches('/'), LONGEST), answers, missing)
}

fn ask(fetcher: &Fetcher, base: &Url, row: &AnswerRow, key: &str) -> Result<Node, String> {
    let url = address(base, row, key).ok_or("its address is none")?;
    let answer = fetcher.fetch(&url).map_err(|e| e.detail)?;
    match answer.status {
        200 | 203 => {}
        404 => return Err("there is no such listing (status 404)".to_owned()),
        status => return Err(format!("it was not given (status {status})")),
    }
    let text = String::from_utf8(answer.bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    json::parse(&text).map_err(|e| format!("it is no JSON that can be read: {e}"))
}

/// The address of a request. A key is one step of the path, whatever stands in it.
fn address(base: &Url, row: &AnswerRow, key: &str) -> Option<Url> {
    let mut url = base.clone();
    let (path, query) = row.path.split_once('?').unwrap_or((&row.path, ""));
    {
        let mut steps = url.path_segments_mut().ok()?;
        steps.pop_if_empty();
        for step in path.trim_start_matches('/').split('/') {
            steps.push(if step == "{key}" { key } else { step });
        }
    }
    url.set_query(Some(query).filter(|q| !q.is_empty()));
    Some(url)
}

/// An answer without the keys around it.
fn unwrapped(node: Node) -> Node {
    let inner = LISTING.wrappers.iter().find_map(|w| node.get(w)).cloned();
    inner.unwrap_or(node)
}

fn read(source: String, mut answers: Vec<(&'static AnswerRow, Node)>, missing: Vec<String>) -> Listing {
    // An answer for the app may hold its version.
    if !answers.iter().any(|(row, _)| row.id == "version")
        && let Some(row) = LISTING.answers.iter().find(|row| row.id == "version")
        && let Some(version) =
            answers.iter().find_map(|(_, node)| node.at(&["_embedded", "version"]).cloned())
    {
        answers.push((row, version));
    }
    let mut listing = Listing { source, missing, ..Listing::default() };
    for FieldRow { field, paths } in &LISTING.fields {
        for path in paths {
            let Some((first, steps)) = path.split_first() else { continue };
            let found = answers.iter().filter(|(row, _)| row.id == *first);
            let found = found.filter_map(|(_, node)| value(*field, node, steps)).next();
            if let Some(value) = found {
                let name = steps.iter().filter(|s| *s != "[]").cloned().collect::<Vec<_>>().join(".");
                listing.fields.insert(*field, Listed { value, name });
                break;
            }
        }
    }
    listing
}

/// The value at the end of a path, when it is of the kind that the field has.
fn value(field: ListingField, node: &Node, steps: &[String]) -> Option<ListingValue> {
    let list = steps.iter().position(|s| s == "[]");
    if let Some(at) = list {
        let (before, after) = (steps.get(..at)?, steps.get(at + 1..)?);
        let Value::List(items) = &follow(node, before)?.value else { return None };
        let texts = items.iter().take(MAX_VALUES).map(|item| text(follow(item, after)?));
        // One that can't be read makes the list incomplete, and an incomplete list says nothing.
        return texts.collect::<Option<Vec<String>>>().map(ListingValue::Texts);
    }
    let found = follow(node, steps)?;
    match field {
        ListingField::ProcessesOutside
        | ListingField::StoresOutside
        | ListingField::Shares
        | ListingField::Logs
        | ListingField::RetentionIndefinite
        | ListingField::AsksForTokens => flag(found).map(ListingValue::Flag),
        _ => text(found).map(ListingValue::Text),
    }
}

fn follow<'n>(node: &'n Node, steps: &[String]) -> Option<&'n Node> {
    steps.iter().try_fold(node, |node, step| node.get(step))
}

fn flag(node: &Node) -> Option<bool> {
    let said = match &node.value {
        Value::Bool(flag) => return Some(*flag),
        Value::String(text) => text.trim().to_lowercase(),
        _ => return None,
    };
    match (LISTING.yes.contains(&said), LISTING.no.contains(&said)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(one_line(text, LONGEST)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Listing, String> {
        saved(&[("listing.json".to_owned(), text.to_owned())])
    }

    #[test]
    fn a_field_of_another_kind_or_name_says_nothing() {
        let listing = one(r#"{"dataAccessAndStorage": {"appStoresEUDOutsideAtlassian": "NO",
                "appProcessEUDOutsideAtlassian": "SOMETIMES"},
            "logDetails": {"logEndUserData": true, "new": 1},
            "thirdPartyInformation": {"isEndUserDataShared": null, "thirdPartyDetails": [{"name": "Acme"}, {}]},
            "dataRetention": {"retentionDurationInDays": {"min": 1, "max": "30"}}}"#)
        .expect("it is an answer");
        assert_eq!(listing.flag(ListingField::StoresOutside).map(|f| f.0), Some(false));
        assert_eq!(listing.flag(ListingField::ProcessesOutside), None);
        assert_eq!(listing.flag(ListingField::Shares), None);
        assert_eq!(listing.texts(ListingField::ThirdParties), None, "an incomplete list");
        assert_eq!(listing.flag(ListingField::Logs), Some((true, "logDetails.logEndUserData")));
        assert_eq!(listing.text(ListingField::RetentionMax).map(|t| t.0), Some("30"));
        assert_eq!(listing.text(ListingField::RetentionMin).map(|t| t.0), Some("1"));
    }

    #[test]
    fn answers_are_told_apart_alone_wrapped_and_together() {
        let addon = r#"{"key": "com.example.x", "name": "X", "vendorLinks": {"privacy": "https://x.example/p"},
            "_embedded": {"version": {"deployment": {"permissions": [{"key": "READ"}]}}}}"#;
        let listing = one(addon).expect("it is an answer");
        assert_eq!(listing.text(ListingField::Key).map(|t| t.0), Some("com.example.x"));
        assert_eq!(listing.texts(ListingField::ConnectScopes).map(|t| t.0.len()), Some(1));
        let wrapped = r#"{"appTrustInformation": {"logDetails": {"logEndUserData": false}}}"#;
        assert!(one(wrapped).is_ok_and(|l| l.flag(ListingField::Logs).is_some_and(|f| !f.0)));
        let all = format!(r#"{{"addon": {addon}, "privacy-and-security": {wrapped}}}"#);
        assert!(one(&all).is_ok_and(|l| l.fields.len() == 5), "{:?}", one(&all));
        assert!(one("{}").is_err_and(|e| e.contains("no answer")));
        assert!(one("[").is_err_and(|e| e.contains("no JSON")));
        assert!(one("[]").is_err());
    }

    #[test]
    fn a_key_is_one_step_of_the_address() {
        let base = Url::parse("http://127.0.0.1:80/market/").expect("an address");
        let of = |key: &str| address(&base, &LISTING.answers[0], key).map(String::from);
        assert_eq!(
            of("com.example.x").as_deref(),
            Some("http://127.0.0.1/market/rest/2/addons/com.example.x?withVersion=true&hosting=cloud")
        );
        assert!(
            of("../../admin?x=").is_some_and(|a| a.contains("addons/..%2F..%2Fadmin%3Fx=")),
            "{:?}",
            of("../x")
        );
    }
}
