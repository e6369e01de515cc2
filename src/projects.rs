//! From the sources of a tree to what the analysis says of them, project by project.
//!
//! Projects have nothing to do with each other, so the programs of one are dropped once it is analysed, and the texts of
//! which nothing will be said: a folder of many takes the memory of the few at hand. Who checks the same tree again remembers all of it instead (see `memory`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::analysis::{self, Analysis, Entries};
use crate::facts::Manifest;
use crate::inputs::descriptor;
use crate::inputs::discover::FileEntry;
use crate::inputs::sources::choose::groups;
use crate::inputs::sources::kept::Kept;
use crate::inputs::sources::load::{self, Loaded, Surroundings};
use crate::memory::Memory;
use crate::program::Module;
use crate::program::aliases::Aliases;
use crate::text::SourceFile;

/// What is the same for all projects of a tree.
pub(crate) struct Setting<'a> {
    /// The root of the tree.
    pub(crate) root: &'a Path,
    /// What the sources belong to.
    pub(crate) around: Surroundings<'a>,
    /// The names under which they know each other.
    pub(crate) aliases: &'a Arc<Aliases>,
    /// The functions that manifests name.
    pub(crate) entries: &'a Entries,
    /// Whether a descriptor that code builds is looked for.
    pub(crate) descriptor: bool,
}

/// What the sources of a tree came to.
pub(crate) struct Sources {
    /// Each file, in the order of the list. The programs are there only for who remembers them.
    pub(crate) loaded: Vec<Arc<Loaded>>,
    /// The first descriptor that code builds, when it was looked for.
    pub(crate) descriptor: Option<Manifest>,
    /// What the code does about addresses.
    pub(crate) analysis: Analysis,
}

/// Reads and analyses a list of sources. `None` when it was stopped.
pub(crate) fn read(setting: &Setting<'_>, entries: &[&FileEntry], memory: &mut Memory) -> Option<Sources> {
    memory.kept.progress.expect(entries.len());
    if memory.remembers() {
        together(setting, entries, memory)
    } else {
        Some(one_by_one(setting, entries, memory))
    }
}

/// All projects at once, with what is remembered of them.
fn together(setting: &Setting<'_>, entries: &[&FileEntry], memory: &mut Memory) -> Option<Sources> {
    let loaded = load::load(setting.root, entries, setting.around, &mut memory.kept);
    let modules = modules(&loaded);
    let texts = texts(&loaded);
    let file = |path: &str| texts.get(path).copied();
    let descriptor = setting.descriptor.then(|| descriptor::in_code(&modules, &file)).flatten();
    let analysis =
        memory.analyse(modules, setting.around.projects, setting.aliases, setting.entries, &file)?;
    Some(Sources { loaded, descriptor, analysis })
}

/// Each project by itself.
fn one_by_one(setting: &Setting<'_>, entries: &[&FileEntry], memory: &Memory) -> Sources {
    let going = AtomicBool::new(false);
    let read = |positions: &Vec<usize>| {
        let entries: Vec<&FileEntry> = positions.iter().filter_map(|i| entries.get(*i).copied()).collect();
        let mut loaded =
            load::load(setting.root, &entries, setting.around, &mut Kept::once(memory.progress()));
        let modules = modules(&loaded);
        let texts = texts(&loaded);
        let file = |path: &str| texts.get(path).copied();
        let descriptor = setting.descriptor.then(|| descriptor::in_code(&modules, &file)).flatten();
        let part = analysis::project(modules, setting.aliases, setting.entries, &file, &going);
        let mut named = part.files();
        named.extend(descriptor.iter().map(|d| Arc::clone(&d.file)));
        for loaded in loaded.iter_mut().filter_map(Arc::get_mut) {
            loaded.modules = Vec::new();
            if !loaded.says_something() {
                loaded.file = loaded.file.take().filter(|f| named.contains(&f.path));
            }
        }
        (loaded, descriptor, part)
    };
    let groups = groups(entries, setting.around.projects);
    let read: Vec<_> = groups.par_iter().with_max_len(1).map(read).collect();
    let mut all: Vec<(usize, Arc<Loaded>)> = Vec::with_capacity(entries.len());
    let (mut descriptors, mut parts) = (Vec::new(), Vec::new());
    for (positions, (loaded, descriptor, part)) in groups.into_iter().zip(read) {
        all.extend(positions.into_iter().zip(loaded));
        descriptors.extend(descriptor);
        parts.push(part);
    }
    all.sort_by_key(|(position, _)| *position);
    let loaded = all.into_iter().map(|(_, loaded)| loaded).collect();
    let descriptor = descriptors.into_iter().min_by(|a, b| a.file.cmp(&b.file));
    Sources { loaded, descriptor, analysis: analysis::together(parts) }
}

fn modules(loaded: &[Arc<Loaded>]) -> Vec<Arc<Module>> {
    loaded.iter().flat_map(|l| l.modules.iter().cloned()).collect()
}

fn texts(loaded: &[Arc<Loaded>]) -> BTreeMap<&str, &SourceFile> {
    loaded.iter().filter_map(|l| l.file.as_ref()).map(|f| (&*f.path, f)).collect()
}
