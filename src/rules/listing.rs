//! The public listing held against the app, point by point. No findings here: the rule and the command `listing`
//! show the same points.

use std::collections::BTreeSet;

use url::Url;

use super::policies::{kept, recipients};
use super::services::to_own_remote;
use super::{questions, wording};
use crate::facts::{
    AppType, Caller, DocumentRef, Facts, Flow, Listing, ListingField, Located, ManifestKind, SinkKind,
};
use crate::findings::Severity;
use crate::text::Place;

/// How a point came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The listing and the app say the same, as far as can be seen.
    Agrees,
    /// They do not.
    Disagrees,
    /// It could not be verified, and why.
    Unverified(String),
}

/// One point.
#[derive(Clone, Debug)]
pub struct Point {
    /// What it is about.
    pub what: &'static str,
    /// What the listing says.
    pub listed: String,
    /// What the app says.
    pub here: String,
    /// How it came out.
    pub verdict: Verdict,
    /// How much a disagreement matters.
    pub worth: Severity,
    /// Why it matters, or what may explain it.
    pub why: &'static str,
    /// Places in the app.
    pub places: Vec<(Place, String)>,
    /// What to do about a disagreement.
    pub help: &'static str,
}

const ANSWERS: &str = "the answers on the Privacy & Security tab are a legal statement of the vendor (Atlassian, List a Forge app)";
const ANSWER: &str = "correct the answer on the Privacy & Security tab, or the code";
/// Places that are shown with one point.
const MOST_PLACES: usize = 5;

/// All points, in the order in which they are shown.
#[must_use]
pub fn points(facts: &Facts, listing: &Listing) -> Vec<Point> {
    let mut points = vec![key(facts, listing)];
    if points.iter().any(|p| p.verdict == Verdict::Disagrees) {
        // It is another app's: what else it says is no news of this one.
        return points;
    }
    points.extend([
        scopes(facts, listing),
        document(
            "privacy policy",
            listing.text(ListingField::PrivacyPolicy),
            facts.declaration.as_ref().and_then(|d| d.privacy_policy.as_ref()),
        ),
        document(
            "customer terms",
            listing.text(ListingField::Terms),
            facts.declaration.as_ref().and_then(|d| d.customer_terms.as_ref()),
        ),
        outside(facts, listing, ListingField::ProcessesOutside),
        outside(facts, listing, ListingField::StoresOutside),
        shares(facts, listing),
        logs(facts, listing),
        retention(facts, listing),
        tokens(facts, listing),
    ]);
    points
}

impl Point {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            listed: String::new(),
            here: String::new(),
            verdict: Verdict::Agrees,
            worth: Severity::Warning,
            why: ANSWERS,
            places: Vec::new(),
            help: ANSWER,
        }
    }

    fn unverified(mut self, why: impl Into<String>) -> Self {
        self.verdict = Verdict::Unverified(why.into());
        self
    }

    /// The field is not in the listing, or not as it is known.
    fn absent(self) -> Self {
        self.unverified("the listing does not say it, or not in a field that is known")
    }

    fn judged(mut self, agrees: bool) -> Self {
        self.verdict = if agrees { Verdict::Agrees } else { Verdict::Disagrees };
        self
    }

    fn said(mut self, flag: bool, name: &str) -> Self {
        self.listed = format!("{} ({})", if flag { "yes" } else { "no" }, wording::name(name));
        self
    }

    fn at(mut self, flows: &[&Flow], what: &str) -> Self {
        self.places.extend(flows.iter().take(MOST_PLACES).map(|f| (f.place.clone(), what.to_owned())));
        self
    }
}

