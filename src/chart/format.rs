//! Numbers as a person reads them: tick labels, values with SI prefixes, counts, rates and durations.
//!
//! Contract: two ticks of one axis never get the same text, however far from zero they lie; the text of a tick
//! depends on its value, the step and the prefix only. Minus signs are the typographic "−", as wide as a digit.

use super::prefix::Prefix;
use super::ticks::Ticks;
use super::view::Interval;

/// How the labels of one axis are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Labels {
    style: Style,
    prefix: Prefix,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    Plain { decimals: usize },
    Scientific { digits: usize },
    Clock { decimals: usize },
}

impl Labels {
    /// Labels for numbers with a prefix chosen by the largest magnitude in `range`.
    pub(crate) fn decimal(range: Interval, ticks: Ticks) -> Self {
        let magnitude = range.min.abs().max(range.max.abs());
        Self::with_prefix(magnitude, prefix_of(magnitude), ticks)
    }

    /// Labels for seconds: as [`Labels::decimal`], but nobody reads kiloseconds.
    pub(crate) fn seconds(range: Interval, ticks: Ticks) -> Self {
        let magnitude = range.min.abs().max(range.max.abs());
        let prefix = if magnitude >= 1e-2 { Prefix::NONE } else { Prefix::of(magnitude) };
        Self::with_prefix(magnitude, prefix, ticks)
    }

    fn with_prefix(magnitude: f64, prefix: Prefix, ticks: Ticks) -> Self {
        let step = ticks.step / prefix.scale;
        let shown = magnitude / prefix.scale;
        let decimals = decimals_for(step);
        if decimals > 12 || !(1e-6..1e15).contains(&shown) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=16")]
            let digits = (magnitude / ticks.step).log10().ceil().clamp(0.0, 16.0) as usize;
            return Self { style: Style::Scientific { digits }, prefix: Prefix::NONE };
        }
        Self { style: Style::Plain { decimals }, prefix }
    }

    /// Labels for whole numbers, written out.
    pub(crate) fn whole() -> Self {
        Self { style: Style::Plain { decimals: 0 }, prefix: Prefix::NONE }
    }

    /// Labels like `1:02:30` for seconds.
    pub(crate) fn clock(ticks: Ticks) -> Self {
        Self { style: Style::Clock { decimals: decimals_for(ticks.step) }, prefix: Prefix::NONE }
    }

    /// Whether the labels are minutes and hours.
    pub(crate) fn is_clock(self) -> bool {
        matches!(self.style, Style::Clock { .. })
    }

    /// The prefix that belongs before the unit; it is not part of the labels.
    pub(crate) fn prefix(self) -> Prefix {
        self.prefix
    }

    /// The label of a tick.
    pub(crate) fn label(self, value: f64) -> String {
        self.digits(value, 0)
    }

    /// A value between ticks, a hundred times finer than the labels.
    pub(crate) fn readout(self, value: f64) -> String {
        self.digits(value, 2)
    }

    fn digits(self, value: f64, more: usize) -> String {
        match self.style {
            Style::Plain { decimals } => minus(format!("{:.*}", decimals + more, value / self.prefix.scale)),
            Style::Scientific { digits } => minus(format!("{:.*e}", digits + more, value)),
            Style::Clock { decimals } => clock(value, decimals + more),
        }
    }
}

/// The prefix of an axis that reaches to `magnitude`.
fn prefix_of(magnitude: f64) -> Prefix {
    // A range of 990..1010 reads better without a prefix, one of 9,900..10,100 with it.
    if (1e-2..1e4).contains(&magnitude) { Prefix::NONE } else { Prefix::of(magnitude) }
}

/// How values are written beside their axis: with its prefix, and as fine as what is visible asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// The prefix of the axis; `None` where each value has its own.
    prefix: Option<Prefix>,
    /// Length of what is visible.
    span: f64,
    /// Whether values are no better known than an f32 says.
    is_f32: bool,
}

