//! Where a text can be changed without touching anything else of it. Whether to do so is for rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::findings::Edit;
use crate::text::{Place, Span};

/// A place in a file where a name can be written, with what has to stand around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Insertion {
    /// The file, relative to the checked root.
    pub file: Arc<str>,
    /// The bytes that go; mostly none.
    pub span: Span,
    /// What is written before the name: a line break, indentation, a dash …
    pub before: String,
    /// What is written behind it.
    pub after: String,
}

impl Insertion {
    /// The edit that writes `name` here.
    #[must_use]
    pub fn edit(&self, name: &str) -> Edit {
        Edit {
            file: Arc::clone(&self.file),
            span: self.span,
            replacement: format!("{}{name}{}", self.before, self.after),
        }
    }
}

/// A place for an annotation. It was tried: written there, the annotation is read and covers these lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnnotationSite {
    /// Where the names of its uses go.
    pub at: Insertion,
    /// The lines that it would cover, first and last, counted before it is written.
    pub covers: (u32, u32),
}

/// The edits that rules may offer for one app. Each was tried on the text: it does what it says and leaves the
/// rest as it is. What is not in here cannot be mended safely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Where a manifest takes one more scope, by its file.
    pub add_scope: BTreeMap<Arc<str>, Insertion>,
    /// What takes a scope out, by the place of the scope.
    pub remove_scope: BTreeMap<Place, Edit>,
    /// What mends a placeholder without `$`, by place and name of the placeholder.
    pub dollars: BTreeMap<(Place, String), Edit>,
    /// Where the annotation of an access goes, by the access's id. Only for accesses that have none, in an app
    /// that declares uses.
    pub annotations: BTreeMap<String, AnnotationSite>,
}
