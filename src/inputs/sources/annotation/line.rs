//! One line of a comment: is it an annotation or a suppression, and is it well formed.
//!
//! Knows nothing of files or code. Spans are offsets into the file, from the offset a line is given.

use crate::text::Span;

/// A line that starts with a marker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From the marker to the end of what is written.
    pub(super) span: Span,
    /// What it says, or all that is wrong with it.
    pub(super) mark: Result<Mark, Vec<Fault>>,
}

/// What a well-formed line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `@email-use` or `@email-use-file`.
    Use { file_wide: bool, names: Vec<(String, Span)>, text: Option<String> },
    /// `mailpermit: ignore[...]`.
    Ignore { names: Vec<(String, Span)>, reason: String },
}

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
}

const USE: &str = "email-use";
const USE_FILE: &str = "email-use-file";
const TOOL: &str = "mailpermit";

const USE_HELP: &str = "write `@email-use NAME - free text`, with a NAME that stands under `uses:` in `email-access.yaml`; the free text may be left out";
const IGNORE_HELP: &str = "write `mailpermit: ignore[RULE] REASON`; several rules are separated by commas";

/// Words that people write when they mean `ignore`; only these, because prose may follow the name of
/// the tool as well.
const IGNORE_WORDS: &[&str] = &[
    "allow",
    "disable",
    "disable-file",
    "disable-line",
    "disable-next-line",
    "disabled",
    "enable",
    "except",
    "expect",
    "ignore",
    "ignore-file",
    "ignore-line",
    "ignore-next",
    "ignore-next-line",
    "ignored",
    "ignores",
    "noqa",
    "off",
    "skip",
    "suppress",
    "suppressed",
];

/// How much of what a user wrote is repeated in a message.
const SHOWN: usize = 60;

/// A piece of a line that knows its offset in the file.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Piece<'a> {
    fn span(self) -> Span {
        Span::new(self.at, self.at + self.text.len())
    }

    /// The piece from `offset` bytes on.
    fn from(self, offset: usize) -> Self {
        Self { text: self.text.get(offset..).unwrap_or(""), at: self.at + offset.min(self.text.len()) }
    }

    /// The first `length` bytes.
    fn until(self, length: usize) -> Self {
        Self { text: self.text.get(..length).unwrap_or(self.text), at: self.at }
    }

    fn trim_start(self) -> Self {
        self.from(self.text.len() - self.text.trim_start().len())
    }

    fn trim(self) -> Self {
        let start = self.trim_start();
        start.until(start.text.trim_end().len())
    }

    /// The leading characters that satisfy `of`, and the rest.
    fn take(self, of: impl Fn(char) -> bool) -> (Self, Self) {
        let length = self.text.find(|c| !of(c)).unwrap_or(self.text.len());
        (self.until(length), self.from(length))
    }

    fn shown(self) -> String {
        let mut shown: String = self.text.chars().take(SHOWN).collect();
        if shown.len() < self.text.len() {
            shown.push('…');
        }
        shown
    }

    fn fault(self, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { span: self.span(), message: message.into(), help: help.into() }
    }
}

