//! Input that is waited for with a limit, and until somebody asks to stop.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::net::UdpSocket;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Duration;

/// Bytes that a pipe is made to hold, so that its writer and its reader take longer turns.
const PIPE_BYTES: i32 = 1 << 20;

/// What came of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    /// There is something to read, or the input has ended.
    Input,
    /// Somebody asks to stop.
    Asked,
    /// The time is over.
    Quiet,
}

/// Standard input, or a socket.
#[derive(Debug)]
pub(crate) struct Input {
    source: File,
    asked: PipeReader,
}

/// Asks whoever waits for an input to stop.
#[derive(Debug)]
pub(crate) struct InputWaker(PipeWriter);

impl InputWaker {
    /// Asks.
    pub(crate) fn wake(&mut self) {
        // It cannot be full, and whoever does not read it any more has stopped.
        let _ = self.0.write_all(b"x");
    }
}

impl Input {
    /// Standard input.
    pub(crate) fn standard() -> io::Result<(Self, InputWaker)> {
        let source = io::stdin().as_fd().try_clone_to_owned()?;
        // SAFETY: asks for a larger pipe by a descriptor that is open. It fails where it is none, or the user may not have
        // that much.
        unsafe { libc::fcntl(source.as_raw_fd(), libc::F_SETPIPE_SZ, PIPE_BYTES) };
        Self::new(source)
    }

    /// The datagrams of a socket, each of which is read by one call.
    pub(crate) fn datagrams(socket: UdpSocket) -> io::Result<(Self, InputWaker)> {
        Self::new(socket.into())
    }

    fn new(source: OwnedFd) -> io::Result<(Self, InputWaker)> {
        let (asked, waker) = io::pipe()?;
        Ok((Self { source: source.into(), asked }, InputWaker(waker)))
    }

    /// Whether it is a file, all of which is there already.
    pub(crate) fn is_file(&self) -> bool {
        self.source.metadata().is_ok_and(|metadata| metadata.is_file())
    }

    /// Waits for input, for at most `most`.
    pub(crate) fn wait(&self, most: Option<Duration>) -> io::Result<Ready> {
        wait(&[self.asked.as_raw_fd(), self.source.as_raw_fd()], most)
    }

    /// Waits for `long`, unless somebody asks to stop; whether somebody does.
    pub(crate) fn pause(&self, long: Duration) -> io::Result<bool> {
        Ok(wait(&[self.asked.as_raw_fd()], Some(long))? == Ready::Asked)
    }

    /// Reads what is there.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

/// Waits for these descriptors, of which the first asks to stop.
fn wait(descriptors: &[i32], most: Option<Duration>) -> io::Result<Ready> {
    let mut asked = [libc::pollfd { fd: -1, events: libc::POLLIN, revents: 0 }; 2];
    for (asked, fd) in asked.iter_mut().zip(descriptors) {
        asked.fd = *fd;
    }
    // Rounded up, so that what is due then is due.
    let millis =
        most.map_or(-1, |most| i32::try_from(most.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX));
    // SAFETY: the descriptors are open as long as their owners, whom this borrows, and negative ones are left out; `asked`
    // are the two pollfds that the call is told of and fills.
    let count = unsafe { libc::poll(asked.as_mut_ptr(), 2, millis) };
    match count {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::Interrupted => Ok(Ready::Quiet),
            error => Err(error),
        },
        0 => Ok(Ready::Quiet),
        _ if asked[0].revents != 0 => Ok(Ready::Asked),
        _ => Ok(Ready::Input),
    }
}
