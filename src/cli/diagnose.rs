//! `diagnose`: why an address is absent.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{ListFormat, Stop, Verdict};
use crate::findings::Severity;
use crate::reports::human::Palette;
use crate::reports::wrap::hanging;
use crate::text::redact::one_line;
use crate::visibility::diagnose::online::{self, Credentials, Organization, Site};
use crate::visibility::diagnose::{Absent, Diagnosis, Likelihood, Options, Reading, UserDiagnosis};
use crate::visibility::model::Caller;

/// Names of users that are printed where several have the same reasons.
const MAX_NAMES: usize = 10;
/// Groups of users that are printed.
const MAX_GROUPS: usize = 50;

/// Say why users in an answer have no address, and what can be done about it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit diagnose user.json --caller connect
  curl … | mailpermit diagnose - --caller api-token-admin
  mailpermit diagnose users.jsonl --format json
  mailpermit diagnose space.json --caller api-token-admin --online --org ORG --directory DIR

FILE is any answer of Jira, Confluence or Jira Service Management that has users in it, or JSON lines. The exit code
is 1 when a user has no address. With --online, credentials come from the environment:
  MAILPERMIT_ORG_API_KEY                                  an organization API key, with --org
  MAILPERMIT_SITE_USER and MAILPERMIT_SITE_TOKEN          an account and its API token, with --site
  MAILPERMIT_SITE_TOKEN alone                             an OAuth 2.0 token, with --site")]
pub(super) struct DiagnoseArgs {
    /// The answer, or `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who made the call.
    #[arg(long, value_enum, value_name = "CALLER")]
    caller: Option<Caller>,
    /// Accounts that were asked for: those missing in the answer were left out.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    asked: Vec<String>,
    /// How to print the answer.
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
    /// Make the call that settles it.
    #[arg(long)]
    online: bool,
    /// The site to ask, `https://….atlassian.net`.
    #[arg(long, value_name = "URL", requires = "online")]
    site: Option<String>,
    /// The organization to ask.
    #[arg(long, value_name = "ID", requires = "online")]
    org: Option<String>,
    /// The organization's directory; `-` stands for all.
    #[arg(long, value_name = "ID", requires = "org", default_value = "-")]
    directory: String,
    /// Where the Organizations API is.
    #[arg(long, value_name = "URL", requires = "org", default_value = online::ADMIN)]
    admin_base: String,
}

pub(super) fn run(args: &DiagnoseArgs, terminal: &mut Terminal) -> Result<Verdict, Stop> {
    let options = Options { caller: args.caller, asked: args.asked.clone() };
    // Before a long input is read in vain.
    let (site, organization) = if args.online { where_to_ask(args)? } else { (None, None) };
    let name = one_line(&args.file.display().to_string(), 200);
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(&args.file).map_err(|e| Stop::usage(format!("cannot read `{name}`: {e}")))?)
    };
    let mut reading = Reading::of(input, &options).map_err(|e| {
        Stop::usage(format!("cannot read `{name}`: {e}"))
            .help("an answer of Jira or Confluence as it came, a list of users, or one JSON object a line")
    })?;
    let mut failures = Vec::new();
    if args.online {
        failures = online::settle(&mut reading, site.as_ref(), organization.as_ref())
            .map_err(|e| Stop::usage(e.to_string()))?;
    }
    let mut diagnosis = reading.judged(&options);
    diagnosis.notes.extend(failures);
    match args.format {
        ListFormat::Json => terminal.json(&diagnosis)?,
        ListFormat::Human => {
            let text = human(&diagnosis, terminal.width, &Palette::new(terminal.color));
            terminal.print(&text)?;
        }
    }
    Ok(if diagnosis.users.is_empty() { Verdict::Clean } else { Verdict::Findings })
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
    std::env::var(name).ok().filter(|v| !v.trim().is_empty())
}

type Places = (Option<Site>, Option<Organization>);