/// Under which keys the app may be listed, by what it says itself.
pub fn keys(facts: &Facts) -> BTreeSet<String> {
    let manifests = facts.app.manifests.iter();
    let of = manifests.flat_map(|m| {
        let own = m.key.as_ref().filter(|_| m.kind == ManifestKind::Connect);
        own.into_iter().chain(&m.connect_key)
    });
    let declared = facts.declaration.iter().filter_map(|d| d.key.as_ref());
    of.chain(declared).map(|k| k.value.clone()).filter(|k| !k.contains(['{', '<', '$'])).collect()
}

fn key(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("app");
    point.why = "a listing of another app says nothing about this one";
    point.help = "name the key under which the app is listed";
    let keys = keys(facts);
    point.here = wording::names(keys.iter().map(String::as_str));
    let Some((listed, _)) = listing.text(ListingField::Key) else { return point.absent() };
    point.listed = wording::name(listed);
    if keys.is_empty() {
        return point.unverified("nothing here names the key under which the app is listed");
    }
    let same = keys.iter().any(|k| k == listed);
    point.judged(same)
}

fn scopes(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("scopes of the published version");
    point.why =
        "people have consented to the scopes of the published version, and the tree may be ahead of it";
    point.help = "publish the version with these scopes, or take out what is not needed";
    let Some(manifest) = facts.app.manifest() else {
        return point.unverified("there is no manifest with scopes here");
    };
    let field = match manifest.kind {
        ManifestKind::Forge => ListingField::ForgeScopes,
        ManifestKind::Connect => ListingField::ConnectScopes,
    };
    let name = |scope: &str| match manifest.kind {
        ManifestKind::Forge => scope.trim().to_lowercase(),
        // `act_as_user` and `ACT_AS_USER` are one.
        ManifestKind::Connect => scope.trim().to_uppercase().replace([' ', '-'], "_"),
    };
    let here: BTreeSet<String> = manifest.scopes.iter().map(|s| name(&s.value)).collect();
    point.here = wording::names(here.iter().map(String::as_str));
    let Some((listed, _)) = listing.texts(field) else { return point.absent() };
    let listed: BTreeSet<String> = listed.iter().map(|s| name(s)).collect();
    point.listed = wording::names(listed.iter().map(String::as_str));
    if let Some(why) = questions::unread_scopes(manifest) {
        return point.unverified(why);
    }
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    let (gone, new) = (only(&listed, &here), only(&here, &listed));
    let email = |s: &String| s.contains("email-address") || s == "ACCESS_EMAIL_ADDRESSES";
    // Other scopes than those for addresses are not what this is about.
    point.worth = if gone.iter().chain(&new).any(email) { Severity::Warning } else { Severity::Info };
    for scope in manifest.scopes.iter().filter(|s| new.contains(&name(&s.value))).take(MOST_PLACES) {
        point.places.push((scope.place.clone(), "not in the published version".to_owned()));
    }
    if let (false, Some(place)) = (gone.is_empty(), &manifest.scopes_place) {
        let names = wording::names(gone.iter().map(String::as_str));
        point.places.push((place.clone(), format!("the published version has {names} too")));
    }
    point.judged(gone.is_empty() && new.is_empty())
}

fn document(what: &'static str, listed: Option<(&str, &str)>, declared: Option<&DocumentRef>) -> Point {
    let mut point = Point::new(what);
    point.why = "customers read the document that the listing links to, and the request names another";
    point.help = "name the same address in the listing and in `email-access.yaml`";
    let url: Option<&Located<String>> = declared.and_then(|d| d.url.as_ref());
    point.here = url.map(|u| wording::name(&u.value)).unwrap_or_default();
    let Some((listed, _)) = listed else { return point.absent() };
    point.listed = wording::name(listed);
    let Some(url) = url else {
        return point.unverified("no address of it is declared in `email-access.yaml`");
    };
    match (same_page(listed), same_page(&url.value)) {
        (Some(a), Some(b)) => {
            if a != b {
                point.places.push((url.place.clone(), "declared here".to_owned()));
            }
            point.judged(a == b)
        }
        _ => point.unverified("one of the two is no address"),
    }
}

