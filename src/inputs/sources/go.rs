//! What is particular to Go: its comments and what an annotation can cover.
//!
//! Names of the grammar's nodes only; how they are used stands in `grammar`.

use super::grammar::Spec;

pub(super) static SPEC: Spec = Spec {
    name: "Go",
    extensions: &["go"],
    comments: &["comment"],
    markers: &[("/*", "*/"), ("//", "")],
    items: &[
        "communication_case",
        "const_declaration",
        "const_spec",
        "default_case",
        "expression_case",
        "field_declaration",
        "function_declaration",
        "keyed_element",
        "method_declaration",
        "method_elem",
        "type_alias",
        "type_case",
        "type_declaration",
        "type_spec",
        "var_declaration",
        "var_spec",
    ],
    bodies: &["field_declaration_list", "import_spec_list", "source_file", "statement_list"],
    plain: &[],
    ambiguous: false,
    markup: None,
};
