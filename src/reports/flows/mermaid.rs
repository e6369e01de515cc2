//! The flows as a Mermaid flowchart, which is drawn where Markdown is.
//!
//! Every text from a file stands in quotes with all but plain characters written as `#NNN;`, so that neither
//! Mermaid nor the HTML that it makes sees anything in it but text; ids are ours.

use std::fmt::Write as _;

use super::graph::{Role, graphs};
use crate::findings::Severity;
use crate::reports::Checked;

/// The chart of all apps.
#[must_use]
pub fn render(checked: &[Checked]) -> String {
    let mut out = String::from("flowchart LR\n");
    for (index, graph) in graphs(checked).iter().enumerate() {
        let _ = writeln!(out, "  subgraph app{}[\"{}\"]", index + 1, escaped(&graph.title));
        for node in &graph.nodes {
            let text: Vec<String> = node.lines.iter().map(|l| escaped(l)).collect();
            let text = text.join("<br/>");
            let (open, close) = match node.role {
                Role::Goal(_) => ("([\"", "\"])"),
                Role::Access | Role::Step => ("[\"", "\"]"),
            };
            let _ = writeln!(out, "    {}{open}{text}{close}{}", node.id, class(node.role));
        }
        for (from, to, sure) in &graph.edges {
            let (Some(from), Some(to)) = (graph.nodes.get(*from), graph.nodes.get(*to)) else { continue };
            let label = if sure.is_empty() { String::new() } else { format!("|{sure}|") };
            let _ = writeln!(out, "    {} -->{label} {}", from.id, to.id);
        }
        out.push_str("  end\n");
    }
    out.push_str(
        "  classDef access fill:#deebff,stroke:#0052cc\n  classDef error fill:#ffebe6,stroke:#de350b\n  classDef warning fill:#fffae6,stroke:#ff991f\n  classDef advice fill:#eae6ff,stroke:#5243aa\n  classDef fine fill:#e3fcef,stroke:#00875a\n",
    );
    out
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Access => ":::access",
        Role::Step => "",
        Role::Goal(None) => ":::fine",
        Role::Goal(Some(Severity::Info)) => ":::advice",
        Role::Goal(Some(Severity::Warning)) => ":::warning",
        Role::Goal(Some(Severity::Error)) => ":::error",
    }
}

/// A text for a place in quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '/' | ':' | '_' | '-') => out.push(c),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn only_plain_characters_stay() {
        for (text, expected) in [
            ("src/a.ts:3", "src/a.ts:3"),
            ("a\"]; end", "a#34;#93;#59; end"),
            ("<img onerror=x>", "#60;img onerror#61;x#62;"),
            ("`x` #35;", "#96;x#96; #35;35#59;"),
            ("a\n%%{init}%%", "a #37;#37;#123;init#125;#37;#37;"),
            ("größe", "größe"),
        ] {
            assert_eq!(escaped(text), expected, "{text:?}");
        }
    }
}
