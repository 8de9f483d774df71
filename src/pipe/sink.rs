//! The streams of a pipe: each is created with its first value, and takes values in slices.
//!
//! Values wait in two short arrays for each stream, which stay in the cache, until they are full or [`Sink::flush`] is
//! called, at the end of each piece of input: a line that came alone is seen at once.

use super::error::PipeError;
use super::names::{Labels, free_base, numbered, part};
use super::notes::{Left, Notes, excerpt};
use super::settings::{Base, Settings};
use super::stored::{BATCH, Line, Out, Stored, Values};
use super::time::Time;
use crate::shm::os;
use crate::stream::{Builder, CreateError, Producer, Style};

/// So many streams get a ring by the memory that is free, the others a small one.
const LARGE_RINGS: usize = 16;
const SMALL_RING: u64 = 1 << 14;
/// How often another base is chosen, at most.
const MOST_BASES: usize = 20;
/// Names that are told when labels are mended.
const MOST_TOLD: usize = 5;

/// x of the values that come.
#[derive(Clone, Copy, Debug, PartialEq)]
struct At {
    t: f64,
    /// Nanoseconds since 1970 where it is a date.
    date: Option<i64>,
}

struct Slot {
    label: String,
    unit: String,
    /// Below the base; empty before its creation.
    name: String,
    stored: Stored,
}

/// The streams, and what is counted.
pub(super) struct Sink {
    base: Base,
    /// The name above all streams, once there is one.
    chosen: Option<String>,
    /// How often it was chosen.
    tries: usize,
    labels: Labels,
    slots: Vec<Slot>,
    most: usize,
    capacity: Option<u64>,
    style: Style,
    x_unit: &'static str,
    is_monotonic: bool,
    /// Each row has a value for each stream, and x is the number of the row.
    is_numbered: bool,
    is_dry: bool,
    at: At,
    /// The last time that the input itself gave.
    last: Option<f64>,
    /// What t = 0 stands for, once a date has come: nanoseconds since 1970.
    origin: Option<i64>,
    mended: usize,
    /// Values of streams that others have replaced.
    ended: u64,
    pub(super) notes: Notes,
}

impl Sink {
    pub(super) fn new(settings: &Settings, notes: Notes) -> Self {
        Self {
            base: settings.base.clone(),
            chosen: None,
            tries: 0,
            labels: Labels::default(),
            slots: Vec::new(),
            most: settings.max_streams,
            capacity: settings.capacity,
            style: settings.style,
            x_unit: "s",
            is_monotonic: settings.is_monotonic,
            is_numbered: false,
            is_dry: settings.is_dry,
            at: At { t: 0.0, date: None },
            last: None,
            origin: None,
            mended: 0,
            ended: 0,
            notes,
        }
    }

    /// Adds a column, key or label; `None` where there are too many. Its stream is created by its first value.
    pub(super) fn add(&mut self, label: &str, unit: &str) -> Option<usize> {
        if self.slots.len() >= self.most {
            return None;
        }
        let (label, unit) = (label.to_owned(), unit.to_owned());
        self.slots.push(Slot { label, unit, name: String::new(), stored: Stored::New });
        Some(self.slots.len() - 1)
    }

    /// Counts a value of a label for which there is no stream.
    pub(super) fn too_many(&mut self, label: impl std::fmt::Display) {
        let most = self.most;
        self.notes.leave_out(Left::Stream, || {
            let label = excerpt(label.to_string().as_bytes());
            format!("there are {most} streams already: {label} and what follows is left out; --max-streams allows more")
        });
    }

    /// From now on each row has a value for each stream, and x is the number of the row.
    pub(super) fn number_rows(&mut self) {
        self.is_numbered = true;
    }

    /// Whether [`Sink::number_rows`] was called.
    pub(super) fn is_numbered(&self) -> bool {
        self.is_numbered
    }

    /// The unit that x has.
    pub(super) fn set_x_unit(&mut self, unit: &'static str) {
        self.x_unit = unit;
    }

    /// What comes from now on came at `time`, as long as the input itself gives no other.
    #[inline]
    pub(super) fn set_arrival(&mut self, time: Time) {
        self.at = self.at(time);
    }

    /// What comes from now on is of `time`, as the input says.
    #[inline]
    pub(super) fn set_time(&mut self, time: Time) {
        self.at = self.at(time);
        if self.is_monotonic && self.last.is_some_and(|last| self.at.t < last) {
            self.begin_anew();
        }
        self.last = Some(self.at.t);
    }

