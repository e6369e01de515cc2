//! `check`: runs the rules over one or more folders and reports.

mod baseline;
mod fix;
mod git;
mod since;

use std::io::{IsTerminal as _, Write};
use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueEnum};

use super::outputs::{Output, Outputs};
use super::terminal::{DEFAULT_WIDTH, Terminal};
use super::{Stop, Verdict, catalogue, progress, unknown_rule};
use crate::files::write_whole;
use crate::findings::Severity;
use crate::online::Fetcher;
use crate::readiness;
use crate::reports::{self, Checked, Format, counts, human};
use crate::settings::{FailOn, Settings};

/// Check apps: every place that reads addresses, where they go, and whether that is declared and allowed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit check
  mailpermit check apps/reporter apps/planner   paths in the report start with these
  mailpermit check --format json --output report.json
  mailpermit check --format sarif --output mailpermit.sarif --format human
  mailpermit check --select undeclared-access,email-in-logs --fail-on warning
  mailpermit check --exclude 'legacy/**' --ignore email-in-ui
  mailpermit check --online              ask for the documents' addresses too")]
pub(super) struct CheckArgs {
    /// Folders to check, each by itself; all go into one report.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
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
    /// Check vendored folders, build output and minified scripts too.
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
    online: super::online::OnlineArgs,
    #[command(flatten)]
    fixing: fix::FixArgs,
    #[command(flatten)]
    baseline: baseline::BaselineArgs,
    #[command(flatten)]
    since: since::SinceArgs,
    #[command(flatten)]
    marketplace: super::marketplace::MarketplaceArgs,
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
    let outputs = args.outputs.pair()?;
    let catalogue = catalogue(args.catalogue.as_deref())?;
    let fetcher = args.online.fetcher()?;
    let listing = args.marketplace.source(fetcher.is_some())?;
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
            listing: listing.clone(),
        })
        .collect();
    let prefixes: Vec<&str> = roots.iter().map(|(_, prefix)| prefix.as_str()).collect();
    let mut examination = Examination {
        args,
        fetcher: fetcher.as_ref(),
        outputs,
        in_repository: roots.iter().map(|(root, prefix)| in_repository(root, prefix)).collect(),
        before: args.since.before(&all)?,
        baseline: args.baseline.load()?,
        all,
        prefixes,
    };
    let mut checked = examination.run(terminal)?;
    if !args.quiet {
        super::online::say(&checked, terminal);
    }
    if args.fixing.fix {
        return examination.mend(checked, terminal);
    }
    examination.report(&mut checked, terminal)?;
    examination.offer_fixes(&checked, terminal);
    if args.marketplace.profile.is_some() && args.fail_on != FailLevel::Never {
        let not_met = readiness::tables(&checked).iter().any(|t| t.count(readiness::Status::NotMet) > 0);
        return Ok(if not_met { Verdict::Findings } else { Verdict::Clean });
    }
    Ok(verdict(args.fail_on.into(), &checked))
}

