//! Finds the documents: those that the declaration names, those that the manifest links to, files whose
//! names say what they are, and links of the README.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::names::{self, Sureness};
use super::open::Opened;
use super::{checks, load, markdown, open};
use crate::facts::{Declaration, Document, DocumentKind, DocumentRef, DocumentState, Located, Manifest};
use crate::text::{Place, SourceFile};

/// More files than this are not opened because of their names.
const MAX_FILES: usize = 40;

/// Where documents are looked for.
pub struct Search<'a> {
    /// The app's root relative to the checked root; `.` for the root itself.
    pub app_root: &'a str,
    /// The app's declaration.
    pub declaration: Option<&'a Declaration>,
    /// The app's manifests.
    pub manifests: &'a [Manifest],
    /// The paths of the app's files, relative to the checked root.
    pub paths: &'a [Arc<str>],
    /// Opens a file by its path relative to the checked root; see [`open`](open::open).
    pub open: &'a dyn Fn(&str) -> Opened,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The documents: by kind, declared ones first, then by place.
    pub documents: Vec<Document>,
    /// The texts that the documents' places point into, besides declaration and manifests; by path.
    pub files: BTreeMap<Arc<str>, SourceFile>,
}

/// Finds and reads the documents of an app. Nothing is fetched.
#[must_use]
pub fn find(search: &Search<'_>) -> Found {
    let mut finder = Finder { search, found: Found::default() };
    if let Some(declaration) = search.declaration {
        finder.declared(DocumentKind::PrivacyPolicy, declaration.privacy_policy.as_ref());
        finder.declared(DocumentKind::CustomerTerms, declaration.customer_terms.as_ref());
    }
    finder.linked_by_manifests();
    finder.named_files();
    finder.linked_by_readme();
    let mut found = finder.found;
    found.documents.sort_by(|a, b| (a.kind, !a.declared, &a.place).cmp(&(b.kind, !b.declared, &b.place)));
    found
}

struct Finder<'a> {
    search: &'a Search<'a>,
    found: Found,
}

