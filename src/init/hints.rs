//! What the files beside the code say of the app: vendor, contact and listing, from `package.json` and the README.

use std::sync::LazyLock;

use regex::Regex;

use super::clean;
use crate::text::json;

/// What was found. Proposals, for the vendor to confirm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The app's name.
    pub name: Option<String>,
    /// The vendor.
    pub vendor: Option<String>,
    /// Who answers questions.
    pub contact: Option<String>,
    /// The address of the Marketplace listing.
    pub listing: Option<String>,
}

static LISTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"https://marketplace\.atlassian\.com/apps/[0-9]+(?:/[A-Za-z0-9._-]+)?")
        .expect("a constant pattern, compiled by a test")
});
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$").expect("a constant pattern, compiled by a test")
});

/// Reads the hints in the texts of a `package.json` and of READMEs and manifests.
#[must_use]
pub fn hints(package: Option<&str>, texts: &[&str]) -> Hints {
    let mut hints = Hints::default();
    if let Some(root) = package.and_then(|p| json::parse(p).ok()) {
        let text = |path: &[&str]| root.at(path).and_then(|n| n.as_str()).map(|s| clean(s, 120));
        hints.name = text(&["displayName"]).or_else(|| text(&["productName"]));
        // `Name <address> (page)`
        let author = text(&["author", "name"]).or_else(|| text(&["author"]));
        let author = author.map(|a| a.split(['<', '(']).next().unwrap_or("").trim().to_owned());
        hints.vendor = author.filter(|a| !a.is_empty());
        hints.contact = text(&["bugs", "email"]).filter(|c| CONTACT.is_match(c));
    }
    let all = package.into_iter().chain(texts.iter().copied());
    hints.listing = all.filter_map(|t| LISTING.find(t)).map(|m| m.as_str().to_owned()).next();
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_come_from_package_and_readme() {
        let package = r#"{"name": "x", "author": "Example Pty Ltd <a@vendor.example>", "bugs": {"email": "help@vendor.example"}}"#;
        let readme = "see [the listing](https://marketplace.atlassian.com/apps/1234/export-reporter?tab=x)";
        let found = hints(Some(package), &[readme]);
        assert_eq!(found.vendor.as_deref(), Some("Example Pty Ltd"));
        assert_eq!(found.contact.as_deref(), Some("help@vendor.example"));
        assert_eq!(
            found.listing.as_deref(),
            Some("https://marketplace.atlassian.com/apps/1234/export-reporter")
        );
        assert_eq!(hints(Some("{"), &["https://marketplace.atlassian.com/vendors/1"]), Hints::default());
    }
}
