//! One step of a fetch: check the address, look it up, check what that gave, dial exactly that, read the answer.

use std::io::Read as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use url::Url;

use super::cache::{Kept, Validators};
use super::connect::{ConnectError, Reply, Request, Route};
use super::content;
use super::fetch::{Answer, FetchError, Fetcher};
use super::guard;
use crate::facts::Flaw;
use crate::text::redact::one_line;

/// What one request came to.
pub(super) enum Hop {
    /// A redirect: its status and where to.
    Redirect(u16, Result<Url, FetchError>),
    /// What is kept is still right.
    NotModified,
    /// Anything else.
    Answer(Box<Answer>, Validators),
}

/// What is asked for, best first.
const ACCEPT: &str = "text/html, application/xhtml+xml, text/markdown, text/plain, application/pdf, application/json;q=0.9, */*;q=0.1";

/// Sends one request. Gives what it came to, and the `Retry-After` of the answer.
pub(super) fn exchange(
    fetcher: &Fetcher,
    url: &Url,
    kept: Option<&Kept>,
    deadline: Instant,
) -> Result<(Hop, Option<String>), FetchError> {
    let left = deadline.saturating_duration_since(Instant::now()).min(fetcher.settings.limits.answer);
    if left.is_zero() {
        return Err(slow());
    }
    let route = route(fetcher, url, left)?;
    let mut headers = vec![("accept", ACCEPT.to_owned()), ("accept-language", "en, *;q=0.5".to_owned())];
    if let Some(kept) = kept {
        headers.extend(kept.validators.headers());
    }
    let request = Request { url: url.clone(), route, headers, time: left };
    let reply = fetcher.connector.exchange(&request).map_err(|e| told(fetcher, e))?;
    fetcher.has_reached();
    let header = |name: &str| {
        reply.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).filter(|v| v.len() < 2_000)
    };
    let retry_after = header("retry-after");
    let hop = match reply.status {
        301 | 302 | 303 | 307 | 308 => {
            let target = header("location")
                .ok_or_else(|| FetchError::new(Flaw::BadRedirect, "redirects without saying where to"));
            Hop::Redirect(reply.status, target.and_then(|t| join(url, &t)))
        }
        304 if kept.is_some() => Hop::NotModified,
        status => {
            let validators = Validators { etag: header("etag"), last_modified: header("last-modified") };
            let mut answer = Answer {
                status,
                final_url: url.clone(),
                redirects: 0,
                content_type: header("content-type"),
                content_language: header("content-language"),
                packed: header("content-encoding").filter(|e| !e.eq_ignore_ascii_case("identity")),
                bytes: Vec::new(),
                age: None,
            };
            answer.bytes = body(fetcher, reply, deadline).map_err(|mut error| {
                error.status = Some(status);
                error
            })?;
            match content::forwards_to(&answer).filter(|_| status == 200).map(|target| join(url, &target)) {
                // One that reloads itself is a page.
                Some(Ok(next)) if next == *url => Hop::Answer(Box::new(answer), validators),
                Some(next) => Hop::Redirect(status, next),
                None => Hop::Answer(Box::new(answer), validators),
            }
        }
    };
    Ok((hop, retry_after))
}

/// Where a redirect leads to.
fn join(url: &Url, target: &str) -> Result<Url, FetchError> {
    let mut next = url.join(target.trim()).map_err(|_| {
        let shown = one_line(target, 120);
        FetchError::new(Flaw::BadRedirect, format!("redirects to `{shown}`, which is no address"))
    })?;
    next.set_fragment(None);
    Ok(next)
}

