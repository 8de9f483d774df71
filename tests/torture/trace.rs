//! A child that is led from one system call, or one instruction, to the next.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::place::Killed;

/// Where a traced child has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Before a system call, of which nothing has been done yet; its number and arguments.
    Entry(u64, [u64; 6]),
    /// After a system call; what it returned.
    Exit(i64),
    /// After one instruction.
    Step,
    /// It has told that what is of interest begins, or is over.
    Mark,
    /// It has ended by itself.
    End(libc::c_int),
}

/// What a child calls where tracing is to begin and to end.
#[expect(unsafe_code, reason = "std sends no signals")]
pub fn mark() {
    // SAFETY: takes a number; who traces this process swallows the signal.
    unsafe { libc::raise(libc::SIGSTOP) };
}

/// A child that stands still until it is told to go on.
#[derive(Debug)]
pub struct Traced {
    pub child: Killed,
    pid: libc::pid_t,
}

impl Traced {
    /// Starts `command` and lets it run to its first mark.
    ///
    /// # Errors
    /// The system does not let us trace.
    #[expect(unsafe_code, reason = "ptrace")]
    pub fn start(mut command: Command) -> io::Result<Self> {
        let trace_me = || {
            // SAFETY: takes no addresses, and is async-signal-safe.
            let rc = unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, NONE, NONE) };
            if rc == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
        };
        // SAFETY: between fork and exec the closure makes one async-signal-safe call and allocates nothing.
        unsafe { command.pre_exec(trace_me) };
        let child = Killed(command.spawn()?);
        let pid = libc::pid_t::try_from(child.0.id()).unwrap();
        let traced = Self { child, pid };
        assert_eq!(traced.wait(), Wait::Stopped(libc::SIGTRAP), "no stop at exec");
        traced.request(libc::PTRACE_SETOPTIONS, libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL)?;
        traced.run_to_mark()?;
        Ok(traced)
    }

    /// Lets it run to its next mark.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn run_to_mark(&self) -> io::Result<()> {
        self.request(libc::PTRACE_CONT, 0)?;
        assert_eq!(self.wait(), Wait::Stopped(libc::SIGSTOP), "no mark");
        Ok(())
    }

    /// Lets it run to its end.
    pub fn run_to_end(&self) {
        self.request(libc::PTRACE_CONT, 0).unwrap();
        match self.wait() {
            Wait::Ended(0) => {}
            other => panic!("{other:?}, and no good end"),
        }
    }

    /// Lets it run to the next begin or end of a system call.
    pub fn to_system_call(&self) -> Stop {
        self.go_on(libc::PTRACE_SYSCALL)
    }

    /// Lets it do one instruction.
    pub fn step(&self) -> Stop {
        self.go_on(libc::PTRACE_SINGLESTEP)
    }

    fn go_on(&self, how: libc::c_uint) -> Stop {
        self.request(how, 0).unwrap();
        match self.wait() {
            Wait::Stopped(signal) if signal == libc::SIGTRAP | 0x80 => self.system_call(),
            Wait::Stopped(libc::SIGTRAP) => Stop::Step,
            Wait::Stopped(libc::SIGSTOP) => Stop::Mark,
            Wait::Stopped(signal) => panic!("the child was stopped by signal {signal}"),
            Wait::Ended(status) => Stop::End(status),
        }
    }

    /// What the system knows of where the child stands.
    ///
    /// # Errors
    /// Linux before 5.3 cannot be asked.
    #[expect(unsafe_code, reason = "ptrace")]
    pub fn information(&self) -> io::Result<libc::ptrace_syscall_info> {
        // SAFETY: an all-zero value of that plain struct is one.
        let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
        // SAFETY: the child is stopped; the size is that of `info`, which the call fills.
        let rc = unsafe {
            libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, self.pid, size_of_val(&info), &raw mut info)
        };
        if rc > 0 { Ok(info) } else { Err(io::Error::last_os_error()) }
    }

    #[expect(unsafe_code, reason = "a union")]
    fn system_call(&self) -> Stop {
        let info = self.information().unwrap();
        if info.op == libc::PTRACE_SYSCALL_INFO_ENTRY {
            // SAFETY: `op` says that this is the field which was filled.
            let entry = unsafe { info.u.entry };
            Stop::Entry(entry.nr, entry.args)
        } else {
            // SAFETY: as above.
            let exit = unsafe { info.u.exit };
            Stop::Exit(exit.sval)
        }
    }

    #[expect(unsafe_code, reason = "ptrace")]
    fn request(&self, request: libc::c_uint, data: libc::c_int) -> io::Result<()> {
        // SAFETY: these requests take numbers and no addresses.
        let rc = unsafe { libc::ptrace(request, self.pid, NONE, libc::c_long::from(data)) };
        if rc == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    #[expect(unsafe_code, reason = "std does not wait for stopped children")]
    fn wait(&self) -> Wait {
        let mut status = 0;
        // SAFETY: the pid is that of a child that was not waited for; the call fills `status`.
        let rc = unsafe { libc::waitpid(self.pid, &raw mut status, libc::__WALL) };
        assert_eq!(rc, self.pid, "{}", io::Error::last_os_error());
        if libc::WIFSTOPPED(status) { Wait::Stopped(libc::WSTOPSIG(status)) } else { Wait::Ended(status) }
    }
}

const NONE: libc::c_long = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Stopped(libc::c_int),
    Ended(libc::c_int),
}

/// The name of a system call, where it is one that streams make.
pub fn name(number: u64) -> String {
    let known = [
        (libc::SYS_openat, "openat"),
        (libc::SYS_close, "close"),
        (libc::SYS_read, "read"),
        (libc::SYS_pread64, "pread"),
        (libc::SYS_pwrite64, "pwrite"),
        (libc::SYS_lseek, "lseek"),
        (libc::SYS_fcntl, "fcntl"),
        (libc::SYS_ftruncate, "ftruncate"),
        (libc::SYS_statx, "statx"),
        (libc::SYS_newfstatat, "fstatat"),
        (libc::SYS_fstat, "fstat"),
        (libc::SYS_statfs, "statfs"),
        (libc::SYS_mmap, "mmap"),
        (libc::SYS_munmap, "munmap"),
        (libc::SYS_mprotect, "mprotect"),
        (libc::SYS_madvise, "madvise"),
        (libc::SYS_getdents64, "getdents"),
        (libc::SYS_getrandom, "getrandom"),
        (libc::SYS_getpid, "getpid"),
        (libc::SYS_gettid, "gettid"),
        (libc::SYS_tgkill, "tgkill"),
        (libc::SYS_geteuid, "geteuid"),
    ];
    let found = known.into_iter().find(|(known, _)| u64::try_from(*known) == Ok(number));
    found.map_or_else(|| legacy(number), |(_, name)| name.to_owned())
}

/// Calls that newer machines do not have.
fn legacy(number: u64) -> String {
    #[cfg(target_arch = "x86_64")]
    for (known, name) in [
        (libc::SYS_unlink, "unlink"),
        (libc::SYS_rename, "rename"),
        (libc::SYS_mkdir, "mkdir"),
        (libc::SYS_open, "open"),
    ] {
        if u64::try_from(known) == Ok(number) {
            return name.to_owned();
        }
    }
    for (known, name) in
        [(libc::SYS_unlinkat, "unlinkat"), (libc::SYS_renameat, "renameat"), (libc::SYS_mkdirat, "mkdirat")]
    {
        if u64::try_from(known) == Ok(number) {
            return name.to_owned();
        }
    }
    format!("call {number}")
}
