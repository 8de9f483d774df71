//! The ticks of an axis and how they are written, for whoever draws it: labels, title, values between the ticks.

use super::format::{self, Labels, Reading};
use super::prefix::Prefix;
use super::ticks::{Decades, Ticks};
use super::time::{Dated, TimeAxis};
use super::view::Interval;
use crate::history::Scale;

/// Least distance of two x ticks, points.
const X_TICK_GAP: f32 = 96.0;
/// Least distance of two y ticks, points.
const Y_TICK_GAP: f32 = 42.0;
/// Width of a digit of a label at most, points.
pub(crate) const DIGIT_WIDTH: f32 = 7.0;
/// Spans longer than this are labelled in minutes and seconds.
const CLOCK_FROM_SECS: f64 = 120.0;
/// A label longer than this is written from a round value near by instead, characters.
const LONGEST_LABEL: usize = 10;
/// The same on a y axis, whose labels do not stand beside each other.
const LONGEST_Y_LABEL: usize = 12;

/// Marks of one axis and how they are written.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// What is visible: on a logarithmic axis, exponents of ten.
    range: Interval,
    scale: Scale,
    marks: Marks,
    is_time: bool,
    /// Empty where there is none: then the labels carry the power of ten.
    unit: String,
    /// With numbers of samples as values: x of the first, in seconds, and the rate.
    samples: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
enum Marks {
    /// Steps from a value that the labels leave out: 0, but where they would be long.
    Even {
        from: f64,
        ticks: Ticks,
        labels: Labels,
    },
    Decades(Decades),
    /// Moments of real time.
    Dated(Dated),
}

/// Something on an axis: its value, its place as a share of the length, and whether it has a label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    pub(crate) place: f64,
    pub(crate) is_labelled: bool,
}

impl Axis {
    /// An x axis `length` points long; `is_time` if it is in seconds.
    pub(crate) fn x(range: Interval, scale: Scale, length: f32, is_time: bool, unit: &str) -> Self {
        Self::x_with_gap(range, scale, length, is_time, unit, X_TICK_GAP)
    }

    /// An x axis of seconds, `length` points long, labelled as `time` says; on a logarithmic scale by seconds.
    pub(crate) fn x_time(range: Interval, scale: Scale, length: f32, time: &TimeAxis) -> Self {
        match time {
            TimeAxis::Calendar(calendar) if scale == Scale::Linear => {
                if let Some(dated) = calendar.ticks(range, length) {
                    let (is_time, samples) = (true, None);
                    return Self {
                        range,
                        scale,
                        marks: Marks::Dated(dated),
                        is_time,
                        unit: "s".to_owned(),
                        samples,
                    };
                }
            }
            TimeAxis::Samples { t0, rate } if scale == Scale::Linear => {
                let numbers = Interval::new((range.min - t0) * rate, (range.max - t0) * rate);
                if numbers.span().is_finite() && numbers.span() > 0.0 {
                    // No finer than from sample to sample.
                    let gap = X_TICK_GAP.max(length / numbers.span() as f32);
                    // Numbers are written out: what they count from would leave the reader to add.
                    let numbered = |gap| {
                        let mut axis = Self::with_gap(numbers, scale, length, false, "", gap);
                        if let Marks::Even { labels, ticks, .. } = &mut axis.marks
                            && labels.prefix().scale > ticks.step
                        {
                            *labels = Labels::whole();
                        }
                        axis
                    };
                    let axis = numbered(gap);
                    let axis = if axis.label_gap() > gap { numbered(axis.label_gap()) } else { axis };
                    return Self { samples: Some((*t0, *rate)), ..axis };
                }
            }
            _ => {}
        }
        Self::x(range, scale, length, true, "s")
    }

    fn x_with_gap(
        range: Interval,
        scale: Scale,
        length: f32,
        is_time: bool,
        unit: &str,
        least_gap: f32,
    ) -> Self {
        let axis = Self::with_gap(range, scale, length, is_time, unit, least_gap);
        let Marks::Even { .. } = axis.marks else { return axis };
        if let Some(near) = axis.near_by(length, least_gap, LONGEST_LABEL) {
            return near;
        }
        // Ticks make room for their labels, so that none has to be left out, which would make labels come and go
        // while they scroll.
        let gap = axis.label_gap();
        if gap > least_gap { Self::with_gap(range, scale, length, is_time, unit, gap) } else { axis }
    }

