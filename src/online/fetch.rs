//! Fetching one address: guarded, with redirects, retries and the cache.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use url::Url;

use super::cache::{self, Cache};
use super::connect::{Connect, Http};
use super::exchange::{self, Hop};
use super::guard::AllowedHost;
use super::proxy::Proxies;
use super::resolve::{Resolve, System};
use super::retry;
pub use super::retry::Retry;
use crate::facts::Flaw;

/// What is asked of the network, resolved once from flags, environment and clock.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Ask nobody: only what is kept on disk counts. Goes before all else.
    pub offline: bool,
    /// Hosts that may be dialled though they are not of the public web.
    pub allowed: Vec<AllowedHost>,
    /// Proxies.
    pub proxies: Proxies,
    /// Certificates of authorities that are trusted besides the machine's, as PEM.
    pub certificates: Vec<u8>,
    /// The folder in which answers are kept; `None` to keep none.
    pub cache: Option<PathBuf>,
    /// An answer that is younger is taken without asking again.
    pub fresh: Duration,
    /// The time, in seconds since 1970.
    pub now: i64,
    /// Limits.
    pub limits: Limits,
}

/// How much of the network is put up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest answer, in bytes, unpacked.
    pub bytes: usize,
    /// The most redirects.
    pub redirects: usize,
    /// The longest wait for one answer's head, and for the next part of its body.
    pub answer: Duration,
    /// The longest time for one address, with redirects, waits and all.
    pub total: Duration,
    /// When to ask again.
    pub retry: Retry,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 5 << 20,
            redirects: 10,
            answer: Duration::from_secs(20),
            total: Duration::from_secs(60),
            retry: Retry::default(),
        }
    }
}

/// What an address gave, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status of the last answer.
    pub status: u16,
    /// The address that gave it, after redirects.
    pub final_url: Url,
    /// The number of redirects.
    pub redirects: usize,
    /// `Content-Type` as it was sent.
    pub content_type: Option<String>,
    /// `Content-Language` as it was sent.
    pub content_language: Option<String>,
    /// A `Content-Encoding` that was not asked for and stays packed.
    pub packed: Option<String>,
    /// The body, unpacked.
    pub bytes: Vec<u8>,
    /// How many seconds ago it was given, when it was kept from then.
    pub age: Option<u64>,
}

/// Why an address gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct FetchError {
    /// What is wrong.
    pub flaw: Flaw,
    /// In words; lower case, no full stop.
    pub detail: String,
    /// The address where it went wrong, when it is another than the one that was asked for.
    pub at: Option<Box<Url>>,
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// The number of redirects before.
    pub redirects: usize,
}

impl FetchError {
    pub(super) fn new(flaw: Flaw, detail: impl Into<String>) -> Self {
        Self { flaw, detail: detail.into(), at: None, status: None, redirects: 0 }
    }
}

/// Fetches.
pub struct Fetcher {
    pub(super) settings: Settings,
    pub(super) resolver: Box<dyn Resolve>,
    pub(super) connector: Box<dyn Connect>,
    cache: Option<Cache>,
    /// Whether anybody answered yet: then there is a network.
    reached: AtomicBool,
    looked_up: OnceLock<bool>,
}

/// A name that is there as long as there is a network: what is checked for is there because of it.
const KNOWN_NAME: &str = "marketplace.atlassian.com";

