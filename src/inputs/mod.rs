//! Bytes to typed, located input. No judgement: what is wrong in an input becomes a `Problem`.

pub mod aliases;
pub mod apps;
pub mod checkout;
pub mod connect;
pub mod declaration;
pub mod descriptor;
pub mod discover;
pub mod documents;
pub mod forge;
pub mod kind;
pub mod manifest;
#[cfg(test)]
mod manifest_tests;
pub mod progress;
pub mod read;
pub mod sources;
mod template;
pub mod vendored;
