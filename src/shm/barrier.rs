//! Barriers: programs wait until as many of them wait as were expected, and then all go at once.
//!
//! A barrier is one small file in the registry's folder. Who waits holds a seat in it: a lock over a byte of its own, which
//! the system takes back when its holder dies. So a killed waiter is not counted, and leaves nothing in the way.
//!
//! ```text
//! <name>.gate:  byte 0       the turnstile: held while somebody arrives or leaves
//!               byte 1..=n   the seats: held by who waits
//!               text         parties=n, and then, once the last of them has arrived, open
//! ```
//! The last to arrive writes `open` and removes the file: who still waits sees that through the descriptor it has, and who
//! comes later makes a new file, so that a barrier can be used again at once.
//!
//! Why not a counter and an event in shared memory: a count does not fall when a process that raised it is killed.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::os::{OwnFile, is_at};
use super::registry::{age, plain_options};
use super::{BarrierError, MAX_PARTIES, directory, name, os};

/// How often a waiter looks: at the barrier's turnstile, and whether it is open.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// How long after its time a waiter still tries to leave through the turnstile.
const GRACE: Duration = Duration::from_secs(1);
const TURNSTILE: u32 = 0;
const OPEN: &str = "open\n";

/// Waits at the barrier `name` until `parties` programs or threads wait there, and returns at the same moment in all of them,
/// give or take a few milliseconds. Who is killed while it waits does not count. A barrier can be used again as soon as it has
/// opened. Gives up after `timeout`, or up to a second later where another is just then arriving.
///
/// Those meet who use the same registry: programs with different `RINGPLOT_DIR` or `XDG_RUNTIME_DIR` do not. A party that
/// is stopped while it arrives holds up the others until their time is over.
///
/// ```
/// use std::time::Duration;
///
/// use ringplot::stream::wait_at_barrier;
///
/// # let name = &format!("example/{}/barrier", std::process::id());
/// // In each of two workers, here threads, once its stream is there:
/// let arrive = || wait_at_barrier(name, 2, Duration::from_secs(10));
/// std::thread::scope(|scope| {
///     let other = scope.spawn(arrive);
///     arrive()?;
///     other.join().expect("it does not panic")
/// })?;
/// # Ok::<(), ringplot::stream::BarrierError>(())
/// ```
///
/// # Errors
/// See [`BarrierError`]; a barrier that did not open in time says how many came.
pub fn wait_at_barrier(name: &str, parties: u32, timeout: Duration) -> Result<(), BarrierError> {
    let name = name::checked(name)?;
    if !(1..=MAX_PARTIES).contains(&parties) {
        return Err(BarrierError::Parties { parties });
    }
    let path = directory::for_producer()?.join(format!("{}.gate", name::to_file(name)));
    let barrier = Barrier { name, path: &path, parties, timeout, begun: Instant::now() };
    let io = |source| BarrierError::Io { source, path: path.clone() };
    loop {
        let file = OwnFile::open(&plain_options(true), &path).map_err(io)?;
        match barrier.arrive(&file).map_err(io)? {
            Step::Opened => return Ok(()),
            Step::Again => {}
            Step::Waiting(seat) => match barrier.wait(&file, seat).map_err(io)? {
                Step::Opened => return Ok(()),
                Step::TimedOut(arrived) => return Err(barrier.timed_out(arrived)),
                _ => {}
            },
            Step::TimedOut(arrived) => return Err(barrier.timed_out(arrived)),
            Step::Disagreement(others) => {
                return Err(BarrierError::Disagreement { name: name.to_owned(), parties, others });
            }
        }
    }
}

/// What came of arriving, or of waiting.
enum Step {
    /// The barrier is open.
    Opened,
    /// The file was removed meanwhile: arrive anew.
    Again,
    /// This seat is ours.
    Waiting(u32),
    /// Those who had arrived when the time was over.
    TimedOut(u32),
    /// Those who wait expect so many.
    Disagreement(u32),
}

struct Barrier<'a> {
    name: &'a str,
    path: &'a Path,
    parties: u32,
    timeout: Duration,
    begun: Instant,
}

