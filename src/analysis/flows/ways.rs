//! What becomes of a sink that an address comes to: a flow of its access, told once.

use super::*;
use crate::analysis::accesses::{Found, describe, place};
use crate::analysis::eval::Evaluator;
use crate::analysis::paths::Wanted;
use crate::analysis::value::{At, Atom, FunctionAt, ModuleId, RequestId};
use crate::analysis::wrappers::{Handed, given};
use crate::facts::{Access, Flow, SinkKind, Step};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind, Language};
use crate::text::{Place, SourceFile, redact};

impl<'e, 'p, 'a> Flows<'e, 'p, 'a> {
    /// Reports what goes to a sink by way of a function of the program's own.
    pub(in crate::analysis) fn report_at(
        &mut self,
        call: At,
        to: &Handed,
        confidence: Confidence,
        found: &[Carried],
    ) {
        self.report(call, to.kind, &to.sink, to.service.as_deref(), confidence, found);
    }

    pub(in crate::analysis) fn report(
        &mut self,
        at: At,
        kind: SinkKind,
        sink: &str,
        service: Option<&str>,
        confidence: Confidence,
        found: &[Carried],
    ) {
        for carried in found {
            let (access, implicit, how, put) = match carried {
                Carried::Address(read, request, how, put) => {
                    (self.access_of(*read, *request), false, *how, *put)
                }
                // A log shows what the object prints of itself.
                Carried::Whole(request) if kind == SinkKind::Log && self.prints_no_address(*request) => {
                    continue;
                }
                // Only where an address of such a payload is read.
                Carried::Whole(request) if self.is_payload(*request) => {
                    (self.known_whole(*request), true, Confidence::Possible, None)
                }
                // What may go somewhere is no reason to say that an address is obtained.
                Carried::Whole(request) if confidence == Confidence::Possible => {
                    (self.known_whole(*request), true, Confidence::Likely, None)
                }
                Carried::Whole(request) => (self.whole(*request, at), true, Confidence::Likely, None),
                Carried::People(_) if !takes_whole(kind) => continue,
                Carried::People(request) => (self.people(*request, at), true, Confidence::Possible, None),
            };
            let Some(index) = access else { continue };
            let Some(source) = self.accesses.get(index) else { continue };
            let from = source.access.place.clone();
            let how = how.min(source.access.confidence);
            let Some((to, expression)) = self.shown_at(at) else { continue };
            let what = if implicit {
                "an object that holds an address is obtained"
            } else {
                "the address is obtained"
            };
            let mut path = vec![Step { place: from, what: what.to_owned() }];
            let joined = match carried {
                Carried::Address(read, ..) => self.joined_at(*read).filter(|j| !self.within(*j, at)),
                Carried::Whole(_) | Carried::People(_) => None,
            };
            let apart = joined
                .or(put)
                .filter(|put| !self.within(*put, at))
                .and_then(|p| Some((p, self.shown_at(p)?)));
            if let Some((_, (place, _))) = &apart {
                path.push(Step { place: place.clone(), what: "it is put into what goes on".to_owned() });
            }
            path.push(Step { place: to.clone(), what: word(kind).to_owned() });
            let flow = Flow {
                // Set when the accesses have their ids.
                access: index.to_string(),
                kind,
                sink: sink.to_owned(),
                service: service.map(str::to_owned),
                expression,
                confidence: confidence.min(how),
                implicit,
                path,
                place: to,
                names: Vec::new(),
            };
            let (read, request) = match carried {
                Carried::Address(read, request, ..) => (Some(*read), *request),
                Carried::Whole(request) | Carried::People(request) => (None, *request),
            };
            if let Some(data) = self.evaluator.requests.get(request.0 as usize) {
                let wanted = Wanted { read, request, site: data.site };
                for end in [Some(at), apart.as_ref().map(|(put, _)| *put)].into_iter().flatten() {
                    for kind in [kind, SinkKind::Ui] {
                        self.wanted.entry((end, kind, index.to_string())).or_insert(wanted);
                    }
                }
            }
            // `const mail = user.emailAddress; … `<b>${mail}</b>``: where the text is made of it.
            if let Carried::Address(read, ..) = carried
                && !matches!(kind, SinkKind::Identity)
                && let Some(text) = self.mentioned_at(*read).filter(|t| !self.within(*t, at))
                && let Some((place, expression)) = self.shown_at(text)
            {
                let confidence = Confidence::Possible;
                self.enter(text, index, Flow { place, expression, confidence, ..flow.clone() });
            }
            // What a route hands out is shown by whatever asks for it, as far as anyone can tell.
            if kind == SinkKind::Response {
                let shown = Flow { kind: SinkKind::Ui, confidence: Confidence::Possible, ..flow.clone() };
                if let Some((put, (place, expression))) = &apart {
                    let (place, expression) = (place.clone(), expression.clone());
                    self.enter(*put, index, Flow { place, expression, ..shown.clone() });
                }
                self.enter(at, index, shown);
            }
            // An object that is made far from where it goes has two lines to look at. What is handed out is
            // decided where the address is put into it; what is kept, where that is done. The other line
            // is said to be possible, so that one is judged and not both.
            if let Some((put, (place, expression))) = apart {
                // What markup shows is looked for in the markup.
                let shown = matches!(sink, "ui.jsx" | "ui.vue" | "ui.svelte" | "ui.angular" | "ui.go-styled");
                // So is what a login library is told about who has logged in.
                let handed_out = matches!(kind, SinkKind::Ui | SinkKind::Response | SinkKind::ThirdParty)
                    || sink.starts_with("identity.login");
                // What another function has put together goes on where this one hands it out.
                let whole = kind != SinkKind::ThirdParty && self.is_handed_whole(at, put);
                let here = joined.is_some() || self.is_put_where_handed_out(at, put) && !whole;
                let decides = put.module == at.module && !shown && handed_out && here;
                let less = |c: Confidence, less: bool| if less { Confidence::Possible } else { c };
                let at_put =
                    Flow { confidence: less(flow.confidence, !decides), expression, place, ..flow.clone() };
                self.enter(put, index, at_put);
                self.enter(at, index, Flow { confidence: less(flow.confidence, decides), ..flow });
            } else {
                self.enter(at, index, flow);
            }
        }
    }

