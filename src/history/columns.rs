//! Exact columns: what the ideal curve covers in each column of pixels, from the pyramid.
//!
//! ```text
//!        y_out of 0 = y_in of 1
//!   |       |/ \    |       |       column 1: points from the pyramid, plus the line at both edges
//!   |  .----+   \   |    .--|
//!   | /     |    \__|___/   |
//!     0         1       2
//! ```
//! The curve in a column is continuous between breaks, so its image is an interval whose ends lie at vertices
//! or at the column's edges: `[min(lo, y_in, y_out), max(hi, y_in, y_out)]` is exactly what it covers, for any
//! number of points and at any zoom. That holds for steps as well, whose value at an edge is that of a
//! neighbour. A column that holds a pen-up, or that a broken link reaches into or spans, is the hull of its pieces
//! and marked.

use std::ops::Range;

use super::edges::{Edges, Place};
use super::pyramid::Extent;
use super::scale::Scale;
use super::shape::{Join, Scales};
use super::trace::Trace;

/// Columns of equal width on the axis, anchored at absolute multiples of it, so that they do not change while
/// the view scrolls over them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnGrid {
    /// Number of the first column; column 0 begins at place 0 of the axis (x = 0, or x = 1 on a logarithmic one).
    pub first: i64,
    /// Width of a column along the axis: in x, or in decades on a logarithmic one.
    pub dx: f64,
    /// Columns.
    pub count: usize,
    /// The scale of the x axis.
    pub scale: Scale,
}

impl ColumnGrid {
    /// The x at the left edge of column `index` of the grid, or with `index == count` at the right edge of all:
    /// column `index` covers x in `edge(index)..edge(index + 1)`. On a linear axis the columns of a uniform stream
    /// have their edges at whole samples and parts of one, which is the same but for rounding.
    #[inline]
    pub fn edge(&self, index: usize) -> f64 {
        self.scale.value(self.number(index) as f64 * self.dx)
    }

    #[inline]
    fn number(&self, index: usize) -> i64 {
        i64::try_from(index).map_or(i64::MAX, |index| self.first.saturating_add(index))
    }
}

/// What a curve covers in one column of pixels, in values as they are in the data, whatever the scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least value covered; positive infinity if nothing is.
    pub lo: f64,
    /// Greatest value covered; negative infinity if nothing is.
    pub hi: f64,
    /// Whether a break (pen-up, lost run, step back in x) lies in the column or spans it. An empty column inside
    /// a gap has this set.
    pub gap: bool,
}

impl Column {
    /// Nothing is covered, and nothing is missing.
    pub const EMPTY: Self = Self { lo: f64::INFINITY, hi: f64::NEG_INFINITY, gap: false };

    /// Whether the curve covers nothing here.
    pub fn is_empty(&self) -> bool {
        self.lo > self.hi
    }

    /// The column with all between the curve and zero: of a [`Join::Line`]'s, that of its [`Join::Area`].
    #[must_use]
    pub fn down_to_zero(self) -> Self {
        if self.is_empty() {
            self
        } else {
            Self { lo: self.lo.min(0.0), hi: self.hi.max(0.0), gap: self.gap }
        }
    }

    fn include(&mut self, trace: &Trace, extent: Extent, edges: &[Edge]) {
        let mut all = extent;
        for edge in edges {
            all.include(edge.lo);
            all.include(edge.hi);
            all.pen_up |= edge.is_broken;
        }
        self.lo = self.lo.min(trace.value(all.lo));
        self.hi = self.hi.max(trace.value(all.hi));
        self.gap |= all.pen_up;
    }
}

/// Where a stretch meets the edge of a column.
#[derive(Clone, Copy, Debug)]
struct Edge {
    /// The first position at or right of the edge, or the end of the stretch.
    position: u64,
    /// Least y at the edge; NaN if nothing crosses it.
    lo: f32,
    /// Greatest y at the edge; NaN if nothing crosses it.
    hi: f32,
    /// Whether the link that crosses the edge is broken.
    is_broken: bool,
}

/// A curve over a trace: the stretches that it consists of, and what it is at edges.
#[derive(Clone, Copy, Debug)]
struct Curve<'a> {
    trace: &'a Trace,
    join: Join,
    scales: Scales,
    /// Whether places are in samples.
    in_samples: bool,
}

impl<'a> Curve<'a> {
    fn new(trace: &'a Trace, join: Join, scales: Scales) -> Self {
        Self { trace, join, scales, in_samples: false }
    }

