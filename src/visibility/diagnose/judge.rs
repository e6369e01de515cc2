//! From what is known of a user to ranked reasons: which features hold, and what the table makes of them.

use super::causes::{Cause, Feature, Features, Table};
use super::read::{Address, User};
use super::{CauseFound, Likelihood, Settle, WayOut};
use crate::facts::Product;
use crate::visibility::model::{Caller, Model};

/// How far the first reason has to be ahead of the second to be likely.
const MARGIN: i32 = 3;
/// What it has to reach to be likely.
const LIKELY: i32 = 5;

/// What was counted over all users of the input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Accounts of people: no apps, customers, references.
    pub persons: u64,
    /// Those of them that show an address.
    pub shown: u64,
}

/// What is true of one user alone.
pub fn of_user(user: &User) -> Features {
    let mut features = Features::new();
    let is =
        |text: &Option<String>, value: &str| text.as_deref().is_some_and(|t| t.eq_ignore_ascii_case(value));
    let closed = is(&user.status, "closed");
    let inactive = user.active == Some(false) || closed || is(&user.status, "inactive");
    let active = !inactive && (user.active == Some(true) || is(&user.status, "active"));
    let former = is(&user.name, "former user") || is(&user.public_name, "unknown");
    for (holds, feature) in [
        (inactive, Feature::Inactive),
        (active, Feature::Active),
        (!inactive && !active, Feature::StateUnknown),
        (closed, Feature::Closed),
        (inactive && former, Feature::Erased),
        (user.groups == Some(0), Feature::NoGroups),
        (user.groups.is_some_and(|g| g > 0), Feature::HasGroups),
        (is(&user.account_type, "app"), Feature::TypeApp),
        (is(&user.account_type, "customer"), Feature::TypeCustomer),
        (is(&user.account_type, "atlassian"), Feature::TypeAtlassian),
        (is(&user.account_id, "unknown"), Feature::IdUnknown),
        (is(&user.kind, "anonymous"), Feature::Anonymous),
        (user.guest, Feature::Guest),
        (is(&user.claim, "managed"), Feature::Managed),
        (is(&user.claim, "unmanaged"), Feature::Unmanaged),
        (user.zone == Some(false), Feature::ProfileHidden),
        (user.public_name.is_some() && user.name == user.public_name && !former, Feature::NameIsPublic),
        (!user.detailed && !user.markup, Feature::Reference),
        (user.markup && user.address == Address::Omitted, Feature::Suggestion),
    ] {
        if holds {
            features.insert(feature);
        }
    }
    let confluence = user.product == Some(Product::Confluence);
    if confluence && user.address == Address::Omitted && !features.contains(&Feature::Anonymous) {
        features.insert(Feature::PropertyMissing);
    }
    features
}

/// Whether it is a person's account that says something of what the caller sees.
pub fn is_person(features: &Features) -> bool {
    ![Feature::TypeApp, Feature::TypeCustomer, Feature::Reference, Feature::Suggestion, Feature::Anonymous]
        .iter()
        .any(|f| features.contains(f))
}

/// What is true of the answer, seen from a user that shows no address.
pub fn of_answer(counts: Counts, person: bool) -> Features {
    let others = counts.persons.saturating_sub(u64::from(person));
    let mut features = Features::new();
    for (holds, feature) in [
        (counts.shown > 0, Feature::OthersShown),
        // One that shows an address among two says little.
        (counts.shown >= 2 && counts.shown.saturating_mul(4) >= others.saturating_mul(3), Feature::MostShown),
        (counts.shown == 0 && others >= 1, Feature::NoneShown),
        (counts.shown == 1 && others >= 2, Feature::OneShown),
    ] {
        if holds {
            features.insert(feature);
        }
    }
    features
}

/// What is true of the caller.
pub fn of_caller(caller: Option<Caller>) -> Features {
    let features: &[Feature] = match caller {
        None => &[Feature::CallerUnknown],
        Some(Caller::Connect) => &[Feature::CallerApp],
        Some(Caller::ForgeApp | Caller::ForgeUser) => &[Feature::CallerApp, Feature::CallerForge],
        Some(Caller::Oauth) => &[Feature::CallerOauth],
        Some(Caller::OauthNoConsent) => &[Feature::CallerOauthNoConsent],
        Some(Caller::ApiToken) => &[Feature::CallerUser],
        Some(Caller::ApiTokenAdmin) => &[Feature::CallerAdmin],
        Some(Caller::OrgApiKey) => &[Feature::CallerOrg],
    };
    features.iter().copied().collect()
}

