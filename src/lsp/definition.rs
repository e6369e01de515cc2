//! From an annotation to where its use is declared, and from there to all annotations that name it.

use lsp_types::Location;

use super::position::Encoding;
use super::state::Root;
use super::things::{Here, Thing};
use crate::facts::Facts;

/// Places that are told of one use.
const MAX_PLACES: usize = 1_000;

/// Where to go from here.
pub(super) fn definition(root: &Root, here: &[Here<'_>], encoding: Encoding) -> Vec<Location> {
    here.iter()
        .find_map(|h| match h.thing {
            Thing::NamedUse(name) => {
                let declared = h.facts.declaration.as_ref()?.use_named(name)?;
                Some(vec![root.location(&declared.name.place, encoding)?])
            }
            Thing::DeclaredUse(declared) => Some(annotations(root, h.facts, &declared.name.value, encoding)),
            _ => None,
        })
        .unwrap_or_default()
}

/// Every place that names the use under the pointer.
pub(super) fn references(
    root: &Root,
    here: &[Here<'_>],
    with_declaration: bool,
    encoding: Encoding,
) -> Vec<Location> {
    let named = here.iter().find_map(|h| match h.thing {
        Thing::NamedUse(name) => Some((h.facts, name)),
        Thing::DeclaredUse(declared) => Some((h.facts, declared.name.value.as_str())),
        _ => None,
    });
    let Some((facts, name)) = named else { return Vec::new() };
    let mut found = annotations(root, facts, name, encoding);
    if with_declaration {
        let declared = facts.declaration.as_ref().and_then(|d| d.use_named(name));
        found.extend(declared.and_then(|d| root.location(&d.name.place, encoding)));
    }
    found
}

fn annotations(root: &Root, facts: &Facts, name: &str, encoding: Encoding) -> Vec<Location> {
    let uses = facts.annotations.iter().flat_map(|a| &a.uses);
    let places = uses.filter(|(n, _)| n == name).map(|(_, place)| place);
    places.take(MAX_PLACES).filter_map(|p| root.location(p, encoding)).collect()
}
