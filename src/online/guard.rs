//! What may be dialled: the only place that decides it.
//!
//! An address is looked at twice: as it is written, before anything is asked of the network, and by what its
//! name resolves to, right before the connection is opened to exactly those addresses. Each redirect passes
//! both again.

use std::net::IpAddr;

use url::{Host, Url};

use super::fetch::FetchError;
use crate::catalog::networks::NETWORKS;
use crate::facts::Flaw;
use crate::text::redact::one_line;

/// The longest address that is asked for.
const MAX_URL: usize = 4_000;

/// A host that may be dialled whatever its address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    host: String,
    port: Option<u16>,
}

impl AllowedHost {
    /// Reads `HOST` or `HOST:PORT`; an IPv6 address stands in brackets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Read as part of an address, so that both are written alike in the end.
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        if text.is_empty() || !text.chars().all(plain) {
            return None;
        }
        let url = Url::parse(&format!("ws://{text}/")).ok()?;
        let host = host_of(&url)?;
        // The port that the scheme has anyway is not kept apart from none.
        let port = url.port().or_else(|| text.ends_with(":80").then_some(80));
        Some(Self { host, port })
    }
}

/// An address that may be asked for as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    /// Its host as a name for look-ups, when it is no address already.
    pub(super) name: Option<String>,
    /// Its host as an address.
    pub(super) literal: Option<IpAddr>,
    /// Its port.
    pub(super) port: u16,
    /// Whether any address of it will do.
    allowed: bool,
}

/// Reads an address that a file or a server names.
///
/// # Errors
/// When it is none, or one that is never asked for.
pub fn address(text: &str) -> Result<Url, FetchError> {
    if text.len() > MAX_URL {
        return Err(refused(format!("its address has more than {MAX_URL} characters")));
    }
    let url = Url::parse(text.trim()).map_err(|e| {
        refused(format!("`{}` is no address: {}", one_line(text, 120), e.to_string().to_lowercase()))
    })?;
    check_form(&url)?;
    Ok(url)
}

/// What is refused whatever the host is.
fn check_form(url: &Url) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(format!(
            "its address begins with `{}:`, and only `https:` and `http:` are asked",
            one_line(url.scheme(), 40)
        )));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("its address holds a user name or password".to_owned()));
    }
    if url.as_str().len() > MAX_URL {
        return Err(refused(format!("its address has more than {MAX_URL} characters")));
    }
    Ok(())
}

/// Checks an address as it is written.
pub(super) fn check(url: &Url, allowed: &[AllowedHost]) -> Result<Checked, FetchError> {
    check_form(url)?;
    let (Some(host), Some(text), Some(port)) = (url.host(), host_of(url), url.port_or_known_default()) else {
        return Err(refused("its address names no host".to_owned()));
    };
    if port == 0 {
        return Err(refused("its address names port 0".to_owned()));
    }
    let allowed = allowed.iter().any(|a| a.host == text && a.port.is_none_or(|p| p == port));
    let (name, literal) = match host {
        Host::Domain(_) => (Some(text.clone()), None),
        Host::Ipv4(address) => (None, Some(IpAddr::V4(address))),
        Host::Ipv6(address) => (None, Some(IpAddr::V6(address))),
    };
    let shown = one_line(&text, 120);
    if !allowed {
        let what = match literal {
            Some(address) => NETWORKS.not_public(address),
            None => NETWORKS.not_public_name(&text),
        };
        if let Some(what) = what {
            return Err(refused(format!("`{shown}` is {what}, not of the public web")));
        }
    }
    Ok(Checked { name, literal, port, allowed })
}

/// Checks what a name resolved to. One address that may not be dialled refuses them all: who mixes them has
/// something else in mind than to be read.
pub(super) fn check_resolved(checked: &Checked, addresses: &[IpAddr]) -> Result<(), FetchError> {
    if checked.allowed {
        return Ok(());
    }
    for address in addresses {
        if let Some(what) = NETWORKS.not_public(*address) {
            let name = checked.name.as_deref().unwrap_or_default();
            let shown = one_line(name, 120);
            return Err(refused(format!("`{shown}` leads to {address}, {what}, not of the public web")));
        }
    }
    Ok(())
}

/// A host as it is compared: in lower case, without the dot that ends a full name.
fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    (!host.is_empty()).then_some(host)
}

fn refused(detail: String) -> FetchError {
    FetchError { flaw: Flaw::Refused, detail, at: None, status: None, redirects: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_hosts_are_exact() {
        let table = [
            ("127.0.0.1:8080", "http://127.0.0.1:8080/", true),
            ("127.0.0.1:8080", "http://127.0.0.1:8081/", false),
            ("127.0.0.1:8080", "http://0x7f.1:8080/", true),
            ("127.0.0.1", "http://127.0.0.1:9/", true),
            ("127.0.0.1:80", "http://127.0.0.1/", true),
            ("127.0.0.1:80", "https://127.0.0.1/", false),
            ("127.0.0.1", "http://127.0.0.2/", false),
            ("localhost", "http://localhost./", true),
            ("wiki.corp:443", "https://WIKI.corp/x", true),
            ("wiki.corp", "https://a.wiki.corp/x", false),
            ("[::1]:8080", "http://[::1]:8080/", true),
            ("[::1]", "http://[0:0:0:0:0:0:0:1]/", true),
        ];
        for (allow, url, expected) in table {
            let allowed = AllowedHost::parse(allow).expect(allow);
            let url = Url::parse(url).expect("an address");
            assert_eq!(check(&url, &[allowed]).is_ok(), expected, "{allow} {url}");
        }
        for text in ["", "a b", "http://x", "x/y", "u@x", "x:99999", "*", "x:y", "?", "::1"] {
            assert_eq!(AllowedHost::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_resolved_address_counts() {
        let url = Url::parse("https://docs.vendor.io/").expect("an address");
        let checked = check(&url, &[]).expect("a public name");
        let ips =
            |list: &[&str]| list.iter().map(|a| a.parse().expect("an address")).collect::<Vec<IpAddr>>();
        assert_eq!(check_resolved(&checked, &ips(&["1.1.1.1", "2606:4700::1"])), Ok(()));
        assert!(
            check_resolved(&checked, &ips(&["1.1.1.1", "10.0.0.1"]))
                .is_err_and(|e| e.detail.contains("10.0.0.1"))
        );
        let allowed = check(&url, &[AllowedHost::parse("docs.vendor.io").expect("a host")]).expect("allowed");
        assert_eq!(check_resolved(&allowed, &ips(&["10.0.0.1"])), Ok(()));
    }
}
