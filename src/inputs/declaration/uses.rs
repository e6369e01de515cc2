//! The `uses` of a declaration: what addresses are for, where they come from, and who else gets them.

use super::format::{AddressSource, Description, Formed, Host, Kebab, ThirdParty, Use, Words};
use super::reader::{Reader, shown};
use super::{Vocabulary, words};
use crate::facts::{self, DeclaredUse, Located};
use crate::text::{Entry, Node, Value};

pub(super) fn uses(r: &mut Reader<'_>, node: &Node, vocabulary: &Vocabulary<'_>) -> Vec<DeclaredUse> {
    let Value::Map(entries) = &node.value else {
        let help = "write the name of a use and a colon below it, such as `failed-export-report:`";
        r.wrong_kind(node, "uses", "a mapping of names to uses", help);
        return Vec::new();
    };
    r.bounded(entries, "uses", node.span)
        .iter()
        .filter_map(|entry| declared_use(r, entry, vocabulary))
        .collect()
}

fn declared_use(r: &mut Reader<'_>, entry: &Entry, vocabulary: &Vocabulary<'_>) -> Option<DeclaredUse> {
    name_is_kebab(r, entry);
    let path = format!("uses.{}", shown(&entry.key).trim_matches('`'));
    let node = &entry.value;
    let part = r.section::<Use>(node, &path, "functionality: error-reports")?;
    let name = Located { value: entry.key.clone(), place: r.place(entry.key_span) };
    let functionality = match part.get("functionality") {
        Some(node) => {
            let text = node.as_str().unwrap_or_default();
            if !vocabulary.functionalities.iter().any(|f| f == text) {
                r.unknown_word(node, &format!("{path}.functionality"), vocabulary.functionalities);
            }
            r.located(node, text.to_owned())
        }
        None => Located { value: String::new(), place: name.place.clone() },
    };
    let sources = part.get("addresses-from");
    Some(DeclaredUse {
        place: r.place(entry.key_span.to(entry.value.span)),
        functionality,
        description: part
            .get("description")
            .and_then(|n| r.text::<Description>(n, &format!("{path}.description"))),
        justification: part
            .get("justification")
            .and_then(|n| r.text::<Words>(n, &format!("{path}.justification"))),
        addresses_from: sources
            .and_then(|n| {
                let example = "addresses-from: [jira-email-api]";
                words::<AddressSource>(r, n, &format!("{path}.addresses-from"), example)
            })
            .unwrap_or_default(),
        third_parties: part.get("third-parties").map_or_else(Vec::new, |n| third_parties(r, n, &path)),
        name,
    })
}

fn name_is_kebab(r: &mut Reader<'_>, entry: &Entry) {
    if !r.pattern(Kebab::FORM.pattern).is_match(&entry.key) {
        let message = format!("the name of a use is {}, and must be {}", shown(&entry.key), Kebab::FORM.what);
        let help = match kebab(&entry.key) {
            Some(name) => format!("write `{name}`"),
            None => "write a name such as `failed-export-report`".to_owned(),
        };
        r.problem(entry.key_span, message, help);
    }
}

/// The name that somebody who wrote `text` may have meant.
fn kebab(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars().take(80) {
        if c.is_ascii_uppercase() && name.ends_with(|l: char| l.is_ascii_lowercase()) {
            name.push('-');
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if matches!(c, ' ' | '_' | '-' | '.') && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    name.starts_with(|c: char| c.is_ascii_lowercase()).then(|| name.to_owned())
}

fn third_parties(r: &mut Reader<'_>, node: &Node, path: &str) -> Vec<facts::ThirdParty> {
    let path = format!("{path}.third-parties");
    let items = r.list(node, &path, "- name: Amazon SES").unwrap_or_default();
    items.iter().filter_map(|item| third_party(r, item, &path)).collect()
}

fn third_party(r: &mut Reader<'_>, node: &Node, path: &str) -> Option<facts::ThirdParty> {
    let part = r.section::<ThirdParty>(node, path, "- name: Amazon SES")?;
    let hosts = part.get("hosts").and_then(|n| {
        let path = format!("{path}.hosts");
        let items = r.list(n, &path, "hosts: [api.vendor.example]")?;
        let hosts: Vec<_> = items.iter().filter_map(|item| r.text::<Host>(item, &path)).collect();
        r.unique(&hosts, &path);
        Some(hosts)
    });
    // Without a name it is still a service whose hosts are declared; the problem has been told.
    let name = part.get("name").and_then(|n| r.text::<Words>(n, &format!("{path}.name")));
    Some(facts::ThirdParty {
        name: name.unwrap_or_else(|| r.located(node, String::new())),
        purpose: part.get("purpose").and_then(|n| r.text::<Words>(n, &format!("{path}.purpose"))),
        hosts: hosts.unwrap_or_default(),
        required: part.get("required").and_then(|n| r.flag(n, &format!("{path}.required"))).map(|f| f.value),
    })
}
