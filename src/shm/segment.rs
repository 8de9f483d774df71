//! A segment of named shared memory, as words. The only user of the `shared_memory` crate, which makes segments.
//!
//! What stays mapped is mapped here: the crate keeps a descriptor for as long as its mapping, so that a viewer of many
//! streams would run out of them, and it opens by name alone, so that nobody could tell whose segment it mapped.
#![expect(unsafe_code, reason = "this file turns a mapping into a slice; see the reasons at each")]

use std::ffi::CString;
use std::fs::Metadata;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::ptr;

use shared_memory::{ShmemConf, ShmemError};

use super::record::is_segment_id;
use super::{SegmentError, os, sigbus};
use crate::ring::layout::MAGIC;
use crate::ring::sync::{AtomicU64, Ordering, fence};

/// A mapping of a named segment, without a descriptor. Dropping it unmaps; it never unlinks.
pub(crate) struct Segment {
    // Dropped before the mapping.
    range: sigbus::Registration,
    mapping: Mapping,
    os_id: String,
}

/// Bytes that are mapped until this is dropped.
struct Mapping {
    begin: *mut u8,
    len: usize,
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is exactly what `Segment::open` mapped, and whoever borrowed it is gone.
        unsafe { libc::munmap(self.begin.cast(), self.len) };
    }
}

// SAFETY: a mapping is an address and a length; neither belongs to a thread. All access goes through the atomics of
// `words`.
unsafe impl Send for Segment {}
// SAFETY: as above; `&Segment` gives nothing but atomics and numbers.
unsafe impl Sync for Segment {}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("os_id", &self.os_id)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Segment {
    /// Creates a zeroed segment of `len` bytes with every page present.
    pub(crate) fn create(os_id: &str, len: u64) -> Result<Self, SegmentError> {
        let no_space = || {
            let (free, total) = os::shared_memory_space().unwrap_or((0, 0));
            SegmentError::NoSpace { wanted: len, free, total }
        };
        if os::shared_memory_space().is_some_and(|(free, _)| len > free) {
            return Err(no_space());
        }
        let os_error = |source| SegmentError::Os { wanted: len, source };
        let mut made = ShmemConf::new()
            .os_id(os_id)
            .size(len as usize)
            .create()
            .map_err(|error| os_error(to_io(&error)))?;
        // An owner unlinks by name when it is dropped, and could so delete a successor's segment: we unlink.
        made.set_owner(false);
        let segment = Self::open(os_id).inspect_err(|_| drop(unlink(os_id))).map_err(os_error)?;
        drop(made);
        if let Err(error) = segment.populate() {
            let _ = unlink(os_id);
            return Err(match error.raw_os_error() {
                Some(libc::EFAULT | libc::ENOSPC | libc::ENOMEM) => no_space(),
                _ => os_error(error),
            });
        }
        Ok(segment)
    }

