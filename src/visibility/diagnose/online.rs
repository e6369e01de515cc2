//! The calls that settle it: the user object of the site, and the Organizations API. Only with `--online`, only to
//! the addresses that the user gave (or Atlassian's own), over https unless it is loopback, and never elsewhere: no
//! redirect is followed.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::io::Read as _;
use url::{Host, Url};

use super::causes::Feature;
use super::{Pending, Reading};
use crate::facts::Product;

/// Where the Organizations API is.
pub const ADMIN: &str = "https://api.atlassian.com";
/// Accounts that are asked for in one run.
pub const MAX_ASKED: usize = 20;
/// Bytes of an answer that are read.
const MAX_ANSWER: u64 = 4 << 20;
const TIMEOUT: Duration = Duration::from_secs(20);

/// How to sign a call of the site.
#[derive(Clone)]
pub enum Credentials {
    /// An account's address and its API token.
    Basic(String, String),
    /// An OAuth 2.0 token.
    Bearer(String),
}

/// The site.
pub struct Site {
    /// Its address.
    pub base: Url,
    /// What to sign with.
    pub credentials: Credentials,
}

/// The Organizations API.
pub struct Organization {
    /// Its address.
    pub base: Url,
    /// The organization.
    pub id: String,
    /// The directory.
    pub directory: String,
    /// The organization API key.
    pub key: String,
}

/// Why a settling call could not be made.
#[derive(Debug, thiserror::Error)]
pub enum OnlineError {
    /// A wrong address: the user's error.
    #[error("{0}")]
    Address(String),
    /// The client could not be made: the system's, or ours.
    #[error("cannot make an HTTP client: {0}")]
    Client(String),
}

