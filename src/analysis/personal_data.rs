//! How stored accounts are reported to Atlassian, what runs the reports, and what is erased when the app is
//! removed: who calls whom, in both directions.
//!
//! Which names are schedulers and which calls erase is data (`catalog/personal-data.yaml`). Manifests are not
//! read here: whoever has one names its entry points, and is told what they come to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex::Regex;
use std::sync::LazyLock;

use super::accesses::place;
use super::eval::Evaluator;
use super::periods;
use super::value::{At, Atom, FunctionAt, ModuleId};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::HOLE;
use crate::catalog::personal_data::PersonalData;
use crate::facts::{Erasure, Located, PersonalDataFacts, ReportCall, ReportSchedule, ReportVia};
use crate::findings::Confidence;
use crate::program::{ClassId, ExprId, ExprKind, FunctionId, Module};
use crate::text::{Place, SourceFile, Span, redact};

/// The role of a client's method that reports.
const ROLE: &str = "personal-data-report";
/// Functions that are looked at in one direction.
const MAX_FUNCTIONS: usize = 400;
/// Calls upwards from a report among which its answer may be looked at.
const MAX_UP: u32 = 2;
/// Calls downwards from these.
const MAX_DOWN: u32 = 2;
/// Callers of one function.
const MAX_CALLERS: usize = 100;
/// Expressions that are walked for one schedule.
const MAX_WALK: usize = 300;
/// Places that are kept of a kind.
const MAX_PLACES: usize = 50;
/// How much of an expression is shown.
const EXPRESSION: usize = 120;
/// How far above a function its annotations are looked for, in bytes.
const ABOVE: usize = 600;

/// What an entry point that was asked for comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where its function stands; `None` when no function of that name was found.
    pub place: Option<Place>,
    /// Whether a report is reached from it.
    pub reports: bool,
    /// Where something is deleted because of it.
    pub deletes: Vec<Place>,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Reporting {
    pub(super) facts: PersonalDataFacts,
    pub(super) entries: BTreeMap<String, Entry>,
}

/// A number behind a name that says that it is the size of a batch, or in a call that splits a list.
static BATCH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[a-z_]*(?:batch|chunk)(?:_?size|_?limit|_?length|_?max)?|max_?accounts[a-z_]*|[a-z_]*accounts_?per_?(?:request|report|batch)|page_?size)\b\s*(?::\s*[a-z]+\s*)?(?::?=|:|=>)\s*([0-9]{1,6})\b|\b(?:[a-z_.]*chunk(?:ed|s)?|array_chunk|batched|partition|in_groups_of|each_slice)\s*(?:<[^>\n]{0,40}>)?\(?[^\n;{}]{0,80}?\b([0-9]{2,6})\b")
        .expect("a constant pattern, and a test uses it")
});

/// Looks for all of it. `entries` are names of functions that something outside the code calls.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    entries: &BTreeSet<String>,
) -> Reporting {
    let mut look = Look { evaluator, file };
    let sites = look.sites();
    let reaching = look.reaching(&sites, u32::MAX);
    let names = look.names(&reaching);
    let mut out = Reporting::default();
    for (at, via) in &sites {
        out.facts.reports.extend(look.report(*at, *via));
    }
    if !sites.is_empty() {
        out.facts.schedules = look.schedules(&reaching, &names);
    }
    out.facts.erasures = look.erasures();
    for name in entries {
        out.entries.insert(name.clone(), look.entry(name, &reaching));
    }
    out.facts.reports.sort_by(|a, b| a.place.cmp(&b.place));
    out
}

struct Look<'w, 'p, 'a> {
    evaluator: &'w mut Evaluator<'p>,
    file: &'w dyn Fn(&str) -> Option<&'a SourceFile>,
}

