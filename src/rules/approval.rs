//! How an app differs from what was approved: what the record of it would say now, and what is new, changed or
//! gone since. No findings here, and no places: those who tell of a difference look for its place.

use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, questions, services};
use crate::facts::{Access, Approval, ApprovedParty, ApprovedUse, Facts, Flow, Found, Record, SinkKind};
use crate::lock::hash;
use crate::text::Place;
use crate::text::redact::one_line;

/// The kind of stored data that an address is, in the words of `personal-data.stores`.
pub(crate) const ADDRESS: &str = "email-address";
/// The longest name that is recorded.
const MAX_NAME: usize = 200;

/// What a record of `facts` says, without the ticket and the day.
pub(crate) fn record(facts: &Facts) -> Record {
    let stores = facts.declaration.as_ref().and_then(|d| d.personal_data.as_ref()?.stores.as_ref());
    Record {
        version: crate::lock::VERSION,
        ticket: String::new(),
        date: String::new(),
        catalogue: facts.catalogue.version.clone(),
        app: facts.app.key.as_deref().filter(|k| !k.contains(['{', '$', '<'])).map(clean),
        stores: stores.into_iter().flatten().map(|s| clean(&s.value)).collect(),
        uses: uses(facts),
    }
}

/// The uses as they are: declared, or given by annotations where there is no declaration.
fn uses(facts: &Facts) -> BTreeMap<String, ApprovedUse> {
    let mut uses: BTreeMap<String, ApprovedUse> = BTreeMap::new();
    match &facts.declaration {
        Some(declaration) => {
            for declared in &declaration.uses {
                let party = |p: &crate::facts::ThirdParty| {
                    let party = ApprovedParty {
                        purpose: p.purpose.as_ref().map(|p| hash(&p.value)),
                        hosts: p.hosts.iter().map(|h| clean(&h.value).to_ascii_lowercase()).collect(),
                        required: p.required,
                    };
                    (clean(&p.name.value), party)
                };
                uses.insert(
                    clean(&declared.name.value),
                    ApprovedUse {
                        functionality: clean(&declared.functionality.value),
                        description: declared.description.as_ref().map(|d| hash(&d.value)),
                        justification: declared.justification.as_ref().map(|d| hash(&d.value)),
                        addresses_from: declared.addresses_from.iter().map(|s| clean(&s.value)).collect(),
                        third_parties: declared.third_parties.iter().map(party).collect(),
                        found: Found::default(),
                    },
                );
            }
        }
        None if facts.declaration_exists => {}
        None => {
            for annotation in &facts.annotations {
                for (name, _) in annotation.uses.iter().filter(|(n, _)| facts.catalogue.get(n).is_some()) {
                    let one = uses.entry(clean(name)).or_default();
                    one.functionality = clean(name);
                    let said = one.description.take();
                    one.description = said.or_else(|| annotation.text.as_deref().map(hash));
                }
            }
        }
    }
    let seen = Seen::of(facts);
    for (name, one) in &mut uses {
        one.found = found(facts, &seen, name, one);
    }
    uses
}

/// What the code does for a use that the declaration does not say of it.
fn found(facts: &Facts, seen: &Seen<'_>, name: &str, declared: &ApprovedUse) -> Found {
    let mut found = Found::default();
    for access in seen.accesses(name) {
        // A product that could not be told is no source that anybody could declare.
        if !matches!(access.source(), "email-api" | "user-object") {
            found.addresses_from.insert(access.source().to_owned());
        }
    }
    found.addresses_from.retain(|s| !declared.addresses_from.contains(s));
    for flow in seen.flows(name) {
        if flow.kind == SinkKind::Storage {
            found.stores.insert(ADDRESS.to_owned());
        }
        if let Some(party) = seen.undeclared_party(facts, name, flow) {
            found.third_parties.insert(party);
        }
    }
    found
}

