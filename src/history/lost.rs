//! Lost runs: positions that the producer wrote and the consumer could not read any more.

use std::collections::VecDeque;
use std::ops::Range;

/// A lost run as it lies on the x axis.
///
/// ```
/// use ringplot::history::{LostRun, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// for first in [0, 10] {
///     trace.append(&Batch { x_mode, first, points: vec![Point::new(0.0, 1.0); 2], ..Batch::with_limit(2) });
/// }
/// let mut runs = Vec::new();
/// trace.lost_runs_in(0.0, 20.0, &mut runs);
/// assert_eq!(runs, [LostRun { x0: 1.0, x1: 10.0, count: 8 }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LostRun {
    /// x of the last point before the run, or `x1` where there is none.
    pub x0: f64,
    /// x of the first point after the run; at least `x0`.
    pub x1: f64,
    /// Positions lost.
    pub count: u64,
}

/// The lost runs held, or the fillers of breaks, as disjoint ranges of positions, oldest first.
#[derive(Debug, Default)]
pub(super) struct LostRuns {
    runs: VecDeque<Range<u64>>,
}

impl LostRuns {
    pub(super) fn push(&mut self, run: Range<u64>) {
        self.runs.push_back(run);
    }

    /// Adds a position after all others.
    pub(super) fn extend(&mut self, position: u64) {
        match self.runs.back_mut().filter(|run| run.end == position) {
            Some(run) => run.end += 1,
            None => self.push(position..position + 1),
        }
    }

    /// The runs that contain a position of `positions`, oldest first, not clipped.
    pub(super) fn touching(&self, positions: &Range<u64>) -> impl Iterator<Item = &Range<u64>> + use<'_> {
        let from = self.runs.partition_point(|run| run.end <= positions.start);
        let end = positions.end;
        self.runs.range(from..).take_while(move |run| run.start < end)
    }

    pub(super) fn contains(&self, position: u64) -> bool {
        self.touching(&(position..position + 1)).next().is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(super) fn evict_before(&mut self, position: u64) {
        while self.runs.front().is_some_and(|run| run.end <= position) {
            self.runs.pop_front();
        }
        if let Some(run) = self.runs.front_mut() {
            run.start = run.start.max(position);
        }
    }

    pub(super) fn memory_bytes(&self) -> u64 {
        (self.runs.len() * size_of::<Range<u64>>()) as u64
    }
}
