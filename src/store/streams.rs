//! The seam between who fills the streams and who draws them.
//!
//! An ingest thread keeps a [`StreamState`] for each stream up to date and calls [`Store::changed`]; the window
//! reads. Locks are held for one stream at a time and never while the GPU works, so a slow picture makes no
//! loss.
//!
//! 1. A stream's place in the list is by `order`, then by name, s2 before s10: the same in every viewer.
//! 2. [`Store::version`] grows with every change; a window that has drawn the current version sleeps.

use std::sync::{Arc, Mutex, Weak};

use super::data::{SharedStream, StreamState, lock};
use super::derived::traces::Traces;
use crate::ring::sync::{AtomicBool, AtomicUsize, Ordering};
use crate::stream::{Counts, Liveness, Meta, Style, by_name, is_at_or_below};

/// Every stream of a viewer. Clones share the same streams.
///
/// ```
/// use ringplot::store::Store;
/// use ringplot::{Meta, Style};
///
/// let store = Store::new(256 << 20); // 256 MiB for all histories together
/// store.set_style("lorenz", Style::Points);
/// let meta = Meta { name: "lorenz/x".to_owned(), ..Meta::default() };
/// assert_eq!(store.style_of(&meta), Style::Points);
/// assert_eq!(store.memory(), (0, 256 << 20));
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    streams: Mutex<Vec<SharedStream>>,
    version: AtomicUsize,
    is_abandoned: AtomicBool,
    unreadable: Mutex<Vec<String>>,
    memory_used: AtomicUsize,
    memory_of_pictures: AtomicUsize,
    memory_budget: AtomicUsize,
    styles: Mutex<Vec<(String, Style)>>,
    waker: Mutex<Option<Waker>>,
    derived: Traces,
    memory_of_derived: AtomicUsize,
}

type Waker = Box<dyn Fn() + Send + Sync>;

impl Drop for Inner {
    fn drop(&mut self) {
        // Whoever derives finds that there is nothing left to do.
        self.derived.wake();
    }
}

/// A store that goes once nobody else has it.
pub(crate) struct WeakStore(Weak<Inner>);

