//! How code tells people apart by their addresses (`matching.yaml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

static MATCHING: LazyLock<Matching> = LazyLock::new(|| table!("matching"));

/// The table.
#[derive(Debug, Deserialize)]
pub struct Matching {
    keys: BTreeSet<String>,
    only_collections: BTreeSet<String>,
    asking: BTreeSet<String>,
    keyed_by: BTreeSet<String>,
    look_ups: BTreeSet<String>,
    first_only: BTreeSet<String>,
    conditions: BTreeSet<String>,
    under_conditions: BTreeSet<String>,
    of_columns: BTreeSet<String>,
    by_address: Vec<String>,
    by_words: Vec<String>,
    columns: Vec<String>,
    keeps_changes: BTreeSet<String>,
    compares: Vec<String>,
    orders: Vec<String>,
    searches: Vec<String>,
    searched_texts: BTreeSet<String>,
    other_keys: BTreeSet<String>,
    login_columns: BTreeSet<String>,
    domain_tests: BTreeSet<String>,
    columns_of_mails: BTreeSet<String>,
    outcomes: BTreeSet<String>,
    bodies: BTreeSet<String>,
    complaints: BTreeSet<String>,
}

impl Matching {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &MATCHING
    }

    /// Whether a call searches for something in what it is called on or handed, by its name.
    #[must_use]
    pub fn searches(&self, method: &str) -> bool {
        if self.searched_texts.contains(method) {
            return true;
        }
        let bare = method.to_ascii_lowercase();
        self.searches.iter().any(|w| bare.contains(w.as_str()))
    }

    /// Whether a name is that of another mark of an account than its address.
    #[must_use]
    pub fn is_other_key(&self, name: &str) -> bool {
        let bare: String = name.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.other_keys.contains(&bare)
    }

    /// Whether accounts are looked up by a column of that name.
    #[must_use]
    pub fn is_login_column(&self, name: &str) -> bool {
        let bare: String = name.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.login_columns.contains(&bare)
    }

    /// Whether something is called so that it may be a table of addresses: `EmailAddress`.
    #[must_use]
    pub fn keeps_mails(&self, name: &str) -> bool {
        words(name.rsplit(['.', ':']).next().unwrap_or(name)).iter().any(|w| self.columns.contains(w))
    }

    /// Whether a column of such a table is the address.
    #[must_use]
    pub fn is_column_of_mails(&self, name: &str) -> bool {
        self.columns_of_mails.contains(name)
    }

    /// Whether a call looks at a part of an address, if it is handed one with an `@`.
    #[must_use]
    pub fn tests_domain(&self, method: &str) -> bool {
        self.domain_tests.contains(method)
    }

    /// Whether a member of a response says how the request went.
    #[must_use]
    pub fn is_outcome(&self, member: &str) -> bool {
        self.outcomes.contains(&member.to_ascii_lowercase())
    }

    /// Whether a member of a response holds its body as a text.
    #[must_use]
    pub fn is_body(&self, member: &str) -> bool {
        self.bodies.contains(&member.to_ascii_lowercase())
    }

    /// Whether a method reports what went wrong.
    #[must_use]
    pub fn complains(&self, method: &str) -> bool {
        self.complaints.contains(&method.to_ascii_lowercase())
    }

    /// Whether it searches the text that it is called on.
    #[must_use]
    pub fn is_search_of_text(&self, method: &str) -> bool {
        self.searched_texts.contains(method)
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

    /// Whether a method is handed conditions under a key of theirs, and other things beside them.
    #[must_use]
    pub fn takes_conditions(&self, method: &str) -> bool {
        self.under_conditions.contains(method)
    }

    /// Whether it asks anything for somebody by what it is handed.
    #[must_use]
    pub fn asks_anything(&self, method: &str) -> bool {
        self.asking.contains(method)
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

    /// Whether of what it is handed only the first says what it looks for.
    #[must_use]
    pub fn looks_for_first(&self, method: &str) -> bool {
        self.first_only.contains(method)
    }

    /// Whether conditions stand under a key of what is handed over: `{ where: { … } }`.
    #[must_use]
    pub fn holds_conditions(&self, key: &str) -> bool {
        self.conditions.contains(key)
    }

    /// Whether a method of a column asks whether it is what the method is handed.
    #[must_use]
    pub fn asks_column(&self, method: &str) -> bool {
        self.of_columns.contains(method)
    }

    /// Whether a call says by its name that it looks for somebody by an address.
    #[must_use]
    pub fn is_by_address(&self, method: &str) -> bool {
        let bare: String = method.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        if self.by_address.iter().any(|part| bare.contains(part.as_str())) {
            return true;
        }
        let words = words(method);
        let by = words.iter().position(|w| self.by_words.contains(w));
        by.is_some_and(|by| words.iter().skip(by + 1).any(|w| self.columns.contains(w)))
    }

    /// Whether a function compares what it is handed, by its name.
    #[must_use]
    pub fn compares(&self, name: &str) -> bool {
        let bare: String = name.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.compares.iter().any(|c| bare.starts_with(c.as_str()) || bare.ends_with(c.as_str()))
    }

    /// Whether a method says which of two texts comes first, not only whether they are the same.
    #[must_use]
    pub fn orders(&self, name: &str) -> bool {
        self.orders.iter().any(|o| o == name)
    }

    /// Whether a method keeps all changes of a session.
    #[must_use]
    pub fn keeps_changes(&self, method: &str) -> bool {
        self.keeps_changes.contains(method)
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

/// The words of a name, in small letters: `getUserFromEmail`, `get_user_from_email`.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_ascii_uppercase() {
            out.push(String::new());
        }
        if let (Some(word), true) = (out.last_mut(), c != '_') {
            word.push(c.to_ascii_lowercase());
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::Matching;

    #[test]
    fn names_and_columns() {
        let table = Matching::get();
        for name in [
            "findByEmail",
            "find_by_email",
            "FindByEmailAsync",
            "getUserByEmailAddress",
            "get_id_from_user_email",
            "getUserWithEmailAndUrl",
        ] {
            assert!(table.is_by_address(name), "{name}");
        }
        assert!(!table.is_by_address("sendEmail") && !table.is_by_address("getEmail"));
        assert!(!table.is_by_address("emailFromUser"));
        for column in
            ["email", "user.email", "EMAIL_ADDRESS = ?", "select id from u where mail = ?", "email__iexact"]
        {
            assert!(table.names_address(column), "{column}");
        }
        assert!(!table.names_address("name") && !table.names_address("mailbox"));
    }
}