impl Reading {
    /// Each value with its own prefix and five digits, as on a logarithmic axis.
    pub(crate) const OWN: Self = Self { prefix: None, span: 0.0, is_f32: false };
    /// Share of the visible length that the last digit tells apart.
    const FINEST: f64 = 1e-4;
    /// Share of the visible length below which a difference has a prefix of its own.
    const SMALL: f64 = 1e-2;

    /// Beside an axis with this prefix that shows a stretch so long.
    pub(crate) fn new(prefix: Prefix, span: f64) -> Self {
        Self { prefix: Some(prefix), span, is_f32: false }
    }

    /// Of values between these two, in any order.
    pub(crate) fn between([a, b]: [f64; 2]) -> Self {
        Self::new(prefix_of(a.abs().max(b.abs())), (b - a).abs())
    }

    /// For values that are f32, or f64.
    pub(crate) fn with_f32(self, is_f32: bool) -> Self {
        Self { is_f32, ..self }
    }

    /// A value: no finer than the visible stretch asks for, and no more digits than read back.
    pub(crate) fn value(self, v: f64, unit: &str) -> String {
        match self.prefix {
            Some(prefix) if v.is_finite() => self.written(v, prefix, unit),
            _ => value(v, unit),
        }
    }

    /// A mean of many values, which may be known better than each of them.
    pub(crate) fn mean(self, v: f64, unit: &str) -> String {
        if v.abs() < self.span * Self::SMALL { value(v, unit) } else { self.value(v, unit) }
    }

    /// A difference of values, with the prefix that an axis of such differences has.
    pub(crate) fn difference(self, v: f64, unit: &str) -> String {
        if self.prefix.is_none() || !v.is_finite() || v.abs() < self.span * Self::SMALL {
            return value(v, unit);
        }
        Self { is_f32: false, ..self }.written(v, prefix_of(self.span), unit)
    }

    fn written(self, v: f64, prefix: Prefix, unit: &str) -> String {
        // The shortest digits that read back, and what they stand for.
        let shortest = if self.is_f32 { format!("{:e}", v as f32) } else { format!("{v:e}") };
        let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
        let exponent = exponent.parse::<i32>().unwrap_or(0);
        let exact = shortest.parse::<f64>().unwrap_or(v);
        let read_back = mantissa.split_once('.').map_or(0, |(_, digits)| digits.len() as i32);
        // Zeros stand for digits that are known, so that a value is as wide as the one before.
        let known = read_back.max(if self.is_f32 { 6 } else { 14 });
        let shown = exact / prefix.scale;
        let wanted = decimals_for(self.span * Self::FINEST / prefix.scale);
        if prefix != Prefix::NONE && shown.abs() >= 1e6 {
            // It is no value of this axis.
            return self.written(v, Prefix::NONE, unit);
        }
        if wanted > 15 || shown.abs() >= 1e12 {
            let digits = (exponent + wanted as i32).clamp(3, known.max(3)) as usize;
            return Prefix::NONE.join(&minus(format!("{exact:.digits$e}")), unit);
        }
        let power = prefix.scale.log10().round() as i32;
        let decimals = wanted.min((known - exponent + power).max(0) as usize);
        prefix.join(&minus(format!("{shown:.decimals$}")), unit)
    }
}

pub(crate) fn decimals_for(step: f64) -> usize {
    if !step.is_finite() || step <= 0.0 {
        return 0;
    }
    // A step of 0.25 or 2.5 would need one digit more; ours are 1, 2 or 5 times a power of ten.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=20")]
    let decimals = (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 20.0) as usize;
    decimals
}

/// The typographic minus, and no minus before a zero.
fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

