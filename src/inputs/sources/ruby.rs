//! What is particular to Ruby: its comments and what an annotation can cover.
//!
//! Names of the grammar's nodes only; how they are used stands in `grammar`.

use super::grammar::Spec;

pub(super) static SPEC: Spec = Spec {
    name: "Ruby",
    extensions: &["rb", "rake", "ru"],
    comments: &["comment"],
    markers: &[("=begin", "=end"), ("#", "")],
    items: &[
        "class",
        "else",
        "elsif",
        "ensure",
        "in_clause",
        "method",
        "module",
        "pair",
        "rescue",
        "singleton_class",
        "singleton_method",
        "when",
    ],
    bodies: &[
        "begin",
        "begin_block",
        "block_body",
        "body_statement",
        "do",
        "else",
        "end_block",
        "ensure",
        "parenthesized_statements",
        "program",
        "then",
    ],
    plain: &["empty_statement", "heredoc_body", "uninterpreted"],
    ambiguous: false,
    markup: None,
};
