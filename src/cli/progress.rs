//! A line on standard error while a check takes long; nothing where no person looks on.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::memory::Progress;
use crate::online;
use crate::text::redact::one_line;

/// How long a check takes before the line appears: most are done by then. Waiting for the network shows at once.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often it is drawn.
const STEP: Duration = Duration::from_millis(80);

/// The line of one check: there is one at a time, whatever is being done.
pub(super) struct Line {
    bar: ProgressBar,
    shown: bool,
}

impl Line {
    /// Shown on standard error if that is wanted and is a terminal.
    pub(super) fn new(wanted: bool) -> Self {
        let shown = wanted && io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bar: ProgressBar::with_draw_target(Some(0), target), shown }
    }

    /// Does some work, and shows its progress when that takes long and somebody is there to see.
    pub(super) fn during<T>(&self, progress: &Progress, work: impl FnOnce() -> T) -> T {
        if !self.shown {
            return work();
        }
        thread::scope(|scope| {
            let (working, ended) = channel::<()>();
            // Without a thread to draw it there is no line, and that is all.
            let _ = thread::Builder::new().spawn_scoped(scope, move || self.show(progress, &ended));
            let result = work();
            drop(working);
            result
        })
    }

    fn show(&self, progress: &Progress, ended: &Receiver<()>) {
        let mut waited = Duration::ZERO;
        while ended.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
            waited = waited.saturating_add(STEP);
            let (read, all) = progress.files();
            // As long as no files are known, it is the network that is waited for, if anything is.
            let fetching = all == 0 && self.bar.length() > Some(0);
            if !fetching && waited < PATIENCE {
                continue;
            }
            match (read, all) {
                _ if fetching => {}
                (_, 0) => self.say("{spinner} looking for files"),
                (read, all) if read < all => {
                    self.bar.set_length(all);
                    self.bar.set_position(read);
                    self.say("reading {wide_bar} {pos}/{len} files");
                }
                _ => self.say("{spinner} following addresses through the code"),
            }
            self.bar.tick();
        }
        self.bar.finish_and_clear();
    }

    fn say(&self, template: &str) {
        let style = ProgressStyle::with_template(template);
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    }
}

impl online::Progress for Line {
    fn begin(&self, addresses: usize) {
        if addresses > 0 {
            self.say("{spinner} fetching documents {pos}/{len} {wide_msg}");
            self.bar.inc_length(addresses as u64);
        }
    }

    fn done(&self, address: &str) {
        self.bar.set_message(one_line(address, 200));
        self.bar.inc(1);
    }
}
