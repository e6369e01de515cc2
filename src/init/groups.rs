//! Groups the places that read addresses by what is done with these, and proposes a use for each group.

use std::collections::{BTreeMap, BTreeSet};

use super::proposals::{self, Row};
use super::{Draft, FoundDocument, Group, Party, Read, clean};
use crate::catalog::{Catalogue, Verdict};
use crate::facts::{
    Access, AppType, Document, DocumentKind, DocumentState, Facts, Flow, Product, SinkKind, told_best,
};
use crate::findings::Confidence;
use crate::inputs::declaration::format::{Address, Form, Formed, Host, RepositoryPath};
use crate::rules::services::{self, Service};
use crate::text::redact::one_line;

/// A draft for an app that has no declaration.
#[must_use]
pub fn propose(facts: &Facts) -> Draft {
    let sure = |a: &&Access| a.confidence >= Confidence::Likely;
    let flows = told_best(&facts.flows);
    let mut groups: BTreeMap<(bool, String, &str), Group> = BTreeMap::new();
    let own = services::own_hosts(facts);
    for access in facts.accesses.iter().filter(sure) {
        let mine: Vec<&Flow> = flows
            .iter()
            .copied()
            .filter(|f| f.access == access.id && f.confidence >= Confidence::Likely)
            .collect();
        let kinds: Vec<SinkKind> = mine.iter().map(|f| f.goal()).collect();
        let row = proposals::row(&kinds);
        let proposed = match access.uses.as_slice() {
            [] => vec![fresh(facts, access, &mine, row)],
            names => names.iter().map(|name| named(facts, name, row)).collect(),
        };
        for (key, group) in proposed {
            let group = groups.entry(key).or_insert(group);
            group.reads.push(read(access));
            let parties = mine.iter().filter_map(|f| Some((f.kind, Service::of(f)?)));
            let leaves =
                |k: SinkKind| matches!(k, SinkKind::ThirdParty | SinkKind::Mail | SinkKind::Marketing);
            for (kind, service) in parties.filter(|(k, s)| leaves(*k) && !s.is_own(&own)) {
                let purpose =
                    (kind == SinkKind::Mail).then(|| proposals::row(&[kind]).purpose.clone()).flatten();
                add_party(group, &service, purpose);
            }
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| a.reads.first().map(|r| &r.place).cmp(&b.reads.first().map(|r| &r.place)));
    let stores = |f: &&&Flow| f.kind == SinkKind::Storage && f.confidence >= Confidence::Likely;
    let stored: BTreeSet<_> = flows.iter().filter(stores).map(|f| f.place.clone()).collect();
    let app = &facts.app;
    let mut draft = Draft {
        root: app.root.clone(),
        kind: app.kind,
        kind_reason: app.kind_reason.clone(),
        has_manifest: !app.manifests.is_empty(),
        name: app.name.clone(),
        products: if app.products.is_empty() { products(facts) } else { Vec::new() },
        privacy_policy: document(facts, DocumentKind::PrivacyPolicy),
        customer_terms: document(facts, DocumentKind::CustomerTerms),
        stored: stored.into_iter().collect(),
        groups,
        maybe: facts.accesses.iter().filter(|a| !sure(a)).count(),
    };
    draft.name_groups();
    draft
}

type Key<'k> = (bool, String, &'k str);

/// The group of a place that no annotation names a use for.
fn fresh<'k>(facts: &Facts, access: &Access, flows: &[&Flow], row: &'k Row) -> (Key<'k>, Group) {
    let (functionality, reason) = match betrayed(&facts.catalogue, access, flows) {
        Some((id, name)) => {
            let listed = facts.catalogue.get(&id).filter(|u| u.verdict == Verdict::Invalid);
            let refused = listed.map_or("", |_| ", which Atlassian does not allow");
            (id, format!("a name on the way of the address is `{name}`{refused}"))
        }
        // A catalogue of one's own may lack what is usually proposed.
        None if facts.catalogue.get(&row.functionality).is_none() => {
            let first = facts.catalogue.uses.first().map(|u| u.id.clone());
            (
                first.unwrap_or_else(|| row.functionality.clone()),
                "it is the first one of the catalogue".to_owned(),
            )
        }
        None => (row.functionality.clone(), row.why.clone()),
    };
    let group = Group {
        name: String::new(),
        named_in_code: false,
        functionality: functionality.clone(),
        reason,
        does: row.does.clone(),
        other_name: row.name.clone(),
        description: None,
        justification: None,
        reads: Vec::new(),
        parties: Vec::new(),
    };
    ((false, functionality, row.does.as_str()), group)
}

