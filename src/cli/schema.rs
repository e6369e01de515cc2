//! `schema`: the JSON Schemas of what the tool reads and writes.

use clap::{Args, ValueEnum};

use super::Stop;
use super::terminal::Terminal;

/// Print a JSON Schema.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit schema email-access > email-access.schema.json")]
pub(super) struct SchemaArgs {
    /// Which one.
    #[arg(value_enum, value_name = "NAME")]
    name: SchemaName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaName {
    /// The declaration, `email-access.yaml`.
    EmailAccess,
    /// The report of `check --format json`.
    Report,
    /// The output of `flows --format json`.
    Flows,
    /// A catalogue of uses, for `--catalogue`.
    Catalogue,
    /// A baseline of `check --write-baseline`.
    Baseline,
}

pub(super) fn run(args: &SchemaArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let schema = match args.name {
        SchemaName::EmailAccess => crate::inputs::declaration::schema(),
        SchemaName::Report => crate::reports::json::schema(),
        SchemaName::Flows => crate::reports::flows::json::schema(),
        SchemaName::Catalogue => crate::catalog::Catalogue::schema(),
        SchemaName::Baseline => crate::baseline::schema(),
    };
    terminal.json(&schema)?;
    Ok(())
}
