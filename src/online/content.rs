//! What an answer holds: its format, its characters, its text, its language. No judgement.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use lol_html::{HtmlRewriter, Settings, element, end_tag, text};

use super::fetch::{Answer, FetchError};
use crate::facts::Flaw;
use crate::inputs::documents::{Text, html, markdown, pdf, plain};
use crate::text::redact::one_line;

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Plain,
    /// The text layer of a PDF.
    Pdf,
}

/// What an answer holds.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its format.
    pub format: Format,
    /// Its text as it was sent; of a PDF, the text layer.
    pub source: String,
    /// What a reader sees.
    pub text: Text,
    /// What the page says of itself.
    pub outline: Outline,
    /// Its language, as ISO 639-3 code and in English words, when it is sure.
    pub language: Option<(String, String)>,
}

/// What a page of HTML says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The title and the first headings.
    pub titles: Vec<String>,
    /// Whether it asks for a password.
    pub password: bool,
    /// Number of scripts.
    pub scripts: usize,
    /// What it says to those who run no scripts.
    pub noscript: String,
}

/// The media type of an answer, in lower case and without parameters.
#[must_use]
pub fn media_type(content_type: Option<&str>) -> Option<String> {
    let name = content_type?.split(';').next()?.trim().to_ascii_lowercase();
    (!name.is_empty()).then(|| one_line(&name, 100))
}

/// Reads what an answer holds.
///
/// # Errors
/// When it is no text, or one that can't be read.
pub fn read(answer: &Answer) -> Result<Content, FetchError> {
    if let Some(packed) = &answer.packed {
        let shown = one_line(packed, 40);
        return Err(FetchError::new(
            Flaw::Unreadable,
            format!("is packed as `{shown}`, which was not asked for"),
        ));
    }
    let format = format(answer)?;
    let source = match format {
        Format::Pdf => {
            pdf::text(&answer.bytes).map_err(|why| FetchError::new(Flaw::Unreadable, format!("is {why}")))?
        }
        _ => decode(answer, format)?,
    };
    let text = match format {
        Format::Html => html::read(&source),
        Format::Markdown => markdown::read(&source),
        Format::Plain | Format::Pdf => plain::read(&source),
    };
    let mut outline = if format == Format::Html { outline(&source) } else { Outline::default() };
    if outline.titles.is_empty() {
        // What stands first is the title of a text that has none.
        outline.titles.extend(text.passages.first().map(|p| p.text.chars().take(MAX_TITLE).collect()));
    }
    let language = language(&text);
    Ok(Content { format, source, text, outline, language })
}

/// The format, by what the server says and what the bytes show.
fn format(answer: &Answer) -> Result<Format, FetchError> {
    let start = answer.bytes.get(..1024.min(answer.bytes.len())).unwrap_or_default();
    if pdf::is_pdf(start) {
        return Ok(Format::Pdf);
    }
    let looks_like_html = || {
        let start =
            String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        start.starts_with("<!doctype html") || start.starts_with("<html")
    };
    let path = answer.final_url.path().to_ascii_lowercase();
    let markdown = path.ends_with(".md") || path.ends_with(".markdown");
    let named = media_type(answer.content_type.as_deref());
    match named.as_deref() {
        Some("text/html" | "application/xhtml+xml") => Ok(Format::Html),
        Some("text/markdown" | "text/x-markdown") => Ok(Format::Markdown),
        Some("application/pdf") => Err(FetchError::new(Flaw::Unreadable, "is said to be a PDF, and is none")),
        Some("text/plain" | "application/octet-stream" | "binary/octet-stream") | None => {
            if looks_like_html() {
                Ok(Format::Html)
            } else if is_binary(answer) {
                let what = named.as_deref().unwrap_or("without a type");
                Err(FetchError::new(Flaw::WrongType, format!("is no text: it is sent as `{what}`")))
            } else if markdown {
                Ok(Format::Markdown)
            } else {
                Ok(Format::Plain)
            }
        }
        Some(other) => {
            Err(FetchError::new(Flaw::WrongType, format!("is no document to read: it is sent as `{other}`")))
        }
    }
}