impl WeakStore {
    pub(crate) fn upgrade(&self) -> Option<Store> {
        Some(Store { inner: self.0.upgrade()? })
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Store {
    /// An empty store; `memory_budget_bytes` is what all histories and pictures together may take.
    pub fn new(memory_budget_bytes: u64) -> Self {
        let inner = Inner {
            streams: Mutex::new(Vec::new()),
            version: AtomicUsize::new(1),
            is_abandoned: AtomicBool::new(false),
            unreadable: Mutex::new(Vec::new()),
            memory_used: AtomicUsize::new(0),
            memory_of_pictures: AtomicUsize::new(0),
            memory_budget: AtomicUsize::new(to_usize(memory_budget_bytes)),
            styles: Mutex::new(Vec::new()),
            waker: Mutex::new(None),
            derived: Traces::default(),
            memory_of_derived: AtomicUsize::new(0),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Streams of these names, and below them, are drawn otherwise than they ask for; the last that fits counts. Before
    /// the ingest starts, since a style also says how many curves are kept.
    pub fn set_styles(&self, styles: Vec<(String, Style)>) {
        *lock(&self.inner.styles) = styles;
    }

    /// A stream of this name, and what is below it, is drawn in this style from now on.
    pub fn set_style(&self, name: &str, style: Style) {
        let mut styles = lock(&self.inner.styles);
        styles.retain(|(other, _)| other != name);
        styles.push((name.to_owned(), style));
    }

    /// A stream of this name is drawn again as it asks for, or as what it lies below is.
    pub(crate) fn unset_style(&self, name: &str) {
        lock(&self.inner.styles).retain(|(other, _)| other != name);
    }

    /// The styles chosen, by name.
    pub(crate) fn styles(&self) -> Vec<(String, Style)> {
        lock(&self.inner.styles).clone()
    }

    /// How a stream is drawn.
    pub fn style_of(&self, meta: &Meta) -> Style {
        let styles = lock(&self.inner.styles);
        let chosen = styles.iter().rev().find(|(name, _)| is_at_or_below(&meta.name, name));
        chosen.map_or(meta.style, |(_, style)| *style)
    }

    /// Adds a stream and returns it for the ingest thread to fill; the window shows it at once.
    pub fn add(&self, state: StreamState) -> SharedStream {
        let key = (state.info.meta.order, state.info.meta.name.clone());
        let stream = Arc::new(Mutex::new(state));
        let mut streams = lock(&self.inner.streams);
        let place = streams.partition_point(|other| {
            let other = lock(other);
            let by_order = other.info.meta.order.cmp(&key.0);
            by_order.then_with(|| by_name(&other.info.meta.name, &key.1)).is_le()
        });
        streams.insert(place, Arc::clone(&stream));
        drop(streams);
        self.changed();
        stream
    }

    /// Takes a stream out; true if it was in.
    pub fn remove(&self, stream: &SharedStream) -> bool {
        let mut streams = lock(&self.inner.streams);
        let before = streams.len();
        streams.retain(|other| !Arc::ptr_eq(other, stream));
        let is_removed = streams.len() < before;
        drop(streams);
        if is_removed {
            self.changed();
        }
        is_removed
    }

    /// The streams in their order.
    pub fn streams(&self) -> Vec<SharedStream> {
        lock(&self.inner.streams).clone()
    }

    /// Calls `f` with the stream of this name, whose lock it holds meanwhile: for a moment, or the stream loses points.
    /// `None` if there is none.
    pub fn read<R>(&self, name: &str, f: impl FnOnce(&StreamState) -> R) -> Option<R> {
        let found = self.streams().into_iter().find(|stream| lock(stream).info.meta.name == name)?;
        let state = lock(&found);
        Some(f(&state))
    }

    /// Says that something is new, and wakes the window. Call it without holding a stream's lock.
    pub fn changed(&self) {
        self.inner.version.fetch_add(1, Ordering::Relaxed);
        self.inner.derived.wake();
        if let Some(waker) = lock(&self.inner.waker).as_ref() {
            waker();
        }
    }

    /// Grows with every [`Store::changed`].
    pub fn version(&self) -> usize {
        self.inner.version.load(Ordering::Relaxed)
    }

    /// What [`Store::changed`] calls, from whatever thread; it must be quick. `None` removes it.
    pub fn set_waker(&self, waker: Option<Box<dyn Fn() + Send + Sync>>) {
        *lock(&self.inner.waker) = waker;
    }

    /// The memory that the window keeps for its pictures of the streams, in bytes; the histories leave it that much of
    /// the budget.
    pub fn set_memory_of_pictures(&self, bytes: u64) {
        self.inner.memory_of_pictures.store(to_usize(bytes), Ordering::Relaxed);
    }

    /// What [`Store::set_memory_of_pictures`] was last told.
    pub fn memory_of_pictures(&self) -> u64 {
        self.inner.memory_of_pictures.load(Ordering::Relaxed) as u64
    }

    pub(crate) fn traces(&self) -> &Traces {
        &self.inner.derived
    }

    pub(crate) fn downgrade(&self) -> WeakStore {
        WeakStore(Arc::downgrade(&self.inner))
    }

    /// The memory that derived traces take, in bytes; the histories leave it that much of the budget.
    pub(crate) fn set_memory_of_derived(&self, bytes: u64) {
        self.inner.memory_of_derived.store(to_usize(bytes), Ordering::Relaxed);
    }

    /// What the derived traces were last said to take.
    pub fn memory_of_derived(&self) -> u64 {
        self.inner.memory_of_derived.load(Ordering::Relaxed) as u64
    }

    /// All memory in use that the budget is for, in bytes; shown in the window.
    pub fn set_memory_used(&self, bytes: u64) {
        self.inner.memory_used.store(to_usize(bytes), Ordering::Relaxed);
    }

    /// Memory used and the budget, in bytes.
    pub fn memory(&self) -> (u64, u64) {
        let load = |n: &AtomicUsize| n.load(Ordering::Relaxed) as u64;
        (load(&self.inner.memory_used), load(&self.inner.memory_budget))
    }

    /// Whether there are streams and nothing will come from any of them any more.
    pub fn is_over(&self) -> bool {
        let streams = self.streams();
        !streams.is_empty() && streams.iter().all(|s| lock(s).liveness.is_over())
    }

    /// The streams whose shared memory somebody damaged, and what was seen of them before.
    pub fn damaged(&self) -> Vec<(String, Counts)> {
        let damaged = |stream: &SharedStream| {
            let state = lock(stream);
            (state.liveness == Liveness::Damaged).then(|| (state.info.meta.name.clone(), state.counts))
        };
        self.streams().iter().filter_map(damaged).collect()
    }

    /// Says what was asked for and cannot be had, a sentence for each.
    pub(crate) fn set_unreadable(&self, unreadable: Vec<String>) {
        *lock(&self.inner.unreadable) = unreadable;
        self.changed();
    }

    /// What was asked for and could not be had at the last try, in one sentence; `None` where there is nothing of it.
    pub fn unreadable(&self) -> Option<String> {
        match lock(&self.inner.unreadable).as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            all => Some(format!("{} streams cannot be read: {}", all.len(), all[0])),
        }
    }

    /// Says that there will never be a stream.
    pub fn abandon(&self) {
        self.inner.is_abandoned.store(true, Ordering::Relaxed);
        self.changed();
    }

    /// Whether there were streams and all of them asked for the picture to go, or there will never be one.
    pub fn is_finished(&self) -> bool {
        if self.inner.is_abandoned.load(Ordering::Relaxed) {
            return true;
        }
        let streams = self.streams();
        !streams.is_empty() && streams.iter().all(|s| lock(s).liveness == Liveness::Finished)
    }
}

fn to_usize(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::data::{Data, StreamInfo};
    use super::*;
    use crate::history::Frames;
    use crate::ring::XMode;
    use crate::stream::StreamKind;

    fn stream(name: &str, order: i32) -> StreamState {
        StreamState {
            info: StreamInfo {
                meta: Meta { name: name.to_owned(), order, ..Meta::default() },
                kind: StreamKind::Timed,
                x_mode: XMode::Timed,
                derived: None,
                capacity: None,
            },
            run: 1,
            liveness: Liveness::Live,
            counts: Counts::default(),
            rate_hz: None,
            data: Data::Frames(Frames::new()),
        }
    }

    #[test]
    fn streams_are_listed_by_order_then_by_name() {
        let store = Store::new(0);
        for (name, order) in [("b", 1), ("a", 1), ("z", 0), ("c", 1)] {
            store.add(stream(name, order));
        }
        let names: Vec<String> = store.streams().iter().map(|s| lock(s).info.meta.name.clone()).collect();
        assert_eq!(names, ["z", "a", "b", "c"]);
    }

    #[test]
    fn every_change_is_seen_and_wakes() {
        let store = Store::new(0);
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        store.set_waker(Some(Box::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        })));
        let before = store.version();
        let added = store.add(stream("a", 0));
        store.changed();
        assert!(store.remove(&added));
        assert!(!store.remove(&added));
        assert_eq!((store.version() - before, woken.load(Ordering::Relaxed)), (3, 3));
    }

    #[test]
    fn finished_needs_every_stream() {
        let store = Store::new(0);
        assert!(!store.is_finished());
        let a = store.add(stream("a", 0));
        let b = store.add(stream("b", 0));
        lock(&a).liveness = Liveness::Finished;
        assert!(!store.is_finished());
        lock(&b).liveness = Liveness::Finished;
        assert!(store.is_finished());
    }
}
