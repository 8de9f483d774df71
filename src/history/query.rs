//! What a [`Trace`] answers besides columns: points, bounds, statistics, losses.

use std::ops::Range;

use super::lost::LostRun;
use super::page::{PAGE, offset};
use super::pyramid::{Extent, FAN_OUT};
use super::scale::Scale;
use super::statistics::{Statistics, Sums};
use super::trace::{NO_X, Trace};
use crate::ring::XMode;
use crate::stream::offset_value;

/// One thing met on a walk along positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// A point; a pen-up if x or y is not finite.
    Point {
        /// Its position.
        position: u64,
        /// Its x.
        x: f64,
        /// Its value, NaN at every pen-up.
        y: f64,
    },
    /// Positions that were lost.
    Lost {
        /// The first of them.
        first: u64,
        /// How many.
        count: u64,
    },
}

/// Positions read raw at most to find the x after a lost run.
const LOOK_AHEAD: u64 = PAGE;

impl Trace {
    /// x and value at `position`; the value is NaN at a pen-up. `None` if it is not held or was lost.
    pub fn point(&self, position: u64) -> Option<(f64, f64)> {
        let held = (self.start..self.end).contains(&position) && !self.lost.contains(position);
        held.then(|| (self.x_at(position), self.value(self.y_at(position))))
    }

    /// The value of a y that is held.
    #[inline]
    pub(super) fn value(&self, y: f32) -> f64 {
        // What kind of NaN a page holds is its own affair.
        if y.is_nan() { f64::NAN } else { offset_value(self.y_offset, y) }
    }

    /// Least and greatest value at `positions`, if all of them are held and nothing breaks the line there: no pen-up, no
    /// loss, no step back in x. O(log N).
    pub fn unbroken_range(&self, positions: Range<u64>) -> Option<(f64, f64)> {
        if positions.is_empty()
            || positions.start < self.start
            || positions.end > self.end
            || !self.is_monotonic()
        {
            return None;
        }
        let step = self.back_steps.partition_point(|step| *step < positions.start);
        let steps_back = self.back_steps.get(step).is_some_and(|step| *step < positions.end);
        let extent = self.extent(positions);
        (!steps_back && !extent.pen_up && !extent.is_empty())
            .then(|| (self.value(extent.lo), self.value(extent.hi)))
    }

    /// Position, x and value of the newest finite point. O(log N).
    pub fn newest(&self) -> Option<(u64, f64, f64)> {
        let position = self.last_finite(self.start..self.end)?;
        Some((position, self.x_at(position), self.value(self.y_at(position))))
    }

    /// Walks the positions held among `positions`, in order.
    pub fn for_each(&self, positions: Range<u64>, mut f: impl FnMut(Sample)) {
        let mut at = positions.start.max(self.start);
        let end = positions.end.min(self.end);
        if at >= end {
            return;
        }
        let mut runs = self.lost.touching(&(at..end)).peekable();
        while at < end {
            if let Some(run) = runs.next_if(|run| run.start <= at) {
                let last = run.end.min(end);
                f(Sample::Lost { first: at, count: last - at });
                at = last;
            } else {
                let to = runs.peek().map_or(end, |run| run.start);
                for position in at..to {
                    let y = self.value(self.y_at(position));
                    f(Sample::Point { position, x: self.x_at(position), y });
                }
                at = to;
            }
        }
    }

    /// Least and greatest x of the finite points held. O(log N); O(N / 4096) where x is not monotonic.
    pub fn x_bounds(&self) -> Option<(f64, f64)> {
        let mut all = [f64::INFINITY, f64::NEG_INFINITY];
        let mut include = |[lo, hi]: [f64; 2]| all = [all[0].min(lo), all[1].max(hi)];
        for segment in self.segments() {
            if let Some(first) = self.first_finite(segment.clone())
                && let Some(last) = self.last_finite(segment)
            {
                include([self.reached_at(first), self.reached_at(last)]);
            }
        }
        if self.is_unordered() {
            self.unordered_x_ranges().for_each(include);
        }
        (all[0] <= all[1]).then_some((all[0], all[1]))
    }

    /// The positions with x in `[x0, x1)`. O(log N).
    ///
    /// With steps back in x, from the first such position to the last. All positions held where x is not
    /// monotonic.
    pub fn positions_in(&self, x0: f64, x1: f64) -> Range<u64> {
        if !self.is_monotonic() {
            return self.start..self.end;
        }
        let mut all = None::<Range<u64>>;
        for part in self.parts_in(x0, x1).filter(|part| !part.is_empty()) {
            all = Some(all.map_or(part.start, |all| all.start)..part.end);
        }
        all.unwrap_or(self.end..self.end)
    }

