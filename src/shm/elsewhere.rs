//! Stands in, on other systems than Linux, for the files that call the system: programs compile, and are told.
//!
//! There can be no segment, claim or entry here: each holds a value of a type that has none.

use std::convert::Infallible;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::{BarrierError, DirectoryError, SegmentError};
use crate::ring::sync::AtomicU64;

/// No folder can be registered in.
pub(crate) fn for_producer() -> Result<PathBuf, DirectoryError> {
    Err(DirectoryError::Unsupported)
}

/// No barrier can be waited at on this system.
///
/// # Errors
/// [`DirectoryError::Unsupported`], always.
pub fn wait_at_barrier(_name: &str, _parties: u32, _timeout: Duration) -> Result<(), BarrierError> {
    Err(DirectoryError::Unsupported.into())
}

/// A mapping, of which there is none.
#[derive(Debug)]
pub(crate) struct Segment(Infallible);

impl Segment {
    pub(crate) fn create(_os_id: &str, wanted: u64) -> Result<Self, SegmentError> {
        Err(SegmentError::Os { wanted, source: io::ErrorKind::Unsupported.into() })
    }

    pub(crate) fn open(_os_id: &str) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn protect_except(&self, _writable: Range<u64>) -> io::Result<()> {
        match self.0 {}
    }

    pub(crate) fn is_intact(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn is_cut_short(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn os_id(&self) -> &str {
        match self.0 {}
    }

    pub(crate) fn len(&self) -> u64 {
        match self.0 {}
    }

    pub(crate) fn words(&self) -> &[AtomicU64] {
        match self.0 {}
    }
}

pub(crate) fn init_ready(segment: &Segment, _off_control: u64) {
    match segment.0 {}
}

pub(crate) fn set_ready(segment: &Segment, _off_control: u64) {
    match segment.0 {}
}

pub(crate) fn is_ready(segment: &Segment, _off_control: u64) -> bool {
    match segment.0 {}
}

/// The handler of lost pages, which nothing needs here.
pub(crate) mod sigbus {
    use std::io;

    pub(crate) fn install() -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// What is asked of the system, as far as it is asked before a stream is there.
pub(crate) mod os {
    use std::process::Command;

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

    pub(crate) fn shared_memory_space() -> Option<(u64, u64)> {
        None
    }

    pub(crate) fn is_process(_pid: u32, _start: u64) -> bool {
        false
    }

    pub(crate) fn in_own_session(_command: &mut Command) {}

    #[cfg(feature = "viewer")]
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
}

/// The registry, in which there is nothing.
pub(crate) mod registry {
    use std::convert::Infallible;
    use std::io;
    use std::path::{Path, PathBuf};

    use crate::shm::DirectoryError;
    use crate::shm::record::Record;

    #[derive(Clone, Debug)]
    pub(crate) struct Paths {
        pub(crate) lock: PathBuf,
        none: Infallible,
    }

    impl Paths {
        pub(crate) fn read_lock(&self) -> io::Result<Option<Record>> {
            match self.none {}
        }

        pub(crate) fn locked_record(&self) -> Option<Record> {
            match self.none {}
        }

        pub(crate) fn is_held(&self) -> bool {
            match self.none {}
        }
    }

    #[derive(Clone, Debug)]
    pub(crate) struct RegistryEntry {
        pub(crate) name: String,
        pub(crate) paths: Paths,
        pub(crate) record: Option<Record>,
        pub(crate) is_held: bool,
    }

    #[derive(Debug)]
    pub(crate) enum ClaimError {
        #[expect(dead_code, reason = "nobody holds a name here")]
        Held(Option<u32>),
        Io(io::Error, PathBuf),
    }

    #[derive(Debug)]
    pub(crate) struct Claim {
        pub(crate) paths: Paths,
    }

    impl Claim {
        pub(crate) fn new(dir: &Path, name: &str) -> Result<Self, ClaimError> {
            Err(ClaimError::Io(io::ErrorKind::Unsupported.into(), dir.join(name)))
        }

        pub(crate) fn write(&self, _record: &Record) -> io::Result<()> {
            match self.paths.none {}
        }

        pub(crate) fn announce(&self, _record: &Record) -> io::Result<()> {
            match self.paths.none {}
        }

        pub(crate) fn is_ours(&self) -> bool {
            match self.paths.none {}
        }

        pub(crate) fn remove(&self, _os_id: &str) {
            match self.paths.none {}
        }
    }

    pub(crate) fn entries() -> Result<Vec<RegistryEntry>, DirectoryError> {
        Err(DirectoryError::Unsupported)
    }

    pub(crate) fn find(_name: &str) -> Result<Option<RegistryEntry>, DirectoryError> {
        Err(DirectoryError::Unsupported)
    }

    pub(crate) fn is_other_file(_error: &io::Error) -> bool {
        true
    }
}

/// Cleaning up, where nothing is left.
pub(crate) mod cleanup {
    use std::time::Duration;

    use crate::shm::{Cleaned, DirectoryError};

    pub(crate) const QUIET_GC_AGE: Duration = Duration::from_mins(10);

    pub(crate) fn gc(
        _min_age: Duration,
        _is_meant: impl Fn(&str) -> bool,
    ) -> Result<Cleaned, DirectoryError> {
        Err(DirectoryError::Unsupported)
    }
}

/// Waits: nothing changes here.
#[derive(Debug, Default)]
pub(crate) struct Changes(());

impl Changes {
    #[expect(clippy::unused_self, reason = "as on Linux")]
    pub(crate) fn wait(&mut self, timeout: Duration) -> bool {
        std::thread::sleep(timeout);
        false
    }
}
