//! What `endpoints.yaml` says of endpoints that are gone and of paths that are misspelt: the part that
//! rules ask for by id. How paths are recognised is not its business.

use std::sync::LazyLock;

use serde::Deserialize;

/// Whether an endpoint still answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetiredState {
    /// Switched off.
    Stopped,
    /// Announced to be switched off.
    Deprecated,
}

/// What is known of an endpoint's end.
#[derive(Clone, Debug, Deserialize)]
pub struct Retired {
    /// Whether it still answers.
    pub state: RetiredState,
    /// The day of the end, or of the announcement where no end is known.
    pub date: String,
    /// The id of what to call instead.
    pub replacement: Option<String>,
    /// `medium` when the source is old or partial.
    pub confidence: Option<String>,
}

/// An endpoint, as far as it is asked for here.
#[derive(Clone, Debug, Deserialize)]
pub struct EndpointNotice {
    /// Its id.
    pub id: String,
    /// Its methods.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Its paths.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Set when it is gone or going.
    pub retired: Option<Retired>,
}

/// A path that looks like an address endpoint and is none.
#[derive(Clone, Debug, Deserialize)]
pub struct WrongPath {
    /// Its id.
    pub id: String,
    /// The id of the endpoint that was meant.
    pub meant: String,
    /// What is wrong with it.
    pub why: String,
}

#[derive(Deserialize)]
struct File {
    endpoints: Vec<EndpointNotice>,
    not_addresses: Vec<EndpointNotice>,
    wrong_paths: Vec<WrongPath>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("endpoints.yaml")).expect("embedded, and a test reads it")
});

/// What is known of the endpoint of that id.
#[must_use]
pub fn endpoint(id: &str) -> Option<&'static EndpointNotice> {
    FILE.endpoints.iter().chain(&FILE.not_addresses).find(|e| e.id == id)
}

/// What is known of the misspelt path of that id.
#[must_use]
pub fn wrong_path(id: &str) -> Option<&'static WrongPath> {
    FILE.wrong_paths.iter().find(|p| p.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        for path in &FILE.wrong_paths {
            assert!(endpoint(&path.meant).is_some_and(|e| !e.paths.is_empty()), "{}", path.id);
        }
        let retired = FILE.endpoints.iter().chain(&FILE.not_addresses).filter_map(|e| e.retired.as_ref());
        let mut seen = 0;
        for retired in retired {
            seen += 1;
            if let Some(id) = &retired.replacement {
                assert!(endpoint(id).is_some(), "{id}");
            }
        }
        assert!(seen > 0, "there are retired endpoints");
        assert!(wrong_path("confluence.user-email-without-wiki").is_some());
    }
}
