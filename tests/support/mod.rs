//! What integration tests share: hand-built apps, and expected outputs kept in files.

pub mod apps;
pub mod hostile;

use std::path::Path;

/// Compares `actual` with `tests/snapshots/NAME`; writes it there instead when `UPDATE=1` is set.
pub fn snapshot(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    #[expect(clippy::disallowed_methods, reason = "a test may be told by its environment to update")]
    let update = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    if update {
        std::fs::write(&path, actual).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
        return;
    }
    let expected = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("cannot read {}: {e}; run the test with UPDATE=1", path.display()));
    if let Some((n, (a, e))) = actual.lines().zip(expected.lines()).enumerate().find(|(_, (a, e))| a != e) {
        panic!("{name}:{}: differs\n  expected: {e}\n  actual:   {a}\nrun with UPDATE=1 to accept", n + 1);
    }
    assert_eq!(actual, expected, "{name}: one is longer than the other");
}
