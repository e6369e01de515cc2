//! Which service an address goes to, and what declaration and manifest say of it. No findings here.

use std::collections::BTreeSet;

use crate::catalog::hosts::Hosts;
use crate::catalog::sinks::{Sinks, host_fits};
use crate::facts::{
    Access, AppType, DeclaredUse, Egress, Facts, Flow, Manifest, ManifestKind, Remote, ThirdParty,
};
use crate::rules::questions;

/// The sink that is the app's own back end.
const OWN_REMOTE: &str = "third-party.forge-remote";

/// A service as the code names it.
pub(crate) struct Service<'a> {
    /// Its name, or its host when no name is known.
    pub(crate) name: &'a str,
    /// The hosts under which it can be reached; `*` is one label.
    pub(crate) hosts: Vec<&'a str>,
}

impl<'a> Service<'a> {
    /// The service that a flow goes to, when it is another company's and can be told.
    pub(crate) fn of(flow: &'a Flow) -> Option<Self> {
        let name = flow.service.as_deref().filter(|_| flow.sink != OWN_REMOTE)?;
        let row = Sinks::get().by_id(&flow.sink);
        let mut hosts: Vec<&str> =
            row.map(|s| s.host.iter().map(String::as_str).collect()).unwrap_or_default();
        // Without a name of its own, a service is called by the host of the request.
        if hosts.is_empty() && name.contains('.') && !name.contains(char::is_whitespace) {
            hosts.push(name);
        }
        Some(Self { name, hosts })
    }

    /// Whether a declared third party is this service: by its name, or by a host.
    pub(crate) fn is(&self, party: &ThirdParty) -> bool {
        let declared = party.name.value.trim();
        if declared.eq_ignore_ascii_case(self.name.trim()) {
            return true;
        }
        let host = |h: &str| self.hosts.iter().any(|own| meets(h, own));
        // "Amazon SES (eu-west-1)" and "Postmark by ActiveCampaign" are still these.
        let named = words(declared).windows(words(self.name).len().max(1)).any(|w| w == words(self.name));
        named || host(declared) || party.hosts.iter().any(|h| host(&h.value))
    }

    /// Whether it is the app's own server: a host of its manifest, or the one of its documents, or below.
    pub(crate) fn is_own(&self, own: &BTreeSet<String>) -> bool {
        let below = |host: &str| own.iter().any(|o| host.eq_ignore_ascii_case(o) || ends_below(host, o));
        !self.hosts.is_empty() && self.hosts.iter().all(|h| below(bare_host(h)))
    }
}

/// Whether a flow goes to the app's own remote.
pub(crate) fn to_own_remote(flow: &Flow) -> bool {
    flow.sink == OWN_REMOTE
}

/// Hosts that are the vendor's own, by what manifest and declaration name.
pub(crate) fn own_hosts(facts: &Facts) -> BTreeSet<String> {
    let remotes = facts.app.manifests.iter().flat_map(|m| &m.remotes).flat_map(|r| &r.base_urls);
    let declared = facts.declaration.iter().flat_map(|d| {
        let documents = d.privacy_policy.iter().chain(&d.customer_terms).filter_map(|r| r.url.as_ref());
        let contact = d.contact.iter().filter(|c| c.value.contains('@') || c.value.contains("://"));
        documents.chain(contact)
    });
    let hosts = remotes.chain(declared).map(|l| {
        let host = l.value.rsplit('@').next().unwrap_or(&l.value);
        bare_host(host).trim_start_matches("www.").to_ascii_lowercase()
    });
    // Pages and code that many vendors share a host for say nothing about who runs another one there.
    hosts.filter(|h| h.contains('.') && !Hosts::get().is_shared(h)).collect()
}

/// The declared uses that speak for an access: its own; all of them when it names none, which is told
/// elsewhere.
fn uses_of<'a>(facts: &'a Facts, access: &Access) -> Vec<&'a DeclaredUse> {
    let all = facts.declaration.iter().flat_map(|d| &d.uses);
    let own: Vec<&DeclaredUse> = all.clone().filter(|u| access.uses.contains(&u.name.value)).collect();
    if own.is_empty() { all.collect() } else { own }
}

