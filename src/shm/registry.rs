//! Who streams what: two small files a stream, in a folder of the user's.
//!
//! `<stream>.lock` is held by its producer for life, as an open-file-description lock, and names the producer's run
//! and segment. `<stream>.stream` appears last, when the segment is ready, and is what readers look for. Whatever a
//! kill leaves is found through the lock file alone: nobody scans /dev/shm.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::os::{self, OwnFile, is_at, is_other_file};
use super::record::Record;
use super::{DirectoryError, directory, name, segment};

/// How long `create` waits for somebody who is removing the name at this moment.
const CLAIM_PATIENCE: Duration = Duration::from_millis(200);
/// Line that the first passer-by adds to the lock file of a dead stream: nobody else can tell when it died.
pub(super) const DEAD_MARK: &str = "dead=seen\n";

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

    /// Removes the stream: segment, announcement, lock file, in this order.
    pub(crate) fn remove(&self, os_id: &str) {
        let _ = segment::unlink(os_id);
        self.remove_files();
    }

    fn remove_files(&self) {
        let _ = std::fs::remove_file(&self.stream);
        let _ = std::fs::remove_file(&self.lock);
    }

    /// Whether a producer holds the name, and its announcement.
    ///
    /// # Errors
    /// The files are there and cannot be looked at: nothing is known of the stream then.
    fn look(&self) -> Result<(bool, Option<Record>), DirectoryError> {
        let error_of = |path: &Path| {
            let path = path.to_owned();
            move |source| DirectoryError::Look { source, path }
        };
        let is_held = || if_there(is_locked(&self.lock)).map_err(error_of(&self.lock));
        // In this order: who closes removes the announcement before it lets go, and so is never seen dead.
        let held = is_held()?.unwrap_or(false);
        let announced = if_there(open_plain(&self.stream)).map_err(error_of(&self.stream))?;
        let record = announced.and_then(|mut file| Record::read(&mut file));
        // A successor may have announced itself in between.
        Ok((held || (record.is_some() && is_held()?.unwrap_or(false)), record))
    }

    /// Whether a producer holds the name, as far as can be told.
    pub(crate) fn is_held(&self) -> bool {
        is_locked(&self.lock).unwrap_or(false)
    }
}

fn is_locked(path: &Path) -> io::Result<bool> {
    open_plain(path).and_then(|file| os::is_locked(&file))
}

/// `None` where there is no such file of ours, or one that nobody may read; an error where nothing can be told.
fn if_there<T>(opened: io::Result<T>) -> io::Result<Option<T>> {
    match opened {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_other_file(&error) || error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        Err(error) => Err(error),
    }
}

/// How a file of ours is opened for writing, made if it is missing and `create` says so: never follows a link, never blocks.
pub(super) fn plain_options(create: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    os::plain(options.read(true).write(true).create(create).truncate(false));
    options
}

