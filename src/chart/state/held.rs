//! What curves in the plane keep while their plot stands still: the history goes on, the picture does not.

use std::collections::HashMap;
use std::ops::Range;

use super::super::axes::Scales;
use super::super::bounds::bounds_of;
use super::super::snapshot::StreamSnapshot;
use crate::history::{Frames, Trace};
use crate::store::{Data, lock};

/// Points that a curve in the plane shows.
pub(crate) enum PlanePoints<'a> {
    /// Some positions of a trace.
    Trace(&'a Trace, Range<u64>),
    /// Whole curves, the newest last.
    Frames(&'a Frames),
}

/// What is kept of one stream.
#[derive(Clone, Debug)]
struct Kept {
    scales: Scales,
    run: u64,
    end: u64,
    frames: Option<Frames>,
    /// Lowest and highest x and y of a trace.
    bounds: Option<[(f64, f64); 2]>,
}

/// What is kept, by the names of the streams; nothing while the plot follows.
#[derive(Debug, Default)]
pub(super) struct HeldPoints(HashMap<String, Kept>);

impl HeldPoints {
    pub(super) fn keep<'a>(&mut self, streams: impl Iterator<Item = &'a StreamSnapshot>, scales: Scales) {
        let keep = streams.map(|stream| {
            let state = lock(&stream.shared);
            let (frames, bounds) = match &state.data {
                Data::Frames(frames) => (Some(frames.clone()), None),
                Data::Trace(trace) => (None, bounds_of(trace, scales)),
                Data::Events(_) => (None, None),
            };
            drop(state);
            let (run, end) = (stream.run, stream.end);
            (stream.info.meta.name.clone(), Kept { scales, run, end, frames, bounds })
        });
        self.0 = keep.collect();
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn of(&self, stream: &StreamSnapshot) -> Option<&Kept> {
        self.0.get(&stream.info.meta.name).filter(|kept| kept.run == stream.run)
    }

    /// Lowest and highest x and y of what is kept of a trace, if they are known for these scales.
    pub(super) fn bounds(&self, stream: &StreamSnapshot, scales: Scales) -> Option<[(f64, f64); 2]> {
        self.of(stream).filter(|kept| kept.scales == scales).and_then(|kept| kept.bounds)
    }

    /// Calls `f` with what a curve in the plane shows of a stream now: the newest points, or those it held when
    /// it was stopped. `None` if there is nothing.
    pub(super) fn with_points<R>(
        &self,
        stream: &StreamSnapshot,
        max_points: u64,
        f: impl FnOnce(PlanePoints<'_>) -> R,
    ) -> Option<R> {
        let kept = self.of(stream);
        let state = lock(&stream.shared);
        match &state.data {
            Data::Trace(trace) => {
                let end = kept.map_or(trace.end(), |kept| kept.end);
                Some(f(PlanePoints::Trace(trace, end.saturating_sub(max_points)..end)))
            }
            Data::Frames(frames) => {
                let frames = kept.and_then(|kept| kept.frames.as_ref()).unwrap_or(frames);
                (!frames.is_empty()).then(|| f(PlanePoints::Frames(frames)))
            }
            Data::Events(_) => None,
        }
    }
}
