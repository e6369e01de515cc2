//! Bytes to typed, located input. No judgement: what is wrong in an input becomes a `Problem`.

pub mod sources;
