//! `check`: runs the rules over one or more folders and reports.

mod baseline;
mod fix;
mod git;
mod since;

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};

use super::terminal::{DEFAULT_WIDTH, Terminal};
use super::{Stop, Verdict, catalogue, unknown_rule};
use crate::findings::Severity;
use crate::reports::{Checked, Format, counts, human, json};
use crate::settings::{FailOn, Settings};

/// Check apps: every place that reads addresses, where they go, and whether that is declared and allowed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit check
  mailpermit check apps/reporter apps/planner   paths in the report start with these
  mailpermit check --format json --output report.json
  mailpermit check --select undeclared-access,email-in-logs --fail-on warning
  mailpermit check --exclude 'legacy/**' --ignore email-in-ui")]
pub(super) struct CheckArgs {
    /// Folders to check, each by itself; all go into one report.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the report to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    fail_on: FailLevel,
    /// Run only these rules; may be repeated, or a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave out these rules; may be repeated, or a list with commas.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Leave out paths that match; may be repeated.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Check vendored folders and build output too.
    #[arg(long)]
    include_vendored: bool,
    /// Check what `.gitignore` and its kin leave out too.
    #[arg(long)]
    no_ignore: bool,
    /// Worker threads; one for each core unless given. The report does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Atlassian's list of uses, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Print findings and the summary line only.
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    fixing: fix::FixArgs,
    #[command(flatten)]
    baseline: baseline::BaselineArgs,
    #[command(flatten)]
    since: since::SinceArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum FailLevel {
    /// Errors fail.
    #[default]
    Error,
    /// Errors and warnings fail.
    Warning,
    /// Nothing fails.
    Never,
}

impl From<FailLevel> for FailOn {
    fn from(level: FailLevel) -> Self {
        match level {
            FailLevel::Error => Self::At(Severity::Error),
            FailLevel::Warning => Self::At(Severity::Warning),
            FailLevel::Never => Self::Never,
        }
    }
}

pub(super) fn run(args: &CheckArgs, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    for name in args.select.iter().chain(&args.ignore) {
        crate::rules::find(name).ok_or_else(|| unknown_rule(name))?;
    }
    for glob in &args.exclude {
        globset::Glob::new(glob).map_err(|e| Stop::usage(format!("`--exclude`: {e}")))?;
    }
    let catalogue = catalogue(args.catalogue.as_deref())?;
    let roots = roots(&args.paths)?;
    let all: Vec<Settings> = roots
        .iter()
        .map(|(root, _)| Settings {
            root: root.clone(),
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            exclude: args.exclude.clone(),
            include_vendored: args.include_vendored,
            no_ignore: args.no_ignore,
            threads: args.threads.map(usize::from),
            catalogue: catalogue.clone(),
        })
        .collect();
    let prefixes: Vec<&str> = roots.iter().map(|(_, prefix)| prefix.as_str()).collect();
    let mut examination = Examination {
        args,
        before: args.since.before(&all)?,
        baseline: args.baseline.load()?,
        all,
        prefixes,
    };
    let checked = examination.run(terminal)?;
    if args.fixing.fix {
        return examination.mend(checked, terminal);
    }
    report(args, &checked, terminal)?;
    offer_fixes(args, &checked, terminal);
    Ok(verdict(args.fail_on.into(), &checked))
}

/// All that decides which findings a check of some folders comes to.
struct Examination<'a> {
    args: &'a CheckArgs,
    all: Vec<Settings>,
    prefixes: Vec<&'a str>,
    before: Option<since::Before>,
    baseline: Option<baseline::Loaded>,
}

