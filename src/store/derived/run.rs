//! One derived trace: what it is, and how far it has come.

use super::super::data::SharedStream;
use super::engine::Engine;
use super::error::DerivedError;
use super::formula::DerivedSpec;
use crate::ring::Batch;

/// Samples copied out of a source at a time: its lock is held for so long.
const CHUNK: usize = 1 << 14;

/// A source as it was found.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) shared: SharedStream,
    /// The life of its producer that was read.
    pub(super) run: u64,
    /// The next position to read.
    pub(super) cursor: u64,
}

/// One derived trace: what it is made of, and how far it has come.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) spec: DerivedSpec,
    /// What it is called among the streams.
    pub(super) name: String,
    /// What it fills, once its sources were there.
    pub(super) stream: Option<SharedStream>,
    pub(super) waits_for: Option<DerivedError>,
    /// Memory of its values and its window, in bytes.
    pub(super) memory_bytes: u64,
    pub(super) sources: Vec<Source>,
    pub(super) engine: Option<Engine>,
    pub(super) batch: Batch,
    pub(super) other: Batch,
}

impl Run {
    pub(super) fn new(spec: DerivedSpec) -> Self {
        Self {
            name: spec.shown_name(),
            spec,
            stream: None,
            waits_for: None,
            memory_bytes: 0,
            sources: Vec::new(),
            engine: None,
            batch: Batch::with_limit(CHUNK),
            other: Batch::with_limit(CHUNK),
        }
    }
}
