//! From the sources of a tree to what the analysis says of them, project by project.
//!
//! Projects have nothing to do with each other, so the programs of one are dropped once it is analysed, and the texts of
//! which nothing will be said: a folder of many takes the memory of the few at hand. Who checks the same tree again
//! remembers all of it instead (see `memory`), and what a project came to may have been kept on disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::analysis::{self, Analysis, Entries, Part};
use crate::facts::{Manifest, Problem};
use crate::inputs::descriptor;
use crate::inputs::discover::{FileEntry, MAX_SOURCE_BYTES};
use crate::inputs::kind::FileKind;
use crate::inputs::progress::Progress;
use crate::inputs::read::read_text;
use crate::inputs::sources::annotation::AnnotationsRead;
use crate::inputs::sources::choose::groups;
use crate::inputs::sources::kept::Kept as KeptFiles;
use crate::inputs::sources::load::{self, Loaded, Surroundings};
use crate::memory::{Memory, OfRoot};
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
    let groups = groups(entries, setting.around.projects);
    let kept = memory.store().and_then(|store| store.of(setting.root, entries));
    let read = |positions: &Vec<usize>| {
        let entries: Vec<&FileEntry> = positions.iter().filter_map(|i| entries.get(*i).copied()).collect();
        Project::of(setting, &entries, kept.as_ref(), memory.progress())
    };
    let read: Vec<Project> = groups.par_iter().with_max_len(1).map(read).collect();
    if let Some(kept) = kept {
        kept.close();
    }
    let mut all: Vec<(usize, Arc<Loaded>)> = Vec::with_capacity(entries.len());
    let (mut descriptors, mut parts) = (Vec::new(), Vec::new());
    for (positions, Project { loaded, descriptor, part }) in groups.into_iter().zip(read) {
        all.extend(positions.into_iter().zip(loaded));
        descriptors.extend(descriptor);
        parts.push(part);
    }
    all.sort_by_key(|(position, _)| *position);
    let loaded = all.into_iter().map(|(_, loaded)| loaded).collect();
    let descriptor = descriptors.into_iter().min_by(|a, b| a.file.cmp(&b.file));
    Sources { loaded, descriptor, analysis: analysis::together(parts) }
}

/// What one project came to.
struct Project {
    loaded: Vec<Arc<Loaded>>,
    descriptor: Option<Manifest>,
    part: Part,
}

/// What is kept on disk of one file that came to something.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Its position among the project's files.
    at: usize,
    /// Whether its text is needed.
    text: bool,
    annotations: AnnotationsRead,
    problems: Vec<Problem>,
    parsed: bool,
    minified: bool,
    unfollowed: bool,
}

impl Project {
    /// As it was kept on disk, or read and analysed, and kept.
    fn of(
        setting: &Setting<'_>,
        entries: &[&FileEntry],
        kept: Option<&OfRoot<'_>>,
        progress: Progress,
    ) -> Self {
        let Surroundings { installed, minified, .. } = setting.around;
        let asked = (installed, minified, setting.aliases, setting.entries, setting.descriptor);
        let kept = kept.and_then(|kept| Some((kept, kept.key(&asked, entries)?)));
        if let Some((kept, key)) = &kept
            && let Some((files, descriptor, part)) = kept.get(key)
            && let Some(loaded) = restored(setting.root, entries, files)
        {
            entries.iter().for_each(|_| progress.step());
            return Self { loaded, descriptor, part };
        }
        let project = Self::read(setting, entries, progress);
        if let Some((kept, key)) = &kept {
            let files: Vec<Kept> = project.loaded.iter().enumerate().filter_map(Kept::of).collect();
            kept.put(key, &(files, &project.descriptor, &project.part));
        }
        project
    }

    fn read(setting: &Setting<'_>, entries: &[&FileEntry], progress: Progress) -> Self {
        let going = AtomicBool::new(false);
        let mut loaded = load::load(setting.root, entries, setting.around, &mut KeptFiles::once(progress));
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
        Self { loaded, descriptor, part }
    }
}

impl Kept {
    /// What is kept of a file; `None` when it came to nothing.
    fn of((at, loaded): (usize, &Arc<Loaded>)) -> Option<Self> {
        let kept = Self {
            at,
            text: loaded.file.is_some(),
            annotations: loaded.annotations.clone(),
            problems: loaded.problems.clone(),
            parsed: loaded.parsed,
            minified: loaded.minified,
            unfollowed: loaded.unfollowed.is_some(),
        };
        let something =
            kept.text || kept.parsed || kept.minified || kept.unfollowed || loaded.says_something();
        something.then_some(kept)
    }
}

/// The files of a project as they were kept, with the texts that are needed; `None` when one cannot be read any more.
fn restored(root: &Path, entries: &[&FileEntry], files: Vec<Kept>) -> Option<Vec<Arc<Loaded>>> {
    let nothing = Arc::new(Loaded::default());
    let mut loaded = vec![nothing; entries.len()];
    for kept in files {
        let (entry, loaded) = (entries.get(kept.at)?, loaded.get_mut(kept.at)?);
        let unfollowed = match entry.kind {
            FileKind::Source(kind) if kept.unfollowed => Some(kind.name()),
            _ => None,
        };
        let file = if kept.text { Some(read_text(root, entry, MAX_SOURCE_BYTES).ok()?) } else { None };
        let mut restored = Loaded::known(file, kept.annotations, kept.problems);
        (restored.parsed, restored.minified) = (kept.parsed, kept.minified);
        restored.unfollowed = unfollowed;
        *loaded = Arc::new(restored);
    }
    Some(loaded)
}

fn modules(loaded: &[Arc<Loaded>]) -> Vec<Arc<Module>> {
    loaded.iter().flat_map(|l| l.modules.iter().cloned()).collect()
}

fn texts(loaded: &[Arc<Loaded>]) -> BTreeMap<&str, &SourceFile> {
    loaded.iter().filter_map(|l| l.file.as_ref()).map(|f| (&*f.path, f)).collect()
}
