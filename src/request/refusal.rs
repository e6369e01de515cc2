//! What stands in the way of a request: error-level findings that no suppression covers.

use super::escape::escape_text;
use super::model::{OpenError, Spot};
use super::texts::counted;
use crate::findings::{Severity, run::AppRun};

/// How many errors a refusal names; the rest is counted.
const NAMED: usize = 20;

/// Why no request is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The findings that stand, in the order of the run.
    pub errors: Vec<OpenError>,
}

impl Refusal {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        "fix them and run `mailpermit request` again, or write a marked draft with `--draft`"
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n = self.errors.len();
        let stands = if n == 1 { "stands" } else { "stand" };
        write!(f, "no request is written while {} {stands}", counted(n, "error", "errors"))?;
        for e in self.errors.iter().take(NAMED) {
            // The file's name comes from a stranger's tree and this goes to a terminal.
            let file = escape_text(&e.at.file);
            write!(f, "\n  `{}` at {file}:{}: {}", e.rule, e.at.line, escape_text(&e.message))?;
        }
        if n > NAMED {
            write!(f, "\n  and {} more", n - NAMED)?;
        }
        Ok(())
    }
}

/// The error-level findings of `app` that stand; `None` when nothing forbids a request.
#[must_use]
pub fn refusal(app: &AppRun) -> Option<Refusal> {
    let errors = open_errors(app);
    (!errors.is_empty()).then_some(Refusal { errors })
}

/// Rules whose findings no request has to wait for: it is the request that mends them.
const MENDED_BY_REQUEST: &[&str] = &["unapproved-use", "approved-use-removed", "scope-before-approval"];

/// The error-level findings that no suppression covers and that a request does not mend.
pub(super) fn open_errors(app: &AppRun) -> Vec<OpenError> {
    app.findings
        .iter()
        .filter(|f| f.severity == Severity::Error && f.suppressed.is_none())
        .filter(|f| !MENDED_BY_REQUEST.contains(&f.rule))
        .map(|f| OpenError {
            rule: f.rule.to_owned(),
            message: f.message.clone(),
            at: Spot { file: f.place.file.to_string(), line: f.place.line },
        })
        .collect()
}
