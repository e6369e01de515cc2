//! YAML to a spanned tree; the only user of the YAML reader that knows byte spans.
//!
//! YAML 1.2: `yes` and `0755` are texts. What we ship ourselves is read by `serde_yaml` elsewhere.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_saphyr::{
    Budget, Error, Location, NonFiniteFloatPolicy, Options, Spanned, UserMessageFormatter, budget,
};

use super::redact::one_line;
use super::span::Span;
use super::tree::{self, Entry, MAX_DEPTH, MAX_NODES, Node, SyntaxError, Value};

/// Reads one YAML document. An empty text is `Value::Null`.
///
/// # Errors
///
/// What is wrong first, with its place: bad syntax, a key twice, several documents, or more than the
/// limits in `tree` allow.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    tree::check_length(text)?;
    std::thread::scope(|scope| {
        // The reader recurses with large frames: 64 levels would not fit the stack of a worker thread.
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || read(text))
            .map_or_else(|_| Err(no_thread()), |t| t.join().unwrap_or_else(|_| Err(no_thread())))
    })
}

/// Four times what `MAX_DEPTH` levels take in a build without optimisation.
const STACK_BYTES: usize = 12 * 1024 * 1024;

fn no_thread() -> SyntaxError {
    SyntaxError::new("the YAML reader could not be run", Span::at(0))
}

fn read(text: &str) -> Result<Node, SyntaxError> {
    let raw: Raw =
        serde_saphyr::from_str_with_options(text, options()).map_err(|e| syntax_error(text, &e))?;
    let node = node(text, raw)?;
    tree::check(&node)?;
    Ok(node)
}

fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    budget.max_events = MAX_NODES * 4;
    budget.max_aliases = MAX_NODES;
    budget.max_anchors = MAX_NODES;
    budget.max_recorded_anchor_events = MAX_NODES * 8;
    budget.max_documents = 2;
    budget.max_total_scalar_bytes = tree::MAX_BYTES * 2;
    // A manifest may use one anchor often; what aliases unfold to is bounded anyway.
    budget.enforce_alias_anchor_ratio = false;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.alias_limits.max_total_replayed_events = MAX_NODES * 2;
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    options.underscored_numbers_as_strings = true;
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    options.with_snippet = false;
    options
}

/// A value as the reader hands it over, with its locations.
struct Raw(Spanned<RawValue>);

enum RawValue {
    Null,
    Bool(bool),
    /// The number as text, for the cases where its source is not plain.
    Number(String),
    String(String),
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<RawValue, E> {
        Ok(RawValue::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<RawValue, E> {
        Ok(RawValue::String(value))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(RawValue::List(items))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(RawValue::Map(entries))
    }
}

/// Turns what the reader handed over into our tree. The depth is bounded by the reader's budget.
fn node(text: &str, raw: Raw) -> Result<Node, SyntaxError> {
    let Spanned { value, referenced, defined } = raw.0;
    let defined = span_of(text, defined);
    let used = span_of(text, referenced);
    let alias = used != defined;
    let mut span = used;
    let value = match value {
        RawValue::Null => Value::Null,
        RawValue::Bool(b) => Value::Bool(b),
        RawValue::Number(n) => {
            let source = cut(text, defined);
            let plain = source.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
            Value::Number(if plain { source.to_owned() } else { n })
        }
        RawValue::String(s) => {
            // A block scalar's span runs to the start of whatever follows it.
            if !alias {
                let source = cut(text, span);
                span = Span::new(range_start(span), range_start(span) + source.trim_end().len());
            }
            Value::String(s)
        }
        RawValue::List(items) => {
            let items = items.into_iter().map(|i| node(text, i)).collect::<Result<Vec<_>, _>>()?;
            if !alias {
                let start = with_dash(text, span);
                span = collection_span(text, start, items.iter().map(|i| i.span));
            }
            Value::List(items)
        }
        RawValue::Map(entries) => {
            let entries = entries.into_iter().map(|e| entry(text, e)).collect::<Result<Vec<_>, _>>()?;
            if !alias {
                span = collection_span(text, span, entries.iter().flat_map(|e| [e.key_span, e.value.span]));
            }
            Value::Map(entries)
        }
    };
    Ok(Node { value, span })
}

fn entry(text: &str, (key, value): (Raw, Raw)) -> Result<Entry, SyntaxError> {
    let source = cut(text, span_of(text, key.0.defined)).trim_end().to_owned();
    let key = node(text, key)?;
    let name = match key.value {
        Value::String(s) => s,
        Value::Null | Value::Bool(_) | Value::Number(_) => source,
        Value::List(_) | Value::Map(_) => {
            return Err(SyntaxError::new(format!("a key has to be a text, not {}", key.kind()), key.span));
        }
    };
    Ok(Entry { key: name, key_span: key.span, value: node(text, value)? })
}

/// The span of a list or mapping. The reader only knows where it starts, so it ends with its last
/// child, and in the flow style with its bracket.
fn collection_span(text: &str, start: Span, children: impl Iterator<Item = Span>) -> Span {
    let bracket = cut(text, start).chars().next();
    let end = children.map(|c| c.end).fold(start.end, u32::max);
    let whole = Span { start: start.start, end };
    let close = match bracket {
        Some('[') => ']',
        Some('{') => '}',
        _ => return whole,
    };
    let mut comment = false;
    for (i, c) in text.get(end as usize..).unwrap_or("").char_indices() {
        match c {
            '\n' => comment = false,
            _ if comment => {}
            '#' => comment = true,
            _ if c == close => return Span::new(range_start(start), end as usize + i + 1),
            ',' | ':' | '?' => {}
            _ if c.is_whitespace() => {}
            _ => break,
        }
    }
    whole
}

/// The reader starts some block lists behind their first dash; takes the dash in.
fn with_dash(text: &str, start: Span) -> Span {
    let here = text.get(range_start(start)..).unwrap_or("");
    if here.starts_with('[') || here.starts_with("- ") || here.starts_with("-\n") {
        return start;
    }
    let before = text.get(..range_start(start)).unwrap_or("").trim_end();
    match before.strip_suffix('-') {
        Some(rest) if !rest.ends_with(|c: char| !c.is_whitespace()) => Span::new(rest.len(), rest.len()),
        _ => start,
    }
}

fn range_start(span: Span) -> usize {
    span.range().start
}

fn cut(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or("")
}

/// The bytes of a location, clamped to `text` and to the borders of its characters.
fn span_of(text: &str, location: Location) -> Span {
    let at = location.span();
    let bytes = at.byte_offset().zip(at.byte_len());
    let as_usize = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let (start, end) = match bytes {
        Some((start, len)) => (as_usize(start), as_usize(start.saturating_add(len))),
        None => {
            let start = offset_of(text, as_usize(location.line()), as_usize(location.column()));
            (start, start)
        }
    };
    Span::new(text.floor_char_boundary(start), text.floor_char_boundary(end))
}

/// The byte offset of a line and a column in characters, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line.saturating_sub(2) {
        _ if line < 2 => 0,
        breaks => text.match_indices('\n').nth(breaks).map_or(text.len(), |(i, _)| i + 1),
    };
    let rest = text.get(start..).unwrap_or("");
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(i, _)| i)
}

