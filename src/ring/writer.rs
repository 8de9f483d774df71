//! The producer's side: pushes, never waits, never looks at a consumer.
//!
//! All state is local; the shared memory is write-only here. The hot path works on plain fields, and the cold paths
//! take and return scalars, never `&mut self` nor a struct: then a `Writer` in a local variable lives in registers, and
//! a sequence number spilled to memory alone would make a push half as dear again.

use super::Point;
use super::copy::{Copier, Word};
use super::memory::Memory;
use super::mutant::{self, Mutant};
use super::sync::{AtomicU64, Ordering, fence};

/// Most points of a slice that is copied without a call, when they are reserved already and lie together.
const SHORT: usize = 64;
/// Points that are made of times and values at once, to be stored together.
const MADE: usize = 32;

/// The one producer of a ring.
#[derive(Debug)]
pub struct Writer<'m, const LOG2_BLOCK: u32 = 8> {
    pub(super) slots: &'m [AtomicU64],
    write_position: &'m AtomicU64,
    copier: Copier,
    /// Position of the next point.
    pub(super) position: u64,
    /// Last value given to `reserved_position`.
    pub(super) reserved: u64,
    /// Epoch of the current block, in seconds.
    pub(super) epoch: f64,
    /// Frames published so far.
    pub(super) frames: u64,
    /// Position after the last break: there the pen is up and, in a timed stream, a fresh block begins. As at the start.
    broken_at: u64,
    /// Boxed, so that the cold paths are given its address and not that of the fields above.
    pub(super) memory: Box<Memory<'m, LOG2_BLOCK>>,
}

impl<'m, const LOG2_BLOCK: u32> Writer<'m, LOG2_BLOCK> {
    const BLOCK_MASK: u64 = (1 << LOG2_BLOCK) - 1;

    /// The producer of a fresh, zeroed ring. There must be only one: the registry's lock sees to it.
    pub fn new(memory: Memory<'m, LOG2_BLOCK>) -> Self {
        let write_position = memory.counters().write_position;
        let (slots, copier, memory) = (memory.slots(), memory.copier(), Box::new(memory));
        Self {
            slots,
            write_position,
            copier,
            position: 0,
            reserved: 0,
            epoch: 0.0,
            frames: 0,
            broken_at: 0,
            memory,
        }
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
        max_chunk(&self.memory)
    }

    /// Publishes one xy point.
    #[inline]
    pub fn push(&mut self, point: Point) {
        let position = self.position;
        if position & Self::BLOCK_MASK == 0 {
            self.reserved = open_block(&self.memory, position, self.reserved, 0.0);
        }
        self.put(position, point);
    }

    /// Publishes one point of a timed stream, `t` in seconds.
    #[inline]
    pub fn push_timed(&mut self, t: f64, y: f32) {
        let position = self.position;
        if position & Self::BLOCK_MASK == 0 {
            self.epoch = epoch_at(t, self.epoch);
            self.reserved = open_block(&self.memory, position, self.reserved, self.epoch);
        }
        self.put(position, Point::new((t - self.epoch) as f32, y));
    }

    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs a fifth of a push")]
    fn put(&mut self, position: u64, point: Point) {
        let index = position as usize & (self.slots.len() - 1);
        // SAFETY: the length is a power of two, by `Memory::new`, so a number and its predecessor is below it.
        let slot = unsafe { self.slots.get_unchecked(index) };
        // ORDERING: Relaxed; made visible by the publish below.
        slot.store(point.to_word(), Ordering::Relaxed);
        sabotage_reserve_late(&self.memory, self.reserved);
        self.position = position + 1;
        publish(self.write_position, position + 1);
    }

    /// Publishes `points`, a quarter of the ring at a time.
    #[inline]
    #[expect(unsafe_code, reason = "bounds checks and a call cost as much as the copy")]
    pub fn push_slice(&mut self, points: &[Point]) {
        let (position, count) = (self.position, points.len());
        let index = position as usize & (self.slots.len() - 1);
        if count <= SHORT
            && position + count as u64 <= self.reserved
            && index + count <= self.slots.len()
            && !mutant::is(Mutant::ReserveAfterStore)
        {
            // SAFETY: the range was just found to be inside.
            let slots = unsafe { self.slots.get_unchecked(index..index + count) };
            self.copier.store(slots, points);
            self.position = position + count as u64;
            publish(self.write_position, self.position);
            return;
        }
        (self.position, self.reserved) = push_points(&self.memory, self.position, self.reserved, points);
    }

