//! Opens files and turns their bytes into text; what can't be read becomes a `Problem`.
//!
//! Whether an unreadable file hides something that matters is for the caller to say: `matters` is left
//! false here. Bytes and text come apart so that bytes can be searched before they are decoded.

use std::cell::RefCell;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::discover::FileEntry;
use super::kind::FileKind;
use crate::facts::{InputKind, Problem};
use crate::text::{Place, SourceFile, Span};

/// Reads a file as text.
///
/// # Errors
///
/// A problem when the file is gone, may not be read, is longer than `limit` bytes, is no regular file, or
/// is no text.
pub fn read_text(root: &Path, entry: &FileEntry, limit: u64) -> Result<SourceFile, Problem> {
    decode(entry, read_bytes(root, entry, limit)?)
}

/// Reads a file's bytes, `limit` at most; of a file that is open in an editor, what stands there.
///
/// # Errors
///
/// A problem when the file is gone, may not be read, is longer than `limit`, or is no regular file.
pub fn read_bytes(root: &Path, entry: &FileEntry, limit: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    read_into(root, entry, limit, &mut bytes)?;
    Ok(bytes)
}

thread_local! {
    /// What a thread reads into, again and again: new memory for each of ten thousand files costs more than reading.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What `look` makes of a file's bytes, which are not kept; else as [`read_bytes`].
///
/// # Errors
///
/// As those of [`read_bytes`].
pub fn with_bytes<R>(
    root: &Path,
    entry: &FileEntry,
    limit: u64,
    look: impl FnOnce(&[u8]) -> R,
) -> Result<R, Problem> {
    /// A buffer that one long file made longer than this is given back.
    const MOST: usize = 1 << 20;
    let mut bytes = BUFFER.take();
    bytes.clear();
    let looked = read_into(root, entry, limit, &mut bytes).map(|()| look(&bytes));
    if bytes.capacity() <= MOST {
        BUFFER.set(bytes);
    }
    looked
}

fn read_into(root: &Path, entry: &FileEntry, limit: u64, bytes: &mut Vec<u8>) -> Result<(), Problem> {
    if let Some(text) = &entry.stamp.unsaved {
        if text.len() as u64 > limit {
            return Err(too_long(entry, limit));
        }
        bytes.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    let path = entry.absolute(root);
    let changed = || problem(entry, "is no regular file any more".to_owned(), None);
    let file = open(&path).map_err(|e| if is_link(&e) { changed() } else { io_problem(entry, e.kind()) })?;
    let metadata = file.metadata().map_err(|e| io_problem(entry, e.kind()))?;
    if !metadata.is_file() {
        return Err(changed());
    }
    let expected = usize::try_from(metadata.len().min(limit)).unwrap_or(0);
    bytes.reserve_exact(expected + 1);
    file.take(limit.saturating_add(1)).read_to_end(bytes).map_err(|e| io_problem(entry, e.kind()))?;
    if bytes.len() as u64 > limit {
        return Err(too_long(entry, limit));
    }
    Ok(())
}

/// Opens a file to read it, and nothing that a link points to. What is no file by now may be opened, but nothing is
/// waited for: a pipe would have to be written to first.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    File::open(path)
}

/// Whether what could not be opened is a link.
fn is_link(error: &std::io::Error) -> bool {
    #[cfg(unix)]
    let link = error.raw_os_error() == Some(libc::ELOOP);
    #[cfg(not(unix))]
    let link = error.kind() == std::io::ErrorKind::InvalidInput;
    link
}

fn too_long(entry: &FileEntry, limit: u64) -> Problem {
    let message = format!("larger than {}, the most that is read of one file", bytes_in_words(limit));
    problem(entry, message, Some("leave it out with `lint.exclude` if it holds no code of yours"))
}

/// Decodes UTF-8, with or without a byte order mark, and UTF-16 with one.
///
/// # Errors
///
/// A problem when the bytes are no text, with the place of the first bad one.
pub fn decode(entry: &FileEntry, mut bytes: Vec<u8>) -> Result<SourceFile, Problem> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => return decode_utf16(entry, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return decode_utf16(entry, rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.drain(..3);
        }
        _ => {}
    }
    if bytes.contains(&0) {
        let message = "looks like a binary file: it holds a zero byte".to_owned();
        return Err(problem(entry, message, Some("leave it out with `lint.exclude`")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(Arc::clone(&entry.path), text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let good = error.as_bytes().get(..valid).unwrap_or_default();
            let byte = error.as_bytes().get(valid).copied().unwrap_or_default();
            let message = format!("not UTF-8: the byte 0x{byte:02x} stands for nothing here");
            Err(bad_byte(entry, &String::from_utf8_lossy(good), message))
        }
    }
}

fn decode_utf16(entry: &FileEntry, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<SourceFile, Problem> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len() / 2);
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(c) => text.push(c),
            Err(error) => {
                let message =
                    format!("not UTF-16: 0x{:04x} lacks its other half", error.unpaired_surrogate());
                return Err(bad_byte(entry, &text, message));
            }
        }
    }
    if bytes.len() % 2 == 1 {
        return Err(bad_byte(entry, &text, "not UTF-16: the last character is cut".to_owned()));
    }
    Ok(SourceFile::new(Arc::clone(&entry.path), text))
}