    /// Whether a user is one of the product's own that its plugins are handed: printed, it is a name and a key.
    fn prints_no_address(&self, request: RequestId) -> bool {
        let request = self.evaluator.requests.get(request.0 as usize);
        request.and_then(|r| r.sdk.as_deref()).is_some_and(|sdk| sdk.starts_with("data-center."))
    }

    /// The text that a read is put into where it stands: `lines += `- ${user.emailAddress}``.
    fn joined_at(&self, read: At) -> Option<At> {
        /// Expressions between a read and the text that it is a part of.
        const NEAR: usize = 24;
        let module = self.evaluator.program.module(read.module);
        let inner = module.expr(read.expr);
        let after = module.exprs.iter().enumerate().skip(read.expr.0 as usize + 1).take(NEAR);
        // Children come before their parents.
        let mut joins = after.filter(|(_, e)| {
            matches!(&e.kind, ExprKind::Join(_))
                && e.function == inner.function
                && e.span.contains(inner.span)
        });
        let (index, _) = joins.next()?;
        Some(At { module: read.module, expr: ExprId(u32::try_from(index).ok()?) })
    }

    /// The text of a script into which a variable is put that holds what is read.
    fn mentioned_at(&self, read: At) -> Option<At> {
        /// Expressions between a read and the text.
        const NEAR: usize = 400;
        /// Expressions between the variable and the text that it is a part of.
        const INSIDE: usize = 24;
        let module = self.evaluator.program.module(read.module);
        if module.language != Language::JavaScript {
            return None;
        }
        let inner = module.expr(read.expr);
        let after = || module.exprs.iter().enumerate().skip(read.expr.0 as usize + 1);
        let holds = |symbol: SymbolId| {
            let made = module.symbol(symbol).definitions.as_slice();
            matches!(made, [only] if module.expr(*only).span.contains(inner.span)
                && module.expr(*only).span.end <= inner.span.end + 8
                && module.expr(*only).function == inner.function)
        };
        let named = after().take(NEAR).filter(|(_, e)| match &e.kind {
            ExprKind::Local(symbol) => holds(*symbol),
            _ => false,
        });
        let (index, _) = named.take(8).find_map(|(at, named)| {
            let mut joins = after().skip(at - read.expr.0 as usize).take(INSIDE);
            joins.find(|(_, e)| matches!(&e.kind, ExprKind::Join(_)) && e.span.contains(named.span))
        })?;
        Some(At { module: read.module, expr: ExprId(u32::try_from(index).ok()?) })
    }

