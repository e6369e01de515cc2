//! The command line: one file a command, and the only place that reads the environment.
//!
//! Findings and what was asked for go to standard output, everything else to standard error. Exit codes:
//! 0 clean, 1 findings at or above `--fail-on`, 2 wrong usage or something that cannot be read.

mod approve;
mod cache;
mod check;
mod completions;
mod diagnose;
mod explain;
mod fixtures;
mod flows;
mod init;
mod listing;
mod lsp;
mod man;
mod marketplace;
mod mock;
mod online;
mod outputs;
mod page;
mod progress;
mod request;
mod rules;
mod schema;
mod terminal;
mod uses;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use self::terminal::{ColorWhen, Terminal};
use crate::catalog::Catalogue;

/// Checks how an Atlassian app uses people's email addresses and writes its Email API access request.
#[derive(Debug, Parser)]
#[command(
    name = "mailpermit",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or something that cannot be read.

Examples:
  mailpermit init                        draft email-access.yaml from what the code does
  mailpermit check                       check the app in this folder
  mailpermit flows                       show where addresses come from and go
  mailpermit request --draft             write what the access request would say
  mailpermit approve --ticket KEY        record what Atlassian approved
  mailpermit explain undeclared-access   what a rule is about and how to mend it
  mailpermit uses                        what Atlassian allows addresses to be used for"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; `auto` respects `NO_COLOR` and `CLICOLOR_FORCE`.
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        default_value_t,
        hide_possible_values = false
    )]
    color: ColorWhen,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Check(check::CheckArgs),
    Flows(flows::FlowsArgs),
    Request(request::RequestArgs),
    Listing(listing::ListingArgs),
    Approve(approve::ApproveArgs),
    Rules(rules::RulesArgs),
    Explain(explain::ExplainArgs),
    Uses(uses::UsesArgs),
    Diagnose(diagnose::DiagnoseArgs),
    Fixtures(fixtures::FixturesArgs),
    Mock(mock::MockArgs),
    Schema(schema::SchemaArgs),
    Lsp(lsp::LspArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// Wrong usage, or something that cannot be read.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// The output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
}

impl Stop {
    fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    fn help(self, text: impl Into<String>) -> Self {
        match self {
            Self::Usage { message, .. } => Self::Usage { message, help: Some(text.into()) },
            Self::Output(_) => self,
        }
    }
}

/// What the environment says under a name.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// Whether a command found something that fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Clean,
    Findings,
}

/// The command line as a description, for the pages that are generated from it.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program on its own arguments.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell when this can't be written.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let mut terminal = Terminal::new(cli.color);
    let ended = run(cli.command, &mut terminal).and_then(|verdict| {
        terminal.flush()?;
        Ok(verdict)
    });
    match ended {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        // Who reads no further has what they wanted, as in `mailpermit check | head`.
        Err(Stop::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(stop) => {
            terminal.complain(&stop);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    match command {
        Command::Check(args) => return check::run(&args, terminal),
        Command::Request(args) => return request::run(&args, terminal),
        Command::Lsp(args) => return lsp::run(&args, terminal),
        Command::Init(args) => init::run(&args, terminal)?,
        Command::Listing(args) => return listing::run(&args, terminal),
        Command::Approve(args) => return approve::run(&args, terminal),
        Command::Flows(args) => flows::run(&args, terminal)?,
        Command::Rules(args) => rules::run(&args, terminal)?,
        Command::Explain(args) => explain::run(&args, terminal)?,
        Command::Uses(args) => uses::run(&args, terminal)?,
        Command::Diagnose(args) => return diagnose::run(&args, terminal),
        Command::Fixtures(args) => fixtures::run(&args, terminal)?,
        Command::Mock(args) => mock::run(&args, terminal)?,
        Command::Schema(args) => schema::run(&args, terminal)?,
        Command::Completions(args) => completions::run(&args, terminal)?,
        Command::Man(args) => man::run(&args, terminal)?,
    }
    Ok(Verdict::Clean)
}

/// The largest catalogue file that is read; the built-in one has 15 kB.
const MAX_CATALOGUE_BYTES: u64 = 1 << 20;

/// The catalogue in `file`, or the built-in one.
fn catalogue(file: Option<&Path>) -> Result<Arc<Catalogue>, Stop> {
    let Some(path) = file else { return Ok(Catalogue::embedded()) };
    let name = path.display().to_string();
    let unreadable = |why: String| {
        Stop::usage(format!("cannot read the catalogue `{name}`: {why}"))
            .help("`mailpermit schema catalogue` prints what such a file looks like")
    };
    let size = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
    if size > MAX_CATALOGUE_BYTES {
        return Err(unreadable(format!("it has {size} bytes, and {MAX_CATALOGUE_BYTES} are the most")));
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    Catalogue::parse(&text, &name).map(Arc::new).map_err(|e| unreadable(e.to_string()))
}

/// The message for a name that no rule has.
fn unknown_rule(name: &str) -> Stop {
    let shown = crate::text::redact::one_line(name, 80);
    let stop = Stop::usage(format!("there is no rule `{shown}`"));
    match crate::rules::nearest(name) {
        Some(near) => stop.help(format!("did you mean `{near}`? `mailpermit rules` lists them all")),
        None => stop.help("`mailpermit rules` lists them all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
