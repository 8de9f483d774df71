//! Where the edges of columns lie, in what a trace's x is exact in.
//!
//! f64 seconds tell the samples of a fast stream apart ever worse the farther from zero they lie. Samples of a uniform
//! stream have numbers, so on a linear axis an edge lies so many whole samples and a part of one from the first: edge
//! `n` at `n · dx · rate - t0 · rate`, which is worked out in integers and does not depend on where zero is.

use super::columns::ColumnGrid;
use super::scale::Scale;
use super::trace::Trace;
use crate::ring::XMode;

/// A place along x: in samples, or in x itself.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Place {
    /// Whole samples, or x.
    pub(super) whole: f64,
    /// What there is beyond them, `0..=1`; 0 of an x.
    pub(super) part: f64,
}

impl Place {
    pub(super) fn at(whole: f64) -> Self {
        Self { whole, part: 0.0 }
    }

    /// The first sample at or right of a place in samples.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    pub(super) fn sample(self) -> u64 {
        (self.whole + f64::from(u8::from(self.part > 0.0))) as u64
    }
}

/// `count / parts`, not negative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fraction {
    count: i128,
    parts: i128,
}

impl Fraction {
    /// The simple fraction that `value` was before it was rounded, if there is one; else `value` itself. Whoever
    /// divides a span into columns means the fraction: 5 samples a column, or 10^6 / 1537.
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers, or below all that is seen")]
    fn nearest(value: f64) -> Self {
        if let Some([count, parts]) = simple(value) {
            return Self { count: count as i128, parts: parts as i128 };
        }
        let exponent = (value.to_bits() >> 52) as i32 - 1023;
        let shift = (52 - exponent).clamp(0, 120);
        let count = (value * 2_f64.powi(shift)) as i128;
        Self { count: count.clamp(0, 1 << 63), parts: 1 << shift }
    }

    fn value(self) -> f64 {
        self.count as f64 / self.parts as f64
    }

    /// So many times the fraction: a whole number, and what there is beyond.
    #[inline]
    fn times(self, factor: i64) -> (i128, f64) {
        let product = i128::from(factor) * self.count;
        let (whole, rest) = (product.div_euclid(self.parts), product.rem_euclid(self.parts));
        (whole, rest as f64 / self.parts as f64)
    }
}

/// The only fraction of few parts within rounding of a value that is not negative: a convergent of its continued
/// fraction.
fn simple(value: f64) -> Option<[f64; 2]> {
    const MOST_PARTS: f64 = 16_384.0;
    // Two such fractions lie farther from each other than rounding reaches.
    const MOST_PRODUCT: f64 = (1_u64 << 44) as f64;
    let (mut before, mut now) = ([0.0, 1.0], [1.0, 0.0]);
    let mut rest = value;
    loop {
        let whole = rest.floor();
        let next: [f64; 2] = [0, 1].map(|i| whole.mul_add(now[i], before[i]));
        let [count, parts] = next;
        // Not a number in the end, where the value is none.
        if !(parts <= MOST_PARTS && count * parts <= MOST_PRODUCT) {
            return None;
        }
        if (count / parts - value).abs() <= 2.0 * f64::EPSILON * value {
            return Some(next);
        }
        (before, now) = (now, next);
        rest = (rest - whole).recip();
    }
}

/// The edges of a grid's columns as a trace sees them, by number: 0 lies at place 0 of the axis.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edges {
    /// In x.
    Values { dx: f64, scale: Scale },
    /// In samples.
    Samples { width: Fraction, zero: (i128, f64) },
}

impl Trace {
    /// In a uniform stream, on a linear axis: samples in a column, and the sample number at the grid's left edge, as
    /// whole samples and what there is beyond, in `0..=1`.
    pub fn samples_at_left(&self, grid: &ColumnGrid) -> Option<(f64, [f64; 2])> {
        let edges = self.edges(grid);
        let Edges::Samples { width, .. } = edges else { return None };
        let Place { whole, part } = edges.place(grid.first);
        Some((width.value(), [whole, part]))
    }

    pub(super) fn edges(&self, grid: &ColumnGrid) -> Edges {
        match self.x_mode {
            XMode::Uniform { t0, rate } if grid.scale == Scale::Linear => {
                let t0 = t0 * rate;
                let zero = Fraction::nearest(t0.abs()).times(if t0 < 0.0 { -1 } else { 1 });
                Edges::Samples { width: Fraction::nearest(grid.dx * rate), zero }
            }
            _ => Edges::Values { dx: grid.dx, scale: grid.scale },
        }
    }
}

impl Edges {
    /// Whether places are in samples.
    #[inline]
    pub(super) fn in_samples(&self) -> bool {
        matches!(self, Self::Samples { .. })
    }

    /// The left edge of a column.
    #[inline]
    pub(super) fn place(&self, number: i64) -> Place {
        match *self {
            Self::Values { dx, scale } => Place::at(scale.inverse(number as f64 * dx)),
            Self::Samples { width, zero } => {
                let (whole, part) = width.times(number);
                let (mut whole, mut part) = (whole - zero.0, part - zero.1);
                if part < 0.0 {
                    whole -= 1;
                    part += 1.0;
                }
                Place { whole: whole as f64, part }
            }
        }
    }
}
