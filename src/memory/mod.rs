//! What is remembered between two runs over one root, and the texts of an editor that count instead of files.
//!
//! A run gives the same with it and without: what is remembered is only what would come out again. The command
//! line checks once and remembers nothing but what it keeps on disk (see `store`); the language server remembers all of a
//! run. It may also ask for a run that is quick and provisional (see `near`), before one that can be stopped.

mod near;
mod shifted;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::analysis::{Analysis, Entries, analyse};
use crate::edits::Sites;
use crate::inputs::discover::{self, FileEntry, Tree};
use crate::inputs::documents::{self, Opened};
use crate::inputs::kind::classify;
pub use crate::inputs::progress::Progress;
use crate::inputs::sources::kept::Kept;
use crate::inputs::vendored;
use crate::program::Module;
use crate::program::aliases::Aliases;
use crate::settings::Settings;
use crate::text::SourceFile;
use near::Near;
pub(crate) use store::OfRoot;
pub use store::Store;

/// How much of a program is analysed when something in it changed.
#[derive(Clone, Debug, Default)]
pub enum Haste {
    /// All of it, however long that takes.
    #[default]
    None,
    /// What hangs together with the change, if that is less: what comes out may be [provisional](Memory::is_provisional).
    Near,
    /// All of it, unless this is set meanwhile.
    Until(Arc<AtomicBool>),
}

/// See the module.
#[derive(Debug, Default)]
pub struct Memory {
    again: bool,
    haste: Haste,
    provisional: bool,
    tree: Option<Tree>,
    unsaved: BTreeMap<Arc<str>, Arc<str>>,
    analysed: Option<Analysed>,
    /// How many programs were analysed.
    #[cfg(test)]
    analyses: usize,
    /// What files came to.
    pub(crate) kept: Kept,
    /// Where annotations can go.
    pub(crate) sites: Sites,
    /// What is kept on disk.
    store: Option<Store>,
}

/// An analysis and what it was made of.
#[derive(Debug)]
struct Analysed {
    modules: Vec<Arc<Module>>,
    projects: BTreeSet<String>,
    aliases: Arc<Aliases>,
    entries: Entries,
    /// The texts of the modules.
    texts: BTreeMap<Arc<str>, SourceFile>,
    analysis: Analysis,
}

impl Memory {
    /// For who will check the same root again.
    #[must_use]
    pub fn for_more_runs() -> Self {
        let (kept, sites) = (Kept::for_more_runs(), Sites::for_more_runs());
        Self { again: true, kept, sites, ..Self::default() }
    }

    /// For who checks once, with what runs before kept on disk.
    #[must_use]
    pub fn on_disk(store: Option<Store>) -> Self {
        Self { store, ..Self::default() }
    }

    /// What is kept on disk.
    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// Whether more runs over the same root are to come.
    pub(crate) fn remembers(&self) -> bool {
        self.again
    }

    /// Says how the next runs are to be made.
    pub fn set_haste(&mut self, haste: Haste) {
        self.haste = haste;
    }