/// What the code surely does, by the uses that it does it for.
pub(crate) struct Seen<'f> {
    accesses: BTreeMap<String, Vec<&'f Access>>,
    flows: BTreeMap<&'f str, Vec<&'f Flow>>,
    own: BTreeSet<String>,
}

impl<'f> Seen<'f> {
    pub(crate) fn of(facts: &'f Facts) -> Self {
        let mut accesses: BTreeMap<String, Vec<&Access>> = BTreeMap::new();
        for access in questions::sure_accesses(facts) {
            for name in &access.uses {
                accesses.entry(clean(name)).or_default().push(access);
            }
        }
        let mut flows: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
        for flow in facts.flows.iter().filter(|f| questions::sure(f.confidence)) {
            flows.entry(&flow.access).or_default().push(flow);
        }
        Self { accesses, flows, own: services::own_hosts(facts) }
    }

    /// The places that read addresses for a use.
    pub(crate) fn accesses(&self, name: &str) -> &[&'f Access] {
        self.accesses.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where the addresses go that are read for a use.
    pub(crate) fn flows(&self, name: &str) -> Vec<&'f Flow> {
        let of = |a: &&Access| self.flows.get(a.id.as_str()).into_iter().flatten().copied();
        self.accesses(name).iter().flat_map(of).collect()
    }

    /// The service that a flow of a use goes to, when it is another company's and the use does not name it.
    pub(crate) fn undeclared_party(&self, facts: &Facts, name: &str, flow: &Flow) -> Option<String> {
        if !matches!(flow.kind, SinkKind::ThirdParty | SinkKind::Marketing | SinkKind::Mail) {
            return None;
        }
        let service = services::Service::of(flow).filter(|s| !s.is_own(&self.own))?;
        let declared = facts.declaration.iter().flat_map(|d| &d.uses).find(|u| clean(&u.name.value) == name);
        let named = declared.is_some_and(|u| u.third_parties.iter().any(|p| service.is(p)));
        (!named).then(|| clean(service.name))
    }
}

/// A name as it is recorded: one line of characters that can be seen.
pub(crate) fn clean(text: &str) -> String {
    one_line(text, MAX_NAME)
}

/// How a use stands to the approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It was not approved.
    New,
    /// It is not as it was approved.
    Changed,
    /// It was approved and is no longer there.
    Removed,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Another functionality: approved and now.
    Functionality(String, String),
    /// Another description.
    Description,
    /// Another justification.
    Justification,
    /// A source that was not approved.
    NewSource(String),
    /// The code reads from a source that was not approved and is not declared.
    FoundSource(String),
    /// A third party that was not approved.
    NewParty(String),
    /// The code sends addresses to a third party that was not approved and is not declared.
    FoundParty(String),
    /// Hosts that were not approved, of an approved third party.
    NewHosts(String, Vec<String>),
    /// Another purpose of a third party.
    Purpose(String),
    /// A third party was approved as required, or as not, and that was changed.
    Required(String),
    /// The code stores what it did not.
    FoundStored(String),
    /// A source that was approved and is not declared any more.
    GoneSource(String),
    /// A third party that was approved and is not declared any more.
    GoneParty(String),
    /// Hosts that were approved and are not declared any more.
    GoneHosts(String, Vec<String>),
}

impl Difference {
    /// Whether the app now does less than was approved, and not more or something else.
    pub(crate) fn is_less(&self) -> bool {
        matches!(self, Self::GoneSource(_) | Self::GoneParty(_) | Self::GoneHosts(..))
    }

    /// Whether it is seen in the code alone.
    pub(crate) fn is_found(&self) -> bool {
        matches!(self, Self::FoundSource(_) | Self::FoundParty(_) | Self::FoundStored(_))
    }

