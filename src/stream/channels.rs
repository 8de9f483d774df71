//! Many streams with one clock: a push takes a whole state.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;

use super::builder::{Builder, default_capacity};
use super::producer::{Producer, Timed, Uniform};
use super::{CreateError, ViewerOptions, ViewerStatus, open_viewer};
use crate::shm::os;

/// Points of all channels together for which no rate is said, and the least of each.
const TOGETHER: u64 = 1 << 20;
const LEAST_OF_UNKNOWN_RATE: u64 = 1 << 12;
/// The least capacity of a channel, in points.
const LEAST_CAPACITY: u64 = 1 << 10;
/// Rows that are taken apart at a time.
const ROWS: usize = 256;

/// A row of channels: `[f32; N]` or `[f32]`.
pub trait Row: AsRef<[f32]> {
    /// Where the producers of such a row are kept: in place where their number is known.
    type Producers<M>: AsRef<[Producer<M>]> + AsMut<[Producer<M>]>;

    /// As many producers as a row has values.
    #[doc(hidden)]
    fn keep<M>(producers: Vec<Producer<M>>) -> Self::Producers<M>;
}

impl<const N: usize> Row for [f32; N] {
    type Producers<M> = [Producer<M>; N];

    fn keep<M>(producers: Vec<Producer<M>>) -> [Producer<M>; N] {
        let Ok(producers) = producers.try_into() else { unreachable!("an array of names is as long") };
        producers
    }
}

impl Row for [f32] {
    type Producers<M> = Box<[Producer<M>]>;

    fn keep<M>(producers: Vec<Producer<M>>) -> Box<[Producer<M>]> {
        producers.into()
    }
}

/// Names of channels: an array, which fixes their number, or a vector.
pub trait ChannelNames {
    /// What a push takes: `[f32; N]`, or `[f32]`.
    type Row: Row + ?Sized;
    /// The texts.
    fn into_texts(self) -> Vec<String>;
}

impl<S: AsRef<str>, const N: usize> ChannelNames for [S; N] {
    type Row = [f32; N];

    fn into_texts(self) -> Vec<String> {
        self.iter().map(|text| text.as_ref().to_owned()).collect()
    }
}

impl<S: AsRef<str>> ChannelNames for Vec<S> {
    type Row = [f32];

    fn into_texts(self) -> Vec<String> {
        self.iter().map(|text| text.as_ref().to_owned()).collect()
    }
}

/// Units of channels: a text for all of them, or an array or a vector with one for each.
pub trait Units<R: ?Sized> {
    /// The units of as many channels; of those for which there is none, no text.
    fn into_units(self, count: usize) -> Vec<String>;
}

impl<R: ?Sized> Units<R> for &str {
    fn into_units(self, count: usize) -> Vec<String> {
        vec![self.to_owned(); count]
    }
}

impl<S: AsRef<str>, const N: usize> Units<[f32; N]> for [S; N] {
    fn into_units(self, _count: usize) -> Vec<String> {
        self.into_texts()
    }
}

impl<S: AsRef<str>> Units<[f32]> for Vec<S> {
    fn into_units(self, _count: usize) -> Vec<String> {
        self.into_texts()
    }
}

/// Describes channels: streams called `group/name` that are pushed together. Each is a stream of its own for every reader, in
/// the group `group`.
///
/// `names` is an array, and a push takes an array of as many values; or a vector, and a push takes a slice.
///
/// ```
/// # let robot = &format!("example/{}/robot", std::process::id());
/// let mut state = ringplot::channels(robot, ["x", "y", "heading"]).units("s", ["m", "m", "rad"]).timed()?;
/// state.push(0.01, [1.0, 2.0, 0.5]);
/// state.push_slice(&[0.02, 0.03], &[[1.0, 2.1, 0.5], [1.1, 2.2, 0.6]]);
///
/// let names: Vec<String> = (0..8).map(|n| format!("cell {n}")).collect();
/// # let battery = &format!("example/{}/battery", std::process::id());
/// let mut cells = ringplot::channels(battery, names).rate_hint(100.0).timed()?;
/// cells.push(0.01, &[3.7; 8]);
/// # Ok::<(), ringplot::CreateError>(())
/// ```
pub fn channels<N: ChannelNames>(group: &str, names: N) -> ChannelsBuilder<N::Row> {
    let builders = names
        .into_texts()
        .iter()
        .zip(0..)
        .map(|(name, order)| {
            Producer::builder(&format!("{group}/{name}")).label(name).group(group).order(order)
        })
        .collect();
    ChannelsBuilder { builders, capacity: None, rate_hz: None, row: PhantomData }
}