impl Examination<'_> {
    /// Checks all folders; says what is to be said of a baseline.
    fn run(&self, terminal: &mut Terminal) -> Result<Vec<Checked>, Stop> {
        let mut checked = self.check()?;
        if let Some(loaded) = &self.baseline {
            self.args.baseline.apply(loaded, &mut checked, terminal)?;
        }
        self.args.baseline.write_new(&mut checked, terminal)?;
        if let Some(before) = &self.before {
            before.keep_new(&mut checked, &self.all);
        }
        Ok(checked)
    }

    fn check(&self) -> Result<Vec<Checked>, Stop> {
        let each = self.all.iter().zip(&self.prefixes);
        each.map(|(settings, prefix)| {
            let run = crate::check(settings).map_err(|e| Stop::usage(e.to_string()))?;
            Ok(Checked { prefix: (*prefix).to_owned(), run })
        })
        .collect()
    }

    /// Makes the safe edits, or shows them, and reports what remains.
    fn mend(&mut self, mut checked: Vec<Checked>, terminal: &mut Terminal) -> Result<Verdict, Stop> {
        let args = self.args;
        if args.fixing.dry_run {
            let (diff, lines) = fix::diff(&checked)?;
            terminal.print(&diff)?;
            terminal.note(&fix::would(lines.len()));
            return Ok(verdict(args.fail_on.into(), &checked));
        }
        let roots: Vec<PathBuf> = self.all.iter().map(|s| s.root.clone()).collect();
        let mut done = fix::Round::default();
        for _ in 0..fix::MOST_ROUNDS {
            let round = fix::make(&checked, &roots)?;
            if round.files.is_empty() {
                break;
            }
            done.add(round);
            checked = self.check()?;
            if let Some(loaded) = &self.baseline {
                baseline::mark(loaded, &mut checked);
            }
            if let Some(before) = &self.before {
                before.keep_new(&mut checked, &self.all);
            }
        }
        fix::tell(&done, terminal);
        report(args, &checked, terminal)?;
        Ok(verdict(args.fail_on.into(), &checked))
    }
}

/// Says that the program can mend some of it itself.
fn offer_fixes(args: &CheckArgs, checked: &[Checked], terminal: &mut Terminal) {
    // Who reads a file or a log later cannot mend it there.
    let watched = std::io::stderr().is_terminal();
    if !watched || args.format != Format::Human || args.quiet || args.output.is_some() {
        return;
    }
    let n = fix::mendable(checked);
    if n > 0 {
        terminal.aside(&format!(
            "{} can be mended with `mailpermit check --fix`; `--fix --dry-run` shows how",
            if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") }
        ));
    }
}

fn verdict(fail_on: FailOn, checked: &[Checked]) -> Verdict {
    let found = counts(checked);
    let failing = match fail_on {
        FailOn::At(Severity::Error) => found.errors,
        FailOn::At(Severity::Warning) => found.errors + found.warnings,
        FailOn::At(Severity::Info) => found.errors + found.warnings + found.infos,
        FailOn::Never => 0,
    };
    if failing == 0 { Verdict::Clean } else { Verdict::Findings }
}

fn report(args: &CheckArgs, checked: &[Checked], terminal: &mut Terminal) -> Result<(), Stop> {
    let mut options = human::Options {
        width: terminal.width,
        color: terminal.color,
        quiet: args.quiet,
        rule_summary: |name| crate::rules::find(name).map(|r| r.summary),
    };
    let Some(path) = &args.output else {
        return Ok(write(args.format, checked, &options, terminal.out())?);
    };
    // A file has no terminal: neither its width nor its colours count.
    options.width = DEFAULT_WIDTH;
    options.color = terminal.color_forced;
    let unwritable = |e: std::io::Error| Stop::usage(format!("cannot write `{}`: {e}", path.display()));
    let mut file = BufWriter::new(File::create(path).map_err(unwritable)?);
    write(args.format, checked, &options, &mut file).and_then(|()| file.flush()).map_err(unwritable)?;
    if !args.quiet {
        terminal.note(&human::summary(checked));
    }
    Ok(())
}

fn write(
    format: Format,
    checked: &[Checked],
    options: &human::Options,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    match format {
        Format::Human => out.write_all(human::render(checked, options).as_bytes()),
        Format::Json => json::write(checked, out),
    }
}

