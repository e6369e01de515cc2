//! Which files are worth parsing: those that name something of Atlassian's, and what hangs together with
//! them. Looks at words only; knows no language's syntax.
//!
//! A file that says "email" and nothing of Atlassian is of interest when it and a file that is parsed
//! mention each other, as an import, a class or a package does. In a large tree most files that say
//! "email" have to do with neither.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use crate::text::paths::{folder, join};

/// Words that stand for something of Atlassian's. Compared without regard to case, as the other lists here.
const ORIGIN: &[&str] = &[
    "atlassian",
    "rest/api/1",
    "rest/api/2",
    "rest/api/3",
    "rest/api/latest",
    "rest/api/content",
    "rest/api/group",
    "rest/api/search",
    "rest/api/space",
    "rest/api/user",
    "wiki/rest",
    "servicedeskapi",
    "@forge/",
    "email-address:",
    "user/email",
    "privacyunsafe",
    "privacy_unsafe",
    "user.gettimezone",
    "@email-use",
    "@email_use",
    "@emailuse",
    "mailpermit",
    "report-accounts",
    "reportpersonaldata",
];

/// Words for an address as Atlassian calls it, and others, too; and for the paths of many products. What hangs
/// together with a file that has one is of no interest because of them alone.
const FIELDS: &[&str] = &["emailaddress", "email_address", PATH];
/// See `FIELDS`.
const PATH: &str = "rest/api";

/// Names of products, which many files mention that have nothing to do with people. They count where an
/// address is mentioned too.
const PRODUCTS: &[&str] = &["jira", "confluence", "bitbucket", "trello"];

/// Words for an address, and for the other field that Atlassian asks about.
const ADDRESS: &[&str] = &["email", "e-mail", "timezone", "time_zone"];

/// Words that make a file matter when it hangs together with one that counts. A client that wraps a
/// library's may name nothing of Atlassian's itself.
const LINKED: &[&str] = &[
    "httpclient",
    "restclient",
    "resttemplate",
    "restrequest",
    "webclient",
    "okhttp",
    "retrofit",
    // What a file of a package only passes on.
    "export * from",
    "gettimezone",
];

/// Words of what answers a request of the app's own or is run by a tool, often with nothing but what another file
/// gives: it counts as a file that says something of addresses does.
const ANSWERS: &[&str] = &[
    "restcontroller",
    "@controller",
    "controllerbase",
    "applicationcontroller",
    "extends controller",
    "abstractcontroller",
    "http.responsewriter",
    "gin.context",
    "echo.context",
    "fiber.ctx",
    "call.respond",
    "response.json",
    "res.json(",
    "res.send(",
    "res.render(",
    "reply.send(",
    "ctx.body",
    "resolver.define",
    "registertool",
    "server.tool(",
    "jsonify",
    "jsonresponse",
    "@app.route",
    "@router.",
    "mcp.tool",
];

/// Ends of paths by which users are asked for, where a base address has the rest.
const ASKING: &[&str] =
    &["/myself", "/user?", "/user/", "/users", "/assignable/", "/group/member", "/me\"", "/current_user"];

/// Trees with no more files to choose from than this are parsed without choosing.
const FEW: usize = 40;
/// Steps from a file of interest to the next.
const ROUNDS: u32 = 2;
/// Files of one name, above which the name alone does not say which is mentioned.
const MANY: usize = 3;
/// Files that one names, or that name one, above which it is a registry, or what everybody uses.
const MANY_NAMED: usize = 60;
/// Names of files that say nothing about what is in them; their folder's name does.
const EMPTY_NAMES: &[&str] = &["index", "__init__", "mod", "main", "init", "lib", "default"];

/// What the words of a file say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Interest {
    /// Nothing in it matters.
    #[default]
    None,
    /// It may belong to what does.
    Linked,
    /// It names an address as Atlassian does, and nothing of Atlassian's.
    Field,
    /// It names something of Atlassian's.
    Origin,
}

/// All words, in the order of the lists.
static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    searcher(ORIGIN.iter().chain(FIELDS).chain(PRODUCTS).chain(ADDRESS).chain(LINKED).chain(ANSWERS))
});
static PATH_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(&[PATH]));
/// Names of products alone.
static PRODUCT_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(PRODUCTS));

