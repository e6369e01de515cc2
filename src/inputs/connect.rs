//! Connect descriptors (`atlassian-connect.json` and the like) to `facts::Manifest`.
//!
//! Descriptors are often templates. One whose directives stand in strings is JSON as it is; otherwise the
//! directives are filled in as `template` says and the rest is read leniently. Either way a value that
//! holds a directive is not known, and every directive is listed in `Manifest::unread`.

use std::collections::BTreeSet;

use super::kind::{FileKind, classify};
use super::manifest::{ManifestRead, Reader, add_products, empty};
use super::template::{self, Directive};
use crate::facts::{ManifestKind, Product};
use crate::text::tree::MAX_BYTES;
use crate::text::{Entry, Node, SourceFile, Span, SyntaxError, json};

/// Reads a file as a Connect descriptor. One that is not called `atlassian-connect….json` is a descriptor
/// only when it has `key` and `baseUrl`.
#[must_use]
pub fn read(file: &SourceFile) -> ManifestRead {
    let named = classify(&file.path) == FileKind::ConnectDescriptor;
    // What is too long is refused below; no time goes into it before.
    let readable = file.text.len() <= MAX_BYTES;
    let directives = if readable { template::directives(&file.text) } else { Vec::new() };
    let mut reader = Reader::new(file, &directives);
    let root = match parse(&file.text, &directives) {
        Ok(root) => root,
        Err(error) => {
            if named || file.text.contains("\"baseUrl\"") && file.text.contains("\"key\"") {
                report(&mut reader, &error, &directives);
            }
            return reader.failed();
        }
    };
    let has = |key: &str| root.entry(key).is_some();
    let is_descriptor =
        if named { has("key") || has("baseUrl") || has("modules") } else { has("key") && has("baseUrl") };
    if !is_descriptor {
        return ManifestRead::default();
    }
    let mut products = BTreeSet::new();
    let mut manifest = empty(ManifestKind::Connect, file);
    for (field, example) in [("key", "com.example.app"), ("baseUrl", "https://app.example.com")] {
        if !has(field) {
            let place = Span::new(root.span.range().start, root.span.range().start + 1);
            let help = format!("add `\"{field}\": \"{example}\"`");
            reader.problem(place, format!("the descriptor has no `{field}`"), &help);
        }
    }
    manifest.key = reader.text(root.get("key"), "key");
    manifest.name = reader.text(root.get("name"), "name");
    reader.text(root.get("baseUrl"), "baseUrl");
    let vendor = reader.map(root.get("vendor"), "vendor");
    manifest.vendor = vendor.and_then(|v| reader.text(v.get("name"), "vendor.name"));
    // A new list would go behind the brace that opens the descriptor.
    let open = root.span.range().start + 1;
    manifest.scopes_place = Some(reader.place(root.get("scopes").map_or(Span::at(open), |s| s.span)));
    // Several lists stand in a template with branches.
    for scopes in root.entries().iter().filter(|e| e.key == "scopes") {
        manifest.scopes.extend(reader.texts(Some(&scopes.value), "scopes"));
    }
    manifest.scopes.iter().for_each(|s| add_products(&mut products, &s.value));
    let modules = reader.entries(root.get("modules"), "modules");
    manifest.modules = modules.iter().map(|m| reader.located(m.key.clone(), m.key_span)).collect();
    manifest.connect_modules = !modules.is_empty();
    add_module_products(&mut products, modules);
    let lifecycle = reader.entries(root.get("lifecycle"), "lifecycle");
    manifest.lifecycle = lifecycle.iter().map(|e| reader.located(e.key.clone(), e.key_span)).collect();
    if let Some(migrations) = reader.map(root.get("apiMigrations"), "apiMigrations") {
        manifest.gdpr_migration = reader.truth(migrations.get("gdpr"), "apiMigrations.gdpr");
    }
    let links = reader.entries(root.get("links"), "links");
    for link in links {
        let what = format!("links.{}", link.key);
        manifest.links.extend(reader.text(Some(&link.value), &what).map(|l| (link.key.clone(), l)));
    }
    manifest
        .links
        .extend(vendor.and_then(|v| reader.text(v.get("url"), "vendor.url")).map(|l| ("vendor".into(), l)));
    let schema = root.get("$schema").and_then(Node::as_str);
    schema.into_iter().for_each(|s| add_products(&mut products, s));
    // Only Bitbucket's descriptors have contexts.
    if has("contexts") {
        products.insert(Product::Bitbucket);
    }
    directives.iter().for_each(|d| reader.unread(d.span));
    reader.finish(manifest, products)
}

/// Module names tell most; web items and webhooks, which every product has, tell by location and event.
fn add_module_products(products: &mut BTreeSet<Product>, modules: &[Entry]) {
    for module in modules {
        add_products(products, &module.key);
        let one = std::slice::from_ref(&module.value);
        let items = if module.value.items().is_empty() { one } else { module.value.items() };
        for name in items.iter().flat_map(|i| [i.get("location"), i.get("event")]).flatten() {
            name.as_str().into_iter().for_each(|n| add_products(products, n));
        }
    }
}

fn parse(text: &str, directives: &[Directive]) -> Result<Node, SyntaxError> {
    match json::parse(text) {
        Err(_) if !directives.is_empty() => json::parse_template(&template::fill(text, directives)),
        read => read,
    }
}

fn report(reader: &mut Reader<'_>, error: &SyntaxError, directives: &[Directive]) {
    if directives.is_empty() {
        reader.syntax_problem(error);
        return;
    }
    let message = format!("this template can't be read around its directives: {}", error.message);
    let help = "check a rendered descriptor instead, beside the template as `atlassian-connect.json`";
    reader.problem(error.span, message, help);
}