    /// Statistics of all finite samples with x in `[x0, x1)`. O(log N), with at most two pages read raw.
    ///
    /// They are of the samples, whatever is drawn between them; what a logarithmic axis leaves out counts too.
    ///
    /// Where x is not monotonic, of everything held.
    pub fn statistics(&self, x0: f64, x1: f64) -> Statistics {
        let mut extent = Extent::EMPTY;
        let mut sums = Sums::default();
        let mut include = |positions: Range<u64>| {
            extent.merge(self.extent(positions.clone()));
            sums.merge(&self.sums(positions));
        };
        if self.is_monotonic() {
            self.parts_in(x0, x1).for_each(include);
        } else {
            include(self.start..self.end);
        }
        Statistics::new(extent, &sums, self.y_offset)
    }

    /// How many finite samples with x in `[x0, x1)` have no place on axes of these scales: their x or y is not
    /// positive. O(log N); what is asked about a bucket with y of both signs is found from its points once and
    /// remembered, so the first look at all of such a stream is O(N).
    ///
    /// Where x is not monotonic, of everything held, and because of y alone.
    pub fn left_out(&self, x0: f64, x1: f64, x_scale: Scale, y_scale: Scale) -> u64 {
        let mut heights = self.heights(y_scale);
        if !self.is_monotonic() {
            return heights.left_out(self.start..self.end);
        }
        let on_axis = x_scale.floor().next_up();
        let parts = self.parts_in(x0, x1).zip(self.parts_in(on_axis, f64::INFINITY));
        parts
            .map(|(part, on_axis)| {
                let from = on_axis.start.clamp(part.start, part.end);
                self.sums(part.start..from).count() + heights.left_out(from..part.end)
            })
            .sum()
    }

    /// The lost runs that lie at least partly between `x0` and `x1`, oldest first; none where x is not
    /// monotonic. O(log N + runs).
    pub fn lost_runs_in(&self, x0: f64, x1: f64, out: &mut Vec<LostRun>) {
        out.clear();
        let mut next = self.start;
        for (segment, part) in self.segments().zip(self.parts_in(x0, x1)) {
            // A run that spans [x0, x1) lies right before an empty part.
            let near = next.max(part.start.saturating_sub(1))..(part.end + 1).min(segment.end);
            for run in self.lost.touching(&near) {
                next = run.end;
                let placed = self.place(run);
                if placed.x0 < x1 && placed.x1 >= x0 {
                    out.push(placed);
                }
            }
        }
    }

    /// x and value of the nearest finite sample at or before `x`. O(log N). `None` where x is not monotonic.
    pub fn value_at(&self, x: f64) -> Option<(f64, f64)> {
        if x.is_nan() {
            return None;
        }
        let mut nearest = None::<(f64, f64)>;
        // Newest first, so that of two equally near the newer one stays.
        for segment in self.segments().rev() {
            let beyond = self.first_reaching(x.next_up(), segment.clone());
            if let Some(position) = self.last_finite(segment.start..beyond) {
                let (x, y) = (self.x_at(position), self.value(self.y_at(position)));
                if nearest.is_none_or(|nearest| nearest.0 < x) {
                    nearest = Some((x, y));
                }
            }
        }
        nearest
    }

    /// For each segment, the positions with x in `[x0, x1)`.
    fn parts_in(&self, x0: f64, x1: f64) -> impl Iterator<Item = Range<u64>> + '_ {
        self.segments().map(move |segment| {
            let from = self.first_reaching(x0, segment.clone());
            from..self.first_reaching(x1, from..segment.end)
        })
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

    /// Least and greatest x of each stretch of an unordered trace.
    fn unordered_x_ranges(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        self.pages.iter().enumerate().map(move |(index, page)| {
            let first = (self.first_page + index as u64) * PAGE;
            match (page, self.x_ranges.get(index)) {
                (Some(page), _) if first < self.start => page.x_range(offset(self.start)),
                (_, Some(range)) => *range,
                (Some(page), None) => page.x_range(0),
                (None, None) => NO_X,
            }
        })
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

    /// The first position in the range that is no pen-up.
    fn first_finite(&self, positions: Range<u64>) -> Option<u64> {
        let Range { start, end } = positions;
        let mut at = start;
        while at < end {
            let fits = |width: u64| at.is_multiple_of(width) && end - at >= width;
            match self.widest_empty(fits, |width| at..at + width) {
                Some(width) => at += width,
                None if self.y_at(at).is_nan() => at += 1,
                None => return Some(at),
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
