//! Watching streams come and go: the registry compared with what it was at the last look.
//!
//! Nothing is attached to, no producer notices, and two watchers do not know of each other. A look follows as soon as the
//! registry's folder tells of a change; a run that began and ended before it is not seen. A producer that must be seen
//! waits: see [`Producer::wait_for_viewer`](super::Producer::wait_for_viewer).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{DirectoryError, Registered, streams};
use crate::shm::Changes;

/// How often [`Watch::wait`] looks where the system tells of no change.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Part of its time that it spends on looking, at most: 1 in so many.
const SHARE: u32 = 10;

/// What happened to a stream.
///
/// ```
/// use ringplot::stream::Change;
///
/// fn line(change: &Change) -> String {
///     let what = match change {
///         Change::Started(_) => "started",
///         Change::Died(_) => "died",
///         _ => "closed",
///     };
///     format!("{} {what}", change.stream().name)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// A producer has started it. One that has taken over from another gives its end first.
    Started(Registered),
    /// Its producer was killed; what it left can be read until the name is used again or cleaned up.
    Died(Registered),
    /// Its producer has closed or finished it, or somebody removed what a dead one left.
    Closed(Registered),
}

impl Change {
    /// The stream, as it was last seen.
    pub fn stream(&self) -> &Registered {
        match self {
            Self::Started(stream) | Self::Died(stream) | Self::Closed(stream) => stream,
        }
    }
}

/// A look-out for streams. The first look gives everything that is there.
///
/// ```
/// use std::time::Duration;
///
/// use ringplot::Producer;
/// use ringplot::stream::Watch;
///
/// # let name = &format!("example/{}/watch", std::process::id());
/// let mut watch = Watch::new();
/// watch.changes()?;
/// let producer = Producer::builder(name).capacity(1 << 10).timed()?;
/// let changes = watch.wait(Duration::from_secs(10))?;
/// assert!(!changes.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Watch {
    known: BTreeMap<String, Registered>,
    registry: Changes,
}

impl Clone for Watch {
    /// One that has seen the same, and looks out for itself.
    fn clone(&self) -> Self {
        Self { known: self.known.clone(), registry: Changes::default() }
    }
}

impl Watch {
    /// One that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What changed since the last look, by name. Never waits.
    ///
    /// # Errors
    /// The registry's folder cannot be read or trusted; nothing is forgotten, and the next look may succeed.
    pub fn changes(&mut self) -> Result<Vec<Change>, DirectoryError> {
        // What is still being created is new when it is there.
        let now = streams()?.into_iter().filter(|stream| stream.run.is_some());
        Ok(self.compare(now.map(|stream| (stream.name.clone(), stream)).collect()))
    }

    /// Waits until something changes, for at most `timeout`; an empty list when nothing did.
    ///
    /// # Errors
    /// As [`Watch::changes`].
    pub fn wait(&mut self, timeout: Duration) -> Result<Vec<Change>, DirectoryError> {
        let begun = Instant::now();
        loop {
            let looked = Instant::now();
            let changes = self.changes()?;
            let breath = looked.elapsed() * (SHARE - 1);
            let left = timeout.saturating_sub(begun.elapsed());
            if !changes.is_empty() || left.is_zero() {
                return Ok(changes);
            }
            if self.registry.wait(LOOK_EVERY.max(breath).min(left)) {
                // With many streams a look takes long, and changes may come one by one.
                let spared = breath.saturating_sub(looked.elapsed());
                std::thread::sleep(spared.min(timeout.saturating_sub(begun.elapsed())));
            }
        }
    }

    fn compare(&mut self, now: BTreeMap<String, Registered>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, before) in &self.known {
            match now.get(name) {
                Some(stream) if stream.run == before.run => {
                    if before.is_live && !stream.is_live {
                        changes.push(Change::Died(stream.clone()));
                    }
                }
                // A live run that is not there any more was closed, as far as anybody can tell.
                _ => changes.push(Change::Closed(before.clone())),
            }
        }
        for (name, stream) in &now {
            if self.known.get(name).is_none_or(|before| before.run != stream.run) {
                let change = if stream.is_live { Change::Started } else { Change::Died };
                changes.push(change(stream.clone()));
            }
        }
        changes.sort_by(|a, b| a.stream().name.cmp(&b.stream().name));
        self.known = now;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Registered, Watch};

    fn stream(name: &str, run: u64, is_live: bool) -> Registered {
        Registered { name: name.into(), run: Some(run), pid: Some(1), is_live }
    }

    fn look(watch: &mut Watch, streams: &[Registered]) -> Vec<Change> {
        watch.compare(streams.iter().map(|stream| (stream.name.clone(), stream.clone())).collect())
    }

    #[test]
    fn a_look_gives_what_changed_and_nothing_twice() {
        let (a, b) = (stream("a", 1, true), stream("b", 2, true));
        let mut watch = Watch::new();
        let first = [Change::Started(a.clone()), Change::Started(b.clone())];
        assert_eq!(look(&mut watch, &[a.clone(), b.clone()]), first);
        assert_eq!(look(&mut watch, &[a.clone(), b.clone()]), []);
        assert_eq!(look(&mut watch, std::slice::from_ref(&b)), [Change::Closed(a)]);
        let dead = stream("b", 2, false);
        assert_eq!(look(&mut watch, std::slice::from_ref(&dead)), [Change::Died(dead.clone())]);
        let next = stream("b", 3, true);
        let taken = [Change::Closed(dead), Change::Started(next.clone())];
        assert_eq!(look(&mut watch, std::slice::from_ref(&next)), taken);
        assert_eq!(look(&mut watch, &[]), [Change::Closed(next)]);
        assert_eq!(look(&mut watch, &[]), []);
    }

    #[test]
    fn what_a_dead_producer_left_is_given_at_the_first_look() {
        let dead = stream("a", 1, false);
        assert_eq!(look(&mut Watch::new(), std::slice::from_ref(&dead)), [Change::Died(dead)]);
    }
}
