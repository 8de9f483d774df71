//! What a [`Trace`] answers besides columns: points, bounds, statistics, losses.

use std::ops::Range;

use super::extent::Extent;
use super::lost::LostRun;
use super::paging::{PAGE, offset};
use super::pyramid::FAN_OUT;
use super::scale::Scale;
use super::statistics::{Statistics, Sums};
use super::trace::Trace;
use crate::ring::{BLOCK, XMode};
use crate::stream::offset_value;

/// An end of a range of x.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Least,
    Greatest,
}

/// Positions read raw at most to find the x after a lost run.
const LOOK_AHEAD: u64 = PAGE;

impl Trace {
    /// x and value at `position`; the value is NaN at a pen-up. `None` if it is not held or was lost.
    pub fn point(&self, position: u64) -> Option<(f64, f64)> {
        let held = (self.start..self.end).contains(&position) && !self.lost.contains(position);
        held.then(|| self.x_and_value(position))
    }

    /// The value of a y that is held.
    #[inline]
    pub(super) fn value(&self, y: f32) -> f64 {
        // What kind of NaN a page holds is its own affair.
        if y.is_nan() { f64::NAN } else { offset_value(self.y_offset, y) }
    }

    /// Least and greatest value at `positions`, if all of them are held and nothing breaks the line there: no pen-up, no
    /// loss, no step back in x. `None` in an XY stream. O(log N).
    pub fn unbroken_range(&self, positions: Range<u64>) -> Option<(f64, f64)> {
        let is_held = !positions.is_empty() && positions.start >= self.start && positions.end <= self.end;
        if !is_held || self.x_mode == XMode::Xy || self.steps.count(&positions) > 0 {
            return None;
        }
        let extent = self.extent(positions);
        (!extent.pen_up && !extent.is_empty()).then(|| (self.value(extent.lo), self.value(extent.hi)))
    }

    /// Position, x and value of the newest finite point. O(log N).
    pub fn newest(&self) -> Option<(u64, f64, f64)> {
        let position = self.last_finite(self.start..self.end)?;
        Some((position, self.x_at(position), self.value(self.y_at(position))))
    }

    /// The x reached before each of the last steps back in x, the newest first, `most` of them. O(most · log N).
    pub fn peaks(&self, most: usize) -> Vec<f64> {
        let mut peaks = Vec::new();
        let mut before = self.end;
        while peaks.len() < most
            && let Some(step) = self.steps.nth_before(before, 1).filter(|step| *step > self.start)
        {
            peaks.push(self.reached_at(step - 1));
            before = step;
        }
        peaks
    }

    /// Least and greatest x of the finite points held. O(log N) where time does not step back, or by little.
    pub fn x_bounds(&self) -> Option<(f64, f64)> {
        let all = [f64::NEG_INFINITY, f64::INFINITY];
        let [least, greatest] = [End::Least, End::Greatest].map(|end| self.outermost(all, end));
        Some((least?.1, greatest?.1))
    }

    /// The positions with x in `[x0, x1)`, from the first to the last: others lie between them where x stepped back. O(log
    /// N) for each time that x comes there.
    pub fn positions_in(&self, x0: f64, x1: f64) -> Range<u64> {
        let mut all = None::<Range<u64>>;
        self.stays_in(x0, x1, |stay| {
            if !stay.is_empty() {
                all = Some(all.as_ref().map_or(stay.start, |all| all.start)..stay.end);
            }
        });
        all.unwrap_or(self.end..self.end)
    }

    /// Calls `f` with the longest runs of positions with x in `[x0, x1)`, in order; also with the place of each line
    /// between two samples that only crosses it, as an empty run right before the second one. O(log N) for each.
    pub fn stays_in(&self, x0: f64, x1: f64, mut f: impl FnMut(Range<u64>)) {
        self.path().visits(x0, x1, |visit| f(visit.positions));
    }

