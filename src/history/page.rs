//! A page: 4,096 positions with the two lowest levels of the pyramid, filled once from front to back.
//!
//! The copies run over whole slices without a branch per point, so that the compiler turns them into vectors;
//! the buckets are closed right after, while the points are in the first-level cache.

use std::ops::Range;

use super::pyramid::{Extent, FAN_OUT};
use super::statistics::Sums;
use crate::ring::{BLOCK, Point};

/// Positions in a page.
pub(super) const PAGE_LEN: usize = 4096;
/// Positions in a page, to reckon with positions.
pub(super) const PAGE: u64 = PAGE_LEN as u64;
/// Positions in a block, the stretch that has one epoch.
pub(super) const BLOCK_LEN: usize = 256;
/// Points in a bucket of the lowest level.
const BUCKET: usize = 16;
/// Buckets of the lowest level in a page.
const BASES: usize = PAGE_LEN / BUCKET;
/// Buckets of the second level in a page.
const MIDDLES: usize = BASES / BUCKET;
/// Blocks in a page.
const BLOCKS: usize = PAGE_LEN / BLOCK_LEN;

const _: () = assert!(BLOCK_LEN as u64 == BLOCK && BUCKET as u64 == FAN_OUT && MIDDLES == BUCKET);

/// Number of the page that holds `position`.
#[inline]
pub(super) const fn page_of(position: u64) -> u64 {
    position / PAGE
}

/// Place of `position` in its page.
#[inline]
pub(super) const fn offset(position: u64) -> usize {
    (position % PAGE) as usize
}

/// Least and greatest y of a bucket inside a page; its pen-up flag sits in a bit set.
#[derive(Clone, Copy, Debug)]
struct Pair {
    lo: f32,
    hi: f32,
}

impl Pair {
    const EMPTY: Self = Self { lo: f32::INFINITY, hi: f32::NEG_INFINITY };
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

    /// What a point with this finite x has reached, if it lies in the block after.
    #[inline]
    fn settle(self, x: f64) -> f64 {
        if x < self.x && x >= self.x - self.slack { self.x } else { x }
    }
}

/// 4,096 positions, or the first so many while the page is open.
#[derive(Debug)]
pub(super) struct Page {
    /// y, NaN at pen-ups.
    y: Vec<f32>,
    /// x as it came, empty in uniform streams.
    x: Vec<f32>,
    /// Added to x; NaN while a block has no point yet, and -0.0 in xy streams, which changes no bit of x.
    epochs: [f64; BLOCKS],
    /// What came before each block.
    before: [Reached; BLOCKS],
    /// The x reached at the first position of each block.
    reached: [f64; BLOCKS],
    base: [Pair; BASES],
    base_pen_ups: [u16; MIDDLES],
    middle: [Pair; MIDDLES],
    middle_pen_ups: u16,
}

/// y as it is stored: finite, or NaN.
#[inline]
fn finite_or_nan(y: f32) -> f32 {
    if y.is_finite() { y } else { f32::NAN }
}

