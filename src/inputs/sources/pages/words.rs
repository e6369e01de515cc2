//! The names in an expression of a template, whatever language it borrows its expressions from.
//!
//! No expression is parsed: `user.name ?: user.email`, `user['email'] | lower` and `h(user.email)` all come
//! down to the members that they read. What decides and what is shown is not told apart inside of one.

use crate::text::Span;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `.name`, `['name']`, `->name`
    Member(String),
    /// `[0]`, `[i]`, `.0`
    Element,
    /// `()`
    Call,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// A name.
    Name(String),
    /// `.` or `this`: what the block is about.
    Dot,
    /// `$.` of Go, `@root` of Handlebars: what the template is rendered with.
    Top,
}

/// What an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
    pub(super) span: Span,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A path that is read.
    Path(Path),
    /// A function or filter that is called without an object.
    Function(String),
    /// The name of an argument, or a key.
    Key(String),
    /// A text.
    Text(String),
    /// A word or sign that is neither.
    Sign(String),
}

/// Words that are no names.
const KEYWORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "true",
    "false",
    "True",
    "False",
    "nil",
    "null",
    "none",
    "None",
    "undefined",
    "then",
    "unless",
    "new",
    "return",
    "var",
    "let",
    "const",
    "defined",
    "empty",
    "else",
    "if",
    "elsif",
    "elif",
    "elseif",
    "case",
    "when",
    "switch",
    "await",
    "async",
    "function",
    "do",
    "end",
    "in",
    "of",
    "as",
    "raw",
    "echo",
    "print",
    "gt",
    "lt",
    "ge",
    "le",
    "eq",
    "ne",
    "final",
    "String",
    "int",
    "string",
    "foreach",
    "for",
    "range",
    "each",
    "with",
    "list",
    "items",
    "forelse",
    "while",
    "item",
    "key",
    "set",
    "assign",
    "capture",
];
/// Paths and signs that one expression may have.
const MAX_WORDS: usize = 400;
/// Texts inside of texts.
const MAX_DEPTH: u32 = 3;

/// The parts of an expression in order. `start` is where it stands in the file.
pub(super) fn words(text: &str, start: usize) -> Vec<Word> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, start, depth: 0, out: Vec::new() };
    reader.run();
    reader.out
}

