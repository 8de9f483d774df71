//! Where a trace has its extremes, and where it crosses a level: found by halving over the extents of the pyramid.

use std::ops::Range;

use super::extent::Extent;
use super::paging::{PAGE, offset, page_of};
use super::statistics::Statistics;
use super::trace::Trace;

/// Positions that a search looks at first; each stride after is twice as long.
const FIRST_STRIDE: u64 = 16;
/// Share of the peak-to-peak value by which a sample must leave the mean, so that noise on a slow slope is one crossing.
const HYSTERESIS: f64 = 0.1;

/// Whole cycles of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cycles {
    /// How many.
    pub(crate) count: u64,
    /// How long all of them are, in x.
    pub(crate) length: f64,
}

impl Trace {
    /// x and value of the least and of the greatest finite sample with x in `[x0, x1)`, of several of the oldest. O(log² N)
    /// for each time that x comes there.
    pub(crate) fn extremes(&self, x0: f64, x1: f64) -> Option<[(f64, f64); 2]> {
        let mut least = None::<(f32, Range<u64>)>;
        let mut greatest = None::<(f32, Range<u64>)>;
        self.stays_in(x0, x1, |stay| {
            let extent = self.extent(stay.clone());
            if extent.is_empty() {
                return;
            }
            if least.as_ref().is_none_or(|(lo, _)| extent.lo < *lo) {
                least = Some((extent.lo, stay.clone()));
            }
            if greatest.as_ref().is_none_or(|(hi, _)| extent.hi > *hi) {
                greatest = Some((extent.hi, stay));
            }
        });
        let ((lo, low_in), (hi, high_in)) = (least?, greatest?);
        let low = self.first_where(low_in, |extent| extent.lo <= lo)?;
        let high = self.first_where(high_in, |extent| extent.hi >= hi)?;
        Some([low, high].map(|position| self.x_and_value(position)))
    }

    /// x and value of the first sample after the one at or before `x` that lies on the other side of `level`, where "at the
    /// level" is above; `None` if there is none before x steps back or reaches `x1`. O(log² N).
    pub(crate) fn next_crossing(&self, x: f64, x1: f64, level: f64) -> Option<(f64, f64)> {
        let at = self.position_at(x)?;
        let mut end = None;
        self.stays_in(self.x_at(at), x1, |stay| end = end.or(stay.contains(&at).then_some(stay.end)));
        let end = end?;
        let value_at = |position| self.value(self.y_at(position));
        let (mut from, mut is_above) = (at + 1, value_at(at) >= level);
        let comes_from_above = at > self.start && value_at(at - 1) > level;
        #[expect(clippy::float_cmp, reason = "the sample itself, or not")]
        if value_at(at) == level && comes_from_above {
            // The line comes down to this sample: to leave it downwards is no other crossing.
            let leaves = |extent: Extent| {
                !extent.is_empty() && [extent.lo, extent.hi].map(|y| self.value(y)) != [level, level]
            };
            from = self.first_where(from..end, leaves)?;
            is_above = value_at(from) > level;
        }
        let crosses = |extent: Extent| {
            let ends = [extent.lo, extent.hi].map(|y| self.value(y));
            !extent.is_empty() && if is_above { ends[0] < level } else { ends[1] >= level }
        };
        self.first_where(from..end, crosses).map(|position| self.x_and_value(position))
    }