/// The reader's error in our words, without its own place and snippet.
fn syntax_error(text: &str, error: &Error) -> SyntaxError {
    let mut error = error.without_snippet();
    // Bounded: the reader wraps once for an alias.
    while let Error::AliasError { error: inner, .. } = error {
        error = inner;
    }
    let mut span = error.location().map_or(Span::at(text.len()), |l| span_of(text, l));
    if span.start == span.end {
        // One character is easier to see than none.
        let next = cut(text, Span::new(range_start(span), text.len())).chars().next();
        let width = next.filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
        span = Span::new(range_start(span), range_start(span) + width);
    }
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or_else(|| cut(text, span));
            SyntaxError::new(format!("the key `{}` is there twice", one_line(key, 60)), span)
                .with_help("keep one of the two")
        }
        Error::MultipleDocuments { .. } => SyntaxError::new("a second document starts here", span)
            .with_help("keep one document: remove `---` and what follows it"),
        Error::Budget { breach, .. } => SyntaxError::new(breach_message(breach), span),
        Error::AliasReplayLimitExceeded { .. } | Error::AliasReplayCounterOverflow { .. } => {
            SyntaxError::new(format!("its aliases unfold to more than {MAX_NODES} values"), span)
        }
        Error::AliasReplayStackDepthExceeded { .. } => SyntaxError::new("its aliases nest too deeply", span),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            SyntaxError::new("an alias lies within its own anchor", span)
        }
        Error::UnknownAnchor { .. } => {
            SyntaxError::new(format!("`{}` names no anchor", one_line(word_at(text, span), 60)), span)
                .with_help("quote the value if it is meant as a text that starts with `*`")
        }
        _ => {
            let whole = error.render_with_formatter(&UserMessageFormatter);
            let message = match without_place(&whole) {
                // The reader's own guard comes before the budget's for what nests very deep.
                deep if deep == "recursion limit exceeded" => {
                    format!("nested deeper than {MAX_DEPTH} levels")
                }
                other => other,
            };
            let found = SyntaxError::new(message, span);
            match cut(text, span).chars().next() {
                Some('\t') => found.with_help("indent with spaces: YAML does not allow tabs there"),
                Some('@' | '`' | '%') => found.with_help("quote the value"),
                _ => found,
            }
        }
    }
}

fn breach_message(breach: &budget::BudgetBreach) -> String {
    use budget::BudgetBreach as Breach;
    match breach {
        Breach::Depth { .. } => format!("nested deeper than {MAX_DEPTH} levels"),
        Breach::Documents { .. } => "more than one document".to_owned(),
        Breach::RecordedAnchorEvents { .. } | Breach::RecordedAnchorBytes { .. } => {
            format!("its aliases unfold to more than {MAX_NODES} values")
        }
        _ => format!("more than {MAX_NODES} values"),
    }
}

fn word_at(text: &str, span: Span) -> &str {
    let rest = text.get(range_start(span)..).unwrap_or("");
    rest.split([' ', '\n', '\r', '\t', ',', ']', '}']).next().unwrap_or("")
}

/// A message of the reader without ` at line 3, column 4`, on one line.
fn without_place(message: &str) -> String {
    let message = message.rfind(" at line ").and_then(|i| message.get(..i)).unwrap_or(message);
    one_line(message, 160)
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
