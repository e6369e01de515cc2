//! The flags of what is kept between runs, and what they come to together with environment and clock.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::{Stop, variable};
use crate::findings::run::Run;
use crate::memory::{Memory, Store};
use crate::settings::Settings;

/// Flags of commands that keep something for the next run.
#[derive(Debug, Default, Args)]
pub(super) struct CacheArgs {
    /// Keep what projects came to, and answers of the network, in this folder instead of
    /// `$MAILPERMIT_CACHE_DIR` or the user's cache.
    #[arg(long, value_name = "FOLDER", help_heading = "Cache")]
    cache_dir: Option<PathBuf>,
    /// Keep nothing, and use nothing that was kept.
    #[arg(long, conflicts_with = "cache_dir", help_heading = "Cache")]
    no_cache: bool,
}

impl CacheArgs {
    /// Where something may be kept, if anywhere.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        self.cache_dir.clone().or_else(|| usual_folder(&variable))
    }

    /// What is remembered in a run that keeps what it found on disk.
    pub(super) fn memory(&self) -> Memory {
        Memory::on_disk(self.folder().and_then(store))
    }

    /// Checks with it.
    pub(super) fn check(&self, settings: &Settings) -> Result<Run, Stop> {
        crate::check_with(settings, None, &mut self.memory()).map_err(|e| Stop::usage(e.to_string()))
    }
}

/// A store of this build; `None` when nothing tells it from others.
fn store(folder: PathBuf) -> Option<Store> {
    let program = std::env::current_exe().ok()?.metadata().ok()?;
    let built = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let build = format!("{} {} {}", env!("CARGO_PKG_VERSION"), program.len(), built.as_nanos());
    Some(Store::new(folder, build, clock()))
}

/// The time.
pub(super) fn clock() -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "`cli` hands the time on")]
    SystemTime::now()
}

/// Where programs keep what they can get again, unless one names another folder.
fn usual_folder(variable: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let named = variable("MAILPERMIT_CACHE_DIR").filter(|named| !named.is_empty()).map(PathBuf::from);
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let base = || {
        absolute("XDG_CACHE_HOME").or_else(|| {
            if cfg!(windows) {
                absolute("LOCALAPPDATA")
            } else if cfg!(target_os = "macos") {
                absolute("HOME").map(|home| home.join("Library/Caches"))
            } else {
                absolute("HOME").map(|home| home.join(".cache"))
            }
        })
    };
    named.or_else(|| Some(base()?.join("mailpermit")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_lies_where_the_platform_wants_it() {
        let with = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> =
                pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            usual_folder(&move |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()))
        };
        assert_eq!(with(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]), Some("/c/mailpermit".into()));
        assert_eq!(with(&[("XDG_CACHE_HOME", "/c"), ("MAILPERMIT_CACHE_DIR", "here")]), Some("here".into()));
        assert_eq!(
            with(&[("XDG_CACHE_HOME", "/c"), ("MAILPERMIT_CACHE_DIR", "")]),
            Some("/c/mailpermit".into())
        );
        assert_eq!(with(&[]), None);
        if cfg!(target_os = "linux") {
            assert_eq!(
                with(&[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")]),
                Some("/h/.cache/mailpermit".into())
            );
        }
    }
}
