//! Where time steps back: a bit for each position of the pages that have such a step.
//!
//! A page without one costs nothing, a page with any costs a fifth of a byte a point; a list of positions would cost
//! as much as the points themselves where every second sample is late.

use std::collections::VecDeque;
use std::ops::Range;

use super::paging::{BLOCK_LEN, BLOCKS, PAGE, PAGE_LEN, offset, page_of};

const WORDS: usize = PAGE_LEN / 64;

/// The steps back in one page.
#[derive(Debug)]
struct StepsOfPage {
    page: u64,
    /// Steps in the pages before this one, since the history began.
    before: u64,
    bits: Box<[u64; WORDS]>,
    /// Least and greatest x reached in each block, once the page is full.
    x_ranges: Option<Box<[[f64; 2]; BLOCKS]>>,
}

impl StepsOfPage {
    /// Steps at smaller offsets.
    fn count_before(&self, offset: usize) -> u64 {
        let (word, bit) = (offset / 64, offset % 64);
        let whole: u32 = self.bits[..word].iter().map(|bits| bits.count_ones()).sum();
        let part = if bit == 0 { 0 } else { (self.bits[word] << (64 - bit)).count_ones() };
        u64::from(whole + part)
    }

    /// The first step at or after an offset, as a position.
    fn next(&self, offset: usize) -> Option<u64> {
        let first = offset / 64;
        let mut mask = u64::MAX << (offset % 64);
        for (word, bits) in (first..).zip(&self.bits[first..]) {
            let bits = bits & mask;
            if bits != 0 {
                return Some(self.page * PAGE + (word * 64) as u64 + u64::from(bits.trailing_zeros()));
            }
            mask = u64::MAX;
        }
        None
    }
}

/// What is known of the x reached in a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum BlockRange {
    /// Its page has no step back: x only rises.
    Rises,
    /// Its page has one, and is not full.
    Unknown,
    /// Least and greatest.
    Known([f64; 2]),
}

/// The positions held whose x is less than what was reached before them, in order.
#[derive(Debug, Default)]
pub(super) struct BackSteps {
    pages: VecDeque<StepsOfPage>,
    /// Steps since the history began.
    total: u64,
}

impl BackSteps {
    /// Adds a step; positions come in order.
    pub(super) fn push(&mut self, position: u64) {
        let page = page_of(position);
        if self.pages.back().is_none_or(|last| last.page != page) {
            self.pages.push_back(StepsOfPage {
                page,
                before: self.total,
                bits: Box::new([0; WORDS]),
                x_ranges: None,
            });
        }
        if let Some(last) = self.pages.back_mut() {
            last.bits[offset(position) / 64] |= 1 << (position % 64);
        }
        self.total += 1;
    }

    /// The first step at or after a position.
    #[inline]
    pub(super) fn next(&self, position: u64) -> Option<u64> {
        let page = page_of(position);
        let index = self.pages.partition_point(|steps| steps.page < page);
        let at = self.pages.get(index)?;
        if at.page > page {
            return at.next(0);
        }
        at.next(offset(position)).or_else(|| self.pages.get(index + 1)?.next(0))
    }

    /// Keeps the ranges of x of the blocks of the last page, if it has a step.
    pub(super) fn close_page(&mut self, page: u64, x_ranges: [[f64; 2]; BLOCKS]) {
        if let Some(last) = self.pages.back_mut().filter(|last| last.page == page) {
            last.x_ranges = Some(Box::new(x_ranges));
        }
    }

    /// What is known of the block that begins at a position.
    pub(super) fn x_range(&self, first: u64) -> BlockRange {
        let page = page_of(first);
        let steps = self.pages.get(self.pages.partition_point(|steps| steps.page < page));
        let Some(steps) = steps.filter(|steps| steps.page == page) else { return BlockRange::Rises };
        let known = |ranges: &[[f64; 2]; BLOCKS]| BlockRange::Known(ranges[offset(first) / BLOCK_LEN]);
        steps.x_ranges.as_deref().map_or(BlockRange::Unknown, known)
    }

    /// Steps at positions in the range.
    pub(super) fn count(&self, positions: &Range<u64>) -> u64 {
        self.number_at(positions.end).saturating_sub(self.number_at(positions.start))
    }

    /// The step that lies `count` steps before a position; `None` where so many are not held.
    pub(super) fn nth_before(&self, position: u64, count: u64) -> Option<u64> {
        let number = self.number_at(position).checked_sub(count)?;
        let index = self.pages.partition_point(|steps| steps.before <= number).checked_sub(1)?;
        let steps = &self.pages[index];
        let mut left = number - steps.before;
        for (word, bits) in steps.bits.iter().enumerate() {
            let ones = u64::from(bits.count_ones());
            if left < ones {
                let mut bits = *bits;
                for _ in 0..left {
                    bits &= bits - 1;
                }
                return Some(steps.page * PAGE + (word * 64) as u64 + u64::from(bits.trailing_zeros()));
            }
            left -= ones;
        }
        None
    }

    /// Steps before a position, since the history began.
    fn number_at(&self, position: u64) -> u64 {
        let page = page_of(position);
        let index = self.pages.partition_point(|steps| steps.page < page);
        self.pages.get(index).map_or(self.total, |steps| {
            let inside = if steps.page == page { steps.count_before(offset(position)) } else { 0 };
            steps.before + inside
        })
    }

    /// Forgets the pages that end at or before a position.
    pub(super) fn evict_before(&mut self, position: u64) {
        while self.pages.front().is_some_and(|steps| (steps.page + 1) * PAGE <= position) {
            self.pages.pop_front();
        }
    }

    /// Memory used, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        const PAGE: usize =
            size_of::<StepsOfPage>() + size_of::<[u64; WORDS]>() + size_of::<[[f64; 2]; BLOCKS]>();
        (self.pages.len() * PAGE) as u64
    }
}
