//! The producer: what a simulation holds and pushes into.
//!
//! It never waits for a viewer: not for a slow, stopped, killed or missing one. After it was created, no call on the
//! data path (`push*`, `update`, `emit`, `reserve` and `commit`, `push_break`, `clear`) allocates, locks, makes a
//! system call or can fail. Closing is not on the data path.

use std::time::{Duration, Instant};

use super::CreateError;
use super::launch::{self, ViewerOptions, ViewerStatus};
use super::run::{Ending, NewRun, Run};
use crate::ring::layout::STATE_FINISHED;
use crate::ring::{Chunk, Point, Writer};
use crate::shm::Mapped;

/// Mode of a stream of y at times t. Times are f64 seconds, kept to within 6e-8 of the time since the first of the
/// 256 points around them; where that one is not finite, since the last before it that was.
///
/// ```
/// # let name = &format!("example/{}/timed", std::process::id());
/// let mut sine = ringplot::Producer::builder(name).capacity(1 << 10).timed()?;
/// sine.push(0.25, 1.0);
/// sine.push_slice(&[0.5, 0.75], &[0.0, -1.0]);
/// assert_eq!(sine.stats().written, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Timed(pub(super) ());
/// Mode of a stream of y at a fixed rate.
///
/// ```
/// # let name = &format!("example/{}/uniform", std::process::id());
/// let mut samples = ringplot::Producer::builder(name).capacity(1 << 10).uniform(0.0, 48e3)?;
/// samples.push(0.5);
/// samples.push_slice(&[0.25, 0.0]); // at 1/48,000 and 2/48,000 s
/// assert_eq!(samples.stats().written, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Uniform(pub(super) ());
/// Mode of a stream of points (x, y).
///
/// ```
/// use ringplot::{Point, Producer};
///
/// # let name = &format!("example/{}/xy", std::process::id());
/// let mut orbit = Producer::builder(name).capacity(1 << 10).xy()?;
/// orbit.push(Point::new(1.0, 0.0));
/// orbit.push_slice(&[Point::new(0.0, 1.0), Point::new(-1.0, 0.0)]);
/// orbit.push_break(); // the line ends here
/// assert_eq!(orbit.stats().written, 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Xy(pub(super) ());
/// Mode of a stream of whole curves.
///
/// ```
/// use ringplot::{Point, Producer};
///
/// # let name = &format!("example/{}/snapshot", std::process::id());
/// let mut spectrum = Producer::builder(name).snapshot(512)?;
/// let curve: Vec<Point> = (0..512u16).map(|bin| Point::new(f32::from(bin), 0.0)).collect();
/// spectrum.update(0.0, &curve);
/// assert_eq!(spectrum.stats().written, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Snapshot {
    pub(super) longest: u32,
    pub(super) cut: u64,
}
/// Mode of a stream of texts.
///
/// ```
/// use ringplot::{Consumer, FrameData, Producer, StartAt};
///
/// # let name = &format!("example/{}/events", std::process::id());
/// let mut log = Producer::builder(name).events()?;
/// log.emit(1.5, "valve=open\nby=hand");
///
/// let mut texts = Vec::new();
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// consumer.each_frame(&mut FrameData::default(), |event| texts.push((event.t, event.text())));
/// assert_eq!(texts, [(1.5, "valve=open\nby=hand".to_owned())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Events {
    pub(super) longest: u32,
    pub(super) cut: u64,
}

/// The one producer of a stream, in the mode `M` that its builder fixed. Dropping it closes the stream.
///
/// It belongs to the process that created it. A process that was forked from that one has a copy that it may drop, which
/// ends nothing, and must not push with: there would be two producers in one ring. Fork first, then create.
///
/// A struct's field names the mode, and the mode says what `push` takes:
///
/// ```
/// use ringplot::{Producer, Timed, Xy};
///
/// struct Streams {
///     height: Producer<Timed>,
///     orbit: Producer<Xy>,
/// }
///
/// # let name = &format!("example/{}/producer", std::process::id());
/// let mut streams = Streams {
///     height: Producer::builder(&format!("{name}/height")).capacity(1 << 10).timed()?,
///     orbit: Producer::builder(&format!("{name}/orbit")).capacity(1 << 10).xy()?,
/// };
/// streams.height.push(0.0, 2.5);
/// streams.orbit.push(ringplot::Point::new(1.0, 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail
/// let mut p = ringplot::Producer::builder("a").timed().unwrap();
/// p.push(1.0); // a call of another mode does not compile
/// ```
#[derive(Debug)]
pub struct Producer<M = Timed> {
    ring: Mapped<Writer<'static>, Run>,
    mode: M,
}

