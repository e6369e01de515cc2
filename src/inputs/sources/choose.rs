//! Which of the files that were looked at are parsed besides those that say so themselves. Orders what `select` and
//! `named` find by positions in the list of files; parses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::kept::{KeptFile, Looked};
use super::load::{Loaded, follows, is_template, is_test};
use super::named;
use super::select::{self, Candidate, Interest, Said};
use crate::inputs::apps::project_of;
use crate::inputs::discover::FileEntry;
use crate::inputs::kind::{FileKind, SourceKind};
use crate::inputs::read::read_bytes;
use crate::program::Module;

/// Files of a length above this, in bytes, are not searched for the names of others.
const MAX_NAMING_BYTES: u64 = 256 << 10;
/// Bytes of a project's files that are parsed because they hang together with others, the nearest first. Beyond that
/// everything hangs together with everything.
const MAX_LINKED_BYTES: u64 = 12 << 20;
/// A project's scripts are all read when no more than this are left, of no more bytes together, and an address is
/// obtained in it: what keeps or sends one may take it out of a queue or a store, and names nobody who put it there.
const FEW_LEFT: usize = 80;
const FEW_LEFT_BYTES: u64 = 512 << 10;
/// A folder of Go with more files than this is not one package whose every file is read.
const MAX_PACKAGE_FILES: usize = 40;

/// The files that files with something of Atlassian's in them name, and that were passed over: what an address
/// is handed to need not say so.
pub(super) fn helpers(entries: &[&FileEntry], loaded: &[Arc<Loaded>], group: &[usize]) -> BTreeSet<usize> {
    let of_group = || group.iter().filter_map(|i| Some((*i, *entries.get(*i)?, loaded.get(*i)?)));
    let left = of_group().filter_map(|(i, entry, loaded)| match entry.kind {
        FileKind::Source(kind)
            if loaded.file.is_none()
                && loaded.problems.is_empty()
                && kind != SourceKind::Template
                && follows(entry, kind)
                && !is_test(&entry.path) =>
        {
            Some((i, named::Left { path: &entry.path, size: entry.size, kind }))
        }
        _ => None,
    });
    let left: Vec<(usize, named::Left<'_>)> = left.collect();
    let about = of_group().any(|(_, _, l)| l.is_about_atlassian());
    let is_origin = |l: &&Arc<Loaded>| {
        let interest = l.interest();
        (interest == Interest::Origin || (about && interest == Interest::Field))
            && l.says_address()
            && l.file.as_ref().is_some_and(|f| !is_test(&f.path))
    };
    let origins = of_group().map(|(_, _, loaded)| loaded).filter(is_origin);
    let origins: Vec<&Module> = origins.flat_map(|l| l.modules.iter().map(|m| &**m)).collect();
    let mut found = named::named(&left, origins.iter().copied());
    let is_script =
        |l: &named::Left<'_>| matches!(l.kind, SourceKind::JavaScript | SourceKind::Vue | SourceKind::Svelte);
    let scripts = || left.iter().filter(|(_, l)| is_script(l));
    let small =
        scripts().count() <= FEW_LEFT && scripts().map(|(_, l)| l.size).sum::<u64>() <= FEW_LEFT_BYTES;
    if small && !origins.is_empty() {
        found.extend(scripts().map(|(i, _)| *i));
    }
    let modules = of_group().flat_map(|(_, _, loaded)| loaded.modules.iter().map(|m| &**m));
    let fronts: Vec<&Module> = modules.filter(|m| m.file.contains("/index.")).collect();
    found.extend(named::passed_on(&left, origins.iter().copied(), &fronts));
    found
}

/// The positions of each project's files, and of those of none.
pub(crate) fn groups(entries: &[&FileEntry], projects: &BTreeSet<String>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        groups.entry(project_of(&entry.path, projects)).or_default().push(i);
    }
    groups.into_values().collect()
}