/// Describes channels; the last call creates them.
///
/// ```
/// # let group = &format!("example/{}/channels_builder", std::process::id());
/// let motor = ringplot::channels(group, ["current", "speed"])
///     .units("s", ["A", "1/min"])
///     .rate_hint(500.0)
///     .each(|index, channel| if index == 0 { channel.y_range(0.0, 20.0) } else { channel });
/// let mut motor = motor.timed()?;
/// motor.push(0.0, [0.5, 1500.0]);
/// # Ok::<(), ringplot::CreateError>(())
/// ```
#[must_use = "nothing is created before the last call: timed or uniform"]
pub struct ChannelsBuilder<R: ?Sized> {
    builders: Vec<Builder>,
    capacity: Option<u64>,
    rate_hz: Option<f64>,
    row: PhantomData<fn(&R)>,
}

impl<R: ?Sized> fmt::Debug for ChannelsBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelsBuilder").field("builders", &self.builders).finish_non_exhaustive()
    }
}

impl<R: Row + ?Sized> ChannelsBuilder<R> {
    /// Units of x, such as `"s"`, and of the channels: one for all, or one for each.
    pub fn units(self, x: &str, y: impl Units<R>) -> Self {
        let y = y.into_units(self.builders.len());
        self.each(|index, builder| builder.units(x, y.get(index).map_or("", String::as_str)))
    }

    /// How many rows a second the program means to push. The rings hold 4 s of them.
    pub fn rate_hint(mut self, rows_per_second: f64) -> Self {
        self.rate_hz = Some(rows_per_second).filter(|rate| rate.is_finite() && *rate > 0.0);
        self.each(|_, builder| builder.rate_hint(rows_per_second))
    }

    /// Rows that the rings hold: a power of two from 2^10 to 2^32.
    ///
    /// Without it, 4 s of rows at the rate of [`rate_hint`](Self::rate_hint), rounded up to a power of two: 4,096 at 1 kHz.
    /// Where no rate is said, 2^20 points in all channels together: 2^18 in each of three, and 2^12 in each of many. It is
    /// at least 2^10, at most 2^20, and no more than the channels' share of what is free in /dev/shm, a 32nd for all of
    /// them.
    pub fn capacity(mut self, rows: u64) -> Self {
        self.capacity = Some(rows);
        self
    }

    /// Says more of each channel, by its number from 0: colour, style, range, and whatever a [`Builder`] takes but a
    /// capacity.
    pub fn each(mut self, mut describe: impl FnMut(usize, Builder) -> Builder) -> Self {
        let builders = self.builders.into_iter().enumerate();
        self.builders = builders.map(|(index, builder)| describe(index, builder)).collect();
        self
    }

    /// Creates the channels: values at times t, which are given with every row. All or none.
    ///
    /// Each takes a file descriptor. Where that passes the process's soft limit, it is raised towards the hard limit.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn timed(self) -> Result<Channels<R, Timed>, CreateError> {
        self.create(Builder::timed)
    }

    /// Creates the channels: rows at a fixed `rate` a second, from `t0` in seconds. All or none, as [`timed`](Self::timed).
    ///
    /// # Errors
    /// See [`CreateError`]; a rate that is not positive and finite.
    pub fn uniform(mut self, t0: f64, rate: f64) -> Result<Channels<R, Uniform>, CreateError> {
        self.rate_hz = Some(rate);
        self.create(|builder| builder.uniform(t0, rate))
    }

    fn create<M>(
        self,
        create: impl Fn(Builder) -> Result<Producer<M>, CreateError>,
    ) -> Result<Channels<R, M>, CreateError> {
        let count = self.builders.len() as u64;
        let capacity = self.capacity.unwrap_or_else(|| {
            let share = os::shared_memory_space().map(|(free, _)| free / count.max(1));
            let by_memory = default_capacity(share, self.rate_hz, LEAST_CAPACITY);
            match self.rate_hz {
                Some(_) => by_memory,
                None => by_memory.min(1 << (TOGETHER / count.max(1)).max(LEAST_OF_UNKNOWN_RATE).ilog2()),
            }
        });
        os::allow_descriptors(count);
        let producers = self.builders.into_iter().map(|builder| create(builder.capacity(capacity)));
        Ok(Channels { producers: R::keep(producers.collect::<Result<_, _>>()?) })
    }
}

/// Streams that are pushed together. Dropping them closes all.
///
/// ```
/// use ringplot::{Channels, Timed};
///
/// struct Robot {
///     state: Channels<[f32; 2], Timed>,
/// }
///
/// # let name = &format!("example/{}/channels", std::process::id());
/// let mut robot = Robot { state: ringplot::channels(name, ["x", "y"]).timed()? };
/// robot.state.push(0.0, [1.0, 2.0]);
/// # Ok::<(), ringplot::CreateError>(())
/// ```
pub struct Channels<R: Row + ?Sized, M = Timed> {
    producers: R::Producers<M>,
}

