//! The flows for programs: the accesses and flows of the report, in its own shapes and nothing else.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::reports::Checked;
use crate::reports::json::{self, v1};

/// The output of `mailpermit flows --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "mailpermit flows, version 1")]
pub struct Flows {
    /// The version of this format: that of the report.
    #[schemars(extend("const" = 1))]
    pub schema_version: u32,
    /// What wrote it.
    pub tool: v1::Tool,
    /// The folders that were looked at.
    pub roots: Vec<v1::Root>,
    /// Where addresses are obtained, in all apps.
    pub accesses: Vec<v1::Access>,
    /// Where they go.
    pub flows: Vec<v1::Flow>,
    /// Declared uses, and uses that only annotations name, in all apps.
    pub uses: Vec<v1::Use>,
}

/// Writes the flows, indented, with a line break at the end.
///
/// # Errors
/// Those of `out`.
pub fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    let v1::Report { schema_version, tool, roots, accesses, flows, uses, .. } = json::report(checked);
    serde_json::to_writer_pretty(&mut *out, &Flows { schema_version, tool, roots, accesses, flows, uses })?;
    out.write_all(b"\n")
}

/// Its JSON Schema, as it is committed under `schemas/`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Flows>().to_value()
}
