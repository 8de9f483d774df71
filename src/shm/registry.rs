//! Who streams what: two small files a stream, in a folder of the user's.
//!
//! `<stream>.lock` is held by its producer for life, as an open-file-description lock, and names the producer's run
//! and segment. `<stream>.stream` appears last, when the segment is ready, and is what readers look for. Whatever a
//! kill leaves is found through the lock file alone: nobody scans /dev/shm.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::fork::OwnFile;
use super::record::Record;
use super::{DirectoryError, directory, gate, name, os, segment};

/// How long a dead stream is kept before a passer-by removes it.
pub(crate) const QUIET_GC_AGE: Duration = Duration::from_mins(10);
/// How long `create` waits for somebody who is removing the name at this moment.
const CLAIM_PATIENCE: Duration = Duration::from_millis(200);
/// How long who was asked to clean up waits for another who does.
const PASSING: Duration = Duration::from_millis(5);

/// A stream's two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    /// The lock file.
    pub(crate) lock: PathBuf,
    /// The announcement.
    pub(crate) stream: PathBuf,
}

impl Paths {
    pub(crate) fn new(dir: &Path, name: &str) -> Self {
        let file = name::to_file(name);
        Self { lock: dir.join(format!("{file}.lock")), stream: dir.join(format!("{file}.stream")) }
    }

    /// The announcement before its rename; only who holds the lock writes it.
    fn temporary(&self) -> PathBuf {
        self.stream.with_extension("stream.tmp")
    }

    /// What the lock file says; `None` where it says nothing that we know. An error where it is not there or cannot be
    /// read.
    pub(crate) fn read_lock(&self) -> io::Result<Option<Record>> {
        Ok(Record::read(&mut open_plain(&self.lock)?))
    }

    /// The announced record, if there is one.
    pub(crate) fn announced(&self) -> Option<Record> {
        Record::read(&mut open_plain(&self.stream).ok()?)
    }

    /// The record in the lock file, if there is one.
    pub(crate) fn locked_record(&self) -> Option<Record> {
        self.read_lock().ok()?
    }

    /// Whether a producer holds the name, and its announcement.
    fn look(&self) -> (bool, Option<Record>) {
        // In this order: who closes removes the announcement before it lets go, and so is never seen dead.
        let is_held = self.is_held();
        let record = self.announced();
        // A successor may have announced itself in between.
        (is_held || (record.is_some() && self.is_held()), record)
    }

    /// Whether a producer holds the name.
    pub(crate) fn is_held(&self) -> bool {
        open_plain(&self.lock).and_then(|file| os::is_locked(&file)).unwrap_or(false)
    }
}

/// How a file of ours is opened for writing, made if it is missing and `create` says so: never follows a link, never blocks.
pub(super) fn plain_options(create: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(create).truncate(false).mode(0o600);
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options
}

/// Opens a regular file for reading: never follows a link, never blocks on a pipe.
fn open_plain(path: &Path) -> io::Result<File> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// Why a name could not be claimed.
#[derive(Debug)]
pub(crate) enum ClaimError {
    /// A live producer holds it.
    Held(Option<u32>),
    /// The lock file cannot be made.
    Io(io::Error, PathBuf),
}

/// A name held for a producer's life. Dropping it lets go of the name and leaves the files.
#[derive(Debug)]
pub(crate) struct Claim {
    lock: OwnFile,
    pub(crate) paths: Paths,
    pid: u32,
}

impl Claim {
    /// Claims `name` in `dir` and removes what a dead predecessor left.
    pub(crate) fn new(dir: &Path, name: &str) -> Result<Self, ClaimError> {
        let paths = Paths::new(dir, name);
        let mut lock = lock_file(&paths.lock, true)?;
        let is_ours = is_ours(&mut lock, true).map_err(|error| ClaimError::Io(error, paths.lock.clone()))?;
        if !is_ours {
            let error =
                io::Error::new(io::ErrorKind::AlreadyExists, "a file of another program is in the way");
            return Err(ClaimError::Io(error, paths.lock));
        }
        let claim = Self { lock, paths, pid: std::process::id() };
        claim.remove_predecessor(&Held::default());
        Ok(claim)
    }

    fn remove_predecessor(&self, held: &Held) {
        let records = [self.paths.locked_record(), self.paths.announced()];
        for record in records.into_iter().flatten().filter(|record| !held.elsewhere(record, &self.paths)) {
            tracing::info!(run = format_args!("{:016x}", record.run), "removing what a dead producer left");
            segment::unlink(&record.os_id);
        }
        let _ = std::fs::remove_file(&self.paths.stream);
        let _ = std::fs::remove_file(self.paths.temporary());
    }

