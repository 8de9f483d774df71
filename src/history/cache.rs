//! Columns kept from frame to frame.
//!
//! Columns lie at absolute multiples of their width and history is only appended to, so what a column covers only ever
//! grows, unless what it shows is evicted. So an unchanged view costs nothing, new points cost their visits, and a view
//! that scrolls costs the columns that came in.
//!
//! A stream of very many sweeps cannot be drawn within a frame: 10^5 sweeps come to each of 4,000 columns. Then the
//! newest are covered first, as many as the caller allows, and the others in the calls after; [`ColumnCache::share`]
//! says how much is there.
//!
//! Why not trust the caller to say what changed: a trace knows. It has an identity, and its start and end only grow.

use std::ops::Range;
use std::sync::Arc;

use super::columns::{ColumnGrid, Columns};
use super::curve::Curve;
use super::edges::{Edges, Place};
use super::scale::Scale;
use super::shape::{Interpolation, Scales};
use super::trace::Trace;
use crate::ring::XMode;

/// The columns of one stream in one plot, of which [`update`](Self::update) asks the trace only what may have
/// changed since the last time. They are always exactly those of [`Trace::columns`].
///
/// ```
/// use ringplot::history::{ColumnCache, ColumnGrid, Interpolation, Scale, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 64.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// let mut cache = ColumnCache::new(); // lives as long as the plot
/// let grid = ColumnGrid { first: 0, dx: 1.0, count: 3, scale: Scale::Linear };
/// for frame in 0..2 {
///     let points = vec![Point::new(0.0, 7.0); 64];
///     trace.append(&Batch { x_mode, first: frame * 64, points, ..Batch::with_limit(64) });
///     cache.update(&trace, &grid, Interpolation::Line, Scale::Linear);
/// }
/// assert_eq!(cache.columns()[1].hi, 7.0);
/// assert!(cache.columns()[2].is_empty(), "nothing came there yet");
/// ```
#[derive(Debug, Default)]
pub struct ColumnCache {
    columns: Columns,
    seen: Option<Seen>,
    /// The edges of the columns.
    places: Vec<Place>,
    /// Sweeps that are covered at once where not all can be.
    sweeps: u64,
}

/// What the columns were made from.
#[derive(Debug)]
struct Seen {
    identity: Arc<()>,
    grid: ColumnGrid,
    interpolation: Interpolation,
    y_scale: Scale,
    edges: Edges,
    /// What was held.
    positions: Range<u64>,
    /// The first step back in x that was held; the start where none is known.
    first_step: u64,
    /// The columns cover the visits that begin at these positions.
    done: Range<u64>,
    /// Where the last of them began.
    last_visit: Option<u64>,
}

impl Seen {
    fn new(
        trace: &Trace,
        curve: &Curve<'_>,
        grid: &ColumnGrid,
        edges: Edges,
        kind: (Interpolation, Scale),
    ) -> Self {
        let (interpolation, y_scale) = kind;
        let first_step = match trace.x_mode() {
            XMode::Uniform { .. } => u64::MAX,
            XMode::Timed => trace.steps.next(trace.start + 1).unwrap_or(u64::MAX),
            XMode::Xy => trace.start,
        };
        let end = curve.path.held().end;
        Self {
            identity: Arc::clone(&trace.identity),
            grid: *grid,
            interpolation,
            y_scale,
            edges,
            positions: trace.start..trace.end,
            first_step,
            done: end..end,
            last_visit: None,
        }
    }

