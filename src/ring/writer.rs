//! The producer's side: pushes, never waits, never looks at a consumer.
//!
//! All state is local; the shared memory is write-only here. The hot path works on plain fields. The cold paths take and
//! return scalars, and the address of the cold half, never `&mut self`: then a `Writer` in a local variable lives in
//! registers, and of one behind `&mut` only the position goes to memory. What a push stores is in `publish.rs`.

use std::fmt;

use super::Point;
use super::copy::{Copier, Word};
use super::memory::Memory;
use super::mutant::{self, Mutant};
use super::publish::{publish, put_halves, put_word};
use super::sync::{AtomicU64, Ordering, fence};

/// Most points of a slice that is copied without a call, when they lie in one block that was begun.
const SHORT: usize = 64;

/// The one producer of a ring.
pub struct Writer<'m, const LOG2_BLOCK: u32 = 8> {
    pub(super) slots: &'m [AtomicU64],
    pub(super) write_position: &'m AtomicU64,
    copier: Copier,
    /// Position of the next point.
    pub(super) position: u64,
    /// Epoch of the current block, in seconds.
    pub(super) epoch: f64,
    /// Boxed, so that the cold paths are given its address and not that of the fields above.
    pub(super) cold: Box<Cold<'m, LOG2_BLOCK>>,
}

impl<const LOG2_BLOCK: u32> fmt::Debug for Writer<'_, LOG2_BLOCK> {
    /// Without the points: there may be millions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("position", &self.position)
            .field("epoch", &self.epoch)
            .field("cold", &self.cold)
            .finish_non_exhaustive()
    }
}

/// What a plain push does not touch.
#[derive(Debug)]
pub(super) struct Cold<'m, const LOG2_BLOCK: u32> {
    pub(super) memory: Memory<'m, LOG2_BLOCK>,
    /// Last value given to `reserved_position`.
    pub(super) reserved: u64,
    /// Frames published so far.
    pub(super) frames: u64,
    /// Position after the last break: there the pen is up and, in a timed stream, a fresh block begins. As at the start.
    broken_at: u64,
}

impl<'m, const LOG2_BLOCK: u32> Writer<'m, LOG2_BLOCK> {
    const BLOCK_MASK: u64 = (1 << LOG2_BLOCK) - 1;

    /// The producer of a fresh, zeroed ring. There must be only one: the registry's lock sees to it.
    pub fn new(memory: Memory<'m, LOG2_BLOCK>) -> Self {
        let write_position = memory.counters().write_position;
        let (slots, copier) = (memory.slots(), memory.copier());
        let cold = Box::new(Cold { memory, reserved: 0, frames: 0, broken_at: 0 });
        Self { slots, write_position, copier, position: 0, epoch: 0.0, cold }
    }

    /// Points published so far.
    #[inline]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Slots in the ring, in points.
    #[inline]
    pub fn capacity(&self) -> u64 {
        self.slots.len() as u64
    }

    /// The most points of one chunk, one frame with its trailer, and one publish of a slice.
    #[inline]
    pub fn max_chunk(&self) -> u64 {
        self.cold.memory.max_chunk()
    }

    /// Publishes one xy point.
    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs a fifth of a push")]
    pub fn push(&mut self, point: Point) {
        let position = self.position;
        if position & Self::BLOCK_MASK == 0 {
            open_block(&mut self.cold, position, 0.0);
        }
        self.position = position + 1;
        // SAFETY: the number of slots is a power of two, by `Memory::new`.
        unsafe { put_word(self.slots, self.write_position, position, point.to_bits()) };
        self.cold.sabotage_reserve_late();
    }

    /// Publishes one point of a timed stream, `t` in seconds.
    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs a fifth of a push")]
    pub fn push_timed(&mut self, t: f64, y: f32) {
        let position = self.position;
        if position & Self::BLOCK_MASK == 0 {
            self.epoch = open_timed_block(&mut self.cold, position, t, self.epoch);
        }
        self.position = position + 1;
        // SAFETY: the number of slots is a power of two, by `Memory::new`.
        unsafe { put_halves(self.slots, self.write_position, position, (t - self.epoch) as f32, y) };
        self.cold.sabotage_reserve_late();
    }