    /// Makes every page present, so that no push takes a fault. Never by touching: a page that is not to be had is
    /// a SIGBUS then.
    fn populate(&self) -> io::Result<()> {
        // SAFETY: the range is exactly our mapping.
        let rc =
            unsafe { libc::madvise(self.mapping.begin.cast(), self.mapping.len, libc::MADV_POPULATE_WRITE) };
        if rc == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINVAL) {
            return Err(error);
        }
        // A kernel before 5.14 does not know the advice: allocate the pages through the file instead.
        let file = os::open_shared_memory(&c_name(&self.os_id)?, libc::O_RDWR)?;
        // SAFETY: the descriptor is open for the length of the call.
        let rc = unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, self.len() as i64) };
        if rc == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(rc)) }
    }

    /// Maps an existing segment of this user's. A segment of length 0 is still being made: `InvalidInput`; another user's
    /// is refused: `PermissionDenied`.
    pub(crate) fn open(os_id: &str) -> io::Result<Self> {
        let file = os::open_shared_memory(&c_name(os_id)?, libc::O_RDWR)?;
        // Asked of what is mapped, and not of the name, which may be another's by now.
        let metadata = file.metadata()?;
        refuse_foreign(&metadata)?;
        let len = usize::try_from(metadata.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        // SAFETY: a new mapping of an open descriptor, at an address of the system's choice.
        let begin = unsafe {
            libc::mmap(
                ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if begin == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let mapping = Mapping { begin: begin.cast(), len };
        Ok(Self { range: sigbus::Registration::new(mapping.begin, len), mapping, os_id: os_id.to_owned() })
    }

    /// Makes everything read-only but `writable`, a range of bytes on page borders.
    pub(crate) fn protect_except(&self, writable: std::ops::Range<u64>) -> io::Result<()> {
        for range in [0..writable.start, writable.end..self.len()] {
            // SAFETY: `start` lies within the mapping, as both ranges do (the caller checked the geometry).
            let start = unsafe { self.mapping.begin.add(range.start as usize) };
            // SAFETY: the range is ours alone, page-aligned, and nothing in this process writes there.
            let rc =
                unsafe { libc::mprotect(start.cast(), (range.end - range.start) as usize, libc::PROT_READ) };
            if rc != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }

    /// Whether everything is still there that was mapped, as far as memory tells: ask after an Acquire fence that follows
    /// what was read. Where the program survives shrunk segments this finds any page that is gone; elsewhere it is a
    /// SIGBUS as any other access.
    pub(crate) fn is_intact(&self) -> bool {
        if sigbus::is_installed()
            && let Some(last) = self.words().last()
        {
            // Only the access counts.
            std::hint::black_box(last.load(Ordering::Relaxed));
            // ORDERING: Acquire; the handler, if that called it, has stored before what is asked below.
            fence(Ordering::Acquire);
        }
        // One that was cut to nothing and made long again is all zeros.
        self.range.is_whole()
            && self.words().first().is_some_and(|magic| magic.load(Ordering::Relaxed) == MAGIC)
    }

    /// Whether the segment is shorter than what was mapped, as the system tells: touches no memory. `false` also when
    /// its name is gone.
    pub(crate) fn is_cut_short(&self) -> bool {
        let name = CString::new(self.os_id()).ok();
        name.and_then(|name| os::shared_memory_len(&name)).is_some_and(|len| len < self.len())
    }

    /// The segment's name.
    pub(crate) fn os_id(&self) -> &str {
        &self.os_id
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.mapping.len as u64
    }

    /// Address of the byte at `offset`, for what is not a word.
    pub(super) fn at(&self, offset: u64) -> *mut u8 {
        assert!(offset < self.len(), "offset {offset} outside a segment of {} bytes", self.len());
        // SAFETY: just checked to be inside the mapping.
        unsafe { self.mapping.begin.add(offset as usize) }
    }

    /// The whole segment as atomic words; a length that is not a multiple of 8 loses its tail.
    pub(crate) fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping is page-aligned, as long as it says, lives as long as `self`, and any bytes are a valid
        // AtomicU64. Other processes and threads reach it only by atomic accesses of the same size, or, if hostile,
        // change values but not validity.
        unsafe { std::slice::from_raw_parts(self.mapping.begin.cast(), self.mapping.len / 8) }
    }
}

/// Removes the name of a segment of this user's; what is mapped stays. An unknown name is no error.
pub(crate) fn unlink(os_id: &str) -> io::Result<()> {
    let name = c_name(os_id)?;
    match std::fs::symlink_metadata(format!("/dev/shm{os_id}")) {
        Ok(metadata) => refuse_foreign(&metadata)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // SAFETY: `name` is NUL-terminated and lives for the call.
    if unsafe { libc::shm_unlink(name.as_ptr()) } == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Whether an error says that a segment is another user's.
pub(super) fn is_foreign(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// The name for the system, if it is one that we give.
fn c_name(os_id: &str) -> io::Result<CString> {
    let name = CString::new(os_id).ok().filter(|_| is_segment_id(os_id));
    name.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "not the name of a segment"))
}

/// An error for what is not this user's: whoever owns a segment can change and shrink it at any time.
fn refuse_foreign(metadata: &Metadata) -> io::Result<()> {
    if metadata.uid() == os::uid() {
        return Ok(());
    }
    let text = format!("its shared memory belongs to another user (uid {})", metadata.uid());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

fn to_io(error: &ShmemError) -> io::Error {
    match error {
        ShmemError::MapOpenFailed(code)
        | ShmemError::MapCreateFailed(code)
        | ShmemError::UnknownOsError(code) => {
            io::Error::from_raw_os_error(i32::try_from(*code).unwrap_or(libc::EIO))
        }
        ShmemError::MappingIdExists => io::Error::from_raw_os_error(libc::EEXIST),
        other => io::Error::other(other.to_string()),
    }
}
