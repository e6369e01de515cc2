//! The markup of Vue, Svelte and Angular components as code of their script: what is interpolated becomes
//! a call that shows it, a loop a loop, so that the names in it mean what they mean there.
//!
//! Knows how the three write markup, and nothing of what a program does. What is no expression of the
//! script's language is left out, for a template must not cost the script that it belongs to.

mod angular;
mod svelte;
mod tags;
mod vue;

use super::javascript;
use crate::text::Span;

pub use angular::component_class;

/// How a component is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// `{{ x }}`, `v-for`, `:title`.
    Vue,
    /// `{x}`, `{#each}`, `title={x}`.
    Svelte,
    /// `{{ x }}`, `*ngFor`, `@for`, `[title]`.
    Angular,
}

impl Flavor {
    /// What the calls are named that show a value: the sink table knows them.
    fn shows(self) -> &'static str {
        match self {
            Self::Vue => "$vueTemplate",
            Self::Svelte => "$svelteTemplate",
            Self::Angular => "$angularTemplate",
        }
    }
}

/// Whether a name is the one of the calls that show a value.
#[must_use]
pub fn is_shown_by(name: &str) -> bool {
    [Flavor::Vue, Flavor::Svelte, Flavor::Angular].iter().any(|f| f.shows() == name)
}

/// Expressions longer than this are nobody's template.
const MAX_EXPRESSION: usize = 4_000;
/// Expressions of one template.
const MAX_EXPRESSIONS: usize = 5_000;
/// Loops and bindings inside each other.
const MAX_DEPTH: usize = 60;

/// Code made of markup, and where each part of it stands.
#[derive(Clone, Debug, Default)]
pub struct Code {
    text: String,
    /// Where a part starts in `text`, and its span in the file; in order.
    pieces: Vec<(usize, Span)>,
}

impl Code {
    /// The code.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The place in the file of a span of the code, widened to the parts that it touches.
    #[must_use]
    pub fn place(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        // The part that a place is in, or the one that comes next.
        let at = |place: usize| {
            let after = self.pieces.partition_point(|(begins, _)| *begins <= place);
            after.checked_sub(1)
        };
        let inside = |index: usize, place: usize| {
            let (begins, original) = self.pieces.get(index).copied().unwrap_or_default();
            (place.saturating_sub(begins) <= original.range().len()).then_some((begins, original))
        };
        let first = match at(start).and_then(|i| inside(i, start).map(|p| (i, p))) {
            Some((_, (begins, original))) => original.start as usize + (start - begins),
            None => {
                let next = at(start).map_or(0, |i| i + 1);
                self.pieces.get(next).map_or(0, |(_, original)| original.start as usize)
            }
        };
        let last = match at(end).and_then(|i| self.pieces.get(i)) {
            Some((begins, original)) => original.start as usize + (end - begins).min(original.range().len()),
            None => first,
        };
        Span::new(first, last.max(first))
    }
}

/// Writes the code of one template.
struct Writer<'a> {
    source: &'a str,
    flavor: Flavor,
    typescript: bool,
    code: Code,
    open: usize,
    written: usize,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str, flavor: Flavor, typescript: bool) -> Self {
        let code = Code { text: "\n;function $template() {\n".to_owned(), pieces: Vec::new() };
        Self { source, flavor, typescript, code, open: 0, written: 0 }
    }

    /// The text of a span without blanks around it, and its span; `None` when it is empty or too long.
    fn trimmed(&self, span: Span) -> Option<(&'a str, Span)> {
        let text = self.source.get(span.range())?;
        let inner = text.trim();
        let start = span.start as usize + (text.len() - text.trim_start().len());
        (!inner.is_empty() && inner.len() <= MAX_EXPRESSION)
            .then(|| (inner, Span::new(start, start + inner.len())))
    }

    fn piece(&mut self, text: &str, span: Span) {
        self.code.pieces.push((self.code.text.len(), span));
        self.code.text.push_str(text);
    }

    /// Whether one more expression fits, and is one.
    fn takes(&mut self, expression: &str) -> bool {
        self.written += 1;
        self.written <= MAX_EXPRESSIONS && javascript::is_expression(expression, self.typescript)
    }

    /// A value that is shown.
    fn show(&mut self, span: Span) {
        let Some((text, span)) = self.trimmed(span) else { return };
        if self.takes(text) {
            self.code.text.push_str(self.flavor.shows());
            self.code.text.push('(');
            self.piece(text, span);
            self.code.text.push_str(");\n");
        }
    }

    /// `for (const pattern of list) {`; what cannot be read opens a block all the same.
    fn loop_over(&mut self, pattern: Span, list: Span) {
        self.bound(pattern, list, "for (const ", " of (", ")) {\n");
    }

    /// `{ const pattern = value;`
    fn bind(&mut self, pattern: Span, value: Span) {
        self.bound(pattern, value, "{ const ", " = (", ");\n");
    }

    fn bound(&mut self, pattern: Span, value: Span, before: &str, between: &str, after: &str) {
        self.open += 1;
        let parts = self.trimmed(pattern).zip(self.trimmed(value));
        match parts {
            Some(((pattern, at), (value, place)))
                if self.open <= MAX_DEPTH
                    && self.takes(value)
                    && javascript::is_pattern(pattern, self.typescript) =>
            {
                self.code.text.push_str(before);
                self.piece(pattern, at);
                self.code.text.push_str(between);
                self.piece(value, place);
                self.code.text.push_str(after);
            }
            _ => self.code.text.push_str("{\n"),
        }
    }

    /// A block without a name of its own.
    fn block(&mut self) {
        self.open += 1;
        self.code.text.push_str("{\n");
    }

    /// Ends the innermost block.
    fn close(&mut self) {
        if self.open > 0 {
            self.open -= 1;
            self.code.text.push_str("}\n");
        }
    }

    fn done(mut self) -> Code {
        while self.open > 0 {
            self.close();
        }
        self.code.text.push_str("}\n");
        self.code
    }
}

/// The code of the markup of a component. `source` is the whole file; scripts and styles in it are left
/// out.
#[must_use]
pub fn code(source: &str, flavor: Flavor, typescript: bool) -> Code {
    let mut writer = Writer::new(source, flavor, typescript);
    match flavor {
        Flavor::Vue => vue::write(&mut writer),
        Flavor::Svelte => svelte::write(&mut writer),
        Flavor::Angular => angular::write(&mut writer),
    }
    writer.done()
}

#[cfg(test)]
mod tests;
