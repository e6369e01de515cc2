//! Forge manifests (`manifest.yml`) to `facts::Manifest`.
//!
//! Any YAML file of that name may come here: what has no `app.id` is not a Forge manifest and is passed
//! over in silence. Fields follow Atlassian's manifest schema; those that nothing asks for are not read.

use std::collections::BTreeSet;

use super::manifest::{ManifestRead, Reader, add_products, empty};
use super::template::{self, Directive};
use crate::facts::{
    Egress, ForgeFunction, Located, Manifest, ManifestKind, Product, Remote, ScheduledTrigger,
};
use crate::text::{Node, SourceFile, Span, Value, yaml};

/// Modules of Confluence whose names do not say so.
const CONFLUENCE_MODULES: &[&str] =
    &["macro", "contentAction", "contentBylineItem", "spacePage", "spaceSettings"];
/// Events that tell of the app's own installation, by their start.
const LIFECYCLE_EVENTS: &[&str] = &["avi:forge:installed", "avi:forge:uninstalled", "avi:forge:upgraded"];

/// Modules whose function's result leaves the app: what an agent or an automation rule asked for, the answer to
/// whoever calls an address, a part of a page.
const ANSWERING: &[&str] = &["action", "webtrigger"];

/// The event of an app that is removed.
const UNINSTALLED: &str = "avi:forge:uninstalled";

/// Reads a file as a Forge manifest.
#[must_use]
pub fn read(file: &SourceFile) -> ManifestRead {
    // The length is checked before anything else looks at the text.
    let parsed = yaml::parse(&file.text);
    let directives = if parsed.is_ok() { variables(file) } else { Vec::new() };
    let mut reader = Reader::new(file, &directives);
    let root = match parsed {
        Ok(root) => root,
        Err(error) => {
            // Many other tools have a `manifest.yml`; theirs is not ours to complain about.
            if looks_like_forge(&file.text) {
                reader.syntax_problem(&error);
            }
            return reader.failed();
        }
    };
    let Some(app) = root.get("app").filter(|app| app.entry("id").is_some()) else {
        return ManifestRead::default();
    };
    let mut products = BTreeSet::new();
    let mut manifest = empty(ManifestKind::Forge, file);
    read_app(&mut reader, app, &mut manifest);
    read_permissions(&mut reader, &root, &mut manifest, &mut products);
    read_modules(&mut reader, &root, &mut manifest, &mut products);
    read_connect_modules(&mut reader, &root, &mut manifest, &mut products);
    read_remotes(&mut reader, &root, &mut manifest);
    reader.finish(manifest, products)
}

/// Where `${NAME}` stands, a variable of the deploying environment. Nothing else is a directive here.
fn variables(file: &SourceFile) -> Vec<Directive> {
    let mut found = template::directives(&file.text);
    found.retain(|d| file.slice(d.span).starts_with("${"));
    found
}

/// Whether a text that can't be parsed is meant as a Forge manifest.
fn looks_like_forge(text: &str) -> bool {
    let has_line = |start: &str| text.lines().any(|l| l.starts_with(start));
    text.contains("ari:cloud:ecosystem")
        || has_line("app:") && (has_line("modules:") || has_line("permissions:"))
}

fn read_app(reader: &mut Reader<'_>, app: &Node, manifest: &mut Manifest) {
    manifest.key = reader.text(app.get("id"), "app.id");
    manifest.name = reader.text(app.get("name"), "app.name");
    if let Some(connect) = reader.map(app.get("connect"), "app.connect") {
        manifest.connect_key = reader.text(connect.get("key"), "app.connect.key");
    }
    if let Some(storage) = reader.map(app.get("storage"), "app.storage") {
        manifest.storage_classifications =
            reader.texts(storage.get("classifications"), "app.storage.classifications");
    }
}

