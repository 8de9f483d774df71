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
//! most once a frame.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::data::{Data, SharedStream, Store, StreamInfo, StreamState, lock};
use super::selection::Selection;
use crate::history::{Events, Frames, Trace};
use crate::ring::sync::{AtomicBool, Ordering};
use crate::ring::{Batch, Frame, StartAt};
use crate::stream::{AttachError, Consumer, Counts, Kind, Liveness, Style, gc, process_start_time, streams};

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
/// How often a producer is asked how it is.
const LIVENESS_EVERY: Duration = Duration::from_millis(100);
/// The window is told of news at most this often.
const WAKE_EVERY: Duration = Duration::from_millis(8);
/// Shortest and longest sleep between two rounds, and the silence after which the longest begins.
const SLEEP: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));
const SILENCE: Duration = Duration::from_secs(1);
/// Curves that fade behind the newest.
const FADING: usize = 16;
/// Streams dead for longer are removed when a viewer leaves.
const QUIET_GC_AGE: Duration = Duration::from_mins(10);

/// What one run of a stream gave to this viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunCounts {
    /// The stream's name.
    pub name: String,
    /// The run.
    pub run: u64,
    /// received + lost = written − start, exactly.
    pub counts: Counts,
}

/// The running ingest thread.
#[derive(Debug)]
pub struct Ingest {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<RunCounts>>,
}

impl Ingest {
    /// Starts to attach to what `selection` says and to fill `store`, within the memory budget that the store has.
    ///
    /// # Errors
    /// The system has no thread left.
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
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_default()
    }
}

/// One attached run.
struct Attached {
    consumer: Consumer,
    shared: SharedStream,
    cleared_before: u64,
    /// Published when this round began: how far it drains.
    goal: u64,
    is_over: bool,
    liveness_at: Instant,
    rate_at: Instant,
    rate_written: u64,
    /// Memory its points take, in bytes.
    memory: u64,
}

