//! What is proposed for a kind of place that addresses go to (`proposals.yaml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::SinkKind;

/// One row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    sink: String,
    /// A name for such a use.
    pub(super) name: String,
    /// An id of the catalogue.
    #[serde(rename = "use")]
    pub(super) functionality: String,
    /// What is done with the addresses, to complete "addresses …".
    pub(super) does: String,
    /// Why this use.
    pub(super) why: String,
    /// What a service that gets them does.
    #[serde(default)]
    pub(super) purpose: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    proposals: Vec<Row>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("proposals.yaml")).expect("embedded, and a test reads it")
});

/// The row of the first kind, by the table, that is among `kinds`.
pub(super) fn row(kinds: &[SinkKind]) -> &'static Row {
    let named: Vec<String> =
        kinds.iter().filter_map(|k| Some(serde_json::to_value(k).ok()?.as_str()?.to_owned())).collect();
    let rows = &TABLE.proposals;
    let found = rows.iter().find(|r| named.contains(&r.sink)).or(rows.last());
    found.expect("the embedded table has rows, see the test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_row_with_a_use_of_the_catalogue() {
        use SinkKind::{Identity, Log, Mail, Marketing, Response, Storage, ThirdParty, Ui};
        let catalogue = crate::catalog::Catalogue::embedded();
        for row in &TABLE.proposals {
            assert!(catalogue.get(&row.functionality).is_some(), "{}", row.functionality);
        }
        for kind in [Ui, Log, Storage, ThirdParty, Mail, Marketing, Identity, Response] {
            assert_ne!(row(&[kind]).sink, "none", "{kind:?}");
        }
        assert_eq!(row(&[]).sink, "none");
        assert_eq!(row(&[Log, Mail, Ui]).sink, "mail");
    }
}
