//! One file a format, all from the same runs; reports decide nothing.

pub mod flows;
pub mod human;
pub mod json;
pub(crate) mod wrap;

use std::borrow::Cow;

use crate::findings::run::{Counts, Run};

/// The formats of `check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Human,
    /// The versioned machine format.
    Json,
}

/// One checked root. A report is about one or more of them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What comes before every path of this root, such as `apps/reporter`; empty when only one root
    /// was checked, so that its paths are relative to it.
    pub prefix: String,
    /// What the check came to.
    pub run: Run,
}

impl Checked {
    /// The only checked root.
    #[must_use]
    pub fn only(run: Run) -> Self {
        Self { prefix: String::new(), run }
    }

    /// A path relative to this root as the report shows it.
    #[must_use]
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        match (self.prefix.as_str(), path) {
            ("", _) => Cow::Borrowed(path),
            (prefix, "" | ".") => Cow::Owned(prefix.to_owned()),
            (prefix, _) => Cow::Owned(format!("{}/{path}", prefix.trim_end_matches('/'))),
        }
    }
}

/// Counts over all roots.
#[must_use]
pub fn counts(checked: &[Checked]) -> Counts {
    Counts::of(checked.iter().flat_map(|c| c.run.findings()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn paths_get_the_prefix_of_their_root() {
        let run = Run { apps: Vec::new(), files: BTreeMap::new(), commit: None };
        let at = |prefix: &str, path: &str| {
            Checked { prefix: prefix.to_owned(), run: run.clone() }.path(path).into_owned()
        };
        assert_eq!(at("", "a/b.ts"), "a/b.ts");
        assert_eq!(at("", "."), ".");
        assert_eq!(at("apps/x", "."), "apps/x");
        assert_eq!(at("apps/x", "b.ts"), "apps/x/b.ts");
        assert_eq!(at("/", "b.ts"), "/b.ts");
    }
}
