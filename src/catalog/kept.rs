//! Where values of the app's own come back (`kept.yaml`): stores, contexts, messages, its own server.

use std::sync::LazyLock;

use serde::Deserialize;

static KEPT: LazyLock<Kept> = LazyLock::new(|| table!("kept"));

/// Queues that give workers what was put into them.
#[derive(Debug, Deserialize)]
pub struct Queue {
    packages: Vec<String>,
    puts: Vec<String>,
    parts: Vec<String>,
    /// The key under which the message stands in what is put in.
    #[serde(default)]
    pub wrapped: Option<String>,
    /// Whether a worker need not import the package.
    #[serde(default)]
    pub anywhere: bool,
}

/// The table.
#[derive(Debug, Deserialize)]
pub struct Kept {
    queues: Vec<Queue>,
    words: Vec<String>,
    not: Vec<String>,
    people: Vec<String>,
    persons: Vec<String>,
    not_put: Vec<String>,
    roots: Vec<String>,
    owners: Vec<String>,
    packages: Vec<String>,
    puts: Vec<String>,
    gets: Vec<String>,
    tables: Vec<String>,
    rows: Vec<String>,
    row_names: Vec<String>,
    columns: Vec<String>,
}

impl Kept {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &KEPT
    }

    /// Whether an import is of a library that maps classes to tables.
    #[must_use]
    pub fn maps_tables(&self, specifier: &str) -> bool {
        self.tables.iter().any(|t| specifier.starts_with(t.as_str()))
    }

    /// Whether a name may be that of an address.
    #[must_use]
    pub fn is_address_name(&self, name: &str) -> bool {
        // Most names are sorted out before anything is made of them.
        if !name.bytes().any(|b| b.eq_ignore_ascii_case(&b'm')) {
            return false;
        }
        let bare: String = name.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.words.iter().any(|w| bare.contains(w.as_str()))
            && !self.not.iter().any(|w| bare.contains(w.as_str()))
            // `isEmail`, `sendEmail`: a question, a deed.
            && !["is", "has", "send", "validate", "show", "mask"].iter().any(|p| bare.starts_with(p))
    }

    /// Whether a property may have somebody's address put into it, or what stands for somebody, by its name.
    #[must_use]
    pub fn holds_somebody(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        !self.not_put.contains(&lower)
            && (self.people.iter().any(|w| lower.contains(w.as_str())) || self.persons.contains(&lower))
    }

    /// Whether what is read from an object, by its name as written, may have been put there by the program.
    #[must_use]
    pub fn may_be_own(&self, package: Option<&str>, written: &str) -> bool {
        if let Some(package) = package
            && !self.is_carrier(package)
        {
            return false;
        }
        let mut parts = written.split('.').map(|p| p.trim_end_matches("()"));
        let root = parts.clone().next().unwrap_or_default();
        !self.roots.iter().any(|r| r == root)
            && !parts.any(|p| {
                let p = p.trim_start_matches('_').to_ascii_lowercase();
                self.owners.iter().any(|o| p.starts_with(o.as_str()))
            })
    }

    /// Whether a function declares a column of what is copied elsewhere.
    #[must_use]
    pub fn declares_columns(&self, function: &str) -> bool {
        self.columns.iter().any(|c| c == function)
    }

    /// Whether a method puts its second argument into a store under its first.
    #[must_use]
    pub fn puts(&self, method: &str) -> bool {
        self.puts.iter().any(|p| p == method)
    }

    /// Whether a method gives what is in a store under its first argument.
    #[must_use]
    pub fn gets(&self, method: &str) -> bool {
        self.gets.iter().any(|p| p == method)
    }

    /// Whether what a call gave may be rows of the program's own tables, by the package and the names from there on.
    #[must_use]
    pub fn is_row(&self, package: &str, path: &str) -> bool {
        let root = path.split('.').next().unwrap_or_default().trim_end_matches("()");
        path.contains("()")
            && (self.rows.iter().any(|r| package.starts_with(r.as_str()))
                || self.row_names.iter().any(|n| n == root))
    }

    /// Whether a method of a package puts a message into a queue.
    #[must_use]
    pub fn queues(&self, package: &str, method: &str) -> bool {
        let is = |q: &Queue| q.puts.iter().any(|p| p == method) && q.packages.iter().any(|p| p == package);
        self.queues.iter().any(is)
    }

    /// Whether a method of some package's puts a message into a queue.
    #[must_use]
    pub fn may_queue(&self, method: &str) -> bool {
        self.queues.iter().any(|q| q.puts.iter().any(|p| p == method))
    }

    /// The queue of a package whose messages stand under a name in what a worker is handed.
    #[must_use]
    pub fn queue(&self, package: &str, part: &str) -> Option<&Queue> {
        self.queues
            .iter()
            .find(|q| q.parts.iter().any(|p| p == part) && q.packages.iter().any(|p| p == package))
    }

    /// Whether two packages belong to one queue.
    #[must_use]
    pub fn same_queue(&self, a: &str, b: &str) -> bool {
        let has = |q: &Queue, name: &str| q.packages.iter().any(|p| p == name);
        a == b || self.queues.iter().any(|q| has(q, a) && has(q, b))
    }

    fn is_carrier(&self, package: &str) -> bool {
        // A file of the program's own that was not read.
        package.starts_with('.')
            || self.packages.iter().any(|p| match p.strip_suffix('*') {
                Some(start) => package.starts_with(start),
                None => p == package,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn names_of_addresses() {
        let kept = Kept::get();
        for name in ["email", "emailAddress", "locked_by_email", "currentUserEmail", "mail"] {
            assert!(kept.is_address_name(name), "{name}");
        }
        for name in ["emailTemplate", "sendEmail", "isEmail", "emailVerified", "name", "mailService"] {
            assert!(!kept.is_address_name(name), "{name}");
        }
        for (name, holds) in [("Recipients", true), ("to", true), ("tone", false), ("emailAddress", false)] {
            assert_eq!(kept.holds_somebody(name), holds, "{name}");
        }
    }

    #[test]
    fn what_may_be_the_apps_own() {
        let kept = Kept::get();
        assert!(kept.may_be_own(None, "props.user"));
        assert!(kept.may_be_own(Some("react"), "useContext()"));
        assert!(!kept.may_be_own(Some("@octokit/rest"), "users.getByUsername().data"));
        assert!(!kept.may_be_own(None, "process.env"));
        assert!(!kept.may_be_own(None, "payload.commits.author"));
    }
}
