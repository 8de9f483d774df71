//! The producer's side: pushes, never waits, never looks at a consumer.
//!
//! All state is local; the shared memory is write-only here. The cold paths take and return [`Cursor`]s by
//! value, never `&mut self`: then a `Writer` in a local variable lives in registers, and a sequence number
//! spilled to memory alone would make a push half as dear again.

use super::Point;
use super::memory::Memory;
use super::mutant::{self, Mutant};
use super::sync::{Ordering, fence};

/// Where a producer is: local to it, and copied freely.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// Position of the next point.
    pub(super) position: u64,
    /// Last value given to `reserved_position`.
    pub(super) reserved: u64,
    /// Epoch of the current block, in seconds.
    pub(super) epoch: f64,
}

/// The one producer of a ring.
#[derive(Debug)]
pub struct Writer<'m, const LOG2_BLOCK: u32 = 8> {
    pub(super) memory: Memory<'m, LOG2_BLOCK>,
    pub(super) cursor: Cursor,
}

impl<'m, const LOG2_BLOCK: u32> Writer<'m, LOG2_BLOCK> {
    const BLOCK_MASK: u64 = (1 << LOG2_BLOCK) - 1;

    /// The producer of a fresh, zeroed ring. There must be only one: the registry's lock sees to it.
    pub fn new(memory: Memory<'m, LOG2_BLOCK>) -> Self {
        Self { memory, cursor: Cursor { position: 0, reserved: 0, epoch: 0.0 } }
    }

    /// Points published so far.
    #[inline]
    pub fn position(&self) -> u64 {
        self.cursor.position
    }

    /// Slots in the ring, in points.
    #[inline]
    pub fn capacity(&self) -> u64 {
        self.memory.capacity()
    }

    /// The most points of one chunk, one frame with its trailer, and one publish of a slice.
    #[inline]
    pub fn max_chunk(&self) -> u64 {
        (self.memory.capacity() / 4).max(Memory::<LOG2_BLOCK>::BLOCK)
    }

    /// Publishes one xy point.
    #[inline]
    pub fn push(&mut self, point: Point) {
        let position = self.cursor.position;
        if position & Self::BLOCK_MASK == 0 {
            self.cursor.reserved = open_block(self.memory, position, self.cursor.reserved, 0.0);
        }
        self.put(position, point.to_bits());
    }

    /// Publishes one point of a timed stream, `t` in seconds.
    #[inline]
    pub fn push_timed(&mut self, t: f64, y: f32) {
        let position = self.cursor.position;
        if position & Self::BLOCK_MASK == 0 {
            self.cursor.epoch = epoch_at(t, self.cursor.epoch);
            self.cursor.reserved = open_block(self.memory, position, self.cursor.reserved, self.cursor.epoch);
        }
        self.put(position, Point::new((t - self.cursor.epoch) as f32, y).to_bits());
    }

    #[inline]
    fn put(&mut self, position: u64, word: u64) {
        // ORDERING: Relaxed; made visible by the publish below.
        self.memory.slot(position).store(word, Ordering::Relaxed);
        if mutant::is(Mutant::ReserveAfterStore) {
            self.memory.counters().reserved_position.store(self.cursor.reserved, Ordering::Relaxed);
        }
        self.cursor.position = position + 1;
        publish(self.memory, position + 1);
    }

    /// Publishes `points`, a quarter of the ring at a time.
    #[inline]
    pub fn push_slice(&mut self, points: &[Point]) {
        self.cursor = push_points(self.memory, self.cursor, self.max_chunk(), points);
    }

    /// Publishes `(t[i], y[i])`, a quarter of the ring at a time; of slices of unequal length, the shorter.
    #[inline]
    pub fn push_timed_slice(&mut self, t: &[f64], y: &[f32]) {
        self.cursor = push_times(self.memory, self.cursor, self.max_chunk(), t, y);
    }

    /// Publishes the values of a uniform stream, a quarter of the ring at a time.
    #[inline]
    pub fn push_values(&mut self, y: &[f32]) {
        self.cursor = push_values(self.memory, self.cursor, self.max_chunk(), y);
    }

    /// Publishes pen-ups up to the next block, at least one, so that what follows has a fresh epoch.
    #[inline]
    pub fn break_block(&mut self) {
        self.cursor = break_block(self.memory, self.cursor);
    }

    /// Marks everything published so far as cleared.
    #[inline]
    pub fn clear(&mut self) {
        let order = if mutant::is(Mutant::ClearRelaxed) { Ordering::Relaxed } else { Ordering::Release };
        // ORDERING: Release; P3, pairs with the fence in `Reader::first_valid`: who sees the mark sees the position.
        self.memory.counters().first_valid.store(self.cursor.position, order);
    }
}

/// The epoch of a block whose first point is at `t`: a pen-up never becomes one.
#[inline]
pub(super) fn epoch_at(t: f64, before: f64) -> f64 {
    if t.is_finite() { t } else { before }
}

