//! Extents of y over positions: of all of it, or of what has a place on a logarithmic axis.
//!
//! The pyramid knows the least y, and not the least positive one. Where a bucket has both signs, that is found
//! from its points once and remembered; where all is positive nothing is looked for and nothing kept.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{MutexGuard, PoisonError};

use super::page::{PAGE, offset};
use super::pyramid::{Extent, FAN_OUT};
use super::scale::Scale;
use super::trace::Trace;

/// Levels inside a page.
const INSIDE: u32 = 3;
/// The lowest level whose buckets are remembered: below it, reading the points is as quick.
const LOWEST: u32 = 2;
/// Children of a bucket.
const CHILDREN: usize = FAN_OUT as usize;

/// What a logarithmic axis makes of some positions.
#[derive(Clone, Copy, Debug)]
struct Positive {
    /// Least positive y, positive infinity if there is none.
    least: f32,
    /// Finite y that are not positive.
    left_out: u64,
}

impl Positive {
    const NONE: Self = Self { least: f32::INFINITY, left_out: 0 };

    /// Of y, of which those above `floor` have a place.
    fn of(values: &[f32], floor: f64) -> Self {
        let is_on = |y: f32| f64::from(y) > floor;
        let least =
            values.iter().fold(f32::INFINITY, |least, y| if is_on(*y) && *y < least { *y } else { least });
        Self { least, left_out: values.iter().map(|y| u64::from(f64::from(*y) <= floor)).sum() }
    }

    fn merge(&mut self, other: Self) {
        self.least = self.least.min(other.least);
        self.left_out += other.left_out;
    }
}

/// Siblings, those that are known.
type Siblings = [Option<Positive>; CHILDREN];

/// What is known of one level: for each bucket of the level above its children, dense from an absolute index on.
#[derive(Debug, Default)]
struct Level {
    first: u64,
    parents: VecDeque<Option<Box<Siblings>>>,
    /// Parents that are known.
    known: usize,
}

impl Level {
    fn get(&self, index: u64) -> Option<Positive> {
        let place = (index / FAN_OUT).checked_sub(self.first)?;
        self.parents.get(place as usize)?.as_ref()?[(index % FAN_OUT) as usize]
    }

    fn set(&mut self, index: u64, known: Positive) {
        let parent = index / FAN_OUT;
        if self.parents.is_empty() {
            self.first = parent;
        }
        while parent < self.first {
            self.parents.push_front(None);
            self.first -= 1;
        }
        let place = (parent - self.first) as usize;
        if place >= self.parents.len() {
            self.parents.resize_with(place + 1, || None);
        }
        self.known += usize::from(self.parents[place].is_none());
        let siblings = self.parents[place].get_or_insert_default();
        siblings[(index % FAN_OUT) as usize] = Some(known);
    }
}

/// What was found out about closed buckets with y of both signs. What is held at a position never changes, so
/// nothing here is ever wrong; what was evicted is dropped at the next use.
#[derive(Debug, Default)]
pub(super) struct Positives {
    levels: Vec<Level>,
}

impl Positives {
    fn evict_before(&mut self, position: u64) {
        let mut width = FAN_OUT.pow(LOWEST + 1);
        for level in &mut self.levels {
            while !level.parents.is_empty() && (level.first + 1).saturating_mul(width) <= position {
                level.known -= usize::from(level.parents.pop_front().flatten().is_some());
                level.first += 1;
            }
            width = width.saturating_mul(FAN_OUT);
        }
    }

    /// Memory used, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        let bytes = |level: &Level| {
            level.parents.capacity() * size_of::<usize>() + level.known * size_of::<Siblings>()
        };
        self.levels.iter().map(bytes).sum::<usize>() as u64
    }
}

/// Extents of a trace's y on a scale.
#[derive(Debug)]
pub(super) struct Heights<'a> {
    trace: &'a Trace,
    /// Only on a logarithmic scale.
    positives: Option<MutexGuard<'a, Positives>>,
}

impl Trace {
    /// y at or below this one have no place on an axis.
    pub(super) fn floor(&self, scale: Scale) -> f64 {
        scale.floor() - self.y_offset
    }

    pub(super) fn heights(&self, scale: Scale) -> Heights<'_> {
        let positives = (scale == Scale::Log10).then(|| {
            let mut positives = self.positives.lock().unwrap_or_else(PoisonError::into_inner);
            positives.evict_before(self.start);
            positives
        });
        Heights { trace: self, positives }
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

impl Heights<'_> {
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