    /// Writes the run into the lock file: from now on a successor and `gc` find its segment.
    pub(crate) fn write(&self, record: &Record) -> io::Result<()> {
        let text = record.to_text();
        self.lock.write_all_at(text.as_bytes(), 0)?;
        self.lock.set_len(text.len() as u64)
    }

    /// Announces the stream, whole or not at all.
    pub(crate) fn announce(&self, record: &Record) -> io::Result<()> {
        let temporary = self.paths.temporary();
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&temporary)
            .and_then(|file| file.write_all_at(record.to_text().as_bytes(), 0))
            .and_then(|()| std::fs::rename(&temporary, &self.paths.stream));
        if written.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        written
    }

    /// Whether this process made the claim, and not one that it was forked from.
    pub(crate) fn is_ours(&self) -> bool {
        self.pid == std::process::id()
    }

    /// Removes the stream: segment, announcement, lock file, in this order. The lock goes with the descriptor. Files
    /// that are no longer ours, because somebody removed the folder, are left alone.
    pub(crate) fn remove(&self, os_id: &str) {
        if !self.is_ours() {
            return;
        }
        segment::unlink(os_id);
        if same_file(&self.lock, &self.paths.lock) {
            let _ = std::fs::remove_file(&self.paths.stream);
            let _ = std::fs::remove_file(&self.paths.lock);
        }
    }
}

/// The segments that held lock files name, looked for when the first of them is asked about: files can be copied, and a copy
/// of a live stream's must not take its segment with it.
#[derive(Default)]
struct Held(OnceCell<HashSet<(String, PathBuf)>>);

impl Held {
    /// Whether a stream that is held, and not the one of `paths`, has the record's segment.
    fn elsewhere(&self, record: &Record, paths: &Paths) -> bool {
        let held = self.0.get_or_init(|| {
            let lock_files = directory::existing().into_iter().flatten().flat_map(|dir| lock_files(&dir));
            let held = lock_files.flatten().filter(|(_, paths)| paths.is_held());
            held.filter_map(|(_, paths)| Some((paths.locked_record()?.os_id, paths.lock))).collect()
        });
        held.iter().any(|(os_id, lock)| *os_id == record.os_id && *lock != paths.lock)
    }
}

/// Whether a lock file is one of ours: it names a run, or, where `or_empty`, its producer died before it wrote that. In a
/// folder that others use, too, theirs is never touched.
fn is_ours(lock: &mut File, or_empty: bool) -> io::Result<bool> {
    let mut text = String::new();
    Ok(match lock.take(4096).read_to_string(&mut text) {
        Ok(_) => (text.is_empty() && or_empty) || text == DEAD_MARK || Record::parse(&text).is_some(),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => false,
        Err(error) => return Err(error),
    })
}

/// Opens and locks the file at `path`, made if it is missing and `create` says so, and makes sure that it is still the
/// file at `path` then.
fn lock_file(path: &Path, create: bool) -> Result<OwnFile, ClaimError> {
    let io = |error| ClaimError::Io(error, path.to_owned());
    let patience = Instant::now() + CLAIM_PATIENCE;
    loop {
        let mut file = OwnFile::open(&plain_options(create), path).map_err(io)?;
        if os::try_lock(&file).map_err(io)? {
            if same_file(&file, path) {
                return Ok(file);
            }
        } else if Instant::now() > patience {
            return Err(ClaimError::Held(Record::read(&mut *file).map(|record| record.pid)));
        } else {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

pub(super) fn same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
        _ => false,
    }
}

/// What the registry knows of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// Its files.
    pub(crate) paths: Paths,
    /// Its announcement; `None` while the producer is still creating it, or when it died doing so.
    pub(crate) record: Option<Record>,
    /// Whether its producer is alive.
    pub(crate) is_held: bool,
}

/// The names in a folder that have a lock file.
fn lock_files(dir: &Path) -> Result<Vec<(String, Paths)>, DirectoryError> {
    let listing =
        std::fs::read_dir(dir).map_err(|source| DirectoryError::Io { source, path: dir.to_owned() })?;
    let name = |item: std::fs::DirEntry| name::from_file(item.file_name().to_str()?.strip_suffix(".lock")?);
    let names = listing.flatten().filter_map(name);
    Ok(names.map(|name| (name.clone(), Paths::new(dir, &name))).collect())
}