/// What of an address decides which page it is.
fn same_page(address: &str) -> Option<(String, String, Option<String>)> {
    let url = Url::parse(address.trim()).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_start_matches("www.").to_lowercase();
    let path = url.path().trim_end_matches('/').trim_end_matches("/index.html").to_owned();
    Some((host, path, url.query().map(str::to_owned)))
}

/// The flows that surely take addresses out of Atlassian's cloud.
fn leaving(facts: &Facts, field: ListingField) -> Vec<&Flow> {
    let hosted = |f: &Flow| f.service.as_deref().is_some_and(|s| s.starts_with("Forge"));
    match field {
        ListingField::StoresOutside => {
            kept(facts, SinkKind::Storage).into_iter().filter(|f| !hosted(f)).collect()
        }
        _ => facts
            .flows
            .iter()
            .filter(|f| questions::sure(f.confidence))
            .filter(|f| match f.kind {
                SinkKind::Storage => !hosted(f),
                SinkKind::ThirdParty | SinkKind::Mail | SinkKind::Marketing => true,
                _ => to_own_remote(f),
            })
            .collect(),
    }
}

fn outside(facts: &Facts, listing: &Listing, field: ListingField) -> Point {
    let stores = field == ListingField::StoresOutside;
    let mut point = Point::new(if stores {
        "end-user data stored outside Atlassian"
    } else {
        "end-user data processed outside Atlassian"
    });
    let flows = leaving(facts, field);
    // A Connect app runs on its vendor's servers: whatever it reads is there.
    let connect = matches!(facts.app.kind, AppType::Connect | AppType::ForgeWithConnect);
    let reads = questions::sure_accesses(facts).next().filter(|_| connect && !stores);
    point.here = match (flows.is_empty(), reads, stores) {
        (false, _, true) => "addresses are stored outside of Atlassian".to_owned(),
        (false, _, false) => "addresses leave Atlassian".to_owned(),
        (true, Some(_), _) => "a Connect app reads addresses on its own server".to_owned(),
        (true, None, _) => "no address was seen to".to_owned(),
    };
    let Some((said, name)) = listing.flag(field) else { return point.absent() };
    let agrees = said || (flows.is_empty() && reads.is_none());
    if !agrees {
        if let Some(access) = reads.filter(|_| flows.is_empty()) {
            point.places.push((access.place.clone(), "an address is read here".to_owned()));
        }
        point = point.at(&flows, if stores { "an address is stored here" } else { "an address leaves here" });
    }
    unless_unseen(facts, point.said(said, name).judged(agrees), said)
}

/// An answer of "no" is only as good as what was seen.
fn unless_unseen(facts: &Facts, point: Point, said: bool) -> Point {
    match questions::unseen_code(facts) {
        Some(why) if !said && point.verdict == Verdict::Agrees => point.unverified(why),
        _ => point,
    }
}

fn shares(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("end-user data shared with third parties");
    let recipients = recipients(facts);
    point.here = match recipients.is_empty() {
        true => "nobody was seen to get addresses".to_owned(),
        false => format!("{} gets addresses", wording::names(recipients.iter().map(|r| r.name))),
    };
    let Some((said, name)) = listing.flag(ListingField::Shares) else { return point.absent() };
    point = point.said(said, name);
    let mut unnamed: Vec<_> = recipients.iter().collect();
    if said {
        let Some((listed, _)) = listing.texts(ListingField::ThirdParties) else {
            return match recipients.is_empty() {
                true => point,
                false => {
                    point.unverified("the listing does not name the third parties in a field that is known")
                }
            };
        };
        point.listed = format!("{}: {}", point.listed, wording::names(listed.iter().map(String::as_str)));
        let named = |names: &[String]| {
            let has = |listed: &str, name: &str| {
                let (listed, name) = (listed.to_lowercase(), name.to_lowercase());
                listed.contains(&name) || name.contains(&listed)
            };
            listed.iter().any(|l| !l.trim().is_empty() && names.iter().any(|n| has(l, n)))
        };
        unnamed.retain(|r| !r.names.is_empty() && !named(&r.names));
    }
    for recipient in unnamed.iter().take(MOST_PLACES) {
        let what = format!("{} gets addresses", wording::name(recipient.name));
        point.places.push((recipient.place.clone(), what));
    }
    let agrees = unnamed.is_empty();
    unless_unseen(facts, point.judged(agrees), said)
}