struct Worker {
    store: Store,
    selection: Selection,
    attached: Vec<Attached>,
    /// Data of runs that were replaced, to be freed little by little.
    leaving: Vec<Data>,
    /// Runs that were replaced or went, for the counts at the end.
    gone: Vec<RunCounts>,
    /// Runs that cannot be read, told of once.
    refused: HashSet<(String, u64)>,
    batch: Batch,
    frame: Frame,
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
            batch: Batch::with_limit(BATCH_POINTS),
            frame: Frame::default(),
        }
    }

    fn run(mut self, stop: &AtomicBool) -> Vec<RunCounts> {
        let mut scanned: Option<Instant> = None;
        let mut last_news = Instant::now();
        let mut last_wake = Instant::now();
        let mut is_changed = false;
        loop {
            // ORDERING: Acquire; pairs with `Ingest::stop`.
            let is_last = stop.load(Ordering::Acquire);
            let every = if self.attached.is_empty() { SCAN_EVERY_AT_FIRST } else { SCAN_EVERY };
            if scanned.is_none_or(|at| at.elapsed() >= every) {
                is_changed |= self.scan();
                scanned = Some(Instant::now());
            }
            let (is_new, has_more) = self.drain_all(if is_last { usize::MAX } else { TURNS });
            if is_new {
                last_news = Instant::now();
            }
            is_changed |= is_new | self.look_after();
            if is_last {
                break;
            }
            if is_changed && last_wake.elapsed() >= WAKE_EVERY {
                self.store.changed();
                (is_changed, last_wake) = (false, Instant::now());
            }
            if has_more {
                continue;
            }
            let sleep = if is_new || is_changed {
                SLEEP.0
            } else if last_news.elapsed() < SILENCE {
                SLEEP.0 * 4
            } else {
                SLEEP.1
            };
            std::thread::park_timeout(if self.attached.is_empty() {
                sleep.min(SCAN_EVERY_AT_FIRST)
            } else {
                sleep
            });
        }
        let _ = gc(QUIET_GC_AGE);
        self.store.changed();
        self.gone.into_iter().chain(self.attached.iter().map(Attached::run_counts)).collect()
    }

    /// Attaches to what is new.
    fn scan(&mut self) -> bool {
        let registered: Vec<_> = match streams() {
            Ok(registered) => registered.into_iter().filter(|s| self.selection.matches(s)).collect(),
            Err(error) => {
                tracing::warn!("{error}");
                return false;
            }
        };
        if let Selection::Program { pid, start_time, .. } = self.selection
            && self.attached.is_empty()
            && registered.is_empty()
            && process_start_time(pid) != start_time
        {
            // The program ended before this viewer could attach to anything: nothing will ever be shown.
            self.store.abandon();
        }
        let mut is_changed = false;
        for stream in registered {
            let Some(run) = stream.run else { continue };
            let is_known =
                self.attached.iter().any(|a| a.consumer.name() == stream.name && a.consumer.run() == run);
            if is_known || self.refused.contains(&(stream.name.clone(), run)) {
                continue;
            }
            match Consumer::try_attach(&stream.name, StartAt::Oldest) {
                Ok(consumer) => {
                    self.add(consumer);
                    is_changed = true;
                }
                // What is being created, or went between two looks, is looked at again.
                Err(
                    AttachError::Initialising { .. } | AttachError::Unknown { .. } | AttachError::Gone { .. },
                ) => {}
                Err(error) => {
                    tracing::warn!("{error}");
                    self.refused.insert((stream.name, run));
                }
            }
        }
        is_changed
    }

    fn add(&mut self, consumer: Consumer) {
        if let Selection::Program { start_time, names, .. } = &self.selection
            && names.is_empty()
            && *start_time != 0
            && consumer.process_start_time() != *start_time
        {
            // Another process that was given the same id.
            self.refused.insert((consumer.name().to_owned(), consumer.run()));
            return;
        }
        if self.attached.iter().any(|a| a.consumer.run() == consumer.run()) {
            return;
        }
        consumer.announce_plotter();
        if matches!(self.selection, Selection::Program { .. }) {
            consumer.announce_own_viewer();
        }
        let kind = consumer.kind();
        let data = match kind {
            Kind::Snapshot => {
                Data::Frames(Frames::keeping(curves_kept(self.store.style_of(consumer.meta()))))
            }
            Kind::Events => Data::Events(Events::new()),
            Kind::Timed | Kind::Uniform | Kind::Xy => Data::Trace(Trace::new(consumer.x_mode(), u64::MAX)),
        };
        let state = StreamState {
            info: StreamInfo {
                meta: consumer.meta().clone(),
                kind,
                x_mode: consumer.x_mode(),
                derived: None,
            },
            run: consumer.run(),
            liveness: Liveness::Live,
            counts: consumer.counts(),
            rate_hz: None,
            data,
        };
        // A new run takes the place of the one before, and keeps its place and view in the window.
        let before = self.attached.iter().position(|a| a.consumer.name() == consumer.name());
        let shared = match before.map(|at| self.attached.remove(at)) {
            Some(mut before) => {
                before.drain_rest(&mut self.batch, &mut self.frame);
                self.gone.push(before.run_counts());
                let before_state = std::mem::replace(&mut *lock(&before.shared), state);
                self.leaving.push(before_state.data);
                before.shared
            }
            None => self.store.add(state),
        };
        let now = Instant::now();
        self.attached.push(Attached {
            // What was in the ring already came at no rate that this viewer has seen.
            rate_written: consumer.published(),
            consumer,
            shared,
            cleared_before: 0,
            goal: 0,
            is_over: false,
            liveness_at: now,
            rate_at: now,
            memory: 0,
        });
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
        for index in order {
            if over == 0 || Some(index) == appended_to {
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

    /// One turn of a stream of points; whether anything came, and whether more is there.
    fn drain_turn(&mut self, index: usize) -> (bool, bool) {
        let attached = &self.attached[index];
        let waiting = attached.goal.saturating_sub(attached.consumer.counts().written);
        let a_turn = (BATCHES_A_TURN * BATCH_POINTS) as u64;
        let bytes_a_point = if attached.consumer.kind() == Kind::Uniform { 5 } else { 9 };
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
        for attached in &mut self.attached {
            attached.goal = attached.consumer.published();
        }
        self.free_leaving();
        self.make_room(0, None);
        let (mut is_new, mut has_more) = (false, true);
        for _ in 0..turns {
            has_more = false;
            for index in 0..self.attached.len() {
                let attached = &mut self.attached[index];
                is_new |= match attached.consumer.kind() {
                    Kind::Timed | Kind::Uniform | Kind::Xy => {
                        let (came, more) = self.drain_turn(index);
                        has_more |= more;
                        came
                    }
                    Kind::Snapshot => attached.take_curves(&mut self.frame),
                    Kind::Events => attached.take_events(&mut self.frame),
                };
            }
            if !has_more {
                break;
            }
        }
        self.store.set_memory_used(self.memory());
        (is_new, has_more)
    }

    /// Asks every producer how it is and how fast; whether anything changed.
    fn look_after(&mut self) -> bool {
        let mut is_changed = false;
        for attached in &mut self.attached {
            if !attached.is_over && attached.liveness_at.elapsed() >= LIVENESS_EVERY {
                attached.liveness_at = Instant::now();
                is_changed |= attached.ask_liveness(&mut self.batch, &mut self.frame);
            }
            if attached.rate_at.elapsed() >= Duration::from_secs(1) {
                is_changed |= attached.measure_rate();
            }
        }
        is_changed
    }
}

impl Attached {
    fn run_counts(&self) -> RunCounts {
        RunCounts {
            name: self.consumer.name().to_owned(),
            run: self.consumer.run(),
            counts: self.consumer.counts(),
        }
    }

    /// Drains at most `batches`; whether anything came, and whether there is more up to the goal.
    fn drain_points(&mut self, batch: &mut Batch, batches: usize) -> (bool, bool) {
        let (mut is_new, mut has_more) = (false, true);
        for _ in 0..batches {
            let drained = self.consumer.drain(batch);
            if drained.count == 0 && drained.lost == 0 {
                has_more = false;
                break;
            }
            is_new = true;
            has_more = self.consumer.counts().written < self.goal;
            let mut state = lock(&self.shared);
            state.counts = self.consumer.counts();
            if let Data::Trace(trace) = &mut state.data {
                trace.append(batch);
            }
            self.memory = state.data.memory_bytes();
            if !has_more {
                break;
            }
        }
        let cleared_before = self.consumer.cleared_before();
        if cleared_before > self.cleared_before {
            is_new = true;
            if let Data::Trace(trace) = &mut lock(&self.shared).data {
                trace.clear_before(cleared_before);
                self.memory = trace.memory_bytes();
            }
            // What was cleared and is still to be drained is cleared then.
            self.cleared_before = cleared_before.min(self.consumer.counts().written);
        }
        (is_new, has_more)
    }

    /// Takes the curves that the style shows: all that can still be read, or the newest.
    fn take_curves(&mut self, frame: &mut Frame) -> bool {
        let mut is_new = false;
        let shared = &self.shared;
        let mut take = |frame: &Frame| {
            is_new = true;
            if let Data::Frames(frames) = &mut lock(shared).data {
                frames.push(frame);
            }
        };
        let keeps_all = matches!(&lock(shared).data, Data::Frames(frames) if frames.max_count() > 1);
        if keeps_all {
            self.consumer.each_frame(frame, take);
        } else if self.consumer.newest_frame(frame).is_some() {
            take(frame);
        }
        let cleared_before = self.consumer.cleared_before();
        let is_cleared = cleared_before > self.cleared_before;
        self.cleared_before = cleared_before;
        let mut state = lock(shared);
        // Also of frames that were cleared before they could be taken.
        state.counts = self.consumer.counts();
        if is_cleared && let Data::Frames(frames) = &mut state.data {
            frames.clear_before(cleared_before);
        }
        self.memory = state.data.memory_bytes();
        is_new || is_cleared
    }

    fn take_events(&mut self, frame: &mut Frame) -> bool {
        let mut is_new = false;
        let shared = &self.shared;
        let lost = self.consumer.each_frame(frame, |frame| {
            is_new = true;
            if let Data::Events(events) = &mut lock(shared).data {
                events.push(frame);
            }
        });
        let cleared_before = self.consumer.cleared_before();
        let is_cleared = cleared_before > self.cleared_before;
        self.cleared_before = cleared_before;
        let mut state = lock(shared);
        state.counts = self.consumer.counts();
        if is_cleared && let Data::Events(events) = &mut state.data {
            events.clear_before(cleared_before);
        }
        self.memory = state.data.memory_bytes();
        is_new || lost > 0 || is_cleared
    }

    /// Takes what was published before the end of the run.
    fn drain_rest(&mut self, batch: &mut Batch, frame: &mut Frame) {
        match self.consumer.kind() {
            Kind::Snapshot => {
                self.take_curves(frame);
            }
            Kind::Events => {
                self.take_events(frame);
            }
            Kind::Timed | Kind::Uniform | Kind::Xy => {
                self.goal = self.consumer.published();
                while self.drain_points(batch, BATCHES_A_TURN).1 {}
            }
        }
    }

    fn ask_liveness(&mut self, batch: &mut Batch, frame: &mut Frame) -> bool {
        let liveness = self.consumer.liveness();
        if liveness.is_over() {
            self.is_over = true;
            self.drain_rest(batch, frame);
        }
        let mut state = lock(&self.shared);
        let is_changed = state.liveness != liveness;
        state.liveness = liveness;
        is_changed
    }

    fn measure_rate(&mut self) -> bool {
        let written = self.consumer.counts().written;
        let seconds = self.rate_at.elapsed().as_secs_f64();
        let rate_hz = (written > self.rate_written).then(|| (written - self.rate_written) as f64 / seconds);
        (self.rate_at, self.rate_written) = (Instant::now(), written);
        let mut state = lock(&self.shared);
        let is_changed = state.rate_hz != rate_hz;
        state.rate_hz = rate_hz;
        is_changed
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

/// Curves of a snapshot stream that a style shows, or as many as there is memory for.
pub(crate) fn curves_kept(style: Style) -> usize {
    match style {
        Style::Fading => FADING + 1,
        Style::Waterfall => usize::MAX,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH_POINTS, BATCHES_A_TURN, Selection, Store, Worker, lock};
    use crate::stream::Producer;

    /// Set in the process that has a registry of its own.
    const CHILD: &str = "RINGPLOT_TEST_TURNS";

    #[test]
    fn a_full_ring_takes_one_turn_and_then_it_is_the_next_ones() {
        if std::env::var_os(CHILD).is_some() {
            return in_own_registry();
        }
        let dir = tempfile::tempdir().unwrap();
        let this = "viewer::ingest::tests::a_full_ring_takes_one_turn_and_then_it_is_the_next_ones";
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
        full.push_values(&vec![1.0; backlog as usize]);
        let mut small = Producer::builder("small").capacity(1024).uniform(0.0, 1e6).unwrap();
        small.push_values(&[1.0; 500]);
        let store = Store::new(1 << 28);
        let mut worker = Worker::new(store.clone(), Selection::Live);
        assert!(worker.scan());
        let received = |index: usize| lock(&store.streams()[index]).counts.received;
        let a_turn = (BATCHES_A_TURN * BATCH_POINTS) as u64;
        assert_eq!(worker.drain_all(1), (true, true));
        assert_eq!((received(0), received(1)), (a_turn, 500));
        small.push_values(&[2.0; 500]);
        assert_eq!(worker.drain_all(1), (true, true));
        assert_eq!((received(0), received(1)), (2 * a_turn, 1000), "the small ring waited for the full one");
        assert_eq!(worker.drain_all(usize::MAX), (true, false));
        assert_eq!((received(0), received(1)), (backlog, 1000));
    }
}
