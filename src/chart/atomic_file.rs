//! A file that appears under its name only when it is complete. Every file that the program writes is written here.
//!
//! ```text
//! path ─ follow links ─┬─ nothing there      ─▶ .ringplot-<random>.part ─ complete ─▶ its name
//!                      ├─ a file, writable   ─▶ the same, with the mode and owner of the file that it replaces
//!                      └─ FIFO, device, open ─▶ written to directly
//!                         descriptor
//! ```
//! 1. Links are followed, also one that leads nowhere yet: the file is made where the link leads, and the link stays.
//! 2. A part file is locked while it is written. One that nobody has locked belongs to a writer that was killed, and the
//!    next writer in its folder removes it. Its name is random, so it is in nobody's way.
//! 3. A writer that is dropped or [abandoned](abandon_all) removes its part file.
//!
//! Why not `O_TMPFILE`: not every file system has it, and a file without a name cannot replace one that has.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most links that are followed to a file, as many as Linux follows.
const MOST_LINKS: u32 = 40;
/// Most part files that are begun for one file, should other writers remove them at once.
const MOST_TRIES: u32 = 100;

/// Has `work` write what `path` leads to. A file that is there is replaced, or refused with
/// [`io::ErrorKind::AlreadyExists`].
pub(crate) fn write(
    path: &Path,
    replaces: bool,
    work: impl FnOnce(&mut AtomicFile) -> io::Result<()>,
) -> io::Result<()> {
    let mut draft = AtomicFile::new(path, replaces)?;
    work(&mut draft)?;
    draft.finish()
}

/// Whether `path` can be written to, as far as that can be told before there is something to write. Leaves nothing.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    match Target::of(path)? {
        Target::File { place, found } => Part::create(place, found.as_ref(), true).map(drop),
        // To open a FIFO waits for its reader, who would take the end of the check for the end of the file.
        Target::Open(_) => Ok(()),
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    out: BufWriter<File>,
    /// `None` where it is written to directly.
    part: Option<Part>,
}

impl AtomicFile {
    fn new(path: &Path, replaces: bool) -> io::Result<Self> {
        let (file, part) = match Target::of(path)? {
            Target::File { found: Some(_), .. } | Target::Open(_) if !replaces => {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            Target::File { place, found } => {
                let (file, part) = Part::create(place, found.as_ref(), replaces)?;
                (file, Some(part))
            }
            // What a shell has redirected is written on, as after `>>`.
            Target::Open(path) => (OpenOptions::new().append(true).open(path)?, None),
        };
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), part })
    }

    /// The file is complete: puts it in place.
    fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.part.take().map_or(Ok(()), Part::put)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What a path leads to.
#[derive(Debug)]
enum Target {
    /// A file that is there, or is to be, by its path without links.
    File { place: PathBuf, found: Option<Metadata> },
    /// A FIFO, a device or a descriptor of this process (`/dev/stdout`).
    Open(PathBuf),
}

impl Target {
    fn of(path: &Path) -> io::Result<Self> {
        if path.as_os_str().is_empty() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut path = path.to_owned();
        for _ in 0..=MOST_LINKS {
            let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
            let folder = match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => fs::canonicalize(parent)?,
                _ => fs::canonicalize(".")?,
            };
            let place = folder.join(name);
            let found = match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Self::File { place, found: None });
                }
                found => found?,
            };
            if found.is_symlink() {
                // Such a link leads to what is open, whatever name that has or had.
                if folder.starts_with("/proc") && folder.ends_with("fd") {
                    return Ok(Self::Open(place));
                }
                path = folder.join(fs::read_link(&place)?);
            } else if found.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            } else if !found.is_file() {
                return Ok(Self::Open(place));
            } else if found.permissions().readonly() {
                return Err(io::ErrorKind::PermissionDenied.into());
            } else {
                return Ok(Self::File { place, found: Some(found) });
            }
        }
        Err(io::Error::other("its links lead in a circle"))
    }
}

/// Every part file of this process. Whoever holds the list may begin one, put one in place or remove one.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every unfinished file, for a process that ends now: no file is begun or put in place any more, and whoever
/// tries waits for the end.
pub(crate) fn abandon_all() {
    let list = unfinished();
    for path in &*list {
        remove(path);
    }
    std::mem::forget(list);
}

/// A file under its working name.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    place: PathBuf,
    replaces: bool,
    is_placed: bool,
}

