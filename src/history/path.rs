//! The way of a trace along x: its visits to columns, whatever x does.
//!
//! ```text
//! column      0   |   1   |   2      positions 0 1 | 2 3 4 | 5   visit column 0, then 1, then 2;
//! positions   0 1 | 2 3 4 | 5        time steps back to 6, which begins another visit to column 1
//!                 |   6   | 7 8
//! ```
//! A *visit* is a longest run of positions in one column, or a line that crosses it between two positions. A walk finds
//! where each ends from the ranges of x that pages and groups of pages keep, and by bisection where x only rises: a
//! stretch that stays in one column costs O(log N), however many points it has and however often x steps back there.
//! So a walk costs what visits there are, plus the columns that lines cross.

use std::ops::Range;

use super::edges::Place;
use super::paging::{PAGE, offset, page_of};
use super::pyramid::{FAN_OUT, NO_X, hull};
use super::steps::BlockRange;
use super::trace::Trace;
use crate::ring::{BLOCK, XMode};

/// The vertices of a curve in the order in which they were pushed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    pub(super) trace: &'a Trace,
    /// Positions that make one vertex; the first says where it lies.
    pub(super) width: u64,
    /// Whether places are in samples.
    pub(super) in_samples: bool,
}

/// One stay of a path in a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Visit {
    /// The column, counted from the first edge.
    pub(super) column: usize,
    /// The positions in it; none where a line crosses it from the vertex before to the one at `start`.
    pub(super) positions: Range<u64>,
    /// Whether it comes in over the left edge, on the line to the vertex at `start`.
    pub(super) from_left: bool,
    /// Whether it leaves over the right edge, on the line to the vertex at `end`.
    pub(super) to_right: bool,
}

/// What a visit costs a walk; to cross a column costs 1.
const VISIT_COST: u64 = 8;

impl Path<'_> {
    /// The positions of whole vertices; none where no point has a place.
    pub(super) fn held(&self) -> Range<u64> {
        let Trace { start, end, .. } = *self.trace;
        if !self.trace.is_placed() {
            return end..end;
        }
        start.next_multiple_of(self.width)..end / self.width * self.width
    }

    /// The place of the vertex at a position.
    #[inline]
    pub(super) fn reached(&self, position: u64) -> f64 {
        if self.in_samples { position as f64 } else { self.trace.reached_at(position) }
    }

    /// Walks the visits that begin at `positions` to the columns between `edges`, of which each but the last is the left
    /// edge of a column. Gives where the last visit to any column, or to what lies left or right of them, began; `Err`
    /// when the walk costs more than is `left`, which it lowers by what it cost.
    pub(super) fn walk(
        &self,
        positions: Range<u64>,
        edges: &[Place],
        left: &mut u64,
        mut visit: impl FnMut(Visit),
    ) -> Result<Option<u64>, TooMuch> {
        let held = self.held();
        let mut at = positions.start.max(held.start).next_multiple_of(self.width);
        let Some(count) = edges.len().checked_sub(1).filter(|_| at < held.end) else { return Ok(None) };
        // 0 is left of all columns, `count + 1` right of them.
        let stretch = |column: usize| {
            let left = column.checked_sub(1).map_or(Place::at(f64::NEG_INFINITY), |left| edges[left]);
            [left, edges.get(column).copied().unwrap_or(Place::at(f64::INFINITY))]
        };
        let column_at = |position: u64| {
            let place = Place::at(self.reached(position));
            edges.partition_point(|edge| *edge <= place)
        };
        let next_column = |position: u64, near: usize| {
            let place = Place::at(self.reached(position));
            let is_next = near < edges.len()
                && edges[near] <= place
                && edges.get(near + 1).is_none_or(|right| place < *right);
            if is_next { near + 1 } else { edges.partition_point(|edge| *edge <= place) }
        };
        let mut column = column_at(at);
        let mut before = (at > held.start).then(|| column_at(at - self.width));
        if before == Some(column) {
            // This visit began before.
            at = self.leave(at, held.end, stretch(column));
            column = if at < held.end { column_at(at) } else { column };
        }
        let mut last = None;
        while at < positions.end.min(held.end) {
            last = Some(at);
            let mut cost = VISIT_COST;
            let from_left = before.is_some_and(|before| before < column);
            if let Some(before) = before.filter(|_| from_left) {
                for crossed in (before + 1).max(1)..column.min(count + 1) {
                    let positions = at..at;
                    visit(Visit { column: crossed - 1, positions, from_left: true, to_right: true });
                    cost += 1;
                }
            }
            let next = self.leave(at, held.end, stretch(column));
            let after = if next < held.end { next_column(next, column) } else { column };
            if (1..=count).contains(&column) {
                visit(Visit { column: column - 1, positions: at..next, from_left, to_right: after > column });
            }
            *left = left.checked_sub(cost).ok_or(TooMuch)?;
            (before, column, at) = (Some(column), after, next);
        }
        Ok(last)
    }

    /// Walks all visits to one column, from `x0` up to but not including `x1`.
    pub(super) fn visits(&self, x0: f64, x1: f64, visit: impl FnMut(Visit)) {
        if x0 < x1 {
            let mut unlimited = u64::MAX;
            let _ = self.walk(self.held(), &[x0, x1].map(Place::at), &mut unlimited, visit);
        }
    }

    /// The first vertex after `from`, which lies in a column, that does not; `end` if there is none.
    fn leave(&self, from: u64, end: u64, [left, right]: [Place; 2]) -> u64 {
        let beyond = if self.in_samples {
            right.sample()
        } else {
            let rises_until = self.trace.rises_until(from);
            let beyond = self.trace.first_reaching(right.whole, from..rises_until);
            let beyond = beyond.next_multiple_of(self.width);
            if beyond >= rises_until && beyond < end {
                // x steps back there.
                return self.skip(beyond, end, [left.whole, right.whole]);
            }
            beyond
        };
        beyond.clamp(from + self.width, end).next_multiple_of(self.width)
    }

    /// The first vertex from `from` on whose x does not lie in a stretch; `end` if there is none.
    fn skip(&self, from: u64, end: u64, [left, right]: [f64; 2]) -> u64 {
        let mut at = from;
        while at < end {
            let (mut width, mut inside) = (BLOCK, None);
            while at.is_multiple_of(width) && end - at >= width {
                let [lo, hi] = self.trace.x_range(at, width);
                if !(left <= lo && hi < right) {
                    break;
                }
                inside = Some(width);
                width *= FAN_OUT;
            }
            if let Some(width) = inside {
                at += width;
                continue;
            }
            let until = (at / BLOCK + 1).saturating_mul(BLOCK).min(end);
            let Some(page) = self.trace.page_at(at).and_then(|page| page.x()) else {
                let x = self.trace.reached_at(at);
                if !(left <= x && x < right) {
                    return at;
                }
                at = until;
                continue;
            };
            while at < until {
                let x = page.reached(offset(at));
                if !(left <= x && x < right) {
                    return at;
                }
                at += self.width;
            }
        }
        end
    }
}

