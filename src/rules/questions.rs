//! What several rules ask of the facts. No findings here.

use crate::catalog::CatalogueUse;
use crate::catalog::scopes::{CONNECT_EMAIL_SCOPE, Scopes};
use crate::facts::{
    Access, AccessKind, AppType, Facts, InputKind, Manifest, ManifestKind, Product, ScopeName,
};
use crate::findings::{Confidence, Severity};
use crate::text::Place;

use super::{Outcome, wording};
use crate::text::words;

/// Whether what was seen is sure enough for an error.
pub(crate) fn sure(confidence: Confidence) -> bool {
    confidence >= Confidence::Likely
}

/// The accesses that are sure enough to judge.
pub(crate) fn sure_accesses(facts: &Facts) -> impl Iterator<Item = &Access> {
    facts.accesses.iter().filter(|a| sure(a.confidence))
}

/// The calls of the Email API that are sure enough to judge.
pub(crate) fn email_api_calls(facts: &Facts) -> impl Iterator<Item = &Access> {
    sure_accesses(facts).filter(|a| a.kind == AccessKind::EmailApi)
}

/// Why code that was not seen may read addresses, when there is such code.
pub(crate) fn unseen_code(facts: &Facts) -> Option<String> {
    let unread = facts
        .problems
        .iter()
        .filter(|p| p.matters && matches!(p.input, InputKind::Source | InputKind::File))
        .count();
    let mut reasons = Vec::new();
    if unread > 0 {
        reasons.push(format!("{} that matter could not be read", words::count(unread, "file", "files")));
    }
    for (language, files) in facts.coverage.unfollowed.iter().filter(|(_, files)| *files > 0).take(8) {
        reasons.push(format!(
            "{language} is not followed and {} in it may matter",
            words::count(*files, "file", "files")
        ));
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// Why a scope that is not in the manifest may yet be asked for, when that is so.
pub(crate) fn unread_scopes(manifest: &Manifest) -> Option<String> {
    let file = wording::name(&manifest.file);
    let Some(place) = &manifest.scopes_place else {
        return Some(format!("the scopes in {file} could not be read"));
    };
    // Without a list of scopes, a block that could not be read may hold it.
    let nowhere = manifest.scopes.is_empty();
    let inside =
        |p: &Place| p.file == place.file && p.span.start < place.span.end && place.span.start < p.span.end;
    let unread = manifest.unread.iter().find(|u| inside(&u.place) || (nowhere && is_block(&u.value)))?;
    Some(format!(
        "{} in {file} is filled in when the app is built and may bring scopes",
        wording::name(&unread.value)
    ))
}

/// Whether a template's directive may bring keys and lists, and not only a part of one value.
pub(crate) fn is_block(directive: &str) -> bool {
    const WORDS: &[&str] =
        &["if", "else", "end", "range", "with", "each", "unless", "template", "include", "block"];
    let inner = directive.trim_start_matches(['{', '<', '%', '-', '~', ' ']);
    let word: String = inner.chars().take_while(char::is_ascii_alphabetic).collect();
    directive.starts_with("<%")
        || directive.starts_with("{%")
        || inner.starts_with(['#', '/', '>', '^'])
        || WORDS.contains(&word.as_str())
}

/// The scopes of a manifest that open the Email API, with their product where they are for one.
pub(crate) fn email_scopes(manifest: &Manifest) -> impl Iterator<Item = (&ScopeName, Option<Product>)> {
    manifest.scopes.iter().filter_map(move |scope| match manifest.kind {
        ManifestKind::Forge => Scopes::embedded()
            .email_scope(&scope.value)
            .filter(|s| s.gives == AccessKind::EmailApi)
            .map(|s| (scope, Some(s.product))),
        ManifestKind::Connect => {
            scope.value.eq_ignore_ascii_case(CONNECT_EMAIL_SCOPE).then_some((scope, None))
        }
    })
}

/// The product whose Email API a call asks: JSM has none of its own.
pub(crate) fn email_product(product: Option<Product>) -> Option<Product> {
    match product {
        Some(Product::Jira | Product::JiraServiceManagement) => Some(Product::Jira),
        Some(Product::Confluence) => Some(Product::Confluence),
        _ => None,
    }
}

/// Whether the app asks for the Email API: it calls it, has a scope for it, or says what addresses are for.
pub(crate) fn asks_for_email_api(facts: &Facts) -> bool {
    email_api_calls(facts).next().is_some()
        || facts.app.manifests.iter().any(|m| email_scopes(m).next().is_some())
        || facts.declaration.as_ref().is_some_and(|d| !d.uses.is_empty())
}

/// Whether this is an app that has to do with addresses. Code of which nothing says that it is an app may
/// be a library or a script, which nobody lists or approves.
pub(crate) fn has_to_do_with_addresses(facts: &Facts) -> bool {
    asks_for_email_api(facts) || (is_app(facts) && sure_accesses(facts).next().is_some())
}

/// Whether anything says that this is an app.
pub(crate) fn is_app(facts: &Facts) -> bool {
    facts.app.kind != AppType::Unknown || facts.declaration_exists
}

/// Whether what a request needs is needed now: the app has to ask for access, or its vendor has begun to
/// prepare for it. Nothing public says that a Forge app files the request.
pub(crate) fn prepares_request(facts: &Facts) -> bool {
    let ticket = matches!(facts.app.kind, AppType::Connect | AppType::ForgeWithConnect);
    facts.declaration_exists || (ticket && asks_for_email_api(facts))
}

/// How much it matters when something is missing that a request needs. Every listing on the Marketplace
/// needs it too; whether there will be one, code does not say.
pub(crate) fn worth_of_requirement(facts: &Facts) -> Severity {
    match (prepares_request(facts), asks_for_email_api(facts)) {
        (true, _) => Severity::Error,
        (false, true) => Severity::Warning,
        (false, false) => Severity::Info,
    }
}

/// Why what is missing is needed, when the app reads addresses and does not ask for the Email API.
pub(crate) const LISTING: &str = "the app reads addresses without the Email API; Atlassian's requirements for a listing on the Marketplace ask for this all the same, and a request for the Email API would rest on it (Atlassian, Profile visibility, Requirements)";

/// Why an app without this has nothing to show, when nothing says that it is one.
pub(crate) fn no_documents_needed(facts: &Facts) -> Option<Outcome> {
    if has_to_do_with_addresses(facts) || facts.declaration_exists {
        return None;
    }
    let unseen = unseen_code(facts).filter(|_| is_app(facts));
    Some(match unseen {
        Some(why) => Outcome::NotEvaluated(why),
        None if is_app(facts) => Outcome::NotApplicable("nothing here has to do with addresses".to_owned()),
        None => Outcome::NotApplicable("nothing says that this is an app".to_owned()),
    })
}

/// Where something stands that is about the app and not about one place in it.
pub(crate) fn anchor(facts: &Facts) -> Place {
    let declaration = facts.declaration.as_ref().map(|d| Place::start_of(&d.file));
    declaration
        .or_else(|| facts.app.manifest().map(|m| Place::start_of(&m.file)))
        .or_else(|| facts.accesses.first().map(|a| Place::start_of(&a.place.file)))
        .unwrap_or_else(|| Place::start_of(&facts.app.root))
}

/// The catalogue's entry for the use of that name: through the declaration, or, without a declaration
/// file, by its id.
pub(crate) fn catalogue_use<'a>(facts: &'a Facts, name: &str) -> Option<&'a CatalogueUse> {
    match &facts.declaration {
        Some(declaration) => facts.catalogue.get(&declaration.use_named(name)?.functionality.value),
        None if facts.declaration_exists => None,
        None => facts.catalogue.get(name),
    }
}