    /// Publishes the values of a uniform stream, a quarter of the ring at a time.
    #[inline]
    pub fn push_values(&mut self, y: &[f32]) {
        (self.position, self.reserved) = push_values(&self.memory, self.position, self.reserved, y);
    }

    /// Publishes `(t[i], y[i])`, a quarter of the ring at a time; of slices of unequal length, the shorter.
    #[inline]
    pub fn push_timed_slice(&mut self, t: &[f64], y: &[f32]) {
        (self.position, self.epoch) =
            push_times(&self.memory, self.position, self.reserved, self.epoch, t, y);
        self.reserved = self.reserved.max(self.position.next_multiple_of(Self::BLOCK_MASK + 1));
    }

    /// Publishes pen-ups up to the next block, at least one, so that what follows has a fresh epoch. Nothing where that is
    /// so already: right after another break, and before the first point.
    #[inline]
    pub fn break_block(&mut self) {
        if self.position != self.broken_at {
            (self.position, self.reserved) =
                break_block(&self.memory, self.position, self.reserved, self.epoch);
            self.broken_at = self.position;
        }
    }

    /// Publishes one pen-up of an xy stream; nothing right after another break, and before the first point.
    #[inline]
    pub fn break_line(&mut self) {
        if self.position != self.broken_at {
            self.push(Point::PEN_UP);
            self.broken_at = self.position;
        }
    }

    /// Marks everything published so far as cleared.
    #[inline]
    pub fn clear(&mut self) {
        let order = if mutant::is(Mutant::ClearRelaxed) { Ordering::Relaxed } else { Ordering::Release };
        // ORDERING: Release; P3, pairs with the fence in `reader::cleared_before`: who sees the mark sees the position.
        self.memory.counters().cleared_before.store(self.position, order);
    }
}

/// The most points that are published at once.
fn max_chunk<const B: u32>(memory: &Memory<'_, B>) -> u64 {
    (memory.capacity() / 4).max(Memory::<B>::BLOCK)
}

/// The epoch of a block whose first point is at `t`: a pen-up never becomes one.
#[inline]
pub(super) fn epoch_at(t: f64, before: f64) -> f64 {
    if t.is_finite() { t } else { before }
}

/// Opens the block at `position` for one point; returns the new reservation.
#[cold]
#[inline(never)]
fn open_block<const B: u32>(memory: &Memory<'_, B>, position: u64, reserved: u64, epoch: f64) -> u64 {
    sabotage_epoch_early(memory, position, epoch);
    let reserved = reserve(memory, position, reserved, 1);
    memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    reserved
}

