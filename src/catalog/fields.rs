//! Names that tell an Atlassian user by what stands around an address (`fields.yaml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::hosts::Hosts;

static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let table: Table = table!("fields");
    let names = |rows: Vec<Row>| rows.into_iter().flat_map(|r| r.names).collect();
    let mut not_addresses = Vec::new();
    for row in table.not_addresses {
        // A row with a condition says too little by the name alone.
        if row.when.is_none() {
            not_addresses.extend(row.names);
        }
    }
    Fields {
        email_users: table.email_users,
        nested: table.nested.iter().map(|n| bare(n)).collect(),
        containers: names(table.containers),
        owners: names(table.owners),
        companions: names(table.companions),
        shapes: table.shapes,
        not_addresses,
        addresses: table
            .fields
            .into_iter()
            .flat_map(|r| r.names)
            .filter(|n| !n.contains(['.', '[']))
            .map(|n| bare(&n))
            .collect(),
        harmless: table.harmless.iter().map(|n| bare(n)).collect(),
        errors: table.errors,
        field_names: table.field_names.into_iter().collect(),
        time_zones: table.time_zones.iter().map(|n| bare(n)).collect(),
        zone_words: AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&table.time_zones)
            .expect("a few short words are far below the automaton's limits"),
    }
});

#[derive(Debug, Deserialize)]
struct Row {
    names: Vec<String>,
    #[serde(default)]
    when: Option<String>,
}

/// Objects of libraries that have `email`.
#[derive(Debug, Deserialize)]
struct EmailUsers {
    packages: Vec<String>,
    clients: Vec<String>,
    people: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Table {
    fields: Vec<Row>,
    containers: Vec<Row>,
    owners: Vec<Row>,
    companions: Vec<Row>,
    shapes: Vec<Shape>,
    not_addresses: Vec<Row>,
    nested: Vec<String>,
    email_users: EmailUsers,
    harmless: Vec<String>,
    errors: Vec<String>,
    field_names: Vec<String>,
    time_zones: Vec<String>,
}

/// What the JSON of a user has.
#[derive(Debug, Deserialize)]
struct Shape {
    has: Vec<String>,
    one_of: Vec<String>,
}

/// The table.
#[derive(Debug)]
pub struct Fields {
    email_users: EmailUsers,
    /// Ways to a user, without case.
    nested: BTreeSet<String>,
    containers: BTreeSet<String>,
    owners: BTreeSet<String>,
    companions: BTreeSet<String>,
    shapes: Vec<Shape>,
    not_addresses: Vec<String>,
    harmless: BTreeSet<String>,
    errors: Vec<String>,
    field_names: BTreeSet<String>,
    time_zones: BTreeSet<String>,
    zone_words: AhoCorasick,
    addresses: BTreeSet<String>,
}

/// A name without case and `_`.
fn bare(name: &str) -> String {
    name.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase()
}

impl Fields {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &FIELDS
    }

    /// Whether a property is one that only Atlassian's user objects have.
    #[must_use]
    pub fn is_companion(&self, property: &str) -> bool {
        self.companions.contains(property)
    }