/// Whether bytes without a mark of their encoding hold what no text does.
fn is_binary(answer: &Answer) -> bool {
    let sample = answer.bytes.get(..8192.min(answer.bytes.len())).unwrap_or_default();
    Encoding::for_bom(sample).is_none()
        && (sample.contains(&0)
            || sample.iter().filter(|b| matches!(b, 1..=8 | 14..=26 | 28..=31)).count() * 20 > sample.len())
}

/// The characters: by the mark at the beginning, by what the server says, by what the page says, by how it looks.
fn decode(answer: &Answer, format: Format) -> Result<String, FetchError> {
    let bytes = answer.bytes.as_slice();
    let said = answer.content_type.as_deref().and_then(charset_parameter);
    let inside = || {
        let head = String::from_utf8_lossy(bytes.get(..2048.min(bytes.len())).unwrap_or_default())
            .to_ascii_lowercase();
        let at = head.find("charset=")? + "charset=".len();
        Some(label(head.get(at..)?))
    };
    let named = said.or_else(|| (format == Format::Html).then(inside).flatten()).filter(|l| !l.is_empty());
    let known = named.as_deref().map(|name| Encoding::for_label(name.as_bytes()));
    let (encoding, skip) = match (Encoding::for_bom(bytes), known) {
        (Some(found), _) => found,
        (None, Some(Some(encoding))) => (encoding, 0),
        (None, Some(None)) => {
            let name = one_line(named.as_deref().unwrap_or_default(), 40);
            return Err(FetchError::new(
                Flaw::Unreadable,
                format!("is written in `{name}`, a set of characters that nobody knows"),
            ));
        }
        (None, None) if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        (None, None) => (WINDOWS_1252, 0),
    };
    let (text, broken): (Cow<'_, str>, bool) =
        encoding.decode_without_bom_handling(bytes.get(skip..).unwrap_or_default());
    if broken {
        let all = text.chars().count().max(1);
        let lost = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if lost * 50 > all {
            return Err(FetchError::new(
                Flaw::Unreadable,
                format!("says that it is written in {}, and is not", encoding.name()),
            ));
        }
    }
    if text.contains('\0') {
        return Err(FetchError::new(Flaw::WrongType, "is no text: it holds zero bytes"));
    }
    Ok(text.into_owned())
}

fn charset_parameter(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| label(value))
    })
}

/// A name of a character set, without what stands around it.
fn label(text: &str) -> String {
    let text = text.trim_start_matches([' ', '"', '\'']);
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '+'))
        .take(40)
        .collect()
}

/// The longest title that is looked at, in characters.
const MAX_TITLE: usize = 200;