fn read_permissions(
    reader: &mut Reader<'_>,
    root: &Node,
    manifest: &mut Manifest,
    products: &mut BTreeSet<Product>,
) {
    // Without `permissions` a scope would go to a new block at the end of the file.
    let end = root.span.end as usize;
    manifest.scopes_place = Some(reader.place(Span::at(end)));
    let entry = root.entry("permissions");
    let Some(permissions) = reader.map(entry.map(|e| &e.value), "permissions") else {
        manifest.scopes_place =
            entry.map_or(manifest.scopes_place.take(), |e| Some(reader.place(e.key_span)));
        return;
    };
    manifest.scopes_place = entry.map(|e| reader.place(e.key_span));
    if let Some(scopes) = permissions.get("scopes").filter(|s| s.value != Value::Null) {
        manifest.scopes_place = Some(reader.place(scopes.span));
        manifest.scopes_as_map = matches!(scopes.value, Value::Map(_));
        manifest.scopes = match &scopes.value {
            // `scope: {allowImpersonation: true}`
            Value::Map(_) => {
                let entries = reader.entries(Some(scopes), "permissions.scopes");
                entries.iter().map(|e| reader.located(e.key.clone(), e.key_span)).collect()
            }
            Value::List(_) => reader.texts(Some(scopes), "permissions.scopes"),
            _ => {
                let help = "write a list: one line `- read:jira-work` for each scope";
                let message =
                    format!("`permissions.scopes` has to be a list of scopes, not {}", scopes.kind());
                reader.problem(scopes.span, message, help);
                manifest.scopes_place = None;
                Vec::new()
            }
        };
    }
    manifest.scopes.iter().for_each(|s| add_products(products, &s.value));
    for entry in reader.entries(permissions.get("external"), "permissions.external") {
        match (entry.key.as_str(), &entry.value.value) {
            ("configurable", _) | (_, Value::Null) => {}
            ("fetch", _) => {
                for list in reader.entries(Some(&entry.value), "permissions.external.fetch") {
                    read_egress(reader, &format!("fetch.{}", list.key), &list.value, manifest);
                }
            }
            (list, _) => read_egress(reader, list, &entry.value, manifest),
        }
    }
}

fn read_egress(reader: &mut Reader<'_>, list: &str, node: &Node, manifest: &mut Manifest) {
    let what = format!("permissions.external.{list}");
    for item in reader.list(Some(node), &what) {
        let mut egress = Egress {
            list: list.to_owned(),
            address: reader.located(String::new(), item.span),
            analytics: false,
            in_scope_eud: None,
        };
        let address = if let Value::Map(_) = item.value {
            let category = reader.text(item.get("category"), &format!("{what}.category"));
            egress.analytics = category.is_some_and(|c| c.value.eq_ignore_ascii_case("analytics"));
            let eud = format!("{what}.inScopeEUD");
            egress.in_scope_eud = reader.truth(item.get("inScopeEUD"), &eud).map(|t| t.value);
            match (item.get("address"), item.get("remote")) {
                (Some(address), _) => reader.text(Some(address), &format!("{what}.address")),
                (None, Some(remote)) => reader
                    .text(Some(remote), &format!("{what}.remote"))
                    .map(|r| Located { value: format!("remote:{}", r.value), ..r }),
                (None, None) => {
                    let message = format!("an entry of `{what}` has neither `address` nor `remote`");
                    reader.problem(item.span, message, "write the address it sends to");
                    None
                }
            }
        } else {
            reader.text(Some(item), &what)
        };
        if let Some(address) = address {
            manifest.egress.push(Egress { address, ..egress });
        }
    }
}