    /// Whether a type of the program's own stands for a user as answers and webhooks give one, by the names of its
    /// properties in JSON.
    #[must_use]
    pub fn is_shape_of_a_user<'n>(&self, names: impl Iterator<Item = &'n str>) -> bool {
        let names: BTreeSet<&str> = names.collect();
        let has = |name: &String| names.contains(name.as_str());
        self.shapes.iter().any(|s| s.has.iter().all(has) && s.one_of.iter().any(has))
    }

    /// Whether a property may be an address by its name.
    #[must_use]
    pub fn is_address(&self, property: &str) -> bool {
        self.addresses.contains(&bare(property))
    }

    /// Whether a property of an issue, page or event holds a user.
    #[must_use]
    pub fn is_person(&self, property: &str) -> bool {
        self.containers.contains(property)
    }

    /// Whether a property of a user object, issue or page is known to hold no address.
    #[must_use]
    pub fn holds_no_address(&self, property: &str) -> bool {
        let name = bare(property);
        self.harmless.contains(&name) || name.strip_prefix("get").is_some_and(|n| self.harmless.contains(n))
    }

    /// Whether a variable of such a name holds the name of a field: `row[column]`.
    #[must_use]
    pub fn names_a_field(&self, name: &str) -> bool {
        self.field_names.contains(&bare(name))
    }

    /// Whether a name says that what it stands for went wrong: `errorData`, `response.error`, `last_error`.
    #[must_use]
    pub fn names_error(&self, name: &str) -> bool {
        // Most names are done with here.
        if !name.contains(['r', 'R', 'x', 'X', 'f', 'F']) {
            return false;
        }
        let begins_word = |c: char| c.is_ascii_uppercase() || c == '_';
        let is = |word: &str| self.errors.iter().any(|e| e.eq_ignore_ascii_case(word));
        let name = name.trim_start_matches('_');
        let first = name.char_indices().skip(1).find(|(_, c)| begins_word(*c));
        let first = first.and_then(|(i, _)| name.get(..i)).unwrap_or(name);
        let last = name.char_indices().rev().find(|(_, c)| begins_word(*c));
        let last = last.and_then(|(i, _)| name.get(i..)).unwrap_or(name);
        is(first) || is(last.trim_start_matches('_'))
    }

    /// Whether a text has the name of such a property in it.
    #[must_use]
    pub fn names_time_zone(&self, text: &str) -> bool {
        self.zone_words.is_match(text)
    }

    /// Whether a method gets a property that is known to hold no address: `getAccountId()`.
    #[must_use]
    pub fn is_harmless_getter(&self, method: &str) -> bool {
        bare(method).strip_prefix("get").is_some_and(|name| self.harmless.contains(name))
    }

    /// Whether a property is a user's time zone by its name.
    #[must_use]
    pub fn is_time_zone(&self, property: &str) -> bool {
        let name = bare(property);
        self.time_zones.contains(&name)
            || name.strip_prefix("get").is_some_and(|n| self.time_zones.contains(n))
    }

    /// Whether a name or type of an object says that it is a user of Atlassian's.
    #[must_use]
    pub fn is_owner(&self, name: &str) -> bool {
        let bare = bare(name);
        self.owners.contains(&bare)
            || ["jira", "atlassian", "confluence"]
                .iter()
                .any(|p| bare.starts_with(p) && bare.contains("user"))
    }

    /// Whether an object as written is a user inside an issue, comment or page:
    /// `issue.fields.assignee`, `comment.author`.
    #[must_use]
    pub fn is_contained(&self, written: &str) -> bool {
        const OUTER: &[&str] =
            &["fields", "issue", "comment", "worklog", "changelog", "attachment", "history"];
        let mut parts = written.rsplit('.');
        let Some(last) = parts.next() else { return false };
        self.containers.contains(last) && parts.any(|p| OUTER.contains(&p.trim_end_matches("()")))
    }

    /// Whether keys that are read one after the other lead to a user: `page.version.by`.
    #[must_use]
    pub fn is_nested<S: AsRef<str>>(&self, keys: &[S]) -> bool {
        const LISTS: &[&str] = &["results", "values", "items", "users", "comments", "worklogs", "data"];
        let keys: Vec<String> = keys
            .iter()
            .map(|k| bare(k.as_ref()))
            .filter(|k| !LISTS.contains(&k.as_str()) && !k.chars().all(|c| c.is_ascii_digit()))
            .collect();
        (2..=3).any(|count| {
            keys.len() >= count
                && keys.get(keys.len() - count..).is_some_and(|tail| self.nested.contains(&tail.join(".")))
        })
    }

    /// Whether a package is about Atlassian's products by its name.
    #[must_use]
    pub fn is_atlassian_package(&self, package: &str) -> bool {
        !package.starts_with('.') && Hosts::get().names_a_product(package)
    }

    /// Whether an object of a package is a user who has `email`: in the API of Confluence's server, of Crowd's
    /// users, and of clients for Bitbucket's server.
    #[must_use]
    pub fn has_users_with_email(&self, package: &str, object: &str) -> bool {
        let lower = package.to_ascii_lowercase();
        self.is_a_person(object)
            && (self.email_users.packages.iter().any(|p| p == package)
                || self.email_users.clients.iter().any(|c| lower.contains(c.as_str())))
    }

    /// Whether an object is one of the people who have `email`, by the end of its name.
    #[must_use]
    pub fn is_a_person(&self, object: &str) -> bool {
        let of = bare(object.trim_end_matches("()"));
        self.email_users.people.iter().any(|p| of.ends_with(p.as_str()))
    }

    /// Whether a member as written is something else by its name.
    #[must_use]
    pub fn is_something_else(&self, written: &str) -> bool {
        self.not_addresses.iter().any(|n| written == n || written.ends_with(&format!(".{n}")))
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn what_stands_around_an_address() {
        let fields = Fields::get();
        assert!(fields.is_contained("req.body.issue.fields.assignee"));
        assert!(fields.is_contained("payload.comment.author"));
        assert!(!fields.is_contained("commit.author"));
        assert!(fields.is_owner("jiraUser") && fields.is_owner("JiraUserDto") && !fields.is_owner("user"));
        assert!(fields.is_companion("accountId") && !fields.is_companion("id"));
        assert!(fields.is_something_else("issue.project.emailAddress"));
        for name in ["displayName", "DisplayName", "account_id", "getAccountId", "StatusCode"] {
            assert!(fields.holds_no_address(name), "{name}");
        }
        assert!(
            !fields.holds_no_address("emailAddress")
                && !fields.holds_no_address("fields")
                && !fields.holds_no_address("get")
        );
    }
}