fn clock(secs: f64, decimals: usize) -> String {
    let unit = 10f64.powi(i32::try_from(decimals).unwrap_or(0));
    let rounded = (secs.abs() * unit).round() / unit;
    if !rounded.is_finite() || rounded >= 1e15 {
        return minus(format!("{secs:e}"));
    }
    let sign = if secs < 0.0 && rounded > 0.0 { "−" } else { "" };
    let minutes = (rounded / 60.0).floor();
    let rest = rounded - minutes * 60.0;
    let width = if decimals > 0 { 3 + decimals } else { 2 };
    let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
    if hours > 0.0 {
        format!("{sign}{hours:.0}:{minutes:02.0}:{rest:0width$.decimals$}")
    } else {
        format!("{sign}{minutes:.0}:{rest:0width$.decimals$}")
    }
}

/// A label of a logarithmic axis, which carries its own power: `1`, `200`, `5k`, `10µ`; `5×10³` before a unit that takes
/// no prefix.
pub(crate) fn decade(value: f64, unit: &str) -> String {
    if (0.000_99..0.99).contains(&value) {
        return plain(value, decimals_for(value));
    }
    let prefix = Prefix::of(value);
    let shown = value / prefix.scale;
    if !(0.999..1000.0).contains(&shown) {
        return minus(format!("{value:e}"));
    }
    let digits = format!("{shown:.0}");
    prefix.letter_for(unit).map_or_else(|| prefix.join(&digits, ""), |letter| digits.clone() + letter)
}

/// A value with so many decimals, without a prefix.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    minus(format!("{value:.decimals$}"))
}

/// A measured value with five digits, prefix and unit: `−1.2345 mV`.
pub(crate) fn value(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let plain = (0.1..1e4).contains(&value.abs()) || value == 0.0;
    let prefix = if plain { Prefix::NONE } else { Prefix::of(value) };
    let shown = value / prefix.scale;
    if shown != 0.0 && !(1e-3..1e6).contains(&shown.abs()) {
        return prefix.join(&minus(format!("{value:.3e}")), unit);
    }
    let decimals = match shown.abs() {
        s if s >= 1000.0 => 1,
        s if s >= 100.0 => 2,
        s if s >= 10.0 => 3,
        _ => 4,
    };
    prefix.join(&minus(format!("{shown:.decimals$}")), unit)
}

/// A whole count with commas between the thousands: `12,345,678`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Points a second: `1.00 M/s`.
pub(crate) fn rate(per_second: f64) -> String {
    if !per_second.is_finite() || per_second <= 0.0 {
        return "0 /s".to_owned();
    }
    // To three digits first, or 999.9 k would read "1000 k".
    let unit = 10f64.powi((per_second.log10().floor() as i32 - 2).clamp(-300, 300));
    let rounded = (per_second / unit).round() * unit;
    let prefix = if rounded < 1000.0 { Prefix::NONE } else { Prefix::of(rounded) };
    let shown = rounded / prefix.scale;
    let decimals = match shown * (1.0 + 1e-9) {
        s if s >= 100.0 => 0,
        s if s >= 10.0 => 1,
        _ => 2,
    };
    format!("{shown:.decimals$} {}/s", prefix.letter)
}

/// How far something lies back, in seconds: `340 ms`, `12.3 s`, `4:05 min`, `53:58:48 h`.
pub(crate) fn lag(secs: f64) -> String {
    match secs.abs() {
        s if s < 1.0 => format!("{:.0} ms", secs * 1000.0),
        s if s < 120.0 => format!("{secs:.1} s"),
        // With hours in it, it is no number of minutes: as many digits as the hour has.
        s if s.round() < 3600.0 => format!("{} min", clock(secs, 0)),
        _ => format!("{} h", clock(secs, 0)),
    }
}

