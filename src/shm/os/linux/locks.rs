//! Locks over a file and over single bytes of it, which the system takes back when their holder dies.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

/// An open-file-description lock over `length` bytes from `start` on; a length of 0 reaches to the end of the file.
///
/// Unlike `flock` it can be asked about without being taken, also through a read-only descriptor, and unlike a
/// classic POSIX lock it belongs to the descriptor and not to the process.
fn lock_of(kind: libc::c_int, start: u32, length: u32) -> libc::flock {
    // SAFETY: an all-zero flock is a valid value of that plain struct; OFD locks demand `l_pid` 0.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = start.into();
    lock.l_len = length.into();
    lock
}

fn set_lock(file: &File, lock: &libc::flock) -> io::Result<bool> {
    // SAFETY: the descriptor is open and `lock` is a valid flock for the length of the call.
    let rc = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const *lock) };
    if rc == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Ok(false),
        _ => Err(error),
    }
}

fn is_lock_held(file: &File, mut lock: libc::flock) -> io::Result<bool> {
    // SAFETY: the descriptor is open and `lock` is a valid flock that the call fills.
    let rc = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut lock) };
    if rc == 0 {
        Ok(libc::c_int::from(lock.l_type) != libc::F_UNLCK)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Takes the lock over the whole file if nobody holds it; `false` when somebody does.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    set_lock(file, &lock_of(libc::F_WRLCK, 0, 0))
}

/// Whether somebody else holds the lock over the file, or a part of it. Takes nothing.
pub(crate) fn is_locked(file: &File) -> io::Result<bool> {
    is_lock_held(file, lock_of(libc::F_WRLCK, 0, 0))
}

/// Takes the lock over one byte, which need not exist; `false` when somebody else holds it.
pub(crate) fn try_lock_byte(file: &File, at: u32) -> io::Result<bool> {
    set_lock(file, &lock_of(libc::F_WRLCK, at, 1))
}

/// Lets go of the lock over one byte.
pub(crate) fn unlock_byte(file: &File, at: u32) -> io::Result<()> {
    set_lock(file, &lock_of(libc::F_UNLCK, at, 1)).map(drop)
}

/// Whether somebody else holds the lock over one byte. Takes nothing.
pub(crate) fn is_byte_locked(file: &File, at: u32) -> io::Result<bool> {
    is_lock_held(file, lock_of(libc::F_WRLCK, at, 1))
}
