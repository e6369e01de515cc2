//! From a request to text, through a template. The template alone makes structure: every value is made
//! inert for the format before it is written.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::RequestError;
use super::escape::{escape_markdown, escape_text, markdown_code, markdown_prose, markdown_url};
use super::model::Request;

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
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Text => "text",
        }
    }

    fn builtin(self) -> Template<'static> {
        match self {
            Self::Markdown => {
                Template { name: "request.md.j2", source: include_str!("../../templates/request.md.j2") }
            }
            Self::Text => {
                Template { name: "request.txt.j2", source: include_str!("../../templates/request.txt.j2") }
            }
        }
    }

    fn escape(self, text: &str) -> String {
        match self {
            Self::Markdown => escape_markdown(text),
            Self::Text => escape_text(text),
        }
    }
}

/// A template of the user's.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// Its file's name, for messages.
    pub name: &'a str,
    /// Its text.
    pub source: &'a str,
}

/// Writes `request` in `format`, with the built-in template unless another is given.
///
/// # Errors
/// When the template is wrong, runs too long or writes too much.
pub fn render(
    request: &Request,
    format: Format,
    template: Option<Template<'_>>,
) -> Result<String, RequestError> {
    let own = template.is_some();
    let template = template.unwrap_or_else(|| format.builtin());
    let mut environment = environment(format);
    // The built-in templates loop over lists that have bounds of their own.
    environment.set_fuel(own.then_some(MAX_STEPS));
    let fail = |error: &Error| explain(template.name, error);
    environment.add_template(template.name, template.source).map_err(|e| fail(&e))?;
    let compiled = environment.get_template(template.name).map_err(|e| fail(&e))?;
    let mut out = Bounded { bytes: Vec::new(), full: false };
    let written = compiled.render_captured_to(Value::from(Serde(request)), &mut out).map(drop);
    if out.full {
        return Err(RequestError::TooLong { file: template.name.to_owned(), bytes: MAX_BYTES });
    }
    written.map_err(|e| fail(&e))?;
    Ok(tidy(&String::from_utf8_lossy(&out.bytes)))
}

fn environment(format: Format) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_debug(false);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(move |_| AutoEscape::Custom(format.name().into()));
    env.set_formatter(move |out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value| {
        write(out, format, value)
    });
    // These would let a value through as it is.
    for filter in ["safe", "tojson", "format"] {
        env.remove_filter(filter);
    }
    let escape = move |text: &Value| safe(text, |t| format.escape(t));
    for name in ["escape", "e"] {
        env.add_filter(name, escape);
    }
    env.add_filter("code", move |text: &Value| match format {
        Format::Markdown => safe(text, markdown_code),
        Format::Text => safe(text, escape_text),
    });
    env.add_filter("url", move |text: &Value| match format {
        Format::Markdown => safe(text, markdown_url),
        Format::Text => safe(text, escape_text),
    });
    env.add_filter("prose", move |text: &Value| match format {
        Format::Markdown => safe(text, markdown_prose),
        Format::Text => safe(text, escape_text),
    });
    env.add_filter("counted", |n: usize, one: String, many: String| super::texts::counted(n, &one, &many));
    env.add_filter("sentences", |list: Vec<String>| super::texts::and_list(&list));
    env
}

/// A value that the formatter writes as it is.
fn safe(value: &Value, escape: impl Fn(&str) -> String) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Value::from_safe_string(if value.is_safe() { text } else { escape(&text) })
}

fn write(out: &mut Output<'_>, format: Format, value: &Value) -> Result<(), Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    let text = safe(value, |t| format.escape(t));
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
            "`code`, `prose`, `url`, `counted` and `sentences` come with the tool; `safe` and `tojson` are left out on purpose",
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
