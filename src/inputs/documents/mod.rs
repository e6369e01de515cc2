//! The documents that an access request needs, as far as they can be seen offline.
//!
//! `find` says which there are and what can be seen of them; whether that is enough is for the rules.

pub mod checks;
pub mod find;
pub mod html;
pub mod markdown;
mod names;
pub mod open;
pub mod passage;
pub mod pdf;
pub mod plain;
mod statements;

use std::sync::Arc;

pub use self::find::{Found, Search, find};
use self::names::Format;
pub use self::open::{MAX_BYTES, Opened, open};
pub use self::passage::{Passage, Text};
use crate::text::SourceFile;

/// The text of a document, read as the end of its name says: Markdown, HTML, or else plain text. (The text
/// layer of a PDF is plain text.)
#[must_use]
pub fn read_text(file: &SourceFile) -> Text {
    match names::format(&file.path) {
        Some(Format::Markdown) => markdown::read(&file.text),
        Some(Format::Html) => html::read(&file.text),
        _ => plain::read(&file.text),
    }
}

/// The text of a document that stands in a file of the repository, or why it can't be read.
fn load(path: &Arc<str>, bytes: Vec<u8>) -> Result<(SourceFile, Text), String> {
    if let Some(Format::Unread(what)) = names::format(path) {
        return Err(open::unread(what));
    }
    if pdf::is_pdf(&bytes) || names::format(path) == Some(Format::Pdf) {
        return load_pdf(path, &bytes);
    }
    let file = open::decode(path, bytes)?;
    let text = read_text(&file);
    Ok((file, text))
}

/// The text layer of a PDF; lines and columns are those of the text, since a PDF has none.
fn load_pdf(path: &Arc<str>, bytes: &[u8]) -> Result<(SourceFile, Text), String> {
    open::check_size(bytes)?;
    let text = pdf::text(bytes).map_err(|what| {
        format!("it is {what}; keep a text, Markdown or HTML version of it in the repository")
    })?;
    let file = SourceFile::new(Arc::clone(path), text);
    let text = plain::read(&file.text);
    Ok((file, text))
}
