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
pub mod plain;
mod statements;

use std::sync::Arc;

pub use self::find::{Found, Search, find};
use self::names::Format;
pub use self::open::{MAX_BYTES, Opened, open};
pub use self::passage::{Passage, Text};
use crate::text::SourceFile;

/// The text of a document, read as the end of its name says: Markdown, HTML, or else plain text.
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
    let file = open::decode(path, bytes)?;
    let text = read_text(&file);
    Ok((file, text))
}
