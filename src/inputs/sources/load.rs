//! From the files of a tree to programs and annotations: reads, filters by words, parses, once each.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::annotation::{self, AnnotationsRead};
use super::choose::{chosen, groups, helpers, packages};
use super::component::{self, Flavor};
use super::grammar::{self, Language};
use super::javascript::Owner;
use super::kept::{Kept, KeptFile, Looked};
use super::select::{self, Interest, Said};
use super::template::{self, Template};
use super::{javascript, lower, pages};
use crate::catalog::hosts::Hosts;
use crate::facts::{InputKind, Problem};
use crate::inputs::discover::{FileEntry, MAX_SOURCE_BYTES};
use crate::inputs::kind::{FileKind, SourceKind};
use crate::inputs::read::{decode, read_bytes, with_bytes};
use crate::program::Module;
use crate::text::{Place, SourceFile, Span, SyntaxError};

/// The stack of a thread that parses. The parser of JavaScript is recursive; `javascript::nesting`
/// refuses what would not fit.
pub const PARSER_STACK: usize = 256 << 20;

/// Files up to this size are searched for words that matter even when they are too large to be parsed.
const MAX_SEARCHED_BYTES: u64 = 64 << 20;

/// Words of code that reports stored accounts.
const REPORTING: &[&str] = &["report-accounts", "reportpersonaldata"];

/// Words of code that runs something again and again, or hands a report on. They matter only in an app
/// that reports accounts.
const RUNNING: &[&str] =
    &["schedule", "cron", "setinterval", "periodic", "recurringjob", "timer", "ticker", "every", "report"];

/// Words of code that is run when an app is removed from a site.
const REMOVING: &[&str] = &["uninstall"];

/// Words that, with one of `ATLASSIAN`, may be an access in a file that was not understood.
const ADDRESS: &[&str] = &["email", "e-mail"];
/// See `ADDRESS`.
const ATLASSIAN: &[&str] = &["rest/api", "servicedeskapi", "@forge/", "atlassian", "jira", "confluence"];

/// Words that stand for an address of Atlassian's by themselves.
const TELLING: &[&str] = &[
    "emailaddress",
    "email_address",
    "getemailaddress",
    "user/email",
    "email-address:",
    "access_email_addresses",
    "access-email-addresses",
];

/// Words in a template that may show an address, or take in another template that does.
const SHOWN: &[&str] = &["mail", "include", "extends", "render", "partial", "{{>", "jsp:"];

/// Words that make an annotation or a suppression.
const MARKS: &[&str] = &["@email", "mailpermit"];

static ADDRESS_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(ADDRESS));
static ATLASSIAN_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(ATLASSIAN));
static TELLING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(TELLING));
static SHOWN_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(SHOWN));
static REPORTING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(REPORTING));
static RUNNING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(RUNNING));
static REMOVING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(REMOVING));
static MARK_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| select::searcher(MARKS));

/// What one file came to.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The file; `None` when nothing in it is worth keeping.
    pub file: Option<SourceFile>,
    /// Its programs: one, or one for each script block.
    pub modules: Vec<Arc<Module>>,
    /// Its annotations and suppressions.
    pub annotations: AnnotationsRead,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    /// Whether it was parsed.
    pub parsed: bool,
    /// Whether it is a minified script with words that matter, and was left out.
    pub minified: bool,
    /// Whether it has words of code that reports stored accounts.
    pub reports: bool,
    /// The language, when it holds telling words and its accesses are not followed by this version.
    pub unfollowed: Option<&'static str>,
    /// See `interest`.
    interest: OnceLock<Interest>,
    /// See `says_address`.
    address: OnceLock<bool>,
}

impl Loaded {
    /// What its words say, when it has programs. Found out once.
    pub(super) fn interest(&self) -> Interest {
        let of_text = |file: &SourceFile| select::interest(file.text.as_bytes());
        let found = || self.file.as_ref().map_or(Interest::None, of_text);
        if self.modules.is_empty() { Interest::None } else { *self.interest.get_or_init(found) }
    }

