//! logfmt: `t=1.5 level=info speed=3.2 msg="as text"`. Words without `=` are left out, but one right after a number is its
//! unit: so a line of `ping` is read, too.

use std::borrow::Cow;

use super::error::PipeError;
use super::fit::Fit;
use super::keys::{Pair, Rows, Value};
use super::number;
use super::settings::Settings;
use super::sink::Sink;

/// Bytes of a unit, at most.
const LONGEST_UNIT: usize = 6;

/// Reads such lines.
pub(super) struct Logfmt {
    rows: Rows,
}

impl Logfmt {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { rows: Rows::new("keys and values", settings) }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        let pairs = pairs(line);
        if pairs.is_empty() {
            return Ok(Fit::No("has no key=value"));
        }
        self.rows.row(&pairs, sink)
    }
}

/// The keys and values of a line.
pub(super) fn pairs(line: &[u8]) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut rest = line;
    let mut follows_number = false;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return pairs;
        }
        let len = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let equals = memchr::memchr(b'=', &rest[..len]).filter(|at| *at > 0);
        let Some(equals) = equals else {
            let word = &rest[..len];
            if let (true, Some(pair)) = (follows_number && is_unit(word), pairs.last_mut()) {
                pair.unit = word;
            }
            follows_number = false;
            rest = &rest[len..];
            continue;
        };
        let key = Cow::Borrowed(&rest[..equals]);
        let value = &rest[equals + 1..];
        if let Some(inner) = value.strip_prefix(b"\"") {
            let (text, len) = quoted(inner);
            pairs.push(Pair { key, value: Value::Text(text), unit: b"" });
            follows_number = false;
            rest = &inner[len..];
            continue;
        }
        let text = &rest[equals + 1..len];
        let text = text.strip_suffix(b",").or(text.strip_suffix(b";")).unwrap_or(text);
        let (number, unit) = match number::begins(text) {
            Some((_, len)) if len == text.len() || is_unit(&text[len..]) => text.split_at(len),
            _ => (text, &b""[..]),
        };
        follows_number = unit.is_empty() && number::whole(number).is_some();
        let value = if text.is_empty() { Value::Absent } else { Value::Bare(number) };
        pairs.push(Pair { key, value, unit });
        rest = &rest[len..];
    }
}

/// The text up to the quote that ends it, and its length with that; `\"` and `\\` are `"` and `\`.
fn quoted(inner: &[u8]) -> (Cow<'_, [u8]>, usize) {
    let mut text = Vec::new();
    let mut at = 0;
    while at < inner.len() {
        match (inner[at], inner.get(at + 1)) {
            (b'"', _) => {
                return (if text.len() == at { Cow::Borrowed(&inner[..at]) } else { text.into() }, at + 1);
            }
            (b'\\', Some(escaped @ (b'"' | b'\\'))) => {
                text.push(*escaped);
                at += 2;
            }
            (byte, _) => {
                text.push(byte);
                at += 1;
            }
        }
    }
    (text.into(), at)
}

/// Whether a word can be a unit: `ms`, `°C`, `m/s`, `%`.
fn is_unit(word: &[u8]) -> bool {
    let is_of_unit = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii() || b"%/".contains(byte);
    !word.is_empty() && word.len() <= LONGEST_UNIT && word.iter().all(is_of_unit)
}

#[cfg(test)]
mod tests {
    use super::{Value, pairs};

    fn read(line: &str) -> Vec<(String, String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pair = |pair: &super::Pair<'_>| {
            let value = match &pair.value {
                Value::Bare(value) => text(value),
                Value::Text(value) => format!("'{}'", text(value)),
                Value::Absent => "absent".to_owned(),
            };
            (text(&pair.key), value, text(pair.unit))
        };
        pairs(line.as_bytes()).iter().map(pair).collect()
    }

    #[test]
    fn keys_values_and_units_are_told_apart() {
        let found = read("64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms");
        let names: Vec<_> = found.iter().map(|(k, v, u)| (k.as_str(), v.as_str(), u.as_str())).collect();
        assert_eq!(names, [("icmp_seq", "1", ""), ("ttl", "64", ""), ("time", "0.045", "ms")]);
        let found = read(r#"a=1, b=2.5% c= d="x \"y\" =" e=f g="#);
        let names: Vec<_> = found.iter().map(|(k, v, u)| (k.as_str(), v.as_str(), u.as_str())).collect();
        let expected = [
            ("a", "1", ""),
            ("b", "2.5", "%"),
            ("c", "absent", ""),
            ("d", "'x \"y\" ='", ""),
            ("e", "f", ""),
            ("g", "absent", ""),
        ];
        assert_eq!(names, expected);
        assert_eq!(read("=1 x a==b \"c=d"), read("a==b \"c=d"));
        assert!(read("no keys here").is_empty());
        assert_eq!(read("a=\"never ends")[0].1, "'never ends'");
    }
}
