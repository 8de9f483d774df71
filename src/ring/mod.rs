//! The protocol over plain memory.

mod batch;
mod point;

pub use batch::{Batch, XMode};
pub use point::Point;

/// Points in a block: the unit of reservation and of epochs.
pub const BLOCK: u64 = 256;
