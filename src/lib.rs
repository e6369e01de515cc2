//! mailpermit: how an Atlassian app uses people's email addresses, checked and written up.
//!
//! Data goes one way: text → inputs → program → analysis → facts → rules → findings → request →
//! reports. A module uses only modules that stand before it in that list; `cli` sits on top.
//! `online` and `listing` add to the facts what addresses give, when that is asked for.

pub mod analysis;
pub mod catalog;
pub mod cli;
pub mod facts;
pub mod files;
pub mod findings;
pub mod inputs;
pub mod listing;
pub mod online;
pub mod pipeline;
pub mod program;
pub mod readiness;
pub mod reports;
pub mod request;
pub mod rules;
pub mod settings;
pub mod text;

pub use pipeline::{CheckError, Online, check, check_with};
