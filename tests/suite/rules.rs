//! The rules agree with themselves: files, names, pages and the one list.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mailpermit::listing::{Source, saved};
use mailpermit::rules::{ALL, Rule};
use mailpermit::settings::Settings;

/// Files in the folders of groups: folder, stem, extension.
fn files() -> Vec<(String, String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files = Vec::new();
    for folder in fs::read_dir(rules).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        let group = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
            let part = |p: Option<&std::ffi::OsStr>| p.unwrap().to_str().unwrap().to_owned();
            files.push((group.clone(), part(file.file_stem()), part(file.extension())));
        }
    }
    files.retain(|(_, stem, _)| stem != "mod");
    files
}

#[test]
fn every_rule_file_is_in_the_list_under_its_own_name_and_has_a_page() {
    let listed: BTreeSet<String> = ALL.iter().map(|r| r.name.replace('-', "_")).collect();
    let of = |wanted: &str| -> BTreeSet<String> {
        files().into_iter().filter(|(_, _, e)| e == wanted).map(|(_, stem, _)| stem).collect()
    };
    assert_eq!(of("rs"), listed);
    assert_eq!(of("md"), listed);
}

#[test]
fn names_are_unique_and_groups_stand_together() {
    let names: BTreeSet<&str> = ALL.iter().map(|r| r.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert!(ALL.is_sorted_by_key(|r| r.group), "ALL is sorted by group");
    let folders = files();
    for rule in ALL {
        let kebab = rule.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(kebab, "{}", rule.name);
        let stem = rule.name.replace('-', "_");
        let folder = &folders.iter().find(|(_, s, _)| *s == stem).unwrap().0;
        let group = format!("{:?}", rule.group).to_lowercase();
        assert_eq!(group, folder.replace('_', ""), "{} lies in the folder of its group", rule.name);
    }
}

#[test]
fn summaries_are_one_sentence_in_house_style() {
    for rule in ALL {
        let first = rule.summary.chars().next().unwrap();
        assert!(!first.is_uppercase() && !rule.summary.ends_with('.'), "{}: {}", rule.name, rule.summary);
        assert!(!rule.since.is_empty(), "{}", rule.name);
    }
}

const HEADINGS: &[&str] =
    &["## What it checks", "## Why", "## Source", "## Wrong", "## Right", "## How to fix", "## Suppress"];

#[test]
fn every_page_has_all_headings_in_order_and_says_something_under_each() {
    for rule in ALL {
        assert!(rule.page.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        let mut fenced = false;
        let found: Vec<&str> = rule
            .page
            .lines()
            .filter(|line| {
                fenced ^= line.starts_with("```");
                !fenced && line.starts_with("## ")
            })
            .collect();
        assert_eq!(found, HEADINGS, "{}", rule.name);
        for heading in HEADINGS {
            assert!(section(rule.page, heading).trim().len() > 4, "{}: {heading} is empty", rule.name);
        }
        assert!(!fenced, "{}: a fence is left open", rule.name);
        assert!(
            rule.page.lines().all(|l| l.starts_with('|') || l.chars().count() <= 130),
            "{}: a long line",
            rule.name
        );
    }
}

/// The text under a heading, up to the next.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(&format!("{heading}\n")).unwrap() + heading.len();
    let rest = &page[start..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

/// The example apps have to be readable by whoever runs them as tests.
#[test]
fn every_example_block_is_preceded_by_its_file_name() {
    for rule in ALL {
        for heading in ["## Wrong", "## Right"] {
            let mut names = BTreeSet::new();
            let mut last = "";
            let mut fenced = false;
            for line in section(rule.page, heading).lines().filter(|l| !l.is_empty()) {
                if line.starts_with("```") {
                    fenced = !fenced;
                    if fenced {
                        let name = last.strip_prefix('`').and_then(|l| l.strip_suffix('`'));
                        let name = name.unwrap_or_else(|| panic!("{}: {heading}: {last}", rule.name));
                        assert!(names.insert(name), "{}: {heading}: {name} stands there twice", rule.name);
                        assert!(!line.trim_start_matches('`').is_empty(), "{}: no language", rule.name);
                    }
                } else if !fenced {
                    last = line;
                }
            }
            assert!(!names.is_empty(), "{}: {heading} has no example", rule.name);
        }
    }
}

/// The files of a section, by name.
fn example(rule: &Rule, heading: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let (mut last, mut fenced) = ("", false);
    for line in section(rule.page, heading).lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            if fenced {
                files.push((last.trim_matches('`').to_owned(), String::new()));
            }
        } else if fenced {
            if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
                text.push('\n');
            }
        } else if !line.is_empty() {
            last = line;
        }
    }
    files
}

/// The findings on an example.
fn findings(rule: &Rule, heading: &str) -> Vec<(String, u32)> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in example(rule, heading) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // An example may hold an answer of the Marketplace.
    let listing = fs::read_to_string(folder.path().join("listing.json")).ok();
    let listing =
        listing.map(|text| Source::Saved(saved(&[("listing.json".to_owned(), text)]).unwrap().into()));
    let settings = Settings { threads: Some(1), listing, ..Settings::of(folder.path().to_owned()) };
    let run = mailpermit::check(&settings).unwrap();
    run.findings().filter(|f| f.rule == rule.name).map(|f| (f.message.clone(), f.place.line)).collect()
}

/// What a page calls wrong is found, and what it calls right is not.
#[test]
fn the_examples_of_every_page_are_judged_as_they_say() {
    let mut untrue = Vec::new();
    for rule in ALL {
        if findings(rule, "## Wrong").is_empty() {
            untrue.push(format!("{}: nothing is found in the wrong example", rule.name));
        }
        let right = findings(rule, "## Right");
        if !right.is_empty() {
            untrue.push(format!("{}: the right example has {right:?}", rule.name));
        }
    }
    assert!(untrue.is_empty(), "{untrue:#?}");
}
