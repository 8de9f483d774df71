//! A page: 4,096 positions with the two lowest levels of the pyramid, filled once from front to back.
//!
//! The copies run over whole slices without a branch per point, so that the compiler turns them into vectors;
//! the buckets are closed right after, while the points are in the first-level cache.

use std::ops::Range;

use super::extent::{BUCKET, Extent, Pair, extent_of_bucket, extent_of_group, extent_of_pairs};
use super::page_x::{PageX, Reached};
use super::paging::{BLOCK_LEN, PAGE_LEN, zeros};
use super::pyramid::FAN_OUT;
use super::statistics::Sums;
use crate::ring::{BLOCK, Point, XMode};

/// Buckets of the lowest level in a page.
const BASES: usize = PAGE_LEN / BUCKET;
/// Buckets of the second level in a page.
const MIDDLES: usize = BASES / BUCKET;
const _: () = assert!(BLOCK_LEN as u64 == BLOCK && BUCKET as u64 == FAN_OUT && MIDDLES == BUCKET);

/// 4,096 positions, or the first so many while the page is open.
#[derive(Debug)]
pub(super) struct Page {
    /// Positions filled.
    len: usize,
    /// y, NaN at pen-ups.
    y: Box<[f32; PAGE_LEN]>,
    /// x, but in uniform streams.
    x: Option<PageX>,
    base: [Pair; BASES],
    base_pen_ups: [u16; MIDDLES],
    middle: [Pair; MIDDLES],
    middle_pen_ups: u16,
}

impl Page {
    /// A page without positions.
    pub(super) fn new(x_mode: XMode) -> Box<Self> {
        let x = match x_mode {
            XMode::Uniform { .. } => None,
            XMode::Timed => Some(PageX::new(true)),
            XMode::Xy => Some(PageX::new(false)),
        };
        Box::new(Self {
            len: 0,
            y: zeros(),
            x,
            base: [Pair::EMPTY; BASES],
            base_pen_ups: [0; MIDDLES],
            middle: [Pair::EMPTY; MIDDLES],
            middle_pen_ups: 0,
        })
    }

    /// Empties the page and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.len = 0;
        self.base_pen_ups = [0; MIDDLES];
        self.middle_pen_ups = 0;
    }

    /// Positions filled.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends points of one block with their epoch, which means something in timed streams only; `last` is the x
    /// that was reached before them. Whether some of them may not be held as they came: an x or y is not finite.
    pub(super) fn push(&mut self, points: &[Point], epoch: f64, last: Reached) -> bool {
        let from = self.len;
        self.len += points.len();
        let ys = &mut self.y[from..self.len];
        // No branch, so that the compiler makes vectors of it.
        let mut odd = 0;
        for (y, point) in ys.iter_mut().zip(points) {
            *y = point.y;
            odd |= u32::from(!point.y.is_finite());
        }
        let mut pen_ups = odd != 0;
        if pen_ups {
            ys.iter_mut().filter(|y| !y.is_finite()).for_each(|y| *y = f32::NAN);
        }
        if let Some(x) = &mut self.x {
            pen_ups |= x.push(from, points, epoch, last, ys);
        }
        self.close_buckets(from, pen_ups);
        pen_ups
    }

    /// Appends `count` lost positions; `last` is what was reached before them.
    pub(super) fn push_lost(&mut self, count: usize, last: Reached) {
        let from = self.len;
        self.len += count;
        self.y[from..self.len].fill(f32::NAN);
        if let Some(x) = &mut self.x {
            x.push_lost(from..self.len, last);
        }
        self.close_buckets(from, true);
    }

    /// Closes the buckets that became complete since the page held `before` positions; `pen_ups` is false where
    /// none came since.
    fn close_buckets(&mut self, before: usize, pen_ups: bool) {
        let (from, to) = (before / BUCKET, self.len / BUCKET);
        let values = &self.y[from * BUCKET..to * BUCKET];
        let (buckets, _) = values.as_chunks::<BUCKET>();
        for (pair, bucket) in self.base[from..to].iter_mut().zip(buckets) {
            *pair = extent_of_bucket(bucket);
        }
        if pen_ups || self.y[from * BUCKET..before].iter().any(|y| y.is_nan()) {
            for (number, bucket) in (from..to).zip(buckets) {
                let pen_up = bucket.iter().any(|y| y.is_nan());
                self.base_pen_ups[number / BUCKET] |= u16::from(pen_up) << (number % BUCKET);
            }
        }
        let groups = self.base.as_chunks::<BUCKET>().0.iter().enumerate();
        for (number, group) in groups.take(to / BUCKET).skip(from / BUCKET) {
            self.middle[number] = extent_of_group(group);
            self.middle_pen_ups |= u16::from(self.base_pen_ups[number] != 0) << number;
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
        &self.y[..self.len]
    }

    /// y at an offset that is filled; NaN at a pen-up.
    #[inline]
    pub(super) fn y(&self, offset: usize) -> f32 {
        self.y[offset]
    }

    /// x of the points, but in uniform streams.
    #[inline]
    pub(super) fn x(&self) -> Option<&PageX> {
        self.x.as_ref()
    }

    /// The epoch, x less the epoch and y at offsets of one block that are filled; no x in a uniform stream.
    pub(super) fn block(&self, offsets: Range<usize>) -> (f64, &[f32], &[f32]) {
        let (x, epoch) = self.x.as_ref().map_or((&[][..], 0.0), |x| x.of_block(offsets.clone()));
        (epoch, x, &self.y[offsets])
    }

    /// Memory that a page of such a stream takes, in bytes, filled or not.
    pub(super) fn bytes(x_mode: XMode) -> u64 {
        let x = match x_mode {
            XMode::Uniform { .. } => 0,
            XMode::Timed => PageX::bytes(true),
            XMode::Xy => PageX::bytes(false),
        };
        (size_of::<Self>() + size_of::<[f32; PAGE_LEN]>()) as u64 + x
    }
}