    /// Whether its text has a word for an address. Found out once.
    pub(super) fn says_address(&self) -> bool {
        let says = |file: &SourceFile| ADDRESS_WORDS.is_match(&*file.text);
        *self.address.get_or_init(|| self.file.as_ref().is_some_and(says))
    }

    /// Whether it has programs that name something of Atlassian's.
    pub(super) fn is_about_atlassian(&self) -> bool {
        let named = |file: &SourceFile| select::names_a_product(file.text.as_bytes());
        self.interest() == Interest::Origin
            || (!self.modules.is_empty() && self.file.as_ref().is_some_and(named))
    }

    /// Whether it says something by itself, whatever its programs do.
    pub(crate) fn says_something(&self) -> bool {
        let AnnotationsRead { annotations, bad, suppressions } = &self.annotations;
        !annotations.is_empty() || !bad.is_empty() || !suppressions.is_empty() || !self.problems.is_empty()
    }

    /// What is known of a file without its programs.
    pub(crate) fn known(
        file: Option<SourceFile>,
        annotations: AnnotationsRead,
        problems: Vec<Problem>,
    ) -> Self {
        Self { file, annotations, problems, ..Self::default() }
    }

    /// A file of which nothing came but a problem.
    fn failed(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }
}

/// Whether a file that is not understood may hide an access.
type Matters<'m> = &'m dyn Fn() -> bool;

/// Bytes that are held while it is decided what is parsed; what is more is read again.
const MAX_HELD_BYTES: usize = 8 << 20;

/// What a list of sources belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Folders that have nothing to do with each other; empty when all is one project.
    pub projects: &'a BTreeSet<String>,
    /// Whether something here is installed on sites and removed again.
    pub installed: bool,
    /// Whether minified scripts are read like others.
    pub minified: bool,
}

/// Reads all sources of a list, in parallel; the result is in the order of the list. What `kept` remembers is
/// not read again.
#[must_use]
pub fn load(
    root: &Path,
    entries: &[&FileEntry],
    around: Surroundings<'_>,
    kept: &mut Kept,
) -> Vec<Arc<Loaded>> {
    if let Some(loaded) = kept.same(entries, around) {
        return loaded;
    }
    let mut files = kept.take(entries);
    let held = AtomicUsize::new(0);
    files.par_iter_mut().zip(entries).for_each(|(file, entry)| {
        file.looked.get_or_insert_with(|| {
            let look = std::panic::catch_unwind(AssertUnwindSafe(|| look(root, entry, around, &held)));
            look.unwrap_or_else(|_| Looked::Done(Arc::new(Loaded::failed(gave_way(entry)))))
        });
        kept.progress.step();
    });
    // What belongs to another project is neither named nor run by this one.
    let groups = groups(entries, around.projects);
    let by_group = |choose: &(dyn Fn(&[usize]) -> BTreeSet<usize> + Sync)| -> BTreeSet<usize> {
        let chosen: Vec<BTreeSet<usize>> = groups.par_iter().map(|group| choose(group)).collect();
        chosen.into_iter().flatten().collect()
    };
    let mut more = by_group(&|group| chosen(root, entries, &files, group));
    more.extend(packages(entries, &files));
    let nothing = Arc::new(Loaded::default());
    let done = |file: &KeptFile| match &file.looked {
        Some(Looked::Done(loaded)) => Arc::clone(loaded),
        Some(Looked::Linked { .. }) | None => Arc::clone(&nothing),
    };
    let mut loaded: Vec<Arc<Loaded>> = files.iter().map(done).collect();
    parse_too(root, entries, &more, &mut files, &mut loaded);
    // Once more for what the front of a folder only passes on, which is known when the front was parsed.
    for _ in 0..2 {
        let more = by_group(&|group| helpers(entries, &loaded, group));
        if more.is_empty() {
            break;
        }
        parse_too(root, entries, &more, &mut files, &mut loaded);
    }
    // What runs a report, and how often, may stand in a file that has none of the words.
    let reporting = by_group(&|group| {
        let reports = group.iter().any(|i| loaded.get(*i).is_some_and(|l| l.reports));
        if reports { group.iter().copied().collect() } else { BTreeSet::new() }
    });
    for (nth, words) in [&RUNNING_WORDS, &REMOVING_WORDS].into_iter().enumerate() {
        if nth == 1 && !around.installed {
            continue;
        }
        let looked = loaded.par_iter_mut().zip(&mut files).zip(entries).enumerate();
        looked.filter(|(i, _)| nth == 1 || reporting.contains(i)).for_each(|(_, ((loaded, file), entry))| {
            if loaded.file.is_some() || !loaded.problems.is_empty() {
                return;
            }
            let Some(has) = file.words.get_mut(nth) else { return };
            if *has == Some(false) {
                return;
            }
            let parsed = file.parsed.clone().filter(|_| *has == Some(true)).or_else(|| {
                let mut found = false;
                let parsed = guarded(entry, || {
                    let parsed = with_words(root, entry, words);
                    found = parsed.is_some();
                    parsed.unwrap_or_default()
                });
                *has = Some(found);
                (found || !parsed.problems.is_empty()).then(|| Arc::new(parsed))
            });
            if let Some(parsed) = parsed {
                *loaded = Arc::clone(&parsed);
                file.parsed = Some(parsed);
            }
        });
    }
    kept.put(entries, around, files, &loaded);
    loaded
}

