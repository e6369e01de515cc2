//! What is particular to Python: its comments and what an annotation can cover.
//!
//! Names of the grammar's nodes only; how they are used stands in `grammar`.

use super::grammar::Spec;

pub(super) static SPEC: Spec = Spec {
    name: "Python",
    extensions: &["py", "pyi"],
    comments: &["comment"],
    markers: &[("#", "")],
    items: &[
        "case_clause",
        "class_definition",
        "decorated_definition",
        "elif_clause",
        "else_clause",
        "except_clause",
        "finally_clause",
        "function_definition",
        "pair",
    ],
    bodies: &["block", "module"],
    plain: &[],
    ambiguous: false,
    markup: None,
};