    /// Points from tick to tick that the labels need.
    fn label_gap(&self) -> f32 {
        self.longest() as f32 * DIGIT_WIDTH + 20.0
    }

    /// The same axis with labels that count from a round value near by, if its own would be long.
    fn near_by(&self, length: f32, gap: f32, longest: usize) -> Option<Self> {
        // Far from zero a label has many digits. Where it is not the hour that they say, they are left out.
        if self.scale != Scale::Linear || self.is_clock() || self.longest() <= longest {
            return None;
        }
        let visible = self.visible();
        let coarse = 10f64.powf(visible.span().log10().ceil() + 1.0);
        // A hair more, or a round value might be taken for one just below the next.
        let from = (visible.min / coarse + 1e-3).floor() * coarse;
        let near = Interval::new(visible.min - from, visible.max - from);
        let ticks = Ticks::decimal(near, length, gap);
        let labels = if self.is_time { Labels::seconds(near, ticks) } else { Labels::decimal(near, ticks) };
        Some(Self { marks: Marks::Even { from, ticks, labels }, ..self.clone() })
    }

    /// A y axis of seconds, `length` points long.
    pub(crate) fn y_time(range: Interval, length: f32) -> Self {
        let axis = Self::with_gap(range, Scale::Linear, length, true, "s", Y_TICK_GAP);
        axis.near_by(length, Y_TICK_GAP, LONGEST_LABEL).unwrap_or(axis)
    }

    /// A y axis `length` points long.
    pub(crate) fn y(range: Interval, scale: Scale, length: f32, unit: &str) -> Self {
        let axis = Self::with_gap(range, scale, length, false, unit, Y_TICK_GAP);
        axis.near_by(length, Y_TICK_GAP, LONGEST_Y_LABEL).unwrap_or(axis)
    }

    fn with_gap(range: Interval, scale: Scale, length: f32, is_time: bool, unit: &str, gap: f32) -> Self {
        let mut axis = Self {
            range,
            scale,
            marks: Marks::Even { from: 0.0, ticks: Ticks::NONE, labels: Labels::clock(Ticks::NONE) },
            is_time,
            unit: unit.to_owned(),
            samples: None,
        };
        if scale == Scale::Log10
            && let Some(decades) = Decades::new(range, length, gap.min(X_TICK_GAP / 2.0))
        {
            axis.marks = Marks::Decades(decades);
            return axis;
        }
        let visible = axis.visible();
        let is_clock = is_time && visible.span() > CLOCK_FROM_SECS;
        // Even steps come closer to each other towards the upper end of a logarithmic axis.
        let gap = if scale == Scale::Log10 { gap * 2.0 } else { gap };
        let ticks =
            if is_clock { Ticks::clock(visible, length, gap) } else { Ticks::decimal(visible, length, gap) };
        let labels = match (is_clock, is_time) {
            (true, _) => Labels::clock(ticks),
            (false, true) => Labels::seconds(visible, ticks),
            (false, false) => Labels::decimal(visible, ticks),
        };
        axis.marks = Marks::Even { from: 0.0, ticks, labels };
        axis
    }

    /// What is visible, in values.
    fn visible(&self) -> Interval {
        Interval::new(self.scale.inverse(self.range.min), self.scale.inverse(self.range.max))
    }

    fn is_clock(&self) -> bool {
        matches!(self.marks, Marks::Even { labels, .. } if labels.is_clock())
    }

    /// Characters of the longest label.
    fn longest(&self) -> usize {
        let Interval { min, max } = self.visible();
        [min, max].map(|value| self.label(value).chars().count()).into_iter().max().unwrap_or(0)
    }

