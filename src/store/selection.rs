//! Which streams a viewer shows.

use crate::stream::{DirectoryError, Registered, is_at_or_below, streams};

/// Which streams are attached to.
///
/// ```
/// use ringplot::Producer;
/// use ringplot::store::Selection;
///
/// # let name = &format!("example/{}/selection", std::process::id());
/// let x = Producer::builder(&format!("{name}/x")).capacity(1 << 10).timed()?;
/// let selected = Selection::Names(vec![name.clone()]).registered()?;
/// assert_eq!(selected, [format!("{name}/x")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All that are live.
    Live,
    /// Those with one of these names, or below one of them (`lorenz` selects `lorenz/x`); dead ones, too.
    Names(Vec<String>),
    /// What one process wants to be shown, given by its id and its start time in clock ticks since boot.
    Program {
        /// Process id.
        pid: u32,
        /// Start time; 0 where it is not known.
        start_time: u64,
        /// As in [`Selection::Names`], of whatever process, but live ones alone; without names, that process's own streams.
        names: Vec<String>,
    },
}

impl Selection {
    pub(crate) fn matches(&self, stream: &Registered) -> bool {
        match self {
            Self::Live => stream.is_live,
            Self::Program { pid, names, .. } if names.is_empty() => stream.pid == Some(*pid),
            Self::Program { names, .. } => stream.is_live && is_named(stream, names),
            Self::Names(names) => is_named(stream, names),
        }
    }

    /// The names of the registered streams that are selected.
    ///
    /// # Errors
    /// [`DirectoryError`] when the registry's folder cannot be read or trusted.
    pub fn registered(&self) -> Result<Vec<String>, DirectoryError> {
        Ok(streams()?.into_iter().filter(|stream| self.matches(stream)).map(|stream| stream.name).collect())
    }
}

fn is_named(stream: &Registered, names: &[String]) -> bool {
    names.iter().any(|name| is_at_or_below(&stream.name, name))
}
