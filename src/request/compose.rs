//! From a request to text. A template makes Markdown of it, and one writer a format makes that format of the
//! Markdown, so that every format says the same. The template alone makes structure: every value is made
//! inert for Markdown before it is written, and each writer does so anew for its own format.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

use super::document::{Document, adf, html, jira, text};
use super::escape::{
    escape_markdown, escape_text, markdown_code, markdown_place, markdown_prose, markdown_url,
};
use super::model::{Request, Source};
use super::update::Update;
use super::{RequestError, json};

/// How many steps a template of the user's may take.
pub const MAX_STEPS: u64 = 5_000_000;
/// How much a template may write, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown (CommonMark; GitHub's dialect is safe too).
    Markdown,
    /// Plain text.
    Text,
    /// Jira's wiki markup.
    Jira,
    /// The Atlassian Document Format.
    Adf,
    /// The fields by name, and everything that a template can name.
    Json,
    /// One page.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Markdown, Self::Text, Self::Jira, Self::Adf, Self::Json, Self::Html];
}

/// The template of a request.
const REQUEST: Template<'static> =
    Template { name: "request.md.j2", source: include_str!("../../templates/request.md.j2") };
/// The template of an update.
const UPDATE: Template<'static> =
    Template { name: "request-update.md.j2", source: include_str!("../../templates/request-update.md.j2") };
/// What both have in common.
const PARTS: Template<'static> =
    Template { name: "parts.md.j2", source: include_str!("../../templates/parts.md.j2") };

/// A template of the user's, in Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// Its file's name, for messages.
    pub name: &'a str,
    /// Its text.
    pub source: &'a str,
}

/// Writes `request` in `format`, with the built-in template unless another is given. JSON takes none.
///
/// # Errors
/// When the template is wrong, runs too long or writes too much.
pub fn render(
    request: &Request,
    format: Format,
    template: Option<Template<'_>>,
) -> Result<String, RequestError> {
    if format == Format::Json {
        return Ok(json::request(request));
    }
    Ok(written(&markdown(request, REQUEST, template, request.method.source.as_ref())?, format))
}

/// Writes `update` in `format`, with the built-in template unless another is given. JSON takes none.
///
/// # Errors
/// When the template is wrong, runs too long or writes too much.
pub fn render_update(
    update: &Update,
    format: Format,
    template: Option<Template<'_>>,
) -> Result<String, RequestError> {
    if format == Format::Json {
        return Ok(json::update(update));
    }
    Ok(written(&markdown(update, UPDATE, template, update.method.source.as_ref())?, format))
}

/// Markdown in another format.
fn written(markdown: &str, format: Format) -> String {
    let document = || Document::from_markdown(markdown);
    match format {
        Format::Markdown | Format::Json => markdown.to_owned(),
        Format::Text => text::write(&document()),
        Format::Jira => jira::write(&document()),
        Format::Adf => adf::write(&document()),
        Format::Html => html::write(&document()),
    }
}

/// `data` as Markdown.
fn markdown(
    data: &impl Serialize,
    builtin: Template<'static>,
    template: Option<Template<'_>>,
    source: Option<&Source>,
) -> Result<String, RequestError> {
    let own = template.is_some();
    let template = template.unwrap_or(builtin);
    let mut environment = environment(source.cloned());
    // The built-in templates loop over lists that have bounds of their own.
    environment.set_fuel(own.then_some(MAX_STEPS));
    let fail = |error: &Error| explain(template.name, error);
    environment.add_template(PARTS.name, PARTS.source).map_err(|e| fail(&e))?;
    environment.add_template(template.name, template.source).map_err(|e| fail(&e))?;
    let compiled = environment.get_template(template.name).map_err(|e| fail(&e))?;
    let mut out = Bounded { bytes: Vec::new(), full: false };
    let written = compiled.render_captured_to(Value::from(Serde(data)), &mut out).map(drop);
    if out.full {
        return Err(RequestError::TooLong { file: template.name.to_owned(), bytes: MAX_BYTES });
    }
    written.map_err(|e| fail(&e))?;
    Ok(tidy(&String::from_utf8_lossy(&out.bytes)))
}

fn environment(source: Option<Source>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_debug(false);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(move |_| AutoEscape::Custom("markdown".into()));
    env.set_formatter(move |out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value| write(out, value));
    // These would let a value through as it is.
    for filter in ["safe", "tojson", "format"] {
        env.remove_filter(filter);
    }
    for name in ["escape", "e"] {
        env.add_filter(name, |text: &Value| safe(text, escape_markdown));
    }
    env.add_filter("code", |text: &Value| safe(text, markdown_code));
    env.add_filter("url", |text: &Value| safe(text, markdown_url));
    env.add_filter("prose", |text: &Value| safe(text, markdown_prose));
    env.add_filter("place", move |spot: &Value| place(spot, source.as_ref()));
    env.add_filter("counted", |n: usize, one: String, many: String| super::texts::counted(n, &one, &many));
    env.add_filter("sentences", |list: Vec<String>| super::texts::and_list(&list));
    env
}

/// A place as `file:line`, with a link to it where the code's host is known.
fn place(spot: &Value, source: Option<&Source>) -> Result<Value, Error> {
    let file = spot.get_attr("file")?;
    let line = spot.get_attr("line")?;
    let (Some(file), Ok(line)) = (file.as_str(), u32::try_from(line)) else {
        return Err(Error::new(ErrorKind::InvalidOperation, "`place` is for what has a file and a line"));
    };
    let url = source.and_then(|s| s.link(file, line));
    Ok(Value::from_safe_string(markdown_place(&format!("{file}:{line}"), url.as_deref())))
}

/// A value that the formatter writes as it is.
fn safe(value: &Value, escape: impl Fn(&str) -> String) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Value::from_safe_string(if value.is_safe() { text } else { escape(&text) })
}

fn write(out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    let text = safe(value, escape_markdown);
    out.write_str(text.as_str().unwrap_or_default())
        .map_err(|_| Error::new(ErrorKind::WriteFailure, "the output is full"))
}

/// A writer with an end.
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl std::io::Write for Bounded {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len().saturating_add(data.len()) > MAX_BYTES {
            self.full = true;
            return Err(std::io::Error::other("the output is full"));
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn explain(file: &str, error: &Error) -> RequestError {
    let file = file.to_owned();
    if error.kind() == ErrorKind::OutOfFuel {
        return RequestError::TooManySteps { file, steps: MAX_STEPS };
    }
    let detail = error.detail().map_or_else(|| error.kind().to_string(), escape_text);
    let (message, help) = match error.kind() {
        ErrorKind::SyntaxError => (
            format!("the template cannot be read: {detail}"),
            "look for a block or an expression that is not closed",
        ),
        ErrorKind::UndefinedError => (
            format!("the template names something that the request does not have: {detail}"),
            "`mailpermit request --format json` shows every name",
        ),
        ErrorKind::UnknownFilter => (
            format!("the template uses a filter that is not there: {detail}"),
            "`code`, `prose`, `url`, `place`, `counted` and `sentences` come with the tool; `safe` and `tojson` are left out on purpose",
        ),
        _ => (
            format!("the template failed: {detail}"),
            "compare it with the template that comes with the tool",
        ),
    };
    RequestError::Template { file, line: error.line().unwrap_or(0), message, help: help.to_owned() }
}

/// At most one empty line in a row, none at either end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0_usize;
    for line in text.lines() {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !out.is_empty() {
            out.push('\n');
        }
        empty = 0;
        out.push_str(line);
        out.push('\n');
    }
    out
}
