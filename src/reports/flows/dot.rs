//! The flows in the language of Graphviz.
//!
//! Every text from a file stands in a quoted string, in which only `"` and `\` mean something; ids are ours.

use std::fmt::Write as _;

use super::graph::{Role, graphs};
use crate::findings::Severity;
use crate::reports::Checked;

/// The graph of all apps.
#[must_use]
pub fn render(checked: &[Checked]) -> String {
    let mut out = String::from(
        "digraph flows {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=10];\n",
    );
    for (index, graph) in graphs(checked).iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{} {{\n    label={};", index + 1, quoted(&[&graph.title]));
        for node in &graph.nodes {
            let lines: Vec<&str> = node.lines.iter().map(String::as_str).collect();
            let _ = writeln!(out, "    {} [label={}{}];", node.id, quoted(&lines), look(node.role));
        }
        for (from, to, sure) in &graph.edges {
            let (Some(from), Some(to)) = (graph.nodes.get(*from), graph.nodes.get(*to)) else { continue };
            let label = if sure.is_empty() { String::new() } else { format!(" [label={}]", quoted(&[sure])) };
            let _ = writeln!(out, "    {} -> {}{label};", from.id, to.id);
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

fn look(role: Role) -> &'static str {
    match role {
        Role::Access => ", fillcolor=\"#deebff\"",
        Role::Step => "",
        Role::Goal(None) => ", shape=ellipse, style=filled, fillcolor=\"#e3fcef\"",
        Role::Goal(Some(Severity::Info)) => ", shape=ellipse, style=filled, fillcolor=\"#eae6ff\"",
        Role::Goal(Some(Severity::Warning)) => ", shape=ellipse, style=filled, fillcolor=\"#fffae6\"",
        Role::Goal(Some(Severity::Error)) => ", shape=ellipse, style=filled, fillcolor=\"#ffebe6\"",
    }
}

/// A quoted string of some lines. A backslash is doubled, since it starts an escape in a label.
fn quoted(lines: &[&str]) -> String {
    let mut out = String::from("\"");
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push_str("\\n");
        }
        for c in line.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                // Graphviz reads character references in labels.
                '&' => out.push_str("&amp;"),
                c if c.is_control() => out.push(' '),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_ends_a_string_but_its_end() {
        for (text, expected) in [
            ("a\"b", r#""a\"b""#),
            (r"a\", r#""a\\""#),
            (r"\N\G", r#""\\N\\G""#),
            ("a\nb\u{1b}[0m", "\"a b [0m\""),
            ("<b>&lt;</b>", "\"<b>&amp;lt;</b>\""),
        ] {
            assert_eq!(quoted(&[text]), expected, "{text:?}");
        }
        assert_eq!(quoted(&["a", "b"]), r#""a\nb""#);
    }
}
