//! `approve`: records what Atlassian approved, so that `check` can hold the app to it.

use std::path::PathBuf;

use clap::Args;

use super::request::the_app;
use super::terminal::Terminal;
use super::{Stop, Verdict, catalogue};
use crate::facts::Record;
use crate::findings::Severity;
use crate::findings::run::AppRun;
use crate::lock;
use crate::rules::{self, Group, approval};
use crate::settings::Settings;
use crate::text::redact::one_line;

/// Record what Atlassian approved, in `email-access.lock`. Run it on the state that the request described.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit approve --ticket ECOHELP-12345
  mailpermit approve --ticket ECOHELP-12345 --date 2026-03-31
  mailpermit approve --ticket ECOHELP-12345 --app apps/planner   one of several apps in this folder")]
pub(super) struct ApproveArgs {
    /// The app's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The key of the ticket that was approved.
    #[arg(long, value_name = "KEY")]
    ticket: String,
    /// The day of the approval, as 2026-03-31; today unless given.
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// The folder of the app that is meant, when PATH holds several.
    #[arg(long, value_name = "FOLDER")]
    app: Option<String>,
    /// Atlassian's list of uses, instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    cache: super::cache::CacheArgs,
}

pub(super) fn run(args: &ApproveArgs, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    if !lock::is_ticket(&args.ticket) {
        return Err(Stop::usage(format!("`{}` is not the key of a ticket", one_line(&args.ticket, 80)))
            .help("write it as on the ticket, such as `--ticket ECOHELP-12345`"));
    }
    let date = match &args.date {
        Some(date) if lock::is_date(date) => date.clone(),
        Some(date) => {
            return Err(Stop::usage(format!("`{}` is not a day", one_line(date, 80)))
                .help("write year, month and day, such as `--date 2026-03-31`"));
        }
        None => jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    };
    let settings =
        Settings { catalogue: catalogue(args.catalogue.as_deref())?, ..Settings::of(args.path.clone()) };
    let run = args.cache.check(&settings)?;
    let app = the_app(&run, args.app.as_deref())?;
    let record = Record { ticket: args.ticket.clone(), date, ..approval::record(&app.facts) };
    if record.uses.is_empty() {
        return Err(Stop::usage("no use is declared, so there is nothing that can have been approved")
            .help("declare under `uses:` in `email-access.yaml` what the approved request describes"));
    }
    let untold = untold(app);
    if !untold.is_empty() {
        let (n, errors) = (untold.len(), if untold.len() == 1 { "error stands" } else { "errors stand" });
        terminal.note(&format!(
            "error: nothing is recorded while {n} {errors}: the record would not say what the app does{}\n\
             help: run it on the state that the request described, or mend them; `mailpermit check` tells more",
            untold.join("")
        ));
        return Ok(Verdict::Findings);
    }
    let folder = match &*app.facts.app.root {
        "." => args.path.clone(),
        root => args.path.join(root),
    };
    let path = folder.join(lock::FILE_NAME);
    let shown = path.strip_prefix(".").unwrap_or(&path).display();
    // A link may lead anywhere: what it points to is not what is meant to be written.
    if std::fs::symlink_metadata(&path).is_ok_and(|m| !m.is_file()) {
        return Err(Stop::usage(format!("`{shown}` is no regular file")).help("remove it, or move it away"));
    }
    let text = lock::write(&record);
    crate::files::write_whole(&path, text.as_bytes())
        .map_err(|e| Stop::usage(format!("cannot write `{shown}`: {e}")))?;
    terminal.note(&said(app, &record, &shown.to_string()));
    Ok(Verdict::Clean)
}

/// What was recorded, and what to do with it.
fn said(app: &AppRun, record: &Record, path: &str) -> String {
    let mut out = format!("{path} records what {} approved on {}:", record.ticket, record.date);
    let before = app.facts.approval.as_ref().map(|a| approval::changes(&a.record, record));
    for name in record.uses.keys() {
        let change = before.iter().flat_map(|c| &c.uses).find(|c| c.name == *name);
        let mark = match (&before, change.map(|c| c.standing)) {
            (None, _) => "",
            (Some(_), Some(approval::Standing::New)) => " (new)",
            (Some(_), Some(_)) => " (changed)",
            (Some(_), None) => " (as before)",
        };
        out.push_str(&format!("\n  {name}{mark}"));
    }
    for gone in before.iter().flat_map(|c| &c.uses).filter(|c| c.standing == approval::Standing::Removed) {
        out.push_str(&format!("\n  {} (no longer approved)", gone.name));
    }
    out.push_str("\ncommit it; `mailpermit check` tells from now on when the app does something else");
    out
}

/// Errors that stand and that the record would pass over: what was not read, belongs to no use, or is done with
/// addresses and not declared. One line each.
fn untold(app: &AppRun) -> Vec<String> {
    const ABOUT_FLOWS: &[&str] = &["email-to-third-party", "email-to-marketing-service", "email-stored"];
    const BY_RECORD: &[&str] = &["unapproved-use", "approved-use-removed", "malformed-lock"];
    let counts = |rule: &str| {
        let group = rules::find(rule).map(|r| r.group);
        !BY_RECORD.contains(&rule)
            && (matches!(group, Some(Group::Inputs | Group::Uses)) || ABOUT_FLOWS.contains(&rule))
    };
    app.findings
        .iter()
        .filter(|f| f.severity == Severity::Error && f.suppressed.is_none() && counts(f.rule))
        .map(|f| {
            let at = format!("{}:{}", one_line(&f.place.file, 200), f.place.line);
            format!("\n  `{}` at {at}: {}", f.rule, one_line(&f.message, 300))
        })
        .collect()
}
