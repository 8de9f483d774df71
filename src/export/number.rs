//! Numbers as text that reads back the same.

use std::fmt::{Display, LowerExp};
use std::io::{self, Write};

/// A floating-point number.
pub(crate) trait Number: Display + LowerExp + Copy + Into<f64> {}

impl<F: Display + LowerExp + Copy + Into<f64>> Number for F {}

/// Writes the shortest digits that read back the same; with an exponent where those would be mostly zeros.
pub(crate) fn write_number(out: &mut impl Write, value: impl Number) -> io::Result<()> {
    let size = value.into().abs();
    if size.is_nan() {
        out.write_all(b"nan")
    } else if size == 0.0 || size.is_infinite() || (1e-5..1e16).contains(&size) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}

/// Writes a value of a stream with this offset of y: those of an f32 where there is none.
pub(crate) fn write_value(out: &mut impl Write, value: f64, y_offset: f64) -> io::Result<()> {
    if y_offset == 0.0 { write_number(out, value as f32) } else { write_number(out, value) }
}

/// Whether a point is a lifted pen and nothing else.
pub(crate) fn is_filler(x: f64, y: impl Into<f64>) -> bool {
    x.is_nan() && y.into().is_nan()
}

#[cfg(test)]
mod tests {
    use super::write_number;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        write_number(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn digits_read_back_the_same() {
        for value in [0.1, 1.0 / 3.0, 1e300, 5e-324, -0.0, 123_456_789.125, f64::MAX, 1e16, 9.9e-6] {
            assert_eq!(text(value).parse::<f64>().unwrap().to_bits(), value.to_bits(), "{value}");
            assert!(text(value).len() < 25, "{}", text(value));
        }
        assert_eq!(
            [text(0.1), text(2.0), text(f64::NAN), text(f64::NEG_INFINITY)],
            ["0.1", "2", "nan", "-inf"]
        );
    }
}