    fn on(edges: &Edges, trace: &'a Trace, join: Join, scales: Scales) -> Self {
        Self { in_samples: edges.in_samples(), ..Self::new(trace, join, scales) }
    }

    /// Positions that make one vertex.
    fn width(&self) -> u64 {
        if self.join == Join::Band { 2 } else { 1 }
    }

    /// The positions of whole vertices.
    fn held(&self) -> Range<u64> {
        let width = self.width();
        self.trace.start.next_multiple_of(width)..self.trace.end / width * width
    }

    /// The stretches without a step back in x, each of at least one vertex. A pair split by one stays whole.
    fn stretches(&self) -> impl Iterator<Item = Range<u64>> + use<'a> {
        let (width, held) = (self.width(), self.held());
        let stretches = self.trace.segments().map(move |segment| {
            segment.start.next_multiple_of(width)..segment.end.next_multiple_of(width).min(held.end)
        });
        stretches.filter(|stretch| !stretch.is_empty())
    }

    /// The place reached at a position.
    #[inline]
    fn reached(&self, position: u64) -> f64 {
        if self.in_samples { position as f64 } else { self.trace.reached_at(position) }
    }

    /// The first vertex from `from` on that has reached a place.
    fn first_reaching(&self, place: Place, from: u64, stretch: &Range<u64>) -> u64 {
        // The last point of the last pair may lie in the segment after.
        let end = stretch.end + 1 - self.width();
        let position = if self.in_samples {
            place.sample().clamp(from.min(end), end)
        } else {
            self.trace.first_reaching(place.whole, from..end)
        };
        position.next_multiple_of(self.width()).min(stretch.end)
    }

    /// Least and greatest y of the vertex at `position`, `None` if it is broken.
    fn vertex(&self, position: u64) -> Option<[f32; 2]> {
        let floor = self.trace.floor(self.scales.y);
        let is_on = |y: &f32| f64::from(*y) > floor;
        let y = Some(self.trace.y_at(position)).filter(is_on)?;
        if self.join != Join::Band {
            return Some([y, y]);
        }
        let other = Some(self.trace.y_at(position + 1)).filter(is_on)?;
        Some([y.min(other), y.max(other)])
    }

    /// Where the stretch meets a place, given that no vertex before `from` has reached it.
    fn edge(&self, stretch: &Range<u64>, place: Place, from: u64) -> Edge {
        let position = self.first_reaching(place, from, stretch);
        let open = |is_broken| Edge { position, lo: f32::NAN, hi: f32::NAN, is_broken };
        if position == stretch.start || position == stretch.end {
            // A neighbouring stretch is held beyond: the link to it is a step back in x.
            let held = self.held();
            return open(position != held.start && position != held.end);
        }
        let before = position - self.width();
        let x0 = self.reached(before);
        if x0 <= self.scales.x.floor() {
            // What comes before any x at all is nowhere.
            return open(false);
        }
        let (Some(a), Some(b)) = (self.vertex(before), self.vertex(position)) else { return open(true) };
        // Samples from the one before: what is left is exact.
        let (x0, x1, x) = if self.in_samples {
            (0.0, self.width() as f64, place.whole - x0 + place.part)
        } else {
            (x0, self.trace.reached_at(position), place.whole)
        };
        let line_at = |end: usize| self.scales.line_at((x0, a[end]), (x1, b[end]), x, self.trace.y_offset);
        let [lo, hi] = match self.join {
            Join::StepPre => b,
            Join::StepMid if x > x0.midpoint(x1) => b,
            Join::StepMid | Join::StepPost => a,
            Join::Stem | Join::Points => return open(false),
            Join::Line | Join::Area => [line_at(0); 2],
            Join::Band => [0, 1].map(line_at),
        };
        Edge { position, lo, hi, is_broken: false }
    }

    /// Fills `out` with the columns of the grid from number `at` on.
    fn columns(&self, edges: &Edges, grid: &ColumnGrid, at: usize, out: &mut [Column]) {
        out.fill(Column::EMPTY);
        if !(grid.dx > 0.0 && grid.dx.is_finite()) {
            return;
        }
        let edge = |index| edges.place(grid.number(index));
        let mut heights = self.trace.heights(self.scales.y);
        for stretch in self.stretches() {
            let first = Place::at(self.reached(stretch.start));
            let last = Place::at(self.reached(stretch.end - self.width()));
            // Where the stretch begins right of a column, or ends left of it, the two do not touch.
            let from = partition(out.len(), |column| edge(at + column + 1) <= first);
            let to = partition(out.len(), |column| edge(at + column) <= last);
            if from >= to {
                continue;
            }
            let mut left = self.edge(&stretch, edge(at + from), stretch.start);
            for (column, index) in out[from..to].iter_mut().zip(at + from..) {
                let right = self.edge(&stretch, edge(index + 1), left.position);
                let extent = heights.extent(left.position..right.position);
                column.include(self.trace, extent, &[left, right]);
                left = right;
            }
        }
        if self.join.has_zero() {
            for column in out {
                *column = column.down_to_zero();
            }
        }
    }
}