fn bad_byte(entry: &FileEntry, good: &str, message: String) -> Problem {
    let place = SourceFile::new(Arc::clone(&entry.path), good).place(Span::at(good.len()));
    Problem { place, ..problem(entry, message, Some("save it as UTF-8")) }
}

fn io_problem(entry: &FileEntry, kind: ErrorKind) -> Problem {
    match kind {
        ErrorKind::NotFound => problem(entry, "is gone since the folder was listed".to_owned(), None),
        ErrorKind::PermissionDenied => {
            problem(entry, "may not be read".to_owned(), Some("give the checking user read access"))
        }
        _ => problem(entry, format!("could not be read: {kind}"), None),
    }
}

fn problem(entry: &FileEntry, message: String, help: Option<&str>) -> Problem {
    Problem {
        place: Place::start_of(&entry.path),
        input: input_kind(entry.kind),
        message,
        help: help.map(str::to_owned),
        matters: false,
    }
}

fn input_kind(kind: FileKind) -> InputKind {
    match kind {
        FileKind::ForgeManifest | FileKind::ConnectDescriptor | FileKind::MaybeDescriptor => {
            InputKind::Manifest
        }
        FileKind::Declaration => InputKind::Declaration,
        FileKind::Source(_) => InputKind::Source,
        FileKind::Document => InputKind::Document,
        FileKind::Yaml | FileKind::Json | FileKind::Other => InputKind::File,
    }
}

fn bytes_in_words(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    if bytes >= MB && bytes.is_multiple_of(MB) {
        format!("{} MB", bytes / MB)
    } else {
        format!("{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::kind::classify;

    fn entry(path: &str) -> FileEntry {
        FileEntry {
            path: path.into(),
            size: 0,
            kind: classify(path),
            system_path: None,
            stamp: Default::default(),
        }
    }

    #[test]
    fn encodings_are_decoded_and_their_mistakes_placed() {
        let le = |text: &str| {
            [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
        };
        let be = |text: &str| {
            [vec![0xfe, 0xff], text.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat()
        };
        for bytes in [b"a\xc3\xa9".to_vec(), b"\xef\xbb\xbfa\xc3\xa9".to_vec(), le("aé"), be("aé")] {
            assert_eq!(&*decode(&entry("a.ts"), bytes.clone()).unwrap().text, "aé", "{bytes:?}");
        }
        for (bytes, message, line, column) in [
            (b"ab\n\xc3\xa9\xe9x".to_vec(), "not UTF-8: the byte 0xe9 stands for nothing here", 2, 2),
            (b"a\0b".to_vec(), "looks like a binary file: it holds a zero byte", 1, 1),
            (
                [le("a\n"), vec![0x00, 0xd8, 0x41, 0x00]].concat(),
                "not UTF-16: 0xd800 lacks its other half",
                2,
                1,
            ),
            ([be("ab"), vec![0]].concat(), "not UTF-16: the last character is cut", 1, 3),
        ] {
            let found = decode(&entry("a.ts"), bytes).unwrap_err();
            assert_eq!(
                (found.message.as_str(), found.place.line, found.place.column),
                (message, line, column)
            );
            assert_eq!((found.input, found.matters), (InputKind::Source, false));
        }
    }

    #[test]
    fn limits_and_missing_files_are_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.yml"), vec![b'#'; 2049]).unwrap();
        let found = read_text(folder.path(), &entry("manifest.yml"), 2048).unwrap_err();
        assert_eq!(found.message, "larger than 2048 bytes, the most that is read of one file");
        assert_eq!(found.input, InputKind::Manifest);
        assert!(read_text(folder.path(), &entry("manifest.yml"), 2049).is_ok());
        assert_eq!(bytes_in_words(crate::inputs::discover::MAX_SOURCE_BYTES), "4 MB");
        let found = read_text(folder.path(), &entry("gone.ts"), 10).unwrap_err();
        assert_eq!(found.message, "is gone since the folder was listed");
        std::fs::create_dir(folder.path().join("folder.ts")).unwrap();
        let found = read_text(folder.path(), &entry("folder.ts"), 10).unwrap_err();
        assert_eq!(found.message, "is no regular file any more");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_a_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("a.ts")).unwrap();
        assert!(read_bytes(folder.path(), &entry("a.ts"), 10).is_err());
    }
}
