//! One file a format, all from the same runs; reports decide nothing.

mod excerpt;
pub mod flows;
mod github;
mod gitlab;
mod html;
pub mod human;
pub mod json;
mod junit;
mod markdown;
mod sarif;
mod verdict;
pub(crate) mod wrap;

use std::borrow::Cow;
use std::io::{self, Write};

use crate::findings::run::{AppRun, Counts, Run};
use crate::findings::{Finding, Severity};
use crate::readiness::Table;
use crate::settings::FailOn;

/// The formats of `check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Human,
    /// The versioned machine format.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, for annotations in GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit XML, for CI systems that show test results.
    Junit,
    /// Markdown, for a pull request's comment or a job summary.
    Markdown,
    /// One self-contained page, for people who read no terminal.
    Html,
}

impl Format {
    /// Whether its reader looks paths up in the repository, so that they must start at its top.
    #[must_use]
    pub fn is_read_in_repository(self) -> bool {
        matches!(self, Self::Sarif | Self::Github | Self::Gitlab | Self::Junit | Self::Markdown)
    }
}

/// How reports are written.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How the one for people looks.
    pub human: human::Options,
    /// What counts as failed, for formats that know passed and failed only.
    pub fail_on: FailOn,
}

/// Writes the report over all checked roots in `format`.
///
/// # Errors
/// Those of `out`.
pub fn write(format: Format, checked: &[Checked], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => out.write_all(human::render(checked, &options.human).as_bytes()),
        Format::Json => json::write(checked, out),
        Format::Sarif => sarif::write(checked, out),
        Format::Github => github::write(checked, out),
        Format::Gitlab => gitlab::write(checked, out),
        Format::Junit => junit::write(checked, options.fail_on, out),
        Format::Markdown => out.write_all(markdown::render(checked).as_bytes()),
        Format::Html => html_with(checked, &[], out),
    }
}

/// Writes the HTML report with how ready each app is for the Marketplace in it: a table an app, in their order.
///
/// # Errors
/// When the writer fails.
pub fn html_with(checked: &[Checked], readiness: &[Table], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(html::render(checked, readiness)?.as_bytes())
}

/// Every app with its root.
fn apps(checked: &[Checked]) -> impl Iterator<Item = (&Checked, &AppRun)> {
    checked.iter().flat_map(|c| c.run.apps.iter().map(move |a| (c, a)))
}

/// Every finding that counts with its root: most severe first, then as they are.
fn standing(checked: &[Checked]) -> Vec<(&Checked, &Finding)> {
    let all = apps(checked).flat_map(|(root, app)| app.findings.iter().map(move |f| (root, f)));
    let mut all: Vec<_> = all.filter(|(_, f)| f.suppressed.is_none()).collect();
    all.sort_by_key(|(_, f)| std::cmp::Reverse(f.severity));
    all
}

/// Whether a finding of that severity fails a run.
fn fails(severity: Severity, fail_on: FailOn) -> bool {
    match fail_on {
        FailOn::At(least) => severity >= least,
        FailOn::Never => false,
    }
}

/// One checked root. A report is about one or more of them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What comes before every path of this root, such as `apps/reporter`; empty when only one root
    /// was checked, so that its paths are relative to it.
    pub prefix: String,
    /// What the check came to.
    pub run: Run,
}

impl Checked {
    /// The only checked root.
    #[must_use]
    pub fn only(run: Run) -> Self {
        Self { prefix: String::new(), run }
    }

    /// A path relative to this root as the report shows it.
    #[must_use]
    pub fn path<'a>(&self, path: &'a str) -> Cow<'a, str> {
        match (self.prefix.as_str(), path) {
            ("", _) => Cow::Borrowed(path),
            (prefix, "" | ".") => Cow::Owned(prefix.to_owned()),
            (prefix, _) => Cow::Owned(format!("{}/{path}", prefix.trim_end_matches('/'))),
        }
    }
}

/// Counts over all roots.
#[must_use]
pub fn counts(checked: &[Checked]) -> Counts {
    Counts::of(checked.iter().flat_map(|c| c.run.findings()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn paths_get_the_prefix_of_their_root() {
        let run = Run { apps: Vec::new(), files: BTreeMap::new(), commit: None };
        let at = |prefix: &str, path: &str| {
            Checked { prefix: prefix.to_owned(), run: run.clone() }.path(path).into_owned()
        };
        assert_eq!(at("", "a/b.ts"), "a/b.ts");
        assert_eq!(at("", "."), ".");
        assert_eq!(at("apps/x", "."), "apps/x");
        assert_eq!(at("apps/x", "b.ts"), "apps/x/b.ts");
        assert_eq!(at("/", "b.ts"), "/b.ts");
    }
}
