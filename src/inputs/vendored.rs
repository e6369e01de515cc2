//! Folders that hold other people's code or build output, by name, each with the reason.
//!
//! Data only. A name belongs here when the folder hardly ever holds the app's own sources.

/// Folder names that are not entered unless asked for, sorted, and why. Compared exactly.
pub const VENDORED: &[(&str, &str)] = &[
    (".eggs", "Python packages"),
    (".forge", "working folder of the Forge command line"),
    (".git", "git's own data"),
    (".gradle", "Gradle's cache"),
    (".hg", "Mercurial's own data"),
    (".mypy_cache", "a type checker's cache"),
    (".next", "Next.js build output"),
    (".nuxt", "Nuxt build output"),
    (".svelte-kit", "SvelteKit build output"),
    (".svn", "Subversion's own data"),
    (".tox", "Python test environments"),
    (".venv", "a Python environment"),
    (".yarn", "Yarn's cache and releases"),
    ("Pods", "CocoaPods packages"),
    ("__pycache__", "compiled Python"),
    ("bower_components", "Bower packages"),
    ("build", "build output"),
    ("coverage", "coverage reports"),
    ("dist", "build output"),
    ("jspm_packages", "jspm packages"),
    ("node_modules", "npm packages"),
    ("out", "build output"),
    ("site-packages", "Python packages"),
    ("target", "build output of Cargo or Maven"),
    ("third_party", "other people's sources"),
    ("vendor", "other people's sources"),
    ("venv", "a Python environment"),
];

/// Why a folder of that name is not entered; `None` when it is.
#[must_use]
pub fn reason(name: &str) -> Option<&'static str> {
    let index = VENDORED.binary_search_by_key(&name, |(n, _)| n).ok()?;
    VENDORED.get(index).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        assert!(VENDORED.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(reason("node_modules"), Some("npm packages"));
        assert_eq!(reason("src"), None);
        assert_eq!(reason("Build"), None);
    }
}
