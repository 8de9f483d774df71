//! What is known of y that have a place on a logarithmic axis, where a bucket has others as well.

use std::collections::VecDeque;

use super::pyramid::FAN_OUT;

/// The lowest level whose buckets are remembered: below it, reading the points is as quick.
pub(super) const LOWEST: u32 = 2;
/// Children of a bucket.
pub(super) const CHILDREN: usize = FAN_OUT as usize;

/// What a logarithmic axis makes of some positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Positive {
    /// Least positive y, positive infinity if there is none.
    pub(super) least: f32,
    /// Finite y that are not positive.
    pub(super) left_out: u64,
}

impl Positive {
    pub(super) const NONE: Self = Self { least: f32::INFINITY, left_out: 0 };

    /// Of y, of which those above `floor` have a place.
    pub(super) fn of(values: &[f32], floor: f64) -> Self {
        let is_on = |y: f32| f64::from(y) > floor;
        let least =
            values.iter().fold(f32::INFINITY, |least, y| if is_on(*y) && *y < least { *y } else { least });
        Self { least, left_out: values.iter().map(|y| u64::from(f64::from(*y) <= floor)).sum() }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.least = self.least.min(other.least);
        self.left_out += other.left_out;
    }
}

/// Siblings, those that are known.
type Siblings = [Option<Positive>; CHILDREN];

/// What is known of one level: for each bucket of the level above its children, dense from an absolute index on.
#[derive(Debug, Default)]
pub(super) struct Level {
    first: u64,
    parents: VecDeque<Option<Box<Siblings>>>,
    /// Parents that are known.
    known: usize,
}

impl Level {
    pub(super) fn get(&self, index: u64) -> Option<Positive> {
        let place = (index / FAN_OUT).checked_sub(self.first)?;
        self.parents.get(place as usize)?.as_ref()?[(index % FAN_OUT) as usize]
    }

    pub(super) fn set(&mut self, index: u64, known: Positive) {
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
    pub(super) levels: Vec<Level>,
}

impl Positives {
    pub(super) fn evict_before(&mut self, position: u64) {
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
