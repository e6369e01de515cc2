//! What a document says of personal data, sentence by sentence, by the patterns of `catalog/policy.yaml`.
//!
//! A sentence is read together with its labels: the heading above it, the head of its column, the first
//! cell of its row, the line that leads a list in, a label before its colon. What follows from a statement is for
//! the rules.

use std::collections::BTreeMap;

use regex::RegexSet;

use super::checks::{ADDRESS, labels_a_contact, located, speaks_of_email};
use super::passage::{Kind, Passage, Text};
use crate::catalog::policy::{POLICY, TopicWords};
use crate::facts::{Located, Says, Statement, Topic};
use crate::text::SourceFile;
use crate::text::redact::one_line;

/// More sentences of one document than this are not read; the longest policies have a tenth of it.
const MAX_SENTENCES: usize = 10_000;
/// The longest sentence that is looked at, in bytes; a longer one is no sentence.
const LONGEST: usize = 4_000;
/// The longest label, in words.
const LABEL_WORDS: usize = 9;
/// Fewer words than this, beside a negation, say nothing under a label.
const FEWEST_WORDS: usize = 3;
/// The longest sentence that is kept to look for names in, in characters.
const KEPT: usize = 600;

/// Reads what a document says.
pub(super) fn read(file: &SourceFile, text: &Text) -> Says {
    let mut says = Says { other_language: other_language(text), ..Says::default() };
    let mut found: BTreeMap<(Topic, bool), Located<String>> = BTreeMap::new();
    let mut reader = Reader::default();
    for (n, passage) in text.passages.iter().enumerate() {
        if says.sentences.len() >= MAX_SENTENCES {
            break;
        }
        let contact = labels_a_contact(text, n);
        for unit in reader.units(passage) {
            let sentence = passage.text.get(unit.range.clone()).unwrap_or("");
            let place = || located(file, passage, unit.range.clone());
            let kept = Located { value: one_line(sentence, KEPT), place: place().place };
            says.sentences.push(kept);
            if says.other_language.is_some() || sentence.len() > LONGEST {
                continue;
            }
            let words = Words::of(sentence);
            for topic in &POLICY.topics {
                let stated = match topic.topic {
                    Topic::Email => {
                        (!contact && speaks_of_email(sentence)).then(|| !topic.denies.is_match(&words.whole))
                    }
                    _ => stated(topic, &unit, &words),
                };
                let stated = match (topic.topic, stated) {
                    (Topic::Contact, None) if ADDRESS.is_match(sentence) => Some(true),
                    // Who collects nothing has no addresses.
                    (Topic::Email, None) if topic.denies.is_match(&words.whole) => Some(false),
                    (_, stated) => stated,
                };
                if let Some(stated) = stated {
                    found.entry((topic.topic, !stated)).or_insert_with(place);
                }
            }
        }
    }
    says.statements =
        found.into_iter().map(|((topic, denies), passage)| Statement { topic, denies, passage }).collect();
    says
}

/// A sentence with its labels.
struct Unit {
    range: std::ops::Range<usize>,
    /// What stands under the labels: the sentence, or its part behind a label of its own.
    body: String,
    labels: Vec<String>,
    /// Whether it only names what stands below or beside it.
    heads: bool,
}

/// Goes through the passages and keeps what labels those to come.
#[derive(Default)]
struct Reader {
    heading: String,
    lead: String,
    heads: BTreeMap<u32, String>,
    row: Option<(u32, String)>,
}

impl Reader {
    fn units(&mut self, passage: &Passage) -> Vec<Unit> {
        let text = passage.text.as_str();
        let whole = 0..text.len();
        match passage.kind {
            Kind::Heading => {
                self.heading = short(text);
                self.lead.clear();
                self.heads.clear();
                vec![Unit { range: whole, body: text.to_owned(), labels: Vec::new(), heads: true }]
            }
            Kind::Cell { column, head, row } => {
                if column == 0 && head {
                    self.heads.clear();
                }
                let of_row = self.row.as_ref().filter(|(of, _)| *of == row && column > 0);
                let labels = [&self.heading].into_iter().chain(self.heads.get(&column));
                let labels = labels.chain(of_row.map(|(_, first)| first)).cloned().collect();
                if head {
                    self.heads.insert(column, short(text));
                } else if column == 0 {
                    self.row = Some((row, short(text)));
                }
                let heads = head || (column == 0 && text.ends_with('?'));
                if heads || passage.sentences().len() <= 1 {
                    return vec![Unit { range: whole, body: text.to_owned(), labels, heads }];
                }
                self.sentences(passage, &labels)
            }
            Kind::Text => {
                self.heads.clear();
                self.lead.clear();
                let labels = vec![self.heading.clone()];
                let units = self.sentences(passage, &labels);
                if let Some(last) = units.last().and_then(|u| text.get(u.range.clone()))
                    && last.trim_end().ends_with(':')
                {
                    self.lead = short(last);
                }
                units
            }
            Kind::Item => {
                let labels = vec![self.heading.clone(), self.lead.clone()];
                self.sentences(passage, &labels)
            }
        }
    }

