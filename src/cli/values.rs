//! Numbers, durations, sizes and memory as people write them.

use std::fmt;
use std::time::Duration;

use crate::chart::{Colours, TimeLabels};
use crate::export::Format;
use crate::stream::{ParseNameError, Style};

/// A value on the command line that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct ValueError(pub(super) String);

/// That two ends are in the wrong order. Numbers are as short as they read back, however large.
pub(super) fn not_below<T: fmt::Debug>((low, a): (&str, T), (high, b): (&str, T)) -> ValueError {
    let [a, b] = [a, b].map(|value| {
        let text = format!("{value:?}");
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    });
    ValueError(format!("{low} {a} is not below {high} {b}"))
}

fn refuse<T>(text: impl Into<String>) -> Result<T, ValueError> {
    Err(ValueError(text.into()))
}

/// A finite number: `10`, `-2.5`, `1e6`.
pub(super) fn number(text: &str) -> Result<f64, ValueError> {
    match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => refuse("not a number: write it like 10, -2.5 or 1e6"),
    }
}

/// A finite number that an f32 holds, for the y axis.
pub(super) fn number32(text: &str) -> Result<f32, ValueError> {
    match number(text)? as f32 {
        value if value.is_finite() => Ok(value),
        _ => refuse("too large for a 32-bit float"),
    }
}

/// The highest rate, in events per second: far more than memory takes.
const HIGHEST_RATE: f64 = 1e12;

/// A number from 0 to 10^12, in events per second.
pub(super) fn rate(text: &str) -> Result<f64, ValueError> {
    match number(text)? {
        value if value < 0.0 => refuse("a rate is not negative; 0 is flat out"),
        value if value > HIGHEST_RATE => refuse("a rate is at most 1e12 a second; 0 is flat out"),
        value => Ok(value),
    }
}

/// A whole number: `4096`, `1e6`, `2^20`.
pub(super) fn count(text: &str) -> Result<u64, ValueError> {
    let text = text.trim();
    if let Ok(value) = text.parse() {
        return Ok(value);
    }
    if let Some(exponent) = text.strip_prefix("2^").and_then(|exponent| exponent.parse().ok()) {
        return 1u64.checked_shl(exponent).ok_or_else(|| ValueError("at most 2^63".into()));
    }
    match text.parse::<f64>() {
        Ok(value) if value >= 0.0 && value.fract() == 0.0 && value < 2f64.powi(64) => Ok(value as u64),
        _ => refuse("not a whole number: write it like 4096, 1e6 or 2^20"),
    }
}

/// [`count`], but not 0.
pub(super) fn positive_count(text: &str) -> Result<u64, ValueError> {
    match count(text)? {
        0 => refuse("at least 1"),
        value => Ok(value),
    }
}

/// How to draw a stream: `line`, `step-post`, `waterfall`.
pub(super) fn style(text: &str) -> Result<Style, ValueError> {
    text.parse().map_err(|error: ParseNameError| ValueError(error.to_string()))
}

/// What colours densities and waterfalls have: `own`, `viridis`.
pub(super) fn colours(text: &str) -> Result<Colours, ValueError> {
    Colours::from_name(text).map_err(ValueError)
}

/// What to write: `png`, `svg`, `csv`.
pub(super) fn format(text: &str) -> Result<Format, ValueError> {
    Format::from_extension(text).ok_or_else(|| ValueError("choose one of png, svg, csv".into()))
}

/// What the labels of time say: `utc`.
pub(super) fn time_labels(text: &str) -> Result<TimeLabels, ValueError> {
    TimeLabels::from_name(text).ok_or_else(|| {
        let names = TimeLabels::ALL.map(TimeLabels::name);
        ValueError(format!("'{text}' is no way to label time: choose one of {}", names.join(", ")))
    })
}

/// No duration may be longer: instants that far away cannot be told.
const LONGEST: Duration = Duration::from_hours(24 * 365 * 30);

