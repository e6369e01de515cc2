//! The files that a file with something of Atlassian's in it names: a store, a mailer, a helper that it hands
//! an address to need say nothing of either. One step from where they are named, and only so many.
//!
//! Looks at programs and paths only; opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::inputs::kind::SourceKind;
use crate::program::{ExprKind, Language, Module};
use crate::text::paths::{folder, join};

/// Files that are taken in for one tree.
const MAX_FILES: usize = 400;
/// Larger files are no helpers.
const MAX_BYTES: u64 = 200 << 10;
/// Files of one name, above which the name alone does not say which is meant.
const MANY: usize = 2;
/// Names of one file that are looked up.
const MAX_NAMES: usize = 400;

/// A file that was not parsed.
pub(super) struct Left<'a> {
    pub(super) path: &'a str,
    pub(super) size: u64,
    pub(super) kind: SourceKind,
}

/// The files that programs name, by position; each program with whether it is one from which that counts.
pub(super) fn named<'m>(
    left: &[(usize, Left<'_>)],
    modules: impl Iterator<Item = &'m Module>,
) -> BTreeSet<usize> {
    let mut by_stem: BTreeMap<&str, Vec<(usize, &Left<'_>)>> = BTreeMap::new();
    for (position, file) in left.iter().filter(|(_, f)| f.size <= MAX_BYTES) {
        let stem = stem(file.path);
        by_stem.entry(stem).or_default().push((*position, file));
        // A package is named by its folder.
        if matches!(stem, "index" | "__init__") {
            by_stem.entry(self::stem(folder(file.path))).or_default().push((*position, file));
        }
    }
    let mut out = BTreeSet::new();
    for module in modules {
        for (name, path) in names(module) {
            let Some(found) = by_stem.get(&*name) else { continue };
            let fits = |file: &Left<'_>| {
                let Some(path) = &path else { return true };
                let whole = without_extension(file.path);
                let whole =
                    whole.strip_suffix("/index").or_else(|| whole.strip_suffix("/__init__")).unwrap_or(whole);
                whole
                    .strip_suffix(path.as_str())
                    .is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            let found: Vec<usize> = found
                .iter()
                .filter(|(_, f)| speaks(module.language, f.kind) && fits(f))
                .map(|(position, _)| *position)
                .collect();
            if found.len() <= MANY {
                out.extend(found);
            }
            if out.len() >= MAX_FILES {
                return out;
            }
        }
    }
    out
}

/// The files, by position, that modules mean by names which the front of a folder only passes on:
/// `import { UserStore } from '../stores'`, where `stores/index.ts` has them from `./UserStore`.
pub(super) fn passed_on<'m>(
    left: &[(usize, Left<'_>)],
    modules: impl Iterator<Item = &'m Module>,
    fronts: &[&Module],
) -> BTreeSet<usize> {
    let bare = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mut wanted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for module in modules.filter(|m| m.language == Language::JavaScript) {
        for expr in &module.exprs {
            if let ExprKind::Import { specifier, name: Some(name) } = &expr.kind
                && let Some(path) = script_path(&module.file, specifier)
            {
                wanted.entry(path).or_default().insert(name);
            }
        }
    }
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for front in fronts.iter().filter(|m| m.language == Language::JavaScript) {
        let whole = without_extension(&front.file);
        let folder = whole.strip_suffix("/index").unwrap_or(whole);
        let names = wanted.iter().filter(|(path, _)| {
            let ends = |of: &str| {
                of.strip_suffix(path.as_str())
                    .is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            ends(folder) || ends(whole)
        });
        let names: BTreeSet<&str> = names.flat_map(|(_, names)| names.iter().copied()).collect();
        if names.is_empty() {
            continue;
        }
        for (name, expr) in &front.exports {
            if let ExprKind::Import { specifier, .. } = &front.expr(front.peel(*expr)).kind
                && names.contains(&**name)
            {
                paths.extend(script_path(&front.file, specifier));
            }
        }
        let names: BTreeSet<String> = names.into_iter().map(bare).collect();
        for specifier in &front.reexports {
            let last = specifier.rsplit('/').next().unwrap_or(specifier);
            if names.contains(&bare(last)) {
                paths.extend(script_path(&front.file, specifier));
            }
        }
    }
    let fits = |file: &Left<'_>| file.size <= MAX_BYTES && paths.contains(without_extension(file.path));
    left.iter().filter(|(_, file)| fits(file)).map(|(position, _)| *position).take(MAX_FILES).collect()
}

/// The names by which a module may mean another file: the last part, and the whole path where an import says it.
fn names(module: &Module) -> BTreeSet<(String, Option<String>)> {
    let mut out: BTreeSet<(String, Option<String>)> = BTreeSet::new();
    let last = |text: &str| text.rsplit(['.', '\\', '/', ':']).next().unwrap_or(text).to_owned();
    let mut class = |name: &str| {
        let bare = last(name.split('<').next().unwrap_or(name));
        // One word of few letters names too much.
        if bare.len() > 3 && bare.starts_with(|c: char| c.is_ascii_uppercase()) {
            let file = if module.language == Language::Ruby { snake(&bare) } else { bare };
            out.insert((file, None));
        }
    };
    match module.language {
        Language::JavaScript | Language::Python => {}
        _ => {
            for function in &module.functions {
                function.parameters.iter().filter_map(|p| p.type_name.as_deref()).for_each(&mut class);
            }
            for symbol in module.symbols.iter().take(MAX_NAMES) {
                symbol.type_name.as_deref().into_iter().for_each(&mut class);
            }
            for declared in &module.classes {
                declared.field_types.iter().for_each(|(_, t)| class(t));
                declared.parents.iter().for_each(|p| class(p));
            }
        }
    }
    for expr in &module.exprs {
        match &expr.kind {
            ExprKind::Import { specifier, name } => match module.language {
                Language::JavaScript => {
                    if let Some(path) = script_path(&module.file, specifier) {
                        out.insert((last(&path), Some(path)));
                    }
                }
                Language::Python => {
                    for path in python_paths(&module.file, specifier, name.as_deref()) {
                        out.insert((last(&path), Some(path)));
                    }
                }
                _ => class_of_import(name.as_deref().unwrap_or(specifier), &last, module.language, &mut out),
            },
            ExprKind::Global(name) if !matches!(module.language, Language::JavaScript | Language::Python) => {
                class_of_import(name, &last, module.language, &mut out);
            }
            _ => {}
        }
        if out.len() >= MAX_NAMES {
            break;
        }
    }
    out
}

fn class_of_import(
    name: &str,
    last: &impl Fn(&str) -> String,
    language: Language,
    out: &mut BTreeSet<(String, Option<String>)>,
) {
    let bare = last(name);
    if bare.len() > 3 && bare.starts_with(|c: char| c.is_ascii_uppercase()) {
        out.insert((if language == Language::Ruby { snake(&bare) } else { bare }, None));
    }
}

/// The path without extension that an import of a script names, from the root or from some folder.
fn script_path(file: &str, specifier: &str) -> Option<String> {
    let bare = ["ts", "tsx", "js", "jsx", "mjs", "cjs", "vue", "svelte"]
        .iter()
        .find_map(|e| specifier.strip_suffix(&format!(".{e}")))
        .unwrap_or(specifier);
    if !bare.starts_with('.') {
        let rest = ["@/", "~/", "src/", "@app/", "#/"].iter().find_map(|p| bare.strip_prefix(p))?;
        return Some(rest.to_owned());
    }
    join(folder(file), bare)
}

/// The paths without extension that an import of Python may name.
fn python_paths(file: &str, specifier: &str, name: Option<&str>) -> Vec<String> {
    let dots = specifier.len() - specifier.trim_start_matches('.').len();
    let path = specifier.trim_start_matches('.').replace('.', "/");
    let base = match dots {
        0 => String::new(),
        dots => {
            let mut base = folder(file);
            for _ in 1..dots.min(16) {
                base = folder(base);
            }
            format!("{base}/")
        }
    };
    let whole = format!("{base}{path}").trim_matches('/').to_owned();
    let mut out = Vec::new();
    if let Some(name) = name {
        out.push(format!("{whole}/{name}").trim_matches('/').to_owned());
    }
    if !whole.is_empty() {
        out.push(whole);
    }
    out
}

/// `UserStore` as the name of a file of Ruby's.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (i, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Whether a file may be of a module's language.
fn speaks(language: Language, kind: SourceKind) -> bool {
    use SourceKind as Kind;
    match language {
        Language::JavaScript => matches!(kind, Kind::JavaScript | Kind::Vue | Kind::Svelte),
        Language::Java | Language::Kotlin => matches!(kind, Kind::Java | Kind::Kotlin),
        Language::Python => kind == Kind::Python,
        Language::CSharp => kind == Kind::CSharp,
        Language::Php => kind == Kind::Php,
        Language::Ruby => kind == Kind::Ruby,
        Language::Go => kind == Kind::Go,
        Language::Template => false,
    }
}

fn without_extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .and_then(|(_, extension)| path.strip_suffix(extension)?.strip_suffix('.'))
        .unwrap_or(path)
}

fn stem(path: &str) -> &str {
    let bare = without_extension(path);
    bare.rsplit('/').next().unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_imports() {
        assert_eq!(script_path("src/a/b.ts", "../c/d").as_deref(), Some("src/c/d"));
        assert_eq!(script_path("src/a/b.ts", "./d.js").as_deref(), Some("src/a/d"));
        assert_eq!(script_path("src/a/b.ts", "@/lib/d").as_deref(), Some("lib/d"));
        assert_eq!(script_path("src/a/b.ts", "react"), None);
        assert_eq!(script_path("b.ts", "../../x"), None);
        assert_eq!(python_paths("a/b/c.py", "..store", Some("save")), ["a/store/save", "a/store"]);
        assert_eq!(python_paths("a/b/c.py", "app.db", None), ["app/db"]);
        assert_eq!(python_paths("a/b/c.py", ".", Some("db")), ["a/b/db", "a/b"]);
        assert_eq!(snake("UserStore"), "user_store");
        assert_eq!((stem("a/b.test.ts"), without_extension("a.b/c")), ("b.test", "a.b/c"));
    }
}
