//! The language server: what a check finds, while a file is being written.
//!
//! It runs the same pipeline as `check`, with the texts of the editor in place of files, and remembers between
//! runs what did not change. One thread reads messages, one checks, one answers; nothing here judges.

mod actions;
mod checker;
mod completion;
mod definition;
mod diagnostics;
mod hover;
mod insert;
mod position;
mod server;
mod state;
mod things;
mod transport;

pub use server::{End, Options, serve};