fn read_modules(
    reader: &mut Reader<'_>,
    root: &Node,
    manifest: &mut Manifest,
    products: &mut BTreeSet<Product>,
) {
    let modules = reader.entries(root.get("modules"), "modules");
    for module in modules {
        let name = module.key.as_str();
        manifest.modules.push(reader.located(module.key.clone(), module.key_span));
        add_products(products, name);
        if CONFLUENCE_MODULES.contains(&name) {
            products.insert(Product::Confluence);
        }
        if name.rsplit(':').next() == Some("preUninstall") {
            manifest.lifecycle.push(reader.located("preUninstall".to_owned(), module.key_span));
            for run in module.value.items() {
                add_uninstall(reader, manifest, run);
            }
        }
        for item in module.value.items() {
            let shown = item.get("dynamicProperties").unwrap_or(item);
            if let Some(key) = shown.get("function").and_then(Node::as_str)
                && (ANSWERING.contains(&name) || !std::ptr::eq(shown, item))
            {
                manifest.answering.push(key.to_owned());
            }
            match name {
                "scheduledTrigger" => manifest.scheduled.push(ScheduledTrigger {
                    place: reader.place(item.span),
                    function: item.get("function").and_then(Node::as_str).map(str::to_owned),
                    interval: item
                        .get("interval")
                        .and_then(|i| Some(reader.located(i.as_str()?.to_owned(), i.span))),
                }),
                "function" => {
                    if let (Some(key), Some(handler)) = (item.get("key"), item.get("handler"))
                        && let (Some(key), Some(name)) = (key.as_str(), handler.as_str())
                    {
                        let handler = reader.located(name.to_owned(), handler.span);
                        manifest.functions.push(ForgeFunction { key: key.to_owned(), handler });
                    }
                }
                "trigger" => {
                    let events = item.get("events").map_or(&[][..], Node::items);
                    if events.iter().filter_map(Node::as_str).any(|e| e.starts_with(UNINSTALLED)) {
                        add_uninstall(reader, manifest, item);
                    }
                }
                _ => {}
            }
        }
        if name != "trigger" {
            continue;
        }
        for event in module.value.items().iter().flat_map(|t| t.get("events").map_or(&[][..], Node::items)) {
            let Some(event_name) = event.as_str() else { continue };
            add_products(products, event_name);
            if LIFECYCLE_EVENTS.iter().any(|e| event_name.starts_with(e)) {
                manifest.lifecycle.push(reader.located(event_name.to_owned(), event.span));
            }
        }
    }
}

/// Notes what a module runs when the app is removed.
fn add_uninstall(reader: &Reader<'_>, manifest: &mut Manifest, module: &Node) {
    if let Some(function) = module.get("function")
        && let Some(key) = function.as_str()
    {
        manifest.on_uninstall.push(reader.located(key.to_owned(), function.span));
    }
}

fn read_connect_modules(
    reader: &mut Reader<'_>,
    root: &Node,
    manifest: &mut Manifest,
    products: &mut BTreeSet<Product>,
) {
    let modules = reader.entries(root.get("connectModules"), "connectModules");
    for module in modules {
        manifest.connect_modules = true;
        add_products(products, &module.key);
        if !module.key.rsplit(':').next().is_some_and(|n| n.starts_with("lifecycle")) {
            continue;
        }
        for callback in module.value.items().iter().flat_map(Node::entries).filter(|e| e.key != "key") {
            manifest.lifecycle.push(reader.located(callback.key.clone(), callback.key_span));
        }
    }
}

fn read_remotes(reader: &mut Reader<'_>, root: &Node, manifest: &mut Manifest) {
    for remote in reader.list(root.get("remotes"), "remotes") {
        let Some(remote) = reader.map(Some(remote), "remotes") else { continue };
        let Some(key) = reader.text(remote.get("key"), "remotes.key") else {
            if remote.get("key").is_none() {
                reader.problem(
                    remote.span,
                    "a remote has no `key`".to_owned(),
                    "give it one: `key: backend`",
                );
            }
            continue;
        };
        let base_urls = match remote.get("baseUrl").map(|b| (b, &b.value)) {
            // One address for each region.
            Some((_, Value::Map(regions))) => {
                regions.iter().filter_map(|r| reader.text(Some(&r.value), "remotes.baseUrl")).collect()
            }
            other => reader.text(other.map(|(node, _)| node), "remotes.baseUrl").into_iter().collect(),
        };
        let operations = reader.texts(remote.get("operations"), "remotes.operations");
        let storage = reader.map(remote.get("storage"), "remotes.storage");
        let in_scope = storage.and_then(|s| reader.truth(s.get("inScopeEUD"), "remotes.storage.inScopeEUD"));
        manifest.remotes.push(Remote {
            key,
            base_urls,
            operations: operations.into_iter().map(|o| o.value).collect(),
            storage_in_scope_eud: in_scope.map(|t| t.value),
        });
    }
}
