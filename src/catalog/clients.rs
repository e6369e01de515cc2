//! How code gets at REST APIs (`clients.yaml`), and SDK methods that give addresses (`sdk-methods.yaml`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fields::Fields;
use super::pattern::{Lookup, Pattern};
use crate::facts::{AccessKind, Caller, Product};

static CLIENTS: LazyLock<Clients> = LazyLock::new(|| {
    let clients: ClientTable = table!("clients");
    let sdk: SdkTable = table!("sdk-methods");
    Clients::new(clients, sdk)
});

/// The package name of a value whose origin is not known; its path is the name as written.
pub const UNKNOWN_PACKAGE: &str = "?";
/// The package of methods that clients of Atlassian's products have under the same names, whoever wrote
/// them.
const ANY_ATLASSIAN: &str = "atlassian";

/// A way to make a request.
#[derive(Clone, Debug, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Import names; empty when it is built in.
    pub packages: Vec<String>,
    /// Languages in which it exists.
    pub languages: Vec<String>,
    /// Name patterns of the calls.
    pub calls: Vec<String>,
    /// The argument that holds the path.
    pub path_argument: Option<usize>,
    /// Keys of an options object that may hold it instead.
    #[serde(default)]
    pub path_keys: Vec<String>,
    /// Keys of a base address.
    #[serde(default)]
    pub base_keys: Vec<String>,
    /// The argument that holds a GraphQL query.
    #[serde(default)]
    pub query_argument: Option<usize>,
    /// What it talks to: a product, `atlassian`, `any` or `none`.
    pub product: Talks,
    /// On whose behalf.
    pub caller: Caller,
    /// How the answer is handed over.
    pub returns: String,
    /// Set when it is no plain request.
    #[serde(default)]
    pub role: Option<String>,
    /// The name of a browser global.
    #[serde(default)]
    pub global: Option<String>,
    /// Types whose methods the calls are.
    #[serde(default)]
    pub types: Vec<String>,
}

/// What a client talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Talks {
    /// One product.
    Product(Product),
    /// No certain one.
    Other(Others),
}

/// What a client talks to that is of no certain product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// Atlassian; the product follows from the path.
    Atlassian,
    /// Anybody; the host or the path decides.
    Any,
    /// Nobody: it is no request.
    None,
}

impl Client {
    /// The product, when the client is of one.
    #[must_use]
    pub fn product(&self) -> Option<Product> {
        match self.product {
            Talks::Product(product) => Some(product),
            Talks::Other(_) => None,
        }
    }

    /// Whether it talks to Atlassian only.
    #[must_use]
    pub fn atlassian(&self) -> bool {
        self.product != Talks::Other(Others::Any) && self.product != Talks::Other(Others::None)
    }
}

/// An SDK method that gives addresses.
#[derive(Clone, Debug, Deserialize)]
pub struct SdkMethod {
    /// Its id.
    pub id: String,
    /// `registry:name`, or `any` for generated clients.
    pub package: String,
    /// Languages.
    pub languages: Vec<String>,
    /// Import names, where they are not the package's own name.
    #[serde(default)]
    pub imports: Vec<String>,
    /// The property chain between client and method.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The type that has the method.
    #[serde(default)]
    pub class: Option<String>,
    /// The method.
    pub method: String,
    /// What kind of access.
    pub kind: AccessKind,
    /// The product.
    pub product: Product,
    /// The endpoint behind it.
    pub endpoint: String,
    /// Properties that hold the address.
    pub fields: Vec<String>,
}

/// Functions that give back what they are handed, or join it to an address.
#[derive(Clone, Debug, Deserialize)]
pub struct Passes {
    languages: Vec<String>,
    /// Import names; empty: built in for names, any for patterns.
    packages: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    /// Name patterns.
    #[serde(default)]
    calls: Vec<String>,
    /// Whether the arguments are joined by slashes.
    #[serde(default)]
    pub joins: bool,
    /// Whether what it gives is the body of an answer that it is handed.
    #[serde(default)]
    pub decodes: bool,
    /// Whether the first argument is a format that the others are put into.
    #[serde(default)]
    pub format: bool,
}

