//! Looking names up. Behind a trait, so that a test decides what a name leads to.

use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::Duration;

/// Looks names up.
pub trait Resolve: Send + Sync {
    /// The addresses of a host name, in the order of preference.
    ///
    /// # Errors
    /// When the name does not exist, or nobody could be asked.
    fn resolve(&self, host: &str, time: Duration) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own look-ups.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, host: &str, time: Duration) -> io::Result<Vec<IpAddr>> {
        let host = host.to_owned();
        let (answer, wait) = mpsc::channel();
        // The system's look-up can't be stopped; who waits for it can stop waiting.
        std::thread::Builder::new().name("look-up".to_owned()).spawn(move || {
            let found = (host.as_str(), 0).to_socket_addrs();
            // Nobody listens any more when it took too long.
            let _ = answer.send(found.map(|all| all.map(|a| a.ip()).collect::<Vec<_>>()));
        })?;
        wait.recv_timeout(time).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}
