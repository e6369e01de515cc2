//! Paths relative to the checked root, with `/`.

/// A path that is relative to a folder, as one from the root; `None` when it leaves the root.
#[must_use]
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path; empty for the root.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_paths_stay_below_the_root() {
        for (base, path, expected) in [
            ("a/b", "../c", Some("a/c")),
            ("", "./x//y", Some("x/y")),
            ("a", "../..", None),
            ("a", "..", Some("")),
        ] {
            assert_eq!(join(base, path).as_deref(), expected, "{base} {path}");
        }
        assert_eq!((folder("a/b.ts"), folder("b.ts")), ("a", ""));
    }
}