fn logs(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("end-user data in logs");
    let flows = kept(facts, SinkKind::Log);
    point.here =
        if flows.is_empty() { "no address was seen in a log" } else { "addresses are logged" }.to_owned();
    let Some((said, name)) = listing.flag(ListingField::Logs) else { return point.absent() };
    let agrees = said || flows.is_empty();
    if !agrees {
        point = point.at(&flows, "an address is written to a log here");
    }
    unless_unseen(facts, point.said(said, name).judged(agrees), said)
}

fn retention(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("retention");
    let data = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref());
    let declared = data.and_then(|d| d.retention.as_ref());
    point.here = declared.map(|r| wording::name(&r.value)).unwrap_or_default();
    let indefinite = listing.flag(ListingField::RetentionIndefinite);
    let days = |field| listing.text(field).and_then(|(text, _)| text.trim().parse::<f64>().ok());
    let (min, max) = (days(ListingField::RetentionMin), days(ListingField::RetentionMax));
    point.listed = match (indefinite, min, max) {
        (Some((true, _)), _, _) => "without end".to_owned(),
        (_, Some(min), Some(max)) => format!("{min} to {max} days"),
        (_, None, Some(max)) => format!("up to {max} days"),
        (_, Some(min), None) => format!("at least {min} days"),
        _ => return point.absent(),
    };
    let Some(declared) = declared else {
        return point.unverified("no retention is declared in `email-access.yaml`");
    };
    let Some(here) = in_days(&declared.value) else {
        return point.unverified("the declared retention is no number of days");
    };
    let agrees = !matches!(indefinite, Some((true, _)))
        && max.is_none_or(|max| here <= max)
        && min.is_none_or(|min| here >= min);
    if !agrees {
        point.places.push((declared.place.clone(), "declared here".to_owned()));
    }
    point.help = "name the same retention in the listing and in `email-access.yaml`";
    point.judged(agrees)
}

/// A duration such as `30 days` or `12 months` in days; a month may have 28 to 31, so it is taken as 30.
fn in_days(text: &str) -> Option<f64> {
    let mut words = text.split_whitespace();
    let number: f64 = words.next()?.parse().ok()?;
    let unit = words.next()?.trim_end_matches('s');
    let days = match unit {
        "hour" => 1.0 / 24.0,
        "day" => 1.0,
        "week" => 7.0,
        "month" => 30.0,
        "year" => 365.0,
        _ => return None,
    };
    Some(number * days)
}

