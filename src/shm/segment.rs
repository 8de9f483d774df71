//! A segment of named shared memory, as words. The only user of the `shared_memory` crate, which makes segments.
//!
//! What stays mapped is mapped here: the crate keeps a descriptor for as long as its mapping, so that a viewer of many
//! streams would run out of them, and it opens by name alone, so that nobody could tell whose segment it mapped.
#![expect(unsafe_code, reason = "this file turns a mapping into a slice; see the reasons at each")]

use std::ffi::CString;
use std::io;

use shared_memory::{ShmemConf, ShmemError};

use super::SegmentError;
use super::os::{self, Mapping, Registration};
use super::record::is_segment_id;
use crate::ring::layout::MAGIC;
use crate::ring::sync::{AtomicU64, Ordering, fence};

/// A mapping of a named segment, without a descriptor. Dropping it unmaps; it never unlinks.
pub(crate) struct Segment {
    // Dropped before the mapping.
    registration: Registration,
    mapping: Mapping,
    os_id: String,
}

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
        if let Err(error) = c_name(os_id).and_then(|name| segment.mapping.populate(&name)) {
            let _ = unlink(os_id);
            return Err(if error.kind() == io::ErrorKind::StorageFull {
                no_space()
            } else {
                os_error(error)
            });
        }
        Ok(segment)
    }

    /// Maps an existing segment of this user's. A segment of length 0 is still being made: `InvalidInput`; another user's
    /// is refused: `PermissionDenied`.
    pub(crate) fn open(os_id: &str) -> io::Result<Self> {
        let mapping = Mapping::open(&c_name(os_id)?)?;
        let registration = Registration::new(mapping.begin(), mapping.len());
        Ok(Self { registration, mapping, os_id: os_id.to_owned() })
    }

    /// Makes everything before `offset` read-only, a border of pages.
    pub(crate) fn protect_before(&self, offset: u64) -> io::Result<()> {
        self.mapping.protect(0..offset as usize)
    }

    /// Whether everything is still there that was mapped, as far as memory tells: ask after an Acquire fence that follows
    /// what was read. Where the program survives shrunk segments this finds any page that is gone; elsewhere it is a
    /// SIGBUS as any other access.
    pub(crate) fn is_intact(&self) -> bool {
        if os::is_handler_installed()
            && let Some(last) = self.words().last()
        {
            // Only the access counts.
            std::hint::black_box(last.load(Ordering::Relaxed));
            // ORDERING: Acquire; the handler, if that called it, has stored before what is asked below.
            fence(Ordering::Acquire);
        }
        // One that was cut to nothing and made long again is all zeros.
        self.registration.is_whole()
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
        self.mapping.len() as u64
    }

    /// Address of the byte at `offset`, for what is not a word.
    pub(super) fn at(&self, offset: u64) -> *mut u8 {
        assert!(offset < self.len(), "offset {offset} outside a segment of {} bytes", self.len());
        // SAFETY: just checked to be inside the mapping.
        unsafe { self.mapping.begin().add(offset as usize) }
    }

    /// The whole segment as atomic words; a length that is not a multiple of 8 loses its tail.
    pub(crate) fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping is page-aligned, as long as it says, lives as long as `self`, and any bytes are a valid
        // AtomicU64. Other processes and threads reach it only by atomic accesses of the same size, or, if hostile,
        // change values but not validity.
        unsafe { std::slice::from_raw_parts(self.mapping.begin().cast(), self.mapping.len() / 8) }
    }
}

/// Removes the name of a segment of this user's; what is mapped stays. An unknown name is no error.
pub(crate) fn unlink(os_id: &str) -> io::Result<()> {
    os::unlink(&c_name(os_id)?)
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