/// Opens the block at `position` for one point; returns the new reservation.
#[cold]
#[inline(never)]
fn open_block<const LOG2_BLOCK: u32>(
    memory: Memory<'_, LOG2_BLOCK>,
    position: u64,
    reserved: u64,
    epoch: f64,
) -> u64 {
    let reserved = reserve(memory, position, reserved, 1);
    memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    reserved
}

/// Announces that positions up to `position + count`, rounded up to a whole block, may be written from now on.
/// Rounded up, because an epoch serves a whole block: it is overwritten for all its points at once.
pub(super) fn reserve<const LOG2_BLOCK: u32>(
    memory: Memory<'_, LOG2_BLOCK>,
    position: u64,
    reserved: u64,
    count: u64,
) -> u64 {
    let end = if mutant::is(Mutant::ReserveUnrounded) {
        position + count
    } else {
        (position + count).next_multiple_of(Memory::<LOG2_BLOCK>::BLOCK)
    };
    let reserved = reserved.max(end);
    if !mutant::is(Mutant::ReserveAfterStore) {
        memory.counters().reserved_position.store(reserved, Ordering::Relaxed);
    }
    if !mutant::is(Mutant::NoFenceAfterReserve) {
        // ORDERING: Release; pairs with P2 in `Reader::validate`: who reads a slot or an epoch stored after this
        // fence sees the reservation.
        fence(Ordering::Release);
    }
    reserved
}

/// Publishes everything before `end`.
#[inline]
pub(super) fn publish<const LOG2_BLOCK: u32>(memory: Memory<'_, LOG2_BLOCK>, end: u64) {
    let order = if mutant::is(Mutant::PublishRelaxed) { Ordering::Relaxed } else { Ordering::Release };
    // ORDERING: Release; pairs with P1 in `Reader::published`.
    memory.counters().write_position.store(end, order);
}

/// Positions `first..end` cut at block borders.
fn blocks<const LOG2_BLOCK: u32>(first: u64, end: u64) -> impl Iterator<Item = (u64, u64)> {
    let mut at = first;
    std::iter::from_fn(move || {
        let from = at;
        at = (((from >> LOG2_BLOCK) + 1) << LOG2_BLOCK).min(end);
        (from < end).then_some((from, at))
    })
}

fn push_points<const B: u32>(memory: Memory<'_, B>, mut at: Cursor, chunk: u64, points: &[Point]) -> Cursor {
    for part in points.chunks(chunk as usize) {
        let count = part.len() as u64;
        at.reserved = reserve(memory, at.position, at.reserved, count);
        let [head, tail] = memory.runs(at.position, count);
        for (slot, point) in head.iter().chain(tail).zip(part) {
            slot.store(point.to_bits(), Ordering::Relaxed);
        }
        at.position += count;
        publish(memory, at.position);
    }
    at
}

fn push_values<const B: u32>(memory: Memory<'_, B>, mut at: Cursor, chunk: u64, y: &[f32]) -> Cursor {
    for part in y.chunks(chunk as usize) {
        let count = part.len() as u64;
        at.reserved = reserve(memory, at.position, at.reserved, count);
        let [head, tail] = memory.runs(at.position, count);
        for (slot, y) in head.iter().chain(tail).zip(part) {
            slot.store(Point::new(0.0, *y).to_bits(), Ordering::Relaxed);
        }
        at.position += count;
        publish(memory, at.position);
    }
    at
}
fn push_times<const B: u32>(
    memory: Memory<'_, B>,
    mut at: Cursor,
    chunk: u64,
    t: &[f64],
    y: &[f32],
) -> Cursor {
    let length = t.len().min(y.len());
    let chunk = chunk as usize;
    for (t, y) in t[..length].chunks(chunk).zip(y[..length].chunks(chunk)) {
        let (first, end) = (at.position, at.position + t.len() as u64);
        at.reserved = reserve(memory, first, at.reserved, t.len() as u64);
        for (from, to) in blocks::<B>(first, end) {
            let range = (from - first) as usize..(to - first) as usize;
            if from & (Memory::<B>::BLOCK - 1) == 0 {
                at.epoch = epoch_at(t[range.start], at.epoch);
                memory.epoch(from).store(at.epoch.to_bits(), Ordering::Relaxed);
            }
            let [slots, _] = memory.runs(from, to - from);
            for ((slot, t), y) in slots.iter().zip(&t[range.clone()]).zip(&y[range]) {
                slot.store(Point::new((t - at.epoch) as f32, *y).to_bits(), Ordering::Relaxed);
            }
        }
        at.position = end;
        publish(memory, end);
    }
    at
}

fn break_block<const B: u32>(memory: Memory<'_, B>, mut at: Cursor) -> Cursor {
    let end = (at.position + 1).next_multiple_of(Memory::<B>::BLOCK);
    at.reserved = reserve(memory, at.position, at.reserved, end - at.position);
    if at.position & (Memory::<B>::BLOCK - 1) == 0 {
        memory.epoch(at.position).store(at.epoch.to_bits(), Ordering::Relaxed);
    }
    for slot in memory.runs(at.position, end - at.position).into_iter().flatten() {
        slot.store(Point::PEN_UP.to_bits(), Ordering::Relaxed);
    }
    at.position = end;
    publish(memory, end);
    at
}
