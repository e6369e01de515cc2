//! Who asks: name, key, vendor, kind, products, each with the place where it was read.

use super::{product_words, spot};
use crate::facts::{Facts, Located, Manifest};
use crate::request::model::{Identity, Sourced};
use crate::request::texts::{key, texts, words};

pub(super) fn identity(facts: &Facts) -> Identity {
    let app = &facts.app;
    let declared = facts.declaration.as_ref();
    let value = |value: &Option<String>,
                 manifest: fn(&Manifest) -> &Option<Located<String>>,
                 declared: Option<&Located<String>>| {
        let value = value.clone()?;
        let candidates = app.manifests.iter().filter_map(|m| manifest(m).as_ref()).chain(declared);
        let at = candidates.into_iter().find(|l| l.value == value).map(|l| spot(&l.place));
        Some(Sourced { value, at })
    };
    Identity {
        name: value(&app.name, |m| &m.name, declared.and_then(|d| d.name.as_ref())),
        key: value(&app.key, |m| &m.key, declared.and_then(|d| d.key.as_ref())),
        connect_key: app.manifests.iter().find_map(|m| m.connect_key.as_ref()).map(sourced),
        vendor: value(&app.vendor, |m| &m.vendor, declared.and_then(|d| d.vendor.as_ref())),
        kind: Sourced {
            value: words(&texts().app_types, &key(app.kind)),
            at: declared
                .and_then(|d| d.kind.as_ref())
                .map(|k| spot(&k.place))
                .or_else(|| app.manifest().map(|m| spot(&crate::text::Place::start_of(&m.file)))),
        },
        kind_reason: app.kind_reason.clone(),
        products: app.products.iter().map(|p| product_words(*p)).collect(),
        listing: declared.and_then(|d| d.listing.as_ref()).map(sourced),
        contact: declared.and_then(|d| d.contact.as_ref()).map(sourced),
    }
}

pub(super) fn sourced(value: &Located<String>) -> Sourced {
    Sourced { value: value.value.clone(), at: Some(spot(&value.place)) }
}
