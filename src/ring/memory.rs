//! The shared words of one ring, wherever they live: a mapping, a heap vector, a loom model.

use std::fmt;

use super::copy::Copier;
use super::sync::AtomicU64;

/// Everything that a producer and its consumers share. Cheap to copy; borrows the memory.
///
/// Invariants, checked by [`Memory::new`]: the slots are a power of two and at least one block of
/// `1 << LOG2_BLOCK`; there is one epoch a block.
#[derive(Clone, Copy)]
pub struct Memory<'m, const LOG2_BLOCK: u32 = 8> {
    slots: &'m [AtomicU64],
    epochs: &'m [AtomicU64],
    mask: u64,
    counters: Counters<'m>,
    copier: Copier,
}

/// The counters of one ring.
#[derive(Clone, Copy, Debug)]
pub struct Counters<'m> {
    /// Points published so far.
    pub write_position: &'m AtomicU64,
    /// How far the producer may already be writing; a whole number of blocks.
    pub reserved_position: &'m AtomicU64,
    /// Points before this one were cleared by the producer.
    pub cleared_before: &'m AtomicU64,
    /// End position of the newest frame; 0 while there is none.
    pub newest_frame: &'m AtomicU64,
    /// Frames published so far.
    pub frame_count: &'m AtomicU64,
}

impl<const LOG2_BLOCK: u32> fmt::Debug for Memory<'_, LOG2_BLOCK> {
    /// Without the points: there may be millions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("capacity", &self.slots.len())
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

impl<'m, const LOG2_BLOCK: u32> Memory<'m, LOG2_BLOCK> {
    /// Points in a block.
    pub const BLOCK: u64 = 1 << LOG2_BLOCK;

    /// The ring over `slots` and `epochs`, or `None` when their sizes break the invariants.
    pub fn new(slots: &'m [AtomicU64], epochs: &'m [AtomicU64], counters: Counters<'m>) -> Option<Self> {
        let capacity = slots.len() as u64;
        let fits = capacity.is_power_of_two()
            && capacity >= Self::BLOCK
            && epochs.len() as u64 == capacity / Self::BLOCK;
        fits.then_some(Self { slots, epochs, mask: capacity - 1, counters, copier: Copier::detect() })
    }

    /// Slots in the ring, in points.
    #[inline]
    pub fn capacity(&self) -> u64 {
        self.mask + 1
    }

    /// The most points of one chunk, one frame with its trailer, and one publish of a slice.
    #[inline]
    pub fn max_chunk(&self) -> u64 {
        (self.capacity() / 4).max(Self::BLOCK)
    }

    /// The counters.
    #[inline]
    pub fn counters(&self) -> &Counters<'m> {
        &self.counters
    }

    /// The slots.
    pub(super) fn slots(&self) -> &'m [AtomicU64] {
        self.slots
    }

    /// How runs of slots are copied on this machine.
    #[inline]
    pub(super) fn copier(&self) -> Copier {
        self.copier
    }

    /// The slot of `position`.
    pub(super) fn slot(&self, position: u64) -> &'m AtomicU64 {
        &self.slots[(position & self.mask) as usize]
    }

    /// The epoch of the block that holds `position`.
    #[inline]
    pub(super) fn epoch(&self, position: u64) -> &'m AtomicU64 {
        &self.epochs[(position >> LOG2_BLOCK) as usize & (self.epochs.len() - 1)]
    }

    /// The slots of `first..first + count`, in order, as at most two runs of neighbours; `count` ≤ capacity.
    pub(super) fn runs(&self, first: u64, count: u64) -> [&'m [AtomicU64]; 2] {
        let at = (first & self.mask) as usize;
        let head = (count as usize).min(self.slots.len() - at);
        [&self.slots[at..at + head], &self.slots[..count as usize - head]]
    }
}
