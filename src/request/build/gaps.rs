//! What is missing, in plain words, with what to do about it.

use super::personal_data::{has_retention, stores_addresses};
use crate::facts::{AccessKind, Facts};
use crate::request::model::{Gap, PathState, Request, Spot, Status};
use crate::request::texts::{and_list, counted};

/// The file that the vendor fills.
const DECLARATION: &str = "email-access.yaml";

/// The gaps gathered so far.
struct Gaps {
    all: Vec<Gap>,
    /// Whether there is anything to request that a gap could stand in the way of.
    requestable: bool,
}

impl Gaps {
    fn add(&mut self, required: bool, what: impl Into<String>, todo: impl Into<String>, at: Option<Spot>) {
        let (what, todo) = (what.into(), todo.into());
        self.all.push(Gap { what, todo, required: required && self.requestable, at });
    }
}

pub(super) fn gaps(request: &Request, facts: &Facts) -> Vec<Gap> {
    let requestable = request.access_path.state != PathState::NotAvailable;
    let mut gaps = Gaps { all: Vec::new(), requestable };
    of_identity(&mut gaps, request);
    of_uses(&mut gaps, request, facts);
    of_scopes(&mut gaps, request, facts);
    of_personal_data(&mut gaps, request);
    for document in &request.documents {
        if let Some(missing) = &document.missing {
            let todo = format!(
                "write the document and name it in `{DECLARATION}` under `documents.{}`",
                document.kind
            );
            gaps.add(true, missing.clone(), todo, document.at.clone());
        }
    }
    for guideline in &request.guidelines {
        let title = &guideline.title;
        let at = guideline.evidence.items.iter().find_map(|e| e.at.clone());
        match guideline.status {
            Status::Confirmed => {}
            Status::NotConfirmed => gaps.add(
                true,
                format!("evidence that the guideline \"{title}\" is met"),
                "change the code or the declaration where the evidence points",
                at,
            ),
            Status::NotVerified => gaps.add(
                false,
                format!("the vendor's own confirmation of the guideline \"{title}\""),
                "check it yourself and say so when you submit",
                at,
            ),
        }
    }
    gaps.all
}

fn of_identity(gaps: &mut Gaps, request: &Request) {
    let app = &request.app;
    if request.access_path.state == PathState::Unknown {
        let todo =
            format!("write `app.type` in `{DECLARATION}`: connect, forge, forge-with-connect or oauth2");
        gaps.add(true, "the kind of app", todo, None);
    }
    for (there, required, what, name) in [
        (app.name.is_some(), true, "the app's name", "app.name"),
        (app.key.is_some(), true, "the app's key or id", "app.key"),
        (app.vendor.is_some(), true, "the vendor's name", "app.vendor"),
        (!app.products.is_empty(), false, "the products that the app is for", "app.products"),
        (app.listing.is_some(), false, "the Marketplace listing, if there is one", "app.listing"),
        (app.contact.is_some(), false, "a technical contact", "app.contact"),
    ] {
        if !there {
            gaps.add(required, what, format!("write `{name}` in `{DECLARATION}`"), None);
        }
    }
}

fn of_uses(gaps: &mut Gaps, request: &Request, facts: &Facts) {
    if request.uses.is_empty() {
        let todo = if facts.declaration_exists && facts.declaration.is_none() {
            format!("fix `{DECLARATION}`, which could not be read")
        } else {
            format!(
                "write at least one use in `{DECLARATION}` under `uses`; `mailpermit uses` lists what Atlassian allows"
            )
        };
        gaps.add(true, "a description of what addresses are used for", todo, None);
    }
    for u in &request.uses {
        let (name, at) = (&u.name, || Some(u.at.clone()));
        if u.description.is_none() {
            let todo = "say who gets what, when and why, in one to three sentences";
            gaps.add(true, format!("a description of the use \"{name}\""), todo, at());
        }
        if u.needs_justification && u.justification.is_none() {
            let todo = "say why the service cannot be given without the address";
            gaps.add(true, format!("a justification of the use \"{name}\""), todo, at());
        }
        if u.verdict == "unknown" {
            let todo = "choose an id that `mailpermit uses` prints";
            gaps.add(true, format!("a known functionality for the use \"{name}\""), todo, at());
        }
        if u.accesses.items.is_empty() {
            let todo =
                format!("put `@email-use {name}` above the code that reads the address, or remove the use");
            gaps.add(false, format!("the place in the code that serves the use \"{name}\""), todo, at());
        }
        if !u.sources_not_declared.is_empty() {
            let what =
                format!("{} among the sources of the use \"{name}\"", and_list(&u.sources_not_declared));
            gaps.add(false, what, "add it to `addresses-from`", at());
        }
    }
    of_undeclared(gaps, request);
}

fn of_undeclared(gaps: &mut Gaps, request: &Request) {
    let total = request.undeclared.items.len() + request.undeclared.more;
    if total == 0 {
        return;
    }
    let places = counted(total, "place that reads addresses", "places that read addresses");
    let todo = format!(
        "annotate it with `@email-use NAME` and declare NAME in `{DECLARATION}`, or remove the access"
    );
    let at = request.undeclared.items.first().map(|row| row.at.clone());
    gaps.add(request.undeclared_need_use, format!("a use for {places}"), todo, at);
}

fn of_scopes(gaps: &mut Gaps, request: &Request, facts: &Facts) {
    let wanted = facts.accesses.iter().find(|a| a.kind == AccessKind::EmailApi);
    let Some(access) = wanted.filter(|_| request.access_path.state == PathState::AdminConsent) else {
        return;
    };
    if request.access_path.scopes.is_empty() {
        gaps.add(
            true,
            "a scope for the Email API in the manifest",
            "add `read:email-address:jira` or `read:email-address:confluence` to `permissions.scopes`",
            Some(super::spot(&access.place)),
        );
    }
}

fn of_personal_data(gaps: &mut Gaps, request: &Request) {
    let data = &request.personal_data;
    let under = |name: &str| format!("write `personal-data.{name}` in `{DECLARATION}`");
    if data.collects.is_none() {
        gaps.add(true, "whether the app collects personal data", under("collects"), data.at.clone());
    }
    if data.stores.is_none() {
        let todo = format!("{}, `[]` for nothing", under("stores"));
        gaps.add(true, "which personal data the app stores", todo, data.at.clone());
    }
    if data.contradicted {
        let at = data.stored_at.items.first().map(|f| f.at.clone());
        gaps.add(true, "email addresses among what is stored", under("stores"), at);
    }
    if stores_addresses(data) && !has_retention(data) {
        gaps.add(true, "how long addresses are kept", under("retention"), data.at.clone());
    }
    if data.reports_needed && data.cycle_days.is_none() {
        gaps.add(
            false,
            "the cycle in which stored accounts are reported",
            under("reporting.cycle"),
            data.at.clone(),
        );
    }
    if data.reports_needed && data.reports.is_empty() {
        let todo = "report them through the personal data reporting API, every 7 days unless told otherwise";
        gaps.add(false, "code that reports stored accounts", todo, data.at.clone());
    }
}
