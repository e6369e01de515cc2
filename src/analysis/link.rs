//! The whole program: its modules, which file an import names, and who calls whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::{At, ModuleId};
use crate::program::{ExprId, ExprKind, Module, SymbolId};

/// All modules with the indices that following values needs.
pub(crate) struct Program {
    pub(crate) modules: Vec<Module>,
    by_path: BTreeMap<Arc<str>, Vec<ModuleId>>,
    /// Path without extension (and without `/index`), reversed by segment, for imports by alias.
    pub(crate) index: Vec<ModuleIndex>,
}

/// What one module's expressions say, sorted for look-up.
#[derive(Default)]
pub(crate) struct ModuleIndex {
    /// Writes to members of a variable.
    pub(crate) writes: BTreeMap<SymbolId, Vec<usize>>,
    /// Calls whose callee is a variable.
    pub(crate) calls_of: BTreeMap<SymbolId, Vec<ExprId>>,
    /// Calls and markup, in order.
    pub(crate) calls: Vec<ExprId>,
    /// Reads of members, in order.
    pub(crate) members: Vec<ExprId>,
    /// Expressions that decide something.
    pub(crate) tests: std::collections::BTreeSet<ExprId>,
}

const EXTENSIONS: &[&str] = &["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"];

impl Program {
    pub(crate) fn new(modules: Vec<Module>) -> Self {
        let mut by_path: BTreeMap<Arc<str>, Vec<ModuleId>> = BTreeMap::new();
        for (i, module) in modules.iter().enumerate() {
            let id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            by_path.entry(Arc::clone(&module.file)).or_default().push(id);
        }
        let index = modules.iter().map(ModuleIndex::new).collect();
        Self { modules, by_path, index }
    }

    pub(crate) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    pub(crate) fn index(&self, id: ModuleId) -> &ModuleIndex {
        &self.index[id.0 as usize]
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..u32::try_from(self.modules.len()).unwrap_or(u32::MAX)).map(ModuleId)
    }

    pub(crate) fn kind(&self, at: At) -> &ExprKind {
        &self.module(at.module).expr(at.expr).kind
    }

    /// The module that `specifier` names in `from`; `None` for a package.
    pub(crate) fn resolve(&self, from: ModuleId, specifier: &str) -> Option<ModuleId> {
        let importer = &self.module(from).file;
        if specifier.starts_with('.') {
            let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
            return self.candidate(&join(folder, specifier)?);
        }
        // `@/lib/x`, `~/lib/x`, `src/lib/x`: an alias for a folder above the importing file.
        let rest = specifier
            .strip_prefix("@/")
            .or_else(|| specifier.strip_prefix("~/"))
            .or_else(|| specifier.starts_with("src/").then_some(specifier))?;
        let mut folder: &str = importer;
        while let Some((above, _)) = folder.rsplit_once('/') {
            for base in ["", "src/", "app/"] {
                if let Some(found) = self.candidate(&format!("{above}/{base}{rest}")) {
                    return Some(found);
                }
            }
            folder = above;
        }
        ["", "src/", "app/"].iter().find_map(|base| self.candidate(&format!("{base}{rest}")))
    }

    fn candidate(&self, path: &str) -> Option<ModuleId> {
        let exact = |p: &str| self.by_path.get(p).and_then(|ids| ids.first().copied());
        if let Some(found) = exact(path) {
            return Some(found);
        }
        for extension in EXTENSIONS {
            if let Some(found) = exact(&format!("{path}.{extension}")) {
                return Some(found);
            }
        }
        // TypeScript sources import each other under the name that they are compiled to.
        if let Some((stem, "js" | "jsx" | "mjs" | "cjs")) = path.rsplit_once('.') {
            for extension in EXTENSIONS {
                if let Some(found) = exact(&format!("{stem}.{extension}")) {
                    return Some(found);
                }
            }
        }
        EXTENSIONS.iter().find_map(|extension| exact(&format!("{path}/index.{extension}")))
    }
}

/// `folder` and a relative `specifier` as one path; `None` when it leaves the root.
fn join(folder: &str, specifier: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl ModuleIndex {
    fn new(module: &Module) -> Self {
        let mut index = Self::default();
        for (i, write) in module.writes.iter().enumerate() {
            if let ExprKind::Local(symbol) = module.expr(module.peel(write.object)).kind {
                index.writes.entry(symbol).or_default().push(i);
            }
        }
        for (id, expr) in module.all() {
            match &expr.kind {
                ExprKind::Call { callee, .. } => {
                    index.calls.push(id);
                    if let ExprKind::Local(symbol) = module.expr(module.peel(*callee)).kind {
                        index.calls_of.entry(symbol).or_default().push(id);
                    }
                }
                ExprKind::Markup { .. } => index.calls.push(id),
                ExprKind::Member { .. } => index.members.push(id),
                _ => {}
            }
        }
        index.tests = module.tests.iter().copied().collect();
        index
    }
}
