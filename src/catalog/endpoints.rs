//! Atlassian's REST endpoints that give addresses (`endpoints.yaml`), and which of them a path means.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::facts::{AccessKind, Product};

/// The table, read once.
static ENDPOINTS: LazyLock<Endpoints> = LazyLock::new(|| {
    let table: Table = table!("endpoints");
    Endpoints::new(table)
});

/// One endpoint.
#[derive(Clone, Debug, Deserialize)]
pub struct Endpoint {
    /// Its id, `product.name`.
    pub id: String,
    /// The product.
    pub product: Product,
    /// What kind of access it gives.
    pub kind: AccessKind,
    /// HTTP methods.
    pub methods: Vec<String>,
    /// Path patterns.
    pub paths: Vec<String>,
    /// Properties of the answer that hold an address; a dot descends.
    pub fields: Vec<String>,
    /// Properties on the way to them, in no order.
    #[serde(default)]
    pub containers: Vec<String>,
    /// Scope sets of a Forge app, one of which suffices.
    #[serde(default)]
    pub forge_scopes: Option<ScopeSets>,
    /// The Connect scope.
    #[serde(default)]
    pub connect_scope: Option<String>,
    /// `possible` when the answer may hold an address or something else.
    #[serde(default)]
    pub certainty: Option<String>,
    /// When and for what it was switched off, or will be.
    #[serde(default)]
    pub retired: Option<Retired>,
    /// The hosts it is served from, when it is not the product's own site.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Whether the path alone is too short to tell.
    #[serde(default)]
    pub host_required: bool,
    /// Where that is written.
    pub source: String,
    /// `medium` or `low` where the facts are not high.
    #[serde(default)]
    pub confidence: Option<String>,
}

impl Endpoint {
    /// Whether the answer is a user or a list of users, not something that mentions one.
    #[must_use]
    pub fn is_about_users(&self) -> bool {
        !self.paths.is_empty() && self.containers.iter().all(|c| LISTS.contains(&c.as_str()))
    }

    /// Whether a property of the answer may be what holds the users in it: a list, or what a client wraps
    /// around a body.
    #[must_use]
    pub fn may_contain(&self, property: &str) -> bool {
        // With what readers of JSON hold an object or a list in.
        const BODIES: &[&str] = &[
            "body",
            "json",
            "content",
            "response",
            "result",
            "payload",
            "text",
            "entity",
            "jsonObject",
            "jsonArray",
            "rootElement",
        ];
        let fits = |name: &&str| property.eq_ignore_ascii_case(name);
        self.containers.iter().any(|c| property.eq_ignore_ascii_case(c))
            || LISTS.iter().any(fits)
            || BODIES.iter().any(fits)
            || property.chars().all(|c| c.is_ascii_digit())
    }

    /// Whether a query asks for certain fields of issues, none of which are people: `fields=summary,status`. Fields
    /// of one site's own and whatever is expanded may be.
    fn is_asked_for_no_people(&self, query: &str) -> bool {
        let mut parts = query.split('&');
        let Some(fields) = parts.find_map(|p| p.strip_prefix("fields=")) else { return false };
        let nobody = |name: &str| {
            !name.is_empty()
                && !name.starts_with("customfield")
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !self.containers.iter().any(|c| name.eq_ignore_ascii_case(c))
        };
        self.containers.iter().any(|c| c == "fields")
            && !query.contains("expand=")
            && fields.replace("%2C", ",").split(',').all(nobody)
    }

    /// Whether the answer is something that people write, such as an issue, a comment or a page, with who did.
    #[must_use]
    pub fn tells_who_wrote(&self) -> bool {
        self.containers.iter().any(|c| c == "author" || c == "by")
    }

    /// Whether people stand under a property of the answer, or lists of what has people in it: `fields` of an
    /// issue, and not its key.
    #[must_use]
    pub fn leads_to_people(&self, property: &str) -> bool {
        let fits = |name: &str| property.eq_ignore_ascii_case(name);
        self.containers.iter().any(|c| fits(c))
            || LISTS.iter().any(|name| fits(name))
            || property.chars().all(|c| c.is_ascii_digit())
    }
}

/// Names of lists of users.
const LISTS: &[&str] = &[
    "values",
    "users",
    "results",
    "data",
    "members",
    "items",
    "watchers",
    "voters",
    "Resources",
    "emails",
    "user",
    "account",
];

