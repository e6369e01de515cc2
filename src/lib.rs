//! mailpermit: how an Atlassian app uses people's email addresses, checked and written up.
//!
//! Data goes one way: text → inputs → program → analysis → facts → rules → findings → reports and
//! request. A module uses only modules that stand before it in that list; `cli` sits on top.

pub mod analysis;
pub mod baseline;
pub mod catalog;
pub mod cli;
pub mod edits;
pub mod facts;
pub mod files;
pub mod findings;
pub mod fix;
pub mod init;
pub mod inputs;
pub mod lsp;
pub mod memory;
pub mod pipeline;
pub mod program;
pub mod reports;
pub mod request;
pub mod rules;
pub mod settings;
pub mod text;

pub use pipeline::{CheckError, check, check_again};