    /// Whether what goes on is a variable that was made as the object in which something was put: `return result`.
    fn is_handed_whole(&self, at: At, put: At) -> bool {
        let module = self.evaluator.program.module(at.module);
        let ExprKind::Local(symbol) = module.expr(module.peel(at.expr)).kind else { return false };
        if module.language != Language::JavaScript {
            return false;
        }
        module.symbol(symbol).definitions.iter().take(4).any(|made| {
            let made = At { module: at.module, expr: module.peel(*made) };
            let home = |at: At| module.expr(at.expr).function;
            matches!(module.expr(made.expr).kind, ExprKind::Object { .. })
                && (self.within(put, made) || put.module == at.module && home(put) == home(at))
        })
    }

    /// Whether something is put into an object in the function that hands it out, in one inside that, or by those who
    /// call it with the object.
    fn is_put_where_handed_out(&self, at: At, inner: At) -> bool {
        const MAX_FUNCTIONS: usize = 16;
        let module = self.evaluator.program.module(at.module);
        if at.module != inner.module
            || module.language != Language::JavaScript
            || !given(self.evaluator.program, at).is_empty()
        {
            return true;
        }
        let wanted = module.expr(at.expr).function;
        let mut next = Some(module.expr(inner.expr).function);
        for _ in 0..MAX_FUNCTIONS {
            match next {
                Some(function) if function == wanted => return true,
                Some(function) => next = module.function(function).parent,
                None => return false,
            }
        }
        false
    }

    /// Keeps a flow, unless the same one is known better.
    fn enter(&mut self, at: At, access: usize, flow: Flow) {
        let key = (at, flow.kind, access.to_string());
        match self.flows.get(&key) {
            Some(known) if known.confidence >= flow.confidence && !known.implicit => {}
            _ => {
                self.flows.insert(key, flow);
            }
        }
    }

    /// Whether it is known already that a module stores an address.
    pub(in crate::analysis) fn is_stored(&self, carried: &Carried, module: ModuleId) -> bool {
        let Carried::Address(read, request, ..) = carried else { return false };
        let Some(access) = self.access_of(*read, *request).map(|a| a.to_string()) else { return false };
        self.flows.iter().any(|((at, kind, of), flow)| {
            at.module == module
                && *kind == SinkKind::Storage
                && *of == access
                && flow.confidence > Confidence::Possible
        })
    }

    /// The place of an expression, and what of it is shown.
    fn shown_at(&self, at: At) -> Option<(Place, String)> {
        let module = self.evaluator.program.module(at.module);
        let span = module.expr(at.expr).span;
        let file = (self.file)(&module.file)?;
        Some((file.place(span), redact::one_line(file.slice(span), EXPRESSION)))
    }

    /// Whether an expression stands inside another one.
    fn within(&self, inner: At, outer: At) -> bool {
        let span = |at: At| self.evaluator.program.module(at.module).expr(at.expr).span;
        inner.module == outer.module && span(outer).contains(span(inner))
    }

    /// Notes, for each access, the calls that give its address to their caller.
    pub(in crate::analysis) fn hand_on(
        evaluator: &'e mut Evaluator<'p>,
        file: &'e dyn Fn(&str) -> Option<&'a SourceFile>,
        accesses: &'e mut Vec<Found>,
    ) {
        let program = evaluator.program;
        let mut this = Self::new(evaluator, file, accesses);
        for module in program.ids() {
            for call in &program.index(module).calls {
                let at = At { module, expr: *call };
                let value = this.evaluator.value(at);
                let mut of: Vec<usize> = Vec::new();
                for carried in this.carried(&value, 0, false) {
                    if let Carried::Address(read, request, ..) = carried {
                        of.extend(this.access_of(read, request));
                    }
                }
                // The answer of the Email API is an address in all but its wrapping.
                for atom in value.iter() {
                    if let Atom::Answer { request, weak: false, .. } = atom
                        && this.evaluator.is_email_api(*request)
                    {
                        of.extend(this.accesses.iter().position(|f| f.request == *request));
                    }
                }
                if of.is_empty() {
                    continue;
                }
                of.sort_unstable();
                of.dedup();
                let Some(place) = place(this.evaluator, this.file, at) else { continue };
                for index in of {
                    if let Some(found) = this.accesses.get_mut(index)
                        && found.access.handed_on.len() < MAX_HANDED_ON
                    {
                        found.access.handed_on.push(place.clone());
                    }
                }
            }
        }
    }