/// A walk would cost more than it may.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooMuch;

impl Trace {
    /// The way of the samples along x.
    pub(super) fn path(&self) -> Path<'_> {
        Path { trace: self, width: 1, in_samples: false }
    }

    /// Whether points have a place in x.
    pub(super) fn is_placed(&self) -> bool {
        match self.x_mode {
            XMode::Uniform { t0, rate } => t0.is_finite() && rate.is_finite() && rate > 0.0,
            XMode::Timed | XMode::Xy => true,
        }
    }

    /// The first position after `position` where x may step back, or the end.
    #[inline]
    fn rises_until(&self, position: u64) -> u64 {
        match self.x_mode {
            XMode::Uniform { .. } => self.end,
            XMode::Timed => self.steps.next(position + 1).unwrap_or(self.end),
            XMode::Xy => (position + 1).min(self.end),
        }
    }

    /// Least and greatest x reached at `width` positions from `first` on, a multiple of `width`, all of which are held.
    pub(super) fn x_range(&self, first: u64, width: u64) -> [f64; 2] {
        if matches!(self.x_mode, XMode::Uniform { .. }) {
            return [self.x_at(first), self.x_at(first + width - 1)];
        }
        if let Some(level) = (width / PAGE).checked_ilog(FAN_OUT) {
            let index = first / width;
            return self.pyramid.x_range(level as usize, &(index..index + 1));
        }
        match self.steps.x_range(first) {
            BlockRange::Known(range) => range,
            BlockRange::Rises if self.x_mode == XMode::Timed => {
                [self.reached_at(first), self.reached_at(first + width - 1)]
            }
            _ => self.range_of_block(first, width),
        }
    }

    fn range_of_block(&self, first: u64, width: u64) -> [f64; 2] {
        let offsets = offset(first)..offset(first + width - 1) + 1;
        match self.page_at(first).and_then(|page| page.x()) {
            Some(x) => x.range(offsets),
            None => [self.reached_at(first); 2],
        }
    }

    /// Least and greatest x reached in the last page, which is full.
    pub(super) fn close_x_range(&mut self) -> [f64; 2] {
        let page = page_of(self.end - 1);
        let first = page * PAGE;
        match self.x_mode {
            XMode::Uniform { .. } => return NO_X,
            XMode::Timed if self.steps.x_range(first) == BlockRange::Rises => {
                return [self.reached_at(first), self.reached_at(first + PAGE - 1)];
            }
            XMode::Timed | XMode::Xy => {}
        }
        let ranges = std::array::from_fn(|block| self.range_of_block(first + block as u64 * BLOCK, BLOCK));
        self.steps.close_page(page, ranges);
        ranges.into_iter().fold(NO_X, hull)
    }
}
