//! What was asked for, resolved once from flags and handed down; nothing below reads the environment.

use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::Catalogue;
use crate::findings::Severity;

/// When a run counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// At a finding of this severity or above.
    At(Severity),
    /// Never.
    Never,
}

/// The settings of one run over one root.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The root: a folder.
    pub root: PathBuf,
    /// Rules to run; empty means all.
    pub select: Vec<String>,
    /// Rules not to run.
    pub ignore: Vec<String>,
    /// Globs of paths to leave out, besides the declaration's `lint.exclude`.
    pub exclude: Vec<String>,
    /// Walk vendored folders and build output too, and analyse minified scripts.
    pub include_vendored: bool,
    /// Do not respect `.gitignore` and its kin.
    pub no_ignore: bool,
    /// Worker threads; `None` for one per core.
    pub threads: Option<usize>,
    /// Atlassian's list of uses.
    pub catalogue: Arc<Catalogue>,
    /// Where the public listing of the app comes from; `None` when nobody asked for it.
    pub listing: Option<crate::listing::Source>,
}

impl Settings {
    /// A check of everything below `root` by all rules.
    #[must_use]
    pub fn of(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            select: Vec::new(),
            ignore: Vec::new(),
            exclude: Vec::new(),
            include_vendored: false,
            no_ignore: false,
            threads: None,
            catalogue: Catalogue::embedded(),
            listing: None,
        }
    }
}