impl Finder<'_> {
    fn declared(&mut self, kind: DocumentKind, reference: Option<&DocumentRef>) {
        let Some(reference) = reference else { return };
        let url = reference.url.as_ref();
        let Some(named) = reference.file.as_ref().or(url) else { return };
        let file = reference.file.as_ref().map(|f| below(self.search.app_root, &f.value));
        let state = match &file {
            Some(path) => self.read(path).unwrap_or_else(|state| state),
            None => DocumentState::AddressOnly,
        };
        self.found.documents.push(Document {
            kind,
            place: named.place.clone(),
            url: url.map(|u| u.value.clone()),
            url_place: url.map(|u| u.place.clone()),
            file,
            declared: true,
            state,
            fetched: None,
        });
    }

    fn linked_by_manifests(&mut self) {
        for (label, address) in self.search.manifests.iter().flat_map(|m| &m.links) {
            // The vendor's own page is not a document, whatever its address is.
            if label != "vendor"
                && let Some(kind) = names::of_link(&label.replace(['-', '_'], " "), &address.value)
            {
                self.address(kind, address);
            }
        }
    }

    fn address(&mut self, kind: DocumentKind, address: &Located<String>) {
        let is_known = |d: &Document| d.kind == kind && d.url.as_deref() == Some(address.value.as_str());
        if is_address(&address.value) && !self.found.documents.iter().any(is_known) {
            self.found.documents.push(Document {
                kind,
                place: address.place.clone(),
                url: Some(address.value.clone()),
                url_place: Some(address.place.clone()),
                file: None,
                declared: false,
                state: DocumentState::AddressOnly,
                fetched: None,
            });
        }
    }

    fn named_files(&mut self) {
        let named = self.search.paths.iter().filter_map(|path| {
            let (kind, sureness) = names::of_file(self.inside(path)?)?;
            Some((path, kind, sureness))
        });
        for (path, kind, sureness) in named.take(MAX_FILES).collect::<Vec<_>>() {
            self.file(path, kind, sureness);
        }
    }

    /// A path below the app's root, or of a document that stands at the checked root for all apps.
    fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        let root = self.search.app_root;
        if root == "." {
            return Some(path);
        }
        let below = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'));
        below.or_else(|| (path.matches('/').count() == 0 || path.starts_with("legal/")).then_some(path))
    }

    fn file(&mut self, path: &str, kind: DocumentKind, sureness: Sureness) {
        if self.found.documents.iter().any(|d| d.kind == kind && d.file.as_deref() == Some(path)) {
            return;
        }
        let known = self.found.files.contains_key(path);
        let state = match self.read(path) {
            Ok(state) => state,
            // It was walked a moment ago; if it is gone, it is not there.
            Err(DocumentState::MissingFile) => return,
            Err(state) => state,
        };
        let path: Arc<str> = Arc::from(path);
        if sureness == Sureness::Confirm {
            let text = self.found.files.get(&path).map_or("", |f| &f.text);
            if !names::confirms(kind, text) {
                if !known {
                    self.found.files.remove(&path);
                }
                return;
            }
        }
        self.found.documents.push(Document {
            kind,
            place: Place::start_of(&path),
            url: None,
            url_place: None,
            file: Some(path.to_string()),
            declared: false,
            state,
            fetched: None,
        });
    }

    /// Reads a file and keeps its text.
    fn read(&mut self, path: &str) -> Result<DocumentState, DocumentState> {
        let bytes = match (self.search.open)(path) {
            Opened::Bytes(bytes) => bytes,
            Opened::Missing => return Err(DocumentState::MissingFile),
            Opened::Failed(why) => return Err(DocumentState::Unreadable(why)),
        };
        let (file, text) = load(&Arc::from(path), bytes).map_err(DocumentState::Unreadable)?;
        let state = checks::state(&file, &text);
        self.found.files.insert(Arc::clone(&file.path), file);
        Ok(state)
    }

    /// Links of the README, for what is still missing: a document of each kind as address and as file.
    fn linked_by_readme(&mut self) {
        let is_readme = |path: &&Arc<str>| {
            let name = self.inside(path).unwrap_or("").to_ascii_lowercase();
            matches!(name.as_str(), "readme.md" | "readme.markdown")
        };
        let readmes: Vec<Arc<str>> = self.search.paths.iter().filter(is_readme).take(4).cloned().collect();
        for path in readmes {
            let Opened::Bytes(bytes) = (self.search.open)(&path) else { continue };
            let Ok(readme) = open::decode(&path, bytes) else { continue };
            let has = |documents: &[Document], kind, part: fn(&Document) -> bool| {
                documents.iter().any(|d| d.kind == kind && part(d))
            };
            let before = self.found.documents.clone();
            for link in markdown::links(&readme.text) {
                let Some(kind) = names::of_link(&link.text, &link.target) else { continue };
                if is_address(&link.target) {
                    if !names::is_foreign(&link.target) && !has(&before, kind, |d| d.url.is_some()) {
                        let place = readme.place(link.span);
                        self.address(kind, &Located { value: link.target, place });
                        self.found.files.entry(Arc::clone(&path)).or_insert_with(|| readme.clone());
                    }
                } else if let Some(target) = resolve(&path, &link.target)
                    && !has(&before, kind, |d| d.file.is_some())
                    && names::format(&target).is_some()
                    && self.search.paths.iter().any(|p| **p == *target)
                {
                    self.file(&target, kind, Sureness::Sure);
                }
            }
        }
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// A path below a root, without `.` steps.
fn below(root: &str, path: &str) -> String {
    let steps = root.split('/').chain(path.split('/')).filter(|step| !matches!(*step, "" | "."));
    steps.collect::<Vec<_>>().join("/")
}

/// The path that a relative link in the file `from` leads to; `None` when it leaves the root or is none.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split(['#', '?']).next()?.replace("%20", " ");
    if target.is_empty() || target.contains(':') {
        return None;
    }
    let (base, target) = match target.strip_prefix('/') {
        // The forges resolve such a link from the root of the repository.
        Some(rest) => ("", rest.to_owned()),
        None => (from.rsplit_once('/').map_or("", |(folder, _)| folder), target),
    };
    let mut steps: Vec<&str> = base.split('/').filter(|s| !s.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            _ => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
