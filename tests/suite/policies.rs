//! The verdicts on labelled privacy policies: what each says and what it leaves out.
//!
//! `tests/policies/held-out.txt` was written before any pattern and is not looked at while patterns are written.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use mailpermit::catalog::policy::POLICY;
use mailpermit::facts::{DocumentState, Topic};
use mailpermit::inputs::documents::{checks, read_text};
use mailpermit::text::SourceFile;

const TOPICS: [(Topic, &str); 6] = [
    (Topic::Email, "email"),
    (Topic::Purpose, "purpose"),
    (Topic::Sharing, "sharing"),
    (Topic::Retention, "retention"),
    (Topic::Deletion, "deletion"),
    (Topic::Contact, "contact"),
];

struct Policy {
    name: String,
    labels: BTreeMap<String, String>,
    names: Vec<(String, bool)>,
    text: String,
}

fn policies(file: &str) -> Vec<Policy> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies").join(file);
    let all = std::fs::read_to_string(path).unwrap();
    let blocks = all.split("\n=== ").skip(1);
    let policies: Vec<Policy> = blocks
        .map(|block| {
            let (head, text) = block.split_once('\n').unwrap();
            let (name, said) = head.split_once(':').unwrap();
            let mut policy = Policy {
                name: name.to_owned(),
                labels: BTreeMap::new(),
                names: Vec::new(),
                text: text.to_owned(),
            };
            for word in said.split_whitespace() {
                match (word.strip_prefix('+'), word.strip_prefix('-'), word.split_once('=')) {
                    (Some(name), _, _) => policy.names.push((name.to_owned(), true)),
                    (_, Some(name), _) => policy.names.push((name.to_owned(), false)),
                    (_, _, Some((key, value))) => {
                        policy.labels.insert(key.to_owned(), value.to_owned());
                    }
                    _ => {
                        policy.labels.insert(word.to_owned(), "yes".to_owned());
                    }
                }
            }
            let known: BTreeSet<&str> = TOPICS.iter().map(|(_, n)| *n).chain(["lang"]).collect();
            assert!(policy.labels.keys().all(|k| known.contains(k.as_str())), "{name}: {:?}", policy.labels);
            policy
        })
        .collect();
    assert!(policies.len() >= 20);
    policies
}

/// Right and all verdicts, and the wrong ones in words.
fn judged(file: &str) -> (usize, usize, String) {
    let (mut right, mut all, mut wrong) = (0, 0, String::new());
    for policy in policies(file) {
        let source = SourceFile::new(policy.name.as_str(), policy.text.as_str());
        let DocumentState::Read { says, .. } = checks::state(&source, &read_text(&source)) else {
            panic!("it is read")
        };
        let mut judge = |what: &str, expected: &str, got: &str, quote: &str| {
            all += 1;
            if expected == got {
                right += 1;
            } else {
                let _ = writeln!(wrong, "{}: {what} should be {expected}, is {got}: {quote}", policy.name);
            }
        };
        let lang = policy.labels.contains_key("lang");
        judge("other language", &lang.to_string(), &says.other_language.is_some().to_string(), "");
        if lang {
            continue;
        }
        for (topic, name) in TOPICS {
            let expected = policy.labels.get(name).map_or("omitted", String::as_str);
            let (yes, no) = (says.passage(topic, false), says.passage(topic, true));
            let (got, quote) = match (yes, no) {
                (Some(passage), _) => ("yes", passage.value.as_str()),
                (None, Some(passage)) => ("no", passage.value.as_str()),
                (None, None) => ("omitted", ""),
            };
            judge(name, expected, got, quote);
        }
        for (name, expected) in &policy.names {
            let found = says.naming(&POLICY.names_of(name));
            judge(name, &expected.to_string(), &found.is_some().to_string(), "");
        }
    }
    (right, all, wrong)
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what the test is for")]
fn at_least_95_of_100_verdicts_are_right() {
    for file in ["tuned.txt", "held-out.txt"] {
        let (right, all, wrong) = judged(file);
        println!("{file}: {right} of {all} statements are judged rightly");
        assert!(right * 100 >= all * 95, "{file}: {right} of {all}\n{wrong}");
        println!("{wrong}");
    }
}