    /// That in words, to be read after "now" or on its own.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Functionality(before, now) => {
                format!("its functionality is `{now}`, and `{before}` was approved")
            }
            Self::Description => "its description is not the approved one".to_owned(),
            Self::Justification => "its justification is not the approved one".to_owned(),
            Self::NewSource(source) => format!("addresses come from `{source}`, which was not approved"),
            Self::FoundSource(source) => {
                format!("the code reads addresses from `{source}`, which was neither approved nor declared")
            }
            Self::NewParty(party) => {
                format!("the third party `{party}` gets addresses, which was not approved")
            }
            Self::FoundParty(party) => {
                format!("the code sends addresses to `{party}`, which was neither approved nor declared")
            }
            Self::NewHosts(party, hosts) => {
                format!(
                    "the third party `{party}` is reached through {}, which was not approved",
                    list(hosts)
                )
            }
            Self::Purpose(party) => format!("what the third party `{party}` is for is not what was approved"),
            Self::Required(party) => {
                format!("whether the service needs the third party `{party}` is not what was approved")
            }
            Self::FoundStored(_) => "the code stores addresses, which was not approved for it".to_owned(),
            Self::GoneSource(source) => format!("addresses no longer come from `{source}`"),
            Self::GoneParty(party) => format!("the third party `{party}` gets none any more"),
            Self::GoneHosts(party, hosts) => {
                format!("the third party `{party}` is no longer reached through {}", list(hosts))
            }
        }
    }
}

impl Difference {
    /// What an update of the request has to say of it.
    pub(crate) fn asks(&self) -> String {
        match self {
            Self::Functionality(_, now) => format!("the functionality `{now}`"),
            Self::Description => "the new description".to_owned(),
            Self::Justification => "the new justification".to_owned(),
            Self::NewSource(source) | Self::FoundSource(source) => {
                format!("the source `{source}`, and why addresses have to come from there")
            }
            Self::NewParty(party) | Self::FoundParty(party) => {
                format!(
                    "the third party `{party}`, what it does, and why the service cannot be given without it"
                )
            }
            Self::NewHosts(party, hosts) => format!("{} of the third party `{party}`", list(hosts)),
            Self::Purpose(party) => format!("what the third party `{party}` is for"),
            Self::Required(party) => format!("whether the service needs the third party `{party}`"),
            Self::FoundStored(_) => {
                "that addresses are stored, for how long, and how they are reported and erased".to_owned()
            }
            Self::GoneSource(source) => format!("that the source `{source}` is not needed any more"),
            Self::GoneParty(party) => format!("that the third party `{party}` gets no addresses any more"),
            Self::GoneHosts(party, hosts) => {
                format!("that {} of the third party `{party}` gets none any more", list(hosts))
            }
        }
    }
}

fn list(names: &[String]) -> String {
    super::wording::names(names.iter().map(String::as_str))
}

/// A use that is not as it was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UseChange {
    /// Its name now; its approved name when it is gone.
    pub(crate) name: String,
    /// How it stands.
    pub(crate) standing: Standing,
    /// What differs, of a use that was approved and is there.
    pub(crate) differences: Vec<Difference>,
}

/// All that differs from what was approved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Uses, by name; those that are as they were approved are left out.
    pub(crate) uses: Vec<UseChange>,
    /// Kinds of data that are now declared as stored.
    pub(crate) new_stores: Vec<String>,
    /// Kinds of data that are no longer declared as stored.
    pub(crate) gone_stores: Vec<String>,
    /// The approved and the present key of the app, when they differ.
    pub(crate) app: Option<(String, String)>,
    /// The version of the list of uses then and now, when they differ.
    pub(crate) catalogue: Option<(String, String)>,
}

/// What a rule needs to judge by an approval.
pub(crate) enum Judged<'f> {
    /// The approval, and what differs from it.
    By(&'f Approval, Changes),
    /// There is nothing to judge by, or it could not be read.
    Not(Outcome),
}