/// Paths by which users are asked for.
static ASKING_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| searcher(ASKING));

/// Searches for words without regard to case.
pub(super) fn searcher<'w>(words: impl IntoIterator<Item = &'w &'w str>) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("a few dozen short words are far below the automaton's limits")
}

/// Whether a text names one of Atlassian's products.
pub(super) fn names_a_product(bytes: &[u8]) -> bool {
    PRODUCT_WORDS.is_match(bytes)
}

/// Whether a text names a path of a REST API, perhaps of one of Atlassian's.
pub(super) fn names_a_path(bytes: &[u8]) -> bool {
    PATH_WORDS.is_match(bytes)
}

/// What the words of a file say about it.
pub(super) fn interest(bytes: &[u8]) -> Interest {
    said(bytes).0
}

/// What the words of a file say about it, and, as far as it does not name something of Atlassian's, to whoever chooses.
pub(super) fn said(bytes: &[u8]) -> (Interest, Said) {
    let fields = ORIGIN.len() + FIELDS.len();
    let products = fields + PRODUCTS.len();
    let addresses = products + ADDRESS.len();
    let links = addresses + LINKED.len();
    let (mut field, mut product, mut address, mut linked, mut answers) = (false, false, false, false, false);
    for hit in WORDS.find_overlapping_iter(bytes) {
        match hit.pattern().as_usize() {
            word if word < ORIGIN.len() => return (Interest::Origin, Said::default()),
            word if word < fields => field = true,
            word if word < products => product = true,
            word if word < addresses => address = true,
            word if word < links => linked = true,
            _ => answers = true,
        }
        if product && address {
            return (Interest::Origin, Said::default());
        }
    }
    let interest = match field {
        true => Interest::Field,
        false if product || address || linked || answers => Interest::Linked,
        false => Interest::None,
    };
    (interest, Said { telling: address || answers, product, field })
}

/// Whether a file stands for its folder, and so may pass on what others have without a word of its own.
pub(super) fn is_front(path: &str, bytes: &[u8]) -> bool {
    /// Longer ones do more than that.
    const MAX: usize = 16 << 10;
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or_default();
    matches!(stem, "index" | "__init__") && !bytes.is_empty() && bytes.len() <= MAX
}

/// A file that may be chosen.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// Its path, relative to the root, with `/`.
    pub(super) path: &'a str,
    /// Its bytes; `None` when they have to be read again.
    pub(super) bytes: Option<&'a [u8]>,
    /// What its words say.
    pub(super) said: Said,
}

/// What the words of a file say to whoever chooses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// Whether it says anything of addresses, or answers somebody.
    pub(super) telling: bool,
    /// Whether it names a product of Atlassian's.
    pub(super) product: bool,
    /// Whether it names an address as Atlassian does, and others, too; or a path.
    pub(super) field: bool,
}