    /// Publishes `points`, a quarter of the ring at a time.
    #[inline]
    #[expect(unsafe_code, reason = "bounds checks and a call cost as much as the copy")]
    pub fn push_slice(&mut self, points: &[Point]) {
        let (position, count) = (self.position, points.len());
        let in_block = position & Self::BLOCK_MASK;
        // What is left of a block that was begun is reserved, and lies together.
        if count <= SHORT
            && in_block != 0
            && in_block + count as u64 <= Self::BLOCK_MASK + 1
            && !mutant::is(Mutant::ReserveAfterStore)
        {
            let index = position as usize & (self.slots.len() - 1);
            // SAFETY: the number of slots is a power of two and at least a block, by `Memory::new`.
            let slots = unsafe { self.slots.get_unchecked(index..index + count) };
            self.copier.store(slots, points);
            self.position = position + count as u64;
            publish(self.write_position, self.position);
            return;
        }
        self.position = push_points(&mut self.cold, position, points);
    }

    /// Publishes the values of a uniform stream, a quarter of the ring at a time.
    #[inline]
    pub fn push_values(&mut self, y: &[f32]) {
        self.position = push_values(&mut self.cold, self.position, y);
    }

    /// Publishes `(t[i], y[i])`, a quarter of the ring at a time; of slices of unequal length, the shorter.
    #[inline]
    pub fn push_timed_slice(&mut self, t: &[f64], y: &[f32]) {
        (self.position, self.epoch) = push_times(&mut self.cold, self.position, self.epoch, t, y);
    }

    /// Publishes pen-ups up to the next block, at least one, so that what follows has a fresh epoch. Nothing where that is
    /// so already: right after another break, and before the first point.
    #[inline]
    pub fn break_block(&mut self) {
        if self.position != self.cold.broken_at {
            self.position = break_block(&mut self.cold, self.position, self.epoch);
        }
    }

    /// Publishes one pen-up of an xy stream; nothing right after another break, and before the first point.
    #[inline]
    pub fn break_line(&mut self) {
        if self.position != self.cold.broken_at {
            self.push(Point::PEN_UP);
            self.cold.broken_at = self.position;
        }
    }

    /// Marks everything published so far as cleared.
    #[inline]
    pub fn clear(&mut self) {
        let order = if mutant::is(Mutant::ClearRelaxed) { Ordering::Relaxed } else { Ordering::Release };
        // ORDERING: Release; P3, pairs with the fence in `reader::cleared_before`: who sees the mark sees the position.
        self.cold.memory.counters().cleared_before.store(self.position, order);
    }
}

/// The epoch of a block whose first point is at `t`: a pen-up never becomes one.
#[inline]
pub(crate) fn epoch_at(t: f64, before: f64) -> f64 {
    if t.is_finite() { t } else { before }
}

/// Opens the block at `position` for one point.
///
/// `extern "C"` means here that it never unwinds: else a position that is held in a register would have to be in memory
/// before each call.
#[cold]
#[inline(never)]
extern "C" fn open_block<const B: u32>(cold: &mut Cold<'_, B>, position: u64, epoch: f64) {
    if mutant::is(Mutant::EpochBeforeReserve) {
        cold.memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    }
    cold.reserve(position, 1);
    cold.memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
}

/// Opens the block at `position` for one point of a timed stream at `t`; returns its epoch.
#[cold]
#[inline(never)]
extern "C" fn open_timed_block<const B: u32>(
    cold: &mut Cold<'_, B>,
    position: u64,
    t: f64,
    before: f64,
) -> f64 {
    let epoch = epoch_at(t, before);
    open_block(cold, position, epoch);
    epoch
}

impl<const B: u32> Cold<'_, B> {
    /// Announces that positions up to `position + count`, rounded up to a whole block, may be written from now on.
    /// Rounded up, because an epoch serves a whole block: it is overwritten for all its points at once.
    pub(super) fn reserve(&mut self, position: u64, count: u64) {
        let end = if mutant::is(Mutant::ReserveUnrounded) {
            position + count
        } else {
            (position + count).next_multiple_of(Memory::<B>::BLOCK)
        };
        self.reserved = self.reserved.max(end);
        if !mutant::is(Mutant::ReserveAfterStore) {
            self.memory.counters().reserved_position.store(self.reserved, Ordering::Relaxed);
        }
        if !mutant::is(Mutant::NoFenceAfterReserve) {
            // ORDERING: Release; pairs with P2 in `Reader::validate`: who reads a slot or an epoch stored after this
            // fence sees the reservation.
            fence(Ordering::Release);
        }
    }

    /// A fault for the proofs: the reservation, raised only once what it announces is stored. Nothing, in what ships.
    #[inline]
    pub(super) fn sabotage_reserve_late(&self) {
        if mutant::is(Mutant::ReserveAfterStore) {
            self.memory.counters().reserved_position.store(self.reserved, Ordering::Relaxed);
        }
    }
}

