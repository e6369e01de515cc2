//! The comment grammar, one for every language: `@email-use` and `mailpermit: ignore[...]`.
//!
//! Reads comments that a language's reader has already found; never looks for comments itself, and
//! never judges a name: whether a use or a rule of that name exists is for rules to say.

mod line;
mod reach;

use serde::{Deserialize, Serialize};

use super::Comments;
use crate::facts::{Annotation, AnnotationScope, BadAnnotation, Suppression};
use crate::text::{Place, SourceFile, Span};
use line::{Fault, Mark};
use reach::Reach;

/// How many annotations and suppressions of one file are read: what covers what costs a look at
/// their surroundings, and a file that is nothing but annotations is not an app's code.
pub const MAX_MARKS: usize = 2_000;

/// What the comments of one file say, in order of position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationsRead {
    /// Well-formed annotations.
    pub annotations: Vec<Annotation>,
    /// Annotations and suppressions that could not be understood.
    pub bad: Vec<BadAnnotation>,
    /// Well-formed suppressions.
    pub suppressions: Vec<Suppression>,
}

/// Reads the annotations and suppressions in the comments of a file.
#[must_use]
pub fn read(file: &SourceFile, comments: &Comments) -> AnnotationsRead {
    let mut read = AnnotationsRead::default();
    let mut reach = None;
    let mut marks = 0;
    for (index, comment) in comments.comments.iter().enumerate() {
        let mut at = comment.body.start as usize;
        for text in file.slice(comment.body).split_inclusive('\n') {
            let found = line::parse(text, at);
            at += text.len();
            let Some(found) = found else { continue };
            marks += 1;
            if marks > MAX_MARKS {
                read.bad.push(too_many(file.place(found.span)));
                return read;
            }
            match found.mark {
                Ok(mark) => {
                    let reach = reach.get_or_insert_with(|| Reach::new(file, comments));
                    read.add(file, found.span, mark, reach.of(index));
                }
                Err(faults) => read.bad.extend(faults.into_iter().map(|f| bad(file, f))),
            }
        }
    }
    read
}

impl AnnotationsRead {
    fn add(&mut self, file: &SourceFile, span: Span, mark: Mark, (scope, covers): reach::Covers) {
        let place = file.place(span);
        let located = |names: Vec<(String, Span)>| -> Vec<(String, Place)> {
            names.into_iter().map(|(name, span)| (name, file.place(span))).collect()
        };
        match mark {
            Mark::Use { file_wide, names, text } => {
                let (scope, covers) = match file_wide {
                    true => (AnnotationScope::File, Some((1, file.line_count()))),
                    false => (scope, covers),
                };
                self.annotations.push(Annotation { place, uses: located(names), text, scope, covers });
            }
            Mark::Ignore { names, reason } => {
                self.suppressions.push(Suppression { place, rules: located(names), reason, covers });
            }
        }
    }
}

fn bad(file: &SourceFile, fault: Fault) -> BadAnnotation {
    BadAnnotation { place: file.place(fault.span), message: fault.message, help: fault.help }
}

fn too_many(place: Place) -> BadAnnotation {
    BadAnnotation {
        place,
        message: format!(
            "more than {MAX_MARKS} annotations and suppressions in one file; this one and those after it are not read"
        ),
        help: "use `@email-use-file NAME` for a file that serves one use, or split the file".to_owned(),
    }
}

#[cfg(test)]
mod tests;
