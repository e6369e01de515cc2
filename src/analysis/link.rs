//! The whole program: its modules, which file an import names, and who calls whom.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::eval::{field_name, getter};
use super::value::{At, FunctionAt, ModuleId};
use crate::catalog::endpoints::Target;
use crate::catalog::hosts::Hosts;
use crate::catalog::kept::Kept;
use crate::program::aliases::Aliases;
use crate::program::{Class, ClassId, ExprId, ExprKind, FunctionId, GLOBAL, Language, Module, SymbolId};
use crate::text::paths::{folder, join};

/// All modules with the indices that following values needs.
pub(crate) struct Program {
    pub(crate) modules: Vec<Arc<Module>>,
    /// What imports may mean besides files beside them.
    aliases: Arc<Aliases>,
    by_path: FxHashMap<Arc<str>, ModuleId>,
    /// What imports of each module were found to name: one name is asked for again and again.
    resolved: Vec<RefCell<FxHashMap<Box<str>, Option<ModuleId>>>>,
    /// What each module's expressions say, sorted for look-up.
    index: Vec<ModuleIndex>,
    /// What modules export, by name, for languages whose names are seen without an import by path.
    names: FxHashMap<Box<str>, Vec<At>>,
    /// Folders that hold Go files, a package each, by the last part of their paths.
    packages: BTreeMap<String, BTreeSet<String>>,
    /// Classes by the names of what they extend or implement.
    implementers: FxHashMap<Box<str>, Vec<(ModuleId, ClassId)>>,
    /// Methods with a body, by name: what a call through an interface may mean.
    methods: FxHashMap<Box<str>, Vec<FunctionAt>>,
    /// Functions of languages without types by the names that they have or are put under.
    functions: FxHashMap<Box<str>, Vec<FunctionAt>>,
    /// Functions of Kotlin that are called on objects of a class they stand outside of, by name.
    extensions: FxHashMap<Box<str>, Vec<FunctionAt>>,
    /// The names under which calls may find something of the program's own.
    callable: FxHashSet<Box<str>>,
    /// Classes by their full names.
    parts: FxHashMap<Box<str>, Vec<(ModuleId, ClassId)>>,
    /// What classes have, by name, as far as somebody asked.
    members: RefCell<FxHashMap<(ModuleId, ClassId), Rc<Members>>>,
    /// For properties that have another name in JSON, that name.
    wire_names: BTreeMap<String, BTreeSet<Box<str>>>,
    /// What copies of objects are given in the place of a property: what is copied, and the new value.
    copies: FxHashMap<Box<str>, Vec<(At, At)>>,
    /// What is put into properties that may hold somebody's address, by their names: the object or its class, and
    /// the value.
    puts: FxHashMap<String, Vec<(At, At)>>,
}

/// What a class has, by name. A class that was generated has thousands of members.
#[derive(Default)]
pub(crate) struct Members {
    /// Its methods.
    pub(crate) methods: FxHashMap<Box<str>, Vec<FunctionId>>,
    /// Its getters, by the property that they read.
    pub(crate) getters: FxHashMap<String, Vec<FunctionId>>,
    /// What its fields are given.
    pub(crate) fields: FxHashMap<Box<str>, Vec<ExprId>>,
    /// The same, by the names that all languages share.
    pub(crate) shared: FxHashMap<String, Vec<ExprId>>,
    /// The fields that have a type.
    typed: FxHashSet<Box<str>>,
}

impl Members {
    fn new(class: &Class) -> Self {
        let mut new = Self::default();
        for (name, function) in &class.methods {
            new.methods.entry(name.clone()).or_default().push(*function);
            if let Some(property) = getter(name) {
                new.getters.entry(property).or_default().push(*function);
            }
        }
        for (name, value) in &class.fields {
            new.fields.entry(name.clone()).or_default().push(*value);
            new.shared.entry(field_name(name).into_owned()).or_default().push(*value);
        }
        new.typed.extend(class.field_types.iter().map(|(name, _)| name.clone()));
        new
    }

    /// Whether there is anything of that very name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.methods.contains_key(name)
            || self.fields.contains_key(name)
            || self.typed.contains(name)
            || self.methods.contains_key(format!("get {name}").as_str())
    }
}

