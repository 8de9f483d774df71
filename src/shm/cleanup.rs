//! Cleaning up: what dead producers left in the registry, and in shared memory.
//!
//! Nobody knows when a producer died. Who passes by first marks the lock file, and another may remove it ten minutes later;
//! who is asked to clean up removes at once. What could not be removed is named.

use std::io::{self, Read};
use std::time::Duration;

use crate::ring::sync::{AtomicU64, Ordering};

use super::os::{self, OwnFile, is_other_file};
use super::registry::{
    Claim, ClaimError, DEAD_MARK, LiveSegments, Paths, age, is_ours, lock_file, open_plain,
};
use super::{Cleaned, DirectoryError, Left, barrier, directory, name};

/// How long a dead stream is kept before a passer-by removes it.
const QUIET_GC_AGE: Duration = Duration::from_mins(10);
/// How long who was asked to clean up waits for another who does.
const PASSING: Duration = Duration::from_millis(5);

/// Removes what was seen dead long ago, as who creates a stream does. A program that creates a thousand looks at them once,
/// and not a thousand times: once a second at most.
pub(crate) fn pass_by() {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = os::monotonic_nanos();
    // Two threads at once do no harm.
    if now >= NEXT.load(Ordering::Relaxed) {
        NEXT.store(now.saturating_add(1_000_000_000), Ordering::Relaxed);
        let _ = gc(QUIET_GC_AGE, |_| true);
    }
}

/// Removes what producers of streams left that have been dead for `min_age` and whose name `is_meant`.
///
/// # Errors
/// A folder that cannot be read or trusted.
pub(crate) fn gc(min_age: Duration, is_meant: impl Fn(&str) -> bool) -> Result<Cleaned, DirectoryError> {
    let (mut cleaned, mut locked) = (Cleaned::default(), Vec::new());
    let held = LiveSegments::default();
    for dir in directory::existing()? {
        let listing =
            std::fs::read_dir(&dir).map_err(|source| DirectoryError::Io { source, path: dir.clone() })?;
        for item in listing.flatten() {
            let path = item.path();
            match (path.extension().and_then(|e| e.to_str()), path.file_stem().and_then(|s| s.to_str())) {
                (Some("lock"), Some(file)) => {
                    if let Some(name) = name::from_file(file).filter(|name| is_meant(name)) {
                        let paths = Paths::new(&dir, &name);
                        let outcome = remove_dead(&paths, min_age, &held);
                        if outcome == Removal::Kept && min_age.is_zero() && paths.is_held() {
                            locked.push((name, paths));
                        } else {
                            outcome.count(name, &mut cleaned);
                        }
                    }
                }
                (Some("stream"), Some(file)) => {
                    if let Some(name) = name::from_file(file).filter(|name| is_meant(name)) {
                        remove_orphan(&Paths::new(&dir, &name), min_age, &held).count(name, &mut cleaned);
                    }
                }
                (Some("gate"), Some(file)) if name::from_file(file).is_some_and(|name| is_meant(&name)) => {
                    barrier::remove_abandoned(&path, min_age);
                }
                _ => {}
            }
        }
    }
    if !locked.is_empty() {
        // A producer holds its name for life, and who cleans up at the same time for microseconds.
        std::thread::sleep(PASSING);
        for (name, paths) in locked {
            remove_dead(&paths, min_age, &held).count(name, &mut cleaned);
        }
    }
    cleaned.removed.sort();
    cleaned.left.sort();
    Ok(cleaned)
}

/// What became of something that was looked at to be removed.
#[derive(Debug, PartialEq, Eq)]
enum Removal {
    /// It lives, is young, or is none of ours.
    Kept,
    Removed,
    /// The stream is removed, and something that it named stays.
    RemovedBut(String),
    /// It should go and stays.
    Failed(String),
}

impl Removal {
    fn count(self, name: String, cleaned: &mut Cleaned) {
        match self {
            Self::Kept => {}
            Self::Removed => cleaned.removed.push(name),
            Self::RemovedBut(reason) => {
                cleaned.removed.push(name.clone());
                cleaned.left.push(Left { name, reason });
            }
            Self::Failed(reason) => cleaned.left.push(Left { name, reason }),
        }
    }
}

/// Removes an announcement that has no lock file: somebody else removed that.
fn remove_orphan(paths: &Paths, min_age: Duration, held: &LiveSegments) -> Removal {
    let is_orphan = !paths.lock.exists() && age(&paths.stream).is_some_and(|age| age >= min_age);
    if !is_orphan || paths.announced().is_none() {
        return Removal::Kept;
    }
    match lock_file(&paths.lock, true) {
        Ok(lock) => remove_locked(lock, paths, held),
        Err(error) => error.into(),
    }
}

/// Removes everything of a stream whose lock we hold.
fn remove_locked(lock: OwnFile, paths: &Paths, held: &LiveSegments) -> Removal {
    // Held until the file is gone.
    let claim = Claim::of(lock, paths);
    let foreign = match claim.remove_predecessor(held) {
        Ok(foreign) => foreign,
        Err(reason) => return Removal::Failed(reason),
    };
    match std::fs::remove_file(&paths.lock) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Removal::Failed(format!("{} stays: {error}", paths.lock.display()))
        }
        _ => foreign.map_or(Removal::Removed, Removal::RemovedBut),
    }
}

