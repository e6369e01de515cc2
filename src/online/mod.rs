//! The network: fetching documents and listings, safely, and naming what came.
//!
//! The only room from which a connection is opened, and only when `--online` asks for it. What may be dialled
//! is decided in `guard` alone; nothing in here knows a rule. Neither the clock nor the environment is read:
//! both come with the settings. (How long an answer takes is measured; it decides only whether one came.)

pub mod cache;
pub mod connect;
pub mod content;
pub mod documents;
mod exchange;
pub mod fetch;
pub mod guard;
pub mod judge;
pub mod proxy;
pub mod resolve;
mod retry;

pub use self::documents::{Progress, Quiet, fetch_documents};
pub use self::fetch::{Answer, FetchError, Fetcher, Limits, Retry, Settings};
pub use self::guard::{AllowedHost, address};
pub use self::proxy::Proxies;
