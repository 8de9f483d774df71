//! One run of a stream that this viewer has attached to, and what became of it.

use std::time::{Duration, Instant};

use super::super::data::{Data, SharedStream, StreamInfo, StreamState, lock};
use crate::history::{Events, Frames, Trace};
use crate::ring::{Batch, FrameData};
use crate::stream::{Consumer, Counts, Liveness, Meta, StreamKind, escaped};

/// How often a producer is asked how it is.
const LIVENESS_EVERY: Duration = Duration::from_millis(100);

/// What one run of a stream gave to this viewer.
///
/// ```
/// use ringplot::store::RunCounts;
///
/// /// What a program says at its end, with the runs that `Ingest::stop` gave.
/// fn report(runs: &[RunCounts]) -> String {
///     let lost: u64 = runs.iter().map(|run| run.counts.lost).sum();
///     format!("{} runs, {lost} points lost", runs.len())
/// }
/// assert_eq!(report(&[]), "0 runs, 0 points lost");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunCounts {
    /// The stream's name.
    pub name: String,
    /// The run.
    pub run: u64,
    /// received + lost = position − start, exactly.
    pub counts: Counts,
}

/// One attached run.
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) run: u64,
    pub(super) kind: StreamKind,
    pub(super) shared: SharedStream,
    /// Memory its points take, in bytes.
    pub(super) memory: u64,
    /// `None` once the run is over and drained: a ring is memory that the next producer may want.
    consumer: Option<Consumer>,
    /// What was seen of a run that is over.
    counts: Counts,
    cleared_before: u64,
    /// Published when this round began: how far it drains.
    goal: u64,
    liveness_at: Instant,
    rate_at: Instant,
    rate_written: u64,
}

/// What a stream says of itself, as it can be shown: it may say anything.
fn printable(meta: &Meta) -> Meta {
    let mut meta = meta.clone();
    for text in [&mut meta.label, &mut meta.group, &mut meta.x_unit, &mut meta.y_unit] {
        *text = escaped(text).into_owned();
    }
    meta
}

/// What a new run is shown as, with room for `curves` curves.
pub(super) fn begin(consumer: &Consumer, curves: usize) -> StreamState {
    let (kind, y_offset) = (consumer.kind(), consumer.meta().y_offset);
    let data = match kind {
        StreamKind::Snapshot => Data::Frames(Frames::keeping(curves).with_y_offset(y_offset)),
        StreamKind::Events => Data::Events(Events::new()),
        StreamKind::Timed | StreamKind::Uniform | StreamKind::Xy => {
            Data::Trace(Trace::new(consumer.x_mode(), u64::MAX).with_y_offset(y_offset))
        }
    };
    let info = StreamInfo {
        meta: printable(consumer.meta()),
        kind,
        x_mode: consumer.x_mode(),
        derived: None,
        capacity: Some(consumer.capacity()),
    };
    let (run, counts) = (consumer.run(), consumer.counts());
    StreamState { info, run, liveness: Liveness::Live, counts, rate_hz: None, data }
}

impl Attached {
    pub(super) fn new(consumer: Consumer, shared: SharedStream) -> Self {
        let now = Instant::now();
        Self {
            name: consumer.name().to_owned(),
            run: consumer.run(),
            kind: consumer.kind(),
            shared,
            memory: 0,
            counts: consumer.counts(),
            // What was in the ring already came at no rate that this viewer has seen.
            rate_written: consumer.written(),
            consumer: Some(consumer),
            cleared_before: 0,
            goal: 0,
            liveness_at: now,
            rate_at: now,
        }
    }

    fn counts(&self) -> Counts {
        self.consumer.as_ref().map_or(self.counts, Consumer::counts)
    }

    pub(super) fn run_counts(&self) -> RunCounts {
        RunCounts { name: self.name.clone(), run: self.run, counts: self.counts() }
    }

    /// Begins a round: drains go as far as what is published now.
    pub(super) fn begin_round(&mut self) {
        self.goal = self.consumer.as_ref().map_or(0, Consumer::written);
    }

    /// Points that this round has still to take.
    pub(super) fn waiting(&self) -> u64 {
        self.goal.saturating_sub(self.counts().position)
    }

    /// Takes what there is of curves or events; whether anything came.
    pub(super) fn take_frames(&mut self, frame: &mut FrameData) -> bool {
        match self.kind {
            StreamKind::Snapshot => self.take_curves(frame),
            StreamKind::Events => self.take_events(frame),
            StreamKind::Timed | StreamKind::Uniform | StreamKind::Xy => false,
        }
    }

