//! How stored accounts are reported to Atlassian, what runs the reports, and what is erased when the app is
//! removed: who calls whom, in both directions.
//!
//! Which names are schedulers and which calls erase is data (`catalog/personal-data.yaml`). Manifests are not
//! read here: whoever has one names its entry points, and is told what they come to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

mod erasure;
mod schedules;

use super::accesses::place;
use super::eval::Evaluator;
use super::inside::Insides;
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where its function stands; `None` when no function of that name was found.
    pub place: Option<Place>,
    /// Whether a report is reached from it.
    pub reports: bool,
    /// Where something is deleted because of it.
    pub deletes: Vec<Place>,
}

/// All that was found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Reporting {
    pub(super) facts: PersonalDataFacts,
    pub(super) entries: BTreeMap<String, Entry>,
}

/// A number behind a name that says that it is the size of a batch, or in a call that splits a list.
static BATCH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[a-z_]*(?:batch|chunk)(?:_?size|_?limit|_?length|_?max)?|max_?accounts[a-z_]*|[a-z_]*accounts_?per_?(?:request|report|batch)|page_?size)\b\s*(?::\s*[a-z]+\s*)?(?::?=|:|=>)\s*([0-9]{1,6})\b|\b(?:[a-z_.]*chunk(?:ed|s)?|array_chunk|batched|partition|in_groups_of|each_slice)\s*(?:<[^>\n]{0,40}>)?\(?[^\n;{}]{0,80}?\b([0-9]{2,6})\b")
        .expect("a constant pattern, and a test uses it")
});

/// Whether a text names what hands a report over.
fn says(text: &str) -> bool {
    text.contains(PersonalData::get().report.path.as_str()) || text.contains("reportPersonalData")
}

/// Whether what is found in a file may depend on its comments.
pub(super) fn reads_comments(text: &str) -> bool {
    says(text) || PersonalData::get().is_uninstall(text)
}

/// Looks for all of it. `entries` are names of functions that something outside the code calls.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    entries: &BTreeSet<String>,
) -> Reporting {
    let mut look = Look { evaluator, file, insides: Insides::default() };
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
    insides: Insides,
}

impl<'a> Look<'_, '_, 'a> {
    pub(super) fn source(&self, module: ModuleId) -> Option<&'a SourceFile> {
        (self.file)(&self.evaluator.program.module(module).file)
    }

    pub(super) fn place(&self, at: At) -> Option<Place> {
        place(self.evaluator, self.file, at)
    }

    pub(super) fn expression(&self, at: At) -> String {
        let span = self.evaluator.program.module(at.module).expr(at.expr).span;
        self.source(at.module).map(|s| redact::one_line(s.slice(span), EXPRESSION)).unwrap_or_default()
    }

    /// The function around an expression.
    pub(super) fn home(&self, at: At) -> FunctionAt {
        let function = self.evaluator.program.module(at.module).expr(at.expr).function;
        FunctionAt { module: at.module, function }
    }

    /// Calls that report, one a function.
    pub(super) fn sites(&mut self) -> Vec<(At, ReportVia)> {
        let program = self.evaluator.program;
        let mut found: BTreeMap<FunctionAt, (At, ReportVia)> = BTreeMap::new();
        if !program.ids().any(|m| self.source(m).is_some_and(|s| says(&s.text))) {
            return Vec::new();
        }
        for module in program.ids() {
            let data = program.module(module);
            let Some(source) = self.source(module) else { continue };
            // The path may stand in another file; whoever sends it has a name for that.
            if !says(&source.text) && !source.text.to_ascii_lowercase().contains("report") {
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
    pub(super) fn is_handed_path(
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
    pub(super) fn reaching(&mut self, sites: &[(At, ReportVia)], most: u32) -> BTreeSet<FunctionAt> {
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
    pub(super) fn calls_a_parameter(&self, call: At) -> bool {
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

    pub(super) fn report(&mut self, at: At, via: ReportVia) -> Option<ReportCall> {
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
    pub(super) fn says(
        &self,
        first: ModuleId,
        functions: &BTreeSet<FunctionAt>,
        words: &[String],
    ) -> Option<Place> {
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
    pub(super) fn batch(&self, at: At, around: &BTreeSet<FunctionAt>) -> Option<Located<u32>> {
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

    /// Some functions and all that is called from them by at most so many calls, functions inside of them
    /// included.
    pub(super) fn called_from(&mut self, from: &BTreeSet<FunctionAt>, most: u32) -> BTreeSet<FunctionAt> {
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
            let inside = self.insides.of(program, of.module);
            let inner = inside.functions(of.function).iter();
            open.extend(inner.map(|f| (FunctionAt { module: of.module, function: *f }, depth)));
            for call in inside.calls(of.function).iter().filter(|_| depth < most) {
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
