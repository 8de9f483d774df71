//! A stream is its creator's: what a process forked from it does must not keep the name held.
//!
//! An open-file-description lock lives as long as any descriptor of that description, and `fork` copies descriptors: a
//! child that was forked and not exec'd would hold a dead producer's name for as long as it lives. So the child's copies
//! are pointed at /dev/null, which leaves the parent's alone.
//!
//! The forking thread holds this layer's locks over the fork: a child never has one that a thread held which it has not.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Descriptors that only the process that opened them should have.
static OWN: Mutex<Vec<RawFd>> = Mutex::new(Vec::new());
/// Held by whoever adds a mapping to those that the handler of SIGBUS knows.
pub(super) static ADDING_MAPPING: Mutex<()> = Mutex::new(());
/// What they become in a child; `None` where there is no /dev/null, or no handler could be had.
static NULL: OnceLock<Option<File>> = OnceLock::new();

type Locks = (MutexGuard<'static, Vec<RawFd>>, MutexGuard<'static, ()>);

thread_local! {
    /// The locks, from before a fork until after it.
    static HELD: Cell<Option<Locks>> = const { Cell::new(None) };
}

/// Has forks handled, from now on.
pub(super) fn handle_forks() {
    NULL.get_or_init(|| {
        let null = File::open("/dev/null").ok()?;
        // SAFETY: the handlers take locks that no thread holds while it forks, and what they do in the child is
        // async-signal-safe: two system calls a descriptor.
        let rc = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
        (rc == 0).then_some(null)
    });
}

/// A file that forked children lose, and with it whatever lock its descriptor has.
#[derive(Debug)]
pub(crate) struct OwnFile {
    file: File,
}

impl OwnFile {
    pub(crate) fn open(options: &OpenOptions, path: &Path) -> io::Result<Self> {
        handle_forks();
        // Held meanwhile, so that there is no fork between the two.
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        let file = options.open(path)?;
        own.push(file.as_raw_fd());
        Ok(Self { file })
    }
}

impl Drop for OwnFile {
    // Before the descriptor is closed, and its number given to another file.
    fn drop(&mut self) {
        let fd = self.file.as_raw_fd();
        OWN.lock().unwrap_or_else(PoisonError::into_inner).retain(|own| *own != fd);
    }
}

impl Deref for OwnFile {
    type Target = File;

    fn deref(&self) -> &File {
        &self.file
    }
}

impl DerefMut for OwnFile {
    fn deref_mut(&mut self) -> &mut File {
        &mut self.file
    }
}

extern "C" fn before() {
    let own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    let held = (own, ADDING_MAPPING.lock().unwrap_or_else(PoisonError::into_inner));
    // In a thread that is ending there is no room for them any more: then they are let go at once.
    let _ = HELD.try_with(|cell| cell.set(Some(held)));
}

extern "C" fn in_parent() {
    let _ = HELD.try_with(Cell::take);
}

extern "C" fn in_child() {
    let Ok(Some((mut own, _adding))) = HELD.try_with(Cell::take) else { return };
    let Some(Some(null)) = NULL.get() else { return };
    for fd in &*own {
        // SAFETY: both are open; the lock's owner keeps its number, now of /dev/null.
        unsafe { libc::dup2(null.as_raw_fd(), *fd) };
        // SAFETY: the descriptor is open.
        unsafe { libc::fcntl(*fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    own.clear();
}