/// What the declared uses say of a service.
pub(crate) enum Said<'a> {
    /// A use of every address that goes there names it.
    Declared(Vec<&'a ThirdParty>),
    /// Only uses that these addresses are not for name it.
    Elsewhere(&'a DeclaredUse),
    /// None does.
    Nowhere,
}

/// What the declared uses of some addresses say of a service.
pub(crate) fn said<'a>(facts: &'a Facts, service: &Service<'_>, accesses: &[&Access]) -> Said<'a> {
    let named = |u: &'a DeclaredUse| u.third_parties.iter().find(|p| service.is(p));
    let all: Vec<&DeclaredUse> = facts.declaration.iter().flat_map(|d| &d.uses).collect();
    let mut parties: Vec<&ThirdParty> = Vec::new();
    let mut declared = true;
    for access in accesses {
        match uses_of(facts, access).into_iter().find_map(named) {
            Some(party) => parties.push(party),
            None => declared = false,
        }
    }
    if accesses.is_empty() {
        parties.extend(all.iter().copied().find_map(named));
        declared = !parties.is_empty();
    }
    if declared {
        return Said::Declared(parties);
    }
    match all.into_iter().find(|u| named(u).is_some()) {
        Some(elsewhere) => Said::Elsewhere(elsewhere),
        None => Said::Nowhere,
    }
}

/// Whether a service is declared for uses whose purpose is to link accounts with it.
pub(crate) fn links_accounts(facts: &Facts, service: &Service<'_>, accesses: &[&Access]) -> bool {
    const LINKING: &[&str] = &["user-sync", "mail-service"];
    !accesses.is_empty()
        && accesses.iter().all(|a| questions::is_for(facts, a, LINKING))
        && matches!(said(facts, service, accesses), Said::Declared(_))
}

/// The manifest whose egress decides whether this code reaches a host at all: the one of a Forge app
/// without a back end of its own, for code that Forge runs.
pub(crate) fn egress_decides<'a>(facts: &'a Facts, flow: &Flow) -> Option<&'a Manifest> {
    const RUN_BY_FORGE: &[&str] = &[".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts"];
    let manifest = facts.app.manifest().filter(|m| m.kind == ManifestKind::Forge)?;
    let runs =
        |r: &Remote| r.operations.is_empty() || r.operations.iter().any(|o| o == "compute" || o == "fetch");
    let forge = facts.app.kind == AppType::Forge && RUN_BY_FORGE.iter().any(|e| flow.place.file.ends_with(e));
    (forge && manifest.unread.is_empty() && !manifest.remotes.iter().any(runs)).then_some(manifest)
}

/// The entries of a manifest that let the app send to a service.
pub(crate) fn egress_to<'a>(manifest: &'a Manifest, service: &Service<'_>) -> Vec<&'a Egress> {
    let fetches = manifest.egress.iter().filter(|e| e.list.starts_with("fetch"));
    let reaches = |e: &&Egress| {
        let address = e.address.value.as_str();
        let hosts: Vec<&str> = match address.strip_prefix("remote:") {
            Some(key) => {
                let remotes = manifest.remotes.iter().filter(|r| r.key.value == key);
                remotes.flat_map(|r| &r.base_urls).map(|u| bare_host(&u.value)).collect()
            }
            None => vec![bare_host(address)],
        };
        hosts.iter().any(|h| service.hosts.iter().any(|own| meets(h, own)))
    };
    fetches.filter(reaches).collect()
}

