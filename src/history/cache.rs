//! Columns kept from frame to frame.
//!
//! Columns lie at absolute multiples of their width and history is only appended to, so a column changes no more
//! once the newest point lies at or right of its right edge, unless what it shows is evicted. So an unchanged view
//! costs nothing, and one that scrolls costs the columns that came in.
//!
//! Why not trust the caller to say what changed: a trace knows. It has an identity, its start and end only grow,
//! and the steps back in x that it holds are a list that changes at its ends only.

use std::ops::Range;
use std::sync::Arc;

use super::columns::{Column, ColumnGrid};
use super::edges::{Edges, Place};
use super::scale::Scale;
use super::shape::Join;
use super::trace::Trace;

/// The columns of one stream in one plot, of which [`update`](Self::update) asks the trace only what may have
/// changed since the last time. They are always exactly those of [`Trace::columns`].
#[derive(Debug, Default)]
pub struct ColumnCache {
    columns: Vec<Column>,
    seen: Option<Seen>,
}

/// What the columns were made from.
#[derive(Debug)]
struct Seen {
    identity: Arc<()>,
    grid: ColumnGrid,
    join: Join,
    y_scale: Scale,
    positions: Range<u64>,
    is_monotonic: bool,
    /// The first and the last step back in x, and how many there are.
    back_steps: Option<(u64, u64, usize)>,
    edges: Edges,
    /// Columns whose right edge lies at or left of this place are final.
    final_until: Place,
}

impl Seen {
    fn new(trace: &Trace, grid: &ColumnGrid, join: Join, y_scale: Scale) -> Self {
        let (steps, edges) = (&trace.back_steps, trace.edges(grid));
        Self {
            identity: Arc::clone(&trace.identity),
            grid: *grid,
            join,
            y_scale,
            positions: trace.start..trace.end,
            is_monotonic: trace.is_monotonic(),
            back_steps: steps.front().zip(steps.back()).map(|(first, last)| (*first, *last, steps.len())),
            final_until: trace.final_until(&edges, join),
            edges,
        }
    }

    /// The columns of `now`, as numbers counted from 0 of the axis, that are still as they were.
    fn unchanged(&self, now: &Self, trace: &Trace) -> Option<Range<i64>> {
        let same_curve = Arc::ptr_eq(&self.identity, &now.identity)
            && (self.join, self.y_scale) == (now.join, now.y_scale)
            && (self.grid.dx.to_bits(), self.grid.scale) == (now.grid.dx.to_bits(), now.grid.scale)
            && self.is_monotonic == now.is_monotonic
            && self.back_steps == now.back_steps
            && now.positions.start < self.positions.end;
        let end = |grid: &ColumnGrid| grid.first.checked_add(i64::try_from(grid.count).ok()?);
        if !same_curve {
            return None;
        }
        let mut kept = self.grid.first.max(now.grid.first)..end(&self.grid)?.min(end(&now.grid)?);
        let edge = |number: i64| now.edges.place(number);
        if self.positions.start != now.positions.start {
            let changed_until = trace.changed_until(&now.edges, now.join);
            kept.start = partition(&kept, |number| edge(number) <= changed_until);
        }
        if self.positions.end != now.positions.end {
            kept.end = partition(&kept, |number| edge(number + 1) <= self.final_until);
        }
        (!kept.is_empty()).then_some(kept)
    }
}

impl ColumnCache {
    /// Holds nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The columns of `trace`, one for each of the grid's, as [`Trace::columns`] has them.
    ///
    /// O(new and changed columns · log N) if trace, width of a column, scales and join are those of the last time.
    pub fn update(&mut self, trace: &Trace, grid: &ColumnGrid, join: Join, y_scale: Scale) -> &[Column] {
        let now = Seen::new(trace, grid, join, y_scale);
        let kept = self.seen.as_ref().and_then(|seen| Some((seen.grid.first, seen.unchanged(&now, trace)?)));
        let place = |number: i64, first: i64| (number - first) as usize;
        let kept = kept.map_or(0..0, |(first, kept)| {
            let new = place(kept.start, grid.first)..place(kept.end, grid.first);
            let old = place(kept.start, first)..place(kept.end, first);
            self.columns.resize(self.columns.len().max(new.end), Column::EMPTY);
            self.columns.copy_within(old, new.start);
            new
        });
        self.columns.resize(grid.count, Column::EMPTY);
        let (before, rest) = self.columns.split_at_mut(kept.start);
        trace.columns_from(grid, 0, join, y_scale, before);
        trace.columns_from(grid, kept.end, join, y_scale, &mut rest[kept.len()..]);
        self.seen = Some(now);
        &self.columns
    }
}

/// The first of the numbers for which `before` is false, given that it is true up to there.
fn partition(numbers: &Range<i64>, before: impl Fn(i64) -> bool) -> i64 {
    let Range { mut start, mut end } = *numbers;
    while start < end {
        // Not `midpoint`, which rounds towards zero.
        let middle = start + (end - start) / 2;
        if before(middle) { start = middle + 1 } else { end = middle }
    }
    start
}
