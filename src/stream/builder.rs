//! How a stream is described before it is created.

use std::time::{SystemTime, UNIX_EPOCH};

use super::CreateError;
use super::meta::{Clock, Dash, Meta, StreamKind, Style, is_width};
use super::producer::{Events, Producer, Snapshot, Timed, Uniform, Xy};
use super::run::NewRun;
use crate::ring::layout::LOG2_CAPACITY;
use crate::ring::{Point, TRAILER, XMode};
use crate::shm::{name, os};

/// Longest text of one event, in bytes.
const MAX_EVENT_BYTES: u32 = 4096;
/// Capacities that are chosen by default: at least, and at most.
const LEAST_DEFAULT: u64 = 1 << 14;
const MOST_DEFAULT: u64 = 1 << 20;
/// A default ring takes one in so many of the bytes that are free.
const SHARE_OF_FREE: u64 = 32;
/// Bytes that such a segment has besides its points, at most: header, metadata of usual length, epochs, control page.
const BESIDES_POINTS: u64 = 64 << 10;
/// A default ring need not hold more seconds than this.
const SECONDS_HELD: f64 = 4.0;

/// Describes a stream; the last call creates it and fixes what kind of stream it is.
///
/// ```
/// # let name = &format!("example/{}/builder", std::process::id());
/// let mut position = ringplot::Producer::builder(name)
///     .label("position")
///     .units("s", "m")
///     .capacity(1 << 12)
///     .timed()?;
/// position.push(0.0, 1.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "nothing is created before the last call: timed, uniform, xy, snapshot or events"]
pub struct Builder {
    meta: Meta,
    capacity: Option<u64>,
}

impl Producer {
    /// Describes a stream called `name`: 1 to 16 parts joined by `/`, of any characters but control characters and
    /// bidirectional marks, no part empty, `.` or `..`; a leading `/` is dropped. It takes at most 200 bytes as a file
    /// name, where `a-z 0-9 . _ -` take one byte and each other byte three.
    pub fn builder(name: &str) -> Builder {
        Builder { meta: Meta { name: name.to_owned(), ..Meta::default() }, capacity: None }
    }
}

impl Builder {
    /// Points that the ring holds: a power of two from 2^10 to 2^32. It should hold what the producer pushes while a
    /// viewer is busy with one frame, say a tenth of a second. It is taken as it is, or `create` fails.
    ///
    /// Without it, the capacity is the smallest of these, but at least 2^14 points (128 KiB):
    ///
    /// | limit | points |
    /// |---|---|
    /// | always | 2^20 (8 MiB) |
    /// | memory: a 32nd of what is free in /dev/shm, rounded down to a power of two | 2^17 (1 MiB) of 64 MiB, 2^20 from 258 MiB on |
    /// | rate: 4 s at `rate_hint` or the rate of a uniform stream, rounded up to a power of two | 2^14 at 1 kHz, 2^19 at 100 kHz |
    /// | a stream of events | 2^14 |
    ///
    /// A snapshot's ring holds four of its longest curves in any case.
    pub fn capacity(mut self, points: u64) -> Self {
        self.capacity = Some(points);
        self
    }

    /// Name in the legend, in place of the stream's name.
    pub fn label(mut self, label: &str) -> Self {
        label.clone_into(&mut self.meta.label);
        self
    }

    /// Units of x and y, such as `"s"` and `"V"`.
    pub fn units(mut self, x: &str, y: &str) -> Self {
        x.clone_into(&mut self.meta.x_unit);
        y.clone_into(&mut self.meta.y_unit);
        self
    }

