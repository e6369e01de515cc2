//! Program text: one file a language, and what all of them hand on.

pub mod annotation;
pub mod component;
pub mod grammar;
pub mod javascript;
pub mod kept;
pub mod load;
pub mod lower;
mod pages;
pub mod template;

pub(crate) mod choose;
mod csharp;
mod go;
mod java;
mod kotlin;
mod markup;
mod named;
mod outcome;
mod php;
mod python;
mod ruby;
mod select;
mod yaml;

use crate::text::Span;

/// A comment as the language's own parser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// With its markers.
    pub span: Span,
    /// Without them.
    pub body: Span,
}

/// The comments of a file, and what an annotation in one of them can cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// In order of position.
    pub comments: Vec<Comment>,
    /// Statements, declarations, class members, object members, markup elements: whatever an
    /// annotation on a line of its own covers. In order of position, outer before inner.
    pub items: Vec<Span>,
}
