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
    /// The output of `request --format json`.
    Request,
    /// The record of an approval, `email-access.lock`.
    Lock,
    /// A catalogue of uses, for `--catalogue`.
    Catalogue,
    /// A baseline of `check --write-baseline`.
    Baseline,
    /// The output of `diagnose --format json`.
    Diagnose,
    /// The list of files that `fixtures` writes, `manifest.json`.
    Fixtures,
    /// People and scenarios, for `mock --scenarios`.
    Scenarios,
    /// The OpenAPI description of `mock`.
    MockOpenapi,
}

pub(super) fn run(args: &SchemaArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let schema = match args.name {
        SchemaName::EmailAccess => crate::inputs::declaration::schema(),
        SchemaName::Report => crate::reports::json::schema(),
        SchemaName::Flows => crate::reports::flows::json::schema(),
        SchemaName::Request => crate::request::json::schema(),
        SchemaName::Lock => crate::lock::schema(),
        SchemaName::Catalogue => crate::catalog::Catalogue::schema(),
        SchemaName::Baseline => crate::baseline::schema(),
        SchemaName::Diagnose => crate::visibility::diagnose::schema(),
        SchemaName::Fixtures => crate::visibility::fixtures::Manifest::schema(),
        SchemaName::Scenarios => crate::visibility::scenarios::Scenarios::schema(),
        SchemaName::MockOpenapi => crate::visibility::mock::routes::openapi(),
    };
    terminal.json(&schema)?;
    Ok(())
}
