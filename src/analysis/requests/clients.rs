//! Whether a call is one of a client that talks to Atlassian, and to which address.

use super::*;
use crate::analysis::eval::{Evaluator, field_name};
use crate::analysis::value::{At, Atom, Collect, FrameId, FunctionAt, Val};
use crate::catalog::clients::Client;
use crate::catalog::endpoints::{Asked, Endpoints, Fit, HOLE, Match, Target};
use crate::catalog::fields::Fields;
use crate::catalog::hosts::Hosts;
use crate::facts::{Caller, Product};
use crate::program::{ExprId, ExprKind, Language};
use std::rc::Rc;

impl Evaluator<'_> {
    /// Whether something beside its name says that a method is one of a generated client for Atlassian's
    /// APIs: where it comes from, what it is called on, or the account id that it is handed in a file that
    /// is about Atlassian.
    pub(super) fn is_of_a_client_of_atlassians(
        &self,
        at: At,
        package: &str,
        path: &str,
        arguments: &[ExprId],
    ) -> bool {
        let receiver = path.rsplit_once('.').map_or("", |(receiver, _)| receiver).to_ascii_lowercase();
        let named = Hosts::get().names_a_product(&receiver);
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

    pub(super) fn by_client(
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
        let named_for = match client.atlassian() {
            true => None,
            false => self.named_for(at, frame),
        };
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
                    || named_for.is_some()
                    || self.is_made_of_atlassian(*origin),
                relative: text.starts_with("rest/"),
            };
            let Some(target) = Target::parse(&texts) else { continue };
            self.remark(at, &target, client, asked.product);
            let wrong = Endpoints::get().find_wrong(&target, client_kind(client), asked.product);
            let meant = wrong.and_then(|w| Endpoints::get().by_id(&w.meant));
            let meant = meant.map(|endpoint| Match { endpoint, fit: Fit::Full });
            let found = meant.or_else(|| Endpoints::get().find(&target, asked)).or_else(|| {
                // A class of the program's for one product asks nobody else, by a path without a host.
                let product = named_for.filter(|_| target.host.is_none() && is_of_users(&target));
                let asked = Asked { product: asked.product.or(product), ..asked };
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
    pub(in crate::analysis) fn asked_addresses(
        &mut self,
        at: At,
        client: &'static Client,
        made: Option<At>,
        arguments: &[ExprId],
    ) -> Vec<String> {
        let paths = self.asked_paths(at, client, arguments, FrameId::NONE);
        let base = self.base(client, made).or_else(|| self.named_host(at, client, arguments));
        let complete = |text: &Rc<str>| match &base {
            Some(base) if !text.contains("://") && !text.starts_with(HOLE) => {
                format!("{}/{}", base.trim_end_matches('/'), text.trim_start_matches('/'))
            }
            _ => text.to_string(),
        };
        paths.texts().take(8).map(complete).collect()
    }

    /// The host that a call names beside the path: `https.request({ hostname: 'example.com', path: '/' })`.
    fn named_host(&mut self, at: At, client: &Client, arguments: &[ExprId]) -> Option<String> {
        if client.base_keys.is_empty() || self.program.module(at.module).language != Language::JavaScript {
            return None;
        }
        for argument in arguments.iter().take(2) {
            let value = self.eval(At { module: at.module, expr: *argument }, FrameId::NONE);
            for atom in value.iter().filter(|a| matches!(a, Atom::Object(..))) {
                for key in &client.base_keys {
                    let host = self.member(atom, key, at);
                    if let Some(text) = host.texts().find(|t| !t.is_empty() && !t.starts_with(HOLE)) {
                        return Some(match text.contains("://") {
                            true => text.to_string(),
                            false => format!("https://{text}"),
                        });
                    }
                }
            }
        }
        None
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
    pub(super) fn is_made_of_atlassian(&self, origin: At) -> bool {
        let module = self.program.module(origin.module);
        let ExprKind::Join(parts) = &module.expr(module.peel(origin.expr)).kind else { return false };
        parts.iter().take(4).any(|part| {
            let part = module.peel(*part);
            !matches!(module.expr(part).kind, ExprKind::Text(_))
                && module.written_name(part).is_some_and(|name| Hosts::get().names_a_product(&name))
        })
    }

    /// The product that the class of the program that makes a request is named for: a `JiraClient` or a
    /// `JiraRequest` needs no host in its paths.
    fn named_for(&mut self, at: At, frame: FrameId) -> Option<Product> {
        let program = self.program;
        let names = |name: &str| {
            let name = name.to_ascii_lowercase();
            [("jira", Product::Jira), ("confluence", Product::Confluence), ("atlassian", Product::Identity)]
                .into_iter()
                .find_map(|(n, product)| name.contains(n).then_some(product))
        };
        let of = |at: At| {
            let module = program.module(at.module);
            let class = module.function(module.expr(at.expr).function).class;
            class.and_then(|c| names(&module.class(c).name))
        };
        if let Some(product) = of(at) {
            return Some(product);
        }
        self.depends_on_call();
        let mut up = frame;
        while let Some(data) = self.frame(up) {
            if let Some(product) = of(data.call) {
                return Some(product);
            }
            up = data.up;
        }
        None
    }

    /// Adds what options objects hold under any of the keys.
    pub(super) fn keys<'k>(
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
    pub(super) fn named_keys<'k>(
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
            keys.contains(&&**name) || keys.contains(&&*field_name(name))
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
}

/// Whether a path is one of users by a name in it.
fn is_of_users(target: &Target) -> bool {
    let of_users = |s: &str| matches!(s, "user" | "users" | "member" | "members" | "customer");
    target.segments.iter().flatten().any(|s| of_users(s))
}

/// The HTTP method that a name starts with: `get`, `GetAsync`, `HttpGet`, `postForObject`, `PUT`.
pub(super) fn verb(name: &str) -> Option<&'static str> {
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
pub(super) fn client_kind(client: &Client) -> &'static str {
    match client.caller {
        Caller::Bridge => "bridge",
        Caller::Addon => "addon",
        Caller::AsApp | Caller::AsUser => "forge",
        Caller::Unknown if client.packages.iter().any(|p| p == "@forge/api") => "forge",
        Caller::Unknown | Caller::Token => "token",
    }
}
