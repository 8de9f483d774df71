//! The consumer: what a viewer, or any program that reads a stream, holds.
//!
//! It costs the producer nothing and can do it no harm: everything that it maps is read-only but one page. What was
//! overwritten before it was read is skipped and counted: received + lost = position − start, to the point.

use std::fmt;
use std::time::{Duration, Instant};

use super::AttachError;
use super::attach::{Attachment, try_attach};
use super::meta::{Meta, StreamKind};
use super::run::word;
use crate::ring::layout::{Geometry, OFF_STATE, STATE_CLOSED, STATE_FINISHED};
use crate::ring::{Batch, Drained, FrameData, FrameReader, Payload, Reader, StartAt, XMode, handover};
use crate::shm::os::is_other_file;
use crate::shm::{self, Mapped};

/// How long an attach waits for a stream that is being created.
const INITIALISING_PATIENCE: Duration = Duration::from_secs(2);
/// How long nothing must come before a live stream is called stalled, at least.
const STALLED_AFTER: Duration = Duration::from_secs(3);

/// How long a wait for data sleeps between two looks: at first, and at most.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_micros(500);
/// How often a wait for data asks how the producer is.
const LIVENESS_EVERY: Duration = Duration::from_millis(100);
const END_LOOKED_FOR_EVERY: Duration = Duration::from_millis(10);

/// How a stream's producer is.
///
/// ```
/// use ringplot::{Consumer, Liveness, Producer, StartAt};
///
/// # let name = &format!("example/{}/liveness", std::process::id());
/// let producer = Producer::builder(name).capacity(1 << 10).timed()?;
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// assert_eq!(consumer.liveness(), Liveness::Live);
/// producer.close();
/// assert_eq!(consumer.liveness(), Liveness::Closed);
/// assert!(consumer.liveness().is_over());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Liveness {
    /// At work.
    Live,
    /// Alive, but nothing came for 3 s or ten nominal intervals, whichever is longer.
    Stalled,
    /// It closed the stream: the picture stays.
    Closed,
    /// It finished: the viewer closes its window.
    Finished,
    /// It was killed, or died without closing.
    Dead,
    /// Another producer has taken the name: attach again to see it.
    Replaced,
    /// Its shared memory was cut short, or its header overwritten, by somebody: nothing more is read from it, and counts
    /// stay at what came whole. A program that did not call
    /// [`survive_shrunk_segments`](super::survive_shrunk_segments) is more likely to die of SIGBUS before it is told.
    Damaged,
}

named!(Liveness, "state of a producer",
    Live => "live",
    Stalled => "stalled",
    Closed => "closed",
    Finished => "finished",
    Dead => "dead",
    Replaced => "replaced",
    Damaged => "damaged",
);

impl Liveness {
    /// Whether nothing will come any more.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Live | Self::Stalled)
    }
}

/// What a consumer has seen, in points (in frames, in a stream of frames): received + lost = position − start.
///
/// ```
/// use ringplot::{Batch, Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/counts", std::process::id());
/// let mut level = Producer::builder(name).capacity(1 << 10).uniform(0.0, 1e3)?;
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// level.push_slice(&[0.0; 5000]); // nearly five times the ring
/// consumer.drain(&mut Batch::with_limit(1 << 16));
/// let counts = consumer.counts();
/// assert_eq!(counts.position, 5000);
/// assert_eq!(counts.received + counts.lost, counts.position - counts.start);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Counts {
    /// The cursor that attaching gave.
    pub start: u64,
    /// The position up to which this consumer has drained.
    pub position: u64,
    /// Copied out.
    pub received: u64,
    /// Overwritten before they could be read.
    pub lost: u64,
}

enum Cursor {
    Points(Reader<'static>),
    Frames(FrameReader<'static>),
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Points(reader) => write!(f, "Points({})", reader.cursor()),
            Self::Frames(reader) => write!(f, "Frames({})", reader.cursor()),
        }
    }
}

/// One of any number of consumers of one run of a stream.
///
/// To read a stream to its end, ask whether it is over, drain, and stop if it was: what was pushed before the end is
/// then in the last drain.
///
/// ```
/// use std::time::Duration;
///
/// use ringplot::{Batch, Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/consumer", std::process::id());
/// # let mut heat = Producer::builder(name).capacity(1 << 10).timed()?;
/// let mut consumer = Consumer::attach(name, StartAt::Oldest)?;
/// # heat.push_slice(&[0.0, 1.0, 2.0], &[20.0, 21.0, 22.0]);
/// # heat.close();
/// let mut batch = Batch::with_limit(1 << 16);
/// let mut hottest = f32::MIN;
/// loop {
///     let is_over = consumer.liveness().is_over();
///     loop {
///         let drained = consumer.drain(&mut batch);
///         for (_position, _t, y) in batch.iter() {
///             hottest = hottest.max(y);
///         }
///         if drained.remaining == 0 {
///             break;
///         }
///     }
///     if is_over {
///         break;
///     }
///     consumer.wait_for_data(Duration::from_millis(100));
/// }
/// let counts = consumer.counts();
/// println!("{hottest} °C at most, of {} points, and {} lost", counts.received, counts.lost);
/// # assert_eq!((counts.received, counts.lost, hottest), (3, 0, 22.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Consumer {
    ring: Mapped<Cursor, Attachment>,
    kind: StreamKind,
    x_mode: XMode,
    received: u64,
    lost: u64,
    /// What was seen before the memory was found damaged: nothing is read from it any more.
    damaged: Option<Counts>,
    last_written: u64,
    last_progress: Instant,
}

