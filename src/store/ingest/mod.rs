//! The ingest thread: drains every ring into the history, whatever the window does.
//!
//! A compositor may withhold frames for minutes and a picture may take long; neither may cause a loss. So the window
//! only ever reads what is here, and holds one stream's lock at a time and briefly.
//!
//! The budget is for all streams together: while there is room, nothing is forgotten; then whoever holds the most forgets
//! its oldest, so that a stream keeps what it has up to the level at which all levels fill the budget. One stream's lock is
//! held for a few pages at a time.
//!
//! While data comes, rings are drained every 1 to 4 ms; after a silent second, every 50 ms. The window is woken at
//! most once a frame. A stream is noticed when the registry's folder tells of it, or at the next look. A run that is over
//! and drained is let go: its ring and its mapping are given back, the history stays.

mod attached;

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use self::attached::Attached;
pub use self::attached::RunCounts;
use super::data::{Data, curves_kept, lock};
use super::selection::Selection;
use super::streams::Store;
use crate::ring::sync::{AtomicBool, Ordering};
use crate::ring::{Batch, FrameData, StartAt};
use crate::shm::{Changes, os};
use crate::stream::{AttachError, Consumer, DirectoryError, Registered, StreamKind, gc, streams};

/// Points taken out of a ring at a time: small enough to stay in the cache between copy and pyramid.
const BATCH_POINTS: usize = 1 << 15;
/// Batches taken from one ring before the next one has its turn, so that a flat-out producer starves nobody.
const BATCHES_A_TURN: usize = 8;
/// Where memory is short, the share of what a stream holds that it gives at once at most: one in so many.
const SHARE_GIVEN: u64 = 8;
/// How many times a round a few pages of replaced runs are freed.
const RELEASES_A_ROUND: usize = 16;
/// Turns before the registry and the producers are looked at again.
const TURNS: usize = 16;
/// How often the registry is looked at for streams that come and go.
const SCAN_EVERY: Duration = Duration::from_millis(200);
/// The same while there is nothing yet to show.
const SCAN_EVERY_AT_FIRST: Duration = Duration::from_millis(20);
/// Attaching to new streams makes way for those that are there after this long.
const ATTACHING_AT_ONCE: Duration = Duration::from_millis(10);
/// Where the registry tells of changes all the time, looking at it takes one in so many of the thread's time.
const SCAN_SHARE: u32 = 10;
/// The window is told of news at most this often.
const WAKE_EVERY: Duration = Duration::from_millis(8);
/// Shortest and longest sleep between two rounds, and the silence after which the longest begins.
const SLEEP: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));
const SILENCE: Duration = Duration::from_secs(1);
/// Streams dead for longer are removed when a viewer leaves.
const QUIET_GC_AGE: Duration = Duration::from_mins(10);

/// The running ingest thread.
///
/// ```
/// use std::time::Duration;
///
/// use ringplot::Producer;
/// use ringplot::store::{Ingest, Selection, Store, StreamState};
///
/// # let name = &format!("example/{}/ingest", std::process::id());
/// let store = Store::new(64 << 20);
/// let mut volts = Producer::builder(name).capacity(1 << 10).uniform(0.0, 100.0)?;
/// let ingest = Ingest::start(store.clone(), Selection::Names(vec![name.clone()]))?;
/// assert!(volts.wait_for_viewer(Duration::from_secs(60)));
/// volts.push_slice(&[1.0, 2.0, 3.0]);
/// let runs = ingest.stop(); // drains once more
/// assert_eq!(runs[0].counts.received, 3);
/// assert_eq!(store.read(name, StreamState::newest).flatten(), Some((0.02, 3.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Ingest {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<RunCounts>>,
}