/// A method whose parameter a framework fills with what another method returned, or asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Hook {
    languages: Vec<String>,
    method: String,
    parameter: usize,
    /// The other method, or the field that holds the address that is asked.
    pub from: Vec<String>,
    /// Whether it may be a method of another class in the same folder.
    #[serde(default)]
    pub folder: bool,
}

/// A login library that gives the program who has logged in with an account of Atlassian's.
#[derive(Clone, Debug, Deserialize)]
pub struct Login {
    languages: Vec<String>,
    /// Import names.
    #[serde(default)]
    packages: Vec<String>,
    /// Names of calls that set a provider up.
    #[serde(default)]
    pub setup: Vec<String>,
    /// What Atlassian's providers are called there.
    #[serde(default)]
    pub drivers: Vec<String>,
    /// Names of parameters of callbacks that are handed over.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Members of what callbacks are given, in files that import one of the packages.
    #[serde(default)]
    pub members: Vec<String>,
    /// Keys under which a framework keeps the user.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Calls that give the user.
    #[serde(default)]
    calls: Vec<String>,
}

impl Login {
    /// Whether an import means one of its packages.
    #[must_use]
    pub fn is_of(&self, import: &str) -> bool {
        self.packages.iter().any(|p| same_package(p, import))
    }

    /// Whether a call, by its name as written, gives the user.
    #[must_use]
    pub fn gives(&self, path: &str) -> bool {
        self.calls.iter().any(|c| Pattern::parse(c).fits_written(path))
    }
}

#[derive(Debug, Deserialize)]
struct ClientTable {
    passes: Vec<Passes>,
    hooks: Vec<Hook>,
    logins: Vec<Login>,
    tools: Tools,
    clients: Vec<Client>,
}

/// Tools of MCP servers for Atlassian's products, by their names.
#[derive(Debug, Deserialize)]
struct Tools {
    /// Functions by which a client calls one, by their last name.
    calls: Vec<String>,
    /// Names of tools, by the endpoint that each asks.
    names: BTreeMap<String, Vec<String>>,
}