/// Every stream of the registry, dead ones too, by name.
///
/// # Errors
/// A folder that cannot be read or trusted.
pub(crate) fn entries() -> Result<Vec<Entry>, DirectoryError> {
    let mut found: BTreeMap<String, Entry> = BTreeMap::new();
    for dir in directory::existing()? {
        for (name, paths) in lock_files(&dir)? {
            let (is_held, record) = paths.look();
            if !is_held && record.is_none() && !paths.lock.exists() {
                // Closed since the folder was listed.
                continue;
            }
            let entry = Entry { name, paths, record, is_held };
            // A live one before a dead one, and else the first, as `find` has it.
            match found.get_mut(&entry.name) {
                Some(other) if entry.is_held && !other.is_held => *other = entry,
                Some(_) => {}
                None => drop(found.insert(entry.name.clone(), entry)),
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The entry of `name`, a live one before a dead one.
///
/// # Errors
/// A folder that cannot be read or trusted.
pub(crate) fn find(name: &str) -> Result<Option<Entry>, DirectoryError> {
    let mut dead = None;
    for dir in directory::existing()? {
        let paths = Paths::new(&dir, name);
        let (is_held, record) = paths.look();
        if is_held || record.is_some() {
            let entry = Entry { name: name.to_owned(), paths, record, is_held };
            if is_held {
                return Ok(Some(entry));
            }
            dead = dead.or(Some(entry));
        }
    }
    Ok(dead)
}

/// Removes what producers of streams left that have been dead for `min_age` and whose name `is_meant`; returns the names.
///
/// # Errors
/// A folder that cannot be read or trusted.
pub(crate) fn gc(min_age: Duration, is_meant: impl Fn(&str) -> bool) -> Result<Vec<String>, DirectoryError> {
    let (mut removed, mut locked) = (Vec::new(), Vec::new());
    let held = Held::default();
    for dir in directory::existing()? {
        let listing =
            std::fs::read_dir(&dir).map_err(|source| DirectoryError::Io { source, path: dir.clone() })?;
        for item in listing.flatten() {
            let path = item.path();
            match (path.extension().and_then(|e| e.to_str()), path.file_stem().and_then(|s| s.to_str())) {
                (Some("lock"), Some(file)) => {
                    if let Some(name) = name::from_file(file).filter(|name| is_meant(name)) {
                        let paths = Paths::new(&dir, &name);
                        if remove_dead(&paths, min_age, &held) {
                            removed.push(name);
                        } else if min_age.is_zero() && paths.is_held() {
                            locked.push((name, paths));
                        }
                    }
                }
                (Some("stream"), Some(file)) => {
                    if let Some(name) = name::from_file(file).filter(|name| is_meant(name)) {
                        remove_orphan(&Paths::new(&dir, &name), min_age, &held);
                    }
                }
                (Some("gate"), Some(file)) if name::from_file(file).is_some_and(|name| is_meant(&name)) => {
                    gate::remove_abandoned(&path, min_age);
                }
                _ => {}
            }
        }
    }
    if !locked.is_empty() {
        // A producer holds its name for life, and who cleans up at the same time for microseconds.
        std::thread::sleep(PASSING);
        let is_removed = |(_, paths): &(String, Paths)| remove_dead(paths, min_age, &held);
        removed.extend(locked.into_iter().filter(is_removed).map(|(name, _)| name));
    }
    removed.sort();
    Ok(removed)
}

/// Removes an announcement that has no lock file: somebody else removed that.
fn remove_orphan(paths: &Paths, min_age: Duration, held: &Held) {
    let is_orphan = !paths.lock.exists() && age(&paths.stream).is_some_and(|age| age >= min_age);
    if is_orphan
        && paths.announced().is_some()
        && let Ok(lock) = lock_file(&paths.lock, true)
    {
        remove_locked(lock, paths, held);
    }
}

/// Removes everything of a stream whose lock we hold.
fn remove_locked(lock: OwnFile, paths: &Paths, held: &Held) {
    let claim = Claim { lock, paths: paths.clone(), pid: std::process::id() };
    claim.remove_predecessor(held);
    let _ = std::fs::remove_file(&claim.paths.lock);
}

/// Line that the first passer-by adds to the lock file of a dead stream: nobody else can tell when it died.
const DEAD_MARK: &str = "dead=seen\n";

/// Removes the stream if its producer is dead and was seen dead at least `min_age` ago.
fn remove_dead(paths: &Paths, min_age: Duration, held: &Held) -> bool {
    let is_asked_for = min_age.is_zero();
    if paths.is_held() {
        return false;
    }
    if !is_asked_for && is_marked(paths) && age(&paths.lock).is_none_or(|age| age < min_age) {
        // Not locked for nothing: who asks at that moment would be told that somebody holds it.
        return false;
    }
    // Not made: a producer that closed a moment ago has removed it, and has left nothing.
    let Ok(mut lock) = lock_file(&paths.lock, false) else { return false };
    if !is_ours(&mut lock, is_asked_for).unwrap_or(false) {
        return false;
    }
    if !is_asked_for {
        if !is_marked(paths) {
            if let Ok(metadata) = lock.metadata() {
                let _ = lock.write_all_at(DEAD_MARK.as_bytes(), metadata.len());
            }
            return false;
        }
        if age(&paths.lock).is_none_or(|age| age < min_age) {
            return false;
        }
    }
    remove_locked(lock, paths, held);
    true
}

/// Whether somebody has seen the stream dead before.
fn is_marked(paths: &Paths) -> bool {
    let mut text = String::new();
    let read = open_plain(&paths.lock).and_then(|file| file.take(4096).read_to_string(&mut text));
    read.is_ok() && text.ends_with(DEAD_MARK)
}

/// How long ago a file was changed.
pub(super) fn age(path: &Path) -> Option<Duration> {
    let changed = path.symlink_metadata().ok()?.modified().ok()?;
    Some(SystemTime::now().duration_since(changed).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Claim, ClaimError, Held, Paths, Record};

    fn record() -> Record {
        Record { run: 7, os_id: "/ringplot-0123456789abcdef".into(), pid: 42 }
    }

    #[test]
    fn a_held_name_is_refused_and_a_dropped_one_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let claim = Claim::new(dir.path(), "a/b").unwrap();
        claim.write(&record()).unwrap();
        assert!(Paths::new(dir.path(), "a/b").is_held());
        assert!(matches!(Claim::new(dir.path(), "a/b"), Err(ClaimError::Held(Some(42)))));
        drop(claim);
        assert!(!Paths::new(dir.path(), "a/b").is_held());
        assert!(Claim::new(dir.path(), "a/b").is_ok());
    }

    #[test]
    fn files_of_other_programs_are_never_touched() {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in
            [("Cargo.lock", "version = 4\n"), ("cam.stream", "rtsp"), ("notes.tmp", "mine"), ("q.tmp", "")]
        {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        assert!(matches!(Claim::new(dir.path(), "Cargo"), Err(ClaimError::Io(..))));
        let (cargo, cam) = (Paths::new(dir.path(), "Cargo"), Paths::new(dir.path(), "cam"));
        for age in [Duration::ZERO, super::QUIET_GC_AGE] {
            assert!(!super::remove_dead(&cargo, age, &Held::default()));
            super::remove_orphan(&cam, age, &Held::default());
        }
        drop(Claim::new(dir.path(), "q").unwrap());
        assert!(super::remove_dead(&Paths::new(dir.path(), "q"), Duration::ZERO, &Held::default()));
        let mut left: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|item| item.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["Cargo.lock", "cam.stream", "notes.tmp", "q.tmp"]);
        assert_eq!(std::fs::read_to_string(cargo.lock).unwrap(), "version = 4\n");
    }

    #[test]
    fn gc_leaves_no_mark_where_a_producer_has_just_closed() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "closed");
        assert!(!super::remove_dead(&paths, super::QUIET_GC_AGE, &Held::default()));
        assert!(!paths.lock.exists());
    }

    #[test]
    fn a_dead_stream_is_marked_first_and_removed_when_the_mark_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "dead");
        let claim = Claim::new(dir.path(), "dead").unwrap();
        claim.write(&record()).unwrap();
        claim.announce(&record()).unwrap();
        drop(claim);
        assert!(
            !super::remove_dead(&paths, super::QUIET_GC_AGE, &Held::default()),
            "it was dead for no time yet"
        );
        assert_eq!(paths.locked_record(), Some(record()), "the mark hides the run");
        assert!(!super::remove_dead(&paths, super::QUIET_GC_AGE, &Held::default()));
        let lock = std::fs::File::options().write(true).open(&paths.lock).unwrap();
        lock.set_modified(std::time::SystemTime::now() - super::QUIET_GC_AGE * 2).unwrap();
        drop(lock);
        assert!(super::remove_dead(&paths, super::QUIET_GC_AGE, &Held::default()));
        assert!(!paths.lock.exists() && !paths.stream.exists());
    }

    #[test]
    fn an_announcement_that_is_a_link_or_a_folder_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), "x");
        std::fs::write(dir.path().join("real"), record().to_text()).unwrap();
        std::os::unix::fs::symlink(dir.path().join("real"), &paths.stream).unwrap();
        assert_eq!(paths.announced(), None);
        std::fs::create_dir(&paths.lock).unwrap();
        assert!(!paths.is_held());
    }
}