/// Parses the files at these positions.
fn parse_too(
    root: &Path,
    entries: &[&FileEntry],
    positions: &BTreeSet<usize>,
    files: &mut [KeptFile],
    loaded: &mut [Arc<Loaded>],
) {
    loaded.par_iter_mut().zip(files).zip(entries).enumerate().for_each(|(i, ((loaded, file), entry))| {
        if positions.contains(&i) {
            let parsed = file.parsed.get_or_insert_with(|| Arc::new(guarded(entry, || again(root, entry))));
            *loaded = Arc::clone(parsed);
        }
    });
}

/// Reads a file once more, to parse it when it has one of some words.
fn with_words(root: &Path, entry: &FileEntry, words: &AhoCorasick) -> Option<Loaded> {
    let FileKind::Source(kind) = entry.kind else { return None };
    if !follows(entry, kind) {
        return None;
    }
    let look = |bytes: &[u8]| words.is_match(bytes).then(|| parsed(entry, kind, bytes.to_vec()));
    // What could not be read was told when it was read first.
    with_bytes(root, entry, MAX_SOURCE_BYTES, look).ok().flatten()
}

/// What a file came to, also when a reader gives way under it: the rest is still to be checked.
fn guarded(entry: &FileEntry, read: impl FnOnce() -> Loaded) -> Loaded {
    let read = std::panic::catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Loaded::failed(gave_way(entry)))
}

fn gave_way(entry: &FileEntry) -> Problem {
    Problem {
        place: Place::start_of(&entry.path),
        input: InputKind::Source,
        message: "reading it went wrong: this is a bug, please report it".to_owned(),
        help: Some("leave it out with `lint.exclude` until that is mended".to_owned()),
        matters: true,
    }
}

/// Reads one file, and parses it when it has words that matter by themselves.
fn look(root: &Path, entry: &FileEntry, around: Surroundings<'_>, held: &AtomicUsize) -> Looked {
    let done = |loaded: Loaded| Looked::Done(Arc::new(loaded));
    let limit = if entry.size > MAX_SOURCE_BYTES { MAX_SEARCHED_BYTES } else { MAX_SOURCE_BYTES };
    let FileKind::Source(kind) = entry.kind else { return done(marked_data(root, entry, limit)) };
    let looked = with_bytes(root, entry, limit, |bytes| look_at(entry, kind, bytes, around, held));
    // What could not even be searched for words may hold anything.
    looked.unwrap_or_else(|problem| {
        done(Loaded::failed(Problem { input: InputKind::Source, matters: true, ..problem }))
    })
}

