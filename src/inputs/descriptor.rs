//! Connect descriptors that are built in code: an object with the keys of a descriptor, in any language.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::manifest::{add_products, empty};
use crate::facts::{Located, Manifest, ManifestKind};
use crate::program::{ExprId, ExprKind, Module};
use crate::text::{SourceFile, redact::one_line};

/// Keys that every descriptor has.
const NEEDED: &[&str] = &["key", "baseUrl"];
/// Keys that descriptors have and little else: two of them must be there.
const TELLING: &[&str] =
    &["authentication", "lifecycle", "modules", "scopes", "apiVersion", "apiMigrations", "vendor"];

/// The first descriptor in a list of modules.
#[must_use]
pub fn in_code<'a>(
    modules: &[Arc<Module>],
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Option<Manifest> {
    modules.iter().find_map(|module| {
        let (id, _) = module.all().find(|(id, _)| is_descriptor(module, *id))?;
        Some(read(module, id, file(&module.file)?))
    })
}

fn is_descriptor(module: &Module, id: ExprId) -> bool {
    let has = |key: &str| field(module, id, key).is_some();
    matches!(module.expr(id).kind, ExprKind::Object { .. })
        && NEEDED.iter().all(|k| has(k))
        && TELLING.iter().filter(|k| has(k)).count() >= 2
}

fn field(module: &Module, object: ExprId, key: &str) -> Option<ExprId> {
    let ExprKind::Object { fields, .. } = &module.expr(module.peel(object)).kind else { return None };
    fields.iter().find(|(k, _)| k.as_deref() == Some(key)).map(|(_, v)| module.peel(*v))
}

fn read(module: &Module, id: ExprId, file: &SourceFile) -> Manifest {
    let place = |at: ExprId| file.place(module.expr(at).span);
    let text = |at: ExprId| match &module.expr(at).kind {
        ExprKind::Text(text) => Some(Located { value: text.to_string(), place: place(at) }),
        _ => None,
    };
    let text_of = |object: ExprId, key: &str| field(module, object, key).and_then(text);
    let keys = |key: &str| -> Vec<Located<String>> {
        let Some(at) = field(module, id, key) else { return Vec::new() };
        let ExprKind::Object { fields, .. } = &module.expr(at).kind else { return Vec::new() };
        let named = fields.iter().filter_map(|(k, v)| Some((k.as_deref()?, *v)));
        named.map(|(k, v)| Located { value: k.to_owned(), place: place(v) }).collect()
    };
    let unread =
        |at: ExprId| Located { value: one_line(file.slice(module.expr(at).span), 80), place: place(at) };
    let mut products = BTreeSet::new();
    let mut manifest = empty(ManifestKind::Connect, file);
    manifest.key = text_of(id, "key");
    manifest.name = text_of(id, "name");
    let vendor = field(module, id, "vendor");
    manifest.vendor = vendor.and_then(|v| text_of(v, "name"));
    let scopes = field(module, id, "scopes");
    manifest.scopes_place = Some(place(scopes.unwrap_or(id)));
    if let Some(at) = scopes {
        match &module.expr(at).kind {
            ExprKind::List(items) => {
                for item in items.iter().map(|i| module.peel(*i)) {
                    match text(item) {
                        Some(scope) => manifest.scopes.push(scope),
                        None => manifest.unread.push(unread(item)),
                    }
                }
            }
            _ => manifest.unread.push(unread(at)),
        }
    } else if let ExprKind::Object { spreads, .. } = &module.expr(id).kind {
        manifest.unread.extend(spreads.iter().map(|s| unread(*s)));
    }
    manifest.modules = keys("modules");
    manifest.connect_modules = !manifest.modules.is_empty();
    manifest.lifecycle = keys("lifecycle");
    let migration = field(module, id, "apiMigrations").and_then(|m| field(module, m, "gdpr"));
    // Which of the two a constant is, only its text says.
    manifest.gdpr_migration = migration.map(|at| {
        let said = file.slice(module.expr(at).span);
        Located { value: !said.trim().eq_ignore_ascii_case("false"), place: place(at) }
    });
    for link in field(module, id, "links").into_iter().flat_map(|at| match &module.expr(at).kind {
        ExprKind::Object { fields, .. } => fields.clone(),
        _ => Box::default(),
    }) {
        if let (Some(name), Some(address)) = (link.0, text(module.peel(link.1))) {
            manifest.links.push((name.into(), address));
        }
    }
    let named = manifest.scopes.iter().chain(&manifest.modules);
    named.for_each(|n| add_products(&mut products, &n.value));
    manifest.products = products.into_iter().collect();
    manifest
}
