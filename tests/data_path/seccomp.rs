//! Giving up every system call but read, write, exit and sigreturn.

use std::io;

/// How a process gave up its system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confined {
    /// By seccomp's strict mode, which kills with SIGKILL.
    Strict,
    /// By a filter of our own, which kills with SIGSYS: where a filter is in force already (under Docker, say), the
    /// kernel refuses the strict mode with EINVAL.
    Filter,
}

impl Confined {
    /// What a process leaves with that has pushed everything.
    pub(super) fn status(self) -> i32 {
        match self {
            Self::Strict => 42,
            Self::Filter => 43,
        }
    }

    /// What a forbidden call ends it with.
    pub(super) fn signal(self) -> i32 {
        match self {
            Self::Strict => libc::SIGKILL,
            Self::Filter => libc::SIGSYS,
        }
    }
}

/// Gives up every system call of this thread but four.
pub(super) fn confine() -> io::Result<Confined> {
    // SAFETY: takes two numbers.
    if unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT) } == 0 {
        return Ok(Confined::Strict);
    }
    let error = io::Error::last_os_error();
    if error.raw_os_error() != Some(libc::EINVAL) {
        return Err(error);
    }
    let allowed = [libc::SYS_read, libc::SYS_write, libc::SYS_exit, libc::SYS_rt_sigreturn];
    // The number of the call; allowed ones jump over the kill at the end.
    let load = instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0);
    let compare =
        |i: usize| instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, allowed[i] as u32, (4 - i) as u8);
    let (kill, allow) = (answer(libc::SECCOMP_RET_KILL_PROCESS), answer(libc::SECCOMP_RET_ALLOW));
    filter(&mut [load, compare(0), compare(1), compare(2), compare(3), kill, allow])?;
    Ok(Confined::Filter)
}

/// Puts a filter in force that forbids nothing: after it the kernel refuses the strict mode.
pub(super) fn allow_all() -> io::Result<()> {
    filter(&mut [answer(libc::SECCOMP_RET_ALLOW)])
}

fn instruction(code: u32, k: u32, jt: u8) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt, jf: 0, k }
}

fn answer(action: u32) -> libc::sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, action, 0)
}

fn filter(program: &mut [libc::sock_filter]) -> io::Result<()> {
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: takes numbers.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the program and its instructions outlive the call, which copies them.
    if unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