    fn at(&self, time: Time) -> At {
        match time {
            Time::Plain(t) => At { t, date: None },
            Time::Date(nanos) => {
                let since = nanos.saturating_sub(self.origin.unwrap_or(nanos));
                At { t: since as f64 * 1e-9, date: Some(nanos) }
            }
        }
    }

    /// Whether the input itself has given times.
    pub(super) fn has_own_times(&self) -> bool {
        self.last.is_some()
    }

    /// What was shown is forgotten: x has gone back.
    fn begin_anew(&mut self) {
        for slot in &mut self.slots {
            slot.stored.clear();
        }
    }

    /// A value of a column or key.
    #[inline]
    pub(super) fn number(&mut self, index: usize, y: f64) -> Result<(), PipeError> {
        let narrow = y as f32;
        if let Stored::Timed(values) = &mut self.slots[index].stored
            && narrow.is_finite()
        {
            values.push(self.at.t, narrow);
            return Ok(());
        }
        self.number_rarely(index, y)
    }

    #[cold]
    fn number_rarely(&mut self, index: usize, y: f64) -> Result<(), PipeError> {
        let narrow = y as f32;
        if narrow.is_infinite() {
            self.notes
                .leave_out(Left::TooLarge, || format!("{y:e} is beyond a 32-bit float: the pen is lifted"));
        }
        if matches!(self.slots[index].stored, Stored::New | Stored::Events(_)) {
            // Texts that came first were events; from the first number on it is a stream of numbers.
            self.ended += self.slots[index].stored.count().unwrap_or(0);
            self.slots[index].stored = Stored::New;
            let first = self.at.t;
            let line = if self.is_numbered {
                self.create(index, None, |builder| builder.uniform(first, 1.0))?.map(Line::Numbered)
            } else {
                self.create(index, self.at.date, Builder::timed)?.map(Line::Timed)
            };
            self.slots[index].stored = line.map_or(Stored::Refused, |line| Stored::Timed(Values::new(line)));
        }
        match &mut self.slots[index].stored {
            Stored::Timed(values) => values.push(self.at.t, narrow),
            Stored::Xy(..) => self.text_among_numbers(index, "a number without an x"),
            _ => self.refused(index),
        }
        Ok(())
    }

    /// An absent cell: the line breaks.
    pub(super) fn gap(&mut self, index: usize) {
        if let Stored::Timed(values) = &mut self.slots[index].stored {
            values.push(self.at.t, f32::NAN);
        }
    }

    /// A text of a column or key: an event, or a lifted pen where numbers are.
    pub(super) fn text(&mut self, index: usize, text: &[u8]) -> Result<(), PipeError> {
        if let Stored::Timed(values) = &mut self.slots[index].stored {
            values.push(self.at.t, f32::NAN);
        }
        if matches!(self.slots[index].stored, Stored::New) {
            let out = self.create(index, self.at.date, Builder::events)?;
            self.slots[index].stored = out.map_or(Stored::Refused, Stored::Events);
        }
        match &mut self.slots[index].stored {
            Stored::Events(out) => {
                if let Some(producer) = &mut out.0 {
                    producer.emit(self.at.t, &String::from_utf8_lossy(text));
                }
            }
            Stored::Timed(_) | Stored::Xy(..) => self.text_among_numbers(index, &excerpt(text)),
            _ => self.refused(index),
        }
        Ok(())
    }

    fn text_among_numbers(&mut self, index: usize, text: &str) {
        let name = &self.slots[index].name;
        self.notes
            .leave_out(Left::Text, || format!("{name} has {text} among its numbers: the pen is lifted"));
    }

    /// A point of an XY stream.
    pub(super) fn xy(&mut self, index: usize, x: f64, y: f64) -> Result<(), PipeError> {
        if matches!(self.slots[index].stored, Stored::New) {
            let unit = self.slots[index].unit.clone();
            let out = self.create(index, None, |builder| builder.units("", &unit).xy())?;
            self.slots[index].stored = out.map_or(Stored::Refused, |out| Stored::Xy(out, Vec::new()));
        }
        let (x, y) = (x as f32, y as f32);
        match &mut self.slots[index].stored {
            Stored::Xy(out, points) => {
                points.push(crate::ring::Point::new(x, y));
                if points.len() >= BATCH {
                    Stored::push_points(out, points);
                }
            }
            Stored::Timed(_) | Stored::Events(_) => self.text_among_numbers(index, "a point with an x"),
            _ => self.refused(index),
        }
        Ok(())
    }

