//! Users' time zones that are shown: read from a user object or asked of the browser's host, and put into
//! markup or a call that shows it.
//!
//! A date that is formatted for a time zone does not show the zone, so nothing is followed through calls.

use std::collections::BTreeSet;

use super::eval::Evaluator;
use super::value::{At, Atom, ModuleId};
use crate::catalog::clients::{Clients, UNKNOWN_PACKAGE};
use crate::catalog::fields::Fields;
use crate::catalog::sinks::{Called, Sinks};
use crate::facts::{AccessKind, Observation, ObservationKind, SinkKind};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, FunctionId, Module};
use crate::text::{SourceFile, redact};

/// Variables and texts that are looked through.
const MAX_DEPTH: u32 = 8;
/// Expressions that are looked at for one place.
const MAX_LOOKS: u32 = 200;
/// How much of an expression is shown.
const EXPRESSION: usize = 120;
/// The role of a client that gives a time zone.
const ROLE: &str = "time-zone";

/// Finds all places that show a time zone, sorted by place.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Vec<Observation> {
    let program = evaluator.program;
    let mut found: BTreeSet<(At, String)> = BTreeSet::new();
    for module in program.ids() {
        // Most files have nothing to do with it.
        let Some(source) = file(&program.module(module).file) else { continue };
        if !Fields::get().names_time_zone(&source.text) {
            continue;
        }
        let asked = asked(evaluator, module);
        let data = program.module(module);
        let reads = |m: &Module| {
            m.all().any(|(_, e)| {
                matches!(&e.kind, ExprKind::Member { property, .. }
                if Fields::get().is_time_zone(property))
            })
        };
        if !asked.is_empty() || reads(data) {
            in_module(evaluator, module, &asked, &mut found);
        }
    }
    let mut out: Vec<Observation> = found
        .into_iter()
        .filter_map(|(at, detail)| {
            let module = program.module(at.module);
            let source = file(&module.file)?;
            let span = module.expr(at.expr).span;
            Some(Observation {
                kind: ObservationKind::TimeZoneShown,
                place: source.place(span),
                expression: redact::one_line(source.slice(span), EXPRESSION),
                detail,
                confidence: Confidence::Likely,
            })
        })
        .collect();
    out.sort_by(|a, b| (&a.place, &a.detail).cmp(&(&b.place, &b.detail)));
    out
}

/// The functions that are called back with a time zone: `AP.user.getTimeZone(zone => …)`.
fn asked(evaluator: &mut Evaluator<'_>, module: ModuleId) -> BTreeSet<FunctionId> {
    let program = evaluator.program;
    let data = program.module(module);
    let mut out = BTreeSet::new();
    for call in &program.index(module).calls {
        let ExprKind::Call { callee, arguments, .. } = &data.expr(*call).kind else { continue };
        let Some(written) = data.written_name(*callee).filter(|w| w.contains("TimeZone")) else { continue };
        let client = Clients::get().find(data.language.table_name(), UNKNOWN_PACKAGE, &written);
        let client = client.or_else(|| Clients::get().find(data.language.table_name(), "", &written));
        if client.is_none_or(|c| c.role.as_deref() != Some(ROLE)) {
            continue;
        }
        for argument in arguments.iter().take(4) {
            let value = evaluator.value(At { module, expr: *argument });
            out.extend(value.iter().filter_map(|a| match a {
                Atom::Function { at, .. } if at.module == module => Some(at.function),
                _ => None,
            }));
        }
    }
    out
}

fn in_module(
    evaluator: &mut Evaluator<'_>,
    module: ModuleId,
    asked: &BTreeSet<FunctionId>,
    found: &mut BTreeSet<(At, String)>,
) {
    let program = evaluator.program;
    let data = program.module(module);
    let language = data.language.table_name();
    let imports: BTreeSet<&str> = data
        .exprs
        .iter()
        .filter_map(
            |e| if let ExprKind::Import { specifier, .. } = &e.kind { Some(&**specifier) } else { None },
        )
        .collect();
    let mut shown: Vec<ExprId> = Vec::new();
    for (_, expr) in data.all() {
        match &expr.kind {
            ExprKind::Markup(markup) => {
                shown.extend(markup.children.iter().copied());
                // What an attribute is for decides whether it shows: a `timeZone` of a component sets one.
                let telling = |name: &str| {
                    matches!(name, "title" | "label" | "text" | "content" | "children" | "placeholder")
                };
                shown.extend(
                    markup
                        .attributes
                        .iter()
                        .filter(|(n, _)| n.as_deref().is_some_and(telling))
                        .map(|(_, v)| *v),
                );
            }
            ExprKind::Call { callee, arguments, .. } => {
                let Some(path) = data.written_name(*callee) else { continue };
                let called =
                    Called { language, package: UNKNOWN_PACKAGE, path: &path, imports: &imports, first: "" };
                let built_in = Called { package: "", ..called };
                let sink = Sinks::get().find(called).or_else(|| Sinks::get().find(built_in));
                if sink.is_some_and(|s| s.kind == SinkKind::Ui && s.callback_argument.is_none()) {
                    shown.extend(arguments.iter().copied());
                }
            }
            _ => {}
        }
    }
    for write in &data.writes {
        let Some(property) = &write.property else { continue };
        let written = data.written_name(write.object).map(|o| format!("{o}.{property}"));
        if written.is_some_and(|w| {
            Sinks::get().by_assignment(language, &w, &imports).is_some_and(|s| s.kind == SinkKind::Ui)
        }) {
            shown.push(write.value);
        }
    }
    shown.sort_unstable();
    shown.dedup();
    for expr in shown {
        let at = At { module, expr };
        let mut looks = MAX_LOOKS;
        if let Some(detail) = zone(evaluator, at, asked, 0, &mut looks) {
            found.insert((at, detail));
        }
    }
}

/// Where a value's time zone comes from, when it is one or has one in its text.
fn zone(
    evaluator: &mut Evaluator<'_>,
    at: At,
    asked: &BTreeSet<FunctionId>,
    depth: u32,
    looks: &mut u32,
) -> Option<String> {
    *looks = looks.checked_sub(1)?;
    if depth > MAX_DEPTH {
        return None;
    }
    let program = evaluator.program;
    let data = program.module(at.module);
    let here = |expr: ExprId| At { module: at.module, expr };
    match &data.expr(data.peel(at.expr)).kind {
        ExprKind::Member { object, property, .. } if Fields::get().is_time_zone(property) => {
            let value = evaluator.value(here(*object));
            value.iter().find_map(|atom| match atom {
                Atom::Answer { request, weak: false, .. } => {
                    let endpoint = evaluator.requests.get(request.0 as usize)?.endpoint;
                    let others = endpoint.is_about_users() && endpoint.kind != AccessKind::OwnProfile;
                    others.then(|| endpoint.id.clone())
                }
                _ => None,
            })
        }
        ExprKind::Parameter(function, 0) if asked.contains(function) => Some(ROLE.to_owned()),
        ExprKind::Local(symbol) => {
            let definitions = &data.symbol(*symbol).definitions;
            definitions.iter().take(8).find_map(|d| zone(evaluator, here(*d), asked, depth + 1, looks))
        }
        ExprKind::Join(parts) | ExprKind::Choice(_, parts) => {
            parts.iter().take(40).find_map(|p| zone(evaluator, here(*p), asked, depth + 1, looks))
        }
        _ => None,
    }
}
