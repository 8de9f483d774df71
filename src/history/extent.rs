//! Least and greatest of some y.

use std::ops::Range;

/// Points in a bucket of the lowest level.
pub(super) const BUCKET: usize = 16;

/// Least and greatest y of some positions, and whether a pen-up lies among them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    /// Least finite y, or positive infinity.
    pub(super) lo: f32,
    /// Greatest finite y, or negative infinity.
    pub(super) hi: f32,
    /// Whether a pen-up or a lost position is among them.
    pub(super) pen_up: bool,
}

impl Extent {
    /// Of no positions at all.
    pub(super) const EMPTY: Self = Self { lo: f32::INFINITY, hi: f32::NEG_INFINITY, pen_up: false };
    /// Of lost positions.
    pub(super) const LOST: Self = Self { pen_up: true, ..Self::EMPTY };

    /// Whether no finite y is among the positions.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.lo > self.hi
    }

    /// Takes in a y that is finite or NaN; NaN changes neither end.
    #[inline]
    pub(super) fn include(&mut self, y: f32) {
        self.lo = if y < self.lo { y } else { self.lo };
        self.hi = if y > self.hi { y } else { self.hi };
    }

    /// Takes in all positions of another extent.
    #[inline]
    pub(super) fn merge(&mut self, other: Self) {
        self.lo = if other.lo < self.lo { other.lo } else { self.lo };
        self.hi = if other.hi > self.hi { other.hi } else { self.hi };
        self.pen_up |= other.pen_up;
    }
}

/// Least and greatest y of a bucket inside a page; its pen-up flag sits in a bit set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) lo: f32,
    pub(super) hi: f32,
}

impl Pair {
    pub(super) const EMPTY: Self = Self { lo: f32::INFINITY, hi: f32::NEG_INFINITY };

    /// Of some values; NaN counts for nothing.
    pub(super) fn of(values: &[f32]) -> Self {
        let (buckets, rest) = values.as_chunks::<BUCKET>();
        let mut extent = Extent::EMPTY;
        for bucket in buckets {
            let Self { lo, hi } = extent_of_bucket(bucket);
            extent.merge(Extent { lo, hi, pen_up: false });
        }
        for value in rest {
            extent.include(*value);
        }
        Self { lo: extent.lo, hi: extent.hi }
    }
}

/// The extent of 16 values; NaN counts for nothing.
#[inline]
pub(super) fn extent_of_bucket(values: &[f32; BUCKET]) -> Pair {
    in_lanes(values, |y| Pair { lo: *y, hi: *y })
}

/// The extent of 16 buckets.
#[inline]
pub(super) fn extent_of_group(pairs: &[Pair; BUCKET]) -> Pair {
    in_lanes(pairs, |pair| *pair)
}

/// The hull of 16 pairs, in four lanes of four, so that the compiler makes vectors of it.
#[inline]
fn in_lanes<T>(items: &[T; BUCKET], pair: impl Fn(&T) -> Pair) -> Pair {
    const LANES: usize = 4;
    let min = |a: f32, b: f32| if a < b { a } else { b };
    let max = |a: f32, b: f32| if a > b { a } else { b };
    let mut lo = [f32::INFINITY; LANES];
    let mut hi = [f32::NEG_INFINITY; LANES];
    for four in items.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            let pair = pair(&four[lane]);
            lo[lane] = min(pair.lo, lo[lane]);
            hi[lane] = max(pair.hi, hi[lane]);
        }
    }
    Pair { lo: min(min(lo[0], lo[2]), min(lo[1], lo[3])), hi: max(max(hi[0], hi[2]), max(hi[1], hi[3])) }
}

/// The extent of some of 16 buckets, whose pen-up flags are the bits of `flags`.
#[inline]
pub(super) fn extent_of_pairs(pairs: &[Pair], numbers: Range<usize>, flags: u16) -> Extent {
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
