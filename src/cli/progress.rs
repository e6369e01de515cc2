//! A bar on standard error while a check takes long; nothing where no person looks on.

use std::io::{self, IsTerminal as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::memory::Progress;

/// How long a check takes before a bar appears: most are done by then.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often it is drawn.
const STEP: Duration = Duration::from_millis(80);

/// Does some work, and shows its progress when that takes long and somebody is there to see.
pub(super) fn during<T>(progress: &Progress, wanted: bool, work: impl FnOnce() -> T) -> T {
    if !wanted || !io::stderr().is_terminal() {
        return work();
    }
    thread::scope(|scope| {
        let (working, ended) = channel::<()>();
        // Without a thread to draw it there is no bar, and that is all.
        let _ = thread::Builder::new().spawn_scoped(scope, move || show(progress, &ended));
        let result = work();
        drop(working);
        result
    })
}

fn show(progress: &Progress, ended: &Receiver<()>) {
    if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    bar.set_style(style("{msg} {wide_bar} {pos}/{len} files"));
    loop {
        let (read, all) = progress.files();
        bar.set_length(all);
        bar.set_position(read);
        if all == 0 {
            bar.set_message("looking for files");
        } else if read < all {
            bar.set_message("reading");
        } else {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message("following addresses through the code");
            bar.tick();
        }
        if ended.recv_timeout(STEP) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    bar.finish_and_clear();
}