    /// The ticks, ascending.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = Tick> + '_ {
        let (even, decades, dated) = match &self.marks {
            Marks::Even { from, ticks, .. } => (Some((*from, *ticks)), None, None),
            Marks::Decades(decades) => (None, Some(*decades), None),
            Marks::Dated(dated) => (None, None, Some(dated)),
        };
        let dated = dated.into_iter().flat_map(Dated::values).map(|value| Tick {
            value,
            place: self.range.fraction(value),
            is_labelled: true,
        });
        let even = even.into_iter().flat_map(move |(from, ticks)| {
            // Near the visible stretch first: far from zero the sum is coarser than the difference.
            let place = move |value: f64| match self.scale {
                Scale::Linear => (value - (self.range.min - from)) / self.range.span(),
                Scale::Log10 => self.range.fraction(self.scale.transform(from + value)),
            };
            ticks.values().map(move |value| Tick {
                value: from + value,
                place: place(value),
                is_labelled: true,
            })
        });
        let decades = decades.into_iter().flat_map(Decades::marks).map(|mark| Tick {
            value: mark.value,
            place: self.range.fraction(self.scale.transform(mark.value)),
            is_labelled: mark.is_labelled,
        });
        even.chain(decades).chain(dated)
    }

    /// The label of a tick.
    pub(crate) fn label(&self, value: f64) -> String {
        match &self.marks {
            Marks::Even { from, labels, .. } => self.with_prefix(labels.label(value - from)),
            Marks::Decades(_) => format::decade(value, &self.unit),
            Marks::Dated(dated) => dated.label_at(value),
        }
    }

    /// A value between the ticks.
    pub(crate) fn readout(&self, value: f64) -> String {
        if let Some(text) = self.said(value) {
            return text;
        }
        match &self.marks {
            Marks::Even { from, labels, .. } => {
                let text = self.with_prefix(labels.readout(value - from));
                if *from == 0.0 || text.starts_with('−') { text } else { format!("+{text}") }
            }
            Marks::Decades(_) | Marks::Dated(_) => format::value(value, ""),
        }
    }

    /// What is said in place of a time in seconds: a moment, or the number of the nearest sample.
    pub(crate) fn said(&self, secs: f64) -> Option<String> {
        match (&self.marks, self.samples) {
            (Marks::Dated(dated), _) => Some(dated.readout(secs)),
            (_, Some((t0, rate))) => Some(format::plain((secs - t0) * rate, 0)),
            _ => None,
        }
    }

    /// How values are written beside the axis.
    pub(crate) fn reading(&self) -> Reading {
        match &self.marks {
            // Of whole values, not of what has passed since the value that the labels count from.
            Marks::Even { from, labels, .. } => {
                let prefix = if *from == 0.0 { labels.prefix() } else { Prefix::NONE };
                Reading::new(prefix, self.visible().span())
            }
            Marks::Dated(_) => Reading::new(Prefix::NONE, self.range.span()),
            Marks::Decades(_) => Reading::OWN,
        }
    }

    fn with_prefix(&self, label: String) -> String {
        if self.unit.is_empty() && label != "0" { self.prefix().join(&label, "") } else { label }
    }

    /// What the labels leave out before the unit.
    fn prefix(&self) -> Prefix {
        match self.marks {
            Marks::Even { labels, .. } => labels.prefix(),
            Marks::Decades(_) | Marks::Dated(_) => Prefix::NONE,
        }
    }

    /// `name (unit)`, with what the labels leave out: the prefix, and the value that they count from.
    pub(crate) fn title(&self, name: &str, unit: &str) -> String {
        if let Marks::Dated(dated) = &self.marks {
            return dated.title(name);
        }
        let unit = if self.samples.is_some() { "" } else { unit };
        let visible = self.visible();
        let name = match self.marks {
            Marks::Even { from, .. } if from != 0.0 => {
                let from = format::plain(from, format::decimals_for(visible.span()));
                let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
                if self.is_time {
                    format!("{name} since {from}{unit}")
                } else {
                    format!("{name} + {from}{unit}")
                }
            }
            _ => name.to_owned(),
        };
        let unit = match (self.is_clock(), unit.is_empty()) {
            (true, _) if visible.max.abs().max(visible.min.abs()) >= 3600.0 => "h:min:s".to_owned(),
            (true, _) => "min:s".to_owned(),
            (false, true) => String::new(),
            (false, false) => self.prefix().before(unit),
        };
        match (name.is_empty(), unit.is_empty()) {
            (_, true) => name,
            (true, false) => unit,
            (false, false) => format!("{} ({unit})", name.trim_start()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIN: Scale = Scale::Linear;

    #[test]
    fn titles_carry_the_prefix_and_the_unit() {
        let axis = Axis::y(Interval::new(-0.001, 0.001), LIN, 400.0, "V");
        assert_eq!(axis.title("amplitude", "V"), "amplitude (mV)");
        assert_eq!(axis.label(0.0005), "0.5");
        let axis = Axis::y(Interval::new(-1.0, 1.0), LIN, 400.0, "");
        assert_eq!(axis.title("", ""), "");
    }

    #[test]
    fn without_a_unit_the_labels_carry_the_power_of_ten() {
        let axis = Axis::y(Interval::new(0.0, 50_000.0), LIN, 400.0, "");
        assert_eq!(axis.label(20_000.0), "20×10³");
        assert_eq!(axis.label(0.0), "0");
    }

    #[test]
    fn a_unit_that_takes_no_prefix_has_a_power_of_ten_before_it() {
        let axis = Axis::y(Interval::new(-50_000.0, 50_000.0), LIN, 400.0, "m²");
        assert_eq!((axis.title("area", "m²"), axis.label(20_000.0)), ("area (×10³ m²)".into(), "20".into()));
    }

    #[test]
    fn long_times_are_minutes_and_hours() {
        let title = |max| Axis::x(Interval::new(max - 600.0, max), LIN, 800.0, true, "s").title("time", "s");
        assert_eq!(title(600.0), "time (min:s)");
        assert_eq!(title(7200.0), "time (h:min:s)");
        assert_eq!(Axis::x(Interval::new(0.0, 10.0), LIN, 800.0, true, "s").title("time", "s"), "time (s)");
    }

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().filter(|tick| tick.is_labelled).map(|tick| axis.label(tick.value)).collect()
    }

    #[test]
    fn far_from_zero_labels_count_from_a_round_value_near_by() {
        for day in [1.0, 30.0] {
            let start = day * 86_400.0 + 0.25;
            let axis = Axis::x(Interval::new(start, start + 20e-6), LIN, 800.0, true, "s");
            let labels = labels(&axis);
            assert!(labels.len() >= 4 && labels.windows(2).all(|w| w[0] != w[1]), "{labels:?}");
            assert!(labels.iter().all(|label| label.chars().count() <= LONGEST_LABEL), "{labels:?}");
            let title = axis.title("time", "s");
            assert!(title.starts_with("time since ") && title.ends_with("s (µs)"), "{title}");
        }
    }

    #[test]
    fn ticks_and_what_they_count_from_add_up_to_their_values() {
        let axis = Axis::x(Interval::new(2_592_000.5, 2_592_000.500_02), LIN, 800.0, true, "s");
        let Marks::Even { from, .. } = axis.marks else { panic!("even steps") };
        assert!(from > 2_592_000.0);
        for tick in axis.ticks() {
            let label: f64 = axis.label(tick.value).parse().unwrap();
            assert!((from + label * axis.prefix().scale - tick.value).abs() < 1e-9);
            assert!((axis.range.fraction(tick.value) - tick.place).abs() < 1e-4);
        }
    }

    #[test]
    fn a_logarithmic_axis_is_labelled_by_decades_and_where_it_is_short_evenly() {
        let axis = Axis::y(Interval::new(-6.0, 4.0), Scale::Log10, 500.0, "V");
        assert_eq!(labels(&axis)[..4], ["1µ", "10µ", "100µ", "0.001"]);
        assert_eq!(axis.title("", "V"), "V");
        let axis = Axis::y(Interval::new(1.0, 1.2), Scale::Log10, 400.0, "V");
        let labels = labels(&axis);
        assert!(labels.len() >= 3 && labels.contains(&"12".to_owned()), "{labels:?}");
    }
}
