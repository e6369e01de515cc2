//! What imports of JavaScript and TypeScript may mean besides files beside them: packages of the same
//! tree, by their names, and what a compiler's configuration calls a folder.

/// A package of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    /// Its name: `@scope/users`.
    pub name: String,
    /// Its folder; empty for the root.
    pub folder: String,
    /// The files that it says it starts with, relative to its folder.
    pub entries: Vec<String>,
}

/// A name for files below a folder: `@lib/*` for `src/lib/*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathAlias {
    /// The folder whose files may use it; empty for the root.
    pub scope: String,
    /// The name, with at most one `*`.
    pub pattern: String,
    /// What it stands for, relative to the tree's root, with at most one `*`.
    pub targets: Vec<String>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Aliases {
    /// Packages, sorted by name.
    pub packages: Vec<Package>,
    /// Names for folders, those of the deepest folders first.
    pub paths: Vec<PathAlias>,
}

/// Folders that compilers write to, whose sources are looked for instead.
const BUILT: &[&str] = &["dist", "lib", "build", "out", "esm", "cjs", "es"];

impl Aliases {
    /// Paths without endings that an import may mean, likeliest first.
    #[must_use]
    pub fn candidates(&self, importer: &str, specifier: &str) -> Vec<String> {
        let mut out = Vec::new();
        for alias in self.paths.iter().filter(|a| is_below(importer, &a.scope)) {
            let Some(rest) = rest_of(&alias.pattern, specifier) else { continue };
            out.extend(alias.targets.iter().map(|t| t.replacen('*', rest, 1)));
        }
        // `@scope/name/rest`, `@scope/name`, `@scope`: the longest that is a package.
        let cuts = specifier.rmatch_indices('/').map(|(i, _)| i);
        let mut named = std::iter::once(specifier.len()).chain(cuts).filter_map(|cut| {
            let (name, rest) = (specifier.get(..cut)?, specifier.get(cut..)?);
            let found = self.packages.binary_search_by(|p| p.name.as_str().cmp(name)).ok()?;
            Some((self.packages.get(found)?, rest.trim_start_matches('/')))
        });
        let Some((package, rest)) = named.next() else { return out };
        let within = |path: &str| {
            let path = path.trim_start_matches("./");
            if package.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", package.folder) }
        };
        if rest.is_empty() {
            out.extend(package.entries.iter().flat_map(|e| sources_of(e)).map(|e| within(&e)));
            out.extend(["src/index", "index", "src/main", "lib/index", "src"].map(within));
        } else {
            out.extend(sources_of(rest).iter().map(|e| within(e)));
            out.push(within(&format!("src/{rest}")));
        }
        out
    }
}

/// A file of a package, and the source that it was made of when it stands in a folder that is written to.
fn sources_of(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("./");
    let stem = ["d.ts", "mjs", "cjs", "js"].iter().find_map(|e| path.strip_suffix(&format!(".{e}")));
    let mut out = vec![path.to_owned()];
    let Some((_, rest)) = path.split_once('/').filter(|(first, _)| BUILT.contains(first)) else { return out };
    let rest = stem.and_then(|s| s.split_once('/')).map_or(rest, |(_, r)| r);
    out.push(format!("src/{rest}"));
    // `dist/cjs/index.js`
    if let Some((_, inner)) = rest.split_once('/') {
        out.push(format!("src/{inner}"));
    }
    out
}

/// What the `*` of a pattern stands for in an import.
fn rest_of<'s>(pattern: &str, specifier: &'s str) -> Option<&'s str> {
    match pattern.split_once('*') {
        Some((before, after)) => specifier.strip_prefix(before)?.strip_suffix(after),
        None => (pattern == specifier).then_some(""),
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_configured_names() {
        let aliases = Aliases {
            packages: vec![Package {
                name: "@acme/users".to_owned(),
                folder: "packages/users".to_owned(),
                entries: vec!["./dist/cjs/main.js".to_owned()],
            }],
            paths: vec![PathAlias {
                scope: "web".to_owned(),
                pattern: "@lib/*".to_owned(),
                targets: vec!["web/src/lib/*".to_owned()],
            }],
        };
        let has = |importer, specifier, path: &str| {
            aliases.candidates(importer, specifier).iter().any(|c| c == path)
        };
        assert!(has("web/a.ts", "@acme/users", "packages/users/src/main"));
        assert!(has("web/a.ts", "@acme/users", "packages/users/src/index"));
        assert!(has("web/a.ts", "@acme/users/names", "packages/users/src/names"));
        assert!(has("web/a.ts", "@lib/mail", "web/src/lib/mail"));
        assert!(!has("api/a.ts", "@lib/mail", "web/src/lib/mail"), "outside of its folder");
        assert!(aliases.candidates("web/a.ts", "@acme/users-api").is_empty(), "another package");
    }
}
