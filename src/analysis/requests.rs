//! Which calls are requests to Atlassian, what they ask for, and which place decides that.

use std::rc::Rc;

use super::eval::{Evaluator, Request, field_name};
use super::value::{At, Atom, Collect, FrameId, FunctionAt, RequestId, Val};
use crate::catalog::clients::{Client, Clients, SdkMethod, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::{Asked, Endpoints, Fit, HOLE, Match, Target};
use crate::catalog::fields::Fields;
use crate::facts::{AccessKind, Caller, ObservationKind, Product};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind};

/// Keys under which an options object holds a path.
const PATH_KEYS: &[&str] = &["url", "uri", "path", "endpoint", "pathname", "href"];

/// First or last names of calls that are handed paths without asking for them.
const NO_REQUEST_FIRST: &[&str] = &[
    "console", "logger", "log", "app", "router", "server", "describe", "it", "test", "expect", "jest",
    "nock", "vi", "cy", "path", "fs",
];
const NO_REQUEST_LAST: &[&str] = &[
    "startsWith",
    "endsWith",
    "includes",
    "indexOf",
    "replace",
    "split",
    "match",
    "test",
    "push",
    "join",
    "log",
    "info",
    "warn",
    "error",
    "debug",
    "stringify",
    "Error",
    "describe",
    "it",
    "use",
    "intercept",
    "reply",
    "navigate",
    "redirect",
    "render",
    "HandleFunc",
    "Handle",
    "HasPrefix",
    "HasSuffix",
    "Contains",
    "Print",
    "Println",
    "Wrap",
];

/// The HTTP methods.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Whether a call is one of those that are handed paths without asking for them.
fn is_no_request(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    // `Infof`, `Errorf`: a format instead of a text.
    let plain = last.strip_suffix('f').unwrap_or(last);
    NO_REQUEST_FIRST.contains(&first)
        || NO_REQUEST_LAST.iter().any(|n| *n == last || n.eq_ignore_ascii_case(plain))
}