fn look_at(
    entry: &FileEntry,
    kind: SourceKind,
    bytes: &[u8],
    around: Surroundings<'_>,
    held: &AtomicUsize,
) -> Looked {
    let done = |loaded: Loaded| Looked::Done(Arc::new(loaded));
    let linked = |said| {
        let room = held.fetch_add(bytes.len(), Ordering::Relaxed) <= MAX_HELD_BYTES;
        Looked::Linked { bytes: room.then(|| bytes.to_vec()), said }
    };
    let narrowed = narrowed(bytes);
    let searched = narrowed.as_deref().unwrap_or(bytes);
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        return done(Loaded::failed(too_large(entry, bytes.len(), may_hide(searched))));
    }
    if !around.minified && kind == SourceKind::JavaScript && is_minified(&entry.path, searched) {
        let minified = select::interest(searched) != Interest::None;
        return done(Loaded { minified, ..Loaded::default() });
    }
    // What is no text is not passed over for having no words.
    let (interest, said) = match narrowed {
        Some(_) => (Interest::Origin, Said::default()),
        None => select::said(searched),
    };
    let follows = follows(entry, kind);
    let interest = match interest {
        Interest::Origin | Interest::Field => interest,
        _ if is_page(entry, kind) && SHOWN_WORDS.is_match(searched) => Interest::Linked,
        _ => interest,
    };
    match interest {
        Interest::Linked | Interest::Field if select::is_long_and_generated(bytes) => done(Loaded::default()),
        Interest::None if follows && select::is_front(&entry.path, searched) => linked(said),
        Interest::None => done(Loaded::default()),
        Interest::Linked if !follows => done(Loaded::default()),
        Interest::Linked => linked(said),
        // In a large tree most of these are about other people.
        Interest::Field
            if follows
                && narrowed.is_none()
                && !select::names_a_path(bytes)
                && !Hosts::get().names_a_product(&entry.path) =>
        {
            linked(said)
        }
        Interest::Origin | Interest::Field if follows || narrowed.is_some() => {
            done(parsed(entry, kind, bytes.to_vec()))
        }
        Interest::Origin | Interest::Field => {
            let telling = TELLING_WORDS.is_match(searched);
            if !telling && !MARK_WORDS.is_match(searched) {
                return done(Loaded::default());
            }
            let mut loaded = parsed(entry, kind, bytes.to_vec());
            if telling && kind != SourceKind::Template {
                loaded.unfollowed = Some(kind.name());
            }
            done(loaded)
        }
    }
}

/// Reads a file once more, to parse it.
fn again(root: &Path, entry: &FileEntry) -> Loaded {
    let FileKind::Source(kind) = entry.kind else { return Loaded::default() };
    match read_bytes(root, entry, MAX_SOURCE_BYTES) {
        Ok(bytes) => parsed(entry, kind, bytes),
        Err(problem) => Loaded::failed(Problem { input: InputKind::Source, ..problem }),
    }
}

/// Whether a script says by its name that it is minified, or was written by a tool that leaves out line breaks:
/// linguist's measure, with more room for what people write.
fn is_minified(path: &str, bytes: &[u8]) -> bool {
    const LEAST: usize = 20 << 10;
    const AVERAGE: usize = 300;
    if [".min.js", ".min.mjs", "-min.js"].iter().any(|end| path.ends_with(end)) {
        return true;
    }
    let lines = || bytes.iter().filter(|b| **b == b'\n').count() + 1;
    bytes.len() > LEAST && bytes.len() / lines() > AVERAGE
}

/// Whether accesses are followed in this file's language.
pub(super) fn follows(entry: &FileEntry, kind: SourceKind) -> bool {
    let extension = entry.path.rsplit('.').next().unwrap_or_default();
    matches!(kind, SourceKind::JavaScript | SourceKind::Vue | SourceKind::Svelte)
        || component::component_class(&entry.path).is_some()
        || is_page(entry, kind)
        || Language::from_extension(extension).is_some_and(lower::follows)
}

/// Whether a file is a template, by its kind.
pub(super) fn is_template(entry: &FileEntry) -> bool {
    matches!(entry.kind, FileKind::Source(kind) if is_page(entry, kind))
}

/// Whether a file is a template that a server fills in.
fn is_page(entry: &FileEntry, kind: SourceKind) -> bool {
    let razor = kind == SourceKind::CSharp && !entry.path.ends_with(".cs");
    (kind == SourceKind::Template || razor) && Template::from_path(&entry.path).is_some()
}

