//! A reservation that is filled in place and published at once, or not at all.

use std::fmt;

use super::copy::Word;
use super::publish::publish;
use super::sync::{AtomicU64, Ordering};
use super::writer::{Writer, epoch_at};
use super::{Memory, Point};

/// Room for up to `remaining` points; nothing of it is visible before [`Chunk::commit`]. Dropped without commit
/// it publishes nothing, and the next push writes over it.
pub struct Chunk<'w, 'm, const LOG2_BLOCK: u32 = 8> {
    writer: &'w mut Writer<'m, LOG2_BLOCK>,
    slots: &'m [AtomicU64],
    position: u64,
    end: u64,
    epoch: f64,
}

impl<const LOG2_BLOCK: u32> fmt::Debug for Chunk<'_, '_, LOG2_BLOCK> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk")
            .field("position", &self.position)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl<'m, const LOG2_BLOCK: u32> Writer<'m, LOG2_BLOCK> {
    /// Reserves room for `count` points, or `None` when that is more than [`Writer::max_chunk`].
    #[inline]
    pub fn reserve(&mut self, count: u64) -> Option<Chunk<'_, 'm, LOG2_BLOCK>> {
        if count > self.max_chunk() {
            return None;
        }
        self.cold.reserve(self.position, count);
        let (slots, position, epoch) = (self.slots, self.position, self.epoch);
        Some(Chunk { writer: self, slots, position, end: position + count, epoch })
    }
}

impl<const LOG2_BLOCK: u32> Chunk<'_, '_, LOG2_BLOCK> {
    /// Points that still fit.
    #[inline]
    pub fn remaining(&self) -> u64 {
        self.end - self.position
    }

    /// Adds an xy point; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push(&mut self, point: Point) -> bool {
        self.put(point)
    }

    /// Adds a point of a timed stream, `t` in seconds; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push_timed(&mut self, t: f64, y: f32) -> bool {
        if self.remaining() > 0 && self.position & (Memory::<LOG2_BLOCK>::BLOCK - 1) == 0 {
            self.epoch = epoch_at(t, self.epoch);
            self.writer.cold.memory.epoch(self.position).store(self.epoch.to_bits(), Ordering::Relaxed);
        }
        self.put(Point::new((t - self.epoch) as f32, y))
    }

    #[inline]
    #[expect(unsafe_code, reason = "a bounds check costs as much as the store")]
    fn put(&mut self, point: Point) -> bool {
        // Not `==`: then the compiler knows two names for one number, and moves it to and fro.
        if self.position >= self.end {
            return full();
        }
        let index = self.position as usize & (self.slots.len() - 1);
        // SAFETY: the length is a power of two, by `Memory::new`, so a number and its predecessor is below it.
        let slot = unsafe { self.slots.get_unchecked(index) };
        // ORDERING: Relaxed; made visible by `commit`.
        slot.store(point.to_word(), Ordering::Relaxed);
        self.position += 1;
        true
    }

    /// Publishes what was added, all at once; returns how many points that were.
    #[inline]
    pub fn commit(self) -> u64 {
        let count = self.position - self.writer.position;
        self.writer.position = self.position;
        self.writer.epoch = self.epoch;
        self.writer.cold.sabotage_reserve_late();
        publish(self.writer.write_position, self.position);
        count
    }
}

/// What a push into a full chunk returns: lies apart, so that the loop that fills one has no jump in it.
#[cold]
fn full() -> bool {
    false
}