impl Consumer {
    /// Attaches to the stream called `name`, a live one or one that a dead producer left. Waits up to 2 s for one that
    /// is just being created. It costs a mapping, and no descriptor.
    ///
    /// [`StartAt::Oldest`] of a ring that is nearly full and being written, which takes a millisecond to see, begins as far
    /// inside as the producer may get in the next 20 ms: who drains within that time loses nothing.
    ///
    /// Whoever may write the segment may also cut it short (`ftruncate`), and then reading what is gone ends this program
    /// with SIGBUS, unless it called [`survive_shrunk_segments`](super::survive_shrunk_segments).
    ///
    /// # Errors
    /// See [`AttachError`].
    pub fn attach(name: &str, start: StartAt) -> Result<Self, AttachError> {
        Self::attach_timeout(name, start, Duration::ZERO)
    }

    /// Attaches if that can be done at once.
    ///
    /// # Errors
    /// See [`AttachError`].
    pub fn try_attach(name: &str, start: StartAt) -> Result<Self, AttachError> {
        Self::new(try_attach(shm::name::checked(name)?)??, start)
    }

    /// Attaches, and waits for up to `timeout` for the stream to appear.
    ///
    /// # Errors
    /// See [`AttachError`].
    pub fn attach_timeout(name: &str, start: StartAt, timeout: Duration) -> Result<Self, AttachError> {
        let name = shm::name::checked(name)?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            let (error, patience) = match try_attach(name)? {
                Ok(attachment) => return Self::new(attachment, start),
                Err(error @ AttachError::Unknown { .. }) => (error, timeout),
                Err(error) => (error, timeout.max(INITIALISING_PATIENCE)),
            };
            let waited = begun.elapsed();
            if waited >= patience {
                return Err(match error {
                    AttachError::Initialising { name, .. } => {
                        AttachError::Initialising { name, waited_secs: waited.as_secs_f64() }
                    }
                    other => other,
                });
            }
            std::thread::sleep(pause.min(patience.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn new(attachment: Attachment, start: StartAt) -> Result<Self, AttachError> {
        let (kind, x_mode) = StreamKind::of(&attachment.header);
        let name = attachment.entry.name.clone();
        let damaged = || AttachError::Gone { name: name.clone() };
        let ring = Mapped::new(Box::new(attachment), |words, attachment| {
            let reader = attachment.reader(words, start).ok_or_else(damaged)?;
            Ok::<_, AttachError>(match kind {
                StreamKind::Timed | StreamKind::Uniform | StreamKind::Xy => Cursor::Points(reader),
                StreamKind::Snapshot | StreamKind::Events => {
                    let payload = if kind == StreamKind::Events { Payload::Bytes } else { Payload::Points };
                    let longest = attachment.header.max_frame_len;
                    Cursor::Frames(FrameReader::new(reader, payload, longest, start == StartAt::Oldest))
                }
            })
        })?;
        tracing::info!(name, run = format_args!("{:016x}", ring.keeper().header.run_id), "attached");
        Ok(Self {
            ring,
            kind,
            x_mode,
            received: 0,
            lost: 0,
            damaged: None,
            last_written: 0,
            last_progress: Instant::now(),
        })
    }

    /// What the stream says of itself.
    pub fn meta(&self) -> &Meta {
        &self.ring.keeper().meta
    }

    /// The stream's name, as it was attached to.
    pub fn name(&self) -> &str {
        &self.ring.keeper().entry.name
    }

    /// What kind of stream it is.
    pub fn kind(&self) -> StreamKind {
        self.kind
    }

    /// What x means in it.
    pub fn x_mode(&self) -> XMode {
        self.x_mode
    }

    /// The run attached to.
    pub fn run(&self) -> u64 {
        self.ring.keeper().header.run_id
    }

    /// The producer's process.
    pub fn pid(&self) -> u32 {
        self.ring.keeper().header.producer_pid
    }

    /// When the producer's process started, in clock ticks since boot; 0 where the system does not tell.
    pub fn process_start_time(&self) -> u64 {
        self.ring.keeper().header.producer_start_time
    }

    /// Nanoseconds since 1970 that x = 0 stands for; on a simulation's clock, when the run was created.
    pub fn origin_unix_nanos(&self) -> i64 {
        self.ring.keeper().header.origin_unix_ns
    }

    /// Points that the ring holds.
    pub fn capacity(&self) -> u64 {
        self.ring.keeper().geometry.capacity()
    }

    /// Where everything lies in the segment: for tests that look at its bytes, and no part of the interface.
    #[doc(hidden)]
    pub fn geometry(&self) -> Geometry {
        self.ring.keeper().geometry
    }

    /// Points (frames) published so far.
    pub fn written(&self) -> u64 {
        let written = match &self.ring.value {
            Cursor::Points(reader) => reader.written(),
            Cursor::Frames(reader) => reader.written(),
        };
        if self.is_intact() { written } else { self.counts().position }
    }

    /// Position before which the producer cleared: forget what lies before it. Counts are not changed by it.
    pub fn cleared_before(&self) -> u64 {
        let cleared_before = match &self.ring.value {
            Cursor::Points(reader) => reader.cleared_before(),
            Cursor::Frames(reader) => reader.cleared_before(),
        };
        if self.is_intact() { cleared_before } else { 0 }
    }

    /// What was seen so far.
    pub fn counts(&self) -> Counts {
        if let Some(counts) = self.damaged {
            return counts;
        }
        match &self.ring.value {
            Cursor::Points(reader) => Counts {
                start: reader.start(),
                position: reader.cursor(),
                received: self.received,
                lost: self.lost,
            },
            Cursor::Frames(reader) => Counts {
                start: reader.start(),
                position: reader.cursor(),
                received: reader.received(),
                lost: reader.lost(),
            },
        }
    }

    /// Copies the oldest unread points, at most `batch.limit`, into `batch`. Never waits; a batch that comes back with
    /// [`Drained::remaining`] is followed by another drain. In a stream of frames nothing is drained.
    pub fn drain(&mut self, batch: &mut Batch) -> Drained {
        let before = self.counts();
        let nothing = Drained { first: before.position, run: self.run(), ..Drained::default() };
        let (Cursor::Points(reader), None) = (&mut self.ring.value, self.damaged) else {
            empty(batch, nothing.first);
            return nothing;
        };
        let mut drained = reader.drain(batch, self.x_mode);
        drained.run = nothing.run;
        if !self.is_intact() {
            // What was copied may be zeros that nobody wrote.
            self.damage(before);
            empty(batch, nothing.first);
            return nothing;
        }
        self.received = self.received.saturating_add(drained.count);
        self.lost = self.lost.saturating_add(drained.lost);
        if drained.lost > 0 {
            tracing::info!(name = self.name(), lost = drained.lost, at = drained.first, "lapped");
        }
        drained
    }

    /// Copies the newest frame into `frame` if it is new; gives how many frames were skipped to get to it. In a stream
    /// of points there is none.
    pub fn newest_frame(&mut self, frame: &mut FrameData) -> Option<u64> {
        let before = self.counts();
        let (Cursor::Frames(reader), None) = (&mut self.ring.value, self.damaged) else { return None };
        let skipped = reader.newest(frame);
        if !self.is_intact() {
            self.damage(before);
            return None;
        }
        skipped
    }

    /// Gives every unread frame that is still in the ring, oldest first, using `frame` as its buffer; returns how many
    /// were lost.
    pub fn each_frame(&mut self, frame: &mut FrameData, mut give: impl FnMut(&FrameData)) -> u64 {
        let before = self.counts();
        let (Cursor::Frames(reader), attachment) = self.ring.split_mut() else { return 0 };
        if self.damaged.is_some() {
            return 0;
        }
        let mut given = 0;
        let lost = reader.each(frame, |frame| {
            if attachment.segment.is_intact() {
                given += 1;
                give(frame);
            }
        });
        if !self.is_intact() {
            let received = before.received.saturating_add(given);
            self.damage(Counts { received, position: before.position.saturating_add(given), ..before });
            return 0;
        }
        lost
    }

    /// Whether the memory is as it was mapped.
    fn is_intact(&self) -> bool {
        self.damaged.is_none() && self.ring.keeper().segment.is_intact()
    }

    /// Reads nothing any more; `counts` is what was seen.
    fn damage(&mut self, counts: Counts) {
        if self.damaged.is_none() {
            tracing::warn!(
                name = self.name(),
                at = counts.position,
                "the stream's memory was cut short or overwritten"
            );
            self.damaged = Some(counts);
        }
    }

    /// Waits until there is something unread, for at most `timeout`; `false` when nothing came, or nothing will any more:
    /// [`Consumer::liveness`] tells which. For programs that are not viewers.
    ///
    /// It sleeps and looks, 2,000 times a second: what is pushed is noticed within about half a millisecond, and the
    /// producer, which would have to make a system call to wake anybody, pays nothing for it.
    pub fn wait_for_data(&mut self, timeout: Duration) -> bool {
        let begun = Instant::now();
        let mut asked = begun;
        let mut pause = SHORTEST_PAUSE;
        loop {
            let is_over = self.damaged.is_some()
                || self.end().is_some()
                || (asked.elapsed() >= LIVENESS_EVERY && {
                    asked = Instant::now();
                    self.liveness().is_over()
                });
            // Looked at after that: what was pushed before the end is not left behind.
            let has_unread = self.has_unread();
            if has_unread || is_over {
                return has_unread;
            }
            let left = timeout.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return false;
            }
            std::thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn has_unread(&self) -> bool {
        if self.damaged.is_some() {
            return false;
        }
        match &self.ring.value {
            // Not more than the cursor but other: counters that went back are for a drain to deal with.
            Cursor::Points(reader) => reader.written() != reader.cursor(),
            Cursor::Frames(reader) => reader.has_unread(),
        }
    }

    /// Waits until the producer has ended the stream or died, for at most `timeout`; how it ended, or `None`.
    pub fn wait_for_end(&mut self, timeout: Duration) -> Option<Liveness> {
        let begun = Instant::now();
        loop {
            let liveness = self.liveness();
            let left = timeout.saturating_sub(begun.elapsed());
            if liveness.is_over() || left.is_zero() {
                return liveness.is_over().then_some(liveness);
            }
            std::thread::sleep(END_LOOKED_FOR_EVERY.min(left));
        }
    }

    /// Tells a producer that waits for one that a viewer is attached.
    pub fn announce_viewer(&self) {
        let attachment = self.ring.keeper();
        shm::set_ready(&attachment.segment, attachment.geometry.off_control);
    }

    /// Tells a producer that ends that the viewer which its own program started is attached.
    #[cfg(feature = "history")]
    pub(crate) fn announce_own_viewer(&self) {
        let attachment = self.ring.keeper();
        let own_viewer = word(attachment.geometry.off_control + crate::ring::layout::OFF_CONTROL_OWN_VIEWER);
        attachment.segment.words()[own_viewer].store(1, crate::ring::sync::Ordering::Relaxed);
    }

    /// How the producer ended, if it has said so.
    fn end(&self) -> Option<Liveness> {
        let state = handover::state(&self.ring.keeper().segment.words()[word(OFF_STATE)]);
        match state & u64::from(u32::MAX) {
            STATE_CLOSED => Some(Liveness::Closed),
            STATE_FINISHED => Some(Liveness::Finished),
            _ => None,
        }
    }

    /// How the producer is. Opens a file of the registry: ask a few times a second. After anything but live and
    /// stalled, drain once more to have the last point.
    pub fn liveness(&mut self) -> Liveness {
        // First what touches no memory.
        if self.ring.keeper().segment.is_cut_short() || !self.is_intact() {
            self.damage(self.counts());
            return Liveness::Damaged;
        }
        if let Some(end) = self.end() {
            return end;
        }
        let attachment = self.ring.keeper();
        let paths = &attachment.entry.paths;
        let gone = match paths.read_lock() {
            Ok(Some(record)) if record.run == attachment.header.run_id => {
                (!paths.is_held()).then_some(Liveness::Dead)
            }
            Ok(Some(_)) => Some(Liveness::Replaced),
            // Out of descriptors, say: nothing is known, and the next look may know more.
            Err(error) if !is_other_file(&error) => None,
            // Somebody removed or replaced the file: of a dead producer, or under a live one, which then goes on.
            Ok(None) | Err(_) => {
                let is_there = shm::os::is_process(self.pid(), self.process_start_time());
                (!is_there).then_some(Liveness::Dead)
            }
        };
        if let Some(gone) = gone {
            // A producer that closes stores the state before it removes its files: it may have done both since.
            return self.end().unwrap_or(gone);
        }
        let nominal = match self.x_mode {
            XMode::Uniform { rate, .. } => Some(rate),
            _ => self.meta().rate_hint_hz,
        };
        let patience = nominal.and_then(|hz| Duration::try_from_secs_f64(10.0 / hz).ok()).unwrap_or_default();
        let written = self.written();
        if written != self.last_written {
            self.last_written = written;
            self.last_progress = Instant::now();
        }
        let is_stalled = self.last_progress.elapsed() > patience.max(STALLED_AFTER);
        if is_stalled { Liveness::Stalled } else { Liveness::Live }
    }
}

/// Empties a batch; the next point would be the one at `position`.
fn empty(batch: &mut Batch, position: u64) {
    batch.points.clear();
    batch.epochs.clear();
    batch.first = position;
}
