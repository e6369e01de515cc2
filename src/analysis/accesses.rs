//! From requests and reads to accesses: one for each call of the Email API, one for each read of an
//! address in any other answer.

use std::collections::{BTreeMap, BTreeSet};

use super::absent::{Tested, is_only_copied, status_is_asked};
use super::eval::{Evaluator, Request, field_name};
use super::value::{At, Atom, RequestId};
use crate::catalog::endpoints::Endpoints;
use crate::facts::{Access, AccessKind, Caller};
use crate::findings::Confidence;
use crate::program::ExprKind;
use crate::text::{SourceFile, redact};

/// An access and where it stands in the program.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) access: Access,
    /// For the Email API the call, else the read.
    pub(super) at: At,
    pub(super) request: RequestId,
}

/// Field names that are an address of Atlassian's by their name alone.
const TELLING: &[&str] = &["emailAddress"];
/// How much of an expression is shown.
const EXPRESSION: usize = 120;

/// Finds all accesses, sorted by place.
pub(super) fn collect<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
) -> Vec<Found> {
    let program = evaluator.program;
    // The reads of addresses, each with the request it comes from that is known best.
    let mut reads: BTreeMap<At, (RequestId, bool)> = BTreeMap::new();
    for module in program.ids() {
        for call in &program.index(module).calls {
            let at = At { module, expr: *call };
            let value = evaluator.value(at);
            // `user.get("emailAddress")` reads as a member does.
            for atom in value.iter() {
                if let Atom::Address { request, read, weak } = atom
                    && *read == at
                {
                    reads.entry(at).or_insert((*request, *weak));
                }
            }
        }
    }
    let fields: BTreeSet<String> = Endpoints::get()
        .all()
        .iter()
        .flat_map(|e| &e.fields)
        .map(|f| field_name(f.rsplit('.').next().unwrap_or(f)))
        .collect();
    let mut guesses: BTreeSet<At> = BTreeSet::new();
    // Reads from a type or client of a package that is about Atlassian by its name.
    let mut typed: BTreeSet<At> = BTreeSet::new();
    for module in program.ids() {
        let data = program.module(module);
        for expr in &program.index(module).members {
            let ExprKind::Member { property, object, .. } = &data.expr(*expr).kind else { continue };
            let name = field_name(property);
            if !fields.contains(&name) {
                continue;
            }
            let at = At { module, expr: *expr };
            let value = evaluator.value(at);
            let mut known = false;
            for atom in value.iter() {
                if let Atom::Address { request, read, weak } = atom {
                    known = true;
                    if *read == at {
                        let better = |old: &(RequestId, bool)| old.1 && !weak;
                        match reads.get(&at) {
                            Some(old) if !better(old) => {}
                            _ => {
                                reads.insert(at, (*request, *weak));
                            }
                        }
                    }
                }
            }
            if !known && TELLING.contains(&name.as_str()) {
                let object = evaluator.value(At { module, expr: *object });
                if object.iter().any(comes_from_atlassian) {
                    typed.insert(at);
                } else if object.iter().all(is_outside) {
                    // Nothing is known of the object, or only its name: it may be an Atlassian user.
                    guesses.insert(at);
                }
            }
        }
    }
    let mut found = Vec::new();
    email_api(evaluator, file, &reads, &mut found);
    let mut tested = BTreeMap::new();
    for (at, (request, weak)) in &reads {
        if evaluator.is_email_api(*request) {
            continue;
        }
        let Some(data) = evaluator.requests.get(request.0 as usize).cloned() else { continue };
        let tested = tested.entry(at.module).or_insert_with(|| Tested::new(program, at.module));
        let absent = tested.covers(program.module(at.module), at.expr);
        let mut access = describe(evaluator, file, *at, &data);
        access.handles_absent = copes(evaluator, *at, absent);
        if *weak {
            access.confidence = access.confidence.min(Confidence::Likely);
        }
        access.request = place(evaluator, file, data.site);
        found.push(Found { access, at: *at, request: *request });
    }
    for at in typed {
        if let Some(mut access) = guess(evaluator, file, at) {
            let tested = tested.entry(at.module).or_insert_with(|| Tested::new(program, at.module));
            let absent = tested.covers(program.module(at.module), at.expr);
            access.confidence = Confidence::Likely;
            access.handles_absent = copes(evaluator, at, absent);
            found.push(Found { access, at, request: RequestId(u32::MAX) });
        }
    }
    if !evaluator.requests.is_empty() {
        for at in guesses {
            if let Some(access) = guess(evaluator, file, at) {
                found.push(Found { access, at, request: RequestId(u32::MAX) });
            }
        }
    }
    found.sort_by(|a, b| (&a.access.place, a.at).cmp(&(&b.access.place, b.at)));
    found.dedup_by(|a, b| a.access.place == b.access.place && a.access.kind == b.access.kind);
    found
}

