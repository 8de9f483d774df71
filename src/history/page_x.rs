//! x of a page's points, and the x *reached* at each position, at once.
//!
//! ```text
//! came      1   2   NaN  3  | NaN  4          | a block ends
//! xy        1   2    2   3  |  3   4           the last finite one stands where there is none
//! timed     1   2    2   3  | -inf 4           only inside a block: what came before it is in `before`
//! ```

use std::ops::Range;

use super::extent::Pair;
use super::paging::{BLOCK_LEN, BLOCKS, PAGE_LEN, zeros};
use crate::ring::Point;

/// The y of a place without an x, where the pen was lifted: a NaN that no computation makes, to tell it from samples that
/// are no number.
pub(super) const LIFTED: f32 = f32::from_bits(0x7FC0_11F7);

pub(super) fn is_lifted(y: f32) -> bool {
    y.to_bits() == LIFTED.to_bits()
}

/// The x reached at a position: its own if finite, else the last finite one before it.
///
/// In a timed stream x carries the rounding of f32 deltas, so the first points of a block may seem to lie a
/// little before the last of the block before, whose deltas are larger. That is no step back: such points have
/// reached the x that was reached already. (A monotone map of x within a block, so order survives it.)
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) x: f64,
    /// By how much x may be too great.
    slack: f64,
}

impl Reached {
    /// Before any finite x.
    pub(super) const NOTHING: Self = Self { x: f64::NEG_INFINITY, slack: 0.0 };

    /// What a point with this x has reached, if it lies in the block after.
    #[inline]
    fn settle(self, x: f64) -> f64 {
        if !x.is_finite() || x < self.x && x >= self.x - self.slack { self.x } else { x }
    }
}

/// What it takes to know x in a timed stream, by block.
#[derive(Debug)]
struct Times {
    /// Added to x; NaN while a block has no point yet.
    epochs: [f64; BLOCKS],
    /// What came before each block.
    before: [Reached; BLOCKS],
    /// The x reached at the first position of each block.
    reached: [f64; BLOCKS],
}

/// x of up to 4,096 positions, not of a uniform stream.
#[derive(Debug)]
pub(super) struct PageX {
    /// x as it came, in timed streams without its epoch; where it was not finite, the last finite one before it
    /// in the page, in timed streams in the block. Without one, in xy streams what the page began with, else
    /// negative infinity.
    x: Box<[f32; PAGE_LEN]>,
    times: Option<Box<Times>>,
}

impl PageX {
    /// Room for a page.
    pub(super) fn new(is_timed: bool) -> Self {
        let times = Times {
            epochs: [f64::NAN; BLOCKS],
            before: [Reached::NOTHING; BLOCKS],
            reached: [f64::NEG_INFINITY; BLOCKS],
        };
        Self { x: zeros(), times: is_timed.then(|| Box::new(times)) }
    }

    /// Stores the x of points of one block with their epoch (0 in xy streams) from `from` on; `last` is what was
    /// reached before them. Where x is not finite it makes y NaN; whether it did.
    pub(super) fn push(
        &mut self,
        from: usize,
        points: &[Point],
        epoch: f64,
        last: Reached,
        ys: &mut [f32],
    ) -> bool {
        let block = from / BLOCK_LEN;
        self.begin_blocks(from..from + points.len(), last);
        let mut latest = self.latest(from, last);
        let xs = &mut self.x[from..from + points.len()];
        // No branch, so that the compiler makes vectors of it.
        let mut odd = 0;
        for (x, point) in xs.iter_mut().zip(points) {
            *x = point.x;
            odd |= u32::from(!point.x.is_finite());
        }
        if let Some(times) = &mut self.times {
            if times.epochs[block].is_nan() && epoch.is_finite() {
                times.epochs[block] = epoch;
            }
            if !epoch.is_finite() || times.epochs[block].to_bits() != epoch.to_bits() {
                rebase(xs, epoch - times.epochs[block]);
                odd = 1;
            }
        }
        if odd != 0 {
            for (x, y) in xs.iter_mut().zip(ys) {
                if x.is_finite() {
                    latest = *x;
                } else {
                    (*x, *y) = (latest, LIFTED);
                }
            }
        }
        self.note_reached(from..from + points.len());
        odd != 0
    }

    /// Lost positions; `last` is what was reached before them.
    pub(super) fn push_lost(&mut self, positions: Range<usize>, last: Reached) {
        let mut from = positions.start;
        self.begin_blocks(positions.clone(), last);
        while from < positions.end {
            let to = (from / BLOCK_LEN + 1).saturating_mul(BLOCK_LEN).min(positions.end);
            let latest = self.latest(from, last);
            self.x[from..to].fill(latest);
            from = to;
        }
        self.note_reached(positions);
    }

    /// What stands for an x that is not finite at `from`.
    fn latest(&self, from: usize, last: Reached) -> f32 {
        match self.times {
            Some(_) if from.is_multiple_of(BLOCK_LEN) => f32::NEG_INFINITY,
            None if from == 0 => last.x as f32,
            _ => self.x[from - 1],
        }
    }

