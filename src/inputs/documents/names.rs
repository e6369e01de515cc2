//! Which document a file or a link is, told by its name alone.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::placeholders::DOCUMENT_WORDS;
use crate::facts::DocumentKind;

/// How sure a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sureness {
    /// The name says it in full, such as `privacy-policy`.
    Sure,
    /// It may be about something else (`terms.md` may be a glossary): the text must confirm it.
    Confirm,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Markdown,
    Html,
    Plain,
    Pdf,
    /// A format of documents that is not read, and its name.
    Unread(&'static str),
}

/// Files of documents by the ends of their names.
const FORMATS: &[(&str, Format)] = &[
    ("doc", Format::Unread("a Word document")),
    ("docx", Format::Unread("a Word document")),
    ("htm", Format::Html),
    ("html", Format::Html),
    ("markdown", Format::Markdown),
    ("md", Format::Markdown),
    ("odt", Format::Unread("an OpenDocument text")),
    ("pdf", Format::Pdf),
    ("rtf", Format::Unread("an RTF document")),
    ("txt", Format::Plain),
    ("xhtml", Format::Html),
];

/// How a file of that path is read; `None` for the ends of names that no document has.
pub(super) fn format(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, end)) = name.rsplit_once('.') else { return Some(Format::Plain) };
    let end = end.to_ascii_lowercase();
    FORMATS.iter().find(|(known, _)| *known == end).map(|(_, format)| *format)
}

/// Folders whose documents are not the app's own.
const STRANGE_FOLDERS: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__snapshots__",
    "__tests__",
    "bower_components",
    "build",
    "corpus",
    "coverage",
    "cypress",
    "dist",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "node_modules",
    "out",
    "samples",
    "site-packages",
    "snapshots",
    "spec",
    "specs",
    "target",
    "template",
    "templates",
    "test",
    "test-data",
    "testdata",
    "tests",
    "third-party",
    "third_party",
    "vendor",
    "vendored",
    "venv",
];

/// Folders in which documents are published.
const DOCUMENT_FOLDERS: &[&str] = &[
    "assets", "content", "doc", "docs", "legal", "pages", "policies", "public", "site", "static", "website",
    "www",
];

/// Words of file names that are about privacy or terms without being the document.
const OTHER_WORDS: &[&str] = &[
    "api",
    "audit",
    "checklist",
    "component",
    "design",
    "example",
    "faq",
    "feature",
    "features",
    "glossary",
    "guide",
    "guidelines",
    "howto",
    "impact",
    "mode",
    "model",
    "module",
    "notes",
    "report",
    "review",
    "sample",
    "screen",
    "search",
    "settings",
    "spec",
    "template",
    "test",
    "tests",
    "todo",
    "utils",
    "view",
];

static POLICY: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^privacy$|(?:^|-)privacy-?(?:policy|notice|statement|declaration)(?:-|$)"));
static TERMS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"^(?:tos|eula)$|(?:^|-)eula(?:-|$)|(?:^|-)terms-?(?:of|and)-?(?:use|service|conditions)(?:-|$)|(?:^|-)(?:customer|end-user|user|subscription|service)-(?:terms|agreement)(?:-|$)|(?:^|-)end-user-licen[sc]e-agreement(?:-|$)",
    )
});

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern, compiled by tests")
}

/// Which document a file is, from its path below the app's root.
///
/// A licence of the source text (`LICENSE`, `COPYING`) is no customer terms: it binds those who copy the
/// source, and says nothing to those who install the app.
pub(super) fn of_file(path: &str) -> Option<(DocumentKind, Sureness)> {
    format(path)?;
    let lower = path.to_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if folders.split('/').any(|folder| STRANGE_FOLDERS.contains(&folder)) {
        return None;
    }
    // Only the end of the name is cut off: what stands before it (`privacy.component.html`) belongs to it.
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = match stem {
        // `privacy-policy/index.html`: the page has the name of its folder.
        "index" => folders.rsplit('/').next().unwrap_or(""),
        _ => stem,
    };
    let in_document_folder = folders.is_empty() || folders.split('/').any(|f| DOCUMENT_FOLDERS.contains(&f));
    let (kind, sureness) = of_name(stem)?;
    (sureness == Sureness::Sure || in_document_folder).then_some((kind, sureness))
}

/// Which document a name without its end is.
fn of_name(stem: &str) -> Option<(DocumentKind, Sureness)> {
    let name: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(120).collect();
    if name.split('-').any(|word| OTHER_WORDS.contains(&word)) {
        return None;
    }
    let begins =
        |word: &str| name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if POLICY.is_match(&name) {
        Some((DocumentKind::PrivacyPolicy, Sureness::Sure))
    } else if TERMS.is_match(&name) {
        Some((DocumentKind::CustomerTerms, Sureness::Sure))
    } else if begins("privacy") {
        Some((DocumentKind::PrivacyPolicy, Sureness::Confirm))
    } else if begins("terms") {
        Some((DocumentKind::CustomerTerms, Sureness::Confirm))
    } else {
        None
    }
}

static CONFIRMS_POLICY: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\b(?:personal (?:data|information)|privacy)\b"));
static CONFIRMS_TERMS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\b(?:agreement|you agree|liability|liable|warrant(?:y|ies)|governing law|terms (?:of|and)|these terms|nutzungsbedingungen)\b",
    )
});