/// A number of bytes in powers of 1024: `1.5 GiB`.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut shown = n as f64;
    let mut unit = 0;
    while shown >= 1024.0 && unit + 1 < UNITS.len() {
        shown /= 1024.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && shown < 10.0);
    format!("{shown:.decimals$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels_of(range: Interval) -> Vec<String> {
        let ticks = Ticks::decimal(range, 400.0, 45.0);
        let labels = Labels::decimal(range, ticks);
        ticks.values().map(|v| labels.label(v)).collect()
    }

    #[test]
    fn labels_have_as_many_digits_as_the_step_needs() {
        assert_eq!(labels_of(Interval::new(-1.05, 1.05)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(
            labels_of(Interval::new(0.0, 80.0)),
            ["0", "10", "20", "30", "40", "50", "60", "70", "80"]
        );
    }

    #[test]
    fn large_and_small_numbers_get_a_prefix() {
        let range = Interval::new(0.0, 50_000.0);
        let ticks = Ticks::decimal(range, 400.0, 45.0);
        let labels = Labels::decimal(range, ticks);
        assert_eq!(labels.prefix().letter, "k");
        assert_eq!(labels.label(20_000.0), "20");
        let range = Interval::new(-5e-6, 5e-6);
        let labels = Labels::decimal(range, Ticks::decimal(range, 400.0, 45.0));
        assert_eq!((labels.prefix().letter, labels.label(-2e-6).as_str()), ("µ", "−2"));
    }

    #[test]
    fn labels_of_decades_are_short() {
        let labels = [1e-21, 1e-5, 2e-4, 0.005, 0.1, 1.0, 50.0, 1e3, 2e4, 5e8, 1e21].map(|v| decade(v, "V"));
        assert_eq!(labels, ["1e-21", "10µ", "200µ", "0.005", "0.1", "1", "50", "1k", "20k", "500M", "1e21"]);
    }

    #[test]
    fn labels_of_decades_have_powers_where_the_unit_takes_no_prefix() {
        for unit in ["", "m²", "1/s", "%", "kg", "V²/Hz"] {
            let labels = [1e-5, 0.005, 1.0, 1e3, 2e4].map(|v| decade(v, unit));
            assert_eq!(labels, ["10×10⁻⁶", "0.005", "1", "1×10³", "20×10³"], "{unit}");
        }
    }

    #[test]
    fn values_have_the_digits_that_what_is_visible_asks_for() {
        // 1000 ± 0.001, of which f32 tells steps of 0.00006 apart.
        let volts = Reading::new(Prefix::NONE, 0.0022).with_f32(true);
        let read = |y: f32| volts.value(f64::from(y), "V");
        assert_eq!(
            [read(1000.001), read(999.999), read(1_000.000_06)],
            ["1000.001 V", "999.9990 V", "1000.00006 V"]
        );
        let joules = Reading::new(Prefix::NONE, 2.2e-9);
        assert_eq!(joules.value(1.0 + 1e-9, "J"), "1.0000000010000 J");
        assert_eq!(joules.difference(2e-9, "J"), "2.0000 nJ");
        // With the prefix of the axis, and no finer than it shows.
        let kilo = Reading::new(Prefix::of(5e4), 1e5).with_f32(true);
        assert_eq!([kilo.value(123.456, "V"), kilo.value(45_678.0, "m²")], ["0.12 kV", "45.68×10³ m²"]);
        assert_eq!(kilo.value(1e9, "V"), "1000000000 V");
        let plain = Reading::new(Prefix::NONE, 2.1).with_f32(true);
        assert_eq!([plain.value(f64::from(0.1f32), "V"), plain.value(-1e-9, "V")], ["0.1000 V", "0.0000 V"]);
        assert_eq!(plain.mean(1.2e-5, "V"), "12.000 µV");
        assert_eq!(plain.value(f64::NAN, "V"), "–");
    }

    #[test]
    fn labels_differ_thirty_days_from_zero() {
        let range = Interval::new(2_592_000.0, 2_592_000.000_01);
        let labels = labels_of(range);
        assert!(labels.len() >= 4);
        assert!(labels.windows(2).all(|w| w[0] != w[1]), "{labels:?}");
    }

    #[test]
    fn seconds_are_never_kiloseconds() {
        let range = Interval::new(1e6, 1e6 + 2e-4);
        let labels = Labels::seconds(range, Ticks::decimal(range, 400.0, 96.0));
        assert_eq!((labels.prefix().letter, labels.label(1e6 + 1e-4).as_str()), ("", "1000000.00010"));
        let range = Interval::new(0.0, 2e-4);
        let labels = Labels::seconds(range, Ticks::decimal(range, 400.0, 96.0));
        assert_eq!((labels.prefix().letter, labels.label(1e-4).as_str()), ("µ", "100"));
    }

    #[test]
    fn clock_labels_read_as_hours_minutes_and_seconds() {
        let ticks = Ticks::clock(Interval::new(0.0, 600.0), 800.0, 90.0);
        let labels = Labels::clock(ticks);
        assert_eq!(labels.label(0.0), "0:00");
        assert_eq!(labels.label(90.0), "1:30");
        assert_eq!(labels.label(-90.0), "−1:30");
        assert_eq!(labels.label(3_725.0), "1:02:05");
        assert_eq!(labels.readout(59.999), "1:00.00");
        assert_eq!(labels.readout(61.5), "1:01.50");
    }

    #[test]
    fn zero_has_no_minus() {
        assert_eq!(minus("-0.00".to_owned()), "0.00");
        assert_eq!(value(-0.0, "V"), "0.0000 V");
    }

    #[test]
    fn values_read_with_prefix_and_unit() {
        assert_eq!(value(1.234_567, "V"), "1.2346 V");
        assert_eq!(value(-0.001_234_5, "V"), "−1.2345 mV");
        assert_eq!(value(45_678.0, "Hz"), "45.678 kHz");
        assert_eq!(value(12.5, ""), "12.500");
        assert_eq!(value(f64::NAN, "V"), "–");
        assert_eq!(value(1e-30, "V"), "1.000e-30 V");
    }

    #[test]
    fn counts_are_exact_and_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(u64::MAX).chars().filter(char::is_ascii_digit).count(), 20);
    }

    #[test]
    fn rates_and_bytes_are_short() {
        assert_eq!(rate(1e6), "1.00 M/s");
        assert_eq!(rate(998.0), "998 /s");
        assert_eq!((rate(999_900.0), rate(999.6)), ("1.00 M/s".into(), "1.00 k/s".into()));
        assert_eq!((rate(99.96), rate(9.996e6)), ("100 /s".into(), "10.0 M/s".into()));
        assert_eq!(rate(9.0), "9.00 /s");
        assert_eq!(rate(12_345.0), "12.3 k/s");
        assert_eq!(rate(f64::NAN), "0 /s");
        assert_eq!(
            (lag(0.34), lag(12.34), lag(245.0)),
            ("340 ms".into(), "12.3 s".into(), "4:05 min".into())
        );
        assert_eq!([lag(3599.4), lag(3599.6), lag(194_328.0)], ["59:59 min", "1:00:00 h", "53:58:48 h"]);
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(3 << 29), "1.5 GiB");
    }

    proptest! {
        #[test]
        fn no_two_ticks_read_the_same(min in -1e15f64..1e15, exponent in -9i32..15) {
            let span = 10f64.powi(exponent);
            let labels = labels_of(Interval::new(min, min + span));
            let mut unique = labels.clone();
            unique.sort();
            unique.dedup();
            prop_assert_eq!(unique.len(), labels.len(), "{:?}", labels);
        }

        #[test]
        fn any_number_can_be_written(v in any::<f64>(), more in any::<f64>()) {
            let _ = value(v, "V");
            let _ = rate(v);
            for prefix in [Prefix::NONE, Prefix::of(more)] {
                let reading = Reading::new(prefix, more).with_f32(more > 0.0);
                prop_assert!(reading.value(v, "V").chars().count() < 40);
                prop_assert!(reading.difference(v, "V").chars().count() < 40);
            }
            let range = Interval::new(v, more);
            let ticks = Ticks::decimal(range, 400.0, 45.0);
            let _ = Labels::decimal(range, ticks).readout(v);
            let _ = Labels::clock(Ticks::clock(range, 400.0, 90.0)).readout(v);
        }
    }
}
