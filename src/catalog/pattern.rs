//! Dotted name patterns, by which the tables say which calls they mean.
//!
//! `*` stands for one segment, `**` for any number of them, `()` marks a call inside the chain. A name
//! in code is resolved to the package it comes from before it is compared, so the first segment of a
//! pattern (what the table's author called the import) may be missing.

use std::collections::HashMap;

/// A pattern taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    segments: Vec<Box<str>>,
}

impl Pattern {
    /// Takes a pattern apart. `new X` is read as `X`, and so are `@X` and `[X]`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix("new ").or_else(|| text.strip_prefix('@')).unwrap_or(text);
        let text = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        // Programs say `this` for what a language may call `self`.
        let segment = |s: &str| if s == "self" { "this".into() } else { s.into() };
        Self { segments: text.split('.').map(segment).collect() }
    }

    /// The last segment, by which patterns are looked up; `None` when it is a wildcard.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        self.segments.last().map(|s| &**s).filter(|s| !s.contains('*'))
    }

    /// Whether it starts with anything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.segments.len() > 1 && self.segments.first().is_some_and(|s| s.starts_with('*'))
    }

    /// How much it spells out: the number of segments that are no wildcards.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.segments.iter().filter(|s| !s.contains('*')).count()
    }

    /// Whether it tells enough to be compared with a name whose package is not known: two literal
    /// segments, or a call in the chain.
    #[must_use]
    pub fn telling(&self) -> bool {
        self.weight() >= 2 || self.segments.iter().any(|s| s.ends_with("()"))
    }

    /// Whether a name whose package is known, without the import's own name, fits.
    #[must_use]
    pub fn fits_member(&self, path: &str) -> bool {
        let path: Vec<&str> = if path.is_empty() { Vec::new() } else { path.split('.').collect() };
        fits(&self.segments, &path)
            // `api.asApp()…` is the import's own name and what follows; `asApp()…` has no such name.
            || self.segments.split_first().is_some_and(|(first, rest)| {
                !first.ends_with("()") && !first.contains('*') && fits(rest, &path)
            })
    }

    /// Whether a name as written fits; the pattern may start anywhere in it.
    #[must_use]
    pub fn fits_written(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('.').collect();
        (0..path.len()).any(|start| path.get(start..).is_some_and(|p| fits(&self.segments, p)))
    }
}

/// Patterns of a table's rows, by the last name of what they fit.
#[derive(Debug, Default)]
pub struct Lookup {
    by_last: HashMap<Box<str>, Vec<(Pattern, usize)>>,
    /// Patterns whose last segment is a wildcard, by the last one that is none.
    by_inner: HashMap<Box<str>, Vec<(Pattern, usize)>>,
    /// Patterns of wildcards only.
    open: Vec<(Pattern, usize)>,
}

impl Lookup {
    /// The patterns of rows: for each row its texts.
    #[must_use]
    pub fn new<'r>(rows: impl Iterator<Item = &'r [String]>) -> Self {
        let mut new = Self::default();
        for (row, texts) in rows.enumerate() {
            for text in texts {
                let pattern = Pattern::parse(text);
                let inner = pattern.segments.iter().rev().find(|s| !s.contains('*')).cloned();
                match (pattern.last().map(Box::<str>::from), inner) {
                    (Some(last), _) => new.by_last.entry(last).or_default().push((pattern, row)),
                    (None, Some(inner)) => new.by_inner.entry(inner).or_default().push((pattern, row)),
                    (None, None) => new.open.push((pattern, row)),
                }
            }
        }
        new
    }

    /// The patterns that may fit a path, each with its row.
    pub fn candidates(&self, path: &str) -> impl Iterator<Item = &(Pattern, usize)> {
        let last = path.rsplit('.').next().unwrap_or_default();
        let inner = path.split('.').filter_map(|segment| self.by_inner.get(segment)).flatten();
        self.by_last.get(last).into_iter().flatten().chain(inner).chain(&self.open)
    }

    /// The first row with a pattern that a name as written fits.
    pub fn first_written(&self, path: &str, fits: impl Fn(usize) -> bool) -> Option<usize> {
        self.candidates(path).filter(|(p, row)| fits(*row) && p.fits_written(path)).map(|(_, row)| *row).min()
    }
}

fn fits(pattern: &[Box<str>], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if &**first == "**" => {
            fits(rest, path) || path.split_first().is_some_and(|(_, tail)| fits(pattern, tail))
        }
        (Some((first, rest)), Some((part, tail))) => segment_fits(first, part) && fits(rest, tail),
        _ => false,
    }
}

fn segment_fits(pattern: &str, part: &str) -> bool {
    if pattern == "*" || pattern == part {
        return true;
    }
    // `save*`, `*Client`: one star at an end.
    if let Some(prefix) = pattern.strip_suffix('*') {
        return part.starts_with(prefix);
    }
    if let Some(suffix) = pattern.strip_prefix('*') {
        return part.ends_with(suffix);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn members_and_written_names() {
        let p = Pattern::parse("api.asApp().requestJira");
        assert!(p.fits_member("asApp().requestJira"));
        assert!(!p.fits_member("asUser().requestJira"));
        assert!(Pattern::parse("axios.get").fits_member("get"));
        assert!(Pattern::parse("axios").fits_member(""));
        assert!(Pattern::parse("*.get").fits_member("create().get"));
        assert!(Pattern::parse("*.httpClient().get").fits_written("this.addon.httpClient().get"));
        assert!(!Pattern::parse("*.httpClient().get").fits_written("http.get"));
        assert!(Pattern::parse("prisma.**.create").fits_member("user.create"));
    }
}
