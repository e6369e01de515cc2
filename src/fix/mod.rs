//! Applying the safe edits of findings to texts, and showing them as a diff. Opens no file.
//!
//! # The contract
//!
//! A rule that knows how to mend what it found adds edits to its finding (`Finding::edit`), taken from
//! `facts::Edits`: what is there was tried on the text. All edits of one finding belong together and are applied
//! together or not at all; a span counts bytes of the text without its byte order mark. The edits of different
//! findings may be the same (one annotation for two places): they are made once. Two that touch the same bytes
//! in different ways are not both made: the first finding goes first, and the other one is left for the next run.
//! `check --fix`, the language server and the reports all read the same field.

mod diff;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::diff::unified;
use crate::findings::run::Run;
use crate::findings::{Edit, Finding};

/// The edits to make, file by file, and the findings that they mend.
#[derive(Clone, Debug, Default)]
pub struct Plan<'r> {
    /// The edits of each file, in order of position.
    pub edits: BTreeMap<Arc<str>, Vec<Edit>>,
    /// What they mend, in the order of the run.
    pub mends: Vec<&'r Finding>,
    /// What could be mended and is left for the next run, because its edits meet those of another finding.
    pub left: usize,
}

/// What can be mended of a run. Suppressed findings are left as they are.
#[must_use]
pub fn plan(run: &Run) -> Plan<'_> {
    let mut plan = Plan::default();
    let mut taken: BTreeSet<Edit> = BTreeSet::new();
    for finding in run.findings().filter(|f| f.suppressed.is_none() && !f.fix.is_empty()) {
        let new: Vec<&Edit> = finding.fix.iter().filter(|e| !taken.contains(*e)).collect();
        if new.iter().any(|e| taken.iter().any(|t| meet(t, e))) {
            plan.left += 1;
            continue;
        }
        taken.extend(new.into_iter().cloned());
        plan.mends.push(finding);
    }
    for edit in taken {
        plan.edits.entry(Arc::clone(&edit.file)).or_default().push(edit);
    }
    plan
}

/// Whether two edits cannot both be made: they touch the same bytes, or write at the same place.
fn meet(a: &Edit, b: &Edit) -> bool {
    let apart = a.span.end < b.span.start
        || b.span.end < a.span.start
        || (a.span.end == b.span.start || b.span.end == a.span.start) && a.span.start != b.span.start;
    a.file == b.file && !apart
}

/// The text with the edits made; `None` when one does not fit it, or two meet.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|e| e.span);
    let mut out = String::with_capacity(text.len() + 200);
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { file: "a".into(), span: Span::new(start, end), replacement: replacement.to_owned() }
    }

    #[test]
    fn edits_are_made_in_order_of_position() {
        let edits = [edit(4, 4, "!"), edit(0, 1, "x")];
        assert_eq!(apply("abcdef", &edits).as_deref(), Some("xbcd!ef"));
        assert_eq!(apply("abc", &[edit(2, 9, "")]), None, "past the end");
        assert_eq!(apply("é", &[edit(1, 1, "")]), None, "inside a character");
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), None, "across each other");
    }

    #[test]
    fn edits_that_touch_the_same_bytes_meet() {
        for (a, b, expected) in [
            (edit(0, 2, ""), edit(1, 3, ""), true),
            (edit(0, 2, ""), edit(2, 3, ""), false),
            (edit(2, 2, "x"), edit(2, 2, "y"), true),
            (edit(0, 2, ""), edit(2, 2, "y"), false),
            (edit(2, 2, "y"), edit(2, 4, ""), true),
            (edit(0, 1, ""), edit(3, 4, ""), false),
        ] {
            assert_eq!(meet(&a, &b), expected, "{a:?} {b:?}");
            assert_eq!(meet(&b, &a), expected, "{b:?} {a:?}");
        }
    }
}