/// The approval on record and what differs from it.
pub(crate) fn judged(facts: &Facts) -> Judged<'_> {
    let Some(approval) = &facts.approval else {
        return Judged::Not(if facts.approval_exists {
            Outcome::NotEvaluated(format!("`{}` could not be read", crate::lock::FILE_NAME))
        } else {
            Outcome::NotApplicable(format!(
                "no approval is on record: there is no `{}`",
                crate::lock::FILE_NAME
            ))
        });
    };
    if facts.declaration_exists && facts.declaration.is_none() {
        return Judged::Not(Outcome::NotEvaluated("`email-access.yaml` could not be read".to_owned()));
    }
    Judged::By(approval, changes(&approval.record, &record(facts)))
}

/// Where a use is declared or, without a declaration, annotated.
pub(crate) fn place_of(facts: &Facts, name: &str) -> Place {
    let declared = facts.declaration.iter().flat_map(|d| &d.uses);
    let annotated = facts.annotations.iter().flat_map(|a| &a.uses);
    declared
        .filter(|u| clean(&u.name.value) == name)
        .map(|u| &u.name.place)
        .chain(annotated.filter(|(n, _)| clean(n) == name).map(|(_, place)| place))
        .next()
        .cloned()
        .unwrap_or_else(|| questions::anchor(facts))
}

/// What differs between what was approved and what is.
pub(crate) fn changes(approved: &Record, now: &Record) -> Changes {
    let renamed = renamed(approved, now);
    let mut uses = Vec::new();
    for (name, one) in &now.uses {
        let before = approved.uses.get(renamed.get(name.as_str()).copied().unwrap_or(name));
        let (standing, differences) = match before {
            None => (Standing::New, Vec::new()),
            Some(before) => (Standing::Changed, differences(before, one, approved)),
        };
        if standing == Standing::New || !differences.is_empty() {
            uses.push(UseChange { name: name.clone(), standing, differences });
        }
    }
    for name in approved.uses.keys() {
        if !now.uses.contains_key(name) && !renamed.values().any(|before| *before == name) {
            uses.push(UseChange { name: name.clone(), standing: Standing::Removed, differences: Vec::new() });
        }
    }
    uses.sort_by(|a, b| (a.standing, &a.name).cmp(&(b.standing, &b.name)));
    let differ = |before: &str, after: &str| (before != after).then(|| (before.to_owned(), after.to_owned()));
    Changes {
        uses,
        new_stores: now.stores.difference(&approved.stores).cloned().collect(),
        gone_stores: approved.stores.difference(&now.stores).cloned().collect(),
        app: approved.app.as_deref().zip(now.app.as_deref()).and_then(|(b, n)| differ(b, n)),
        catalogue: differ(&approved.catalogue, &now.catalogue),
    }
}

/// Uses that have another name and are otherwise as they were approved: a name is between the declaration and
/// the code. By their names now.
fn renamed<'r>(approved: &'r Record, now: &'r Record) -> BTreeMap<&'r str, &'r String> {
    let same = |a: &ApprovedUse, b: &ApprovedUse| {
        let declared = |u: &ApprovedUse| ApprovedUse { found: Found::default(), ..u.clone() };
        a.description.is_some() && declared(a) == declared(b)
    };
    let mut gone: Vec<&String> = approved.uses.keys().filter(|n| !now.uses.contains_key(*n)).collect();
    let mut renamed = BTreeMap::new();
    for (name, one) in now.uses.iter().filter(|(n, _)| !approved.uses.contains_key(*n)) {
        let before = gone.iter().position(|n| approved.uses.get(*n).is_some_and(|b| same(b, one)));
        if let Some(at) = before {
            renamed.insert(name.as_str(), gone.remove(at));
        }
    }
    renamed
}

