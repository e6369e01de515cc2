//! Plain text: paragraphs stand apart by blank lines.

use super::passage::{Builder, Text};

/// Reads plain text.
#[must_use]
pub fn read(source: &str) -> Text {
    let mut builder = Builder::default();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if line.trim().is_empty() {
            builder.end();
        } else {
            builder.verbatim(line, at);
        }
        at += line.len();
    }
    builder.finish()
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