/// The folders to check, each with what its paths in the report start with.
fn roots(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Stop> {
    let mut roots: Vec<(PathBuf, PathBuf)> = Vec::new();
    for path in paths {
        let full = folder(path, "check")?;
        if roots.iter().any(|(_, other)| *other == full) {
            continue;
        }
        if let Some((other, _)) = roots.iter().find(|(_, o)| full.starts_with(o) || o.starts_with(&full)) {
            let message = format!("`{}` and `{}` lie in each other", other.display(), path.display());
            return Err(Stop::usage(message).help("pass the outer one: apps below it are found"));
        }
        roots.push((path.clone(), full));
    }
    let alone = roots.len() == 1;
    let named = |(path, _): (PathBuf, PathBuf)| {
        let prefix = if alone { String::new() } else { prefix(&path) };
        (path, prefix)
    };
    Ok(roots.into_iter().map(named).collect())
}

/// The full path of a folder, or what is wrong with it.
pub(super) fn folder(path: &Path, command: &str) -> Result<PathBuf, Stop> {
    let name = path.display();
    let full = path.canonicalize().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Stop::usage(format!("there is no folder `{name}`")),
        _ => Stop::usage(format!("cannot read `{name}`: {e}")),
    })?;
    if full.is_dir() {
        return Ok(full);
    }
    // One file alone says too little: its app's manifest and declaration decide what is right in it.
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let app = parent.ancestors().take(32).find(|a| APP_FILES.iter().any(|f| a.join(f).is_file()));
    let folder = app.map_or(parent, |a| if a.as_os_str().is_empty() { Path::new(".") } else { a });
    Err(Stop::usage(format!("`{name}` is a file, and apps are checked as a whole"))
        .help(format!("pass the app's folder: `mailpermit {command} {}`", folder.display())))
}

/// Files that show that a folder is an app's root.
const APP_FILES: &[&str] = &["manifest.yml", "manifest.yaml", "atlassian-connect.json", "email-access.yaml"];

/// A path as paths in the report start with it: with `/`, without `.` parts.
fn prefix(path: &Path) -> String {
    let mut out = String::new();
    for part in path.components() {
        let part = match part {
            Component::CurDir => continue,
            Component::RootDir => "/".to_owned(),
            other => other.as_os_str().to_string_lossy().into_owned(),
        };
        if !out.is_empty() && !out.ends_with('/') && part != "/" {
            out.push('/');
        }
        out.push_str(&part);
    }
    if out.is_empty() { ".".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_depends_on_severity_and_level() {
        use crate::findings::run::{AppRun, Run};
        use crate::findings::{Finding, Suppressed};
        let settings = Settings {
            root: ".".into(),
            select: Vec::new(),
            ignore: Vec::new(),
            exclude: Vec::new(),
            include_vendored: false,
            no_ignore: false,
            threads: None,
            catalogue: crate::catalog::Catalogue::embedded(),
        };
        let place = crate::text::Place::start_of(&"a".into());
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let settings = Settings { root: folder.path().to_owned(), ..settings };
        let facts = crate::check(&settings).expect("it can be read").apps.remove(0).facts;
        let checked = |severity: Severity, suppressed: bool| {
            let mut finding = Finding::new(place.clone(), "wrong");
            finding.severity = severity;
            finding.suppressed =
                suppressed.then(|| Suppressed { reason: "so".to_owned(), place: place.clone() });
            let app = AppRun { facts: facts.clone(), findings: vec![finding], rules: Vec::new() };
            [Checked::only(Run { apps: vec![app], files: std::collections::BTreeMap::new(), commit: None })]
        };
        for (level, severity, suppressed, expected) in [
            (FailLevel::Error, Severity::Error, false, Verdict::Findings),
            (FailLevel::Error, Severity::Warning, false, Verdict::Clean),
            (FailLevel::Error, Severity::Error, true, Verdict::Clean),
            (FailLevel::Warning, Severity::Warning, false, Verdict::Findings),
            (FailLevel::Warning, Severity::Error, false, Verdict::Findings),
            (FailLevel::Warning, Severity::Info, false, Verdict::Clean),
            (FailLevel::Never, Severity::Error, false, Verdict::Clean),
        ] {
            assert_eq!(
                verdict(level.into(), &checked(severity, suppressed)),
                expected,
                "{level:?} {severity:?}"
            );
        }
    }

    #[test]
    fn prefixes_are_tidy() {
        for (path, expected) in [
            ("apps/x", "apps/x"),
            ("./apps//x/", "apps/x"),
            (".", "."),
            ("../y/./z", "../y/z"),
            ("/a/b", "/a/b"),
            ("/", "/"),
        ] {
            assert_eq!(prefix(Path::new(path)), expected, "{path}");
        }
    }
}