/// Announces that positions up to `position + count`, rounded up to a whole block, may be written from now on.
/// Rounded up, because an epoch serves a whole block: it is overwritten for all its points at once.
pub(super) fn reserve<const B: u32>(memory: &Memory<'_, B>, position: u64, reserved: u64, count: u64) -> u64 {
    let end = if mutant::is(Mutant::ReserveUnrounded) {
        position + count
    } else {
        (position + count).next_multiple_of(Memory::<B>::BLOCK)
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

/// A fault for the proofs: the reservation, raised only once what it announces is stored. Nothing, in what ships.
#[inline]
pub(super) fn sabotage_reserve_late<const B: u32>(memory: &Memory<'_, B>, reserved: u64) {
    if mutant::is(Mutant::ReserveAfterStore) {
        memory.counters().reserved_position.store(reserved, Ordering::Relaxed);
    }
}

/// A fault for the proofs: an epoch, stored before its block is reserved. Nothing, in what ships.
#[inline]
fn sabotage_epoch_early<const B: u32>(memory: &Memory<'_, B>, position: u64, epoch: f64) {
    if mutant::is(Mutant::EpochBeforeReserve) {
        memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    }
}

/// Publishes everything before `end`.
#[inline]
pub(super) fn publish(write_position: &AtomicU64, end: u64) {
    let order = if mutant::is(Mutant::PublishRelaxed) { Ordering::Relaxed } else { Ordering::Release };
    // ORDERING: Release; pairs with P1 in `reader::published`.
    write_position.store(end, order);
}

/// Reserves, stores and publishes `items`, a chunk at a time; returns position and reservation. `store` is given the
/// slots of a part of the items, and that part.
fn push_all<const B: u32, T>(
    memory: &Memory<'_, B>,
    mut position: u64,
    mut reserved: u64,
    items: &[T],
    store: impl Fn(&[AtomicU64], &[T]),
) -> (u64, u64) {
    for part in items.chunks(max_chunk(memory) as usize) {
        let count = part.len() as u64;
        reserved = reserve(memory, position, reserved, count);
        let [head, tail] = memory.runs(position, count);
        let (to_head, to_tail) = part.split_at(head.len());
        store(head, to_head);
        if !to_tail.is_empty() {
            store(tail, to_tail);
        }
        sabotage_reserve_late(memory, reserved);
        position += count;
        publish(memory.counters().write_position, position);
    }
    (position, reserved)
}

#[inline(never)]
fn push_points<const B: u32>(
    memory: &Memory<'_, B>,
    position: u64,
    reserved: u64,
    points: &[Point],
) -> (u64, u64) {
    let copier = memory.copier();
    push_all(memory, position, reserved, points, |slots, points| copier.store(slots, points))
}

#[inline(never)]
fn push_values<const B: u32>(memory: &Memory<'_, B>, position: u64, reserved: u64, y: &[f32]) -> (u64, u64) {
    push_all(memory, position, reserved, y, |slots, y| {
        for (slot, y) in slots.iter().zip(y) {
            // Nothing to take apart, see `whole.rs`: no half is a float.
            slot.store(u64::from(y.to_bits()) << 32, Ordering::Relaxed);
        }
    })
}

/// Returns position and epoch.
#[inline(never)]
fn push_times<const B: u32>(
    memory: &Memory<'_, B>,
    mut position: u64,
    mut reserved: u64,
    mut epoch: f64,
    t: &[f64],
    y: &[f32],
) -> (u64, f64) {
    let length = t.len().min(y.len());
    let (chunk, copier) = (max_chunk(memory) as usize, memory.copier());
    for (t, y) in t[..length].chunks(chunk).zip(y[..length].chunks(chunk)) {
        let end = position + t.len() as u64;
        reserved = reserve(memory, position, reserved, t.len() as u64);
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
            let mut points = [Point::PEN_UP; MADE];
            for ((slots, t), y) in slots.chunks(MADE).zip(block_t.chunks(MADE)).zip(block_y.chunks(MADE)) {
                for ((point, t), y) in points.iter_mut().zip(t).zip(y) {
                    *point = Point::new((t - epoch) as f32, *y);
                }
                copier.store(slots, &points[..t.len()]);
            }
            at += block_t.len() as u64;
            (t, y) = (rest_t, rest_y);
        }
        position = end;
        sabotage_reserve_late(memory, reserved);
        publish(memory.counters().write_position, end);
    }
    (position, epoch)
}

#[cold]
#[inline(never)]
fn break_block<const B: u32>(memory: &Memory<'_, B>, position: u64, reserved: u64, epoch: f64) -> (u64, u64) {
    let end = (position + 1).next_multiple_of(Memory::<B>::BLOCK);
    let reserved = reserve(memory, position, reserved, end - position);
    if position & (Memory::<B>::BLOCK - 1) == 0 {
        memory.epoch(position).store(epoch.to_bits(), Ordering::Relaxed);
    }
    for slot in memory.runs(position, end - position).into_iter().flatten() {
        slot.store(Point::PEN_UP.to_word(), Ordering::Relaxed);
    }
    sabotage_reserve_late(memory, reserved);
    publish(memory.counters().write_position, end);
    (end, reserved)
}
