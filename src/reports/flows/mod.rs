//! How addresses travel through an app: as a tree for people, as a graph for drawing, and as JSON.
//!
//! One file a format. Everything comes from the facts of a run; what a rule says of a place is shown beside
//! it, and nothing is judged here.

pub mod dot;
mod graph;
pub mod json;
pub mod mermaid;
pub mod tree;

use crate::facts::{Access, AccessKind, Caller, Flow, Product, SinkKind};
use crate::findings::{Confidence, Finding, Severity};
use crate::text::Place;
use crate::text::redact::one_line;

/// The formats of `flows`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FlowsFormat {
    /// For people, in a terminal.
    #[default]
    Tree,
    /// For Graphviz.
    Dot,
    /// For Mermaid, as in Markdown.
    Mermaid,
    /// The versioned machine format.
    Json,
}

/// Most that is shown of a name from a file.
const NAME: usize = 80;

/// How an address is obtained, in a few words.
pub(super) fn source(access: &Access) -> String {
    let product = match access.product {
        Some(Product::Jira) => "Jira",
        Some(Product::Confluence) => "Confluence",
        Some(Product::JiraServiceManagement) => "Jira Service Management",
        Some(Product::Bitbucket) => "Bitbucket",
        Some(Product::Identity) => "Atlassian identity",
        Some(Product::Admin) => "organizations",
        Some(Product::Scim) => "user provisioning",
        Some(Product::Graphql) => "GraphQL",
        Some(Product::Trello) => "Trello",
        None => "",
    };
    let mut out = match access.kind {
        AccessKind::EmailApi => "Email API",
        AccessKind::UserObject => "user object",
        AccessKind::OwnProfile => "own profile",
        AccessKind::OrgAdmin => "admin API",
    }
    .to_owned();
    if !product.is_empty() {
        out.push_str(" of ");
        out.push_str(product);
    }
    out.push_str(match access.caller {
        Caller::AsApp => ", as the app",
        Caller::AsUser => ", as the user",
        Caller::Bridge => ", from the front end",
        Caller::Addon => ", with the app's own JWT",
        Caller::Token => ", with a token",
        Caller::Unknown => "",
    });
    if access.bulk {
        out.push_str(", many at once");
    }
    out
}

/// Where a flow ends, in a few words.
pub(super) fn goal(flow: &Flow) -> String {
    let what = match flow.kind {
        SinkKind::Ui => "user interface",
        SinkKind::Log => "log",
        SinkKind::Storage => "storage",
        SinkKind::ThirdParty => "third party",
        SinkKind::Mail => "mail",
        SinkKind::Marketing => "marketing",
        SinkKind::Identity => "identity (a key, or matched)",
        SinkKind::Response => "response",
        SinkKind::Other => "not followed from here",
    };
    let mut out = what.to_owned();
    if let Some(service) = &flow.service {
        out.push_str(": ");
        out.push_str(&one_line(service, NAME));
    }
    if flow.implicit {
        out.push_str(", in a whole object");
    }
    out
}

/// How sure the tool is of a flow.
pub(super) fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// What rules say of the end of a flow: those findings at its place that point to where its address comes
/// from, and so are about the flow.
pub(super) fn said<'a>(findings: &'a [Finding], flow: &Flow) -> Vec<&'a Finding> {
    let source = flow.path.first().map(|s| &s.place);
    let about = |f: &&Finding| {
        f.place == flow.place && f.suppressed.is_none() && f.related.iter().any(|r| Some(&r.place) == source)
    };
    let mut said: Vec<&Finding> = findings.iter().filter(about).collect();
    said.sort_by_key(|f| std::cmp::Reverse(f.severity));
    said.dedup_by_key(|f| f.rule);
    said
}

/// The colour class of a flow's end: what is wrong with it, if anything.
pub(super) fn worst(findings: &[Finding], flow: &Flow) -> Option<Severity> {
    said(findings, flow).first().map(|f| f.severity)
}

/// The uses of an access as one heading; empty when it names none.
fn uses(access: &Access) -> String {
    access.uses.iter().map(|u| one_line(u, NAME)).collect::<Vec<_>>().join(", ")
}

/// `file:line`.
pub(super) fn at(root: &super::Checked, place: &Place) -> String {
    format!("{}:{}", crate::text::redact::visible(&root.path(&place.file)), place.line)
}