/// What one module's expressions say, sorted for look-up.
#[derive(Default)]
pub(crate) struct ModuleIndex {
    /// Writes to members of a variable.
    pub(crate) writes: FxHashMap<SymbolId, Vec<usize>>,
    /// Writes to what a field of an object of a class holds: `self.rows.append(x)`, `this.byId.set(k, v)`.
    pub(crate) field_writes: BTreeMap<ClassId, BTreeMap<Box<str>, Vec<usize>>>,
    /// The same for a member of a variable: `state.users.push(x)`.
    pub(crate) part_writes: BTreeMap<SymbolId, BTreeMap<Box<str>, Vec<usize>>>,
    /// For variables whose members are written, or that are indexed: one expression that names each.
    pub(crate) named: FxHashMap<SymbolId, ExprId>,
    /// The keys under which a variable is indexed or put into.
    pub(crate) keys: FxHashMap<SymbolId, Vec<ExprId>>,
    /// The computed keys of objects that are written out: `{user.email: user for user in users}`.
    pub(crate) keys_written: FxHashMap<ExprId, Vec<ExprId>>,
    /// Calls whose callee is a variable.
    pub(crate) calls_of: FxHashMap<SymbolId, Vec<ExprId>>,
    /// Calls that get a variable as an argument, other than those whose callee it is.
    pub(crate) handed_to: FxHashMap<SymbolId, Vec<ExprId>>,
    /// Calls of a parameter, or of a member of it.
    pub(crate) calls_of_parameter: BTreeMap<(FunctionId, u32), Vec<ExprId>>,
    /// The variable that takes the second part of what a call gives: `const [x, setX] = useState()`.
    pub(crate) setters: FxHashMap<ExprId, SymbolId>,
    /// Calls and markup, in order.
    pub(crate) calls: Vec<ExprId>,
    /// Reads of members, in order.
    pub(crate) members: Vec<ExprId>,
    /// Reads in brackets by a constant that is called as one for an address, in order.
    pub(crate) constants: Vec<ExprId>,
    /// Expressions that decide something.
    pub(crate) tests: BTreeSet<ExprId>,
    /// Whether the module is about Atlassian's products, by its file, its imports or the paths it names.
    pub(crate) about_atlassian: bool,
    /// Addresses of Atlassian's own hosts that it writes out, which a client may be made with.
    pub(crate) bases: Vec<Box<str>>,
    /// What it exports, by name.
    pub(crate) exports: FxHashMap<Box<str>, Vec<ExprId>>,
    /// Whether it imports what makes its classes rows of the app's own tables.
    pub(crate) keeps_tables: bool,
    /// The variables of parameters.
    pub(crate) parameters: BTreeMap<(FunctionId, u32), SymbolId>,
}

/// Places that put something into properties of one name.
const MAX_PUTS: usize = 60;

/// What the first call of a chain is made on: the class of `Person.builder().mail(x).build()`.
fn chain_root(module: &Module, callee: ExprId) -> Option<ExprId> {
    const MAX_CALLS: usize = 40;
    let mut next = callee;
    for _ in 0..MAX_CALLS {
        let ExprKind::Member { object, .. } = module.expr(module.peel(next)).kind else { return Some(next) };
        match &module.expr(module.peel(object)).kind {
            ExprKind::Call { callee, .. } => next = *callee,
            _ => return Some(object),
        }
    }
    None
}

/// Definitions of one variable that are looked through for parameters.
const MAX_DEFINITIONS: usize = 24;

const EXTENSIONS: &[&str] = &["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"];

