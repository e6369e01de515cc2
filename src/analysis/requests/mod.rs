//! Which calls are requests to Atlassian, what they ask for, and which place decides that.

mod clients;
mod places;

use std::rc::Rc;

use clients::{client_kind, verb};

use super::eval::{AskedPath, Evaluator, Request};
use super::value::{At, Atom, Collect, FrameId, FunctionAt, ModuleId, Piece, RequestId, Val};
use crate::catalog::clients::{Client, Clients, SdkMethod, UNKNOWN_PACKAGE};
use crate::catalog::endpoints::{Asked, Endpoints, Fit, HOLE, Match, Target};
use crate::catalog::methods::Methods;
use crate::facts::{AccessKind, Caller, ObservationKind, Product};
use crate::findings::Confidence;
use crate::program::{ExprId, ExprKind};

/// Keys under which an options object holds a path.
const PATH_KEYS: &[&str] = &["url", "uri", "path", "endpoint", "pathname", "href"];

/// Keys under which a tool is named that is called.
const TOOL_KEYS: &[&str] = &["name", "toolName", "tool", "tool_name"];

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
    "StringBuilder",
    "StringBuffer",
    "StringJoiner",
];

/// The HTTP methods.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Whether a call is one of those that are handed paths without asking for them.
pub(super) fn is_no_request(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    // `Infof`, `Errorf`: a format instead of a text.
    let plain = last.strip_suffix('f').unwrap_or(last);
    NO_REQUEST_FIRST.contains(&first)
        // Who looks at a path asks for nothing: `matchPath(pattern, url)`.
        || last.starts_with("match") || last.starts_with("Match")
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
        if let Some(user) = self.login_call(at, path) {
            return Some(user);
        }
        let meaning = self.meanings.of(self.program.module(at.module).language, package, path);
        if let Some(method) = meaning.sdk {
            if method.is_common_name() && !self.is_of_a_client_of_atlassians(at, package, path, arguments) {
                return None;
            }
            return self.sdk(at, method, frame);
        }
        if let Some(method) = meaning.named {
            return self.sdk(at, method, frame).map(|answer| self.less_sure(&answer));
        }
        if let Some(answer) = self.asked_of_a_tool(at, path, arguments, frame) {
            return Some(answer);
        }
        if let Some(client) = meaning.client {
            if let Some(role) = &client.role {
                if role == "personal-data-report" {
                    self.remarks.insert((at, ObservationKind::PersonalDataReport, "forge".to_owned()));
                }
                return None;
            }
            return self.by_client(at, client, path, made, arguments, frame);
        }
        // A client that no table knows, handed an unmistakable path: a parameter, an unknown import.
        if meaning.asks_nothing {
            return None;
        }
        self.handed_a_path(at, arguments, frame)
    }

    /// What a tool of an MCP server for Atlassian's products gives to a client that calls it by its name:
    /// `client.callTool({name: 'jira_get_user', …})`.
    fn asked_of_a_tool(&mut self, at: At, path: &str, arguments: &[ExprId], frame: FrameId) -> Option<Val> {
        let last = path.rsplit('.').next().unwrap_or_default();
        if !Clients::get().calls_tools(last) {
            return None;
        }
        let mut names = Collect::default();
        if let Some(first) = arguments.first() {
            let value = self.eval(At { module: at.module, expr: *first }, frame);
            names.all(&value);
            self.keys(&value, TOOL_KEYS.iter().copied(), at, &mut names);
        }
        self.named_keys(at, TOOL_KEYS.iter().copied(), frame, &mut names);
        let mut out = Collect::default();
        for atom in names.done().iter() {
            let Atom::Text { text, origin, home } = atom else { continue };
            let Some(endpoint) = Clients::get().tool(text).and_then(|id| Endpoints::get().by_id(id)) else {
                continue;
            };
            let site = self.deciding_place(at, *origin, *home, frame);
            out.all(&self.answer(Request {
                site,
                endpoint,
                fields: endpoint.fields.clone(),
                sdk: None,
                product: endpoint.product,
                caller: Caller::Unknown,
                confidence: Confidence::Likely,
                path: None,
            }));
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
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
                    Atom::Answer { request, weak, piece } => {
                        Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() }
                    }
                    other => other.clone(),
                })
                .collect::<Vec<_>>(),
        ))
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
        let by_name = || match program.kind(at) {
            ExprKind::Call { callee, .. } => {
                program.module(at.module).written_name(*callee).is_some_and(|name| is_no_request(&name))
            }
            _ => false,
        };
        if *self.asks_nothing.entry(at).or_insert_with(by_name) {
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
    /// `"https://…".SetQueryParam(…).GetJsonAsync<User>()`, and `new URL("https://…").openConnection()`.
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
            for atom in texts {
                if let Atom::Text { text, origin, home } = atom {
                    let text = self.with_segments(at.module, &text, arguments, frame).into();
                    out.add(Atom::Text { text, origin, home });
                }
            }
            return Some(out.done());
        }
        if !Methods::get().asks_address.contains(name) {
            verb(name).or(name.starts_with("Send").then_some(""))?;
        }
        self.asked_by(at, &[Val::from(texts)], frame)
    }

    /// An address with the segments behind it that a call adds.
    pub(super) fn with_segments(
        &mut self,
        module: ModuleId,
        address: &str,
        segments: &[ExprId],
        frame: FrameId,
    ) -> String {
        const MAX: usize = 4_000;
        let mut whole = address.trim_end_matches('/').to_owned();
        for segment in segments.iter().take(8) {
            let value = self.eval(At { module, expr: *segment }, frame);
            let part = value.texts().next().map_or(HOLE.to_string(), ToString::to_string);
            if whole.len() + part.len() < MAX {
                whole.push('/');
                whole.push_str(part.trim_matches('/'));
            }
        }
        whole
    }

    /// The answers to what a call asks by any of the paths that it is handed.
    fn asked_by(&mut self, at: At, handed: &[Val], frame: FrameId) -> Option<Val> {
        let mut out = Collect::default();
        for paths in handed {
            for atom in paths.iter() {
                let Atom::Text { text, origin, home } = atom else { continue };
                // A bare word is no path, and a relative one says too little here.
                if !text.contains('/') {
                    continue;
                }
                let atlassian = text.starts_with(HOLE) && self.is_made_of_atlassian(*origin)
                    || text.contains("rest/api/") && self.program.index(origin.module).about_atlassian;
                let Some(asked) = self.asked_at(text, atlassian) else { continue };
                let (target, Some(found)) = &*asked else {
                    let value = self.asked_of_base(at, text, *origin, *home, frame);
                    out.all(&value);
                    continue;
                };
                let caller = self.written_caller(at);
                let value = self.found(at, *origin, *home, *found, target, caller, false, frame);
                out.all(&value);
            }
        }
        let out = out.done();
        (!out.is_empty()).then_some(out)
    }

    /// What a path asks for that is handed to something unknown, if it is one: the same few are asked everywhere.
    fn asked_at(&mut self, text: &Rc<str>, atlassian: bool) -> Option<AskedPath> {
        let find = || {
            let target = Target::parse(text)?;
            let asked = Asked { atlassian, relative: text.starts_with("rest/"), ..Asked::default() };
            let sure = |m: &Match| m.fit == Fit::Full || atlassian;
            let found = Endpoints::get().find(&target, asked).filter(sure);
            Some(Rc::new((target, found)))
        };
        self.asked.entry((Rc::clone(text), atlassian)).or_insert_with(find).clone()
    }

    /// What a relative path asks for when the file that writes it writes out an address of Atlassian's which it
    /// goes on from: `$this->apiRequest('user/emails')` in a class with `$apiBaseUrl`.
    fn asked_of_base(&mut self, at: At, path: &str, origin: At, home: FunctionAt, frame: FrameId) -> Val {
        let program = self.program;
        let mut out = Collect::default();
        if path.contains("://") || path.starts_with(HOLE) {
            return out.done();
        }
        for base in &program.index(origin.module).bases {
            let whole = format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'));
            let Some(target) = Target::parse(&whole) else { continue };
            if let Some(found) = Endpoints::get().find(&target, Asked::default())
                && found.fit == Fit::Full
            {
                let caller = self.written_caller(at);
                let value = self.found(at, origin, home, found, &target, caller, false, frame);
                out.all(&self.less_sure(&value));
                break;
            }
        }
        out.done()
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
            Atom::Answer { request, weak, piece } => {
                Some(Atom::Answer { request: *request, weak: *weak, piece: piece.in_body() })
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
        Val::of(Atom::Answer { request: id, weak: false, piece: Piece::Response })
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