    /// Statistics of all finite samples with x in `[x0, x1)`. O(log N) for each time that x comes there, with at most two
    /// pages read raw.
    ///
    /// They are of the samples, whatever is drawn between them; what a logarithmic axis leaves out counts too.
    pub fn statistics(&self, x0: f64, x1: f64) -> Statistics {
        let mut extent = Extent::EMPTY;
        let mut sums = Sums::default();
        self.stays_in(x0, x1, |positions| {
            extent.merge(self.extent(positions.clone()));
            sums.merge(&self.sums(positions));
        });
        Statistics::new(extent, &sums, self.y_offset)
    }

    /// How many finite samples with x in `[x0, x1)` have no place on axes of these scales: their x or y is not
    /// positive. O(log N) for each time that x comes there; what is asked about a bucket with y of both signs is found
    /// from its points once and remembered, so the first look at all of such a stream is O(N).
    pub fn left_out(&self, x0: f64, x1: f64, x_scale: Scale, y_scale: Scale) -> u64 {
        let mut heights = self.heights(y_scale);
        let on_axis = x_scale.floor().next_up();
        let mut count = 0;
        self.stays_in(x0, x1.min(on_axis), |positions| count += self.sums(positions).count());
        self.stays_in(x0.max(on_axis), x1, |positions| count += heights.left_out(positions));
        count
    }

    /// The lost runs that lie at least partly between `x0` and `x1`, oldest first. O(runs + log N for each time that x
    /// comes there).
    pub fn lost_runs_in(&self, x0: f64, x1: f64, out: &mut Vec<LostRun>) {
        out.clear();
        if self.lost.is_empty() {
            return;
        }
        let mut next = self.start;
        self.stays_in(x0, x1, |stay| {
            // A run that spans [x0, x1) lies right before an empty stay.
            let near = next.max(stay.start.saturating_sub(1))..(stay.end + 1).min(self.end);
            for run in self.lost.touching(&near) {
                next = run.end;
                let placed = self.place(run);
                if placed.x0 < x1 && placed.x1 >= x0 {
                    out.push(placed);
                }
            }
        });
    }

    /// x and value of the nearest finite sample at or before `x`; of several at the same x, of the newest. O(log N) where time
    /// does not step back, or by little.
    pub fn value_at(&self, x: f64) -> Option<(f64, f64)> {
        self.position_at(x).map(|position| self.x_and_value(position))
    }

    /// Position of the nearest finite sample at or before `x`; of several at the same x, of the newest.
    pub(super) fn position_at(&self, x: f64) -> Option<u64> {
        self.outermost([f64::NEG_INFINITY, x], End::Greatest).map(|found| found.0)
    }

    /// x and value of the nearest finite sample after `x`; of several at the same x, of the oldest. O(log N) where time does
    /// not step back, or by little.
    pub fn value_after(&self, x: f64) -> Option<(f64, f64)> {
        self.outermost([x.next_up(), f64::INFINITY], End::Least).map(|found| self.x_and_value(found.0))
    }

    pub(super) fn x_and_value(&self, position: u64) -> (f64, f64) {
        (self.x_at(position), self.value(self.y_at(position)))
    }

