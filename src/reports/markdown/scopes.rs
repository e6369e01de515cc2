//! The page that a vendor of a Forge app writes by hand otherwise: each email scope, why it is needed, for
//! which use, and the evidence.

use std::fmt::Write as _;

use super::{at, code, prose};
use crate::catalog::scopes::Scopes;
use crate::facts::{Access, AppType, DeclaredUse, Facts, Product, told_best};
use crate::findings::run::AppRun;
use crate::reports::Checked;
use crate::reports::flows::{goal, source};
use crate::request::Request;
use crate::request::model::ScopeRow;

/// Places that one use shows of one scope.
const MOST_PLACES: usize = 30;
/// Ends of flows that one place shows.
const MOST_ENDS: usize = 5;

/// Writes the page; nothing for an app that is no Forge app.
pub(super) fn page(root: &Checked, app: &AppRun, request: &Request, out: &mut String) {
    let facts = &app.facts;
    if !matches!(facts.app.kind, AppType::Forge | AppType::ForgeWithConnect) {
        return;
    }
    let scopes = &request.access_path.scopes;
    if scopes.is_empty() && facts.accesses.is_empty() {
        return;
    }
    let name = facts.app.name.as_deref().map_or_else(|| code(&root.path(&facts.app.root)), prose);
    let _ = writeln!(out, "## Why {name} asks for email addresses\n");
    let _ = writeln!(
        out,
        "For the admin who consents to the scopes. Each statement names the line of code or of the manifest that \
         it rests on.\n"
    );
    let mut explained = vec![false; facts.accesses.len()];
    for scope in scopes {
        one(root, facts, scope, &mut explained, out);
    }
    let rest: Vec<&Access> =
        facts.accesses.iter().zip(&explained).filter(|(_, done)| !**done).map(|(a, _)| a).collect();
    if !rest.is_empty() {
        let _ = writeln!(out, "### Addresses that none of these scopes opens\n");
        by_use(root, facts, &rest, out);
    }
}

fn one(root: &Checked, facts: &Facts, scope: &ScopeRow, explained: &mut [bool], out: &mut String) {
    let place = code(&format!("{}:{}", root.path(&scope.at.file), scope.at.line));
    let _ = writeln!(out, "### {}\n", code(&scope.name));
    let _ = writeln!(out, "Asked for at {place}. It gives: {}.\n", prose(scope.gives.trim_end_matches('.')));
    if let Some(unclear) = Scopes::embedded().email_scope(&scope.name).and_then(|s| s.unclear.as_deref()) {
        let _ = writeln!(out, "Not settled by Atlassian's documents: {}.\n", prose(unclear));
    }
    let mut needed = Vec::new();
    for (access, done) in facts.accesses.iter().zip(explained.iter_mut()) {
        if opens(&scope.name, access) {
            *done = true;
            needed.push(access);
        }
    }
    if needed.is_empty() {
        let _ = writeln!(out, "**No place in the code was found that needs it.**\n");
        return;
    }
    by_use(root, facts, &needed, out);
}

/// Whether an access is of the kind that a scope opens; one whose product could not be told may be any's.
fn opens(scope: &str, access: &Access) -> bool {
    let Some(known) = Scopes::embedded().email_scope(scope) else { return false };
    let product = match access.product {
        // Both are asked through Jira's users.
        Some(Product::JiraServiceManagement) if known.product == Product::Jira => Product::Jira,
        Some(product) => product,
        None => known.product,
    };
    known.gives == access.kind && known.product == product
}

fn by_use(root: &Checked, facts: &Facts, accesses: &[&Access], out: &mut String) {
    let mut names: Vec<&str> = Vec::new();
    for name in accesses.iter().flat_map(|a| &a.uses) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    for name in names {
        let of: Vec<&Access> =
            accesses.iter().copied().filter(|a| a.uses.iter().any(|u| u == name)).collect();
        let declared = facts.declaration.as_ref().and_then(|d| d.use_named(name));
        heading(root, facts, name, declared, out);
        evidence(root, facts, &of, out);
    }
    let bare: Vec<&Access> = accesses.iter().copied().filter(|a| a.uses.is_empty()).collect();
    if !bare.is_empty() {
        let _ =
            writeln!(out, "**For no use that is named.** Say what these are for with `@email-use NAME`.\n");
        evidence(root, facts, &bare, out);
    }
}

fn heading(root: &Checked, facts: &Facts, name: &str, declared: Option<&DeclaredUse>, out: &mut String) {
    let functionality = declared.map_or(name, |d| d.functionality.value.as_str());
    let listed = facts.catalogue.get(functionality).map(|e| prose(&e.functionality));
    let words =
        listed.unwrap_or_else(|| format!("{}, which is in none of Atlassian's lists", code(functionality)));
    let _ = writeln!(out, "**For the use {}**: {words}.\n", code(name));
    let Some(declared) = declared else {
        let _ = writeln!(out, "It is not declared.\n");
        return;
    };
    match &declared.description {
        Some(text) => {
            let _ = writeln!(out, "{} (declared at {})\n", prose(&text.value), at(root, &text.place));
        }
        None => {
            let _ = writeln!(out, "Its description is missing at {}.\n", at(root, &declared.place));
        }
    }
    for party in &declared.third_parties {
        let purpose = party.purpose.as_ref().map_or(String::new(), |p| format!(": {}", prose(&p.value)));
        let _ = writeln!(out, "Addresses go to {}{purpose}.\n", prose(&party.name.value));
    }
}

fn evidence(root: &Checked, facts: &Facts, accesses: &[&Access], out: &mut String) {
    let flows = told_best(&facts.flows);
    for access in accesses.iter().take(MOST_PLACES) {
        let mut ends: Vec<String> = Vec::new();
        for flow in flows.iter().filter(|f| f.access == access.id) {
            let end = format!("{} at {}", prose(&goal(flow)), at(root, &flow.place));
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        let more = ends.len().saturating_sub(MOST_ENDS);
        ends.truncate(MOST_ENDS);
        if more > 0 {
            ends.push(format!("{more} more"));
        }
        let goes = match ends.as_slice() {
            [] => "no place was found where it goes".to_owned(),
            some => format!("goes to {}", some.join("; ")),
        };
        let _ = writeln!(out, "- {} {}: {goes}", at(root, &access.place), prose(&source(access)));
    }
    if accesses.len() > MOST_PLACES {
        let _ = writeln!(out, "- and {} more places", accesses.len() - MOST_PLACES);
    }
    out.push('\n');
}
