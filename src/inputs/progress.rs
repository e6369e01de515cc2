//! How far reading has come, for who looks on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a run has come, to be looked at from another thread.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<[AtomicU64; 2]>);

impl Progress {
    /// How many files have been read, of how many; of none as long as they are not known.
    #[must_use]
    pub fn files(&self) -> (u64, u64) {
        let [read, all] = &*self.0;
        (read.load(Ordering::Relaxed), all.load(Ordering::Relaxed))
    }

    pub(crate) fn expect(&self, files: usize) {
        let [read, all] = &*self.0;
        read.store(0, Ordering::Relaxed);
        all.store(files as u64, Ordering::Relaxed);
    }

    pub(crate) fn step(&self) {
        let [read, _] = &*self.0;
        read.fetch_add(1, Ordering::Relaxed);
    }
}
