//! What projects came to, kept on disk from one run of the command line to the next.
//!
//! One file a root, one line a project. A line counts as long as all that it was made of is the same: this very program, what it
//! was asked for, and of each file the path, the size and the times; no text is read to compare it. The folder is the
//! user's own; what stands in it is still read as if a stranger had written it. Whatever fails here costs time, no more.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{make_private, trim, write_soon};
use crate::findings::fingerprint::fnv1a;
use crate::inputs::discover::FileEntry;

/// Sources that are shorter together are analysed faster than it would be worth to remember them, in bytes.
const LEAST_BYTES: u64 = 16 << 10;

/// The most roots that are kept.
const MOST: usize = 200;

/// The most bytes that are kept.
const MOST_BYTES: u64 = 128 << 20;

/// The most bytes of one root.
const MAX_BYTES: usize = 32 << 20;

/// A file that changed later than this before the run may change once more and bear the same time.
const SETTLED: Duration = Duration::from_secs(2);

const SUFFIX: &str = "facts";

/// Where projects are kept.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    program: String,
    now: SystemTime,
}

/// What is kept of one root.
#[derive(Debug)]
pub(crate) struct OfRoot<'s> {
    store: &'s Store,
    root: PathBuf,
    path: PathBuf,
    /// The file, and where in it stands what is kept under a key.
    bytes: Vec<u8>,
    known: BTreeMap<Key, Range<usize>>,
    /// What is to be kept, by its key; nothing where what is known still holds.
    now: Mutex<BTreeMap<Key, Option<Vec<u8>>>>,
}

/// Stands for all that something was made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key([u64; 2]);

impl Key {
    fn of(what: &impl Hash) -> Self {
        let mut state = Both([DefaultHasher::new(), DefaultHasher::new()]);
        state.0[1].write_u8(1);
        what.hash(&mut state);
        Self(state.0.map(|h| h.finish()))
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let (one, other) = std::str::from_utf8(text).ok()?.split_once('-')?;
        Some(Self([u64::from_str_radix(one, 16).ok()?, u64::from_str_radix(other, 16).ok()?]))
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, other] = self.0;
        write!(f, "{one:x}-{other:x}")
    }
}

/// One value hashed twice, each time after another beginning: what agrees in both is the same.
struct Both([DefaultHasher; 2]);

impl Hasher for Both {
    fn write(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|h| h.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.0.iter().fold(0, |all, h| all ^ h.finish())
    }
}

impl Store {
    /// A store in a folder, which is made when something is to be kept. `program` tells this build from all
    /// others; `now` is when the run began.
    #[must_use]
    pub fn new(folder: PathBuf, program: String, now: SystemTime) -> Self {
        Self { folder, program, now }
    }

    /// What is kept of a root; `None` when its sources are not worth it.
    pub(crate) fn of(&self, root: &Path, entries: &[&FileEntry]) -> Option<OfRoot<'_>> {
        let size = entries.iter().fold(0_u64, |all, e| all.saturating_add(e.size));
        if size < LEAST_BYTES {
            return None;
        }
        let root = root.canonicalize().ok()?;
        let named = fnv1a(root.as_os_str().as_encoded_bytes());
        let path = self.folder.join(format!("{named:016x}.{SUFFIX}"));
        let mut bytes = Vec::new();
        let read = fs::File::open(&path).and_then(|f| f.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
        if read.is_err() || bytes.len() > MAX_BYTES {
            bytes.clear();
        }
        let mut known = BTreeMap::new();
        let mut at = 0;
        for line in bytes.split(|b| *b == b'\n') {
            let end = at + line.len();
            if let Some(blank) = line.iter().position(|b| *b == b' ')
                && let Some(key) = line.get(..blank).and_then(Key::parse)
            {
                known.insert(key, at + blank + 1..end);
            }
            at = end + 1;
        }
        Some(OfRoot { store: self, root, path, bytes, known, now: Mutex::default() })
    }
}

impl OfRoot<'_> {
    /// What a project is kept under; `None` when it cannot be told whether it will be the same.
    pub(crate) fn key(&self, asked: &impl Hash, entries: &[&FileEntry]) -> Option<Key> {
        let settled = self.store.now.checked_sub(SETTLED)?;
        let is_settled = |e: &&FileEntry| {
            let before = |time: SystemTime| time <= settled;
            e.stamp.unsaved.is_none()
                && e.stamp.modified.is_some_and(before)
                && e.stamp.changed.is_none_or(before)
        };
        entries.iter().all(is_settled).then(|| Key::of(&(&self.store.program, &self.root, asked, entries)))
    }

    /// What is kept under a key.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        let kept = serde_json::from_slice(self.bytes.get(self.known.get(key)?.clone())?).ok()?;
        self.keep(key, None);
        Some(kept)
    }

    /// Keeps something under a key.
    pub(crate) fn put(&self, key: &Key, what: &impl Serialize) {
        if let Ok(bytes) = serde_json::to_vec(what) {
            self.keep(key, Some(bytes));
        }
    }

    fn keep(&self, key: &Key, bytes: Option<Vec<u8>>) {
        // A panic while putting into a map leaves the map whole.
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), bytes);
    }

    /// Writes what is to be kept, if it is not what stands there.
    pub(crate) fn close(self) {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        if now.values().all(Option::is_none) {
            return;
        }
        let mut bytes = Vec::new();
        for (key, new) in &now {
            let known = || self.bytes.get(self.known.get(key)?.clone());
            let Some(line) = new.as_deref().or_else(known) else { continue };
            bytes.extend_from_slice(key.to_string().as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        let Store { folder, .. } = self.store;
        if bytes.len() <= MAX_BYTES && make_private(folder).is_ok() && write_soon(&self.path, &bytes).is_ok()
        {
            trim(folder, SUFFIX, MOST, MOST_BYTES);
        }
    }
}