impl Program {
    pub(crate) fn new(mut modules: Vec<Arc<Module>>, aliases: Arc<Aliases>) -> Self {
        open_globally(&mut modules);
        let mut by_path: FxHashMap<Arc<str>, ModuleId> = FxHashMap::default();
        for (i, module) in modules.iter().enumerate() {
            // Of several scripts in one file the first.
            let id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            by_path.entry(Arc::clone(&module.file)).or_insert(id);
        }
        let resolved = modules.iter().map(|_| RefCell::default()).collect();
        let mut names: FxHashMap<Box<str>, Vec<At>> = FxHashMap::default();
        let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (i, module) in modules.iter().enumerate() {
            if matches!(module.language, Language::JavaScript | Language::Python | Language::Template) {
                continue;
            }
            let id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            for (name, expr) in &module.exports {
                names.entry(name.clone()).or_default().push(At { module: id, expr: *expr });
            }
            if module.language == Language::Go {
                let package = folder(&module.file);
                let last = package.rsplit('/').next().unwrap_or_default();
                packages.entry(last.to_owned()).or_default().insert(package.to_owned());
            }
        }
        let index = modules.iter().map(|m| ModuleIndex::new(m)).collect();
        let mut new = Self {
            modules,
            aliases,
            by_path,
            resolved,
            index,
            names,
            packages,
            implementers: FxHashMap::default(),
            methods: FxHashMap::default(),
            functions: FxHashMap::default(),
            extensions: FxHashMap::default(),
            callable: FxHashSet::default(),
            parts: FxHashMap::default(),
            members: RefCell::default(),
            wire_names: BTreeMap::new(),
            copies: FxHashMap::default(),
            puts: FxHashMap::default(),
        };
        new.index_copies();
        new.index_puts();
        new.index_classes();
        new.index_callable();
        new
    }

    /// `state.copy(mail = x)` of Kotlin.
    fn index_copies(&mut self) {
        const MAX_COPIES: usize = 60;
        for (i, module) in self.modules.iter().enumerate().filter(|(_, m)| m.language == Language::Kotlin) {
            let id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            for (_, expr) in module.all() {
                let ExprKind::Call { callee, named, .. } = &expr.kind else { continue };
                let ExprKind::Member { object, property, .. } = &module.expr(module.peel(*callee)).kind
                else {
                    continue;
                };
                if &**property != "copy" {
                    continue;
                }
                for (name, value) in named {
                    let known = self.copies.entry(name.clone()).or_default();
                    if known.len() < MAX_COPIES {
                        known.push((At { module: id, expr: *object }, At { module: id, expr: *value }));
                    }
                }
            }
        }
    }

    /// `person.Mail = x`, `policy.Recipients.Add(x)`, `new Person { Mail = x }`, `Person.builder().mail(x).build()`.
    fn index_puts(&mut self) {
        for (i, module) in self.modules.iter().enumerate() {
            if !module.language.leaves_out_this() {
                continue;
            }
            let id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            let at = |expr: ExprId| At { module: id, expr };
            let mut found: Vec<(String, At, At)> = Vec::new();
            for write in &module.writes {
                match (&write.property, &module.expr(module.peel(write.object)).kind) {
                    (Some(name), _) => {
                        found.push((field_name(name).into_owned(), at(write.object), at(write.value)))
                    }
                    (None, ExprKind::Member { object, property, .. }) => {
                        found.push((field_name(property).into_owned(), at(*object), at(write.value)));
                    }
                    _ => {}
                }
            }
            for (id, expr) in module.all() {
                let ExprKind::Call { callee, arguments, named, .. } = &expr.kind else { continue };
                found.extend(
                    named
                        .iter()
                        .map(|(name, value)| (field_name(name).into_owned(), at(*callee), at(*value))),
                );
                if !arguments.is_empty() {
                    continue;
                }
                let built = module.built(id);
                if built.is_empty() {
                    continue;
                }
                let Some(root) = chain_root(module, *callee) else { continue };
                found.extend(built.into_iter().map(|(name, value)| (name, at(root), at(value))));
            }
            for (name, owner, value) in found {
                if Kept::get().holds_somebody(&name) {
                    let known = self.puts.entry(name).or_default();
                    if known.len() < MAX_PUTS {
                        known.push((owner, value));
                    }
                }
            }
        }
    }

    /// What is put into properties of that name.
    pub(crate) fn puts(&self, property: &str) -> &[(At, At)] {
        self.puts.get(property).map_or(&[], Vec::as_slice)
    }

    /// What copies of objects are given in the place of a property of that name.
    pub(crate) fn copies(&self, property: &str) -> &[(At, At)] {
        self.copies.get(property).map_or(&[], Vec::as_slice)
    }

