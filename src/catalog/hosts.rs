//! Whose a host is, and what tells that code is about Atlassian's products (`hosts.yaml`).

use std::sync::LazyLock;

use serde::Deserialize;

static HOSTS: LazyLock<Hosts> = LazyLock::new(|| table!("hosts"));

/// The table.
#[derive(Debug, Deserialize)]
pub struct Hosts {
    atlassian: Vec<String>,
    shared: Vec<String>,
    words: Vec<String>,
    classes: Vec<String>,
    texts: Vec<String>,
}

impl Hosts {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &HOSTS
    }

    /// Whether a host is Atlassian's own.
    #[must_use]
    pub fn is_atlassian(&self, host: &str) -> bool {
        self.atlassian.iter().any(|h| is_at_or_below(host, h))
    }

    /// Whether many vendors have their pages at a host.
    #[must_use]
    pub fn is_shared(&self, host: &str) -> bool {
        self.shared.iter().any(|h| is_at_or_below(host, h))
    }

    /// Whether the name of a file or an import is of something about Atlassian's products.
    #[must_use]
    pub fn names_a_product(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.words.iter().any(|w| name.contains(w.as_str()))
    }

    /// Whether a class is named for one of Atlassian's products.
    #[must_use]
    pub fn is_named_for_a_product(&self, class: &str) -> bool {
        let class = class.to_ascii_lowercase();
        self.classes.iter().any(|w| class.contains(w.as_str()))
    }

    /// Whether a text of the code is about Atlassian's products.
    #[must_use]
    pub fn is_about_a_product(&self, text: &str) -> bool {
        self.texts.iter().any(|t| text.contains(t.as_str()))
    }
}

fn is_at_or_below(host: &str, other: &str) -> bool {
    host.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_stands_for_what_is_below_it() {
        let hosts = Hosts::get();
        for (host, expected) in [
            ("api.atlassian.com", true),
            ("trello.com", true),
            ("notatlassian.com", false),
            ("atlassian.com.evil.example", false),
        ] {
            assert_eq!(hosts.is_atlassian(host), expected, "{host}");
        }
        assert!(hosts.is_shared("acme.github.io") && !hosts.is_shared("acme.example"));
        assert!(hosts.names_a_product("src/JiraClient.ts") && !hosts.names_a_product("src/client.ts"));
        assert!(hosts.is_about_a_product("/rest/api/3/myself") && !hosts.is_about_a_product("/api/3"));
    }
}
