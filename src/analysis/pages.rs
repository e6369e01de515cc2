//! Which code fills in which template, and with what.
//!
//! Templates are found by their names: a call that is handed one, a function that returns one, and the
//! conventions by which frameworks find a page for a class and its method. Nothing is evaluated here.

use std::collections::{BTreeMap, BTreeSet};

use super::link::Program;
use super::value::{At, FunctionAt, ModuleId};
use crate::catalog::renders::Renders;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Language, Module};

/// What a template is filled in with, at one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Rendering {
    /// Objects whose members the template names.
    pub(super) objects: Vec<At>,
    /// Values under names of their own.
    pub(super) named: Vec<(Box<str>, At)>,
    /// The object whose fields the template sees.
    pub(super) class: Option<(ModuleId, ClassId)>,
    /// The template that takes this one in.
    pub(super) outer: Option<ModuleId>,
}

/// Places that fill in one template.
const MAX_RENDERINGS: usize = 12;
/// Templates of one name that a call may mean.
const MAX_NAMESAKES: usize = 40;

/// The templates of a program, and what fills them in.
#[derive(Default)]
pub(super) struct Pages {
    renderings: BTreeMap<ModuleId, Vec<Rendering>>,
    /// Functions that fill in a template which was found.
    fill_in: BTreeSet<FunctionAt>,
    /// Calls that do.
    calls: BTreeSet<At>,
}

impl Pages {
    pub(super) fn new(program: &Program) -> Self {
        let names = Names::new(program);
        let mut pages = Self::default();
        if names.by_stem.is_empty() {
            return pages;
        }
        for id in program.ids() {
            let module = program.module(id);
            for call in &program.index(id).calls {
                pages.call(program, &names, id, module, *call);
            }
            if module.language != Language::Template {
                pages.returned(&names, id, module);
            }
        }
        pages.by_convention(program, &names);
        pages
    }

    /// What fills in a template.
    pub(super) fn of(&self, template: ModuleId) -> &[Rendering] {
        self.renderings.get(&template).map_or(&[], Vec::as_slice)
    }

    /// Whether what a function hands to a page is seen in a template.
    pub(super) fn is_seen(&self, function: FunctionAt) -> bool {
        self.fill_in.contains(&function)
    }

    /// Whether a call fills in a template that was found.
    pub(super) fn is_filled_by(&self, call: At) -> bool {
        self.calls.contains(&call)
    }

    fn add(&mut self, template: ModuleId, rendering: Rendering) {
        let all = self.renderings.entry(template).or_default();
        if all.len() < MAX_RENDERINGS {
            all.push(rendering);
        }
    }

    fn call(&mut self, program: &Program, names: &Names, id: ModuleId, module: &Module, call: ExprId) {
        let ExprKind::Call { callee, arguments, named, .. } = &module.expr(call).kind else { return };
        let (object, name) = match &module.expr(module.peel(*callee)).kind {
            ExprKind::Member { object, property, .. } => (Some(*object), &**property),
            ExprKind::Global(name) => (None, &**name),
            ExprKind::Import { name: Some(name), .. } => (None, &**name),
            ExprKind::Local(symbol) => (None, &*module.symbol(*symbol).name),
            _ => return,
        };
        if !Renders::get().fills_in(name) {
            return;
        }
        let here = |expr: ExprId| At { module: id, expr };
        let mut wanted: Vec<Box<str>> = Vec::new();
        let texts = arguments.iter().take(4).chain(named.iter().map(|(_, v)| v).take(4));
        wanted.extend(texts.filter_map(|a| text_of(module, *a, 0)));
        // `env.get_template("card.html").render(user=user)`
        if let Some(object) = object {
            wanted.extend(named_before(module, object, 0));
        }
        let mut templates = names.find(program, id, &wanted);
        let function = module.expr(call).function;
        if templates.is_empty() && matches!(name, "View" | "PartialView" | "view" | "render") {
            templates = names.by_action(program, id, function);
        }
        for template in templates {
            if template == id {
                continue;
            }
            let mut rendering = Rendering {
                objects: arguments.iter().copied().map(here).collect(),
                named: named.iter().map(|(n, v)| (n.clone(), here(*v))).collect(),
                class: module.function(function).class.map(|c| (id, c)),
                outer: (module.language == Language::Template).then_some(id),
            };
            // `new ModelAndView("people", "users", users)`
            for pair in arguments.windows(2) {
                if let [key, value] = pair
                    && let Some(text) = text_of(module, *key, 0)
                {
                    rendering.named.push((text, here(*value)));
                }
            }
            if let Some(locals) =
                named.iter().find(|(n, _)| matches!(&**n, "locals" | "context" | "data" | "model"))
            {
                rendering.objects.push(here(locals.1));
            }
            // A partial is named for what it shows.
            let own = names.stem(template);
            for (key, value) in named {
                if matches!(&**key, "object" | "collection" | "model")
                    && let Some(own) = own
                {
                    rendering.named.push((own.into(), here(*value)));
                }
            }
            if module.language != Language::Template {
                put_in(id, module, function, &mut rendering);
                self.fill_in.insert(FunctionAt { module: id, function });
                self.calls.insert(here(call));
            }
            self.add(template, rendering);
        }
    }

