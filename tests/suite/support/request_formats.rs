//! Reads back what requests are written in, each format with a parser of its own, to tell structure from text.

use std::cell::RefCell;

use lol_html::{RewriteStrSettings, doc_text, element, rewrite_str};
use mailpermit::request::Format;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

/// Characters that no output may hold.
fn unseen(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Fails unless `hostile` has the structure of `expected` and nothing that is not seen.
pub fn inert(format: Format, expected: &[String], hostile: &str, payload: &str) {
    let shown: String = payload.chars().take(60).collect();
    assert!(!hostile.contains(unseen), "{format:?} of {shown:?}");
    let actual = skeleton(format, hostile);
    for (n, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert_eq!(a, e, "{format:?}: part {n} for {shown:?}");
    }
    assert_eq!(actual.len(), expected.len(), "{format:?} of {shown:?}");
}

/// Everything but texts: what a reader's program would build.
pub fn skeleton(format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Markdown => Parser::new_ext(text, Options::all())
            .filter(|e| !matches!(e, Event::Text(_) | Event::Code(_)))
            .map(|e| format!("{e:?}"))
            .collect(),
        Format::Text => vec![text.lines().count().to_string()],
        // Whether a text can be set as code depends on what is in it, and changes nothing else.
        Format::Html => html(text).0.into_iter().filter(|tag| tag != "code []").collect(),
        Format::Adf => {
            let mut out = Vec::new();
            nodes(&serde_json::from_str(text).expect("it is JSON"), &mut out);
            out
        }
        Format::Json => {
            let mut value: Value = serde_json::from_str(text).expect("it is JSON");
            blank(&mut value);
            vec![value.to_string()]
        }
        Format::Jira => jira(text),
    }
}

/// The texts of a document in reading order, without its structure.
pub fn plain(format: Format, text: &str) -> String {
    match format {
        Format::Markdown => Parser::new_ext(text, Options::empty())
            .map(|e| match e {
                Event::Text(t) | Event::Code(t) => t.into_string(),
                Event::SoftBreak | Event::End(_) => " ".to_owned(),
                Event::Start(Tag::Link { .. }) | Event::Start(_) | Event::Rule => String::new(),
                other => panic!("{other:?}"),
            })
            .collect(),
        Format::Html => html(text).1,
        Format::Adf => {
            let value: Value = serde_json::from_str(text).expect("it is JSON");
            let mut out = String::new();
            texts(&value, &mut out);
            out
        }
        Format::Jira => unescaped(text),
        Format::Text | Format::Json => text.to_owned(),
    }
}

/// The addresses of all links.
pub fn links(format: Format, text: &str) -> Vec<String> {
    match format {
        Format::Markdown => Parser::new_ext(text, Options::all())
            .filter_map(|e| match e {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    Some(dest_url.into_string())
                }
                _ => None,
            })
            .collect(),
        Format::Html => html(text).2,
        Format::Adf => {
            let mut found = Vec::new();
            hrefs(&serde_json::from_str(text).expect("it is JSON"), &mut found);
            found
        }
        Format::Jira => {
            let pattern = regex::Regex::new(r"\[(?:[^\]|\\]|\\.)*?\|?(https?:[^\]|]*)\]").expect("a pattern");
            pattern.captures_iter(text).map(|c| c[1].to_owned()).collect()
        }
        Format::Text | Format::Json => Vec::new(),
    }
}

/// Tags with their attributes; the texts of the body; addresses.
fn html(text: &str) -> (Vec<String>, String, Vec<String>) {
    let (_, body) = text.split_once("<main>").expect("it is a whole page");
    let (tags, _, links) = walked(text);
    (tags, walked(body).1, links)
}

fn walked(text: &str) -> (Vec<String>, String, Vec<String>) {
    let (tags, texts, links) =
        (RefCell::new(Vec::new()), RefCell::new(String::new()), RefCell::new(Vec::new()));
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("*", |e| {
            let attributes: Vec<String> =
                e.attributes().iter().map(|a| format!("{}={}", a.name(), a.value())).collect();
            let href = e.get_attribute("href");
            links.borrow_mut().extend(href.map(|h| html_escape::decode_html_entities(&h).into_owned()));
            tags.borrow_mut().push(format!("{} {attributes:?}", e.tag_name()));
            Ok(())
        }))
        .append_document_content_handler(doc_text!(|t| {
            texts.borrow_mut().push_str(t.as_str());
            Ok(())
        }));
    rewrite_str(text, settings).expect("it is HTML");
    let texts = html_escape::decode_html_entities(&texts.into_inner()).into_owned();
    (tags.into_inner(), texts, links.into_inner())
}

