//! `fixtures`: the scenarios of profile visibility as files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Stop;
use super::terminal::Terminal;
use crate::files::write_whole;
use crate::text::redact::one_line;
use crate::visibility::fixtures::{self, Fixture, MANIFEST};

/// Write the scenarios of profile visibility as JSON files, for an app's tests.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit fixtures tests/visibility
  mailpermit fixtures tests/visibility --force   write them anew

`manifest.json` says what each file is. All people in them are invented.")]
pub(super) struct FixturesArgs {
    /// The folder to write to; it is made if it is not there.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Overwrite files that differ.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &FixturesArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let files = fixtures::all();
    let mut taken: Vec<&str> = Vec::new();
    let mut wanted: Vec<&Fixture> = Vec::new();
    for file in &files {
        let path = args.folder.join(&file.path);
        // Whatever stands there under that name counts, a link or a folder too.
        match path.symlink_metadata() {
            Ok(_) if same(&path, &file.text) => {}
            Ok(_) => {
                taken.push(&file.path);
                wanted.push(file);
            }
            Err(_) => wanted.push(file),
        }
    }
    if !args.force && !taken.is_empty() {
        let some: Vec<String> = taken.iter().take(3).map(|p| format!("`{p}`")).collect();
        let more = if taken.len() > 3 { format!(" and {} more", taken.len() - 3) } else { String::new() };
        return Err(Stop::usage(format!("{} would be overwritten{more}", some.join(", ")))
            .help("`--force` overwrites them; nothing was written"));
    }
    for file in &wanted {
        let path = args.folder.join(&file.path);
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)
            .and_then(|()| write_whole(&path, file.text.as_bytes()))
            .map_err(|e| Stop::usage(format!("cannot write `{}`: {e}", path.display())))?;
    }
    let mut text = String::new();
    let folder = one_line(&args.folder.display().to_string(), 400);
    let (new, all) = (wanted.len(), files.len());
    let _ = writeln!(text, "{new} of {all} files written to {folder}; {MANIFEST} says what each is");
    terminal.print(&text)?;
    Ok(())
}

/// Whether the file has that text already. It is read only when it has that length.
fn same(path: &Path, text: &str) -> bool {
    let regular = path.symlink_metadata().is_ok_and(|m| m.is_file() && m.len() == text.len() as u64);
    regular && std::fs::read(path).is_ok_and(|found| found == text.as_bytes())
}
