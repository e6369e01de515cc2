//! The thread that checks: takes edits, waits until they pause, runs, and tells what came of it.
//!
//! After an edit a quick run says what it means for the file that is being edited; the run that says what it means for
//! all follows while nothing new comes, and is stopped when something does.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::Duration;

use super::server::Event;
use crate::findings::run::Run;
use crate::memory::{Haste, Memory};
use crate::pipeline::CheckError;
use crate::settings::Settings;

/// How long no edit may come before a check starts: edits of one command come in a burst.
const PAUSE: Duration = Duration::from_millis(5);
/// Edits that are taken in before a check starts even so.
const MAX_BURST: usize = 256;

/// Something that a check has to take into account.
#[derive(Debug)]
pub(super) struct Job {
    /// Its number; later ones have higher numbers.
    pub(super) serial: u64,
    /// Which of the folders.
    pub(super) root: usize,
    pub(super) what: What,
}

/// See `Job`.
#[derive(Debug)]
pub(super) enum What {
    /// A folder to check from now on.
    Root(Box<Settings>),
    /// A folder that is not checked any more.
    Gone,
    /// The text of a file in the editor; `None` when it was closed.
    Text(Arc<str>, Option<Arc<str>>),
    /// Something changed on disk.
    Disk(Option<Arc<str>>),
}

/// What came of a check.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) root: usize,
    /// The last job that it took into account.
    pub(super) serial: u64,
    /// The run, or why there is none.
    pub(super) run: Result<Run, String>,
}

struct Checker {
    settings: Settings,
    memory: Memory,
    /// The last job that has not been taken into account.
    waiting: Option<u64>,
    /// The last job of which only a quick run has been made.
    unsettled: Option<u64>,
}

/// Works until nobody hands in jobs any more. Whoever hands one in sets `newer`.
pub(super) fn work(jobs: &Receiver<Job>, events: &Sender<Event>, newer: &Arc<AtomicBool>) {
    let mut checkers: Vec<Option<Checker>> = Vec::new();
    loop {
        // What comes from here on sets it again.
        newer.store(false, Ordering::Relaxed);
        match jobs.try_recv() {
            Ok(job) => take(&mut checkers, job),
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                let unsettled = checkers
                    .iter_mut()
                    .enumerate()
                    .find(|(_, c)| c.as_ref().is_some_and(|c| c.unsettled.is_some()));
                if let Some((root, Some(checker))) = unsettled {
                    let haste = Haste::Until(Arc::clone(newer));
                    // One that was stopped is made again once there is nothing newer.
                    if let Some(run) = checker.run(haste)
                        && let Some(serial) = checker.unsettled.take()
                        && events.send(Event::Checked(Box::new(Checked { root, serial, run }))).is_err()
                    {
                        return;
                    }
                    continue;
                }
                match jobs.recv() {
                    Ok(job) => take(&mut checkers, job),
                    Err(_) => return,
                }
            }
        }
        for _ in 0..MAX_BURST {
            match jobs.recv_timeout(PAUSE) {
                Ok(job) => take(&mut checkers, job),
                Err(_) => break,
            }
        }
        for (root, checker) in checkers.iter_mut().enumerate() {
            let Some(checker) = checker else { continue };
            let Some(serial) = checker.waiting.take() else { continue };
            let Some(run) = checker.run(Haste::Near) else { continue };
            checker.unsettled = checker.memory.is_provisional().then_some(serial);
            if events.send(Event::Checked(Box::new(Checked { root, serial, run }))).is_err() {
                return;
            }
        }
    }
}

fn take(checkers: &mut Vec<Option<Checker>>, job: Job) {
    let Job { serial, root, what } = job;
    if checkers.len() <= root {
        checkers.resize_with(root + 1, || None);
    }
    let Some(slot) = checkers.get_mut(root) else { return };
    match what {
        What::Root(settings) => {
            let memory = Memory::for_more_runs();
            *slot = Some(Checker { settings: *settings, memory, waiting: Some(serial), unsettled: None });
        }
        What::Gone => *slot = None,
        What::Text(path, text) => {
            if let Some(checker) = slot {
                checker.memory.set_unsaved(&path, text);
                checker.waiting = Some(serial);
            }
        }
        What::Disk(path) => {
            if let Some(checker) = slot {
                checker.memory.changed_on_disk(path.as_deref());
                checker.waiting = Some(serial);
            }
        }
    }
}

impl Checker {
    /// One check; `None` when it was stopped. One that gives way costs what was remembered, and nothing else.
    fn run(&mut self, haste: Haste) -> Option<Result<Run, String>> {
        let Self { settings, memory, .. } = self;
        memory.set_haste(haste);
        let run = std::panic::catch_unwind(AssertUnwindSafe(|| crate::check_with(settings, None, memory)));
        match run {
            Ok(Err(CheckError::Stopped)) => None,
            Ok(run) => Some(run.map_err(|e| e.to_string())),
            Err(_) => {
                self.memory.start_over();
                Some(Err("the check went wrong: this is a bug, please report it".to_owned()))
            }
        }
    }
}
