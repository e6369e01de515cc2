//! One request and its answer. Behind a trait, so that a test sees what would be dialled.
//!
//! `Http` is the only code of the program that opens a connection. It dials the addresses that it is handed
//! and looks up nothing by itself.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use reqwest::blocking::Client;
use reqwest::dns::{Addrs, Name, Resolving};
use url::Url;

/// The name under which the program asks.
pub const USER_AGENT: &str =
    concat!("mailpermit/", env!("CARGO_PKG_VERSION"), " (checks the documents of Atlassian apps)");

/// What is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: Url,
    /// How to get there.
    pub route: Route,
    /// Headers besides those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// How long the head of the answer, and each part of its body, may take.
    pub time: Duration,
}

/// How to get to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// By one of these addresses, and no other.
    Direct(Vec<SocketAddr>),
    /// Through a proxy, which looks the host up by itself.
    Proxy {
        /// The proxy, with credentials if it wants some.
        proxy: Url,
        /// Its addresses.
        addresses: Vec<SocketAddr>,
    },
}

/// An answer whose body is still to be read.
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, unpacked.
    pub body: Box<dyn Read>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// Nobody answers: refused, unreachable.
    NoConnection(String),
    /// The network itself can't be reached.
    NoNetwork(String),
    /// The certificate is wrong.
    Certificate(String),
    /// It took too long.
    Slow,
    /// What came is no answer.
    Broken(String),
}

/// Asks.
pub trait Connect: Send + Sync {
    /// Sends one request; redirects are not followed.
    ///
    /// # Errors
    /// When there is no answer.
    fn exchange(&self, request: &Request) -> Result<Reply, ConnectError>;
}

/// HTTP over TCP and TLS.
pub struct Http {
    certificates: Vec<reqwest::Certificate>,
    clients: Mutex<BTreeMap<Option<String>, Client>>,
    pinned: Arc<Pinned>,
}

/// The addresses that may be dialled, by host: the only look-up that the client has.
#[derive(Default)]
struct Pinned {
    table: Mutex<BTreeMap<String, Vec<SocketAddr>>>,
    /// One for each host that is being dialled.
    gates: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
}

impl Pinned {
    fn key(host: &str) -> String {
        host.trim_end_matches('.').to_ascii_lowercase()
    }

    /// Who holds this dials the host alone: what is pinned for one request is never used by another.
    fn gate(&self, host: &str) -> Arc<Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(Self::key(host)).or_default())
    }

    fn pin(&self, host: &str, addresses: &[SocketAddr]) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.insert(Self::key(host), addresses.to_vec());
    }

    fn unpin(&self, host: &str) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.remove(&Self::key(host));
    }
}

impl reqwest::dns::Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let found = table.get(&Self::key(name.as_str())).cloned();
        Box::pin(async move {
            let addresses = found.ok_or("this name was not looked up before")?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl Http {
    /// With certificates of authorities (PEM) that are trusted besides those of the machine.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn new(certificates: &[u8]) -> Result<Self, String> {
        let certificates = if certificates.is_empty() {
            Vec::new()
        } else {
            let read = reqwest::Certificate::from_pem_bundle(certificates).map_err(|e| said(&e))?;
            if read.is_empty() {
                return Err("there is no certificate in it".to_owned());
            }
            read
        };
        Ok(Self { certificates, clients: Mutex::default(), pinned: Arc::default() })
    }

    /// The client for a proxy or for none; made when it is first needed, since that reads certificates.
    fn client(&self, proxy: Option<&Url>) -> Result<Client, ConnectError> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // If one is installed already, that one does as well.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = proxy.map(Url::to_string);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // Kept connections would be used without their address being looked at again.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::clone(&self.pinned))
            .no_proxy()
            .tls_certs_merge(self.certificates.clone());
        if let Some(proxy) = proxy {
            let proxy = reqwest::Proxy::all(proxy.clone()).map_err(|e| ConnectError::NoNetwork(said(&e)))?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|e| ConnectError::Certificate(said(&e)))?;
        clients.insert(key, client.clone());
        Ok(client)
    }
}

impl Connect for Http {
    fn exchange(&self, request: &Request) -> Result<Reply, ConnectError> {
        let (proxy, addresses) = match &request.route {
            Route::Direct(addresses) => (None, addresses),
            Route::Proxy { proxy, addresses } => (Some(proxy), addresses),
        };
        let client = self.client(proxy)?;
        // A host that is written as an address is looked up by nobody.
        let host = proxy.unwrap_or(&request.url).domain();
        let mut asked = client.get(request.url.clone()).timeout(request.time);
        for (name, value) in &request.headers {
            asked = asked.header(*name, value);
        }
        let sent = match host {
            None => asked.send(),
            Some(host) => {
                let gate = self.pinned.gate(host);
                let _held = gate.lock().unwrap_or_else(PoisonError::into_inner);
                self.pinned.pin(host, addresses);
                let sent = asked.send();
                self.pinned.unpin(host);
                sent
            }
        };
        let reply = sent.map_err(|e| told(&e, proxy.is_some()))?;
        // A belt beside the braces: who answered is one of those that were to be dialled.
        if let Some(peer) = reply.remote_addr()
            && !addresses.iter().any(|a| a.ip().to_canonical() == peer.ip().to_canonical())
        {
            return Err(ConnectError::Broken(format!("{peer} answered, which was not asked")));
        }
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = reply.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        Ok(Reply { status: reply.status().as_u16(), headers: headers.collect(), body: Box::new(reply) })
    }
}

/// What kind of failure it was.
fn told(error: &reqwest::Error, through_proxy: bool) -> ConnectError {
    if error.is_timeout() {
        return ConnectError::Slow;
    }
    for inner in chain(error) {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return ConnectError::Certificate(tls.to_string());
        }
        let Some(io) = inner.downcast_ref::<std::io::Error>() else { continue };
        use std::io::ErrorKind as Kind;
        match io.kind() {
            Kind::NetworkUnreachable | Kind::NetworkDown => return ConnectError::NoNetwork(io.to_string()),
            Kind::ConnectionRefused | Kind::HostUnreachable | Kind::AddrNotAvailable if !through_proxy => {
                return ConnectError::NoConnection(io.to_string());
            }
            Kind::TimedOut => return ConnectError::Slow,
            _ => {}
        }
    }
    match error.is_connect() {
        // The proxy is away, or lets nobody pass: either says nothing about the host behind it.
        true if through_proxy => {
            ConnectError::NoNetwork(format!("the proxy does not lead there ({})", said(error)))
        }
        true => ConnectError::NoConnection(said(error)),
        false => ConnectError::Broken(said(error)),
    }
}

/// An error and what it holds, from the outside in.
fn chain<'e>(error: &'e (dyn std::error::Error + 'static)) -> Vec<&'e (dyn std::error::Error + 'static)> {
    // Errors of libraries hold each other; none is deeper than a few.
    const DEEPEST: usize = 24;
    let mut all = vec![error];
    while let Some(last) = all.last().filter(|_| all.len() < DEEPEST) {
        // An error of the system passes over the one that it holds when it is asked for its source.
        let held = last.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        match held.map(|e| e as &(dyn std::error::Error + 'static)).or_else(|| last.source()) {
            Some(inner) => all.push(inner),
            None => break,
        }
    }
    all
}

/// The innermost words of an error, which say most.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}