    /// Samples of a uniform stream, which [`Sink::uniform`] created.
    pub(super) fn samples(&mut self, index: usize, y: &[f32]) {
        if let Stored::Uniform(out, count) = &mut self.slots[index].stored {
            *count += y.len() as u64;
            if let Some(producer) = &mut out.0 {
                producer.push_slice(y);
            }
        }
    }

    /// Creates a stream of samples at a fixed rate.
    pub(super) fn uniform(&mut self, index: usize, rate: f64) -> Result<(), PipeError> {
        let out = self.create(index, None, |builder| builder.uniform(0.0, rate))?;
        self.slots[index].stored = out.map_or(Stored::Refused, |out| Stored::Uniform(out, 0));
        Ok(())
    }

    fn refused(&mut self, index: usize) {
        let label = self.slots[index].label.clone();
        self.notes.leave_out(Left::Stream, || format!("{} is left out", excerpt(label.as_bytes())));
    }

    /// Creates the stream of a slot; `None` where it was refused and others go on.
    fn create<M>(
        &mut self,
        index: usize,
        date: Option<i64>,
        last: impl Fn(Builder) -> Result<Producer<M>, CreateError>,
    ) -> Result<Option<Out<M>>, PipeError> {
        let is_first = self.chosen.is_none();
        let origin = date.map(|date| *self.origin.get_or_insert(date));
        let base = match &self.chosen {
            Some(base) => base.clone(),
            None => self.choose_base()?,
        };
        self.name(index, &base);
        if self.is_dry {
            return Ok(Some(Out(None)));
        }
        let slot = &self.slots[index];
        let mut refused = None;
        for name in numbered(&slot.name) {
            let mut builder = Producer::builder(&format!("{base}/{name}")).units(self.x_unit, &slot.unit);
            builder = builder.style(self.style).order(index as i32).group(&base);
            if let Some(nanos) = origin {
                let since = std::time::Duration::from_nanos(nanos.unsigned_abs());
                let epoch = std::time::UNIX_EPOCH;
                builder = builder.origin(if nanos < 0 { epoch - since } else { epoch + since });
            }
            let small = (index >= LARGE_RINGS).then_some(SMALL_RING);
            if let Some(capacity) = self.capacity.or(small) {
                builder = builder.capacity(capacity);
            }
            match last(builder) {
                Ok(producer) => return Ok(Some(Out(Some(producer)))),
                // Another pipe chose the same base at the same moment, or somebody streams there.
                Err(CreateError::NameInUse { .. }) if is_first && self.tries < MOST_BASES => {
                    self.chosen = None;
                    return self.create(index, date, last);
                }
                Err(error @ CreateError::NameInUse { .. }) => refused = Some(error),
                Err(error) if is_first => return Err(error.into()),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        if let Some(error) = refused {
            self.notes.leave_out(Left::Stream, || error.to_string());
        }
        Ok(None)
    }

    /// Chooses the name above all streams, when the first of them is created: by then the writer of the pipe is what it is
    /// called.
    fn choose_base(&mut self) -> Result<String, PipeError> {
        let wanted = match &self.base {
            Base::Named(name) => name.clone(),
            Base::OfWriter => part(&os::writer_of_standard_input().unwrap_or_default()),
        };
        let base = if self.is_dry { wanted } else { free_base(&wanted).map_err(CreateError::from)? };
        self.tries += 1;
        self.chosen = Some(base.clone());
        Ok(base)
    }

    /// Gives a slot its name, unless it has one.
    fn name(&mut self, index: usize, base: &str) {
        let slot = &mut self.slots[index];
        if !slot.name.is_empty() {
            return;
        }
        slot.name = self.labels.name(base, &slot.label, index + 1);
        if slot.name != slot.label && !slot.label.is_empty() {
            self.mended += 1;
            if self.mended <= MOST_TOLD {
                self.notes.tell(&format!("the label {:?} streams as {base}/{}", slot.label, slot.name));
            }
        }
    }

    /// The name above all streams, once there is a stream.
    pub(super) fn base(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    /// Pushes what waits.
    pub(super) fn flush(&mut self) {
        for slot in &mut self.slots {
            slot.stored.flush();
        }
    }

    /// How many streams there are, and how many values went into them.
    pub(super) fn totals(&self) -> (usize, u64) {
        let counts = self.slots.iter().filter_map(|slot| slot.stored.count());
        counts.fold((0, self.ended), |(streams, values), count| (streams + 1, values + count))
    }

    /// Ends the streams, of which viewers keep the picture, unless `closes_windows`.
    pub(super) fn end(mut self, closes_windows: bool) {
        self.flush();
        for slot in self.slots {
            slot.stored.end(closes_windows);
        }
    }
}
