//! Mean and root mean square over a window that moves along.
//!
//! No sum is ever subtracted from, so that none can drift, after 10^9 samples or ever. The window lies in two stacks:
//!
//! ```text
//!   oldest                             newest
//!   [ a  b  c  d ]  [ e  f  g ]
//!     sums from each    a running sum
//!     one to d          from e on
//! ```
//! What leaves is taken off the left stack; where that is empty the right one is turned over and its sums are formed
//! anew. So each value is a sum of the samples in the window alone, each added at most twice: the error is below that
//! of adding them up, whatever was there before them.

use std::collections::VecDeque;

/// Samples in a window at most: 2^22. Where a window in seconds holds more, there is no value.
const MOST: usize = 1 << 22;

/// What a window spans: as many samples, or all within so many seconds up to and with the newest. After a break it
/// holds those that there are.
///
/// ```
/// use ringplot::history::derive::Window;
///
/// assert_eq!(Window::Seconds(0.1).at_rate(1e3), Window::Samples(100));
/// assert_eq!(Window::Samples(8).at_rate(1e3), Window::Samples(8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Window {
    /// So many samples.
    Samples(u32),
    /// The samples later than so many seconds before the newest.
    Seconds(f64),
}

impl Window {
    /// The most samples that a window may be asked to have.
    pub const MOST_SAMPLES: u32 = MOST as u32;

    /// The same in samples, where they come at a fixed rate.
    #[must_use]
    pub fn at_rate(self, rate: f64) -> Self {
        match self {
            Self::Seconds(seconds) if (seconds * rate).round() <= MOST as f64 => {
                Self::Samples(((seconds * rate).round() as u32).max(1))
            }
            other => other,
        }
    }
}

/// What is made of a window's samples.
pub trait Average {
    /// What of a sample is added up.
    fn term(&self, y: f64) -> f64;
    /// The value for the mean of the terms.
    fn value(&self, mean: f64) -> f64;
}

/// The arithmetic mean. Of differences to an offset, it is the difference of the mean to it.
///
/// ```
/// use ringplot::history::derive::{Mean, Moving, Window};
///
/// let mut mean = Moving::<Mean>::new(Window::Seconds(1.0));
/// let means = [(0.0, 1.0), (0.5, 3.0), (1.0, 5.0)].map(|(t, y)| mean.next(t, y));
/// assert_eq!(means, [1.0, 2.0, 4.0], "the first sample has left the window");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean;

impl Average for Mean {
    #[inline]
    fn term(&self, y: f64) -> f64 {
        y
    }

    #[inline]
    fn value(&self, mean: f64) -> f64 {
        mean
    }
}

/// The root of the mean of the squares. Of differences to an offset, it is its difference to the offset's magnitude.
///
/// ```
/// use ringplot::history::derive::{Moving, Rms, Window};
///
/// // Of the values 1 and 7, which are differences to 4.
/// let mut rms = Moving::with(Rms { y_offset: 4.0 }, Window::Samples(2));
/// rms.next(0.0, -3.0);
/// assert_eq!(rms.next(1.0, 3.0), 1.0, "which is 5 less 4");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Rms {
    /// What the samples are differences to.
    pub y_offset: f64,
}

impl Average for Rms {
    #[inline]
    fn term(&self, y: f64) -> f64 {
        // (offset + y)² less offset².
        y * (y + 2.0 * self.y_offset)
    }

    #[inline]
    fn value(&self, mean: f64) -> f64 {
        if self.y_offset == 0.0 {
            return mean.sqrt();
        }
        // √(offset² + mean) less |offset|, of which nothing cancels.
        let offset = self.y_offset.abs();
        mean / ((offset * offset + mean).max(0.0).sqrt() + offset)
    }
}

/// An average over a moving window.
///
/// ```
/// use ringplot::history::derive::{Mean, Moving, Window};
///
/// let mut mean = Moving::<Mean>::new(Window::Samples(2));
/// let means = [1.0, 3.0, f32::NAN, 5.0].map(|y| mean.next(0.0, y));
/// assert_eq!(means[..2], [1.0, 2.0]);
/// assert_eq!(means[3], 5.0, "a break ends the window");
/// ```
#[derive(Clone, Debug)]
pub struct Moving<A> {
    window: Window,
    /// Sums from each sample to the last of the older part; the oldest is last.
    older: Vec<f64>,
    newer: Vec<f64>,
    newer_sum: f64,
    /// x of the samples, in a window in seconds.
    xs: VecDeque<f64>,
    last: f64,
    /// Whether samples of the window were left out since there are too many.
    is_overfull: bool,
    average: A,
}

impl<A: Average + Default> Moving<A> {
    /// Of an empty window: of at least one sample.
    pub fn new(window: Window) -> Self {
        Self::with(A::default(), window)
    }
}

impl<A: Average> Moving<A> {
    /// This average of an empty window.
    pub fn with(average: A, window: Window) -> Self {
        Self {
            window,
            older: Vec::new(),
            newer: Vec::new(),
            newer_sum: 0.0,
            xs: VecDeque::new(),
            last: f64::NEG_INFINITY,
            is_overfull: false,
            average,
        }
    }