fn tokens(facts: &Facts, listing: &Listing) -> Point {
    let mut point = Point::new("personal access tokens asked of users");
    point.worth = Severity::Info;
    point.why = "the token may be the vendor's own; one that users hand over has to be told";
    let by_token: Vec<_> = questions::sure_accesses(facts).filter(|a| a.caller == Caller::Token).collect();
    point.here = match by_token.is_empty() {
        true => "no request with a token was seen",
        false => "addresses are read with a token",
    }
    .to_owned();
    let Some((said, name)) = listing.flag(ListingField::AsksForTokens) else { return point.absent() };
    let agrees = said || by_token.is_empty();
    if !agrees {
        let places = by_token.iter().take(MOST_PLACES);
        point.places.extend(places.map(|a| (a.place.clone(), "read with a token".to_owned())));
    }
    unless_unseen(facts, point.said(said, name).judged(agrees), said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Listed, ListingValue, PersonalDataDeclaration};
    use crate::rules::flows::testing::one_flow;

    fn listing(fields: &[(ListingField, ListingValue)]) -> Listing {
        let listed = |value: &ListingValue| Listed { value: value.clone(), name: "some.field".to_owned() };
        Listing { fields: fields.iter().map(|(f, v)| (*f, listed(v))).collect(), ..Listing::default() }
    }

    fn verdict(facts: &Facts, what: &str, fields: &[(ListingField, ListingValue)]) -> &'static str {
        let points = points(facts, &listing(fields));
        match &points.iter().find(|p| p.what.contains(what)).expect("there is such a point").verdict {
            Verdict::Agrees => "agrees",
            Verdict::Disagrees => "disagrees",
            Verdict::Unverified(_) => "unverified",
        }
    }

    fn texts(all: &[&str]) -> ListingValue {
        ListingValue::Texts(all.iter().map(|t| (*t).to_owned()).collect())
    }

    fn text(text: &str) -> ListingValue {
        ListingValue::Text(text.to_owned())
    }

    use ListingField as F;
    use ListingValue::Flag;

    #[test]
    fn answers_are_held_against_what_the_code_does() {
        let stores = || one_flow(AccessKind::EmailApi, SinkKind::Storage, None);
        let hosted = || one_flow(AccessKind::EmailApi, SinkKind::Storage, Some("Forge SQL"));
        let sends = || one_flow(AccessKind::EmailApi, SinkKind::Mail, Some("Postmark"));
        let logs = || one_flow(AccessKind::EmailApi, SinkKind::Log, None);
        let named = |names: &[&str]| vec![(F::Shares, Flag(true)), (F::ThirdParties, texts(names))];
        for (facts, what, fields, expected) in [
            (stores(), "stored outside", vec![(F::StoresOutside, Flag(false))], "disagrees"),
            (stores(), "stored outside", vec![(F::StoresOutside, Flag(true))], "agrees"),
            (stores(), "stored outside", vec![], "unverified"),
            (hosted(), "stored outside", vec![(F::StoresOutside, Flag(false))], "agrees"),
            (hosted(), "processed outside", vec![(F::ProcessesOutside, Flag(false))], "agrees"),
            (sends(), "processed outside", vec![(F::ProcessesOutside, Flag(false))], "disagrees"),
            (sends(), "third parties", vec![(F::Shares, Flag(false))], "disagrees"),
            (sends(), "third parties", named(&["ActiveCampaign LLC"]), "agrees"),
            (sends(), "third parties", named(&["Acme"]), "disagrees"),
            (sends(), "third parties", vec![(F::Shares, Flag(true))], "unverified"),
            (hosted(), "third parties", vec![(F::Shares, Flag(false))], "agrees"),
            (logs(), "in logs", vec![(F::Logs, Flag(false))], "disagrees"),
            (logs(), "in logs", vec![(F::Logs, Flag(true))], "agrees"),
            (logs(), "tokens", vec![(F::AsksForTokens, Flag(false))], "agrees"),
        ] {
            assert_eq!(verdict(&facts, what, &fields), expected, "{what} {fields:?}");
        }
        let mut unseen = hosted();
        unseen.problems.push(problem(crate::facts::InputKind::Source, "a.ts", true));
        assert_eq!(verdict(&unseen, "in logs", &[(F::Logs, Flag(false))]), "unverified");
        let mut token = hosted();
        token.accesses[0].caller = Caller::Token;
        assert_eq!(verdict(&token, "tokens", &[(F::AsksForTokens, Flag(false))]), "disagrees");
        let mut connect = connect(&[]);
        connect.accesses.push(jira_email_call(7));
        assert_eq!(verdict(&connect, "processed", &[(F::ProcessesOutside, Flag(false))]), "disagrees");
    }

    #[test]
    fn scopes_are_compared_as_each_platform_writes_them() {
        let of = |here: &[&str], there: &[&str]| {
            verdict(&connect(here), "scopes", &[(F::ConnectScopes, texts(there))])
        };
        assert_eq!(of(&["READ", "access_email_addresses"], &["read", "ACCESS_EMAIL_ADDRESSES"]), "agrees");
        assert_eq!(of(&["READ", "ACCESS_EMAIL_ADDRESSES"], &["READ"]), "disagrees");
        assert_eq!(of(&["READ"], &["READ", "WRITE"]), "disagrees");
        let worth = |here: &[&str]| {
            points(&connect(here), &listing(&[(F::ConnectScopes, texts(&["READ"]))]))[1].worth
        };
        assert_eq!(worth(&["WRITE"]), Severity::Info);
        assert_eq!(worth(&["ACCESS_EMAIL_ADDRESSES"]), Severity::Warning);
        let forge = forge(&["read:jira-work"]);
        assert_eq!(verdict(&forge, "scopes", &[(F::ForgeScopes, texts(&["read:jira-work"]))]), "agrees");
        assert_eq!(verdict(&forge, "scopes", &[(F::ConnectScopes, texts(&["READ"]))]), "unverified");
    }

    #[test]
    fn links_lead_to_the_same_page_or_not() {
        let mut facts = with_uses(forge(&[]), Vec::new());
        let url = Some(located("https://www.tide.example/privacy/".to_owned(), "email-access.yaml", 4));
        facts.declaration.as_mut().unwrap().privacy_policy = Some(DocumentRef { url, file: None });
        for (listed, expected) in [
            ("http://tide.example/privacy", "agrees"),
            ("https://tide.example/privacy#data", "agrees"),
            ("https://tide.example/legal", "disagrees"),
            ("see our page", "unverified"),
        ] {
            assert_eq!(
                verdict(&facts, "privacy policy", &[(F::PrivacyPolicy, text(listed))]),
                expected,
                "{listed}"
            );
        }
        assert_eq!(verdict(&facts, "customer terms", &[(F::Terms, text("https://x.example"))]), "unverified");
    }

    #[test]
    fn a_retention_lies_between_the_listed_ones() {
        let mut facts = with_uses(forge(&[]), Vec::new());
        for (said, fields, expected) in [
            ("30 days", vec![(F::RetentionMin, text("1")), (F::RetentionMax, text("30"))], "agrees"),
            ("12 months", vec![(F::RetentionMax, text("30"))], "disagrees"),
            ("30 days", vec![(F::RetentionIndefinite, Flag(true))], "disagrees"),
            ("until uninstall", vec![(F::RetentionMax, text("30"))], "unverified"),
            ("30 days", vec![], "unverified"),
        ] {
            facts.declaration.as_mut().unwrap().personal_data = Some(PersonalDataDeclaration {
                place: place("email-access.yaml", 5),
                collects: None,
                stores: None,
                stores_place: None,
                retention: Some(located(said.to_owned(), "email-access.yaml", 6)),
                reporting_cycle_days: None,
            });
            assert_eq!(verdict(&facts, "retention", &fields), expected, "{said} {fields:?}");
        }
    }

    #[test]
    fn a_listing_of_another_app_is_told_and_not_used() {
        let mut facts = connect(&["READ"]);
        facts.app.manifests[0].key = Some(located("com.a".to_owned(), "atlassian-connect.json", 2));
        let other = [(F::Key, text("com.b")), (F::Logs, Flag(false))];
        assert_eq!(points(&facts, &listing(&other)).len(), 1);
        assert_eq!(verdict(&facts, "app", &other), "disagrees");
        assert_eq!(verdict(&facts, "app", &[(F::Key, text("com.a"))]), "agrees");
        assert_eq!(verdict(&forge(&[]), "app", &[(F::Key, text("com.a"))]), "unverified");
    }
}
