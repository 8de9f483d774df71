//! Waiting for folders to change: they are watched by inotify, so that a stream is seen when it is announced
//! and not at the next look.
//!
//! Only a hint: who wakes looks at the registry itself, and who is never woken (no inotify left, a file system that does
//! not tell) looks now and then. A folder that is not there yet is waited for in its nearest ancestor, and so is one that
//! was removed.
#![expect(unsafe_code, reason = "system calls that std does not make; see the reasons at each")]

use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is told of a folder of the registry: announcements and lock files that come and go, and producers that end.
const OF_FOLDER: u32 = libc::IN_MOVED_TO
    | libc::IN_MOVED_FROM
    | libc::IN_CLOSE_WRITE
    | libc::IN_DELETE
    | libc::IN_DELETE_SELF
    | libc::IN_MOVE_SELF
    | libc::IN_ONLYDIR;
/// What is told of an ancestor of a folder that is not there.
const OF_ANCESTOR: u32 =
    libc::IN_CREATE | libc::IN_MOVED_TO | libc::IN_DELETE_SELF | libc::IN_MOVE_SELF | libc::IN_ONLYDIR;
/// The watched folder itself is gone, or the queue was too short.
const GONE: u32 = libc::IN_DELETE_SELF | libc::IN_MOVE_SELF | libc::IN_IGNORED | libc::IN_UNMOUNT;
/// Length of an event before its name, in bytes.
const EVENT: usize = 16;
/// Tries to catch up with somebody who makes folders at the same moment.
const TRIES: usize = 3;

/// A look-out for changes of the registry's folders.
#[derive(Debug)]
pub(crate) struct FolderChanges {
    /// None where the system has no more of them.
    inotify: Option<File>,
    folders: Vec<PathBuf>,
    watched: Vec<Watched>,
}

#[derive(Debug)]
struct Watched {
    descriptor: libc::c_int,
    /// The part of a path that is waited for; none in a folder of the registry.
    awaited: Option<OsString>,
}

impl FolderChanges {
    /// Changes of these folders, which need not be there.
    pub(crate) fn of(folders: Vec<PathBuf>) -> Self {
        // SAFETY: takes flags alone.
        let fd = unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) };
        // SAFETY: the descriptor is open, and nobody else has it.
        let inotify = (fd >= 0).then(|| unsafe { File::from_raw_fd(fd) });
        let mut changes = Self { inotify, folders, watched: Vec::new() };
        changes.watch_all();
        changes
    }

    /// Waits until something of the registry changed since the last call, for at most `timeout`; whether it did.
    pub(crate) fn wait(&mut self, timeout: Duration) -> bool {
        let Some(inotify) = &self.inotify else {
            std::thread::sleep(timeout);
            return false;
        };
        let mut asked = libc::pollfd { fd: inotify.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let timeout = libc::timespec {
            tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: timeout.subsec_nanos().into(),
        };
        // SAFETY: one open descriptor and a time, both alive for the call.
        let ready = unsafe { libc::ppoll(&raw mut asked, 1, &raw const timeout, std::ptr::null()) };
        ready > 0 && self.take()
    }

    /// Takes all events; whether one of them matters.
    fn take(&mut self) -> bool {
        let (mut is_changed, mut is_moved) = (false, false);
        let mut buffer = [0; 4096];
        while let Some(mut file) = self.inotify.as_ref() {
            let Ok(length @ 1..) = file.read(&mut buffer) else { break };
            let mut rest = &buffer[..length];
            while let Some((event, name, after)) = split(rest) {
                rest = after;
                let (descriptor, mask) = (event[0] as libc::c_int, event[1]);
                if mask & libc::IN_Q_OVERFLOW != 0 {
                    (is_changed, is_moved) = (true, true);
                }
                let Some(watched) = self.watched.iter().find(|w| w.descriptor == descriptor) else {
                    continue;
                };
                match &watched.awaited {
                    _ if mask & GONE != 0 => is_moved = true,
                    Some(awaited) => is_moved |= awaited == name,
                    None => {
                        let is_ours =
                            [&b".stream"[..], b".lock"].iter().any(|end| name.as_bytes().ends_with(end));
                        is_changed |= is_ours;
                    }
                }
            }
        }
        if is_moved {
            self.watch_all();
        }
        is_changed || is_moved
    }

    /// Watches the folders of the registry that are there, and waits for those that are not.
    fn watch_all(&mut self) {
        for watched in std::mem::take(&mut self.watched) {
            if let Some(inotify) = &self.inotify {
                // SAFETY: two numbers.
                unsafe { libc::inotify_rm_watch(inotify.as_raw_fd(), watched.descriptor) };
            }
        }
        for folder in self.folders.clone() {
            self.watch(&folder);
        }
    }

    fn watch(&mut self, folder: &Path) {
        for _ in 0..TRIES {
            if self.add(folder, OF_FOLDER, None) {
                return;
            }
            let mut awaited = folder;
            for ancestor in folder.ancestors().skip(1) {
                // A relative path ends with nothing, which is here.
                let place = if ancestor.as_os_str().is_empty() { Path::new(".") } else { ancestor };
                if self.add(place, OF_ANCESTOR, awaited.file_name()) {
                    break;
                }
                awaited = ancestor;
            }
            // It may have been made before it was waited for.
            if !awaited.exists() {
                return;
            }
        }
    }

    fn add(&mut self, folder: &Path, mask: u32, awaited: Option<&OsStr>) -> bool {
        let (Some(inotify), Ok(path)) = (&self.inotify, CString::new(folder.as_os_str().as_bytes())) else {
            return false;
        };
        // Two paths can lead to one folder.
        let mask = mask | libc::IN_MASK_ADD;
        // SAFETY: an open descriptor, and a path that is NUL-terminated and lives for the call.
        let descriptor = unsafe { libc::inotify_add_watch(inotify.as_raw_fd(), path.as_ptr(), mask) };
        if descriptor >= 0 {
            self.watched.push(Watched { descriptor, awaited: awaited.map(OsStr::to_owned) });
        }
        descriptor >= 0
    }
}