    /// Streams of one group belong together.
    pub fn group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.meta.group);
        self
    }

    /// Colour as red, green and blue; the viewer chooses one by the stream's name where none is given.
    pub fn colour(mut self, red: u8, green: u8, blue: u8) -> Self {
        self.meta.colour = Some([red, green, blue]);
        self
    }

    /// How to draw it.
    pub fn style(mut self, style: Style) -> Self {
        self.meta.style = style;
        self
    }

    /// Width of its line, in points of the screen, from 0.5 to 8; others are left out.
    pub fn width(mut self, points: f32) -> Self {
        self.meta.width = Some(points).filter(|width| is_width(*width));
        self
    }

    /// The pattern of its line.
    pub fn dash(mut self, dash: Dash) -> Self {
        self.meta.dash = Some(dash);
        self
    }

    /// The panel of the window that it lies in, with other streams that name the same. It may be any text; streams of
    /// another kind than the first are drawn in a panel of their own.
    pub fn panel(mut self, panel: &str) -> Self {
        panel.clone_into(&mut self.meta.panel);
        self
    }

    /// How many points a second the producer means to push: tells a slow stream from a stalled one.
    pub fn rate_hint(mut self, points_per_second: f64) -> Self {
        self.meta.rate_hint_hz = Some(points_per_second).filter(|rate| rate.is_finite() && *rate > 0.0);
        self
    }

    /// The moment that t = 0 stands for, which makes it a stream on a wall clock: `UNIX_EPOCH` where t is Unix time. To the
    /// nanosecond from 1677 to 2262; other moments are left out.
    pub fn origin(mut self, origin: SystemTime) -> Self {
        let nanos = match origin.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).ok(),
            Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanos| -nanos),
        };
        self.meta.origin_unix_nanos = nanos;
        self.meta.clock = Clock::Wall;
        self
    }

    /// What drives the time axis.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.meta.clock = clock;
        self
    }

    /// What is pushed are differences to this: a point's value is `y_offset + y`, in f64, and every viewer, statistic and
    /// export shows that. So small changes of large numbers are kept: an f32 near 1 tells steps of 6·10^-8 apart.
    /// It must be finite.
    ///
    /// ```
    /// # let name = &format!("example/{}/y_offset", std::process::id());
    /// let energy = [1.0, 1.0 + 2e-10];
    /// let mut stream = ringplot::Producer::builder(name).units("s", "J").y_offset(energy[0]).timed()?;
    /// stream.push(1.0, (energy[1] - energy[0]) as f32);
    /// # Ok::<(), ringplot::CreateError>(())
    /// ```
    pub fn y_offset(mut self, y_offset: f64) -> Self {
        self.meta.y_offset = y_offset;
        self
    }

    /// The range that pushed y are expected in; the viewer shows at least that.
    pub fn y_range(mut self, low: f32, high: f32) -> Self {
        self.meta.y_range = (low.is_finite() && high.is_finite() && low < high).then_some([low, high]);
        self
    }

    /// Position among the streams of a plot: lower first.
    pub fn order(mut self, order: i32) -> Self {
        self.meta.order = order;
        self
    }

    /// Creates a stream of y at times t, both given with every point.
    ///
    /// # Errors
    /// See [`CreateError`]; this is so for all that create.
    pub fn timed(self) -> Result<Producer<Timed>, CreateError> {
        Producer::create(&self.new_run(StreamKind::Timed, XMode::Timed, 0)?, Timed(()))
    }

    /// Creates a stream of y at a fixed `rate` in samples a second, from `t0` in seconds. Half the memory in the
    /// viewer, and an exact x for ever.
    ///
    /// # Errors
    /// See [`CreateError`]; a rate that is not positive and finite.
    pub fn uniform(self, t0: f64, rate: f64) -> Result<Producer<Uniform>, CreateError> {
        if !(t0.is_finite() && rate.is_finite() && rate > 0.0) {
            return Err(CreateError::Rate { t0, rate });
        }
        Producer::create(&self.new_run(StreamKind::Uniform, XMode::Uniform { t0, rate }, 0)?, Uniform(()))
    }

    /// Creates a stream of points (x, y) in any order.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn xy(self) -> Result<Producer<Xy>, CreateError> {
        Producer::create(&self.new_run(StreamKind::Xy, XMode::Xy, 0)?, Xy(()))
    }

    /// Creates a stream of whole curves of at most `longest` points, of which the newest counts. The ring holds at
    /// least four of them.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn snapshot(mut self, longest: u32) -> Result<Producer<Snapshot>, CreateError> {
        let least = ((u64::from(longest) + TRAILER) * 4).next_power_of_two();
        if longest == 0 || least > 1 << LOG2_CAPACITY.end() {
            return Err(CreateError::FrameLength { length: longest.into() });
        }
        self.capacity = Some(self.chosen_capacity(None)?.max(least));
        Producer::create(
            &self.new_run(StreamKind::Snapshot, XMode::Xy, longest)?,
            Snapshot { longest, cut: 0 },
        )
    }

    /// Creates a stream of texts.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn events(mut self) -> Result<Producer<Events>, CreateError> {
        let least = (u64::from(MAX_EVENT_BYTES) / 8 + TRAILER).next_power_of_two() * 4;
        self.capacity = Some(checked(self.capacity.unwrap_or(LEAST_DEFAULT))?.max(least));
        Producer::create(
            &self.new_run(StreamKind::Events, XMode::Xy, MAX_EVENT_BYTES)?,
            Events { longest: MAX_EVENT_BYTES, cut: 0 },
        )
    }

    fn chosen_capacity(&self, rate_hz: Option<f64>) -> Result<u64, CreateError> {
        let free = || os::shared_memory_space().map(|(free, _)| free);
        checked(self.capacity.unwrap_or_else(|| default_capacity(free(), rate_hz, LEAST_DEFAULT)))
    }

    fn new_run(mut self, kind: StreamKind, x_mode: XMode, max_frame_len: u32) -> Result<NewRun, CreateError> {
        let name = name::checked(&self.meta.name)?.to_owned();
        self.meta.name = name;
        let rate_hz = match x_mode {
            XMode::Uniform { rate, .. } => Some(rate),
            XMode::Timed | XMode::Xy => self.meta.rate_hint_hz,
        };
        let capacity = self.chosen_capacity(rate_hz)?;
        let y_offset = self.meta.y_offset;
        if !y_offset.is_finite() {
            return Err(CreateError::YOffset { y_offset });
        }
        Ok(NewRun { meta: self.meta, kind, x_mode, log2_capacity: capacity.ilog2(), max_frame_len })
    }
}

