//! The shared tree-sitter driver: one parse a file, and the comments and items of its tree.
//!
//! The only file that names the grammar crates. What is particular to a language stands in its own
//! file as a [`Spec`]; nothing in here may branch on a language.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Point, Tree};

use super::template::{self, Template};
use super::{Comment, Comments, csharp, go, java, kotlin, php, python, ruby};
use crate::text::Span;

/// The largest text that is parsed.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Parser callbacks (one each hundred operations) that every text may use, however short.
const BASE_STEPS: usize = 20_000;

/// How many bytes of text add one more. The worst of ten thousand real files needed one for each 25
/// bytes, most one for each 100.
const BYTES_PER_STEP: usize = 4;

/// The same while nobody watches the parser mend errors, which makes a step cost much more than others.
/// Four of five real files need less.
const UNWATCHED_STEPS: usize = 100;
const UNWATCHED_BYTES_PER_STEP: usize = 64;

/// How much of the text the parser is handed at once; what it goes back for counts again.
const CHUNK: usize = 1024;

/// Bytes that may be handed out for every text, however short.
const BASE_READS: usize = 1024 * 1024;

/// How often each byte may be handed out. Honest text needs two or three; a scanner that looks ahead to
/// the end of the text at each token is stopped.
const READS_PER_BYTE: usize = 64;

/// How many times the parser may mend a syntax error in one text.
const MAX_RECOVERIES: usize = 300;

/// How many `<` may be open, and how many `(a) -` stand, in one statement where they are ambiguous.
const MAX_AMBIGUOUS: usize = 200;

/// How many syntax errors of one file are kept.
const MAX_SYNTAX_ERRORS: usize = 64;

/// How often a text is parsed again without what made the parser give up, and how many bytes of it may be given up
/// without that.
const MAX_MENDED: usize = 6;
const LITTLE: usize = 80;

/// How many words of one file are kept that belong to nothing.
const MAX_LOST: usize = 10_000;

/// The languages that are read by tree-sitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Python.
    Python,
    /// C#.
    CSharp,
    /// PHP.
    Php,
    /// Ruby.
    Ruby,
    /// Go.
    Go,
}

/// What the driver needs to know of a language besides its grammar.
pub(super) struct Spec {
    /// How people call it.
    pub(super) name: &'static str,
    /// Extensions of its files, without the dot.
    pub(super) extensions: &'static [&'static str],
    /// Kinds of node that are comments.
    pub(super) comments: &'static [&'static str],
    /// Opening and closing markers of comments; an opening one that starts another comes after it.
    pub(super) markers: &'static [(&'static str, &'static str)],
    /// Kinds of node that an annotation can cover wherever they stand.
    pub(super) items: &'static [&'static str],
    /// Kinds of node whose named children all are items.
    pub(super) bodies: &'static [&'static str],
    /// Kinds of node that are no items even inside a body.
    pub(super) plain: &'static [&'static str],
    /// Whether `<` may begin type arguments and `(a)` be a cast, so that the parser has to try both.
    pub(super) ambiguous: bool,
    /// The kind of node that is markup outside the code, whose comments count as well.
    pub(super) markup: Option<&'static str>,
}

/// Why a text was not parsed to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseStop {
    /// Longer than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes; files above {MAX_BYTES} bytes are not parsed")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The parser used up its steps, or read its text over and over: a text that is built to be slow,
    /// or not of this language.
    #[error("the {language} parser was stopped: the text takes too many steps for its length")]
    TooManySteps {
        /// The language.
        language: &'static str,
    },
    /// Mending one error costs as much as all that is open, so a text made of errors is given up.
    #[error("more than {MAX_RECOVERIES} syntax errors: this does not look like {language}")]
    TooManyErrors {
        /// The language.
        language: &'static str,
    },
    /// More can be read in two ways than the parser can bear.
    #[error(
        "one statement has more than {MAX_AMBIGUOUS} `<` or `(a) -` that the {language} parser can read in two ways"
    )]
    Ambiguous {
        /// The language.
        language: &'static str,
    },
    /// The grammar was built for another version of the parser.
    #[error("the {language} grammar does not fit the parser: this is a bug, please report it")]
    Grammar {
        /// The language.
        language: &'static str,
    },
}