impl Ingest {
    /// Starts to attach to what `selection` says and to fill `store`, within the memory budget that the store has.
    ///
    /// # Errors
    /// The system's, when it has no thread left.
    pub fn start(store: Store, selection: Selection) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let worker_stop = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name("ringplot: ingest".to_owned());
        let thread = thread.spawn(move || Worker::new(store, selection).run(&worker_stop)).map_err(|error| {
            let text = format!(
                "cannot start the thread that reads the streams: end other programs, or raise their limit (ulimit -u): {error}"
            );
            io::Error::new(error.kind(), text)
        })?;
        Ok(Self { stop, thread })
    }

    /// Drains once more, ends the thread and gives the exact counts of every run seen.
    pub fn stop(self) -> Vec<RunCounts> {
        // ORDERING: Release; pairs with the load in `Worker::run`.
        self.stop.store(true, Ordering::Release);
        self.thread.join().unwrap_or_default()
    }
}

struct Worker {
    store: Store,
    selection: Selection,
    attached: Vec<Attached>,
    /// Data of runs that were replaced, to be freed little by little.
    leaving: Vec<Data>,
    /// Runs that were replaced or went, for the counts at the end.
    gone: Vec<RunCounts>,
    /// Runs of another process than the one meant.
    refused: HashSet<(String, u64)>,
    /// What the last look at the registry found and is not attached to yet.
    pending: Vec<Registered>,
    /// What was asked for and cannot be had, a sentence for each: as told, and as found in this look.
    unreadable: BTreeSet<String>,
    failing: BTreeSet<String>,
    batch: Batch,
    frame: FrameData,
}

impl Worker {
    fn new(store: Store, selection: Selection) -> Self {
        Self {
            store,
            selection,
            attached: Vec::new(),
            leaving: Vec::new(),
            gone: Vec::new(),
            refused: HashSet::new(),
            pending: Vec::new(),
            unreadable: BTreeSet::new(),
            failing: BTreeSet::new(),
            batch: Batch::with_limit(BATCH_POINTS),
            frame: FrameData::default(),
        }
    }

    fn run(mut self, stop: &AtomicBool) -> Vec<RunCounts> {
        let mut registry = Changes::default();
        let mut scan = Scan::default();
        let mut last_news = Instant::now();
        let mut last_wake = Instant::now();
        let mut is_changed = false;
        loop {
            // ORDERING: Acquire; pairs with `Ingest::stop`.
            let is_last = stop.load(Ordering::Acquire);
            let every = if self.attached.is_empty() { SCAN_EVERY_AT_FIRST } else { SCAN_EVERY };
            if !self.pending.is_empty() || scan.is_due(every) || is_last && scan.is_announced {
                let begun = Instant::now();
                is_changed |= self.scan(if is_last { Duration::MAX } else { ATTACHING_AT_ONCE });
                scan = Scan::done(begun);
            }
            let (is_new, has_more) = self.drain_all(if is_last { usize::MAX } else { TURNS });
            if is_new {
                last_news = Instant::now();
            }
            is_changed |= is_new;
            for attached in &mut self.attached {
                is_changed |= attached.look_after(&mut self.batch, &mut self.frame);
            }
            if is_last {
                break;
            }
            if is_changed && last_wake.elapsed() >= WAKE_EVERY {
                self.store.changed();
                (is_changed, last_wake) = (false, Instant::now());
            }
            let sleep = if has_more || !self.pending.is_empty() {
                Duration::ZERO
            } else if is_new || is_changed {
                SLEEP.0
            } else if last_news.elapsed() < SILENCE {
                SLEEP.0 * 4
            } else {
                SLEEP.1
            };
            let most = if self.attached.is_empty() { SCAN_EVERY_AT_FIRST } else { SLEEP.1 };
            scan.is_announced |= registry.wait(sleep.min(most));
        }
        let _ = gc(QUIET_GC_AGE);
        self.store.changed();
        self.gone.into_iter().chain(self.attached.iter().map(Attached::run_counts)).collect()
    }