    /// A function of a controller that returns the name of a template.
    fn returned(&mut self, names: &Names, id: ModuleId, module: &Module) {
        if !matches!(module.language, Language::Java | Language::Kotlin) {
            return;
        }
        for (i, function) in module.functions.iter().enumerate() {
            if !function.decorators.iter().any(|d| Renders::get().returns_name(d)) {
                continue;
            }
            let of = FunctionId(u32::try_from(i).unwrap_or(u32::MAX));
            let wanted: Vec<Box<str>> =
                function.returns.iter().take(8).filter_map(|r| text_of(module, *r, 0)).collect();
            for template in names.find_by_text(&wanted, &module.file) {
                let mut rendering = Rendering::default();
                put_in(id, module, of, &mut rendering);
                self.fill_in.insert(FunctionAt { module: id, function: of });
                self.add(template, rendering);
            }
        }
    }

    /// `PeopleController` and `people/show.html.erb`; `Own.cshtml.cs` and `Own.cshtml`.
    fn by_convention(&mut self, program: &Program, names: &Names) {
        let mut owners: BTreeMap<String, Vec<ModuleId>> = BTreeMap::new();
        for id in program.ids() {
            let file = &program.module(id).file;
            let module = program.module(id);
            // A page and its code: in a file beside it, or written into it.
            let razor = |f: &&str| f.ends_with(".cshtml") || f.ends_with(".razor");
            let code = (module.language == Language::CSharp).then_some(&**file);
            let page = code.map(|f| f.strip_suffix(".cs").unwrap_or(f)).filter(razor).map(str::to_owned);
            let controller = file
                .strip_suffix("_controller.rb")
                .map(|f| f.rsplit_once("controllers/").map_or(f, |(_, f)| f).to_ascii_lowercase());
            if let Some(key) = page.or(controller) {
                owners.entry(key).or_default().push(id);
            }
        }
        for (template, name) in &names.all {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = folder.rsplit_once("views/").map_or(folder, |(_, f)| f);
            let file = &program.module(*template).file;
            let of_page = owners.get(&**file).into_iter().flatten();
            for id in of_page.chain(owners.get(folder).into_iter().flatten()).take(MAX_RENDERINGS) {
                for j in 0..program.module(*id).classes.len().min(MAX_RENDERINGS) {
                    let class = ClassId(u32::try_from(j).unwrap_or(u32::MAX));
                    self.add(*template, Rendering { class: Some((*id, class)), ..Rendering::default() });
                }
            }
        }
    }
}

/// The text that an expression is, also through a variable of its own file.
fn text_of(module: &Module, expr: ExprId, depth: u32) -> Option<Box<str>> {
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) if text.len() < 200 => Some(text.clone()),
        // `"people/" + name`, `"redirect:/x"` are no names of files.
        ExprKind::Join(parts) => match parts.as_slice() {
            [only] if depth < 3 => text_of(module, *only, depth + 1),
            _ => None,
        },
        ExprKind::Local(symbol) if depth < 3 => match module.symbol(*symbol).definitions.as_slice() {
            [only] => text_of(module, *only, depth + 1),
            _ => None,
        },
        ExprKind::Member { object, property, .. } if depth < 3 => {
            // A constant of the class around it.
            if !matches!(module.expr(module.peel(*object)).kind, ExprKind::This) {
                return None;
            }
            let class = module.function(module.expr(expr).function).class?;
            let mut values =
                module.class(class).fields.iter().filter(|(n, _)| n == property).map(|(_, v)| *v);
            match (values.next(), values.next()) {
                (Some(only), None) => text_of(module, only, depth + 1),
                _ => None,
            }
        }
        ExprKind::List(items) if depth < 3 => {
            items.iter().take(2).find_map(|i| text_of(module, *i, depth + 1))
        }
        _ => None,
    }
}

