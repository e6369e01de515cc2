//! `uses`: the catalogue of uses.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::terminal::Terminal;
use super::{ListFormat, Stop, catalogue};
use crate::catalog::{Catalogue, CatalogueUse, Verdict};
use crate::findings::Severity;
use crate::reports::human::Palette;
use crate::reports::wrap::{columns, hanging};
use crate::text::redact::one_line;

/// List what Atlassian allows addresses to be used for, and what not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit uses
  mailpermit uses --format json
  mailpermit uses --catalogue uses-of-2026.yaml")]
pub(super) struct UsesArgs {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
    /// A catalogue to print instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

pub(super) fn run(args: &UsesArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let catalogue = catalogue(args.catalogue.as_deref())?;
    match args.format {
        ListFormat::Human => {
            let text = table(&catalogue, terminal.width, &Palette::new(terminal.color));
            terminal.print(&text)?;
        }
        ListFormat::Json => terminal.json(catalogue.as_ref())?,
    }
    Ok(())
}

fn table(catalogue: &Catalogue, width: usize, palette: &Palette) -> String {
    let longest = catalogue.uses.iter().map(|u| columns(&u.id)).max().unwrap_or(0).min(40);
    let sections = [
        (Verdict::Valid, "Valid", palette.good),
        (Verdict::Invalid, "Invalid", palette.severity(Severity::Error)),
        (Verdict::Review, "A person at Atlassian decides", palette.severity(Severity::Warning)),
    ];
    let mut out = String::new();
    for (verdict, title, tone) in sections {
        let uses: Vec<&CatalogueUse> = catalogue.uses.iter().filter(|u| u.verdict == verdict).collect();
        if uses.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{tone}{title}{tone:#}");
        for entry in uses {
            let lead = format!("  {:longest$}  ", entry.id);
            let process = match verdict {
                Verdict::Review => String::new(),
                _ => format!(" ({})", entry.process_label),
            };
            let text = format!("{}{process}", entry.functionality);
            out.push_str(&hanging(&lead, &one_line(&text, 400), width));
        }
        out.push('\n');
    }
    let source = format!("Source: {}, {}", catalogue.url, catalogue.date);
    let _ = writeln!(out, "{}", one_line(&source, 400));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_is_listed_under_its_verdict() {
        let catalogue = Catalogue::embedded();
        let text = table(&catalogue, 80, &Palette::new(false));
        let (valid, rest) = text.split_once("Invalid\n").expect("there are invalid uses");
        for entry in &catalogue.uses {
            let side = if entry.verdict == Verdict::Valid { valid } else { rest };
            assert!(side.contains(&format!("  {} ", entry.id)), "{text}");
        }
        assert!(text.lines().all(|l| columns(l) <= 90), "{text}");
    }
}
