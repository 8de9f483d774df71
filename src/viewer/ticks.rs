//! Where an axis has ticks: round values, by span and room only.
//!
//! The step depends on the length of the visible stretch and on the room, never on where the stretch lies, so
//! ticks and their labels keep their values and their text while the data scroll. Ticks are whole multiples of
//! the step, counted in i64: no step is added up, so none drifts.

use super::view::Interval;

/// Ticks of one axis: `first..=last` times `step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ticks {
    /// Distance between two ticks, in the unit of the axis.
    pub(crate) step: f64,
    first: i64,
    last: i64,
}

impl Ticks {
    /// Ticks 1, 2 or 5 times a power of ten apart, at most one every `min_gap_px` of `length_px`.
    pub(crate) fn decimal(range: Interval, length_px: f32, min_gap_px: f32) -> Self {
        let least = least_step(range, length_px, min_gap_px);
        let decade = 10f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * decade).find(|s| *s >= least * (1.0 - 1e-9));
        Self::every(range, step.unwrap_or(decade * 10.0))
    }

    /// Ticks for seconds shown as minutes and hours: steps that divide a minute, an hour or a day.
    pub(crate) fn clock(range: Interval, length_px: f32, min_gap_px: f32) -> Self {
        const STEPS: [f64; 17] = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
            10800.0, 21600.0, 43200.0,
        ];
        let least = least_step(range, length_px, min_gap_px);
        if least < STEPS[0] {
            return Self::decimal(range, length_px, min_gap_px);
        }
        if let Some(step) = STEPS.iter().find(|s| **s >= least) {
            return Self::every(range, *step);
        }
        let days = Interval::new(range.min / 86400.0, range.max / 86400.0);
        let in_days = Self::decimal(days, length_px, min_gap_px);
        Self::every(range, in_days.step.max(1.0) * 86400.0)
    }

    fn every(range: Interval, step: f64) -> Self {
        let step = if step.is_finite() && step > 0.0 { step } else { range.span() };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float to int cast saturates, and it is bounded"
        )]
        let (first, last) = ((range.min / step).ceil() as i64, (range.max / step).floor() as i64);
        // Far more than fit on any screen; keeps a hostile range from filling the memory.
        Self { step, first, last: last.min(first.saturating_add(500)) }
    }

    /// The values, ascending.
    pub(crate) fn values(self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(move |i| i as f64 * self.step)
    }
}

fn least_step(range: Interval, length_px: f32, min_gap_px: f32) -> f64 {
    let gaps = f64::from(length_px / min_gap_px.max(1.0)).max(1.0);
    let least = range.span() / if gaps.is_finite() { gaps } else { 1.0 };
    least.max(f64::MIN_POSITIVE * 1e10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks: Vec<f64> = Ticks::decimal(Interval::new(-1.05, 1.05), 400.0, 45.0).values().collect();
        assert_eq!(ticks.len(), 5);
        assert!((ticks[0] + 1.0).abs() < 1e-12 && ticks[2].abs() < 1e-12 && (ticks[4] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_step_does_not_depend_on_where_the_view_is() {
        let steps: Vec<f64> = (0..500)
            .map(|i| {
                let left = f64::from(i) * 0.0173;
                Ticks::decimal(Interval::new(left, left + 10.0), 800.0, 90.0).step
            })
            .collect();
        assert!(steps.iter().all(|s| (s - 2.0).abs() < 1e-12), "{steps:?}");
    }

    #[test]
    fn long_spans_tick_on_whole_minutes_and_hours() {
        assert!((Ticks::clock(Interval::new(0.0, 600.0), 800.0, 90.0).step - 120.0).abs() < 1e-9);
        assert!((Ticks::clock(Interval::new(0.0, 86_400.0), 800.0, 90.0).step - 10_800.0).abs() < 1e-9);
        assert!(
            (Ticks::clock(Interval::new(0.0, 86_400.0 * 40.0), 800.0, 90.0).step - 432_000.0).abs() < 1e-6
        );
    }

    #[test]
    fn no_room_and_no_span_are_no_panic() {
        let _ = Ticks::decimal(Interval::new(0.0, 0.0), 0.0, 45.0).values().count();
        let _ = Ticks::clock(Interval::new(1e300, -1e300), f32::NAN, 0.0).values().count();
    }

    proptest! {
        #[test]
        fn ticks_ascend_stay_inside_and_are_never_crowded(
            min in -1e12f64..1e12, span in 1e-3f64..1e12, px in 1f32..4000.0,
        ) {
            let range = Interval::new(min, min + span);
            let ticks: Vec<f64> = Ticks::decimal(range, px, 45.0).values().collect();
            prop_assert!(ticks.len() as f32 <= px / 45.0 + 2.0);
            prop_assert!(ticks.windows(2).all(|w| w[0] < w[1]));
            let slack = range.span() * 1e-6;
            prop_assert!(ticks.iter().all(|t| *t >= range.min - slack && *t <= range.max + slack));
        }
    }
}