    /// Position and x of the finite sample with the least x among those with x from `window[0]` to `window[1]`, of several
    /// of the oldest; or with the greatest x, of several of the newest.
    fn outermost(&self, window: [f64; 2], which: End) -> Option<(u64, f64)> {
        let Range { mut start, mut end } = self.path().held();
        if window.iter().any(|x| x.is_nan()) {
            return None;
        }
        let is_least = which == End::Least;
        let mut best = None::<(u64, f64)>;
        let is_better = |x: f64, best: Option<(u64, f64)>| {
            best.is_none_or(|best| if is_least { x < best.1 } else { x > best.1 })
        };
        // From the end where it is found at once if time does not step back.
        while start < end {
            let bucket = |width: u64| if is_least { start..start + width } else { end - width..end };
            let is_whole = |width: u64| {
                end - start >= width && (if is_least { start } else { end }).is_multiple_of(width)
            };
            let may_be_better = |positions: Range<u64>| {
                let [lo, hi] = self.x_range(positions.start, positions.end - positions.start);
                let [lo, hi] = [lo.max(window[0]), hi.min(window[1])];
                lo <= hi
                    && is_better(if is_least { lo } else { hi }, best)
                    && !self.extent(positions).is_empty()
            };
            let (mut width, mut passed) = (BLOCK, 0);
            while is_whole(width) && !may_be_better(bucket(width)) {
                passed = width;
                width *= FAN_OUT;
            }
            let mut look = |position: u64| {
                let x = self.reached_at(position);
                let is_wanted = window[0] <= x && x <= window[1] && is_better(x, best);
                if is_wanted && !self.y_at(position).is_nan() {
                    best = Some((position, x));
                }
            };
            if is_least {
                let until = if passed > 0 {
                    start + passed
                } else {
                    (start / BLOCK + 1).saturating_mul(BLOCK).min(end)
                };
                if passed == 0 {
                    (start..until).for_each(&mut look);
                }
                start = until;
            } else {
                let until = if passed > 0 { end - passed } else { ((end - 1) / BLOCK * BLOCK).max(start) };
                if passed == 0 {
                    (until..end).rev().for_each(&mut look);
                }
                end = until;
            }
        }
        best
    }

    /// Where a lost run lies on the x axis.
    fn place(&self, run: &Range<u64>) -> LostRun {
        let count = run.end - run.start;
        if matches!(self.x_mode, XMode::Uniform { .. }) {
            return LostRun { x0: self.x_at(run.start.saturating_sub(1)), x1: self.x_at(run.end), count };
        }
        let before = if run.start > self.start { self.reached_at(run.start - 1) } else { f64::NAN };
        let mut ahead = run.end..self.end.min(run.end.saturating_add(LOOK_AHEAD));
        let after = ahead.find(|position| !self.y_at(*position).is_nan());
        let after = after.map_or(before, |position| self.x_at(position));
        let x0 = if before.is_finite() { before } else { after };
        LostRun { x0, x1: after.max(x0), count }
    }

    /// The sums over positions in `start..end`.
    fn sums(&self, positions: Range<u64>) -> Sums {
        let Range { start, end } = positions;
        let (up, down) = (start.next_multiple_of(PAGE), end / PAGE * PAGE);
        if up > down {
            return self.raw_sums(start..end);
        }
        let mut all = self.raw_sums(start..up);
        all.merge(&self.pyramid.sums(up / PAGE..down / PAGE));
        all.merge(&self.raw_sums(down..end));
        all
    }

    /// The sums over positions of one page.
    fn raw_sums(&self, positions: Range<u64>) -> Sums {
        if positions.is_empty() {
            return Sums::default();
        }
        let offsets = offset(positions.start)..offset(positions.end - 1) + 1;
        self.page_at(positions.start).map_or_else(Sums::default, |page| page.sums(offsets, true))
    }

    /// The last position in the range that is no pen-up.
    fn last_finite(&self, positions: Range<u64>) -> Option<u64> {
        let Range { start, end } = positions;
        let mut at = end;
        while at > start {
            let fits = |width: u64| at.is_multiple_of(width) && at - start >= width;
            match self.widest_empty(fits, |width| at - width..at) {
                Some(width) => at -= width,
                None if self.y_at(at - 1).is_nan() => at -= 1,
                None => return Some(at - 1),
            }
        }
        None
    }

    /// The width of the widest bucket that fits and holds no finite point.
    fn widest_empty(&self, fits: impl Fn(u64) -> bool, bucket: impl Fn(u64) -> Range<u64>) -> Option<u64> {
        let mut widest = None;
        let mut width = FAN_OUT;
        while fits(width) && self.extent(bucket(width)).is_empty() {
            widest = Some(width);
            width *= FAN_OUT;
        }
        widest
    }
}
