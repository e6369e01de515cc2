//! Walks a root and lists its files; opens none of them.
//!
//! Like ripgrep it respects `.gitignore` and `.ignore` and leaves out hidden files. It never follows a
//! symbolic link and never enters vendored folders or build output unless told to. The result does not
//! depend on threads or on the machine: no global ignore file is read, and everything is sorted.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::kind::{FileKind, classify};
use super::vendored;
use crate::facts::{InputKind, Problem};
use crate::settings::Settings;
use crate::text::Place;
use crate::text::redact::visible;

/// The longest source that is read, in bytes.
pub const MAX_SOURCE_BYTES: u64 = 4 * 1024 * 1024;

/// One file of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileEntry {
    /// Its path relative to the root, with `/`; what is not UTF-8 in it is replaced.
    pub path: Arc<str>,
    /// Its size in bytes; 0 for what is not read.
    pub size: u64,
    /// What it is, by its name.
    pub kind: FileKind,
    /// Its path as the system knows it, when `path` can't say it.
    pub system_path: Option<PathBuf>,
    /// What tells it from what it was before.
    pub stamp: Stamp,
}

/// What tells a file from what it was in an earlier run. A check that remembers nothing does not look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// When it was last written, as far as the system says.
    pub modified: Option<SystemTime>,
    /// When the system last noted anything new about it: nobody can set that, as who unpacks or copies sets `modified`.
    pub changed: Option<SystemTime>,
    /// Its text in an editor, which counts instead of what is on disk.
    pub unsaved: Option<Arc<str>>,
}

impl FileEntry {
    /// Where to open it.
    #[must_use]
    pub fn absolute(&self, root: &Path) -> PathBuf {
        root.join(self.system_path.as_deref().unwrap_or(Path::new(&*self.path)))
    }
}

/// What a root holds.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The root.
    pub root: PathBuf,
    /// Its files, sorted by path.
    pub files: Vec<FileEntry>,
    /// Vendored folders and build output that were not entered, sorted.
    pub skipped_folders: Vec<String>,
    /// What could not be looked at, sorted.
    pub problems: Vec<Problem>,
    /// How many symbolic links there are; none is followed.
    pub symlinks: usize,
}

/// What the walking threads collect.
#[derive(Default)]
struct Found {
    files: Vec<FileEntry>,
    skipped: Vec<String>,
    problems: Vec<Problem>,
    symlinks: usize,
}

type Shared = Arc<Mutex<Found>>;

fn lock(found: &Shared) -> std::sync::MutexGuard<'_, Found> {
    // A panic while pushing to a list leaves the list whole.
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lists the files below `settings.root`.
#[must_use]
pub fn walk(settings: &Settings) -> Tree {
    let root = settings.root.clone();
    let found = Shared::default();
    let exclude = exclude_globs(&root, &settings.exclude, &found);
    let respect = !settings.no_ignore;
    let mut builder = WalkBuilder::new(&root);
    builder
        .hidden(true)
        .follow_links(false)
        .require_git(false)
        .ignore(respect)
        .git_ignore(respect)
        .git_exclude(respect)
        .git_global(false)
        // An ignore file above the root counts only when it belongs to the same repository.
        .parents(respect && in_repository(&root))
        .threads(settings.threads.unwrap_or(0));
    builder.filter_entry({
        let (found, root, include_vendored) = (Arc::clone(&found), root.clone(), settings.include_vendored);
        move |entry| enter(entry, &root, &exclude, include_vendored, &found)
    });
    builder.build_parallel().run(|| {
        let (found, root) = (Arc::clone(&found), root.clone());
        Box::new(move |entry| {
            match entry {
                Ok(entry) => visit(&entry, &root, &found),
                Err(error) => {
                    let problem = walk_problem(&error, &root);
                    lock(&found).problems.extend(problem);
                }
            }
            WalkState::Continue
        })
    });
    let mut found = std::mem::take(&mut *lock(&found));
    found.files.sort();
    found.skipped.sort();
    found.problems.sort();
    found.problems.dedup();
    Tree {
        root,
        files: found.files,
        skipped_folders: found.skipped,
        problems: found.problems,
        symlinks: found.symlinks,
    }
}

fn in_repository(root: &Path) -> bool {
    let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    absolute.ancestors().any(|a| a.join(".git").exists())
}

