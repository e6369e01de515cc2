//! The flags of the network, and what they come to together with environment and clock.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::cache::{CacheArgs, clock};
use super::terminal::Terminal;
use super::{Stop, variable};
use crate::facts::{Document, Fetched, Flaw};
use crate::online::{AllowedHost, Fetcher, Limits, Proxies, Settings};
use crate::reports::Checked;
use crate::text::redact::one_line;

/// Flags of commands that use the network when they are told to.
#[derive(Debug, Default, Args)]
pub(super) struct OnlineArgs {
    /// Ask for the addresses of documents, and check what they give.
    #[arg(long, help_heading = "Network")]
    online: bool,
    #[command(flatten)]
    pub(super) network: NetworkArgs,
}

/// Flags of commands that use the network.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub(super) struct NetworkArgs {
    /// Leave the network alone, whatever else is said: only answers kept from before count.
    #[arg(long)]
    offline: bool,
    /// Ask this host though it is not of the public web; may be repeated.
    #[arg(long, value_name = "HOST[:PORT]", value_parser = allowed)]
    allow_host: Vec<AllowedHost>,
    /// Trust the authorities in this file (PEM) besides those of the machine.
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    #[command(flatten)]
    pub(super) cache: CacheArgs,
    /// Take answers that were kept and are younger than this without asking again.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    max_age: u64,
    /// How long a host may take to answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=300))]
    timeout: u64,
}

fn allowed(text: &str) -> Result<AllowedHost, String> {
    AllowedHost::parse(text)
        .ok_or_else(|| "name a host, or a host and a port: `wiki.corp` or `127.0.0.1:8080`".to_owned())
}

impl OnlineArgs {
    /// What fetches, when the command was told to go online.
    pub(super) fn fetcher(&self) -> Result<Option<Fetcher>, Stop> {
        self.online.then(|| self.network.fetcher()).transpose()
    }
}

impl NetworkArgs {
    /// What fetches.
    pub(super) fn fetcher(&self) -> Result<Fetcher, Stop> {
        let proxies = Proxies::read(&variable).map_err(Stop::usage)?;
        let mut certificates = Vec::new();
        if let Some(path) = &self.ca_cert {
            let unreadable =
                |e: std::io::Error| Stop::usage(format!("cannot read `{}`: {e}", path.display()));
            certificates = std::fs::read(path).map_err(unreadable)?;
            if certificates.is_empty() {
                return Err(Stop::usage(format!("`{}` is empty", path.display())));
            }
        }
        let answer = Duration::from_secs(self.timeout);
        let settings = Settings {
            offline: self.offline,
            allowed: self.allow_host.clone(),
            proxies,
            certificates,
            cache: self.cache.folder(),
            fresh: Duration::from_secs(self.max_age),
            now: now(),
            limits: Limits { answer, total: answer.saturating_mul(3), ..Limits::default() },
        };
        Fetcher::new(settings).map_err(|why| {
            let path = self.ca_cert.as_ref().map_or(String::new(), |p| p.display().to_string());
            Stop::usage(format!("cannot read certificates from `{path}`: {why}"))
                .help("a PEM file has lines such as `-----BEGIN CERTIFICATE-----`")
        })
    }
}

/// The time, in seconds since 1970.
fn now() -> i64 {
    let since = clock().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Says what came of each address, and once if there is no network.
pub(super) fn say(checked: &[Checked], terminal: &mut Terminal) {
    let mut seen = Vec::new();
    for document in checked.iter().flat_map(|c| &c.run.apps).flat_map(|a| &a.facts.documents) {
        let (Some(url), Some(fetched)) = (document.url.as_ref(), document.fetched.as_ref()) else { continue };
        let line = line(document, fetched);
        if !seen.iter().any(|(known, _, _)| *known == line) {
            seen.push((line, fetched.flaw, url.clone()));
        }
    }
    let without = |flaw: Flaw| seen.iter().filter(|(_, f, _)| *f == Some(flaw)).count();
    let addresses =
        |n: usize| if n == 1 { "1 address was".to_owned() } else { format!("{n} addresses were") };
    match (without(Flaw::NoNetwork), without(Flaw::Offline)) {
        (0, 0) => {}
        (0, n) => terminal.note(&format!("offline: {} not verified", addresses(n))),
        (n, _) => terminal.note(&format!(
            "the network cannot be reached: {} not verified, all else was checked",
            addresses(n)
        )),
    }
    for (line, flaw, _) in &seen {
        if !matches!(flaw, Some(Flaw::NoNetwork | Flaw::Offline)) {
            terminal.note(line);
        }
    }
}

/// What came of an address, in one line.
fn line(document: &Document, fetched: &Fetched) -> String {
    let url = document.url.as_deref().unwrap_or_default();
    let mut parts = Vec::new();
    parts.extend(fetched.status.map(|s| s.to_string()));
    if let Some(last) = fetched.final_url.as_deref().filter(|_| fetched.redirects > 0) {
        parts.push(format!("redirected to {}", one_line(last, 200)));
    }
    if fetched.size.is_some() {
        parts.push(if fetched.tls { "TLS".to_owned() } else { "no TLS".to_owned() });
    }
    parts.extend(fetched.content_type.clone());
    parts.extend(fetched.language.as_ref().map(|(_, name)| name.clone()));
    parts.extend(fetched.size.map(size));
    parts.extend(fetched.age.map(|age| format!("kept {} ago", ago(age))));
    if fetched.flaw.is_some() {
        parts.push(one_line(&fetched.detail, 300));
    }
    format!("fetched {}: {}", one_line(url, 200), parts.join(", "))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn ago(seconds: u64) -> String {
    let (n, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_what_came() {
        let document = Document {
            kind: crate::facts::DocumentKind::PrivacyPolicy,
            place: crate::text::Place::start_of(&"a".into()),
            url: Some("https://vendor.io/p".to_owned()),
            url_place: None,
            file: None,
            declared: true,
            state: crate::facts::DocumentState::AddressOnly,
            fetched: None,
        };
        let fetched = Fetched {
            status: Some(200),
            final_url: Some("https://www.vendor.io/p".to_owned()),
            redirects: 1,
            tls: true,
            content_type: Some("text/html".to_owned()),
            language: Some(("eng".to_owned(), "English".to_owned())),
            size: Some(34_567),
            age: Some(125),
            ..Fetched::default()
        };
        assert_eq!(
            line(&document, &fetched),
            "fetched https://vendor.io/p: 200, redirected to https://www.vendor.io/p, TLS, text/html, English, 34 kB, kept 2 minutes ago"
        );
        let bad = Fetched {
            flaw: Some(Flaw::UnknownHost),
            detail: "stands nowhere".to_owned(),
            ..Fetched::default()
        };
        assert_eq!(line(&document, &bad), "fetched https://vendor.io/p: stands nowhere");
    }
}