/// A duration: `5s`, `200ms`, `50us`, `2m`, `1h`, or plain seconds.
pub(super) fn duration(text: &str) -> Result<Duration, ValueError> {
    let text = text.trim();
    let units =
        [("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3600.0)];
    let (value, unit) = units
        .iter()
        .filter_map(|(name, secs)| Some((text.strip_suffix(name)?, *secs)))
        .find(|(value, _)| value.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        .unwrap_or((text, 1.0));
    let secs = value.trim_end().parse::<f64>().ok().map(|value| value * unit);
    match secs.map(Duration::try_from_secs_f64) {
        Some(Ok(duration)) if duration > LONGEST => refuse("longer than 30 years"),
        Some(Ok(duration)) => Ok(duration),
        _ => refuse("not a duration: write it like 5s, 200ms or 1.5"),
    }
}

/// A duration that is not 0.
pub(super) fn length(text: &str) -> Result<Duration, ValueError> {
    let length = duration(text)?;
    if length.is_zero() { refuse("it must be above 0") } else { Ok(length) }
}

/// A size in pixels: `1280x720`.
pub(super) fn size(text: &str) -> Result<[u32; 2], ValueError> {
    let side = |text: &str| text.trim().parse().ok().filter(|side| (16..=16_384).contains(side));
    match text.split_once(['x', 'X', '×']).map(|(width, height)| (side(width), side(height))) {
        Some((Some(width), Some(height))) => Ok([width, height]),
        _ => refuse("not a size: write it like 1280x720, from 16 to 16384 pixels a side"),
    }
}

/// Pixels of a point: `2`, `1.5`.
pub(super) fn scale(text: &str) -> Result<f32, ValueError> {
    match number(text)? as f32 {
        scale if (0.5..=8.0).contains(&scale) => Ok(scale),
        _ => refuse("from 0.5 to 8"),
    }
}

/// Memory in bytes: `512MiB`, `1GiB`, `2GB`, or plain bytes.
pub(super) fn memory(text: &str) -> Result<u64, ValueError> {
    let text = text.trim();
    let units = [
        ("KiB", 1u64 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
    ];
    let (value, unit) =
        units.iter().find_map(|(name, bytes)| Some((text.strip_suffix(name)?, *bytes))).unwrap_or((text, 1));
    match value.trim_end().parse::<f64>().map(|value| value * unit as f64) {
        Ok(bytes) if bytes >= 1.0 && bytes < 2f64.powi(63) => Ok(bytes as u64),
        _ => refuse("not an amount of memory: write it like 512MiB or 1GiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number("1e6"), Ok(1e6));
        assert_eq!(number("-2.5"), Ok(-2.5));
        assert_eq!(count("1e6"), Ok(1_000_000));
        assert_eq!(count("2^20"), Ok(1 << 20));
        assert_eq!(count("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(rate("0"), Ok(0.0));
        for bad in ["", "nan", "inf", "1e999", "x", "1 2"] {
            assert!(number(bad).is_err(), "{bad}");
        }
        for bad in ["", "-1", "1.5", "1e30", "2^64", "nan"] {
            assert!(count(bad).is_err(), "{bad}");
        }
        assert!(rate("-1").is_err() && rate("1e308").is_err() && rate("1e12") == Ok(1e12));
        assert!(positive_count("0").is_err() && number32("1e39").is_err());
    }

    #[test]
    fn durations_have_units_or_are_seconds() {
        for (text, millis) in [
            ("5s", 5000),
            ("200ms", 200),
            ("1.5", 1500),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("0", 0),
            ("1e3ms", 1000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(duration("50us"), Ok(Duration::from_micros(50)));
        for bad in ["", "s", "-1s", "nan", "1e300h", "5 parsecs", "inf"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_and_memory_are_bounded() {
        assert_eq!(size("1280x720"), Ok([1280, 720]));
        for bad in ["", "1280", "0x720", "1280x", "1x1x1", "99999x1000"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert_eq!(memory("1GiB"), Ok(1 << 30));
        assert_eq!(memory("1.5 MiB"), Ok(3 << 19));
        assert_eq!(memory("2GB"), Ok(2_000_000_000));
        assert_eq!(memory("4096"), Ok(4096));
        for bad in ["", "0", "-1GiB", "lots", "1e30GiB"] {
            assert!(memory(bad).is_err(), "{bad}");
        }
    }
}
