//! The readiness tables for people and programs. Decides nothing.

use std::fmt::Write as _;

use super::{Status, Table};
use crate::findings::Severity;
use crate::reports::human::Palette;
use crate::reports::wrap::{columns, hanging, wrap};

/// For a terminal.
#[must_use]
pub fn human(tables: &[Table], width: usize, color: bool) -> String {
    let palette = Palette::new(color);
    let mut out = String::new();
    for table in tables {
        let title = title(table);
        let _ = writeln!(out, "{0}Marketplace readiness of {title}{0:#}\n", palette.strong);
        // Wide enough for the longest status; the rest is for words.
        let lead = Status::Unverified.words().len() + 4;
        for row in &table.requirements {
            let tone = match row.status {
                Status::NotMet => palette.severity(Severity::Error),
                Status::Unverified => palette.severity(Severity::Warning),
                Status::Met => palette.good,
                Status::NotApplicable => palette.dim,
            };
            let word = row.status.words();
            let pad = " ".repeat(lead.saturating_sub(columns(word) + 2));
            let lines = wrap(&row.requirement, lead, width);
            for (n, line) in lines.iter().enumerate() {
                match n {
                    0 => {
                        let _ = writeln!(
                            out,
                            "  {tone}{word}{tone:#}{pad}{}{line}{:#}",
                            palette.strong, palette.strong
                        );
                    }
                    _ => {
                        let _ = writeln!(out, "{}{line}", " ".repeat(lead));
                    }
                }
            }
            let indent = " ".repeat(lead);
            for evidence in &row.evidence {
                out.push_str(&hanging(&format!("{indent}- "), evidence, width));
            }
            for to_do in &row.to_do {
                out.push_str(&hanging(&format!("{indent}to do: "), to_do, width));
            }
        }
        let _ = writeln!(out, "\n  {}\n", table.summary());
    }
    out
}

fn title(table: &Table) -> String {
    match (&table.app, table.root.as_str()) {
        (Some(app), ".") => super::shown(app),
        (Some(app), root) => format!("{} ({root})", super::shown(app)),
        (None, ".") => "this folder".to_owned(),
        (None, root) => root.to_owned(),
    }
}

/// For programs.
///
/// # Errors
/// When the writer fails.
pub fn json(tables: &[Table], out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let report = serde_json::json!({
        "schema_version": 1,
        "profile": "marketplace",
        "apps": tables.iter().map(|t| serde_json::json!({
            "root": t.root,
            "app": t.app,
            "summary": {
                "met": t.count(Status::Met),
                "not_met": t.count(Status::NotMet),
                "unverified": t.count(Status::Unverified),
                "not_applicable": t.count(Status::NotApplicable),
            },
            "requirements": t.requirements,
        })).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

/// As Markdown.
#[must_use]
pub fn markdown(tables: &[Table]) -> String {
    let mut out = String::new();
    for table in tables {
        let _ = writeln!(out, "# Marketplace readiness of {}\n", in_markdown(&title(table)));
        let _ = writeln!(out, "{}\n", table.summary());
        out.push_str("| Requirement | Status | Evidence | What to do |\n|---|---|---|---|\n");
        for row in &table.requirements {
            let cell =
                |texts: &[String]| texts.iter().map(|t| in_markdown(t)).collect::<Vec<_>>().join("<br>");
            let status = match row.status {
                Status::NotMet => "**not met**",
                other => other.words(),
            };
            let _ = writeln!(
                out,
                "| {} | {status} | {} | {} |",
                in_markdown(&row.requirement),
                cell(&row.evidence),
                cell(&row.to_do)
            );
        }
        out.push('\n');
    }
    out
}

/// Text in a cell of a Markdown table: nothing in it is markup.
fn in_markdown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // `https://` and `@name` become links and mentions on forges.
            '@' => out.push_str("&#64;"),
            ':' => out.push_str("&#58;"),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn tables() -> Vec<Table> {
        let row = |status, text: &str| Row {
            id: "a".to_owned(),
            requirement: "There is a privacy policy".to_owned(),
            source: "Guidelines".to_owned(),
            status,
            evidence: vec![text.to_owned()],
            to_do: vec!["write it".to_owned()],
            rules: Vec::new(),
        };
        let hostile = "<script>alert(1)</script> | `x` [y](https://z.example) @team";
        vec![Table {
            root: "apps/<b>".to_owned(),
            app: Some("A | B".to_owned()),
            requirements: vec![row(Status::Met, "PRIVACY.md:3"), row(Status::NotMet, hostile)],
        }]
    }

    #[test]
    fn text_of_files_is_text_in_every_format() {
        let markdown = markdown(&tables());
        assert!(
            !markdown.contains("<script") && !markdown.contains("[y](") && !markdown.contains("@team"),
            "{markdown}"
        );
        let rows: Vec<&str> = markdown.lines().filter(|l| l.starts_with("| ")).collect();
        assert!(rows.iter().all(|r| r.replace("\\|", "").matches('|').count() == 5), "{markdown}");
    }

    #[test]
    fn every_row_is_in_every_format() {
        let tables = tables();
        let mut bytes = Vec::new();
        json(&tables, &mut bytes).expect("it can be written");
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
        assert_eq!(value["apps"][0]["requirements"][1]["status"], "not-met");
        assert_eq!(value["apps"][0]["summary"]["met"], 1);
        for width in [40, 100] {
            let text = human(&tables, width, false);
            assert!(text.contains("1 met, 1 not met, 0 could not be verified"), "{text}");
            assert!(text.contains("to do: write it"), "{text}");
        }
    }
}