    fn index_classes(&mut self) {
        for (i, module) in self.modules.iter().enumerate() {
            let module_id = ModuleId(u32::try_from(i).unwrap_or(u32::MAX));
            if module.language.is_untyped() {
                for (j, function) in module.functions.iter().enumerate() {
                    let function_id = FunctionId(u32::try_from(j).unwrap_or(u32::MAX));
                    if let Some(name) = &function.name {
                        let at = FunctionAt { module: module_id, function: function_id };
                        self.functions.entry(name.clone()).or_default().push(at);
                    }
                }
            }
            for (j, function) in module.functions.iter().enumerate() {
                if let (Language::Kotlin, Some(name)) = (module.language, &function.name)
                    && function.parameters.first().is_some_and(|p| &*p.name == "this")
                {
                    let function = FunctionId(u32::try_from(j).unwrap_or(u32::MAX));
                    let at = FunctionAt { module: module_id, function };
                    self.extensions.entry(name.clone()).or_default().push(at);
                }
            }
            for (j, class) in module.classes.iter().enumerate() {
                let at = (module_id, ClassId(u32::try_from(j).unwrap_or(u32::MAX)));
                for parent in &class.parents {
                    self.implementers.entry(parent.clone()).or_default().push(at);
                }
                if !class.promises {
                    for (name, function) in &class.methods {
                        let at = FunctionAt { module: module_id, function: *function };
                        self.methods.entry(name.clone()).or_default().push(at);
                    }
                }
                if !class.full_name.is_empty() {
                    self.parts.entry(class.full_name.clone()).or_default().push(at);
                }
                for property in &class.properties {
                    if let Some(wire) = &property.wire {
                        let name = field_name(&property.name);
                        if name != field_name(wire) {
                            self.wire_names.entry(name.into_owned()).or_default().insert(wire.clone());
                        }
                    }
                }
            }
        }
    }

    fn index_callable(&mut self) {
        let mut names: FxHashSet<&str> = FxHashSet::default();
        for module in &self.modules {
            names.extend(module.functions.iter().filter_map(|f| f.name.as_deref()));
            names.extend(module.exports.iter().map(|(name, _)| name.rsplit('.').next().unwrap_or(name)));
            names.extend(module.writes.iter().filter_map(|w| w.property.as_deref()));
            for class in &module.classes {
                names.insert(&class.name);
                names.extend(class.methods.iter().map(|(name, _)| &**name));
                names.extend(class.fields.iter().map(|(name, _)| &**name));
                names.extend(class.field_types.iter().map(|(name, _)| &**name));
                names.extend(class.properties.iter().map(|p| &*p.name));
            }
            for expr in &module.exprs {
                if let ExprKind::Object { fields, .. } = &expr.kind {
                    names.extend(fields.iter().filter_map(|(name, _)| name.as_deref()));
                }
            }
        }
        self.callable = names.into_iter().map(Into::into).collect();
    }

    /// Whether a call of a member of that name may find something of the program's own.
    pub(crate) fn is_callable(&self, name: &str) -> bool {
        self.callable.contains(name)
    }

    /// The classes that name this one as what they extend or implement.
    pub(crate) fn implementers(
        &self,
        module: ModuleId,
        class: ClassId,
    ) -> impl Iterator<Item = (ModuleId, ClassId)> {
        let data = self.module(module);
        let name = &data.class(class).name;
        let found = if name.is_empty() { None } else { self.implementers.get(name) };
        let spoken = data.language;
        found.into_iter().flatten().copied().filter(move |(m, c)| {
            (*m, *c) != (module, class) && self.module(*m).language.shares_names_with(spoken)
        })
    }

    /// The classes that name a type as what they implement, of a language that has no class for such a type.
    pub(crate) fn implementers_of(
        &self,
        module: ModuleId,
        name: &str,
    ) -> impl Iterator<Item = (ModuleId, ClassId)> {
        let spoken = self.module(module).language;
        let found = self.implementers.get(name).into_iter().flatten().copied();
        found.filter(move |(m, _)| self.module(*m).language == spoken)
    }