/// The paths that an expression reads.
pub(super) fn paths(text: &str, start: usize) -> Vec<Path> {
    let hides =
        ["md5", "sha1", "sha256", "hash", "length", "count", "size", "len", "gravatar", "gravatar_url"];
    let words = words(text, start);
    // What is hashed or counted is not shown.
    if words.iter().any(|w| matches!(w, Word::Function(name) if hides.contains(&name.as_str()))) {
        return Vec::new();
    }
    words
        .into_iter()
        .filter_map(|w| match w {
            Word::Path(path) => Some(path),
            _ => None,
        })
        .collect()
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    start: usize,
    depth: u32,
    out: Vec<Word>,
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() && self.out.len() < MAX_WORDS {
            let byte = self.peek(0);
            match byte {
                b'"' | b'\'' | b'`' => self.string(byte),
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'0'..=b'9' => self.number(),
                // `..` of a range, `../` of Handlebars: what is around the block.
                b'.' if self.peek(1) == b'.' => {
                    self.at += if self.peek(2) == b'/' { 3 } else { 2 };
                }
                b'.' if is_name(self.peek(1)) && !self.peek(1).is_ascii_digit() => {
                    self.path(Root::Dot, self.at)
                }
                b'.' => {
                    let at = self.at;
                    self.at += 1;
                    self.path(Root::Dot, at);
                }
                b'$' if self.peek(1) == b'.' => {
                    let at = self.at;
                    self.at += 1;
                    self.path(Root::Top, at);
                }
                b'$' | b'@' if is_name(self.peek(1)) => {
                    self.at += 1;
                    self.name();
                }
                b'|' if self.peek(1) == b'|' => self.at += 2,
                b'|' => self.filter(),
                byte if is_name(byte) => self.name(),
                _ => self.sign(),
            }
        }
    }

    fn sign(&mut self) {
        let two = self.text.get(self.at..self.at + 2).unwrap_or_default();
        let known = [":=", "=>", "->", "==", "!=", "<=", ">=", "&&", "::"].contains(&two);
        let length = if known { 2 } else { 1 };
        let text = self.text.get(self.at..self.at + length).unwrap_or_default().to_owned();
        self.at += length;
        if !text.is_empty() {
            self.out.push(Word::Sign(text));
        }
    }

    fn number(&mut self) {
        while self.peek(0).is_ascii_digit() || (self.peek(0) == b'.' && self.peek(1).is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// A text; what is filled into it is read, too.
    fn string(&mut self, quote: u8) {
        let from = self.at + 1;
        let mut end = from;
        while end < self.bytes.len() && self.bytes.get(end) != Some(&quote) {
            end += if self.bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
        }
        let inner = self.text.get(from..end.min(self.text.len())).unwrap_or_default();
        self.at = (end + 1).min(self.bytes.len());
        if self.depth < MAX_DEPTH {
            let mut rest = inner;
            let mut offset = from;
            while let Some(open) = rest.find("#{").or_else(|| rest.find("${")) {
                let Some(close) = rest.get(open..).and_then(|r| r.find('}')) else { break };
                let hole = rest.get(open + 2..open + close).unwrap_or_default();
                let mut reader = Reader {
                    text: hole,
                    bytes: hole.as_bytes(),
                    at: 0,
                    start: self.start + offset + open + 2,
                    depth: self.depth + 1,
                    out: Vec::new(),
                };
                reader.run();
                self.out.append(&mut reader.out);
                offset += open + close + 1;
                rest = rest.get(open + close + 1..).unwrap_or_default();
            }
        }
        self.out.push(Word::Text(inner.to_owned()));
    }

    /// `| lower`, and `|user|` of a block.
    fn filter(&mut self) {
        self.at += 1;
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        let name = self.ident();
        if name.is_empty() {
            self.out.push(Word::Sign("|".to_owned()));
            return;
        }
        while self.peek(0) == b' ' {
            self.at += 1;
        }
        if matches!(self.peek(0), b'|' | b',') && self.out.iter().any(is_block) {
            self.out.push(Word::Sign("|".to_owned()));
            self.out.push(Word::Key(name));
            while !matches!(self.peek(0), b'|' | 0) {
                self.at += 1;
            }
            self.at += 1;
        } else {
            self.out.push(Word::Function(name));
        }
    }

    fn ident(&mut self) -> String {
        let from = self.at;
        while is_name(self.peek(0)) {
            self.at += 1;
        }
        // `any?` and `save!` of Ruby.
        let name = self.text.get(from..self.at).unwrap_or_default().to_owned();
        if !name.is_empty() && matches!(self.peek(0), b'?' | b'!') && matches!(self.peek(1), b' ' | b'(' | 0)
        {
            self.at += 1;
        }
        name
    }

    fn name(&mut self) {
        let from = self.at;
        let name = self.ident();
        if name.is_empty() {
            self.at += 1;
            return;
        }
        if matches!(name.as_str(), "this" | "self") {
            return self.path(Root::Dot, from);
        }
        if KEYWORDS.contains(&name.as_str()) && !matches!(self.peek(0), b'.' | b'[') {
            self.out.push(Word::Sign(name));
            return;
        }
        // `key: value`, `key=value`
        let colon = self.peek(0) == b':' && self.peek(1) != b':';
        let equals = self.peek(0) == b'=' && !matches!(self.peek(1), b'=' | b'>');
        if colon || equals {
            self.at += 1;
            self.out.push(Word::Key(name));
            return;
        }
        if self.peek(0) == b'(' {
            self.out.push(Word::Function(name));
            return;
        }
        self.path(Root::Name(name), from);
    }

    /// The members behind the start of a path.
    fn path(&mut self, root: Root, from: usize) {
        let mut steps = Vec::new();
        // Indices that are read from paths of their own.
        let mut inner: Vec<(usize, usize)> = Vec::new();
        for _ in 0..24 {
            let ahead = match (self.peek(0), self.peek(1), self.peek(2)) {
                (b'.', next, _) if is_name(next) => 1,
                (b'?' | b'!' | b'&', b'.', next) if is_name(next) => 2,
                (b'-', b'>', next) if is_name(next) => 2,
                (b'?', b'-', b'>') => 3,
                (b':', b':', next) if is_name(next) => 2,
                (b'[', ..) => {
                    let Some(close) = self.text.get(self.at..).and_then(|t| t.find(']')) else { break };
                    let index = self.text.get(self.at + 1..self.at + close).unwrap_or_default().trim();
                    let quoted = index.trim_matches(['"', '\'', ':']);
                    if quoted.len() < index.len() && !quoted.is_empty() {
                        steps.push(Step::Member(quoted.to_owned()));
                    } else {
                        steps.push(Step::Element);
                        inner.push((self.at + 1, self.at + close));
                    }
                    self.at += close + 1;
                    continue;
                }
                (b'(', ..) if !steps.is_empty() => {
                    // The arguments are read after the path.
                    steps.push(Step::Call);
                    let mut depth = 0_usize;
                    let open = self.at;
                    while self.at < self.bytes.len() {
                        match self.peek(0) {
                            b'(' => depth += 1,
                            b')' => depth -= 1,
                            _ => {}
                        }
                        self.at += 1;
                        if depth == 0 {
                            break;
                        }
                    }
                    inner.push((open + 1, self.at.saturating_sub(1).max(open + 1)));
                    continue;
                }
                _ => break,
            };
            self.at += ahead;
            let member = self.ident();
            if member.is_empty() {
                break;
            }
            let number = member.bytes().all(|b| b.is_ascii_digit());
            steps.push(if number { Step::Element } else { Step::Member(member) });
        }
        let span = Span::new(self.start + from, self.start + self.at);
        self.out.push(Word::Path(Path { root, steps, span }));
        if self.depth < MAX_DEPTH {
            for (from, to) in inner {
                let text = self.text.get(from..to).unwrap_or_default();
                let start = self.start + from;
                let mut reader = Reader {
                    text,
                    bytes: text.as_bytes(),
                    at: 0,
                    start,
                    depth: self.depth + 1,
                    out: Vec::new(),
                };
                reader.run();
                self.out.append(&mut reader.out);
            }
        }
    }
}

/// Whether a word opens a block of Ruby's or names what one of Handlebars is about.
fn is_block(word: &Word) -> bool {
    matches!(word, Word::Sign(s) if s == "do" || s == "{" || s == "as")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        paths(text, 0)
            .into_iter()
            .map(|p| {
                let mut out = match p.root {
                    Root::Name(name) => name,
                    Root::Dot => String::new(),
                    Root::Top => "$".to_owned(),
                };
                for step in p.steps {
                    match step {
                        Step::Member(m) => out.push_str(&format!(".{m}")),
                        Step::Element => out.push_str("[]"),
                        Step::Call => out.push_str("()"),
                    }
                }
                out
            })
            .collect()
    }

    #[test]
    fn what_expressions_read() {
        let table: &[(&str, &[&str])] = &[
            ("user.email", &["user.email"]),
            ("user.email | lower", &["user.email"]),
            ("user['email']|default('x')", &["user.email"]),
            ("$user->email", &["user.email"]),
            ("$user['fields'][\"email\"] ?? $other->mail", &["user.fields.email", "other.mail"]),
            ("user.getEmail()", &["user.getEmail()"]),
            ("h(@user.email)", &["user.email"]),
            ("mail_to user[\"emailAddress\"], class: \"x\"", &["mail_to", "user.emailAddress"]),
            (".User.Email | html", &[".User.Email"]),
            ("$.Owner.Email", &["$.Owner.Email"]),
            ("this.email", &[".email"]),
            ("../user.email", &["user.email"]),
            ("users[0].email", &["users[].email"]),
            ("user?.email ?? \"-\"", &["user.email"]),
            ("\"mail: #{user.email}\"", &["user.email"]),
            ("user.email|md5", &[]),
            ("users | length", &[]),
            ("not user.email or 12.5", &["user.email"]),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), *expected, "{text}");
        }
    }

    #[test]
    fn nothing_breaks_it() {
        for text in
            ["", "'", "[", "a[", "a(", "a.b((((", "|", "$", "@", "..", "é.é", "\"#{", "a[[[b]]]", "x::y"]
        {
            let _ = words(text, 0);
        }
    }
}