impl From<ClaimError> for Removal {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Held(_) => Self::Kept,
            // A producer that closed a moment ago has removed it, and has left nothing.
            ClaimError::Io(error, _) if is_other_file(&error) => Self::Kept,
            ClaimError::Io(error, path) => Self::Failed(format!("{} stays: {error}", path.display())),
        }
    }
}

/// Removes the stream if its producer is dead and was seen dead at least `min_age` ago.
fn remove_dead(paths: &Paths, min_age: Duration, held: &LiveSegments) -> Removal {
    let is_asked_for = min_age.is_zero();
    if paths.is_held() {
        return Removal::Kept;
    }
    if !is_asked_for && is_marked(paths) && age(&paths.lock).is_none_or(|age| age < min_age) {
        // Not locked for nothing: who asks at that moment would be told that somebody holds it.
        return Removal::Kept;
    }
    // Not made: a producer that closed a moment ago has removed it, and has left nothing.
    let mut lock = match lock_file(&paths.lock, false) {
        Ok(lock) => lock,
        Err(error) => return error.into(),
    };
    if !is_ours(&mut lock, is_asked_for).unwrap_or(false) {
        return Removal::Kept;
    }
    if !is_asked_for {
        if !is_marked(paths) {
            mark(&lock);
            return Removal::Kept;
        }
        if age(&paths.lock).is_none_or(|age| age < min_age) {
            return Removal::Kept;
        }
    }
    remove_locked(lock, paths, held)
}

/// Marks a lock file that we hold, in a line of its own: the last line of others need not be ended.
fn mark(lock: &OwnFile) {
    let Ok(length) = lock.metadata().map(|metadata| metadata.len()) else { return };
    let mut last = [b'\n'];
    if length > 0 && !matches!(os::read_at(lock, &mut last, length - 1), Ok(1)) {
        return;
    }
    let text = if last == *b"\n" { DEAD_MARK.to_owned() } else { format!("\n{DEAD_MARK}") };
    let _ = os::write_all_at(lock, text.as_bytes(), length);
}

/// Whether somebody has seen the stream dead before.
fn is_marked(paths: &Paths) -> bool {
    let mut text = String::new();
    let read = open_plain(&paths.lock).and_then(|file| file.take(4096).read_to_string(&mut text));
    read.is_ok() && text.ends_with(DEAD_MARK)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LiveSegments, QUIET_GC_AGE, Removal, remove_dead, remove_orphan};
    use crate::shm::record::Record;
    use crate::shm::registry::{Claim, ClaimError, Paths};

    fn record() -> Record {
        Record { run: 7, os_id: "/ringplot-0123456789abcdef".into(), pid: 42 }
    }

    #[test]
    fn files_of_other_programs_are_never_touched() {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in
            [("cargo.lock", "version = 4\n"), ("cam.stream", "rtsp"), ("notes.tmp", "mine"), ("q.tmp", "")]
        {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        assert!(matches!(Claim::new(dir.path(), "cargo"), Err(ClaimError::Io(..))));
        let (cargo, cam) = (Paths::new(dir.path(), "cargo"), Paths::new(dir.path(), "cam"));
        for age in [Duration::ZERO, QUIET_GC_AGE] {
            assert_eq!(remove_dead(&cargo, age, &LiveSegments::default()), Removal::Kept);
            assert_eq!(remove_orphan(&cam, age, &LiveSegments::default()), Removal::Kept);
        }
        drop(Claim::new(dir.path(), "q").unwrap());
        let dead = Paths::new(dir.path(), "q");
        assert_eq!(remove_dead(&dead, Duration::ZERO, &LiveSegments::default()), Removal::Removed);
        let mut left: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|item| item.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["cam.stream", "cargo.lock", "notes.tmp", "q.tmp"]);
        assert_eq!(std::fs::read_to_string(cargo.lock).unwrap(), "version = 4\n");
    }

    #[test]
    fn gc_leaves_no_mark_where_a_producer_has_just_closed() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "closed");
        assert_eq!(remove_dead(&paths, QUIET_GC_AGE, &LiveSegments::default()), Removal::Kept);
        assert!(!paths.lock.exists());
    }

    #[test]
    fn a_mark_leaves_a_record_whole_whose_last_line_is_not_ended() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "foreign");
        std::fs::write(&paths.lock, record().to_text().trim_end()).unwrap();
        assert_eq!(remove_dead(&paths, QUIET_GC_AGE, &LiveSegments::default()), Removal::Kept);
        assert_eq!(paths.locked_record(), Some(record()), "the mark hides the run");
        assert!(super::is_marked(&paths));
    }

    #[test]
    fn a_dead_stream_is_marked_first_and_removed_when_the_mark_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "dead");
        let claim = Claim::new(dir.path(), "dead").unwrap();
        claim.write(&record()).unwrap();
        claim.announce(&record()).unwrap();
        drop(claim);
        let remove_dead = || super::remove_dead(&paths, QUIET_GC_AGE, &LiveSegments::default());
        assert_eq!(remove_dead(), Removal::Kept, "it was dead for no time yet");
        assert_eq!(paths.locked_record(), Some(record()), "the mark hides the run");
        assert_eq!(remove_dead(), Removal::Kept);
        let lock = std::fs::File::options().write(true).open(&paths.lock).unwrap();
        lock.set_modified(std::time::SystemTime::now() - QUIET_GC_AGE * 2).unwrap();
        drop(lock);
        assert_eq!(remove_dead(), Removal::Removed);
        assert!(!paths.lock.exists() && !paths.stream.exists());
    }
}