impl Part {
    /// Makes and locks the part file of `place`, which gets the mode and the owner of the file that was `found` there.
    fn create(place: PathBuf, found: Option<&Metadata>, replaces: bool) -> io::Result<(File, Self)> {
        sweep(place.parent().unwrap_or(Path::new("/")));
        let mut list = unfinished();
        for _ in 0..MOST_TRIES {
            // Not the file's name and more: that may be as long as the system allows already.
            let path = place.with_file_name(format!(".ringplot-{:016x}.part", rand::random::<u64>()));
            let file = match new_file(&path, found.is_some()) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            match file.try_lock() {
                // Between its making and its lock another writer may have removed it, or is about to.
                Ok(()) if is_removed(&file) => continue,
                Err(TryLockError::WouldBlock) => {
                    remove(&path);
                    continue;
                }
                Ok(()) => {}
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(%error, path = %path.display(), "the file system has no locks");
                }
            }
            list.push(path.clone());
            drop(list);
            let part = Self { path, place, replaces, is_placed: false };
            if let Some(found) = found {
                take_after(&file, found)?;
            }
            return Ok((file, part));
        }
        Err(io::Error::other("other writers keep removing its part file"))
    }

    fn put(mut self) -> io::Result<()> {
        let list = unfinished();
        if self.replaces {
            fs::rename(&self.path, &self.place)?;
            self.is_placed = true;
        } else {
            self.is_placed = link(&self.path, &self.place)?;
        }
        drop(list);
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let mut list = unfinished();
        if !self.is_placed {
            remove(&self.path);
        }
        list.retain(|path| *path != self.path);
    }
}

/// Gives the file a second name where there is none yet; whether its first name is gone.
fn link(path: &Path, place: &Path) -> io::Result<bool> {
    // A link is refused where there is something, even if that came this very moment.
    match fs::hard_link(path, place) {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if place.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        // Some file systems have no links.
        Err(_) => fs::rename(path, place).map(|()| true),
    }
}

fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "cannot remove an unfinished file");
        }
        _ => {}
    }
}

/// Removes the part files in `folder` that killed writers left.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if !name.starts_with(b".ringplot-") || !name.ends_with(b".part") {
            continue;
        }
        let path = entry.path();
        // A living writer has the lock. One that has not taken it yet finds it taken, and takes another name.
        if let Ok(file) = open_part(&path)
            && file.try_lock().is_ok()
        {
            remove(&path);
        }
    }
}

/// A new file; one that takes the place of another is this user's alone until it has that one's mode.
fn new_file(path: &Path, replaces: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if replaces { 0o600 } else { 0o666 });
    #[cfg(not(unix))]
    let _ = replaces;
    options.open(path)
}

/// Opens somebody's part file, if it is one: never waits, and follows no link.
fn open_part(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

/// Gives `file` the owner of `found` where this user may do so, and its mode.
fn take_after(file: &File, found: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let own = file.metadata()?;
        if own.gid() != found.gid() {
            let _ = fchown(file, None, Some(found.gid()));
        }
        if own.uid() != found.uid() {
            let _ = fchown(file, Some(found.uid()), None);
        }
    }
    file.set_permissions(found.permissions())
}

/// Whether a file has no name any more.
#[cfg(unix)]
fn is_removed(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

/// An open file keeps its name here.
#[cfg(not(unix))]
fn is_removed(_file: &File) -> bool {
    false
}

/// What is wrong with a path that could not be written, and what to do.
pub(crate) fn advice(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        _ if path.as_os_str().is_empty() => "no file name was given",
        io::ErrorKind::IsADirectory => "it is a folder, give a file name",
        io::ErrorKind::AlreadyExists => "there is such a file already, choose another name",
        io::ErrorKind::NotFound => "its folder does not exist, make it first or choose another",
        io::ErrorKind::NotADirectory => "part of the path is a file and not a folder, choose another path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "it or its folder may not be written, choose another"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full, make room or choose another"
        }
        io::ErrorKind::BrokenPipe => "the reader has gone away",
        io::ErrorKind::InvalidFilename => {
            "the file name is too long or has characters that may not be in one"
        }
        _ => "the system refused it, choose another place",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_is_there_stays_unless_it_is_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        fs::write(&place, "old").unwrap();
        let refused = write(&place, false, |out| out.write_all(b"new")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names(folder.path()).len()), ("old", 1));
        // One that comes while it is written, too.
        fs::remove_file(&place).unwrap();
        let came = write(&place, false, |_| fs::write(&place, "other")).unwrap_err();
        assert_eq!(came.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names(folder.path()).len()), ("other", 1));
        write(&place, true, |out| out.write_all(b"new")).unwrap();
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names(folder.path()).len()), ("new", 1));
    }

    #[test]
    fn a_new_file_is_put_in_place_and_an_unfinished_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        write(&place, false, |out| {
            assert!(!place.exists(), "it is seen before it is complete");
            out.write_all(b"all")
        })
        .unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "all");
        let failed = write(&folder.path().join("other"), false, |_| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        check(&folder.path().join("other")).unwrap();
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn two_writers_in_one_folder_do_not_disturb_each_other_and_one_that_was_killed_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        // What a writer leaves that is killed: nobody has it locked.
        let dead = folder.path().join(format!(".ringplot-{}-0.part", std::process::id()));
        fs::write(&dead, "half").unwrap();
        write(&one, true, |first| {
            first.write_all(b"first")?;
            assert!(!dead.exists(), "what a killed writer left stays");
            write(&two, true, |second| second.write_all(b"second"))?;
            assert_eq!(names(folder.path()).len(), 2, "of the one that still writes, something is gone");
            Ok(())
        })
        .unwrap();
        assert_eq!(fs::read_to_string(&one).unwrap(), "first");
        assert_eq!(fs::read_to_string(&two).unwrap(), "second");
        assert_eq!(names(folder.path()).len(), 2);
    }
}