/// Whether a value comes from a package whose name says that it is about Atlassian's products.
fn comes_from_atlassian(atom: &Atom) -> bool {
    let Atom::Extern { package, .. } = atom else { return false };
    let package = package.to_ascii_lowercase();
    !package.starts_with('.') && ["atlassian", "jira", "confluence"].iter().any(|name| package.contains(name))
}

fn is_outside(atom: &Atom) -> bool {
    matches!(atom, Atom::Extern { .. })
}

/// One access for each call of the Email API.
fn email_api<'a>(
    evaluator: &mut Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    reads: &BTreeMap<At, (RequestId, bool)>,
    found: &mut Vec<Found>,
) {
    let program = evaluator.program;
    let requests: Vec<(RequestId, Request)> = evaluator
        .requests
        .iter()
        .enumerate()
        .map(|(i, r)| (RequestId(u32::try_from(i).unwrap_or(u32::MAX)), r.clone()))
        .filter(|(_, r)| r.endpoint.kind == AccessKind::EmailApi)
        .collect();
    for (id, request) in requests {
        let mut absent = None;
        for (at, _) in reads.iter().filter(|(_, (r, _))| *r == id) {
            let tested = Tested::new(program, at.module);
            let handled = tested.covers(program.module(at.module), at.expr)
                || is_optional(evaluator, *at)
                || status_is_asked(program, *at);
            absent = Some(absent.unwrap_or(true) && handled);
        }
        let mut access = describe(evaluator, file, request.site, &request);
        access.handles_absent = absent;
        access.bulk = request.endpoint.id.contains("bulk");
        found.push(Found { access, at: request.site, request: id });
    }
}

/// Whether a missing address is coped with where it is read; `None` where it is only put into an object.
fn copes(evaluator: &Evaluator<'_>, at: At, tested: bool) -> Option<bool> {
    if tested || is_optional(evaluator, at) {
        return Some(true);
    }
    (!is_only_copied(evaluator.program.module(at.module), at.expr)).then_some(false)
}

fn is_optional(evaluator: &Evaluator<'_>, at: At) -> bool {
    let module = evaluator.program.module(at.module);
    // `user.emailAddress?.trim()`: the object of an optional member is among the tests.
    evaluator.program.index(at.module).tests.contains(&at.expr)
        || module.tests.iter().any(|t| module.peel(*t) == at.expr)
}

pub(super) fn describe<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
    request: &Request,
) -> Access {
    let module = evaluator.program.module(at.module);
    let span = module.expr(at.expr).span;
    let source = file(&module.file);
    let text = source.map_or("", |s| s.slice(span));
    Access {
        id: String::new(),
        kind: request.endpoint.kind,
        endpoint: Some(request.endpoint.id.clone()),
        sdk: request.sdk.clone(),
        product: Some(request.product),
        caller: request.caller,
        confidence: request.confidence,
        place: source.map_or_else(|| crate::text::Place::start_of(&module.file), |s| s.place(span)),
        expression: redact::one_line(text, EXPRESSION),
        request: None,
        path: request.path.clone(),
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    }
}

pub(super) fn place<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
) -> Option<crate::text::Place> {
    let module = evaluator.program.module(at.module);
    file(&module.file).map(|s| s.place(module.expr(at.expr).span))
}

/// A read whose object could not be followed, in a program that asks Atlassian for users.
fn guess<'a>(
    evaluator: &Evaluator<'_>,
    file: &dyn Fn(&str) -> Option<&'a SourceFile>,
    at: At,
) -> Option<Access> {
    let module = evaluator.program.module(at.module);
    let span = module.expr(at.expr).span;
    let source = file(&module.file)?;
    Some(Access {
        id: String::new(),
        kind: AccessKind::UserObject,
        endpoint: None,
        sdk: None,
        product: None,
        caller: Caller::Unknown,
        confidence: Confidence::Possible,
        place: source.place(span),
        expression: redact::one_line(source.slice(span), EXPRESSION),
        request: None,
        path: None,
        handles_absent: None,
        bulk: false,
        handed_on: Vec::new(),
        uses: Vec::new(),
    })
}