/// Checks and looks up: the only way to a request.
fn route(fetcher: &Fetcher, url: &Url, time: Duration) -> Result<Route, FetchError> {
    let settings = &fetcher.settings;
    let checked = guard::check(url, &settings.allowed)?;
    if let Some(proxy) = settings.proxies.for_url(url) {
        // The proxy is the user's own choice, wherever it stands; it is the one that looks the host up.
        let host = proxy.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = proxy.port_or_known_default().unwrap_or(80);
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => fetcher.resolver.resolve(host, time).map_err(|e| {
                FetchError::new(
                    Flaw::NoNetwork,
                    format!("the proxy `{}` was not found: {e}", one_line(host, 120)),
                )
            })?,
        };
        let addresses = found.into_iter().map(|a| SocketAddr::new(a, port)).collect();
        return Ok(Route::Proxy { proxy: proxy.clone(), addresses });
    }
    let addresses = match (&checked.literal, &checked.name) {
        (Some(address), _) => vec![*address],
        (None, Some(name)) => match fetcher.resolver.resolve(name, time) {
            Ok(found) if !found.is_empty() => found,
            Ok(_) => return Err(unknown(fetcher, name, "it has no address")),
            Err(error) => return Err(unknown(fetcher, name, &error.to_string())),
        },
        (None, None) => return Err(FetchError::new(Flaw::Refused, "its address names no host")),
    };
    guard::check_resolved(&checked, &addresses)?;
    Ok(Route::Direct(addresses.into_iter().map(|a| SocketAddr::new(a, checked.port)).collect()))
}

/// A failed look-up: the name's fault if there is a network, else nobody's.
fn unknown(fetcher: &Fetcher, name: &str, why: &str) -> FetchError {
    let name = one_line(name, 120);
    let why = why.rsplit(": ").next().unwrap_or(why).to_lowercase();
    if fetcher.is_connected() {
        FetchError::new(Flaw::UnknownHost, format!("stands on `{name}`, which was not found: {why}"))
    } else {
        FetchError::new(
            Flaw::NoNetwork,
            format!("could not be asked for: no name can be looked up here ({why})"),
        )
    }
}

fn slow() -> FetchError {
    FetchError::new(Flaw::Slow, "takes too long to answer")
}

fn told(fetcher: &Fetcher, error: ConnectError) -> FetchError {
    let why = |text: &str| one_line(text, 200).to_lowercase().trim_end_matches('.').to_owned();
    match error {
        ConnectError::Slow => slow(),
        ConnectError::NoConnection(text) => {
            FetchError::new(Flaw::NoConnection, format!("stands where nobody answers: {}", why(&text)))
        }
        ConnectError::NoNetwork(text) => {
            FetchError::new(Flaw::NoNetwork, format!("could not be asked for: {}", why(&text)))
        }
        ConnectError::Certificate(text) => {
            fetcher.has_reached();
            FetchError::new(
                Flaw::BadCertificate,
                format!("stands on a host whose certificate is wrong: {}", why(&text)),
            )
        }
        ConnectError::Broken(text) => {
            fetcher.has_reached();
            FetchError::new(
                Flaw::BrokenAnswer,
                format!("comes with an answer that is broken: {}", why(&text)),
            )
        }
    }
}

/// Reads a body up to the limits: what is unpacked counts, so that a small answer can't grow without end.
fn body(fetcher: &Fetcher, mut reply: Reply, deadline: Instant) -> Result<Vec<u8>, FetchError> {
    let most = fetcher.settings.limits.bytes;
    let mut bytes = Vec::new();
    let mut part = [0_u8; 16 << 10];
    loop {
        if Instant::now() >= deadline {
            return Err(slow());
        }
        match reply.body.read(&mut part) {
            Ok(0) => return Ok(bytes),
            Ok(n) => bytes.extend_from_slice(part.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) if is_timeout(&error) => return Err(slow()),
            Err(error) => {
                let why = one_line(&error.to_string(), 200).to_lowercase();
                return Err(FetchError::new(
                    Flaw::BrokenAnswer,
                    format!("breaks off after {} bytes: {why}", bytes.len()),
                ));
            }
        }
        if bytes.len() > most {
            let mib = most >> 20;
            let limit = if mib > 0 { format!("{mib} MiB") } else { format!("{most} bytes") };
            return Err(FetchError::new(Flaw::TooLarge, format!("has more than {limit} (unpacked)")));
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<reqwest::Error>());
    error.kind() == std::io::ErrorKind::TimedOut || inner.is_some_and(reqwest::Error::is_timeout)
}
