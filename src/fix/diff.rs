//! A unified diff, as `patch` and `git apply` read it.

use similar::TextDiff;

/// The difference between two texts of a file, with three lines around each change; empty when there is none.
#[must_use]
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let path = quoted(path);
    let from = if path.starts_with('"') { path.replacen('"', "\"a/", 1) } else { format!("a/{path}") };
    let to = if path.starts_with('"') { path.replacen('"', "\"b/", 1) } else { format!("b/{path}") };
    diff.unified_diff().context_radius(3).header(&from, &to).to_string()
}

/// A path as git writes it: in quotes when a character of it would break the line.
fn quoted(path: &str) -> String {
    if !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return path.to_owned();
    }
    let mut out = String::from("\"");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            0..=31 | 127.. => out.push_str(&format!("\\{byte:03o}")),
            _ => out.push(char::from(byte)),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn a_change_with_its_surroundings() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let diff = unified("src/x.ts", old, &old.replace("e\n", "new\ne\n"));
        assert_eq!(diff, "--- a/src/x.ts\n+++ b/src/x.ts\n@@ -2,5 +2,6 @@\n b\n c\n d\n+new\n e\n f\n");
        assert_eq!(unified("x", "a\n", "a\n"), "");
        assert!(unified("x", "a", "a\n").contains("\\ No newline at end of file"));
        assert!(unified("a\n+b", "a\n", "b\n").starts_with("--- \"a/a\\012+b\"\n"));
    }
}
