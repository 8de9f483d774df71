//! A reservation that is filled in place and published at once, or not at all.

use super::sync::Ordering;
use super::writer::{Cursor, Writer, epoch_at, publish};
use super::{Memory, Point};

/// Room for up to `remaining` points; nothing of it is visible before [`Chunk::commit`]. Dropped without commit
/// it publishes nothing, and the next push writes over it.
#[derive(Debug)]
pub struct Chunk<'w, 'm, const LOG2_BLOCK: u32 = 8> {
    writer: &'w mut Writer<'m, LOG2_BLOCK>,
    at: Cursor,
    end: u64,
}

impl<'m, const LOG2_BLOCK: u32> Writer<'m, LOG2_BLOCK> {
    /// Reserves room for `count` points, or `None` when that is more than [`Writer::max_chunk`].
    pub fn reserve(&mut self, count: u64) -> Option<Chunk<'_, 'm, LOG2_BLOCK>> {
        if count > self.max_chunk() {
            return None;
        }
        let mut at = self.cursor;
        at.reserved = super::writer::reserve(self.memory, at.position, at.reserved, count);
        self.cursor.reserved = at.reserved;
        let end = at.position + count;
        Some(Chunk { writer: self, at, end })
    }
}

impl<const LOG2_BLOCK: u32> Chunk<'_, '_, LOG2_BLOCK> {
    /// Points that still fit.
    #[inline]
    pub fn remaining(&self) -> u64 {
        self.end - self.at.position
    }

    /// Adds an xy point; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push(&mut self, point: Point) -> bool {
        self.put(point.to_bits())
    }

    /// Adds a point of a timed stream, `t` in seconds; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push_timed(&mut self, t: f64, y: f32) -> bool {
        if self.remaining() > 0 && self.at.position & (Memory::<LOG2_BLOCK>::BLOCK - 1) == 0 {
            self.at.epoch = epoch_at(t, self.at.epoch);
            self.writer.memory.epoch(self.at.position).store(self.at.epoch.to_bits(), Ordering::Relaxed);
        }
        self.put(Point::new((t - self.at.epoch) as f32, y).to_bits())
    }

    #[inline]
    fn put(&mut self, word: u64) -> bool {
        let room = self.remaining() > 0;
        if room {
            self.writer.memory.slot(self.at.position).store(word, Ordering::Relaxed);
            self.at.position += 1;
        }
        room
    }

    /// Publishes what was added, all at once; returns how many points that were.
    #[inline]
    pub fn commit(self) -> u64 {
        let count = self.at.position - self.writer.cursor.position;
        self.writer.cursor = self.at;
        publish(self.writer.memory, self.at.position);
        count
    }
}
