//! What an editor shows of the thing under the pointer: the use, the functionality, the access, the rule.

use std::fmt::Write as _;

use lsp_types::{Contents, Hover, MarkupContent, MarkupKind};

use super::position::Encoding;
use super::state::Root;
use super::things::{Here, Thing};
use crate::catalog::{Catalogue, Verdict};
use crate::facts::{Access, DeclaredUse, Facts};
use crate::findings::Finding;
use crate::text::redact::{one_line, visible};

/// Things that are told of one place.
const MAX_THINGS: usize = 8;
/// The most of a user's own text that is repeated, in characters.
const MAX_TEXT: usize = 1_000;

/// All that there is to say, or nothing.
pub(super) fn of(root: &Root, here: &[Here<'_>], encoding: Encoding) -> Option<Hover> {
    let first = here.first()?;
    let mut parts: Vec<String> = Vec::new();
    for thing in here.iter().take(MAX_THINGS).filter_map(text) {
        if !parts.contains(&thing) {
            parts.push(thing);
        }
    }
    if parts.is_empty() {
        return None;
    }
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: parts.join("\n\n---\n\n") };
    Some(Hover {
        contents: Contents::MarkupContent(contents),
        range: Some(root.range(first.place, encoding)),
    })
}

fn text(here: &Here<'_>) -> Option<String> {
    match here.thing {
        Thing::NamedUse(name) => {
            let declared = here.facts.declaration.as_ref().and_then(|d| d.use_named(name));
            match declared {
                Some(declared) => Some(declared_use(here.facts, declared)),
                None => functionality(&here.facts.catalogue, name),
            }
        }
        Thing::DeclaredUse(declared) => Some(declared_use(here.facts, declared)),
        Thing::Functionality(id) => functionality(&here.facts.catalogue, id),
        Thing::Rule(name) => rule(name),
        Thing::Access(access) => Some(an_access(access)),
        Thing::Finding(finding) => Some(a_finding(finding)),
    }
}

fn declared_use(facts: &Facts, declared: &DeclaredUse) -> String {
    let mut out = format!("**use `{}`**", one_line(&declared.name.value, 100));
    if let Some(description) = &declared.description {
        let _ = write!(out, "\n\n{}", one_line(&description.value, MAX_TEXT));
    }
    if let Some(text) = functionality(&facts.catalogue, &declared.functionality.value) {
        let _ = write!(out, "\n\n{text}");
    }
    let name = &declared.name.value;
    let places = facts.accesses.iter().filter(|a| a.uses.contains(name)).count();
    let _ = match places {
        0 => write!(out, "\n\nNo place that reads an address is annotated with it."),
        1 => write!(out, "\n\nOne place reads an address for it."),
        n => write!(out, "\n\n{n} places read an address for it."),
    };
    out
}

fn functionality(catalogue: &Catalogue, id: &str) -> Option<String> {
    let entry = catalogue.get(id)?;
    let verdict = match entry.verdict {
        Verdict::Valid => "on Atlassian's list of valid uses",
        Verdict::Invalid => "on Atlassian's list of invalid uses",
        Verdict::Review => "on neither of Atlassian's lists: a person there decides",
    };
    Some(format!(
        "**functionality `{id}`**: {}\n\n{verdict} ({}, {})",
        entry.functionality, entry.process_label, catalogue.date
    ))
}

fn rule(name: &str) -> Option<String> {
    let rule = crate::rules::find(name)?;
    // The page up to its examples: what it checks and why.
    let page = rule.page.split("\n## Wrong").next().unwrap_or(rule.page).replace("\n## ", "\n#### ");
    let page = page.strip_prefix("## ").map_or(page.clone(), |p| format!("#### {p}"));
    Some(format!("**rule `{name}`**: {}\n\n{}", rule.summary, page.trim()))
}

fn an_access(access: &Access) -> String {
    let mut out = format!("**reads an email address** ({})", access.source());
    if let Some(path) = &access.path {
        let _ = write!(out, "\n\nfrom `{}`", one_line(path, 200));
    }
    let _ = match access.uses.as_slice() {
        [] => write!(out, "\n\nNothing says what it is used for."),
        uses => write!(out, "\n\nused for `{}`", one_line(&uses.join("`, `"), 400)),
    };
    out
}

fn a_finding(finding: &Finding) -> String {
    let mut out = format!("**`{}`**: {}", finding.rule, visible(&finding.message));
    for note in &finding.notes {
        let _ = write!(out, "\n\n*note:* {}", visible(note));
    }
    for help in &finding.help {
        let _ = write!(out, "\n\n*help:* {}", visible(help));
    }
    let _ = write!(out, "\n\n`mailpermit explain {}` says more.", finding.rule);
    out
}