/// Scope sets.
#[derive(Clone, Debug, Deserialize)]
pub struct ScopeSets {
    /// One of these suffices.
    pub any_of: Vec<Vec<String>>,
}

/// When an endpoint was switched off.
#[derive(Clone, Debug, Deserialize)]
pub struct Retired {
    /// `stopped`, or `deprecated` while it still answers.
    pub state: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What to use instead.
    #[serde(default)]
    pub replacement: Option<String>,
}

/// A path that looks like an endpoint for addresses and gives none.
#[derive(Clone, Debug, Deserialize)]
pub struct LookAlike {
    /// Its id.
    pub id: String,
    /// Path patterns.
    pub paths: Vec<String>,
    /// Why it is none.
    pub why: String,
}

/// A misspelt path.
#[derive(Clone, Debug, Deserialize)]
pub struct WrongPath {
    /// Its id.
    pub id: String,
    /// The product whose client would be asked.
    pub product: Product,
    /// The pattern.
    pub path: String,
    /// The endpoint that is meant.
    pub meant: String,
    /// The kinds of client for which it is wrong: `forge`, `bridge`, `addon`, `token`.
    pub clients: Vec<String>,
    /// Why it is wrong.
    pub why: String,
}

#[derive(Debug, Deserialize)]
struct Prefix {
    prefix: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    prefixes: Vec<Prefix>,
    endpoints: Vec<Endpoint>,
    not_addresses: Vec<LookAlike>,
    wrong_paths: Vec<WrongPath>,
}

/// The table with its patterns taken apart.
#[derive(Debug)]
pub struct Endpoints {
    table: Table,
    /// Pattern segments and the endpoint's index, for endpoints.
    patterns: Vec<Pattern>,
    /// Patterns by the last name in them, those without one included; each list in the order of the table.
    by_end: BTreeMap<Box<str>, Vec<usize>>,
    /// Patterns that end in a hole.
    open: Vec<usize>,
    wrong: Vec<(Vec<Segment>, usize)>,
    look_alikes: Vec<(Vec<Segment>, usize)>,
}

/// A path of an endpoint.
#[derive(Debug)]
struct Pattern {
    segments: Vec<Segment>,
    endpoint: usize,
    /// How many of its segments a client may add, when it is one of a product's.
    prefix: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    Version,
    Any,
}

fn segments(pattern: &str) -> Vec<Segment> {
    pattern
        .split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .filter(|s| !s.is_empty())
        .map(|s| match s {
            "{v}" => Segment::Version,
            s if s.starts_with('{') => Segment::Any,
            s => Segment::Literal(s.into()),
        })
        .collect()
}

/// Stands for a part of a text that could not be followed.
pub const HOLE: char = '\u{0}';

/// A path or address as found in code, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host, when it is written out.
    pub host: Option<String>,
    /// The segments of the path; one that is only a hole is `None`.
    pub segments: Vec<Option<String>>,
    /// What stands behind `?`.
    pub query: String,
}

impl Target {
    /// Takes a text apart; `None` when it cannot be an address or path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(behind) = behind_a_proxy(text) {
            return Self::parse(&behind);
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = path.split('#').next().unwrap_or_default();
        if path.len() > 2_000 || path.contains(['\n', ' ', '<', '>', '"']) {
            return None;
        }
        let (host, path) = match path.split_once("://") {
            Some((_, rest)) => {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                (Some(host.to_ascii_lowercase()), path)
            }
            None => (None, path),
        };
        let host = host.filter(|h| !h.contains(HOLE));
        let decoded = path.replace("%2F", "/").replace("%2f", "/");
        let mut segments: Vec<Option<String>> = decoded
            .split('/')
            .filter(|s| !s.is_empty())
            .map(|s| if s.chars().all(|c| c == HOLE) { None } else { Some(s.to_owned()) })
            .collect();
        // `/user${query}`: what follows the last name is a query string.
        if let Some(Some(last)) = segments.last_mut()
            && let Some(cut) = last.find(HOLE)
            && cut > 0
            && last.get(cut..).is_some_and(|rest| rest.chars().all(|c| c == HOLE))
        {
            last.truncate(cut);
        }
        if segments.is_empty() { None } else { Some(Self { host, segments, query: query.to_owned() }) }
    }

    /// The path for people, holes as `{}`.
    #[must_use]
    pub fn shown(&self) -> String {
        let path: Vec<String> = self
            .segments
            .iter()
            .map(|s| s.as_ref().map_or("{}".to_owned(), |s| s.replace(HOLE, "{}")))
            .collect();
        // `https://${site}.atlassian.net` with a site that is not known.
        let site =
            |h: &String| if h.starts_with('.') { format!("https://{{}}{h}") } else { format!("https://{h}") };
        let host = self.host.as_ref().map(site).unwrap_or_default();
        format!("{host}/{}", path.join("/"))
    }
}

