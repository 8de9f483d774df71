//! Teleplot: `name:value§unit`, `name:ms:value;ms:value`, `name:x:y|xy`, `name:text|t`, each with or without `>` before it,
//! and `>:text` for the log. See <https://github.com/nesnes/teleplot>.

use super::error::PipeError;
use super::fit::Fit;
use super::keys::Keys;
use super::number;
use super::sink::Sink;
use super::time::TimeReader;

/// The stream of texts without a name.
const LOG: &[u8] = b"log";
/// The sign before a unit, in UTF-8 and in Latin-1.
const UNIT_SIGNS: [&[u8]; 2] = ["§".as_bytes(), b"\xa7"];

/// Reads such lines.
pub(super) struct Teleplot {
    keys: Keys,
    /// Lines without `>` before them are no values.
    needs_prefix: bool,
    time: TimeReader,
}

/// A line, taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct Parts<'a> {
    name: &'a [u8],
    values: &'a [u8],
    unit: &'a [u8],
    flags: &'a [u8],
}

impl Teleplot {
    pub(super) fn new(needs_prefix: bool) -> Self {
        Self { keys: Keys::default(), needs_prefix, time: TimeReader::new(None, Some(1e-3)) }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        if self.needs_prefix && !line.starts_with(b">") {
            return Ok(Fit::No("has no '>' before it, as other lines have"));
        }
        let Some(parts) = parts(line) else { return Ok(Fit::No("has no name:value")) };
        if parts.name == b"3D" || parts.name.starts_with(b"3D|") {
            return Ok(Fit::No("is a shape in 3D, which is not drawn"));
        }
        let has_flag = |flag: &[u8]| parts.flags.split(|byte| *byte == b',').any(|other| other == flag);
        let (is_xy, is_text) = (has_flag(b"xy"), has_flag(b"t"));
        let (name, is_text) = if parts.name.is_empty() { (LOG, true) } else { (parts.name, is_text) };
        let Some(index) = self.keys.index(name, parts.unit, sink) else { return Ok(Fit::Yes) };
        if is_text {
            let text = self.timed(parts.values, sink).unwrap_or(parts.values);
            sink.text(index, text)?;
            return Ok(Fit::Yes);
        }
        for point in parts.values.split(|byte| *byte == b';').filter(|point| !point.is_empty()) {
            if is_xy {
                let mut fields = point.split(|byte| *byte == b':').map(number::whole);
                let (Some(Some(x)), Some(Some(y))) = (fields.next(), fields.next()) else {
                    return Ok(Fit::No("has no x:y"));
                };
                sink.xy(index, x, y)?;
                continue;
            }
            let value = self.timed(point, sink).unwrap_or(point);
            match number::whole(value) {
                Some(y) => sink.number(index, y)?,
                None => sink.text(index, value)?,
            }
        }
        Ok(Fit::Yes)
    }

    /// What follows the time in milliseconds that `point` begins with, if it does.
    fn timed<'a>(&mut self, point: &'a [u8], sink: &mut Sink) -> Option<&'a [u8]> {
        let colon = memchr::memchr(b':', point)?;
        let time = self.time.read(&point[..colon])?;
        sink.set_time(time);
        Some(&point[colon + 1..])
    }
}

/// A line taken apart; `None` where it has no name and values.
fn parts(line: &[u8]) -> Option<Parts<'_>> {
    let line = line.strip_prefix(b">").unwrap_or(line).trim_ascii();
    let (line, flags) = match memchr::memrchr(b'|', line) {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => (line, &b""[..]),
    };
    let (line, unit) = without_unit(line);
    let colon = memchr::memchr(b':', line)?;
    let (name, values) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
    (!values.is_empty()).then_some(Parts { name, values, unit, flags })
}

fn without_unit(line: &[u8]) -> (&[u8], &[u8]) {
    let signs = UNIT_SIGNS.iter().filter_map(|sign| Some((memchr::memmem::rfind(line, sign)?, sign.len())));
    // The Latin-1 sign is the second byte of the other one.
    match signs.min() {
        Some((at, len)) => (&line[..at], &line[at + len..]),
        None => (line, b""),
    }
}

/// Whether only Teleplot writes such a line; `Some(true)` where it has `>` before it.
pub(super) fn is_certain(line: &[u8]) -> Option<bool> {
    let parts = parts(line)?;
    let has_prefix = line.starts_with(b">");
    let is_named = !parts.name.is_empty()
        && !parts.name[0].is_ascii_digit()
        && !parts.name.iter().any(|byte| b" \t,={\"".contains(byte));
    let first = parts.values.split(|byte| *byte == b';').next().unwrap_or_default();
    let fields: Vec<bool> = first.split(|byte| *byte == b':').map(|f| number::whole(f).is_some()).collect();
    let has_marks = !parts.unit.is_empty()
        || !parts.flags.is_empty()
        || fields.len() == 2 && fields[0]
        || parts.values.contains(&b';') && fields[0];
    let is_log = has_prefix && parts.name.is_empty();
    (is_log || is_named && (has_prefix || has_marks)).then_some(has_prefix)
}

#[cfg(test)]
mod tests {
    use super::{Parts, is_certain, parts};

    #[test]
    fn a_line_is_taken_apart() {
        let of = |name: &'static str, values: &'static str, unit: &'static str, flags: &'static str| {
            Some(Parts {
                name: name.as_bytes(),
                values: values.as_bytes(),
                unit: unit.as_bytes(),
                flags: flags.as_bytes(),
            })
        };
        assert_eq!(parts("a:1".as_bytes()), of("a", "1", "", ""));
        assert_eq!(parts(">a:1:2;3:4§m/s²|np,xy".as_bytes()), of("a", "1:2;3:4", "m/s²", "np,xy"));
        assert_eq!(parts(b"a:1\xa7km"), of("a", "1", "km", ""));
        assert_eq!(parts(">:told".as_bytes()), of("", "told", "", ""));
        for line in ["", "a", "a:", ">", "|", "§", ":"] {
            assert_eq!(parts(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn what_only_teleplot_writes_is_recognised() {
        for line in ["a:1§V", "a:1627551892437:1234", "a:1:2|xy", "a:1;2", "a:1|g", "state:on|t"] {
            assert_eq!(is_certain(line.as_bytes()), Some(false), "{line}");
        }
        for line in [">a:1", ">a:on", ">:told"] {
            assert_eq!(is_certain(line.as_bytes()), Some(true), "{line}");
        }
        for line in ["a:1", "a:1,b:2", "12:30:05 5", "error: no file", "{\"a\":1}", "t=12:30:05"] {
            assert_eq!(is_certain(line.as_bytes()), None, "{line}");
        }
    }
}