    /// The sentences of a passage. A short one before others labels them.
    fn sentences(&self, passage: &Passage, labels: &[String]) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut own = String::new();
        let ranges = passage.sentences();
        for (n, range) in ranges.iter().enumerate() {
            let text = passage.text.get(range.clone()).unwrap_or("");
            let mut labels = labels.to_vec();
            labels.push(own.clone());
            let is_label = words(text) <= LABEL_WORDS && text.ends_with(['?', ':'])
                || (n == 0 && ranges.len() > 1 && words(text) <= 5 && text.ends_with('.'));
            if is_label {
                own = text.to_owned();
            }
            let (label, body) = split(text);
            if let Some(label) = label {
                labels.push(label.to_owned());
            }
            labels.retain(|l| !l.is_empty());
            let heads = text.ends_with('?');
            units.push(Unit { range: range.clone(), body: body.to_owned(), labels, heads });
        }
        units
    }
}

/// A label before a colon or a dash, and what stands behind it.
fn split(sentence: &str) -> (Option<&str>, &str) {
    for mark in [": ", " – ", " — ", " - "] {
        if let Some((label, body)) = sentence.split_once(mark)
            && words(label) <= LABEL_WORDS
            && !body.trim().is_empty()
        {
            return (Some(label), body);
        }
    }
    (None, sentence)
}

/// A text that may label others; nothing when it is too long for that.
fn short(text: &str) -> String {
    if words(text) <= 2 * LABEL_WORDS { text.to_owned() } else { String::new() }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// A sentence as the patterns read it.
struct Words {
    /// All of it.
    whole: String,
    /// Without what negations cover.
    affirmed: String,
}

impl Words {
    fn of(sentence: &str) -> Self {
        let plain = sentence.replace(['’', '‘', '`'], "'");
        let whole =
            POLICY.platform.replace_all(&plain, |c: &regex::Captures<'_>| c[0].to_lowercase()).into_owned();
        let affirmed = affirmed(&whole);
        Self { whole, affirmed }
    }
}

/// A sentence without the parts that its negations cover.
fn affirmed(sentence: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for negation in POLICY.negation.find_iter(sentence) {
        if negation.start() < from {
            continue;
        }
        out.push_str(sentence.get(from..negation.start()).unwrap_or(""));
        let rest = sentence.get(negation.end()..).unwrap_or("");
        let end = POLICY.negation_ends.find(rest).map_or(rest.len(), |m| m.start());
        from = negation.end() + end;
    }
    out.push_str(sentence.get(from..).unwrap_or(""));
    out
}

/// Whether a sentence states a topic (true), denies it (false), or says nothing of it.
fn stated(topic: &TopicWords, unit: &Unit, words: &Words) -> Option<bool> {
    if unit.heads || topic.not.is_match(&words.whole) {
        return None;
    }
    if topic.always.is_match(&words.whole) || topic.states.is_match(&words.affirmed) {
        return Some(true);
    }
    if topic.denies.is_match(&words.whole) {
        let denied = |clause: &&str| topic.denies.is_match(clause);
        let clause = POLICY.clauses.split(&words.whole).find(denied).unwrap_or(&words.whole);
        return Some(POLICY.exceptions.is_match(clause));
    }
    if !unit.labels.iter().any(|l| topic.labels.is_match(l)) {
        return None;
    }
    let can_deny = !topic.denies.is_empty();
    let negated = POLICY.negation.is_match(&unit.body) && !POLICY.exceptions.is_match(&unit.body);
    // "hosting provider in the EU, no transfer to others" says more than no.
    let remains = if negated { affirmed(&unit.body) } else { unit.body.clone() };
    let speaks = remains.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
    if POLICY.denial.is_match(&unit.body) || (negated && can_deny && speaks < FEWEST_WORDS) {
        return (can_deny && (topic.body.is_empty() || POLICY.denial.is_match(&unit.body))).then_some(false);
    }
    let enough = if negated { FEWEST_WORDS } else { 1 };
    (speaks >= enough && any(&topic.body, &unit.body)).then_some(true)
}

/// Whether one of the patterns is met, or there is none to meet.
fn any(set: &RegexSet, text: &str) -> bool {
    set.is_empty() || set.is_match(text)
}

/// The language of a text, when it is surely not English.
fn other_language(text: &Text) -> Option<String> {
    /// Enough to tell a language by.
    const MOST: usize = 20_000;
    const FEWEST_WORDS: usize = 12;
    /// Words that hardly any English sentence is without.
    const COMMON: [&str; 10] = ["the", "of", "and", "to", "is", "are", "we", "you", "that", "this"];
    let mut all = String::new();
    for passage in &text.passages {
        if all.len() > MOST {
            break;
        }
        all.push_str(&passage.text);
        all.push('\n');
    }
    let tokens: Vec<&str> = all.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    let common = tokens.iter().filter(|w| COMMON.iter().any(|c| w.eq_ignore_ascii_case(c))).count();
    if common * 12 >= tokens.len() && !tokens.is_empty() {
        return None;
    }
    let info = whatlang::detect(&all)?;
    let spaced = info.script() == whatlang::Script::Latin;
    let sure = info.is_reliable() && (!spaced || tokens.len() >= FEWEST_WORDS);
    (sure && info.lang() != whatlang::Lang::Eng).then(|| info.lang().eng_name().to_owned())
}