    /// The methods that a call of what is only promised may mean: those of its name that take as much. A
    /// promise that many classes could fulfil says nothing.
    pub(crate) fn behind(&self, method: FunctionAt) -> Vec<FunctionAt> {
        const MAX: usize = 8;
        let data = self.module(method.module);
        let promised = data.function(method.function);
        let Some(all) = promised.name.as_ref().and_then(|n| self.methods.get(n)) else { return Vec::new() };
        let fits = |at: &&FunctionAt| {
            let other = self.module(at.module);
            other.language.shares_names_with(data.language)
                && other.function(at.function).parameters.len() == promised.parameters.len()
        };
        let found: Vec<FunctionAt> = all.iter().filter(fits).copied().collect();
        if found.len() > MAX { Vec::new() } else { found }
    }

    /// What a class has, by name.
    pub(crate) fn members(&self, module: ModuleId, class: ClassId) -> Rc<Members> {
        let mut known = self.members.borrow_mut();
        let new = || Rc::new(Members::new(self.module(module).class(class)));
        Rc::clone(known.entry((module, class)).or_insert_with(new))
    }

    /// The functions of languages without types that have a name, or are put under it.
    pub(crate) fn functions_named(&self, name: &str) -> &[FunctionAt] {
        self.functions.get(name).map_or(&[], Vec::as_slice)
    }

    /// The function that is called on an object of a class it stands outside of, `user.toRow()`, when only one has
    /// the name.
    pub(crate) fn extension_named(&self, name: &str) -> Option<FunctionAt> {
        match self.extensions.get(name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }

    /// The methods with a body that have a name.
    pub(crate) fn methods_named(&self, name: &str) -> &[FunctionAt] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }

    /// The other parts of a class that is written in several files.
    pub(crate) fn parts_of(
        &self,
        module: ModuleId,
        class: ClassId,
    ) -> impl Iterator<Item = (ModuleId, ClassId)> {
        let name = &self.module(module).class(class).full_name;
        let found = if name.is_empty() { None } else { self.parts.get(name) };
        found.into_iter().flatten().copied().filter(move |at| *at != (module, class))
    }