/// What a producer has done so far.
///
/// ```
/// # let name = &format!("example/{}/producer_stats", std::process::id());
/// let mut heat = ringplot::Producer::builder(name).capacity(1 << 10).timed()?;
/// heat.push(0.0, 20.0);
/// let stats = heat.stats();
/// assert_eq!((stats.written, stats.capacity, stats.cut), (1, 1024, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProducerStats {
    /// Points (frames, in a stream of frames) published. The fillers of breaks are among them: they take positions, though
    /// nothing shows or exports them.
    pub written: u64,
    /// Points that the ring holds.
    pub capacity: u64,
    /// This run of the stream: random, never 0.
    pub run: u64,
    /// Curves or texts that were longer than the longest frame, and were cut.
    pub cut: u64,
}

impl<M> Producer<M> {
    pub(super) fn create(new_run: &NewRun, mode: M) -> Result<Self, CreateError> {
        let run = Box::new(Run::create(new_run)?);
        let ring = Mapped::new(run, |words, run| Ok::<_, CreateError>(Writer::new(run.memory(words))))?;
        Ok(Self { ring, mode })
    }

    /// The stream's name.
    pub fn name(&self) -> &str {
        self.ring.keeper().name()
    }

    /// Marks everything published so far as cleared: viewers forget it. Counts stay as they are.
    #[inline]
    pub fn clear(&mut self) {
        self.ring.value.clear();
    }

    /// Waits until a viewer has attached, for at most `timeout`; `false` when none came. For programs that want no
    /// point to be missed, and for streams that live for a few milliseconds only, which a viewer may not see in time;
    /// nothing else ever waits.
    pub fn wait_for_viewer(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        loop {
            if self.ring.keeper().is_viewer_ready() {
                return true;
            }
            if begun.elapsed() >= timeout {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Opens a window, in a process of its own, that shows all streams of this program. One window for a program, however
    /// many of its producers ask. Where there can be none, the result says why, and so does one line in the log; it may be
    /// ignored.
    pub fn open_viewer(&self) -> ViewerStatus {
        self.open_viewer_with(&ViewerOptions::default())
    }

    /// [`Producer::open_viewer`] with a program, arguments or an environment of your choice.
    pub fn open_viewer_with(&self, options: &ViewerOptions) -> ViewerStatus {
        launch::open_viewer(options)
    }

    /// Closes the stream: the viewer keeps the picture. Waits up to 2 s for a viewer that this program started and
    /// that has not attached yet. Dropping does the same.
    pub fn close(self) {
        drop(self);
    }

    /// Closes the stream and tells the viewer to close its window once it has drawn the last point.
    pub fn finish(mut self) {
        self.ring.keeper_mut().end_state = STATE_FINISHED;
    }

    /// What ends the stream from outside.
    pub(crate) fn ending(&self) -> Ending {
        self.ring.keeper().ending()
    }

    fn statistics(&self, written: u64, cut: u64) -> ProducerStats {
        ProducerStats { written, capacity: self.ring.value.capacity(), run: self.ring.keeper().id(), cut }
    }
}

/// Reservations, pen-ups and counts, which all modes of points share.
macro_rules! points {
    ($($mode:ident),*) => {$(
        impl Producer<$mode> {
            /// What was published so far.
            pub fn stats(&self) -> ProducerStats {
                self.statistics(self.ring.value.position(), 0)
            }

            /// Reserves room for up to `count` points, which are filled in place and published together by `commit`;
            /// `None` when `count` is more than a quarter of the capacity.
            #[inline]
            pub fn reserve(&mut self, count: u64) -> Option<WriteChunk<'_, $mode>> {
                Some(WriteChunk { chunk: self.ring.value.reserve(count)?, mode: std::marker::PhantomData })
            }
        }

        impl WriteChunk<'_, $mode> {
            /// Points that still fit.
            #[inline]
            pub fn remaining(&self) -> u64 {
                self.chunk.remaining()
            }

            /// Publishes what was added, all at once; returns how many points that were.
            #[inline]
            pub fn commit(self) -> u64 {
                self.chunk.commit()
            }
        }
    )*};
}

points!(Timed, Uniform, Xy);

/// Room in the ring that is filled in place. Dropped without `commit` it publishes nothing.
///
/// ```
/// # let name = &format!("example/{}/write_chunk", std::process::id());
/// let mut samples = ringplot::Producer::builder(name).capacity(1 << 10).uniform(0.0, 1e3)?;
/// let mut chunk = samples.reserve(100).expect("100 is less than a quarter of the ring");
/// while chunk.remaining() > 0 {
///     chunk.push(1.0);
/// }
/// assert_eq!(chunk.commit(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a chunk that is not committed publishes nothing"]
pub struct WriteChunk<'p, M> {
    chunk: Chunk<'p, 'static>,
    mode: std::marker::PhantomData<M>,
}

