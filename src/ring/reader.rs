//! The consumer's side: copies out, then asks what may have been overwritten meanwhile.
//!
//! Nothing is written, and there is no `load(Acquire)` nor read-modify-write: both are undefined on a mapping that
//! is read-only. A relaxed load and a fence are right.

use super::memory::Memory;
use super::mutant::{self, Mutant};
use super::sync::{Ordering, fence};
use super::{Batch, XMode};

/// Where a new consumer begins.
///
/// ```
/// use ringplot::{Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/start_at", std::process::id());
/// let mut heat = Producer::builder(name).capacity(1 << 10).timed()?;
/// heat.push(0.0, 20.0);
/// assert_eq!(Consumer::attach(name, StartAt::Oldest)?.counts().start, 0);
/// assert_eq!(Consumer::attach(name, StartAt::Now)?.counts().start, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StartAt {
    /// At the oldest point that is still whole.
    #[default]
    Oldest,
    /// At what is published from now on.
    Now,
}

/// What one drain did. `first..first + count` was copied; `lost` points before `first` were overwritten unread.
///
/// ```
/// use ringplot::{Batch, Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/drained", std::process::id());
/// let mut level = Producer::builder(name).capacity(1 << 10).uniform(0.0, 1e3)?;
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// level.push_slice(&[0.0; 5000]); // nearly five times the ring
///
/// let mut batch = Batch::with_limit(100);
/// let drained = consumer.drain(&mut batch);
/// assert_eq!((drained.count, drained.first), (100, drained.lost));
/// assert_eq!(drained.lost + drained.count + drained.remaining, 5000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Drained {
    /// Position of the first point copied.
    pub first: u64,
    /// Points copied.
    pub count: u64,
    /// Points between the cursor and `first` that were overwritten before they could be read.
    pub lost: u64,
    /// Published points that this drain left for the next one, because the batch was full.
    pub remaining: u64,
    /// The run that the points are of; 0 in a bare ring.
    pub run: u64,
}

/// One of any number of consumers of a ring.
#[derive(Debug)]
pub struct Reader<'m, const LOG2_BLOCK: u32 = 8> {
    pub(super) memory: Memory<'m, LOG2_BLOCK>,
    start: u64,
    cursor: u64,
}

impl<'m, const LOG2_BLOCK: u32> Reader<'m, LOG2_BLOCK> {
    /// A consumer that begins where `start` says.
    pub fn attach(memory: Memory<'m, LOG2_BLOCK>, start: StartAt) -> Self {
        Self::attach_inside(memory, start, 0)
    }

    /// A consumer that begins where `start` says, and no nearer to where the producer is writing than `headroom` points,
    /// rounded up to whole blocks: those it may overwrite before the first drain.
    pub fn attach_inside(memory: Memory<'m, LOG2_BLOCK>, start: StartAt, headroom: u64) -> Self {
        let cleared_before = cleared_before(memory);
        let (written, ahead) = published(memory);
        let whole_blocks = headroom.div_ceil(Memory::<LOG2_BLOCK>::BLOCK) * Memory::<LOG2_BLOCK>::BLOCK;
        let soon = ahead.saturating_add(whole_blocks);
        let oldest = soon.saturating_sub(memory.capacity()).max(cleared_before).min(written);
        let start = if start == StartAt::Now { written } else { oldest };
        Self { memory, start, cursor: start }
    }

    /// The cursor that attaching gave.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The position up to which this consumer has drained.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Points published so far.
    pub fn written(&self) -> u64 {
        published(self.memory).0
    }

    /// Position before which the producer cleared; grows with every `clear()`.
    pub fn cleared_before(&self) -> u64 {
        cleared_before(self.memory)
    }

    /// Slots in the ring, in points.
    pub fn capacity(&self) -> u64 {
        self.memory.capacity()
    }

    /// Copies the oldest unread points, at most `batch.limit` of them, into `batch`; `x_mode` says whether epochs
    /// go with them. A batch that was full is followed by another drain.
    pub fn drain(&mut self, batch: &mut Batch, x_mode: XMode) -> Drained {
        batch.points.clear();
        batch.epochs.clear();
        batch.x_mode = x_mode;
        batch.first = self.cursor;
        let (written, ahead) = published(self.memory);
        if written < self.cursor {
            // Only a segment that somebody scribbled over goes back: begin again where it says it is.
            self.cursor = written;
            batch.first = written;
            return Drained { first: written, ..Drained::default() };
        }
        let low = self.cursor.max(ahead.saturating_sub(self.memory.capacity())).min(written);
        let high = written.min(low.saturating_add(batch.limit as u64));
        for run in self.memory.runs(low, (high - low).min(self.memory.capacity())) {
            self.memory.copier().load(run, &mut batch.points);
        }
        let block = Memory::<LOG2_BLOCK>::BLOCK;
        if x_mode == XMode::Timed {
            let touched = low / block..high.div_ceil(block);
            batch.epochs.extend(
                touched.map(|b| f64::from_bits(self.memory.epoch(b * block).load(Ordering::Relaxed))),
            );
        }
        let safe = self.validate(low, high);
        let stale = ((safe - low) as usize).min(batch.points.len());
        if stale > 0 {
            batch.points.drain(..stale);
            let stale_epochs = (safe / block - low / block) as usize;
            batch.epochs.drain(..stale_epochs.min(batch.epochs.len()));
        }
        let lost = safe - self.cursor;
        self.cursor = high;
        batch.first = safe;
        Drained { first: safe, count: high - safe, lost, remaining: written - high, run: 0 }
    }

    /// After a copy of `low..high`: the position before which the copies may have been overwritten.
    pub(super) fn validate(&self, low: u64, high: u64) -> u64 {
        if mutant::is(Mutant::NoValidation) {
            return low;
        }
        if !mutant::is(Mutant::NoFenceAfterCopy) {
            // ORDERING: Acquire; P2, pairs with the fence in `Cold::reserve`: had a copy above read a later
            // point, the load below would see the reservation that went before it.
            fence(Ordering::Acquire);
        }
        let counters = self.memory.counters();
        let ahead = if mutant::is(Mutant::ValidateAgainstWritePosition) {
            counters.write_position.load(Ordering::Relaxed)
        } else {
            counters.reserved_position.load(Ordering::Relaxed)
        };
        ahead.saturating_sub(self.memory.capacity()).clamp(low, high)
    }
}

/// The clear mark.
fn cleared_before<const LOG2_BLOCK: u32>(memory: Memory<'_, LOG2_BLOCK>) -> u64 {
    let mark = memory.counters().cleared_before.load(Ordering::Relaxed);
    if !mutant::is(Mutant::NoFenceAfterReadingMark) {
        // ORDERING: Acquire; P3, pairs with `Writer::clear`.
        fence(Ordering::Acquire);
    }
    mark
}

/// `write_position`, and the farther of it and `reserved_position`.
fn published<const LOG2_BLOCK: u32>(memory: Memory<'_, LOG2_BLOCK>) -> (u64, u64) {
    let counters = memory.counters();
    let written = counters.write_position.load(Ordering::Relaxed);
    if !mutant::is(Mutant::NoFenceAfterReadingPosition) {
        // ORDERING: Acquire; P1, pairs with `publish::publish`.
        fence(Ordering::Acquire);
    }
    (written, written.max(counters.reserved_position.load(Ordering::Relaxed)))
}