    /// Attaches to what is new, for about as long as `patience`; whether anything came of it. What is left over is pending.
    fn scan(&mut self, patience: Duration) -> bool {
        let begun = Instant::now();
        if self.pending.is_empty() {
            match self.look_up() {
                Ok(registered) => self.pending = registered,
                Err(error) => return self.cannot_be_read([error.to_string()].into()),
            }
        }
        let mut is_changed = false;
        while let Some(stream) = self.pending.pop() {
            is_changed |= self.attach(&stream);
            if begun.elapsed() >= patience && !self.pending.is_empty() {
                return is_changed;
            }
        }
        let failing = std::mem::take(&mut self.failing);
        is_changed | self.cannot_be_read(failing)
    }

    /// The streams that are selected, the first to be attached to last.
    fn look_up(&self) -> Result<Vec<Registered>, DirectoryError> {
        let mut registered: Vec<_> =
            streams()?.into_iter().rev().filter(|stream| self.selection.matches(stream)).collect();
        if let Selection::Program { pid, start_time, .. } = self.selection
            && self.attached.is_empty()
            && registered.is_empty()
            && os::start_time(pid) != start_time
        {
            // The program ended before this viewer could attach to anything: nothing will ever be shown.
            self.store.abandon();
        }
        let is_known = |name: &str, run| self.attached.iter().any(|a| a.run == run && a.name == name);
        registered.retain(|stream| stream.run.is_some_and(|run| !is_known(&stream.name, run)));
        Ok(registered)
    }

    /// Attaches to a stream; whether that changed anything.
    fn attach(&mut self, stream: &Registered) -> bool {
        if self.refused.iter().any(|(name, run)| *name == stream.name && Some(*run) == stream.run) {
            return false;
        }
        match Consumer::try_attach(&stream.name, StartAt::Oldest) {
            Ok(consumer) => {
                if self.add(consumer) {
                    // At once: a producer that is writing waits for nobody.
                    let newest = self.attached.len() - 1;
                    self.attached[newest].begin_round();
                    self.take_turn(newest);
                }
                true
            }
            Err(error) => {
                if !is_passing(&error, stream) {
                    self.failing.insert(error.to_string());
                }
                false
            }
        }
    }

    /// Tells the store what was asked for and cannot be had; it is tried again at every look. Whether that is news.
    fn cannot_be_read(&mut self, unreadable: BTreeSet<String>) -> bool {
        if unreadable == self.unreadable {
            return false;
        }
        for new in unreadable.difference(&self.unreadable) {
            tracing::warn!("{new}");
        }
        self.store.set_unreadable(unreadable.iter().cloned().collect());
        self.unreadable = unreadable;
        true
    }

    /// Takes a new run in, as the last of those attached; `false` where it is none for this viewer.
    fn add(&mut self, consumer: Consumer) -> bool {
        if let Selection::Program { start_time, names, .. } = &self.selection
            && names.is_empty()
            && *start_time != 0
            && consumer.process_start_time() != *start_time
        {
            // Another process that was given the same id.
            self.refused.insert((consumer.name().to_owned(), consumer.run()));
            return false;
        }
        if self.attached.iter().any(|a| a.run == consumer.run()) {
            return false;
        }
        consumer.announce_viewer();
        if matches!(self.selection, Selection::Program { .. }) {
            consumer.announce_own_viewer();
        }
        let state = attached::begin(&consumer, curves_kept(self.store.style_of(consumer.meta())));
        // A new run takes the place of the one before, and keeps its place and view in the window.
        let before = self.attached.iter().position(|a| a.name == consumer.name());
        let shared = match before.map(|at| self.attached.remove(at)) {
            Some(mut before) => {
                before.take_rest(&mut self.batch, &mut self.frame);
                self.gone.push(before.run_counts());
                let before_state = std::mem::replace(&mut *lock(&before.shared), state);
                self.leaving.push(before_state.data);
                before.shared
            }
            None => self.store.add(state),
        };
        self.attached.push(Attached::new(consumer, shared));
        true
    }

