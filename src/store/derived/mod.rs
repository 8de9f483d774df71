//! Derived traces: computed here, from what the store holds, and never by a producer.
//!
//! ```text
//! source in the store ──copy, a chunk at a time──▶ run ──append──▶ stream of its own in the same store
//! ```
//! 1. A value has the position of the sample that it belongs to, so both lie at the same x, and a derived trace
//!    forgets what its source forgets.
//! 2. A producer that starts again starts what is derived from it again; once it is over, so is that.
//! 3. Two streams meet at the x of the first: the second one is interpolated on a straight line between its samples.
//! 4. A name is that of one stream. Where a producer comes with the name of a derived trace, the trace is called by its
//!    formula from then on, and begins anew.
//! 5. The thread sleeps until the store changes. There is none before the first derived trace.

mod engine;
mod error;
mod formula;
mod run;
mod spectrum;
mod syntax;
pub(super) mod traces;
mod turn;

use std::time::{Duration, Instant};

use self::run::Run;
use self::turn::Round;
use super::data::lock;
use super::streams::{Store, WeakStore};

pub use self::error::DerivedError;
pub(crate) use self::formula::parse_window;
pub use self::formula::{DerivedSpec, Formula};
pub use self::spectrum::{Scaling, Settings, WindowFunction};
pub(crate) use self::syntax::{last_equals, read_before_equals};

/// The store is told of news at most this often.
const WAKE_EVERY: Duration = Duration::from_millis(8);
/// The longest name of a derived trace, characters.
const LONGEST_NAME: usize = 128;
/// Rounds of [`Derived::catch_up`] at most, so that it ends beside a producer that never does.
const MOST_ROUNDS: usize = 1 << 16;

/// A derived trace as it is listed.
///
/// ```
/// use ringplot::store::{DerivedError, DerivedSpec, DerivedStatus, Store};
///
/// let derived = Store::new(64 << 20).derived();
/// derived.add_when_there(DerivedSpec::parse("slow = mean(lorenz/x, 0.1s)")?)?;
/// let status: &DerivedStatus = &derived.list()[0];
/// assert_eq!(status.name, "slow");
/// assert_eq!(status.waits_for, Some(DerivedError::UnknownSource("lorenz/x".to_owned())));
/// # Ok::<(), DerivedError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DerivedStatus {
    /// What it is.
    pub spec: DerivedSpec,
    /// What it is called among the streams: by its name, unless a producer has taken that.
    pub name: String,
    /// What it waits for: a source that is not there, or is not over time.
    pub waits_for: Option<DerivedError>,
}

/// The derived traces of a store.
///
/// ```
/// use ringplot::store::{DerivedSpec, Store};
///
/// let derived = Store::new(64 << 20).derived();
/// derived.add_when_there(DerivedSpec::parse("slow = mean(lorenz/x, 0.1s)")?)?;
/// assert_eq!(derived.list().len(), 1);
/// assert!(derived.remove("slow"));
/// # Ok::<(), ringplot::store::DerivedError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Derived {
    store: Store,
}

impl Store {
    /// The traces that the viewer derives from those of producers.
    pub fn derived(&self) -> Derived {
        Derived { store: self.clone() }
    }
}

impl Derived {
    /// Adds a trace, which appears at once; its name is the formula where it has none.
    ///
    /// # Errors
    /// [`DerivedError::UnknownSource`] when a source is not there, [`DerivedError::NotOverTime`] when it is not over time,
    /// [`DerivedError::BadValue`] when a value of the formula is out of range, [`DerivedError::BadName`] when the name is
    /// too long or not on one line, [`DerivedError::NameTaken`] when a stream or another trace has it,
    /// [`DerivedError::Cycle`] when the trace would be derived from itself.
    pub fn add(&self, spec: DerivedSpec) -> Result<(), DerivedError> {
        for source in spec.formula.sources() {
            let found = turn::find(&self.store, source);
            let Some(found) = found else { return Err(DerivedError::UnknownSource(source.to_owned())) };
            if !turn::is_over_time(&lock(&found)) {
                return Err(DerivedError::NotOverTime(source.to_owned()));
            }
        }
        if turn::find(&self.store, &spec.shown_name()).is_some() {
            return Err(DerivedError::NameTaken(spec.shown_name()));
        }
        self.add_when_there(spec)
    }

