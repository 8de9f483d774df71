//! Stands in on systems where there are no streams yet: programs compile, and are told.
//!
//! Nothing of this is reached but what is asked before a stream is there: the registry has no folder, so that there can be
//! no file, lock or mapping, and these types have no value.

use std::convert::Infallible;
use std::ffi::CStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::ops::{Deref, DerefMut, Range};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Whether there can be streams on this system.
pub(crate) const IS_SUPPORTED: bool = false;

fn unsupported<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

// Processes, clocks and signals.

pub(crate) fn uid() -> u32 {
    0
}

pub(crate) fn page_size() -> u64 {
    4096
}

pub(crate) fn monotonic_nanos() -> u64 {
    0
}

pub(crate) fn unix_nanos() -> i64 {
    0
}

pub(crate) fn start_time(_pid: u32) -> u64 {
    0
}

pub(crate) fn is_process(_pid: u32, _start: u64) -> bool {
    false
}

pub(crate) fn in_own_session(_command: &mut Command) {}

pub(crate) fn allow_descriptors(_count: u64) {}

pub(crate) fn is_out_of_descriptors(_error: &io::Error) -> bool {
    false
}

pub(crate) fn at_exit(_handler: extern "C" fn()) {}

#[cfg(feature = "viewer")]
pub(crate) fn thread_id() -> i32 {
    0
}

#[cfg(all(unix, feature = "cli"))]
pub(crate) fn heeded_signals() -> Vec<i32> {
    vec![libc::SIGINT, libc::SIGTERM, libc::SIGHUP]
}

#[cfg(feature = "cli")]
pub(crate) fn is_reader_gone<T>(_output: &T) -> bool {
    false
}

pub(crate) fn install_handler() -> io::Result<()> {
    unsupported()
}

pub(crate) fn is_handler_installed() -> bool {
    false
}

/// What came of waiting.
#[cfg(feature = "cli")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "nothing is waited for")]
pub(crate) enum Ready {
    Input,
    Asked,
    Quiet,
}

/// Input of which there is none: no stream could be made of it.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub(crate) struct Input(Infallible);

/// Wakes nobody.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub(crate) struct InputWaker(Infallible);

#[cfg(feature = "cli")]
impl InputWaker {
    pub(crate) fn wake(&mut self) {
        match self.0 {}
    }
}

#[cfg(feature = "cli")]
impl Input {
    pub(crate) fn standard() -> io::Result<(Self, InputWaker)> {
        unsupported()
    }

    pub(crate) fn datagrams(_socket: std::net::UdpSocket) -> io::Result<(Self, InputWaker)> {
        unsupported()
    }

    pub(crate) fn is_file(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn wait(&self, _most: Option<Duration>) -> io::Result<Ready> {
        match self.0 {}
    }

    pub(crate) fn pause(&self, _long: Duration) -> io::Result<bool> {
        match self.0 {}
    }

    pub(crate) fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }
}

#[cfg(feature = "pipe")]
pub(crate) fn writer_of_standard_input() -> Option<String> {
    None
}

// Files and folders.

pub(crate) fn plain(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

pub(crate) fn create_private_folder(_path: &Path) -> io::Result<()> {
    unsupported()
}

pub(crate) fn is_other_file(_error: &io::Error) -> bool {
    true
}

pub(crate) fn is_at(_file: &File, _path: &Path) -> bool {
    false
}

pub(crate) fn is_removed(_file: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn owner(_metadata: &Metadata) -> u32 {
    0
}

pub(crate) fn is_writable_by_others(_metadata: &Metadata) -> bool {
    true
}

pub(crate) fn read_at(_file: &File, _bytes: &mut [u8], _offset: u64) -> io::Result<usize> {
    unsupported()
}

pub(crate) fn write_all_at(_file: &File, _bytes: &[u8], _offset: u64) -> io::Result<()> {
    unsupported()
}

/// A file, of which there is none.
#[derive(Debug)]
pub(crate) struct OwnFile(Infallible);

impl OwnFile {
    pub(crate) fn open(_options: &OpenOptions, _path: &Path) -> io::Result<Self> {
        unsupported()
    }
}

impl Deref for OwnFile {
    type Target = File;

    fn deref(&self) -> &File {
        match self.0 {}
    }
}

impl DerefMut for OwnFile {
    fn deref_mut(&mut self) -> &mut File {
        match self.0 {}
    }
}

// Locks.

pub(crate) fn try_lock(_file: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn is_locked(_file: &File) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn try_lock_byte(_file: &File, _at: u32) -> io::Result<bool> {
    unsupported()
}

pub(crate) fn unlock_byte(_file: &File, _at: u32) -> io::Result<()> {
    unsupported()
}

pub(crate) fn is_byte_locked(_file: &File, _at: u32) -> io::Result<bool> {
    unsupported()
}

// Shared memory.

pub(crate) fn shared_memory_space() -> Option<(u64, u64)> {
    None
}

pub(crate) fn shared_memory_len(_name: &CStr) -> Option<u64> {
    None
}

pub(crate) fn unlink(_name: &CStr) -> io::Result<()> {
    unsupported()
}

/// A mapping, of which there is none.
pub(crate) struct Mapping(Infallible);

impl Mapping {
    pub(crate) fn open(_name: &CStr) -> io::Result<Self> {
        unsupported()
    }

    pub(crate) fn begin(&self) -> *mut u8 {
        match self.0 {}
    }

    pub(crate) fn len(&self) -> usize {
        match self.0 {}
    }

    pub(crate) fn populate(&self, _name: &CStr) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) fn protect(&self, _range: Range<usize>) -> io::Result<()> {
        match self.0 {}
    }
}

/// What the handler of lost pages knows of a mapping: nothing.
pub(crate) struct Registration(());

impl Registration {
    pub(crate) fn new(_begin: *const u8, _len: usize) -> Self {
        Self(())
    }

    #[expect(clippy::unused_self, reason = "as on Linux")]
    pub(crate) fn is_whole(&self) -> bool {
        true
    }
}

/// Waits: nothing changes here.
#[derive(Debug)]
pub(crate) struct FolderChanges(());

impl FolderChanges {
    pub(crate) fn of(_folders: Vec<PathBuf>) -> Self {
        Self(())
    }

    #[expect(clippy::unused_self, reason = "as on Linux")]
    pub(crate) fn wait(&mut self, timeout: Duration) -> bool {
        std::thread::sleep(timeout);
        false
    }
}