/// Opens a regular file for reading: never follows a link, never blocks on a pipe.
pub(super) fn open_plain(path: &Path) -> io::Result<File> {
    let file = os::plain(OpenOptions::new().read(true)).open(path)?;
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
        let claim = Self::of(lock, &paths);
        if let Ok(Some(reason)) | Err(reason) = claim.remove_predecessor(&LiveSegments::default()) {
            tracing::warn!("{name}: {reason}");
        }
        Ok(claim)
    }

    /// The claim on a name whose lock file we hold.
    pub(super) fn of(lock: OwnFile, paths: &Paths) -> Self {
        Self { lock, paths: paths.clone(), pid: std::process::id() }
    }

    /// Removes the segment and the announcement of a dead producer. Memory of another user's that the files name is none of
    /// ours: what became of it comes back as a sentence.
    ///
    /// # Errors
    /// Our own memory is not to be removed; then the announcement stays, too, and names it.
    pub(super) fn remove_predecessor(&self, held: &LiveSegments) -> Result<Option<String>, String> {
        let mut foreign = None;
        let records = [self.paths.locked_record(), self.paths.announced()];
        for record in records.into_iter().flatten().filter(|record| !held.elsewhere(record, &self.paths)) {
            tracing::info!(run = format_args!("{:016x}", record.run), "removing what a dead producer left");
            if let Err(error) = segment::unlink(&record.os_id) {
                let reason = format!("/dev/shm{} stays: {error}", record.os_id);
                if !segment::is_foreign(&error) {
                    return Err(reason);
                }
                foreign = Some(reason);
            }
        }
        let _ = std::fs::remove_file(&self.paths.stream);
        let _ = std::fs::remove_file(self.paths.temporary());
        Ok(foreign)
    }

    /// Writes the run into the lock file: from now on a successor and `gc` find its segment.
    pub(crate) fn write(&self, record: &Record) -> io::Result<()> {
        let text = record.to_text();
        os::write_all_at(&self.lock, text.as_bytes(), 0)?;
        self.lock.set_len(text.len() as u64)
    }

    /// Announces the stream, whole or not at all.
    pub(crate) fn announce(&self, record: &Record) -> io::Result<()> {
        let temporary = self.paths.temporary();
        let written = os::plain(OpenOptions::new().write(true).create(true).truncate(true))
            .open(&temporary)
            .and_then(|file| os::write_all_at(&file, record.to_text().as_bytes(), 0))
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
        let _ = segment::unlink(os_id);
        if is_at(&self.lock, &self.paths.lock) {
            self.paths.remove_files();
        }
    }
}

/// The segments that held lock files name, looked for when the first of them is asked about: files can be copied, and a copy
/// of a live stream's must not take its segment with it.
#[derive(Default)]
pub(super) struct LiveSegments(OnceCell<HashSet<(String, PathBuf)>>);

impl LiveSegments {
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
pub(super) fn is_ours(lock: &mut File, or_empty: bool) -> io::Result<bool> {
    let mut text = String::new();
    Ok(match lock.take(4096).read_to_string(&mut text) {
        Ok(_) => (text.is_empty() && or_empty) || text == DEAD_MARK || Record::parse(&text).is_some(),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => false,
        Err(error) => return Err(error),
    })
}

/// Opens and locks the file at `path`, made if it is missing and `create` says so, and makes sure that it is still the
/// file at `path` then.
pub(super) fn lock_file(path: &Path, create: bool) -> Result<OwnFile, ClaimError> {
    let io = |error| ClaimError::Io(error, path.to_owned());
    let patience = Instant::now() + CLAIM_PATIENCE;
    loop {
        let mut file = OwnFile::open(&plain_options(create), path).map_err(io)?;
        if os::try_lock(&file).map_err(io)? {
            if is_at(&file, path) {
                return Ok(file);
            }
        } else if Instant::now() > patience {
            return Err(ClaimError::Held(Record::read(&mut *file).map(|record| record.pid)));
        } else {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What the registry knows of a stream.
#[derive(Clone, Debug)]
pub(crate) struct RegistryEntry {
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
pub(crate) fn entries() -> Result<Vec<RegistryEntry>, DirectoryError> {
    let mut found: BTreeMap<String, RegistryEntry> = BTreeMap::new();
    for dir in directory::existing()? {
        for (name, paths) in lock_files(&dir)? {
            let (is_held, record) = paths.look()?;
            if !is_held && record.is_none() && !paths.lock.exists() {
                // Closed since the folder was listed.
                continue;
            }
            let entry = RegistryEntry { name, paths, record, is_held };
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
pub(crate) fn find(name: &str) -> Result<Option<RegistryEntry>, DirectoryError> {
    let mut dead = None;
    for dir in directory::existing()? {
        let paths = Paths::new(&dir, name);
        let (is_held, record) = paths.look()?;
        if is_held || record.is_some() {
            let entry = RegistryEntry { name: name.to_owned(), paths, record, is_held };
            if is_held {
                return Ok(Some(entry));
            }
            dead = dead.or(Some(entry));
        }
    }
    Ok(dead)
}

/// How long ago a file was changed.
pub(super) fn age(path: &Path) -> Option<Duration> {
    let changed = path.symlink_metadata().ok()?.modified().ok()?;
    Some(SystemTime::now().duration_since(changed).unwrap_or(Duration::ZERO))
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Claim, ClaimError, Paths, Record};

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
