//! Named memory: segments, the registry of streams, who is alive. The only layer that calls the operating system,
//! and the only user of `shared_memory` and `raw_sync`.
//!
//! It allocates, locks and fails in `create` and `attach`, and never afterwards.
//!
//! Linux alone so far. On other systems everything compiles, and the first call that would create or find a stream says
//! [`DirectoryError::Unsupported`]: `elsewhere.rs` stands in for the files that call the system.

mod error;
mod mapped;
pub(crate) mod name;
pub(crate) mod record;

#[cfg(target_os = "linux")]
mod barrier;
#[cfg(target_os = "linux")]
mod changes;
#[cfg(target_os = "linux")]
pub(crate) mod cleanup;
#[cfg(target_os = "linux")]
mod directory;
#[cfg(target_os = "linux")]
mod event;
#[cfg(target_os = "linux")]
mod fork;
#[cfg(target_os = "linux")]
pub(crate) mod os;
#[cfg(target_os = "linux")]
pub(crate) mod registry;
#[cfg(target_os = "linux")]
mod segment;
#[cfg(target_os = "linux")]
pub(crate) mod sigbus;

#[cfg(not(target_os = "linux"))]
mod elsewhere;

pub use error::{BarrierError, Cleaned, DirectoryError, Left, MAX_PARTIES, SegmentError};
pub use name::NameError;

pub(crate) use mapped::Mapped;

#[cfg(target_os = "linux")]
pub use barrier::wait_at_barrier;
#[cfg(target_os = "linux")]
pub(crate) use {
    changes::Changes,
    directory::for_producer,
    event::{init_ready, is_ready, set_ready},
    segment::Segment,
};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::wait_at_barrier;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{
    Changes, Segment, cleanup, for_producer, init_ready, is_ready, os, registry, set_ready, sigbus,
};
