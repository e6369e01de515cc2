//! `explain`: a rule's page, to be read in the terminal.

use std::fmt::Write as _;

use clap::Args;

use super::terminal::Terminal;
use super::{Stop, page, unknown_rule};
use crate::reports::human::{Palette, word};
use crate::reports::wrap::hanging;

/// Explain a rule: what it checks, why, what is wrong and what is right.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit explain undeclared-access")]
pub(super) struct ExplainArgs {
    /// The rule's name.
    #[arg(value_name = "RULE")]
    rule: String,
}

pub(super) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    let rule = crate::rules::find(&args.rule).ok_or_else(|| unknown_rule(&args.rule))?;
    let palette = Palette::new(terminal.color);
    let (strong, tone) = (palette.strong, palette.severity(rule.severity));
    let mut text = String::new();
    let title = hanging("", &format!("{}: {}", rule.name, rule.summary), terminal.width);
    let summary = title.strip_prefix(rule.name).unwrap_or_default();
    let _ = write!(text, "{strong}{}{strong:#}{summary}", rule.name);
    let (group, severity) = (rule.group.title(), word(rule.severity));
    let _ = writeln!(text, "{tone}{severity}{tone:#} by default, {group}, since {}\n", rule.since);
    // The page starts with its name, which is said already.
    let page =
        rule.page.strip_prefix("# ").and_then(|p| p.split_once('\n')).map_or(rule.page, |(_, rest)| rest);
    text.push_str(&page::render(page.trim_start(), terminal.width, &palette));
    terminal.print(&text)?;
    Ok(())
}