/// What the tree of a file says besides its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Comments and items.
    pub comments: Comments,
    /// Where the text is not of the language, in order; the first ones when there are many.
    pub syntax_errors: Vec<Span>,
    /// What of it belongs to no part that was understood, as far as it was looked at.
    pub lost: Vec<Span>,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Java, Self::Kotlin, Self::Python, Self::CSharp, Self::Php, Self::Ruby, Self::Go];

    /// The language that files with this extension are written in.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.spec().extensions.iter().any(|e| e.eq_ignore_ascii_case(extension)))
    }

    /// How people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    fn spec(self) -> &'static Spec {
        match self {
            Self::Java => &java::SPEC,
            Self::Kotlin => &kotlin::SPEC,
            Self::Python => &python::SPEC,
            Self::CSharp => &csharp::SPEC,
            Self::Php => &php::SPEC,
            Self::Ruby => &ruby::SPEC,
            Self::Go => &go::SPEC,
        }
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Java => tree_sitter_java::LANGUAGE.into(),
            Self::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
            Self::Php => tree_sitter_php::LANGUAGE_PHP.into(),
            Self::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
        }
    }

    /// Which kinds of node play which part, by the grammar's own numbers; worked out once.
    fn roles(self) -> &'static Roles {
        static ROLES: [OnceLock<Roles>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        ROLES[self as usize].get_or_init(|| Roles::new(self.spec(), &self.grammar()))
    }
}

/// The parts that a node can play.
#[derive(Clone, Copy, Default)]
struct Role {
    comment: bool,
    item: bool,
    body: bool,
    plain: bool,
    markup: bool,
}

struct Roles(Vec<Role>);

impl Roles {
    fn new(spec: &Spec, grammar: &tree_sitter::Language) -> Self {
        let mut roles = vec![Role::default(); grammar.node_kind_count()];
        let mut set = |kinds: &[&str], part: fn(&mut Role)| {
            for kind in kinds {
                let id = grammar.id_for_node_kind(kind, true);
                if let Some(role) = roles.get_mut(usize::from(id)).filter(|_| id != 0) {
                    part(role);
                }
            }
        };
        set(spec.comments, |r| r.comment = true);
        set(spec.items, |r| r.item = true);
        set(spec.bodies, |r| r.body = true);
        set(spec.plain, |r| r.plain = true);
        set(spec.markup.as_slice(), |r| r.markup = true);
        Self(roles)
    }

    fn of(&self, node: Node<'_>) -> Role {
        self.0.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }
}

/// Parses a text. The limits count bytes and steps, so a slow machine sees as much as a fast one.
pub fn parse(language: Language, text: &str) -> Result<Tree, ParseStop> {
    parse_once(language, text).map(|(tree, _)| tree)
}

/// Parses a text, and says where the parser met what it could not make sense of first: an error in the tree
/// may begin long before that. Where one error makes the parser give up much of what follows, it tries again
/// without what stands there.
pub fn parse_noting(language: Language, text: &str) -> Result<(Tree, Option<usize>), ParseStop> {
    let (mut tree, met) = parse_once(language, text)?;
    let Some(first) = met else { return Ok((tree, None)) };
    let (mut best, mut text, mut at) = (lost(&tree), text.to_owned(), first);
    for _ in 0..MAX_MENDED {
        if best <= LITTLE {
            break;
        }
        let start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        let end = text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |i| at + i);
        // What stands behind the place first: a brace before it has its match further down.
        let better = [at, start].into_iter().find_map(|from| {
            let mended = blanked(&text, from, end)?;
            let said = GaveUp::default();
            let tree = parse_with(language, &mended, Some(&said)).ok()??;
            let left = lost(&tree) + (end - from);
            let next = tree.root_node().has_error().then(|| said.offset(&mended));
            (left < best).then_some((tree, left, mended, next))
        });
        let Some((mended, left, without, next)) = better else { break };
        (tree, best, text) = (mended, left, without);
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok((tree, Some(first)))
}

/// The text with blanks for a part of it.
fn blanked(text: &str, from: usize, to: usize) -> Option<String> {
    let (before, after) = (text.get(..from)?, text.get(to..)?);
    text.get(from..to).filter(|t| !t.trim().is_empty())?;
    Some([before, &" ".repeat(to - from), after].concat())
}

/// How many bytes of a text belong to errors, without the parts in them that were understood.
fn lost(tree: &Tree) -> usize {
    let mut bytes = 0_usize;
    let mut cursor = tree.walk();
    // Whether the nodes above the cursor are errors.
    let mut above = vec![false];
    loop {
        let node = cursor.node();
        if node.is_error() {
            bytes += node.byte_range().len();
        } else if above.last() == Some(&true) && node.is_named() && node.child_count() > 0 {
            bytes = bytes.saturating_sub(node.byte_range().len());
        }
        if node.has_error() && cursor.goto_first_child() {
            above.push(node.is_error());
            continue;
        }
        while !cursor.goto_next_sibling() {
            above.pop();
            if !cursor.goto_parent() {
                return bytes;
            }
        }
    }
}

