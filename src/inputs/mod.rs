//! Bytes to typed, located input. No judgement: what is wrong in an input becomes a `Problem`.

pub mod apps;
pub mod connect;
pub mod discover;
pub mod forge;
pub mod kind;
pub mod manifest;
#[cfg(test)]
mod manifest_tests;
pub mod read;
pub mod declaration;
pub mod documents;
pub mod sources;
mod template;
pub mod vendored;
