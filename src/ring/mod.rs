//! The protocol over plain memory: one producer overwrites, any number of consumers copy out and then ask what
//! may have been overwritten under their hands. No OS, no clock, no allocation on the producer's side.
//!
//! The producer never waits, never reads what a consumer wrote, and cannot fail. A consumer never spins and never
//! writes. A kill of either side at any instruction leaves a state that some live run passes through.
//!
//! ```text
//!                     reserved - capacity            write_position     reserved_position
//!        positions ---------|----------------------------|-----------------|--------->
//!                  gone     | whole: what a drain keeps  | being written   | not yet
//! ```
//!
//! Invariants:
//! - I1: `write_position` and `reserved_position` only grow, and `write_position` ≤ `reserved_position` whenever
//!   a point is stored.
//! - I2: `reserved_position` is a whole number of blocks, raised before any slot or epoch of the block is stored.
//! - I3: a slot below `write_position` holds its point until `reserved_position` passes it by a capacity.
//! - I4: an epoch serves one whole block, and is stored before the block's first point is published.
//!
//! Ordering pairs (each has a loom mutant that fails without it, in `tests/loom/`):
//! - P1: `write_position.store(Release)` in `publish.rs` / load and `fence(Acquire)` in `published`: what is counted as
//!   published is there.
//! - P2: `fence(Release)` in `Cold::reserve` / `fence(Acquire)` in `validate`: who copied a newer point sees the
//!   reservation that announced it.
//! - P3: `cleared_before.store(Release)` in `clear` / load and `fence(Acquire)` in `cleared_before`.
//! - P4: `newest_frame.store(Release)` in `push_frame` / load and `fence(Acquire)` in `FrameReader::end`.
//! - P5: the magic's `store(Release)` in `handover::announce` / load and `fence(Acquire)` in `handover::announced`: who
//!   sees the magic of a segment sees its header.
//! - P6: the state's `store(Release)` in `handover::end` / load and `fence(Acquire)` in `handover::state`: who sees the
//!   end of a run sees its last point.
//!
//! Why no sequence word in each slot: it would double the memory and the store traffic; a point is one word, so it
//! cannot be torn (in a bulk copy it can, and then it is dropped: see `copy`), and one reservation a block tells the
//! reader the same. Why validate against the reservation and not against `write_position`: a slice is stored before it
//! is published.

mod batch;
mod chunk;
mod convert;
mod copy;
mod frames;
pub mod handover;
pub mod layout;
mod memory;
pub mod mutant;
mod point;
mod publish;
mod reader;
pub mod sync;
mod whole;
mod writer;

pub use batch::{Batch, XMode};
pub use chunk::Chunk;
pub use frames::{FrameData, FrameReader, Payload};
pub use layout::{BLOCK, TRAILER};
pub use memory::{Counters, Memory};
pub use point::Point;
pub use reader::{Drained, Reader, StartAt};
pub use whole::whole;
pub use writer::Writer;
#[cfg(feature = "history")]
pub(crate) use writer::epoch_at;