    /// Whole cycles of the samples with x in `[x0, x1)`, whose statistics these are: from one upward crossing of their mean
    /// to the next, between samples by a straight line. A cycle counts where the line swings clearly to both sides of the
    /// mean; none reaches over a break. `None` without a whole one, and where there are more than `most` positions: each of
    /// them is looked at.
    pub(crate) fn cycles(&self, [x0, x1]: [f64; 2], all: &Statistics, most: u64) -> Option<Cycles> {
        let mut positions = 0;
        self.stays_in(x0, x1, |stay| positions += stay.end - stay.start);
        // So as not to be NaN either.
        let is_swinging = all.max > all.min;
        if positions > most || !is_swinging {
            return None;
        }
        let swing = HYSTERESIS * (all.max - all.min);
        let reach = [swing.min((all.mean - all.min) / 2.0), swing.min((all.max - all.mean) / 2.0)];
        let offset = self.y_offset();
        let mean = all.mean - offset;
        let mut found = Cycles { count: 0, length: 0.0 };
        self.stays_in(x0, x1, |stay| {
            let mut crossings = Crossings::new([mean - reach[0], mean, mean + reach[1]]);
            self.for_each_y(stay, |position, y| {
                let Some([before, after]) = crossings.take(position, y) else { return };
                let share = (mean - before.1) / (after.1 - before.1);
                let [x_before, x_after] = [before.0, after.0].map(|position| self.x_at(position));
                if let Some(length) = crossings.next_at(x_before + share * (x_after - x_before)) {
                    found.count += 1;
                    found.length += length;
                }
            });
        });
        (found.count > 0).then_some(found)
    }

    /// Calls `f` with position and y, without the offset, of positions that are held; NaN at a break.
    fn for_each_y(&self, positions: Range<u64>, mut f: impl FnMut(u64, f32)) {
        let Range { mut start, end } = positions;
        while start < end {
            let to = end.min((page_of(start) + 1) * PAGE);
            match self.page_at(start) {
                None => f(start, f32::NAN),
                Some(page) => {
                    let ys = &page.values()[offset(start)..];
                    for (position, y) in (start..to).zip(ys) {
                        f(position, *y);
                    }
                }
            }
            start = to;
        }
    }

    /// The first position in the range that fits; what fits to a range of positions must fit to one of them.
    fn first_where(&self, positions: Range<u64>, fits: impl Fn(Extent) -> bool) -> Option<u64> {
        let Range { mut start, end } = positions;
        let mut stride = FIRST_STRIDE;
        let mut beyond = loop {
            if start >= end {
                return None;
            }
            let to = end.min(start + stride);
            if fits(self.extent(start..to)) {
                break to;
            }
            start = to;
            stride *= 2;
        };
        while beyond - start > 1 {
            let middle = start.midpoint(beyond);
            if fits(self.extent(start..middle)) { beyond = middle } else { start = middle }
        }
        Some(start)
    }
}

/// A sample: its position and its y.
type At = (u64, f64);

/// Upward crossings of a mean, met sample by sample.
#[derive(Debug)]
struct Crossings {
    /// What the line must come from, what it crosses, what it must reach.
    low: f64,
    mean: f64,
    high: f64,
    /// The sample before, NaN after a break.
    last: At,
    /// It was as low as it must be since the last crossing.
    was_low: bool,
    /// The samples around the last upward passing of the mean since then.
    passing: Option<[At; 2]>,
    /// x of the last crossing since a break.
    last_x: Option<f64>,
}

impl Crossings {
    fn new([low, mean, high]: [f64; 3]) -> Self {
        Self { low, mean, high, last: (0, f64::NAN), was_low: false, passing: None, last_x: None }
    }

    /// Takes a sample; the samples around the mean, if it makes a crossing sure.
    fn take(&mut self, position: u64, y: f32) -> Option<[At; 2]> {
        let now = (position, f64::from(y));
        let last = std::mem::replace(&mut self.last, now);
        if now.1.is_nan() {
            (self.was_low, self.passing, self.last_x) = (false, None, None);
            return None;
        }
        if now.1 < self.low {
            (self.was_low, self.passing) = (true, None);
            return None;
        }
        if self.was_low && last.1 < self.mean && now.1 >= self.mean {
            self.passing = Some([last, now]);
        }
        if now.1 < self.high || self.passing.is_none() {
            return None;
        }
        self.was_low = false;
        self.passing.take()
    }

    /// How far the crossing at this x lies after the one before.
    fn next_at(&mut self, x: f64) -> Option<f64> {
        let length = self.last_x.replace(x).map(|last| x - last);
        length.filter(|length| *length > 0.0)
    }
}