/// How much of a pattern a path spells out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Only what follows the product's prefix; the client adds the rest.
    Relative,
    /// All of it.
    Full,
}

/// A matched endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// The endpoint.
    pub endpoint: &'static Endpoint,
    /// How it was matched.
    pub fit: Fit,
}

/// What is known of a request besides its path.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The product whose client is used, when the client is of one product.
    pub product: Option<Product>,
    /// The HTTP method, upper case, when it is known.
    pub method: Option<&'a str>,
    /// Whether the client is known to talk to Atlassian only.
    pub atlassian: bool,
    /// Whether the path is written from where the client's base address ends: `rest/api/user/current`.
    pub relative: bool,
}

impl Endpoints {
    /// The embedded table.
    #[must_use]
    pub fn get() -> &'static Self {
        &ENDPOINTS
    }

    fn new(table: Table) -> Self {
        let split = |paths: &[String], index: usize| -> Vec<(Vec<Segment>, usize)> {
            paths.iter().map(|p| (segments(p), index)).collect()
        };
        let wrong = table.wrong_paths.iter().enumerate().map(|(i, w)| (segments(&w.path), i)).collect();
        let look_alikes =
            table.not_addresses.iter().enumerate().flat_map(|(i, e)| split(&e.paths, i)).collect();
        let prefixes: Vec<Vec<Segment>> = table.prefixes.iter().map(|p| segments(&p.prefix)).collect();
        let patterns: Vec<Pattern> = table
            .endpoints
            .iter()
            .enumerate()
            .flat_map(|(i, e)| split(&e.paths, i))
            .map(|(segments, endpoint)| {
                let rest = prefixes.iter().filter_map(|p| strip(&segments, p)).min_by_key(|r| r.len());
                let prefix = rest.map(|r| segments.len() - r.len());
                Pattern { segments, endpoint, prefix }
            })
            .collect();
        let end = |pattern: &Pattern| match pattern.segments.last() {
            Some(Segment::Literal(last)) => Some(last.clone()),
            _ => None,
        };
        let open: Vec<usize> =
            patterns.iter().enumerate().filter(|(_, p)| end(p).is_none()).map(|(i, _)| i).collect();
        let mut by_end: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (i, pattern) in patterns.iter().enumerate() {
            if let Some(end) = end(pattern) {
                by_end.entry(end).or_insert_with(|| open.clone()).push(i);
            }
        }
        for list in by_end.values_mut() {
            list.sort_unstable();
        }
        Self { patterns, by_end, open, wrong, look_alikes, table }
    }

    /// The endpoint of that id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Endpoint> {
        self.table.endpoints.iter().find(|e| e.id == id)
    }

    /// The row for paths of a product that no other row has, when the client or the path itself is
    /// Atlassian's: a user object may stand in any answer.
    #[must_use]
    pub fn unlisted(&'static self, target: &Target, asked: Asked<'_>) -> Option<&'static Endpoint> {
        let named = |name: &str| target.segments.iter().any(|s| s.as_deref() == Some(name));
        let rest = named("rest") && (named("api") || named("agile") || named("servicedeskapi"));
        if !asked.atlassian && !rest || self.look_alike(target).is_some() {
            return None;
        }
        let product = asked.product.or_else(|| named("wiki").then_some(Product::Confluence));
        match product {
            Some(Product::Confluence) => self.by_id("confluence.unlisted"),
            Some(Product::Jira) => self.by_id("jira.unlisted"),
            None if rest => self.by_id("jira.unlisted"),
            _ => None,
        }
    }

    /// All endpoints.
    #[must_use]
    pub fn all(&self) -> &[Endpoint] {
        &self.table.endpoints
    }

    /// All misspelt paths.
    #[must_use]
    pub fn wrong_paths(&self) -> &[WrongPath] {
        &self.table.wrong_paths
    }

    /// The endpoint that a path means: the one that spells out most of it.
    #[must_use]
    pub fn find(&'static self, target: &Target, asked: Asked<'_>) -> Option<Match> {
        let mut best: Option<(usize, Fit, &Endpoint)> = None;
        // Only a pattern that ends as the path does can fit.
        let end = target.segments.last().and_then(Option::as_deref);
        let candidates = end.and_then(|e| self.by_end.get(e)).unwrap_or(&self.open);
        for index in candidates {
            let Some(pattern) = self.patterns.get(*index) else { continue };
            let Some(endpoint) = self.table.endpoints.get(pattern.endpoint) else { continue };
            if !Self::product_fits(endpoint, asked) || !Self::host_fits(endpoint, target, asked) {
                continue;
            }
            if let Some(method) = asked.method
                && !endpoint.methods.iter().any(|m| m.eq_ignore_ascii_case(method))
            {
                continue;
            }
            let Some((literals, fit)) = fits(pattern, endpoint, target, asked) else { continue };
            let better = best.is_none_or(|(l, f, _)| (fit, literals) > (f, l));
            if better {
                best = Some((literals, fit, endpoint));
            }
        }
        let (literals, fit, endpoint) = best?;
        if endpoint.is_asked_for_no_people(&target.query) {
            return None;
        }
        // A look-alike that spells out more is what is meant.
        if self.look_alike(target).is_some_and(|(l, _)| l > literals) {
            return None;
        }
        Some(Match { endpoint, fit })
    }

    /// The look-alike that a path means, with the number of literal segments.
    fn look_alike(&self, target: &Target) -> Option<(usize, &LookAlike)> {
        self.look_alikes
            .iter()
            .filter_map(|(pattern, index)| {
                let literals = tail(pattern, &target.segments)?;
                Some((literals, self.table.not_addresses.get(*index)?))
            })
            .max_by_key(|(literals, _)| *literals)
    }

    /// The look-alike that a path means, when no endpoint spells out more of it.
    #[must_use]
    pub fn find_look_alike(&'static self, target: &Target) -> Option<&'static LookAlike> {
        self.look_alike(target).map(|(_, l)| l)
    }

    /// The misspelt path that a path is, for a kind of client.
    #[must_use]
    pub fn find_wrong(
        &'static self,
        target: &Target,
        client: &str,
        product: Option<Product>,
    ) -> Option<&'static WrongPath> {
        self.wrong.iter().find_map(|(pattern, index)| {
            let wrong = self.table.wrong_paths.get(*index)?;
            let fits = wrong.clients.iter().any(|c| c == client)
                && product.is_none_or(|p| p == wrong.product)
                // A base address that could not be followed may hold what is missing.
                && target.segments.first().is_some_and(Option::is_some)
                && target.segments.len() == pattern.len()
                && tail(pattern, &target.segments).is_some();
            fits.then_some(wrong)
        })
    }

    fn product_fits(endpoint: &Endpoint, asked: Asked<'_>) -> bool {
        match asked.product {
            None => true,
            Some(Product::Jira) => {
                matches!(endpoint.product, Product::Jira | Product::JiraServiceManagement)
            }
            Some(product) => endpoint.product == product,
        }
    }

    fn host_fits(endpoint: &Endpoint, target: &Target, asked: Asked<'_>) -> bool {
        match &target.host {
            None => !endpoint.host_required || (asked.atlassian && asked.product.is_some()),
            Some(host) if !endpoint.hosts.is_empty() => endpoint.hosts.iter().any(|h| h == host),
            Some(_) => true,
        }
    }
}