/// The files of one project to parse that hang together with those that were, by position.
pub(super) fn chosen(
    root: &Path,
    entries: &[&FileEntry],
    files: &[KeptFile],
    group: &[usize],
) -> BTreeSet<usize> {
    let mut parsed = Vec::new();
    let mut candidates = Vec::new();
    let mut positions = Vec::new();
    let mut pages = Vec::new();
    for i in group {
        let (Some(entry), Some(file)) = (entries.get(*i), files.get(*i)) else { continue };
        match file.looked.as_ref() {
            None => {}
            Some(Looked::Done(loaded)) => {
                let interest = loaded.interest();
                let says = matches!(interest, Interest::Origin | Interest::Field) && !is_template(entry);
                if let Some(file) = loaded.file.as_ref().filter(|_| says) {
                    let bytes = Some(file.text.as_bytes());
                    let is_origin = interest == Interest::Origin;
                    // Of what is about a product by itself nothing more is asked.
                    let said = bytes.filter(|_| !is_origin).map_or_else(Said::default, |b| select::said(b).1);
                    parsed.push((Candidate { path: &entry.path, bytes, said }, is_origin));
                }
            }
            // Who fills a template in is told by conventions, not by names alone.
            Some(Looked::Linked { bytes, said }) if is_template(entry) => {
                pages.push((*i, Candidate { path: &entry.path, bytes: bytes.as_deref(), said: *said }));
            }
            Some(Looked::Linked { bytes, said }) => {
                // A long one is read where it is named, whatever it says.
                let (bytes, said) = match entry.size > MAX_NAMING_BYTES {
                    true => (Some([].as_slice()), Said::default()),
                    false => (bytes.as_deref(), *said),
                };
                candidates.push(Candidate { path: &entry.path, bytes, said });
                positions.push((*i, *entry));
            }
        }
    }
    if parsed.is_empty() && !candidates.iter().any(|c| c.said.field) {
        return BTreeSet::new();
    }
    let read = |at: usize| {
        let entry = positions.get(at).map(|(_, entry)| *entry);
        // What could not be read was told when it was read first.
        entry.and_then(|e| read_bytes(root, e, MAX_NAMING_BYTES).ok()).unwrap_or_default()
    };
    let linked = select::linked(&parsed, &candidates, &read);
    let mut bytes = 0_u64;
    let linked = linked.into_iter().filter_map(|at| positions.get(at)).filter(|(_, entry)| {
        bytes = bytes.saturating_add(entry.size);
        bytes <= MAX_LINKED_BYTES
    });
    let linked = linked.map(|(i, _)| *i);
    let (of_pages, pages): (Vec<usize>, Vec<Candidate<'_>>) = pages.into_iter().unzip();
    let read = |at: usize| {
        let entry = of_pages.get(at).and_then(|i| entries.get(*i));
        entry.and_then(|e| read_bytes(root, e, MAX_NAMING_BYTES).ok()).unwrap_or_default()
    };
    let shown = select::showing(&pages, &read);
    linked.chain(shown.into_iter().filter_map(|at| of_pages.get(at).copied())).collect()
}

/// The rest of each small package of Go of which a file was parsed: what one of its files says may go on in
/// another that has none of the words.
pub(super) fn packages(entries: &[&FileEntry], looked_at: &[KeptFile]) -> BTreeSet<usize> {
    let mut files: BTreeMap<&str, (Interest, Vec<usize>)> = BTreeMap::new();
    for (i, (entry, file)) in entries.iter().zip(looked_at).enumerate() {
        let Some(package) = go_package(entry) else { continue };
        let (parsed, rest) = files.entry(package).or_default();
        match &file.looked {
            Some(Looked::Done(loaded)) if !loaded.modules.is_empty() => {
                *parsed = (*parsed).max(loaded.interest());
            }
            Some(Looked::Done(loaded)) if !loaded.problems.is_empty() => {}
            _ => rest.push(i),
        }
    }
    // Where one file only names an address as Atlassian does, another has to name a product.
    let about = |i: &usize| match looked_at.get(*i).and_then(|f| f.looked.as_ref()) {
        Some(Looked::Linked { said, .. }) => said.product,
        _ => false,
    };
    let small = files.into_values().filter(|(parsed, rest)| {
        rest.len() <= MAX_PACKAGE_FILES
            && (*parsed == Interest::Origin || (*parsed == Interest::Field && rest.iter().any(about)))
    });
    small.flat_map(|(_, rest)| rest).collect()
}

/// The folder of a Go file.
fn go_package(entry: &FileEntry) -> Option<&str> {
    let is_go = entry.path.rsplit_once('.').is_some_and(|(_, extension)| extension == "go");
    is_go.then(|| entry.path.rsplit_once('/').map_or("", |(folder, _)| folder))
}