/// Whether a text says that it is what its name may mean.
pub(super) fn confirms(kind: DocumentKind, text: &str) -> bool {
    match kind {
        DocumentKind::PrivacyPolicy => CONFIRMS_POLICY.is_match(text),
        DocumentKind::CustomerTerms => CONFIRMS_TERMS.is_match(text),
    }
}

static POLICY_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)\bprivacy (?:policy|notice|statement)\b|^\W*privacy\W*$|\bdatenschutzerkl[äa]rung\b")
});
static TERMS_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\bterms (?:of (?:use|service)|(?:and|&) conditions)\b|\bcustomer (?:terms|agreement)\b|\beula\b|\bend[- ]user licen[sc]e\b|^\W*terms\W*$",
    )
});

/// Which document a link leads to, from its text (or its key in a manifest) and its target.
pub(super) fn of_link(text: &str, target: &str) -> Option<DocumentKind> {
    /// A longer text is a sentence about something else.
    const LONGEST: usize = 80;
    let path = target.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
    let path =
        path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let name = path.rsplit('/').next().unwrap_or("").to_lowercase();
    // A licence of the source text is called "terms and conditions" too, see `of_file`.
    if ["license", "licence", "copying"].iter().any(|word| name.starts_with(word)) {
        return None;
    }
    if text.chars().count() <= LONGEST {
        if POLICY_TEXT.is_match(text) {
            return Some(DocumentKind::PrivacyPolicy);
        }
        if TERMS_TEXT.is_match(text) {
            return Some(DocumentKind::CustomerTerms);
        }
    }
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    match of_name(stem)? {
        (kind, Sureness::Sure) => Some(kind),
        (kind, Sureness::Confirm) => (stem == "terms").then_some(kind),
    }
}

/// Whether an address belongs to somebody whose documents a README may link to for other reasons.
pub(super) fn is_foreign(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest).to_lowercase();
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("");
    DOCUMENT_WORDS.foreign_hosts.iter().any(|foreign| match foreign.split_once('/') {
        Some(_) => rest.starts_with(foreign.as_str()),
        None => {
            host.strip_suffix(foreign.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_names() {
        use DocumentKind::{CustomerTerms as Terms, PrivacyPolicy as Policy};
        use Sureness::{Confirm, Sure};
        let table = [
            ("PRIVACY.md", Some((Policy, Sure))),
            ("PRIVACY", Some((Policy, Sure))),
            ("Privacy_Policy.MD", Some((Policy, Sure))),
            ("docs/legal/privacy-policy.de.html", Some((Policy, Sure))),
            ("src/pages/privacyPolicy.html", Some((Policy, Sure))),
            ("acme-privacy-notice.txt", Some((Policy, Sure))),
            ("privacy-policy/index.html", Some((Policy, Sure))),
            ("legal/EULA.pdf", Some((Terms, Sure))),
            ("TERMS_OF_SERVICE.md", Some((Terms, Sure))),
            ("docs/terms-and-conditions.md", Some((Terms, Sure))),
            ("customer-terms.markdown", Some((Terms, Sure))),
            ("TERMS.md", Some((Terms, Confirm))),
            ("docs/privacy-2024.md", Some((Policy, Confirm))),
            ("src/privacy-2024.md", None),
            ("src/terms.md", None),
            ("docs/terms-glossary.md", None),
            ("LICENSE", None),
            ("LICENSE.md", None),
            ("docs/privacy-guidelines.md", None),
            ("privacy-policy-template.md", None),
            ("src/app/privacy.component.html", None),
            ("src/privacy.ts", None),
            ("test/fixtures/PRIVACY.md", None),
            ("node_modules/x/PRIVACY.md", None),
            ("README.md", None),
            ("privacyless.md", None),
            ("", None),
        ];
        for (path, expected) in table {
            assert_eq!(of_file(path), expected, "{path}");
        }
    }

    #[test]
    fn links_are_told_by_text_or_target() {
        use DocumentKind::{CustomerTerms as Terms, PrivacyPolicy as Policy};
        let table = [
            ("Privacy policy", "https://vendor.example/x", Some(Policy)),
            ("privacy", "https://vendor.example/x", Some(Policy)),
            ("here", "https://vendor.example/legal/privacy-policy/?lang=en", Some(Policy)),
            ("here", "PRIVACY.md#top", Some(Policy)),
            ("EULA", "x", Some(Terms)),
            ("Terms & Conditions", "x", Some(Terms)),
            ("here", "https://vendor.example/terms", Some(Terms)),
            ("our approach to privacy in the cloud", "https://vendor.example/blog", None),
            ("here", "https://privacy.vendor.example/", None),
            ("User privacy guide", "https://vendor.example/user-privacy-guidelines/", None),
            ("terms and conditions", "LICENSE", None),
            ("terms and conditions", "https://vendor.example/blob/main/LICENSE.md", None),
            ("", "", None),
        ];
        for (text, target, expected) in table {
            assert_eq!(of_link(text, target), expected, "{text} {target}");
        }
    }

    #[test]
    fn other_peoples_documents_are_known() {
        assert!(is_foreign("https://www.atlassian.com/legal/privacy-policy"));
        assert!(is_foreign("https://docs.github.com/site-policy"));
        assert!(!is_foreign("https://notatlassian.com/privacy"));
        assert!(!is_foreign("https://github.com/vendor/app/blob/main/PRIVACY.md"));
    }
}
