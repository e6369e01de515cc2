//! What `package.json` and `tsconfig.json` say of imports. What cannot be read is passed over: an import
//! that is not found is one of a package, as it was without them.

use super::discover::{FileEntry, Tree};
use super::read::read_text;
use crate::program::aliases::{Aliases, Package, PathAlias};
use crate::text::paths::join;
use crate::text::{Node, json};

/// Files of each kind that are read, and the largest, in bytes.
const MAX_FILES: usize = 1_000;
const MAX_BYTES: u64 = 256 << 10;
/// Names and entries of one file that are kept.
const MAX_NAMES: usize = 100;
/// Names for folders of all files together: each import is compared with them.
const MAX_PATHS: usize = 500;

/// Reads them all.
#[must_use]
pub fn read(tree: &Tree) -> Aliases {
    let name = |f: &FileEntry| f.path.rsplit('/').next().unwrap_or_default().to_owned();
    let parsed = |f: &FileEntry| {
        let file = read_text(&tree.root, f, MAX_BYTES).ok()?;
        json::parse_template(&file.text).ok()
    };
    let folder = |f: &FileEntry| f.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut aliases = Aliases::default();
    for entry in tree.files.iter().filter(|f| name(f) == "package.json").take(MAX_FILES) {
        aliases.packages.extend(parsed(entry).and_then(|node| package(&node, folder(entry))));
    }
    let configured =
        |n: &str| (n.starts_with("tsconfig") || n.starts_with("jsconfig")) && n.ends_with(".json");
    for entry in tree.files.iter().filter(|f| configured(&name(f))).take(MAX_FILES) {
        if let Some(node) = parsed(entry) {
            paths(&node, &folder(entry), &mut aliases.paths);
        }
    }
    aliases.packages.sort_by(|a, b| (&a.name, &a.folder).cmp(&(&b.name, &b.folder)));
    aliases.packages.dedup_by(|a, b| a.name == b.name);
    aliases.paths.sort_by(|a, b| {
        let depth = |p: &PathAlias| (std::cmp::Reverse(p.scope.len()), std::cmp::Reverse(p.pattern.len()));
        depth(a).cmp(&depth(b)).then_with(|| (&a.scope, &a.pattern).cmp(&(&b.scope, &b.pattern)))
    });
    aliases.paths.truncate(MAX_PATHS);
    aliases
}

fn package(node: &Node, folder: String) -> Option<Package> {
    let name = node.get("name")?.as_str()?.to_owned();
    if name.is_empty() || name.starts_with('.') {
        return None;
    }
    let mut entries = Vec::new();
    for key in ["source", "types", "typings", "module", "main"] {
        entries.extend(node.get(key).and_then(Node::as_str).map(str::to_owned));
    }
    if let Some(exports) = node.get("exports") {
        leaves(exports.get(".").unwrap_or(exports), 0, &mut entries);
    }
    entries.truncate(MAX_NAMES);
    Some(Package { name, folder, entries })
}

/// The texts in conditional exports.
fn leaves(node: &Node, depth: u32, out: &mut Vec<String>) {
    if let Some(text) = node.as_str() {
        out.push(text.to_owned());
    } else if depth < 4 {
        node.entries().iter().take(MAX_NAMES).for_each(|e| leaves(&e.value, depth + 1, out));
    }
}

fn paths(node: &Node, folder: &str, out: &mut Vec<PathAlias>) {
    let Some(options) = node.get("compilerOptions") else { return };
    let written = options.get("baseUrl").and_then(Node::as_str);
    let Some(base) = join(folder, written.unwrap_or(".")) else { return };
    let mut add = |pattern: &str, targets: Vec<String>| {
        if pattern.matches('*').count() <= 1 && !targets.is_empty() {
            out.push(PathAlias { scope: folder.to_owned(), pattern: pattern.to_owned(), targets });
        }
    };
    for entry in options.get("paths").map_or(&[][..], Node::entries).iter().take(MAX_NAMES) {
        let targets = entry.value.items().iter().take(8).filter_map(Node::as_str);
        add(&entry.key, targets.filter_map(|t| join(&base, t)).collect());
    }
    if written.is_some() {
        add("*", vec![if base.is_empty() { "*".to_owned() } else { format!("{base}/*") }]);
    }
}