fn parsed(entry: &FileEntry, kind: SourceKind, bytes: Vec<u8>) -> Loaded {
    // Of a sound text this is asked only when it is not understood.
    let unsound = narrowed(&bytes).map(|narrow| may_hide(&narrow));
    let unsound = unsound.or_else(|| std::str::from_utf8(&bytes).is_err().then(|| may_hide(&bytes)));
    let file = match decode(entry, bytes) {
        Ok(file) => file,
        Err(problem) => {
            let matters = unsound.unwrap_or(false);
            return Loaded::failed(Problem { input: InputKind::Source, matters, ..problem });
        }
    };
    let matters = || unsound.unwrap_or_else(|| may_hide(file.text.as_bytes()));
    let mut loaded = match kind {
        SourceKind::JavaScript => script(&file, &matters),
        SourceKind::Vue | SourceKind::Svelte => component(&file, &matters),
        SourceKind::Template => markup(&file),
        _ => code(&file, &matters),
    };
    loaded.reports = REPORTING_WORDS.is_match(&*file.text);
    loaded.file = Some(file);
    loaded
}

/// Whether a file that is not understood may hide an access.
fn may_hide(bytes: &[u8]) -> bool {
    TELLING_WORDS.is_match(bytes) || (ADDRESS_WORDS.is_match(bytes) && ATLASSIAN_WORDS.is_match(bytes))
}

/// The bytes without the zeros, for a text with two bytes a character or a file that is no text: words
/// cannot be seen in it otherwise. `None` for all other files.
fn narrowed(bytes: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 1024;
    let wide = matches!(bytes.get(..2), Some([0xFF, 0xFE] | [0xFE, 0xFF]));
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    (wide || head.contains(&0)).then(|| bytes.iter().copied().filter(|b| *b != 0).collect())
}

fn too_large(entry: &FileEntry, bytes: usize, matters: bool) -> Problem {
    Problem {
        place: Place::start_of(&entry.path),
        input: InputKind::Source,
        message: format!("the file has {bytes} bytes; files above {MAX_SOURCE_BYTES} bytes are not analysed"),
        help: Some("if it is generated, leave it out with `lint.exclude`".to_owned()),
        matters,
    }
}

/// YAML and other data with an annotation or a suppression in a comment.
fn marked_data(root: &Path, entry: &FileEntry, limit: u64) -> Loaded {
    if !matches!(entry.kind, FileKind::Yaml | FileKind::ForgeManifest | FileKind::Declaration) {
        return Loaded::default();
    }
    let failed = |problem: Problem| {
        // Manifests and declarations have their own readers, which say what is wrong with them.
        let told = entry.kind != FileKind::Yaml;
        if told { Loaded::default() } else { Loaded::failed(Problem { input: InputKind::File, ..problem }) }
    };
    let look = |bytes: &[u8]| {
        let marked = MARK_WORDS.is_match(narrowed(bytes).as_deref().unwrap_or(bytes));
        marked.then(|| bytes.to_vec())
    };
    let bytes = match with_bytes(root, entry, limit, look) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Loaded::default(),
        Err(problem) => return failed(problem),
    };
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        return failed(too_large(entry, bytes.len(), false));
    }
    let file = match decode(entry, bytes) {
        Ok(file) => file,
        Err(problem) => return failed(problem),
    };
    let comments = template::comments(Template::Yaml, &file.text);
    let annotations = annotation::read(&file, &comments);
    let reports = REPORTING_WORDS.is_match(&*file.text);
    Loaded { file: Some(file), annotations, parsed: true, reports, ..Loaded::default() }
}

fn script(file: &SourceFile, matters: Matters<'_>) -> Loaded {
    match javascript::parse(file) {
        Ok(parsed) => Loaded {
            annotations: annotation::read(file, &parsed.comments),
            modules: vec![Arc::new(parsed.module)],
            problems: parsed.cut.iter().map(|cut| problem(file, cut, matters())).collect(),
            parsed: true,
            ..Loaded::default()
        },
        Err(error) => Loaded::failed(problem(file, &error, matters())),
    }
}

