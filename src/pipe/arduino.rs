//! What the Arduino IDE's plotter takes: `temp:21.5,hum:40`, with commas, tabs or blanks between the pairs.

use std::borrow::Cow;

use super::error::PipeError;
use super::fit::Fit;
use super::keys::{Pair, Rows, Value};
use super::number;
use super::settings::Settings;
use super::sink::Sink;

/// Reads such lines.
pub(super) struct Arduino {
    rows: Rows,
}

impl Arduino {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { rows: Rows::new("labels and values", settings) }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        let Some(pairs) = pairs(line) else { return Ok(Fit::No("has no labels before its values")) };
        self.rows.row(&pairs, sink)
    }
}

/// The labels and values of a line; `None` where it is no line of them, or no value is a number.
pub(super) fn pairs(line: &[u8]) -> Option<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    let mut rest = line;
    let mut has_number = false;
    loop {
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b';');
        rest = &rest[rest.iter().take_while(|byte| is_between(byte)).count()..];
        if rest.is_empty() {
            break;
        }
        let colon = memchr::memchr(b':', rest)?;
        let label = rest[..colon].trim_ascii();
        if label.is_empty() || label[0].is_ascii_digit() || label.iter().any(|byte| b",;\t=".contains(byte)) {
            return None;
        }
        rest = rest[colon + 1..].trim_ascii_start();
        let len = rest.iter().position(is_between).unwrap_or(rest.len());
        let text = &rest[..len];
        has_number |= number::whole(text).is_some();
        let value = if text.is_empty() { Value::Absent } else { Value::Bare(text) };
        pairs.push(Pair { key: Cow::Borrowed(label), value, unit: b"" });
        rest = &rest[len..];
    }
    has_number.then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::pairs;
    use crate::pipe::keys::Value;

    fn read(line: &str) -> Option<Vec<(String, String)>> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pair = |pair: &super::Pair<'_>| {
            (text(&pair.key), if let Value::Bare(value) = pair.value { text(value) } else { String::new() })
        };
        Some(pairs(line.as_bytes())?.iter().map(pair).collect())
    }

    #[test]
    fn labels_and_values_are_told_apart() {
        let two = Some(vec![("a b".to_owned(), "1".to_owned()), ("c".to_owned(), "-2.5".to_owned())]);
        for line in ["a b:1,c:-2.5", "a b: 1\tc: -2.5", " a b:1 c:-2.5 ,", "a b:1;c:-2.5"] {
            assert_eq!(read(line), two, "{line}");
        }
        for line in ["", "1,2", "a", "12:30:05 1", "state:on", "a:1,2", ":1", "error: no such file"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
