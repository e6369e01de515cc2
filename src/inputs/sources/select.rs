//! Which files are worth parsing: those that name something of Atlassian's, and what hangs together with
//! them. Looks at words only; knows no language's syntax.
//!
//! A file that says "email" and nothing of Atlassian is of interest when it and a file that is parsed
//! mention each other, as an import, a class or a package does. In a large tree most files that say
//! "email" have to do with neither.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Words that stand for something of Atlassian's, or for an address as only Atlassian calls it. Compared
/// without regard to case, as the other lists here.
const ORIGIN: &[&str] = &[
    "atlassian",
    "rest/api",
    "servicedeskapi",
    "@forge/",
    "emailaddress",
    "email_address",
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
    "ap.user.gettimezone",
];

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
    // What answers a request of the app's own, often with nothing but what another file gives.
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
    // What a file of a package only passes on.
    "export * from",
    "gettimezone",
];

/// Trees with no more files to choose from than this are parsed without choosing.
const FEW: usize = 40;
/// Steps from a file of interest to the next.
const ROUNDS: u32 = 2;
/// Files of one name, above which the name alone does not say which is mentioned.
const MANY: usize = 3;
/// Names of files that say nothing about what is in them; their folder's name does.
const EMPTY_NAMES: &[&str] = &["index", "__init__", "mod", "main", "init", "lib", "default"];

/// What the words of a file say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// It names something of Atlassian's.
    Origin,
    /// It may belong to what does.
    Linked,
    /// Nothing in it matters.
    None,
}

/// All words, in the order of the lists.
static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(ORIGIN.iter().chain(PRODUCTS).chain(ADDRESS).chain(LINKED))
        .expect("two dozen short words are far below the automaton's limits")
});

/// What the words of a file say about it.
pub(super) fn interest(bytes: &[u8]) -> Interest {
    let products = ORIGIN.len() + PRODUCTS.len();
    let (mut product, mut address, mut linked) = (false, false, false);
    for hit in WORDS.find_overlapping_iter(bytes) {
        match hit.pattern().as_usize() {
            word if word < ORIGIN.len() => return Interest::Origin,
            word if word < products => product = true,
            word if word < products + ADDRESS.len() => address = true,
            _ => linked = true,
        }
        if product && address {
            return Interest::Origin;
        }
    }
    if product || address || linked { Interest::Linked } else { Interest::None }
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
    /// Its bytes.
    pub(super) bytes: &'a [u8],
}

/// The candidates to parse, as positions, when the files of `chosen` are parsed anyway.
pub(super) fn linked(chosen: &[Candidate<'_>], candidates: &[Candidate<'_>]) -> Vec<usize> {
    if chosen.is_empty() {
        return Vec::new();
    }
    if candidates.len() <= FEW {
        return (0..candidates.len()).collect();
    }
    let mut taken = vec![false; candidates.len()];
    let own = Names::new(candidates.iter().map(|c| c.path));
    let mut last: Vec<&Candidate<'_>> = chosen.iter().collect();
    for _ in 0..ROUNDS {
        let mut next = Vec::new();
        // Those that a file of interest mentions.
        for file in &last {
            own.mentioned(file, |i| next.push(i));
        }
        // Those that mention a file of interest.
        let names = Names::new(last.iter().map(|c| c.path));
        for (i, candidate) in candidates.iter().enumerate() {
            let mut mentions = false;
            if taken.get(i) == Some(&false) {
                names.mentioned(candidate, |_| mentions = true);
            }
            if mentions {
                next.push(i);
            }
        }
        last.clear();
        for i in next {
            if let (Some(taken), Some(candidate)) = (taken.get_mut(i), candidates.get(i))
                && !*taken
            {
                *taken = true;
                last.push(candidate);
            }
        }
        if last.is_empty() {
            break;
        }
    }
    taken.iter().enumerate().filter(|(_, t)| **t).map(|(i, _)| i).collect()
}

/// The names under which files are mentioned, and whose they are.
struct Names<'a> {
    searcher: Option<AhoCorasick>,
    /// For each name the files, by their folders.
    owners: Vec<Vec<(usize, &'a str)>>,
}

impl<'a> Names<'a> {
    fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut names: BTreeMap<String, Vec<(usize, &'a str)>> = BTreeMap::new();
        for (i, path) in paths.enumerate() {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for name in names_of(path) {
                let owners = names.entry(name).or_default();
                if owners.last().is_none_or(|(last, _)| *last != i) {
                    owners.push((i, folder));
                }
            }
        }
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok();
        Self { searcher, owners: names.into_values().collect() }
    }

    /// Tells each file that a file mentions, perhaps more than once.
    fn mentioned(&self, file: &Candidate<'_>, mut tell: impl FnMut(usize)) {
        let Some(searcher) = &self.searcher else { return };
        let text = file.bytes;
        let home = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for hit in searcher.find_iter(text) {
            let before = text.get(..hit.start()).unwrap_or_default();
            let whole = !before.last().is_some_and(is_word) && !text.get(hit.end()).is_some_and(is_word);
            let Some(name) = text.get(hit.range()).filter(|_| whole) else { continue };
            if !is_telling(name) && !is_import(before) {
                continue;
            }
            let Some(owners) = self.owners.get(hit.pattern().as_usize()) else { continue };
            for (owner, folder) in owners {
                // Of many files of the name the one beside it is meant, or the one whose folder is named.
                if owners.len() <= MANY || *folder == home || names_folder(before, folder) {
                    tell(*owner);
                }
            }
        }
    }
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

    #[test]
    fn words_say_what_a_file_may_be() {
        for (text, expected) in [
            ("const email = form.email", Interest::Linked),
            ("user.emailAddress", Interest::Origin),
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
            ("const m = require('../lib/email')", 1),
            ("from app.lib import email", 1),
            ("userStore.get()", 1),
        ] {
            let mut found = 0;
            names.mentioned(&Candidate { path: "src/a.ts", bytes: text.as_bytes() }, |_| found += 1);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn of_many_files_of_a_name_the_near_one_is_meant() {
        let paths: Vec<String> = (0..9).map(|i| format!("app/part{i}/models.py")).collect();
        let names = Names::new(paths.iter().map(String::as_str));
        let mentioned = |path: &str, text: &str| {
            let mut found = Vec::new();
            names.mentioned(&Candidate { path, bytes: text.as_bytes() }, |i| found.push(i));
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
            all.iter().map(|(path, text)| Candidate { path, bytes: text.as_bytes() }).collect();
        let chosen = [Candidate { path: "src/tracker.ts", bytes: b"import './mailer'; requestJira()" }];
        assert_eq!(linked(&chosen, &candidates), [0, 1, 2]);
        assert!(linked(&[], &candidates).is_empty(), "nothing of Atlassian's is there");
        assert_eq!(linked(&chosen, &candidates[..FEW]).len(), FEW, "few files are not chosen from");
    }
}