/// The most scripts that are analysed of one component, each as long as its file; people write two.
const MAX_SCRIPTS: usize = 16;

/// A `.vue` or `.svelte` file: its scripts as programs, and the comments of its markup.
fn component(file: &SourceFile, matters: Matters<'_>) -> Loaded {
    let mut loaded = Loaded { parsed: true, ..Loaded::default() };
    let mut comments =
        Template::from_path(&file.path).map(|t| template::comments(t, &file.text)).unwrap_or_default();
    let blocks = template::script_blocks(&file.text);
    if let Some(first) = blocks.get(MAX_SCRIPTS) {
        let message =
            format!("more than {MAX_SCRIPTS} scripts in one file: those from here on are not analysed");
        loaded.problems.push(problem(
            file,
            &SyntaxError::new(message, Span::at(first.body.range().start)),
            matters(),
        ));
    }
    let flavor = if file.path.ends_with(".vue") { Flavor::Vue } else { Flavor::Svelte };
    let typescript = blocks.last().is_some_and(|b| b.lang.as_deref().is_some_and(|l| l.starts_with("ts")));
    let markup = component::code(&file.text, flavor, typescript);
    if blocks.is_empty() && !markup.is_empty() {
        let text = blanked(&file.text, 0..0);
        loaded.modules.extend(
            javascript::parse_component(file, &text, None, &markup, Owner::Described)
                .ok()
                .map(|p| Arc::new(p.module)),
        );
    }
    for (i, block) in blocks.iter().enumerate().take(MAX_SCRIPTS) {
        let text = blanked(&file.text, block.body.range());
        // Of two scripts the second is the one that the markup sees.
        let language = block.lang.as_deref();
        let with_markup = (i + 1 == blocks.len() && !markup.is_empty())
            .then(|| javascript::parse_component(file, &text, language, &markup, Owner::Described).ok())
            .flatten();
        let parsed = with_markup.map_or_else(|| javascript::parse_script(file, &text, language), Ok);
        match parsed {
            Ok(parsed) => {
                comments.comments.extend(parsed.comments.comments);
                comments.items.extend(parsed.comments.items);
                loaded.problems.extend(parsed.cut.iter().map(|cut| problem(file, cut, matters())));
                loaded.modules.push(Arc::new(parsed.module));
            }
            Err(error) => loaded.problems.push(problem(file, &error, matters())),
        }
    }
    comments.comments.sort_by_key(|c| c.span);
    comments.comments.dedup();
    comments.items.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    loaded.annotations = annotation::read(file, &comments);
    loaded
}

