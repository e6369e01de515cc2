//! What stands at a place of a text: names of uses, functionalities and rules, accesses, findings.

use crate::facts::{Access, DeclaredUse, Facts};
use crate::findings::Finding;
use crate::text::{Place, Span};

use super::state::Root;

/// Something that an editor can ask about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thing<'a> {
    /// The name of a use in an annotation.
    NamedUse(&'a str),
    /// A use where it is declared: at its name.
    DeclaredUse(&'a DeclaredUse),
    /// The id of a functionality.
    Functionality(&'a str),
    /// The name of a rule.
    Rule(&'a str),
    /// A place that reads an address.
    Access(&'a Access),
    /// Something that is wrong.
    Finding(&'a Finding),
}

/// A thing with its place and the app that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here<'a> {
    pub(super) facts: &'a Facts,
    pub(super) place: &'a Place,
    pub(super) thing: Thing<'a>,
}

/// Everything in a file that touches a span, what is narrow first.
pub(super) fn at<'a>(root: &'a Root, path: &str, span: Span) -> Vec<Here<'a>> {
    let touches = |p: &Place| &*p.file == path && p.span.start <= span.end && span.start <= p.span.end;
    let mut found = Vec::new();
    for app in root.run.iter().flat_map(|r| &r.apps) {
        let facts = &app.facts;
        let mut add = |place: &'a Place, thing: Thing<'a>| {
            if touches(place) {
                found.push(Here { facts, place, thing });
            }
        };
        for (name, place) in facts.annotations.iter().flat_map(|a| &a.uses) {
            add(place, Thing::NamedUse(name));
        }
        for (name, place) in facts.suppressions.iter().flat_map(|s| &s.rules) {
            add(place, Thing::Rule(name));
        }
        if let Some(declaration) = &facts.declaration {
            for declared in &declaration.uses {
                add(&declared.name.place, Thing::DeclaredUse(declared));
                add(&declared.functionality.place, Thing::Functionality(&declared.functionality.value));
            }
            for (rule, _) in &declaration.lint_rules {
                add(&rule.place, Thing::Rule(&rule.value));
            }
        }
        for access in &facts.accesses {
            add(&access.place, Thing::Access(access));
        }
        for finding in app.findings.iter().filter(|f| f.suppressed.is_none()) {
            add(&finding.place, Thing::Finding(finding));
        }
    }
    found.sort_by_key(|h| h.place.span.end - h.place.span.start);
    found
}