impl Barrier<'_> {
    fn timed_out(&self, arrived: u32) -> BarrierError {
        let waited = self.begun.elapsed();
        BarrierError::TimedOut { name: self.name.to_owned(), arrived, parties: self.parties, waited }
    }

    fn is_over(&self) -> bool {
        self.begun.elapsed() >= self.timeout
    }

    /// Takes a seat, and opens the barrier if it was the last one.
    fn arrive(&self, file: &File) -> io::Result<Step> {
        while !os::try_lock_byte(file, TURNSTILE)? {
            if self.is_over() {
                return Ok(Step::TimedOut(waiting(file, self.parties)? + 1));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let step = self.arrive_alone(file);
        os::unlock_byte(file, TURNSTILE)?;
        step
    }

    /// With the turnstile held.
    fn arrive_alone(&self, file: &File) -> io::Result<Step> {
        if !is_at(file, self.path) {
            return Ok(Step::Again);
        }
        let state = State::read(file)?;
        if state == State::Open {
            // Who opened it was killed before it could remove it.
            std::fs::remove_file(self.path)?;
            return Ok(Step::Again);
        }
        if let State::For(others) = state
            && others != self.parties
            && waiting(file, others)? > 0
        {
            return Ok(Step::Disagreement(others));
        }
        let arrived = waiting(file, self.parties)?;
        for seat in 1..=self.parties {
            if !os::try_lock_byte(file, seat)? {
                continue;
            }
            let text = format!("parties={}\n", self.parties);
            os::write_all_at(file, text.as_bytes(), 0)?;
            file.set_len(text.len() as u64)?;
            if arrived + 1 < self.parties {
                return Ok(Step::Waiting(seat));
            }
            os::write_all_at(file, OPEN.as_bytes(), text.len() as u64)?;
            std::fs::remove_file(self.path)?;
            return Ok(Step::Opened);
        }
        // Not to be: the last seat opens the barrier, and who opens it removes it.
        Ok(Step::Again)
    }

    /// Waits in `seat` until the barrier opens.
    fn wait(&self, file: &File, seat: u32) -> io::Result<Step> {
        loop {
            let is_removed = os::is_removed(file)?;
            // Asked after that: the barrier is opened before it is removed.
            if State::read(file)? == State::Open {
                return Ok(Step::Opened);
            }
            if is_removed {
                return Ok(Step::Again);
            }
            // With the turnstile held nobody arrives or opens; but who was stopped there holds up nobody for ever.
            let is_late = self.begun.elapsed() >= self.timeout.saturating_add(GRACE);
            if self.is_over() && (os::try_lock_byte(file, TURNSTILE)? || is_late) {
                let is_open = State::read(file)? == State::Open;
                let arrived = waiting(file, self.parties)? + 1;
                os::unlock_byte(file, seat)?;
                os::unlock_byte(file, TURNSTILE)?;
                return Ok(if is_open { Step::Opened } else { Step::TimedOut(arrived) });
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// What a barrier's file says.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Fresh,
    For(u32),
    Open,
}

impl State {
    fn read(file: &File) -> io::Result<Self> {
        let mut bytes = [0; 64];
        let length = os::read_at(file, &mut bytes, 0)?;
        let text = std::str::from_utf8(&bytes[..length]).unwrap_or("?");
        if text.is_empty() {
            return Ok(Self::Fresh);
        }
        let parsed = text.split_once('\n').and_then(|(first, rest)| {
            let parties = first.strip_prefix("parties=")?.parse().ok()?;
            Some(if rest == OPEN { Self::Open } else { Self::For(parties) })
        });
        parsed.ok_or_else(|| {
            io::Error::new(io::ErrorKind::AlreadyExists, "a file of another program is in the way")
        })
    }
}

/// How many others hold a seat.
fn waiting(file: &File, parties: u32) -> io::Result<u32> {
    let mut count = 0;
    for seat in 1..=parties.min(MAX_PARTIES) {
        count += u32::from(os::is_byte_locked(file, seat)?);
    }
    Ok(count)
}

/// Removes a barrier's file at which nobody has waited for `min_age`.
pub(super) fn remove_abandoned(path: &Path, min_age: Duration) {
    let Ok(file) = OwnFile::open(&plain_options(false), path) else { return };
    let is_old = age(path).is_some_and(|age| age >= min_age);
    let is_barrier = file.metadata().is_ok_and(|metadata| metadata.is_file()) && State::read(&file).is_ok();
    let is_free = || os::try_lock(&file).unwrap_or(false) && is_at(&file, path);
    if is_old && is_barrier && is_free() {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{State, remove_abandoned};

    #[test]
    fn what_is_no_barrier_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        for (text, is_removed) in [
            ("mine\n", false),
            ("parties=x\n", false),
            ("", true),
            ("parties=3\n", true),
            ("parties=3\nopen\n", true),
        ] {
            let path = dir.path().join("x.gate");
            std::fs::write(&path, text).unwrap();
            remove_abandoned(&path, Duration::from_mins(1));
            assert!(path.exists(), "{text:?} is fresh");
            remove_abandoned(&path, Duration::ZERO);
            assert_eq!(!path.exists(), is_removed, "{text:?}");
        }
    }

    #[test]
    fn a_barrier_is_fresh_then_for_a_number_then_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.gate");
        for (text, state) in
            [("", State::Fresh), ("parties=12\n", State::For(12)), ("parties=12\nopen\n", State::Open)]
        {
            std::fs::write(&path, text).unwrap();
            assert_eq!(State::read(&std::fs::File::open(&path).unwrap()).unwrap(), state);
        }
    }
}
