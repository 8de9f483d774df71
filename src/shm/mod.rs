//! Named memory: segments, the registry of streams, who is alive. The only layer that calls the operating system,
//! and the only user of `shared_memory` and `raw_sync`.
//!
//! It allocates, locks and fails in `create` and `attach`, and never afterwards.

mod directory;
mod event;
mod fork;
mod gate;
pub(crate) mod guard;
pub(crate) mod name;
pub(crate) mod os;
pub(crate) mod registry;
mod segment;

pub use directory::DirectoryError;
pub use gate::{GateError, MAX_PARTIES, wait_at_gate};
pub use name::NameError;
pub use segment::SegmentError;

pub(crate) use directory::for_producer;
pub(crate) use event::{init_ready, is_ready, set_ready};
pub(crate) use segment::{Mapped, Segment};
