//! Count, mean, rms and deviation: sums that merge.

use super::extent::Extent;
use crate::stream::offset_value;

/// What the finite samples of a stretch amount to. All of them count, however many share a pixel.
///
/// ```
/// use ringplot::history::{Statistics, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// let points = vec![Point::new(0.0, 1.0), Point::new(0.0, 3.0)];
/// trace.append(&Batch { x_mode, points, ..Batch::with_limit(2) });
/// let Statistics { count, mean, std, .. } = trace.statistics(0.0, 2.0);
/// assert_eq!((count, mean, std), (2, 2.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Finite samples. Pen-ups and lost positions are not counted.
    pub count: u64,
    /// Least value, NaN without samples.
    pub min: f64,
    /// Greatest value, NaN without samples.
    pub max: f64,
    /// Arithmetic mean, NaN without samples.
    pub mean: f64,
    /// Root of the mean square, NaN without samples.
    pub rms: f64,
    /// Standard deviation of the samples as a whole population (divided by `count`), NaN without samples.
    pub std: f64,
}

impl Statistics {
    /// Of no samples.
    pub const EMPTY: Self =
        Self { count: 0, min: f64::NAN, max: f64::NAN, mean: f64::NAN, rms: f64::NAN, std: f64::NAN };

    /// Of y that are differences to `y_offset`.
    pub(super) fn new(extent: Extent, sums: &Sums, y_offset: f64) -> Self {
        if sums.count == 0 {
            return Self::EMPTY;
        }
        let mean = y_offset + sums.mean();
        let variance = sums.centred_squares / sums.count as f64;
        Self {
            count: sums.count,
            min: offset_value(y_offset, extent.lo),
            max: offset_value(y_offset, extent.hi),
            mean,
            rms: (mean * mean + variance).sqrt(),
            std: variance.sqrt(),
        }
    }
}

/// Sums kept side by side, so that the compiler makes vectors of them.
const LANES: usize = 8;

/// Of a sample from the pivot; 0 if it is NaN and that may be.
#[inline]
fn distance<const SOME_NAN: bool>(y: f32, pivot: f64) -> f64 {
    let distance = f64::from(y) - pivot;
    if SOME_NAN && y.is_nan() { 0.0 } else { distance }
}

/// Adds distances and their squares. Not inlined: where the compiler sees what becomes of the sums, it pairs sum and
/// square of one sample instead of two samples.
#[inline(never)]
fn accumulate<const SOME_NAN: bool>(
    chunks: &[[f32; LANES]],
    pivot: f64,
    sums: &mut [f64; LANES],
    squares: &mut [f64; LANES],
) {
    let (mut sum, mut square) = ([0.0; LANES], [0.0; LANES]);
    for chunk in chunks {
        for lane in 0..LANES {
            let distance = distance::<SOME_NAN>(chunk[lane], pivot);
            sum[lane] += distance;
            square[lane] += distance * distance;
        }
    }
    (*sums, *squares) = (sum, square);
}

/// Count, sum and sum of squares about the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    count: u64,
    sum: f64,
    centred_squares: f64,
}

impl Sums {
    /// Over y values that are finite or, only if `SOME_NAN`, NaN; NaN is left out.
    ///
    /// One pass about a pivot. The pivot is one of the samples, so its own distance to the mean is part of the
    /// centred squares: what cancels below is at most `count` times the result, harmless in f64 for a page.
    pub(super) fn of<const SOME_NAN: bool>(values: &[f32]) -> Self {
        let Some(pivot) = values.iter().copied().find(|y| !y.is_nan()).map(f64::from) else {
            return Self::default();
        };
        let (chunks, rest) = values.as_chunks::<LANES>();
        let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
        accumulate::<SOME_NAN>(chunks, pivot, &mut sums, &mut squares);
        for y in rest {
            let distance = distance::<SOME_NAN>(*y, pivot);
            sums[0] += distance;
            squares[0] += distance * distance;
        }
        let nan = if SOME_NAN { values.iter().filter(|y| y.is_nan()).count() } else { 0 };
        let count = (values.len() - nan) as u64;
        let about_pivot = sums.iter().sum::<f64>();
        let n = count as f64;
        Self {
            count,
            sum: n * pivot + about_pivot,
            centred_squares: (squares.iter().sum::<f64>() - about_pivot * (about_pivot / n)).max(0.0),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Takes in other samples (Chan, Golub, `LeVeque` 1979).
    pub(super) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let apart = other.mean() - self.mean();
        let (n, m) = (self.count as f64, other.count as f64);
        self.centred_squares += other.centred_squares + apart * apart * (n * (m / (n + m)));
        self.sum += other.sum;
        self.count += other.count;
    }
}
