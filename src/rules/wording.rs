//! How names are put into messages. Nothing about facts.

use crate::facts::Product;

/// A product's name.
pub(crate) fn product(product: Product) -> &'static str {
    match product {
        Product::Jira => "Jira",
        Product::Confluence => "Confluence",
        Product::JiraServiceManagement => "Jira Service Management",
        Product::Bitbucket => "Bitbucket",
        Product::Identity => "the identity API",
        Product::Admin => "the Organizations API",
        Product::Scim => "user provisioning",
        Product::Graphql => "the GraphQL gateway",
        Product::Trello => "Trello",
    }
}

/// A name in backticks, on one line, shortened when it is long.
pub(crate) fn name(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// A name on one line, shortened when it is long.
pub(crate) fn plain(text: &str) -> String {
    const LONGEST: usize = 80;
    let clean: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if clean.chars().count() <= LONGEST {
        return clean;
    }
    let start: String = clean.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// Names in backticks: `a`, `b` and `c`; the first few when there are many.
pub(crate) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 6;
    let all: Vec<String> = all.into_iter().map(name).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if all.len() <= MOST => format!("{} and {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many.iter().take(MOST).cloned().collect::<Vec<_>>().join(", "),
            many.len() - MOST
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_and_kept_short() {
        assert_eq!(names(["a"]), "`a`");
        assert_eq!(names(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(
            names(["1", "2", "3", "4", "5", "6", "7", "8"]),
            "`1`, `2`, `3`, `4`, `5`, `6` and 2 more"
        );
        assert_eq!(name("a\n`b`"), "`a 'b'`");
        assert_eq!(name(&"é".repeat(200)).chars().count(), 83);
    }
}
