//! Exact columns: what the ideal polyline covers in each column of pixels, from the pyramid.
//!
//! ```text
//!        y_out of 0 = y_in of 1
//!   |       |/ \    |       |       column 1: points from the pyramid, plus the line at both edges
//!   |  .----+   \   |    .--|
//!   | /     |    \__|___/   |
//!     0         1       2
//! ```
//! The polyline in a column is continuous between breaks, so its image is an interval whose ends lie at vertices
//! or at the column's edges: `[min(lo, y_in, y_out), max(hi, y_in, y_out)]` is exactly what it covers, for any
//! number of points and at any zoom. A column that holds a pen-up, or that a broken link reaches into or spans,
//! is the hull of its pieces and marked.

use std::ops::Range;

use super::page::{PAGE, offset};
use super::pyramid::{Extent, FAN_OUT};
use super::trace::Trace;

/// Columns of equal width, anchored at absolute multiples of it, so that they do not change while the view
/// scrolls over them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnGrid {
    /// Number of the first column; column 0 begins at x = 0.
    pub first: i64,
    /// Width of a column in x.
    pub dx: f64,
    /// Columns.
    pub count: usize,
}

impl ColumnGrid {
    /// The x at the left edge of column `index` of the grid, or with `index == count` at the right edge of all:
    /// column `index` covers x in `edge(index)..edge(index + 1)`.
    #[inline]
    pub fn edge(&self, index: usize) -> f64 {
        let number = i64::try_from(index).map_or(i64::MAX, |index| self.first.saturating_add(index));
        number as f64 * self.dx
    }
}

/// What a line covers in one column of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least y covered; positive infinity if nothing is.
    pub lo: f32,
    /// Greatest y covered; negative infinity if nothing is.
    pub hi: f32,
    /// Whether a break (pen-up, lost run, step back in x) lies in the column or spans it. An empty column inside
    /// a gap has this set.
    pub gap: bool,
}

impl Column {
    /// Nothing is covered, and nothing is missing.
    pub const EMPTY: Self = Self { lo: f32::INFINITY, hi: f32::NEG_INFINITY, gap: false };

    /// Whether the line covers nothing here.
    pub fn is_empty(&self) -> bool {
        self.lo > self.hi
    }

    fn include(&mut self, extent: Extent, edges: [Edge; 2]) {
        let mut all = Extent { lo: self.lo, hi: self.hi, pen_up: self.gap };
        all.merge(extent);
        for edge in edges {
            all.include(edge.y);
            all.pen_up |= edge.broken;
        }
        *self = Self { lo: all.lo, hi: all.hi, gap: all.pen_up };
    }
}

/// Where a segment meets the edge of a column.
#[derive(Clone, Copy, Debug)]
struct Edge {
    /// The first position at or right of the edge, or the end of the segment.
    position: u64,
    /// The line's value at the edge; NaN if no line crosses it.
    y: f32,
    /// Whether the link that crosses the edge is broken.
    broken: bool,
}

/// The value at `x` of the line from `a` to `b`, where `a.0 <= x <= b.0`.
fn line_at(a: (f64, f32), b: (f64, f32), x: f64) -> f32 {
    if x >= b.0 {
        return b.1;
    }
    let (y0, y1) = (f64::from(a.1), f64::from(b.1));
    #[expect(clippy::cast_possible_truncation, reason = "y is f32 and the value lies between two of them")]
    let y = (y0 + (y1 - y0) * ((x - a.0) / (b.0 - a.0))) as f32;
    // Rounding must not leave the line, nor an infinite distance make a hole in it.
    if y.is_nan() { a.1 } else { y.clamp(a.1.min(b.1), a.1.max(b.1)) }
}