/// Whether two host patterns have a host in common, as far as these are written: `*` alone is any host,
/// `*.x.y` all below `x.y`, and `*` elsewhere one label.
fn meets(one: &str, other: &str) -> bool {
    let (one, other) = (bare_host(one), bare_host(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let wide = |pattern: &str, host: &str| {
        pattern == "*"
            || host_fits(pattern, host)
            || pattern.strip_prefix("*.").is_some_and(|base| ends_below(host, base))
    };
    wide(one, other) || wide(other, one)
}

/// Whether a host lies below another.
fn ends_below(host: &str, base: &str) -> bool {
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    host.strip_suffix(&base).is_some_and(|rest| rest.ends_with('.'))
}

/// The host of an address, without scheme, user, port and path.
fn bare_host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or(rest).trim()
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let split = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    split.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing::*;
    use crate::facts::{AccessKind, SinkKind};
    use crate::rules::flows::testing::one_flow;

    fn party(name: &str, hosts: &[&str]) -> ThirdParty {
        ThirdParty {
            name: located(name.to_owned(), "email-access.yaml", 9),
            purpose: None,
            hosts: hosts.iter().map(|h| located((*h).to_owned(), "email-access.yaml", 10)).collect(),
            required: Some(true),
        }
    }

    #[test]
    fn a_service_is_told_by_name_or_host() {
        for (name, hosts, declared, at, expected) in [
            ("Postmark", &["api.postmarkapp.com"][..], "Postmark", &[][..], true),
            ("Postmark", &["api.postmarkapp.com"], "postmark (US)", &[], true),
            ("Postmark", &["api.postmarkapp.com"], "Our mailer", &["api.postmarkapp.com"], true),
            (
                "Postmark",
                &["api.postmarkapp.com"],
                "Our mailer",
                &["https://api.postmarkapp.com/email"],
                true,
            ),
            ("Amazon SES", &["email.*.amazonaws.com"], "AWS", &["email.eu-west-1.amazonaws.com"], true),
            ("crm.example.com", &["crm.example.com"], "CRM", &["*.example.com"], true),
            ("crm.example.com", &["crm.example.com"], "crm.example.com", &[], true),
            ("Postmark", &["api.postmarkapp.com"], "Post", &["api.other.com"], false),
            ("Segment", &[], "Segments of us", &[], false),
            ("crm.example.com", &["crm.example.com"], "CRM", &["example.com"], false),
        ] {
            let service = Service { name, hosts: hosts.to_vec() };
            assert_eq!(service.is(&party(declared, at)), expected, "{name} {declared} {at:?}");
        }
    }

    #[test]
    fn hosts_are_compared_as_the_manifest_means_them() {
        for (egress, host, expected) in [
            ("https://api.x.com", "api.x.com", true),
            ("api.x.com:443/path", "api.x.com", true),
            ("*.x.com", "a.b.x.com", true),
            ("*.x.com", "x.com", false),
            ("*", "x.com", true),
            ("https://us21.api.mailchimp.com", "*.api.mailchimp.com", true),
            ("https://x.com", "x.com.evil.org", false),
            ("", "x.com", false),
        ] {
            assert_eq!(meets(egress, host), expected, "{egress} {host}");
        }
    }

    #[test]
    fn the_vendors_own_hosts_are_no_third_parties_but_shared_ones_may_be() {
        let mut facts = with_uses(forge(&[]), Vec::new());
        let declaration = facts.declaration.as_mut().unwrap();
        declaration.contact = Some(located("privacy@tide.example".to_owned(), "email-access.yaml", 4));
        let policy = |url: &str| crate::facts::DocumentRef {
            url: Some(located(url.to_owned(), "email-access.yaml", 5)),
            file: None,
        };
        declaration.privacy_policy = Some(policy("https://www.water.example/privacy"));
        declaration.customer_terms = Some(policy("https://someone.github.io/terms"));
        let own = own_hosts(&facts);
        for (host, expected) in [
            ("api.tide.example", true),
            ("water.example", true),
            ("other.github.io", false),
            ("notwater.example", false),
        ] {
            assert_eq!(Service { name: host, hosts: vec![host] }.is_own(&own), expected, "{host}");
        }
        assert!(!Service { name: "x", hosts: vec![] }.is_own(&own));
    }

    #[test]
    fn only_code_that_forge_runs_needs_egress() {
        let facts = one_flow(AccessKind::EmailApi, SinkKind::ThirdParty, Some("x.com"));
        assert!(egress_decides(&facts, &facts.flows[0]).is_some());
        let mut java = facts.clone();
        java.flows[0].place.file = "src/App.java".into();
        assert!(egress_decides(&java, &java.flows[0]).is_none());
        let mut remote = facts.clone();
        remote.app.manifests[0].remotes.push(Remote {
            key: located("back".to_owned(), "manifest.yml", 30),
            base_urls: Vec::new(),
            operations: vec!["storage".to_owned()],
            storage_in_scope_eud: None,
        });
        assert!(egress_decides(&remote, &remote.flows[0]).is_some());
        remote.app.manifests[0].remotes[0].operations.push("compute".to_owned());
        assert!(egress_decides(&remote, &remote.flows[0]).is_none());
        let mut connect = facts;
        connect.app.kind = AppType::Connect;
        assert!(egress_decides(&connect, &connect.flows[0]).is_none());
    }
}
