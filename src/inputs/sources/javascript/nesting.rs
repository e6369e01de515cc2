//! What a text can cost the parser, worked out before the parser sees it.
//!
//! The parser is recursive, as all fast ones are, and some of what it tries twice costs the square of
//! how deep it stands. Two looks at the text, both linear, keep that in bounds: [`check`] refuses what
//! nests deeper than code does, and [`stack`] says how much stack the rest can take at the very most.
//! The first has to tell strings from code and may err on a text built to mislead it; the second does
//! not, and counts everything.

use crate::text::{Span, SyntaxError};

/// How deep brackets, arrows and type arguments may nest. Bundled real code stays below 200.
const MAX_NESTING: u64 = 500;
/// Brackets, each counted with the square of how deep it stands. The largest bundle seen in real code
/// comes to a tenth of it.
const MAX_WORK: u64 = 1_000_000_000;

/// The most stack that one text is given; what may need more is refused.
pub(super) const MAX_STACK: usize = 2 << 30;

/// Stack for one parenthesis, by measurement of a build without optimisation, rounded up.
const PARENTHESIS_STACK: usize = 3_200;
/// Stack for any other bracket, type arguments and elements among them.
const BRACKET_STACK: usize = 3_600;
/// Stack for a word that stands before what it is about, as `new` and `keyof` do.
const WORD_STACK: usize = 1_200;
/// Stack for any other sign that can nest, as `!`, `?`, `.` and the two of `=>`.
const SIGN_STACK: usize = 600;
/// Words that nest what follows them without a sign.
const NESTING_WORDS: &[&[u8]] = &[
    b"abstract",
    b"as",
    b"async",
    b"await",
    b"class",
    b"delete",
    b"do",
    b"else",
    b"extends",
    b"in",
    b"infer",
    b"instanceof",
    b"is",
    b"keyof",
    b"new",
    b"of",
    b"readonly",
    b"satisfies",
    b"typeof",
    b"unique",
    b"void",
    b"yield",
];

/// The stack that the parser and what works on its tree can need for this text, in bytes.
///
/// Nothing closes here and strings count as code, so it is too much and never too little.
pub(super) fn stack(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut total = 0_usize;
    let mut i = 0;
    while let Some(b) = bytes.get(i) {
        if is_word(*b) {
            let end = word_end(bytes, i);
            let word = bytes.get(i..end).unwrap_or_default();
            if NESTING_WORDS.contains(&word) {
                total = total.saturating_add(WORD_STACK);
            }
            i = end;
            continue;
        }
        total = total.saturating_add(match b {
            b'(' => PARENTHESIS_STACK,
            b'[' | b'{' | b'<' | b'`' => BRACKET_STACK,
            b')' | b']' | b'}' | b',' | b';' | b'"' | b'\'' | b'@' => 0,
            b if b.is_ascii_punctuation() => SIGN_STACK,
            _ => 0,
        });
        i += 1;
    }
    total
}

/// Refuses a text that nests too deep. `types` says that `<` may open type arguments.
///
/// # Errors
/// The place at which a limit is passed.
pub(super) fn check(text: &str, types: bool) -> Result<(), SyntaxError> {
    let mut scan = Scan { bytes: text.as_bytes(), types, ..Scan::default() };
    let refused = |message: String, at: usize| {
        let help = "if this is generated, leave it out with `lint.exclude`";
        Err(SyntaxError::new(message, Span::new(at, at + 1)).with_help(help))
    };
    while scan.at < scan.bytes.len() {
        let at = scan.at;
        scan.step();
        if scan.depth() > MAX_NESTING {
            return refused(format!("nested deeper than {MAX_NESTING} levels: not analysed"), at);
        }
        if scan.work > MAX_WORK {
            return refused("too much of it is nested deep: not analysed".to_owned(), at);
        }
    }
    Ok(())
}

/// An open bracket, or the file around all of them.
#[derive(Default)]
struct Open {
    /// What closes it.
    close: u8,
    /// Whether what it encloses ends an expression: `(a)` does, `if (a)` and a block do not.
    value: bool,
    /// Whether it is `${` of a template, whose text goes on behind it.
    template: bool,
    /// Arrows and opening angles since the last border between expressions: they nest to the right.
    chain: u64,
}

/// Reads a text token by token, as far as nesting goes.
#[derive(Default)]
struct Scan<'t> {
    bytes: &'t [u8],
    types: bool,
    at: usize,
    /// The brackets that are open.
    open: Vec<Open>,
    /// What stands outside all brackets.
    file: Open,
    /// The sum of all chains.
    chains: u64,
    work: u64,
    /// Whether the last token ended an expression: `/` then divides.
    value: bool,
    /// Whether the last token was a word that takes a condition, as `if`.
    control: bool,
    /// Whether the last token was a dot: a word behind it is a name.
    dot: bool,
    /// Whether the last token was an arrow or a closing parenthesis: a brace behind it is a body.
    body: bool,
}

