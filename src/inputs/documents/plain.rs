//! Plain text: paragraphs stand apart by blank lines, and items and headings by how their lines begin.

use super::passage::{Builder, Kind, Text};

/// Reads plain text.
#[must_use]
pub fn read(source: &str) -> Text {
    let mut builder = Builder::default();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.is_empty() || is_rule(trimmed) {
            builder.kind(Kind::Text);
        } else if is_heading(trimmed) {
            builder.kind(Kind::Heading);
            builder.verbatim(line, at);
            builder.kind(Kind::Text);
        } else {
            if trimmed.starts_with(['*', '-', '•', '–']) {
                builder.kind(Kind::Item);
            }
            builder.verbatim(line, at);
        }
        at += line.len();
    }
    builder.finish()
}

/// A line that only parts others, such as `=====`.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '=' | '-' | '_' | '*' | '~' | '#'))
}

/// A short line in capitals, or a short numbered one without an end: `1. PURPOSE`, `3) Who gets it`.
fn is_heading(line: &str) -> bool {
    const LONGEST: usize = 70;
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ')');
    let title = numbered.trim();
    let ends = title.ends_with(['.', ',', ';', ':', '!']);
    let shouts = title.chars().any(char::is_alphabetic) && !title.chars().any(char::is_lowercase);
    let counted = numbered.len() < line.len() && numbered.starts_with(' ');
    !ends && line.chars().count() <= LONGEST && (shouts || counted) && !title.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_part_paragraphs() {
        let source = "PRIVACY\r\n\r\nWe keep\r\n  nothing.\n \t\nBye";
        let text = read(source);
        let texts: Vec<_> = text.passages.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["PRIVACY", "We keep nothing.", "Bye"]);
        let parts: Vec<_> =
            text.passages.iter().map(|p| source.get(p.span.range()).expect("on borders")).collect();
        assert_eq!(parts, ["PRIVACY", "We keep\r\n  nothing.", "Bye"]);
        assert_eq!(read(" \n\n").passages, []);
    }
}