    /// Memory in use that the budget is for.
    fn memory(&self) -> u64 {
        let leaving = self.leaving.iter().map(Data::memory_bytes).sum::<u64>();
        let others = self.store.memory_of_pictures() + self.store.memory_of_derived();
        self.attached.iter().map(|a| a.memory).sum::<u64>() + leaving + others
    }

    /// What of it is over the budget, if `more` is wanted. Of the pictures no more than half of the budget counts: a
    /// picture without a history shows nothing.
    fn excess(&self, more: u64) -> u64 {
        let (pictures, budget) = (self.store.memory_of_pictures(), self.store.memory().1);
        (self.memory() - pictures + pictures.min(budget / 2) + more).saturating_sub(budget)
    }

    /// Frees memory, a bounded amount, until `more` fits: those who hold the most forget their oldest. A stream that
    /// is to be appended to stands for itself, and for those who hold less.
    fn make_room(&mut self, more: u64, appended_to: Option<usize>) {
        let mut over = self.excess(more);
        if over == 0 {
            return;
        }
        let mut order: Vec<usize> = (0..self.attached.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(self.attached[*index].memory));
        // Who has little gives nothing while another has twice as much: the next rounds take from that one.
        let least = order.first().map_or(0, |index| self.attached[*index].memory / 2);
        for index in order {
            if over == 0 || Some(index) == appended_to || self.attached[index].memory < least {
                return;
            }
            let attached = &mut self.attached[index];
            let mut state = lock(&attached.shared);
            let freed = state.data.release(over.min(attached.memory / SHARE_GIVEN));
            over = over.saturating_sub(freed);
            attached.memory = state.data.memory_bytes();
        }
    }

    /// Frees a bounded amount of what replaced runs left.
    fn free_leaving(&mut self) {
        for _ in 0..RELEASES_A_ROUND {
            match self.leaving.last_mut().map(|data| data.release(u64::MAX)) {
                None => return,
                Some(0) => drop(self.leaving.pop()),
                Some(_) => {}
            }
        }
    }

    /// One turn of a stream; whether anything came, and whether more is there.
    fn take_turn(&mut self, index: usize) -> (bool, bool) {
        let attached = &mut self.attached[index];
        if attached.kind.is_frames() {
            return (attached.take_frames(&mut self.frame), false);
        }
        let waiting = attached.waiting();
        let a_turn = (BATCHES_A_TURN * BATCH_POINTS) as u64;
        let bytes_a_point = if attached.kind == StreamKind::Uniform { 5 } else { 9 };
        self.make_room(waiting.min(a_turn) * bytes_a_point, Some(index));
        let others = self.memory() - self.attached[index].memory;
        let most_of_others = self.attached.iter().enumerate().filter(|(other, _)| *other != index);
        let most_of_others = most_of_others.map(|(_, other)| other.memory).max().unwrap_or(0);
        let attached = &mut self.attached[index];
        if let Data::Trace(trace) = &mut lock(&attached.shared).data {
            // Who has less than another does not forget while that one still has to.
            trace.set_max_bytes(self.store.memory().1.saturating_sub(others).max(most_of_others));
        }
        attached.drain_points(&mut self.batch, BATCHES_A_TURN)
    }

    /// Drains every ring in turn, until all are empty or had `turns`; whether anything came, and whether more is there.
    fn drain_all(&mut self, turns: usize) -> (bool, bool) {
        // A producer that is faster than this thread has always more: what was there at the beginning is the end.
        self.attached.iter_mut().for_each(Attached::begin_round);
        self.free_leaving();
        self.make_room(0, None);
        let (mut is_new, mut has_more) = (false, true);
        for _ in 0..turns {
            has_more = false;
            for index in 0..self.attached.len() {
                let (came, more) = self.take_turn(index);
                is_new |= came;
                has_more |= more;
            }
            if !has_more {
                break;
            }
        }
        self.store.set_memory_used(self.memory());
        (is_new, has_more)
    }
}

