//! Writing files so that none is ever half-written: beside its place, then moved there.
//!
//! Whoever writes for a user (a declaration, a lock, a report, a fix) does it through here.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes `bytes` to `path`, as a whole or not at all: a crash leaves the old file or the new one.
///
/// A symbolic link is followed and stays; an existing file keeps its permissions. Anything that is no
/// regular file (a pipe, `/dev/stdout`) is written to as it is.
///
/// # Errors
/// If the folder is missing or not writable, or the disk is full.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, true)
}

/// Writes as [`write_whole`] does and does not wait for the disk: after a loss of power the file may hold
/// anything. For what can be had again.
///
/// # Errors
/// If the folder is missing or not writable, or the disk is full.
pub(crate) fn write_soon(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write(path, bytes, false)
}

fn write(path: &Path, bytes: &[u8], wait: bool) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let before = fs::metadata(&target).ok();
    if before.as_ref().is_some_and(|m| !m.is_file() && !m.is_dir()) {
        return fs::OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    if before.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        // What a newly made file gets: all that the user's mask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The error would name a file that nobody asked for.
    let mut file: NamedTempFile =
        builder.prefix(".mailpermit-").tempfile_in(folder).map_err(|e| io::Error::from(e.kind()))?;
    file.write_all(bytes)?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    if wait {
        file.as_file().sync_all()?;
    }
    file.persist(&target).map_err(|e| e.error)?;
    Ok(())
}

/// Makes a folder that nobody else may look into, for what is kept of other people's files and answers.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Drops of the files with an ending those that were written longest ago, when there are more than `most` or
/// they have more than `most_bytes`.
pub(crate) fn trim(folder: &Path, suffix: &str, most: usize, most_bytes: u64) {
    let Ok(listed) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = listed
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == suffix))
        .filter_map(|path| {
            let metadata = fs::symlink_metadata(&path).ok()?;
            Some((metadata.modified().ok()?, path, metadata.len()))
        })
        .collect();
    files.sort();
    let mut bytes = 0_u64;
    for (n, (_, path, size)) in files.iter().rev().enumerate() {
        bytes = bytes.saturating_add(*size);
        if n >= most || bytes > most_bytes {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_a_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("a.txt");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_or_a_missing_folder_is_an_error_and_nothing_is_left() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write_whole(&folder.path().join("taken"), b"x").is_err());
        let error = write_whole(&folder.path().join("none/a.txt"), b"x").unwrap_err();
        assert!(!error.to_string().contains(".mailpermit-"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        write_whole(&real, b"one").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        write_whole(&link, b"two").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