impl Trace {
    /// The exact columns of the stream, one for each of the grid's; see [`Column`]. Not positive y are left out on
    /// a logarithmic `y_scale`.
    ///
    /// O(columns · log N); once O(N) on a logarithmic axis, see [`left_out`](Self::left_out). All are empty where x
    /// is not monotonic, and where `dx` is not a positive number.
    pub fn columns(&self, grid: &ColumnGrid, join: Join, y_scale: Scale, out: &mut Vec<Column>) {
        out.resize(grid.count, Column::EMPTY);
        self.columns_from(grid, 0, join, y_scale, out);
    }

    /// As [`columns`](Self::columns), for those from index `at` of the grid on.
    pub(super) fn columns_from(
        &self,
        grid: &ColumnGrid,
        at: usize,
        join: Join,
        y_scale: Scale,
        out: &mut [Column],
    ) {
        let scales = Scales { x: grid.scale, y: y_scale };
        let edges = self.edges(grid);
        Curve::on(&edges, self, join, scales).columns(&edges, grid, at, out);
    }

    /// The place that the oldest vertex has reached: columns that begin right of it are the same without what came
    /// before.
    pub(super) fn changed_until(&self, edges: &Edges, join: Join) -> Place {
        let curve = Curve::on(edges, self, join, Scales::LINEAR);
        let first = curve.held().start;
        let reached =
            |position: u64| if position < self.end { curve.reached(position) } else { f64::INFINITY };
        Place::at(reached(self.start).max(reached(first)))
    }

    /// The place that the newest vertex has reached: columns that end there or before will never be other than they
    /// are.
    pub(super) fn final_until(&self, edges: &Edges, join: Join) -> Place {
        let curve = Curve::on(edges, self, join, Scales::LINEAR);
        let last = curve.held().end.saturating_sub(curve.width());
        // Of a pair that came in part, the rest may lie before all others.
        let in_last_segment = self.back_steps.back().is_none_or(|step| *step <= last);
        let is_final = curve.held().contains(&last) && in_last_segment;
        Place::at(if is_final { curve.reached(last) } else { f64::NEG_INFINITY })
    }

    /// Least and greatest value of the curve between `x0` and `x1`, both included: over the samples there and the
    /// curve at the two ends, and zero if an area or stems are drawn on a linear axis; over the positive samples
    /// on a logarithmic one. `None` where there is none. O(log N).
    ///
    /// Where x is not monotonic, over everything held.
    pub fn y_bounds(
        &self,
        x0: f64,
        x1: f64,
        join: Join,
        x_scale: Scale,
        y_scale: Scale,
    ) -> Option<(f64, f64)> {
        let mut all = Column::EMPTY;
        let mut heights = self.heights(y_scale);
        if !self.is_monotonic() {
            all.include(self, heights.extent(self.start..self.end), &[]);
        } else if x0 <= x1 {
            let x0 = x0.max(x_scale.floor().next_up());
            let curve = Curve::new(self, join, Scales { x: x_scale, y: y_scale });
            for stretch in curve.stretches() {
                let left = curve.edge(&stretch, Place::at(x0), stretch.start);
                let mut right = curve.edge(&stretch, Place::at(x1), left.position);
                right.position = curve.first_reaching(Place::at(x1.next_up()), right.position, &stretch);
                all.include(self, heights.extent(left.position..right.position), &[left, right]);
            }
        }
        if join.has_zero() && y_scale == Scale::Linear {
            all = all.down_to_zero();
        }
        (!all.is_empty()).then_some((all.lo, all.hi))
    }
}

/// The first index in `0..count` for which `before` is false, given that it is true up to there.
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