fn differences(before: &ApprovedUse, now: &ApprovedUse, approved: &Record) -> Vec<Difference> {
    let mut all = Vec::new();
    if before.functionality != now.functionality {
        all.push(Difference::Functionality(before.functionality.clone(), now.functionality.clone()));
    }
    if before.description != now.description {
        all.push(Difference::Description);
    }
    if before.justification != now.justification {
        all.push(Difference::Justification);
    }
    let known =
        |s: &&String| !before.addresses_from.contains(*s) && !before.found.addresses_from.contains(*s);
    all.extend(now.addresses_from.iter().filter(known).cloned().map(Difference::NewSource));
    all.extend(now.found.addresses_from.iter().filter(known).cloned().map(Difference::FoundSource));
    parties(before, now, &mut all);
    let stored = |s: &&String| {
        // With one use alone, the statement on what the app stores is about that use.
        let stated = approved.uses.len() == 1 && approved.stores.contains(*s);
        !before.found.stores.contains(*s) && !stated
    };
    all.extend(now.found.stores.iter().filter(stored).cloned().map(Difference::FoundStored));
    let gone = before.addresses_from.difference(&now.addresses_from);
    all.extend(gone.cloned().map(Difference::GoneSource));
    all
}

fn parties(before: &ApprovedUse, now: &ApprovedUse, all: &mut Vec<Difference>) {
    let find = |parties: &BTreeMap<String, ApprovedParty>, name: &str| {
        parties.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, party)| party.clone())
    };
    let seen = |name: &str| before.found.third_parties.iter().any(|n| n.eq_ignore_ascii_case(name));
    for (name, party) in &now.third_parties {
        let Some(approved) = find(&before.third_parties, name) else {
            if !seen(name) {
                all.push(Difference::NewParty(name.clone()));
            }
            continue;
        };
        let hosts =
            |a: &ApprovedParty, b: &ApprovedParty| a.hosts.difference(&b.hosts).cloned().collect::<Vec<_>>();
        let (new, gone) = (hosts(party, &approved), hosts(&approved, party));
        if !new.is_empty() {
            all.push(Difference::NewHosts(name.clone(), new));
        }
        if !gone.is_empty() {
            all.push(Difference::GoneHosts(name.clone(), gone));
        }
        if party.purpose != approved.purpose {
            all.push(Difference::Purpose(name.clone()));
        }
        if party.required != approved.required {
            all.push(Difference::Required(name.clone()));
        }
    }
    for name in &now.found.third_parties {
        // What was declared and is so no longer is gone from the declaration, and not new in the code.
        if find(&before.third_parties, name).is_none() && !seen(name) {
            all.push(Difference::FoundParty(name.clone()));
        }
    }
    for name in before.third_parties.keys() {
        if find(&now.third_parties, name).is_none() {
            all.push(Difference::GoneParty(name.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, Caller, Product, ThirdParty};

    fn party(name: &str, hosts: &[&str]) -> ThirdParty {
        ThirdParty {
            name: said(name),
            purpose: Some(said("delivers the mail")),
            hosts: hosts.iter().map(|h| said(h)).collect(),
            required: Some(true),
        }
    }

    fn said(text: &str) -> crate::facts::Located<String> {
        located(text.to_owned(), "email-access.yaml", 9)
    }

    /// Two uses, an access and a third party each.
    fn app() -> Facts {
        let mut uses = vec![declared("one", "error-reports", 3), declared("two", "user-sync", 20)];
        for one in &mut uses {
            one.addresses_from = vec![said("jira-email-api"), said("own-profile")];
            one.third_parties =
                vec![party("Postmark", &["api.postmarkapp.com"]), party("CRM", &["crm.example"])];
        }
        let mut facts = with_uses(forge(&[]), uses);
        facts.app.key = Some("ari:cloud:ecosystem::app/1".to_owned());
        for (line, name) in [(7, "one"), (8, "two")] {
            let mut access = jira_email_call(line);
            access.uses = vec![name.to_owned()];
            facts.accesses.push(access);
        }
        facts
    }

    fn goes_to(facts: &mut Facts, access: usize, kind: SinkKind, service: Option<&str>) {
        let mut flow = flow(&facts.accesses[access].clone(), kind, 30);
        flow.service = service.map(str::to_owned);
        facts.flows.push(flow);
    }

    /// What differs after a change, one line each.
    fn after(change: impl Fn(&mut Facts)) -> Vec<String> {
        let mut facts = app();
        change(&mut facts);
        let changes = changes(&record(&app()), &record(&facts));
        let mut all = Vec::new();
        for one in &changes.uses {
            if one.standing != Standing::Changed {
                all.push(format!("{:?} {}", one.standing, one.name));
            }
            all.extend(one.differences.iter().map(|d| format!("{}: {d:?}", one.name)));
        }
        all.extend(changes.new_stores.iter().map(|s| format!("stores {s}")));
        all.extend(changes.gone_stores.iter().map(|s| format!("no longer stores {s}")));
        all.extend(changes.app.iter().map(|(a, b)| format!("{a} is now {b}")));
        all.extend(changes.catalogue.iter().map(|(a, b)| format!("list of {a} is now {b}")));
        all
    }

    fn uses(facts: &mut Facts) -> &mut Vec<crate::facts::DeclaredUse> {
        &mut facts.declaration.as_mut().unwrap().uses
    }

    #[test]
    fn every_change_is_told_and_only_changes_are() {
        type Case = (&'static str, fn(&mut Facts), &'static [&'static str]);
        let cases: &[Case] = &[
            ("nothing", |_| (), &[]),
            (
                "order",
                |f| {
                    uses(f).reverse();
                    uses(f)[0].third_parties.reverse();
                    uses(f)[1].addresses_from.reverse();
                    f.accesses.reverse();
                },
                &[],
            ),
            (
                "another place",
                |f| {
                    f.accesses[0].place = place("src/other.ts", 99);
                    uses(f)[0].place = place("email-access.yml", 1);
                },
                &[],
            ),
            (
                "white space",
                |f| {
                    let d = uses(f)[0].description.as_mut().unwrap();
                    d.value = d.value.replace(' ', "\n   ");
                },
                &[],
            ),
            ("another name", |f| uses(f)[0].name.value = "uno".to_owned(), &[]),
            ("case", |f| uses(f)[0].third_parties[0].name.value = "postmark".to_owned(), &[]),
            ("description", |f| uses(f)[0].description = Some(said("else")), &["one: Description"]),
            ("no description", |f| uses(f)[0].description = None, &["one: Description"]),
            ("justification", |f| uses(f)[1].justification = Some(said("else")), &["two: Justification"]),
            (
                "functionality",
                |f| uses(f)[0].functionality.value = "security-alerts".to_owned(),
                &["one: Functionality(\"error-reports\", \"security-alerts\")"],
            ),
            ("new use", |f| uses(f).push(declared("three", "user-sync", 40)), &["New three"]),
            (
                "removed use",
                |f| {
                    uses(f).remove(1);
                },
                &["Removed two"],
            ),
            ("new source", |f| uses(f)[0].addresses_from.push(said("scim")), &["one: NewSource(\"scim\")"]),
            (
                "dropped source",
                |f| {
                    uses(f)[0].addresses_from.pop();
                },
                &["one: GoneSource(\"own-profile\")"],
            ),
            (
                "new source in the code",
                |f| {
                    let mut access = access(AccessKind::UserObject, Some(Product::Jira), Caller::AsApp, 50);
                    access.uses = vec!["two".to_owned()];
                    f.accesses.push(access);
                },
                &["two: FoundSource(\"jira-user-object\")"],
            ),
            (
                "dropped source that the code reads",
                |f| {
                    uses(f)[0].addresses_from.remove(0);
                },
                &["one: GoneSource(\"jira-email-api\")"],
            ),
            ("new party", |f| uses(f)[0].third_parties.push(party("X", &[])), &["one: NewParty(\"X\")"]),
            (
                "dropped party",
                |f| {
                    uses(f)[0].third_parties.pop();
                },
                &["one: GoneParty(\"CRM\")"],
            ),
            (
                "new host",
                |f| uses(f)[0].third_parties[0].hosts.push(said("x.example")),
                &["one: NewHosts(\"Postmark\", [\"x.example\"])"],
            ),
            (
                "dropped host",
                |f| uses(f)[0].third_parties[0].hosts.clear(),
                &["one: GoneHosts(\"Postmark\", [\"api.postmarkapp.com\"])"],
            ),
            ("purpose", |f| uses(f)[0].third_parties[0].purpose = None, &["one: Purpose(\"Postmark\")"]),
            ("required", |f| uses(f)[0].third_parties[0].required = None, &["one: Required(\"Postmark\")"]),
            ("approved party in the code", |f| goes_to(f, 0, SinkKind::Mail, Some("Postmark")), &[]),
            (
                "new party in the code",
                |f| goes_to(f, 1, SinkKind::ThirdParty, Some("x.example")),
                &["two: FoundParty(\"x.example\")"],
            ),
            (
                "stored",
                |f| goes_to(f, 1, SinkKind::Storage, Some("Forge storage")),
                &["two: FoundStored(\"email-address\")"],
            ),
            ("a log is judged elsewhere", |f| goes_to(f, 1, SinkKind::Log, None), &[]),
            (
                "a guess",
                |f| {
                    goes_to(f, 1, SinkKind::Storage, None);
                    f.flows[0].confidence = crate::findings::Confidence::Possible;
                },
                &[],
            ),
            ("a use nobody declared", |f| f.accesses[0].uses = vec!["nobody".to_owned()], &[]),
            (
                "another app",
                |f| f.app.key = Some("other".to_owned()),
                &["ari:cloud:ecosystem::app/1 is now other"],
            ),
            ("a key that is filled in", |f| f.app.key = Some("{{key}}".to_owned()), &[]),
            (
                "another list",
                |f| std::sync::Arc::make_mut(&mut f.catalogue).version = "9".to_owned(),
                &["list of 2024-12-09 is now 9"],
            ),
        ];
        for (name, change, expected) in cases {
            assert_eq!(after(change), *expected, "{name}");
        }
    }

    #[test]
    fn what_the_code_did_when_it_was_approved_is_approved() {
        let mut facts = app();
        goes_to(&mut facts, 0, SinkKind::ThirdParty, Some("x.example"));
        goes_to(&mut facts, 0, SinkKind::Storage, None);
        let approved = record(&facts);
        assert_eq!(changes(&approved, &record(&facts)), Changes::default());
        // To declare it afterwards asks for nothing new.
        uses(&mut facts)[0].third_parties.push(party("x.example", &[]));
        assert_eq!(changes(&approved, &record(&facts)), Changes::default());
    }

    #[test]
    fn the_statement_on_stored_data_speaks_for_a_single_use() {
        let mut facts = app();
        uses(&mut facts).pop();
        facts.declaration.as_mut().unwrap().personal_data = Some(crate::facts::PersonalDataDeclaration {
            place: place("email-access.yaml", 2),
            collects: None,
            stores: Some(vec![said(ADDRESS)]),
            stores_place: None,
            retention: None,
            reporting_cycle_days: None,
        });
        let approved = record(&facts);
        goes_to(&mut facts, 0, SinkKind::Storage, None);
        assert_eq!(changes(&approved, &record(&facts)), Changes::default());
        facts.declaration.as_mut().unwrap().personal_data = None;
        assert_eq!(changes(&approved, &record(&facts)).gone_stores, [ADDRESS]);
    }

    #[test]
    fn annotations_are_uses_where_nothing_is_declared() {
        let mut facts = forge(&[]);
        let mut said = annotation(&["error-reports", "nonsense"], 6);
        said.text = Some("mails the owner".to_owned());
        facts.annotations = vec![said];
        let record = record(&facts);
        assert_eq!(record.uses.keys().collect::<Vec<_>>(), ["error-reports"]);
        assert_eq!(record.uses["error-reports"].description, Some(hash("mails the  owner")));
    }
}