    /// The columns of `now`, as numbers counted from 0 of the axis, that are still as they were but for what came since.
    fn unchanged(&self, now: &Self, curve: &Curve<'_>) -> Option<Range<i64>> {
        let is_same = Arc::ptr_eq(&self.identity, &now.identity)
            && (self.interpolation, self.y_scale) == (now.interpolation, now.y_scale)
            && (self.grid.dx.to_bits(), self.grid.scale) == (now.grid.dx.to_bits(), now.grid.scale)
            && now.positions.start < self.positions.end
            && !self.done.is_empty();
        let end = |grid: &ColumnGrid| grid.first.checked_add(i64::try_from(grid.count).ok()?);
        if !is_same {
            return None;
        }
        let mut kept = self.grid.first.max(now.grid.first)..end(&self.grid)?.min(end(&now.grid)?);
        let first = curve.path.held().start;
        if self.positions.start != now.positions.start && self.done.start <= first {
            if now.positions.start >= self.first_step {
                return None;
            }
            // What was forgotten lies left of what is the oldest now.
            let reached = |position: u64| {
                if position < now.positions.end { curve.path.reached(position) } else { f64::INFINITY }
            };
            let changed_until = Place::at(reached(now.positions.start).max(reached(first)));
            kept.start = partition(&kept, |number| now.edges.place(number) <= changed_until);
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
    /// O(new and changed columns · log N) if trace, width of a column, scales and join are those of the last time; where
    /// time stepped back, for each sweep.
    pub fn update(
        &mut self,
        trace: &Trace,
        grid: &ColumnGrid,
        interpolation: Interpolation,
        y_scale: Scale,
    ) -> &Columns {
        self.update_some(trace, grid, interpolation, y_scale, u64::MAX)
    }

    /// As [`update`](Self::update), but of the visits of the curve to columns only so many as `most` allows, the newest first; the
    /// next call goes on. A visit counts 8, and a column that a line crosses between two samples 1: about 10 ns each.
    /// [`share`](Self::share) says how far it came.
    pub fn update_some(
        &mut self,
        trace: &Trace,
        grid: &ColumnGrid,
        interpolation: Interpolation,
        y_scale: Scale,
        most: u64,
    ) -> &Columns {
        let edges = trace.edges(grid);
        let curve = Curve::on(&edges, trace, interpolation, Scales { x: grid.scale, y: y_scale });
        let mut now = Seen::new(trace, &curve, grid, edges, (interpolation, y_scale));
        let places = self.places(trace, grid, &edges);
        let mut left = most;
        if self.take_over(&mut now, &curve, &places, &mut left).is_none() {
            self.columns.clear(grid.count);
            left = most;
        }
        self.go_back(&mut now, &curve, &places, [left, most]);
        (self.seen, self.places) = (Some(now), places);
        &self.columns
    }

    /// The columns as they are since the last update.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The share of the positions held that the columns cover: 1 where they are complete.
    pub fn share(&self) -> f64 {
        self.seen.as_ref().map_or(1.0, |seen| {
            let held = seen.positions.end - seen.positions.start;
            let left = seen.done.start.saturating_sub(seen.positions.start);
            // Half a pair at the start counts as covered.
            if left <= 1 { 1.0 } else { 1.0 - left as f64 / held as f64 }
        })
    }

    /// The edges of the columns: those of the last time, and what is new of a view that scrolls to the right.
    fn places(&mut self, trace: &Trace, grid: &ColumnGrid, edges: &Edges) -> Vec<Place> {
        let mut places = std::mem::take(&mut self.places);
        let same = self.seen.as_ref().filter(|seen| Arc::ptr_eq(&seen.identity, &trace.identity));
        match same.and_then(|seen| seen.grid.moved(grid)).filter(|_| places.len() == grid.count + 1) {
            Some(by) => {
                places.drain(..by);
                places
                    .extend((grid.count + 1 - by..=grid.count).map(|index| edges.place(grid.number(index))));
                places
            }
            None => grid.places(edges),
        }
    }

    /// Keeps the columns that are still right, and covers what is new: other columns, and what was appended. `None`
    /// where nothing can be kept, or that would cost more than is `left`.
    fn take_over(
        &mut self,
        now: &mut Seen,
        curve: &Curve<'_>,
        places: &[Place],
        left: &mut u64,
    ) -> Option<()> {
        let seen = self.seen.take()?;
        let kept = seen.unchanged(now, curve)?;
        let (count, len) = (now.grid.count, (kept.end - kept.start) as usize);
        let [from, to] = [&seen.grid, &now.grid].map(|grid| (kept.start - grid.first) as usize);
        self.columns.shift(from, len, to, count);
        let held = curve.path.held();
        let done = seen.done.start.max(held.start)..held.end;
        for others in [0..to, to + len..count] {
            if !others.is_empty() && others.end < places.len() {
                let edges = &places[others.start..=others.end];
                curve.cover(done.clone(), edges, left, others.start, &mut self.columns).ok()?;
            }
        }
        let mut last_visit = seen.last_visit.map(|last| last.max(held.start));
        if seen.done.end != held.end {
            last_visit =
                curve.cover(last_visit?..held.end, places, left, 0, &mut self.columns).ok()?.or(last_visit);
        }
        (now.last_visit, now.done) = (last_visit, done);
        Some(())
    }

    /// Covers what is held and was not covered, the newest first, while there is something `left` of the most that it
    /// may cost.
    fn go_back(&mut self, now: &mut Seen, curve: &Curve<'_>, places: &[Place], [mut left, most]: [u64; 2]) {
        let held = curve.path.held();
        self.sweeps = self.sweeps.max(1);
        while now.done.start > held.start && left > 0 {
            let step = curve.path.trace.steps.nth_before(now.done.start, self.sweeps);
            let from = step.filter(|_| most < u64::MAX).map_or(held.start, |step| {
                step.next_multiple_of(curve.path.width).clamp(held.start, now.done.start - curve.path.width)
            });
            // One sweep is covered whatever it costs: so it goes on.
            let may_cost = if self.sweeps == 1 { u64::MAX } else { left };
            let mut rest = may_cost;
            let Ok(last) = curve.cover(from..now.done.start, places, &mut rest, 0, &mut self.columns) else {
                // It does no harm that some of it is covered now.
                self.sweeps = (self.sweeps / 16).max(1);
                return;
            };
            now.last_visit = now.last_visit.or(last);
            now.done.start = from;
            let cost = may_cost - rest;
            left = left.saturating_sub(cost);
            match cost {
                cost if cost < most / 32 => self.sweeps = self.sweeps.saturating_mul(4),
                cost if cost > most / 8 => self.sweeps = (self.sweeps / 4).max(1),
                _ => {}
            }
        }
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