impl Page {
    /// A page without positions.
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            y: Vec::new(),
            x: Vec::new(),
            epochs: [f64::NAN; BLOCKS],
            before: [Reached::NOTHING; BLOCKS],
            reached: [f64::NEG_INFINITY; BLOCKS],
            base: [Pair::EMPTY; BASES],
            base_pen_ups: [0; MIDDLES],
            middle: [Pair::EMPTY; MIDDLES],
            middle_pen_ups: 0,
        })
    }

    /// Empties the page and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.y.clear();
        self.x.clear();
        self.epochs = [f64::NAN; BLOCKS];
        self.base_pen_ups = [0; MIDDLES];
        self.middle_pen_ups = 0;
    }

    /// Positions filled.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    /// Appends y values, x being implied by the position.
    pub(super) fn push_values(&mut self, points: &[Point]) {
        let from = self.len();
        reserve(&mut self.y, points.len());
        self.y.extend(points.iter().map(|point| finite_or_nan(point.y)));
        self.close_buckets(from);
    }

    /// Appends points of one block with their epoch; `last` is what was reached before them. Where the epoch is
    /// not finite they are pen-ups.
    pub(super) fn push_points(&mut self, points: &[Point], epoch: f64, last: Reached) {
        let from = self.len();
        let block = from / BLOCK_LEN;
        reserve(&mut self.y, points.len());
        reserve(&mut self.x, points.len());
        if epoch.is_finite() {
            if self.epochs[block].is_nan() {
                self.epochs[block] = epoch;
            }
            self.x.extend(points.iter().map(|point| point.x));
            if self.epochs[block].to_bits() != epoch.to_bits() {
                self.rebase(from, epoch);
            }
            self.y.extend(points.iter().zip(&self.x[from..]).map(|(point, x)| {
                let y = finite_or_nan(point.y);
                if x.is_finite() { y } else { f32::NAN }
            }));
        } else {
            self.x.resize(from + points.len(), f32::NAN);
            self.y.resize(from + points.len(), f32::NAN);
        }
        if from.is_multiple_of(BLOCK_LEN) {
            self.before[block] = last;
            self.reached[block] = self.reached(from);
        }
        self.close_buckets(from);
    }

    /// A block has one epoch for life; should a source break that, x from `from` on stays right to f32.
    #[cold]
    fn rebase(&mut self, from: usize, epoch: f64) {
        let apart = epoch - self.epochs[from / BLOCK_LEN];
        for x in &mut self.x[from..] {
            #[expect(clippy::cast_possible_truncation, reason = "x is kept in f32")]
            let rebased = (f64::from(*x) + apart) as f32;
            *x = rebased;
        }
    }

    /// Appends `count` lost positions; `last` is what was reached before them, `with_x` whether x is kept.
    pub(super) fn push_lost(&mut self, count: usize, last: Reached, with_x: bool) {
        let from = self.len();
        let to = from + count;
        self.y.resize(to, f32::NAN);
        if with_x {
            self.x.resize(to, f32::NAN);
        }
        for block in from.div_ceil(BLOCK_LEN)..to.div_ceil(BLOCK_LEN) {
            self.before[block] = last;
            self.reached[block] = last.x;
        }
        self.close_buckets(from);
    }

    /// Closes the buckets that became complete since the page held `before` positions.
    fn close_buckets(&mut self, before: usize) {
        let (from, to) = (before / BUCKET, self.len() / BUCKET);
        let (buckets, _) = self.y[from * BUCKET..].as_chunks::<BUCKET>();
        for (number, values) in (from..to).zip(buckets) {
            let extent = extent_of_bucket(values);
            self.base[number] = Pair { lo: extent.lo, hi: extent.hi };
            self.base_pen_ups[number / BUCKET] |= u16::from(extent.pen_up) << (number % BUCKET);
        }
        for number in from / BUCKET..to / BUCKET {
            let extent = self.base_extent(number * BUCKET..(number + 1) * BUCKET);
            self.middle[number] = Pair { lo: extent.lo, hi: extent.hi };
            self.middle_pen_ups |= u16::from(extent.pen_up) << number;
        }
    }

    /// The extent of positions read raw.
    #[inline]
    pub(super) fn raw_extent(&self, offsets: Range<usize>) -> Extent {
        let mut extent = Extent::EMPTY;
        for y in &self.y[offsets] {
            extent.include(*y);
            extent.pen_up |= y.is_nan();
        }
        extent
    }

    /// The extent of closed buckets of the lowest level that have one parent.
    #[inline]
    pub(super) fn base_extent(&self, numbers: Range<usize>) -> Extent {
        let flags = self.base_pen_ups[numbers.start / BUCKET];
        extent_of_pairs(&self.base, numbers, flags)
    }

    /// The extent of closed buckets of the second level.
    #[inline]
    pub(super) fn middle_extent(&self, numbers: Range<usize>) -> Extent {
        extent_of_pairs(&self.middle, numbers, self.middle_pen_ups)
    }

    /// The extent of a full page.
    pub(super) fn whole_extent(&self) -> Extent {
        self.middle_extent(0..MIDDLES)
    }

    /// The sums of positions read raw; `pen_up` is false where there is none among them.
    pub(super) fn sums(&self, offsets: Range<usize>, pen_up: bool) -> Sums {
        if pen_up { Sums::of::<true>(&self.y[offsets]) } else { Sums::of::<false>(&self.y[offsets]) }
    }

    /// The y filled, NaN at pen-ups.
    #[inline]
    pub(super) fn values(&self) -> &[f32] {
        &self.y
    }

    /// y at an offset that is filled; NaN at a pen-up.
    #[inline]
    pub(super) fn y(&self, offset: usize) -> f32 {
        self.y[offset]
    }

    /// x at an offset that is filled, not of a uniform stream; may be anything at a pen-up.
    #[inline]
    pub(super) fn x(&self, offset: usize) -> f64 {
        self.epochs[offset / BLOCK_LEN] + f64::from(self.x[offset])
    }

    /// The x reached at an offset that is filled, not of a uniform stream.
    #[inline]
    pub(super) fn reached(&self, offset: usize) -> f64 {
        let before = self.before[offset / BLOCK_LEN];
        let mut at = offset;
        loop {
            let x = self.x(at);
            if x.is_finite() {
                return before.settle(x);
            }
            if at.is_multiple_of(BLOCK_LEN) {
                return before.x;
            }
            at -= 1;
        }
    }

    /// What is reached after the point at an offset, whose x is finite: in a timed stream, with the rounding of
    /// its delta to f32 and of the sum to f64.
    pub(super) fn reached_after(&self, offset: usize, timed: bool) -> Reached {
        let x = self.reached(offset);
        let rounding = f64::from(self.x[offset].abs() * f32::EPSILON) + x.abs() * f64::EPSILON;
        Reached { x, slack: if timed { rounding } else { 0.0 } }
    }

    /// The x reached at the first position of each block; only filled blocks mean something.
    #[inline]
    pub(super) fn reached_by_block(&self) -> &[f64; BLOCKS] {
        &self.reached
    }

    /// Whether the stored x from `from` on, which lie in one block, are finite and never fall.
    pub(super) fn is_sorted_from(&self, from: usize) -> bool {
        let x = &self.x[from..];
        let (Some(first), Some(last)) = (x.first(), x.last()) else { return true };
        // False as soon as one of a pair is NaN; infinities in between would have to be at an end too.
        let rising = x.iter().zip(&x[1..]).fold(1_u32, |rising, (a, b)| rising & u32::from(a <= b)) == 1;
        rising && first.is_finite() && last.is_finite() && self.epochs[from / BLOCK_LEN].is_finite()
    }

    /// Least and greatest x over the points from `from` on that are no pen-ups; not of a uniform stream.
    pub(super) fn x_range(&self, from: usize) -> [f64; 2] {
        let mut range = [f64::INFINITY, f64::NEG_INFINITY];
        for (block, epoch) in self.epochs.iter().enumerate() {
            let places = (block * BLOCK_LEN).max(from)..((block + 1) * BLOCK_LEN).min(self.len());
            if places.is_empty() {
                continue;
            }
            let (xs, ys) = (&self.x[places.clone()], &self.y[places]);
            let mut extent = Extent::EMPTY;
            if ys.iter().any(|y| y.is_nan()) {
                let drawn = xs.iter().zip(ys).filter(|(_, y)| !y.is_nan());
                drawn.for_each(|(x, _)| extent.include(*x));
            } else {
                let (buckets, rest) = xs.as_chunks::<BUCKET>();
                for bucket in buckets {
                    extent.merge(extent_of_bucket(bucket));
                }
                for x in rest {
                    extent.include(*x);
                }
            }
            if !extent.is_empty() {
                let [lo, hi] = [extent.lo, extent.hi].map(|x| epoch + f64::from(x));
                range = [range[0].min(lo), range[1].max(hi)];
            }
        }
        range
    }

    /// Memory used, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        (size_of::<Self>() + (self.x.capacity() + self.y.capacity()) * size_of::<f32>()) as u64
    }
}

