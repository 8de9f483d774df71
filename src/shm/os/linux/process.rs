//! What is asked of the system about processes, clocks and signals, and std does not ask.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::io;
#[cfg(feature = "cli")]
use std::os::fd::{AsFd, AsRawFd};
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

/// The last error of the C library, for a signal handler to put back.
pub(super) fn errno() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Puts the last error of the C library back.
pub(super) fn set_errno(errno: i32) {
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

/// Raises the soft limit of open descriptors, towards the hard one, where `count` more would pass it.
pub(crate) fn allow_descriptors(count: u64) {
    /// What the program opens besides, meanwhile.
    const SPARE: u64 = 64;
    let used = std::fs::read_dir("/proc/self/fd").map_or(0, |open| open.count() as u64);
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is filled by the call.
    let rc = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    let wanted = used.saturating_add(count).saturating_add(SPARE).min(limit.rlim_max);
    if rc == 0 && limit.rlim_cur < wanted {
        limit.rlim_cur = wanted;
        // SAFETY: reads the limit. Where it fails, creating a stream tells.
        unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
    }
}

/// Whether the error is that this process has all the descriptors that it may have.
pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EMFILE)
}

/// Whether `output` is a pipe that nobody reads any more. Does not wait.
#[cfg(feature = "cli")]
pub(crate) fn is_reader_gone(output: &impl AsFd) -> bool {
    let mut asked = libc::pollfd { fd: output.as_fd().as_raw_fd(), events: 0, revents: 0 };
    // SAFETY: the descriptor is open, and `asked` is the one pollfd that the call is told of and fills.
    let count = unsafe { libc::poll(&raw mut asked, 1, 0) };
    count == 1 && asked.revents & libc::POLLERR != 0
}