/// The names that calls before this one in a chain were handed, also by way of a variable.
fn named_before(module: &Module, object: ExprId, depth: u32) -> Vec<Box<str>> {
    if depth > 4 {
        return Vec::new();
    }
    match &module.expr(module.peel(object)).kind {
        ExprKind::Call { callee, arguments, .. } => {
            let mut out: Vec<Box<str>> =
                arguments.iter().take(4).filter_map(|a| text_of(module, *a, 0)).collect();
            for argument in arguments.iter().take(2) {
                out.extend(named_before(module, *argument, depth + 1));
            }
            if let ExprKind::Member { object, .. } = module.expr(module.peel(*callee)).kind {
                out.extend(named_before(module, object, depth + 1));
            }
            out
        }
        ExprKind::Result { call, .. } => named_before(module, *call, depth + 1),
        ExprKind::Local(symbol) => {
            let definitions = &module.symbol(*symbol).definitions;
            definitions.iter().take(3).flat_map(|d| named_before(module, *d, depth + 1)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a function puts under names for a template.
fn put_in(id: ModuleId, module: &Module, function: FunctionId, out: &mut Rendering) {
    const MAX_PUTS: usize = 60;
    let table = Renders::get();
    for (_, expr) in module.all().filter(|(_, e)| e.function == function) {
        if out.named.len() >= MAX_PUTS {
            break;
        }
        let ExprKind::Call { callee, arguments, .. } = &expr.kind else { continue };
        let ExprKind::Member { property, .. } = &module.expr(module.peel(*callee)).kind else { continue };
        if let [key, value, ..] = &**arguments
            && table.puts(property)
            && let Some(key) = text_of(module, *key, 0)
        {
            out.named.push((key, At { module: id, expr: *value }));
        }
    }
    for write in &module.writes {
        let Some(property) = &write.property else { continue };
        let bag = module
            .written_name(write.object)
            .is_some_and(|o| o.rsplit('.').next().is_some_and(|last| table.is_bag(last)));
        if bag && module.expr(write.value).function == function && out.named.len() < MAX_PUTS {
            out.named.push((property.clone(), At { module: id, expr: write.value }));
        }
    }
}

/// The templates of a program by name.
struct Names {
    /// Each with its path without endings.
    all: Vec<(ModuleId, String)>,
    /// By the last part of the path.
    by_stem: BTreeMap<String, Vec<usize>>,
}

/// A path without the endings of its last part, and without the mark of a partial.
fn bare(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.trim_start_matches('_');
    let stem = name.split('.').next().unwrap_or(name);
    let whole = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
    whole.to_ascii_lowercase()
}

impl Names {
    fn new(program: &Program) -> Self {
        let mut all = Vec::new();
        let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for id in program.ids().filter(|id| program.module(*id).language == Language::Template) {
            let name = bare(&program.module(id).file);
            let stem = name.rsplit('/').next().unwrap_or(&name).to_owned();
            by_stem.entry(stem).or_default().push(all.len());
            all.push((id, name));
        }
        Self { all, by_stem }
    }

    fn stem(&self, template: ModuleId) -> Option<&str> {
        let (_, name) = self.all.iter().find(|(id, _)| *id == template)?;
        name.rsplit('/').next()
    }

    fn find(&self, program: &Program, from: ModuleId, wanted: &[Box<str>]) -> Vec<ModuleId> {
        self.find_by_text(wanted, &program.module(from).file)
    }

    /// The templates that any of the texts names, as seen from a file.
    fn find_by_text(&self, wanted: &[Box<str>], from: &str) -> Vec<ModuleId> {
        let mut out = Vec::new();
        for text in wanted {
            let text = text.trim_start_matches(['~', '/', '.', '@']);
            let text = text.rsplit("::").next().unwrap_or(text);
            // `people.index` of Blade; `people.html` has an ending.
            let dotted = !text.contains('/') && text.matches('.').count() >= 1 && !has_ending(text);
            let name = if dotted { text.replace('.', "/").to_ascii_lowercase() } else { bare(text) };
            let stem = name.rsplit('/').next().unwrap_or(&name);
            let Some(known) = self.by_stem.get(stem).filter(|_| !stem.is_empty()) else { continue };
            let fits = |i: &&usize| {
                self.all.get(**i).is_some_and(|(_, path)| {
                    *path == name || path.ends_with(&format!("/{}", name.replace("/_", "/")))
                })
            };
            let mut near: Vec<(usize, ModuleId)> = known
                .iter()
                .take(MAX_NAMESAKES)
                .filter(fits)
                .filter_map(|i| self.all.get(*i))
                .map(|(id, path)| (common(path, from), *id))
                .collect();
            near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            // Of several with one name, those nearest to the code.
            let best = near.first().map(|(n, _)| *n);
            out.extend(near.into_iter().filter(|(n, _)| Some(*n) == best).map(|(_, id)| id).take(2));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// `People/Index` for the method `Index` of `PeopleController`.
    fn by_action(&self, program: &Program, id: ModuleId, function: FunctionId) -> Vec<ModuleId> {
        let module = program.module(id);
        let data = module.function(function);
        let (Some(class), Some(action)) = (data.class, &data.name) else { return Vec::new() };
        let class = &module.class(class).name;
        let Some(controller) = class.strip_suffix("Controller") else { return Vec::new() };
        let action = action.trim_end_matches("Async");
        self.find_by_text(&[format!("{controller}/{action}").into()], &module.file)
    }
}

/// Whether a name ends as files of templates do.
fn has_ending(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "html",
        "htm",
        "xhtml",
        "j2",
        "jinja",
        "jinja2",
        "twig",
        "njk",
        "liquid",
        "hbs",
        "handlebars",
        "mustache",
        "ejs",
        "erb",
        "jsp",
        "vm",
        "ftl",
        "ftlh",
        "cshtml",
        "razor",
        "tmpl",
        "gohtml",
        "tpl",
        "php",
        "txt",
        "haml",
        "slim",
        "pug",
        "soy",
        "xml",
        "phtml",
    ];
    name.rsplit('.').next().is_some_and(|end| ENDINGS.contains(&end))
}

/// How many folders two paths share from the top.
fn common(left: &str, right: &str) -> usize {
    let right = right.to_ascii_lowercase();
    left.split('/').zip(right.split('/')).take_while(|(a, b)| a == b).count()
}
