//! Which files are worth parsing: those that name something of Atlassian's, and what hangs together with
//! them. Looks at words only; knows no language's syntax.
//!
//! A file that says "email" and nothing of Atlassian is of interest when it and a file that is parsed
//! mention each other, as an import, a class or a package does. In a large tree most files that say
//! "email" have to do with neither.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Words that name something of Atlassian's, or an address as only Atlassian calls it. Compared without
/// regard to case, as the other lists here.
const ORIGIN: &[&str] = &[
    "atlassian",
    "jira",
    "confluence",
    "bitbucket",
    "rest/api",
    "servicedeskapi",
    "@forge/",
    "emailaddress",
    "email_address",
    "email-address",
    "user/email",
    "@email",
    "privacyunsafe",
    "privacy_unsafe",
    "mailpermit",
];

/// Words that make a file matter when it hangs together with one that has a word of `ORIGIN`. A client
/// that wraps a library's may name nothing of Atlassian's itself.
const LINKED: &[&str] = &[
    "email",
    "e-mail",
    "httpclient",
    "restclient",
    "resttemplate",
    "restrequest",
    "webclient",
    "okhttp",
    "retrofit",
    // What a file of a package only passes on.
    "export * from",
];

/// Trees with no more files to choose from than this are parsed without choosing.
const FEW: usize = 150;
/// Steps from a file of interest to the next.
const ROUNDS: u32 = 3;
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

/// All words of both lists, those of `ORIGIN` first.
static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(ORIGIN.iter().chain(LINKED))
        .expect("two dozen short words are far below the automaton's limits")
});

/// What the words of a file say about it.
pub(super) fn interest(bytes: &[u8]) -> Interest {
    let mut found = Interest::None;
    for hit in WORDS.find_overlapping_iter(bytes) {
        if hit.pattern().as_usize() < ORIGIN.len() {
            return Interest::Origin;
        }
        found = Interest::Linked;
    }
    found
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
            own.mentioned(file.bytes, |i| next.push(i));
        }
        // Those that mention a file of interest.
        let names = Names::new(last.iter().map(|c| c.path));
        for (i, candidate) in candidates.iter().enumerate() {
            let mut mentions = false;
            if taken.get(i) == Some(&false) {
                names.mentioned(candidate.bytes, |_| mentions = true);
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
struct Names {
    searcher: Option<AhoCorasick>,
    owners: Vec<Vec<usize>>,
}

impl Names {
    fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, path) in paths.enumerate() {
            for name in names_of(path) {
                let owners = names.entry(name).or_default();
                if owners.last() != Some(&i) {
                    owners.push(i);
                }
            }
        }
        let searcher = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok();
        Self { searcher, owners: names.into_values().collect() }
    }

    /// Tells each file that `text` mentions, perhaps more than once.
    fn mentioned(&self, text: &[u8], mut tell: impl FnMut(usize)) {
        let Some(searcher) = &self.searcher else { return };
        for hit in searcher.find_iter(text) {
            let before = hit.start().checked_sub(1).and_then(|i| text.get(i));
            let whole = !before.is_some_and(is_word) && !text.get(hit.end()).is_some_and(is_word);
            if whole {
                self.owners.get(hit.pattern().as_usize()).into_iter().flatten().for_each(|i| tell(*i));
            }
        }
    }
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
            ("new OkHttpClient()", Interest::Linked),
            ("let a = 1", Interest::None),
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
