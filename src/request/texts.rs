//! The sentences of the request (`templates/request-texts.yaml`), loaded once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::model::{PathState, Statement};

/// The sentences for one kind of app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PathTexts {
    pub(super) title: String,
    pub(super) state: PathState,
    pub(super) summary: String,
    pub(super) statements: Vec<Statement>,
    pub(super) vendor_notes: Vec<Statement>,
}

/// One guideline and the rules that speak for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct GuidelineTexts {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) requirement: String,
    /// Rules that must have passed.
    pub(super) needs: Vec<String>,
    /// Rules that must not have failed.
    pub(super) also: Vec<String>,
    pub(super) confirmed: String,
    pub(super) own_statement: String,
}

/// What is said of an app that does not ask for the Email API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct WithoutTexts {
    pub(super) reads: Statement,
    pub(super) nothing: Statement,
}

/// What is said of the reporting cycle.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ReportingTexts {
    pub(super) rule: String,
    pub(super) within_both: String,
    pub(super) within_one: String,
    pub(super) within_none: String,
    pub(super) source: String,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Texts {
    pub(super) access_paths: BTreeMap<String, PathTexts>,
    pub(super) without_email_api: WithoutTexts,
    pub(super) email_scopes: BTreeMap<String, String>,
    pub(super) app_types: BTreeMap<String, String>,
    pub(super) products: BTreeMap<String, String>,
    pub(super) address_sources: BTreeMap<String, String>,
    pub(super) access_kinds: BTreeMap<String, String>,
    pub(super) callers: BTreeMap<String, String>,
    pub(super) sinks: BTreeMap<String, String>,
    pub(super) stores: BTreeMap<String, String>,
    pub(super) reporting: ReportingTexts,
    pub(super) guidelines: Vec<GuidelineTexts>,
    pub(super) questions: BTreeMap<String, String>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../../templates/request-texts.yaml"))
        .expect("the embedded sentences are read by a test")
});

/// The sentences.
pub(super) fn texts() -> &'static Texts {
    &TEXTS
}

/// The name that an enum's variant has in data files.
pub(super) fn key(variant: impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The words for `key`, or `key` itself where the file has none.
pub(super) fn words(table: &BTreeMap<String, String>, key: &str) -> String {
    table.get(key).map_or_else(|| key.to_owned(), Clone::clone)
}

/// `1 place`, `2 places`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and_list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{AccessKind, AppType, Caller, Product, SinkKind};

    #[test]
    fn every_variant_has_its_words() {
        let t = texts();
        for kind in
            [AppType::Forge, AppType::ForgeWithConnect, AppType::Connect, AppType::Oauth2, AppType::Unknown]
        {
            assert!(t.access_paths.contains_key(&key(kind)), "{kind:?}");
            assert!(t.app_types.contains_key(&key(kind)), "{kind:?}");
        }
        for kind in
            [AccessKind::EmailApi, AccessKind::UserObject, AccessKind::OwnProfile, AccessKind::OrgAdmin]
        {
            assert!(t.access_kinds.contains_key(&key(kind)), "{kind:?}");
        }
        for caller in
            [Caller::AsApp, Caller::AsUser, Caller::Bridge, Caller::Addon, Caller::Token, Caller::Unknown]
        {
            assert!(t.callers.contains_key(&key(caller)), "{caller:?}");
        }
        for product in [
            Product::Jira,
            Product::Confluence,
            Product::JiraServiceManagement,
            Product::Bitbucket,
            Product::Identity,
            Product::Admin,
            Product::Scim,
            Product::Graphql,
            Product::Trello,
        ] {
            assert!(t.products.contains_key(&key(product)), "{product:?}");
        }
        for sink in [
            SinkKind::Ui,
            SinkKind::Log,
            SinkKind::Storage,
            SinkKind::ThirdParty,
            SinkKind::Mail,
            SinkKind::Marketing,
            SinkKind::Identity,
            SinkKind::Response,
            SinkKind::Other,
        ] {
            assert!(t.sinks.contains_key(&key(sink)), "{sink:?}");
        }
    }

    #[test]
    fn lists_and_counts_read_well() {
        let list = |n: usize| and_list(&["a", "b", "c"].map(str::to_owned)[..n]);
        assert_eq!([list(0), list(1), list(2), list(3)], ["", "a", "a and b", "a, b and c"]);
        assert_eq!(counted(1, "place", "places"), "1 place");
        assert_eq!(counted(0, "place", "places"), "0 places");
    }
}
