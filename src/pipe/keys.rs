//! Lines of keys and values: which key is which stream, and which one is the time.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::PipeError;
use super::fit::Fit;
use super::number;
use super::settings::{Settings, X};
use super::sink::Sink;
use super::time::{Time, TimeReader, is_time};

/// A value of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Text that may be a number.
    Bare(&'a [u8]),
    /// Text that is none, whatever it looks like.
    Text(Cow<'a, [u8]>),
    /// Nothing: the line breaks.
    Absent,
}

/// A key, its value and the unit of that; the unit may be empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair<'a> {
    pub(super) key: Cow<'a, [u8]>,
    pub(super) value: Value<'a>,
    pub(super) unit: &'a [u8],
}

/// Streams by their keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: HashMap<Box<[u8]>, usize>,
}

impl Keys {
    /// The stream of a key; a new one where the key is new; `None`, and counted, where there are too many.
    pub(super) fn index(&mut self, key: &[u8], unit: &[u8], sink: &mut Sink) -> Option<usize> {
        if let Some(index) = self.known.get(key) {
            return Some(*index);
        }
        let label = String::from_utf8_lossy(key);
        let Some(index) = sink.add(&label, &String::from_utf8_lossy(unit)) else {
            sink.too_many(label);
            return None;
        };
        self.known.insert(key.into(), index);
        Some(index)
    }
}

/// Which key is the time.
#[derive(Debug, PartialEq)]
enum TimeKey {
    /// The first line decides.
    Open,
    None,
    Key(Box<[u8]>),
}

/// Takes lines of pairs.
pub(super) struct Rows {
    keys: Keys,
    settings: Settings,
    /// What is read, in words.
    what: &'static str,
    is_begun: bool,
    time_key: TimeKey,
    reader: TimeReader,
}

impl Rows {
    pub(super) fn new(what: &'static str, settings: &Settings) -> Self {
        let time_key = match &settings.x {
            X::Found => TimeKey::Open,
            X::Arrival | X::Line => TimeKey::None,
            X::Column(name) => TimeKey::Key(name.as_bytes().into()),
        };
        let reader = TimeReader::new(settings.time_format.clone(), None);
        let settings = settings.clone();
        Self { keys: Keys::default(), settings, what, is_begun: false, time_key, reader }
    }

    /// Takes the pairs of a line.
    pub(super) fn row(&mut self, pairs: &[Pair<'_>], sink: &mut Sink) -> Result<Fit, PipeError> {
        if pairs.is_empty() {
            return Ok(Fit::No("has no values"));
        }
        if self.time_key == TimeKey::Open {
            let found = pairs.iter().find(|pair| self.is_time(pair));
            self.time_key = found.map_or(TimeKey::None, |pair| TimeKey::Key(pair.key.as_ref().into()));
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            let time = if let TimeKey::Key(key) = &self.time_key {
                Some(String::from_utf8_lossy(key))
            } else {
                None
            };
            sink.notes.tell(&format!("reading {}; {}", self.what, self.settings.x_words(time.as_deref())));
        }
        let time_key = if let TimeKey::Key(key) = &self.time_key { Some(&**key) } else { None };
        if let Some(key) = time_key {
            let value = pairs.iter().find(|pair| *pair.key == *key).map(|pair| &pair.value);
            let time = match value {
                Some(Value::Bare(text)) => self.reader.read(text),
                Some(Value::Text(text)) => self.reader.read(text),
                Some(Value::Absent) | None => None,
            };
            let Some(time) = time else { return Ok(Fit::NoTime) };
            sink.set_time(time);
        }
        for Pair { key, value, unit } in pairs {
            if time_key == Some(key) {
                continue;
            }
            let Some(index) = self.keys.index(key, unit, sink) else { continue };
            match value {
                Value::Absent => sink.gap(index),
                Value::Text(text) => sink.text(index, text)?,
                Value::Bare(text) => match number::whole(text) {
                    Some(y) => sink.number(index, y)?,
                    None => sink.text(index, text)?,
                },
            }
        }
        Ok(Fit::Yes)
    }

    /// Whether a pair is the time, as its name and its value say: `time=0.045 ms` is a duration.
    fn is_time(&self, pair: &Pair<'_>) -> bool {
        let is_named = std::str::from_utf8(&pair.key).is_ok_and(is_time) && pair.unit.is_empty();
        is_named
            && match &pair.value {
                Value::Bare(text) => self.reader.clone().read(text).is_some(),
                Value::Text(text) => matches!(self.reader.clone().read(text), Some(Time::Date(_))),
                Value::Absent => false,
            }
    }
}
