//! `check --since REV`: only the findings that were not there at a revision.
//!
//! The tree of the revision is checked as a whole, with the same settings, and its findings are taken away. So
//! what a change brings far from the changed line is found too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;

use super::super::Stop;
use super::git::Checkout;
use crate::findings::Finding;
use crate::findings::fingerprint::identify;
use crate::findings::run::{AppRun, Run};
use crate::reports::Checked;
use crate::settings::Settings;

/// Checking a change.
#[derive(Debug, Args)]
#[command(next_help_heading = "Change")]
pub(in crate::cli) struct SinceArgs {
    /// Only report what was not found at this revision of the git checkout. Files that are not committed count as
    /// part of the change.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    since: Option<String>,
}

/// Pairs of files that are compared to find out what was moved.
const MOST_PAIRS: usize = 400;
/// Files of more bytes are not compared.
const MOST_COMPARED: usize = 1 << 20;
/// How much of a moved file has to be the same, as git counts it.
const ALIKE: f32 = 0.5;

/// The findings of a revision, one run for each root; `None` for a root that was not there.
pub(super) struct Before {
    runs: Vec<Option<Run>>,
    roots: Vec<PathBuf>,
    _folder: tempfile::TempDir,
}

impl SinceArgs {
    /// Checks the tree of the revision, when one is named.
    pub(super) fn before(&self, settings: &[Settings]) -> Result<Option<Before>, Stop> {
        let (Some(revision), Some(first)) = (&self.since, settings.first()) else { return Ok(None) };
        let checkout = Checkout::of(&first.root)?;
        let commit = checkout.commit(revision)?;
        let mut folders = Vec::new();
        for settings in settings {
            let other = Checkout::of(&settings.root)?;
            if other.top != checkout.top {
                let message = format!("`{}` is part of another git checkout", settings.root.display());
                return Err(Stop::usage(message).help("check each checkout by itself"));
            }
            let root = settings.root.canonicalize().map_err(|e| Stop::usage(e.to_string()))?;
            let below = root.strip_prefix(&checkout.top).map(Path::to_path_buf).unwrap_or_default();
            folders.push(below);
        }
        let folder = tempfile::Builder::new()
            .prefix("mailpermit-")
            .tempdir()
            .map_err(|e| Stop::usage(format!("cannot make a temporary folder: {e}")))?;
        checkout.extract(&commit, &folders, folder.path())?;
        let mut runs = Vec::new();
        for (settings, below) in settings.iter().zip(&folders) {
            let root = folder.path().join(below);
            if !root.is_dir() {
                runs.push(None);
                continue;
            }
            let settings = Settings { root, ..settings.clone() };
            runs.push(Some(crate::check(&settings).map_err(|e| Stop::usage(e.to_string()))?));
        }
        let roots = folders.iter().map(|f| folder.path().join(f)).collect();
        Ok(Some(Before { runs, roots, _folder: folder }))
    }
}

impl Before {
    /// Keeps what was not found before.
    pub(super) fn keep_new(&self, checked: &mut [Checked], settings: &[Settings]) {
        let all = checked.iter_mut().zip(settings).zip(self.runs.iter().zip(&self.roots));
        for ((now, settings), (before, root)) in all {
            let Some(before) = before else { continue };
            let moved = moved(before, root, &now.run, &settings.root);
            let old = |path: &str| moved.get(path).cloned().unwrap_or_else(|| path.to_owned());
            let known: BTreeSet<String> =
                before.apps.iter().flat_map(|a| identify(&a.findings, &before.files, &old)).collect();
            for app in &mut now.run.apps {
                keep(app, &known, &now.run.files);
            }
        }
    }
}

type Files = BTreeMap<std::sync::Arc<str>, crate::text::SourceFile>;

fn keep(app: &mut AppRun, known: &BTreeSet<String>, files: &Files) {
    let identities = identify(&app.findings, files, &str::to_owned);
    let findings = std::mem::take(&mut app.findings);
    let new = findings.into_iter().zip(identities).filter(|(_, identity)| !known.contains(identity));
    app.findings = new.map(|(finding, _)| finding).collect();
}

/// Files that were moved: the old path and the new one. Only files with findings matter.
fn moved(before: &Run, old_root: &Path, now: &Run, new_root: &Path) -> BTreeMap<String, String> {
    let gone = files_of(before).filter(|p| !new_root.join(p).exists());
    let gone: BTreeSet<&str> = gone.collect();
    let came: BTreeSet<&str> = files_of(now).filter(|p| !old_root.join(p).exists()).collect();
    let text = |run: &'_ Run, path: &str| {
        let (_, file) = run.files.get_key_value(path)?;
        (file.text.len() <= MOST_COMPARED).then(|| file.text.clone())
    };
    let mut pairs = Vec::new();
    for old in &gone {
        for new in &came {
            if pairs.len() >= MOST_PAIRS {
                break;
            }
            if let (Some(a), Some(b)) = (text(before, old), text(now, new)) {
                let ratio = if a == b { 1.0 } else { TextDiff::from_lines(&*a, &*b).ratio() };
                pairs.push((ratio, *old, *new));
            }
        }
    }
    pairs.retain(|(ratio, _, _)| *ratio >= ALIKE);
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let (mut moved, mut taken) = (BTreeMap::new(), BTreeSet::new());
    for (_, old, new) in pairs {
        if !moved.contains_key(old) && taken.insert(new) {
            moved.insert(old.to_owned(), new.to_owned());
        }
    }
    moved
}

fn files_of(run: &Run) -> impl Iterator<Item = &str> {
    let files: BTreeSet<&str> = run.findings().map(|f: &Finding| &*f.place.file).collect();
    files.into_iter()
}
