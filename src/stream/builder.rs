//! How a stream is described before it is created.

use std::time::{SystemTime, UNIX_EPOCH};

use super::CreateError;
use super::meta::{Clock, Kind, Meta, Style};
use super::producer::{Events, Producer, Snapshot, Timed, Uniform, Xy};
use super::session::Plan;
use crate::ring::layout::LOG2_CAPACITY;
use crate::ring::{TRAILER, XMode};
use crate::shm::name;

/// Longest text of one event, in bytes.
const MAX_EVENT_BYTES: u32 = 4096;

/// Describes a stream; the last call creates it and fixes what kind of stream it is.
///
/// ```no_run
/// # fn main() -> Result<(), ringplot::CreateError> {
/// let mut position = ringplot::Producer::builder("robot/position").units("s", "m").label("position").timed()?;
/// position.push(0.0, 1.5);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is created before the last call: timed, uniform, xy, snapshot or events"]
pub struct Builder {
    meta: Meta,
    capacity: Option<u64>,
}

impl Builder {
    pub(super) fn new(name: &str) -> Self {
        Self { meta: Meta { name: name.to_owned(), ..Meta::default() }, capacity: None }
    }

    /// Points that the ring holds: a power of two from 2^10 to 2^32; 2^20 (8 MiB) by default. It should hold what
    /// the producer pushes while a plotter is busy with one frame, say a tenth of a second.
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

    /// Colour as red, green and blue; the plotter chooses one by the stream's name where none is given.
    pub fn colour(mut self, red: u8, green: u8, blue: u8) -> Self {
        self.meta.colour = Some([red, green, blue]);
        self
    }

    /// How to draw it.
    pub fn style(mut self, style: Style) -> Self {
        self.meta.style = style;
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

    /// The range that y is expected in; the plotter shows at least that.
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
        Producer::create(&self.plan(Kind::Timed, XMode::Timed, 0)?, Timed(()))
    }

    /// Creates a stream of y at a fixed `rate` in samples a second, from `t0` in seconds. Half the memory in the
    /// plotter, and an exact x for ever.
    ///
    /// # Errors
    /// See [`CreateError`]; a rate that is not positive and finite.
    pub fn uniform(self, t0: f64, rate: f64) -> Result<Producer<Uniform>, CreateError> {
        if !(t0.is_finite() && rate.is_finite() && rate > 0.0) {
            return Err(CreateError::Rate { t0, rate });
        }
        Producer::create(&self.plan(Kind::Uniform, XMode::Uniform { t0, rate }, 0)?, Uniform(()))
    }

    /// Creates a stream of points (x, y) in any order.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn xy(self) -> Result<Producer<Xy>, CreateError> {
        Producer::create(&self.plan(Kind::Xy, XMode::Xy, 0)?, Xy(()))
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
        self.capacity = Some(checked(self.capacity.unwrap_or(1 << 20))?.max(least));
        Producer::create(&self.plan(Kind::Snapshot, XMode::Xy, longest)?, Snapshot { longest, cut: 0 })
    }

    /// Creates a stream of texts.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub fn events(mut self) -> Result<Producer<Events>, CreateError> {
        let least = (u64::from(MAX_EVENT_BYTES) / 8 + TRAILER).next_power_of_two() * 4;
        self.capacity = Some(checked(self.capacity.unwrap_or(1 << 14))?.max(least));
        Producer::create(
            &self.plan(Kind::Events, XMode::Xy, MAX_EVENT_BYTES)?,
            Events { longest: MAX_EVENT_BYTES, cut: 0 },
        )
    }

    fn plan(mut self, kind: Kind, x_mode: XMode, max_frame_len: u32) -> Result<Plan, CreateError> {
        let name = name::checked(&self.meta.name)?.to_owned();
        self.meta.name = name;
        let capacity = checked(self.capacity.unwrap_or(1 << 20))?;
        Ok(Plan { meta: self.meta, kind, x_mode, log2_capacity: capacity.ilog2(), max_frame_len })
    }
}

/// The capacity, if it is allowed.
fn checked(capacity: u64) -> Result<u64, CreateError> {
    let (least, most) = (1 << LOG2_CAPACITY.start(), 1 << LOG2_CAPACITY.end());
    if capacity.is_power_of_two() && (least..=most).contains(&capacity) {
        return Ok(capacity);
    }
    Err(CreateError::Capacity { capacity, nearest: capacity.clamp(least, most).next_power_of_two() })
}