    /// The access that a read belongs to: itself, or the call of the Email API behind it.
    pub(super) fn access_of(&self, read: At, request: RequestId) -> Option<usize> {
        let site = self.evaluator.requests.get(request.0 as usize).map(|r| r.site);
        self.by_place.get(&read).or_else(|| self.by_place.get(&site?)).copied()
    }

    /// The access for an answer that goes on whole, if there is one already.
    pub(super) fn known_whole(&self, request: RequestId) -> Option<usize> {
        let site = self.evaluator.requests.get(request.0 as usize)?.site;
        let known = self.accesses.iter().position(|f| f.at == site || f.request == request);
        let payload = known.is_none() && self.is_payload(request);
        let of_payload = |f: &Found| f.access.endpoint.as_deref() == Some(WEBHOOK);
        known.or_else(|| self.accesses.iter().position(of_payload).filter(|_| payload))
    }

    /// The access for an answer that goes on whole: one that is known, or a new one at the request.
    fn whole(&mut self, request: RequestId, sink: At) -> Option<usize> {
        let data = self.evaluator.requests.get(request.0 as usize)?.clone();
        let known = self.accesses.iter().position(|f| f.at == data.site || f.request == request);
        let fetched = known.is_some_and(|k| {
            self.accesses
                .get(k)
                .is_some_and(|f| f.at == data.site && f.access.confidence == Confidence::Possible)
        });
        if known.is_some() && !fetched {
            return known;
        }
        // What a wrapper does with every answer says nothing about this one.
        if self.calls(data.site, sink) {
            return known;
        }
        // A user that was only fetched, as long as nobody did anything with it.
        if let Some(access) = known.and_then(|k| self.accesses.get_mut(k)) {
            access.access.confidence = data.confidence.min(Confidence::Likely);
            return known;
        }
        let mut access = describe(self.evaluator, self.file, data.site, &data);
        access.confidence = access.confidence.min(Confidence::Likely);
        Some(self.fetched(access, data.site, request))
    }

    /// The access for an answer with people in it that goes on whole: one that is known, or a new one that is no more
    /// than possible.
    fn people(&mut self, request: RequestId, sink: At) -> Option<usize> {
        let data = self.evaluator.requests.get(request.0 as usize)?.clone();
        let known = self.accesses.iter().position(|f| f.at == data.site || f.request == request);
        if known.is_some() || self.calls(data.site, sink) {
            return known;
        }
        let mut access = describe(self.evaluator, self.file, data.site, &data);
        access.confidence = Confidence::Possible;
        Some(self.fetched(access, data.site, request))
    }

    /// A new access at a request.
    fn fetched(&mut self, mut access: Access, site: At, request: RequestId) -> usize {
        access.request = place(self.evaluator, self.file, site);
        self.accesses.push(Found { access, at: site, request });
        let position = self.accesses.len() - 1;
        self.by_place.insert(site, position);
        position
    }

    /// Whether a call is one of the function in which a place stands.
    fn calls(&mut self, call: At, place: At) -> bool {
        let program = self.evaluator.program;
        let ExprKind::Call { callee, .. } = program.kind(call) else { return false };
        let around = FunctionAt {
            module: place.module,
            function: program.module(place.module).expr(place.expr).function,
        };
        let value = self.evaluator.value(At { module: call.module, expr: *callee });
        value.iter().any(|a| matches!(a, Atom::Function { at, .. } if *at == around))
    }
}

/// Whether a sink of a kind takes an object as it is, and not a part of it by name.
fn takes_whole(kind: SinkKind) -> bool {
    matches!(kind, SinkKind::Log | SinkKind::Response | SinkKind::Storage | SinkKind::ThirdParty)
}