    /// The value at the next sample.
    #[inline]
    pub fn next(&mut self, x: f64, y: f32) -> f32 {
        if !(x.is_finite() && y.is_finite()) {
            self.reset();
            return f32::NAN;
        }
        if x < self.last {
            self.reset();
        }
        self.last = x;
        let term = self.average.term(f64::from(y));
        self.newer.push(term);
        self.newer_sum += term;
        match self.window {
            Window::Samples(count) => {
                if self.len() > count.clamp(1, Window::MOST_SAMPLES) as usize {
                    self.forget_oldest();
                }
            }
            Window::Seconds(seconds) => self.slide(x, seconds),
        }
        if self.is_overfull {
            return f32::NAN;
        }
        let sum = self.older.last().unwrap_or(&0.0) + self.newer_sum;
        self.average.value(sum / self.len() as f64) as f32
    }

    /// Positions are missing here.
    pub fn reset(&mut self) {
        self.older.clear();
        self.newer.clear();
        self.newer_sum = 0.0;
        self.xs.clear();
        self.last = f64::NEG_INFINITY;
        self.is_overfull = false;
    }

    /// Memory used, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        ((self.older.capacity() + self.newer.capacity() + self.xs.capacity()) * size_of::<f64>()) as u64
    }

    fn len(&self) -> usize {
        self.older.len() + self.newer.len()
    }

    fn slide(&mut self, x: f64, seconds: f64) {
        self.xs.push_back(x);
        let is_out = |oldest: f64| x - oldest >= seconds;
        while self.len() > 1 && self.xs.front().is_some_and(|oldest| is_out(*oldest)) {
            self.forget_oldest();
            self.xs.pop_front();
            self.is_overfull = false;
        }
        if self.len() > MOST {
            self.forget_oldest();
            self.xs.pop_front();
            self.is_overfull = true;
        }
    }

    fn forget_oldest(&mut self) {
        if self.older.is_empty() {
            let mut sum = 0.0;
            while let Some(term) = self.newer.pop() {
                sum += term;
                self.older.push(sum);
            }
            self.newer_sum = 0.0;
        }
        self.older.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run_of, samples};
    use super::*;
    use proptest::prelude::*;

    /// Straight from what the window is said to be.
    fn reference(samples: &[(f64, f32)], at: usize, window: Window, is_rms: bool) -> f32 {
        let Some(from) = run_of(samples, at) else { return f32::NAN };
        let is_in = |i: &usize| match window {
            Window::Samples(count) => at - i < count as usize,
            Window::Seconds(seconds) => *i == at || samples[at].0 - samples[*i].0 < seconds,
        };
        let window: Vec<f64> = (from..=at).filter(is_in).map(|i| f64::from(samples[i].1)).collect();
        let of = |term: fn(f64) -> f64| window.iter().copied().map(term).sum::<f64>() / window.len() as f64;
        (if is_rms { of(|y| y * y).sqrt() } else { of(|y| y) }) as f32
    }

    fn is_near(a: f32, b: f32, scale: f32) -> bool {
        a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-6 * scale.max(b.abs())
    }

    proptest! {
        #[test]
        fn averages_are_those_of_the_samples_in_the_window(
            samples in samples(),
            window in prop_oneof![
                (1u32..60).prop_map(Window::Samples),
                (0.01f64..20.0).prop_map(Window::Seconds),
            ],
        ) {
            let (mut mean, mut rms) = (Moving::<Mean>::new(window), Moving::<Rms>::new(window));
            for (i, (x, y)) in samples.iter().enumerate() {
                // Beside 1e30 in one window the others are rounded away in the reference as well.
                let from = run_of(&samples, i).unwrap_or(i);
                let scale = samples[from..=i].iter().map(|s| s.1.abs()).fold(0.0, f32::max) * 1e-6;
                let expected = reference(&samples, i, window, false);
                let got = mean.next(*x, *y);
                prop_assert!(is_near(got, expected, scale), "mean at {}: {} and not {}", i, got, expected);
                let expected = reference(&samples, i, window, true);
                let got = rms.next(*x, *y);
                prop_assert!(is_near(got, expected, scale), "rms at {}: {} and not {}", i, got, expected);
            }
        }
    }

    #[test]
    fn what_left_the_window_leaves_no_trace_in_its_sum() {
        let mut mean = Moving::<Mean>::new(Window::Samples(100));
        // A running sum would keep the rounding of each 1e30, 10^5 times over.
        for i in 0..1_000_000u32 {
            mean.next(f64::from(i), if i % 10 == 0 { 1e30 } else { 0.1 });
        }
        let mut last = 0.0;
        for i in 0..100u32 {
            last = mean.next(1e6 + f64::from(i), 0.1);
        }
        assert_eq!(last.to_bits(), 0.1f32.to_bits());
    }

    #[test]
    fn a_window_in_seconds_that_holds_too_many_has_no_value() {
        let mut mean = Moving::<Mean>::new(Window::Seconds(1e9));
        let last = (0..=MOST).map(|i| mean.next(i as f64, 1.0)).last();
        assert!(last.is_some_and(f32::is_nan) && mean.len() == MOST);
        assert!(mean.next(3e9, 2.0).to_bits() == 2.0f32.to_bits(), "it has one again once they are gone");
    }

    #[test]
    fn seconds_are_samples_at_a_fixed_rate() {
        assert_eq!(Window::Seconds(0.1).at_rate(1e3), Window::Samples(100));
        assert_eq!(Window::Seconds(1e-9).at_rate(1e3), Window::Samples(1));
        assert_eq!(Window::Seconds(1e9).at_rate(1e3), Window::Seconds(1e9));
    }
}