    /// The names that code has for properties which are called `wire` in JSON.
    pub(crate) fn names_of_wire(&self, wire: &BTreeSet<String>) -> BTreeSet<String> {
        let renamed = self.wire_names.iter();
        renamed
            .filter(|(_, wires)| wires.iter().any(|w| wire.contains(&*field_name(w))))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The names in JSON of properties that code calls `name`.
    pub(crate) fn wire_names(&self, name: &str) -> impl Iterator<Item = &str> {
        self.wire_names.get(name).into_iter().flatten().map(|n| &**n)
    }

    /// Whether code calls a property `name` that is a user's address by its name in JSON.
    pub(crate) fn is_address_on_wire(&self, name: &str) -> bool {
        !self.wire_names.is_empty()
            && self.wire_names(&field_name(name)).any(|w| field_name(w) == "emailAddress")
    }

    /// What an import names that is no file: in the languages of the JVM a class of the program by its
    /// full name, elsewhere a free name.
    pub(crate) fn imported(&self, from: ModuleId, specifier: &str, name: &str) -> Option<At> {
        if matches!(self.module(from).language, Language::Java | Language::Kotlin) {
            let full = format!("{specifier}.{name}");
            return self.names.get(full.as_str())?.first().copied();
        }
        self.named(from, name)
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

    /// What a free name means in a module, for languages in which files see each other's names: the one
    /// of its own folder, else the only one there is.
    pub(crate) fn named(&self, from: ModuleId, name: &str) -> Option<At> {
        let importer = self.module(from);
        let fits = |at: &&At| {
            let other = self.module(at.module);
            importer.language.shares_names_with(other.language)
                && (importer.language != Language::Go || folder(&other.file) == folder(&importer.file))
        };
        // What the file's own package, or one that it opens, has under the name.
        for package in &importer.opens {
            let full = format!("{package}.{name}");
            if let Some(found) = self.names.get(full.as_str()).and_then(|all| all.iter().find(fits)) {
                return Some(*found);
            }
        }
        // `Outer::Name` is looked for by its last part.
        let known = self.names.get(name).or_else(|| self.names.get(name.rsplit_once("::")?.1))?;
        let all: Vec<&At> = known.iter().filter(fits).collect();
        let near: Vec<&&At> =
            all.iter().filter(|at| folder(&self.module(at.module).file) == folder(&importer.file)).collect();
        match (near.as_slice(), all.as_slice()) {
            ([at, ..], _) => Some(***at),
            ([], [at]) => Some(**at),
            // Which of several is meant cannot be told.
            _ => None,
        }
    }

    /// What a package of the program (a folder of Go files) has under a name.
    pub(crate) fn of_package(&self, specifier: &str, name: &str) -> Option<At> {
        let package = self
            .packages
            .get(specifier.rsplit('/').next()?)?
            .iter()
            .filter(|p| !p.is_empty() && (specifier == **p || specifier.ends_with(&format!("/{p}"))))
            .max_by_key(|p| p.len())?;
        self.names
            .get(name)?
            .iter()
            .find(|at| {
                let module = self.module(at.module);
                module.language == Language::Go && folder(&module.file) == package
            })
            .copied()
    }

    /// The module that `specifier` names in `from`; `None` for a package.
    pub(crate) fn resolve(&self, from: ModuleId, specifier: &str) -> Option<ModuleId> {
        let known = self.resolved.get(from.0 as usize)?;
        if let Some(found) = known.borrow().get(specifier) {
            return *found;
        }
        let found = self.looked_up(from, specifier);
        known.borrow_mut().insert(specifier.into(), found);
        found
    }

    fn looked_up(&self, from: ModuleId, specifier: &str) -> Option<ModuleId> {
        let importer = &self.module(from).file;
        match self.module(from).language {
            Language::JavaScript => {}
            Language::Python => return self.python_module(importer, specifier),
            _ => return None,
        }
        if specifier.starts_with('.') {
            let folder = importer.rsplit_once('/').map_or("", |(folder, _)| folder);
            return self.candidate(&join(folder, specifier)?);
        }
        let meant = self.aliases.candidates(importer, specifier);
        if let Some(found) = meant.iter().find_map(|path| self.candidate(path)) {
            return Some(found);
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

    /// `package.module`, or `.module` relative to the importing file.
    fn python_module(&self, importer: &str, specifier: &str) -> Option<ModuleId> {
        let dots = specifier.len() - specifier.trim_start_matches('.').len();
        let path = specifier.trim_start_matches('.').replace('.', "/");
        let file = |base: &str| {
            let at = |p: String| self.by_path.get(p.as_str()).copied();
            let slash = if base.is_empty() || path.is_empty() { "" } else { "/" };
            at(format!("{base}{slash}{path}.py")).or_else(|| at(format!("{base}{slash}{path}/__init__.py")))
        };
        let mut base = folder(importer);
        if dots > 0 {
            for _ in 1..dots {
                base = folder(base);
            }
            return file(base);
        }
        // An absolute import starts at some folder above the importing file.
        loop {
            if let Some(found) = file(base) {
                return Some(found);
            }
            if base.is_empty() {
                return file("src");
            }
            base = folder(base);
        }
    }

    fn candidate(&self, path: &str) -> Option<ModuleId> {
        let exact = |p: &str| self.by_path.get(p).copied();
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

/// Opens for every file what one file opens for all of its language.
fn open_globally(modules: &mut [Arc<Module>]) {
    let mut all: BTreeSet<(&'static str, Box<str>)> = BTreeSet::new();
    for module in modules.iter() {
        let names = module.opens.iter().filter_map(|o| o.strip_prefix(GLOBAL));
        all.extend(names.map(|n| (module.language.table_name(), n.into())));
    }
    for module in modules.iter_mut().filter(|_| !all.is_empty()) {
        let language = module.language.table_name();
        Arc::make_mut(module)
            .opens
            .extend(all.iter().filter(|(l, _)| *l == language).map(|(_, n)| n.clone()));
    }
}

/// Methods that put something under a key.
const PUTS: &[&str] =
    &["put", "putIfAbsent", "computeIfAbsent", "set", "Add", "TryAdd", "setdefault", "store", "Store"];
/// Keys of one variable that are kept.
const MAX_KEYS: usize = 24;

/// The variable that a chain of calls starts at: `text.append(a).append(b)`.
fn chained(module: &Module, mut expr: ExprId) -> Option<SymbolId> {
    const MAX_CALLS: usize = 16;
    for _ in 0..MAX_CALLS {
        expr = module.peel(expr);
        match module.expr(expr).kind {
            ExprKind::Call { callee, .. } => match module.expr(module.peel(callee)).kind {
                ExprKind::Member { object, .. } => expr = object,
                _ => return None,
            },
            ExprKind::Local(symbol) => return Some(symbol),
            _ => return None,
        }
    }
    None
}

/// Whose part something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The object that a method of a class is called on.
    Class(ClassId),
    /// A variable, and the expression that names it.
    Variable(SymbolId, ExprId),
}

impl Module {
    /// What an expression is a part of, by the name of the member of its owner that it starts at: `this.rows`,
    /// `this.rows[id]`, `state.byId.get(id)`.
    pub(crate) fn part(&self, mut expr: ExprId) -> Option<(Owner, &str)> {
        const MAX_STEPS: usize = 8;
        for _ in 0..MAX_STEPS {
            expr = self.peel(expr);
            match &self.expr(expr).kind {
                ExprKind::Index { object, .. } => expr = *object,
                ExprKind::Call { callee, .. } => match self.expr(self.peel(*callee)).kind {
                    ExprKind::Member { object, .. } => expr = object,
                    _ => return None,
                },
                ExprKind::Member { object, property, .. } => {
                    let object = self.peel(*object);
                    return match self.expr(object).kind {
                        ExprKind::This => {
                            let class = self.function(self.expr(object).function).class?;
                            Some((Owner::Class(class), property))
                        }
                        ExprKind::Local(symbol) => Some((Owner::Variable(symbol, object), property)),
                        _ => None,
                    };
                }
                _ => return None,
            }
        }
        None
    }
}

impl ModuleIndex {
    /// The writes to what a part of an object holds.
    pub(crate) fn writes_to_part(&self, owner: Owner, part: &str) -> &[usize] {
        let parts = match owner {
            Owner::Class(class) => self.field_writes.get(&class),
            Owner::Variable(symbol, _) => self.part_writes.get(&symbol),
        };
        parts.and_then(|p| p.get(part)).map_or(&[], Vec::as_slice)
    }

    /// Whether something may have been put into a variable when it is read: what its own function does
    /// further down is not done yet.
    pub(crate) fn is_written_before(&self, module: &Module, symbol: SymbolId, read: ExprId) -> bool {
        let place = module.expr(read);
        let before = |expr: ExprId| {
            let written = module.expr(expr);
            written.function != place.function || written.span.start < place.span.end
        };
        let writes = self.writes.get(&symbol).into_iter().flatten();
        let mut writes = writes.filter_map(|i| module.writes.get(*i)).map(|w| w.value);
        let mut keys = self.keys.get(&symbol).into_iter().flatten().copied();
        writes.any(before) || keys.any(before)
    }

    /// Notes a key of a variable, unless it is written out.
    fn key(&mut self, module: &Module, object: ExprId, key: ExprId) {
        let object = module.peel(object);
        if matches!(module.expr(module.peel(key)).kind, ExprKind::Text(_) | ExprKind::Constant) {
            return;
        }
        if matches!(module.expr(object).kind, ExprKind::Object { .. }) {
            self.keys_written.entry(object).or_default().push(key);
        }
        let ExprKind::Local(symbol) = module.expr(object).kind else { return };
        self.named.entry(symbol).or_insert(object);
        let keys = self.keys.entry(symbol).or_default();
        if keys.len() < MAX_KEYS {
            keys.push(key);
        }
    }

    fn new(module: &Module) -> Self {
        let mut index = Self::default();
        for (i, write) in module.writes.iter().enumerate() {
            let object = module.peel(write.object);
            if let ExprKind::Local(symbol) = module.expr(object).kind {
                index.writes.entry(symbol).or_default().push(i);
                if write.property.is_some() {
                    index.named.entry(symbol).or_insert(object);
                }
            } else if write.property.is_none()
                && let Some(symbol) = chained(module, object)
            {
                index.writes.entry(symbol).or_default().push(i);
            } else if let Some((owner, part)) = module.part(object) {
                let parts = match owner {
                    Owner::Class(class) => index.field_writes.entry(class).or_default(),
                    Owner::Variable(symbol, named) => {
                        index.named.entry(symbol).or_insert(named);
                        index.part_writes.entry(symbol).or_default()
                    }
                };
                parts.entry(part.into()).or_default().push(i);
            }
        }
        for (id, expr) in module.all() {
            match &expr.kind {
                ExprKind::Call { callee, arguments, .. } => {
                    index.calls.push(id);
                    if let ExprKind::Member { object, property, .. } = &module.expr(module.peel(*callee)).kind
                        && PUTS.contains(&&**property)
                        && let [key, _, ..] = &**arguments
                    {
                        index.key(module, *object, *key);
                    }
                    index.call(module, id, *callee, arguments);
                }
                ExprKind::Markup(_) => index.calls.push(id),
                ExprKind::Member { .. } => index.members.push(id),
                ExprKind::Index { object, index: key } => {
                    index.key(module, *object, *key);
                    if module.constant_read(id).is_some() {
                        index.constants.push(id);
                    }
                }
                _ => {}
            }
        }
        for (n, symbol) in module.symbols.iter().enumerate() {
            let id = SymbolId(u32::try_from(n).unwrap_or(u32::MAX));
            for definition in &symbol.definitions {
                if let ExprKind::Item { object, index: 1 } = module.expr(*definition).kind {
                    index.setters.entry(module.peel(object)).or_insert(id);
                }
            }
            for definition in symbol.definitions.iter().take(4) {
                if let ExprKind::Parameter(function, parameter) = module.expr(*definition).kind {
                    index.parameters.entry((function, parameter)).or_insert(id);
                }
            }
        }
        for (name, expr) in &module.exports {
            index.exports.entry(name.clone()).or_default().push(*expr);
        }
        index.tests = module.tests.iter().copied().collect();
        index.about_atlassian = is_about_atlassian(module);
        index.bases = bases(module);
        index.keeps_tables = keeps_tables(module);
        index
    }

    fn call(&mut self, module: &Module, id: ExprId, callee: ExprId, arguments: &[ExprId]) {
        let local = |expr: ExprId| match module.expr(module.peel(expr)).kind {
            ExprKind::Local(symbol) => Some(symbol),
            _ => None,
        };
        let called = local(callee);
        if let Some(symbol) = called {
            self.calls_of.entry(symbol).or_default().push(id);
        }
        for symbol in arguments.iter().filter_map(|a| local(*a)).filter(|s| Some(*s) != called) {
            let calls = self.handed_to.entry(symbol).or_default();
            if calls.last() != Some(&id) {
                calls.push(id);
            }
        }
        let of = match module.expr(module.peel(callee)).kind {
            ExprKind::Member { object, .. } => local(object),
            _ => called,
        };
        let definitions = of.into_iter().flat_map(|s| &module.symbol(s).definitions).take(MAX_DEFINITIONS);
        for definition in definitions {
            if let ExprKind::Parameter(function, n) = module.expr(module.peel(*definition)).kind {
                self.calls_of_parameter.entry((function, n)).or_default().push(id);
            }
        }
    }
}

/// Whether a module is about Atlassian's products, by its file, its imports or the paths it names.
fn is_about_atlassian(module: &Module) -> bool {
    let hosts = Hosts::get();
    hosts.names_a_product(&module.file)
        || module.exprs.iter().any(|e| match &e.kind {
            ExprKind::Import { specifier, .. } => hosts.names_a_product(specifier),
            ExprKind::Text(text) => hosts.is_about_a_product(text),
            _ => false,
        })
}

/// The addresses of Atlassian's own hosts that a module writes out.
fn bases(module: &Module) -> Vec<Box<str>> {
    /// A file with more is a list of links.
    const MOST: usize = 8;
    let own = |text: &str| {
        text.starts_with("https://")
            && Target::parse(text).and_then(|t| t.host).is_some_and(|host| Hosts::get().is_atlassian(&host))
    };
    let texts = module.exprs.iter().filter_map(|e| match &e.kind {
        ExprKind::Text(text) if own(text) => Some(text.clone()),
        _ => None,
    });
    let found: Vec<Box<str>> = texts.take(MOST + 1).collect();
    if found.len() > MOST { Vec::new() } else { found }
}

/// Whether a module imports a library that maps classes to tables.
fn keeps_tables(module: &Module) -> bool {
    module.exprs.iter().any(|e| match &e.kind {
        ExprKind::Import { specifier, .. } => Kept::get().maps_tables(specifier),
        _ => false,
    })
}