/// A tool's name without what servers write differently.
fn bare_tool(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[derive(Debug, Deserialize)]
struct SdkTable {
    /// Import names of packages that are imported under another name.
    imports: BTreeMap<String, Vec<String>>,
    types: Vec<Types>,
    /// Packages whose objects, written as text, say no more than what they are.
    named_only: Vec<String>,
    methods: Vec<SdkMethod>,
}

/// Types of a package, which a file that opens the whole package names without saying where they are from.
#[derive(Debug, Deserialize)]
struct Types {
    languages: Vec<String>,
    packages: Vec<String>,
    names: Vec<String>,
}

/// Both tables, indexed by the last name of a call.
#[derive(Debug)]
pub struct Clients {
    clients: Vec<Client>,
    calls: Lookup,
    passes: Vec<Passes>,
    passes_calls: Lookup,
    /// Rows of `passes` by the names that they list.
    passes_names: BTreeMap<Box<str>, Vec<usize>>,
    /// Calls of the import itself: rows by pattern.
    of_import: Vec<(Pattern, usize)>,
    hooks: Vec<Hook>,
    logins: Vec<Login>,
    /// Functions by which a client calls a tool.
    tool_calls: Vec<String>,
    /// Endpoints by the names of the tools that ask them.
    tools: BTreeMap<String, String>,
    imports: BTreeMap<String, Vec<String>>,
    /// Packages that stand inside others: `urllib.parse`.
    inner: BTreeSet<String>,
    sdk: Vec<SdkMethod>,
    sdk_by_method: BTreeMap<Box<str>, Vec<usize>>,
    named_only: Vec<String>,
    /// Packages, by language and the name of one of their types.
    by_type: BTreeMap<(String, String), Vec<String>>,
}

impl SdkMethod {
    /// Whether it is known by its name, and not as one of a certain package.
    #[must_use]
    pub fn is_of_any_package(&self) -> bool {
        self.package == "any" || self.package == ANY_ATLASSIAN
    }

    /// Whether the name alone could be anybody's: `getUserEmail` is, `getPrivacyUnsafeUserEmail` is not.
    #[must_use]
    pub fn is_common_name(&self) -> bool {
        let name: String = self.method.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
        self.package == "any" && !name.contains("privacyunsafe") && !name.contains("bulk")
    }
}

impl Clients {
    /// The embedded tables.
    #[must_use]
    pub fn get() -> &'static Self {
        &CLIENTS
    }

    fn new(clients: ClientTable, sdk: SdkTable) -> Self {
        let mut passes_names: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (index, row) in clients.passes.iter().enumerate() {
            for name in &row.names {
                passes_names.entry(name.as_str().into()).or_default().push(index);
            }
        }
        let patterns = clients
            .clients
            .iter()
            .enumerate()
            .flat_map(|(i, client)| client.calls.iter().map(move |c| (Pattern::parse(c), i)));
        let of_import = patterns.filter(|(p, _)| p.last().is_some() && p.fits_member("")).collect();
        let calls = Lookup::new(clients.clients.iter().map(|c| c.calls.as_slice()));
        let passes_calls = Lookup::new(clients.passes.iter().map(|p| p.calls.as_slice()));
        let mut sdk_by_method: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        for (index, method) in sdk.methods.iter().enumerate() {
            sdk_by_method.entry(method.method.as_str().into()).or_default().push(index);
        }
        let named =
            clients.clients.iter().map(|c| &c.packages).chain(clients.passes.iter().map(|p| &p.packages));
        let inner = named.flatten().filter(|p| p.contains('.')).cloned().collect();
        let mut by_type: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for client in &clients.clients {
            for (language, name) in
                client.languages.iter().flat_map(|l| client.types.iter().map(move |t| (l, t)))
            {
                let packages = by_type.entry((language.clone(), name.clone())).or_default();
                packages.extend(client.packages.iter().cloned());
            }
        }
        for method in &sdk.methods {
            let (Some(class), Some((_, name))) = (&method.class, method.package.split_once(':')) else {
                continue;
            };
            let imports = sdk.imports.get(name).map_or(method.imports.as_slice(), Vec::as_slice);
            for language in &method.languages {
                let packages = by_type.entry((language.clone(), class.clone())).or_default();
                packages
                    .extend(imports.iter().filter(|i| !packages.contains(i)).cloned().collect::<Vec<_>>());
            }
        }
        for types in &sdk.types {
            for (language, name) in
                types.languages.iter().flat_map(|l| types.names.iter().map(move |n| (l, n)))
            {
                let packages = by_type.entry((language.clone(), name.clone())).or_default();
                packages.extend(types.packages.iter().cloned());
            }
        }
        Self {
            inner,
            by_type,
            clients: clients.clients,
            calls,
            of_import,
            passes: clients.passes,
            passes_calls,
            passes_names,
            hooks: clients.hooks,
            logins: clients.logins,
            tool_calls: clients.tools.calls,
            tools: clients
                .tools
                .names
                .into_iter()
                .flat_map(|(endpoint, names)| {
                    names.into_iter().map(move |n| (bare_tool(&n), endpoint.clone()))
                })
                .collect(),
            imports: sdk.imports,
            sdk: sdk.methods,
            sdk_by_method,
            named_only: sdk.named_only,
        }
    }

    /// Whether what a method of an SDK gives is an object that says no more than what it is when it is written as
    /// text, by the method's id.
    #[must_use]
    pub fn gives_named_only(&self, sdk: &str) -> bool {
        self.sdk.iter().any(|m| m.id == sdk && self.named_only.contains(&m.package))
    }

    /// Whether a name inside a package is a package of its own in the tables: `from urllib import parse`.
    #[must_use]
    pub fn is_inner(&self, name: &str) -> bool {
        self.inner.contains(name)
    }

    /// How a call gives back what it is handed, if it does; `package` and `path` as for `find`.
    #[must_use]
    pub fn passing(&self, language: &str, package: &str, path: &str) -> Option<&Passes> {
        let by_pattern = self.passes_calls.candidates(path).filter(|(pattern, index)| {
            let any = self.passes.get(*index).is_some_and(|p| p.packages.is_empty());
            pattern.last().is_some()
                && if any { pattern.fits_written(path) } else { pattern.fits_member(path) }
        });
        let by_pattern = by_pattern.filter_map(|(_, index)| Some((self.passes.get(*index)?, true)));
        let by_name = self.passes_names.get(path).into_iter().flatten();
        let by_name = by_name.filter_map(|index| Some((self.passes.get(*index)?, false)));
        by_name.chain(by_pattern).find_map(|(p, of_any)| {
            let own = match p.packages.as_slice() {
                [] => of_any || package.is_empty(),
                packages => packages.iter().any(|name| same_package(name, package)),
            };
            (own && p.languages.iter().any(|l| l == language)).then_some(p)
        })
    }

    /// Whether a function is one by which a client calls a tool of an MCP server, by its last name.
    #[must_use]
    pub fn calls_tools(&self, last: &str) -> bool {
        self.tool_calls.iter().any(|c| c == last)
    }

    /// The endpoint that a tool of an MCP server for Atlassian's products asks.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&str> {
        const MAX_NAME: usize = 100;
        let bare = bare_tool(name.get(..name.len().min(MAX_NAME))?);
        // `mcp__atlassian__jira_get_issue`: with the name of the server before.
        let own = ["mcpatlassian", "atlassian", "mcpjira", "mcp"].iter().find_map(|p| bare.strip_prefix(p));
        let known = self.tools.get(&bare).or_else(|| self.tools.get(own?));
        known.map(String::as_str)
    }

    /// The methods whose results a framework hands to the `parameter`th parameter of a method.
    pub fn hooks<'s>(
        &'s self,
        language: &'s str,
        method: &'s str,
        parameter: usize,
    ) -> impl Iterator<Item = &'s Hook> {
        self.hooks.iter().filter(move |h| {
            h.method == method && h.parameter == parameter && h.languages.iter().any(|l| l == language)
        })
    }

    /// The login libraries of a language that fit, each with its row.
    pub fn logins_of(
        &'static self,
        language: &str,
        fits: impl Fn(&Login) -> bool,
    ) -> impl Iterator<Item = (usize, &'static Login)> {
        self.logins
            .iter()
            .enumerate()
            .filter(move |(_, l)| l.languages.iter().any(|spoken| spoken == language) && fits(l))
    }

    /// Whether an import means a package of a registry.
    fn imported(&self, name: &str, import: &str) -> bool {
        match self.imports.get(name) {
            Some(names) => names.iter().any(|n| same_package(n, import)),
            None => same_package(name, import),
        }
    }

    /// The client that a call means. `package` is the import it comes from, empty for a global,
    /// `UNKNOWN_PACKAGE` when that is not known; `path` the names from there on.
    #[must_use]
    pub fn find(&'static self, language: &str, package: &str, path: &str) -> Option<&'static Client> {
        // The import itself is called: any pattern of one segment.
        let of_import = path.is_empty().then_some(&self.of_import).into_iter().flatten();
        let of_path = (!path.is_empty()).then(|| self.calls.candidates(path)).into_iter().flatten();
        of_import
            .chain(of_path.filter(|(p, _)| p.last().is_some()))
            .filter_map(|(pattern, index)| {
                let client = self.clients.get(*index)?;
                let spoken = client.languages.iter().any(|l| l == language);
                let fits = match package {
                    "" => {
                        (client.packages.is_empty() || client.global.is_some())
                            && (pattern.fits_member(path) && pattern.weight() == path.split('.').count()
                                || client.global.is_some() && pattern.fits_written(path))
                    }
                    UNKNOWN_PACKAGE => {
                        (pattern.telling() && !client.packages.is_empty() || client.global.is_some())
                            && client.packages.iter().all(|p| owns_its_names(p))
                            && pattern.fits_written(path)
                    }
                    package => {
                        client.packages.iter().any(|p| same_package(p, package)) && pattern.fits_member(path)
                    }
                };
                (spoken && fits).then_some((pattern.weight(), client))
            })
            .max_by_key(|(weight, client)| (*weight, std::cmp::Reverse(&client.id)))
            .map(|(_, client)| client)
    }

    /// The package that a type is of by its name alone, in a file that opens whole packages.
    #[must_use]
    pub fn package_of(
        &'static self,
        language: &str,
        type_name: &str,
        opens: &[Box<str>],
    ) -> Option<&'static str> {
        let packages = self.by_type.get(&(language.to_owned(), type_name.to_owned()))?;
        packages.iter().find(|p| opens.iter().any(|o| same_package(p, o))).map(String::as_str)
    }

    /// Whether a type is known by its name, and of none of these packages: `HttpClient.newHttpClient()` sends no mail.
    pub(super) fn is_type_of_others(&self, language: &str, type_name: &str, packages: &[String]) -> bool {
        let known = self.by_type.get(&(language.to_owned(), type_name.to_owned()));
        known.is_some_and(|all| !all.iter().any(|p| packages.iter().any(|own| same_package(own, p))))
    }

    /// The method of a library whose methods have common names, on something that is called a client of it:
    /// `client.User.find(id)`.
    fn find_of_client(&'static self, language: &str, path: &str) -> Option<&'static SdkMethod> {
        let mut segments = path.rsplit('.');
        let (last, namespace) = (segments.next()?, segments.next()?);
        let client = segments.next()?.trim_end_matches("()").to_ascii_lowercase();
        let named = ["client", "jira"].iter().any(|n| client.contains(n));
        if language != "ruby" || !named || !namespace.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let mut known = self.sdk_by_method.get(last)?.iter().filter_map(|index| self.sdk.get(*index));
        known.find(|m| m.languages.iter().any(|l| l == language) && m.namespace.as_deref() == Some(namespace))
    }

    /// The SDK method that a call means; `package` and `path` as for `find`.
    #[must_use]
    pub fn find_sdk(&'static self, language: &str, package: &str, path: &str) -> Option<&'static SdkMethod> {
        let mut segments = path.rsplit('.');
        let last = segments.next().unwrap_or_default();
        let before = segments.next();
        self.sdk_by_method
            .get(last)?
            .iter()
            .filter_map(|index| self.sdk.get(*index))
            .filter(|m| m.languages.iter().any(|l| l == language))
            .filter(|m| {
                let name = m.package.split_once(':').map_or("", |(_, name)| name);
                if m.package == "any" {
                    // Generated clients come from anywhere; only their own names are telling.
                    return m.kind == AccessKind::EmailApi;
                }
                if m.package == ANY_ATLASSIAN {
                    return Fields::get().is_atlassian_package(package);
                }
                let imported = match m.imports.as_slice() {
                    [] => self.imported(name, package) || is_fork(name, package),
                    imports => imports.iter().any(|i| same_package(i, package)),
                };
                // `get` tells nothing without what it is called on, `getUserByAccountId` does.
                imported && (is_telling(last) || belongs(m, before))
            })
            // Two parts of a package may have methods of one name: the one that says where it is imported
            // from is meant.
            .max_by_key(|m| {
                (!m.is_of_any_package(), belongs(m, before), !m.imports.is_empty(), std::cmp::Reverse(&m.id))
            })
    }

    /// The SDK method that a call means whose receiver's origin is not known, by what the receiver is called:
    /// `self.jira_client.search_users(q)`. Only names of methods that tell by themselves.
    #[must_use]
    pub fn find_named(&'static self, language: &str, path: &str) -> Option<&'static SdkMethod> {
        let mut segments = path.rsplit('.');
        let last = segments.next().unwrap_or_default();
        if !is_telling(last) {
            return self.find_of_client(language, path);
        }
        let receivers: Vec<String> = segments
            .take(2)
            .map(|s| s.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase())
            .collect();
        let meant = |product: Product| {
            let name = match product {
                Product::Jira | Product::JiraServiceManagement => "jira",
                Product::Confluence => "confluence",
                Product::Bitbucket => "bitbucket",
                Product::Trello => "trello",
                _ => return false,
            };
            receivers.iter().any(|r| r.contains(name))
        };
        self.sdk_by_method
            .get(last)?
            .iter()
            .filter_map(|index| self.sdk.get(*index))
            .filter(|m| !m.is_of_any_package() && m.languages.iter().any(|l| l == language))
            .filter(|m| meant(m.product))
            .max_by_key(|m| std::cmp::Reverse(&m.id))
    }

    /// Whether any table knows a package.
    #[must_use]
    pub fn knows_sdk(&self, package: &str) -> bool {
        self.sdk
            .iter()
            .any(|m| m.package.split_once(':').is_some_and(|(_, name)| self.imported(name, package)))
    }
}

/// Whether the name before a method is the one that the table has: `client.User.Get`, a variable of the
/// type `UserService`.
fn belongs(method: &SdkMethod, before: Option<&str>) -> bool {
    let before = before.unwrap_or_default().trim_end_matches("()");
    let named = |wanted: &Option<String>| {
        wanted
            .as_deref()
            .and_then(|w| w.rsplit('.').next())
            .is_some_and(|wanted| before == wanted || before.strip_suffix("Service") == Some(wanted))
    };
    method.namespace.is_none() && method.class.is_none() || named(&method.namespace) || named(&method.class)
}

/// Whether a method's name is more than one word.
fn is_telling(method: &str) -> bool {
    method.chars().skip(1).any(|c| c.is_uppercase() || c == '_')
}

/// Whether an import names a package or something inside it.
pub(super) fn same_package(package: &str, import: &str) -> bool {
    import == package || import.strip_prefix(package).is_some_and(|rest| rest.starts_with(['/', '.', '\\']))
}

/// Whether an import names a copy of a package that somebody else keeps under the same name, as forks on a forge
/// are: `github.com/a/go-jira` and `github.com/b/go-jira/v2`.
fn is_fork(package: &str, import: &str) -> bool {
    let repository = |path: &str| {
        let mut parts = path.split('/');
        let host = parts.next().filter(|h| h.contains('.'))?.to_owned();
        let name = parts.nth(1)?.to_owned();
        Some((host, name))
    };
    let of_product =
        |name: &str| ["jira", "confluence", "bitbucket", "atlassian"].iter().any(|p| name.contains(p));
    match (repository(package), repository(import)) {
        (Some(own), Some(other)) => own == other && of_product(&own.1),
        _ => false,
    }
}

/// Whether the method names of a package are its own, so that they tell even where the receiver's
/// origin is not known. `requestJira` and `httpClient()` are; `get` of an HTTP library is not.
fn owns_its_names(package: &str) -> bool {
    matches!(package, "@forge/api" | "@forge/bridge" | "atlassian-connect-express")
        || package.starts_with("com.atlassian.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(package: &str, path: &str) -> Option<&'static str> {
        Clients::get().find("javascript", package, path).map(|c| c.id.as_str())
    }

    #[test]
    fn a_fork_keeps_its_name() {
        let package = "github.com/andygrunwald/go-jira";
        assert!(is_fork(package, "github.com/other/go-jira/v2/cloud"));
        assert!(!is_fork(package, "github.com/other/jira-cli"));
        assert!(!is_fork("github.com/a/tools", "github.com/b/tools"));
        assert!(!is_fork("com.atlassian.jira", "com.atlassian.sal"));
    }

    #[test]
    fn calls_as_people_write_them() {
        let table = [
            ("@forge/api", "asApp().requestJira", Some("forge.as-app.request-jira")),
            ("@forge/api", "asUser().requestConfluence", Some("forge.as-user.request-confluence")),
            ("@forge/api", "requestJira", Some("forge.bare.request-jira")),
            ("@forge/bridge", "requestJira", Some("bridge.request-jira")),
            (UNKNOWN_PACKAGE, "api.asApp().requestJira", Some("forge.as-app.request-jira")),
            (UNKNOWN_PACKAGE, "addon.httpClient().get", Some("ace.addon")),
            (UNKNOWN_PACKAGE, "addon.httpClient().asUserByAccountId().get", Some("ace.as-user")),
            (UNKNOWN_PACKAGE, "cache.get", None),
            ("", "fetch", Some("js.fetch")),
            ("", "AP.request", Some("ap.request")),
            ("axios", "get", Some("js.axios")),
            ("axios", "", Some("js.axios-config")),
            ("lodash", "get", None),
        ];
        for (package, path, expected) in table {
            assert_eq!(client(package, path), expected, "{package} {path}");
        }
    }

    #[test]
    fn sdk_methods_of_known_packages_only() {
        let sdk = |package: &str, path: &str| {
            Clients::get().find_sdk("typescript", package, path).map(|m| m.id.as_str())
        };
        assert_eq!(sdk("jira.js", "Version3Client().users.getUser"), Some("jira.js.users.getUser"));
        assert_eq!(sdk("@octokit/rest", "Octokit().users.getUser"), None);
        assert!(sdk("./generated", "client.getUserEmailBulk").is_some());
    }
}