/// The text with everything outside `keep` replaced by blanks, so that places hold.
fn blanked(text: &str, keep: std::ops::Range<usize>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (i, byte) in bytes.iter_mut().enumerate() {
        if !keep.contains(&i) && *byte != b'\n' {
            *byte = b' ';
        }
    }
    // The kept range is on character borders, so what is left is UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}

fn markup(file: &SourceFile) -> Loaded {
    let comments =
        Template::from_path(&file.path).map(|t| template::comments(t, &file.text)).unwrap_or_default();
    let component = component::component_class(&file.path).map(|(specifier, class)| {
        let markup = component::code(&file.text, Flavor::Angular, true);
        let nothing = blanked(&file.text, 0..0);
        let owner = Owner::Imported { specifier, class };
        let parsed = javascript::parse_component(file, &nothing, Some("ts"), &markup, owner);
        parsed.ok().filter(|_| !markup.is_empty()).map(|p| p.module)
    });
    let spans: Vec<Span> = comments.comments.iter().map(|c| c.span).collect();
    Loaded {
        annotations: annotation::read(file, &comments),
        modules: component
            .map_or_else(|| pages::programs(file, &spans), |m| m.into_iter().collect())
            .into_iter()
            .map(Arc::new)
            .collect(),
        parsed: true,
        ..Loaded::default()
    }
}

/// A language that is read by tree-sitter: comments and annotations.
fn code(file: &SourceFile, matters: Matters<'_>) -> Loaded {
    let extension = file.path.rsplit('.').next().unwrap_or_default();
    let Some(language) = Language::from_extension(extension) else { return markup(file) };
    let (tree, gave_up) = match grammar::parse_noting(language, &file.text) {
        Ok(read) => read,
        Err(stop) => {
            let problem = Problem {
                place: Place::start_of(&file.path),
                input: InputKind::Source,
                message: stop.to_string(),
                help: None,
                matters: matters(),
            };
            return Loaded::failed(problem);
        }
    };
    let parsed = grammar::comments(language, &tree, &file.text);
    Loaded {
        annotations: annotation::read(file, &parsed.comments),
        modules: lower::program(language, &tree, file).into_iter().map(Arc::new).collect(),
        problems: gave_up.and_then(|at| partly(file, language, at, &parsed)).into_iter().collect(),
        parsed: true,
        ..Loaded::default()
    }
}

/// A file of which the parser made sense only in part. It matters when words that tell of addresses are among
/// what was left out. A text that is filled in before it is code says nothing of itself.
fn partly(file: &SourceFile, language: Language, at: usize, parsed: &grammar::Parsed) -> Option<Problem> {
    const BLANKS: &[&str] = &["{{ ", "{{.", "{{-", "{{cookiecutter", "{%", "<%", "${package"];
    let start = file.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let line = file.text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default();
    if BLANKS.iter().any(|b| line.contains(b) || file.path.contains(b)) {
        return None;
    }
    let lost: Vec<&str> = parsed.lost.iter().filter_map(|s| file.text.get(s.range())).collect();
    let matters = may_hide(lost.join(" ").as_bytes());
    // This grammar takes the call after `val users by inject()` for a getter and gives up on sound files of that kind:
    // where nothing is lost, nothing is said.
    if language == Language::Kotlin && !matters {
        return None;
    }
    let end = at + file.text.get(at..).map_or(0, |t| t.find(char::is_whitespace).unwrap_or(t.len()));
    Some(Problem {
        place: file.place(Span::new(at, end)),
        input: InputKind::Source,
        message: format!(
            "cannot be parsed as {} from here on: what was made sense of again is analysed, the rest is not",
            language.name()
        ),
        help: None,
        matters,
    })
}

fn problem(file: &SourceFile, error: &SyntaxError, matters: bool) -> Problem {
    Problem {
        place: file.place(error.span),
        input: InputKind::Source,
        message: error.message.clone(),
        help: error.help.clone(),
        matters,
    }
}

/// Whether a path (relative to its app's root) is of a test, whose code is not the app's.
#[must_use]
pub fn is_test(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "__tests__",
        "__mocks__",
        "__fixtures__",
        "spec",
        "specs",
        "e2e",
        "cypress",
        "testdata",
        "fixtures",
        "testing",
        "__snapshots__",
        "integration-tests",
        "integration_tests",
        "integrationtest",
        "unit-tests",
        "unit_tests",
        "unittests",
        "e2e-tests",
        "e2e_test",
        "e2e_tests",
        "functional-tests",
        "functional_tests",
        "test-data",
        "test_data",
        "androidtest",
        "commontest",
        "jvmtest",
        "testfixtures",
        "mocks",
        "stubs",
    ];
    const PROJECTS: &[&str] = &["test", "tests", "unittests", "integrationtests"];
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let by_name = [".test.", ".spec.", "_test.", ".stories.", ".e2e.", ".cy.", ".mock."]
        .iter()
        .any(|mark| lower.contains(mark))
        || ["test_", "fake-", "fake_", "mock-", "mock_", "stub-", "stub_"]
            .iter()
            .any(|m| lower.starts_with(m))
        || lower == "conftest.py"
        || ["Test", "Tests", "IT", "Spec"].iter().any(|end| {
            name.split('.').next().is_some_and(|stem| {
                stem.strip_suffix(end).is_some_and(|s| s.ends_with(|c: char| c.is_ascii_lowercase()))
            }) && [".java", ".kt", ".cs", ".php"].iter().any(|e| lower.ends_with(e))
        });
    // `MyApp.Tests`, `Tests.MyApp`: a test project of .NET.
    let project = |folder: &str| {
        let is_one = |part: &str| PROJECTS.iter().any(|p| part.eq_ignore_ascii_case(p));
        folder.contains('.') && folder.split('.').any(is_one)
    };
    // Routers that go by files serve a folder of that name: `app/connections/[id]/test/route.ts`.
    const SERVED: &[&str] = &["route", "page", "layout", "+page", "+server", "+layout"];
    let served = name.split('.').next().is_some_and(|stem| SERVED.contains(&stem));
    if served && path.split('/').any(|folder| matches!(folder, "app" | "routes")) {
        parts.next();
    }
    by_name || parts.any(|folder| FOLDERS.iter().any(|f| folder.eq_ignore_ascii_case(f)) || project(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_from_code() {
        for path in [
            "src/a.test.ts",
            "test/a.js",
            "src/__tests__/a.js",
            "src/UserServiceTest.java",
            "test_app.py",
            "unittests/a.py",
            "scripts/fake-jira.mjs",
            "mock_server.py",
        ] {
            assert!(is_test(path), "{path}");
        }
        assert!(is_test("src/MyApp.Tests/Users.cs") && is_test("Tests.MyApp/Users.cs"));
        assert!(!is_test("src/MyApp.Testing.Api/Users.cs"));
        assert!(!is_test("app/api/connections/[id]/test/route.ts") && is_test("app/test/user/route.ts"));
        for path in ["src/latest.ts", "src/contest/a.js", "src/attestation.py", "src/Test.java", "spec.ts"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn scripts_are_minified_by_name_or_by_their_lines() {
        let long = format!("{}\nlet email;", "a(user.emailAddress);".repeat(2_000));
        let written = "const email = user.emailAddress;\n".repeat(2_000);
        for (path, text, expected) in [
            ("lib/a.min.js", "let a;", true),
            ("lib/a.js", long.as_str(), true),
            ("lib/a.js", written.as_str(), false),
            ("lib/a.js", "let short = 'one long line of few bytes';", false),
            ("lib/admin.js", "let a;", false),
        ] {
            assert_eq!(is_minified(path, text.as_bytes()), expected, "{path} {}", text.len());
        }
    }

    #[test]
    fn what_is_not_understood_matters_by_its_words() {
        for (text, expected) in [
            ("user.EmailAddress", true),
            ("'/wiki/rest/api/user', u => u.email", true),
            ("from: 'support', email: settings.smtp", false),
            ("jira.getIssue(key)", false),
        ] {
            assert_eq!(may_hide(text.as_bytes()), expected, "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let narrow = narrowed(&wide).expect("it has zeros");
            assert_eq!(may_hide(&narrow), expected, "{text}");
        }
        assert_eq!(narrowed(b"plain"), None);
    }

    #[test]
    fn a_reader_that_gives_way_is_a_problem_of_its_file() {
        let entry = FileEntry {
            path: "src/a.js".into(),
            size: 1,
            kind: FileKind::Source(SourceKind::JavaScript),
            system_path: None,
            stamp: Default::default(),
        };
        let loaded = guarded(&entry, || std::panic::resume_unwind(Box::new("gave way")));
        assert_eq!(loaded.problems.len(), 1);
        assert!(loaded.problems[0].matters);
        assert_eq!(&*loaded.problems[0].place.file, "src/a.js");
    }

    #[test]
    fn a_component_has_few_scripts() {
        let file = |n: usize| SourceFile::new("a.vue", "<script>let a;</script>\n".repeat(n));
        assert!(component(&file(MAX_SCRIPTS), &|| true).problems.is_empty());
        let many = component(&file(100), &|| true);
        assert_eq!(many.modules.len(), MAX_SCRIPTS);
        assert_eq!((many.problems.len(), many.problems[0].place.line), (1, 17));
    }

    #[test]
    fn blanks_keep_places() {
        let text = "é<script>\nlet a;\n</script>";
        let block = template::script_blocks(text).remove(0);
        let blank = blanked(text, block.body.range());
        assert_eq!(blank.len(), text.len());
        assert_eq!(blank.find("let a;"), text.find("let a;"));
    }
}
