//! `rules`: every rule with its severity and what it checks.

use std::fmt::Write as _;

use clap::Args;

use super::terminal::Terminal;
use super::{ListFormat, Stop};
use crate::findings::Severity;
use crate::reports::human::Palette;
use crate::reports::wrap::{columns, wrap};
use crate::rules::{ALL, Rule};

/// List the rules.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mailpermit rules
  mailpermit rules --format json")]
pub(super) struct RulesArgs {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

pub(super) fn run(args: &RulesArgs, terminal: &mut Terminal) -> Result<(), Stop> {
    match args.format {
        ListFormat::Human => {
            let text = table(ALL, terminal.width, &Palette::new(terminal.color));
            terminal.print(&text)?;
        }
        ListFormat::Json => terminal.json(&ALL.iter().map(|r| Row::of(r)).collect::<Vec<_>>())?,
    }
    Ok(())
}

/// A rule as JSON.
#[derive(Debug, serde::Serialize)]
struct Row {
    name: &'static str,
    group: &'static str,
    severity: Severity,
    since: &'static str,
    summary: &'static str,
}

impl Row {
    fn of(rule: &Rule) -> Self {
        Self {
            name: rule.name,
            group: rule.group.title(),
            severity: rule.severity,
            since: rule.since,
            summary: rule.summary,
        }
    }
}

fn table(rules: &[&Rule], width: usize, palette: &Palette) -> String {
    let strong = palette.strong;
    let longest = rules.iter().map(|r| columns(r.name)).max().unwrap_or(0);
    let indent = 2 + longest + 2 + "warning".len() + 2;
    let room = width.saturating_sub(indent).max(30);
    let mut groups: Vec<_> = rules.iter().map(|r| r.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut out = String::new();
    for group in groups {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{strong}{}{strong:#}", group.title());
        for rule in rules.iter().filter(|r| r.group == group) {
            let tone = palette.severity(rule.severity);
            let word = crate::reports::human::word(rule.severity);
            let lines = wrap(rule.summary, 0, room);
            for (index, line) in lines.iter().enumerate() {
                let _ = match index {
                    0 => writeln!(out, "  {:longest$}  {tone}{word:7}{tone:#}  {line}", rule.name),
                    _ => writeln!(out, "{:indent$}{line}", ""),
                };
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Group, Outcome};

    #[test]
    fn rules_stand_under_their_groups_and_wrap() {
        let rule = |name, group, severity| Rule {
            name,
            summary: "an address is written where nobody may ever want to see it again",
            group,
            severity,
            since: "0.1.0",
            page: "",
            check: |_, _| Outcome::Checked,
        };
        let (a, b) =
            (rule("b-rule", Group::Flows, Severity::Info), rule("a", Group::Inputs, Severity::Error));
        let expected = "\
Inputs
  a       error    an address is written where nobody
                   may ever want to see it again

Flows
  b-rule  advice   an address is written where nobody
                   may ever want to see it again
";
        assert_eq!(table(&[&a, &b], 54, &Palette::new(false)), expected);
    }
}
