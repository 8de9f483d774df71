//! Times in text: Unix time in seconds, milli-, micro- or nanoseconds, told apart by size; RFC 3339; a format of one's own;
//! or plain seconds.
//!
//! A date is kept as whole nanoseconds since 1970 until its offset from the pipe's origin is taken: an f64 tells times of
//! today apart by 2.4·10^-7 s only.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::number;

/// A time as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Time {
    /// A moment: nanoseconds since 1970.
    Date(i64),
    /// Whatever the data count, in seconds where they say nothing else.
    Plain(f64),
}

/// Sizes from which on a number is Unix time, and how many nanoseconds its unit has: seconds from 1973 on, and so on.
const UNIX: [(f64, i64); 4] = [(1e17, 1), (1e14, 1_000), (1e11, 1_000_000), (1e8, 1_000_000_000)];

/// What the first time of a column settled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    /// Nanoseconds of a unit of Unix time.
    Unix(i64),
    /// Text.
    Text,
    /// Seconds of a unit of plain time.
    Plain(f64),
}

/// Reads the times of one column or key.
#[derive(Clone, Debug)]
pub(super) struct TimeReader {
    unit: Option<Unit>,
    /// Seconds of the unit, where something says which it is.
    unit_secs: Option<f64>,
    format: Option<String>,
}

impl TimeReader {
    /// Times in a format of `strptime`, if one is given, else recognised, or in units of `unit_secs`.
    pub(super) fn new(format: Option<String>, unit_secs: Option<f64>) -> Self {
        Self { unit: None, unit_secs, format }
    }

    /// The time in a cell; `None` where there is none.
    #[inline]
    pub(super) fn read(&mut self, cell: &[u8]) -> Option<Time> {
        match self.unit {
            Some(Unit::Plain(secs)) => {
                number::whole(cell).filter(|t| t.is_finite()).map(|t| Time::Plain(t * secs))
            }
            Some(Unit::Unix(nanos)) if self.format.is_none() => {
                exact_nanos(cell, nanos).map(Time::Date).or_else(|| self.read_rarely(cell.trim_ascii()))
            }
            _ => self.read_rarely(cell.trim_ascii()),
        }
    }

    fn read_rarely(&mut self, cell: &[u8]) -> Option<Time> {
        if let Some(format) = &self.format {
            return formatted(format, std::str::from_utf8(cell).ok()?).map(Time::Date);
        }
        let value = number::whole(cell).filter(|value| value.is_finite());
        let unit = match (self.unit, value) {
            (Some(unit), _) => unit,
            (None, Some(value)) => self.unit_of(value),
            (None, None) => Unit::Text,
        };
        let time = match (unit, value) {
            (Unit::Unix(nanos), Some(_)) => unix_nanos(cell, nanos).map(Time::Date),
            (Unit::Plain(secs), Some(value)) => Some(Time::Plain(value * secs)),
            (Unit::Unix(_) | Unit::Text, None) => date(cell).map(Time::Date),
            (Unit::Text, Some(_)) | (Unit::Plain(_), None) => None,
        };
        if time.is_some() {
            self.unit = Some(unit);
        }
        time
    }

    /// What a number is where it is the first of its column.
    fn unit_of(&self, value: f64) -> Unit {
        let Some(secs) = self.unit_secs else {
            let unix = UNIX.iter().find(|(from, _)| value >= *from);
            return unix.map_or(Unit::Plain(1.0), |(_, nanos)| Unit::Unix(*nanos));
        };
        if value * secs >= UNIX[3].0 { Unit::Unix((secs * 1e9) as i64) } else { Unit::Plain(secs) }
    }
}

/// Nanoseconds since 1970 of a decimal number of units, to the last digit of them that counts.
fn unix_nanos(cell: &[u8], nanos_of_unit: i64) -> Option<i64> {
    exact_nanos(cell, nanos_of_unit).or_else(|| {
        // With an exponent or a sign: as exactly as an f64 has it.
        let nanos = number::whole(cell)? * nanos_of_unit as f64;
        (nanos.abs() < i64::MAX as f64).then_some(nanos as i64)
    })
}

/// The same for digits with at most one point among them.
#[inline]
fn exact_nanos(cell: &[u8], nanos_of_unit: i64) -> Option<i64> {
    let (mut whole, mut fraction, mut scale) = (0_i64, 0_i64, 1_i64);
    let mut digits = cell.iter();
    for byte in digits.by_ref() {
        match byte {
            b'0'..=b'9' => whole = whole.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
            b'.' => break,
            _ => return None,
        }
    }
    for byte in digits {
        match byte {
            // Nine digits are nanoseconds of a second.
            b'0'..=b'9' if scale < 1_000_000_000 => {
                (fraction, scale) = (fraction * 10 + i64::from(byte - b'0'), scale * 10);
            }
            b'0'..=b'9' => {}
            _ => return None,
        }
    }
    // Below 10^18: a fraction is less than the scale, and neither is above 10^9.
    let part = fraction * nanos_of_unit / scale;
    let is_number = cell.first().is_some_and(u8::is_ascii_digit);
    if is_number { whole.checked_mul(nanos_of_unit)?.checked_add(part) } else { None }
}

