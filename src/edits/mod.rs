//! Where the texts of an app can be changed safely: places for a scope, a `$`, an annotation.
//!
//! Reads texts that are at hand and opens none. Everything that it offers it has tried: the changed text is read
//! again, and says what was meant and nothing else. Whether an edit is called for is decided by rules.

mod annotations;
mod dollars;
mod reading;
mod scopes;
mod styles;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::annotations::{Annotator, Budget, Candidate};
use crate::facts::{AccessKind, AnnotationSite, Edits, Facts, ObservationKind};
use crate::findings::Confidence;
use crate::text::{Place, SourceFile};

/// More accesses than this get no place for an annotation of one app in one run.
const MOST_SITES: usize = 500;
/// Bytes that are read again in one run to try places for annotations; a hundred usual files.
const MOST_READ_AGAIN: usize = 8 << 20;

/// Places for annotations in texts that are the same objects as in an earlier run.
#[derive(Debug, Default)]
pub struct Sites {
    again: bool,
    files: BTreeMap<Arc<str>, InText>,
}

/// A text and the places that were found in it.
type InText = (Arc<str>, BTreeMap<Place, Option<AnnotationSite>>);

impl Sites {
    /// For who will check the same tree again.
    #[must_use]
    pub fn for_more_runs() -> Self {
        Self { again: true, ..Self::default() }
    }

    fn get(
        &mut self,
        file: &SourceFile,
        place: &Place,
        find: impl FnOnce() -> Option<AnnotationSite>,
    ) -> Option<AnnotationSite> {
        if !self.again {
            return find();
        }
        let fresh = || (Arc::clone(&file.text), BTreeMap::new());
        let known = self.files.entry(Arc::clone(&file.path)).or_insert_with(fresh);
        if !Arc::ptr_eq(&known.0, &file.text) {
            *known = fresh();
        }
        known.1.entry(place.clone()).or_insert_with(find).clone()
    }
}

/// The edits that rules may offer for an app. Looks only for what a rule can ask for.
#[must_use]
pub fn of(facts: &Facts, files: &BTreeMap<Arc<str>, SourceFile>, known: &mut Sites) -> Edits {
    let mut edits = Edits::default();
    let calls = facts.accesses.iter().any(|a| a.kind == AccessKind::EmailApi);
    for manifest in &facts.app.manifests {
        if let Some(file) = files.get(&manifest.file) {
            scopes::find(manifest, file, calls, &mut edits);
        }
    }
    for observation in facts.observations.iter().filter(|o| o.kind == ObservationKind::RouteWithoutDollar) {
        let edit = files.get(&observation.place.file).and_then(|f| dollars::edit(f, observation));
        if let Some(edit) = edit {
            edits.dollars.insert((observation.place.clone(), observation.detail.clone()), edit);
        }
    }
    if facts.declaration.as_ref().is_some_and(|d| !d.uses.is_empty()) {
        let open = facts.accesses.iter().filter(|a| a.uses.is_empty() && a.confidence >= Confidence::Likely);
        let budget = Budget::new(MOST_READ_AGAIN);
        let mut annotators: BTreeMap<&str, Option<Annotator<'_>>> = BTreeMap::new();
        for access in open.take(MOST_SITES) {
            let Some(file) = files.get(&access.place.file) else { continue };
            let site = known.get(file, &access.place, || {
                let annotator =
                    annotators.entry(&access.place.file).or_insert_with(|| Annotator::new(file, &budget));
                annotator.as_ref().and_then(|a| a.site(&access.place))
            });
            if let Some(site) = site {
                edits.annotations.insert(access.id.clone(), site);
            }
        }
    }
    edits
}
