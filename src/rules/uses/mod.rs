//! What addresses are used for: declared, annotated, allowed.

pub(crate) mod approved_use_removed;
pub(crate) mod code_contradicts_use;
pub(crate) mod description_contradicts_use;
pub(crate) mod invalid_use;
pub(crate) mod malformed_annotation;
pub(crate) mod orphan_annotation;
pub(crate) mod unapproved_use;
pub(crate) mod undeclared_access;
pub(crate) mod unknown_use;
pub(crate) mod unlisted_use;
pub(crate) mod unused_declaration;
pub(crate) mod vague_description;
