//! What else rules ask about: misspelt paths, look-ups by address, scopes of an authorize address.

use std::collections::BTreeSet;

use super::eval::Evaluator;
use super::value::{At, Atom, ModuleId, Piece};
use crate::catalog::scopes::Scopes;
use crate::facts::{Observation, ObservationKind};
use crate::findings::Confidence;
use crate::program::{CallKind, ExprId, ExprKind, Module};
use crate::text::{SourceFile, redact};

/// How much of an expression is shown.
const EXPRESSION: usize = 120;
/// The address at which a 3LO app asks for consent.
const AUTHORIZE: &str = "auth.atlassian.com/authorize";

/// Finds all observations, sorted by place.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Vec<Observation> {
    let program = evaluator.program;
    let mut found: BTreeSet<(At, ObservationKind, String)> = std::mem::take(&mut evaluator.remarks);
    for request in &evaluator.requests {
        if request.endpoint.retired.as_ref().is_some_and(|r| r.state == "stopped") {
            found.insert((request.site, ObservationKind::RetiredEndpoint, request.endpoint.id.clone()));
        }
        if looks_up(program.module(request.site.module), request.site.expr, &request.endpoint.id) {
            found.insert((request.site, ObservationKind::LookupByEmail, request.endpoint.id.clone()));
        }
    }
    for module in program.ids() {
        by_position(evaluator, module, &mut found);
        routes(evaluator, module, &mut found);
        scopes(evaluator, module, &mut found);
    }
    let mut out: Vec<Observation> = found
        .into_iter()
        .filter_map(|(at, kind, detail)| {
            let module = program.module(at.module);
            let source = file(&module.file)?;
            let span = module.expr(at.expr).span;
            Some(Observation {
                kind,
                place: source.place(span),
                expression: redact::one_line(source.slice(span), EXPRESSION),
                detail,
                confidence: Confidence::Likely,
            })
        })
        .collect();
    out.sort_by(|a, b| (&a.place, a.kind, &a.detail).cmp(&(&b.place, b.kind, &b.detail)));
    out
}

/// `rows[i]` of the answer to a question for many users.
fn by_position(
    evaluator: &mut Evaluator<'_>,
    module: ModuleId,
    found: &mut BTreeSet<(At, ObservationKind, String)>,
) {
    let program = evaluator.program;
    let data = program.module(module);
    for (id, expr) in data.all() {
        let ExprKind::Index { object, index } = &expr.kind else { continue };
        if matches!(data.expr(data.peel(*index)).kind, ExprKind::Constant) {
            continue;
        }
        let value = evaluator.value(At { module, expr: *object });
        for atom in value.iter() {
            let Atom::Answer { request, piece: Piece::Body | Piece::Part, .. } = atom else { continue };
            if let Some(data) = evaluator.requests.get(request.0 as usize)
                && data.endpoint.id.contains("bulk")
            {
                found.insert((
                    At { module, expr: id },
                    ObservationKind::BulkByPosition,
                    data.endpoint.id.clone(),
                ));
            }
        }
    }
}

/// `{name}` without `$` in a `route` template.
fn routes(
    evaluator: &mut Evaluator<'_>,
    module: ModuleId,
    found: &mut BTreeSet<(At, ObservationKind, String)>,
) {
    let data = evaluator.program.module(module);
    for (_, expr) in data.all() {
        let ExprKind::Call { callee, arguments, kind: CallKind::Template, .. } = &expr.kind else {
            continue;
        };
        if data.written_name(*callee).is_none_or(|n| n != "route") {
            continue;
        }
        for argument in arguments {
            for (text_id, text) in texts(data, *argument) {
                for placeholder in placeholders(text) {
                    found.insert((
                        At { module, expr: text_id },
                        ObservationKind::RouteWithoutDollar,
                        placeholder.to_owned(),
                    ));
                }
            }
        }
    }
}

/// The text literals of a template.
fn texts(module: &Module, expr: ExprId) -> Vec<(ExprId, &str)> {
    match &module.expr(module.peel(expr)).kind {
        ExprKind::Text(text) => vec![(module.peel(expr), text)],
        ExprKind::Join(parts) => parts
            .iter()
            .filter_map(|p| match &module.expr(*p).kind {
                ExprKind::Text(text) => Some((*p, &**text)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The `{name}` parts of a text.
fn placeholders(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for (start, _) in text.match_indices('{').take(50) {
        let Some(rest) = text.get(start + 1..) else { continue };
        let Some(end) = rest.find('}') else { continue };
        let name = rest.get(..end).unwrap_or_default();
        let is_name = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$'));
        if is_name {
            out.push(name);
        }
    }
    out
}

/// Scopes handed to an authorize address, in a module that names the address.
fn scopes(
    evaluator: &mut Evaluator<'_>,
    module: ModuleId,
    found: &mut BTreeSet<(At, ObservationKind, String)>,
) {
    let data = evaluator.program.module(module);
    let asks = data.all().any(|(_, e)| matches!(&e.kind, ExprKind::Text(t) if t.contains(AUTHORIZE)));
    if !asks {
        return;
    }
    for (id, expr) in data.all() {
        let ExprKind::Text(text) = &expr.kind else { continue };
        for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '+' | '&' | '=' | '?')) {
            for word in word.split("%20") {
                let word = word.replace("%3A", ":").replace("%3a", ":");
                if Scopes::embedded().is_oauth2(&word) {
                    found.insert((At { module, expr: id }, ObservationKind::AuthorizeScope, word));
                }
            }
        }
    }
}

/// Whether a request for users is made with an address as its question.
fn looks_up(module: &Module, call: ExprId, endpoint: &str) -> bool {
    if !(endpoint.contains("search") || endpoint.contains("picker")) || !endpoint.contains("user") {
        return false;
    }
    let ExprKind::Call { arguments, .. } = &module.expr(call).kind else { return false };
    let mut open: Vec<(ExprId, u32)> = arguments.iter().map(|a| (*a, 0)).collect();
    while let Some((expr, depth)) = open.pop() {
        if depth > 6 {
            continue;
        }
        let named = |name: &str| name.to_ascii_lowercase().contains("email");
        match &module.expr(module.peel(expr)).kind {
            ExprKind::Local(symbol) => {
                if named(&module.symbol(*symbol).name) {
                    return true;
                }
                // `const url = route`…${email}`; request(url)`.
                open.extend(module.symbol(*symbol).definitions.iter().map(|d| (*d, depth + 1)));
            }
            ExprKind::Member { property, .. } if named(property) => return true,
            ExprKind::Join(parts) | ExprKind::Choice(_, parts) => {
                open.extend(parts.iter().map(|p| (*p, depth + 1)));
            }
            ExprKind::Call { arguments, .. } => open.extend(arguments.iter().map(|a| (*a, depth + 1))),
            ExprKind::Object { fields, .. } => open.extend(fields.iter().map(|(_, v)| (*v, depth + 1))),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_names_in_braces() {
        assert_eq!(placeholders("/user/email?accountId={accountId}"), ["accountId"]);
        assert_eq!(placeholders("cql={\"a\": 1}"), Vec::<&str>::new());
        assert_eq!(placeholders("{unclosed"), Vec::<&str>::new());
    }
}
