//! A network in memory: names that lead where a test wants, and a connector that notes what would be dialled.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailpermit::online::connect::{Connect, ConnectError, Reply, Request, Route};
use mailpermit::online::resolve::Resolve;

/// Names and what they lead to: one list for each look-up, the last for all that follow. Other names do not
/// exist; nobody is asked.
#[derive(Clone, Default)]
pub struct Names {
    lists: BTreeMap<String, Vec<Vec<IpAddr>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub fn of(names: &[(&str, &[&[&str]])]) -> Self {
        let ip = |text: &&str| text.parse().unwrap_or_else(|_| panic!("`{text}` is no address"));
        let list = |addresses: &&[&str]| addresses.iter().map(ip).collect();
        let lists = names.iter().map(|(name, lists)| ((*name).to_owned(), lists.iter().map(list).collect()));
        Self { lists: lists.collect(), asked: Arc::default() }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics in there").clone()
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str, _: Duration) -> io::Result<Vec<IpAddr>> {
        let mut asked = self.asked.lock().expect("no test panics in there");
        let before = asked.iter().filter(|a| *a == host).count();
        asked.push(host.to_owned());
        let lists = self.lists.get(host);
        let found = lists.and_then(|l| l.get(before).or(l.last())).cloned();
        found.ok_or_else(|| {
            io::Error::other("failed to lookup address information: Name or service not known")
        })
    }
}

/// An address that was asked, and where that would be dialled.
pub type Dialled = (String, Vec<SocketAddr>);

/// Notes what would be dialled, and answers without dialling.
#[derive(Clone, Default)]
pub struct Recorder {
    dialled: Arc<Mutex<Vec<Dialled>>>,
    /// Redirects, by address; everything else is a page.
    redirects: BTreeMap<String, String>,
}

impl Recorder {
    pub fn with(redirects: &[(&str, &str)]) -> Self {
        let redirects = redirects.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
        Self { dialled: Arc::default(), redirects: redirects.collect() }
    }

    /// What would have been dialled.
    pub fn dialled(&self) -> Vec<Dialled> {
        self.dialled.lock().expect("no test panics in there").clone()
    }
}

impl Connect for Recorder {
    fn exchange(&self, request: &Request) -> Result<Reply, ConnectError> {
        let (Route::Direct(addresses) | Route::Proxy { addresses, .. }) = &request.route;
        let url = request.url.to_string();
        self.dialled.lock().expect("no test panics in there").push((url.clone(), addresses.clone()));
        let target = self.redirects.get(&url);
        let headers = target.map(|t| ("location".to_owned(), t.clone()));
        let status = if target.is_some() { 302 } else { 200 };
        let plain = ("content-type".to_owned(), "text/plain".to_owned());
        let headers = headers.into_iter().chain([plain]).collect();
        Ok(Reply { status, headers, body: Box::new(&b"a page"[..]) })
    }
}
