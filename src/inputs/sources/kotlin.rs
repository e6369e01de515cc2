//! What is particular to Kotlin: its comments and what an annotation can cover.
//!
//! Names of the grammar's nodes only; how they are used stands in `grammar`.

use super::grammar::Spec;

pub(super) static SPEC: Spec = Spec {
    name: "Kotlin",
    extensions: &["kt", "kts"],
    comments: &["line_comment", "block_comment"],
    markers: &[("/*", "*/"), ("//", "")],
    items: &[
        "anonymous_initializer",
        "assignment",
        "catch_block",
        "class_declaration",
        "class_parameter",
        "companion_object",
        "do_while_statement",
        "enum_entry",
        "finally_block",
        "for_statement",
        "function_declaration",
        "getter",
        "object_declaration",
        "property_declaration",
        "return_expression",
        "secondary_constructor",
        "setter",
        "throw_expression",
        "type_alias",
        "when_entry",
        "while_statement",
    ],
    bodies: &["block", "class_body", "enum_class_body", "lambda_literal", "source_file"],
    plain: &["lambda_parameters", "shebang"],
    ambiguous: true,
    markup: None,
};
