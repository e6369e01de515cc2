//! One run over one root: inputs, facts, rules, findings, in that order.

use std::path::PathBuf;

use crate::findings::run::Run;
use crate::settings::Settings;

/// Why a run could not take place at all. What is wrong inside a file is a finding instead.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The root cannot be read. The user's mistake, or their permissions'.
    #[error("cannot read `{}`: {source}", path.display())]
    Root {
        /// The root.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Checks the app or apps under `settings.root`.
///
/// # Errors
/// When the root cannot be read.
pub fn check(settings: &Settings) -> Result<Run, CheckError> {
    use crate::facts::{App, AppType, Coverage, Facts};
    std::fs::read_dir(&settings.root)
        .map_err(|source| CheckError::Root { path: settings.root.clone(), source })?;
    let app = App {
        root: ".".into(),
        kind: AppType::Unknown,
        kind_reason: "no manifest was read".to_owned(),
        key: None,
        name: None,
        vendor: None,
        products: Vec::new(),
        manifests: Vec::new(),
        oauth_scopes: Vec::new(),
    };
    let facts = Facts {
        app,
        declaration: None,
        declaration_exists: false,
        catalogue: settings.catalogue.clone(),
        accesses: Vec::new(),
        flows: Vec::new(),
        observations: Vec::new(),
        annotations: Vec::new(),
        bad_annotations: Vec::new(),
        suppressions: Vec::new(),
        documents: Vec::new(),
        problems: Vec::new(),
        coverage: Coverage::default(),
    };
    let app = crate::findings::run::AppRun { facts, findings: Vec::new(), rules: Vec::new() };
    Ok(Run { apps: vec![app], files: std::collections::BTreeMap::new(), commit: None })
}
