//! The flags that look at an app as the Marketplace does.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use url::Url;

use super::Stop;
use crate::facts::Listing;
use crate::listing::{self, MARKETPLACE, Source};
use crate::online::Fetcher;

/// Flags of `check`.
#[derive(Debug, Args)]
pub(super) struct MarketplaceArgs {
    /// Show how ready the app is: each requirement with its status, evidence and what to do.
    #[arg(long, value_enum, value_name = "PROFILE", help_heading = "Marketplace")]
    pub(super) profile: Option<Profile>,
    #[command(flatten)]
    listing: ListingSource,
}

/// Whose requirements are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    /// Those of a listing on the Marketplace, and of a request for the Email API.
    Marketplace,
}

/// Where a listing comes from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Marketplace")]
pub(super) struct ListingSource {
    /// Read the public listing from a saved answer of the Marketplace; may be repeated.
    #[arg(long, value_name = "FILE")]
    listing_file: Vec<PathBuf>,
    /// Ask the Marketplace at this address.
    #[arg(long, value_name = "URL", default_value = MARKETPLACE, value_parser = marketplace)]
    marketplace_url: Url,
}

fn marketplace(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| e.to_string())?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some() => Ok(url),
        _ => Err("write an address such as `https://marketplace.atlassian.com`".to_owned()),
    }
}

impl MarketplaceArgs {
    /// Where the listing comes from; the Marketplace is asked only where the network may be used.
    pub(super) fn source(&self, online: bool) -> Result<Option<Source>, Stop> {
        match self.listing.saved()? {
            Some(saved) => Ok(Some(saved)),
            None => Ok(online.then(|| self.listing.marketplace(None))),
        }
    }
}

impl ListingSource {
    /// The listing of the files that were named.
    pub(super) fn saved(&self) -> Result<Option<Source>, Stop> {
        if self.listing_file.is_empty() {
            return Ok(None);
        }
        let texts: Vec<(String, String)> =
            self.listing_file.iter().map(|p| text(p)).collect::<Result<_, _>>()?;
        let listing = listing::saved(&texts).map_err(|why| {
            Stop::usage(why).help("save what `GET /rest/2/addons/KEY/privacy-and-security?state=live` of the Marketplace answers, or its siblings without the last step and with `/versions/latest`")
        })?;
        Ok(Some(Source::Saved(listing.into())))
    }

    /// The listing of that key on the Marketplace.
    pub(super) fn ask(&self, fetcher: &Fetcher, key: &str) -> Listing {
        listing::fetch(fetcher, &self.marketplace_url, key)
    }

    /// The Marketplace, for the app of this key or the one that is found.
    pub(super) fn marketplace(&self, key: Option<String>) -> Source {
        Source::Marketplace { base: self.marketplace_url.clone(), key }
    }
}

fn text(path: &Path) -> Result<(String, String), Stop> {
    let name = path.display().to_string();
    let unreadable = |why: String| Stop::usage(format!("cannot read `{name}`: {why}"));
    let size = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
    if size > listing::MAX_BYTES {
        let why = format!("it has {size} bytes, and {} are the most", listing::MAX_BYTES);
        return Err(unreadable(why));
    }
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    Ok((name, text))
}