impl Fetcher {
    /// A fetcher that uses the machine's network.
    ///
    /// # Errors
    /// When the certificates can't be read.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let http = Http::new(&settings.certificates)?;
        Ok(Self::with(settings, Box::new(System), Box::new(http)))
    }

    /// A fetcher that looks up and dials by other means.
    #[must_use]
    pub fn with(settings: Settings, resolver: Box<dyn Resolve>, connector: Box<dyn Connect>) -> Self {
        let cache = settings.cache.clone().map(|folder| Cache::new(folder, settings.limits.bytes));
        Self {
            settings,
            resolver,
            connector,
            cache,
            reached: AtomicBool::new(false),
            looked_up: OnceLock::new(),
        }
    }

    /// Whether the network is not to be used.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.settings.offline
    }

    /// Asks for an address.
    ///
    /// # Errors
    /// When it may not be asked, or there is no answer that can be read to its end.
    pub fn fetch(&self, url: &Url) -> Result<Answer, FetchError> {
        super::guard::check(url, &self.settings.allowed)?;
        let mut url = url.clone();
        url.set_fragment(None);
        let kept = self.cache.as_ref().and_then(|c| c.get(&url, self.settings.now));
        if self.settings.offline {
            return kept.map(cache::Kept::into_answer).ok_or_else(|| {
                FetchError::new(Flaw::Offline, "was not asked for: `--offline` leaves the network alone")
            });
        }
        if let Some(kept) = kept.as_ref().filter(|k| k.age < self.settings.fresh.as_secs()) {
            return Ok(kept.clone().into_answer());
        }
        let answer = self.follow(&url, kept)?;
        Ok(answer)
    }

    /// Asks, and follows redirects.
    fn follow(&self, first: &Url, kept: Option<cache::Kept>) -> Result<Answer, FetchError> {
        let deadline = Instant::now() + self.settings.limits.total;
        let mut seen = vec![first.clone()];
        loop {
            let redirects = seen.len() - 1;
            let Some(url) = seen.last() else {
                return Err(FetchError::new(Flaw::BadRedirect, "leads nowhere"));
            };
            let placed = |mut error: FetchError| {
                error.at = (redirects > 0).then(|| Box::new(url.clone()));
                error.redirects = redirects;
                error
            };
            let validators = kept.as_ref().filter(|k| k.answer.final_url == *url);
            let hop = self.ask(url, validators, deadline).map_err(placed)?;
            match hop {
                Hop::Redirect(status, target) => {
                    let next = target.map_err(|mut error| {
                        error.status = Some(status);
                        placed(error)
                    })?;
                    let bad = |detail: String| {
                        let mut error = FetchError::new(Flaw::BadRedirect, detail);
                        error.status = Some(status);
                        placed(error)
                    };
                    if seen.contains(&next) {
                        return Err(bad("redirects in a circle".to_owned()));
                    }
                    if seen.len() > self.settings.limits.redirects {
                        let most = self.settings.limits.redirects;
                        return Err(bad(format!("redirects more than {most} times")));
                    }
                    seen.push(next);
                }
                Hop::NotModified => {
                    let Some(kept) = kept else {
                        return Err(placed(FetchError::new(
                            Flaw::BrokenAnswer,
                            "answers that nothing was modified, which nobody asked",
                        )));
                    };
                    if let Some(cache) = &self.cache {
                        cache.touch(first, &kept, self.settings.now);
                    }
                    let mut answer = kept.into_answer();
                    answer.age = None;
                    answer.redirects = redirects;
                    return Ok(answer);
                }
                Hop::Answer(mut answer, validators) => {
                    answer.redirects = redirects;
                    if let Some(cache) = &self.cache {
                        cache.put(first, &answer, &validators, self.settings.now);
                    }
                    return Ok(*answer);
                }
            }
        }
    }

    /// Asks one address, again if its answer may be another one in a moment.
    fn ask(&self, url: &Url, kept: Option<&cache::Kept>, deadline: Instant) -> Result<Hop, FetchError> {
        for attempt in 1.. {
            let (hop, retry_after) = exchange::exchange(self, url, kept, deadline)?;
            let passing = matches!(&hop, Hop::Answer(answer, _) if retry::is_passing(answer.status));
            if !passing {
                return Ok(hop);
            }
            let asked = retry_after.and_then(|value| retry::after(&value, self.settings.now));
            match self.settings.limits.retry.wait(attempt, asked) {
                Some(wait) if Instant::now() + wait < deadline => std::thread::sleep(wait),
                _ => return Ok(hop),
            }
        }
        Err(FetchError::new(Flaw::ServerError, "was asked too often"))
    }

    /// Notes that there is a network.
    pub(super) fn has_reached(&self) {
        self.reached.store(true, Ordering::Relaxed);
    }

    /// Whether there is a network at all, asked when a look-up failed.
    pub(super) fn is_connected(&self) -> bool {
        let look = || {
            let found = self.resolver.resolve(KNOWN_NAME, self.settings.limits.answer);
            found.is_ok_and(|addresses| !addresses.is_empty())
        };
        self.reached.load(Ordering::Relaxed) || *self.looked_up.get_or_init(look)
    }
}
