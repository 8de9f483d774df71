//! Extents of y over positions: of all of it, or of what has a place on a logarithmic axis.
//!
//! The pyramid knows the least y, and not the least positive one. Where a bucket has both signs, that is found
//! from its points once and remembered; where all is positive nothing is looked for and nothing kept.

use std::ops::Range;
use std::sync::{MutexGuard, PoisonError};

use super::extent::Extent;
use super::paging::{PAGE, offset};
use super::positives::{LOWEST, Level, Positive, Positives};
use super::pyramid::FAN_OUT;
use super::scale::Scale;
use super::trace::Trace;

/// Levels inside a page.
const INSIDE: u32 = 3;
/// Extents of a trace's y on a scale.
#[derive(Debug)]
pub(super) struct YExtents<'a> {
    trace: &'a Trace,
    /// Only on a logarithmic scale.
    positives: Option<MutexGuard<'a, Positives>>,
}

impl Trace {
    /// y at or below this one have no place on an axis.
    pub(super) fn floor(&self, scale: Scale) -> f64 {
        scale.floor() - self.y_offset
    }

    pub(super) fn heights(&self, scale: Scale) -> YExtents<'_> {
        let positives = (scale == Scale::Log10).then(|| {
            let mut positives = self.positives.lock().unwrap_or_else(PoisonError::into_inner);
            positives.evict_before(self.start);
            positives
        });
        YExtents { trace: self, positives }
    }

    /// The extent of positions in `start..end`: climbs the pyramid from both ragged ends until they meet.
    pub(super) fn extent(&self, positions: Range<u64>) -> Extent {
        let mut all = Extent::EMPTY;
        climb(positions, |level, indices| all.merge(self.siblings(level, indices)));
        all
    }

    /// The extent of buckets of one level (0 the points themselves) that have one parent.
    #[inline]
    fn siblings(&self, level: u32, indices: Range<u64>) -> Extent {
        if indices.is_empty() {
            return Extent::EMPTY;
        }
        if level >= INSIDE {
            return self.pyramid.extent((level - INSIDE) as usize, &indices);
        }
        let width = FAN_OUT.pow(level);
        let first = indices.start * width;
        let Some(page) = self.page_at(first) else { return Extent::LOST };
        let places = offset(first) / width as usize..((indices.end * width - 1) % PAGE / width + 1) as usize;
        match level {
            0 => page.raw_extent(places),
            1 => page.base_extent(places),
            _ => page.middle_extent(places),
        }
    }
}

impl YExtents<'_> {
    /// The extent of positions in `start..end`; what has no place on the scale counts as pen-ups.
    pub(super) fn extent(&mut self, positions: Range<u64>) -> Extent {
        let all = self.trace.extent(positions.clone());
        // Also where there is no y at all.
        if self.positives.is_none() || self.is_on(all.lo) {
            all
        } else if !self.is_on(all.hi) {
            Extent::LOST
        } else {
            Extent { lo: self.positive(positions).least, hi: all.hi, pen_up: true }
        }
    }

    /// The finite y in `start..end` that have no place on the scale.
    pub(super) fn left_out(&mut self, positions: Range<u64>) -> u64 {
        if self.positives.is_some() { self.positive(positions).left_out } else { 0 }
    }

    fn positive(&mut self, positions: Range<u64>) -> Positive {
        let mut all = Positive::NONE;
        climb(positions, |level, indices| {
            for index in indices {
                all.merge(self.bucket(level, index));
            }
        });
        all
    }

    /// Of one bucket, all of which is held.
    fn bucket(&mut self, level: u32, index: u64) -> Positive {
        let extent = self.trace.siblings(level, index..index + 1);
        if self.is_on(extent.lo) {
            return Positive { least: extent.lo, left_out: 0 };
        }
        let known = self.levels().get(level.wrapping_sub(LOWEST) as usize).and_then(|level| level.get(index));
        if let Some(known) = known {
            return known;
        }
        let mut found = Positive::NONE;
        if level <= LOWEST {
            let width = FAN_OUT.pow(level);
            let from = offset(index * width);
            if let Some(page) = self.trace.page_at(index * width) {
                let floor = self.trace.floor(Scale::Log10);
                found = Positive::of(&page.values()[from..from + width as usize], floor);
            }
        } else {
            for child in index * FAN_OUT..(index + 1) * FAN_OUT {
                found.merge(self.bucket(level - 1, child));
            }
        }
        if level >= LOWEST {
            let (number, levels) = ((level - LOWEST) as usize, self.levels());
            if number >= levels.len() {
                levels.resize_with(number + 1, Level::default);
            }
            levels[number].set(index, found);
        }
        found
    }

    /// Whether a y has a place on a logarithmic axis.
    fn is_on(&self, y: f32) -> bool {
        f64::from(y) > self.trace.floor(Scale::Log10)
    }

    fn levels(&mut self) -> &mut Vec<Level> {
        &mut self.positives.as_mut().expect("asked for on a logarithmic scale only").levels
    }
}

/// Covers positions by the fewest buckets: calls `siblings` with a level (0 the points) and the indices of buckets
/// that have one parent.
#[inline]
fn climb(positions: Range<u64>, mut siblings: impl FnMut(u32, Range<u64>)) {
    let Range { mut start, mut end } = positions;
    for level in 0_u32.. {
        let (up, down) = (start.next_multiple_of(FAN_OUT), end / FAN_OUT * FAN_OUT);
        if up >= down {
            // At most one boundary lies inside.
            siblings(level, start..end.min(up));
            siblings(level, end.min(up)..end);
            return;
        }
        siblings(level, start..up);
        siblings(level, down..end);
        (start, end) = (up / FAN_OUT, down / FAN_OUT);
    }
}