/// The nodes of an ADF document with their marks, texts left out; runs of text with the same marks are one.
pub fn nodes(value: &Value, out: &mut Vec<String>) {
    let kind = value["type"].as_str().unwrap_or_default();
    let marks = value["marks"].as_array().into_iter().flatten();
    let marks: Vec<String> = marks
        .filter(|m| m["type"] != "code")
        .map(|m| format!("{} {}", m["type"], m["attrs"]["href"]))
        .collect();
    let said = format!("{kind} {marks:?} {}", value["attrs"]["level"]);
    if kind != "text" || out.last() != Some(&said) {
        out.push(said);
    }
    value["content"].as_array().into_iter().flatten().for_each(|child| nodes(child, out));
}

/// Empties every text that is not a word of the format's.
fn blank(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(blank),
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(_) if matches!(key.as_str(), "kind" | "change" | "verdict") => {}
                    Value::String(text) => text.clear(),
                    other => blank(other),
                }
            }
        }
        Value::String(text) => text.clear(),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn texts(value: &Value, out: &mut String) {
    if let Some(text) = value["text"].as_str() {
        out.push_str(text);
    }
    for child in value["content"].as_array().into_iter().flatten() {
        texts(child, out);
    }
    if value["type"] != "text" {
        out.push(' ');
    }
}

fn hrefs(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|v| hrefs(v, found)),
        Value::Object(map) => {
            found.extend(map.get("href").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|v| hrefs(v, found));
        }
        _ => {}
    }
}

/// The marks of wiki markup that nothing escapes, line by line: what starts the line, and every character that
/// could open or close something.
fn jira(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let mut marks = String::new();
            let start = line.split(' ').next().unwrap_or_default();
            let heading =
                start.len() == 3 && (start.starts_with('h') || start == "bq.") && start.ends_with('.');
            if heading || start.chars().all(|c| "*#-".contains(c)) {
                marks.push_str(start);
            }
            let mut chars = line.chars().peekable();
            let mut before = ' ';
            while let Some(c) = chars.next() {
                let next = chars.peek().copied().unwrap_or(' ');
                match c {
                    '\\' => {
                        chars.next();
                    }
                    // Monospaced text; see the tags of HTML.
                    '{' | '}' if next == c => {
                        chars.next();
                    }
                    '{' | '}' | '[' | ']' | '|' | '*' | '_' | '^' | '~' => marks.push(c),
                    '!' if !next.is_whitespace() => marks.push(c),
                    '-' | '+' if !(before.is_alphanumeric() && next.is_alphanumeric()) => marks.push(c),
                    ':' if next == '/' || next == ')' => marks.push(c),
                    '?' if next == '?' => marks.push(c),
                    _ => {}
                }
                before = c;
            }
            marks
        })
        .collect()
}

/// Wiki markup as it is read: marks gone, what is escaped as it is.
fn unescaped(text: &str) -> String {
    let start = regex::Regex::new(r"^(h[1-6]\. |[*#]+ |\{quote\}$|----$)").expect("a pattern");
    let mut out = String::new();
    for line in text.lines() {
        let line = start.replace(line, "").into_owned();
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '{' | '}' | '*' | '_' | '[' | ']' => {}
                _ => out.push(c),
            }
        }
        out.push(' ');
    }
    html_escape::decode_html_entities(&out).into_owned()
}

#[test]
fn the_skeletons_see_markup() {
    for (format, plain, marked) in [
        (Format::Markdown, "a x", "a [x](y)"),
        (Format::Markdown, "a x", "a <b>x"),
        (Format::Markdown, "a\n\nb", "a\n\n# b"),
        (Format::Jira, "a x", "a {x}"),
        (Format::Jira, "a", "h1. a"),
        (Format::Jira, "a", "* a"),
        (Format::Jira, "a", "a https://b"),
        (Format::Html, "<main>a", "<main><b>a"),
        (Format::Html, "<main><a>", "<main><a href=x>"),
        (Format::Adf, "{\"type\": \"doc\"}", "{\"type\": \"doc\", \"content\": [{\"type\": \"rule\"}]}"),
        (Format::Text, "a b", "a\nb"),
    ] {
        assert_ne!(skeleton(format, plain), skeleton(format, marked), "{marked}");
    }
    assert_eq!(skeleton(Format::Jira, "a {x}"), skeleton(Format::Jira, "b {y}"));
    assert_eq!(skeleton(Format::Jira, "a x"), skeleton(Format::Jira, "a \\{x\\} &#58;"));
}