    /// The same, but the sources may come later.
    ///
    /// # Errors
    /// As [`Derived::add`], but for sources and the names of producers' streams.
    pub fn add_when_there(&self, spec: DerivedSpec) -> Result<(), DerivedError> {
        let mut runs = lock(&self.store.traces().runs);
        check(&spec, runs.iter().map(|run| &run.spec))?;
        let mut run = Run::new(spec);
        run.step(&self.store, &self.store.streams());
        runs.push(run);
        drop(runs);
        self.start();
        self.store.changed();
        Ok(())
    }

    /// Computes a trace of what its sources hold now in this thread alone, to measure that.
    #[doc(hidden)]
    pub fn compute_alone(&self, spec: DerivedSpec) {
        let mut run = Run::new(spec);
        while run.step(&self.store, &self.store.streams()).has_more {}
        lock(&self.store.traces().runs).push(run);
    }

    /// Takes a trace out; whether there was one of that name. What is derived from it ends.
    pub fn remove(&self, name: &str) -> bool {
        let mut runs = lock(&self.store.traces().runs);
        let Some(at) = runs.iter().position(|run| run.spec.shown_name() == name) else { return false };
        let run = runs.remove(at);
        drop(runs);
        if let Some(stream) = &run.stream {
            self.store.remove(stream);
        }
        self.store.changed();
        true
    }

    /// All traces, in the order in which they were added.
    pub fn list(&self) -> Vec<DerivedStatus> {
        let status = |run: &Run| DerivedStatus {
            spec: run.spec.clone(),
            name: run.name.clone(),
            waits_for: run.waits_for.clone(),
        };
        lock(&self.store.traces().runs).iter().map(status).collect()
    }

    /// Computes here what is missing: all that the sources hold, before a picture is drawn. For sources that nothing
    /// more comes to: beside a fast producer it may take long.
    pub fn catch_up(&self) {
        for _ in 0..MOST_ROUNDS {
            if !round(&self.store).has_more {
                return;
            }
        }
    }

    fn start(&self) {
        let mut thread = lock(&self.store.traces().thread);
        if thread.is_some() {
            return;
        }
        let store = self.store.downgrade();
        let started =
            std::thread::Builder::new().name("ringplot: derive".to_owned()).spawn(move || work(&store));
        match started {
            Ok(handle) => *thread = Some(handle.thread().clone()),
            Err(error) => tracing::error!("derived traces stand still: no thread for them: {error}"),
        }
    }
}

/// Whether a trace can be there beside others.
///
/// # Errors
/// [`DerivedError`] where a value is out of range, the name is no name or that of another, or the trace would be derived
/// from itself.
pub(crate) fn check<'a>(
    spec: &DerivedSpec,
    others: impl Iterator<Item = &'a DerivedSpec>,
) -> Result<(), DerivedError> {
    spec.formula.check()?;
    let name = spec.shown_name();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(DerivedError::BadName(name));
    }
    let all: Vec<&DerivedSpec> = others.collect();
    if all.iter().any(|other| other.shown_name() == name) {
        return Err(DerivedError::NameTaken(name));
    }
    let mut reached = vec![name.clone()];
    let mut next: Vec<String> = spec.formula.sources().into_iter().map(str::to_owned).collect();
    while let Some(source) = next.pop() {
        if source == name {
            return Err(DerivedError::Cycle(name));
        }
        if !reached.contains(&source) {
            let of = all.iter().filter(|other| other.shown_name() == source);
            next.extend(of.flat_map(|other| other.formula.sources()).map(str::to_owned));
            reached.push(source);
        }
    }
    Ok(())
}

/// Lets every trace take its turn.
fn round(store: &Store) -> Round {
    let mut round = Round::default();
    let mut memory = 0;
    let mut index = 0;
    // Others have their turn at the list between two traces.
    loop {
        let streams = store.streams();
        let mut runs = lock(&store.traces().runs);
        let Some(run) = runs.get_mut(index) else { break };
        let step = run.step(store, &streams);
        round.is_new |= step.is_new;
        round.has_more |= step.has_more;
        memory += run.memory_bytes;
        index += 1;
    }
    store.set_memory_of_derived(memory);
    round
}

fn work(weak: &WeakStore) {
    let mut told = Instant::now();
    let mut is_untold = false;
    loop {
        let Some(store) = weak.upgrade() else { return };
        let round = round(&store);
        is_untold |= round.is_new;
        if is_untold && (!round.has_more || told.elapsed() >= WAKE_EVERY) {
            store.changed();
            (is_untold, told) = (false, Instant::now());
        }
        drop(store);
        // A trace that is derived from a later one in the list sees its news in the next round.
        if !round.has_more && !round.is_new {
            // That may have been the last one, which nobody tells this thread of.
            if weak.upgrade().is_none() {
                return;
            }
            std::thread::park();
        }
    }
}
