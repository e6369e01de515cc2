//! `listing`: the public listing of an app, held against the app.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::check::folder;
use super::marketplace::ListingSource;
use super::online::NetworkArgs;
use super::terminal::Terminal;
use super::{ListFormat, Stop, Verdict as Ended, catalogue};
use crate::facts::{Facts, Listing};
use crate::findings::Severity;
use crate::reports::human::Palette;
use crate::reports::wrap::hanging;
use crate::rules::listing::{Point, Verdict, points};
use crate::settings::Settings;
use crate::text::redact::one_line;

/// Read the public listing of an app on the Marketplace and compare it with the app.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 nothing disagrees, 1 something does, 2 wrong usage or something that cannot be read.
What could not be verified is said and is neither.

Examples:
  mailpermit listing com.example.reporter
  mailpermit listing com.example.reporter apps/reporter
  mailpermit listing --listing-file listing.json --format json")]
pub(super) struct ListingArgs {
    /// The key under which the app is listed; without one, the app's own.
    #[arg(value_name = "APP-KEY")]
    key: Option<String>,
    /// The app's folder.
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// How to print the comparison.
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
    #[command(flatten)]
    source: ListingSource,
    #[command(flatten)]
    network: NetworkArgs,
}

/// The longest text of a column, in characters.
const LONGEST: usize = 300;

pub(super) fn run(args: &ListingArgs, terminal: &mut Terminal) -> Result<Ended, Stop> {
    folder(&args.path, "listing APP-KEY")?;
    let saved = args.source.saved()?;
    let fetcher = if saved.is_none() { Some(args.network.fetcher()?) } else { None };
    let settings = Settings { catalogue: catalogue(None)?, ..Settings::of(args.path.clone()) };
    let run = args.network.cache.check(&settings)?;
    let facts: Vec<&Facts> = run.apps.iter().map(|a| &a.facts).collect();
    let listing = match (&saved, &fetcher) {
        (Some(crate::listing::Source::Saved(listing)), _) => listing.as_ref().clone(),
        (_, Some(fetcher)) => {
            let keys: Vec<String> = facts.iter().flat_map(|f| crate::rules::listing::keys(f)).collect();
            let key = args.key.as_ref().or(keys.first()).ok_or_else(|| {
                Stop::usage("nothing here names the key under which the app is listed")
                    .help("name it: `mailpermit listing APP-KEY`")
            })?;
            args.source.ask(fetcher, key)
        }
        _ => Listing::default(),
    };
    // In a tree of several apps it is the one of that key; else the only one that there is.
    let named = |f: &&&Facts| {
        let keys = crate::rules::listing::keys(f);
        let listed = listing.text(crate::facts::ListingField::Key).map(|(key, _)| key);
        args.key.as_deref().or(listed).is_some_and(|key| keys.contains(key))
    };
    let app = facts.iter().find(named).or(facts.first()).copied();
    let Some(app) = app else { return Ok(Ended::Clean) };
    let points = points(app, &listing);
    match args.format {
        ListFormat::Human => {
            let text = table(&listing, &points, terminal.width, &Palette::new(terminal.color));
            terminal.print(&text)?;
        }
        ListFormat::Json => terminal.json(&Report::of(&listing, &points))?,
    }
    let disagrees = points.iter().any(|p| p.verdict == Verdict::Disagrees && p.worth > Severity::Info);
    Ok(if disagrees { Ended::Findings } else { Ended::Clean })
}

fn table(listing: &Listing, points: &[Point], width: usize, palette: &Palette) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "Listing read from {}", one_line(&listing.source, LONGEST));
    for missing in &listing.missing {
        out.push_str(&hanging("  not read: ", &one_line(missing, LONGEST), width));
    }
    for point in points {
        let (tone, word) = match &point.verdict {
            Verdict::Agrees => (palette.good, "agrees"),
            Verdict::Disagrees => (palette.severity(Severity::Error), "disagrees"),
            Verdict::Unverified(_) => (palette.dim, "could not be verified"),
        };
        let _ = writeln!(out, "\n{tone}{word}{tone:#}: {}", point.what);
        let mut line = |lead: &str, text: &str| {
            if !text.is_empty() {
                out.push_str(&hanging(lead, &one_line(text, LONGEST), width));
            }
        };
        line("  listing: ", &point.listed);
        line("  here:    ", &point.here);
        if let Verdict::Unverified(why) = &point.verdict {
            line("  why:     ", why);
        }
        if point.verdict == Verdict::Disagrees {
            for (place, what) in &point.places {
                line("  at:      ", &format!("{}:{}: {what}", place.file, place.line));
            }
            line("  why:     ", point.why);
            line("  to do:   ", point.help);
        }
    }
    out
}

/// The comparison as data.
#[derive(Serialize)]
struct Report {
    schema_version: u32,
    source: String,
    missing: Vec<String>,
    points: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    what: &'static str,
    verdict: &'static str,
    listed: Option<String>,
    here: Option<String>,
    reason: Option<String>,
    places: Vec<Spot>,
    help: Option<&'static str>,
}

#[derive(Serialize)]
struct Spot {
    file: String,
    line: u32,
    column: u32,
    what: String,
}

impl Report {
    fn of(listing: &Listing, points: &[Point]) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| one_line(text, LONGEST));
        let row = |p: &Point| {
            let disagrees = p.verdict == Verdict::Disagrees;
            let spot = |(place, what): &(crate::text::Place, String)| Spot {
                file: place.file.to_string(),
                line: place.line,
                column: place.column,
                what: one_line(what, LONGEST),
            };
            Row {
                what: p.what,
                verdict: match &p.verdict {
                    Verdict::Agrees => "agrees",
                    Verdict::Disagrees => "disagrees",
                    Verdict::Unverified(_) => "unverified",
                },
                listed: some(&p.listed),
                here: some(&p.here),
                reason: match &p.verdict {
                    Verdict::Unverified(why) => some(why),
                    Verdict::Disagrees => some(p.why),
                    Verdict::Agrees => None,
                },
                places: if disagrees { p.places.iter().map(spot).collect() } else { Vec::new() },
                help: disagrees.then_some(p.help),
            }
        };
        Self {
            schema_version: 1,
            source: one_line(&listing.source, LONGEST),
            missing: listing.missing.iter().map(|m| one_line(m, LONGEST)).collect(),
            points: points.iter().map(row).collect(),
        }
    }
}