impl<'a> Look<'_, '_, 'a> {
    fn source(&self, module: ModuleId) -> Option<&'a SourceFile> {
        (self.file)(&self.evaluator.program.module(module).file)
    }

    fn place(&self, at: At) -> Option<Place> {
        place(self.evaluator, self.file, at)
    }

    fn expression(&self, at: At) -> String {
        let span = self.evaluator.program.module(at.module).expr(at.expr).span;
        self.source(at.module).map(|s| redact::one_line(s.slice(span), EXPRESSION)).unwrap_or_default()
    }

    /// The function around an expression.
    fn home(&self, at: At) -> FunctionAt {
        let function = self.evaluator.program.module(at.module).expr(at.expr).function;
        FunctionAt { module: at.module, function }
    }

    /// Calls that report, one a function.
    fn sites(&mut self) -> Vec<(At, ReportVia)> {
        let program = self.evaluator.program;
        let path = &PersonalData::get().report.path;
        let mut found: BTreeMap<FunctionAt, (At, ReportVia)> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            let Some(source) = self.source(module) else { continue };
            let named = source.text.contains(path.as_str()) || source.text.contains("reportPersonalData");
            // The path may stand in another file; whoever sends it has a name for that.
            let imports = || source.text.to_ascii_lowercase().contains("report");
            if !named && !imports() {
                continue;
            }
            for call in &program.index(module).calls {
                let ExprKind::Call { callee, arguments, named, .. } = &data.expr(*call).kind else {
                    continue;
                };
                let at = At { module, expr: *call };
                let home = self.home(at);
                let target = self.evaluator.value(At { module, expr: *callee });
                let language = data.language.table_name();
                let forge = target.iter().any(|a| match a {
                    Atom::Extern { package, path, .. } => Clients::get()
                        .find(language, package, path)
                        .is_some_and(|c| c.role.as_deref() == Some(ROLE)),
                    _ => false,
                });
                if forge {
                    found.insert(home, (at, ReportVia::Forge));
                    continue;
                }
                if target.iter().any(|a| matches!(a, Atom::Function { .. })) {
                    // A function of the program that is handed the address: its caller decides.
                    if !self.is_handed_path(at, arguments, named, home) {
                        continue;
                    }
                } else if !self.is_handed_path(at, arguments, named, home) {
                    continue;
                }
                found.entry(home).or_insert((at, ReportVia::Rest));
            }
        }
        found.into_values().take(MAX_PLACES).collect()
    }

    /// Whether a call is handed the path of a report that this function itself names.
    fn is_handed_path(
        &mut self,
        at: At,
        arguments: &[ExprId],
        named: &[(Box<str>, ExprId)],
        home: FunctionAt,
    ) -> bool {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let mut open: Vec<ExprId> = arguments.iter().copied().chain(named.iter().map(|(_, v)| *v)).collect();
        let mut looked = 0;
        while let Some(expr) = open.pop() {
            looked += 1;
            if looked > 40 {
                return false;
            }
            if let ExprKind::Object { fields, .. } = &data.expr(data.peel(expr)).kind {
                open.extend(fields.iter().map(|(_, v)| *v));
                continue;
            }
            let value = self.evaluator.value(At { module: at.module, expr });
            let own = |a: &Atom| match a {
                Atom::Text { text, home: made, .. } => *made == home && is_report_path(text),
                _ => false,
            };
            if value.iter().any(own) {
                return true;
            }
        }
        false
    }

    /// The functions from which a report is reached by at most so many calls, its own and those around it
    /// included.
    fn reaching(&mut self, sites: &[(At, ReportVia)], most: u32) -> BTreeSet<FunctionAt> {
        let program = self.evaluator.program;
        let mut seen: BTreeSet<FunctionAt> = BTreeSet::new();
        let mut open: VecDeque<(FunctionAt, u32)> = sites.iter().map(|(at, _)| (self.home(*at), 0)).collect();
        while let Some((of, depth)) = open.pop_front() {
            if of.function.0 == 0 || seen.len() >= MAX_FUNCTIONS || !seen.insert(of) {
                continue;
            }
            if let Some(parent) = program.module(of.module).function(of.function).parent {
                open.push_back((FunctionAt { module: of.module, function: parent }, depth));
            }
            if depth >= most {
                continue;
            }
            let Some(callers) = self.evaluator.callers.get(&of) else { continue };
            let calls: Vec<At> = callers
                .calls
                .iter()
                .chain(callers.passed.iter().map(|(call, ..)| call))
                .take(MAX_CALLERS)
                .copied()
                .collect();
            for call in calls {
                // What runs whatever it is handed says nothing about this one.
                if !self.calls_a_parameter(call) {
                    open.push_back((self.home(call), depth + 1));
                }
            }
        }
        seen
    }

    /// Whether what is called is what this function was handed.
    fn calls_a_parameter(&self, call: At) -> bool {
        let data = self.evaluator.program.module(call.module);
        let ExprKind::Call { callee, .. } = &data.expr(call.expr).kind else { return false };
        let is_parameter = |expr: ExprId| matches!(data.expr(data.peel(expr)).kind, ExprKind::Parameter(..));
        match &data.expr(data.peel(*callee)).kind {
            ExprKind::Parameter(..) => true,
            ExprKind::Local(symbol) => {
                data.symbol(*symbol).definitions.iter().take(4).any(|d| is_parameter(*d))
            }
            _ => false,
        }
    }

    /// The names under which what reaches a report may be scheduled: functions, classes, and the texts that
    /// a class has as its name for others.
    fn names(&self, reaching: &BTreeSet<FunctionAt>) -> BTreeSet<String> {
        let program = self.evaluator.program;
        let mut out = BTreeSet::new();
        for of in reaching {
            let module = program.module(of.module);
            let function = module.function(of.function);
            out.extend(function_name(module, of.function));
            let Some(class) = function.class.map(|c| module.class(c)) else { continue };
            if !class.name.is_empty() {
                out.insert(class.name.to_string());
            }
            for (_, value) in &class.fields {
                if let ExprKind::Text(text) = &module.expr(module.peel(*value)).kind
                    && let Some(first) = text.split_whitespace().next()
                {
                    out.insert(first.to_owned());
                }
            }
        }
        out
    }

    fn report(&mut self, at: At, via: ReportVia) -> Option<ReportCall> {
        let place = self.place(at)?;
        // Its answer is looked at where it is asked, by who asks, and by whom these call.
        let mut near = self.reaching(&[(at, via)], MAX_UP);
        near.insert(self.home(at));
        let around = self.called_from(&near, MAX_DOWN);
        let answers = &PersonalData::get().answers;
        Some(ReportCall {
            // Forge's own method splits what it is handed.
            batch: if via == ReportVia::Rest { self.batch(at, &around) } else { None },
            closed: self.says(at.module, &around, &answers.closed),
            updated: self.says(at.module, &around, &answers.updated),
            expression: self.expression(at),
            confidence: Confidence::Likely,
            place,
            via,
        })
    }

    /// The place in some functions that names one of some words.
    fn says(&self, first: ModuleId, functions: &BTreeSet<FunctionAt>, words: &[String]) -> Option<Place> {
        let program = self.evaluator.program;
        let is_word = |text: &str| words.iter().any(|w| text.eq_ignore_ascii_case(w));
        let modules: BTreeSet<ModuleId> = functions.iter().map(|f| f.module).collect();
        let mut found: Vec<(bool, Place)> = Vec::new();
        for module in modules {
            let data = program.module(module);
            for (id, expr) in data.all() {
                let named = match &expr.kind {
                    ExprKind::Text(text) => is_word(text),
                    // `Status.CLOSED`, `status.closed?`.
                    ExprKind::Member { property, .. } => {
                        is_word(property.trim_end_matches('?').trim_start_matches("is"))
                    }
                    _ => false,
                };
                let of = FunctionAt { module, function: expr.function };
                if named && functions.contains(&of) {
                    // The file of the report comes first.
                    found.extend(self.place(At { module, expr: id }).map(|p| (module != first, p)));
                    break;
                }
            }
        }
        found.into_iter().min().map(|(_, place)| place)
    }

    /// The size of a batch, by the texts of the files that ask and hand over.
    fn batch(&self, at: At, around: &BTreeSet<FunctionAt>) -> Option<Located<u32>> {
        let program = self.evaluator.program;
        let mut found: Option<Located<u32>> = None;
        let mut modules: Vec<ModuleId> = vec![at.module];
        modules.extend(around.iter().map(|f| f.module).filter(|m| *m != at.module));
        modules.dedup();
        let named: BTreeSet<ModuleId> = modules.into_iter().take(20).collect();
        for module in named {
            let Some(source) = self.source(module) else { continue };
            let spans: Vec<Span> = around
                .iter()
                .filter(|f| f.module == module && f.function.0 != 0)
                .map(|f| program.module(module).function(f.function).span)
                .collect();
            for captures in BATCH.captures_iter(&source.text).take(100) {
                let Some(number) = captures.get(1).or_else(|| captures.get(2)) else { continue };
                let Ok(value) = number.as_str().parse::<u32>() else { continue };
                let at_number = number.start();
                // In one of the functions, or in none: a constant of the file.
                let start = u32::try_from(at_number).unwrap_or(u32::MAX);
                let inside = |s: &Span| s.start <= start && start < s.end;
                let functions = &program.module(module).functions;
                let free = functions.iter().skip(1).all(|f| !inside(&f.span));
                if value == 0 || !(free && module == at.module || spans.iter().any(inside)) {
                    continue;
                }
                if found.as_ref().is_none_or(|f| f.value < value) {
                    let place = source.place(Span::new(at_number, number.end()));
                    found = Some(Located { value, place });
                }
            }
        }
        found
    }

    /// What runs a report again and again.
    fn schedules(
        &mut self,
        reaching: &BTreeSet<FunctionAt>,
        names: &BTreeSet<String>,
    ) -> Vec<ReportSchedule> {
        let program = self.evaluator.program;
        // Of a chain of calls that starts at one place the longest says how often.
        let mut found: BTreeMap<(ModuleId, u32, &'static str), (At, Option<u32>)> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            let language = data.language.table_name();
            let imported = data.exprs.iter().filter_map(|e| match &e.kind {
                ExprKind::Import { specifier, .. } => Some(&**specifier),
                _ => None,
            });
            let imports: BTreeSet<&str> = imported.chain(data.opens.iter().map(|o| &**o)).collect();
            for call in &program.index(module).calls {
                let ExprKind::Call { callee, arguments, named, .. } = &data.expr(*call).kind else {
                    continue;
                };
                let at = At { module, expr: *call };
                let Some(row) = self.row(module, *callee, language, &imports) else { continue };
                let mut parts: Vec<ExprId> = arguments.iter().copied().collect();
                parts.extend(named.iter().map(|(_, v)| *v));
                parts.push(*callee);
                if !self.reaches(module, parts, reaching, names) {
                    continue;
                }
                let number = |n: Option<usize>| n.and_then(|n| arguments.get(n)).copied();
                let hours = match (number(row.milliseconds), number(row.seconds)) {
                    (Some(expr), _) => self.number(module, expr).and_then(|t| periods::milliseconds(&t)),
                    (None, Some(expr)) => self
                        .number(module, expr)
                        .and_then(|t| periods::seconds(&t).or_else(|| periods::hours(&t))),
                    (None, None) => self.period(at),
                };
                let span = data.expr(*call).span;
                let key = (module, span.start, row.id.as_str());
                let longer = |known: &(At, Option<u32>)| {
                    program.module(module).expr(known.0.expr).span.end <= span.end
                };
                if found.get(&key).is_none_or(longer) {
                    found.insert(key, (at, hours));
                }
            }
            self.entries_of(module, language, names, &mut found);
        }
        let mut out: Vec<ReportSchedule> = found
            .into_iter()
            .filter_map(|((_, _, id), (at, hours))| {
                let place = self.place(at)?;
                Some(ReportSchedule { place, by: id.to_owned(), expression: self.expression(at), hours })
            })
            .collect();
        out.extend(self.annotated(reaching));
        out.sort_by(|a, b| (&a.place, &a.by).cmp(&(&b.place, &b.by)));
        out.truncate(MAX_PLACES);
        out
    }

    fn row(
        &mut self,
        module: ModuleId,
        callee: ExprId,
        language: &str,
        imports: &BTreeSet<&str>,
    ) -> Option<&'static crate::catalog::personal_data::Schedule> {
        let data = self.evaluator.program.module(module);
        let target = self.evaluator.value(At { module, expr: callee });
        let table = PersonalData::get();
        let known = target.iter().find_map(|a| match a {
            Atom::Extern { package, path, .. } => table.schedule(language, package, path, imports),
            _ => None,
        });
        if known.is_some() {
            return known;
        }
        let own = target.iter().any(|a| matches!(a, Atom::Function { .. } | Atom::Class(..)));
        let written = data.written_name(callee).filter(|_| !own)?;
        table.schedule(language, UNKNOWN_PACKAGE, &written, imports)
    }

    /// Whether one of some expressions is, holds or names something that reaches a report.
    fn reaches(
        &mut self,
        module: ModuleId,
        parts: Vec<ExprId>,
        reaching: &BTreeSet<FunctionAt>,
        names: &BTreeSet<String>,
    ) -> bool {
        let program = self.evaluator.program;
        let data = program.module(module);
        let mut open = parts;
        for _ in 0..MAX_WALK {
            let Some(expr) = open.pop() else { return false };
            match &data.expr(expr).kind {
                ExprKind::Function(function) => {
                    if reaching.contains(&FunctionAt { module, function: *function }) {
                        return true;
                    }
                }
                ExprKind::Text(text) => {
                    let last = text.rsplit(['.', ':', '\\', '/', '#']).next().unwrap_or(text);
                    if names.contains(&**text) || names.contains(last) {
                        return true;
                    }
                }
                ExprKind::Local(_)
                | ExprKind::Global(_)
                | ExprKind::Import { .. }
                | ExprKind::Member { .. } => {
                    let value = self.evaluator.value(At { module, expr });
                    if value.iter().any(|a| self.is_reaching(a, reaching)) {
                        return true;
                    }
                    match &data.expr(expr).kind {
                        ExprKind::Member { object, .. } => open.push(*object),
                        ExprKind::Global(name) if names.contains(&**name) => return true,
                        _ => {}
                    }
                }
                ExprKind::Call { callee, arguments, named, .. } => {
                    // `new ReportJob()`, `report.s()`: what is made or bound, and what it is handed.
                    open.push(*callee);
                    open.extend(arguments.iter().copied());
                    open.extend(named.iter().map(|(_, v)| *v));
                }
                ExprKind::Object { fields, spreads } => {
                    open.extend(fields.iter().map(|(_, v)| *v));
                    open.extend(spreads.iter().copied());
                }
                ExprKind::List(items) | ExprKind::Join(items) | ExprKind::Operation(items) => {
                    open.extend(items.iter().copied());
                }
                ExprKind::Choice(_, arms) => open.extend(arms.iter().copied()),
                ExprKind::Same(inner) | ExprKind::Typed { value: inner, .. } => open.push(*inner),
                ExprKind::Class(class) => {
                    if self.is_class_reaching(module, *class, reaching) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    fn is_reaching(&self, atom: &Atom, reaching: &BTreeSet<FunctionAt>) -> bool {
        match atom {
            Atom::Function { at, .. } => reaching.contains(at),
            Atom::Class(module, class) => self.is_class_reaching(*module, *class, reaching),
            _ => false,
        }
    }

    fn is_class_reaching(&self, module: ModuleId, class: ClassId, reaching: &BTreeSet<FunctionAt>) -> bool {
        let methods = &self.evaluator.program.module(module).class(class).methods;
        methods.iter().any(|(_, f)| reaching.contains(&FunctionAt { module, function: *f }))
    }

    /// The text of an expression that is a number, names of constants put in.
    fn number(&self, module: ModuleId, expr: ExprId) -> Option<String> {
        let data = self.evaluator.program.module(module);
        let source = self.source(module)?;
        let mut text = source.slice(data.expr(expr).span).to_owned();
        for _ in 0..4 {
            let names: BTreeSet<String> = text
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .filter(|w| w.starts_with(|c: char| c.is_alphabetic() || c == '_'))
                .map(str::to_owned)
                .collect();
            if names.is_empty() || text.len() > 300 {
                break;
            }
            for name in names {
                let constant = data.symbols.iter().find(|s| *s.name == *name && s.definitions.len() == 1)?;
                let definition = constant.definitions.first()?;
                let value = source.slice(data.expr(*definition).span);
                text = text.replace(&name, &format!("({value})"));
            }
        }
        Some(text)
    }

    /// How often a call says that something runs: by texts that it is handed, else by its own text.
    fn period(&mut self, at: At) -> Option<u32> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        if let ExprKind::Call { arguments, named, .. } = &data.expr(at.expr).kind {
            for argument in arguments.iter().chain(named.iter().map(|(_, v)| v)).take(8) {
                let value = self.evaluator.value(At { module: at.module, expr: *argument });
                let found = value.texts().find_map(|t| {
                    periods::cron(t).or_else(|| if t.len() < 40 { periods::hours(t) } else { None })
                });
                if found.is_some() {
                    return found;
                }
            }
        }
        let source = self.source(at.module)?;
        periods::hours(&without_functions(data, at.expr, source))
    }

    /// Jobs in lists: objects with a key for what runs and one for how often, and pairs.
    fn entries_of(
        &mut self,
        module: ModuleId,
        language: &str,
        names: &BTreeSet<String>,
        found: &mut BTreeMap<(ModuleId, u32, &'static str), (At, Option<u32>)>,
    ) {
        let data = self.evaluator.program.module(module);
        let Some(source) = self.source(module) else { return };
        let text_of = |expr: ExprId| match &data.expr(data.peel(expr)).kind {
            ExprKind::Text(text) => Some(text.rsplit(['.', ':', '/']).next().unwrap_or(text).to_owned()),
            ExprKind::Global(name) => Some(name.to_string()),
            ExprKind::Local(symbol) => Some(data.symbol(*symbol).name.to_string()),
            _ => None,
        };
        for (id, expr) in data.all() {
            match &expr.kind {
                ExprKind::Object { fields, .. } => {
                    for row in PersonalData::get().entries(language) {
                        let of = |key: &str| {
                            fields.iter().find(|(k, _)| k.as_deref() == Some(key)).map(|(_, v)| *v)
                        };
                        let (Some(work), Some(period)) = (of(&row.work), of(&row.period)) else { continue };
                        if text_of(work).is_some_and(|w| names.contains(&w)) {
                            let text = source.slice(data.expr(period).span);
                            let hours = periods::hours(text).or_else(|| periods::seconds(text));
                            let at = At { module, expr: id };
                            found.insert((module, expr.span.start, row.id.as_str()), (at, hours));
                        }
                    }
                }
                ExprKind::List(items) => {
                    let (Some(row), [period, work, ..]) =
                        (PersonalData::get().pair(language), items.as_slice())
                    else {
                        continue;
                    };
                    let ExprKind::Text(cron) = &data.expr(data.peel(*period)).kind else { continue };
                    let Some(hours) = periods::cron(cron) else { continue };
                    if text_of(*work).is_some_and(|w| names.contains(&w)) {
                        let at = At { module, expr: id };
                        found.insert((module, expr.span.start, row.id.as_str()), (at, Some(hours)));
                    }
                }
                _ => {}
            }
        }
    }

    /// Functions that reach a report and are annotated to be run again and again.
    fn annotated(&self, reaching: &BTreeSet<FunctionAt>) -> Vec<ReportSchedule> {
        let program = self.evaluator.program;
        let mut out = Vec::new();
        for of in reaching {
            let module = program.module(of.module);
            let Some(source) = self.source(of.module) else { continue };
            for (name, id) in PersonalData::get().annotations(module.language.table_name()) {
                let Some((start, text)) = annotation(source, module.function(of.function).span, name) else {
                    continue;
                };
                let number = |t: &str| {
                    let inner = t.split_once('(').map_or("", |(_, i)| i).trim_end_matches(')');
                    periods::milliseconds(inner)
                };
                out.push(ReportSchedule {
                    place: source.place(Span::new(start, start + text.len())),
                    by: id.to_owned(),
                    expression: redact::one_line(text, EXPRESSION),
                    hours: periods::hours(text).or_else(|| number(text)),
                });
            }
        }
        out
    }

    /// What runs when the app is removed, by the names, paths and types that say so.
    fn erasures(&mut self) -> Vec<Erasure> {
        let program = self.evaluator.program;
        let table = PersonalData::get();
        let mut handlers: BTreeMap<FunctionAt, String> = BTreeMap::new();
        for module in program.ids() {
            let data = program.module(module);
            let Some(source) = self.source(module) else { continue };
            if !table.is_uninstall(&source.text) {
                continue;
            }
            for (index, function) in data.functions.iter().enumerate().skip(1) {
                let id = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
                let name = function_name(data, id).unwrap_or_default();
                let typed = function
                    .parameters
                    .iter()
                    .filter_map(|p| p.type_name.as_deref())
                    .any(|t| table.is_uninstall(t));
                if table.is_uninstall(&name)
                    || typed
                    || annotated_with(source, function.span, |t| table.is_uninstall(t))
                {
                    handlers.entry(FunctionAt { module, function: id }).or_insert(name);
                }
            }
            for call in &program.index(module).calls {
                let ExprKind::Call { arguments, .. } = &data.expr(*call).kind else { continue };
                let named = arguments.iter().find_map(|a| match &data.expr(data.peel(*a)).kind {
                    ExprKind::Text(text) if text.len() < 200 && table.is_uninstall(text) => {
                        Some(text.to_string())
                    }
                    _ => None,
                });
                let Some(named) = named else { continue };
                for argument in arguments {
                    let value = self.evaluator.value(At { module, expr: *argument });
                    for atom in value.iter() {
                        if let Atom::Function { at, .. } = atom {
                            handlers.entry(*at).or_insert_with(|| named.clone());
                        }
                    }
                }
            }
        }
        let mut out: Vec<Erasure> = Vec::new();
        for (of, name) in handlers.into_iter().take(MAX_PLACES) {
            let Some(place) = self.function_place(of) else { continue };
            let name = redact::one_line(&name, 60);
            out.push(Erasure { place, name, deletes: self.deletes_from(of) });
        }
        out.sort_by(|a, b| a.place.cmp(&b.place));
        out
    }

    /// What an entry point of that name comes to.
    fn entry(&mut self, name: &str, reaching: &BTreeSet<FunctionAt>) -> Entry {
        let program = self.evaluator.program;
        let mut entry = Entry::default();
        for module in program.ids() {
            let data = program.module(module);
            let mut found: BTreeSet<FunctionAt> = BTreeSet::new();
            for (_, value) in data.exports.iter().filter(|(n, _)| &**n == name).take(4) {
                let value = self.evaluator.value(At { module, expr: *value });
                found.extend(value.iter().filter_map(|a| match a {
                    Atom::Function { at, .. } => Some(*at),
                    _ => None,
                }));
            }
            for of in found {
                entry.reports |= reaching.contains(&of);
                if entry.place.is_none() {
                    entry.place = self.function_place(of);
                }
                entry.deletes.extend(self.deletes_from(of));
            }
        }
        entry.deletes.sort();
        entry.deletes.dedup();
        entry.deletes.truncate(MAX_PLACES);
        entry
    }

    fn function_place(&self, of: FunctionAt) -> Option<Place> {
        let span = self.evaluator.program.module(of.module).function(of.function).span;
        let source = self.source(of.module)?;
        // Its first line says which it is.
        let line = source.slice(span).find('\n').unwrap_or(span.range().len());
        Some(source.place(Span::new(span.start as usize, span.start as usize + line)))
    }

    /// Some functions and all that is called from them by at most so many calls, functions inside of them
    /// included.
    fn called_from(&mut self, from: &BTreeSet<FunctionAt>, most: u32) -> BTreeSet<FunctionAt> {
        let program = self.evaluator.program;
        let mut seen: BTreeSet<FunctionAt> = BTreeSet::new();
        let mut open: VecDeque<(FunctionAt, u32)> = from.iter().map(|f| (*f, 0)).collect();
        while let Some((of, depth)) = open.pop_front() {
            if seen.len() >= MAX_FUNCTIONS || !seen.insert(of) {
                continue;
            }
            let data = program.module(of.module);
            if of.function.0 == 0 {
                continue;
            }
            for (index, function) in data.functions.iter().enumerate() {
                if function.parent == Some(of.function) {
                    let function = FunctionId(u32::try_from(index).unwrap_or(u32::MAX));
                    open.push_back((FunctionAt { module: of.module, function }, depth));
                }
            }
            for call in program.index(of.module).calls.iter().filter(|_| depth < most) {
                if data.expr(*call).function != of.function {
                    continue;
                }
                let ExprKind::Call { callee, .. } = &data.expr(*call).kind else { continue };
                let target = self.evaluator.value(At { module: of.module, expr: *callee });
                open.extend(target.iter().filter_map(|a| match a {
                    Atom::Function { at, .. } => Some((*at, depth + 1)),
                    _ => None,
                }));
            }
        }
        seen
    }

    /// Where something is deleted by a function or by what it calls.
    fn deletes_from(&mut self, of: FunctionAt) -> Vec<Place> {
        let program = self.evaluator.program;
        let table = PersonalData::get();
        let functions = self.called_from(&BTreeSet::from([of]), u32::MAX);
        let modules: BTreeSet<ModuleId> = functions.iter().map(|f| f.module).collect();
        let mut out = Vec::new();
        for module in modules {
            let data = program.module(module);
            let within =
                |id: ExprId| functions.contains(&FunctionAt { module, function: data.expr(id).function });
            for call in program.index(module).calls.iter().filter(|c| within(**c)) {
                let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
                let erases = data.written_name(*callee).is_some_and(|w| table.erases(&w))
                    || arguments.iter().take(2).any(|a| self.says_erase(module, *a));
                if erases {
                    out.extend(self.place(At { module, expr: *call }));
                }
            }
        }
        out.sort();
        out.dedup();
        out.truncate(MAX_PLACES);
        out
    }

    fn says_erase(&mut self, module: ModuleId, expr: ExprId) -> bool {
        let table = PersonalData::get();
        let value = self.evaluator.value(At { module, expr });
        value.texts().any(|t| table.says_erase(t))
    }
}

fn is_report_path(text: &str) -> bool {
    let path = &PersonalData::get().report.path;
    let Some((before, after)) = text.split_once(path.as_str()) else { return false };
    if !after.is_empty() && !after.starts_with(['/', '?', '#', HOLE]) {
        return false;
    }
    (before.is_empty() || before.ends_with('/') || before.ends_with(HOLE))
        && !before.contains(char::is_whitespace)
}

/// What a function is called: by its own name, or by the variable or export that it is put into.
fn function_name(module: &Module, of: FunctionId) -> Option<String> {
    if let Some(name) = &module.function(of).name {
        return Some(name.to_string());
    }
    let is_it =
        |expr: ExprId| matches!(module.expr(module.peel(expr)).kind, ExprKind::Function(f) if f == of);
    let named = module.symbols.iter().take(5_000).find(|s| s.definitions.iter().take(4).any(|d| is_it(*d)));
    named
        .map(|s| s.name.to_string())
        .or_else(|| module.exports.iter().find(|(_, e)| is_it(*e)).map(|(n, _)| n.to_string()))
}

/// The text of a call without the functions that it is handed: what these do says nothing of how often.
fn without_functions(module: &Module, call: ExprId, source: &SourceFile) -> String {
    let span = module.expr(call).span;
    let mut text = String::new();
    let mut from = span.start;
    let mut inner: Vec<Span> = module
        .functions
        .iter()
        .skip(1)
        .map(|f| f.span)
        .filter(|s| span.start < s.start && s.end <= span.end)
        .collect();
    inner.sort();
    for function in inner {
        if function.start >= from {
            text.push_str(source.slice(Span::new(from as usize, function.start as usize)));
            text.push_str(" f ");
            from = function.end;
        }
    }
    text.push_str(source.slice(Span::new(from as usize, span.end as usize)));
    text
}

/// The texts of the annotations above a function: each from its name to its closing bracket.
fn annotation<'s>(source: &'s SourceFile, function: Span, name: &str) -> Option<(usize, &'s str)> {
    let (from, above) = above(source, function)?;
    let at = above.match_indices(name).map(|(at, _)| at).filter(|at| {
        let before = above.get(..*at).and_then(|b| b.chars().next_back());
        let after = above.get(at + name.len()..).and_then(|a| a.chars().next());
        matches!(before, Some('@' | '[' | '.' | ':')) && after.is_some_and(|c| !c.is_alphanumeric())
    });
    let at = at.last()?;
    let rest = above.get(at..)?;
    let mut depth = 0_u32;
    for (index, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth <= 1 => return Some((from + at, rest.get(..=index)?)),
            ')' => depth -= 1,
            '\n' if depth == 0 => return Some((from + at, rest.get(..index)?)),
            _ => {}
        }
    }
    Some((from + at, rest))
}

/// Whether a line above a function that annotates it fits.
fn annotated_with(source: &SourceFile, function: Span, fits: impl Fn(&str) -> bool) -> bool {
    above(source, function).is_some_and(|(_, text)| {
        text.lines().map(str::trim).any(|l| l.starts_with(['@', '[', '#']) && !l.starts_with("# ") && fits(l))
    })
}

/// The text that belongs to a function above it, back to the last thing that ends something else, and the
/// function's own first lines, which hold its annotations in some languages.
fn above(source: &SourceFile, function: Span) -> Option<(usize, &str)> {
    let start = function.start as usize;
    let mut from = start.saturating_sub(ABOVE);
    while !source.text.is_char_boundary(from) {
        from += 1;
    }
    let before = source.text.get(from..start)?;
    // An annotation stands behind the end of what is above it: `}`, `;` or an empty line.
    let cut = before.rfind(['}', ';']).map(|i| i + 1).max(before.rfind("\n\n").map(|i| i + 2)).unwrap_or(0);
    let mut to = (start + ABOVE).min(function.end as usize);
    while !source.text.is_char_boundary(to) {
        to -= 1;
    }
    let own = source.text.get(start..to)?;
    // Its body is no annotation.
    let head = own
        .find(['{', ':'])
        .filter(|i| !own.trim_start().starts_with('@') || *i > 200)
        .unwrap_or(own.len().min(200));
    let mut end = start + head.min(own.len());
    while !source.text.is_char_boundary(end) {
        end -= 1;
    }
    Some((from + cut, source.text.get(from + cut..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_batches_as_people_write_them() {
        for (text, expected) in [
            ("const BATCH = 90;", Some("90")),
            ("BATCH_SIZE: int = 500", Some("500")),
            ("private static final int BATCH_SIZE = 90;", Some("90")),
            ("_.chunk(ids, 200)", Some("200")),
            ("Lists.partition(accounts, 1000)", Some("1000")),
            ("accounts.each_slice(90) do |slice|", Some("90")),
            ("array_chunk($accounts, 90)", Some("90")),
            ("accounts.Chunk(90)", Some("90")),
            ("ids.chunked(100)", Some("100")),
            ("BATCH_DELAY_MS = 5000", None),
            ("const retries = 300", None),
        ] {
            let found = BATCH.captures(text).and_then(|c| c.get(1).or_else(|| c.get(2)).map(|m| m.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn annotations_stand_above() {
        let text = "class A {\n  int x;\n\n  @Scheduled(cron = \"0 0 4 * * MON\")\n  @Async\n  void run() { report(); }\n}";
        let source = SourceFile::new("A.java", text);
        let start = text.find("void run").unwrap();
        let span = Span::new(start, text.len() - 2);
        let (_, found) = annotation(&source, span, "Scheduled").unwrap();
        assert_eq!(found, "Scheduled(cron = \"0 0 4 * * MON\")");
        assert!(annotation(&source, span, "Cron").is_none());
        assert!(annotated_with(&source, span, |t| t.contains("Async")));
    }

    #[test]
    fn the_path_of_a_report() {
        for (text, expected) in [
            ("https://api.atlassian.com/app/report-accounts/", true),
            ("/app/report-accounts", true),
            ("report-accounts answered", false),
            ("posting to app/report-accounts", false),
            ("app/report-accounts answered", false),
            ("/app/report-accounts?x=1", true),
        ] {
            assert_eq!(is_report_path(text), expected, "{text}");
        }
        assert!(is_report_path(&format!("{HOLE}/app/report-accounts")));
    }
}