    /// The blocks that begin among these positions are new.
    fn begin_blocks(&mut self, positions: Range<usize>, last: Reached) {
        if let Some(times) = &mut self.times {
            for block in beginning_in(positions) {
                times.epochs[block] = f64::NAN;
                times.before[block] = last;
            }
        }
    }

    fn note_reached(&mut self, positions: Range<usize>) {
        if self.times.is_some() {
            for block in beginning_in(positions) {
                let reached = self.reached(block * BLOCK_LEN);
                if let Some(times) = &mut self.times {
                    times.reached[block] = reached;
                }
            }
        }
    }

    /// x at an offset that is filled; may be anything at a pen-up.
    #[inline]
    pub(super) fn x(&self, offset: usize) -> f64 {
        let x = f64::from(self.x[offset]);
        self.times.as_ref().map_or(x, |times| times.epochs[offset / BLOCK_LEN] + x)
    }

    /// The x reached at an offset that is filled.
    #[inline]
    pub(super) fn reached(&self, offset: usize) -> f64 {
        let x = self.x(offset);
        self.times.as_ref().map_or(x, |times| times.before[offset / BLOCK_LEN].settle(x))
    }

    /// What is reached after the point at an offset, whose x is finite: in a timed stream, with the rounding of
    /// its delta to f32 and of the sum to f64.
    pub(super) fn reached_after(&self, offset: usize) -> Reached {
        let x = self.reached(offset);
        let rounding = f64::from(self.x[offset].abs() * f32::EPSILON) + x.abs() * f64::EPSILON;
        Reached { x, slack: if self.times.is_some() { rounding } else { 0.0 } }
    }

    /// How many of these blocks, all filled, begin with less than `x` reached, given that the later has more.
    pub(super) fn blocks_before(&self, x: f64, blocks: Range<usize>) -> usize {
        let (mut low, mut high) = (blocks.start, blocks.end);
        while low < high {
            let middle = low.midpoint(high);
            let reached = match &self.times {
                Some(times) => times.reached[middle],
                None => f64::from(self.x[middle * BLOCK_LEN]),
            };
            if reached < x { low = middle + 1 } else { high = middle }
        }
        low - blocks.start
    }

    /// Whether x at these offsets, which lie in one block, are finite and never fall.
    pub(super) fn is_sorted(&self, offsets: Range<usize>) -> bool {
        let (x, block) = (&self.x[offsets.clone()], offsets.start / BLOCK_LEN);
        let Some(first) = x.first() else { return true };
        let rising = x.iter().zip(&x[1..]).fold(1_u32, |rising, (a, b)| rising & u32::from(a <= b)) == 1;
        // Only the first may be infinite: the others have it before them, or are finite.
        rising && first.is_finite() && self.times.as_ref().is_none_or(|times| times.epochs[block].is_finite())
    }

    /// Least and greatest x reached at these offsets, which lie in one block.
    pub(super) fn range(&self, offsets: Range<usize>) -> [f64; 2] {
        let first = self.reached(offsets.start);
        let (block, xs) = (offsets.start / BLOCK_LEN, &self.x[offsets]);
        let mut range = [first, first];
        // What no finite x came before is negative infinity, and stands before all others.
        let begin = xs.iter().position(|x| *x > f32::NEG_INFINITY).unwrap_or(xs.len());
        let Pair { lo, hi } = Pair::of(&xs[begin..]);
        if lo <= hi {
            // Settling keeps the order.
            for x in [lo, hi] {
                let x = f64::from(x);
                let reached = self
                    .times
                    .as_ref()
                    .map_or(x, |times| times.before[block].settle(times.epochs[block] + x));
                range = [range[0].min(reached), range[1].max(reached)];
            }
        }
        range
    }

    /// x at these offsets, which lie in one block, and what is to be added to it.
    pub(super) fn of_block(&self, offsets: Range<usize>) -> (&[f32], f64) {
        let epoch = self.times.as_ref().map_or(0.0, |times| times.epochs[offsets.start / BLOCK_LEN]);
        (&self.x[offsets], epoch)
    }

    /// Memory that this takes besides itself, in bytes.
    pub(super) fn bytes(is_timed: bool) -> u64 {
        (size_of::<[f32; PAGE_LEN]>() + if is_timed { size_of::<Times>() } else { 0 }) as u64
    }
}

/// The blocks that begin in a range of places.
fn beginning_in(places: Range<usize>) -> Range<usize> {
    places.start.div_ceil(BLOCK_LEN)..places.end.div_ceil(BLOCK_LEN)
}

/// A block has one epoch for life; should a source break that, x stays right to f32. Without an epoch it is none.
#[cold]
fn rebase(xs: &mut [f32], apart: f64) {
    for x in xs {
        *x = (f64::from(*x) + apart) as f32;
    }
}