/// The reasons that can be, the likeliest first, then those that are ruled out.
pub fn ranked(features: &Features, counts: Counts, caller: Option<Caller>) -> Vec<CauseFound> {
    let mut judged: Vec<(i32, bool, bool, &Cause)> = Table::get()
        .causes
        .iter()
        .map(|cause| {
            let there = || cause.evidence.iter().filter(|e| features.contains(&e.when));
            let score = cause.base + there().map(|e| e.weight).sum::<i32>();
            (score, there().any(|e| e.settles), there().any(|e| e.rules_out), cause)
        })
        .collect();
    // Stable: of equal ones the table's order holds.
    judged.sort_by_key(|(score, _, out, _)| (*out, -*score));
    let first = judged.first().map_or(0, |j| j.0);
    let second = judged.get(1).filter(|j| !j.2).map_or(i32::MIN / 2, |j| j.0);
    judged
        .iter()
        .enumerate()
        .filter(|(_, (score, _, out, cause))| {
            // What nothing in the data speaks of is left out, not listed as unlikely.
            *out || *score >= 0 || cause.evidence.iter().any(|e| e.weight > 0 && features.contains(&e.when))
        })
        .map(|(rank, (score, settles, out, cause))| {
            let ahead = rank == 0 && first - second >= MARGIN;
            let likelihood = match (*out, *settles, *score) {
                (true, ..) => Likelihood::RuledOut,
                (_, true, _) if ahead => Likelihood::Known,
                (_, _, s) if s >= LIKELY && ahead => Likelihood::Likely,
                (_, _, s) if s >= 1 => Likelihood::Possible,
                _ => Likelihood::Unlikely,
            };
            let said = |wanted: fn(i32, bool) -> bool| {
                cause
                    .evidence
                    .iter()
                    .filter(|e| features.contains(&e.when) && wanted(e.weight, e.rules_out))
                    .map(|e| filled(&e.text, counts, caller))
                    .collect()
            };
            CauseFound {
                id: cause.id.clone(),
                title: cause.title.clone(),
                likelihood,
                speaks_for: said(|weight, out| weight > 0 && !out),
                speaks_against: said(|weight, out| weight < 0 || out),
                source: cause.source.clone(),
            }
        })
        .collect()
}

fn filled(text: &str, counts: Counts, caller: Option<Caller>) -> String {
    let who = caller.map_or("whoever made the call", |c| Model::get().caller(c).label.as_str());
    text.replace("{shown}", &counts.shown.to_string())
        .replace("{persons}", &counts.persons.to_string())
        .replace("{caller}", who)
}

/// The reasons that decide what to do next: the first, and those that may be as well.
fn leading(causes: &[CauseFound]) -> impl Iterator<Item = &'static Cause> + use<'_> {
    let known = causes.first().is_some_and(|c| c.likelihood == Likelihood::Known);
    causes
        .iter()
        .filter(|c| matches!(c.likelihood, Likelihood::Known | Likelihood::Likely | Likelihood::Possible))
        .take(if known { 1 } else { 3 })
        .filter_map(|found| Table::get().causes.iter().find(|c| c.id == found.id))
}

/// What would settle it.
pub fn settling(causes: &[CauseFound]) -> Vec<Settle> {
    let table = Table::get();
    let mut seen = std::collections::BTreeSet::new();
    if causes.first().is_some_and(|c| c.likelihood == Likelihood::Known) {
        return Vec::new();
    }
    leading(causes)
        .flat_map(|c| &c.settle)
        .filter(|id| seen.insert(id.as_str()))
        .filter_map(|id| {
            let settle = table.settle.get(id)?;
            Some(Settle { id: id.clone(), text: settle.text.clone(), source: settle.source.clone() })
        })
        .collect()
}

/// The ways out, those of the first reason first.
pub fn ways(causes: &[CauseFound], product: Option<Product>, caller: Option<Caller>) -> Vec<WayOut> {
    let table = Table::get();
    let mut seen = std::collections::BTreeSet::new();
    leading(causes)
        .flat_map(|c| &c.ways)
        .filter(|id| seen.insert(id.as_str()))
        .filter_map(|id| Some((id, table.ways.get(id)?)))
        .filter(|(_, way)| way.products.is_empty() || product.is_none_or(|p| way.products.contains(&p)))
        .map(|(id, way)| WayOut {
            id: id.clone(),
            title: way.title.clone(),
            text: way.text.clone(),
            who: way.who.clone(),
            for_this_caller: caller.filter(|_| id.starts_with("email-api")).map(|c| {
                let row = Model::get().caller(c);
                format!("{}: {}", row.label, row.email_api)
            }),
            source: way.source.clone(),
        })
        .collect()
}