impl Scan<'_> {
    fn depth(&self) -> u64 {
        self.open.len() as u64 + self.chains
    }

    fn top(&mut self) -> &mut Open {
        self.open.last_mut().unwrap_or(&mut self.file)
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// One token.
    fn step(&mut self) {
        let b = self.peek(0);
        match b {
            b if b.is_ascii_whitespace() => self.at += 1,
            b if is_word(b) => self.word(),
            b'/' if self.peek(1) == b'/' => self.at = self.find(|b, _| b == b'\n'),
            b'/' if self.peek(1) == b'*' => {
                self.at += 2;
                self.at = self.find(|b, next| b == b'*' && next == b'/') + 2;
            }
            b'/' if !self.value && self.regex() => self.after(true),
            b'"' | b'\'' => {
                self.string(b);
                self.after(true);
            }
            b'`' => {
                self.at += 1;
                self.template();
            }
            b'(' | b'[' | b'{' => self.enter(b),
            b')' | b']' | b'}' => self.leave(b),
            _ => self.sign(b),
        }
    }

    /// What follows a token that is neither word nor bracket.
    fn after(&mut self, value: bool) {
        (self.value, self.control, self.dot, self.body) = (value, false, false, false);
    }

    fn word(&mut self) {
        let end = word_end(self.bytes, self.at);
        let word = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = end;
        let name = self.dot;
        self.after(true);
        if name {
            return;
        }
        match word {
            b"if" | b"while" | b"for" | b"with" => self.control = true,
            b"return" | b"typeof" | b"case" | b"in" | b"of" | b"instanceof" | b"new" | b"delete"
            | b"void" | b"throw" | b"else" | b"do" | b"await" | b"yield" | b"default" | b"extends" => {
                self.value = false;
            }
            _ => {}
        }
        // No expression goes on with these, so none that is open nests what follows.
        if matches!(
            word,
            b"const"
                | b"let"
                | b"var"
                | b"export"
                | b"import"
                | b"return"
                | b"if"
                | b"for"
                | b"while"
                | b"switch"
                | b"throw"
                | b"try"
        ) {
            self.cut();
        }
    }

    /// Ends the chain of the innermost bracket.
    fn cut(&mut self) {
        let chain = std::mem::take(&mut self.top().chain);
        self.chains -= chain;
    }

    fn lengthen(&mut self) {
        self.top().chain += 1;
        self.chains += 1;
    }

    fn shorten(&mut self) {
        if self.top().chain > 0 {
            self.top().chain -= 1;
            self.chains -= 1;
        }
    }

    fn enter(&mut self, b: u8) {
        let (close, value) = match b {
            b'(' => (b')', !self.control),
            b'[' => (b']', true),
            // A brace where an expression starts is an object, and a block anywhere else.
            _ => (b'}', !self.value && !self.body),
        };
        self.push(Open { close, value, ..Open::default() });
        self.at += 1;
        self.after(false);
    }

    fn push(&mut self, open: Open) {
        self.open.push(open);
        self.work += self.depth().saturating_mul(self.depth());
    }

    fn leave(&mut self, b: u8) {
        self.at += 1;
        // What is not closed by its own bracket is text that was taken for code: it closes with what
        // it stands in, as far as there is such a thing.
        let Some(depth) = self.open.iter().rposition(|o| o.close == b) else { return self.after(true) };
        let mut closed = Open::default();
        while self.open.len() > depth {
            self.cut();
            closed = self.open.pop().unwrap_or_default();
        }
        if closed.template {
            return self.template();
        }
        self.after(closed.value);
        self.body = b == b')';
    }

    fn sign(&mut self, b: u8) {
        let next = self.peek(1);
        self.at += 1;
        match (b, next) {
            (b'=', b'>') => {
                self.at += 1;
                self.lengthen();
                self.after(false);
                self.body = true;
                return;
            }
            // They leave the question to what stands before or behind them.
            (b'+', b'+') | (b'-', b'-') => {
                self.at += 1;
                return;
            }
            (b'<' | b'>', b'=') => self.at += 1,
            (b'<', _) if self.types => self.lengthen(),
            (b'>', _) if self.types => self.shorten(),
            (b';', _) => self.cut(),
            // Type arguments go on behind a comma.
            (b',', _) if !self.types => self.cut(),
            _ => {}
        }
        self.after(false);
        self.dot = b == b'.';
    }

    /// Where the first byte stands that is asked for, from here on; the end when there is none.
    fn find(&self, wanted: impl Fn(u8, u8) -> bool) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let next = |i: usize| rest.get(i + 1).copied().unwrap_or(0);
        let found = rest.iter().enumerate().position(|(i, b)| wanted(*b, next(i)));
        found.map_or(self.bytes.len(), |i| self.at + i)
    }

    /// A string; a quote alone when it does not end on its line, as in the text of markup.
    fn string(&mut self, quote: u8) {
        self.at += 1;
        let mut i = self.at;
        loop {
            match self.bytes.get(i) {
                Some(b'\\') => i += 2,
                Some(b) if *b == quote => break self.at = i + 1,
                Some(b'\n') | None => break,
                Some(_) => i += 1,
            }
        }
    }

    /// A regular expression; whether one stands here.
    fn regex(&mut self) -> bool {
        let mut class = false;
        let mut i = self.at + 1;
        loop {
            match self.bytes.get(i) {
                Some(b'\\') => i += 1,
                Some(b'[') => class = true,
                Some(b']') => class = false,
                Some(b'/') if !class => break,
                Some(b'\n') | None => return false,
                Some(_) => {}
            }
            i += 1;
        }
        self.at = i + 1;
        true
    }

    /// The text of a template, up to its end or to the next `${`.
    fn template(&mut self) {
        loop {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'`' => {
                    self.at += 1;
                    return self.after(true);
                }
                b'$' if self.peek(1) == b'{' => {
                    self.push(Open { close: b'}', template: true, ..Open::default() });
                    self.at += 2;
                    return self.after(false);
                }
                _ if self.at >= self.bytes.len() => return,
                _ => self.at += 1,
            }
        }
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$') || b >= 0x80
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    rest.iter().position(|b| !is_word(*b)).map_or(bytes.len(), |i| start + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, types: bool) -> Option<usize> {
        check(text, types).err().map(|e| e.span.start as usize)
    }

    #[test]
    fn real_shapes_pass() {
        for text in [
            "const a = b ? c : d;\n",
            "export const f = (a) => (b) => c\n",
            "f(\")\", '(', `}${g({a: '`'})}`);\n",
            "const r = /[(\\/[{]/.test(a) / 2 / g;\n",
            "if (a) /\"(/.test(b)\n",
            "a = b++ / 2; c = '(' / d;\n",
            "return <p>it's (fun) {a}/{b}</p>;\n",
            "// it's (\n/* { ' */\n",
            "class A { f = () => 1; g = () => 2 }\n",
            "const s = 'lorem ipsum (dolor';\n",
            "x = a < b; y = c < d\n;",
            "type A = B<C, D<E>>\n",
        ] {
            for types in [false, true] {
                assert_eq!(refused(&text.repeat(2_000), types), None, "{text}");
            }
        }
    }

    #[test]
    fn towers_are_refused_where_the_limit_is_passed() {
        for (level, types) in [
            ("(", false),
            ("[", false),
            ("{", false),
            ("f(\")\",", false),
            ("f(')',\"]\",", false),
            ("`${", false),
            ("`}${", false),
            ("x => ", false),
            ("b ? (c) : d => ", false),
            ("(/[)/]\\/)/, ", false),
            ("(/*)*/", false),
            ("(//)\n", false),
            ("(a / 1 / ", false),
            ("f<", true),
            ("B<a,", true),
            ("async (b = ", false),
        ] {
            let at = refused(&level.repeat(3_000), types);
            let expected = 500 * level.len();
            assert!(at.is_some_and(|at| (expected..expected + level.len()).contains(&at)), "{level}: {at:?}");
            assert_eq!(refused(&level.repeat(400), types), None, "{level}");
        }
        // Many towers cost as much as a higher one.
        let tower = format!("{}{}\n", "(".repeat(450), ")".repeat(450));
        assert_eq!(refused(&tower.repeat(10), false), None);
        assert!(refused(&tower.repeat(50), false).is_some());
    }

    #[test]
    fn stack_counts_all_that_can_nest() {
        assert_eq!(stack("abc, 'def'; \"x\" 12"), 0);
        assert_eq!(stack("([{<`"), PARENTHESIS_STACK + 4 * BRACKET_STACK);
        assert_eq!(stack(")]}"), 0);
        assert_eq!(stack("=>"), 2 * SIGN_STACK);
        assert_eq!(stack("new\nkeyof newer"), 2 * WORD_STACK);
        assert_eq!(stack("a.b ! c"), 2 * SIGN_STACK);
    }
}
