//! What a privacy policy says (`policy.yaml`): patterns that state or deny a topic, and names of services.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Regex, RegexSet, RegexSetBuilder};
use serde::Deserialize;

use crate::facts::Topic;

/// The embedded tables.
pub static POLICY: LazyLock<PolicyWords> = LazyLock::new(|| {
    let raw: Raw = table!("policy");
    PolicyWords::new(raw)
});

/// What is looked for in a privacy policy.
pub struct PolicyWords {
    /// The topics, in the order of the table.
    pub topics: Vec<TopicWords>,
    /// Words behind which a denial is none.
    pub exceptions: Regex,
    /// A negation.
    pub negation: Regex,
    /// What ends the part of a sentence that a negation covers.
    pub negation_ends: Regex,
    /// What parts two statements of one sentence.
    pub clauses: Regex,
    /// An answer that is no more than a denial.
    pub denial: Regex,
    /// Names whose capital shows no company.
    pub platform: Regex,
    companies: Vec<Vec<String>>,
    kinds: Vec<String>,
}

/// The patterns of one topic.
pub struct TopicWords {
    /// Which.
    pub topic: Topic,
    /// Sentences that say it, once what negations cover is cut out.
    pub states: RegexSet,
    /// Sentences that say it in spite of a negation.
    pub always: RegexSet,
    /// Sentences that say that there is none of it.
    pub denies: RegexSet,
    /// Labels under which `body` says it.
    pub labels: RegexSet,
    /// What has to stand under a label; empty for anything.
    pub body: RegexSet,
    /// Sentences about something else.
    pub not: RegexSet,
}

impl PolicyWords {
    fn new(raw: Raw) -> Self {
        let terms = expanded(&raw.terms);
        let one = |pattern: &str| {
            Regex::new(&format!("(?i){}", expand(pattern, &terms)))
                .expect("the embedded patterns are compiled by a test")
        };
        let set = |patterns: &[String]| {
            RegexSetBuilder::new(patterns.iter().map(|p| expand(p, &terms)))
                .case_insensitive(true)
                .size_limit(64 << 20)
                .build()
                .expect("the embedded patterns are compiled by a test")
        };
        let topics = raw.topics.iter().map(|t| TopicWords {
            topic: t.topic,
            states: set(&t.states),
            always: set(&t.always),
            denies: set(&t.denies),
            labels: set(&t.labels),
            body: set(&t.body),
            not: set(&t.not),
        });
        let platform = raw.platform.iter().map(|p| regex::escape(p)).collect::<Vec<_>>().join("|");
        Self {
            topics: topics.collect(),
            exceptions: one(&raw.exceptions),
            negation: one(&raw.negation),
            negation_ends: one(&raw.negation_ends),
            clauses: one(&raw.clauses),
            denial: one(&raw.denial),
            platform: Regex::new(&format!(r"\b(?:{platform})\b"))
                .expect("names that are escaped make a pattern"),
            companies: raw.companies,
            kinds: raw.kinds,
        }
    }

    /// The names under which a policy may name a service, the service's own first; none for a service that
    /// is only known by its kind.
    #[must_use]
    pub fn names_of(&self, service: &str) -> Vec<String> {
        if self.kinds.iter().any(|k| k.eq_ignore_ascii_case(service)) {
            return Vec::new();
        }
        let mut names = vec![service.to_owned()];
        for row in &self.companies {
            if row.iter().any(|name| name.eq_ignore_ascii_case(service)) {
                names.extend(row.iter().filter(|n| !n.eq_ignore_ascii_case(service)).cloned());
            }
        }
        names
    }
}

/// The terms with the terms in them replaced. A term may use those above it only, so this ends.
fn expanded(terms: &[BTreeMap<String, String>]) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for (name, pattern) in terms.iter().flatten() {
        let pattern = expand(pattern, &known);
        known.insert(name.clone(), pattern);
    }
    known
}

fn expand(pattern: &str, terms: &BTreeMap<String, String>) -> String {
    terms.iter().fold(pattern.to_owned(), |p, (name, value)| p.replace(&format!("{{{name}}}"), value))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[expect(dead_code, reason = "for whoever reads the table")]
    source: String,
    #[expect(dead_code, reason = "for whoever reads the table")]
    date: String,
    terms: Vec<BTreeMap<String, String>>,
    exceptions: String,
    negation: String,
    negation_ends: String,
    clauses: String,
    denial: String,
    topics: Vec<Row>,
    companies: Vec<Vec<String>>,
    kinds: Vec<String>,
    platform: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    topic: Topic,
    #[serde(default)]
    states: Vec<String>,
    #[serde(default)]
    always: Vec<String>,
    #[serde(default)]
    denies: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_row_and_every_pattern_compiles() {
        let topics: Vec<Topic> = POLICY.topics.iter().map(|t| t.topic).collect();
        assert_eq!(topics, Topic::ALL);
        let text = include_str!("policy.yaml");
        for name in ["number", "period", "data", "share", "keep"] {
            assert!(text.contains(&format!("{{{name}}}")), "{name} is used");
        }
        for topic in &POLICY.topics {
            for set in [&topic.states, &topic.always, &topic.denies, &topic.labels, &topic.body, &topic.not] {
                assert!(set.patterns().iter().all(|p| !p.contains("{n") && !p.contains("{p")), "{set:?}");
            }
        }
    }

    #[test]
    fn a_service_is_known_by_the_company_behind_it() {
        assert_eq!(POLICY.names_of("Amazon SES"), ["Amazon SES", "Amazon Web Services", "AWS", "Amazon"]);
        assert_eq!(POLICY.names_of("Acme"), ["Acme"]);
        assert!(POLICY.names_of("error tracking").is_empty());
    }
}
