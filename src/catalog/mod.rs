//! What we know of Atlassian and of the ecosystem, as data: embedded YAML files, loaded and checked once.
//!
//! A new endpoint, scope, SDK method, sink or use is a row in one of these files. The build turns them into JSON, which
//! is read in a fifth of the time.

/// One of the tables of this folder, by the name of its file.
macro_rules! table {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/catalog/", $name, ".json")))
            .expect("embedded, and a test reads it")
    };
}

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
