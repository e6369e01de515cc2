//! What files came to, remembered from one run to the next by whoever checks the same tree again.
//!
//! A run that is the only one remembers nothing. What is remembered of a file holds as long as its size, the
//! time at which it was written and its text in an editor are the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::load::{Loaded, Surroundings};
use super::select::Said;
use crate::inputs::discover::{FileEntry, Stamp};
use crate::inputs::progress::Progress;

/// What the first look at a file came to.
#[derive(Debug)]
pub(super) enum Looked {
    /// All that there is to it.
    Done(Arc<Loaded>),
    /// It is parsed only when it hangs together with one that is.
    Linked {
        /// The bytes, unless too many are held already.
        bytes: Option<Vec<u8>>,
        /// What its words say.
        said: Said,
    },
}

/// What is known of one file.
#[derive(Debug, Default)]
pub(super) struct KeptFile {
    size: u64,
    stamp: Stamp,
    /// The first look.
    pub(super) looked: Option<Looked>,
    /// What it came to when it was parsed after all.
    pub(super) parsed: Option<Arc<Loaded>>,
    /// Whether it has words of each kind that are asked for later.
    pub(super) words: [Option<bool>; 2],
}

/// The most bytes of texts that are not parsed which are remembered; the rest is read again.
const MAX_BYTES: usize = 128 << 20;

/// A list of files and what came of it.
#[derive(Debug)]
struct Last {
    entries: Vec<FileEntry>,
    projects: BTreeSet<String>,
    others: [bool; 2],
    loaded: Vec<Arc<Loaded>>,
}

/// What is remembered of the files of one tree.
#[derive(Debug, Default)]
pub struct Kept {
    again: bool,
    files: BTreeMap<Arc<str>, KeptFile>,
    /// What the last list came to as a whole.
    last: Option<Last>,
    /// How far reading has come.
    pub(crate) progress: Progress,
}

impl Kept {
    /// For who will check the same tree again.
    #[must_use]
    pub fn for_more_runs() -> Self {
        Self { again: true, ..Self::default() }
    }

    /// For the only run over some files, which tells how far it has come.
    pub(crate) fn once(progress: Progress) -> Self {
        Self { progress, ..Self::default() }
    }

    /// Forgets one file, whatever its size and time say.
    pub fn forget(&mut self, path: &str) {
        self.files.remove(path);
        self.last = None;
    }

    /// What the same list of files came to last.
    pub(super) fn same(&self, entries: &[&FileEntry], around: Surroundings<'_>) -> Option<Vec<Arc<Loaded>>> {
        let Last { entries: known, projects, others, loaded } = self.last.as_ref()?;
        let same = *projects == *around.projects
            && *others == [around.installed, around.minified]
            && known.len() == entries.len()
            && known.iter().zip(entries).all(|(known, entry)| known == *entry);
        same.then(|| loaded.clone())
    }

    /// What is known of a list of files, in its order.
    pub(super) fn take(&mut self, entries: &[&FileEntry]) -> Vec<KeptFile> {
        let mut files = std::mem::take(&mut self.files);
        let fresh = |e: &FileEntry| KeptFile { size: e.size, stamp: e.stamp.clone(), ..KeptFile::default() };
        let known = |e: &FileEntry, k: &KeptFile| k.size == e.size && k.stamp == e.stamp;
        entries
            .iter()
            .map(|e| files.remove(&e.path).filter(|k| known(e, k)).unwrap_or_else(|| fresh(e)))
            .collect()
    }

    /// Remembers what is known of a list of files, and what it came to.
    pub(super) fn put(
        &mut self,
        entries: &[&FileEntry],
        around: Surroundings<'_>,
        files: Vec<KeptFile>,
        loaded: &[Arc<Loaded>],
    ) {
        if !self.again {
            return;
        }
        self.last = Some(Last {
            entries: entries.iter().copied().cloned().collect(),
            projects: around.projects.clone(),
            others: [around.installed, around.minified],
            loaded: loaded.to_vec(),
        });
        let mut bytes = 0_usize;
        for (entry, mut file) in entries.iter().zip(files) {
            if let Some(Looked::Linked { bytes: held, .. }) = &mut file.looked {
                bytes = bytes.saturating_add(held.as_ref().map_or(0, Vec::len));
                if bytes > MAX_BYTES {
                    *held = None;
                }
            }
            self.files.insert(Arc::clone(&entry.path), file);
        }
    }
}
