//! Numbers as a person reads them: tick labels, values with SI prefixes, counts, rates and durations.
//!
//! Contract: two ticks of one axis never get the same text, however far from zero they lie; the text of a tick
//! depends on its value, the step and the prefix only. Minus signs are the typographic "−", as wide as a digit.

use super::ticks::Ticks;
use super::view::Interval;

/// A power of a thousand and its letter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Prefix {
    /// Values are divided by this.
    pub(crate) scale: f64,
    /// The letter, empty for 1.
    pub(crate) letter: &'static str,
}

impl Prefix {
    /// No prefix.
    pub(crate) const NONE: Self = Self { scale: 1.0, letter: "" };

    const ALL: [Self; 13] = [
        Self { scale: 1e18, letter: "E" },
        Self { scale: 1e15, letter: "P" },
        Self { scale: 1e12, letter: "T" },
        Self { scale: 1e9, letter: "G" },
        Self { scale: 1e6, letter: "M" },
        Self { scale: 1e3, letter: "k" },
        Self::NONE,
        Self { scale: 1e-3, letter: "m" },
        Self { scale: 1e-6, letter: "µ" },
        Self { scale: 1e-9, letter: "n" },
        Self { scale: 1e-12, letter: "p" },
        Self { scale: 1e-15, letter: "f" },
        Self { scale: 1e-18, letter: "a" },
    ];

    /// The prefix with which `magnitude` has one to three digits before the point.
    pub(crate) fn of(magnitude: f64) -> Self {
        let magnitude = magnitude.abs() * (1.0 + 1e-9);
        if !magnitude.is_finite() || !(1e-18..1e21).contains(&magnitude) {
            return Self::NONE;
        }
        Self::ALL.iter().copied().find(|p| magnitude >= p.scale).unwrap_or(Self::NONE)
    }
}

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
        // A range of 990..1010 reads better without a prefix, one of 9,900..10,100 with it.
        let prefix = if (1e-2..1e4).contains(&magnitude) { Prefix::NONE } else { Prefix::of(magnitude) };
        Self::with_prefix(magnitude, prefix, ticks)
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

/// A label of a logarithmic axis, which carries its own prefix: `1`, `200`, `5k`, `10µ`.
pub(crate) fn decade(value: f64) -> String {
    if (0.000_99..0.99).contains(&value) {
        return plain(value, decimals_for(value));
    }
    let prefix = Prefix::of(value);
    let shown = value / prefix.scale;
    if !(0.999..1000.0).contains(&shown) {
        return minus(format!("{value:e}"));
    }
    format!("{shown:.0}{}", prefix.letter)
}

/// A value with so many decimals, without a prefix.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    minus(format!("{value:.decimals$}"))
}

/// A measured value with four significant digits, prefix and unit: `−1.234 mV`.
pub(crate) fn value(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let plain = (0.1..1e4).contains(&value.abs()) || value == 0.0;
    let prefix = if plain { Prefix::NONE } else { Prefix::of(value) };
    let shown = value / prefix.scale;
    let space = if unit.is_empty() && prefix.letter.is_empty() { "" } else { " " };
    if shown != 0.0 && !(1e-3..1e6).contains(&shown.abs()) {
        return minus(format!("{value:.3e}{space}{unit}"));
    }
    let decimals = match shown.abs() {
        s if s >= 1000.0 => 1,
        s if s >= 100.0 => 2,
        s if s >= 10.0 => 3,
        _ => 4,
    };
    let digits = minus(format!("{shown:.decimals$}"));
    format!("{digits}{space}{}{unit}", prefix.letter)
}

/// A whole count with thin spaces between the thousands: `12 345 678`.
pub(crate) fn count(n: u64) -> String {
    grouped(n, '\u{2009}')
}

/// A whole count with commas between the thousands, for text: `20,000`.
pub(crate) fn count_in_text(n: u64) -> String {
    grouped(n, ',')
}

fn grouped(n: u64, separator: char) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
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

/// How far something lies back, in seconds: `340 ms`, `12.3 s`, `4:05 min`.
pub(crate) fn lag(secs: f64) -> String {
    match secs.abs() {
        s if s < 1.0 => format!("{:.0} ms", secs * 1000.0),
        s if s < 120.0 => format!("{secs:.1} s"),
        _ => format!("{} min", clock(secs, 0)),
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
        let labels = [1e-21, 1e-5, 2e-4, 0.005, 0.1, 1.0, 50.0, 1e3, 2e4, 5e8, 1e21].map(decade);
        assert_eq!(labels, ["1e-21", "10µ", "200µ", "0.005", "0.1", "1", "50", "1k", "20k", "500M", "1e21"]);
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
        assert_eq!(count(1_234_567), "1\u{2009}234\u{2009}567");
        assert_eq!(count_in_text(20_000), "20,000");
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
            let range = Interval::new(v, more);
            let ticks = Ticks::decimal(range, 400.0, 45.0);
            let _ = Labels::decimal(range, ticks).readout(v);
            let _ = Labels::clock(Ticks::clock(range, 400.0, 90.0)).readout(v);
        }
    }
}