/// Reads one line of a comment that starts at offset `at`; `None` when it holds no marker.
pub(super) fn parse(text: &str, at: usize) -> Option<Line> {
    // What comments are drawn with: `///`, `/**`, ` * `, `##`, `//!`.
    let (_, line) = Piece { text, at }.take(|c| c.is_whitespace() || matches!(c, '*' | '/' | '#' | '!'));
    let line = line.until(line.text.trim_end_matches(|c: char| c.is_whitespace() || c == '*').len());
    let mark = annotation(line).or_else(|| suppression(line))?;
    Some(Line { span: line.span(), mark })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn annotation(line: Piece<'_>) -> Option<Result<Mark, Vec<Fault>>> {
    if !line.text.starts_with('@') {
        return None;
    }
    let (word, rest) = line.from(1).take(is_word);
    if word.text != USE && word.text != USE_FILE {
        let meant = meant_marker(word.text, rest.text)?;
        let marker = line.until(1 + word.text.len());
        return Some(Err(vec![marker.fault(
            format!("`{}` is not an annotation; it is spelt `@{meant}`", marker.shown()),
            USE_HELP,
        )]));
    }
    if let Some(c) = rest.text.chars().next().filter(|c| !c.is_whitespace()) {
        return Some(Err(vec![rest.until(c.len_utf8()).fault(
            format!("`{c}` cannot follow `@{}`; a space and the name of a use do", word.text),
            USE_HELP,
        )]));
    }
    Some(uses(line, word, rest))
}

/// The marker that somebody meant who wrote `@WORD`, if it looks like one.
fn meant_marker(word: &str, rest: &str) -> Option<&'static str> {
    // Long words are no slips, and comparing them costs.
    if word.len() > 40 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.starts_with("emailusefile") || strsim::osa_distance(&plain, "emailusefile") <= 1 {
        return Some(USE_FILE);
    }
    // `@EmailUser` in code that was commented out is somebody else's; with a `-` it is nobody's.
    let slip = lower.contains(['-', '_']) && strsim::osa_distance(&plain, "emailuse") <= 1;
    let longer = ["email-us", "email_us"].iter().any(|start| lower.starts_with(start));
    let split = plain == "email" && rest.split_whitespace().next() == Some("use");
    let exact = matches!(plain.as_str(), "emailuse" | "emailuses");
    (slip || longer || split || exact).then_some(USE)
}

fn uses(line: Piece<'_>, word: Piece<'_>, rest: Piece<'_>) -> Result<Mark, Vec<Fault>> {
    let (names, text) = split_text(rest);
    if names.text.trim().is_empty() {
        let marker = line.until(1 + word.text.len());
        return Err(vec![marker.fault(format!("`@{}` names no use", word.text), USE_HELP)]);
    }
    let (names, mut faults) = list(names, "use");
    if let Some(text) = text.filter(|t| t.text.is_empty()) {
        faults.push(text.fault("nothing stands behind ` - `", "write the free text, or leave ` - ` out"));
    }
    match faults.is_empty() {
        true => {
            Ok(Mark::Use { file_wide: word.text == USE_FILE, names, text: text.map(|t| t.text.to_owned()) })
        }
        false => Err(faults),
    }
}

/// Splits at the first ` - `: names before it, free text behind it.
fn split_text(rest: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    let bytes = rest.text.as_bytes();
    let blank = |i: usize| bytes.get(i).is_none_or(u8::is_ascii_whitespace);
    let dash = (1..bytes.len()).find(|i| bytes.get(*i) == Some(&b'-') && blank(i - 1) && blank(i + 1));
    match dash {
        Some(dash) => (rest.until(dash), Some(rest.from(dash + 1).trim())),
        None => (rest, None),
    }
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(plain) && text.chars().all(|c| plain(c) || c == '-')
}

/// Reads names with commas between them. `what` is what they name.
fn list(names: Piece<'_>, what: &str) -> (Vec<(String, Span)>, Vec<Fault>) {
    let (mut good, mut faults) = (Vec::<(String, Span)>::new(), Vec::new());
    let mut rest = names;
    loop {
        let comma = rest.text.find(',');
        let name = rest.until(comma.unwrap_or(rest.text.len())).trim();
        match one(name, what) {
            Ok(text) if good.iter().any(|(known, _)| known == text) => {}
            Ok(text) => good.push((text.to_owned(), name.span())),
            Err(None) => faults.push(nothing(rest, comma, what)),
            Err(Some(fault)) => faults.push(fault),
        }
        let Some(comma) = comma else { break };
        let after = rest.from(comma + 1);
        if after.text.trim().is_empty() {
            let mark = rest.from(comma).until(1);
            faults.push(mark.fault(
                format!("a comma with no name of a {what} behind it"),
                "remove the comma, or write another name",
            ));
            break;
        }
        rest = after;
    }
    (good, faults)
}

/// The fault of an empty place in a list: the comma that ends it is what can be pointed at.
fn nothing(rest: Piece<'_>, comma: Option<usize>, what: &str) -> Fault {
    let mark = comma.map_or(rest, |comma| rest.from(comma).until(1));
    mark.fault(
        format!("no name of a {what} before this comma"),
        "remove the comma, or write a name before it",
    )
}

