//! Streams being read: what a viewer attaches to, keeps, derives and searches, with no window and no GPU.
//!
//! Contract: [`Ingest`] fills a [`Store`] on a thread of its own, whatever else the program does; who reads holds one
//! stream's lock at a time, and briefly. Nothing here draws, and nothing knows of axes or panels.
//!
//! ```text
//! registry, rings ─▶ Ingest ─append─▶ Store: a stream = a history behind a mutex ─▶ charts, files
//!                                       ▲     │
//!                                       └─────┘ Derived: a trace computed from others, in the same store
//! ```

mod arrays;
mod clock;
mod data;
mod derived;
mod ingest;
mod selection;
mod streams;
mod trigger;

pub(crate) use self::clock::{Clock, ONE_START_NANOS};
pub use self::data::{Data, Derivation, SharedStream, StreamInfo, StreamState};
pub(crate) use self::data::{curves_kept, lock};
pub use self::derived::{
    Derived, DerivedError, DerivedSpec, DerivedStatus, Formula, Scaling, Settings, WindowFunction,
};
pub(crate) use self::derived::{check, last_equals, parse_window, read_before_equals};
pub use self::ingest::{Ingest, RunCounts, default_memory_budget};
pub use self::selection::Selection;
pub use self::streams::Store;
pub(crate) use self::trigger::{Edge, Engine, Source, Threshold, sharpened};
