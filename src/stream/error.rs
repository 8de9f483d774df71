//! What can go wrong when a stream is created or attached to, or a viewer opened. Nothing goes wrong afterwards.

use std::io;
use std::path::PathBuf;

use crate::ring::layout::HeaderError;
use crate::shm::{DirectoryError, NameError, SegmentError, descriptors_text};

/// Why a stream could not be created.
///
/// ```
/// use ringplot::{CreateError, Producer};
///
/// # let name = &format!("example/{}/create_error", std::process::id());
/// let first = Producer::builder(name).capacity(1 << 10).timed()?;
/// let second = Producer::builder(name).timed();
/// assert!(matches!(second, Err(CreateError::NameInUse { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The name is not one.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The capacity is not a power of two in the allowed range.
    #[error(
        "bad capacity {capacity}: it must be a power of two from 1024 to 4294967296 points; {nearest} would do"
    )]
    Capacity {
        /// The capacity asked for, in points.
        capacity: u64,
        /// The next one that is allowed.
        nearest: u64,
    },
    /// The sample rate of a uniform stream is not a positive number, or its t0 is not finite.
    #[error(
        "a uniform stream needs a finite t0 and a positive, finite rate in samples a second, not t0 {t0:?} and rate {rate:?}"
    )]
    Rate {
        /// x of the first sample, in seconds.
        t0: f64,
        /// Samples per second.
        rate: f64,
    },
    /// The offset of y is not finite.
    #[error("the y offset must be finite, not {y_offset}: y are differences to it")]
    YOffset {
        /// The offset asked for.
        y_offset: f64,
    },
    /// The longest frame does not fit any ring, or is empty.
    #[error("bad longest frame of {length} points: it must be from 1 to 1073741822")]
    FrameLength {
        /// The length asked for, in points.
        length: u64,
    },
    /// Name, label, units and the rest are too long together.
    #[error(
        "the stream's metadata takes {bytes} bytes and at most {most} fit: shorten the label or the units"
    )]
    Meta {
        /// What they take.
        bytes: usize,
        /// What there is.
        most: usize,
    },
    /// A live producer has the name.
    #[error("a live producer{} already streams as {name:?}: stop it, or choose another name", pid_text(*pid))]
    NameInUse {
        /// The stream's name.
        name: String,
        /// The producer's process, where it is known.
        pid: Option<u32>,
    },
    /// The registry's folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A file of the registry cannot be written.
    #[error("cannot register the stream: {source}{}: {path}", descriptors_text(source))]
    Registry {
        /// The system's reason.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// There is no memory for the ring.
    #[error(transparent)]
    Segment(#[from] SegmentError),
}

fn pid_text(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

/// Why a stream could not be attached to.
///
/// ```
/// use ringplot::{AttachError, Consumer, StartAt};
///
/// match Consumer::attach("nobody/streams/this", StartAt::Oldest) {
///     Err(AttachError::Unknown { name, live }) => println!("no {name}; there are {live:?}"),
///     Err(other) => println!("{other}"),
///     Ok(consumer) => println!("{} is there", consumer.name()),
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// The name is not one.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no such stream.
    #[error("no stream is called {name:?}; {}", live_text(live))]
    Unknown {
        /// The name.
        name: String,
        /// The streams that are live.
        live: Vec<String>,
    },
    /// The producer has been creating it for too long.
    #[error(
        "the stream {name:?} is still initialising after {waited_secs:.1} s: try again, or look at its producer"
    )]
    Initialising {
        /// The name.
        name: String,
        /// How long was waited, in seconds.
        waited_secs: f64,
    },
    /// Its segment is gone though it is announced.
    #[error("the shared memory of stream {name:?} is gone: `ringplot gc` removes what is left")]
    Gone {
        /// The name.
        name: String,
    },
    /// Its header is not one.
    #[error("cannot read the stream {name:?}: {source}")]
    Header {
        /// The name.
        name: String,
        /// What is wrong with it.
        source: HeaderError,
    },
    /// It says something that a reader must know, and this one does not.
    #[error(
        "cannot read the stream {name:?}: who reads it must know its key {key:?}, and this program does not: update it"
    )]
    UnknownKey {
        /// The name.
        name: String,
        /// The key of its metadata.
        key: String,
    },
    /// The system refused to map it.
    #[error("cannot map the stream {name:?}: {source}")]
    Map {
        /// The name.
        name: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The registry's folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

/// Why there is no window.
///
/// ```
/// use ringplot::stream::{OpenViewerError, open_viewer};
///
/// let mut options = ringplot::ViewerOptions::default();
/// options.program = Some("/no/such/program".into());
/// let error = open_viewer(&options).ok().unwrap_err();
/// assert!(matches!(error, OpenViewerError::Start { .. }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OpenViewerError {
    /// There is nothing to open it on.
    #[error(
        "no display, so no window: `ringplot tui` shows the streams in a terminal, `ringplot view` where there is a display, \
         `ringplot render` draws a PNG"
    )]
    NoDisplay,
    /// There is one, with other options.
    #[error(
        "the window of this program is open, with other options: these are not taken; give them at the first call, or close it"
    )]
    AlreadyOpen,
    /// The user wants none.
    #[error("no window: RINGPLOT_VIEW is 0")]
    TurnedOff,
    /// No program was given, this one is no viewer of its own, and there is no `ringplot`.
    #[error("no viewer found: put the ringplot program into PATH, or set RINGPLOT_BIN to it")]
    NotFound,
    /// The system refused to start it.
    #[error("cannot start the viewer: {source}: {}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

debug_as_sentence!(CreateError, AttachError, OpenViewerError);

/// What to try in place of a stream that is not there.
pub(crate) fn live_text(live: &[String]) -> String {
    if live.is_empty() {
        "nothing is live: `ringplot demo` or `ringplot produce test` starts something".to_owned()
    } else {
        format!("live are: {}", live.join(", "))
    }
}
