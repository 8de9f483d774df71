//! Where an axis has ticks: round values, by span and room only.
//!
//! The step depends on the length of the visible stretch and on the room, never on where the stretch lies, so
//! ticks and their labels keep their values and their text while the data scroll. Ticks are whole multiples of
//! the step, counted in i64: no step is added up, so none drifts. On a logarithmic axis they are whole decades, or
//! 1, 2 and 5 times one.

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
    /// No ticks at all.
    pub(crate) const NONE: Self = Self { step: 1.0, first: 0, last: -1 };

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

/// A mark of a logarithmic axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    /// Its value, above zero.
    pub(crate) value: f64,
    /// Whether it has a label.
    pub(crate) is_labelled: bool,
}

/// Marks of a logarithmic axis: whole decades, 2 and 5 between them where there is room, and where there is more, all
/// of 2 to 9 without a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decades {
    range: Interval,
    /// Labelled are the decades whose exponent is a multiple of this.
    every: i64,
    /// Whether 2 and 5 are labelled.
    has_parts: bool,
    /// Whether all of 2 to 9 are marked.
    is_fine: bool,
}

impl Decades {
    /// Least length of a decade in which all of 2 to 9 are marked, pixels.
    const FINE_PX: f64 = 36.0;
    /// Marks at most, far more than fit on any screen.
    const MOST: i64 = 500;

    /// For a stretch of exponents of ten, with labels at least `min_gap_px` apart on `length_px`. `None` where fewer than
    /// two labels would be seen: there, even steps between the values say more.
    pub(crate) fn new(range: Interval, length_px: f32, min_gap_px: f32) -> Option<Self> {
        let decade_px = f64::from(length_px.max(1.0)) / range.span();
        let gap_px = f64::from(min_gap_px.max(1.0));
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let least = (gap_px / decade_px).ceil() as i64;
        let every = [1, 2, 3, 5, 10, 20, 50, 100].into_iter().find(|every| *every >= least).unwrap_or(1000);
        let has_parts = 2f64.log10() * decade_px >= gap_px;
        let decades = Self { range, every, has_parts, is_fine: every == 1 && decade_px >= Self::FINE_PX };
        (decades.marks().filter(|mark| mark.is_labelled).take(2).count() == 2).then_some(decades)
    }

    /// The marks, ascending.
    pub(crate) fn marks(self) -> impl Iterator<Item = Mark> {
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and then bounded")]
        let (first, last) = (self.range.min.floor() as i64, self.range.max.ceil() as i64);
        let last = last.min(first.saturating_add(Self::MOST));
        let parts = if self.is_fine || self.has_parts { 1..=9 } else { 1..=1 };
        (first..=last).flat_map(move |exponent| {
            parts.clone().filter_map(move |part: i32| {
                let is_labelled = match part {
                    1 => exponent.rem_euclid(self.every) == 0,
                    2 | 5 => self.has_parts,
                    _ => false,
                };
                #[expect(clippy::cast_possible_truncation, reason = "exponents of f64")]
                let value = f64::from(part) * 10f64.powi(exponent.clamp(-400, 400) as i32);
                let place = exponent as f64 + f64::from(part).log10();
                let is_seen = place >= self.range.min && place <= self.range.max && value.is_normal();
                (is_seen && (is_labelled || self.is_fine)).then_some(Mark { value, is_labelled })
            })
        })
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

    fn labelled(range: Interval, length_px: f32) -> Vec<f64> {
        let marks = Decades::new(range, length_px, 42.0).map(|decades| decades.marks().collect::<Vec<_>>());
        marks.unwrap_or_default().iter().filter(|mark| mark.is_labelled).map(|mark| mark.value).collect()
    }

    #[test]
    fn a_logarithmic_axis_has_decades_and_parts_of_them_where_there_is_room() {
        assert_eq!(labelled(Interval::new(-1.0, 3.0), 240.0), [0.1, 1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(labelled(Interval::new(0.0, 2.0), 400.0), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(labelled(Interval::new(0.0, 12.0), 250.0), [1.0, 1e3, 1e6, 1e9, 1e12]);
    }

    #[test]
    fn less_than_a_decade_is_left_to_even_steps() {
        assert_eq!(Decades::new(Interval::new(1.1, 1.2), 400.0, 42.0), None);
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

        #[test]
        fn marks_of_decades_ascend_and_are_bounded(a in any::<f64>(), b in any::<f64>(), px in 0f32..4000.0) {
            if let Some(decades) = Decades::new(Interval::new(a, b), px, 42.0) {
                let marks: Vec<Mark> = decades.marks().collect();
                prop_assert!(marks.len() <= 5000);
                prop_assert!(marks.windows(2).all(|w| w[0].value < w[1].value));
            }
        }

        #[test]
        fn labels_of_decades_are_never_crowded(min in -20f64..20.0, span in 0.1f64..40.0, px in 10f32..4000.0) {
            let labels = labelled(Interval::new(min, min + span), px);
            let gap_px = |w: &[f64]| (w[1] / w[0]).log10() / span * f64::from(px);
            prop_assert!(labels.windows(2).all(|w| gap_px(w) >= 41.9));
        }
    }
}
