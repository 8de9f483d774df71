//! From x to positions, without reading the points in between.
//!
//! The x *reached* at a position is its own if finite, else the last finite x before it (see
//! [`Reached`](super::page_x::Reached)): so pen-ups and lost
//! positions have a place too, and from one step back in x to the next what is reached never falls. Only such a
//! stretch is searched here; what x does beyond is found in `path.rs`.

use std::ops::Range;

use super::page::Page;
use super::page_x::PageX;
use super::paging::{BLOCK_LEN, PAGE, offset, page_of};
use super::trace::Trace;
use crate::ring::XMode;

impl Trace {
    /// The page that holds `position`, which must be in `start..end`; `None` if all of it is lost.
    #[inline]
    pub(super) fn page_at(&self, position: u64) -> Option<&Page> {
        #[expect(clippy::cast_possible_truncation, reason = "an index into the pages held")]
        let index = (page_of(position) - self.first_page) as usize;
        self.pages.get(index)?.as_deref()
    }

    /// x of the page that holds `position`, not in a uniform stream; `None` if all of the page is lost.
    #[inline]
    fn page_x_at(&self, position: u64) -> Option<&PageX> {
        self.page_at(position)?.x()
    }

    /// y at a position in `start..end`; NaN at pen-ups and lost positions.
    #[inline]
    pub(super) fn y_at(&self, position: u64) -> f32 {
        self.page_at(position).map_or(f32::NAN, |page| page.y(offset(position)))
    }

    /// x at a position in `start..end`; means something only where y is finite, or x is uniform.
    #[inline]
    pub(super) fn x_at(&self, position: u64) -> f64 {
        match self.x_mode {
            XMode::Uniform { t0, rate } => t0 + position as f64 / rate,
            XMode::Timed | XMode::Xy => self.page_x_at(position).map_or(f64::NAN, |x| x.x(offset(position))),
        }
    }

    /// The x reached at a position in `start..end`; negative infinity before the first finite one.
    #[inline]
    pub(super) fn reached_at(&self, position: u64) -> f64 {
        if matches!(self.x_mode, XMode::Uniform { .. }) {
            return self.x_at(position);
        }
        self.page_x_at(position)
            .map_or_else(|| self.reached_at_page(page_of(position)), |x| x.reached(offset(position)))
    }

    #[inline]
    fn reached_at_page(&self, page: u64) -> f64 {
        #[expect(clippy::cast_possible_truncation, reason = "an index into the pages held")]
        let index = (page - self.first_page) as usize;
        self.reached.get(index).copied().unwrap_or(f64::NEG_INFINITY)
    }

    /// The first position in `positions`, between two steps back, that has reached `x`; their end if none has.
    pub(super) fn first_reaching(&self, x: f64, positions: Range<u64>) -> u64 {
        let Range { start, end } = positions;
        if start >= end || self.reached_at(start) >= x {
            return start;
        }
        if let XMode::Uniform { t0, rate } = self.x_mode {
            return self.first_reaching_uniform(x, t0, rate, start..end);
        }
        // The last page whose first position has not reached x, by doubling strides from the start: successive
        // columns ask for positions close to each other.
        let last_page = page_of(end - 1);
        let (mut page, mut stride) = (page_of(start), 1);
        while page + stride <= last_page && self.reached_at_page(page + stride) < x {
            page += stride;
            stride *= 2;
        }
        let mut beyond = (page + stride).min(last_page + 1);
        while beyond - page > 1 {
            let middle = page.midpoint(beyond);
            if self.reached_at_page(middle) < x { page = middle } else { beyond = middle }
        }
        let first = start.max(page * PAGE);
        let end = end.min((page + 1) * PAGE);
        let Some(page_x) = self.page_x_at(first) else { return end };
        let base = first - offset(first) as u64;
        base + first_reaching_in_page(page_x, x, offset(first)..offset(end - 1) + 1) as u64
    }

    /// In sample numbers; the candidate is tried against its neighbours, so rounding cannot make it wrong.
    fn first_reaching_uniform(&self, x: f64, t0: f64, rate: f64, positions: Range<u64>) -> u64 {
        const TRIES: u64 = 4;
        let Range { start, end } = positions;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, then clamped"
        )]
        let guess = (((x - t0) * rate).ceil() as u64).clamp(start, end);
        let reaches = |position: u64| self.x_at(position) >= x;
        let mut at = guess;
        while at > start && guess - at < TRIES && reaches(at - 1) {
            at -= 1;
        }
        if at == guess {
            while at < end && at - guess < TRIES && !reaches(at) {
                at += 1;
            }
        }
        if (at == start || !reaches(at - 1)) && (at == end || reaches(at)) {
            return at;
        }
        // Samples so close that many share one x.
        partition(start, end, |position| !reaches(position))
    }
}

/// The first position in the half-open range for which `before` is false, given that it is true up to there.
fn partition(start: u64, end: u64, before: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (start, end);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// As [`Trace::first_reaching`], in offsets of one page whose first offset has not reached x.
fn first_reaching_in_page(page: &PageX, x: f64, offsets: Range<usize>) -> usize {
    let Range { start, end } = offsets;
    let blocks = start / BLOCK_LEN + 1..end.div_ceil(BLOCK_LEN);
    let block = start / BLOCK_LEN + page.blocks_before(x, blocks);
    // `low` has not reached x, `high` has or is the end.
    let mut low = start.max(block * BLOCK_LEN);
    let mut high = end.min((block + 1) * BLOCK_LEN);
    let (x_low, x_last) = (page.reached(low), page.reached(high - 1));
    if x_last < x {
        return high;
    }
    // Interpolate once, then close in around the guess by doubling steps: near-even spacing costs a step or two,
    // and no spacing costs more than twice a bisection.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, then clamped")]
    let guess = low + ((x - x_low) / (x_last - x_low) * (high - 1 - low) as f64) as usize;
    let guess = guess.clamp(low, high - 1);
    let mut step = 1;
    if page.reached(guess) < x {
        low = guess;
        while low + step < high && page.reached(low + step) < x {
            low += step;
            step *= 2;
        }
        high = high.min(low + step);
    } else {
        high = guess;
        while high > low + step && page.reached(high - step) >= x {
            high -= step;
            step *= 2;
        }
        low = low.max(high.saturating_sub(step));
    }
    while high - low > 1 {
        let middle = low.midpoint(high);
        if page.reached(middle) < x { low = middle } else { high = middle }
    }
    high
}
