//! What is known of one stream: what it is, how its producer is, and its points.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::history::{Events, Frames, Trace};
use crate::ring::XMode;
use crate::stream::{Counts, Liveness, Meta, StreamKind, Style};

/// Curves that fade behind the newest.
const FADING: usize = 16;

/// What a stream is.
///
/// ```
/// use ringplot::store::StreamInfo;
/// use ringplot::{Meta, StreamKind, XMode};
///
/// /// What an axis says of a stream.
/// fn axis(info: &StreamInfo) -> String {
///     format!("{} ({})", info.meta.shown_name(), info.meta.y_unit)
/// }
///
/// let meta = Meta { name: "sine".to_owned(), y_unit: "V".to_owned(), ..Meta::default() };
/// let (kind, x_mode) = (StreamKind::Timed, XMode::Timed);
/// let info = StreamInfo { meta, kind, x_mode, derived: None, capacity: None };
/// assert_eq!(axis(&info), "sine (V)");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StreamInfo {
    /// What it says of itself.
    pub meta: Meta,
    /// What kind of stream it is.
    pub kind: StreamKind,
    /// What x means.
    pub x_mode: XMode,
    /// How it was made, where no producer has it.
    pub derived: Option<Derivation>,
    /// Points that the producer's ring holds; `None` where there is no ring.
    pub capacity: Option<u64>,
}

/// How a stream came about that no producer has.
///
/// ```
/// use ringplot::store::Derivation;
///
/// /// What a legend says of a derived trace.
/// fn note(Derivation { formula, behind_secs, .. }: &Derivation) -> String {
///     behind_secs.map_or(formula.to_string(), |secs| format!("{formula}, {secs:.1} s behind"))
/// }
///
/// let formula = "mean(lorenz/x, 0.1s)".into();
/// let derivation = Derivation { formula, behind_secs: Some(0.5), asked_name: None };
/// assert_eq!(note(&derivation), "mean(lorenz/x, 0.1s), 0.5 s behind");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Derivation {
    /// What it is, such as `mean(lorenz/x, 0.1s)`.
    pub formula: Arc<str>,
    /// How far it is behind its source, in seconds, where it could not keep up.
    pub behind_secs: Option<f64>,
    /// The name that it was given, where a stream of a producer has that.
    pub asked_name: Option<Arc<str>>,
}

/// The points of a stream.
///
/// ```
/// use ringplot::store::{Data, Store};
///
/// /// The mean of all that is held of a stream.
/// fn mean(store: &Store, name: &str) -> Option<f64> {
///     store.read(name, |stream| match &stream.data {
///         Data::Trace(trace) => Some(trace.statistics(f64::NEG_INFINITY, f64::INFINITY).mean),
///         Data::Frames(_) | Data::Events(_) => None,
///     })?
/// }
///
/// assert_eq!(mean(&Store::new(64 << 20), "sine"), None, "there is no such stream");
/// ```
#[expect(clippy::large_enum_variant, reason = "a handful of streams, and mostly traces")]
#[derive(Debug)]
pub enum Data {
    /// A timed, uniform or XY stream.
    Trace(Trace),
    /// A snapshot stream.
    Frames(Frames),
    /// An event stream.
    Events(Events),
}

impl Data {
    /// Memory that the points take, in bytes.
    pub fn memory_bytes(&self) -> u64 {
        match self {
            Self::Trace(trace) => trace.memory_bytes(),
            Self::Frames(frames) => frames.memory_bytes(),
            Self::Events(events) => events.memory_bytes(),
        }
    }

    /// Forgets all that is held; what comes is held from then on.
    pub fn clear(&mut self) {
        match self {
            Self::Trace(trace) => trace.clear_before(trace.end()),
            Self::Frames(frames) => frames.clear_before(u64::MAX),
            Self::Events(events) => events.clear_before(u64::MAX),
        }
    }

    /// Forgets the oldest to free at least `bytes`, a few pages at a time; gives the bytes freed, 0 where nothing can
    /// be.
    pub fn release(&mut self, bytes: u64) -> u64 {
        match self {
            Self::Trace(trace) => trace.release(bytes),
            Self::Frames(frames) => frames.release(bytes),
            Self::Events(events) => events.release(bytes),
        }
    }
}

/// All that is known of one stream.
///
/// ```
/// use ringplot::history::Trace;
/// use ringplot::store::{Data, Store, StreamInfo, StreamState};
/// use ringplot::{Counts, Liveness, Meta, StreamKind, XMode};
///
/// // What a program shows without a producer: read from a file, say.
/// let (kind, x_mode) = (StreamKind::Uniform, XMode::Uniform { t0: 0.0, rate: 1e3 });
/// let meta = Meta { name: "file".to_owned(), ..Meta::default() };
/// let info = StreamInfo { meta, kind, x_mode, derived: None, capacity: None };
/// let data = Data::Trace(Trace::new(x_mode, 1 << 20));
/// let (liveness, counts) = (Liveness::Closed, Counts::default());
/// let store = Store::new(64 << 20);
/// store.add(StreamState { info, run: 1, liveness, counts, rate_hz: None, data });
/// assert_eq!(store.read("file", StreamState::newest), Some(None), "it is there and has no point");
/// ```
#[derive(Debug)]
pub struct StreamState {
    /// What the producer says.
    pub info: StreamInfo,
    /// Which life of the producer.
    pub run: u64,
    /// Whether the producer is there.
    pub liveness: Liveness,
    /// Exact counts.
    pub counts: Counts,
    /// Measured points a second.
    pub rate_hz: Option<f64>,
    /// The points.
    pub data: Data,
}

impl StreamState {
    /// x and value of the newest point; of snapshots and events, none.
    pub fn newest(&self) -> Option<(f64, f64)> {
        match &self.data {
            Data::Trace(trace) => trace.newest().map(|(_, x, y)| (x, y)),
            Data::Frames(_) | Data::Events(_) => None,
        }
    }
}

/// One stream, shared by the ingest thread and the window.
///
/// ```
/// use ringplot::store::{Data, SharedStream, Store};
///
/// /// Forgets what is held of all streams.
/// fn clear(store: &Store) {
///     let streams: Vec<SharedStream> = store.streams();
///     for stream in streams {
///         stream.lock().unwrap().data.clear();
///     }
///     store.changed(); // with no stream's lock held
/// }
/// # clear(&Store::new(64 << 20));
/// ```
pub type SharedStream = Arc<Mutex<StreamState>>;

/// Locks; a thread that panicked while it held the lock takes nobody else down.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Curves of a snapshot stream that a style shows, or as many as there is memory for.
pub(crate) fn curves_kept(style: Style) -> usize {
    match style {
        Style::Fading => FADING + 1,
        Style::Waterfall => usize::MAX,
        _ => 1,
    }
}
