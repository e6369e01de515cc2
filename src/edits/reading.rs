//! Reads the comments of a text as the check does, so that a place for an annotation can be tried.

use std::sync::Arc;

use crate::inputs::kind::{FileKind, SourceKind, classify};
use crate::inputs::sources::annotation::{self, AnnotationsRead};
use crate::inputs::sources::grammar::{self, Language};
use crate::inputs::sources::template::{self, Template};
use crate::inputs::sources::{Comments, javascript};
use crate::text::SourceFile;

/// What the comments of a text are, and what is wrong with its code.
pub(super) struct Read {
    pub(super) comments: Comments,
    /// How many syntax errors it has: a comment that is none makes more.
    pub(super) errors: usize,
}

/// Reads the comments; `None` where the text is not understood.
pub(super) fn read(file: &SourceFile) -> Option<Read> {
    let FileKind::Source(kind) = classify(&file.path) else { return None };
    match kind {
        SourceKind::JavaScript => {
            let parsed = javascript::parse(file).ok()?;
            Some(Read { comments: parsed.comments, errors: 0 })
        }
        SourceKind::Vue | SourceKind::Svelte => component(file),
        SourceKind::Template => markup(file),
        _ => {
            let extension = file.path.rsplit('.').next().unwrap_or_default();
            let Some(language) = Language::from_extension(extension) else { return markup(file) };
            let tree = grammar::parse(language, &file.text).ok()?;
            let parsed = grammar::comments(language, &tree, &file.text);
            Some(Read { comments: parsed.comments, errors: parsed.syntax_errors.len() })
        }
    }
}

fn markup(file: &SourceFile) -> Option<Read> {
    let comments = template::comments(Template::from_path(&file.path)?, &file.text);
    Some(Read { comments, errors: 0 })
}

/// The markup and the scripts of a component.
fn component(file: &SourceFile) -> Option<Read> {
    const MOST_SCRIPTS: usize = 16;
    let mut read = markup(file)?;
    for block in template::script_blocks(&file.text).iter().take(MOST_SCRIPTS) {
        let keep = block.body.range();
        let blank = |(i, c): (usize, char)| match keep.contains(&i) || c == '\n' {
            true => std::iter::repeat_n(c, 1),
            false => std::iter::repeat_n(' ', c.len_utf8()),
        };
        let text: String = file.text.char_indices().flat_map(blank).collect();
        match javascript::parse_script(file, &text, block.lang.as_deref()) {
            Ok(parsed) => {
                read.comments.comments.extend(parsed.comments.comments);
                read.comments.items.extend(parsed.comments.items);
            }
            Err(_) => read.errors += 1,
        }
    }
    read.comments.comments.sort_by_key(|c| c.span);
    read.comments.comments.dedup();
    read.comments.items.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    Some(read)
}

/// The annotations of a text, with its number of syntax errors.
pub(super) fn annotations(path: &Arc<str>, text: String) -> Option<(AnnotationsRead, usize)> {
    let file = SourceFile::new(Arc::clone(path), text);
    let read = read(&file)?;
    Some((annotation::read(&file, &read.comments), read.errors))
}
