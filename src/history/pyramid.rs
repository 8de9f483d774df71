//! The levels of the pyramid that span pages.

use std::collections::VecDeque;
use std::ops::Range;

use super::extent::Extent;
use super::statistics::Sums;

/// Children of a bucket, at every level.
pub(super) const FAN_OUT: u64 = 16;

/// The range of x over no positions.
pub(super) const NO_X: [f64; 2] = [f64::INFINITY, f64::NEG_INFINITY];

/// One level above the pages: closed buckets in order, dense, the first at an absolute index.
#[derive(Debug, Default)]
struct Level {
    first: u64,
    extents: VecDeque<Extent>,
    sums: VecDeque<Sums>,
    /// Least and greatest x reached.
    x_ranges: VecDeque<[f64; 2]>,
}

impl Level {
    fn push(&mut self, index: u64, extent: Extent, sums: Sums, x_range: [f64; 2]) {
        if self.extents.is_empty() {
            self.first = index;
        }
        debug_assert_eq!(index, self.first + self.extents.len() as u64, "buckets close in order");
        self.extents.push_back(extent);
        self.sums.push_back(sums);
        self.x_ranges.push_back(x_range);
    }

    /// Places in the deques of the buckets of `indices` that are held.
    fn held(&self, indices: &Range<u64>) -> Range<usize> {
        let len = self.extents.len() as u64;
        let place = |index: u64| index.saturating_sub(self.first).min(len);
        let (from, to) = (place(indices.start), place(indices.end));
        #[expect(clippy::cast_possible_truncation, reason = "at most the length of a deque")]
        let places = from as usize..to.max(from) as usize;
        places
    }

    fn extent(&self, indices: &Range<u64>) -> Extent {
        let mut all = Extent::EMPTY;
        for extent in self.extents.range(self.held(indices)) {
            all.merge(*extent);
        }
        all
    }

    fn x_range(&self, indices: &Range<u64>) -> [f64; 2] {
        self.x_ranges.range(self.held(indices)).copied().fold(NO_X, hull)
    }

    fn sum(&self, indices: &Range<u64>) -> Sums {
        let mut all = Sums::default();
        for sums in self.sums.range(self.held(indices)) {
            all.merge(sums);
        }
        all
    }
}

/// Least and greatest of two ranges of x.
pub(super) fn hull(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}

/// Gives memory back that a table no longer needs by far.
pub(super) fn give_back<T>(table: &mut VecDeque<T>) {
    const FEW: usize = 1024;
    if table.capacity() > FEW.max(4 * table.len()) {
        table.shrink_to(2 * table.len());
    }
}

/// Extents, sums and ranges of x of whole pages and of groups of 16, 256, ... pages.
#[derive(Debug, Default)]
pub(super) struct Pyramid {
    levels: Vec<Level>,
}

impl Pyramid {
    /// Closes page `index`, and every bucket above that it completes.
    pub(super) fn close_page(&mut self, index: u64, extent: Extent, sums: Sums, x_range: [f64; 2]) {
        let (mut index, mut extent, mut sums, mut x_range) = (index, extent, sums, x_range);
        for number in 0.. {
            if number == self.levels.len() {
                self.levels.push(Level::default());
            }
            let level = &mut self.levels[number];
            level.push(index, extent, sums, x_range);
            if !(index + 1).is_multiple_of(FAN_OUT) {
                return;
            }
            // Where the history begins inside this group the bucket is partial, but then no query spans all of it.
            let children = index + 1 - FAN_OUT..index + 1;
            extent = level.extent(&children);
            sums = level.sum(&children);
            x_range = level.x_range(&children);
            index /= FAN_OUT;
        }
    }

    /// The extent of the buckets `indices` of `level`, where level 0 is the pages.
    #[inline]
    pub(super) fn extent(&self, level: usize, indices: &Range<u64>) -> Extent {
        self.levels.get(level).map_or(Extent::EMPTY, |level| level.extent(indices))
    }

    /// Least and greatest x reached in the buckets `indices` of `level`.
    #[inline]
    pub(super) fn x_range(&self, level: usize, indices: &Range<u64>) -> [f64; 2] {
        self.levels.get(level).map_or(NO_X, |level| level.x_range(indices))
    }

    /// The sums of the pages `pages`, all of which must be closed and held.
    pub(super) fn sums(&self, pages: Range<u64>) -> Sums {
        let mut all = Sums::default();
        let Range { mut start, mut end } = pages;
        for level in &self.levels {
            let (up, down) = (start.next_multiple_of(FAN_OUT), end / FAN_OUT * FAN_OUT);
            if up >= down {
                all.merge(&level.sum(&(start..end)));
                return all;
            }
            all.merge(&level.sum(&(start..up)));
            all.merge(&level.sum(&(down..end)));
            (start, end) = (up / FAN_OUT, down / FAN_OUT);
        }
        all
    }

    /// Forgets the buckets that end at or before page `first_page`.
    pub(super) fn evict_before(&mut self, first_page: u64) {
        let mut pages_in_bucket = 1_u64;
        for level in &mut self.levels {
            while !level.extents.is_empty() && (level.first + 1) * pages_in_bucket <= first_page {
                level.extents.pop_front();
                level.sums.pop_front();
                level.x_ranges.pop_front();
                level.first += 1;
            }
            give_back(&mut level.extents);
            give_back(&mut level.sums);
            give_back(&mut level.x_ranges);
            pages_in_bucket *= FAN_OUT;
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.levels.clear();
    }

    /// Memory used, in bytes, but for the room that tables have to grow.
    pub(super) fn memory_bytes(&self) -> u64 {
        const BUCKET: usize = size_of::<Extent>() + size_of::<Sums>() + size_of::<[f64; 2]>();
        let bytes = |level: &Level| level.extents.len() * BUCKET;
        self.levels.iter().map(bytes).sum::<usize>() as u64
    }
}
