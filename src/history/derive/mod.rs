//! Transforms of runs of samples, one value for each sample, computed as they come.
//!
//! Fed in order with x and y. A non-finite y or x breaks the run: there is no value (NaN) there, and nothing reaches
//! across. A step back in x breaks it too. What a transform gives depends on the samples alone, not on how they were
//! cut into batches.

mod moving;
mod pair;

pub use moving::{Mean, Moving, Rms, Window};
pub use pair::{At, Line};

/// The slope from the sample before: Δy/Δx. None at the first sample of a run, nor where x does not grow.
///
/// ```
/// use ringplot::history::derive::Derivative;
///
/// let mut speed = Derivative::new();
/// assert!(speed.next(0.0, 1.0).is_nan(), "nothing comes before the first sample");
/// assert_eq!(speed.next(0.5, 2.0), 2.0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Derivative {
    /// Δx where it is always the same: at a fixed rate it is known better than the difference of two x.
    spacing: Option<f64>,
    before: Option<(f64, f64)>,
}

impl Derivative {
    /// Of samples at their own x.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of samples that lie `spacing` apart, whatever their x.
    pub fn spaced(spacing: f64) -> Self {
        Self { spacing: Some(spacing), before: None }
    }

    /// The value at the next sample.
    #[inline]
    pub fn next(&mut self, x: f64, y: f32) -> f32 {
        if !(x.is_finite() && y.is_finite()) {
            self.before = None;
            return f32::NAN;
        }
        let now = (x, f64::from(y));
        let Some(before) = self.before.replace(now) else { return f32::NAN };
        let run = self.spacing.unwrap_or(now.0 - before.0);
        if run > 0.0 { ((now.1 - before.1) / run) as f32 } else { f32::NAN }
    }

    /// Positions are missing here.
    pub fn reset(&mut self) {
        self.before = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Samples with breaks and steps back.
    pub(super) fn samples() -> impl Strategy<Value = Vec<(f64, f32)>> {
        let step = prop_oneof![20 => 0.001f64..1.0, 1 => Just(0.0), 1 => Just(-3.0), 1 => Just(f64::NAN)];
        let y = prop_oneof![20 => -1e3f32..1e3, 1 => Just(f32::NAN), 1 => Just(1e30f32), 1 => Just(f32::INFINITY)];
        prop::collection::vec((step, y), 0..300).prop_map(|steps| {
            let mut x = 5.0;
            let place = |(step, y): (f64, f32)| {
                if step.is_nan() {
                    return (f64::NAN, y);
                }
                x += step;
                (x, y)
            };
            steps.into_iter().map(place).collect()
        })
    }

    /// Begin of the run that a sample belongs to; `None` at a break.
    pub(super) fn run_of(samples: &[(f64, f32)], at: usize) -> Option<usize> {
        let is_point = |i: usize| samples[i].0.is_finite() && samples[i].1.is_finite();
        if !is_point(at) {
            return None;
        }
        let mut from = at;
        while from > 0 && is_point(from - 1) && samples[from - 1].0 <= samples[from].0 {
            from -= 1;
        }
        Some(from)
    }

    proptest! {
        #[test]
        fn a_derivative_is_the_slope_from_the_sample_before(samples in samples()) {
            let mut derivative = Derivative::new();
            for (i, (x, y)) in samples.iter().enumerate() {
                let expected = match run_of(&samples, i) {
                    Some(from) if from < i && samples[i - 1].0 < *x => {
                        ((f64::from(*y) - f64::from(samples[i - 1].1)) / (x - samples[i - 1].0)) as f32
                    }
                    _ => f32::NAN,
                };
                prop_assert_eq!(derivative.next(*x, *y).to_bits(), expected.to_bits(), "at {}", i);
            }
        }
    }

    #[test]
    fn a_derivative_at_a_fixed_rate_is_exact_however_far_from_zero() {
        let (mut derivative, far) = (Derivative::spaced(1e-6), 1.7e9);
        let slopes: Vec<f32> = (0..4u8).map(|i| derivative.next(far, f32::from(i) * 0.5)).collect();
        assert!(
            slopes[0].is_nan() && slopes[1..].iter().all(|slope| (slope - 5e5).abs() < 0.1),
            "{slopes:?}"
        );
    }
}
