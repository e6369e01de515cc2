//! What we know of Atlassian and of the ecosystem, as data: embedded YAML files, loaded and checked once.
//!
//! A new endpoint, scope, SDK method, sink or use is a row in one of these files.

pub mod clients;
pub mod endpoints;
pub mod fields;
pub mod hosts;
pub mod kept;
pub mod listing;
pub mod matching;
pub mod methods;
pub mod networks;
pub mod pattern;
pub mod personal_data;
pub mod placeholders;
pub mod policy;
pub mod prose;
pub mod renders;
pub mod scopes;
pub mod sinks;
pub mod uses;
pub mod web;

pub use uses::{Catalogue, CatalogueError, CatalogueUse, Process, Verdict};
