//! Opens a document of the repository: only regular files below the root, only up to a limit.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path};
use std::sync::Arc;

use crate::text::SourceFile;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: usize = 2 << 20;

/// What came of opening a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// Its bytes; at most one more than `MAX_BYTES`, so that a larger file can be told.
    Bytes(Vec<u8>),
    /// There is no such file.
    Missing,
    /// It is there and can't be read, and why.
    Failed(String),
}

/// Opens the file at `path` (with `/`) below the folder `root`.
///
/// The path may come from a stranger's file: it may not leave the root, and neither may a symbolic link
/// on its way.
#[must_use]
pub fn open(root: &Path, path: &str) -> Opened {
    let relative = Path::new(path);
    let plain = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    if path.is_empty() || !relative.components().all(plain) {
        return Opened::Failed("its path leaves the repository".to_owned());
    }
    let (root, full) = match (root.canonicalize(), root.join(relative).canonicalize()) {
        (Ok(root), Ok(full)) => (root, full),
        (_, Err(e)) if e.kind() == std::io::ErrorKind::NotFound => return Opened::Missing,
        (Err(e), _) | (_, Err(e)) => return Opened::Failed(e.to_string()),
    };
    if !full.starts_with(&root) {
        return Opened::Failed("it is a symbolic link that leaves the repository".to_owned());
    }
    match fs::metadata(&full) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Opened::Failed("it is not a regular file".to_owned()),
        Err(e) => return Opened::Failed(e.to_string()),
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(&full).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Opened::Bytes(bytes),
        Err(e) => Opened::Failed(e.to_string()),
    }
}

/// Whether a document is small enough, or why it is not read, in words.
pub(super) fn check_size(bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("it has more than {} MiB", MAX_BYTES >> 20));
    }
    Ok(())
}

/// The text of a document, or why it has none, in words.
pub(super) fn decode(path: &Arc<str>, bytes: Vec<u8>) -> Result<SourceFile, String> {
    check_size(&bytes)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16 text, and only UTF-8 is read".to_owned());
    }
    if bytes.contains(&0) {
        return Err(unread("a binary file"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(Arc::clone(path), text.strip_prefix('\u{feff}').unwrap_or(&text))),
        Err(_) => Err("it is not UTF-8 text".to_owned()),
    }
}

/// Why a file of a format that is not read has no text.
pub(super) fn unread(what: &str) -> String {
    format!("it is {what}; keep a Markdown, HTML or plain text version of it in the repository")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_below_the_root_are_opened() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("docs")).expect("writable");
        fs::write(root.join("docs/P.md"), "text").expect("writable");
        fs::write(folder.path().join("secret"), "secret").expect("writable");
        assert_eq!(open(&root, "docs/P.md"), Opened::Bytes(b"text".to_vec()));
        assert_eq!(open(&root, "./docs/P.md"), Opened::Bytes(b"text".to_vec()));
        assert_eq!(open(&root, "docs/Q.md"), Opened::Missing);
        for path in ["../secret", "docs/../../secret", "/etc/hostname", "", "docs"] {
            assert!(matches!(open(&root, path), Opened::Failed(_)), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret"), root.join("link.md")).expect("writable");
            std::os::unix::fs::symlink("docs/P.md", root.join("inside.md")).expect("writable");
            std::os::unix::fs::symlink("loop.md", root.join("loop.md")).expect("writable");
            assert!(matches!(open(&root, "link.md"), Opened::Failed(why) if why.contains("leaves")));
            assert!(matches!(open(&root, "inside.md"), Opened::Bytes(_)));
            assert!(matches!(open(&root, "loop.md"), Opened::Failed(_)));
        }
    }

    #[test]
    fn what_is_no_text_is_told_in_words() {
        let path: Arc<str> = Arc::from("p");
        let why = |bytes: &[u8]| decode(&path, bytes.to_vec()).map(|f| f.text.to_string());
        assert_eq!(why("\u{feff}a".as_bytes()), Ok("a".to_owned()));
        assert!(why(b"a\0b").is_err_and(|w| w.contains("binary")));
        assert!(why(b"\xff\xfea\0").is_err_and(|w| w.contains("UTF-16")));
        assert!(why(b"\xe9").is_err_and(|w| w.contains("UTF-8")));
        assert!(why(&vec![b'a'; MAX_BYTES + 1]).is_err_and(|w| w.contains("2 MiB")));
    }
}