fn fits(pattern: &Pattern, endpoint: &Endpoint, target: &Target, asked: Asked<'_>) -> Option<(usize, Fit)> {
    let Pattern { segments: pattern, prefix, .. } = pattern;
    if let Some(literals) = tail(pattern, &target.segments) {
        return Some((literals, Fit::Full));
    }
    // The base address may hold Confluence's context path.
    let based = target.segments.first().is_some_and(Option::is_none);
    if based
        && let Some((Segment::Literal(first), rest)) = pattern.split_first()
        && &**first == "wiki"
        && let Some(literals) = tail(rest, target.segments.get(1..)?)
    {
        return Some((literals, Fit::Full));
    }
    // A client for Confluence adds the context path, and Data Center has none. (It has no Email API.)
    if endpoint.kind != AccessKind::EmailApi
        && asked.atlassian
        && asked.relative
        && asked.product != Some(Product::Jira)
        && let Some((Segment::Literal(first), rest)) = pattern.split_first()
        && &**first == "wiki"
        && let Some(literals) = tail(rest, &target.segments)
        && literals >= 3
    {
        return Some((literals, Fit::Relative));
    }
    // Only what follows the prefix.
    let foreign = target.host.as_ref().is_some_and(|h| {
        !["atlassian", "jira", "confluence", "bitbucket"].iter().any(|name| h.contains(name))
    });
    if foreign {
        return None;
    }
    let rest = pattern.get((*prefix)?..)?;
    // `#{BASE}/#{ROOT}/user`: a base address may be put together of several parts that are not known.
    let holes = target.segments.iter().take_while(|s| s.is_none()).count();
    let base = if target.segments.len() - holes == rest.len() { holes } else { usize::from(based) };
    let path = target.segments.get(base..)?;
    // `2/user`: the client adds what stands before the version.
    let version = pattern.len().checked_sub(rest.len() + 1).and_then(|i| pattern.get(i..));
    let version = version.filter(|p| p.first() == Some(&Segment::Version) && p.len() == path.len());
    let literals = match version {
        Some(rest) if path.first().is_some_and(Option::is_some) => tail(rest, path)?,
        _ if path.len() == rest.len() => tail(rest, path)?,
        _ => return None,
    };
    // `/user` alone says little: then the client has to be one of Atlassian's.
    let telling = literals >= 2 && (endpoint.kind == AccessKind::EmailApi || asked.atlassian);
    (telling || (asked.atlassian && literals >= 1)).then_some((literals, Fit::Relative))
}