/// Reserves, stores and publishes `items`, a chunk at a time; returns the position. `store` is given the slots of a part
/// of the items, and that part.
fn push_all<const B: u32, T>(
    cold: &mut Cold<'_, B>,
    mut position: u64,
    items: &[T],
    store: impl Fn(&[AtomicU64], &[T]),
) -> u64 {
    for part in items.chunks(cold.memory.max_chunk() as usize) {
        let count = part.len() as u64;
        cold.reserve(position, count);
        let [head, tail] = cold.memory.runs(position, count);
        let (to_head, to_tail) = part.split_at(head.len());
        store(head, to_head);
        if !to_tail.is_empty() {
            store(tail, to_tail);
        }
        cold.sabotage_reserve_late();
        position += count;
        publish(cold.memory.counters().write_position, position);
    }
    position
}

#[inline(never)]
fn push_points<const B: u32>(cold: &mut Cold<'_, B>, position: u64, points: &[Point]) -> u64 {
    let copier = cold.memory.copier();
    push_all(cold, position, points, |slots, points| copier.store(slots, points))
}

#[inline(never)]
fn push_values<const B: u32>(cold: &mut Cold<'_, B>, position: u64, y: &[f32]) -> u64 {
    let copier = cold.memory.copier();
    push_all(cold, position, y, |slots, y| copier.store_values(slots, y))
}

/// Returns position and epoch.
#[inline(never)]
fn push_times<const B: u32>(
    cold: &mut Cold<'_, B>,
    mut position: u64,
    mut epoch: f64,
    t: &[f64],
    y: &[f32],
) -> (u64, f64) {
    let length = t.len().min(y.len());
    let (chunk, copier) = (cold.memory.max_chunk() as usize, cold.memory.copier());
    for (t, y) in t[..length].chunks(chunk).zip(y[..length].chunks(chunk)) {
        let end = position + t.len() as u64;
        cold.reserve(position, t.len() as u64);
        let memory = &cold.memory;
        let (mut t, mut y) = (t, y);
        let mut at = position;
        while !t.is_empty() {
            let in_block = Memory::<B>::BLOCK - (at & (Memory::<B>::BLOCK - 1));
            let (block_t, rest_t) = t.split_at(t.len().min(in_block as usize));
            let (block_y, rest_y) = y.split_at(block_t.len());
            if in_block == Memory::<B>::BLOCK {
                epoch = epoch_at(block_t[0], epoch);
                memory.epoch(at).store(epoch.to_bits(), Ordering::Relaxed);
            }
            // A block never straddles the end of the ring.
            let [slots, _] = memory.runs(at, block_t.len() as u64);
            copier.store_times(slots, block_t, block_y, epoch);
            at += block_t.len() as u64;
            (t, y) = (rest_t, rest_y);
        }
        position = end;
        cold.sabotage_reserve_late();
        publish(cold.memory.counters().write_position, end);
    }
    (position, epoch)
}

/// Returns the position.
#[cold]
#[inline(never)]
fn break_block<const B: u32>(cold: &mut Cold<'_, B>, position: u64, epoch: f64) -> u64 {
    let end = (position + 1).next_multiple_of(Memory::<B>::BLOCK);
    cold.reserve(position, end - position);
    let memory = &cold.memory;
    if position & (Memory::<B>::BLOCK - 1) == 0 {
        memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    }
    for slot in memory.runs(position, end - position).into_iter().flatten() {
        slot.store(Point::PEN_UP.to_word(), Ordering::Relaxed);
    }
    cold.sabotage_reserve_late();
    publish(memory.counters().write_position, end);
    cold.broken_at = end;
    end
}
