//! Bytes to typed, located input. No judgement: what is wrong in an input becomes a `Problem`.

pub mod declaration;
pub mod documents;
pub mod sources;
