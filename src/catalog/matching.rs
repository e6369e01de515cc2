//! How code tells people apart by their addresses (`matching.yaml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

static MATCHING: LazyLock<Matching> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("matching.yaml"))
        .expect("the embedded table of look-ups is read by a test of this module")
});

/// The table.
#[derive(Debug, Deserialize)]
pub struct Matching {
    keys: BTreeSet<String>,
    only_collections: BTreeSet<String>,
    keyed_by: BTreeSet<String>,
    look_ups: BTreeSet<String>,
    by_address: Vec<String>,
    columns: Vec<String>,
}

impl Matching {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &MATCHING
    }

    /// Whether a method takes a key first.
    #[must_use]
    pub fn takes_key(&self, method: &str) -> bool {
        self.keys.contains(method)
    }

    /// Whether it does so on collections alone.
    #[must_use]
    pub fn only_of_collections(&self, method: &str) -> bool {
        self.only_collections.contains(method)
    }

    /// Whether a method's callback, or the name that it is handed, makes keys.
    #[must_use]
    pub fn keyed_by(&self, method: &str) -> bool {
        self.keyed_by.contains(method)
    }

    /// Whether a method looks for rows by what it is handed.
    #[must_use]
    pub fn looks_up(&self, method: &str) -> bool {
        self.look_ups.contains(method)
    }

    /// Whether a call says by its name that it looks for somebody by an address.
    #[must_use]
    pub fn is_by_address(&self, method: &str) -> bool {
        let bare: String = method.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.by_address.iter().any(|part| bare.contains(part.as_str()))
    }

    /// Whether a column, a key or a statement names addresses.
    #[must_use]
    pub fn names_address(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| {
            let word = word.split("__").next().unwrap_or(word).replace('_', "");
            self.columns.iter().any(|c| word == *c || word.ends_with(c.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Matching;

    #[test]
    fn names_and_columns() {
        let table = Matching::get();
        for name in ["findByEmail", "find_by_email", "FindByEmailAsync", "getUserByEmailAddress"] {
            assert!(table.is_by_address(name), "{name}");
        }
        assert!(!table.is_by_address("sendEmail") && !table.is_by_address("getEmail"));
        for column in
            ["email", "user.email", "EMAIL_ADDRESS = ?", "select id from u where mail = ?", "email__iexact"]
        {
            assert!(table.names_address(column), "{column}");
        }
        assert!(!table.names_address("name") && !table.names_address("mailbox"));
    }
}