impl Evaluator<'_> {
    /// The answer to a request, when a call of something outside is one whose path is known.
    pub(super) fn request(
        &mut self,
        at: At,
        package: &Rc<str>,
        path: &Rc<str>,
        made: Option<At>,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Option<Val> {
        let language = self.program.module(at.module).language.table_name();
        let clients = Clients::get();
        if let Some(user) = self.login_call(at, path) {
            return Some(user);
        }
        if let Some(method) = clients.find_sdk(language, package, path) {
            if method.is_common_name() && !self.is_of_a_client_of_atlassians(at, package, path, arguments) {
                return None;
            }
            return self.sdk(at, method, frame);
        }
        if package.as_ref() == UNKNOWN_PACKAGE
            && let Some(method) = clients.find_named(language, path)
        {
            return self.sdk(at, method, frame).map(|answer| self.less_sure(&answer));
        }
        if let Some(client) = clients.find(language, package, path) {
            if let Some(role) = &client.role {
                if role == "personal-data-report" {
                    self.remarks.insert((at, ObservationKind::PersonalDataReport, "forge".to_owned()));
                }
                return None;
            }
            return self.by_client(at, client, path, made, arguments, frame);
        }
        // A client that no table knows, handed an unmistakable path: a parameter, an unknown import.
        if is_no_request(path) {
            return None;
        }
        self.handed_a_path(at, arguments, frame)
    }

    /// Whether something beside its name says that a method is one of a generated client for Atlassian's
    /// APIs: where it comes from, what it is called on, or the account id that it is handed in a file that
    /// is about Atlassian.
    fn is_of_a_client_of_atlassians(&self, at: At, package: &str, path: &str, arguments: &[ExprId]) -> bool {
        let receiver = path.rsplit_once('.').map_or("", |(receiver, _)| receiver).to_ascii_lowercase();
        let named = ["jira", "confluence", "atlassian"].iter().any(|n| receiver.contains(n));
        if named || Fields::get().is_atlassian_package(package) {
            return true;
        }
        let module = self.program.module(at.module);
        let account = |name: &str| field_name(name).to_ascii_lowercase().ends_with("accountid");
        let ExprKind::Call { named, .. } = self.program.kind(at) else { return false };
        let handed = named.iter().any(|(name, _)| account(name))
            || arguments.iter().any(|a| match &module.expr(module.peel(*a)).kind {
                ExprKind::Object { fields, .. } => {
                    fields.iter().any(|(name, _)| name.as_deref().is_some_and(account))
                }
                _ => {
                    module.written_name(*a).is_some_and(|w| account(w.rsplit('.').next().unwrap_or_default()))
                }
            });
        handed && self.program.index(at.module).about_atlassian
    }

    /// Says of requests that they are only likely.
    fn less_sure(&mut self, answer: &Val) -> Val {
        for atom in answer.iter() {
            if let Atom::Answer { request, .. } = atom
                && let Some(data) = self.requests.get_mut(request.0 as usize)
            {
                data.confidence = data.confidence.min(Confidence::Likely);
            }
        }
        answer.clone()
    }

    fn sdk(&mut self, at: At, method: &'static SdkMethod, _frame: FrameId) -> Option<Val> {
        let endpoint = Endpoints::get().by_id(&method.endpoint)?;
        let request = Request {
            site: at,
            endpoint,
            fields: method.fields.clone(),
            sdk: Some(method.id.clone()),
            product: method.product,
            caller: Caller::Unknown,
            confidence: if method.is_of_any_package() { Confidence::Likely } else { Confidence::Certain },
            path: None,
        };
        let answer = self.answer(request);
        Some(Val::from(
            answer
                .iter()
                .map(|a| match a {
                    // A method of an SDK gives the object itself.
                    Atom::Answer { request, weak, .. } => {
                        Atom::Answer { request: *request, weak: *weak, inner: true }
                    }
                    other => other.clone(),
                })
                .collect::<Vec<_>>(),
        ))
    }

    fn by_client(
        &mut self,
        at: At,
        client: &'static Client,
        path: &Rc<str>,
        made: Option<At>,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Option<Val> {
        let paths = self.asked_paths(at, client, arguments, frame);
        // An address that was built from an answer, or handed on by a wrapper.
        let base = self.base(client, made);
        let method = self.http_method(path, arguments, at, frame);
        if client.query_argument.is_some() {
            return self.graphql(at, client, &paths);
        }
        let mut out = Collect::default();
        let answers: Vec<Atom> = paths.iter().filter(|a| matches!(a, Atom::Answer { .. })).cloned().collect();
        out.weakened(&Val::from(answers));
        let mut asked_for: Vec<(Match, Target, At, FunctionAt)> = Vec::new();
        for atom in paths.iter() {
            let Atom::Text { text, origin, home } = atom else { continue };
            let texts = match (&base, text.contains("://") || text.starts_with(HOLE)) {
                (Some(base), false) => {
                    format!("{}/{}", base.trim_end_matches('/'), text.trim_start_matches('/'))
                }
                _ => text.to_string(),
            };
            let asked = Asked {
                product: client.product().filter(|p| *p != Product::Graphql),
                method: method.as_deref(),
                atlassian: client.atlassian()
                    || self.talks_to_atlassian(&texts)
                    || self.is_named_for_atlassian(at, frame)
                    || self.is_made_of_atlassian(*origin),
            };
            let Some(target) = Target::parse(&texts) else { continue };
            self.remark(at, &target, client, asked.product);
            let wrong = Endpoints::get().find_wrong(&target, client_kind(client), asked.product);
            let meant = wrong.and_then(|w| Endpoints::get().by_id(&w.meant));
            let meant = meant.map(|endpoint| Match { endpoint, fit: Fit::Full });
            let found = meant.or_else(|| Endpoints::get().find(&target, asked)).or_else(|| {
                let endpoint = Endpoints::get().unlisted(&target, asked)?;
                Some(Match { endpoint, fit: Fit::Relative })
            });
            let Some(found) = found else { continue };
            asked_for.push((found, target, *origin, *home));
        }
        // Where one of several texts is a path that is known, the others are what it was made of.
        let listed = |m: &Match| !m.endpoint.id.ends_with(".unlisted");
        if asked_for.iter().any(|(m, ..)| listed(m)) {
            asked_for.retain(|(m, ..)| listed(m));
        }
        for (found, target, origin, home) in asked_for {
            let caller = match client.caller {
                // Basic authentication, 3LO and everything else that a plain HTTP client can carry.
                Caller::Unknown | Caller::Token if !client.atlassian() => Caller::Token,
                other => other,
            };
            let value = self.found(at, origin, home, found, &target, caller, client.atlassian(), frame);
            out.all(&value);
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
    }

    /// What a call of a client gives as the path, as the table says where it stands.
    fn asked_paths(&mut self, at: At, client: &'static Client, arguments: &[ExprId], frame: FrameId) -> Val {
        let here = |expr: ExprId| At { module: at.module, expr };
        let mut paths = Collect::default();
        let index = client.path_argument.or(client.query_argument);
        if let Some(index) = index
            && let Some(argument) = arguments.get(index)
        {
            let mut value = self.eval(here(*argument), frame);
            // A newer version of the client takes something before the method.
            if let (true, Some(next)) = (is_method(&value), arguments.get(index + 1)) {
                value = self.eval(here(*next), frame);
            }
            paths.all(&value);
            self.keys(&value, client.path_keys.iter().map(String::as_str).chain(["url"]), at, &mut paths);
        }
        for argument in arguments {
            if client.path_keys.is_empty() {
                break;
            }
            let value = self.eval(here(*argument), frame);
            self.keys(&value, client.path_keys.iter().map(String::as_str), at, &mut paths);
        }
        self.named_keys(at, client.path_keys.iter().map(String::as_str).chain(["url"]), frame, &mut paths);
        paths.done()
    }

    /// The addresses that a call of a client goes to, completed by what the client was made with.
    pub(super) fn asked_addresses(
        &mut self,
        at: At,
        client: &'static Client,
        made: Option<At>,
        arguments: &[ExprId],
    ) -> Vec<String> {
        let paths = self.asked_paths(at, client, arguments, FrameId::NONE);
        let base = self.base(client, made);
        let complete = |text: &Rc<str>| match &base {
            Some(base) if !text.contains("://") && !text.starts_with(HOLE) => {
                format!("{}/{}", base.trim_end_matches('/'), text.trim_start_matches('/'))
            }
            _ => text.to_string(),
        };
        paths.texts().take(8).map(complete).collect()
    }

    /// Notes what a request is besides a way to addresses.
    fn remark(&mut self, at: At, target: &Target, client: &Client, product: Option<Product>) {
        let mut note = |kind, detail: &str| {
            self.remarks.insert((at, kind, detail.to_owned()));
        };
        let endpoints = Endpoints::get();
        if let Some(wrong) = endpoints.find_wrong(target, client_kind(client), product) {
            note(ObservationKind::WrongPath, &wrong.id);
        }
        if let Some(other) = endpoints.find_look_alike(target)
            && other.id.contains("notify")
        {
            note(ObservationKind::NotifyCall, &other.id);
        }
        let last = target.segments.last().and_then(|s| s.as_deref());
        if last == Some("report-accounts") {
            note(ObservationKind::PersonalDataReport, "rest");
        }
    }

    /// The base address that a client was made with.
    fn base(&mut self, client: &Client, made: Option<At>) -> Option<String> {
        let program = self.program;
        let made = made?;
        let ExprKind::Call { callee, arguments, named, .. } = program.kind(made) else { return None };
        let here = |expr: ExprId| At { module: made.module, expr };
        let keys = client.base_keys.iter().map(String::as_str).chain(["baseURL", "baseUrl", "prefixUrl"]);
        for (_, value) in named.iter().filter(|(name, _)| keys.clone().any(|k| *k == **name)) {
            if let Some(text) = self.eval(here(*value), FrameId::NONE).texts().next() {
                return Some(text.to_string());
            }
        }
        // `WebClient.builder().baseUrl("…").build()`, also through a variable.
        let mut callee = Some(here(*callee));
        for _ in 0..12 {
            let Some(at) = callee else { break };
            let module = program.module(at.module);
            let ExprKind::Member { object, .. } = &module.expr(module.peel(at.expr)).kind else { break };
            let object = At { module: at.module, expr: module.peel(*object) };
            let before = match program.kind(object) {
                ExprKind::Call { .. } => Some(object),
                _ => self.eval(object, FrameId::NONE).iter().find_map(|a| match a {
                    Atom::Extern { made, .. } => *made,
                    _ => None,
                }),
            };
            let Some(before) = before else { break };
            let ExprKind::Call { callee: next, arguments, .. } = program.kind(before) else { break };
            let inner = program.module(before.module);
            if let ExprKind::Member { property, .. } = &inner.expr(inner.peel(*next)).kind
                && client.base_keys.iter().any(|k| **k == **property)
                && let Some(base) = arguments.first()
                && let Some(text) =
                    self.eval(At { module: before.module, expr: *base }, FrameId::NONE).texts().next()
            {
                return Some(text.to_string());
            }
            callee = Some(At { module: before.module, expr: *next });
        }
        for argument in arguments {
            let value = self.eval(At { module: made.module, expr: *argument }, FrameId::NONE);
            let keys = keys.clone();
            let mut out = Collect::default();
            self.keys(&value, keys, made, &mut out);
            if let Some(text) = out.done().texts().next() {
                return Some(text.to_string());
            }
        }
        None
    }

    /// Whether an address names an Atlassian host or prefix by itself.
    fn talks_to_atlassian(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        ["atlassian", "rest/api", "rest/servicedeskapi", "jira", "confluence"]
            .iter()
            .any(|n| text.contains(n))
    }

    /// Whether a text is made of something that is named for Atlassian or one of its products:
    /// `${JIRA_BASE}/myself`.
    fn is_made_of_atlassian(&self, origin: At) -> bool {
        let module = self.program.module(origin.module);
        let ExprKind::Join(parts) = &module.expr(module.peel(origin.expr)).kind else { return false };
        parts.iter().take(4).any(|part| {
            let part = module.peel(*part);
            !matches!(module.expr(part).kind, ExprKind::Text(_))
                && module.written_name(part).is_some_and(|name| {
                    let name = name.to_ascii_lowercase();
                    ["jira", "confluence", "atlassian"].iter().any(|n| name.contains(n))
                })
        })
    }

    /// Whether the class of the program that makes a request is named for one of Atlassian's products: a
    /// `JiraClient` or a `JiraRequest` needs no host in its paths.
    fn is_named_for_atlassian(&self, at: At, frame: FrameId) -> bool {
        let names = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["jira", "confluence", "atlassian"].iter().any(|n| name.contains(n))
        };
        let of = |at: At| {
            let module = self.program.module(at.module);
            let class = module.function(module.expr(at.expr).function).class;
            class.is_some_and(|c| names(&module.class(c).name))
        };
        if of(at) {
            return true;
        }
        let mut up = frame;
        while let Some(data) = self.frame(up) {
            if of(data.call) {
                return true;
            }
            up = data.up;
        }
        false
    }

    /// Adds what options objects hold under any of the keys.
    fn keys<'k>(
        &mut self,
        value: &Val,
        keys: impl Iterator<Item = &'k str> + Clone,
        site: At,
        out: &mut Collect,
    ) {
        for atom in value.iter() {
            if matches!(atom, Atom::Object(..)) {
                for key in keys.clone() {
                    let part = self.member(atom, key, site);
                    out.all(&part);
                }
            }
        }
    }

    /// Adds what arguments that are given by name hold under any of the keys.
    fn named_keys<'k>(
        &mut self,
        at: At,
        keys: impl Iterator<Item = &'k str>,
        frame: FrameId,
        out: &mut Collect,
    ) {
        let program = self.program;
        let ExprKind::Call { named, .. } = program.kind(at) else { return };
        let keys: Vec<&str> = keys.collect();
        for (_, value) in named.iter().filter(|(name, _)| {
            // A property starts with a capital in some languages.
            keys.contains(&&**name) || keys.contains(&field_name(name).as_str())
        }) {
            let value = self.eval(At { module: at.module, expr: *value }, frame);
            out.all(&value);
        }
    }

    /// The HTTP method, when the call's name or its options say it.
    fn http_method(&mut self, path: &str, arguments: &[ExprId], at: At, frame: FrameId) -> Option<String> {
        let last = path.rsplit('.').next().unwrap_or_default();
        if let Some(method) = verb(last) {
            return Some(method.to_owned());
        }
        for argument in arguments {
            let value = self.eval(At { module: at.module, expr: *argument }, frame);
            // `request("GET", url)`
            // `Method.Get`, `HttpMethod.POST`: a constant of the library.
            let constant = value.iter().find_map(|atom| match atom {
                Atom::Extern { path, .. } => {
                    let (owner, name) = path.rsplit_once('.')?;
                    owner.ends_with("Method").then(|| verb(name)).flatten()
                }
                _ => None,
            });
            if let Some(method) = constant {
                return Some(method.to_owned());
            }
            let mut out = Collect::default();
            for atom in value.iter() {
                if let Atom::Text { text, .. } = atom
                    && METHODS.contains(&&**text)
                {
                    out.add(atom.clone());
                }
            }
            self.keys(&value, ["method", "type"].into_iter(), at, &mut out);
            let methods = out.done();
            let mut methods = methods.texts();
            if let (Some(method), None) = (methods.next(), methods.next()) {
                let method = method.to_ascii_uppercase();
                if METHODS.contains(&method.as_str()) {
                    return Some(method);
                }
            }
        }
        None
    }

    /// A GraphQL query that selects an address of a user.
    fn graphql(&mut self, at: At, client: &'static Client, queries: &Val) -> Option<Val> {
        let asks = queries.texts().any(|q| {
            q.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| matches!(word, "email" | "emails" | "emailAddress"))
        });
        if !asks {
            return None;
        }
        let endpoint = Endpoints::get().by_id("graphql.gateway")?;
        Some(self.answer(Request {
            site: at,
            endpoint,
            fields: endpoint.fields.clone(),
            sdk: None,
            product: endpoint.product,
            caller: client.caller,
            confidence: Confidence::Likely,
            path: None,
        }))
    }

    /// A call that could not be followed, handed a path that only Atlassian has.
    pub(super) fn handed_a_path(&mut self, at: At, arguments: &[ExprId], frame: FrameId) -> Option<Val> {
        let program = self.program;
        let module = program.module(at.module);
        if let ExprKind::Call { callee, .. } = program.kind(at)
            && let Some(name) = module.written_name(*callee)
            && is_no_request(&name)
        {
            return None;
        }
        let mut handed: Vec<Val> = Vec::new();
        for argument in arguments.iter().take(4) {
            let value = self.eval(At { module: at.module, expr: *argument }, frame);
            let mut paths = Collect::default();
            paths.all(&value);
            self.keys(&value, PATH_KEYS.iter().copied(), at, &mut paths);
            handed.push(paths.done());
        }
        let mut by_name = Collect::default();
        self.named_keys(at, PATH_KEYS.iter().copied(), frame, &mut by_name);
        handed.push(by_name.done());
        self.asked_by(at, &handed, frame)
    }

    /// The answer to a request whose address is a text that methods are called on: Flurl's
    /// `"https://…".SetQueryParam(…).GetJsonAsync<User>()`.
    pub(super) fn asked_of_text(
        &mut self,
        at: At,
        receiver: &Val,
        name: &str,
        arguments: &[ExprId],
        frame: FrameId,
    ) -> Option<Val> {
        const KEEPS: &[&str] = &["With", "Set", "Allow", "Configure", "On", "After", "Before", "Remove"];
        let texts: Vec<Atom> = receiver.iter().filter(|a| matches!(a, Atom::Text { .. })).cloned().collect();
        if texts.is_empty() {
            return None;
        }
        if KEEPS.iter().any(|k| name.starts_with(k)) {
            return Some(Val::from(texts));
        }
        if name.starts_with("AppendPathSegment") {
            let mut out = Collect::default();
            let mut rest = String::new();
            for argument in arguments.iter().take(8) {
                let value = self.eval(At { module: at.module, expr: *argument }, frame);
                let part = value.texts().next().map_or(HOLE.to_string(), ToString::to_string);
                rest.push('/');
                rest.push_str(part.trim_matches('/'));
            }
            for atom in texts {
                if let Atom::Text { text, origin, home } = atom {
                    let text = format!("{}{rest}", text.trim_end_matches('/')).into();
                    out.add(Atom::Text { text, origin, home });
                }
            }
            return Some(out.done());
        }
        verb(name).or(name.starts_with("Send").then_some(""))?;
        self.asked_by(at, &[Val::from(texts)], frame)
    }

    /// The answers to what a call asks by any of the paths that it is handed.
    fn asked_by(&mut self, at: At, handed: &[Val], frame: FrameId) -> Option<Val> {
        let mut out = Collect::default();
        for paths in handed {
            for atom in paths.iter() {
                let Atom::Text { text, origin, home } = atom else { continue };
                // A bare word is no path, and a relative one says too little here.
                let Some(target) = Target::parse(text).filter(|_| text.contains('/')) else { continue };
                let atlassian = text.starts_with(HOLE) && self.is_made_of_atlassian(*origin)
                    || text.contains("rest/api/") && self.program.index(origin.module).about_atlassian;
                let asked = Asked { atlassian, ..Asked::default() };
                let Some(found) = Endpoints::get().find(&target, asked) else { continue };
                if found.fit != Fit::Full && !atlassian {
                    continue;
                }
                let caller = self.written_caller(at);
                let value = self.found(at, *origin, *home, found, &target, caller, false, frame);
                out.all(&value);
            }
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
    }

    /// On whose behalf, as far as the written name of a call says it.
    fn written_caller(&self, at: At) -> Caller {
        let module = self.program.module(at.module);
        let ExprKind::Call { callee, .. } = self.program.kind(at) else { return Caller::Unknown };
        let name = module.written_name(*callee).unwrap_or_default();
        if name.contains("asApp()") {
            Caller::AsApp
        } else if name.contains("asUser") {
            Caller::AsUser
        } else {
            Caller::Unknown
        }
    }

    /// The answer of an endpoint of the table that no path in the code names.
    pub(super) fn answer_of(&mut self, id: &str, site: At, caller: Caller) -> Option<Val> {
        let endpoint = Endpoints::get().by_id(id)?;
        Some(self.answer(Request {
            site,
            endpoint,
            fields: endpoint.fields.clone(),
            sdk: None,
            product: endpoint.product,
            caller,
            confidence: Confidence::Likely,
            path: None,
        }))
    }

    /// The same, handed to the code as what it holds and not as the answer of a request.
    pub(super) fn handed(&mut self, id: &str, site: At, caller: Caller) -> Option<Val> {
        let answer = self.answer_of(id, site, caller)?;
        let inner = answer.iter().filter_map(|atom| match atom {
            Atom::Answer { request, weak, .. } => {
                Some(Atom::Answer { request: *request, weak: *weak, inner: true })
            }
            _ => None,
        });
        Some(Val::from(inner.collect::<Vec<_>>()))
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of one request")]
    fn found(
        &mut self,
        at: At,
        origin: At,
        home: FunctionAt,
        found: Match,
        target: &Target,
        caller: Caller,
        known_client: bool,
        frame: FrameId,
    ) -> Val {
        let site = self.deciding_place(at, origin, home, frame);
        let confidence = match (found.endpoint.certainty.as_deref(), found.fit, known_client) {
            (Some(_), _, _) => Confidence::Possible,
            (None, Fit::Full, true) => Confidence::Certain,
            _ => Confidence::Likely,
        };
        self.answer(Request {
            site,
            endpoint: found.endpoint,
            fields: found.endpoint.fields.clone(),
            sdk: None,
            product: found.endpoint.product,
            caller,
            confidence,
            path: Some(target.shown()),
        })
    }

    /// The call that decides what is asked: the request itself when the path is made in its own
    /// function, else the call that hands the path to the wrapper.
    fn deciding_place(&mut self, request: At, origin: At, home: FunctionAt, frame: FrameId) -> At {
        let program = self.program;
        let of = |at: At| FunctionAt {
            module: at.module,
            function: program.module(at.module).expr(at.expr).function,
        };
        if of(request) == home {
            return request;
        }
        let mut up = frame;
        let mut wrapper = of(request);
        while let Some(data) = self.frame(up) {
            let (call, next, inner) = (data.call, data.up, data.of);
            if of(call) == home || (inner == wrapper && self.makes(call, origin)) {
                return call;
            }
            if inner == wrapper {
                wrapper = of(call);
            }
            up = next;
        }
        // No call is being looked into: ask who calls the wrapper from where the path is made.
        let mut wrappers = vec![of(request)];
        for _ in 0..4 {
            let mut next = Vec::new();
            for wrapper in &wrappers {
                let Some(callers) = self.callers.get(wrapper) else { continue };
                let calls = callers.calls.clone();
                let at_home: Vec<At> = calls.iter().copied().filter(|c| of(*c) == home).collect();
                let made = program.module(origin.module).expr(origin.expr).span;
                let holds = at_home.iter().find(|c| {
                    c.module == origin.module && program.module(c.module).expr(c.expr).span.contains(made)
                });
                if let Some(call) = holds.or_else(|| at_home.first()) {
                    return *call;
                }
                if let Some(call) = calls.iter().find(|c| self.makes(**c, origin)) {
                    return *call;
                }
                next.extend(calls.iter().map(|c| of(*c)));
            }
            next.sort_unstable();
            next.dedup();
            next.truncate(64);
            wrappers = next;
        }
        request
    }

    /// Whether a call hands on a text that its own arguments make, such as `get(paths.email(id))`; one
    /// that only passes its function's parameter on does not.
    fn makes(&mut self, call: At, origin: At) -> bool {
        let program = self.program;
        let module = program.module(call.module);
        let ExprKind::Call { arguments, named, .. } = program.kind(call) else { return false };
        arguments.iter().chain(named.iter().map(|(_, a)| a)).any(|argument| {
            let argument = module.peel(*argument);
            let passed_on = match &module.expr(argument).kind {
                ExprKind::Local(symbol) => module
                    .symbol(*symbol)
                    .definitions
                    .iter()
                    .all(|d| matches!(module.expr(module.peel(*d)).kind, ExprKind::Parameter(..))),
                _ => false,
            };
            !passed_on
                && self
                    .eval(At { module: call.module, expr: argument }, FrameId::NONE)
                    .iter()
                    .any(|a| matches!(a, Atom::Text { origin: o, .. } if *o == origin))
        })
    }

    /// Enters a request into the table; the same place asking for the same thing is one request.
    pub(super) fn answer(&mut self, request: Request) -> Val {
        let key = (request.site, request.endpoint.id.clone());
        let id = match self.request_ids.get(&key) {
            Some(id) => {
                if let Some(known) = self.requests.get_mut(id.0 as usize) {
                    // What is known better wins.
                    known.confidence = known.confidence.max(request.confidence);
                    if known.caller == Caller::Unknown {
                        known.caller = request.caller;
                    }
                }
                *id
            }
            None => {
                let id = RequestId(u32::try_from(self.requests.len()).unwrap_or(u32::MAX));
                self.requests.push(request);
                self.request_ids.insert(key, id);
                id
            }
        };
        Val::of(Atom::Answer { request: id, weak: false, inner: false })
    }

    /// Whether a request is for addresses as such, so that making it is the access.
    pub(crate) fn is_email_api(&self, request: RequestId) -> bool {
        self.requests.get(request.0 as usize).is_some_and(|r| r.endpoint.kind == AccessKind::EmailApi)
    }

    /// The name that stands for what is not known.
    pub(crate) fn is_unknown(atom: &Atom) -> bool {
        matches!(atom, Atom::Extern { package, .. } if &**package == UNKNOWN_PACKAGE)
    }
}

/// Whether a value is the name of an HTTP method and nothing else.
fn is_method(value: &Val) -> bool {
    let mut texts = value.texts();
    texts.next().is_some_and(|t| METHODS.contains(&&**t)) && texts.all(|t| METHODS.contains(&&**t))
}

/// The HTTP method that a name starts with: `get`, `GetAsync`, `HttpGet`, `postForObject`, `PUT`.
fn verb(name: &str) -> Option<&'static str> {
    const VERBS: &[(&str, &str)] = &[
        ("get", "GET"),
        ("post", "POST"),
        ("put", "PUT"),
        ("patch", "PATCH"),
        ("delete", "DELETE"),
        ("del", "DELETE"),
    ];
    let bare = name.strip_prefix("Http").unwrap_or(name);
    let lower = bare.to_ascii_lowercase();
    VERBS.iter().find_map(|(verb, method)| {
        let rest = bare.get(verb.len()..)?;
        // All in capitals, or followed by another word.
        let whole = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase());
        (lower.starts_with(verb) && whole).then_some(*method)
    })
}

/// What the table of misspelt paths calls a client.
fn client_kind(client: &Client) -> &'static str {
    match client.caller {
        Caller::Bridge => "bridge",
        Caller::Addon => "addon",
        Caller::AsApp | Caller::AsUser => "forge",
        Caller::Unknown if client.packages.iter().any(|p| p == "@forge/api") => "forge",
        Caller::Unknown | Caller::Token => "token",
    }
}