/// Reads what a page says of itself, in one pass.
#[must_use]
pub fn outline(source: &str) -> Outline {
    const MAX_TITLES: usize = 6;
    const MAX_NOSCRIPT: usize = 2_000;
    let outline: Rc<RefCell<Outline>> = Rc::default();
    let begin = |selector: &'static str, into: &Rc<RefCell<Outline>>| {
        let outline = Rc::clone(into);
        element!(selector, move |_| {
            let mut outline = outline.borrow_mut();
            if outline.titles.len() < MAX_TITLES {
                outline.titles.push(String::new());
            }
            Ok(())
        })
    };
    let go_on = |selector: &'static str, into: &Rc<RefCell<Outline>>| {
        let outline = Rc::clone(into);
        text!(selector, move |chunk| {
            if let Some(title) = outline.borrow_mut().titles.last_mut()
                && title.len() < MAX_TITLE
            {
                title.push_str(chunk.as_str());
            }
            Ok(())
        })
    };
    let (passwords, scripts, noscript) = (Rc::clone(&outline), Rc::clone(&outline), Rc::clone(&outline));
    let settings = Settings::new()
        .append_element_content_handler(begin("head > title", &outline))
        .append_element_content_handler(begin("h1", &outline))
        .append_element_content_handler(begin("h2", &outline))
        .append_element_content_handler(go_on("head > title", &outline))
        .append_element_content_handler(go_on("h1", &outline))
        .append_element_content_handler(go_on("h2", &outline))
        .append_element_content_handler(element!("input[type=password i]", move |_| {
            passwords.borrow_mut().password = true;
            Ok(())
        }))
        .append_element_content_handler(element!("script", move |_| {
            scripts.borrow_mut().scripts += 1;
            Ok(())
        }))
        .append_element_content_handler(text!("noscript", move |chunk| {
            let mut outline = noscript.borrow_mut();
            if outline.noscript.len() < MAX_NOSCRIPT {
                outline.noscript.push_str(chunk.as_str());
            }
            Ok(())
        }))
        .with_strict(false);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    if rewriter.write(source.as_bytes()).is_ok() {
        // What was read before an error stays.
        let _ = rewriter.end();
    }
    let mut outline = outline.take();
    for title in &mut outline.titles {
        let decoded = html_escape::decode_html_entities(title.as_str())
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        *title = decoded.chars().take(MAX_TITLE).collect();
    }
    outline.titles.retain(|t| !t.is_empty());
    outline
}

/// Where a page forwards its readers by itself, as generators of sites do for pages that moved.
#[must_use]
pub fn forwards_to(answer: &Answer) -> Option<String> {
    /// A page that forwards holds little else.
    const MOST: usize = 64 << 10;
    /// Who waits longer is meant to read what stands there.
    const SOON: f64 = 5.0;
    if answer.bytes.len() > MOST || format(answer) != Ok(Format::Html) {
        return None;
    }
    let source = decode(answer, Format::Html).ok()?;
    let found: Rc<RefCell<Option<String>>> = Rc::default();
    let inside: Rc<RefCell<usize>> = Rc::default();
    let (target, deep, depth) = (Rc::clone(&found), Rc::clone(&inside), Rc::clone(&inside));
    let settings = Settings::new()
        // What only those without scripts get is no redirect for a browser.
        .append_element_content_handler(element!("noscript", move |element| {
            *deep.borrow_mut() += 1;
            let deep = Rc::clone(&deep);
            element.on_end_tag(end_tag!(move |_| {
                let mut depth = deep.borrow_mut();
                *depth = depth.saturating_sub(1);
                Ok(())
            }))?;
            Ok(())
        }))
        .append_element_content_handler(element!("meta[http-equiv=refresh i][content]", move |element| {
            let content = element.get_attribute("content").unwrap_or_default();
            if *depth.borrow() == 0
                && target.borrow().is_none()
                && let Some((delay, rest)) = content.split_once([';', ','])
                && delay.trim().parse::<f64>().is_ok_and(|seconds| seconds <= SOON)
                && let Some((name, url)) = rest.split_once('=')
                && name.trim().eq_ignore_ascii_case("url")
            {
                let url = html_escape::decode_html_entities(url);
                *target.borrow_mut() = Some(url.trim().trim_matches(['"', '\'']).to_owned());
            }
            Ok(())
        }))
        .with_strict(false);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    if rewriter.write(source.as_bytes()).is_ok() {
        // What was read before an error stays.
        let _ = rewriter.end();
    }
    found.take().filter(|url| !url.is_empty())
}

/// The language of a text, when there is enough of it to be sure.
#[must_use]
pub fn language(text: &Text) -> Option<(String, String)> {
    const ENOUGH: usize = 20_000;
    let mut sample = String::new();
    for passage in &text.passages {
        if sample.len() > ENOUGH {
            break;
        }
        sample.push_str(&passage.text);
        sample.push('\n');
    }
    let found = whatlang::detect(&sample).filter(whatlang::Info::is_reliable)?;
    Some((found.lang().code().to_owned(), found.lang().eng_name().to_owned()))
}