fn exclude_globs(root: &Path, globs: &[String], found: &Shared) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root);
    for glob in globs {
        if builder.add_line(None, glob).is_err() {
            let message =
                format!("the glob `{}` can't be understood, so nothing is left out by it", visible(glob));
            let help = "write it as in a `.gitignore` file";
            lock(found).problems.push(problem(".", message, Some(help)));
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Whether a folder is entered or a file taken.
fn enter(entry: &DirEntry, root: &Path, exclude: &Gitignore, include_vendored: bool, found: &Shared) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let is_dir = entry.file_type().is_some_and(|t| t.is_dir());
    let Ok(relative) = entry.path().strip_prefix(root) else { return true };
    if exclude.matched(relative, is_dir).is_ignore() {
        return false;
    }
    let name = entry.file_name().to_string_lossy();
    if is_dir && !include_vendored && vendored::reason(&name).is_some() {
        lock(found).skipped.push(shown_path(relative));
        return false;
    }
    true
}

fn visit(entry: &DirEntry, root: &Path, found: &Shared) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_symlink() && entry.depth() > 0 {
        let problem = link_problem(entry, root);
        let mut found = lock(found);
        found.symlinks += 1;
        found.problems.extend(problem);
        return;
    }
    // Pipes, sockets and devices are no files: opening one could block for ever.
    if !kind.is_file() {
        let what = if kind.is_dir() { "a folder" } else { "neither a file nor a folder" };
        let problem = named_problem(entry, root, what);
        lock(found).problems.extend(problem.filter(|p| p.matters || !kind.is_dir()));
        return;
    }
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let path = shown_path(relative);
    let kind = classify(&path);
    let system_path = relative.to_str().is_none().then(|| relative.to_owned());
    let mut file = FileEntry { kind, size: 0, path: path.into(), system_path, stamp: Stamp::default() };
    // Of what is not read nobody asks how long it is.
    if kind != FileKind::Other {
        match entry.metadata() {
            Ok(metadata) => {
                file.size = metadata.len();
                file.stamp.modified = metadata.modified().ok();
                file.stamp.changed = changed(&metadata);
            }
            Err(error) => {
                let problem = walk_problem(&error, root);
                lock(found).problems.extend(problem);
                return;
            }
        }
    }
    lock(found).files.push(file);
}

/// When the system last noted anything new about a file, on systems that say so.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanos = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::new(seconds, nanos))
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<SystemTime> {
    None
}

/// What is wrong when something that is no file has the name of one that is read.
fn named_problem(entry: &DirEntry, root: &Path, what: &str) -> Option<Problem> {
    let path = shown_path(entry.path().strip_prefix(root).ok()?);
    let (input, promised) = match classify(&path) {
        FileKind::ForgeManifest | FileKind::ConnectDescriptor => (InputKind::Manifest, "a manifest"),
        FileKind::Declaration => (InputKind::Declaration, "the declaration"),
        FileKind::Source(_) => (InputKind::Source, "source text"),
        _ => return None,
    };
    let message = format!("{what}, with the name of {promised}: not read");
    let matters = input != InputKind::Source;
    Some(Problem {
        input,
        matters,
        ..problem(&path, message, Some("put the file itself here, or rename this"))
    })
}

/// What a symbolic link keeps from being checked. No link is followed, so one that stands for a manifest
/// or a declaration leaves it out, and one that leaves the root leaves out all that it leads to. What
/// lies elsewhere in the root is checked there.
fn link_problem(entry: &DirEntry, root: &Path) -> Option<Problem> {
    let named = named_problem(entry, root, "a symbolic link");
    if named.as_ref().is_some_and(|p| p.matters) {
        return named;
    }
    let target = entry.path().canonicalize().ok()?;
    if target.starts_with(root.canonicalize().ok()?) || !(target.is_dir() || named.is_some()) {
        return None;
    }
    let path = shown_path(entry.path().strip_prefix(root).ok()?);
    let message = "a symbolic link that leads out of the checked folder: not followed".to_owned();
    Some(problem(&path, message, Some("check a folder that holds both, or what it leads to as well")))
}

/// A relative path with `/` on every system.
fn shown_path(relative: &Path) -> String {
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// A problem that says which folder or file could not be looked at; `None` when there is none (a bad
/// line in an ignore file hides nothing).
fn walk_problem(error: &ignore::Error, root: &Path) -> Option<Problem> {
    let io = error.io_error()?;
    let path = error_path(error).and_then(|p| p.strip_prefix(root).ok()).map(shown_path).unwrap_or_default();
    let path = if path.is_empty() { ".".to_owned() } else { path };
    let (message, help) = match io.kind() {
        std::io::ErrorKind::PermissionDenied => {
            ("may not be read", Some("give the checking user read access"))
        }
        std::io::ErrorKind::NotFound => ("is not there", Some("check the path")),
        _ => ("could not be read", None),
    };
    // What could not be looked at may hold anything.
    let matters = io.kind() != std::io::ErrorKind::NotFound;
    Some(Problem { matters, ..problem(&path, format!("`{}` {message}", visible(&path)), help) })
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

fn problem(path: &str, message: String, help: Option<&str>) -> Problem {
    Problem {
        place: Place::start_of(&path.into()),
        input: InputKind::File,
        message,
        help: help.map(str::to_owned),
        matters: false,
    }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