    /// Drains at most `batches`; whether anything came, and whether there is more up to the goal.
    pub(super) fn drain_points(&mut self, batch: &mut Batch, batches: usize) -> (bool, bool) {
        let Some(consumer) = &mut self.consumer else { return (false, false) };
        let (mut is_new, mut has_more) = (false, true);
        for _ in 0..batches {
            let drained = consumer.drain(batch);
            if drained.count == 0 && drained.lost == 0 {
                has_more = false;
                break;
            }
            is_new = true;
            has_more = consumer.counts().position < self.goal;
            let mut state = lock(&self.shared);
            state.counts = consumer.counts();
            if let Data::Trace(trace) = &mut state.data {
                trace.append(batch);
            }
            self.memory = state.data.memory_bytes();
            if !has_more {
                break;
            }
        }
        let cleared_before = consumer.cleared_before();
        if cleared_before > self.cleared_before {
            is_new = true;
            if let Data::Trace(trace) = &mut lock(&self.shared).data {
                trace.clear_before(cleared_before);
                self.memory = trace.memory_bytes();
            }
            // What was cleared and is still to be drained is cleared then.
            self.cleared_before = cleared_before.min(consumer.counts().position);
        }
        (is_new, has_more)
    }

    /// Takes the curves that the style shows: all that can still be read, or the newest.
    fn take_curves(&mut self, frame: &mut FrameData) -> bool {
        let Some(consumer) = &mut self.consumer else { return false };
        let mut is_new = false;
        let shared = &self.shared;
        let mut take = |frame: &FrameData| {
            is_new = true;
            if let Data::Frames(frames) = &mut lock(shared).data {
                frames.push(frame);
            }
        };
        let keeps_all = matches!(&lock(shared).data, Data::Frames(frames) if frames.max_count() > 1);
        if keeps_all {
            consumer.each_frame(frame, take);
        } else if consumer.newest_frame(frame).is_some() {
            take(frame);
        }
        let cleared_before = consumer.cleared_before();
        let is_cleared = cleared_before > self.cleared_before;
        self.cleared_before = cleared_before;
        let mut state = lock(shared);
        // Also of frames that were cleared before they could be taken.
        state.counts = consumer.counts();
        if is_cleared && let Data::Frames(frames) = &mut state.data {
            frames.clear_before(cleared_before);
        }
        self.memory = state.data.memory_bytes();
        is_new || is_cleared
    }

    fn take_events(&mut self, frame: &mut FrameData) -> bool {
        let Some(consumer) = &mut self.consumer else { return false };
        let mut is_new = false;
        let shared = &self.shared;
        let lost = consumer.each_frame(frame, |frame| {
            is_new = true;
            if let Data::Events(events) = &mut lock(shared).data {
                events.push(frame);
            }
        });
        let cleared_before = consumer.cleared_before();
        let is_cleared = cleared_before > self.cleared_before;
        self.cleared_before = cleared_before;
        let mut state = lock(shared);
        state.counts = consumer.counts();
        if is_cleared && let Data::Events(events) = &mut state.data {
            events.clear_before(cleared_before);
        }
        self.memory = state.data.memory_bytes();
        is_new || lost > 0 || is_cleared
    }

    /// Takes what was published before the end of the run, and gives back its mapping; the history stays.
    pub(super) fn take_rest(&mut self, batch: &mut Batch, frame: &mut FrameData) {
        self.begin_round();
        self.take_frames(frame);
        while !self.kind.is_frames() && self.drain_points(batch, usize::MAX).1 {}
        self.counts = self.counts();
        self.consumer = None;
    }

    /// Asks the producer how it is and how fast, now and then; whether anything changed.
    pub(super) fn look_after(&mut self, batch: &mut Batch, frame: &mut FrameData) -> bool {
        let mut is_changed = false;
        if self.liveness_at.elapsed() >= LIVENESS_EVERY {
            self.liveness_at = Instant::now();
            is_changed |= self.ask_liveness(batch, frame);
        }
        if self.rate_at.elapsed() >= Duration::from_secs(1) {
            is_changed |= self.measure_rate();
        }
        is_changed
    }

    fn ask_liveness(&mut self, batch: &mut Batch, frame: &mut FrameData) -> bool {
        let Some(liveness) = self.consumer.as_mut().map(Consumer::liveness) else { return false };
        if liveness.is_over() {
            self.take_rest(batch, frame);
        }
        let mut state = lock(&self.shared);
        let is_changed = state.liveness != liveness;
        state.liveness = liveness;
        is_changed
    }

    fn measure_rate(&mut self) -> bool {
        let written = self.counts().position;
        let seconds = self.rate_at.elapsed().as_secs_f64();
        let rate_hz = (written > self.rate_written).then(|| (written - self.rate_written) as f64 / seconds);
        (self.rate_at, self.rate_written) = (Instant::now(), written);
        let mut state = lock(&self.shared);
        let is_changed = state.rate_hz != rate_hz;
        state.rate_hz = rate_hz;
        is_changed
    }
}
