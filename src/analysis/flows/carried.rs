//! What of an address a value carries.

use super::*;
use crate::analysis::accesses::UNKNOWN_REQUEST;
use crate::analysis::eval::ROW;
use crate::analysis::value::{At, Atom, FrameId, FunctionAt, ModuleId, Piece, RequestId, Val};
use crate::analysis::wrappers::{self};
use crate::catalog::clients::Clients;
use crate::catalog::fields::Fields;
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, Language, Module, SymbolId};
use std::collections::BTreeSet;

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// What an argument carries; what only one of many callers hands over is a guess, as `wrappers` asks
    /// those.
    pub(super) fn of_few(&self, argument: At, mut found: Vec<Carried>) -> Vec<Carried> {
        if found.is_empty() {
            return found;
        }
        let program = self.evaluator.program;
        let many = wrappers::is_of_a_framework(program, argument)
            || wrappers::given(program, argument).into_iter().any(|(function, ..)| {
                let of = FunctionAt { module: argument.module, function };
                self.evaluator.callers.get(&of).is_some_and(|c| c.calls.len() > wrappers::FEW_CALLERS)
            });
        let here = |at: At| {
            (at.module, program.module(at.module).expr(at.expr).function)
                == (argument.module, program.module(argument.module).expr(argument.expr).function)
        };
        for carried in found.iter_mut().filter(|_| many) {
            if let Carried::Address(read, _, confidence, _) = carried
                && !here(*read)
            {
                *confidence = Confidence::Possible;
            }
        }
        found
    }

    /// What of a row goes on, when a table takes its columns by name: the address itself, or a whole user
    /// of an answer that mentions one.
    pub(in crate::analysis) fn in_columns(&mut self, module: ModuleId, row: &Val) -> Vec<Carried> {
        let columns = columns(self.evaluator.program.module(module));
        let mut found = self.carried(row, 0, false);
        let mut requests: Vec<RequestId> = Vec::new();
        self.answers(row, 0, &mut requests);
        for request in requests {
            let Some(data) = self.evaluator.requests.get(request.0 as usize) else { continue };
            let endpoint = data.endpoint;
            let users = endpoint.is_about_users();
            let taken = columns.iter().any(|column| {
                if users {
                    Fields::get().is_address(column)
                } else {
                    Fields::get().is_person(column) && endpoint.containers.iter().any(|c| c == column)
                }
            });
            if taken {
                found.push(Carried::Whole(request));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// What of the objects of a list goes on, when only some of their members are taken.
    pub(super) fn in_members(&mut self, at: At, value: &Val, members: &[String]) -> Vec<Carried> {
        let items = self.evaluator.elements(value);
        let mut out = Vec::new();
        for atom in items.iter() {
            match atom {
                Atom::Object(..) => {
                    for member in members {
                        let part = self.evaluator.member(atom, member, at);
                        out.extend(self.carried(&part, 0, false));
                    }
                }
                Atom::Answer { .. } => {}
                other => out.extend(self.carried(&Val::of(other.clone()), 0, true)),
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// The requests whose answers a value is or has in it.
    fn answers(&mut self, value: &Val, depth: u32, out: &mut Vec<RequestId>) {
        let program = self.evaluator.program;
        for atom in value.iter() {
            match atom {
                Atom::Answer { request, weak: false, piece: Piece::Body | Piece::Part } => out.push(*request),
                Atom::Object(at, frame) | Atom::List(at, frame) if depth < MAX_DEPTH => {
                    let parts: Vec<ExprId> = match program.kind(*at) {
                        ExprKind::Object { fields, .. } => fields.iter().map(|(_, v)| *v).collect(),
                        ExprKind::List(items) => items.clone(),
                        ExprKind::Call { arguments, .. } => arguments.to_vec(),
                        _ => continue,
                    };
                    for part in parts.iter().take(50) {
                        let value = self.evaluator.value_in(At { module: at.module, expr: *part }, *frame);
                        self.answers(&value, depth + 1, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// What the arguments of a call carry together.
    pub(in crate::analysis) fn given<'x>(
        &mut self,
        module: ModuleId,
        arguments: impl Iterator<Item = &'x ExprId>,
    ) -> Vec<Carried> {
        let mut found: Vec<Carried> = Vec::new();
        for argument in arguments {
            let argument = At { module, expr: *argument };
            let value = self.evaluator.value(argument);
            found.extend(self.carried_by(argument, &value));
        }
        found.sort();
        found.dedup();
        found
    }

    /// What an argument carries, of which the value is known.
    pub(super) fn carried_by(&mut self, argument: At, value: &Val) -> Vec<Carried> {
        let mut found = self.carried(value, 0, true);
        if names_only(self.evaluator.program.module(argument.module), argument.expr) {
            found.retain(|c| !matches!(c, Carried::People(_)));
        }
        found
    }

    /// The addresses that were put into the members of a variable: `dto.email = …; send(dto)`.
    pub(in crate::analysis) fn written(&mut self, at: At) -> Vec<Carried> {
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let ExprKind::Local(symbol) = data.expr(data.peel(at.expr)).kind else { return Vec::new() };
        let writes = program.index(at.module).writes.get(&symbol).cloned().unwrap_or_default();
        let mut out = Vec::new();
        for write in writes.iter().take(60).filter_map(|i| data.writes.get(*i)) {
            let value = self.evaluator.value(At { module: at.module, expr: write.value });
            let found = self.carried(&value, 1, false);
            out.extend(found.into_iter().filter(|c| matches!(c, Carried::Address(..))));
        }
        out
    }

    /// What of addresses a value carries; `whole` asks for objects that hold one, too.
    pub(in crate::analysis) fn carried(&mut self, value: &Val, depth: u32, whole: bool) -> Vec<Carried> {
        let mut out = Vec::new();
        self.carry(value, depth, whole, None, &mut BTreeSet::new(), &mut out);
        out.sort();
        out.dedup();
        out
    }

    fn carry(
        &mut self,
        value: &Val,
        depth: u32,
        whole: bool,
        put: Option<At>,
        seen: &mut BTreeSet<(At, FrameId)>,
        out: &mut Vec<Carried>,
    ) {
        let program = self.evaluator.program;
        let has_user = whole && value.iter().any(|a| self.evaluator.has_user(a));
        for atom in value.iter() {
            match atom {
                Atom::Address { request, read, weak, .. } => {
                    let confidence = if *weak { Confidence::Possible } else { Confidence::Likely };
                    out.push(Carried::Address(*read, *request, confidence, put));
                }
                Atom::Recalled(at, frame) if depth < MAX_DEPTH && seen.insert((*at, *frame)) => {
                    let value = self.evaluator.value_in(*at, *frame);
                    let mut found = Vec::new();
                    self.carry(&value, depth + 1, false, None, seen, &mut found);
                    // Whether it is what came back nobody knows for sure, nor who put it there.
                    out.extend(found.into_iter().filter_map(|c| match c {
                        Carried::Address(read, request, ..) => {
                            Some(Carried::Address(read, request, Confidence::Possible, None))
                        }
                        Carried::Whole(_) | Carried::People(_) => None,
                    }));
                }
                Atom::Kept { name, read } => {
                    // An access by what stands around it, and whatever else is kept under the name.
                    let known = self.by_place.get(read).and_then(|i| self.accesses.get(*i));
                    let sure = |c| {
                        c > Confidence::Possible
                            || program.module(read.module).language == Language::JavaScript
                    };
                    if let Some(known) = known.filter(|k| sure(k.access.confidence)) {
                        let confidence = known.access.confidence.min(Confidence::Likely);
                        out.push(Carried::Address(*read, UNKNOWN_REQUEST, confidence, put));
                    }
                    let put = put.or(Some(*read));
                    let language = program.module(read.module).language;
                    let row = name.strip_prefix(ROW);
                    let spread =
                        row.is_some() || matches!(language, Language::JavaScript | Language::Template);
                    let found = self.kept.under(row.unwrap_or(name)).filter(|_| spread);
                    out.extend(found.map(|(at, r)| Carried::Address(at, r, Confidence::Possible, put)));
                }
                Atom::Answer { request, weak: false, piece: Piece::Body | Piece::Part }
                    if whole
                        && (has_user || self.holds_user(*request))
                        && !self.evaluator.leaves_address_out(*request) =>
                {
                    out.push(Carried::Whole(*request));
                }
                // An issue or a page with its people, of which the address is read elsewhere.
                Atom::Answer { request, weak: false, piece: piece @ (Piece::Body | Piece::Part) }
                    if whole =>
                {
                    if *request == UNKNOWN_REQUEST
                        || self.evaluator.leaves_address_out(*request)
                        || self.is_of_the_product(*request)
                    {
                        continue;
                    }
                    match self.by_request.get(request) {
                        Some(read) => {
                            out.push(Carried::Address(*read, *request, Confidence::Possible, None));
                        }
                        None if *piece == Piece::Body && self.has_people(*request) => {
                            out.push(Carried::People(*request));
                        }
                        None => {}
                    }
                }
                // What the class puts into its fields when it is made.
                Atom::Instance(module, class) if whole && depth <= 2 => {
                    for (_, field) in program.module(*module).class(*class).fields.iter().take(20) {
                        let value =
                            self.evaluator.value_in(At { module: *module, expr: *field }, FrameId::NONE);
                        out.extend(value.iter().filter_map(|a| match a {
                            Atom::Address { request, read, .. } => {
                                Some(Carried::Address(*read, *request, Confidence::Possible, None))
                            }
                            _ => None,
                        }));
                    }
                }
                Atom::Object(at, frame) | Atom::List(at, frame) | Atom::Props(at, frame)
                    if depth < MAX_DEPTH && seen.insert((*at, *frame)) =>
                {
                    // Whether the part has a name of its own, and so a line that puts it there.
                    let parts: Vec<(ExprId, bool)> = match program.kind(*at) {
                        ExprKind::Object { fields, spreads } => {
                            let fields = fields.iter().map(|(_, v)| (*v, true));
                            fields.chain(spreads.iter().map(|s| (*s, false))).collect()
                        }
                        ExprKind::List(items) => items.iter().map(|i| (*i, false)).collect(),
                        ExprKind::Call { arguments, named, .. } => {
                            let built = program.module(at.module).built(at.expr);
                            let named = named.iter().map(|(_, v)| *v).chain(built.iter().map(|(_, v)| *v));
                            arguments.iter().copied().chain(named).map(|v| (v, true)).collect()
                        }
                        ExprKind::Local(symbol) => {
                            self.keyed(*at, *symbol, *frame, out);
                            for put in self.evaluator.put_by_calls(at.module, *symbol) {
                                let value = self.evaluator.value(put);
                                self.carry(&value, depth + 1, false, Some(put), seen, out);
                            }
                            let index = program.index(at.module);
                            let writes = index.writes.get(symbol).into_iter().flatten().take(60);
                            let data = program.module(at.module);
                            writes.filter_map(|i| data.writes.get(*i)).map(|w| (w.value, true)).collect()
                        }
                        ExprKind::Member { .. } | ExprKind::Index { .. } => {
                            let data = program.module(at.module);
                            let index = program.index(at.module);
                            let writes = data.part(at.expr).map(|(o, p)| index.writes_to_part(o, p));
                            let writes = writes.unwrap_or_default().iter().take(60);
                            writes.filter_map(|i| data.writes.get(*i)).map(|w| (w.value, true)).collect()
                        }
                        _ => Vec::new(),
                    };
                    for (part, named) in parts.into_iter().take(200) {
                        let part = At { module: at.module, expr: part };
                        let value = self.evaluator.value_in(part, *frame);
                        let put = if named { Some(part) } else { put };
                        self.carry(&value, depth + 1, whole, put, seen, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// The addresses that are keys of a map: who gets the map gets them, too.
    fn keyed(&mut self, at: At, symbol: SymbolId, frame: FrameId, out: &mut Vec<Carried>) {
        let program = self.evaluator.program;
        for key in program.index(at.module).keys.get(&symbol).into_iter().flatten() {
            let value = self.evaluator.value_in(At { module: at.module, expr: *key }, frame);
            out.extend(value.iter().filter_map(|atom| match atom {
                Atom::Address { request, read, .. } => {
                    Some(Carried::Address(*read, *request, Confidence::Possible, None))
                }
                _ => None,
            }));
        }
    }

    /// The payload of a webhook, where an argument is nothing but that, or that as a text: whoever keeps all of it
    /// keeps the users in it.
    pub(super) fn payload_in(&mut self, at: At) -> Vec<Carried> {
        const MAX_PARTS: usize = 12;
        /// Parts of names of what holds such a payload when it is handed on.
        const NAMES: &[&str] = &["event", "payload", "hook", "body"];
        let program = self.evaluator.program;
        let data = program.module(at.module);
        let mut out = Vec::new();
        let mut open = vec![at.expr];
        for _ in 0..MAX_PARTS {
            let Some(expr) = open.pop() else { break };
            let expr = data.peel(expr);
            let here = At { module: at.module, expr };
            match &data.expr(expr).kind {
                ExprKind::Join(parts) => open.extend(parts.iter().take(MAX_PARTS)),
                ExprKind::Call { callee, arguments, .. }
                    if data
                        .written_name(*callee)
                        .is_some_and(|n| n.ends_with("stringify") || n.ends_with("inspect")) =>
                {
                    open.extend(arguments.first());
                }
                ExprKind::Local(_) | ExprKind::Member { .. } => {
                    let named = match &data.expr(expr).kind {
                        ExprKind::Local(symbol) => {
                            let symbol = data.symbol(*symbol);
                            let name = symbol.name.to_ascii_lowercase();
                            let handed = |d: &ExprId| matches!(data.expr(*d).kind, ExprKind::Parameter(..));
                            symbol.definitions.iter().any(handed) && NAMES.iter().any(|n| name.contains(n))
                        }
                        _ => false,
                    };
                    if named || self.evaluator.webhook(here).is_some() {
                        let value = self.evaluator.value(here);
                        out.extend(value.iter().filter_map(|a| match a {
                            Atom::Answer { request, .. } if self.is_payload(*request) => {
                                Some(Carried::Whole(*request))
                            }
                            _ => None,
                        }));
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// Whether it is what a webhook is sent.
    pub(super) fn is_payload(&self, request: RequestId) -> bool {
        self.evaluator.requests.get(request.0 as usize).is_some_and(|r| r.endpoint.id == WEBHOOK)
    }

    /// Whether the answer to a request is surely something with people in it.
    fn has_people(&self, request: RequestId) -> bool {
        let data = self.evaluator.requests.get(request.0 as usize);
        data.is_some_and(|r| {
            r.confidence > Confidence::Possible
                && r.endpoint.tells_who_wrote()
                && r.endpoint.id != WEBHOOK
                && !r.sdk.as_deref().is_some_and(|sdk| Clients::get().gives_named_only(sdk))
        })
    }

    /// Whether an answer is an object of the product that the code runs in.
    fn is_of_the_product(&self, request: RequestId) -> bool {
        let data = self.evaluator.requests.get(request.0 as usize);
        data.is_some_and(|r| r.endpoint.id.ends_with("data-center-user"))
    }

    /// Whether the answer to a request is a user or a list of users, not something that a user is
    /// mentioned in.
    fn holds_user(&self, request: RequestId) -> bool {
        // A user object of a Data Center plugin lives in the product and is never written out whole.
        self.evaluator
            .requests
            .get(request.0 as usize)
            .is_some_and(|r| r.endpoint.is_about_users() && !r.endpoint.id.ends_with("data-center-user"))
    }
}

/// Whether something is a text with the names of things in it, and not with what a function such as `JSON.stringify`
/// has made of them.
fn names_only(module: &Module, text: ExprId) -> bool {
    let ExprKind::Join(parts) = &module.expr(module.peel(text)).kind else { return false };
    let kind = |part: &ExprId| &module.expr(module.peel(*part)).kind;
    parts.iter().any(|p| matches!(kind(p), ExprKind::Text(_)))
        && !parts.iter().any(|p| matches!(kind(p), ExprKind::Call { .. }))
}
