//! mailpermit: how an Atlassian app uses people's email addresses, checked and written up.
//!
//! Data goes one way: text → inputs → program → analysis → facts → rules → findings → request →
//! reports. `online` and `listing` add to the facts what addresses give, when that is asked for. A module uses only
//! modules that stand before it in that list; `cli` sits on top.
//! `visibility` stands beside it: it uses `text` and `facts`, and rules name its scenarios.

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
pub mod listing;
pub mod lock;
pub mod lsp;
pub mod memory;
pub mod online;
pub mod pipeline;
pub mod program;
mod projects;
pub mod readiness;
pub mod reports;
pub mod request;
pub mod rules;
pub mod settings;
pub mod text;
pub mod visibility;

pub use pipeline::{CheckError, Online, check, check_with};