    /// Whether the last run was quick and may be wrong about what the change means elsewhere.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional
    }

    /// How far the next run has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.kept.progress.clone()
    }

    /// Lets a text count instead of the file at `path` (relative to the root, with `/`); `None` lets the file
    /// count again.
    pub fn set_unsaved(&mut self, path: &Arc<str>, text: Option<Arc<str>>) {
        match text {
            Some(text) => self.unsaved.insert(Arc::clone(path), text),
            None => self.unsaved.remove(path),
        };
    }

    /// Says that files came, went or changed on disk; `path` is one that may look the same and is not.
    pub fn changed_on_disk(&mut self, path: Option<&str>) {
        self.tree = None;
        if let Some(path) = path {
            self.kept.forget(path);
        }
    }

    /// Forgets everything but the texts of the editor.
    pub fn start_over(&mut self) {
        let unsaved = std::mem::take(&mut self.unsaved);
        *self = Self { unsaved, ..Self::for_more_runs() };
    }

    /// The files below the root.
    pub(crate) fn tree(&mut self, settings: &Settings) -> Tree {
        let mut tree = self.tree.take().unwrap_or_else(|| discover::walk(settings));
        if self.again {
            self.tree = Some(tree.clone());
        }
        for (path, text) in &self.unsaved {
            let size = text.len() as u64;
            match tree.files.binary_search_by(|f| f.path.cmp(path)) {
                Ok(at) => {
                    if let Some(entry) = tree.files.get_mut(at) {
                        entry.size = size;
                        entry.stamp.unsaved = Some(Arc::clone(text));
                    }
                }
                // What is on disk and was not walked is left out on purpose.
                Err(at) if !settings.root.join(&**path).exists() && is_walked(path) => {
                    let mut entry = FileEntry {
                        path: Arc::clone(path),
                        size,
                        kind: classify(path),
                        system_path: None,
                        stamp: Default::default(),
                    };
                    entry.stamp.unsaved = Some(Arc::clone(text));
                    tree.files.insert(at, entry);
                }
                Err(_) => {}
            }
        }
        tree
    }

    /// Opens a document of the repository.
    pub(crate) fn open(&self, settings: &Settings, path: &str) -> Opened {
        match self.unsaved.get(path.strip_prefix("./").unwrap_or(path)) {
            Some(text) => Opened::Bytes(text.as_bytes().to_vec()),
            None => documents::open(&settings.root, path),
        }
    }

    /// Analyses the modules of the tree, or says again what came of the same ones. `None` when it was stopped.
    pub(crate) fn analyse<'a>(
        &mut self,
        modules: Vec<Arc<Module>>,
        projects: &BTreeSet<String>,
        aliases: &Arc<Aliases>,
        entries: &Entries,
        file: &(dyn Fn(&str) -> Option<&'a SourceFile> + Sync),
    ) -> Option<Analysis> {
        let going = AtomicBool::new(false);
        self.provisional = false;
        let same_tree =
            |a: &&Analysed| a.aliases == *aliases && a.projects == *projects && a.entries == *entries;
        let known = self.analysed.as_ref().filter(same_tree);
        let same = |a: &&Analysed| {
            a.modules.len() == modules.len() && a.modules.iter().zip(&modules).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        if let Some(known) = known.filter(same) {
            return Some(known.analysis.clone());
        }
        let moved = known.and_then(|a| shifted::analysis(&a.analysis, &a.modules, &a.texts, &modules, &file));
        #[cfg(test)]
        {
            self.analyses += usize::from(moved.is_none());
        }
        if moved.is_none()
            && matches!(self.haste, Haste::Near)
            && let Some(known) = known
            && let Some(near) = Near::of(&known.analysis, &known.modules, &modules)
        {
            let analysed = analyse(near.modules.clone(), projects, aliases, entries, file, &going);
            self.provisional = true;
            return Some(near.merged(known.analysis.clone(), analysed));
        }
        let stop = match &self.haste {
            Haste::Until(stop) => stop,
            Haste::None | Haste::Near => &going,
        };
        let analysis =
            moved.unwrap_or_else(|| analyse(modules.clone(), projects, aliases, entries, file, stop));
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let text = |m: &Arc<Module>| Some((Arc::clone(&m.file), file(&m.file)?.clone()));
        let texts = modules.iter().filter_map(text).collect();
        let kept = Analysed {
            modules,
            projects: projects.clone(),
            aliases: Arc::clone(aliases),
            entries: entries.clone(),
            texts,
            analysis: analysis.clone(),
        };
        self.analysed = Some(kept);
        Some(analysis)
    }
}

/// Whether a walk would come to a file of that path, as far as names tell.
pub(crate) fn is_walked(path: &str) -> bool {
    path.split('/').all(|part| !part.starts_with('.') && vendored::reason(part).is_none())
}