impl Trace {
    /// The exact columns of the stream's line, one for each of the grid's; see [`Column`].
    ///
    /// O(columns · log N). All are empty where x is not monotonic, and where `dx` is not a positive number.
    pub fn columns(&self, grid: &ColumnGrid, out: &mut Vec<Column>) {
        out.clear();
        out.resize(grid.count, Column::EMPTY);
        if !(grid.dx > 0.0 && grid.dx.is_finite()) {
            return;
        }
        for segment in self.segments() {
            let (x_first, x_last) = (self.reached_at(segment.start), self.reached_at(segment.end - 1));
            // Where the segment begins right of a column, or ends left of it, the two do not touch.
            let from = partition(grid.count, |column| grid.edge(column + 1) <= x_first);
            let to = partition(grid.count, |column| grid.edge(column) <= x_last);
            if from >= to {
                continue;
            }
            let mut left = self.edge(&segment, grid.edge(from), segment.start);
            for (column, index) in out[from..to].iter_mut().zip(from..) {
                let right = self.edge(&segment, grid.edge(index + 1), left.position);
                column.include(self.extent(left.position..right.position), [left, right]);
                left = right;
            }
        }
    }

    /// Least and greatest y of the line between `x0` and `x1`, both included: over the finite samples there and
    /// the line's value at the two ends. `None` where there is no line. O(log N).
    ///
    /// Where x is not monotonic, over everything held.
    pub fn y_bounds(&self, x0: f64, x1: f64) -> Option<(f32, f32)> {
        if !self.is_monotonic() {
            let all = self.extent(self.start..self.end);
            return (!all.is_empty()).then_some((all.lo, all.hi));
        }
        if x0.is_nan() || x1.is_nan() || x0 > x1 {
            return None;
        }
        let mut all = Column::EMPTY;
        for segment in self.segments() {
            let left = self.edge(&segment, x0, segment.start);
            let mut right = self.edge(&segment, x1, left.position);
            if right.position < segment.end {
                right.position = self.first_reaching(x1.next_up(), right.position..segment.end);
            }
            all.include(self.extent(left.position..right.position), [left, right]);
        }
        (!all.is_empty()).then_some((all.lo, all.hi))
    }

    /// Where the segment meets `x`, given that no position before `from` has reached it.
    fn edge(&self, segment: &Range<u64>, x: f64, from: u64) -> Edge {
        let position = self.first_reaching(x, from..segment.end);
        if position == segment.start || position == segment.end {
            // A neighbouring segment is held beyond: the link to it is a step back in x.
            let broken = position != self.start && position != self.end;
            return Edge { position, y: f32::NAN, broken };
        }
        let (before, after) = (self.y_at(position - 1), self.y_at(position));
        if before.is_nan() || after.is_nan() {
            // Pen-ups that come before any x at all are nowhere.
            let broken = self.reached_at(position - 1) > f64::NEG_INFINITY;
            return Edge { position, y: f32::NAN, broken };
        }
        let y = line_at((self.reached_at(position - 1), before), (self.reached_at(position), after), x);
        Edge { position, y, broken: false }
    }

    /// The extent of positions in `start..end`: climbs the pyramid from both ragged ends until they meet.
    pub(super) fn extent(&self, positions: Range<u64>) -> Extent {
        let mut all = Extent::EMPTY;
        let Range { mut start, mut end } = positions;
        for level in 0_u32.. {
            let (up, down) = (start.next_multiple_of(FAN_OUT), end / FAN_OUT * FAN_OUT);
            if up >= down {
                // At most one boundary lies inside.
                all.merge(self.siblings(level, start..end.min(up)));
                all.merge(self.siblings(level, end.min(up)..end));
                break;
            }
            all.merge(self.siblings(level, start..up));
            all.merge(self.siblings(level, down..end));
            (start, end) = (up / FAN_OUT, down / FAN_OUT);
        }
        all
    }

    /// The extent of buckets of one level (0 the points themselves) that have one parent.
    #[inline]
    fn siblings(&self, level: u32, indices: Range<u64>) -> Extent {
        /// Levels inside a page.
        const INSIDE: u32 = 3;
        if indices.is_empty() {
            return Extent::EMPTY;
        }
        if level >= INSIDE {
            return self.pyramid.extent((level - INSIDE) as usize, &indices);
        }
        let width = FAN_OUT.pow(level);
        let first = indices.start * width;
        let Some(page) = self.page_at(first) else { return Extent::LOST };
        #[expect(clippy::cast_possible_truncation, reason = "places in a page")]
        let places = offset(first) / width as usize..((indices.end * width - 1) % PAGE / width + 1) as usize;
        match level {
            0 => page.raw_extent(places),
            1 => page.base_extent(places),
            _ => page.middle_extent(places),
        }
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
