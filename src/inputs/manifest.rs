//! What both manifest readers share: typed access to a spanned tree, with a problem for every part that is
//! not what it has to be.

use std::collections::{BTreeMap, BTreeSet};

use super::template::Directive;
use crate::facts::{InputKind, Located, Manifest, ManifestKind, Problem, Product};
use crate::text::redact::one_line;
use crate::text::{Entry, Node, Place, SourceFile, Span, SyntaxError, Value};

/// The most directives that are listed of one file.
const MAX_UNREAD: usize = 1000;

/// What reading one file as a manifest came to. Neither part is there when the file is no manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestRead {
    /// The manifest, as far as it could be read.
    pub manifest: Option<Manifest>,
    /// What is malformed in it.
    pub problems: Vec<Problem>,
}

/// How products show in scopes, module names, events and schema addresses: a product and the parts that
/// only it has, in lower case.
const PRODUCTS: &[(Product, &[&str])] = &[
    (
        Product::Jira,
        &[
            ":jira",
            "-jira",
            "jira-",
            "jira:",
            "/jira-",
            "project_admin",
            "atl.jira",
            "jiraissue",
            "jiraproject",
        ],
    ),
    (
        Product::Confluence,
        &[
            ":confluence",
            "-confluence",
            "confluence-",
            "confluence:",
            "/confluence-",
            "space_admin",
            "confluencecontent",
            "atl.confluence",
            "contentbyline",
            "dynamiccontentmacros",
            "staticcontentmacros",
            "spacetoolstabs",
            "blueprints",
            "spaceadmintabs",
            "customcontent",
        ],
    ),
    (
        Product::JiraServiceManagement,
        &[
            "jira-service-management",
            "servicedesk",
            "jiraservicemanagement:",
            "jiraservicedesk",
            "servicedesk.",
        ],
    ),
    (Product::Bitbucket, &[":bitbucket", "bitbucket:"]),
];

/// Adds the products that `name` (a scope, module, event or address) belongs to.
pub(super) fn add_products(products: &mut BTreeSet<Product>, name: &str) {
    let name = name.to_lowercase();
    let belongs = |product: Product| {
        PRODUCTS.iter().any(|(p, parts)| *p == product && parts.iter().any(|part| name.contains(part)))
    };
    if belongs(Product::JiraServiceManagement) {
        products.insert(Product::JiraServiceManagement);
        return;
    }
    products
        .extend([Product::Jira, Product::Confluence, Product::Bitbucket].into_iter().filter(|p| belongs(*p)));
}

/// An empty manifest of `file`.
pub(super) fn empty(kind: ManifestKind, file: &SourceFile) -> Manifest {
    Manifest {
        kind,
        file: std::sync::Arc::clone(&file.path),
        key: None,
        connect_key: None,
        name: None,
        vendor: None,
        products: Vec::new(),
        scopes: Vec::new(),
        scopes_place: None,
        scopes_as_map: false,
        modules: Vec::new(),
        connect_modules: false,
        egress: Vec::new(),
        remotes: Vec::new(),
        storage_classifications: Vec::new(),
        lifecycle: Vec::new(),
        scheduled: Vec::new(),
        functions: Vec::new(),
        on_uninstall: Vec::new(),
        answering: Vec::new(),
        gdpr_migration: None,
        links: Vec::new(),
        unread: Vec::new(),
    }
}

