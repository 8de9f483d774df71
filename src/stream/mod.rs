//! Streams: what users of the library hold. A [`Producer`] pushes, any number of [`Consumer`]s read, and neither can
//! make the other wait.

#[macro_use]
mod named;
mod attach;
mod builder;
mod channels;
mod consumer;
mod error;
mod escape;
#[doc(hidden)]
pub mod hostile;
pub(crate) mod launch;
mod meta;
mod names;
mod number;
mod producer;
mod run;
mod show;
mod watch;

use std::io;
use std::time::Duration;

pub use builder::Builder;
pub use channels::{ChannelNames, Channels, ChannelsBuilder, Row, Units, channels};
pub use consumer::{Consumer, Counts, Liveness};
#[cfg(any(feature = "viewer", feature = "serve", feature = "tui"))]
pub(crate) use error::live_text;
pub use error::{AttachError, CreateError, OpenViewerError};
#[cfg(feature = "history")]
pub(crate) use escape::escaped;
#[cfg(feature = "cli")]
pub(crate) use escape::{escaped_json, escaped_lines};
pub use launch::{ViewerOptions, ViewerStatus};
#[cfg(feature = "history")]
pub(crate) use meta::offset_value;
pub use meta::{Clock, Dash, Meta, StreamKind, Style};
#[cfg(feature = "history")]
pub(crate) use meta::{LEAST_WIDTH, MOST_WIDTH};
pub use named::ParseNameError;
#[cfg(feature = "history")]
pub(crate) use names::by_name;
pub use number::Number;
pub use producer::{Events, Producer, ProducerStats, Snapshot, Timed, Uniform, WriteChunk, Xy};
#[doc(hidden)]
pub use run::Ending;
pub use show::show;
#[cfg(feature = "viewer")]
pub(crate) use show::{Array, read_arrays};
pub use watch::{Change, Watch};

pub use crate::ring::layout::HeaderError;
pub use crate::shm::{
    BarrierError, Cleaned, DirectoryError, Left, MAX_PARTIES, NameError, SegmentError, wait_at_barrier,
};

pub(crate) use crate::shm::os::at_exit;
use crate::shm::{cleanup, registry};

/// A stream that the registry knows.
///
/// ```
/// use ringplot::Producer;
/// use ringplot::stream::{Registered, streams};
///
/// # let name = &format!("example/{}/registered", std::process::id());
/// let producer = Producer::builder(name).capacity(1 << 10).timed()?;
/// let found: Vec<Registered> = streams()?.into_iter().filter(|stream| stream.name == *name).collect();
/// assert!(found[0].is_live && found[0].pid == Some(std::process::id()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Registered {
    /// Its name.
    pub name: String,
    /// Its run; `None` while it is still being created.
    pub run: Option<u64>,
    /// The producer's process; `None` while the stream is still being created.
    pub pid: Option<u32>,
    /// Whether its producer is alive.
    pub is_live: bool,
}

/// The streams that the registry knows, by name, s2 before s10: live ones, and what dead producers left.
///
/// # Errors
/// The registry's folder cannot be read or trusted.
pub fn streams() -> Result<Vec<Registered>, DirectoryError> {
    let entry = |entry: registry::RegistryEntry| Registered {
        name: entry.name,
        run: entry.record.as_ref().map(|record| record.run),
        pid: entry.record.as_ref().map(|record| record.pid),
        is_live: entry.is_held,
    };
    let mut streams: Vec<Registered> = registry::entries()?.into_iter().map(entry).collect();
    streams.sort_by(|a, b| names::by_name(&a.name, &b.name));
    Ok(streams)
}

/// Opens a window, in a process of its own, as [`Producer::open_viewer`] does, for a program that has no producer, such as
/// one that starts others: `options` say which streams to show. The result says why there is none, and may be ignored.
pub fn open_viewer(options: &ViewerOptions) -> ViewerStatus {
    launch::open_viewer(options)
}

/// Removes what producers left that have been dead for `min_age` since somebody first saw it; tells which streams those
/// were, and what could not be removed.
///
/// # Errors
/// The registry's folder cannot be read or trusted.
pub fn gc(min_age: Duration) -> Result<Cleaned, DirectoryError> {
    cleanup::gc(min_age, |_| true)
}

/// Makes this program survive it when somebody cuts the shared memory of a stream short while it is mapped: an access to
/// what is gone is a SIGBUS, which kills otherwise. The consumer then says [`Liveness::Damaged`], and gives nothing that it
/// copied meanwhile. A producer goes on and never knows: it pushes into memory that nobody reads.
///
/// Not noticed, or late, is what makes no access fail: a cut within the last page, until [`Consumer::liveness`] is asked; a
/// segment that was cut and made long again behind its first page, or had holes made in it: there points read as zeros.
///
/// Installs a handler for SIGBUS, which is the program's to decide: the library never does it by itself. A SIGBUS that is
/// not of a stream's memory goes to the handler that was there before, or kills as before. Call it once, early in `main`,
/// after other handlers of SIGBUS were installed: one that comes later and does not pass the signal on takes its place. The
/// `ringplot` program calls it for all its commands.
///
/// # Errors
/// The system refuses the handler.
pub fn survive_shrunk_segments() -> io::Result<()> {
    crate::shm::os::install_handler()
}

/// Removes the dead streams called `name` or below it; tells as [`gc`] does.
///
/// # Errors
/// The registry's folder cannot be read or trusted.
pub fn gc_below(name: &str) -> Result<Cleaned, DirectoryError> {
    cleanup::gc(Duration::ZERO, |stream| is_at_or_below(stream, name))
}

/// Whether `stream` is called `name`, or lies below it as `lorenz/x` lies below `lorenz`. As in every name, a leading `/`
/// counts for nothing.
pub(crate) fn is_at_or_below(stream: &str, name: &str) -> bool {
    let [stream, name] = [stream, name].map(|name| name.strip_prefix('/').unwrap_or(name));
    stream.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_at_or_below;

    #[test]
    fn a_name_selects_itself_and_what_lies_below() {
        assert!(is_at_or_below("lorenz/x", "lorenz") && is_at_or_below("lorenz", "lorenz"));
        assert!(is_at_or_below("lorenz/x", "/lorenz") && is_at_or_below("lorenz", "/lorenz"));
        assert!(!is_at_or_below("lorenz2", "lorenz") && !is_at_or_below("lorenz", "lorenz/x"));
    }
}
