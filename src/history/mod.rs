//! What a viewer keeps of its streams: every point of the recent past, and the summaries that make it drawable.
//!
//! Pure data: no GPU, no clock, no thread. Nothing here fails or panics on what a stream contains; odd data
//! (NaN, losses, x going backwards) has a defined meaning instead.
//!
//! - [`Trace`] holds one timed, uniform or XY stream, bounded, addressed by absolute position. It answers in
//!   O(log N), plus O(pixels) where a picture is asked for, over *all* points and never over decimated ones.
//! - [`DensityGrid`] counts the points of a trace in the cells of a view, each once as it comes and once as it goes.
//! - [`Frames`] holds the newest curves of a snapshot stream; [`Bins`] decimates them to columns of pixels.
//! - [`mod@derive`] makes other traces out of traces, sample by sample.
//! - [`Events`] holds the newest texts of an event stream.
//!
//! ```text
//! positions   start                                                        end
//!                | page 4,096 | page | lost, no page | page | page | open page |     y (and x) as f32
//!                  256 buckets of 16 points, 16 of 256     in each page
//!                  1 extent and 1 set of sums              for each page
//!                  ... and for each 16, 256, 4,096 pages   while they are complete
//! ```
//!
//! # Invariants
//! 1. Buckets are aligned at absolute positions, so a bucket never straddles an eviction or a batch.
//! 2. A bucket is closed once, when its last position has come, and is used only where all of it is held: the
//!    open tail and the ragged ends of a query are read raw.
//! 3. A pen-up (non-finite x or y, or a lost position) is stored as a NaN y and counts in no extent and no sum.
//! 4. Nothing connects across a pen-up, a lost run or a step back in x.
//!
//! # Why not a tree over x, or a plain `Vec`
//! Positions are dense and x is (nearly) sorted, so position order *is* x order: an implicit pyramid needs no
//! pointers and no rebalancing. A plain `Vec` that grows copies everything and a flat ring fixes the memory of a
//! slow stream at its limit; small pages do neither and are recycled.

mod abscissae;
mod bins;
mod breaks;
mod cache;
mod cells;
mod columns;
mod copy;
mod density;
pub mod derive;
mod edges;
mod events;
mod frames;
mod heights;
mod lost;
mod page;
mod pushed;
mod pyramid;
mod query;
mod scale;
mod search;
mod shape;
mod statistics;
mod trace;

pub use bins::{Bins, raise_all};
pub use breaks::Breaks;
pub use cache::ColumnCache;
pub use cells::DensityView;
pub use columns::{Column, ColumnGrid};
pub use density::{DensityGrid, DensityMode};
pub use events::{Event, Events};
pub use frames::{Cell, Curve, Frames};
pub use lost::LostRun;
pub use query::Sample;
pub use scale::Scale;
pub use shape::Join;
pub use statistics::Statistics;
pub use trace::Trace;
