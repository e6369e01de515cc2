//! `check --baseline`, `--write-baseline`, `--prune-baseline`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::{Stop, Terminal};
use crate::baseline::{self, Baseline, FILE_NAME, MAX_BYTES};
use crate::reports::Checked;

/// Adopting the tool on an old code base.
#[derive(Debug, Args)]
#[command(next_help_heading = "Baseline")]
pub(in crate::cli) struct BaselineArgs {
    /// Let pass what this file holds: it stays in the report, marked, and fails nothing.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all open findings to a file for `--baseline`.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        default_missing_value = FILE_NAME,
        conflicts_with_all = ["baseline", "since", "fix"]
    )]
    write_baseline: Option<PathBuf>,
    /// Take out of the baseline what is no longer found.
    #[arg(long, requires = "baseline")]
    prune_baseline: bool,
}

/// A baseline that was read.
pub(super) struct Loaded {
    baseline: Baseline,
    text: String,
    name: String,
}

impl BaselineArgs {
    /// Reads what the arguments name, before any work is done.
    pub(super) fn load(&self) -> Result<Option<Loaded>, Stop> {
        if let Some(path) = &self.write_baseline {
            writable(path)?;
        }
        let Some(path) = &self.baseline else { return Ok(None) };
        let name = path.display().to_string();
        let text = text(path).map_err(|why| {
            Stop::usage(format!("cannot read the baseline `{name}`: {why}"))
                .help(format!("`mailpermit check --write-baseline {name}` writes one"))
        })?;
        let baseline = Baseline::parse(&text).map_err(|why| {
            Stop::usage(format!("`{name}` is no baseline: {why}"))
                .help("`mailpermit schema baseline` prints what such a file looks like")
        })?;
        Ok(Some(Loaded { baseline, text, name }))
    }

    /// Marks what the baseline holds; says and prunes what is stale.
    pub(super) fn apply(
        &self,
        loaded: &Loaded,
        checked: &mut [Checked],
        terminal: &mut Terminal,
    ) -> Result<(), Stop> {
        let matched = mark(loaded, checked);
        if matched.stale.is_empty() {
            return Ok(());
        }
        let entries = match matched.stale.len() {
            1 => "1 entry".to_owned(),
            n => format!("{n} entries"),
        };
        let name = &loaded.name;
        if !self.prune_baseline {
            let verb = if matched.stale.len() == 1 { "is" } else { "are" };
            terminal.note(&format!(
                "note: {entries} of the baseline `{name}` {verb} stale: no longer found; `--prune-baseline` takes them out"
            ));
            return Ok(());
        }
        let pruned = loaded.baseline.without(&matched.stale);
        let path = self.baseline.as_deref().unwrap_or(Path::new(FILE_NAME));
        write(path, &pruned)?;
        terminal.note(&format!("took {entries} out of `{name}`: {} left", pruned.findings.len()));
        Ok(())
    }

    /// Writes a new baseline when that was asked for, and marks what is in it.
    pub(super) fn write_new(&self, checked: &mut [Checked], terminal: &mut Terminal) -> Result<(), Stop> {
        let Some(path) = &self.write_baseline else { return Ok(()) };
        let baseline = Baseline::of(checked);
        write(path, &baseline)?;
        let name = path.display().to_string();
        let loaded = Loaded { text: baseline.text(), baseline, name };
        mark(&loaded, checked);
        let findings = match loaded.baseline.findings.len() {
            1 => "1 finding".to_owned(),
            n => format!("{n} findings"),
        };
        let name = &loaded.name;
        terminal.note(&format!(
            "wrote {findings} to `{name}`: commit it, and check with `mailpermit check --baseline {name}`"
        ));
        Ok(())
    }
}

/// Marks what a baseline holds.
pub(super) fn mark(loaded: &Loaded, checked: &mut [Checked]) -> baseline::Matched {
    loaded.baseline.mark(&baseline::source(&loaded.name, &loaded.text), checked)
}

fn write(path: &Path, baseline: &Baseline) -> Result<(), Stop> {
    crate::files::write_whole(path, baseline.text().as_bytes())
        .map_err(|e| Stop::usage(format!("cannot write `{}`: {e}", path.display())))
}

/// Whether a baseline may be written there: over nothing, or over another one.
fn writable(path: &Path) -> Result<(), Stop> {
    let name = path.display();
    if path.is_dir() {
        return Err(Stop::usage(format!("`{name}` is a folder, and a baseline is a file"))
            .help(format!("to check that folder, write `mailpermit check {name} --write-baseline`")));
    }
    if path.exists() {
        let is_one = text(path).and_then(|t| Baseline::parse(&t));
        is_one.map_err(|_| {
            Stop::usage(format!("`{name}` exists and is no baseline: it is not overwritten"))
                .help("name another file")
        })?;
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("it has {size} bytes, and {MAX_BYTES} are the most"));
    }
    std::fs::read_to_string(path).map_err(|e| e.to_string())
}