fn strip<'a>(pattern: &'a [Segment], prefix: &[Segment]) -> Option<&'a [Segment]> {
    let rest = pattern.get(prefix.len()..)?;
    (pattern.get(..prefix.len())? == prefix && !rest.is_empty()).then_some(rest)
}

/// Whether the last segments of a path are those of a pattern; the number of literal ones then.
fn tail(pattern: &[Segment], path: &[Option<String>]) -> Option<usize> {
    let start = path.len().checked_sub(pattern.len())?;
    let mut literals = 0;
    for (segment, part) in pattern.iter().zip(path.get(start..)?) {
        match (segment, part) {
            (Segment::Literal(literal), Some(part)) if **literal == **part => literals += 1,
            (Segment::Version, None) | (Segment::Any, _) => {}
            (Segment::Version, Some(part))
                if part.contains(HOLE)
                    || part == "latest"
                    || part.chars().all(|c| c.is_ascii_digit() || c == '.') => {}
            _ => return None,
        }
    }
    (literals > 0).then_some(literals)
}

/// The address of Atlassian's that another one is handed to ask for: `/api/proxy?url=https://…`.
fn behind_a_proxy(text: &str) -> Option<String> {
    let rest = text.get(text.chars().next()?.len_utf8()..)?;
    let plain = match rest.contains("%3A%2F%2F") || rest.contains("%3a%2f%2f") {
        true => rest.replace("%3A", ":").replace("%2F", "/").replace("%3a", ":").replace("%2f", "/"),
        false if rest.contains("http://") || rest.contains("https://") => rest.to_owned(),
        false => return None,
    };
    let at = plain.rfind("https://").or_else(|| plain.rfind("http://"))?;
    let inner = plain.get(at..)?;
    let handed = at == 0 || plain.get(..at).is_some_and(|before| before.ends_with(['=', '/']));
    (handed && (inner.contains("atlassian") || inner.contains("rest/api"))).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str, asked: Asked<'_>) -> Option<String> {
        let text = text.replace("{}", &HOLE.to_string());
        Endpoints::get().find(&Target::parse(&text)?, asked).map(|m| m.endpoint.id.clone())
    }

    #[test]
    fn paths_as_people_write_them() {
        let any = Asked::default();
        let jira = Asked { product: Some(Product::Jira), atlassian: true, ..any };
        let table = [
            ("/rest/api/3/user/email?accountId={}", any, Some("jira.user-email")),
            ("/rest/api/2/user/email", any, Some("jira.user-email")),
            ("{}/rest/api/latest/user/email/bulk", any, Some("jira.user-email-bulk")),
            ("https://api.atlassian.com/ex/jira/{}/rest/api/3/user", any, Some("jira.user")),
            ("/rest/api/{}/user{}", any, Some("jira.user")),
            ("/wiki/rest/api/user/email?accountId={}", any, Some("confluence.user-email")),
            ("{}/rest/api/user/email", any, Some("confluence.user-email")),
            ("/user/email?accountId=1", any, Some("jira.user-email")),
            ("/myself", jira, Some("jira.myself")),
            ("/myself", any, None),
            ("2/user/assignable/search", jira, Some("jira.user-assignable-search")),
            ("3/user", jira, Some("jira.user")),
            ("3/user", any, None),
            ("{}/{}/user?accountId={}", jira, Some("jira.user")),
            ("{}/{}/user?accountId={}", any, None),
            ("/user", any, None),
            (
                "/proxy?url=https%3A%2F%2Fapi.atlassian.com/ex/jira/{}/rest/api/3/myself",
                any,
                Some("jira.myself"),
            ),
            ("{}?url=https://{}/rest/api/3/user?accountId={}", any, Some("jira.user")),
            ("https://proxy.example/https://acme.atlassian.net/rest/api/3/myself", any, Some("jira.myself")),
            ("https://other.example/user?next=https://acme.example/me", any, None),
            ("https://api.atlassian.com/me", any, Some("identity.me")),
            ("https://api.github.com/user/emails", any, None),
            ("https://api.github.com/user/email", any, None),
            ("https://api.atlassian.com/graphql", any, Some("graphql.gateway")),
            ("/gateway/api/graphql", any, Some("graphql.site-gateway")),
            ("/graphql", any, None),
            ("https://api.linear.app/graphql", any, None),
            ("/rest/api/3/project/{}/email", any, None),
            ("/rest/api/3/issue/{}/notify", any, None),
            ("/rest/api/3/issue/createmeta", any, None),
            ("/rest/api/3/issue/A-1?fields=summary,status", any, None),
            ("/rest/api/3/issue/A-1?fields=summary,assignee", any, Some("jira.issue")),
            ("/rest/api/3/issue/A-1?fields=summary,{}", any, Some("jira.issue")),
            ("/rest/api/3/issue/A-1?fields=summary&expand=changelog", any, Some("jira.issue")),
            ("/rest/api/3/search?jql=x&fields=*all", any, Some("jira.search")),
            ("/rest/api/3/search?jql=x&fields=key%2Ccustomfield_1", any, Some("jira.search")),
            ("not a path at all", any, None),
        ];
        for (text, asked, expected) in table {
            assert_eq!(id(text, asked).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_site_that_is_not_known_is_a_hole() {
        let shown = |text: &str| Target::parse(text).map(|t| t.shown());
        assert_eq!(
            shown("https://.atlassian.net/rest/api/3/user").as_deref(),
            Some("https://{}.atlassian.net/rest/api/3/user")
        );
        assert_eq!(
            shown("https://a.atlassian.net/rest/api/3/user").as_deref(),
            Some("https://a.atlassian.net/rest/api/3/user")
        );
    }

    #[test]
    fn a_missing_wiki_is_told_from_a_base_address() {
        let endpoints = Endpoints::get();
        let find = |text: &str| {
            let text = text.replace("{}", &HOLE.to_string());
            endpoints
                .find_wrong(&Target::parse(&text)?, "forge", Some(Product::Confluence))
                .map(|w| w.id.as_str())
        };
        assert_eq!(find("/rest/api/user/email?accountId={}"), Some("confluence.user-email-without-wiki"));
        assert_eq!(find("{}/rest/api/user/email"), None);
        assert_eq!(find("/wiki/rest/api/user/email"), None);
    }

    #[test]
    fn ids_are_unique_and_references_resolve() {
        let table = &Endpoints::get().table;
        let mut ids: Vec<&str> = table.endpoints.iter().map(|e| e.id.as_str()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for wrong in &table.wrong_paths {
            assert!(Endpoints::get().by_id(&wrong.meant).is_some(), "{}", wrong.meant);
        }
    }
}
