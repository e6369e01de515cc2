//! Files that could not be read or understood.

pub(crate) mod malformed_declaration;
pub(crate) mod malformed_lock;
pub(crate) mod malformed_manifest;
pub(crate) mod unreadable_input;
pub(crate) mod unused_suppression;