impl Producer<Timed> {
    /// Publishes y at time `t` in seconds. A `t` or `y` that is not finite lifts the pen.
    #[inline]
    pub fn push(&mut self, t: f64, y: f32) {
        self.ring.value.push_timed(t, y);
    }

    /// Publishes `y[i]` at `t[i]`; of slices of unequal length, the shorter. Published a quarter of the ring at a time.
    #[inline]
    pub fn push_slice(&mut self, t: &[f64], y: &[f32]) {
        self.ring.value.push_timed_slice(t, y);
    }

    /// Lifts the pen: the line breaks here. What follows has a fresh epoch, and so its full resolution in time. The rest of
    /// the block of 256 positions becomes fillers, which count as written and received; a break right after another, or
    /// before the first point, takes nothing.
    #[inline]
    pub fn push_break(&mut self) {
        self.ring.value.break_block();
    }
}

impl WriteChunk<'_, Timed> {
    /// Adds y at time `t` in seconds; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push(&mut self, t: f64, y: f32) -> bool {
        self.chunk.push_timed(t, y)
    }
}

impl Producer<Uniform> {
    /// Publishes the next sample. A `y` that is not finite lifts the pen.
    #[inline]
    pub fn push(&mut self, y: f32) {
        self.ring.value.push(Point::new(0.0, y));
    }

    /// Publishes the next samples, a quarter of the ring at a time.
    #[inline]
    pub fn push_slice(&mut self, y: &[f32]) {
        self.ring.value.push_values(y);
    }

    /// Lifts the pen for one sample: the line breaks here. It is a sample that is NaN: time goes on by one step, each time.
    #[inline]
    pub fn push_break(&mut self) {
        self.push(f32::NAN);
    }
}

impl WriteChunk<'_, Uniform> {
    /// Adds the next sample; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push(&mut self, y: f32) -> bool {
        self.chunk.push(Point::new(0.0, y))
    }
}

impl Producer<Xy> {
    /// Publishes a point. An x or y that is not finite lifts the pen.
    #[inline]
    pub fn push(&mut self, point: Point) {
        self.ring.value.push(point);
    }

    /// Publishes points, a quarter of the ring at a time.
    #[inline]
    pub fn push_slice(&mut self, points: &[Point]) {
        self.ring.value.push_slice(points);
    }

    /// Lifts the pen: the line breaks here. It is a filler of one position, which counts as written and received; a break
    /// right after another, or before the first point, takes nothing.
    #[inline]
    pub fn push_break(&mut self) {
        self.ring.value.break_line();
    }
}

impl WriteChunk<'_, Xy> {
    /// Adds a point; `false`, and nothing happens, when the chunk is full.
    #[inline]
    pub fn push(&mut self, point: Point) -> bool {
        self.chunk.push(point)
    }
}

impl Producer<Snapshot> {
    /// Publishes a whole curve for time `t` in seconds. One that is longer than the builder was told is cut, and
    /// counted in [`ProducerStats::cut`].
    pub fn update(&mut self, t: f64, curve: &[Point]) {
        let fits = curve.len().min(self.mode.longest as usize);
        self.mode.cut += u64::from(fits < curve.len());
        self.ring.value.push_curve(t, &curve[..fits]);
    }

    /// What was published so far, in frames.
    pub fn stats(&self) -> ProducerStats {
        self.statistics(self.ring.value.frames(), self.mode.cut)
    }
}

impl Producer<Events> {
    /// Publishes a text of `key=value` lines for time `t` in seconds. One of more than 4,096 bytes is cut, and
    /// counted in [`ProducerStats::cut`].
    pub fn emit(&mut self, t: f64, text: &str) {
        let fits = text.floor_char_boundary(self.mode.longest as usize);
        self.mode.cut += u64::from(fits < text.len());
        let words = text.as_bytes()[..fits].chunks(8).map(|bytes| {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(word)
        });
        self.ring.value.push_frame(t, fits as u32, words);
    }

    /// What was published so far, in frames.
    pub fn stats(&self) -> ProducerStats {
        self.statistics(self.ring.value.frames(), self.mode.cut)
    }
}