/// The candidates to parse, as positions, when the files of `chosen` are parsed anyway, each with whether it names
/// something of Atlassian's or an address only. `read` gives the bytes of the candidate at a position that does not
/// hold them.
pub(super) fn linked(
    chosen: &[(Candidate<'_>, bool)],
    candidates: &[Candidate<'_>],
    read: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> Vec<usize> {
    let is_strong = chosen.iter().any(|(_, strong)| *strong);
    if !is_strong && !candidates.iter().any(|c| c.said.product) {
        return Vec::new();
    }
    if candidates.iter().filter(|c| !c.said.field).count() <= FEW {
        return (0..candidates.len()).collect();
    }
    let is_field = |i: usize| candidates.get(i).is_some_and(|c| c.said.field);
    let is_chosen_strong = |i: usize| {
        let at = i.checked_sub(candidates.len());
        at.and_then(|at| chosen.get(at)).is_some_and(|(_, strong)| *strong)
    };
    let chosen: Vec<&Candidate<'_>> = chosen.iter().map(|(file, _)| file).collect();
    // The candidates first, so that their positions are their numbers.
    let names = Names::new(candidates.iter().chain(chosen.iter().copied()).map(|c| c.path));
    let files: Vec<Naming> = candidates
        .par_iter()
        .chain(chosen)
        .enumerate()
        .map(|(i, file)| names.in_file(file, &|| read(i)))
        .collect();
    let mut named_by = vec![Vec::new(); files.len()];
    for (i, file) in files.iter().enumerate() {
        for other in &file.named {
            if let Some(by) = named_by.get_mut(*other) {
                by.push(i);
            }
        }
    }
    let neighbours = |i: usize, round: u32| {
        let (named, by) = (files.get(i).map(|f| &f.named), named_by.get(i));
        // What a registry lists, and who uses what all use, do not belong together for that.
        let named = named.filter(|n| n.len() <= MANY_NAMED);
        let by = by.filter(|b| round == 0 || b.len() <= MANY_NAMED);
        named.into_iter().chain(by).flatten().copied()
    };
    // The round in which each was taken, and from which file.
    let mut taken: Vec<Option<(u32, usize)>> = vec![None; candidates.len()];
    // Who only names an address counts beside what is about a product.
    let is_seed = |i: &usize| {
        let about = |i: usize| is_chosen_strong(i) || files.get(i).is_some_and(|f| f.said.product);
        about(*i) || neighbours(*i, 0).any(about)
    };
    let seeds: Vec<usize> =
        (0..files.len()).filter(|i| (*i >= candidates.len() || is_field(*i)) && is_seed(i)).collect();
    for seed in &seeds {
        if let Some(taken) = taken.get_mut(*seed) {
            *taken = Some((0, *seed));
        }
    }
    let mut last = seeds.clone();
    for round in 0..ROUNDS {
        let mut next = Vec::new();
        for file in last {
            for i in neighbours(file, round) {
                if let Some(taken) = taken.get_mut(i).filter(|taken| taken.is_none()) {
                    *taken = Some((round, file));
                    // Who names an address and is not beside what is about a product leads nowhere.
                    if !is_field(i) {
                        next.push(i);
                    }
                }
            }
        }
        last = next;
    }
    // What says nothing of an address and answers nobody is worth reading between two that do, and where it is named first.
    let says = |i: usize| files.get(i).is_some_and(|f| f.said.telling);
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    // Who asks a product for what another file has a place for an address in says nothing of one itself.
    let asking: BTreeSet<usize> = taken
        .iter()
        .enumerate()
        .filter(|(i, taken)| {
            matches!(taken, Some((0, from)) if seeds.binary_search(from).is_ok()
                && files.get(*i).is_some_and(|f| f.said.product && f.named.binary_search(from).is_ok()))
        })
        .filter(|(i, _)| match candidates.get(*i).map(|c| c.bytes) {
            Some(Some(bytes)) => ASKING_WORDS.is_match(bytes),
            Some(None) => ASKING_WORDS.is_match(&read(*i)),
            None => false,
        })
        .map(|(i, _)| i)
        .collect();
    let asks = |i: usize| asking.contains(&i);
    for (i, (round, from)) in taken.iter().enumerate().filter_map(|(i, t)| Some((i, (*t)?))) {
        let named =
            (round == 0 || asks(from)) && files.get(from).is_some_and(|f| f.named.binary_search(&i).is_ok());
        if named || says(i) || asks(i) {
            wanted.insert(i);
        }
        if says(i) && from < candidates.len() {
            wanted.insert(from);
        }
    }
    wanted.into_iter().collect()
}

/// The templates that may show an address, as positions: those that say so, and those that take one of them in or
/// are taken in by it.
pub(super) fn showing(pages: &[Candidate<'_>], read: &(dyn Fn(usize) -> Vec<u8> + Sync)) -> Vec<usize> {
    if pages.len() <= FEW {
        return (0..pages.len()).collect();
    }
    let names = Names::new(pages.iter().map(|p| p.path));
    let files: Vec<Naming> =
        pages.par_iter().enumerate().map(|(i, page)| names.in_file(page, &|| read(i))).collect();
    let shows = |i: usize| files.get(i).is_some_and(|f| f.said.telling);
    let around =
        |(i, file): (usize, &Naming)| (shows(i) || file.named.iter().any(|other| shows(*other))).then_some(i);
    files.iter().enumerate().filter_map(around).collect()
}

/// What a file says of others.
struct Naming {
    /// The files that it names, in order.
    named: Vec<usize>,
    said: Said,
}

/// The names under which files are mentioned, and whose they are.
struct Names<'a> {
    searcher: Option<AhoCorasick>,
    /// For each name the files, by their paths.
    owners: Vec<Vec<(usize, &'a str)>>,
}

impl<'a> Names<'a> {
    fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut names: BTreeMap<String, Vec<(usize, &'a str)>> = BTreeMap::new();
        for (i, path) in paths.enumerate() {
            for name in names_of(path) {
                let owners = names.entry(name).or_default();
                if owners.last().is_none_or(|(last, _)| *last != i) {
                    owners.push((i, path));
                }
            }
        }
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok();
        Self { searcher, owners: names.into_values().collect() }
    }

    /// What a file says of others; `read` gives its bytes where they are not held.
    fn in_file(&self, file: &Candidate<'_>, read: &dyn Fn() -> Vec<u8>) -> Naming {
        match file.bytes {
            Some(bytes) => self.in_text(file.path, bytes, file.said),
            None => self.in_text(file.path, &read(), file.said),
        }
    }

    /// What a text says of others. `path` is the text's own.
    fn in_text(&self, path: &str, text: &[u8], said: Said) -> Naming {
        let mut named = Vec::new();
        self.mentioned(path, text, |n| named.push(n));
        named.sort_unstable();
        named.dedup();
        Naming { named, said }
    }

    /// Tells each file that a text mentions, perhaps more than once. `path` is the text's own.
    fn mentioned(&self, path: &str, text: &[u8], mut tell: impl FnMut(usize)) {
        let Some(searcher) = &self.searcher else { return };
        let home = folder(path);
        for hit in searcher.find_iter(text) {
            let before = text.get(..hit.start()).unwrap_or_default();
            let whole = !before.last().is_some_and(is_word) && !text.get(hit.end()).is_some_and(is_word);
            let Some(name) = text.get(hit.range()).filter(|_| whole) else { continue };
            if !is_telling(name) && !is_import(before) {
                continue;
            }
            let Some(owners) = self.owners.get(hit.pattern().as_usize()) else { continue };
            // `../users/client` says exactly which it is.
            let whole = relative(before).map(|start| format!("{start}{}", String::from_utf8_lossy(name)));
            if let Some(meant) = whole.and_then(|w| join(home, &w)) {
                if text.get(hit.end()) == Some(&b'/') {
                    continue;
                }
                owners.iter().filter(|(_, path)| is_file(path, &meant)).for_each(|(owner, _)| tell(*owner));
                continue;
            }
            for (owner, path) in owners {
                // Of many files of the name the one beside it is meant, or the one whose folder is named.
                let folder = folder(path);
                if owners.len() <= MANY || folder == home || names_folder(before, folder) {
                    tell(*owner);
                }
            }
        }
    }
}

/// The start of a relative path in quotes that a text ends in: `"../users/`.
fn relative(before: &[u8]) -> Option<&str> {
    const LONGEST: usize = 200;
    let tail = before.get(before.len().saturating_sub(LONGEST)..).unwrap_or_default();
    let quote = tail.iter().rposition(|b| matches!(b, b'"' | b'\'' | b'`' | b'\n'))?;
    let start = std::str::from_utf8(tail.get(quote + 1..)?).ok()?;
    (start.starts_with("./") || start.starts_with("../")).then_some(start)
}

/// Whether a path without ending means a file, or the folder that it stands for.
fn is_file(path: &str, meant: &str) -> bool {
    path.strip_prefix(meant).is_some_and(|rest| {
        let rest = rest.strip_prefix('/').map_or(rest, |inner| {
            let stem = inner.split('.').next().unwrap_or_default();
            if EMPTY_NAMES.contains(&stem) { "." } else { inner }
        });
        rest.starts_with('.')
    })
}

/// Whether a name is more than one small word: `UserService`, `user_service`.
fn is_telling(name: &[u8]) -> bool {
    name.iter().any(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'-'))
}

/// Whether what stands before a name makes it a part of an import: of a path, or of a line that imports.
fn is_import(before: &[u8]) -> bool {
    const LINE: usize = 200;
    const STARTS: &[&[u8]] = &[b"import", b"from", b"export", b"use", b"require", b"include"];
    if before.ends_with(b"/") {
        return true;
    }
    let tail = before.get(before.len().saturating_sub(LINE)..).unwrap_or_default();
    let line = tail.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.trim_ascii_start();
    STARTS.iter().any(|s| line.strip_prefix(*s).is_some_and(|rest| !rest.first().is_some_and(is_word)))
}

/// Whether a text ends in the name of a folder and what stands between it and the name of a file.
fn names_folder(text: &[u8], folder: &str) -> bool {
    let last = folder.rsplit('/').next().unwrap_or_default();
    let between: [&[u8]; 4] = [b"/", b".", b" import ", b"\\"];
    !last.is_empty()
        && between.iter().any(|b| text.strip_suffix(*b).is_some_and(|t| t.ends_with(last.as_bytes())))
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

/// The names under which other files may mention this one: its own without the ending, and as a class of
/// that name is written.
fn names_of(path: &str) -> Vec<String> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or_default();
    let stem =
        if EMPTY_NAMES.contains(&stem) { folders.rsplit('/').next().unwrap_or_default() } else { stem };
    if stem.len() < 2 {
        return Vec::new();
    }
    let class: String = stem
        .split(['_', '-'])
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
        })
        .collect();
    let mut names = vec![stem.to_owned()];
    if class != stem && stem.contains(['_', '-']) {
        names.push(class);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate<'a>(path: &'a str, bytes: &'a [u8]) -> Candidate<'a> {
        Candidate { path, bytes: Some(bytes), said: said(bytes).1 }
    }

    #[test]
    fn words_say_what_a_file_may_be() {
        for (text, expected) in [
            ("const email = form.email", Interest::Linked),
            ("user.emailAddress", Interest::Field),
            ("user.emailAddress of confluence", Interest::Origin),
            ("email then JIRA", Interest::Origin),
            ("@email.com", Interest::Linked),
            ("new OkHttpClient()", Interest::Linked),
            ("let a = 1", Interest::None),
            ("// see JIRA-12", Interest::Linked),
        ] {
            assert_eq!(interest(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn files_are_mentioned_by_their_own_name_or_a_class_of_it() {
        assert_eq!(names_of("src/user_service.rb"), ["user_service", "UserService"]);
        assert_eq!(names_of("src/api/index.ts"), ["api"]);
        assert_eq!(names_of("a/UserDto.java"), ["UserDto"]);
        assert_eq!(names_of("x.d.ts"), Vec::<String>::new());
    }

    #[test]
    fn a_small_word_is_a_name_in_imports_only() {
        let names = Names::new(["src/email.ts", "src/userStore.ts"].into_iter());
        for (text, expected) in [
            ("user.email = email", 0),
            ("import { send } from './email'", 1),
            ("const m = require('../src/email')", 1),
            ("from app.lib import email", 1),
            ("userStore.get()", 1),
        ] {
            let mut found = 0;
            names.mentioned("src/a.ts", text.as_bytes(), |_| found += 1);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_relative_path_names_one_file() {
        let paths =
            ["jira/client/client.ts", "other/client/client.ts", "jira/client/index.ts", "jira/users.ts"];
        let names = Names::new(paths.into_iter());
        let named = |text: &str| names.in_text("jira/sync/users.ts", text.as_bytes(), Said::default()).named;
        assert_eq!(named("import { get } from '../client/client'"), [0]);
        assert_eq!(named("import { get } from '../client'"), [2]);
        assert_eq!(named("import { get } from \"../users\""), [3]);
        assert_eq!(named("import { get } from '../../other/client/client.js'"), [1]);
        assert_eq!(named("import { get } from '../gone/client'"), Vec::<usize>::new());
    }

    #[test]
    fn who_uses_what_all_use_is_not_chosen_for_that() {
        let users: Vec<(String, String)> = (0..=MANY_NAMED)
            .map(|i| (format!("pages/page{i}.ts"), "import '../lib/baseTools'; email".to_owned()))
            .collect();
        let mut all = vec![
            ("lib/baseTools.ts".to_owned(), "email".to_owned()),
            ("lib/quietHelper.ts".to_owned(), "jira".to_owned()),
        ];
        all.extend(users);
        let candidates: Vec<Candidate<'_>> =
            all.iter().map(|(path, text)| candidate(path, text.as_bytes())).collect();
        let tracker = |text| [(candidate("lib/tracker.ts", text), true)];
        let nothing = |_| Vec::new();
        assert_eq!(linked(&tracker(b"import './baseTools'"), &candidates, &nothing), [0]);
        assert_eq!(linked(&tracker(b"import './quietHelper'"), &candidates, &nothing), [1], "it is named");
        assert!(linked(&tracker(b"email"), &candidates, &nothing).is_empty());
    }

    #[test]
    fn of_many_files_of_a_name_the_near_one_is_meant() {
        let paths: Vec<String> = (0..9).map(|i| format!("app/part{i}/models.py")).collect();
        let names = Names::new(paths.iter().map(String::as_str));
        let mentioned = |path: &str, text: &str| {
            let mut found = Vec::new();
            names.mentioned(path, text.as_bytes(), |i| found.push(i));
            found
        };
        assert_eq!(mentioned("app/views.py", "from app.part3.models import User"), [3]);
        assert_eq!(mentioned("app/views.py", "from app.part4 import models"), [4]);
        assert_eq!(mentioned("app/part5/views.py", "from .models import User"), [5]);
        assert_eq!(mentioned("app/views.py", "models"), Vec::<usize>::new());
    }

    #[test]
    fn what_hangs_together_with_a_file_of_interest_is_chosen() {
        let filler: Vec<(String, String)> =
            (0..FEW).map(|i| (format!("other/page{i}.ts"), format!("email{i}"))).collect();
        let mut all: Vec<(&str, &str)> = vec![
            ("src/mailer.ts", "export function send(email) {}"),
            ("src/people.ts", "import { users } from './tracker'; users().email"),
            ("src/far.ts", "import { x } from './people'; x.email"),
            ("src/unpeopled.ts", "unpeople, peopled, email"),
        ];
        all.extend(filler.iter().map(|(p, t)| (p.as_str(), t.as_str())));
        let candidates: Vec<Candidate<'_>> =
            all.iter().map(|(path, text)| candidate(path, text.as_bytes())).collect();
        let tracker = || candidate("src/tracker.ts", b"import './mailer'; requestJira()");
        let chosen = [(tracker(), true)];
        assert_eq!(linked(&chosen, &candidates, &|_| Vec::new()), [0, 1, 2]);
        assert!(linked(&[], &candidates, &|_| Vec::new()).is_empty(), "nothing of Atlassian's is there");
        let field = b"import './mailer'; user.emailAddress";
        let field = [(candidate("src/tracker.ts", field), false)];
        assert!(linked(&field, &candidates, &|_| Vec::new()).is_empty(), "no product is there");
        let mut with_product: Vec<Candidate<'_>> =
            all.iter().map(|(path, text)| candidate(path, text.as_bytes())).collect();
        with_product[0] = candidate(all[0].0, b"the mailer of jira");
        assert_eq!(linked(&field, &with_product, &|_| Vec::new()), [0, 1, 2]);
        with_product[0] = candidate(all[0].0, b"email");
        with_product[4] = candidate(all[4].0, b"jira, and nobody names this");
        assert!(linked(&field, &with_product, &|_| Vec::new()).is_empty(), "the product is elsewhere");
        with_product[0] = candidate(all[0].0, b"jira, baseClient.get(base + \"/myself\") as trackedUser");
        with_product[1] = candidate("src/baseClient.cs", b"http");
        let user = [(candidate("src/trackedUser.cs", b"emailAddress"), false)];
        assert_eq!(linked(&user, &with_product, &|_| Vec::new()), [0, 1], "who asks for it, and by what");
        assert_eq!(
            linked(&chosen, &candidates[..FEW], &|_| Vec::new()).len(),
            FEW,
            "few files are not chosen from"
        );
    }
}