/// Where to ask, and with what.
fn where_to_ask(args: &DiagnoseArgs) -> Result<Places, Stop> {
    let address = |text: &str| online::base(text).map_err(|e| Stop::usage(e.to_string()));
    let missing = |what: &str| {
        Stop::usage(format!("`{what}` is not set")).help("credentials are read from the environment only")
    };
    let site = match &args.site {
        None => None,
        Some(at) => {
            let token = variable("MAILPERMIT_SITE_TOKEN").ok_or_else(|| missing("MAILPERMIT_SITE_TOKEN"))?;
            let credentials = match variable("MAILPERMIT_SITE_USER") {
                Some(user) => Credentials::Basic(user, token),
                None => Credentials::Bearer(token),
            };
            Some(Site { base: address(at)?, credentials })
        }
    };
    let organization = match &args.org {
        None => None,
        Some(id) => {
            let key = variable("MAILPERMIT_ORG_API_KEY").ok_or_else(|| missing("MAILPERMIT_ORG_API_KEY"))?;
            let base = address(&args.admin_base)?;
            Some(Organization { base, id: id.clone(), directory: args.directory.clone(), key })
        }
    };
    if site.is_none() && organization.is_none() {
        return Err(Stop::usage("`--online` needs somewhere to ask").help("give `--site URL` or `--org ID`"));
    }
    Ok((site, organization))
}

fn absence(address: Absent) -> &'static str {
    match address {
        Absent::Omitted => "the address is left out",
        Absent::Null => "the address is null",
        Absent::EmptyString => "the address is an empty string",
        Absent::LeftOut => "the account is left out of the answer",
    }
}

fn human(diagnosis: &Diagnosis, width: usize, palette: &Palette) -> String {
    let mut out = String::new();
    // Users with the same answer are told of together, in the order of the first of each.
    let mut groups: Vec<(&UserDiagnosis, Vec<&UserDiagnosis>)> = Vec::new();
    let mut places: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for user in &diagnosis.users {
        let key = format!("{:?}{:?}{:?}{:?}", user.address, user.product, user.asked, user.causes);
        let at = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, members)) => members.push(user),
            None => groups.push((user, vec![user])),
        }
    }
    for (first, members) in groups.iter().take(MAX_GROUPS) {
        group(&mut out, first, members, width, palette);
    }
    if groups.len() > MAX_GROUPS {
        let _ =
            writeln!(out, "… and {} groups more; `--format json` has them all\n", groups.len() - MAX_GROUPS);
    }
    for note in &diagnosis.notes {
        out.push_str(&hanging("note: ", note, width));
    }
    let s = diagnosis.summary;
    let plural = if s.users == 1 { "" } else { "s" };
    let _ = writeln!(
        out,
        "{} user{plural}: {} with an address, {} without",
        s.users, s.with_address, s.without_address
    );
    out
}

fn group(
    out: &mut String,
    first: &UserDiagnosis,
    members: &[&UserDiagnosis],
    width: usize,
    palette: &Palette,
) {
    let names: Vec<String> = members
        .iter()
        .take(MAX_NAMES)
        .map(|u| match (&u.name, &u.account_id) {
            (Some(name), Some(id)) => format!("{name} ({id})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => "a user without an id".to_owned(),
        })
        .collect();
    let more = match members.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let title = format!("{}{more}: {}", names.join(", "), absence(first.address));
    let bold = palette.severity(Severity::Warning);
    let _ = writeln!(out, "{bold}{}{bold:#}", hanging("", &title, width).trim_end());
    for asked in &first.asked {
        out.push_str(&hanging("  asked: ", asked, width));
    }
    let mut ruled_out = Vec::new();
    let mut rank = 0;
    for cause in first.causes.iter() {
        let how = match cause.likelihood {
            Likelihood::Known => "known",
            Likelihood::Likely => "likely",
            Likelihood::Possible => "possible",
            Likelihood::Unlikely => "unlikely",
            Likelihood::RuledOut => {
                ruled_out.push(cause.id.as_str());
                continue;
            }
        };
        rank += 1;
        out.push_str(&hanging(&format!("  {rank}. {how}: "), &cause.title, width));
        for text in &cause.speaks_for {
            out.push_str(&hanging("       + ", text, width));
        }
        for text in &cause.speaks_against {
            out.push_str(&hanging("       - ", text, width));
        }
    }
    if !ruled_out.is_empty() {
        out.push_str(&hanging("  ruled out: ", &ruled_out.join(", "), width));
    }
    for settle in first.settle.iter() {
        out.push_str(&hanging("  to settle it: ", &settle.text, width));
    }
    for way in first.ways.iter() {
        let caller = way.for_this_caller.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
        let text = format!("{}: {}. Who may: {}{caller}", way.title, way.text, way.who);
        out.push_str(&hanging("  a way: ", &text, width));
    }
    if first.ways.is_empty() {
        out.push_str("  there is no way to an address\n");
    }
    out.push('\n');
}