/// The first event of a buffer in numbers, its name, and what follows it.
fn split(bytes: &[u8]) -> Option<([u32; 4], &OsStr, &[u8])> {
    let (head, rest) = bytes.split_at_checked(EVENT)?;
    let mut event = [0; 4];
    for (number, bytes) in event.iter_mut().zip(head.chunks_exact(4)) {
        *number = u32::from_ne_bytes(bytes.try_into().ok()?);
    }
    let (name, after) = rest.split_at_checked(event[3] as usize)?;
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    Some((event, OsStr::from_bytes(&name[..end]), after))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::FolderChanges;

    /// Nothing here takes this long.
    const LONG: Duration = Duration::from_mins(1);

    /// Announces a stream as a producer does.
    fn announce(folder: &Path, name: &str) {
        let temporary = folder.join(format!("{name}.stream.tmp"));
        fs::write(&temporary, "run=1").unwrap();
        fs::rename(temporary, folder.join(format!("{name}.stream"))).unwrap();
    }

    fn is_quiet(changes: &mut FolderChanges) -> bool {
        !changes.wait(Duration::from_millis(20))
    }

    #[test]
    fn a_stream_that_comes_ends_or_goes_wakes() {
        let dir = tempfile::tempdir().unwrap();
        let mut changes = FolderChanges::of(vec![dir.path().to_owned()]);
        assert!(is_quiet(&mut changes));
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        assert!(is_quiet(&mut changes), "a file of somebody else's");
        let lock = fs::File::create(dir.path().join("a.lock")).unwrap();
        announce(dir.path(), "a");
        assert!(changes.wait(LONG), "an announcement");
        assert!(is_quiet(&mut changes));
        drop(lock);
        assert!(changes.wait(LONG), "a producer that ended, however");
        fs::remove_file(dir.path().join("a.stream")).unwrap();
        assert!(changes.wait(LONG), "a stream that was closed");
        assert!(is_quiet(&mut changes));
    }

    #[test]
    fn a_folder_that_appears_later_or_is_made_anew_is_watched() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("run/user/ringplot");
        let mut changes = FolderChanges::of(vec![folder.clone()]);
        assert!(is_quiet(&mut changes));
        fs::write(dir.path().join("other"), "").unwrap();
        assert!(is_quiet(&mut changes), "not what is waited for");
        for round in 0..3 {
            fs::create_dir_all(&folder).unwrap();
            assert!(changes.wait(LONG), "the folder, round {round}");
            while changes.wait(Duration::from_millis(20)) {}
            announce(&folder, "a");
            assert!(changes.wait(LONG), "a stream in it, round {round}");
            fs::remove_dir_all(dir.path().join("run")).unwrap();
            assert!(changes.wait(LONG), "its end, round {round}");
            while changes.wait(Duration::from_millis(20)) {}
        }
    }
}
