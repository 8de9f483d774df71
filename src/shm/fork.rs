//! A stream is its creator's: what a process forked from it does must not keep the name held.
//!
//! An open-file-description lock lives as long as any descriptor of that description, and `fork` copies descriptors: a
//! child that was forked and not exec'd would hold a dead producer's name for as long as it lives. So the child's copies
//! are pointed at /dev/null, which leaves the parent's alone.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::fs::File;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Descriptors that only the process that opened them should have.
static OWN: Mutex<Vec<RawFd>> = Mutex::new(Vec::new());
/// What they become in a child; `None` where there is no /dev/null, or no handler could be had.
static NULL: OnceLock<Option<File>> = OnceLock::new();

/// A descriptor that children lose, until this is dropped: before the descriptor is closed.
#[derive(Debug)]
pub(super) struct Own {
    fd: RawFd,
    pid: u32,
}

impl Own {
    pub(super) fn new(file: &File) -> Self {
        NULL.get_or_init(|| {
            let null = File::open("/dev/null").ok()?;
            // SAFETY: the handler makes async-signal-safe calls only, and tries a lock without waiting.
            let rc = unsafe { libc::pthread_atfork(None, None, Some(let_go)) };
            (rc == 0).then_some(null)
        });
        let fd = file.as_raw_fd();
        OWN.lock().unwrap_or_else(PoisonError::into_inner).push(fd);
        Self { fd, pid: std::process::id() }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // In a child the lock may be held by a thread that is not there any more.
        if self.pid == std::process::id() {
            OWN.lock().unwrap_or_else(PoisonError::into_inner).retain(|fd| *fd != self.fd);
        }
    }
}

/// In a child, right after the fork.
extern "C" fn let_go() {
    let (Some(Some(null)), Ok(mut own)) = (NULL.get(), OWN.try_lock()) else { return };
    for fd in &*own {
        // SAFETY: both are open; the lock's owner keeps its number, now of /dev/null.
        unsafe { libc::dup2(null.as_raw_fd(), *fd) };
        // SAFETY: the descriptor is open.
        unsafe { libc::fcntl(*fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    own.clear();
}