/// An address to ask at: https, or http on loopback.
///
/// # Errors
/// When it is none.
pub fn base(text: &str) -> Result<Url, OnlineError> {
    let wrong =
        |why: &str| OnlineError::Address(format!("`{}` {why}", crate::text::redact::one_line(text, 200)));
    let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
    if url.host().is_none() {
        return Err(wrong("is no address"));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err(wrong("has to start with `https://`"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has credentials in it; give them in the environment"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Asks for the first users without an address, and adds what was answered. Returns sentences about what could not
/// be asked.
///
/// # Errors
/// When there can be no HTTP client.
pub fn settle(
    reading: &mut Reading,
    site: Option<&Site>,
    organization: Option<&Organization>,
) -> Result<Vec<String>, OnlineError> {
    // The crate is built without a provider of its own; a second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .user_agent(concat!("mailpermit/", env!("CARGO_PKG_VERSION")));
    // What is on this machine is not asked through somebody else's.
    if site.map(|s| &s.base).into_iter().chain(organization.map(|o| &o.base)).all(is_loopback) {
        builder = builder.no_proxy();
    }
    let client = builder.build().map_err(|e| OnlineError::Client(e.to_string()))?;
    let without = reading.summary().without_address;
    let mut asked = 0_u64;
    let mut failures: Vec<String> = Vec::new();
    for pending in reading.askable().take(MAX_ASKED) {
        asked += 1;
        let results = [
            site.map(|s| ask_site(&client, s, pending)),
            organization.map(|o| ask_organization(&client, o, pending)),
        ];
        for failure in results.into_iter().flatten().filter_map(Result::err) {
            if !failures.contains(&failure) && failures.len() < 5 {
                failures.push(failure);
            }
        }
    }
    if without > asked {
        failures.push(format!("{asked} of {without} users without an address were asked for"));
    }
    Ok(failures)
}

/// An answer's status and body, or what went wrong.
fn call(request: RequestBuilder, what: &str) -> Result<(u16, Value), String> {
    let answer = request
        .header("accept", "application/json")
        .send()
        .map_err(|e| format!("{what} could not be asked: {}", reason(&e)))?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    answer.take(MAX_ANSWER).read_to_end(&mut body).map_err(|_| format!("{what} broke off its answer"))?;
    Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

/// Why, without the address that was asked: it has account ids in it.
fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection failed"
    }
}

fn ask_site(client: &Client, site: &Site, pending: &mut Pending) -> Result<(), String> {
    let id = pending.account_id().unwrap_or_default().to_owned();
    let path = match pending.product() {
        Some(Product::Confluence) => "wiki/rest/api/user",
        _ => "rest/api/3/user",
    };
    let mut url = below(&site.base, path)?;
    url.query_pairs_mut().append_pair("accountId", &id);
    let request = client.get(url);
    let request = match &site.credentials {
        Credentials::Basic(user, token) => request.basic_auth(user, Some(token)),
        Credentials::Bearer(token) => request.bearer_auth(token),
    };
    let (status, body) = call(request, "the site")?;
    match status {
        200 => {
            let filled = |key: &str| body.get(key).and_then(Value::as_str).is_some_and(|e| !e.is_empty());
            if filled("email") || filled("emailAddress") {
                pending
                    .learn(Feature::SiteEmail, "the site gives an address to these credentials".to_owned());
            }
            match body.get("active").and_then(Value::as_bool) {
                Some(true) => {
                    pending.learn(Feature::SiteActive, "the site says that the account is active".to_owned())
                }
                Some(false) => {
                    pending.learn(
                        Feature::SiteInactive,
                        "the site says that the account is not active".to_owned(),
                    );
                }
                None => {}
            }
            Ok(())
        }
        404 => Err("the site does not know some of the accounts".to_owned()),
        status => Err(format!("the site answered {status}")),
    }
}

fn ask_organization(
    client: &Client,
    organization: &Organization,
    pending: &mut Pending,
) -> Result<(), String> {
    let id = pending.account_id().unwrap_or_default().to_owned();
    let mut url = organization.base.clone();
    let parts =
        ["admin", "v2", "orgs", &organization.id, "directories", &organization.directory, "users", "search"];
    url.path_segments_mut()
        .map_err(|()| "the address cannot be used".to_owned())?
        .pop_if_empty()
        .extend(parts);
    let request = client.post(url).bearer_auth(&organization.key).header("content-type", "application/json");
    let request = request.body(json!({"accountIds": [id], "limit": 1}).to_string());
    let (status, body) = call(request, "the Organizations API")?;
    if status != 200 {
        return Err(format!("the Organizations API answered {status}"));
    }
    let users = body.get("data").and_then(Value::as_array);
    // A server that does not understand the filter gives somebody else.
    let found = users.into_iter().flatten().find(|u| u.get("accountId").and_then(Value::as_str) == Some(&id));
    let said = "the Organizations API";
    let Some(user) = found else {
        pending.learn(Feature::OrgUnknown, format!("{said} does not know the account"));
        return Ok(());
    };
    let text = |key: &str| user.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("accountStatus") {
        "active" => pending.learn(Feature::OrgActive, format!("{said} says that the account is active")),
        "inactive" => {
            pending.learn(Feature::OrgInactive, format!("{said} says that the account is inactive"))
        }
        "closed" => pending.learn(Feature::OrgClosed, format!("{said} says that the account is closed")),
        _ => {}
    }
    match text("claimStatus") {
        "managed" => pending.learn(Feature::OrgManaged, format!("{said} says that the account is managed")),
        "unmanaged" => {
            pending.learn(Feature::OrgUnmanaged, format!("{said} says that the account is not managed"))
        }
        _ => {}
    }
    if !text("email").is_empty() {
        pending.learn(Feature::OrgEmail, format!("{said} gives an address"));
    }
    Ok(())
}

/// A path below an address that may have one of its own.
fn below(base: &Url, path: &str) -> Result<Url, String> {
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| "the address cannot be used".to_owned())?
        .pop_if_empty()
        .extend(path.split('/'));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_are_asked() {
        for (text, right) in [
            ("https://site.example", true),
            ("http://127.0.0.1:8787/", true),
            ("http://[::1]:1", true),
            ("http://localhost:3", true),
            ("http://site.example", false),
            ("http://127.0.0.1.site.example", false),
            ("ftp://127.0.0.1", false),
            ("https://user:secret@site.example", false),
            ("file:///etc/passwd", false),
            ("site.example", false),
        ] {
            assert_eq!(base(text).is_ok(), right, "{text}");
        }
        let error = base("https://user:secret@site.example").expect_err("it is wrong").to_string();
        assert!(!error.contains('\n'));
    }
}
