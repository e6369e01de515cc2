//! Annotations and suppressions as facts: what was written in comments, and what it covers.

use serde::{Deserialize, Serialize};

use crate::text::Place;

/// What an annotation or suppression covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnnotationScope {
    /// The whole file (`@email-use-file`).
    File,
    /// The statement or declaration that follows.
    Following,
    /// The line it stands on, behind code.
    SameLine,
}

/// A well-formed `@email-use` comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// The annotation itself.
    pub place: Place,
    /// The names of uses, each with its own place.
    pub uses: Vec<(String, Place)>,
    /// The free text behind ` - `, if any.
    pub text: Option<String>,
    /// How far it reaches.
    pub scope: AnnotationScope,
    /// The lines covered, first and last; `None` when nothing follows it that could be covered.
    pub covers: Option<(u32, u32)>,
}

/// A well-formed `mailpermit: ignore[...]` comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The suppression itself.
    pub place: Place,
    /// The rules it names, each with its place.
    pub rules: Vec<(String, Place)>,
    /// The reason given.
    pub reason: String,
    /// The lines covered, first and last.
    pub covers: Option<(u32, u32)>,
}

/// An annotation or suppression that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadAnnotation {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}
