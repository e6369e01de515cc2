//! Workflow commands: lines on standard output that GitHub Actions turns into annotations.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>. A line break in a text
//! would start another command, so everything is escaped as GitHub's own toolkit does it.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::excerpt::{prepared, whole_file};
use super::{Checked, human, standing};
use crate::findings::{Finding, Severity};
use crate::text::redact::{one_line, visible};

/// Longest text of one part of a message, in characters.
const LONGEST: usize = 1000;

/// Writes one command a finding, the most severe first because GitHub shows ten of a kind for each step,
/// and the summary as a line of the log.
pub(super) fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    for (root, finding) in standing(checked) {
        writeln!(out, "{}", command(root, finding))?;
    }
    writeln!(out, "{}", human::summary(checked))
}

/// A log shows what is written here, so a name that moves the cursor is made visible, and leads nowhere.
fn command(root: &Checked, finding: &Finding) -> String {
    let place = &finding.place;
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    // The order of the properties is the one in which GitHub's toolkit writes them.
    let title = property(&format!("mailpermit: {}", finding.rule));
    let mut line = format!("::{name} title={title},file={}", property(&visible(&root.path(&place.file))));
    if !whole_file(place) {
        let _ = write!(line, ",line={},endLine={}", place.line, place.end_line);
        // GitHub refuses columns over more than one line.
        if place.line == place.end_line {
            let _ = write!(line, ",col={},endColumn={}", place.column, place.end_column);
        }
    }
    let _ = write!(line, "::{}", text(finding));
    line
}

/// What is wrong, why and what to do, one a line.
fn text(finding: &Finding) -> String {
    let mut lines = vec![one_line(&finding.message, LONGEST)];
    lines.extend(finding.notes.iter().map(|n| format!("why: {}", one_line(n, LONGEST))));
    for help in &finding.help {
        // Lines after the first are to be copied.
        let mut parts = help.lines();
        lines.push(format!("help: {}", one_line(parts.next().unwrap_or(""), LONGEST)));
        lines.extend(parts.map(|line| format!("    {}", prepared(line))));
    }
    data(&lines.join("\n"))
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("a%0A\r\n::error::b"), "a%250A%0D%0A::error::b");
        assert_eq!(property("a,line=3::b%\n"), "a%2Cline=3%3A%3Ab%25%0A");
    }
}
