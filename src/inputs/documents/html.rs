//! HTML: the text that a browser would show, found with lol_html in one pass.
//!
//! Only text, block borders and what is hidden are looked at; no tree is built, so deep nesting costs
//! nothing. A text that the parser gives up on is read as far as it got.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use lol_html::html_content::TextType;
use lol_html::{HtmlRewriter, Settings, doc_text, element, end_tag};

use super::passage::{Builder, Kind, Text};
use crate::text::Span;

/// Elements that stand apart from the text around them.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements that stand inside a line of text.
const INLINES: &[&str] = &[
    "a", "abbr", "acronym", "area", "audio", "b", "base", "bdi", "bdo", "big", "br", "canvas", "center",
    "cite", "code", "col", "colgroup", "data", "datalist", "del", "dfn", "dialog", "em", "embed", "font",
    "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "map", "mark", "meta", "meter", "noscript",
    "object", "optgroup", "output", "param", "path", "picture", "progress", "q", "rp", "rt", "ruby", "s",
    "samp", "script", "slot", "small", "source", "span", "strike", "strong", "style", "sub", "sup", "svg",
    "template", "textarea", "time", "track", "tt", "u", "var", "video", "wbr",
];

/// Elements whose content no reader sees as text.
const UNSEEN: &[&str] =
    &["template", "svg", "noscript", "datalist", "iframe", "object", "canvas", "audio", "video"];

/// Elements that end by themselves where the next of their kind begins.
const SELF_ENDING: &[&str] = &["p", "li", "dd", "dt", "td", "th", "tr", "option"];

/// Whether an element of that name (in lower case) is one of HTML's, or may be a custom element.
#[must_use]
pub(super) fn is_element(name: &str) -> bool {
    BLOCKS.contains(&name) || INLINES.contains(&name) || name.contains(['-', ':'])
}

/// Reads an HTML document.
#[must_use]
pub fn read(source: &str) -> Text {
    let mut builder = Builder::default();
    append(&mut builder, source, 0);
    builder.finish()
}

/// What the parser saw: ranges of the source, in its order.
enum Piece {
    /// Text with its entities.
    Text(Range<usize>),
    /// A tag in the form of a placeholder, such as `<your company>`: shown as text.
    Literal(Range<usize>),
}

impl Piece {
    fn range(&self) -> &Range<usize> {
        match self {
            Self::Text(range) | Self::Literal(range) => range,
        }
    }
}

/// Adds the text of a piece of HTML that starts at byte `offset` of the file.
pub(super) fn append(builder: &mut Builder, source: &str, offset: usize) {
    let mut end = 0;
    for piece in pieces(source) {
        let range = piece.range().clone();
        border(builder, source.get(end..range.start).unwrap_or(""));
        let text = source.get(range.clone()).unwrap_or("");
        match piece {
            Piece::Text(_) => decoded(builder, text, offset + range.start),
            Piece::Literal(_) => builder.verbatim(text, offset + range.start),
        }
        end = end.max(range.end);
    }
    border(builder, source.get(end..).unwrap_or(""));
}

/// Text and literal tags outside of everything that is not shown.
fn pieces(source: &str) -> Vec<Piece> {
    let pieces: Rc<RefCell<Vec<Piece>>> = Rc::default();
    // The outermost hidden element that is open: its name, and where it begins, to tell it from others.
    let hidden: Rc<RefCell<Option<(String, usize)>>> = Rc::default();
    let on_text = {
        let (pieces, hidden) = (Rc::clone(&pieces), Rc::clone(&hidden));
        doc_text!(move |chunk| {
            let shown =
                matches!(chunk.text_type(), TextType::Data | TextType::RCData | TextType::CDataSection);
            let range = chunk.source_location().bytes();
            if shown && hidden.borrow().is_none() && !range.is_empty() {
                let mut pieces = pieces.borrow_mut();
                match pieces.last_mut() {
                    // A chunk may end in the middle of an entity.
                    Some(Piece::Text(last)) if last.end == range.start => last.end = range.end,
                    _ => pieces.push(Piece::Text(range)),
                }
            }
            Ok(())
        })
    };
    let on_element = {
        let (pieces, hidden) = (Rc::clone(&pieces), Rc::clone(&hidden));
        element!("*", move |element| {
            let name = element.tag_name();
            let mut inside = hidden.borrow_mut();
            if inside.as_ref().is_some_and(|(open, _)| *open == name) && SELF_ENDING.contains(&name.as_str())
            {
                *inside = None;
            }
            if inside.is_some() {
                return Ok(());
            }
            if !is_element(&name) {
                pieces.borrow_mut().push(Piece::Literal(element.source_location().bytes()));
                return Ok(());
            }
            let unseen = UNSEEN.contains(&name.as_str())
                || element.has_attribute("hidden")
                || element.get_attribute("style").is_some_and(|style| hides(&style));
            if unseen && element.can_have_content() {
                let start = element.source_location().bytes().start;
                *inside = Some((name, start));
                let hidden = Rc::clone(&hidden);
                element.on_end_tag(end_tag!(move |_| {
                    // An element that ended by itself must not open what was hidden after it.
                    let mut hidden = hidden.borrow_mut();
                    if hidden.as_ref().is_some_and(|(_, open)| *open == start) {
                        *hidden = None;
                    }
                    Ok(())
                }))?;
            }
            Ok(())
        })
    };
    let settings = Settings::new()
        .append_element_content_handler(on_element)
        .append_document_content_handler(on_text)
        .with_strict(false);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    if rewriter.write(source.as_bytes()).is_ok() {
        // What was read before an error stays; there is nothing else to do about one.
        let _ = rewriter.end();
    }
    pieces.take()
}

fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// Looks at the markup between two texts: a block's tag ends the paragraph, a line break is a blank.
fn border(builder: &mut Builder, markup: &str) {
    for tag in markup.split('<').skip(1) {
        let name: String = tag
            .strip_prefix('/')
            .unwrap_or(tag)
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(16)
            .flat_map(char::to_lowercase)
            .collect();
        if BLOCKS.contains(&name.as_str()) {
            block(builder, &name, tag.starts_with('/'));
        } else if name == "br" {
            builder.gap();
        }
    }
}

/// What text is behind the tag of a block.
fn block(builder: &mut Builder, name: &str, closes: bool) {
    builder.end();
    match (name, closes) {
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "title" | "summary" | "legend", false) => {
            builder.kind(Kind::Heading);
        }
        ("li", false) => builder.kind(Kind::Item),
        ("tr", false) => builder.row(),
        ("th" | "td", false) => builder.cell(name == "th"),
        ("p" | "div", false) if builder.current() != Kind::Heading => {}
        ("p" | "div" | "section" | "dd", false) => builder.kind(Kind::Text),
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "title" | "summary" | "legend", true)
        | ("li" | "ul" | "ol" | "td" | "th" | "tr" | "table", true) => builder.kind(Kind::Text),
        _ => {}
    }
}

/// Adds text with its entities decoded.
fn decoded(builder: &mut Builder, text: &str, offset: usize) {
    /// The longest name of an entity is `CounterClockwiseContourIntegral`.
    const LONGEST: usize = 33;
    let mut from = 0;
    for (at, _) in text.match_indices('&') {
        if at < from {
            continue;
        }
        let rest = text.get(at..).unwrap_or("");
        let end = rest.bytes().skip(1).take(LONGEST).position(|b| !(b.is_ascii_alphanumeric() || b == b'#'));
        let Some(entity) = end.and_then(|n| rest.get(..n + 2)).filter(|e| e.ends_with(';')) else { continue };
        let value = html_escape::decode_html_entities(entity);
        if value != entity {
            builder.verbatim(text.get(from..at).unwrap_or(""), offset + from);
            from = at + entity.len();
            builder.replaced(&value, Span::new(offset + at, offset + from));
        }
    }
    builder.verbatim(text.get(from..).unwrap_or(""), offset + from);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        read(source).passages.into_iter().map(|p| p.text).collect()
    }

    #[test]
    fn reads_what_a_browser_shows() {
        let table: &[(&str, &[&str])] = &[
            ("<p>We keep<br>your <b>na</b>me.</p>Bye", &["We keep your name.", "Bye"]),
            ("<ul><li>Name<li>Email</ul>", &["Name", "Email"]),
            ("<td>a</td><td>b</td>", &["a", "b"]),
            ("a<script>b</script><style>c</style>d", &["ad"]),
            ("a<!-- TODO -->b", &["ab"]),
            ("<template><p>a</p></template>b", &["b"]),
            ("<div hidden><p>a</p><div>x</div></div><p>b</p>", &["b"]),
            ("<p style='Display: none'>a</p><p>b</p>", &["b"]),
            ("<p hidden>a<p>b", &["b"]),
            ("<p hidden>a<p hidden>b</p>c", &["c"]),
            ("Q&amp;A &lt;x&gt; &nbsp; &nosuch; &", &["Q&A <x> &nosuch; &"]),
            ("write to <your company> today", &["write to <your company> today"]),
            ("<my-element>a</my-element>", &["a"]),
            ("<title>Privacy</title><body>Text", &["Privacy", "Text"]),
            ("<p>a</p", &["a"]),
            ("", &[]),
            ("<", &["<"]),
            ("<svg><title>Logo</title></svg>a", &["a"]),
        ];
        for (source, expected) in table {
            assert_eq!(texts(source), *expected, "{source}");
        }
    }

    #[test]
    fn spans_point_into_the_source() {
        let source = "<h1>Ä &amp; Ö</h1>\n<p>Write\n to [Company Name] now";
        let text = read(source);
        let passage = text.passages.last().expect("two passages");
        let at = passage.text.find("[Company Name]").expect("it is there");
        assert_eq!(source.get(passage.span_of(at..at + 14).range()), Some("[Company Name]"));
        let first = text.passages.first().expect("two passages");
        assert_eq!(source.get(first.span.range()), Some("Ä &amp; Ö"));
    }

    #[test]
    fn time_grows_with_size_only() {
        // Each of these would take minutes if a tag cost as much as the text or the nesting before it.
        let n = 20_000;
        for source in [
            "<div>".repeat(n),
            "<div hidden>".repeat(n),
            format!("{}{}", "<b>".repeat(n), "</i>".repeat(n)),
            "<p hidden>x".repeat(n),
            "&".repeat(5 * n),
            "<your name>".repeat(n),
            "<".repeat(5 * n),
            "<!--".repeat(n),
            format!("<a {}>", "b='<' ".repeat(n)),
        ] {
            let text = read(&source);
            assert!(text.passages.len() <= n + 1, "{}", source.get(..20).unwrap_or(""));
        }
    }
}
