//! Shared memory as the system has it: what is free, a mapping, a name.
#![expect(unsafe_code, reason = "system calls; see the reasons at each")]

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;

use super::files::owner;
use super::process::uid;

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

/// Bytes that are mapped until this is dropped, without a descriptor.
pub(crate) struct Mapping {
    begin: *mut u8,
    len: usize,
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is exactly what `Mapping::open` mapped, and whoever borrowed it is gone.
        unsafe { libc::munmap(self.begin.cast(), self.len) };
    }
}

// SAFETY: a mapping is an address and a length; neither belongs to a thread, and this type accesses nothing.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps an existing segment of this user's. A segment of length 0 is still being made: `InvalidInput`; another user's
    /// is refused: `PermissionDenied`.
    pub(crate) fn open(name: &CStr) -> io::Result<Self> {
        let file = open_shared_memory(name, libc::O_RDWR)?;
        // Asked of what is mapped, and not of the name, which may be another's by now.
        let metadata = file.metadata()?;
        refuse_foreign(owner(&metadata))?;
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
        Ok(Self { begin: begin.cast(), len })
    }

    /// Address of the first byte; on a page border.
    pub(crate) fn begin(&self) -> *mut u8 {
        self.begin
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Makes every page present, so that no push takes a fault. Never by touching: a page that is not to be had is
    /// a SIGBUS then. `name` is that of what is mapped. `StorageFull` where there are not enough pages.
    pub(crate) fn populate(&self, name: &CStr) -> io::Result<()> {
        self.populate_pages(name).map_err(|error| match error.raw_os_error() {
            Some(libc::EFAULT | libc::ENOSPC | libc::ENOMEM) => io::ErrorKind::StorageFull.into(),
            _ => error,
        })
    }

    fn populate_pages(&self, name: &CStr) -> io::Result<()> {
        // SAFETY: the range is exactly our mapping.
        let rc = unsafe { libc::madvise(self.begin.cast(), self.len, libc::MADV_POPULATE_WRITE) };
        if rc == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINVAL) {
            return Err(error);
        }
        // A kernel before 5.14 does not know the advice: allocate the pages through the file instead.
        let file = open_shared_memory(name, libc::O_RDWR)?;
        // SAFETY: the descriptor is open for the length of the call.
        let rc = unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, self.len as i64) };
        if rc == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(rc)) }
    }

    /// Makes a range of bytes read-only, which begins and ends on page borders.
    pub(crate) fn protect(&self, range: Range<usize>) -> io::Result<()> {
        if range.start > range.end || range.end > self.len {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: the range lies within the mapping, as was just checked.
        let start = unsafe { self.begin.add(range.start) };
        // SAFETY: the range is ours alone, page-aligned, and nothing in this process writes there.
        let rc = unsafe { libc::mprotect(start.cast(), range.end - range.start, libc::PROT_READ) };
        if rc == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }
}

/// Removes the name of a segment of this user's; what is mapped stays. An unknown name is no error, and another user's is
/// `PermissionDenied`.
pub(crate) fn unlink(name: &CStr) -> io::Result<()> {
    match std::fs::symlink_metadata(format!("/dev/shm{}", name.to_string_lossy())) {
        Ok(metadata) => refuse_foreign(owner(&metadata))?,
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

/// An error for what is not this user's: whoever owns a segment can change and shrink it at any time.
fn refuse_foreign(owner: u32) -> io::Result<()> {
    if owner == uid() {
        return Ok(());
    }
    let text = format!("its shared memory belongs to another user (uid {owner})");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}
