//! Where the Marketplace's answers say what of an app (`listing.yaml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::ListingField;

/// The embedded table.
pub static LISTING: LazyLock<ListingTable> = LazyLock::new(|| table!("listing"));

/// What is asked of the Marketplace, and where the facts stand in its answers.
#[derive(Debug, Deserialize)]
pub struct ListingTable {
    /// The requests.
    pub answers: Vec<AnswerRow>,
    /// The facts.
    pub fields: Vec<FieldRow>,
    /// Keys around an answer that say nothing.
    pub wrappers: Vec<String>,
    /// Texts that are a yes, in lower case.
    pub yes: Vec<String>,
    /// Texts that are a no, in lower case.
    pub no: Vec<String>,
}

/// One request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRow {
    /// Its name, the first step of the fields' paths.
    pub id: String,
    /// Its path; `{key}` is the app's key.
    pub path: String,
    /// Keys by which a saved answer is told.
    pub signs: Vec<String>,
}

/// One fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRow {
    /// Which.
    pub field: ListingField,
    /// Where it may stand: an answer's id and the keys below.
    pub paths: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_row_and_every_path_starts_at_an_answer() {
        let table = &*LISTING;
        let fields: Vec<ListingField> = table.fields.iter().map(|f| f.field).collect();
        assert_eq!(fields, ListingField::ALL);
        for path in table.fields.iter().flat_map(|f| &f.paths) {
            assert!(path.len() > 1 && table.answers.iter().any(|a| a.id == path[0]), "{path:?}");
        }
        assert!(table.answers.iter().all(|a| a.path.starts_with("/rest/2/") && a.path.contains("{key}")));
    }
}