/// Points of a ring for which no capacity is asked, at least `least`, with what there is to know of memory and rate.
pub(super) fn default_capacity(free_bytes: Option<u64>, rate_hz: Option<f64>, least: u64) -> u64 {
    let by_memory = free_bytes.map_or(MOST_DEFAULT, |free| {
        let bytes = (free / SHARE_OF_FREE).saturating_sub(BESIDES_POINTS);
        let points = (bytes / size_of::<Point>() as u64).max(1);
        1 << points.ilog2()
    });
    // Beyond any capacity where it saturates.
    let by_rate = rate_hz.map_or(MOST_DEFAULT, |hz| ((hz * SECONDS_HELD) as u64).min(MOST_DEFAULT));
    by_memory.min(by_rate.next_power_of_two()).clamp(least, MOST_DEFAULT)
}

/// The capacity, if it is allowed.
fn checked(capacity: u64) -> Result<u64, CreateError> {
    let (least, most) = (1 << LOG2_CAPACITY.start(), 1 << LOG2_CAPACITY.end());
    if capacity.is_power_of_two() && (least..=most).contains(&capacity) {
        return Ok(capacity);
    }
    Err(CreateError::Capacity { capacity, nearest: capacity.clamp(least, most).next_power_of_two() })
}

#[cfg(test)]
mod tests {
    use super::{LEAST_DEFAULT, default_capacity};

    #[test]
    fn a_default_ring_takes_no_more_than_its_share_and_what_its_rate_needs() {
        let mib = |mib: u64| Some(mib << 20);
        for (free, rate_hz, capacity) in [
            (None, None, 1 << 20),
            (mib(12_000), None, 1 << 20),
            (mib(258), None, 1 << 20),
            (mib(257), None, 1 << 19),
            (mib(64), None, 1 << 17),
            (mib(1), None, 1 << 14),
            (Some(0), None, 1 << 14),
            (mib(12_000), Some(10.0), 1 << 14),
            (mib(12_000), Some(1e3), 1 << 14),
            (mib(12_000), Some(1e5), 1 << 19),
            (mib(12_000), Some(1e300), 1 << 20),
            (mib(64), Some(1e5), 1 << 17),
        ] {
            assert_eq!(default_capacity(free, rate_hz, LEAST_DEFAULT), capacity, "{free:?} {rate_hz:?}");
        }
    }
}