/// When the registry was looked at last, and whether it is to be looked at again.
#[derive(Debug, Default)]
struct Scan {
    ended: Option<Instant>,
    took: Duration,
    /// The registry has told of a change since.
    is_announced: bool,
}

impl Scan {
    fn done(begun: Instant) -> Self {
        Self { ended: Some(Instant::now()), took: begun.elapsed(), is_announced: false }
    }

    fn is_due(&self, every: Duration) -> bool {
        let since = self.ended.map_or(Duration::MAX, |at| at.elapsed());
        since >= every || self.is_announced && since >= self.took * (SCAN_SHARE - 1)
    }
}

/// Whether a stream that cannot be attached to is being created, or went between two looks: it is looked at again.
fn is_passing(error: &AttachError, stream: &Registered) -> bool {
    match error {
        AttachError::Initialising { .. } | AttachError::Unknown { .. } => true,
        AttachError::Gone { .. } => stream.is_live,
        _ => false,
    }
}

/// Memory for all histories where the system does not tell how much it has.
const MODEST_BUDGET: u64 = 256 << 20;

/// Memory for all histories where none is asked for: a quarter of what there is, at most 4 GiB; 256 MiB where that cannot
/// be told.
pub fn default_memory_budget() -> u64 {
    let system = sysinfo::System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_memory(sysinfo::MemoryRefreshKind::nothing().with_ram()),
    );
    if system.total_memory() == 0 {
        // To ask for the limits of a group would panic.
        return MODEST_BUDGET;
    }
    let total = system.cgroup_limits().map_or(system.total_memory(), |limits| limits.total_memory);
    (total / 4).clamp(64 << 20, 4 << 30)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::data::lock;
    use super::super::selection::Selection;
    use super::super::streams::Store;
    use super::{BATCH_POINTS, BATCHES_A_TURN, Worker};
    use crate::stream::Producer;

    /// Set in the process that has a registry of its own.
    const CHILD: &str = "RINGPLOT_TEST_TURNS";

    #[test]
    fn a_full_ring_takes_one_turn_and_then_it_is_the_next_ones() {
        if std::env::var_os(CHILD).is_some() {
            return in_own_registry();
        }
        let dir = tempfile::tempdir().unwrap();
        let this = "store::ingest::tests::a_full_ring_takes_one_turn_and_then_it_is_the_next_ones";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child
            .args(["--exact", this, "--nocapture"])
            .env(CHILD, "1")
            .env("RINGPLOT_DIR", dir.path().join("registry"));
        let output = child.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn in_own_registry() {
        let backlog = 1 << 20;
        let mut full = Producer::builder("full").capacity(backlog).uniform(0.0, 1e6).unwrap();
        full.push_slice(&vec![1.0; backlog as usize]);
        let mut small = Producer::builder("small").capacity(1024).uniform(0.0, 1e6).unwrap();
        small.push_slice(&[1.0; 500]);
        let store = Store::new(1 << 28);
        let mut worker = Worker::new(store.clone(), Selection::Live);
        assert!(worker.scan(Duration::MAX));
        let received = |index: usize| lock(&store.streams()[index]).counts.received;
        let a_turn = (BATCHES_A_TURN * BATCH_POINTS) as u64;
        assert_eq!((received(0), received(1)), (a_turn, 500), "the turn of a stream that is attached to");
        small.push_slice(&[2.0; 500]);
        assert_eq!(worker.drain_all(1), (true, true));
        assert_eq!((received(0), received(1)), (2 * a_turn, 1000), "the small ring waited for the full one");
        assert_eq!(worker.drain_all(usize::MAX), (true, false));
        assert_eq!((received(0), received(1)), (backlog, 1000));
    }
}