/// Room for `more` values: doubles, but never past a page.
fn reserve(values: &mut Vec<f32>, more: usize) {
    let needed = values.len() + more;
    if needed > values.capacity() {
        let capacity = needed.next_power_of_two().clamp(BLOCK_LEN, PAGE_LEN);
        values.reserve_exact(capacity - values.len());
    }
}

/// The extent of 16 values, as four lanes of four.
#[inline]
fn extent_of_bucket(values: &[f32; BUCKET]) -> Extent {
    const LANES: usize = 4;
    let mut lo = [f32::INFINITY; LANES];
    let mut hi = [f32::NEG_INFINITY; LANES];
    let mut pen_up = [false; LANES];
    for four in values.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            let y = four[lane];
            lo[lane] = if y < lo[lane] { y } else { lo[lane] };
            hi[lane] = if y > hi[lane] { y } else { hi[lane] };
            pen_up[lane] |= y.is_nan();
        }
    }
    let min = |a: f32, b: f32| if a < b { a } else { b };
    let max = |a: f32, b: f32| if a > b { a } else { b };
    Extent {
        lo: min(min(lo[0], lo[2]), min(lo[1], lo[3])),
        hi: max(max(hi[0], hi[2]), max(hi[1], hi[3])),
        pen_up: pen_up[0] | pen_up[1] | pen_up[2] | pen_up[3],
    }
}

/// The extent of some of 16 buckets, whose pen-up flags are the bits of `flags`.
#[inline]
fn extent_of_pairs(pairs: &[Pair], numbers: Range<usize>, flags: u16) -> Extent {
    let mut extent = Extent::EMPTY;
    if numbers.is_empty() {
        return extent;
    }
    let wanted = ((1_u32 << numbers.len()) - 1) << (numbers.start % BUCKET);
    extent.pen_up = u32::from(flags) & wanted != 0;
    for pair in &pairs[numbers] {
        extent.lo = if pair.lo < extent.lo { pair.lo } else { extent.lo };
        extent.hi = if pair.hi > extent.hi { pair.hi } else { extent.hi };
    }
    extent
}
