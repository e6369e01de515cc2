//! `mock`: Atlassian's user endpoints with invented people, on loopback.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::terminal::Terminal;
use super::{ListFormat, Stop};
use crate::visibility::mock::settings::{EmailApi, Settings};
use crate::visibility::mock::world::World;
use crate::visibility::mock::{Mock, run as serve};
use crate::visibility::model::Caller;
use crate::visibility::scenarios::Scenarios;

/// The largest file of scenarios that is read.
const MAX_FILE_BYTES: u64 = 16 << 20;
/// Requests that can be remembered at most.
const MAX_REMEMBERED: u64 = 100_000;

/// Serve Atlassian's user endpoints with invented people, for testing an app.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit mock                            listen on a free port, print the address
  mailpermit mock --port 8787 --scenario hidden
  mailpermit mock --scenarios people.yaml --caller forge-app
  mailpermit mock --list                     the scenarios

The first line on standard output is `listening on http://…`. Requests may carry `X-Mailpermit-Scenario`,
`X-Mailpermit-Caller` and `X-Mailpermit-Status`; `/__mailpermit/state` and `/__mailpermit/requests` change the
settings and show what was asked for. `mailpermit schema mock-openapi` describes it all.")]
pub(super) struct MockArgs {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// The address to listen on; one that is not loopback needs `--expose`.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    host: IpAddr,
    /// Allow an address that other machines reach.
    #[arg(long)]
    expose: bool,
    /// The scenario that every account is shown in.
    #[arg(long, value_name = "ID")]
    scenario: Option<String>,
    /// People and scenarios of your own, as YAML or JSON; `mailpermit schema scenarios` says how.
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Who makes the calls.
    #[arg(long, value_enum, default_value_t, value_name = "CALLER")]
    caller: Caller,
    /// What the Email API answers.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    email_api: EmailApi,
    /// How many requests to remember.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(..=MAX_REMEMBERED))]
    remember: u64,
    /// Print the scenarios and stop.
    #[arg(long)]
    list: bool,
    /// How to print the scenarios.
    #[arg(long, value_enum, default_value_t, requires = "list")]
    format: ListFormat,
}

pub(super) fn run(args: &MockArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let scenarios = match &args.scenarios {
        None => Scenarios::embedded(),
        Some(path) => Arc::new(read(path)?),
    };
    if args.list {
        return list(args.format, &scenarios, terminal);
    }
    let settings = Settings {
        scenario: args.scenario.clone(),
        caller: args.caller,
        email_api: args.email_api,
        ..Settings::default()
    };
    settings
        .verify(&scenarios)
        .map_err(|message| Stop::usage(message).help("`mailpermit mock --list` prints the scenarios"))?;
    if !args.host.is_loopback() && !args.expose {
        return Err(Stop::usage(format!("`{}` is no loopback address", args.host))
            .help("other machines could reach the mock and its switches; `--expose` allows that"));
    }
    let address = SocketAddr::new(args.host, args.port);
    let remember = usize::try_from(args.remember).unwrap_or(0);
    let mock = Mock::new(World::new(scenarios), settings, remember);
    let asked = serve(mock, address, |bound| {
        let out = terminal.out();
        writeln!(out, "listening on http://{bound}")?;
        out.flush()
    })
    .map_err(|e| match e.kind() {
        std::io::ErrorKind::BrokenPipe => Stop::Output(e),
        _ => Stop::usage(format!("cannot listen on `{address}`: {e}")),
    })?;
    terminal.note(&format!("stopped after {asked} request{}", if asked == 1 { "" } else { "s" }));
    Ok(())
}

fn read(path: &Path) -> Result<Scenarios, Stop> {
    let name = path.display().to_string();
    let unreadable = |why: String| Stop::usage(format!("cannot read the scenarios `{name}`: {why}"));
    let size = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
    if size > MAX_FILE_BYTES {
        return Err(unreadable(format!("it has {size} bytes, and {MAX_FILE_BYTES} are the most")));
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    Scenarios::parse(&text, &name)
        .map_err(|e| unreadable(e).help("`mailpermit schema scenarios` prints what such a file looks like"))
}

fn list(format: ListFormat, scenarios: &Scenarios, terminal: &mut Terminal) -> Result<(), Stop> {
    match format {
        ListFormat::Json => terminal.json(scenarios)?,
        ListFormat::Human => {
            let longest = scenarios.scenarios.iter().map(|s| s.id.len()).max().unwrap_or(0);
            let width = terminal.width;
            let text: String = scenarios
                .scenarios
                .iter()
                .map(|s| {
                    let lead = format!("{:longest$}  ", s.id);
                    crate::reports::wrap::hanging(&lead, &crate::text::redact::one_line(&s.title, 400), width)
                })
                .collect();
            terminal.print(&text)?;
        }
    }
    Ok(())
}