/// All that decides which findings a check of some folders comes to.
struct Examination<'a> {
    args: &'a CheckArgs,
    fetcher: Option<&'a Fetcher>,
    outputs: Vec<Output>,
    all: Vec<Settings>,
    /// What paths in the report start with, a root each; and for those who read it in a repository.
    prefixes: Vec<&'a str>,
    in_repository: Vec<String>,
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
            let mut memory = self.args.online.network.cache.memory();
            let line = progress::Line::new(!self.args.quiet);
            let online = self.fetcher.map(|fetcher| crate::Online { fetcher, progress: &line });
            let progress = memory.progress();
            let run = line.during(&progress, || crate::check_with(settings, online, &mut memory));
            let run = run.map_err(|e| Stop::usage(e.to_string()))?;
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
        self.report(&mut checked, terminal)?;
        Ok(verdict(args.fail_on.into(), &checked))
    }

    fn report(&self, checked: &mut [Checked], terminal: &mut Terminal) -> Result<(), Stop> {
        let (args, outputs) = (self.args, &self.outputs);
        let human = human::Options {
            width: terminal.width,
            color: terminal.color,
            quiet: args.quiet,
            rule_summary: |name| crate::rules::find(name).map(|r| r.summary),
            rule_link: if terminal.links { crate::rules::docs::address } else { |_| None },
        };
        let options = reports::Options { human, fail_on: args.fail_on.into() };
        for output in outputs {
            let before: Vec<String> = checked.iter().map(|c| c.prefix.clone()).collect();
            if output.format.is_read_in_repository() {
                for (root, prefix) in checked.iter_mut().zip(&self.in_repository) {
                    root.prefix.clone_from(prefix);
                }
            }
            match &output.file {
                None => write(args, output.format, checked, &options, terminal.out())?,
                Some(path) => {
                    // A file has no terminal: neither its width nor its colours count.
                    let human = human::Options {
                        width: DEFAULT_WIDTH,
                        color: terminal.color_forced,
                        rule_link: |_| None,
                        ..human
                    };
                    let mut bytes = Vec::new();
                    let options = reports::Options { human, ..options };
                    write(args, output.format, checked, &options, &mut bytes)?;
                    write_whole(path, &bytes)
                        .map_err(|e| Stop::usage(format!("cannot write `{}`: {e}", path.display())))?;
                }
            }
            for (root, prefix) in checked.iter_mut().zip(before) {
                root.prefix = prefix;
            }
        }
        if !args.quiet && outputs.iter().all(|o| o.file.is_some()) {
            terminal.note(&human::summary(checked));
        }
        Ok(())
    }

    /// Says that the program can mend some of it itself.
    fn offer_fixes(&self, checked: &[Checked], terminal: &mut Terminal) {
        // Who reads a file or a log later cannot mend it there.
        let watched = std::io::stderr().is_terminal();
        let read_here = self.outputs.iter().any(|o| o.format == Format::Human && o.file.is_none());
        if !watched || !read_here || self.args.quiet {
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

/// What paths of a root start with for those who look them up in its repository: its way from the top of the
/// git checkout that it lies in, else from the folder that the program runs in, else as it was given.
fn in_repository(root: &Path, otherwise: &str) -> String {
    let Ok(full) = root.canonicalize() else { return otherwise.to_owned() };
    let top = full.ancestors().take(64).find(|a| a.join(".git").exists()).map(Path::to_owned);
    let here = || std::env::current_dir().ok()?.canonicalize().ok();
    match top.or_else(here).and_then(|top| full.strip_prefix(top).ok().map(prefix)) {
        // The root itself: its paths start with nothing.
        Some(way) if way == "." => String::new(),
        Some(way) => way,
        None => otherwise.to_owned(),
    }
}

/// Writes one report: that of the findings, or the readiness view in the formats that people and programs read it in.
fn write(
    args: &CheckArgs,
    format: Format,
    checked: &[Checked],
    options: &reports::Options,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let tables = || readiness::tables(checked);
    match (args.marketplace.profile, format) {
        (Some(_), Format::Human) => {
            out.write_all(readiness::human(&tables(), options.human.width, options.human.color).as_bytes())
        }
        (Some(_), Format::Json) => readiness::json(&tables(), out),
        (Some(_), Format::Markdown) => out.write_all(readiness::markdown(&tables()).as_bytes()),
        (Some(_), Format::Html) => reports::html_with(checked, &tables(), out),
        _ => reports::write(format, checked, options, out),
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
    let app = crate::inputs::apps::nearest_root(parent);
    let folder = app.as_deref().map_or(parent, |a| if a.as_os_str().is_empty() { Path::new(".") } else { a });
    Err(Stop::usage(format!("`{name}` is a file, and apps are checked as a whole"))
        .help(format!("pass the app's folder: `mailpermit {command} {}`", folder.display())))
}

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
        let settings = Settings::of(".");
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