/// Whether a place gets addresses for the functionality of that id.
pub(crate) fn is_for(facts: &Facts, access: &Access, ids: &[&str]) -> bool {
    access.uses.iter().filter_map(|u| catalogue_use(facts, u)).any(|u| ids.contains(&u.id.as_str()))
}

/// Whether the statement on personal data says that addresses are stored.
pub(crate) fn says_it_stores_addresses(facts: &Facts) -> bool {
    let stores = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref()?.stores.as_ref());
    stores.is_some_and(|s| s.iter().any(|kind| kind.value == "email-address"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;

    #[test]
    fn what_was_not_read_may_hold_scopes() {
        let mut readable = manifest(ManifestKind::Connect, &["READ"]);
        assert_eq!(unread_scopes(&readable), None);
        readable.unread.push(located("{{#if x}}".to_owned(), "atlassian-connect.json", 50));
        assert_eq!(unread_scopes(&readable), None, "it lies elsewhere");
        readable.unread.push(located("{{y}}".to_owned(), "atlassian-connect.json", 10));
        assert!(unread_scopes(&readable).is_some());
        let mut empty = manifest(ManifestKind::Connect, &[]);
        assert_eq!(unread_scopes(&empty), None);
        empty.unread.push(located("{{localBaseUrl}}".to_owned(), "atlassian-connect.json", 40));
        assert_eq!(unread_scopes(&empty), None, "a part of one value holds no list");
        empty.unread.push(located("{{#if x}}".to_owned(), "atlassian-connect.json", 50));
        assert!(unread_scopes(&empty).is_some());
        empty.scopes_place = None;
        assert!(unread_scopes(&empty).is_some());
    }

    #[test]
    fn a_catalogue_id_is_a_use_only_without_a_declaration() {
        let bare = forge(&[]);
        assert!(catalogue_use(&bare, "error-reports").is_some());
        let declared = with_uses(forge(&[]), vec![declared("mine", "marketing", 3)]);
        assert!(catalogue_use(&declared, "error-reports").is_none());
        assert_eq!(catalogue_use(&declared, "mine").unwrap().id, "marketing");
        let broken = Facts { declaration: None, ..declared };
        assert!(catalogue_use(&broken, "error-reports").is_none());
    }
}
