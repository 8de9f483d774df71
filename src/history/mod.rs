//! What a viewer keeps of its streams: every point of the recent past, and the summaries that make it drawable.
//!
//! Pure data: no GPU, no clock, no thread. Nothing here fails or panics on what a stream contains; odd data
//! (NaN, losses, x going backwards) has a defined meaning instead.
//!
//! - [`Trace`] holds one timed, uniform or XY stream, bounded, addressed by absolute position. It answers in
//!   O(log N) for each sweep in view, plus O(pixels) where a picture is asked for, over *all* points and never over decimated ones.
//! - [`DensityGrid`] counts the points of a trace in the cells of a view, each once as it comes and once as it goes.
//! - [`Frames`] holds the newest curves of a snapshot stream; [`Bins`] decimates them to columns of pixels.
//! - [`mod@derive`] makes other traces out of traces, sample by sample.
//! - [`Events`] holds the newest texts of an event stream.
//!
//! ```text
//! positions   start                                                        end
//!                | page 4,096 | page | lost, no page | page | page | open page |     y (and x) as f32
//!                  256 buckets of 16 points, 16 of 256     in each page
//!                  1 extent, 1 set of sums, 1 range of x   for each page
//!                  ... and for each 16, 256, 4,096 pages   while they are complete
//! ```
//!
//! # Invariants
//! 1. Buckets are aligned at absolute positions, so a bucket never straddles an eviction or a batch.
//! 2. A bucket is closed once, when its last position has come, and is used only where all of it is held: the
//!    open tail and the ragged ends of a query are read raw.
//! 3. A pen-up (non-finite x or y, or a lost position) is stored as a NaN y and counts in no extent and no sum.
//! 4. Nothing connects across a pen-up, a lost run or a step back in x.
//! 5. Time may step back as often as it likes; what is asked for is found whatever it does. Each page keeps its least and
//!    greatest x, and where it has steps back a bit for each position and the range of each block.
//!
//! # Where time steps back
//! The points are joined in the order in which they were pushed, and the line is lifted at every step back, whether a
//! sweep begins or a sample is late: nothing has to be guessed, and a picture does not change when more is known. After a
//! late sample the line goes on from that sample, over the end of the stretch before: all of time is covered, each point is
//! a vertex, and no stroke runs backwards. A *sweep* is what lies between two steps back.
//!
//! In the columns of a picture each sweep has spans of its own (`columns.rs`). A step back by less than a column is
//! wide is upright there, like a step of the signal: so late samples among many points cost no more than others, and
//! the extremes of a column are those of all its points.
//!
//! # Why not a tree over x, or a plain `Vec`
//! Positions are dense and x is sorted from one step back to the next, so an implicit pyramid over positions needs no
//! pointers and no rebalancing, and ranges of x on the same levels find the sweeps. A plain `Vec` that grows copies everything and a flat ring fixes the memory of a
//! slow stream at its limit; small pages do neither and are recycled.

mod bins;
mod breaks;
mod cache;
mod cells;
mod columns;
mod copy;
mod curve;
mod density;
pub mod derive;
mod edges;
mod events;
mod extent;
mod find;
mod frames;
mod lost;
mod page;
mod page_x;
mod paging;
mod path;
mod positives;
mod pushed;
mod pyramid;
mod query;
mod scale;
mod search;
mod shape;
mod statistics;
mod steps;
mod trace;
mod walk;
mod y_extents;

pub use bins::{Bins, raise_all};
pub use breaks::Breaks;
pub use cache::ColumnCache;
pub use cells::DensityView;
pub use columns::{Column, ColumnGrid, Columns};
pub use density::{DensityGrid, DensityMode};
pub use events::{Event, Events};
pub use frames::{Cell, Curve, Frames};
pub use lost::LostRun;
pub use scale::Scale;
pub use shape::Interpolation;
pub use statistics::Statistics;
pub use trace::Trace;
pub use walk::Sample;