impl<R: Row + ?Sized, M> fmt::Debug for Channels<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.producers.as_ref().iter().map(Producer::name)).finish()
    }
}

impl<R: Row + ?Sized, M> Channels<R, M> {
    /// The producer of each channel, for what is not done by the row.
    pub fn producers(&mut self) -> &mut [Producer<M>] {
        self.producers.as_mut()
    }

    /// Opens a window, as [`Producer::open_viewer`].
    pub fn open_viewer(&self) -> ViewerStatus {
        open_viewer(&ViewerOptions::default())
    }
}

impl<R: Row + ?Sized> Channels<R, Timed> {
    /// Lifts the pen of all channels.
    pub fn push_break(&mut self) {
        self.producers.as_mut().iter_mut().for_each(Producer::<Timed>::push_break);
    }

    #[inline]
    fn push_row(&mut self, t: f64, row: &[f32]) {
        for (producer, y) in self.producers.as_mut().iter_mut().zip(row) {
            producer.push(t, *y);
        }
    }

    fn push_rows(&mut self, t: &[f64], rows: &[f32]) {
        let producers = self.producers.as_mut();
        let (width, mut column) = (producers.len(), [0.0; ROWS]);
        for (t, rows) in t.chunks(ROWS).zip(rows.chunks(ROWS * width.max(1))) {
            for (index, producer) in producers.iter_mut().enumerate() {
                let count = take_column(rows, index, width, &mut column);
                producer.push_slice(t, &column[..count]);
            }
        }
    }
}

impl<R: Row + ?Sized> Channels<R, Uniform> {
    /// Lifts the pen of all channels for one row.
    pub fn push_break(&mut self) {
        self.producers.as_mut().iter_mut().for_each(Producer::<Uniform>::push_break);
    }

    #[inline]
    fn push_row(&mut self, row: &[f32]) {
        for (index, producer) in self.producers.as_mut().iter_mut().enumerate() {
            producer.push(row.get(index).copied().unwrap_or(f32::NAN));
        }
    }

    fn push_rows(&mut self, rows: &[f32]) {
        let producers = self.producers.as_mut();
        let (width, mut column) = (producers.len(), [0.0; ROWS]);
        for rows in rows.chunks(ROWS * width.max(1)) {
            for (index, producer) in producers.iter_mut().enumerate() {
                let count = take_column(rows, index, width, &mut column);
                producer.push_slice(&column[..count]);
            }
        }
    }
}

impl<const N: usize> Channels<[f32; N], Timed> {
    /// Publishes a value of each channel, in the order of their names, at time `t` in seconds.
    #[inline]
    pub fn push(&mut self, t: f64, row: impl Borrow<[f32; N]>) {
        self.push_row(t, row.borrow());
    }

    /// Publishes `rows[i]` at `t[i]`; of slices of unequal length, the shorter.
    pub fn push_slice(&mut self, t: &[f64], rows: &[[f32; N]]) {
        self.push_rows(t, rows.as_flattened());
    }
}

impl<const N: usize> Channels<[f32; N], Uniform> {
    /// Publishes the next value of each channel, in the order of their names.
    #[inline]
    pub fn push(&mut self, row: impl Borrow<[f32; N]>) {
        self.push_row(row.borrow());
    }

    /// Publishes the next rows.
    pub fn push_slice(&mut self, rows: &[[f32; N]]) {
        self.push_rows(rows.as_flattened());
    }
}

impl Channels<[f32], Timed> {
    /// Publishes a value of each channel, in the order of their names, at time `t` in seconds. Channels for which the row is
    /// too short get nothing.
    #[inline]
    pub fn push(&mut self, t: f64, row: impl AsRef<[f32]>) {
        self.push_row(t, row.as_ref());
    }

    /// Publishes a row at each `t[i]`; `rows` has them one after the other. Of `t` and rows, the fewer; a row that is not
    /// whole is left out.
    pub fn push_slice(&mut self, t: &[f64], rows: &[f32]) {
        self.push_rows(t, rows);
    }
}

impl Channels<[f32], Uniform> {
    /// Publishes the next value of each channel, in the order of their names. Channels for which the row is too short get a
    /// gap.
    #[inline]
    pub fn push(&mut self, row: impl AsRef<[f32]>) {
        self.push_row(row.as_ref());
    }

    /// Publishes the next rows, one after the other; a row that is not whole is left out.
    pub fn push_slice(&mut self, rows: &[f32]) {
        self.push_rows(rows);
    }
}

/// Copies the values of one channel out of whole rows; how many those are.
fn take_column(rows: &[f32], index: usize, width: usize, column: &mut [f32; ROWS]) -> usize {
    let values = rows.chunks_exact(width).map(|row| row[index]);
    column.iter_mut().zip(values).map(|(to, value)| *to = value).count()
}
