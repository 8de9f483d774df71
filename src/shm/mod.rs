//! Named memory: segments, the registry of streams, who is alive. The only layer that calls the operating system, all of
//! it under `os`, and the only user of `shared_memory` and `raw_sync`.
//!
//! It allocates, locks and fails in `create` and `attach`, and never afterwards.
//!
//! Linux alone so far. On other systems everything compiles, and the first call that would create or find a stream says
//! [`DirectoryError::Unsupported`].

mod barrier;
mod changes;
pub(crate) mod cleanup;
mod directory;
mod error;
mod event;
mod mapped;
pub(crate) mod name;
pub(crate) mod os;
pub(crate) mod record;
pub(crate) mod registry;
mod segment;

pub use barrier::wait_at_barrier;
pub use error::{BarrierError, Cleaned, DirectoryError, Left, MAX_PARTIES, SegmentError};
pub use name::NameError;

pub(crate) use changes::Changes;
pub(crate) use directory::for_producer;
pub(crate) use error::descriptors_text;
pub(crate) use event::{init_ready, is_ready, set_ready};
pub(crate) use mapped::Mapped;
pub(crate) use segment::Segment;