fn parse_once(language: Language, text: &str) -> Result<(Tree, Option<usize>), ParseStop> {
    if text.len() > MAX_BYTES {
        return Err(ParseStop::TooLarge { bytes: text.len() });
    }
    if language.spec().ambiguous && is_ambiguous(text) {
        return Err(ParseStop::Ambiguous { language: language.name() });
    }
    // Nearly every text is without errors, and what watches the parser mend them costs it a third of its time.
    let gave_up = GaveUp::default();
    if let Some(tree) = parse_with(language, text, None)?.filter(|t| !t.root_node().has_error()) {
        return Ok((tree, None));
    }
    let tree = parse_with(language, text, Some(&gave_up))?;
    let tree = tree.ok_or(ParseStop::TooManySteps { language: language.name() })?;
    let at = tree.root_node().has_error().then(|| gave_up.offset(text));
    Ok((tree, at))
}

/// What the parser says of itself while it mends errors: its log is the only place where it does.
#[derive(Clone, Default)]
struct GaveUp(Arc<Said>);

#[derive(Default)]
struct Said {
    /// How many errors it began to mend.
    errors: AtomicUsize,
    /// Where it is, as line and byte.
    now: [AtomicUsize; 2],
    /// Where it was when it could not go on, and when it first mended that.
    stuck: [AtomicUsize; 2],
    first: [AtomicUsize; 2],
}

impl GaveUp {
    fn hear(&self, message: &str) {
        let said = &*self.0;
        let copy = |from: &[AtomicUsize; 2], to: &[AtomicUsize; 2]| {
            for (from, to) in from.iter().zip(to) {
                to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        };
        if message.starts_with("process ") {
            for (name, to) in ["row:", "col:"].into_iter().zip(&said.now) {
                let digits = message.split_once(name).map_or("", |(_, rest)| rest);
                let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
                to.store(digits.get(..end).and_then(|d| d.parse().ok()).unwrap_or(0), Ordering::Relaxed);
            }
        } else if message.starts_with("detect_error") {
            copy(&said.now, &said.stuck);
        } else if message.starts_with("resume ") && said.errors.fetch_add(1, Ordering::Relaxed) == 0 {
            copy(&said.stuck, &said.first);
        }
    }

    fn is_hopeless(&self) -> bool {
        self.0.errors.load(Ordering::Relaxed) > MAX_RECOVERIES
    }

    /// The first place of an error, as an offset; of what stands behind blanks.
    fn offset(&self, text: &str) -> usize {
        let [row, column] = &self.0.first;
        let lines = text.split_inclusive('\n').take(row.load(Ordering::Relaxed));
        let at = lines.map(str::len).sum::<usize>() + column.load(Ordering::Relaxed);
        let rest = text.get(at..).unwrap_or_default();
        (at + rest.len() - rest.trim_start().len()).min(text.len())
    }
}

/// One go at a text. Without anybody who hears how it mends there is no tree of a text in which the parser met an
/// error or needed many steps.
fn parse_with(language: Language, text: &str, said: Option<&GaveUp>) -> Result<Option<Tree>, ParseStop> {
    let mending = said.is_some();
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).map_err(|_| ParseStop::Grammar { language: language.name() })?;
    if let Some(said) = said.cloned() {
        parser.set_logger(Some(Box::new(move |_, message| said.hear(message))));
    }
    let hopeless = || said.is_some_and(GaveUp::is_hopeless);
    let steps = Cell::new(match mending {
        true => BASE_STEPS + text.len() / BYTES_PER_STEP,
        false => UNWATCHED_STEPS + text.len() / UNWATCHED_BYTES_PER_STEP,
    });
    let reads = Cell::new(BASE_READS + text.len() * READS_PER_BYTE);
    let met = Cell::new(false);
    let mut read = |at: usize, _: Point| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let chunk = rest.get(..CHUNK).unwrap_or(rest);
        reads.set(reads.get().saturating_sub(chunk.len()));
        // Without text the lexer comes back at once, and the parser is stopped at its next step.
        if reads.get() == 0 { Default::default() } else { chunk }
    };
    let mut progress = |state: &ParseState| {
        steps.set(steps.get().saturating_sub(1));
        met.set(met.get() || (!mending && state.has_error()));
        if steps.get() == 0 || reads.get() == 0 || met.get() || hopeless() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    if hopeless() {
        return Err(ParseStop::TooManyErrors { language: language.name() });
    }
    // A text that is cut short may be over before the next step.
    match tree.filter(|_| reads.get() > 0) {
        Some(tree) => Ok(Some(tree)),
        None if !mending && (met.get() || steps.get() == 0) => Ok(None),
        None => Err(ParseStop::TooManySteps { language: language.name() }),
    }
}