/// Typed access to the parts of one file's tree.
pub(super) struct Reader<'a> {
    file: &'a SourceFile,
    directives: &'a [Directive],
    pub(super) problems: Vec<Problem>,
    unread: BTreeMap<Span, Located<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a SourceFile, directives: &'a [Directive]) -> Self {
        Self { file, directives, problems: Vec::new(), unread: BTreeMap::new() }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        self.file.place(span)
    }

    pub(super) fn located<T>(&self, value: T, span: Span) -> Located<T> {
        Located { value, place: self.place(span) }
    }

    pub(super) fn problem(&mut self, span: Span, message: String, help: &str) {
        let problem = Problem {
            place: self.place(span),
            input: InputKind::Manifest,
            message,
            help: (!help.is_empty()).then(|| help.to_owned()),
            matters: true,
        };
        self.problems.push(problem);
    }

    /// The problem of a file that is a manifest but can't be parsed.
    pub(super) fn syntax_problem(&mut self, error: &SyntaxError) {
        self.problem(error.span, error.message.clone(), error.help.as_deref().unwrap_or(""));
    }

    fn wrong_kind(&mut self, node: &Node, what: &str, wanted: &str, help: &str) {
        self.problem(node.span, format!("`{what}` has to be {wanted}, not {}", node.kind()), help);
    }

    /// Notes a directive as unread; the same one only once, and not without end.
    pub(super) fn unread(&mut self, span: Span) {
        if self.unread.len() < MAX_UNREAD && !self.unread.contains_key(&span) {
            let found = self.located(one_line(self.file.slice(span), 80), span);
            self.unread.insert(span, found);
        }
    }

    /// The directive within `span`, if any: what stands there is not known.
    fn directive_in(&self, span: Span) -> Option<Span> {
        let first = self.directives.partition_point(|d| d.span.end <= span.start);
        self.directives.get(first).map(|d| d.span).filter(|d| d.start < span.end)
    }

    /// A text. Nothing when it is absent or partly a directive; a problem when it is something else.
    pub(super) fn text(&mut self, node: Option<&Node>, what: &str) -> Option<Located<String>> {
        let node = node.filter(|n| n.value != Value::Null)?;
        if let Some(directive) = self.directive_in(node.span) {
            self.unread(directive);
            return None;
        }
        match &node.value {
            Value::String(s) => Some(self.located(s.clone(), node.span)),
            _ => {
                self.wrong_kind(node, what, "a text", "write it in quotes, on one line");
                None
            }
        }
    }

    /// A truth value, with a problem when it is something else.
    pub(super) fn truth(&mut self, node: Option<&Node>, what: &str) -> Option<Located<bool>> {
        let node = node.filter(|n| n.value != Value::Null)?;
        if let Some(directive) = self.directive_in(node.span) {
            self.unread(directive);
            return None;
        }
        if node.as_bool().is_none() {
            self.wrong_kind(node, what, "true or false", "write `true` or `false`, without quotes");
        }
        node.as_bool().map(|b| self.located(b, node.span))
    }

    /// A mapping; nothing when it is absent, a problem when it is something else.
    pub(super) fn map<'n>(&mut self, node: Option<&'n Node>, what: &str) -> Option<&'n Node> {
        let node = node.filter(|n| n.value != Value::Null)?;
        match &node.value {
            Value::Map(_) => Some(node),
            _ if self.directive_in(node.span).is_some() => {
                self.directive_in(node.span).into_iter().for_each(|d| self.unread(d));
                None
            }
            _ => {
                self.wrong_kind(node, what, "a mapping", "write one `key: value` pair for each entry");
                None
            }
        }
    }

    /// The items of a list; none when it is absent, a problem when it is something else.
    pub(super) fn list<'n>(&mut self, node: Option<&'n Node>, what: &str) -> &'n [Node] {
        let Some(node) = node.filter(|n| n.value != Value::Null) else { return &[] };
        match &node.value {
            Value::List(items) => items,
            _ if self.directive_in(node.span).is_some() => {
                self.directive_in(node.span).into_iter().for_each(|d| self.unread(d));
                &[]
            }
            _ => {
                self.wrong_kind(node, what, "a list", "write one item after another, each with its own dash");
                &[]
            }
        }
    }

    /// The entries of a mapping; none when it is absent, a problem when it is something else.
    pub(super) fn entries<'n>(&mut self, node: Option<&'n Node>, what: &str) -> &'n [Entry] {
        self.map(node, what).map_or(&[][..], Node::entries)
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, node: Option<&Node>, what: &str) -> Vec<Located<String>> {
        let items = self.list(node, what);
        items.iter().filter_map(|i| self.text(Some(i), what)).collect()
    }

    /// The manifest with what was noted on the way.
    pub(super) fn finish(mut self, mut manifest: Manifest, products: BTreeSet<Product>) -> ManifestRead {
        manifest.unread = self.unread.into_values().collect();
        manifest.products = products.into_iter().collect();
        self.problems.sort();
        ManifestRead { manifest: Some(manifest), problems: self.problems }
    }

    /// No manifest, only what was wrong.
    pub(super) fn failed(self) -> ManifestRead {
        ManifestRead { manifest: None, problems: self.problems }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_show_in_names() {
        use Product::{Bitbucket, Confluence, Jira, JiraServiceManagement};
        for (name, expected) in [
            ("read:jira-work", &[Jira][..]),
            ("read:email-address:jira", &[Jira]),
            ("manage:jira-configuration", &[Jira]),
            ("access-email-addresses:connect-confluence", &[Confluence]),
            ("search:confluence", &[Confluence]),
            ("read:confluence-content.all", &[Confluence]),
            ("read:customer:jira-service-management", &[JiraServiceManagement]),
            ("write:servicedesk-request", &[JiraServiceManagement]),
            ("read:user:bitbucket", &[Bitbucket]),
            ("jira:issuePanel", &[Jira]),
            ("jiraServiceManagement:queuePage", &[JiraServiceManagement]),
            ("avi:confluence:created:page", &[Confluence]),
            ("SPACE_ADMIN", &[Confluence]),
            ("jiraIssueContexts", &[Jira]),
            ("storage:app", &[]),
            ("read:component:compass", &[]),
            ("READ", &[]),
        ] {
            let mut products = BTreeSet::new();
            add_products(&mut products, name);
            assert_eq!(products.into_iter().collect::<Vec<_>>(), expected, "{name}");
        }
    }
}
