//! Count, mean, rms and deviation: sums that merge.

use super::pyramid::Extent;

/// What the finite samples of a stretch amount to. All of them count, however many share a pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Finite samples. Pen-ups and lost positions are not counted.
    pub count: u64,
    /// Least y, NaN without samples.
    pub min: f32,
    /// Greatest y, NaN without samples.
    pub max: f32,
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
        Self { count: 0, min: f32::NAN, max: f32::NAN, mean: f64::NAN, rms: f64::NAN, std: f64::NAN };

    pub(super) fn new(extent: Extent, sums: &Sums) -> Self {
        if sums.count == 0 {
            return Self::EMPTY;
        }
        let mean = sums.mean();
        let variance = sums.centred_squares / sums.count as f64;
        Self {
            count: sums.count,
            min: extent.lo,
            max: extent.hi,
            mean,
            rms: (mean * mean + variance).sqrt(),
            std: variance.sqrt(),
        }
    }
}

/// Count, sum and sum of squares about the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    count: u64,
    sum: f64,
    centred_squares: f64,
}

impl Sums {
    /// Over y values that are finite or NaN; NaN is left out.
    ///
    /// One pass about a pivot. The pivot is one of the samples, so its own distance to the mean is part of the
    /// centred squares: what cancels below is at most `count` times the result, harmless in f64 for a page.
    pub(super) fn of(values: &[f32]) -> Self {
        const LANES: usize = 8;
        let Some(pivot) = values.iter().copied().find(|y| !y.is_nan()).map(f64::from) else {
            return Self::default();
        };
        let mut sums = [0.0_f64; LANES];
        let mut squares = [0.0_f64; LANES];
        let mut counts = [0_u32; LANES];
        let mut take = |lane: usize, y: f32| {
            let counts_in = !y.is_nan();
            let distance = if counts_in { f64::from(y) - pivot } else { 0.0 };
            sums[lane] += distance;
            squares[lane] += distance * distance;
            counts[lane] += u32::from(counts_in);
        };
        let mut chunks = values.chunks_exact(LANES);
        for chunk in &mut chunks {
            for (lane, y) in chunk.iter().enumerate() {
                take(lane, *y);
            }
        }
        for y in chunks.remainder() {
            take(0, *y);
        }
        let count = counts.iter().map(|n| u64::from(*n)).sum::<u64>();
        let about_pivot = sums.iter().sum::<f64>();
        let n = count as f64;
        Self {
            count,
            sum: n * pivot + about_pivot,
            centred_squares: (squares.iter().sum::<f64>() - about_pivot * (about_pivot / n)).max(0.0),
        }
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
