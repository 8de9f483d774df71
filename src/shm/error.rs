//! What can go wrong between a program and its system. The same on every system, so that programs compile on each.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::NameError;

/// What to do about an error that descriptors are the reason of.
pub(crate) fn descriptors_text(source: &io::Error) -> &'static str {
    if super::os::is_out_of_descriptors(source) {
        "; each stream takes a file descriptor, and `ulimit -n` raises their limit"
    } else {
        ""
    }
}

/// The most programs that one barrier can hold up.
pub const MAX_PARTIES: u32 = 256;

/// Why the registry's folder cannot be used.
///
/// ```
/// use ringplot::stream::{DirectoryError, streams};
///
/// match streams() {
///     Ok(streams) => println!("{} streams", streams.len()),
///     Err(DirectoryError::Unsupported) => println!("no streams on this system"),
///     Err(other) => println!("{other}"),
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// There are streams on Linux alone, so far.
    #[error("streams are not supported on {}: ringplot runs on Linux", std::env::consts::OS)]
    Unsupported,
    /// It cannot be made or read.
    #[error("cannot use the registry folder: {source}; set RINGPLOT_DIR to a folder of yours: {path}")]
    Io {
        /// The system's reason.
        source: io::Error,
        /// The folder.
        path: PathBuf,
    },
    /// A file of a stream in it cannot be looked at, as where no descriptor is left.
    #[error("cannot look at a stream: {source}: {path}")]
    Look {
        /// The system's reason.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// It is not private to this user.
    #[error(
        "the registry folder {reason}; remove it or set RINGPLOT_DIR to a private folder of yours: {path}"
    )]
    Untrusted {
        /// What is wrong with it.
        reason: &'static str,
        /// The folder.
        path: PathBuf,
    },
}

/// What a clean-up of the registry did.
///
/// ```
/// // What died an hour ago; of the streams of this program nothing.
/// let cleaned = ringplot::stream::gc(std::time::Duration::from_secs(3600))?;
/// for left in &cleaned.left {
///     eprintln!("{}: {}", left.name, left.reason);
/// }
/// # Ok::<(), ringplot::stream::DirectoryError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use = "what could not be removed is in it"]
pub struct Cleaned {
    /// The streams that were removed, by name.
    pub removed: Vec<String>,
    /// What is still there, though it was to be removed.
    pub left: Vec<Left>,
}

/// Something of a dead stream that could not be removed.
///
/// ```
/// use ringplot::stream::{Left, gc_below};
///
/// # let name = &format!("example/{}/left", std::process::id());
/// let cleaned = gc_below(name)?;
/// let lines = cleaned.left.iter().map(|Left { name, reason, .. }| format!("{name}: {reason}"));
/// assert_eq!(lines.collect::<Vec<_>>().join("\n"), "", "nothing is left");
/// # Ok::<(), ringplot::stream::DirectoryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Left {
    /// The stream's name.
    pub name: String,
    /// What is left, and why.
    pub reason: String,
}

/// Why a segment could not be made.
///
/// ```
/// use ringplot::CreateError;
/// use ringplot::stream::SegmentError;
///
/// /// Whether a smaller ring may help.
/// fn is_too_large(error: &CreateError) -> bool {
///     matches!(error, CreateError::Segment(SegmentError::NoSpace { .. }))
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// There is not enough shared memory.
    #[error(
        "/dev/shm is too small: the stream wants {wanted} bytes and {free} of {total} are free; choose a smaller capacity, or enlarge it (mount -o remount,size=... /dev/shm; docker run --shm-size=...)"
    )]
    NoSpace {
        /// Bytes wanted.
        wanted: u64,
        /// Bytes free.
        free: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The system refused.
    #[error("cannot create shared memory of {wanted} bytes: {source}{}", descriptors_text(source))]
    Os {
        /// Bytes wanted.
        wanted: u64,
        /// The system's reason.
        source: io::Error,
    },
}

/// Why a barrier did not open.
///
/// ```
/// use std::time::Duration;
///
/// use ringplot::stream::{BarrierError, wait_at_barrier};
///
/// # let name = &format!("example/{}/barrier_error", std::process::id());
/// let error = wait_at_barrier(name, 2, Duration::ZERO).unwrap_err();
/// assert!(matches!(error, BarrierError::TimedOut { arrived: 1, parties: 2, .. }));
/// # let _ = ringplot::stream::gc_below(name);
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BarrierError {
    /// The name is not one.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Nobody, or more than a barrier can hold.
    #[error("a barrier for {parties} parties cannot be: it must be from 1 to {MAX_PARTIES}")]
    Parties {
        /// The number asked for.
        parties: u32,
    },
    /// Somebody waits at this barrier who expects another number of parties.
    #[error(
        "the barrier {name:?} is for {others} parties, as those who wait there say, and not for {parties}"
    )]
    Disagreement {
        /// The barrier's name.
        name: String,
        /// The number asked for.
        parties: u32,
        /// The number that those say who wait already.
        others: u32,
    },
    /// Not all came in time.
    #[error("only {arrived} of {parties} came to the barrier {name:?} within {} s", waited.as_secs_f64())]
    TimedOut {
        /// The barrier's name.
        name: String,
        /// Those who waited at the end, this one among them.
        arrived: u32,
        /// The number expected.
        parties: u32,
        /// How long this one has waited.
        waited: Duration,
    },
    /// The registry's folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The barrier's file cannot be used.
    #[error("cannot use the barrier: {source}: {path}")]
    Io {
        /// The system's reason.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
}

debug_as_sentence!(DirectoryError, SegmentError, BarrierError);
