//! PDF: the text layer, read by lopdf.
//!
//! A PDF is a program for a machine that this is not: streams inflate, objects refer to each other. So each
//! stream, the number of pages and the sum of all have bounds in bytes, and reading takes place on a thread of
//! its own, whose large stack bears the nesting and whose panic is an error of the file. Tested by `tests/suite/online_pdf.rs`.

use lopdf::{Document, LoadOptions};

/// What all streams may inflate to while a file is loaded.
const MAX_LOADED: usize = 256 << 20;

/// What all pages may cost: their content, and a share for each font that has to be read.
const MAX_READ: usize = 32 << 20;

/// What one font counts for.
const FONT: usize = 64 << 10;

/// What one stream of a page or font may inflate to.
const MAX_STREAM: usize = 4 << 20;

/// The most text, in bytes.
const MAX_TEXT: usize = 2 << 20;

/// The most pages that are looked at.
const MAX_PAGES: usize = 400;

/// Whether bytes are those of a PDF.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// The text layer of a PDF.
///
/// # Errors
/// Why there is none, to complete "it is …".
pub fn text(bytes: &[u8]) -> Result<String, String> {
    const STACK: usize = 64 << 20;
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .name("pdf".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || read(bytes))
            .map_err(|e| format!("a PDF, and no thread can be started to read it: {e}"))?;
        reader.join().unwrap_or_else(|_| Err("a damaged PDF".to_owned()))
    })
}

fn read(bytes: &[u8]) -> Result<String, String> {
    let damaged = |_| "a damaged PDF".to_owned();
    let streams = bytes.windows(9).filter(|w| *w == b"endstream").count().max(1);
    let each = (MAX_LOADED / streams).clamp(64 << 10, MAX_STREAM);
    let options = LoadOptions { max_decompressed_size: Some(each), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => {
            return Err("a PDF that is locked with a password".to_owned());
        }
        Err(error) => return Err(damaged(error)),
    };
    if document.is_encrypted() && !document.was_encrypted() {
        return Err("a PDF that is locked with a password".to_owned());
    }
    let mut out = String::new();
    let mut left = MAX_READ;
    for (number, id) in document.get_pages().into_iter().take(MAX_PAGES) {
        let fonts = document.get_page_fonts(id).map_or(0, |f| f.len());
        let content = document.get_page_content_with_limit(id, MAX_STREAM.min(left)).map_err(damaged)?;
        let cost = content.len() + fonts.saturating_mul(FONT);
        if cost > left || out.len() > MAX_TEXT {
            return Err("a PDF with more in it than is read".to_owned());
        }
        left -= cost;
        for chunk in document.extract_text_chunks_with_limit(&[number], MAX_STREAM).into_iter().flatten() {
            out.push_str(&chunk);
        }
        // A page ends a paragraph.
        out.push_str("\n\n");
    }
    let shown = out.chars().filter(|c| !c.is_whitespace()).count();
    let lost = out.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    if shown == 0 || lost * 4 > shown {
        return Err("a PDF without a text layer, such as a scan".to_owned());
    }
    Ok(out)
}