/// Whether one statement holds more that can be read in two ways than anybody writes: `<` that compares
/// or begins type arguments, `(a) -` that subtracts or casts. The parser keeps both readings, and at the
/// end of a text that leaves them open it writes out every mixture in a single step that no limit can
/// stop: memory and time grow with the square of their number.
fn is_ambiguous(text: &str) -> bool {
    let (mut angles, mut casts) = (0_usize, 0_usize);
    let bytes = text.as_bytes();
    let mut closed = false;
    for (i, byte) in bytes.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| bytes.get(i));
        match byte {
            b';' | b'{' | b'}' => (angles, casts) = (0, 0),
            b'<' if before != Some(&b'<') && !matches!(bytes.get(i + 1), Some(b'<' | b'=' | b'-')) => {
                angles += 1
            }
            b'>' if !matches!(before, Some(b'-' | b'=')) => angles = angles.saturating_sub(1),
            b'-' | b'+' | b'*' | b'&' | b'/' if closed => casts += 1,
            _ => {}
        }
        closed = *byte == b')' || closed && byte.is_ascii_whitespace();
        if angles > MAX_AMBIGUOUS || casts > MAX_AMBIGUOUS {
            return true;
        }
    }
    false
}

/// Reads comments, items and syntax errors off a tree of this text.
#[must_use]
pub fn comments(language: Language, tree: &Tree, text: &str) -> Parsed {
    let (spec, roles) = (language.spec(), language.roles());
    let mut parsed = Parsed::default();
    let mut markup = Vec::new();
    // Whether the children of the nodes above the cursor are items because of where they stand, and whether
    // they stand in an error. A list beside the cursor instead of recursion: nesting is as deep as its author likes.
    let mut above = vec![(false, false)];
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let role = roles.of(node);
        if node.is_error() || node.is_missing() {
            note_error(&mut parsed.syntax_errors, span(node));
        }
        if node.child_count() == 0
            && parsed.lost.len() < MAX_LOST
            && (node.is_error() || above.last().is_some_and(|(_, error)| *error))
        {
            parsed.lost.push(span(node));
        }
        if role.comment {
            parsed.comments.comments.push(comment(spec, text, span(node)));
        } else if role.markup {
            markup.push(span(node));
        }
        let placed = above.last().is_some_and(|(body, _)| *body) && node.is_named() && !node.is_error();
        if (role.item || placed) && !role.plain && !role.comment && node.is_named() {
            parsed.comments.items.push(span(node));
        }
        if cursor.goto_first_child() {
            above.push((role.body, node.is_error()));
            continue;
        }
        while !cursor.goto_next_sibling() {
            above.pop();
            if !cursor.goto_parent() {
                if !markup.is_empty() {
                    add_markup(&mut parsed.comments, text, &markup);
                }
                return parsed;
            }
        }
    }
}

fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// Keeps the outermost of errors that lie in each other, and no more than the limit.
fn note_error(errors: &mut Vec<Span>, error: Span) {
    let known = errors.last().is_some_and(|last| last.contains(error) && *last != error);
    if !known && errors.len() < MAX_SYNTAX_ERRORS {
        errors.push(error);
    }
}

/// A comment with its body between the markers.
fn comment(spec: &Spec, text: &str, span: Span) -> Comment {
    let whole = text.get(span.range()).unwrap_or("");
    let Some((open, close)) = spec.markers.iter().find(|(open, _)| whole.starts_with(open)) else {
        return Comment { span, body: span };
    };
    let start = open.len();
    let end = match close.is_empty() {
        true => whole.trim_end().len(),
        false => whole.trim_end().strip_suffix(close).map_or(whole.len(), str::len),
    };
    let base = span.start as usize;
    Comment { span, body: Span::new(base + start, base + end.max(start)) }
}

/// Adds the comments and elements of the markup around the code, as far as they start in it.
fn add_markup(into: &mut Comments, text: &str, markup: &[Span]) {
    let found = template::comments(Template::Php, text);
    let inside = |span: Span| {
        let after = markup.partition_point(|m| m.start <= span.start);
        after.checked_sub(1).and_then(|i| markup.get(i)).is_some_and(|m| span.start < m.end)
    };
    into.comments.extend(found.comments.into_iter().filter(|c| inside(c.span)));
    into.comments.sort_by_key(|c| c.span);
    into.items.extend(found.items.into_iter().filter(|i| inside(*i)));
    into.items.sort_by_key(|i| (i.start, std::cmp::Reverse(i.end)));
}

#[cfg(test)]
mod tests;