/// The moment that a date and a time of day say: RFC 3339, with a blank for the `T` too; by the local clock without an
/// offset. Quotes around it count for nothing.
pub(super) fn date(cell: &[u8]) -> Option<i64> {
    // A cheap look first: this is asked of every text that may be one.
    let cell = cell.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(cell);
    let is_like_date =
        cell.len() >= 16 && cell.len() <= 64 && cell[..4].iter().all(u8::is_ascii_digit) && cell[4] == b'-';
    if !is_like_date {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let moment = text.parse::<Timestamp>().ok().or_else(|| local(text.parse().ok()?))?;
    i64::try_from(moment.as_nanosecond()).ok()
}

/// The moment that a text in a format of `strptime` says; by the local clock where the format has no offset.
fn formatted(format: &str, text: &str) -> Option<i64> {
    let broken_down = strtime::parse(format, text).ok()?;
    let moment = match broken_down.to_timestamp() {
        Ok(moment) => moment,
        Err(_) => local(broken_down.to_datetime().ok().or_else(|| {
            // A time of day alone is today's.
            let time = broken_down.to_time().ok()?;
            Some(jiff::Zoned::now().date().to_datetime(time))
        })?)?,
    };
    i64::try_from(moment.as_nanosecond()).ok()
}

fn local(moment: DateTime) -> Option<Timestamp> {
    moment.to_zoned(TimeZone::system()).ok().map(|zoned| zoned.timestamp())
}

/// Seconds of the unit of a time's label, such as `ms`.
pub(super) fn seconds_of(unit: &str) -> Option<f64> {
    let secs = match unit {
        "s" | "sec" | "secs" | "seconds" => 1.0,
        "ms" | "millis" => 1e-3,
        "us" | "µs" | "μs" | "micros" => 1e-6,
        "ns" | "nanos" => 1e-9,
        "min" | "minutes" => 60.0,
        "h" | "hours" => 3600.0,
        _ => return None,
    };
    Some(secs)
}

/// Whether a column or key of this name is the time, if nothing else is said.
pub(super) fn is_time(label: &str) -> bool {
    ["t", "time", "timestamp"].iter().any(|name| label.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{Time, TimeReader, formatted};

    fn read(cells: &[&str]) -> Vec<Option<Time>> {
        let mut reader = TimeReader::new(None, None);
        cells.iter().map(|cell| reader.read(cell.as_bytes())).collect()
    }

    #[test]
    fn units_of_unix_time_are_told_apart_by_size_and_to_the_nanosecond() {
        let moment = 1_700_000_000_123_456_789;
        let date = |nanos| Some(Time::Date(nanos));
        assert_eq!(
            read(&["1700000000", "1700000000.123456789"]),
            [date(1_700_000_000 * 1_000_000_000), date(moment)]
        );
        assert_eq!(read(&["1700000000123.456789"]), [date(moment)]);
        assert_eq!(read(&["1700000000123456.789"]), [date(moment)]);
        assert_eq!(read(&["1700000000123456789"]), [date(moment)]);
        assert_eq!(
            read(&["99999999", "1700000000"]),
            [Some(Time::Plain(99_999_999.0)), Some(Time::Plain(1.7e9))]
        );
        assert_eq!(read(&["1.7e9"]), [date(1_700_000_000_000_000_000)]);
        for odd in ["99999999999999999999", "1e300", "-", "", "x", "nan"] {
            assert_eq!(read(&["1700000000123456789", odd])[1], None, "{odd}");
        }
    }

    #[test]
    fn dates_are_read_with_and_without_an_offset() {
        let moment = Some(Time::Date(1_700_000_000_250_000_000));
        for text in ["2023-11-14T22:13:20.25Z", "2023-11-14 23:13:20.25+01:00", "\"2023-11-14T22:13:20.25Z\""]
        {
            assert_eq!(read(&[text]), [moment], "{text}");
        }
        assert!(read(&["2023-11-14 22:13:20"])[0].is_some());
        assert_eq!(read(&["2023-11-14T22:13:20.25Z", "5"]), [moment, None]);
        for text in ["2023", "2023-11-14", "2023-13-14T22:13:20Z", "yesterday at ten o'clock"] {
            assert_eq!(
                read(&[text, "1.5"]),
                [text.parse().ok().map(Time::Plain), Some(Time::Plain(1.5))],
                "{text}"
            );
        }
    }

    #[test]
    fn a_format_of_ones_own_is_read() {
        assert_eq!(
            formatted("%Y/%m/%d %H:%M:%S %z", "2023/11/14 22:13:20 +0000"),
            Some(1_700_000_000_000_000_000)
        );
        assert_eq!(formatted("%s", "1700000000"), Some(1_700_000_000_000_000_000));
        assert!(formatted("%H:%M:%S", "22:13:20").is_some());
        assert_eq!((formatted("%Q", "1"), formatted("%H", "x")), (None, None));
    }
}
