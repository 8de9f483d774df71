//! Pipe: whatever prints numbers becomes streams.
//!
//! `Pipe` takes pieces of text or bytes, from wherever they come, and pushes what they hold into streams, one for each
//! column, label or key. `run` feeds it with standard input or with datagrams.
//!
//! ```text
//! bytes ─ lines ─┬─ columns ────────┐
//!                ├─ arduino         │
//!                ├─ teleplot        ├─ sink ─ a Producer for each
//!                ├─ logfmt, json    │
//!                └─ labelled ───────┘
//! bytes ─ binary ───────────────────┘
//! ```
//!
//! 1. Nothing in the input ends a pipe, and nothing in it makes a panic. What is left out is counted, and the first of a
//!    kind is told.
//! 2. What was read is pushed before more is waited for.
//! 3. A date stays in whole nanoseconds until its offset from the first one is taken.
//! 4. A pipe waits for nobody who reads its streams.

mod arduino;
mod binary;
mod cells;
mod columns;
mod error;
mod feed;
mod fit;
mod json;
mod keys;
mod labelled;
mod lines;
mod logfmt;
mod names;
mod notes;
mod number;
mod reader;
mod recognise;
#[cfg(feature = "cli")]
mod run;
mod settings;
mod sink;
mod stored;
mod teleplot;
mod time;

pub use error::PipeError;
pub use feed::{Arrival, Pipe, Summary};
pub use notes::Tell;
#[cfg(feature = "cli")]
pub(crate) use run::{Source, Tee, run};
pub use settings::{Base, Format, Sample, Settings, X};
