//! The few questions put to the operating system that std does not ask.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::ffi::CStr;
use std::fs::File;
use std::io;
#[cfg(feature = "cli")]
use std::os::fd::AsFd;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// This user's id.
pub(crate) fn uid() -> u32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

/// Page size in bytes.
pub(crate) fn page_size() -> u64 {
    // SAFETY: takes a constant and returns a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    u64::try_from(size).unwrap_or(4096)
}

/// Nanoseconds of the monotonic clock.
pub(crate) fn monotonic_nanos() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a timespec that the call fills.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Nanoseconds since 1970, 0 if the clock says it is before that.
pub(crate) fn unix_nanos() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as i64)
}

/// When process `pid` started, in clock ticks since boot; 0 where the system does not tell.
pub(crate) fn start_time(pid: u32) -> u64 {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0 };
    // The second field is the name in parentheses and may hold anything; start time is the 22nd.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_ascii_whitespace().nth(19).and_then(|field| field.parse().ok()).unwrap_or(0)
}

/// Whether the process `pid` that started at `start` is there. A zombie is not.
pub(crate) fn is_process(pid: u32, start: u64) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    let is_zombie =
        status.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with(['Z', 'X']));
    start != 0 && !is_zombie && start_time(pid) == start
}

/// Bytes that are free for new shared memory, and in all; `None` where that cannot be told.
pub(crate) fn shared_memory_space() -> Option<(u64, u64)> {
    // SAFETY: an all-zero statvfs is a valid value of that plain struct.
    let mut stat: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: the path is a NUL-terminated constant and `stat` is filled by the call.
    let rc = unsafe { libc::statvfs(c"/dev/shm".as_ptr(), &raw mut stat) };
    (rc == 0).then(|| (stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
}

/// Opens a segment of shared memory with these flags of `open`; never makes one, and never follows a link.
pub(crate) fn open_shared_memory(name: &CStr, flags: libc::c_int) -> io::Result<File> {
    // SAFETY: the name is NUL-terminated and lives for the call.
    let fd = unsafe { libc::shm_open(name.as_ptr(), flags | libc::O_CLOEXEC | libc::O_NOFOLLOW, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor is open, and nobody else has it.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Length of a segment of shared memory, in bytes; `None` where the name is gone or the system does not tell.
pub(crate) fn shared_memory_len(name: &CStr) -> Option<u64> {
    let metadata = open_shared_memory(name, libc::O_RDONLY).and_then(|file| file.metadata()).ok()?;
    Some(metadata.len())
}

/// The last error of the C library, for a signal handler to put back.
pub(crate) fn errno() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Puts the last error of the C library back.
pub(crate) fn set_errno(errno: i32) {
    // SAFETY: takes nothing and cannot fail.
    let own = unsafe { libc::__errno_location() };
    // SAFETY: the address of this thread's own error number, which is always there.
    unsafe { *own = errno };
}

/// Makes the command run in a session of its own, without the terminal of this one.
pub(crate) fn in_own_session(command: &mut Command) {
    let detach = || {
        // SAFETY: setsid is async-signal-safe, and fails only for the leader of a process group, which a new child is not.
        if unsafe { libc::setsid() } == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    };
    // SAFETY: between fork and exec the closure makes one async-signal-safe call and allocates nothing.
    unsafe { command.pre_exec(detach) };
}

/// Those of the signals that end a program from a terminal which this process was not started to ignore, as by `nohup`.
#[cfg(feature = "cli")]
pub(crate) fn heeded_signals() -> Vec<i32> {
    let is_ignored = |signal: &i32| {
        // SAFETY: an all-zero sigaction is a valid value of that plain struct.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        // SAFETY: asks only; `action` is filled by the call.
        let rc = unsafe { libc::sigaction(*signal, std::ptr::null(), &raw mut action) };
        rc == 0 && action.sa_sigaction == libc::SIG_IGN
    };
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP].into_iter().filter(|signal| !is_ignored(signal)).collect()
}

/// Has `handler` called when this process ends by `exit`, whoever calls that.
#[cfg(feature = "viewer")]
pub(crate) fn at_exit(handler: extern "C" fn()) {
    // SAFETY: the handler is a function of this program, and takes nothing. Without memory for it, it is not called.
    unsafe { libc::atexit(handler) };
}

/// The system's number of this thread. Can be asked for when the thread ends, too.
#[cfg(feature = "viewer")]
pub(crate) fn thread_id() -> i32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::gettid() }
}

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

/// Whether `output` is a pipe that nobody reads any more. Does not wait.
#[cfg(feature = "cli")]
pub(crate) fn is_reader_gone(output: &impl AsFd) -> bool {
    let mut asked = libc::pollfd { fd: output.as_fd().as_raw_fd(), events: 0, revents: 0 };
    // SAFETY: the descriptor is open, and `asked` is the one pollfd that the call is told of and fills.
    let count = unsafe { libc::poll(&raw mut asked, 1, 0) };
    count == 1 && asked.revents & libc::POLLERR != 0
}