/// One name: its text, nothing at all (`None`), or what is wrong with it.
fn one<'a>(name: Piece<'a>, what: &str) -> Result<&'a str, Option<Fault>> {
    if name.text.is_empty() {
        return Err(None);
    }
    let (first, rest) = name.take(|c| !c.is_whitespace());
    let rest = rest.trim();
    if is_name(first.text) && !rest.text.is_empty() {
        let text = match what {
            "use" => "separate names by commas, and free text by ` - `: `@email-use a, b - free text`",
            _ => "separate names by commas: `mailpermit: ignore[a, b] REASON`",
        };
        return Err(Some(rest.fault(
            format!("`{}` follows the name `{}` without a separator", rest.shown(), first.shown()),
            text,
        )));
    }
    if is_name(name.text) {
        return Ok(name.text);
    }
    let help = match kebab(first.text) {
        Some(suggestion) => format!("write `{suggestion}`"),
        None => format!("write the name of a {what}, such as `my-{what}`"),
    };
    Err(Some(first.fault(
        format!(
            "`{}` is not the name of a {what}: names are lower case letters, digits and `-`",
            first.shown()
        ),
        help,
    )))
}

/// What a name would be called in kebab case; `None` when nothing of it would be left.
fn kebab(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut lower = false;
    for c in text.chars().take(SHOWN) {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && lower {
                out.push('-');
            }
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    out.truncate(out.trim_end_matches('-').len());
    is_name(&out).then_some(out)
}

fn suppression(line: Piece<'_>) -> Option<Result<Mark, Vec<Fault>>> {
    let name = line.from(usize::from(line.text.starts_with('@')));
    if !name.text.get(..TOOL.len())?.eq_ignore_ascii_case(TOOL) {
        return None;
    }
    let (between, rest) = name.from(TOOL.len()).take(|c| c.is_whitespace() || matches!(c, ':' | '-' | '_'));
    let (word, rest) = rest.take(is_word);
    let open = rest.trim_start();
    let bracket = open.text.starts_with('[');
    if between.text.is_empty() || !meant_ignore(between.text, word.text, bracket) {
        return None;
    }
    let form = line.until(word.at + word.text.len() - line.at);
    let exact = line.text.starts_with(TOOL) && between.text.trim_end() == ":" && word.text == "ignore";
    if !exact {
        return Some(Err(vec![form.fault(
            format!("`{}` is not a suppression; it is spelt `mailpermit: ignore[RULE]`", form.shown()),
            IGNORE_HELP,
        )]));
    }
    if !bracket {
        return Some(Err(vec![form.fault("the suppression names no rule", IGNORE_HELP)]));
    }
    Some(ignore(line, open))
}

/// Whether somebody who wrote this behind `mailpermit` meant to suppress, and not to write prose.
fn meant_ignore(between: &str, word: &str, bracket: bool) -> bool {
    let lower = word.get(..word.len().min(24)).unwrap_or(word).to_ascii_lowercase().replace('_', "-");
    let known = IGNORE_WORDS.contains(&lower.as_str()) || strsim::osa_distance(&lower, "ignore") <= 1;
    if between.trim().is_empty() {
        // `mailpermit allows …` is prose; `mailpermit ignore` reads like nothing else.
        return known && (bracket || matches!(lower.as_str(), "ignore" | "disable" | "suppress"));
    }
    known || bracket
}

fn ignore(line: Piece<'_>, open: Piece<'_>) -> Result<Mark, Vec<Fault>> {
    let Some(close) = open.text.find(']') else {
        return Err(vec![open.fault("the list of rules has no closing `]`", IGNORE_HELP)]);
    };
    let rules = open.until(close).from(1);
    if rules.text.trim().is_empty() {
        return Err(vec![open.until(close + 1).fault("the suppression names no rule", IGNORE_HELP)]);
    }
    let (names, mut faults) = list(rules, "rule");
    let reason =
        open.from(close + 1).text.trim_start_matches(|c: char| c.is_whitespace() || "-–—:".contains(c));
    if !reason.chars().any(char::is_alphanumeric) {
        faults.push(line.fault(
            "the suppression gives no reason",
            "write behind the `]` why the finding does not count here",
        ));
    }
    match faults.is_empty() {
        true => Ok(Mark::Ignore { names, reason: reason.to_owned() }),
        false => Err(faults),
    }
}
