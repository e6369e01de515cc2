//! `check --fix` and `--dry-run`: makes the safe edits of findings, or shows them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::super::{Stop, Terminal};
use crate::findings::Edit;
use crate::fix::{self, Plan};
use crate::reports::Checked;
use crate::text::redact::one_line;
use crate::text::words::count;

/// Mending what was found.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fix")]
pub(in crate::cli) struct FixArgs {
    /// Make the safe edits: scopes of a manifest, `$` in a `route` template, comments that name the only use.
    #[arg(long)]
    pub(super) fix: bool,
    /// With `--fix`: print the edits as a unified diff and write nothing.
    #[arg(long, requires = "fix")]
    pub(super) dry_run: bool,
}

/// How often it is checked and mended again: an edit may bring to light what another one mends.
pub(super) const MOST_ROUNDS: usize = 5;

/// The largest file that is edited, in bytes. None that is analysed is larger.
const MAX_BYTES: u64 = 8 << 20;

/// What a round of edits came to.
#[derive(Default)]
pub(super) struct Round {
    /// Findings that were mended, each as a line.
    pub(super) mended: Vec<String>,
    /// Files that were changed.
    pub(super) files: Vec<String>,
}

/// Makes the edits of all findings, one file at a time and each as a whole.
pub(super) fn make(checked: &[Checked], roots: &[PathBuf]) -> Result<Round, Stop> {
    let mut round = Round::default();
    for (root, folder) in checked.iter().zip(roots) {
        let plan = fix::plan(&root.run);
        let mut texts = Vec::new();
        // All files are read and changed in memory before the first is written.
        for (file, edits) in &plan.edits {
            let (bytes, name) = changed(root, folder, file, edits)?;
            texts.push((bytes, file, name));
        }
        for (bytes, file, name) in texts {
            crate::files::write_whole(&folder.join(&**file), &bytes)
                .map_err(|e| Stop::usage(format!("cannot write `{name}`: {e}")))?;
            round.files.push(name);
        }
        round.mended.extend(mended(root, &plan));
    }
    round.files.sort();
    round.files.dedup();
    Ok(round)
}

/// All edits as one diff, and what they mend.
pub(super) fn diff(checked: &[Checked]) -> Result<(String, Vec<String>), Stop> {
    let (mut out, mut lines) = (String::new(), Vec::new());
    for root in checked {
        let plan = fix::plan(&root.run);
        for (file, edits) in &plan.edits {
            let Some(old) = root.run.files.get(file) else { continue };
            let new = fix::apply(&old.text, edits).unwrap_or_else(|| old.text.to_string());
            out.push_str(&fix::unified(&root.path(file), &old.text, &new));
        }
        lines.extend(mended(root, &plan));
    }
    Ok((out, lines))
}

/// How many findings could be mended.
pub(super) fn mendable(checked: &[Checked]) -> usize {
    checked.iter().map(|c| fix::plan(&c.run)).map(|p| p.mends.len() + p.left).sum()
}

fn mended(root: &Checked, plan: &Plan<'_>) -> Vec<String> {
    let mut lines: BTreeMap<(String, u32), Vec<String>> = BTreeMap::new();
    for finding in &plan.mends {
        let file = one_line(&root.path(&finding.place.file), 200);
        let line =
            format!("{file}:{}: {}: {}", finding.place.line, finding.rule, one_line(&finding.message, 200));
        lines.entry((file, finding.place.line)).or_default().push(line);
    }
    lines.into_values().flatten().collect()
}

/// The bytes of a file with its edits made. The byte order mark stays, and what changed since the check is left
/// alone.
fn changed(
    root: &Checked,
    folder: &Path,
    file: &Arc<str>,
    edits: &[Edit],
) -> Result<(Vec<u8>, String), Stop> {
    let name = root.path(file).into_owned();
    let path = folder.join(&**file);
    let unreadable = |why: String| Stop::usage(format!("cannot mend `{}`: {why}", one_line(&name, 200)));
    let metadata = std::fs::symlink_metadata(&path).map_err(|e| unreadable(e.to_string()))?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(unreadable("it is no regular file any more, or too large".to_owned()));
    }
    let bytes = std::fs::read(&path).map_err(|e| unreadable(e.to_string()))?;
    let mark: &[u8] = if bytes.starts_with(b"\xef\xbb\xbf") { b"\xef\xbb\xbf" } else { b"" };
    let text = bytes.get(mark.len()..).and_then(|rest| std::str::from_utf8(rest).ok());
    let known = root.run.files.get(file).map(|f| &*f.text);
    let Some(text) = text.filter(|t| Some(*t) == known) else {
        return Err(unreadable("it is not UTF-8, or was changed while it was checked".to_owned())
            .help("run the check again"));
    };
    let new = fix::apply(text, edits).ok_or_else(|| unreadable("the edits do not fit it".to_owned()))?;
    Ok(([mark, new.as_bytes()].concat(), name))
}

/// Says what was mended.
pub(super) fn tell(done: &Round, terminal: &mut Terminal) {
    for line in &done.mended {
        terminal.note(&format!("fixed {line}"));
    }
    terminal.note(&match done.mended.len() {
        0 => "nothing could be fixed safely".to_owned(),
        n => format!("fixed {} in {}; what remains:", findings(n), count(done.files.len(), "file", "files")),
    });
}

/// Says what `--fix` would do.
pub(super) fn would(n: usize) -> String {
    match n {
        0 => "nothing can be fixed safely".to_owned(),
        n => format!("`--fix` without `--dry-run` would fix {} so", findings(n)),
    }
}

fn findings(n: usize) -> String {
    count(n, "finding", "findings")
}

impl Round {
    /// Adds what another round came to.
    pub(super) fn add(&mut self, other: Self) {
        self.mended.extend(other.mended);
        self.files.extend(other.files);
        self.files.sort();
        self.files.dedup();
    }
}