/// The group of a use that annotations name already.
fn named<'k>(facts: &Facts, name: &str, row: &'k Row) -> (Key<'k>, Group) {
    let listed = facts.catalogue.get(name);
    let said = facts.annotations.iter().find(|a| a.uses.iter().any(|(n, _)| n == name) && a.text.is_some());
    let group = Group {
        name: name.to_owned(),
        named_in_code: true,
        functionality: listed.map_or_else(|| row.functionality.clone(), |u| u.id.clone()),
        reason: match listed {
            Some(_) => "comments in the code name it".to_owned(),
            None => format!("comments in the code call it `{}`; {}", one_line(name, 60), row.why),
        },
        does: row.does.clone(),
        other_name: row.name.clone(),
        description: said.and_then(|a| a.text.clone()).map(|t| clean(&t, 2000)),
        justification: None,
        reads: Vec::new(),
        parties: Vec::new(),
    };
    ((true, name.to_owned(), ""), group)
}

fn read(access: &Access) -> Read {
    let source = access.source();
    let known = access.product.is_some() || matches!(source, "own-profile" | "org-admin" | "scim");
    Read {
        access: access.id.clone(),
        place: access.place.clone(),
        expression: access.expression.clone(),
        source: Some(source).filter(|s| known && !matches!(*s, "email-api" | "user-object")),
        annotated: !access.uses.is_empty(),
    }
}

fn add_party(group: &mut Group, service: &Service<'_>, purpose: Option<String>) {
    if group.parties.iter().any(|p| p.name == service.name) {
        return;
    }
    let fits = matcher(&Host::FORM);
    let hosts = service.hosts.iter().filter(|h| fits.as_ref().is_some_and(|f| f.is_match(h)));
    group.parties.push(Party {
        name: one_line(service.name, 80),
        hosts: hosts.map(|h| (*h).to_owned()).collect(),
        purpose,
    });
    group.parties.sort();
}

fn matcher(form: &Form) -> Option<regex::Regex> {
    regex::Regex::new(form.pattern).ok()
}

/// The use that a name on an address's way speaks of, and that name. The longest word decides: it says most.
fn betrayed(catalogue: &Catalogue, access: &Access, flows: &[&Flow]) -> Option<(String, String)> {
    let files = std::iter::once(&*access.place.file).chain(flows.iter().map(|f| &*f.place.file));
    let stems = files.filter_map(|f| f.rsplit('/').next()?.split('.').next());
    let names = flows.iter().flat_map(|f| &f.names).map(String::as_str).chain(stems);
    let mut best: Option<(usize, &str, &str)> = None;
    for name in names {
        let plain = bare(name);
        for entry in &catalogue.uses {
            for word in entry.code.iter().map(|c| bare(c)).filter(|c| plain.contains(c.as_str())) {
                if best.is_none_or(|(length, _, _)| word.len() > length) {
                    best = Some((word.len(), &entry.id, name));
                }
            }
        }
    }
    best.map(|(_, id, name)| (id.to_owned(), one_line(name, 60)))
}

/// A name without case, `_` and `-`.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The products whose addresses are read, as a declaration names them.
fn products(facts: &Facts) -> Vec<&'static str> {
    let word = |p: Product| match p {
        Product::Jira => Some("jira"),
        Product::Confluence => Some("confluence"),
        Product::JiraServiceManagement => Some("jira-service-management"),
        Product::Bitbucket => Some("bitbucket"),
        _ => None,
    };
    if facts.app.kind == AppType::Forge {
        return Vec::new();
    }
    let all: BTreeSet<&str> = facts.accesses.iter().filter_map(|a| a.product.and_then(word)).collect();
    all.into_iter().collect()
}

/// The document of a kind, by address and by file, from whatever places name it.
fn document(facts: &Facts, kind: DocumentKind) -> Option<FoundDocument> {
    let mut found = FoundDocument::default();
    let (address, path) = (matcher(&Address::FORM)?, matcher(&RepositoryPath::FORM)?);
    let read = |d: &Document| matches!(d.state, DocumentState::Read { .. });
    for document in facts.documents.iter().filter(|d| d.kind == kind) {
        if let Some(url) = document.url.as_ref().filter(|u| address.is_match(u) && found.url.is_none()) {
            found.url = Some(url.clone());
            found.places.push(document.place.clone());
        }
        let below = document.file.as_deref().and_then(|f| below(&facts.app.root, f));
        if let Some(file) = below.filter(|f| read(document) && path.is_match(f) && found.file.is_none()) {
            found.file = Some(file.to_owned());
            found.places.push(document.place.clone());
        }
    }
    (found.url.is_some() || found.file.is_some()).then_some(found)
}

/// A path relative to the app's root; `None` when it lies elsewhere.
fn below<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    if root == "." {
        return Some(path);
    }
    path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'))
}
