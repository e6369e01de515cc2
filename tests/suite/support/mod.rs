//! What integration tests share: hand-built apps and runs, and expected outputs kept in files.

pub mod apps;
pub mod formats;
pub mod found;
pub mod hostile;
pub mod languages;
pub mod net;
pub mod runs;
pub mod server;

use std::path::{Path, PathBuf};

/// A path of this repository.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares `text` with the committed file at `path`; `UPDATE=1` rewrites the file instead.
pub fn is_committed(path: &str, text: &str) {
    let full = root(path);
    #[expect(clippy::disallowed_methods, reason = "a test may be told by its environment to update")]
    let update = std::env::var("UPDATE").is_ok_and(|v| v == "1");
    if update {
        std::fs::write(&full, text).unwrap_or_else(|e| panic!("cannot write {}: {e}", full.display()));
        return;
    }
    let committed = std::fs::read_to_string(&full).unwrap_or_default().replace("\r\n", "\n");
    if committed == text {
        return;
    }
    let differs = text.lines().zip(committed.lines()).enumerate().find(|(_, (a, e))| a != e);
    match differs {
        Some((n, (actual, expected))) => panic!(
            "{path}:{}: differs\n  expected: {expected}\n  actual:   {actual}\n`UPDATE=1 cargo test` accepts it",
            n + 1
        ),
        None => panic!("{path}: one is longer than the other\n`UPDATE=1 cargo test` accepts it"),
    }
}

/// Compares `actual` with `tests/snapshots/NAME`.
pub fn snapshot(name: &str, actual: &str) {
    is_committed(&format!("tests/snapshots/{name}"), actual);
}
