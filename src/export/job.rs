//! Writing a file on a thread of its own, with progress, and without a trace where it is cancelled or fails.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{fmt, io};

use crate::chart::{AtomicFile, advice};
use crate::store::{Store, lock};

/// How often the window is woken to show progress.
const WAKE_EVERY: Duration = Duration::from_millis(100);

/// How far a job is.
#[derive(Debug, Default)]
struct State {
    done: u64,
    is_cancelled: bool,
    outcome: Option<Result<(), ExportError>>,
}

/// Why a file was not written.
#[derive(Debug)]
pub(crate) enum ExportError {
    /// Somebody did not want it any more.
    Cancelled,
    /// It could not be.
    Failed(String),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled, nothing was written"),
            Self::Failed(text) => f.write_str(text),
        }
    }
}

/// What the thread that writes tells.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    state: Arc<Mutex<State>>,
    store: Store,
    woken: Instant,
}

impl Progress {
    fn new(store: &Store) -> Self {
        Self { state: Arc::default(), store: store.clone(), woken: Instant::now() }
    }

    /// So much more is done. An error where the job was cancelled.
    pub(crate) fn advance(&mut self, by: u64) -> io::Result<()> {
        let mut state = lock(&self.state);
        state.done += by;
        if state.is_cancelled {
            return Err(io::ErrorKind::Interrupted.into());
        }
        drop(state);
        if self.woken.elapsed() >= WAKE_EVERY {
            self.woken = Instant::now();
            self.store.changed();
        }
        Ok(())
    }
}

/// A file that is being written. Dropping it waits for the end, which comes soon where it can be cancelled.
#[derive(Debug)]
pub(crate) struct Job {
    place: PathBuf,
    total: u64,
    progress: Progress,
    thread: Option<JoinHandle<()>>,
    /// Whether the end of the window cancels it.
    is_long: bool,
}

impl Job {
    /// Has `work` write the file `place` on a thread. `total` is what all its steps come to; without any, it is not to
    /// be cancelled.
    pub(crate) fn start(
        store: &Store,
        place: &Path,
        replaces: bool,
        total: Option<u64>,
        work: impl FnOnce(&mut AtomicFile, &mut Progress) -> io::Result<()> + Send + 'static,
    ) -> Self {
        let progress = Progress::new(store);
        let (mut told, path) = (progress.clone(), place.to_owned());
        let run = move || {
            let done = crate::chart::write(&path, replaces, |draft| work(draft, &mut told));
            let done = match done {
                Err(_) if lock(&told.state).is_cancelled => Err(ExportError::Cancelled),
                done => done.map_err(|error| ExportError::Failed(refusal(&path, &error))),
            };
            lock(&told.state).outcome = Some(done);
            told.store.changed();
        };
        let thread = std::thread::Builder::new().name("ringplot: export".to_owned()).spawn(run);
        let thread = thread
            .map_err(|error| {
                lock(&progress.state).outcome =
                    Some(Err(ExportError::Failed(format!("cannot start a thread to write it: {error}"))));
            })
            .ok();
        let is_long = total.is_some();
        Self { place: place.to_owned(), total: total.unwrap_or(0), progress, thread, is_long }
    }

    pub(crate) fn place(&self) -> &Path {
        &self.place
    }

    /// Done so far, as a share of all; `None` where that is not known.
    pub(crate) fn share(&self) -> Option<f32> {
        self.is_long
            .then(|| (lock(&self.progress.state).done as f64 / self.total.max(1) as f64).min(1.0) as f32)
    }

    /// Asks it to stop and leave nothing.
    pub(crate) fn cancel(&self) {
        lock(&self.progress.state).is_cancelled = true;
    }

    /// How it ended, once it has.
    pub(crate) fn take_outcome(&mut self) -> Option<Result<(), ExportError>> {
        lock(&self.progress.state).outcome.take()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.is_long {
            self.cancel();
        }
        if let Some(thread) = self.thread.take() {
            // A panic there was told of when it happened.
            let _ = thread.join();
        }
    }
}

/// Why a file cannot be written and what to do, in a line.
pub(crate) fn refusal(place: &Path, error: &io::Error) -> String {
    format!("cannot write {}: {}", place.display(), advice(place, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn outcome(job: &mut Job) -> String {
        let began = Instant::now();
        loop {
            if let Some(outcome) = job.take_outcome() {
                return outcome.map_or_else(|error| error.to_string(), |()| "written".to_owned());
            }
            assert!(began.elapsed() < Duration::from_mins(1), "it never ends");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_cancelled_job_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("data.csv");
        let mut job = Job::start(&Store::new(0), &place, false, Some(100), |out, progress| {
            loop {
                out.write_all(&[b'x'; 1000])?;
                progress.advance(1)?;
            }
        });
        while job.share() < Some(1.0) {
            std::thread::sleep(Duration::from_millis(1));
        }
        job.cancel();
        assert_eq!(outcome(&mut job), "cancelled, nothing was written");
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn a_window_that_closes_ends_what_is_long_and_waits_for_what_is_short() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("long");
        drop(Job::start(&Store::new(0), &long, false, Some(1), |_, progress| {
            loop {
                progress.advance(1)?;
            }
        }));
        assert_eq!(files(folder.path()), 0);
        let short = folder.path().join("short");
        drop(Job::start(&Store::new(0), &short, false, None, |out, _| {
            std::thread::sleep(Duration::from_millis(50));
            out.write_all(b"all")
        }));
        assert_eq!(fs::read_to_string(short).unwrap(), "all");
    }

    #[test]
    fn a_full_disk_is_told_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("data.csv");
        let mut job = Job::start(&Store::new(0), &place, false, Some(1), |out, _| {
            out.write_all(b"some")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let wanted =
            format!("cannot write {}: the disk is full, make room or choose another", place.display());
        assert_eq!(outcome(&mut job), wanted);
        assert_eq!(files(folder.path()), 0);
    }
}
