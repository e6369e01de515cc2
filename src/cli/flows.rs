//! `flows`: how addresses travel through the code.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::terminal::{DEFAULT_WIDTH, Terminal};
use super::{Stop, catalogue};
use crate::reports::Checked;
use crate::reports::flows::{FlowsFormat, dot, json, mermaid, tree};
use crate::settings::Settings;

/// Show how addresses travel through the code, from where they are obtained to where they go.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit flows
  mailpermit flows --format mermaid apps/reporter
  mailpermit flows --format dot | dot -Tsvg > flows.svg
  mailpermit flows --format json --output flows.json")]
pub(super) struct FlowsArgs {
    /// The folder to look at.
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// How to show them.
    #[arg(long, value_enum, default_value_t)]
    format: FlowsFormat,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Leave out paths that match; may be repeated.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Look at vendored folders, build output and minified scripts too.
    #[arg(long)]
    include_vendored: bool,
    /// Look at what `.gitignore` and its kin leave out too.
    #[arg(long)]
    no_ignore: bool,
    /// Worker threads; one for each core unless given. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    cache: super::cache::CacheArgs,
}

pub(super) fn run(args: &FlowsArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    for glob in &args.exclude {
        globset::Glob::new(glob).map_err(|e| Stop::usage(format!("`--exclude`: {e}")))?;
    }
    super::check::folder(&args.path, "flows")?;
    let settings = Settings {
        exclude: args.exclude.clone(),
        include_vendored: args.include_vendored,
        no_ignore: args.no_ignore,
        threads: args.threads.map(usize::from),
        catalogue: catalogue(None)?,
        ..Settings::of(args.path.clone())
    };
    let run = args.cache.check(&settings)?;
    let checked = [Checked::only(run)];
    let mut options = tree::Options { width: terminal.width, color: terminal.color };
    let Some(path) = &args.output else {
        return Ok(write(args.format, &checked, &options, terminal.out())?);
    };
    // A file has no terminal: neither its width nor its colours count.
    options = tree::Options { width: DEFAULT_WIDTH, color: terminal.color_forced };
    let mut text = Vec::new();
    write(args.format, &checked, &options, &mut text)?;
    std::fs::write(path, text).map_err(|e| Stop::usage(format!("cannot write `{}`: {e}", path.display())))
}

fn write(
    format: FlowsFormat,
    checked: &[Checked],
    options: &tree::Options,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    match format {
        FlowsFormat::Tree => out.write_all(tree::render(checked, options).as_bytes()),
        FlowsFormat::Dot => out.write_all(dot::render(checked).as_bytes()),
        FlowsFormat::Mermaid => out.write_all(mermaid::render(checked).as_bytes()),
        FlowsFormat::Json => json::write(checked, out),
    }
}
